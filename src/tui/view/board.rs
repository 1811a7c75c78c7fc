//! The board: the columns with their heads and their cards.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Modifier;

use super::card::{self, CardLook};
use crate::state::MoneySum;
use crate::text;
use crate::tui::canvas::{chosen_bar, out_of_sight, put, put_right};
use crate::tui::layout::{self, PlacedColumn, VisibleColumns};
use crate::tui::model::app::App;
use crate::tui::model::badges::phase;
use crate::tui::model::columns::ColumnId;
use crate::tui::theme::Role;

/// Every column in view.
pub(super) fn draw(app: &App, area: Rect, buf: &mut Buffer) {
    if area.is_empty() {
        return;
    }
    let columns = layout::columns(app);
    for placed in &columns.placed {
        draw_column(app, placed, buf);
    }
    draw_beyond(app, &columns, area, buf);
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
    let phase = phase(app, placed.column_id);
    // The head of the chosen column keeps its hue: what leads to it is the bar before it and the rule under it.
    put(
        buf,
        area,
        area.x,
        area.y,
        &title(app, placed, area.width),
        theme.style(phase).add_modifier(Modifier::BOLD),
    );
    if focused && !placed.folded {
        put(buf, area, area.x, area.y, "▌", theme.style(chosen_bar(app.chosen_role())));
    }
    if heading > 1 {
        let counts = if placed.folded {
            format!(" {}", app.columns.column(placed.column_id).shown_count())
        } else {
            counts(app, placed.column_id, usize::from(area.width))
        };
        let role = if placed.folded { Role::Dim } else { Role::Text };
        put(buf, area, area.x, area.y + 1, &text::cut(&counts, usize::from(area.width)), theme.style(role));
    }
    if heading > 2 {
        let rule = "─".repeat(usize::from(area.width));
        let has_keys = focused && app.chosen_role() == Role::Selection;
        put(buf, area, area.x, area.y + 2, &rule, theme.style(if has_keys { Role::Accent } else { phase }));
    }
    let cards = Rect { y: area.y + heading, height: area.height.saturating_sub(heading), ..area };
    if placed.folded {
        draw_folded(app, placed, cards, buf);
    } else {
        draw_cards(app, placed, cards, buf);
    }
}

/// What is worth going to a folded column for: accounts that cannot wait, and cards that have just come.
fn draw_folded(app: &App, placed: &PlacedColumn, area: Rect, buf: &mut Buffer) {
    // Of those that are filtered away, the count above says nothing either.
    let stage = app.stage(placed.column_id).filter(|_| app.filter.is_none() && app.mine.is_none());
    let pressing = stage.map_or(0, |stage| app.queue.pressing_in(&stage.id));
    let came = app.recent.moved().filter(|id| app.columns.column_of(id) == Some(placed.column_id)).count();
    let lines = [("△", pressing, Role::Warning), ("→", came, Role::Accent)];
    let lines = lines.into_iter().filter(|(_, count, _)| *count > 0);
    for ((mark, count, role), row) in lines.zip(area.rows()) {
        let words = format!(" {mark}{count}");
        put(buf, row, row.x, row.y, &text::cut(&words, usize::from(row.width)), app.theme.style(role));
    }
}

fn title(app: &App, placed: &PlacedColumn, width: u16) -> String {
    let label = match app.stage(placed.column_id) {
        Some(stage) if placed.folded => format!(" {}", stage.id),
        Some(stage) => format!(" {} {}", stage.id, stage.title()),
        None if placed.folded => " ?".to_owned(),
        None => " Unmapped".to_owned(),
    };
    let label = text::clean(&label);
    // In the narrowest, a cell before the id is one that the id needs.
    let label = if text::width(&label) > usize::from(width) && placed.folded { label.trim() } else { &label };
    text::cut(label, usize::from(width)).into_owned()
}

