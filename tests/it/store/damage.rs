//! Whatever is damaged, every whole entry is read and kept, and what is lost is named.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::{Arc, LazyLock};

use gangplank::state::{Account, AccountId, Change, Entry, Placement, Seq, StageId};
use gangplank::store::{
    Appended, DamageReport, LockWaiting, Opened, Repaired, Store, StoreError, examine_on, journal, repair_on,
};
use proptest::prelude::*;

use super::crash::{damaged_line, dir, journal_of, open, open_journal, path, whole};
use crate::support::sample_entries::{day, entry, fold, note, notes, picture, pipeline, story};
use crate::support::sim_disk::SimDisk;

/// A line begins with its checksum and its length, and ends with a line break; that is shorter.
const FRAME: usize = 20;

/// A dozen entries about three accounts.
fn life() -> Vec<Entry> {
    let on = |id: &str, change: Change| change.on(&AccountId::new(id));
    let owner = |from: Option<&str>, to: &str| Change::OwnerChanged {
        from: from.map(Arc::from),
        to: Some(to.into()),
    };
    let place = |stage: &str, at| Some(Placement { stage: StageId::new(stage), since: day(at) });
    let moved = |from, to| Change::Moved { from, to, cause: gangplank::state::Cause::Hand, reason: None };
    let mut entries = story();
    entries.push(entry(8, "ben", "owner C-3 ben", vec![on("C-3", owner(None, "ben"))]));
    entries.push(entry(9, "ann", "move C-3 1", vec![on("C-3", moved(None, place("1", 10)))]));
    entries.push(entry(10, "ann", "owner C-3 ann", vec![on("C-3", owner(Some("ben"), "ann"))]));
    entries.push(note(11, "ben", "they called back"));
    entries.push(entry(12, "ben", "move C-3 2", vec![on("C-3", moved(place("1", 10), place("2", 13)))]));
    entries
}

fn accounts<'a>(entries: impl IntoIterator<Item = &'a Entry>) -> Vec<Account> {
    picture(&fold(entries)).1
}

/// What may happen to a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Harm {
    /// One bit.
    Flipped,
    /// Two bits.
    Garbled,
    /// It ends in the middle, where the next one begins.
    Cut,
    /// It ends in the middle, and has its line break.
    CutShort,
    Zeroed,
    Doubled,
    Swapped,
    Removed,
}

const HARMS: [Harm; 8] = [
    Harm::Flipped,
    Harm::Garbled,
    Harm::Cut,
    Harm::CutShort,
    Harm::Zeroed,
    Harm::Doubled,
    Harm::Swapped,
    Harm::Removed,
];

/// The lines of a journal after `harm` was done to line `at`, counted from nought.
fn harmed(lines: &[Vec<u8>], at: usize, harm: Harm) -> Vec<u8> {
    let mut lines = lines.to_vec();
    let middle = lines[at].len() / 2;
    match harm {
        Harm::Flipped => lines[at][middle] ^= 1,
        Harm::Garbled => {
            lines[at][middle] ^= 1;
            lines[at][middle - 9] ^= 4;
        }
        Harm::Cut => lines[at].truncate(middle),
        Harm::CutShort => {
            lines[at].truncate(middle);
            lines[at].push(b'\n');
        }
        Harm::Zeroed => lines[at].fill(0),
        Harm::Doubled => lines.insert(at, lines[at].clone()),
        Harm::Swapped if at + 1 < lines.len() => lines.swap(at, at + 1),
        Harm::Swapped => {}
        Harm::Removed => drop(lines.remove(at)),
    }
    lines.concat()
}

/// A disk with the journal of `entries`, and a snapshot of entry `snapshot` if there is one.
fn disk_with(entries: &[Entry], snapshot: Option<usize>) -> SimDisk {
    let disk = SimDisk::default();
    let Opened { mut store, mut board, .. } = open(&disk).expect("there is nothing yet");
    for entry in entries {
        assert_eq!(store.append(entry).expect("room enough"), Appended::Yes);
        board.apply(Arc::new(entry.clone()));
        if snapshot == usize::try_from(entry.seq).ok() {
            assert!(store.snapshot_writer().save(&board).expect("room enough"));
        }
    }
    disk
}

