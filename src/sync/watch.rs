//! Mail in Maildirs on this machine, noticed as it arrives. Where the system cannot say so, or does not, as of a directory on
//! another machine, it is read every so often all the same.

use std::fs;
use std::path::{Path, PathBuf};

use notify::event::ModifyKind;
use notify::{Event, EventKind, RecommendedWatcher, RecursiveMode, Watcher};
use tracing::debug;

use super::alarm::NewsAlarm;
use crate::sources::SourceKind;

/// Rings while it is there.
pub(super) struct MailWatch {
    _watcher: RecommendedWatcher,
    path: PathBuf,
    directory: DirectoryId,
}

/// What tells one directory from another at the same path.
type DirectoryId = (u64, u64);

/// What notices mail that arrives in a Maildir: what did `before`, unless its directory is another one now.
pub(super) fn renewed(before: Option<MailWatch>, kind: &SourceKind, alarm: &NewsAlarm) -> Option<MailWatch> {
    let SourceKind::Maildir { path } = kind else { return None };
    before.filter(MailWatch::is_alive).or_else(|| MailWatch::start(path, alarm.clone()))
}

impl MailWatch {
    /// Has `alarm` ring when mail arrives below `path`; nothing where that cannot be watched.
    fn start(path: &Path, alarm: NewsAlarm) -> Option<Self> {
        let directory = id_of(path)?;
        let heard = move |event: notify::Result<Event>| {
            // Where events were lost, there may have been mail among them.
            if event.is_ok_and(|event| event.need_rescan() || may_be_mail(&event)) {
                alarm.ring();
            }
        };
        let watched = notify::recommended_watcher(heard).and_then(|mut watcher| {
            watcher.watch(path, RecursiveMode::Recursive)?;
            Ok(watcher)
        });
        match watched {
            Ok(watching) => Some(Self { _watcher: watching, path: path.to_owned(), directory }),
            Err(error) => {
                debug!(path = %path.display(), %error, "not watched");
                None
            }
        }
    }

    /// Whether the directory is still there that is watched.
    fn is_alive(&self) -> bool {
        id_of(&self.path) == Some(self.directory)
    }
}

/// Whether mail may have arrived, or a mailbox: our own reading changes nothing, and programs have files of their own there.
fn may_be_mail(event: &Event) -> bool {
    let is_new = matches!(
        event.kind,
        EventKind::Create(_) | EventKind::Modify(ModifyKind::Name(_) | ModifyKind::Data(_) | ModifyKind::Any)
    );
    is_new && event.paths.iter().any(|path| holds_mail(path))
}

fn holds_mail(path: &Path) -> bool {
    let name = path.file_name().map(|name| name.to_string_lossy()).unwrap_or_default();
    let parent =
        path.parent().and_then(Path::file_name).map(|name| name.to_string_lossy()).unwrap_or_default();
    let ending = path.extension().map(|ending| ending.to_string_lossy().to_lowercase()).unwrap_or_default();
    match &*parent {
        "tmp" => false,
        "new" | "cur" => !name.starts_with('.'),
        _ => matches!(&*name, "new" | "cur") || matches!(&*ending, "eml" | "mbox" | "mbx"),
    }
}

#[cfg(unix)]
fn id_of(path: &Path) -> Option<DirectoryId> {
    use std::os::unix::fs::MetadataExt;
    let directory = fs::metadata(path).ok().filter(fs::Metadata::is_dir)?;
    Some((directory.dev(), directory.ino()))
}

#[cfg(not(unix))]
fn id_of(path: &Path) -> Option<DirectoryId> {
    fs::metadata(path).ok().filter(fs::Metadata::is_dir).map(|_| (0, 0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_may_be_mail_has_a_mailbox_read() {
        for (path, expected) in [
            ("Mail/INBOX/new/1.host", true),
            ("Mail/INBOX/cur/1.host:2,S", true),
            ("Mail/INBOX/tmp/1.host", false),
            ("Mail/INBOX/new/.nfs0001", false),
            ("Mail/Sent/cur", true),
            ("Mail/INBOX/dovecot.index.log", false),
            ("Mail/INBOX/.mbsyncstate", false),
            ("Mail/archive.mbox", true),
            ("Mail/letter.EML", true),
        ] {
            assert_eq!(holds_mail(Path::new(path)), expected, "{path}");
        }
    }
}
