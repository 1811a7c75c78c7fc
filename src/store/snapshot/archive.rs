//! The settled accounts of a snapshot, read when somebody asks for them.

use std::collections::{BTreeMap, HashMap};
use std::fmt;
use std::sync::{Arc, OnceLock};

use rayon::prelude::*;
use tracing::warn;

use super::Mark;
use super::directory::{NAME, NamesPlace, SETTLED_CHUNK, SnapshotBytes, SnapshotDirectory, hash, line};
use super::roll::SettledWords;
use crate::state::board::archive::{Archive, ArchivedAccount, names_of};
use crate::state::query::settled::is_settled;
use crate::state::values::account::Segment;
use crate::state::values::totals::AccountTotals;
use crate::state::{AccountId, Board, StageId};
use crate::store::columnar::SettledChunk;

/// Folds the journal up to a mark, where the snapshot that was made there turns out to be damaged; `None` when that cannot be
/// read either.
pub type Rebuild = Box<dyn Fn(Mark) -> Option<Board> + Send + Sync>;

/// The settled accounts of a snapshot.
pub(super) struct SnapshotArchive {
    bytes: Arc<dyn SnapshotBytes>,
    directory: SnapshotDirectory,
    chunks: Box<[OnceLock<Arc<[ArchivedAccount]>>]>,
    names: Box<[OnceLock<Vec<u8>>]>,
    mark: Mark,
    rebuild: Rebuild,
    /// What is read instead of the snapshot once that turned out to be damaged.
    rebuilt: OnceLock<Rebuilt>,
}

#[derive(Default)]
struct Rebuilt {
    accounts: BTreeMap<AccountId, ArchivedAccount>,
    names: HashMap<String, Vec<AccountId>>,
}

impl SnapshotArchive {
    pub(super) fn new(
        bytes: Arc<dyn SnapshotBytes>,
        directory: SnapshotDirectory,
        mark: Mark,
        rebuild: Rebuild,
    ) -> Self {
        let chunks = directory.chunks.iter().map(|_| OnceLock::new()).collect();
        let names = directory.names.iter().map(|_| OnceLock::new()).collect();
        Self { bytes, directory, chunks, names, mark, rebuild, rebuilt: OnceLock::new() }
    }

    fn rebuilt(&self) -> &Rebuilt {
        self.rebuilt.get_or_init(|| {
            warn!("a part of the snapshot is damaged, so the journal is read instead");
            let board = (self.rebuild)(self.mark).expect(
                "both the snapshot and the journal cannot be read any more: run `gangplank doctor`, which says what is left",
            );
            let mut rebuilt = Rebuilt::default();
            for account in board.accounts().filter(|account| is_settled(&board, account)) {
                let alerts = board.alerts_of(&account.id).cloned().collect();
                let it = ArchivedAccount { account: account.clone(), alerts };
                for name in names_of(&it) {
                    rebuilt.names.entry(name).or_default().push(account.id.clone());
                }
                rebuilt.accounts.insert(account.id.clone(), it);
            }
            rebuilt
        })
    }

    fn read(&self, at: usize) -> Arc<[ArchivedAccount]> {
        if self.rebuilt.get().is_none()
            && let Some(json) = self.directory.chunks[at].read(&*self.bytes)
            && let Some(chunk) = serde_json::from_slice(&json).ok().and_then(SettledChunk::unpack)
        {
            return chunk.into();
        }
        let chunks = &self.directory.chunks;
        let all = &self.rebuilt().accounts;
        let from = all.range(chunks[at].first.clone()..);
        let next = chunks.get(at + 1).map(|chunk| &chunk.first);
        from.take_while(|(id, _)| next.is_none_or(|next| *id < next)).map(|(_, it)| it.clone()).collect()
    }

    /// The block of the list of names that begins there; `None` when it is damaged.
    fn block(&self, at: usize) -> Option<&[u8]> {
        let NamesPlace { start, length, .. } = self.directory.names[at];
        let read = || line(&*self.bytes, start, length).unwrap_or_default();
        Some(self.names[at].get_or_init(read).as_slice()).filter(|block| !block.is_empty())
    }

    /// Which of the accounts have a name with this hash; `None` when a block is damaged.
    fn numbers(&self, hash: u64) -> Option<Vec<u32>> {
        let places = &self.directory.names;
        let first = places.partition_point(|place| place.first < hash).saturating_sub(1);
        let mut numbers = Vec::new();
        for at in (first..places.len()).take_while(|at| places[*at].first <= hash) {
            let names = self.block(at)?.chunks_exact(NAME).filter_map(|name| {
                let (of, number) = name.split_first_chunk()?;
                Some((u64::from_le_bytes(*of), u32::from_le_bytes(number.try_into().ok()?)))
            });
            numbers.extend(names.filter(|(of, _)| *of == hash).map(|(_, number)| number));
        }
        Some(numbers)
    }
}

impl Archive for SnapshotArchive {
    fn len(&self) -> usize {
        self.directory.settled
    }

    fn totals(&self) -> Vec<(Option<StageId>, AccountTotals)> {
        self.directory.totals.clone()
    }

    fn get(&self, id: &AccountId) -> Option<(usize, &ArchivedAccount)> {
        let at = self.directory.chunks.partition_point(|chunk| chunk.first <= *id).checked_sub(1)?;
        let chunk = self.kept_chunk(at);
        let within = chunk.binary_search_by(|it| it.account.id.cmp(id)).ok()?;
        Some((self.first_number(at) + within, &chunk[within]))
    }

    fn listed(&self, name: &str) -> Vec<AccountId> {
        let numbers = if self.rebuilt.get().is_some() { None } else { self.numbers(hash(name)) };
        let Some(numbers) = numbers else {
            return self.rebuilt().names.get(name).cloned().unwrap_or_default();
        };
        let account = |number: u32| {
            let number = usize::try_from(number).ok()?;
            let chunk =
                (number / SETTLED_CHUNK < self.chunks()).then(|| self.kept_chunk(number / SETTLED_CHUNK))?;
            Some(chunk.get(number % SETTLED_CHUNK)?.account.id.clone())
        };
        numbers.into_iter().filter_map(account).collect()
    }

    fn segments(&self) -> Option<Vec<Segment>> {
        let words: SettledWords = serde_json::from_slice(&self.directory.words.read(&*self.bytes)?).ok()?;
        Some(words.segments.into_iter().collect())
    }

    fn chunks(&self) -> usize {
        self.directory.chunks.len()
    }

    fn first_number(&self, at: usize) -> usize {
        at * SETTLED_CHUNK
    }

    fn chunk(&self, at: usize) -> Arc<[ArchivedAccount]> {
        self.chunks[at].get().cloned().unwrap_or_else(|| self.read(at))
    }

    fn kept_chunk(&self, at: usize) -> &[ArchivedAccount] {
        self.chunks[at].get_or_init(|| self.read(at))
    }

    fn keep_all(&self) {
        if self.chunks.iter().any(|chunk| chunk.get().is_none()) {
            (0..self.chunks.len()).into_par_iter().for_each(|at| {
                self.kept_chunk(at);
            });
        }
    }
}

impl fmt::Debug for SnapshotArchive {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SnapshotArchive").field("settled", &self.directory.settled).finish_non_exhaustive()
    }
}
