//! What the file store asks of a disk, and the real one. Tests put a disk here that loses power.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, ErrorKind, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

/// Files in directories.
pub trait Disk: Send + Sync {
    /// Creates `dir` and its parent directories, durably, for their owner only, unless it exists.
    ///
    /// # Errors
    /// When the system refuses.
    fn create_dir(&self, dir: &Path) -> io::Result<()>;

    /// Makes the names in `dir` durable.
    ///
    /// # Errors
    /// When the system refuses.
    fn sync_dir(&self, dir: &Path) -> io::Result<()>;

    /// The size and identity of a file; `None` when there is none.
    ///
    /// # Errors
    /// When the system refuses.
    fn stat(&self, path: &Path) -> io::Result<Option<Stat>>;

    /// Opens a file.
    ///
    /// # Errors
    /// When the system refuses.
    fn open(&self, path: &Path, mode: OpenMode) -> io::Result<Box<dyn DiskFile>>;

    /// Renames a file, and replaces a file that has the new name.
    ///
    /// # Errors
    /// When the system refuses.
    fn rename(&self, from: &Path, to: &Path) -> io::Result<()>;

    /// Removes a file, if there is one.
    ///
    /// # Errors
    /// When the system refuses.
    fn remove(&self, path: &Path) -> io::Result<()>;

    /// Renames a file, unless a file has the new name.
    ///
    /// # Errors
    /// [`io::ErrorKind::AlreadyExists`] when one has; else when the system refuses.
    fn rename_to_new(&self, from: &Path, to: &Path) -> io::Result<()>;

    /// The names of the files in `dir`; none when there is no such directory.
    ///
    /// # Errors
    /// When the system refuses.
    fn names(&self, dir: &Path) -> io::Result<Vec<String>>;

    /// How many bytes are free where `path` is; nothing where the system does not tell.
    fn room(&self, path: &Path) -> Option<u64>;
}

/// An open file. Dropping it releases its lock.
pub trait DiskFile: Send {
    /// Its size and identity.
    ///
    /// # Errors
    /// When the system refuses.
    fn stat(&self) -> io::Result<Stat>;

    /// Its bytes from `from` to the end.
    ///
    /// # Errors
    /// When the system refuses.
    fn read(&self, from: u64) -> io::Result<Vec<u8>>;

    /// Fills `bytes` with the bytes from `from` on, and returns how many there were, 0 at the end.
    ///
    /// # Errors
    /// When the system refuses.
    fn read_some(&self, from: u64, bytes: &mut [u8]) -> io::Result<usize> {
        let rest = self.read(from)?;
        let length = rest.len().min(bytes.len());
        bytes[..length].copy_from_slice(&rest[..length]);
        Ok(length)
    }

    /// Writes at the end. On failure, some of it may have been written.
    ///
    /// # Errors
    /// When the system refuses.
    fn append(&mut self, bytes: &[u8]) -> io::Result<()>;

    /// Cuts off everything after `length` bytes.
    ///
    /// # Errors
    /// When the system refuses.
    fn cut(&mut self, length: u64) -> io::Result<()>;

    /// Writes `bytes` once more, which stand from `from` on, so that they are synced once more.
    ///
    /// # Errors
    /// When the system refuses.
    fn rewrite(&mut self, from: u64, bytes: &[u8]) -> io::Result<()>;

    /// Makes `bytes` all it holds. A reader may find half of them.
    ///
    /// # Errors
    /// When the system refuses.
    fn replace(&mut self, bytes: &[u8]) -> io::Result<()>;

    /// Makes its content and size durable.
    ///
    /// # Errors
    /// When the system refuses. What is durable is then unknown, and a second attempt would not tell.
    fn sync(&mut self) -> io::Result<()>;

    /// Takes the lock if nobody holds it.
    ///
    /// # Errors
    /// When the system refuses.
    fn try_lock(&self) -> io::Result<bool>;

    /// Releases the lock.
    ///
    /// # Errors
    /// When the system refuses.
    fn unlock(&self) -> io::Result<()>;
}

