//! Keys by names that can be heard: a screen reader is silent at most signs, and says `A` as it says `a`.

/// What signs on keys are called.
const SIGNS: &[(&str, &str)] = &[
    ("!", "exclamation mark"),
    ("\"", "quotation mark"),
    ("#", "number sign"),
    ("$", "dollar sign"),
    ("%", "percent sign"),
    ("&", "ampersand"),
    ("'", "apostrophe"),
    ("(", "left parenthesis"),
    (")", "right parenthesis"),
    ("*", "asterisk"),
    ("+", "plus"),
    (",", "comma"),
    ("-", "hyphen"),
    (".", "period"),
    ("/", "slash"),
    (":", "colon"),
    (";", "semicolon"),
    ("<", "less than"),
    ("=", "equals sign"),
    (">", "greater than"),
    ("?", "question mark"),
    ("@", "at sign"),
    ("[", "left bracket"),
    ("\\", "backslash"),
    ("]", "right bracket"),
    ("^", "caret"),
    ("_", "underscore"),
    ("`", "backtick"),
    ("{", "left brace"),
    ("|", "vertical bar"),
    ("}", "right brace"),
    ("~", "tilde"),
];

/// The keys of a sequence by names that can be heard: `?` is `question mark`, `A` is `capital A`, `ctrl-r` stays.
pub fn spelled(keys: &str) -> String {
    keys.split(' ').map(key).collect::<Vec<_>>().join(" ")
}

fn key(written: &str) -> String {
    // A sign may be held with a modifier: `alt-.`.
    let (held, last) = match written.rfind('-') {
        Some(at) if at > 0 && at + 1 < written.len() => written.split_at(at + 1),
        Some(_) | None => ("", written),
    };
    if let Some((_, name)) = SIGNS.iter().find(|(sign, _)| *sign == last) {
        return format!("{held}{name}");
    }
    let mut letters = last.chars();
    match (letters.next(), letters.next()) {
        (Some(letter), None) if letter.is_uppercase() => format!("{held}capital {letter}"),
        _ => written.replace('–', " to "),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn signs_and_capitals_have_names() {
        for (keys, name) in [
            ("a", "a"),
            ("A", "capital A"),
            ("?", "question mark"),
            ("-", "hyphen"),
            ("g b", "g b"),
            ("g A", "g capital A"),
            ("ctrl-r", "ctrl-r"),
            ("alt-.", "alt-period"),
            ("shift-tab", "shift-tab"),
            ("1–9", "1 to 9"),
            ("Ä", "capital Ä"),
        ] {
            assert_eq!(spelled(keys), name);
        }
        let signs: String = (' '..='~').filter(char::is_ascii_punctuation).collect();
        assert!(signs.chars().all(|sign| spelled(&sign.to_string()) != sign.to_string()), "{signs}");
    }
}
