//! Locks that somebody else holds, that are lost, removed, or lock nothing.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use gangplank::state::{Board, Entry, Seq};
use gangplank::store::lock::{LAST_PAUSE, LockHolder, PATIENCE, SAID_AFTER};
use gangplank::store::{
    Appended, FileStore, LockWaiting, Opened, Patience, Store, StoreError, journal, repair_on,
};

use crate::support::sample_entries::{fold, note, notes, pipeline};
use crate::support::sim_disk::{Locking, SimDisk};

pub(super) fn path(name: &str) -> PathBuf {
    Path::new("data").join(name)
}

/// Somebody whose time does not pass by itself.
#[derive(Default)]
pub(super) struct Patient {
    /// The pauses so far.
    pauses: Mutex<Vec<Duration>>,
    /// What was heard, and after how long.
    heard: Mutex<Vec<(Duration, Option<String>)>>,
    /// What happens at pause number so many.
    happens: Option<(usize, Box<dyn Fn() -> bool + Send + Sync>)>,
}

impl Patient {
    fn until(pause: usize, happen: impl Fn() -> bool + Send + Sync + 'static) -> Self {
        Self { happens: Some((pause, Box::new(happen))), ..Self::default() }
    }

    fn waited(&self) -> Duration {
        self.pauses.lock().expect("nobody panicked").iter().sum()
    }

    fn heard(&self) -> Vec<(Duration, Option<String>)> {
        self.heard.lock().expect("nobody panicked").clone()
    }
}

impl Patience for Patient {
    fn program(&self) -> &'static str {
        "gangplank waits"
    }

    fn limit(&self) -> Duration {
        PATIENCE
    }

    fn pause(&self, time: Duration) -> bool {
        let mut pauses = self.pauses.lock().expect("nobody panicked");
        pauses.push(time);
        self.happens.as_ref().is_none_or(|(at, happen)| *at != pauses.len() || happen())
    }

    fn hear(&self, holder: Option<&LockHolder>) {
        let waited = self.waited();
        self.heard
            .lock()
            .expect("nobody panicked")
            .push((waited, holder.map(|holder| format!("{holder:#}"))));
    }
}

pub(super) fn open(disk: &SimDisk, patient: &Arc<Patient>) -> FileStore {
    let opened =
        FileStore::open_waiting(Arc::new(disk.clone()), Path::new("data"), pipeline(), patient.clone());
    opened.expect("nobody damaged it").store
}

/// A disk with a store of `count` entries.
pub(super) fn disk_of(count: usize) -> SimDisk {
    let disk = SimDisk::default();
    let mut store = open(&disk, &Arc::default());
    for entry in notes(count) {
        assert_eq!(store.append(&entry).expect("it is written"), Appended::Yes);
    }
    disk
}

pub(super) fn board(disk: &SimDisk) -> Board {
    let opened = FileStore::open_on(Arc::new(disk.clone()), Path::new("data"), pipeline());
    opened.expect("nobody damaged it").board
}

pub(super) fn entries(disk: &SimDisk) -> Vec<Entry> {
    let found = open(disk, &Arc::default()).read_after(0).expect("it is whole");
    found.iter().map(|entry| Entry::clone(entry)).collect()
}

#[test]
fn who_waits_says_for_whom_and_gives_up_in_time_with_nothing_changed() {
    let disk = disk_of(1);
    let before = disk.contents();
    let patient = Arc::new(Patient::default());
    let mut store = open(&disk, &patient);
    let stuck = disk.clone().locking(Locking::Stuck);
    let error = store.append(&notes(2)[1]).expect_err("somebody holds the lock");
    let StoreError::Locked { location, holder, .. } = &error else { panic!("{error}") };
    assert_eq!(*location, path("lock").display().to_string());
    assert!(holder.contains(&format!("process {}", std::process::id())), "{holder}");
    assert!(holder.contains("`gangplank waits`, since 20"), "{holder}");
    assert_eq!(patient.waited(), PATIENCE);
    assert!(patient.pauses.lock().expect("nobody panicked").iter().all(|pause| *pause <= LAST_PAUSE));
    let heard = patient.heard();
    let first = &heard[0];
    assert!(first.0 >= SAID_AFTER && first.0 < SAID_AFTER * 2 && first.1.is_some(), "{first:?}");
    assert_eq!(heard.last().map(|(_, holder)| holder), Some(&None), "it is over");
    assert_eq!(stuck.contents(), before);
    // It is given back after all.
    let _ = disk.clone().locking(Locking::Works);
    assert_eq!(store.append(&notes(2)[1]).expect("nobody is in the way"), Appended::Yes);
}

