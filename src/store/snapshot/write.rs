//! Writing a snapshot.

use std::collections::BTreeMap;
use std::io;
use std::iter::Peekable;
use std::sync::Arc;

use rayon::prelude::*;

use super::directory::{
    ChunkPlace, CoveredJournal, LinePlace, NamesPlace, SETTLED_CHUNK, SnapshotDirectory, hash,
};
use super::roll::Roll;
use super::{Mark, SnapshotHeader};
use crate::state::board::archive::{ArchivedAccount, names_of};
use crate::state::query::settled::is_settled;
use crate::state::values::totals::AccountTotals;
use crate::state::{Account, AccountId, Board, StageId};
use crate::store::columnar::{Chunk, SettledChunk};
use crate::store::journal;

/// Accounts per line of those that may need somebody: few enough that all threads get lines, and many enough that a line is
/// worth a thread's time.
const AWAKE_CHUNK: usize = 500;

/// So many chunks are made into lines, on all cores, before they are written.
const AT_ONCE: usize = 16;

/// Names per block: a block is read in a few microseconds.
const NAMES: usize = 4096;

/// Passes the bytes of a snapshot of `board` to `out`, piece by piece. `mark` is that of its last entry, and `journal` says
/// where entries lie in the journal.
///
/// # Errors
/// When `out` fails, or something on the board cannot become JSON.
pub fn write(
    board: &Board,
    mark: Mark,
    journal: CoveredJournal,
    out: &mut dyn FnMut(&[u8]) -> io::Result<()>,
) -> io::Result<()> {
    let mut awake: Vec<Arc<Account>> = board.awake().cloned().collect();
    awake.sort_unstable_by(|a, b| a.id.cmp(&b.id));
    let (settled, awake): (Vec<_>, Vec<_>) =
        awake.into_par_iter().partition(|account| is_settled(board, account));
    let accounts = board.len();
    let mut file = Writer { out, at: 0 };

    file.json(&SnapshotHeader::new(board.pipeline(), mark))?;
    let mut meta = board.meta();
    let is_of_settled =
        |id: &AccountId| settled.binary_search_by(|account: &Arc<Account>| account.id.cmp(id)).is_ok();
    meta.alerts.retain(|alert| !is_of_settled(&alert.account));
    file.json(&meta)?;
    for chunks in awake.chunks(AWAKE_CHUNK * AT_ONCE) {
        let line = |chunk: &[Arc<Account>]| journal::line(&Chunk::pack(chunk)?);
        let lines: Result<Vec<_>, _> = chunks.par_chunks(AWAKE_CHUNK).map(line).collect();
        for line in lines? {
            file.line(&line)?;
        }
    }
    let mut directory =
        SnapshotDirectory { eager: file.at, accounts, journal, ..SnapshotDirectory::default() };

    let with_alerts = |account: Arc<Account>| {
        let alerts = board.alerts_of(&account.id).cloned().collect();
        ArchivedAccount { account, alerts }
    };
    let asleep = (0..board.asleep_chunks()).flat_map(|at| board.asleep_in(at)).map(|(_, it)| it);
    let mut settled = merged(settled.into_iter().map(with_alerts), asleep).peekable();
    let (mut names, mut roll): (Vec<(u64, u32)>, _) = (Vec::new(), Roll::default());
    let mut totals: BTreeMap<Option<StageId>, AccountTotals> = BTreeMap::new();
    while settled.peek().is_some() {
        let group: Vec<ArchivedAccount> = settled.by_ref().take(SETTLED_CHUNK * AT_ONCE).collect();
        let pack = |chunk: &[ArchivedAccount]| -> Result<_, serde_json::Error> {
            let hashes = |it: &ArchivedAccount| names_of(it).iter().map(|name| hash(name)).collect();
            let hashes: Vec<Vec<u64>> = chunk.iter().map(hashes).collect();
            Ok((journal::line(&SettledChunk::pack(chunk)?)?, hashes))
        };
        let packed: Result<Vec<_>, _> = group.par_chunks(SETTLED_CHUNK).map(pack).collect();
        for (chunk, (line, hashes)) in group.chunks(SETTLED_CHUNK).zip(packed?) {
            for (it, hashes) in chunk.iter().zip(hashes) {
                let number = u32::try_from(directory.settled).map_err(io::Error::other)?;
                names.extend(hashes.into_iter().map(|hash| (hash, number)));
                totals.entry(it.stage().cloned()).or_default().add(it.account.forecasted_mrr());
                roll.take(it);
                directory.settled += 1;
            }
            let first = chunk[0].account.id.clone();
            let LinePlace { start, length } = file.line(&line)?;
            directory.chunks.push(ChunkPlace { start, length, first });
        }
        if roll.is_full() {
            directory.roll.push(file.line(&journal::framed(&roll.next_block()?))?);
        }
    }
    directory.roll.push(file.line(&journal::framed(&roll.next_block()?))?);
    directory.words = file.json(&roll.into_words())?;
    directory.totals = totals.into_iter().collect();
    names.par_sort_unstable();
    for block in names.chunks(NAMES) {
        let bytes: Vec<u8> = block
            .iter()
            .flat_map(|(hash, number)| hash.to_le_bytes().into_iter().chain(number.to_le_bytes()))
            .collect();
        let LinePlace { start, length } = file.line(&journal::framed(&bytes))?;
        directory.names.push(NamesPlace { start, length, first: block[0].0 });
    }
    let place = file.json(&directory)?;
    file.json(&place)?;
    Ok(())
}

struct Writer<'a> {
    out: &'a mut dyn FnMut(&[u8]) -> io::Result<()>,
    at: u64,
}

impl Writer<'_> {
    /// Writes `value` as a line, and says where it lies.
    fn json(&mut self, value: &impl serde::Serialize) -> io::Result<LinePlace> {
        self.line(&journal::line(value)?)
    }

    fn line(&mut self, line: &[u8]) -> io::Result<LinePlace> {
        (self.out)(line)?;
        let start = self.at;
        self.at += line.len() as u64;
        Ok(LinePlace { start, length: line.len() })
    }
}

/// All of both, which are ordered by id, in that order.
fn merged(
    a: impl Iterator<Item = ArchivedAccount>,
    b: impl Iterator<Item = ArchivedAccount>,
) -> impl Iterator<Item = ArchivedAccount> {
    let (mut a, mut b): (Peekable<_>, Peekable<_>) = (a.peekable(), b.peekable());
    std::iter::from_fn(move || match (a.peek(), b.peek()) {
        (Some(of_a), Some(of_b)) if of_a.account.id < of_b.account.id => a.next(),
        (Some(_), None) => a.next(),
        (_, Some(_)) => b.next(),
        (None, None) => None,
    })
}
