//! What happened: the persisted words. A journal is a list of entries, and each entry a list of these.
//!
//! Every change says what was and what is, so that it can be taken back exactly (see `decide/undo.rs`) and checked
//! for having been overtaken. Files of every released version are read for ever: variants and fields may be
//! added, never renamed without a new journal format (see `store/journal.rs`).

mod json;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::values::account::{
    Account, AccountId, Cover, Note, Owner, Placement, Risk, Segment, Snooze, Stamp,
};
use super::values::account_ref::AccountRef;
use super::values::actor::{Actor, Cause, Seq};
use super::values::alert::{Alert, AlertKey};
use super::values::by_fact::FactValues;
use super::values::checklist::{PointId, PointState};
use super::values::fact::{Fact, FactKey, Source};
use super::values::finding::{Finding, FindingKind};
use super::values::occasion::Occasion;
use super::values::pushed::PushedValue;
use super::values::refund::Refund;
use super::values::signal::{Call, CallId, Signal, SignalId, SignalKey};
use super::values::source_read::SourceRead;
use super::values::task::{Task, TaskId};

/// One thing that happened to the board.
///
/// Written `{"account":"A-1","moved":{…}}`, or `{"unmatched_changed":{…}}` where it is about no account.
#[derive(Clone, Debug, PartialEq)]
pub enum Event {
    /// An account changed.
    Account { account: AccountId, change: Change },
    /// A signal named no account, or several, and waits for a person to choose; or a person chose.
    UnmatchedChanged {
        signal: SignalId,
        from: Option<Box<UnmatchedSignal>>,
        to: Option<Box<UnmatchedSignal>>,
    },
    /// A playbook was switched on or off.
    PlaybookSwitched { playbook: Arc<str>, from: bool, to: bool },
    /// A live source was read. Never taken back: what was read once was read.
    SourceRead { source: Arc<str>, from: Option<SourceRead>, to: SourceRead },
    /// Entries were lost to damage, and a repair put this in their place. Never taken back.
    EntryLost {
        /// How many; `None` when nothing tells.
        count: Option<u64>,
        /// The accounts they may have changed, as far as anything tells.
        accounts: Vec<AccountId>,
        /// The signals that are known to have been taken back by them. No source records them again.
        taken_back: Vec<SignalKey>,
    },
}

