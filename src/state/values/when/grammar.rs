//! The words for a time, and the day or moment they mean.

use std::str::FromStr;

use chrono::{Datelike, Days, Months, NaiveDate, NaiveTime, TimeDelta, Weekday};

use crate::state::values::time::{Now, month_named};
use crate::state::values::when::{DateTime, NotWhen, When, moment};

/// Which of several a word means that names one every week, year or day.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Direction {
    /// The next.
    Ahead,
    /// The last.
    Back,
}

/// The time `text` names. What it says of its own direction (`in`, `ago`, `yesterday`) wins over `direction`.
pub(super) fn read(text: &str, now: &Now, direction: Direction) -> Result<When, NotWhen> {
    if let Ok(at) = DateTime::parse_from_rfc3339(text.trim()) {
        let at = at.to_utc();
        return Ok(When { date: now.date(at), at: Some(at) });
    }
    let said = words(text);
    let words: Vec<&str> = said.iter().map(String::as_str).collect();
    let time = words.last().ok_or(NotWhen::Empty)?;
    let (words, time) = match time_of_day(time).transpose() {
        None => (&words[..], Ok(None)),
        Some(time) => (&words[..words.len() - 1], time.map(Some)),
    };
    let unknown = || NotWhen::Unknown(text.trim().to_owned());
    let too_far = || NotWhen::TooFar(text.trim().to_owned());
    let counted = match words {
        ["in", count, unit] => Some((count, unit, Direction::Ahead)),
        [count, unit, "ago"] => Some((count, unit, Direction::Back)),
        [count, unit] => Some((count, unit, direction)),
        _ => None,
    };
    if let Some((count, unit, direction)) = counted
        && let Some(count) = number(count)
        && month_named(unit).is_none()
    {
        let unit = Unit::of(unit).ok_or_else(unknown)?;
        return match time? {
            Some(_) if !unit.is_days() => Err(unknown()),
            time => counting(count, unit, direction, time, now).ok_or_else(too_far),
        };
    }
    let date = match words {
        [] => {
            let Some(time) = time.clone()? else { return Err(NotWhen::Empty) };
            let at = moment(now.today(), time, now.zone);
            match direction {
                Direction::Ahead if at <= now.at => now.today().succ_opt(),
                Direction::Back if at > now.at => now.today().pred_opt(),
                Direction::Ahead | Direction::Back => Some(now.today()),
            }
        }
        ["now"] if time == Ok(None) => return Ok(When { date: now.today(), at: Some(now.at) }),
        [word] => day(word, now, direction)?,
        ["next", "week"] => weekday(Weekday::Mon, now, Direction::Ahead),
        ["last", word] => weekday(named(word).ok_or_else(unknown)?, now, Direction::Back),
        _ => match dated(words) {
            Some((day, month, year)) => {
                let wrong = || NotWhen::NoSuchDay(words.join(" "));
                Some(in_calendar(day, month, year, now, direction).ok_or_else(wrong)?)
            }
            None => None,
        },
    };
    let date = date.ok_or_else(unknown)?;
    Ok(When { date, at: time?.map(|time| moment(date, time, now.zone)) })
}

/// Whether `text` says of itself that it looks back.
pub(super) fn looks_back(text: &str) -> bool {
    words(text).iter().any(|word| ["yesterday", "ago", "last"].contains(&word.as_str()))
}

/// Whether `head`, at the beginning of a line, can hardly be anything but a time: `3 days` may well be how long
/// something takes, `1:1` a meeting, and `sat down with them` what was done.
pub(super) fn is_plain(head: &str) -> bool {
    let mut words = head.split_whitespace();
    let first = words.next().unwrap_or_default().to_lowercase();
    if !first.starts_with(|c: char| c.is_ascii_digit()) {
        let is_word = ["sat", "sun", "wed", "now"].contains(&first.as_str()) && words.next().is_none();
        return number(&first).is_none() && !is_word;
    }
    let is_clock = first.split_once(':').is_some_and(|(_, minutes)| minutes.len() >= 2)
        || first.ends_with("am")
        || first.ends_with("pm");
    let marks = first.chars().filter(|c| ['-', '/', '.'].contains(c)).count();
    let is_date = marks > 1 || first.contains('/');
    is_clock || is_date || words.next().and_then(month_named).is_some()
}

