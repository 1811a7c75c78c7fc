//! Why an account needs a person: each reason, and how much it presses.

use std::sync::Arc;

use chrono::{DateTime, NaiveDate, Utc};
use strum::VariantArray;

use crate::state::refusal::Better;
use crate::state::values::account::AccountId;
use crate::state::values::alert::Alert;
use crate::state::values::fact::{FactKey, Source};
use crate::state::values::finding::{FindingKind, News};
use crate::state::values::pipeline::StageId;
use crate::state::values::task::Task;

/// What a card waits for, beside its renewal coming near, before the final outreach is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FinalOutreachTiming {
    /// So many days since the first outreach of this stay.
    DaysAfterFirst(u32),
    /// A renewal that has passed since onboarding began: two full billing periods.
    AfterRenewal,
    /// Nothing: the handbook's rule, taken literally.
    Literal,
}

/// Why an account needs a person. In order of urgency.
#[derive(Clone, Debug, PartialEq, Eq, strum::IntoStaticStr, strum::VariantNames)]
#[strum(serialize_all = "snake_case")]
pub enum Reason {
    /// An alert is open. While nobody is on it, nothing is more urgent; then it waits behind what nobody does.
    OpenAlert {
        alert: Box<Alert>,
    },
    /// A file says that they are gone.
    ChurnedInFile {
        on: NaiveDate,
    },
    /// A file says that sales or a CSM looks after them.
    TakenOverInFile {
        by: Arc<str>,
    },
    /// A call ended, and nobody said how it went.
    CallOutcomeMissing {
        ended: DateTime<Utc>,
    },
    /// It waited for the final outreach, and its renewal has passed.
    FinalOutreachMissed {
        renewal: NaiveDate,
    },
    /// Nobody wrote to a new account, and its renewal is very near.
    OutreachOverdue {
        renewal: NaiveDate,
        /// Whether somebody who is no specialist wrote.
        by_others: bool,
    },
    /// Nobody wrote to a new account, and its renewal is near.
    OutreachDue {
        renewal: NaiveDate,
        by_others: bool,
    },
    /// The final outreach is to be written. The renewal, where one lies ahead.
    FinalOutreachDue {
        renewal: Option<NaiveDate>,
        /// What a playbook waited for before it brought the card here, if one did.
        timing: Option<FinalOutreachTiming>,
    },
    /// They bought a call, and none is booked.
    PurchasedCall {
        purchased: DateTime<Utc>,
    },
    /// A playbook brought it where the final outreach is to be written, and its renewal was moved far away since.
    FinalOutreachEarly {
        renewal: NaiveDate,
        /// Where it came from.
        back: StageId,
    },
    /// Its onboarding was over, and something new was learned since.
    BackAgain {
        news: News,
        /// What is known now of the fact that is news.
        value: Arc<str>,
        /// Where it starts again.
        start: StageId,
    },
    /// It may be an account that was known before.
    PossibleDuplicate {
        of: AccountId,
        name: Arc<str>,
        /// Under which fact both have the same.
        same: FactKey,
    },
    /// Mail to them came back, and nobody wrote again.
    MailBounced {
        /// The addresses that could not be reached; none where the report does not name them.
        to: Vec<Arc<str>>,
        /// When the last one came back.
        at: DateTime<Utc>,
    },
    /// A whole export did not have it, nor did a later file.
    LeftExport {
        export: Source,
        since: DateTime<Utc>,
    },
    /// Somebody covered for the owner, who is back.
    CoverEnded {
        /// The short name of the owner; nobody where nobody had it.
        owner: Option<Arc<str>>,
        since: DateTime<Utc>,
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

/// What the accounts that need a person are to be worked through by. In the order of urgency.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, strum::IntoStaticStr, strum::VariantArray,
)]
#[strum(serialize_all = "snake_case")]
pub enum TodayGroup {
    /// What cannot wait.
    Urgent,
    FirstOutreach,
    FinalOutreach,
    CallsToBook,
    /// What files brought that somebody has to judge.
    Review,
    /// Tasks, and alerts that somebody acknowledged on an earlier day.
    Tasks,
    Replies,
    New,
    /// Quiet, without a next step, or over the target.
    FollowUp,
    DataToCheck,
    /// What was done today. No reason leads there.
    Done,
}

impl TodayGroup {
    pub const ALL: &[Self] = Self::VARIANTS;

    /// Its word in JSON.
    pub fn word(self) -> &'static str {
        self.into()
    }
}

