//! Dates as people write them, and as the program itself prints them: every month in every form, ahead and back.

use chrono::{DateTime, Datelike, Days, NaiveDate, NaiveTime, TimeZone, Utc};
use chrono_tz::Tz;
use gangplank::prose::dates;
use gangplank::state::Now;
use gangplank::state::values::when::{NotWhen, When, day_ahead, day_back, exactly, parse, past, task};

const ZONE: Tz = Tz::Europe__Berlin;

const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

/// A time of day as it is written, and on the clock; nothing where none is said.
const TIMES: [(&str, Option<(u32, u32)>); 8] = [
    ("", None),
    ("15:00", Some((15, 0))),
    ("9:30", Some((9, 30))),
    ("09:05", Some((9, 5))),
    ("3pm", Some((15, 0))),
    ("3:30PM", Some((15, 30))),
    ("3 pm", Some((15, 0))),
    ("12 am", Some((0, 0))),
];

/// Ten o'clock on Sunday, 15 December 2024, in Berlin.
fn now() -> Now {
    Now { at: "2024-12-15T09:00:00Z".parse().expect("a moment"), zone: ZONE }
}

fn date(year: i32, month: u32, day: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(year, month, day).expect("a day of the calendar")
}

fn at(date: NaiveDate, (hour, minute): (u32, u32)) -> DateTime<Utc> {
    let time = NaiveTime::from_hms_opt(hour, minute, 0).expect("a time of day");
    ZONE.from_local_datetime(&date.and_time(time)).earliest().expect("the clocks show it").to_utc()
}

/// The months by their number, and every way to write them; whether to look at tasks, too, which takes long.
fn months() -> impl Iterator<Item = (u32, String, bool)> {
    (1..).zip(MONTHS).flat_map(|(number, name)| {
        let (short, longer) = (&name[..3], &name[..name.len().min(4)]);
        [
            (number, short.to_owned(), false),
            (number, short.to_lowercase(), true),
            (number, short.to_uppercase(), false),
            (number, longer.to_lowercase(), false),
            (number, name.to_owned(), true),
            (number, name.to_lowercase(), false),
            (number, name.to_uppercase(), false),
        ]
    })
}

/// The ways to write that day without its year, and with it.
fn days(day: u32, month: &str, year: Option<i32>) -> Vec<String> {
    match year {
        None => vec![
            format!("{day} {month}"),
            format!("{day}. {month}"),
            format!("{day}th {month}"),
            format!("{day}{month}"),
            format!("{month} {day}"),
            format!("{month} {day}th"),
            format!("on {day} {month}"),
        ],
        Some(year) => vec![
            format!("{day} {month} {year}"),
            format!("{day}{month} {year}"),
            format!("{month} {day} {year}"),
            format!("{month} {day}, {year}"),
            format!("on {day} {month} {year}"),
        ],
    }
}

/// The ways to write that day together with a time of it.
fn with_time(day: &str, time: &str) -> Vec<String> {
    if time.is_empty() {
        return vec![day.to_owned()];
    }
    vec![
        format!("{day} {time}"),
        format!("{day} at {time}"),
        format!("{day}, {time}"),
        format!("{time} {day}"),
        format!("at {time} on {}", day.trim_start_matches("on ")),
    ]
}

/// `text` names this day, and this time of it, to whoever looks ahead or back.
#[track_caller]
fn means(text: &str, ahead: NaiveDate, back: NaiveDate, time: Option<(u32, u32)>) {
    let now = now();
    assert_eq!(parse(text, &now), Ok(when(ahead, time)), "{text}");
    if let Some(time) = time {
        assert_eq!(exactly(text, &now), Ok(at(ahead, time)), "{text}");
    }
    let then = at(back, time.unwrap_or((12, 0)));
    if then <= now.at {
        assert_eq!(past(text, &now), Ok(then), "{text}, looking back");
    }
}

/// It does so at the beginning of a task.
#[track_caller]
fn begins_a_task(text: &str, date: NaiveDate, time: Option<(u32, u32)>) {
    for line in [format!("{text} send it"), format!("{text}: send it")] {
        assert_eq!(task(&line, &now()), Ok((Some(when(date, time)), "send it")), "{line}");
    }
    let line = format!("send it {text}");
    if date >= now().today() {
        assert_eq!(task(&line, &now()), Ok((Some(when(date, time)), "send it")), "{line}");
    }
}

