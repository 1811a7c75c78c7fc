//! `gangplank ingest`.

use std::io::{self, Write};
use std::path::PathBuf;
use std::sync::Arc;

use chrono::TimeDelta;
use clap::Args;
use clap::builder::{PossibleValuesParser, TypedValueParser};
use serde::Serialize;
use strum::VariantArray;

use super::import::InputFile;
use super::import::progress::{ImportPhase, ProgressReporter};
use super::import::summary::{ImportJson, RejectedJson, listed_lines, nonzero_counts, undo_hint};
use super::meanwhile::DoneMeanwhile;
use super::{CliError, Context, json, path, shell_word};
use crate::config::mappings;
use crate::intake::providers::{self, Holds, Provider, Records};
use crate::intake::signals::{self, ParsedSignal, ParsedSignals, RejectedLine};
use crate::intake::{OtherTable, decode, other_table};
use crate::prose::lists::plural;
use crate::sources::plan::batches;
use crate::state::query::unmatched::is_in_conflict;
use crate::state::{Board, Change, Entry, Event, Pipeline, Signal, StageId};
use crate::text;

mod accounts;
#[cfg(feature = "mail")]
mod calendar;
#[cfg(feature = "mail")]
mod mail;
#[cfg(not(feature = "mail"))]
#[path = "ingest/without_mail.rs"]
mod mail;
mod translated;
#[cfg(not(feature = "mail"))]
use self::mail as calendar;

use self::accounts::IngestedAccounts;
pub(super) use self::translated::TranslatedEvents;

/// Where to see all lines of a list that is cut.
pub(super) const LIST_HINT: &str = "--json lists them all";

/// How far a signal's time may be ahead of the clock before the summary mentions it: clocks differ.
const SLACK: TimeDelta = TimeDelta::hours(1);

/// Record signals from a file: JSON, one object per line
///
/// Signals are recorded in the order of the file. A signal whose id is known changes nothing, so you can ingest the
/// same file again. A line that cannot be read is reported with its number, and the others are recorded. A signal that
/// fits no account, or several, waits in `gangplank unmatched`.
///
/// With --from, the file holds a provider's own events or accounts, as its webhooks bring them or its lists show them.
/// Accounts are imported. Events that say nothing about the board are counted by their type.
///
/// With --from mail, it is an .eml file, a mailbox file or a directory with Maildirs: outreach that the team sent, and
/// replies. Only headers are read.
///
/// With --from ics, it is an .ics file or a directory with such files: calls with accounts that are booked, put at another
/// time, or called off.
#[derive(Args, Debug)]
#[command(after_help = "Examples:\n\
    \x20 gangplank ingest signals.jsonl --dry-run\n\
    \x20 gangplank ingest - < signals.jsonl\n\
    \x20 gangplank ingest --from stripe events.json --dry-run\n\
    \x20 gangplank ingest --from calendly - < webhook.json\n\
    \x20 gangplank ingest --from mail ~/Mail --dry-run\n\
    \x20 gangplank ingest --from ics calendar.ics --dry-run")]
pub struct IngestArgs {
    /// The file, or the directory with mail or calendars; - reads the standard input
    #[arg(value_parser = path())]
    file: PathBuf,
    /// Whose events or accounts it holds, or what it is
    #[arg(long, value_name = "SOURCE", value_parser = source_parser())]
    from: Option<IngestSource>,
    /// Move cards to the stages that a provider's accounts name
    #[arg(long, requires = "from")]
    take_stages: bool,
    /// Show what would happen, and write nothing
    #[arg(long)]
    dry_run: bool,
    /// Write JSON
    #[arg(long)]
    json: bool,
}

/// What a file holds beside signals as we write them.
#[derive(Clone, Copy, Debug)]
enum IngestSource {
    Events(Provider),
    /// A mailbox.
    Mail,
    /// A calendar.
    Ics,
}

impl IngestSource {
    fn all() -> Vec<Self> {
        let providers = Provider::VARIANTS.iter().map(|provider| Self::Events(*provider));
        providers.chain([Self::Mail, Self::Ics]).collect()
    }

    fn word(self) -> &'static str {
        match self {
            Self::Events(provider) => provider.word(),
            Self::Mail => "mail",
            Self::Ics => "ics",
        }
    }
}

