//! Backups: a store and the files beside it in one file, which says whether it is whole.
//!
//! The first line is a header. Then each file follows: a line with its name and length, its bytes, and a line break. The
//! last line has the SHA-256 of everything before it. These lines are framed as in the journal. A journal only grows, so
//! its whole lines are a consistent store at any time: nobody is locked out while they are copied.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{self, BufRead, BufReader, BufWriter, Read, Seek, SeekFrom, Write};
use std::path::{Component, Path, PathBuf};
use std::sync::Arc;

use chrono::{DateTime, Datelike, NaiveDate, Utc};
use ring::digest::{Context as Hash, SHA256};
use serde::{Deserialize, Serialize};

use super::access::access_error;
use super::disk::{self, Disk, DiskFile, RealDisk};
use super::file::FileStore;
use super::files::{self, StoreFiles};
use super::health::WholeJournal;
use super::journal;
use super::lock::{Patience, lock_at};
use super::{Opened, StoreError};
use crate::state::{Pipeline, Seq};

/// The word in the header that says what the file is.
const FORMAT: &str = "gangplank-backup";
const VERSION: u32 = 1;

/// What the names of backups end in.
pub const EXTENSION: &str = files::BACKUP_EXTENSION;

/// The directory of backups in a data directory.
pub const DIRECTORY: &str = files::BACKUPS;

/// What the names of backups begin with that are still being made.
const DRAFT: &str = ".backup-";

/// What the journal is called in a backup.
const JOURNAL: &str = "data/journal.jsonl";

/// What to do about a backup that cannot be used.
const ANOTHER_BACKUP: &str = "take another backup: `gangplank paths` says where they are";

/// The longest line that belongs to the backup itself.
const LONGEST_LINE: u64 = 64 << 10;

#[derive(Serialize, Deserialize)]
struct BackupHeader {
    format: String,
    version: u32,
    at: DateTime<Utc>,
    entries: Seq,
}

#[derive(Serialize, Deserialize)]
struct FileHeader {
    name: String,
    bytes: u64,
}

#[derive(Serialize, Deserialize)]
struct BackupEnd {
    files: usize,
    sha256: String,
}

/// A backup that is whole.
#[derive(Debug)]
pub struct Backup {
    path: PathBuf,
    pub at: DateTime<Utc>,
    pub entries: Seq,
    pub sha256: String,
    /// Where the bytes of each file lie.
    files: BTreeMap<String, (u64, u64)>,
    /// The length of all of it.
    pub bytes: u64,
}

/// What a restore did.
#[derive(Debug)]
pub struct Restored {
    pub entries: Seq,
    pub accounts: usize,
    /// Where the store is that was there before.
    pub set_aside: Option<PathBuf>,
}

/// How many of the backups that are made by themselves are kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KeptBackups {
    /// The latest of so many days.
    pub daily: usize,
    /// And the latest of each of so many weeks.
    pub weekly: usize,
}

impl Default for KeptBackups {
    fn default() -> Self {
        Self { daily: 7, weekly: 4 }
    }
}

impl KeptBackups {
    /// Those of `days` whose backups are not kept.
    pub fn expired(self, days: &[NaiveDate]) -> Vec<NaiveDate> {
        let mut days = days.to_vec();
        days.sort_unstable_by(|a, b| b.cmp(a));
        days.dedup();
        let mut weeks = Vec::new();
        let mut expired = Vec::new();
        for (place, day) in days.into_iter().enumerate() {
            let week = (day.iso_week().year(), day.iso_week().week());
            // The days come latest first, so the first of a week is its latest.
            let is_latest = weeks.last() != Some(&week);
            if is_latest {
                weeks.push(week);
            }
            if place >= self.daily && !(is_latest && weeks.len() <= self.weekly) {
                expired.push(day);
            }
        }
        expired
    }
}

/// Writes what is hashed.
struct Hashed<W> {
    out: W,
    hash: Hash,
}

impl<W: Write> Write for Hashed<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.out.write(bytes)?;
        self.hash.update(&bytes[..written]);
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}

