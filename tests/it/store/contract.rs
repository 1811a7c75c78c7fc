//! What every store promises, asked of each of them.

use std::collections::BTreeSet;
use std::ops::ControlFlow;
use std::path::Path;
use std::sync::Arc;

use gangplank::state::{AccountId, Change, Entry, Event, Note, Seq};
use gangplank::store::file::{FIRST_SNAPSHOT, SNAPSHOT_AFTER};
use gangplank::store::{Appended, FileStore, LockWaiting, MemoryStore, Store, StoreAddress, StoreError};

use crate::support::dice::Dice;
use crate::support::sample_entries::{day, entry, fold, note, notes, pipeline, story};

/// Opens two handles of one new store. Nothing where what it needs is not installed.
type OpenTwice = fn(&Path) -> Option<[Box<dyn Store>; 2]>;

/// Every kind of store.
const KINDS: &[OpenTwice] = &[
    |_| {
        let memory = MemoryStore::new();
        Some([Box::new(memory.clone()), Box::new(memory)])
    },
    |dir| Some([Box::new(open(dir)), Box::new(open(dir))]),
    |_| {
        let memory = OnlyTheEssentials(MemoryStore::new());
        Some([Box::new(memory.clone()), Box::new(memory)])
    },
    #[cfg(all(unix, feature = "team"))]
    |_| super::team::open_twice(),
    #[cfg(all(unix, feature = "team"))]
    super::team_copy::open_twice,
    #[cfg(all(unix, feature = "team"))]
    super::team_pooled::open_twice,
    #[cfg(all(unix, feature = "team"))]
    super::team_levels::open_twice,
];

/// Each account of the story alone, all of them together, and one that is not in it.
fn asked_about() -> Vec<BTreeSet<AccountId>> {
    let story = story();
    let events = story.iter().flat_map(|entry| &entry.events);
    let all: BTreeSet<AccountId> = events.filter_map(|event| event.account().cloned()).collect();
    assert!(all.len() > 1, "the story is about several");
    let each = all.iter().map(|id| BTreeSet::from([id.clone()]));
    each.chain([all.clone(), BTreeSet::from([AccountId::new("nobody \"here\"")])]).collect()
}

/// A store that implements no more than it must.
#[derive(Clone)]
struct OnlyTheEssentials(MemoryStore);

impl Store for OnlyTheEssentials {
    fn read_after(&mut self, seq: Seq) -> Result<Vec<Arc<Entry>>, StoreError> {
        self.0.read_after(seq)
    }

    fn append(&mut self, entry: &Entry) -> Result<Appended, StoreError> {
        self.0.append(entry)
    }
}

/// Runs `check` on two handles of one store, of every kind there is.
fn on_every_store(check: impl Fn(&mut dyn Store, &mut dyn Store)) {
    for open_twice in KINDS {
        let dir = tempfile::tempdir().expect("a temporary directory");
        let Some([mut a, mut b]) = open_twice(dir.path()) else { continue };
        check(&mut *a, &mut *b);
    }
}

fn open(dir: &Path) -> FileStore {
    FileStore::open(dir, pipeline()).expect("a store nobody damaged opens").store
}

fn append(store: &mut dyn Store, entry: &Entry) -> Appended {
    store.append(entry).expect("nothing stands in the way of writing")
}

fn after(store: &mut dyn Store, seq: u64) -> Vec<Entry> {
    plain(store.read_after(seq).expect("nothing stands in the way of reading"))
}

fn plain(entries: Vec<Arc<Entry>>) -> Vec<Entry> {
    entries.into_iter().map(|entry| Entry::clone(&entry)).collect()
}

#[test]
fn an_empty_store_has_nothing_to_say() {
    on_every_store(|a, b| {
        assert_eq!(after(a, 0), []);
        assert_eq!(after(b, 0), []);
    });
}

