//! Whatever happens to the disk, what was acknowledged is there, what is there is whole, and what is damaged is
//! said to be.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use gangplank::state::board::FOLD_VERSION;
use gangplank::state::{Change, Entry, Event, Seq};
use gangplank::store::file::SNAPSHOT_AFTER;
use gangplank::store::snapshot::Mark;
use gangplank::store::{Appended, FileStore, Opened, Store, StoreError, journal};

use crate::support::sample_entries::{Picture, fold, notes, picture, pipeline, snapshot_of, story};
use crate::support::sim_disk::{Lie, SimDisk};

pub(super) fn dir() -> &'static Path {
    Path::new("data")
}

pub(super) fn path(name: &str) -> PathBuf {
    dir().join(name)
}

pub(super) fn open(disk: &SimDisk) -> Result<Opened<FileStore>, StoreError> {
    FileStore::open_on(Arc::new(disk.clone()), dir(), pipeline())
}

pub(super) fn open_journal(bytes: &[u8]) -> (SimDisk, Result<Opened<FileStore>, StoreError>) {
    let disk = SimDisk::with(&path("journal.jsonl"), bytes);
    let opened = open(&disk);
    (disk, opened)
}

fn line(number: usize) -> String {
    format!("line {number}")
}

/// The first damaged line of a store.
pub(super) fn damaged_line(opened: Result<Opened<FileStore>, StoreError>) -> usize {
    let Opened { store, read_only, .. } = opened.expect("what is whole is read");
    assert!(read_only.is_some());
    store.damage().expect("it is damaged").places[0].line
}

/// A journal of `entries`, and where each of its lines ends.
pub(super) fn journal_of(entries: &[Entry]) -> (Vec<u8>, Vec<usize>) {
    let lines = entries.iter().map(|entry| journal::line(entry).expect("an entry becomes JSON"));
    let (mut bytes, mut ends) = (Vec::new(), Vec::new());
    for line in [journal::header()].into_iter().chain(lines) {
        bytes.extend(line);
        ends.push(bytes.len());
    }
    (bytes, ends)
}

#[test]
fn a_journal_cut_anywhere_opens_with_whole_entries_and_says_what_it_set_aside() {
    let entries = story();
    let (bytes, ends) = journal_of(&entries);
    for cut in 0..=bytes.len() {
        let (disk, opened) = open_journal(&bytes[..cut]);
        let Opened { mut store, board, notices, read_only, .. } =
            opened.expect("a cut is what a crash leaves");
        if (1..ends[0]).contains(&cut) {
            // A journal gets its name once its header is whole.
            assert!(read_only.is_some() && board.is_empty(), "cut at {cut}");
            assert_eq!(disk.contents(), [(path("journal.jsonl"), bytes[..cut].to_vec())].into());
            continue;
        }
        assert_eq!(read_only, None, "cut at {cut}");
        let lines = ends.iter().filter(|end| **end <= cut).count();
        let whole = lines.saturating_sub(1);
        assert_eq!(picture(&board), picture(&fold(&entries[..whole])), "cut at {cut}");

        let end = lines.checked_sub(1).map_or(0, |last| ends[last]);
        let contents = disk.contents();
        assert_eq!(contents[&path("journal.jsonl")], bytes[..end], "cut at {cut}");
        let torn = &bytes[end..cut];
        let name = path(&format!("torn-{end}-{:08x}", crc32c::crc32c(torn)));
        if torn.is_empty() {
            assert_eq!((notices.len(), contents.len()), (0, 1), "cut at {cut}");
        } else {
            assert_eq!(contents[&name], torn, "cut at {cut}");
            assert!(
                notices.len() == 1 && notices[0].contains(&name.display().to_string()),
                "cut at {cut}: {notices:?}"
            );
        }
        if let Some(next) = entries.get(whole) {
            assert_eq!(store.append(next).expect("it goes on"), Appended::Yes);
            let Opened { board, notices, .. } = open(&disk).expect("what was appended after a cut is whole");
            assert_eq!(picture(&board), picture(&fold(&entries[..=whole])), "cut at {cut}");
            assert_eq!(notices, [""; 0]);
        }
    }
}

