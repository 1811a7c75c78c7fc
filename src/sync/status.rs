//! Where it is kept how sources fare. Losing it harms nothing: how far a source was read is in the journal.

use std::io::Write;
use std::path::Path;

use super::file_of;
use crate::sources::{LiveSource, SourceStatus};

/// What is known of `source`; nothing known where the file is missing or is no longer what we write.
pub fn load(directory: &Path, source: &LiveSource) -> SourceStatus {
    let bytes = std::fs::read(file_of(directory, &source.name, "json")).unwrap_or_default();
    serde_json::from_slice(&bytes).unwrap_or_default()
}

/// Keeps `status`. What cannot be written is not kept.
pub fn save(status: &SourceStatus, directory: &Path, source: &LiveSource) {
    let write = || -> std::io::Result<()> {
        std::fs::create_dir_all(directory)?;
        let mut file = tempfile::NamedTempFile::new_in(directory)?;
        file.write_all(&serde_json::to_vec(status)?)?;
        file.persist(file_of(directory, &source.name, "json"))?;
        Ok(())
    };
    let _ = write();
}
