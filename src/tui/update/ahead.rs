//! Work that nobody waits for yet. It takes a look at every account, so it is done between keys, a few thousand at a time.

use std::sync::Arc;

use super::picker;
use crate::config::views::ViewLayout;
use crate::query::Query;
use crate::state::{Account, AccountId};
use crate::tui::model::app::App;
use crate::tui::model::columns::{AsleepRead, Visible, Walk};
use crate::tui::model::filter::index::{Index, Scores};
use crate::tui::model::picker::PickerPurpose;
use crate::tui::model::prompt::Prompt;
use crate::tui::model::tabs::Members;

/// How many accounts are looked at before a key is heard again: some milliseconds.
const STEP: usize = 2_048;

impl App {
    pub fn has_work_ahead(&self) -> bool {
        self.wants_index()
            || self.uncounted_tab().is_some()
            || !self.retired_walk.is_over()
            || self.wants_names()
    }

    /// Does a part of the work ahead, and answers whether that is to be seen.
    pub fn work_ahead(&mut self) -> bool {
        if self.wants_index() {
            return self.describe_more();
        }
        if let Some(at) = self.uncounted_tab() {
            return self.count_more(at);
        }
        if !self.retired_walk.is_over() {
            let before = self.retired.len();
            self.find_more_retired(STEP);
            return self.retired.len() != before;
        }
        self.names.count(&self.board, &self.columns, STEP);
        false
    }

    /// How well everyone fits `query`, which has only words; of those who are asleep, as far as they were looked at.
    pub(in crate::tui) fn word_scores(&mut self, query: &str) -> Scores {
        self.described_at_hand().scores(query)
    }

    /// Whom `query` means, the best first, and no more than `most`; of those who are asleep, as far as they were looked at.
    pub(in crate::tui) fn find_by_words(&mut self, query: &str, most: usize) -> Vec<AccountId> {
        self.described_at_hand().find(query, most)
    }

    /// Sees to it that the names are those on the board; of those who are asleep, as far as they were looked at.
    pub(in crate::tui) fn know_names(&mut self) {
        while !self.names.know_those_at_hand(&self.board) {
            self.names.count(&self.board, &self.columns, usize::MAX);
        }
    }

    /// Whether everyone is searched, or may be by the next letter.
    fn wants_index(&self) -> bool {
        let searches = match &self.prompt {
            Some(Prompt::Filter(_) | Prompt::Account(_)) => true,
            Some(Prompt::Pick(picker)) => picker.purpose == PickerPurpose::Find,
            Some(_) | None => self.filter.as_ref().is_some_and(|filter| filter.only_words().is_some()),
        };
        searches && self.index.as_ref().is_none_or(|index| !index.is_whole())
    }

    /// Whether names are to be counted: those of accounts that are asleep once somebody may type one.
    fn wants_names(&self) -> bool {
        let may_type = matches!(self.prompt, Some(Prompt::Filter(_) | Prompt::Line(_)));
        !self.names.know_those_at_hand(&self.board) || (may_type && !self.names.are_whole())
    }

    /// The tab to count next: first all of them go past those who are awake, and then whoever is behind.
    fn uncounted_tab(&self) -> Option<usize> {
        let uncounted = self.tabs.tabs.iter().enumerate().filter(|(_, tab)| !tab.is_counted());
        uncounted.min_by_key(|(_, tab)| tab.next_asleep()).map(|(at, _)| at)
    }

    /// What words search, with everyone described whom nobody has to wait for.
    fn described_at_hand(&mut self) -> &mut Index {
        let index = Arc::make_mut(self.index.get_or_insert_default());
        while !index.knows_those_at_hand(&self.board) {
            let roster = &self.setup.playbooks.team.roster;
            index.describe(&self.board, &self.columns, roster, usize::MAX);
        }
        index
    }

    /// Describes some more accounts for words to search. Once these are all, whoever was left out is found.
    fn describe_more(&mut self) -> bool {
        let index = Arc::make_mut(self.index.get_or_insert_default());
        let was_searched = index.knows_those_at_hand(&self.board);
        index.describe(&self.board, &self.columns, &self.setup.playbooks.team.roster, STEP);
        if !index.is_whole() || !was_searched {
            return false;
        }
        if self.filter.as_ref().is_some_and(|filter| filter.only_words().is_some()) {
            self.narrow();
        }
        picker::search_again(self);
        true
    }

    fn count_more(&mut self, at: usize) -> bool {
        if let Some(from) = self.tabs.tabs[at].next_asleep() {
            return self.count_asleep(from);
        }
        let mut members = self.tabs.tabs[at].members.take().unwrap_or_else(|| self.begin_count(at));
        let passed = members.walk.step(&self.board, self.columns.list(true).all(), STEP);
        self.count_in(at, members, &passed)
    }

    /// Counts some of those who are asleep, from the piece `from` on. They are read once for all tabs that have come as far.
    fn count_asleep(&mut self, from: usize) -> bool {
        let read = AsleepRead::at(&self.board, from, STEP);
        let mut is_seen = false;
        for at in 0..self.tabs.tabs.len() {
            let tab = &mut self.tabs.tabs[at];
            if tab.next_asleep() == Some(from)
                && let Some(mut members) = tab.members.take()
            {
                members.walk.pass(&read);
                is_seen |= self.count_in(at, members, &read.accounts);
            }
        }
        is_seen
    }

    fn begin_count(&self, at: usize) -> Members {
        let rules = self.setup.attention_rules();
        let query = Query::parse(&self.tabs.tabs[at].view.query, &self.query_context(&rules));
        // A column that no account has any more: the view itself says so once it is opened.
        let query = query.unwrap_or_else(|_| Query::nobody());
        Members { query, visible: Visible::default(), count: 0, walk: Walk::default() }
    }

    /// Counts those who were `passed` for a tab, and answers whether that is to be seen.
    fn count_in(&mut self, at: usize, mut members: Members, passed: &[(usize, Arc<Account>)]) -> bool {
        let rules = self.setup.attention_rules();
        let context = self.query_context(&rules);
        let layout = self.tabs.tabs[at].view.layout;
        for (number, account) in passed {
            let is_meant = self.is_in_layout(account, layout) && members.query.means(account, &context);
            members.set(*number, is_meant);
        }
        if layout == ViewLayout::Today || members.query.excludes_settled(&context) {
            members.walk.skip_asleep();
        }
        let tab = &mut self.tabs.tabs[at];
        let before = tab.count;
        if members.walk.is_over() {
            tab.count = Some(members.count);
        }
        tab.members = Some(members);
        tab.count != before
    }
}
