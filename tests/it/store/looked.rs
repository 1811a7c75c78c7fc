//! What an open store notices of a journal that is damaged, away or another one, and that it goes on by itself.

use std::io::ErrorKind;
use std::sync::Arc;

use gangplank::state::{Board, Entry, Seq};
use gangplank::store::{Appended, FileStore, LockWaiting, Opened, Store, StoreError, repair_on};

use super::crash::{dir, journal_of, open, path, whole};
use crate::support::sample_entries::{fold, note, notes, picture, pipeline, story};
use crate::support::sim_disk::SimDisk;

/// A line begins with its checksum and its length, and ends with a line break; that is shorter.
const FRAME: usize = 20;

/// A disk with the journal of `entries`, and a store that has read it.
fn opened(entries: &[Entry]) -> (SimDisk, FileStore) {
    let (bytes, _) = journal_of(entries);
    let disk = SimDisk::with(&path("journal.jsonl"), &bytes);
    let Opened { store, board, .. } = open(&disk).expect("it is whole");
    assert_eq!(board.seq(), entries.len() as Seq);
    (disk, store)
}

fn bytes_of(disk: &SimDisk) -> Vec<u8> {
    disk.contents()[&path("journal.jsonl")].clone()
}

/// Reading and writing fail in the same way, and nothing is changed.
#[track_caller]
fn stands(disk: &SimDisk, store: &mut FileStore, next: &Entry, is_it: fn(&StoreError) -> bool) {
    let before = bytes_of_all(disk);
    for _ in 0..2 {
        let read = store.read_after(next.seq - 1).map(|entries| entries.len());
        assert!(read.as_ref().is_err_and(is_it), "{read:?}");
        let written = store.append(next);
        assert!(written.as_ref().is_err_and(is_it), "{written:?}");
    }
    assert_eq!(bytes_of_all(disk), before);
}

fn bytes_of_all(disk: &SimDisk) -> Vec<(std::path::PathBuf, Vec<u8>)> {
    disk.contents().into_iter().filter(|(path, _)| !path.ends_with("lock")).collect()
}

#[track_caller]
fn goes_on(disk: &SimDisk, store: &mut FileStore, next: &Entry) {
    assert_eq!(store.read_after(next.seq - 1).expect("it is as it was"), [] as [Arc<Entry>; 0]);
    assert_eq!(store.append(next).expect("it is as it was"), Appended::Yes);
    assert_eq!(open(disk).expect("it is whole").board.seq(), next.seq);
}

fn is_damaged(error: &StoreError) -> bool {
    matches!(error, StoreError::Damaged { .. })
}

fn is_missing(error: &StoreError) -> bool {
    matches!(error, StoreError::Missing { .. })
}

fn is_replaced(error: &StoreError) -> bool {
    matches!(error, StoreError::Replaced { .. })
}

#[test]
fn a_bit_that_flips_under_an_open_store_is_noticed_wherever_it_is_and_until_it_is_put_right() {
    let entries = story();
    let next = note(entries.len() as Seq + 1, "ann", "goes on");
    let (bytes, ends) = journal_of(&entries);
    // Every byte of what frames a line, and every third of what it says.
    let frames = |at: &usize| [0].iter().chain(&ends).any(|end| at.abs_diff(*end) < FRAME);
    for at in (0..bytes.len()).filter(|at| at % 3 == 0 || frames(at)) {
        // Whoever reads comes first, or whoever writes.
        let (disk, mut store) = opened(&entries);
        disk.flip(&path("journal.jsonl"), at);
        let line = ends.iter().filter(|end| **end <= at).count() + 1;
        let error = if at % 2 == 0 {
            store.append(&next).expect_err("it is damaged")
        } else {
            store.read_after(next.seq - 1).expect_err("it is damaged")
        };
        let text = error.to_string();
        // Of a last line without its end, nobody knows that it was whole once but who read it.
        let is_cut = is_replaced(&error) && line == ends.len();
        assert!(is_cut || text.contains(&format!("is damaged at line {line}: ")), "byte {at}: {text}");
        stands(&disk, &mut store, &next, |error| is_damaged(error) || is_replaced(error));
        disk.flip(&path("journal.jsonl"), at);
        goes_on(&disk, &mut store, &next);
    }
}

