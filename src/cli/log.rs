//! `gangplank log`.

use std::io::Write;

use clap::Args;

use super::json::{self, EntryJson};
use super::out::Role;
use super::show::date_time;
use super::{Failure, Shell};
use crate::state::{Board, words};
use crate::store::{FileStore, Store};
use crate::text;

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
    let entries = opened.store.read_after(0)?;
    let skip = args.limit.map_or(0, |limit| entries.len().saturating_sub(limit));
    if args.json {
        return json::write_all(&mut shell.out, entries.iter().skip(skip).map(|entry| EntryJson::new(entry)));
    }
    let now = shell.config.now();
    // Each entry in the words of its time: who was called what then, and stages as they are called now.
    let mut board = Board::new(shell.config.pipeline.clone());
    for (place, entry) in entries.iter().enumerate() {
        board.apply(entry.clone());
        if place < skip {
            continue;
        }
        let number = format!("#{:<5}", entry.seq);
        let by = text::clean(&entry.by.to_string()).into_owned();
        shell.out.paint(Role::Quiet, &format!("{number} {}  ", date_time(&now, entry.at)))?;
        write!(shell.out, "{by}  ")?;
        writeln!(shell.out, "{}", text::clean(&words::of(entry, &board)))?;
    }
    Ok(())
}
