//! Why a file may not be read or written here, and who can change that.

use std::fs;
use std::os::unix::fs::MetadataExt as _;
use std::path::Path;

use super::shell::shell_word;

/// Who refuses what is asked of the file at `path`, and what that person does about it; nothing where it is not known.
pub(super) fn advice(path: &Path) -> Option<String> {
    // What may not even be looked at is refused by what it lies in.
    let refusing = path.ancestors().find(|place| fs::symlink_metadata(place).is_ok())?;
    let metadata = fs::metadata(refusing).ok()?;
    let me = rustix::process::geteuid().as_raw();
    let dir = if metadata.is_dir() { refusing } else { refusing.parent()? };
    Some(sentence(refusing, dir, metadata.uid(), &user_name(metadata.uid()), me))
}

/// The same, of a file or directory at `refusing`, which belongs to `owner`, who is called `name`.
fn sentence(refusing: &Path, dir: &Path, owner: u32, name: &str, me: u32) -> String {
    let (place, dir) = (shell_word(&refusing.display().to_string()), shell_word(&dir.display().to_string()));
    if owner == me {
        let rights = if place == dir { "rwx" } else { "rw" };
        return format!("it belongs to you: `chmod u+{rights} {place}` lets you");
    }
    format!(
        "{place} belongs to {name}, who shares it with a group that both of you are in by `chgrp -R GROUP {dir}`, \
         `chmod 2770 {dir}` and `chmod g+rw {dir}/*`; or use another directory with --data-dir"
    )
}

/// What the user `id` is called on this machine.
fn user_name(id: u32) -> String {
    let users = fs::read_to_string("/etc/passwd").unwrap_or_default();
    let name = users.lines().find_map(|user| {
        let mut fields = user.split(':');
        let (name, found) = (fields.next()?, fields.nth(1)?);
        (found.parse() == Ok(id)).then(|| name.to_owned())
    });
    name.unwrap_or_else(|| format!("user {id}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_owner_is_told_what_to_do_and_everybody_else_whom_to_ask() {
        let (file, dir) = (Path::new("/srv/our board/lock"), Path::new("/srv/our board"));
        assert_eq!(
            sentence(file, dir, 7, "ann", 7),
            "it belongs to you: `chmod u+rw '/srv/our board/lock'` lets you"
        );
        assert_eq!(
            sentence(dir, dir, 7, "ann", 7),
            "it belongs to you: `chmod u+rwx '/srv/our board'` lets you"
        );
        let other = sentence(file, dir, 7, "ann", 8);
        assert!(other.starts_with("'/srv/our board/lock' belongs to ann, who"), "{other}");
        assert!(other.contains("`chmod g+rw '/srv/our board'/*`"), "{other}");
        assert_eq!(user_name(0), "root");
        assert_eq!(user_name(4_000_000_000), "user 4000000000");
    }
}
