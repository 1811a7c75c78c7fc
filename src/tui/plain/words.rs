//! Sentences as they are said: no sign that only eyes understand, and no word cut short.

use crate::text;

const WEEKDAYS: [(&str, &str); 7] = [
    ("Mon", "Monday"),
    ("Tue", "Tuesday"),
    ("Wed", "Wednesday"),
    ("Thu", "Thursday"),
    ("Fri", "Friday"),
    ("Sat", "Saturday"),
    ("Sun", "Sunday"),
];

const MONTHS: [(&str, &str); 12] = [
    ("Jan", "January"),
    ("Feb", "February"),
    ("Mar", "March"),
    ("Apr", "April"),
    ("May", "May"),
    ("Jun", "June"),
    ("Jul", "July"),
    ("Aug", "August"),
    ("Sep", "September"),
    ("Oct", "October"),
    ("Nov", "November"),
    ("Dec", "December"),
];

/// What stands between two parts, or before one, and how it is said.
const SIGNS: [(&str, &str); 8] = [
    (" · ", ", "),
    (" → ", " to "),
    ("→ ", ""),
    ("✓ ", ""),
    ("✗ ", ""),
    ("● ", ""),
    ("◆ ", ""),
    ("…", "..."),
];

/// `text`, which need not be clean, as one line to be heard.
pub(super) fn heard(text: &str) -> String {
    let mut words = text::clean(text).trim().to_owned();
    for (sign, said) in SIGNS {
        if words.contains(sign) {
            words = words.replace(sign, said);
        }
    }
    // What stood under each other follows each other.
    while let Some(gap) = words.find("  ") {
        let end = gap + words[gap..].len() - words[gap..].trim_start().len();
        let comma = if words[..gap].ends_with(|c: char| c.is_alphabetic() || c == ')') { ", " } else { " " };
        words.replace_range(gap..end, comma);
    }
    dates(&words)
}

/// `words` with the days and months of dates at length: `Sun 29 Nov` becomes `Sunday 29 November`. A name that looks like
/// a day, and stands before no number, stays as it is.
fn dates(words: &str) -> String {
    let mut said: Vec<String> = words.split(' ').map(str::to_owned).collect();
    for at in 0..said.len() {
        let is_number = said[at].len() <= 2 && said[at].parse::<u8>().is_ok();
        let month = said.get(at + 1).filter(|_| is_number).and_then(|word| at_length(word, &MONTHS));
        let Some(month) = month else { continue };
        said[at + 1] = month;
        if let Some(day) = at.checked_sub(1).and_then(|before| at_length(&said[before], &WEEKDAYS)) {
            said[at - 1] = day;
        }
    }
    said.join(" ")
}

/// The word that `short` is cut from, with the signs around it.
fn at_length(short: &str, words: &[(&str, &str)]) -> Option<String> {
    let bare = short.trim_matches(|c: char| !c.is_alphanumeric());
    let (_, long) = words.iter().find(|(known, _)| *known == bare)?;
    Some(short.replacen(bare, long, 1))
}

/// Sentences one after the other, each with its full stop.
pub(super) fn sentences<I: IntoIterator<Item = S>, S: AsRef<str>>(parts: I) -> String {
    let mut said = String::new();
    for part in parts {
        let part = part.as_ref().trim();
        if part.is_empty() {
            continue;
        }
        if !said.is_empty() {
            said.push_str(if said.ends_with(['.', '?', '!', ':']) { " " } else { ". " });
        }
        said.push_str(part);
    }
    said
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_only_eyes_understand_is_said_in_words() {
        for (seen, said) in [
            (
                "Failed payment of $340, again on Sun 29 Nov",
                "Failed payment of $340, again on Sunday 29 November",
            ),
            ("(due on Wed 2 Dec)", "(due on Wednesday 2 December)"),
            ("16 Dec 15:00", "16 December 15:00"),
            ("✓ 09:14 Outreach sent, 1 → 2 · u undoes it", "09:14 Outreach sent, 1 to 2, u undoes it"),
            ("o                      Outreach sent", "o, Outreach sent"),
            ("Jan wrote to May 2 days ago", "Jan wrote to May 2 days ago"),
            ("a\u{1b}[31mb", "a␛[31mb"),
        ] {
            assert_eq!(heard(seen), said);
        }
        assert_eq!(sentences(["Today", "", "33 need you.", "Fox"]), "Today. 33 need you. Fox");
    }
}
