//! Alerts, tasks, notes and payment risk. Clauses of the history say what is so now.

use super::dates;
use super::lists::sentence_case;
use chrono::{DateTime, NaiveDate, Utc};

use crate::state::{Account, Alert, AlertKind, AlertState, MoneySum, Now, PointState, Refund, Risk, Task};

/// What an alert says: `Failed payment of $340, tried twice, again on Thu 19 Dec`.
pub fn alert_text(alert: &Alert, now: &Now) -> String {
    let mut text = alert.kind.title().to_owned();
    if let Some(amount) = alert.amount {
        text = format!("{text} of {amount}");
    }
    if alert.attempts > 0 {
        text = format!("{text}, tried {}", times(alert.attempts));
    }
    if let Some(next) = alert.next_attempt {
        text = format!("{text}, again on {}", dates::day(now, now.date(next)));
    }
    if let Some(due) = alert.due {
        text = format!("{text}, due {}", dates::day(now, due));
    }
    match &alert.text {
        Some(more) if alert.kind == AlertKind::Playbook => format!("{text}: {more}"),
        Some(_) | None => text,
    }
}

/// What an alert is about, in few words: `Failed payment of $340`. Nothing for one without an amount.
pub fn alert_in_short(alert: &Alert) -> Option<String> {
    let amount = alert.amount?;
    match alert.kind {
        AlertKind::FailedPayment => Some(format!("Failed payment of {amount}")),
        AlertKind::LargeInvoice => Some(format!("Large invoice of {amount}")),
        AlertKind::Playbook => None,
    }
}

fn times(count: u32) -> String {
    match count {
        1 => "once".to_owned(),
        2 => "twice".to_owned(),
        more => format!("{more} times"),
    }
}

/// What to do, and by when: `send the guide, due yesterday`, `call them, due today at 15:00`.
pub fn task_with_due(task: &Task, now: &Now) -> String {
    let Task { title, due, at, .. } = task;
    let time = at.map_or_else(String::new, |at| format!(" at {}", dates::clock(now, at)));
    let Some(due) = *due else { return title.to_string() };
    match now.days_until(due) {
        0 => format!("{title}, due today{time}"),
        1 => format!("{title}, due tomorrow{time}"),
        -1 => format!("{title}, due yesterday{time}"),
        ..0 => format!("{title}, due {} days ago", -now.days_until(due)),
        2.. => format!("{title}, due on {}{time}", dates::day(now, due)),
    }
}

/// The same in a short row, where all are due today or late: that it is late comes first, and is never cut.
pub fn late_task(task: &Task, now: &Now) -> String {
    let title = &task.title;
    match task.due.map_or(0, |due| now.days_until(due)) {
        0.. => sentence_case(title),
        -1 => format!("Due yesterday: {title}"),
        days => format!("Due {} days ago: {title}", -days),
    }
}

/// How much of a note is repeated.
const NOTE: usize = 60;

/// Which alert it is, of whom: `Failed payment of Acme ($340)`.
pub(super) fn alert_of(alert: &Alert, name: &str) -> String {
    let what = match alert.kind {
        AlertKind::FailedPayment | AlertKind::LargeInvoice => alert.kind.title(),
        AlertKind::Playbook => "Playbook alert",
    };
    let amount = alert.amount.map_or_else(String::new, |amount| format!(" ({amount})"));
    format!("{what} of {name}{amount}")
}

/// How an alert stands now that it is no longer as it was: `snoozed until Mon 16 Dec`. Nothing for one that was
/// only raised, or raised again.
pub(super) fn alert_now(from: &Alert, to: &Alert, now: &Now) -> Option<String> {
    if from.state != to.state {
        return Some(match &to.state {
            AlertState::Open => "reopened".to_owned(),
            AlertState::Snoozed { until } => format!("snoozed until {}", dates::end(now, *until)),
            AlertState::Closed { outcome, .. } => format!("closed ({outcome})"),
        });
    }
    if from.acknowledged != to.acknowledged {
        return Some(match &to.acknowledged {
            Some(by) => format!("acknowledged by {by}"),
            None => "acknowledgement removed".to_owned(),
        });
    }
    (from.assignee != to.assignee).then(|| match &to.assignee {
        Some(assignee) => format!("assigned to {assignee}"),
        None => "unassigned".to_owned(),
    })
}

