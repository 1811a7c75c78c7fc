//! Times as people type them: phrase by phrase, ahead and back.

use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use gangplank::state::Now;
use gangplank::state::values::when::{When, exactly, parse, past, task};

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
        ("now", "2024-12-15 2024-12-15T09:00Z"),
        ("20 dec", "2024-12-20"),
        ("Dec 20 15:00", "2024-12-20 2024-12-20T14:00Z"),
        ("20. Dezember", r#"Unknown("20. Dezember")"#),
        ("15 dec", "2024-12-15"),
        ("14 december", "2025-12-14"),
        ("29 feb", "2028-02-29"),
        ("20 dec 2026", "2026-12-20"),
    ] {
        assert_eq!(read(text, &now), means, "{text}");
    }
}

#[test]
fn the_same_words_look_back_where_something_happened() {
    // A Sunday, ten o'clock in Berlin.
    let now = now("2024-12-15T09:00:00Z", Tz::Europe__Berlin);
    for (text, means) in [
        ("yesterday", "2024-12-14T11:00Z"),
        ("yesterday 15:00", "2024-12-14T14:00Z"),
        // Noon is still to come.
        ("today", "2024-12-15T09:00Z"),
        ("now", "2024-12-15T09:00Z"),
        ("9:00", "2024-12-15T08:00Z"),
        ("10:00", "2024-12-15T09:00Z"),
        ("10:01", "2024-12-14T09:01Z"),
        ("mon", "2024-12-09T11:00Z"),
        ("last mon 9:00", "2024-12-09T08:00Z"),
        ("sunday", "2024-12-08T11:00Z"),
        ("2 h ago", "2024-12-15T07:00Z"),
        ("2h", "2024-12-15T07:00Z"),
        ("90 minutes ago", "2024-12-15T07:30Z"),
        ("3 days ago", "2024-12-12T11:00Z"),
        ("3 days ago 16:00", "2024-12-12T15:00Z"),
        ("a week ago", "2024-12-08T11:00Z"),
        ("1 month ago", "2024-11-15T11:00Z"),
        ("20 dec", "2023-12-20T11:00Z"),
        ("2024-12-01", "2024-12-01T11:00Z"),
        ("2024-12-01 08:00", "2024-12-01T07:00Z"),
        ("2024-12-15T08:59:00Z", "2024-12-15T08:59Z"),
        ("tomorrow", r#"NotYet("tomorrow")"#),
        ("in 2 h", r#"NotYet("in 2 h")"#),
        ("next week", r#"NotYet("next week")"#),
        ("2024-12-15 10:01", r#"NotYet("2024-12-15 10:01")"#),
        ("2024-12-15T09:00:01Z", r#"NotYet("2024-12-15T09:00:01Z")"#),
        ("soon", r#"UnknownPast("soon")"#),
        ("last soon", r#"UnknownPast("last soon")"#),
        ("", "Empty"),
        ("9999999 weeks ago", r#"TooFar("9999999 weeks ago")"#),
    ] {
        let said = match past(text, &now) {
            Ok(at) => at.format("%Y-%m-%dT%H:%MZ").to_string(),
            Err(error) => format!("{error:?}"),
        };
        assert_eq!(said, means, "{text}");
    }
}

#[test]
fn a_call_has_a_time_of_day() {
    let now = now("2024-12-15T09:00:00Z", Tz::Europe__Berlin);
    for (text, means) in [
        ("tomorrow 15:00", "2024-12-16T14:00Z"),
        ("in 2 h", "2024-12-15T11:00Z"),
        ("yesterday 15:00", "2024-12-14T14:00Z"),
        ("2 h ago", "2024-12-15T07:00Z"),
        ("tomorrow", r#"NoTime("tomorrow")"#),
        ("soon", r#"UnknownMoment("soon")"#),
        ("", "NoMoment"),
    ] {
        let said = match exactly(text, &now) {
            Ok(at) => at.format("%Y-%m-%dT%H:%MZ").to_string(),
            Err(error) => format!("{error:?}"),
        };
        assert_eq!(said, means, "{text}");
    }
}

#[test]
fn a_line_may_begin_with_a_time() {
    // A Sunday, ten o'clock in Berlin.
    let now = now("2024-12-15T09:00:00Z", Tz::Europe__Berlin);
    for (line, means) in [
        ("fri: send the guide", "2024-12-20 | send the guide"),
        ("fri send the guide", "2024-12-20 | send the guide"),
        ("tomorrow 15:00: call: the second one", "2024-12-16 2024-12-16T14:00Z | call: the second one"),
        ("tomorrow at 15:00  call them", "2024-12-16 2024-12-16T14:00Z | call them"),
        ("15:00 call them", "2024-12-15 2024-12-15T14:00Z | call them"),
        ("in 3 days ask again", "2024-12-18 | ask again"),
        ("20 dec send it", "2024-12-20 | send it"),
        ("on 20 dec 2025 at 15:00 send it", "2025-12-20 2025-12-20T14:00Z | send it"),
        ("2024-12-20 send it", "2024-12-20 | send it"),
        ("send the guide", "never | send the guide"),
        (": 24/7 support", "never | 24/7 support"),
        // How long it takes, how many there are, what it is called.
        ("3 days of trial left", "never | 3 days of trial left"),
        ("", "never | "),
        ("3d model", "never | 3d model"),
        ("2 invoices to check", "never | 2 invoices to check"),
        ("a day off for them", "never | a day off for them"),
        ("1:1 with Ana", "never | 1:1 with Ana"),
        ("3.5 hours of training", "never | 3.5 hours of training"),
        ("sat down with them", "never | sat down with them"),
        ("call them wed", "2024-12-18 | call them"),
        ("send the guide sat", "2024-12-21 | send the guide"),
        ("do it now", "never | do it now"),
        ("now they want a call", "never | now they want a call"),
        ("sat: call them", "2024-12-21 | call them"),
        ("sat 9:00 call them", "2024-12-21 2024-12-21T08:00Z | call them"),
        ("saturday call them", "2024-12-21 | call them"),
        ("tomorrow", "2024-12-16 | "),
        ("31 feb send it", r#"NoSuchDay("31 feb")"#),
        ("feb 31 send it", r#"NoSuchDay("feb 31")"#),
        ("2024-02-30 send it", r#"NoSuchDay("2024-02-30")"#),
        ("20.12.2024 send it", r#"NoSuchDay("20.12.2024")"#),
        ("12/24 send it", r#"NoSuchDay("12/24")"#),
        ("tomorrow 25:00 send it", r#"NoSuchTime("25:00")"#),
        ("in 99999999 weeks send it", r#"TooFar("in 99999999 weeks")"#),
        ("31 feb: send it", r#"NoSuchDay("31 feb")"#),
        ("soon: send it", "never | soon: send it"),
        ("yesterday: send it", r#"Behind("yesterday")"#),
    ] {
        let said = match task(line, &now) {
            Ok((None, rest)) => format!("never | {rest}"),
            Ok((Some(When { date, at: None }), rest)) => format!("{date} | {rest}"),
            Ok((Some(When { date, at: Some(at) }), rest)) => {
                format!("{date} {} | {rest}", at.format("%Y-%m-%dT%H:%MZ"))
            }
            Err(error) => format!("{error:?}"),
        };
        assert_eq!(said, means, "{line}");
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
        ("next fortnight", r#"Unknown("next fortnight")"#),
        ("dec 12 24", r#"Unknown("dec 12 24")"#),
        ("yesterday", r#"Behind("yesterday")"#),
        ("3 days ago", r#"Behind("3 days ago")"#),
        ("last mon", r#"Behind("last mon")"#),
        ("31 feb", r#"NoSuchDay("31 feb")"#),
        ("dec 32 2025", r#"NoSuchDay("dec 32 2025")"#),
        ("soon 25:00", r#"Unknown("soon 25:00")"#),
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
    assert!(sentence.starts_with("`soon` is not a time: write tomorrow"), "{sentence}");
}
