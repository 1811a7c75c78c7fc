//! Names of files, to complete a path that is typed.

use std::path::{MAIN_SEPARATOR, Path, PathBuf};

use crate::config::paths::expanded;
use crate::tui::model::imports::CompletedPath;

/// How `typed` may go on: the one name that begins so, else what all of them have in common.
pub(super) fn complete(typed: &str) -> CompletedPath {
    let same = || CompletedPath { path: typed.to_owned(), names: Vec::new() };
    // The part before the last separator is a directory, however it is written.
    let (before, begun) = match typed.rfind(MAIN_SEPARATOR) {
        Some(at) => typed.split_at(at + MAIN_SEPARATOR.len_utf8()),
        None if typed == "~" => return CompletedPath { path: format!("~{MAIN_SEPARATOR}"), ..same() },
        None => ("", typed),
    };
    let directory = if before.is_empty() { Ok(PathBuf::from(".")) } else { expanded(before.into()) };
    let entries = directory.ok().and_then(|directory| std::fs::read_dir(directory).ok());
    let Some(entries) = entries else { return same() };
    let mut names: Vec<String> = entries
        .flatten()
        .filter_map(|entry| {
            let name = entry.file_name().into_string().ok()?;
            let is_hidden = name.starts_with('.') && !begun.starts_with('.');
            // Only what is offered is looked at: there may be very many files beside it.
            (name.starts_with(begun) && !is_hidden)
                .then(|| if Path::is_dir(&entry.path()) { format!("{name}{MAIN_SEPARATOR}") } else { name })
        })
        .collect();
    names.sort_unstable();
    let Some((first, others)) = names.split_first() else { return same() };
    let common = others.iter().fold(first.len(), |len, name| {
        let alike = first.char_indices().zip(name.chars()).take_while(|((_, a), b)| a == b);
        len.min(alike.last().map_or(0, |((at, c), _)| at + c.len_utf8()))
    });
    let path = format!("{before}{}", &first[..common]);
    CompletedPath { path, names: if others.is_empty() { Vec::new() } else { names } }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_goes_on_as_far_as_names_are_alike() {
        let home = tempfile::tempdir().expect("a place");
        for name in ["accounts-may.csv", "accounts-june.csv", "other.json", ".hidden"] {
            std::fs::write(home.path().join(name), "").expect("it is ours");
        }
        std::fs::create_dir(home.path().join("deep")).expect("it is ours");
        let at = |begun: &str| home.path().join(begun).display().to_string();
        for (typed, path, names) in [
            ("acc", "accounts-", &["accounts-june.csv", "accounts-may.csv"][..]),
            ("accounts-m", "accounts-may.csv", &[]),
            ("d", &format!("deep{MAIN_SEPARATOR}"), &[]),
            (".h", ".hidden", &[]),
            ("none", "none", &[]),
            ("nowhere/x", "nowhere/x", &[]),
        ] {
            let completed = complete(&at(typed));
            assert_eq!(
                (completed.path, completed.names),
                (at(path), names.iter().map(|it| (*it).to_owned()).collect())
            );
        }
        let names = complete(&format!("{}{MAIN_SEPARATOR}", home.path().display())).names;
        assert_eq!(names.len(), 4, "{names:?}: what is hidden is not offered");
        assert_eq!(complete("~").path, format!("~{MAIN_SEPARATOR}"));
    }
}
