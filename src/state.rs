//! The board as values: what an onboarding board is, and the rules it keeps.
//!
//! Everything here is pure. Time is an argument, nothing reads a disk, a terminal or a clock, and the same
//! entries always fold into the same [`Board`]. Its rooms look only down:
//!
//! | room | what it holds |
//! |---|---|
//! | [`query`] | questions about a board and a moment: who needs a person and why, the forecast, whose a signal may be |
//! | [`mod@decide`] | the rules: a command in, events or a refusal out |
//! | [`board`] | the fold of all entries, its snapshot, and what can be undone |
//! | [`event`], [`command`], [`refusal`] | what happened, what may be asked, and the polite no |
//! | [`values`] | accounts, facts, signals, alerts, tasks, money, time, the pipeline |

pub mod board;
pub mod command;
pub mod decide;
pub mod event;
pub mod query;
pub mod refusal;
pub mod values;

pub use self::board::{Board, Position};
pub use self::command::{
    AccountFacts, AlertChange, Batch, Command, Commands, PointChange, PossibleDuplicate, Submission,
    TaskChange,
};
pub use self::decide::decide;
pub use self::decide::undo::known_before;
pub use self::event::{Change, Entry, Event, UnmatchedSignal};
pub use self::query::attention::Attention;
pub use self::query::done_today::{DoneChange, DoneToday};
pub use self::query::forecast::{Forecast, RiskWeights};
pub use self::query::lookup::AccountLookup;
pub use self::query::reason::{LostCall, Mismatch, Priority, Reason, TodayGroup};
pub use self::query::upcoming::{Upcoming, UpcomingEvent, upcoming};
pub use self::refusal::Refusal;
pub use self::values::account::{
    Account, AccountId, Cover, HistoryItem, Note, Owner, Placement, Risk, RiskLevel, Segment, Snooze, Stamp,
};
pub use self::values::account_ref::AccountRef;
pub use self::values::actor::{Actor, Cause, Seq};
pub use self::values::alert::{Alert, AlertKey, AlertKind, AlertState};
pub use self::values::billing_interval::BillingInterval;
pub use self::values::by_fact::{ByFact, FactValues};
pub use self::values::checklist::{Checklist, ChecklistPoint, PointId, PointState};
pub use self::values::fact::{Fact, FactKey, FactKind, FactValue, Source};
pub use self::values::facts::{FactRef, Facts};
pub use self::values::finding::{Finding, FindingData, FindingKind, News};
pub use self::values::money::{Currency, Money, MoneySum};
pub use self::values::occasion::Occasion;
pub use self::values::pipeline::{Phase, Pipeline, Stage, StageId};
pub use self::values::pushed::{PushedFields, PushedValue};
pub use self::values::refund::{Refund, RefundKind};
pub use self::values::roster::{PersonColor, Roster, Specialist};
pub use self::values::signal::{Signal, SignalData, SignalId, SignalKey, SignalKind};
pub use self::values::small_map::{SmallMap, SmallSet};
pub use self::values::source_read::SourceRead;
pub use self::values::task::{Task, TaskId};
pub use self::values::time::Now;
pub use self::values::when::When;