#[test]
fn a_lock_that_is_given_back_soon_is_not_spoken_of() {
    let disk = disk_of(1);
    let (stuck, freed) = (disk.clone().locking(Locking::Stuck), disk.clone());
    let patient = Arc::new(Patient::until(5, move || {
        let _ = freed.clone().locking(Locking::Works);
        true
    }));
    assert_eq!(open(&stuck, &patient).append(&notes(2)[1]).expect("it is free"), Appended::Yes);
    assert_eq!((patient.heard(), entries(&disk).len()), (Vec::new(), 2));
}

#[test]
fn who_leaves_waits_no_longer() {
    let disk = disk_of(1).locking(Locking::Stuck);
    let patient = Arc::new(Patient::until(3, || false));
    let error = open(&disk, &patient).append(&notes(2)[1]).expect_err("it is called off");
    assert!(matches!(error, StoreError::Locked { .. }), "{error}");
    assert_eq!(patient.pauses.lock().expect("nobody panicked").len(), 3);
}

#[test]
fn a_repair_waits_as_long_as_it_is_told_to() {
    let disk = disk_of(3);
    disk.flip(&path("journal.jsonl"), 100);
    disk.flip(&path("journal.jsonl"), 109);
    let before = disk.contents();
    let patient = Patient::default();
    let stuck = disk.clone().locking(Locking::Stuck);
    let error =
        repair_on(&stuck, Path::new("data"), &pipeline(), &patient).expect_err("somebody holds the lock");
    assert!(matches!(error, StoreError::Locked { .. }), "{error}");
    assert_eq!((patient.waited(), disk.contents()), (PATIENCE, before));
    let disk = disk.locking(Locking::Works);
    let done = repair_on(&disk, Path::new("data"), &pipeline(), &patient).expect("nobody is in the way");
    assert!(done.copy.is_some());
}

/// Whoever reads does not wait for a writer who is in the middle of a line.
#[test]
fn a_reader_takes_an_unfinished_line_of_a_writer_for_not_yet() {
    let disk = disk_of(2);
    let line = journal::line(&note(3, "ben", "half of it")).expect("it becomes JSON");
    disk.grow(&path("journal.jsonl"), &line[..line.len() / 2]);
    let before = disk.contents();
    let stuck = disk.clone().locking(Locking::Stuck);
    let patient = Arc::new(Patient::default());
    let opened = FileStore::open_waiting(Arc::new(stuck), Path::new("data"), pipeline(), patient.clone());
    let Opened { mut store, board, notices, .. } = opened.expect("it is read");
    assert_eq!((board.seq(), notices), (2, Vec::new()));
    assert!(patient.waited() <= SAID_AFTER, "{:?}", patient.waited());
    assert_eq!(disk.contents(), before);
    disk.grow(&path("journal.jsonl"), &line[line.len() / 2..]);
    assert_eq!(store.read_after(2).expect("it is whole now").len(), 1);
}

