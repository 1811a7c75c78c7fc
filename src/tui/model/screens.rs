//! The screens that can be opened over the board, such as the forecast.
//!
//! A screen is a variant of [`ScreenRows`], and `screens/<name>.rs` for what it shows, what its keys do and how it looks.
//! Its rows are worked out when it is opened and when the board changes under it, never for a frame.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use strum::{EnumDiscriminants, VariantArray};

use crate::playbook::{Origin, Ternary, Verdict};
use crate::sources::SourceStatus;
use crate::sources::receiver::ReceiverStatus;
use crate::state::query::forecast::{Amounts, ForecastRow};
use crate::state::{AccountId, Currency, MoneySum, UnmatchedSignal};
use crate::text;
use crate::tui::model::activity::Activity;
use crate::tui::model::filter::Filter;
use crate::tui::model::focus::{Focus, Overlay, View, scrolled};
use crate::tui::model::insights::InsightsPages;

/// `ScreenId` has the same variants without the rows.
#[derive(Clone, Debug, EnumDiscriminants)]
#[strum_discriminants(name(ScreenId), derive(PartialOrd, Ord, Hash, VariantArray))]
pub enum ScreenRows {
    Playbooks(Vec<PlaybookRow>),
    Explain(Vec<ExplainRow>),
    Forecast(ForecastTable),
    Unmatched(Vec<Arc<UnmatchedSignal>>),
    Activity(Activity),
    Sources(Vec<SourceRow>),
    /// Nothing until they are counted.
    Insights(Option<Arc<InsightsPages>>),
}

impl ScreenId {
    /// In the order of their tables in `keymap.toml`, and of the help.
    pub const ALL: &[Self] = Self::VARIANTS;

    /// The name of its table in `keymap.toml` and of the action that shows it, and what the help says of that action.
    fn names(self) -> (&'static str, &'static str) {
        match self {
            Self::Playbooks => ("playbooks", "Show the playbooks"),
            Self::Explain => ("explain", "Explain the playbooks for this account"),
            Self::Forecast => ("forecast", "Show the forecast"),
            Self::Unmatched => ("unmatched", "Show unmatched signals"),
            Self::Activity => ("activity", "Show who did what, to undo and redo"),
            Self::Sources => ("sources", "Show the live sources"),
            Self::Insights => ("insights", "Show the week in numbers"),
        }
    }

    pub fn name(self) -> &'static str {
        self.names().0
    }

    pub fn help(self) -> &'static str {
        self.names().1
    }

    /// Whether its rows are short enough for what is said about the chosen one to stand beside them on a wide screen.
    pub(in crate::tui) fn has_room_beside(self) -> bool {
        match self {
            Self::Unmatched | Self::Activity => true,
            Self::Playbooks | Self::Explain | Self::Forecast | Self::Sources | Self::Insights => false,
        }
    }

    /// How many of the `height` lines of the screen say more about the chosen row, under its `rows`; what is said of any
    /// takes `most` lines at most. Whatever the rows leave is for that, so that it stands right under them.
    fn detail_lines(self, height: u16, rows: usize, most: u16) -> u16 {
        let left = height.saturating_sub(u16::try_from(rows + 2).unwrap_or(u16::MAX));
        match self {
            Self::Playbooks if height >= 12 => (height / 2).min(14).max(left),
            Self::Explain if height >= 12 => (height / 2).min(most).max(left),
            // They show the accounts behind its numbers.
            Self::Forecast if height >= 12 => left.max(3),
            Self::Unmatched if height >= 9 => height.saturating_mul(3).div_euclid(5).min(20).max(left),
            Self::Activity if height >= 12 => (height / 3).clamp(4, 9),
            Self::Sources if height >= 12 => (height / 2).min(10).max(left),
            Self::Playbooks
            | Self::Explain
            | Self::Forecast
            | Self::Unmatched
            | Self::Activity
            | Self::Sources
            | Self::Insights => 0,
        }
    }
}

