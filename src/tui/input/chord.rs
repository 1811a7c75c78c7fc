//! A key with its modifiers: as terminals report it, and as people write it.

use std::fmt;
use std::str::FromStr;

use crossterm::event::{KeyCode, KeyEvent, KeyEventKind, KeyModifiers};

/// A key, without its modifiers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Key {
    /// A character, shift already in it: `G`, not shift and `g`.
    Char(char),
    /// F1 and so on.
    F(u8),
    /// Enter or return.
    Enter,
    /// Escape.
    Esc,
    /// Tab.
    Tab,
    /// Backspace.
    Backspace,
    /// Delete.
    Delete,
    /// Insert.
    Insert,
    /// The arrow.
    Left,
    /// The arrow.
    Right,
    /// The arrow.
    Up,
    /// The arrow.
    Down,
    /// Home.
    Home,
    /// End.
    End,
    /// Page up.
    PageUp,
    /// Page down.
    PageDown,
}

/// The keys with names. The first name is the one shown, the others are understood.
const NAMES: &[(Key, &[&str])] = &[
    (Key::Char(' '), &["space"]),
    (Key::Enter, &["enter", "return"]),
    (Key::Esc, &["esc", "escape"]),
    (Key::Tab, &["tab"]),
    (Key::Backspace, &["backspace"]),
    (Key::Delete, &["delete", "del"]),
    (Key::Insert, &["insert", "ins"]),
    (Key::Left, &["left"]),
    (Key::Right, &["right"]),
    (Key::Up, &["up"]),
    (Key::Down, &["down"]),
    (Key::Home, &["home"]),
    (Key::End, &["end"]),
    (Key::PageUp, &["pgup", "pageup"]),
    (Key::PageDown, &["pgdn", "pgdown", "pagedown"]),
];

/// A key and the modifiers held with it, in the one form all terminals agree on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Chord {
    key: Key,
    ctrl: bool,
    alt: bool,
    shift: bool,
}

impl Chord {
    /// The enter key, which a double click stands for.
    pub const ENTER: Self = Self { key: Key::Enter, ctrl: false, alt: false, shift: false };

    /// The chord, with everything folded that a terminal cannot tell apart: shift is part of a character, control
    /// knows no case, and ctrl-i, ctrl-m and ctrl-[ are tab, enter and escape.
    fn new(key: Key, ctrl: bool, alt: bool, shift: bool) -> Self {
        let (key, ctrl) = match key {
            Key::Char('i' | 'I') if ctrl => (Key::Tab, false),
            Key::Char('m' | 'M') if ctrl => (Key::Enter, false),
            Key::Char('[') if ctrl => (Key::Esc, false),
            Key::Char(c) if ctrl => (Key::Char(c.to_ascii_lowercase()), true),
            Key::Char(c) if shift => (Key::Char(c.to_ascii_uppercase()), false),
            other => (other, ctrl),
        };
        Self { key, ctrl, alt, shift: shift && !matches!(key, Key::Char(_)) }
    }

