//! Attention: why an account needs a person today, computed from the board and the moment. Never a stage, and never
//! what moves a card.

use std::sync::Arc;

use chrono::{DateTime, NaiveDate, Utc};

pub use super::attention_rules::{AttentionRules, RenewalThresholds};
use super::reason::TodayGroup;
use super::reason::rank_of_alert;
pub use super::reason::{FinalOutreachTiming, LostCall, Mismatch, Priority, Reason};
use crate::casefold::folded;
use crate::state::board::archive::refs;
use crate::state::board::{Board, Position};
use crate::state::decide::back_again::{new_subscription, over_since};
use crate::state::decide::bounces::open_bounces;
use crate::state::decide::placement::{better, fits};
use crate::state::values::account::{Account, AccountId};
use crate::state::values::actor::{Cause, is_same};
use crate::state::values::alert::{Alert, AlertKey};
use crate::state::values::fact::{FactKey, FactValue};
use crate::state::values::finding::{Finding, FindingData, FindingKind, News};
use crate::state::values::occasion::Occasion;
use crate::state::values::pipeline::{Phase, Stage};
use crate::state::values::signal::{CallOutcome, Signal, SignalData, SignalKind, Touch};
use crate::state::values::time::Now;

/// How near an account's renewal is, where it matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RenewalUrgency {
    /// Not near, unknown, or onboarding is over.
    Calm,
    Soon,
    Urgent,
}

/// How near the renewal of `account` is. Off the board, and once onboarding is over, no renewal presses.
pub fn renewal_urgency(
    board: &Board,
    account: &Account,
    now: &Now,
    thresholds: RenewalThresholds,
) -> RenewalUrgency {
    let is_open = board.is_open(account);
    if board.stage_of(account).is_some_and(|stage| missed_renewal(account, stage, now).is_some()) {
        return RenewalUrgency::Urgent;
    }
    match account.next_renewal(now.today()).map(|date| now.days_until(date)) {
        Some(days) if is_open && days <= thresholds.urgent => RenewalUrgency::Urgent,
        Some(days) if is_open && days <= thresholds.soon => RenewalUrgency::Soon,
        Some(_) | None => RenewalUrgency::Calm,
    }
}

/// An account that needs a person, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attention {
    pub account: AccountId,
    /// Why, the most urgent first. Never empty.
    pub reasons: Vec<Reason>,
    /// Its next renewal.
    pub next_renewal: Option<NaiveDate>,
}

impl Attention {
    /// Among which accounts it stands.
    pub fn group(&self) -> TodayGroup {
        self.reasons[0].group()
    }

