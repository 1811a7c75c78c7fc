//! Events that recur, by the rules of RFC 5545, as the clocks of their zone show them.
//!
//! Only a window is looked at, and the work for all rules of a calendar together is bounded: a rule may go on for ever, or
//! never hit a day.

use std::collections::BTreeSet;

use calcard::icalendar::{ICalendarDay, ICalendarFrequency, ICalendarRecurrenceRule};
use chrono::{Datelike, Days, Months, NaiveDate, NaiveDateTime, NaiveTime, Timelike, Weekday};

/// How many days all rules of a calendar may look at. A daily rule with a count takes one for each day since it began.
const MOST_DAYS: usize = 2_000_000;

/// How many days one rule may look at: every day of some centuries.
const MOST_DAYS_OF_RULE: usize = 200_000;

/// How often a day an event may recur.
const MOST_TIMES_A_DAY: usize = 24;

/// Why the occurrences of an event are not known: what is wrong with its rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum RecurrenceProblem {
    TooOften,
    /// A part of the rule that is not read.
    Unread(&'static str),
    TooLong,
}

impl RecurrenceProblem {
    /// In a sentence.
    pub(super) fn words(self) -> String {
        match self {
            Self::TooOften => "it recurs more than once an hour".to_owned(),
            Self::Unread(part) => format!("it recurs by {part}, which is not read"),
            Self::TooLong => "it recurs for longer than is read".to_owned(),
        }
    }
}

/// The days that may still be looked at.
#[derive(Clone, Debug)]
pub(super) struct Budget(usize);

impl Default for Budget {
    fn default() -> Self {
        Self(MOST_DAYS)
    }
}

/// What part of time is looked at, both ends included.
#[derive(Clone, Copy, Debug)]
pub(super) struct Window {
    pub(super) from: NaiveDateTime,
    pub(super) to: NaiveDateTime,
}

/// When an event that begins at `start` takes place within `window`, in order. `until` is the last moment on which it may.
///
/// # Errors
/// When the rule is one that is not read.
pub(super) fn occurrences(
    rule: &ICalendarRecurrenceRule,
    start: NaiveDateTime,
    until: Option<NaiveDateTime>,
    window: Window,
    budget: &mut Budget,
) -> Result<Vec<NaiveDateTime>, RecurrenceProblem> {
    let pattern = Pattern::of(rule, start)?;
    let last = until.map_or(window.to, |until| until.min(window.to));
    let mut left = rule.count.map(u64::from);
    let mut found = Vec::new();
    // The first one counts even where the rule does not name it.
    let mut take = |at: NaiveDateTime| {
        if left == Some(0) {
            return false;
        }
        left = left.map(|left| left - 1);
        if at >= window.from && at <= last {
            found.push(at);
        }
        true
    };
    if !take(start) {
        return Ok(found);
    }
    // What is counted is counted from the beginning.
    let mut period = if rule.count.is_some() { 0 } else { pattern.period_before(window.from) };
    let most = budget.0.min(MOST_DAYS_OF_RULE);
    let mut looked_at = 0;
    'periods: while let Some((first, after)) = pattern.period(period) {
        if first.and_time(NaiveTime::MIN) > last {
            break;
        }
        looked_at += usize::try_from((after - first).num_days()).unwrap_or(1);
        if looked_at > most {
            break;
        }
        let days = first.iter_days().take_while(|day| *day < after).filter(|day| pattern.names(*day));
        for at in pattern.moments(days) {
            if at > last || (at > start && !take(at)) {
                break 'periods;
            }
        }
        period += 1;
    }
    budget.0 = budget.0.saturating_sub(looked_at);
    if looked_at > most { Err(RecurrenceProblem::TooLong) } else { Ok(found) }
}

/// A rule, with what it takes over from the beginning of the event.
struct Pattern<'a> {
    rule: &'a ICalendarRecurrenceRule,
    start: NaiveDate,
    step: u32,
    week_start: Weekday,
    times: Vec<NaiveTime>,
}