impl ScreenRows {
    /// What each row is known by when the rows are worked out anew.
    fn ids(&self) -> Vec<&str> {
        match self {
            Self::Playbooks(rows) => rows.iter().map(|row| &*row.id).collect(),
            Self::Explain(rows) => rows.iter().map(|row| &*row.id).collect(),
            Self::Forecast(table) => table.lines.iter().map(|line| &*line.name).collect(),
            Self::Unmatched(signals) => signals.iter().map(|it| it.signal.id.as_str()).collect(),
            Self::Sources(rows) => rows.iter().map(|row| &*row.name).collect(),
            // They are many, and have numbers.
            Self::Activity(_) | Self::Insights(_) => Vec::new(),
        }
    }

    pub fn len(&self) -> usize {
        match self {
            Self::Playbooks(rows) => rows.len(),
            Self::Explain(rows) => rows.len(),
            Self::Forecast(table) => table.lines.len(),
            Self::Unmatched(signals) => signals.len(),
            Self::Activity(activity) => activity.len(),
            Self::Sources(rows) => rows.len(),
            Self::Insights(pages) => pages.as_ref().map_or(0, |pages| pages.rows()),
        }
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// How many lines of `width` cells say all about the row at `at`, with a rule over them: no row is hidden for a line
    /// that would stay blank.
    fn detail_lines(&self, at: usize, width: u16) -> u16 {
        let Self::Explain(rows) = self else { return u16::MAX };
        let lines = rows.get(at).map_or(0, |row| row.lines(width.saturating_sub(2).into()));
        u16::try_from(1 + lines).unwrap_or(u16::MAX)
    }

    pub fn position(&self, id: &str) -> Option<usize> {
        self.ids().iter().position(|known| *known == id)
    }
}

/// A live source, or a receiver.
#[derive(Clone, Debug)]
pub struct SourceRow {
    pub name: Arc<str>,
    pub kind: &'static str,
    /// When it was read last, by whomever, or something was delivered last.
    pub read_at: Option<DateTime<Utc>>,
    /// How many signals and accounts came from it.
    pub taken: u64,
    /// How many of its signals wait for an account.
    pub unmatched: usize,
    pub how: SourceTransport,
}

/// How something comes from a source.
#[derive(Clone, Debug)]
pub enum SourceTransport {
    /// It is read; whether all of it is, each time.
    Pulled { status: SourceStatus, is_whole: bool },
    /// It is delivered by somebody, to this path.
    Delivered { status: ReceiverStatus, by: &'static str, path: Arc<str> },
}

/// A playbook, the accounts it would act on, and what it did.
#[derive(Clone, Debug)]
pub struct PlaybookRow {
    pub id: Arc<str>,
    pub title: Arc<str>,
    pub on: bool,
    /// Whether the team's file switches it off, so that no key switches it on.
    pub off_in_file: bool,
    pub origin: Origin,
    /// Whether time sets it off.
    pub timed: bool,
    /// What sets it off, in words.
    pub trigger: String,
    /// What must hold, in words; empty where nothing must.
    pub requires: String,
    /// What it does, in words.
    pub does: String,
    /// All three in one sentence.
    pub rule: String,
    /// How many accounts it would act on: now, where time sets it off, else if that happened to them.
    pub accounts: usize,
    /// How many of those are off the board.
    pub off_board: usize,
    /// The first of them, in the board's order.
    pub names: Vec<String>,
    /// How often it ran, as far as the board remembers.
    pub runs: usize,
    /// Newest first.
    pub recent_runs: Vec<RecentRun>,
}

#[derive(Clone, Debug)]
pub struct RecentRun {
    pub at: DateTime<Utc>,
    /// The account's name.
    pub name: String,
    /// What it did, in words.
    pub words: String,
}

/// What a playbook makes of the account.
#[derive(Clone, Debug)]
pub struct ExplainRow {
    pub id: Arc<str>,
    pub title: Arc<str>,
    pub verdict: Verdict,
    /// The verdict in a sentence: `will move it to 3a when they reply`.
    pub sentence: String,
    /// The same with what it waits for, or what stands in its way, first: `Until they reply; then move it to 3a`.
    pub reason: String,
    pub conditions: Vec<(Ternary, String)>,
    /// What it did for the account, and when the clock next sets it off.
    pub besides: Vec<String>,
}

impl ExplainRow {
    /// How many lines of `width` cells it takes to say all of it.
    fn lines(&self, width: usize) -> usize {
        // Before a condition stands how it is met.
        let lines = |words: &str, before| text::wrapped(&text::clean(words), width, before).len();
        let conditions = self.conditions.iter().map(|(_, words)| lines(words, 4));
        let besides = self.besides.iter().map(|words| lines(words, 2));
        lines(&self.title, 0) + lines(&self.sentence, 0) + conditions.chain(besides).sum::<usize>()
    }
}

/// The forecast.
#[derive(Clone, Debug)]
pub struct ForecastTable {
    pub lines: Vec<ForecastLine>,
    /// What was refunded this month, per currency.
    pub refunded: Vec<MoneySum>,
}

#[derive(Clone, Debug)]
pub struct ForecastLine {
    /// Nothing where no amount is known.
    pub currency: Option<Currency>,
    pub kind: ForecastLineKind,
    /// Its currency and stage in short, or what the line is otherwise.
    pub name: String,
    /// As it stands in the table.
    pub label: String,
    pub amounts: Amounts,
    /// Those of its accounts that bring most.
    pub largest: Vec<AccountId>,
    /// The same by their upcoming invoices.
    pub largest_invoices: Vec<AccountId>,
}

/// What a line of the forecast adds up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ForecastLineKind {
    /// All that is open, or all that is won, in one currency.
    Group,
    /// The accounts that stand somewhere.
    Row(ForecastRow),
    /// What is open and what is won.
    Total,
    /// The accounts of which no amount is known.
    Unknown,
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
    pub id: ScreenId,
    /// The account it is about, where it is about one.
    pub about: Option<AccountId>,
    pub rows: ScreenRows,
    /// The chosen row.
    pub row: usize,
    /// The first visible row.
    pub top: usize,
    /// The chosen number of the row, in the forecast.
    pub column: usize,
}

impl ScreenState {
    /// Puts new rows in. The chosen row stays chosen, wherever it is now.
    pub(in crate::tui) fn replace_rows(&mut self, rows: ScreenRows) {
        let chosen = match (&self.rows, &rows) {
            (ScreenRows::Activity(was), ScreenRows::Activity(is)) => {
                was.seq(self.row).map(|seq| is.position(seq))
            }
            (ScreenRows::Insights(Some(was)), ScreenRows::Insights(Some(is))) => {
                Some(is.place_again(was, self.row))
            }
            // Until they are counted again, one is where one was.
            (ScreenRows::Insights(_), ScreenRows::Insights(_)) => Some(self.row),
            _ => self.rows.ids().get(self.row).and_then(|id| rows.position(id)),
        };
        (self.row, self.rows) = (chosen.unwrap_or(self.row), rows);
    }

