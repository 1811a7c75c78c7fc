//! Rows in whole words, for who hears them: what elsewhere a mark, a colour or a place on the screen says.
//!
//! What is said first tells rows apart; what is said later, one need not wait for. Nothing here says twice what a reason
//! says already.

use super::follow_ups::alert_text;
use super::lists::{lower_case, plural};
use super::workload::without_domain;
use super::{checklists, dates, reasons};
use crate::state::query::attention::RenewalUrgency;
use crate::state::query::checklists::{AccountPoint, progress};
use crate::state::values::account::HistoryItem;
use crate::state::{
    Account, Alert, AlertState, Board, Money, Now, Position, Priority, Reason, RiskLevel, Roster,
};

/// What is asked for an account, beside it.
#[derive(Clone, Copy, Debug)]
pub struct AloudContext<'a> {
    pub board: &'a Board,
    pub roster: &'a Roster,
    pub now: Now,
    /// Why it needs a person, the most urgent first.
    pub reasons: &'a [Reason],
    /// How near its renewal is.
    pub urgency: RenewalUrgency,
    /// Whether it is said where it stands. On the board, its column says so.
    pub has_stage: bool,
    /// Whether the last import named another stage.
    pub stage_differs: bool,
}

/// Why an account needs a person, each as a sentence: `Alert: failed payment of $340, tried twice`.
pub fn needs(reasons: &[Reason], now: &Now) -> Vec<String> {
    let need = |reason: &Reason| {
        let text = reasons::aloud(reason, now);
        if let Reason::OpenAlert { .. } = reason { format!("Alert: {}", lower_case(&text)) } else { text }
    };
    reasons.iter().map(need).collect()
}

/// What else there is to say of an account in a row, the most telling first.
pub fn facts(account: &Account, context: &AloudContext<'_>) -> Vec<String> {
    let AloudContext { board, roster, now, reasons, has_stage, stage_differs, .. } = *context;
    let snooze = account.snooze.as_ref().filter(|_| account.is_snoozed(now.at));
    let stage = (has_stage || account.placement.is_none()).then(|| stage(account, board));
    let presses = reasons.iter().any(|reason| reason.pressing() < Priority::Later);
    let week = account.week(board.pipeline(), &now).filter(|_| board.is_open(account));
    let target = board.pipeline().target_weeks;
    let notes = Some(account.notes.len()).filter(|count| *count > 0);
    let ticked = progress(board, account).filter(|(ticked, _)| *ticked > 0);
    let money = account.forecasted_mrr().map_or_else(|| "no amount known".to_owned(), Money::rounded);
    let facts = [
        snooze.map(|snooze| format!("snoozed until {}", dates::end(&now, snooze.until))),
        stage,
        Some(renewal(account, context)),
        Some(money.clone()),
        Some(owner(account, roster)),
        (account.risk.level != RiskLevel::None).then(|| format!("{} payment risk", account.risk.level)),
        (account.is_unseen() && !presses).then(|| "new, not opened yet".to_owned()),
        stage_differs.then(|| "the last import names another stage".to_owned()),
        week.map(|week| {
            if week > target {
                format!("week {week}, past its target of {target}")
            } else {
                format!("week {week} of {target}")
            }
        }),
        notes.map(|count| plural(count, "note", "notes")),
        ticked.map(|(ticked, all)| format!("checklist {ticked} of {all}")),
    ];
    // An amount in a reason is another one, whatever its figures.
    let is_new = |fact: &String| *fact == money || !is_said(fact, reasons, &now);
    facts.into_iter().flatten().filter(is_new).collect()
}

/// Whether one of `reasons` says `fact` already.
fn is_said(fact: &str, reasons: &[Reason], now: &Now) -> bool {
    let said = needs(reasons, now).join(". ").to_lowercase();
    let is_over_target = reasons.iter().any(|reason| matches!(reason, Reason::OverTarget { .. }));
    said.contains(&fact.to_lowercase()) || (is_over_target && fact.starts_with("week "))
}

/// Where an account stands: `stage 5. Awaiting Final Outreach`.
pub fn stage(account: &Account, board: &Board) -> String {
    match board.position_of(account) {
        Position::OffBoard => "off the board".to_owned(),
        Position::InStage(_, stage) => format!("stage {}", stage.label),
        Position::Unmapped(label) => format!("stage unknown: {label}"),
    }
}

/// When it renews, and whether that is near: `renews in 3 days, urgent`. Where a reason says when, only how near.
fn renewal(account: &Account, context: &AloudContext<'_>) -> String {
    let now = &context.now;
    let Some(date) = account.next_renewal(now.today()) else { return "no renewal date".to_owned() };
    let words = lower_case(&reasons::renews(date, now));
    let near = match context.urgency {
        RenewalUrgency::Urgent => "urgent",
        RenewalUrgency::Soon => "soon",
        RenewalUrgency::Calm => return words,
    };
    if is_said(&words, context.reasons, now) { format!("renewal {near}") } else { format!("{words}, {near}") }
}

fn owner(account: &Account, roster: &Roster) -> String {
    account.owner().map_or_else(
        || "no owner".to_owned(),
        |owner| format!("owner {}", without_domain(roster.short(owner))),
    )
}

/// An alert: `Failed payment of $340, tried twice. Open, nobody is on it`.
pub fn alert(alert: &Alert, roster: &Roster, now: &Now) -> String {
    let who = match (&alert.acknowledged, &alert.assignee) {
        (Some(who), _) => format!("acknowledged by {}", roster.short(who)),
        (None, Some(who)) => format!("assigned to {}, not acknowledged", roster.short(who)),
        (None, None) => "nobody is on it".to_owned(),
    };
    let state = match &alert.state {
        AlertState::Snoozed { until } if *until > now.at => {
            format!("Snoozed until {}, {who}", dates::end(now, *until))
        }
        AlertState::Open | AlertState::Snoozed { .. } => format!("Open, {who}"),
        AlertState::Closed { outcome, .. } => format!("Closed: {outcome}"),
    };
    format!("{}. {state}", alert_text(alert, now))
}

/// The way of an account through the stages: `1 for 3 days, then 2 for 12 days, now 3a for 9 days`.
pub fn path(steps: &[&HistoryItem], now: &Now) -> String {
    let days = |from, until| usize::try_from((now.date(until) - now.date(from)).num_days()).unwrap_or(0);
    let words = steps.iter().enumerate().map(|(at, step)| {
        let next = steps.get(at + 1);
        let stay = plural(days(step.at, next.map_or(now.at, |next| next.at)), "day", "days");
        let name = step.to.as_ref().map_or("off the board", |to| to.as_str());
        let lead = if next.is_none() { "now " } else { "" };
        format!("{lead}{name} for {stay}")
    });
    words.collect::<Vec<_>>().join(", then ").replace(", then now ", ", now ")
}

/// A point of a checklist: `Ticked: Billing limits`, `Open: Billing limits`.
pub fn point(point: &AccountPoint<'_>) -> String {
    let state = if point.is_ticked() { "Ticked" } else { "Open" };
    format!("{state}: {}", checklists::title(point))
}