/// Makes a backup of the store in `dir` and of `others`, each a name in the backup and where it is, at `target`, where
/// nothing may be, and reads it back.
///
/// # Errors
/// When the journal is damaged or there is none, when something cannot be read or written, and when it does not read back.
pub fn save(
    dir: &Path,
    others: &[(String, PathBuf)],
    at: DateTime<Utc>,
    target: &Path,
) -> Result<Backup, StoreError> {
    let advice = "repair it with `gangplank repair`, then make a backup";
    let WholeJournal { file, scan, .. } = WholeJournal::scan(dir, advice)?;
    let entries = (scan.lines.len() as Seq).saturating_sub(1);
    let failed = |error| access_error(target, "write", error);
    let parent = target.parent().filter(|dir| *dir != Path::new("")).unwrap_or(Path::new("."));
    let draft = tempfile::Builder::new().prefix(DRAFT).tempfile_in(parent).map_err(failed)?;
    // As long as it is locked, it is no rest of a process that was killed.
    let _ = draft.as_file().try_lock();
    let mut out = Hashed { out: BufWriter::new(draft.as_file()), hash: Hash::new(&SHA256) };
    let header = BackupHeader { format: FORMAT.into(), version: VERSION, at, entries };
    line(&mut out, &header).map_err(failed)?;
    let length = scan.end as u64;
    line(&mut out, &FileHeader { name: JOURNAL.into(), bytes: length }).map_err(failed)?;
    let of_journal = |error| access_error(&StoreFiles::new(dir).journal, "read", error);
    copy(&*file, length, &mut out).map_err(of_journal)?;
    out.write_all(b"\n").map_err(failed)?;
    for (name, path) in others {
        let bytes = disk::read_file(path).map_err(|error| access_error(path, "read", error))?;
        line(&mut out, &FileHeader { name: name.clone(), bytes: bytes.len() as u64 }).map_err(failed)?;
        out.write_all(&bytes).and_then(|()| out.write_all(b"\n")).map_err(failed)?;
    }
    let sha256 = hex(out.hash.clone().finish().as_ref());
    line(&mut out, &BackupEnd { files: others.len() + 1, sha256 }).map_err(failed)?;
    out.flush().map_err(failed)?;
    drop(out);
    draft.as_file().sync_all().map_err(failed)?;
    // What cannot be read back is no backup.
    let saved = open(draft.path())?;
    draft.persist_noclobber(target).map_err(|error| failed(error.error))?;
    RealDisk.sync_dir(parent).map_err(failed)?;
    Ok(Backup { path: target.to_owned(), ..saved })
}

/// The same by itself: at most one a day, in `backups`, unless nothing has happened since the last one or `room`, so many
/// bytes, is little. The oldest are removed as `kept` says. Answers whether one was made.
///
/// # Errors
/// As [`save`].
pub fn save_daily(
    dir: &Path,
    others: &[(String, PathBuf)],
    (at, today): (DateTime<Utc>, NaiveDate),
    backups: &Path,
    kept: KeptBackups,
    room: Option<u64>,
) -> Result<bool, StoreError> {
    let Ok(journal) = fs::metadata(StoreFiles::new(dir).journal) else { return Ok(false) };
    let mut days = daily(backups);
    let latest = days.iter().max().copied();
    let is_new =
        |day: NaiveDate| day < today && journal_length(&daily_path(backups, day)) != Some(journal.len());
    if !latest.is_none_or(is_new) || !disk::is_spare(journal.len(), room) {
        return Ok(false);
    }
    disk::create_dir_like_parent(backups).map_err(|error| access_error(backups, "create", error))?;
    remove_drafts(backups);
    save(dir, others, at, &daily_path(backups, today))?;
    days.push(today);
    for day in kept.expired(&days).into_iter().filter(|day| *day != today) {
        let _ = fs::remove_file(daily_path(backups, day));
    }
    Ok(true)
}

/// Removes what processes that were killed left of backups.
fn remove_drafts(backups: &Path) {
    for entry in fs::read_dir(backups).into_iter().flatten().flatten() {
        let is_draft = entry.file_name().to_string_lossy().starts_with(DRAFT);
        if is_draft && File::open(entry.path()).is_ok_and(|file| file.try_lock().is_ok()) {
            let _ = fs::remove_file(entry.path());
        }
    }
}

/// The days of the backups in `backups` that were made by themselves.
pub fn daily(backups: &Path) -> Vec<NaiveDate> {
    let names = fs::read_dir(backups).into_iter().flatten().flatten().map(|entry| entry.file_name());
    let day = |name: std::ffi::OsString| {
        let name =
            name.to_str()?.strip_prefix("daily-")?.strip_suffix(EXTENSION)?.strip_suffix('.')?.to_owned();
        name.parse().ok()
    };
    names.filter_map(day).collect()
}

/// Where the backup of that day is.
pub fn daily_path(backups: &Path, day: NaiveDate) -> PathBuf {
    backups.join(format!("daily-{day}.{EXTENSION}"))
}

/// How long the journal in the backup at `path` is.
fn journal_length(path: &Path) -> Option<u64> {
    let mut input = BufReader::new(File::open(path).ok()?);
    let _: BackupHeader = parsed(&bounded_line(&mut input).ok()?)?;
    parsed(&bounded_line(&mut input).ok()?).map(|file: FileHeader| file.bytes)
}

