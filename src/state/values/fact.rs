//! Facts: what is known about an account from outside, each with its source and time.

use std::borrow::Cow;
use std::cmp::Ordering;
use std::fmt;
use std::sync::Arc;

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Deserializer, Serialize};

use super::arc_str;
use super::money::Money;

/// Where a fact came from, for people: `import accounts-export.csv`.
pub type Source = Arc<str>;

/// One thing known about an account.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Fact {
    /// What is known.
    pub value: FactValue,
    /// Where it came from.
    pub source: Source,
    /// When we learned it.
    pub at: DateTime<Utc>,
}

/// A fact's value.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FactValue {
    /// Any text.
    Text(#[serde(deserialize_with = "super::arc_str::text")] Arc<str>),
    /// A count or a score.
    Number(f64),
    /// An amount in its currency.
    Money(Money),
    /// A calendar day.
    Date(NaiveDate),
    /// Yes or no.
    Flag(bool),
    /// Several texts, such as email addresses.
    List(Vec<Arc<str>>),
}

impl FactValue {
    /// How it compares with `other`; nothing when the two cannot be compared (other kind, other currency).
    pub fn compare(&self, other: &Self) -> Option<Ordering> {
        match (self, other) {
            (Self::Number(a), Self::Number(b)) => a.partial_cmp(b),
            (Self::Money(a), Self::Money(b)) if a.currency == b.currency => Some(a.minor.cmp(&b.minor)),
            (Self::Date(a), Self::Date(b)) => Some(a.cmp(b)),
            (
                Self::Text(_)
                | Self::Number(_)
                | Self::Money(_)
                | Self::Date(_)
                | Self::Flag(_)
                | Self::List(_),
                _,
            ) => None,
        }
    }
}

impl fmt::Display for FactValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text(text) => f.write_str(text),
            Self::Number(number) => write!(f, "{number}"),
            Self::Money(money) => write!(f, "{money}"),
            Self::Date(date) => write!(f, "{date}"),
            Self::Flag(true) => f.write_str("yes"),
            Self::Flag(false) => f.write_str("no"),
            Self::List(items) => f.write_str(&items.join(", ")),
        }
    }
}

/// What kind of value a fact holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FactKind {
    /// Any text.
    Text,
    /// A count or a score.
    Number,
    /// An amount in its currency.
    Money,
    /// A calendar day.
    Date,
    /// Yes or no.
    Flag,
    /// Several texts.
    List,
}

/// Which fact it is. Written `forecasted_mrr`, `id.stripe` (another id) or `extra.Industry` (a column we do not know).
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(into = "String")]
#[expect(missing_docs, reason = "each variant is described by its row in KNOWN")]
pub enum FactKey {
    Name,
    Domain,
    Region,
    Plan,
    Mrr,
    ForecastedMrr,
    NextRenewal,
    BillingInterval,
    Ltv,
    PaidInvoices,
    LastInvoice,
    UpcomingInvoice,
    Credits,
    CreditsExpiry,
    Delinquent,
    UsersCount,
    HealthScore,
    Specialist,
    SalesContact,
    CsmContact,
    Contacts,
    AdminEmails,
    Created,
    Churned,
    StageLabel,
    /// An id in another system, such as the Stripe customer.
    OtherId(Arc<str>),
    /// A column of an import that is none of the above, by its own name.
    Extra(Arc<str>),
}

/// Every fact we know by name: its key in files, what people call it, and what it holds.
const KNOWN: [(FactKey, &str, &str, FactKind); 25] = [
    (FactKey::Name, "name", "Name", FactKind::Text),
    (FactKey::Domain, "domain", "Domain", FactKind::Text),
    (FactKey::Region, "region", "Region", FactKind::Text),
    (FactKey::Plan, "plan", "Plan", FactKind::Text),
    (FactKey::Mrr, "mrr", "MRR", FactKind::Money),
    (FactKey::ForecastedMrr, "forecasted_mrr", "Forecasted MRR", FactKind::Money),
    (FactKey::NextRenewal, "next_renewal", "Next renewal", FactKind::Date),
    (FactKey::BillingInterval, "billing_interval", "Billing interval", FactKind::Text),
    (FactKey::Ltv, "ltv", "LTV", FactKind::Money),
    (FactKey::PaidInvoices, "paid_invoices", "Paid invoices", FactKind::Number),
    (FactKey::LastInvoice, "last_invoice", "Last invoice", FactKind::Money),
    (FactKey::UpcomingInvoice, "upcoming_invoice", "Upcoming invoice", FactKind::Money),
    (FactKey::Credits, "credits", "Credits", FactKind::Money),
    (FactKey::CreditsExpiry, "credits_expiry", "Credits expire", FactKind::Date),
    (FactKey::Delinquent, "delinquent", "Delinquent", FactKind::Flag),
    (FactKey::UsersCount, "users_count", "Users", FactKind::Number),
    (FactKey::HealthScore, "health_score", "Health score", FactKind::Number),
    (FactKey::Specialist, "specialist", "Specialist", FactKind::Text),
    (FactKey::SalesContact, "sales_contact", "Sales contact", FactKind::Text),
    (FactKey::CsmContact, "csm_contact", "CSM", FactKind::Text),
    (FactKey::Contacts, "contacts", "Contacts", FactKind::List),
    (FactKey::AdminEmails, "admin_emails", "Admin emails", FactKind::List),
    (FactKey::Created, "created", "Created", FactKind::Date),
    (FactKey::Churned, "churned", "Churned", FactKind::Date),
    (FactKey::StageLabel, "stage_label", "Stage in the import", FactKind::Text),
];

