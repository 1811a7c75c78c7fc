//! What the line over the board says: what this is, and how much there is.

use ratatui::layout::Rect;

use crate::prose::lists::plural;
use crate::sources::SourceStatus;
use crate::state::query::ownership::Whose;
use crate::text;
use crate::tui::input::action::Action;
use crate::tui::input::keymap::InputMode;
use crate::tui::layout::tabs::{day_and_person, has_name};
use crate::tui::model::app::App;
use crate::tui::model::focus::View;
use crate::tui::model::screens::ScreenId;
use crate::tui::screens::{self, activity::MOST_NEWS};
use crate::tui::theme::Role;

/// From this width on, the demonstration is named at length.
const ROOMY: u16 = 80;
/// The same beside a filter.
const ROOMY_WITH_FILTER: u16 = 110;

/// What the line says, from the left: totals, filter and order, and the program's name where there are no tabs.
pub fn parts(app: &App, area: Rect, has_tabs: bool) -> Vec<(String, Role)> {
    let filter = app.filter.as_ref().filter(|_| app.screen.is_none()).map(|filter| FilterInTitle {
        typed: text::clean(&filter.text).into_owned(),
        found: plural(app.matches().unwrap_or(0), "match", "matches"),
        off_board: off_board(app),
    });
    let name = if has_tabs { " " } else { " Gangplank " };
    let mut parts = vec![(name.to_owned(), Role::Header)];
    if app.setup.demo {
        // Where there is little room, what it is about comes before what everybody knows by then.
        let is_roomy = area.width >= if filter.is_some() { ROOMY_WITH_FILTER } else { ROOMY };
        let demo = if is_roomy { "demo, nothing is saved · " } else { "demo · " };
        parts.push((demo.to_owned(), Role::Warning));
    }
    if let Some(past) = &app.past {
        parts.push((format!("◷ {}, read only", past.words()), Role::Warning));
        parts.push((" · ".to_owned(), Role::Text));
    }
    if !app.marks.is_empty() {
        parts.push((format!("◆ {} marked", app.marks.len()), Role::Highlight));
        parts.push((" · ".to_owned(), Role::Text));
    }
    if app.by_others > 0 {
        let key = app.board_key(Action::Show(ScreenId::Activity));
        let key = key.map(|key| format!(" ({key})")).unwrap_or_default();
        let count =
            if app.by_others > MOST_NEWS { format!("{MOST_NEWS}+") } else { app.by_others.to_string() };
        parts.push((format!("{count} by others{key} · "), Role::Accent));
    }
    if let Some(failing) = failing_sources(app).filter(|_| app.past.is_none()) {
        let key = app.board_key(Action::Show(ScreenId::Sources));
        let key = key.map(|key| format!(" ({key})")).unwrap_or_default();
        parts.push((format!("✕ {failing} not read{key} · "), Role::Warning));
    }
    let taken: usize = parts.iter().map(|(words, _)| text::width(words)).sum();
    let room = usize::from(area.width).saturating_sub(taken);
    match filter {
        Some(filter) => parts.extend(filter.beside(&summary(app), room)),
        None => parts.push((whole(&summary(app), room), Role::Text)),
    }
    parts
}

/// How many readings in a row fail before the title says so: one that fails now and then mends itself.
const FAILURES: u32 = 3;

/// The source that somebody has to look after, or how many there are.
fn failing_sources(app: &App) -> Option<String> {
    let is_failing = |status: &SourceStatus| {
        status.error.is_some() && (status.needs_a_person || status.failures >= FAILURES)
    };
    let mut failing = app.sources.iter().filter(|(_, status)| is_failing(status));
    let (first, _) = failing.next()?;
    match failing.count() {
        0 => Some(first.to_string()),
        more => Some(format!("{} sources", more + 1)),
    }
}

/// What stands at its right end: the day and the person, unless they stand beside the tabs.
pub fn right_end(app: &App, area: Rect, has_tabs: bool) -> String {
    if has_tabs && has_name(area) { String::new() } else { day_and_person(app) }
}

/// What the key does that the part at the cell `x` of the line names: `2 unmatched signals (U)`.
pub fn action_at(app: &App, area: Rect, has_tabs: bool, x: u16) -> Option<Action> {
    let line: String = parts(app, area, has_tabs).into_iter().map(|(words, _)| words).collect();
    let mut start = usize::from(area.x);
    for part in line.split(" · ") {
        let end = start + text::width(part);
        if (start..end).contains(&usize::from(x)) {
            let (_, key) = part.trim_end().strip_suffix(')')?.rsplit_once('(')?;
            return app.setup.keymap.action(InputMode::Board, key.parse().ok()?);
        }
        start = end + text::width(" · ");
    }
    None
}

/// What is filtered by, and how much it finds.
struct FilterInTitle {
    typed: String,
    found: String,
    /// How much it finds off the board, where that is not shown; empty where it finds nothing there.
    off_board: String,
}

