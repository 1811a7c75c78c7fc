//! The question before a stage is left with open points of its checklist.

use crate::playbook::bulk::{Preview, preview};
use crate::prose::checklists::leaves;
use crate::state::Command;
use crate::state::query::checklists::left_open;
use crate::tui::model::app::App;
use crate::tui::model::msg::Effect;
use crate::tui::model::prompt::{Confirmation, Prompt};
use crate::tui::model::status::Status;

/// Does what `command` asks for; asks first where there is a `doubt`, or where it leaves a stage with open points.
pub(super) fn submit_or_ask(app: &mut App, command: Command, doubt: Option<String>) -> Option<Effect> {
    let question = match (leaving(app, &command), doubt) {
        (None, None) => return Some(app.submit(command)),
        (None, Some(doubt)) => doubt,
        (Some(leaving), None) => format!("{leaving}: go on?"),
        (Some(leaving), Some(doubt)) => format!("{leaving}. {doubt}"),
    };
    app.status = Status::default();
    app.prompt = Some(Prompt::Confirm(Confirmation::new(&question, command)));
    None
}

/// That `command` would take its account out of a stage with open points.
fn leaving(app: &App, command: &Command) -> Option<String> {
    let parts = [vec![command.clone()]];
    let preview = preview(&app.board, &app.setup.playbooks, &parts, &app.setup.me, app.now).pop()?;
    let Preview::Changes(events) = preview else { return None };
    left_open(&app.board, &events).first().map(leaves)
}
