//! Repairing a damaged journal: a copy of it is set aside, and every whole entry is kept.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::access::access_error;
use super::damage::DamageReport;
use super::disk::{self, Disk, OpenMode};
use super::entry_line::EntryLine;
use super::examine::{Examined, examine, only_backups};
use super::files::StoreFiles;
use super::journal::{self, JournalHeader, Tail};
use super::lock::{self, Patience};
use super::{StoreError, salvage};
use crate::state::Pipeline;

/// What a repair did, or would do.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Repaired {
    pub report: DamageReport,
    /// Where a copy of the damaged journal is, or would be; `None` when there is no damage and nothing to do.
    pub copy: Option<String>,
}

/// What [`repair_on`] would do. Nothing is changed.
///
/// # Errors
/// When the journal cannot be read, is from a newer version, or only backups are left of it.
pub fn examine_on(disk: &dyn Disk, dir: &Path, pipeline: &Arc<Pipeline>) -> Result<Repaired, StoreError> {
    let examined = repairable(disk, &StoreFiles::new(dir), pipeline)?;
    let copy = examined.is_damaged().then(|| copy_path(dir, &examined.copy).display().to_string());
    Ok(Repaired { report: examined.salvage.report, copy })
}

/// Repairs the journal in `dir` of `disk`, as soon as nobody else writes: copies it aside, and writes it anew with every whole entry, a mark where some are
/// lost, and what a snapshot knows of them.
///
/// # Errors
/// When the journal cannot be read or written, is from a newer version, or nothing of it is left. The journal is as it was
/// then.
pub fn repair_on(
    disk: &dyn Disk,
    dir: &Path,
    pipeline: &Arc<Pipeline>,
    waiting: &dyn Patience,
) -> Result<Repaired, StoreError> {
    let files = StoreFiles::new(dir);
    let io = |action| {
        let path = files.journal.clone();
        move |source: io::Error| access_error(&path, action, source)
    };
    if disk.names(dir).map_err(io("read"))?.is_empty() {
        return Ok(Repaired::default());
    }
    let _lock = lock::lock_at(disk, &files.lock, None, waiting)?;
    let Examined { bytes, mended, salvage, copy, traces } = match repairable(disk, &files, pipeline)? {
        examined if examined.is_damaged() => examined,
        whole => return Ok(Repaired { report: whole.salvage.report, copy: None }),
    };
    if salvage.entries.is_empty() && !traces.is_empty() {
        return Err(StoreError::NothingLeft {
            location: files.journal.display().to_string(),
            traces: traces.join(", "),
        });
    }
    let name = copy;
    let copy = copy_path(dir, &name);
    write_verified(disk, &copy, &bytes).map_err(io("copy"))?;
    let fresh = dir.join("journal.tmp");
    let lines = lines(&mended, &salvage).map_err(|error| StoreError::Unwritable {
        location: files.journal.display().to_string(),
        why: error.to_string(),
    })?;
    write_verified(disk, &fresh, &lines).map_err(io("write anew"))?;
    let replace = || {
        // A snapshot may hold entries that the journal has no longer under their numbers: it is set aside, too.
        for snapshot in [&files.snapshot, &files.previous] {
            if let (Some(_), Some(old)) = (disk.stat(snapshot)?, snapshot.file_name()) {
                disk.rename(snapshot, &dir.join(format!("{name}-{}", old.display())))?;
            }
        }
        disk.sync_dir(dir)?;
        disk.rename(&fresh, &files.journal)?;
        disk.sync_dir(dir)
    };
    replace().map_err(io("replace"))?;
    Ok(Repaired { report: salvage.report, copy: Some(copy.display().to_string()) })
}

/// Examines the store in `files`.
///
/// # Errors
/// As [`examine`], and where only backups are left: an empty journal would be no repair.
fn repairable(disk: &dyn Disk, files: &StoreFiles, pipeline: &Arc<Pipeline>) -> Result<Examined, StoreError> {
    let examined = examine(disk, files, pipeline)?;
    let only_backups = examined.is_nothing_left().then(|| only_backups(disk, files)).flatten();
    only_backups.map_or(Ok(examined), Err)
}

fn copy_path(dir: &Path, name: &str) -> PathBuf {
    dir.join(format!("{name}.jsonl"))
}

/// The lines of the repaired journal. What stays as it is stays so byte by byte.
fn lines(bytes: &[u8], salvage: &salvage::Salvage) -> Result<Vec<u8>, serde_json::Error> {
    let mut lines =
        journal::line(&JournalHeader { format: journal::FORMAT.into(), version: salvage.version })?;
    for it in &salvage.entries {
        if let Some(json) = &it.json {
            lines.extend(journal::framed(&bytes[json.clone()]));
        } else {
            lines.extend(EntryLine::of(&it.entry)?.whole());
        }
    }
    let scan = journal::scan(&lines);
    assert!(
        scan.tail == Tail::Clean && scan.lines.len() == salvage.entries.len() + 1,
        "whole lines make a whole journal"
    );
    Ok(lines)
}

/// Writes a file and reads it back.
fn write_verified(disk: &dyn Disk, path: &Path, bytes: &[u8]) -> io::Result<()> {
    disk::put(disk, path, bytes)?;
    if disk.open(path, OpenMode::Read)?.read(0)? == bytes {
        Ok(())
    } else {
        Err(io::Error::other("what was written does not read back"))
    }
}