fn source_parser() -> impl TypedValueParser<Value = IngestSource> {
    let words = IngestSource::all().into_iter().map(IngestSource::word);
    let named = |word: String| IngestSource::all().into_iter().find(|it| it.word() == word);
    PossibleValuesParser::new(words).try_map(move |word| named(word).ok_or("there is no such source"))
}

pub(super) fn run(args: &IngestArgs, context: &mut Context) -> Result<(), CliError> {
    context.interruptible(|context| ingest(args, context))
}

fn ingest(args: &IngestArgs, context: &mut Context) -> Result<(), CliError> {
    let reporter = ProgressReporter::begins();
    let input = InputFile::named(&args.file);
    let mut session = reporter.bar(ImportPhase::Opening, |_| context.open_to_change(args.dry_run))?;
    // Mailboxes and calendars may be directories, and a mailbox is read message by message.
    let is_folder = matches!(args.from, Some(IngestSource::Mail | IngestSource::Ics));
    let bytes = if is_folder { Vec::new() } else { input.read()? };
    let bytes = decode(&bytes, None).map_err(|error| CliError::error(format!("{}: {error}", input.name)))?;
    // Who writes the standard input may take their time.
    session.catch_up()?;
    let (ParsedSignals { signals, rejected }, events, accounts) = match args.from {
        None => {
            let parsed = signals::read(&bytes);
            if parsed.signals.is_empty()
                && let Some(error) = wrong_content(&input, &bytes)
            {
                return Err(error);
            }
            (parsed, None, None)
        }
        Some(IngestSource::Events(provider)) => {
            let records = Records::read(&bytes);
            if let Some(holds) = records.holds().filter(|holds| *holds != Holds::Events(provider)) {
                return Err(not_from(&input, holds, provider));
            }
            let mappings =
                mappings::load(&[provider], &context.config.paths, context.config.import_options())?;
            let translation = providers::translate_records(provider, &records, &mappings);
            let flags = [args.dry_run, args.take_stages];
            let listed = &translation.accounts;
            let accounts =
                IngestedAccounts::submit(provider, listed, &mappings, flags, &mut session, context)?;
            let (parsed, events) =
                TranslatedEvents::of(provider.name(), ["event", "events"], translation, session.board());
            (parsed, Some(events), accounts)
        }
        Some(IngestSource::Mail) => {
            let translation = mail::read(&input, session.board(), context)?;
            let nouns = ["message", "messages"];
            let (parsed, events) = TranslatedEvents::of("mail", nouns, translation, session.board());
            (parsed, Some(events), None)
        }
        Some(IngestSource::Ics) => {
            let translation = calendar::read(&input, session.board(), context)?;
            let nouns = ["event", "events"];
            let (parsed, events) = TranslatedEvents::of("ics", nouns, translation, session.board());
            (parsed, Some(events), None)
        }
    };
    let words = format!("ingest {}", input.name);
    let before = session.board().clone();
    // All of it is one entry, and one undo: each signal finds the board as those before it leave it.
    let batch = batches(&words, &signals, signals.len().max(1)).next();
    let submitted = reporter.bar(ImportPhase::Writing, |_| {
        batch.map(|batch| session.submit_unless(args.dry_run, &batch, context)).transpose()
    });
    let entries: Vec<_> = submitted?.flatten().into_iter().collect();
    let meanwhile = (entries.is_empty() && !args.dry_run)
        .then(|| DoneMeanwhile::find(&before, session.decided_on(), &words))
        .flatten();
    let mut board = session.board().clone();
    entries.iter().filter(|_| args.dry_run).for_each(|entry| board.apply(entry.clone()));
    let conflicts = conflicts(&board, &signals);
    let counts = SignalCounts::of(signals.len(), conflicts.len(), &entries);
    if args.json {
        let told = IngestJson::new(&counts, &rejected, &conflicts, events.as_ref())
            .with_accounts(accounts.as_ref().map(IngestedAccounts::json));
        let told = IngestJson { meanwhile, ..told };
        json::write(&mut context.out, &told)?;
    } else {
        if let Some(meanwhile) = meanwhile {
            writeln!(context.out, "{}", meanwhile.words())?;
        }
        if let Some(accounts) = &accounts {
            accounts.write(&mut context.out)?;
        }
        if accounts.is_none() || events.as_ref().is_some_and(|events| events.events > 0) {
            summary(&mut context.out, &counts, &rejected, events.as_ref(), board.pipeline())?;
        }
        let lines = conflicts.iter().map(|RejectedLine { line, reason }| (*line, &**reason));
        listed_lines(&mut context.out, ["line is in conflict", "lines are in conflict"], lines, LIST_HINT)?;
        let limit = context.config.now().at + SLACK;
        let ahead = signals.iter().filter(|parsed| parsed.signal.at > limit).count();
        if ahead > 0 {
            let (one, many) =
                ("signal is dated in the future and was", "signals are dated in the future and were");
            writeln!(context.out, "{} recorded as written.", plural(ahead, one, many))?;
        }
        if counts.unmatched > 0 && !args.dry_run {
            writeln!(context.out, "Assign them: gangplank unmatched")?;
        }
        let imported = accounts.iter().filter_map(|accounts| accounts.entry.as_ref());
        let seqs: Vec<_> = imported.chain(&entries).map(|entry| entry.seq).collect();
        undo_hint(context, args.dry_run, &seqs)?;
    }
    let ignored = events.as_ref().map_or(0, TranslatedEvents::ignored);
    let (rows, bad_rows) = accounts.map_or((0, 0), |it| (it.reading.rows.len(), it.reading.rejected.len()));
    input.taken(signals.len() + ignored + rows, rejected.len() + bad_rows)
}

