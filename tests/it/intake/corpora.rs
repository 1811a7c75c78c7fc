//! Mail and calendars of other people's programs, from the test data of libraries that read them.
//!
//! `GANGPLANK_CORPORA=DIR cargo test corpora -- --nocapture` reads what lies in DIR, and fetches with `pip` what does not.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use chrono::{DateTime, NaiveDate, NaiveTime, Utc};
use chrono_tz::Tz;
use gangplank::intake::mail::MailReader;
use gangplank::intake::people::AddressBook;
use gangplank::state::{FactKey, FactValue, Now, SignalData};

use super::mail::team;
use crate::support::calendars;
use crate::support::{World, row};

/// The packages, and where in them their data lies.
const PACKAGES: &[(&str, &str)] = &[
    ("flufl.bounce", "flufl_bounce"),
    ("talon", "talon"),
    ("icalendar", "icalendar"),
    ("recurring_ical_events", "recurring_ical_events"),
];

/// Where the data of all packages lies; nothing where nobody asks for it.
fn corpora(test: &str) -> Option<PathBuf> {
    let Some(dir) = std::env::var_os("GANGPLANK_CORPORA").map(PathBuf::from) else {
        eprintln!(
            "{test}: skipped: set GANGPLANK_CORPORA=DIR to read the mail and calendars in DIR, or to fetch them"
        );
        return None;
    };
    fs::create_dir_all(&dir).expect("it can be made");
    for (package, name) in PACKAGES {
        let unpacked = |dir: &Path| {
            let entries = fs::read_dir(dir).expect("it is a directory").filter_map(Result::ok);
            entries
                .filter(|entry| entry.path().is_dir())
                .any(|entry| entry.file_name().to_string_lossy().starts_with(name))
        };
        if unpacked(&dir) {
            continue;
        }
        let fetched = Command::new("pip")
            .args(["download", "--quiet", "--no-deps", "--no-binary", ":all:", package])
            .current_dir(&dir)
            .status();
        assert!(fetched.is_ok_and(|status| status.success()), "pip cannot fetch {package}");
        let archives = files(&dir, ".tar.gz").into_iter().filter(|path| {
            path.file_name().is_some_and(|file| {
                file.to_string_lossy().replace('.', "_").starts_with(&name.replace('.', "_"))
            })
        });
        for archive in archives {
            let status = Command::new("tar").arg("xzf").arg(&archive).current_dir(&dir).status();
            assert!(status.is_ok_and(|status| status.success()), "{} cannot be unpacked", archive.display());
        }
        assert!(unpacked(&dir), "{package} is not where it is expected");
    }
    Some(dir)
}

/// The files below `dir` whose path ends so, in order.
fn files(dir: &Path, end: &str) -> Vec<PathBuf> {
    let mut all = Vec::new();
    let mut dirs = vec![dir.to_owned()];
    while let Some(dir) = dirs.pop() {
        for entry in fs::read_dir(&dir).expect("it is a directory").filter_map(Result::ok) {
            let path = entry.path();
            if path.is_dir() {
                dirs.push(path);
            } else if path.to_string_lossy().ends_with(end) {
                all.push(path);
            }
        }
    }
    all.sort();
    all
}

/// What a message is taken for that a contact of an account sends, from which an answer is awaited.
fn judged(bytes: &[u8]) -> &'static str {
    let message = mail_parser::MessageParser::new().parse_headers(bytes);
    let from = message.as_ref().and_then(|message| message.from()?.first()?.address.clone());
    let contact = from.map_or_else(|| "nobody@acme.example".to_owned(), |from| from.to_lowercase());
    let account =
        row("A-1", "Acme").with(FactKey::Contacts, FactValue::List(vec![contact.into()])).in_stage("2");
    let board = World::of(&[account]).board().clone();
    let team = team();
    let book = AddressBook::new(&board, &team);
    let mut reader = MailReader::new(&book);
    reader.read(bytes).expect("memory can be read");
    let translation = reader.finish();
    match translation.signals.first().map(|told| &told.signal.data) {
        _ if !translation.rejected.is_empty() => "rejected",
        Some(SignalData::ReplyReceived { auto: false }) => "person",
        Some(SignalData::ReplyReceived { auto: true }) => "automatic reply",
        Some(SignalData::EmailBounced { .. }) => "bounce",
        Some(_) => "other",
        None if translation.ignored.of_kind("no reply") > 0 => "person",
        None => "ignored",
    }
}

