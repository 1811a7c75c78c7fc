//! Everything the screen knows: a board, the order it is shown in, and where the person is.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use tui_input::Input;

use super::columns::{ColumnId, Columns, Sort, Visible};
use super::filter::index::Index;
use super::history::HistoryStep;
use super::screens::{ScreenState, Whose};
use super::today::TodayQueue;
use crate::parallel;
use crate::playbook::Playbooks;
use crate::state::query::attention::{RenewalThresholds, alert_place};
use crate::state::query::forecast::RiskWeights;
use crate::state::{Account, AccountId, Actor, Alert, AlertKey, Board, Now, Phase, StageId};
use crate::tui::input::keymap::{Keymap, Mode};
use crate::tui::layout;
use crate::tui::theme::Theme;

pub use super::filter::Filter;
pub use crate::tui::update::today_flow::WorkedRow;

/// The screen's state. `update` changes it, `view` reads it, and neither touches anything else.
pub struct App {
    /// The latest board.
    pub board: Board,
    /// Its accounts in order.
    pub columns: Columns,
    /// The moment the screen shows.
    pub now: Now,
    /// Where the person is.
    pub focus: Focus,
    /// Who needs a person today.
    pub queue: TodayQueue,
    /// Board, list or today.
    pub view: View,
    /// What lies over it.
    pub overlay: Option<Overlay>,
    /// The alerts under it, if they are to be seen.
    pub alerts: Option<Pane>,
    /// The screen of its own that is open, such as the forecast.
    pub page: Option<ScreenState>,
    /// What was on the screen before, the latest last.
    pub trail: Vec<HistoryStep>,
    /// What is being asked or typed.
    pub prompt: Option<Prompt>,
    /// The filter, if there is one.
    pub filter: Option<Filter>,
    /// Who is mine, while only they are to be seen.
    pub mine: Option<Visible>,
    /// What just happened.
    pub status: Status,
    /// How many alerts are open.
    pub open_alerts: usize,
    /// Width and height of the screen, in cells.
    pub size: (u16, u16),
    /// What does not change while the program runs.
    pub setup: Arc<Setup>,
    /// The last press of the mouse, to know a double click.
    pub last_press: Option<Press>,
    /// Commands on their way to the disk.
    pub waiting: usize,
    /// The row of the day's queue that is being worked on.
    pub working: Option<WorkedRow>,
}

/// A press of the mouse.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Press {
    /// When.
    pub at: DateTime<Utc>,
    /// At which cell.
    pub cell: (u16, u16),
    /// On whom; nobody, on a row of a screen of its own.
    pub on: Option<AccountId>,
}

/// What does not change while the program runs.
pub struct Setup {
    /// Who is at this keyboard.
    pub me: Actor,
    /// Which key does what.
    pub keymap: Keymap,
    /// Which role looks how.
    pub theme: Theme,
    /// Renewals this many days away or fewer are urgent.
    pub urgent_days: i64,
    /// Renewals this many days away or fewer are near.
    pub soon_days: i64,
    /// What happens by itself.
    pub playbooks: Arc<Playbooks>,
    /// How much of an amount is counted on at each payment risk.
    pub weights: RiskWeights,
    /// Whether this is the demonstration, which keeps nothing.
    pub demo: bool,
    /// Where the store is, for people.
    pub data_dir: String,
}

/// Where the person is: a column, perhaps an account in it, and what is scrolled into view.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Focus {
    /// The column.
    pub column_id: ColumnId,
    /// The account. The focus stays on it, wherever it goes.
    pub account: Option<AccountId>,
    /// Its place among those shown, kept for when it is gone.
    pub row: usize,
    /// The first visible column.
    pub first_column: usize,
    /// The first visible card of each column, by the column's place among those shown.
    pub tops: std::collections::BTreeMap<ColumnId, usize>,
    /// The first visible row of the list.
    pub list_top: usize,
}

/// Board or list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum View {
    /// One column per stage.
    Board,
    /// One row per account; all that are known, or those on the board.
    List {
        /// Whether accounts off the board are shown too.
        all: bool,
    },
    /// One row per account that needs a person, with the reason.
    Today,
}

/// What lies over the board, the list or a screen of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Overlay {
    /// Everything about the focused account, scrolled down by so many lines.
    Detail(usize),
    /// The keys, scrolled down by so many lines.
    Help(usize),
}

/// The alerts pane.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Pane {
    /// The chosen alert, by its place.
    pub row: usize,
    /// Whether keys go to it, and not to the board.
    pub has_keys: bool,
    /// Whether closed alerts are shown too.
    pub closed_too: bool,
}

