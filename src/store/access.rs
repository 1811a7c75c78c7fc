//! What is said where the system refuses something.

use std::io::{self, ErrorKind};
use std::path::Path;

use super::StoreError;
#[cfg(unix)]
use super::permissions;

/// The error for a system that refused `action` on the file at `path`.
pub(super) fn access_error(path: &Path, action: &'static str, source: io::Error) -> StoreError {
    let why = match source.kind() {
        #[cfg(unix)]
        ErrorKind::PermissionDenied => permissions::advice(path),
        ErrorKind::ReadOnlyFilesystem => Some(
            "the file system there can only be read: have it mounted for writing, or use another with --data-dir"
                .to_owned(),
        ),
        ErrorKind::InvalidInput | ErrorKind::IsADirectory => {
            Some("move it away, or use another directory with --data-dir".to_owned())
        }
        _ => None,
    };
    let advice =
        "check that the file and its directory belong to you and that the disk works, then start again";
    StoreError::Access {
        action,
        location: path.display().to_string(),
        source: source.into(),
        advice: why.map_or(advice.into(), Into::into),
    }
}
