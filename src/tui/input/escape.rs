//! Escape sequences that arrive in pieces.
//!
//! A terminal sends the left arrow as ESC, `[` and `D`, and a press of the mouse as ESC, `[<0;10;5M`. On a slow
//! connection the ESC may come alone. Crossterm then reports the escape key and a letter for each character that
//! follows, and each would do what its key does. So an escape key is held for a moment, and what follows it is put
//! together again. What the terminal answers when it is asked for its background comes the same way: ESC and `]`, letter by
//! letter.

use crossterm::event::{
    Event, KeyCode, KeyEvent, KeyEventKind, KeyModifiers, MouseButton, MouseEvent, MouseEventKind,
};

use crate::tui::theme::Background;
use crate::tui::theme::contrast::contrast;

/// Longer than any report of a key or of the mouse, and than the answer to a question.
const LONGEST: usize = 32;

/// Puts escape sequences together again.
#[derive(Debug, Default)]
pub struct EscapeJoiner {
    state: State,
    /// What the terminal said its background is, until somebody asks.
    background: Option<Background>,
}

#[derive(Debug, Default)]
enum State {
    #[default]
    Idle,
    /// An escape key that is held.
    Escape(Event),
    /// An escape key was passed on. What follows may belong to it all the same.
    Passed,
    /// What followed an escape key, and the events to pass on should it be no sequence.
    Sequence(String, Vec<Event>),
    /// Text being pasted. The marks around it were torn apart.
    Paste(String),
    /// The answer to a question, which began with ESC and `]`, and the events to pass on should it be none.
    Answer(String, Vec<Event>),
}

impl EscapeJoiner {
    /// Whether an event is held: after a moment without another one, call [`Self::expire`].
    pub fn is_waiting(&self) -> bool {
        match self.state {
            State::Idle | State::Passed => false,
            State::Escape(_) | State::Sequence(..) | State::Paste(_) | State::Answer(..) => true,
        }
    }

    /// Takes in `event`, and answers the events to pass on.
    pub fn take(&mut self, event: Event) -> Vec<Event> {
        let typed = typed(&event);
        match (std::mem::take(&mut self.state), typed) {
            (State::Escape(escape), Some(']')) => {
                self.state = State::Answer(String::new(), vec![escape, event]);
                Vec::new()
            }
            (State::Idle | State::Passed, _) if is_alt(&event, ']') => {
                self.state = State::Answer(String::new(), vec![event]);
                Vec::new()
            }
            (State::Answer(text, events), typed) => self.answer(text, events, typed, event),
            (State::Escape(escape), Some(c @ ('[' | 'O'))) => {
                self.state = State::Sequence(c.to_string(), vec![escape, event]);
                Vec::new()
            }
            (State::Passed, Some(c @ ('[' | 'O'))) => {
                self.state = State::Sequence(c.to_string(), vec![event]);
                Vec::new()
            }
            (State::Sequence(mut text, mut events), Some(c)) => {
                text.push(c);
                events.push(event);
                self.sequence(text, events)
            }
            (State::Paste(mut text), _) if pasted(&event).is_some() => {
                text.extend(pasted(&event));
                self.state = State::Paste(text);
                Vec::new()
            }
            (State::Idle | State::Passed, _) => self.start(event),
            (held, _) => {
                let mut events = released(held);
                events.extend(self.start(event));
                events
            }
        }
    }

    /// What the terminal said its background is, once.
    pub fn background(&mut self) -> Option<Background> {
        self.background.take()
    }

    /// No event came for a moment: answers what was held and is no sequence.
    pub fn expire(&mut self) -> Vec<Event> {
        let held = std::mem::take(&mut self.state);
        if matches!(held, State::Escape(_)) {
            self.state = State::Passed;
        }
        released(held)
    }

