//! `gangplank import`.

mod mappings;
pub mod preview;
pub(super) mod progress;
pub(super) mod summary;

use std::fs::File;
use std::io::{self, BufRead, Read, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use clap::Args;

use self::mappings::SavedMapping;
use self::progress::{ImportPhase, ProgressReporter};
use self::summary::{ImportJson, ReportPlace, samples, summary, undo_hint};
use super::context::can_ask;
use super::export::BYTE_ORDER_MARK;
use super::meanwhile::DoneMeanwhile;
use super::{CliError, Context, json, notify, output_file, path, shell_word};
use crate::intake::{
    self, DateFormat, DecimalMark, ImportOptions, IntakeError, Mapping, ParsedAccounts, Question,
    TextEncoding, header_signature,
};
use crate::state::command::{AccountFacts, import_commands};
use crate::state::query::import_outcome::{ImportOutcome, possible_duplicates};
use crate::state::{Batch, Board, Currency, PossibleDuplicate};
use crate::store::disk::open_file;
use crate::text;

/// The largest file that is read, in bytes. It is held in memory whole; a million accounts take about 200 MB.
const MAX_FILE: u64 = 1 << 30;

/// Import accounts from a CSV or JSON file
///
/// The external id identifies an account: new accounts are added, known accounts are updated, and importing the same
/// file again changes nothing. A card on the board stays where it is; if the file names another stage, the difference
/// is shown.
#[derive(Args, Debug)]
#[command(after_help = "Examples:\n\
    \x20 gangplank import accounts.csv --dry-run\n\
    \x20 gangplank import accounts.csv --date-format DD-MM-YYYY\n\
    \x20 gangplank import - < accounts.json")]
#[expect(clippy::struct_excessive_bools, reason = "each is a switch of its own")]
pub struct ImportArgs {
    /// The file; - reads the standard input
    #[arg(value_parser = path())]
    file: PathBuf,
    /// A file that says what the columns mean; remembered for files with the same columns
    #[arg(long, value_name = "FILE", value_parser = path())]
    mapping: Option<PathBuf>,
    /// Forget the mapping remembered for files with these columns
    #[arg(long)]
    forget_mapping: bool,
    /// How dates are written, such as DD-MM-YYYY, MM/DD/YY, %d.%m.%Y, epoch or epoch-ms
    #[arg(long, value_name = "FORMAT")]
    date_format: Option<DateFormat>,
    /// The decimal mark of numbers: point or comma
    #[arg(long, value_name = "MARK")]
    decimal: Option<DecimalMark>,
    /// How the file is encoded, such as windows-1252; UTF-8 and UTF-16 with a mark are recognised
    #[arg(long, value_name = "NAME")]
    encoding: Option<TextEncoding>,
    /// The currency of amounts without one, such as EUR
    #[arg(long, value_name = "CODE")]
    currency: Option<Currency>,
    /// The file is a whole export: open accounts that are not in it show in Today; remembered for files with the same columns
    #[arg(long)]
    whole: bool,
    /// A blank cell of this column clears the fact; repeat it for more columns; remembered for files with the same columns
    #[arg(long, value_name = "COLUMN")]
    clear_blank: Vec<String>,
    /// Move cards to the stages the file names
    #[arg(long)]
    take_stages: bool,
    /// Show what would happen, and write nothing
    #[arg(long)]
    dry_run: bool,
    /// Save the rejected rows to a new file, NAME.rejected.csv beside the input or FILE, so that you can correct them
    #[arg(long, value_name = "FILE", num_args = 0..=1, require_equals = true, value_parser = path())]
    #[expect(clippy::option_option, reason = "absent, bare and with a value are three wishes")]
    save_rejected: Option<Option<PathBuf>>,
    /// Write JSON
    #[arg(long)]
    json: bool,
}

pub(super) fn run(args: &ImportArgs, context: &mut Context) -> Result<(), CliError> {
    context.interruptible(|context| import(args, context))
}

fn import(args: &ImportArgs, context: &mut Context) -> Result<(), CliError> {
    let input = InputFile::named(&args.file);
    let save_to =
        args.save_rejected.as_ref().map(|path| input.rejected_place(path.as_deref())).transpose()?;
    let failed = |error: IntakeError| intake_error(&input, &error);
    let reporter = ProgressReporter::begins();
    let mut session = reporter.bar(ImportPhase::Opening, |_| context.open_to_change(args.dry_run))?;
    let file = input.read()?;
    let bytes = intake::decode(&file, args.encoding).map_err(failed)?;
    let remembered =
        SavedMapping::at(&context.config.paths.data_dir, &header_signature(&bytes).map_err(failed)?);
    if args.forget_mapping && !args.dry_run {
        remembered.forget()?;
    }
    let mut mapping = match &args.mapping {
        Some(path) => mappings::read(path)?,
        None if args.forget_mapping => Mapping::default(),
        None => remembered.recall()?.unwrap_or_default(),
    };
    mapping.whole |= args.whole;
    mapping.clear_blank.extend(args.clear_blank.iter().cloned());
    let options = ImportOptions {
        date_format: args.date_format.clone(),
        decimal: args.decimal,
        currency: args.currency,
        ..context.config.import_options()
    };
    // Only a person can answer questions: they need a terminal for input and output.
    let can_ask = !input.is_stdin && can_ask();
    let reading = loop {
        let read = reporter
            .bar(ImportPhase::Reading, |progress| intake::read_with(&bytes, &options, &mapping, progress));
        match read {
            Ok(reading) => break reading,
            Err(error) => match error.question().filter(|_| can_ask) {
                Some(question) => mapping.resolve(ask(&question)?),
                None => return Err(failed(error)),
            },
        }
    };
    // Deciding takes the most memory.
    drop(bytes);
    drop(file);
    // Before anything is imported, so that a failure here can be corrected first.
    if let Some(save_to) = save_to.filter(|_| !reading.rejected.is_empty() && !args.dry_run) {
        let shown = save_rejected(&save_to, &reading).map_err(|error| {
            CliError::error(format!("nothing was imported, as the rejected rows cannot be saved: {error}"))
        })?;
        notify(&format!("the rejected rows are in {}", shown.display()));
    }
    let ParsedAccounts { rows, .. } = &reading;
    let now = context.config.now();
    session.catch_up()?;
    let before = session.board().clone();
    // A rejected row may be about any account.
    let is_whole = mapping.whole && reading.rejected.is_empty() && !rows.is_empty();
    let (batch, duplicates) = batch(&input.name, rows, is_whole, args.take_stages, &before);
    let (entry, outcome) = reporter.bar(ImportPhase::Writing, |_| -> Result<_, CliError> {
        let entry = session.submit_unless(args.dry_run, &batch, context)?;
        let decided_on = if args.dry_run { &before } else { session.decided_on() };
        let outcome = ImportOutcome::of(decided_on, rows, args.take_stages, entry.as_deref(), &now);
        Ok((entry, ImportOutcome { possible_duplicates: duplicates, ..outcome }))
    })?;
    if !args.dry_run {
        remembered.keep(&mapping);
    }
    let meanwhile = (entry.is_none() && !args.dry_run)
        .then(|| DoneMeanwhile::find(&before, session.decided_on(), &batch.words))
        .flatten();
    if args.json {
        let told = ImportJson::new(&reading, &outcome, args.dry_run, &now).with_meanwhile(meanwhile);
        json::write(&mut context.out, &told)?;
    } else {
        if let Some(meanwhile) = meanwhile {
            writeln!(context.out, "{}", meanwhile.words())?;
        }
        let place = ReportPlace::COMMAND_LINE.ahead(args.dry_run);
        summary(&mut context.out, place, &reading, &outcome, entry.as_deref(), &now)?;
        if mapping.whole && !is_whole {
            let words = "Because rows were rejected, accounts that left the export were not looked for.";
            writeln!(context.out, "{words}")?;
        }
        if args.dry_run {
            samples(&mut context.out, &reading)?;
        }
        undo_hint(context, args.dry_run, entry.as_ref().map(|entry| entry.seq).as_slice())?;
    }
    input.taken(reading.rows.len(), reading.rejected.len())
}

/// What imports `rows` of the file `name` into `board`, and which of them may be known accounts.
pub(super) fn batch(
    name: &str,
    rows: &Arc<Vec<AccountFacts>>,
    is_whole: bool,
    take_stages: bool,
    board: &Board,
) -> (Batch, Vec<PossibleDuplicate>) {
    let duplicates = possible_duplicates(board, rows);
    let commands = import_commands(name, rows, is_whole, take_stages, duplicates.clone());
    (Batch { words: format!("import {name}").into(), commands }, duplicates)
}

/// The file named on the command line.
pub(super) struct InputFile {
    pub(super) path: PathBuf,
    /// Its name, for people.
    pub(super) name: String,
    pub(super) is_stdin: bool,
}

impl InputFile {
    pub(super) fn named(path: &Path) -> Self {
        let is_stdin = path.as_os_str() == "-";
        let name = path.file_name().unwrap_or(path.as_os_str()).to_string_lossy();
        let name = if is_stdin { "the standard input".to_owned() } else { name.into_owned() };
        Self { path: path.to_owned(), name, is_stdin }
    }

    pub(super) fn read(&self) -> Result<Vec<u8>, CliError> {
        let mut bytes = Vec::new();
        let read = if self.is_stdin {
            io::stdin().lock().take(MAX_FILE + 1).read_to_end(&mut bytes)
        } else {
            open_input(&self.path).and_then(|file| file.take(MAX_FILE + 1).read_to_end(&mut bytes))
        };
        let name = if self.is_stdin { self.name.clone() } else { self.path.display().to_string() };
        let length = read.map_err(|error| CliError::error(unread(&name, &error)))?;
        if u64::try_from(length).is_ok_and(|length| length > MAX_FILE) {
            let most = MAX_FILE >> 20;
            return Err(CliError::error(format!("{name} is larger than {most} MiB: cut it into parts")));
        }
        Ok(bytes)
    }

    /// # Errors
    /// When everything in it was rejected, so that a script notices that it named the wrong file.
    pub(super) fn taken(&self, read: usize, rejected: usize) -> Result<(), CliError> {
        if read == 0 && rejected > 0 {
            let name = &self.name;
            return Err(CliError::error(format!(
                "no line of {name} could be used: correct the rejected lines and run this again"
            )));
        }
        Ok(())
    }

    /// Where the rejected rows go: where asked, else beside the input.
    fn rejected_place(&self, asked: Option<&Path>) -> Result<RejectedPlace, CliError> {
        match asked {
            Some(path) => Ok(RejectedPlace::Named(path.to_owned())),
            None if self.is_stdin => Err(CliError::usage(
                "the standard input has no file name to save beside: write --save-rejected=FILE",
            )),
            None => Ok(RejectedPlace::Beside(self.path.with_extension("rejected.csv"))),
        }
    }
}

/// Opens the file at `path`. A pipe that a shell has made for a program is read as a file is; one that may have no other end
/// is not waited for.
pub(super) fn open_input(path: &Path) -> io::Result<File> {
    if path.starts_with("/dev/fd") || path.starts_with("/proc/self/fd") || path == Path::new("/dev/stdin") {
        return File::open(path);
    }
    open_file(path, File::options().read(true))
}

/// Where rejected rows are saved. Nothing is ever replaced: people correct such files.
enum RejectedPlace {
    /// At this very path.
    Named(PathBuf),
    /// At this path, or under the next free name.
    Beside(PathBuf),
}

/// Saves the rejected rows for people to correct; answers where.
fn save_rejected(place: &RejectedPlace, reading: &ParsedAccounts) -> Result<PathBuf, CliError> {
    let rows = format!("{BYTE_ORDER_MARK}{}", reading.rejected_csv());
    let write = |out: &mut dyn Write| Ok(out.write_all(rows.as_bytes())?);
    match place {
        RejectedPlace::Beside(path) => output_file::save_beside(path, write),
        RejectedPlace::Named(path) if output_file::is_taken(path) => Err(CliError::error(format!(
            "{} is there already and may hold rows that you corrected: name another file",
            path.display()
        ))),
        RejectedPlace::Named(path) => output_file::save(path, false, write).map(|()| path.clone()),
    }
}

/// Why `name` could not be read, and what to do.
pub(super) fn unread(name: &str, error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::NotFound => format!("there is no file {name}: check its name and directory"),
        io::ErrorKind::IsADirectory => format!("{name} is a directory: name a file in it"),
        io::ErrorKind::PermissionDenied => format!("{name} cannot be read: ask its owner for permission"),
        io::ErrorKind::InvalidInput => {
            format!("{name} is a pipe or a device, not a file: write - to have the standard input read")
        }
        _ => format!("cannot read {name}: {error}"),
    }
}

