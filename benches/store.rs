//! The store beside what the disk and the parser can do at best.

use std::fs::{self, File, OpenOptions};
use std::io::Write as _;
use std::path::Path;
use std::sync::Arc;

use gangplank::session::Session;
use gangplank::state::{Account, AccountId, Actor, Change, Command, Entry, Event, StageId};
use gangplank::store::{Appended, FileStore, Store, journal};

use crate::table::{Table, Times};
use crate::world::{Dice, World, now};

/// How often each append is measured.
const APPENDS: usize = 400;

/// How often each load is measured; the best counts.
const LOADS: usize = 5;

/// A file that is appended to and synced, and nothing else.
struct Raw(File);

impl Raw {
    fn new(path: &Path) -> Self {
        Self(OpenOptions::new().append(true).create(true).open(path).expect("a file"))
    }

    fn append(&mut self, bytes: &[u8]) {
        self.0.write_all(bytes).and_then(|()| self.0.sync_data()).expect("room on the disk");
    }
}

/// Durable appends.
pub(crate) fn appends(world: &World, table: &mut Table) {
    let dir = world.dir.join("appends");
    let _ = fs::remove_dir_all(&dir);
    fs::create_dir_all(&dir).expect("a directory");
    append_one(world, table, &dir);
    append_hundred(world, table, &dir);
    submit(world, table, &dir);
    fs::remove_dir_all(&dir).expect("the directory to remove");
}

fn append_one(world: &World, table: &mut Table, dir: &Path) {
    let mut store = FileStore::open(&dir.join("one"), world.config.pipeline.clone()).expect("a store").store;
    let mut raw = Raw::new(&dir.join("raw-one"));
    #[cfg(feature = "sqlite-floor")]
    let sql = crate::sqlite::Journal::new(&dir.join("one.sqlite"));
    let (mut ours, mut floor, mut sqlite) = (Times::default(), Times::default(), Times::default());
    for seq in 1..=APPENDS as u64 {
        let entry = moved(seq);
        let line = journal::line(&entry).expect("JSON");
        // Taking turns, so that a busy moment of the disk hits everyone.
        floor.note(|| raw.append(&line));
        let kept = ours.note(|| store.append(&entry).expect("kept"));
        assert_eq!(kept, Appended::Yes);
        #[cfg(feature = "sqlite-floor")]
        sqlite.note(|| sql.append(seq, &line));
    }
    for (percent, aim) in [(50, "≤ 1.1"), (99, "")] {
        let what = format!("durable append of one entry, p{percent}");
        let raw = floor.percentile(percent);
        table.time(&what, ours.percentile(percent), Some(("write + fdatasync", raw)), aim);
        if cfg!(feature = "sqlite-floor") {
            let aim = if percent == 50 { "≤ 1.00" } else { "" };
            let sqlite = sqlite.percentile(percent);
            table.time(what, ours.percentile(percent), Some(("SQLite WAL, synchronous=FULL", sqlite)), aim);
        }
    }
    let _ = &mut sqlite;
}

fn append_hundred(world: &World, table: &mut Table, dir: &Path) {
    let mut store =
        FileStore::open(&dir.join("hundred"), world.config.pipeline.clone()).expect("a store").store;
    let mut raw = Raw::new(&dir.join("raw-hundred"));
    let line = journal::line(&moved(1)).expect("JSON");
    let (mut ours, mut floor) = (Times::default(), Times::default());
    for seq in 1..=APPENDS as u64 / 4 {
        let mut entry = moved(seq);
        entry.events = (0..100).flat_map(|_| moved(seq).events.into_iter().take(1)).collect();
        floor.note(|| raw.append(&line));
        let kept = ours.note(|| store.append(&entry).expect("kept"));
        assert_eq!(kept, Appended::Yes);
    }
    let floor = floor.median();
    table.time(
        "batch of 100 events, one entry, p50",
        ours.median(),
        Some(("one raw append", floor)),
        "≤ 1.8",
    );
}

