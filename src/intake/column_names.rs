//! Recognises a column by its name.

use super::heading::{self, HeadingUnit};
use super::meaning::Meaning;
use super::vocabulary::{fold, vocabulary};
use crate::state::FactKey;

/// How our own exports end the names of first-entered stamps.
pub(super) const FIRST_ENTERED: &str = ": first entered";

/// A recognised column: what it means, and how good its name is (smaller is better).
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Recognised {
    pub(super) meaning: Meaning,
    pub(super) rank: (usize, usize),
    /// The unit in its heading.
    pub(super) unit: Option<HeadingUnit>,
}

/// The meaning of a column of this name; `None` when the name is unknown.
pub(super) fn meaning_of(header: &str) -> Option<Meaning> {
    recognise(header).map(|recognised| recognised.meaning)
}

/// Like [`meaning_of`], with the rank of the name and the unit in it.
pub(super) fn recognise(header: &str) -> Option<Recognised> {
    let with_unit = heading::split(header).and_then(|(name, unit)| {
        let recognised = without_unit(&name)?;
        Some(Recognised { unit: Some(unit), ..recognised })
    });
    with_unit.or_else(|| without_unit(header))
}

fn without_unit(header: &str) -> Option<Recognised> {
    let header = header.trim();
    let exact = |meaning| Some(Recognised { meaning, rank: (0, 0), unit: None });
    if header.starts_with("extra.")
        && let Some(key) = FactKey::parse(header)
    {
        return exact(key.into());
    }
    let lower = header.to_lowercase();
    let mut name = lower.as_str();
    for suffix in &vocabulary().file.column_suffixes {
        name = name.strip_suffix(suffix.as_str()).unwrap_or(name);
    }
    let mut prefixes = 0;
    loop {
        if let Some((meaning, rank)) = known(name).or_else(|| other_id(name)) {
            return Some(Recognised { meaning, rank: (rank, prefixes), unit: None });
        }
        let mut all = vocabulary().file.column_prefixes.iter();
        let Some(rest) = all.find_map(|prefix| name.strip_prefix(prefix.as_str())) else { break };
        name = rest;
        prefixes += 1;
    }
    // Systems that are not in our list, as our own exports write them: `id.billing`.
    FactKey::parse(header).and_then(|key| exact(key.into()))
}

fn known(name: &str) -> Option<(Meaning, usize)> {
    vocabulary().columns.get(&fold(name)).cloned()
}

fn other_id(name: &str) -> Option<(Meaning, usize)> {
    let folded = fold(name);
    let systems = &vocabulary().file.systems;
    systems.names.iter().find_map(|system| {
        let rank = match folded.strip_prefix(system.as_str()) {
            Some(ending) => systems.id_endings.iter().position(|known| known == ending)?,
            None if folded.strip_prefix("id") == Some(system) => 0,
            None => return None,
        };
        Some((Meaning::Fact(FactKey::OtherId(system.as_str().into())), rank))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_word_of_a_meaning_is_recognised() {
        for word in Meaning::words().filter(|word| word != "extra" && word != "ignore") {
            let meaning = meaning_of(&word);
            assert_eq!(meaning, Meaning::parse(&word), "{word}");
        }
    }

    #[test]
    fn columns_are_recognised_forgivingly() {
        for (header, word) in [
            ("External ID", "external_id"),
            ("externalId", "external_id"),
            (" ACCOUNT_ID ", "external_id"),
            ("Customer ID", "external_id"),
            ("vitally.custom.onboardingPipeline", "stage"),
            ("vitally.custom.Onboarding Specialist", "specialist"),
            ("traits.forecasted_mrr", "forecasted_mrr"),
            ("Account Owner", "specialist"),
            ("CSM", "csm_contact"),
            ("account.name", "name"),
            ("Next Renewal Date", "next_renewal"),
            ("Stripe Customer ID", "id.stripe"),
            ("vitally.custom.stripeCustomerId", "id.stripe"),
            ("HubSpot ID", "id.hubspot"),
            ("id.salesforce", "id.salesforce"),
            ("Users Count", "users_count"),
        ] {
            assert_eq!(meaning_of(header), Meaning::parse(word), "{header}");
        }
        for unknown in ["Industry", "status", "reason_code", "Stripe", "", "vitally.custom.", "end_date"] {
            assert_eq!(recognise(unknown), None, "{unknown}");
        }
    }
}
