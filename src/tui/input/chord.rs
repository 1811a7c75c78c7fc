//! A key with its modifiers: as terminals report it, and as people write it.

use std::fmt;
use std::str::FromStr;

use crossterm::event::{KeyCode, KeyEvent, KeyEventKind, KeyModifiers};

/// The keys with names. The first name is the one shown, the others are understood.
const NAMES: &[(KeyCode, &[&str])] = &[
    (KeyCode::Char(' '), &["space"]),
    (KeyCode::Enter, &["enter", "return"]),
    (KeyCode::Esc, &["esc", "escape"]),
    (KeyCode::Tab, &["tab"]),
    (KeyCode::Backspace, &["backspace"]),
    (KeyCode::Delete, &["delete", "del"]),
    (KeyCode::Insert, &["insert", "ins"]),
    (KeyCode::Left, &["left"]),
    (KeyCode::Right, &["right"]),
    (KeyCode::Up, &["up"]),
    (KeyCode::Down, &["down"]),
    (KeyCode::Home, &["home"]),
    (KeyCode::End, &["end"]),
    (KeyCode::PageUp, &["pgup", "pageup"]),
    (KeyCode::PageDown, &["pgdn", "pgdown", "pagedown"]),
];

/// The modifiers with their names, as [`NAMES`].
const MODIFIERS: [(KeyModifiers, &[&str]); 3] = [
    (KeyModifiers::CONTROL, &["ctrl", "control", "c"]),
    (KeyModifiers::ALT, &["alt", "a"]),
    (KeyModifiers::SHIFT, &["shift", "s"]),
];

/// A key and the modifiers held with it, in the one form all terminals agree on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Chord {
    key: KeyCode,
    held: KeyModifiers,
}

impl Chord {
    /// What stands for a key where something is picked without one.
    pub const ENTER: Self = Self { key: KeyCode::Enter, held: KeyModifiers::NONE };

    /// What leaves a program, of whatever kind.
    pub const CTRL_C: Self = Self { key: KeyCode::Char('c'), held: KeyModifiers::CONTROL };

    /// The chord, with everything folded that a terminal cannot tell apart: shift is part of a character, control
    /// knows no case, and ctrl-i, ctrl-m and ctrl-[ are tab, enter and escape.
    fn new(key: KeyCode, mut held: KeyModifiers) -> Self {
        let (ctrl, shift) = (held.contains(KeyModifiers::CONTROL), held.contains(KeyModifiers::SHIFT));
        let folded = match key {
            KeyCode::Char('i' | 'I') if ctrl => KeyCode::Tab,
            KeyCode::Char('m' | 'M') if ctrl => KeyCode::Enter,
            KeyCode::Char('[') if ctrl => KeyCode::Esc,
            KeyCode::Char(c) if ctrl => KeyCode::Char(c.to_ascii_lowercase()),
            KeyCode::Char(c) if shift => KeyCode::Char(c.to_ascii_uppercase()),
            other => other,
        };
        if matches!(folded, KeyCode::Char(_)) {
            held.remove(KeyModifiers::SHIFT);
        } else if folded != key {
            held.remove(KeyModifiers::CONTROL);
        }
        Self { key: folded, held }
    }

    /// The chord a terminal reported. Nothing for a release, for modifiers on their own, media keys, and whatever
    /// is held with the desktop's own key.
    pub fn pressed(event: KeyEvent) -> Option<Self> {
        let mut held = event.modifiers;
        let foreign = KeyModifiers::SUPER | KeyModifiers::HYPER | KeyModifiers::META;
        if event.kind == KeyEventKind::Release || held.intersects(foreign) {
            return None;
        }
        let key = match event.code {
            KeyCode::BackTab => {
                held |= KeyModifiers::SHIFT;
                KeyCode::Tab
            }
            KeyCode::Char(_) | KeyCode::F(_) => event.code,
            named => NAMES.iter().find(|(key, _)| *key == named)?.0,
        };
        // Windows reports AltGr as control and alt; what it typed is plain text.
        let alt_gr = KeyModifiers::CONTROL | KeyModifiers::ALT;
        let is_typed = matches!(key, KeyCode::Char(c) if !c.is_ascii_alphanumeric());
        if cfg!(windows) && held.contains(alt_gr) && is_typed {
            held.remove(alt_gr);
        }
        Some(Self::new(key, held))
    }

    pub fn key(self) -> KeyCode {
        self.key
    }

    pub fn ctrl(self) -> bool {
        self.held.contains(KeyModifiers::CONTROL)
    }

    pub fn alt(self) -> bool {
        self.held.contains(KeyModifiers::ALT)
    }

    /// The character it types, if it types one.
    pub fn typed(self) -> Option<char> {
        match self.key {
            KeyCode::Char(c) if !self.ctrl() && !self.alt() => Some(c),
            _ => None,
        }
    }
}

impl fmt::Display for Chord {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let held = MODIFIERS.iter().filter(|(held, _)| self.held.contains(*held));
        let held: String = held.flat_map(|(_, names)| [names[0], "-"]).collect();
        let key = match (NAMES.iter().find(|(key, _)| *key == self.key), self.key) {
            (Some((_, names)), _) => names[0].to_owned(),
            (None, KeyCode::Char(c)) => c.to_string(),
            (None, KeyCode::F(number)) => format!("f{number}"),
            (None, _) => unreachable!("no chord is made of a key without a name"),
        };
        f.pad(&format!("{held}{key}"))
    }
}