/// What goes wrong with the lock while somebody writes: their lock file is removed, their lock is lost, or there never
/// was any. Whoever comes second is told, and nothing of either is lost.
#[test]
fn two_who_write_at_once_are_noticed_before_either_is_told_a_lie() {
    type Wrong = fn(&SimDisk);
    let wrongs: [(&str, Wrong); 3] = [
        ("removed", |disk| disk.unlink(&path("lock"))),
        ("lost", SimDisk::lose_locks),
        ("nothing", |disk| {
            let _ = disk.clone().locking(Locking::DoesNothing);
        }),
    ];
    for (name, wrong) in wrongs {
        for known in [0, 2] {
            let disk = disk_of(known);
            let mut ann = open(&disk, &Arc::default());
            let ours = note(known as Seq + 1, "ann", "what ann wrote");
            let theirs = note(known as Seq + 1, "ben", "what ben wrote, which is longer");
            let ben = Mutex::new(open(&disk, &Arc::default()));
            let (shared, entry) = (disk.clone(), theirs.clone());
            disk.meanwhile(move || {
                wrong(&shared);
                let mut ben = ben.lock().expect("nobody panicked");
                assert_eq!(ben.append(&entry).expect("ben is first"), Appended::Yes);
            });
            let told = ann.append(&ours);
            // Of two who make a journal, one finds that its name is taken.
            let is_noticed = matches!(told, Err(StoreError::Collision { .. }))
                || (known == 0 && matches!(told, Ok(Appended::Behind)));
            assert!(is_noticed, "{name}, {known}: {told:?}");
            let wanted = [notes(known), vec![theirs]].concat();
            assert_eq!(entries(&disk), wanted, "{name}, {known}");
            // Whoever tries again sees what happened.
            assert_eq!(ann.append(&ours).expect("nothing is wrong"), Appended::Behind);
            assert_eq!(ann.read_after(known as Seq).expect("it is whole").len(), 1);
            let next = note(known as Seq + 2, "ann", "what ann wrote");
            assert_eq!(ann.append(&next).expect("nothing is wrong"), Appended::Yes);
            for found in disk.crashes() {
                assert_eq!(entries(&found), [wanted.clone(), vec![next.clone()]].concat(), "{name}, {known}");
            }
        }
    }
}

/// A full disk takes nothing back that somebody else was told is saved.
#[test]
fn what_another_wrote_where_locks_do_nothing_is_never_cut_off() {
    let disk = disk_of(1).locking(Locking::DoesNothing);
    let mut ann = open(&disk, &Arc::default());
    let ben = Mutex::new(open(&disk, &Arc::default()));
    let shared = disk.clone();
    disk.meanwhile(move || {
        assert_eq!(ben.lock().expect("nobody panicked").append(&notes(2)[1]).expect("room"), Appended::Yes);
        shared.set_room(Some(10));
    });
    let error = ann.append(&note(2, "ann", "no room")).expect_err("there is no room");
    assert!(matches!(error, StoreError::Unconfirmed { .. }), "{error}");
    disk.set_room(None);
    let whole = journal::scan(&disk.contents()[&path("journal.jsonl")]);
    assert_eq!(whole.lines.len(), 3, "the header and two entries");
    assert_eq!(entries(&disk), notes(2));
}

#[test]
fn room_that_was_made_is_used_at_the_next_try() {
    let disk = disk_of(2);
    let mut store = open(&disk, &Arc::default());
    let next = note(3, "ann", "a change");
    let line = journal::line(&next).expect("it becomes JSON").len();
    for room in 0..line {
        disk.set_room(Some(room));
        let error = store.append(&next).expect_err("there is no room");
        assert!(matches!(error, StoreError::Full { .. }), "{error}");
        assert_eq!(store.read_after(2).expect("it can be read"), [] as [Arc<Entry>; 0]);
    }
    disk.set_room(None);
    assert_eq!(store.append(&next).expect("there is room"), Appended::Yes);
    assert_eq!(entries(&disk), [notes(2), vec![next]].concat());
}

#[test]
fn a_snapshot_without_room_leaves_nothing_behind() {
    let disk = disk_of(3);
    let mut store = open(&disk, &Arc::default());
    store.read_after(0).expect("it is whole");
    for room in [0, 1, 200] {
        disk.set_room(Some(room));
        let saved = store.snapshot_writer().save(&fold(&notes(3)));
        assert!(saved.is_err(), "{saved:?}");
        assert!(!disk.contents().contains_key(&path("snapshot.tmp")), "with room for {room}");
    }
    disk.set_room(None);
    assert_eq!(store.append(&note(4, "ann", "goes on")).expect("there is room"), Appended::Yes);
}

#[test]
fn a_snapshot_is_left_to_who_is_writing_one() {
    let disk = disk_of(3);
    let mut store = open(&disk, &Arc::default());
    store.read_after(0).expect("it is whole");
    let before = disk.contents();
    let held = disk.clone().locking(Locking::Stuck);
    assert!(!store.snapshot_writer().save(&fold(&notes(3))).expect("nothing fails"));
    let after: Vec<_> = held.contents().into_keys().filter(|it| *it != path("snapshot.lock")).collect();
    assert_eq!(after, before.into_keys().collect::<Vec<_>>());
}

