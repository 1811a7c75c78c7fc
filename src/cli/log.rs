//! `gangplank log`.

use std::collections::VecDeque;
use std::ops::ControlFlow;
use std::sync::Arc;

use clap::Args;

use super::json::{EntryJson, JsonArray};
use super::output::Output;
use super::table::{TextCell, TextColumn, TextTable, plain, quiet};
use super::where_query::query_context;
use super::{CliError, Context, account, count, notify};
use crate::prose::{dates, entries, runs};
use crate::query::EntryQuery;
use crate::state::{Board, Entry, Now, Seq, known_before};
use crate::store::{Opened, Store, StoreError};

/// Show the history of the board, the latest change last
///
/// Each change names the playbooks that ran, and why. For one account, every single change is shown.
#[derive(Args, Debug)]
#[command(after_help = "Examples:\n\
    \x20 gangplank log -n 20\n\
    \x20 gangplank log Acme\n\
    \x20 gangplank log --where 'by:clock when:today'")]
pub struct LogArgs {
    /// Only the history of this account: its external id or full name
    account: Option<String>,
    /// Only changes that a query means, such as 'by:clock when:today'; `gangplank docs queries` has the fields
    #[arg(long = "where", value_name = "QUERY", allow_hyphen_values = true)]
    query: Option<String>,
    /// Only the latest COUNT changes
    #[arg(short = 'n', long, value_name = "COUNT", value_parser = count, allow_negative_numbers = true)]
    limit: Option<usize>,
    /// Write JSON
    #[arg(long)]
    json: bool,
}

pub(super) fn run(args: &LogArgs, context: &mut Context) -> Result<(), CliError> {
    let Opened { mut store, board, .. } = context.open_store()?;
    let last = board.seq();
    let about = args.account.as_deref().map(|name| account::find(&board, name)).transpose()?;
    let about = about.map(|account| board.ids_of(&account.id));
    let (config, rules) = (&context.config, context.attention_rules());
    let asked = query_context(&board, config, &rules);
    let query = args.query.as_deref().map(|text| EntryQuery::parse(text, &asked)).transpose();
    let query = query.map_err(|error| CliError::usage(format!("--where: {error}")))?;
    let fits = |entry: &Entry, board: &Board| {
        query.as_ref().is_none_or(|query| query.means(entry, &query_context(board, config, &rules)))
    };
    let now = config.now();
    let latest = match (&about, args.limit) {
        (Some(ids), limit) => {
            let of_it = |entry: Arc<Entry>| {
                let about = entry.about(ids).filter(|_| fits(&entry, &board));
                about.map(Arc::new)
            };
            Some(latest_of(limit.unwrap_or(usize::MAX), &mut *store, last, of_it)?)
        }
        (None, Some(limit)) if query.is_some() => Some(latest_of(limit, &mut *store, last, |entry| {
            Some(entry).filter(|entry| fits(entry, &board))
        })?),
        (None, Some(limit)) if (limit as Seq) < last => Some(store.latest(last, limit)?),
        (None, _) => None,
    };
    let format =
        if args.json { LogFormat::Json(JsonArray::default()) } else { LogFormat::TextTable(table()) };
    let by_signal = about.is_some();
    let mut log = LogWriter { format, by_signal, is_summary: false, now, out: &mut context.out };
    // Accounts have the names they had at each entry, stages the labels they have now.
    if let Some(latest) = latest {
        let mut then = known_before(board, &latest);
        latest.into_iter().try_for_each(|entry| log.push(entry, &mut then))?;
    } else {
        let mut then = Board::new(board.pipeline().clone());
        // Two boards take twice the memory.
        let board = query.is_some().then_some(board);
        let mut written = Ok(());
        store.for_each(last, &mut |entry| {
            written = if board.as_ref().is_none_or(|board| fits(&entry, board)) {
                log.push(entry, &mut then)
            } else {
                then.apply(entry);
                Ok(())
            };
            if written.is_ok() { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
        })?;
        written?;
    }
    log.end()
}

struct LogWriter<'a> {
    format: LogFormat,
    /// Whether each signal of an entry has a row of its own.
    by_signal: bool,
    /// Whether a row sums up what happened to several accounts.
    is_summary: bool,
    now: Now,
    out: &'a mut Output,
}

enum LogFormat {
    Json(JsonArray),
    TextTable(TextTable),
}

impl LogWriter<'_> {
    /// Writes `entry`; `then` is the board before it.
    fn push(&mut self, entry: Arc<Entry>, then: &mut Board) -> Result<(), CliError> {
        match &mut self.format {
            LogFormat::Json(list) => list.push(self.out, &EntryJson::new(&entry)),
            LogFormat::TextTable(table) => {
                then.apply(entry.clone());
                self.is_summary |= !self.by_signal && runs::is_about_several(&entry);
                for step in steps(entry, self.by_signal) {
                    table.row(row(&step, then, &self.now));
                }
                Ok(table.pass_on(self.out)?)
            }
        }
    }

    fn end(self) -> Result<(), CliError> {
        match self.format {
            LogFormat::Json(list) => return list.end(self.out),
            LogFormat::TextTable(table) => table.write(self.out)?,
        }
        if self.is_summary {
            notify("what playbooks did for each account: gangplank log ACCOUNT, or gangplank log --json");
        }
        Ok(())
    }
}

fn table() -> TextTable {
    TextTable::new(&[
        TextColumn::number("SEQ"),
        TextColumn::text("TIME"),
        TextColumn::cut("BY", 8),
        TextColumn::text("COMMAND").spare(),
        TextColumn::wrapped("WHAT HAPPENED", 40),
    ])
}

fn row(step: &Entry, then: &Board, now: &Now) -> [TextCell; 5] {
    let what = entries::text(step, then, now);
    let repeated = what.strip_prefix(&*step.command).and_then(|rest| rest.strip_prefix(": "));
    let what = repeated.unwrap_or(&what);
    [
        quiet(&step.seq),
        quiet(&dates::in_figures(now, step.at)),
        plain(&step.by),
        quiet(&step.command),
        plain(&format!("{what}{}", runs::of_entry(step, now))),
    ]
}

/// The latest `limit` entries that `take` answers.
fn latest_of(
    limit: usize,
    store: &mut dyn Store,
    last: Seq,
    take: impl Fn(Arc<Entry>) -> Option<Arc<Entry>>,
) -> Result<Vec<Arc<Entry>>, StoreError> {
    let mut latest = VecDeque::new();
    store.for_each(last, &mut |entry| {
        latest.extend(take(entry));
        if latest.len() > limit {
            latest.pop_front();
        }
        ControlFlow::Continue(())
    })?;
    Ok(latest.into())
}

/// The rows of `entry`: one, or one for each signal it recorded.
fn steps(entry: Arc<Entry>, by_signal: bool) -> Vec<Arc<Entry>> {
    if !by_signal {
        return vec![entry];
    }
    let chunks = entry.events.chunk_by(|_, next| next.recorded().is_none());
    chunks.map(|events| Arc::new(entry.with_events(events.to_vec()))).collect()
}
