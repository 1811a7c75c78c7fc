//! Words as a page has them.

use crate::text;

/// `words`, of which nothing is markup.
pub(super) fn escaped(words: &str) -> String {
    let clean = text::clean(words);
    let mut out = String::with_capacity(clean.len());
    for c in clean.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            c => out.push(c),
        }
    }
    out
}
