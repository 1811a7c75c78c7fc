//! What the keys that were pressed mean, and how a sequence that they begin may go on.

use crate::tui::input::action::Action;
use crate::tui::input::chord::Chord;
use crate::tui::input::key_sequence::KeySequence;
use crate::tui::input::keymap::{InputMode, KeyMeaning};
use crate::tui::input::own_commands::{self, OwnCommand};
use crate::tui::model::app::App;

/// What the keys mean that were pressed one after another.
#[derive(Clone, Debug)]
pub(in crate::tui) enum Pressed {
    Action(Action),
    OwnCommand(OwnCommand),
    /// They begin a sequence, or several.
    Begun,
    Nothing,
}

/// What `pressed` means in `mode`.
pub(in crate::tui) fn meaning(app: &App, mode: InputMode, pressed: &[Chord]) -> Pressed {
    match app.setup.keymap.meaning(mode, pressed) {
        KeyMeaning::Action(action) => Pressed::Action(action),
        KeyMeaning::Begun => Pressed::Begun,
        KeyMeaning::Nothing => match own_in(app, mode).find(|own| own.keys.chords() == pressed) {
            Some(own) => Pressed::OwnCommand(own.clone()),
            None if own_in(app, mode).any(|own| own.keys.rest(pressed).is_some()) => Pressed::Begun,
            None => Pressed::Nothing,
        },
    }
}

/// How the sequence that was begun may go on, each with what it does, in words that are clean.
pub(in crate::tui) fn continuations(app: &App) -> Vec<(KeySequence, &str)> {
    if app.begun_keys.is_empty() {
        return Vec::new();
    }
    let mode = app.mode();
    let actions = app.setup.keymap.continuations(mode, &app.begun_keys).into_iter();
    let own = own_in(app, mode).filter_map(|own| Some((own.keys.rest(&app.begun_keys)?, &*own.title)));
    actions.map(|(rest, action)| (rest, action.help())).chain(own).collect()
}

fn own_in(app: &App, mode: InputMode) -> impl Iterator<Item = &OwnCommand> {
    app.setup.own_commands.iter().filter(move |_| own_commands::MODES.contains(&mode))
}