#[test]
fn a_reader_meets_damage_as_well_as_an_opener() {
    let entries = notes(4);
    let (bytes, ends) = journal_of(&entries);
    for at in ends[1]..ends[3] {
        let disk = SimDisk::with(&path("journal.jsonl"), &bytes[..ends[1]]);
        let mut store = open(&disk).expect("one entry").store;
        let mut rest = bytes[ends[1]..].to_vec();
        rest[at - ends[1]] ^= 1;
        disk.grow(&path("journal.jsonl"), &rest);
        let damaged = if at < ends[2] { 3 } else { 4 };
        let told = |done: Result<(), StoreError>| match done {
            Err(StoreError::Damaged { place, .. }) => place,
            other => panic!("byte {at}: {other:?}"),
        };
        if damaged == 3 {
            assert_eq!(told(store.append(&entries[1]).map(|_| ())), line(3), "byte {at}");
        } else {
            assert_eq!(store.append(&entries[1]).expect("it is behind"), Appended::Behind);
        }
        assert_eq!(told(store.read_after(1).map(drop)), line(damaged), "byte {at}");
        // Now it is known.
        assert_eq!(told(store.append(&entries[1]).map(|_| ())), line(damaged), "byte {at}");
    }
}

#[test]
fn entries_out_of_order_and_files_of_another_kind_are_refused() {
    let entries = notes(3);
    let gap = journal_of(&[entries[0].clone(), entries[2].clone()]).0;
    assert_eq!(damaged_line(open_journal(&gap).1), 3);

    let newer = journal::line(&journal::JournalHeader { format: journal::FORMAT.into(), version: 3 })
        .expect("plain fields");
    let refused = open_journal(&newer).1;
    assert!(matches!(refused, Err(StoreError::Version { found: 3, known: 2, .. })));

    let other = journal::line(&"hello").expect("plain text");
    assert_eq!(damaged_line(open_journal(&other).1), 1);

    let word = journal::line(
        &serde_json::json!({"seq": 1, "at": "2024-12-01T00:00:00Z", "by": "ann", "command": "x",
        "events": [{"teleported": {"account": "A-1"}}]}),
    );
    let unknown = [journal::header(), word.expect("plain JSON")].concat();
    assert!(matches!(open_journal(&unknown).1, Err(StoreError::Unknown { place, .. }) if place == line(2)));
}

/// What a process did before it died.
#[derive(Clone, Copy, Debug, Default)]
struct Told {
    /// How many entries somebody was told about: acknowledged, or shown.
    entries: Seq,
    /// How many the last snapshot covered that was acknowledged.
    snapshot: Seq,
}

/// Opens the store and appends up to entry `until`, saving a snapshot after some. Answers what it told
/// until it was done or dead.
fn live(disk: &SimDisk, until: usize, snapshots: &[Seq]) -> Told {
    let mut told = Told::default();
    let mut run = || -> Result<(), StoreError> {
        let Opened { mut store, mut board, .. } = open(disk)?;
        told.entries = whole(&mut store).len() as Seq;
        for entry in script(until).iter().skip(count(board.seq())) {
            if store.append(entry)? == Appended::Behind {
                continue;
            }
            board.apply(Arc::new(entry.clone()));
            told.entries = entry.seq;
            if snapshots.contains(&entry.seq) {
                assert!(store.snapshot_writer().save(&board)?);
                told.snapshot = entry.seq;
            }
        }
        Ok(())
    };
    // Why it stopped is seen on the disk.
    drop(run());
    told
}

/// The entries that a store has, without the marks for lost ones.
pub(super) fn whole(store: &mut FileStore) -> Vec<Entry> {
    let all = store.read_after(0).expect("it can be read");
    let is_whole = |entry: &Entry| !entry.events.iter().any(|event| matches!(event, Event::EntryLost { .. }));
    all.iter().map(|entry| Entry::clone(entry)).filter(is_whole).collect()
}

fn count(seq: Seq) -> usize {
    usize::try_from(seq).expect("tests are small")
}

/// Entries of uneven length, so that what is left of a long one is not covered by a short one.
fn script(until: usize) -> Vec<Entry> {
    let mut entries = notes(until);
    for entry in entries.iter_mut().skip(1).step_by(2) {
        entry.command = "a long command ".repeat(20).into();
    }
    entries
}

