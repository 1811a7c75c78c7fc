//! A disk in memory that loses power, fills up, fails and lies.
//!
//! What a process reads is the cache. What survives a loss of power is what was synced, and of the rest any part
//! that a file system may have written by itself: see [`SimDisk::crashes`].

use std::collections::{BTreeMap, HashSet};
use std::io::{self, ErrorKind};
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard};

use gangplank::store::disk::{Disk, DiskFile, OpenMode, Stat};

/// A disk. A clone is the same disk.
#[derive(Clone, Default)]
pub(crate) struct SimDisk(Arc<Mutex<World>>);

/// What a disk does wrong without saying so.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Lie {
    #[default]
    None,
    /// Syncing a file does nothing.
    Sync,
    /// Syncing a snapshot does nothing.
    SnapshotSync,
    /// Syncing a directory does nothing.
    DirSync,
    /// Cutting a file does nothing.
    Cut,
    /// What is appended to a file is not what stands there afterwards.
    Append,
}

#[derive(Clone, Default)]
struct World {
    files: Vec<Content>,
    names: BTreeMap<PathBuf, usize>,
    durable_names: BTreeMap<PathBuf, usize>,
    unsynced_names: Vec<NameChange>,
    lie: Lie,
    /// How many changes the process lives to make.
    lives: Option<usize>,
    /// How many bytes still fit.
    room: Option<usize>,
    /// Why nobody may write.
    read_only: Option<ErrorKind>,
    /// Whether it tells so: a quota does not.
    tells_room: bool,
    /// How many syncs go well.
    good_syncs: Option<usize>,
    changes: usize,
    /// Who holds the lock of a file.
    locks: BTreeMap<usize, usize>,
    locking: Locking,
    /// How many files were ever opened.
    opened: usize,
    /// How many calls were made, and at which one fails.
    calls: usize,
    failing_call: Option<usize>,
    /// What happens at the next append to a file.
    meanwhile: Option<Meanwhile>,
}

/// What another process does, once, in the middle of a call.
type Meanwhile = Arc<dyn Fn() + Send + Sync>;

/// What the locks of a disk are good for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Locking {
    #[default]
    Works,
    /// As on some network drives: everybody gets every lock.
    DoesNothing,
    /// Nobody gets any: a process that is stopped holds them.
    Stuck,
}

#[derive(Clone, Default)]
struct Content {
    cached: Vec<u8>,
    /// How often it was changed.
    changed: i64,
    durable: Vec<u8>,
    unsynced: Vec<Change>,
    /// What a sync failed to write, and the system takes for written: nothing but writing it again makes it durable.
    lost: Vec<Range<usize>>,
}

#[derive(Clone)]
enum Change {
    Append(Vec<u8>),
    Cut(usize),
    Rewrite(usize, Vec<u8>),
}

#[derive(Clone)]
enum NameChange {
    Made(PathBuf, usize),
    Renamed(PathBuf, PathBuf, usize),
    Removed(PathBuf, usize),
}

impl SimDisk {
    /// A disk with one synced file on it.
    pub(crate) fn with(path: &Path, bytes: &[u8]) -> Self {
        let disk = Self::default();
        disk.put(path, bytes);
        disk
    }

    /// Puts a synced file on the disk.
    pub(crate) fn put(&self, path: &Path, bytes: &[u8]) {
        let mut world = self.world();
        let content = Content { cached: bytes.to_vec(), durable: bytes.to_vec(), ..Content::default() };
        world.files.push(content);
        let file = world.files.len() - 1;
        world.names.insert(path.to_owned(), file);
        world.durable_names.insert(path.to_owned(), file);
    }

    /// Adds synced bytes to a file, as another process would.
    pub(crate) fn grow(&self, path: &Path, bytes: &[u8]) {
        let mut world = self.world();
        let file = world.names[path];
        world.files[file].cached.extend_from_slice(bytes);
        world.files[file].durable.extend_from_slice(bytes);
        world.files[file].changed += 1;
    }

