//! Settled accounts sleep in the snapshot until somebody needs them, and nobody can tell.

use std::ops::ControlFlow;
use std::sync::Arc;

use gangplank::playbook::Team;
use gangplank::session::{Report, Session, spawn};
use gangplank::state::board::BoardMeta;
use gangplank::state::board::archive::{Archive, ArchivedAccount};
use gangplank::state::values::account::Segment;
use gangplank::state::values::pipeline::Pipeline;
use gangplank::state::values::totals::AccountTotals;
use gangplank::state::{Account, AccountId, AccountRef, AlertKey, Board, Entry, Event, Seq, StageId};
use gangplank::store::disk::{Disk as _, OpenMode};
use gangplank::store::snapshot::Mark;
use gangplank::store::{
    Appended, FileStore, LockWaiting, Opened, Store as _, StoreError, journal, repair_on,
};
use serde_json::{Value, json};

use super::crash::{journal_of, open, path};
use crate::support::sample_entries::{entry, fold, note, picture, pipeline, snapshot_of};
use crate::support::sim_disk::SimDisk;

/// More accounts than two chunks of them hold.
const ACCOUNTS: usize = 150;

/// Longer than what is verified at every opening.
const LONG: usize = 5 << 20;

/// What is known of an account that is off the board, and settled unless `state` is open.
pub(super) fn known_of(number: usize, state: &Value) -> Vec<Event> {
    let (account, at) = (format!("S-{number:03}"), "2024-12-01T12:00:00Z");
    let text = |text: String| json!({"text": text});
    let facts = json!({
        "name": text(format!("Settled {number}")),
        "domain": text(format!("s{number}.example, t{number}.example")),
        "contacts": {"list": [format!("Ann@s{number}.example")]},
        "id.stripe": text(format!("cus_{number}")),
    });
    let alert = json!({
        "key": format!("failed_payment:{account}:in_{number}"), "kind": "failed_payment", "account": account,
        "state": state, "assignee": null, "opened": at,
    });
    let signal = json!({"id": format!("e{number}"), "at": at, "source": "Stripe", "what": "outreach_sent"});
    let changes = [
        json!({"account": account, "added": null}),
        json!({"account": account, "facts_updated": {"source": "import a.csv", "facts": facts, "was": {}}}),
        json!({"account": account, "signal_recorded": {"signal": signal}}),
        json!({"account": account, "alert_changed": {"key": alert["key"], "from": null, "to": alert}}),
    ];
    changes.into_iter().map(|event| serde_json::from_value(event).expect("an event")).collect()
}

/// The state of a closed alert.
pub(super) fn closed() -> Value {
    json!({"closed": {"at": "2024-12-02T12:00:00Z", "by": "ann", "outcome": "paid"}})
}

/// An import of many settled accounts and of one with an open alert, and a long entry about another.
fn entries() -> Vec<Entry> {
    let (open, closed) = (json!("open"), closed());
    let all = (0..ACCOUNTS).flat_map(|number| known_of(number, if number == 77 { &open } else { &closed }));
    let first = entry(1, "ann", "import a.csv", all.collect());
    let added = serde_json::from_value(json!({"account": "A-1", "added": null})).expect("an event");
    let long = entry(2, "ann", &"a long command ".repeat(LONG / 15), vec![added]);
    vec![first, long, note(3, "ann", "before the snapshot")]
}

/// A disk with the journal of `entries`, and a snapshot of `board` after them.
pub(super) fn disk_with(entries: &[Entry], board: &Board) -> SimDisk {
    let (journal, _) = journal_of(entries);
    let disk = SimDisk::with(&path("journal.jsonl"), &journal);
    let Opened { store, board: read, .. } = open(&disk).expect("it is whole");
    assert_eq!((read.seq(), read.asleep()), (board.seq(), 0));
    assert!(store.snapshot_writer().save(board).expect("room enough"));
    disk
}

pub(super) fn id(number: usize) -> AccountId {
    AccountId::new(&format!("S-{number:03}"))
}

