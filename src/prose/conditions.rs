//! How a playbook's condition stands for an account.

use super::{dates, lists};
use crate::playbook::rule::condition::large_amount;
use crate::playbook::{Bound, Condition, EvalContext, Ternary, Test};
use crate::state::values::signal::SignalKind;
use crate::state::values::subscription::Subscriptions;
use crate::state::{Account, Currency, FactKey, FactValue, Money, Position, SignalData};

/// How `condition` stands in `context`, in words that are true whether it holds or not.
#[expect(clippy::too_many_lines, reason = "one arm per condition")]
pub fn text(condition: &Condition, context: &EvalContext<'_>) -> String {
    let EvalContext { account, team, now, .. } = *context;
    let truth = condition.holds(context);
    let is_so = truth == Ternary::Yes;
    match condition {
        Condition::Stage(stages) => stands(context, truth, &lists::either(stages, "or")),
        Condition::Bucket(buckets) => {
            stands(context, truth, &format!("bucket {}", lists::either(buckets, "or")))
        }
        Condition::EverIn(stamps) => {
            let entered = stamps.iter().find_map(|stamp| Some((stamp, account.stamps.get(stamp)?)));
            entered.map_or_else(
                || format!("it was never in {}", lists::either(stamps, "or")),
                |(stamp, at)| format!("it entered {stamp} on {}", dates::day(&now, now.date(*at))),
            )
        }
        Condition::CalledBefore(_) if is_so => "a call took place before".to_owned(),
        Condition::CalledBefore(_) => "no call took place before".to_owned(),
        Condition::Engaged(_) => account.engaged.map_or_else(
            || "they never engaged".to_owned(),
            |at| format!("they have been engaged since {}", dates::day(&now, now.date(at))),
        ),
        Condition::BySpecialist(wanted) => match context.signal.and_then(|signal| signal.by.as_deref()) {
            Some(by) if team.is_specialist(by) => format!("{by} is a specialist"),
            Some(by) => format!("{by} is not among the specialists in config.toml"),
            None if context.signal.is_some() => "the sender is unknown".to_owned(),
            None if !wanted => "the sender must not be a specialist".to_owned(),
            None if team.specialists.is_empty() => {
                "anyone may send it, as config.toml names no specialists".to_owned()
            }
            None => format!("{} must send it", lists::either(&team.specialists, "or")),
        },
        Condition::Automatic(wanted) => match (context.signal.map(|signal| &signal.data), wanted) {
            (Some(SignalData::ReplyReceived { auto: true }), _) => "it is an automatic reply".to_owned(),
            (Some(_), _) => "a person wrote it".to_owned(),
            (None, false) => "an automatic reply does not count".to_owned(),
            (None, true) => "only an automatic reply counts".to_owned(),
        },
        Condition::Amount(least, times) => bill(context, least, *times, true),
        Condition::LastSubscription(wanted) => last_subscription(context, *wanted),
        Condition::AlertOpen(kind) if is_so => format!("the alert “{}” is open", kind.title()),
        Condition::AlertOpen(kind) => format!("no alert “{}” is open", kind.title()),
        Condition::DaysInStage(days) => match &account.placement {
            None => "it is off the board".to_owned(),
            Some(place) => {
                let wanted = if is_so { String::new() } else { format!(", not {days}") };
                format!(
                    "it has been in {} for {}{wanted}",
                    place.stage,
                    lists::days_of(now.days_since(place.since))
                )
            }
        },
        Condition::DaysSinceTouch(days) => account.silent_since().map_or_else(
            || "it is off the board".to_owned(),
            |since| match now.days_since(since) {
                ..=0 => "there was contact today".to_owned(),
                silent => {
                    let wanted = if is_so { String::new() } else { format!(", not {days}") };
                    format!("there has been no contact for {}{wanted}", lists::days_of(silent))
                }
            },
        ),
        Condition::DaysSinceOutreach(days) => match account.first_outreach(context.board.pipeline()) {
            None if is_so => "the first outreach was before it came here from a file".to_owned(),
            None => "no outreach is recorded".to_owned(),
            Some(first) => {
                let how = if is_so { "at least" } else { "less than" };
                let day = dates::day(&now, now.date(first));
                format!("the first outreach was on {day}, {how} {} ago", lists::days(*days))
            }
        },
        Condition::DaysBeforeRenewal(days) => account.next_renewal(now.today()).map_or_else(
            || "the next renewal is unknown".to_owned(),
            |renewal| match now.days_until(renewal) {
                ..0 => {
                    format!("its renewal was on {}, and the next one is unknown", dates::day(&now, renewal))
                }
                left => {
                    let wanted = if is_so { String::new() } else { format!(", not {days} or fewer") };
                    format!("it is {} before its next renewal{wanted}", lists::days_of(left))
                }
            },
        ),
        Condition::RenewedSince(stamp) => renewed_since(stamp, truth, context),
        Condition::OnBoard(_) if account.placement.is_some() => "it is on the board".to_owned(),
        Condition::OnBoard(_) => "it is off the board".to_owned(),
        Condition::Fact(key, test) => fact(key, test, context),
        Condition::Plan(plans) => fact(&FactKey::Plan, &Test::OneOf(plans.clone()), context),
        Condition::Segment(segment) if is_so => format!("it belongs to {segment}"),
        Condition::Segment(segment) => format!("it does not belong to {segment}"),
        Condition::FirstPaymentDue(_) if account.first_payment_due() => "no payment is recorded".to_owned(),
        Condition::FirstPaymentDue(_) => "they have paid before".to_owned(),
        Condition::All(parts) => match truth {
            Ternary::Yes => joined(parts, context, |_| true, " and "),
            other => joined(parts, context, |part| part == other, " and "),
        },
        Condition::Any(parts) => match truth {
            Ternary::Yes => joined(parts, context, |part| part == Ternary::Yes, " and "),
            Ternary::Unknown if condition.asks_the_signal() => {
                joined(parts, context, |part| part == Ternary::Unknown, ", or ")
            }
            other => joined(parts, context, |part| part == other || other == Ternary::No, " and "),
        },
        Condition::Not(inner) => not(inner, truth, context),
    }
}

