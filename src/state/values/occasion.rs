//! What a playbook runs for.

use std::fmt;
use std::sync::Arc;

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Deserializer, Serialize};

use super::arc_str;
use super::pipeline::StageId;
use super::signal::{SignalId, SignalKind};

/// What a playbook ran for. Its text is what the journal keeps, and what a run is known by: each occasion is served once.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(into = "String")]
pub enum Occasion {
    FactsChanged,
    Signal(SignalKind, SignalId),
    StageEntered(StageId),
    /// The renewal on that day.
    Renewal(NaiveDate),
    Stay {
        stage: StageId,
        since: DateTime<Utc>,
    },
    Silence {
        since: DateTime<Utc>,
    },
    /// That day of the calendar.
    Day(NaiveDate),
    /// One that this version does not know, as it is written.
    Unknown(Arc<str>),
}

impl fmt::Display for Occasion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::FactsChanged => f.write_str("facts changed"),
            Self::Signal(kind, id) => write!(f, "{} {id}", kind.word()),
            Self::StageEntered(stage) => write!(f, "entered {stage}"),
            Self::Renewal(date) => write!(f, "renewal:{date}"),
            Self::Stay { stage, since } => write!(f, "stay:{stage}:{}", since.timestamp_millis()),
            Self::Silence { since } => write!(f, "silence:{}", since.timestamp_millis()),
            Self::Day(date) => write!(f, "day:{date}"),
            Self::Unknown(text) => f.write_str(text),
        }
    }
}

impl From<Occasion> for String {
    fn from(occasion: Occasion) -> Self {
        occasion.to_string()
    }
}

impl From<&str> for Occasion {
    /// Whatever is written otherwise than this version writes it stays as it is.
    fn from(text: &str) -> Self {
        let known = read(text).filter(|occasion| occasion.to_string() == text);
        known.unwrap_or_else(|| Self::Unknown(text.into()))
    }
}

impl<'de> Deserialize<'de> for Occasion {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        arc_str::read(deserializer)
    }
}

fn read(text: &str) -> Option<Occasion> {
    let moment = |millis: &str| DateTime::from_timestamp_millis(millis.parse().ok()?);
    match (text.split_once(':'), text.split_once(' ')) {
        _ if text == "facts changed" => Some(Occasion::FactsChanged),
        (_, Some(("entered", stage))) => Some(Occasion::StageEntered(StageId::new(stage))),
        (_, Some((word, id))) if let Some(kind) = SignalKind::parse(word) => {
            Some(Occasion::Signal(kind, SignalId::new(id)))
        }
        (Some(("renewal", date)), _) => Some(Occasion::Renewal(date.parse().ok()?)),
        (Some(("day", date)), _) => Some(Occasion::Day(date.parse().ok()?)),
        (Some(("silence", since)), _) => Some(Occasion::Silence { since: moment(since)? }),
        (Some(("stay", stay)), _) => {
            // A stage may have a colon in its id.
            let (stage, since) = stay.rsplit_once(':')?;
            Some(Occasion::Stay { stage: StageId::new(stage), since: moment(since)? })
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_occasion_is_read_as_it_is_written() {
        let known = [
            "facts changed",
            "call.held evt 1:2",
            "entered 3a",
            "renewal:2025-01-30",
            "stay:4b:1734256800000",
            "stay:a:b c:1734256800000",
            "silence:1734256800000",
            "day:2024-12-16",
        ];
        let unknown =
            ["", "7", "renewal:soon", "renewal:2025-1-30", "stay:1734256800000", "call.lost evt-1", "day"];
        for (text, is_known) in
            known.map(|text| (text, true)).into_iter().chain(unknown.map(|text| (text, false)))
        {
            let occasion = Occasion::from(text);
            assert_eq!(occasion.to_string(), text);
            assert_eq!(!matches!(occasion, Occasion::Unknown(_)), is_known, "{text}");
        }
    }
}
