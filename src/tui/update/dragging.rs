//! Carrying a card to another column with the mouse. Letting it go there moves it, as the key for a stage does.

use ratatui::layout::Position;

use super::{quick_actions, stages};
use crate::prose::lists::plural;
use crate::tui::layout::{self, columns};
use crate::tui::model::app::App;
use crate::tui::model::columns::ColumnId;
use crate::tui::model::drag::DraggedCard;
use crate::tui::model::focus::View;
use crate::tui::model::msg::Effect;
use crate::tui::model::status::Tone;

/// Takes the pressed card along to the cell at `x`, `y`.
pub(super) fn carry(app: &mut App, x: u16, y: u16) {
    let dragged = app.dragged.clone().or_else(|| taken(app, (x, y)));
    let Some(mut dragged) = dragged else { return };
    dragged.cell = (x, y);
    let over = column_at(app, &dragged, x, y);
    if over != dragged.over {
        dragged.refused = over.and_then(|over| refusal(app, &dragged, over));
        dragged.over = over;
    }
    app.dragged = Some(dragged);
    // At an edge, the columns beyond come into view.
    app.focus.first_column = columns(app).first;
}

/// Lets go of the card that is carried, if there is one.
pub(super) fn drop(app: &mut App) -> Option<Effect> {
    let DraggedCard { movers, from, over, .. } = app.dragged.take()?;
    app.settle();
    let to = over.filter(|over| *over != from)?;
    let Some(stage) = app.stage(to) else {
        app.say(Tone::Plain, "Unmapped is no stage: nothing can be moved there");
        return None;
    };
    let stage = stage.id.clone();
    quick_actions::move_to(app, &movers, &stage)
}

/// The card that was pressed last, once the mouse has left the cell.
fn taken(app: &App, cell: (u16, u16)) -> Option<DraggedCard> {
    let is_board = app.view == View::Board && app.screen.is_none() && app.overlay.is_none();
    let press =
        app.last_press.as_ref().filter(|press| is_board && app.prompt.is_none() && press.cell != cell)?;
    let account = press.on.as_ref().filter(|on| app.focus.account.as_ref() == Some(on))?;
    let movers: Vec<_> = if app.marks.contains(account) {
        app.marks.accounts().iter().cloned().collect()
    } else {
        vec![account.clone()]
    };
    let name = match movers.len() {
        1 => app.short_name(account),
        several => plural(several, "account", "accounts"),
    };
    let from = app.focus.column_id;
    Some(DraggedCard { movers, name, cell, from, over: Some(from), refused: None })
}

/// The column under the mouse; beyond an edge, the next one that is out of sight.
fn column_at(app: &App, dragged: &DraggedCard, x: u16, y: u16) -> Option<ColumnId> {
    let body = layout::areas(app).body;
    let columns = columns(app);
    if y < body.y || y >= body.bottom() {
        return None;
    }
    let all: Vec<ColumnId> = app.columns.column_ids().collect();
    if x <= body.x && columns.first > 0 {
        return all.get(columns.first - 1).copied();
    }
    if x + 1 >= body.right() && columns.beyond > 0 {
        return all.get(all.len() - columns.beyond).copied();
    }
    let placed = columns.placed.iter().find(|placed| placed.area.contains(Position { x, y }));
    // Between two columns, it is still over the one before.
    placed.map(|placed| placed.column_id).or(dragged.over)
}

/// Why the board would not take the card into the column `over`.
fn refusal(app: &App, dragged: &DraggedCard, over: ColumnId) -> Option<String> {
    if over == dragged.from {
        return None;
    }
    match app.stage(over) {
        Some(stage) => stages::refusal(app, &dragged.movers, &stage.id),
        None => Some("not a stage".to_owned()),
    }
}
