//! `gangplank log`.

use std::borrow::Cow;
use std::sync::Arc;

use clap::Args;

use super::json::{self, EntryJson};
use super::out::Role;
use super::table::{Column, Table};
use super::{Failure, Shell, account, cause, count, tell};
use crate::state::{AccountId, Board, Entry, Event, words};
use crate::store::{FileStore, Store};

/// Show everything that ever happened, the latest last
///
/// Each change names the playbooks that acted, and what made them. Of one account, every single change is told.
#[derive(Args, Debug)]
#[command(after_help = "Examples:\n\
    \x20 gangplank log -n 20\n\
    \x20 gangplank log Acme")]
pub struct LogArgs {
    /// Only what happened to this account: its external id, or its whole name
    account: Option<String>,
    /// Only the latest so many
    #[arg(short = 'n', long, value_name = "COUNT", value_parser = count, allow_negative_numbers = true)]
    limit: Option<usize>,
    /// Write JSON
    #[arg(long)]
    json: bool,
}

pub(super) fn run(args: &LogArgs, shell: &mut Shell) -> Result<(), Failure> {
    let mut opened = FileStore::open(&shell.config.paths.data_dir, shell.config.pipeline.clone())?;
    opened.notices.iter().for_each(|notice| tell(notice));
    let about = args.account.as_deref().map(|name| account::find(&opened.board, name)).transpose()?;
    let about = about.map(|account| account.id.clone());
    let entries = opened.store.read_after(0)?;
    let concerned = |entry: &&Arc<Entry>| about.as_ref().is_none_or(|id| concerns(entry, id));
    let count = entries.iter().filter(concerned).count();
    let skip = args.limit.map_or(0, |limit| count.saturating_sub(limit));
    if args.json {
        let told = entries.iter().filter(concerned).skip(skip);
        let told: Vec<Cow<'_, Entry>> = told.map(|entry| part(entry, about.as_ref())).collect();
        return json::write_all(&mut shell.out, told.iter().map(|entry| EntryJson::new(entry)));
    }
    let now = shell.config.now();
    // Each entry in the words of its time: who was called what then, and stages as they are called now.
    let mut board = Board::new(shell.config.pipeline.clone());
    let mut table = Table::new(&[
        Column::number("SEQ"),
        Column::text("TIME"),
        Column::cut("BY", 8),
        Column::text("COMMAND").spare(),
        Column::wrapped("WHAT HAPPENED", 40),
    ]);
    let mut place = 0;
    let mut summed = false;
    for entry in &entries {
        board.apply(entry.clone());
        if !concerned(&entry) {
            continue;
        }
        place += 1;
        if place <= skip {
            continue;
        }
        summed |= about.is_none() && cause::is_about_several(entry);
        for step in steps(&part(entry, about.as_ref()), about.is_some()) {
            let what = words::of(&step, &board, &now);
            let repeated = what.strip_prefix(&*step.command).and_then(|rest| rest.strip_prefix(": "));
            let what = repeated.unwrap_or(&what);
            table.row([
                (step.seq.to_string(), Role::Quiet),
                (now.moment_in_figures(step.at), Role::Quiet),
                (step.by.to_string(), Role::Plain),
                (step.command.to_string(), Role::Quiet),
                (format!("{what}{}", cause::playbooks(&step, &now)), Role::Plain),
            ]);
        }
    }
    table.write(&mut shell.out)?;
    if summed {
        tell("what playbooks did for each account: gangplank log ACCOUNT, or gangplank log --json");
    }
    Ok(())
}

/// Whether `entry` changed anything about the account `id`. Having looked at it does not.
fn concerns(entry: &Entry, id: &AccountId) -> bool {
    let changes = |event: &Event| event.account() == Some(id) && !matches!(event, Event::Seen { .. });
    entry.events.iter().any(changes)
}

/// Of `entry`, what it says about one account, or all of it.
fn part<'a>(entry: &'a Entry, about: Option<&AccountId>) -> Cow<'a, Entry> {
    let Some(id) = about else { return Cow::Borrowed(entry) };
    let events = entry.events.iter().filter(|event| event.account() == Some(id)).cloned().collect();
    Cow::Owned(Entry { events, ..bare(entry) })
}

/// `entry` as it is told: one step, or one for each signal it took in.
fn steps(entry: &Entry, apart: bool) -> Vec<Cow<'_, Entry>> {
    if !apart {
        return vec![Cow::Borrowed(entry)];
    }
    let chunks = entry.events.chunk_by(|_, next| !matches!(next, Event::Recorded { .. }));
    chunks.map(|events| Cow::Owned(Entry { events: events.to_vec(), ..bare(entry) })).collect()
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
