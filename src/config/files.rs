//! The files of the configuration, and what may be wrong with them.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::error::ConfigError;
use super::paths::NoHomeDirectory;
pub use crate::store::disk::read_file;

#[derive(Debug, thiserror::Error)]
pub enum LoadError {
    #[error(transparent)]
    ConfigError(#[from] ConfigError),
    #[error("cannot read {path}: {source}; make it readable, or remove it to use the defaults", path = path.display())]
    Read { path: PathBuf, source: io::Error },
    #[error(transparent)]
    NoHomeDirectory(#[from] NoHomeDirectory),
}

/// The value in the file at `path`; nothing when it is not there.
///
/// # Errors
/// When the file cannot be read, or `parse` finds an error in it.
pub fn parsed<T>(
    path: &Path,
    parse: impl Fn(&str, &str) -> Result<T, ConfigError>,
) -> Result<Option<T>, LoadError> {
    match read_file(path) {
        Ok(bytes) => {
            let file = path.display().to_string();
            let text =
                std::str::from_utf8(&bytes).map_err(|error| ConfigError::of_utf8(&file, &bytes, error))?;
            // Some editors write a byte order mark first; it is not part of the text.
            let text = text.strip_prefix('\u{feff}').unwrap_or(text);
            Ok(Some(parse(text, &file)?))
        }
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(source) => Err(LoadError::Read { path: path.to_owned(), source }),
    }
}

/// The files with `extension` in `directory`, which need not exist, by name: the name without the extension, the file, and
/// its text.
///
/// # Errors
/// The first that cannot be read.
pub fn texts(directory: &Path, extension: &str) -> Result<Vec<(Arc<str>, String, String)>, LoadError> {
    let Ok(entries) = std::fs::read_dir(directory) else { return Ok(Vec::new()) };
    let mut paths: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).collect();
    paths.retain(|path| path.extension().is_some_and(|it| it == extension));
    paths.sort_unstable();
    let mut texts = Vec::new();
    for path in paths {
        let name = path.file_stem().unwrap_or_default().to_string_lossy().as_ref().into();
        let text = parsed(&path, |text, file| Ok((file.to_owned(), text.to_owned())))?;
        texts.extend(text.map(|(file, text)| (name, file, text)));
    }
    Ok(texts)
}
