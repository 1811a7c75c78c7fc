//! Up to which entry somebody has looked at what others did, and which lost entries they know of. Losing it harms nothing.

use std::fmt::Write;
use std::io;
use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use super::StoreAddress;
use super::disk::{Disk, OpenMode, RealDisk};
use crate::state::Seq;

/// A small file beside the journal, or beside the copy of one, one per person; nothing where a store keeps no files.
#[derive(Debug, Default)]
pub struct Bookmark {
    path: Option<PathBuf>,
    /// What stands in it.
    saved: Option<BookmarkJson>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct BookmarkJson {
    seq: Seq,
    #[serde(default)]
    lost_marks: u64,
}

impl Bookmark {
    /// Reads the bookmark of `person`. One that cannot be read is as good as none.
    pub fn open(person: &str, address: &StoreAddress) -> Self {
        let path = match address {
            StoreAddress::Directory(dir) => Some(dir.clone()),
            StoreAddress::Team(address) => address.copy_dir(),
            StoreAddress::Memory => None,
        };
        let path = path.map(|dir| dir.join(format!("looked-{}.json", file_name(person))));
        let read = |path: &PathBuf| {
            let bytes = RealDisk.open(path, OpenMode::Read).ok()?.read(0).ok()?;
            serde_json::from_slice(&bytes).ok()
        };
        Self { saved: path.as_ref().and_then(read), path }
    }

    /// The last entry that was looked at; nothing where it is not known.
    pub fn seq(&self) -> Option<Seq> {
        self.saved.map(|saved| saved.seq)
    }

    /// How many marks of lost entries are known.
    pub fn lost_marks(&self) -> u64 {
        self.saved.map_or(0, |saved| saved.lost_marks)
    }

    /// Remembers that entry `seq` was looked at. What cannot be written is not remembered.
    pub fn set(&mut self, seq: Seq) {
        self.save(BookmarkJson { seq, lost_marks: self.lost_marks() });
    }

    /// Remembers that as many marks of lost entries are known.
    pub fn set_lost_marks(&mut self, lost_marks: u64) {
        self.save(BookmarkJson { seq: self.seq().unwrap_or(0), lost_marks });
    }

    fn save(&mut self, bookmark: BookmarkJson) {
        if self.saved.replace(bookmark) == Some(bookmark) {
            return;
        }
        let Some(path) = &self.path else { return };
        let temporary = path.with_extension("tmp");
        let write = || {
            // No directory is made for it.
            let mut file = RealDisk.open(&temporary, OpenMode::Create)?;
            file.cut(0)?;
            file.append(serde_json::to_string(&bookmark)?.as_bytes())?;
            RealDisk.rename(&temporary, path)
        };
        let _: io::Result<()> = write();
    }
}

/// A name that any file system takes, and that differs for everybody.
pub(super) fn file_name(person: &str) -> String {
    let mut name = String::new();
    for byte in person.bytes() {
        if byte.is_ascii_alphanumeric() || b"@.-_".contains(&byte) {
            name.push(char::from(byte));
        } else {
            let _ = write!(name, "%{byte:02x}");
        }
    }
    // Names of files have a limit.
    if name.len() > 100 { format!("{:08x}", crc32c::crc32c(person.as_bytes())) } else { name }
}