impl<'a> Pattern<'a> {
    fn of(rule: &'a ICalendarRecurrenceRule, start: NaiveDateTime) -> Result<Self, RecurrenceProblem> {
        match rule.freq {
            ICalendarFrequency::Hourly | ICalendarFrequency::Minutely | ICalendarFrequency::Secondly => {
                return Err(RecurrenceProblem::TooOften);
            }
            ICalendarFrequency::Yearly
            | ICalendarFrequency::Monthly
            | ICalendarFrequency::Weekly
            | ICalendarFrequency::Daily => {}
        }
        if !rule.byweekno.is_empty() {
            return Err(RecurrenceProblem::Unread("BYWEEKNO"));
        }
        if rule.rscale.is_some() || rule.skip.is_some() {
            return Err(RecurrenceProblem::Unread("RSCALE"));
        }
        let or_own = |given: &[u8], own: u32| -> BTreeSet<u32> {
            if given.is_empty() { [own].into() } else { given.iter().map(|it| u32::from(*it)).collect() }
        };
        let hours = or_own(&rule.byhour, start.hour());
        let minutes = or_own(&rule.byminute, start.minute());
        let seconds = or_own(&rule.bysecond, start.second());
        if hours.len() * minutes.len() * seconds.len() > MOST_TIMES_A_DAY {
            return Err(RecurrenceProblem::TooOften);
        }
        let mut times = Vec::new();
        for hour in &hours {
            for minute in &minutes {
                for second in &seconds {
                    times.extend(NaiveTime::from_hms_opt(*hour, *minute, *second));
                }
            }
        }
        let week_start = rule.wkst.map_or(Weekday::Mon, Into::into);
        let step = u32::from(rule.interval.unwrap_or(1).max(1));
        Ok(Self { rule, start: start.date(), step, week_start, times })
    }

    /// A period that lies before `moment` by at least one, where there is such a one.
    fn period_before(&self, moment: NaiveDateTime) -> u32 {
        let to = moment.date();
        let between = match self.rule.freq {
            ICalendarFrequency::Yearly => i64::from(to.year()) - i64::from(self.start.year()),
            ICalendarFrequency::Monthly => {
                (i64::from(to.year()) - i64::from(self.start.year())) * 12 + i64::from(to.month0())
                    - i64::from(self.start.month0())
            }
            ICalendarFrequency::Weekly => (to - self.start).num_days() / 7,
            _ => (to - self.start).num_days(),
        };
        u32::try_from((between / i64::from(self.step) - 1).max(0)).unwrap_or(0)
    }

    /// The first day of a period, and the first one after it; nothing beyond the end of time.
    fn period(&self, period: u32) -> Option<(NaiveDate, NaiveDate)> {
        let ahead = period.checked_mul(self.step)?;
        Some(match self.rule.freq {
            ICalendarFrequency::Yearly => {
                let year = self.start.year().checked_add(i32::try_from(ahead).ok()?)?;
                let first = NaiveDate::from_ymd_opt(year, 1, 1)?;
                (first, NaiveDate::from_ymd_opt(year.checked_add(1)?, 1, 1)?)
            }
            ICalendarFrequency::Monthly => {
                let first = self.start.with_day(1)?.checked_add_months(Months::new(ahead))?;
                (first, first.checked_add_months(Months::new(1))?)
            }
            ICalendarFrequency::Weekly => {
                let into_week = self.start.weekday().days_since(self.week_start);
                let first = self.start.checked_sub_days(Days::new(into_week.into()))?;
                let first = first.checked_add_days(Days::new(u64::from(ahead) * 7))?;
                (first, first.checked_add_days(Days::new(7))?)
            }
            _ => {
                let first = self.start.checked_add_days(Days::new(ahead.into()))?;
                (first, first.checked_add_days(Days::new(1))?)
            }
        })
    }

