//! When something is to be, as people type it: `tomorrow 15:00`, `fri`, `in 3 days`, `2024-12-20`.
//!
//! Days are those of the business zone, and every answer lies ahead unless a date says otherwise: a weekday is the
//! next one after today, a bare time of day the next time the clock shows it.

use std::str::FromStr;

use chrono::{DateTime, Datelike, Days, Months, NaiveDate, NaiveTime, TimeDelta, TimeZone, Utc, Weekday};
use chrono_tz::Tz;

use super::time::Now;

/// A day, and the moment of it where a time was said.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct When {
    /// The day in the business zone.
    pub date: NaiveDate,
    /// The moment; nothing when only a day was said.
    pub at: Option<DateTime<Utc>>,
}

impl When {
    /// The moment that was said, or the one in which the day begins.
    pub fn moment(&self, now: &Now) -> DateTime<Utc> {
        self.at.unwrap_or_else(|| moment(self.date, NaiveTime::MIN, now.zone))
    }
}

/// Why a text names no time.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotWhen {
    /// Nothing was written.
    #[error("no time was given: write tomorrow, fri, in 3 days, 15:00, 2024-12-20 or 2024-12-20 15:00")]
    Empty,
    /// No way of saying it that we know.
    #[error(
        "`{0}` is no time we understand: write tomorrow, fri, in 3 days, 15:00, 2024-12-20 or 2024-12-20 15:00"
    )]
    Unknown(String),
    /// It looks like a date and is none.
    #[error("`{0}` is no day of the calendar: write it as year-month-day, like 2024-12-20")]
    NoSuchDay(String),
    /// It looks like a time of day and is none.
    #[error("`{0}` is no time of day: write it like 9:30 or 15:00")]
    NoSuchTime(String),
    /// Beyond the calendar.
    #[error("`{0}` is too far away: name a day that somebody here will live to see")]
    TooFar(String),
}

/// The time `text` names, as seen from `now`.
///
/// # Errors
/// When it names none; the sentence says how to write one.
pub fn parse(text: &str, now: &Now) -> Result<When, NotWhen> {
    if let Ok(at) = DateTime::parse_from_rfc3339(text.trim()) {
        let at = at.to_utc();
        return Ok(When { date: now.date(at), at: Some(at) });
    }
    let said = text.trim().to_lowercase();
    let spaced = apart(&said);
    let mut words: Vec<&str> =
        spaced.split([' ', ',', '\t']).filter(|word| !["", "at", "on", "until"].contains(word)).collect();
    let time = match words.last() {
        None => return Err(NotWhen::Empty),
        Some(last) => time_of_day(last)?,
    };
    if time.is_some() {
        words.pop();
    }
    let unknown = || NotWhen::Unknown(text.trim().to_owned());
    let too_far = || NotWhen::TooFar(text.trim().to_owned());
    let date = match (&words[..], time) {
        ([], Some(time)) => {
            let later = moment(now.today(), time, now.zone) > now.at;
            if later { Some(now.today()) } else { now.today().succ_opt() }.ok_or_else(too_far)?
        }
        (["in", count, unit] | [count, unit], time) if number(count).is_some() => {
            let count = number(count).unwrap_or_default();
            let unit = Unit::of(unit).ok_or_else(unknown)?;
            if time.is_some() && !unit.is_days() {
                return Err(unknown());
            }
            return after(count, unit, time, now).ok_or_else(too_far);
        }
        ([word], _) => day(word, now)?.ok_or_else(unknown)?,
        (["next", "week"], _) => next(Weekday::Mon, now).ok_or_else(too_far)?,
        _ => return Err(unknown()),
    };
    Ok(When { date, at: time.map(|time| moment(date, time, now.zone)) })
}

/// `2024-12-20t15:00` as two words, and `3d` too.
fn apart(said: &str) -> String {
    if let Some((date, time)) = said.split_once('t')
        && date.starts_with(|c: char| c.is_ascii_digit())
        && time.contains(':')
    {
        return format!("{date} {time}");
    }
    let mut words = Vec::new();
    for word in said.split_whitespace() {
        let unit = word.trim_start_matches(|c: char| c.is_ascii_digit());
        let is_short = !unit.is_empty() && unit.len() < word.len() && unit.chars().all(char::is_alphabetic);
        if is_short && !["am", "pm"].contains(&unit) {
            words.extend([&word[..word.len() - unit.len()], unit]);
        } else {
            words.push(word);
        }
    }
    words.join(" ")
}

