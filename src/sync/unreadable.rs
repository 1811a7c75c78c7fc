//! Deliveries that were confirmed and could not be read: nobody delivers them again, so they are kept. Once a mapping is
//! mended, `gangplank ingest` takes them from their file.

use std::fs::File;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use serde::de::IgnoredAny;

use super::file_of;
use crate::sources::receiver::LiveReceiver;

/// How large the file may grow, in bytes. Then it is put aside, in place of the one before it.
const LARGEST: u64 = 4 << 20;

/// The extension of the file, and of the one put aside.
const EXTENSIONS: [&str; 2] = ["unreadable.jsonl", "unreadable.old.jsonl"];

/// Keeps `body`, and says where; nothing where it is no JSON, which no ingest could read, or cannot be written.
pub fn keep(body: &[u8], directory: &Path, receiver: &LiveReceiver) -> Option<PathBuf> {
    let mut records = serde_json::Deserializer::from_slice(body).into_iter::<IgnoredAny>().peekable();
    if records.peek().is_none() || !records.all(|record| record.is_ok()) {
        return None;
    }
    let [path, aside] = EXTENSIONS.map(|extension| file_of(directory, &receiver.name, extension));
    std::fs::create_dir_all(directory).and_then(|()| append(body, &path, &aside)).ok().map(|()| path)
}

fn append(body: &[u8], path: &Path, aside: &Path) -> io::Result<()> {
    if std::fs::metadata(path).is_ok_and(|known| known.len() + body.len() as u64 > LARGEST) {
        std::fs::rename(path, aside)?;
    }
    let mut options = File::options();
    options.create(true).append(true);
    // It has what customers wrote.
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)?.write_all(&[body.trim_ascii(), b"\n"].concat())
}
