//! Who is to be seen: those the filter lets through, and those who are mine.

use std::collections::{BTreeSet, HashSet};
use std::sync::Arc;

use crate::prose::lists::sentence_case;
use crate::query::Query;
use crate::query::completion::last_word;
use crate::state::query::ownership::Whose;
use crate::state::{Account, AccountId, Board, TodayGroup};
use crate::tui::input::action::Action;
use crate::tui::model::app::App;
use crate::tui::model::columns::{Visible, Walk};
use crate::tui::model::filter::index::Scores;
use crate::tui::model::filter::{Filter, FilterMeaning};
use crate::tui::model::focus::{Focus, View};
use crate::tui::model::status::{Status, Tone};
use crate::tui::model::today::TodayQueue;

impl App {
    /// Filters by `query`, and answers how well everyone fits; an empty one shows everyone again.
    pub fn filter_by(&mut self, query: &str) -> Option<Scores> {
        if self.lists_only() {
            self.history.clear();
        }
        if query.trim().is_empty() {
            self.filter = None;
            self.narrow();
            return None;
        }
        let rules = self.setup.attention_rules();
        let asked = match Query::parse(query, &self.query_context(&rules)) {
            Ok(asked) => asked,
            Err(error) => {
                // Half a field is typed: what is seen stays as it is meanwhile.
                self.say(Tone::Refused, &sentence_case(&error.to_string()));
                return None;
            }
        };
        self.status = Status::default();
        // What is found is to be seen.
        let done = TodayGroup::Done;
        self.queue.fold(self.queue.is_folded(done).then_some(done).into_iter().collect());
        let filter = Filter { text: query.trim().to_owned(), means: FilterMeaning::of(asked) };
        let scores = filter.only_words().map(|words| self.word_scores(words));
        self.filter = Some(filter);
        match &scores {
            Some(scores) => self.narrow_to(Some(scores.visible())),
            None => self.narrow(),
        }
        scores
    }

    /// Filters by `query` while it is typed, and goes to whom it means most of those in view. Every letter looks anew
    /// from where one stood before the first: whoever stands on one of the best stays there.
    pub(in crate::tui) fn look_for(&mut self, query: &str, from: &Focus) {
        let here = std::mem::replace(&mut self.focus, from.clone());
        let Some(scores) = self.filter_by(query) else {
            if !self.status.objection().is_empty() {
                self.focus = here;
                self.look_for_rest(query, from);
            }
            return;
        };
        let here = from.account.iter().filter(|id| self.columns.shows(id) && self.position(id).is_some());
        let by_id = |id| Some((self.columns.number_of(id)?, id));
        let mut numbered: Vec<(usize, &AccountId)> = here.filter_map(by_id).collect();
        match self.view {
            View::Board => {
                let rows =
                    self.columns.column_ids().flat_map(|column_id| self.columns.column(column_id).shown());
                numbered.extend(rows.map(|row| (row.number(), &row.id)));
            }
            View::List { .. } => numbered.extend(self.rows().iter().map(|row| (row.number(), &row.id))),
            // Its rows have no numbers.
            View::Today => numbered.extend(self.rows().iter().filter_map(|row| by_id(&row.id))),
        }
        if let Some(best) = scores.best_of(numbered).cloned() {
            self.focus_account(&best);
        }
    }

    /// The same without the last word, of which only a part is typed; what that objects to is still said. Where the rest is
    /// no query by itself, what is seen stays as it is.
    pub(in crate::tui) fn look_for_rest(&mut self, query: &str, from: &Focus) {
        let whole = query.trim_end();
        let rest = &whole[..last_word(whole)];
        let rules = self.setup.attention_rules();
        if rest.trim().is_empty() || Query::parse(rest, &self.query_context(&rules)).is_ok() {
            let said = std::mem::take(&mut self.status);
            self.look_for(rest, from);
            self.status = said;
        }
    }

    /// Goes to the account `id`, wherever it is to be seen; what hides it is dropped.
    pub(in crate::tui) fn go_to(&mut self, id: &AccountId) {
        self.wake(id);
        let is_there = |app: &mut Self| {
            app.focus_account(id);
            app.focus.account.as_ref() == Some(id)
        };
        if self.view == View::Today && self.queue.position(id).is_none() {
            self.view = View::Board;
        }
        if is_there(self) {
            return;
        }
        if self.filter.is_some() || self.mine.is_some() {
            (self.whose, self.mine) = (Whose::Everybodys, None);
            self.count_alerts();
            self.queue = self.new_queue();
            self.filter_by("");
            self.say(Tone::Plain, "Filter cleared to show this account");
        }
        if !is_there(self) {
            self.view = View::List { all: true };
            self.settle();
            self.focus_account(id);
        }
    }

