//! What sets playbooks off: what happens, and the passing of time, which serves each occasion once.

use chrono::{DateTime, Datelike, NaiveDate, NaiveTime, TimeDelta, Utc};

use super::condition::{EvalContext, HORIZON_DAYS, applies_all};
use super::rule::{Playbook, Playbooks, Reaction, Trigger};
use crate::state::values::time::moment;
use crate::state::{Account, AccountId, Board, Cause, Change, Entry, Event, Now, Occasion, Signal, StageId};

/// Something that may set playbooks off.
#[derive(Clone, Debug)]
pub(super) enum Occurrence {
    Facts(AccountId, Option<DateTime<Utc>>),
    Signal(AccountId, Box<Signal>),
    Entered(AccountId, StageId),
}

impl Occurrence {
    pub(super) fn of(event: &Event) -> Option<Self> {
        let account = event.account()?.clone();
        match event.change()? {
            Change::FactsUpdated { at, .. } => Some(Self::Facts(account, *at)),
            Change::TookOver { .. } => Some(Self::Facts(account, None)),
            Change::SignalRecorded { signal } => Some(Self::Signal(account, Box::new(signal.clone()))),
            // What a file says happened long ago, and somewhere else.
            Change::Moved { cause: Cause::Import, .. } => None,
            Change::Moved { to, .. } => Some(Self::Entered(account, to.as_ref()?.stage.clone())),
            _ => None,
        }
    }

    pub(super) fn account(&self) -> &AccountId {
        match self {
            Self::Facts(account, _) | Self::Signal(account, _) | Self::Entered(account, _) => account,
        }
    }

    pub(super) fn signal(&self) -> Option<&Signal> {
        if let Self::Signal(_, signal) = self { Some(signal) } else { None }
    }

    /// When it happened, or since when it is so, where that may be before now.
    pub(super) fn at(&self) -> Option<DateTime<Utc>> {
        match self {
            Self::Facts(_, at) => *at,
            Self::Signal(_, signal) => Some(signal.at),
            Self::Entered(..) => None,
        }
    }

    pub(super) fn sets_off(&self, trigger: &Trigger) -> bool {
        match trigger {
            Trigger::FactsChanged => matches!(self, Self::Facts(..)),
            Trigger::Signal(kinds) => self.signal().is_some_and(|signal| kinds.contains(&signal.data.kind())),
            Trigger::StageEntered(stages) => {
                matches!(self, Self::Entered(_, stage) if stages.contains(stage))
            }
            Trigger::DaysBeforeRenewal(_)
            | Trigger::DaysInStage(_)
            | Trigger::DaysSinceTouch(_)
            | Trigger::Clock(..) => false,
        }
    }

    /// What a run is for, in history.
    pub(super) fn occasion(&self) -> Occasion {
        match self {
            Self::Facts(..) => Occasion::FactsChanged,
            Self::Signal(_, signal) => Occasion::Signal(signal.data.kind(), signal.id.clone()),
            Self::Entered(_, stage) => Occasion::StageEntered(stage.clone()),
        }
    }
}

/// Whether `trigger` waits for time to pass.
pub fn is_timed(trigger: &Trigger) -> bool {
    match trigger {
        Trigger::FactsChanged | Trigger::Signal(_) | Trigger::StageEntered(_) => false,
        Trigger::DaysBeforeRenewal(_)
        | Trigger::DaysInStage(_)
        | Trigger::DaysSinceTouch(_)
        | Trigger::Clock(..) => true,
    }
}

/// The occasion for which `trigger` is due at `now`; nothing while it is not.
pub fn due(trigger: &Trigger, account: &Account, now: &Now) -> Option<Occasion> {
    match trigger {
        Trigger::FactsChanged | Trigger::Signal(_) | Trigger::StageEntered(_) => None,
        Trigger::DaysBeforeRenewal(days) => {
            let renewal = account.next_renewal(now.today())?;
            let left = now.days_until(renewal);
            (0..=i64::from(*days)).contains(&left).then_some(Occasion::Renewal(renewal))
        }
        Trigger::DaysInStage(days) => {
            let place = account.placement.as_ref()?;
            let stay = || Occasion::Stay { stage: place.stage.clone(), since: place.since };
            (now.days_since(place.since) >= i64::from(*days)).then(stay)
        }
        Trigger::DaysSinceTouch(days) => {
            let since = account.silent_since()?;
            (now.days_since(since) >= i64::from(*days)).then_some(Occasion::Silence { since })
        }
        Trigger::Clock(day, time) => {
            let local = now.at.with_timezone(&now.zone);
            let today = now.today();
            let is_day = day.is_none_or(|day| today.weekday() == day);
            (is_day && local.time() >= *time).then_some(Occasion::Day(today))
        }
    }
}

