//! What the disk did not confirm: it is found out whether it was kept, and nothing is done twice.

use std::path::Path;
use std::sync::Arc;

use gangplank::playbook::Playbooks;
use gangplank::session::Session;
use gangplank::state::{AccountId, Actor, Command, Now, Seq};
use gangplank::store::{Appended, FileStore, Opened, Store, StoreError};

use super::waiting::{board, disk_of, entries, open, path};
use crate::support::sample_entries::{note, notes, pipeline};
use crate::support::sim_disk::SimDisk;

fn session(disk: &SimDisk) -> Session {
    let opened = FileStore::open_on(Arc::new(disk.clone()), Path::new("data"), pipeline());
    let Opened { store, board, .. } = opened.expect("nobody damaged it");
    Session::new(Box::new(store), board, Arc::new(Playbooks::default()))
}

fn account(disk: &SimDisk) -> AccountId {
    board(disk).accounts().next().expect("there is one").id.clone()
}

/// What the disk lost is written again before it is called saved.
#[test]
fn after_a_failed_sync_the_next_try_finds_out_what_is_kept() {
    let next = note(3, "ann", "a change");
    for cut in [false, true] {
        let disk = disk_of(2);
        let mut store = open(&disk, &Arc::default());
        disk.set_good_syncs(Some(0));
        let error = store.append(&next).expect_err("the sync fails");
        assert!(matches!(error, StoreError::Unconfirmed { .. }), "{error}");
        assert!(matches!(store.read_after(2), Err(StoreError::Poisoned { .. })));
        // As long as it does not work, nobody is told anything.
        store.append(&next).expect_err("the sync fails");
        assert!(matches!(store.settle(), Err(StoreError::Access { .. })));
        disk.set_good_syncs(None);
        if cut {
            store.settle().expect("it works again");
        } else {
            assert_eq!(store.append(&next).expect("it works again"), Appended::Behind);
        }
        assert_eq!(store.read_after(2).expect("it can be read").len(), 1);
        for found in disk.crashes() {
            assert_eq!(entries(&found), [notes(2), vec![next.clone()]].concat());
        }
    }
}

/// Whoever asks for the same again, because nobody could say whether it was kept, has it once.
#[test]
fn what_was_kept_without_a_word_is_not_done_again() {
    let disk = disk_of(1);
    let account = account(&disk);
    let mut session = session(&disk);
    let (ann, now) = (Actor::Person("ann".into()), Now::utc("2024-12-20T09:00:00Z".parse().expect("a time")));
    let note = |text: &str| Command::AddNote { account: AccountId::clone(&account), text: text.into() };
    disk.set_good_syncs(Some(0));
    session.submit(&note("called"), &ann, now).expect_err("the sync fails");
    session.submit(&note("called"), &ann, now).expect_err("it still does");
    disk.set_good_syncs(None);
    let kept = session.submit(&note("called"), &ann, now).expect("it works again").expect("it was kept");
    assert_eq!((kept.seq, entries(&disk).len()), (2, 2));
    // Once it is known, the same is another one.
    session.submit(&note("called"), &ann, now).expect("it works").expect("a note");
    assert_eq!(entries(&disk).len(), 3);
    // Something else, or the same much later, is not taken for it.
    for (text, hours) in [("something else", 0), ("failed", 1)] {
        let before = entries(&disk).len();
        disk.set_good_syncs(Some(0));
        session.submit(&note("failed"), &ann, now).expect_err("the sync fails");
        disk.set_good_syncs(None);
        let later = Now { at: now.at + chrono::TimeDelta::hours(hours), ..now };
        session.submit(&note(text), &ann, later).expect("it works again").expect("a note");
        assert_eq!(entries(&disk).len(), before + 2, "{text}");
    }
}

/// The same, when it is another process that is asked again.
#[test]
fn what_another_process_kept_without_a_word_is_not_done_again() {
    type Asked<'a> = (&'a Command, &'a Actor, Now);
    let (ann, ben) = (Actor::Person("ann".into()), Actor::Person("ben".into()));
    let now = Now::utc("2024-12-20T09:00:00Z".parse().expect("a time"));
    let later = Now { at: now.at + chrono::TimeDelta::minutes(10), ..now };
    let account = account(&disk_of(1));
    let note = |text: &str| Command::AddNote { account: AccountId::clone(&account), text: text.into() };
    let seen = Command::MarkSeen { account: account.clone() };
    let called = note("called");
    // What is asked for next in another process, and whether the last one of it is done.
    let cases: [(&[Asked<'_>], bool); 6] = [
        (&[(&called, &ann, now)], false),
        (&[(&called, &ann, later)], true),
        (&[(&called, &ben, now)], true),
        (&[(&called, &ben, now), (&seen, &ann, now), (&called, &ann, now)], false),
        (&[(&note("something else"), &ann, now), (&called, &ann, now)], true),
        (&[(&called, &ann, now), (&called, &ann, now)], true),
    ];
    for (number, (asked, is_done)) in cases.into_iter().enumerate() {
        let disk = disk_of(1);
        let mut first = session(&disk);
        disk.set_good_syncs(Some(0));
        first.submit(&called, &ann, now).expect_err("the sync fails");
        disk.set_good_syncs(None);
        let mut another = session(&disk);
        let mut before = 0;
        for (command, by, at) in asked {
            before = another.board().seq();
            another.submit(*command, by, *at).expect("it works again");
        }
        assert_eq!(another.was_kept_before(), !is_done, "{number}");
        assert_eq!(another.board().seq() - before, Seq::from(is_done), "{number}");
        // The first one may end without another word: what anybody was told is kept.
        let told = entries(&disk);
        for found in disk.crashes() {
            assert_eq!(entries(&found), told, "{number}");
        }
        // Nor is it done twice in the first one.
        first.submit(&note("last"), &ann, now).expect("it works again");
        assert!(!disk.contents().contains_key(&path("unconfirmed.json")), "{number}");
        let wanted = entries(&disk);
        for found in disk.crashes() {
            assert_eq!(entries(&found), wanted, "{number}");
        }
    }
}

/// It may be lost after all, or somebody else may have its number.
#[test]
fn what_was_not_kept_is_done_when_it_is_asked_for_again() {
    let ann = Actor::Person("ann".into());
    let now = Now::utc("2024-12-20T09:00:00Z".parse().expect("a time"));
    let account = account(&disk_of(1));
    let called = Command::AddNote { account, text: "called".into() };
    for has_other in [false, true] {
        let disk = disk_of(1);
        let whole = disk.contents()[&path("journal.jsonl")].clone();
        let mut first = session(&disk);
        disk.set_good_syncs(Some(0));
        first.submit(&called, &ann, now).expect_err("the sync fails");
        let noted = disk.contents()[&path("unconfirmed.json")].clone();
        let disk = SimDisk::with(&path("journal.jsonl"), &whole);
        disk.put(&path("unconfirmed.json"), &noted);
        if has_other {
            let other = open(&disk, &Arc::default()).append(&notes(2)[1]).expect("it works");
            assert_eq!(other, Appended::Yes);
        }
        let mut again = session(&disk);
        again.submit(&called, &ann, now).expect("it works").expect("a note");
        assert!(!again.was_kept_before());
        assert_eq!(entries(&disk).len(), 2 + usize::from(has_other));
    }
}