    fn start(&mut self, event: Event) -> Vec<Event> {
        if matches!(&event, Event::Key(key) if key.code == KeyCode::Esc && key.modifiers.is_empty()) {
            self.state = State::Escape(event);
            return Vec::new();
        }
        vec![event]
    }

    /// Takes in what may belong to an answer of the terminal.
    fn answer(
        &mut self,
        mut text: String,
        mut events: Vec<Event>,
        typed: Option<char>,
        event: Event,
    ) -> Vec<Event> {
        let is_end =
            is_alt(&event, '\\') || is_bell(&event) || (text.ends_with('\u{1b}') && typed == Some('\\'));
        if is_end {
            self.background = background(text.trim_end_matches('\u{1b}')).or(self.background);
            return Vec::new();
        }
        let is_escape = matches!(&event, Event::Key(key) if key.code == KeyCode::Esc);
        text.extend(typed.or(is_escape.then_some('\u{1b}')));
        events.push(event);
        if (typed.is_some() || is_escape)
            && text.len() < LONGEST
            && text.starts_with(|c: char| c.is_ascii_digit())
        {
            self.state = State::Answer(text, events);
            return Vec::new();
        }
        // It was typed after all.
        events
    }

    fn sequence(&mut self, text: String, events: Vec<Event>) -> Vec<Event> {
        let is_whole = text.starts_with('O') || text.ends_with(|c| matches!(c, '@'..='~'));
        if text == "[200~" {
            self.state = State::Paste(String::new());
        } else if is_whole {
            // One that means nothing here is no key either.
            return event(&text).into_iter().collect();
        } else if text.len() < LONGEST {
            self.state = State::Sequence(text, events);
        }
        Vec::new()
    }
}

fn released(held: State) -> Vec<Event> {
    match held {
        State::Escape(escape) => vec![escape],
        // A bracket or an `O` by itself was typed; half a sequence was not.
        State::Sequence(text, events) if text.len() == 1 => events,
        State::Answer(text, events) if text.is_empty() => events,
        State::Idle | State::Passed | State::Sequence(..) | State::Answer(..) => Vec::new(),
        State::Paste(text) => vec![Event::Paste(text)],
    }
}

fn is_alt(event: &Event, c: char) -> bool {
    matches!(event, Event::Key(key) if key.code == KeyCode::Char(c) && key.modifiers.contains(KeyModifiers::ALT))
}

/// Whether `event` is the bell, which ends an answer as well; as a key it is control and G.
fn is_bell(event: &Event) -> bool {
    matches!(event, Event::Key(key) if key.code == KeyCode::Char('g') && key.modifiers.contains(KeyModifiers::CONTROL))
}

/// What an answer such as `11;rgb:1e1e/1e1e/2e2e` says the background is.
fn background(text: &str) -> Option<Background> {
    let color = text.strip_prefix("11;rgb:").or_else(|| text.strip_prefix("11;rgba:"))?;
    let mut parts = color.split('/').map(|part| {
        // Of 4, 8, 12 or 16 bits.
        let most = (1_u32 << (4 * u32::try_from(part.len()).ok()?)).checked_sub(1)?;
        Some(u32::from_str_radix(part, 16).ok()? * 255 / most.max(1))
    });
    let rgb: [u8; 3] =
        std::array::from_fn(|_| parts.next().flatten().and_then(|part| u8::try_from(part).ok()))
            .map(|part: Option<u8>| part.unwrap_or(0));
    Some(if contrast(rgb, [0; 3]) > contrast(rgb, [255; 3]) { Background::Light } else { Background::Dark })
}

/// The character that `event` types.
fn typed(event: &Event) -> Option<char> {
    match event {
        Event::Key(KeyEvent { code: KeyCode::Char(c), modifiers, kind: KeyEventKind::Press, .. }) => {
            (*modifiers - KeyModifiers::SHIFT).is_empty().then_some(*c)
        }
        _ => None,
    }
}

