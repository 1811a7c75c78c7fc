//! The words playbooks are written in.

use std::fmt;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::state::{Account, Board, FactKey, FactValue, Money, Segment, StageId, Standing};

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
}

/// What sets a playbook off.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trigger {
    /// Something new was learned about an account.
    FactsChanged,
}

/// Something that holds for an account, or does not, or cannot be known.
#[derive(Clone, Debug, PartialEq)]
pub enum Condition {
    /// It stands in one of these stages.
    Stage(Vec<StageId>),
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

impl Condition {
    /// Whether it holds for `account` on `board`.
    pub fn holds(&self, board: &Board, account: &Account) -> Truth {
        match self {
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
                conditions.iter().fold(Truth::Yes, |truth, each| truth.and(each.holds(board, account)))
            }
            Self::Any(conditions) => {
                let none = conditions
                    .iter()
                    .fold(Truth::Yes, |truth, each| truth.and(each.holds(board, account).not()));
                none.not()
            }
            Self::Not(condition) => condition.holds(board, account).not(),
        }
    }
}

impl Test {
    fn passes(&self, value: Option<&FactValue>) -> Truth {
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
    fn keeps(&self, value: &FactValue) -> Truth {
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
