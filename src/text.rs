//! Text from outside, made safe to show, and how many terminal cells it takes.
//!
//! Names, notes and emails may hold anything: escape sequences, right-to-left overrides, characters whose width
//! no two terminals agree on. [`clean`] makes all of it safe, on the board and in the CLI alike. Everything else here
//! measures and cuts text that is clean.

use std::borrow::Cow;
use std::fmt::Write as _;

use unicode_normalization::char::is_combining_mark;
use unicode_segmentation::UnicodeSegmentation;
use unicode_width::UnicodeWidthStr;

pub use crate::casefold::{fold_into, folded};

/// How many combining marks in a row are shown. Every living script needs fewer; without a bound a name could
/// smear over the rows above and below it.
const MARKS: usize = 8;

/// In less than so many cells, no line is broken: it would be a column of letters.
const LEAST_WRAPPED: usize = 8;

const REPLACEMENT: char = '\u{FFFD}';

/// `value` as a part of an address on the web.
pub fn percent_encoded(value: &str) -> String {
    let mut out = String::with_capacity(value.len());
    for byte in value.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            out.push(char::from(byte));
        } else {
            // Writing to a text cannot fail.
            let _ = write!(out, "%{byte:02X}");
        }
    }
    out
}

/// `text` as it may be shown, on one line.
///
/// Control characters become visible symbols (`␛`, `␊`), a tab a space, bidirectional controls `�`. Characters
/// without a shape of their own go: zero-width ones, variation selectors, tags, emoji skin tones. Terminals
/// disagree on their width, and a joined emoji family becomes its members. Nothing else changes, and cleaning
/// twice is cleaning once.
pub fn clean(text: &str) -> Cow<'_, str> {
    if text.bytes().all(|byte| matches!(byte, b' '..=b'~')) {
        return Cow::Borrowed(text);
    }
    let mut marks = MarkCount::default();
    let mut keep = |c: char| {
        let c = shown(c)?;
        (!marks.is_too_many(c)).then_some(c)
    };
    // Most names beyond ASCII are fine as they are: copy only from the first change on.
    let Some((clean, change)) = text.char_indices().find_map(|(at, c)| {
        let kept = keep(c);
        (kept != Some(c)).then_some((at, kept))
    }) else {
        return Cow::Borrowed(text);
    };
    let mut out = String::with_capacity(text.len() + 2);
    out.push_str(&text[..clean]);
    out.extend(change);
    out.extend(text[clean..].chars().skip(1).filter_map(keep));
    Cow::Owned(out)
}

/// `text` as it may be copied: its lines stay lines, and each is [`clean`].
pub fn clean_lines(text: &str) -> String {
    text.lines().map(clean).collect::<Vec<_>>().join("\n")
}

/// Counts combining marks in a row.
#[derive(Debug, Default)]
pub struct MarkCount(usize);

impl MarkCount {
    /// Whether `c`, which comes next, is a combining mark after as many as any living script needs.
    pub fn is_too_many(&mut self, c: char) -> bool {
        self.0 = if is_combining_mark(c) { self.0 + 1 } else { 0 };
        self.0 > MARKS
    }
}

/// Whether `c` would not be seen as what it is: a control character, a line separator, one without a shape.
pub fn is_hidden(c: char) -> bool {
    c.is_control() || is_bidi_control(c) || is_shapeless(c) || matches!(c, '\u{2028}' | '\u{2029}')
}

/// The character shown for `c`; `None` when it has no shape.
fn shown(c: char) -> Option<char> {
    Some(match c {
        '\t' => ' ',
        '\0'..='\x1f' => char::from_u32(0x2400 + u32::from(c)).unwrap_or(REPLACEMENT),
        '\x7f' => '␡',
        '\u{85}' | '\u{2028}' | '\u{2029}' => '␊',
        '\u{80}'..='\u{9f}' => REPLACEMENT,
        // Halfwidth sound marks take one cell in a terminal and two in the screen's buffer; their wide forms take two in both.
        '\u{ff9e}' => '\u{309b}',
        '\u{ff9f}' => '\u{309c}',
        _ if is_bidi_control(c) => REPLACEMENT,
        _ if is_shapeless(c) => return None,
        _ => c,
    })
}

