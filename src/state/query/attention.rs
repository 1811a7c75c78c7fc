//! Attention: why an account needs a person today, computed from the board and the moment. Never a stage, and never
//! what moves a card.

use std::sync::Arc;

use chrono::{DateTime, NaiveDate, Utc};

pub use super::reason::{Mismatch, Priority, Reason};
use crate::casefold::folded;
use crate::state::board::{Board, Position};
use crate::state::decide::placement::{better, fits};
use crate::state::refusal::Better;
use crate::state::values::account::{Account, AccountId};
use crate::state::values::actor::Cause;
use crate::state::values::alert::{Alert, AlertKey, AlertKind};
use crate::state::values::pipeline::{Phase, Stage};
use crate::state::values::signal::{SignalData, SignalKind, Touch};
use crate::state::values::time::Now;

/// How near a renewal must be to press.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RenewalThresholds {
    /// So many days or fewer: outreach is due.
    pub soon: i64,
    /// So many days or fewer: outreach is overdue.
    pub urgent: i64,
}

/// An account that needs a person, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attention {
    /// Which account.
    pub account: AccountId,
    /// Why, the most urgent first. Never empty.
    pub reasons: Vec<Reason>,
    /// Its next renewal.
    pub next_renewal: Option<NaiveDate>,
}

impl Attention {
    /// Its place in the day's order.
    fn queue_key(&self, board: &Board) -> QueueKey {
        let name = board.get(&self.account).map_or(self.account.as_str(), |account| account.name());
        QueueKey::new(&self.reasons[0], self.next_renewal, name)
    }
}

/// An account's place in the day's order: by urgency, then next renewal, those without one last, then name. What stands
/// at one place goes by id.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct QueueKey {
    /// How urgent it is; less presses more.
    pub rank: u8,
    /// When it renews next; far away where nobody knows.
    pub renewal: NaiveDate,
    /// Its name, whatever its case and accents.
    pub name: Arc<str>,
}

impl QueueKey {
    /// The place of an account of this name whose most urgent reason is `first`.
    pub fn new(first: &Reason, next_renewal: Option<NaiveDate>, name: &str) -> Self {
        let renewal = next_renewal.unwrap_or(NaiveDate::MAX);
        Self { rank: first.rank(), renewal, name: folded(name).into() }
    }
}

/// The place of `alert` among others at `now`: the open ones first, each where its row of the day stands, then those that
/// are snoozed, and closed ones last; those of one account by what is due first.
pub fn alert_place(
    alert: &Alert,
    board: &Board,
    now: &Now,
) -> (u8, QueueKey, AccountId, (u8, NaiveDate, AlertKey)) {
    let account = board.get(&alert.account);
    let renewal = account.and_then(|account| account.next_renewal(now.today()));
    let name = account.map_or(alert.account.as_str(), |account| account.name());
    let urgency = alert.urgency(now.at);
    (urgency.0, QueueKey::new(&open_alert(alert, now), renewal, name), alert.account.clone(), urgency)
}

/// Everyone on `board` who needs a person at `now`, each at its [`QueueKey`].
pub fn today(board: &Board, now: &Now, nearness: RenewalThresholds) -> Vec<Attention> {
    today_by(board, now, |account, alerts| reasons(board, account, alerts, now, nearness))
}

/// Everyone on `board` for whom `why` finds a reason.
pub(super) fn today_by(
    board: &Board,
    now: &Now,
    why: impl Fn(&Account, &[&Alert]) -> Vec<Reason>,
) -> Vec<Attention> {
    let mut open: std::collections::HashMap<&AccountId, Vec<&Alert>> = std::collections::HashMap::new();
    for alert in board.alerts().filter(|alert| alert.is_open(now.at)) {
        open.entry(&alert.account).or_default().push(alert);
    }
    let mut all: Vec<Attention> = board
        .accounts()
        .filter_map(|account| {
            let alerts = open.get(&account.id).map_or(&[][..], |alerts| &alerts[..]);
            let reasons = why(account, alerts);
            let next_renewal = account.next_renewal(now.today());
            (!reasons.is_empty()).then(|| Attention { account: account.id.clone(), reasons, next_renewal })
        })
        .collect();
    all.sort_by_cached_key(|each| (each.queue_key(board), each.account.clone()));
    all
}

