//! `gangplank repair`.

use std::io::Write;

use clap::Args;
use serde::Serialize;

use super::{CliError, Context, json};
use crate::prose::lists::plural;
use crate::state::{AccountId, Board};
use crate::store::{DamageReport, LostEntries, Opened, OpenedFor, Repaired};

/// How many accounts, lines and marks are named of many.
const NAMED: usize = 10;

/// Repair a damaged journal
///
/// Shows what is damaged and what would be kept, and asks before it does anything. Every whole entry is kept; a mark stands
/// where some are lost, and what a snapshot knows of them is put back. A copy of the damaged journal is kept beside it. An
/// undamaged journal stays as it is.
#[derive(Args, Clone, Copy, Debug)]
#[command(after_help = "Examples:\n\
    \x20 gangplank repair\n\
    \x20 gangplank repair --dry-run\n\
    \x20 gangplank repair --yes")]
pub struct RepairArgs {
    /// Only show what would be done
    #[arg(long, conflicts_with = "yes")]
    dry_run: bool,
    /// Do it without asking
    #[arg(long)]
    yes: bool,
    /// Write JSON
    #[arg(long)]
    json: bool,
}

#[derive(Serialize)]
struct RepairJson<'a> {
    damaged: bool,
    /// Whether it was done.
    repaired: bool,
    #[serde(flatten)]
    report: &'a DamageReport,
    copy: Option<&'a str>,
}

pub(super) fn run(args: RepairArgs, context: &mut Context) -> Result<(), CliError> {
    context.is_in_directory("repair")?;
    let found = context.config.store.examine(&context.config.pipeline)?;
    let is_damaged = found.copy.is_some();
    let can_ask = !args.json && super::context::can_ask();
    if is_damaged && !args.json {
        show(&found, context)?;
    }
    let is_wanted = args.yes
        || (is_damaged && !args.dry_run && can_ask && context.is_confirmed("Repair the journal?")?);
    if !is_damaged || !is_wanted {
        return not_repaired(args, &found, can_ask, context);
    }
    let done = context.config.store.repair(&context.config.pipeline, &*context.waiting)?;
    if args.json {
        return say_json(&done, true, context);
    }
    let copy = done.copy.unwrap_or_default();
    context.say(&format!("repaired; the damaged journal is kept as {copy}"))
}

/// Says that nothing was done, and why.
fn not_repaired(
    args: RepairArgs,
    found: &Repaired,
    can_ask: bool,
    context: &mut Context,
) -> Result<(), CliError> {
    if args.json {
        say_json(found, false, context)?;
    }
    if found.copy.is_none() {
        let kept = usize::try_from(found.report.kept).unwrap_or(usize::MAX);
        let kept = plural(kept, "entry", "entries");
        if !args.json {
            context.say(&format!("the journal is not damaged: {kept}; nothing was changed"))?;
        }
        return Ok(());
    }
    if args.dry_run {
        return if args.json { Ok(()) } else { context.say("nothing was changed") };
    }
    context.out.flush()?;
    Err(CliError::error(if can_ask {
        "nothing was changed"
    } else {
        "nothing was changed; to do what is shown, run `gangplank repair --yes`"
    }))
}

fn say_json(repaired: &Repaired, is_done: bool, context: &mut Context) -> Result<(), CliError> {
    let repair = RepairJson {
        damaged: repaired.copy.is_some(),
        repaired: is_done,
        report: &repaired.report,
        copy: repaired.copy.as_deref(),
    };
    json::write(&mut context.out, &repair)
}

/// Shows what is damaged, what is kept and what is lost.
fn show(found: &Repaired, context: &mut Context) -> Result<(), CliError> {
    let (store, pipeline) = (&context.config.store, context.config.pipeline.clone());
    let Opened { board, .. } = store.open_waiting(pipeline, context.waiting.clone(), OpenedFor::Reading)?;
    let report = &found.report;
    context.say("damaged:")?;
    let places = report.places.iter().map(|place| format!("  {place}"));
    say_some(places.collect(), context)?;
    let kept = usize::try_from(report.kept).unwrap_or(usize::MAX);
    context.say(&format!("kept: {}", plural(kept, "whole entry", "whole entries")))?;
    if !report.renumbered.is_empty() {
        let count = plural(report.renumbered.len(), "entry gets a new number", "entries get new numbers");
        context.say(&format!("numbered anew: {count}"))?;
        let numbers = report.renumbered.iter().map(|it| format!("  #{} becomes #{}", it.from, it.to));
        say_some(numbers.collect(), context)?;
    }
    if !report.lost.is_empty() {
        context.say("lost, each with a mark in its place:")?;
        say_some(report.lost.iter().map(|lost| format!("  {}", lost_text(lost, &board))).collect(), context)?;
    }
    if let Some(seq) = report.snapshot {
        let restored = names(&report.restored, &board);
        let what = if restored.is_empty() {
            "nothing that the entries do not tell".to_owned()
        } else {
            format!("{}: {restored}", plural(report.restored.len(), "account", "accounts"))
        };
        context.say(&format!("put back from a snapshot of entry {seq}: {what}"))?;
    }
    let copy = found.copy.as_deref().unwrap_or_default();
    context.say(&format!("the damaged journal is kept as {copy}"))
}

fn say_some(lines: Vec<String>, context: &mut Context) -> Result<(), CliError> {
    let more = lines.len().saturating_sub(NAMED);
    for line in lines.into_iter().take(NAMED) {
        context.say(&line)?;
    }
    if more > 0 { context.say(&format!("  and {more} more")) } else { Ok(()) }
}

fn lost_text(lost: &LostEntries, board: &Board) -> String {
    let LostEntries { seq, count, accounts } = lost;
    let count = match count {
        Some(1) => "1 entry".to_owned(),
        Some(count) => format!("{count} entries"),
        None => "perhaps some entries".to_owned(),
    };
    let about = if accounts.is_empty() {
        "nothing tells which accounts".to_owned()
    } else {
        format!("perhaps about {}", names(accounts, board))
    };
    format!("#{seq}: {count}; {about}")
}

/// Some accounts by their names and ids.
fn names(accounts: &[AccountId], board: &Board) -> String {
    let name = |id: &AccountId| match board.get(id).map(|account| account.name()) {
        Some(name) if name != id.as_str() => format!("{name} ({id})"),
        Some(_) | None => id.to_string(),
    };
    let mut named: Vec<String> = accounts.iter().take(NAMED).map(name).collect();
    if accounts.len() > NAMED {
        named.push(format!("{} more", accounts.len() - NAMED));
    }
    named.join(", ")
}