    /// Turns one bit of a byte of a file.
    pub(crate) fn flip(&self, path: &Path, at: usize) {
        let mut world = self.world();
        let file = world.names[path];
        world.files[file].cached[at] ^= 1 << (at % 8);
        world.files[file].durable[at] ^= 1 << (at % 8);
        world.files[file].changed += 1;
    }

    /// Copies `bytes` over what a file holds.
    pub(crate) fn overwrite(&self, path: &Path, bytes: &[u8]) {
        let mut world = self.world();
        let file = world.names[path];
        world.files[file].cached = bytes.to_vec();
        world.files[file].durable = bytes.to_vec();
        world.files[file].changed += 1;
    }

    /// The same disk as it is now, going its own way from here, with a process that lives for ever.
    pub(crate) fn fork(&self) -> Self {
        Self::fork_of(&self.world())
    }

    pub(crate) fn lying(self, lie: Lie) -> Self {
        self.world().lie = lie;
        self
    }

    /// Whoever uses the disk dies after so many changes.
    pub(crate) fn dying_after(self, lives: usize) -> Self {
        self.world().lives = Some(lives);
        self
    }

    pub(crate) fn with_room(self, room: usize) -> Self {
        self.world().room = Some(room);
        self
    }

    pub(crate) fn failing_after(self, syncs: usize) -> Self {
        self.world().good_syncs = Some(syncs);
        self
    }

    pub(crate) fn locking(self, locking: Locking) -> Self {
        self.world().locking = locking;
        self
    }

    /// Everybody loses every lock, and nobody is told.
    pub(crate) fn lose_locks(&self) {
        self.world().locks.clear();
    }

    /// A person removes a file.
    pub(crate) fn unlink(&self, path: &Path) {
        let mut world = self.world();
        world.names.remove(path);
        world.durable_names.remove(path);
    }

    /// Lets room come and go.
    pub(crate) fn set_room(&self, room: Option<usize>) {
        self.world().room = room;
    }

    /// Lets nobody write any more, for that reason, or lets everybody again.
    pub(crate) fn set_read_only(&self, why: Option<ErrorKind>) {
        self.world().read_only = why;
    }

    /// Lets room come and go, and tells how much there is.
    pub(crate) fn tell_room(&self, room: Option<usize>) {
        let mut world = self.world();
        (world.room, world.tells_room) = (room, true);
    }

    /// Lets so many more syncs go well; nothing for all.
    pub(crate) fn set_good_syncs(&self, syncs: Option<usize>) {
        self.world().good_syncs = syncs;
    }

    /// Lets call number `call` fail from now on, counted from 0; nothing for none.
    pub(crate) fn fail_call(&self, call: Option<usize>) {
        let mut world = self.world();
        (world.calls, world.failing_call) = (0, call);
    }

    /// How many calls were made since.
    pub(crate) fn calls(&self) -> usize {
        self.world().calls
    }

    /// Lets `happen` happen in the middle of the next append to a journal, once.
    pub(crate) fn meanwhile(&self, happen: impl Fn() + Send + Sync + 'static) {
        self.world().meanwhile = Some(Arc::new(happen));
    }

    /// How many changes were made.
    pub(crate) fn changes(&self) -> usize {
        self.world().changes
    }

    /// What every file holds, as a process would read it.
    pub(crate) fn contents(&self) -> BTreeMap<PathBuf, Vec<u8>> {
        let world = self.world();
        world.names.iter().map(|(path, file)| (path.clone(), world.files[*file].cached.clone())).collect()
    }