/// Why `account` needs a person at `now`, the most urgent first; nothing when it does not, or is snoozed.
pub fn reasons(
    board: &Board,
    account: &Account,
    alerts: &[&Alert],
    now: &Now,
    nearness: RenewalThresholds,
) -> Vec<Reason> {
    if account.is_snoozed(now.at) {
        return Vec::new();
    }
    let mut reasons: Vec<Reason> = alerts.iter().map(|alert| open_alert(alert, now)).collect();
    let (open, closed) = match board.position_of(account) {
        Position::InStage(_, stage) if stage.is_closed() => (None, Some(stage)),
        Position::InStage(_, stage) => (Some(stage), None),
        Position::OffBoard | Position::Unmapped(_) => (None, None),
    };
    reasons.extend(call_outcome(account, now));
    reasons.extend(tasks(account, now));
    reasons.extend(reply(account, now));
    reasons.extend(lost_call(account, now));
    if let Some(stage) = open {
        let days = account.next_renewal(now.today()).map(|date| now.days_until(date));
        reasons.extend(outreach(account, stage, days, nearness));
        reasons.extend(quiet(account, stage.quiet_after_days, now));
        let engaged = account.engaged.is_some() && stage.awaits.is_none();
        if (engaged || stage.phase == Phase::Engaged)
            && !reasons.iter().any(|reason| matches!(reason, Reason::NoNextStep { .. }))
        {
            reasons.extend(next_step(account, now));
        }
        let target = board.pipeline().target_weeks;
        if let Some(week) = account.week(board.pipeline(), now).filter(|week| *week > target) {
            reasons.push(Reason::OverTarget { text: format!("week {week} of {target}") });
        }
        reasons.extend(inconsistent(account, stage, days));
    }
    reasons.extend(closed.and_then(|stage| misplaced(board, account, stage)));
    if let Position::Unmapped(label) = board.position_of(account) {
        let text = format!("it stands under “{label}”, which is no stage");
        reasons.push(Reason::Inconsistent { text, mismatch: Mismatch::Unmapped });
    }
    if account.is_unseen() && closed.is_none() {
        reasons.push(Reason::Unseen { text: "new, and nobody has looked at it".to_owned() });
    }
    reasons.sort_by_key(Reason::rank);
    reasons
}

fn open_alert(alert: &Alert, now: &Now) -> Reason {
    let text = alert_text(alert, now);
    match &alert.acknowledged {
        None => Reason::OpenAlert { text, acknowledged_by: None },
        Some(who) => Reason::OpenAlert {
            text: format!("{text}; acknowledged by {who}"),
            acknowledged_by: Some(who.to_string()),
        },
    }
}

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
        text = format!("{text}, again on {}", now.day_in_words(now.date(next)));
    }
    if let Some(due) = alert.due {
        text = format!("{text}, due {}", now.day_in_words(due));
    }
    match &alert.text {
        Some(more) if alert.kind == AlertKind::Playbook => format!("{text}: {more}"),
        Some(_) | None => text,
    }
}

fn times(count: u32) -> String {
    match count {
        1 => "once".to_owned(),
        2 => "twice".to_owned(),
        more => format!("{more} times"),
    }
}

fn call_outcome(account: &Account, now: &Now) -> Option<Reason> {
    let ended = account.calls.values().filter(|call| call.outcome.is_none() && call.ends_at <= now.at);
    // The one that is meant where somebody says how a call went.
    let call = ended.max_by_key(|call| call.starts_at)?;
    let day = day_ago(now, call.ends_at);
    Some(Reason::CallOutcomeMissing {
        text: format!("the call ended {day}; was it held, or did nobody come?"),
    })
}

/// When something renews that does so in so many days.
pub(super) fn renews(days: i64) -> String {
    match days {
        0 => "renews today".to_owned(),
        1 => "renews tomorrow".to_owned(),
        days => format!("renews in {days} days"),
    }
}

fn outreach(
    account: &Account,
    stage: &Stage,
    days: Option<i64>,
    nearness: RenewalThresholds,
) -> Option<Reason> {
    // A renewal that has passed, and whose next date nobody knows, presses nobody.
    let days = days.filter(|days| *days >= 0);
    let left = days.map(renews);
    match stage.awaits? {
        SignalKind::OutreachSent => {
            let text = format!("{}, nobody wrote yet", left?);
            let days = days.filter(|_| !account.has(SignalKind::OutreachSent))?;
            if days <= nearness.urgent {
                Some(Reason::OutreachOverdue { text })
            } else {
                (days <= nearness.soon).then_some(Reason::OutreachDue { text })
            }
        }
        SignalKind::FinalOutreachSent => {
            let text = left
                .map_or_else(|| "final outreach is due".to_owned(), |left| format!("final outreach: {left}"));
            Some(Reason::FinalOutreachDue { text })
        }
        _ => None,
    }
}

fn tasks(account: &Account, now: &Now) -> Option<Reason> {
    let due = account.tasks.values().filter(|task| task.is_due(now));
    let first = due.min_by_key(|task| task.urgency())?;
    // That it is due today is why it stands there.
    let is_plain = first.at.is_none() && first.due == Some(now.today());
    let text = if is_plain { first.title.to_string() } else { first.words(now) };
    Some(Reason::TaskDue { text, done_on: first.done_on.first().copied() })
}

