//! What the playbooks make of one account: which would act, and what stands in the way of the others.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use super::playbooks::{ID, WITH_ID, short_title};
use super::{in_view, put_cells, put_heads};
use crate::playbook::{Explanation, Ternary, Verdict, explain};
use crate::prose::explanations;
use crate::state::AccountId;
use crate::text;
use crate::tui::canvas::{hanging, put, put_details};
use crate::tui::input::action::Action;
use crate::tui::layout;
use crate::tui::model::app::App;
use crate::tui::model::hints::Hint;
use crate::tui::model::screens::{ExplainRow, ScreenId, ScreenState};
use crate::tui::model::status::Tone;
use crate::tui::theme::Role;

pub(super) const HINTS: &[Hint] = &[
    (Action::Clear, "Back"),
    (Action::Open, "Playbook"),
    (Action::FocusDown, "Down"),
    (Action::FocusUp, "Up"),
    (Action::Help, "Help"),
];

/// Every playbook, those that act first, and those of which nothing can come from here after the others like them.
pub(super) fn rows(app: &App, about: Option<&AccountId>) -> Vec<ExplainRow> {
    let Some(account) = about.and_then(|id| app.board.get(id)) else { return Vec::new() };
    let playbooks = &app.setup.playbooks;
    let explain = |playbook| explain(&app.board, playbooks, playbook, account, app.now);
    let mut all: Vec<Explanation<'_>> = playbooks.all.iter().map(explain).collect();
    all.sort_by_key(|each| (each.verdict, each.aside));
    let row = |explanation: &Explanation<'_>| ExplainRow {
        id: explanation.playbook.id.0.clone(),
        title: explanation.playbook.title.clone(),
        verdict: explanation.verdict,
        sentence: explanations::text(explanation),
        reason: explanations::reason_first(explanation),
        conditions: explanations::conditions(explanation)
            .map(|(report, words)| (report.truth, words))
            .collect(),
        besides: explanations::besides(explanation),
    };
    all.iter().map(row).collect()
}

/// Goes to the chosen one among the playbooks.
pub(super) fn open(app: &mut App) {
    let Some(id) = app.screen.as_ref().and_then(ScreenState::explained).map(|row| row.id.clone()) else {
        return app.say(Tone::Plain, "There is no playbook here");
    };
    app.open_screen(ScreenId::Playbooks, None);
    choose(app, &id);
}

/// Explains the focused account, or that of the chosen alert; closes the screen when it is open. Where the accounts of
/// one playbook are listed, that playbook is chosen.
pub fn toggle(app: &mut App) {
    if app.screen.as_ref().is_some_and(|screen| screen.id == ScreenId::Explain) {
        return app.close();
    }
    if app.screen.is_none() && app.focused_id().is_none() {
        return;
    }
    let listed = app.left_screen().and_then(ScreenState::playbook_row).map(|row| row.id.clone());
    let of_alert = app.chosen_alert().map(|alert| alert.account.clone());
    app.open_screen(ScreenId::Explain, of_alert.or_else(|| app.focus.account.clone()));
    if let Some(id) = listed {
        choose(app, &id);
    }
}

/// Chooses the playbook `id` on the open screen.
fn choose(app: &mut App, id: &str) {
    let at = app.screen.as_ref().and_then(|screen| screen.rows.position(id));
    app.choose(at.unwrap_or(0));
}

/// What the verdicts are called.
const VERDICT: &str = "Verdict";
/// From this width on, what it comes to has a column of its own.
const WIDE: usize = 60;

