//! Suggestions for a mistyped name.

use strsim::{normalized_damerau_levenshtein, sorensen_dice};

use crate::casefold::folded;

/// More than this is a list rather than a suggestion.
const MAX_SUGGESTIONS: usize = 3;

/// How similar two names are at least, letter by letter or by pairs of neighbouring letters. Long names differ in a
/// word and keep their pairs; short ones differ in a letter and keep the others.
const MIN_LETTERS: f64 = 0.65;
const MIN_PAIRS: f64 = 0.5;

/// A part of a name this short does not identify the name.
const TOO_SHORT: usize = 2;

/// The entries of `known` that `text` may stand for, the most similar first. Each entry comes with all its names.
pub fn near<'a, T: Ord, N: IntoIterator<Item = &'a str>>(
    text: &str,
    known: impl IntoIterator<Item = (T, N)>,
) -> Vec<T> {
    let wanted = letters(text);
    let mut near: Vec<(f64, T)> = known
        .into_iter()
        .filter_map(|(known, names)| {
            let scores = names.into_iter().filter_map(|name| similarity(&wanted, &letters(name)));
            Some((scores.max_by(f64::total_cmp)?, known))
        })
        .collect();
    near.sort_by(|(a, known), (b, other)| b.total_cmp(a).then_with(|| known.cmp(other)));
    near.into_iter().take(MAX_SUGGESTIONS).map(|(_, known)| known).collect()
}

/// `did you mean stage or segment?`, of the `known` words that `text` may stand for; nothing where none is like it.
pub fn did_you_mean<S: AsRef<str>>(text: &str, known: &[S]) -> Option<String> {
    let near = near(text, known.iter().map(|word| (word.as_ref(), [word.as_ref()])));
    (!near.is_empty()).then(|| format!("did you mean {}?", either(&near)))
}

/// The same, or where none is like it, all of them: `write stage, segment or risk`.
pub fn meant_or_all<S: AsRef<str>>(text: &str, known: &[S]) -> String {
    did_you_mean(text, known).unwrap_or_else(|| format!("write {}", either(known)))
}

/// `Acme, Acme Ltd or Acne (A-3)`.
pub fn either<S: AsRef<str>>(names: &[S]) -> String {
    let names: Vec<&str> = names.iter().map(AsRef::as_ref).collect();
    match &names[..] {
        [first @ .., last] if !first.is_empty() => format!("{} or {last}", first.join(", ")),
        _ => names.concat(),
    }
}

/// Signs and spaces are easily forgotten, so they do not count.
fn letters(text: &str) -> String {
    folded(text).chars().filter(|c| c.is_alphanumeric()).collect()
}

/// How similar two names are, from 0 to 1; `None` when they are too different. A name that contains what was written
/// is similar in any case.
fn similarity(wanted: &str, name: &str) -> Option<f64> {
    let letters = normalized_damerau_levenshtein(wanted, name);
    let pairs = sorensen_dice(wanted, name);
    let is_part = wanted.chars().count() > TOO_SHORT && name.contains(wanted);
    let is_similar = !wanted.is_empty() && (letters >= MIN_LETTERS || pairs >= MIN_PAIRS || is_part);
    is_similar.then_some(letters.max(pairs))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_meant_comes_first() {
        let known = ["Acme Ltd", "Acne Studios", "Bolt Robotics", "Zoë"].map(|name| (name, [name, "A-17"]));
        for (text, means) in [
            ("acme", &["Acme Ltd"][..]),
            ("Acme Ldt", &["Acme Ltd"]),
            ("robotics", &["Bolt Robotics"]),
            ("zoe", &["Zoë"]),
            ("xyz", &[]),
            ("o", &[]),
            ("", &[]),
            ("–", &[]),
        ] {
            assert_eq!(near(text, known), means, "{text}");
        }
        assert_eq!(near("a17", known).len(), MAX_SUGGESTIONS);
    }

    #[test]
    fn a_word_with_a_wrong_letter_is_found_among_words() {
        let known = ["next_renewal", "forecasted_mrr", "mrr", "plan", "ltv", "undo", "last"];
        for (text, means) in [
            ("forcasted_mrr", &["forecasted_mrr"][..]),
            ("renewal", &["next_renewal"]),
            ("plann", &["plan"]),
            ("undoo", &["undo"]),
            ("list", &["last"]),
            ("plna", &["plan"]),
            ("colour", &[]),
        ] {
            assert_eq!(near(text, known.map(|name| (name, [name]))), means, "{text}");
        }
    }

    #[test]
    fn names_are_offered_in_one_sentence() {
        assert_eq!(either::<&str>(&[]), "");
        assert_eq!(either(&["a"]), "a");
        assert_eq!(either(&["a", "b", "c"]), "a, b or c");
    }
}
