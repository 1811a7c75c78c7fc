//! Every key, from the keymap in force.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use crate::text;
use crate::tui::canvas::{more_below, popup, put_lines};
use crate::tui::input::action::{Action, ActionGroup};
use crate::tui::input::keymap::InputMode;
use crate::tui::model::app::App;
use crate::tui::model::prompt::Prompt;
use crate::tui::theme::{Role, Theme};

/// How many cells a column of it takes at least: few lines of help are longer.
const COLUMN: u16 = 58;

/// How wide keys are, before what they do: the eye goes from one to the other. Where there are more, they go on in the next
/// line.
const KEYS: usize = 12;

/// What the marks on a card mean.
const MARKS: [(&str, &str); 13] = [
    ("◆", "Marked"),
    ("→", "Has just moved here"),
    ("↻", "Just changed by somebody else"),
    ("▲", "Open alert"),
    ("△", "Should be done today"),
    ("☾", "Snoozed"),
    ("!!7d !13d", "Days to renewal: urgent, soon"),
    ("w3/8 w9!", "Week of the engagement; past its target"),
    ("●", "New and unseen"),
    ("⚑L ⚑M ⚑H", "Payment risk: low, medium, high"),
    ("✎2", "Notes"),
    ("≠", "The last import names another stage"),
    ("sent?", "Asks first: points of the checklist are open"),
];

/// What the mouse does.
const MOUSE: [(&str, &str); 4] = [
    ("click", "Choose; press a tab, a heading or a key"),
    ("double click", "Open"),
    ("wheel", "Scroll what is under it"),
    ("drag", "Move the card to another column"),
];

/// What `action` does in `mode`, where a screen says it in words of its own.
fn words_in(mode: InputMode, action: Action) -> &'static str {
    let hints = if let InputMode::Screen(screen) = mode { super::hints(screen) } else { &[] };
    let own = hints.iter().find(|(hint, _)| *hint == action && *hint != Action::Help);
    own.map_or(action.help(), |(_, words)| words)
}

/// Whether `action` has a key only where an account is open, which may mean something else on the board.
fn is_of_open_account(app: &App, action: Action) -> bool {
    let keymap = &app.setup.keymap;
    let elsewhere = InputMode::all().filter(|mode| *mode != InputMode::Detail);
    keymap.key(InputMode::Detail, action).is_some()
        && elsewhere.into_iter().all(|mode| keymap.key(mode, action).is_none())
}

/// The lines that are to be seen, for who hears them.
pub fn spoken(app: &App) -> Vec<String> {
    columns(app).into_iter().flatten().map(|line| line.to_string()).collect()
}

/// How many lines there are to scroll through.
pub(super) fn height(app: &App) -> usize {
    columns(app).iter().map(Vec::len).max().unwrap_or(0)
}

/// The lines side by side, where there is room for it; no heading stands apart from its keys.
fn columns(app: &App) -> Vec<Vec<Line<'static>>> {
    let mut left = match &app.prompt {
        Some(Prompt::HelpSearch(input)) => searched(&lines(app), input.value()),
        Some(_) | None => lines(app),
    };
    if app.setup.plain {
        return vec![left.into_iter().filter(|line| line.width() > 0).collect()];
    }
    let beside = usize::from((app.size.0 / COLUMN).max(1));
    let mut columns = Vec::with_capacity(beside);
    for left_of in (2..=beside).rev() {
        let part = left.len() / left_of;
        // The gap that lies nearest.
        let gaps = left.iter().enumerate().filter(|(_, line)| line.width() == 0);
        let gap = gaps.map(|(at, _)| at + 1).min_by_key(|at| at.abs_diff(part)).unwrap_or(part);
        let rest = left.split_off(gap.min(left.len()));
        columns.push(std::mem::replace(&mut left, rest));
    }
    columns.push(left);
    columns
}

/// `keys` and what they do: one line, or as many as the keys need.
fn row(theme: &Theme, keys: &[String], words: &str) -> Vec<Line<'static>> {
    let mut parts: Vec<String> = Vec::new();
    for (at, key) in keys.iter().enumerate() {
        let key = if at + 1 < keys.len() { format!("{key},") } else { key.clone() };
        match parts.last_mut() {
            Some(part) if text::width(part) + 1 + text::width(&key) <= KEYS => {
                *part = format!("{part} {key}");
            }
            _ => parts.push(key),
        }
    }
    let line = |(at, part): (usize, String)| {
        let words = if at == 0 { words.to_owned() } else { String::new() };
        Line::from(vec![
            Span::styled(text::fit(&part, KEYS.max(text::width(&part))), theme.style(Role::Accent)),
            Span::raw(" "),
            Span::styled(words, theme.style(Role::Text)),
        ])
    };
    parts.into_iter().enumerate().map(line).collect()
}

/// Whether a line goes on with the keys of the one before it.
fn goes_on(line: &Line<'_>) -> bool {
    line.spans.len() == 3 && line.spans[2].content.is_empty()
}

