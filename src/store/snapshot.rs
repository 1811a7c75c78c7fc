//! A snapshot: the board after some entry, so that a start need not replay the whole journal. It is only a cache, and
//! is ignored whenever something is wrong with it.
//!
//! Its lines are framed as in the journal: a header, the parts of the board that are not accounts, chunks of accounts
//! ordered by id, and the number of accounts, which shows whether the snapshot is complete. Entries that undo needs are
//! read from the journal.

use std::ops::Range;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::columnar::Chunk;
use super::journal::{self, Tail};
use crate::state::board::{BoardMeta, FOLD_VERSION, LazyEntry};
use crate::state::{Board, Pipeline, Seq};

/// The word in the header that says what the file is.
const FORMAT: &str = "gangplank-snapshot";

/// The format this version writes. Snapshots of other formats are ignored.
const VERSION: u32 = 5;

/// The release that writes it. Snapshots of another release are ignored; builds of one release differ in their
/// [`FOLD_VERSION`].
const WRITER: &str = env!("CARGO_PKG_VERSION");

/// Accounts per line: few enough that all threads get lines, and many enough that a line is worth a thread's time.
const CHUNK: usize = 500;

/// A place between two entries of a journal, and which journal it is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mark {
    /// The last entry before it; 0 when there is none.
    pub seq: Seq,
    /// The byte after that entry's line.
    pub offset: u64,
    /// The checksum of that line, by which a snapshot of another journal is recognised.
    pub last: u32,
}

#[derive(Serialize, Deserialize)]
struct SnapshotHeader {
    format: String,
    version: u32,
    writer: String,
    fold: u32,
    #[serde(flatten)]
    mark: Mark,
}

#[derive(Serialize, Deserialize)]
struct SnapshotCount {
    accounts: usize,
}

/// The board of a snapshot, without the entries it needs from the journal.
pub struct Snapshot {
    /// The last entry in the board.
    pub mark: Mark,
    board: Board,
    needs: Vec<Seq>,
}

/// The lines of a snapshot of `board`, whose last entry is the one of `mark`.
///
/// # Errors
/// When something on the board cannot become JSON.
pub fn lines(board: &Board, mark: Mark) -> impl Iterator<Item = Result<Vec<u8>, serde_json::Error>> {
    let mut accounts: Vec<_> = board.accounts().cloned().collect();
    accounts.sort_unstable_by(|a, b| a.id.cmp(&b.id));
    let header = journal::line(&SnapshotHeader {
        format: FORMAT.into(),
        version: VERSION,
        writer: WRITER.into(),
        fold: FOLD_VERSION,
        mark,
    });
    let tail = journal::line(&board.meta());
    let count = journal::line(&SnapshotCount { accounts: accounts.len() });
    let runs = accounts.len().div_ceil(CHUNK);
    let runs = (0..runs).map(move |run| {
        let end = accounts.len().min((run + 1) * CHUNK);
        Chunk::pack(&accounts[run * CHUNK..end]).and_then(|run| journal::line(&run))
    });
    [header, tail].into_iter().chain(runs).chain([count])
}

/// Where the parts of a snapshot lie in its bytes.
pub(super) struct SnapshotParts {
    /// The last entry in the board.
    pub(super) mark: Mark,
    pub(super) meta: Range<usize>,
    pub(super) chunks: Vec<Range<usize>>,
    /// How many accounts the chunks hold together.
    pub(super) accounts: usize,
}

/// Finds the parts of a snapshot; `None` when it is incomplete or of another version.
pub(super) fn parts(bytes: &[u8]) -> Option<SnapshotParts> {
    let scan = journal::scan(bytes);
    let [header, meta, chunks @ .., count] = scan.lines.as_slice() else { return None };
    let header: SnapshotHeader = serde_json::from_slice(&bytes[header.clone()]).ok()?;
    let ours = header.format == FORMAT
        && header.version == VERSION
        && header.writer == WRITER
        && header.fold == FOLD_VERSION;
    if !ours || scan.tail != Tail::Clean {
        return None;
    }
    let SnapshotCount { accounts } = serde_json::from_slice(&bytes[count.clone()]).ok()?;
    Some(SnapshotParts { mark: header.mark, meta: meta.clone(), chunks: chunks.to_vec(), accounts })
}

/// Reads a snapshot; `None` when it is incomplete, inconsistent or of another version.
pub fn open(bytes: &[u8], pipeline: Arc<Pipeline>) -> Option<Snapshot> {
    let SnapshotParts { mark, meta, chunks, accounts } = parts(bytes)?;
    let tail: BoardMeta = serde_json::from_slice(&bytes[meta]).ok()?;
    let needs = tail.needs();
    let mut board = Board::restore(pipeline, [], BoardMeta { seq: mark.seq, ..tail });
    let parse = |(_, run): (usize, &Range<usize>)| {
        let run: Option<Chunk> = serde_json::from_slice(&bytes[run.clone()]).ok();
        run.and_then(Chunk::unpack).ok_or(())
    };
    journal::in_order(&chunks, parse, |accounts| {
        for account in std::mem::take(accounts) {
            board.insert_account(account);
        }
    })
    .ok()?;
    (board.len() == accounts).then_some(Snapshot { mark, board, needs })
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