impl Reason {
    /// Its place in the order of urgency (less presses more), how much it presses, and where Today shows it. The ranks of
    /// a group follow each other.
    fn row(&self) -> (u8, Priority, TodayGroup) {
        use TodayGroup as Group;
        match self {
            Self::OpenAlert { alert } if alert.acknowledged.is_none() => {
                (rank_of_alert(alert), Priority::Now, Group::Urgent)
            }
            Self::ChurnedInFile { .. } | Self::TakenOverInFile { .. } => (1, Priority::Now, Group::Urgent),
            Self::CallOutcomeMissing { .. } => (2, Priority::Now, Group::Urgent),
            Self::FinalOutreachMissed { .. } => (3, Priority::Now, Group::Urgent),
            Self::OutreachOverdue { .. } => (4, Priority::Now, Group::Urgent),
            Self::OutreachDue { .. } => (5, Priority::Soon, Group::FirstOutreach),
            Self::FinalOutreachDue { .. } => (6, Priority::Soon, Group::FinalOutreach),
            Self::FinalOutreachEarly { .. } => (7, Priority::Soon, Group::FinalOutreach),
            Self::PurchasedCall { .. } => (8, Priority::Soon, Group::CallsToBook),
            Self::BackAgain { .. } => (9, Priority::Soon, Group::Review),
            Self::PossibleDuplicate { .. } => (10, Priority::Soon, Group::Review),
            // Those of one rank go by renewal.
            Self::MailBounced { .. } | Self::LeftExport { .. } => (11, Priority::Soon, Group::Review),
            Self::CoverEnded { .. } | Self::TaskDue { .. } => (12, Priority::Soon, Group::Tasks),
            Self::OpenAlert { alert } => (rank_of_alert(alert), Priority::Soon, Group::Tasks),
            Self::ReplyWaiting { .. } => (14, Priority::Soon, Group::Replies),
            Self::Unseen => (15, Priority::Later, Group::New),
            Self::Quiet { .. } => (16, Priority::Later, Group::FollowUp),
            Self::NoNextStep { .. } => (17, Priority::Later, Group::FollowUp),
            Self::OverTarget { .. } => (18, Priority::Later, Group::FollowUp),
            Self::Inconsistent(_) => (19, Priority::Later, Group::DataToCheck),
        }
    }

    /// Its word in JSON.
    pub fn word(&self) -> &'static str {
        self.into()
    }

    pub fn rank(&self) -> u8 {
        self.row().0
    }

    pub fn pressing(&self) -> Priority {
        self.row().1
    }

    /// Among which accounts Today shows one of which it is the first reason.
    pub fn group(&self) -> TodayGroup {
        self.row().2
    }

    /// The finding that it is about, which a person may dismiss; `None` for one that cannot be dismissed.
    pub fn finding(&self) -> Option<FindingKind> {
        match self {
            Self::PossibleDuplicate { .. } => Some(FindingKind::PossibleDuplicate),
            Self::LeftExport { .. } => Some(FindingKind::LeftExport),
            Self::BackAgain { .. } => Some(FindingKind::BackAgain),
            Self::MailBounced { .. } => Some(FindingKind::MailBounced),
            Self::OpenAlert { .. }
            | Self::ChurnedInFile { .. }
            | Self::TakenOverInFile { .. }
            | Self::CallOutcomeMissing { .. }
            | Self::FinalOutreachMissed { .. }
            | Self::OutreachOverdue { .. }
            | Self::OutreachDue { .. }
            | Self::FinalOutreachDue { .. }
            | Self::PurchasedCall { .. }
            | Self::FinalOutreachEarly { .. }
            | Self::CoverEnded { .. }
            | Self::TaskDue { .. }
            | Self::ReplyWaiting { .. }
            | Self::Unseen
            | Self::Quiet { .. }
            | Self::NoNextStep { .. }
            | Self::OverTarget { .. }
            | Self::Inconsistent(_) => None,
        }
    }

    /// Who looks after the alert that it is about, if it is about one.
    pub fn acknowledged_by(&self) -> Option<&str> {
        if let Self::OpenAlert { alert } = self { alert.acknowledged.as_deref() } else { None }
    }
}

/// The rank of the reason that `alert` is open: in somebody's hands, it waits like a task.
pub(super) fn rank_of_alert(alert: &Alert) -> u8 {
    if alert.acknowledged.is_none() { 0 } else { 13 }
}
