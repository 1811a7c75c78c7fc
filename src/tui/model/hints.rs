//! Which keys matter where one is, the most useful first.

use std::sync::LazyLock;

use serde::Deserialize;

use crate::state::query::ownership::Whose;
use crate::state::values::signal::SignalKind;
use crate::state::{Mismatch, Reason};
use crate::tui::input::action::Action;
use crate::tui::input::keymap::InputMode;
use crate::tui::model::app::App;
use crate::tui::model::focus::View;
use crate::tui::model::picker::PickerPurpose;
use crate::tui::model::prompt::{ChoicePurpose, Prompt, Purpose};

/// A key worth naming at the foot of the terminal, and what it does there.
pub type Hint = (Action, &'static str);

/// What to hint at where one is, the most useful first: as many are shown as fit. What the chosen row of today asks for
/// comes before all else.
pub(in crate::tui) fn hints_here(app: &App) -> Vec<Hint> {
    if !app.begun_keys.is_empty() {
        return vec![(Action::Clear, "Cancel")];
    }
    let on_row = app.mode() == InputMode::Board && app.view == View::Today && app.marks.is_empty();
    let reasons = app.focus.account.as_ref().filter(|_| on_row).map(|id| app.queue.reasons(id));
    let first = reasons.and_then(<[Reason]>::first);
    let dismiss = first.and_then(|reason| match reason {
        Reason::CoverEnded { .. } => Some((Action::DismissReason, "Keep")),
        reason => reason.finding().map(|_| (Action::DismissReason, "Dismiss")),
    });
    let first = first.map(remedy);
    let is_first = |action| first.is_some_and(|(asked, _)| asked == action);
    let others = hints(app).iter().filter(|(action, _)| !is_first(*action));
    let others = others.map(|(action, words)| {
        let words = match (*action, &app.whose) {
            (Action::Mine, Whose::Of(_)) => "And no owner",
            (Action::Mine, Whose::OfOrNobodys(_)) => "All accounts",
            _ => words.as_str(),
        };
        (*action, words)
    });
    first.into_iter().chain(dismiss).chain(others).collect()
}

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
    typed_filter: HintTable,
    choice: HintTable,
    switches: HintTable,
    confirm: HintTable,
    help: HintTable,
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
        (InputMode::Help, _) => &TABLES.help,
        // Each screen has its own.
        (InputMode::Screen(_), _) => const { &Vec::new() },
    }
}

fn question_hints(prompt: Option<&Prompt>) -> &'static HintTable {
    match prompt {
        Some(Prompt::Line { purpose, .. }) => match purpose {
            Purpose::Note => &TABLES.note,
            Purpose::Owner | Purpose::Segment | Purpose::ClearFact | Purpose::AlertAssign(_) => &TABLES.name,
            Purpose::Force(_)
            | Purpose::Back
            | Purpose::Nothing(_)
            | Purpose::CallBooked
            | Purpose::Handoff
            | Purpose::Churned
            | Purpose::Risk
            | Purpose::Task
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
            PickerPurpose::GoToStage
            | PickerPurpose::MoveTo(_)
            | PickerPurpose::View
            | PickerPurpose::Sort
            | PickerPurpose::Copy
            | PickerPurpose::OpenLink => &TABLES.choice,
        },
        Some(Prompt::HelpSearch(_)) => &TABLES.help_search,
        Some(Prompt::Bulk(panel)) if panel.batch.is_some() => &TABLES.bulk,
        Some(Prompt::Bulk(_)) => &TABLES.nothing_to_do,
        Some(Prompt::Filter { .. }) => &TABLES.typed_filter,
        Some(Prompt::Confirm(_)) => &TABLES.confirm,
        Some(Prompt::SaveView(_)) | None => &TABLES.answer,
    }
}

/// What to press for a reason, and what that says.
pub(in crate::tui) fn hint(app: &App, reason: &Reason) -> String {
    let (action, words) = remedy(reason);
    app.board_key(action).map_or_else(String::new, |key| format!("{key} {words}"))
}

/// What does what a reason asks for, in a word.
pub(in crate::tui) fn remedy(reason: &Reason) -> (Action, &'static str) {
    match reason {
        Reason::OpenAlert { .. } => (Action::Alerts, "Alerts"),
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
        | Reason::Inconsistent(Mismatch::NoOutreach { .. }) => (Action::OutreachSent, "Outreach sent"),
        Reason::NoNextStep { .. } => (Action::Task, "Add task"),
        Reason::Inconsistent(Mismatch::Unmapped { .. } | Mismatch::Misplaced { .. }) => {
            (Action::MoveTo, "Move to…")
        }
        Reason::Inconsistent(Mismatch::StillNew { .. }) => (Action::NextStage, "Next stage"),
        Reason::Inconsistent(Mismatch::NoOwner) => (Action::Owner, "Assign"),
    }
}
