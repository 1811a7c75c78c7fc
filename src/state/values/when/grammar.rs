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

/// The time `text` names. What it says of its own direction (`in`, `ago`, `yesterday`) wins over `direction`. The hour
/// may stand alone behind a day: `tomorrow 15`.
pub(super) fn read(text: &str, now: &Now, direction: Direction) -> Result<When, NotWhen> {
    match (read_plain(text, now, direction), with_minutes(text)) {
        (Err(unknown @ NotWhen::Unknown(_)), Some(text)) => match read_plain(&text, now, direction) {
            Ok(when) => Ok(when),
            Err(_) => Err(unknown),
        },
        (read, _) => read,
    }
}

/// `tomorrow 15:00` for `tomorrow 15`.
fn with_minutes(text: &str) -> Option<String> {
    let text = text.trim_end();
    let hour = &text[text.rfind(char::is_whitespace)?..].trim_start();
    (hour.len() <= 2 && hour.parse::<u32>().is_ok_and(|hour| hour < 24)).then(|| format!("{text}:00"))
}

/// The same, where every time of day has its minutes, or its half of the day.
pub(super) fn read_plain(text: &str, now: &Now, direction: Direction) -> Result<When, NotWhen> {
    if let Ok(at) = DateTime::parse_from_rfc3339(text.trim()) {
        let at = at.to_utc();
        return Ok(When { date: now.date(at), at: Some(at) });
    }
    let said = words(text);
    let words: Vec<&str> = said.iter().map(String::as_str).collect();
    let (words, time) = apart(&words).ok_or(NotWhen::Empty)?;
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
    let (on, words) = match words {
        [name, date @ ..] if is_whole_date(date) && named(name).is_some() => (named(name), date),
        _ => (None, words),
    };
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
        ["next", "month"] => {
            now.today().with_day(1).and_then(|first| first.checked_add_months(Months::new(1)))
        }
        ["next", word] => in_next_week(named(word).ok_or_else(unknown)?, now),
        ["this", word] => weekday(named(word).ok_or_else(unknown)?, now, Direction::Ahead),
        ["last", word] => weekday(named(word).ok_or_else(unknown)?, now, Direction::Back),
        _ => match dated(words) {
            Some((day, month, year)) => {
                let wrong = || NotWhen::NoSuchDay(words.join(" "));
                Some(in_calendar(day, month, year, on, now, direction).ok_or_else(wrong)?)
            }
            None => None,
        },
    };
    let date = date.ok_or_else(unknown)?;
    if on.is_some_and(|weekday| weekday != date.weekday()) {
        return Err(NotWhen::OtherWeekday(text.trim().to_owned(), date));
    }
    Ok(When { date, at: time?.map(|time| moment(date, time, now.zone)) })
}

/// Whether `text` says of itself that it looks back.
pub(super) fn looks_back(text: &str) -> bool {
    words(text).iter().any(|word| ["yesterday", "ago", "last"].contains(&word.as_str()))
}

/// Whether `head`, at the beginning of a line, can hardly be anything but a time: `3 days` may well be how long
/// something takes, `1:1` a meeting, and `sat down with them` what was done.
pub(super) fn is_plain(head: &str) -> bool {
    let head = head.trim_start().to_lowercase();
    let (first, rest) = first_word(&head);
    if PARTICLES.contains(&first) {
        return !begins_with_digit(rest) || is_plain(rest);
    }
    if !begins_with_digit(first) {
        return number(first).is_none() && !is_word_alone(&head);
    }
    let (next, after) = first_word(rest);
    if is_clock(first) {
        return !begins_with_digit(rest) || is_plain(rest);
    }
    if HALVES.contains(&next) {
        return !begins_with_digit(after) || is_plain(after);
    }
    let marks = first.chars().filter(|c| ['-', '/', '.'].contains(c)).count();
    let is_date = marks > 1 || first.contains('/');
    let month = Some(letters(first)).filter(|month| !month.is_empty());
    is_date || month.is_some_and(|month| month_named(month).is_some()) || month_named(next).is_some()
}