#[test]
fn what_is_appended_is_read_back_by_everyone() {
    on_every_store(|a, b| {
        for entry in story() {
            assert_eq!(append(a, &entry), Appended::Yes);
            assert_eq!(after(b, entry.seq - 1), std::slice::from_ref(&entry));
            assert_eq!(after(b, entry.seq), []);
            assert_eq!(after(a, entry.seq), []);
        }
        for (seq, known) in (0..=7).zip(0..) {
            assert_eq!(after(a, seq), story()[known..], "after {seq}");
            assert_eq!(after(b, seq), story()[known..], "after {seq}");
        }
    });
}

#[test]
fn who_did_not_read_is_behind_and_writes_nothing() {
    on_every_store(|a, b| {
        assert_eq!(append(a, &notes(1)[0]), Appended::Yes);
        assert_eq!(append(b, &note(1, "ben", "first!")), Appended::Behind);
        assert_eq!(append(b, &note(1, "ben", "first!")), Appended::Behind);
        assert_eq!(after(b, 0), notes(1));
        assert_eq!(append(b, &note(1, "ben", "still first!")), Appended::Behind);
        assert_eq!(append(b, &note(2, "ben", "second")), Appended::Yes);
        assert_eq!(append(a, &note(2, "ann", "second")), Appended::Behind);
        assert_eq!(after(a, 1), [note(2, "ben", "second")]);
        assert_eq!(append(a, &note(3, "ann", "third")), Appended::Yes);
    });
}

#[test]
fn two_who_take_turns_badly_lose_nothing() {
    on_every_store(|a, b| {
        let (mut known, mut written) = ([0, 0], 0);
        for turn in 0..60 {
            // An uneven rhythm, so that each is sometimes behind by several.
            let who = usize::from(turn * 7 % 5 < 2);
            let store: &mut dyn Store = if who == 0 { a } else { b };
            loop {
                let entry = note(known[who] + 1, ["ann", "ben"][who], &format!("turn {turn}"));
                match append(store, &entry) {
                    Appended::Yes => break,
                    Appended::Behind => known[who] += after(store, known[who]).len() as u64,
                }
            }
            known[who] += 1;
            written += 1;
        }
        let texts = |entries: Vec<Entry>| -> Vec<String> {
            entries.iter().map(|entry| format!("{:?}", entry.events)).collect()
        };
        let all = texts(after(a, 0));
        assert_eq!(all.len(), written);
        assert!(all.iter().enumerate().all(|(turn, text)| text.contains(&format!("turn {turn}\""))));
        assert_eq!(all, texts(after(b, 0)));
    });
}

/// An entry of one and a half million bytes, with everything there is in it, short and long events in every order, and texts that
/// look like events.
fn long_entry() -> Entry {
    let mut dice = Dice(11);
    let all: Vec<Event> = story().into_iter().flat_map(|entry| entry.events).collect();
    let texts = ["\"A-1\"", "{\"account\":\"A-1\",\"added\":null}", ",\"events\":[", "}]}", "été ☃", "\\"];
    let events = (0..7_000).map(|at| {
        if at % 20 == 0 {
            return dice.pick(&all).clone();
        }
        let texts = (0..dice.roll(9)).map(|_| *dice.pick(&texts)).collect::<String>();
        let text = texts.repeat(if at % 40 == 1 { 80 } else { 1 + dice.roll(3) });
        let of = *dice.pick(&["A-1", "B-1", "B-2", "B-3", "B-4", "B-5"]);
        let note = Note { at: day(1), by: "ann".into(), text: format!("{at} {text}").into() };
        Change::NoteAdded { note }.on(&AccountId::new(of))
    });
    entry(2, "ann", "import \"events\":[", events.collect())
}