/// How many: a number, or `a`. Nothing for what is no number; the largest for one too long to read.
fn number(word: &str) -> Option<u32> {
    match word {
        "a" | "an" | "one" => Some(1),
        _ if !word.is_empty() && word.chars().all(|c| c.is_ascii_digit()) => {
            Some(word.parse().unwrap_or(u32::MAX))
        }
        _ => None,
    }
}

/// What is counted.
#[derive(Clone, Copy)]
enum Unit {
    Minutes,
    Hours,
    Days,
    Weeks,
    Months,
}

impl Unit {
    fn of(word: &str) -> Option<Self> {
        Some(match word {
            "m" | "min" | "minute" | "minutes" => Self::Minutes,
            "h" | "hour" | "hours" => Self::Hours,
            "d" | "day" | "days" => Self::Days,
            "w" | "week" | "weeks" => Self::Weeks,
            "month" | "months" => Self::Months,
            _ => return None,
        })
    }

    fn is_days(self) -> bool {
        matches!(self, Self::Days | Self::Weeks | Self::Months)
    }
}

/// So many days, weeks or months from today, or hours or minutes from now. Nothing beyond the calendar.
fn after(count: u32, unit: Unit, time: Option<NaiveTime>, now: &Now) -> Option<When> {
    let today = now.today();
    let exact = |minutes: i64| {
        let at = now.at.checked_add_signed(TimeDelta::minutes(i64::from(count) * minutes))?;
        (at.year() < LAST_YEAR).then(|| When { date: now.date(at), at: Some(at) })
    };
    let date = match unit {
        Unit::Minutes => return exact(1),
        Unit::Hours => return exact(60),
        Unit::Days => today.checked_add_days(Days::new(count.into())),
        Unit::Weeks => today.checked_add_days(Days::new(u64::from(count) * 7)),
        Unit::Months => today.checked_add_months(Months::new(count)),
    };
    let date = date.filter(|date| date.year() < LAST_YEAR)?;
    Some(When { date, at: time.map(|time| moment(date, time, now.zone)) })
}

/// Years beyond this are typing mistakes, and would not be written with four digits.
const LAST_YEAR: i32 = 9999;

/// The day a word names: `today`, a weekday, a date. Nothing when it names none.
fn day(word: &str, now: &Now) -> Result<Option<NaiveDate>, NotWhen> {
    let today = now.today();
    Ok(match word {
        "today" | "tonight" => Some(today),
        "tomorrow" => today.succ_opt(),
        _ if word.starts_with(|c: char| c.is_ascii_digit()) && word.contains(['-', '/', '.']) => {
            let wrong = || NotWhen::NoSuchDay(word.to_owned());
            // Only the form that can be read one way; chrono alone would take years of any length.
            let form = word.split('-').map(str::len).collect::<Vec<_>>();
            let date = (form == [4, 2, 2]).then(|| NaiveDate::from_str(word).ok()).flatten();
            Some(date.ok_or_else(wrong)?)
        }
        _ => weekday(word).and_then(|day| next(day, now)),
    })
}

/// A weekday by its name or at least three letters of it.
fn weekday(word: &str) -> Option<Weekday> {
    const NAMES: [(&str, Weekday); 7] = [
        ("monday", Weekday::Mon),
        ("tuesday", Weekday::Tue),
        ("wednesday", Weekday::Wed),
        ("thursday", Weekday::Thu),
        ("friday", Weekday::Fri),
        ("saturday", Weekday::Sat),
        ("sunday", Weekday::Sun),
    ];
    let named = NAMES.iter().find(|(name, _)| word.len() >= 3 && name.starts_with(word));
    named.map(|(_, day)| *day)
}

/// The next such day after today.
fn next(wanted: Weekday, now: &Now) -> Option<NaiveDate> {
    let ahead = (wanted.num_days_from_monday() + 6 - now.today().weekday().num_days_from_monday()) % 7 + 1;
    now.today().checked_add_days(Days::new(ahead.into()))
}

