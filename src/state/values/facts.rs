//! All that is known about one account from outside.

use std::fmt;

use chrono::{DateTime, Utc};

use super::by_fact::ByFact;
use super::fact::{Fact, FactKey, FactValue, Source};

/// Every fact that is known of an account.
#[derive(Clone, Default)]
pub struct Facts {
    all: ByFact<KeptFact>,
    /// Where the facts came from. Most of an account's facts came together.
    origins: Vec<FactOrigin>,
}

#[derive(Clone)]
struct KeptFact {
    value: FactValue,
    /// The place of its origin.
    origin: u32,
}

#[derive(Clone, PartialEq)]
struct FactOrigin {
    source: Source,
    at: DateTime<Utc>,
}

/// A fact among others.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct FactRef<'a> {
    pub value: &'a FactValue,
    pub source: &'a Source,
    pub at: DateTime<Utc>,
}

impl FactRef<'_> {
    /// The fact alone.
    pub fn to_fact(self) -> Fact {
        Fact { value: self.value.clone(), source: self.source.clone(), at: self.at }
    }
}

impl<'a> From<&'a Fact> for FactRef<'a> {
    fn from(Fact { value, source, at }: &'a Fact) -> Self {
        Self { value, source, at: *at }
    }
}

impl Facts {
    /// The fact `key` names, if it is known.
    pub fn get(&self, key: &FactKey) -> Option<FactRef<'_>> {
        self.all.get(key).map(|known| self.fact(known))
    }

    /// What the fact `key` says, if it is known.
    pub fn value(&self, key: &FactKey) -> Option<&FactValue> {
        self.all.get(key).map(|known| &known.value)
    }

    /// Every fact with its key.
    pub fn iter(&self) -> impl Iterator<Item = (&FactKey, FactRef<'_>)> {
        self.all.iter().map(|(key, known)| (key, self.fact(known)))
    }

    /// What is known at all.
    pub fn keys(&self) -> impl Iterator<Item = &FactKey> {
        self.all.keys()
    }

    /// Every fact.
    pub fn values(&self) -> impl Iterator<Item = FactRef<'_>> {
        self.all.values().map(|known| self.fact(known))
    }

    /// How many are known.
    pub fn len(&self) -> usize {
        self.all.len()
    }

    /// Whether nothing is known.
    pub fn is_empty(&self) -> bool {
        self.all.is_empty()
    }

    fn fact<'a>(&'a self, known: &'a KeptFact) -> FactRef<'a> {
        let FactOrigin { source, at } = &self.origins[known.origin as usize];
        FactRef { value: &known.value, source, at: *at }
    }

    /// Takes in a fact, in the place of what was known.
    #[expect(clippy::missing_panics_doc, reason = "it cannot")]
    pub fn insert(&mut self, key: FactKey, Fact { value, source, at }: Fact) {
        // An account that is on the board takes no more room than it needs.
        self.all.reserve_exact(1);
        let origin = FactOrigin { source, at };
        let known = self.origins.iter().position(|known| *known == origin);
        let place = known.unwrap_or_else(|| {
            self.origins.reserve_exact(1);
            self.origins.push(origin);
            self.origins.len() - 1
        });
        let place = u32::try_from(place).expect("nobody knows four billion facts of one account");
        if let Some(before) = self.all.insert(key, KeptFact { value, origin: place }) {
            self.forget(before.origin);
        }
    }

    /// Forgets a fact.
    pub fn remove(&mut self, key: &FactKey) {
        if let Some(before) = self.all.remove(key) {
            self.forget(before.origin);
        }
    }

    /// Forgets the origin in this place, if nothing comes from it any more.
    fn forget(&mut self, place: u32) {
        if self.all.values().any(|known| known.origin == place) {
            return;
        }
        // The last one takes its place.
        self.origins.swap_remove(place as usize);
        for known in self.all.values_mut().filter(|known| known.origin as usize == self.origins.len()) {
            known.origin = place;
        }
    }
}

impl std::ops::Index<&FactKey> for Facts {
    type Output = FactValue;

    /// What the fact `key` says, which is known.
    fn index(&self, key: &FactKey) -> &FactValue {
        &self.all[key].value
    }
}

impl fmt::Debug for Facts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map().entries(self.iter()).finish()
    }
}

impl PartialEq for Facts {
    fn eq(&self, other: &Self) -> bool {
        self.iter().eq(other.iter())
    }
}

impl FromIterator<(FactKey, Fact)> for Facts {
    /// Of several under one key, the last is kept.
    fn from_iter<I: IntoIterator<Item = (FactKey, Fact)>>(facts: I) -> Self {
        let facts = facts.into_iter();
        let mut all = Self::default();
        all.all.reserve_exact(facts.size_hint().0);
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

    use super::{Fact, FactKey, FactRef, Facts};
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
        for (key, FactRef { value, source, at }) in facts.iter() {
            match groups.iter_mut().find(|group| group.at == at && group.source == source) {
                Some(group) => group.facts.push((key, value)),
                None => groups.push(FactGroupRef { source, at, facts: vec![(key, value)] }),
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
        assert!(keys.iter().enumerate().all(|(number, key)| facts[key] == fact(number).value));
        for (number, key) in keys.iter().enumerate().filter(|(number, _)| number % 3 == 0) {
            facts.remove(key);
            assert_eq!(facts.get(key), None, "{number}");
        }
        let rest: Vec<_> = keys.iter().enumerate().filter(|(number, _)| number % 3 != 0).collect();
        assert_eq!(facts.len(), rest.len());
        assert!(rest.into_iter().all(|(number, key)| facts.get(key) == Some(FactRef::from(&fact(number)))));
        assert_eq!(facts.iter().map(|(key, fact)| (key.clone(), fact.to_fact())).collect::<Facts>(), facts);
    }

    #[test]
    fn every_fact_keeps_where_it_came_from() {
        let fact = |source: &str, second: i64| Fact {
            value: FactValue::Flag(true),
            source: source.into(),
            at: chrono::DateTime::from_timestamp(second, 0).expect("a moment"),
        };
        let keys: Vec<FactKey> = FactKey::known().take(4).collect();
        let (mut facts, mut expected) = (Facts::default(), std::collections::BTreeMap::new());
        // Sources come, are shared, and lose their last fact, in every order.
        for step in 0..300_usize {
            let key = keys[step * step % 4].clone();
            if step % 5 == 0 {
                facts.remove(&key);
                expected.remove(&key);
            } else {
                let fact = fact(["a", "b", "c"][step % 3], i64::from(step % 7 == 0));
                facts.insert(key.clone(), fact.clone());
                expected.insert(key, fact);
            }
            let known: std::collections::BTreeMap<_, _> =
                facts.iter().map(|(key, fact)| (key.clone(), fact.to_fact())).collect();
            assert_eq!(known, expected, "{step}");
            assert!(facts.origins.len() <= facts.len(), "{step}: nothing is kept that nobody needs");
        }
    }
}
