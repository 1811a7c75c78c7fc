//! A damaged store, looked at as a whole: what is left of the journal, and what the snapshots know.

use std::fmt::Write;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::access::access_error;
use super::damage::{DamageReport, DamagedPlace};
use super::disk::{Disk, OpenMode};
use super::files::{BACKUP_EXTENSION, BACKUPS, StoreFiles};
use super::salvage::{KnownBoard, Salvage, UnknownLine, salvage};
use super::shell::shell_word;
use super::{StoreError, journal, snapshot, survey};
use crate::state::Pipeline;

/// What to do about damage.
pub(super) const ADVICE: &str = "run `gangplank repair`: it shows first what it would do, keeps every whole entry, and keeps the \
                      damaged file as well";

/// What was found.
pub(super) struct Examined {
    /// All of the journal; nothing where it is missing.
    pub(super) bytes: Vec<u8>,
    /// The same, with each line whole that lacked a single bit.
    pub(super) mended: Vec<u8>,
    pub(super) salvage: Salvage,
    /// The name that a repair gives a copy of the journal, without its ending.
    pub(super) copy: String,
    /// The files that show that there was a journal, where it is missing or empty.
    pub(super) traces: Vec<String>,
}

/// Looks at the store in `files`. Nothing is changed, and nothing is locked.
///
/// # Errors
/// When the journal cannot be read, or a newer program wrote it.
pub(super) fn examine(
    disk: &dyn Disk,
    files: &StoreFiles,
    pipeline: &Arc<Pipeline>,
) -> Result<Examined, StoreError> {
    let io = |source| access_error(&files.journal, "read", source);
    let is_there = disk.stat(&files.journal).map_err(io)?.is_some();
    let bytes = if is_there { read(disk, &files.journal).map_err(io)? } else { Vec::new() };
    let found = survey::survey(&bytes);
    let location = || files.journal.display().to_string();
    if let Some(found) = found.version.filter(|version| *version > journal::VERSION) {
        return Err(StoreError::Version { location: location(), found, known: journal::VERSION });
    }
    let known = |path: &PathBuf| {
        let snapshot = snapshot::open_whole(read(disk, path).ok()?, pipeline.clone()).ok()?;
        Some(KnownBoard { mark: snapshot.mark, board: snapshot.board([]) })
    };
    let known = [&files.snapshot, &files.previous].into_iter().filter_map(known).collect();
    let copy = format!("damaged-{:08x}", crc32c::crc32c(&bytes));
    let salvage = salvage(&found, known, pipeline, &format!("{copy}.jsonl"));
    let mut salvage = salvage.map_err(|UnknownLine { line, why }| StoreError::Unknown {
        location: location(),
        place: format!("line {line}"),
        why,
    })?;
    let traces = if bytes.is_empty() { traces(disk, files)? } else { Vec::new() };
    if !traces.is_empty() {
        let what = if is_there { "it is empty" } else { "there is no journal" };
        let problem = format!("{what}, though {} shows that there was one", traces.join(", "));
        salvage.report.places = vec![DamagedPlace::new(1, problem)];
    }
    Ok(Examined { bytes, mended: found.bytes, salvage, copy, traces })
}

/// The files that show that there was a journal.
///
/// # Errors
/// When the directory cannot be read.
pub(super) fn traces(disk: &dyn Disk, files: &StoreFiles) -> Result<Vec<String>, StoreError> {
    let names = disk.names(&files.dir).map_err(|source| access_error(&files.dir, "read", source))?;
    let is_trace = |name: &String| {
        let snapshots = [&files.snapshot, &files.previous];
        snapshots.iter().any(|path| path.ends_with(name))
            || name.starts_with("torn-")
            || name.starts_with("damaged-")
    };
    let mut names: Vec<String> = names.into_iter().filter(is_trace).collect();
    if latest_backup(disk, files).is_some() {
        names.push(BACKUPS.to_owned());
    }
    names.sort();
    Ok(names)
}

/// The latest backup in the data directory.
pub(super) fn latest_backup(disk: &dyn Disk, files: &StoreFiles) -> Option<PathBuf> {
    let dir = files.dir.join(BACKUPS);
    let names = disk.names(&dir).unwrap_or_default().into_iter();
    let backups =
        names.filter(|name| name.strip_suffix(BACKUP_EXTENSION).is_some_and(|it| it.ends_with('.')));
    // Behind that, the day stands in each name.
    let day = |name: &String| name.trim_start_matches("daily-").trim_start_matches("gangplank-").to_owned();
    Some(dir.join(backups.max_by_key(day)?))
}

/// The error where nothing of a journal is whole but the backups of it, if there are any.
pub(super) fn only_backups(disk: &dyn Disk, files: &StoreFiles) -> Option<StoreError> {
    let latest = latest_backup(disk, files)?.display().to_string();
    let what = match disk.stat(&files.journal).ok()? {
        None => "is missing",
        Some(stat) if stat.length == 0 => "is empty",
        Some(_) => "is damaged, and no entry of it is whole",
    };
    let location = files.journal.display().to_string();
    Some(StoreError::OnlyBackups { location, what, latest: shell_word(&latest) })
}

fn read(disk: &dyn Disk, path: &Path) -> io::Result<Vec<u8>> {
    disk.open(path, OpenMode::Read)?.read(0)
}

impl Examined {
    pub(super) fn is_damaged(&self) -> bool {
        !self.salvage.report.places.is_empty()
    }

    /// Whether no entry is whole, and no snapshot knows of any.
    pub(super) fn is_nothing_left(&self) -> bool {
        self.is_damaged() && self.salvage.report.kept == 0 && self.salvage.report.snapshot.is_none()
    }
}

/// The error for whoever wants to change a store with that damage.
pub(super) fn damaged(files: &StoreFiles, report: &DamageReport) -> StoreError {
    let location = files.journal.display().to_string();
    let first = report.places.first();
    let place = first.map_or_else(|| "some line".to_owned(), |first| format!("line {}", first.line));
    let more = report.places.len().saturating_sub(1);
    let mut problem = first.map_or_else(String::new, |first| first.problem.clone());
    if more > 0 {
        let _ = write!(problem, " (damaged places besides: {more})");
    }
    StoreError::Damaged { location, place, problem, advice: ADVICE }
}

/// What is wrong with a store that has that damage, in short.
pub(super) fn standing(files: &StoreFiles, report: &DamageReport) -> String {
    let place = report.places.first().map_or_else(String::new, |first| format!(" ({first})"));
    let more = match report.places.len().saturating_sub(1) {
        0 => String::new(),
        more => format!(", and in {more} more"),
    };
    format!(
        "{} is damaged{place}{more}: what is whole is shown, and nothing can be changed; `gangplank repair` repairs it",
        files.journal.display()
    )
}

/// The sentence for whoever reads a store with that damage.
pub(super) fn read_only(files: &StoreFiles, report: &DamageReport) -> String {
    let places: Vec<String> = report.places.iter().take(3).map(ToString::to_string).collect();
    let more = report.places.len() - places.len();
    let more = if more == 0 { String::new() } else { format!("; and {more} more") };
    let shown = match (report.kept, report.snapshot) {
        (1, None) => "its one whole entry".to_owned(),
        (kept, None) => format!("its {kept} whole entries"),
        (kept, Some(seq)) => format!("its {kept} whole entries and a snapshot of entry {seq}"),
    };
    format!(
        "{} is damaged ({}{more}). What is shown comes from {shown}; nothing can be changed until it is repaired: {ADVICE}",
        files.journal.display(),
        places.join("; ")
    )
}
