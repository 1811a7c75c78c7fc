//! A file with accounts that may be imported: what that would do.

use crate::state::Batch;

/// What importing a file would do.
#[derive(Clone, Debug, PartialEq)]
pub struct ImportPreview {
    /// The file as it was typed.
    pub path: String,
    /// In lines, already clean.
    pub lines: Vec<String>,
    /// What imports it; nothing where nothing of it can be.
    pub batch: Option<Batch>,
}

/// The preview on the screen, scrolled down by so many lines.
#[derive(Clone, Debug)]
pub struct ImportPanel {
    pub preview: ImportPreview,
    pub top: usize,
}

/// What is done with a file that somebody waits for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Awaited {
    /// It is read, beside the line with its path.
    Reading,
    /// The file at this path is imported.
    Importing(String),
}

/// How a path that is typed may go on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CompletedPath {
    /// What was typed, and as much as all names that begin so have in common.
    pub path: String,
    /// Those names, where there are several.
    pub names: Vec<String>,
}
