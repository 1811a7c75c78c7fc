//! What happened, with one key each: signals of the focused account, and questions about it.

use chrono::TimeDelta;
use tui_input::Input;

use crate::prose::{dates, signals};
use crate::state::decide::Via;
use crate::state::{AccountId, Command, Reason, Signal, SignalData, TaskChange, decide};
use crate::tui::model::answers;
use crate::tui::model::app::App;
use crate::tui::model::msg::Effect;
use crate::tui::model::prompt::{Confirmation, Prompt, Purpose};
use crate::tui::model::status::{Status, Tone};
use crate::tui::screens::account_choice;

/// Records that `what` happened to the focused account.
pub(super) fn record(app: &mut App, what: SignalData) -> Option<Effect> {
    let account = app.focused_id()?;
    let command = answers::signal(app, account.clone(), what.clone());
    match doubt(app, &account, &what, &command) {
        None => Some(app.submit(command)),
        Some(question) => {
            app.status = Status::default();
            app.prompt = Some(Prompt::Confirm(Confirmation::new(&question, command)));
            None
        }
    }
}

/// Whoever records the same twice within this time may have pressed a key too often.
const AGAIN_WITHIN: TimeDelta = TimeDelta::minutes(10);

/// The question to ask before `command` records `what` on `account`, where it may not be meant. Where the board would
/// refuse or change nothing, it says so itself.
fn doubt(app: &App, account: &AccountId, what: &SignalData, command: &Command) -> Option<String> {
    let known = app.board.get(account)?;
    let decided = decide(&app.board, command, &app.setup.me, Via::Request, app.now.at);
    if decided.map_or(true, |decision| decision.events.is_empty()) {
        return None;
    }
    let (name, title) = (app.short_name(account), signals::title(what));
    let is_again = |signal: &&Signal| {
        signal.data.kind() == what.kind() && (app.now.at - signal.at).abs() <= AGAIN_WITHIN
    };
    if let Some(last) = known.signals.iter().rev().find(is_again) {
        let ago = match dates::elapsed(&app.now, last.at, app.now.at) {
            _ if last.at + TimeDelta::minutes(1) > app.now.at => "just now".to_owned(),
            ago => format!("{ago} ago"),
        };
        return Some(format!("{name}: {title} was recorded {ago}. Record it again?"));
    }
    let is_booked = known.calls.values().any(|call| call.outcome.is_none());
    match what {
        SignalData::CallHeld { .. } | SignalData::CallNoShow { .. } if !is_booked => {
            Some(format!("{name} has no booked call. Record {title}?"))
        }
        SignalData::PaidCallPurchased => Some(format!("{name}: record {title}?")),
        _ => None,
    }
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
