//! The names that completions read must be those of the board.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::Arc;

use gangplank::config::pipeline;
use gangplank::state::{Board, FactKey, Pipeline};
use gangplank::store::names::{self, NamedAccount, NamedAlert, NamedTask};
use gangplank::store::snapshot::Mark;
use gangplank::store::{Appended, Store as _, StoreAddress, journal};
use serde_json::json;
use tempfile::TempDir;

use super::asleep::{closed, disk_with, id, known_of};
use super::crash::{dir, open};
use crate::support::sample_entries::{entry, fold, snapshot_of};

const JOURNALS: [&[u8]; 2] = [
    include_bytes!("../data/golden/every-change-v2.jsonl"),
    include_bytes!("../data/golden/format-1/journal.jsonl"),
];

fn shipped_pipeline() -> Arc<Pipeline> {
    Arc::new(pipeline::parse(pipeline::DEFAULT, "pipeline.toml").expect("the shipped pipeline"))
}

fn address(dir: &Path) -> StoreAddress {
    StoreAddress::Directory(dir.to_owned())
}

type Named = (BTreeMap<String, NamedAccount>, BTreeMap<String, NamedAlert>);

fn on(board: &Board) -> Named {
    let accounts = board.accounts().map(|account| {
        let text = |key: &FactKey| account.facts.get(key).map(|fact| fact.value.to_string());
        let tasks = account.tasks.iter().map(|(id, task)| {
            let named = NamedTask { title: task.title.to_string(), is_done: task.done.is_some() };
            (id.to_string(), named)
        });
        let named = NamedAccount {
            name: text(&FactKey::Name),
            owner: account.owner.as_deref().map(str::to_owned),
            specialist: text(&FactKey::Specialist),
            segments: account.segments.iter().map(ToString::to_string).collect(),
            tasks: tasks.collect(),
        };
        (account.id.to_string(), named)
    });
    let alerts = board.alerts().map(|alert| {
        let assignee = alert.assignee.as_deref().map(str::to_owned);
        let named = NamedAlert { account: alert.account.to_string(), is_closed: alert.is_closed(), assignee };
        (alert.key.to_string(), named)
    });
    (accounts.collect(), alerts.collect())
}

fn read(dir: &Path) -> Option<Named> {
    let (accounts, alerts) = address(dir).names()?.everything();
    Some((accounts, alerts.into_iter().map(|(key, alert)| (key.to_string(), alert)).collect()))
}

fn files(dir: &TempDir) -> BTreeSet<String> {
    let files = std::fs::read_dir(dir.path()).expect("it is there");
    files.map(|file| file.expect("it is listed").file_name().to_string_lossy().into_owned()).collect()
}

#[test]
fn names_are_those_of_the_board_after_every_entry() {
    for bytes in JOURNALS {
        let lines = journal::scan(bytes).lines;
        for end in 1..lines.len() {
            let dir = tempfile::tempdir().expect("a directory");
            std::fs::write(dir.path().join("journal.jsonl"), &bytes[..=lines[end].end]).expect("it fits");
            let names = read(dir.path()).expect("it can be read");
            assert_eq!(files(&dir), ["journal.jsonl".to_owned()].into(), "nothing is left behind");
            let board = address(dir.path()).open(shipped_pipeline()).expect("it opens").board;
            assert_eq!(names, on(&board), "after entry {end}");
        }
    }
}

#[test]
fn names_come_from_a_snapshot_and_the_entries_after_it() {
    for bytes in JOURNALS {
        let lines = journal::scan(bytes).lines;
        let open = |dir: &TempDir, end: usize| {
            std::fs::write(dir.path().join("journal.jsonl"), &bytes[..=lines[end].end]).expect("it fits");
            address(dir.path()).open(shipped_pipeline()).expect("it opens").board
        };
        let last = lines.len() - 1;
        for end in [1, last / 3, last / 2, last - 1, last] {
            let dir = tempfile::tempdir().expect("a directory");
            let board = open(&dir, end);
            let offset = lines[end].end as u64 + 1;
            let mark = Mark { seq: board.seq(), offset, last: 0 };
            std::fs::write(dir.path().join("snapshot.jsonl"), snapshot_of(&board, mark)).expect("it fits");
            let board = open(&dir, last);
            assert_eq!(read(dir.path()), Some(on(&board)), "a snapshot after entry {end}");
        }
    }
}

