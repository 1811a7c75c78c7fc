//! `gangplank undo` and `gangplank redo`.

use std::collections::BTreeSet;

use clap::Args;
use serde::Serialize;

use super::{CliError, Context, json};
use crate::prose::{entries, way_back};
use crate::state::{AccountId, Batch, Command, Commands, Entry, Event, Seq};

/// Undo your latest change and everything it caused, or any change by its number
///
/// Your changes are those signed with your name, here or on the board; what the clock, a source or a colleague did is
/// undone by its number only, and what that means is said. Repeat the command to go further back. Undo is refused if
/// somebody changed the same thing since.
#[derive(Args, Clone, Debug)]
#[command(after_help = "Examples:\n\
    \x20 gangplank undo\n\
    \x20 gangplank undo 512 --dry-run\n\
    \x20 gangplank undo 512 510\n\
    \x20 gangplank undo --as dana")]
pub struct UndoArgs {
    /// The changes to undo, by the numbers that `gangplank log` shows, all of them or none; without one, your latest
    #[arg(value_name = "SEQ", value_parser = number)]
    seqs: Vec<Seq>,
    #[command(flatten)]
    way: WayArgs,
}

/// Redo what you undid last, or any undone change by its number
///
/// A change that was undone is known by its own number or by the one of the undo.
#[derive(Args, Clone, Debug)]
#[command(after_help = "Examples:\n\
    \x20 gangplank redo\n\
    \x20 gangplank redo 512")]
pub struct RedoArgs {
    /// The changes to redo, all of them or none; without one, what you undid last
    #[arg(value_name = "SEQ", value_parser = number)]
    seqs: Vec<Seq>,
    #[command(flatten)]
    way: WayArgs,
}

#[derive(Args, Clone, Copy, Debug)]
struct WayArgs {
    /// Show what would happen, and change nothing
    #[arg(long)]
    dry_run: bool,
    /// Write JSON
    #[arg(long)]
    json: bool,
}

fn number(text: &str) -> Result<Seq, &'static str> {
    let number = text.strip_prefix('#').unwrap_or(text);
    number.parse().map_err(|_| "write the number of a change, such as 512: `gangplank log` shows them")
}

pub(super) fn undo(args: &UndoArgs, context: &mut Context) -> Result<(), CliError> {
    run("undo", &args.seqs, Command::Undo, Command::UndoEntry, args.way, context)
}

pub(super) fn redo(args: &RedoArgs, context: &mut Context) -> Result<(), CliError> {
    run("redo", &args.seqs, Command::Redo, Command::RedoEntry, args.way, context)
}

fn run(
    verb: &str,
    seqs: &[Seq],
    latest: Command,
    numbered: fn(Seq) -> Command,
    args: WayArgs,
    context: &mut Context,
) -> Result<(), CliError> {
    // The newest first: what came later may be in the way.
    let seqs: BTreeSet<Seq> = seqs.iter().copied().collect();
    let newest_first: Vec<Seq> = seqs.into_iter().rev().collect();
    let commands = match newest_first[..] {
        [] => Commands::One(latest),
        [one] => Commands::One(numbered(one)),
        _ => {
            let words = format!("{verb} {}", entries::plain_numbers(&newest_first)).into();
            Commands::Batch(Batch { words, commands: newest_first.into_iter().map(numbered).collect() })
        }
    };
    let mut session = context.open_to_change(args.dry_run)?;
    let entry = session.submit_unless(args.dry_run, &commands, context)?;
    let (board, now) = (session.board(), context.config.now());
    let means = entry.as_deref().map(|entry| way_back::meaning(entry, board, &now)).unwrap_or_default();
    if args.json {
        let json = WayBackJson::new(entry.as_deref(), args.dry_run, means);
        return json::write(&mut context.out, &json);
    }
    let Some(entry) = entry else { return context.say("nothing changed") };
    let means: String = means.iter().flat_map(|means| ["; ", means]).collect();
    if args.dry_run {
        let what = entries::what(&entry, board, &now);
        let would = match (&entry.undoes[..], &entry.redoes[..]) {
            ([], redone) => format!("Would redo {}", entries::numbers(redone)),
            (undone, _) => format!("Would undo {}", entries::numbers(undone)),
        };
        return context.say(&format!("{would}: {what}{means}"));
    }
    let said = entries::text(&entry, board, &now) + &means;
    context.done(&said, &entry)
}

#[derive(Serialize)]
struct WayBackJson<'a> {
    /// Nothing in a dry run.
    entry: Option<Seq>,
    undoes: &'a [Seq],
    redoes: &'a [Seq],
    accounts: BTreeSet<&'a AccountId>,
    means: Vec<String>,
}

impl<'a> WayBackJson<'a> {
    fn new(entry: Option<&'a Entry>, is_dry_run: bool, means: Vec<String>) -> Self {
        Self {
            entry: entry.filter(|_| !is_dry_run).map(|entry| entry.seq),
            undoes: entry.map_or(&[], |entry| &entry.undoes),
            redoes: entry.map_or(&[], |entry| &entry.redoes),
            accounts: entry.iter().flat_map(|entry| entry.events.iter().filter_map(Event::account)).collect(),
            means,
        }
    }
}
