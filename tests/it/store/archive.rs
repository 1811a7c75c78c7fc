//! How much of a snapshot is read for those who sleep in it, and what of it stays in memory.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use gangplank::playbook::{Playbooks, transact};
use gangplank::state::command::{AccountFacts, import_commands};
use gangplank::state::query::import_outcome::possible_duplicates;
use gangplank::state::{
    AccountId, AccountRef, Actor, Batch, Board, Change, Command, Entry, Event, FactKey, FactValue, Now,
    Signal,
};
use gangplank::store::snapshot::{self, Mark, SnapshotBytes};
use serde_json::json;

use super::asleep::{closed, id, known_of};
use crate::support::sample_entries::{entry, fold, pipeline, snapshot_of};

/// Chunks of 64, of which more are read than stay in memory as the latest.
const CHUNKS: usize = 40;

const ACCOUNTS: usize = 64 * CHUNKS;

/// The bytes of a snapshot, and how often a piece of them was read.
struct Counted {
    bytes: Vec<u8>,
    reads: AtomicUsize,
}

impl SnapshotBytes for Counted {
    fn length(&self) -> io::Result<u64> {
        self.bytes.length()
    }

    fn read(&self, from: u64, length: usize) -> io::Result<Vec<u8>> {
        self.reads.fetch_add(1, Ordering::Relaxed);
        self.bytes.read(from, length)
    }
}

/// A board of which everybody sleeps.
struct Asleep {
    bytes: Arc<Counted>,
    board: Board,
    /// Everybody, ordered by id.
    ids: Vec<AccountId>,
}

impl Asleep {
    fn new() -> Self {
        let known = (0..ACCOUNTS).flat_map(|number| known_of(number, &closed()));
        let bytes = snapshot_of(
            &fold(&[entry(1, "ann", "import", known.collect())]),
            Mark { seq: 1, ..Mark::default() },
        );
        let bytes = Arc::new(Counted { bytes, reads: AtomicUsize::new(0) });
        let snapshot = snapshot::open(bytes.clone(), pipeline(), Box::new(|_| None));
        let board = snapshot.expect("it is whole").board([]);
        let mut ids: Vec<AccountId> = (0..ACCOUNTS).map(id).collect();
        ids.sort();
        assert_eq!((board.asleep(), board.asleep_chunks()), (ACCOUNTS, CHUNKS));
        Self { bytes, board, ids }
    }

    /// How many pieces are read while `work` is done.
    fn reads(&mut self, work: impl FnOnce(&mut Board)) -> usize {
        let before = self.bytes.reads.load(Ordering::Relaxed);
        work(&mut self.board);
        self.bytes.reads.load(Ordering::Relaxed) - before
    }

    /// Everybody, each far from the one before.
    fn scattered(&self) -> Vec<AccountId> {
        (0..ACCOUNTS).map(|at| self.ids[at * 1_009 % ACCOUNTS].clone()).collect()
    }

    /// What `commands` do, and how many pieces are read for it.
    fn decide(&mut self, commands: Vec<Command>) -> (Entry, usize) {
        let batch = Batch { words: "many".into(), commands };
        let mut decided = None;
        let reads = self.reads(|board| {
            let entry = transact(board, &Playbooks::default(), &batch, &Actor::from(Arc::from("ann")), now());
            decided = entry.expect("nothing is refused");
        });
        (decided.expect("it changes something"), reads)
    }
}

fn noted(account: &AccountId) -> Event {
    let note = json!({"at": "2024-12-03T12:00:00Z", "by": "ann", "text": "called"});
    serde_json::from_value(json!({"account": account, "note_added": {"note": note}})).expect("an event")
}

fn now() -> Now {
    Now::utc("2024-12-04T12:00:00Z".parse().expect("a time"))
}

#[test]
fn who_is_looked_up_stays_in_memory_and_those_beside_it_do_not() {
    let mut asleep = Asleep::new();
    let ids = asleep.ids.clone();
    let of_each_chunk = |beside: usize| ids.iter().skip(beside).step_by(64);
    let look = |board: &mut Board, beside: usize| {
        assert!(of_each_chunk(beside).all(|id| board.get(id).is_some()));
    };
    assert_eq!(asleep.reads(|board| look(board, 0)), CHUNKS);
    assert_eq!(asleep.reads(|board| look(board, 0)), 0);
    assert_eq!(asleep.reads(|board| look(board, 1)), CHUNKS);
    // Whoever wakes up was in memory, or comes with nobody else.
    let wake = |board: &mut Board, beside: usize| {
        for id in of_each_chunk(beside) {
            board.apply(Arc::new(entry(board.seq() + 1, "ann", "note", vec![noted(id)])));
        }
    };
    assert_eq!(asleep.reads(|board| wake(board, 2)), CHUNKS);
    assert_eq!(asleep.reads(|board| look(board, 2)), 0);
    assert_eq!(asleep.reads(|board| wake(board, 3)), CHUNKS);
    assert_eq!(asleep.board.asleep(), ACCOUNTS - 2 * CHUNKS);
}

#[test]
fn who_is_looked_up_beside_one_of_the_latest_is_not_read_again() {
    let mut asleep = Asleep::new();
    let ids = asleep.ids.clone();
    let all_in_turn = |board: &mut Board| assert!(ids.iter().all(|id| board.get(id).is_some()));
    assert_eq!(asleep.reads(all_in_turn), CHUNKS);
}

