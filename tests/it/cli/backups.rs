//! Backups: whole while somebody works, refused when they are not, and restored without losing what was there.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use gangplank::config::pipeline;
use gangplank::store::backup::{KeptBackups, save_daily};
use gangplank::store::{FileStore, Opened, journal};
use serde_json::json;

use crate::support::home::{Home, NOW, run_in};

fn journal_of(dir: &Path) -> Vec<u8> {
    fs::read(dir.join("journal.jsonl")).expect("it is there")
}

fn names(dir: &Path) -> BTreeSet<String> {
    let entries = fs::read_dir(dir).into_iter().flatten();
    entries.map(|entry| entry.expect("it can be listed").file_name().display().to_string()).collect()
}

/// The backup that `home` makes in a directory of its own.
fn backup(home: &Home) -> PathBuf {
    let dir = home.0.path().join("stick");
    let made = home.json(&["backup", &dir.display().to_string(), "--json"]);
    made["file"].as_str().expect("a path").into()
}

#[test]
fn a_backup_brings_everything_back() {
    let home = Home::new();
    home.config("keymap.toml", "");
    let file = home.0.path().join("a.csv");
    fs::write(&file, "id,name\nA-9,Nine\n").expect("it can be written");
    home.says(&["import", &file.display().to_string()]);
    fs::create_dir(home.data().join("mappings")).expect("there is none");
    fs::write(home.data().join("mappings/one.toml"), "").expect("it can be written");
    home.says(&["note", "A-1", "before the backup"]);
    let (list, before) = (home.says(&["list"]), journal_of(&home.data()));
    let saved = backup(&home);
    assert!(saved.ends_with("gangplank-2024-12-15T09-00-00Z.gangplank-backup"), "{}", saved.display());
    assert!(
        backup(&home).ends_with("gangplank-2024-12-15T09-00-00Z-2.gangplank-backup"),
        "none is overwritten"
    );

    // On a new machine.
    let other = Home::empty();
    fs::remove_dir_all(other.0.path().join("config")).expect("it is there");
    let saved = saved.display().to_string();
    let said = other.says(&["restore", &saved]);
    assert!(said.starts_with("restored 3 entries with 5 accounts from "), "{said}");
    assert!(said.contains("Settings restored: ") && !said.contains("before is in"), "{said}");
    assert_eq!((other.says(&["list"]), journal_of(&other.data())), (list.clone(), before.clone()));
    for name in ["config", "data/mappings"] {
        assert_eq!(names(&other.0.path().join(name)), names(&home.0.path().join(name)), "{name}");
    }
    assert_eq!(names(&other.data()), ["journal.jsonl", "lock", "mappings"].map(str::to_owned).into());

    // Over what has changed since.
    home.says(&["note", "A-1", "after the backup"]);
    home.config("keymap.toml", "# mine\n");
    let after = journal_of(&home.data());
    let asked = home.complains(&["restore", &saved], 2);
    assert!(asked.contains("holds accounts already: --yes sets them aside"), "{asked}");
    assert_eq!(journal_of(&home.data()), after);
    let restored = home.json(&["restore", &saved, "--yes", "--json"]);
    let aside = PathBuf::from(restored["set_aside"].as_str().expect("a path"));
    assert_eq!((journal_of(&home.data()), journal_of(&aside)), (before, after));
    assert_eq!(restored["settings_kept"][0], home.0.path().join("config/keymap.toml").display().to_string());
    assert_eq!(home.says(&["list"]), list);
    let again = home.json(&["restore", &saved, "--yes", "--json"]);
    assert_ne!(again["set_aside"], restored["set_aside"]);
    // And back, as its own data directory.
    let aside = aside.display().to_string();
    assert!(home.says(&["log", "--data-dir", &aside]).contains("after the backup"));
}