/// What is wrong with a disk found after a crash.
fn wrong(disk: &SimDisk, told: Told) -> Option<String> {
    let Opened { board, mut store, read_only, .. } = match open(disk) {
        Ok(opened) => opened,
        Err(error) => return Some(format!("does not open: {error}")),
    };
    if read_only.is_some() {
        // Where blocks that never arrived read as zeros, changes may have stood. Nothing else is damaged.
        let found = whole(&mut store);
        let report = store.damage().expect("it is damaged");
        let is_at_end = matches!(&report.places[..], [place] if place.line == found.len() + 2);
        let bytes = &disk.contents()[&path("journal.jsonl")];
        if !is_at_end || !bytes.contains(&0) {
            return Some(format!("damaged: {:?}", report.places));
        }
        if found != script(found.len()) {
            return Some("damaged, and not the entries that were written".to_owned());
        }
        let count = found.len() as Seq;
        return (count < told.entries).then(|| format!("{count} of {} entries, and damage", told.entries));
    }
    // At most a dozen, of which thousands of disks are looked at.
    thread_local! {
        static EXPECTED: RefCell<BTreeMap<Seq, Picture>> = const { RefCell::new(BTreeMap::new()) };
    }
    let is_expected = EXPECTED.with_borrow_mut(|known| {
        let build = || picture(&fold(&script(count(board.seq()))));
        *known.entry(board.seq()).or_insert_with(build) == picture(&board)
    });
    if !is_expected {
        return Some(format!("not the entries that were written, at {}", board.seq()));
    }
    if board.seq() < told.entries {
        return Some(format!("{} of {} entries", board.seq(), told.entries));
    }
    (store.from_snapshot() < told.snapshot).then(|| format!("snapshot {} is lost", told.snapshot))
}

/// Runs a life that dies at every point and looks at every disk that may be found. Without snapshots, which make
/// for many, it lives on from each of them, dies at every point again, and looks at every disk again. Answers how
/// many disks were looked at, or what is wrong with the first bad one.
fn explore(lie: Lie, entries: usize, snapshots: &[Seq]) -> Result<usize, String> {
    let mut disks = 0;
    let mut look = |found: &SimDisk, told, when: &dyn Fn() -> String| {
        disks += 1;
        wrong(&found.fork(), told).map_or(Ok(disks), |what| Err(format!("{}: {what}", when())))
    };
    for lives in 0.. {
        let disk = SimDisk::default().lying(lie).dying_after(lives);
        let told = live(&disk, entries, snapshots);
        for found in disk.crashes() {
            look(&found, told, &|| format!("after {lives} changes"))?;
            for more in (0..).take_while(|_| snapshots.is_empty()) {
                let again = found.fork().dying_after(more);
                let again_told = live(&again, count(told.entries) + 1, &[]);
                let told = Told { entries: told.entries.max(again_told.entries), ..told };
                for found in again.crashes() {
                    look(&found, told, &|| format!("after {lives} changes and {more} more"))?;
                }
                if again.changes() < more {
                    break;
                }
            }
        }
        if disk.changes() < lives {
            break;
        }
    }
    Ok(disks)
}

#[test]
fn every_disk_a_crash_can_leave_holds_what_was_acknowledged() {
    for (snapshots, many) in [(&[][..], 5_000), (&[1, 2], 150)] {
        let disks = explore(Lie::None, 3, snapshots);
        assert!(disks.as_ref().is_ok_and(|disks| *disks > many), "{disks:?}");
    }
}

/// An entry of an import, whose line is written in several pieces, between two short ones.
fn with_a_long_entry() -> Vec<Entry> {
    let mut entries = notes(3);
    let word = entries[1].events[0].clone();
    entries[1].events = vec![word; 2_100];
    entries
}

#[test]
fn a_line_written_in_pieces_is_there_whole_or_not_at_all() {
    let entries = with_a_long_entry();
    let (mut disks, mut torn) = (0, 0);
    for lives in 0.. {
        let disk = SimDisk::default().dying_after(lives);
        let mut told = 0;
        let mut run = || -> Result<(), StoreError> {
            let mut store = open(&disk)?.store;
            for entry in &entries {
                assert_eq!(store.append(entry)?, Appended::Yes);
                told += 1;
            }
            Ok(())
        };
        // Why it stopped is seen on the disk.
        drop(run());
        for found in disk.crashes() {
            let bytes = found.contents().get(&path("journal.jsonl")).map_or(0, Vec::len);
            let mut store = open(&found).expect("it opens").store;
            let kept = whole(&mut store);
            assert!(kept.len() >= told && kept == entries[..kept.len()], "after {lives} changes");
            disks += 1;
            torn += usize::from(kept.len() == 1 && bytes > 100_000);
        }
        if disk.changes() < lives {
            break;
        }
    }
    assert!(disks > 50 && torn > 5, "{torn} of {disks} disks have a part of it");
}

