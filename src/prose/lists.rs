//! Counts, enumerations, and how a sentence begins.

use std::fmt::Display;

/// `1 account`, `2 accounts`.
pub fn plural(count: usize, one: &str, many: &str) -> String {
    format!("{count} {}", if count == 1 { one } else { many })
}

/// `2, 3a or 4b`.
pub fn either<T: Display>(items: &[T], word: &str) -> String {
    match items {
        [] => "nothing".to_owned(),
        [one] => one.to_string(),
        [first @ .., last] => {
            let first: Vec<String> = first.iter().map(ToString::to_string).collect();
            format!("{} {word} {last}", first.join(", "))
        }
    }
}

/// `1 day`, `2 days`.
pub fn days(days: u32) -> String {
    plural(usize::try_from(days).unwrap_or(usize::MAX), "day", "days")
}

/// The same of days that passed; none where they lie ahead.
pub fn days_of(days: i64) -> String {
    self::days(u32::try_from(days.max(0)).unwrap_or(u32::MAX))
}

/// `text` as it stands at the beginning of a sentence, or as a label.
pub fn sentence_case(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// A label as it stands within a sentence. One that begins with an abbreviation stays as it is: `MRR`.
pub fn lower_case(label: &str) -> String {
    if label.chars().nth(1).is_some_and(char::is_uppercase) {
        return label.to_owned();
    }
    let mut letters = label.chars();
    letters.next().map_or_else(String::new, |first| first.to_lowercase().chain(letters).collect())
}
