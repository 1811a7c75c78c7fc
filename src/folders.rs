//! Folders with mail or calendars on disk: which files hold messages or events.

use std::ffi::OsStr;
use std::io;
use std::path::{Path, PathBuf};

/// How deep folders may lie in folders.
const MAX_DEPTH: usize = 16;

/// A file with mail.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MailFile {
    pub path: PathBuf,
    /// Whether it was never sent.
    pub is_draft: bool,
}

impl MailFile {
    /// What it is called, whatever its flags say: a Maildir writes them into the name.
    pub fn name(&self) -> String {
        let name = self.path.file_name().unwrap_or_default().to_string_lossy();
        let flags = FLAGS.iter().filter_map(|mark| name.rfind(mark)).max();
        name[..flags.unwrap_or(name.len())].to_owned()
    }
}

/// What flags begin with. Where a colon cannot stand in a name, another mark takes its place.
const FLAGS: [&str; 3] = [":2,", ";2,", "!2,"];

/// The files with mail at `path`: a file itself; of a Maildir what is in `cur` and `new`, in its subfolders too, whether they
/// lie in it as `.Sent` or as `Sent`; of any other directory, all Maildirs in it, and all files that end in `.eml` or
/// `.mbox`. In the order of their names.
///
/// # Errors
/// When a directory cannot be read.
pub fn mail_files(path: &Path) -> io::Result<Vec<MailFile>> {
    let mut found = Vec::new();
    if path.is_dir() {
        walk(path, MAX_DEPTH, false, &mut found)?;
    } else {
        found.push(MailFile { path: path.to_owned(), is_draft: false });
    }
    Ok(found)
}

/// The files with events at `path`: a file itself; of a directory all files in it and in its subdirectories that end in
/// `.ics`. In the order of their names.
///
/// # Errors
/// When a directory cannot be read.
pub fn calendar_files(path: &Path) -> io::Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    if path.is_dir() {
        walk_calendars(path, MAX_DEPTH, &mut found)?;
    } else {
        found.push(path.to_owned());
    }
    Ok(found)
}

fn walk_calendars(dir: &Path, depth: usize, found: &mut Vec<PathBuf>) -> io::Result<()> {
    for entry in entries(dir)? {
        let path = entry.path();
        if entry.file_type()?.is_dir() {
            if depth > 0 {
                walk_calendars(&path, depth - 1, found)?;
            }
        } else if has_ending(&path, &["ics", "ical"]) {
            found.push(path);
        }
    }
    Ok(())
}

fn walk(dir: &Path, depth: usize, in_drafts: bool, found: &mut Vec<MailFile>) -> io::Result<()> {
    let is_maildir = dir.join("cur").is_dir() && (dir.join("new").is_dir() || dir.join("tmp").is_dir());
    for entry in entries(dir)? {
        let name = entry.file_name();
        let path = entry.path();
        let kind = entry.file_type()?;
        if kind.is_dir() {
            match name.to_str() {
                Some("tmp") if is_maildir => {}
                Some("cur" | "new") if is_maildir => messages(&path, in_drafts, found)?,
                _ if depth > 0 => walk(&path, depth - 1, in_drafts || is_drafts(&name), found)?,
                _ => {}
            }
        } else if !is_maildir && has_ending(&path, &["eml", "mbox", "mbx"]) {
            found.push(MailFile { path, is_draft: in_drafts });
        }
    }
    Ok(())
}

/// The messages in one directory of a Maildir.
fn messages(dir: &Path, in_drafts: bool, found: &mut Vec<MailFile>) -> io::Result<()> {
    for entry in entries(dir)? {
        let name = entry.file_name();
        let is_hidden = name.as_encoded_bytes().starts_with(b".");
        if !is_hidden && !entry.file_type()?.is_dir() {
            found.push(MailFile { path: entry.path(), is_draft: in_drafts || has_draft_flag(&name) });
        }
    }
    Ok(())
}

/// What is in a directory, by name.
fn entries(dir: &Path) -> io::Result<Vec<std::fs::DirEntry>> {
    let mut all = std::fs::read_dir(dir)?.collect::<io::Result<Vec<_>>>()?;
    all.sort_by_key(std::fs::DirEntry::file_name);
    Ok(all)
}

/// Whether the flags of a message in a Maildir say that it is a draft: `1734343200.host:2,DS`.
fn has_draft_flag(name: &OsStr) -> bool {
    let name = name.to_string_lossy();
    let flags = FLAGS.iter().find_map(|mark| name.rsplit_once(mark));
    flags.is_some_and(|(_, flags)| flags.contains('D'))
}

fn is_drafts(name: &OsStr) -> bool {
    let name = name.to_string_lossy().to_lowercase();
    let last = name.rsplit(['.', '/']).next().unwrap_or_default();
    matches!(last, "drafts" | "draft")
}

fn has_ending(path: &Path, endings: &[&str]) -> bool {
    let ending = path.extension().and_then(OsStr::to_str).unwrap_or_default();
    endings.iter().any(|known| ending.eq_ignore_ascii_case(known))
}
