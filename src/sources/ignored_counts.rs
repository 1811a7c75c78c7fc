//! How many records say nothing about the board.

use std::collections::{BTreeMap, HashSet};

use serde::{Deserialize, Serialize};

use crate::intake::ignored::IgnoredRecords;

/// How many types are remembered.
const KINDS: usize = 40;

/// How many records are known again at least. A reading overlaps with the one before, so those of one reading are enough;
/// a provider delivers once more what was delivered a moment ago.
const KNOWN_AGAIN: usize = 1_000;

/// How many are known again at most: those of a long first reading. Each takes twenty bytes of the file.
const MOST_KNOWN_AGAIN: usize = 50_000;

/// How many records were ignored, by the name of their type. One that is read again is not counted again.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct IgnoredCounts {
    kinds: BTreeMap<String, usize>,
    /// The numbers of the records that were read last, the latest reading first.
    latest: Vec<u64>,
}

impl IgnoredCounts {
    /// Takes in those of a reading that overlaps with others.
    pub fn count_once(&mut self, records: &IgnoredRecords) {
        let mut seen: HashSet<u64> = self.latest.iter().copied().collect();
        let mut reading = Vec::new();
        for (kind, numbers) in records.numbers() {
            let news = numbers.iter().filter(|number| seen.insert(**number)).count();
            if news > 0 && (self.kinds.len() < KINDS || self.kinds.contains_key(kind)) {
                *self.kinds.entry(kind.to_owned()).or_default() += news;
            }
            reading.extend_from_slice(numbers);
        }
        let at_least = reading.len().max(KNOWN_AGAIN);
        reading.append(&mut self.latest);
        let mut kept = HashSet::new();
        reading.retain(|number| kept.insert(*number));
        reading.truncate(at_least.min(MOST_KNOWN_AGAIN));
        self.latest = reading;
    }

    /// Takes in those of a reading of everything, which stand in place of those of the one before.
    pub fn count_anew(&mut self, records: &IgnoredRecords) {
        let counts = records.counts().into_iter().take(KINDS);
        *self = Self { kinds: counts.collect(), latest: Vec::new() };
    }

    /// By the name of their type.
    pub fn by_kind(&self) -> &BTreeMap<String, usize> {
        &self.kinds
    }

    pub fn total(&self) -> usize {
        self.kinds.values().sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn records(ids: std::ops::Range<u32>) -> IgnoredRecords {
        let mut records = IgnoredRecords::default();
        for id in ids {
            records.add(if id % 2 == 0 { "even" } else { "odd" }, id.to_string().as_bytes());
        }
        records
    }

    #[test]
    fn a_record_counts_once_however_often_it_is_read() {
        let mut counts = IgnoredCounts::default();
        // Each reading goes on where the one before began.
        for start in 0..500 {
            counts.count_once(&records(start..start + 10));
            counts.count_once(&IgnoredRecords::default());
        }
        assert_eq!(counts.total(), 509);
        assert_eq!(counts.by_kind().get("odd"), Some(&254));
        assert!(counts.latest.len() <= KNOWN_AGAIN);
        let before = counts.clone();
        counts.count_once(&records(499..509));
        assert_eq!(counts.by_kind(), before.by_kind());
    }

    #[test]
    fn a_long_reading_is_known_again_as_a_whole() {
        let mut counts = IgnoredCounts::default();
        for _ in 0..2 {
            counts.count_once(&records(0..3_000));
        }
        assert_eq!(counts.total(), 3_000);
    }

    #[test]
    fn of_a_reading_of_everything_the_latest_counts() {
        let mut counts = IgnoredCounts::default();
        counts.count_anew(&records(0..10));
        counts.count_anew(&records(0..4));
        assert_eq!(counts.total(), 4);
    }
}