#[test]
fn a_long_entry_says_of_an_account_what_it_says_among_all() {
    let entries = [note(1, "ann", "before"), long_entry(), note(3, "ann", "behind")];
    let length = serde_json::to_string(&entries[1]).expect("it is written").len();
    assert!(length > 1_500_000, "it is longer than what is read at once: {length}");
    let dir = tempfile::tempdir().expect("a temporary directory");
    let mut writing = open(dir.path());
    for entry in &entries {
        assert_eq!(append(&mut writing, entry), Appended::Yes);
    }
    let mut reading = open(dir.path());
    let asked = [vec!["B-1"], vec!["B-2", "B-3"], vec!["A-1", "B-4"], vec!["nobody"]];
    for (ids, last) in asked.iter().flat_map(|ids| [(ids, 3), (ids, 2)]) {
        let ids: BTreeSet<_> = ids.iter().map(|id| AccountId::new(id)).collect();
        let about = reading.latest_about(last, 2, &ids).expect("it is read");
        let last = usize::try_from(last).expect("few");
        let expected = entries[last - 2..last].iter().filter_map(|entry| entry.about(&ids));
        assert!(plain(about) == expected.collect::<Vec<_>>(), "{ids:?} up to {last}");
    }
}

#[test]
fn of_a_long_entry_that_nobody_wants_only_the_beginning_is_read() {
    let entries = [note(1, "ann", "before"), long_entry(), note(3, "ann", "behind")];
    let dir = tempfile::tempdir().expect("a temporary directory");
    let mut writing = open(dir.path());
    for entry in &entries {
        assert_eq!(append(&mut writing, entry), Appended::Yes);
    }
    let mut reading = open(dir.path());
    let begun = entries[1].with_events(entries[1].events[..1].to_vec());
    for is_wanted in [true, false] {
        let mut seen = Vec::new();
        let mut wanted = |entry: &Entry| {
            seen.push(entry.clone());
            entry.seq == 3 || is_wanted
        };
        let found = plain(reading.latest_wanted(3, 2, &mut wanted).expect("it is read"));
        if is_wanted {
            assert!(found == entries[1..], "they are whole");
            assert!(
                seen == [std::slice::from_ref(&begun), &entries[1..]].concat(),
                "it was asked again about the whole"
            );
        } else {
            assert!(found == entries[2..] && seen == [begun.clone(), entries[2].clone()], "it was not read");
        }
    }
}

