//! A new board, another order, another day: what the screen keeps of them is made anew, or follows account by account.

use std::sync::Arc;

use crate::query::Sort;
use crate::state::query::workload::Workload;
use crate::state::{AccountId, Board, DoneToday, Entry, Event};
use crate::tui::model::app::App;
use crate::tui::model::beside::{ArrangedBoard, Beside, arranged};
use crate::tui::model::board_names::BoardNames;
use crate::tui::model::columns::{BoardColumns, Walk};
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
        let is_running = self.beside.is_running;
        self.beside = Beside { is_running, is_outdated: is_running, ..Beside::default() };
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

    /// Takes in a board that goes on from this one and is arranged already.
    pub(super) fn take_arranged(&mut self, arranged: ArrangedBoard) {
        let ArrangedBoard { board, columns, queue, done, workload } = arranged;
        if board.entries_since(self.board.seq()).is_none() {
            self.is_done_unread = true;
        }
        self.take_recent(&board);
        (self.done, self.workload) = (done, workload);
        self.board = board;
        self.marks.unmark(self.marks.accounts().clone().iter().filter(|id| self.board.get(id).is_none()));
        self.put_arranged(columns, queue);
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
        let sort = self.columns.sort();
        let (rules, whose) = (self.setup.attention_rules(), self.whose.clone());
        let (columns, queue) = arranged(&self.board, &self.now, sort, rules, whose, &self.done);
        self.put_arranged(columns, queue);
    }

    /// Goes on with these columns and this queue of the board.
    fn put_arranged(&mut self, columns: BoardColumns, queue: TodayQueue) {
        self.columns = columns;
        let before = std::mem::replace(&mut self.queue, queue);
        self.queue.keep_pinned(&before);
        self.queue.fold(before.folded().to_vec());
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
        if entries.is_empty() {
            return;
        }
        for entry in entries {
            self.done.take(entry, &self.setup.me, &self.now);
        }
        self.refresh_queue();
    }

    /// Looks for those in a retired segment: at once among those whom nobody has to wait for.
    pub(super) fn find_retired(&mut self) {
        self.retired.clear();
        let playbooks = self.setup.playbooks.clone();
        let is_none_retired = playbooks.team.retired_segments.is_empty();
        self.retired_walk = if is_none_retired { Walk::over() } else { Walk::default() };
        while !self.retired_walk.is_past_those_at_hand(&self.board) {
            self.find_more_retired(usize::MAX);
        }
        if !playbooks.team.retires_sleepers(&self.board) {
            self.retired_walk.skip_asleep();
        }
    }

    /// Looks at about `count` more accounts.
    pub(super) fn find_more_retired(&mut self, count: usize) {
        let passed = self.retired_walk.step(&self.board, self.columns.list(true).all(), count);
        let team = &self.setup.playbooks.team;
        let retired = passed.into_iter().filter(|(_, account)| team.retired_segment(account).is_some());
        self.retired.extend(retired.map(|(_, account)| account.id.clone()));
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
