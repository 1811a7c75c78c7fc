//! Who needs a person today, in the order they should be worked through, kept up to date account by account.

mod entries;
mod groups;
mod outlook;

use std::sync::Arc;

use self::entries::{TodayEntries, TodayEntry};
pub use self::groups::TodaySection;
use self::outlook::Outlook;
use super::columns::{exchange, exchange_shown};
use crate::parallel;
use crate::state::query::attention::{AttentionRules, Reason};
use crate::state::query::ownership::Whose;
use crate::state::query::upcoming::Upcoming;
use crate::state::{Account, AccountId, Board, DoneToday, Now, StageId, TodayGroup};
use crate::tui::model::columns::{Row, RowChange};
use crate::tui::model::focus::{Focus, View};

/// The accounts that need a person, most urgent first; behind them those that were done today.
#[derive(Clone, Debug)]
pub struct TodayQueue {
    rules: AttentionRules,
    whose: Whose,
    rows: Vec<Row>,
    /// Those that the filter lets through, while there is one.
    found: Option<Vec<Row>>,
    /// Whether it is to be narrowed before it is shown.
    is_behind: bool,
    /// The groups that are folded, the latest last.
    folded: Vec<TodayGroup>,
    /// Those of the found rows that no folded group hides, while there is one.
    unfolded: Option<Vec<Row>>,
    entries: TodayEntries,
    /// What is known of the others, while there are no rows and the screen says so.
    outlook: Option<Outlook>,
    /// The account whose row stays where it is, whatever becomes of its reasons: somebody is reading it.
    pinned: Option<AccountId>,
}

/// What is known of the accounts where none needs the person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Empty {
    /// None needs anybody.
    Next { next: Option<Upcoming>, snoozed: usize },
    /// So many accounts need others.
    Others(usize),
}

impl TodayQueue {
    /// Everyone on `board` who needs those at `now` whose day it is, and what is `done`.
    pub fn new(board: &Board, now: &Now, rules: AttentionRules, whose: Whose, done: &DoneToday) -> Self {
        let mut queue = Self {
            rules,
            whose,
            rows: Vec::new(),
            found: None,
            is_behind: false,
            folded: vec![TodayGroup::Done],
            unfolded: None,
            entries: TodayEntries::default(),
            outlook: None,
            pinned: None,
        };
        let accounts: Vec<_> = board.awake().collect();
        let entries = parallel::map(&accounts, |account| queue.entry_of(board, account, now, done));
        queue.entries = TodayEntries::new(entries);
        let mut rows: Vec<Row> = queue.entries.values().map(|entry| entry.row.clone()).collect();
        rows.sort_unstable();
        queue.rows = rows;
        queue
    }

    /// Takes in how those in `touched` stand on `board` now. Beside each stands whether the filter lets it through.
    pub fn follow(&mut self, board: &Board, now: &Now, done: &DoneToday, touched: &[(&AccountId, bool)]) {
        let mut changes = Vec::new();
        for (id, passes) in touched {
            let old = self.entries.remove(id);
            let new = board.get(id).and_then(|account| self.entry_of(board, account, now, done));
            if self.pinned.as_ref() == Some(id) && board.get(id).is_some() {
                if let Some(old) = old {
                    self.entries.insert(old.pinned(new));
                }
                continue;
            }
            changes.push(RowChange {
                old: old.map(|old| old.row),
                new: new.as_ref().map(|new| new.row.clone()),
                passes: *passes,
            });
            if let Some(new) = new {
                self.entries.insert(new);
            }
        }
        exchange(&mut self.rows, &changes);
        if let Some(found) = &mut self.found {
            exchange_shown(found, &changes);
        }
        self.follow_folded(changes);
        self.outlook = self.outlook.take().filter(|_| self.has_none_waiting());
        if let Some(outlook) = &mut self.outlook {
            for (id, _) in touched {
                outlook.note(id);
            }
        }
    }

