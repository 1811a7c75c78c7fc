//! What keeps a store from harm in the moments that hardly ever come.

use std::ops::ControlFlow;

use gangplank::store::{LockWaiting, Opened, Repaired, Store as _, StoreError, journal, repair_on};

use super::crash::{dir, journal_of, open, path};
use crate::support::sample_entries::{fold, note, notes, pipeline};
use crate::support::sim_disk::{Lie, SimDisk};

/// A journal that lost its second entry.
fn damaged() -> Vec<u8> {
    let (mut bytes, ends) = journal_of(&notes(4));
    bytes[ends[1] + 20..ends[1] + 30].fill(b'x');
    bytes
}

fn repair(disk: &SimDisk) -> Result<Repaired, StoreError> {
    repair_on(disk, dir(), &pipeline(), &LockWaiting::default())
}

#[test]
fn a_damaged_journal_that_becomes_another_is_not_read_as_if_it_were_the_one() {
    let journal = path("journal.jsonl");
    let next = note(5, "ann", "no more");
    for is_away in [false, true] {
        let disk = SimDisk::with(&journal, &damaged());
        let Opened { mut store, .. } = open(&disk).expect("what is whole is read");
        assert_eq!(store.read_after(0).expect("four, and one of them a mark").len(), 4);
        if is_away {
            disk.unlink(&journal);
        } else {
            disk.put(&journal, &journal_of(&notes(2)).0);
        }
        let is_it = |error: &StoreError| match error {
            StoreError::Replaced { .. } => !is_away,
            StoreError::Missing { .. } => is_away,
            _ => false,
        };
        assert!(store.read_after(0).is_err_and(|error| is_it(&error)), "{is_away}");
        assert!(store.latest(4, 2).is_err_and(|error| is_it(&error)), "{is_away}");
        let all = store.for_each(4, &mut |_| ControlFlow::Continue(()));
        assert!(all.is_err_and(|error| is_it(&error)), "{is_away}");
        assert!(store.append(&next).is_err_and(|error| is_it(&error)), "{is_away}");
        assert!(store.writable().is_err_and(|error| is_it(&error)), "{is_away}");
    }
}

/// Wherever the power goes while an unfinished end is set aside: its bytes are there, or still at the end.
#[test]
fn an_unfinished_end_is_kept_before_it_is_cut_off() {
    let (bytes, ends) = journal_of(&notes(3));
    let cut = ends[2] + 25;
    let torn = &bytes[ends[2]..cut];
    for lives in 0.. {
        let disk = SimDisk::with(&path("journal.jsonl"), &bytes[..cut]);
        let dying = disk.dying_after(lives);
        let opened = open(&dying);
        for found in dying.crashes() {
            let contents = found.contents();
            let is_at_the_end = contents[&path("journal.jsonl")] == bytes[..cut];
            let is_kept = contents.iter().any(|(path, kept)| {
                kept == torn
                    && path.file_name().is_some_and(|name| name.display().to_string().starts_with("torn-"))
            });
            assert!(is_at_the_end || is_kept, "after {lives} changes");
        }
        // One that is all right has no more to change.
        if opened.is_ok_and(|opened| opened.notices.iter().any(|notice| notice.contains("was moved to"))) {
            assert_eq!(dying.contents()[&path("journal.jsonl")], bytes[..ends[2]]);
            break;
        }
    }
}

#[test]
fn a_repair_that_does_not_read_back_changes_nothing() {
    let disk = SimDisk::with(&path("journal.jsonl"), &damaged()).lying(Lie::Append);
    let done = repair(&disk);
    let why = done.expect_err("the copy is not the journal").to_string();
    assert!(why.contains("does not read back"), "{why}");
    assert_eq!(disk.contents()[&path("journal.jsonl")], damaged());
}

#[test]
fn a_repair_sets_snapshots_aside_with_the_journal() {
    let disk = SimDisk::with(&path("journal.jsonl"), &journal_of(&notes(4)).0);
    let Opened { store, board, .. } = open(&disk).expect("it is whole");
    for _ in 0..2 {
        assert!(store.snapshot_writer().save(&board).expect("room enough"));
    }
    disk.put(&path("journal.jsonl"), &damaged());
    let contents = disk.contents();
    let copy = repair(&disk).expect("it is repaired").copy.expect("it was damaged");
    let begin = copy.strip_suffix(".jsonl").expect("a journal");
    let now = disk.contents();
    assert_eq!(now[std::path::Path::new(&copy)], damaged());
    for name in ["snapshot.jsonl", "snapshot.prev.jsonl"] {
        let aside = std::path::PathBuf::from(format!("{begin}-{name}"));
        assert!(!now.contains_key(&path(name)) && now[&aside] == contents[&path(name)], "{name}");
    }
    assert_eq!(open(&disk).expect("it is whole").board.seq(), fold(&notes(4)).seq() + 1);
}

#[test]
fn a_repair_leaves_a_newer_format_alone() {
    let newer = journal::line(&journal::JournalHeader { format: journal::FORMAT.into(), version: 3 });
    let (bytes, ends) = journal_of(&notes(2));
    let mut bytes = [&newer.expect("plain fields"), &bytes[ends[0]..]].concat();
    let last = bytes.len() - 20;
    bytes[last..last + 9].fill(b'x');
    let disk = SimDisk::with(&path("journal.jsonl"), &bytes);
    assert!(matches!(repair(&disk), Err(StoreError::Version { found: 3, known: 2, .. })));
    assert_eq!(disk.contents()[&path("journal.jsonl")], bytes);
}