/// Whatever is asked of a sleeping account is answered as if it had been awake all the time.
#[track_caller]
fn assert_same(board: &Board, expected: &Board) {
    assert_eq!(board.len(), expected.len());
    for number in [0, 63, 64, 77, 127, 128, 149, 150] {
        let account = expected.get(&id(number));
        assert_eq!(board.get(&id(number)), account, "{number}");
        for named in [
            AccountRef::Id(id(number)),
            AccountRef::Other("stripe".into(), format!("cus_{number}").into()),
            AccountRef::Email(format!("ann@S{number}.example").into()),
            AccountRef::Domain(format!("T{number}.example").into()),
        ] {
            let meant: Vec<AccountId> = account.map(|it| it.id.clone()).into_iter().collect();
            assert_eq!(board.candidates(&named), meant, "{named}");
        }
        let called = |board: &Board| {
            let called = board.called(&format!("SETTLED {number}"));
            called.map(|account| account.id.clone()).collect::<Vec<_>>()
        };
        assert_eq!(called(board), called(expected), "{number}");
        let signal = account.and_then(|it| it.signals.first()).map(gangplank::state::Signal::key);
        if let Some(key) = signal {
            assert!(board.knows_signal(&key) && board.signal(&key) == expected.signal(&key), "{number}");
        }
        let alert = AlertKey::parse(&format!("failed_payment:S-{number:03}:in_{number}"));
        assert_eq!(board.alert(&alert), expected.alert(&alert), "{number}");
        let alerts = |board: &Board| board.alerts_of(&id(number)).cloned().collect::<Vec<_>>();
        assert_eq!(alerts(board), alerts(expected), "{number}");
    }
}

#[test]
fn settled_accounts_sleep_and_are_found_by_every_name() {
    let entries = entries();
    let expected = fold(&entries);
    let disk = disk_with(&entries, &expected);
    let Opened { board, store, .. } = open(&disk).expect("it is whole");
    // The one with an open alert is awake, and no other; and so is whoever is awake on a board made of another snapshot.
    assert_eq!((board.asleep(), store.from_snapshot()), (ACCOUNTS, 3));
    let awake: Vec<&AccountId> = board.awake().map(|account| &account.id).collect();
    assert_eq!(awake, [&id(77)]);
    assert_same(&board, &expected);
    assert_eq!(picture(&board), picture(&expected));
    // A snapshot of a board with sleepers is one of the board without.
    assert_eq!(snapshot_of(&board, Mark::default()), snapshot_of(&expected, Mark::default()));
}

#[test]
fn whoever_changes_wakes_up_and_falls_asleep_again() {
    let mut entries = entries();
    let disk = disk_with(&entries, &fold(&entries));
    let Opened { board: mut live, mut store, .. } = open(&disk).expect("it is whole");
    let change = |seq: Seq, number: usize, change: Value| {
        let mut event = json!({"account": id(number)});
        event.as_object_mut().expect("an object").extend(change.as_object().expect("an object").clone());
        entry(seq, "ann", "change", vec![serde_json::from_value(event).expect("an event")])
    };
    let later = [
        change(4, 10, json!({"owner_changed": {"from": null, "to": "ben"}})),
        change(5, 70, json!({"removed": null})),
        change(6, 77, json!({"owner_changed": {"from": null, "to": "ben"}})),
    ];
    for entry in later {
        assert_eq!(store.append(&entry).expect("room enough"), Appended::Yes);
        live.apply(Arc::new(entry.clone()));
        entries.push(entry);
        let expected = fold(&entries);
        assert_same(&live, &expected);
        // Whoever starts now reads the change after the snapshot.
        let Opened { board, store, .. } = open(&disk).expect("it is whole");
        assert_eq!(store.from_snapshot(), 3);
        assert_same(&board, &expected);
        assert_eq!(picture(&board), picture(&expected));
    }
    assert_eq!(live.asleep(), ACCOUNTS - 2);
    assert!(store.snapshot_writer().save(&live).expect("room enough"));
    let Opened { board, store, .. } = open(&disk).expect("it is whole");
    assert_eq!((store.from_snapshot(), board.asleep(), board.len()), (6, ACCOUNTS - 1, ACCOUNTS));
    assert_eq!(picture(&board), picture(&fold(&entries)));
}

