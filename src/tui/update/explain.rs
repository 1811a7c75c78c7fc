//! What the playbooks make of one account: which would act, and what stands in the way of the others.

use std::sync::Arc;

use super::short_name;
use crate::playbook::{Explanation, Ternary, Verdict, explain};
use crate::prose::explanations;
use crate::tui::input::action::Action;
use crate::tui::input::chord::Chord;
use crate::tui::model::app::{App, Tone};
use crate::tui::model::msg::Effect;
use crate::tui::model::screens::{Hint, ScreenId, ScreenRows, ScreenState};

/// What a playbook makes of the account.
#[derive(Clone, Debug)]
pub struct ExplainRow {
    /// The playbook's id.
    pub id: Arc<str>,
    /// What people call it.
    pub title: Arc<str>,
    /// What it makes of the account.
    pub verdict: Verdict,
    /// The same in a sentence: `will move it to 3a when they reply`.
    pub sentence: String,
    /// Every condition: whether it holds, and how it stands.
    pub conditions: Vec<(Ternary, String)>,
    /// What it did for the account, and when the clock next sets it off.
    pub besides: Vec<String>,
}

pub(in crate::tui) const HINTS: &[Hint] = &[
    (Action::Clear, "Back"),
    (Action::FocusDown, "Down"),
    (Action::FocusUp, "Up"),
    (Action::Open, "Playbook"),
    (Action::Help, "Help"),
];

impl ScreenState {
    /// What the chosen playbook makes of the account.
    pub fn explained(&self) -> Option<&ExplainRow> {
        let ScreenRows::Explain(explained) = &self.rows else { return None };
        explained.get(self.row)
    }
}

/// Every playbook, those that act first, and those of which nothing can come from here after the others like them.
pub(in crate::tui) fn rows(app: &App) -> Vec<ExplainRow> {
    let about = app.page.as_ref().and_then(|page| page.about.as_ref());
    let Some(account) = about.and_then(|id| app.board.get(id)) else { return Vec::new() };
    let playbooks = &app.setup.playbooks;
    let explain = |playbook| explain(&app.board, playbooks, playbook, account, app.now);
    let mut all: Vec<Explanation<'_>> = playbooks.all.iter().map(explain).collect();
    all.sort_by_key(|each| (each.verdict, each.aside));
    all.iter().map(tell).collect()
}

fn tell(explanation: &Explanation<'_>) -> ExplainRow {
    let conditions = explanations::conditions(explanation);
    ExplainRow {
        id: explanation.playbook.id.0.clone(),
        title: explanation.playbook.title.clone(),
        verdict: explanation.verdict,
        sentence: explanations::text(explanation),
        conditions: conditions.map(|(report, words)| (report.truth, words)).collect(),
        besides: explanations::besides(explanation),
    }
}

pub(in crate::tui) fn title(app: &App, _: &[ExplainRow]) -> String {
    let about = app.page.as_ref().and_then(|page| page.about.as_ref());
    let Some(account) = about.and_then(|id| app.board.get(id)) else { return "explain".to_owned() };
    let place = account.place.as_ref();
    let place = place.map_or("off the board", |place| app.board.pipeline().label(&place.stage));
    format!("Playbooks for {} · {place}", short_name(app, &account.id))
}

pub(in crate::tui) fn same(one: &ExplainRow, other: &ExplainRow) -> bool {
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
    let Some(id) = app.page.as_ref().and_then(ScreenState::explained).map(|explained| explained.id.clone())
    else {
        return app.say(Tone::Plain, "There is no playbook here");
    };
    app.open_page(ScreenState::new(ScreenId::Playbooks, None));
    choose(app, &id);
}

/// Opens what the playbooks make of the focused account, or that of the chosen alert, with the one chosen whose accounts are listed, if there is
/// one; closes it when it is open.
pub(super) fn toggle(app: &mut App) {
    if app.page.as_ref().is_some_and(|page| page.screen() == ScreenId::Explain) {
        return app.close();
    }
    let listed =
        app.left_page().and_then(ScreenState::playbook_row).map(|playbook_row| playbook_row.id.clone());
    let of_alert = app.chosen_alert().map(|alert| alert.account.clone());
    app.open_page(ScreenState::new(ScreenId::Explain, of_alert.or_else(|| app.focus.account.clone())));
    if let Some(id) = listed {
        choose(app, &id);
    }
}

/// Chooses the playbook `id` on the open screen.
fn choose(app: &mut App, id: &str) {
    let at = match app.page.as_ref().map(|page| &page.rows) {
        Some(ScreenRows::Playbooks(playbook_rows)) => {
            playbook_rows.iter().position(|playbook_row| *playbook_row.id == *id)
        }
        Some(ScreenRows::Explain(explained)) => explained.iter().position(|explained| *explained.id == *id),
        Some(ScreenRows::Forecast(_) | ScreenRows::Unmatched(_)) | None => None,
    };
    app.choose(at.unwrap_or(0));
}
