//! Which keys matter where one is, the most useful first.

use std::collections::HashSet;
use std::sync::LazyLock;

use serde::Deserialize;

use crate::state::query::ownership::Whose;
use crate::state::values::signal::{Call, SignalKind};
use crate::state::{Account, Alert, AlertKind, AlertState, Mismatch, Reason, TodayGroup};
use crate::tui::input::action::Action;
use crate::tui::input::keymap::InputMode;
use crate::tui::model::answers::answered;
use crate::tui::model::app::App;
use crate::tui::model::focus::{AccountPreview, Overlay, View};
use crate::tui::model::picker::PickerPurpose;
use crate::tui::model::prompt::{AskedLine, ChoicePurpose, Prompt, Purpose};
use crate::tui::model::screens::ScreenId;

/// A key worth naming at the foot of the terminal, and what it does there.
pub type Hint = (Action, &'static str);

/// What to hint at where one is, the most useful first: as many are shown as fit. What fits the chosen account comes first,
/// behind the way back from an open one.
pub(in crate::tui) fn hints_here(app: &App) -> Vec<Hint> {
    if !app.begun_keys.is_empty() {
        return vec![(Action::Clear, "Cancel")];
    }
    let alert = app.chosen_alert().map(|alert| &**alert);
    let table = hints(app).iter().filter(|(action, _)| is_of_use(app, alert, *action));
    let table = table.map(|(action, words)| {
        let words = match (*action, &app.whose) {
            (Action::Mine, Whose::Of(_)) => "And no owner",
            (Action::Mine, Whose::OfOrNobodys(_)) => "All accounts",
            (Action::FocusRight, _) if app.queue.last_folded() == Some(TodayGroup::Done) => "Show done",
            (Action::Preview, _) if !app.preview.is_hidden => "Hide preview",
            (Action::AlertsClosed, _) if app.alerts.is_some_and(|pane| pane.closed_too) => "Hide closed",
            _ => words.as_str(),
        };
        (*action, words)
    });
    let table: Vec<Hint> = table.collect();
    let (back, others) =
        table.split_at(table.iter().take_while(|(action, _)| *action == Action::Clear).count());
    let fitting = fitting(app);
    let (first, rest) = fitting.split_at(fitting.len().min(FITTING));
    // The way to all other keys is the last one, for which room is kept.
    let (help, others): (Vec<Hint>, Vec<Hint>) =
        others.iter().partition(|(action, _)| *action == Action::Help);
    let mut hints = back.to_vec();
    if back.is_empty() && esc_clears_filter(app) {
        hints.push((Action::Clear, "Clear filter"));
    }
    if app.status.hides_keys() {
        let way_back = [(Action::Undo, "Undo"), (Action::Redo, "Redo")];
        hints.extend(way_back.into_iter().find(|(action, _)| {
            app.board_key(*action).is_some_and(|key| app.status.keys.starts_with(&format!(" · {key} ")))
        }));
    }
    // The way into an account is named wherever there is one, whatever else fits it.
    let (open, others): (Vec<Hint>, Vec<Hint>) =
        others.into_iter().partition(|(action, _)| *action == Action::Open && !fitting.is_empty());
    for hint in first.iter().chain(&open).chain(rest).chain(&others).chain(&help).copied() {
        if hints.iter().all(|(known, _)| *known != hint.0) {
            hints.push(hint);
        }
    }
    hints
}

/// Whether the way back is out of a filter that was typed. What a view means is left by going to another one.
fn esc_clears_filter(app: &App) -> bool {
    let is_typed = app.filter.is_some() && app.view_name().is_none();
    is_typed && app.mode() == InputMode::Board && app.notices.lines.is_empty()
}

/// Whether `action` asks about open points before it is recorded: it says that the stage of `account` is done.
fn asks_about_points(app: &App, account: &Account, action: Action) -> bool {
    let says = match action {
        Action::OutreachSent => SignalKind::OutreachSent,
        Action::FinalOutreachSent => SignalKind::FinalOutreachSent,
        _ => return false,
    };
    let stage = app.board.stage_of(account).filter(|stage| stage.awaits == Some(says));
    let checklist = stage.and_then(|stage| stage.checklist.as_ref());
    checklist.is_some_and(|list| account.open_points(list).next().is_some())
}

/// `words`, with the mark of what asks before it is done. Dots would look like words that were cut.
fn asking(words: &'static str) -> &'static str {
    match words {
        "Outreach sent" => "Outreach sent?",
        "Final outreach" => "Final outreach?",
        "Final outreach sent" => "Final outreach sent?",
        words => words,
    }
}

/// The keys that fit the chosen account: what Today asks of it, then what may have happened by now where it stands.
fn fitting(app: &App) -> Vec<Hint> {
    let is_among_cards = match app.mode() {
        InputMode::Board => !app.lists_only(),
        InputMode::Detail => true,
        InputMode::Alerts
        | InputMode::Screen(_)
        | InputMode::Prompt
        | InputMode::Menu
        | InputMode::Confirm
        | InputMode::Help => false,
    };
    // With marks, keys are about them.
    let is_meant = is_among_cards && app.marks.is_empty();
    let Some(account) = app.focused().filter(|_| is_meant) else { return Vec::new() };
    let is_open = app.mode() == InputMode::Detail;
    let mut hints = Vec::new();
    if let Some(reason) = app.queue.reasons(&account.id).first() {
        hints.extend(Some(remedy(reason)).filter(|(action, _)| !(is_open && *action == Action::Open)));
        hints.extend(match reason {
            Reason::CoverEnded { .. } => Some((Action::DismissReason, "Keep")),
            Reason::TaskDue { task } if task.done_on.first() == Some(&SignalKind::Handoff) => {
                Some((Action::TaskDone, "No handoff"))
            }
            reason => reason.finding().map(|_| (Action::DismissReason, "Dismiss")),
        });
    }
    let has_begun = |call: &Call| call.outcome.is_none() && call.starts_at <= app.now.at;
    if account.calls.values().any(has_begun) {
        hints.extend([(Action::CallHeld, "Call held"), (Action::NoShow, "No-show")]);
    }
    let stage = app.board.stage_of(account);
    hints.extend(match stage.and_then(|stage| stage.awaits) {
        Some(SignalKind::OutreachSent) => Some((Action::OutreachSent, "Outreach sent")),
        Some(SignalKind::FinalOutreachSent) => Some((Action::FinalOutreachSent, "Final outreach sent")),
        Some(SignalKind::CallBooked) => Some((Action::CallBooked, "Book call")),
        Some(_) | None => None,
    });
    if account.tasks.values().any(|task| task.done.is_none()) {
        hints.push((Action::TaskDone, "Task done"));
    }
    if stage.is_some_and(|stage| !stage.is_closed()) {
        hints.extend([
            (Action::Replied, "Reply received"),
            (Action::OutreachSent, "Outreach sent"),
            (Action::CallBooked, "Book call"),
        ]);
    }
    let mut named = HashSet::new();
    hints.retain(|(action, _)| named.insert(*action));
    for (action, words) in &mut hints {
        if asks_about_points(app, account, *action) {
            *words = asking(words);
        }
    }
    hints
}

/// Whether `action` does something worth a hint, where the chosen account or `alert` stands as it does; with marks, where any
/// that is marked does.
fn is_of_use(app: &App, alert: Option<&Alert>, action: Action) -> bool {
    let account = app.focused();
    let has_marks = !app.marks.is_empty();
    let concerns = |fits: &dyn Fn(&Alert) -> bool| {
        let mut marked = app.board.alerts().filter(|alert| app.marks.contains(&alert.account));
        if has_marks { marked.any(|alert| fits(alert)) } else { alert.is_some_and(fits) }
    };
    match (app.mode(), action) {
        (InputMode::Alerts, Action::AlertAck) => {
            concerns(&|alert| !alert.is_closed() && alert.acknowledged.is_none())
        }
        (InputMode::Alerts, Action::AlertSnooze | Action::AlertClose | Action::AlertAssign) => {
            concerns(&|alert| !alert.is_closed())
        }
        (InputMode::Alerts, Action::AlertReopen) if has_marks => concerns(&Alert::is_closed),
        (InputMode::Alerts, Action::AlertReopen) => {
            concerns(&|alert| !matches!(alert.state, AlertState::Open))
        }
        (InputMode::Alerts, Action::Open) => alert.is_some(),
        (InputMode::Alerts, Action::Risk) if !has_marks => {
            alert.is_some_and(|alert| alert.kind == AlertKind::FailedPayment)
        }
        (InputMode::Board, Action::FocusLeft) => {
            app.view != View::Today || account.is_some_and(|it| app.queue.group_of(&it.id).is_some())
        }
        (InputMode::Board, Action::FocusRight) => {
            app.view != View::Today || app.queue.last_folded().is_some()
        }
        (InputMode::Board | InputMode::Detail, Action::Undo) => app.board.latest_of(&app.setup.me).is_some(),
        (InputMode::Board | InputMode::Detail, Action::Redo) => {
            app.board.latest_undo_of(&app.setup.me).is_some()
        }
        (InputMode::Board | InputMode::Detail, Action::NextStage) if !has_marks => {
            account.is_some_and(|account| app.board.is_open(account))
        }
        (InputMode::Prompt | InputMode::Menu, Action::Accept) => is_accepted(app),
        (InputMode::Menu, Action::Note) => is_chosen(app),
        (InputMode::Prompt, Action::Complete) => is_completed(app),
        (InputMode::Board, Action::Preview) => app.size.0 >= AccountPreview::FROM,
        (InputMode::Board, Action::MoveTo | Action::Snooze | Action::Risk) if !has_marks => account.is_some(),
        (InputMode::Board, Action::Open | Action::Write | Action::Show(ScreenId::Explain)) => {
            account.is_some()
        }
        _ => true,
    }
}

/// Whether one of what is picked from is chosen.
fn is_chosen(app: &App) -> bool {
    matches!(&app.prompt, Some(Prompt::Pick(picker)) if picker.choices.row().is_some())
}

/// Whether there is an answer to take.
fn is_accepted(app: &App) -> bool {
    match &app.prompt {
        // There, it only closes the box.
        Some(Prompt::Pick(picker)) if picker.purpose == PickerPurpose::Columns => true,
        Some(Prompt::Pick(_)) => is_chosen(app),
        Some(Prompt::Filter(_)) => app.status.objection().is_empty(),
        // What an empty line means, if it means anything, is the same for each of several.
        Some(Prompt::Line(AskedLine { accounts, purpose, input, choices, .. })) => {
            !input.value().trim().is_empty()
                || choices.row().is_some()
                || answered(app, &accounts[..accounts.len().min(1)], purpose, "")
                    .is_ok_and(|parts| parts.iter().all(Result::is_ok))
        }
        Some(_) | None => true,
    }
}

/// Whether there is a way to go on with what is typed.
fn is_completed(app: &App) -> bool {
    let Some(Prompt::Filter(query)) = &app.prompt else { return true };
    let (completion, typed) = (&query.completion, query.input.value());
    typed.is_empty() || !completion.choices().shown().is_empty() || !completion.begun().is_empty()
}

/// How many keys that fit the chosen account come before all others.
const FITTING: usize = 2;

const HINTS: &str = include_str!("../../../assets/hints.toml");

static TABLES: LazyLock<HintTables> =
    LazyLock::new(|| toml::from_str(HINTS).expect("a test reads the hints that are built in"));

/// The hints of `assets/hints.toml`, by where one is.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct HintTables {
    first_run: HintTable,
    board: HintTable,
    today: HintTable,
    today_empty: HintTable,
    list: HintTable,
    snoozed: HintTable,
    accounts: HintTable,
    alerts: HintTable,
    palette: HintTable,
    help_search: HintTable,
    marked: HintTable,
    bulk: HintTable,
    nothing_to_do: HintTable,
    detail: HintTable,
    note: HintTable,
    assign: HintTable,
    assign_only: HintTable,
    merge: HintTable,
    name: HintTable,
    answer: HintTable,
    past_day: HintTable,
    typed_filter: HintTable,
    choice: HintTable,
    switches: HintTable,
    checklist: HintTable,
    confirm: HintTable,
    confirm_leaving: HintTable,
    help: HintTable,
    text: HintTable,
    path: HintTable,
    import: HintTable,
}

type HintTable = Vec<(Action, String)>;

fn hints(app: &App) -> &'static HintTable {
    match (app.mode(), app.view) {
        (InputMode::Board, _) if app.is_first_run() => &TABLES.first_run,
        (InputMode::Board, _) if !app.marks.is_empty() => &TABLES.marked,
        (InputMode::Board, View::Board) => &TABLES.board,
        (InputMode::Board, View::Today) if app.queue.rows().is_empty() => &TABLES.today_empty,
        (InputMode::Board, View::Today) => &TABLES.today,
        (InputMode::Board, View::List { .. }) if app.lists_snoozed() => &TABLES.snoozed,
        (InputMode::Board, View::List { .. }) if app.lists_only() => &TABLES.accounts,
        (InputMode::Board, View::List { .. }) => &TABLES.list,
        (InputMode::Alerts, _) => &TABLES.alerts,
        (InputMode::Detail, _) => &TABLES.detail,
        (InputMode::Prompt | InputMode::Menu | InputMode::Confirm, _) => question_hints(app.prompt.as_ref()),
        (InputMode::Help, _) => match app.overlay {
            Some(Overlay::Brief(_) | Overlay::Output(_)) => &TABLES.text,
            Some(Overlay::Help(_) | Overlay::Detail(_)) | None => &TABLES.help,
        },
        // Each screen has its own.
        (InputMode::Screen(_), _) => const { &Vec::new() },
    }
}