impl FactKey {
    /// Every fact known by name, in the order people read them.
    pub fn known() -> impl Iterator<Item = Self> {
        KNOWN.iter().map(|(key, ..)| key.clone())
    }

    /// The fact `text` names, if it is a known name, `id.…` or `extra.…`.
    pub fn parse(text: &str) -> Option<Self> {
        if let Some((key, ..)) = KNOWN.iter().find(|(_, name, ..)| *name == text) {
            return Some(key.clone());
        }
        if let Some(system) = text.strip_prefix("id.").filter(|system| !system.is_empty()) {
            return Some(Self::OtherId(system.into()));
        }
        text.strip_prefix("extra.").filter(|name| !name.is_empty()).map(|name| Self::Extra(name.into()))
    }

    /// Its row in [`KNOWN`]; nothing for one that has none.
    pub(super) const fn ordinal(&self) -> Option<u32> {
        Some(match self {
            Self::Name => 0,
            Self::Domain => 1,
            Self::Region => 2,
            Self::Plan => 3,
            Self::Mrr => 4,
            Self::ForecastedMrr => 5,
            Self::NextRenewal => 6,
            Self::BillingInterval => 7,
            Self::Ltv => 8,
            Self::PaidInvoices => 9,
            Self::LastInvoice => 10,
            Self::UpcomingInvoice => 11,
            Self::Credits => 12,
            Self::CreditsExpiry => 13,
            Self::Delinquent => 14,
            Self::UsersCount => 15,
            Self::HealthScore => 16,
            Self::Specialist => 17,
            Self::SalesContact => 18,
            Self::CsmContact => 19,
            Self::Contacts => 20,
            Self::AdminEmails => 21,
            Self::Created => 22,
            Self::Churned => 23,
            Self::StageLabel => 24,
            Self::OtherId(_) | Self::Extra(_) => return None,
        })
    }

    /// What people call it: `Forecasted MRR`, `Stripe id`, or the import's own column name.
    pub fn title(&self) -> Cow<'_, str> {
        match self {
            Self::OtherId(system) => format!("{system} id").into(),
            Self::Extra(name) => Cow::Borrowed(name),
            known => known.row().map_or("", |(_, _, title, _)| title).into(),
        }
    }

    /// What kind of value it holds.
    pub fn kind(&self) -> FactKind {
        self.row().map_or(FactKind::Text, |(.., kind)| *kind)
    }

    fn row(&self) -> Option<&'static (Self, &'static str, &'static str, FactKind)> {
        self.ordinal().and_then(|ordinal| KNOWN.get(ordinal as usize))
    }
}

impl fmt::Display for FactKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::OtherId(system) => write!(f, "id.{system}"),
            Self::Extra(name) => write!(f, "extra.{name}"),
            known => f.write_str(known.row().map_or("", |(_, name, ..)| name)),
        }
    }
}

impl From<&str> for FactKey {
    /// A name written by a later version is kept as an extra fact rather than refused.
    fn from(text: &str) -> Self {
        Self::parse(text).unwrap_or_else(|| Self::Extra(text.into()))
    }
}

impl<'de> Deserialize<'de> for FactKey {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        arc_str::read(deserializer)
    }
}

impl From<FactKey> for String {
    fn from(key: FactKey) -> Self {
        key.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_known_fact_has_one_row_and_reads_back() {
        for (row, key) in (0..).zip(FactKey::known()) {
            assert_eq!(key.ordinal(), Some(row));
            assert_eq!(FactKey::parse(&key.to_string()), Some(key.clone()));
            assert!(!key.title().is_empty());
        }
        assert_eq!(FactKey::parse("id.stripe"), Some(FactKey::OtherId("stripe".into())));
        assert_eq!(FactKey::parse("extra.Industry"), Some(FactKey::Extra("Industry".into())));
        assert_eq!(FactKey::parse("industry"), None);
    }
}