fn when(date: NaiveDate, time: Option<(u32, u32)>) -> When {
    When { date, at: time.map(|time| at(date, time)) }
}

#[test]
fn every_month_is_read_in_every_form() {
    let this = now().today();
    for (month, name, tasks) in months() {
        // One of them is today.
        let timed = [1, 15, 28].into_iter().flat_map(|day| TIMES.map(|time| (day, time)));
        for (day, (time, clock)) in timed.filter(|(day, (time, _))| *day == 1 || ["", "15:00"].contains(time))
        {
            let is_over = (month, day) < (this.month(), this.day());
            let is_to_come = (month, day) > (this.month(), this.day());
            let ahead = date(this.year() + i32::from(is_over), month, day);
            let back = date(this.year() - i32::from(is_to_come), month, day);
            let (later, before) = (date(2026, month, day), date(2023, month, day));
            for (year, ahead, back) in
                [(None, ahead, back), (Some(2026), later, later), (Some(2023), before, before)]
            {
                for text in days(day, &name, year).iter().flat_map(|day| with_time(day, time)) {
                    means(&text, ahead, back, clock);
                    if tasks {
                        begins_a_task(&text, ahead, clock);
                    }
                }
            }
        }
    }
}

#[test]
fn every_month_is_read_in_figures() {
    for (year, month) in [2023, 2026].into_iter().flat_map(|year| (1..=12).map(move |month| (year, month))) {
        let day = date(year, month, 20);
        for (time, clock) in TIMES {
            for text in with_time(&day.to_string(), time) {
                means(&text, day, day, clock);
                begins_a_task(&text, day, clock);
            }
        }
        for (separator, time) in ["T", "t"].into_iter().flat_map(|t| ["15:00", "09:05"].map(|time| (t, time)))
        {
            let clock = if time == "15:00" { (15, 0) } else { (9, 5) };
            let text = format!("{day}{separator}{time}");
            means(&text, day, day, Some(clock));
            begins_a_task(&text, day, Some(clock));
        }
    }
}

#[test]
fn what_is_printed_as_a_time_is_read_as_the_same() {
    let now = now();
    let days = (0..=1200).filter_map(|count| date(2023, 6, 1).checked_add_days(Days::new(count)));
    for day in days {
        for text in [dates::day(&now, day), dates::distance(&now, day), day.to_string()] {
            match parse(&text, &now) {
                Ok(when) => assert_eq!(when, When::from(day), "{text}"),
                Err(error) => {
                    assert_eq!((error, day < now.today()), (NotWhen::Behind(text.clone()), true));
                    assert_eq!(past(&text, &now), Ok(at(day, (12, 0))), "{text}");
                }
            }
        }
        for moment in [at(day, (0, 0)), at(day, (9, 30)), at(day, (15, 0))] {
            let exact = [dates::moment(&now, moment), dates::in_figures(&now, moment), moment.to_rfc3339()];
            for text in exact {
                assert_eq!(exactly(&text, &now), Ok(moment), "{text}");
            }
            let end = parse(&dates::end(&now, moment), &now).map(|when| when.moment(&now));
            assert_eq!(end, Ok(moment), "{}", dates::end(&now, moment));
            // The short form names no year: it is the nearest that way.
            let short = dates::short_moment(&now, moment);
            match now.days_until(day) {
                0..=364 => assert_eq!(exactly(&short, &now), Ok(moment), "{short}"),
                -364..0 => assert_eq!(past(&short, &now), Ok(moment), "{short}"),
                _ => {}
            }
        }
    }
}

