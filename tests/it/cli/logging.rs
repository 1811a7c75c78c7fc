//! The log: nothing without `GANGPLANK_LOG`, and no text of a customer in it.

use std::path::PathBuf;

use crate::support::home::{Home, account};

/// What no log may contain: a name, an email address, a note, a reason, a task.
const PRIVATE: [&str; 6] =
    ["Wilhelmina", "bob@private.example", "likes oysters", "paid late", "send the brochure", "Nobody & Sons"];

/// Does things that are kept, refused and mistaken.
fn works(home: &Home, level: Option<&str>) {
    let run = |args: &[&str]| {
        let mut command = home.gangplank(args);
        if let Some(level) = level {
            command.env("GANGPLANK_LOG", level);
        }
        command.output().expect("it runs").status.code()
    };
    home.import(&[account("A-1", "Wilhelmina", Some("83600"), Some("2024-12-22"))]);
    for (args, code) in [
        (&["note", "A-1", "likes oysters"][..], 0),
        (&["owner", "Wilhelmina", "bob@private.example"], 0),
        (&["risk", "A-1", "high", "--reason", "paid late"], 0),
        (&["task", "A-1", "send the brochure"], 0),
        (&["record", "A-1", "reply.received", "--by", "bob@private.example"], 0),
        (&["move", "Nobody & Sons", "2"], 3),
        (&["undo", "--as", "bob@private.example"], 3),
        (&["list", "--json"], 0),
        (&["import", "Nobody & Sons.csv"], 1),
    ] {
        assert_eq!(run(args), Some(code), "{args:?}");
    }
}

fn logs(home: &Home) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut directories = vec![home.0.path().to_owned()];
    while let Some(directory) = directories.pop() {
        for entry in std::fs::read_dir(directory).expect("it can be read") {
            let path = entry.expect("it can be read").path();
            if path.is_dir() {
                directories.push(path);
            } else if path.extension().is_some_and(|extension| extension == "log") {
                found.push(path);
            }
        }
    }
    found
}

#[test]
fn nothing_is_logged_unless_the_environment_asks_for_it() {
    for level in [None, Some(""), Some("off")] {
        let home = Home::empty();
        works(&home, level);
        assert_eq!(logs(&home), Vec::<PathBuf>::new(), "{level:?}");
    }
}

#[test]
fn a_log_says_what_happened_and_nothing_of_customers() {
    for level in ["info", "TRACE"] {
        let home = Home::empty();
        works(&home, Some(level));
        let files = logs(&home);
        let log: String =
            files.iter().map(|path| std::fs::read_to_string(path).expect("it can be read")).collect();
        for event in [
            "started version=",
            "store opened entries=",
            "journal read bytes=",
            "entry appended seq=2 bytes=",
            "command refused kind=\"nothing_to_undo\"",
            "stopped outcome=\"refused\"",
            "stopped outcome=\"error\"",
            "stopped outcome=\"done\"",
        ] {
            assert!(log.contains(event), "{event} is missing: {log}");
        }
        for private in PRIVATE {
            assert!(!log.contains(private), "{private}: {log}");
        }
        let directory = files[0].parent().expect("it lies in a directory").display().to_string();
        let paths = home.json(&["paths", "--json"]);
        let told = paths.as_array().expect("a list").iter().find(|row| row["what"] == "log directory");
        assert_eq!(told.expect("it is listed")["path"], directory);
    }
}

#[test]
fn only_errors_are_logged_when_only_errors_are_asked_for() {
    let home = Home::empty();
    works(&home, Some("error"));
    let damaged = home.data().join("journal.jsonl");
    std::fs::write(&damaged, "00000000 2 {}\n").expect("it can be written");
    let output = home.gangplank(&["list"]).env("GANGPLANK_LOG", "error").output().expect("it runs");
    assert_eq!(output.status.code(), Some(0));
    let files = logs(&home);
    let log = std::fs::read_to_string(&files[0]).expect("it can be read");
    assert_eq!(log.lines().count(), 1, "{log}");
    assert!(log.contains("ERROR") && log.contains("journal is damaged places=1 kept=0"), "{log}");
}

#[test]
fn a_level_that_does_not_exist_is_refused() {
    let home = Home::empty();
    let output = home.gangplank(&["list"]).env("GANGPLANK_LOG", "loud").output().expect("it runs");
    assert_eq!(output.status.code(), Some(2));
    let error = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(error.contains("GANGPLANK_LOG") && error.contains("debug, trace or off"), "{error}");
}
