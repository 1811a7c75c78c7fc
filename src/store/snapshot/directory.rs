//! Where the parts of a snapshot lie in its file.

use std::hash::Hasher as _;
use std::io::{self, ErrorKind};
use std::ops::Range;
use std::sync::{Mutex, PoisonError};

use fnv::FnvHasher;
use serde::{Deserialize, Serialize};

use super::{Mark, SnapshotHeader, SnapshotProblem};
use crate::state::values::totals::AccountTotals;
use crate::state::{AccountId, StageId};
use crate::store::disk::{self, DiskFile};
use crate::store::journal::{self, Tail};

/// Accounts per chunk: few enough that whoever asks for one does not wait for the others, and many enough to share what they
/// have in common.
pub(super) const SETTLED_CHUNK: usize = 64;

/// The length of a name in its block: its hash, and which of the settled accounts has it.
pub(super) const NAME: usize = 8 + 4;

/// More than the header is long.
const HEADER: usize = 512;

/// More than the last line is long.
const LAST_LINE: usize = 96;

/// The bytes of a snapshot, read from any thread.
pub trait SnapshotBytes: Send + Sync {
    /// How many there are.
    ///
    /// # Errors
    /// When the system refuses.
    fn length(&self) -> io::Result<u64>;

    /// `length` bytes from `from` on.
    ///
    /// # Errors
    /// When there are fewer, or the system refuses.
    fn read(&self, from: u64, length: usize) -> io::Result<Vec<u8>>;
}

impl SnapshotBytes for Vec<u8> {
    fn length(&self) -> io::Result<u64> {
        Ok(self.len() as u64)
    }

    fn read(&self, from: u64, length: usize) -> io::Result<Vec<u8>> {
        let from = usize::try_from(from).map_err(io::Error::other)?;
        let wanted = from.checked_add(length).and_then(|end| self.get(from..end));
        wanted.map(<[u8]>::to_vec).ok_or_else(|| ErrorKind::UnexpectedEof.into())
    }
}

impl SnapshotBytes for Mutex<Box<dyn DiskFile>> {
    fn length(&self) -> io::Result<u64> {
        Ok(self.lock().unwrap_or_else(PoisonError::into_inner).stat()?.length)
    }

    fn read(&self, from: u64, length: usize) -> io::Result<Vec<u8>> {
        if from.checked_add(length as u64).is_none_or(|end| self.length().is_ok_and(|all| end > all)) {
            return Err(ErrorKind::UnexpectedEof.into());
        }
        disk::exactly(&**self.lock().unwrap_or_else(PoisonError::into_inner), from, length)
    }
}

/// Where the parts lie.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(in crate::store) struct SnapshotDirectory {
    /// Where the part ends that every start reads.
    pub(in crate::store) eager: u64,
    /// The chunks of settled accounts, ordered by id.
    pub(in crate::store) chunks: Vec<ChunkPlace>,
    /// The blocks of the list of names, ordered by hash.
    pub(super) names: Vec<NamesPlace>,
    /// The blocks that say what the settled accounts are called, ordered by id.
    pub(in crate::store) roll: Vec<LinePlace>,
    /// The line with the words that they use.
    pub(in crate::store) words: LinePlace,
    /// How many accounts there are.
    pub(in crate::store) accounts: usize,
    /// How many of them are settled.
    pub(in crate::store) settled: usize,
    /// Where those stand, and what they bring.
    pub(super) totals: Vec<(Option<StageId>, AccountTotals)>,
    #[serde(flatten)]
    pub(super) journal: CoveredJournal,
}

/// What need not be looked for in the part of a journal that a snapshot covers.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct CoveredJournal {
    /// Where every so many entries end, from the header on.
    pub places: Vec<u64>,
    /// Where the last entry's line begins.
    pub last_start: u64,
    /// How many marks stand in it for entries that a repair could not keep. Only a repair writes them, and it leaves no
    /// snapshot.
    pub lost_marks: u64,
}

/// A chunk of settled accounts.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(in crate::store) struct ChunkPlace {
    pub(super) start: u64,
    pub(super) length: usize,
    /// The account it begins with.
    pub(in crate::store) first: AccountId,
}

/// A block of the list of names.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub(super) struct NamesPlace {
    pub(super) start: u64,
    pub(super) length: usize,
    /// The hash it begins with.
    pub(super) first: u64,
}

/// A line; the last one of a snapshot says where the directory is.
#[derive(Clone, Copy, Debug, Default, Serialize, Deserialize)]
pub(in crate::store) struct LinePlace {
    pub(super) start: u64,
    pub(super) length: usize,
}

