//! What there is to say of an entry.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::prose::lists::sentence_case;
use crate::prose::{dates, entries, runs, signals};
use crate::state::{AccountId, Entry, Event};
use crate::text;
use crate::tui::model::activity::ActivityRow;
use crate::tui::model::app::App;

/// How many accounts of an entry are told about one by one.
const TOLD: usize = 40;

/// How many events of an entry are kept, so that it can be said what undoing it means.
const KEPT_EVENTS: usize = 5_000;

/// Whether `what` is said in `row` already.
fn says(row: &str, what: &str) -> bool {
    text::folded(row).contains(&text::folded(what))
}

pub(super) fn of(app: &App, entry: &Arc<Entry>) -> ActivityRow {
    let (board, now) = (&app.board, &app.now);
    let mut playbooks: Vec<&str> = Vec::new();
    for run in runs::runs_in(&entry.events) {
        if !playbooks.contains(&run.playbook) {
            playbooks.push(run.playbook);
        }
    }
    let accounts: BTreeSet<&AccountId> = entry.events.iter().filter_map(Event::account).collect();
    let told: BTreeSet<&AccountId> = accounts.iter().copied().take(TOLD).collect();
    let mut parts: BTreeMap<&AccountId, Vec<Event>> = BTreeMap::new();
    for event in &entry.events {
        if let Some(id) = event.account().filter(|id| told.contains(id)) {
            parts.entry(id).or_default().push(event.clone());
        }
    }
    let name = |id: &AccountId| board.get(id).map_or(id.as_str(), |account| account.name()).to_owned();
    let is_one = accounts.len() == 1;
    let what = entries::text(entry, board, now);
    let each = parts.iter().map(|(id, events)| {
        // Of the only account, the row says what happened: what came of that is left.
        let is_said = |event: &&Event| {
            is_one && event.recorded().is_some_and(|it| says(&what, signals::title(&it.data)))
        };
        let came: Vec<Event> = events.iter().filter(|event| !is_said(event)).cloned().collect();
        (name(id), entries::changes(&came, board, now))
    });
    // Of the only account, what the entry is called says that much.
    let each = each.filter(|(_, changes)| !is_one || !changes.is_empty()).map(|(name, changes)| {
        let changes = if changes.is_empty() { "opened, or only recorded".to_owned() } else { changes };
        if is_one { sentence_case(&changes) } else { format!("{name}: {changes}") }
    });
    let each: Vec<String> = each.collect();
    let is_told = is_one && !each.is_empty();
    let who = format!("{} · {} · {}", entry.by, dates::moment(now, entry.at), entry.command);
    let because = runs::of_entry(entry, now);
    let because = because.trim().trim_start_matches('(').trim_end_matches(')');
    let because = match because.split_once(": ") {
        Some((playbook, reason)) if is_one && says(&what, reason) => playbook,
        _ => because,
    };
    let because = because.to_owned();
    let mut details: Vec<String> = Some(because).into_iter().filter(|words| !words.is_empty()).collect();
    details.extend(each);
    if accounts.len() > TOLD {
        details.push(format!("and {} more: enter lists them", accounts.len() - TOLD));
    }
    ActivityRow {
        seq: entry.seq,
        at: entry.at,
        by: entry.by.clone(),
        changes_something: entry.changes_something(),
        is_way_back: entry.is_way_back(),
        what,
        playbooks: playbooks.join(", "),
        accounts: accounts.into_iter().cloned().collect(),
        is_told,
        who,
        command: entry.command.clone(),
        details,
        entry: Some(entry).filter(|entry| entry.events.len() <= KEPT_EVENTS).cloned(),
    }
}