/// The time of day a word names: `9:30`, `15:00`, `3pm`. Nothing when it is something else.
fn time_of_day(word: &str) -> Result<Option<NaiveTime>, NotWhen> {
    let wrong = || NotWhen::NoSuchTime(word.to_owned());
    let (clock, half) = match (word.strip_suffix("am"), word.strip_suffix("pm")) {
        (Some(clock), _) => (clock, Some(0)),
        (None, Some(clock)) => (clock, Some(12)),
        (None, None) => (word, None),
    };
    let is_clock = clock.starts_with(|c: char| c.is_ascii_digit());
    if !is_clock || (half.is_none() && !clock.contains(':')) {
        return Ok(None);
    }
    let (hour, minute) = clock.split_once(':').unwrap_or((clock, "00"));
    let part = |text: &str, lengths: std::ops::RangeInclusive<usize>| {
        let digits = lengths.contains(&text.len()) && text.chars().all(|c| c.is_ascii_digit());
        digits.then(|| text.parse::<u32>().ok()).flatten().ok_or_else(wrong)
    };
    let (hour, minute) = (part(hour, 1..=2)?, part(minute, 2..=2)?);
    let hour = match half {
        None => hour,
        Some(more) if (1..=12).contains(&hour) => hour % 12 + more,
        Some(_) => return Err(wrong()),
    };
    NaiveTime::from_hms_opt(hour, minute, 0).ok_or_else(wrong).map(Some)
}

