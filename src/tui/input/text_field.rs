//! A line being typed: what keys and pasted text do to it.

use crossterm::event::KeyCode;
use tui_input::{Input, InputRequest};

use crate::tui::input::action::Action;
use crate::tui::input::chord::Chord;

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
        (KeyCode::Char('a'), true) if chord.ctrl() => InputRequest::GoToStart,
        (KeyCode::Char('e'), true) if chord.ctrl() => InputRequest::GoToEnd,
        (KeyCode::Char('u'), true) if chord.ctrl() => InputRequest::DeleteFromStart,
        (KeyCode::Char('k'), true) if chord.ctrl() => InputRequest::DeleteTillEnd,
        (KeyCode::Char('w') | KeyCode::Backspace, true) => InputRequest::DeletePrevWord,
        (KeyCode::Char('b') | KeyCode::Left, true) => InputRequest::GoToPrevWord,
        (KeyCode::Char('f') | KeyCode::Right, true) => InputRequest::GoToNextWord,
        (KeyCode::Char('h'), true) | (KeyCode::Backspace, false) => InputRequest::DeletePrevChar,
        (KeyCode::Char(c), false) => InputRequest::InsertChar(c),
        (KeyCode::Delete, _) => InputRequest::DeleteNextChar,
        (KeyCode::Left, false) => InputRequest::GoToPrevChar,
        (KeyCode::Right, false) => InputRequest::GoToNextChar,
        (KeyCode::Home, _) => InputRequest::GoToStart,
        (KeyCode::End, _) => InputRequest::GoToEnd,
        _ => return false,
    };
    put(input, request)
}

fn put(input: &mut Input, request: InputRequest) -> bool {
    if matches!(request, InputRequest::InsertChar(_)) && input.value().chars().count() >= MAX_ANSWER {
        return false;
    }
    input.handle(request).is_some_and(|change| change.value)
}
