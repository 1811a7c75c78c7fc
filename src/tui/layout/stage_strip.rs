//! Where the stages stand in the line of the pipeline: as a bar where there is room for one, else as ids with counts.

use ratatui::layout::Rect;

use super::columns;
use crate::prose;
use crate::text;
use crate::tui::model::app::App;
use crate::tui::model::columns::ColumnId;
use crate::tui::model::focus::View;

/// From this width on, there is room for a bar.
const BAR_FROM: u16 = 100;

/// The fewest cells worth calling a bar.
const LEAST_BAR: usize = 20;

/// How many people are named at most in the line of the stages.
const MOST_PEOPLE: usize = 8;

/// The line of the stages.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct StageStrip {
    pub stages: Vec<PlacedStage>,
    /// How many open accounts each person looks after, where there is room for it at the right end.
    pub team: Option<String>,
}

/// A stage in that line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlacedStage {
    pub column_id: ColumnId,
    pub x: u16,
    pub width: u16,
    pub shape: StageShape,
}

/// What a stage looks like there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum StageShape {
    /// Its id, as many cells as it has a share of all accounts, and its count.
    Bar { name: String, cells: usize, count: usize },
    /// Its id and perhaps its count, with a cell before and after; and whether its column is in view, on the board.
    Token { words: String, is_seen: bool },
}

/// Every column with its count, wherever the board is scrolled to.
pub fn placed(app: &App, area: Rect) -> StageStrip {
    if area.is_empty() || app.is_first_run() {
        return StageStrip::default();
    }
    let bar = if area.width >= BAR_FROM { bar(app, area) } else { None };
    bar.unwrap_or_else(|| tokens(app, area))
}

/// The column whose stage stands at the cell `x` of the line.
pub fn hit(app: &App, area: Rect, x: u16) -> Option<ColumnId> {
    let strip = placed(app, area);
    let stage = strip.stages.into_iter().find(|stage| (stage.x..stage.x + stage.width).contains(&x));
    stage.map(|stage| stage.column_id)
}

fn bar(app: &App, area: Rect) -> Option<StageStrip> {
    let stages: Vec<(ColumnId, String, usize)> = (app.columns.column_ids())
        .map(|column_id| {
            let name = app.stage(column_id).map_or("?".into(), |stage| text::clean(stage.id.as_str()));
            (column_id, name.into_owned(), app.columns.column(column_id).shown_count())
        })
        .collect();
    let all: usize = stages.iter().map(|(.., count)| count).sum();
    // A cell before the name, one on each side of the bar if there is one, and one after the count.
    let around =
        |name: &str, count: usize| text::width(name) + count.to_string().len() + 3 + usize::from(count > 0);
    let words: usize = stages.iter().map(|(_, name, count)| around(name, *count)).sum();
    let team = team(app, usize::from(area.width).saturating_sub(words + LEAST_BAR));
    let taken = words + team.as_deref().map_or(0, text::width);
    let room = usize::from(area.width).checked_sub(taken).filter(|cells| *cells >= LEAST_BAR)?;
    // Whoever is there at all is seen; the rest is shared.
    let seen = stages.iter().filter(|(.., count)| *count > 0).count();
    let spare = room.checked_sub(seen)?;
    let mut x = area.x;
    let stages = stages.into_iter().map(|(column_id, name, count)| {
        let cells = usize::from(count > 0) + (count * spare).checked_div(all).unwrap_or(0);
        let width = u16::try_from(around(&name, count) + cells).unwrap_or(u16::MAX);
        let placed = PlacedStage { column_id, x, width, shape: StageShape::Bar { name, cells, count } };
        x = x.saturating_add(width);
        placed
    });
    Some(StageStrip { stages: stages.collect(), team })
}

fn tokens(app: &App, area: Rect) -> StageStrip {
    let visible: Vec<ColumnId> = columns(app).placed.iter().map(|placed| placed.column_id).collect();
    let is_board = app.view == View::Board;
    let says = |room: Room| {
        let tokens = app.columns.column_ids().map(|column_id| {
            let in_view = is_board && visible.contains(&column_id);
            (column_id, token(app, column_id, room, in_view))
        });
        tokens.collect::<Vec<(ColumnId, String)>>()
    };
    let width = |(_, token): &(ColumnId, String)| text::width(token);
    // The last cell is only there to keep the last token off a neighbour it does not have.
    let fits = |tokens: &Vec<(ColumnId, String)>| {
        tokens.iter().map(width).sum::<usize>() <= usize::from(area.width) + 1
    };
    let tokens = [Room::Ample, Room::Tight].into_iter().map(says).find(fits);
    let tokens = tokens.unwrap_or_else(|| says(Room::Scant));
    let focus = tokens.iter().position(|(column_id, _)| *column_id == app.focus.column_id).unwrap_or(0);
    let mut skip = 0;
    while skip < focus && tokens[skip..=focus].iter().map(width).sum::<usize>() > usize::from(area.width) {
        skip += 1;
    }
    let mut x = area.x;
    let mut stages = Vec::new();
    for (column_id, words) in tokens.into_iter().skip(skip) {
        let room = area.right().saturating_sub(x);
        let width = u16::try_from(text::width(&words)).unwrap_or(u16::MAX).min(room);
        let is_seen = !is_board || visible.contains(&column_id);
        stages.push(PlacedStage { column_id, x, width, shape: StageShape::Token { words, is_seen } });
        x += width;
    }
    StageStrip { stages, team: team(app, usize::from(area.right().saturating_sub(x))) }
}

/// How many open accounts each person looks after, in at most `width` cells: of as many people as fit.
fn team(app: &App, width: usize) -> Option<String> {
    let roster = app.roster();
    let texts = (1..=MOST_PEOPLE).rev().filter_map(|most| prose::workload::text(&app.workload, roster, most));
    // The stages count those that are shown, and those that are over.
    let which = if app.filter.is_some() || app.mine.is_some() { "all open" } else { "open" };
    let mut texts = texts.map(|text| format!(" {which}: {} ", text::clean(&text)));
    texts.find(|text| text::width(text) <= width)
}

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
    let count = app.columns.column(column_id).shown_count();
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