/// Whether `c` changes the direction of the text around it.
pub fn is_bidi_control(c: char) -> bool {
    matches!(c, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// Whether `c` takes no cell of its own, or as many as the terminal pleases. Unicode's default-ignorable code
/// points, save bidirectional controls; marks of format and annotation; emoji skin tones.
fn is_shapeless(c: char) -> bool {
    matches!(c,
        '\u{ad}' | '\u{34f}' | '\u{115f}' | '\u{1160}' | '\u{605}' | '\u{70f}' | '\u{890}' | '\u{891}' | '\u{8e2}' | '\u{a8fa}' | '\u{17b4}' | '\u{17b5}' | '\u{180b}'..='\u{180f}'
        | '\u{200b}'..='\u{200d}' | '\u{2060}'..='\u{2065}' | '\u{206a}'..='\u{206f}' | '\u{3164}'
        | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ffa0}' | '\u{fff0}'..='\u{fffb}' | '\u{1bca0}'..='\u{1bca3}'
        | '\u{1d173}'..='\u{1d17a}' | '\u{1f3fb}'..='\u{1f3ff}' | '\u{e0000}'..='\u{e0fff}')
}

/// How many terminal cells clean `text` takes, counted as the screen's buffer counts: grapheme by grapheme.
pub fn width(text: &str) -> usize {
    if text.is_ascii() {
        return text.bytes().filter(|byte| !byte.is_ascii_control()).count();
    }
    if text.chars().all(is_narrow) {
        return text.chars().count();
    }
    text.graphemes(true).map(cells).sum()
}

/// Whether `c` takes one cell wherever it stands, and joins no other: what the program's own sentences are made of. To be
/// told apart from what needs a closer look is worth a twentieth of a key's time.
fn is_narrow(c: char) -> bool {
    matches!(c, ' '..='~' | '\u{a1}'..='\u{a8}' | '\u{aa}'..='\u{ac}' | '\u{af}'..='\u{2ff}')
        || matches!(c, '–' | '—' | '…' | '·' | '•' | '‹' | '›' | '“' | '”' | '‘' | '’' | '→' | '←' | '€')
}

fn cells(grapheme: &str) -> usize {
    if grapheme.contains(char::is_control) { 0 } else { grapheme.width() }
}

/// Whether terminals disagree on the cells that `grapheme` takes: beyond accents, some give each of its characters a
/// cell of its own.
pub fn is_width_uncertain(grapheme: &str) -> bool {
    !grapheme.is_ascii() && grapheme.chars().skip(1).any(|c| !matches!(c, '\u{300}'..='\u{36f}'))
}

/// Clean `text` in at most `width` cells, ending in `…` when something was cut off. Never splits a grapheme.
///
/// The `unicode-truncate` crate is no alternative: its debug build panics on a text whose width is not the sum of its
/// graphemes' widths, which every Arabic `لا` is.
pub fn cut(text: &str, width: usize) -> Cow<'_, str> {
    if text.len() <= width && text.is_ascii() || self::width(text) <= width {
        return Cow::Borrowed(text);
    }
    let Some(room) = width.checked_sub(1) else { return Cow::Borrowed("") };
    let mut used = 0;
    let mut end = 0;
    for (at, grapheme) in text.grapheme_indices(true) {
        used += cells(grapheme);
        if used > room {
            break;
        }
        end = at + grapheme.len();
    }
    Cow::Owned(format!("{}…", &text[..end]))
}

/// The same, cut between two words where that leaves at least half of it.
pub fn cut_between_words(text: &str, width: usize) -> Cow<'_, str> {
    let Cow::Owned(cut) = cut(text, width) else { return self::cut(text, width) };
    let kept = cut.strip_suffix('…').unwrap_or(&cut);
    let is_whole = text[kept.len()..].starts_with(char::is_whitespace);
    let words =
        if is_whole { kept } else { kept.rfind(char::is_whitespace).map_or(kept, |end| &kept[..end]) };
    let words = if words.len() * 2 < kept.len() { kept } else { words };
    let words = words.trim_end_matches(|c: char| c.is_whitespace() || [',', ':', ';', '·', '→'].contains(&c));
    Cow::Owned(format!("{words}…"))
}

/// `text`, which is clean, between words in lines of `width` cells, of which `before` are taken in each.
pub fn wrapped(text: &str, width: usize, before: usize) -> Vec<Cow<'_, str>> {
    textwrap::wrap(text, width.saturating_sub(before).max(LEAST_WRAPPED))
}

/// Clean `text` in exactly `width` cells: cut, or padded on the right.
pub fn fit(text: &str, width: usize) -> String {
    let mut out = cut(text, width).into_owned();
    out.extend(std::iter::repeat_n(' ', width.saturating_sub(self::width(&out))));
    out
}

/// Clean `text` in exactly `width` cells: cut, or padded on the left, as numbers are.
pub fn fit_right(text: &str, width: usize) -> String {
    let text = cut(text, width);
    format!("{}{text}", " ".repeat(width.saturating_sub(self::width(&text))))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_character_is_shown_with_a_width_all_agree_on() {
        for c in ('\0'..=char::MAX).filter_map(shown) {
            assert!(!c.is_control() && !is_bidi_control(c), "{c:?}");
            let mut text = [0; 4];
            let width = cells(c.encode_utf8(&mut text));
            // Marks, Hangul finals and a few letters of Indian scripts share the cell of a letter beside them.
            let joins = is_combining_mark(c) || c.is_alphabetic();
            assert!(width > 0 || joins, "U+{:04X} takes no cell", u32::from(c));
            assert_eq!(shown(c), Some(c), "U+{:04X} is shown otherwise the second time", u32::from(c));
        }
    }

    #[test]
    fn what_is_narrow_takes_one_cell_and_joins_nothing() {
        let narrow: Vec<char> = ('\0'..=char::MAX).filter(|c| is_narrow(*c)).collect();
        assert!(narrow.len() > 500);
        for c in narrow {
            let between: Vec<String> = format!("a{c}a").graphemes(true).map(str::to_owned).collect();
            assert_eq!(between, ["a".to_owned(), c.to_string(), "a".to_owned()], "U+{:04X}", u32::from(c));
            assert_eq!(cells(&between[1]), 1, "U+{:04X}", u32::from(c));
        }
    }
}
