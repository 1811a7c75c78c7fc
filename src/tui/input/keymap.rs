//! From a key to its meaning: the one place that knows which key does what.

mod file;

use std::sync::LazyLock;

use self::file::bindings;
use super::action::Action;
use super::chord::Chord;
use super::key_sequence::KeySequence;
use crate::config::ConfigError;
use crate::tui::model::screens::ScreenId;

/// The keymap the program comes with.
pub const SHIPPED: &str = include_str!("../../../assets/keymap.toml");

/// What the keys talk to at the moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
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

    /// The tables that answer for keys here, the first that names one.
    fn tables(self) -> impl Iterator<Item = KeyTable> {
        let layers = std::iter::successors(Some(self), |mode| mode.beneath()).map(KeyTable::Of);
        layers.chain((!self.is_closed()).then_some(KeyTable::Everywhere))
    }

    /// Whether only its own keys mean something: a key that is text, or an answer, must not lead elsewhere.
    fn is_closed(self) -> bool {
        match self {
            Self::Prompt | Self::Menu | Self::Confirm | Self::Help => true,
            Self::Board | Self::Detail | Self::Alerts | Self::Screen(_) => false,
        }
    }

    /// Whether a key may begin a sequence here, which a question has no time for.
    fn has_sequences(self) -> bool {
        match self {
            Self::Prompt | Self::Menu | Self::Confirm => false,
            Self::Help | Self::Board | Self::Detail | Self::Alerts | Self::Screen(_) => true,
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

/// A table of a keymap.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum KeyTable {
    /// What holds in every mode that is not closed, unless its own table says otherwise.
    Everywhere,
    Of(InputMode),
}

impl KeyTable {
    fn all() -> impl Iterator<Item = Self> {
        std::iter::once(Self::Everywhere).chain(InputMode::all().map(Self::Of))
    }

    fn name(self) -> &'static str {
        match self {
            Self::Everywhere => "everywhere",
            Self::Of(mode) => mode.name(),
        }
    }

    fn has_sequences(self) -> bool {
        match self {
            Self::Everywhere => true,
            Self::Of(mode) => mode.has_sequences(),
        }
    }
}

/// One line of a keymap. No action means that the key was taken away.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Binding {
    table: KeyTable,
    keys: KeySequence,
    action: Option<Action>,
}

impl Binding {
    fn names_the_keys_of(&self, other: &Self) -> bool {
        (self.table, &self.keys) == (other.table, &other.keys)
    }

    /// Whether the keys of `longer` go on after those of this one.
    fn begins(&self, longer: &Self) -> bool {
        self.table == longer.table && longer.keys.rest(self.keys.chords()).is_some()
    }
}

/// What the keys mean that were pressed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyMeaning {
    Action(Action),
    /// They begin a sequence, or several.
    Begun,
    Nothing,
}

/// Which key does what, mode by mode.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Keymap {
    /// Table by table: every frame asks for some dozens of keys. In a table in the order of the file, so that the first key
    /// listed is the one shown.
    bindings: Vec<Binding>,
}

impl Default for Keymap {
    fn default() -> Self {
        static READ: LazyLock<Keymap> = LazyLock::new(|| {
            Keymap::parse(SHIPPED, "keymap.toml").expect("the keymap we ship is correct: a test reads it")
        });
        READ.clone()
    }
}

impl Keymap {
    /// Reads a whole keymap.
    ///
    /// # Errors
    /// Names file, line and key when one is no key, an action is unknown, one key means two things, or no key
    /// leads out of a part of the program.
    pub fn parse(text: &str, file: &str) -> Result<Self, ConfigError> {
        Self::of(bindings(text, file, &[])?).with_ways_out(file)
    }

    fn of(mut bindings: Vec<Binding>) -> Self {
        bindings.sort_by_key(|binding| binding.table);
        Self { bindings }
    }

    fn table(&self, table: KeyTable) -> &[Binding] {
        let from = self.bindings.partition_point(|binding| binding.table < table);
        let rest = &self.bindings[from..];
        &rest[..rest.partition_point(|binding| binding.table == table)]
    }

