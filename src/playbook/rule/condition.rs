//! What must hold for a playbook to act, and whether it does.

use std::sync::Arc;

use chrono::TimeDelta;

use crate::playbook::team::Team;
use crate::state::values::signal::{CallOutcome, SignalKind};
use crate::state::values::subscription::Subscriptions;
use crate::state::{
    Account, AlertKind, Board, FactKey, FactValue, Money, Now, Pipeline, Segment, Signal, SignalData, StageId,
};

/// Something that holds for an account, or does not, or cannot be known.
#[derive(Clone, Debug, PartialEq)]
pub enum Condition {
    /// It stands in one of these stages.
    Stage(Vec<StageId>),
    /// It stands in one of these buckets.
    Bucket(Vec<Arc<str>>),
    /// It ever entered one of these stages or buckets.
    EverIn(Vec<Arc<str>>),
    /// A call took place before the one that is told of now: another is recorded, or it had entered one of these stages
    /// or buckets when this one began.
    CalledBefore(Vec<Arc<str>>),
    /// Its customer engaged, by email or call, or never did.
    Engaged(bool),
    /// The signal is a person's who is a specialist, or is not.
    BySpecialist(bool),
    /// The signal is an automatic answer, or is not.
    Automatic(bool),
    /// The signal's amount is what is given for its currency or more, or so many times the last invoice.
    Amount(Vec<Money>, Option<u32>),
    /// The signal ends the last subscription that is known, or others go on.
    LastSubscription(bool),
    /// An alert of that kind is open.
    AlertOpen(AlertKind),
    /// It has stood in its stage for so many days or more.
    DaysInStage(u32),
    /// There was no contact in its stage for so many days or more.
    DaysSinceTouch(u32),
    /// The first outreach of this stay on the board was so many days ago or more. Where a file put the card into a stage
    /// to which outreach leads, it was long ago.
    DaysSinceOutreach(u32),
    /// So many days or fewer are left before its next renewal.
    DaysBeforeRenewal(u32),
    /// A renewal has passed since it first entered this stage or bucket.
    RenewedSince(Arc<str>),
    /// It is on the board, in whatever column, or is not.
    OnBoard(bool),
    /// A fact passes a test.
    Fact(FactKey, Test),
    /// Its plan is one of these.
    Plan(Vec<Arc<str>>),
    /// It belongs to the segment.
    Segment(Segment),
    /// No invoice was paid yet, or one was.
    FirstPaymentDue(bool),
    /// Every one of these holds.
    All(Vec<Condition>),
    /// One of these holds.
    Any(Vec<Condition>),
    /// This does not hold.
    Not(Box<Condition>),
}

/// A test of one fact. Only `Known(false)` passes for an unknown one.
#[derive(Clone, Debug, PartialEq)]
pub enum Test {
    /// Whether it is known at all.
    Known(bool),
    /// Every bound must be kept. A value that cannot be compared (another currency) keeps none.
    Within(Vec<Bound>),
    /// It is one of these texts, whatever the case.
    OneOf(Vec<Arc<str>>),
    /// It says yes, or no.
    Is(bool),
}

/// One side of a range.
#[derive(Clone, Debug, PartialEq)]
pub enum Bound {
    /// More than this.
    Above(FactValue),
    /// This or more.
    AtLeast(FactValue),
    /// Less than this.
    Below(FactValue),
    /// This or less.
    AtMost(FactValue),
}

/// Whether a condition holds. What is unknown stays unknown under `not`, so that it never satisfies anything.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ternary {
    /// It holds.
    Yes,
    No,
    /// It cannot be known.
    Unknown,
}

impl Ternary {
    fn of(holds: bool) -> Self {
        if holds { Self::Yes } else { Self::No }
    }

    fn not(self) -> Self {
        match self {
            Self::Yes => Self::No,
            Self::No => Self::Yes,
            Self::Unknown => Self::Unknown,
        }
    }

    fn and(self, other: Self) -> Self {
        match (self, other) {
            (Self::No, _) | (_, Self::No) => Self::No,
            (Self::Unknown, _) | (_, Self::Unknown) => Self::Unknown,
            (Self::Yes, Self::Yes) => Self::Yes,
        }
    }
}

/// How far ahead is looked. Renewals come back within it.
pub(in crate::playbook) const HORIZON_DAYS: i64 = 370;