/// A question, with what to do with the answer.
#[derive(Clone, Debug)]
pub enum Prompt {
    /// Typing into the filter.
    Filter {
        /// What is typed.
        input: Input,
        /// Where the person was before: whoever leaves it comes back there.
        from: Box<Focus>,
    },
    /// A stage's id, typed digit by digit: to go there, or to move the focused account there.
    Stage {
        /// What was typed.
        typed: String,
        /// Whom to move; nobody to only go there.
        mover: Option<AccountId>,
    },
    /// A line to type about an account.
    Line {
        /// The question, already clean.
        question: String,
        /// About whom.
        account: AccountId,
        /// What the answer is for.
        ask: Ask,
        /// The answer so far.
        input: Input,
        /// Whether it is on its way to the disk. The question stays until it was taken: what is objected to is mended,
        /// and what was typed ahead is no command.
        sent: bool,
    },
    /// Whose a waiting signal is.
    Whose(Box<Whose>),
    /// What to sort by: which line of the menu.
    Sort(usize),
}

/// What a typed line is for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Ask {
    /// Why it should go there against the board's advice.
    Force(StageId),
    /// Nothing: there is nothing to give a reason for, which is said. Whoever types one all the same types no commands.
    Nothing(String),
    /// When a call was booked for.
    CallBooked,
    /// Why sales takes over.
    Handoff,
    /// Whether they really left.
    Churned,
    /// How high the payment risk is, and why.
    Risk,
    /// Who looks after it.
    Owner,
    /// A note.
    Note,
    /// A task, and by when.
    Task,
    /// Until when it is snoozed.
    Snooze,
    /// Until when an alert is snoozed.
    AlertSnooze(AlertKey),
    /// Who gets an alert.
    AlertAssign(AlertKey),
    /// How an alert ended.
    AlertClose(AlertKey),
}

/// What just happened, for the status line.
#[derive(Clone, Debug, Default)]
pub struct Status {
    /// In words, already clean. Empty when nothing did.
    pub text: String,
    /// The same in lines as wide as the screen, behind a mark for how it is meant.
    pub lines: Vec<String>,
    /// How it is meant.
    pub tone: Tone,
    /// The move the board just refused, to be forced or bettered.
    pub refused: Option<Refused>,
}

/// How a status is meant.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Tone {
    /// For information.
    #[default]
    Plain,
    /// Done, and durable.
    Done,
    /// The board said no.
    Refused,
    /// Something broke.
    Failed,
}

/// A move the board refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refused {
    /// Whom it was to move.
    pub account: AccountId,
    /// Where to.
    pub to: StageId,
    /// Where the board would rather see the account.
    pub better: Option<StageId>,
    /// Whether a reason would change its mind.
    pub can_be_forced: bool,
}

impl Status {
    /// What `text`, which is clean, says on a screen of this width.
    pub fn new(tone: Tone, text: String, width: u16) -> Self {
        let mut status = Self { text, lines: Vec::new(), tone, refused: None };
        status.fit(width);
        status
    }

    /// Breaks the lines anew, for a screen of another width. Only once, and not for every frame.
    pub fn fit(&mut self, width: u16) {
        let mark = match self.tone {
            Tone::Plain => "  ",
            Tone::Done => "✓ ",
            Tone::Refused | Tone::Failed => "✗ ",
        };
        let options = textwrap::Options::new(usize::from(width).max(4));
        let options = options.initial_indent(mark).subsequent_indent("  ");
        let lines = textwrap::wrap(&self.text, options).into_iter().filter(|_| !self.text.is_empty());
        self.lines = lines.map(std::borrow::Cow::into_owned).collect();
    }
}

impl Setup {
    /// How near a renewal must be to press.
    pub(in crate::tui) fn nearness(&self) -> RenewalThresholds {
        RenewalThresholds { soon: self.soon_days, urgent: self.urgent_days }
    }
}

impl App {
    /// A screen of `size` cells over `board`.
    pub fn new(board: Board, now: Now, size: (u16, u16), setup: Arc<Setup>) -> Self {
        let (columns, queue) = arranged(&board, &now, Sort::default(), setup.nearness(), None);
        let mut app = Self {
            board,
            columns,
            queue,
            now,
            focus: Focus {
                column_id: ColumnId::Stage(0),
                account: None,
                row: 0,
                first_column: 0,
                tops: std::collections::BTreeMap::new(),
                list_top: 0,
            },
            view: View::Board,
            overlay: None,
            page: None,
            trail: Vec::new(),
            alerts: None,
            prompt: None,
            filter: None,
            mine: None,
            status: Status::default(),
            open_alerts: 0,
            size,
            setup,
            last_press: None,
            waiting: 0,
            working: None,
        };
        app.count_alerts();
        app.settle();
        app
    }

