//! `gangplank doctor`.

mod checks;

use std::io::Write;
use std::path::Path;

use chrono::NaiveDate;
use clap::Args;
use serde::Serialize;

use self::checks::{HealthFinding, JournalState};
use super::output::TextRole;
use super::{CliError, Context, Output, json};
use crate::config::LoadError;
use crate::prose::dates::in_figures;
use crate::prose::lists::plural;
use crate::state::Board;
use crate::store::backup::{self, EXTENSION, daily, daily_path};
use crate::store::disk::{Disk, RealDisk};
use crate::store::{Opened, OpenedFor, Repaired, StoreAddress, StoreError, health};
use crate::sync::status;
use crate::text;
use crate::tui::shell::terminal::{is_dumb, is_interactive};

/// Check whether everything is as it should be
///
/// Looks at the journal, the snapshot, the lock, permissions, room on the disk, backups, settings, playbooks, the clock,
/// the terminal and the sources, and changes nothing. What is wrong is said with what to do; the exit code is 1 then.
#[derive(Args, Debug)]
#[command(after_help = "Example:\n\
    \x20 gangplank doctor")]
pub struct DoctorArgs {
    /// Write JSON
    #[arg(long)]
    json: bool,
}

/// One finding of `doctor --json`.
#[derive(Serialize)]
struct FindingJson {
    what: &'static str,
    state: &'static str,
    text: String,
    advice: Option<String>,
}

pub(super) fn run(args: &DoctorArgs, context: &mut Context) -> Result<(), CliError> {
    let findings = findings(context);
    say(args, &findings, &mut context.out)
}

/// The same where the settings cannot be read: nobody knows then where the accounts are.
pub(super) fn without_config(args: &DoctorArgs, error: &LoadError, out: &mut Output) -> Result<(), CliError> {
    let advice = "correct it, or move it away to use the defaults; then run this again";
    say(args, &[HealthFinding::wrong("settings", error.to_string(), advice)], out)
}

fn say(args: &DoctorArgs, findings: &[HealthFinding], out: &mut Output) -> Result<(), CliError> {
    let is_wrong = findings.iter().any(|finding| finding.advice.is_some());
    if args.json {
        let rows = findings.iter().map(|finding| FindingJson {
            what: finding.what,
            state: if finding.advice.is_some() { "wrong" } else { "fine" },
            text: finding.text.clone(),
            advice: finding.advice.clone(),
        });
        json::write_all(out, rows)?;
    } else {
        let width = findings.iter().map(|finding| finding.what.len()).max().unwrap_or(0);
        for HealthFinding { what, text, advice } in findings {
            let (mark, role) =
                if advice.is_some() { ("✗", TextRole::Urgent) } else { ("✓", TextRole::Plain) };
            let advice = advice.as_ref().map(|advice| format!(": {advice}")).unwrap_or_default();
            let sentence = text::clean(&format!("{text}{advice}")).into_owned();
            out.paint(role, mark)?;
            write!(out, " {what:width$}  ")?;
            out.prose(TextRole::Plain, width + 4, width + 4, &sentence)?;
        }
    }
    out.flush()?;
    if is_wrong { Err(CliError::Unhealthy) } else { Ok(()) }
}

