//! One lock for all who write, whatever becomes of its file.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use gangplank::store::disk::{Disk, DiskFile, OpenMode, RealDisk, Stat};
use gangplank::store::{Appended, FileStore, LockWaiting, Store, StoreError, repair_on};

use crate::support::sample_entries::{note, notes, pipeline};

/// A disk on which nobody writes to the journal while somebody else could take the lock.
#[derive(Clone, Copy)]
struct Guarded;

struct GuardedFile {
    file: Box<dyn DiskFile>,
    lock: PathBuf,
}

impl Disk for Guarded {
    fn create_dir(&self, dir: &Path) -> io::Result<()> {
        RealDisk.create_dir(dir)
    }

    fn sync_dir(&self, dir: &Path) -> io::Result<()> {
        RealDisk.sync_dir(dir)
    }

    fn stat(&self, path: &Path) -> io::Result<Option<Stat>> {
        RealDisk.stat(path)
    }

    fn open(&self, path: &Path, mode: OpenMode) -> io::Result<Box<dyn DiskFile>> {
        let file = RealDisk.open(path, mode)?;
        let is_journal = path.ends_with("journal.jsonl") || path.ends_with("journal.tmp");
        let lock = path.with_file_name("lock");
        Ok(if is_journal { Box::new(GuardedFile { file, lock }) } else { file })
    }

    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        RealDisk.rename(from, to)
    }

    fn remove(&self, path: &Path) -> io::Result<()> {
        RealDisk.remove(path)
    }

    fn rename_to_new(&self, from: &Path, to: &Path) -> io::Result<()> {
        RealDisk.rename_to_new(from, to)
    }

    fn names(&self, dir: &Path) -> io::Result<Vec<String>> {
        RealDisk.names(dir)
    }

    fn room(&self, path: &Path) -> Option<u64> {
        RealDisk.room(path)
    }
}

impl GuardedFile {
    fn is_locked(&self) -> io::Result<bool> {
        Ok(!RealDisk.open(&self.lock, OpenMode::Create)?.try_lock()?)
    }
}

impl DiskFile for GuardedFile {
    fn stat(&self) -> io::Result<Stat> {
        self.file.stat()
    }

    fn read(&self, from: u64) -> io::Result<Vec<u8>> {
        self.file.read(from)
    }

    fn append(&mut self, bytes: &[u8]) -> io::Result<()> {
        assert!(self.is_locked()?, "somebody else could write, too");
        self.file.append(bytes)
    }

    fn cut(&mut self, length: u64) -> io::Result<()> {
        assert!(self.is_locked()?, "somebody else could write, too");
        self.file.cut(length)
    }

    fn sync(&mut self) -> io::Result<()> {
        self.file.sync()
    }

    fn rewrite(&mut self, from: u64, bytes: &[u8]) -> io::Result<()> {
        assert!(self.is_locked()?, "somebody else could write, too");
        self.file.rewrite(from, bytes)
    }

    fn replace(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.file.replace(bytes)
    }

    fn try_lock(&self) -> io::Result<bool> {
        self.file.try_lock()
    }

    fn unlock(&self) -> io::Result<()> {
        self.file.unlock()
    }
}

fn open(dir: &Path) -> FileStore {
    FileStore::open_on(Arc::new(Guarded), dir, pipeline()).expect("nobody damaged it").store
}

#[test]
fn whoever_writes_holds_the_lock_that_others_find() {
    let home = tempfile::tempdir().expect("a temporary directory");
    let lock = home.path().join("lock");
    let entries = notes(6);
    let mut ann = open(home.path());
    assert_eq!(ann.append(&entries[0]).expect("it is written"), Appended::Yes);
    std::fs::remove_file(&lock).expect("it is there");
    let mut ben = open(home.path());
    assert_eq!(ben.append(&entries[1]).expect("it is written"), Appended::Yes);
    assert_eq!(ann.append(&entries[1]).expect("nothing is wrong"), Appended::Behind);
    assert_eq!(ann.read_after(1).expect("it is read").len(), 1);
    assert_eq!(ann.append(&entries[2]).expect("it is written"), Appended::Yes);
    // Deleted, and made again by nobody.
    std::fs::remove_file(&lock).expect("it is there");
    assert_eq!(ann.append(&entries[3]).expect("it is written"), Appended::Yes);
    std::fs::write(home.path().join("new"), "").expect("it is written");
    std::fs::rename(home.path().join("new"), &lock).expect("it is replaced");
    assert_eq!(ann.append(&entries[4]).expect("it is written"), Appended::Yes);
    assert_eq!(ben.read_after(2).expect("it is read").len(), 3);
    assert_eq!(ben.append(&entries[5]).expect("it is written"), Appended::Yes);
    let found = open(home.path()).read_after(0).expect("it is read");
    assert_eq!(found.iter().map(|entry| entry.seq).collect::<Vec<_>>(), [1, 2, 3, 4, 5, 6]);
}

#[test]
fn who_is_left_with_an_old_directory_writes_to_none() {
    let home = tempfile::tempdir().expect("a temporary directory");
    let [data, old] = ["data", "old"].map(|name| home.path().join(name));
    let entries = notes(3);
    let mut ann = open(&data);
    assert_eq!(ann.append(&entries[0]).expect("it is written"), Appended::Yes);
    std::fs::rename(&data, &old).expect("it is moved away");
    assert_eq!(open(&data).append(&note(1, "ben", "other")).expect("it is written"), Appended::Yes);
    assert!(matches!(ann.append(&entries[1]), Err(StoreError::Replaced { .. })));
    for dir in [&data, &old] {
        assert_eq!(open(dir).read_after(0).expect("it is read").len(), 1, "{}", dir.display());
    }
    // Who knows no journal yet has none to lose.
    let fresh = home.path().join("fresh");
    let mut ben = open(&fresh);
    std::fs::rename(&data, &fresh).expect("it is put in place");
    assert_eq!(ben.append(&entries[0]).expect("nothing is wrong"), Appended::Behind);
    assert_eq!(ben.read_after(0).expect("it is read").len(), 1);
    assert_eq!(ben.append(&entries[1]).expect("it is written"), Appended::Yes);
}

#[test]
fn a_repair_holds_the_lock_that_is_there() {
    let home = tempfile::tempdir().expect("a temporary directory");
    let mut ann = open(home.path());
    assert_eq!(ann.append(&notes(1)[0]).expect("it is written"), Appended::Yes);
    let journal = home.path().join("journal.jsonl");
    let damaged = [std::fs::read(&journal).expect("it is read"), b"damage\n".to_vec()].concat();
    std::fs::write(&journal, damaged).expect("it is damaged");
    let done =
        repair_on(&Guarded, home.path(), &pipeline(), &LockWaiting::default()).expect("it is repaired");
    assert_eq!((done.report.kept, done.copy.is_some()), (1, true));
}