/// What a condition may look at.
#[derive(Clone, Copy)]
pub struct EvalContext<'a> {
    pub board: &'a Board,
    pub account: &'a Account,
    /// The signal that set the playbook off, if one did.
    pub signal: Option<&'a Signal>,
    /// The team.
    pub team: &'a Team,
    /// The moment.
    pub now: Now,
}

impl Condition {
    /// Whether only the signal that sets the playbook off can answer it, or a part of it.
    pub fn asks_the_signal(&self) -> bool {
        self.parts().iter().any(|part| part.answered_by().is_some())
    }

    /// Whether it asks where the account stands, or a part of it does.
    pub fn asks_the_place(&self) -> bool {
        let asks = |part: &&Self| matches!(part, Self::Stage(_) | Self::Bucket(_) | Self::OnBoard(_));
        self.parts().iter().any(asks)
    }

    /// Whether it never holds for an account whose onboarding is over or has not begun.
    pub fn needs_open(&self, pipeline: &Pipeline) -> bool {
        let is_open = |id: &StageId| pipeline.stage(id).is_some_and(|stage| !stage.is_closed());
        match self {
            Self::Stage(stages) => stages.iter().all(is_open),
            Self::Bucket(buckets) => {
                buckets.iter().flat_map(|bucket| pipeline.in_bucket(bucket)).all(|stage| is_open(&stage.id))
            }
            Self::All(all) => all.iter().any(|each| each.needs_open(pipeline)),
            Self::Any(any) => any.iter().all(|each| each.needs_open(pipeline)),
            _ => false,
        }
    }

    /// Whether it asks how long ago something was that does not happen again, or a part of it does.
    pub fn waits_for_time(&self) -> bool {
        self.parts().iter().any(|part| matches!(part, Self::DaysSinceOutreach(_)))
    }

    /// Whether it will hold because time passes.
    pub fn holds_in_time(&self, context: &EvalContext<'_>) -> bool {
        let at = context.now.at + TimeDelta::days(HORIZON_DAYS);
        let then = EvalContext { now: Now { at, ..context.now }, ..*context };
        self.waits_for_time() && self.holds(&then) == Ternary::Yes
    }

    /// The fact that it asks for, where it is a question for one.
    pub fn fact(&self) -> Option<&FactKey> {
        if let Self::Fact(key, _) = self {
            return Some(key);
        }
        matches!(self, Self::Plan(_)).then_some(&FactKey::Plan)
    }

    /// What it is made of: itself, where it is of one piece.
    pub fn parts(&self) -> Vec<&Self> {
        match self {
            Self::All(parts) | Self::Any(parts) => parts.iter().flat_map(Self::parts).collect(),
            Self::Not(inner) => inner.parts(),
            one => vec![one],
        }
    }