    /// The same keymap with the keys that `text` mentions changed. A key that began sequences begins none once it means
    /// something by itself.
    ///
    /// # Errors
    /// As for [`Self::parse`].
    pub fn overlaid(&self, text: &str, file: &str) -> Result<Self, ConfigError> {
        // A key of the team's own is the one they want to see, so theirs stand first.
        let changes = bindings(text, file, &self.bindings)?;
        let is_changed = |old: &&Binding| {
            changes.iter().any(|new| new.names_the_keys_of(old) || new.begins(old) || old.begins(new))
        };
        let kept = self.bindings.iter().filter(|old| !is_changed(old));
        let keymap = Self::of(changes.iter().chain(kept).cloned().collect());
        for change in changes.iter().filter(|change| change.table == KeyTable::Everywhere) {
            keymap.is_nowhere_cut_short(change, file)?;
        }
        keymap.with_ways_out(file)
    }

    /// What the keys that were pressed, the last of them just now, mean in `mode`.
    pub fn meaning(&self, mode: InputMode, pressed: &[Chord]) -> KeyMeaning {
        for table in mode.tables() {
            let bindings = self.table(table);
            if let Some(exact) = bindings.iter().find(|binding| binding.keys.chords() == pressed) {
                return exact.action.map_or(KeyMeaning::Nothing, KeyMeaning::Action);
            }
            if bindings.iter().any(|it| it.action.is_some() && it.keys.rest(pressed).is_some()) {
                return KeyMeaning::Begun;
            }
        }
        KeyMeaning::Nothing
    }

    /// What `chord` means by itself in `mode`.
    pub fn action(&self, mode: InputMode, chord: Chord) -> Option<Action> {
        match self.meaning(mode, &[chord]) {
            KeyMeaning::Action(action) => Some(action),
            KeyMeaning::Begun | KeyMeaning::Nothing => None,
        }
    }

    /// Whether pressing the keys of `binding` does in `mode` what it says.
    fn holds(&self, mode: InputMode, binding: &Binding) -> bool {
        let chords = binding.keys.chords();
        let is_begun = |keys| self.meaning(mode, keys) == KeyMeaning::Begun;
        binding.action.is_some_and(|action| self.meaning(mode, chords) == KeyMeaning::Action(action))
            && (1..chords.len()).all(|len| is_begun(&chords[..len]))
    }

    /// The lines of the tables of `mode`, its own first.
    fn bindings_in(&self, mode: InputMode) -> impl Iterator<Item = &Binding> {
        mode.tables().flat_map(|table| self.table(table))
    }

    /// How the sequences that `pressed` begins in `mode` go on: those that hold everywhere first.
    pub fn continuations(&self, mode: InputMode, pressed: &[Chord]) -> Vec<(KeySequence, Action)> {
        let holding = self.bindings_in(mode).filter(|binding| self.holds(mode, binding));
        let (shared, own): (Vec<_>, Vec<_>) =
            holding.partition(|binding| binding.table == KeyTable::Everywhere);
        let mut continuations: Vec<(KeySequence, Action)> = Vec::new();
        for binding in shared.into_iter().chain(own) {
            let rest = binding.keys.rest(pressed).zip(binding.action);
            continuations.extend(rest.filter(|rest| !continuations.contains(rest)));
        }
        continuations
    }

    /// The keys that mean `action` in `mode`, those to show first.
    pub fn sequences(&self, mode: InputMode, action: Action) -> Vec<&KeySequence> {
        let mut sequences = Vec::new();
        for keys in self.held(mode, action) {
            if !sequences.contains(&keys) {
                sequences.push(keys);
            }
        }
        sequences
    }

    /// The same, some of them perhaps more than once.
    fn held(&self, mode: InputMode, action: Action) -> impl Iterator<Item = &KeySequence> {
        let bindings = self.bindings_in(mode).filter(move |binding| binding.action == Some(action));
        bindings.filter(move |binding| self.holds(mode, binding)).map(|binding| &binding.keys)
    }

    /// The key to name in a sentence or the footer: `u`. Nothing when no key means `action` in `mode`.
    pub fn key(&self, mode: InputMode, action: Action) -> Option<String> {
        self.held(mode, action).next().map(ToString::to_string)
    }

    /// All keys that mean `action` in the first part of the program that has any, as [`Self::keys`].
    pub fn keys_anywhere(&self, action: Action) -> Vec<String> {
        InputMode::all().map(|mode| self.keys(mode, action)).find(|keys| !keys.is_empty()).unwrap_or_default()
    }

