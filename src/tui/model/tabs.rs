//! The tabs: one for each view, with how many accounts it means.

use crate::config::views::SavedView;
use crate::query::Query;
use crate::tui::model::columns::Visible;

/// The views as tabs, in their order.
#[derive(Clone, Debug, Default)]
pub struct Tabs {
    pub tabs: Vec<Tab>,
    /// The tab that was opened last.
    pub last: usize,
}

#[derive(Clone, Debug)]
pub struct Tab {
    pub view: SavedView,
    /// Whom it means; nothing until somebody has counted.
    pub members: Option<Members>,
}

/// The accounts that a view means, by their numbers.
#[derive(Clone, Debug)]
pub struct Members {
    pub query: Query,
    pub visible: Visible,
    pub count: usize,
}

impl Tabs {
    pub fn new(views: impl IntoIterator<Item = SavedView>) -> Self {
        let shown = views.into_iter().filter(|view| !view.hidden);
        Self { tabs: shown.map(|view| Tab { view, members: None }).collect(), last: 0 }
    }

    pub fn is_empty(&self) -> bool {
        self.tabs.is_empty()
    }

    /// Puts `view` in place of the one of its name, or last, and answers where it is.
    pub fn put(&mut self, view: SavedView) -> usize {
        let at = self.tabs.iter().position(|tab| tab.view.is_called(&view.name));
        let tab = Tab { view, members: None };
        if let Some(at) = at {
            self.tabs[at] = tab;
            at
        } else {
            self.tabs.push(tab);
            self.tabs.len() - 1
        }
    }

    /// Nothing that was counted holds any more.
    pub fn forget_counts(&mut self) {
        for tab in &mut self.tabs {
            tab.members = None;
        }
    }

    /// The tabs to be seen, by their places: one that is empty may hide, unless it is the `current` one.
    pub fn shown(&self, current: Option<usize>) -> impl Iterator<Item = usize> {
        let hides =
            |tab: &Tab| tab.view.hide_when_empty && tab.members.as_ref().is_none_or(|it| it.count == 0);
        let tabs = self.tabs.iter().enumerate();
        tabs.filter(move |(at, tab)| current == Some(*at) || !hides(tab)).map(|(at, _)| at)
    }
}

impl Members {
    /// Says whether the account with this number is one of them.
    pub fn set(&mut self, number: usize, is_member: bool) {
        match (self.visible.contains(number), is_member) {
            (false, true) => self.count += 1,
            (true, false) => self.count -= 1,
            (true, true) | (false, false) => {}
        }
        self.visible.set(number, is_member);
    }
}
