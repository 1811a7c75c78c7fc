//! `gangplank doctor` on healthy homes and on sick ones.

use std::fs;

use gangplank::store::FileStore;
use serde_json::Value;

use crate::fuzz::targets::snapshot_of;
use crate::support::home::Home;

/// What is found of `what`, and how the command ends.
fn found(home: &Home, what: &str) -> (Value, i32) {
    let output = home.gangplank(&["doctor", "--json"]).output().expect("it runs");
    let all: Value = serde_json::from_slice(&output.stdout).expect("it says JSON");
    let all = all.as_array().expect("a list");
    let is_wrong = all.iter().any(|finding| finding["state"] == "wrong");
    let code = output.status.code().expect("it ends by itself");
    assert_eq!(code, i32::from(is_wrong), "{all:?}");
    let found = all.iter().find(|finding| finding["what"] == what);
    (found.unwrap_or_else(|| panic!("{what}: {all:?}")).clone(), code)
}

#[track_caller]
fn is_wrong(home: &Home, what: &str, says: &str) {
    let (finding, code) = found(home, what);
    let said = format!("{}: {}", finding["text"].as_str().unwrap_or_default(), finding["advice"]);
    assert!(finding["state"] == "wrong" && code == 1 && said.contains(says), "{finding}");
}

#[track_caller]
fn is_fine(home: &Home, what: &str, says: &str) {
    let (finding, _) = found(home, what);
    let said = finding["text"].as_str().unwrap_or_default();
    assert!(finding["state"] == "fine" && finding["advice"].is_null() && said.contains(says), "{finding}");
}

#[test]
fn what_is_fine_is_said_and_what_is_wrong_with_what_to_do() {
    let home = Home::empty();
    is_fine(&home, "journal", "none yet");
    is_fine(&home, "backups", "nothing to save");
    assert!(!home.data().exists(), "it changes nothing");

    let home = Home::new();
    is_wrong(&home, "backups", "none yet: \"make one with `gangplank backup`");
    home.says(&["note", "A-1", "hello"]);
    let said = home.says(&["doctor"]);
    assert!(said.lines().all(|line| line.starts_with('✓')), "{said}");
    for (what, says) in [
        ("journal", "2 entries, all whole"),
        ("snapshot", "none yet"),
        ("lock", "nobody holds it"),
        ("permissions", "for you alone"),
        ("disk", "are free"),
        ("backups", "1 backup in "),
        ("settings", "1 file of your own"),
        ("playbooks", "all on"),
        ("clock", "2024-12-15 10:00 in Europe/Berlin"),
        ("terminal", "none here"),
    ] {
        is_fine(&home, what, says);
    }
    home.says(&["playbooks", "off", "final-outreach-due"]);
    is_fine(&home, "playbooks", "1 off");

    let journal = home.data().join("journal.jsonl");
    let whole = fs::read(&journal).expect("it is there");
    fs::write(&journal, &whole[..whole.len() - 3]).expect("it can be written");
    is_fine(&home, "journal", "2 entries, all whole; after them an unfinished change of ");
    assert_eq!(fs::read(&journal).expect("it is there").len(), whole.len() - 3, "it changes nothing");
    let mut damaged = whole.clone();
    damaged[100] ^= 1;
    fs::write(&journal, damaged).expect("it can be written");
    is_wrong(&home, "journal", "damaged at line 2");
    // Each line is whole by itself.
    let lines: Vec<&[u8]> = whole.split_inclusive(|byte| *byte == b'\n').collect();
    fs::write(&journal, [lines[0], lines[2], lines[1]].concat()).expect("it can be written");
    is_wrong(&home, "journal", "damaged at line 2: another entry belongs there");
    assert!(home.complains(&["backup"], 1).contains("damaged at line 2"), "no backup is made of it");
    fs::write(home.data().join("snapshot.jsonl"), snapshot_of(&whole).concat()).expect("it can be written");
    fs::write(&journal, [lines[0], lines[1]].concat()).expect("it can be written");
    is_wrong(&home, "journal", "line 2: entries 2 to 3 are missing at the end");
    fs::remove_file(home.data().join("snapshot.jsonl")).expect("it is there");
    fs::remove_file(&journal).expect("it is there");
    is_wrong(&home, "journal", "missing, though there is backups");
    fs::write(&journal, &whole).expect("it can be written");

    let backups = home.data().join("backups");
    let backup = backups.join("daily-2024-12-15.gangplank-backup");
    let bytes = fs::read(&backup).expect("it is there");
    fs::write(&backup, &bytes[..bytes.len() - 9]).expect("it can be written");
    is_wrong(&home, "backups", "is damaged at byte");
    fs::remove_file(&backup).expect("it is there");
    fs::write(backups.join("daily-2024-12-01.gangplank-backup"), &bytes).expect("it can be written");
    is_wrong(&home, "backups", "the latest is of 2024-12-01");
    home.says(&["backup"]);
    is_fine(&home, "backups", "the latest of 2024-12-15");

    home.says(&["note", "A-1", "from the future", "--now", "2024-12-16T09:00:00Z"]);
    is_wrong(&home, "clock", "the latest change was made at 2024-12-16 10:00");
    home.config("config.toml", "moose = true\n");
    is_wrong(&home, "settings", "moose");
}

