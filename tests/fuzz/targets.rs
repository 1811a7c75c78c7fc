//! What reads bytes from outside, each as a function that must come back whatever it is given.
#![allow(dead_code, reason = "each program uses one of them")]

use std::path::Path;
use std::sync::Arc;

use gangplank::config::{links, pipeline, playbooks, receivers, settings, sources, views};
use gangplank::intake::providers::{self, Provider, ProviderMappings, Records};
use gangplank::intake::{self, ImportOptions, Mapping, signals as signal_lines};
use gangplank::state::{Board, Pipeline};
use gangplank::store::{FileStore, journal as framing};

/// The shipped stages.
fn stages() -> Arc<Pipeline> {
    Arc::new(pipeline::parse(pipeline::DEFAULT, "pipeline.toml").expect("the shipped pipeline"))
}

/// Opens the store with these files, if it can be; what was opened must open a second time and be the same.
fn open(files: &[(&str, &[u8])]) -> Option<Board> {
    let dir = tempfile::tempdir().expect("a directory");
    for (name, bytes) in files {
        std::fs::write(dir.path().join(name), bytes).expect("it can be written");
    }
    let board = board(dir.path())?;
    let again = board_of_second_look(dir.path());
    assert_eq!(again.seq(), board.seq());
    assert_eq!(again.len(), board.len());
    Some(board)
}

fn board(dir: &Path) -> Option<Board> {
    FileStore::open(dir, stages()).ok().map(|opened| opened.board)
}

fn board_of_second_look(dir: &Path) -> Board {
    board(dir).expect("what opened once opens again")
}

/// A journal, byte by byte.
pub(crate) fn journal(bytes: &[u8]) {
    open(&[("journal.jsonl", bytes)]);
}

/// The entries of a journal, a line each, which get checksums and lengths that are right.
pub(crate) fn entries(bytes: &[u8]) {
    let journal = [framing::header(), framed(bytes)].concat();
    open(&[("journal.jsonl", &journal)]);
}

/// The lines of a snapshot behind its header, which get checksums and lengths that are right, beside the journal that it is
/// of.
pub(crate) fn snapshot(bytes: &[u8]) {
    let journal = include_bytes!("../it/data/golden/journal-v2.jsonl");
    let mut snapshot = snapshot_of(journal).into_iter().take(1).flatten().collect::<Vec<u8>>();
    snapshot.extend(framed(bytes));
    open(&[("journal.jsonl", journal), ("snapshot.jsonl", &snapshot)]).expect("the journal is whole");
}

/// The lines of the snapshot that belongs to a whole journal.
pub(crate) fn snapshot_of(journal: &[u8]) -> Vec<Vec<u8>> {
    let dir = tempfile::tempdir().expect("a directory");
    std::fs::write(dir.path().join("journal.jsonl"), journal).expect("it can be written");
    let opened = FileStore::open(dir.path(), stages()).expect("the journal is whole");
    opened.store.snapshot_writer().save(&opened.board).expect("it can be written");
    let snapshot = std::fs::read(dir.path().join("snapshot.jsonl")).expect("it was written");
    snapshot.split_inclusive(|byte| *byte == b'\n').map(<[u8]>::to_vec).collect()
}

/// Each line of JSON with its checksum and its length.
fn framed(bytes: &[u8]) -> Vec<u8> {
    let lines = bytes.split(|byte| *byte == b'\n');
    let values = lines.filter_map(|line| serde_json::from_slice::<serde_json::Value>(line).ok());
    values.flat_map(|value| framing::line(&value).expect("it was JSON")).collect()
}

/// A file with accounts.
pub(crate) fn accounts(bytes: &[u8]) {
    let Ok(decoded) = intake::decode(bytes, None) else { return };
    if let Ok(reading) = intake::read(&decoded, &ImportOptions::default(), &Mapping::default()) {
        reading.rejected_csv();
    }
}

/// A file with signals.
pub(crate) fn signals(bytes: &[u8]) {
    signal_lines::read(bytes);
}

/// Events and accounts of any provider.
pub(crate) fn providers(bytes: &[u8]) {
    let records = Records::read(bytes);
    for provider in [
        Provider::Stripe,
        Provider::Calendly,
        Provider::CalCom,
        Provider::PostHog,
        Provider::Vitally,
        Provider::HubSpot,
    ] {
        providers::translate_records(provider, &records, &ProviderMappings::default());
    }
}

/// A file of the config directory, as each of them.
pub(crate) fn settings(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    let stages = stages();
    let _ = pipeline::parse(text, "pipeline.toml");
    let _ = settings::parse(text, "config.toml");
    let _ = playbooks::overlaid(text, "playbooks.toml", &stages);
    let _ = sources::parse(text, "sources.toml", &stages);
    let _ = receivers::parse(text, "receivers.toml");
    let _ = links::parse(text, "links.toml");
    let _ = views::overlaid(text, "views.toml", |_| Ok(()));
}
