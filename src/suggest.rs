//! What somebody who mistyped a name may have meant.

use crate::casefold::folded;

/// How many are offered: more than that is a list, and nobody's guess.
const OFFERED: usize = 3;

/// How many letters, and how many pairs of neighbouring letters, a name that is offered shares at least; in percent.
const LETTERS: usize = 65;
const PAIRS: usize = 50;

/// How short a part of a name is that says nothing about the whole.
const TOO_SHORT: usize = 2;

/// The best of `known`, each with the names it goes by, for what was written as `text`; the most alike first.
pub fn near<'a, T: Ord, N: IntoIterator<Item = &'a str>>(
    text: &str,
    known: impl IntoIterator<Item = (T, N)>,
) -> Vec<T> {
    let wanted = letters(text);
    let mut near: Vec<(usize, T)> = known
        .into_iter()
        .filter_map(|(known, names)| {
            let likeness = names.into_iter().filter_map(|name| likeness(&wanted, &letters(name))).max()?;
            Some((likeness, known))
        })
        .collect();
    near.sort_by(|(a, known), (b, other)| b.cmp(a).then_with(|| known.cmp(other)));
    near.into_iter().take(OFFERED).map(|(_, known)| known).collect()
}

/// `Acme, Acme Ltd or Acne (A-3)`.
pub fn either<S: AsRef<str>>(names: &[S]) -> String {
    let names: Vec<&str> = names.iter().map(AsRef::as_ref).collect();
    match &names[..] {
        [first @ .., last] if !first.is_empty() => format!("{} or {last}", first.join(", ")),
        _ => names.concat(),
    }
}

/// What of a name is compared: signs and spaces are easily forgotten.
fn letters(text: &str) -> Vec<char> {
    folded(text).chars().filter(|c| c.is_alphanumeric()).collect()
}

/// In percent; nothing for a stranger. Long names differ in a word and keep their pairs of letters; short ones differ in
/// a letter, and keep the others. A name of which what was written is a part is alike in any case.
fn likeness(wanted: &[char], name: &[char]) -> Option<usize> {
    let longest = wanted.len().max(name.len()).max(1);
    let letters = 100 * (longest - edits(wanted, name)) / longest;
    let pairs = shared_pairs(wanted, name);
    let is_part = wanted.len() > TOO_SHORT && name.windows(wanted.len()).any(|part| part == wanted);
    let is_alike = !wanted.is_empty() && (letters >= LETTERS || pairs >= PAIRS || is_part);
    is_alike.then_some(letters.max(pairs))
}

/// How many of the pairs of neighbouring letters stand in both, in percent of all.
fn shared_pairs(wanted: &[char], name: &[char]) -> usize {
    let shared = wanted.windows(2).filter(|pair| name.windows(2).any(|other| other == *pair)).count();
    let all = wanted.len().saturating_sub(1) + name.len().saturating_sub(1);
    (200 * shared / all.max(1)).min(100)
}

/// How many letters to insert, drop or replace to make `b` of `a`.
fn edits(a: &[char], b: &[char]) -> usize {
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (done, letter) in a.iter().enumerate() {
        let mut diagonal = std::mem::replace(&mut row[0], done + 1);
        for (place, other) in b.iter().enumerate() {
            let replaced = diagonal + usize::from(letter != other);
            diagonal = row[place + 1];
            row[place + 1] = replaced.min(diagonal + 1).min(row[place] + 1);
        }
    }
    row[b.len()]
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
        assert_eq!(near("a17", known).len(), OFFERED);
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
