//! What must hold for a playbook to act, as a file says it.

use std::sync::Arc;

use serde::Deserialize;
use toml::Spanned;

use super::check::{AlertDraft, Check, Several};
use crate::config::error::ConfigError;
use crate::playbook::{Bound, Condition, Test};
use crate::state::values::money::NotAnAmount;
use crate::state::{FactKey, FactKind, FactValue, Money};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ConditionDraft {
    stage: Option<Several<Spanned<String>>>,
    on_board: Option<bool>,
    fact: Option<Spanned<String>>,
    known: Option<bool>,
    above: Option<Spanned<ValueDraft>>,
    at_least: Option<Spanned<ValueDraft>>,
    below: Option<Spanned<ValueDraft>>,
    at_most: Option<Spanned<ValueDraft>>,
    one_of: Option<Several<Arc<str>>>,
    is: Option<bool>,
    plan: Option<Several<Arc<str>>>,
    segment: Option<Spanned<String>>,
    first_payment_due: Option<bool>,
    last_subscription: Option<bool>,
    bucket: Option<Several<Spanned<String>>>,
    ever_in: Option<Several<Spanned<String>>>,
    called_before: Option<Several<Spanned<String>>>,
    engaged: Option<bool>,
    by_specialist: Option<bool>,
    automatic: Option<bool>,
    amount: Option<AmountDraft>,
    alert_open: Option<AlertDraft>,
    days_in_stage: Option<u32>,
    days_since_touch: Option<u32>,
    days_since_outreach: Option<u32>,
    days_before_renewal: Option<u32>,
    renewed_since: Option<Spanned<String>>,
    all: Option<Several<Spanned<ConditionDraft>>>,
    any: Option<Several<Spanned<ConditionDraft>>>,
    not: Option<Box<Spanned<ConditionDraft>>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct AmountDraft {
    at_least: Spanned<AmountsDraft>,
    or_times_last: Option<u32>,
}

/// One amount, or one for each of several currencies.
#[derive(Deserialize)]
#[serde(untagged)]
enum AmountsDraft {
    One(String),
    Several(Vec<String>),
}

#[derive(Deserialize)]
#[serde(
    untagged,
    expecting = "write a number, an amount such as \"100 USD\", or a date such as \"2025-01-31\""
)]
enum ValueDraft {
    Number(f64),
    Text(String),
}

