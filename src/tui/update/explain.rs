//! What the playbooks make of one account: which would act, and what stands in the way of the others.

use std::sync::Arc;

use super::super::action::Action;
use super::super::app::{App, Tone};
use super::super::keymap::Chord;
use super::super::msg::Effect;
use super::super::pages::{Hint, Page, Rows, Screen};
use super::short_name;
use crate::playbook::explain::ConditionReport;
use crate::playbook::{Explanation, Verdict, explain};

/// What a playbook makes of the account.
#[derive(Clone, Debug)]
pub struct Told {
    /// The playbook's id.
    pub id: Arc<str>,
    /// What people call it.
    pub title: Arc<str>,
    /// What it makes of the account.
    pub verdict: Verdict,
    /// The same in a sentence: `will move it to 3a when they reply`.
    pub sentence: String,
    /// Every condition, and how it stands.
    pub conditions: Vec<ConditionReport>,
    /// What it did for the account, and when the clock next sets it off.
    pub besides: Vec<String>,
}

pub(in crate::tui) const HINTS: &[Hint] = &[
    (Action::Clear, "back"),
    (Action::FocusDown, "down"),
    (Action::FocusUp, "up"),
    (Action::Open, "the playbook"),
    (Action::Help, "help"),
];

impl Page {
    /// What the chosen playbook makes of the account.
    pub fn told(&self) -> Option<&Told> {
        let Rows::Explain(told) = &self.rows else { return None };
        told.get(self.row)
    }
}

/// Every playbook, those that act first, and those of which nothing can come from here after the others like them.
pub(in crate::tui) fn rows(app: &App) -> Vec<Told> {
    let about = app.page.as_ref().and_then(|page| page.about.as_ref());
    let Some(account) = about.and_then(|id| app.board.get(id)) else { return Vec::new() };
    let playbooks = &app.setup.playbooks;
    let explain = |playbook| explain(&app.board, playbooks, playbook, account, app.now);
    let mut all: Vec<Explanation<'_>> = playbooks.all.iter().map(explain).collect();
    all.sort_by_key(|each| (each.verdict, each.aside));
    all.into_iter().map(|each| tell(app, each)).collect()
}

fn tell(app: &App, explanation: Explanation<'_>) -> Told {
    Told {
        id: explanation.playbook.id.0.clone(),
        title: explanation.playbook.title.clone(),
        verdict: explanation.verdict,
        besides: explanation.besides(&app.now),
        sentence: explanation.sentence,
        conditions: explanation.conditions,
    }
}

pub(in crate::tui) fn title(app: &App, _: &[Told]) -> String {
    let about = app.page.as_ref().and_then(|page| page.about.as_ref());
    let Some(account) = about.and_then(|id| app.board.get(id)) else { return "explain".to_owned() };
    let place = account.place.as_ref();
    let place = place.map_or("off the board", |place| app.board.pipeline().label(&place.stage));
    format!("what the playbooks make of {} · {place}", short_name(app, &account.id))
}

pub(in crate::tui) fn same(one: &Told, other: &Told) -> bool {
    one.id == other.id
}

/// What `action` does here, if it does not do what it does everywhere.
pub(in crate::tui) fn act(app: &mut App, action: Action, _: Chord) -> Result<Option<Effect>, Action> {
    match action {
        Action::Open => open(app),
        action => return Err(action),
    }
    Ok(None)
}

/// Goes to the chosen one among the playbooks.
fn open(app: &mut App) {
    let Some(id) = app.page.as_ref().and_then(Page::told).map(|told| told.id.clone()) else {
        return app.say(Tone::Plain, "there is no playbook to go to");
    };
    app.open_page(Page::new(Screen::Playbooks, None));
    choose(app, &id);
}

/// Opens what the playbooks make of the focused account, or that of the chosen alert, with the one chosen whose accounts are listed, if there is
/// one; closes it when it is open.
pub(super) fn toggle(app: &mut App) {
    if app.page.as_ref().is_some_and(|page| page.screen() == Screen::Explain) {
        return app.close();
    }
    let listed = app.left_page().and_then(Page::sheet).map(|sheet| sheet.id.clone());
    let of_alert = app.chosen_alert().map(|alert| alert.account.clone());
    app.open_page(Page::new(Screen::Explain, of_alert.or_else(|| app.focus.account.clone())));
    if let Some(id) = listed {
        choose(app, &id);
    }
}

/// Chooses the playbook `id` on the open screen.
fn choose(app: &mut App, id: &str) {
    let at = match app.page.as_ref().map(|page| &page.rows) {
        Some(Rows::Playbooks(sheets)) => sheets.iter().position(|sheet| *sheet.id == *id),
        Some(Rows::Explain(told)) => told.iter().position(|told| *told.id == *id),
        Some(Rows::Forecast(_) | Rows::Unmatched(_)) | None => None,
    };
    app.choose(at.unwrap_or(0));
}
