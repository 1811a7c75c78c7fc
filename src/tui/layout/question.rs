//! Where a question lies that one key or a typed line answers: near the account it is about, as a box of choices does.

use std::borrow::Cow;

use ratatui::layout::Rect;

use super::choices::{REMARK, anchor, beside, has_room, question_title, remark_lines, room, within_pane};
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
    /// What is asked, where it fits into the frame.
    pub title: String,
    /// The same, where it does not or one key answers.
    pub asked: Vec<String>,
    /// What the answer so far means, or what is wrong with it, under what is typed.
    pub remark: Vec<String>,
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
            | Prompt::PastDay(_)
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
    let (areas, room, anchor) = (areas(app), room(app), anchor(app));
    let room = within_pane(&areas, anchor, room, WIDTH);
    let width = WIDTH.min(room.width);
    let inside = width.saturating_sub(FRAME);
    let (title, asked, remark, typed) = match &app.prompt {
        Some(Prompt::Confirm(asked)) => (String::new(), asked.lines(inside), Vec::new(), 0),
        Some(Prompt::Line(asked)) => {
            let label = question_title(&asked.label);
            let remark = remark_lines(app, inside);
            if text::width(label) <= usize::from(inside.saturating_sub(2)) {
                (label.to_owned(), Vec::new(), remark, 1)
            } else {
                let lines = textwrap::wrap(label, usize::from(inside).max(8)).into_iter();
                (String::new(), lines.map(Cow::into_owned).collect(), remark, 1)
            }
        }
        _ => return None,
    };
    // While what an answer means gets longer and shorter, the box stays where it is.
    let kept = if remark.is_empty() { 0 } else { remark.len().max(REMARK.into()) };
    let high = |remark: usize| u16::try_from(asked.len() + typed + remark + 2).unwrap_or(u16::MAX);
    let (full, needed) = (high(kept), high(remark.len()));
    let area = match anchor {
        Some(anchor) => {
            let area = beside(anchor, room, (width, full), needed);
            // Over what it is about, the line that is typed in would move with its lower end.
            if area.bottom() == anchor.y { beside(anchor, room, (width, full), full) } else { area }
        }
        None => middle(areas.body, width, full),
    };
    Some(QuestionBox { area, title, asked, remark })
}
