//! A copy that cannot be used is kept for a look, out of the way.

use std::io;
use std::path::{Path, PathBuf};

use tracing::warn;

use crate::store::disk::{Disk, RealDisk, Stat};
use crate::store::files::StoreFiles;
use crate::store::lock::{self, Briefly, Patience};

pub(super) const OTHER_BOARD: &str = "The database has another board than the copy on this machine, which was set aside: the board was read anew.";

pub(super) fn damaged_words(aside: &Path) -> String {
    format!(
        "The copy of the board on this machine was damaged: it was moved to {}, and the board is read from the server.",
        aside.display()
    )
}

/// Moves a copy out of the way, and answers where it is; nothing where it is not `expected`, which somebody else has moved, or
/// could not be moved.
pub(super) fn set_aside(
    files: &StoreFiles,
    expected: Option<Stat>,
    patience: &dyn Patience,
) -> Option<PathBuf> {
    let aside = files.dir.join("aside");
    let held = lock::lock_at(&RealDisk, &files.lock, None, &Briefly(patience)).ok()?;
    let move_away = || -> io::Result<bool> {
        let found = RealDisk.stat(&files.journal)?;
        let identity = |stat: Option<Stat>| stat.map(|stat| stat.identity);
        if found.is_none() || (expected.is_some() && identity(found) != identity(expected)) {
            return Ok(false);
        }
        RealDisk.create_dir(&aside)?;
        let torn = RealDisk.names(&files.dir)?.into_iter().filter(|name| name.starts_with("torn-"));
        let others = [&files.snapshot, &files.previous, &files.unconfirmed].map(Clone::clone);
        for path in torn.map(|name| files.dir.join(name)).chain(others) {
            RealDisk.remove(&path)?;
        }
        RealDisk.rename(&files.journal, &aside.join("journal.jsonl"))?;
        RealDisk.sync_dir(&files.dir)?;
        Ok(true)
    };
    let moved = move_away();
    drop(held);
    match moved {
        Ok(is_moved) => is_moved.then_some(aside),
        Err(error) => {
            warn!(%error, "copy not set aside");
            None
        }
    }
}
