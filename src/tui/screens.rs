//! What lies over the board: the screens of their own, an account, and the help.
//!
//! Each is one file: what it shows, what its keys do, and how it looks. `update` and `view` reach a screen through the
//! functions here, which are the only ones that tell screens apart.

pub mod account_choice;
pub mod activity;
pub mod brief;
pub mod detail;
pub mod explain;
pub mod forecast;
pub mod help;
mod history;
pub mod insights;
pub mod output;
pub mod playbooks;
pub mod sources;
pub mod unmatched;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::state::AccountId;
use crate::text;
use crate::tui::canvas;
use crate::tui::input::action::{Action, Motion};
use crate::tui::layout;
use crate::tui::model::app::App;
use crate::tui::model::focus::Overlay;
use crate::tui::model::hints::Hint;
use crate::tui::model::msg::Effect;
use crate::tui::model::screens::{ScreenId, ScreenRows, ScreenState};
use crate::tui::theme::{Role, Theme};

/// What `screen` shows; of the account `about`, where it is about one.
fn rows(app: &App, screen: ScreenId, about: Option<&AccountId>) -> ScreenRows {
    match screen {
        ScreenId::Playbooks => ScreenRows::Playbooks(playbooks::rows(app)),
        ScreenId::Explain => ScreenRows::Explain(explain::rows(app, about)),
        ScreenId::Forecast => ScreenRows::Forecast(forecast::table(app)),
        ScreenId::Unmatched => ScreenRows::Unmatched(unmatched::rows(app)),
        ScreenId::Activity => ScreenRows::Activity(activity::rows(app)),
        ScreenId::Sources => ScreenRows::Sources(sources::rows(app)),
        ScreenId::Insights => ScreenRows::Insights(app.insights.pages.clone()),
    }
}

/// The keys that matter in `screen`, the most useful first.
pub fn hints(screen: ScreenId) -> &'static [Hint] {
    match screen {
        ScreenId::Playbooks => playbooks::HINTS,
        ScreenId::Explain => explain::HINTS,
        ScreenId::Forecast => forecast::HINTS,
        ScreenId::Unmatched => unmatched::HINTS,
        ScreenId::Activity => activity::HINTS,
        ScreenId::Sources => sources::HINTS,
        ScreenId::Insights => insights::HINTS,
    }
}

/// The keys that matter in `screen` as it is: none about a row where there is none, or about the accounts to choose from
/// where there are none.
pub fn hints_now(app: &App, screen: &ScreenState) -> impl Iterator<Item = Hint> {
    let can_pick = screen.unmatched().is_some_and(|it| !it.candidates.is_empty());
    let is_of_use = move |action: Action| {
        // In Activity, it is the chosen entry that is taken back.
        let needs_no_row = matches!(action, Action::Clear | Action::Filter | Action::Help)
            || (action == Action::Undo && screen.id != ScreenId::Activity);
        match action {
            Action::Pick => can_pick,
            Action::Open => leads_somewhere(screen),
            Action::Redo if screen.id == ScreenId::Activity => activity::can_redo(app, screen),
            _ => needs_no_row || !screen.rows.is_empty(),
        }
    };
    hints(screen.id).iter().copied().filter(move |(action, _)| is_of_use(*action))
}

/// Whether there is anything to open behind the chosen row.
fn leads_somewhere(screen: &ScreenState) -> bool {
    match &screen.rows {
        ScreenRows::Playbooks(rows) => rows.get(screen.row).is_some_and(|row| row.accounts > 0),
        ScreenRows::Forecast(table) => {
            table.lines.get(screen.row).is_some_and(|line| !line.accounts(screen.column).is_empty())
        }
        ScreenRows::Activity(activity) => {
            activity.row(screen.row).is_some_and(|row| !row.accounts.is_empty())
        }
        ScreenRows::Explain(_) | ScreenRows::Unmatched(_) | ScreenRows::Sources(_) => !screen.rows.is_empty(),
        ScreenRows::Insights(pages) => {
            pages.as_ref().is_some_and(|pages| insights::leads_somewhere(pages, screen))
        }
    }
}

/// What lies over the board: the line it begins with, how many lines it has, and how many its frame shows.
struct LaidOver {
    top: usize,
    lines: usize,
    page: usize,
    wrap: fn(usize) -> Overlay,
}

