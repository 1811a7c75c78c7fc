//! Who makes a change, and what made them.

use std::fmt;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

/// An entry's number: the first is 1, and there are no gaps.
pub type Seq = u64;

/// How a source is written where a person could stand. No person is called so.
pub const SOURCE: &str = "source:";

/// Who did it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(from = "Arc<str>", into = "Arc<str>")]
pub enum Actor {
    /// A person, by name or email address.
    Person(Arc<str>),
    /// The passing of time.
    Clock,
    /// A live source, by its name. Written `source:NAME`.
    Source(Arc<str>),
}

impl From<Arc<str>> for Actor {
    fn from(text: Arc<str>) -> Self {
        match text.strip_prefix(SOURCE) {
            Some(name) if !name.is_empty() => Self::Source(name.into()),
            Some(_) | None if &*text == "clock" => Self::Clock,
            Some(_) | None => Self::Person(text),
        }
    }
}

impl From<Actor> for Arc<str> {
    fn from(actor: Actor) -> Self {
        match actor {
            Actor::Person(name) => name,
            Actor::Clock => "clock".into(),
            Actor::Source(name) => format!("{SOURCE}{name}").into(),
        }
    }
}

impl fmt::Display for Actor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Person(name) | Self::Source(name) => name,
            Self::Clock => "clock",
        })
    }
}

/// Whether two names are one person's, whatever the case.
pub fn is_same(name: &str, other: &str) -> bool {
    name == other || name.to_lowercase() == other.to_lowercase()
}

/// What made a change: written `hand`, `forced`, `import`, `playbook:ID`, `undo:SEQ` or `redo:SEQ`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, strum::Display)]
#[serde(try_from = "Arc<str>", into = "String")]
#[strum(serialize_all = "lowercase")]
pub enum Cause {
    /// A person asked for it.
    Hand,
    /// A person asked for it against the board's advice, with a reason.
    Forced,
    /// A file said so.
    Import,
    /// An automation, by its id.
    #[strum(to_string = "playbook:{0}")]
    Playbook(Arc<str>),
    /// A person took back that entry.
    #[strum(to_string = "undo:{0}")]
    Undo(Seq),
    /// A person did again what that entry had taken back.
    #[strum(to_string = "redo:{0}")]
    Redo(Seq),
}

impl Cause {
    /// Whether a person decided it. Taking a step back is not deciding where a card belongs.
    pub fn is_by_hand(&self) -> bool {
        match self {
            Self::Hand | Self::Forced => true,
            Self::Import | Self::Playbook(_) | Self::Undo(_) | Self::Redo(_) => false,
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
