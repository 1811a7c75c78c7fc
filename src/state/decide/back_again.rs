//! News of an account whose onboarding is over: a new subscription, plan or forecast, after which it may start again.
//!
//! Forecasts of accounts that pay by usage go up and down with every export, and exports get new columns. So a churned
//! account is back with more than was known, an onboarded one with twice as much, and what was only unknown is no news
//! where everybody has it.

use std::collections::BTreeSet;
use std::sync::Arc;

use chrono::{DateTime, Utc};

use crate::casefold::folded;
use crate::state::board::Board;
use crate::state::event::{Change, Event};
use crate::state::values::account::Account;
use crate::state::values::by_fact::FactValues;
use crate::state::values::fact::{Fact, FactKey, FactValue};
use crate::state::values::finding::{Finding, FindingData, FindingKind, News};
use crate::state::values::money::Money;
use crate::state::values::pipeline::Stage;
use crate::state::values::signal::{Signal, SignalData, SignalKind};
use crate::state::values::subscription::Subscriptions;

/// Words in the names of plans that nobody pays for.
const NO_PLAN: [&str; 8] =
    ["free", "none", "canceled", "cancelled", "churned", "expired", "inactive", "ended"];

/// How onboarding ended for an account that may come back.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Ending {
    Onboarded,
    Churned,
}

impl Ending {
    /// None for an account that goes on, whose news sales hears, or that bought a call.
    fn of(stage: &Stage) -> Option<Self> {
        match stage.entered_by {
            _ if !stage.is_closed() || stage.awaits.is_some() => None,
            Some(SignalKind::SubscriptionCanceled) => Some(Self::Churned),
            Some(_) => None,
            None => Some(Self::Onboarded),
        }
    }
}

/// The event of what new `facts` of `account`, known since `at`, make us ask.
pub(super) fn by_facts(
    board: &Board,
    account: &Account,
    facts: &FactValues,
    at: DateTime<Utc>,
) -> Option<Event> {
    let ending = ending(board, account, at)?;
    let news = facts.iter().find(|(key, value)| is_news(account, key, value, ending))?;
    found(account, News::Fact(news.0.clone()), at)
}

/// The event of what a file makes us ask that no longer says when `account` churned, where a file said so. What somebody
/// told us of is not known to every system.
pub(super) fn no_longer_churned(
    board: &Board,
    account: &Account,
    churned: &Fact,
    at: DateTime<Utc>,
) -> Option<Event> {
    let said_by_file = churned.source.starts_with("import ");
    let is_back = said_by_file && ending(board, account, at)? == Ending::Churned;
    if is_back { found(account, News::NoLongerChurned, at) } else { None }
}

/// The first subscription that nobody knew when onboarding was over for `account`, or that had ended, as a signal since then
/// names it, and when. A function of what is known, so that signals may come in any order.
pub(in crate::state) fn new_subscription(
    board: &Board,
    account: &Account,
) -> Option<(Arc<str>, DateTime<Utc>)> {
    let stage = board.stage_of(account)?;
    let (ending, over) = (Ending::of(stage)?, over_since(account, stage)?);
    let named = |signal: &&Signal| signal.at > over && signal.data.subscription().is_some();
    // Of most accounts that are over, nothing more is heard.
    account.signals.iter().find(named)?;
    let (before, now) = (Subscriptions::at(account, over, None), Subscriptions::of(account, None));
    let new: BTreeSet<&str> = now.going_on().filter(|id| !before.going_on().any(|it| it == *id)).collect();
    let is_no_last_bill = |signal: &Signal| {
        let is_upcoming = matches!(signal.data, SignalData::InvoiceUpcoming { .. });
        !before.is_empty() || is_upcoming && ending == Ending::Churned
    };
    let mut since = account.signals.iter().filter(named).filter(|signal| is_no_last_bill(signal));
    since.find_map(|signal| {
        let id = signal.data.subscription().filter(|id| new.contains(&***id))?;
        Some((id.clone(), signal.at))
    })
}

