//! Time as an argument, the forms it is written in, and calendar arithmetic in the business time zone.

use chrono::{DateTime, Datelike, Months, NaiveDate, NaiveTime, TimeDelta, TimeZone, Utc};
use chrono_tz::Tz;

/// The moment a question is asked, and the zone whose calendar days count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Now {
    /// The instant.
    pub at: DateTime<Utc>,
    /// The business time zone.
    pub zone: Tz,
}

impl Now {
    /// `at`, counted in UTC days.
    pub fn utc(at: DateTime<Utc>) -> Self {
        Self { at, zone: Tz::UTC }
    }

    /// Today's date in the business zone.
    pub fn today(&self) -> NaiveDate {
        self.date(self.at)
    }

    /// The calendar day of `at` in the business zone.
    pub fn date(&self, at: DateTime<Utc>) -> NaiveDate {
        at.with_timezone(&self.zone).date_naive()
    }

    /// Calendar days from `at` until now; zero on the same day.
    pub fn days_since(&self, at: DateTime<Utc>) -> i64 {
        (self.today() - self.date(at)).num_days()
    }

    /// Calendar days from today to `date`; negative when it has passed.
    pub fn days_until(&self, date: NaiveDate) -> i64 {
        (date - self.today()).num_days()
    }
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

/// The number of a month, from 1, by its name or at least three letters of it, whatever the case: `dec`, `Sept.`. As
/// everywhere, in English.
pub fn month_named(word: &str) -> Option<u32> {
    const NAMES: &str =
        "january february march april may june july august september october november december";
    let word = word.trim_end_matches('.').to_lowercase();
    (1..)
        .zip(NAMES.split(' '))
        .find(|(_, name)| word.len() >= 3 && name.starts_with(&word))
        .map(|(number, _)| number)
}

/// The first occurrence on or after `today` of a date that comes back every `months` months.
///
/// Counted from the first date, not step by step: a renewal on the 31st falls on the last day of short months
/// and returns to the 31st in long ones.
pub fn roll_forward(date: NaiveDate, months: u32, today: NaiveDate) -> NaiveDate {
    if date >= today || months == 0 {
        return date;
    }
    let behind = (today.year() - date.year()) * 12 + today.month().cast_signed() - date.month().cast_signed();
    let mut periods = u32::try_from(behind).unwrap_or(0) / months;
    loop {
        match date.checked_add_months(Months::new(periods * months)) {
            Some(next) if next >= today => return next,
            Some(_) => periods += 1,
            None => return date,
        }
    }
}

/// The last occurrence on or before `today` of a date that comes back every `months` months; nothing when it never
/// came so far, as far as that can be known.
pub fn roll_back(date: NaiveDate, months: u32, today: NaiveDate) -> Option<NaiveDate> {
    if months == 0 {
        return (date <= today).then_some(date);
    }
    let next = roll_forward(date, months, today);
    if next == today {
        return Some(next);
    }
    // Counted from the first date as well, so that a short month does not move those before it.
    let apart = (next.year() - date.year()) * 12 + next.month().cast_signed() - date.month().cast_signed();
    let before = apart - months.cast_signed();
    if before >= 0 {
        date.checked_add_months(Months::new(before.unsigned_abs()))
    } else {
        date.checked_sub_months(Months::new(before.unsigned_abs())).filter(|date| *date <= today)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().expect("a date in a test")
    }

    #[test]
    fn a_renewal_keeps_its_day_of_month_where_the_month_has_it() {
        for (from, months, today, to) in [
            ("2024-01-31", 1, "2024-02-01", "2024-02-29"),
            ("2024-01-31", 1, "2024-03-01", "2024-03-31"),
            ("2023-01-31", 1, "2023-02-15", "2023-02-28"),
            ("2024-02-29", 12, "2024-03-01", "2025-02-28"),
            ("2024-02-29", 12, "2027-03-01", "2028-02-29"),
            ("2024-12-15", 1, "2024-12-15", "2024-12-15"),
            ("2024-12-14", 1, "2024-12-15", "2025-01-14"),
            ("2024-12-14", 0, "2024-12-15", "2024-12-14"),
            ("2024-12-14", 3, "2025-06-15", "2025-09-14"),
        ] {
            assert_eq!(
                roll_forward(day(from), months, day(today)),
                day(to),
                "{from} every {months} on {today}"
            );
        }
    }

    #[test]
    fn the_last_renewal_is_the_one_before_the_next() {
        for (date, months, today, last) in [
            ("2024-12-22", 1, "2024-12-15", Some("2024-11-22")),
            ("2024-12-15", 1, "2024-12-15", Some("2024-12-15")),
            ("2024-12-14", 1, "2024-12-15", Some("2024-12-14")),
            ("2024-01-31", 1, "2024-03-30", Some("2024-02-29")),
            ("2024-03-31", 1, "2024-03-30", Some("2024-02-29")),
            ("2024-12-22", 12, "2024-12-15", Some("2023-12-22")),
            ("2026-12-22", 1, "2024-12-15", None),
            ("2024-12-22", 0, "2024-12-15", None),
            ("2024-11-22", 0, "2024-12-15", Some("2024-11-22")),
        ] {
            assert_eq!(
                roll_back(day(date), months, day(today)),
                last.map(day),
                "{date} every {months} on {today}"
            );
        }
    }
}