    /// Its place in the day's order.
    fn queue_key(&self, board: &Board) -> QueueKey {
        let name = board.get(&self.account).map_or(self.account.as_str(), |account| account.name());
        QueueKey::new(self.reasons[0].rank(), self.next_renewal, name)
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
    /// The place of an account of this name whose most urgent reason is of `rank`.
    pub fn new(rank: u8, next_renewal: Option<NaiveDate>, name: &str) -> Self {
        let renewal = next_renewal.unwrap_or(NaiveDate::MAX);
        Self { rank, renewal, name: folded(name).into() }
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
    (urgency.0, QueueKey::new(rank_of_alert(alert), renewal, name), alert.account.clone(), urgency)
}

/// Everyone on `board` who needs a person at `now`, each at its [`QueueKey`].
pub fn today(board: &Board, now: &Now, rules: &AttentionRules) -> Vec<Attention> {
    today_by(board, now, |account, alerts| reasons(board, account, alerts, now, rules))
}

/// Everyone on `board` for whom `why` finds a reason.
pub(super) fn today_by(
    board: &Board,
    now: &Now,
    why: impl Fn(&Account, &[&Alert]) -> Vec<Reason>,
) -> Vec<Attention> {
    let mut open: std::collections::HashMap<&AccountId, Vec<&Alert>> = std::collections::HashMap::new();
    for alert in board.awake_alerts().filter(|alert| alert.is_open(now.at)) {
        open.entry(&alert.account).or_default().push(alert);
    }
    let mut all: Vec<Attention> = board
        .awake()
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

/// Why `account` needs a person at `now`, for itself or one of its alerts on `board`; as [`reasons`].
pub fn reasons_of(board: &Board, account: &Account, now: &Now, rules: &AttentionRules) -> Vec<Reason> {
    reasons(board, account, &board.open_alerts_of(&account.id, now), now, rules)
}

/// Why `account` needs a person at `now`, the most urgent first; nothing when it does not, or is snoozed.
pub fn reasons(
    board: &Board,
    account: &Account,
    alerts: &[&Alert],
    now: &Now,
    rules: &AttentionRules,
) -> Vec<Reason> {
    if account.is_snoozed(now.at) {
        return Vec::new();
    }
    let open_alert = |alert: &&Alert| Reason::OpenAlert { alert: Box::new(Alert::clone(alert)) };
    let mut reasons: Vec<Reason> =
        alerts.iter().filter(|alert| !alert.is_in_hand(now)).map(open_alert).collect();
    let (open, closed) = match board.position_of(account) {
        Position::InStage(_, stage) if stage.is_closed() => (None, Some(stage)),
        Position::InStage(_, stage) => (Some(stage), None),
        Position::OffBoard | Position::Unmapped(_) => (None, None),
    };
    let ended_before = account.ended_before(board.pipeline());
    reasons.extend(call_outcome(account, now));
    reasons.extend(tasks(account, now));
    reasons.extend(reply(account, ended_before));
    reasons.extend(lost_call(account, now));
    let gone = gone_by_file(board, account, now);
    if let Some(stage) = open.filter(|_| gone.is_none()) {
        let renewal = account.next_renewal(now.today());
        let has_passed = renewal.is_some_and(|date| date < now.today());
        let ahead = renewal.filter(|_| !has_passed);
        reasons.extend(outreach(board, account, stage, ahead, now, rules));
        reasons.extend(quiet(account, stage.quiet_after_days, now));
        let engaged = engages(account, ended_before) && stage.awaits.is_none();
        if (engaged || stage.phase == Phase::Engaged)
            && !reasons.iter().any(|reason| matches!(reason, Reason::NoNextStep { .. }))
        {
            reasons.extend(next_step(account, now));
        }
        let target = board.pipeline().target_weeks;
        if let Some(week) = account.week(board.pipeline(), now).filter(|week| *week > target) {
            reasons.push(Reason::OverTarget { week, target });
        }
        let mismatches = mismatches(board, account, stage).chain(match renewal {
            Some(_) if !has_passed => None,
            _ => Some(Mismatch::NoRenewal { has_passed }),
        });
        let no_owner = account.owner().is_none().then_some(Mismatch::NoOwner);
        reasons.extend(mismatches.chain(no_owner).map(Reason::Inconsistent));
    }
    let bounces = open_bounces(board, account).filter(|_| gone.is_none());
    reasons.extend(bounces.map(|bounces| Reason::MailBounced { to: bounces.to, at: bounces.last }));
    reasons.extend(gone);
    reasons.extend(closed.and_then(|stage| misplaced(board, account, stage)));
    reasons.extend(open.or(closed).and_then(|stage| purchased_call(account, stage, now)));
    reasons.extend(closed.and_then(|stage| back_again(board, account, stage)));
    reasons.extend(left_export(board, account));
    reasons.extend(account.ended_cover(now.at).filter(|_| open.is_some()).map(|cover| Reason::CoverEnded {
        owner: account.covered_owner().map(|owner| rules.roster.short(owner).into()),
        since: cover.until,
    }));
    reasons.extend(possible_duplicate(board, account));
    if let Position::Unmapped(label) = board.position_of(account) {
        reasons.push(Reason::Inconsistent(Mismatch::Unmapped { label: label.into() }));
    }
    if account.is_unseen() && closed.is_none() {
        reasons.push(Reason::Unseen);
    }
    reasons.sort_by_key(Reason::rank);
    reasons
}

/// Whether a file says that `account`, an open card, churned or is looked after by others, and no person has placed the
/// card since: then nobody is to write to them, and the clock leaves the card alone.
pub fn gone_by_file(board: &Board, account: &Account, now: &Now) -> Option<Reason> {
    board.stage_of(account).filter(|stage| !stage.is_closed())?;
    let news = |key: FactKey| {
        let fact = account.facts.get(&key)?;
        let steps = account.steps();
        // What was known when it came onto the board was no reason against it.
        let since = steps.iter().find(|item| item.cause.is_by_hand()).or(steps.last()).map(|item| item.at);
        since.is_none_or(|since| fact.at > since).then_some(fact.value)
    };
    if let Some(FactValue::Date(on)) = news(FactKey::Churned)
        && *on <= now.today()
    {
        return Some(Reason::ChurnedInFile { on: *on });
    }
    let contacts = [FactKey::CsmContact, FactKey::SalesContact].into_iter().filter_map(news);
    let others = contacts.filter_map(|value| if let FactValue::Text(by) = value { Some(by) } else { None });
    let is_owner = |by: &&Arc<str>| account.owner().is_some_and(|owner| is_same(owner, by));
    others.filter(|by| !is_owner(by)).map(|by| Reason::TakenOverInFile { by: by.clone() }).next()
}

fn call_outcome(account: &Account, now: &Now) -> Option<Reason> {
    let ended = account.calls.values().filter(|call| call.outcome.is_none() && call.ends_at <= now.at);
    // The one that is meant where somebody says how a call went.
    let call = ended.max_by_key(|call| call.starts_at)?;
    Some(Reason::CallOutcomeMissing { ended: call.ends_at })
}

/// Whether somebody is to write, where the next renewal is `renewal`. One that has passed, and whose next date nobody
/// knows, presses nobody.
fn outreach(
    board: &Board,
    account: &Account,
    stage: &Stage,
    renewal: Option<NaiveDate>,
    now: &Now,
    rules: &AttentionRules,
) -> Option<Reason> {
    match stage.awaits? {
        SignalKind::OutreachSent => {
            let sent: Vec<&Signal> = outreach_of_stay(board, account).collect();
            let is_by_specialist =
                |signal: &&Signal| rules.roster.is_among(signal.by.as_deref(), &rules.specialists);
            let renewal = renewal.filter(|_| !sent.iter().any(is_by_specialist))?;
            let (days, by_others) = (now.days_until(renewal), !sent.is_empty());
            if days <= rules.thresholds.urgent {
                Some(Reason::OutreachOverdue { renewal, by_others })
            } else {
                (days <= rules.thresholds.soon).then_some(Reason::OutreachDue { renewal, by_others })
            }
        }
        SignalKind::FinalOutreachSent => {
            let missed =
                missed_renewal(account, stage, now).map(|renewal| Reason::FinalOutreachMissed { renewal });
            let due = || Reason::FinalOutreachDue { renewal, timing: timing(account, rules) };
            Some(missed.or_else(|| early(board, account, renewal, now, rules)).unwrap_or_else(due))
        }
        _ => None,
    }
}

/// The last renewal of `account` that has passed while it stood in `stage`, if the final outreach is awaited there.
fn missed_renewal(account: &Account, stage: &Stage, now: &Now) -> Option<NaiveDate> {
    let placement =
        account.placement.as_ref().filter(|_| stage.awaits == Some(SignalKind::FinalOutreachSent))?;
    let entered = now.date(placement.since);
    // A new date for the next renewal may have taken the place of the one that has passed: a playbook ran for that one.
    let learned = account.facts.get(&FactKey::NextRenewal).map(|fact| now.date(fact.at));
    let served = account.fired.iter().filter_map(|(_, occasion)| match occasion {
        Occasion::Renewal(date) if learned.is_some_and(|learned| learned > *date) => Some(*date),
        _ => None,
    });
    let last = account.last_renewal(now.today().pred_opt()?);
    served.chain(last).filter(|date| (entered..now.today()).contains(date)).max()
}

/// The way back for a card that a playbook brought where the final outreach is awaited, if its renewal is far by now.
fn early(
    board: &Board,
    account: &Account,
    renewal: Option<NaiveDate>,
    now: &Now,
    rules: &AttentionRules,
) -> Option<Reason> {
    let renewal = renewal.filter(|date| now.days_until(*date) > rules.thresholds.soon)?;
    let steps = account.steps();
    let step = steps.first().filter(|step| matches!(step.cause, Cause::Playbook(_)))?;
    let back =
        step.from.as_ref().and_then(|from| board.pipeline().stage(from)).filter(|from| !from.is_closed())?;
    Some(Reason::FinalOutreachEarly { renewal, back: back.id.clone() })
}

/// What a playbook waited for before it brought the card where it stands, if a near renewal leads there.
fn timing(account: &Account, rules: &AttentionRules) -> Option<FinalOutreachTiming> {
    let stage = &account.placement.as_ref()?.stage;
    account.steps().first().filter(|step| matches!(step.cause, Cause::Playbook(_)))?;
    rules.final_outreach.iter().find(|(known, _)| known == stage).map(|(_, timing)| *timing)
}

/// The outreach of this stay on the board.
fn outreach_of_stay<'a>(board: &Board, account: &'a Account) -> impl Iterator<Item = &'a Signal> {
    let since = account.returned(board.pipeline());
    let is_of_stay = move |signal: &&Signal| since.is_none_or(|since| signal.at >= since);
    account.signals.iter().filter(|it| it.data.kind() == SignalKind::OutreachSent).filter(is_of_stay)
}

fn tasks(account: &Account, now: &Now) -> Option<Reason> {
    let due = account.tasks.values().filter(|task| task.is_due(now));
    let first = due.min_by_key(|task| task.urgency())?;
    Some(Reason::TaskDue { task: Box::new(first.clone()) })
}

/// A call was missed or called off, and nobody wrote, booked another, or moved the card since.
fn lost_call(account: &Account, now: &Now) -> Option<Reason> {
    let at = account.signals.iter().rposition(|signal| lost(&signal.data).is_some())?;
    let last = &account.signals[at];
    let seen_to = account.signals[at + 1..].iter().any(|later| {
        later.data.touch() == Some(Touch::Outbound)
            || matches!(
                later.data.kind(),
                SignalKind::CallBooked
                    | SignalKind::CallRescheduled
                    | SignalKind::CallHeld
                    | SignalKind::CallNoShowWithdrawn
            )
    });
    let moved = account.placement.as_ref().is_some_and(|place| place.since > last.at);
    // Rescheduled, it may have got new ids since the one it is known by.
    let lost_id = account.signals.iter().rev().fold(last.data.call(), |id, signal| {
        let was = signal.data.earlier_call().filter(|_| signal.data.call() == id);
        was.or(id)
    });
    // One that was booked already stood beside it, whatever became of it since.
    let another = account.calls.iter().any(|(id, call)| {
        Some(id) != lost_id && call.ends_at > last.at && call.outcome != Some(CallOutcome::Canceled)
    });
    if seen_to || moved || another || account.next_call(now.at).is_some() || open_tasks(account) > 0 {
        return None;
    }
    Some(Reason::NoNextStep { lost_call: lost(&last.data) })
}

fn lost(what: &SignalData) -> Option<LostCall> {
    let is_canceled = matches!(what, SignalData::CallCanceled { .. });
    let is_no_show = matches!(what, SignalData::CallNoShow { .. });
    is_canceled.then_some(LostCall::Canceled).or(is_no_show.then_some(LostCall::NoShow))
}

/// A call or a task is a next step.
fn next_step(account: &Account, now: &Now) -> Option<Reason> {
    let planned = account.next_call(now.at).is_some() || open_tasks(account) > 0;
    (!planned).then_some(Reason::NoNextStep { lost_call: None })
}

fn open_tasks(account: &Account) -> usize {
    account.tasks.values().filter(|task| task.done.is_none()).count()
}

/// They bought a call, and none was booked or held since (handbook, stage 7). One that was lost is [`lost_call`]'s.
fn purchased_call(account: &Account, stage: &Stage, now: &Now) -> Option<Reason> {
    if stage.awaits != Some(SignalKind::CallBooked) {
        return None;
    }
    let signals = || account.signals.iter().rev();
    let bought = signals().find(|signal| signal.data.kind() == SignalKind::PaidCallPurchased);
    let purchased = bought.map(|signal| signal.at).or(account.placement.as_ref().map(|place| place.since))?;
    let is_booked = signals().take_while(|signal| signal.at >= purchased).any(|signal| {
        matches!(
            signal.data.kind(),
            SignalKind::CallBooked | SignalKind::CallRescheduled | SignalKind::CallHeld
        )
    });
    (!is_booked && account.next_call(now.at).is_none()).then_some(Reason::PurchasedCall { purchased })
}

/// What was found of `account` and nobody dismissed.
fn open_finding(account: &Account, kind: FindingKind) -> Option<&Finding> {
    account.findings.get(&kind).filter(|finding| !finding.dismissed)
}

/// What was learned since onboarding was over, while it still is so.
fn back_again(board: &Board, account: &Account, stage: &Stage) -> Option<Reason> {
    let over = over_since(account, stage)?;
    let known = account.findings.get(&FindingKind::BackAgain);
    let news = known.filter(|finding| !finding.dismissed && finding.at >= over && stage.awaits.is_none());
    let news = news.and_then(|finding| match &finding.data {
        FindingData::BackAgain { news } => Some((news.clone(), worth(account, news)?)),
        FindingData::LeftExport { .. }
        | FindingData::PossibleDuplicate { .. }
        | FindingData::MailBounced { .. } => None,
    });
    let is_open = |at: DateTime<Utc>| known.is_none_or(|known| !known.dismissed || known.at < at);
    let (news, value) = news.or_else(|| {
        let (id, _) = new_subscription(board, account).filter(|(_, at)| is_open(*at))?;
        Some((News::Subscription(id.clone()), id))
    })?;
    let start = board.pipeline().entry().id.clone();
    Some(Reason::BackAgain { news, value, start })
}

/// What is known by now of what is news; `None` where it is so no longer.
fn worth(account: &Account, news: &News) -> Option<Arc<str>> {
    match news {
        News::Fact(key) => Some(account.fact(key)?.to_string().into()),
        News::Subscription(id) => Some(id.clone()),
        News::NoLongerChurned => account.fact(&FactKey::Churned).is_none().then(Arc::default),
    }
}

fn left_export(board: &Board, account: &Account) -> Option<Reason> {
    let finding = open_finding(account, FindingKind::LeftExport).filter(|_| board.is_open(account))?;
    let FindingData::LeftExport { export } = &finding.data else { return None };
    Some(Reason::LeftExport { export: export.clone(), since: finding.at })
}

/// The account that `account` may be the same as, and the fact that says so: as long as both still have the same there,
/// and nobody said that they are two.
pub fn suspected_duplicate<'a>(board: &'a Board, account: &'a Account) -> Option<(&'a Account, &'a FactKey)> {
    let finding = open_finding(account, FindingKind::PossibleDuplicate)?;
    let FindingData::PossibleDuplicate { of, same } = &finding.data else { return None };
    let known = board.find(of).filter(|known| known.id != account.id)?;
    let is_same = refs(same, account.fact(same)?).iter().any(|name| board.is_meant(&known.id, name));
    is_same.then_some((&**known, same))
}

