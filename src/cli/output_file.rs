//! Writes the file that a person named, whatever stands there already.

use std::fs::{self, File, Metadata, OpenOptions};
use std::io::{self, BufWriter, Seek, Write};
use std::path::{Path, PathBuf};

use super::CliError;

/// How many links in a row are followed, as the system's own limit.
const MOST_LINKS: usize = 40;

/// Writes the file at `path`.
///
/// A file that exists is replaced only if `replace` is true, and keeps its mode, its owner and its other names; links are
/// followed. A new file is for its owner only: it holds data of customers. What is no regular file, such as a pipe, is
/// written into. A failure leaves an existing file as it was, unless its owner or its other names forced us to write into
/// it.
///
/// # Errors
/// When it cannot be written, or exists and is not to be replaced.
pub(super) fn save(
    path: &Path,
    replace: bool,
    write: impl Fn(&mut dyn Write) -> Result<(), CliError>,
) -> Result<(), CliError> {
    let failed = |error: io::Error| cannot_write(path, &error);
    let taken = || CliError::error(format!("{} is there already: --force replaces it", path.display()));
    let existing = match fs::metadata(path) {
        Ok(existing) => Some(existing),
        Err(error) if error.kind() == io::ErrorKind::NotFound => None,
        Err(error) => return Err(failed(error)),
    };
    if existing.as_ref().is_some_and(Metadata::is_dir) {
        return Err(CliError::error(format!("{} is a directory: name a file in it", path.display())));
    }
    if existing.as_ref().is_some_and(is_stream) {
        let mut out = BufWriter::new(OpenOptions::new().write(true).open(path).map_err(failed)?);
        write(&mut out)?;
        return Ok(out.flush()?);
    }
    if !replace && path.symlink_metadata().is_ok() {
        return Err(taken());
    }
    let target = followed(path).map_err(failed)?;
    let mut draft = drafted(&target, write)?;
    let placed = match existing {
        Some(existing) if !can_replace(draft.as_file(), &existing) => {
            return overwrite(draft.as_file_mut(), &target).map_err(failed);
        }
        Some(_) => draft.persist(&target),
        None if replace => draft.persist(&target),
        // Never replaces what was created there meanwhile.
        None => draft.persist_noclobber(&target),
    };
    match placed {
        Ok(_) => Ok(()),
        Err(error) if error.error.kind() == io::ErrorKind::AlreadyExists => Err(taken()),
        Err(error) => Err(failed(error.error)),
    }
}

/// Writes a new file for its owner only, at `path` or, where anything stands there already, under the next free name, such
/// as `rows-2.csv` for `rows.csv`. Answers which. Nothing is replaced and no link followed.
///
/// # Errors
/// When it cannot be written.
pub(super) fn save_beside(
    path: &Path,
    write: impl Fn(&mut dyn Write) -> Result<(), CliError>,
) -> Result<PathBuf, CliError> {
    let mut draft = drafted(path, write)?;
    loop {
        let name = free_name(path);
        match draft.persist_noclobber(&name) {
            Ok(_) => return Ok(name),
            Err(taken) if taken.error.kind() == io::ErrorKind::AlreadyExists => draft = taken.file,
            Err(failed) => return Err(cannot_write(&name, &failed.error)),
        }
    }
}

/// The first of `rows.csv`, `rows-2.csv` and so on at which nothing stands, not even a link that leads nowhere.
pub(super) fn free_name(path: &Path) -> PathBuf {
    let mut names = (1..).map(|number| numbered(path, number));
    names.find(|name| name.symlink_metadata().is_err()).expect("there are numbers enough")
}

/// The name of the `number`-th file that would be called `path`.
fn numbered(path: &Path, number: usize) -> PathBuf {
    let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    match name.rsplit_once('.') {
        _ if number == 1 => path.to_owned(),
        Some((stem, extension)) => path.with_file_name(format!("{stem}-{number}.{extension}")),
        None => path.with_file_name(format!("{name}-{number}")),
    }
}

/// A file beside `target` with what `write` writes, durable, readable by its owner only, and removed again unless it is put
/// in place.
fn drafted(
    target: &Path,
    write: impl Fn(&mut dyn Write) -> Result<(), CliError>,
) -> Result<tempfile::NamedTempFile, CliError> {
    let failed = |error: io::Error| cannot_write(target, &error);
    let dir = target.parent().filter(|dir| *dir != Path::new("")).unwrap_or(Path::new("."));
    if !dir.exists() {
        return Err(CliError::error(format!("there is no directory {}: make it first", dir.display())));
    }
    let mut draft =
        tempfile::Builder::new().prefix(".gangplank-").suffix(".tmp").tempfile_in(dir).map_err(failed)?;
    let mut out = BufWriter::new(draft.as_file_mut());
    write(&mut out)?;
    out.flush().map_err(failed)?;
    drop(out);
    draft.as_file().sync_all().map_err(failed)?;
    Ok(draft)
}

fn cannot_write(path: &Path, error: &io::Error) -> CliError {
    CliError::error(format!("cannot write {}: {error}", path.display()))
}

/// Whether anything stands at `path` that writing would replace: a file, or a link, even to nothing.
pub(super) fn is_taken(path: &Path) -> bool {
    let is_written_into = fs::metadata(path).is_ok_and(|existing| is_stream(&existing));
    path.symlink_metadata().is_ok() && !is_written_into
}

/// Whether what is written there goes somewhere instead of being kept.
fn is_stream(existing: &Metadata) -> bool {
    #[cfg(unix)]
    {
        use std::os::unix::fs::FileTypeExt;
        let kind = existing.file_type();
        kind.is_fifo() || kind.is_char_device() || kind.is_socket()
    }
    #[cfg(not(unix))]
    {
        !existing.is_file()
    }
}

/// Where the links at `path` lead, whether or not there is a file.
fn followed(path: &Path) -> io::Result<PathBuf> {
    let mut path = path.to_owned();
    for _ in 0..MOST_LINKS {
        let Ok(target) = fs::read_link(&path) else { return Ok(path) };
        path = path.parent().unwrap_or(Path::new("")).join(target);
    }
    Err(io::Error::other("too many links lead from one to the next"))
}

/// Gives `draft` the mode and the owner of the `existing` file. False if it cannot stand in for that file: only a superuser
/// gives files away, and another name of the file would still lead to the old content.
fn can_replace(draft: &File, existing: &Metadata) -> bool {
    #[cfg(unix)]
    {
        use std::os::unix::fs::{MetadataExt, fchown};
        let Ok(own) = draft.metadata() else { return false };
        let is_owned_alike = (own.uid(), own.gid()) == (existing.uid(), existing.gid())
            || fchown(draft, Some(existing.uid()), Some(existing.gid())).is_ok();
        if !existing.is_file() || existing.nlink() > 1 || !is_owned_alike {
            return false;
        }
    }
    draft.set_permissions(existing.permissions()).is_ok()
}

/// Copies `draft` into the file at `target`, which stays the same file.
fn overwrite(draft: &mut File, target: &Path) -> io::Result<()> {
    draft.rewind()?;
    let mut file = OpenOptions::new().write(true).truncate(true).open(target)?;
    io::copy(draft, &mut file)?;
    file.sync_all()
}
