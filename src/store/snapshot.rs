//! A snapshot: the board as it was at some entry, so that a start need not replay everything. Only a cache:
//! whatever is wrong with it, the journal has it all.
//!
//! Lines framed as in the journal: a header, what the board keeps besides accounts, runs of accounts ordered by
//! id, and how many there were, so that a snapshot cut short is noticed. Entries that undo needs are not
//! written: the journal has them.

use std::ops::Range;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::journal::{self, Tail};
use crate::state::board::BoardTail;
use crate::state::{Account, Board, Entry, Pipeline, Seq};

/// The word in the header that says what the file is.
const FORMAT: &str = "gangplank-snapshot";

/// The format this version writes. Others are ignored, older ones too: it is only a cache.
const VERSION: u32 = 3;

/// Who writes it. Another release may fold entries differently or know fields we would drop, so what it cached
/// is not ours to use.
const WRITER: &str = env!("CARGO_PKG_VERSION");

/// Accounts per line: enough lines to share out to threads, each long enough to be worth it.
const RUN: usize = 500;

/// Where in the journal a board stands: after which entry, at which byte, behind which line.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mark {
    /// The last entry; none is 0.
    pub seq: Seq,
    /// The byte after its line.
    pub offset: u64,
    /// The checksum of its line, so that a snapshot of another journal is not taken for ours.
    pub last: u32,
}

#[derive(Serialize, Deserialize)]
struct Header {
    format: String,
    version: u32,
    writer: String,
    #[serde(flatten)]
    mark: Mark,
}

#[derive(Serialize, Deserialize)]
struct Count {
    accounts: usize,
}

/// A snapshot's bytes, whole and of a version we know.
pub(super) struct Snapshot {
    pub(super) mark: Mark,
    tail: BoardTail,
    bytes: Vec<u8>,
    runs: Vec<Range<usize>>,
    count: usize,
}

/// The lines of a snapshot of `board`, which stands at `mark`.
///
/// # Errors
/// When something on the board cannot become JSON.
pub fn lines(board: &Board, mark: Mark) -> impl Iterator<Item = Result<Vec<u8>, serde_json::Error>> {
    let mut accounts: Vec<_> = board.accounts().cloned().collect();
    accounts.sort_unstable_by(|a, b| a.id.cmp(&b.id));
    let header =
        journal::line(&Header { format: FORMAT.into(), version: VERSION, writer: WRITER.into(), mark });
    let tail = journal::line(&board.tail());
    let count = journal::line(&Count { accounts: accounts.len() });
    let runs = accounts.len().div_ceil(RUN);
    let runs = (0..runs).map(move |run| {
        let end = accounts.len().min((run + 1) * RUN);
        journal::line(&&accounts[run * RUN..end])
    });
    [header, tail].into_iter().chain(runs).chain([count])
}

/// Takes `bytes` for a snapshot; nothing when they are not a whole one of our version.
pub(super) fn open(bytes: Vec<u8>) -> Option<Snapshot> {
    let scan = journal::scan(&bytes);
    let [header, tail, runs @ .., count] = scan.lines.as_slice() else { return None };
    let header: Header = serde_json::from_slice(&bytes[header.clone()]).ok()?;
    let ours = header.format == FORMAT && header.version == VERSION && header.writer == WRITER;
    if !ours || scan.tail != Tail::Clean {
        return None;
    }
    let tail = serde_json::from_slice(&bytes[tail.clone()]).ok()?;
    let count: Count = serde_json::from_slice(&bytes[count.clone()]).ok()?;
    let runs = runs.to_vec();
    Some(Snapshot { mark: header.mark, tail, bytes, runs, count: count.accounts })
}

impl Snapshot {
    /// The entries its board needs from the journal.
    pub(super) fn needs(&self) -> impl Iterator<Item = Seq> {
        let undoable = self.tail.undo.iter().flat_map(|(_, done, undone)| done.iter().chain(undone));
        undoable.chain(&self.tail.clock).copied()
    }

    /// The board, given the entries it needs; nothing when it does not add up.
    pub(super) fn board(self, pipeline: Arc<Pipeline>, kept: Vec<Arc<Entry>>) -> Option<Board> {
        let Self { mark, tail, bytes, runs, count } = self;
        let mut accounts = Vec::with_capacity(runs.len());
        let parse =
            |(_, run): (usize, &Range<usize>)| serde_json::from_slice::<Vec<Account>>(&bytes[run.clone()]);
        journal::in_order(&runs, parse, |run| accounts.push(std::mem::take(run))).ok()?;
        let tail = BoardTail { seq: mark.seq, kept, ..tail };
        let board = Board::restore(pipeline, accounts.into_iter().flatten(), tail);
        (board.len() == count).then_some(board)
    }
}
