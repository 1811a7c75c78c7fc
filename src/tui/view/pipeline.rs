//! The line of the pipeline: every stage with its count, as a bar where there is room for one.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::tui::canvas::{put, put_right};
use crate::tui::layout::stage_strip::{PlacedStage, StageShape, StageStrip, placed};
use crate::tui::model::app::App;
use crate::tui::model::badges::phase;
use crate::tui::model::columns::ColumnId;
use crate::tui::model::focus::View;
use crate::tui::theme::Role;

/// Every column with its count, wherever the board is scrolled to.
pub(super) fn draw(app: &App, area: Rect, buf: &mut Buffer) {
    let StageStrip { stages, team } = placed(app, area);
    let theme = &app.theme;
    let mut before = None;
    for PlacedStage { column_id, x, shape, .. } in stages {
        // A screen over the board is not about one stage.
        let is_chosen = column_id == app.focus.column_id && app.view == View::Board && app.screen.is_none();
        match shape {
            StageShape::Bar { name, cells, count } => {
                let role = if is_chosen { app.chosen_role() } else { Role::Text };
                let x = put(buf, area, x + 1, area.y, &name, theme.style(role)) + 1;
                let x = put(buf, area, x, area.y, &"▇".repeat(cells), theme.style(phase(app, column_id)));
                let x = x + u16::from(cells > 0);
                put(buf, area, x, area.y, &format!("{count} "), theme.style(Role::Dim));
            }
            StageShape::Token { words, is_seen } => {
                let role = match (is_chosen, is_seen) {
                    (true, _) => app.chosen_role(),
                    (false, true) => Role::Text,
                    (false, false) => Role::Dim,
                };
                // The cells on either side stay plain: what is between two stages belongs to neither.
                put(buf, area, x, area.y, &words, theme.style(Role::Text));
                put(buf, area, x + 1, area.y, words.trim(), theme.style(role));
                // Without a bar, the id has the hue of its phase.
                if !is_chosen {
                    let id = words.trim().split('·').next().unwrap_or_default();
                    put(buf, area, x + 1, area.y, id, theme.style(phase(app, column_id)));
                }
                if before.is_some_and(|before| bucket(app, before) != bucket(app, column_id)) {
                    put(buf, area, x - 1, area.y, "│", theme.style(Role::Border));
                }
                before = Some(column_id);
            }
        }
    }
    if let Some(team) = team {
        put_right(buf, area, &team, theme.style(Role::Dim));
    }
}

/// The bucket of a column; nothing for labels nobody knows.
fn bucket(app: &App, column_id: ColumnId) -> Option<&str> {
    app.stage(column_id).map(|stage| &*stage.bucket)
}
