//! Facts: what is known about an account from outside, each with its source and time.

use std::borrow::Cow;
use std::cmp::Ordering;
use std::fmt;
use std::sync::Arc;

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Deserializer, Serialize};
use strum::EnumDiscriminants;

use super::arc_str;
use super::money::Money;

/// Where a fact came from, for people: `import accounts-export.csv`.
pub type Source = Arc<str>;

/// One thing known about an account.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Fact {
    pub value: FactValue,
    pub source: Source,
    pub at: DateTime<Utc>,
}

/// `FactKind` has the same variants without what they hold.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, EnumDiscriminants)]
#[serde(rename_all = "snake_case")]
#[strum_discriminants(name(FactKind))]
pub enum FactValue {
    Text(#[serde(deserialize_with = "super::arc_str::text")] Arc<str>),
    /// A count or a score.
    Number(f64),
    Money(Money),
    /// A calendar day.
    Date(NaiveDate),
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

/// Declares the facts known by name, in the order people read them: variant, key in files, what people call it, what it
/// holds, and whether a search looks at it.
macro_rules! known_facts {
    ($($variant:ident, $name:literal, $title:literal, $kind:ident $(, $searched:ident)?;)+) => {
        /// Which fact it is. Written `forecasted_mrr`, `id.stripe` (another id) or `extra.Industry` (a column we do
        /// not know).
        #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
        #[serde(into = "String")]
        pub enum FactKey {
            $($variant,)+
            /// An id in another system, such as the Stripe customer.
            OtherId(Arc<str>),
            /// A column of an import that is none of the above, by its own name.
            Extra(Arc<str>),
        }

        const KNOWN: &[KnownFact] = &[$(
            KnownFact::new(FactKey::$variant, $name, $title, FactKind::$kind)$(.$searched())?
        ),+];

        impl FactKey {
            /// Its row in [`KNOWN`]; `None` for one that has none.
            pub(super) const fn ordinal(&self) -> Option<u32> {
                enum Ordinal {
                    $($variant),+
                }
                Some(match self {
                    $(Self::$variant => Ordinal::$variant as u32,)+
                    Self::OtherId(_) | Self::Extra(_) => return None,
                })
            }
        }
    };
}

known_facts! {
    Name, "name", "Name", Text;
    Domain, "domain", "Domain", Text, searched;
    Region, "region", "Region", Text, searched;
    Plan, "plan", "Plan", Text, searched;
    Subscriptions, "subscriptions", "Subscriptions", List, searched;
    Mrr, "mrr", "MRR", Money;
    ForecastedMrr, "forecasted_mrr", "Forecasted MRR", Money;
    NextRenewal, "next_renewal", "Next renewal", Date;
    BillingInterval, "billing_interval", "Billing interval", Text;
    Ltv, "ltv", "LTV", Money;
    PaidInvoices, "paid_invoices", "Paid invoices", Number;
    LastInvoice, "last_invoice", "Last invoice", Money;
    UpcomingInvoice, "upcoming_invoice", "Upcoming invoice", Money;
    Credits, "credits", "Credits", Money;
    CreditsExpiry, "credits_expiry", "Credits expire", Date;
    Delinquent, "delinquent", "Delinquent", Flag;
    UsersCount, "users_count", "Users", Number;
    HealthScore, "health_score", "Health score", Number;
    Specialist, "specialist", "Specialist", Text;
    SalesContact, "sales_contact", "Sales contact", Text, searched;
    CsmContact, "csm_contact", "CSM", Text, searched;
    Contacts, "contacts", "Contacts", List, searched;
    AdminEmails, "admin_emails", "Admin emails", List, searched;
    RememberedContacts, "remembered_contacts", "Remembered contacts", List, searched;
    Created, "created", "Created", Date;
    Churned, "churned", "Churned", Date;
    StageLabel, "stage_label", "Stage in the import", Text;
}

struct KnownFact {
    key: FactKey,
    name: &'static str,
    title: &'static str,
    kind: FactKind,
    is_searched: bool,
}

impl KnownFact {
    const fn new(key: FactKey, name: &'static str, title: &'static str, kind: FactKind) -> Self {
        Self { key, name, title, kind, is_searched: false }
    }

    const fn searched(mut self) -> Self {
        self.is_searched = true;
        self
    }
}

impl FactKey {
    /// Every fact known by name, in the order people read them.
    pub fn known() -> impl Iterator<Item = Self> {
        KNOWN.iter().map(|fact| fact.key.clone())
    }

    /// The fact `text` names, if it is a known name, `id.…` or `extra.…`.
    pub fn parse(text: &str) -> Option<Self> {
        if let Some(fact) = KNOWN.iter().find(|fact| fact.name == text) {
            return Some(fact.key.clone());
        }
        if let Some(system) = text.strip_prefix("id.").filter(|system| !system.is_empty()) {
            return Some(Self::OtherId(system.into()));
        }
        text.strip_prefix("extra.").filter(|name| !name.is_empty()).map(|name| Self::Extra(name.into()))
    }

    /// What people call it: `Forecasted MRR`, `Stripe id`, or the import's own column name.
    pub fn title(&self) -> Cow<'_, str> {
        match self {
            Self::OtherId(system) => format!("{system} id").into(),
            Self::Extra(name) => Cow::Borrowed(name),
            known => known.row().map_or("", |fact| fact.title).into(),
        }
    }

    pub fn kind(&self) -> FactKind {
        self.row().map_or(FactKind::Text, |fact| fact.kind)
    }

    /// Whether a search looks at it. What a card or a column shows anyway is found by other means.
    pub fn is_searched(&self) -> bool {
        self.row().is_none_or(|fact| fact.is_searched)
    }

    /// The fact in this row of [`KNOWN`].
    pub(super) fn nth(ordinal: u32) -> &'static Self {
        &KNOWN[ordinal as usize].key
    }

    fn row(&self) -> Option<&'static KnownFact> {
        self.ordinal().and_then(|ordinal| KNOWN.get(ordinal as usize))
    }
}

impl fmt::Display for FactKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::OtherId(system) => write!(f, "id.{system}"),
            Self::Extra(name) => write!(f, "extra.{name}"),
            known => f.write_str(known.row().map_or("", |fact| fact.name)),
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
        // `Facts` keeps one bit of a `u32` for each.
        assert!(KNOWN.len() <= 32);
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
