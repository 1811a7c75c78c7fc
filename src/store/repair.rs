//! Repairing a damaged journal: a copy of it is set aside, and the entries before the damage are kept.

use std::io;
use std::path::Path;

use serde::Deserialize;

use super::StoreError;
use super::disk::{Disk, OpenMode};
use super::file::{StoreFiles, access_error};
use super::journal::{self, JournalHeader, JournalScan};
use super::lock::{self, LockWaiting};
use crate::state::Seq;

/// What a repair did.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Repaired {
    /// How many entries are kept.
    pub kept: Seq,
    /// How many lines were removed.
    pub set_aside: usize,
    /// Where a copy of the damaged store is; `None` when there was no damage and nothing was done.
    pub copy: Option<String>,
}

#[derive(Deserialize)]
struct Numbered {
    seq: Seq,
}

/// Repairs the journal in `dir` of `disk`: copies it aside and keeps the entries before the first damage. A damaged
/// header is written anew.
///
/// # Errors
/// When the journal cannot be read or written, or is from a newer version.
pub fn repair_on(disk: &dyn Disk, dir: &Path) -> Result<Repaired, StoreError> {
    let files = StoreFiles::new(dir);
    let io = |action| {
        let path = files.journal.clone();
        move |source: io::Error| access_error(&path, action, source)
    };
    if disk.stat(&files.journal).map_err(io("read"))?.is_none() {
        return Ok(Repaired::default());
    }
    let _lock = lock::lock_at(disk, &files.lock, None, &LockWaiting::default())?;
    let bytes =
        disk.open(&files.journal, OpenMode::Read).and_then(|file| file.read(0)).map_err(io("read"))?;
    let (start, scan) = entries(&bytes).map_err(|found| StoreError::Version {
        location: files.journal.display().to_string(),
        found,
        known: journal::VERSION,
    })?;
    let ordered = scan.lines.iter().zip(1..).take_while(|(json, seq)| {
        serde_json::from_slice(&bytes[start..][(*json).clone()])
            .is_ok_and(|entry: Numbered| entry.seq == *seq)
    });
    let kept = ordered.count();
    let end = kept.checked_sub(1).map_or(start, |last| start + scan.lines[last].end + 1);
    let header_holds = start > 0 && bytes.starts_with(&journal::header());
    if end == bytes.len() && header_holds {
        return Ok(Repaired { kept: kept as Seq, set_aside: 0, copy: None });
    }
    let name = format!("damaged-{:08x}", crc32c::crc32c(&bytes));
    let copy = dir.join(format!("{name}.jsonl"));
    write(disk, &copy, &[&bytes]).map_err(io("copy"))?;
    let fresh = dir.join("journal.tmp");
    write(disk, &fresh, &[&journal::header(), &bytes[start..end]]).map_err(io("write anew"))?;
    let replace = || {
        // A snapshot may hold entries that the journal no longer has: it is set aside, too.
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
    let set_aside = bytes[end..].split_inclusive(|byte| *byte == b'\n').count() + usize::from(!header_holds);
    Ok(Repaired { kept: kept as Seq, set_aside, copy: Some(copy.display().to_string()) })
}

/// Where the entries of a journal begin, and the whole lines from there. The error is the version of a newer journal,
/// which is not repaired.
fn entries(bytes: &[u8]) -> Result<(usize, JournalScan), u32> {
    let whole = journal::scan(bytes);
    if let Some(json) = whole.lines.first() {
        if let Ok(header) = serde_json::from_slice::<JournalHeader>(&bytes[json.clone()])
            && header.version > journal::VERSION
        {
            return Err(header.version);
        }
        let start = json.end + 1;
        return Ok((start, journal::scan(&bytes[start..])));
    }
    // The damage may have turned another byte into a line break, or the line break into another byte.
    let length = journal::header().len();
    let after_break = bytes.iter().position(|byte| *byte == b'\n').map(|end| end + 1);
    let starts = [Some(length.min(bytes.len())), after_break].into_iter().flatten();
    let scans = starts.map(|start| (start, journal::scan(&bytes[start..])));
    Ok(scans.max_by_key(|(_, scan)| scan.lines.len()).unwrap_or_else(|| (bytes.len(), journal::scan(&[]))))
}

fn write(disk: &dyn Disk, path: &Path, parts: &[&[u8]]) -> io::Result<()> {
    let mut file = disk.open(path, OpenMode::Create)?;
    file.cut(0)?;
    parts.iter().try_for_each(|part| file.append(part))?;
    file.sync()
}