fn question_hints(prompt: Option<&Prompt>) -> &'static HintTable {
    match prompt {
        Some(Prompt::Line(AskedLine { purpose, .. })) => match purpose {
            Purpose::Note => &TABLES.note,
            Purpose::Owner | Purpose::Segment | Purpose::ClearFact | Purpose::AlertAssign(_) => &TABLES.name,
            Purpose::Force(_)
            | Purpose::Back
            | Purpose::Nothing(_)
            | Purpose::CallBooked
            | Purpose::Handoff
            | Purpose::Risk
            | Purpose::Task
            | Purpose::Observation(_)
            | Purpose::Refund
            | Purpose::Snooze
            | Purpose::AlertSnooze(_)
            | Purpose::AlertClose(_) => &TABLES.answer,
        },
        Some(Prompt::Account(choice)) => match choice.purpose {
            ChoicePurpose::Assign { address: Some(_), .. } => &TABLES.assign,
            ChoicePurpose::Assign { address: None, .. } => &TABLES.assign_only,
            ChoicePurpose::Merge { .. } => &TABLES.merge,
        },
        Some(Prompt::Pick(picker)) => match picker.purpose {
            PickerPurpose::Find => &TABLES.palette,
            PickerPurpose::Columns => &TABLES.switches,
            PickerPurpose::Checklist(_) => &TABLES.checklist,
            PickerPurpose::GoToStage
            | PickerPurpose::MoveTo(_)
            | PickerPurpose::View
            | PickerPurpose::Theme
            | PickerPurpose::Timeline
            | PickerPurpose::CountedOwner
            | PickerPurpose::Sort
            | PickerPurpose::Copy
            | PickerPurpose::OpenLink
            | PickerPurpose::Template(_)
            | PickerPurpose::SendEmail
            | PickerPurpose::RecordEmail => &TABLES.choice,
        },
        Some(Prompt::HelpSearch(_)) => &TABLES.help_search,
        Some(Prompt::Bulk(panel)) if panel.batch.is_some() => &TABLES.bulk,
        Some(Prompt::Import(panel)) if panel.preview.batch.is_some() => &TABLES.import,
        Some(Prompt::Bulk(_) | Prompt::Import(_)) => &TABLES.nothing_to_do,
        Some(Prompt::Filter(_)) => &TABLES.typed_filter,
        Some(Prompt::Confirm(asked)) if asked.leaving.is_some() => &TABLES.confirm_leaving,
        Some(Prompt::Confirm(_)) => &TABLES.confirm,
        Some(Prompt::ImportPath(_)) => &TABLES.path,
        Some(Prompt::PastDay(_)) => &TABLES.past_day,
        Some(Prompt::SaveView(_)) | None => &TABLES.answer,
    }
}

