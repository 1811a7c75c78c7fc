//! Where it is kept how sources and receivers fare. Losing it harms nothing: how far a source was read is in the journal.

use std::io::Write;
use std::path::{Path, PathBuf};

use serde::Serialize;
use serde::de::DeserializeOwned;

use super::file_of;
use crate::sources::receiver::{LiveReceiver, ReceiverNews, ReceiverStatus};
use crate::sources::{LiveSource, SourceStatus};

/// What is known of `source`; nothing known where the file is missing or is no longer what we write.
pub fn load(directory: &Path, source: &LiveSource) -> SourceStatus {
    read(directory, &source.name)
}

/// Keeps `status`. What cannot be written is not kept.
pub fn save(status: &SourceStatus, directory: &Path, source: &LiveSource) {
    write(status, directory, &source.name);
}

/// As [`load`], of a receiver.
pub fn load_received(directory: &Path, receiver: &LiveReceiver) -> ReceiverStatus {
    read(directory, &receiver.name)
}

/// As [`save`], of a receiver.
pub fn save_received(status: &ReceiverStatus, directory: &Path, receiver: &LiveReceiver) {
    write(status, directory, &receiver.name);
}

/// The receivers that another process serves, and where it keeps how they fare.
#[derive(Clone, Debug, Default)]
pub struct ReceiverStates {
    pub directory: PathBuf,
    pub receivers: Vec<LiveReceiver>,
}

impl ReceiverStates {
    /// How each of them fares. Reads a small file for each.
    pub fn look(&self) -> Vec<ReceiverNews> {
        let look = |receiver: &LiveReceiver| ReceiverNews {
            receiver: receiver.name.clone(),
            status: load_received(&self.directory, receiver),
        };
        self.receivers.iter().map(look).collect()
    }
}

pub(super) fn read<T: DeserializeOwned + Default>(directory: &Path, name: &str) -> T {
    let bytes = std::fs::read(file_of(directory, name, "json")).unwrap_or_default();
    serde_json::from_slice(&bytes).unwrap_or_default()
}

pub(super) fn write(status: &impl Serialize, directory: &Path, name: &str) {
    let write = || -> std::io::Result<()> {
        std::fs::create_dir_all(directory)?;
        let mut file = tempfile::NamedTempFile::new_in(directory)?;
        file.write_all(&serde_json::to_vec(status)?)?;
        file.persist(file_of(directory, name, "json"))?;
        Ok(())
    };
    let _ = write();
}