fn findings(context: &Context) -> Vec<HealthFinding> {
    let config = &context.config;
    let (paths, now) = (&config.paths, config.now());
    let dir = &paths.data_dir;
    let shown = dir.display().to_string();
    let mut findings = Vec::new();

    let is_shared = matches!(config.store, StoreAddress::Team(_));
    let (state, opened) = if is_shared { team(context, &mut findings) } else { journal(context) };
    if !is_shared {
        findings.push(checks::journal(&state));
    }
    let lost_marks = opened.as_ref().map_or(0, |opened| opened.lost_marks);
    if lost_marks > 0 {
        findings.push(HealthFinding::fine("lost changes", super::board::lost_words(lost_marks)));
    }
    let board = opened.map(|opened| opened.board);
    if !is_shared {
        let (torn, damaged) = health::set_aside(dir);
        findings.extend(checks::set_aside(&torn, &damaged));
        findings.push(checks::snapshot(health::snapshot_seq(dir), &state));
        findings.push(lock(dir));
    }
    findings.push(checks::permissions(&shown, health::mode(dir), &health::unwritable(dir)));
    let synced = synced_by(dir);
    findings.push(checks::disk(&shown, RealDisk.room(dir), health::network(dir), synced));

    if !is_shared {
        let backups = paths.backups_dir();
        let latest = latest_backup(&backups);
        let count = daily(&backups).len().max(usize::from(latest.is_some()));
        let circumstances = (now.today(), dir.join("journal.jsonl").exists(), config.backups.is_some());
        findings.push(checks::backups(&backups.display().to_string(), count, latest, circumstances));
    }

    let own = paths.config_files().filter(|(path, _)| path.exists()).count();
    let own = if own == 0 {
        "all as built in".to_owned()
    } else {
        plural(own, "file of your own", "files of your own")
    };
    findings.push(HealthFinding::fine("settings", format!("{own}, in {}", paths.config_dir.display())));
    findings.push(playbooks(context, board.as_ref()));
    let latest = board.as_ref().and_then(|board| board.recent().map(|entry| entry.at).max());
    findings.push(checks::clock(&now, latest));
    findings.push(terminal());
    for source in &config.sources {
        let status = status::load(&paths.sources_dir(), source);
        let what = "source";
        findings.push(match (&status.error, status.read_at) {
            (Some(why), _) => HealthFinding::wrong(
                what,
                format!("{} could not be read: {why}", source.name),
                format!("try it with `gangplank sync {}`", source.name),
            ),
            (None, Some(at)) => HealthFinding::fine(
                what,
                format!("{}, read at {}", source.name, in_figures(&config.now(), at)),
            ),
            (None, None) => HealthFinding::fine(what, format!("{}, not read yet", source.name)),
        });
    }
    findings
}

/// What to do about a damaged journal.
const REPAIR: &str = "`gangplank restore FILE` restores a backup; `gangplank repair` keeps what is whole";

/// The board of a team, where it can be reached.
fn team(context: &Context, findings: &mut Vec<HealthFinding>) -> (JournalState, Option<Opened>) {
    let store = &context.config.store;
    let opened =
        store.open_waiting(context.config.pipeline.clone(), context.waiting.clone(), OpenedFor::Reading);
    let trouble = opened.as_ref().ok().and_then(|opened| opened.store.trouble());
    findings.push(match (&opened, trouble) {
        (Ok(_), Some(words)) => {
            let words = words.trim_end_matches('.');
            HealthFinding::wrong("board of the team", words, "see `gangplank docs team`")
        }
        (Ok(opened), None) => {
            let entries = usize::try_from(opened.board.seq()).unwrap_or(usize::MAX);
            HealthFinding::fine("board of the team", plural(entries, "entry", "entries"))
        }
        (Err(error), _) => {
            HealthFinding::wrong("board of the team", error.to_string(), "see `gangplank docs team`")
        }
    });
    (JournalState::Missing { others: Vec::new() }, opened.ok())
}