    /// All keys that mean `action` in `mode`, runs of digits drawn together: `1–9`.
    pub fn keys(&self, mode: InputMode, action: Action) -> Vec<String> {
        let sequences = self.sequences(mode, action);
        let digit = |keys: &KeySequence| keys.single()?.typed()?.to_digit(10);
        let follows = |a: &&KeySequence, b: &&KeySequence| digit(a).is_some_and(|a| digit(b) == Some(a + 1));
        let phrases = sequences.chunk_by(follows).flat_map(|run| match run {
            [first, .., last] if run.len() > 2 => vec![format!("{first}–{last}")],
            _ => run.iter().map(ToString::to_string).collect(),
        });
        phrases.collect()
    }

    /// Objects to a sequence that is to hold everywhere, where its first keys mean something by themselves on some screen.
    fn is_nowhere_cut_short(&self, sequence: &Binding, file: &str) -> Result<(), ConfigError> {
        let own = self.bindings.iter().filter(|binding| match binding.table {
            KeyTable::Everywhere => false,
            KeyTable::Of(mode) => !mode.is_closed(),
        });
        for binding in own.filter(|_| sequence.action.is_some()) {
            if let (Some(action), Some(_)) = (binding.action, sequence.keys.rest(binding.keys.chords())) {
                let (keys, first, table) = (&sequence.keys, &binding.keys, binding.table.name());
                return Err(ConfigError {
                    file: file.to_owned(),
                    line: None,
                    key: keys.to_string(),
                    what: format!(
                        "`{first}`, which begins it, is bound to `{action}` under [{table}]: begin with another key, or \
                         write it only under the parts where it is to hold"
                    ),
                });
            }
        }
        Ok(())
    }

