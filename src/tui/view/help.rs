//! Every key, from the keymap in force.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};
use ratatui::widgets::{Block, BorderType, Widget};

use super::super::theme::Role;
use super::{middle, put_lines, wipe};
use crate::text;
use crate::tui::input::action::{Action, ActionGroup};
use crate::tui::input::keymap::Mode;
use crate::tui::model::app::App;
use crate::tui::model::screens::ScreenId;

/// The keys, from line `top` on.
pub(super) struct Help<'a> {
    pub(super) app: &'a App,
    pub(super) top: usize,
}

/// Wide enough for the longest line of help.
const WIDTH: u16 = 78;
/// Wide enough for two of them side by side.
const TWICE: u16 = 2 * WIDTH - 2;

/// The headings in the order of what one looks up: how to get around is known soonest.
const GROUPS: [ActionGroup; 8] = [
    ActionGroup::Happened,
    ActionGroup::Cards,
    ActionGroup::View,
    ActionGroup::Alerts,
    ActionGroup::Playbooks,
    ActionGroup::Unmatched,
    ActionGroup::MoveAround,
    ActionGroup::Program,
];

/// What the marks on a card mean.
const MARKS: [(&str, &str); 9] = [
    ("▲", "Open alert"),
    ("△", "Needs a person today"),
    ("☾", "snoozed"),
    ("!!7d !13d", "Days to renewal: urgent, soon"),
    ("w3/8 w9!", "Week of the engagement; past its target"),
    ("●", "New and unseen"),
    ("⚑L ⚑M ⚑H", "Payment risk: low, medium, high"),
    ("✎2", "notes"),
    ("≠", "The last import names another stage"),
];

impl Widget for Help<'_> {
    fn render(self, area: Rect, buf: &mut Buffer) {
        let Self { app, top } = self;
        let columns = columns(app);
        let height = u16::try_from(height(app) + 2).unwrap_or(u16::MAX);
        let area = middle(area, if columns.len() > 1 { TWICE } else { WIDTH }, height);
        if area.width < 4 || area.height < 3 {
            return;
        }
        wipe(buf, area);
        let theme = &app.setup.theme;
        let below = self::height(app).saturating_sub(top + usize::from(area.height - 2));
        let more = if below > 0 { format!(" {below} more ↓ ") } else { String::new() };
        let block = Block::bordered()
            .border_type(BorderType::Rounded)
            .border_style(theme.style(Role::Border))
            .title(Span::styled(" Keys ", theme.style(Role::Accent)))
            .title_bottom(Line::styled(more, theme.style(Role::Dim)).right_aligned());
        let inner = block.inner(area);
        block.render(area, buf);
        let count = u16::try_from(columns.len()).unwrap_or(1);
        let width = inner.width / count;
        for (x, lines) in (inner.x + 1..).step_by(usize::from(width)).zip(&columns) {
            put_lines(buf, Rect { x, width: width.saturating_sub(2), ..inner }, lines, top);
        }
    }
}

/// What `action` does in `mode`, where a screen says it in words of its own.
fn words_in(mode: Mode, action: Action) -> &'static str {
    let hints = if let Mode::Screen(screen) = mode { screen.hints() } else { &[] };
    let own = hints.iter().find(|(hint, _)| *hint == action && *hint != Action::Help);
    own.map_or(action.help(), |(_, words)| words)
}

/// The heading of what there is only in `mode`.
fn own_group(mode: Mode) -> Option<ActionGroup> {
    match mode {
        Mode::Alerts => Some(ActionGroup::Alerts),
        Mode::Screen(ScreenId::Playbooks) => Some(ActionGroup::Playbooks),
        Mode::Screen(ScreenId::Unmatched) => Some(ActionGroup::Unmatched),
        _ => None,
    }
}

/// How many lines there are to scroll through.
pub(super) fn height(app: &App) -> usize {
    columns(app).iter().map(Vec::len).max().unwrap_or(0)
}

/// The lines side by side, where there is room for it; no heading stands apart from its keys.
fn columns(app: &App) -> Vec<Vec<Line<'static>>> {
    let mut left = lines(app);
    if app.size.0 < TWICE {
        return vec![left];
    }
    let half = left.len() / 2;
    let gap = left.iter().skip(half).position(|line| line.width() == 0).map_or(half, |at| half + at + 1);
    let right = left.split_off(gap);
    vec![left, right]
}

/// The lines of the help: first the keys of the screen it was asked in, then all.
fn lines(app: &App) -> Vec<Line<'static>> {
    let theme = &app.setup.theme;
    let mut lines = Vec::new();
    let row = |keys: &str, words: &str| {
        Line::from(vec![
            Span::styled(text::fit(keys, 22), theme.style(Role::Accent)),
            Span::raw(" "),
            Span::styled(words.to_owned(), theme.style(Role::Text)),
        ])
    };
    let here = app.mode_beneath();
    if here != Mode::Board {
        lines.push(Line::styled(format!("Here · {}", here.name()), theme.style(Role::Header)));
        // What there is only here comes first.
        let own = |action: &&Action| Some(action.group()) == own_group(here);
        let (own, others): (Vec<&Action>, Vec<&Action>) = Action::ALL.iter().partition(own);
        for action in own.into_iter().chain(others) {
            let keys = app.setup.keymap.keys(here, *action);
            if !keys.is_empty() {
                lines.push(row(&keys, words_in(here, *action)));
            }
        }
        lines.push(Line::default());
    }
    for group in GROUPS {
        lines.push(Line::styled(group.title(), theme.style(Role::Header)));
        for action in Action::in_group(group) {
            let keys = app.setup.keymap.keys_anywhere(action);
            if !keys.is_empty() {
                lines.push(row(&keys, action.help()));
            }
        }
        lines.push(Line::default());
    }
    lines.push(Line::styled("On a card", theme.style(Role::Header)));
    lines.extend(MARKS.iter().map(|(mark, words)| row(mark, words)));
    lines.push(row("mouse", "Click chooses, double click opens, wheel scrolls"));
    lines
}