    /// Every disk that may be found after the process died here. First the one where only the process did; then
    /// those where the power went too: any subset of the unsynced changes of names, with the unsynced changes of
    /// files done up to any point, the next one begun or with blocks that read as zeros.
    pub(crate) fn crashes(&self) -> Vec<Self> {
        let world = self.world();
        let mut contents = vec![Vec::new()];
        for file in &world.files {
            let found = file.after_crash();
            let longer = |known: &Vec<Vec<u8>>| {
                found
                    .iter()
                    .map(|bytes| [known.as_slice(), std::slice::from_ref(bytes)].concat())
                    .collect::<Vec<_>>()
            };
            contents = contents.iter().flat_map(longer).collect();
        }
        let mut seen = HashSet::new();
        let mut disks = vec![Self::fork_of(&world)];
        for subset in 0..1_usize << world.unsynced_names.len() {
            let mut names = world.durable_names.clone();
            for (bit, change) in world.unsynced_names.iter().enumerate() {
                if subset >> bit & 1 == 1 {
                    change.apply(&mut names);
                }
            }
            for contents in &contents {
                let visible: Vec<_> =
                    names.iter().map(|(path, file)| (path.clone(), contents[*file].clone())).collect();
                if seen.insert(visible.clone()) {
                    let disk = Self::default().lying(world.lie);
                    for (path, bytes) in &visible {
                        disk.put(path, bytes);
                    }
                    disks.push(disk);
                }
            }
        }
        disks
    }

    fn fork_of(world: &World) -> Self {
        let world = World {
            lives: None,
            good_syncs: None,
            room: None,
            read_only: None,
            changes: 0,
            locks: BTreeMap::new(),
            locking: Locking::Works,
            failing_call: None,
            meanwhile: None,
            ..world.clone()
        };
        Self(Arc::new(Mutex::new(world)))
    }

    fn world(&self) -> MutexGuard<'_, World> {
        self.0.lock().expect("no test goes on after a panic")
    }
}

impl World {
    /// Counts a change, unless the process is dead.
    fn change(&mut self) -> io::Result<()> {
        self.alive()?;
        if let Some(kind) = self.read_only {
            return Err(kind.into());
        }
        self.changes += 1;
        Ok(())
    }

    fn stat(&self, file: usize) -> Stat {
        let Content { cached, changed, .. } = &self.files[file];
        Stat { length: cached.len() as u64, identity: file as u64, changed: *changed }
    }

    fn alive(&mut self) -> io::Result<()> {
        self.calls += 1;
        if self.failing_call == Some(self.calls - 1) {
            return Err(io::Error::other("input/output error"));
        }
        if self.lives.is_some_and(|lives| self.changes >= lives) {
            Err(io::Error::other("dead"))
        } else {
            Ok(())
        }
    }
}

impl Content {
    fn apply(&mut self, change: Change) {
        self.changed += 1;
        change.apply(&mut self.cached);
        self.unsynced.push(change);
    }

    fn after_crash(&self) -> Vec<Vec<u8>> {
        let mut found = vec![self.durable.clone()];
        let mut done = self.durable.clone();
        for change in &self.unsynced {
            if let Change::Append(bytes) = change {
                let length = bytes.len();
                for torn in [1, 8, 9, 14, length / 2, length.saturating_sub(2), length.saturating_sub(1)] {
                    found.push([&done, &bytes[..torn.min(length)]].concat());
                }
                for zeros in [0..length / 2, length / 2..length, 0..length, length / 3..length / 2] {
                    let mut bytes = bytes.clone();
                    bytes[zeros].fill(0);
                    found.push([done.as_slice(), &bytes].concat());
                }
            }
            change.apply(&mut done);
            found.push(done.clone());
        }
        found.sort();
        found.dedup();
        found
    }
}

impl Change {
    fn apply(&self, bytes: &mut Vec<u8>) {
        match self {
            Self::Append(more) => bytes.extend_from_slice(more),
            Self::Cut(length) => bytes.truncate(*length),
            Self::Rewrite(from, again) => {
                let end = from + again.len();
                bytes.resize(bytes.len().max(end), 0);
                bytes[*from..end].copy_from_slice(again);
            }
        }
    }
}

