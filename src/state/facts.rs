//! All that is known about one account from outside.

use super::fact::{Fact, FactKey};

/// Facts by their keys, in the order of the keys.
///
/// An account has a dozen or two, and a board a hundred thousand times as many: side by side in one piece of memory
/// they take a third of what a tree would, and are found as fast.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Facts(Vec<(FactKey, Fact)>);

impl Facts {
    /// The fact `key` names, if it is known.
    pub fn get(&self, key: &FactKey) -> Option<&Fact> {
        self.place(key).ok().map(|place| &self.0[place].1)
    }

    /// Every fact with its key.
    pub fn iter(&self) -> impl Iterator<Item = (&FactKey, &Fact)> {
        self.0.iter().map(|(key, fact)| (key, fact))
    }

    /// What is known at all.
    pub fn keys(&self) -> impl Iterator<Item = &FactKey> {
        self.0.iter().map(|(key, _)| key)
    }

    /// Every fact.
    pub fn values(&self) -> impl Iterator<Item = &Fact> {
        self.0.iter().map(|(_, fact)| fact)
    }

    /// How many are known.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether nothing is known.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Takes in `fact`, in the place of what was known.
    pub fn insert(&mut self, key: FactKey, fact: Fact) {
        match self.place(&key) {
            Ok(place) => self.0[place].1 = fact,
            Err(place) => self.0.insert(place, (key, fact)),
        }
    }

    /// Forgets a fact.
    pub fn remove(&mut self, key: &FactKey) {
        if let Ok(place) = self.place(key) {
            self.0.remove(place);
        }
    }

    fn place(&self, key: &FactKey) -> Result<usize, usize> {
        self.0.binary_search_by(|(known, _)| known.cmp(key))
    }
}

impl std::ops::Index<&FactKey> for Facts {
    type Output = Fact;

    /// The fact `key` names, which is known.
    fn index(&self, key: &FactKey) -> &Fact {
        self.get(key).expect("only asked of facts that are known")
    }
}

impl FromIterator<(FactKey, Fact)> for Facts {
    /// Of several under one key, the last is kept.
    fn from_iter<I: IntoIterator<Item = (FactKey, Fact)>>(facts: I) -> Self {
        let mut all = Self::default();
        for (key, fact) in facts {
            all.insert(key, fact);
        }
        all.0.shrink_to_fit();
        all
    }
}
