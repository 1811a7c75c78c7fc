//! The command line: one file per command, and the flags they share.
//!
//! Every command is `run(args, &mut Context) -> Result<(), CliError>`. Commands write through [`Output`], which knows whether
//! a terminal reads along, and never print by themselves.

mod account;
mod alerts;
mod board;
mod bulk;
pub mod complete;
mod completions;
mod dismiss;
pub mod docs;
pub mod error;
mod explain;
pub mod export;
mod forecast;
mod import;
mod ingest;
pub mod json;
mod list;
mod log;
mod logging;
mod man;
mod merge;
mod r#move;
mod note;
pub mod output;
mod output_file;
mod owner;
mod paths;
mod playbooks;
mod record;
mod repair;
mod risk;
mod segment;
mod show;
mod snooze;
mod stages;
mod sweep;
pub mod table;
mod task;
mod today;
mod undo;
mod unmatched;
mod views;
mod where_query;

use std::cell::RefCell;
use std::ffi::OsStr;
use std::fmt;
use std::io::{self, Write};
use std::mem::ManuallyDrop;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Instant;

use chrono::{DateTime, Utc};
use clap::builder::{PathBufValueParser, TypedValueParser};
use clap::{Args, CommandFactory, Parser, Subcommand};
use tracing::{error, info};

pub use error::CliError;
pub use output::{ColorChoice, Output};

use crate::config::paths::expanded;
use crate::config::settings::person;
use crate::config::{Config, Overrides};
use crate::hooks::HookRunner;
use crate::playbook::schedule::stopped;
use crate::playbook::stays;
use crate::prose::{entries, no_effect, runs::describe_runs};
use crate::session::Session;
use crate::state::query::attention::{AttentionRules, RenewalThresholds};
use crate::state::{Actor, Board, Command, Entry, Submission};
use crate::store::Opened;
use crate::text;

/// A terminal board for customer onboarding.
///
/// Without a command, opens the board. `gangplank COMMAND --help` explains a command.
#[derive(Debug, Parser)]
#[command(name = "gangplank", version, max_term_width = 80, after_help = AFTER_HELP)]
#[command(subcommand_value_name = "COMMAND", subcommand_help_heading = "Commands")]
pub struct Cli {
    /// Open the board on about 80 made-up accounts, kept in memory only.
    #[arg(long)]
    pub demo: bool,

    #[command(flatten)]
    pub global: Global,

    #[command(subcommand)]
    pub command: Option<CliCommand>,
}

const AFTER_HELP: &str = "\
Lists are aligned on a terminal; piped, they are plain lines with a header and a tab between columns. \
--json is made for scripts and stays as it is documented.

Exit codes: 0 done, 1 error, 2 wrong usage (also of a configuration file), 3 the board refused, and says why.";

/// The flags of every command, before it or after it.
#[derive(Args, Debug)]
#[command(next_help_heading = "Global options")]
#[expect(clippy::doc_markdown, reason = "clap shows it as it is written")]
pub struct Global {
    /// Store the accounts in this directory [env: GANGPLANK_DATA_DIR]
    #[arg(long, global = true, value_name = "DIR", value_parser = path())]
    pub data_dir: Option<PathBuf>,

    /// Read settings, pipeline, playbooks and keys from this directory [env: GANGPLANK_CONFIG_DIR]
    #[arg(long, global = true, value_name = "DIR", value_parser = path())]
    pub config_dir: Option<PathBuf>,

    /// Stop the clock at this moment, such as 2024-12-15T09:00:00Z [env: GANGPLANK_NOW]
    #[arg(long, global = true, value_name = "TIME", value_parser = moment)]
    pub now: Option<DateTime<Utc>>,

    /// Sign changes with this name [env: GANGPLANK_AS]
    #[arg(long = "as", global = true, value_name = "NAME", value_parser = person)]
    pub me: Option<Arc<str>>,