    fn names(&self, day: NaiveDate) -> bool {
        let rule = self.rule;
        let is_month =
            |month: u32| rule.bymonth.iter().any(|it| u32::from(it.month()) == month && !it.is_leap());
        if !rule.bymonth.is_empty() && !is_month(day.month()) {
            return false;
        }
        if rule.byday.is_empty() && rule.bymonthday.is_empty() && rule.byyearday.is_empty() {
            // The day is that of the beginning.
            return match rule.freq {
                ICalendarFrequency::Yearly if rule.bymonth.is_empty() => {
                    (day.month(), day.day()) == (self.start.month(), self.start.day())
                }
                ICalendarFrequency::Yearly | ICalendarFrequency::Monthly => day.day() == self.start.day(),
                ICalendarFrequency::Weekly => day.weekday() == self.start.weekday(),
                _ => true,
            };
        }
        let [month, year] = [length_of_month(day), length_of_year(day)];
        let is_day_of_month = |it: &i8| is_nth(i32::from(*it), day.day(), month);
        let is_day_of_year = |it: &i16| is_nth(i32::from(*it), day.ordinal(), year);
        (rule.bymonthday.is_empty() || rule.bymonthday.iter().any(is_day_of_month))
            && (rule.byyearday.is_empty() || rule.byyearday.iter().any(is_day_of_year))
            && (rule.byday.is_empty() || rule.byday.iter().any(|it| self.is_weekday(*it, day)))
    }

    /// Whether `day` is such a weekday: any one, or the nth of its month or year.
    fn is_weekday(&self, wanted: ICalendarDay, day: NaiveDate) -> bool {
        if day.weekday() != Weekday::from(wanted.weekday) {
            return false;
        }
        let Some(nth) = wanted.ordwk.map(i32::from) else { return true };
        let (place, length) = match self.rule.freq {
            ICalendarFrequency::Yearly if self.rule.bymonth.is_empty() => {
                (day.ordinal0(), length_of_year(day))
            }
            ICalendarFrequency::Yearly | ICalendarFrequency::Monthly => (day.day0(), length_of_month(day)),
            _ => return true,
        };
        let (before, after) = (place / 7, (length - 1 - place) / 7);
        is_nth(nth, before + 1, before + after + 1)
    }

    /// The moments on `days` of one period.
    fn moments(&self, days: impl Iterator<Item = NaiveDate>) -> Vec<NaiveDateTime> {
        let all = days.flat_map(|day| self.times.iter().map(move |time| day.and_time(*time)));
        let all: Vec<NaiveDateTime> = all.collect();
        if self.rule.bysetpos.is_empty() {
            return all;
        }
        let count = u32::try_from(all.len()).unwrap_or(u32::MAX);
        let is_at = |place: usize| {
            let place = u32::try_from(place + 1).unwrap_or(u32::MAX);
            self.rule.bysetpos.iter().any(|it| is_nth(*it, place, count))
        };
        all.iter().enumerate().filter(|(place, _)| is_at(*place)).map(|(_, at)| *at).collect()
    }
}

/// Whether `wanted` is the place `place` of `count`: from one on, or below zero from the end.
fn is_nth(wanted: i32, place: u32, count: u32) -> bool {
    let (wanted, place, count) = (i64::from(wanted), i64::from(place), i64::from(count));
    wanted == place || wanted == place - count - 1
}

fn length_of_month(day: NaiveDate) -> u32 {
    let next = day.with_day(1).and_then(|first| first.checked_add_months(Months::new(1)));
    next.and_then(|next| next.pred_opt()).map_or(31, |last| last.day())
}

fn length_of_year(day: NaiveDate) -> u32 {
    if day.leap_year() { 366 } else { 365 }
}

#[cfg(test)]
mod tests {
    use calcard::icalendar::{ICalendarProperty, ICalendarValue};
    use calcard::{Entry, Parser};

    use super::*;

    fn at(text: &str) -> NaiveDateTime {
        NaiveDateTime::parse_from_str(text, "%Y-%m-%d %H:%M").expect("YYYY-MM-DD HH:MM")
    }