#[test]
fn what_is_not_whole_is_refused_and_nothing_is_changed() {
    let home = Home::new();
    home.says(&["note", "A-1", "hello"]);
    let whole = fs::read(backup(&home)).expect("it was made");
    let before = journal_of(&home.data());
    let file = home.0.path().join("bad.gangplank-backup");
    let refused = |bytes: &[u8], what: &str| {
        fs::write(&file, bytes).expect("it can be written");
        let (code, said, why) = run_in(home.0.path(), &["restore", "bad.gangplank-backup", "--yes"], "");
        assert_eq!((code, &*said), (1, ""), "{what}: {why}");
        assert!(why.contains("bad.gangplank-backup is damaged at byte "), "{what}: {why}");
    };
    for at in (0..whole.len()).step_by(whole.len() / 40) {
        let mut flipped = whole.clone();
        flipped[at] ^= 1 << (at % 8);
        refused(&flipped, &format!("byte {at}"));
        refused(&whole[..at], &format!("cut at {at}"));
    }
    refused(&[&whole[..], b"more"].concat(), "more");
    assert_eq!(journal_of(&home.data()), before);
    assert!(
        names(&home.data()).iter().all(|name| !name.starts_with("before") && !name.starts_with("restore"))
    );
    // A damaged journal makes no backup, and no command makes one of nothing.
    let mut damaged = before.clone();
    damaged[80] ^= 1;
    fs::write(home.data().join("journal.jsonl"), damaged).expect("it can be written");
    assert!(home.complains(&["backup"], 1).contains("is damaged at line "));
    assert!(Home::empty().complains(&["backup"], 1).contains("there is nothing to save"));
}

/// A backup with what `change` makes of its lines before the last, in which their hash stands anew. Anybody may have made
/// it.
fn crafted(home: &Home, files: usize, change: impl FnOnce(&mut Vec<u8>)) -> String {
    let mut bytes = fs::read(backup(home)).expect("it was made");
    bytes.pop();
    let end = bytes.iter().rposition(|byte| *byte == b'\n').expect("a line before the last") + 1;
    bytes.truncate(end);
    change(&mut bytes);
    let hash = ring::digest::digest(&ring::digest::SHA256, &bytes);
    let hash: Vec<String> = hash.as_ref().iter().map(|byte| format!("{byte:02x}")).collect();
    bytes.extend(journal::line(&json!({"files": files, "sha256": hash.concat()})).expect("JSON"));
    let path = home.0.path().join("crafted.gangplank-backup");
    fs::write(&path, bytes).expect("it can be written");
    path.display().to_string()
}

#[test]
fn a_whole_backup_of_what_cannot_be_restored_is_refused() {
    let home = Home::new();
    home.says(&["note", "A-1", "hello"]);
    let refused = |crafted: &str, expected: &str| {
        let before = (journal_of(&home.data()), names(&home.data()));
        let said = home.complains(&["restore", crafted, "--yes"], 1);
        assert!(said.contains(expected), "{said}");
        assert_eq!((journal_of(&home.data()), names(&home.data())), before);
    };
    let damaged = crafted(&home, 2, |bytes| {
        let place = bytes.windows(5).position(|window| window == b"hello").expect("it is in the journal");
        bytes[place..place + 2].copy_from_slice(b"xy");
    });
    refused(&damaged, "is damaged at data/journal.jsonl");
    let newer = crafted(&home, 2, |bytes| {
        let first = bytes.iter().position(|byte| *byte == b'\n').expect("a first line") + 1;
        let header = json!({"format": "gangplank-backup", "version": 2, "at": NOW, "entries": 2});
        bytes.splice(..first, journal::line(&header).expect("JSON"));
    });
    refused(&newer, "has format version 2");
    refused(&crafted(&home, 3, |_| {}), "its SHA-256 is not the one that it names");
}