impl NameChange {
    fn apply(&self, names: &mut BTreeMap<PathBuf, usize>) {
        match self {
            Self::Made(path, file) => {
                names.insert(path.clone(), *file);
            }
            Self::Renamed(from, to, file) => {
                if names.get(from) == Some(file) {
                    names.remove(from);
                }
                names.insert(to.clone(), *file);
            }
            Self::Removed(path, file) => {
                if names.get(path) == Some(file) {
                    names.remove(path);
                }
            }
        }
    }
}

struct SimFile {
    disk: SimDisk,
    file: usize,
    /// Which of all that were ever opened it is.
    handle: usize,
    is_journal: bool,
    is_snapshot: bool,
}

impl Disk for SimDisk {
    fn create_dir(&self, _: &Path) -> io::Result<()> {
        self.world().alive()
    }

    fn sync_dir(&self, _: &Path) -> io::Result<()> {
        let mut world = self.world();
        world.change()?;
        if world.lie != Lie::DirSync {
            world.durable_names = world.names.clone();
            world.unsynced_names.clear();
        }
        Ok(())
    }

    fn stat(&self, path: &Path) -> io::Result<Option<Stat>> {
        let mut world = self.world();
        world.alive()?;
        let file = world.names.get(path).copied();
        Ok(file.map(|file| world.stat(file)))
    }

    fn open(&self, path: &Path, mode: OpenMode) -> io::Result<Box<dyn DiskFile>> {
        let mut world = self.world();
        world.alive()?;
        let known = world.names.get(path).copied();
        let file = match known {
            Some(file) => file,
            None if matches!(mode, OpenMode::Create | OpenMode::Lock) => {
                world.change()?;
                world.files.push(Content::default());
                let file = world.files.len() - 1;
                world.names.insert(path.to_owned(), file);
                world.unsynced_names.push(NameChange::Made(path.to_owned(), file));
                file
            }
            None => return Err(ErrorKind::NotFound.into()),
        };
        if let (Some(kind), true) = (world.read_only, mode != OpenMode::Read) {
            return Err(kind.into());
        }
        world.opened += 1;
        let name = path.to_string_lossy();
        Ok(Box::new(SimFile {
            disk: self.clone(),
            file,
            handle: world.opened,
            is_journal: name.contains("journal"),
            is_snapshot: name.contains("snapshot"),
        }))
    }

    fn rename_to_new(&self, from: &Path, to: &Path) -> io::Result<()> {
        if self.world().names.contains_key(to) {
            return Err(ErrorKind::AlreadyExists.into());
        }
        self.rename(from, to)
    }

    fn names(&self, dir: &Path) -> io::Result<Vec<String>> {
        let mut world = self.world();
        world.alive()?;
        let names = world.names.keys().filter(|path| path.parent() == Some(dir));
        Ok(names.filter_map(|path| Some(path.file_name()?.to_string_lossy().into_owned())).collect())
    }

    fn room(&self, _: &Path) -> Option<u64> {
        let world = self.world();
        world.room.filter(|_| world.tells_room).map(|room| room as u64)
    }

    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        let mut world = self.world();
        world.change()?;
        let file = world.names.remove(from).ok_or(ErrorKind::NotFound)?;
        world.names.insert(to.to_owned(), file);
        world.unsynced_names.push(NameChange::Renamed(from.to_owned(), to.to_owned(), file));
        Ok(())
    }

    fn remove(&self, path: &Path) -> io::Result<()> {
        let mut world = self.world();
        world.change()?;
        if let Some(file) = world.names.remove(path) {
            world.unsynced_names.push(NameChange::Removed(path.to_owned(), file));
        }
        Ok(())
    }
}

impl Drop for SimFile {
    fn drop(&mut self) {
        if let Ok(mut world) = self.disk.0.lock() {
            world.locks.retain(|_, holder| *holder != self.handle);
        }
    }
}