/// Whether `text` is one word that means something else as well.
pub(super) fn is_word_alone(text: &str) -> bool {
    is_short_weekday(text) || text.trim().eq_ignore_ascii_case("now")
}

/// Whether `text` is a weekday in short that is also a word of its own.
pub(super) fn is_short_weekday(text: &str) -> bool {
    ["sat", "sun", "wed"].contains(&&*text.trim().to_lowercase())
}

/// What `title` begins with, where that looks like a time of day though it is written as none: `at 9`, `15.00`, `9h30`,
/// `9 o'clock`.
pub(super) fn clock_at_start(title: &str) -> Option<&str> {
    let (first, rest) = first_word(title);
    if first.eq_ignore_ascii_case("at") {
        return Some(first_word(rest).0).filter(|word| begins_with_digit(word));
    }
    let is_hour = |text: &str| text.len() <= 2 && text.parse::<u32>().is_ok_and(|hour| hour <= 24);
    let is_minute = |text: &str| text.len() == 2 && text.parse::<u32>().is_ok_and(|minute| minute < 60);
    let parted = first.split_once(['.', 'h', 'H']);
    let is_clock = parted.is_some_and(|(hour, minute)| is_hour(hour) && is_minute(minute))
        || (is_hour(first)
            && ["o'clock", "o\u{2019}clock", "uhr"].contains(&&*first_word(rest).0.to_lowercase()));
    is_clock.then_some(first)
}

/// Whether `head` ends in the middle of a time, or of something else: `fri at`.
pub(super) fn ends_open(head: &str) -> bool {
    head.split_whitespace().last().is_some_and(|word| PARTICLES.contains(&&*word.to_lowercase()))
}

/// Words that say nothing of their own.
const PARTICLES: [&str; 6] = ["at", "on", "until", "by", "for", "due"];

/// The halves of a day.
const HALVES: [&str; 2] = ["am", "pm"];

fn begins_with_digit(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_digit())
}

fn first_word(text: &str) -> (&str, &str) {
    let text = text.trim_start();
    let end = text.find(char::is_whitespace).unwrap_or(text.len());
    (text[..end].trim_end_matches(','), text[end..].trim_start())
}

/// What follows the digits that `word` begins with.
fn letters(word: &str) -> &str {
    word.trim_start_matches(|c: char| c.is_ascii_digit())
}

/// Whether `word` looks like a time of day: `15:00`, `3pm`, but not `1:1`.
fn is_clock(word: &str) -> bool {
    word.split_once(':').is_some_and(|(_, minutes)| minutes.len() >= 2) || HALVES.contains(&letters(word))
}

/// The time of day, if one was said. A wrong one is told only where the day is right.
type TimeSaid = Result<Option<NaiveTime>, NotWhen>;