#[cfg(unix)]
#[test]
fn who_may_look_and_who_holds_the_lock_is_said() {
    use std::os::unix::fs::PermissionsExt as _;
    let home = Home::new();
    home.says(&["note", "A-1", "hello"]);
    for (mode, says) in [(0o2770, "the group"), (0o700, "for you alone")] {
        fs::set_permissions(home.data(), fs::Permissions::from_mode(mode)).expect("it is ours");
        is_fine(&home, "permissions", says);
    }
    fs::set_permissions(home.data(), fs::Permissions::from_mode(0o755)).expect("it is ours");
    is_wrong(&home, "permissions", "chmod o= ");
    let lock = fs::File::open(home.data().join("lock")).expect("it is there");
    lock.lock().expect("nobody holds it");
    is_fine(&home, "lock", "held by process ");
}

/// The header, the directory, and the accounts that sleep.
#[test]
fn a_damaged_snapshot_is_said_by_every_command_and_costs_nothing() {
    let home = Home::new();
    home.says(&["note", "A-1", "hello"]);
    home.says(&["backup"]);
    let pipeline = crate::support::pipeline_with_checklists();
    let opened = FileStore::open(&home.data(), pipeline).expect("it is whole");
    assert!(opened.store.snapshot_writer().save(&opened.board).expect("room enough"));
    is_fine(&home, "snapshot", "up to entry 2");
    let list = |home: &Home| {
        let output = home.gangplank(&["list", "--json"]).output().expect("it runs");
        assert!(output.status.success());
        let accounts: Value = serde_json::from_slice(&output.stdout).expect("nothing but JSON");
        (accounts, String::from_utf8(output.stderr).expect("UTF-8"))
    };
    let (accounts, said) = list(&home);
    assert_eq!(said, "");
    let snapshot = home.data().join("snapshot.jsonl");
    let whole = fs::read(&snapshot).expect("it is there");
    for at in [3, whole.len() / 2, whole.len() - 3] {
        let mut damaged = whole.clone();
        damaged[at] ^= 1;
        fs::write(&snapshot, &damaged).expect("it can be written");
        is_wrong(&home, "snapshot", "damaged; nothing is lost");
        assert_eq!(fs::read(&snapshot).expect("it is there"), damaged, "the doctor changes nothing");
        let (still, said) = list(&home);
        assert_eq!(still, accounts);
        assert!(said.contains("snapshot.jsonl is damaged") && said.lines().count() == 1, "{said}");
    }
    home.says(&["note", "A-1", "it is replaced"]);
    is_fine(&home, "snapshot", "up to entry 3");
    assert_eq!(list(&home).1, "");

    // One of another journal.
    let other = Home::new();
    for note in ["another", "and", "more"] {
        other.says(&["note", "A-1", note]);
    }
    fs::copy(&snapshot, other.data().join("snapshot.jsonl")).expect("it can be written");
    is_wrong(&other, "snapshot", "taken of another journal");
    assert!(other.told(&["list"]).contains("was taken of another journal"));
    other.says(&["note", "A-1", "it is replaced"]);
    is_fine(&other, "snapshot", "up to entry 5");
}
