//! What happened, with one key each: signals of the focused account, and questions about it.

use chrono::TimeDelta;
use tui_input::Input;

use super::{bulk, leaving};
use crate::prose::{dates, lists::plural, signals};
use crate::state::decide::Via;
use crate::state::values::signal::SignalKind;
use crate::state::{
    Account, AccountId, Command, Reason, Signal, SignalData, StageId, Task, TaskChange, TaskId, decide,
};
use crate::tui::input::action::Action;
use crate::tui::input::keymap::InputMode;
use crate::tui::model::answers::{self, picks};
use crate::tui::model::app::App;
use crate::tui::model::bulk::Unavailable;
use crate::tui::model::focus::{Overlay, View};
use crate::tui::model::msg::Effect;
use crate::tui::model::prompt::{AskedLine, Prompt, Purpose};
use crate::tui::model::status::{Status, Tone};
use crate::tui::screens::account_choice;

/// Records that `what` happened: at once, where that is plainly meant.
pub(super) fn record(app: &mut App, what: &SignalData) -> Option<Effect> {
    if !app.marks.is_empty() {
        return bulk::each(app, |app, id| Ok(vec![answers::signal(app, id, what.clone())]));
    }
    let account = app.focused_id()?;
    let command = answers::signal(app, &account, what.clone());
    let doubt = doubt(app, &account, what, &command);
    leaving::submit_or_ask(app, command, doubt)
}

/// Whoever records the same twice within this time may have pressed a key too often.
const AGAIN_WITHIN: TimeDelta = TimeDelta::minutes(10);

/// The question to ask before `command` records `what` on `account`, where it may not be meant. Where the board would
/// refuse or change nothing, it says so itself.
pub(super) fn doubt(app: &App, account: &AccountId, what: &SignalData, command: &Command) -> Option<String> {
    let known = app.board.get(account)?;
    if !changes(app, command) {
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
        SignalData::SubscriptionCanceled => Some(format!("Mark {name} churned?")),
        SignalData::FinalOutreachSent if !is_final_outreach_due(app, known) => {
            Some(format!("{name}: no final outreach is due. Record {title}?"))
        }
        _ => None,
    }
}

/// Whether `account` stands where a final outreach is waited for, or Today asks for one.
fn is_final_outreach_due(app: &App, account: &Account) -> bool {
    let awaits = app.board.stage_of(account).and_then(|stage| stage.awaits);
    awaits == Some(SignalKind::FinalOutreachSent)
        || app.queue.reasons(&account.id).iter().any(|reason| {
            matches!(reason, Reason::FinalOutreachDue { .. } | Reason::FinalOutreachMissed { .. })
        })
}

/// Moves `movers` to `to`: at once, where that is plainly meant.
pub(super) fn move_to(app: &mut App, movers: &[AccountId], to: &StageId) -> Option<Effect> {
    let doubt = if let [account] = movers { doubt_about_move(app, account, to) } else { None };
    leaving::move_to(app, movers, to, doubt)
}

/// The question to ask before `account` goes to a stage that says they left, or bought a call. Where the board would refuse
/// or change nothing, it says so itself.
fn doubt_about_move(app: &App, account: &AccountId, to: &StageId) -> Option<String> {
    let stage = app.board.pipeline().stage(to)?;
    let ends =
        matches!(stage.entered_by, Some(SignalKind::SubscriptionCanceled | SignalKind::PaidCallPurchased));
    let question = || format!("Move {} to {}?", app.short_name(account), stage.label);
    (ends && changes(app, &Command::move_to(account, to))).then(question)
}

/// Whether the board would do what `command` asks for, and it is not so already.
fn changes(app: &App, command: &Command) -> bool {
    let decided = decide(&app.board, command, &app.setup.me, Via::Request, app.now.at);
    decided.is_ok_and(|decision| !decision.events.is_empty())
}

/// Asks about the accounts that a verb is about.
pub(super) fn ask(app: &mut App, purpose: Purpose) {
    if let Some(accounts) = bulk::targets(app) {
        ask_about(app, accounts, purpose);
    }
}

/// Asks about `accounts`. What was refused before is no objection to the answer.
pub(super) fn ask_about(app: &mut App, accounts: Vec<AccountId>, purpose: Purpose) {
    app.status = Status::default();
    app.offered_owners = answers::offered(app);
    if purpose == Purpose::Segment {
        app.know_names();
    }
    let choices = picks::choices(app, &accounts, &purpose);
    let mut label = answers::label(app, &accounts, &purpose);
    if choices.chosen().is_none() {
        label += &answers::taken(app, &accounts, &purpose);
    }
    app.prompt = Some(Prompt::Line(AskedLine {
        label,
        accounts,
        purpose,
        input: Input::default(),
        choices,
        sent: false,
    }));
}