/// A file's size, and which file it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stat {
    /// In bytes.
    pub length: u64,
    /// Differs between a file and the one that replaced it; always 0 where the system does not tell.
    pub identity: u64,
    /// When it was last changed, in nanoseconds: whoever writes to it in place changes this, too. 0 where the system does
    /// not tell.
    pub changed: i64,
}

/// How to open a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OpenMode {
    /// To read; it must exist.
    Read,
    /// To read and append; it must exist.
    Append,
    /// To read and append; created if it does not exist, for its owner and those its directory is shared with.
    Create,
    /// To lock, and to replace what it holds; created if it does not exist.
    Lock,
}

/// The machine's own disk.
#[derive(Clone, Copy, Debug, Default)]
pub struct RealDisk;

struct RealFile {
    file: File,
    path: PathBuf,
}

impl Disk for RealDisk {
    fn create_dir(&self, dir: &Path) -> io::Result<()> {
        if dir.is_dir() {
            return Ok(());
        }
        let made: Vec<_> = dir.ancestors().take_while(|ancestor| !ancestor.is_dir()).collect();
        let mut builder = fs::DirBuilder::new();
        builder.recursive(true);
        #[cfg(unix)]
        std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
        builder.create(dir)?;
        made.into_iter().filter_map(Path::parent).try_for_each(|parent| self.sync_dir(parent))
    }

    fn sync_dir(&self, dir: &Path) -> io::Result<()> {
        let dir = if dir.as_os_str().is_empty() { Path::new(".") } else { dir };
        // Other systems cannot open directories, and make names durable by themselves.
        if cfg!(unix) { File::open(dir)?.sync_all() } else { Ok(()) }
    }

    fn stat(&self, path: &Path) -> io::Result<Option<Stat>> {
        match fs::metadata(path) {
            Ok(metadata) => Ok(Some(stat(&metadata))),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
        }
    }

    fn open(&self, path: &Path, mode: OpenMode) -> io::Result<Box<dyn DiskFile>> {
        let mut options = OpenOptions::new();
        options.read(true);
        match mode {
            OpenMode::Read => &mut options,
            OpenMode::Append | OpenMode::Create => options.append(true),
            // Appending, it could not replace what it holds.
            OpenMode::Lock => options.write(true),
        };
        let file = loop {
            match open_file(path, &mut options) {
                Err(error)
                    if error.kind() == io::ErrorKind::NotFound
                        && matches!(mode, OpenMode::Create | OpenMode::Lock) => {}
                opened => break opened?,
            }
            match create(path, &mut options.clone()) {
                // Somebody else did, just now; or it is a link to nothing.
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists && fs::metadata(path).is_ok() => {}
                created => break created?,
            }
        };
        Ok(Box::new(RealFile { file, path: path.to_owned() }))
    }

    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        fs::rename(from, to)
    }

    fn remove(&self, path: &Path) -> io::Result<()> {
        match fs::remove_file(path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
            removed => removed,
        }
    }

    fn rename_to_new(&self, from: &Path, to: &Path) -> io::Result<()> {
        #[cfg(target_os = "linux")]
        {
            use rustix::fs::{CWD, RenameFlags, renameat_with};
            match renameat_with(CWD, from, CWD, to, RenameFlags::NOREPLACE).map_err(io::Error::from) {
                // Not every file system can.
                Err(error)
                    if matches!(error.kind(), io::ErrorKind::InvalidInput | io::ErrorKind::Unsupported) => {}
                renamed => return renamed,
            }
        }
        if fs::exists(to)? {
            return Err(io::ErrorKind::AlreadyExists.into());
        }
        fs::rename(from, to)
    }

    fn names(&self, dir: &Path) -> io::Result<Vec<String>> {
        let files = match fs::read_dir(dir) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
            files => files?,
        };
        files.map(|file| Ok(file?.file_name().to_string_lossy().into_owned())).collect()
    }

    fn room(&self, path: &Path) -> Option<u64> {
        #[cfg(unix)]
        {
            let path = path.ancestors().find(|place| place.exists())?;
            let found = rustix::fs::statvfs(path).ok()?;
            Some(found.f_bavail.saturating_mul(found.f_frsize))
        }
        #[cfg(not(unix))]
        {
            let _ = path;
            None
        }
    }
}

