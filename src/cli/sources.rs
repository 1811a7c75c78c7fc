//! `gangplank sources`.

mod add;
mod person;
mod questions;

use clap::{Args, Subcommand};
use serde::Serialize;

use self::add::AddSourceArgs;
use super::output::TextRole;
use super::table::{TextColumn, TextTable};
use super::{CliError, Context, json};
use crate::prose::{dates, sources as prose};
use crate::sources::{LiveSource, SourceStatus};
use crate::state::query::unmatched::waiting_of;
use crate::state::{Board, Now};
use crate::sync::status;

mod received;

/// Show how the live sources and receivers fare
///
/// When each was read last, what came of it, and what is wrong. `gangplank sync` reads sources now; a receiver hears of
/// something while `gangplank serve` runs.
#[derive(Args, Debug)]
#[command(after_help = "Example:\n\
    \x20 gangplank sources\n\
    \x20 gangplank sources add")]
#[command(args_conflicts_with_subcommands = true)]
pub struct SourcesArgs {
    #[command(subcommand)]
    change: Option<SourcesCommand>,
    /// Write JSON
    #[arg(long)]
    json: bool,
}

#[derive(Subcommand, Debug)]
enum SourcesCommand {
    /// Add a live source: asks what it needs, reads it, and shows what would come before anything is written
    Add(AddSourceArgs),
}

/// One source of `sources --json`. A contract: fields may be added, never renamed.
#[derive(Serialize)]
struct SourceJson {
    source: String,
    kind: &'static str,
    /// `pull` where it is read, `webhook` where it is delivered.
    transport: &'static str,
    /// When it was last read, or something was last delivered.
    read_at: Option<chrono::DateTime<chrono::Utc>>,
    /// Not before then is it read again.
    next_at: Option<chrono::DateTime<chrono::Utc>>,
    /// How many signals and accounts were taken from it.
    taken: u64,
    /// Each counted once; of a calendar, those of the latest reading.
    ignored: std::collections::BTreeMap<String, usize>,
    /// How many of its signals wait for an account.
    unmatched: usize,
    failures: u32,
    error: Option<String>,
    rejected: Vec<String>,
}

impl SourceJson {
    fn new(source: &LiveSource, status: SourceStatus, board: &Board) -> Self {
        let unmatched = waiting_of(board, &source.signal_source());
        let read = board.source_read(&source.name);
        let read_at = status.read_at.max(read.map(|read| read.at));
        Self {
            source: source.name.to_string(),
            kind: source.kind.word(),
            transport: "pull",
            read_at,
            next_at: status.next_at,
            taken: read.map_or(0, |read| read.taken),
            ignored: status.ignored.by_kind().clone(),
            unmatched,
            failures: status.failures,
            error: status.error,
            rejected: status.rejected,
        }
    }

    fn ago(&self, now: &Now) -> String {
        self.read_at.map_or_else(|| "never".to_owned(), |at| dates::moment(now, at))
    }

    fn state(&self) -> (String, TextRole) {
        let words = prose::state(self.error.as_deref(), self.failures, self.read_at.is_some());
        let role = match &self.error {
            Some(_) => TextRole::Urgent,
            None if self.read_at.is_none() => TextRole::Quiet,
            None => TextRole::Plain,
        };
        (words, role)
    }
}

pub(super) fn run(args: &SourcesArgs, context: &mut Context) -> Result<(), CliError> {
    if let Some(SourcesCommand::Add(args)) = &args.change {
        return add::run(args, context);
    }
    let receivers = &context.config.receivers;
    let sources = match &context.config.sources[..] {
        [] if !receivers.is_empty() => Vec::new(),
        sources => super::sync::chosen(&[], sources)?,
    };
    let session = context.open()?;
    let now = context.config.now();
    let (sources_dir, receivers_dir) =
        (context.config.paths.sources_dir(), context.config.paths.receivers_dir());
    let read = sources.iter().map(|source| {
        let row = SourceJson::new(source, status::load(&sources_dir, source), session.board());
        let state = row.state();
        (row, state)
    });
    let received = receivers.iter().map(|receiver| {
        let status = status::load_received(&receivers_dir, receiver);
        SourceJson::received(receiver, status, session.board(), &now)
    });
    let told: Vec<(SourceJson, (String, TextRole))> = read.chain(received).collect();
    if args.json {
        return json::write_all(&mut context.out, told.into_iter().map(|(row, _)| row));
    }
    let mut table = TextTable::new(&[
        TextColumn::text("SOURCE"),
        TextColumn::text("KIND"),
        TextColumn::text("LATEST"),
        TextColumn::number("TAKEN"),
        TextColumn::number("IGNORED"),
        TextColumn::number("UNMATCHED"),
        TextColumn::text("STATE"),
    ]);
    for (source, state) in told {
        let ignored: usize = source.ignored.values().sum();
        let plain = |text: String| (text, TextRole::Plain);
        table.row([
            plain(source.source.clone()),
            plain(if source.transport == "pull" {
                source.kind.to_owned()
            } else {
                format!("{} webhook", source.kind)
            }),
            plain(source.ago(&now)),
            plain(source.taken.to_string()),
            plain(ignored.to_string()),
            plain(source.unmatched.to_string()),
            state,
        ]);
    }
    Ok(table.write(&mut context.out)?)
}