/// The focused account, for what is done to one at a time.
pub(super) fn only_focused(app: &mut App, what: &str) -> Option<AccountId> {
    if app.marks.is_empty() {
        return app.focused_id();
    }
    let clear = app.board_key(Action::Clear).unwrap_or_default();
    app.say(Tone::Plain, &format!("{what} one account at a time: {clear} removes the marks"));
    None
}

/// Says why there is nothing to ask for, to somebody who goes on typing the answer.
pub(super) fn ask_nothing(app: &mut App, account: AccountId, why: &str) {
    ask_about(app, vec![account], Purpose::Nothing(why.to_owned()));
    app.say(Tone::Refused, why);
}

/// Asks for a note in one line, `typed` so far.
pub(super) fn note(app: &mut App, account: AccountId, typed: &str) {
    ask_about(app, vec![account], Purpose::Note);
    if let Some(Prompt::Line(AskedLine { input, .. })) = &mut app.prompt {
        *input = typed.into();
    }
}

/// Opens an editor for a note on the focused account.
pub(super) fn note_in_editor(app: &mut App) -> Option<Effect> {
    let account = only_focused(app, "The editor opens for")?;
    Some(Effect::Edit { account, typed: String::new() })
}

/// Asks which account is to become a part of the focused one.
pub(super) fn merge(app: &mut App) {
    if let Some(into) = only_focused(app, "Accounts are merged into") {
        account_choice::ask_merge(app, into);
    }
}

/// Asks which fact of the focused account is cleared.
pub(super) fn clear_fact(app: &mut App) {
    if let Some(account) = only_focused(app, "Facts are cleared of") {
        ask_about(app, vec![account], Purpose::ClearFact);
    }
}

/// Nothing is to be done about the first of what Today asks that a person may dismiss.
pub(super) fn dismiss(app: &mut App) -> Option<Effect> {
    bulk::each(app, |app, id| {
        let account = id.clone();
        let dismissed = app.queue.reasons(id).iter().find_map(|reason| match reason {
            Reason::CoverEnded { .. } => Some(Command::KeepCover { account: account.clone() }),
            reason => {
                let finding = reason.finding()?;
                Some(Command::DismissFinding { account: account.clone(), finding })
            }
        });
        let nothing = || format!("Nothing that can be dismissed is asked about {}", app.short_name(id));
        Ok(vec![dismissed.ok_or_else(|| Unavailable::Named(nothing()))?])
    })
}

/// Whoever is at the keyboard looks after it from now on.
pub(super) fn take(app: &mut App) -> Option<Effect> {
    let owner = app.me().map(|me| app.roster().owner(me))?;
    bulk::each(app, |_, id| {
        Ok(vec![Command::AssignOwner { account: id.clone(), owner: Some(owner.clone()) }])
    })
}

/// The task that is due first is done: at once, where it can be seen that this is the one.
pub(super) fn task_done(app: &mut App) -> Option<Effect> {
    let hidden = app.focused().filter(|_| app.marks.is_empty()).and_then(|account| {
        let (id, task) = first_task(account)?;
        (!is_task_shown(app, account, task))
            .then(|| (finished(account, id), task_question(app, account, task)))
    });
    if let Some((command, question)) = hidden {
        app.confirm(&question, command);
        return None;
    }
    bulk::each(app, |app, id| {
        let account = app.board.get(id);
        let first = account.and_then(|account| Some(finished(account, first_task(account)?.0)));
        Ok(vec![first.ok_or(Unavailable::Unnamed("There is no open task"))?])
    })
}

fn finished(account: &Account, task: &TaskId) -> Command {
    Command::ChangeTask { account: account.id.clone(), task: Some(task.clone()), change: TaskChange::Done }
}

fn open_tasks(account: &Account) -> impl Iterator<Item = (&TaskId, &Task)> {
    account.tasks.iter().filter(|(_, task)| task.done.is_none())
}

/// The open task that is due first.
fn first_task(account: &Account) -> Option<(&TaskId, &Task)> {
    open_tasks(account).min_by_key(|(_, task)| task.urgency())
}

/// Whether the screen shows that `task` is what is to be done about `account`: as the reason for its row in Today, or in
/// the open account as the only one.
fn is_task_shown(app: &App, account: &Account, task: &Task) -> bool {
    let is_reason = match app.queue.reasons(&account.id).first() {
        Some(Reason::TaskDue { task: due }) => **due == *task,
        _ => false,
    };
    let is_open = matches!(app.overlay, Some(Overlay::Detail(_)));
    let is_in_row = app.view == View::Today && app.mode() == InputMode::Board;
    (is_open && open_tasks(account).count() == 1) || (is_in_row && is_reason)
}

fn task_question(app: &App, account: &Account, task: &Task) -> String {
    let due = task.due.map(|due| format!(", due {}", dates::day(&app.now, due))).unwrap_or_default();
    let others = match open_tasks(account).count() - 1 {
        0 => String::new(),
        others => format!(" {} open besides.", plural(others, "task stays", "tasks stay")),
    };
    format!("{}: is the task “{}”{due} done?{others}", app.short_name(&account.id), task.title)
}
