//! Mappings on disk: the file a person names, and the one remembered for each kind of export.

use std::io;
use std::path::{Path, PathBuf};

use crate::cli::{CliError, notify};
use crate::intake::Mapping;
use crate::store::disk;

/// Reads the mapping file a person named.
pub(super) fn read(path: &Path) -> Result<Mapping, CliError> {
    let text = text_of(path);
    let text = text
        .map_err(|error| CliError::Usage(format!("cannot read the mapping {}: {error}", path.display())))?;
    parse(&text, path)
}

fn text_of(path: &Path) -> io::Result<String> {
    String::from_utf8(disk::read_file(path)?).map_err(io::Error::other)
}

fn parse(text: &str, path: &Path) -> Result<Mapping, CliError> {
    Mapping::parse(text, &path.display().to_string()).map_err(|error| CliError::usage(error.to_string()))
}

/// The mapping remembered for files with the same columns.
pub(super) struct SavedMapping {
    path: PathBuf,
}

impl SavedMapping {
    pub(super) fn at(data_dir: &Path, signature: &str) -> Self {
        Self { path: data_dir.join("mappings").join(format!("{signature}.toml")) }
    }

    /// What is remembered, if something is; tells people that it counts.
    pub(super) fn recall(&self) -> Result<Option<Mapping>, CliError> {
        let known = self.known()?;
        if known.is_some() {
            let path = self.path.display();
            notify(&format!(
                "using the mapping saved for these columns: {path} (--forget-mapping removes it)"
            ));
        }
        Ok(known)
    }

    /// What is remembered, if something is.
    pub(super) fn known(&self) -> Result<Option<Mapping>, CliError> {
        let Self { path } = self;
        match text_of(path) {
            Ok(text) => parse(&text, path).map(Some),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(CliError::Error(format!("cannot read {}: {error}", path.display()))),
        }
    }

    pub(super) fn forget(&self) -> Result<(), CliError> {
        match std::fs::remove_file(&self.path) {
            Ok(()) => Ok(()),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
            Err(error) => Err(CliError::Error(format!("cannot remove {}: {error}", self.path.display()))),
        }
    }

    /// Remembers `mapping`, if it says something. What was imported is durable by now, so failing here is no failure.
    pub(super) fn keep(&self, mapping: &Mapping) {
        let text = mapping.to_toml();
        if mapping.is_empty() || text_of(&self.path).is_ok_and(|known| known == text) {
            return;
        }
        if let Err(error) = self.write(&text) {
            let path = self.path.display();
            notify(&format!(
                "the mapping was not saved, so name it again next time: cannot write {path}: {error}"
            ));
        }
    }

    fn write(&self, text: &str) -> io::Result<()> {
        disk::create_dir_like_parent(self.path.parent().expect("it lies in the directory `mappings`"))?;
        disk::write_file(&self.path, text.as_bytes())
    }
}
