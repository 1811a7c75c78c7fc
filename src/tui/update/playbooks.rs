//! The playbooks: which there are, whom each would touch and what it did lately; and switching one on or off.

use std::collections::HashSet;
use std::sync::Arc;

use super::submit;
use crate::playbook::schedule::is_timed;
use crate::playbook::{Playbook, PlaybookRuns, reaches};
use crate::prose::{self, entries};
use crate::state::{Account, AccountId, Change, Entry, Event};
use crate::tui::input::action::Action;
use crate::tui::model::app::App;
use crate::tui::model::msg::Effect;
use crate::tui::model::screens::{PlaybookRow, RecentRun};
use crate::tui::model::status::Tone;

/// How many of the things a playbook did are told: an import may set one off thousands of times.
const RECENT_RUNS: usize = 16;

/// How many names of whom a playbook would touch are kept.
const NAMES: usize = 24;

/// What `action` does here, if it does not do what it does everywhere.
pub(super) fn act(app: &mut App, action: Action) -> Result<Option<Effect>, Action> {
    match action {
        Action::Switch => Ok(switch(app)),
        Action::Open => {
            open(app);
            Ok(None)
        }
        action => Err(action),
    }
}

/// Everybody, in the order of the lists.
fn everybody(app: &App) -> impl Iterator<Item = &Arc<Account>> {
    app.columns.list(true).all().iter().filter_map(|row| app.board.get(&row.id))
}

/// Whether `playbook` would touch `account`: now, where time sets it off, else if that happened to it.
fn touches(app: &App, playbook: &Playbook, account: &Account) -> bool {
    reaches(&app.board, &app.setup.playbooks, playbook, account, app.now)
}

/// Whom a playbook would touch.
#[derive(Default)]
struct Touched {
    reach: usize,
    names: Vec<String>,
}

/// The chosen playbook itself.
fn chosen(app: &App) -> Option<&Playbook> {
    let playbook_row = app.page.as_ref()?.playbook_row()?;
    app.setup.playbooks.all.iter().find(|playbook| playbook.id.0 == playbook_row.id)
}

/// Lists the accounts it would touch, and no others.
fn open(app: &mut App) {
    let Some(playbook) = chosen(app) else { return app.say(Tone::Plain, "There is no playbook here") };
    let accounts: HashSet<AccountId> = everybody(app)
        .filter(|account| touches(app, playbook, account))
        .map(|account| account.id.clone())
        .collect();
    if accounts.is_empty() {
        return app.say(Tone::Plain, "It would act on no account");
    }
    let name = playbook.id.to_string();
    app.list_only(name, accounts);
}

fn switch(app: &mut App) -> Option<Effect> {
    let Some(playbook) = chosen(app) else {
        app.say(Tone::Plain, "There is no playbook to turn on or off");
        return None;
    };
    match playbook.switch(!playbook.is_on(&app.board)) {
        Ok(command) => Some(submit(app, command)),
        Err(refusal) => {
            app.say(Tone::Refused, &refusal.to_string());
            None
        }
    }
}

pub(super) fn rows(app: &App) -> Vec<PlaybookRow> {
    let mut entries: Vec<&Arc<Entry>> = app.board.recent().collect();
    entries.reverse();
    let mut firings = PlaybookRuns::default();
    for entry in &entries {
        firings.take(entry);
    }
    let playbooks = &app.setup.playbooks.all;
    let mut touched: Vec<Touched> = playbooks.iter().map(|_| Touched::default()).collect();
    // Account by account: there may be very many, and each is looked up once.
    for account in everybody(app) {
        for (playbook, touched) in playbooks.iter().zip(&mut touched) {
            if touches(app, playbook, account) {
                touched.reach += 1;
                if touched.names.len() < NAMES {
                    touched.names.push(account.name().to_owned());
                }
            }
        }
    }
    let playbook_row = |(playbook, touched)| playbook_row(app, playbook, touched, &entries, &firings);
    playbooks.iter().zip(touched).map(playbook_row).collect()
}

fn playbook_row(
    app: &App,
    playbook: &Playbook,
    touched: Touched,
    entries: &[&Arc<Entry>],
    firings: &PlaybookRuns,
) -> PlaybookRow {
    let id = &playbook.id.0;
    let name = |id: &AccountId| app.board.get(id).map_or(id.as_str(), |account| account.name()).to_owned();
    let run = |firing: &crate::playbook::playbook_runs::PlaybookRun| {
        let entry = entries.iter().find(|entry| entry.seq == firing.seq)?;
        let done = done(entry, id, &firing.account);
        let words = entries::changes(done, &app.board, &app.now);
        (!words.is_empty()).then(|| RecentRun { at: firing.at, name: name(&firing.account), words })
    };
    PlaybookRow {
        id: id.clone(),
        title: playbook.title.clone(),
        on: playbook.is_on(&app.board),
        off_in_file: playbook.off_in_file,
        origin: playbook.origin,
        timed: is_timed(&playbook.on),
        trigger: prose::playbooks::trigger(&playbook.on),
        does: playbook.then.iter().map(prose::playbooks::action).collect::<Vec<_>>().join(" and "),
        reach: touched.reach,
        names: touched.names,
        did: firings.of(id).len(),
        lately: firings.of(id).iter().rev().filter_map(run).take(RECENT_RUNS).collect(),
    }
}

/// What `playbook` did for `account` in `entry`: what follows its mark, up to the next one.
fn done<'a>(entry: &'a Entry, playbook: &str, account: &AccountId) -> &'a [Event] {
    let is_mark = |event: &Event| matches!(event, Event::Account { change: Change::PlaybookRan { .. }, .. });
    let is_its_own = |event: &Event| matches!(event, Event::Account { account: of, change: Change::PlaybookRan { playbook: by, .. } } if **by == *playbook && of == account);
    let Some(at) = entry.events.iter().position(is_its_own) else { return &[] };
    let after = &entry.events[at + 1..];
    &after[..after.iter().position(is_mark).unwrap_or(after.len())]
}