impl LinePlace {
    /// What stands there; `None` when it is damaged.
    pub(in crate::store) fn read(&self, bytes: &dyn SnapshotBytes) -> Option<Vec<u8>> {
        line(bytes, self.start, self.length)
    }
}

impl SnapshotDirectory {
    /// Whether every part of it is as it was written.
    pub(in crate::store) fn is_whole(&self, bytes: &dyn SnapshotBytes) -> bool {
        self.chunks.iter().all(|chunk| chunk.read(bytes).is_some())
            && self.roll.iter().chain([&self.words]).all(|place| place.read(bytes).is_some())
            && self.names.iter().all(|names| line(bytes, names.start, names.length).is_some())
    }
}

impl ChunkPlace {
    /// The JSON of the chunk; `None` when it is damaged.
    pub(in crate::store) fn read(&self, bytes: &dyn SnapshotBytes) -> Option<Vec<u8>> {
        line(bytes, self.start, self.length)
    }
}

/// What stands in the line at `start`; `None` when it is damaged.
pub(super) fn line(bytes: &dyn SnapshotBytes, start: u64, length: usize) -> Option<Vec<u8>> {
    let mut line = bytes.read(start, length).ok()?;
    let content = journal::intact(&line)?;
    if content.end + 1 != length || line.pop() != Some(b'\n') {
        return None;
    }
    line.drain(..content.start);
    Some(line)
}

/// What every start reads of a snapshot.
pub(in crate::store) struct SnapshotParts {
    pub(super) header: SnapshotHeader,
    pub(in crate::store) directory: SnapshotDirectory,
    /// The bytes of the header, the meta line and the chunks of accounts that may need somebody.
    pub(in crate::store) eager: Vec<u8>,
    /// Where the JSON of the meta line lies in them.
    pub(in crate::store) meta: Range<usize>,
    /// And that of the chunks.
    pub(in crate::store) awake: Vec<Range<usize>>,
}

impl SnapshotParts {
    /// Finds them.
    ///
    /// # Errors
    /// When the snapshot is incomplete or of another version.
    pub(in crate::store) fn read(bytes: &dyn SnapshotBytes) -> Result<Self, SnapshotProblem> {
        let json = header(bytes).ok_or(SnapshotProblem::Damaged)?;
        let header: Option<SnapshotHeader> = serde_json::from_slice(&json).ok();
        let header = header.filter(SnapshotHeader::is_ours).ok_or(SnapshotProblem::Outdated)?;
        Self::after(header, bytes).ok_or(SnapshotProblem::Damaged)
    }

    fn after(header: SnapshotHeader, bytes: &dyn SnapshotBytes) -> Option<Self> {
        let length = bytes.length().ok()?;
        let end = usize::try_from(length).ok()?.min(LAST_LINE);
        let last = bytes.read(length - end as u64, end).ok()?;
        let (_, last) = last.split_last().filter(|(line_break, _)| **line_break == b'\n')?;
        let start = last.iter().rposition(|byte| *byte == b'\n')? + 1;
        let place: LinePlace =
            serde_json::from_slice(&last[start..][journal::intact(&last[start..])?]).ok()?;
        let directory = place.read(bytes)?;
        let directory: SnapshotDirectory = serde_json::from_slice(&directory).ok()?;
        let eager = bytes.read(0, usize::try_from(directory.eager).ok()?).ok()?;
        let scan = journal::scan(&eager);
        let [_, meta, awake @ ..] = scan.lines.as_slice() else { return None };
        if scan.tail != Tail::Clean {
            return None;
        }
        let (meta, awake) = (meta.clone(), awake.to_vec());
        Some(Self { header, directory, eager, meta, awake })
    }

    /// The last entry in the board.
    pub(in crate::store) fn mark(&self) -> Mark {
        self.header.mark
    }

    /// Where that entry's line begins in the journal.
    pub(in crate::store) fn last_start(&self) -> u64 {
        self.directory.journal.last_start
    }
}

/// The JSON of the first line; `None` when that is damaged.
fn header(bytes: &dyn SnapshotBytes) -> Option<Vec<u8>> {
    let length = usize::try_from(bytes.length().ok()?).map_or(HEADER, |length| length.min(HEADER));
    let begin = bytes.read(0, length).ok()?;
    Some(begin[journal::intact(&begin)?].to_vec())
}

/// The hash of a name, the same in every program of this version.
pub(super) fn hash(name: &str) -> u64 {
    let mut hasher = FnvHasher::default();
    hasher.write(name.as_bytes());
    hasher.finish()
}
