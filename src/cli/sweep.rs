//! `gangplank sweep`.

use clap::Args;
use serde::Serialize;

use super::output::TextRole;
use super::table::{TextColumn, TextTable, plain, quiet};
use super::{CliError, Context, json, notify};
use crate::playbook::Playbooks;
use crate::prose::lists::plural;
use crate::prose::runs::{self, EntryRun};
use crate::state::{Board, Change, Entry, Event, Now, Occasion, StageId, Submission};

/// Run the timed playbooks that are due, as an open board does every minute
///
/// Made for cron. Each playbook runs once per occasion, however often and wherever this runs.
#[derive(Args, Clone, Copy, Debug)]
#[command(after_help = "Examples:\n\
    \x20 gangplank sweep --dry-run\n\
    \x20 gangplank sweep")]
pub struct SweepArgs {
    /// Show what would happen, and write nothing
    #[arg(long)]
    dry_run: bool,
    /// Write JSON
    #[arg(long)]
    json: bool,
}

pub(super) fn run(args: SweepArgs, context: &mut Context) -> Result<(), CliError> {
    let mut session = context.open()?;
    let entry = session.submit_unless(args.dry_run, Submission::Sweep, context)?;
    // In a dry run, the board as it would be after the sweep.
    let mut board = session.board().clone();
    if let Some(entry) = entry.as_ref().filter(|_| args.dry_run) {
        board.apply(entry.clone());
    }
    let playbooks = context.config.playbooks.clone();
    let now = context.config.now();
    let firings = firings(entry.as_deref(), &board, &playbooks, &now);
    if args.json {
        return json::write_all(&mut context.out, &firings);
    }
    let mut table = TextTable::new(&[
        TextColumn::whole("ID", 12),
        TextColumn::wrapped("WHAT HAPPENED", 32),
        TextColumn::cut("WHY", 12),
        TextColumn::cut("PLAYBOOK", 12),
    ]);
    for firing in &firings {
        table.row([
            (firing.account.to_owned(), TextRole::Title),
            plain(&firing.did),
            plain(&firing.why),
            quiet(firing.title),
        ]);
    }
    if !firings.is_empty() || !context.out.aligned {
        table.write(&mut context.out)?;
    }
    let did = format!("playbooks ran {}", plural(firings.len(), "time", "times"));
    match (firings.is_empty(), args.dry_run) {
        (true, _) => notify("nothing is due"),
        (false, true) => notify("this was a dry run: nothing was written"),
        (false, false) => notify(&format!("{did}; undo with `{}`", context.call("undo"))),
    }
    Ok(())
}

/// What a playbook did for an account, of `sweep --json`.
#[derive(Serialize)]
struct Firing<'a> {
    account: &'a str,
    name: String,
    playbook: &'a str,
    title: &'a str,
    occasion: &'a Occasion,
    from: Option<&'a StageId>,
    to: Option<&'a StageId>,
    did: String,
    #[serde(skip)]
    why: String,
}

/// What each playbook did, in order; those that found nothing to change are left out.
fn firings<'a>(
    entry: Option<&'a Entry>,
    board: &Board,
    playbooks: &'a Playbooks,
    now: &Now,
) -> Vec<Firing<'a>> {
    let Some(entry) = entry else { return Vec::new() };
    let firing = |EntryRun { account, playbook, occasion, did }| {
        let step = did.iter().find_map(|event: &Event| match event.change() {
            Some(Change::Moved { from, to, .. }) => Some((from.as_ref(), to.as_ref())),
            _ => None,
        });
        let (from, to) = step.unwrap_or_default();
        let known = playbooks.all.iter().find(|known| *known.id.0 == *playbook);
        Firing {
            account: account.as_str(),
            name: board.get(account).map_or(account.as_str(), |account| account.name()).to_owned(),
            playbook,
            title: known.map_or(playbook, |known| &known.title),
            occasion,
            why: runs::reason(occasion, entry, now),
            from: from.map(|place| &place.stage),
            to: to.map(|place| &place.stage),
            did: runs::describe_runs(did, board, now, None),
        }
    };
    runs::all_runs_in(&entry.events).filter(|run| !run.did.is_empty()).map(firing).collect()
}