/// What to press for a reason of `account`, and what that says.
pub(in crate::tui) fn hint(app: &App, account: &Account, reason: &Reason) -> String {
    let (action, words) = remedy(reason);
    let words = if asks_about_points(app, account, action) { asking(words) } else { words };
    app.board_key(action).map_or_else(String::new, |key| format!("{key} {words}"))
}

/// What does what a reason asks for, in a word.
pub(in crate::tui) fn remedy(reason: &Reason) -> (Action, &'static str) {
    match reason {
        Reason::OpenAlert { alert } if alert.acknowledged.is_none() => (Action::AlertAck, "Acknowledge"),
        Reason::OpenAlert { .. } => (Action::AlertAck, "Close alert"),
        Reason::TaskDue { task } => match task.done_on.first() {
            Some(SignalKind::OutreachSent) => (Action::OutreachSent, "Outreach sent"),
            Some(SignalKind::FinalOutreachSent) => (Action::FinalOutreachSent, "Final outreach"),
            Some(SignalKind::Handoff) => (Action::Handoff, "Hand off"),
            // What others do is waited for, or done without.
            Some(_) | None => (Action::TaskDone, "Done"),
        },
        Reason::Unseen => (Action::Open, "Open"),
        Reason::OverTarget { .. } | Reason::Inconsistent(Mismatch::NoRenewal { .. }) => {
            (Action::Snooze, "Snooze")
        }
        Reason::ChurnedInFile { .. } | Reason::LeftExport { .. } => (Action::Churned, "Mark churned"),
        Reason::BackAgain { .. } => (Action::AcceptBetter, "Start again"),
        Reason::CoverEnded { .. } => (Action::AcceptBetter, "Give back"),
        Reason::PossibleDuplicate { .. } => (Action::Merge, "Merge"),
        Reason::TakenOverInFile { .. } => (Action::Handoff, "Hand off"),
        Reason::CallOutcomeMissing { .. } => (Action::CallHeld, "Call held"),
        Reason::PurchasedCall { .. } => (Action::CallBooked, "Book call"),
        Reason::FinalOutreachEarly { .. } => (Action::MoveTo, "Move to…"),
        Reason::FinalOutreachDue { .. } | Reason::FinalOutreachMissed { .. } => {
            (Action::FinalOutreachSent, "Final outreach")
        }
        Reason::OutreachOverdue { .. }
        | Reason::OutreachDue { .. }
        | Reason::ReplyWaiting { .. }
        | Reason::Quiet { .. }
        | Reason::MailBounced { .. }
        // Whoever lost a call is written to for another one.
        | Reason::NoNextStep { lost_call: Some(_) }
        | Reason::Inconsistent(Mismatch::NoOutreach { .. }) => (Action::OutreachSent, "Outreach sent"),
        Reason::NoNextStep { lost_call: None } => (Action::Task, "Add task"),
        Reason::Inconsistent(Mismatch::Unmapped { .. } | Mismatch::Misplaced { .. }) => {
            (Action::MoveTo, "Move to…")
        }
        Reason::Inconsistent(Mismatch::StillNew { .. }) => (Action::NextStage, "Next stage"),
        Reason::Inconsistent(Mismatch::NoOwner) => (Action::Take, "Take it"),
    }
}