    fn rule(text: &str) -> ICalendarRecurrenceRule {
        let text = format!("BEGIN:VEVENT\nRRULE:{text}\nEND:VEVENT\n");
        let Entry::ICalendar(calendar) = Parser::new(&text).entry() else { panic!("{text}") };
        let rule = calendar.components[0].property(&ICalendarProperty::Rrule).expect("a rule");
        match rule.values.first() {
            Some(ICalendarValue::RecurrenceRule(rule)) => (**rule).clone(),
            other => panic!("{other:?}"),
        }
    }

    fn found(text: &str, start: &str, from: &str, to: &str) -> Vec<String> {
        let window = Window { from: at(from), to: at(to) };
        let all = occurrences(&rule(text), at(start), None, window, &mut Budget::default());
        all.expect("it is read").iter().map(|at| at.format("%m-%d %H:%M").to_string()).collect()
    }

    /// A rule, when it began, the window, and what is in it.
    const RULES: &[(&str, &str, [&str; 2], &str)] = &[
        (
            "FREQ=DAILY;INTERVAL=3",
            "2024-12-01 09:00",
            ["2024-12-10 00:00", "2024-12-20 00:00"],
            "12-10 12-13 12-16 12-19",
        ),
        ("FREQ=DAILY;COUNT=3", "2024-12-01 09:00", ["2024-12-02 00:00", "2025-12-20 00:00"], "12-02 12-03"),
        ("FREQ=WEEKLY", "2020-01-01 09:00", ["2024-12-10 00:00", "2024-12-20 00:00"], "12-11 12-18"),
        (
            "FREQ=WEEKLY;INTERVAL=2;BYDAY=TU,TH",
            "2024-12-03 09:00",
            ["2024-12-01 00:00", "2025-01-01 00:00"],
            "12-03 12-05 12-17 12-19 12-31",
        ),
        (
            "FREQ=WEEKLY;INTERVAL=2;WKST=SU;BYDAY=TU,SU",
            "1997-08-05 09:00",
            ["1997-08-01 00:00", "1997-08-31 23:00"],
            "08-05 08-17 08-19 08-31",
        ),
        (
            "FREQ=WEEKLY;INTERVAL=2;WKST=MO;BYDAY=TU,SU",
            "1997-08-05 09:00",
            ["1997-08-01 00:00", "1997-08-30 00:00"],
            "08-05 08-10 08-19 08-24",
        ),
        (
            "FREQ=WEEKLY;COUNT=4;BYDAY=MO",
            "2024-12-04 09:00",
            ["2024-12-01 00:00", "2025-02-01 00:00"],
            "12-04 12-09 12-16 12-23",
        ),
        (
            "FREQ=MONTHLY;BYDAY=2TU",
            "2024-01-09 09:00",
            ["2024-12-01 00:00", "2025-02-28 00:00"],
            "12-10 01-14 02-11",
        ),
        (
            "FREQ=MONTHLY;BYDAY=-1FR",
            "2024-01-26 09:00",
            ["2024-11-01 00:00", "2024-12-31 00:00"],
            "11-29 12-27",
        ),
        (
            "FREQ=MONTHLY;BYMONTHDAY=31",
            "2024-01-31 09:00",
            ["2024-11-01 00:00", "2025-03-31 23:00"],
            "12-31 01-31 03-31",
        ),
        (
            "FREQ=MONTHLY;BYMONTHDAY=-1",
            "2024-01-31 09:00",
            ["2024-11-01 00:00", "2025-03-01 00:00"],
            "11-30 12-31 01-31 02-28",
        ),
        (
            "FREQ=MONTHLY;BYDAY=FR;BYMONTHDAY=13",
            "2024-09-13 09:00",
            ["2024-10-01 00:00", "2025-12-31 00:00"],
            "12-13 06-13",
        ),
        (
            "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1",
            "2024-01-31 09:00",
            ["2024-11-01 00:00", "2025-01-31 23:00"],
            "11-29 12-31 01-31",
        ),
        ("FREQ=MONTHLY", "2024-01-31 09:00", ["2024-02-01 00:00", "2024-06-01 00:00"], "03-31 05-31"),
        (
            "FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU",
            "1996-03-31 02:00",
            ["2024-01-01 00:00", "2025-12-31 00:00"],
            "03-31 03-30",
        ),
        (
            "FREQ=YEARLY;BYYEARDAY=-1,1",
            "2024-12-31 09:00",
            ["2024-12-31 00:00", "2025-12-31 23:00"],
            "12-31 01-01 12-31",
        ),
        ("FREQ=YEARLY;BYDAY=20MO", "1997-05-19 09:00", ["1998-01-01 00:00", "1998-12-31 00:00"], "05-18"),
        ("FREQ=YEARLY", "2024-02-29 09:00", ["2024-01-01 00:00", "2028-12-31 00:00"], "02-29 02-29"),
        (
            "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30",
            "2024-02-01 09:00",
            ["2024-03-01 00:00", "2034-01-01 00:00"],
            "",
        ),
        (
            "FREQ=DAILY;BYMONTH=1;BYDAY=MO",
            "2024-01-01 09:00",
            ["2024-12-01 00:00", "2025-01-14 00:00"],
            "01-06 01-13",
        ),
    ];