/// How many the filter finds off the board, and the key that shows them, while only those on it are shown.
fn off_board(app: &App) -> String {
    let shows_board = matches!(app.view, View::Board | View::List { all: false });
    let shown = |all| app.columns.list(all).shown_count();
    match shown(true).saturating_sub(shown(false)) {
        more if shows_board && more > 0 => {
            let key = app.board_key(Action::ToggleAll).map(|key| format!(" ({key})")).unwrap_or_default();
            format!(" · {more} more off the board{key}")
        }
        _ => String::new(),
    }
}

impl FilterInTitle {
    /// The parts of the line with as much of `summary` as there is room for. How much is found is never cut: what was
    /// typed is, and the rest makes room for it.
    fn beside(self, summary: &str, room: usize) -> Vec<(String, Role)> {
        let found = format!(" · {}{}", self.found, self.off_board);
        // What is elsewhere makes room for what is searched.
        let whole_line = text::width(FILTER) + text::width(&self.typed) + text::width(&found);
        let found = if whole_line <= room { found } else { format!(" · {}", self.found) };
        let least = text::width(&self.typed).min(LEAST_FILTER);
        let fixed = text::width(FILTER) + text::width(&found);
        // What is searched says more than what the rest is in order of.
        let summary = [text::width(&self.typed), least]
            .iter()
            .map(|typed| whole(summary, room.saturating_sub(fixed + typed)))
            .find(|words| text::width(words) + fixed + least <= room);
        let (summary, before) = match summary {
            Some(words) => (words, FILTER),
            None => (String::new(), FILTER.trim_start_matches(" · ")),
        };
        let taken = text::width(&summary) + text::width(before) + text::width(&found);
        let typed = text::cut(&self.typed, room.saturating_sub(taken)).into_owned();
        if typed.is_empty() {
            return vec![(self.found, Role::Text)];
        }
        vec![
            (summary, Role::Text),
            (before.to_owned(), Role::Dim),
            (typed, Role::Highlight),
            (found, Role::Text),
        ]
    }
}

/// What stands before what was typed.
const FILTER: &str = " · filter ";

/// How many cells of what was typed are shown at least, where it has as many.
const LEAST_FILTER: usize = 12;

/// As many of the parts of `summary` as fit whole into `width` cells.
fn whole(summary: &str, width: usize) -> String {
    let fits = |parts: &[&str]| text::width(&parts.join(" · ")) <= width;
    // Which signals have a key, one learns where it leads.
    let short = summary.replace(" unmatched signal", " signal");
    let summary = if text::width(summary) <= width { summary } else { &short };
    let mut parts: Vec<&str> = summary.split(" · ").collect();
    while parts.len() > 1 && !fits(&parts) {
        parts.pop();
    }
    parts.join(" · ")
}

fn summary(app: &App) -> String {
    let all = app.columns.list(false);
    let on_board = if app.mine.is_some() && app.filter.is_none() {
        format!("{} of {}", all.shown_count(), all.len())
    } else {
        all.len().to_string()
    };
    let sort = app.columns.sort().title();
    let mine = match app.whose {
        Whose::Everybodys => "",
        Whose::Of(_) => "only mine · ",
        Whose::OfOrNobodys(_) => "mine and no owner · ",
    };
    if let Some(screen) = &app.screen {
        return screens::title(app, screen);
    }
    let unmatched = match app.unmatched_count() {
        0 => String::new(),
        waiting => {
            let key = app.board_key(Action::Show(ScreenId::Unmatched));
            let key = key.map(|key| format!(" ({key})")).unwrap_or_default();
            format!(" · {}{key}", plural(waiting, "unmatched signal", "unmatched signals"))
        }
    };
    match app.view {
        _ if app.is_first_run() => String::new(),
        View::Board | View::List { all: false } => {
            format!("{mine}{on_board} on the board{unmatched} · by {sort}")
        }
        View::Today => {
            let needy = match (app.queue.done(), app.queue.len()) {
                (0, 0) => "nothing needs you".to_owned(),
                (0, 1) => "1 account needs you".to_owned(),
                (0, waiting) => format!("{waiting} accounts need you"),
                (done, 0) => format!("{done} done · nothing needs you"),
                (done, left) => format!("{done} done · {left} left"),
            };
            let retired = match app.retired.len() {
                0 => String::new(),
                left => {
                    let key = app.board_key(Action::Retired);
                    let key = key.map(|key| format!(" ({key})")).unwrap_or_default();
                    format!(" · {left} in a retired segment{key}")
                }
            };
            format!("today · {mine}{needy}{unmatched}{retired} · {on_board} on the board")
        }
        View::List { all: true } => {
            let known = plural(app.board.len(), "account", "accounts");
            format!("{mine}{known} · {on_board} on the board{unmatched} · by {sort}")
        }
    }
}
