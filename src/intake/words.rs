//! Single words: nothing, yes and no, plans, billing intervals, and lists of them.

use std::sync::Arc;

use super::names::folded;

/// Whether a text cell says nothing.
pub(super) fn is_blank(text: &str) -> bool {
    let text = text.trim();
    text.is_empty() || text.eq_ignore_ascii_case("null")
}

/// Whether a cell that is no free text says nothing. Free text may well be `None` or `NA` (a region).
pub(super) fn is_nothing(text: &str) -> bool {
    const NOTHING: [&str; 12] =
        ["n/a", "na", "#n/a", "-", "--", "–", "—", "none", "nil", "nan", "undefined", "unknown"];
    let text = text.trim();
    is_blank(text) || NOTHING.iter().any(|word| text.eq_ignore_ascii_case(word))
}

/// Yes or no.
pub(super) fn flag(text: &str) -> Option<bool> {
    match text.trim().to_ascii_lowercase().as_str() {
        "true" | "yes" | "y" | "t" | "1" | "on" => Some(true),
        "false" | "no" | "n" | "f" | "0" | "off" => Some(false),
        _ => None,
    }
}

/// A plan by the name the playbooks know; anything else as written.
pub(super) fn plan(text: &str) -> &str {
    let folded = folded(text);
    match folded.strip_suffix("plan").filter(|name| !name.is_empty()).unwrap_or(&folded) {
        "payg" | "paygo" | "payasyougo" | "paidpayg" | "usagebased" => "pay-as-you-go",
        "startup" | "startups" | "startupprogram" | "startupsprogram" => "startup",
        "yc" | "ycombinator" | "ycstartup" | "ycprogram" => "YC",
        "boost" => "boost",
        "annual" | "annually" | "yearly" | "annualcontract" => "annual",
        _ => text.trim(),
    }
}

/// A billing interval in one word; anything else as written.
pub(super) fn interval(text: &str) -> &str {
    let folded = folded(text);
    let name = ["billedevery", "billed", "every", "per"].iter().find_map(|start| folded.strip_prefix(start));
    match name.unwrap_or(&folded) {
        "monthly" | "month" | "1month" | "m" | "mo" => "monthly",
        "quarterly" | "quarter" | "3months" | "q" => "quarterly",
        "semiannual" | "semiannually" | "biannual" | "biannually" | "halfyearly" | "halfyear" | "6months" => {
            "semiannual"
        }
        "annual" | "annually" | "yearly" | "year" | "1year" | "12months" | "y" => "annual",
        _ => text.trim(),
    }
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
        let name = Some(part.trim()).filter(|name| !has_address && !is_nothing(name));
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