#[test]
fn automatic_mail_is_told_from_replies() {
    let Some(dir) = corpora("automatic_mail_is_told_from_replies") else { return };
    let judge = |files: &[PathBuf]| {
        let mut counts: BTreeMap<&str, Vec<String>> = BTreeMap::new();
        for path in files {
            let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
            counts.entry(judged(&fs::read(path).expect("it can be read"))).or_default().push(name);
        }
        counts
    };
    let automatic = files(&dir, ".txt");
    let automatic: Vec<PathBuf> =
        automatic.into_iter().filter(|path| path.to_string_lossy().contains("/tests/data/")).collect();
    let counts = judge(&automatic);
    let missed = counts.get("person").map_or(0, Vec::len) + counts.get("rejected").map_or(0, Vec::len);
    let recognised = automatic.len() - missed;
    eprintln!(
        "{recognised} of {} automatic mails are recognised; missed: {:?}",
        automatic.len(),
        counts.get("person")
    );
    assert_eq!(automatic.len(), 117);
    assert!(recognised >= 110, "{counts:#?}");

    let replies: Vec<PathBuf> = files(&dir, ".eml")
        .into_iter()
        .filter(|path| path.to_string_lossy().contains("standard_replies"))
        .collect();
    let counts = judge(&replies);
    // One of them has no date, and is not taken at all.
    let misjudged = ["automatic reply", "bounce", "ignored", "other"];
    let wrong: usize = misjudged.iter().filter_map(|kind| counts.get(kind)).map(Vec::len).sum();
    eprintln!("{wrong} of {} replies are misjudged", replies.len());
    assert_eq!((replies.len(), wrong), (12, 0), "{counts:#?}");
}

/// Each calendar, with Dan and Jane in each of its events, as of the day of its first event.
#[test]
fn no_calendar_panics() {
    let Some(dir) = corpora("no_calendar_panics") else { return };
    let board = World::of(&super::mail::accounts()).board().clone();
    let team = team();
    let book = AddressBook::new(&board, &team);
    let (mut read, mut with_calls, mut events, mut calls, mut rejected) = (0, 0, 0, 0, BTreeMap::new());
    for path in files(&dir, ".ics") {
        let bytes = fs::read(&path).expect("it can be read");
        let text = String::from_utf8_lossy(&bytes);
        let people = "BEGIN:VEVENT\nORGANIZER:mailto:dan@example.com\nATTENDEE:mailto:jane@acme.example\n";
        let text = text
            .replace("BEGIN:VEVENT\r\n", people)
            .replace("BEGIN:VEVENT\n", people)
            .replace("ATTENDEE;", "X-ATTENDEE;");
        let day = text.split("\nDTSTART").filter_map(|rest| {
            let line = rest.lines().next()?;
            NaiveDate::parse_from_str(line.rsplit(':').next()?.get(..8)?, "%Y%m%d").ok()
        });
        let day = day.filter(|day| *day > NaiveDate::from_ymd_opt(2000, 2, 1).expect("a day")).min();
        let at: DateTime<Utc> = day.unwrap_or_default().and_time(NaiveTime::MIN).and_utc();
        let now = Now { at, zone: Tz::Europe__Berlin };
        let translation = calendars::read(text.as_bytes(), &book, &now);
        read += 1;
        with_calls += usize::from(!translation.signals.is_empty());
        events += translation.records;
        calls += translation.signals.len();
        for line in &translation.rejected {
            let why = line.reason.split_once(": ").map_or(&*line.reason, |(_, why)| why).to_owned();
            *rejected.entry(why).or_insert(0) += 1;
        }
        let _ = calendars::read(&bytes, &book, &now);
        let _ = calendars::read_whole(&bytes, "theirs", &book, &now);
    }
    eprintln!(
        "{read} calendars with {events} events: {calls} calls in {with_calls} of them; rejected: {rejected:#?}"
    );
    assert!(read >= 260, "{read}");
    assert!(with_calls > 100, "{with_calls}");
}