/// A snapshot and its file of a writer that was killed are worth less than the next changes.
#[test]
fn a_snapshot_that_would_leave_little_room_is_not_written() {
    let disk = disk_of(3);
    disk.put(&path("snapshot.tmp"), b"of a writer that was killed");
    let mut store = open(&disk, &Arc::default());
    store.read_after(0).expect("it is whole");
    let save = |store: &FileStore| store.snapshot_writer().save(&fold(&notes(3))).expect("nothing fails");
    let journal = disk.contents()[&path("journal.jsonl")].len();
    for room in [0, 1, 3 * journal - 1] {
        disk.tell_room(Some(room));
        assert!(!save(&store), "with room for {room}");
        let names: Vec<_> = disk.contents().into_keys().collect();
        let wanted = ["journal.jsonl", "lock", "snapshot.lock"].map(path);
        assert_eq!(names, wanted, "with room for {room}");
    }
    assert_eq!(store.append(&note(4, "ann", "goes on")).expect("there is room"), Appended::Yes);
    disk.tell_room(Some(3 * disk.contents()[&path("journal.jsonl")].len()));
    assert!(store.snapshot_writer().save(&board(&disk)).expect("there is room"));
    // The next one is about as long as this one.
    let saved = disk.contents()[&path("snapshot.jsonl")].len();
    assert_eq!(store.append(&note(5, "ann", "goes on")).expect("there is room"), Appended::Yes);
    let board = board(&disk);
    for (room, is_written) in [(3 * saved - 1, false), (3 * saved, true)] {
        disk.tell_room(Some(room));
        assert_eq!(store.snapshot_writer().save(&board).expect("nothing fails"), is_written);
    }
}

/// A life of a store with two who use it.
fn life(disk: &SimDisk) -> (Seq, Vec<StoreError>) {
    let (mut told, mut failed) = (0, Vec::new());
    let mut try_it = |told: &mut Seq, disk: &SimDisk| -> Result<(), StoreError> {
        let open = || FileStore::open_on(Arc::new(disk.clone()), Path::new("data"), pipeline());
        let (mut ann, mut ben) = (open()?.store, open()?.store);
        let mut known = [0, 0];
        for turn in 0..4_u64 {
            let who = usize::from(turn % 2 == 1);
            let store = if who == 0 { &mut ann } else { &mut ben };
            // Whoever fails tries once more.
            for _ in 0..2 {
                match store.read_after(known[who]) {
                    Ok(entries) => known[who] += entries.len() as Seq,
                    Err(error) => failed.push(error),
                }
                *told = known[who].max(*told);
                match store.append(&note(known[who] + 1, "ann", &format!("turn {turn}"))) {
                    Ok(Appended::Yes) => {
                        known[who] += 1;
                        *told = known[who].max(*told);
                        break;
                    }
                    Ok(Appended::Behind) => {}
                    Err(error) => failed.push(error),
                }
            }
        }
        let Opened { store, board, .. } = open()?;
        if let Err(error) = store.snapshot_writer().save(&board) {
            failed.push(error);
        }
        *told = (*told).max(open()?.board.seq());
        repair_on(disk, Path::new("data"), &pipeline(), &LockWaiting::default())?;
        Ok(())
    };
    if let Err(error) = try_it(&mut told, disk) {
        failed.push(error);
    }
    (told, failed)
}

#[test]
fn any_call_may_fail_and_nothing_that_was_told_is_lost() {
    let whole = SimDisk::default();
    assert!(matches!(life(&whole), (4, failed) if failed.is_empty()));
    let (mut failures, mut disks) = (0, 0);
    for call in 0..whole.calls() {
        let disk = SimDisk::default();
        disk.fail_call(Some(call));
        let (told, failed) = life(&disk);
        for error in &failed {
            failures += 1;
            assert!(error.to_string().contains(" data"), "call {call}: {error}");
        }
        disk.fail_call(None);
        for found in disk.crashes() {
            disks += 1;
            let kept = entries(&found);
            assert!(kept.len() as Seq >= told, "call {call}: {} of {told}", kept.len());
            assert!(kept.iter().zip(1..).all(|(entry, seq)| entry.seq == seq));
        }
        assert!(!disk.contents().contains_key(&path("snapshot.tmp")), "call {call}");
    }
    println!("{} calls, {failures} failures, {disks} disks, 0 violations", whole.calls());
    assert!(failures > 20, "{failures}");
}