/// How a task stands now that it is no longer as it was.
pub(super) fn task(from: Option<&Task>, to: Option<&Task>, now: &Now) -> String {
    match (from, to) {
        (Some(Task { title, done: Some(_), .. }), Some(Task { done: None, .. })) => {
            format!("task reopened: {title}")
        }
        (_, Some(Task { title, done: Some(_), .. })) => format!("task done: {title}"),
        (_, Some(Task { title, due, at, .. })) => {
            let due = match (at, due) {
                (Some(at), _) => format!(", due {}", dates::moment(now, *at)),
                (None, Some(due)) => format!(", due {}", dates::day(now, *due)),
                (None, None) => String::new(),
            };
            let verb = if from.is_some() { "updated" } else { "added" };
            format!("task {verb}: {title}{due}")
        }
        (Some(Task { title, .. }), None) => format!("task removed: {title}"),
        (None, None) => "task removed".to_owned(),
    }
}

/// How a point of a checklist stands now that it is no longer as it was: `checked: Billing limits (none set)`.
pub(super) fn point(from: Option<&PointState>, to: Option<&PointState>) -> String {
    let is_ticked = |state: Option<&PointState>| state.is_some_and(|state| state.ticked);
    let title = to.or(from).map_or("", |state| &*state.title);
    match (is_ticked(from), is_ticked(to)) {
        (true, false) => format!("unchecked: {title}"),
        (was, is) => {
            let observation = to.and_then(|state| state.observation.as_deref());
            let observed = observation.map_or_else(String::new, |text| format!(" ({text})"));
            let had = from.is_some_and(|state| state.observation.is_some());
            let verb = match (is && !was, had) {
                (true, _) => "checked",
                (false, true) => "observation changed",
                (false, false) => "observation added",
            };
            format!("{verb}: {title}{observed}")
        }
    }
}

/// `Refund of €120: charged twice in May`.
pub fn refund(refund: &Refund) -> String {
    format!("{} of {}: {}", refund.kind.title(), refund.amount, refund.reason)
}

/// What was refunded this month, once per currency: `Refunded in December: €120, $30`.
pub fn refunded_in_month(sums: &[MoneySum], now: &Now) -> String {
    let sums: Vec<String> = sums.iter().map(ToString::to_string).collect();
    let sums = if sums.is_empty() { "nothing".to_owned() } else { sums.join(", ") };
    format!("Refunded in {}: {sums}", now.today().format("%B"))
}

pub(super) fn risk(to: &Risk) -> String {
    format!("payment risk set to {}", risk_is(to))
}

/// `high: two payments failed`.
pub(super) fn risk_is(risk: &Risk) -> String {
    let why = risk.reason.as_ref().map_or_else(String::new, |reason| format!(": {reason}"));
    format!("{}{why}", risk.level)
}

pub(super) fn snoozed(until: DateTime<Utc>, now: &Now) -> String {
    format!("snoozed until {}", dates::end(now, until))
}

/// What of `accounts` lies before the end of a snooze: `past the renewal on Thu 12 Dec`.
pub fn snoozed_past<'a>(
    accounts: impl IntoIterator<Item = &'a Account>,
    until: DateTime<Utc>,
    now: &Now,
) -> Option<String> {
    let mut past = accounts.into_iter().filter_map(|account| Missed::of(account, until, now));
    let first = past.next()?;
    Some(match past.count() {
        0 => format!("past {}", first.text(now)),
        more => format!("{} past a renewal or call", more + 1),
    })
}

/// What of an account lies before the end of a snooze.
enum Missed {
    Renewal(NaiveDate),
    Call(DateTime<Utc>),
    Both,
}

impl Missed {
    /// The next renewal of `account` and its calls, where they are before `until`.
    fn of(account: &Account, until: DateTime<Utc>, now: &Now) -> Option<Self> {
        let today = now.today();
        let calls = account.calls.values().filter(|call| call.outcome.is_none());
        let call = calls.map(|call| call.starts_at).filter(|at| (now.at..until).contains(at)).min();
        let renewal = account.next_renewal(today).filter(|date| (today..now.date(until)).contains(date));
        match (renewal, call) {
            (None, None) => None,
            (Some(date), None) => Some(Self::Renewal(date)),
            (None, Some(at)) => Some(Self::Call(at)),
            (Some(_), Some(_)) => Some(Self::Both),
        }
    }

    fn text(&self, now: &Now) -> String {
        match self {
            Self::Renewal(date) => format!("the renewal on {}", dates::day(now, *date)),
            Self::Call(at) => format!("the call on {}", dates::day(now, now.date(*at))),
            Self::Both => "the renewal and a call".to_owned(),
        }
    }
}

pub(super) fn noted(text: &str) -> String {
    let line = text.lines().find(|line| !line.trim().is_empty()).unwrap_or_default().trim();
    let more = line.chars().count() > NOTE || text.trim().lines().count() > 1;
    let line: String = line.chars().take(NOTE).collect();
    format!("note added: {}{}", line.trim_end(), if more { "…" } else { "" })
}