/// `text` in words: `2024-12-20T15:00` are two, and `3d` too.
fn words(text: &str) -> Vec<String> {
    let said = text.trim().to_lowercase();
    let spaced = match said.split_once('t') {
        Some((date, time)) if date.starts_with(|c: char| c.is_ascii_digit()) && time.contains(':') => {
            format!("{date} {time}")
        }
        _ => said,
    };
    let mut words = Vec::new();
    for word in spaced.split([' ', ',', '\t']).filter(|word| !["", "at", "on", "until"].contains(word)) {
        let unit = word.trim_start_matches(|c: char| c.is_ascii_digit());
        let is_short = !unit.is_empty() && unit.len() < word.len() && unit.chars().all(char::is_alphabetic);
        if is_short && !["am", "pm"].contains(&unit) {
            words.extend([word[..word.len() - unit.len()].to_owned(), unit.to_owned()]);
        } else {
            words.push(word.to_owned());
        }
    }
    words
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
fn counting(
    count: u32,
    unit: Unit,
    direction: Direction,
    time: Option<NaiveTime>,
    now: &Now,
) -> Option<When> {
    let ahead = direction == Direction::Ahead;
    let exact = |minutes: i64| {
        let span = TimeDelta::minutes(i64::from(count) * minutes);
        let at = now.at.checked_add_signed(if ahead { span } else { -span })?;
        YEARS.contains(&at.year()).then(|| When { date: now.date(at), at: Some(at) })
    };
    let days = |count: u64| {
        let (today, days) = (now.today(), Days::new(count));
        if ahead { today.checked_add_days(days) } else { today.checked_sub_days(days) }
    };
    let date = match unit {
        Unit::Minutes => return exact(1),
        Unit::Hours => return exact(60),
        Unit::Days => days(count.into()),
        Unit::Weeks => days(u64::from(count) * 7),
        Unit::Months if ahead => now.today().checked_add_months(Months::new(count)),
        Unit::Months => now.today().checked_sub_months(Months::new(count)),
    };
    let date = date.filter(|date| YEARS.contains(&date.year()))?;
    Some(When { date, at: time.map(|time| moment(date, time, now.zone)) })
}

/// Years before and beyond these are typing mistakes, and later ones would not be written with four digits.
const YEARS: std::ops::Range<i32> = 1900..9999;

/// The day a word names: `today`, a weekday, a date. Nothing when it names none.
fn day(word: &str, now: &Now, direction: Direction) -> Result<Option<NaiveDate>, NotWhen> {
    let today = now.today();
    Ok(match word {
        "today" | "tonight" => Some(today),
        "tomorrow" => today.succ_opt(),
        "yesterday" => today.pred_opt(),
        _ if word.starts_with(|c: char| c.is_ascii_digit()) && word.contains(['-', '/', '.']) => {
            let wrong = || NotWhen::NoSuchDay(word.to_owned());
            // Only the form that can be read one way; chrono alone would take years of any length.
            let form = word.split('-').map(str::len).collect::<Vec<_>>();
            let date = (form == [4, 2, 2]).then(|| NaiveDate::from_str(word).ok()).flatten();
            Some(date.ok_or_else(wrong)?)
        }
        _ => named(word).and_then(|day| weekday(day, now, direction)),
    })
}

/// The weekday by its name, or at least three letters of it.
fn named(word: &str) -> Option<Weekday> {
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

/// The next such day after today, or the last one before.
fn weekday(wanted: Weekday, now: &Now, direction: Direction) -> Option<NaiveDate> {
    let (wanted, is) = (wanted.num_days_from_monday(), now.today().weekday().num_days_from_monday());
    match direction {
        Direction::Ahead => now.today().checked_add_days(Days::new(((wanted + 6 - is) % 7 + 1).into())),
        Direction::Back => now.today().checked_sub_days(Days::new(((is + 6 - wanted) % 7 + 1).into())),
    }
}

/// Day, month and year of `20 dec`, `dec 20` and `20 dec 2024`.
fn dated(words: &[&str]) -> Option<(u32, u32, Option<i32>)> {
    let (words, year) = match words {
        [day, month, year] if year.len() == 4 => (&[*day, *month][..], Some(year.parse().ok()?)),
        [_, _] => (words, None),
        _ => return None,
    };
    let day = |word: &str| word.trim_end_matches('.').parse::<u32>().ok();
    let (day, month) = match words {
        [first, second] => match (day(first), month_named(second)) {
            (Some(day), Some(month)) => (day, month),
            _ => (day(second)?, month_named(first)?),
        },
        _ => return None,
    };
    Some((day, month, year))
}

/// That day of the year named, or of the nearest year that way. Nothing when the calendar never has it.
fn in_calendar(
    day: u32,
    month: u32,
    year: Option<i32>,
    now: &Now,
    direction: Direction,
) -> Option<NaiveDate> {
    let date = |year: i32| NaiveDate::from_ymd_opt(year, month, day);
    let this = now.today().year();
    match (year, direction) {
        (Some(year), _) => date(year).filter(|_| YEARS.contains(&year)),
        // Eight years hold a leap day, whatever the century does.
        (None, Direction::Ahead) => (this..=this + 8).filter_map(date).find(|date| *date >= now.today()),
        (None, Direction::Back) => (this - 8..=this).rev().filter_map(date).find(|date| *date <= now.today()),
    }
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
