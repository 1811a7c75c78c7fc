//! The screens of their own: what they show, and what keys do in them.

use super::{explain, forecast, playbooks, unmatched};
use crate::tui::input::action::Action;
use crate::tui::input::chord::Chord;
use crate::tui::layout;
use crate::tui::model::app::App;
use crate::tui::model::msg::Effect;
use crate::tui::model::screens::{ScreenId, ScreenRows, ScreenState};

impl App {
    /// Works out anew what the open screen shows. The chosen row stays chosen, wherever it is now.
    pub fn refresh_page(&mut self) {
        let Some(screen) = self.page.as_ref().map(ScreenState::screen) else { return };
        let rows = rows(screen, self);
        let Some(page) = &mut self.page else { return };
        let row = rows.place_of(&page.rows, page.row).unwrap_or(page.row);
        page.rows = rows;
        self.choose(row);
    }

    /// Chooses a row of the open screen, or the nearest there is, and brings it into view.
    pub fn choose(&mut self, row: usize) {
        let visible = layout::page_rows(self);
        let Some(page) = &mut self.page else { return };
        page.row = row.min(page.rows.len().saturating_sub(1));
        page.top = page.first(visible);
    }

    /// Goes up or down in the open screen. False when `action` does something else.
    pub fn scroll_page(&mut self, action: Action) -> bool {
        let step = layout::page_rows(self).max(1);
        let Some(row) = self.page.as_ref().map(|page| page.row) else { return false };
        let row = match action {
            Action::FocusDown => row + 1,
            Action::FocusUp => row.saturating_sub(1),
            Action::PageDown => row + step,
            Action::PageUp => row.saturating_sub(step),
            Action::First => 0,
            Action::Last => usize::MAX,
            _ => return false,
        };
        self.choose(row);
        true
    }

    /// What `action` does in `screen`, which is open: nothing that is about a card nobody sees.
    ///
    /// # Errors
    /// Gives back what does the same there as everywhere.
    pub(in crate::tui) fn act_in(
        &mut self,
        screen: ScreenId,
        action: Action,
        chord: Chord,
    ) -> Result<Option<Effect>, Action> {
        if self.scroll_page(action) {
            return Ok(None);
        }
        match act(screen, self, action, chord) {
            Err(
                Action::Clear
                | Action::Alerts
                | Action::Playbooks
                | Action::Explain
                | Action::Forecast
                | Action::Unmatched
                | Action::Undo
                | Action::Redo
                | Action::Help
                | Action::Redraw
                | Action::Suspend
                | Action::Quit,
            ) => Err(action),
            Err(_) => Ok(None),
            done => done,
        }
    }
}

/// What `screen` shows of `app`.
fn rows(screen: ScreenId, app: &App) -> ScreenRows {
    match screen {
        ScreenId::Playbooks => ScreenRows::Playbooks(playbooks::rows(app)),
        ScreenId::Explain => ScreenRows::Explain(explain::rows(app)),
        ScreenId::Forecast => ScreenRows::Forecast(forecast::rows(app)),
        ScreenId::Unmatched => ScreenRows::Unmatched(unmatched::rows(app)),
    }
}

/// What `action` does in `screen`, and nowhere else.
fn act(screen: ScreenId, app: &mut App, action: Action, chord: Chord) -> Result<Option<Effect>, Action> {
    match screen {
        ScreenId::Playbooks => playbooks::act(app, action),
        ScreenId::Explain => explain::act(app, action),
        ScreenId::Forecast => forecast::act(app, action),
        ScreenId::Unmatched => unmatched::act(app, action, chord),
    }
}