#[test]
fn a_line_written_in_pieces_is_taken_back_where_it_does_not_fit() {
    let entries = with_a_long_entry();
    let (bytes, ends) = journal_of(&entries);
    for room in [ends[1] + 1, ends[1] + 200, ends[1] + 100_000, ends[1] + 200_000, ends[2] - 2, ends[2] - 1] {
        let disk = SimDisk::default().with_room(room);
        let mut store = open(&disk).expect("there is nothing yet").store;
        assert_eq!(store.append(&entries[0]).expect("it fits"), Appended::Yes);
        let error = store.append(&entries[1]).expect_err("it does not fit");
        assert!(matches!(error, StoreError::Full { .. }), "{error}");
        assert!(disk.contents()[&path("journal.jsonl")] == bytes[..ends[1]], "room for {room}");
        let mut store = open(&disk.fork()).expect("room was made").store;
        assert_eq!(store.append(&entries[1]).expect("it fits now"), Appended::Yes);
    }
}

#[test]
fn a_disk_that_lies_is_noticed_by_the_first_test_of_crashes() {
    for (lie, snapshots) in
        [(Lie::Sync, &[][..]), (Lie::DirSync, &[]), (Lie::Cut, &[]), (Lie::SnapshotSync, &[1, 2])]
    {
        let disks = explore(lie, 3, snapshots);
        assert!(disks.is_err(), "{lie:?} went unnoticed in {disks:?} disks");
    }
}

#[test]
fn after_a_failed_sync_nothing_is_acknowledged_and_nothing_more_is_written() {
    let entries = script(4);
    for good in 0..8 {
        let disk = SimDisk::default().failing_after(good);
        let Opened { mut store, .. } = open(&disk).expect("there is nothing yet");
        let mut told = 0;
        let failed = entries.iter().find_map(|entry| match store.append(entry) {
            Ok(appended) => {
                assert_eq!(appended, Appended::Yes);
                told = entry.seq;
                None
            }
            Err(error) => Some(error),
        });
        let Some(failed) = failed else { continue };
        if matches!(failed, StoreError::Access { action: "create", .. }) {
            // The journal has no name yet.
            assert_eq!(disk.contents().get(&path("journal.jsonl")), None);
            continue;
        }
        let is_change = matches!(failed, StoreError::Unconfirmed { .. });
        assert!(is_change || matches!(failed, StoreError::Access { action: "sync", .. }), "{failed}");
        let before = disk.contents();
        let next = &entries[count(told)];
        store.append(next).expect_err("the disk fails still");
        assert!(matches!(store.read_after(told), Err(StoreError::Poisoned { .. })));
        let journal = path("journal.jsonl");
        assert_eq!(disk.contents()[&journal], before[&journal], "not a byte more");
        for found in disk.crashes() {
            assert_eq!(wrong(&found, Told { entries: told, snapshot: 0 }), None, "after {good} syncs");
        }
    }
}

#[test]
fn a_full_disk_leaves_the_journal_as_it_was_and_readable() {
    let entries = script(4);
    let (bytes, ends) = journal_of(&entries);
    // Near the ends of lines every byte makes a difference, and in the middle of a long text none does.
    let is_near = |room: &usize| [0].iter().chain(&ends).any(|end| room.abs_diff(*end) < 40);
    for room in (0..bytes.len()).filter(|room| room % 7 == 0 || is_near(room)) {
        let disk = SimDisk::default().with_room(room);
        let Opened { mut store, .. } = open(&disk).expect("there is nothing yet");
        let fit = ends.iter().filter(|end| **end <= room).count().saturating_sub(1);
        for entry in &entries[..fit] {
            assert_eq!(store.append(entry).expect("it fits"), Appended::Yes);
        }
        let error = store.append(&entries[fit]).expect_err("it does not fit");
        assert!(matches!(error, StoreError::Full { .. }), "{error}");
        let kept = (room >= ends[0]).then(|| bytes[..ends[fit]].to_vec());
        assert_eq!(disk.contents().get(&path("journal.jsonl")), kept.as_ref(), "room for {room}");
        assert_eq!(store.read_after(0).expect("reading goes on").len(), fit);
        assert!(matches!(store.append(&entries[fit]), Err(StoreError::Full { .. })), "there is still none");
        for found in disk.crashes() {
            assert_eq!(wrong(&found, Told { entries: fit as Seq, snapshot: 0 }), None, "room for {room}");
        }
        let mut store = open(&disk.fork()).expect("room was made").store;
        assert_eq!(store.append(&entries[fit]).expect("it fits now"), Appended::Yes);
    }
}

