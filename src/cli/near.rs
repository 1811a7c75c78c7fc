//! What somebody who mistyped a name may have meant.

use crate::text::folded;

/// How many are offered.
const OFFERED: usize = 3;

/// Half of the letter pairs of either are shared: a likeness.
const ALIKE: usize = 50;

/// The best of `known`, each with the names it goes by, for what was written as `text`; the most alike first.
pub(super) fn near<'a, T: Ord>(text: &str, known: impl IntoIterator<Item = (T, [&'a str; 2])>) -> Vec<T> {
    let wanted = folded(text.trim());
    let letters = pairs(&wanted);
    let mut near: Vec<(usize, T)> = known
        .into_iter()
        .map(|(known, names)| {
            let likeness = names.into_iter().map(|name| likeness(&wanted, &letters, &folded(name))).max();
            (likeness.unwrap_or(0), known)
        })
        .filter(|(likeness, _)| *likeness >= ALIKE)
        .collect();
    near.sort_by(|(a, known), (b, other)| b.cmp(a).then_with(|| known.cmp(other)));
    near.into_iter().take(OFFERED).map(|(_, known)| known).collect()
}

/// In percent; one that is part of the other is alike in any case.
fn likeness(wanted: &str, letters: &[(char, char)], name: &str) -> usize {
    let others = pairs(name);
    let shared = letters.iter().filter(|pair| others.contains(pair)).count();
    let share = 200 * shared / (letters.len() + others.len()).max(1);
    if wanted.len() > 2 && name.contains(wanted) { share.max(ALIKE) } else { share }
}

fn pairs(text: &str) -> Vec<(char, char)> {
    let letters: Vec<char> = text.chars().filter(|c| c.is_alphanumeric()).collect();
    letters.windows(2).map(|pair| (pair[0], pair[1])).collect()
}

/// `Acme, Acme Ltd or Acne (A-3)`.
pub(super) fn either(near: &[String]) -> String {
    match near {
        [first @ .., last] if !first.is_empty() => format!("{} or {last}", first.join(", ")),
        _ => near.concat(),
    }
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
        ] {
            assert_eq!(near(text, known), means, "{text}");
        }
        assert_eq!(near("a17", known).len(), OFFERED);
    }
}
