//! A day that is over, as people ask for it to see the board as it was then.

use chrono::{DateTime, NaiveDate, NaiveTime, TimeDelta, Utc};

use super::time::{Now, moment};
use super::when::{self, NotWhen};

/// A day before today, and its last moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PastDay {
    pub day: NaiveDate,
    pub end: DateTime<Utc>,
}

/// Why a text names no day that is over.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotPast {
    #[error("no day was given: write yesterday, fri, 3 days ago, 1 nov or 2024-11-01")]
    Empty,
    /// No way of saying it that we know, or a time of day with it.
    #[error("`{0}` is not a day: write yesterday, fri, 3 days ago, 1 nov or 2024-11-01")]
    Unknown(String),
    #[error(transparent)]
    NoSuchDay(NotWhen),
    #[error("{0} is still to come: name a day that is over")]
    ToCome(NaiveDate),
    #[error("the calendar ends there")]
    EndOfCalendar,
}

impl PastDay {
    /// The day that `text` names, such as `2024-11-01` or `yesterday`; nothing where that is today, which is not over.
    ///
    /// # Errors
    /// When it names none, or one that is still to come.
    pub fn named(text: &str, now: &Now) -> Result<Option<Self>, NotPast> {
        let day = when::day_back(text, now).map_err(|error| match error {
            NotWhen::Empty => NotPast::Empty,
            NotWhen::Unknown(text) | NotWhen::UnknownPast(text) => NotPast::Unknown(text),
            other => NotPast::NoSuchDay(other),
        })?;
        Self::of(day, now)
    }

    /// The same of a day that is known.
    ///
    /// # Errors
    /// When it is still to come.
    pub fn of(day: NaiveDate, now: &Now) -> Result<Option<Self>, NotPast> {
        if day > now.today() {
            return Err(NotPast::ToCome(day));
        }
        let next = day.succ_opt().ok_or(NotPast::EndOfCalendar)?;
        let end = moment(next, NaiveTime::MIN, now.zone) - TimeDelta::milliseconds(1);
        Ok((end < now.at).then_some(Self { day, end }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_ends_where_the_next_one_begins_and_today_is_not_over() {
        let at = "2024-11-15T09:00:00Z".parse().expect("a moment");
        let now = Now { at, zone: chrono_tz::Europe::Berlin };
        let past = PastDay::named("2024-11-01", &now).expect("a day").expect("it is over");
        assert_eq!(past.end.to_rfc3339(), "2024-11-01T22:59:59.999+00:00");
        assert_eq!(
            PastDay::named("yesterday", &now).expect("a day").expect("it is over").day.to_string(),
            "2024-11-14"
        );
        assert_eq!(PastDay::named("today", &now), Ok(None));
        assert!(matches!(PastDay::named("2024-11-16", &now), Err(NotPast::ToCome(_))));
        assert_eq!(PastDay::named("soon", &now), Err(NotPast::Unknown("soon".into())));
        assert_eq!(PastDay::named(" ", &now), Err(NotPast::Empty));
        for written in ["yesterday", "fri", "3 days ago", "1 nov", "2024-11-01"] {
            assert!(matches!(PastDay::named(written, &now), Ok(Some(_))), "{written}");
        }
    }
}
