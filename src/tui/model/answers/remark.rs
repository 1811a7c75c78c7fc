//! What is said of an answer while it is typed.

use super::picks::answer_so_far;
use super::{Understood, understood};
use crate::text;
use crate::tui::model::app::App;
use crate::tui::model::prompt::{AskedLine, Prompt};

/// What stands under what is typed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::tui) enum Remark {
    Understood(Understood),
    /// Why what was entered is no answer.
    Wrong(String),
}

impl Remark {
    /// In words that are clean.
    pub(in crate::tui) fn words(&self) -> String {
        let words = match self {
            Self::Understood(Understood::Meant(words) | Understood::Doubtful(words)) => format!("→ {words}"),
            Self::Understood(Understood::Hint(words)) => words.clone(),
            Self::Wrong(why) => format!("✗ {why}"),
        };
        text::clean(&words).into_owned()
    }
}

/// What is said of the line that is typed, if one is.
pub(in crate::tui) fn remark(app: &App) -> Option<Remark> {
    let Some(Prompt::Line(AskedLine { accounts, purpose, input, choices, .. })) = &app.prompt else {
        return None;
    };
    if !app.status.objection().is_empty() {
        return Some(Remark::Wrong(app.status.objection().to_owned()));
    }
    let (answer, _) = answer_so_far(purpose, input.value(), choices);
    understood(app, accounts, purpose, &answer).map(Remark::Understood)
}