/// Asked while one of the two is open.
fn possible_duplicate(board: &Board, account: &Account) -> Option<Reason> {
    let (known, same) = suspected_duplicate(board, account)?;
    (board.is_open(account) || board.is_open(known)).then(|| Reason::PossibleDuplicate {
        of: known.id.clone(),
        name: known.name().into(),
        same: same.clone(),
    })
}

/// Whether they engaged since the last stay was over, if there was one: that may be why there is another.
fn engages(account: &Account, ended_before: Option<DateTime<Utc>>) -> bool {
    let in_stay = |since: DateTime<Utc>| account.signals.iter().any(|it| it.at >= since && it.data.engages());
    account.engaged.is_some() && ended_before.is_none_or(in_stay)
}

/// They wrote last, and not before the last stay was over. A call that was held is no question left open.
fn reply(account: &Account, ended_before: Option<DateTime<Utc>>) -> Option<Reason> {
    let wrote = account
        .signals
        .iter()
        .rposition(|signal| signal.data.kind() == SignalKind::ReplyReceived && signal.data.engages())?;
    let answered = account.signals[wrote + 1..].iter().any(|later| {
        later.data.touch() == Some(Touch::Outbound)
            || matches!(
                later.data.kind(),
                SignalKind::CallHeld | SignalKind::CallBooked | SignalKind::Handoff
            )
    });
    let replied = account.signals[wrote].at;
    (!answered && ended_before.is_none_or(|since| replied >= since))
        .then_some(Reason::ReplyWaiting { replied })
}