fn lines_of(disk: &SimDisk) -> Vec<Vec<u8>> {
    let bytes = disk.contents()[&path("journal.jsonl")].clone();
    bytes.split_inclusive(|byte| *byte == b'\n').map(<[u8]>::to_vec).collect()
}

/// What is wrong with how a damaged store is read and repaired that holds `lives`, and whose entries `lost` are not whole.
fn wrong(disk: &SimDisk, life: &[Entry], lost: Option<Seq>, snapshot: Option<usize>) -> Option<String> {
    let before = disk.contents();
    let Opened { mut store, board, read_only, .. } = match open(disk) {
        Ok(opened) => opened,
        Err(error) => return Some(format!("it does not open: {error}")),
    };
    let Some(report) = store.damage().cloned() else { return Some("the damage is not noticed".into()) };
    if read_only.is_none() {
        return Some("the damage is not said".into());
    }
    let expected: Vec<&Entry> = life.iter().filter(|entry| Some(entry.seq) != lost).collect();
    let is_covered = lost.zip(snapshot).is_some_and(|(lost, until)| lost <= until as Seq);
    let check = |entries: &[Entry], found: &[Account], when: &str| {
        for entry in &expected {
            if !entries.contains(entry) {
                return Some(format!("{when}: entry {} is not kept", entry.seq));
            }
        }
        let named = report.lost.iter().any(|it| Some(it.seq) == lost);
        if lost.is_some() && !named {
            return Some(format!("{when}: entry {lost:?} is not named"));
        }
        if (lost.is_none() || is_covered) && *found != accounts(life) {
            return Some(format!("{when}: the accounts are not as they were"));
        }
        None
    };
    let read = whole(&mut store);
    if let Some(wrong) = check(&read, &picture(&board).1, "read") {
        return Some(wrong);
    }
    if report.kept != expected.len() as Seq {
        return Some(format!("{} kept", report.kept));
    }
    let next = note(board.seq() + 1, "ann", "more");
    if !matches!(store.append(&next), Err(StoreError::Damaged { .. })) {
        return Some("it is written to".into());
    }
    let planned = examine_on(disk, dir(), &pipeline()).expect("it can be read");
    if disk
        .contents()
        .iter()
        .filter(|(path, _)| !path.ends_with("lock"))
        .ne(before.iter().filter(|(path, _)| !path.ends_with("lock")))
    {
        return Some("something was changed".into());
    }
    let done = match repair_on(disk, dir(), &pipeline(), &LockWaiting::default()) {
        Ok(done) => done,
        Err(error) => return Some(format!("it is not repaired: {error}")),
    };
    if done != planned || done.report != report {
        return Some(format!("it is repaired in another way: {done:?} {planned:?}"));
    }
    let copy = PathBuf::from(done.copy.unwrap_or_default());
    if disk.contents().get(&copy) != before.get(&path("journal.jsonl")) {
        return Some("the copy is not what was there".into());
    }
    let again = open(disk).expect("it is whole again");
    let (mut store, repaired) = (again.store, again.board);
    if again.read_only.is_some() || picture(&repaired) != picture(&board) {
        return Some("the repaired board is not the one that was shown".into());
    }
    if let Some(wrong) = check(&whole(&mut store), &picture(&repaired).1, "repaired") {
        return Some(wrong);
    }
    if store.append(&next).ok() != Some(Appended::Yes) {
        return Some("it does not go on".into());
    }
    None
}

