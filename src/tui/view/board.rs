//! The board: the stages with their counts, the line that draws buckets together, and the columns with their cards.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::card;
use crate::prose;
use crate::state::MoneySum;
use crate::text;
use crate::tui::canvas::{put, put_right};
use crate::tui::layout::{self, PlacedColumn, VisibleColumns};
use crate::tui::model::app::App;
use crate::tui::model::columns::ColumnId;
use crate::tui::model::focus::View;
use crate::tui::theme::Role;

/// A heading this wide has room for a word of the stage's title.
const TITLED: u16 = 10;

/// Every column in view.
pub(super) fn draw(app: &App, area: Rect, buf: &mut Buffer) {
    if area.is_empty() {
        return;
    }
    let columns = layout::columns(app);
    let heading = layout::heading(area);
    if heading == 3 {
        draw_buckets(app, &columns, Rect { height: 1, ..area }, buf);
    }
    for (at, placed) in columns.placed.iter().enumerate() {
        draw_column(app, placed, buf);
        let next = columns.placed.get(at + 1).filter(|next| next.area.x > placed.area.right());
        if next.is_some_and(|next| bucket(app, next.column_id) != bucket(app, placed.column_id)) {
            for y in area.y + u16::from(heading == 3)..area.bottom() {
                put(buf, area, placed.area.right(), y, "│", app.theme.style(Role::Border));
            }
        }
    }
}

/// One column.
fn draw_column(app: &App, placed: &PlacedColumn, buf: &mut Buffer) {
    let area = placed.area;
    if area.is_empty() {
        return;
    }
    let theme = &app.theme;
    let focused = placed.column_id == app.focus.column_id;
    let heading = layout::heading(area);
    let mut y = area.y + u16::from(heading == 3);
    let role = if focused { Role::Accent } else { Role::Header };
    put(buf, area, area.x, y, &title(app, placed, area.width), theme.style(role));
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
    draw_cards(app, placed, cards, buf);
}

fn title(app: &App, placed: &PlacedColumn, width: u16) -> String {
    let focused = placed.column_id == app.focus.column_id;
    let mark = if focused { "▌" } else { " " };
    let label = match app.stage(placed.column_id) {
        Some(stage) if width >= TITLED => format!("{mark}{} {}", stage.id, stage.title()),
        Some(stage) => stage.id.to_string(),
        None => format!("{mark}Unmapped"),
    };
    text::cut(&text::clean(&label), usize::from(width)).into_owned()
}

fn draw_cards(app: &App, placed: &PlacedColumn, area: Rect, buf: &mut Buffer) {
    let shown = app.columns.column(placed.column_id).shown();
    if shown.is_empty() {
        draw_no_cards(app, placed, area, buf);
        return;
    }
    let step = layout::card_height(layout::areas(app).body);
    let top = app.focus.tops.get(&placed.column_id).copied().unwrap_or(0).min(shown.len() - 1);
    let mut y = area.y;
    for row in shown.iter().skip(top) {
        if y >= area.bottom() {
            break;
        }
        let Some(account) = app.board.get(&row.id) else { continue };
        let focused = app.focus.account.as_ref() == Some(&row.id);
        let card = Rect { y, height: step.min(2).min(area.bottom() - y), ..area };
        card::draw(app, account, focused, card, buf);
        y += step;
    }
}

