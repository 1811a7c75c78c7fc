//! When something is to be, or was, as people type it: `tomorrow 15:00`, `fri`, `next tue 3pm`, `in 3 days`, `20 dec`,
//! `yesterday`, `2 h ago`, `2024-12-20`.
//!
//! Days are those of the business zone. One grammar, read in two directions: [`parse`] and [`exactly`] look ahead, where
//! a weekday is the next one after today and a bare time of day the next time the clock shows it; [`past`] looks back,
//! where they are the last ones. A whole date is that date either way.

mod grammar;

use chrono::{DateTime, NaiveDate, NaiveTime, Utc};

use self::grammar::{Direction, read};
use super::time::{EARLIEST, Now, moment};

/// A day, and the moment of it where a time was said.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct When {
    /// The day in the business zone.
    pub date: NaiveDate,
    /// The moment; nothing when only a day was said.
    pub at: Option<DateTime<Utc>>,
}

impl From<NaiveDate> for When {
    fn from(date: NaiveDate) -> Self {
        Self { date, at: None }
    }
}

impl When {
    /// The moment that was said, or the one in which the day begins.
    pub fn moment(&self, now: &Now) -> DateTime<Utc> {
        self.at.unwrap_or_else(|| moment(self.date, NaiveTime::MIN, now.zone))
    }
}

/// Why a text names no time, or not the one that is asked for.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotWhen {
    /// Nothing was written.
    #[error("no time was given: write tomorrow, fri, in 3 days, 15:00, 2024-12-20 or 2024-12-20 15:00")]
    Empty,
    /// No way of saying it that we know.
    #[error("`{0}` is not a time: write tomorrow, fri, in 3 days, 15:00, 2024-12-20 or 2024-12-20 15:00")]
    Unknown(String),
    /// The same, where what was is asked for.
    #[error("`{0}` is not a time: write yesterday, fri, 3 days ago, 15:00, 2024-12-20 or 2024-12-20 15:00")]
    UnknownPast(String),
    /// It looks like a date and is none.
    #[error("`{0}` is not a calendar day: write it as year-month-day, like 2024-12-20")]
    NoSuchDay(String),
    /// A date, and a weekday on which it does not fall.
    #[error("`{0}` is not a calendar day: {day}", day = .1.format("%-d %b %Y is a %A"))]
    OtherWeekday(String, NaiveDate),
    /// It looks like a time of day and is none.
    #[error("`{0}` is not a time of day: write it like 9:30 or 15:00")]
    NoSuchTime(String),
    /// A title that begins with what looks like a time.
    #[error(
        "`{0}` may be a time or part of the task: write one day and one time like 15:00, or a colon before the task"
    )]
    Unclear(String),
    /// Beyond the calendar.
    #[error("`{0}` is too far away: name a nearer day")]
    TooFar(String),
    /// What lies behind, where what is to come is asked for.
    #[error("`{0}` is in the past: name a time to come, such as tomorrow or in 3 days")]
    Behind(String),
    /// What is to come, where what was is asked for.
    #[error("`{0}` is in the future: say when it happened, such as yesterday 15:00 or 2 h ago")]
    NotYet(String),
    /// Only a day, where the time matters.
    #[error("`{0}` has no time: add a time, such as {0} 15:00")]
    NoTime(String),
    /// Nothing was written, where the time matters.
    #[error("no time was given: write tomorrow 15:00, fri 9:30, in 2 h, 20 dec 15:00 or 2024-12-20 15:00")]
    NoMoment,
    /// No way of saying it that we know, where the time matters.
    #[error("`{0}` is not a time: write tomorrow 15:00, fri 9:30, in 2 h, 20 dec 15:00 or 2024-12-20 15:00")]
    UnknownMoment(String),
}

