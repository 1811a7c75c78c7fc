//! The line of the pipeline: every stage with its count, as a bar where there is room for one.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::board::bucket;
use crate::prose;
use crate::text;
use crate::tui::canvas::{put, put_right};
use crate::tui::layout;
use crate::tui::model::app::App;
use crate::tui::model::badges::phase;
use crate::tui::model::columns::ColumnId;
use crate::tui::model::focus::View;
use crate::tui::theme::Role;

/// From this width on, there is room for a bar.
const BAR_FROM: u16 = 100;

/// The fewest cells worth calling a bar.
const LEAST_BAR: usize = 20;

/// Every column with its count, wherever the board is scrolled to.
pub(super) fn draw(app: &App, area: Rect, buf: &mut Buffer) {
    if area.is_empty() || app.is_first_run() {
        return;
    }
    if area.width >= BAR_FROM && draw_bar(app, area, buf) {
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

/// The pipeline as a bar: of each stage its id, as many cells as it has a share of all accounts, and its count; in the hue of
/// its phase. Answers whether there was room for one.
fn draw_bar(app: &App, area: Rect, buf: &mut Buffer) -> bool {
    let theme = &app.theme;
    let stages: Vec<(ColumnId, String, usize)> = (app.columns.column_ids())
        .map(|column_id| {
            let name = app.stage(column_id).map_or("?".into(), |stage| text::clean(stage.id.as_str()));
            (column_id, name.into_owned(), app.columns.column(column_id).shown().len())
        })
        .collect();
    let all: usize = stages.iter().map(|(.., count)| count).sum();
    let words: usize =
        stages.iter().map(|(_, name, count)| text::width(name) + count.to_string().len() + 4).sum();
    let team = workload_text(app, usize::from(area.width).saturating_sub(words + LEAST_BAR));
    let taken = words + team.as_deref().map_or(0, text::width);
    let Some(cells) = usize::from(area.width).checked_sub(taken).filter(|cells| *cells >= LEAST_BAR) else {
        return false;
    };
    let mut x = area.x;
    for (column_id, name, count) in stages {
        let hue = theme.style(phase(app, column_id));
        let role = if column_id == app.focus.column_id && app.view == View::Board {
            Role::Selection
        } else {
            Role::Text
        };
        x = put(buf, area, x + 1, area.y, &name, theme.style(role)) + 1;
        // Whoever is there at all is seen.
        let share = (count * cells).checked_div(all).unwrap_or(0).max(usize::from(count > 0));
        x = put(buf, area, x, area.y, &"▇".repeat(share.min(cells)), hue);
        x = put(buf, area, x, area.y, &format!("{count} "), theme.style(Role::Dim));
    }
    if let Some(team) = team {
        put_right(buf, area, &team, theme.style(Role::Dim));
    }
    true
}

/// How many open accounts each person looks after, at the right end of `area`.
fn workload(app: &App, area: Rect, buf: &mut Buffer) {
    if let Some(text) = workload_text(app, usize::from(area.width)) {
        put_right(buf, area, &text, app.theme.style(Role::Dim));
    }
}

/// The same in at most `width` cells: of as many people as fit.
fn workload_text(app: &App, width: usize) -> Option<String> {
    let roster = app.roster();
    let texts = (1..=MOST_PEOPLE).rev().filter_map(|most| prose::workload::text(&app.workload, roster, most));
    let mut texts = texts.map(|text| format!(" {} ", text::clean(&text)));
    texts.find(|text| text::width(text) <= width)
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
