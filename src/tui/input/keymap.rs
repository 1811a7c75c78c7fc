//! From a key to its meaning: the one place that knows which key does what.

use toml::de::{DeTable, DeValue};

use super::action::Action;
use crate::config::ConfigError;
use crate::suggest::{either, near};
use crate::tui::input::chord::Chord;
use crate::tui::model::screens::ScreenId;

/// The keymap the program comes with.
pub const SHIPPED: &str = include_str!("../../../assets/keymap.toml");

/// How a team takes a key away.
const NONE: &str = "none";

/// What the keys talk to at the moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum InputMode {
    /// The board or the list.
    Board,
    /// The open account.
    Detail,
    /// The alerts.
    Alerts,
    /// A screen of its own, such as the forecast.
    Screen(ScreenId),
    /// A question with a line to type into.
    Prompt,
    /// A question with answers to choose from.
    Menu,
    /// A question that one key answers.
    Confirm,
    /// The help.
    Help,
}

impl InputMode {
    /// Every mode, in the order of their tables.
    pub fn all() -> impl Iterator<Item = Self> {
        let screens = ScreenId::ALL.iter().map(|screen| Self::Screen(*screen));
        [Self::Board, Self::Detail, Self::Alerts].into_iter().chain(screens).chain([
            Self::Prompt,
            Self::Menu,
            Self::Confirm,
            Self::Help,
        ])
    }

    /// Its table's name in `keymap.toml`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Board => "board",
            Self::Detail => "detail",
            Self::Alerts => "alerts",
            Self::Screen(screen) => screen.name(),
            Self::Prompt => "prompt",
            Self::Menu => "menu",
            Self::Confirm => "confirm",
            Self::Help => "help",
        }
    }

    /// The mode that answers for keys this one does not name.
    fn beneath(self) -> Option<Self> {
        match self {
            Self::Detail => Some(Self::Board),
            Self::Board
            | Self::Alerts
            | Self::Screen(_)
            | Self::Prompt
            | Self::Menu
            | Self::Confirm
            | Self::Help => None,
        }
    }

    /// What must stay within reach of some key, or there is no way out.
    fn way_out(self) -> Action {
        match self {
            Self::Board => Action::Quit,
            Self::Detail
            | Self::Alerts
            | Self::Screen(_)
            | Self::Prompt
            | Self::Menu
            | Self::Confirm
            | Self::Help => Action::Clear,
        }
    }
}

/// One line of a keymap. No action means that the key was taken away.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Binding {
    mode: InputMode,
    chord: Chord,
    action: Option<Action>,
}

impl Binding {
    fn names_the_key_of(&self, other: &Self) -> bool {
        (self.mode, self.chord) == (other.mode, other.chord)
    }
}

/// Which key does what, mode by mode.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Keymap {
    /// In the order of the file, so that the first key listed is the one shown.
    bindings: Vec<Binding>,
}

impl Default for Keymap {
    fn default() -> Self {
        Self::parse(SHIPPED, "keymap.toml").expect("the keymap we ship is correct: a test reads it")
    }
}

impl Keymap {
    /// Reads a whole keymap.
    ///
    /// # Errors
    /// Names file, line and key when one is no key, an action is unknown, one key means two things, or no key
    /// leads out of a part of the program.
    pub fn parse(text: &str, file: &str) -> Result<Self, ConfigError> {
        Self { bindings: bindings(text, file)? }.with_ways_out(file)
    }

    /// The same keymap with the keys that `text` mentions changed.
    ///
    /// # Errors
    /// As for [`Self::parse`].
    pub fn overlaid(&self, text: &str, file: &str) -> Result<Self, ConfigError> {
        // A key of the team's own is the one they want to see, so theirs stand first.
        let changes = bindings(text, file)?;
        let kept = self.bindings.iter().filter(|old| !changes.iter().any(|new| new.names_the_key_of(old)));
        Self { bindings: changes.iter().chain(kept).copied().collect() }.with_ways_out(file)
    }

    /// What `chord` means in `mode`.
    pub fn action(&self, mode: InputMode, chord: Chord) -> Option<Action> {
        match self.bindings.iter().find(|binding| (binding.mode, binding.chord) == (mode, chord)) {
            Some(binding) => binding.action,
            None => self.action(mode.beneath()?, chord),
        }
    }