/// Why a signal that is not the one known under its id and source was left out.
pub(super) fn conflict_reason(signal: &Signal) -> String {
    let Signal { id, source, .. } = signal;
    format!(
        "another signal of {source} has the id `{id}` and is recorded already: give this one an id of its own"
    )
}

/// The signals that are not what `board` has under their id and source.
fn conflicts(board: &Board, signals: &[ParsedSignal]) -> Vec<RejectedLine> {
    let is_in_conflict = |it: &&ParsedSignal| is_in_conflict(board, &it.account, &it.signal);
    let conflict = |it: &ParsedSignal| RejectedLine { line: it.line, reason: conflict_reason(&it.signal) };
    signals.iter().filter(is_in_conflict).map(conflict).collect()
}

/// What to do with a file in which there is no signal, if it is plain what it holds.
fn wrong_content(input: &InputFile, bytes: &[u8]) -> Option<CliError> {
    let (name, file) = (&input.name, shell_word(&input.path.display().to_string()));
    if let Some(Holds::Events(provider)) = Records::read(bytes).holds() {
        let (word, held) = (provider.word(), provider.records());
        return Some(CliError::usage(format!(
            "{name} holds {held}: translate them with `gangplank ingest --from {word} {file}`"
        )));
    }
    Some(CliError::usage(match other_table(bytes)? {
        OtherTable::Accounts => {
            format!("{name} holds accounts, not signals: import accounts with `gangplank import {file}`")
        }
        OtherTable::Signals => {
            format!("{name} holds signals as a table: write each as JSON, as `gangplank docs signals` shows")
        }
    }))
}

/// What to do with a file that holds no events of `provider`.
fn not_from(input: &InputFile, holds: Holds, provider: Provider) -> CliError {
    let (name, file) = (&input.name, shell_word(&input.path.display().to_string()));
    let wanted = provider.records();
    CliError::usage(match holds {
        Holds::Signals => format!(
            "{name} holds signals, not {wanted}: ingest them without --from, `gangplank ingest {file}`"
        ),
        Holds::Events(other) => format!(
            "{name} holds {}, not {wanted}: write `gangplank ingest --from {} {file}`",
            other.records(),
            other.word()
        ),
    })
}

/// What the signals of a file did.
#[derive(Default)]
pub(super) struct SignalCounts {
    read: usize,
    recorded: usize,
    duplicate: usize,
    conflicts: usize,
    unmatched: usize,
    moves: Vec<(StageId, usize)>,
    alerts_opened: usize,
}

