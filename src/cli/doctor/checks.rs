//! What is fine and what is wrong, judged from what was found. Pure.

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};

use crate::prose::dates::in_figures;
use crate::prose::lists::plural;
use crate::state::Now;
use crate::store::snapshot::SnapshotProblem;

/// How far the latest change may lie ahead of the clock: two machines never agree to the second.
const AHEAD: TimeDelta = TimeDelta::minutes(10);

/// How old the latest backup may be.
const OLD_BACKUP: TimeDelta = TimeDelta::days(7);

/// How many bytes should be free.
const ROOM: u64 = 64 << 20;

/// What was found of one thing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct HealthFinding {
    pub(super) what: &'static str,
    pub(super) text: String,
    /// What to do, where something is wrong.
    pub(super) advice: Option<String>,
}

impl HealthFinding {
    pub(super) fn fine(what: &'static str, text: impl Into<String>) -> Self {
        Self { what, text: text.into(), advice: None }
    }

    pub(super) fn wrong(what: &'static str, text: impl Into<String>, advice: impl Into<String>) -> Self {
        Self { what, text: text.into(), advice: Some(advice.into()) }
    }
}

/// How the journal was found.
pub(super) enum JournalState {
    /// There is none, and other files that were made beside one, if there are any.
    Missing {
        others: Vec<String>,
    },
    Whole {
        entries: usize,
        unfinished: usize,
    },
    Unreadable {
        why: String,
        advice: String,
    },
}

pub(super) fn journal(state: &JournalState) -> HealthFinding {
    match state {
        JournalState::Missing { others } if others.is_empty() => {
            HealthFinding::fine("journal", "none yet: the first change makes it")
        }
        JournalState::Missing { others } => HealthFinding::wrong(
            "journal",
            format!("missing, though there is {}", others.join(", ")),
            "restore a backup with `gangplank restore FILE`",
        ),
        JournalState::Whole { entries, unfinished: 0 } => {
            HealthFinding::fine("journal", format!("{}, all whole", plural(*entries, "entry", "entries")))
        }
        JournalState::Whole { entries, unfinished } => HealthFinding::fine(
            "journal",
            format!(
                "{}, all whole; after them an unfinished change of {}, which the next change sets aside",
                plural(*entries, "entry", "entries"),
                plural(*unfinished, "byte", "bytes")
            ),
        ),
        JournalState::Unreadable { why, advice } => HealthFinding::wrong("journal", why, advice),
    }
}

/// What was set aside of a journal: `torn` are unfinished changes, `damaged` are journals as repairs found them.
pub(super) fn set_aside(torn: &[String], damaged: &[String]) -> Option<HealthFinding> {
    let named =
        |names: &[String], what: String| (!names.is_empty()).then(|| format!("{what}: {}", names.join(", ")));
    let unfinished = plural(torn.len(), "unfinished change", "unfinished changes");
    let journals = plural(damaged.len(), "damaged journal", "damaged journals");
    let parts = [
        named(torn, format!("{unfinished}, never confirmed as saved")),
        named(damaged, format!("{journals}, as a repair found what was there")),
    ];
    let parts: Vec<String> = parts.into_iter().flatten().collect();
    (!parts.is_empty()).then(|| HealthFinding::fine("set aside", parts.join("; ")))
}

/// `found` is up to which entry the snapshot goes, or why it cannot be used.
pub(super) fn snapshot(found: Result<u64, SnapshotProblem>, journal: &JournalState) -> HealthFinding {
    let fine = |text: &str| HealthFinding::fine("snapshot", text);
    let wrong = |what: &str| {
        let text = format!("{what}; nothing is lost, because the journal is read instead");
        HealthFinding::wrong("snapshot", text, "the next change replaces it")
    };
    match found {
        Ok(seq) => fine(&format!("up to entry {seq}")),
        Err(SnapshotProblem::Missing) => fine("none yet: one is made once the journal is long"),
        Err(SnapshotProblem::Outdated) => fine("of another version: the next one replaces it"),
        Err(SnapshotProblem::Damaged) => wrong("damaged"),
        Err(SnapshotProblem::Foreign) if matches!(journal, JournalState::Whole { .. }) => {
            wrong("taken of another journal")
        }
        Err(SnapshotProblem::Foreign) => fine("of the journal as it was when it was whole"),
    }
}

/// `mode` are the permission bits of the data directory, where there are such.
pub(super) fn permissions(dir: &str, mode: Option<u32>, unwritable: &[String]) -> HealthFinding {
    if let Some(first) = unwritable.first() {
        let others = match unwritable.len() - 1 {
            0 => String::new(),
            count => format!(" and {}", plural(count, "other file", "other files")),
        };
        return HealthFinding::wrong(
            "permissions",
            format!("{first}{others} cannot be written by you"),
            "any change there says who can share it and how",
        );
    }
    match mode {
        Some(mode) if mode & 0o007 != 0 => HealthFinding::wrong(
            "permissions",
            format!("everybody on this machine may look into {dir}"),
            format!("`chmod o= {dir}` keeps others out"),
        ),
        Some(mode) if mode & 0o070 != 0 => {
            HealthFinding::fine("permissions", "for you and the group of the directory")
        }
        Some(_) | None => HealthFinding::fine("permissions", "for you alone"),
    }
}

