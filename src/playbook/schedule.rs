//! When playbooks that go by time are due, and for which occasion, so that each is served once.

use chrono::{DateTime, Datelike, Days, NaiveTime, TimeDelta, Utc};

use super::rule::{Playbook, Reaction, Trigger};
use crate::state::values::time::moment;
use crate::state::{Account, Actor, Now, Occasion};

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
    account.history.iter().rev().take_while(|item| now.date(item.at) >= since).any(|item| {
        let left = |action: &Reaction| action.stage().is_some_and(|to| item.from.as_ref() == Some(to));
        matches!(item.by, Actor::Person(_)) && playbook.then.iter().any(left)
    })
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
    let time = if let Trigger::Clock(_, time) = playbook.on { time } else { NaiveTime::MIN };
    (0..=HORIZON_DAYS)
        .filter_map(|days| now.today().checked_add_days(Days::new(days)))
        .map(|date| moment(date, time, now.zone))
        .find(|at| *at > now.at && is_new(*at))
}

/// The time of day `text` names: `09:00`.
pub fn time_of_day(text: &str) -> Option<NaiveTime> {
    NaiveTime::parse_from_str(text, "%H:%M").ok()
}
