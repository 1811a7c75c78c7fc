//! What is read and says nothing about the board.

use std::collections::BTreeMap;

use super::content_id::content_number;

/// The records that were ignored, by the name of their type. Each has a number that it has at every reading.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct IgnoredRecords(BTreeMap<String, Vec<u64>>);

impl IgnoredRecords {
    /// Takes in a record of the type `kind`, which is known again by `id`.
    pub fn add(&mut self, kind: &str, id: &[u8]) {
        let number = content_number(&[kind.as_bytes(), id]);
        match self.0.get_mut(kind) {
            Some(known) => known.push(number),
            None => drop(self.0.insert(kind.to_owned(), vec![number])),
        }
    }

    pub fn append(&mut self, other: Self) {
        for (kind, numbers) in other.0 {
            self.0.entry(kind).or_default().extend(numbers);
        }
    }

    /// Leaves out those of the type `kind`, and says how many they are.
    pub fn leave_out(&mut self, kind: &str) -> usize {
        self.0.remove(kind).map_or(0, |numbers| numbers.len())
    }

    /// How many there are of each type.
    pub fn counts(&self) -> BTreeMap<String, usize> {
        self.0.iter().map(|(kind, numbers)| (kind.clone(), numbers.len())).collect()
    }

    pub fn of_kind(&self, kind: &str) -> usize {
        self.0.get(kind).map_or(0, Vec::len)
    }

    pub fn total(&self) -> usize {
        self.0.values().map(Vec::len).sum()
    }

    /// The types, and the numbers of their records.
    pub fn numbers(&self) -> impl Iterator<Item = (&str, &[u64])> {
        self.0.iter().map(|(kind, numbers)| (kind.as_str(), numbers.as_slice()))
    }
}