/// A stopped process goes on, and finds as many bytes as it left.
#[test]
fn another_journal_of_the_same_length_is_not_taken_for_the_one_that_was_read() {
    let (mine, theirs) = (
        (1..=3).map(|seq| note(seq, "ann", "what ann wrote")).collect::<Vec<_>>(),
        (1..=3).map(|seq| note(seq, "ann", "what ben wrote")).collect::<Vec<_>>(),
    );
    let (bytes, _) = journal_of(&theirs);
    let next = note(4, "ann", "goes on");
    for is_written_first in [false, true] {
        let (disk, mut store) = opened(&mine);
        let before = bytes_of(&disk);
        assert_eq!(before.len(), bytes.len());
        disk.overwrite(&path("journal.jsonl"), &bytes);
        if is_written_first {
            assert!(store.append(&next).is_err_and(|error| is_replaced(&error)));
        }
        stands(&disk, &mut store, &next, is_replaced);
        // Longer, it is no better.
        let (longer, _) = journal_of(&[theirs.clone(), vec![note(4, "ben", "more")]].concat());
        disk.overwrite(&path("journal.jsonl"), &longer);
        stands(&disk, &mut store, &next, is_replaced);
        disk.overwrite(&path("journal.jsonl"), &before);
        goes_on(&disk, &mut store, &next);
    }
}

#[test]
fn a_journal_that_was_away_is_followed_again_once_it_or_a_copy_is_there() {
    let next = note(4, "ann", "goes on");
    for is_copy in [false, true] {
        let (disk, mut store) = opened(&notes(3));
        let bytes = bytes_of(&disk);
        gangplank::store::disk::Disk::rename(&disk, &path("journal.jsonl"), &path("away"))
            .expect("it is there");
        for _ in 0..2 {
            assert!(store.read_after(3).is_err_and(|error| is_missing(&error)));
            assert!(store.append(&next).is_err_and(|error| is_missing(&error)));
        }
        assert_eq!(
            disk.contents().keys().collect::<Vec<_>>(),
            [&path("away")],
            "nothing is made in its place"
        );
        if is_copy {
            // Not yet whole.
            disk.put(&path("journal.jsonl"), &bytes[..bytes.len() / 2]);
            stands(&disk, &mut store, &next, |error| is_replaced(error) || is_damaged(error));
            disk.put(&path("journal.jsonl"), &bytes);
        } else {
            gangplank::store::disk::Disk::rename(&disk, &path("away"), &path("journal.jsonl"))
                .expect("it is there");
        }
        let others = note(4, "ben", "meanwhile");
        let mut ben = open(&disk).expect("it is whole").store;
        assert_eq!(ben.append(&others).expect("nothing is wrong"), Appended::Yes);
        assert_eq!(store.read_after(3).expect("it is there").len(), 1);
        assert_eq!(store.append(&note(5, "ann", "goes on")).expect("it is there"), Appended::Yes);
        assert_eq!(ben.read_after(4).expect("both use the same").len(), 1);
    }
}

#[test]
fn a_call_that_fails_once_is_made_up_for_at_the_next_look() {
    let others = note(4, "ben", "meanwhile");
    let tried = |call: Option<usize>| {
        let (disk, mut store) = opened(&notes(3));
        let mut ben = open(&disk).expect("it is whole").store;
        assert_eq!(ben.append(&others).expect("nothing is wrong"), Appended::Yes);
        disk.fail_call(call);
        let first = store.read_after(3);
        let calls = disk.calls();
        disk.fail_call(None);
        // What a failed sync leaves uncertain is found out by whoever writes.
        if matches!(store.read_after(3), Err(StoreError::Poisoned { .. })) {
            store.settle().expect("the disk works again");
        }
        let found = first.unwrap_or_default().len() + store.read_after(3).expect("the disk works").len();
        assert!(found >= 1, "call {call:?}");
        assert_eq!(store.append(&note(5, "ann", "goes on")).expect("the disk works"), Appended::Yes);
        calls
    };
    for call in 0..tried(None) {
        tried(Some(call));
    }
}

#[test]
fn what_did_not_change_is_looked_at_with_one_call_and_read_by_nobody() {
    let (disk, mut store) = opened(&notes(50));
    let before_change = |store: &mut FileStore, seq: Seq| {
        disk.fail_call(None);
        assert_eq!(store.append(&note(seq, "ann", "a change")).expect("room enough"), Appended::Yes);
        let calls = disk.calls();
        disk.fail_call(None);
        store.read_after(seq).expect("it is whole");
        assert_eq!(disk.calls(), 1);
        calls
    };
    before_change(&mut store, 51);
    let calls = before_change(&mut store, 52);
    // Its own lock and line: locked, found where it was, looked at, written, synced, looked at, and given back.
    assert!(calls <= 12, "{calls}");
    assert_eq!(before_change(&mut store, 53), calls);
}