impl DiskFile for SimFile {
    fn stat(&self) -> io::Result<Stat> {
        let mut world = self.disk.world();
        world.alive()?;
        Ok(world.stat(self.file))
    }

    fn read(&self, from: u64) -> io::Result<Vec<u8>> {
        let mut world = self.disk.world();
        world.alive()?;
        let from = usize::try_from(from).map_err(io::Error::other)?;
        Ok(world.files[self.file].cached.get(from..).unwrap_or_default().to_vec())
    }

    fn append(&mut self, bytes: &[u8]) -> io::Result<()> {
        let meanwhile = self.disk.world().meanwhile.take_if(|_| self.is_journal);
        if let Some(happen) = meanwhile {
            happen();
        }
        let mut world = self.disk.world();
        world.change()?;
        let fits = world.room.unwrap_or(usize::MAX).min(bytes.len());
        world.room = world.room.map(|room| room - fits);
        let mut bytes = bytes.to_vec();
        if world.lie == Lie::Append {
            bytes.iter_mut().take(1).for_each(|byte| *byte ^= 1);
        }
        world.files[self.file].apply(Change::Append(bytes[..fits].to_vec()));
        if fits < bytes.len() { Err(ErrorKind::StorageFull.into()) } else { Ok(()) }
    }

    fn cut(&mut self, length: u64) -> io::Result<()> {
        let mut world = self.disk.world();
        world.change()?;
        let length = usize::try_from(length).map_err(io::Error::other)?;
        if world.lie != Lie::Cut && length < world.files[self.file].cached.len() {
            let file = &mut world.files[self.file];
            file.apply(Change::Cut(length));
            file.lost.retain(|lost| lost.start < length);
        }
        Ok(())
    }

    fn rewrite(&mut self, from: u64, bytes: &[u8]) -> io::Result<()> {
        let mut world = self.disk.world();
        world.change()?;
        let from = usize::try_from(from).map_err(io::Error::other)?;
        let file = &mut world.files[self.file];
        let again = from..from + bytes.len();
        file.lost.retain(|lost| lost.start < again.start || lost.end > again.end);
        file.apply(Change::Rewrite(from, bytes.to_vec()));
        Ok(())
    }

    fn replace(&mut self, bytes: &[u8]) -> io::Result<()> {
        let mut world = self.disk.world();
        world.alive()?;
        // Only what is locked is replaced, and nobody reads that after a crash.
        world.files[self.file].cached = bytes.to_vec();
        Ok(())
    }

    fn sync(&mut self) -> io::Result<()> {
        let mut world = self.disk.world();
        world.change()?;
        if let Some(good) = &mut world.good_syncs {
            // The kernel tells once, and takes the lost pages for clean from then on.
            if *good == 0 {
                let file = &mut world.files[self.file];
                file.lost.push(file.durable.len()..file.cached.len());
                file.unsynced.clear();
                return Err(io::Error::other("input/output error"));
            }
            *good -= 1;
        }
        let lies = world.lie == Lie::Sync || (world.lie == Lie::SnapshotSync && self.is_snapshot);
        let file = &mut world.files[self.file];
        if !lies {
            file.durable = file.cached.clone();
            for lost in &file.lost {
                let end = lost.end.min(file.durable.len());
                file.durable[lost.start.min(end)..end].fill(0);
            }
            file.unsynced.clear();
        }
        Ok(())
    }

    fn try_lock(&self) -> io::Result<bool> {
        let mut world = self.disk.world();
        world.alive()?;
        Ok(match world.locking {
            Locking::DoesNothing => true,
            Locking::Stuck => false,
            Locking::Works => *world.locks.entry(self.file).or_insert(self.handle) == self.handle,
        })
    }

    fn unlock(&self) -> io::Result<()> {
        let mut world = self.disk.world();
        world.alive()?;
        world.locks.retain(|_, holder| *holder != self.handle);
        Ok(())
    }
}