/// Since when onboarding is over for `account`, which stands in `stage`, by the time of what happened.
pub(in crate::state) fn over_since(account: &Account, stage: &Stage) -> Option<DateTime<Utc>> {
    let since = account.placement.as_ref()?.since;
    let entered = account.stamps.get(stage.id.as_str()).filter(|entered| **entered < since);
    // The stamp is of the first time.
    let once = || account.history.iter().filter(|item| item.to.as_ref() == Some(&stage.id)).count() < 2;
    Some(entered.filter(|_| once()).copied().unwrap_or(since))
}

/// How onboarding ended for `account`, if that was before `at`.
fn ending(board: &Board, account: &Account, at: DateTime<Utc>) -> Option<Ending> {
    let stage = board.stage_of(account)?;
    over_since(account, stage).filter(|over| *over <= at)?;
    Ending::of(stage)
}

/// What a person answers who sees that `account` is back, and lets it be.
pub(super) fn dismissed(board: &Board, account: &Account) -> Option<Event> {
    let finding = FindingKind::BackAgain;
    let from = account.findings.get(&finding).cloned();
    let (id, at) = new_subscription(board, account)?;
    let is_known = from.as_ref().is_some_and(|known| known.dismissed && known.at >= at);
    let data = FindingData::BackAgain { news: News::Subscription(id) };
    let to = Some(Finding { at, data, dismissed: true });
    (!is_known).then(|| Change::FindingChanged { finding, from, to }.on(&account.id))
}

fn is_news(account: &Account, key: &FactKey, value: &FactValue, ending: Ending) -> bool {
    let known = account.fact(key);
    match (key, value) {
        (FactKey::Plan, FactValue::Text(plan)) => {
            let plan = folded(plan);
            let is_paid = !plan.split(|c: char| !c.is_alphanumeric()).any(|word| NO_PLAN.contains(&word));
            is_paid && matches!(known, Some(FactValue::Text(known)) if folded(known) != plan)
        }
        (FactKey::ForecastedMrr, FactValue::Money(money)) => is_more(known, *money, ending),
        // Whoever is onboarded pays.
        (FactKey::Mrr, FactValue::Money(money)) => {
            ending == Ending::Churned && known.is_some() && is_more(known, *money, ending)
        }
        (FactKey::Subscriptions, FactValue::List(ids)) => {
            let subscriptions = Subscriptions::of(account, None);
            let going_on: BTreeSet<&str> = subscriptions.going_on().collect();
            let is_new = ids.iter().any(|id| !going_on.contains(&**id) && !is_listed(known, id));
            is_new && (ending == Ending::Churned || !subscriptions.is_empty())
        }
        _ => false,
    }
}

/// One that ended may be listed as before.
fn is_listed(known: Option<&FactValue>, id: &str) -> bool {
    matches!(known, Some(FactValue::List(ids)) if ids.iter().any(|known| &**known == id))
}

fn is_more(known: Option<&FactValue>, money: Money, ending: Ending) -> bool {
    let least = match (known, ending) {
        (Some(FactValue::Money(known)), _) if known.currency != money.currency || known.minor <= 0 => 1,
        (Some(FactValue::Money(known)), Ending::Churned) => known.minor.saturating_add(1),
        (Some(FactValue::Money(known)), Ending::Onboarded) => known.minor.saturating_mul(2),
        (_, Ending::Churned | Ending::Onboarded) => 1,
    };
    money.minor >= least
}

/// Nothing where that is asked already.
fn found(account: &Account, news: News, at: DateTime<Utc>) -> Option<Event> {
    let data = FindingData::BackAgain { news };
    let finding = data.kind();
    let from = account.findings.get(&finding).cloned();
    let since = account.placement.as_ref()?.since;
    if from.as_ref().is_some_and(|known| !known.dismissed && known.data == data && known.at >= since) {
        return None;
    }
    let to = Some(Finding { at, data, dismissed: false });
    Some(Change::FindingChanged { finding, from, to }.on(&account.id))
}