#[test]
fn a_damaged_part_of_a_snapshot_comes_from_the_journal() {
    let entries = entries();
    let expected = fold(&entries);
    let disk = disk_with(&entries, &expected);
    let snapshot = path("snapshot.jsonl");
    let bytes = disk.contents()[&snapshot].clone();
    let lines = journal::scan(&bytes).lines;
    let mut rebuilt = 0;
    for at in (0..bytes.len()).step_by(bytes.len() / 20) {
        let damaged = disk.fork();
        let mut flipped = bytes.clone();
        flipped[at] ^= 1;
        damaged.put(&snapshot, &flipped);
        let Opened { board, store, notices, .. } = open(&damaged).expect("the journal is whole");
        let is_open = damaged.fork();
        assert_same(&board, &expected);
        assert_eq!(picture(&board), picture(&expected), "byte {at}");
        // It is discarded then; the entry about it serves to the end.
        let is_found_late = board.asleep() > 0;
        let is_gone = |disk: &SimDisk| !disk.contents().contains_key(&snapshot);
        rebuilt += usize::from(is_found_late && is_gone(&damaged));
        // Whoever reads it says so, and so does an open board, which looks at all of it.
        let Opened { store: unread, .. } = open(&is_open).expect("the journal is whole");
        if let Some(verify) = unread.verifier() {
            verify();
        }
        assert_eq!((notices.len(), is_gone(&is_open)), (usize::from(!is_found_late), is_found_late), "{at}");
        // What they are called is read for completions only, and not by a board.
        let line = lines.iter().find(|line| line.end >= at).cloned().unwrap_or_default();
        let json = &bytes[line];
        let is_roll = json.starts_with(&u32::try_from(ACCOUNTS).expect("it fits").to_le_bytes());
        let is_read = !(is_roll || json.starts_with(b"{\"owners\""));
        for (late, is_read) in [(store.late_notices(), is_read), (unread.late_notices(), true)] {
            let (said, is_found) = (late.next(), is_found_late && is_read);
            assert_eq!(said.is_some_and(|said| said.contains("is damaged, and was removed")), is_found);
            assert_eq!(late.next(), None);
        }
    }
    assert!(rebuilt > 5, "{rebuilt}");
}

/// Flips a bit where the snapshot keeps those who sleep.
fn damage_a_sleeper(disk: &SimDisk) {
    let snapshot = path("snapshot.jsonl");
    let bytes = disk.contents()[&snapshot].clone();
    let lines = bytes.split_inclusive(|byte| *byte == b'\n').map(<[u8]>::len).collect::<Vec<_>>();
    // The header, the parts that are no accounts, and whoever is awake come first.
    disk.flip(&snapshot, lines[..3].iter().sum::<usize>() + 50);
}

/// Whoever has a board open is told of what nobody has asked for yet.
#[test]
fn an_open_board_hears_that_its_snapshot_is_damaged() {
    let entries = entries();
    let disk = disk_with(&entries, &fold(&entries));
    damage_a_sleeper(&disk);
    let Opened { board, store, notices, .. } = open(&disk).expect("the journal is whole");
    assert_eq!((board.asleep(), notices), (ACCOUNTS, Vec::new()));
    let mut handle = spawn(Session::new(Box::new(store), board, Arc::default()));
    let said = handle.reports.blocking_recv();
    assert!(
        matches!(&said, Some(Report::Found(said)) if said.contains("is damaged, and was removed")),
        "{said:?}"
    );
    assert_eq!(handle.finish().expect("it ends well").len(), 0);
}

/// Of the journal, a line is lost that no sleeper stands in.
#[test]
fn where_the_journal_is_damaged_as_well_all_that_is_whole_is_shown() {
    let entries = entries();
    let expected = fold(&entries);
    let disk = disk_with(&entries, &expected);
    damage_a_sleeper(&disk);
    let lost = disk.contents()[&path("journal.jsonl")].len() / 2;
    for at in [lost, lost + 9] {
        disk.flip(&path("journal.jsonl"), at);
    }
    let Opened { board, store, .. } = open(&disk).expect("its end is whole");
    assert_eq!((board.asleep(), store.late_notices().damage()), (ACCOUNTS, None));
    assert_same(&board, &expected);
    let said = store.late_notices().damage();
    assert!(said.is_some_and(|said| said.contains("journal.jsonl is damaged (line 3")));
}

#[test]
fn by_other_stages_everyone_is_awake() {
    let entries = entries();
    let expected = fold(&entries);
    let disk = disk_with(&entries, &expected);
    let stages: Arc<Pipeline> = crate::support::pipeline();
    let opened = FileStore::open_on(Arc::new(disk.clone()), super::crash::dir(), stages);
    let Opened { board, store, .. } = opened.expect("it is whole");
    assert_eq!((store.from_snapshot(), board.asleep()), (3, 0));
    assert_eq!(picture(&board), picture(&expected));
}