#[test]
fn a_snapshot_is_only_a_cache() {
    let entries = story();
    let disk = SimDisk::default();
    let Opened { mut store, mut board, .. } = open(&disk).expect("there is nothing yet");
    for entry in &entries {
        assert_eq!(store.append(entry).expect("room enough"), Appended::Yes);
        board.apply(Arc::new(entry.clone()));
        if [3, 5].contains(&entry.seq) {
            assert!(store.snapshot_writer().save(&board).expect("room enough"));
        }
    }
    let expected = picture(&board);
    let check = |disk: &SimDisk, from: &[Seq]| {
        let Opened { store, board, notices, .. } = open(disk).expect("the journal is whole");
        assert_eq!(picture(&board), expected);
        assert!(from.contains(&store.from_snapshot()), "from {}", store.from_snapshot());
        (notices, store)
    };
    assert_eq!(check(&disk, &[5]).0, [""; 0]);

    // Whatever is wrong with it, the one before serves, and then the journal.
    let contents = disk.contents();
    let (snapshot, previous) = (path("snapshot.jsonl"), path("snapshot.prev.jsonl"));
    let bytes = &contents[&snapshot];
    for at in 0..bytes.len() {
        let damaged = disk.fork();
        let mut flipped = bytes.clone();
        flipped[at] ^= 1 << (at % 8);
        damaged.put(&snapshot, &flipped);
        // Who sleeps in a damaged part is read from the journal.
        let says =
            |notices: &[String]| notices.len() == 1 && notices[0].contains("snapshot.jsonl is damaged");
        let (notices, _) = check(&damaged, &[3, 5]);
        assert!(notices.is_empty() || says(&notices), "byte {at}: {notices:?}");
        damaged.put(&snapshot, &bytes[..at]);
        assert!(says(&check(&damaged, &[3]).0), "cut at {at}");
        damaged.put(&previous, &bytes[..at]);
        let (notices, mut store) = check(&damaged, &[0]);
        assert!(says(&notices), "cut at {at}");
        // Another is due, however little was written since.
        let writer = store.due_snapshot(&board).expect("it is replaced");
        assert!(writer.save(&board).expect("room enough") && store.due_snapshot(&board).is_none());
        assert_eq!(check(&damaged, &[7]).0, [""; 0]);
    }

    // One of another journal is not ours, even where the numbers agree.
    let (other, _) = journal_of(&notes(7));
    disk.put(&path("journal.jsonl"), &other);
    let Opened { store, board, notices, .. } = open(&disk).expect("the other journal is whole too");
    assert_eq!((picture(&board), store.from_snapshot()), (picture(&fold(&notes(7))), 0));
    assert!(notices.len() == 1 && notices[0].contains("was taken of another journal"), "{notices:?}");

    // One that knows more than the journal shows that the journal lost its end.
    let (bytes, ends) = journal_of(&entries);
    disk.put(&path("journal.jsonl"), &bytes[..ends[4]]);
    let Opened { store, board, read_only, .. } = open(&disk).expect("four entries");
    assert!(read_only.is_some());
    let report = store.damage().expect("it lost its end");
    assert_eq!((report.kept, report.snapshot, report.lost.len()), (4, Some(5), 1));
    assert_eq!(picture(&board).1, picture(&fold(&entries[..5])).1);
}