/// The moment at which the clocks of `zone` show `time` on `date`: the first one where they show it twice, and as much
/// later as they jump where they never do.
pub fn moment(date: NaiveDate, time: NaiveTime, zone: Tz) -> DateTime<Utc> {
    let local = date.and_time(time);
    if let Some(at) = zone.from_local_datetime(&local).earliest() {
        return at.to_utc();
    }
    // In the gap: read it with the offset that held before. No zone jumps by more than a day.
    let before = zone.from_local_datetime(&(local - TimeDelta::days(1))).earliest();
    before.map_or_else(|| local.and_utc(), |at| (at + TimeDelta::days(1)).to_utc())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn now(at: &str, zone: Tz) -> Now {
        Now { at: at.parse().expect("a moment in a test"), zone }
    }

    /// What `text` means, in short: a day, or a day and the moment.
    fn read(text: &str, now: &Now) -> String {
        match parse(text, now) {
            Ok(When { date, at: None }) => date.to_string(),
            Ok(When { date, at: Some(at) }) => format!("{date} {}", at.format("%Y-%m-%dT%H:%MZ")),
            Err(error) => format!("{error:?}"),
        }
    }

    #[test]
    fn times_are_read_as_people_mean_them() {
        // A Sunday, ten o'clock in Berlin.
        let now = now("2024-12-15T09:00:00Z", Tz::Europe__Berlin);
        for (text, means) in [
            ("today", "2024-12-15"),
            ("tomorrow", "2024-12-16"),
            (" Tomorrow  15:00 ", "2024-12-16 2024-12-16T14:00Z"),
            ("tomorrow at 3pm", "2024-12-16 2024-12-16T14:00Z"),
            ("tomorrow 12am", "2024-12-16 2024-12-15T23:00Z"),
            ("monday", "2024-12-16"),
            ("Mon 9:30", "2024-12-16 2024-12-16T08:30Z"),
            ("fri", "2024-12-20"),
            ("on thurs", "2024-12-19"),
            ("sat", "2024-12-21"),
            // Sunday on a Sunday is the next one; `today` says the other.
            ("sunday", "2024-12-22"),
            ("next week", "2024-12-16"),
            ("in 3 days", "2024-12-18"),
            ("3 days", "2024-12-18"),
            ("3d", "2024-12-18"),
            ("in a week", "2024-12-22"),
            ("in 2 weeks", "2024-12-29"),
            ("in 2 weeks 11:00", "2024-12-29 2024-12-29T10:00Z"),
            ("in 1 month", "2025-01-15"),
            ("in 2 hours", "2024-12-15 2024-12-15T11:00Z"),
            ("in 90 minutes", "2024-12-15 2024-12-15T10:30Z"),
            ("2024-12-20", "2024-12-20"),
            ("2024-12-20 15:00", "2024-12-20 2024-12-20T14:00Z"),
            ("2024-12-20T15:00", "2024-12-20 2024-12-20T14:00Z"),
            ("2024-12-20T23:30:00Z", "2024-12-21 2024-12-20T23:30Z"),
            ("15:00", "2024-12-15 2024-12-15T14:00Z"),
            // Already past: the next time the clock shows it.
            ("09:00", "2024-12-16 2024-12-16T08:00Z"),
            ("10:00", "2024-12-16 2024-12-16T09:00Z"),
            ("10:01", "2024-12-15 2024-12-15T09:01Z"),
        ] {
            assert_eq!(read(text, &now), means, "{text}");
        }
    }

    #[test]
    fn months_end_and_clocks_change() {
        for (at, text, means) in [
            ("2024-02-28T12:00:00Z", "tomorrow", "2024-02-29"),
            ("2023-02-28T12:00:00Z", "tomorrow", "2023-03-01"),
            ("2024-01-31T12:00:00Z", "in 1 month", "2024-02-29"),
            ("2024-12-31T12:00:00Z", "in 1 day", "2025-01-01"),
            // It is tomorrow in Berlin already.
            ("2024-12-15T23:30:00Z", "today", "2024-12-16"),
            // The day the clocks go forward: it is two o'clock, and then three.
            ("2024-03-30T12:00:00Z", "tomorrow 01:59", "2024-03-31 2024-03-31T00:59Z"),
            ("2024-03-30T12:00:00Z", "tomorrow 02:30", "2024-03-31 2024-03-31T01:30Z"),
            ("2024-03-30T12:00:00Z", "tomorrow 03:00", "2024-03-31 2024-03-31T01:00Z"),
            ("2024-03-30T12:00:00Z", "in 2 days 09:00", "2024-04-01 2024-04-01T07:00Z"),
            // The day they go back: half past two comes twice, and the first counts.
            ("2024-10-26T12:00:00Z", "tomorrow 02:30", "2024-10-27 2024-10-27T00:30Z"),
            ("2024-10-26T12:00:00Z", "tomorrow 03:00", "2024-10-27 2024-10-27T02:00Z"),
            // Hours are real ones.
            ("2024-10-26T22:00:00Z", "in 4 hours", "2024-10-27 2024-10-27T02:00Z"),
        ] {
            assert_eq!(read(text, &now(at, Tz::Europe__Berlin)), means, "{text} on {at}");
        }
    }

    #[test]
    fn a_day_begins_when_its_clocks_say_so() {
        for (zone, at, text, begins) in [
            (Tz::Europe__Berlin, "2024-12-15T09:00:00Z", "tomorrow", "2024-12-15T23:00:00Z"),
            (Tz::America__New_York, "2024-12-15T09:00:00Z", "tomorrow", "2024-12-16T05:00:00Z"),
            // Midnight does not exist where clocks go forward at that hour: the day begins at one.
            (Tz::Asia__Beirut, "2024-03-30T09:00:00Z", "tomorrow", "2024-03-30T22:00:00Z"),
            // A whole day was left out.
            (Tz::Pacific__Apia, "2011-12-29T12:00:00Z", "2011-12-30", "2011-12-30T10:00:00Z"),
        ] {
            let now = now(at, zone);
            let when = parse(text, &now).expect("a day");
            assert_eq!(when.moment(&now), begins.parse::<DateTime<Utc>>().expect("a moment"), "{zone}");
        }
    }

    #[test]
    fn what_is_no_time_is_said_in_one_sentence() {
        let now = now("2024-12-15T09:00:00Z", Tz::UTC);
        for (text, means) in [
            ("", "Empty"),
            (" at ", "Empty"),
            ("soon", r#"Unknown("soon")"#),
            ("mo", r#"Unknown("mo")"#),
            ("next monday", r#"Unknown("next monday")"#),
            ("yesterday", r#"Unknown("yesterday")"#),
            ("5", r#"Unknown("5")"#),
            ("in 3 fortnights", r#"Unknown("in 3 fortnights")"#),
            ("in 2 hours 15:00", r#"Unknown("in 2 hours 15:00")"#),
            ("in -3 days", r#"Unknown("in -3 days")"#),
            ("2024-02-30", r#"NoSuchDay("2024-02-30")"#),
            ("20.12.2024", r#"NoSuchDay("20.12.2024")"#),
            ("04/05/2024", r#"NoSuchDay("04/05/2024")"#),
            ("24-12-20", r#"NoSuchDay("24-12-20")"#),
            ("tomorrow 25:00", r#"NoSuchTime("25:00")"#),
            ("15:7", r#"NoSuchTime("15:7")"#),
            ("13pm", r#"NoSuchTime("13pm")"#),
            ("in 99999999999999 days", r#"TooFar("in 99999999999999 days")"#),
            ("in 4000000000 hours", r#"TooFar("in 4000000000 hours")"#),
            ("in 4000000 months", r#"TooFar("in 4000000 months")"#),
        ] {
            assert_eq!(read(text, &now), means, "{text}");
        }
        let sentence = parse("soon", &now).expect_err("no time").to_string();
        assert!(sentence.starts_with("`soon` is no time we understand: write tomorrow"), "{sentence}");
    }
}