fn laid_over(app: &App) -> Option<LaidOver> {
    let (top, lines, wrap): (usize, usize, fn(usize) -> Overlay) = match app.overlay? {
        Overlay::Detail(top) => (top, detail::height(app), Overlay::Detail),
        Overlay::Help(top) => (top, help::height(app), Overlay::Help),
        Overlay::Output(top) => (top, output::lines(app).len(), Overlay::Output),
        Overlay::Brief(top) => (top, brief::height(app), Overlay::Brief),
    };
    let body = match app.overlay? {
        Overlay::Brief(_) => layout::tour::body_over(app),
        Overlay::Detail(_) | Overlay::Help(_) | Overlay::Output(_) => layout::areas(app).body,
    };
    let page = usize::from(body.height.saturating_sub(2)).max(1);
    Some(LaidOver { top, lines, page, wrap })
}

/// Whether what lies over the board is longer than its frame.
pub(in crate::tui) fn is_longer_than_its_frame(app: &App) -> bool {
    laid_over(app).is_some_and(|over| over.lines > over.page)
}

/// What a query that is typed over an open screen finds there; nothing where it is about the accounts.
pub fn found(app: &App) -> Option<String> {
    activity::found(app).or_else(|| insights::found(app))
}

/// What is to be fetched for what is open.
pub fn wanted(app: &mut App) -> Option<Effect> {
    activity::wanted(app)
        .or_else(|| detail::wanted(app))
        .or_else(|| sources::wanted(app))
        .or_else(|| insights::wanted(app))
}

/// Opens what the chosen row of `screen` leads to.
pub fn open(app: &mut App, screen: ScreenId) -> Option<Effect> {
    match screen {
        ScreenId::Playbooks => playbooks::open(app),
        ScreenId::Explain => explain::open(app),
        ScreenId::Forecast => forecast::open(app),
        ScreenId::Unmatched => unmatched::open(app),
        ScreenId::Activity => activity::open(app),
        ScreenId::Insights => insights::open(app),
        ScreenId::Sources => return sources::read_now(app),
    }
    None
}

pub fn draw(app: &App, screen: &ScreenState, area: Rect, buf: &mut Buffer) {
    match &screen.rows {
        ScreenRows::Playbooks(rows) => playbooks::draw(app, screen, rows, area, buf),
        ScreenRows::Explain(rows) => explain::draw(app, screen, rows, area, buf),
        ScreenRows::Forecast(table) => forecast::draw(app, screen, table, area, buf),
        ScreenRows::Unmatched(signals) => unmatched::draw(app, screen, signals, area, buf),
        ScreenRows::Activity(rows) => activity::draw(app, screen, rows, area, buf),
        ScreenRows::Sources(rows) => sources::draw(app, screen, rows, area, buf),
        ScreenRows::Insights(pages) => insights::draw(app, screen, pages.as_deref(), area, buf),
    }
}

/// What the first line of the terminal says of `screen`.
pub fn title(app: &App, screen: &ScreenState) -> String {
    match &screen.rows {
        ScreenRows::Playbooks(rows) => playbooks::title(rows),
        ScreenRows::Explain(_) => explain::title(app, screen),
        ScreenRows::Forecast(_) => forecast::title(app),
        ScreenRows::Unmatched(signals) => unmatched::title(signals),
        ScreenRows::Activity(rows) => activity::title(app, rows),
        ScreenRows::Sources(rows) if app.past.is_some() => {
            format!("{} · as they fare now", sources::title(rows))
        }
        ScreenRows::Sources(rows) => sources::title(rows),
        ScreenRows::Insights(pages) => insights::title(app, pages.as_deref()),
    }
}

/// The rows of `screen` that are in view, each with its line and whether it is the chosen one, which is marked.
fn in_view<'a, T>(
    app: &App,
    screen: &ScreenState,
    rows: &'a [T],
    area: Rect,
    buf: &mut Buffer,
) -> Vec<(&'a T, Rect, bool)> {
    let visible = layout::screen_rows(app);
    let lines = under_heading(area).rows();
    let in_view = rows.iter().enumerate().skip(screen.first(visible)).take(visible).zip(lines);
    let in_view: Vec<_> = in_view.map(|((at, row), line)| (row, line, at == screen.row)).collect();
    let above = screen.first(visible);
    canvas::put_out_of_sight(
        &app.theme,
        (above, rows.len().saturating_sub(above + in_view.len())),
        area,
        buf,
    );
    for (.., line, _) in in_view.iter().filter(|(.., chosen)| *chosen) {
        canvas::chosen_row(&app.theme, app.chosen_role(), *line, buf);
    }
    in_view
}