#[test]
fn a_snapshot_of_another_build_is_not_used() {
    let disk = SimDisk::default();
    let Opened { mut store, .. } = open(&disk).expect("there is nothing yet");
    for entry in story() {
        assert_eq!(store.append(&entry).expect("room enough"), Appended::Yes);
    }
    assert!(store.snapshot_writer().save(&fold(&story())).expect("room enough"));
    let snapshot = path("snapshot.jsonl");
    let bytes = disk.contents()[&snapshot].clone();
    let scan = journal::scan(&bytes);
    let ours: serde_json::Value = serde_json::from_slice(&bytes[scan.lines[0].clone()]).expect("a header");
    let rest = &bytes[scan.lines[0].end + 1..];
    for (field, value) in [
        ("fold", serde_json::json!(FOLD_VERSION + 1)),
        ("fold", serde_json::json!(0)),
        ("fold", serde_json::Value::Null),
        ("writer", serde_json::json!("0.0.0")),
        ("version", serde_json::json!(0)),
        ("format", serde_json::json!("gangplank-journal")),
    ] {
        let mut theirs = ours.clone();
        theirs[field] = value;
        for (header, from) in [(&ours, 7), (&theirs, 0)] {
            let header = journal::line(header).expect("plain JSON");
            disk.put(&snapshot, &[&header, rest].concat());
            let Opened { store, board, notices, .. } = open(&disk).expect("the journal is whole");
            assert_eq!(
                (picture(&board), store.from_snapshot()),
                (picture(&fold(&story())), from),
                "{theirs}"
            );
            // It is as it should be, and nobody is told.
            assert_eq!(notices, [""; 0], "{theirs}");
        }
    }
}

/// What an event is written as.
fn word(event: &Event) -> String {
    let change = match event {
        Event::Account { change, .. } => change,
        Event::UnmatchedChanged { .. } => return "unmatched".to_owned(),
        Event::PlaybookSwitched { .. } => return "switched".to_owned(),
        Event::SourceRead { .. } => return "read".to_owned(),
        Event::EntryLost { .. } => return "lost".to_owned(),
    };
    match serde_json::to_value(change).expect("it becomes JSON") {
        serde_json::Value::String(word) => word,
        serde_json::Value::Object(change) => change.keys().next().cloned().unwrap_or_default(),
        other => panic!("no change is written as {other}"),
    }
}

/// The checksums of what a snapshot keeps of the journal below, by the version of the fold. Add a line where it changes,
/// and change none: between two builds of one release, the version alone keeps the other's snapshots from being used.
const FOLDS: &[(u32, u32)] = &[
    (1, 0x0a75_20ed),
    (2, 0x2e8f_2d01),
    (3, 0x64d5_9d39),
    (4, 0x9c96_60d1),
    (5, 0x80d8_cb03),
    (6, 0xf685_2c87),
    (7, 0x02d9_0c4d),
    (8, 0x6dd3_42a4),
    (9, 0x45c5_91b6),
    (10, 0xc92d_1b44),
    (11, 0x4bba_55bb),
    (12, 0x64a3_0727),
    (13, 0x5730_3a4f),
    (14, 0x1fe1_fc70),
    (15, 0x1b41_58bd),
    (16, 0xa1fa_a4e8),
    (17, 0xd21e_e295),
    (18, 0x43ca_1570),
    (19, 0x8bd1_6baa),
];

