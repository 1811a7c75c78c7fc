//! `gangplank sweep`.

use std::slice;

use clap::Args;
use serde::Serialize;

use super::output::TextRole;
use super::table::{TextColumn, TextTable, plain, quiet};
use super::{CliError, Context, json, notify};
use crate::playbook::Playbooks;
use crate::prose::lists::plural;
use crate::prose::runs::{self, EntryRun};
use crate::state::{AccountId, Board, Change, Entry, Event, Now, Occasion, StageId, Submission};

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
    let mut session = context.open_to_change(args.dry_run)?;
    let entry = session.submit_unless(args.dry_run, Submission::Sweep, context)?;
    // In a dry run, the board as it would be after the sweep.
    let mut board = session.board().clone();
    if let Some(entry) = entry.as_ref().filter(|_| args.dry_run) {
        board.apply(entry.clone());
    }
    let playbooks = context.config.playbooks.clone();
    let now = context.config.now();
    let rows = entry.as_ref().map_or_else(Vec::new, |entry| rows(entry, &board, &playbooks, &now));
    if args.json {
        return json::write_all(&mut context.out, &rows);
    }
    let mut table = TextTable::new(&[
        TextColumn::whole("ID", 12),
        TextColumn::wrapped("WHAT HAPPENED", 32),
        TextColumn::cut("WHY", 12),
        TextColumn::cut("PLAYBOOK", 12),
    ]);
    for row in &rows {
        table.row([
            (row.account.unwrap_or_default().to_owned(), TextRole::Title),
            plain(&row.did),
            plain(&row.why),
            quiet(row.title.unwrap_or_default()),
        ]);
    }
    if !rows.is_empty() || !context.out.aligned {
        table.write(&mut context.out)?;
    }
    let runs = rows.iter().filter(|row| row.playbook.is_some()).count();
    let ran = format!("playbooks ran {}", plural(runs, "time", "times"));
    let did = match (runs, rows.len() - runs) {
        (_, 0) => ran,
        (0, others) => plural(others, "change", "changes"),
        (_, others) => format!("{ran}, {}", plural(others, "other change", "other changes")),
    };
    notify(&match (&entry, rows.is_empty(), args.dry_run) {
        (None, ..) => "nothing is due".to_owned(),
        (Some(_), true, _) => "what was due had nothing to change".to_owned(),
        (Some(_), false, true) => "this was a dry run: nothing was written".to_owned(),
        (Some(entry), false, false) => {
            format!("{did}; undo with `{}`", context.call(&format!("undo {}", entry.seq)))
        }
    });
    Ok(())
}

/// What a playbook did for an account, or what happened without one, of `sweep --json`.
#[derive(Serialize)]
struct SweepRow<'a> {
    account: Option<&'a str>,
    name: &'a str,
    playbook: Option<&'a str>,
    title: Option<&'a str>,
    occasion: Option<&'a Occasion>,
    from: Option<&'a StageId>,
    to: Option<&'a StageId>,
    did: String,
    #[serde(skip)]
    why: String,
}

/// All that `entry` changed. A playbook that was due and had nothing to change is left out.
fn rows<'a>(entry: &'a Entry, board: &'a Board, playbooks: &'a Playbooks, now: &Now) -> Vec<SweepRow<'a>> {
    let row = |account: Option<&'a AccountId>, events: &'a [Event]| {
        let step = events.iter().find_map(|event| match event.change() {
            Some(Change::Moved { from, to, .. }) => Some((from.as_ref(), to.as_ref())),
            _ => None,
        });
        let (from, to) = step.unwrap_or_default();
        SweepRow {
            account: account.map(AccountId::as_str),
            name: account.map_or("", |id| board.get(id).map_or(id.as_str(), |account| account.name())),
            playbook: None,
            title: None,
            occasion: None,
            from: from.map(|place| &place.stage),
            to: to.map(|place| &place.stage),
            did: runs::describe_runs(events, board, now, None),
            why: String::new(),
        }
    };
    let others = runs::outside_runs(&entry.events).map(|event| row(event.account(), slice::from_ref(event)));
    let runs = runs::all_runs_in(&entry.events).filter(|run| !run.did.is_empty());
    let runs = runs.map(|EntryRun { account, playbook, occasion, did }| {
        let known = playbooks.all.iter().find(|known| *known.id.0 == *playbook);
        SweepRow {
            playbook: Some(playbook),
            title: Some(known.map_or(playbook, |known| &known.title)),
            occasion: Some(occasion),
            why: runs::reason(occasion, entry, now),
            ..row(Some(account), did)
        }
    });
    others.chain(runs).collect()
}