fn draw_cards(app: &App, placed: &PlacedColumn, area: Rect, buf: &mut Buffer) {
    let shown = app.columns.column(placed.column_id).shown();
    if shown.is_empty() {
        draw_no_cards(app, placed, area, buf);
        return;
    }
    let body = layout::areas(app).body;
    let (step, lines) = (layout::card_height(body), layout::card_lines(body));
    let top = app.focus.tops.get(&placed.column_id).copied().unwrap_or(0).min(shown.len() - 1);
    let phase = phase(app, placed.column_id);
    let in_view = shown.iter().skip(top).take(usize::from(area.height.div_ceil(step)));
    let in_view = in_view.filter_map(|row| app.board.get(&row.id)).map(|account| &**account);
    let in_words = card::have_words(app, in_view, (area.width, lines));
    let mut y = area.y;
    for row in shown.iter().skip(top) {
        if y >= area.bottom() {
            break;
        }
        let Some(account) = app.board.get(&row.id) else { continue };
        let focused = app.focus.account.as_ref() == Some(&row.id);
        let card = Rect { y, height: lines.min(area.bottom() - y), ..area };
        card::draw(app, account, CardLook { focused, phase, in_words }, card, buf);
        y += step;
    }
    let below = shown.len().saturating_sub(top + usize::from(area.height / step));
    draw_more(app, placed, (top, below), buf);
}

/// How many cards of a column are out of sight, in its rule: that costs no card.
fn draw_more(app: &App, placed: &PlacedColumn, (above, below): (usize, usize), buf: &mut Buffer) {
    let words = out_of_sight((above, below)).filter(|_| layout::heading(placed.area) >= 3);
    let rule = Rect { y: placed.area.y + 2, height: 1, ..placed.area };
    let fits = |text: &String| text::width(text) + 2 <= usize::from(rule.width);
    if let Some(text) = words.into_iter().flatten().find(fits) {
        put_right(buf, rule, &text, app.theme.style(Role::Dim));
    }
}

fn draw_no_cards(app: &App, placed: &PlacedColumn, area: Rect, buf: &mut Buffer) {
    let filtered =
        (app.filter.is_some() || app.mine.is_some()) && !app.columns.column(placed.column_id).is_empty();
    let words = match (filtered, &app.filter) {
        _ if app.columns.column(placed.column_id).unread() > 0 => "Being read…",
        // The query of a view was not typed: nobody looks for what it matches.
        (true, Some(_)) if app.view_name().is_none() => "No match",
        (true, Some(_)) => "None here",
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
        format!(" {}/{}", column.shown_count(), column.len())
    } else {
        format!(" {}", column.len())
    };
    let sums: Vec<String> = column.money().into_iter().map(MoneySum::rounded).collect();
    for (at, sum) in sums.iter().enumerate() {
        let longer = format!("{line}{}{sum}", if at == 0 { " · " } else { " + " });
        let rest = sums.len() - at - 1;
        let more = if rest > 0 { format!(" +{rest}") } else { String::new() };
        if text::width(&longer) + text::width(&more) > width {
            // Sums in other currencies.
            let words = format!("{line} + {} more", sums.len() - at);
            return if text::width(&words) <= width { words } else { format!("{line} +{}", sums.len() - at) };
        }
        line = longer;
    }
    line
}

/// How many columns lie to either side.
fn draw_beyond(app: &App, columns: &VisibleColumns, area: Rect, buf: &mut Buffer) {
    let row = Rect { y: area.y + layout::heading(area).min(3).saturating_sub(1), height: 1, ..area };
    let hint = app.theme.style(Role::Accent);
    if columns.first > 0 {
        put(buf, row, row.x, row.y, &format!("‹{} ", columns.first), hint);
    }
    if columns.beyond > 0 {
        let end = columns.placed.last().map_or(area.right(), |placed| placed.area.right());
        put_right(buf, Rect { width: end - area.x, ..row }, &format!(" {}›", columns.beyond), hint);
    }
}