/// The journal is as it was written once. To let another change stand in it, open a copy with gangplank, make it happen,
/// and put the copy in its place.
#[test]
fn a_fold_that_changes_gets_a_version_of_its_own() {
    let (_, opened) = open_journal(include_bytes!("../data/golden/every-change-v2.jsonl"));
    let Opened { mut store, board, .. } = opened.expect("it is whole");
    let entries = store.read_after(0).expect("it is whole");
    let told: BTreeSet<String> = entries.iter().flat_map(|entry| &entry.events).map(word).collect();
    // Whoever knows no such change names those there are.
    let unknown = serde_json::from_str::<Change>(r#"{"?":{}}"#).expect_err("that is no change").to_string();
    let mut known: BTreeSet<String> = unknown.split('`').skip(3).step_by(2).map(str::to_owned).collect();
    assert!(known.contains("moved"), "{unknown}");
    known.extend(["unmatched", "switched", "read", "lost"].map(str::to_owned));
    assert_eq!(told, known, "every change stands in the journal");

    let written = snapshot_of(&board, Mark::default());
    let header = written.iter().position(|byte| *byte == b'\n').expect("it has lines");
    let checksum = crc32c::crc32c(&written[header..]);
    assert_eq!(
        FOLDS.last(),
        Some(&(FOLD_VERSION, checksum)),
        "the fold has changed: raise FOLD_VERSION, and add it here with {checksum:#010x}"
    );
    assert!(FOLDS.is_sorted_by(|(before, _), (after, _)| before < after), "every version once");
}

#[test]
fn a_journal_long_enough_for_threads_is_judged_the_same() {
    let mut entries = notes(12_000);
    for entry in &mut entries {
        entry.command = "a long command ".repeat(60).into();
    }
    let (bytes, ends) = journal_of(&entries);
    assert!(bytes.len() as u64 > SNAPSHOT_AFTER, "{} bytes", bytes.len());
    let (disk, opened) = open_journal(&bytes);
    let Opened { mut store, board, .. } = opened.expect("it is whole");
    let expected = picture(&fold(&entries));
    assert_eq!(picture(&board), expected);

    // It is due for a snapshot, once, and that may be written on another thread.
    assert!(store.wants_snapshot());
    let writer = store.due_snapshot(&board).expect("so much calls for one");
    assert!(store.due_snapshot(&board).is_none());
    let snapshot = board.clone();
    let saved = std::thread::spawn(move || writer.save(&snapshot)).join().expect("it does not panic");
    assert!(saved.expect("room enough"));
    assert!(!store.wants_snapshot());
    let Opened { store, board, .. } = open(&disk).expect("it is whole");
    assert_eq!((picture(&board), store.from_snapshot()), (expected, 12_000));

    for line in [0, 3_000, 11_999] {
        for at in [ends[line] - 1, ends[line].saturating_sub(200)] {
            let mut flipped = bytes.clone();
            flipped[at.min(bytes.len() - 1)] ^= 1;
            let at_line = ends.iter().filter(|end| **end <= at).count() + 1;
            assert_eq!(damaged_line(open_journal(&flipped).1), at_line);
        }
        let Opened { board, .. } = open_journal(&bytes[..ends[line] + 7]).1.expect("a torn line");
        assert_eq!(count(board.seq()), line);
    }
}

#[test]
fn a_line_of_megabytes_is_judged_like_any_other() {
    let mut entries = notes(3);
    entries[1].command = "a long command ".repeat(200_000).into();
    let (bytes, ends) = journal_of(&entries);
    let Opened { board, .. } = open_journal(&bytes).1.expect("it is whole");
    assert_eq!(picture(&board), picture(&fold(&entries)));
    let Opened { board, .. } = open_journal(&bytes[..ends[2] - 2]).1.expect("a torn line");
    assert_eq!(count(board.seq()), 1);
    let mut flipped = bytes.clone();
    flipped[ends[2] - 2] ^= 1;
    let found = open_journal(&flipped).1;
    assert_eq!(found.as_ref().map(|it| it.board.seq()).ok(), Some(3));
    assert_eq!(damaged_line(found), 3);
}

/// Written in format 1. Never edit it: it stands for every journal that is out there.
const FORMAT_1: &[u8] = include_bytes!("../data/golden/journal-v1.jsonl");

/// Written in format 2. Never edit it either.
const FORMAT_2: &[u8] = include_bytes!("../data/golden/journal-v2.jsonl");

#[test]
fn journals_of_every_format_are_read_for_ever() {
    for golden in [FORMAT_1, FORMAT_2] {
        let (_, opened) = open_journal(golden);
        let Opened { mut store, board, notices, .. } = opened.expect("it is whole");
        assert_eq!((picture(&board), notices), (picture(&fold(&story())), Vec::new()));
        let entries = store.read_after(0).expect("it is whole");
        assert_eq!(entries.iter().map(|entry| Entry::clone(entry)).collect::<Vec<_>>(), story());
    }
    assert_eq!(journal_of(&story()).0, FORMAT_2, "what we write today has changed: make a new version");
}

#[test]
fn a_journal_of_format_1_goes_on_in_format_2() {
    let (disk, opened) = open_journal(FORMAT_1);
    let Opened { mut store, .. } = opened.expect("it is whole");
    let told = story();
    let next = Entry { seq: told.len() as Seq + 1, ..told[1].clone() };
    assert_eq!(store.append(&next).expect("it is kept"), Appended::Yes);
    let bytes = disk.contents()[&path("journal.jsonl")].clone();
    assert_eq!(bytes[..FORMAT_1.len()], *FORMAT_1, "what was written stays as it was");
    assert_eq!(bytes[FORMAT_1.len()..], journal::line(&next).expect("plain JSON"));
    let Opened { mut store, .. } = open(&disk).expect("both formats are read");
    let last = store.read_after(told.len() as Seq).expect("it is whole");
    assert_eq!(last.iter().map(|entry| Entry::clone(entry)).collect::<Vec<_>>(), [next]);
}
