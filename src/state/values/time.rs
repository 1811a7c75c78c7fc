//! Time as an argument, the forms it is written in, and calendar arithmetic in the business time zone.

use chrono::{DateTime, Datelike, Months, NaiveDate, NaiveTime, TimeDelta, TimeZone, Utc};
use chrono_tz::Tz;

use super::billing_interval::BillingPeriod;

/// The first day on which something can have happened. What is dated earlier is taken for a mistake: a spreadsheet's zero,
/// or a year of two digits.
pub const EARLIEST: NaiveDate = match NaiveDate::from_ymd_opt(2000, 1, 1) {
    Some(date) => date,
    None => NaiveDate::MIN,
};

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

/// The first occurrence on or after `today` of a date that comes back every `period`; the date itself without one.
///
/// Counted from the first date, not step by step: a renewal on the 31st falls on the last day of short months
/// and returns to the 31st in long ones.
pub fn roll_forward(date: NaiveDate, period: Option<BillingPeriod>, today: NaiveDate) -> NaiveDate {
    let Some(period) = period.filter(|_| date < today) else { return date };
    let first = periods_between(date, today, period);
    (first..).map_while(|count| after(date, period, count)).find(|next| *next >= today).unwrap_or(date)
}

/// The last occurrence on or before `today` of a date that comes back every `period`; nothing when it never
/// came so far, as far as that can be known.
pub fn roll_back(date: NaiveDate, period: Option<BillingPeriod>, today: NaiveDate) -> Option<NaiveDate> {
    let Some(period) = period else { return (date <= today).then_some(date) };
    if date > today {
        return after(date, period, -1).filter(|before| *before <= today);
    }
    let last = periods_between(date, today, period) + 1;
    (0..=last).rev().filter_map(|count| after(date, period, count)).find(|before| *before <= today)
}

/// About how many periods lie between two dates: at most one too few, and none too many.
fn periods_between(date: NaiveDate, today: NaiveDate, period: BillingPeriod) -> i64 {
    match period {
        BillingPeriod::Days(days) => (today - date).num_days().div_euclid(days.into()),
        BillingPeriod::Months(months) => {
            let months_of = |date: NaiveDate| i64::from(date.year()) * 12 + i64::from(date.month0());
            (months_of(today) - months_of(date)).div_euclid(months.into())
        }
    }
}

/// So many periods after `date`, or before it. Nothing beyond the calendar.
pub fn after(date: NaiveDate, period: BillingPeriod, count: i64) -> Option<NaiveDate> {
    match period {
        BillingPeriod::Days(days) => date.checked_add_signed(TimeDelta::days(count * i64::from(days))),
        BillingPeriod::Months(months) => {
            let months = count * i64::from(months);
            let apart = Months::new(u32::try_from(months.unsigned_abs()).ok()?);
            if months < 0 { date.checked_sub_months(apart) } else { date.checked_add_months(apart) }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().expect("a date in a test")
    }

    fn period(months: u32) -> Option<BillingPeriod> {
        (months > 0).then_some(BillingPeriod::Months(months))
    }

    #[test]
    fn weeks_are_counted_in_days() {
        let fortnight = Some(BillingPeriod::Days(14));
        assert_eq!(roll_forward(day("2024-12-02"), fortnight, day("2024-12-16")), day("2024-12-16"));
        assert_eq!(roll_forward(day("2024-12-02"), fortnight, day("2024-12-17")), day("2024-12-30"));
        assert_eq!(roll_back(day("2024-12-30"), fortnight, day("2024-12-29")), Some(day("2024-12-16")));
        assert_eq!(roll_back(day("2024-12-02"), fortnight, day("2024-12-30")), Some(day("2024-12-30")));
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
                roll_forward(day(from), period(months), day(today)),
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
                roll_back(day(date), period(months), day(today)),
                last.map(day),
                "{date} every {months} on {today}"
            );
        }
    }
}
