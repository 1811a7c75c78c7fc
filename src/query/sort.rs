//! In which order accounts stand.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::state::{Account, Currency, FactKey};

/// What accounts are sorted by; then by name and id.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Sort {
    /// The next renewal first; accounts without one last.
    #[default]
    Renewal,
    /// The largest forecasted MRR first; unknown ones last. Currencies stay apart.
    #[serde(rename = "forecast")]
    Mrr,
    /// The longest in its stage first.
    TimeInStage,
    /// By name.
    Name,
}

impl Sort {
    /// Every way, as menus offer them.
    pub const ALL: [Self; 4] = [Self::Renewal, Self::Mrr, Self::TimeInStage, Self::Name];

    /// What people call it.
    pub fn title(self) -> &'static str {
        match self {
            Self::Renewal => "next renewal",
            Self::Mrr => "forecast",
            Self::TimeInStage => "time in stage",
            Self::Name => "name",
        }
    }

    /// Which of them comes first.
    pub fn direction(self) -> &'static str {
        match self {
            Self::Renewal => "soonest first",
            Self::Mrr => "largest first",
            Self::TimeInStage => "longest first",
            Self::Name => "A to Z",
        }
    }

    /// Two numbers that `account` is sorted by today, before its name.
    pub fn rank(self, account: &Account, today: NaiveDate) -> (i64, i64) {
        match self {
            Self::Name => (0, 0),
            Self::Renewal => match account.next_renewal(today) {
                Some(date) => (0, (date - today).num_days()),
                None => (1, 0),
            },
            Self::TimeInStage => match &account.placement {
                Some(place) => (0, place.since.timestamp_millis()),
                None => (1, 0),
            },
            Self::Mrr => match account.money(&FactKey::ForecastedMrr) {
                // The reverse order, as with a minus, but for every number there is.
                Some(money) => (currency_rank(money.currency), !money.minor),
                None => (i64::MAX, 0),
            },
        }
    }
}

/// Keeps currencies apart in one order: by their letters.
fn currency_rank(currency: Currency) -> i64 {
    currency.code().bytes().fold(0, |rank, letter| rank * 256 + i64::from(letter))
}
