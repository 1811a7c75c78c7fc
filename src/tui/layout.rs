//! Where things stand on the screen: arithmetic shared by drawing, scrolling and the mouse.

mod board_columns;
pub mod choices;
pub mod hints;
pub mod insights;
pub mod lines;
pub mod list_columns;
pub mod popups;
pub mod question;
pub mod stage_strip;
pub mod tabs;
pub mod tour;

use ratatui::layout::Rect;

pub use self::board_columns::{MIN_COLUMN, PlacedColumn, VisibleColumns, columns};
use self::lines::{ListLine, ListLines};
use crate::config::views::ListColumn;
use crate::prose::lists::plural;
use crate::query::Sort;
use crate::state::TodayGroup;
use crate::tui::input::action::Action;
use crate::tui::model::app::App;
use crate::tui::model::columns::ColumnId;
use crate::tui::model::focus::{AccountPreview, Overlay, View};
use crate::tui::model::prompt::Prompt;
use crate::tui::model::screens::{ScreenId, ScreenState};

/// From this width on, details stand beside the board instead of over it.
const DOCK_FROM: u16 = 110;
/// How wide they stand there.
const DOCK_WIDTH: u16 = 52;
/// The widest they get beside the columns of the board.
const WIDEST_BESIDE_BOARD: u16 = 84;

/// From this height on, what is said about a row of a screen may stand beside its rows.
const DETAILS_BESIDE_FROM: u16 = 12;

/// From this height on, the views have a line of their own.
const TABS_FROM: u16 = 18;

/// How many lines the alerts take, heading included.
const ALERTS_HEIGHT: u16 = 9;

/// The size that a screen has which is heard and not drawn, so that every terminal is as large: no account stands beside
/// the rows, and a page of them is [`PLAIN_PAGE`].
pub const PLAIN_SIZE: (u16, u16) = (100, 15);

/// How many lines of a text are said at once, where a person asks for a page.
pub const PLAIN_PAGE: usize = 10;

/// The parts of the screen, top to bottom. A part that does not fit is empty.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Areas {
    /// The program's name, the views, the day and the person.
    pub tabs: Rect,
    /// What is to be seen, and how much; where there are no tabs, also what stands beside them.
    pub title: Rect,
    /// Every stage with its count, however far the columns are scrolled.
    pub stage_strip: Rect,
    /// What stands there until it is over, or was read.
    pub notices: Rect,
    /// Columns or list.
    pub body: Rect,
    /// Details beside the body; empty when there are none or they cover it.
    pub dock: Rect,
    /// The alerts, under the body; empty while they are not to be seen.
    pub alerts: Rect,
    /// What just happened, or what is being asked.
    pub status: Rect,
    /// The keys that matter now.
    pub hints: Rect,
}

impl Areas {
    /// The body, and the account beside it.
    pub fn whole_body(&self) -> Rect {
        self.body.union(self.dock)
    }

    /// Where an open account stands: beside the body, or over it where there is no room.
    pub fn account_pane(&self) -> Rect {
        if self.dock.is_empty() { self.body } else { self.dock }
    }
}

/// The parts of the screen of `app`.
pub fn areas(app: &App) -> Areas {
    let (width, height) = app.size;
    let line = |shown: bool| u16::from(shown);
    let tabs = line(height >= TABS_FROM && !app.tabs.is_empty() && !app.is_first_run());
    let title = line(height >= 4);
    let stage_strip = line(height >= 14);
    let notices = u16::try_from(app.notices.lines.len()).unwrap_or(u16::MAX).min(height / 4);
    // Something long to say pushes the hints away first, then the board.
    let wanted = u16::try_from(status_lines(app)).unwrap_or(u16::MAX).min(height / 4);
    let least = if height >= 2 { status_room(app) } else { 0 };
    let status = wanted.max(least);
    // What is typed is explained there.
    let hints = line(height >= 8 && (wanted <= least.max(1) || app.prompt.is_some()));
    let top = tabs + title + stage_strip + notices;
    let body = height.saturating_sub(top + status + hints);
    let row = |y: u16, height: u16| Rect { x: 0, y, width, height };
    let dock = dock_width(app);
    // A third at most: the focused card stays in view over it.
    let alerts = if app.alerts.is_some() { ALERTS_HEIGHT.min(body / 3) } else { 0 };
    let pane = row(top + body - alerts, alerts);
    let full = row(top, body - alerts);
    // The box of the tour stands under the account, where there is one beside the list.
    let tour = if dock > 0 { tour::height_under(app, dock, full.height) } else { 0 };
    Areas {
        tabs: row(0, tabs),
        title: row(tabs, title),
        stage_strip: row(tabs + title, stage_strip),
        notices: row(tabs + title + stage_strip, notices),
        body: Rect { width: width - dock, ..full },
        dock: Rect { x: width - dock, width: dock, height: full.height - tour, ..full },
        alerts: pane,
        status: row(top + body, status),
        hints: row(top + body + status, hints),
    }
}

