//! The files of a store.

use std::path::{Path, PathBuf};

/// The directory of backups beside a journal.
pub(super) const BACKUPS: &str = "backups";

/// What the names of backups end in.
pub(super) const BACKUP_EXTENSION: &str = "gangplank-backup";

/// The files of a store.
#[derive(Clone, Debug)]
pub(super) struct StoreFiles {
    pub(super) dir: PathBuf,
    pub(super) journal: PathBuf,
    pub(super) lock: PathBuf,
    pub(super) snapshot: PathBuf,
    pub(super) previous: PathBuf,
    pub(super) snapshot_lock: PathBuf,
    pub(super) temporary: PathBuf,
    pub(super) unconfirmed: PathBuf,
}

impl StoreFiles {
    pub(super) fn new(dir: &Path) -> Self {
        Self {
            dir: dir.to_owned(),
            journal: dir.join("journal.jsonl"),
            lock: dir.join("lock"),
            snapshot: dir.join("snapshot.jsonl"),
            previous: dir.join("snapshot.prev.jsonl"),
            snapshot_lock: dir.join("snapshot.lock"),
            temporary: dir.join("snapshot.tmp"),
            unconfirmed: dir.join("unconfirmed.json"),
        }
    }
}
