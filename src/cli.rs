//! The command line: one file per command, and the flags they share.
//!
//! Every command is `run(args, &mut Context) -> Result<(), CliError>`. Commands write through [`Output`], which knows whether
//! a terminal reads along, and never print by themselves.

mod account;
mod alerts;
mod at;
mod backup;
mod board;
mod brief;
mod bulk;
mod check;
pub mod complete;
mod completions;
mod context;
mod counting;
mod dismiss;
pub mod docs;
mod doctor;
pub mod error;
mod everybody;
mod explain;
pub mod export;
mod forecast;
pub mod import;
mod ingest;
mod insights;
mod interruption;
pub mod json;
mod list;
mod log;
mod logging;
mod man;
mod meanwhile;
mod merge;
mod r#move;
mod note;
pub mod output;
mod output_file;
mod owner;
mod paths;
mod playbooks;
mod record;
mod refund;
mod repair;
mod restore;
mod risk;
mod segment;
mod serve;
mod show;
mod snooze;
mod sources;
mod stages;
mod sweep;
mod sync;
pub mod table;
mod task;
mod team;
mod themes;
mod today;
mod tour;
mod undo;
mod unmatched;
mod views;
mod where_query;
mod write;

use std::cell::{Cell, RefCell};
use std::ffi::OsStr;
use std::fmt;
use std::io::{self, Write};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

use chrono::{DateTime, Utc};
use clap::builder::{PathBufValueParser, TypedValueParser};
use clap::{Args, CommandFactory, Parser, Subcommand};
use strum::IntoStaticStr;
use tracing::info;

use board::Shown;
pub use context::{Context, SessionGuard};
use counting::show_count;
pub use error::CliError;
pub use output::{BackgroundChoice, ColorChoice, Output};

use crate::config::load::{NameSource, environment};
use crate::config::paths::expanded;
use crate::config::settings::person;
use crate::config::{Config, Overrides};
use crate::hooks::HookRunner;
use crate::state::Entry;
use crate::store::lock::PATIENCE;
use crate::store::{LockWaiting, StoreAddress, StoreChoice, shell_word};
use crate::text;
use crate::tui::shell::terminal::is_dumb;

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

    /// Say everything line by line, for a screen reader, and draw nothing.
    #[arg(long)]
    pub plain: bool,

    /// What the terminal's background is, where it does not tell.
    #[arg(long, value_name = "WHICH", value_enum)]
    pub background: Option<BackgroundChoice>,

    /// Open the board as it was at the end of this day, such as 2024-11-01 or yesterday, read only.
    #[arg(long, value_name = "DATE")]
    pub at: Option<String>,

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

    /// Keep the board in this database of a team, such as postgres://db.example.com/gangplank; `local` is the data directory [env: GANGPLANK_STORE]
    // Not checked here: an error of clap repeats the value, and a password may stand in it.
    #[arg(long, global = true, value_name = "URL")]
    pub store: Option<String>,

    /// Wait so many seconds for another program that is writing, or for a database
    #[arg(long, global = true, value_name = "SECONDS", default_value_t = PATIENCE.as_secs())]
    pub wait: u64,

    /// Whether to use colour; "always" also aligns lists that are piped
    #[arg(long, global = true, value_name = "WHEN", value_enum, default_value_t)]
    pub color: ColorChoice,
}