    /// Begins with the day's work, if there is some.
    #[must_use]
    pub fn beginning_today(mut self) -> Self {
        if !self.queue.rows().is_empty() {
            self.view = View::Today;
            self.focus_row(0);
        }
        self
    }

    /// The focused account.
    pub fn focused(&self) -> Option<&Arc<Account>> {
        self.board.get(self.focus.account.as_ref()?)
    }

    /// Which keys are in force.
    pub fn mode(&self) -> Mode {
        match (&self.prompt, self.overlay) {
            (Some(Prompt::Sort(_)), _) => Mode::Menu,
            (Some(_), _) => Mode::Prompt,
            (None, Some(Overlay::Help(_))) => Mode::Help,
            (None, Some(Overlay::Detail(_))) if self.alerts_have_keys() => Mode::Alerts,
            (None, Some(Overlay::Detail(_))) => Mode::Detail,
            (None, None) => self.mode_beneath(),
        }
    }

    /// Which keys are in force once details, help and questions are gone.
    pub fn mode_beneath(&self) -> Mode {
        match &self.page {
            _ if self.alerts_have_keys() => Mode::Alerts,
            Some(page) => Mode::Screen(page.screen()),
            None => Mode::Board,
        }
    }

    /// Whether keys go to the alerts.
    pub fn alerts_have_keys(&self) -> bool {
        self.alerts.is_some_and(|pane| pane.has_keys)
    }

    /// Takes the keys from the alerts, which stay in view.
    pub(in crate::tui) fn leave_alerts(&mut self) {
        if let Some(pane) = self.alerts.as_mut().filter(|pane| pane.has_keys) {
            pane.has_keys = false;
            self.settle();
        }
    }

    /// Puts the focus on the account of the chosen alert, also where it is not among the rows: two that look chosen, and
    /// nobody knows which one a key is about.
    fn follow_alert(&mut self) -> bool {
        let Some(id) = self.chosen_alert().map(|alert| alert.account.clone()) else { return false };
        self.focus_account(&id);
        self.focus.account = Some(id);
        true
    }

    /// The alerts of the pane: what presses first, closed ones last.
    pub fn shown_alerts(&self) -> Vec<&Arc<Alert>> {
        let closed_too = self.alerts.is_some_and(|pane| pane.closed_too);
        let mut alerts: Vec<_> = self
            .board
            .alerts()
            .filter(|alert| closed_too || !alert.is_closed())
            .filter(|alert| self.is_for_me(alert))
            .collect();
        alerts.sort_by_cached_key(|alert| alert_place(alert, &self.board, &self.now));
        alerts
    }

    /// The chosen alert of the pane, if keys go to it.
    pub fn chosen_alert(&self) -> Option<&Arc<Alert>> {
        let pane = self.alerts.filter(|pane| pane.has_keys)?;
        self.shown_alerts().get(pane.row).copied()
    }

    /// Whether nothing was ever imported: the screen then says what this is.
    pub fn is_first_run(&self) -> bool {
        self.board.is_empty()
    }

    /// The rows the focus moves through: the focused column, or the list.
    pub fn rows(&self) -> &[super::columns::Row] {
        match self.view {
            View::Board => self.columns.column(self.focus.column_id).shown(),
            View::List { all } => self.columns.list(all).shown(),
            View::Today => self.queue.rows(),
        }
    }

    /// Where an account stands among the rows the focus moves through.
    pub(in crate::tui) fn position(&self, id: &AccountId) -> Option<usize> {
        match self.view {
            View::Board | View::List { .. } => self.columns.position(id, self.rows()),
            View::Today => self.queue.position(id),
        }
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
        self.keep_what_is_read();
        self.reveal();
    }

    /// What is open to be read keeps its row of today, also once it was closed, until one goes on: reading is not
    /// finishing.
    fn keep_what_is_read(&mut self) {
        let read = self.focus.account.clone().filter(|_| self.view == View::Today);
        if self.queue.kept() != read.as_ref() {
            self.release_row();
            self.focus.row = read.as_ref().and_then(|id| self.position(id)).unwrap_or(self.focus.row);
        }
        if let (Some(id), Some(Overlay::Detail(_))) = (read, self.overlay) {
            self.queue.keep(&id);
        }
    }

