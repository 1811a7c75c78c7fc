//! The week in numbers on the screen: what is asked, and the answers, once they are there.

pub mod charts;

use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;

use chrono::NaiveDate;

use crate::insights::flow::{Flow, standing_on};
use crate::insights::forecast::{ForecastMonth, MonthBoards};
use crate::insights::report::{Section, SectionCell, SectionColumn};
use crate::insights::stays::{OpenStay, StageStays};
use crate::insights::window::{CountedDays, WindowStep};
use crate::insights::{Insights, InsightsQuestion};
use crate::playbook::Playbooks;
use crate::prose::dates;
use crate::query::{Query, QueryContext};
use crate::state::query::attention::AttentionRules;
use crate::state::query::forecast::RiskWeights;
use crate::state::{Account, AccountId, Board, Currency, Now, Seq};
use crate::text;
use crate::tui::model::insights::charts::PageChart;

/// What is asked.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct InsightsScope {
    /// How many windows back; the latest one ends today.
    pub back: u32,
    pub step: WindowStep,
    pub whose: CountedOwner,
    /// Which accounts, as a query; everybody where it is empty.
    pub query: String,
}

/// Whose accounts are counted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum CountedOwner {
    #[default]
    Everybody,
    Nobody,
    Of(Arc<str>),
}

impl InsightsScope {
    /// The days that are asked about on the day `today`.
    pub fn window(&self, today: NaiveDate) -> CountedDays {
        let latest = CountedDays::usual(today, self.step);
        (0..self.back).fold(latest, |days, _| days.usual_before())
    }

    /// The same in words: `21 Oct to 15 Dec, by week · dan · plan:startup`.
    pub fn words(&self, now: &Now) -> String {
        let window = self.window(now.today());
        let [first, last] = [window.first(), window.last()].map(|day| dates::short_day(now, day));
        let mut words = format!("{first} to {last}, by {}", window.step());
        match &self.whose {
            CountedOwner::Everybody => {}
            CountedOwner::Nobody => words += " · no owner",
            CountedOwner::Of(name) => words.extend([" · ", name]),
        }
        if !self.query.is_empty() {
            words.extend([" · ", &self.query]);
        }
        words
    }
}

/// What was asked of which board on which day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AskedInsights {
    pub scope: InsightsScope,
    pub seq: Seq,
    pub today: NaiveDate,
    /// Whether the boards of the month are at hand whose forecast is looked at again.
    pub has_month: bool,
}

/// What the screen keeps of it.
#[derive(Clone, Debug, Default)]
pub struct InsightsState {
    pub scope: InsightsScope,
    /// The answers that came last.
    pub pages: Option<Arc<InsightsPages>>,
    /// The boards of the month that was read last, the month that is being read, and the one that could not be read, and why.
    pub month: Option<Arc<MonthBoards>>,
    pub month_asked: Option<ForecastMonth>,
    pub month_unread: Option<(ForecastMonth, String)>,
}

/// The answers, section by section.
#[derive(Clone, Debug)]
pub struct InsightsPages {
    pub asked: AskedInsights,
    pub sections: Vec<Section>,
    /// How each of them is drawn.
    pub charts: Vec<PageChart>,
    /// How wide each of its columns is, in cells.
    pub widths: Vec<Vec<usize>>,
    /// How many accounts stand behind a number that counts some more than once: by section, row and column.
    pub distinct: BTreeMap<(usize, usize, usize), usize>,
    /// How long everybody stays, in the order of the pipeline: the rows of its section.
    pub stays: Vec<StageStays>,
    /// How long 95 of 100 open accounts have been where they are at most, in minutes.
    pub usual_stay: i64,
    pub flow: Flow,
    /// How many accounts were looked at.
    pub accounts: usize,
}

/// A number or a dot that can be chosen, with what stands behind it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ChosenNumber<'a> {
    /// The number in that column of the table, and whose it is.
    Cell(usize, &'a [AccountId]),
    /// The same, where it is looked for only when it is opened whose it is.
    Count(usize, usize),
    /// An open account, and how long it has been where it is.
    Dot(&'a OpenStay),
    /// The account that the row is about.
    Row(AccountId),
}

impl ChosenNumber<'_> {
    pub fn is_empty(&self) -> bool {
        matches!(self, Self::Cell(_, []) | Self::Count(_, 0))
    }

    /// The accounts behind it, each once, in their order; no more than `most`.
    pub fn accounts(&self, most: usize) -> Vec<AccountId> {
        let mut known = HashSet::new();
        let (several, one) = match self {
            Self::Cell(_, accounts) => (*accounts, None),
            Self::Count(..) => (&[][..], None),
            Self::Dot(stay) => (&[][..], Some(&stay.account)),
            Self::Row(account) => (&[][..], Some(account)),
        };
        several.iter().chain(one).filter(|id| known.insert(*id)).take(most).cloned().collect()
    }

    /// The column of the table it stands in.
    pub fn column(&self) -> Option<usize> {
        match self {
            Self::Cell(column, _) | Self::Count(column, _) => Some(*column),
            Self::Dot(_) | Self::Row(_) => None,
        }
    }
}

