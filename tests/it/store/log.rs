//! The journal read back: the latest of it from its end, all of it stretch by stretch, and what `log` makes of either.

use std::ops::ControlFlow;
use std::path::Path;
use std::sync::Arc;

use gangplank::state::{Entry, Seq};
use gangplank::store::{Appended, FileStore, Store, StoreError, journal};

use crate::support::home::Home;
use crate::support::sample_entries::{note, notes, pipeline, story};
use crate::support::sim_disk::SimDisk;
use crate::support::{row, rows_of};

fn path() -> &'static Path {
    Path::new("data/journal.jsonl")
}

fn journal_of(entries: &[Entry]) -> Vec<u8> {
    let lines = entries.iter().map(|entry| journal::line(entry).expect("an entry becomes JSON"));
    [journal::header()].into_iter().chain(lines).flatten().collect()
}

fn store_of(entries: &[Entry]) -> (SimDisk, FileStore) {
    let disk = SimDisk::with(path(), &journal_of(entries));
    let opened = FileStore::open_on(Arc::new(disk.clone()), Path::new("data"), pipeline());
    (disk, opened.expect("a journal nobody damaged opens").store)
}

fn plain(entries: &[Arc<Entry>]) -> Vec<Entry> {
    entries.iter().map(|entry| Entry::clone(entry)).collect()
}

fn each(store: &mut FileStore) -> Result<Vec<Entry>, StoreError> {
    let mut all = Vec::new();
    store.for_each(Seq::MAX, &mut |entry| {
        all.push(Entry::clone(&entry));
        ControlFlow::Continue(())
    })?;
    Ok(all)
}

#[test]
fn the_latest_are_read_from_the_end_and_all_of_them_from_the_start() {
    let long = "x".repeat(200 << 10);
    let mut mixed = notes(40);
    // Longer than what is looked at first, at the end and before.
    mixed.extend([note(41, "ann", &long), note(42, "ben", "after it"), note(43, "ann", &long)]);
    for entries in [Vec::new(), notes(1), story(), mixed] {
        let (_, mut store) = store_of(&entries);
        assert_eq!(each(&mut store).expect("it is read"), entries);
        for count in (0..=entries.len() + 1).chain([usize::MAX]) {
            let latest = plain(&store.latest(Seq::MAX, count).expect("they are read"));
            assert_eq!(latest, entries[entries.len().saturating_sub(count)..], "the latest {count}");
        }
    }
}

#[test]
fn what_lies_far_back_is_found_wherever_the_journal_was_opened() {
    let entries = notes(700);
    let (disk, mut store) = store_of(&entries[..300]);
    for entry in &entries[300..520] {
        assert_eq!(store.append(entry).expect("there is room"), Appended::Yes);
    }
    for entry in &entries[520..] {
        disk.grow(path(), &journal::line(entry).expect("an entry becomes JSON"));
    }
    store.read_after(520).expect("it is read");
    for last in [1_usize, 255, 256, 257, 300, 511, 512, 513, 520, 521, 699, 700] {
        for count in [0, 1, 2, 44, 256, 300, 700] {
            let latest = plain(&store.latest(last as Seq, count).expect("they are read"));
            assert_eq!(latest, entries[last.saturating_sub(count)..last], "{count} up to {last}");
        }
    }
}

#[test]
fn a_line_longer_than_any_stretch_is_told_too() {
    let entries =
        [notes(2), vec![note(3, "ann", &"x".repeat(9 << 20))], vec![note(4, "ben", "after it")]].concat();
    let (_, mut store) = store_of(&entries);
    assert!(each(&mut store).expect("it is read") == entries);
}

#[test]
fn what_others_wrote_since_is_told_by_who_has_seen_it() {
    let (disk, mut store) = store_of(&notes(3));
    disk.grow(path(), &journal::line(&note(4, "ben", "news")).expect("an entry becomes JSON"));
    assert_eq!(each(&mut store).expect("it is read"), notes(3));
    assert_eq!(plain(&store.latest(Seq::MAX, 1).expect("it is read")), notes(3)[2..]);
    store.read_after(3).expect("it is read");
    assert_eq!(plain(&store.latest(Seq::MAX, 1).expect("it is read")), [note(4, "ben", "news")]);
    assert_eq!(each(&mut store).expect("it is read").len(), 4);
}

#[test]
fn a_change_on_the_disk_after_it_was_opened_is_noticed() {
    let entries = notes(6);
    let bytes = journal_of(&entries);
    let ends: Vec<usize> = (0..=6).map(|count| journal_of(&entries[..count]).len()).collect();
    for at in ends[0]..bytes.len() {
        // Line n + 1 is entry n.
        let line = ends.iter().filter(|end| **end <= at).count() + 1;
        let (disk, mut store) = store_of(&entries);
        disk.flip(path(), at);
        match each(&mut store) {
            Err(StoreError::Damaged { place, .. }) => {
                assert_eq!(place, format!("line {line}"), "byte {at}");
            }
            other => panic!("byte {at}: {other:?}"),
        }
        for count in 1..=6 {
            let latest = store.latest(Seq::MAX, count);
            // The break before them says where they begin.
            if at + 1 >= ends[6 - count] {
                assert!(matches!(latest, Err(StoreError::Damaged { .. })), "byte {at}, the latest {count}");
            } else {
                assert_eq!(plain(&latest.expect("it is whole")), entries[6 - count..], "byte {at}");
            }
        }
    }
}

/// What was renamed, taken over, taken back and done again is told as it was called then, wherever the telling starts.
#[test]
fn the_latest_are_told_in_the_words_of_their_time() {
    let home = Home::empty();
    home.import(&rows_of(&[["A-1", "Acme", "836 USD", "2024-12-22", "dana", "1", "EU"]]));
    home.says(&["note", "A-1", "first"]);
    home.import(&[row("A-1", "Bolt")]);
    home.says(&["owner", "A-1", "eve"]);
    home.says(&["owner", "A-1", "--none"]);
    home.import(&[row("A-2", "Cato")]);
    home.says(&["note", "A-2", "second"]);
    for verb in ["undo", "undo", "redo", "undo"] {
        home.says(&[verb]);
    }
    home.import(&[row("A-1", "Dune")]);
    home.says(&["note", "A-1", "last"]);
    let all = home.says(&["log"]);
    for name in [
        "Acme: Note added: first",
        "Bolt: Owner set to eve",
        "Bolt: Owner set to dana",
        "Cato",
        "Dune: Note added",
    ] {
        assert!(all.contains(name), "{name}: {all}");
    }
    let lines: Vec<&str> = all.lines().collect();
    let json: Vec<_> = home.json(&["log", "--json"]).as_array().expect("a list").clone();
    for count in 0..=lines.len() {
        let limit = count.to_string();
        let latest = home.says(&["log", "-n", &limit]);
        let from = (lines.len() - 1).saturating_sub(count) + 1;
        let wanted: Vec<&str> = lines[..1].iter().chain(&lines[from..]).copied().collect();
        assert_eq!(latest.lines().collect::<Vec<_>>(), wanted, "the latest {count}");
        let latest = home.json(&["log", "--json", "-n", &limit]);
        assert_eq!(latest.as_array().expect("a list")[..], json[from - 1..], "the latest {count}");
    }
    let of_one = home.says(&["log", "A-1"]);
    assert!(of_one.contains("Acme: Note added: first") && !of_one.contains("Cato"), "{of_one}");
    let last = home.says(&["log", "A-1", "-n", "1"]);
    assert_eq!(last.lines().last(), of_one.lines().last());
    assert_eq!(last.lines().count(), 2);
}