fn draw_no_cards(app: &App, placed: &PlacedColumn, area: Rect, buf: &mut Buffer) {
    let filtered =
        (app.filter.is_some() || app.mine.is_some()) && !app.columns.column(placed.column_id).is_empty();
    let words = match (filtered, &app.filter) {
        (true, Some(_)) => "No match",
        (true, None) => "None of yours",
        (false, _) => "No accounts",
    };
    put(buf, area, area.x + 1, area.y, words, app.theme.style(Role::Dim));
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

/// The bucket of a column; nothing for labels nobody knows.
fn bucket(app: &App, column_id: ColumnId) -> Option<&str> {
    app.stage(column_id).map(|stage| &*stage.bucket)
}

/// Draws the line over `columns`: each bucket's number and a line as long as its columns, and how many columns lie
/// to either side.
fn draw_buckets(app: &App, columns: &VisibleColumns, area: Rect, buf: &mut Buffer) {
    let style = app.theme.style(Role::Border);
    for group in columns.placed.chunk_by(|a, b| bucket(app, a.column_id) == bucket(app, b.column_id)) {
        let (first, last) = (group[0], group[group.len() - 1]);
        let width = last.area.right() - first.area.x;
        let name = bucket(app, first.column_id).map_or("?", |bucket| bucket);
        let line = format!("─{}", "─".repeat(usize::from(width)));
        let row = Rect { x: first.area.x, width, ..area };
        put(buf, row, row.x, area.y, &line, style);
        if group.len() > 1 || !first.sliver {
            put(buf, row, row.x + 1, area.y, &format!(" {} ", text::clean(name)), style);
        }
    }
    let hint = app.theme.style(Role::Accent);
    if columns.first > 0 {
        put(buf, area, area.x, area.y, &format!("‹{} ", columns.first), hint);
    }
    if columns.beyond > 0 {
        let end = columns.placed.last().map_or(area.right(), |placed| placed.area.right());
        let area = Rect { width: end - area.x, ..area };
        put_right(buf, area, &format!(" {}›", columns.beyond), hint);
    }
}

/// Every column with its count, wherever the board is scrolled to.
pub(super) fn stage_strip(app: &App, area: Rect, buf: &mut Buffer) {
    if area.is_empty() || app.is_first_run() {
        return;
    }
    let theme = &app.theme;
    let visible: Vec<ColumnId> = layout::columns(app).placed.iter().map(|placed| placed.column_id).collect();
    let in_view = |column_id: &ColumnId| app.view == View::Board && visible.contains(column_id);
    let says = |room: Room| {
        let tokens = app
            .columns
            .column_ids()
            .map(|column_id| (column_id, token(app, column_id, room, in_view(&column_id))));
        tokens.collect::<Vec<(ColumnId, String)>>()
    };
    let wide =
        |tokens: &[(ColumnId, String)]| tokens.iter().map(|(_, token)| text::width(token)).sum::<usize>();
    // The last cell is only there to keep the last token off a neighbour it does not have.
    let fits = |tokens: &Vec<(ColumnId, String)>| wide(tokens) <= usize::from(area.width) + 1;
    let tokens = [Room::Ample, Room::Tight].into_iter().map(says).find(fits);
    let tokens = tokens.unwrap_or_else(|| says(Room::Scant));
    let width = |(_, token): &(ColumnId, String)| text::width(token);
    let focus = tokens.iter().position(|(column_id, _)| *column_id == app.focus.column_id).unwrap_or(0);
    let mut skip = 0;
    while skip < focus && tokens[skip..=focus].iter().map(width).sum::<usize>() > usize::from(area.width) {
        skip += 1;
    }
    let mut x = area.x;
    for (at, (column_id, token)) in tokens.iter().enumerate().skip(skip) {
        let seen = app.view != View::Board || visible.contains(column_id);
        let role = match (*column_id == app.focus.column_id, seen) {
            (true, _) => Role::Selection,
            (false, true) => Role::Text,
            (false, false) => Role::Dim,
        };
        // The cells on either side stay plain: what is between two stages belongs to neither.
        let end = put(buf, area, x, area.y, token, theme.style(Role::Text));
        put(buf, area, x + 1, area.y, token.trim(), theme.style(role));
        if at > 0 && at > skip && bucket(app, tokens[at - 1].0) != bucket(app, *column_id) {
            put(buf, area, x - 1, area.y, "│", theme.style(Role::Border));
        }
        x = end;
    }
    workload(app, Rect { x, width: area.right().saturating_sub(x), ..area }, buf);
}

/// How many open accounts each person looks after, at the right end of `area`: of as many people as fit.
fn workload(app: &App, area: Rect, buf: &mut Buffer) {
    let roster = app.roster();
    let texts = (1..=MOST_PEOPLE).rev().filter_map(|most| prose::workload::text(&app.workload, roster, most));
    let texts = texts.map(|text| format!(" {} ", text::clean(&text)));
    if let Some(text) = texts.into_iter().find(|text| text::width(text) <= usize::from(area.width)) {
        put_right(buf, area, &text, app.theme.style(Role::Dim));
    }
}

/// How many people are named at most in the line of the stages.
const MOST_PEOPLE: usize = 8;

/// How much room the stages have. None is ever missing, so counts go first: those one sees anyway over
/// their columns, then all.
#[derive(Clone, Copy)]
enum Room {
    Ample,
    Tight,
    Scant,
}

/// What is said of a column, with a cell before and after, so that neighbours do not touch. An id and a count that
/// a space alone kept apart would read as one number.
fn token(app: &App, column_id: ColumnId, room: Room, in_view: bool) -> String {
    let count = app.columns.column(column_id).shown().len();
    let name = match (app.stage(column_id), room) {
        (Some(stage), _) => text::clean(stage.id.as_str()),
        (None, Room::Ample) => "Unmapped".into(),
        (None, Room::Tight | Room::Scant) => "?".into(),
    };
    match room {
        Room::Ample => format!(" {name}·{count} "),
        Room::Tight if !in_view => format!(" {name}·{count} "),
        Room::Tight | Room::Scant => format!(" {name} "),
    }
}
