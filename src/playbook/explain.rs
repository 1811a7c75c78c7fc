//! Why a playbook acts on an account, or does not: each condition in words, what it waits for, and when it would act.

use chrono::{DateTime, Days, NaiveTime, Utc};

use super::condition::{Condition, EvalContext, Ternary};
use super::engine::task_id;
use super::rule::{Playbook, Playbooks, Reaction, Trigger};
use super::schedule::{due, is_timed, unserved};
use super::summary;
use super::words;
use crate::state::values::time::moment;
use crate::state::{Account, Board, Now, StageId};

/// How a playbook stands to an account at a moment.
#[derive(Clone, Debug, PartialEq)]
pub struct Explanation<'a> {
    /// The playbook.
    pub playbook: &'a Playbook,
    /// What it makes of the account.
    pub verdict: Verdict,
    /// What sets it off, in words.
    pub trigger: String,
    /// What it would do, in words.
    pub actions: Vec<String>,
    /// Every condition, in the playbook's order.
    pub conditions: Vec<ConditionReport>,
    /// When time alone would next set it off; nothing for one that waits for something to happen, or where that
    /// moment cannot be known.
    pub next: Option<DateTime<Utc>>,
    /// When it last moved this account, and where to.
    pub moved: Option<(DateTime<Utc>, StageId)>,
    /// What it comes to, in one sentence without a full stop: `will move it to 3a when they reply`.
    pub sentence: String,
    /// Whether nothing can come of it from where the account stands, so that a short answer may leave it out.
    pub aside: bool,
}

/// A condition, and how it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConditionReport {
    /// Whether it holds.
    pub truth: Ternary,
    /// How it stands, in words.
    pub words: String,
    /// Whether what will set the playbook off decides it: who sends, how large the bill is.
    pub later: bool,
    /// Whether it asks where the account stands.
    pub place: bool,
}

impl ConditionReport {
    /// Whether it stands in the way.
    pub fn is_against(&self) -> bool {
        self.truth != Ternary::Yes && !self.later
    }
}

/// What a playbook makes of an account. In the order people want to hear of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Verdict {
    /// It acts as soon as the clock is looked at.
    Acts,
    /// Everything holds; it waits for what sets it off.
    Waits,
    /// It did its work for this occasion.
    Served,
    /// Everything it would do is so already.
    Done,
    /// A condition does not hold, or cannot be known.
    Holds,
    /// It is switched off.
    Off,
}

impl Verdict {
    /// Its word in JSON.
    pub fn word(self) -> &'static str {
        match self {
            Self::Acts => "acts",
            Self::Waits => "waits",
            Self::Served => "served",
            Self::Done => "done",
            Self::Holds => "held_back",
            Self::Off => "off",
        }
    }
}

/// How `playbook` stands to `account` at `now`.
pub fn explain<'a>(
    board: &Board,
    playbooks: &'a Playbooks,
    playbook: &'a Playbook,
    account: &Account,
    now: Now,
) -> Explanation<'a> {
    let scene = EvalContext { board, account, signal: None, team: &playbooks.team, now };
    let said = |condition: &Condition| ConditionReport {
        truth: condition.holds(&scene),
        words: words::condition(condition, &scene),
        later: condition.holds(&scene) == Ternary::Unknown && condition.asks_the_signal(),
        place: condition.asks_the_place(),
    };
    let conditions: Vec<ConditionReport> = playbook.when.iter().map(said).collect();
    let served = due(&playbook.on, account, &now).is_some() && unserved(playbook, account, &now).is_none();
    let next = next(playbook, account, &now);
    let verdict = if !playbook.is_on(board) {
        Verdict::Off
    } else if served {
        Verdict::Served
    } else if conditions.iter().any(ConditionReport::is_against) {
        Verdict::Holds
    } else if summary::is_all_so(playbook, &scene) {
        Verdict::Done
    } else if next.is_some_and(|at| at <= now.at) {
        Verdict::Acts
    } else {
        Verdict::Waits
    };
    let moved = account.history.iter().rev().find(|item| summary::is_by(&item.cause, playbook));
    let mut told = Explanation {
        playbook,
        verdict,
        trigger: words::trigger(&playbook.on),
        actions: playbook.then.iter().map(words::action).collect(),
        conditions,
        next,
        moved: moved.and_then(|item| Some((item.at, item.to.clone()?))),
        sentence: String::new(),
        aside: false,
    };
    told.sentence = summary::sentence(&told, &scene, playbooks);
    told.aside = summary::is_aside(&told, &scene, playbooks);
    told
}

