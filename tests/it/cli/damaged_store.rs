//! What commands say of a store that is damaged: whoever changes something before they begin, and whoever reads as soon as
//! they met it.

use std::fs;
use std::process::Stdio;
use std::sync::Arc;

use gangplank::store::{FileStore, Opened, Store as _};
use serde_json::Value;

use crate::support::home::Home;
use crate::support::pipeline_with_checklists;
use crate::support::sample_entries::entry;

/// A home whose journal lost its second line.
fn damaged() -> Home {
    let home = Home::new();
    home.says(&["move", "A-1", "2"]);
    home.says(&["note", "A-1", "hello"]);
    let journal = home.data().join("journal.jsonl");
    let mut bytes = fs::read(&journal).expect("it is there");
    let at = bytes.iter().position(|byte| *byte == b'\n').expect("a header") + 40;
    bytes[at..at + 20].fill(b'x');
    fs::write(&journal, bytes).expect("it can be written");
    home
}

#[test]
fn whoever_would_change_a_damaged_store_is_refused_before_they_begin() {
    let home = damaged();
    let journal = home.data().join("journal.jsonl");
    let before = fs::read(&journal).expect("it is there");
    for args in [
        &["import", "-"][..],
        &["ingest", "-"],
        &["ingest", "--from", "stripe", "-"],
        &["ingest", "--from", "mail", "-"],
        &["move", "-", "3a"],
        &["note", "--edit", "A-1"],
        &["move", "A-1", "3a"],
        &["undo"],
        &["redo"],
        &["sweep"],
        &["merge", "A-1", "A-2"],
        &["record", "A-1", "reply.received"],
        &["record", "reply.received", "--where", "stage:2"],
        &["alerts", "ack", "failed_payment:in_1"],
        &["snooze", "A-1", "--until", "mon"],
        &["dismiss", "A-1"],
        &["task", "A-1", "call"],
        &["playbooks", "off", "final-outreach-due"],
    ] {
        // Nobody ever writes anything into it: whoever waits for that waits for ever.
        let mut process = home.process(args);
        process.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut process = process.spawn().expect("it runs");
        let held = process.stdin.take();
        let output = process.wait_with_output().expect("it ends");
        drop(held);
        let said = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(1), "{args:?}: {said}");
        assert!(said.contains("damaged at line 2") && said.contains("gangplank repair"), "{args:?}: {said}");
        assert_eq!((said.lines().count(), &output.stdout[..]), (1, &b""[..]), "{args:?}: {said}");
    }
    assert_eq!(fs::read(&journal).expect("it is there"), before);
    // What only looks works, and says so.
    assert!(home.told(&["undo", "--dry-run"]).contains("is damaged"));
}

/// What is said of a new board would send them the wrong way.
#[test]
fn where_nothing_is_whole_nobody_is_told_to_begin() {
    let home = damaged();
    let journal = home.data().join("journal.jsonl");
    for bytes in [&b""[..], &[0; 900], b"no journal"] {
        fs::write(&journal, bytes).expect("it can be written");
        for args in [&["list"][..], &["today"], &["forecast"]] {
            let said = home.told(args);
            assert!(said.contains("`gangplank restore ") && said.lines().count() == 1, "{args:?}: {said}");
        }
        assert!(home.complains(&["repair", "--yes"], 1).contains("`gangplank restore "));
    }
    fs::write(&journal, b"").expect("it can be written");
    let said = home.told(&["list"]);
    let file = said.split("`gangplank restore ").nth(1).and_then(|rest| rest.split('`').next());
    home.says(&["restore", file.expect("it is named")]);
    assert_eq!(home.told(&["list"]), "");
}

/// Longer than what is verified at every start, and damaged where a snapshot covers it.
#[test]
fn whoever_reads_a_damaged_part_of_a_long_journal_says_so() {
    let home = Home::new();
    let open = || FileStore::open(&home.data(), pipeline_with_checklists()).expect("it is whole");
    let Opened { mut store, mut board, .. } = open();
    let long = entry(board.seq() + 1, "ann", &"a long command ".repeat(400_000), Vec::new());
    let _ = store.append(&long).expect("room enough");
    board.apply(Arc::new(long));
    assert!(store.snapshot_writer().save(&board).expect("room enough"));
    drop(store);
    home.says(&["note", "A-1", "after the snapshot"]);
    let whole = [&["show", "A-1"][..], &["log", "A-1"], &["log", "A-1", "--json"], &["log", "--json"]];
    let whole = whole.map(|args| (args, home.says(args)));

    let journal = home.data().join("journal.jsonl");
    let mut bytes = fs::read(&journal).expect("it is there");
    let at = bytes.len() / 2;
    bytes[at] ^= 1;
    fs::write(&journal, &bytes).expect("it can be written");
    assert_eq!(home.told(&["list"]), "", "the snapshot has it all");
    for (args, said) in whole {
        let output = home.gangplank(args).output().expect("it runs");
        let told = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{args:?}: {told}");
        assert!(told.lines().count() == 1 && told.contains("is damaged (line 3:"), "{args:?}: {told}");
        // One flipped bit costs nothing.
        assert_eq!(String::from_utf8_lossy(&output.stdout), said, "{args:?}");
        if args.contains(&"--json") {
            serde_json::from_slice::<Value>(&output.stdout).expect("nothing but JSON");
        }
    }
    assert_eq!(fs::read(&journal).expect("it is there"), bytes);
}
