//! What is kept for each of several facts.

use std::fmt;
use std::marker::PhantomData;

use serde::de::{MapAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::fact::{FactKey, FactValue};

/// What facts are, without their sources.
pub type FactValues = ByFact<FactValue>;

/// Something for each of some facts, in the order of their keys.
///
/// An account has a dozen or two facts, and a board a hundred thousand times as many: side by side in one piece of memory
/// they take a third of what a tree would. Which of the known ones are there is one number, so a question looks at
/// one fact at most, and their keys take no room.
#[derive(Clone, PartialEq)]
pub struct ByFact<T> {
    /// One bit for each fact known by name.
    named: u32,
    /// Those of the facts known by name, then those of `others`.
    values: Vec<T>,
    others: Vec<FactKey>,
}

impl<T> ByFact<T> {
    /// What there is for the fact `key`.
    pub fn get(&self, key: &FactKey) -> Option<&T> {
        self.place(key).ok().map(|place| &self.values[place])
    }

    pub fn contains_key(&self, key: &FactKey) -> bool {
        self.place(key).is_ok()
    }

    /// Everything with its key.
    pub fn iter(&self) -> impl Iterator<Item = (&FactKey, &T)> {
        self.keys().zip(&self.values)
    }

    pub fn keys(&self) -> impl Iterator<Item = &FactKey> {
        let mut named = self.named;
        let known = std::iter::from_fn(move || {
            let ordinal = (named != 0).then(|| named.trailing_zeros())?;
            named &= named - 1;
            Some(FactKey::nth(ordinal))
        });
        known.chain(&self.others)
    }

    pub fn values(&self) -> impl Iterator<Item = &T> {
        self.values.iter()
    }

    pub(super) fn values_mut(&mut self) -> impl Iterator<Item = &mut T> {
        self.values.iter_mut()
    }

    pub fn len(&self) -> usize {
        self.values.len()
    }

    pub fn is_empty(&self) -> bool {
        self.values.is_empty()
    }

    /// Puts `value` in the place of what there was, and answers that.
    pub fn insert(&mut self, key: FactKey, value: T) -> Option<T> {
        match self.place(&key) {
            Ok(place) => Some(std::mem::replace(&mut self.values[place], value)),
            Err(place) => {
                match key.ordinal() {
                    Some(ordinal) => self.named |= 1 << ordinal,
                    None => self.others.insert(place - self.named.count_ones() as usize, key),
                }
                self.values.insert(place, value);
                None
            }
        }
    }

    /// Takes in `value` if there is none yet.
    pub fn insert_if_absent(&mut self, key: FactKey, value: T) {
        if !self.contains_key(&key) {
            self.insert(key, value);
        }
    }

    pub fn remove(&mut self, key: &FactKey) -> Option<T> {
        let place = self.place(key).ok()?;
        match key.ordinal() {
            Some(ordinal) => self.named &= !(1 << ordinal),
            None => drop(self.others.remove(place - self.named.count_ones() as usize)),
        }
        Some(self.values.remove(place))
    }

    /// Keeps only what `keep` says.
    pub fn retain(&mut self, keep: impl Fn(&FactKey, &T) -> bool) {
        let gone: Vec<_> =
            self.iter().filter(|(key, value)| !keep(key, value)).map(|(key, _)| key.clone()).collect();
        for key in gone {
            self.remove(&key);
        }
    }

    /// Makes room for `more`, and no more than that.
    pub fn reserve_exact(&mut self, more: usize) {
        self.values.reserve_exact(more);
    }

    /// Takes no more room than it needs.
    pub fn shrink_to_fit(&mut self) {
        self.values.shrink_to_fit();
        self.others.shrink_to_fit();
    }

    /// Where `key` stands, or where it would.
    fn place(&self, key: &FactKey) -> Result<usize, usize> {
        if let Some(ordinal) = key.ordinal() {
            let before = (self.named & ((1 << ordinal) - 1)).count_ones() as usize;
            return if self.named & 1 << ordinal == 0 { Err(before) } else { Ok(before) };
        }
        let named = self.named.count_ones() as usize;
        self.others.binary_search(key).map(|place| named + place).map_err(|place| named + place)
    }
}

impl<T> Default for ByFact<T> {
    fn default() -> Self {
        Self { named: 0, values: Vec::new(), others: Vec::new() }
    }
}

impl<T: fmt::Debug> fmt::Debug for ByFact<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map().entries(self.iter()).finish()
    }
}

impl<T> std::ops::Index<&FactKey> for ByFact<T> {
    type Output = T;

    /// What there is for the fact `key`, which is among them.
    fn index(&self, key: &FactKey) -> &T {
        self.get(key).expect("only asked of facts that are known")
    }
}

impl<T> Extend<(FactKey, T)> for ByFact<T> {
    /// Of several under one key, the last is kept.
    fn extend<I: IntoIterator<Item = (FactKey, T)>>(&mut self, all: I) {
        for (key, value) in all {
            self.insert(key, value);
        }
    }
}

impl<T> FromIterator<(FactKey, T)> for ByFact<T> {
    /// Of several under one key, the last is kept.
    fn from_iter<I: IntoIterator<Item = (FactKey, T)>>(all: I) -> Self {
        let all = all.into_iter();
        let mut each = Self { values: Vec::with_capacity(all.size_hint().0), ..Self::default() };
        each.extend(all);
        each.shrink_to_fit();
        each
    }
}

impl<T, const N: usize> From<[(FactKey, T); N]> for ByFact<T> {
    fn from(all: [(FactKey, T); N]) -> Self {
        all.into_iter().collect()
    }
}

impl<T> IntoIterator for ByFact<T> {
    type Item = (FactKey, T);
    type IntoIter = std::iter::Zip<std::vec::IntoIter<FactKey>, std::vec::IntoIter<T>>;

    fn into_iter(self) -> Self::IntoIter {
        let keys: Vec<FactKey> = self.keys().cloned().collect();
        keys.into_iter().zip(self.values)
    }
}

impl<T: Serialize> Serialize for ByFact<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.iter())
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for ByFact<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct ByFactVisitor<T>(PhantomData<T>);

        impl<'de, T: Deserialize<'de>> Visitor<'de> for ByFactVisitor<T> {
            type Value = ByFact<T>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("facts by their keys")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<ByFact<T>, A::Error> {
                let mut facts = ByFact::default();
                while let Some((key, value)) = map.next_entry()? {
                    facts.insert(key, value);
                }
                facts.shrink_to_fit();
                Ok(facts)
            }
        }

        deserializer.deserialize_map(ByFactVisitor(PhantomData))
    }
}