/// One change of one account.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Change {
    /// The board learned of the account.
    Added,
    /// The account is forgotten again: only ever takes back `Added`.
    Removed,
    /// Facts became known.
    FactsUpdated {
        #[serde(deserialize_with = "super::values::arc_str::text")]
        source: Source,
        /// Since when they hold, where that is not the time of the entry.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        at: Option<DateTime<Utc>>,
        facts: FactValues,
        /// What was known before, of those facts that were.
        #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
        was: BTreeMap<FactKey, Fact>,
    },
    /// Facts were cleared, or put back: takes back `FactsUpdated`, or itself. `None` stands for an unknown fact.
    FactsRestored {
        from: BTreeMap<FactKey, Option<Fact>>,
        to: BTreeMap<FactKey, Option<Fact>>,
    },
    /// The account went from one column to another, onto the board or off it.
    Moved {
        from: Option<Placement>,
        to: Option<Placement>,
        cause: Cause,
        /// In a person's words.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reason: Option<Arc<str>>,
    },
    /// The account entered a stage or a bucket for the first time.
    StampSet {
        stamp: Stamp,
        at: DateTime<Utc>,
    },
    /// Only ever takes back `StampSet`.
    StampRemoved {
        stamp: Stamp,
        at: DateTime<Utc>,
    },
    /// The time since when the customer counts as engaged changed.
    EngagementChanged {
        from: Option<DateTime<Utc>>,
        to: Option<DateTime<Utc>>,
    },
    SegmentJoined {
        segment: Segment,
        cause: Cause,
        /// Whether no import brought it in before, because a person had taken it out.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        kept_out: bool,
    },
    SegmentLeft {
        segment: Segment,
        cause: Cause,
        /// Whether no import brings it in again, because a person took it out.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        kept_out: bool,
    },
    OwnerChanged {
        from: Option<Owner>,
        to: Option<Owner>,
    },
    /// Somebody looks after the account in place of its owner from now on, or no longer.
    CoverChanged {
        from: Option<Cover>,
        to: Option<Cover>,
    },
    RiskChanged {
        from: Risk,
        to: Risk,
    },
    NoteAdded {
        note: Note,
    },
    /// Only ever takes back `NoteAdded`.
    NoteRemoved {
        note: Note,
    },
    /// A point of a checklist was ticked or unticked, or its observation changed.
    PointChanged {
        #[serde(deserialize_with = "super::values::arc_str::text")]
        point: PointId,
        from: Option<PointState>,
        to: Option<PointState>,
    },
    RefundRecorded {
        refund: Refund,
    },
    /// Only ever takes back `RefundRecorded`.
    RefundRemoved {
        refund: Refund,
    },
    /// Another system was told these values. That cannot be taken back here.
    Pushed {
        source: Arc<str>,
        fields: BTreeMap<Arc<str>, PushedValue>,
    },
    /// A person looked at the account for the first time, or that was taken back.
    Seen {
        from: Option<DateTime<Utc>>,
        to: Option<DateTime<Utc>>,
    },
    SignalRecorded {
        signal: Signal,
    },
    /// Only ever takes back `SignalRecorded`.
    SignalRemoved {
        signal: Signal,
    },
    /// A call was booked, rescheduled, or ended.
    CallChanged {
        call: CallId,
        from: Option<Call>,
        to: Option<Call>,
    },
    /// A task was added, changed or done.
    TaskChanged {
        task: TaskId,
        from: Option<Task>,
        to: Option<Task>,
    },
    /// Something was found that is asked about, or a person dismissed it, or it is settled.
    FindingChanged {
        finding: FindingKind,
        from: Option<Finding>,
        to: Option<Finding>,
    },
    SnoozeChanged {
        from: Option<Snooze>,
        to: Option<Snooze>,
    },
    /// An alert was raised, changed or closed.
    AlertChanged {
        key: AlertKey,
        from: Option<Box<Alert>>,
        to: Option<Box<Alert>>,
    },
    /// The account became a part of another one, which its id leads to from then on.
    MergedInto {
        into: AccountId,
    },
    /// The account is one of its own again: only ever takes back `MergedInto`.
    MergeUndone {
        into: AccountId,
    },
    /// The account took over what was known of `other`, which was merged into it just before.
    TookOver {
        other: AccountId,
    },
    /// The account is as it was before: only ever takes back `TookOver`.
    GaveBack {
        other: AccountId,
    },
    /// The account is as a snapshot has it that knew what an entry lost to damage did, or is not there any more.
    AccountRestored {
        from: Option<Box<Account>>,
        to: Option<Box<Account>>,
    },
    /// A playbook ran. What follows in the entry is what it did.
    PlaybookRan {
        playbook: Arc<str>,
        /// What it ran for: `renewal:2025-01-30`, `signal:evt-1`.
        occasion: Occasion,
        /// Whether it must not run again for the same occasion.
        once: bool,
    },
    /// Only ever takes back `PlaybookRan`.
    PlaybookRunReverted {
        playbook: Arc<str>,
        occasion: Occasion,
        once: bool,
    },
}

impl Change {
    /// The event that this change happened to `account`.
    pub fn on(self, account: &AccountId) -> Event {
        Event::Account { account: account.clone(), change: self }
    }

    /// Whether it touches nothing but its account, so that several in a row can share one look-up.
    pub(super) fn is_local(&self) -> bool {
        !matches!(
            self,
            Self::Added
                | Self::Removed
                | Self::MergedInto { .. }
                | Self::MergeUndone { .. }
                | Self::TookOver { .. }
                | Self::GaveBack { .. }
                | Self::AccountRestored { .. }
                | Self::SignalRecorded { .. }
                | Self::SignalRemoved { .. }
                | Self::AlertChanged { .. }
        )
    }
}

impl Event {
    /// The account it is about; `None` when it is about no account.
    pub fn account(&self) -> Option<&AccountId> {
        match self {
            Self::Account { account, .. } => Some(account),
            Self::UnmatchedChanged { .. }
            | Self::PlaybookSwitched { .. }
            | Self::SourceRead { .. }
            | Self::EntryLost { .. } => None,
        }
    }

    /// What changed of its account; `None` when it is about no account.
    pub fn change(&self) -> Option<&Change> {
        match self {
            Self::Account { change, .. } => Some(change),
            Self::UnmatchedChanged { .. }
            | Self::PlaybookSwitched { .. }
            | Self::SourceRead { .. }
            | Self::EntryLost { .. } => None,
        }
    }

    /// The signal it records on its account; `None` when it records none.
    pub fn recorded(&self) -> Option<&Signal> {
        if let Some(Change::SignalRecorded { signal }) = self.change() { Some(signal) } else { None }
    }

    pub fn is_move(&self) -> bool {
        matches!(self.change(), Some(Change::Moved { .. }))
    }
}

/// A signal that waits for somebody to say whose it is.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct UnmatchedSignal {
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

