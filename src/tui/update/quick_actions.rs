//! What happened, with one key each: the verbs that become signals, and the care a card needs.

use tui_input::Input;

use crate::state::{AccountId, Command, SignalData, TaskChange};
use crate::tui::input::action::Action;
use crate::tui::model::answers;
use crate::tui::model::app::App;
use crate::tui::model::msg::Effect;
use crate::tui::model::prompt::{Ask, Prompt};
use crate::tui::model::status::{Status, Tone};
use crate::tui::update::{NOBODY, submit};

/// Does `action` to the focused account, or asks what it must know for it; nothing when it is none of these, and
/// `Err` when there is nothing to send.
pub(super) fn act(app: &mut App, action: Action) -> Option<Result<Effect, ()>> {
    let ask = match action {
        Action::OutreachSent => return Some(record(app, SignalData::OutreachSent)),
        Action::Replied => return Some(record(app, SignalData::ReplyReceived { auto: false })),
        Action::CallHeld => return Some(record(app, SignalData::CallHeld { call: None })),
        Action::NoShow => return Some(record(app, SignalData::CallNoShow { call: None })),
        Action::FinalOutreachSent => return Some(record(app, SignalData::FinalOutreachSent)),
        Action::PaidCall => return Some(record(app, SignalData::PaidCallPurchased)),
        Action::TaskDone => return Some(task_done(app)),
        Action::CallBooked => Ask::CallBooked,
        Action::Handoff => Ask::Handoff,
        Action::Churned => Ask::Churned,
        Action::Risk => Ask::Risk,
        Action::Owner => Ask::Owner,
        Action::Note | Action::NoteInEditor => Ask::Note,
        Action::Task => Ask::Task,
        Action::Snooze => Ask::Snooze,
        _ => return None,
    };
    let Some(account) = app.focus.account.clone() else {
        app.say(Tone::Plain, NOBODY);
        return Some(Err(()));
    };
    if action == Action::NoteInEditor {
        return Some(Ok(Effect::Edit { account, typed: String::new() }));
    }
    let question = answers::question(app, &account, &ask);
    put(app, question, account, ask);
    Some(Err(()))
}

/// Asks for a note in one line, `typed` so far.
pub(super) fn note(app: &mut App, account: AccountId, typed: &str) {
    put(app, answers::question(app, &account, &Ask::Note), account, Ask::Note);
    if let Some(Prompt::Line { input, .. }) = &mut app.prompt {
        *input = typed.into();
    }
}

/// Asks `question`. What was refused before is no objection to the answer.
pub(super) fn put(app: &mut App, question: String, account: AccountId, ask: Ask) {
    app.status = Status::default();
    let picked =
        if matches!(ask, Ask::AlertSnooze(_)) { answers::taken(app, &account, &ask) } else { String::new() };
    let question = question + &picked;
    app.prompt = Some(Prompt::Line { question, account, ask, input: Input::default(), sent: false });
}

/// Says why there is nothing to ask for, to somebody who goes on typing the answer.
pub(super) fn put_nothing(app: &mut App, account: AccountId, why: &str) {
    put(app, "why?".to_owned(), account, Ask::Nothing(why.to_owned()));
    app.say(Tone::Refused, why);
}

fn record(app: &mut App, what: SignalData) -> Result<Effect, ()> {
    let Some(account) = app.focus.account.clone() else {
        app.say(Tone::Plain, NOBODY);
        return Err(());
    };
    Ok(submit(app, answers::signal(app, account, what)))
}

/// The task that is due first is done.
fn task_done(app: &mut App) -> Result<Effect, ()> {
    let open = app.focused().and_then(|account| {
        let open = account.tasks.iter().filter(|(_, task)| task.done.is_none());
        let first = open.min_by_key(|(_, task)| task.urgency())?;
        Some((account.id.clone(), first.0.clone()))
    });
    let Some((account, task)) = open else {
        app.say(Tone::Plain, "There is no open task");
        return Err(());
    };
    Ok(submit(app, Command::ChangeTask { account, task: Some(task), change: TaskChange::Done }))
}
