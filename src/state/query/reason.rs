//! Why an account needs a person: each reason, and how much it presses.

use serde::Serialize;

use crate::state::values::signal::SignalKind;

/// Why an account needs a person. In order of urgency.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Reason {
    /// An alert is open. While nobody is on it, nothing is more urgent; then it waits behind what nobody does.
    OpenAlert {
        /// What it says.
        text: String,
        /// Who said that they look after it.
        #[serde(skip_serializing_if = "Option::is_none")]
        acknowledged_by: Option<String>,
    },
    /// A call ended, and nobody said how it went.
    CallOutcomeMissing {
        /// What it says.
        text: String,
    },
    /// Nobody wrote to a new account, and its renewal is very near.
    OutreachOverdue {
        /// What it says.
        text: String,
    },
    /// Nobody wrote to a new account, and its renewal is near.
    OutreachDue {
        /// What it says.
        text: String,
    },
    /// The final outreach is to be written.
    FinalOutreachDue {
        /// What it says.
        text: String,
    },
    /// A task is due.
    TaskDue {
        /// What it says.
        text: String,
        /// What has to happen for it to be done by itself, if anything does.
        #[serde(skip)]
        done_on: Option<SignalKind>,
    },
    /// They wrote last.
    ReplyWaiting {
        /// What it says.
        text: String,
    },
    /// Nobody has looked at it.
    Unseen {
        /// What it says.
        text: String,
    },
    /// Nothing was heard for long.
    Quiet {
        /// What it says.
        text: String,
    },
    /// They engaged, and nothing is planned.
    NoNextStep {
        /// What it says.
        text: String,
    },
    /// It lasts longer than it should.
    OverTarget {
        /// What it says.
        text: String,
    },
    /// What is known does not go together.
    Inconsistent {
        /// What it says.
        text: String,
        /// What it is about.
        #[serde(skip)]
        mismatch: Mismatch,
    },
}

/// What does not go together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Mismatch {
    /// We wrote to them, and it still counts as new.
    StillNew,
    /// It counts as written to, and nobody wrote.
    NoOutreach,
    /// It stands under a label nobody knows.
    Unmapped,
    /// It is on the board, and nobody knows when it renews.
    NoRenewal,
    /// It is on the board, and nobody looks after it.
    NoOwner,
    /// It is finished, and not where it belongs.
    Misplaced,
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
    /// Why, in words.
    pub fn text(&self) -> &str {
        match self {
            Self::OpenAlert { text, .. }
            | Self::CallOutcomeMissing { text }
            | Self::OutreachOverdue { text }
            | Self::OutreachDue { text }
            | Self::FinalOutreachDue { text }
            | Self::TaskDue { text, .. }
            | Self::ReplyWaiting { text }
            | Self::Unseen { text }
            | Self::Quiet { text }
            | Self::NoNextStep { text }
            | Self::OverTarget { text }
            | Self::Inconsistent { text, .. } => text,
        }
    }

    /// Its place in the order of urgency; less presses more.
    pub fn rank(&self) -> u8 {
        match self {
            Self::OpenAlert { acknowledged_by: None, .. } => 0,
            Self::CallOutcomeMissing { .. } => 1,
            Self::OutreachOverdue { .. } => 2,
            Self::OutreachDue { .. } => 3,
            Self::FinalOutreachDue { .. } => 4,
            Self::TaskDue { .. } => 5,
            // In somebody's hands, like a task.
            Self::OpenAlert { acknowledged_by: Some(_), .. } => 6,
            Self::ReplyWaiting { .. } => 7,
            Self::Unseen { .. } => 8,
            Self::Quiet { .. } => 9,
            Self::NoNextStep { .. } => 10,
            Self::OverTarget { .. } => 11,
            Self::Inconsistent { .. } => 12,
        }
    }

    /// How much it presses.
    pub fn pressing(&self) -> Priority {
        match self {
            Self::OpenAlert { acknowledged_by: None, .. }
            | Self::CallOutcomeMissing { .. }
            | Self::OutreachOverdue { .. } => Priority::Now,
            Self::OpenAlert { .. }
            | Self::OutreachDue { .. }
            | Self::FinalOutreachDue { .. }
            | Self::TaskDue { .. }
            | Self::ReplyWaiting { .. } => Priority::Soon,
            Self::Unseen { .. }
            | Self::Quiet { .. }
            | Self::NoNextStep { .. }
            | Self::OverTarget { .. }
            | Self::Inconsistent { .. } => Priority::Later,
        }
    }
}