/// How the opposite of `inner` stands, which holds or not as `truth` says.
fn not(inner: &Condition, truth: Ternary, context: &EvalContext<'_>) -> String {
    match (inner, truth) {
        // What a signal must be like is said as it is wanted.
        (Condition::Amount(least, times), _) => bill(context, least, *times, false),
        (_, Ternary::Unknown) if inner.asks_the_signal() => text(&negated(inner), context),
        // What is true does not change with what is wanted; only where it stands in the way, it is said.
        (_, Ternary::No) => format!("{}, which rules it out", text(inner, context)),
        (_, Ternary::Yes | Ternary::Unknown) => text(inner, context),
    }
}

/// The opposite of `condition`, said without a `not` where there is such a way.
fn negated(condition: &Condition) -> Condition {
    let all = |parts: &[Condition]| parts.iter().map(negated).collect();
    match condition {
        Condition::Not(inner) => (**inner).clone(),
        Condition::All(parts) => Condition::Any(all(parts)),
        Condition::Any(parts) => Condition::All(all(parts)),
        Condition::BySpecialist(wanted) => Condition::BySpecialist(!wanted),
        Condition::Automatic(wanted) => Condition::Automatic(!wanted),
        Condition::LastSubscription(wanted) => Condition::LastSubscription(!wanted),
        other => Condition::Not(Box::new(other.clone())),
    }
}

/// Which subscriptions go on after the signal, or how many it would have to leave.
fn last_subscription(context: &EvalContext<'_>, wanted: bool) -> String {
    let told = context.signal.filter(|signal| signal.data.kind() == SignalKind::SubscriptionCanceled);
    let Some(signal) = told else {
        let whose = if wanted { "it must be their last subscription" } else { "others must go on" };
        let going_on = Subscriptions::of(context.account, None).going_on().count();
        return match going_on {
            ..=1 => whose.to_owned(),
            several => format!("{whose}, and {several} go on"),
        };
    };
    let known = Subscriptions::at(context.account, signal.at, None);
    match known.going_on().collect::<Vec<_>>()[..] {
        [] => "no subscription is left".to_owned(),
        [one] => format!("subscription {one} goes on"),
        [first, .., last] if known.going_on().count() > 3 => {
            format!("{} subscriptions go on, from {first} to {last}", known.going_on().count())
        }
        ref several => format!("subscriptions {} go on", lists::either(several, "and")),
    }
}

fn renewed_since(stamp: &str, truth: Ternary, context: &EvalContext<'_>) -> String {
    let EvalContext { account, now, .. } = *context;
    let Some(entered) = account.stamps.get(stamp).map(|at| dates::day(&now, now.date(*at))) else {
        return format!("it was never in {stamp}");
    };
    match truth {
        Ternary::Yes => format!("a renewal has passed since it entered {stamp} on {entered}"),
        Ternary::No => format!("no renewal has passed since it entered {stamp} on {entered}"),
        Ternary::Unknown => "its last renewal is unknown".to_owned(),
    }
}

fn joined(
    parts: &[Condition],
    context: &EvalContext<'_>,
    wanted: impl Fn(Ternary) -> bool,
    with: &str,
) -> String {
    let parts = parts.iter().filter(|part| wanted(part.holds(context)));
    let texts: Vec<String> = parts.map(|part| text(part, context)).collect();
    // Two questions about one fact begin alike: the one that says more is enough.
    let is_said = |it: &&String| texts.iter().any(|other| other.len() > it.len() && other.starts_with(&**it));
    texts.iter().filter(|it| !is_said(it)).map(String::as_str).collect::<Vec<_>>().join(with)
}

/// Where the account stands, and where it would have to.
fn stands(context: &EvalContext<'_>, truth: Ternary, wanted: &str) -> String {
    let place = match context.board.position_of(context.account) {
        Position::OffBoard => "it is off the board".to_owned(),
        Position::InStage(_, stage) => format!("it is in {}", stage.id),
        Position::Unmapped(label) => return format!("“{label}” is not a stage"),
    };
    if truth == Ternary::Yes { place } else { format!("{place}, not in {wanted}") }
}