/// The lines in which `typed` stands, under their headings.
fn searched(lines: &[Line<'static>], typed: &str) -> Vec<Line<'static>> {
    let wanted = text::folded(typed.trim());
    let mut found: Vec<Line<'static>> = Vec::new();
    for group in lines.split(|line| line.width() == 0) {
        let Some((heading, rows)) = group.split_first() else { continue };
        let stands = |row: &&[Line<'static>]| {
            let words: String = row.iter().map(ToString::to_string).collect();
            wanted.is_empty() || text::folded(&words).contains(&wanted)
        };
        let mut rows = rows.chunk_by(|_, next| goes_on(next)).filter(stands).peekable();
        if rows.peek().is_some() {
            found.push(heading.clone());
            found.extend(rows.flatten().cloned());
            found.push(Line::default());
        }
    }
    if found.is_empty() {
        found.push(Line::raw("No key does that"));
    }
    found
}

/// The lines of the help: first the keys of the screen it was asked in, then all.
fn lines(app: &App) -> Vec<Line<'static>> {
    let theme = &app.theme;
    let mut lines = Vec::new();
    let row = |keys: &[String], words: &str| {
        if app.setup.plain {
            let keys: Vec<String> = keys.iter().map(|keys| app.spelled(keys.clone())).collect();
            return vec![Line::raw(format!("{words}: {}", keys.join(", ")))];
        }
        row(theme, keys, words)
    };
    let here = app.mode_beneath();
    let keymap = &app.setup.keymap;
    // What stands above with the same keys is not said again.
    let is_above = |action| {
        here != InputMode::Board
            && words_in(here, action) == action.help()
            && keymap.keys(here, action) == keymap.keys_anywhere(action)
    };
    if here != InputMode::Board {
        lines.push(Line::styled(format!("Here · {}", here.name()), theme.style(Role::Header)));
        // What there is only here comes first.
        let is_elsewhere =
            |action| InputMode::all().any(|mode| mode != here && keymap.key(mode, action).is_some());
        let (others, own): (Vec<Action>, Vec<Action>) = Action::all().partition(|it| is_elsewhere(*it));
        for action in own.into_iter().chain(others) {
            let keys = keymap.keys(here, action);
            if !keys.is_empty() {
                lines.extend(row(&keys, words_in(here, action)));
            }
        }
        lines.push(Line::default());
    }
    for group in ActionGroup::SOUGHT_FIRST {
        let actions = Action::in_group(group)
            .filter(|action| !is_of_open_account(app, *action) && !is_above(*action))
            .map(|action| (keymap.keys_anywhere(action), action.help()))
            .filter(|(keys, _)| !keys.is_empty());
        let rows: Vec<Line<'static>> = actions.flat_map(|(keys, words)| row(&keys, words)).collect();
        if !rows.is_empty() {
            lines.push(Line::styled(group.title(), theme.style(Role::Header)));
            lines.extend(rows);
            lines.push(Line::default());
        }
        if group == ActionGroup::Cards && here != InputMode::Detail {
            lines.push(Line::styled("In the open account", theme.style(Role::Header)));
            for action in Action::all().filter(|action| is_of_open_account(app, *action)) {
                let keys = app.setup.keymap.keys(InputMode::Detail, action);
                lines.extend(row(&keys, action.help()));
            }
            lines.push(Line::default());
        }
    }
    if !app.setup.own_commands.is_empty() {
        lines.push(Line::styled("Own commands", theme.style(Role::Header)));
        let commands = app.setup.own_commands.iter();
        lines.extend(commands.flat_map(|command| row(&[command.keys.to_string()], &command.title)));
        lines.push(Line::default());
    }
    if app.setup.plain {
        return lines;
    }
    lines.push(Line::styled("On a card", theme.style(Role::Header)));
    lines.extend(MARKS.iter().flat_map(|(mark, words)| row(&[(*mark).to_owned()], words)));
    lines.push(Line::default());
    lines.push(Line::styled("Mouse", theme.style(Role::Header)));
    lines.extend(MOUSE.iter().flat_map(|(gesture, words)| row(&[(*gesture).to_owned()], words)));
    lines
}

/// Draws the help from line `top` on.
pub fn draw(app: &App, top: usize, area: Rect, buf: &mut Buffer) {
    let columns = columns(app);
    let lines = height(app);
    let shown = lines.min(usize::from(area.height.saturating_sub(2)));
    let below = lines.saturating_sub(top + shown);
    let Some(inner) = popup(&app.theme, area, (area.width, lines), " Keys ", more_below(below), buf) else {
        return;
    };
    let width = inner.width / u16::try_from(columns.len()).unwrap_or(1);
    for (x, lines) in (inner.x + 1..).step_by(usize::from(width)).zip(&columns) {
        put_lines(buf, Rect { x, width: width.saturating_sub(2), ..inner }, lines, top);
    }
}