/// The id of the section with a dot for each open account, and of those whose rows are accounts.
pub const STAYS: &str = "stays";
pub const AGEING: &str = "ageing";
pub const FORCED: &str = "forced";
/// The id of the section with a chart of the days.
pub const STANDING: &str = "standing";
/// The id of the section for which boards of a month are read.
pub const FORECAST: &str = "forecast";

impl InsightsPages {
    /// How many rows there are over all sections: one of each at least, so that every section can be gone to.
    pub fn rows(&self) -> usize {
        self.sections.iter().map(rows_of).sum()
    }

    /// The section that the row at `at` of all belongs to, and which of its rows that is.
    pub fn place(&self, at: usize) -> (usize, usize) {
        let mut row = at;
        for (place, section) in self.sections.iter().enumerate() {
            match row.checked_sub(rows_of(section)) {
                Some(left) if place + 1 < self.sections.len() => row = left,
                _ => return (place, row.min(rows_of(section) - 1)),
            }
        }
        (0, 0)
    }

    /// Which of all rows is the first one of the section at `place`.
    pub fn first_of(&self, place: usize) -> usize {
        self.sections.iter().take(place).map(rows_of).sum()
    }

    /// Where the row at `at` of `was` stands among these: the same row of the same section, as far as there is one.
    pub fn place_again(&self, was: &Self, at: usize) -> usize {
        let (place, row) = was.place(at);
        let id = was.sections.get(place).map(|section| section.id);
        let place = self.sections.iter().position(|section| Some(section.id) == id).unwrap_or(0);
        let last = self.sections.get(place).map_or(0, |section| rows_of(section) - 1);
        self.first_of(place) + row.min(last)
    }

    /// What can be chosen in a row of a section, from the left.
    pub fn numbers(&self, place: usize, row: usize) -> impl Iterator<Item = ChosenNumber<'_>> {
        let section = self.sections.get(place);
        let is = |id: &str| section.is_some_and(|section| section.id == id);
        let cells = section.and_then(|section| section.rows.get(row)).map_or(&[][..], Vec::as_slice);
        let of_row = match cells.get(1) {
            Some(SectionCell::Text(id)) if is(AGEING) || is(FORCED) => {
                Some(ChosenNumber::Row(AccountId::new(id)))
            }
            _ => None,
        };
        let cells = if of_row.is_some() { &[] } else { cells };
        let cells = cells.iter().enumerate().filter_map(|(column, cell)| match cell {
            SectionCell::Accounts(accounts) => Some(ChosenNumber::Cell(column, accounts)),
            SectionCell::Count(count) => Some(ChosenNumber::Count(column, *count)),
            _ => None,
        });
        let dots = self.stays.get(row).filter(|_| is(STAYS));
        // On the axis, the youngest stands first.
        let dots = dots.into_iter().flat_map(|stays| stays.open.iter().rev().map(ChosenNumber::Dot));
        of_row.into_iter().chain(cells).chain(dots)
    }

    /// The number at `column` of those that can be chosen in a row, or the last one.
    pub fn chosen(&self, place: usize, row: usize, column: usize) -> Option<ChosenNumber<'_>> {
        let last = self.numbers(place, row).count().checked_sub(1)?;
        self.numbers(place, row).nth(column.min(last))
    }

    /// What the row is called.
    pub fn label(&self, place: usize, row: usize) -> String {
        let cells = self.sections.get(place).and_then(|section| section.rows.get(row));
        cells.and_then(|cells| cells.first()).map_or_else(String::new, SectionCell::short)
    }

    /// What a chosen number is called: the title of its column, or what it is.
    pub fn title_of(&self, place: usize, number: &ChosenNumber<'_>) -> String {
        match number {
            ChosenNumber::Cell(column, _) | ChosenNumber::Count(column, _) => {
                let column = self.sections.get(place).and_then(|section| section.columns.get(*column));
                column.map_or_else(String::new, |column| column.title.clone())
            }
            ChosenNumber::Dot(stay) => SectionCell::Minutes(Some(stay.minutes)).words(),
            ChosenNumber::Row(_) => {
                let section = self.sections.get(place);
                section.map_or_else(String::new, |section| section.title.to_lowercase())
            }
        }
    }
}

