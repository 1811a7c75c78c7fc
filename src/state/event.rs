//! What happened: the persisted words. A journal is a list of entries, and each entry a list of these.
//!
//! Every event says what was and what is, so that it can be taken back exactly (see `undo.rs`) and checked
//! for having been overtaken. Files of every released version are read for ever: variants and fields may be
//! added, never renamed.

mod who;

use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

pub use self::who::{Actor, Cause};
use super::account::{AccountId, Note, Owner, Place, Risk, Segment, Snooze, Stamp};
use super::alert::{Alert, AlertKey};
use super::fact::{Fact, FactKey, FactValue, Source};
use super::record::AccountRef;
use super::signal::{Call, CallId, Signal, SignalId};
use super::task::{Task, TaskId};

/// An entry's number: the first is 1, and there are no gaps.
pub type Seq = u64;

/// One change of one account.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Event {
    /// It came to be known.
    Added {
        /// Which account.
        account: AccountId,
    },
    /// It is forgotten again: only ever takes back `Added`.
    Removed {
        /// Which account.
        account: AccountId,
    },
    /// Facts were learned.
    Learned {
        /// About which account.
        account: AccountId,
        /// From where.
        #[serde(deserialize_with = "super::shared::text")]
        source: Source,
        /// Since when they are so, where that is not the time of the entry.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        at: Option<DateTime<Utc>>,
        /// What is known now.
        facts: BTreeMap<FactKey, FactValue>,
        /// What was known before, of those facts that were.
        #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
        was: BTreeMap<FactKey, Fact>,
    },
    /// Facts were put back to what they were: takes back `Learned`, or itself.
    Restored {
        /// About which account.
        account: AccountId,
        /// What was known; nothing for a fact that was unknown.
        from: BTreeMap<FactKey, Option<Fact>>,
        /// What is known again.
        to: BTreeMap<FactKey, Option<Fact>>,
    },
    /// It went from one column to another, onto the board or off it.
    Moved {
        /// Which account.
        account: AccountId,
        /// Where it stood.
        from: Option<Place>,
        /// Where it stands.
        to: Option<Place>,
        /// What made it so.
        cause: Cause,
        /// Why, in a person's words.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reason: Option<Arc<str>>,
    },
    /// It entered a stage or a bucket for the first time.
    Stamped {
        /// Which account.
        account: AccountId,
        /// The stage or bucket.
        stamp: Stamp,
        /// When.
        at: DateTime<Utc>,
    },
    /// It never entered there after all: only ever takes back `Stamped`.
    Unstamped {
        /// Which account.
        account: AccountId,
        /// The stage or bucket.
        stamp: Stamp,
        /// When it was thought to.
        at: DateTime<Utc>,
    },
    /// What we know of the customer's engagement changed.
    Engaged {
        /// Which account.
        account: AccountId,
        /// Since when it counted as engaged.
        from: Option<DateTime<Utc>>,
        /// Since when it counts now.
        to: Option<DateTime<Utc>>,
    },
    /// It joined a segment.
    Joined {
        /// Which account.
        account: AccountId,
        /// Which segment.
        segment: Segment,
        /// What made it so.
        cause: Cause,
    },
    /// It left a segment.
    Left {
        /// Which account.
        account: AccountId,
        /// Which segment.
        segment: Segment,
        /// What made it so.
        cause: Cause,
    },
    /// Its owner changed.
    Owned {
        /// Which account.
        account: AccountId,
        /// The owner before.
        from: Option<Owner>,
        /// The owner now.
        to: Option<Owner>,
    },
    /// Its payment risk was assessed.
    Assessed {
        /// Which account.
        account: AccountId,
        /// The risk before.
        from: Risk,
        /// The risk now.
        to: Risk,
    },
    /// Somebody wrote something down.
    Noted {
        /// About which account.
        account: AccountId,
        /// What.
        note: Note,
    },
    /// A note was struck: takes back `Noted`.
    Struck {
        /// About which account.
        account: AccountId,
        /// What.
        note: Note,
    },
    /// A person looked at it for the first time, or never did after all.
    Seen {
        /// Which account.
        account: AccountId,
        /// When it had been seen before.
        from: Option<DateTime<Utc>>,
        /// When it was seen.
        to: Option<DateTime<Utc>>,
    },
    /// Something happened.
    Recorded {
        /// To which account.
        account: AccountId,
        /// What.
        signal: Signal,
    },
    /// It did not happen after all: takes back `Recorded`.
    Unrecorded {
        /// To which account.
        account: AccountId,
        /// What.
        signal: Signal,
    },
    /// A call was booked, put elsewhere, or ended.
    Called {
        /// With which account.
        account: AccountId,
        /// Which call.
        call: CallId,
        /// The call before.
        from: Option<Call>,
        /// The call now.
        to: Option<Call>,
    },
    /// A task was set, changed or done.
    Tasked {
        /// For which account.
        account: AccountId,
        /// Which task.
        task: TaskId,
        /// The task before.
        from: Option<Task>,
        /// The task now.
        to: Option<Task>,
    },
    /// It was put out of sight, or came back.
    Snoozed {
        /// Which account.
        account: AccountId,
        /// The snooze before.
        from: Option<Snooze>,
        /// The snooze now.
        to: Option<Snooze>,
    },
    /// An alert was raised, changed or closed.
    Alerted {
        /// About which account.
        account: AccountId,
        /// Which alert.
        key: AlertKey,
        /// The alert before.
        from: Option<Box<Alert>>,
        /// The alert now.
        to: Option<Box<Alert>>,
    },
    /// A playbook did its work. What follows in the entry is what it did.
    Fired {
        /// For which account.
        account: AccountId,
        /// Which playbook.
        playbook: Arc<str>,
        /// For which occasion: `renewal:2025-01-30`, `signal:evt-1`.
        occasion: Arc<str>,
        /// Whether it must not do so again for the same occasion.
        once: bool,
    },
    /// It did not after all: takes back `Fired`.
    Unfired {
        /// For which account.
        account: AccountId,
        /// Which playbook.
        playbook: Arc<str>,
        /// For which occasion.
        occasion: Arc<str>,
        /// See `Fired`.
        once: bool,
    },
    /// A signal named no account, or several: somebody must say which. Or somebody said.
    Unmatched {
        /// The signal's id.
        signal: SignalId,
        /// What waited before.
        from: Option<Box<Unmatched>>,
        /// What waits now.
        to: Option<Box<Unmatched>>,
    },
    /// A playbook was switched on or off.
    Switched {
        /// Which playbook.
        playbook: Arc<str>,
        /// Whether it was on.
        from: bool,
        /// Whether it is.
        to: bool,
    },
}

