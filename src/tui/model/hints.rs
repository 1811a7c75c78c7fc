//! Which keys matter where one is, the most useful first.

use crate::state::values::signal::SignalKind;
use crate::state::{Mismatch, Reason};
use crate::tui::input::action::Action;
use crate::tui::input::keymap::InputMode;
use crate::tui::model::app::App;
use crate::tui::model::focus::View;
use crate::tui::model::prompt::{ChoicePurpose, Prompt, Purpose};
use crate::tui::model::screens::ScreenId;

/// A key worth naming at the foot of the terminal, and what it does there.
pub type Hint = (Action, &'static str);

/// What to hint at where one is, the most useful first: as many are shown as fit. What the chosen row of today asks for
/// comes before all else.
pub(in crate::tui) fn hints_here(app: &App) -> Vec<Hint> {
    let on_row = app.mode() == InputMode::Board && app.view == View::Today;
    let reasons = app.focus.account.as_ref().filter(|_| on_row).map(|id| app.queue.reasons(id));
    let first = reasons.and_then(<[Reason]>::first);
    let may_dismiss = first.is_some_and(|reason| reason.finding().is_some());
    let first = first.map(remedy);
    let is_first = |action| first.is_some_and(|(asked, _)| asked == action);
    let dismiss = may_dismiss.then_some((Action::DismissReason, "Dismiss"));
    let others = hints(app).iter().copied().filter(|(action, _)| !is_first(*action));
    let others = others.map(|(action, words)| match action {
        Action::Mine if app.mine.is_some() => (action, "All accounts"),
        _ => (action, words),
    });
    first.into_iter().chain(dismiss).chain(others).collect()
}

fn hints(app: &App) -> &'static [Hint] {
    match (app.mode(), app.view) {
        (InputMode::Board, _) if app.is_first_run() => &[(Action::Help, "Keys"), (Action::Quit, "Quit")],
        (InputMode::Board, View::Board) => &[
            (Action::Help, "Help"),
            (Action::NextStage, "Next stage"),
            (Action::MoveTo, "Move to…"),
            (Action::Undo, "Undo"),
            (Action::Open, "Open"),
            (Action::Filter, "Filter"),
            (Action::ToggleToday, "Today"),
            (Action::ToggleList, "List"),
            (Action::Sort, "Sort"),
            (Action::Show(ScreenId::Playbooks), "Playbooks"),
            (Action::Show(ScreenId::Forecast), "Forecast"),
            (Action::Jump, "Go to stage"),
            (Action::Redo, "Redo"),
            (Action::Quit, "Quit"),
        ],
        (InputMode::Board, View::Today) => today_hints(app),
        (InputMode::Board, View::List { .. }) if app.lists_snoozed() => &[
            (Action::Clear, "Back"),
            (Action::Snooze, "Wake or snooze"),
            (Action::Open, "Open"),
            (Action::Undo, "Undo"),
            (Action::Show(ScreenId::Explain), "Explain"),
            (Action::Help, "Help"),
        ],
        (InputMode::Board, View::List { .. }) if app.lists_only() => &[
            (Action::Clear, "Back"),
            (Action::Open, "Open"),
            (Action::Show(ScreenId::Explain), "Explain"),
            (Action::Risk, "Set risk"),
            (Action::NextStage, "Next stage"),
            (Action::Undo, "Undo"),
            (Action::Help, "Help"),
        ],
        (InputMode::Board, View::List { .. }) => &[
            (Action::Help, "Help"),
            (Action::NextStage, "Next stage"),
            (Action::MoveTo, "Move to…"),
            (Action::Undo, "Undo"),
            (Action::Open, "Open"),
            (Action::Filter, "Filter"),
            (Action::ToggleList, "Board"),
            (Action::ToggleAll, "All accounts"),
            (Action::Sort, "Sort"),
            (Action::Quit, "Quit"),
        ],
        (InputMode::Alerts, _) => &[
            (Action::Clear, "Back"),
            (Action::Open, "Go to account"),
            (Action::AlertAck, "Acknowledge"),
            (Action::AlertSnooze, "Snooze"),
            (Action::AlertClose, "Close"),
            (Action::AlertAssign, "Assign"),
            (Action::Risk, "Set risk"),
            (Action::AlertsClosed, "Show closed"),
            (Action::Alerts, "Hide"),
        ],
        (InputMode::Detail, _) => &[
            (Action::Clear, "Close"),
            (Action::FocusDown, "Down"),
            (Action::NextCard, "Next card"),
            (Action::OutreachSent, "Outreach sent"),
            (Action::Note, "Add note"),
            (Action::Task, "Add task"),
            (Action::Copy, "Copy email"),
            (Action::Undo, "Undo"),
            (Action::NextStage, "Next stage"),
            (Action::Show(ScreenId::Explain), "Explain"),
            (Action::Owner, "Assign"),
            (Action::Snooze, "Snooze"),
            (Action::PreviousCard, "Previous"),
            (Action::FocusUp, "Up"),
        ],
        // Each screen has its own.
        (InputMode::Screen(_), _) => &[],
        (InputMode::Prompt | InputMode::Menu, _) => question_hints(app),
        (InputMode::Help, _) => &[
            (Action::Clear, "Close"),
            (Action::FocusDown, "Down"),
            (Action::FocusUp, "Up"),
            (Action::PageDown, "Page down"),
        ],
    }
}