    /// The keys that mean `action` in `mode`, the one to show first.
    pub fn chords(&self, mode: InputMode, action: Action) -> Vec<Chord> {
        let layers = std::iter::successors(Some(mode), |mode| mode.beneath());
        let mut chords = Vec::new();
        for binding in
            layers.flat_map(|layer| self.bindings.iter().filter(move |binding| binding.mode == layer))
        {
            if self.action(mode, binding.chord) == Some(action) && !chords.contains(&binding.chord) {
                chords.push(binding.chord);
            }
        }
        chords
    }

    /// The key to name in a sentence or the footer: `u`. Nothing when no key means `action` in `mode`.
    pub fn key(&self, mode: InputMode, action: Action) -> Option<String> {
        self.chords(mode, action).first().map(ToString::to_string)
    }

    /// All keys that mean `action` in the first part of the program that has any, in one phrase.
    pub fn keys_anywhere(&self, action: Action) -> String {
        InputMode::all().map(|mode| self.keys(mode, action)).find(|keys| !keys.is_empty()).unwrap_or_default()
    }

    /// All keys that mean `action` in `mode` in one phrase, runs of digits drawn together: `h left`, `1–9`.
    pub fn keys(&self, mode: InputMode, action: Action) -> String {
        let chords = self.chords(mode, action);
        let digit = |chord: &Chord| chord.typed().and_then(|c| c.to_digit(10));
        let follows = |a: &Chord, b: &Chord| digit(a).is_some_and(|a| digit(b) == Some(a + 1));
        let phrases = chords.chunk_by(follows).flat_map(|run| match run {
            [first, .., last] if run.len() > 2 => vec![format!("{first}–{last}")],
            _ => run.iter().map(ToString::to_string).collect(),
        });
        phrases.collect::<Vec<_>>().join(" ")
    }

    fn with_ways_out(self, file: &str) -> Result<Self, ConfigError> {
        for mode in InputMode::all() {
            let way_out = mode.way_out();
            if self.chords(mode, way_out).is_empty() {
                return Err(ConfigError {
                    file: file.to_owned(),
                    line: None,
                    key: format!("[{}]", mode.name()),
                    what: format!("no key is left for `{way_out}`, so there is no way out: give it one"),
                });
            }
        }
        Ok(self)
    }
}

/// The lines of a keymap file, in its order.
fn bindings(text: &str, file: &str) -> Result<Vec<Binding>, ConfigError> {
    let wrong = |at: usize, key: &str, what: String| ConfigError {
        file: file.to_owned(),
        line: Some(text[..at.min(text.len())].matches('\n').count() + 1),
        key: key.to_owned(),
        what,
    };
    let (document, errors) = DeTable::parse_recoverable(text);
    if let Some(error) = errors.first() {
        let span = error.span().unwrap_or_default();
        if error.message() != "duplicate key" {
            return Err(ConfigError::of_toml(file, text, error));
        }
        let key = text[span.clone()].trim_matches(['"', '\'']);
        return Err(wrong(span.start, key, twice(text, span.start)));
    }

    let mut lines = Vec::new();
    for (name, table) in document.get_ref() {
        let known = InputMode::all().map(|mode| format!("[{}]", mode.name())).collect::<Vec<_>>().join(", ");
        let (at, name) = (name.span().start, name.get_ref());
        let DeValue::Table(table) = table.get_ref() else {
            return Err(wrong(at, name, format!("it is outside a table: put it under one of {known}")));
        };
        let Some(mode) = InputMode::all().find(|mode| mode.name() == name) else {
            return Err(wrong(at, name, format!("unknown table: use one of {known}")));
        };
        for (key, value) in table {
            let (at, key) = (key.span().start, key.get_ref());
            let chord = key.parse::<Chord>().map_err(|error| wrong(at, key, error.to_string()))?;
            let DeValue::String(action) = value.get_ref() else {
                return Err(wrong(
                    at,
                    key,
                    format!("an action is a word in quotes: write \"{key}\" = \"undo\""),
                ));
            };
            let action = match &**action {
                NONE => None,
                name => Some(Action::named(name).ok_or_else(|| wrong(at, key, unknown_action(name)))?),
            };
            lines.push((at, key, Binding { mode, chord, action }));
        }
    }
    // The parser sorts by name; what counts here is the order in which people wrote.
    lines.sort_by_key(|(at, ..)| *at);

    for (later, (at, key, binding)) in lines.iter().enumerate() {
        if let Some((_, first, other)) =
            lines[..later].iter().find(|(.., other)| other.names_the_key_of(binding))
        {
            let (one, two) = (word(other.action), word(binding.action));
            let what = format!("it is the same key as `{first}`, bound to `{one}` and to `{two}`: leave one");
            return Err(wrong(*at, key, what));
        }
    }
    Ok(lines.into_iter().map(|(.., binding)| binding).collect())
}

