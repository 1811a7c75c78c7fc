//! Calendars that nobody's program writes: cut, mixed up, endless and huge.

use std::collections::BTreeSet;

use gangplank::intake::people::AddressBook;
use proptest::prelude::*;

use super::{SAMPLES, board, calendar, event, now, read_here, told};
use crate::intake::mail::{mutated, team};
use crate::support::calendars::{read, read_whole};

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_000))]

    #[test]
    fn no_mutated_calendar_panics(changes in mutated(SAMPLES.len())) {
        let (board, team, now) = (board(), team(), now());
        let book = AddressBook::new(&board, &team);
        for (sample, change) in SAMPLES.iter().zip(&changes) {
            let bytes = change.apply(sample.as_bytes());
            let translation = read(&bytes, &book, &now);
            prop_assert_eq!(&read(&bytes, &book, &now), &translation);
            let told: BTreeSet<usize> = translation.signals.iter().map(|told| told.line).collect();
            let ignored = translation.ignored.total();
            prop_assert_eq!(translation.records, told.len() + ignored + translation.rejected.len());
            let _ = read_whole(&bytes, "dan", &book, &now);
        }
    }

    #[test]
    fn no_property_panics(
        name in prop::sample::select(&[
            "DTSTART", "DTEND", "DURATION", "RRULE", "RDATE", "EXDATE", "RECURRENCE-ID", "SEQUENCE", "DTSTAMP", "CREATED",
            "LAST-MODIFIED", "UID", "STATUS", "ATTENDEE", "ORGANIZER",
        ][..]),
        parameter in prop_oneof![Just(String::new()), ";TZID=[A-Za-z/ +:()0-9-]{0,30}", ";VALUE=(DATE|PERIOD|RECUR|TEXT)"],
        value in prop_oneof![
            "[0-9]{0,20}T?[0-9]{0,20}Z?",
            "-?P[0-9]{0,12}[WDHMST]{0,4}[0-9]{0,12}[WDHMS]",
            "FREQ=(DAILY|WEEKLY|MONTHLY|YEARLY|HOURLY)(;(INTERVAL|COUNT|BYMONTH|BYMONTHDAY|BYYEARDAY|BYSETPOS|BYHOUR|BYMINUTE|UNTIL|WKST)=-?[0-9]{1,10}(,-?[0-9]{1,3}){0,3}){0,4}(;BYDAY=-?[0-9]{0,4}(MO|SU))?",
            "\\PC{0,40}",
        ],
    ) {
        let text = calendar(&[&event(&format!("{name}{parameter}:{value}\nDTSTART:20241218T140000Z\nDTEND:20241218T143000Z\n"))]);
        let translation = read_here(&board(), &text);
        prop_assert_eq!(translation.records, 1);
    }
}

#[test]
fn endless_and_huge_calendars_come_to_an_end() {
    let board = board();
    // Each would take a century of days.
    let counted = event("DTSTART:19010101T140000Z\nRRULE:FREQ=DAILY;COUNT=4000000000\n");
    let all: Vec<String> = (0..2_000).map(|at| counted.replace("UID:e1", &format!("UID:e{at}"))).collect();
    let all: Vec<&str> = all.iter().map(String::as_str).collect();
    let translation = read_here(&board, &calendar(&all));
    let too_long =
        translation.rejected.iter().filter(|it| it.reason.ends_with("it recurs for longer than is read"));
    assert!(too_long.count() > 1_900);
    let never = event("DTSTART:20240101T140000Z\nRRULE:FREQ=YEARLY;COUNT=9;BYMONTH=2;BYMONTHDAY=30\n");
    assert_eq!(told(&read_here(&board, &calendar(&[&never]))), ["not in these days 1"]);
    let deep = "BEGIN:VEVENT\n".repeat(50_000) + &"END:VEVENT\n".repeat(50_000);
    read_here(&board, &format!("BEGIN:VCALENDAR\n{deep}END:VCALENDAR\n"));
    let wide = "ATTENDEE:mailto:jane@acme.example\n".repeat(20_000);
    let dates: Vec<String> = (0..6_000).map(|at| format!("2024{:04}T140000Z", 1_201 + at % 28)).collect();
    let dates = event(&format!("DTSTART:20241218T140000Z\nRDATE:{}\n", dates.join(",")));
    let translation =
        read_here(&board, &calendar(&[&event(&format!("DTSTART:20241218T140000Z\n{wide}")), &dates]));
    assert_eq!(translation.signals.len(), 1);
    assert_eq!(translation.rejected[0].reason, "e1: it has more than 5000 of RDATE");
    let long = event("DTSTART:20241218T140000Z\n").replace("UID:e1", &format!("UID:{}", "e".repeat(100_000)));
    let translation = read_here(&board, &calendar(&[&long]));
    assert!(translation.signals[0].signal.id.as_str().len() < 300);
}

#[test]
fn what_people_wrote_is_nowhere() {
    let board = board();
    for sample in SAMPLES {
        let text = format!("{:?}", read_here(&board, sample));
        assert!(!text.contains("secret-body"), "{text}");
    }
}