#[test]
fn a_weekday_beside_a_date_is_that_of_the_date() {
    let now = now();
    for (text, says) in [
        ("mon 16 dec", "2024-12-16"),
        ("Monday, 16 December 2024", "2024-12-16"),
        ("mon 2024-12-16", "2024-12-16"),
        // The day of this year that has just passed, not that of another one.
        ("mon 2 dec", "2024-12-02"),
        ("tue 2 dec", "2025-12-02"),
        ("wed 16 dec", "`wed 16 dec` is not a calendar day: 16 Dec 2024 is a Monday"),
        ("wed 16 dec 2026 15:00", "2026-12-16"),
        ("wed 2024-12-16", "`wed 2024-12-16` is not a calendar day: 16 Dec 2024 is a Monday"),
        ("wed 31 feb", "`31 feb` is not a calendar day: write it as year-month-day, like 2024-12-20"),
    ] {
        let said = parse(text, &now).map_or_else(|error| error.to_string(), |when| when.date.to_string());
        assert_eq!(said, says, "{text}");
    }
}

#[test]
fn the_title_of_a_task_swallows_no_time() {
    let now = now();
    let unclear = |time: &str| {
        format!(
            "`{time}` may be a time or part of the task: write one day and one time like 15:00, or a colon before the task"
        )
    };
    for (line, says) in [
        // The time may stand last.
        ("call Anna fri", "2024-12-20 | call Anna".to_owned()),
        ("call Anna by next tue", "2024-12-17 | call Anna".to_owned()),
        ("call Anna on 20 dec at 3 pm", "2024-12-20 15:00 | call Anna".to_owned()),
        ("Anna: send the guide tomorrow 15", "2024-12-16 15:00 | Anna: send the guide".to_owned()),
        ("ask again in 3 days", "2024-12-18 | ask again".to_owned()),
        ("call at 15:00", "2024-12-15 15:00 | call".to_owned()),
        ("fri call Anna mon", "2024-12-20 | call Anna mon".to_owned()),
        // In quotes, or behind a colon, it is a part of the title, and so is what is over or may mean something else.
        ("\"call Anna fri\"", "never | call Anna fri".to_owned()),
        (": call Anna fri", "never | call Anna fri".to_owned()),
        ("pay the invoice of 2024-12-01", "never | pay the invoice of 2024-12-01".to_owned()),
        ("do it now", "never | do it now".to_owned()),
        ("trial of 3 days", "never | trial of 3 days".to_owned()),
        ("ask for 1:1", "never | ask for 1:1".to_owned()),
        ("ask what happened yesterday", "never | ask what happened yesterday".to_owned()),
        ("20 oct 15:00 call them", "2025-10-20 15:00 | call them".to_owned()),
        ("15:00 20 oct call them", "2025-10-20 15:00 | call them".to_owned()),
        ("3 pm tomorrow call them", "2024-12-16 15:00 | call them".to_owned()),
        ("sat 20 dec 2025 at 3 pm call them", "2025-12-20 15:00 | call them".to_owned()),
        // More than one, or one in a form that is none.
        ("fri 15:00 16:00 call them", unclear("16:00")),
        ("tomorrow 20 dec call them", unclear("20 dec")),
        ("15:00 fri 2024-12-20 call them", "2024-12-20 15:00 | call them".to_owned()),
        ("fri at 9 call them", unclear("9")),
        ("at 9 call them", unclear("9")),
        ("fri 15.00 call them", unclear("15.00")),
        ("fri 9h30 call them", unclear("9h30")),
        ("fri 9 o'clock call them", unclear("9")),
        (
            "15:00-16:00 call them",
            "`15:00-16:00` is not a time of day: write it like 9:30 or 15:00".to_owned(),
        ),
        ("wed 20 dec call them", "`wed 20 dec` is not a calendar day: 20 Dec 2024 is a Friday".to_owned()),
        // A colon says where the task begins.
        ("fri: 15.00 or later", "2024-12-20 | 15.00 or later".to_owned()),
        (": at 9 sharp", "never | at 9 sharp".to_owned()),
        // Words, numbers and spans that are no time of day stay in the title.
        ("fri on site visit", "2024-12-20 | on site visit".to_owned()),
        ("15:00 at the office", "2024-12-15 15:00 | at the office".to_owned()),
        ("fri 3 invoices to check", "2024-12-20 | 3 invoices to check".to_owned()),
        ("fri 24/7 support", "2024-12-20 | 24/7 support".to_owned()),
        ("fri 2h workshop", "2024-12-20 | 2h workshop".to_owned()),
        ("15:00 3 days of trial left", "2024-12-15 15:00 | 3 days of trial left".to_owned()),
        ("fri 3.5 hours of training", "2024-12-20 | 3.5 hours of training".to_owned()),
        ("fri monday's report", "2024-12-20 | monday's report".to_owned()),
    ] {
        let said = match task(line, &now) {
            Ok((when, title)) => {
                let when = when.map_or("never".to_owned(), |when| match when.at {
                    Some(at) => dates::in_figures(&now, at),
                    None => when.date.to_string(),
                });
                format!("{when} | {title}")
            }
            Err(error) => error.to_string(),
        };
        assert_eq!(said, says, "{line}");
    }
}

