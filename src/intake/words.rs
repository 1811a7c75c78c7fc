//! The words in a cell: nothing, yes and no, plans, billing intervals, and lists of them.

use std::sync::Arc;

use super::vocabulary::{fold, vocabulary};
use crate::casefold::folded;
use crate::state::RiskLevel;

fn is_one_of(text: &str, words: &[String]) -> bool {
    words.iter().any(|word| text.eq_ignore_ascii_case(word))
}

/// Whether the text is empty in every column.
pub(super) fn is_blank(text: &str) -> bool {
    let text = text.trim();
    text.is_empty() || is_spreadsheet_error(text) || is_one_of(text, &vocabulary().file.values.blank)
}

/// Whether the text is the error of a formula in some language: `#REF!`, `#WERT!`, `#NAME?`.
fn is_spreadsheet_error(text: &str) -> bool {
    /// The longest one is `#BLOCKIERT!`.
    const LONGEST: usize = 16;
    let inner = text.strip_prefix('#').and_then(|rest| rest.strip_suffix(['!', '?']));
    inner.is_some_and(|inner| {
        !inner.is_empty()
            && inner.chars().count() < LONGEST
            && !inner.contains(|c: char| c.is_lowercase() || c == ' ')
    })
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
    let folded = fold(text.split(['(', '[', ':', '=']).next().unwrap_or(text));
    let word = folded.trim_end_matches(|c: char| c.is_ascii_digit());
    vocabulary().file.values.sums.iter().any(|sum| sum == word)
}

/// Whether the text stands for a person where there is none: `Unassigned`, `kein Besitzer`. What has the sign of an address
/// in it is somebody, though nothing but `null` may be left of it without its signs.
pub(super) fn is_nobody(text: &str) -> bool {
    is_nothing(text)
        || (!text.contains('@') && vocabulary().file.values.nobody.contains(&fold(&folded(text))))
}

pub(super) fn flag(text: &str) -> Option<bool> {
    let (text, words) = (text.trim(), &vocabulary().file.values);
    if is_one_of(text, &words.yes) { Some(true) } else { is_one_of(text, &words.no).then_some(false) }
}

/// A payment risk in words such as `High` or `low risk`.
pub(super) fn risk(text: &str) -> Option<RiskLevel> {
    let word = fold(text);
    let word = word.strip_suffix("risk").filter(|word| !word.is_empty()).unwrap_or(&word);
    RiskLevel::ALL
        .iter()
        .copied()
        .find(|level| level.to_string() == word || (word == "no" && *level == RiskLevel::None))
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
pub(super) fn people(text: &str) -> Vec<String> {
    let text = without_quoted_names(text);
    let mut people = Vec::new();
    for part in text.split([',', ';', '|', '\n']).map(str::trim) {
        let addresses: Vec<String> = part.split_whitespace().filter_map(address).collect();
        if !addresses.is_empty() {
            people.extend(addresses);
        } else if !is_nobody(part) {
            people.push(part.to_owned());
        }
    }
    people
}

/// One person: the email address where there is one, otherwise the text.
pub(super) fn person(text: &str) -> String {
    let mut addresses = text.split_whitespace().filter_map(address);
    match (addresses.next(), addresses.next()) {
        (Some(address), None) => address,
        (Some(_) | None, _) => text.trim().to_owned(),
    }
}

/// The address in a word such as `<dan@example.com>` or `mailto:dan@example.com`.
fn address(word: &str) -> Option<String> {
    let word = word.trim_matches(['<', '>', '"', '\'', '(', ')', '[', ']', ',', ';']);
    let word = strip_prefix_in_any_case(word, "mailto:").unwrap_or(word);
    word.split_once('@').filter(|(name, host)| !name.is_empty() && !host.is_empty()).map(|_| word.to_owned())
}

/// `"Smith, Dan" <dan@example.com>` without the name in quotes, whose comma separates nothing.
fn without_quoted_names(text: &str) -> String {
    if !text.contains('<') {
        return text.to_owned();
    }
    text.split('"').step_by(2).collect()
}

/// The domains a cell lists, and whether that is all it says.
pub(super) fn domains(text: &str) -> (Vec<Arc<str>>, bool) {
    let parts = text.split([',', ';', '|']).flat_map(str::split_whitespace);
    let (found, rest): (Vec<_>, Vec<_>) = parts.map(domain).partition(Option::is_some);
    let found: Vec<String> = found.into_iter().flatten().collect();
    (distinct(found.iter().map(String::as_str)), rest.is_empty())
}

/// The domain in the address of a website: `acme.example` of `https://www.Acme.example:8080/en`.
fn domain(website: &str) -> Option<String> {
    let lower = website.trim_matches(['<', '>', '"', '\'']).to_lowercase();
    let host = match lower.split_once("://") {
        Some((_, rest)) => rest.split(['/', '?', '#']).next().and_then(|host| host.rsplit('@').next()),
        None => lower.trim_start_matches("//").trim_start_matches('@').split(['/', '?', '#']).next(),
    };
    let host = host?.trim_end_matches('.');
    let host = host
        .split_once(':')
        .filter(|(_, port)| port.bytes().all(|b| b.is_ascii_digit()))
        .map_or(host, |(host, _)| host);
    let host = host.strip_prefix("www.").unwrap_or(host).trim_end_matches('.');
    let is_label = |label: &str| !label.is_empty() && label.chars().all(|c| c.is_alphanumeric() || c == '-');
    let is_top = |label: &str| label.chars().count() > 1 && !label.bytes().all(|byte| byte.is_ascii_digit());
    let is_domain =
        host.split('.').all(is_label) && host.rsplit_once('.').is_some_and(|(_, top)| is_top(top));
    is_domain.then(|| host.to_owned())
}

fn strip_prefix_in_any_case<'a>(text: &'a str, prefix: &str) -> Option<&'a str> {
    let (start, rest) = text.split_at_checked(prefix.len())?;
    start.eq_ignore_ascii_case(prefix).then_some(rest)
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
            (" Enterprise ", "enterprise"),
            ("Enterprise Annual", "enterprise"),
            ("Metered", "pay-as-you-go"),
            (" Business Gold ", "Business Gold"),
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
        let list = |text| distinct(people(text).iter().map(String::as_str)).join("+");
        assert_eq!(list("a@x.com, b@x.com;c@x.com d@x.com,a@x.com"), "a@x.com+b@x.com+c@x.com+d@x.com");
        assert_eq!(list("Ann Lee <ann@x.com>; Bob Roe"), "ann@x.com+Bob Roe");
        assert_eq!(list(" - "), "");
        assert_eq!(
            distinct(segments("Onboarding Lead; Sales Lead |A,,A")).join("+"),
            "Onboarding Lead+Sales Lead+A"
        );
    }
}
