//! What is said on demand.

use crate::tui::input::chord::Chord;
use crate::tui::model::app::App;
use crate::tui::model::msg::{Effect, Tell};
use crate::tui::model::status::Tone;

/// Has something said. What is drawn stands on the screen already.
pub(super) fn tell(app: &mut App, what: Tell, chord: Chord) -> Option<Effect> {
    if app.setup.plain {
        return Some(Effect::Tell(what));
    }
    app.say(Tone::Plain, &format!("{chord} speaks in plain mode, which begins with --plain"));
    None
}
