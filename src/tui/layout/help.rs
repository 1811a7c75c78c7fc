//! Every key in lines, from the keymap in force.

use ratatui::text::{Line, Span};

use crate::text;
use crate::tui::input::action::Action;
use crate::tui::input::action::ActionGroup;
use crate::tui::input::keymap::InputMode;
use crate::tui::model::app::App;
use crate::tui::model::screens::ScreenId;
use crate::tui::theme::Role;

/// Wide enough for the longest line of help.
pub(in crate::tui) const WIDTH: u16 = 78;

/// Wide enough for two of them side by side.
pub(in crate::tui) const TWICE: u16 = 2 * WIDTH - 2;

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

/// What `action` does in `mode`, where a screen says it in words of its own.
fn words_in(mode: InputMode, action: Action) -> &'static str {
    let hints = if let InputMode::Screen(screen) = mode { screen.hints() } else { &[] };
    let own = hints.iter().find(|(hint, _)| *hint == action && *hint != Action::Help);
    own.map_or(action.help(), |(_, words)| words)
}

/// The heading of what there is only in `mode`.
fn own_group(mode: InputMode) -> Option<ActionGroup> {
    match mode {
        InputMode::Alerts => Some(ActionGroup::Alerts),
        InputMode::Screen(ScreenId::Playbooks) => Some(ActionGroup::Playbooks),
        InputMode::Screen(ScreenId::Unmatched) => Some(ActionGroup::Unmatched),
        _ => None,
    }
}

/// How many lines there are to scroll through.
pub(in crate::tui) fn height(app: &App) -> usize {
    columns(app).iter().map(Vec::len).max().unwrap_or(0)
}

/// The lines side by side, where there is room for it; no heading stands apart from its keys.
pub(in crate::tui) fn columns(app: &App) -> Vec<Vec<Line<'static>>> {
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
    if here != InputMode::Board {
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