    /// The signals that can answer it, where it is a question to the signal; any of them, where none is named.
    pub fn answered_by(&self) -> Option<&'static [SignalKind]> {
        match self {
            Self::BySpecialist(_) | Self::Automatic(_) => Some(&[]),
            Self::Amount(..) => Some(&[SignalKind::InvoiceUpcoming, SignalKind::InvoicePaymentFailed]),
            Self::LastSubscription(_) => Some(&[SignalKind::SubscriptionCanceled]),
            Self::All(_)
            | Self::Any(_)
            | Self::Not(_)
            | Self::Stage(_)
            | Self::Bucket(_)
            | Self::EverIn(_)
            | Self::CalledBefore(_)
            | Self::Engaged(_)
            | Self::AlertOpen(_)
            | Self::DaysInStage(_)
            | Self::DaysSinceTouch(_)
            | Self::DaysSinceOutreach(_)
            | Self::DaysBeforeRenewal(_)
            | Self::RenewedSince(_)
            | Self::OnBoard(_)
            | Self::Fact(..)
            | Self::Plan(_)
            | Self::Segment(_)
            | Self::FirstPaymentDue(_) => None,
        }
    }

    /// Whether it holds in `context`.
    pub fn holds(&self, context: &EvalContext<'_>) -> Ternary {
        let EvalContext { board, account, .. } = *context;
        match self {
            Self::Bucket(buckets) => {
                Ternary::of(board.stage_of(account).is_some_and(|stage| buckets.contains(&stage.bucket)))
            }
            Self::EverIn(stamps) => Ternary::of(stamps.iter().any(|stamp| account.ever_in(stamp))),
            Self::CalledBefore(stamps) => Ternary::of(called_before(context, stamps)),
            Self::Engaged(wanted) => Ternary::of(account.engaged.is_some() == *wanted),
            Self::BySpecialist(wanted) => match context.signal.map(|signal| signal.by.as_deref()) {
                Some(Some(by)) => Ternary::of(context.team.is_specialist(by) == *wanted),
                Some(None) | None => Ternary::Unknown,
            },
            Self::Automatic(wanted) => match context.signal.map(|signal| &signal.data) {
                Some(SignalData::ReplyReceived { auto }) => Ternary::of(auto == wanted),
                Some(_) => Ternary::of(!wanted),
                None => Ternary::Unknown,
            },
            Self::Amount(least, times) => context
                .signal
                .map_or(Ternary::Unknown, |signal| amount_reaches(signal, least, *times, context)),
            Self::LastSubscription(wanted) => match context.signal {
                Some(signal) if signal.data.kind() == SignalKind::SubscriptionCanceled => {
                    let known = Subscriptions::at(account, signal.at, None);
                    Ternary::of(known.going_on().next().is_none() == *wanted)
                }
                // Whichever it will be, it is the last one.
                None if Subscriptions::of(account, None).going_on().count() < 2 => Ternary::of(*wanted),
                Some(_) | None => Ternary::Unknown,
            },
            Self::AlertOpen(kind) => {
                let mut alerts = board.alerts_of(&account.id);
                Ternary::of(alerts.any(|alert| alert.kind == *kind && alert.is_open(context.now.at)))
            }
            Self::DaysInStage(days) => account.placement.as_ref().map_or(Ternary::No, |place| {
                Ternary::of(context.now.days_since(place.since) >= i64::from(*days))
            }),
            Self::DaysSinceTouch(days) => account
                .silent_since()
                .map_or(Ternary::No, |since| Ternary::of(context.now.days_since(since) >= i64::from(*days))),
            Self::DaysSinceOutreach(days) => Ternary::of(match account.first_outreach(board.pipeline()) {
                Some(first) => context.now.days_since(first) >= i64::from(*days),
                None => board.is_started(account),
            }),
            Self::DaysBeforeRenewal(days) => {
                account.next_renewal(context.now.today()).map_or(Ternary::Unknown, |renewal| {
                    Ternary::of((0..=i64::from(*days)).contains(&context.now.days_until(renewal)))
                })
            }
            Self::RenewedSince(stamp) => account.stamps.get(stamp).map_or(Ternary::No, |entered| {
                let renewal = account.last_renewal(context.now.today());
                renewal.map_or(Ternary::Unknown, |renewal| Ternary::of(renewal > context.now.date(*entered)))
            }),
            Self::Stage(stages) => {
                Ternary::of(board.stage_of(account).is_some_and(|stage| stages.contains(&stage.id)))
            }
            Self::OnBoard(wanted) => Ternary::of(account.placement.is_some() == *wanted),
            Self::Fact(key, test) => test.passes(account.fact(key)),
            Self::Plan(plans) => Test::OneOf(plans.clone()).passes(account.fact(&FactKey::Plan)),
            Self::Segment(segment) => Ternary::of(account.segments.contains(segment)),
            Self::FirstPaymentDue(wanted) => Ternary::of(account.first_payment_due() == *wanted),
            Self::All(conditions) => {
                conditions.iter().fold(Ternary::Yes, |truth, each| truth.and(each.holds(context)))
            }
            Self::Any(conditions) => {
                let none =
                    conditions.iter().fold(Ternary::Yes, |truth, each| truth.and(each.holds(context).not()));
                none.not()
            }
            Self::Not(condition) => condition.holds(context).not(),
        }
    }
}

/// Whether every one of `conditions` holds.
pub(in crate::playbook) fn applies_all<'a>(
    mut conditions: impl Iterator<Item = &'a Condition>,
    context: &EvalContext<'_>,
) -> bool {
    conditions.all(|condition| condition.holds(context) == Ternary::Yes)
}

