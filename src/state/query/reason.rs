//! Why an account needs a person: each reason, and how much it presses.

use std::sync::Arc;

use chrono::{DateTime, NaiveDate, Utc};

use crate::state::refusal::Better;
use crate::state::values::alert::Alert;
use crate::state::values::pipeline::StageId;
use crate::state::values::task::Task;

/// Why an account needs a person. In order of urgency.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reason {
    /// An alert is open. While nobody is on it, nothing is more urgent; then it waits behind what nobody does.
    OpenAlert {
        alert: Box<Alert>,
    },
    /// A call ended, and nobody said how it went.
    CallOutcomeMissing {
        ended: DateTime<Utc>,
    },
    /// Nobody wrote to a new account, and its renewal is very near.
    OutreachOverdue {
        renewal: NaiveDate,
    },
    /// Nobody wrote to a new account, and its renewal is near.
    OutreachDue {
        renewal: NaiveDate,
    },
    /// The final outreach is to be written. The renewal, where one lies ahead.
    FinalOutreachDue {
        renewal: Option<NaiveDate>,
    },
    TaskDue {
        task: Box<Task>,
    },
    /// They wrote last.
    ReplyWaiting {
        replied: DateTime<Utc>,
    },
    /// Nobody has opened it.
    Unseen,
    /// Nothing was heard for longer than its stage allows.
    Quiet {
        since: DateTime<Utc>,
    },
    /// They engaged, and nothing is planned.
    NoNextStep {
        lost_call: Option<LostCall>,
    },
    /// Onboarding lasts longer than it should.
    OverTarget {
        week: u32,
        target: u32,
    },
    /// What is known does not go together.
    Inconsistent(Mismatch),
}

/// How the last call was lost.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LostCall {
    NoShow,
    Canceled,
}

/// What does not go together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Mismatch {
    /// We wrote to them, and it stands where outreach is awaited.
    StillNew {
        stage: StageId,
    },
    /// It stands where outreach leads to, and none is recorded.
    NoOutreach {
        stage: StageId,
    },
    /// It stands under a label that names no stage.
    Unmapped {
        label: Arc<str>,
    },
    /// It is on the board, and its next renewal is unknown; perhaps the one we knew has passed.
    NoRenewal {
        has_passed: bool,
    },
    NoOwner,
    /// Onboarding is over for it, in a stage that does not go with whether they engaged.
    Misplaced {
        stage: StageId,
        engaged: bool,
        better: Better,
    },
}

/// How much a reason presses.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Priority {
    /// It cannot wait.
    Now,
    /// It should be done today.
    Soon,
    /// It is good to know.
    Later,
}

impl Reason {
    /// Its word in JSON.
    pub fn word(&self) -> &'static str {
        match self {
            Self::OpenAlert { .. } => "open_alert",
            Self::CallOutcomeMissing { .. } => "call_outcome_missing",
            Self::OutreachOverdue { .. } => "outreach_overdue",
            Self::OutreachDue { .. } => "outreach_due",
            Self::FinalOutreachDue { .. } => "final_outreach_due",
            Self::TaskDue { .. } => "task_due",
            Self::ReplyWaiting { .. } => "reply_waiting",
            Self::Unseen => "unseen",
            Self::Quiet { .. } => "quiet",
            Self::NoNextStep { .. } => "no_next_step",
            Self::OverTarget { .. } => "over_target",
            Self::Inconsistent(_) => "inconsistent",
        }
    }

    /// Who looks after the alert that it is about, if it is about one.
    pub fn acknowledged_by(&self) -> Option<&str> {
        match self {
            Self::OpenAlert { alert } => alert.acknowledged.as_deref(),
            Self::CallOutcomeMissing { .. }
            | Self::OutreachOverdue { .. }
            | Self::OutreachDue { .. }
            | Self::FinalOutreachDue { .. }
            | Self::TaskDue { .. }
            | Self::ReplyWaiting { .. }
            | Self::Unseen
            | Self::Quiet { .. }
            | Self::NoNextStep { .. }
            | Self::OverTarget { .. }
            | Self::Inconsistent(_) => None,
        }
    }

    /// Its place in the order of urgency; less presses more.
    pub fn rank(&self) -> u8 {
        match self {
            Self::OpenAlert { alert } => rank_of_alert(alert),
            Self::CallOutcomeMissing { .. } => 1,
            Self::OutreachOverdue { .. } => 2,
            Self::OutreachDue { .. } => 3,
            Self::FinalOutreachDue { .. } => 4,
            Self::TaskDue { .. } => 5,
            Self::ReplyWaiting { .. } => 7,
            Self::Unseen => 8,
            Self::Quiet { .. } => 9,
            Self::NoNextStep { .. } => 10,
            Self::OverTarget { .. } => 11,
            Self::Inconsistent(_) => 12,
        }
    }

    /// How much it presses.
    pub fn pressing(&self) -> Priority {
        match self {
            Self::OpenAlert { alert } if alert.acknowledged.is_none() => Priority::Now,
            Self::CallOutcomeMissing { .. } | Self::OutreachOverdue { .. } => Priority::Now,
            Self::OpenAlert { .. }
            | Self::OutreachDue { .. }
            | Self::FinalOutreachDue { .. }
            | Self::TaskDue { .. }
            | Self::ReplyWaiting { .. } => Priority::Soon,
            Self::Unseen
            | Self::Quiet { .. }
            | Self::NoNextStep { .. }
            | Self::OverTarget { .. }
            | Self::Inconsistent(_) => Priority::Later,
        }
    }
}

/// The rank of the reason that `alert` is open: in somebody's hands, it waits like a task.
pub(super) fn rank_of_alert(alert: &Alert) -> u8 {
    if alert.acknowledged.is_none() { 0 } else { 6 }
}