    #[test]
    fn rules_are_read_as_they_are_defined() {
        for (rule, start, [from, to], expected) in RULES {
            let found: Vec<String> =
                found(rule, start, from, to).iter().map(|at| at[..5].to_owned()).collect();
            assert_eq!(found.join(" "), *expected, "{rule} from {start}");
        }
        let twice =
            found("FREQ=DAILY;BYHOUR=9,15", "2024-12-01 09:30", "2024-12-02 00:00", "2024-12-02 23:00");
        assert_eq!(twice, ["12-02 09:30", "12-02 15:30"]);
    }

    #[test]
    fn a_rule_ends_on_its_last_day() {
        let window = Window { from: at("2024-12-01 00:00"), to: at("2025-12-01 00:00") };
        for (until, count) in [("2024-12-18 15:00", 3), ("2024-12-18 14:59", 2), ("2024-12-03 00:00", 0)] {
            let all = occurrences(
                &rule("FREQ=WEEKLY"),
                at("2024-12-04 15:00"),
                Some(at(until)),
                window,
                &mut Budget::default(),
            );
            assert_eq!(all.expect("it is read").len(), count, "{until}");
        }
    }

    #[test]
    fn what_is_not_read_is_said() {
        let all = |text: &str, start: &str, budget: &mut Budget| {
            let window = Window { from: at("2024-12-01 00:00"), to: at("2025-02-01 00:00") };
            occurrences(&rule(text), at(start), None, window, budget)
        };
        let of = |text: &str| all(text, "2024-12-01 09:00", &mut Budget::default());
        assert_eq!(of("FREQ=SECONDLY"), Err(RecurrenceProblem::TooOften));
        let minutes: Vec<String> = (0..60).map(|minute| minute.to_string()).collect();
        let often = format!("FREQ=DAILY;BYMINUTE={}", minutes.join(","));
        assert_eq!(of(&often), Err(RecurrenceProblem::TooOften));
        assert_eq!(of("FREQ=YEARLY;BYWEEKNO=20"), Err(RecurrenceProblem::Unread("BYWEEKNO")));
        let counted = "FREQ=DAILY;COUNT=4000000000";
        assert_eq!(all(counted, "1000-12-01 09:00", &mut Budget::default()), Err(RecurrenceProblem::TooLong));
        let mut small = Budget(1_000);
        assert!(all(counted, "2024-12-01 09:00", &mut small).is_ok());
        assert!(all("FREQ=DAILY;COUNT=900", "2024-12-01 09:00", &mut small).is_ok());
        assert_eq!(all(counted, "2020-12-01 09:00", &mut small), Err(RecurrenceProblem::TooLong));
    }
}