    /// Shows only those whom `passes` lets through, or everyone again.
    pub fn narrow(&mut self, passes: Option<impl Fn(&AccountId) -> bool>) {
        self.found = passes.map(|passes| self.rows.iter().filter(|row| passes(&row.id)).cloned().collect());
        self.is_behind = false;
        self.hide_folded();
    }

    /// Leaves it for later whom the filter lets through: another view is on the screen, and a look at every row would only
    /// delay a letter.
    pub(in crate::tui) fn put_off_narrowing(&mut self) {
        self.found = None;
        self.is_behind = true;
        self.hide_folded();
    }

    /// Whether it is to be narrowed before it is shown.
    pub(in crate::tui) fn is_behind(&self) -> bool {
        self.is_behind
    }

    /// Keeps the row of `id` where it is until it is unpinned, if it has one.
    pub fn pin(&mut self, id: &AccountId) {
        self.pinned = Some(id.clone()).filter(|id| self.entries.get(id).is_some());
    }

    /// Pins the row that `old` had pinned, in its place.
    pub fn keep_pinned(&mut self, old: &Self) {
        let Some((id, entry)) = old.pinned.as_ref().and_then(|id| Some((id, old.entries.get(id)?))) else {
            return;
        };
        let new = self.entries.remove(id);
        let was = new.as_ref().map(|new| new.row.clone());
        exchange(&mut self.rows, &[RowChange { old: was, new: Some(entry.row.clone()), passes: true }]);
        self.entries.insert(entry.clone().pinned(new));
        self.pinned = Some(id.clone());
    }

    /// Lets the pinned row go where it belongs by now. `passes` says whether the filter lets it through.
    pub fn unpin(&mut self, board: &Board, now: &Now, done: &DoneToday, passes: bool) {
        if let Some(id) = self.pinned.take() {
            self.follow(board, now, done, &[(&id, passes)]);
        }
    }

    pub fn pinned(&self) -> Option<&AccountId> {
        self.pinned.as_ref()
    }

    /// Works out what there is to say where nobody needs a person. Only a screen that says it asks for it: the first time
    /// takes a look at every account.
    pub fn look_ahead(&mut self, board: &Board, now: &Now) {
        if self.has_none_waiting() {
            let outlook =
                self.outlook.get_or_insert_with(|| Outlook::new(board, !self.whose.is_everybodys()));
            outlook.refresh(board, now, &self.rules);
        }
    }

    /// What there is to say while nobody needs a person, filtered or not, as of the last look ahead.
    pub fn empty(&self) -> Option<&Empty> {
        self.outlook.as_ref()?.empty()
    }

    /// How many need a person, filtered or not.
    pub fn len(&self) -> usize {
        let pinned = self.pinned_entry();
        let stands_here = pinned.is_some_and(|entry| entry.group != TodayGroup::Done);
        let needs_person = pinned.is_some_and(|entry| !entry.reasons.is_empty());
        self.waiting().len() - usize::from(stands_here) + usize::from(needs_person)
    }

    /// How many were done today, filtered or not.
    pub fn done(&self) -> usize {
        let pinned = self.pinned_entry();
        let stands_here = pinned.is_some_and(|entry| entry.group == TodayGroup::Done);
        let is_done = pinned.is_some_and(|entry| entry.is_done);
        self.rows.len() - self.waiting().len() - usize::from(stands_here) + usize::from(is_done)
    }

    /// The rows of those that need a person, and the pinned one if it stands there.
    fn waiting(&self) -> &[Row] {
        not_done(&self.rows)
    }

    /// The pinned row, which stands where it was read and is counted as what it is by now.
    fn pinned_entry(&self) -> Option<&TodayEntry> {
        self.entries.get(self.pinned.as_ref()?)
    }

    /// Whether nobody needs a person, and no row stands there that needed one.
    fn has_none_waiting(&self) -> bool {
        self.waiting().is_empty() && self.is_empty()
    }