/// Writes the cells of a row, which need not be clean, from `x` on: each with its width and whether it is set to the right,
/// none where it has no width. Of the chosen row, only the cell that says what the row is about is to look like
/// [`App::chosen_role`], as the name of an account does in a list.
fn put_cells<'a>(
    theme: &Theme,
    row: Rect,
    mut x: u16,
    (widths, cells): (&[(usize, bool)], impl IntoIterator<Item = (&'a str, Role)>),
    buf: &mut Buffer,
) {
    for ((words, role), (width, is_right)) in
        cells.into_iter().zip(widths).filter(|(_, (width, _))| *width > 0)
    {
        let words = text::clean(words);
        let words = if *is_right { text::fit_right(&words, *width) } else { text::fit(&words, *width) };
        x = canvas::put(buf, row, x, row.y, &words, theme.style(role)) + 1;
    }
}

/// Writes what the columns are called.
fn put_heads<'a>(
    theme: &Theme,
    area: Rect,
    x: u16,
    (widths, titles): (&[(usize, bool)], impl IntoIterator<Item = &'a str>),
    buf: &mut Buffer,
) {
    put_cells(theme, area, x, (widths, titles.into_iter().map(|title| (title, Role::Header))), buf);
}

/// How many rows lie below those in view, at the end of the heading of `area`.
fn put_below(app: &App, below: usize, area: Rect, buf: &mut Buffer) {
    canvas::put_out_of_sight(&app.theme, (0, below), area, buf);
}

fn under_heading(area: Rect) -> Rect {
    Rect { y: area.y + 1, height: area.height - 1, ..area }
}

impl App {
    /// Works out anew what the open screen shows.
    pub fn refresh_screen(&mut self) {
        let Some(screen) = &self.screen else { return };
        let rows = rows(self, screen.id, screen.about.as_ref());
        if let Some(screen) = &mut self.screen {
            screen.replace_rows(rows);
            let row = screen.row;
            self.choose(row);
        }
    }

    /// Chooses a row of the open screen, or the nearest there is, and brings it into view.
    pub fn choose(&mut self, row: usize) {
        let visible = layout::screen_rows(self);
        let Some(screen) = &mut self.screen else { return };
        screen.row = row.min(screen.rows.len().saturating_sub(1));
        screen.top = screen.first(visible);
    }

    /// Scrolls the preview of the focused account.
    pub(in crate::tui) fn scroll_preview(&mut self, motion: Motion) {
        let page = usize::from(layout::areas(self).dock.height.saturating_sub(2)).max(1);
        let top = motion.from(self.preview_top(), page).min(detail::height(self).saturating_sub(page));
        (self.preview.top, self.preview.of) = (top, self.focus.account.clone());
    }

    /// Moves through what lies over the board: the lines of an account or of the help, else the rows of a screen.
    pub(in crate::tui) fn scroll_over(&mut self, motion: Motion) {
        let Some(LaidOver { top, lines, page, wrap }) = laid_over(self) else {
            let page = layout::screen_rows(self).max(1);
            activity::go(self, motion);
            let row = self.screen.as_ref().map_or(0, |screen| motion.from(screen.row, page));
            return self.choose(row);
        };
        if self.setup.plain {
            // One is at a line, and hears a page of lines at most.
            let line = motion.from(top, layout::PLAIN_PAGE).min(lines.saturating_sub(1));
            self.overlay = Some(wrap(line));
            return;
        }
        self.overlay = Some(wrap(motion.from(top, page).min(lines.saturating_sub(page))));
    }

    /// Has what lies over the board fill its frame again, on a screen of another size.
    pub(in crate::tui) fn settle_over(&mut self) {
        if let Some(LaidOver { top, lines, page, wrap }) = laid_over(self).filter(|_| !self.setup.plain) {
            self.overlay = Some(wrap(top.min(lines.saturating_sub(page))));
        }
    }
}
