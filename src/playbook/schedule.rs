//! When playbooks that go by time are due, and for which occasion, so that each is served once.

use std::fmt;
use std::str::FromStr;

use chrono::{DateTime, Datelike, Days, NaiveDate, NaiveTime, TimeDelta, Utc};

use super::rule::{Playbook, Reaction, Trigger};
use crate::state::values::time::moment;
use crate::state::{Account, Actor, Now, SignalId, SignalKind, StageId};

/// What a playbook ran for. Its text is what history keeps, and what a run is known by: each occasion is served once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Occasion {
    FactsChanged,
    Signal(SignalKind, SignalId),
    StageEntered(StageId),
    /// The renewal on that day.
    Renewal(NaiveDate),
    Stay {
        stage: StageId,
        since: DateTime<Utc>,
    },
    Silence {
        since: DateTime<Utc>,
    },
    /// That day of the calendar.
    Day(NaiveDate),
}

impl fmt::Display for Occasion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::FactsChanged => f.write_str("facts changed"),
            Self::Signal(kind, id) => write!(f, "{} {id}", kind.word()),
            Self::StageEntered(stage) => write!(f, "entered {stage}"),
            Self::Renewal(date) => write!(f, "renewal:{date}"),
            Self::Stay { stage, since } => write!(f, "stay:{stage}:{}", since.timestamp_millis()),
            Self::Silence { since } => write!(f, "silence:{}", since.timestamp_millis()),
            Self::Day(date) => write!(f, "day:{date}"),
        }
    }
}

/// A text that names no occasion this version knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("unknown occasion")]
pub struct UnknownOccasion;

impl FromStr for Occasion {
    type Err = UnknownOccasion;

    fn from_str(text: &str) -> Result<Self, UnknownOccasion> {
        let day = |text: &str| text.parse().ok();
        let moment = |millis: &str| millis.parse().ok().and_then(DateTime::from_timestamp_millis);
        let occasion = match (text.split_once(':'), text.split_once(' ')) {
            _ if text == "facts changed" => Some(Self::FactsChanged),
            (_, Some(("entered", stage))) => Some(Self::StageEntered(StageId::new(stage))),
            (_, Some((word, id))) if SignalKind::parse(word).is_some() => {
                SignalKind::parse(word).map(|kind| Self::Signal(kind, SignalId::new(id)))
            }
            (Some(("renewal", date)), _) => day(date).map(Self::Renewal),
            (Some(("day", date)), _) => day(date).map(Self::Day),
            (Some(("silence", since)), _) => moment(since).map(|since| Self::Silence { since }),
            // A stage may have a colon in its id.
            (Some(("stay", stay)), _) => stay.rsplit_once(':').and_then(|(stage, since)| {
                moment(since).map(|since| Self::Stay { stage: StageId::new(stage), since })
            }),
            _ => None,
        };
        occasion.ok_or(UnknownOccasion)
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
    let run = (playbook.id.0.clone(), occasion.to_string().into());
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_occasion_is_read_as_it_is_written() {
        for text in [
            "facts changed",
            "call.held evt 1:2",
            "entered 3a",
            "renewal:2025-01-30",
            "stay:4b:1734256800000",
            "stay:a:b c:1734256800000",
            "silence:1734256800000",
            "day:2024-12-16",
        ] {
            let occasion: Occasion = text.parse().expect("a known occasion");
            assert_eq!(occasion.to_string(), text);
        }
        for text in ["", "7", "renewal:soon", "stay:1734256800000", "call.lost evt-1", "day"] {
            assert_eq!(text.parse::<Occasion>(), Err(UnknownOccasion), "{text}");
        }
    }
}
