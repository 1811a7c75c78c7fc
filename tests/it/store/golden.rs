//! A journal of format 1 in which every kind of event occurs, and what the program that wrote it printed.
//!
//! Never edit `data/golden/format-1`: it stands for every journal that was written in format 1.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use gangplank::config::pipeline;
use gangplank::state::{Board, Entry, Pipeline};
use gangplank::store::{FileStore, Opened, Store, journal};
use serde_json::Value;

use crate::support::home::Home;
use crate::support::sample_entries::picture;
use crate::support::sim_disk::SimDisk;

const JOURNAL: &[u8] = include_bytes!("../data/golden/format-1/journal.jsonl");
const SNAPSHOT: &[u8] = include_bytes!("../data/golden/format-1/snapshot.jsonl");
const CONFIG: &str = include_str!("../data/golden/format-1/config.toml");

/// The JSON that each command printed, without sentences: those may be reworded.
const PRINTED: &str = include_str!("../data/golden/format-1/printed.json");

const EVENT_KINDS: [&str; 25] = [
    "added",
    "alerted",
    "assessed",
    "called",
    "engaged",
    "fired",
    "joined",
    "learned",
    "left",
    "moved",
    "noted",
    "owned",
    "recorded",
    "removed",
    "restored",
    "seen",
    "snoozed",
    "stamped",
    "struck",
    "switched",
    "tasked",
    "unfired",
    "unmatched",
    "unrecorded",
    "unstamped",
];

fn path(name: &str) -> PathBuf {
    Path::new("data").join(name)
}

fn shipped_pipeline() -> Arc<Pipeline> {
    Arc::new(pipeline::parse(pipeline::DEFAULT, "pipeline.toml").expect("the shipped pipeline"))
}

fn open(disk: &SimDisk) -> Opened<FileStore> {
    FileStore::open_on(Arc::new(disk.clone()), Path::new("data"), shipped_pipeline()).expect("it is whole")
}

fn all_entries(store: &mut FileStore) -> Vec<Arc<Entry>> {
    store.read_after(0).expect("it is whole")
}

/// A home with the journal in it, and the snapshot if `with_snapshot`.
fn home(with_snapshot: bool) -> Home {
    let home = Home::empty();
    home.config("config.toml", CONFIG);
    let data = home.data();
    std::fs::create_dir(&data).expect("it can be made");
    std::fs::write(data.join("journal.jsonl"), JOURNAL).expect("it can be written");
    if with_snapshot {
        std::fs::write(data.join("snapshot.jsonl"), SNAPSHOT).expect("it can be written");
    }
    home
}

/// What `printed` says must be in `found`, which may say more: new fields, and sentences.
fn assert_holds(printed: &Value, found: &Value, place: &str) {
    match (printed, found) {
        (Value::Object(printed), Value::Object(found)) => {
            for (key, value) in printed {
                let found = found.get(key).unwrap_or_else(|| panic!("{place}.{key} is missing"));
                assert_holds(value, found, &format!("{place}.{key}"));
            }
        }
        (Value::Array(printed), Value::Array(found)) => {
            assert_eq!(printed.len(), found.len(), "{place}");
            for (at, (printed, found)) in printed.iter().zip(found).enumerate() {
                assert_holds(printed, found, &format!("{place}[{at}]"));
            }
        }
        (printed, found) => assert_eq!(printed, found, "{place}"),
    }
}

fn assert_prints_the_same(home: &Home) {
    let printed: serde_json::Map<String, Value> = serde_json::from_str(PRINTED).expect("JSON");
    assert_eq!(printed.len(), 13);
    for (command, printed) in &printed {
        let mut args: Vec<&str> = command.split(' ').collect();
        args.extend(["--now", "2024-12-16T09:00:00Z", "--as", "dana@example.com"]);
        let mut found = home.json(&args);
        if command == "playbooks --json" {
            // They come with the program, which may have more by now.
            let known: Vec<&Value> = printed.as_array().into_iter().flatten().map(|it| &it["id"]).collect();
            let all = found.as_array_mut().expect("a list");
            all.retain(|it| known.contains(&&it["id"]));
        }
        assert_holds(printed, &found, command);
    }
}

#[test]
fn every_event_of_format_1_occurs_in_the_golden_journal() {
    let scan = journal::scan(JOURNAL);
    let mut found = BTreeSet::new();
    for line in &scan.lines[1..] {
        let entry: Value = serde_json::from_slice(&JOURNAL[line.clone()]).expect("JSON");
        for event in entry["events"].as_array().expect("events") {
            found.extend(event.as_object().expect("an event").keys().cloned());
        }
    }
    assert_eq!(found.iter().map(String::as_str).collect::<Vec<_>>(), EVENT_KINDS);
}

#[test]
fn a_board_of_format_1_is_printed_as_it_was() {
    assert_prints_the_same(&home(false));
}

#[test]
fn a_snapshot_of_an_older_program_is_ignored() {
    assert_prints_the_same(&home(true));
    let disk = SimDisk::with(&path("journal.jsonl"), JOURNAL);
    let expected = picture(&open(&disk).board);
    disk.put(&path("snapshot.jsonl"), SNAPSHOT);
    let Opened { store, board, notices, .. } = open(&disk);
    assert_eq!((store.from_snapshot(), notices), (0, Vec::new()));
    assert_eq!(picture(&board), expected);
    assert!(store.snapshot_writer().save(&board).expect("room enough"));
    assert_eq!(disk.contents()[&path("snapshot.prev.jsonl")], SNAPSHOT);
    let Opened { store, board, .. } = open(&disk);
    assert_eq!((store.from_snapshot(), picture(&board)), (board.seq(), expected));
}

#[test]
fn a_journal_of_format_1_written_in_format_2_gives_an_equal_board() {
    let Opened { mut store, board, .. } = open(&SimDisk::with(&path("journal.jsonl"), JOURNAL));
    let entries = all_entries(&mut store);
    let lines = entries.iter().map(|entry| journal::line(&**entry).expect("an entry becomes JSON"));
    let format_2: Vec<u8> = [journal::header()].into_iter().chain(lines).flatten().collect();
    let mut again = open(&SimDisk::with(&path("journal.jsonl"), &format_2));
    assert_eq!(picture(&again.board), picture(&board));
    assert_eq!(all_entries(&mut again.store), entries);
    let mut folded = Board::new(shipped_pipeline());
    for entry in entries {
        folded.apply(entry);
    }
    assert_eq!(picture(&folded), picture(&board));
}
