//! Choosing a theme: the screen shows each as it is looked at.

use crate::config::theme::AUTO;
use crate::tui::model::app::App;
use crate::tui::model::choices::Picked;
use crate::tui::model::msg::Effect;
use crate::tui::model::picker::{Picker, PickerPurpose};
use crate::tui::model::prompt::Prompt;
use crate::tui::model::status::Tone;
use crate::tui::theme::{Background, Theme};

/// Shows the theme that is chosen in `picker`, if a theme is asked for; `before`, where none is.
pub(super) fn preview(app: &mut App, picker: &Picker) {
    let PickerPurpose::Theme(before) = &picker.purpose else { return };
    let chosen = picker.choices.chosen().and_then(|choice| match &choice.picked {
        Picked::Theme(name) => Some(theme(app, name)),
        _ => None,
    });
    app.theme = chosen.unwrap_or_else(|| Theme::clone(before));
}

/// Shows the theme `name` from now on, and asks to keep it.
pub(super) fn take(app: &mut App, name: &str) -> Effect {
    app.themes.named = Some(name.into()).filter(|_| name != AUTO);
    app.theme = app.themes.theme();
    Effect::KeepTheme(name.to_owned())
}

/// Says where the theme was kept, or why it was not.
pub(super) fn kept(app: &mut App, name: &str, kept: Result<String, String>) {
    match kept {
        Ok(place) => app.say(Tone::Done, &format!("Theme {name}, kept in {place}")),
        Err(why) => app.say(Tone::Failed, &format!("Theme {name} until you leave: {why}")),
    }
}

fn theme(app: &App, name: &str) -> Theme {
    let mut choice = app.themes.clone();
    choice.named = Some(name.into()).filter(|_| name != AUTO);
    choice.theme()
}

/// Takes in what the terminal's background is: a theme that is named stays.
pub(super) fn follow(app: &mut App, background: Background) {
    app.themes.background = background;
    if !matches!(&app.prompt, Some(Prompt::Pick(picker)) if matches!(picker.purpose, PickerPurpose::Theme(_)))
    {
        app.theme = app.themes.theme();
    }
}