/// The widths of the verdict, the id, the title and what it comes to on a screen of `width` cells; none where there is no room
/// for it. Titles get what they need, up to a part of the whole.
fn columns(rows: &[ExplainRow], width: usize) -> [usize; 4] {
    let verdicts = rows.iter().map(|row| text::width(explanations::verdict(row.verdict)));
    let verdict = verdicts.max().unwrap_or(0).max(text::width(VERDICT));
    let id = if width >= WITH_ID { ID } else { 0 };
    let taken = verdict + 2 + if id > 0 { id + 1 } else { 0 };
    let room = width.saturating_sub(taken);
    if width < WIDE {
        return [verdict, id, room, 0];
    }
    let titles = rows.iter().map(|row| text::width(short_title(&row.title, false)));
    let title = titles.max().unwrap_or(0).clamp(10, room * 2 / 5);
    [verdict, id, title, room - title - 1]
}

/// One row per playbook, and the conditions of the chosen one under them.
pub(super) fn draw(app: &App, screen: &ScreenState, rows: &[ExplainRow], area: Rect, buf: &mut Buffer) {
    let theme = &app.theme;
    let columns = columns(rows, area.width.into());
    let (widths, title) = (columns.map(|width| (width, false)), columns[2]);
    put_heads(theme, area, area.x + 1, (&widths, [VERDICT, "Id", "Playbook", "Outcome"]), buf);
    if rows.is_empty() {
        let words = if app.setup.playbooks.all.is_empty() {
            "There are no playbooks"
        } else {
            "This account no longer exists"
        };
        put(buf, area, area.x + 1, area.y + 1, words, theme.style(Role::Dim));
    }
    let is_whole = rows.iter().all(|row| text::width(&text::clean(&row.title)) <= title);
    for (row, line, chosen) in in_view(app, screen, rows, area, buf) {
        let name = if chosen { app.chosen_role() } else { quiet(row.verdict, Role::Name) };
        let cells = [
            (explanations::verdict(row.verdict), verdict_role(row.verdict)),
            (&*row.id, Role::Dim),
            (short_title(&row.title, is_whole), name),
            (&*row.reason, quiet(row.verdict, Role::Text)),
        ];
        put_cells(theme, line, line.x + 1, (&widths, cells), buf);
    }
    if let Some(row) = screen.explained() {
        let area = layout::details(screen, area);
        put_details(&app.theme, &row.id, area, buf, |width| details(app, row, width));
    }
}

fn verdict_role(verdict: Verdict) -> Role {
    match verdict {
        Verdict::Acts => Role::Warning,
        Verdict::Waits => Role::Ok,
        Verdict::Served => Role::Text,
        Verdict::Done | Verdict::Holds | Verdict::Off => Role::Dim,
    }
}

/// What will not happen stands back.
fn quiet(verdict: Verdict, role: Role) -> Role {
    match verdict {
        Verdict::Acts | Verdict::Waits | Verdict::Served => role,
        Verdict::Done | Verdict::Holds | Verdict::Off => Role::Dim,
    }
}

/// The sentence, and every condition with how it stands.
fn details(app: &App, row: &ExplainRow, width: usize) -> Vec<Line<'static>> {
    let theme = &app.theme;
    let mut lines = Vec::new();
    let mut say = |mark: &'static str, words: &str, role: Role| {
        let mark = Span::styled(mark, theme.style(role));
        lines.extend(hanging(&mark, words, theme.style(Role::Text), width, usize::MAX));
    };
    say("", &row.title, Role::Text);
    say("", &row.sentence, Role::Text);
    for (truth, words) in &row.conditions {
        let (mark, role) = match truth {
            Ternary::Yes => ("  ✓ ", Role::Ok),
            Ternary::No => ("  ✗ ", Role::Danger),
            Ternary::Unknown => ("  ? ", Role::Warning),
        };
        say(mark, words, role);
    }
    for words in &row.besides {
        say("  ", words, Role::Text);
    }
    lines
}

pub(super) fn title(app: &App, screen: &ScreenState) -> String {
    match screen.about.as_ref().and_then(|id| app.board.get(id)) {
        Some(account) => {
            format!("Playbooks for {} · {}", app.short_name(&account.id), app.place_in_words(account))
        }
        None => "explain".to_owned(),
    }
}
