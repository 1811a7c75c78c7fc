//! The way back: what was on the screen before something was opened over it, so that `esc` leads there again.

use std::collections::HashSet;

use crate::state::AccountId;
use crate::tui::model::app::App;
use crate::tui::model::filter::index::Index;
use crate::tui::model::filter::{AccountSet, Filter};
use crate::tui::model::focus::{Overlay, View};
use crate::tui::model::history::{HistoryStep, UnderScreen};
use crate::tui::model::screens::{ScreenId, ScreenState};
use crate::tui::model::status::Tone;

/// How far back the way leads; beyond that, nobody remembers where they came from.
const LONGEST: usize = 16;

impl App {
    /// Lays details or the help over what is to be seen.
    pub fn lay_over(&mut self, overlay: Overlay) {
        let open = self.overlay.as_ref().map(std::mem::discriminant);
        if open != Some(std::mem::discriminant(&overlay)) {
            let page = self.page.clone();
            self.remember(page, None);
        }
        self.overlay = Some(overlay);
        self.settle();
    }

    /// Opens a screen by its key: closes it when it is open, and goes back to it when one came from there. Another
    /// screen gives way to it.
    pub fn toggle_page(&mut self, screen: ScreenId) {
        let is_it = |page: &Option<ScreenState>| page.as_ref().is_some_and(|page| page.screen() == screen);
        if is_it(&self.page) {
            return self.close();
        }
        if let Some(at) = self.trail.iter().rposition(|place| is_it(&place.page)) {
            self.trail.truncate(at + 1);
            return self.close();
        }
        if self.page.is_none() {
            self.remember(None, None);
        }
        self.show_page(ScreenState::new(screen, None));
    }

    /// Opens a screen from within another, or from an account.
    pub fn open_page(&mut self, page: ScreenState) {
        let left = self.page.take();
        self.remember(left, None);
        self.show_page(page);
    }

    fn show_page(&mut self, page: ScreenState) {
        (self.overlay, self.page) = (None, Some(page));
        self.leave_alerts();
        self.refresh_page();
        self.settle();
    }

    /// Leaves the open screen for a list of `accounts` and no others, under the name of what they have in common.
    pub fn list_only(&mut self, name: String, accounts: HashSet<AccountId>) {
        self.list(name, AccountSet { accounts, snoozed: false });
    }

    fn list(&mut self, name: String, only: AccountSet) {
        self.leave_page();
        self.filter = Some(Filter { query: name, index: Index::default(), only: Some(only) });
        self.view = View::List { all: true };
        self.narrow();
        self.focus_row(0);
    }

    /// Lists who is snoozed.
    pub(in crate::tui) fn list_snoozed(&mut self) {
        let snoozed = self.board.accounts().filter(|account| account.is_snoozed(self.now.at));
        let snoozed: HashSet<AccountId> = snoozed.map(|account| account.id.clone()).collect();
        if snoozed.is_empty() {
            self.say(Tone::Plain, "No account is snoozed");
        } else {
            self.list("snoozed".to_owned(), AccountSet { accounts: snoozed, snoozed: true });
        }
    }

    fn leave_page(&mut self) {
        let stand = UnderScreen { view: self.view, focus: self.focus.clone(), filter: self.filter.take() };
        let left = self.page.take();
        self.remember(left, Some(stand));
        self.overlay = None;
    }

    fn remember(&mut self, page: Option<ScreenState>, stand: Option<UnderScreen>) {
        if self.trail.len() == LONGEST {
            self.trail.remove(0);
        }
        self.trail.push(HistoryStep { overlay: self.overlay, page, stand });
    }

    /// Forgets the way back, for somebody who goes another one.
    pub(in crate::tui) fn forget_way(&mut self) {
        self.trail.clear();
    }

    /// Leaves the open screen for good, for somebody who goes elsewhere.
    pub(in crate::tui) fn leave_for_good(&mut self) {
        if self.page.take().is_some() {
            self.forget_way();
        }
    }

    /// Goes back to what was on the screen before.
    pub fn close(&mut self) {
        let place = self.trail.pop().unwrap_or(HistoryStep { overlay: None, page: None, stand: None });
        self.overlay = place.overlay;
        // What only lay under something has been kept up to date.
        let is_same =
            |page: &ScreenState| self.page.as_ref().is_some_and(|open| open.screen() == page.screen());
        if !place.page.as_ref().is_some_and(is_same) {
            self.page = place.page;
            self.refresh_page();
        }
        match place.stand {
            Some(stand) => {
                (self.view, self.focus) = (stand.view, stand.focus);
                self.filter = stand.filter.map(|filter| match filter.only {
                    Some(_) => filter,
                    None => Filter { index: Index::new(&self.board, &self.columns), ..filter },
                });
                self.narrow();
            }
            None => self.settle(),
        }
    }
}