/// The words of the day, and the time of it, which is said last or first.
fn apart<'a>(words: &'a [&'a str]) -> Option<(&'a [&'a str], TimeSaid)> {
    let (last, before) = words.split_last()?;
    if let Some(time) = time_of_day(last).transpose() {
        return Some((before, time.map(Some)));
    }
    let (first, after) = words.split_first()?;
    Some(match time_of_day(first).transpose() {
        Some(time) => (after, time.map(Some)),
        None => (words, Ok(None)),
    })
}

/// Whether `words` name a day and its month: `20 dec`, `20 dec 2024`, `2024-12-20`.
fn is_whole_date(words: &[&str]) -> bool {
    match words {
        [word] => begins_with_digit(word) && word.contains('-'),
        _ => dated(words).is_some(),
    }
}

/// `text` in words: `2024-12-20T15:00` are two, and so are `3d` and `20dec`; `3 pm` is one.
fn words(text: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    let said = text.to_lowercase();
    for word in said.split(|c: char| c.is_whitespace() || c == ',') {
        if word.is_empty() || PARTICLES.contains(&word) {
            continue;
        }
        let unit = letters(word);
        let count = &word[..word.len() - unit.len()];
        if HALVES.contains(&word)
            && let Some(hour) = words.last_mut().filter(|hour| begins_with_digit(hour))
        {
            hour.push_str(word);
        } else if let Some((date, time)) = word.split_once('t')
            && date.contains('-')
            && begins_with_digit(date)
            && begins_with_digit(time)
        {
            words.extend([date.to_owned(), time.to_owned()]);
        } else if !count.is_empty() && (Unit::of(unit).is_some() || month_named(unit).is_some()) {
            words.extend([count.to_owned(), unit.to_owned()]);
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
    const NAMES: &str = "monday tuesday wednesday thursday friday saturday sunday";
    let place = NAMES.split(' ').position(|name| word.len() >= 3 && name.starts_with(word))?;
    Weekday::try_from(u8::try_from(place).ok()?).ok()
}

/// The next such day after today, or the last one before.
fn weekday(wanted: Weekday, now: &Now, direction: Direction) -> Option<NaiveDate> {
    let (wanted, is) = (wanted.num_days_from_monday(), now.today().weekday().num_days_from_monday());
    match direction {
        Direction::Ahead => now.today().checked_add_days(Days::new(((wanted + 6 - is) % 7 + 1).into())),
        Direction::Back => now.today().checked_sub_days(Days::new(((is + 6 - wanted) % 7 + 1).into())),
    }
}

/// That day of the week that begins with the next Monday.
fn in_next_week(wanted: Weekday, now: &Now) -> Option<NaiveDate> {
    let monday = weekday(Weekday::Mon, now, Direction::Ahead)?;
    monday.checked_add_days(Days::new(wanted.num_days_from_monday().into()))
}

/// Day, month and year of `20 dec`, `dec 20th` and `20 dec 2024`.
fn dated(words: &[&str]) -> Option<(u32, u32, Option<i32>)> {
    let (words, year) = match words {
        [day, month, year] if year.len() == 4 => (&[*day, *month][..], Some(year.parse().ok()?)),
        [_, _] => (words, None),
        _ => return None,
    };
    let day = |word: &str| {
        let digits = &word[..word.len() - letters(word).len()];
        ["", ".", "st", "nd", "rd", "th"]
            .contains(&letters(word))
            .then(|| digits.parse::<u32>().ok())
            .flatten()
    };
    let (day, month) = match words {
        [first, second] => match (day(first), month_named(second)) {
            (Some(day), Some(month)) => (day, month),
            _ => (day(second)?, month_named(first)?),
        },
        _ => return None,
    };
    Some((day, month, year))
}

/// That day of the year named, or of the nearest year that way; with a weekday, of this year if it falls on it, as what
/// is printed without a year does. Nothing when the calendar never has it.
fn in_calendar(
    day: u32,
    month: u32,
    year: Option<i32>,
    weekday: Option<Weekday>,
    now: &Now,
    direction: Direction,
) -> Option<NaiveDate> {
    let date = |year: i32| NaiveDate::from_ymd_opt(year, month, day);
    let this = now.today().year();
    let beside = if direction == Direction::Ahead { this + 1 } else { this - 1 };
    let falls = |date: &NaiveDate| Some(date.weekday()) == weekday;
    if year.is_none()
        && let Some(date) = [this, beside].into_iter().filter_map(date).find(falls)
    {
        return Some(date);
    }
    match (year, direction) {
        (Some(year), _) => date(year).filter(|_| YEARS.contains(&year)),
        // Eight years hold a leap day, whatever the century does.
        (None, Direction::Ahead) => (this..=this + 8).filter_map(date).find(|date| *date >= now.today()),
        (None, Direction::Back) => (this - 8..=this).rev().filter_map(date).find(|date| *date <= now.today()),
    }
}

/// The time of day a word names: `9:30`, `15:00`, `3pm`, `noon`. Nothing when it is something else.
fn time_of_day(word: &str) -> TimeSaid {
    if word == "noon" {
        return Ok(NaiveTime::from_hms_opt(12, 0, 0));
    }
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