/// Opens the backup at `path`, and reads all of it to see whether it is whole.
///
/// # Errors
/// When it cannot be read, is no backup, is damaged, or is of a newer version.
pub fn open(path: &Path) -> Result<Backup, StoreError> {
    let location = || path.display().to_string();
    let failed = |error| access_error(path, "read", error);
    let damaged = |place: u64, problem: &str| StoreError::Damaged {
        location: location(),
        place: format!("byte {place}"),
        problem: problem.into(),
        advice: ANOTHER_BACKUP,
    };
    let file = disk::open_file(path, File::options().read(true)).map_err(failed)?;
    let bytes = file.metadata().map_err(failed)?.len();
    let mut input = BufReader::with_capacity(1 << 20, file);
    let mut read = Hashed { out: io::sink(), hash: Hash::new(&SHA256) };
    let first = bounded_line(&mut input).map_err(failed)?;
    let header: BackupHeader = parsed(&first)
        .filter(|header: &BackupHeader| header.format == FORMAT)
        .ok_or_else(|| damaged(0, "it is no backup, or its first line is damaged"))?;
    if header.version > VERSION {
        return Err(StoreError::Version { location: location(), found: header.version, known: VERSION });
    }
    read.hash.update(&first);
    let (mut at, mut files) = (first.len() as u64, BTreeMap::new());
    loop {
        let next = bounded_line(&mut input).map_err(failed)?;
        if let Some(FileHeader { name, bytes }) = parsed(&next) {
            read.hash.update(&next);
            at += next.len() as u64;
            let mut content = Read::by_ref(&mut input).take(bytes.saturating_add(1));
            let length = io::copy(&mut content, &mut read).map_err(failed)?;
            if length != bytes.saturating_add(1) {
                return Err(damaged(at + length, "it ends in the middle"));
            }
            files.insert(name, (at, bytes));
            at += bytes + 1;
            continue;
        }
        let end: BackupEnd =
            parsed(&next).ok_or_else(|| damaged(at, "a line is damaged, or the rest is missing"))?;
        let sha256 = hex(read.hash.finish().as_ref());
        if end.sha256 != sha256 || end.files != files.len() {
            return Err(damaged(at, "its SHA-256 is not the one that it names"));
        }
        if at + next.len() as u64 != bytes {
            return Err(damaged(at + next.len() as u64, "something follows its end"));
        }
        let BackupHeader { at, entries, .. } = header;
        return Ok(Backup { path: path.to_owned(), at, entries, sha256, files, bytes });
    }
}

impl Backup {
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// How many files are in it.
    pub fn len(&self) -> usize {
        self.files.len()
    }

    pub fn is_empty(&self) -> bool {
        self.files.is_empty()
    }

    /// The files in it whose names begin with the directory `within`, and where they belong in that.
    pub fn within(&self, within: &str) -> impl Iterator<Item = (&str, PathBuf)> {
        self.files.keys().filter_map(move |name| {
            let path = Path::new(name.strip_prefix(within)?.strip_prefix('/')?);
            // A backup may have been made by anybody.
            let is_inside = path.components().all(|part| matches!(part, Component::Normal(_)));
            is_inside.then(|| (&**name, path.to_owned()))
        })
    }

    /// The bytes of the file `name`.
    ///
    /// # Errors
    /// When they cannot be read.
    pub fn read(&self, name: &str) -> Result<Vec<u8>, StoreError> {
        let mut bytes = Vec::new();
        let mut read = || {
            let (from, length) = self.files[name];
            let mut file = disk::open_file(&self.path, File::options().read(true))?;
            file.seek(SeekFrom::Start(from))?;
            file.take(length).read_to_end(&mut bytes)
        };
        read().map_err(|error| access_error(&self.path, "read", error))?;
        Ok(bytes)
    }