/// The time to come that `text` names, as seen from `now`. A whole date is taken as it stands, even one that has passed.
///
/// # Errors
/// When it names none; the sentence says how to write one.
pub fn parse(text: &str, now: &Now) -> Result<When, NotWhen> {
    read(text, now, Direction::Ahead).and_then(|when| ahead(text, when))
}

fn ahead(text: &str, when: When) -> Result<When, NotWhen> {
    if grammar::looks_back(text) { Err(NotWhen::Behind(text.trim().to_owned())) } else { Ok(when) }
}

/// The moment that `text` names, whose time of day matters, such as that of a call: `tomorrow 15:00`, `in 2 h`. One that
/// has passed is named by its date, or by `yesterday` and `ago`.
///
/// # Errors
/// When it names none, or only a day.
pub fn exactly(text: &str, now: &Now) -> Result<DateTime<Utc>, NotWhen> {
    let when = read(text, now, Direction::Ahead).map_err(|error| match error {
        NotWhen::Empty => NotWhen::NoMoment,
        NotWhen::Unknown(text) => NotWhen::UnknownMoment(text),
        other => other,
    })?;
    when.at.ok_or_else(|| NotWhen::NoTime(text.trim().to_owned()))
}

/// The moment at which something happened, as seen from `now`: `yesterday`, `2 h ago`, `mon` (the last one), `15:00` (when
/// the clock last showed it). A day without a time is its noon, or now while that is still to come.
///
/// # Errors
/// When it names none, or one that is in the future.
pub fn past(text: &str, now: &Now) -> Result<DateTime<Utc>, NotWhen> {
    let When { date, at } = read(text, now, Direction::Back).map_err(|error| match error {
        NotWhen::Unknown(text) => NotWhen::UnknownPast(text),
        other => other,
    })?;
    let noon = NaiveTime::from_hms_opt(12, 0, 0).unwrap_or_default();
    let then = match at {
        None if date == now.today() => now.at.min(moment(date, noon, now.zone)),
        None => moment(date, noon, now.zone),
        Some(at) => at,
    };
    match () {
        () if then > now.at => Err(NotWhen::NotYet(text.trim().to_owned())),
        () if then.date_naive() < EARLIEST => Err(NotWhen::TooFar(text.trim().to_owned())),
        () => Ok(then),
    }
}

/// The day on which something is to be, for a comparison: any time without an hour, even one that has passed.
///
/// # Errors
/// When `text` names none, or a time of day with it.
pub fn day_ahead(text: &str, now: &Now) -> Result<NaiveDate, NotWhen> {
    day(text, read(text, now, Direction::Ahead)?)
}

/// The same where weekdays and days without a year are the last ones.
///
/// # Errors
/// When `text` names none, or a time of day with it.
pub fn day_back(text: &str, now: &Now) -> Result<NaiveDate, NotWhen> {
    day(text, read(text, now, Direction::Back)?)
}

fn day(text: &str, when: When) -> Result<NaiveDate, NotWhen> {
    if when.at.is_none() { Ok(when.date) } else { Err(NotWhen::Unknown(text.trim().to_owned())) }
}

/// A task in one line: when it is due, if `line` says so, and the title. The time stands first or last, as in
/// `fri: send the guide`, `tomorrow 15:00 call them` and `send the guide by fri`. With a time before a colon, what stands
/// behind it is the title. A line in quotes, or behind a colon, is a title as it stands. A word at the beginning that is
/// no time in the first place, such as `sat`, begins the title.
///
/// # Errors
/// When it begins with what looks like a time and is none, such as `31 feb`, or with more than one.
pub fn task<'a>(line: &'a str, now: &Now) -> Result<(Option<When>, &'a str), NotWhen> {
    let line = line.trim();
    let quoted = line.strip_prefix('"').and_then(|line| line.strip_suffix('"'));
    if let Some(title) = quoted.filter(|title| !title.contains('"')) {
        return Ok((None, title.trim()));
    }
    if let Some((head, rest)) = split_at_colon(line) {
        match parse(head, now) {
            _ if head.is_empty() => return Ok((None, rest)),
            Ok(when) => return Ok((Some(when), rest)),
            // A title may have a colon of its own.
            Err(NotWhen::Unknown(_) | NotWhen::Empty) => {}
            Err(error) => return Err(error),
        }
    }
    if let (Some(when), title) = leading(line, now)? {
        return Ok((Some(when), title));
    }
    Ok(trailing(line, now).map_or((None, line), |(when, title)| (Some(when), title)))
}

