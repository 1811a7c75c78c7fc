//! What the playbooks make of one account: a verdict in a row each, and every condition of the chosen one.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use super::super::layout;
use super::playbooks::ID;
use super::{put, put_lines, rule};
use crate::playbook::{Ternary, Verdict};
use crate::text;
use crate::tui::model::app::App;
use crate::tui::model::screens::{ExplainRow, ScreenState};
use crate::tui::theme::Role;

/// The width of a verdict.
const VERDICT: usize = 13;
/// From this width on, what it comes to has a column of its own.
const WIDE: usize = 110;

/// One row per playbook, and the conditions of the chosen one under them.
pub(super) fn draw(app: &App, page: &ScreenState, explained: &[ExplainRow], area: Rect, buf: &mut Buffer) {
    let theme = &app.setup.theme;
    let room = usize::from(area.width).saturating_sub(VERDICT + ID + 3);
    let (title, words) =
        if usize::from(area.width) < WIDE { (room, 0) } else { (room * 2 / 5, room - room * 2 / 5 - 1) };
    let heading = [("Verdict", VERDICT), ("Id", ID), ("Playbook", title), ("Outcome", words)];
    let heading = heading.map(|(words, width)| text::fit(words, width)).join(" ");
    put(buf, area, area.x + 1, area.y, &heading, theme.style(Role::Header));
    let rows = Rect { y: area.y + 1, height: area.height - 1, ..area };
    if explained.is_empty() {
        let words = if app.setup.playbooks.all.is_empty() {
            "There are no playbooks"
        } else {
            "This account no longer exists"
        };
        put(buf, rows, rows.x + 1, rows.y, words, theme.style(Role::Dim));
    }
    let visible = layout::page_rows(app);
    for ((at, each), row) in
        explained.iter().enumerate().skip(page.first(visible)).take(visible).zip(rows.rows())
    {
        let chosen = at == page.row;
        if chosen {
            put(buf, row, row.x, row.y, "▌", theme.style(Role::Accent));
        }
        let (verdict, role) = verdict(each.verdict);
        let x = put(buf, row, row.x + 1, row.y, &text::fit(verdict, VERDICT), theme.style(role)) + 1;
        let id = text::fit(&text::clean(&each.id), ID);
        let x = put(buf, row, x, row.y, &id, theme.style(Role::Dim)) + 1;
        let name = text::fit(&text::clean(&each.title), title);
        let role = if chosen { Role::Selection } else { quiet(each.verdict, Role::Name) };
        let x = put(buf, row, x, row.y, &name, theme.style(role)) + 1;
        let sentence = text::fit(&text::clean(&each.sentence), words);
        put(buf, row, x, row.y, &sentence, theme.style(quiet(each.verdict, Role::Text)));
    }
    if let Some(each) = page.explained() {
        let height = page.screen().detail_lines(area.height);
        let under = Rect { y: area.bottom() - height, height, ..area };
        rule(app, &each.id, under, buf);
        let inner = Rect {
            x: under.x + 1,
            y: under.y + 1,
            width: under.width.saturating_sub(2),
            height: height.saturating_sub(1),
        };
        put_lines(buf, inner, &about(app, each, inner), 0);
    }
}

/// A verdict in a word or three, and how it is meant.
fn verdict(verdict: Verdict) -> (&'static str, Role) {
    match verdict {
        Verdict::Acts => ("Acts now", Role::Warning),
        Verdict::Waits => ("Waits", Role::Ok),
        Verdict::Served => ("Ran", Role::Text),
        Verdict::Done => ("Nothing to do", Role::Dim),
        Verdict::Holds => ("Does not act", Role::Dim),
        Verdict::Off => ("Off", Role::Dim),
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
fn about(app: &App, explained: &ExplainRow, area: Rect) -> Vec<Line<'static>> {
    let theme = &app.setup.theme;
    let width = usize::from(area.width);
    let mut lines = Vec::new();
    let mut say = |mark: &'static str, words: &str, role: Role| {
        let words = text::clean(words).into_owned();
        let indent = text::width(mark);
        for (at, part) in textwrap::wrap(&words, width.saturating_sub(indent).max(8)).into_iter().enumerate()
        {
            lines.push(Line::from(vec![
                Span::styled(if at == 0 { mark.to_owned() } else { " ".repeat(indent) }, theme.style(role)),
                Span::styled(part.into_owned(), theme.style(Role::Text)),
            ]));
        }
    };
    say("", &explained.title, Role::Text);
    say("", &explained.sentence, Role::Text);
    for (truth, words) in &explained.conditions {
        let (mark, role) = match truth {
            Ternary::Yes => ("  ✓ ", Role::Ok),
            Ternary::No => ("  ✗ ", Role::Danger),
            Ternary::Unknown => ("  ? ", Role::Warning),
        };
        say(mark, words, role);
    }
    for words in &explained.besides {
        say("  ", words, Role::Text);
    }
    lines
}

pub(super) fn title(app: &App, page: &ScreenState) -> String {
    let Some(account) = page.about.as_ref().and_then(|id| app.board.get(id)) else {
        return "explain".to_owned();
    };
    let place = account.placement.as_ref();
    let place = place.map_or("off the board", |place| app.board.pipeline().label(&place.stage));
    format!("Playbooks for {} · {place}", app.short_name(&account.id))
}
