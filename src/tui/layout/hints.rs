//! Where the keys stand at the foot of the screen.

use ratatui::layout::Rect;

use crate::text;
use crate::tui::input::action::Action;
use crate::tui::model::app::App;
use crate::tui::model::hints::{Hint, hints_here};

/// A key at the foot of the screen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlacedHint {
    pub action: Action,
    pub x: u16,
    pub key: String,
    pub words: &'static str,
}

impl PlacedHint {
    pub fn width(&self) -> u16 {
        u16::try_from(text::width(&self.key) + 1 + text::width(self.words)).unwrap_or(u16::MAX)
    }
}

/// Those of `hints` that fit into `area` from `x` on.
pub fn placed(app: &App, hints: Vec<Hint>, mut x: u16, area: Rect) -> Vec<PlacedHint> {
    let mode = app.mode();
    let mut placed = Vec::new();
    for (action, words) in hints {
        let Some(mut key) = app.setup.keymap.key(mode, action) else { continue };
        if matches!(action, Action::Jump | Action::Pick) {
            // One digit says nothing; all of them do.
            key = app.setup.keymap.keys(mode, action).join(", ");
        }
        let hint = PlacedHint { action, x, key, words };
        if area.right().saturating_sub(x) < hint.width() {
            break;
        }
        x += hint.width() + 2;
        placed.push(hint);
    }
    placed
}

/// How many cells a question needs at the foot for how it is answered and left.
pub fn width_of_answers(app: &App) -> u16 {
    let mut answers = hints_here(app);
    answers.retain(|(action, _)| matches!(action, Action::Accept | Action::Clear));
    let placed = placed(app, answers, 0, Rect { width: u16::MAX, ..Rect::default() });
    placed.iter().map(|hint| hint.width() + 2).sum()
}