fn quiet(account: &Account, after: Option<u32>, now: &Now) -> Option<Reason> {
    let (after, since) = (i64::from(after?), account.silent_since()?);
    let is_quiet = now.days_since(since) >= after && account.next_call(now.at).is_none();
    is_quiet.then_some(Reason::Quiet { since })
}

/// What is wrong with where it stands on the board.
fn mismatches(board: &Board, account: &Account, stage: &Stage) -> impl Iterator<Item = Mismatch> {
    let (wrote, id) = (outreach_of_stay(board, account).next().is_some(), || stage.id.clone());
    let still_new = wrote && stage.awaits == Some(SignalKind::OutreachSent);
    let no_outreach = !wrote && stage.entered_by == Some(SignalKind::OutreachSent);
    let still_new = still_new.then(|| Mismatch::StillNew { stage: id() });
    let no_outreach = no_outreach.then(|| Mismatch::NoOutreach { stage: id() });
    still_new.into_iter().chain(no_outreach)
}

/// It is finished where its engagement says it does not belong, and nobody meant it so.
fn misplaced(board: &Board, account: &Account, stage: &Stage) -> Option<Reason> {
    let meant = account.history.last().is_some_and(|item| item.cause == Cause::Forced);
    if meant || fits(account, stage) {
        return None;
    }
    let better = better(board.pipeline(), account, stage);
    let engaged = account.engaged.is_some();
    Some(Reason::Inconsistent(Mismatch::Misplaced { stage: stage.id.clone(), engaged, better }))
}
