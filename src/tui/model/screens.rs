//! The screens of their own that lie over the board.
//!
//! A screen is a variant of [`ScreenId`] and of [`ScreenRows`], `update/<name>.rs` for what it shows and what its keys
//! do, and `view/<name>.rs` for how it looks. What a screen shows is worked out when it is opened and when the board
//! changes under it, never for a frame.

use std::sync::Arc;

use chrono::{DateTime, Utc};

use crate::playbook::{Origin, Ternary, Verdict};
use crate::state::query::forecast::Amounts;
use crate::state::{AccountId, Currency, UnmatchedSignal};
use crate::tui::input::action::Action;
use crate::tui::model::focus::scrolled;

/// A key worth naming at the foot of a screen, and what it does there.
pub type Hint = (Action, &'static str);

/// A screen of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ScreenId {
    /// What happens by itself: one row per playbook.
    Playbooks,
    /// What the playbooks make of one account: one row per playbook.
    Explain,
    /// What is expected to come in: one row per currency and stage, and their totals.
    Forecast,
    /// Signals that fit no account, or several: one row per signal.
    Unmatched,
}

impl ScreenId {
    /// In the order of their tables in `keymap.toml`.
    pub const ALL: &[Self] = &[Self::Playbooks, Self::Explain, Self::Forecast, Self::Unmatched];

    /// Its table's name in `keymap.toml`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Playbooks => "playbooks",
            Self::Explain => "explain",
            Self::Forecast => "forecast",
            Self::Unmatched => "unmatched",
        }
    }

    /// The keys that matter there, the most useful first.
    pub fn hints(self) -> &'static [Hint] {
        match self {
            Self::Playbooks => &[
                (Action::Clear, "Back"),
                (Action::Switch, "Turn on or off"),
                (Action::Open, "Accounts"),
                (Action::Undo, "Undo"),
                (Action::Help, "Help"),
            ],
            Self::Explain => &[
                (Action::Clear, "Back"),
                (Action::FocusDown, "Down"),
                (Action::FocusUp, "Up"),
                (Action::Open, "Playbook"),
                (Action::Help, "Help"),
            ],
            Self::Forecast => &[
                (Action::Clear, "Back"),
                (Action::Open, "Accounts"),
                (Action::FocusRight, "Right"),
                (Action::FocusLeft, "Left"),
                (Action::FocusDown, "Down"),
                (Action::FocusUp, "Up"),
                (Action::Help, "Help"),
            ],
            Self::Unmatched => &[
                (Action::Clear, "Back"),
                (Action::Open, "Assign to?"),
                (Action::Pick, "Assign"),
                (Action::Dismiss, "Dismiss"),
                (Action::Undo, "Undo"),
                (Action::Help, "Help"),
            ],
        }
    }

    /// How many of the `height` lines of the screen say more about the chosen row, under the rows.
    pub fn detail_lines(self, height: u16) -> u16 {
        match self {
            Self::Playbooks if height >= 12 => (height / 2).min(14),
            Self::Explain if height >= 12 => height.saturating_mul(3).div_euclid(5).min(16),
            Self::Forecast if height >= 12 => 2,
            Self::Unmatched if height >= 9 => height.saturating_mul(3).div_euclid(5).min(20),
            Self::Playbooks | Self::Explain | Self::Forecast | Self::Unmatched => 0,
        }
    }

    fn empty(self) -> ScreenRows {
        match self {
            Self::Playbooks => ScreenRows::Playbooks(Vec::new()),
            Self::Explain => ScreenRows::Explain(Vec::new()),
            Self::Forecast => ScreenRows::Forecast(Vec::new()),
            Self::Unmatched => ScreenRows::Unmatched(Vec::new()),
        }
    }
}

#[derive(Clone, Debug)]
pub enum ScreenRows {
    Playbooks(Vec<PlaybookRow>),
    Explain(Vec<ExplainRow>),
    Forecast(Vec<ForecastLine>),
    Unmatched(Vec<Arc<UnmatchedSignal>>),
}

impl ScreenRows {
    pub fn screen(&self) -> ScreenId {
        match self {
            Self::Playbooks(_) => ScreenId::Playbooks,
            Self::Explain(_) => ScreenId::Explain,
            Self::Forecast(_) => ScreenId::Forecast,
            Self::Unmatched(_) => ScreenId::Unmatched,
        }
    }

    pub fn len(&self) -> usize {
        match self {
            Self::Playbooks(rows) => rows.len(),
            Self::Explain(rows) => rows.len(),
            Self::Forecast(lines) => lines.len(),
            Self::Unmatched(signals) => signals.len(),
        }
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// What a row is known by when the rows are worked out anew.
    fn key(&self, row: usize) -> Option<RowKey<'_>> {
        Some(match self {
            Self::Playbooks(rows) => RowKey::Id(&rows.get(row)?.id),
            Self::Explain(rows) => RowKey::Id(&rows.get(row)?.id),
            Self::Forecast(lines) => {
                let line = lines.get(row)?;
                RowKey::Line(line.currency, &line.label)
            }
            Self::Unmatched(signals) => RowKey::Id(signals.get(row)?.signal.id.as_str()),
        })
    }