    /// Shows only who is mine, then those who are nobody's too, then everyone again.
    pub(in crate::tui) fn toggle_mine(&mut self) {
        let Some(me) = self.me().cloned() else { return };
        self.whose = match self.whose {
            Whose::Everybodys => Whose::Of(me),
            Whose::Of(_) => Whose::OfOrNobodys(me),
            Whose::OfOrNobodys(_) => Whose::Everybodys,
        };
        // Of those who are asleep, it is found out beside the screen who is theirs: their rows come with that.
        if self.columns.is_whole() && !self.board.sleeps_little() && !self.whose.is_everybodys() {
            self.columns = self.columns.sorted_anew(&self.board, &self.now, self.columns.sort());
        }
        self.mine = self.all_mine();
        self.count_alerts();
        self.queue = self.new_queue();
        self.narrow();
        let key = self.board_key(Action::Mine).unwrap_or_default();
        let words = match self.whose {
            Whose::Of(_) => format!("Only your accounts and alerts · {key} adds those without an owner"),
            Whose::OfOrNobodys(_) => {
                format!("Your accounts and alerts, and those of nobody · {key} shows all")
            }
            Whose::Everybodys => format!("All accounts · {key} shows only yours"),
        };
        self.say(Tone::Plain, &words);
    }

    pub(in crate::tui) fn narrow(&mut self) {
        let words = self.filter.as_ref().and_then(Filter::only_words).map(str::to_owned);
        let visible = if let Some(words) = words {
            Some(self.word_scores(&words).visible())
        } else {
            let rules = self.setup.attention_rules();
            let context = self.query_context(&rules);
            let asks_all = self.can_ask_about_asleep();
            self.filter.as_ref().map(|filter| filter.find(&self.columns, &context, asks_all))
        };
        self.narrow_to(visible);
    }

    /// Shows only those of `visible` who are mine, where only mine are to be seen.
    fn narrow_to(&mut self, visible: Option<Visible>) {
        let visible = match (visible, &self.mine) {
            (Some(visible), Some(mine)) => Some(visible.and(mine)),
            (visible, mine) => visible.or_else(|| mine.clone()),
        };
        self.columns.narrow(visible);
        self.narrow_queue();
        self.settle();
    }

    pub(in crate::tui) fn narrow_queue(&mut self) {
        if self.view != View::Today {
            self.queue.put_off_narrowing();
            return;
        }
        let narrow = self.filter.is_some() || self.mine.is_some();
        self.queue.narrow(narrow.then_some(|id: &AccountId| self.columns.shows(id)));
    }

    /// Takes in how everyone in `touched` stands on the board now, who stood on `before` otherwise.
    pub(in crate::tui) fn follow_narrowed(&mut self, before: &Board, touched: &BTreeSet<AccountId>) {
        let is_mine = |id: &AccountId| self.board.get(id).is_some_and(|account| self.is_mine(account));
        let mine: Vec<bool> = touched.iter().map(|id| self.mine.is_some() && is_mine(id)).collect();
        let rules = self.setup.attention_rules();
        let context = self.query_context(&rules);
        let fits = |filter: &Filter, id: &AccountId| {
            self.board.get(id).is_some_and(|account| filter.matches(account, &context))
        };
        let passes = touched.iter().zip(&mine).map(|(id, is_mine)| {
            let passes = (self.mine.is_none() || *is_mine)
                && self.filter.as_ref().is_none_or(|filter| fits(filter, id));
            (id, passes)
        });
        let passes: Vec<(&AccountId, bool)> = passes.collect();
        let numbers = self.columns.follow(&self.board, &passes);
        for ((id, is_mine), number) in touched.iter().zip(mine).zip(&numbers) {
            if let Some(mine) = &mut self.mine {
                mine.set(*number, is_mine);
            }
            if let Some(index) = &mut self.index {
                let roster = &self.setup.playbooks.team.roster;
                Arc::make_mut(index).follow(&self.board, id, *number, roster);
            }
        }
        for (id, number) in touched.iter().zip(&numbers) {
            self.names.follow(before.get(id), self.board.get(id), *number);
        }
        self.queue.follow(&self.board, &self.now, &self.done, &passes);
        self.follow_tabs(touched, &numbers);
    }

    /// The day's queue, of everyone or of me.
    pub(in crate::tui) fn new_queue(&self) -> TodayQueue {
        let (rules, whose) = (self.setup.attention_rules(), self.whose.clone());
        let mut queue = TodayQueue::new(&self.board, &self.now, rules, whose, &self.done);
        queue.keep_pinned(&self.queue);
        queue.fold(self.queue.folded().to_vec());
        queue
    }

    /// Everyone who is to be seen, by their numbers, while it is not everybody.
    pub(in crate::tui) fn all_mine(&self) -> Option<Visible> {
        if self.whose.is_everybodys() {
            return None;
        }
        let mut visible = Visible::default();
        let alerts =
            self.board.awake_alerts().filter(|alert| alert.is_open(self.now.at) && self.is_for_me(alert));
        let given: HashSet<&AccountId> = alerts.map(|alert| &alert.account).collect();
        let is_theirs = |account: &Account| {
            let roster = self.roster();
            self.whose.has_account(account, roster) || self.whose.is_back(account, &self.now, roster)
        };
        // Those who are asleep come with their rows.
        let mut walk = Walk::default();
        while !walk.is_past_those_at_hand(&self.board) {
            for (number, account) in walk.step(&self.board, self.columns.list(true).all(), usize::MAX) {
                if given.contains(&account.id) || is_theirs(&account) {
                    visible.insert(number);
                }
            }
        }
        Some(visible)
    }

    fn is_mine(&self, account: &Account) -> bool {
        let mut open = self.board.alerts_of(&account.id).filter(|alert| alert.is_open(self.now.at));
        let roster = self.roster();
        self.whose.has_account(account, roster)
            || self.whose.is_back(account, &self.now, roster)
            || open.any(|alert| self.is_for_me(alert))
    }
}