/// `network` names a file system of another machine; `synced` is what keeps the directory in step with other machines.
pub(super) fn disk(
    dir: &str,
    room: Option<u64>,
    network: Option<&str>,
    synced: Option<&str>,
) -> HealthFinding {
    let elsewhere = "move the data directory to a disk of this machine, and name it with --data-dir";
    if let Some(network) = network {
        let text = format!("{dir} is on a network drive ({network}), whose locks cannot be trusted");
        return HealthFinding::wrong("disk", text, elsewhere);
    }
    if let Some(synced) = synced {
        let text = format!(
            "{dir} is in a folder that {synced} keeps in step, which replaces files under open boards"
        );
        return HealthFinding::wrong("disk", text, elsewhere);
    }
    match room {
        Some(room) if room < ROOM => {
            HealthFinding::wrong("disk", format!("{} MiB are free", room >> 20), "make some room")
        }
        Some(room) if room >= 10 << 30 => HealthFinding::fine("disk", format!("{} GiB are free", room >> 30)),
        Some(room) => HealthFinding::fine("disk", format!("{} MiB are free", room >> 20)),
        None => HealthFinding::fine("disk", "this system does not say how much is free"),
    }
}

/// `latest` is the latest backup with the day it was made, and why it is not whole, if it is not. `changed` says whether
/// there is anything to save.
pub(super) fn backups(
    dir: &str,
    count: usize,
    latest: Option<(NaiveDate, Option<String>)>,
    (today, changed, by_themselves): (NaiveDate, bool, bool),
) -> HealthFinding {
    let advice = "make one with `gangplank backup`";
    match latest {
        _ if !changed => HealthFinding::fine("backups", "there is nothing to save yet"),
        Some((_, Some(why))) => HealthFinding::wrong("backups", why, advice),
        Some((day, None)) if today - day > OLD_BACKUP => {
            HealthFinding::wrong("backups", format!("the latest is of {day}, in {dir}"), advice)
        }
        Some((day, None)) => {
            let count = plural(count, "backup", "backups");
            HealthFinding::fine("backups", format!("{count} in {dir}, the latest of {day}, read back whole"))
        }
        None if by_themselves => {
            HealthFinding::wrong("backups", "none yet", format!("{advice}; the next change makes one, too"))
        }
        None => HealthFinding::wrong("backups", "none, and `backups = false` makes none", advice),
    }
}

/// `latest` is when the latest change was made.
pub(super) fn clock(now: &Now, latest: Option<DateTime<Utc>>) -> HealthFinding {
    let shown = in_figures(now, now.at);
    match latest.filter(|latest| *latest - now.at > AHEAD) {
        Some(latest) => HealthFinding::wrong(
            "clock",
            format!("it is {shown}, but the latest change was made at {}", in_figures(now, latest)),
            "set the clock of the machine that is wrong: what is due goes by it",
        ),
        None => HealthFinding::fine("clock", format!("{shown} in {}", now.zone.name())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().expect("a date")
    }

    #[test]
    fn each_is_fine_or_says_what_to_do() {
        let is_wrong = |finding: HealthFinding| finding.advice.is_some();
        let whole = |unfinished| journal(&JournalState::Whole { entries: 3, unfinished });
        assert_eq!(whole(0), HealthFinding::fine("journal", "3 entries, all whole"));
        assert!(whole(7).text.contains("an unfinished change of 7 bytes"));
        assert!(!is_wrong(journal(&JournalState::Missing { others: Vec::new() })));
        assert!(is_wrong(journal(&JournalState::Missing { others: vec!["snapshot.jsonl".into()] })));
        let (why, advice) = ("line 3".to_owned(), "repair".to_owned());
        assert!(is_wrong(journal(&JournalState::Unreadable { why, advice })));
        let (whole, missing) =
            (JournalState::Whole { entries: 3, unfinished: 0 }, JournalState::Missing { others: Vec::new() });
        assert_eq!(snapshot(Ok(3), &whole), HealthFinding::fine("snapshot", "up to entry 3"));
        for (problem, wrong) in [
            (SnapshotProblem::Missing, false),
            (SnapshotProblem::Outdated, false),
            (SnapshotProblem::Damaged, true),
            (SnapshotProblem::Foreign, true),
        ] {
            assert_eq!(is_wrong(snapshot(Err(problem), &whole)), wrong, "{problem:?}");
        }
        assert!(!is_wrong(snapshot(Err(SnapshotProblem::Foreign), &missing)));

        for (mode, wrong) in [(0o700, false), (0o2770, false), (0o755, true), (0o701, true)] {
            assert_eq!(is_wrong(permissions("/d", Some(mode), &[])), wrong, "{mode:o}");
        }
        assert!(is_wrong(permissions("/d", None, &["/d/lock".into(), "/d/x".into()])));

        assert!(is_wrong(disk("/d", Some(1 << 20), None, None)));
        assert_eq!(disk("/d", Some(20 << 30), None, None).text, "20 GiB are free");
        assert_eq!(disk("/d", Some(1 << 30), None, None).text, "1024 MiB are free");
        assert!(is_wrong(disk("/d", Some(20 << 30), Some("NFS"), None)));
        assert!(is_wrong(disk("/d", Some(20 << 30), None, Some("Dropbox"))));

        let backups = |latest, changed, on| backups("/b", 2, latest, (day("2024-12-20"), changed, on));
        assert!(!is_wrong(backups(None, false, true)));
        assert!(is_wrong(backups(None, true, true)) && is_wrong(backups(None, true, false)));
        assert!(!is_wrong(backups(Some((day("2024-12-13"), None)), true, true)));
        assert!(is_wrong(backups(Some((day("2024-12-12"), None)), true, true)));
        assert!(is_wrong(backups(Some((day("2024-12-20"), Some("damaged".into()))), true, true)));

        let now = "2024-12-20T09:00:00Z".parse().expect("a time");
        let clock = |latest| is_wrong(clock(&Now::utc(now), latest));
        assert!(!clock(None) && !clock(Some(now + AHEAD)));
        assert!(clock(Some(now + AHEAD + TimeDelta::seconds(1))));
    }
}