    /// Where the row stands that `old` has at `row`; nothing when it is gone.
    pub fn place_of(&self, old: &Self, row: usize) -> Option<usize> {
        let key = old.key(row).filter(|_| self.screen() == old.screen())?;
        (0..self.len()).find(|row| self.key(*row).as_ref() == Some(&key))
    }
}

#[derive(PartialEq, Eq)]
enum RowKey<'a> {
    Id(&'a str),
    Line(Option<Currency>, &'a str),
}

/// A playbook, whom it would touch, and what it did.
#[derive(Clone, Debug)]
pub struct PlaybookRow {
    pub id: Arc<str>,
    /// What people call it.
    pub title: Arc<str>,
    /// Whether it is on.
    pub on: bool,
    /// Whether the team's file switches it off, so that no key switches it on.
    pub off_in_file: bool,
    pub origin: Origin,
    /// Whether time sets it off.
    pub timed: bool,
    /// What sets it off, in words.
    pub trigger: String,
    /// What it does, in words.
    pub does: String,
    /// How many accounts it would touch: now, where time sets it off, else if that happened to them.
    pub reach: usize,
    /// The first of them by name, in the board's order.
    pub names: Vec<String>,
    /// How often it ran, as far as the board remembers.
    pub did: usize,
    /// What it did last, newest first.
    pub lately: Vec<RecentRun>,
}

/// What a playbook did once.
#[derive(Clone, Debug)]
pub struct RecentRun {
    pub at: DateTime<Utc>,
    /// For whom.
    pub name: String,
    /// What, in words.
    pub words: String,
}

/// What a playbook makes of the account.
#[derive(Clone, Debug)]
pub struct ExplainRow {
    pub id: Arc<str>,
    /// What people call it.
    pub title: Arc<str>,
    /// What it makes of the account.
    pub verdict: Verdict,
    /// The same in a sentence: `will move it to 3a when they reply`.
    pub sentence: String,
    /// Every condition: whether it holds, and how it stands.
    pub conditions: Vec<(Ternary, String)>,
    /// What it did for the account, and when the clock next sets it off.
    pub besides: Vec<String>,
}

/// A line of the forecast.
#[derive(Clone, Debug)]
pub struct ForecastLine {
    /// The currency; nothing where no amount is known.
    pub currency: Option<Currency>,
    /// Its currency and stage in short, or what the line is otherwise.
    pub name: String,
    /// The same at length.
    pub label: String,
    /// Whether it adds up others.
    pub is_total: bool,
    /// What is expected, and of whom.
    pub amounts: Amounts,
}

impl ForecastLine {
    /// The accounts behind the number in `column`, counted from the left.
    pub fn accounts(&self, column: usize) -> &[AccountId] {
        match column {
            0 => &self.amounts.accounts,
            1 | 2 => &self.amounts.forecasted.accounts,
            _ => &self.amounts.upcoming.accounts,
        }
    }
}

/// An open screen: what it shows, and where the person is in it.
#[derive(Clone, Debug)]
pub struct ScreenState {
    /// The chosen row.
    pub row: usize,
    /// The first visible row.
    pub top: usize,
    /// The chosen number of the row, in the forecast.
    pub column: usize,
    /// Whom it is about, where it is about one account.
    pub about: Option<AccountId>,
    /// Its rows.
    pub rows: ScreenRows,
}

impl ScreenState {
    /// `screen`, with nothing worked out yet.
    pub(in crate::tui) fn new(screen: ScreenId, about: Option<AccountId>) -> Self {
        Self { row: 0, top: 0, column: 0, about, rows: screen.empty() }
    }

    /// Which screen it is.
    pub fn screen(&self) -> ScreenId {
        self.rows.screen()
    }

    /// The chosen playbook.
    pub fn playbook_row(&self) -> Option<&PlaybookRow> {
        let ScreenRows::Playbooks(playbook_rows) = &self.rows else { return None };
        playbook_rows.get(self.row)
    }

    /// What the chosen playbook makes of the account.
    pub fn explained(&self) -> Option<&ExplainRow> {
        let ScreenRows::Explain(explained) = &self.rows else { return None };
        explained.get(self.row)
    }

    /// The chosen signal.
    pub fn waiting(&self) -> Option<&Arc<UnmatchedSignal>> {
        let ScreenRows::Unmatched(waiting) = &self.rows else { return None };
        waiting.get(self.row)
    }

    /// Whether `action` is worth a hint: not what is about a row where there is none, or picks where nobody is to be
    /// picked from.
    pub(in crate::tui) fn offers(&self, action: Action) -> bool {
        match action {
            Action::Pick => self.waiting().is_some_and(|waiting| !waiting.candidates.is_empty()),
            Action::Clear | Action::Undo | Action::Help => true,
            _ => !self.rows.is_empty(),
        }
    }

    /// The first of the rows to draw where `visible` fit, so that the chosen one is among them.
    pub fn first(&self, visible: usize) -> usize {
        scrolled(self.top, self.row, visible.max(1), self.rows.len())
    }
}