#[test]
fn damage_in_the_part_that_a_snapshot_covers_is_found_behind_the_board() {
    let entries = entries();
    let disk = disk_with(&entries, &fold(&entries));
    let journal = path("journal.jsonl");
    let bytes = disk.contents()[&journal].clone();
    let Opened { store, .. } = open(&disk).expect("it is whole");
    store.verifier().expect("something was not read")();

    let mut flipped = bytes.clone();
    flipped[bytes.len() / 2] ^= 1;
    disk.put(&journal, &flipped);
    let Opened { mut store, board, read_only, .. } = open(&disk).expect("its end is whole");
    // Nothing is missing on the board, and a verb that ends in a moment goes on.
    assert_eq!((board.seq(), read_only), (3, None));
    assert_eq!(store.read_after(3).expect("nothing is new"), []);
    // Whoever reads that part meets the damage, reads all that is whole, and changes nothing from then on.
    let Opened { store: mut reader, .. } = open(&disk).expect("its end is whole");
    assert!(reader.writable().is_ok() && reader.late_notices().damage().is_none());
    assert_eq!(reader.latest(3, 3).expect("all that is whole").len(), 3);
    assert!(reader.trouble().is_some());
    assert!(matches!(reader.writable(), Err(StoreError::Damaged { .. })));
    let said = reader.late_notices().damage();
    assert!(said.is_some_and(|said| said.contains("journal.jsonl is damaged (line 3")));
    assert!(matches!(reader.append(&note(4, "ann", "no more")), Err(StoreError::Damaged { .. })));
    let Opened { store: mut reader, .. } = open(&disk).expect("its end is whole");
    let mut count = 0;
    let counted = reader.for_each(3, &mut |_| {
        count += 1;
        ControlFlow::Continue(())
    });
    assert!(counted.is_ok() && count == 3, "{count}: {counted:?}");
    assert!(reader.trouble().is_some());
    store.verifier().expect("something was not read")();
    let refused = store.append(&note(4, "ann", "no more"));
    assert!(matches!(&refused, Err(StoreError::Damaged { place, .. }) if place == "line 3"), "{refused:?}");
    assert!(matches!(store.read_after(3), Err(StoreError::Damaged { .. })));
    assert_eq!(disk.contents()[&journal], flipped, "nothing was written");
}

#[test]
fn a_journal_that_is_not_the_snapshots_own_is_read_from_its_beginning() {
    let mut entries = entries();
    let disk = disk_with(&entries, &fold(&entries));
    // The same number of bytes before the mark, and another last entry.
    entries[2] = note(3, "ann", "beside the snapshot");
    let (other, _) = journal_of(&entries);
    let length =
        disk.open(&path("journal.jsonl"), OpenMode::Read).and_then(|file| file.stat()).expect("it is there");
    assert_eq!(other.len() as u64, length.length);
    disk.put(&path("journal.jsonl"), &other);
    let Opened { board, store, notices, .. } = open(&disk).expect("it is whole");
    assert_eq!(store.from_snapshot(), 0);
    assert_eq!(picture(&board), picture(&fold(&entries)));
    assert!(notices.len() == 1 && notices[0].contains("was taken of another journal"), "{notices:?}");
}

#[test]
fn what_a_repair_could_not_keep_is_counted_where_only_the_end_is_read() {
    let mut entries = entries();
    entries.push(note(4, "ann", "after what is lost"));
    let (mut bytes, ends) = journal_of(&entries);
    bytes[ends[2] + 30..ends[2] + 40].fill(b'x');
    let disk = SimDisk::with(&path("journal.jsonl"), &bytes);
    repair_on(&disk, super::crash::dir(), &pipeline(), &LockWaiting::default()).expect("it is repaired");
    let Opened { mut store, mut board, lost_marks, .. } = open(&disk).expect("it is whole");
    assert_eq!((board.seq(), lost_marks), (4, 1));
    for seq in 5..8 {
        assert!(store.snapshot_writer().save(&board).expect("room enough"));
        let next = note(seq, "ann", "later");
        assert_eq!(store.append(&next).expect("room enough"), Appended::Yes);
        board.apply(Arc::new(next));
        let opened = open(&disk).expect("its end is whole");
        assert_eq!((opened.store.from_snapshot(), opened.lost_marks), (seq - 1, 1));
        // The next snapshot is made by one that read only the end.
        (store, board) = (opened.store, opened.board);
    }
}