    /// Whether nobody needs a person.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Why `account` needs a person, and where that puts it; nothing when it needs nobody and was not done today.
    fn entry_of(
        &self,
        board: &Board,
        account: &Arc<Account>,
        now: &Now,
        done: &DoneToday,
    ) -> Option<TodayEntry> {
        let alerts = board.open_alerts_of(&account.id, now);
        let mut reasons = self.whose.reasons(board, account, &alerts, now, &self.rules);
        if done.latest(&account.id, board).is_some() {
            reasons.retain(is_for_today);
        }
        let Some(first) = reasons.first() else {
            return self.done_entry(board, account, now, done);
        };
        // The order of `attention::Place`.
        let renewal = account.next_renewal(now.today()).map_or(i64::MAX, |date| now.days_until(date));
        let row = Row::new(first.rank().into(), renewal, account);
        Some(TodayEntry::new(account, row, first.group(), reasons))
    }

    /// Where `account`, which does not need those whose day it is, stands among what was done today.
    fn done_entry(
        &self,
        board: &Board,
        account: &Arc<Account>,
        now: &Now,
        done: &DoneToday,
    ) -> Option<TodayEntry> {
        let latest = done.done_by(board, account, now, &self.rules, &self.whose, is_for_today)?;
        // The latest first.
        let order = i64::try_from(latest.seq()).map_or(i64::MIN, |seq| -seq);
        let row = Row::new(DONE_RANK, order, account);
        Some(TodayEntry::new(account, row, TodayGroup::Done, Vec::new()))
    }

    /// The rows to be seen, in order.
    pub fn rows(&self) -> &[Row] {
        match &self.unfolded {
            Some(unfolded) => unfolded,
            None if self.is_folded(TodayGroup::Done) => self.found(),
            None => self.found_and_done(),
        }
    }

    /// The rows of those that need a person and that the filter lets through, in order, whether or not they are folded
    /// away.
    pub fn found(&self) -> &[Row] {
        not_done(self.found_and_done())
    }

    /// The rows that the filter lets through: those that need a person, folded away or not, and what was done, where it
    /// is shown.
    pub fn matching(&self) -> &[Row] {
        if self.is_folded(TodayGroup::Done) { self.found() } else { self.found_and_done() }
    }

    fn found_and_done(&self) -> &[Row] {
        self.found.as_deref().unwrap_or(&self.rows)
    }

    /// Where an account stands among the rows; nothing when it is not among them.
    pub fn position(&self, id: &AccountId) -> Option<usize> {
        self.rows().binary_search(&self.entries.get(id)?.row).ok()
    }

    /// How many accounts of `stage` need a person and cannot wait until tomorrow, filtered or not.
    pub fn pressing_in(&self, stage: &StageId) -> usize {
        self.entries.pressing_in(stage)
    }

    /// Why an account needs a person, the most urgent first.
    pub fn reasons(&self, id: &AccountId) -> &[Reason] {
        self.entries.get(id).map_or(&[], |entry| &entry.reasons)
    }
}

/// Whether `reason` is still to be seen to on a day on which something was done about the account: what comes next is asked
/// on the day after, and not at the end of the list that was just worked through.
fn is_for_today(reason: &Reason) -> bool {
    !matches!(reason, Reason::NoNextStep { lost_call: None })
}

/// Behind all ranks of reasons.
const DONE_RANK: i64 = i64::MAX;

/// Those of ordered `rows` before the rows of what was done today.
fn not_done(rows: &[Row]) -> &[Row] {
    &rows[..rows.partition_point(|row| row.group() < DONE_RANK)]
}

/// The row of the day's queue or of the list, or the card of the board, that is being worked on.
#[derive(Clone, Debug)]
pub struct WorkedRow {
    /// Whose row it is.
    pub account: AccountId,
    /// What it asked for first; nothing where somebody read it and it needed no more, on the board and in the list.
    pub asked: Option<Reason>,
    /// Where it stood.
    pub stood: Row,
    /// In which view.
    pub view: View,
    /// Where the person was then.
    pub focus: Focus,
    /// Whether the account was open.
    pub is_open: bool,
}
