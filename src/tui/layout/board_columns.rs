//! Which columns of the board are in view, and how wide each is.

use ratatui::layout::Rect;

use super::areas;
use crate::state::Stage;
use crate::text;
use crate::tui::model::app::App;
use crate::tui::model::columns::ColumnId;

/// The narrowest an open column may get where not all of them are in view.
pub const MIN_COLUMN: u16 = 19;
/// Where nearly any name, and the words of a renewal, have room.
const WORDY_COLUMN: u16 = 24;
/// Wider than this, a card is only harder to read.
const MAX_COLUMN: u16 = 44;
/// How wide open and folded columns are at least, where that brings all of them into view: the first that does.
const ALL_IN_VIEW: [(u16, u16); 4] = [(MIN_COLUMN, 6), (MIN_COLUMN, 4), (17, 4), (15, 3)];

/// A column in view.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PlacedColumn {
    pub column_id: ColumnId,
    /// Its cells, heading included.
    pub area: Rect,
    /// Whether it is only its id and its count: it is empty, or its stage is over. It opens when one goes there.
    pub folded: bool,
}

/// The columns in view.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VisibleColumns {
    /// Those that are, left to right, one cell apart.
    pub placed: Vec<PlacedColumn>,
    /// How many lie to the left.
    pub first: usize,
    /// How many lie to the right.
    pub beyond: usize,
}

/// The columns in view, scrolled no further than needed to show the focused one.
pub fn columns(app: &App) -> VisibleColumns {
    let areas = areas(app);
    let body = areas.body;
    let column_ids: Vec<ColumnId> = app.columns.column_ids().collect();
    let focus = column_ids.iter().position(|column_id| *column_id == app.focus.column_id).unwrap_or(0);
    let mut may_fold: Vec<bool> = column_ids.iter().map(|id| may_fold(app, *id)).collect();
    // Labels that no stage has are few, and the stages' names long: where there is no room for both, the labels make way.
    if let Some(at) = column_ids.iter().position(|id| *id == ColumnId::Unmapped)
        && even_width(&may_fold, areas.whole_body().width) < WORDY_COLUMN
    {
        may_fold[at] = true;
    }
    let folded: Vec<bool> = may_fold.iter().enumerate().map(|(at, may)| at != focus && *may).collect();
    let (open_width, folded_width) = least_widths(&folded, body.width);
    // An account that is opened hides columns; where the others had room for whole heads and names, they keep it.
    let is_roomy = !areas.dock.is_empty() && even_width(&may_fold, areas.whole_body().width) >= WORDY_COLUMN;
    let wanted = |at: usize| wanted(app, column_ids[at]);
    let least = |at: usize| match folded[at] {
        true => folded_width,
        false if is_roomy => wanted(at).min(body.width.max(1)),
        false => open_width.min(body.width.max(1)),
    };
    // A card that is carried brings the columns into view that it is carried to.
    let carried = app.dragged.as_ref().and_then(|dragged| dragged.over);
    let in_view = column_ids.iter().position(|column_id| Some(*column_id) == carried).unwrap_or(focus);
    let (first, end) = window(column_ids.len(), app.focus.first_column, in_view, body.width, least);

    let gaps = u16::try_from(end - first).unwrap_or(1).saturating_sub(1);
    let mut widths: Vec<u16> = (first..end).map(least).collect();
    let mut spare = body.width.saturating_sub(widths.iter().sum::<u16>() + gaps);
    // Whole heads and names first, then whatever there is, evenly.
    let mut open: Vec<(&mut u16, u16)> = (widths.iter_mut().zip(first..end))
        .filter(|(_, at)| !folded[*at])
        .map(|(width, at)| (width, wanted(at)))
        .collect();
    widen(&mut open, &mut spare);
    for (_, most) in &mut open {
        *most = MAX_COLUMN;
    }
    widen(&mut open, &mut spare);
    let mut placed = Vec::with_capacity(widths.len());
    let mut x = body.x;
    for (at, width) in (first..end).zip(widths) {
        let width = width.min(body.right().saturating_sub(x));
        let area = Rect { x, width, ..body };
        placed.push(PlacedColumn { column_id: column_ids[at], area, folded: folded[at] });
        x = (x + width + 1).min(body.right());
    }
    VisibleColumns { placed, first, beyond: column_ids.len() - end }
}

/// Whether a column has nothing to be worked on.
fn may_fold(app: &App, column_id: ColumnId) -> bool {
    let is_over = app.stage(column_id).is_some_and(Stage::is_closed);
    is_over || app.columns.column(column_id).shown().is_empty()
}

/// The width at which a column's head is whole, and so are most names.
fn wanted(app: &App, column_id: ColumnId) -> u16 {
    let head = app
        .stage(column_id)
        .map_or(0, |stage| text::width(stage.id.as_str()) + 2 + text::width(&text::clean(stage.title())));
    u16::try_from(head).unwrap_or(MAX_COLUMN).clamp(WORDY_COLUMN, MAX_COLUMN)
}

/// How wide open and folded columns are at least: narrower than usual only where that brings all of them into view.
fn least_widths(folded: &[bool], width: u16) -> (u16, u16) {
    let cells = |open: u16, narrow: u16| {
        folded.iter().map(|folded| u32::from(if *folded { narrow } else { open }) + 1).sum::<u32>()
    };
    let fits = |(open, narrow): &(u16, u16)| cells(*open, *narrow) <= u32::from(width) + 1;
    ALL_IN_VIEW.into_iter().find(fits).unwrap_or((MIN_COLUMN, 4))
}

/// How wide the columns that are not `folded` are, where they share `width` evenly.
fn even_width(folded: &[bool], width: u16) -> u16 {
    let (_, narrow) = least_widths(folded, width);
    let (mut open, mut left) = (0, width + 1);
    for is_folded in folded {
        open += u16::from(!is_folded);
        left = left.saturating_sub(1 + if *is_folded { narrow } else { 0 });
    }
    left / open.max(1)
}

/// Shares the `spare` cells among columns, each of which gets no wider than the second of its two numbers.
fn widen(columns: &mut [(&mut u16, u16)], spare: &mut u16) {
    let mut takers = u16::try_from(columns.len()).unwrap_or(u16::MAX);
    for (width, most) in columns {
        let more = spare.div_ceil(takers).min(most.saturating_sub(**width));
        **width += more;
        *spare -= more;
        takers -= 1;
    }
}

/// Which of `count` columns are in view when `first` was the first: as many as fit, the focused one among them.
fn window(
    count: usize,
    first: usize,
    focus: usize,
    width: u16,
    least: impl Fn(usize) -> u16,
) -> (usize, usize) {
    let fits = |from: usize, to: usize| {
        let cells: u32 = (from..to).map(|at| u32::from(least(at)) + 1).sum();
        cells <= u32::from(width) + 1
    };
    let mut first = first.min(focus);
    while first < focus && !fits(first, focus + 1) {
        first += 1;
    }
    let mut end = focus + 1;
    while end < count && fits(first, end + 1) {
        end += 1;
    }
    while first > 0 && fits(first - 1, end) {
        first -= 1;
    }
    (first, end)
}