/// The occasion for which `playbook` is due at `now` and has not been served.
pub fn unserved(playbook: &Playbook, account: &Account, now: &Now) -> Option<Occasion> {
    let occasion = due(&playbook.on, account, now)?;
    let run = (playbook.id.0.clone(), occasion.clone());
    let is_served = account.fired.contains(&run) || taken_back(playbook, account, now);
    (!is_served).then_some(occasion)
}

/// Whether a person took `account` back from where `playbook` would put it, since it is due for this renewal: they
/// know better.
fn taken_back(playbook: &Playbook, account: &Account, now: &Now) -> bool {
    let Trigger::DaysBeforeRenewal(days) = playbook.on else { return false };
    let Some(renewal) = account.next_renewal(now.today()) else { return false };
    let since = renewal - TimeDelta::days(days.into());
    // A step that was taken back was none, and taking it back is not deciding where the card belongs.
    account.steps().into_iter().take_while(|item| now.date(item.at) >= since).any(|item| {
        let left = |action: &Reaction| action.stage().is_some_and(|to| item.from.as_ref() == Some(to));
        item.cause.is_by_hand() && playbook.then.iter().any(left)
    })
}

/// A playbook that will not move a card again for its next renewal, because a person has just taken it back.
#[derive(Clone, Copy, Debug)]
pub struct StoppedPlaybook<'a> {
    pub to: &'a StageId,
    pub renewal: NaiveDate,
}

/// Which playbook `entry`, which `board` shows already, has stopped for this renewal.
pub fn stopped<'a>(
    board: &Board,
    playbooks: &'a Playbooks,
    entry: &Entry,
    now: &Now,
) -> Option<StoppedPlaybook<'a>> {
    entry.events.iter().find_map(|event| {
        let Change::Moved { from: Some(from), cause, .. } = event.change()? else { return None };
        let account = board.get(event.account()?).filter(|_| cause.is_by_hand())?;
        let is_open = board.stage_of(account).is_some_and(|stage| !stage.is_closed());
        playbooks.all.iter().filter(|each| is_open && each.is_on(board)).find_map(|each| {
            let to = each.then.iter().filter_map(Reaction::stage).find(|to| **to == from.stage)?;
            let Occasion::Renewal(renewal) = due(&each.on, account, now)? else { return None };
            Some(StoppedPlaybook { to, renewal })
        })
    })
}

/// When time alone would next set `playbook` off for the account, now or later, for an occasion it has not served.
///
/// The occasions themselves are asked, day by day, so that this can never say another day than the clock will. An
/// occasion begins with a day, or at the clock's time.
pub fn next(playbook: &Playbook, context: &EvalContext<'_>) -> Option<DateTime<Utc>> {
    if !is_timed(&playbook.on) {
        return None;
    }
    let EvalContext { account, now, .. } = *context;
    let is_new = |at: DateTime<Utc>| {
        let then = EvalContext { now: Now { at, ..now }, ..*context };
        let waits = playbook.when.iter().filter(|condition| condition.holds_in_time(context));
        unserved(playbook, account, &then.now).is_some() && applies_all(waits, &then)
    };
    if is_new(now.at) {
        return Some(now.at);
    }
    let time = if let Trigger::Clock(_, time) = playbook.on { time } else { NaiveTime::MIN };
    (0..=HORIZON_DAYS)
        .filter_map(|days| now.today().checked_add_signed(TimeDelta::days(days)))
        .map(|date| moment(date, time, now.zone))
        .find(|at| *at > now.at && is_new(*at))
}

/// The time of day `text` names: `09:00`.
pub fn time_of_day(text: &str) -> Option<NaiveTime> {
    NaiveTime::parse_from_str(text, "%H:%M").ok()
}