/// The failure for a file that cannot be read: wrong usage where a flag or a mapping helps, else an error.
fn intake_error(input: &InputFile, error: &IntakeError) -> CliError {
    let sentence = format!("{}: {error}", input.name);
    match error {
        IntakeError::HoldsSignals { .. } => CliError::Usage(format!(
            "{sentence}: record signals with `gangplank ingest {}`",
            shell_word(&input.path.display().to_string())
        )),
        IntakeError::Empty
        | IntakeError::OtherFormat { .. }
        | IntakeError::Malformed { .. }
        | IntakeError::NotAnObject { .. }
        | IntakeError::TooManyColumns { .. } => CliError::Error(sentence),
        IntakeError::NotUtf8 { .. }
        | IntakeError::WrongEncoding { .. }
        | IntakeError::UnmarkedUtf16 { .. }
        | IntakeError::NoIdColumn { .. }
        | IntakeError::NoSuchColumn { .. }
        | IntakeError::MappedTwice { .. }
        | IntakeError::NoColumnToClear { .. }
        | IntakeError::CannotClear { .. }
        | IntakeError::AmbiguousDates { .. }
        | IntakeError::MixedDates { .. }
        | IntakeError::AmbiguousNumbers { .. } => CliError::Usage(sentence),
    }
}

/// Asks the person at the terminal.
fn ask(question: &Question) -> Result<intake::Resolution, CliError> {
    notify(&question.text);
    for (number, (choice, _)) in question.choices.iter().enumerate() {
        notify(&format!("  {}) {choice}", number + 1));
    }
    let mut lines = io::stdin().lock().lines();
    loop {
        // Nothing more can be done about a terminal that takes no prompt.
        let _ = write!(io::stderr(), "{}", text::clean("1 or 2 (Enter alone stops): "));
        let _ = io::stderr().flush();
        match lines.next().and_then(Result::ok).as_deref().map(str::trim) {
            Some("1") => return Ok(question.choices[0].1.clone()),
            Some("2") => return Ok(question.choices[1].1.clone()),
            None | Some("") => return Err(CliError::usage("nothing was imported")),
            Some(_) => {}
        }
    }
}
