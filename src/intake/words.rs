//! The words in a cell: nothing, yes and no, plans, billing intervals, and lists of them.

use std::sync::Arc;

use super::vocabulary::{fold, vocabulary};
use crate::casefold::folded;

fn is_one_of(text: &str, words: &[String]) -> bool {
    words.iter().any(|word| text.eq_ignore_ascii_case(word))
}

/// Whether the text is empty in every column.
pub(super) fn is_blank(text: &str) -> bool {
    let text = text.trim();
    text.is_empty() || is_one_of(text, &vocabulary().file.values.blank)
}

/// Whether the text means that there is no value. In a column of free text it does not: `NA` may be a region.
pub(super) fn is_nothing(text: &str) -> bool {
    is_blank(text) || is_one_of(text.trim(), &vocabulary().file.values.nothing)
}

/// Whether the text says nothing as an id: one that stands for every account that has no id.
pub(super) fn is_no_id(text: &str) -> bool {
    let words = &vocabulary().file.values;
    is_nothing(text) || is_one_of(text.trim(), &words.no_id) || !text.contains(char::is_alphanumeric)
}

/// Whether the text heads a sum line: `Total`, `Summe:`, `Total (2)`.
pub(super) fn is_sum(text: &str) -> bool {
    let folded = fold(text);
    let word = folded.trim_end_matches(|c: char| c.is_ascii_digit());
    vocabulary().file.values.sums.iter().any(|sum| sum == word)
}

/// Whether the text stands for a person where there is none: `Unassigned`, `kein Besitzer`.
pub(super) fn is_nobody(text: &str) -> bool {
    is_nothing(text) || vocabulary().file.values.nobody.contains(&fold(&folded(text)))
}

pub(super) fn flag(text: &str) -> Option<bool> {
    let (text, words) = (text.trim(), &vocabulary().file.values);
    if is_one_of(text, &words.yes) { Some(true) } else { is_one_of(text, &words.no).then_some(false) }
}

/// A plan by the name that playbooks use; one that is not known as it is written.
pub(super) fn plan(text: &str) -> &str {
    let vocabulary = vocabulary();
    let folded = fold(text);
    let name =
        folded.strip_suffix(vocabulary.file.plans.ignored_ending.as_str()).filter(|name| !name.is_empty());
    vocabulary.plans.get(name.unwrap_or(&folded)).map_or(text.trim(), String::as_str)
}

/// A billing interval in one word; one that is not known as it is written.
pub(super) fn interval(text: &str) -> &str {
    let vocabulary = vocabulary();
    let folded = fold(text);
    let name = vocabulary
        .file
        .intervals
        .ignored_beginnings
        .iter()
        .find_map(|start| folded.strip_prefix(start.as_str()));
    vocabulary.intervals.get(name.unwrap_or(&folded)).map_or(text.trim(), |interval| interval.word())
}

/// The segments a cell lists.
pub(super) fn segments(text: &str) -> impl Iterator<Item = &str> {
    text.split([',', ';', '|', '\n']).map(str::trim).filter(|segment| !is_nothing(segment))
}

/// The people a cell lists: email addresses, or names where there is none.
pub(super) fn people(text: &str) -> impl Iterator<Item = &str> {
    text.split([',', ';', '|', '\n']).flat_map(|part| {
        let has_address = part.contains('@');
        let words = part.split_whitespace().filter(move |word| has_address && word.contains('@'));
        let name = Some(part.trim()).filter(|name| !has_address && !is_nobody(name));
        words.map(|word| word.trim_matches(['<', '>', '"', '(', ')'])).chain(name)
    })
}

/// `items` in their order, each once.
pub(super) fn distinct<'a>(items: impl IntoIterator<Item = &'a str>) -> Vec<Arc<str>> {
    let mut distinct: Vec<Arc<str>> = Vec::new();
    for item in items {
        if !distinct.iter().any(|known| &**known == item) {
            distinct.push(item.into());
        }
    }
    distinct
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_read() {
        for (text, word) in [
            ("PAYG", "pay-as-you-go"),
            ("Pay as you go", "pay-as-you-go"),
            ("Startup plan", "startup"),
            ("Y Combinator", "YC"),
            ("Boost", "boost"),
            ("Yearly", "annual"),
            (" Enterprise ", "Enterprise"),
            ("plan", "plan"),
        ] {
            assert_eq!(plan(text), word);
        }
        for (text, word) in [
            ("Month", "monthly"),
            ("every 3 months", "quarterly"),
            ("half-yearly", "semiannual"),
            ("YEARLY", "annual"),
            ("per year", "annual"),
            ("weekly", "weekly"),
        ] {
            assert_eq!(interval(text), word);
        }
        assert_eq!(
            [flag("TRUE"), flag("no"), flag("1"), flag("maybe")],
            [Some(true), Some(false), Some(true), None]
        );
        assert!(is_nothing(" N/A ") && is_nothing("None") && !is_blank("None") && is_blank("NULL"));
    }

    #[test]
    fn lists_are_split() {
        let list = |text| distinct(people(text)).join("+");
        assert_eq!(list("a@x.com, b@x.com;c@x.com d@x.com,a@x.com"), "a@x.com+b@x.com+c@x.com+d@x.com");
        assert_eq!(list("Ann Lee <ann@x.com>; Bob Roe"), "ann@x.com+Bob Roe");
        assert_eq!(list(" - "), "");
        assert_eq!(
            distinct(segments("Onboarding Lead; Sales Lead |A,,A")).join("+"),
            "Onboarding Lead+Sales Lead+A"
        );
    }
}
