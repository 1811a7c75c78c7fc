//! Work that nobody waits for yet. It takes a look at every account, so it is done between keys, a few thousand at a time.

use std::sync::Arc;

use crate::query::Query;
use crate::state::AccountId;
use crate::tui::model::app::App;
use crate::tui::model::columns::{Visible, Walk};
use crate::tui::model::filter::index::{Index, Scores};
use crate::tui::model::picker::PickerPurpose;
use crate::tui::model::prompt::Prompt;
use crate::tui::model::tabs::Members;

/// How many accounts are looked at before a key is heard again: some milliseconds.
const STEP: usize = 2_048;

impl App {
    pub fn has_work_ahead(&self) -> bool {
        self.wants_index() || self.tabs.tabs.iter().any(|tab| !tab.is_counted()) || !self.names.are_whole()
    }

    /// Does a part of the work ahead, and answers whether that is to be seen.
    pub fn work_ahead(&mut self) -> bool {
        if self.wants_index() {
            self.described(STEP);
            return false;
        }
        let Some(at) = self.tabs.tabs.iter().position(|tab| !tab.is_counted()) else {
            self.names.count(&self.board, &self.columns, STEP);
            return false;
        };
        let members = self.tabs.tabs[at].members.take().unwrap_or_else(|| self.begin_count(at));
        let members = self.count_on(at, members);
        let tab = &mut self.tabs.tabs[at];
        let before = tab.count;
        if members.walk.is_over() {
            tab.count = Some(members.count);
        }
        tab.members = Some(members);
        tab.count != before
    }

    /// How well everyone fits `query`, which has only words.
    pub(in crate::tui) fn word_scores(&mut self, query: &str) -> Scores {
        self.described(usize::MAX).scores(query)
    }

    /// Whom `query` means, the best first, and no more than `most`.
    pub(in crate::tui) fn find_by_words(&mut self, query: &str, most: usize) -> Vec<AccountId> {
        self.described(usize::MAX).find(query, most)
    }

    /// Sees to it that the names are those on the board.
    pub(in crate::tui) fn know_names(&mut self) {
        self.names.count(&self.board, &self.columns, usize::MAX);
    }

    /// Whether a letter may be typed next that searches everyone.
    fn wants_index(&self) -> bool {
        let searches = match &self.prompt {
            Some(Prompt::Filter(_) | Prompt::Account(_)) => true,
            Some(Prompt::Pick(picker)) => picker.purpose == PickerPurpose::Find,
            Some(_) | None => false,
        };
        searches && self.index.as_ref().is_none_or(|index| !index.is_whole())
    }

    /// What words search, with up to `count` more accounts described.
    fn described(&mut self, count: usize) -> &mut Index {
        let index = self.index.get_or_insert_with(|| Arc::new(Index::begin(&self.columns)));
        let index = Arc::make_mut(index);
        if !index.is_whole() {
            index.describe(&self.board, &self.setup.playbooks.team.roster, count);
        }
        index
    }

    fn begin_count(&self, at: usize) -> Members {
        let rules = self.setup.attention_rules();
        let query = Query::parse(&self.tabs.tabs[at].view.query, &self.query_context(&rules));
        // A column that no account has any more: the view itself says so once it is opened.
        let query = query.unwrap_or_else(|_| Query::nobody());
        Members { query, visible: Visible::default(), count: 0, walk: Walk::default() }
    }

    fn count_on(&self, at: usize, mut members: Members) -> Members {
        let rules = self.setup.attention_rules();
        let context = self.query_context(&rules);
        let view = &self.tabs.tabs[at].view;
        for row in members.walk.step(self.columns.list(true).all(), STEP) {
            let account = self.board.get(&row.id).filter(|_| self.is_in_layout(&row.id, view.layout));
            let is_meant = account.is_some_and(|account| members.query.means(account, &context));
            members.set(row.number(), is_meant);
        }
        members
    }
}
