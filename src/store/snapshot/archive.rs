//! The settled accounts of a snapshot, read when somebody asks for them.

use std::collections::{BTreeMap, HashMap, VecDeque};
use std::fmt;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

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

/// How many chunks stay in memory of those that were read last, some MiB: whoever looks for accounts one after the other
/// often finds the next beside one of the latest.
const LATEST: usize = 24;

/// The settled accounts of a snapshot.
pub(super) struct SnapshotArchive {
    bytes: Arc<dyn SnapshotBytes>,
    directory: SnapshotDirectory,
    /// What stays in memory of each chunk.
    chunks: Box<[OnceLock<Box<[KeptAccount]>>]>,
    /// Whether everybody stays in memory: who asks for all of them asks again.
    is_kept: AtomicBool,
    latest: LatestChunks,
    names: Box<[OnceLock<Vec<u8>>]>,
    mark: Mark,
    rebuild: Rebuild,
    /// What is read instead of the snapshot once that turned out to be damaged.
    rebuilt: OnceLock<Rebuilt>,
}

/// An account of a chunk.
struct KeptAccount {
    id: AccountId,
    /// Once somebody has asked for it.
    account: OnceLock<ArchivedAccount>,
}

/// The chunks that were read last, the latest first.
#[derive(Default)]
struct LatestChunks(Mutex<VecDeque<(usize, Arc<[ArchivedAccount]>)>>);

impl KeptAccount {
    /// One for each in a chunk.
    fn of_each(chunk: &[ArchivedAccount]) -> Box<[Self]> {
        let member = |it: &ArchivedAccount| Self { id: it.account.id.clone(), account: OnceLock::new() };
        chunk.iter().map(member).collect()
    }
}

impl LatestChunks {
    /// The chunk there, which `read` reads unless it is one of the latest.
    fn get(&self, at: usize, read: impl FnOnce() -> Arc<[ArchivedAccount]>) -> Arc<[ArchivedAccount]> {
        let lock = || self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let mut latest = lock();
        let known = latest.iter().position(|(of, _)| *of == at).and_then(|known| latest.remove(known));
        let chunk = if let Some((_, chunk)) = known {
            chunk
        } else {
            // Others may read meanwhile.
            drop(latest);
            let chunk = read();
            latest = lock();
            chunk
        };
        latest.push_front((at, chunk.clone()));
        latest.truncate(LATEST);
        chunk
    }
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
        let latest = LatestChunks::default();
        let is_kept = AtomicBool::new(false);
        Self { bytes, directory, chunks, is_kept, latest, names, mark, rebuild, rebuilt: OnceLock::new() }
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

    /// The same, from memory if it is one of those that were read last.
    fn latest(&self, at: usize) -> Arc<[ArchivedAccount]> {
        self.latest.get(at, || self.read(at))
    }

    /// The chunk in which an account would stand.
    fn chunk_of(&self, id: &AccountId) -> Option<usize> {
        self.directory.chunks.partition_point(|chunk| chunk.first <= *id).checked_sub(1)
    }

    /// Who is in a chunk. Those who were asked for stay in memory.
    fn members(&self, at: usize) -> &[KeptAccount] {
        self.chunks[at].get_or_init(|| KeptAccount::of_each(&self.latest(at)))
    }

    /// Everybody in a chunk, if all of them stay in memory.
    fn whole(&self, at: usize) -> Option<Vec<&ArchivedAccount>> {
        self.chunks[at].get()?.iter().map(|member| member.account.get()).collect()
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
            let (names, _) = self.block(at)?.as_chunks::<NAME>();
            let from = names.partition_point(|name| listed_name(name).0 < hash);
            let its = names[from..].iter().map(listed_name).take_while(|(of, _)| *of == hash);
            numbers.extend(its.map(|(_, number)| number));
        }
        Some(numbers)
    }
}

/// The hash of a name in its block, and which account has it.
fn listed_name(name: &[u8; NAME]) -> (u64, u32) {
    let hash = std::array::from_fn(|at| name[at]);
    let number = std::array::from_fn(|at| name[size_of::<u64>() + at]);
    (u64::from_le_bytes(hash), u32::from_le_bytes(number))
}

impl Archive for SnapshotArchive {
    fn len(&self) -> usize {
        self.directory.settled
    }

    fn totals(&self) -> Vec<(Option<StageId>, AccountTotals)> {
        self.directory.totals.clone()
    }

    fn get(&self, id: &AccountId) -> Option<&ArchivedAccount> {
        let at = self.chunk_of(id)?;
        let members = self.members(at);
        let within = members.binary_search_by(|member| member.id.cmp(id)).ok()?;
        if let Some(known) = members[within].account.get() {
            return Some(known);
        }
        let chunk = self.latest(at);
        let it = chunk.get(within).filter(|it| it.account.id == *id)?;
        Some(members[within].account.get_or_init(|| it.clone()))
    }

    fn find(&self, ids: &[&AccountId]) -> Vec<(usize, ArchivedAccount)> {
        let of_chunk = |ids: &&[&AccountId]| {
            let Some(at) = self.chunk_of(ids[0]) else { return Vec::new() };
            let latest;
            let chunk = if let Some(whole) = self.whole(at) {
                whole
            } else {
                latest = self.latest(at);
                latest.iter().collect()
            };
            let places = ids.iter().filter_map(|id| chunk.binary_search_by(|it| it.account.id.cmp(id)).ok());
            places.map(|within| (self.first_number(at) + within, chunk[within].clone())).collect()
        };
        let together: Vec<&[&AccountId]> =
            ids.chunk_by(|a, b| self.chunk_of(a) == self.chunk_of(b)).collect();
        match &together[..] {
            [one] => of_chunk(one),
            several => several.par_iter().flat_map_iter(of_chunk).collect(),
        }
    }

    fn listed(&self, name: &str) -> Vec<AccountId> {
        let numbers = if self.rebuilt.get().is_some() { None } else { self.numbers(hash(name)) };
        let Some(numbers) = numbers else {
            return self.rebuilt().names.get(name).cloned().unwrap_or_default();
        };
        let id = |number: u32| {
            let number = usize::try_from(number).ok()?;
            let at = number / SETTLED_CHUNK;
            let members = (at < self.chunks()).then(|| self.members(at))?;
            Some(members.get(number % SETTLED_CHUNK)?.id.clone())
        };
        numbers.into_iter().filter_map(id).collect()
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
        self.whole(at).map_or_else(|| self.read(at), |whole| whole.into_iter().cloned().collect())
    }

    fn kept_chunk(&self, at: usize) -> Vec<&ArchivedAccount> {
        self.whole(at).unwrap_or_else(|| {
            let chunk = self.read(at);
            let members = self.chunks[at].get_or_init(|| KeptAccount::of_each(&chunk));
            let kept = members.iter().zip(&*chunk);
            kept.map(|(member, it)| member.account.get_or_init(|| it.clone())).collect()
        })
    }

    fn keep_all(&self) {
        if !self.is_kept.load(Ordering::Acquire) {
            (0..self.chunks.len()).into_par_iter().for_each(|at| {
                self.kept_chunk(at);
            });
            self.is_kept.store(true, Ordering::Release);
        }
    }
}

impl fmt::Debug for SnapshotArchive {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SnapshotArchive").field("settled", &self.directory.settled).finish_non_exhaustive()
    }
}