impl Explanation<'_> {
    /// What the sentence leaves out: what it did for the account, and when the clock next sets it off.
    pub fn besides(&self, now: &Now) -> Vec<String> {
        let day = |at: DateTime<Utc>| now.day_in_words(now.date(at));
        let moved = self.moved.as_ref().map(|(at, to)| format!("moved it to {to} on {}", day(*at)));
        let moved = moved.filter(|moved| !self.sentence.contains(&**moved));
        let next = self.next.filter(|at| *at > now.at).map(day);
        let next = next.filter(|day| !self.sentence.contains(&**day));
        let next = next.map(|day| format!("the clock next sets it off on {day}"));
        moved.into_iter().chain(next).collect()
    }
}

/// Whether `playbook`, if it is on, acts on `account`: now where time sets it off, else as soon as what it waits for
/// happens.
pub fn reaches(
    board: &Board,
    playbooks: &Playbooks,
    playbook: &Playbook,
    account: &Account,
    now: Now,
) -> bool {
    let scene = EvalContext { board, account, signal: None, team: &playbooks.team, now };
    let holds = |condition: &Condition| match condition.holds(&scene) {
        Ternary::Yes => true,
        Ternary::No => false,
        Ternary::Unknown => condition.asks_the_signal(),
    };
    (!is_timed(&playbook.on) || unserved(playbook, account, &now).is_some())
        && playbook.when.iter().all(holds)
        && !playbook.then.iter().all(|action| is_so(action, playbook, account))
}

/// Whether what `action` brings about is so already.
pub(super) fn is_so(action: &Reaction, playbook: &Playbook, account: &Account) -> bool {
    match action {
        Reaction::Move(to) | Reaction::MoveBecause(to, _) => {
            account.place.as_ref().is_some_and(|place| place.stage == *to)
        }
        Reaction::Join(segment) => account.segments.contains(segment),
        Reaction::Leave(segment) => !account.segments.contains(segment),
        Reaction::Stamp(stamp) => account.stamps.contains_key(stamp),
        Reaction::Task(_) => task_id(playbook, action, account).is_none(),
        Reaction::Assign(_) => account.owner().is_some(),
        // Which alert it is, the signal says.
        Reaction::Raise(_) | Reaction::Close(_) => false,
    }
}

/// How far ahead a playbook is looked for. Renewals come back within it.
const HORIZON_DAYS: u64 = 370;

/// When time alone would next set `playbook` off for `account`, now or later, for an occasion it has not served.
///
/// The occasions themselves are asked, day by day, so that this can never say another day than the clock will. An
/// occasion begins with a day, or at the clock's time.
pub fn next(playbook: &Playbook, account: &Account, now: &Now) -> Option<DateTime<Utc>> {
    if !is_timed(&playbook.on) {
        return None;
    }
    let is_new = |at: DateTime<Utc>| unserved(playbook, account, &Now { at, ..*now }).is_some();
    if is_new(now.at) {
        return Some(now.at);
    }
    let time = match playbook.on {
        Trigger::Clock(_, time) => time,
        Trigger::FactsChanged
        | Trigger::Signal(_)
        | Trigger::StageEntered(_)
        | Trigger::DaysBeforeRenewal(_)
        | Trigger::DaysInStage(_)
        | Trigger::DaysSinceTouch(_) => NaiveTime::MIN,
    };
    (0..=HORIZON_DAYS)
        .filter_map(|days| now.today().checked_add_days(Days::new(days)))
        .map(|date| moment(date, time, now.zone))
        .find(|at| *at > now.at && is_new(*at))
}
