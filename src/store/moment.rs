//! Times, as a snapshot keeps them.

use std::fmt;

use chrono::{DateTime, Utc};
use serde::de::value::SeqAccessDeserializer;
use serde::de::{self, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A time, written as whole seconds, or as seconds and nanoseconds where it has a fraction.
#[derive(Clone, Copy)]
pub(super) struct Moment(pub(super) DateTime<Utc>);

impl Moment {
    fn new<E: de::Error>(seconds: i64, nanoseconds: u32) -> Result<Self, E> {
        DateTime::from_timestamp(seconds, nanoseconds)
            .map(Self)
            .ok_or_else(|| E::custom("there is no such time"))
    }
}

impl Serialize for Moment {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match (self.0.timestamp(), self.0.timestamp_subsec_nanos()) {
            (seconds, 0) => seconds.serialize(serializer),
            exact => exact.serialize(serializer),
        }
    }
}

/// By hand: every account has several, and serde would keep each in memory to try one form after the other.
impl<'de> Deserialize<'de> for Moment {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct MomentVisitor;

        impl<'de> Visitor<'de> for MomentVisitor {
            type Value = Moment;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("seconds, or seconds and nanoseconds")
            }

            fn visit_i64<E: de::Error>(self, seconds: i64) -> Result<Moment, E> {
                Moment::new(seconds, 0)
            }

            fn visit_u64<E: de::Error>(self, seconds: u64) -> Result<Moment, E> {
                Moment::new(i64::try_from(seconds).map_err(E::custom)?, 0)
            }

            fn visit_seq<A: SeqAccess<'de>>(self, seq: A) -> Result<Moment, A::Error> {
                let (seconds, nanoseconds) = Deserialize::deserialize(SeqAccessDeserializer::new(seq))?;
                Moment::new(seconds, nanoseconds)
            }
        }

        deserializer.deserialize_any(MomentVisitor)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_is_kept_to_the_nanosecond_wherever_it_lies() {
        for text in [
            "2024-12-15T09:00:00Z",
            "2024-12-15T09:00:00.000000001Z",
            "2016-12-31T23:59:60.5Z",
            "1969-12-31T23:59:59.25Z",
            "-0044-03-15T12:00:00Z",
        ] {
            let at: DateTime<Utc> = text.parse().expect("a moment");
            let json = serde_json::to_string(&Moment(at)).expect("JSON");
            let Moment(again) = serde_json::from_str(&json).expect("it reads back");
            assert_eq!(again, at, "{json}");
        }
        for wrong in ["-1e30", "[1]", "[1,2000000000]", "9223372036854775807", "\"now\""] {
            assert!(serde_json::from_str::<Moment>(wrong).is_err(), "{wrong}");
        }
    }
}