/// What is written does not name a key.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "unknown key: write it like x, X, >, ctrl-r, alt-x, enter, esc, space, pgdn or f5, and a sequence like g b"
)]
pub struct UnknownKey;

impl FromStr for Chord {
    type Err = UnknownKey;

    fn from_str(text: &str) -> Result<Self, UnknownKey> {
        let (mut rest, mut held) = (text, KeyModifiers::NONE);
        // A minus that nothing follows is the key itself: `ctrl--`.
        while let Some((name, after)) = rest.split_once('-').filter(|(_, after)| !after.is_empty()) {
            let name = name.to_ascii_lowercase();
            held |= MODIFIERS.iter().find(|(_, names)| names.contains(&&*name)).ok_or(UnknownKey)?.0;
            rest = after;
        }
        Ok(Self::new(key_named(rest).ok_or(UnknownKey)?, held))
    }
}

fn key_named(name: &str) -> Option<KeyCode> {
    let mut chars = name.chars();
    if let (Some(c), None) = (chars.next(), chars.next()) {
        return (!c.is_control() && !c.is_whitespace()).then_some(KeyCode::Char(c));
    }
    let name = name.to_ascii_lowercase();
    let number = name.strip_prefix('f').and_then(|number| number.parse().ok());
    match number {
        Some(number) => (1..=24).contains(&number).then_some(KeyCode::F(number)),
        None => NAMES.iter().find(|(_, names)| names.contains(&name.as_str())).map(|(key, _)| *key),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chord(text: &str) -> Chord {
        text.parse().expect("a chord")
    }

    #[test]
    fn a_chord_reads_as_it_is_written() {
        let as_shown = "ctrl-r > < enter esc pgdn pgup space f1 f12 G g - ctrl-- alt-- . ! / ? shift-tab tab ctrl-left \
            alt-x alt-X ctrl-alt-x ctrl-space shift-up home end delete insert backspace é 中";
        for text in as_shown.split_whitespace() {
            assert_eq!(chord(text).to_string(), text);
        }
        for (written, shown) in [
            ("C-r", "ctrl-r"),
            ("Ctrl-R", "ctrl-r"),
            ("shift-g", "G"),
            ("ctrl-i", "tab"),
            ("ctrl-m", "enter"),
            ("ctrl-[", "esc"),
            ("Escape", "esc"),
            ("PageDown", "pgdn"),
            ("F5", "f5"),
            ("alt-ctrl-x", "ctrl-alt-x"),
        ] {
            assert_eq!(chord(written).to_string(), shown, "{written}");
        }
        for wrong in ["", " ", "hyper-x", "ctrl-", "ctr-r", "f0", "f25", "fx", "gg", "enterr", "\u{1b}"] {
            assert!(wrong.parse::<Chord>().is_err(), "{wrong:?}");
        }
    }

    #[test]
    fn what_terminals_report_becomes_one_chord() {
        let none = KeyModifiers::NONE;
        let (ctrl, alt, shift) = (KeyModifiers::CONTROL, KeyModifiers::ALT, KeyModifiers::SHIFT);
        for (code, held, shown) in [
            (KeyCode::Char('g'), none, "g"),
            (KeyCode::Char('G'), none, "G"),
            (KeyCode::Char('G'), shift, "G"),
            (KeyCode::Char('g'), shift, "G"),
            (KeyCode::Char('>'), shift, ">"),
            (KeyCode::Char('!'), none, "!"),
            (KeyCode::Char('r'), ctrl, "ctrl-r"),
            (KeyCode::Char('R'), ctrl | shift, "ctrl-r"),
            (KeyCode::Char('x'), alt, "alt-x"),
            (KeyCode::Char(' '), none, "space"),
            (KeyCode::Char(' '), shift, "space"),
            (KeyCode::BackTab, shift, "shift-tab"),
            (KeyCode::BackTab, none, "shift-tab"),
            (KeyCode::Tab, none, "tab"),
            (KeyCode::Up, shift, "shift-up"),
            (KeyCode::F(5), none, "f5"),
        ] {
            let seen = Chord::pressed(KeyEvent::new(code, held)).expect("a chord");
            assert_eq!(seen, chord(shown), "{code:?} {held:?}");
        }
        let g = KeyEvent::new(KeyCode::Char('g'), none);
        for (kind, counts) in
            [(KeyEventKind::Press, true), (KeyEventKind::Repeat, true), (KeyEventKind::Release, false)]
        {
            assert_eq!(Chord::pressed(KeyEvent { kind, ..g }).is_some(), counts, "{kind:?}");
        }
        for silent in [
            KeyEvent::new(KeyCode::Char('q'), KeyModifiers::SUPER),
            KeyEvent::new(KeyCode::CapsLock, none),
            KeyEvent::new(KeyCode::Null, none),
        ] {
            assert_eq!(Chord::pressed(silent), None, "{silent:?}");
        }
    }

    #[test]
    fn only_plain_characters_are_typed() {
        for (text, typed) in [
            ("x", Some('x')),
            ("space", Some(' ')),
            ("G", Some('G')),
            ("ctrl-x", None),
            ("alt-x", None),
            ("enter", None),
        ] {
            assert_eq!(chord(text).typed(), typed, "{text}");
        }
    }
}