/// How wide the account beside the body is; none where there is none, or it covers the body.
fn dock_width(app: &App) -> u16 {
    let width = app.size.0;
    let is_open = matches!(app.overlay, Some(Overlay::Detail(_)));
    let is_beside_list = app.screen.is_none() && matches!(app.view, View::Today | View::List { .. });
    // What is as wide as the screen hides it; the brief lies over the list and leaves it where it is.
    let is_hidden =
        app.preview.is_hidden || matches!(app.overlay, Some(Overlay::Help(_) | Overlay::Output(_)));
    let is_previewed = !is_hidden && app.focus.account.is_some();
    if is_beside_list && width >= AccountPreview::FROM && (is_open || is_previewed) {
        return width / 5 * 2;
    }
    if is_open && width >= DOCK_FROM { (width / 10 * 3).clamp(DOCK_WIDTH, WIDEST_BESIDE_BOARD) } else { 0 }
}

/// The lines a column's heading takes: title, counts and a rule, or fewer where there is little room.
pub fn heading(body: Rect) -> u16 {
    match body.height {
        0 => 0,
        1..=4 => 1,
        5..=9 => 2,
        _ => 3,
    }
}

/// The lines one card takes, with the space under it.
pub fn card_height(body: Rect) -> u16 {
    match body.height {
        0..=3 => 1,
        4..=23 => 2,
        24..=33 => 3,
        _ => 4,
    }
}

/// The lines one card takes, without that space.
pub fn card_lines(body: Rect) -> u16 {
    match card_height(body) {
        1 => 1,
        2 | 3 => 2,
        _ => 3,
    }
}

/// How many whole cards a column shows.
pub fn cards_per_column(app: &App) -> usize {
    let body = areas(app).body;
    usize::from((body.height - heading(body)) / card_height(body))
}

/// How many lines the list shows, under its heading.
pub fn list_rows(app: &App) -> usize {
    usize::from(areas(app).body.height.saturating_sub(1))
}

/// How many rows the open screen shows, under its heading.
pub fn screen_rows(app: &App) -> usize {
    let body = areas(app).body;
    let rows = app.screen.as_ref().map_or(body, |screen| rows(screen, body));
    usize::from(rows.height.saturating_sub(1))
}

/// What lies under a cell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HitTarget {
    /// A column, and a row of those it shows, if there is one.
    Column(ColumnId, Option<usize>),
    /// The head of a column of the board.
    ColumnHead(ColumnId),
    /// A stage in the line of the pipeline.
    Stage(ColumnId),
    /// The heading of the list, over the column that accounts can be sorted by.
    ListHeading(Option<Sort>),
    /// A row of the list.
    ListRow(usize),
    /// The heading of a group of today.
    TodayHeading(TodayGroup),
    /// Details or help.
    Overlay,
    /// A row of the open screen.
    ScreenRow(usize),
    /// An alert, by its place.
    Alert(usize),
    /// The tab of a view, by its place.
    Tab(usize),
    /// What stands over the board.
    Notices,
    /// Nothing that answers.
    Nothing,
}

/// The first alert in view: the chosen one is the last, once they do not all fit.
pub fn first_alert(app: &App, pane: Rect) -> usize {
    let visible = usize::from(pane.height.saturating_sub(1)).max(1);
    app.alerts.map_or(0, |pane| (pane.row + 1).saturating_sub(visible))
}