#[test]
fn every_whole_entry_is_kept_or_named_whatever_happens_to_a_line() {
    let life = life();
    let (mut tried, mut violations) = (0, Vec::new());
    for snapshot in [None, Some(6), Some(12)] {
        let whole = disk_with(&life, snapshot);
        let lines = lines_of(&whole);
        for (at, harm) in (0..lines.len()).flat_map(|at| HARMS.map(|harm| (at, harm))) {
            let (is_first, is_last) = (at == 0, at + 1 == lines.len());
            // What is left of a last line may be what a crash leaves; without it, nothing tells but a snapshot.
            let is_quiet = match harm {
                Harm::Swapped | Harm::Cut => is_last,
                Harm::Removed => is_last && snapshot != Some(12),
                _ => false,
            };
            if is_quiet {
                continue;
            }
            let lost = match harm {
                Harm::Flipped | Harm::Doubled | Harm::Swapped => None,
                _ if is_first => None,
                _ => Some(at as Seq),
            };
            let disk = whole.fork();
            disk.put(&path("journal.jsonl"), &harmed(&lines, at, harm));
            tried += 1;
            violations.extend(
                wrong(&disk, &life, lost, snapshot)
                    .map(|what| format!("line {} {harm:?}, snapshot {snapshot:?}: {what}", at + 1)),
            );
        }
    }
    println!("{tried} damaged stores, {} violations", violations.len());
    assert_eq!(violations, [""; 0]);
    assert!(tried > 250, "{tried}");
}

#[test]
fn a_flipped_bit_costs_nothing_and_is_named_by_its_line() {
    let entries = story();
    let (bytes, ends) = journal_of(&entries);
    let last = ends[ends.len() - 2];
    for at in 0..bytes.len() {
        // The lowest bit, the one that makes a letter upper case, and every one somewhere.
        let lines = ends.iter().filter(|end| **end <= at).count();
        let start = lines.checked_sub(1).map_or(0, |last| ends[last]);
        // In what a line says, its checksum shows any bit in the same way.
        let frames = at - start < FRAME || ends[lines] - at < FRAME;
        for bit in if frames { BTreeSet::from([0, 5, at % 8]) } else { BTreeSet::from([at % 8]) } {
            let mut flipped = bytes.clone();
            flipped[at] ^= 1 << bit;
            let (disk, opened) = open_journal(&flipped);
            let Opened { mut store, notices, read_only, .. } = opened.expect("what is whole is read");
            if read_only.is_none() {
                // Only a byte that became zero can pass for a block that never arrived, and only at the end.
                assert!(at >= last && flipped[at] == 0 && notices.len() == 1, "byte {at} bit {bit}");
                continue;
            }
            let report = store.damage().expect("it is damaged");
            assert_eq!(report.places[0].line, lines + 1, "byte {at} bit {bit}");
            assert_eq!(whole(&mut store), entries, "byte {at} bit {bit}");
            let contents = disk.contents();
            assert_eq!(contents, [(path("journal.jsonl"), flipped)].into(), "byte {at} bit {bit}");
        }
    }
}

#[test]
fn what_is_lost_is_named_by_its_bytes_and_by_what_follows() {
    let names = |bytes: &[u8]| -> Vec<String> {
        let report = report(bytes);
        report.lost.iter().flat_map(|lost| &lost.accounts).map(ToString::to_string).collect()
    };
    let life = life();
    let lines = lines_of(&disk_with(&life, None));
    assert_eq!(names(&harmed(&lines, 9, Harm::Garbled)), ["C-3"]);
    // Nothing is left of it, but a later entry says what was before.
    assert_eq!(names(&harmed(&lines, 9, Harm::Zeroed)), ["C-3"]);
    assert_eq!(names(&harmed(&lines, 7, Harm::Removed)), ["C-3"]);
    assert_eq!(names(&harmed(&lines, 11, Harm::Removed)), [""; 0]);
    // An account that only a lost entry added is there all the same, with what later ones tell.
    let without = fold_of(&harmed(&lines, 7, Harm::Zeroed));
    let account = without.iter().find(|account| account.id == AccountId::new("C-3")).expect("it is there");
    assert_eq!(account.owner.as_deref(), Some("ann"));
}

