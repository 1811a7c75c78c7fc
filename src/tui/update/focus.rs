//! Where the person is, kept together with what is to be seen: after every change the focus stays on the same account,
//! or goes to its nearest neighbour, and is scrolled into view.

use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;

use crate::query::Sort;
use crate::state::query::ownership::Whose;
use crate::state::query::timeline::TimelineFilter;
use crate::state::query::workload::Workload;
use crate::state::{AccountId, Board, DoneToday, Now};
use crate::tui::layout::{self, lines::ListLines};
use crate::tui::model::account_page::PageCache;
use crate::tui::model::app::{App, Setup};
use crate::tui::model::beside::{Beside, arranged};
use crate::tui::model::board_names::BoardNames;
use crate::tui::model::columns::{ColumnId, Walk};
use crate::tui::model::focus::{AccountPreview, AlertsPane, Focus, Overlay, View, scrolled};
use crate::tui::model::insights::InsightsState;
use crate::tui::model::marks::Marks;
use crate::tui::model::notices::Notices;
use crate::tui::model::recent::RecentChanges;
use crate::tui::model::status::Status;
use crate::tui::model::tabs::Tabs;

impl App {
    /// A screen of `size` cells over `board`.
    pub fn new(board: Board, now: Now, size: (u16, u16), setup: Arc<Setup>) -> Self {
        let done = DoneToday::new(&now);
        let (columns, queue) =
            arranged(&board, &now, Sort::default(), setup.attention_rules(), Whose::default(), &done);
        let looked = board.seq();
        let mut app = Self {
            theme: setup.themes.theme(),
            themes: setup.themes.clone(),
            board,
            columns,
            beside: Beside::default(),
            queue,
            done,
            is_done_unread: true,
            now,
            clock: now,
            past: None,
            past_asked: None,
            focus: Focus::default(),
            view: View::Board,
            overlay: None,
            preview: AccountPreview { is_hidden: !setup.preview, ..AccountPreview::default() },
            page: PageCache::default(),
            journal: None,
            timeline: TimelineFilter::default(),
            screen: None,
            insights: InsightsState::default(),
            history: Vec::new(),
            alerts: None,
            before_alerts: None,
            prompt: None,
            begun_keys: Vec::new(),
            index: None,
            names: BoardNames::default(),
            sources: BTreeMap::new(),
            receivers: BTreeMap::new(),
            receivers_asked: None,
            filter: None,
            tabs: Tabs::new(setup.views.iter().cloned()),
            list_columns: Vec::new(),
            marks: Marks::default(),
            recent: RecentChanges::default(),
            whose: Whose::default(),
            mine: None,
            notices: Notices::default(),
            status: Status::default(),
            open_alerts: 0,
            acknowledged_alerts: 0,
            workload: Workload::default(),
            offered_owners: Vec::new(),
            email: None,
            tour: None,
            began: looked,
            retired: HashSet::new(),
            retired_walk: Walk::default(),
            size,
            setup,
            last_press: None,
            dragged: None,
            output: None,
            pending: 0,
            waits_for: None,
            awaited: None,
            looked,
            by_others: 0,
            reading: false,
            working: None,
        };
        app.count_alerts();
        app.find_retired();
        app.workload = Workload::new(&app.board);
        app.settle();
        app
    }

    /// Begins with the day's work, if there is some.
    #[must_use]
    pub fn beginning_today(mut self) -> Self {
        if !self.queue.is_empty() {
            self.view = View::Today;
            self.focus_row(0);
        }
        self
    }

    /// Puts the focus on row `row` of the rows it moves through, or as near as there is one.
    pub fn focus_row(&mut self, row: usize) {
        let row = row.min(self.rows().len().saturating_sub(1));
        let id = self.rows().get(row).map(|row| row.id.clone());
        self.focus.row = row;
        if let Some(column_id) = id.as_ref().and_then(|id| self.columns.column_of(id)) {
            self.focus.column_id = column_id;
        }
        self.focus.account = id;
        self.pin_what_is_read();
        self.reveal();
    }

    /// What is open to be read keeps its row of today, also once it was closed, until one goes on: reading is not
    /// finishing.
    fn pin_what_is_read(&mut self) {
        let read = self.focus.account.clone().filter(|_| self.view == View::Today);
        // Where a range of marks began, it would take the range along.
        let holds_range = self.marks.anchor().is_some_and(|anchor| self.queue.pinned() == Some(anchor));
        if self.queue.pinned() != read.as_ref() && !holds_range {
            self.unpin_row();
            self.focus.row = read.as_ref().and_then(|id| self.position(id)).unwrap_or(self.focus.row);
        }
        if let (Some(id), Some(Overlay::Detail(_)), false) = (read, self.overlay, holds_range) {
            self.queue.pin(&id);
        }
    }

