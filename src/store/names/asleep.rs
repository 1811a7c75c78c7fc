//! Those who sleep in a snapshot, as far as a command line may name them: each is read when it is asked for, so that nobody who
//! presses tab waits for all of them.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::state::Alert;
use crate::store::columnar::SettledNames;
use crate::store::named::NamedAccount;
use crate::store::snapshot::{ChunkPlace, LinePlace, SettledWords, SnapshotBytes, called};

/// The settled accounts of a snapshot.
pub(super) struct AsleepNames {
    bytes: Arc<dyn SnapshotBytes>,
    chunks: Vec<ChunkPlace>,
    roll: Vec<LinePlace>,
    words: SettledWords,
    /// Those of whom more is known since.
    woken: BTreeSet<String>,
    /// The chunk that was read last: what came in one go is often in its order.
    latest: Option<(usize, NamedChunk)>,
}

/// A chunk of them.
pub(super) struct NamedChunk {
    pub(super) accounts: BTreeMap<String, NamedAccount>,
    pub(super) alerts: Vec<Alert>,
}

impl AsleepNames {
    /// Those in `chunks` of a snapshot, who are called as in `roll`; `None` where their words cannot be read.
    pub(super) fn new(
        bytes: Arc<dyn SnapshotBytes>,
        chunks: Vec<ChunkPlace>,
        roll: Vec<LinePlace>,
        words: LinePlace,
    ) -> Option<Self> {
        let words = serde_json::from_slice(&words.read(&*bytes)?).ok()?;
        Some(Self { bytes, chunks, roll, words, woken: BTreeSet::new(), latest: None })
    }

    /// The words that they use, or used when the snapshot was saved.
    pub(super) fn words(&self) -> &SettledWords {
        &self.words
    }

    /// How many were woken.
    pub(super) fn woken(&self) -> usize {
        self.woken.len()
    }

    /// Those of them who still sleep whose ids and names are meant, ordered by id. Of the others, nothing is kept: there may
    /// be a hundred thousand. Those that cannot be read are not among them.
    pub(super) fn called(
        &self,
        is_meant: &impl Fn(&str, Option<&str>) -> bool,
    ) -> Vec<(String, Option<String>)> {
        let mut found = Vec::new();
        for place in &self.roll {
            let block = place.read(&*self.bytes).unwrap_or_default();
            for (id, name) in called(&block).into_iter().flatten() {
                let name = Some(name).filter(|name| !name.is_empty());
                if is_meant(id, name) && !self.woken.contains(id) {
                    found.push((id.to_owned(), name.map(str::to_owned)));
                }
            }
        }
        found
    }

    /// The account with this id, if it sleeps.
    pub(super) fn find(&self, id: &str) -> Option<NamedAccount> {
        let is_asleep = !self.woken.contains(id);
        is_asleep.then(|| self.read(self.chunk_of(id)?)?.accounts.remove(id)).flatten()
    }

    /// Wakes the account with this id, if it sleeps: what is known of it, and its alerts.
    pub(super) fn wake(&mut self, id: &str) -> Option<(NamedAccount, Vec<Alert>)> {
        if self.woken.contains(id) {
            return None;
        }
        let at = self.chunk_of(id)?;
        if self.latest.as_ref().is_none_or(|(latest, _)| *latest != at) {
            self.latest = Some((at, self.read(at)?));
        }
        let (_, chunk) = self.latest.as_ref()?;
        let account = chunk.accounts.get(id)?.clone();
        let alerts = chunk.alerts.iter().filter(|alert| alert.account.as_str() == id).cloned().collect();
        self.woken.insert(id.to_owned());
        Some((account, alerts))
    }

    /// All who still sleep, chunk by chunk.
    pub(super) fn rest(self) -> impl Iterator<Item = NamedChunk> {
        (0..self.chunks.len()).filter_map(move |at| {
            let mut chunk = self.read(at)?;
            chunk.accounts.retain(|id, _| !self.woken.contains(id));
            chunk.alerts.retain(|alert| !self.woken.contains(alert.account.as_str()));
            Some(chunk)
        })
    }

    fn chunk_of(&self, id: &str) -> Option<usize> {
        self.chunks.partition_point(|chunk| chunk.first.as_str() <= id).checked_sub(1)
    }

    fn read(&self, at: usize) -> Option<NamedChunk> {
        let json = self.chunks[at].read(&*self.bytes)?;
        let SettledNames { accounts, alerts } = serde_json::from_slice(&json).ok()?;
        Some(NamedChunk { accounts: accounts.unpack()?.0, alerts })
    }
}