fn report(bytes: &[u8]) -> DamageReport {
    let disk = SimDisk::with(&path("journal.jsonl"), bytes);
    let Repaired { report, .. } = examine_on(&disk, dir(), &pipeline()).expect("it can be read");
    report
}

fn fold_of(bytes: &[u8]) -> Vec<Account> {
    picture(&open_journal(bytes).1.expect("it is read").board).1
}

#[test]
fn zeros_are_damage_and_never_an_unfinished_change() {
    let entries = notes(60);
    let (bytes, ends) = journal_of(&entries);
    let zeroed = |from: usize| {
        let mut zeroed = bytes.clone();
        zeroed[from..].fill(0);
        zeroed
    };
    for from in [0, 10, ends[0], bytes.len() - 4096, ends[58]] {
        let kept = ends.iter().filter(|end| **end <= from).count().saturating_sub(1);
        let (disk, opened) = open_journal(&zeroed(from));
        let Opened { mut store, read_only, notices, .. } = opened.expect("it is read");
        assert!(read_only.is_some() && notices.is_empty(), "from {from}");
        assert_eq!(whole(&mut store).len(), kept, "from {from}");
        assert_eq!(disk.contents(), [(path("journal.jsonl"), zeroed(from))].into());
    }
    // Cut in the header, or several broken lines.
    for damaged in [&bytes[..20], &[&bytes[..ends[3]], b"one\ntwo\n"].concat()] {
        assert!(open_journal(damaged).1.expect("it is read").read_only.is_some());
    }
}

#[test]
fn a_journal_that_is_gone_is_missed() {
    let life = life();
    for (snapshot, other) in [
        (Some(12), None),
        (Some(6), None),
        (None, Some("torn-900-00000000")),
        (None, Some("damaged-0.jsonl")),
    ] {
        for is_empty in [false, true] {
            let disk = SimDisk::default();
            if let Some(snapshot) = snapshot {
                let kept = disk_with(&life, Some(snapshot)).contents();
                disk.put(&path("snapshot.jsonl"), &kept[&path("snapshot.jsonl")]);
            }
            for name in other.iter().copied().chain(is_empty.then_some("journal.jsonl")) {
                disk.put(&path(name), b"");
            }
            let Opened { mut store, board, read_only, .. } = open(&disk).expect("it is read");
            let said = read_only.expect("it is said");
            assert!(said.contains(other.unwrap_or("snapshot.jsonl")), "{said}");
            assert!(matches!(
                store.append(&note(board.seq() + 1, "ann", "x")),
                Err(StoreError::Damaged { .. })
            ));
            let known = snapshot.map_or(0, |seq| seq);
            assert_eq!(picture(&board).1, accounts(&life[..known]));
            let repaired = repair_on(&disk, dir(), &pipeline(), &LockWaiting::default());
            if snapshot.is_none() {
                assert!(matches!(repaired, Err(StoreError::NothingLeft { .. })), "{repaired:?}");
                continue;
            }
            repaired.expect("the snapshot is left");
            let again = open(&disk).expect("it is whole");
            assert_eq!((again.read_only, picture(&again.board).1), (None, accounts(&life[..known])));
        }
    }
    // With backups, an empty journal would be no repair.
    for bytes in [None, Some(&b""[..]), Some(&[0; 600]), Some(b"no journal")] {
        let disk = SimDisk::default();
        disk.put(&path("backups/daily-2024-12-15.gangplank-backup"), b"whole");
        disk.put(&path("lock"), b"");
        if let Some(bytes) = bytes {
            disk.put(&path("journal.jsonl"), bytes);
        }
        let Opened { mut store, read_only, .. } = open(&disk).expect("it is read");
        let is_said =
            |said: &str| said.contains("`gangplank restore data/backups/daily-2024-12-15.gangplank-backup`");
        assert!(read_only.is_some_and(|said| is_said(&said)), "{bytes:?}");
        assert!(store.append(&notes(1)[0]).is_err_and(|error| is_said(&error.to_string())), "{bytes:?}");
        let repaired = repair_on(&disk, dir(), &pipeline(), &LockWaiting::default());
        assert!(repaired.is_err_and(|error| is_said(&error.to_string())), "{bytes:?}");
        let journal = disk.contents().get(&path("journal.jsonl")).cloned();
        assert_eq!(journal.as_deref(), bytes);
    }
    // With nothing beside it, it is a store that was never used.
    let disk = SimDisk::with(&path("journal.jsonl"), b"");
    let Opened { mut store, read_only, .. } = open(&disk).expect("there is nothing yet");
    assert_eq!(read_only, None);
    assert_eq!(store.append(&notes(1)[0]).expect("room enough"), Appended::Yes);
}

