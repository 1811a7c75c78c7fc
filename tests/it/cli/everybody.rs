//! Lists of everybody, most of whom sleep in the snapshot.

use std::fs;

use crate::support::home::{Home, account};

/// So many that the journal is long enough for a snapshot, and that they lie in several parts of it.
const ACCOUNTS: usize = 700;

fn home() -> Home {
    let home = Home::empty();
    let rows = (0..ACCOUNTS).map(|number| {
        let name = format!("{} {number}", ["Harbor", "anchor", "Égalité"][number % 3]);
        let renewal = format!("2025-01-{:02}", 1 + number % 28);
        let row =
            account(&format!("A-{number}"), &name, Some("83600"), (number % 5 > 0).then_some(&*renewal));
        row.in_stage(["6a", "6b", "2", "6a"][number % 4])
    });
    home.import(&rows.collect::<Vec<_>>());
    home
}

#[test]
fn whoever_sleeps_stands_in_a_list_where_they_would_awake() {
    let home = home();
    home.says(&["note", "A-7", "called"]);
    let snapshots = ["snapshot.jsonl", "snapshot.prev.jsonl"].map(|name| home.data().join(name));
    assert!(snapshots[0].exists());
    for args in [
        &["list", "--json"][..],
        &["list"],
        &["list", "--stage", "6a"],
        &["list", "--where", "stage:6b", "--json"],
        &["export", "--json"],
        &["export", "--json", "--where", "stage:6a"],
        &["export", "--csv"],
    ] {
        let asleep = home.says(args);
        let kept = snapshots.clone().map(|path| fs::read(path).ok());
        for path in &snapshots {
            let _ = fs::remove_file(path);
        }
        assert_eq!(home.says(args), asleep, "{args:?}");
        assert!(asleep.lines().count() > ACCOUNTS / 5, "{args:?}");
        for (path, bytes) in snapshots.iter().zip(kept) {
            if let Some(bytes) = bytes {
                fs::write(path, bytes).expect("it can be written");
            }
        }
    }
}