/// Whoever reads it has read too much.
#[derive(Debug)]
struct Unread;

impl Archive for Unread {
    fn len(&self) -> usize {
        1
    }

    fn totals(&self) -> Vec<(Option<StageId>, AccountTotals)> {
        let mut totals = AccountTotals::default();
        totals.add(None);
        vec![(None, totals)]
    }

    fn get(&self, id: &AccountId) -> Option<&ArchivedAccount> {
        panic!("{id} is read")
    }

    fn find(&self, ids: &[&AccountId]) -> Vec<(usize, ArchivedAccount)> {
        panic!("{ids:?} are read")
    }

    fn first_number(&self, at: usize) -> usize {
        at
    }

    fn listed(&self, name: &str) -> Vec<AccountId> {
        panic!("{name} is looked for")
    }

    fn segments(&self) -> Option<Vec<Segment>> {
        Some(vec!["Startup".into()])
    }

    fn chunks(&self) -> usize {
        1
    }

    fn chunk(&self, at: usize) -> Arc<[ArchivedAccount]> {
        panic!("chunk {at} is read")
    }

    fn kept_chunk(&self, at: usize) -> Vec<&ArchivedAccount> {
        panic!("chunk {at} is read")
    }
}

#[test]
fn whoever_is_awake_costs_no_look_at_the_sleepers() {
    let account = AccountId::new("A-1");
    let alert = |attempts: u32| {
        json!({
            "key": "failed_payment:in_1", "kind": "failed_payment", "account": account, "state": "open",
            "assignee": null, "opened": "2024-12-01T12:00:00Z", "attempts": attempts,
        })
    };
    let known = serde_json::from_value(alert(1)).expect("an alert");
    let meta = BoardMeta { alerts: vec![Arc::new(known)], ..BoardMeta::default() };
    let board = Board::restore(pipeline(), [Account::new(account.clone())], meta);
    let mut board = board.with_archive(Arc::new(Unread));

    let note = |text: &str| json!({"note_added": {"note": {"at": "2024-12-01T12:00:00Z", "by": "ann", "text": text}}});
    let raised = json!({"alert_changed": {"key": "failed_payment:in_1", "from": null, "to": alert(2)}});
    let changes = [note("one"), note("two"), raised, note("three")].into_iter().map(|mut event| {
        event["account"] = json!(account);
        serde_json::from_value(event).expect("an event")
    });
    board.apply(Arc::new(entry(1, "ann", "change", changes.collect())));

    assert_eq!(board.get(&account).map(|account| account.notes.len()), Some(3));
    assert_eq!(board.alerts_of(&account).map(|alert| alert.attempts).collect::<Vec<_>>(), [2]);
    assert!(board.alert(&AlertKey::parse("failed_payment:in_1")).is_some());
    assert_eq!((board.len(), board.asleep()), (2, 1));
}

#[test]
fn nobody_is_read_for_a_segment_that_no_sleeper_is_in() {
    let board = Board::new(pipeline()).with_archive(Arc::new(Unread));
    let retiring = |segment: &str| Team { retired_segments: vec![segment.into()], ..Team::default() };
    assert!(retiring("Scale").in_retired_segments(&board, |_| true).is_empty());
    assert!(!retiring("Scale").retires_sleepers(&board));
    assert!(retiring("STARTUP").retires_sleepers(&board));
}

#[test]
fn the_sleepers_of_a_retired_segment_are_counted() {
    let mut all = entries();
    for number in [3, 140] {
        let joined = json!({"account": id(number), "segment_joined": {"segment": "eu", "cause": "import"}});
        let joined = serde_json::from_value(joined).expect("an event");
        all.push(entry(all.len() as Seq + 1, "ann", "join", vec![joined]));
    }
    let disk = disk_with(&all, &fold(&all));
    let board = open(&disk).expect("it is whole").board;
    assert!(board.asleep() > 100 && board.get_awake(&id(3)).is_none());
    let retiring = |segment: &str| Team { retired_segments: vec![segment.into()], ..Team::default() };
    assert!(retiring("EU").retires_sleepers(&board) && !retiring("us").retires_sleepers(&board));
    let eu: Segment = "EU".into();
    assert_eq!(retiring("EU").in_retired_segments(&board, |_| true), [(&eu, 2)].into());
}