#[test]
fn of_two_who_wrote_at_once_both_are_kept() {
    let mut ann = notes(5);
    let ben = note(3, "ben", "at the same time");
    // Ann takes back what she wrote, and Ben what he wrote.
    let mut undo = entry(5, "ben", "undo", vec![]);
    undo.undoes = vec![3];
    ann[4] = entry(6, "ann", "undo", vec![]);
    ann[4].undoes = vec![3];
    let written = [&ann[..3], std::slice::from_ref(&ben), &ann[3..4], &[undo, ann[4].clone()]].concat();
    let (bytes, ends) = journal_of(&written);
    let (disk, opened) = open_journal(&bytes);
    assert_eq!(damaged_line(opened), 5);
    let done = repair_on(&disk, dir(), &pipeline(), &LockWaiting::default()).expect("nothing is lost");
    assert_eq!((done.report.kept, done.report.lost.len()), (7, 0));
    let numbers: Vec<(Seq, Seq)> = done.report.renumbered.iter().map(|it| (it.from, it.to)).collect();
    assert_eq!(numbers, [(3, 4), (4, 5), (5, 6), (6, 7)]);
    let mut store = open(&disk).expect("it is whole").store;
    let found = whole(&mut store);
    assert!(found.iter().zip(1..).all(|(entry, seq)| entry.seq == seq));
    assert_eq!(found[3].events, ben.events);
    assert_eq!((&found[5].undoes, &found[6].undoes), (&vec![4], &vec![3]));
    // What keeps its number stays as it is, byte by byte.
    assert_eq!(disk.contents()[&path("journal.jsonl")][..ends[3]], bytes[..ends[3]]);
}

#[test]
fn a_repair_that_dies_has_changed_nothing_or_all() {
    let entries = notes(4);
    let (mut bytes, ends) = journal_of(&entries);
    bytes[ends[2] + 20] ^= 1;
    bytes[ends[2] + 40] ^= 1;
    for lives in 0.. {
        let disk = SimDisk::with(&path("journal.jsonl"), &bytes);
        disk.put(&path("snapshot.jsonl"), b"stale");
        let dying = disk.dying_after(lives);
        let done = repair_on(&dying, dir(), &pipeline(), &LockWaiting::default());
        for found in dying.crashes() {
            let opened = open(&found).expect("it is read");
            assert_eq!(opened.board.seq(), 4, "after {lives} changes");
            if opened.read_only.is_some() {
                assert!(done.is_err(), "after {lives} changes");
                assert_eq!(found.contents()[&path("journal.jsonl")], bytes);
            } else {
                assert!(found.contents().values().any(|copy| *copy == bytes), "after {lives} changes");
            }
        }
        if done.is_ok() {
            break;
        }
    }
}

#[test]
fn a_journal_of_format_1_is_repaired_in_its_format() {
    let golden: &[u8] = include_bytes!("../data/golden/journal-v1.jsonl");
    let lines: Vec<Vec<u8>> = golden.split_inclusive(|byte| *byte == b'\n').map(<[u8]>::to_vec).collect();
    let whole_one = SimDisk::with(&path("journal.jsonl"), golden);
    assert_eq!(
        repair_on(&whole_one, dir(), &pipeline(), &LockWaiting::default()).expect("it is whole").copy,
        None
    );
    for at in [0, 3] {
        let disk = SimDisk::with(&path("journal.jsonl"), &harmed(&lines, at, Harm::Garbled));
        repair_on(&disk, dir(), &pipeline(), &LockWaiting::default()).expect("it can be repaired");
        let Opened { mut store, read_only, .. } = open(&disk).expect("it is whole");
        assert_eq!(read_only, None);
        let expected = story().into_iter().filter(|entry| at == 0 || entry.seq != at as Seq);
        assert_eq!(whole(&mut store), expected.collect::<Vec<_>>());
    }
}

