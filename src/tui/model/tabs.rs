//! The tabs: one for each view, with how many accounts it means.

use crate::config::views::{SavedView, ViewLayout};
use crate::query::Query;
use crate::tui::model::columns::{Visible, Walk};

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
    /// How many accounts it means, as far as is known; nothing until somebody has counted.
    pub count: Option<usize>,
    /// Whom it means; nothing where they are to be counted anew.
    pub members: Option<Members>,
}

/// The accounts that a view means, by their numbers. That takes a look at every account, so it is done in steps.
#[derive(Clone, Debug)]
pub struct Members {
    pub query: Query,
    pub visible: Visible,
    pub count: usize,
    /// How far everyone was looked at.
    pub walk: Walk,
}

impl Tabs {
    pub fn new(views: impl IntoIterator<Item = SavedView>) -> Self {
        let shown = views.into_iter().filter(|view| !view.hidden);
        Self { tabs: shown.map(Tab::new).collect(), last: 0 }
    }

    pub fn is_empty(&self) -> bool {
        self.tabs.is_empty()
    }

    /// Puts `view` in place of the one of its name, or last, and answers where it is.
    pub fn put(&mut self, view: SavedView) -> usize {
        let at = self.tabs.iter().position(|tab| tab.view.is_called(&view.name));
        let tab = Tab::new(view);
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

    /// Everyone stands in another order: what was not counted to the end is counted anew.
    pub fn forget_begun_counts(&mut self) {
        for tab in self.tabs.iter_mut().filter(|tab| !tab.is_counted()) {
            tab.members = None;
        }
    }

    /// What was counted holds no more where time alone changes it.
    pub fn forget_timed_counts(&mut self) {
        let is_timed = |tab: &&mut Tab| {
            tab.view.layout == ViewLayout::Today
                || tab.members.as_ref().is_some_and(|members| members.query.asks_for_time())
        };
        for tab in self.tabs.iter_mut().filter(is_timed) {
            tab.members = None;
        }
    }

    /// The tabs to be seen, by their places: one that is empty may hide, unless it is the `current` one.
    pub fn shown(&self, current: Option<usize>) -> impl Iterator<Item = usize> {
        let hides = |tab: &Tab| tab.view.hide_when_empty && tab.count.is_none_or(|count| count == 0);
        let tabs = self.tabs.iter().enumerate();
        tabs.filter(move |(at, tab)| current == Some(*at) || !hides(tab)).map(|(at, _)| at)
    }
}

impl Tab {
    fn new(view: SavedView) -> Self {
        Self { view, count: None, members: None }
    }

    /// Whether everyone was looked at.
    pub fn is_counted(&self) -> bool {
        self.members.as_ref().is_some_and(|members| members.walk.is_over())
    }

    /// The piece of those who are asleep that is to be counted next; nothing before everyone who is awake was counted.
    pub fn next_asleep(&self) -> Option<usize> {
        self.members.as_ref()?.walk.next_asleep()
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
