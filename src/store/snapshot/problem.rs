//! What is wrong with a snapshot.

use std::path::Path;

/// Why a snapshot is not used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SnapshotProblem {
    /// There is none, or this user may not read it.
    Missing,
    /// Another version of the program wrote it, or the program that comes next.
    Outdated,
    /// It is not as it was written.
    Damaged,
    /// The journal beside it is not the one it was taken of.
    Foreign,
}

impl SnapshotProblem {
    /// What people should know of the snapshot at `path`, when the journal was read instead; nothing where all is as it
    /// should be.
    pub fn words(self, path: &Path) -> Option<String> {
        let what = match self {
            Self::Missing | Self::Outdated => return None,
            Self::Damaged => "is damaged",
            Self::Foreign => "was taken of another journal",
        };
        Some(format!(
            "The snapshot {} {what}. Nothing is lost: the journal was read instead, and the next change replaces the snapshot.",
            path.display()
        ))
    }
}

/// That the snapshot at `path` turned out to be damaged while it was in use, and what became of it.
pub(in crate::store) fn discarded_words(path: &Path) -> String {
    format!(
        "The snapshot {} is damaged, and was removed. Nothing is lost: what it held is read from the journal.",
        path.display()
    )
}