fn pasted(event: &Event) -> Option<char> {
    match event {
        Event::Key(KeyEvent { code: KeyCode::Enter, .. }) => Some('\n'),
        Event::Key(KeyEvent { code: KeyCode::Tab, .. }) => Some('\t'),
        _ => typed(event),
    }
}

/// What the terminal reports with ESC and `text`.
fn event(text: &str) -> Option<Event> {
    let last = text.chars().next_back()?;
    let numbers = text[1..text.len() - last.len_utf8()].trim_start_matches('<');
    let numbers: Vec<u16> = numbers.split(';').filter_map(|number| number.parse().ok()).collect();
    if text.starts_with("[<") {
        return mouse(last, &numbers);
    }
    let code = match last {
        'A' => KeyCode::Up,
        'B' => KeyCode::Down,
        'C' => KeyCode::Right,
        'D' => KeyCode::Left,
        'F' => KeyCode::End,
        'H' => KeyCode::Home,
        'P' => KeyCode::F(1),
        'Q' => KeyCode::F(2),
        'R' => KeyCode::F(3),
        'S' => KeyCode::F(4),
        'Z' => KeyCode::BackTab,
        '~' => match *numbers.first()? {
            1 | 7 => KeyCode::Home,
            2 => KeyCode::Insert,
            3 => KeyCode::Delete,
            4 | 8 => KeyCode::End,
            5 => KeyCode::PageUp,
            6 => KeyCode::PageDown,
            number @ 11..=15 => KeyCode::F(u8::try_from(number - 10).ok()?),
            number @ 17..=21 => KeyCode::F(u8::try_from(number - 11).ok()?),
            number @ 23..=24 => KeyCode::F(u8::try_from(number - 12).ok()?),
            _ => return None,
        },
        _ => return None,
    };
    // The second number is one more than the modifiers held: shift 1, alt 2, control 4.
    let bits = numbers.get(1).map_or(0, |number| number.saturating_sub(1));
    let held = [(1, KeyModifiers::SHIFT), (2, KeyModifiers::ALT), (4, KeyModifiers::CONTROL)];
    let held = held.into_iter().filter(|(bit, _)| bits & bit != 0).map(|(_, held)| held);
    Some(Event::Key(KeyEvent::new(code, held.collect())))
}

