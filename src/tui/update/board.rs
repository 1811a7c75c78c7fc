//! A new board, another order, another day: what the screen keeps of them is made anew, or follows account by account.

use std::sync::Arc;

use crate::parallel;
use crate::query::Sort;
use crate::state::query::attention::AttentionRules;
use crate::state::query::ownership::Whose;
use crate::state::query::workload::Workload;
use crate::state::{AccountId, Board, DoneToday, Entry, Event, Now};
use crate::tui::model::app::App;
use crate::tui::model::board_names::BoardNames;
use crate::tui::model::columns::BoardColumns;
use crate::tui::model::filter::Filter;
use crate::tui::model::status::Tone;
use crate::tui::model::today::TodayQueue;

impl App {
    /// Takes in a new board, of which the focus stays on the same account.
    pub fn take(&mut self, board: Board) {
        self.take_board(board, true);
    }

    /// Takes in a board that does not go on from this one.
    pub(super) fn take_anew(&mut self, board: Board) {
        self.done = DoneToday::new(&self.now);
        self.take_board(board, false);
    }

    fn take_board(&mut self, board: Board, goes_on: bool) {
        // In the first minute of a day, everyone stands as they did on the day before.
        let is_same_day = self.columns.today() == self.now.today();
        let entries = board.entries_since(self.board.seq()).filter(|_| is_same_day && goes_on);
        let followed = entries.map(|entries| {
            let touched =
                entries.flat_map(|entry| entry.events.iter().filter_map(|event| event.account().cloned()));
            touched.collect::<std::collections::BTreeSet<_>>()
        });
        match &followed {
            Some(touched) => self.workload.follow(&self.board, &board, touched),
            None => self.workload = Workload::new(&board),
        }
        let moved = if goes_on {
            self.take_done(&board);
            self.take_recent(&board)
        } else {
            self.is_done_unread = true;
            None
        };
        let before = std::mem::replace(&mut self.board, board);
        self.count_alerts();
        match followed {
            Some(touched) => {
                self.marks.unmark(touched.iter().filter(|id| self.board.get(id).is_none()));
                for id in &touched {
                    if self.is_retired(id) {
                        self.retired.insert(id.clone());
                    } else {
                        self.retired.remove(id);
                    }
                }
                self.follow_narrowed(&before, &touched);
                self.settle();
                if let Some(id) = moved {
                    self.reveal_moved(&id);
                }
                self.refresh_screen();
            }
            None => self.rebuild(),
        }
    }

    /// Marks what changed between this board and the next one, `board`; answers whose card moved, if only one did.
    fn take_recent(&mut self, board: &Board) -> Option<AccountId> {
        let mut moved = None;
        for entry in board.entries_since(self.board.seq())? {
            self.recent.take(entry, &self.setup.me, self.now.at);
            let is_move = |event: &&Event| event.is_move();
            let mut accounts = entry.events.iter().filter(is_move).filter_map(Event::account);
            if let Some(id) = accounts.next() {
                moved = accounts.all(|other| other == id).then(|| id.clone());
            }
        }
        moved
    }

    pub(super) fn sort_by(&mut self, sort: Sort) {
        self.sort_anew(sort);
        self.say(Tone::Plain, &format!("Sorted by {}", sort.title()));
    }

    /// Sorts the columns otherwise.
    pub(in crate::tui) fn sort_anew(&mut self, sort: Sort) {
        self.columns = self.columns.sorted_anew(&self.board, &self.now, sort);
        self.tabs.forget_begun_counts();
        self.names.forget_if_begun();
        self.settle();
        self.refresh_screen();
    }

    /// Looks at every account anew: it is another day, or another board.
    pub fn rebuild(&mut self) {
        self.begin_day();
        let folded = self.queue.folded().to_vec();
        let sort = self.columns.sort();
        let (rules, whose) = (self.setup.attention_rules(), self.whose.clone());
        (self.columns, self.queue) = arranged(&self.board, &self.now, sort, rules, whose, &self.done);
        self.queue.fold(folded);
        self.count_alerts();
        self.find_retired();
        // Everyone has another number.
        self.index = None;
        self.names = BoardNames::default();
        self.tabs.forget_counts();
        self.mine = self.all_mine();
        self.narrow();
        self.refresh_screen();
    }

    /// Nothing is done yet on another day.
    fn begin_day(&mut self) {
        if !self.done.is_of(&self.now) {
            self.done = DoneToday::new(&self.now);
        }
    }

    /// Takes in what the person did between this board and the next one, `board`.
    fn take_done(&mut self, board: &Board) {
        self.begin_day();
        match board.entries_since(self.board.seq()) {
            Some(entries) => {
                entries.for_each(|entry| self.done.take(entry, &self.setup.me, &self.now));
            }
            None => self.is_done_unread = true,
        }
    }

    /// Takes in the entries of the person's day that were read.
    pub(super) fn take_day(&mut self, entries: &[Arc<Entry>]) {
        for entry in entries {
            self.done.take(entry, &self.setup.me, &self.now);
        }
        self.refresh_queue();
    }

    /// Looks at every account for those in a retired segment.
    pub(super) fn find_retired(&mut self) {
        let team = &self.setup.playbooks.team;
        let retired = self.board.accounts().filter(|account| team.retired_segment(account).is_some());
        self.retired = retired.map(|account| account.id.clone()).collect();
    }

    /// Time alone opens those that were snoozed.
    pub(super) fn count_alerts(&mut self) {
        let open =
            || self.board.awake_alerts().filter(|alert| alert.is_open(self.now.at) && self.is_for_me(alert));
        let acknowledged = open().filter(|alert| alert.acknowledged.is_some()).count();
        (self.open_alerts, self.acknowledged_alerts) = (open().count(), acknowledged);
    }

    /// Asks anew what time alone changes: who needs a person, and whom a query means.
    pub(in crate::tui) fn follow_time(&mut self) {
        self.tabs.forget_timed_counts();
        let is_timed = self.filter.as_ref().is_some_and(Filter::asks_for_time);
        if is_timed {
            self.narrow();
        }
        self.refresh_queue();
    }

    /// Asks anew who needs a person: time alone makes some need one.
    pub fn refresh_queue(&mut self) {
        self.count_alerts();
        self.queue = self.new_queue();
        self.narrow_queue();
        self.settle();
        self.refresh_screen();
    }
}

/// Everyone in order, and who needs a person. Either takes a look at every account.
pub(super) fn arranged(
    board: &Board,
    now: &Now,
    sort: Sort,
    rules: AttentionRules,
    whose: Whose,
    done: &DoneToday,
) -> (BoardColumns, TodayQueue) {
    parallel::join(|| BoardColumns::new(board, now, sort), || TodayQueue::new(board, now, rules, whose, done))
}