/// The whole way of a move through the one door, on the grown board.
fn submit(world: &World, table: &mut Table, dir: &Path) {
    let copy = dir.join("submit");
    fs::create_dir_all(&copy).expect("a directory");
    fs::copy(world.journal(), copy.join("journal.jsonl")).expect("room on the disk");
    fs::copy(world.snapshot(), copy.join("snapshot.jsonl")).expect("room on the disk");
    let opened = FileStore::open(&copy, world.config.pipeline.clone()).expect("a store");
    let mut session = Session::new(Box::new(opened.store), opened.board, world.config.playbooks.clone());
    let open: Vec<_> = session
        .board()
        .accounts()
        .filter(|known| known.placement.is_some())
        .map(|known| known.id.clone())
        .collect();
    let mut raw = Raw::new(&dir.join("raw-submit"));
    let by = Actor::from(Arc::from("ann"));
    let mut dice = Dice(1);
    let (mut ours, mut floor) = (Times::default(), Times::default());
    for turn in 0..APPENDS / 2 {
        let id = &open[dice.below(open.len())];
        let command = Command::AddNote { account: id.clone(), text: format!("turn {turn}").into() };
        let entry =
            ours.note(|| session.submit(&command, &by, world.now())).expect("kept").expect("a change");
        let line = journal::line(&*entry).expect("JSON");
        floor.note(|| raw.append(&line));
    }
    let floor = floor.median();
    table.time(
        "a command through Session::submit, grown board, p50",
        ours.median(),
        Some(("write + fdatasync", floor)),
        "",
    );
}

/// A move by hand, as most entries are.
fn moved(seq: u64) -> Entry {
    let account = AccountId::new("A-000001");
    let place = |stage: &str| Some(gangplank::state::Placement { stage: StageId::new(stage), since: now() });
    Entry {
        seq,
        at: now(),
        by: Actor::from(Arc::from("ann")),
        command: "move A-000001 2".into(),
        undoes: Vec::new(),
        redoes: Vec::new(),
        events: vec![
            Event::Account {
                account: account.clone(),
                change: Change::Moved {
                    from: place("1"),
                    to: place("2"),
                    cause: gangplank::state::Cause::Hand,
                    reason: None,
                },
            },
            Event::Account { account, change: Change::StampSet { stamp: "2".into(), at: now() } },
        ],
    }
}

/// Opening a grown store.
pub(crate) fn loads(world: &World, table: &mut Table) {
    let pipeline = &world.config.pipeline;
    let bare = world.without_snapshot();
    let (mut ours, mut floor) = (Times::default(), Times::default());
    for _ in 0..LOADS {
        drop(ours.note(|| FileStore::open(&bare, pipeline.clone()).expect("a store")));
        floor.note(|| {
            parse_lines(&world.journal(), |json| {
                serde_json::from_slice::<Entry>(json).map_or(0, |entry| entry.events.len())
            })
        });
    }
    let parsed = floor.best();
    table.time("replay, no snapshot", ours.best(), Some(("read + serde_json", parsed)), "≤ 1");

    let (mut ours, mut floor, mut sqlite) = (Times::default(), Times::default(), Times::default());
    let opened = FileStore::open(&world.dir, pipeline.clone()).expect("a store");
    // The same accounts as plain JSON, one a line.
    let plain = world.dir.join("accounts.jsonl");
    let lines: Result<Vec<Vec<u8>>, _> = opened.board.accounts().map(journal::line).collect();
    fs::write(&plain, lines.expect("JSON").concat()).expect("room on the disk");
    #[cfg(feature = "sqlite-floor")]
    let sql = crate::sqlite::Accounts::new(&world.dir.join("accounts.sqlite"), &opened.board);
    drop(opened);
    for _ in 0..LOADS {
        let opened = ours.note(|| FileStore::open(&world.dir, pipeline.clone()).expect("a store"));
        assert!(opened.store.from_snapshot() > 0, "the snapshot is used");
        drop(opened);
        floor.note(|| {
            parse_lines(&plain, |json| {
                serde_json::from_slice::<Account>(json).map_or(0, |known| known.facts.len())
            })
        });
        #[cfg(feature = "sqlite-floor")]
        sqlite.note(|| sql.load());
    }
    let what = "snapshot load, journal verified too";
    if cfg!(feature = "sqlite-floor") {
        table.time(what, ours.best(), Some(("SQLite select + serde_json", sqlite.best())), "≤ 0.85");
    }
    table.time(what, ours.best(), Some(("read + serde_json", floor.best())), "");
}

fn parse_lines(path: &Path, parse: impl Fn(&[u8]) -> usize) -> usize {
    let bytes = fs::read(path).expect("a file");
    let lines = bytes.split(|byte| *byte == b'\n');
    lines.map(|line| line.splitn(3, |byte| *byte == b' ').nth(2).map_or(0, &parse)).sum()
}
