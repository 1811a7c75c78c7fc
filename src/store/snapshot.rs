//! A snapshot: the board after some entry, so that a start need not replay the whole journal. It is only a cache, and
//! is ignored whenever something is wrong with it. People are told of what is wrong: a disk that damages a cache damages
//! more. That another version wrote it is no damage; so every format begins with the same kind of header.
//!
//! Its lines are framed as in the journal. Those that every start reads come first: a header, the parts of the board that
//! are not accounts, and chunks of the accounts that may need somebody. The settled accounts follow, in smaller chunks
//! ordered by id, which are read when somebody asks for one of them, and between them what they are called; then the words
//! that they use, and a list of the names they go by; then the directory, which says where all of these lie; and last where the directory lies. Entries that undo needs are read from
//! the journal.

mod archive;
mod directory;
mod problem;
mod roll;
mod write;

use std::ops::Range;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use self::archive::SnapshotArchive;
use super::columnar::Chunk;
use super::journal;
use crate::state::board::{BoardMeta, FOLD_VERSION, LazyEntry};
use crate::state::{Board, Pipeline, Seq};

pub use self::archive::Rebuild;
pub(super) use self::directory::{ChunkPlace, LinePlace, SnapshotParts};
pub use self::directory::{CoveredJournal, SnapshotBytes};
pub use self::problem::SnapshotProblem;
pub(super) use self::problem::discarded_words;
pub(super) use self::roll::{SettledWords, called};
pub use self::write::write;
pub use super::mark::Mark;

/// The word in the header that says what the file is.
const FORMAT: &str = "gangplank-snapshot";

/// The format this version writes. Snapshots of other formats are ignored.
const VERSION: u32 = 9;

/// The release that writes it. Snapshots of another release are ignored; builds of one release differ in their
/// [`FOLD_VERSION`].
const WRITER: &str = env!("CARGO_PKG_VERSION");

#[derive(Serialize, Deserialize)]
struct SnapshotHeader {
    format: String,
    version: u32,
    writer: String,
    fold: u32,
    /// The stages by which it was decided who is settled.
    pipeline: String,
    #[serde(flatten)]
    mark: Mark,
}

impl SnapshotHeader {
    fn new(pipeline: &Pipeline, mark: Mark) -> Self {
        let (format, writer, pipeline) = (FORMAT.into(), WRITER.into(), fingerprint(pipeline));
        Self { format, version: VERSION, writer, fold: FOLD_VERSION, pipeline, mark }
    }

    fn is_ours(&self) -> bool {
        self.format == FORMAT && self.version == VERSION && self.writer == WRITER && self.fold == FOLD_VERSION
    }
}

/// Differs between two pipelines, unless their stages are the same.
fn fingerprint(pipeline: &Pipeline) -> String {
    format!("{:08x}", crc32c::crc32c(format!("{:?}", pipeline.stages()).as_bytes()))
}

/// The board of a snapshot, without the entries it needs from the journal.
pub struct Snapshot {
    /// The last entry in the board.
    pub mark: Mark,
    pub(super) journal: CoveredJournal,
    board: Board,
    needs: Vec<Seq>,
}

/// Reads what every start needs of a snapshot; the rest is read when it is asked for, and comes from `rebuild` where it is
/// damaged.
///
/// # Errors
/// When it is incomplete, inconsistent or of another version.
pub fn open(
    bytes: Arc<dyn SnapshotBytes>,
    pipeline: Arc<Pipeline>,
    rebuild: Rebuild,
) -> Result<Snapshot, SnapshotProblem> {
    let parts = SnapshotParts::read(&*bytes)?;
    restore(parts, bytes, pipeline, rebuild).ok_or(SnapshotProblem::Damaged)
}

/// `None` when the `parts` do not fit together.
fn restore(
    parts: SnapshotParts,
    bytes: Arc<dyn SnapshotBytes>,
    pipeline: Arc<Pipeline>,
    rebuild: Rebuild,
) -> Option<Snapshot> {
    let SnapshotParts { header, directory, eager, meta, awake } = parts;
    let meta: BoardMeta = serde_json::from_slice(&eager[meta]).ok()?;
    let needs = meta.needs();
    let is_same_pipeline = header.pipeline == fingerprint(&pipeline);
    let mut board = Board::restore(pipeline, [], BoardMeta { seq: header.mark.seq, ..meta });
    let parse = |(_, chunk): (usize, &Range<usize>)| {
        let chunk: Option<Chunk> = serde_json::from_slice(&eager[chunk.clone()]).ok();
        chunk.and_then(Chunk::unpack).ok_or(())
    };
    journal::in_order(&awake, parse, |accounts| {
        for account in std::mem::take(accounts) {
            board.insert_account(account);
        }
    })
    .ok()?;
    // By other stages, others are settled: everyone is needed.
    if !is_same_pipeline && !directory.is_whole(&*bytes) {
        return None;
    }
    let (journal, accounts) = (directory.journal.clone(), directory.accounts);
    let archive = SnapshotArchive::new(bytes, directory, header.mark, rebuild);
    let board =
        if is_same_pipeline { board.with_archive(Arc::new(archive)) } else { board.with_all_of(&archive) };
    (board.len() == accounts).then_some(Snapshot { mark: header.mark, journal, board, needs })
}

/// The same, where all of it can be read right away.
///
/// # Errors
/// When any part of it is damaged, or it is of another version.
pub fn open_whole(bytes: Vec<u8>, pipeline: Arc<Pipeline>) -> Result<Snapshot, SnapshotProblem> {
    let bytes: Arc<dyn SnapshotBytes> = Arc::new(bytes);
    check(&*bytes)?;
    open(bytes, pipeline, Box::new(|_| None))
}

/// Reads every part of a snapshot, and answers how it was taken.
///
/// # Errors
/// As [`open_whole`].
pub(super) fn check(bytes: &dyn SnapshotBytes) -> Result<SnapshotParts, SnapshotProblem> {
    let parts = SnapshotParts::read(bytes)?;
    if parts.directory.is_whole(bytes) { Ok(parts) } else { Err(SnapshotProblem::Damaged) }
}

impl Snapshot {
    /// The entries its board needs from the journal.
    pub fn needs(&self) -> &[Seq] {
        &self.needs
    }

    /// The board, given the entries it needs.
    pub fn board(self, kept: impl IntoIterator<Item = (Seq, LazyEntry)>) -> Board {
        let mut board = self.board;
        for (seq, entry) in kept {
            board.insert_lazy_entry(seq, entry);
        }
        board
    }
}