fn today_hints(app: &App) -> &'static [Hint] {
    if app.queue.rows().is_empty() {
        return &[
            (Action::Help, "Help"),
            (Action::ToggleToday, "Board"),
            (Action::Snoozed, "Snoozed"),
            (Action::Alerts, "Alerts"),
            (Action::Undo, "Undo"),
            (Action::Filter, "Filter"),
            (Action::Mine, "Only mine"),
            (Action::Quit, "Quit"),
        ];
    }
    &[
        (Action::Help, "Help"),
        (Action::OutreachSent, "Outreach sent"),
        (Action::Replied, "Reply received"),
        (Action::CallHeld, "Call held"),
        (Action::Snooze, "Snooze"),
        (Action::Undo, "Undo"),
        (Action::Open, "Open"),
        (Action::ToggleToday, "Board"),
        (Action::Filter, "Filter"),
        (Action::Mine, "Only mine"),
        (Action::NoShow, "No-show"),
        (Action::FinalOutreachSent, "Final outreach sent"),
        (Action::Quit, "Quit"),
    ]
}

fn question_hints(app: &App) -> &'static [Hint] {
    match &app.prompt {
        Some(Prompt::Line { purpose: Purpose::Note, .. }) => {
            &[(Action::Accept, "Save"), (Action::Clear, "Cancel"), (Action::NoteInEditor, "Open in editor")]
        }
        Some(Prompt::Account(choice)) => match choice.purpose {
            ChoicePurpose::Assign(_) => &[
                (Action::Accept, "Assign"),
                (Action::FocusDown, "Next"),
                (Action::FocusUp, "Previous"),
                (Action::Clear, "Cancel"),
            ],
            ChoicePurpose::Merge { .. } => &[
                (Action::Accept, "Merge"),
                (Action::Clear, "Cancel"),
                (Action::FocusDown, "Next"),
                (Action::FocusUp, "Previous"),
            ],
        },
        Some(Prompt::Line {
            purpose: Purpose::Owner | Purpose::Segment | Purpose::ClearFact | Purpose::AlertAssign(_),
            ..
        }) => &[(Action::Accept, "Save"), (Action::Complete, "Complete"), (Action::Clear, "Cancel")],
        _ => &[(Action::Accept, "Save"), (Action::Clear, "Cancel")],
    }
}

/// What to press for a reason, and what that says.
pub(in crate::tui) fn hint(app: &App, reason: &Reason) -> String {
    let (action, words) = remedy(reason);
    app.setup.keymap.key(InputMode::Board, action).map_or_else(String::new, |key| format!("{key} {words}"))
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