/// What lies under the cell at `x`, `y`.
pub fn hit_test(app: &App, x: u16, y: u16) -> HitTarget {
    let areas = areas(app);
    let at = ratatui::layout::Position { x, y };
    if areas.tabs.contains(at) {
        let placed = tabs::placed(app, areas.tabs).tabs.into_iter();
        let hit = placed.into_iter().find(|tab| (tab.x..tab.x + tab.width).contains(&x));
        return hit.map_or(HitTarget::Nothing, |tab| HitTarget::Tab(tab.at));
    }
    if areas.notices.contains(at) {
        return HitTarget::Notices;
    }
    if areas.stage_strip.contains(at) && app.screen.is_none() {
        return stage_strip::hit(app, areas.stage_strip, x).map_or(HitTarget::Nothing, HitTarget::Stage);
    }
    if let Some(screen) = app.screen.as_ref().filter(|_| app.overlay.is_none() && !areas.alerts.contains(at))
    {
        if screen.id == ScreenId::Insights {
            return insights::row_at(app, x, y).map_or(HitTarget::Overlay, HitTarget::ScreenRow);
        }
        let visible = screen_rows(app);
        let is_beside = !rows(screen, areas.body).contains(at);
        let row = y.checked_sub(areas.body.y + 1).map(usize::from).filter(|row| *row < visible && !is_beside);
        let row = row.map(|row| row + screen.first(visible));
        return row.filter(|row| *row < screen.rows.len()).map_or(HitTarget::Overlay, HitTarget::ScreenRow);
    }
    let is_covered = match app.overlay {
        Some(Overlay::Detail(_)) => areas.dock.is_empty(),
        Some(Overlay::Help(_) | Overlay::Output(_) | Overlay::Brief(_)) => true,
        None => false,
    };
    if areas.dock.contains(at) || is_covered {
        return HitTarget::Overlay;
    }
    if areas.alerts.contains(at) {
        let line = usize::from(y - areas.alerts.y).checked_sub(1);
        let row = line.map(|line| line + first_alert(app, areas.alerts));
        return row.filter(|row| *row < app.alert_count()).map_or(HitTarget::Nothing, HitTarget::Alert);
    }
    if !areas.body.contains(at) {
        return HitTarget::Nothing;
    }
    match app.view {
        View::List { .. } if y == areas.body.y => HitTarget::ListHeading(
            list_columns::at(&app.list_columns, areas.body, x).and_then(|it| sort_by(&it)),
        ),
        View::List { .. } | View::Today => {
            let line = usize::from(y - areas.body.y).checked_sub(1).map(|line| line + app.focus.list_top);
            match line.and_then(|line| ListLines::of(app).at(line)) {
                Some(ListLine::Row(row)) => HitTarget::ListRow(row),
                Some(ListLine::Heading(section)) => HitTarget::TodayHeading(section.group),
                None => HitTarget::Nothing,
            }
        }
        View::Board => {
            let columns = columns(app);
            let Some(placed) = columns.placed.iter().find(|placed| placed.area.contains(at)) else {
                return HitTarget::Nothing;
            };
            if y < areas.body.y + heading(areas.body) {
                return HitTarget::ColumnHead(placed.column_id);
            }
            let top = app.focus.tops.get(&placed.column_id).copied().unwrap_or(0);
            let line = (y - areas.body.y).checked_sub(heading(areas.body));
            let row = line.map(|line| usize::from(line / card_height(areas.body)) + top);
            let shown = app.columns.column(placed.column_id).shown().len();
            HitTarget::Column(placed.column_id, row.filter(|row| *row < shown))
        }
    }
}

/// The order that a column of the list shows, if it is one that accounts can be sorted by.
pub(in crate::tui) fn sort_by(column: &ListColumn) -> Option<Sort> {
    match column {
        ListColumn::Name => Some(Sort::Name),
        ListColumn::Forecast => Some(Sort::Mrr),
        ListColumn::Renews | ListColumn::Renewal => Some(Sort::Renewal),
        ListColumn::Stage => Some(Sort::TimeInStage),
        ListColumn::Owner
        | ListColumn::Week
        | ListColumn::Risk
        | ListColumn::Id
        | ListColumn::Segments
        | ListColumn::Fact(_) => None,
    }
}

/// From this width on, the foot says how many of the alerts somebody is on.
const SAYS_ACKNOWLEDGED_FROM: u16 = 100;