/// Nothing is written outside the directories that a backup is for.
#[test]
fn a_name_in_a_backup_that_leads_elsewhere_is_not_followed() {
    let home = Home::new();
    let elsewhere = crafted(&home, 3, |bytes| {
        bytes.extend(journal::line(&json!({"name": "config/../evil.toml", "bytes": 4})).expect("JSON"));
        bytes.extend(b"evil\n");
    });
    home.says(&["restore", &elsewhere, "--yes"]);
    assert!(!home.0.path().join("evil.toml").exists());
}

/// Whatever else lies there: snapshots of what was, the rest of a restore that was killed, and somebody who writes.
#[test]
fn a_restore_waits_its_turn_and_mixes_nothing() {
    let home = Home::new();
    let saved = backup(&home).display().to_string();
    home.says(&["note", "A-1", "after the backup"]);
    let shipped = pipeline::parse(pipeline::DEFAULT, "pipeline.toml").expect("the shipped pipeline");
    let Opened { store, board, .. } = FileStore::open(&home.data(), shipped.into()).expect("it opens");
    assert!(store.snapshot_writer().save(&board).expect("there is room"));
    drop(store);
    fs::create_dir_all(home.data().join("restore.tmp/left")).expect("it can be made");
    let lock = fs::File::open(home.data().join("lock")).expect("there is one");
    lock.lock().expect("nobody holds it");
    let said = home.complains(&["restore", &saved, "--yes", "--wait", "0"], 1);
    assert!(said.contains("is locked by"), "{said}");
    assert!(home.says(&["log"]).contains("after the backup"));
    drop(lock);
    let restored = home.json(&["restore", &saved, "--yes", "--json"]);
    let aside = PathBuf::from(restored["set_aside"].as_str().expect("a path"));
    assert!(names(&aside).contains("snapshot.jsonl") && names(&aside).contains("journal.jsonl"));
    let there = names(&home.data());
    for gone in ["snapshot.jsonl", "restore.tmp", "left"] {
        assert!(!there.contains(gone), "{there:?}");
    }
    assert_eq!(home.told(&["list"]), "");
    assert!(!home.says(&["log"]).contains("after the backup"));
}

#[test]
fn a_backup_of_a_store_in_use_is_one_of_its_states() {
    let home = Home::new();
    std::thread::scope(|scope| {
        let writer = scope.spawn(|| {
            for number in 0..12 {
                home.says(&["note", "A-1", &format!("note {number}")]);
            }
        });
        while !writer.is_finished() {
            let saved = backup(&home);
            let other = Home::empty();
            other.says(&["restore", &saved.display().to_string()]);
            let (now, then) = (journal_of(&home.data()), journal_of(&other.data()));
            assert!(now.starts_with(&then));
            other.says(&["list"]);
        }
    });
}

#[test]
fn what_a_killed_process_left_of_a_backup_goes_and_what_is_being_made_stays() {
    let home = Home::new();
    let backups = home.data().join("backups");
    fs::create_dir_all(&backups).expect("it can be made");
    fs::write(backups.join(".backup-left"), "half").expect("it can be written");
    let made = fs::File::create(backups.join(".backup-made")).expect("it can be written");
    made.lock().expect("nobody else has it");
    home.says(&["note", "A-1", "hello"]);
    let left = [".backup-made", "daily-2024-12-15.gangplank-backup"].map(str::to_owned);
    assert_eq!(names(&backups), left.into());
}

/// The room that there is, is for changes first.
#[test]
fn the_backup_of_a_day_leaves_room() {
    let home = Home::new();
    let backups = home.0.path().join("kept");
    let length = journal_of(&home.data()).len() as u64;
    let day = (NOW.parse().expect("a time"), "2024-12-15".parse().expect("a day"));
    for (room, is_made) in [(Some(0), false), (Some(3 * length - 1), false), (Some(3 * length), true)] {
        let made = save_daily(&home.data(), &[], day, &backups, KeptBackups::default(), room);
        assert_eq!(made.expect("nothing fails"), is_made, "{room:?}");
        assert_eq!(names(&backups).len(), usize::from(is_made), "{room:?}");
    }
}