/// The journal, and what is in it where it can be read.
fn journal(context: &Context) -> (JournalState, Option<Opened>) {
    let dir = &context.config.paths.data_dir;
    let unreadable = |error: StoreError| {
        let advice = match error {
            StoreError::Damaged { .. } => REPAIR,
            StoreError::Version { .. } | StoreError::Unknown { .. } => "update gangplank",
            _ => "see `gangplank docs files-and-backup`",
        };
        (JournalState::Unreadable { why: error.to_string(), advice: advice.to_owned() }, None)
    };
    if !dir.join("journal.jsonl").exists() {
        let names = std::fs::read_dir(dir).into_iter().flatten().flatten();
        let names = names.map(|entry| entry.file_name().to_string_lossy().into_owned());
        let begins = ["snapshot.jsonl", "torn-", "damaged-", "backups"];
        let others = names.filter(|name| begins.iter().any(|begin| name.starts_with(begin))).collect();
        return (JournalState::Missing { others }, None);
    }
    let (entries, unfinished) = match health::whole_lines(dir) {
        Ok(found) => found,
        Err(error) => return unreadable(error),
    };
    if unfinished > 0 {
        // Opening it would set that aside.
        return (JournalState::Whole { entries, unfinished }, None);
    }
    match context.config.store.open(context.config.pipeline.clone()) {
        // Its lines are whole, but a snapshot may know that its end is lost.
        Ok(Opened { read_only: Some(_), .. }) => match context.config.store.examine(&context.config.pipeline)
        {
            Ok(Repaired { report, .. }) => {
                let why = report.places.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ");
                (JournalState::Unreadable { why, advice: REPAIR.to_owned() }, None)
            }
            Err(error) => unreadable(error),
        },
        Ok(opened) => (JournalState::Whole { entries, unfinished }, Some(opened)),
        Err(error) => unreadable(error),
    }
}

fn lock(dir: &Path) -> HealthFinding {
    match health::lock_holder(dir) {
        Ok(None) => HealthFinding::fine("lock", "nobody holds it"),
        Ok(Some((holder, None))) => HealthFinding::fine("lock", format!("held by {holder}")),
        Ok(Some((holder, Some(advice)))) => HealthFinding::wrong("lock", format!("held by {holder}"), advice),
        Err(error) => HealthFinding::wrong("lock", error.to_string(), "remove it, or share it"),
    }
}

/// What keeps `dir` in step with other machines, as far as its name tells.
fn synced_by(dir: &Path) -> Option<&'static str> {
    let services = [
        "Dropbox",
        "OneDrive",
        "Google Drive",
        "Nextcloud",
        "ownCloud",
        "Syncthing",
        "Mobile Documents",
        "iCloud",
    ];
    let parts: Vec<_> = dir.components().map(|part| part.as_os_str().to_string_lossy()).collect();
    services.into_iter().find(|service| parts.iter().any(|part| part.starts_with(service)))
}

/// The day of the latest backup in `backups`, and why it is not whole, if it is not.
fn latest_backup(backups: &Path) -> Option<(NaiveDate, Option<String>)> {
    let entries = std::fs::read_dir(backups).into_iter().flatten().flatten();
    let names = entries.filter_map(|entry| entry.file_name().into_string().ok());
    let manual = names.filter_map(|name| {
        let day = name.strip_prefix("gangplank-")?.get(..10)?.parse::<NaiveDate>().ok()?;
        name.ends_with(EXTENSION).then(|| (day, backups.join(name)))
    });
    let own = daily(backups).into_iter().map(|day| (day, daily_path(backups, day)));
    let (day, path) = manual.chain(own).max()?;
    Some((day, backup::open(&path).err().map(|error| error.to_string())))
}

fn playbooks(context: &Context, board: Option<&Board>) -> HealthFinding {
    let all = &context.config.playbooks.all;
    let off = board.map_or(0, |board| all.iter().filter(|playbook| !playbook.is_on(board)).count());
    let count = plural(all.len(), "playbook", "playbooks");
    HealthFinding::fine(
        "playbooks",
        if off == 0 { format!("{count}, all on") } else { format!("{count}, {off} off") },
    )
}

fn terminal() -> HealthFinding {
    let term = std::env::var("TERM").unwrap_or_default();
    if !is_interactive() {
        return HealthFinding::fine("terminal", "none here; the commands need none");
    }
    if is_dumb() {
        return HealthFinding::wrong(
            "terminal",
            "TERM names none that can show the board",
            "set it, for example to xterm-256color",
        );
    }
    let size = crossterm::terminal::size().map(|(width, height)| format!(", {width} by {height}"));
    HealthFinding::fine("terminal", format!("{term}{}", size.unwrap_or_default()))
}