    /// Lets the row that was kept go where it belongs by now.
    pub(in crate::tui) fn release_row(&mut self) {
        let passes = self.queue.kept().is_some_and(|id| self.columns.shows(id));
        self.queue.release(&self.board, &self.now, passes);
    }

    /// Puts the focus on the account `id`, if it can be seen.
    pub fn focus_account(&mut self, id: &AccountId) {
        if let (View::Board, Some(column_id)) = (self.view, self.columns.column_of(id)) {
            self.focus.column_id = column_id;
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
        if let Some(pane) = self.alerts {
            let last = self.shown_alerts().len().saturating_sub(1);
            self.alerts = Some(Pane { row: pane.row.min(last), ..pane });
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
                self.keep_what_is_read();
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
                let visible = layout::list_rows(self).max(1);
                self.focus.list_top =
                    scrolled(self.focus.list_top, self.focus.row, visible, self.rows().len());
            }
        }
    }

    /// Takes in a new board, of which the focus stays on the same account.
    pub fn take(&mut self, board: Board) {
        let followed = board.entries_since(self.board.seq()).map(|entries| {
            let touched =
                entries.flat_map(|entry| entry.events.iter().filter_map(|event| event.account().cloned()));
            touched.collect::<std::collections::BTreeSet<_>>()
        });
        self.board = board;
        self.count_alerts();
        match followed {
            Some(touched) => {
                self.follow_narrowed(&touched);
                self.settle();
                self.refresh_page();
            }
            None => self.rebuild(self.columns.sort()),
        }
    }

    /// Makes the shelf anew: sorted otherwise, or counted from another day.
    pub fn rebuild(&mut self, sort: Sort) {
        let whose = self.whose();
        (self.columns, self.queue) = arranged(&self.board, &self.now, sort, self.setup.nearness(), whose);
        self.count_alerts();
        if let Some(filter) = &mut self.filter {
            filter.index = Index::new(&self.board, &self.columns);
        }
        self.mine = self.mine.is_some().then(|| self.all_mine());
        self.narrow();
        self.refresh_page();
    }

    /// Time alone opens those that were snoozed.
    fn count_alerts(&mut self) {
        self.open_alerts = self.board.alerts().filter(|alert| alert.is_open(self.now.at)).count();
    }

    /// Asks anew who needs a person: time alone makes some need one.
    pub fn refresh_queue(&mut self) {
        self.count_alerts();
        self.queue = self.new_queue();
        self.narrow_queue();
        self.settle();
        self.refresh_page();
    }

    /// How near `account`'s renewal is.
    pub fn urgency(&self, account: &Account) -> Urgency {
        let open = self
            .columns
            .column_of(&account.id)
            .is_some_and(|column_id| self.stage(column_id).is_none_or(|stage| stage.phase != Phase::Closed));
        match account.next_renewal(self.now.today()).map(|date| self.now.days_until(date)) {
            Some(days) if open && days <= self.setup.urgent_days => Urgency::Urgent,
            Some(days) if open && days <= self.setup.soon_days => Urgency::Soon,
            Some(_) | None => Urgency::Calm,
        }
    }

    /// The stage a column stands for.
    pub fn stage(&self, column_id: ColumnId) -> Option<&crate::state::Stage> {
        match column_id {
            ColumnId::Unmapped => None,
            ColumnId::Stage(position) => self.board.pipeline().stages().get(position),
        }
    }
}

/// Everyone in order, and who needs a person. Either takes a look at every account.
fn arranged(
    board: &Board,
    now: &Now,
    sort: Sort,
    nearness: RenewalThresholds,
    whose: Option<Arc<str>>,
) -> (Columns, TodayQueue) {
    parallel::join(|| Columns::new(board, now, sort), || TodayQueue::new(board, now, nearness, whose))
}

/// How near a renewal is, where it matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Urgency {
    /// Not near, unknown, or onboarding is over.
    Calm,
    /// Near.
    Soon,
    /// Very near.
    Urgent,
}

/// The first visible row of `len`, of which `visible` fit, so that `row` is among them: moved no further than needed.
pub(in crate::tui) fn scrolled(top: usize, row: usize, visible: usize, len: usize) -> usize {
    let top = top.min(len.saturating_sub(visible));
    if row < top { row } else { top.max((row + 1).saturating_sub(visible)) }
}