impl SignalCounts {
    /// Of `read` signals, which led to `entries`.
    pub(super) fn of(read: usize, conflicts: usize, entries: &[Arc<Entry>]) -> Self {
        let mut counts = Self { read, conflicts, ..Self::default() };
        for event in entries.iter().flat_map(|entry| &entry.events) {
            if matches!(event, Event::UnmatchedChanged { to: Some(_), .. }) {
                counts.unmatched += 1;
            }
            match event.change() {
                Some(Change::SignalRecorded { .. }) => counts.recorded += 1,
                Some(Change::Moved { to: Some(place), .. }) => counts.moved_to(&place.stage),
                Some(Change::AlertChanged { from: None, to: Some(_), .. }) => counts.alerts_opened += 1,
                _ => {}
            }
        }
        counts.duplicate = read - counts.recorded - counts.unmatched - conflicts;
        counts
    }

    fn moved_to(&mut self, stage: &StageId) {
        match self.moves.iter_mut().find(|(known, _)| known == stage) {
            Some((_, count)) => *count += 1,
            None => self.moves.push((stage.clone(), 1)),
        }
    }

    fn moved(&self) -> usize {
        self.moves.iter().map(|(_, count)| count).sum()
    }
}

/// `ingest --json`. A contract: fields may be added, never renamed.
#[derive(Serialize)]
pub(super) struct IngestJson<'a> {
    read: usize,
    recorded: usize,
    duplicate: usize,
    unmatched: usize,
    rejected: Vec<RejectedJson<'a>>,
    moved: usize,
    alerts_opened: usize,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    conflicts: Vec<RejectedJson<'a>>,
    /// Only where somebody else took in the same just before.
    #[serde(skip_serializing_if = "Option::is_none")]
    meanwhile: Option<DoneMeanwhile>,
    /// Only of a provider's accounts.
    #[serde(skip_serializing_if = "Option::is_none")]
    accounts: Option<ImportJson<'a>>,
    /// Only of a provider's events.
    #[serde(flatten, skip_serializing_if = "Option::is_none")]
    events: Option<&'a TranslatedEvents>,
}

impl<'a> IngestJson<'a> {
    pub(super) fn new(
        counts: &SignalCounts,
        rejected: &'a [RejectedLine],
        conflicts: &'a [RejectedLine],
        events: Option<&'a TranslatedEvents>,
    ) -> Self {
        let line = |it: &'a RejectedLine| RejectedJson { line: it.line, reason: &it.reason };
        Self {
            read: counts.read,
            recorded: counts.recorded,
            duplicate: counts.duplicate,
            unmatched: counts.unmatched,
            rejected: rejected.iter().map(line).collect(),
            moved: counts.moved(),
            alerts_opened: counts.alerts_opened,
            conflicts: conflicts.iter().map(line).collect(),
            accounts: None,
            meanwhile: None,
            events,
        }
    }

    pub(super) fn with_accounts(self, accounts: Option<ImportJson<'a>>) -> Self {
        Self { accounts, ..self }
    }
}

pub(super) fn summary(
    out: &mut impl Write,
    counts: &SignalCounts,
    rejected: &[RejectedLine],
    events: Option<&TranslatedEvents>,
    pipeline: &Pipeline,
) -> io::Result<()> {
    let SignalCounts { read, recorded, duplicate, conflicts, unmatched, moves, alerts_opened } = counts;
    match events {
        None => write!(out, "{} read", plural(*read, "signal", "signals"))?,
        Some(events) => write!(out, "{} read", plural(events.events, events.nouns[0], events.nouns[1]))?,
    }
    nonzero_counts(
        out,
        &[
            (*recorded, "recorded"),
            (*duplicate, "known already"),
            (*conflicts, "in conflict"),
            (*unmatched, "without an account"),
            (rejected.len(), "rejected"),
        ],
    )?;
    if let Some(events) = events {
        events.write_ignored(out)?;
    }
    if *alerts_opened > 0 {
        write!(out, " · {} opened", plural(*alerts_opened, "alert", "alerts"))?;
    }
    if counts.moved() > 0 {
        write!(out, " · {} moved", plural(counts.moved(), "card", "cards"))?;
    }
    writeln!(out)?;
    for (stage, count) in moves {
        writeln!(out, "  {count} → {}", text::clean(pipeline.label(stage)))?;
    }
    if let Some(events) = events {
        events.write_test_mode(out)?;
    }
    let lines = rejected.iter().map(|RejectedLine { line, reason }| (*line, &**reason));
    listed_lines(out, ["line was rejected", "lines were rejected"], lines, LIST_HINT)
}
