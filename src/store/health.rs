//! What can be found out about a store without changing it.

use std::path::Path;

use super::StoreError;
use super::access::access_error;
use super::disk::{Disk, DiskFile, OpenMode, RealDisk, read_file};
use super::files::StoreFiles;
use super::journal::{self, JournalScan};
use super::lock::LockHolder;
use super::snapshot::{self, SnapshotProblem};
use crate::state::Seq;

/// How many entries of the journal in `dir` are whole, and how many bytes an unfinished one has after them.
///
/// # Errors
/// When it is damaged or cannot be read.
pub fn whole_lines(dir: &Path) -> Result<(usize, usize), StoreError> {
    let WholeJournal { scan, rest, .. } = WholeJournal::scan(dir, "restore a backup, or repair it")?;
    Ok((scan.lines.len().saturating_sub(1), rest.len()))
}

/// A journal whose lines are whole and in order.
pub(super) struct WholeJournal {
    pub(super) file: Box<dyn DiskFile>,
    pub(super) scan: JournalScan,
    /// An unfinished last line: it is still being written, or never was.
    rest: Vec<u8>,
}

impl WholeJournal {
    /// Reads the journal in `dir`.
    ///
    /// # Errors
    /// When it cannot be read, or is damaged: then with `advice`.
    pub(super) fn scan(dir: &Path, advice: &'static str) -> Result<Self, StoreError> {
        let path = StoreFiles::new(dir).journal;
        let failed = |error| access_error(&path, "read", error);
        let file = RealDisk.open(&path, OpenMode::Read).map_err(failed)?;
        let (scan, rest) =
            journal::scan_through(|from, bytes| file.read_some(from, bytes)).map_err(failed)?;
        match scan.damage() {
            None => Ok(Self { file, scan, rest }),
            Some((line, problem)) => Err(StoreError::Damaged {
                location: path.display().to_string(),
                place: format!("line {line}"),
                problem: problem.into(),
                advice,
            }),
        }
    }
}

/// Up to which entry the snapshot in `dir` goes.
///
/// # Errors
/// When it cannot be used.
pub fn snapshot_seq(dir: &Path) -> Result<Seq, SnapshotProblem> {
    let files = StoreFiles::new(dir);
    let bytes = read_file(&files.snapshot).map_err(|_| SnapshotProblem::Missing)?;
    let parts = snapshot::check(&bytes)?;
    let journal = RealDisk.open(&files.journal, OpenMode::Read).ok();
    let is_of_it = journal.is_some_and(|journal| parts.mark().is_in(&*journal, parts.last_start()));
    if is_of_it { Ok(parts.mark().seq) } else { Err(SnapshotProblem::Foreign) }
}

/// The files in `dir` that hold what was set aside of a journal: unfinished changes, and damaged journals as a repair found
/// them.
pub fn set_aside(dir: &Path) -> (Vec<String>, Vec<String>) {
    let mut names = RealDisk.names(dir).unwrap_or_default();
    names.sort();
    let of = |begin: &str, end: &str| {
        names.iter().filter(|name| name.starts_with(begin) && name.ends_with(end)).cloned().collect()
    };
    (of("torn-", ""), of("damaged-", ".jsonl"))
}

/// Who holds the lock in `dir`, and what to do where they will not release it; nothing where nobody does.
///
/// # Errors
/// When it cannot be opened.
pub fn lock_holder(dir: &Path) -> Result<Option<(String, Option<String>)>, StoreError> {
    let path = StoreFiles::new(dir).lock;
    if !path.exists() {
        return Ok(None);
    }
    let failed = |error| access_error(&path, "lock", error);
    // For reading only: it may be somebody else's.
    let file = RealDisk.open(&path, OpenMode::Read).map_err(failed)?;
    if file.try_lock().map_err(failed)? {
        return Ok(None);
    }
    let holder = LockHolder::of(&*file);
    Ok(Some((format!("{holder:#}"), holder.is_stopped().then(|| holder.advice()))))
}

/// The permission bits of `dir`, where there are such.
pub fn mode(dir: &Path) -> Option<u32> {
    #[cfg(unix)]
    {
        use std::os::unix::fs::MetadataExt as _;
        std::fs::metadata(dir).ok().map(|metadata| metadata.mode() & 0o7777)
    }
    #[cfg(not(unix))]
    {
        let _ = dir;
        None
    }
}

/// The files of the store in `dir`, and `dir` itself, that this user may not write.
pub fn unwritable(dir: &Path) -> Vec<String> {
    #[cfg(unix)]
    {
        use rustix::fs::{Access, access};
        let StoreFiles { journal, lock, snapshot, .. } = StoreFiles::new(dir);
        let places = [dir.to_owned(), journal, lock, snapshot].into_iter().filter(|place| place.exists());
        let refused = places.filter(|place| access(place, Access::WRITE_OK).is_err());
        refused.map(|place| place.display().to_string()).collect()
    }
    #[cfg(not(unix))]
    {
        let _ = dir;
        Vec::new()
    }
}

/// What the file system of another machine is called that `dir` is on.
pub fn network(dir: &Path) -> Option<&'static str> {
    #[cfg(target_os = "linux")]
    {
        let place = dir.ancestors().find(|place| place.exists())?;
        let found = rustix::fs::statfs(place).ok()?;
        Some(match u32::try_from(found.f_type).ok()? {
            0x6969 => "NFS",
            0xff53_4d42 | 0xfe53_4d42 | 0x517b => "SMB",
            0x0102_1997 => "9P",
            0x00c3_6400 => "Ceph",
            0x5346_414f => "AFS",
            _ => return None,
        })
    }
    #[cfg(not(target_os = "linux"))]
    {
        let _ = dir;
        None
    }
}
