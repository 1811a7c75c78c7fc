//! The playbooks: going through them, and switching one on or off.

use super::super::action::Action;
use super::super::app::{App, Tone};
use super::super::msg::Effect;
use super::submit;

/// What `action` does here, if it does not do what it does everywhere.
pub(super) fn act(app: &mut App, action: Action) -> Result<Option<Effect>, Action> {
    if app.scroll_page(action) {
        return Ok(None);
    }
    match action {
        Action::Switch => Ok(switch(app)),
        action => super::on_any_page(action),
    }
}

fn switch(app: &mut App) -> Option<Effect> {
    let Some(sheet) = app.page.as_ref().and_then(|page| page.sheet()) else {
        app.say(Tone::Plain, "there is no playbook to switch");
        return None;
    };
    let found = app.setup.playbooks.all.iter().find(|playbook| playbook.id.0 == sheet.id);
    match found?.switch(!sheet.on) {
        Ok(command) => Some(submit(app, command)),
        Err(refusal) => {
            app.say(Tone::Refused, &refusal.to_string());
            None
        }
    }
}
