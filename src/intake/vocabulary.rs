//! The words of `assets/columns.toml`, by which an import is understood.

use std::collections::{BTreeMap, HashMap};
use std::sync::LazyLock;

use serde::{Deserialize, Deserializer};

use super::meaning::Meaning;
use crate::casefold;
use crate::state::{BillingInterval, Currency};

const COLUMNS: &str = include_str!("../../assets/columns.toml");

static VOCABULARY: LazyLock<Vocabulary> = LazyLock::new(|| Vocabulary::new(VocabularyFile::read()));

pub(super) fn vocabulary() -> &'static Vocabulary {
    &VOCABULARY
}

pub(super) struct Vocabulary {
    /// By a folded name of a column: what it means, and how many names are better.
    pub(super) columns: HashMap<String, (Meaning, usize)>,
    /// Meanings whose text may be any word, so that `NA` says something.
    pub(super) any_text: Vec<Meaning>,
    /// By a folded name.
    pub(super) plans: HashMap<String, String>,
    /// By a folded name.
    pub(super) intervals: HashMap<String, BillingInterval>,
    pub(super) file: VocabularyFile,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct VocabularyFile {
    columns: BTreeMap<String, Vec<String>>,
    pub(super) column_prefixes: Vec<String>,
    pub(super) column_suffixes: Vec<String>,
    pub(super) systems: SystemWords,
    pub(super) values: ValueWords,
    pub(super) plans: PlanWords,
    pub(super) intervals: IntervalWords,
    pub(super) currencies: CurrencyWords,
    pub(super) units: UnitWords,
    pub(super) json: JsonWords,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct SystemWords {
    pub(super) id_beginnings: BTreeMap<String, String>,
    pub(super) names: Vec<String>,
    #[serde(deserialize_with = "folded")]
    pub(super) id_endings: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ValueWords {
    pub(super) blank: Vec<String>,
    pub(super) nothing: Vec<String>,
    any_text: Vec<String>,
    pub(super) no_id: Vec<String>,
    #[serde(deserialize_with = "folded")]
    pub(super) sums: Vec<String>,
    #[serde(deserialize_with = "unaccented")]
    pub(super) nobody: Vec<String>,
    pub(super) yes: Vec<String>,
    pub(super) no: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct PlanWords {
    pub(super) ignored_ending: String,
    names: BTreeMap<String, Vec<String>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct IntervalWords {
    #[serde(deserialize_with = "folded")]
    pub(super) ignored_beginnings: Vec<String>,
    names: BTreeMap<String, Vec<String>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct CurrencyWords {
    pub(super) codes: Vec<Currency>,
    pub(super) dollars: Vec<Currency>,
    pub(super) yens: Vec<Currency>,
    pub(super) signs: BTreeMap<String, Currency>,
    /// The sign or code for each name.
    pub(super) names: BTreeMap<String, String>,
}

/// All folded.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct UnitWords {
    #[serde(deserialize_with = "folded")]
    pub(super) percent: Vec<String>,
    #[serde(deserialize_with = "folded")]
    pub(super) minor: Vec<String>,
    #[serde(deserialize_with = "folded")]
    pub(super) thousands: Vec<String>,
    #[serde(deserialize_with = "folded")]
    pub(super) millions: Vec<String>,
    #[serde(deserialize_with = "folded")]
    pub(super) monthly: Vec<String>,
    #[serde(deserialize_with = "folded")]
    pub(super) time_zones: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct JsonWords {
    pub(super) wrappers: Vec<String>,
    pub(super) value_members: Vec<String>,
    #[serde(deserialize_with = "folded")]
    pub(super) label_members: Vec<String>,
    pub(super) role_members: Vec<String>,
    pub(super) person_members: Vec<String>,
}

impl VocabularyFile {
    fn read() -> Self {
        toml::from_str(COLUMNS).expect("a test reads the file that is built in")
    }
}

impl Vocabulary {
    fn new(file: VocabularyFile) -> Self {
        let meaning = |word: &str| Meaning::parse(word).expect("a test looks up every meaning");
        let interval = |word: &str| BillingInterval::parse(word).expect("a test looks up every interval");
        let mut columns = HashMap::new();
        for (word, names) in &file.columns {
            columns.extend(names.iter().enumerate().map(|(rank, name)| (fold(name), (meaning(word), rank))));
        }
        let any_text = file.values.any_text.iter().map(|word| meaning(word)).collect();
        let plans = by_name(&file.plans.names, str::to_owned);
        let intervals = by_name(&file.intervals.names, interval);
        Self { columns, any_text, plans, intervals, file }
    }
}

fn by_name<T>(names: &BTreeMap<String, Vec<String>>, value: impl Fn(&str) -> T) -> HashMap<String, T> {
    let pairs = names.iter().flat_map(|(word, names)| names.iter().map(move |name| (name, word)));
    pairs.map(|(name, word)| (fold(name), value(word))).collect()
}

fn unaccented<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<String>, D::Error> {
    let names = Vec::<String>::deserialize(deserializer)?;
    Ok(names.iter().map(|name| fold(&casefold::folded(name))).collect())
}

fn folded<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<String>, D::Error> {
    let names = Vec::<String>::deserialize(deserializer)?;
    Ok(names.iter().map(|name| fold(name)).collect())
}

/// A name as names are compared: letters and digits only, in lower case.
pub(super) fn fold(name: &str) -> String {
    name.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_meaning_has_names_and_every_name_one_meaning() {
        let file = VocabularyFile::read();
        let words: BTreeSet<String> = Meaning::words().filter(|word| word != "extra").collect();
        assert_eq!(file.columns.keys().cloned().collect::<BTreeSet<_>>(), words);
        let mut seen = BTreeSet::new();
        for name in file.columns.values().flatten() {
            assert!(!fold(name).is_empty() && seen.insert(fold(name)), "`{name}` stands twice");
        }
        for word in &file.values.any_text {
            assert!(file.columns.contains_key(word), "{word}");
        }
    }

    #[test]
    fn every_interval_is_one_that_renewals_roll_by() {
        let file = VocabularyFile::read();
        let known: BTreeSet<&str> = BillingInterval::ALL.iter().map(|interval| interval.word()).collect();
        assert_eq!(file.intervals.names.keys().map(String::as_str).collect::<BTreeSet<_>>(), known);
        for (names, what) in [(&file.intervals.names, "interval"), (&file.plans.names, "plan")] {
            let mut seen = BTreeSet::new();
            for name in names.values().flatten() {
                assert!(seen.insert(fold(name)), "`{name}` stands for two names of a {what}");
            }
        }
        // What state understands by itself means the same to an import.
        let vocabulary = vocabulary();
        for (name, interval) in &vocabulary.intervals {
            assert!(BillingInterval::parse(name).is_none_or(|known| known == *interval), "{name}");
        }
    }
}