/// A call was missed or called off, and nobody wrote, booked another, or moved the card since.
fn lost_call(account: &Account, now: &Now) -> Option<Reason> {
    let at = account.signals.iter().rposition(|signal| is_lost_call(&signal.what))?;
    let lost = &account.signals[at];
    let seen_to = account.signals[at + 1..].iter().any(|later| {
        later.what.touch() == Some(Touch::Outbound)
            || matches!(
                later.what.kind(),
                SignalKind::CallBooked | SignalKind::CallRescheduled | SignalKind::CallHeld
            )
    });
    let moved = account.place.as_ref().is_some_and(|place| place.since > lost.at);
    if seen_to || moved || account.next_call(now.at).is_some() || open_tasks(account) > 0 {
        return None;
    }
    let missed = lost.what.kind() == SignalKind::CallNoShow;
    let what = if missed { "nobody came to the call" } else { "the call was canceled" };
    Some(Reason::NoNextStep { text: format!("{what}, and no other is booked") })
}

fn is_lost_call(what: &SignalData) -> bool {
    matches!(what, SignalData::CallCanceled { .. } | SignalData::CallNoShow { .. })
}

/// A call or a task is a next step.
fn next_step(account: &Account, now: &Now) -> Option<Reason> {
    let planned = account.next_call(now.at).is_some() || open_tasks(account) > 0;
    let text = "engaged, and no call, task or other next step is planned".to_owned();
    (!planned).then_some(Reason::NoNextStep { text })
}

fn open_tasks(account: &Account) -> usize {
    account.tasks.values().filter(|task| task.done.is_none()).count()
}

/// They wrote last. A call that was held is no question left open.
fn reply(account: &Account, now: &Now) -> Option<Reason> {
    let wrote = account
        .signals
        .iter()
        .rposition(|signal| signal.what.kind() == SignalKind::ReplyReceived && signal.what.engages())?;
    let answered = account.signals[wrote + 1..].iter().any(|later| {
        later.what.touch() == Some(Touch::Outbound)
            || matches!(
                later.what.kind(),
                SignalKind::CallHeld | SignalKind::CallBooked | SignalKind::Handoff
            )
    });
    let text = format!("they replied {}, and wait for an answer", day_ago(now, account.signals[wrote].at));
    (!answered).then_some(Reason::ReplyWaiting { text })
}

fn quiet(account: &Account, after: Option<u32>, now: &Now) -> Option<Reason> {
    let after = i64::from(after?);
    let days = now.days_since(account.silent_since()?);
    (days >= after && account.next_call(now.at).is_none()).then(|| Reason::Quiet {
        text: format!("no contact for {days} {}", if days == 1 { "day" } else { "days" }),
    })
}

fn inconsistent(account: &Account, stage: &Stage, days: Option<i64>) -> Vec<Reason> {
    let mut found = Vec::new();
    let mut say = |mismatch, text: String| found.push(Reason::Inconsistent { text, mismatch });
    let wrote = account.has(SignalKind::OutreachSent);
    if wrote && stage.awaits == Some(SignalKind::OutreachSent) {
        say(Mismatch::StillNew, format!("outreach is recorded, yet it stands in {}", stage.id));
    }
    if !wrote && stage.entered_by == Some(SignalKind::OutreachSent) {
        say(Mismatch::NoOutreach, format!("it stands in {}, yet no outreach is recorded", stage.id));
    }
    let renewal = match days {
        None => Some("no renewal date is known: the next import may bring one"),
        Some(..0) => Some("its renewal date has passed, and nobody told us the next: an import may bring it"),
        Some(_) => None,
    };
    if let Some(text) = renewal {
        say(Mismatch::NoRenewal, text.to_owned());
    }
    if account.owner().is_none() {
        say(Mismatch::NoOwner, "nobody owns it".to_owned());
    }
    found
}

/// It is finished where its engagement says it does not belong, and nobody meant it so.
fn misplaced(board: &Board, account: &Account, stage: &Stage) -> Option<Reason> {
    let meant = account.history.last().is_some_and(|item| item.cause == Cause::Forced);
    if meant || fits(account, stage) {
        return None;
    }
    let engaged = if account.engaged.is_some() { "they engaged" } else { "they never engaged" };
    let better = match better(board.pipeline(), account, stage) {
        Better::MoveTo(better) => format!(": {better} fits"),
        Better::Force => String::new(),
    };
    let text = format!("{engaged}, yet it stands in {}{better}", stage.id);
    Some(Reason::Inconsistent { text, mismatch: Mismatch::Misplaced })
}

fn day_ago(now: &Now, at: DateTime<Utc>) -> String {
    match now.days_since(at) {
        ..=0 => "today".to_owned(),
        1 => "yesterday".to_owned(),
        days => format!("{days} days ago"),
    }
}