impl Event {
    /// The account it is about; nothing when it is about none.
    pub fn account(&self) -> Option<&AccountId> {
        match self {
            Self::Added { account }
            | Self::Removed { account }
            | Self::Learned { account, .. }
            | Self::Restored { account, .. }
            | Self::Moved { account, .. }
            | Self::Stamped { account, .. }
            | Self::Unstamped { account, .. }
            | Self::Engaged { account, .. }
            | Self::Joined { account, .. }
            | Self::Left { account, .. }
            | Self::Owned { account, .. }
            | Self::Assessed { account, .. }
            | Self::Noted { account, .. }
            | Self::Struck { account, .. }
            | Self::Seen { account, .. }
            | Self::Recorded { account, .. }
            | Self::Unrecorded { account, .. }
            | Self::Called { account, .. }
            | Self::Tasked { account, .. }
            | Self::Snoozed { account, .. }
            | Self::Alerted { account, .. }
            | Self::Fired { account, .. }
            | Self::Unfired { account, .. } => Some(account),
            Self::Unmatched { .. } | Self::Switched { .. } => None,
        }
    }

    /// Whether it changes nothing but an account that is there, so that several in a row can share one look-up.
    pub(super) fn stays_within_its_account(&self) -> bool {
        !matches!(
            self,
            Self::Added { .. }
                | Self::Removed { .. }
                | Self::Recorded { .. }
                | Self::Unrecorded { .. }
                | Self::Alerted { .. }
                | Self::Unmatched { .. }
                | Self::Switched { .. }
        )
    }
}

/// A signal that waits for somebody to say whose it is.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Unmatched {
    /// The signal.
    pub signal: Signal,
    /// How it named its account, in words: `billing@example.com`.
    pub named: Arc<str>,
    /// The same, to look it up by.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub whom: Option<AccountRef>,
    /// Whom that could mean when it came; nobody when it fitted no account. See `inbox` for whom it could mean now.
    pub candidates: Vec<AccountId>,
    /// Whether somebody said that it is nobody's.
    #[serde(default)]
    pub dismissed: bool,
}

/// A command's answer as it is kept: everything that happened because of it, at once or not at all.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Entry {
    /// Its number.
    pub seq: Seq,
    /// When it was decided.
    pub at: DateTime<Utc>,
    /// Who asked.
    pub by: Actor,
    /// What was asked, as a person would type it: `move A-1 2`.
    pub command: Arc<str>,
    /// The entry it takes back.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub undoes: Option<Seq>,
    /// The undo it takes back.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub redoes: Option<Seq>,
    /// What happened, in order.
    pub events: Vec<Event>,
}

impl Entry {
    /// Whether a person may take it back. Having looked at a card is not a change of mind to undo, nor is a playbook
    /// that found nothing to do.
    pub fn is_undoable(&self) -> bool {
        let changes = |event: &Event| !matches!(event, Event::Seen { .. } | Event::Fired { once: true, .. });
        matches!(self.by, Actor::Person(_)) && self.events.iter().any(changes)
    }
}
