//! A line being typed: what keys and pasted text do to it.

use tui_input::{Input, InputRequest};

use crate::tui::input::action::Action;
use crate::tui::input::chord::{Chord, Key};

/// Longer answers than this are somebody leaning on a key, or the wrong thing pasted.
pub const MAX_ANSWER: usize = 4_000;

pub fn insert(input: &mut Input, text: &str) {
    for c in text.chars() {
        put(input, InputRequest::InsertChar(c));
    }
}

/// Does what `chord` does to the line. Answers whether that changed it.
pub fn edit(input: &mut Input, chord: Chord, action: Option<Action>) -> bool {
    if action == Some(Action::Accept) {
        return false;
    }
    let word = chord.ctrl() || chord.alt();
    let request = match (chord.key(), word) {
        (Key::Char('a'), true) if chord.ctrl() => InputRequest::GoToStart,
        (Key::Char('e'), true) if chord.ctrl() => InputRequest::GoToEnd,
        (Key::Char('u'), true) if chord.ctrl() => InputRequest::DeleteFromStart,
        (Key::Char('k'), true) if chord.ctrl() => InputRequest::DeleteTillEnd,
        (Key::Char('w') | Key::Backspace, true) => InputRequest::DeletePrevWord,
        (Key::Char('b') | Key::Left, true) => InputRequest::GoToPrevWord,
        (Key::Char('f') | Key::Right, true) => InputRequest::GoToNextWord,
        (Key::Char('h'), true) | (Key::Backspace, false) => InputRequest::DeletePrevChar,
        (Key::Char(c), false) => InputRequest::InsertChar(c),
        (Key::Delete, _) => InputRequest::DeleteNextChar,
        (Key::Left, false) => InputRequest::GoToPrevChar,
        (Key::Right, false) => InputRequest::GoToNextChar,
        (Key::Home, _) => InputRequest::GoToStart,
        (Key::End, _) => InputRequest::GoToEnd,
        (
            Key::Char(_)
            | Key::F(_)
            | Key::Enter
            | Key::Esc
            | Key::Tab
            | Key::Insert
            | Key::Up
            | Key::Down
            | Key::PageUp
            | Key::PageDown,
            _,
        ) => return false,
    };
    put(input, request)
}

fn put(input: &mut Input, request: InputRequest) -> bool {
    if matches!(request, InputRequest::InsertChar(_)) && input.value().chars().count() >= MAX_ANSWER {
        return false;
    }
    input.handle(request).is_some_and(|change| change.value)
}