/// The time that `line` begins with, and what is left.
fn leading<'a>(line: &'a str, now: &Now) -> Result<(Option<When>, &'a str), NotWhen> {
    let (when, title) = match longest(line, now)? {
        Some((when, head)) => (Some(when), line[head.len()..].trim_start()),
        None => (None, line),
    };
    let is_second = when.is_some() && title.starts_with(|c: char| c.is_ascii_digit());
    let second = if is_second { longest(title, now).ok().flatten() } else { None };
    match second.map(|(_, head)| head).or_else(|| grammar::clock_at_start(title)) {
        Some(time) => Err(NotWhen::Unclear(time.to_owned())),
        None => Ok((when, title)),
    }
}

/// The longest time to come that `line` ends with, and what stands before it. One that has passed is a part of the title.
fn trailing<'a>(line: &'a str, now: &Now) -> Option<(When, &'a str)> {
    let starts: Vec<usize> =
        line.match_indices(char::is_whitespace).map(|(at, space)| at + space.len()).collect();
    let longest = starts.iter().skip(starts.len().saturating_sub(MOST_WORDS));
    longest.copied().find_map(|start| {
        let (title, tail) = (line[..start].trim_end(), &line[start..]);
        // A weekday that is also a word is meant as a day where it ends the line: `call them wed`.
        let is_time = grammar::is_plain(tail) || grammar::is_short_weekday(tail);
        let when = parse(tail, now).ok().filter(|when| is_time && when.date >= now.today())?;
        (!title.is_empty()).then_some((when, title))
    })
}

/// The longest time to come that `line` begins with, and its words.
fn longest<'a>(line: &'a str, now: &Now) -> Result<Option<(When, &'a str)>, NotWhen> {
    let mut found = Ok(None);
    let ends = line.match_indices(char::is_whitespace).map(|(end, _)| end).chain([line.len()]);
    let heads = ends.map(|end| &line[..end]).take(MOST_WORDS);
    for head in heads.filter(|head| grammar::is_plain(head) && !grammar::ends_open(head)) {
        let read = grammar::read_plain(head, now, Direction::Ahead).and_then(|when| ahead(head, when));
        match read {
            Ok(when) => found = Ok(Some((when, head))),
            Err(
                error @ (NotWhen::NoSuchDay(_)
                | NotWhen::OtherWeekday(..)
                | NotWhen::NoSuchTime(_)
                | NotWhen::TooFar(_)),
            ) => found = Err(error),
            Err(
                NotWhen::Empty
                | NotWhen::Unknown(_)
                | NotWhen::UnknownPast(_)
                | NotWhen::Unclear(_)
                | NotWhen::Behind(_)
                | NotWhen::NotYet(_)
                | NotWhen::NoTime(_)
                | NotWhen::NoMoment
                | NotWhen::UnknownMoment(_),
            ) => {}
        }
    }
    found
}

/// No time takes more words than this: `on Fri 20 Dec 2024 at 3 pm`.
const MOST_WORDS: usize = 8;

/// What stands before and after the first colon that is none of a time of day.
fn split_at_colon(line: &str) -> Option<(&str, &str)> {
    let is_end = |(at, _): &(usize, &str)| {
        let rest = &line[at + 1..];
        rest.is_empty() || rest.starts_with(char::is_whitespace)
    };
    let (at, _) = line.match_indices(':').find(is_end)?;
    Some((line[..at].trim(), line[at + 1..].trim()))
}