    /// The chosen playbook.
    pub fn playbook_row(&self) -> Option<&PlaybookRow> {
        let ScreenRows::Playbooks(rows) = &self.rows else { return None };
        rows.get(self.row)
    }

    /// What the chosen playbook makes of the account.
    pub fn explained(&self) -> Option<&ExplainRow> {
        let ScreenRows::Explain(rows) = &self.rows else { return None };
        rows.get(self.row)
    }

    /// The chosen unmatched signal.
    pub fn unmatched(&self) -> Option<&Arc<UnmatchedSignal>> {
        let ScreenRows::Unmatched(signals) = &self.rows else { return None };
        signals.get(self.row)
    }

    /// The log, where it is open.
    pub fn activity(&self) -> Option<&Activity> {
        if let ScreenRows::Activity(activity) = &self.rows { Some(activity) } else { None }
    }

    /// How many of the lines of the screen, which has so many cells and lines, say more about the chosen row, under the rows.
    pub fn detail_lines(&self, (width, height): (u16, u16)) -> u16 {
        self.id.detail_lines(height, self.rows.len(), self.rows.detail_lines(self.row, width))
    }

    /// The first of the rows to draw where `visible` fit, so that the chosen one is among them.
    pub fn first(&self, visible: usize) -> usize {
        scrolled(self.top, self.row, visible.max(1), self.rows.len())
    }
}

/// What was on the screen before something was opened over it.
#[derive(Clone, Debug)]
pub struct HistoryStep {
    pub overlay: Option<Overlay>,
    pub screen: Option<ScreenState>,
    /// What lay under the screen, if it was left for a list of accounts.
    pub under: Option<UnderScreen>,
}

#[derive(Clone, Debug)]
pub struct UnderScreen {
    pub view: View,
    pub focus: Focus,
    pub filter: Option<Filter>,
}
