//! Days and moments as people say them, in the business time zone.

use chrono::{DateTime, Datelike, NaiveDate, NaiveTime, Utc};

use super::lists;
use crate::state::values::time;
use crate::state::{FactValue, Now};

/// `Mon 16 Dec`, and the year where it is not this one, `Mon 6 Jan 2025`.
pub fn day(now: &Now, date: NaiveDate) -> String {
    let format = if date.year() == now.today().year() { "%a %-d %b" } else { "%a %-d %b %Y" };
    date.format(format).to_string()
}

/// In a narrow column of a screen, in eleven cells at most: `16 Dec`, and `6 Jan 2025` in another year.
pub fn short_day(now: &Now, date: NaiveDate) -> String {
    let format = if date.year() == now.today().year() { "%-d %b" } else { "%-d %b %Y" };
    date.format(format).to_string()
}

/// A day as one may type it: `16 dec`.
pub fn day_to_type(date: NaiveDate) -> String {
    date.format("%-d %b").to_string().to_lowercase()
}

/// `value` as people read it: a date as they say it.
pub fn fact(now: &Now, value: &FactValue) -> String {
    if let FactValue::Date(date) = value { day(now, *date) } else { value.to_string() }
}

/// `Mon 16 Dec, 15:00`.
pub fn moment(now: &Now, at: DateTime<Utc>) -> String {
    format!("{}, {}", day(now, now.date(at)), clock(now, at))
}

/// What lasts until `at`: `Mon 16 Dec` where the day begins with it, else with the time.
pub fn end(now: &Now, at: DateTime<Utc>) -> String {
    let date = now.date(at);
    if at == time::moment(date, NaiveTime::MIN, now.zone) { day(now, date) } else { moment(now, at) }
}

/// `15:00`.
pub fn clock(now: &Now, at: DateTime<Utc>) -> String {
    at.with_timezone(&now.zone).format("%H:%M").to_string()
}

/// How long ago `at` was, in a few cells: `today`, `2d ago`.
pub fn short_age(now: &Now, at: DateTime<Utc>) -> String {
    match now.days_since(at) {
        ..=0 => "today".to_owned(),
        days => format!("{days}d ago"),
    }
}

/// In a narrow column of a screen, in twelve cells at most: `16 Dec 15:00`.
pub fn short_moment(now: &Now, at: DateTime<Utc>) -> String {
    at.with_timezone(&now.zone).format("%-d %b %H:%M").to_string()
}

/// In a column of a list that goes back through the years, days under each other: `16 Dec 15:00`, `Mon 16 Dec 15:00` where
/// there is room for 16 cells; the year in place of the time where it is another.
pub fn dated(now: &Now, at: DateTime<Utc>, is_wide: bool) -> String {
    let format = match (now.date(at).year() == now.today().year(), is_wide) {
        (true, true) => "%a %e %b %H:%M",
        (true, false) => "%e %b %H:%M",
        (false, true) => "%a %e %b %Y",
        (false, false) => "%e %b %Y",
    };
    at.with_timezone(&now.zone).format(format).to_string()
}

/// In a table that programs read too: `2024-12-16 15:00`. Days stand there as they are kept, `2024-12-16`.
pub fn in_figures(now: &Now, at: DateTime<Utc>) -> String {
    at.with_timezone(&now.zone).format("%Y-%m-%d %H:%M").to_string()
}

/// `today`, `tomorrow`, `in 6 days`, `yesterday`, `6 days ago`.
pub fn distance(now: &Now, date: NaiveDate) -> String {
    match now.days_until(date) {
        0 => "today".to_owned(),
        1 => "tomorrow".to_owned(),
        -1 => "yesterday".to_owned(),
        days @ 2.. => format!("in {days} days"),
        days => format!("{} days ago", -days),
    }
}

/// The same counted in days throughout: `today`, `in 1 day`, `6 days ago`.
pub fn distance_in_days(now: &Now, date: NaiveDate) -> String {
    match now.days_until(date) {
        0 => "today".to_owned(),
        days @ 1.. => format!("in {}", lists::days_of(days)),
        days => format!("{} ago", lists::days_of(-days)),
    }
}

/// The time from `start` to `end`: `6 days` of the calendar, and for less than a day `5 h`, `40 min`.
pub fn elapsed(now: &Now, start: DateTime<Utc>, end: DateTime<Utc>) -> String {
    let days = (now.date(end) - now.date(start)).num_days();
    match (days, (end - start).num_minutes()) {
        (1.., 1440..) => lists::days_of(days),
        (_, minutes @ 60..) => format!("{} h", minutes / 60),
        (_, minutes @ 1..) => format!("{minutes} min"),
        (_, ..=0) => "under a minute".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono_tz::Tz;

    fn date(text: &str) -> NaiveDate {
        text.parse().expect("a date in a test")
    }

    #[test]
    fn a_day_names_its_year_where_it_is_another() {
        let now = Now { at: "2024-12-31T23:30:00Z".parse().expect("a moment"), zone: Tz::Europe__Berlin };
        assert_eq!(day(&now, date("2025-01-06")), "Mon 6 Jan", "it is 2025 in Berlin");
        assert_eq!(day(&now, date("2024-12-16")), "Mon 16 Dec 2024");
        assert_eq!(moment(&now, now.at), "Wed 1 Jan, 00:30");
        assert_eq!(end(&now, now.at), "Wed 1 Jan, 00:30");
        assert_eq!(end(&now, now.at - chrono::TimeDelta::minutes(30)), "Wed 1 Jan");
        assert_eq!(short_moment(&now, now.at), "1 Jan 00:30");
        assert_eq!(in_figures(&now, now.at), "2025-01-01 00:30");
        assert_eq!(dated(&now, now.at, true), "Wed  1 Jan 00:30");
        assert_eq!(dated(&now, now.at, false), " 1 Jan 00:30");
        assert_eq!(dated(&now, now.at - chrono::TimeDelta::minutes(31), true), "Tue 31 Dec 2024");
        let near = ["2024-12-30", "2024-12-31", "2025-01-01", "2025-01-02", "2025-01-07"];
        let far = near.map(|near| distance(&now, date(near))).join(", ");
        assert_eq!(far, "2 days ago, yesterday, today, tomorrow, in 6 days");
        let far = near.map(|near| distance_in_days(&now, date(near))).join(", ");
        assert_eq!(far, "2 days ago, 1 day ago, today, in 1 day, in 6 days");
        let passed = [0, 59, 60, 3_599, 3_600, 86_399, 86_400, 200_000];
        let ago = |seconds| elapsed(&now, now.at - chrono::TimeDelta::seconds(seconds), now.at);
        let passed = passed.map(ago).join(", ");
        assert_eq!(passed, "under a minute, under a minute, 1 min, 59 min, 1 h, 23 h, 1 day, 3 days");
    }
}
