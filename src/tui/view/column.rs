//! The columns: a stage's heading, and the cards that stand in it.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::widgets::Widget;

use super::super::layout;
use super::card::Card;
use super::{bucket_line, put};
use crate::state::MoneySum;
use crate::text;
use crate::tui::layout::PlacedColumn;
use crate::tui::model::app::App;
use crate::tui::model::columns::ColumnId;
use crate::tui::theme::Role;

/// A heading this wide has room for a word of the stage's title.
const TITLED: u16 = 10;

/// Every column in view.
pub(super) struct BoardWidget<'a>(pub(super) &'a App);

impl Widget for BoardWidget<'_> {
    fn render(self, area: Rect, buf: &mut Buffer) {
        let Self(app) = self;
        if area.is_empty() {
            return;
        }
        let columns = layout::columns(app);
        let heading = layout::heading(area);
        if heading == 3 {
            bucket_line::draw(app, &columns, Rect { height: 1, ..area }, buf);
        }
        for (at, placed) in columns.placed.iter().enumerate() {
            ColumnWidget { app, placed: *placed }.render(placed.area, buf);
            let next = columns.placed.get(at + 1).filter(|next| next.area.x > placed.area.right());
            if next.is_some_and(|next| {
                bucket_line::bucket(app, next.column_id) != bucket_line::bucket(app, placed.column_id)
            }) {
                for y in area.y + u16::from(heading == 3)..area.bottom() {
                    put(buf, area, placed.area.right(), y, "│", app.setup.theme.style(Role::Border));
                }
            }
        }
    }
}

/// One column.
struct ColumnWidget<'a> {
    app: &'a App,
    placed: PlacedColumn,
}

impl Widget for ColumnWidget<'_> {
    fn render(self, area: Rect, buf: &mut Buffer) {
        let Self { app, placed } = self;
        if area.is_empty() {
            return;
        }
        let theme = &app.setup.theme;
        let focused = placed.column_id == app.focus.column_id;
        let heading = layout::heading(area);
        let mut y = area.y + u16::from(heading == 3);
        let role = if focused { Role::Accent } else { Role::Header };
        put(buf, area, area.x, y, &self.heading(area.width), theme.style(role));
        if heading > 1 {
            y += 1;
            let counts = if placed.sliver {
                " 0".to_owned()
            } else {
                counts(app, placed.column_id, usize::from(area.width))
            };
            put(buf, area, area.x, y, &text::cut(&counts, usize::from(area.width)), theme.style(Role::Dim));
        }
        if placed.sliver {
            return;
        }
        let cards = Rect { y: area.y + heading, height: area.height.saturating_sub(heading), ..area };
        self.cards(cards, buf);
    }
}

impl ColumnWidget<'_> {
    fn heading(&self, width: u16) -> String {
        let focused = self.placed.column_id == self.app.focus.column_id;
        let mark = if focused { "▌" } else { " " };
        let label = match self.app.stage(self.placed.column_id) {
            Some(stage) if width >= TITLED => format!("{mark}{} {}", stage.id, stage.title()),
            Some(stage) => stage.id.to_string(),
            None => format!("{mark}Unmapped"),
        };
        text::cut(&text::clean(&label), usize::from(width)).into_owned()
    }

    fn cards(&self, area: Rect, buf: &mut Buffer) {
        let app = self.app;
        let shown = app.columns.column(self.placed.column_id).shown();
        if shown.is_empty() {
            self.nobody(area, buf);
            return;
        }
        let step = layout::card_height(app_body(app));
        let top = app.focus.tops.get(&self.placed.column_id).copied().unwrap_or(0).min(shown.len() - 1);
        let mut y = area.y;
        for row in shown.iter().skip(top) {
            if y >= area.bottom() {
                break;
            }
            let Some(account) = app.board.get(&row.id) else { continue };
            let focused = app.focus.account.as_ref() == Some(&row.id);
            let card = Rect { y, height: step.min(2).min(area.bottom() - y), ..area };
            Card { app, account, focused }.render(card, buf);
            y += step;
        }
    }

    fn nobody(&self, area: Rect, buf: &mut Buffer) {
        let app = self.app;
        let filtered = (app.filter.is_some() || app.mine.is_some())
            && !app.columns.column(self.placed.column_id).is_empty();
        let words = match (filtered, &app.filter) {
            (true, Some(_)) => "No match",
            (true, None) => "None of yours",
            (false, _) => "No accounts",
        };
        put(buf, area, area.x + 1, area.y, words, app.setup.theme.style(Role::Dim));
    }
}

fn app_body(app: &App) -> Rect {
    layout::areas(app).body
}

/// `249 · $203,400`; with a filter, how many of how many. Sums that do not fit whole are only counted: half a sum
/// would be another sum.
fn counts(app: &App, column_id: ColumnId, width: usize) -> String {
    let column = app.columns.column(column_id);
    let mut line = if app.filter.is_some() || app.mine.is_some() {
        format!(" {}/{}", column.shown().len(), column.len())
    } else {
        format!(" {}", column.len())
    };
    let sums: Vec<String> = column.money().into_iter().map(MoneySum::rounded).collect();
    for (at, sum) in sums.iter().enumerate() {
        let longer = format!("{line}{}{sum}", if at == 0 { " · " } else { " + " });
        let rest = sums.len() - at - 1;
        let more = if rest > 0 { format!(" +{rest}") } else { String::new() };
        if text::width(&longer) + text::width(&more) > width {
            return format!("{line} +{}", sums.len() - at);
        }
        line = longer;
    }
    line
}
