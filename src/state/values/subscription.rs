//! The subscriptions of an account, as its facts and signals tell of them.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use chrono::{DateTime, Utc};

use super::account::Account;
use super::fact::{FactKey, FactValue};
use super::money::Money;
use super::signal::{Signal, SignalData};

/// Every subscription of an account that is known, at some moment.
#[derive(Clone, Debug, Default)]
pub struct Subscriptions<'a> {
    known: BTreeMap<&'a str, Subscription>,
    /// When the last one that was known ended for the first time.
    ended: Option<DateTime<Utc>>,
}

#[derive(Clone, Copy, Debug, Default)]
struct Subscription {
    is_ended: bool,
    upcoming: Option<UpcomingBill>,
}

#[derive(Clone, Copy, Debug)]
struct UpcomingBill {
    told: DateTime<Utc>,
    amount: Money,
}

/// What tells of subscriptions.
#[derive(Clone, Copy)]
enum SubscriptionSource<'a> {
    Listed(&'a [Arc<str>]),
    Signal(&'a SignalData),
}

impl<'a> Subscriptions<'a> {
    /// Those of `account` as of `until`, with `further` among its signals.
    pub fn at(account: &'a Account, until: DateTime<Utc>, further: Option<&'a Signal>) -> Self {
        let listed = account.facts.get(&FactKey::Subscriptions).and_then(|fact| match &fact.value {
            FactValue::List(ids) => Some((fact.at, SubscriptionSource::Listed(ids))),
            _ => None,
        });
        let signals = account.signals.iter().chain(further);
        let signals = signals.filter(|signal| signal.data.is_about_subscriptions());
        let signals = signals.map(|signal| (signal.at, SubscriptionSource::Signal(&signal.data)));
        let mut told: Vec<_> = listed.into_iter().chain(signals).filter(|(at, _)| *at <= until).collect();
        told.sort_by_key(|(at, _)| *at);
        let mut all = Self::default();
        for (at, source) in told {
            all.learn(at, source);
        }
        all
    }

    /// Those of `account` by all that is known, with `further` among its signals.
    pub fn of(account: &'a Account, further: Option<&'a Signal>) -> Self {
        Self::at(account, DateTime::<Utc>::MAX_UTC, further)
    }

    /// Whether one of `account` is still to end with its period, by all that is known and by `further`.
    pub fn is_one_to_end(account: &'a Account, further: &'a Signal) -> bool {
        let mut told: Vec<&Signal> = account.signals.iter().chain([further]).collect();
        told.sort_by_key(|signal| signal.at);
        let mut ending: BTreeSet<&str> = BTreeSet::new();
        for signal in told {
            if let SignalData::SubscriptionCancelScheduled { subscription, .. } = &signal.data {
                ending.insert(subscription);
            } else if let SignalData::SubscriptionCancelWithdrawn { subscription }
            | SignalData::SubscriptionEnded { subscription } = &signal.data
            {
                ending.remove(&**subscription);
            } else if signal.data == SignalData::SubscriptionCanceled {
                ending.clear();
            }
        }
        !ending.is_empty()
    }

    fn learn(&mut self, at: DateTime<Utc>, source: SubscriptionSource<'a>) {
        match source {
            SubscriptionSource::Listed(ids) => {
                for id in ids {
                    self.known.entry(id).or_default();
                }
            }
            SubscriptionSource::Signal(SignalData::SubscriptionCanceled) => {
                for known in self.known.values_mut() {
                    *known = Subscription { is_ended: true, upcoming: None };
                }
            }
            SubscriptionSource::Signal(SignalData::SubscriptionEnded { subscription }) => {
                self.known.insert(subscription, Subscription { is_ended: true, upcoming: None });
            }
            SubscriptionSource::Signal(SignalData::InvoiceUpcoming { subscription, amount, .. }) => {
                let upcoming = Some(UpcomingBill { told: at, amount: *amount });
                self.known.insert(subscription, Subscription { is_ended: false, upcoming });
            }
            // The last bill of a subscription may be paid, or fail, after its end.
            SubscriptionSource::Signal(what) => {
                if let Some(subscription) = what.subscription() {
                    self.known.entry(subscription).or_default();
                }
            }
        }
        let is_end = matches!(
            source,
            SubscriptionSource::Signal(
                SignalData::SubscriptionCanceled | SignalData::SubscriptionEnded { .. }
            )
        );
        if is_end && self.ended.is_none() && self.going_on().next().is_none() {
            self.ended = Some(at);
        }
    }

    /// Those that have not ended, by id.
    pub fn going_on(&self) -> impl Iterator<Item = &'a str> {
        self.known.iter().filter(|(_, known)| !known.is_ended).map(|(id, _)| *id)
    }

    /// How many are known, ended ones too.
    pub fn len(&self) -> usize {
        self.known.len()
    }

    /// Whether none is known.
    pub fn is_empty(&self) -> bool {
        self.known.is_empty()
    }

    /// When the last one that was known ended for the first time.
    pub fn ended(&self) -> Option<DateTime<Utc>> {
        self.ended
    }

    /// What the upcoming invoices add up to, per currency; the currency of the one that was told of last comes first.
    pub fn upcoming(&self) -> Vec<Money> {
        let mut bills: Vec<_> = self.known.values().filter_map(|known| known.upcoming).collect();
        bills.sort_by_key(|bill| std::cmp::Reverse(bill.told));
        let mut sums: Vec<Money> = Vec::new();
        for UpcomingBill { amount, .. } in bills {
            match sums.iter_mut().find(|sum| sum.currency == amount.currency) {
                Some(sum) => sum.minor = sum.minor.saturating_add(amount.minor),
                None => sums.push(amount),
            }
        }
        sums
    }
}

impl Account {
    /// The upcoming invoices, one amount per currency. Where signals tell of them, those of all subscriptions are added
    /// up; where a file or a person said it later, that is the amount.
    pub fn upcoming_invoices(&self) -> Vec<Money> {
        let Some(fact) = self.facts.get(&FactKey::UpcomingInvoice) else { return Vec::new() };
        let FactValue::Money(known) = *fact.value else { return Vec::new() };
        let sums = Subscriptions::of(self, None).upcoming();
        if sums.first() == Some(&known) { sums } else { vec![known] }
    }

    /// What the last bill was that a new one of `subscription` is compared with: the account's, or, where several
    /// subscriptions are known, the one that was told of before `signal` for the same subscription.
    pub fn last_bill(&self, signal: &Signal) -> Option<Money> {
        let of_account = self.money(&FactKey::LastInvoice);
        if Subscriptions::of(self, None).len() < 2 {
            return of_account;
        }
        let SignalData::InvoiceUpcoming { subscription, period_end, .. } = &signal.data else {
            return of_account;
        };
        let earlier = self.signals.iter().filter_map(|known| match &known.data {
            SignalData::InvoiceUpcoming { subscription: other, period_end: end, amount }
                if other == subscription && end < period_end =>
            {
                Some((end, known.at, *amount))
            }
            _ => None,
        });
        earlier.max_by_key(|(end, at, _)| (*end, *at)).map(|(_, _, amount)| amount)
    }
}
