//! Which chart goes with which section.

use crate::insights::report::{Section, SectionCell};
use crate::insights::retention::SHOULD_STAY;

/// How a section is drawn beside its numbers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PageChart {
    /// Numbers alone.
    Table,
    /// A bar a row, made of parts.
    Parts { parts: Vec<BarPart>, scale: PartScale },
    /// A bar beside the number in each of these columns. As long as the row's number in `whole` where there is one, else as the
    /// greatest of all.
    Columns { columns: Vec<usize>, whole: Option<usize> },
    /// A dot for each open account, by the days it has been there.
    Dots,
    /// A bar of days, with a mark where others stand.
    Days { value: usize, mark: usize },
    /// A bar of a share in percent, with a mark where another one stands.
    Percent { value: usize, mark: usize },
    /// Bands of who stood where, day by day, over the table.
    Bands,
}

/// How long a bar of parts is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PartScale {
    /// As all it counts.
    Count,
    /// All of it is 100 %, of which the first part should be so much.
    Share { goal: u64 },
}

/// A part of a bar.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BarPart {
    /// What it adds up: numbers in these columns, less those in `without`.
    pub columns: Vec<usize>,
    pub without: Vec<usize>,
    /// What the legend calls it.
    pub word: &'static str,
    pub meaning: PartMeaning,
}

/// What a part of a bar says of the accounts in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PartMeaning {
    /// It has the hue of the row's phase.
    Phase,
    Over,
    Good,
    Late,
    Bad,
    Aside,
}

impl PageChart {
    /// Whether it has marks that need words.
    pub fn has_marks(&self) -> bool {
        match self {
            Self::Parts { parts, .. } => parts.len() > 1,
            Self::Columns { whole, .. } => whole.is_some(),
            Self::Dots | Self::Days { .. } | Self::Percent { .. } => true,
            Self::Table | Self::Bands => false,
        }
    }

    /// The chart of `section`. One that is not known here has a bar of its first number.
    pub fn of(section: &Section) -> Self {
        use PartMeaning::{Aside, Bad, Good, Late, Over, Phase};
        let at = |id: &str| section.columns.iter().position(|column| column.id == id);
        let all = |ids: &[&str]| -> Vec<usize> { ids.iter().filter_map(|id| at(id)).collect() };
        let closed = || -> Vec<usize> {
            let is_closed = |(_, column): &(usize, &crate::insights::report::SectionColumn)| {
                column.id.starts_with("closed.")
            };
            section.columns.iter().enumerate().filter(is_closed).map(|(at, _)| at).collect()
        };
        let part =
            |columns: Vec<usize>, word, meaning| BarPart { columns, without: Vec::new(), word, meaning };
        let rest = |whole: &str, less: &[&str], word, meaning| BarPart {
            columns: all(&[whole]),
            without: all(less),
            word,
            meaning,
        };
        let parts = |parts| Self::Parts { parts, scale: PartScale::Count };
        match section.id {
            "outcomes" => parts(vec![
                part(all(&["moved_on"]), "on", Phase),
                part(closed(), "over", Over),
                part(all(&["still_there"]), "still there", Phase),
                part(all(&["moved_back"]), "back", Late),
                part(all(&["taken_off", "unmapped"]), "off", Aside),
            ]),
            "cohorts" => Self::Columns {
                columns: all(&["contacted", "engaged", "call_held", "final_outreach"]),
                whole: at("accounts"),
            },
            super::STAYS => Self::Dots,
            super::AGEING => match (at("there"), at("p85")) {
                (Some(value), Some(mark)) => Self::Days { value, mark },
                _ => Self::Table,
            },
            "flow" => Self::Columns { columns: all(&["arrivals", "departures"]), whole: None },
            super::STANDING => Self::Bands,
            super::FORCED => Self::Table,
            // Before a payment is known, there is no bar: its room is the numbers'.
            super::FORECAST => {
                match (at("right_weight").filter(|at| has_percent(section, *at)), at("weight")) {
                    (Some(value), Some(mark)) => Self::Percent { value, mark },
                    _ => Self::Table,
                }
            }
            "replies" => parts(vec![
                part(all(&["replied"]), "replied", Good),
                rest("written_to", &["replied"], "no answer", Aside),
            ]),
            "retention" => Self::Parts {
                parts: vec![
                    part(all(&["stayed"]), "stayed", Good),
                    rest("accounts", &["stayed"], "churned", Bad),
                ],
                scale: PartScale::Share { goal: SHOULD_STAY.into() },
            },
            "alerts" => {
                parts(vec![part(all(&["closed"]), "closed", Good), rest("opened", &["closed"], "open", Late)])
            }
            "moves" => parts(vec![
                rest("moved", &["taken_back"], "stood", Good),
                part(all(&["taken_back"]), "taken back", Late),
            ]),
            "people" => parts(vec![
                rest("open", &["overdue"], "open", Phase),
                part(all(&["overdue"]), "overdue", Bad),
                part(all(&["done"]), "done", Over),
            ]),
            _ => {
                let is_accounts = |at: &usize| {
                    section.rows.iter().any(|row| matches!(row.get(*at), Some(SectionCell::Accounts(_))))
                };
                match (0..section.columns.len()).find(is_accounts) {
                    Some(column) => parts(vec![part(vec![column], "", Phase)]),
                    None => Self::Table,
                }
            }
        }
    }
}

/// Whether a share is known in any row of `column`.
fn has_percent(section: &Section, column: usize) -> bool {
    section.rows.iter().any(|row| row.get(column).and_then(SectionCell::percent).is_some())
}

impl BarPart {
    /// How many stand behind it in `row`.
    pub fn count(&self, row: &[SectionCell]) -> u64 {
        let sum = |columns: &[usize]| columns.iter().map(|at| row.get(*at).map_or(0, count)).sum::<u64>();
        sum(&self.columns).saturating_sub(sum(&self.without))
    }
}

/// How many a cell counts.
pub fn count(cell: &SectionCell) -> u64 {
    match cell {
        SectionCell::Accounts(accounts) => accounts.len() as u64,
        SectionCell::Count(count) => *count as u64,
        SectionCell::Text(_)
        | SectionCell::Date(_)
        | SectionCell::Period(_)
        | SectionCell::Share(..)
        | SectionCell::Reached(..)
        | SectionCell::Times(..)
        | SectionCell::Unknown
        | SectionCell::Minutes(_)
        | SectionCell::Money(_)
        | SectionCell::Bool(_) => 0,
    }
}
