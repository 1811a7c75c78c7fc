//! `gangplank log`.

use std::collections::BTreeSet;

use clap::Args;

use super::json::{self, EntryJson};
use super::out::Role;
use super::show::date_time;
use super::table::{Column, Table};
use super::{Failure, Shell, tell};
use crate::state::{Board, Entry, Event, words};
use crate::store::{FileStore, Store};

/// Show everything that ever happened, the latest last
#[derive(Args, Debug)]
pub struct LogArgs {
    /// Only the latest so many
    #[arg(short = 'n', long, value_name = "COUNT")]
    limit: Option<usize>,
    /// Write JSON
    #[arg(long)]
    json: bool,
}

pub(super) fn run(args: &LogArgs, shell: &mut Shell) -> Result<(), Failure> {
    let mut opened = FileStore::open(&shell.config.paths.data_dir, shell.config.pipeline.clone())?;
    opened.notices.iter().for_each(|notice| tell(notice));
    let entries = opened.store.read_after(0)?;
    let skip = args.limit.map_or(0, |limit| entries.len().saturating_sub(limit));
    if args.json {
        return json::write_all(&mut shell.out, entries.iter().skip(skip).map(|entry| EntryJson::new(entry)));
    }
    let now = shell.config.now();
    // Each entry in the words of its time: who was called what then, and stages as they are called now.
    let mut board = Board::new(shell.config.pipeline.clone());
    let mut table = Table::new(&[
        Column::number("SEQ"),
        Column::text("TIME"),
        Column::cut("BY", 8),
        Column::cut("COMMAND", 20),
        Column::wrapped("WHAT HAPPENED", 40),
    ]);
    for (place, entry) in entries.iter().enumerate() {
        board.apply(entry.clone());
        if place < skip {
            continue;
        }
        let what = words::of(entry, &board, &now);
        let what =
            what.strip_prefix(&*entry.command).and_then(|rest| rest.strip_prefix(": ")).unwrap_or(&what);
        table.row([
            (entry.seq.to_string(), Role::Quiet),
            (date_time(&now, entry.at), Role::Quiet),
            (entry.by.to_string(), Role::Plain),
            (entry.command.to_string(), Role::Quiet),
            (format!("{what}{}", playbooks(entry)), Role::Plain),
        ]);
    }
    Ok(table.write(&mut shell.out)?)
}

/// The playbooks that acted in `entry`, after what happened.
fn playbooks(entry: &Entry) -> String {
    let ids: BTreeSet<&str> = entry
        .events
        .iter()
        .filter_map(|event| match event {
            Event::Fired { playbook, .. } => Some(&**playbook),
            _ => None,
        })
        .collect();
    match ids.len() {
        0 => String::new(),
        1 => format!(" (playbook {})", ids.into_iter().collect::<String>()),
        _ => format!(" (playbooks {})", ids.into_iter().collect::<Vec<_>>().join(", ")),
    }
}