/// Whether a call took place before the one that the context's signal tells of, or that would be told of now.
///
/// Who moves a card on by hand after a call, and says only then that it was held, talks of one call and not of two: so
/// what counts is whether it stood in one of `stamps` when that call began.
fn called_before(context: &EvalContext<'_>, stamps: &[Arc<str>]) -> bool {
    let EvalContext { account, signal, now, .. } = *context;
    let is_other = |known: &&Signal| signal.is_none_or(|signal| signal.id != known.id);
    let returned = context.account.returned(context.board.pipeline());
    let is_of_stay = |known: &&Signal| returned.is_none_or(|returned| known.at >= returned);
    let held = account.signals.iter().filter(|known| known.data.kind() == SignalKind::CallHeld);
    let held = held.filter(is_of_stay);
    if held.filter(is_other).count() > 0 {
        return true;
    }
    // No other was held, so a booked one that was is this one. Before anybody says so, it is the one that began.
    let outcome = signal.map(|_| CallOutcome::Held);
    let booked = account.calls.values().filter(|call| call.outcome == outcome);
    let booked = booked.filter(|call| returned.is_none_or(|returned| call.starts_at >= returned));
    let at = signal.map_or(now.at, |signal| signal.at);
    let began = match outcome {
        Some(_) => booked.map(|call| call.starts_at).max(),
        None => booked.map(|call| call.starts_at).filter(|began| *began <= at).max(),
    };
    let began = began.unwrap_or(at);
    stamps.iter().any(|stamp| account.stamps.get(stamp).is_some_and(|entered| *entered <= began))
}

/// What is large in the currency of `amount`, of what is given per currency, with `amount` itself. Where nothing is given
/// for that currency, the team's rates say what it is worth in the first one that has.
pub fn large_amount(amount: Money, least: &[Money], team: &Team) -> Option<(Money, Money)> {
    let same = least.iter().find(|least| least.currency == amount.currency);
    let converted =
        || least.iter().find_map(|least| Some((*least, team.rates.convert(amount, least.currency)?)));
    same.map(|least| (*least, amount)).or_else(converted)
}

/// Whether a bill is large: as much as is given for its currency or more, or so many times the last one. In a currency
/// for which nothing is given, the first cannot be known.
fn amount_reaches(
    signal: &Signal,
    least: &[Money],
    times: Option<u32>,
    context: &EvalContext<'_>,
) -> Ternary {
    let Some(amount) = signal.data.amount() else { return Ternary::Unknown };
    let large = large_amount(amount, least, context.team).map(|(least, amount)| amount.minor >= least.minor);
    let before =
        context.account.last_bill(signal).filter(|bill| bill.currency == amount.currency && bill.minor > 0);
    let jump = times
        .zip(before)
        .map(|(times, bill)| i128::from(amount.minor) >= i128::from(bill.minor) * i128::from(times));
    match (large, jump) {
        (Some(true), _) | (_, Some(true)) => Ternary::Yes,
        (Some(false), _) => Ternary::No,
        (None, _) => Ternary::Unknown,
    }
}

impl Test {
    pub fn passes(&self, value: Option<&FactValue>) -> Ternary {
        match (self, value) {
            (Self::Known(wanted), value) => Ternary::of(value.is_some() == *wanted),
            (Self::Within(bounds), Some(value)) => {
                bounds.iter().fold(Ternary::Yes, |truth, bound| truth.and(bound.keeps(value)))
            }
            (Self::OneOf(texts), Some(value)) => {
                let value = value.to_string().to_lowercase();
                Ternary::of(texts.iter().any(|text| text.to_lowercase() == value))
            }
            (Self::Is(wanted), Some(FactValue::Flag(flag))) => Ternary::of(flag == wanted),
            (Self::Within(_) | Self::OneOf(_) | Self::Is(_), _) => Ternary::Unknown,
        }
    }
}

impl Bound {
    /// Where it is.
    pub fn limit(&self) -> &FactValue {
        let (Self::Above(limit) | Self::AtLeast(limit) | Self::Below(limit) | Self::AtMost(limit)) = self;
        limit
    }

    pub fn keeps(&self, value: &FactValue) -> Ternary {
        let Some(order) = value.compare(self.limit()) else { return Ternary::Unknown };
        Ternary::of(match self {
            Self::Above(_) => order.is_gt(),
            Self::AtLeast(_) => order.is_ge(),
            Self::Below(_) => order.is_lt(),
            Self::AtMost(_) => order.is_le(),
        })
    }
}

impl From<Money> for FactValue {
    fn from(money: Money) -> Self {
        Self::Money(money)
    }
}
