//! Text from outside neither corrupts nor misaligns a terminal.

use std::borrow::Cow;

use gangplank::text::{clean, clean_lines, cut, fit, fit_right, folded, is_bidi_control, width};
use proptest::prelude::*;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;

/// What comes in, what is shown, and how many cells that takes.
const SHOWN: &[(&str, &str, usize)] = &[
    ("", "", 0),
    ("Company_0", "Company_0", 9),
    // Escape sequences, C0, DEL, C1.
    ("\x1b[31mred\x1b[0m", "␛[31mred␛[0m", 12),
    ("\x1b]0;title\x07", "␛]0;title␇", 10),
    ("a\0b\x7fc", "a␀b␡c", 5),
    ("\u{9b}31m", "\u{fffd}31m", 4),
    ("one\ttwo", "one two", 7),
    ("one\r\ntwo\nthree", "one␍␊two␊three", 14),
    ("one\u{2028}two\u{2029}three\u{85}four", "one␊two␊three␊four", 18),
    // Direction.
    ("\u{202e}cod.exe", "\u{fffd}cod.exe", 8),
    ("\u{2066}a\u{2069}\u{200f}\u{61c}", "\u{fffd}a\u{fffd}\u{fffd}\u{fffd}", 5),
    // No width.
    ("\u{feff}Acme", "Acme", 4),
    ("A\u{200b}c\u{200c}m\u{2060}e\u{ad}", "Acme", 4),
    ("☎\u{fe0f} hotline", "☎ hotline", 9),
    ("❤\u{fe0e}", "❤", 1),
    // Marks stay with their letter, up to a bound.
    ("Cafe\u{301}", "Cafe\u{301}", 4),
    (
        "Z\u{300}\u{300}\u{300}\u{300}\u{300}\u{300}\u{300}\u{300}\u{300}\u{300}!",
        "Z\u{300}\u{300}\u{300}\u{300}\u{300}\u{300}\u{300}\u{300}!",
        2,
    ),
    ("\u{301}", "\u{301}", 0),
    // Wide.
    ("株式会社", "株式会社", 8),
    ("ＡＣＭＥ", "ＡＣＭＥ", 8),
    ("한국", "한국", 4),
    ("ﾊ\u{ff9e}ﾝｸ", "ﾊ\u{309b}ﾝｸ", 5),
    ("कंपनी", "कंपनी", 4),
    ("🚀 Launch", "🚀 Launch", 9),
    ("👨\u{200d}👩\u{200d}👧", "👨👩👧", 6),
    ("👍🏽", "👍", 2),
    ("🇩🇪🇫🇷", "🇩🇪🇫🇷", 4),
    ("🏴\u{e0067}\u{e0062}\u{e007f}", "🏴", 2),
    ("لا", "لا", 2),
    // What is left of a lone surrogate.
    ("\u{fffd}\u{fffd}", "\u{fffd}\u{fffd}", 2),
];

#[test]
fn text_from_outside_is_shown_safely() {
    for (raw, shown, cells) in SHOWN {
        assert_eq!(clean(raw), *shown, "{raw:?}");
        assert_eq!(width(shown), *cells, "{raw:?}");
        assert_eq!(on_screen(shown), *cells, "{raw:?} on the screen");
    }
}

#[test]
fn lines_that_are_copied_stay_lines() {
    let copied = clean_lines("to: a\u{200b}@b\u{2060}.test\r\n\n\u{1b}[31mred\u{e0041}\n");
    assert_eq!(copied, "to: a@b.test\n\n␛[31mred");
}

#[test]
fn text_that_needs_no_change_is_not_copied() {
    for text in ["Company_0", "Café Zürich", "株式会社"] {
        assert!(matches!(clean(text), Cow::Borrowed(_)), "{text}");
        assert!(matches!(cut(text, 40), Cow::Borrowed(_)), "{text}");
    }
}

#[test]
fn text_is_cut_between_graphemes() {
    for (text, cells, expected) in [
        ("Company", 7, "Company"),
        ("Company", 6, "Compa…"),
        ("Company", 1, "…"),
        ("Company", 0, ""),
        ("株式会社", 8, "株式会社"),
        ("株式会社", 7, "株式会…"),
        ("株式会社", 6, "株式…"),
        ("Cafe\u{301}s", 4, "Caf…"),
        ("Cafe\u{301}s and", 5, "Cafe\u{301}…"),
        ("🇩🇪🇫🇷🇮🇹", 4, "🇩🇪…"),
    ] {
        assert_eq!(cut(text, cells), expected, "{text} in {cells}");
    }
    assert_eq!(fit("株式会社", 6), "株式… ");
    assert_eq!(fit_right("$836", 6), "  $836");
}

#[test]
fn names_match_whatever_their_case_and_accents() {
    for (text, expected) in [
        ("ACME", "acme"),
        ("Café Zürich", "cafe zurich"),
        ("Cafe\u{301}", "cafe"),
        ("ＡＣＭＥ ﬁsh", "acme fish"),
        ("İstanbul Łódź Ørsted", "istanbul lodz orsted"),
    ] {
        assert_eq!(folded(text), expected);
    }
}

/// How many cells ratatui's buffer moves on by.
fn on_screen(text: &str) -> usize {
    let mut buffer = Buffer::empty(Rect::new(0, 0, 2000, 1));
    usize::from(buffer.set_stringn(0, 0, text, usize::MAX, Style::new()).0)
}

/// Any text, with a taste for trouble.
fn troubled() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        4 => any::<char>().prop_map(String::from),
        2 => "[ -~]{0,8}",
        4 => prop::sample::select(SHOWN).prop_map(|(raw, ..)| raw.to_owned()),
        2 => prop::sample::select(&['\u{301}', '\u{200d}', '\u{fe0f}', '\u{20e3}', '🏽', '🇩', '\u{600}', '\u{1161}', '\u{ff9e}', 'क', '\u{94d}'][..])
            .prop_map(String::from),
    ];
    prop::collection::vec(piece, 0..12).prop_map(|pieces| pieces.concat())
}

proptest! {
    #[test]
    fn clean_text_stays_clean(raw in troubled()) {
        let once = clean(&raw).into_owned();
        prop_assert!(matches!(clean(&once), Cow::Borrowed(same) if same == once));
        prop_assert!(!once.chars().any(|c| c.is_control() || is_bidi_control(c)));
        let no_width = ['\u{200b}', '\u{200c}', '\u{200d}', '\u{2060}', '\u{feff}', '\u{fe0f}', '\u{2028}', '\u{2029}'];
        prop_assert!(!once.contains(no_width));
    }

    #[test]
    fn clean_text_takes_the_cells_it_says(raw in troubled()) {
        let text = clean(&raw);
        prop_assert_eq!(width(&text), on_screen(&text));
    }

    #[test]
    fn fitted_text_takes_exactly_its_room(raw in troubled(), cells in 0..40_usize) {
        let text = clean(&raw);
        prop_assert!(width(&cut(&text, cells)) <= cells);
        for fitted in [fit(&text, cells), fit_right(&text, cells)] {
            prop_assert_eq!(width(&fitted), cells, "{:?}", &fitted);
            prop_assert_eq!(on_screen(&fitted), cells, "{:?}", &fitted);
        }
    }
}
