//! What the playbooks make of one account: which would act, and what stands in the way of the others.

use crate::playbook::{Explanation, explain};
use crate::prose::explanations;
use crate::tui::input::action::Action;
use crate::tui::model::app::App;
use crate::tui::model::msg::Effect;
use crate::tui::model::screens::{ExplainRow, ScreenId, ScreenRows, ScreenState};
use crate::tui::model::status::Tone;

/// Every playbook, those that act first, and those of which nothing can come from here after the others like them.
pub(super) fn rows(app: &App) -> Vec<ExplainRow> {
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

/// What `action` does here, if it does not do what it does everywhere.
pub(super) fn act(app: &mut App, action: Action) -> Result<Option<Effect>, Action> {
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
