//! Working through the day, a list or a column: what a row asks for, and where the work goes on once that is done.

use crate::state::{AccountId, Change, Entry, Event};
use crate::tui::model::app::App;
use crate::tui::model::columns::Row;
use crate::tui::model::focus::{Overlay, View};
use crate::tui::model::today::WorkedRow;
use crate::tui::screens::unmatched;

impl App {
    /// Keeps in mind where the focused row or card stands, and what it asks for, before something is done about it. Outside
    /// of Today, what is done about an account that is open leaves the work there.
    pub(super) fn begin_work(&mut self) {
        let is_open = matches!(self.overlay, Some(Overlay::Detail(_)));
        let is_read = is_open && self.view == View::Today;
        if self.screen.is_some() || (self.overlay.is_some() && !is_read) {
            return;
        }
        let Some(id) = self.focus.account.clone() else { return };
        let stood = self.position(&id).and_then(|at| self.rows().get(at)).cloned();
        let asked = self.queue.reasons(&id).first().filter(|_| self.view == View::Today).cloned();
        let (view, focus) = (self.view, self.focus.clone());
        self.working = stood.map(|stood| WorkedRow { account: id, asked, stood, view, focus, is_open });
    }

    /// After `entry`: goes on to the row that followed the worked one, if what that asked for first is done, or something
    /// happened. What was
    /// only noted beside leaves the focus where it is; what was taken back, or done again, brings it back.
    pub(super) fn work_on(&mut self, entry: &Entry) {
        if entry.is_way_back() {
            self.working = None;
            return self.go_back_to(entry);
        }
        let is_about =
            |work: &WorkedRow| entry.events.iter().any(|event| event.account() == Some(&work.account));
        // Where nothing was asked for, only what happened is more than a word beside.
        let happened = |event: &Event| {
            matches!(
                event.change(),
                Some(Change::SignalRecorded { .. } | Change::Moved { .. } | Change::SnoozeChanged { .. })
            )
        };
        // Points are ticked one after the other.
        let is_ticking = entry
            .events
            .iter()
            .all(|event| matches!(event.change(), Some(Change::PointChanged { .. } | Change::Seen { .. })));
        let is_worked =
            |work: &WorkedRow| !is_ticking && (work.asked.is_some() || entry.events.iter().any(happened));
        // Whoever takes the account that they read goes on reading it.
        let me = self.me().map(|me| self.roster().owner(me));
        let is_taken = entry.events.iter().all(|event| match event.change() {
            Some(Change::OwnerChanged { to, .. }) => me.is_some() && *to == me,
            change => matches!(change, Some(Change::Seen { .. })),
        });
        let is_kept = |work: &WorkedRow| is_taken && work.is_open;
        if self.working.as_ref().is_some_and(|work| is_about(work) && is_worked(work) && !is_kept(work)) {
            self.go_on();
        }
    }

    /// Goes on from the worked row, unless something else is open by now; while the alerts have the keys, its alert stays the
    /// one that is looked at.
    pub(super) fn go_on(&mut self) {
        if self.alerts_have_keys() {
            return;
        }
        if let Some(work) = self.working.take_if(|work| work.is_open) {
            return self.read_next(&work);
        }
        let is_free = self.overlay.is_none() && self.screen.is_none();
        let Some(work) = self.working.take().filter(|work| is_free && work.view == self.view) else { return };
        // Whoever took the last card of a column goes with it.
        let is_empty = |id| self.columns.column(id).shown().is_empty();
        if work.view == View::Board && is_empty(work.focus.column_id) {
            return;
        }
        self.unpin_row();
        // Where the work was begun is where it goes on: following the account would have scrolled away from there.
        self.focus.clone_from(&work.focus);
        let reasons = self.queue.reasons(&work.account);
        let still_asked = work.asked.as_ref().is_some_and(|asked| reasons.contains(asked));
        let row = match self.position(&work.account) {
            Some(row) if still_asked => row,
            Some(_) | None => self.row_after(&work),
        };
        self.focus_row(row);
    }

    /// Opens the next account in place of the open one that was worked, once nothing is left to do about that.
    fn read_next(&mut self, work: &WorkedRow) {
        let is_still_open = matches!(self.overlay, Some(Overlay::Detail(_)))
            && self.screen.is_none()
            && self.view == View::Today
            && self.focus.account.as_ref() == Some(&work.account);
        if is_still_open && work.asked.is_some() && self.queue.reasons(&work.account).is_empty() {
            self.overlay = Some(Overlay::Detail(0));
            self.focus_row(self.row_beside(1));
        }
    }

    /// The row that followed the worked one, among those there are now.
    fn row_after(&self, work: &WorkedRow) -> usize {
        let at = self.place_of(&work.stood);
        let is_it = self.rows().get(at).is_some_and(|row| row.id == work.account);
        if is_it { at + 1 } else { at }
    }

    /// Where `row` stands among those there are now, or would.
    pub(super) fn place_of(&self, row: &Row) -> usize {
        self.rows().binary_search(row).unwrap_or_else(|at| at)
    }

    /// The row before (-1) or after (1) the focused one. An account that is open and has no row left a gap.
    pub(super) fn row_beside(&self, by: isize) -> usize {
        let is_gone = self.focus.account.as_ref().is_some_and(|id| self.position(id).is_none());
        self.focus.row.saturating_add_signed(if is_gone { by.min(0) } else { by })
    }

    /// Puts the focus on the one account `entry` is about, and chooses the signal that waits again.
    fn go_back_to(&mut self, entry: &Entry) {
        let unmatched = entry.events.iter().find_map(|event| {
            let Event::UnmatchedChanged { signal, to: Some(_), .. } = event else { return None };
            unmatched::row_of(self, signal)
        });
        if let Some(row) = unmatched {
            self.choose(row);
        }
        let mut about: Vec<&AccountId> = entry.events.iter().filter_map(Event::account).collect();
        about.dedup();
        if let [id] = about[..] {
            self.focus_account(id);
        }
    }
}
