//! The box of choices.

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

use super::status::{ask, remark_role};
use crate::text;
use crate::tui::canvas::{beside_frame, chosen_row, framed, out_of_sight, put};
use crate::tui::layout::choices::{ChoiceBox, asked, field, foot, how_keys_pick, placed};
use crate::tui::model::app::App;
use crate::tui::model::choices::{Choice, Picked};
use crate::tui::model::hearing::key_role;
use crate::tui::model::prompt::Prompt;
use crate::tui::theme::{Role, Theme};

/// Draws the box, if there is one; where the cursor belongs when something is being typed in it.
pub(super) fn draw(app: &App, buf: &mut Buffer) -> Option<Position> {
    let (Some((choices, title)), Some(placed)) = (asked(app), placed(app)) else { return None };
    let theme = &app.theme;
    let visible = usize::from(placed.area.height.saturating_sub(2 + placed.field + placed.foot));
    let left = choices.shown().len().saturating_sub(placed.first + visible);
    let more = out_of_sight((placed.first, left)).map_or_else(String::new, |[words, _]| words);
    let room = usize::from(placed.area.width.saturating_sub(2));
    let below = [how_keys_pick(app), &more].concat();
    let below = if text::width(&below) < room { below } else { more };
    let title = text::cut(&title, room).into_owned();
    let inner = framed(theme, Role::Accent, placed.area, &title, below, buf)?;
    let typed_in = beside_frame(Rect { height: placed.field, ..inner });
    let cursor =
        field(app).filter(|_| placed.field > 0).map(|input| ask(app, typed_in, buf, "› ", input, ""));
    let below = Rect { y: inner.bottom() - placed.foot, height: placed.foot, ..inner };
    for (words, row) in foot(app, inner.width.saturating_sub(2)).iter().zip(below.rows()) {
        put(buf, row, row.x + 1, row.y, words, theme.style(remark_role(app)));
    }
    let taken = placed.field + placed.foot;
    let inner = Rect { y: inner.y + placed.field, height: inner.height - taken, ..inner };
    // What an answer means that names none of them stands under it.
    let is_found = !choices.shown().is_empty() || matches!(app.prompt, Some(Prompt::Line(_)));
    if !is_found && !inner.is_empty() {
        put(buf, inner, inner.x + 1, inner.y, "Nothing is called that", theme.style(Role::Dim));
    }
    for ((at, choice), row) in choices.shown().iter().enumerate().skip(placed.first).zip(inner.rows()) {
        line(theme, choice, choices.row() == Some(at), &placed, row, buf);
    }
    cursor
}

fn line(theme: &Theme, choice: &Choice, is_chosen: bool, placed: &ChoiceBox, row: Rect, buf: &mut Buffer) {
    if is_chosen {
        chosen_row(theme, Role::Selection, row, buf);
    }
    let (lead, note) = placed.widths;
    let mut x = row.x + 1;
    if lead > 0 {
        let (words, role) = if choice.key.is_empty() {
            (choice.kind, Role::Dim)
        } else {
            (&*choice.key, key_role(choice.refused.is_none()))
        };
        x = put(buf, row, x, row.y, &text::fit(words, lead), theme.style(role)) + 1;
    }
    if let Some(is_on) = choice.is_on {
        let (mark, role) = if is_on { ("☑", Role::Ok) } else { ("☐", Role::Dim) };
        x = put(buf, row, x, row.y, mark, theme.style(role)) + 1;
    }
    let taken = usize::from(x - row.x) + if note > 0 { note + 2 } else { 1 };
    let room = usize::from(row.width).saturating_sub(taken);
    let words = match &choice.refused {
        Some(why) => format!("{} · {why}", choice.label),
        None => choice.label.clone(),
    };
    let role = match (&choice.refused, is_chosen) {
        (_, true) => Role::Selection,
        (Some(_), false) => Role::Dim,
        (None, false) => Role::Text,
    };
    x = put(buf, row, x, row.y, &text::fit(&words, room), theme.style(role)) + 1;
    if note > 0 {
        // What keys do the same is what a palette teaches.
        let role = match choice.picked {
            Picked::Act(_) | Picked::OwnCommand(_) => Role::Accent,
            _ => Role::Dim,
        };
        put(buf, row, x, row.y, &text::fit_right(&choice.note, note), theme.style(role));
    }
}