    /// The chord a terminal reported. Nothing for a release, for modifiers on their own, media keys, and whatever
    /// is held with the desktop's own key.
    pub fn pressed(event: KeyEvent) -> Option<Self> {
        let held = event.modifiers;
        let foreign = KeyModifiers::SUPER | KeyModifiers::HYPER | KeyModifiers::META;
        if event.kind == KeyEventKind::Release || held.intersects(foreign) {
            return None;
        }
        let key = match event.code {
            KeyCode::Char(c) => Key::Char(c),
            KeyCode::F(number) => Key::F(number),
            KeyCode::Enter => Key::Enter,
            KeyCode::Esc => Key::Esc,
            KeyCode::Tab | KeyCode::BackTab => Key::Tab,
            KeyCode::Backspace => Key::Backspace,
            KeyCode::Delete => Key::Delete,
            KeyCode::Insert => Key::Insert,
            KeyCode::Left => Key::Left,
            KeyCode::Right => Key::Right,
            KeyCode::Up => Key::Up,
            KeyCode::Down => Key::Down,
            KeyCode::Home => Key::Home,
            KeyCode::End => Key::End,
            KeyCode::PageUp => Key::PageUp,
            KeyCode::PageDown => Key::PageDown,
            KeyCode::Null
            | KeyCode::CapsLock
            | KeyCode::ScrollLock
            | KeyCode::NumLock
            | KeyCode::PrintScreen
            | KeyCode::Pause
            | KeyCode::Menu
            | KeyCode::KeypadBegin
            | KeyCode::Media(_)
            | KeyCode::Modifier(_) => return None,
        };
        let shift = held.contains(KeyModifiers::SHIFT) || event.code == KeyCode::BackTab;
        let (ctrl, alt) = (held.contains(KeyModifiers::CONTROL), held.contains(KeyModifiers::ALT));
        // Windows reports AltGr as control and alt; what it typed is plain text.
        let typed = cfg!(windows) && ctrl && alt && matches!(key, Key::Char(c) if !c.is_ascii_alphanumeric());
        Some(Self::new(key, ctrl && !typed, alt && !typed, shift))
    }

    /// The key itself.
    pub fn key(self) -> Key {
        self.key
    }

    /// Whether control is held.
    pub fn ctrl(self) -> bool {
        self.ctrl
    }

    /// Whether alt is held.
    pub fn alt(self) -> bool {
        self.alt
    }

    /// Whether shift is held with a key that is no character.
    pub fn shift(self) -> bool {
        self.shift
    }

    /// The character it types, if it types one.
    pub fn typed(self) -> Option<char> {
        match self.key {
            Key::Char(c) if !self.ctrl && !self.alt => Some(c),
            _ => None,
        }
    }
}

impl fmt::Display for Chord {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [ctrl, alt, shift] = [(self.ctrl, "ctrl-"), (self.alt, "alt-"), (self.shift, "shift-")]
            .map(|(held, name)| if held { name } else { "" });
        let key = match (NAMES.iter().find(|(key, _)| *key == self.key), self.key) {
            (Some((_, names)), _) => names[0].to_owned(),
            (None, Key::Char(c)) => c.to_string(),
            (None, Key::F(number)) => format!("f{number}"),
            (None, _) => unreachable!("NAMES names every other key"),
        };
        f.pad(&format!("{ctrl}{alt}{shift}{key}"))
    }
}

/// What is written does not name a key.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("unknown key: write it like x, X, >, ctrl-r, alt-x, enter, esc, space, pgdn or f5")]
pub struct UnknownKey;

impl FromStr for Chord {
    type Err = UnknownKey;

    fn from_str(text: &str) -> Result<Self, UnknownKey> {
        let (mut rest, mut ctrl, mut alt, mut shift) = (text, false, false, false);
        // A minus that nothing follows is the key itself: `ctrl--`.
        while let Some((name, after)) = rest.split_once('-').filter(|(_, after)| !after.is_empty()) {
            let held = match name.to_ascii_lowercase().as_str() {
                "ctrl" | "control" | "c" => &mut ctrl,
                "alt" | "a" => &mut alt,
                "shift" | "s" => &mut shift,
                _ => return Err(UnknownKey),
            };
            *held = true;
            rest = after;
        }
        Ok(Self::new(key_named(rest).ok_or(UnknownKey)?, ctrl, alt, shift))
    }
}

fn key_named(name: &str) -> Option<Key> {
    let mut chars = name.chars();
    if let (Some(c), None) = (chars.next(), chars.next()) {
        return (!c.is_control() && !c.is_whitespace()).then_some(Key::Char(c));
    }
    let name = name.to_ascii_lowercase();
    let number = name.strip_prefix('f').and_then(|number| number.parse().ok());
    match number {
        Some(number) => (1..=24).contains(&number).then_some(Key::F(number)),
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
