//! The people of a team, and the names each of them goes by.

use std::collections::HashMap;
use std::sync::Arc;

use serde::Deserialize;
use strum::VariantArray;

use super::account::Owner;
use super::actor::is_same;

/// The colour that a person's short name is written in. What the terminal shows for it is the theme's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, VariantArray)]
#[serde(rename_all = "snake_case")]
pub enum PersonColor {
    Blue,
    Cyan,
    Green,
    Magenta,
    Red,
    Yellow,
}

/// A member of the team.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Specialist {
    /// As it is written where they own something.
    pub name: Owner,
    pub address: Option<Arc<str>>,
    /// As lists and cards show them.
    pub short: Arc<str>,
    pub color: Option<PersonColor>,
}

impl Specialist {
    /// Every name they go by, the one that is written first.
    pub fn names(&self) -> impl Iterator<Item = &Arc<str>> {
        [&self.name, &self.short].into_iter().chain(&self.address)
    }
}

/// The team. Whatever the case, a name means the same person wherever it is written; a name that is nobody's in the team
/// means itself.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Roster {
    people: Arc<[Specialist]>,
    by_name: Arc<HashMap<String, usize>>,
}

impl Roster {
    /// # Errors
    /// The place of the second one of two people who go by the same name, and that name.
    pub fn new(people: Vec<Specialist>) -> Result<Self, (usize, Arc<str>)> {
        let mut by_name = HashMap::new();
        for (at, person) in people.iter().enumerate() {
            for name in person.names() {
                if by_name.insert(name.to_lowercase(), at).is_some_and(|other| other != at) {
                    return Err((at, name.clone()));
                }
            }
        }
        Ok(Self { people: people.into(), by_name: by_name.into() })
    }

    pub fn people(&self) -> &[Specialist] {
        &self.people
    }

    pub fn is_empty(&self) -> bool {
        self.people.is_empty()
    }

    /// The member who goes by `name`.
    pub fn find(&self, name: &str) -> Option<&Specialist> {
        if self.is_empty() {
            return None;
        }
        self.by_name.get(&name.trim().to_lowercase()).and_then(|at| self.people.get(*at))
    }

    /// Whether `name` is a member's, or that of `me`.
    pub fn knows(&self, name: &str, me: &str) -> bool {
        self.find(name).is_some() || self.is_same(me, name)
    }

    /// The names in `text`, which stand apart by commas. A name of the team that has one is one name.
    pub fn names_in<'a>(&self, text: &'a str) -> Vec<&'a str> {
        if self.find(text).is_some() { vec![text.trim()] } else { text.split(',').map(str::trim).collect() }
    }

    /// Whether two names are one person's.
    pub fn is_same(&self, name: &str, other: &str) -> bool {
        let both = || Some((self.find(name)?, self.find(other)?));
        is_same(name, other) || both().is_some_and(|(one, other)| one.name == other.name)
    }

    /// Whose name `name` is, as it is written where they own something.
    pub fn owner(&self, name: &str) -> Owner {
        self.find(name).map_or_else(|| name.trim().into(), |person| person.name.clone())
    }

    /// How lists show whoever goes by `name`.
    pub fn short<'a>(&'a self, name: &'a str) -> &'a str {
        self.find(name).map_or(name, |person| &person.short)
    }

    /// Every name of whoever goes by `name`.
    pub fn names_of<'a>(&'a self, name: &'a str) -> Vec<&'a str> {
        match self.find(name) {
            Some(person) => person.names().map(|name| &**name).chain([name]).collect(),
            None => vec![name],
        }
    }

    /// Whether `name` is one of `specialists`. While none is named, everybody is one.
    pub fn is_among(&self, name: Option<&str>, specialists: &[Arc<str>]) -> bool {
        specialists.is_empty()
            || name.is_some_and(|name| specialists.iter().any(|known| self.is_same(known, name)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn member(name: &str, address: Option<&str>, short: &str) -> Specialist {
        Specialist { name: name.into(), address: address.map(Into::into), short: short.into(), color: None }
    }

    #[test]
    fn every_name_means_the_same_person() {
        let people = vec![
            member("Magda Nowak", Some("magda@example.com"), "magda"),
            member("dan@example.com", None, "dan"),
        ];
        let roster = Roster::new(people).expect("all names differ");
        for name in ["Magda Nowak", "MAGDA", "magda@Example.com", " magda "] {
            assert_eq!((&*roster.owner(name), roster.short(name)), ("Magda Nowak", "magda"), "{name}");
            assert!(roster.is_same(name, "magda@example.com") && !roster.is_same(name, "dan"), "{name}");
        }
        assert_eq!((&*roster.owner("eve"), roster.short("eve")), ("eve", "eve"));
        assert!(roster.is_same("Eve", "eve") && !roster.is_same("eve", "dan"));
        assert!(roster.is_among(Some("magda"), &["magda@example.com".into()]));
        assert!(!roster.is_among(Some("dan"), &["magda@example.com".into()]) && roster.is_among(None, &[]));
        assert_eq!(Roster::default().names_of("eve"), ["eve"]);
        let twice = Roster::new(vec![member("a", None, "x"), member("b", None, "X")]);
        assert_eq!(twice, Err((1, "X".into())));
    }
}