/// What a person may type for a moment, and what it means to each of those that read one.
#[test]
fn one_table_of_times_holds_wherever_a_time_is_typed() {
    let now = now();
    let day = |text: &str| text.parse::<NaiveDate>().expect("a date in the table");
    for (text, on, clock) in [
        ("fri", "2024-12-20", None),
        ("friday", "2024-12-20", None),
        ("this fri", "2024-12-20", None),
        ("next tue", "2024-12-17", None),
        ("next sun", "2024-12-22", None),
        ("next week", "2024-12-16", None),
        ("next month", "2025-01-01", None),
        ("in 2 days", "2024-12-17", None),
        ("12 dec 2025", "2025-12-12", None),
        ("by fri", "2024-12-20", None),
        ("3pm", "2024-12-15", Some((15, 0))),
        ("15:00", "2024-12-15", Some((15, 0))),
        ("noon", "2024-12-15", Some((12, 0))),
        ("tue 3pm", "2024-12-17", Some((15, 0))),
        ("next tue 3pm", "2024-12-17", Some((15, 0))),
        ("next tue at 15:00", "2024-12-17", Some((15, 0))),
        ("3pm next tue", "2024-12-17", Some((15, 0))),
        ("tomorrow 15", "2024-12-16", Some((15, 0))),
        ("tomorrow at 9", "2024-12-16", Some((9, 0))),
        ("tomorrow noon", "2024-12-16", Some((12, 0))),
        ("in 2 days 10:00", "2024-12-17", Some((10, 0))),
        ("in 2 days 10", "2024-12-17", Some((10, 0))),
        ("12 dec 15:00", "2025-12-12", Some((15, 0))),
        ("dec 12 3pm", "2025-12-12", Some((15, 0))),
        ("dec 16 15", "2024-12-16", Some((15, 0))),
        ("2024-12-20 15:00", "2024-12-20", Some((15, 0))),
        ("2024-12-20T15:00", "2024-12-20", Some((15, 0))),
    ] {
        let means = when(day(on), clock);
        assert_eq!(parse(text, &now), Ok(means), "{text}");
        assert_eq!(task(&format!("{text}: call"), &now), Ok((Some(means), "call")), "{text}");
        assert_eq!(task(&format!("call {text}"), &now), Ok((Some(means), "call")), "{text}");
        if let Some(time) = clock {
            assert_eq!(exactly(text, &now), Ok(at(day(on), time)), "{text}");
        } else {
            assert_eq!(exactly(text, &now), Err(NotWhen::NoTime(text.to_owned())));
            assert_eq!(day_ahead(text, &now), Ok(day(on)), "{text}");
        }
    }
    assert_eq!(day_back("fri", &now), Ok(day("2024-12-13")));
    let says = exactly("fri", &now).expect_err("there is no time").to_string();
    assert_eq!(says, "`fri` has no time: add a time, such as fri 15:00");
    // Whatever is offered is taken.
    for error in [NotWhen::NoMoment, NotWhen::UnknownMoment("soon".into())] {
        let said = error.to_string();
        let (_, offered) = said.split_once("write ").expect("it offers some");
        for text in offered.replace(" or ", ", ").split(", ") {
            assert!(exactly(text, &now).is_ok(), "{text}");
        }
    }
    for error in [NotWhen::Empty, NotWhen::Unknown("soon".into())] {
        let said = error.to_string();
        let (_, offered) = said.split_once("write ").expect("it offers some");
        for text in offered.replace(" or ", ", ").split(", ") {
            assert!(parse(text, &now).is_ok(), "{text}");
        }
    }
}