    /// Lets the pinned row go where it belongs by now.
    pub(in crate::tui) fn unpin_row(&mut self) {
        let passes = self.queue.pinned().is_some_and(|id| self.columns.shows(id));
        self.queue.unpin(&self.board, &self.now, &self.done, passes);
    }

    /// Puts the focus on the account `id`, if it can be seen.
    pub fn focus_account(&mut self, id: &AccountId) {
        if let (View::Board, Some(column_id)) = (self.view, self.columns.column_of(id)) {
            self.focus.column_id = column_id;
        }
        if self.view == View::Today {
            self.queue.unfold_for(id);
        }
        if let Some(row) = self.position(id) {
            self.focus_row(row);
        }
    }

    /// Puts the focus on a column, at the height it was last scrolled to.
    pub fn focus_column(&mut self, column_id: ColumnId) {
        self.focus.column_id = column_id;
        let top = self.focus.tops.get(&column_id).copied().unwrap_or(0);
        let shown = self.columns.column(column_id).shown().len();
        self.focus_row(top.min(shown.saturating_sub(1)));
    }

    /// Brings focus and rows together again after either changed: the same account if it is still to be seen, else
    /// its nearest neighbour.
    pub fn settle(&mut self) {
        if self.view == View::Today && self.queue.is_behind() {
            self.narrow_queue();
        }
        if let Some(pane) = self.alerts {
            let last = self.alert_count().saturating_sub(1);
            self.alerts = Some(AlertsPane { row: pane.row.min(last), ..pane });
            if self.follow_alert() {
                return;
            }
        }
        if let Some(id) = self.focus.account.clone() {
            if let (View::Board, Some(column_id)) = (self.view, self.columns.column_of(&id)) {
                self.focus.column_id = column_id;
            }
            if let Some(row) = self.position(&id) {
                self.focus.row = row;
                self.pin_what_is_read();
                self.reveal();
                return;
            }
            // Looking at it may be all it needed: it stays open all the same.
            let is_open = matches!(self.overlay, Some(Overlay::Detail(_)));
            if self.view == View::Today && is_open && self.board.get(&id).is_some() {
                return;
            }
        }
        if !self.columns.column_ids().any(|column_id| column_id == self.focus.column_id) {
            self.focus.column_id = ColumnId::Stage(0);
        }
        if self.view == View::Board && self.rows().is_empty() && self.focus.account.is_none() {
            // Nothing was chosen yet: start where there is something to see.
            let busy = self
                .columns
                .column_ids()
                .find(|column_id| !self.columns.column(*column_id).shown().is_empty());
            self.focus.column_id = busy.unwrap_or(self.focus.column_id);
        }
        self.focus_row(self.focus.row);
    }

    /// Puts the focus on the account of the chosen alert, also where it is not among the rows: two that look chosen, and
    /// nobody knows which one a key is about.
    fn follow_alert(&mut self) -> bool {
        let Some(id) = self.chosen_alert().map(|alert| alert.account.clone()) else { return false };
        self.focus_account(&id);
        self.focus.account = Some(id);
        true
    }

    /// Takes the keys from the alerts, which stay in view.
    pub(in crate::tui) fn leave_alerts(&mut self) {
        self.before_alerts = None;
        if let Some(pane) = self.alerts.as_mut().filter(|pane| pane.has_keys) {
            pane.has_keys = false;
            self.settle();
        }
    }

    /// Scrolls the column that the card of `id` has come to, so that it is in view there, too; the focused column stays
    /// where the focus is.
    pub(super) fn reveal_moved(&mut self, id: &AccountId) {
        let Some(column_id) = self.columns.column_of(id).filter(|it| *it != self.focus.column_id) else {
            return;
        };
        let rows = self.columns.column(column_id).shown();
        if let Some(row) = self.columns.position(id, rows) {
            let (visible, len) = (layout::cards_per_column(self).max(1), rows.len());
            let top = self.focus.tops.entry(column_id).or_default();
            *top = scrolled(*top, row, visible, len);
        }
    }

    /// Scrolls so that the focus is in view.
    fn reveal(&mut self) {
        match self.view {
            View::Board => {
                self.focus.first_column = layout::columns(self).first;
                let visible = layout::cards_per_column(self).max(1);
                let len = self.rows().len();
                let row = self.focus.row;
                let top = self.focus.tops.entry(self.focus.column_id).or_default();
                *top = scrolled(*top, row, visible, len);
            }
            View::List { .. } | View::Today => {
                let (lines, visible) = (ListLines::of(self), layout::list_rows(self).max(1));
                self.focus.list_top = lines.scrolled(self.focus.list_top, self.focus.row, visible);
            }
        }
    }
}
