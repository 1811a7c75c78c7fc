//! The names that completions read must be those of the board.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::Arc;

use gangplank::config::pipeline;
use gangplank::state::{Board, FactKey, Pipeline};
use gangplank::store::names::{NamedAccount, NamedAlert, NamedTask};
use gangplank::store::snapshot::Mark;
use gangplank::store::{StoreAddress, StoredNames, journal};
use tempfile::TempDir;

use crate::support::sample_entries::snapshot_of;

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
    let StoredNames { accounts, alerts, .. } = address(dir).names()?;
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
