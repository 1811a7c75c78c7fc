//! Choosing a theme: the screen shows each as it is looked at.

use std::sync::Arc;

use crate::config::theme::AUTO;
use crate::tui::model::app::App;
use crate::tui::model::choices::Picked;
use crate::tui::model::msg::Effect;
use crate::tui::model::picker::{Picker, PickerPurpose};
use crate::tui::model::prompt::Prompt;
use crate::tui::model::status::Tone;
use crate::tui::theme::Background;

/// Shows the theme that is chosen in `picker`, if a theme is asked for.
pub(super) fn preview(app: &mut App, picker: &Picker) {
    if picker.purpose != PickerPurpose::Theme {
        return;
    }
    let mut choice = app.themes.clone();
    if let Some(Picked::Theme(name)) = picker.choices.chosen().map(|chosen| &chosen.picked) {
        choice.named = named(name);
    }
    app.theme = choice.theme();
}

/// Shows the theme `name` from now on, and asks to keep it.
pub(super) fn take(app: &mut App, name: &str) -> Effect {
    app.themes.named = named(name);
    app.theme = app.themes.theme();
    Effect::KeepTheme(name.to_owned())
}

/// What the settings name, where `name` is written there.
fn named(name: &str) -> Option<Arc<str>> {
    Some(name.into()).filter(|_| name != AUTO)
}

/// Says where the theme was kept, or why it was not.
pub(super) fn kept(app: &mut App, name: &str, kept: Result<String, String>) {
    match kept {
        Ok(place) => app.say(Tone::Done, &format!("Theme {name}, kept in {place}")),
        Err(why) => app.say(Tone::Failed, &format!("Theme {name} until you leave: {why}")),
    }
}

/// Takes in what the terminal's background is: a theme that is named stays.
pub(super) fn follow(app: &mut App, background: Background) {
    app.themes.background = background;
    let is_choosing =
        |prompt: &Prompt| matches!(prompt, Prompt::Pick(picker) if picker.purpose == PickerPurpose::Theme);
    if !app.prompt.as_ref().is_some_and(is_choosing) {
        app.theme = app.themes.theme();
    }
}