/// What to do.
#[derive(Debug, Subcommand, IntoStaticStr)]
#[strum(serialize_all = "kebab-case")]
pub enum CliCommand {
    Import(import::ImportArgs),
    Ingest(ingest::IngestArgs),
    Record(Box<record::RecordArgs>),
    Unmatched(unmatched::UnmatchedArgs),
    Sync(sync::SyncArgs),
    Sources(sources::SourcesArgs),
    Serve(serve::ServeArgs),
    Sweep(sweep::SweepArgs),
    Tour(tour::TourArgs),
    Today(today::TodayArgs),
    List(list::ListArgs),
    Show(show::ShowArgs),
    Brief(brief::BriefArgs),
    Write(write::WriteArgs),
    Move(r#move::MoveArgs),
    Risk(risk::RiskArgs),
    Refund(refund::RefundArgs),
    Owner(owner::OwnerArgs),
    Segment(segment::SegmentArgs),
    Note(note::NoteArgs),
    Check(check::CheckArgs),
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
    Themes(themes::ThemesArgs),
    Forecast(forecast::ForecastArgs),
    Insights(Box<insights::InsightsArgs>),
    Export(export::ExportArgs),
    Paths(paths::PathsArgs),
    Backup(backup::BackupArgs),
    Restore(restore::RestoreArgs),
    Doctor(doctor::DoctorArgs),
    Repair(repair::RepairArgs),
    Team(team::TeamArgs),
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
    if is_dumb() {
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
    let Cli { demo, plain, background, at, global, command } = cli;
    if demo && command.is_some() {
        return Err(CliError::usage("--demo opens the board: leave out the command"));
    }
    if plain && !matches!(command, None | Some(CliCommand::Tour(_))) {
        return Err(CliError::usage("--plain is about the board: leave it out, commands write lines anyway"));
    }
    if at.is_some() && command.is_some() {
        return Err(CliError::usage("--at before a command is about the board: write it behind the command"));
    }
    // A limit on the size of files is an error like a full disk, and no reason to die.
    #[cfg(unix)]
    let _ = signal_hook::flag::register(signal_hook::consts::SIGXFSZ, Arc::default());
    let mut out = Output::stdout(global.color);
    if let Some(CliCommand::Manual(manual)) = &command {
        manual.run(&mut out)?;
        return Ok(out.flush()?);
    }
    let signed = global.me.is_some();
    let overrides = overrides(global.data_dir, global.config_dir, global.now, global.me, global.store)?;
    let mut config = match (Config::load(&overrides), &command) {
        (Err(error), Some(CliCommand::Doctor(args))) => {
            return doctor::without_config(args, &error, &mut out);
        }
        (loaded, _) => loaded?,
    };
    config.plain |= plain;
    let write = |entry: &Entry| serde_json::to_vec(&json::EntryJson::new(entry)).unwrap_or_default();
    let hooks = RefCell::new(HookRunner::new(config.hooks.clone(), write));
    let verb = command.as_ref().map(|command| format!(" {}", <&str>::from(command))).unwrap_or_default();
    let waiting =
        LockWaiting::new(format!("gangplank{verb}"), Duration::from_secs(global.wait)).said_by(notify);
    let waiting = Arc::new(waiting.counted_by(show_count));
    learn_signature(&mut config, command.as_ref(), &waiting);
    let mut context = Context {
        config,
        signed,
        color: global.color,
        out,
        hooks,
        waiting,
        interruption: None,
        has_changed: Cell::new(false),
        late_notices: RefCell::default(),
    };
    logging::start(&context.config.paths.state_dir)?;
    let started = Instant::now();
    info!(version = env!("CARGO_PKG_VERSION"), process = std::process::id(), "started");
    let done = match command {
        None => {
            board::run(if demo { Shown::Demo } else { Shown::Store }, background, at.as_deref(), &context)
        }
        Some(command) => run_command(command, &mut context),
    };
    let late = context.late_notices.take();
    std::iter::from_fn(|| late.next()).chain(late.damage()).for_each(|sentence| notify(&sentence));
    if context.has_changed.get() && !matches!(context.config.store, StoreAddress::Team(_)) {
        backup::save_daily_and_say(&context.config);
    }
    for complaint in context.hooks.into_inner().finish() {
        notify(&complaint);
    }
    let outcome = done.as_ref().map_or_else(CliError::kind, |()| "done");
    info!(outcome, milliseconds = started.elapsed().as_millis(), "stopped");
    done
}

/// Signs as the board of a team has it, where nobody says otherwise and this machine has never heard of it.
fn learn_signature(config: &mut Config, command: Option<&CliCommand>, waiting: &Arc<LockWaiting>) {
    let is_aside =
        matches!(command, Some(CliCommand::Team(_) | CliCommand::Paths(_) | CliCommand::Doctor(_)));
    if is_aside || config.me_is_from == NameSource::Person || config.store.known_signature().is_some() {
        return;
    }
    if let Some(me) = config.store.asked_signature(waiting.clone()) {
        config.me = me;
    }
}

/// What the flags set, else the environment.
fn overrides(
    data_dir: Option<PathBuf>,
    config_dir: Option<PathBuf>,
    now: Option<DateTime<Utc>>,
    me: Option<Arc<str>>,
    store: Option<String>,
) -> Result<Overrides, CliError> {
    let choice = |text: &str| StoreChoice::parse(text, environment);
    let store = store.map(|text| choice(&text)).transpose();
    let store = store.map_err(|error| CliError::usage(format!("--store: {error}")))?;
    Ok(Overrides {
        data_dir: given(data_dir, "GANGPLANK_DATA_DIR", |path| expanded(path.into()))?,
        config_dir: given(config_dir, "GANGPLANK_CONFIG_DIR", |path| expanded(path.into()))?,
        now: given(now, "GANGPLANK_NOW", |text| moment(&text.to_string_lossy()))?,
        me: given(me, "GANGPLANK_AS", |text| person(&text.to_string_lossy()))?,
        store: given(store, "GANGPLANK_STORE", |text| choice(&text.to_string_lossy()))?,
    })
}

fn run_command(command: CliCommand, context: &mut Context) -> Result<(), CliError> {
    match command {
        CliCommand::Import(args) => import::run(&args, context),
        CliCommand::Ingest(args) => ingest::run(&args, context),
        CliCommand::Record(args) => record::run(*args, context),
        CliCommand::Unmatched(args) => unmatched::run(args, context),
        CliCommand::Sync(args) => sync::run(&args, context),
        CliCommand::Sources(args) => sources::run(&args, context),
        CliCommand::Serve(args) => serve::run(&args, context),
        CliCommand::Sweep(args) => sweep::run(args, context),
        CliCommand::Tour(args) => tour::run(&args, context),
        CliCommand::List(args) => list::run(&args, context),
        CliCommand::Show(args) => show::run(&args, context),
        CliCommand::Brief(args) => brief::run(&args, context),
        CliCommand::Write(args) => write::run(&args, context),
        CliCommand::Move(args) => r#move::run(args, context),
        CliCommand::Today(args) => today::run(&args, context),
        CliCommand::Risk(args) => risk::run(args, context),
        CliCommand::Refund(args) => refund::run(args, context),
        CliCommand::Owner(args) => owner::run(args, context),
        CliCommand::Segment(args) => segment::run(args, context),
        CliCommand::Note(args) => note::run(args, context),
        CliCommand::Check(args) => check::run(args, context),
        CliCommand::Task(args) => task::run(args, context),
        CliCommand::Snooze(args) => snooze::run(&args, context),
        CliCommand::Merge(args) => merge::run(&args, context),
        CliCommand::Dismiss(args) => dismiss::run(&args, context),
        CliCommand::Alerts(args) => alerts::run(&args, context),
        CliCommand::Playbooks(args) => playbooks::run(&args, context),
        CliCommand::Explain(args) => explain::run(&args, context),
        CliCommand::Undo(args) => undo::undo(&args, context),
        CliCommand::Redo(args) => undo::redo(&args, context),
        CliCommand::Log(args) => log::run(&args, context),
        CliCommand::Stages(args) => stages::run(&args, context),
        CliCommand::Themes(args) => themes::run(&args, context),
        CliCommand::Forecast(args) => forecast::run(&args, context),
        CliCommand::Insights(args) => insights::run(&args, context),
        CliCommand::Export(args) => export::run(&args, context),
        CliCommand::Paths(args) => paths::run(&args, context),
        CliCommand::Backup(args) => backup::run(&args, context),
        CliCommand::Restore(args) => restore::run(&args, context),
        CliCommand::Doctor(args) => doctor::run(&args, context),
        CliCommand::Repair(args) => repair::run(args, context),
        CliCommand::Team(args) => team::run(&args, context),
        CliCommand::Manual(manual) => manual.run(&mut context.out),
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