/// The report of the mouse with these numbers: what, column and row, counted from one.
fn mouse(last: char, numbers: &[u16]) -> Option<Event> {
    let [what, column, row] = numbers else { return None };
    let kind = match (what, last) {
        (0, 'M') => MouseEventKind::Down(MouseButton::Left),
        (64, 'M') => MouseEventKind::ScrollUp,
        (65, 'M') => MouseEventKind::ScrollDown,
        _ => return None,
    };
    let (column, row) = (column.saturating_sub(1), row.saturating_sub(1));
    Some(Event::Mouse(MouseEvent { kind, column, row, modifiers: KeyModifiers::NONE }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tui::input::chord::Chord;

    /// `esc` in `text` is an escape key, `·` a moment without an event; the rest is typed.
    fn joined(text: &str) -> String {
        let mut joiner = EscapeJoiner::default();
        let mut out = Vec::new();
        for c in text.chars() {
            let code = match c {
                '·' => {
                    out.extend(joiner.expire());
                    continue;
                }
                '␛' => KeyCode::Esc,
                '⏎' => KeyCode::Enter,
                c => KeyCode::Char(c),
            };
            let shift = if c.is_uppercase() { KeyModifiers::SHIFT } else { KeyModifiers::NONE };
            out.extend(joiner.take(Event::Key(KeyEvent::new(code, shift))));
        }
        out.extend(joiner.expire());
        let word = |event: &Event| match event {
            Event::Key(key) => Chord::pressed(*key).expect("a key").to_string(),
            Event::Mouse(mouse) => format!("{:?}@{},{}", mouse.kind, mouse.column, mouse.row),
            Event::Paste(text) => format!("paste({text})"),
            other => format!("{other:?}"),
        };
        out.iter().map(word).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn a_sequence_in_pieces_is_the_key_it_was() {
        for (text, keys) in [
            ("␛[D", "left"),
            ("␛[Aj", "up j"),
            ("␛OC", "right"),
            ("␛[3~", "delete"),
            ("␛[1;5D", "ctrl-left"),
            ("␛[Z", "shift-tab"),
            ("␛[15~", "f5"),
            ("␛[24~", "f12"),
            ("␛[<0;10;5M", "Down(Left)@9,4"),
            ("␛[<65;10;5M␛[<64;1;1M", "ScrollDown@9,4 ScrollUp@0,0"),
            // Too late for the escape key, and no letter all the same.
            ("␛·[D", "esc left"),
            ("␛·[<0;10;5M", "esc Down(Left)@9,4"),
            // The button that is released, and what we know nothing of.
            ("␛[<0;10;5mj", "j"),
            ("␛[99~j", "j"),
            // Half a report is no key.
            ("␛[<0;1·j", "j"),
            ("␛[200~a D⏎b·j", "paste(a D\nb) j"),
        ] {
            assert_eq!(joined(text), keys, "{text}");
        }
    }

    /// What the terminal answers, with what else comes through: `⎇` stands before what alt was held with, `⌃` before control.
    fn answered(text: &str) -> (Option<Background>, String) {
        let mut joiner = EscapeJoiner::default();
        let (mut out, mut held, mut background) = (Vec::new(), KeyModifiers::NONE, None);
        for c in text.chars() {
            let code = match c {
                '⎇' => {
                    held = KeyModifiers::ALT;
                    continue;
                }
                '⌃' => {
                    held = KeyModifiers::CONTROL;
                    continue;
                }
                '·' => {
                    out.extend(joiner.expire());
                    continue;
                }
                '␛' => KeyCode::Esc,
                c => KeyCode::Char(c),
            };
            out.extend(
                joiner
                    .take(Event::Key(KeyEvent::new(code, std::mem::replace(&mut held, KeyModifiers::NONE)))),
            );
            background = joiner.background().or(background);
        }
        out.extend(joiner.expire());
        let keys = out
            .iter()
            .filter_map(|event| if let Event::Key(key) = event { Chord::pressed(*key) } else { None });
        (background, keys.map(|chord| chord.to_string()).collect::<Vec<_>>().join(" "))
    }

    #[test]
    fn an_answer_about_the_background_is_no_key() {
        use Background::{Dark, Light};
        for (text, background, keys) in [
            ("⎇]11;rgb:1e1e/1e1e/2e2e⎇\\j", Some(Dark), "j"),
            ("⎇]11;rgb:ffff/ffff/ffff⌃gj", Some(Light), "j"),
            ("⎇]11;rgb:fd/f6/e3⌃g", Some(Light), ""),
            ("␛]11;rgb:0000/0000/0000␛\\j", Some(Dark), "j"),
            // Torn apart, of another question, and cut short.
            ("⎇]·11;rgb", None, "alt-] 1 1 ; r g b"),
            ("⎇]4;1;rgb:ff/00/00⌃gj", None, "j"),
            ("⎇]11;rgb:1e1e·j", None, "j"),
            ("⎇]j", None, "alt-] j"),
        ] {
            assert_eq!(answered(text), (background, keys.to_owned()), "{text}");
        }
    }

    #[test]
    fn what_a_person_types_is_what_is_typed() {
        for (text, keys) in [
            ("␛", "esc"),
            ("␛␛", "esc esc"),
            ("␛j", "esc j"),
            ("␛·j", "esc j"),
            ("␛·O·n", "esc O n"),
            ("␛·[·D", "esc [ D"),
            ("O[D", "O [ D"),
            ("␛·j[D", "esc j [ D"),
        ] {
            assert_eq!(joined(text), keys, "{text}");
        }
    }
}