    fn with_ways_out(self, file: &str) -> Result<Self, ConfigError> {
        for mode in InputMode::all() {
            let way_out = mode.way_out();
            if self.sequences(mode, way_out).is_empty() {
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
            (InputMode::Board, "Q", None),
        ] {
            assert_eq!(keymap.action(mode, chord(key)), action, "{mode:?} {key}");
        }
        let keys = |mode, action| keymap.keys(mode, action);
        assert_eq!(keys(InputMode::Board, Action::FocusLeft), ["h", "left"]);
        assert_eq!(keys(InputMode::Board, Action::Jump), ["1–9"]);
        assert_eq!(keys(InputMode::Detail, Action::Clear), ["esc", "q", "enter"]);
        assert_eq!(keys(InputMode::Detail, Action::Quit), ["ctrl-c"]);
        assert!(keys(InputMode::Detail, Action::Open).is_empty(), "enter closes what is open");
        assert_eq!(keymap.key(InputMode::Board, Action::Help).as_deref(), Some("?"));
    }

    #[test]
    fn a_team_changes_single_keys() {
        let text = "[board]\n\"x\" = \"undo\"\n'r' = 'none'\n[detail]\n'u' = 'none'\n";
        let keymap = Keymap::default().overlaid(text, "keymap.toml").expect("correct");
        assert_eq!(
            keymap.keys(InputMode::Board, Action::Undo),
            ["x", "u"],
            "their own key is the one to show"
        );
        assert_eq!(keymap.action(InputMode::Board, chord("r")), None);
        assert_eq!(keymap.action(InputMode::Detail, chord("u")), None, "taken away here alone");
        assert_eq!(keymap.action(InputMode::Board, chord("u")), Some(Action::Undo));
        assert_eq!(keymap.action(InputMode::Board, chord("G")), Some(Action::Last));
        assert_eq!(Keymap::default().overlaid("", "keymap.toml"), Ok(Keymap::default()));
    }

    #[test]
    fn an_error_names_file_line_and_key() {
        let tables =
            KeyTable::all().map(|table| format!("[{}]", table.name())).collect::<Vec<_>>().join(", ");
        for (text, error) in [
            ("[board]\n\n'x' = 'undoo'", ":3: `x`: unknown action `undoo`: did you mean `undo`?"),
            (
                "[board]\n'x' = 'list'",
                ":2: `x`: unknown action `list`: did you mean `last`, `show_list` or `checklist`?",
            ),
            (
                "[board]\n'ctr-x' = 'undo'",
                ":2: `ctr-x`: unknown key: write it like x, X, >, ctrl-r, alt-x, enter, esc, space, pgdn or f5, and a sequence like g b",
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
            ("[prompt]\n'g b' = 'clear'", ":2: `g b`: a question takes one key, no sequence: write one"),
            (
                "[board]\n'w' = 'undo'\n'w x' = 'redo'",
                ":3: `w x`: `w`, which begins it, is bound to `undo`: leave one",
            ),
            (
                "[board]\n'x n' = 'no_show'",
                ":2: `x n`: `x`, which begins it, is bound to `no_show`: add \"x\" = \"none\", or begin with another key",
            ),
            (
                "[everywhere]\n'x n' = 'no_show'",
                ": `x n`: `x`, which begins it, is bound to `no_show` under [board]: begin with another key, or write it \
                 only under the parts where it is to hold",
            ),
            (
                "[board]\n'g  b' = 'undo'\n'g b' = 'redo'",
                ":3: `g b`: it is the same key as `g  b`, bound to `undo` and to `redo`: leave one",
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

    fn meaning(keymap: &Keymap, mode: InputMode, keys: &str) -> KeyMeaning {
        keymap.meaning(mode, keys.parse::<KeySequence>().expect("keys").chords())
    }

    #[test]
    fn keys_may_follow_each_other() {
        use KeyMeaning::{Action as Means, Begun, Nothing};
        let keymap = Keymap::default();
        let forecast = InputMode::Screen(ScreenId::Forecast);
        for (mode, keys, means) in [
            (InputMode::Board, "g", Begun),
            (InputMode::Board, "g g", Means(Action::First)),
            (InputMode::Board, "g s", Means(Action::Snoozed)),
            (InputMode::Board, "g x", Nothing),
            (InputMode::Board, "g g g", Nothing),
            (InputMode::Detail, "g b", Means(Action::ShowBoard)),
            (forecast, "g b", Means(Action::ShowBoard)),
            (forecast, "g s", Nothing),
            (InputMode::Help, "g g", Means(Action::First)),
            (InputMode::Help, "g b", Nothing),
            (InputMode::Prompt, "g", Nothing),
        ] {
            assert_eq!(meaning(&keymap, mode, keys), means, "{mode:?} {keys}");
        }
        assert_eq!(keymap.action(InputMode::Board, chord("g")), None, "by itself it is nothing");
        assert_eq!(keymap.key(InputMode::Board, Action::First).as_deref(), Some("g g"));
        let begun = keymap.continuations(forecast, &[chord("g")]);
        let begun: Vec<_> = begun.iter().map(|(rest, action)| format!("{rest} {action}")).collect();
        assert!(begun.contains(&"b show_board".to_owned()), "{begun:?}");
        assert!(!begun.iter().any(|it| it.ends_with(" snoozed")), "{begun:?}");
    }

    #[test]
    fn a_team_makes_sequences_and_takes_them_away() {
        use KeyMeaning::{Action as Means, Begun, Nothing};
        for (text, keys, means) in [
            ("[board]\n'g o' = 'owner'", "g o", Means(Action::Owner)),
            ("[board]\n'g o' = 'owner'", "g b", Means(Action::ShowBoard)),
            ("[board]\n'g b' = 'none'", "g b", Nothing),
            ("[board]\n'g b' = 'none'", "g l", Means(Action::ShowList)),
            ("[board]\n'g' = 'first'", "g", Means(Action::First)),
            ("[board]\n'g' = 'none'", "g", Nothing),
            ("[everywhere]\n'g' = 'none'", "g g", Nothing),
            ("[everywhere]\n'g' = 'none'", "g", Begun),
            ("[board]\n'x' = 'none'\n'x n' = 'no_show'", "x", Begun),
            ("[board]\n'x' = 'none'\n'x n' = 'no_show'", "x n", Means(Action::NoShow)),
        ] {
            let keymap = Keymap::default().overlaid(text, "keymap.toml").expect(text);
            assert_eq!(meaning(&keymap, InputMode::Board, keys), means, "{text}: {keys}");
        }
        let taken = Keymap::default().overlaid("[board]\n'g' = 'owner'", "keymap.toml").expect("correct");
        assert_eq!(taken.keys(InputMode::Board, Action::Owner), ["g", "O"]);
        assert!(taken.keys(InputMode::Board, Action::Snoozed).iter().eq(["Z"]), "no key leads to g s");
        assert!(taken.keys(InputMode::Board, Action::ShowBoard).is_empty(), "nor to g b");
        let forecast = InputMode::Screen(ScreenId::Forecast);
        assert_eq!(taken.keys(forecast, Action::ShowBoard), ["g b"]);
    }
}
