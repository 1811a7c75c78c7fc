//! `gangplank log`.

use crate::prose::dates;
use std::collections::VecDeque;
use std::ops::ControlFlow;
use std::sync::Arc;

use clap::Args;

use super::json::{EntryJson, JsonArray};
use super::output::{Output, TextRole};
use super::table::{TextCell, TextColumn, TextTable};
use super::{CliError, Context, account, count, notify};
use crate::prose::{entries, runs};
use crate::state::{AccountId, Board, Change, Entry, Event, Now, Seq, known_before};
use crate::store::{Opened, Store, StoreError};

/// Show the history of the board, the latest change last
///
/// Each change names the playbooks that ran, and why. For one account, every single change is shown.
#[derive(Args, Debug)]
#[command(after_help = "Examples:\n\
    \x20 gangplank log -n 20\n\
    \x20 gangplank log Acme")]
pub struct LogArgs {
    /// Only the history of this account: its external id or full name
    account: Option<String>,
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
    let about = about.map(|account| account.id.clone());
    let latest = match (&about, args.limit) {
        (Some(id), limit) => Some(latest_of(id, limit.unwrap_or(usize::MAX), &mut *store, last)?),
        (None, Some(limit)) if (limit as Seq) < last => Some(store.latest(last, limit)?),
        (None, _) => None,
    };
    let form = if args.json { LogFormat::Json(JsonArray::default()) } else { LogFormat::TextTable(table()) };
    let (apart, now) = (about.is_some(), context.config.now());
    let mut log = LogWriter { form, apart, summed: false, now, out: &mut context.out };
    // Each entry in the words of its time: who was called what then, and stages as they are called now.
    if let Some(latest) = latest {
        let mut then = known_before(board, &latest);
        latest.into_iter().try_for_each(|entry| log.notify(entry, &mut then))?;
    } else {
        let mut then = Board::new(board.pipeline().clone());
        drop(board);
        let mut told = Ok(());
        store.for_each(last, &mut |entry| {
            told = log.notify(entry, &mut then);
            if told.is_ok() { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
        })?;
        told?;
    }
    log.end()
}

/// What was told, and is being told.
struct LogWriter<'a> {
    form: LogFormat,
    /// Whether each signal is told apart.
    apart: bool,
    /// Whether something was told of several accounts at once.
    summed: bool,
    now: Now,
    out: &'a mut Output,
}

enum LogFormat {
    Json(JsonArray),
    TextTable(TextTable),
}

impl LogWriter<'_> {
    /// Tells `entry`, which comes after what `then` has seen.
    fn notify(&mut self, entry: Arc<Entry>, then: &mut Board) -> Result<(), CliError> {
        let Self { form, apart, summed, now, out } = self;
        match form {
            LogFormat::Json(list) => list.push(out, &EntryJson::new(&entry)),
            LogFormat::TextTable(table) => {
                then.apply(entry.clone());
                *summed |= !*apart && runs::is_about_several(&entry);
                for step in steps(entry, *apart) {
                    table.row(row(&step, then, now));
                }
                Ok(table.pass_on(out)?)
            }
        }
    }

    fn end(self) -> Result<(), CliError> {
        match self.form {
            LogFormat::Json(list) => list.end(self.out),
            LogFormat::TextTable(table) => {
                table.write(self.out)?;
                if self.summed {
                    notify(
                        "what playbooks did for each account: gangplank log ACCOUNT, or gangplank log --json",
                    );
                }
                Ok(())
            }
        }
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
        (step.seq.to_string(), TextRole::Quiet),
        (dates::in_figures(now, step.at), TextRole::Quiet),
        (step.by.to_string(), TextRole::Plain),
        (step.command.to_string(), TextRole::Quiet),
        (format!("{what}{}", runs::of_entry(step, now)), TextRole::Plain),
    ]
}

/// What the latest `limit` entries that concern the account `id` say about it.
fn latest_of(
    id: &AccountId,
    limit: usize,
    store: &mut dyn Store,
    last: Seq,
) -> Result<Vec<Arc<Entry>>, StoreError> {
    let mut latest = VecDeque::new();
    store.for_each(last, &mut |entry| {
        if concerns(&entry, id) {
            latest.push_back(Arc::new(part(&entry, id)));
        }
        if latest.len() > limit {
            latest.pop_front();
        }
        ControlFlow::Continue(())
    })?;
    Ok(latest.into())
}

/// Whether `entry` changed anything about the account `id`. Having looked at it does not.
fn concerns(entry: &Entry, id: &AccountId) -> bool {
    let changes = |event: &Event| {
        event.account() == Some(id) && !matches!(event, Event::Account { change: Change::Seen { .. }, .. })
    };
    entry.events.iter().any(changes)
}

/// Of `entry`, what it says about the account `id`.
fn part(entry: &Entry, id: &AccountId) -> Entry {
    let events = entry.events.iter().filter(|event| event.account() == Some(id)).cloned().collect();
    Entry { events, ..bare(entry) }
}

/// `entry` as it is told: one step, or one for each signal it took in.
fn steps(entry: Arc<Entry>, apart: bool) -> Vec<Arc<Entry>> {
    if !apart {
        return vec![entry];
    }
    let chunks = entry
        .events
        .chunk_by(|_, next| !matches!(next, Event::Account { change: Change::SignalRecorded { .. }, .. }));
    chunks.map(|events| Arc::new(Entry { events: events.to_vec(), ..bare(&entry) })).collect()
}

/// `entry` without what happened.
fn bare(entry: &Entry) -> Entry {
    let Entry { seq, at, by, command, undoes, redoes, events: _ } = entry;
    Entry {
        seq: *seq,
        at: *at,
        by: by.clone(),
        command: command.clone(),
        undoes: *undoes,
        redoes: *redoes,
        events: Vec::new(),
    }
}
