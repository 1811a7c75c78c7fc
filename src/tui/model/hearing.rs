//! What hears the keys: only that may look as if it did. While a question or an open account has them, what lies beside it and
//! under it rests.

use crate::tui::input::action::Action;
use crate::tui::input::keymap::InputMode;
use crate::tui::model::app::App;
use crate::tui::theme::Role;

/// How a key is drawn that is `heard` or not.
pub(in crate::tui) fn key_role(heard: bool) -> Role {
    if heard { Role::Accent } else { Role::Dim }
}

impl App {
    /// Whether a key for `action` does something now.
    pub(in crate::tui) fn hears(&self, action: Action) -> bool {
        self.begun_keys.is_empty() && self.key_in(self.mode(), action).is_some()
    }

    /// Whether the keys mean the chosen account: beside its row and on its page, they are named because of that. What it
    /// needed on an earlier day, no key does.
    pub(in crate::tui) fn hears_account_keys(&self) -> bool {
        self.begun_keys.is_empty()
            && self.past.is_none()
            && matches!(self.mode(), InputMode::Board | InputMode::Detail)
    }

    /// How a key of the chosen account is drawn.
    pub(in crate::tui) fn account_key_role(&self) -> Role {
        key_role(self.hears_account_keys())
    }

    /// How the chosen row is drawn, of the board or of the screen over it. Only one thing looks chosen: what the keys go to.
    pub(in crate::tui) fn chosen_role(&self) -> Role {
        match self.mode() {
            InputMode::Board | InputMode::Screen(_) if self.begun_keys.is_empty() => Role::Selection,
            InputMode::Board
            | InputMode::Screen(_)
            | InputMode::Detail
            | InputMode::Alerts
            | InputMode::Prompt
            | InputMode::Menu
            | InputMode::Confirm
            | InputMode::Help => Role::Unfocused,
        }
    }

    /// The same of the chosen alert.
    pub(in crate::tui) fn chosen_alert_role(&self) -> Role {
        if self.mode() == InputMode::Alerts { Role::Selection } else { Role::Unfocused }
    }
}