/// How many rows of the screen a section has.
fn rows_of(section: &Section) -> usize {
    section.rows.len().max(1)
}

/// See [`InsightsPages::usual_stay`].
fn usual_stay(stays: &[StageStays]) -> i64 {
    let mut open: Vec<i64> = stays.iter().flat_map(|stays| &stays.open).map(|stay| stay.minutes).collect();
    open.sort_unstable();
    open.get((open.len() * 95 / 100).min(open.len().saturating_sub(1))).copied().unwrap_or(0)
}

/// The numbers to be worked out.
pub struct InsightsJob {
    pub asked: AskedInsights,
    pub board: Board,
    pub now: Now,
    pub playbooks: Arc<Playbooks>,
    pub rules: AttentionRules,
    pub me: Arc<str>,
    pub currency: Currency,
    /// The boards of the month whose forecast is looked at again, if they are at hand.
    pub month: Option<Arc<MonthBoards>>,
    pub weights: RiskWeights,
}

impl InsightsJob {
    pub fn run(self) -> InsightsPages {
        let window = self.asked.scope.window(self.asked.today);
        let (board, month) = (&self.board, self.month.as_deref());
        let question = InsightsQuestion { board, now: self.now, window, month, weights: self.weights };
        let accounts = self.counted();
        let count = accounts.len();
        let insights = Insights::of(&question, accounts);
        let mut sections = insights.sections(board, &self.playbooks.team.roster, &self.now);
        // A table of zeros says less than a word.
        sections.iter_mut().filter(|section| section.says_nothing()).for_each(|section| section.rows.clear());
        InsightsPages {
            charts: sections.iter().map(PageChart::of).collect(),
            widths: sections.iter().map(|section| widths(section, &self.now)).collect(),
            distinct: distinct(&sections),
            sections,
            usual_stay: usual_stay(&insights.stays),
            stays: insights.stays,
            flow: insights.flow,
            accounts: count,
            asked: self.asked,
        }
    }

    /// Who stood in `bucket` at the end of `day`.
    pub fn standing(&self, day: NaiveDate, bucket: &str) -> Vec<AccountId> {
        let window = self.asked.scope.window(self.asked.today);
        let (board, now) = (&self.board, self.now);
        let question = InsightsQuestion { board, now, window, month: None, weights: self.weights };
        standing_on(&question, self.counted(), day, bucket)
    }

    /// The accounts that are asked about.
    fn counted(&self) -> Vec<&Account> {
        let Self { asked, board, now, playbooks, rules, me, currency, .. } = self;
        let scope = &asked.scope;
        let context = QueryContext {
            board,
            now: *now,
            me,
            rules,
            currency: *currency,
            retired: &playbooks.team.retired_segments,
            marked: None,
        };
        // What is no query was said when it was typed.
        let query = Query::parse(&scope.query, &context).unwrap_or_else(|_| Query::nobody());
        let roster = &playbooks.team.roster;
        let is_counted = |account: &&Account| {
            let is_theirs = match &scope.whose {
                CountedOwner::Everybody => true,
                CountedOwner::Nobody => account.owner().is_none(),
                CountedOwner::Of(name) => account.owner().is_some_and(|owner| roster.is_same(owner, name)),
            };
            is_theirs && (scope.query.is_empty() || query.means(account, &context))
        };
        board.accounts().map(|account| &**account).filter(is_counted).collect()
    }
}

/// A cell as the screen says it: days as people say them.
pub fn shown(cell: &SectionCell, now: &Now) -> String {
    match cell {
        SectionCell::Date(day) => dates::short_day(now, *day),
        cell => cell.short(),
    }
}

/// The cells of each column of `section`.
fn widths(section: &Section, now: &Now) -> Vec<usize> {
    let of = |(at, column): (usize, &SectionColumn)| {
        let cells = section.rows.iter().filter_map(|row| row.get(at));
        let words = cells.map(|cell| text::width(&shown(cell, now)));
        words.chain([text::width(&column.title)]).max().unwrap_or(0)
    };
    section.columns.iter().enumerate().map(of).collect()
}

/// See [`InsightsPages::distinct`].
fn distinct(sections: &[Section]) -> BTreeMap<(usize, usize, usize), usize> {
    let mut distinct = BTreeMap::new();
    for (place, section) in sections.iter().enumerate() {
        for (row, cells) in section.rows.iter().enumerate() {
            for (column, cell) in cells.iter().enumerate() {
                let SectionCell::Accounts(accounts) = cell else { continue };
                let once: HashSet<&AccountId> = accounts.iter().collect();
                if once.len() < accounts.len() {
                    distinct.insert((place, row, column), once.len());
                }
            }
        }
    }
    distinct
}