#[test]
fn those_who_sleep_are_named_though_only_some_are_read() {
    const SLEEPERS: usize = 600;
    let all = (0..SLEEPERS).flat_map(|number| known_of(number, &closed())).collect();
    let first = entry(1, "ann", "import a.csv", all);
    // None, some, and so many that all of them are read.
    for changed in [0, 5, 400] {
        let mut entries = vec![first.clone()];
        let disk = disk_with(&entries, &fold(&entries));
        let mut store = open(&disk).expect("it is whole").store;
        for seq in 2..changed + 2 {
            let number = usize::try_from(seq).expect("it is small") * 37 % SLEEPERS;
            let change = match seq % 5 {
                0 => json!({"account": id(number), "removed": null}),
                1 => {
                    let key = format!("failed_payment:S-{number:03}:in_{number}");
                    json!({"account": id(number), "alert_changed": {"key": key, "from": null, "to": null}})
                }
                2 => json!({"account": id(number), "segment_joined": {"segment": "eu", "cause": "import"}}),
                _ => json!({"account": id(number), "owner_changed": {"from": null, "to": "ben"}}),
            };
            entries.push(entry(
                seq,
                "ann",
                "change",
                vec![serde_json::from_value(change).expect("an event")],
            ));
            assert_eq!(store.append(&entries[entries.len() - 1]).expect("room enough"), Appended::Yes);
        }
        let board = fold(&entries);
        let (accounts, alerts) = on(&board);
        let names = names::read(&disk, dir()).expect("it is whole");

        let mut called = names.called(|_, _| true);
        called.sort_unstable();
        let expected: Vec<_> =
            accounts.iter().map(|(id, account)| (id.clone(), account.name.clone())).collect();
        assert_eq!(called, expected, "{changed} changed");
        let named_7 = |name: &Option<String>| name.as_deref().is_some_and(|name| name.ends_with('7'));
        let expected: Vec<_> = expected.into_iter().filter(|(_, name)| named_7(name)).collect();
        let mut called = names.called(|_, name| name.is_some_and(|name| name.ends_with('7')));
        called.sort_unstable();
        assert!(!called.is_empty() && called == expected, "{changed} changed: {called:?}");
        for number in [0, 37, 63, 64, 111, 185, 599] {
            let expected = accounts.get(id(number).as_str());
            for word in [id(number).to_string(), format!("sETTLED {number}")] {
                assert_eq!(names.account(&word).as_deref(), expected, "{word} after {changed}");
            }
        }
        assert_eq!(names.account("nobody"), None);
        assert_eq!(names.owners().contains("ben"), changed > 0);
        assert_eq!(names.segments().contains("eu"), changed > 0);
        assert_eq!(names.columns().iter().collect::<Vec<_>>(), ["id.stripe"]);
        assert_eq!(names.open_alerts().count(), 0);
        let (all, all_alerts) = names.everything();
        assert_eq!(all, accounts, "{changed} changed");
        let all_alerts: BTreeMap<_, _> =
            all_alerts.into_iter().map(|(key, alert)| (key.to_string(), alert)).collect();
        assert_eq!(all_alerts, alerts, "{changed} changed");
    }
}

#[test]
fn damage_has_no_names_and_an_unfinished_line_does_not_matter() {
    let bytes = JOURNALS[0];
    let dir = tempfile::tempdir().expect("a directory");
    assert_eq!(read(&dir.path().join("nowhere")), None);
    let journal = dir.path().join("journal.jsonl");
    std::fs::write(&journal, [bytes, b"00000000 12 {\"seq\""].concat()).expect("it fits");
    let whole = read(dir.path()).expect("the line was never saved");
    assert!(whole.0.contains_key("acme"), "{whole:?}");
    let mut damaged = bytes.to_vec();
    damaged[bytes.len() / 2] ^= 1;
    std::fs::write(&journal, damaged).expect("it fits");
    assert_eq!(read(dir.path()), None);
    std::fs::write(&journal, "not a journal\n").expect("it fits");
    assert_eq!(read(dir.path()), None);
}
