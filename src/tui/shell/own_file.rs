//! The files of the person that the board writes: `views.toml`, and the theme in `config.toml`.

use std::fs;
use std::io::{self, Write};
use std::path::Path;

use crate::config::error::ConfigError;
use crate::config::files::read_file;

/// Puts what `change` makes of its text, and of its name, into the file at `path`, which need not exist, and answers the
/// file's name. Written beside and put in place, so that a reader never finds half of it.
///
/// # Errors
/// Why it was not, in a sentence. The file is as it was.
pub(super) fn rewrite(
    path: &Path,
    change: impl FnOnce(&str, &str) -> Result<String, ConfigError>,
) -> Result<String, String> {
    let name = path.display().to_string();
    let failed = |error: io::Error| format!("cannot write {name}: {error}");
    let read = |path| String::from_utf8(read_file(path)?).map_err(io::Error::other);
    let text = match read(path) {
        Ok(text) => text,
        Err(error) if error.kind() == io::ErrorKind::NotFound => String::new(),
        Err(error) => return Err(format!("cannot read {name}: {error}")),
    };
    let written = change(&text, &name).map_err(|error| error.to_string())?;
    // A link leads to where the person keeps the file.
    let target = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    let dir = target.parent().unwrap_or(Path::new("."));
    fs::create_dir_all(dir).map_err(failed)?;
    let mut draft = tempfile::NamedTempFile::new_in(dir).map_err(failed)?;
    draft.write_all(written.as_bytes()).map_err(failed)?;
    draft.as_file().sync_all().map_err(failed)?;
    if let Ok(known) = fs::metadata(&target) {
        draft.as_file().set_permissions(known.permissions()).map_err(failed)?;
    }
    draft.persist(&target).map_err(|error| failed(error.error))?;
    Ok(name)
}
