//! Calendars, as signals.

mod hostile;
mod orders;

use std::collections::BTreeMap;
use std::fs;

use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use gangplank::intake::calendar::CalendarReader;
use gangplank::intake::people::AddressBook;
use gangplank::intake::providers::Translation;
use gangplank::state::{Account, Board, Command, Now, Signal, SignalData, SignalId};

use super::mail::{accounts, team};
use crate::support::calendars::{read, read_whole};
use crate::support::home::{Home, run_in};
use crate::support::{World, id};

/// Calendars as programs write them, one after the other.
pub(super) const SAMPLES: &[&str] = &[
    include_str!("../data/calendars/google.ics"),
    include_str!("../data/calendars/outlook.ics"),
    include_str!("../data/calendars/apple.ics"),
];

/// Tuesday, before noon in Berlin.
pub(super) fn now() -> Now {
    Now { at: moment("2024-12-10T09:00:00Z"), zone: Tz::Europe__Berlin }
}

fn moment(text: &str) -> DateTime<Utc> {
    text.parse().expect("a moment")
}

fn board() -> Board {
    World::of(&accounts()).board().clone()
}

/// A calendar with these events.
fn calendar(events: &[&str]) -> String {
    let events: Vec<_> =
        events.iter().map(|event| format!("BEGIN:VEVENT\n{}\nEND:VEVENT\n", event.trim())).collect();
    format!("BEGIN:VCALENDAR\nVERSION:2.0\n{}END:VCALENDAR\n", events.concat()).replace('\n', "\r\n")
}

const PEOPLE: &str = "ORGANIZER:mailto:dan@example.com\nATTENDEE:mailto:jane@acme.example\n";
const STAMPS: &str = "DTSTAMP:20241209T080000Z\nCREATED:20241209T080000Z\n";

/// An event of Dan and Jane with these lines.
fn event(lines: &str) -> String {
    format!("UID:e1\n{STAMPS}{PEOPLE}{lines}")
}

fn told(translation: &Translation) -> Vec<String> {
    let at = |at: DateTime<Utc>| at.format("%m-%d %H:%M").to_string();
    let signals = translation.signals.iter().map(|told| {
        let Signal { at: when, data, .. } = &told.signal;
        let what = match data {
            SignalData::CallBooked { call, starts_at, ends_at, .. } => {
                let minutes = (*ends_at - *starts_at).num_minutes();
                format!("{call} booked for {} ({minutes}')", at(*starts_at))
            }
            SignalData::CallRescheduled { call, starts_at, .. } => {
                format!("{call} moved to {}", at(*starts_at))
            }
            SignalData::CallCanceled { call } => format!("{call} canceled"),
            other => format!("{other:?}"),
        };
        format!("{} {what} | {}", at(*when), told.account)
    });
    let rejected = translation.rejected.iter().map(|it| format!("! {} {}", it.line, it.reason));
    let ignored = translation.ignored.counts().into_iter().map(|(why, count)| format!("{why} {count}"));
    signals.chain(rejected).chain(ignored).collect()
}

fn read_here(board: &Board, text: &str) -> Translation {
    let team = team();
    read(text.as_bytes(), &AddressBook::new(board, &team), &now())
}

fn says(events: &[&str]) -> Vec<String> {
    told(&read_here(&board(), &calendar(events)))
}

/// Takes in what a calendar says.
fn take(world: &mut World, translation: &Translation) {
    for told in &translation.signals {
        let (account, signal) = (told.account.clone(), told.signal.clone());
        world.tries(&Command::RecordSignal { account, signal }).expect("it is recorded");
    }
}

/// Takes in what the calendar in `text` says.
fn hears(world: &mut World, text: &str) {
    let translation = read_here(&world.board().clone(), text);
    take(world, &translation);
}

/// The calls of an account: when each begins, and what became of it.
fn calls(account: &Account) -> BTreeMap<String, String> {
    let calls = account.calls.iter().map(|(call, known)| {
        let outcome = known.outcome.map_or_else(String::new, |it| format!(" {it:?}"));
        (call.to_string(), format!("{}{outcome}", known.starts_at.format("%m-%d %H:%M")))
    });
    calls.collect()
}

const DECEMBER: &str = "DTSTART:20241218T140000Z\nDTEND:20241218T143000Z\n";

