//! What a line about an account says of it in a few cells.

use crate::prose::workload::without_domain;
use crate::state::Phase;
use crate::state::query::attention::RenewalUrgency;
use crate::state::query::checklists;
use crate::state::{Account, PersonColor, Priority, Reason, RiskLevel};
use crate::text;
use crate::tui::model::app::App;
use crate::tui::model::columns::ColumnId;
use crate::tui::model::recent::RecentChange;
use crate::tui::theme::Role;

/// What the badge of a payment risk begins with.
pub(in crate::tui) const RISK_MARK: char = '⚑';

/// What deserves a look: changed a moment ago, snoozed, an open alert, something that cannot wait until tomorrow, unseen, payment risk, notes, a checklist that was begun, and a file that knows another stage.
pub(in crate::tui) fn badges(app: &App, account: &Account) -> Vec<(String, Role)> {
    let mut badges: Vec<_> = recent(app, account).into_iter().collect();
    let reasons = app.queue.reasons(&account.id);
    if account.is_snoozed(app.now.at) {
        badges.push(("☾".to_owned(), Role::Dim));
    }
    let presses = reasons.iter().any(|reason| reason.pressing() < Priority::Later);
    if reasons.iter().any(|reason| matches!(reason, Reason::OpenAlert { .. })) {
        badges.push(("▲".to_owned(), Role::Danger));
    } else if presses {
        badges.push(("△".to_owned(), Role::Warning));
    }
    if stage_differs(app, account) {
        badges.push(("≠".to_owned(), Role::Warning));
    }
    if !account.notes.is_empty() {
        badges.push((format!("✎{}", account.notes.len()), Role::Dim));
    }
    if let Some((ticked, all)) = checklists::progress(&app.board, account).filter(|(ticked, _)| *ticked > 0) {
        badges.push((format!("{ticked}/{all}"), if ticked == all { Role::Ok } else { Role::Dim }));
    }
    match account.risk.level {
        RiskLevel::None => {}
        RiskLevel::Low => badges.push(("⚑L".to_owned(), Role::Dim)),
        RiskLevel::Medium => badges.push(("⚑M".to_owned(), Role::Warning)),
        RiskLevel::High => badges.push(("⚑H".to_owned(), Role::Danger)),
    }
    // What needs somebody today is looked at for that.
    if account.is_unseen() && !presses {
        badges.push(("●".to_owned(), Role::New));
    }
    badges
}

/// What happened to it a moment ago: it moved, or somebody else or the clock changed something.
pub(in crate::tui) fn recent(app: &App, account: &Account) -> Option<(String, Role)> {
    app.recent.of(&account.id).map(|change| match change {
        RecentChange::Moved => ("→".to_owned(), Role::Accent),
        RecentChange::ByOthers => ("↻".to_owned(), Role::Accent),
    })
}

/// Whether the last import named another stage than the one the account stands in.
pub(in crate::tui) fn stage_differs(app: &App, account: &Account) -> bool {
    let pipeline = app.board.pipeline();
    let says = account.text(&crate::state::FactKey::StageLabel).and_then(|label| pipeline.resolve(label));
    let stands = account.placement.as_ref().and_then(|place| pipeline.stage(&place.stage));
    matches!((says, stands), (Some(says), Some(stands)) if says.id != stands.id)
}

/// Who looks after an account, in short, and in which colour.
pub(in crate::tui) fn owner(app: &App, account: &Account) -> (String, Option<PersonColor>) {
    let Some(owner) = account.owner() else { return ("—".to_owned(), None) };
    match app.roster().find(owner) {
        Some(person) => (text::clean(without_domain(&person.short)).into_owned(), person.color),
        // The domain of colleagues says nothing.
        None => (text::clean(without_domain(owner)).into_owned(), None),
    }
}

/// How many cells the names of owners need, as [`owner`] says them: all of them, or as many as a name is worth.
pub(in crate::tui) fn owner_width(app: &App) -> usize {
    let people = app.workload.people(app.roster()).into_iter();
    let widths = people.map(|(name, _)| text::width(&text::clean(without_domain(&name))));
    widths.max().unwrap_or(0).clamp(LEAST_OWNER, WIDEST_OWNER)
}

/// The heading over owners, and the widest they get.
const LEAST_OWNER: usize = 5;
const WIDEST_OWNER: usize = 10;

/// From so many days on, a renewal is as good as now: only that is red.
const AT_ONCE: i64 = 3;

/// Days to renewal, with a mark where it is near: `!!7d`, `!13d`, `40d`.
pub(in crate::tui) fn renewal(app: &App, account: &Account) -> (String, Role) {
    let days = account.next_renewal(app.now.today()).map(|date| app.now.days_until(date));
    let words = match days {
        None => "no date".to_owned(),
        Some(0) => "today".to_owned(),
        Some(days) => format!("{days}d"),
    };
    match app.renewal_urgency(account) {
        RenewalUrgency::Urgent => {
            // One that was missed presses, however far the next one is.
            let near = AT_ONCE + 1..=app.setup.thresholds().urgent;
            let can_wait = days.is_some_and(|days| near.contains(&days));
            (format!("!!{words}"), if can_wait { Role::Warning } else { Role::Danger })
        }
        RenewalUrgency::Soon => (format!("!{words}"), Role::Warning),
        RenewalUrgency::Calm => (words, Role::Dim),
    }
}

/// What [`renewal`] says, in words, where there is room for them: `renews in 7d!!`, `renews today!!`.
pub(in crate::tui) fn renewal_in_words(short: &str) -> String {
    let days = short.trim_start_matches('!');
    let mark = &short[..short.len() - days.len()];
    match days {
        "no date" => "no renewal date".to_owned(),
        "today" => format!("renews today{mark}"),
        _ => format!("renews in {days}{mark}"),
    }
}

/// The week of the engagement: `w3/8`, and `w9!` past its target. Nothing before it began or after it ended.
pub(in crate::tui) fn week(app: &App, account: &Account) -> Option<(String, Role)> {
    let stage = account.placement.as_ref().and_then(|place| app.board.pipeline().stage(&place.stage))?;
    if stage.is_closed() {
        return None;
    }
    let target = app.board.pipeline().target_weeks;
    let week = account.week(app.board.pipeline(), &app.now)?;
    Some(if week > target {
        (format!("w{week}!"), Role::Warning)
    } else {
        (format!("w{week}/{target}"), Role::Dim)
    })
}

/// The role of what has to do with the phase of a column: its head, the edges of its cards, its part of the bar.
pub fn phase(app: &App, column_id: ColumnId) -> Role {
    let stages = app.board.pipeline().stages();
    let ColumnId::Stage(at) = column_id else { return Role::Warning };
    match stages.get(at).map(|stage| stage.phase) {
        Some(Phase::Closed) | None => Role::PhaseClosed,
        Some(Phase::Engaged) => Role::PhaseEngaged,
        // Behind the stages of those who answered, it goes towards the end.
        Some(Phase::Open) if stages[..at].iter().any(|stage| stage.phase == Phase::Engaged) => {
            Role::PhaseClosing
        }
        Some(Phase::Open) => Role::PhaseNew,
    }
}
