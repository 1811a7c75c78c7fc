//! The words playbooks are written in.

use std::fmt;
use std::sync::Arc;

use chrono::{NaiveTime, Weekday};
use serde::{Deserialize, Serialize};

use crate::state::signal::Kind;
use crate::state::{
    Account, AlertKind, Board, Command, FactKey, FactValue, Money, Now, Refusal, Segment, Signal, StageId,
    Standing, What,
};

/// A playbook's id, unique among playbooks; history and undo name it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct PlaybookId(pub Arc<str>);

impl fmt::Display for PlaybookId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

/// An automation: when something happens and conditions hold, do something.
#[derive(Clone, Debug, PartialEq)]
pub struct Playbook {
    /// Its id.
    pub id: PlaybookId,
    /// What people call it; the handbook's title where it has one.
    pub title: Arc<str>,
    /// What sets it off.
    pub on: Trigger,
    /// What must hold. All of it.
    pub when: Vec<Condition>,
    /// What it does, in order.
    pub then: Vec<Action>,
    /// Whose it is.
    pub origin: Origin,
    /// Whether the team's file switches it off, for everybody.
    pub off_in_file: bool,
}

/// Whose a playbook is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin {
    /// It ships with the program.
    BuiltIn,
    /// The team wrote it, or wrote a built-in one anew.
    Team,
}

impl Playbook {
    /// Whether it may act: neither the team's file nor anybody on `board` switched it off.
    pub fn is_on(&self, board: &Board) -> bool {
        !self.off_in_file && board.is_on(&self.id.0)
    }

    /// The command that switches it on or off.
    ///
    /// # Errors
    /// When it is to be on, and the team's file switches it off.
    pub fn switch(&self, on: bool) -> Result<Command, Refusal> {
        if on && self.off_in_file {
            return Err(Refusal::OffInFile { id: self.id.0.clone() });
        }
        Ok(Command::Switch { playbook: self.id.0.clone(), on })
    }
}

/// The playbooks in force, and what they must know of the team.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Playbooks {
    /// Every playbook, in the order they run in.
    pub all: Vec<Playbook>,
    /// The team.
    pub team: Team,
}

impl From<Vec<Playbook>> for Playbooks {
    fn from(all: Vec<Playbook>) -> Self {
        Self { all, team: Team::default() }
    }
}

/// What playbooks must know of the team.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Team {
    /// The specialists. While nobody is named, everybody is one.
    pub specialists: Vec<Arc<str>>,
    /// Who gets the alerts of accounts that nobody owns.
    pub fallback: Option<Arc<str>>,
}

impl Team {
    /// Whether `name` is a specialist.
    pub fn is_specialist(&self, name: &str) -> bool {
        self.specialists.is_empty() || self.specialists.iter().any(|known| known.eq_ignore_ascii_case(name))
    }
}

/// What sets a playbook off.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Trigger {
    /// Something new was learned about an account.
    FactsChanged,
    /// One of these happened.
    Signal(Vec<Kind>),
    /// It entered one of these stages.
    StageEntered(Vec<StageId>),
    /// So many days or fewer are left before its next renewal; once per renewal.
    DaysBeforeRenewal(u32),
    /// It has stood in its stage for so many days; once per stay.
    DaysInStage(u32),
    /// Nothing was heard for so many days; once per silence.
    DaysSinceTouch(u32),
    /// The clock says so; once a day, or once a week.
    Clock(Option<Weekday>, NaiveTime),
}

/// Something that holds for an account, or does not, or cannot be known.
#[derive(Clone, Debug, PartialEq)]
pub enum Condition {
    /// It stands in one of these stages.
    Stage(Vec<StageId>),
    /// It stands in one of these buckets.
    Bucket(Vec<Arc<str>>),
    /// It ever entered one of these stages or buckets.
    EverIn(Vec<Arc<str>>),
    /// Its customer engaged, by email or call, or never did.
    Engaged(bool),
    /// The signal is a person's who is a specialist, or is not.
    BySpecialist(bool),
    /// The signal is an automatic answer, or is not.
    Automatic(bool),
    /// The signal's amount is this or more, or so many times the last invoice.
    Amount(Money, Option<u32>),
    /// An alert of that kind is open.
    AlertOpen(AlertKind),
    /// It has stood in its stage for so many days or more.
    DaysInStage(u32),
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

/// What a playbook does.
#[derive(Clone, Debug, PartialEq)]
pub enum Action {
    /// Puts the account into a stage, by the rules a person is held to.
    Move(StageId),
    /// Adds it to a segment.
    Join(Segment),
    /// Takes it out of a segment.
    Leave(Segment),
    /// Like `Move`, with the reason that lets a card leave a closed stage.
    MoveBecause(StageId, Arc<str>),
    /// Notes that it entered a stage or bucket, if it never did.
    Stamp(Arc<str>),
    /// Raises the alert that the signal is about.
    Raise(AlertKind),
    /// Closes the alert that the signal is about.
    Close(AlertKind),
    /// Sets a task, once: the playbook's id is the task's.
    Task(Arc<str>, Option<u32>),
    /// Gives it an owner, if it has none.
    Assign(Arc<str>),
}

/// Whether a condition holds. What is unknown stays unknown under `not`, so that it never satisfies anything.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Truth {
    /// It holds.
    Yes,
    /// It does not.
    No,
    /// It cannot be known.
    Unknown,
}