#[test]
fn calendars_of_programs_tell_of_calls() {
    let all: Vec<String> =
        SAMPLES.iter().map(|sample| told(&read_here(&board(), sample)).join("\n")).collect();
    insta::assert_snapshot!(all.join("\n\n"), @r"
    11-28 09:00 0weekly1@google.com/20241203T090000Z booked for 12-03 09:00 (30') | bob@bolt.example
    11-28 09:00 0weekly1@google.com/20241210T090000Z booked for 12-10 09:00 (30') | bob@bolt.example
    11-28 09:00 0weekly1@google.com/20241231T090000Z booked for 12-31 09:00 (30') | bob@bolt.example
    12-05 10:15 5b0t2k9r4v1m@google.com booked for 12-12 13:00 (45') | jane@acme.example
    12-09 11:00 0weekly1@google.com/20241217T090000Z booked for 12-18 15:00 (30') | bob@bolt.example
    all-day 1
    declined 1
    without the team 1

    12-09 14:22 040000008200E00074C5B7101A82E00800000000D0F0C1A6A54FDB01000000000000000010000000A1B2C3D4E5F60718293A4B5C6D7E8F90 booked for 12-17 16:00 (60') | jane@acme.example

    12-01 12:00 7A0C1F0E-5B0D-4C59-8F4C-9F2E4A1D2C3B booked for 12-11 09:00 (60') | ann@crate.example
    12-09 12:00 7A0C1F0E-5B0D-4C59-8F4C-9F2E4A1D2C3B canceled | ann@crate.example
    ");
}

#[test]
fn an_event_of_the_team_with_a_guest_of_one_account_is_a_call() {
    let booked = "12-09 08:00 e1 booked for 12-18 14:00 (30') | jane@acme.example";
    assert_eq!(says(&[&event(DECEMBER)]), [booked]);
    for (people, expected) in [
        ("ORGANIZER:mailto:jane@acme.example\nATTENDEE:mailto:dan@example.com\n", "jane@acme.example"),
        (
            "ATTENDEE:MAILTO:Dan+calls@example.com\nATTENDEE;CN=\"J, D\":mailto:JANE@acme.example\n",
            "jane@acme.example",
        ),
        ("ORGANIZER:mailto:magda@example.com\nATTENDEE:mailto:somebody@acme.example\n", "acme.example"),
        (
            "ORGANIZER:mailto:dan@example.com\nATTENDEE;EMAIL=jane@acme.example:urn:uuid:1\n",
            "jane@acme.example",
        ),
        (
            "ORGANIZER:mailto:dan@example.com\nATTENDEE:mailto:jane@acme.example\nATTENDEE:mailto:bob@bolt.example\n",
            "jane@acme.example, bob@bolt.example",
        ),
        (
            "ORGANIZER:mailto:dan@example.com\nATTENDEE;PARTSTAT=DECLINED:mailto:ann@acme.example\nATTENDEE:mailto:jane@acme.example\n",
            "jane@acme.example",
        ),
    ] {
        let said = says(&[&format!("UID:e1\n{STAMPS}{people}{DECEMBER}")]);
        let expected = format!("12-09 08:00 e1 booked for 12-18 14:00 (30') | {expected}");
        assert_eq!(said, [expected], "{people}");
    }
}

#[test]
fn what_is_no_call_is_counted_by_its_reason() {
    let with = |people: &str| format!("UID:e1\n{STAMPS}{people}{DECEMBER}");
    for (lines, expected) in [
        (event("DTSTART;VALUE=DATE:20241218\n"), "all-day 1"),
        (event("DTSTART:20241218T000000Z\nDTEND:20241219T000000Z\n"), "all-day 1"),
        (event(&format!("{DECEMBER}X-MICROSOFT-CDO-ALLDAYEVENT:TRUE\n")), "all-day 1"),
        (with("ATTENDEE:mailto:jane@acme.example\n"), "without the team 1"),
        (with("ORGANIZER:mailto:dan@example.com\nATTENDEE:mailto:magda@example.com\n"), "without a guest 1"),
        (with("ORGANIZER:mailto:dan@example.com\nATTENDEE:mailto:boss@example.com\n"), "without a guest 1"),
        (
            with("ORGANIZER:mailto:dan@example.com\nATTENDEE;CUTYPE=ROOM:mailto:room@acme.example\n"),
            "without a guest 1",
        ),
        (
            with("ORGANIZER:mailto:dan@example.com\nATTENDEE:mailto:eve@elsewhere.example\n"),
            "with no account 1",
        ),
        (with("ORGANIZER:mailto:dan@example.com\nATTENDEE:mailto:eve@gmail.com\n"), "with no account 1"),
        (event(&format!("{DECEMBER}STATUS:CANCELLED\n")), "12-09 08:00 e1 canceled | jane@acme.example"),
        (event("DTSTART:20240718T140000Z\nSTATUS:CANCELLED\n"), "canceled 1"),
        (
            with("ORGANIZER:mailto:dan@example.com\nATTENDEE;PARTSTAT=DECLINED:mailto:jane@acme.example\n"),
            "declined 1",
        ),
        (
            with("ORGANIZER:mailto:jane@acme.example\nATTENDEE;PARTSTAT=DECLINED:mailto:dan@example.com\n"),
            "declined 1",
        ),
        (event("DTSTART:20240718T140000Z\n"), "over 1"),
        (event("DTSTART:29000718T140000Z\n"), "too far ahead 1"),
        (event("DTSTART:20240718T140000Z\nRRULE:FREQ=WEEKLY;COUNT=3\n"), "not in these days 1"),
    ] {
        assert_eq!(says(&[&lines]), [expected], "{lines}");
    }
    let answer = calendar(&[&event(DECEMBER)]).replace("VERSION:2.0", "METHOD:REPLY");
    assert_eq!(told(&read_here(&board(), &answer)), ["answer to an invitation 1"]);
    let task = "BEGIN:VCALENDAR\nBEGIN:VTODO\nUID:t1\nEND:VTODO\nEND:VCALENDAR\n";
    assert_eq!(told(&read_here(&board(), task)), ["no event 1"]);
}

#[test]
fn what_cannot_be_read_is_said_with_its_uid() {
    for (lines, expected) in [
        ("SUMMARY:x\n", "! 1 e1: it has no DTSTART"),
        ("DTSTART:yesterday\n", "! 1 e1: its DTSTART cannot be read"),
        ("DTSTART:20241318T990000Z\n", "! 1 e1: its DTSTART cannot be read"),
        ("DTSTART:19020718T140000Z\n", "! 1 e1: its DTSTART cannot be read"),
        (
            "DTSTART;TZID=Moon:20241218T140000\n",
            "! 1 e1: its DTSTART is in the time zone `Moon`, which the calendar does not describe",
        ),
        ("DTSTART:20241218T140000Z\nRRULE:FREQ=SECONDLY\n", "! 1 e1: it recurs more than once an hour"),
        ("DTSTART:20241218T140000Z\nRRULE:x\n", "! 1 e1: it recurs by a rule that cannot be read"),
    ] {
        assert_eq!(says(&[&event(lines)]), [expected], "{lines}");
    }
    let cut = calendar(&[&event(DECEMBER), &event(DECEMBER).replace("e1", "e2")]);
    let cut = &cut[..cut.len() - 40];
    assert_eq!(
        told(&read_here(&board(), cut)),
        [
            "12-09 08:00 e1 booked for 12-18 14:00 (30') | jane@acme.example",
            "! 2 the file ends in the middle of its events: fetch it again"
        ]
    );
}

/// Lines with a time, what else the calendar has, and when that is.
const TIMES: &[(&str, &str, &str)] = &[
    ("DTSTART:20241218T140000Z", "", "12-18 14:00"),
    // Without a zone: as the clocks of the business show it.
    ("DTSTART:20241218T150000", "", "12-18 14:00"),
    ("DTSTART:20241218T090000", "X-WR-TIMEZONE:America/New_York\n", "12-18 14:00"),
    ("DTSTART;TZID=America/New_York:20241218T090000", "", "12-18 14:00"),
    ("DTSTART;TZID=\"America/New_York\":20241218T090000", "", "12-18 14:00"),
    ("DTSTART;TZID=/freeassociation.sourceforge.net/Europe/Berlin:20241218T150000", "", "12-18 14:00"),
    ("DTSTART;TZID=W. Europe Standard Time:20241218T150000", "", "12-18 14:00"),
    ("DTSTART;TZID=Eastern Standard Time:20241218T090000", "", "12-18 14:00"),
    (
        "DTSTART;TZID=\"(UTC+01:00) Amsterdam, Berlin, Bern, Rome, Stockholm, Vienna\":20241218T150000",
        "",
        "12-18 14:00",
    ),
    ("DTSTART;TZID=Ours:20241218T150000", OWN_ZONE, "12-18 14:00"),
    ("DTSTART;TZID=Ours:20250702T160000", OWN_ZONE, "07-02 14:00"),
    ("DTSTART;TZID=Renamed:20241218T090000", RENAMED_ZONE, "12-18 14:00"),
    // The hour that the clocks leave out.
    ("DTSTART;TZID=Europe/Berlin:20250330T023000", "", "03-30 01:30"),
];

const OWN_ZONE: &str = "BEGIN:VTIMEZONE\nTZID:Ours\nBEGIN:STANDARD\nDTSTART:16010101T030000\nTZOFFSETFROM:+0200\nTZOFFSETTO:+0100\n\
    RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=10\nEND:STANDARD\nBEGIN:DAYLIGHT\nDTSTART:16010101T020000\nTZOFFSETFROM:+0100\n\
    TZOFFSETTO:+0200\nRRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=3\nEND:DAYLIGHT\nEND:VTIMEZONE\n";

const RENAMED_ZONE: &str = "BEGIN:VTIMEZONE\nTZID:Renamed\nX-LIC-LOCATION:America/New_York\nEND:VTIMEZONE\n";

#[test]
fn times_are_read_in_their_zones() {
    for (line, zone, expected) in TIMES {
        let text = calendar(&[&event(line)]).replace("VERSION:2.0\r\n", &format!("VERSION:2.0\r\n{zone}"));
        let expected = format!("12-09 08:00 e1 booked for {expected} (30') | jane@acme.example");
        assert_eq!(told(&read_here(&board(), &text)), [expected], "{line}");
    }
    for (end, minutes) in [
        ("DTEND;TZID=Europe/Berlin:20241218T154500", 45),
        ("DURATION:PT1H30M", 90),
        ("DTEND:20241218T130000Z", 30),
        ("DURATION:-PT1H", 30),
    ] {
        let said = says(&[&event(&format!("DTSTART:20241218T140000Z\n{end}\n"))]);
        assert!(said[0].contains(&format!("12-18 14:00 ({minutes}')")), "{end}: {said:?}");
    }
}

#[test]
fn a_series_is_a_call_each_time_within_sixty_days() {
    let series = "DTSTART;TZID=Europe/Berlin:20241204T150000\nDTEND;TZID=Europe/Berlin:20241204T153000\n";
    let weekly = event(&format!(
        "{series}RRULE:FREQ=WEEKLY;UNTIL=20250108T140000Z\nEXDATE;TZID=Europe/Berlin:20241225T150000\n\
         EXDATE;VALUE=DATE:20250101\nRDATE:20241220T100000Z\n"
    ));
    let one = "UID:e1\nDTSTAMP:20241209T090000Z\nSEQUENCE:1\nORGANIZER:mailto:dan@example.com\nATTENDEE:mailto:jane@acme.example\n\
         RECURRENCE-ID;TZID=Europe/Berlin:20241218T150000\nDTSTART:20241219T140000Z\n";
    let gone = "UID:e1\nDTSTAMP:20241209T090000Z\nSTATUS:CANCELLED\nRECURRENCE-ID:20241211T140000Z\n";
    let expected = [
        "12-09 08:00 e1/20241204T140000Z booked for 12-04 14:00 (30') | jane@acme.example",
        "12-09 08:00 e1/20241220T100000Z booked for 12-20 10:00 (30') | jane@acme.example",
        "12-09 08:00 e1/20250108T140000Z booked for 01-08 14:00 (30') | jane@acme.example",
        "12-09 09:00 e1/20241218T140000Z booked for 12-19 14:00 (30') | jane@acme.example",
        "canceled 1",
    ];
    assert_eq!(says(&[&weekly, one, gone]), expected);
    assert_eq!(says(&[gone, one, &weekly]), expected);
    let endless = says(&[&event(&format!("{series}RRULE:FREQ=DAILY\n"))]);
    assert_eq!(endless.len(), 66, "{endless:#?}");
    assert!(endless[65].contains("booked for 02-07 14:00"), "{endless:#?}");
}

#[test]
fn one_of_a_series_may_change_for_itself_or_with_those_after_it() {
    let series = event("DTSTART:20241211T140000Z\nRRULE:FREQ=WEEKLY;COUNT=4\n");
    let one = |lines: &str| event(&format!("SEQUENCE:1\n{lines}"));
    let begins = |change: &str| {
        let mut world = World::of(&accounts());
        hears(&mut world, &calendar(&[&series]));
        hears(&mut world, &calendar(&[&series, &one(change)]));
        calls(world.account("A-1")).into_values().collect::<Vec<_>>()
    };
    assert_eq!(
        begins("RECURRENCE-ID:20241218T140000Z\nDTSTART;VALUE=DATE:20241218\n"),
        ["12-11 14:00", "12-18 14:00 Canceled", "12-25 14:00", "01-01 14:00"]
    );
    assert_eq!(
        begins(
            "RECURRENCE-ID;RANGE=THISANDFUTURE:20241218T140000Z\nDTSTART:20241219T150000Z\nDURATION:PT1H\n"
        ),
        ["12-11 14:00", "12-19 15:00", "12-26 15:00", "01-02 15:00"]
    );
    // One that is in no series by now is one by itself.
    assert_eq!(
        begins("RECURRENCE-ID:20241217T140000Z\nDTSTART:20241217T150000Z\n"),
        ["12-11 14:00", "12-17 15:00", "12-18 14:00", "12-25 14:00", "01-01 14:00"]
    );
}

/// The clocks go forward on 30 March: the call stays at three.
#[test]
fn a_series_follows_the_clocks_of_its_zone() {
    let at = Now { at: moment("2025-03-20T09:00:00Z"), ..now() };
    let text = calendar(&[&event("DTSTART;TZID=Europe/Berlin:20250319T150000\nRRULE:FREQ=WEEKLY;COUNT=3\n")]);
    let (board, team) = (board(), team());
    let translation = read(text.as_bytes(), &AddressBook::new(&board, &team), &at);
    let starts: Vec<String> = told(&translation).iter().map(|told| told[30..].to_owned()).collect();
    let shown: Vec<&str> = starts.iter().map(|told| told.split(" | ").next().unwrap_or_default()).collect();
    assert_eq!(shown.len(), 3, "{shown:?}");
    assert!(
        shown[0].contains("03-19 14:00")
            && shown[1].contains("03-26 14:00")
            && shown[2].contains("04-02 13:00")
    );
}

/// Versions of one event, from the booking to the cancellation.
fn versions() -> Vec<String> {
    let version = |sequence: u32, stamp: &str, lines: &str| {
        let stamps = format!(
            "SEQUENCE:{sequence}\nDTSTAMP:{stamp}\nCREATED:20241201T080000Z\nLAST-MODIFIED:{stamp}\n"
        );
        calendar(&[&format!("UID:e1\n{stamps}{PEOPLE}{lines}")])
    };
    vec![
        version(0, "20241201T080000Z", DECEMBER),
        // A guest accepted.
        version(0, "20241203T080000Z", DECEMBER),
        version(1, "20241205T080000Z", "DTSTART:20241219T140000Z\n"),
        version(2, "20241206T080000Z", "DTSTART:20241219T140000Z\nSTATUS:CANCELLED\n"),
        version(3, "20241207T080000Z", "DTSTART:20241220T140000Z\n"),
    ]
}

#[test]
fn the_highest_version_decides() {
    let all = versions();
    let board = board();
    let one = told(&read_here(&board, &all.concat()));
    assert_eq!(
        one,
        [
            "12-01 08:00 e1 booked for 12-18 14:00 (30') | jane@acme.example",
            "12-05 08:00 e1 moved to 12-19 14:00 | jane@acme.example",
            "12-06 08:00 e1 canceled | jane@acme.example",
            "12-07 08:00 e1 booked for 12-20 14:00 (30') | jane@acme.example",
            "second copy 1",
        ]
    );
    let mut world = World::of(&accounts());
    for version in &all {
        hears(&mut world, version);
    }
    assert_eq!(calls(world.account("A-1")), BTreeMap::from([("e1".to_owned(), "12-20 14:00".to_owned())]));
    // Once more, each in turn and all at once: nothing is new.
    let seq = world.board().seq();
    for version in all.iter().rev().chain([&all.concat()]) {
        hears(&mut world, version);
    }
    assert_eq!(world.board().seq(), seq);
}

#[test]
fn a_call_that_another_source_tells_of_is_one_call() {
    let mut world = World::of(&accounts());
    let booked = |call: &str, source: &str, starts_at: &str| {
        let starts_at = moment(starts_at);
        let data = SignalData::CallBooked {
            call: call.into(),
            event: None,
            starts_at,
            ends_at: starts_at + chrono::TimeDelta::minutes(30),
        };
        let signal = Signal {
            id: SignalId::new(&format!("{source}-{call}")),
            at: moment("2024-12-09T07:00:00Z"),
            by: None,
            source: source.into(),
            template: None,
            data,
        };
        let account = gangplank::state::AccountRef::Id(id("A-1"));
        Command::RecordSignal { account, signal }
    };
    world.does(&booked("cal-1", "calendly", "2024-12-18T14:00:00Z"));
    let mine = calendar(&[&event(DECEMBER)]);
    assert_eq!(told(&read_here(world.board(), &mine)), ["told elsewhere 1"]);
    // The other way round: it is told first by the calendar, and canceled there when Calendly moves it to a new event.
    let mut world = World::of(&accounts());
    hears(&mut world, &mine);
    world.does(&booked("cal-1", "calendly", "2024-12-18T14:00:00Z"));
    let starts_at = moment("2024-12-19T14:00:00Z");
    let data = SignalData::CallRescheduled {
        call: "cal-2".into(),
        was: Some("cal-1".into()),
        event: None,
        starts_at,
        ends_at: starts_at + chrono::TimeDelta::minutes(30),
    };
    let Command::RecordSignal { account, signal } = booked("x", "calendly", "2024-12-19T14:00:00Z") else {
        unreachable!("it records")
    };
    let moved = Signal { id: SignalId::new("moved"), at: moment("2024-12-09T09:00:00Z"), data, ..signal };
    world.does(&Command::RecordSignal { account, signal: moved });
    let after = calendar(&[
        &event(&format!("{DECEMBER}STATUS:CANCELLED\nSEQUENCE:1\n")),
        &event("DTSTART:20241219T140000Z\n").replace("UID:e1", "UID:e2"),
    ]);
    assert_eq!(told(&read_here(world.board(), &after)), ["told elsewhere 2"]);
    assert_eq!(calls(world.account("A-1")).into_values().collect::<Vec<_>>(), ["12-19 14:00"]);
    // One that was booked with a key goes by the calendar from then on.
    let mut world = World::of(&accounts());
    world.does(&booked("key:1", "key", "2024-12-18T14:00:00Z"));
    hears(&mut world, &mine);
    let moved = mine.replace("20241218T14", "20241219T14").replace("UID", "SEQUENCE:1\r\nUID");
    hears(&mut world, &moved);
    assert_eq!(calls(world.account("A-1")).into_values().collect::<Vec<_>>(), ["12-19 14:00"]);
}

#[test]
fn two_events_for_one_time_are_one_call_until_both_are_gone() {
    let mut world = World::of(&accounts());
    let second = event(DECEMBER).replace("UID:e1", "UID:e2");
    hears(&mut world, &calendar(&[&event(DECEMBER), &second]));
    assert_eq!(calls(world.account("A-1")).len(), 1);
    let gone = format!("{}SEQUENCE:1\nSTATUS:CANCELLED\n", event(DECEMBER));
    hears(&mut world, &calendar(&[&gone, &second]));
    assert_eq!(calls(world.account("A-1")).into_values().collect::<Vec<_>>(), ["12-18 14:00"]);
    let both = [gone.as_str(), &gone.replace("UID:e1", "UID:e2")];
    hears(&mut world, &calendar(&both));
    assert_eq!(calls(world.account("A-1")).into_values().collect::<Vec<_>>(), ["12-18 14:00 Canceled"]);
}

#[test]
fn of_two_events_for_one_time_the_one_that_stays_is_a_call_when_the_other_moves() {
    let second = event(DECEMBER).replace("UID:e1", "UID:e2");
    let moved = |of: &str| of.replace("20241218T14", "20241219T14").replace("UID", "SEQUENCE:1\r\nUID");
    for (first, other) in [(moved(&event(DECEMBER)), second.clone()), (event(DECEMBER), moved(&second))] {
        let mut world = World::of(&accounts());
        hears(&mut world, &calendar(&[&event(DECEMBER), &second]));
        assert_eq!(calls(world.account("A-1")).len(), 1);
        hears(&mut world, &calendar(&[&first, &other]));
        let begin = |world: &World| -> Vec<String> {
            let mut begin: Vec<String> = calls(world.account("A-1")).into_values().collect();
            begin.sort();
            begin
        };
        assert_eq!(begin(&world), ["12-18 14:00", "12-19 14:00"]);
        // Whoever hears of both at once sees the same.
        let mut late = World::of(&accounts());
        hears(&mut late, &calendar(&[&first, &other]));
        assert_eq!(begin(&late), begin(&world));
        // Each is called off by itself.
        let gone = format!("SEQUENCE:2\r\nSTATUS:CANCELLED\r\n{}", first.replace("SEQUENCE:1\r\n", ""));
        hears(&mut world, &calendar(&[&gone, &other]));
        assert_eq!(begin(&world).iter().filter(|call| call.ends_with("Canceled")).count(), 1);
    }
}

#[test]
fn a_series_that_changes_takes_its_calls_along() {
    let weekly = |sequence: u32, day: &str, more: &str| {
        calendar(&[&format!(
            "UID:e1\nSEQUENCE:{sequence}\nDTSTAMP:2024120{}T080000Z\n{PEOPLE}DTSTART:202412{day}T140000Z\nRRULE:FREQ=WEEKLY;COUNT=3\n{more}",
            sequence + 1
        )])
    };
    let mut world = World::of(&accounts());
    let first = weekly(0, "11", "");
    hears(&mut world, &first);
    let begins = |world: &World| calls(world.account("A-1")).into_values().collect::<Vec<_>>();
    assert_eq!(begins(&world), ["12-11 14:00", "12-18 14:00", "12-25 14:00"]);
    // One is left out, without another number.
    hears(&mut world, &weekly(0, "11", "EXDATE:20241225T140000Z\n"));
    assert_eq!(begins(&world), ["12-11 14:00", "12-18 14:00", "12-25 14:00 Canceled"]);
    // All are on another day.
    hears(&mut world, &weekly(1, "12", ""));
    let after = [
        "12-11 14:00 Canceled",
        "12-12 14:00",
        "12-18 14:00 Canceled",
        "12-19 14:00",
        "12-25 14:00 Canceled",
        "12-26 14:00",
    ];
    assert_eq!(begins(&world), after);
    // An older file says nothing any more.
    let late = read_here(world.board(), &first);
    take(&mut world, &late);
    assert_eq!(begins(&world), after);
    // Also where it is read for the first time.
    let mut fresh = World::of(&accounts());
    hears(&mut fresh, &weekly(1, "12", ""));
    let late = read_here(fresh.board(), &first);
    assert_eq!(told(&late), ["older version 1"]);
    // The whole series is called off.
    let gone = calendar(&["UID:e1\nSEQUENCE:2\nDTSTAMP:20241209T080000Z\nSTATUS:CANCELLED\n"]);
    hears(&mut world, &gone);
    assert!(begins(&world).iter().all(|begins| begins.ends_with("Canceled")), "{:?}", begins(&world));
}

#[test]
fn what_is_missing_from_a_whole_calendar_is_called_off_until_it_is_back() {
    let mut world = World::of(&accounts());
    let other =
        event("DTSTART:20241220T140000Z\n").replace("UID:e1", "UID:e2").replace("jane@acme", "bob@bolt");
    let both = calendar(&[&event(DECEMBER), &other]);
    let take_whole = |world: &mut World, text: &str| {
        let (board, team) = (world.board().clone(), team());
        let read = read_whole(text.as_bytes(), "dan", &AddressBook::new(&board, &team), &now());
        let told = read.as_ref().map(told);
        if let Some(read) = &read {
            take(world, read);
        }
        told
    };
    take_whole(&mut world, &both);
    let begins = |world: &World| calls(world.account("A-1")).into_values().collect::<Vec<_>>();
    let one = calendar(&[&other]);
    for _ in 0..2 {
        take_whole(&mut world, &one);
        assert_eq!(begins(&world), ["12-18 14:00 Canceled"]);
    }
    for _ in 0..2 {
        take_whole(&mut world, &both);
        assert_eq!(begins(&world), ["12-18 14:00"]);
    }
    take_whole(&mut world, &one);
    assert_eq!(begins(&world), ["12-18 14:00 Canceled"]);
    // Half a calendar says nothing, and neither does one with an event that cannot be read.
    take_whole(&mut world, &both);
    assert_eq!(take_whole(&mut world, &one[..one.len() - 30]), None);
    assert_eq!(take_whole(&mut world, "<html>Sign in</html>"), None);
    take_whole(
        &mut world,
        &calendar(&[
            &other,
            "UID:e1\nDTSTART:x\nATTENDEE:mailto:dan@example.com\nATTENDEE:mailto:jane@acme.example\n",
        ]),
    );
    assert_eq!(begins(&world), ["12-18 14:00"]);
}

/// A home whose team is Dan and Magda, with the accounts of the mailbox.
fn home() -> Home {
    let home = Home::empty();
    home.config(
        "config.toml",
        "time_zone = \"Europe/Berlin\"\nspecialists = [\"dan@example.com\", \"magda@example.com\"]\n",
    );
    home.import(&accounts());
    home
}

#[test]
fn bookings_move_cards_once() {
    let home = home();
    let dir = home.0.path().join("calendars");
    fs::create_dir_all(dir.join("dan")).expect("it can be made");
    let put = |name: &str, text: &str| fs::write(dir.join(name), text).expect("it can be written");
    put(
        "dan/e3.ics",
        &calendar(&[&event(DECEMBER).replace("jane@acme", "ann@crate").replace("UID:e1", "UID:e3")]),
    );
    put("e1.ICS", &versions()[2]);
    put("notes.txt", &calendar(&[&event("DTSTART:20241220T140000Z").replace("UID:e1", "UID:e4")]));
    let dir = dir.to_str().expect("a plain path");
    let now = ["--now", "2024-12-10T09:00:00Z"];
    let args = [&["ingest", "--from", "ics", dir][..], &now].concat();
    let dry = home.says(&[&args[..], &["--dry-run"]].concat());
    let said = home.says(&args);
    assert!(said.starts_with(dry.lines().next().expect("a line")), "{dry}\n{said}");
    insta::assert_snapshot!(said, @"
    2 events read · 2 recorded · 2 cards moved
      2 → 3b. Engaged — Call Booked
    To undo: gangplank undo 2
    ");
    insta::assert_snapshot!(home.says(&args), @"
    2 events read · 2 known already
    Nothing changed.
    ");
    let stdin = [&["ingest", "--from", "ics", "-", "--json"][..], &now].concat();
    insta::assert_snapshot!(run_in(home.0.path(), &stdin, &calendar(&[&event("DTSTART;VALUE=DATE:20241218")])).1, @r#"{"read":0,"recorded":0,"duplicate":0,"unmatched":0,"rejected":[],"moved":0,"alerts_opened":0,"events":1,"ignored":{"all-day":1}}"#);
}

#[test]
fn what_is_no_calendar_is_said_in_one_sentence() {
    let home = home();
    let path = home.0.path().join("page.ics");
    fs::write(&path, "<html>Sign in</html>").expect("it can be written");
    let path = path.to_str().expect("a plain path");
    insta::assert_snapshot!(home.complains(&["ingest", "--from", "ics", path], 2), @"error: page.ics holds no calendar: name an .ics file, or a directory with such files");
    insta::assert_snapshot!(home.complains(&["ingest", "--from", "ics", "nowhere.ics"], 1), @"error: there is no file nowhere.ics: check its name and directory");
    home.config("config.toml", "");
    let said = home.complains(&["ingest", "--from", "ics", path], 1);
    insta::assert_snapshot!(said.replace(home.0.path().to_str().expect("a plain path"), "HOME"), @r#"error: --from ics must know the addresses of the specialists: write specialists = ["dan@example.com"] with your own into HOME/config/config.toml"#);
}

#[test]
fn several_files_are_one_reading() {
    let (board, team, now) = (board(), team(), now());
    let book = AddressBook::new(&board, &team);
    let mut reader = CalendarReader::new(&book, &now);
    let mut all = versions();
    all.reverse();
    for version in &all {
        reader.read(version.as_bytes());
    }
    assert_eq!(told(&reader.finish()), told(&read_here(&board, &versions().concat())));
}
