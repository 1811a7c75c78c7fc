//! Where a question lies that one key or a typed line answers: near the account it is about, as a box of choices does.

use ratatui::layout::Rect;

use super::choices::{anchor, beside, has_room, room};
use super::{areas, middle};
use crate::text;
use crate::tui::model::app::App;
use crate::tui::model::prompt::Prompt;

/// As wide as a sentence is still easy to read, and a note to write.
const WIDTH: u16 = 68;

/// The frame, and a cell between it and what it says.
const FRAME: u16 = 4;

/// The box of a question.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QuestionBox {
    /// Frame included.
    pub area: Rect,
    /// What is asked, or what is wrong with the answer so far, under which is typed.
    pub lines: Vec<String>,
}

/// Whether what is asked has a box of its own.
pub fn is_boxed(app: &App) -> bool {
    let is_asked = match &app.prompt {
        Some(Prompt::Confirm(_)) => true,
        // What may be picked has a box already.
        Some(Prompt::Line(asked)) => asked.choices.all().is_empty(),
        Some(
            Prompt::Filter(_)
            | Prompt::Account(_)
            | Prompt::Pick(_)
            | Prompt::HelpSearch(_)
            | Prompt::SaveView(_)
            | Prompt::Bulk(_)
            | Prompt::ImportPath(_)
            | Prompt::Import(_),
        )
        | None => false,
    };
    is_asked && has_room(app)
}

/// The box of what is asked, if it has one.
pub fn placed(app: &App) -> Option<QuestionBox> {
    if !is_boxed(app) {
        return None;
    }
    let (areas, room) = (areas(app), room(app));
    let width = WIDTH.min(room.width);
    let inside = width.saturating_sub(FRAME);
    let (lines, typed) = if let Some(Prompt::Confirm(asked)) = &app.prompt {
        (asked.lines(inside), 0)
    } else {
        let objection = text::clean(app.status.objection()).into_owned();
        let options = textwrap::Options::new(usize::from(inside).max(8));
        let options = options.initial_indent("✗ ").subsequent_indent("  ");
        let parts = textwrap::wrap(&objection, options).into_iter().filter(|_| !objection.is_empty());
        (parts.map(std::borrow::Cow::into_owned).collect(), 1)
    };
    let height = u16::try_from(lines.len() + typed + 2).unwrap_or(u16::MAX);
    let area = match anchor(app) {
        Some(anchor) => beside(anchor, room, (width, height), height),
        None => middle(areas.body, width, height),
    };
    Some(QuestionBox { area, lines })
}
