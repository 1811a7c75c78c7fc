//! Keys that are pressed one after another, such as `g b`; most are one key.

use std::fmt;
use std::str::FromStr;

use super::chord::{Chord, UnknownKey};

/// At least one key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeySequence(Vec<Chord>);

impl KeySequence {
    /// The sequence of `chords`, of which there is at least one.
    pub(super) fn of(chords: &[Chord]) -> Self {
        Self(chords.to_vec())
    }

    /// The keys in the order in which they are pressed.
    pub fn chords(&self) -> &[Chord] {
        &self.0
    }

    /// The key, where it is only one.
    pub fn single(&self) -> Option<Chord> {
        if let [only] = self.0[..] { Some(only) } else { None }
    }

    /// The keys that are still to be pressed once `pressed` were; nothing where those begin another sequence, or are all
    /// of this one.
    pub fn rest(&self, pressed: &[Chord]) -> Option<Self> {
        let rest = self.0.strip_prefix(pressed).filter(|rest| !rest.is_empty());
        rest.map(|rest| Self(rest.to_vec()))
    }
}

impl From<Chord> for KeySequence {
    fn from(chord: Chord) -> Self {
        Self(vec![chord])
    }
}

impl fmt::Display for KeySequence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0.iter().map(ToString::to_string).collect::<Vec<_>>().join(" "))
    }
}

impl FromStr for KeySequence {
    type Err = UnknownKey;

    fn from_str(text: &str) -> Result<Self, UnknownKey> {
        let chords = text.split_whitespace().map(str::parse).collect::<Result<Vec<Chord>, _>>()?;
        if chords.is_empty() { Err(UnknownKey) } else { Ok(Self(chords)) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sequence(text: &str) -> KeySequence {
        text.parse().expect("keys")
    }

    #[test]
    fn a_sequence_reads_as_it_is_written() {
        for text in ["g b", "x", "space w", "ctrl-k ctrl-s", "g g g"] {
            assert_eq!(sequence(text).to_string(), text);
        }
        assert_eq!(sequence(" g   B ").to_string(), "g B");
        for wrong in ["", " ", "gb", "g bb", "g ctr-x"] {
            assert!(wrong.parse::<KeySequence>().is_err(), "{wrong:?}");
        }
    }

    #[test]
    fn what_is_still_to_be_pressed() {
        let pressed = |text: &str| sequence(text).chords().to_vec();
        let rest = |of: &str, after: &str| sequence(of).rest(&pressed(after)).map(|rest| rest.to_string());
        assert_eq!(rest("g b", "g").as_deref(), Some("b"));
        assert_eq!(rest("g b c", "g").as_deref(), Some("b c"));
        assert_eq!(rest("g b", "g b"), None, "nothing is left");
        assert_eq!(rest("g b", "b"), None);
        assert_eq!(rest("g", "g b"), None);
    }
}