    /// Puts the store of this backup into `dir`. What is there is set aside into `aside`, a directory in it.
    ///
    /// # Errors
    /// When something cannot be read or written, when the entries do not fold, and when somebody else is writing there.
    pub fn restore(
        &self,
        dir: &Path,
        aside: &Path,
        pipeline: Arc<Pipeline>,
        waiting: &dyn Patience,
    ) -> Result<Restored, StoreError> {
        let files = StoreFiles::new(dir);
        let failed = |error| access_error(dir, "write to", error);
        RealDisk.create_dir(dir).map_err(failed)?;
        let _lock = lock_at(&RealDisk, &files.lock, None, waiting)?;
        let fresh = dir.join("restore.tmp");
        if fresh.exists() {
            fs::remove_dir_all(&fresh).map_err(failed)?;
        }
        for (name, path) in self.within("data") {
            let target = fresh.join(path);
            let bytes = self.read(name)?;
            let write = || {
                disk::create_dir_like_parent(&fresh)?;
                disk::create_dir_like_parent(target.parent().unwrap_or(&fresh))?;
                disk::write_file(&target, &bytes)
            };
            write().map_err(failed)?;
        }
        let Opened { store, board, .. } = FileStore::open(&fresh, pipeline)?;
        if let Some(report) = store.damage() {
            let problem = report.places.first().map(ToString::to_string).unwrap_or_default();
            fs::remove_dir_all(&fresh).map_err(failed)?;
            return Err(StoreError::Damaged {
                location: self.path.display().to_string(),
                place: JOURNAL.into(),
                problem,
                advice: ANOTHER_BACKUP,
            });
        }
        let set_aside = files.journal.exists() || files.snapshot.exists();
        let replace = || -> io::Result<()> {
            if set_aside {
                disk::create_dir_like_parent(aside)?;
                // First what goes by the journal, then the journal itself, which is never missing meanwhile.
                for old in [&files.snapshot, &files.previous, &dir.join("mappings")] {
                    if let Some(name) = old.file_name().filter(|_| old.exists()) {
                        fs::rename(old, aside.join(name))?;
                    }
                }
                if files.journal.exists() {
                    let kept = StoreFiles::new(aside).journal;
                    fs::hard_link(&files.journal, &kept)
                        .or_else(|_| fs::copy(&files.journal, &kept).map(drop))?;
                    File::open(&kept)?.sync_all()?;
                }
                RealDisk.sync_dir(aside)?;
                RealDisk.sync_dir(dir)?;
            }
            fs::rename(StoreFiles::new(&fresh).journal, &files.journal)?;
            for entry in fs::read_dir(&fresh)?.flatten().filter(|entry| entry.path().is_dir()) {
                fs::rename(entry.path(), dir.join(entry.file_name()))?;
            }
            RealDisk.sync_dir(dir)?;
            fs::remove_dir_all(&fresh)
        };
        replace().map_err(failed)?;
        let set_aside = set_aside.then(|| aside.to_owned());
        Ok(Restored { entries: board.seq(), accounts: board.len(), set_aside })
    }
}

fn line(out: &mut impl Write, value: &impl Serialize) -> io::Result<()> {
    out.write_all(&journal::line(value)?)
}

/// Copies the first `length` bytes of `file`.
fn copy(file: &dyn DiskFile, length: u64, out: &mut impl Write) -> io::Result<()> {
    let mut buffer = vec![0; 1 << 20];
    let mut at = 0;
    while at < length {
        let most = usize::try_from(length - at).unwrap_or(usize::MAX).min(buffer.len());
        let read = file.read_some(at, &mut buffer[..most])?;
        if read == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        out.write_all(&buffer[..read])?;
        at += read as u64;
    }
    Ok(())
}

/// The next line, which is not longer than those of a backup are.
fn bounded_line(input: &mut impl BufRead) -> io::Result<Vec<u8>> {
    let mut line = Vec::new();
    input.take(LONGEST_LINE).read_until(b'\n', &mut line)?;
    Ok(line)
}

/// What a whole line says.
fn parsed<T: for<'de> Deserialize<'de>>(line: &[u8]) -> Option<T> {
    let scan = journal::scan(line);
    match scan.lines.as_slice() {
        [json] if scan.end == line.len() => serde_json::from_slice(&line[json.clone()]).ok(),
        _ => None,
    }
}

/// `bytes` in hexadecimal digits.
pub(crate) fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    bytes.iter().fold(String::new(), |mut hex, byte| {
        let _ = write!(hex, "{byte:02x}");
        hex
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_latest_of_each_day_and_week_are_kept() {
        let day = |number: u32| {
            NaiveDate::from_ymd_opt(2024, 12, 1).expect("a date") + chrono::Days::new(number.into())
        };
        // 2024-12-01 is a Sunday. Each day one more, and the old ones go.
        let mut days = Vec::new();
        for today in 0..60 {
            days.push(day(today));
            let expired = KeptBackups::default().expired(&days);
            days.retain(|day| !expired.contains(day));
        }
        let kept: Vec<i64> = days.iter().map(|kept| (day(59) - *kept).num_days()).collect();
        // A Wednesday: seven days, and the Sundays of the weeks before.
        assert_eq!(kept, [17, 10, 6, 5, 4, 3, 2, 1, 0]);
        assert_eq!(KeptBackups { daily: 1, weekly: 0 }.expired(&[day(1), day(3), day(2)]), [day(2), day(1)]);
        assert_eq!(KeptBackups { daily: 9, weekly: 9 }.expired(&[day(1), day(1)]), []);
    }
}