#[test]
fn an_entry_reads_each_part_once_in_whatever_order_its_accounts_come() {
    let mut asleep = Asleep::new();
    let events: Vec<Event> = asleep.scattered().iter().map(noted).collect();
    let entry = Arc::new(entry(2, "ben", "ingest", events));
    assert_eq!(asleep.reads(|board| board.apply(entry)), CHUNKS);
    assert_eq!(asleep.board.asleep(), 0);
    assert!(asleep.ids.iter().all(|id| asleep.board.get(id).is_some_and(|account| account.notes.len() == 1)));
}

#[test]
fn entries_that_are_read_together_read_each_part_once() {
    let mut asleep = Asleep::new();
    let one_each = asleep.scattered().into_iter().zip(2..);
    let entries = one_each.map(|(id, seq)| Arc::new(entry(seq, "ben", "note", vec![noted(&id)]))).collect();
    assert_eq!(asleep.reads(|board| board.apply_all(entries)), CHUNKS);
    assert_eq!(asleep.board.asleep(), 0);
}

/// Whether somebody sleeps who has their id, only their part of the snapshot tells.
#[test]
fn new_accounts_read_each_part_once_in_whatever_order_they_come() {
    let new = |id: &AccountId| {
        let id = AccountId::new(&format!("{id}-new"));
        vec![Change::Added.on(&id), noted(&id)]
    };
    let mut together = Asleep::new();
    let events = together.scattered().iter().flat_map(new).collect();
    let all = Arc::new(entry(2, "ben", "import", events));
    assert_eq!(together.reads(|board| board.apply(all)), CHUNKS);
    let mut one_by_one = Asleep::new();
    let one_each = one_by_one.scattered().into_iter().zip(2..);
    let entries = one_each.map(|(id, seq)| Arc::new(entry(seq, "ben", "import", new(&id)))).collect();
    assert_eq!(one_by_one.reads(|board| board.apply_all(entries)), CHUNKS);
    for asleep in [together, one_by_one] {
        assert_eq!((asleep.board.asleep(), asleep.board.len()), (ACCOUNTS, 2 * ACCOUNTS));
    }
}

/// More than the blocks of the list of names.
const NAMES: usize = 10;

#[test]
fn an_import_reads_each_part_once_in_whatever_order_its_rows_come() {
    let mut asleep = Asleep::new();
    let row = |id: AccountId| AccountFacts::new(id.as_str()).text(FactKey::Plan, "scale");
    let rows = Arc::new(asleep.scattered().into_iter().map(row).collect::<Vec<_>>());
    let mut duplicates = Vec::new();
    let looked = asleep.reads(|board| duplicates = possible_duplicates(board, &rows));
    let (entry, decided) = asleep.decide(import_commands("a.csv", &rows, false, false, duplicates));
    assert_eq!((looked, decided, entry.events.len()), (CHUNKS, 0, ACCOUNTS));
}

#[test]
fn possible_duplicates_read_each_part_once_in_whatever_order_its_rows_come() {
    let mut asleep = Asleep::new();
    // Each is under a new id, with an address that somebody else has.
    let new = |number: usize| {
        let contact = format!("ann@s{}.example", number * 1_009 % ACCOUNTS);
        AccountFacts::new(&format!("new-{number}"))
            .with(FactKey::Contacts, FactValue::List(vec![contact.into()]))
    };
    let rows: Vec<AccountFacts> = (0..ACCOUNTS).map(new).collect();
    let mut duplicates = Vec::new();
    let reads = asleep.reads(|board| duplicates = possible_duplicates(board, &rows));
    assert_eq!(duplicates.len(), ACCOUNTS);
    assert!((CHUNKS..CHUNKS + NAMES).contains(&reads), "{reads}");
}

fn signal_of(account: AccountRef, at: usize) -> Command {
    let signal = json!({"id": format!("f{at}"), "at": "2024-12-03T12:00:00Z", "source": "CRM", "what": "outreach_sent"});
    let signal: Signal = serde_json::from_value(signal).expect("a signal");
    Command::RecordSignal { account, signal }
}

#[test]
fn signals_read_each_part_twice_at_most_in_whatever_order_they_come() {
    let ids: Vec<AccountId> = Asleep::new().scattered().into_iter().take(ACCOUNTS / 4).collect();
    let by_id = |id: &AccountId| AccountRef::Id(id.clone());
    let by_address = |id: &AccountId| {
        let number = id.as_str().trim_start_matches("S-").trim_start_matches('0');
        AccountRef::Email(format!("ann@s{}.example", if number.is_empty() { "0" } else { number }).into())
    };
    let ways: [&dyn Fn(&AccountId) -> AccountRef; 2] = [&by_id, &by_address];
    for whom in ways {
        let mut asleep = Asleep::new();
        let commands = ids.iter().enumerate().map(|(at, id)| signal_of(whom(id), at));
        let (entry, reads) = asleep.decide(commands.collect());
        assert_eq!(entry.events.len(), ids.len());
        assert!((CHUNKS..2 * CHUNKS + NAMES).contains(&reads), "{reads}");
    }
}