#[test]
fn a_day_without_changes_has_no_backup() {
    let home = Home::new();
    let backups = home.0.path().join("kept");
    let saved = |day: &str| {
        let now = (NOW.parse().expect("a time"), day.parse().expect("a day"));
        save_daily(&home.data(), &[], now, &backups, KeptBackups::default(), None).expect("nothing fails")
    };
    assert!(saved("2024-12-15"));
    for day in ["2024-12-15", "2024-12-16", "2024-12-31"] {
        assert!(!saved(day), "{day}");
    }
    home.says(&["note", "A-1", "hello"]);
    assert!(!saved("2024-12-15"), "one a day is enough");
    assert!(saved("2025-01-01"));
    assert!(!saved("2025-01-02"));
    let kept = ["2024-12-15", "2025-01-01"].map(|day| format!("daily-{day}.gangplank-backup"));
    assert_eq!(names(&backups), kept.into());
}

#[test]
fn a_day_with_changes_has_a_backup_and_old_ones_go() {
    let home = Home::new();
    let backups = home.data().join("backups");
    let note = |day: u32, hour: u32| {
        let now = format!("2025-01-{day:02}T{hour:02}:00:00Z");
        home.says(&["note", "A-1", "hello", "--now", &now]);
    };
    home.says(&["list"]);
    assert_eq!(names(&backups), BTreeSet::new(), "nothing has changed");
    note(1, 9);
    let first = names(&backups);
    assert_eq!(first, ["daily-2025-01-01.gangplank-backup".to_owned()].into());
    let entries = fs::read(backups.join("daily-2025-01-01.gangplank-backup")).expect("it is there");
    note(1, 10);
    assert_eq!(fs::read(backups.join("daily-2025-01-01.gangplank-backup")).expect("it is there"), entries);
    let manual = home.json(&["backup", "--json"])["file"].as_str().expect("a path").to_owned();
    for day in 2..=31 {
        note(day, 9);
    }
    // 2025-01-31 is a Friday.
    let kept = ["01-12", "01-19", "01-25", "01-26", "01-27", "01-28", "01-29", "01-30", "01-31"];
    let kept: BTreeSet<String> =
        kept.iter().map(|day| format!("daily-2025-{day}.gangplank-backup")).collect();
    let found: BTreeSet<String> =
        names(&backups).into_iter().filter(|name| name.starts_with("daily-")).collect();
    assert_eq!(found, kept);
    assert!(Path::new(&manual).exists(), "what somebody made stays");
    let paths = home.json(&["paths", "--json"]);
    let shown = paths.as_array().expect("a list").iter().find(|path| path["what"] == "backups");
    assert_eq!(shown.expect("it is shown")["path"], backups.display().to_string());

    // As the settings say.
    home.config("config.toml", "backups = { keep_daily = 2, keep_weekly = 0 }\n");
    home.says(&["note", "A-1", "hello", "--now", "2025-02-01T09:00:00Z"]);
    let of = |days: &[&str]| days.iter().map(|day| format!("daily-{day}.gangplank-backup")).collect();
    let found: BTreeSet<String> =
        names(&backups).into_iter().filter(|name| name.starts_with("daily-")).collect();
    assert_eq!(found, of(&["2025-01-31", "2025-02-01"]));
    home.config("config.toml", "backups = false\n");
    home.says(&["note", "A-1", "hello", "--now", "2025-02-02T09:00:00Z"]);
    assert!(!backups.join("daily-2025-02-02.gangplank-backup").exists());
    home.config("config.toml", "backups = 3\n");
    assert!(home.complains(&["list"], 2).contains("write false, or { keep_daily = 7, keep_weekly = 4 }"));
    home.config("config.toml", "backups = { keep_daily = 0 }\n");
    home.complains(&["list"], 2);
}
