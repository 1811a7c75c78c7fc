//! Menus: choosing an answer, and what it does.

use super::{programs, sort_by};
use crate::tui::input::action::Action;
use crate::tui::input::chord::Chord;
use crate::tui::model::app::App;
use crate::tui::model::menu::{Menu, MenuChoice};
use crate::tui::model::msg::Effect;
use crate::tui::model::prompt::Prompt;
use crate::tui::model::status::Status;

/// Asks the question of `menu`.
pub(super) fn open(app: &mut App, menu: Menu) {
    app.status = Status::default();
    app.prompt = Some(Prompt::Menu(menu));
}

pub(super) fn key(app: &mut App, mut menu: Menu, chord: Chord, action: Option<Action>) -> Option<Effect> {
    let by_key = chord.typed().and_then(|key| menu.with_key(key));
    let accepted = menu.chosen().filter(|_| action == Some(Action::Accept));
    if let Some(choice) = by_key.or(accepted) {
        return choose(app, choice.clone());
    }
    if let Some(motion) = action.and_then(Action::motion) {
        let last = menu.items.len().saturating_sub(1);
        menu.row = motion.from(menu.row, menu.items.len()).min(last);
    }
    app.prompt = Some(Prompt::Menu(menu));
    None
}

fn choose(app: &mut App, choice: MenuChoice) -> Option<Effect> {
    match choice {
        MenuChoice::Sort(sort) => {
            sort_by(app, sort);
            None
        }
        MenuChoice::Copy(text) => Some(Effect::Copy(text)),
        MenuChoice::OpenLink { name, address } => {
            let account = app.focused_id()?;
            Some(programs::open(app, account, &name, address))
        }
    }
}
