//! What happened: the persisted words. A journal is a list of entries, and each entry a list of these.
//!
//! Every event says what was and what is, so that it can be taken back exactly (see `undo.rs`) and checked
//! for having been overtaken. Files of every released version are read for ever: variants and fields may be
//! added, never renamed.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::account::{AccountId, Note, Owner, Place, Risk, Segment, Stamp};
use super::fact::{Fact, FactKey, FactValue, Source};

/// An entry's number: the first is 1, and there are no gaps.
pub type Seq = u64;

/// Who did it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(from = "Arc<str>", into = "Arc<str>")]
pub enum Actor {
    /// A person, by name or email address.
    Person(Arc<str>),
    /// The passing of time.
    Clock,
}

impl From<Arc<str>> for Actor {
    fn from(text: Arc<str>) -> Self {
        if &*text == "clock" { Self::Clock } else { Self::Person(text) }
    }
}

impl From<Actor> for Arc<str> {
    fn from(actor: Actor) -> Self {
        match actor {
            Actor::Person(name) => name,
            Actor::Clock => "clock".into(),
        }
    }
}

impl fmt::Display for Actor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Person(name) => name,
            Self::Clock => "clock",
        })
    }
}

/// What made a change: written `hand`, `forced`, `import`, `playbook:ID`, `undo:SEQ` or `redo:SEQ`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Arc<str>", into = "String")]
pub enum Cause {
    /// A person asked for it.
    Hand,
    /// A person asked for it against the board's advice, with a reason.
    Forced,
    /// A file said so.
    Import,
    /// An automation, by its id.
    Playbook(Arc<str>),
    /// A person took back that entry.
    Undo(Seq),
    /// A person did again what that entry had taken back.
    Redo(Seq),
}

impl fmt::Display for Cause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Hand => f.write_str("hand"),
            Self::Forced => f.write_str("forced"),
            Self::Import => f.write_str("import"),
            Self::Playbook(id) => write!(f, "playbook:{id}"),
            Self::Undo(seq) => write!(f, "undo:{seq}"),
            Self::Redo(seq) => write!(f, "redo:{seq}"),
        }
    }
}

impl From<Cause> for String {
    fn from(cause: Cause) -> Self {
        cause.to_string()
    }
}

impl TryFrom<Arc<str>> for Cause {
    type Error = String;

    fn try_from(text: Arc<str>) -> Result<Self, String> {
        let wrong = || format!("`{text}` is not a cause this version knows");
        Ok(match &*text {
            "hand" => Self::Hand,
            "forced" => Self::Forced,
            "import" => Self::Import,
            other => match other.split_once(':').ok_or_else(wrong)? {
                ("playbook", id) => Self::Playbook(id.into()),
                ("undo", seq) => Self::Undo(seq.parse().map_err(|_| wrong())?),
                ("redo", seq) => Self::Redo(seq.parse().map_err(|_| wrong())?),
                _ => return Err(wrong()),
            },
        })
    }
}

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
    /// Facts were learned, at the time of the entry.
    Learned {
        /// About which account.
        account: AccountId,
        /// From where.
        source: Source,
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
}

impl Event {
    /// The account it is about.
    pub fn account(&self) -> &AccountId {
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
            | Self::Seen { account, .. } => account,
        }
    }

    /// Whether it makes an account known or forgotten, where all others change one that is known.
    pub(super) fn makes_or_forgets(&self) -> bool {
        matches!(self, Self::Added { .. } | Self::Removed { .. })
    }
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
    /// Whether a person may take it back. Having looked at a card is not a change of mind to undo.
    pub fn is_undoable(&self) -> bool {
        matches!(self.by, Actor::Person(_))
            && !self.events.iter().all(|event| matches!(event, Event::Seen { .. }))
    }
}
