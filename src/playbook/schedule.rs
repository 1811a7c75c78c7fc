//! When playbooks that go by time are due, and for which occasion, so that each is served once.

use std::sync::Arc;

use chrono::{Datelike, NaiveTime, TimeDelta};

use super::rule::{Playbook, Reaction, Trigger};
use crate::state::{Account, Actor, Now};

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
pub fn due(trigger: &Trigger, account: &Account, now: &Now) -> Option<Arc<str>> {
    match trigger {
        Trigger::FactsChanged | Trigger::Signal(_) | Trigger::StageEntered(_) => None,
        Trigger::DaysBeforeRenewal(days) => {
            let renewal = account.next_renewal(now.today())?;
            let left = now.days_until(renewal);
            (0..=i64::from(*days)).contains(&left).then(|| format!("renewal:{renewal}").into())
        }
        Trigger::DaysInStage(days) => {
            let place = account.place.as_ref()?;
            let stay = || format!("stay:{}:{}", place.stage, place.since.timestamp_millis()).into();
            (now.days_since(place.since) >= i64::from(*days)).then(stay)
        }
        Trigger::DaysSinceTouch(days) => {
            let last = account.silent_since()?;
            let silence = || format!("silence:{}", last.timestamp_millis()).into();
            (now.days_since(last) >= i64::from(*days)).then(silence)
        }
        Trigger::Clock(day, time) => {
            let local = now.at.with_timezone(&now.zone);
            let today = now.today();
            let is_day = day.is_none_or(|day| today.weekday() == day);
            (is_day && local.time() >= *time).then(|| format!("day:{today}").into())
        }
    }
}

/// The occasion for which `playbook` is due at `now` and has not been served.
pub fn unserved(playbook: &Playbook, account: &Account, now: &Now) -> Option<Arc<str>> {
    let mark = (playbook.id.0.clone(), due(&playbook.on, account, now)?);
    let served = account.fired.contains(&mark) || taken_back(playbook, account, now);
    (!served).then_some(mark.1)
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

/// The time of day `text` names: `09:00`.
pub fn time_of_day(text: &str) -> Option<NaiveTime> {
    NaiveTime::parse_from_str(text, "%H:%M").ok()
}
