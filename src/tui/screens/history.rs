//! The way back: what was on the screen before something was opened over it, so that `esc` leads there again.

use std::collections::HashSet;

use super::rows;
use crate::state::AccountId;
use crate::tui::model::app::App;
use crate::tui::model::filter::{AccountSet, AsLongAs, Filter, FilterMeaning};
use crate::tui::model::focus::{Overlay, View};
use crate::tui::model::screens::{HistoryStep, ScreenId, ScreenState, UnderScreen};
use crate::tui::model::status::Tone;

/// How far back the way leads; beyond that, nobody remembers where they came from.
const LONGEST: usize = 16;

impl App {
    /// Lays details or the help over what is to be seen.
    pub fn lay_over(&mut self, overlay: Overlay) {
        let open = self.overlay.as_ref().map(std::mem::discriminant);
        if open != Some(std::mem::discriminant(&overlay)) {
            let screen = self.screen.clone();
            self.remember(screen, None);
        }
        self.overlay = Some(overlay);
        self.settle();
    }

    /// Opens a screen by its key: closes it when it is open, and goes back to it when one came from there. Another
    /// screen gives way to it.
    pub fn toggle_screen(&mut self, id: ScreenId) {
        let is_it = |screen: &Option<ScreenState>| screen.as_ref().is_some_and(|screen| screen.id == id);
        if is_it(&self.screen) {
            return self.close();
        }
        if let Some(at) = self.history.iter().rposition(|step| is_it(&step.screen)) {
            self.history.truncate(at + 1);
            return self.close();
        }
        if self.screen.is_none() {
            self.remember(None, None);
        }
        self.show_screen(id, None);
    }

    /// Opens a screen from within another, or from an account.
    pub fn open_screen(&mut self, id: ScreenId, about: Option<AccountId>) {
        let left = self.screen.take();
        self.remember(left, None);
        self.show_screen(id, about);
    }

    fn show_screen(&mut self, id: ScreenId, about: Option<AccountId>) {
        let rows = rows(self, id, about.as_ref());
        self.reading = false;
        self.overlay = None;
        self.screen = Some(ScreenState { id, about, rows, row: 0, top: 0, column: 0 });
        self.leave_alerts();
        self.settle();
    }

    /// Leaves the open screen for a list of `accounts` and no others, under the name of what they have in common.
    pub fn list_only(&mut self, name: String, accounts: HashSet<AccountId>) {
        self.list(name, AccountSet { accounts, as_long_as: None });
    }

    fn list(&mut self, name: String, only: AccountSet) {
        self.leave_screen();
        self.filter = Some(Filter { text: name, means: FilterMeaning::Accounts(only) });
        self.view = View::List { all: true };
        self.narrow();
        self.focus_row(0);
    }

    /// Lists who is snoozed.
    pub(in crate::tui) fn list_snoozed(&mut self) {
        let snoozed = self.board.awake().filter(|account| account.is_snoozed(self.now.at));
        let snoozed: HashSet<AccountId> = snoozed.map(|account| account.id.clone()).collect();
        if snoozed.is_empty() {
            self.say(Tone::Plain, "No account is snoozed");
        } else {
            self.list(
                "snoozed".to_owned(),
                AccountSet { accounts: snoozed, as_long_as: Some(AsLongAs::Snoozed) },
            );
        }
    }

    /// Lists who is still in a segment that the team is about to give up.
    pub(in crate::tui) fn list_retired(&mut self) {
        if self.retired.is_empty() {
            self.say(Tone::Plain, "No account is in a retired segment");
        } else {
            let as_long_as = Some(AsLongAs::Retired(self.setup.playbooks.clone()));
            let only = AccountSet { accounts: self.retired.clone(), as_long_as };
            self.list("in a retired segment".to_owned(), only);
        }
    }

    /// Opens the account `id`, wherever it is; closing it leads back to what is on the screen now.
    pub(in crate::tui) fn visit(&mut self, id: &AccountId) {
        let under = UnderScreen { view: self.view, focus: self.focus.clone(), filter: self.filter.clone() };
        let left = self.screen.take();
        self.remember(left, Some(under));
        self.overlay = None;
        self.leave_alerts();
        if self.lists_only() {
            self.filter = None;
            self.narrow();
        }
        self.go_to(id);
        self.overlay = Some(Overlay::Detail(0));
        self.settle();
    }

    fn leave_screen(&mut self) {
        let under = UnderScreen { view: self.view, focus: self.focus.clone(), filter: self.filter.take() };
        let left = self.screen.take();
        self.remember(left, Some(under));
        self.overlay = None;
    }

    fn remember(&mut self, screen: Option<ScreenState>, under: Option<UnderScreen>) {
        if self.history.len() == LONGEST {
            self.history.remove(0);
        }
        self.history.push(HistoryStep { overlay: self.overlay, screen, under });
    }

    /// Closes the open screen without a way back.
    pub(in crate::tui) fn leave_for_good(&mut self) {
        if self.screen.take().is_some() {
            self.history.clear();
        }
    }

    /// Goes back to what was on the screen before.
    pub fn close(&mut self) {
        let popped = self.history.pop();
        // What was left for the accounts that are listed is forgotten; then they give way to everybody.
        if popped.is_none() && self.lists_only() {
            self.filter_by("");
        }
        let step = popped.unwrap_or(HistoryStep { overlay: None, screen: None, under: None });
        self.overlay = step.overlay;
        // What only lay under something has been kept up to date.
        let id = |screen: &Option<ScreenState>| screen.as_ref().map(|screen| screen.id);
        if step.screen.is_none() || id(&step.screen) != id(&self.screen) {
            self.screen = step.screen;
            self.refresh_screen();
        }
        match step.under {
            Some(under) => {
                (self.view, self.focus) = (under.view, under.focus);
                self.filter = under.filter;
                self.narrow();
            }
            None => self.settle(),
        }
    }
}
