//! Alerts: tasks that need urgent help. One per occasion, raised, updated and closed by signals.

use std::fmt;
use std::sync::Arc;

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

use super::account::AccountId;
use super::money::Money;
use super::time::Now;

/// What an alert is about, so that raising it twice is one alert: `failed_payment:A-1:in_1`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct AlertKey(Arc<str>);

impl AlertKey {
    /// The alert of `kind` about `occasion`.
    pub fn new(kind: AlertKind, occasion: &str) -> Self {
        Self(format!("{}:{occasion}", kind.word()).into())
    }

    /// The key as it is written.
    pub fn parse(text: &str) -> Self {
        Self(text.into())
    }

    /// The alert about an invoice of `account` that could not be collected. Two customers may be billed by systems that
    /// number alike.
    pub fn of_invoice(account: &AccountId, invoice: &str) -> Self {
        Self::new(AlertKind::FailedPayment, &format!("{}:{invoice}", unambiguous(account)))
    }

    /// The alert about what `account` will be billed for a subscription at the end of a period.
    pub fn of_period(account: &AccountId, subscription: &str, end: NaiveDate) -> Self {
        Self::new(AlertKind::LargeInvoice, &format!("{}:{subscription}:{end}", unambiguous(account)))
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// The id as a part of a key, where a colon ends it.
fn unambiguous(account: &AccountId) -> String {
    account.as_str().replace('%', "%25").replace(':', "%3A")
}

impl fmt::Display for AlertKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

/// What kind of help is needed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[derive(strum::IntoStaticStr, strum::VariantArray)]
#[strum(serialize_all = "snake_case")]
pub enum AlertKind {
    /// A bill could not be collected.
    FailedPayment,
    /// A bill is coming that may surprise.
    LargeInvoice,
    /// A playbook could not do what it should.
    Playbook,
}

impl AlertKind {
    /// Its word in files.
    pub fn word(self) -> &'static str {
        self.into()
    }

    /// What people call it; the handbook's name where it has one.
    pub fn title(self) -> &'static str {
        match self {
            Self::FailedPayment => "Failed payment",
            Self::LargeInvoice => "Upcoming large invoice",
            Self::Playbook => "Playbook needs a look",
        }
    }
}

/// An alert.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Alert {
    pub key: AlertKey,
    /// What kind of help is needed.
    pub kind: AlertKind,
    pub account: AccountId,
    pub state: AlertState,
    /// Who should help; nothing when nobody is known.
    pub assignee: Option<Arc<str>>,
    /// Whether a person gave it to them; else it follows whoever looks after the account.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub handed: bool,
    /// When it was raised.
    pub opened: DateTime<Utc>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub amount: Option<Money>,
    /// When it is too late: the end of the billing period.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub due: Option<NaiveDate>,
    /// How often the payment was tried.
    #[serde(default)]
    pub attempts: u32,
    /// When it is tried again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next_attempt: Option<DateTime<Utc>>,
    /// Who said that they look after it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub acknowledged: Option<Arc<str>>,
    /// When they did; nothing where that was not kept yet, and once something happened since.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub acknowledged_at: Option<DateTime<Utc>>,
    /// What happened, where the rest does not say it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<Arc<str>>,
}

/// Whether an alert still needs somebody.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AlertState {
    Open,
    /// It does, but not before that moment.
    Snoozed {
        /// From when on it is open again.
        until: DateTime<Utc>,
    },
    Closed {
        at: DateTime<Utc>,
        outcome: Arc<str>,
        /// Whether what happened closed it, and not a person: then it opens again when it is raised again.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        settled: bool,
    },
}

impl Alert {
    /// Whether it needs somebody at `now`: open, or snoozed until then.
    pub fn is_open(&self, now: DateTime<Utc>) -> bool {
        match self.state {
            AlertState::Open => true,
            AlertState::Snoozed { until } => until <= now,
            AlertState::Closed { .. } => false,
        }
    }

    /// Whether somebody took it into their hands, and it needs nobody for now: on that day, and as long as the payment is
    /// tried again by itself. Another failed attempt puts it back on the table.
    pub fn is_in_hand(&self, now: &Now) -> bool {
        let tried_again = self.next_attempt.is_some_and(|next| next > now.at);
        self.acknowledged_at.is_some_and(|at| now.date(at) == now.today() || tried_again)
    }

    /// Its place among others at `now`: open before snoozed before closed, then what is due first.
    pub fn urgency(&self, now: DateTime<Utc>) -> (u8, NaiveDate, AlertKey) {
        let state = match self.state {
            _ if self.is_open(now) => 0,
            AlertState::Open | AlertState::Snoozed { .. } => 1,
            AlertState::Closed { .. } => 2,
        };
        let due = match (self.kind, self.next_attempt) {
            (_, Some(next)) => next.date_naive(),
            // Nothing will try to collect it any more.
            (AlertKind::FailedPayment, None) => NaiveDate::MIN,
            (AlertKind::LargeInvoice | AlertKind::Playbook, None) => self.due.unwrap_or(NaiveDate::MAX),
        };
        (state, due, self.key.clone())
    }

    pub fn is_closed(&self) -> bool {
        matches!(self.state, AlertState::Closed { .. })
    }
}