/// Whoever waits for a change does not wait for all of a long journal to be read.
#[test]
fn of_a_long_journal_only_the_last_line_is_read_before_a_change_and_the_rest_afterwards() {
    let long = (1..=9).map(|seq| note(seq, "ann", &"long ".repeat(200_000))).collect::<Vec<_>>();
    let (disk, mut store) = opened(&long);
    disk.flip(&path("journal.jsonl"), 1_500_000);
    assert_eq!(store.append(&note(10, "ann", "a change")).expect("its end is whole"), Appended::Yes);
    for _ in 0..2 {
        let error = store.read_after(10).expect_err("it is damaged");
        assert!(error.to_string().contains("line 3"), "{error}");
        assert!(store.append(&note(11, "ann", "another")).is_err_and(|error| is_damaged(&error)));
    }
}

fn same(store: &mut FileStore, board: &Board, disk: &SimDisk) {
    let Opened { store: mut fresh, board: found, .. } = open(disk).expect("it is whole");
    assert_eq!(picture(board), picture(&found));
    assert_eq!(whole(store), whole(&mut fresh));
}

#[test]
fn a_damaged_journal_that_is_repaired_is_read_anew_by_who_has_it_open() {
    let entries = story();
    let (bytes, ends) = journal_of(&entries);
    let middle = usize::midpoint(ends[2], ends[3]);
    for is_open_before in [false, true] {
        let (disk, mut store) = opened(&entries);
        // Two bits, so that an entry is lost.
        let damage = || [middle, middle + 9].map(|at| disk.flip(&path("journal.jsonl"), at));
        damage();
        if !is_open_before {
            let found = open(&disk).expect("what is whole is read");
            assert!(found.read_only.is_some() && found.store.trouble().is_some());
            store = found.store;
        }
        let next = note(fold(&entries).seq() + 1, "ann", "goes on");
        assert!(store.append(&next).is_err_and(|error| is_damaged(&error)));
        assert!(store.reread(&pipeline()).expect("it can be read").is_none() || !is_open_before);
        repair_on(&disk, dir(), &pipeline(), &LockWaiting::default()).expect("it is repaired");
        if is_open_before {
            assert!(store.read_after(next.seq - 1).is_err_and(|error| is_replaced(&error)));
        }
        let board = store.reread(&pipeline()).expect("it is whole").expect("it was repaired");
        same(&mut store, &board, &disk);
        assert_eq!(store.trouble(), None);
        assert!(store.reread(&pipeline()).expect("it is whole").is_none());
        goes_on(&disk, &mut store, &note(board.seq() + 1, "ann", "goes on"));
        assert_ne!(bytes_of(&disk), bytes);
    }
    // Without damage, another journal is no repair.
    let (disk, mut store) = opened(&entries);
    disk.put(&path("journal.jsonl"), &journal_of(&notes(5)).0);
    assert!(store.read_after(1).is_err_and(|error| is_replaced(&error)));
    assert!(store.reread(&pipeline()).expect("it can be read").is_none());
}

#[test]
fn once_it_may_be_written_again_an_open_store_writes_again() {
    for kind in [ErrorKind::ReadOnlyFilesystem, ErrorKind::PermissionDenied] {
        // Before it was opened, or while it is open.
        for is_open_before in [false, true] {
            let (disk, mut store) = opened(&notes(3));
            assert_eq!(store.append(&note(4, "ann", "a change")).expect("nothing is wrong"), Appended::Yes);
            let next = note(5, "ann", "goes on");
            disk.set_read_only(Some(kind));
            if !is_open_before {
                store = open(&disk).expect("it can be read").store;
            }
            for _ in 0..2 {
                let error = store.append(&next).expect_err("it may not be written");
                assert!(matches!(error, StoreError::Access { .. }), "{error}");
                assert_eq!(store.read_after(4).expect("it can be read"), [] as [Arc<Entry>; 0]);
            }
            disk.set_read_only(None);
            goes_on(&disk, &mut store, &next);
        }
    }
}
