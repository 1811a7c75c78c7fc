//! What a playbook's conditions ask for, whichever account is meant.

use super::conditions::named;
use super::lists::{days, either};
use crate::playbook::{Bound, Condition, Test};
use crate::state::{FactKey, FactValue, Money};

/// All that must hold, in one sentence without its end: `it is in 2 and a person wrote it`. Empty where nothing must.
pub fn text(conditions: &[Condition]) -> String {
    let all: Vec<String> = conditions.iter().map(|condition| phrase(condition, true)).collect();
    enumerated(&all)
}

/// `a`, `a and b`, or `a, b, and c`: the parts are sentences, so the last comma stays.
fn enumerated(parts: &[String]) -> String {
    match parts {
        [] => String::new(),
        [one] => one.clone(),
        [first, second] => format!("{first} and {second}"),
        [rest @ .., last] => format!("{}, and {last}", rest.join(", ")),
    }
}

/// That `condition` holds; or where it is not `wanted`, that it does not.
fn phrase(condition: &Condition, wanted: bool) -> String {
    let is = if wanted { "is" } else { "is not" };
    let told = |yes: &str, no: &str| if wanted { yes } else { no }.to_owned();
    let turned = |of: bool, yes: &str, no: &str| if wanted == of { yes } else { no }.to_owned();
    let at_least = |days_of: u32, word: &str| {
        let what = days(days_of);
        if wanted { format!("{word} for {what} or more") } else { format!("{word} for less than {what}") }
    };
    match condition {
        Condition::Stage(stages) => format!("it {is} in {}", either(stages, "or")),
        Condition::Bucket(buckets) => format!("it {is} in bucket {}", either(buckets, "or")),
        Condition::EverIn(stamps) => {
            let ever = if wanted { "was once" } else { "was never" };
            format!("it {ever} in {}", either(stamps, "or"))
        }
        Condition::CalledBefore(_) => told("a call took place before", "no call took place before"),
        Condition::Engaged(of) => turned(*of, "they have engaged", "they never engaged"),
        Condition::BySpecialist(of) => {
            turned(*of, "it is done by a specialist", "it is not done by a specialist")
        }
        Condition::Automatic(of) => turned(*of, "it is an automatic reply", "a person wrote it"),
        Condition::Amount(least, times) => bill(least, *times, wanted),
        Condition::LastSubscription(of) => {
            turned(*of, "it was their last subscription", "another subscription goes on")
        }
        Condition::AlertOpen(kind) => {
            format!("{} “{}” is open", if wanted { "the alert" } else { "no alert" }, kind.title())
        }
        Condition::DaysInStage(of) => at_least(*of, "it has been in its stage"),
        Condition::DaysSinceTouch(of) => at_least(*of, "there has been no contact"),
        Condition::DaysSinceOutreach(of) => {
            let how = if wanted { "at least" } else { "less than" };
            format!("the first outreach was {how} {} ago", days(*of))
        }
        Condition::DaysBeforeRenewal(of) => {
            let how = if wanted { "at most" } else { "more than" };
            format!("{how} {} are left before its next renewal", days(*of))
        }
        Condition::RenewedSince(stamp) => {
            format!("{} renewal has passed since it entered {stamp}", if wanted { "a" } else { "no" })
        }
        Condition::OnBoard(of) => turned(*of, "it is on the board", "it is off the board"),
        Condition::Fact(key, test) => fact(key, test, wanted),
        Condition::Plan(plans) => format!("its plan {is} {}", either(plans, "or")),
        Condition::Segment(segment) => format!("it {is} in {segment}"),
        Condition::FirstPaymentDue(of) => turned(*of, "no payment is recorded", "they have paid before"),
        // That not all of them hold means that one does not, and the other way round.
        Condition::All(parts) if wanted => all_of(parts, wanted),
        Condition::Any(parts) if !wanted => all_of(parts, wanted),
        Condition::All(parts) | Condition::Any(parts) => one_of(parts, wanted),
        Condition::Not(inner) => phrase(inner, !wanted),
    }
}

fn all_of(parts: &[Condition], wanted: bool) -> String {
    enumerated(&parts.iter().map(|part| phrase(part, wanted)).collect::<Vec<_>>())
}

/// Said with `either`, so that it is seen how far the `or` reaches.
fn one_of(parts: &[Condition], wanted: bool) -> String {
    let parts: Vec<String> = parts.iter().map(|part| phrase(part, wanted)).collect();
    let either = if parts.len() > 1 { "either " } else { "" };
    format!("{either}{}", parts.join(" or "))
}

/// How large the bill is. Of the amounts, the first one is said: the others are for other currencies.
fn bill(least: &[Money], times: Option<u32>, wanted: bool) -> String {
    let others = if least.len() > 1 { " (or as much in another currency)" } else { "" };
    let amount = least.first().map(|money| {
        if wanted { format!("{money}{others} or more") } else { format!("less than {money}{others}") }
    });
    let times = times.map(|times| {
        let times = if times == 2 { "twice".to_owned() } else { format!("{times} times") };
        if wanted { format!("{times} the last one") } else { format!("less than {times} the last one") }
    });
    let limits: Vec<String> = amount.into_iter().chain(times).collect();
    format!("the invoice is {}", limits.join(if wanted { ", or " } else { ", and " }))
}

fn fact(key: &FactKey, test: &Test, wanted: bool) -> String {
    let name = named(key);
    match (key, test) {
        (FactKey::Churned, Test::Known(of)) => {
            if wanted == *of { "a churn is recorded" } else { "no churn is recorded" }.to_owned()
        }
        (_, Test::Known(of)) if wanted == *of => format!("the {name} is known"),
        (_, Test::Known(_)) => format!("no {name} is known"),
        (FactKey::Delinquent, Test::Is(of)) => {
            format!("they are {}delinquent", if wanted == *of { "" } else { "not " })
        }
        (_, Test::Is(of)) => format!("{name} is {}", FactValue::Flag(wanted == *of)),
        (_, Test::OneOf(texts)) => {
            format!("{name} is {}{}", if wanted { "" } else { "not " }, either(texts, "or"))
        }
        (_, Test::Within(bounds)) => {
            let bounds: Vec<String> = bounds.iter().map(|it| bound(it, wanted)).collect();
            format!("{name} is {}", bounds.join(if wanted { " and " } else { " or " }))
        }
    }
}

fn bound(bound: &Bound, wanted: bool) -> String {
    let how = match (bound, wanted) {
        (Bound::Above(_), true) | (Bound::AtMost(_), false) => "above",
        (Bound::AtMost(_), true) | (Bound::Above(_), false) => "at most",
        (Bound::AtLeast(_), true) | (Bound::Below(_), false) => "at least",
        (Bound::Below(_), true) | (Bound::AtLeast(_), false) => "below",
    };
    format!("{how} {}", bound.limit())
}