impl Truth {
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

/// What a condition may look at.
#[derive(Clone, Copy)]
pub struct Scene<'a> {
    /// The board.
    pub board: &'a Board,
    /// The account.
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
        match self {
            Self::BySpecialist(_) | Self::Automatic(_) | Self::Amount(..) => true,
            Self::All(parts) | Self::Any(parts) => parts.iter().any(Self::asks_the_signal),
            Self::Not(inner) => inner.asks_the_signal(),
            Self::Stage(_)
            | Self::Bucket(_)
            | Self::EverIn(_)
            | Self::Engaged(_)
            | Self::AlertOpen(_)
            | Self::DaysInStage(_)
            | Self::OnBoard(_)
            | Self::Fact(..)
            | Self::Plan(_)
            | Self::Segment(_)
            | Self::FirstPaymentDue(_) => false,
        }
    }

    /// Whether it holds in `scene`.
    pub fn holds(&self, scene: &Scene<'_>) -> Truth {
        let Scene { board, account, .. } = *scene;
        match self {
            Self::Bucket(buckets) => Truth::of(match board.standing(account) {
                Standing::In(_, stage) => buckets.contains(&stage.bucket),
                Standing::Off | Standing::Unmapped(_) => false,
            }),
            Self::EverIn(stamps) => Truth::of(stamps.iter().any(|stamp| account.ever_in(stamp))),
            Self::Engaged(wanted) => Truth::of(account.engaged.is_some() == *wanted),
            Self::BySpecialist(wanted) => match scene.signal.map(|signal| signal.by.as_deref()) {
                Some(Some(by)) => Truth::of(scene.team.is_specialist(by) == *wanted),
                Some(None) | None => Truth::Unknown,
            },
            Self::Automatic(wanted) => match scene.signal.map(|signal| &signal.what) {
                Some(What::ReplyReceived { auto }) => Truth::of(auto == wanted),
                Some(_) => Truth::of(!wanted),
                None => Truth::Unknown,
            },
            Self::Amount(least, times) => scene
                .signal
                .map_or(Truth::Unknown, |signal| amount_reaches(&signal.what, *least, *times, account)),
            Self::AlertOpen(kind) => Truth::of(board.alerts().any(|alert| {
                alert.kind == *kind && alert.account == account.id && alert.is_open(scene.now.at)
            })),
            Self::DaysInStage(days) => account
                .place
                .as_ref()
                .map_or(Truth::No, |place| Truth::of(scene.now.days_since(place.since) >= i64::from(*days))),
            Self::Stage(stages) => Truth::of(match board.standing(account) {
                Standing::In(_, stage) => stages.contains(&stage.id),
                Standing::Off | Standing::Unmapped(_) => false,
            }),
            Self::OnBoard(wanted) => Truth::of(account.place.is_some() == *wanted),
            Self::Fact(key, test) => test.passes(account.fact(key)),
            Self::Plan(plans) => Test::OneOf(plans.clone()).passes(account.fact(&FactKey::Plan)),
            Self::Segment(segment) => Truth::of(account.segments.contains(segment)),
            Self::FirstPaymentDue(wanted) => Truth::of(account.first_payment_due() == *wanted),
            Self::All(conditions) => {
                conditions.iter().fold(Truth::Yes, |truth, each| truth.and(each.holds(scene)))
            }
            Self::Any(conditions) => {
                let none =
                    conditions.iter().fold(Truth::Yes, |truth, each| truth.and(each.holds(scene).not()));
                none.not()
            }
            Self::Not(condition) => condition.holds(scene).not(),
        }
    }
}

/// Whether a bill is large: this much or more, or so many times the last one. In another currency, the first cannot
/// be known.
fn amount_reaches(what: &What, least: Money, times: Option<u32>, account: &Account) -> Truth {
    let amount = match what {
        What::InvoiceUpcoming { amount, .. } | What::InvoicePaymentFailed { amount, .. } => *amount,
        _ => return Truth::Unknown,
    };
    let large = (amount.currency == least.currency).then_some(amount.minor >= least.minor);
    let before = account
        .money(&FactKey::LastInvoice)
        .filter(|bill| bill.currency == amount.currency && bill.minor > 0);
    let jump =
        times.zip(before).map(|(times, bill)| amount.minor >= bill.minor.saturating_mul(i64::from(times)));
    match (large, jump) {
        (Some(true), _) | (_, Some(true)) => Truth::Yes,
        (Some(false), _) => Truth::No,
        (None, _) => Truth::Unknown,
    }
}

impl Test {
    pub(super) fn passes(&self, value: Option<&FactValue>) -> Truth {
        match (self, value) {
            (Self::Known(wanted), value) => Truth::of(value.is_some() == *wanted),
            (_, None) => Truth::Unknown,
            (Self::Within(bounds), Some(value)) => {
                bounds.iter().fold(Truth::Yes, |truth, bound| truth.and(bound.keeps(value)))
            }
            (Self::OneOf(texts), Some(value)) => {
                let value = value.to_string().to_lowercase();
                Truth::of(texts.iter().any(|text| text.to_lowercase() == value))
            }
            (Self::Is(wanted), Some(value)) => match value {
                FactValue::Flag(flag) => Truth::of(flag == wanted),
                FactValue::Text(_)
                | FactValue::Number(_)
                | FactValue::Money(_)
                | FactValue::Date(_)
                | FactValue::List(_) => Truth::Unknown,
            },
        }
    }
}

impl Bound {
    pub(super) fn keeps(&self, value: &FactValue) -> Truth {
        let (Self::Above(bound) | Self::AtLeast(bound) | Self::Below(bound) | Self::AtMost(bound)) = self;
        let Some(order) = value.compare(bound) else { return Truth::Unknown };
        Truth::of(match self {
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