    /// Whether to use colour; "always" also aligns lists that are piped
    #[arg(long, global = true, value_name = "WHEN", value_enum, default_value_t)]
    pub color: ColorChoice,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub enum CliCommand {
    Import(import::ImportArgs),
    Ingest(ingest::IngestArgs),
    Record(Box<record::RecordArgs>),
    Unmatched(unmatched::UnmatchedArgs),
    Sweep(sweep::SweepArgs),
    Today(today::TodayArgs),
    List(list::ListArgs),
    Show(show::ShowArgs),
    Move(r#move::MoveArgs),
    Risk(risk::RiskArgs),
    Owner(owner::OwnerArgs),
    Segment(segment::SegmentArgs),
    Note(note::NoteArgs),
    Task(task::TaskArgs),
    Snooze(snooze::SnoozeArgs),
    Merge(merge::MergeArgs),
    Dismiss(dismiss::DismissArgs),
    Alerts(alerts::AlertsArgs),
    Playbooks(playbooks::PlaybooksArgs),
    Explain(explain::ExplainArgs),
    Undo(undo::UndoArgs),
    Redo(undo::RedoArgs),
    Log(log::LogArgs),
    Stages(stages::StagesArgs),
    Forecast(forecast::ForecastArgs),
    Export(export::ExportArgs),
    Paths(paths::PathsArgs),
    Repair(repair::RepairArgs),
    #[command(flatten)]
    Manual(Manual),
}

/// What says how to use the program. It needs no settings: they may be what is wrong.
#[derive(Debug, Subcommand)]
pub enum Manual {
    Docs(docs::DocsArgs),
    Man(man::ManArgs),
    Completions(completions::CompletionsArgs),
}

impl Manual {
    fn run(&self, out: &mut Output) -> Result<(), CliError> {
        match self {
            Self::Docs(args) => docs::run(args, out),
            Self::Man(args) => man::run(args, out),
            Self::Completions(args) => completions::run(args, out),
        }
    }
}

/// The command line as clap knows it, with one word for a command: clap's `help` says "subcommand".
pub fn command_line() -> clap::Command {
    fn with_plain_help(command: clap::Command) -> clap::Command {
        command.mut_subcommands(|command| match command.get_name() {
            "help" => command.about("Print this message or the help of the given command"),
            _ => with_plain_help(command),
        })
    }
    let mut command = Cli::command();
    if output::is_dumb_terminal() {
        command = command.color(clap::ColorChoice::Never);
    }
    command.build();
    with_plain_help(command)
}

/// Does what `cli` asks.
///
/// # Errors
/// When it cannot be done; the failure knows its words and its exit code.
pub fn run(cli: Cli) -> Result<(), CliError> {
    let Cli { demo, global, command } = cli;
    if demo && command.is_some() {
        return Err(CliError::usage("--demo opens the board: leave out the command"));
    }
    let mut out = Output::stdout(global.color);
    if let Some(CliCommand::Manual(manual)) = &command {
        manual.run(&mut out)?;
        return Ok(out.flush()?);
    }
    let signed = global.me.is_some();
    let overrides = overrides(global.data_dir, global.config_dir, global.now, global.me)?;
    let config = Config::load(&overrides)?;
    let write = |entry: &Entry| serde_json::to_vec(&json::EntryJson::new(entry)).unwrap_or_default();
    let hooks = RefCell::new(HookRunner::new(config.hooks.clone(), write));
    let mut context = Context { config, signed, color: global.color, out, hooks };
    logging::start(&context.config.paths.state_dir)?;
    let started = Instant::now();
    info!(version = env!("CARGO_PKG_VERSION"), process = std::process::id(), "started");
    let done = run_command(demo, command, &mut context);
    for complaint in context.hooks.into_inner().finish() {
        notify(&complaint);
    }
    let outcome = done.as_ref().map_or_else(CliError::kind, |()| "done");
    info!(outcome, milliseconds = started.elapsed().as_millis(), "stopped");
    done
}

/// What the flags set, else the environment.
fn overrides(
    data_dir: Option<PathBuf>,
    config_dir: Option<PathBuf>,
    now: Option<DateTime<Utc>>,
    me: Option<Arc<str>>,
) -> Result<Overrides, CliError> {
    Ok(Overrides {
        data_dir: given(data_dir, "GANGPLANK_DATA_DIR", |path| expanded(path.into()))?,
        config_dir: given(config_dir, "GANGPLANK_CONFIG_DIR", |path| expanded(path.into()))?,
        now: given(now, "GANGPLANK_NOW", |text| moment(&text.to_string_lossy()))?,
        me: given(me, "GANGPLANK_AS", |text| person(&text.to_string_lossy()))?,
    })
}

fn run_command(demo: bool, command: Option<CliCommand>, context: &mut Context) -> Result<(), CliError> {
    match command {
        None => board::run(demo, context),
        Some(CliCommand::Import(args)) => import::run(&args, context),
        Some(CliCommand::Ingest(args)) => ingest::run(&args, context),
        Some(CliCommand::Record(args)) => record::run(*args, context),
        Some(CliCommand::Unmatched(args)) => unmatched::run(args, context),
        Some(CliCommand::Sweep(args)) => sweep::run(args, context),
        Some(CliCommand::List(args)) => list::run(&args, context),
        Some(CliCommand::Show(args)) => show::run(&args, context),
        Some(CliCommand::Move(args)) => r#move::run(args, context),
        Some(CliCommand::Today(args)) => today::run(&args, context),
        Some(CliCommand::Risk(args)) => risk::run(args, context),
        Some(CliCommand::Owner(args)) => owner::run(args, context),
        Some(CliCommand::Segment(args)) => segment::run(args, context),
        Some(CliCommand::Note(args)) => note::run(args, context),
        Some(CliCommand::Task(args)) => task::run(args, context),
        Some(CliCommand::Snooze(args)) => snooze::run(&args, context),
        Some(CliCommand::Merge(args)) => merge::run(&args, context),
        Some(CliCommand::Dismiss(args)) => dismiss::run(&args, context),
        Some(CliCommand::Alerts(args)) => alerts::run(&args, context),
        Some(CliCommand::Playbooks(args)) => playbooks::run(&args, context),
        Some(CliCommand::Explain(args)) => explain::run(&args, context),
        Some(CliCommand::Undo(args)) => undo::undo(&args, context),
        Some(CliCommand::Redo(args)) => undo::redo(&args, context),
        Some(CliCommand::Log(args)) => log::run(&args, context),
        Some(CliCommand::Stages(args)) => stages::run(&args, context),
        Some(CliCommand::Forecast(args)) => forecast::run(&args, context),
        Some(CliCommand::Export(args)) => export::run(&args, context),
        Some(CliCommand::Paths(args)) => paths::run(&args, context),
        Some(CliCommand::Repair(args)) => repair::run(args, context),
        Some(CliCommand::Manual(manual)) => manual.run(&mut context.out),
    }?;
    Ok(context.out.flush()?)
}

/// The value of the flag, else of the environment variable `name` unless that is empty.
///
/// Not clap's own reading of the environment: it rejects an empty variable, and its usage lines name flags that nobody
/// wrote.
fn given<T, E: fmt::Display>(
    flag: Option<T>,
    name: &str,
    parse: impl Fn(&OsStr) -> Result<T, E>,
) -> Result<Option<T>, CliError> {
    if flag.is_some() {
        return Ok(flag);
    }
    let set = std::env::var_os(name).filter(|value| !value.is_empty());
    set.map(|value| parse(&value))
        .transpose()
        .map_err(|error| CliError::usage(format!("the environment variable {name}: {error}")))
}

/// Says on stderr, in one line made safe for a terminal, what a person should know.
pub fn notify(sentence: &str) {
    // Where stderr is closed too, nobody listens.
    let _ = writeln!(io::stderr(), "{}", text::clean(sentence));
}

/// What every command is given.
#[derive(Debug)]
pub struct Context {
    pub config: Config,
    /// Whether the name changes are signed with was given by a flag, for this call only.
    pub signed: bool,
    pub color: ColorChoice,
    pub out: Output,
    /// Told of every entry this process makes durable.
    pub hooks: RefCell<HookRunner>,
}

/// An open session that is never dropped: freeing a large board piece by piece takes a third of a second, which the end
/// of the process saves.
pub struct SessionGuard(ManuallyDrop<Session>);

impl Context {
    /// Opens the store in the data directory, and tells people what they should know about how it was found.
    ///
    /// # Errors
    /// When it cannot be read, or is damaged.
    pub fn open(&self) -> Result<SessionGuard, CliError> {
        let Opened { store, board, .. } = self.open_store()?;
        Ok(SessionGuard(ManuallyDrop::new(Session::new(store, board, self.config.playbooks.clone()))))
    }

    /// What the settings say of who needs a person.
    fn attention_rules(&self) -> AttentionRules {
        let renewal = self.config.renewal;
        let thresholds = RenewalThresholds { soon: renewal.soon.into(), urgent: renewal.urgent.into() };
        self.config.playbooks.attention_rules(thresholds)
    }

    /// Submits what `command` answers for the board, and says what it did.
    fn change(&mut self, command: impl FnOnce(&Board) -> Result<Command, CliError>) -> Result<(), CliError> {
        let mut session = self.open()?;
        let command = command(session.board())?;
        let entry = session.submit(&command, self)?;
        self.confirm(&session, entry.as_deref())
    }

    fn open_store(&self) -> Result<Opened, CliError> {
        let started = Instant::now();
        let opened = self.config.store.open(self.config.pipeline.clone()).inspect_err(|error| {
            error!(kind = error.kind(), "store not opened");
        })?;
        info!(
            entries = opened.board.seq(),
            accounts = opened.board.len(),
            notices = opened.notices.len(),
            milliseconds = started.elapsed().as_millis(),
            "store opened"
        );
        for notice in &opened.notices {
            notify(notice);
        }
        Ok(opened)
    }

    /// The person whose name changes are signed with.
    pub fn me(&self) -> Actor {
        Actor::Person(self.config.me.clone())
    }

    /// Says what `entry` did and how to undo it, or that nothing changed.
    ///
    /// # Errors
    /// When the output cannot be written.
    pub fn confirm(&mut self, session: &SessionGuard, entry: Option<&Entry>) -> Result<(), CliError> {
        match entry {
            None => self.say("nothing changed"),
            Some(entry) => {
                let (board, now) = (session.board(), self.config.now());
                let stopped = stopped(board, &self.config.playbooks, entry, &now);
                let stopped = stopped.map(|it| format!("; {}", no_effect::stopped_text(&it, &now)));
                self.done(&(entries::text(entry, board, &now) + &stopped.unwrap_or_default()), entry)
            }
        }
    }

    /// Says what `entry` did, which recorded a signal: also what it had no effect on, and why.
    fn recorded(&mut self, session: &SessionGuard, entry: &Entry) -> Result<(), CliError> {
        let (board, now) = (session.board(), self.config.now());
        let why = stays(board, &self.config.playbooks, entry, now).map(|it| no_effect::text(&it));
        self.done(&describe_runs(&entry.events, board, &now, why), entry)
    }

    /// Says `what` was done by `entry`, and how to undo it.
    ///
    /// # Errors
    /// When the output cannot be written.
    pub fn done(&mut self, what: &str, entry: &Entry) -> Result<(), CliError> {
        let (command, hint) = way_back(entry);
        self.say(&format!("{what} (#{}); {command} with `{}`", entry.seq, self.call(&hint)))
    }

    /// Says `sentence`, in one line made safe for a terminal.
    ///
    /// # Errors
    /// When the output cannot be written.
    pub fn say(&mut self, sentence: &str) -> Result<(), CliError> {
        Ok(writeln!(self.out, "{}", text::clean(sentence))?)
    }

    /// How to call `command` again as the same person: `gangplank undo --as Dana`.
    pub fn call(&self, command: &str) -> String {
        if !self.signed {
            return format!("gangplank {command}");
        }
        format!("gangplank {command} --as {}", shell_word(&self.config.me))
    }
}

impl SessionGuard {
    /// The session itself, for a board that stays open.
    pub fn into_session(self) -> Session {
        ManuallyDrop::into_inner(self.0)
    }

    /// The board as it is known to be durable.
    pub fn board(&self) -> &Board {
        self.0.board()
    }

    /// Carries out `submission`; nothing when it changes nothing.
    ///
    /// # Errors
    /// A refusal, or the store's error; either way nothing happened.
    pub fn submit<'a>(
        &mut self,
        submission: impl Into<Submission<'a>>,
        context: &Context,
    ) -> Result<Option<Arc<Entry>>, CliError> {
        self.submit_unless(false, submission, context)
    }

    /// Carries out `submission`, in a `dry_run` without writing anything; nothing when it changes nothing.
    ///
    /// # Errors
    /// A refusal, or the store's error; either way nothing happened.
    pub fn submit_unless<'a>(
        &mut self,
        dry_run: bool,
        submission: impl Into<Submission<'a>>,
        context: &Context,
    ) -> Result<Option<Arc<Entry>>, CliError> {
        let (submission, now) = (submission.into(), context.config.now());
        let by = match submission {
            Submission::Sweep => Actor::Clock,
            Submission::One(_) | Submission::Batch(_) => context.me(),
        };
        if dry_run {
            return Ok(self.0.preview(submission, &by, now)?.map(Arc::new));
        }
        let entry = self.0.submit(submission, &by, now)?;
        if let Some(entry) = &entry {
            context.hooks.borrow_mut().tell(entry, self.0.board().pipeline());
        }
        if let Err(error) = self.0.save_due_snapshot() {
            // The entry is durable; only the next start will be slower.
            notify(&format!(
                "the change is saved, but not the snapshot that makes the next start fast: {error}"
            ));
        }
        Ok(entry)
    }
}

/// The verb that takes `entry` back, and the same with the number it means.
fn way_back(entry: &Entry) -> (&'static str, String) {
    match entry.undoes[..] {
        [] => ("undo", format!("undo {}", entry.seq)),
        [one] => ("redo", format!("redo {one}")),
        [..] => ("redo", format!("redo {}", entry.seq)),
    }
}

/// `word` as a shell reads it, in quotes if it has to be.
fn shell_word(word: &str) -> String {
    let is_plain = word.chars().all(|c| c.is_ascii_alphanumeric() || "@._-+/".contains(c));
    if is_plain { word.to_owned() } else { format!("'{}'", word.replace('\'', r"'\''")) }
}

fn path() -> impl TypedValueParser<Value = PathBuf> {
    PathBufValueParser::new().try_map(expanded)
}

fn count(text: &str) -> Result<usize, &'static str> {
    text.parse().map_err(|_| "write a whole number, such as 20")
}

fn moment(text: &str) -> Result<DateTime<Utc>, &'static str> {
    let moment = DateTime::parse_from_rfc3339(text);
    moment.map(|at| at.to_utc()).map_err(|_| "write a time with its zone, like 2024-12-15T09:00:00Z")
}
