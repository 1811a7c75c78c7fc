//! All that is known about one account from outside.

use super::fact::{Fact, FactKey};

/// Facts by their keys, in the order of the keys.
///
/// An account has a dozen or two, and a board a hundred thousand times as many: side by side in one piece of memory
/// they take a third of what a tree would. Which of the known ones are there is one number, so a question looks at
/// one fact at most.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Facts {
    /// One bit for each fact known by name.
    named: u32,
    all: Vec<(FactKey, Fact)>,
}

impl Facts {
    /// The fact `key` names, if it is known.
    pub fn get(&self, key: &FactKey) -> Option<&Fact> {
        self.place(key).ok().map(|place| &self.all[place].1)
    }

    /// Every fact with its key.
    pub fn iter(&self) -> impl Iterator<Item = (&FactKey, &Fact)> {
        self.all.iter().map(|(key, fact)| (key, fact))
    }

    /// What is known at all.
    pub fn keys(&self) -> impl Iterator<Item = &FactKey> {
        self.all.iter().map(|(key, _)| key)
    }

    /// Every fact.
    pub fn values(&self) -> impl Iterator<Item = &Fact> {
        self.all.iter().map(|(_, fact)| fact)
    }

    /// How many are known.
    pub fn len(&self) -> usize {
        self.all.len()
    }

    /// Whether nothing is known.
    pub fn is_empty(&self) -> bool {
        self.all.is_empty()
    }

    /// Takes in `fact`, in the place of what was known.
    pub fn insert(&mut self, key: FactKey, fact: Fact) {
        match self.place(&key) {
            Ok(place) => self.all[place].1 = fact,
            Err(place) => {
                self.named |= key.ordinal().map_or(0, |ordinal| 1 << ordinal);
                self.all.insert(place, (key, fact));
            }
        }
    }

    /// Forgets a fact.
    pub fn remove(&mut self, key: &FactKey) {
        if let Ok(place) = self.place(key) {
            self.named &= !key.ordinal().map_or(0, |ordinal| 1 << ordinal);
            self.all.remove(place);
        }
    }

    /// Where `key` stands, or where it would.
    fn place(&self, key: &FactKey) -> Result<usize, usize> {
        if let Some(ordinal) = key.ordinal() {
            let before = (self.named & ((1 << ordinal) - 1)).count_ones() as usize;
            return if self.named & 1 << ordinal == 0 { Err(before) } else { Ok(before) };
        }
        let named = self.named.count_ones() as usize;
        let place = self.all[named..].binary_search_by(|(known, _)| known.cmp(key));
        place.map(|place| named + place).map_err(|place| named + place)
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
        let facts = facts.into_iter();
        let mut all = Self { all: Vec::with_capacity(facts.size_hint().0), ..Self::default() };
        for (key, fact) in facts {
            all.insert(key, fact);
        }
        all.all.shrink_to_fit();
        all
    }
}

/// Facts as the snapshot writes them: grouped by source and time, which most of an account's facts share.
pub(super) mod grouped {
    use std::sync::Arc;

    use chrono::{DateTime, Utc};
    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    use super::{Fact, FactKey, Facts};
    use crate::state::values::fact::{FactValue, Source};

    #[derive(Serialize)]
    struct FactGroupRef<'a> {
        source: &'a Source,
        at: DateTime<Utc>,
        facts: Vec<(&'a FactKey, &'a FactValue)>,
    }

    #[derive(Deserialize)]
    struct FactGroup {
        source: Source,
        at: DateTime<Utc>,
        facts: Vec<(FactKey, FactValue)>,
    }

    pub(crate) fn serialize<S: Serializer>(facts: &Arc<Facts>, serializer: S) -> Result<S::Ok, S::Error> {
        let mut groups: Vec<FactGroupRef<'_>> = Vec::new();
        for (key, Fact { value, source, at }) in facts.iter() {
            match groups.iter_mut().find(|group| group.at == *at && group.source == source) {
                Some(group) => group.facts.push((key, value)),
                None => groups.push(FactGroupRef { source, at: *at, facts: vec![(key, value)] }),
            }
        }
        groups.serialize(serializer)
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Arc<Facts>, D::Error> {
        let groups = Vec::<FactGroup>::deserialize(deserializer)?;
        let each = groups.into_iter().flat_map(|FactGroup { source, at, facts }| {
            facts.into_iter().map(move |(key, value)| (key, Fact { value, source: source.clone(), at }))
        });
        Ok(Arc::new(each.collect()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::state::FactValue;

    #[test]
    fn facts_stand_in_the_order_of_their_keys_however_they_came() {
        let others =
            ["id.crm", "id.stripe", "extra.A", "extra.Z"].map(|key| FactKey::parse(key).expect("a key"));
        let keys: Vec<FactKey> = FactKey::known().chain(others).collect();
        let fact = |number: usize| {
            let value = FactValue::Text(number.to_string().into());
            Fact { value, source: "test".into(), at: chrono::DateTime::UNIX_EPOCH }
        };
        // 7 and 29 have no common factor: every key once, in no order.
        let mut facts = Facts::default();
        for number in (0..keys.len()).map(|step| step * 7 % keys.len()) {
            facts.insert(keys[number].clone(), fact(number + 100));
            facts.insert(keys[number].clone(), fact(number));
        }
        assert_eq!(facts.keys().cloned().collect::<Vec<_>>(), keys);
        assert!(keys.iter().enumerate().all(|(number, key)| facts[key] == fact(number)));
        for (number, key) in keys.iter().enumerate().filter(|(number, _)| number % 3 == 0) {
            facts.remove(key);
            assert_eq!(facts.get(key), None, "{number}");
        }
        let rest: Vec<_> = keys.iter().enumerate().filter(|(number, _)| number % 3 != 0).collect();
        assert_eq!(facts.len(), rest.len());
        assert!(rest.into_iter().all(|(number, key)| facts[key] == fact(number)));
        assert_eq!(facts.iter().map(|(key, fact)| (key.clone(), fact.clone())).collect::<Facts>(), facts);
    }
}