#[test]
fn what_a_newer_program_wrote_is_left_alone() {
    let newer =
        br#"{"seq":2,"at":"2024-12-01T00:00:00Z","by":"ann","command":"x","events":[{"teleported":{}}]}"#;
    let newer: serde_json::Value = serde_json::from_slice(newer).expect("JSON");
    let (bytes, _) = journal_of(&notes(1));
    let damaged = [&bytes[..], &journal::line(&newer).expect("JSON"), b"damage\nmore\n"].concat();
    let (disk, opened) = open_journal(&damaged);
    assert!(matches!(opened.map(|_| ()), Err(StoreError::Unknown { .. })));
    assert!(matches!(
        repair_on(&disk, dir(), &pipeline(), &LockWaiting::default()),
        Err(StoreError::Unknown { .. })
    ));
    assert_eq!(disk.contents()[&path("journal.jsonl")], damaged);
}

/// The entries of a journal in which every change occurs, and the board's own pipeline.
fn every_change() -> Vec<Vec<u8>> {
    let bytes: &[u8] = include_bytes!("../data/golden/every-change-v2.jsonl");
    bytes.split_inclusive(|byte| *byte == b'\n').map(<[u8]>::to_vec).collect()
}

#[derive(Clone, Debug)]
enum Mishap {
    Remove(prop::sample::Index),
    Double(prop::sample::Index, prop::sample::Index),
    Swap(prop::sample::Index, prop::sample::Index),
    /// Another entry with the number of an earlier one, as a second writer leaves.
    Rewrite(prop::sample::Index, prop::sample::Index),
    Flip(prop::sample::Index),
    Cut(prop::sample::Index),
    Zero(prop::sample::Index, prop::sample::Index),
}

fn mishap() -> impl Strategy<Value = Mishap> {
    let at = any::<prop::sample::Index>;
    prop_oneof![
        at().prop_map(Mishap::Remove),
        (at(), at()).prop_map(|(a, b)| Mishap::Double(a, b)),
        (at(), at()).prop_map(|(a, b)| Mishap::Swap(a, b)),
        (at(), at()).prop_map(|(a, b)| Mishap::Rewrite(a, b)),
        at().prop_map(Mishap::Flip),
        at().prop_map(Mishap::Cut),
        (at(), at()).prop_map(|(a, b)| Mishap::Zero(a, b)),
    ]
}