/// How large the bill is, and would have to be: large, or not.
fn bill(context: &EvalContext<'_>, least: &[Money], times: Option<u32>, large: bool) -> String {
    let account = context.account;
    let of_account = || account.money(&FactKey::LastInvoice);
    let known = context.signal.map_or_else(of_account, |signal| account.last_bill(signal));
    let amount = context.signal.and_then(|signal| signal.data.amount());
    // Of the amounts given, the one for the currency of this bill, or of the last one.
    let given = amount.or(known).and_then(|money| large_amount(money, least, context.team));
    let converted = given.map(|(_, money)| money).filter(|money| amount.is_some_and(|it| it != *money));
    let given = given.map(|(least, _)| least).or(if amount.is_none() {
        for_currency_of(account, least)
    } else {
        None
    });
    let jump = times.map(|times| {
        let times = if times == 2 { "twice".to_owned() } else { format!("{times} times") };
        let known = known.map_or_else(|| "is unknown".to_owned(), |known| format!("was {known}"));
        format!("{times} the last one, which {known}")
    });
    let limits = given.map(|least| if large { format!("{least} or more") } else { least.to_string() });
    let limits: Vec<String> = limits.into_iter().chain(jump).collect();
    let wanted =
        if large { limits.join(", or ") } else { format!("less than {}", limits.join(" and less than ")) };
    amount.map_or_else(
        || format!("the invoice must be {wanted}"),
        |amount| {
            let worth = converted.map(|money| format!(" ({money} at the rate in config.toml)"));
            format!("the invoice is {amount}{}, and must be {wanted}", worth.unwrap_or_default())
        },
    )
}

/// Of the amounts given, the one in the currency that the account pays in, as far as that is known.
fn for_currency_of(account: &Account, least: &[Money]) -> Option<Money> {
    let pays = [FactKey::UpcomingInvoice, FactKey::ForecastedMrr, FactKey::Mrr];
    let currency = pays.iter().find_map(|key| account.money(key)).map(|money| money.currency);
    least.iter().find(|least| Some(least.currency) == currency).or(least.first()).copied()
}

fn fact(key: &FactKey, test: &Test, context: &EvalContext<'_>) -> String {
    let name = named(key);
    let Some(value) = context.account.fact(key) else {
        return match key {
            FactKey::Churned => "no churn is recorded".to_owned(),
            _ => format!("the {name} is unknown"),
        };
    };
    let shown = dates::fact(&context.now, value);
    let said = match key {
        FactKey::Churned => format!("they churned on {shown}"),
        FactKey::Delinquent => {
            format!("they are {}delinquent", if *value == FactValue::Flag(true) { "" } else { "not " })
        }
        _ => format!("{name} is {shown}"),
    };
    match test {
        Test::Known(_) | Test::Is(_) => said,
        Test::OneOf(_) if test.passes(Some(value)) == Ternary::Yes => said,
        Test::OneOf(texts) => format!("{said}, not {}", lists::either(texts, "or")),
        Test::Within(bounds) => {
            let truth = test.passes(Some(value));
            if let Some((has, counts)) = currencies(value, bounds) {
                return format!("its {name} is in {has} ({shown}); this playbook compares {counts}");
            }
            let bounds = bounds.iter().filter(|bound| bound.keeps(value) == truth);
            format!("{said}, {}", bounds.map(|bound| kept(bound, truth)).collect::<Vec<_>>().join(" and "))
        }
    }
}

/// The currency of an amount, and the one of bounds that cannot be compared with it.
fn currencies(value: &FactValue, bounds: &[Bound]) -> Option<(Currency, Currency)> {
    let FactValue::Money(known) = value else { return None };
    let wanted = bounds.iter().find_map(|bound| match bound.limit() {
        FactValue::Money(limit) => Some(limit.currency),
        _ => None,
    })?;
    (wanted != known.currency).then_some((known.currency, wanted))
}

/// How a value stands to a bound.
fn kept(bound: &Bound, truth: Ternary) -> String {
    let limit = bound.limit();
    let how = match (bound, truth) {
        (_, Ternary::Unknown) => "which cannot be compared with",
        (Bound::Above(_), Ternary::Yes) => "above",
        (Bound::Above(_), Ternary::No) => "not above",
        (Bound::AtLeast(_), Ternary::Yes) => "at least",
        (Bound::AtLeast(_), Ternary::No) => "less than",
        (Bound::Below(_), Ternary::Yes) => "below",
        (Bound::Below(_), Ternary::No) => "not below",
        (Bound::AtMost(_), Ternary::Yes) => "at most",
        (Bound::AtMost(_), Ternary::No) => "more than",
    };
    format!("{how} {limit}")
}

/// A fact's title within a sentence: `forecasted MRR`.
pub(super) fn named(key: &FactKey) -> String {
    let title = key.title();
    let is_short = title.chars().take(2).all(char::is_uppercase);
    if is_short || matches!(key, FactKey::Extra(_) | FactKey::OtherId(_)) {
        return title.into_owned();
    }
    lists::lower_case(&title)
}