/// The word of a bound, what it makes of a value, and the value, if it is written.
type BoundDraft = (&'static str, fn(FactValue) -> Bound, Option<Spanned<ValueDraft>>);

/// The tests of a fact's value; a condition has exactly one.
struct FactTests {
    known: Option<bool>,
    one_of: Option<Several<Arc<str>>>,
    is: Option<bool>,
    bounds: [BoundDraft; 4],
}

pub(super) fn condition(check: &Check<'_>, draft: Spanned<ConditionDraft>) -> Result<Condition, ConfigError> {
    let at = Spanned::new(draft.span(), ());
    let c = draft.into_inner();
    let bounds: [BoundDraft; 4] = [
        ("above", Bound::Above, c.above),
        ("at_least", Bound::AtLeast, c.at_least),
        ("below", Bound::Below, c.below),
        ("at_most", Bound::AtMost, c.at_most),
    ];
    let has_bounds = bounds.iter().any(|(_, _, draft)| draft.is_some());
    let tests_a_value = c.known.is_some() || c.one_of.is_some() || c.is.is_some() || has_bounds;
    let mut found = Vec::new();
    if let Some(name) = c.fact {
        let test = FactTests { known: c.known, one_of: c.one_of, is: c.is, bounds };
        found.push(fact(check, &name, test)?);
    } else if tests_a_value {
        let what = "this tests a value without a fact: add one such as fact = \"forecasted_mrr\"";
        return Err(check.wrong(&at, "when", what));
    }
    found.extend(each(c.stage, |name| check.stage(name, "stage"))?.map(Condition::Stage));
    found.extend(c.on_board.map(Condition::OnBoard));
    found.extend(c.plan.map(|plans| Condition::Plan(plans.0)));
    if let Some(segment) = c.segment {
        found.push(Condition::Segment(check.segment(&segment, "segment")?));
    }
    found.extend(each(c.bucket, |name| check.bucket(name))?.map(Condition::Bucket));
    found.extend(each(c.ever_in, |name| check.stamp(name, "ever_in"))?.map(Condition::EverIn));
    let called = each(c.called_before, |name| check.stamp(name, "called_before"))?;
    found.extend(called.map(Condition::CalledBefore));
    found.extend(c.engaged.map(Condition::Engaged));
    found.extend(c.by_specialist.map(Condition::BySpecialist));
    found.extend(c.automatic.map(Condition::Automatic));
    found.extend(c.alert_open.map(|kind| Condition::AlertOpen(kind.into())));
    found.extend(c.days_in_stage.map(Condition::DaysInStage));
    found.extend(c.days_since_touch.map(Condition::DaysSinceTouch));
    found.extend(c.days_since_outreach.map(Condition::DaysSinceOutreach));
    found.extend(c.days_before_renewal.map(Condition::DaysBeforeRenewal));
    if let Some(name) = c.renewed_since {
        found.push(Condition::RenewedSince(check.stamp(&name, "renewed_since")?));
    }
    if let Some(AmountDraft { at_least, or_times_last }) = c.amount {
        let texts = match at_least.get_ref() {
            AmountsDraft::One(text) => std::slice::from_ref(text),
            AmountsDraft::Several(texts) => texts,
        };
        let wrong = |what: String| check.wrong(&at_least, "at_least", what);
        let mut all: Vec<Money> = Vec::new();
        for text in texts {
            let least: Money = text.parse().map_err(|error: NotAnAmount| wrong(error.to_string()))?;
            if all.iter().any(|known| known.currency == least.currency) {
                return Err(wrong(format!("two amounts are in {}: keep one of them", least.currency)));
            }
            all.push(least);
        }
        if all.is_empty() {
            return Err(wrong("the list is empty: write one or more amounts".to_owned()));
        }
        found.push(Condition::Amount(all, or_times_last));
    }
    found.extend(c.first_payment_due.map(Condition::FirstPaymentDue));
    found.extend(c.last_subscription.map(Condition::LastSubscription));
    found.extend(c.all.map(|all| conditions(check, all)).transpose()?.map(Condition::All));
    found.extend(c.any.map(|any| conditions(check, any)).transpose()?.map(Condition::Any));
    if let Some(not) = c.not {
        found.push(Condition::Not(Box::new(condition(check, *not)?)));
    }
    let what = match (found.pop(), found.is_empty()) {
        (Some(condition), true) => return Ok(condition),
        (Some(_), false) => "each condition tests one thing: write each one in its own braces",
        (None, _) => "this condition is empty: write what to test, or remove it",
    };
    Err(check.wrong(&at, "when", what))
}

fn conditions(
    check: &Check<'_>,
    drafts: Several<Spanned<ConditionDraft>>,
) -> Result<Vec<Condition>, ConfigError> {
    drafts.0.into_iter().map(|each| condition(check, each)).collect()
}

/// The test of the fact `name`.
fn fact(check: &Check<'_>, name: &Spanned<String>, tests: FactTests) -> Result<Condition, ConfigError> {
    let key = FactKey::parse(name.get_ref()).ok_or_else(|| {
        let known = FactKey::known().map(|key| key.to_string()).collect::<Vec<_>>().join(", ");
        let name_text = name.get_ref();
        let what = format!(
            "unknown fact `{name_text}`: write extra.COLUMN for a column of your own, or one of {known}"
        );
        check.wrong(name, "fact", what)
    })?;
    let mut limits = Vec::new();
    for (word, bound, draft) in tests.bounds {
        if let Some(draft) = draft {
            limits.push(bound(value(check, &key, word, draft)?));
        }
    }
    let mut found: Vec<Test> = Vec::new();
    found.extend((!limits.is_empty()).then_some(Test::Within(limits)));
    found.extend(tests.known.map(Test::Known));
    found.extend(tests.one_of.map(|texts| Test::OneOf(texts.0)));
    found.extend(tests.is.map(Test::Is));
    let what = match (found.pop(), found.is_empty()) {
        (Some(test), true) => return Ok(Condition::Fact(key, test)),
        (Some(_), false) => "test one thing at a time: known, one_of, is, or bounds such as above",
        (None, _) => "write what to test: known, one_of, is, above, at_least, below or at_most",
    };
    Err(check.wrong(name, "fact", what))
}

fn value(
    check: &Check<'_>,
    key: &FactKey,
    word: &str,
    draft: Spanned<ValueDraft>,
) -> Result<FactValue, ConfigError> {
    let at = Spanned::new(draft.span(), ());
    let wanted = match key.kind() {
        FactKind::Number => "a number without quotes, such as 10",
        FactKind::Money => "an amount with its currency, such as \"100 USD\"",
        FactKind::Date => "a date such as \"2025-01-31\"",
        FactKind::Text | FactKind::Flag | FactKind::List => "one_of, is or known: its values have no order",
    };
    let value = match (key.kind(), draft.into_inner()) {
        (FactKind::Number, ValueDraft::Number(number)) => Some(FactValue::Number(number)),
        (FactKind::Money, ValueDraft::Text(text)) => text.parse().ok().map(FactValue::Money),
        (FactKind::Date, ValueDraft::Text(text)) => text.parse().ok().map(FactValue::Date),
        (_, ValueDraft::Number(_) | ValueDraft::Text(_)) => None,
    };
    value.ok_or_else(|| check.wrong(&at, word, format!("`{key}` needs {wanted}")))
}

fn each<T>(
    names: Option<Several<Spanned<String>>>,
    read: impl Fn(&Spanned<String>) -> Result<T, ConfigError>,
) -> Result<Option<Vec<T>>, ConfigError> {
    names.map(|names| names.0.iter().map(read).collect()).transpose()
}