fn word(action: Option<Action>) -> &'static str {
    action.map_or(NONE, Action::name)
}

/// What to say of the line at byte `at`, whose key its table has already.
fn twice(text: &str, at: usize) -> String {
    let line = |line: &str| {
        let (key, value) = line.parse::<toml::Table>().ok()?.into_iter().next()?;
        Some((key, value.as_str()?.to_owned()))
    };
    let above = text[..at].rfind('\n').map_or("", |end| &text[..end]);
    let below = text[above.len()..].trim_start_matches('\n').lines().next().unwrap_or_default();
    let both = line(below).and_then(|(key, two)| {
        let table = above.lines().rev().take_while(|line| !line.trim_start().starts_with('['));
        let one = table.filter_map(line).find(|(other, _)| *other == key)?.1;
        Some(format!("it is bound to `{one}` and to `{two}`: leave one"))
    });
    both.unwrap_or_else(|| "it is written twice: leave one".to_owned())
}

/// What to say of an action nobody knows: the names that look like it, or how to find them all.
fn unknown_action(name: &str) -> String {
    let near = near(name, Action::all().map(|action| (action.name(), [action.name()])));
    let near: Vec<_> = near.into_iter().map(|known| format!("`{known}`")).collect();
    if near.is_empty() {
        let all = Action::all().map(Action::name).collect::<Vec<_>>().join(", ");
        return format!("unknown action `{name}`: use one of {all}, or {NONE}");
    }
    format!("unknown action `{name}`: did you mean {}?", either(&near))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chord(text: &str) -> Chord {
        text.parse().expect("a chord")
    }

    #[test]
    fn every_action_has_a_key_and_every_key_an_action() {
        let keymap = Keymap::default();
        for action in Action::all() {
            assert!(InputMode::all().any(|mode| keymap.key(mode, action).is_some()), "{action} has no key");
        }
        let written = SHIPPED.lines().filter(|line| line.starts_with('"')).count();
        assert_eq!(keymap.bindings.len(), written);
        assert!(keymap.bindings.iter().all(|binding| binding.action.is_some()));
    }

    #[test]
    fn a_mode_answers_or_asks_the_one_beneath() {
        let keymap = Keymap::default();
        for (mode, key, action) in [
            (InputMode::Board, "q", Some(Action::Quit)),
            (InputMode::Detail, "q", Some(Action::Clear)),
            (InputMode::Detail, "u", Some(Action::Undo)),
            (InputMode::Detail, "ctrl-c", Some(Action::Quit)),
            (InputMode::Prompt, "q", None),
            (InputMode::Prompt, "enter", Some(Action::Accept)),
            (InputMode::Menu, "u", None),
            (InputMode::Board, "w", None),
        ] {
            assert_eq!(keymap.action(mode, chord(key)), action, "{mode:?} {key}");
        }
        let keys = |mode, action| keymap.keys(mode, action);
        assert_eq!(keys(InputMode::Board, Action::FocusLeft), "h left");
        assert_eq!(keys(InputMode::Board, Action::Jump), "1–9");
        assert_eq!(keys(InputMode::Detail, Action::Clear), "esc q enter");
        assert_eq!(keys(InputMode::Detail, Action::Quit), "ctrl-c");
        assert_eq!(keys(InputMode::Detail, Action::Open), "", "enter closes what is open");
        assert_eq!(keymap.key(InputMode::Board, Action::Help).as_deref(), Some("?"));
    }

    #[test]
    fn a_team_changes_single_keys() {
        let text = "[board]\n\"x\" = \"undo\"\n'g' = 'none'\n[detail]\n'u' = 'none'\n";
        let keymap = Keymap::default().overlaid(text, "keymap.toml").expect("correct");
        assert_eq!(keymap.keys(InputMode::Board, Action::Undo), "x u", "their own key is the one to show");
        assert_eq!(keymap.action(InputMode::Board, chord("g")), None);
        assert_eq!(keymap.action(InputMode::Detail, chord("u")), None, "taken away here alone");
        assert_eq!(keymap.action(InputMode::Board, chord("u")), Some(Action::Undo));
        assert_eq!(keymap.action(InputMode::Board, chord("G")), Some(Action::Last));
        assert_eq!(Keymap::default().overlaid("", "keymap.toml"), Ok(Keymap::default()));
    }

    #[test]
    fn an_error_names_file_line_and_key() {
        let tables = InputMode::all().map(|mode| format!("[{}]", mode.name())).collect::<Vec<_>>().join(", ");
        for (text, error) in [
            ("[board]\n\n'x' = 'undoo'", ":3: `x`: unknown action `undoo`: did you mean `undo`?"),
            (
                "[board]\n'x' = 'list'",
                ":2: `x`: unknown action `list`: did you mean `last` or `toggle_list`?",
            ),
            (
                "[board]\n'ctr-x' = 'undo'",
                ":2: `ctr-x`: unknown key: write it like x, X, >, ctrl-r, alt-x, enter, esc, space, pgdn or f5",
            ),
            (
                "[board]\n'x' = 'undo'\n'y' = 'redo'\n'x' = 'quit' # mine",
                ":4: `x`: it is bound to `undo` and to `quit`: leave one",
            ),
            ("[board]\nx = 'undo'\n'x' = 'quit'", ":3: `x`: it is bound to `undo` and to `quit`: leave one"),
            (
                "[board]\n'esc' = 'clear'\n'Escape' = 'quit'",
                ":3: `Escape`: it is the same key as `esc`, bound to `clear` and to `quit`: leave one",
            ),
            (
                "[board]\n'tab' = 'none'\n'ctrl-i' = 'open'",
                ":3: `ctrl-i`: it is the same key as `tab`, bound to `none` and to `open`: leave one",
            ),
            ("[board]\n[board]\n", ":2: `board`: it is written twice: leave one"),
            ("[bord]\n'x' = 'undo'", &*format!(":1: `bord`: unknown table: use one of {tables}")),
            ("'x' = 'undo'", &*format!(":1: `x`: it is outside a table: put it under one of {tables}")),
            ("[board]\nx = 3", ":2: `x`: an action is a word in quotes: write \"x\" = \"undo\""),
            (
                "[board]\n'q' = 'none'\n'ctrl-c' = 'none'",
                ": `[board]`: no key is left for `quit`, so there is no way out: give it one",
            ),
            (
                "[prompt]\n'esc' = 'accept'\n'ctrl-c' = 'none'",
                ": `[prompt]`: no key is left for `clear`, so there is no way out: give it one",
            ),
        ] {
            let found = Keymap::default().overlaid(text, "keymap.toml").expect_err(text).to_string();
            assert_eq!(found, format!("keymap.toml{error}"), "{text}");
        }
        let found =
            Keymap::default().overlaid("[board]\n'x' 'undo'", "k.toml").expect_err("no TOML").to_string();
        assert!(found.starts_with("k.toml:2: "), "{found}");
    }

    #[test]
    fn a_whole_keymap_stands_by_itself() {
        let ways_out = |mode: InputMode| format!("[{}]\n'q' = '{}'\n", mode.name(), mode.way_out());
        let least: String = InputMode::all().map(ways_out).collect();
        let keymap = Keymap::parse(&least, "k.toml").expect("correct");
        assert_eq!(keymap.action(InputMode::Board, chord("j")), None);
        assert!(Keymap::parse("", "k.toml").is_err(), "no way out");
    }
}
