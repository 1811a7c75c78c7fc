//! What stands over the board: what is wrong with the store as long as that lasts, and what was found at the opening until
//! somebody has read it.

use crate::state::Board;
use crate::tui::input::action::Action;
use crate::tui::model::app::App;
use crate::tui::model::status::{Status, Tone};

/// What is said once nothing is wrong any more.
const SOUND_AGAIN: &str = "Changes can be saved again: the board goes on";

impl App {
    /// With what was found when the store was opened, and what is wrong with it.
    #[must_use]
    pub fn noticing(mut self, found: impl IntoIterator<Item = String>, trouble: Option<&str>) -> Self {
        self.notices.found = found.into_iter().collect();
        self.notices.trouble = trouble.map(str::to_owned);
        self.fit_notices();
        self.settle();
        self
    }

    /// Breaks the lines of what stands over the board anew.
    pub(super) fn fit_notices(&mut self) {
        let key = self.board_key(Action::Clear).unwrap_or_default();
        self.notices.fit(self.size, &key);
    }
}

/// Takes in what is wrong with the store, or that nothing is any more.
pub(super) fn take_trouble(app: &mut App, trouble: Option<String>) {
    let was = std::mem::replace(&mut app.notices.trouble, trouble);
    if was.is_some() && app.notices.trouble.is_none() {
        app.say(Tone::Plain, SOUND_AGAIN);
    } else if app.status.text == SOUND_AGAIN {
        // It is not so any more.
        app.status = Status::default();
    }
    app.fit_notices();
}

/// Takes in what was found out about the store after it was opened.
pub(super) fn take_found(app: &mut App, sentence: String) {
    app.notices.found.push_back(sentence);
    app.fit_notices();
}

/// Takes in a board that was read anew, because the store is whole again but another one than before.
pub(super) fn take_anew(app: &mut App, board: Board, trouble: Option<String>) {
    match &mut app.past {
        Some(past) => past.latest = board,
        None => app.take_anew(board),
    }
    app.notices.trouble = trouble;
    app.say(Tone::Plain, "The journal was repaired or replaced: the board was read anew, and goes on");
    app.fit_notices();
}

/// Takes away what was read. False where there is nothing that can be taken away.
pub(super) fn dismiss(app: &mut App) -> bool {
    let is_dismissed = app.notices.trouble.is_none() && app.notices.found.pop_front().is_some();
    if is_dismissed {
        app.fit_notices();
    }
    is_dismissed
}