fn happen(lines: &mut Vec<Vec<u8>>, mishap: &Mishap) {
    match mishap {
        Mishap::Remove(at) => drop(lines.remove(at.index(lines.len()))),
        Mishap::Double(from, to) => {
            lines.insert(to.index(lines.len()), lines[from.index(lines.len())].clone());
        }
        Mishap::Swap(a, b) => {
            let (a, b) = (a.index(lines.len()), b.index(lines.len()));
            lines.swap(a, b);
        }
        Mishap::Rewrite(from, to) => {
            let of = |line: &[u8]| {
                let json = journal::scan(line).lines.pop()?;
                serde_json::from_slice::<Entry>(&line[json]).ok()
            };
            let (from, to) = (from.index(lines.len()), to.index(lines.len()));
            if let Some((mut entry, other)) = of(&lines[from]).zip(of(&lines[to])) {
                entry.seq = other.seq;
                lines.insert(to, journal::line(&entry).expect("it becomes JSON"));
            }
        }
        Mishap::Flip(at) => {
            let at = at.index(lines.iter().map(Vec::len).sum::<usize>().max(1));
            let byte = lines.iter_mut().flatten().nth(at);
            if let Some(byte) = byte {
                *byte ^= 4;
            }
        }
        Mishap::Cut(at) => {
            let at = at.index(lines.len());
            let middle = lines[at].len() / 2;
            lines[at].truncate(middle);
        }
        Mishap::Zero(from, count) => {
            let length = lines.iter().map(Vec::len).sum::<usize>().max(1);
            let (from, count) = (from.index(length), count.index(length));
            lines.iter_mut().flatten().skip(from).take(count).for_each(|byte| *byte = 0);
        }
    }
    if lines.is_empty() {
        lines.push(Vec::new());
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn no_journal_is_so_damaged_that_it_panics(mishaps in prop::collection::vec(mishap(), 1..6), has_snapshot: bool) {
        static LINES: LazyLock<Vec<Vec<u8>>> = LazyLock::new(every_change);
        static SNAPSHOT: LazyLock<Vec<u8>> = LazyLock::new(|| {
            let disk = SimDisk::with(&path("journal.jsonl"), &LINES.concat());
            let Opened { store, board, .. } = open(&disk).expect("it is whole");
            assert!(store.snapshot_writer().save(&board).expect("room enough"));
            disk.contents()[&path("snapshot.jsonl")].clone()
        });
        let disk = SimDisk::default();
        if has_snapshot {
            disk.put(&path("snapshot.jsonl"), &SNAPSHOT);
        }
        let mut lines = LINES.clone();
        for mishap in &mishaps {
            happen(&mut lines, mishap);
        }
        let bytes = lines.concat();
        disk.put(&path("journal.jsonl"), &bytes);
        let Ok(Opened { mut store, board, read_only, .. }) = open(&disk) else { return Ok(()) };
        let shown = store.read_after(0).expect("it is read");
        prop_assert!(shown.iter().zip(1..).all(|(entry, seq)| entry.seq == seq));
        let latest = store.latest(board.seq(), 3).expect("it is read");
        prop_assert_eq!(&latest[..], &shown[shown.len().saturating_sub(3)..]);
        if read_only.is_none() {
            return Ok(());
        }
        // Every line that is whole by its own checksum is there.
        let texts: BTreeSet<String> = shown.iter().map(|entry| format!("{:?}", entry.events)).collect();
        for line in &lines {
            let scan = journal::scan(line);
            let entry = scan.lines.first().and_then(|json| serde_json::from_slice::<Entry>(&line[json.clone()]).ok());
            if let Some(entry) = entry.filter(|entry| entry.undoes.is_empty() && entry.redoes.is_empty()) {
                prop_assert!(texts.contains(&format!("{:?}", entry.events)), "entry {} is gone", entry.seq);
            }
        }
        match repair_on(&disk, dir(), &pipeline(), &LockWaiting::default()) {
            Ok(done) => {
                prop_assert!(done.copy.is_some());
                let again = open(&disk).expect("it is whole again");
                prop_assert_eq!(again.read_only, None);
                prop_assert_eq!(picture(&again.board), picture(&board));
            }
            Err(StoreError::NothingLeft { .. }) => prop_assert!(bytes.is_empty()),
            Err(error) => prop_assert!(false, "{}", error),
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn no_bytes_are_so_odd_that_they_panic(bytes in prop::collection::vec(prop::sample::select(&b"09af {}\n\0\"\xff"[..]), 0..80)) {
        let disk = SimDisk::with(&path("journal.jsonl"), &bytes);
        let opened = open(&disk).expect("it is read");
        prop_assert!(opened.board.is_empty());
        prop_assert_eq!(opened.read_only.is_some(), !bytes.is_empty());
        prop_assert!(repair_on(&disk, dir(), &pipeline(), &LockWaiting::default()).is_ok());
    }
}

#[test]
fn the_store_itself_is_never_touched_by_looking() {
    let missing = Path::new("nowhere");
    let found = examine_on(&SimDisk::default(), missing, &pipeline()).expect("there is nothing");
    assert_eq!(found, Repaired::default());
}
