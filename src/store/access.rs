//! What is said where the system refuses something.

use std::io;
use std::path::Path;

use super::StoreError;

/// The error for a system that refused `action` on the file at `path`.
pub(super) fn access_error(path: &Path, action: &'static str, source: io::Error) -> StoreError {
    StoreError::Access {
        action,
        location: path.display().to_string(),
        source: source.into(),
        advice:
            "check that the file and its directory belong to you and that the disk works, then start again"
                .into(),
    }
}