#[test]
fn entries_are_read_from_the_end_and_from_the_start_up_to_one() {
    on_every_store(|a, b| {
        assert_eq!(plain(a.latest(0, 3).expect("it is read")), []);
        for entry in story() {
            assert_eq!(append(a, &entry), Appended::Yes);
        }
        assert_eq!(after(b, 0), story());
        for last in 0..=story().len() {
            let known = &story()[..last];
            for count in (0..=last + 1).chain([usize::MAX]) {
                let latest = plain(b.latest(last as Seq, count).expect("it is read"));
                assert_eq!(latest, known[last.saturating_sub(count)..], "{count} up to {last}");
                let mut asked = BTreeSet::new();
                let mut odd = |entry: &Entry| asked.insert(entry.seq) && entry.seq % 2 == 1;
                let odd = b.latest_wanted(last as Seq, count, &mut odd).expect("it is read");
                let expected: Vec<_> = latest.iter().filter(|entry| entry.seq % 2 == 1).cloned().collect();
                assert_eq!((plain(odd), asked.len()), (expected, latest.len()), "{count} up to {last}");
                for ids in asked_about() {
                    let about = b.latest_about(last as Seq, count, &ids).expect("it is read");
                    let expected = latest.iter().filter_map(|entry| entry.about(&ids));
                    assert_eq!(plain(about), expected.collect::<Vec<_>>(), "{ids:?} in {count} up to {last}");
                }
            }
            for stop in 0..=last {
                let mut taken = Vec::new();
                b.for_each(last as Seq, &mut |entry| {
                    taken.push(entry);
                    if taken.len() == stop { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
                })
                .expect("it is read");
                let wanted = if stop == 0 { last } else { stop };
                assert_eq!(plain(taken), known[..wanted], "{stop} of {last}");
            }
        }
    });
}

#[test]
fn a_snapshot_is_due_only_when_much_was_appended() {
    on_every_store(|a, _| {
        for entry in notes(3) {
            assert_eq!(append(a, &entry), Appended::Yes);
        }
        assert!(a.due_snapshot(&fold(&notes(3))).is_none());
    });
}

#[test]
fn a_snapshot_is_due_when_as_much_was_appended_as_the_last_one_covers() {
    let dir = tempfile::tempdir().expect("a temporary directory");
    let (mut store, mut board) = (open(dir.path()), fold(&[]));
    let (text, mut covered, mut found) = ("x".repeat(64 << 10), 0, Vec::new());
    for seq in 1..=110 {
        let entry = note(seq, "ann", &text);
        assert_eq!(append(&mut store, &entry), Appended::Yes);
        board.apply(Arc::new(entry));
        let length = std::fs::metadata(dir.path().join("journal.jsonl")).expect("it is there").len();
        let (line, after) = ((65 << 10), u64::clamp(covered, FIRST_SNAPSHOT, SNAPSHOT_AFTER));
        if store.due_snapshot(&board).is_some() {
            assert!((after + 1..after + line).contains(&(length - covered)), "at {length} after {covered}");
            covered = length;
            found.push(length >> 10);
        }
    }
    assert_eq!(found, [256, 577, 1219, 2503, 4557, 6610]);
}

#[test]
fn every_address_opens_a_store() {
    let dir = tempfile::tempdir().expect("a temporary directory");
    for address in [StoreAddress::Memory, StoreAddress::Directory(dir.path().to_owned())] {
        let mut opened = address.open(pipeline()).expect("there is nothing yet");
        assert_eq!((opened.board.seq(), opened.notices.len()), (0, 0));
        assert_eq!(append(&mut *opened.store, &notes(1)[0]), Appended::Yes);
        assert_eq!(
            address.repair(&pipeline(), &LockWaiting::default()).expect("nothing is damaged").copy,
            None
        );
    }
}

#[test]
fn threads_on_one_directory_lose_nothing() {
    const EACH: usize = 40;
    let dir = tempfile::tempdir().expect("a temporary directory");
    std::thread::scope(|scope| {
        for who in ["ann", "ben", "cid"] {
            let mut store = open(dir.path());
            scope.spawn(move || {
                let mut known = 0;
                for _ in 0..EACH {
                    while append(&mut store, &note(known + 1, who, "hello")) == Appended::Behind {
                        known += after(&mut store, known).len() as u64;
                    }
                    known += 1;
                }
            });
        }
    });
    let all = after(&mut open(dir.path()), 0);
    assert_eq!(all.len(), 3 * EACH);
    assert!(all.iter().zip(1..).all(|(entry, seq)| entry.seq == seq));
}

#[test]
fn a_directory_is_touched_only_when_there_is_something_to_keep() {
    let home = tempfile::tempdir().expect("a temporary directory");
    let dir = home.path().join("deep/data");
    let mut store = open(&dir);
    assert_eq!(after(&mut store, 0), []);
    assert!(!dir.exists());
    assert_eq!(append(&mut store, &notes(1)[0]), Appended::Yes);
    #[cfg(unix)]
    for (name, mode) in [("", 0o700), ("journal.jsonl", 0o600), ("lock", 0o600)] {
        use std::os::unix::fs::PermissionsExt as _;
        let path = dir.join(name);
        let found = std::fs::metadata(&path).expect("it was just made").permissions().mode();
        assert_eq!(found & 0o777, mode, "{}", path.display());
    }
}

#[test]
fn an_unfinished_line_of_somebody_else_means_not_yet() {
    let dir = tempfile::tempdir().expect("a temporary directory");
    let (mut a, mut b) = (open(dir.path()), open(dir.path()));
    let path = dir.path().join("journal.jsonl");
    assert_eq!(append(&mut a, &notes(2)[0]), Appended::Yes);
    let before = std::fs::read(&path).expect("the journal is there");
    assert_eq!(append(&mut a, &notes(2)[1]), Appended::Yes);
    let whole = std::fs::read(&path).expect("the journal is there");
    assert_eq!(after(&mut b, 0).len(), 2);
    for length in before.len()..whole.len() {
        std::fs::write(&path, &before).expect("it can be written");
        let mut fresh = open(dir.path());
        std::fs::write(&path, &whole[..length]).expect("it can be written");
        assert_eq!(after(&mut fresh, 1), [], "{length} of {} bytes", whole.len());
        std::fs::write(&path, &whole).expect("it can be written");
        assert_eq!(after(&mut fresh, 1), notes(2)[1..], "{length} of {} bytes", whole.len());
    }
}

#[test]
fn a_journal_that_is_swapped_or_shortened_under_us_is_noticed() {
    let dir = tempfile::tempdir().expect("a temporary directory");
    let path = dir.path().join("journal.jsonl");
    let mut store = open(dir.path());
    for entry in notes(3) {
        assert_eq!(append(&mut store, &entry), Appended::Yes);
    }
    let whole = std::fs::read(&path).expect("the journal is there");
    let noticed = |store: &mut FileStore| {
        assert!(matches!(store.read_after(3), Err(StoreError::Replaced { .. })));
        assert!(matches!(store.append(&note(4, "ann", "four")), Err(StoreError::Replaced { .. })));
    };
    std::fs::write(&path, &whole[..whole.len() - 1]).expect("it can be written");
    noticed(&mut store);
    let other = dir.path().join("other");
    let put = |bytes: &[u8]| {
        std::fs::write(&other, bytes).expect("it can be written");
        std::fs::rename(&other, &path).expect("it can be renamed");
    };
    let another = {
        let elsewhere = tempfile::tempdir().expect("a temporary directory");
        let mut store = open(elsewhere.path());
        (1..=3).for_each(|seq| assert_eq!(append(&mut store, &note(seq, "ben", "another")), Appended::Yes));
        std::fs::read(elsewhere.path().join("journal.jsonl")).expect("the journal is there")
    };
    put(&another);
    noticed(&mut store);
    std::fs::remove_file(&path).expect("it can be removed");
    assert!(matches!(store.read_after(3), Err(StoreError::Missing { .. })));
    assert!(matches!(store.append(&note(4, "ann", "four")), Err(StoreError::Missing { .. })));
    assert!(!path.exists(), "nothing is put where it is to be put back");
    // What holds the same is the same.
    put(&whole);
    assert_eq!(after(&mut store, 3), []);
    assert_eq!(append(&mut store, &note(4, "ann", "four")), Appended::Yes);
    assert_eq!(after(&mut open(dir.path()), 0).len(), 4);
}

#[test]
fn a_change_that_would_not_read_back_is_not_written() {
    use gangplank::state::{AccountId, Change, Event, FactKey, FactValue};
    let dir = tempfile::tempdir().expect("a temporary directory");
    let mut store = open(dir.path());
    assert_eq!(append(&mut store, &notes(1)[0]), Appended::Yes);
    let mut bad = note(2, "ann", "");
    bad.events = vec![Event::Account {
        account: AccountId::new("A-1"),
        change: Change::FactsUpdated {
            at: None,
            source: "a.csv".into(),
            facts: [(FactKey::HealthScore, FactValue::Number(f64::NAN))].into(),
            was: [].into(),
        },
    }];
    assert!(matches!(store.append(&bad), Err(StoreError::Unwritable { .. })));
    assert_eq!(append(&mut store, &note(2, "ann", "two")), Appended::Yes);
    assert_eq!(after(&mut open(dir.path()), 0).len(), 2);
}
