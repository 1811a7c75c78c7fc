//! The question before a stage is left with open points of its checklist.

use super::bulk;
use crate::playbook::bulk::{Preview, preview};
use crate::prose::checklists::leaves;
use crate::state::query::checklists::left_open;
use crate::state::{AccountId, Batch, Command, Commands, StageId};
use crate::tui::model::app::App;
use crate::tui::model::checklist::ticks;
use crate::tui::model::msg::Effect;
use crate::tui::model::prompt::{Confirmation, Prompt};
use crate::tui::model::status::Status;

/// Does what `command` asks for; asks first where there is a `doubt`, or where it leaves a stage with open points.
pub(super) fn submit_or_ask(app: &mut App, command: Command, doubt: Option<String>) -> Option<Effect> {
    let (question, account) = match (leaving(app, &command), doubt) {
        (None, None) => return Some(app.submit(command)),
        (None, Some(doubt)) => (doubt, None),
        (Some((account, leaving)), None) => (format!("{leaving}: go on?"), Some(account)),
        (Some((account, leaving)), Some(doubt)) => (format!("{leaving}. {doubt}"), Some(account)),
    };
    app.status = Status::default();
    let asked = Confirmation { leaving: account, ..Confirmation::new(&question, command) };
    app.prompt = Some(Prompt::Confirm(asked));
    None
}

/// Ticks what is open in the stage of `account`, then does what was asked for: one entry, and one undo.
pub(super) fn tick_and_go_on(app: &mut App, account: &AccountId, commands: Commands) -> Effect {
    let (words, rest) = match commands {
        Commands::One(command) => (command.words(), vec![command]),
        Commands::Batch(batch) => (batch.words, batch.commands),
    };
    let commands = ticks(app, account).into_iter().chain(rest).collect();
    app.submit(Batch { words, commands })
}

/// Moves `movers` to `to`. One of them that is not marked is asked about as above; what would become of marked ones is shown
/// first anyway.
pub(super) fn move_to(
    app: &mut App,
    movers: &[AccountId],
    to: &StageId,
    doubt: Option<String>,
) -> Option<Effect> {
    if let ([account], true) = (movers, app.marks.is_empty()) {
        return submit_or_ask(app, Command::move_to(account, to), doubt);
    }
    let parts = movers.iter().map(|account| Ok(vec![Command::move_to(account, to)])).collect();
    bulk::carry_out(app, movers, parts)
}

/// That `command` would take its account out of a stage with open points.
fn leaving(app: &App, command: &Command) -> Option<(AccountId, String)> {
    let parts = [vec![command.clone()]];
    let preview = preview(&app.board, &app.setup.playbooks, &parts, &app.setup.me, app.now).pop()?;
    let Preview::Changes(events) = preview else { return None };
    let left = left_open(&app.board, &events).into_iter().next()?;
    Some((left.account.id.clone(), leaves(&left)))
}