impl UnmatchedSignal {
    /// The address by which it names its account, if it does. Older journals keep only the words for it.
    pub fn address(&self) -> Option<Arc<str>> {
        match &self.whom {
            Some(AccountRef::Email(address)) => Some(address.clone()),
            Some(
                AccountRef::Id(_) | AccountRef::Other(..) | AccountRef::Domain(_) | AccountRef::AnyOf(_),
            ) => None,
            None => Some(self.named.clone()).filter(|named| named.contains('@')),
        }
    }
}

/// A command's answer as it is kept: everything that happened because of it, at once or not at all.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Entry {
    pub seq: Seq,
    /// When it was decided.
    pub at: DateTime<Utc>,
    pub by: Actor,
    /// What was asked, as a person would type it: `move A-1 2`.
    pub command: Arc<str>,
    /// The entries it takes back, in order. One is written as a number, several as a list.
    #[serde(default, skip_serializing_if = "Vec::is_empty", with = "one_or_several")]
    pub undoes: Vec<Seq>,
    /// The undos it takes back, written likewise.
    #[serde(default, skip_serializing_if = "Vec::is_empty", with = "one_or_several")]
    pub redoes: Vec<Seq>,
    /// What happened, in order.
    pub events: Vec<Event>,
}

impl Entry {
    /// Adds what happened besides. The events of an import are as many as its file has cells, and are not copied.
    pub fn add(&mut self, mut events: Vec<Event>) {
        if self.events.is_empty() {
            self.events = events;
        } else {
            self.events.append(&mut events);
        }
    }

    /// Whether whoever made it may take it back.
    pub fn is_undoable(&self) -> bool {
        matches!(self.by, Actor::Person(_)) && self.changes_something()
    }

    /// Whether there is anything to take back. Having looked at a card is not a change of mind to undo, nor is a playbook
    /// that found nothing to do, nor a source that had nothing new.
    pub fn changes_something(&self) -> bool {
        let changes = |event: &Event| {
            let is_nothing =
                matches!(event.change(), Some(Change::Seen { .. } | Change::PlaybookRan { once: true, .. }));
            !is_nothing && !matches!(event, Event::SourceRead { .. } | Event::EntryLost { .. })
        };
        self.events.iter().any(changes)
    }

    /// Whether somebody other than `me` made it, and changed something: of a part of it, as far as that part tells.
    pub fn is_news_to(&self, me: &Actor) -> bool {
        self.by != *me && self.changes_something()
    }

    /// What it changed of the account with these `ids`; nothing where it did not. Having looked at it is no change.
    #[must_use]
    pub fn about(&self, ids: &BTreeSet<AccountId>) -> Option<Self> {
        let of_it = |event: &&Event| match event {
            Event::EntryLost { accounts, .. } => accounts.iter().any(|id| ids.contains(id)),
            event => event.account().is_some_and(|id| ids.contains(id)),
        };
        let changes = |event: &Event| !matches!(event.change(), Some(Change::Seen { .. }));
        self.events.iter().filter(of_it).any(changes).then(|| {
            let events = self.events.iter().filter(of_it).cloned().collect();
            self.with_events(events)
        })
    }

    /// What each of `entries` changed of it, in their order.
    pub fn all_about<'a>(
        entries: impl IntoIterator<Item = &'a Arc<Self>>,
        ids: &BTreeSet<AccountId>,
    ) -> Vec<Arc<Self>> {
        entries.into_iter().filter_map(|entry| entry.about(ids)).map(Arc::new).collect()
    }

    /// The same with only `events` of all that happened.
    #[must_use]
    pub fn with_events(&self, events: Vec<Event>) -> Self {
        let Self { by, command, undoes, redoes, .. } = self;
        let (by, command) = (by.clone(), command.clone());
        Self { by, command, events, undoes: undoes.clone(), redoes: redoes.clone(), ..*self }
    }

    /// Whether it undoes or redoes others.
    pub fn is_way_back(&self) -> bool {
        !self.undoes.is_empty() || !self.redoes.is_empty()
    }
}

/// A list of numbers, of which one alone is written as such: all that there was before an undo could take back several.
mod one_or_several {
    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    use super::Seq;

    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Written {
        One(Seq),
        Several(Vec<Seq>),
    }

    pub(super) fn serialize<S: Serializer>(seqs: &Vec<Seq>, serializer: S) -> Result<S::Ok, S::Error> {
        match seqs.as_slice() {
            [one] => one.serialize(serializer),
            several => several.serialize(serializer),
        }
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<Seq>, D::Error> {
        Ok(match Written::deserialize(deserializer)? {
            Written::One(one) => vec![one],
            Written::Several(several) => several,
        })
    }
}
