//! What happened, with one key each: signals of the focused account, and questions about it.

use tui_input::Input;

use crate::state::{AccountId, Command, Reason, SignalData, TaskChange};
use crate::tui::model::answers;
use crate::tui::model::app::App;
use crate::tui::model::msg::Effect;
use crate::tui::model::prompt::{Prompt, Purpose};
use crate::tui::model::status::{Status, Tone};
use crate::tui::screens::account_choice;

/// Records that `what` happened to the focused account.
pub(super) fn record(app: &mut App, what: SignalData) -> Option<Effect> {
    let account = app.focused_id()?;
    Some(app.submit(answers::signal(app, account, what)))
}

/// Asks about the focused account.
pub(super) fn ask(app: &mut App, purpose: Purpose) {
    if let Some(account) = app.focused_id() {
        ask_about(app, account, purpose);
    }
}

/// Asks about `account`. What was refused before is no objection to the answer.
pub(super) fn ask_about(app: &mut App, account: AccountId, purpose: Purpose) {
    app.status = Status::default();
    let label = answers::label(app, &account, &purpose);
    app.prompt = Some(Prompt::Line { label, account, purpose, input: Input::default(), sent: false });
}

/// Says why there is nothing to ask for, to somebody who goes on typing the answer.
pub(super) fn ask_nothing(app: &mut App, account: AccountId, why: &str) {
    ask_about(app, account, Purpose::Nothing(why.to_owned()));
    app.say(Tone::Refused, why);
}

/// Asks for a note in one line, `typed` so far.
pub(super) fn note(app: &mut App, account: AccountId, typed: &str) {
    ask_about(app, account, Purpose::Note);
    if let Some(Prompt::Line { input, .. }) = &mut app.prompt {
        *input = typed.into();
    }
}

/// Opens an editor for a note on the focused account.
pub(super) fn note_in_editor(app: &mut App) -> Option<Effect> {
    Some(Effect::Edit { account: app.focused_id()?, typed: String::new() })
}

/// Asks which account is to become a part of the focused one.
pub(super) fn merge(app: &mut App) {
    if let Some(into) = app.focused_id() {
        account_choice::ask_merge(app, into);
    }
}

/// Nothing is to be done about the first of what Today asks that a person may dismiss.
pub(super) fn dismiss(app: &mut App) -> Option<Effect> {
    let account = app.focused_id()?;
    let Some(finding) = app.queue.reasons(&account).iter().find_map(Reason::finding) else {
        let name = app.short_name(&account);
        app.say(Tone::Plain, &format!("Nothing that can be dismissed is asked about {name}"));
        return None;
    };
    Some(app.submit(Command::DismissFinding { account, finding }))
}

/// The task that is due first is done.
pub(super) fn task_done(app: &mut App) -> Option<Effect> {
    let open = app.focused().and_then(|account| {
        let open = account.tasks.iter().filter(|(_, task)| task.done.is_none());
        let first = open.min_by_key(|(_, task)| task.urgency())?;
        Some((account.id.clone(), first.0.clone()))
    });
    let Some((account, task)) = open else {
        app.say(Tone::Plain, "There is no open task");
        return None;
    };
    Some(app.submit(Command::ChangeTask { account, task: Some(task), change: TaskChange::Done }))
}