impl DiskFile for RealFile {
    fn stat(&self) -> io::Result<Stat> {
        Ok(stat(&self.file.metadata()?))
    }

    fn read(&self, from: u64) -> io::Result<Vec<u8>> {
        let length = self.file.metadata()?.len().saturating_sub(from);
        let mut bytes = Vec::with_capacity(usize::try_from(length).map_err(io::Error::other)?);
        (&self.file).seek(SeekFrom::Start(from))?;
        (&self.file).take(length).read_to_end(&mut bytes)?;
        Ok(bytes)
    }

    fn read_some(&self, from: u64, bytes: &mut [u8]) -> io::Result<usize> {
        (&self.file).seek(SeekFrom::Start(from))?;
        loop {
            match (&self.file).read(bytes) {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                read => return read,
            }
        }
    }

    fn append(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.file.write_all(bytes)
    }

    fn cut(&mut self, length: u64) -> io::Result<()> {
        // A handle that may only append may not shorten on every system.
        OpenOptions::new().write(true).open(&self.path)?.set_len(length)
    }

    fn rewrite(&mut self, from: u64, bytes: &[u8]) -> io::Result<()> {
        // A handle that appends writes nowhere else.
        let mut file = OpenOptions::new().write(true).open(&self.path)?;
        file.seek(SeekFrom::Start(from))?;
        file.write_all(bytes)
    }

    fn replace(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.file.seek(SeekFrom::Start(0))?;
        self.file.write_all(bytes)?;
        self.file.set_len(bytes.len() as u64)
    }

    fn sync(&mut self) -> io::Result<()> {
        self.file.sync_data()
    }

    fn try_lock(&self) -> io::Result<bool> {
        match self.file.try_lock() {
            Ok(()) => Ok(true),
            Err(TryLockError::WouldBlock) => Ok(false),
            Err(TryLockError::Error(error)) => Err(error),
        }
    }

    fn unlock(&self) -> io::Result<()> {
        self.file.unlock()
    }
}

/// The bytes of the file at `path`. What is no file, such as a pipe that nobody writes to, is not waited for.
///
/// # Errors
/// When it cannot be read, or is no file.
pub fn read_file(path: &Path) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    open_file(path, OpenOptions::new().read(true))?.read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// Opens the file at `path`, and refuses at once what is none.
///
/// # Errors
/// When it cannot be opened, or is no file.
pub fn open_file(path: &Path, options: &mut OpenOptions) -> io::Result<File> {
    let is_file = |metadata: &fs::Metadata| match () {
        () if metadata.is_file() => Ok(()),
        () if metadata.is_dir() => Err(io::Error::from(io::ErrorKind::IsADirectory)),
        () => Err(io::Error::new(io::ErrorKind::InvalidInput, "it is a pipe or a device, not a file")),
    };
    // Opening a device may already do something.
    is_file(&fs::metadata(path)?)?;
    // Where a pipe was put there meanwhile, its other end is not waited for.
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::custom_flags(
        options,
        i32::try_from(rustix::fs::OFlags::NONBLOCK.bits()).unwrap_or(0),
    );
    let file = options.open(path)?;
    is_file(&file.metadata()?)?;
    Ok(file)
}

/// Creates the file at `path`: for its owner, and for the group of its directory as far as that directory is.
fn create(path: &Path, options: &mut OpenOptions) -> io::Result<File> {
    options.create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(options, 0o600);
    let file = options.open(path)?;
    #[cfg(unix)]
    share(&file, path, 0o060);
    Ok(file)
}

