//! Working through the day: what a row asks for, and where the work goes on once that is done.

use super::super::app::{App, View};
use super::super::shelf::Row;
use crate::state::{AccountId, Entry, Event, Reason};

/// The row of the day's queue that is being worked on.
#[derive(Clone, Debug)]
pub struct Work {
    /// Whose row it is.
    account: AccountId,
    /// What it asked for first.
    asked: Reason,
    /// Where it stood.
    stood: Row,
    /// The first row in view then.
    top: usize,
}

impl App {
    /// Keeps in mind what the focused row of today asks for, before something is done about it. What was begun on an
    /// account is still the same work while it stays the one that is looked at.
    pub(super) fn begin_work(&mut self) {
        let Some(id) = self.focus.account.clone().filter(|_| self.view == View::Today) else { return };
        if self.working.as_ref().is_some_and(|work| work.account == id) {
            return;
        }
        let stood = self.queue.position(&id).and_then(|at| self.queue.rows().get(at)).cloned();
        let asked = self.queue.reasons(&id).first().cloned();
        let top = self.focus.list_top;
        self.working = stood.zip(asked).map(|(stood, asked)| Work { account: id, asked, stood, top });
    }

    /// After `entry`: goes on to the row that followed the worked one, if what that asked for first is done. What was
    /// only noted beside leaves the focus where it is; what was taken back, or done again, brings it back.
    pub(super) fn work_on(&mut self, entry: &Entry) {
        if entry.undoes.is_some() || entry.redoes.is_some() {
            self.working = None;
            return self.go_back_to(entry);
        }
        let is_about = |work: &Work| entry.events.iter().any(|event| event.account() == Some(&work.account));
        if self.working.as_ref().is_some_and(is_about) {
            self.go_on();
        } else if self.overlay.is_none() {
            self.working = None;
        }
    }

    /// Goes on from the worked row, unless the account is still open, or its alert: then it stays the one that is looked at.
    pub(super) fn go_on(&mut self) {
        if self.overlay.is_some() || self.page.is_some() || self.alerts_have_keys() {
            return;
        }
        let Some(work) = self.working.take().filter(|_| self.view == View::Today) else { return };
        // Where the work was begun is where it goes on: following the account would have scrolled away from there.
        self.focus.list_top = work.top;
        let row = match self.queue.position(&work.account) {
            Some(row) if self.queue.reasons(&work.account).contains(&work.asked) => row,
            Some(_) | None => self.gap(&work).1,
        };
        self.focus_row(row);
    }

    /// Where the worked row stood among those there are now, and the row that followed it.
    fn gap(&self, work: &Work) -> (usize, usize) {
        let rows = self.queue.rows();
        let at = rows.binary_search(&work.stood).unwrap_or_else(|at| at);
        let is_it = rows.get(at).is_some_and(|row| row.id == work.account);
        (at, if is_it { at + 1 } else { at })
    }

    /// The row before (-1) or after (1) the focused one. An account that is still open, and got what it needed, left a gap.
    pub(super) fn row_beside(&self, by: isize) -> usize {
        let row = self.focus.row;
        let Some(id) =
            self.focus.account.as_ref().filter(|_| self.view == View::Today && self.overlay.is_some())
        else {
            return row.saturating_add_signed(by);
        };
        let work = self.working.as_ref().filter(|work| work.account == *id);
        let is_done = work.is_some_and(|work| !self.queue.reasons(id).contains(&work.asked));
        if self.queue.position(id).is_some() && !is_done {
            return row.saturating_add_signed(by);
        }
        let (above, below) = work.map_or((row, row), |work| self.gap(work));
        if by > 0 { below } else { above.saturating_sub(1) }
    }

    /// Puts the focus on the one account `entry` is about.
    fn go_back_to(&mut self, entry: &Entry) {
        let mut about: Vec<&AccountId> = entry.events.iter().filter_map(Event::account).collect();
        about.dedup();
        if let [id] = about[..] {
            self.focus_account(id);
        }
    }
}