/// How many alerts are open, and how many of them are acknowledged, with the key that shows them; empty where there is none.
/// It stands at the right end of the status.
pub fn alert_count(app: &App) -> String {
    let key = app.board_key(Action::Alerts).unwrap_or_default();
    let all = plural(app.open_alerts, "alert", "alerts");
    match (app.open_alerts - app.acknowledged_alerts, app.acknowledged_alerts) {
        (0, 0) => String::new(),
        (0, _) => format!("△ {all} acknowledged · {key} "),
        (_, acknowledged) if acknowledged > 0 && app.size.0 >= SAYS_ACKNOWLEDGED_FROM => {
            format!("▲ {all} · {acknowledged} acknowledged · {key} ")
        }
        (_, _) => format!("▲ {all} · {key} "),
    }
}

/// Whether what the chosen account needs has lines of its own at the foot of the screen: in Today, unless its page is in
/// view and says so.
fn shows_needs(app: &App) -> bool {
    app.view == View::Today && app.screen.is_none() && app.overlay.is_none() && dock_width(app) == 0
}

/// How many lines what is said may have without taking one from anything else.
pub fn status_room(app: &App) -> u16 {
    if shows_needs(app) { needs_lines(app.size.1) } else { 1 }
}

/// How many lines they take on a screen of `height` lines.
fn needs_lines(height: u16) -> u16 {
    match height {
        0..2 => 0,
        2..20 => 1,
        20..32 => 2,
        _ => 3,
    }
}

/// How many lines the status wants: one, or as many as what is to be said needs.
pub fn status_lines(app: &App) -> usize {
    if question::is_boxed(app) {
        return 1;
    }
    match &app.prompt {
        Some(Prompt::Bulk(_) | Prompt::Import(_)) | None => app.status.lines.len().max(1),
        Some(Prompt::Pick(picker)) if picker.purpose.is_menu() => app.status.lines.len().max(1),
        // What is wrong with a stage's id stands in the line of the keys, and takes no line from the board.
        Some(Prompt::Pick(picker)) if picker.purpose.is_stage() => 1,
        // What is wrong with what is typed in a box takes no line here either.
        Some(Prompt::Line(_)) if choices::field(app).is_some() && !app.status.objection().is_empty() => 1,
        // What is typed in a box takes no line here.
        Some(Prompt::Line(_) | Prompt::Account(_) | Prompt::Pick(_)) if choices::field(app).is_some() => {
            app.status.lines.len().max(1)
        }
        Some(Prompt::Confirm(asked)) => asked.lines(app.size.0).len(),
        Some(
            Prompt::Line(_)
            | Prompt::SaveView(_)
            | Prompt::PastDay(_)
            | Prompt::ImportPath(_)
            | Prompt::Pick(_),
        ) if !app.status.objection().is_empty() => 1 + app.status.lines.len(),
        Some(_) => 1,
    }
}

/// Whether what is said about the chosen row of `screen` stands beside its rows, in a frame, and not under them.
pub fn has_details_beside(screen: &ScreenState, area: Rect) -> bool {
    screen.id.has_room_beside() && area.width >= AccountPreview::FROM && area.height >= DETAILS_BESIDE_FROM
}

/// The cells of `area`, an open screen's, of its rows, and those that say more about the chosen one.
fn rows_and_details(screen: &ScreenState, area: Rect) -> (Rect, Rect) {
    if has_details_beside(screen, area) {
        let width = area.width / 5 * 2;
        let rows = Rect { width: area.width - width, ..area };
        return (rows, Rect { x: rows.right(), width, ..area });
    }
    let height = screen.detail_lines((area.width, area.height));
    let rows = Rect { height: area.height - height, ..area };
    (rows, Rect { y: rows.bottom(), height, ..area })
}

/// The cells of `area`, an open screen's, of its rows and their heading.
pub fn rows(screen: &ScreenState, area: Rect) -> Rect {
    rows_and_details(screen, area).0
}

/// The cells of `area`, an open screen's, that say more about the chosen row.
pub fn details(screen: &ScreenState, area: Rect) -> Rect {
    rows_and_details(screen, area).1
}

/// The rectangle of at most `width` by `height` in the middle of `area`.
pub fn middle(area: Rect, width: u16, height: u16) -> Rect {
    let (width, height) = (width.min(area.width), height.min(area.height));
    Rect { x: area.x + (area.width - width) / 2, y: area.y + (area.height - height) / 2, width, height }
}