/// Creates the directory `dir`, durably, with all that its parent lets the group do, unless it exists.
///
/// # Errors
/// When the system refuses.
pub fn create_dir_like_parent(dir: &Path) -> io::Result<()> {
    if dir.is_dir() {
        return Ok(());
    }
    RealDisk.create_dir(dir)?;
    #[cfg(unix)]
    share(&File::open(dir)?, dir, 0o2070);
    Ok(())
}

/// Fills `bytes` with the bytes of `file` from `from` on.
///
/// # Errors
/// [`ErrorKind::UnexpectedEof`] where there are fewer; else when the system refuses.
pub(super) fn fill(file: &dyn DiskFile, from: u64, bytes: &mut [u8]) -> io::Result<()> {
    let mut filled = 0;
    while filled < bytes.len() {
        filled += match file.read_some(from + filled as u64, &mut bytes[filled..])? {
            0 => return Err(ErrorKind::UnexpectedEof.into()),
            read => read,
        };
    }
    Ok(())
}

/// `length` bytes of `file` from `from` on.
///
/// # Errors
/// See [`fill`].
pub(super) fn exactly(file: &dyn DiskFile, from: u64, length: usize) -> io::Result<Vec<u8>> {
    let mut bytes = vec![0; length];
    fill(file, from, &mut bytes)?;
    Ok(bytes)
}

/// Makes `bytes` all that the file at `path` of `disk` holds, durably. A reader may find half of them, and its name is not
/// durable yet.
///
/// # Errors
/// When the system refuses.
pub(super) fn put(disk: &dyn Disk, path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut file = disk.open(path, OpenMode::Create)?;
    file.cut(0)?;
    file.append(bytes)?;
    file.sync()
}

/// Whether so many `bytes` may be written that nobody asked for, where so much `room` is: twice as many are left for changes.
pub(super) fn is_spare(bytes: u64, room: Option<u64>) -> bool {
    room.is_none_or(|room| room / 3 >= bytes)
}

/// Creates a file at `path` that holds `bytes`, shared as its directory is, or replaces the one that is there. A reader
/// never finds half of it.
///
/// # Errors
/// When the system refuses.
pub fn write_file(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let draft = path.with_extension(format!("{}.tmp", std::process::id()));
    let written = put(&RealDisk, &draft, bytes).and_then(|()| RealDisk.rename(&draft, path));
    if written.is_err() {
        let _ = RealDisk.remove(&draft);
    }
    written
}

/// Gives the group of its directory those of `bits` of what was just created that the directory gives it. Where the system
/// does not allow that, it is for its owner alone.
#[cfg(unix)]
fn share(made: &File, path: &Path, bits: u32) {
    use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _, fchown};
    let parent = path.parent().filter(|dir| *dir != Path::new("")).unwrap_or(Path::new("."));
    let (Ok(dir), Ok(own)) = (fs::metadata(parent), made.metadata()) else { return };
    let given = dir.mode() & bits;
    // Another group may hold other people.
    let is_same_group = own.gid() == dir.gid() || fchown(made, None, Some(dir.gid())).is_ok();
    if given & 0o070 != 0 && is_same_group {
        let _ = made.set_permissions(fs::Permissions::from_mode(own.mode() & 0o700 | given));
    }
}

fn stat(metadata: &fs::Metadata) -> Stat {
    // Not when its content was changed: a copy may be given any time.
    #[cfg(unix)]
    let (identity, changed) = {
        use std::os::unix::fs::MetadataExt as _;
        let changed = metadata.ctime().wrapping_mul(1_000_000_000).wrapping_add(metadata.ctime_nsec());
        (metadata.ino() ^ metadata.dev().rotate_left(32), changed)
    };
    #[cfg(not(unix))]
    let (identity, changed) = {
        let since = |time: std::time::SystemTime| time.duration_since(std::time::UNIX_EPOCH).ok();
        let changed = metadata.modified().ok().and_then(since);
        (0, changed.and_then(|it| i64::try_from(it.as_nanos()).ok()).unwrap_or(0))
    };
    Stat { length: metadata.len(), identity, changed }
}
