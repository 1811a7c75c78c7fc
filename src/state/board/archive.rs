//! Accounts that a snapshot holds and nobody has needed yet: most of them are finished for years.
//!
//! An account in the archive is *asleep*. Whoever asks for it gets it, and it sleeps on. The first change wakes it: it
//! becomes one of the board's own then, with its alerts and signals.

use std::fmt::Debug;
use std::sync::Arc;

use imbl::OrdMap;

use super::Board;
use super::shared_map::SharedMap;
use crate::state::values::account::{Account, AccountId, Segment};
use crate::state::values::account_ref::{AccountRef, SeveralNames, domains};
use crate::state::values::alert::{Alert, AlertKey};
use crate::state::values::fact::{FactKey, FactValue};
use crate::state::values::pipeline::StageId;
use crate::state::values::signal::SignalKey;
use crate::state::values::totals::AccountTotals;

/// So many are read in some milliseconds.
const FEW: usize = 1_000;

/// Who looks for more than one of so many in any order reads fewer chunks by reading all: a chunk has 64 accounts, and all
/// are read on all cores.
const ONE_OF: usize = 100;

/// Where sleeping accounts are read from.
pub trait Archive: Debug + Send + Sync {
    /// How many accounts it holds.
    fn len(&self) -> usize;

    /// Whether it holds none.
    fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// How many accounts stand in each stage, and off the board, and what they bring.
    fn totals(&self) -> Vec<(Option<StageId>, AccountTotals)>;

    /// The account with this id, which stays in memory from now on; those beside it do not.
    fn get(&self, id: &AccountId) -> Option<&ArchivedAccount>;

    /// Those with `ids`, which are ordered, each with its place among all. Nobody stays in memory, and nothing is read twice.
    fn find(&self, ids: &[&AccountId]) -> Vec<(usize, ArchivedAccount)>;

    /// The accounts listed under a name of [`names_of`]. Others may be among them.
    fn listed(&self, name: &str) -> Vec<AccountId>;

    /// The segments that its accounts are in, without reading these; `None` where that is not known.
    fn segments(&self) -> Option<Vec<Segment>>;

    /// How many chunks it is read in.
    fn chunks(&self) -> usize;

    /// The place among all accounts of the first in a chunk.
    fn first_number(&self, at: usize) -> usize;

    /// The accounts of one chunk, ordered by id. They do not stay in memory unless they were there before.
    fn chunk(&self, at: usize) -> Arc<[ArchivedAccount]>;

    /// The accounts of one chunk, which stay in memory from now on.
    fn kept_chunk(&self, at: usize) -> Vec<&ArchivedAccount>;

    /// Reads all chunks, on several threads where that is faster; they stay in memory from now on.
    fn keep_all(&self) {
        for at in 0..self.chunks() {
            self.kept_chunk(at);
        }
    }
}

/// An account in the archive, and its alerts.
#[derive(Clone, Debug, PartialEq)]
pub struct ArchivedAccount {
    pub account: Arc<Account>,
    pub alerts: Vec<Arc<Alert>>,
}

impl ArchivedAccount {
    /// The stage it stands in; nothing off the board.
    pub fn stage(&self) -> Option<&StageId> {
        self.account.placement.as_ref().map(|place| &place.stage)
    }
}

/// The archive of a board, and who is no longer asleep in it.
#[derive(Clone, Debug, Default)]
pub(super) struct Sleepers {
    archive: Option<Arc<dyn Archive>>,
    /// Those who woke up, or are gone, with their places in the archive.
    awake: SharedMap<AccountId, usize>,
    /// Where those stand who are still asleep.
    totals: OrdMap<Option<StageId>, AccountTotals>,
}

impl Sleepers {
    fn of(archive: Arc<dyn Archive>) -> Self {
        let totals = archive.totals().into_iter().collect();
        Self { archive: Some(archive), awake: SharedMap::default(), totals }
    }

    pub(super) fn len(&self) -> usize {
        self.archive.as_ref().map_or(0, |archive| archive.len() - self.awake.len())
    }

    pub(super) fn get(&self, id: &AccountId) -> Option<&ArchivedAccount> {
        let archive = self.archive.as_ref()?;
        if self.awake.contains_key(id) { None } else { archive.get(id) }
    }

    /// Lets those with `ids`, which are ordered, be no longer asleep, and answers them.
    fn wake(&mut self, mut ids: Vec<&AccountId>) -> Vec<ArchivedAccount> {
        let Some(archive) = &self.archive else { return Vec::new() };
        ids.retain(|id| !self.awake.contains_key(*id));
        let mut woken = Vec::new();
        for (number, found) in archive.find(&ids) {
            self.awake.insert(found.account.id.clone(), number);
            if let Some(totals) = self.totals.get_mut(&found.stage().cloned()) {
                totals.subtract(found.account.forecasted_mrr());
            }
            woken.push(found);
        }
        woken
    }

    /// Everyone asleep. They stay in memory from now on.
    pub(super) fn all(&self) -> impl Iterator<Item = &ArchivedAccount> {
        if let Some(archive) = &self.archive {
            archive.keep_all();
        }
        let chunks =
            self.archive.iter().flat_map(|archive| (0..archive.chunks()).map(|at| archive.kept_chunk(at)));
        chunks.flatten().filter(|it| !self.awake.contains_key(&it.account.id))
    }

    /// Those asleep who are listed under `name`, with others perhaps.
    pub(super) fn listed<'a>(&'a self, name: &str) -> impl Iterator<Item = &'a ArchivedAccount> + use<'a> {
        let ids = self.archive.as_ref().map(|archive| archive.listed(name)).unwrap_or_default();
        ids.into_iter().filter_map(|id| self.get(&id))
    }
}

impl Board {
    /// The board with the accounts of `archive` besides its own. None of them may be on it already.
    #[must_use]
    pub fn with_archive(self, archive: Arc<dyn Archive>) -> Self {
        Self { sleepers: Sleepers::of(archive), ..self }
    }

    /// The board with all accounts of `archive`, awake. None of them may be on it already.
    #[must_use]
    pub fn with_all_of(mut self, archive: &dyn Archive) -> Self {
        for it in (0..archive.chunks()).flat_map(|at| archive.chunk(at).to_vec()) {
            self.insert_archived(it);
        }
        self
    }

    /// The accounts that are not asleep: all that may need somebody, now or later, unless something happens to one of the
    /// others first.
    pub fn awake(&self) -> impl Iterator<Item = &Arc<Account>> {
        self.accounts.values()
    }

    /// The account with this id, if it is not asleep.
    pub fn get_awake(&self, id: &AccountId) -> Option<&Arc<Account>> {
        self.accounts.get(id)
    }

    /// How many are asleep.
    pub fn asleep(&self) -> usize {
        self.sleepers.len()
    }

    /// Whether so few are asleep that reading them all takes some milliseconds.
    pub fn sleeps_little(&self) -> bool {
        self.asleep() <= FEW
    }

    /// In how many pieces those asleep are read.
    pub fn asleep_chunks(&self) -> usize {
        self.sleepers.archive.as_ref().map_or(0, |archive| archive.chunks())
    }

    /// Those of one piece who are asleep, each with its place in the archive. Nothing of it stays in memory.
    pub fn asleep_in(&self, chunk: usize) -> Vec<(usize, ArchivedAccount)> {
        let Some(archive) = &self.sleepers.archive else { return Vec::new() };
        let (first, chunk) = (archive.first_number(chunk), archive.chunk(chunk));
        let numbered = (first..).zip(chunk.iter());
        let asleep = numbered.filter(|(_, it)| !self.sleepers.awake.contains_key(&it.account.id));
        asleep.map(|(number, it)| (number, it.clone())).collect()
    }

    /// Reads all who are asleep. They stay in memory from now on, also for the boards that this one was cloned from.
    pub fn read_asleep(&self) {
        if let Some(archive) = &self.sleepers.archive {
            archive.keep_all();
        }
    }

    /// Tells the board that accounts with these ids will be looked for, in any order. Where many of them may be asleep, all are
    /// read first, as by [`Board::read_asleep`].
    pub fn expect_look_ups<'a>(&self, ids: impl Iterator<Item = &'a AccountId>) {
        if self.asleep() > 0 && self.are_many(ids.filter(|id| self.get_awake(id).is_none()).count()) {
            self.read_asleep();
        }
    }

    /// Whether reading all who are asleep is faster than looking for so many of them in any order.
    pub(in crate::state) fn are_many(&self, asleep: usize) -> bool {
        asleep * ONE_OF > self.asleep()
    }

    /// Whether some who are asleep may be in a segment that is meant: found out without reading them.
    pub fn asleep_may_be_in(&self, is_meant: impl Fn(&Segment) -> bool) -> bool {
        let Some(archive) = self.sleepers.archive.as_ref().filter(|_| self.asleep() > 0) else {
            return false;
        };
        archive.segments().is_none_or(|segments| segments.iter().any(is_meant))
    }

    /// How many are asleep in a stage, or off the board, and what they bring.
    pub fn asleep_totals(&self, stage: Option<&StageId>) -> AccountTotals {
        self.sleepers.totals.get(&stage.cloned()).cloned().unwrap_or_default()
    }

    /// How many places the archive has: those who are asleep, and those who woke up.
    pub fn archive_places(&self) -> usize {
        self.sleepers.archive.as_ref().map_or(0, |archive| archive.len())
    }

    /// The place in the archive of somebody who woke up; `None` for those who never slept or still do.
    pub fn archive_place(&self, id: &AccountId) -> Option<usize> {
        self.sleepers.awake.get(id).copied()
    }

    /// The account with this id, if it is asleep. Whether one of those who are awake is meant is known without reading.
    pub(super) fn sleeper(&self, id: &AccountId) -> Option<&ArchivedAccount> {
        if self.accounts.contains_key(id) { None } else { self.sleepers.get(id) }
    }

    /// Makes an account the board's own, if it is asleep.
    pub fn wake(&mut self, id: &AccountId) {
        self.wake_all([id]);
    }

    /// Makes accounts the board's own, as far as they are asleep. Of many, each part of the archive is read once.
    pub(super) fn wake_all<'a>(&mut self, ids: impl IntoIterator<Item = &'a AccountId>) {
        if self.asleep() == 0 {
            return;
        }
        let mut ids: Vec<_> = ids.into_iter().filter(|id| !self.accounts.contains_key(*id)).collect();
        ids.sort_unstable();
        ids.dedup();
        if !ids.is_empty() {
            for found in self.sleepers.wake(ids) {
                self.insert_archived(found);
            }
        }
    }

    /// Wakes whoever sleeps and has the alert under `key`.
    pub(super) fn wake_by_alert(&mut self, key: &AlertKey) {
        if self.alerts.contains_key(key) {
            return;
        }
        if let Some(account) = self.sleeping_alert(key).map(|alert| alert.account.clone()) {
            self.wake(&account);
        }
    }

    fn insert_archived(&mut self, ArchivedAccount { account, alerts }: ArchivedAccount) {
        self.insert_account(account);
        for alert in alerts {
            self.put_alert(alert);
        }
    }

    /// Every account that `named`, which is no external id, could mean.
    pub(super) fn meant<'a>(&'a self, named: &'a AccountRef) -> Box<dyn Iterator<Item = &'a AccountId> + 'a> {
        if let AccountRef::AnyOf(SeveralNames(names)) = named {
            return Box::new(names.iter().flat_map(|named| self.meant(named)));
        }
        let listed = name(named).into_iter().flat_map(|name| self.sleepers.listed(&name));
        let asleep = listed.map(|it| &it.account).filter(|account| account.is_meant_by(named));
        let awake = self.accounts.values().filter(|account| account.is_meant_by(named));
        Box::new(awake.chain(asleep).map(|account| &account.id))
    }

    /// Those asleep whom an index lists under `name`, with others perhaps.
    pub(in crate::state) fn asleep_under(&self, name: &str) -> impl Iterator<Item = &AccountId> + use<'_> {
        self.sleepers.listed(name).map(|it| &it.account.id)
    }

    /// The accounts of that name, whatever its case, in no particular order.
    pub fn called(&self, name: &str) -> impl Iterator<Item = &Arc<Account>> + use<'_> {
        let wanted = name.to_lowercase();
        let asleep = self.sleepers.listed(&called(name)).map(|it| &it.account);
        self.accounts.values().chain(asleep).filter(move |account| account.name().to_lowercase() == wanted)
    }

    /// The sleeping account that has the signal under `key`.
    pub(super) fn sleeper_with(&self, key: &SignalKey) -> Option<&AccountId> {
        let has = |it: &&ArchivedAccount| it.account.signals.iter().any(|signal| signal.key() == *key);
        self.sleepers.listed(&signal_name(key)).find(has).map(|it| &it.account.id)
    }

    /// The alert under `key`, of an account that is asleep.
    pub(super) fn sleeping_alert(&self, key: &AlertKey) -> Option<&Arc<Alert>> {
        let of = |it: &'_ ArchivedAccount| it.alerts.iter().position(|alert| alert.key == *key);
        self.sleepers.listed(&alert_name(key)).find_map(|it| of(it).map(|at| &it.alerts[at]))
    }
}

/// The names under which an archive lists an account, those of its alerts and signals among them.
pub fn names_of(it: &ArchivedAccount) -> Vec<String> {
    let facts = it.account.facts.iter().flat_map(|(key, fact)| fact_names(key, fact.value));
    let called = std::iter::once(called(it.account.name()));
    let signals = it.account.signals.iter().map(|signal| signal_name(&signal.key()));
    facts.chain(called).chain(signals).chain(it.alerts.iter().map(|alert| alert_name(&alert.key))).collect()
}

/// The name of those who are called so, whatever the case.
fn called(name: &str) -> String {
    format!("called {}", name.to_lowercase())
}

fn signal_name(key: &SignalKey) -> String {
    format!("signal {}\n{}", key.source, key.id)
}

fn alert_name(key: &AlertKey) -> String {
    format!("alert {key}")
}

/// The name of `named` in an index; `None` for an external id, by which boards find accounts anyway, and for several names.
pub(in crate::state) fn name(named: &AccountRef) -> Option<String> {
    match named {
        AccountRef::Id(_) | AccountRef::AnyOf(_) => None,
        AccountRef::Other(system, id) => Some(format!("id {system}\n{id}")),
        AccountRef::Email(email) => Some(format!("email {}", email.to_ascii_lowercase())),
        AccountRef::Domain(domain) => Some(format!("domain {}", domain.to_ascii_lowercase())),
    }
}

/// The names of an account in an index that come from one fact.
pub(in crate::state) fn fact_names(key: &FactKey, value: &FactValue) -> Vec<String> {
    refs(key, value).iter().filter_map(name).collect()
}

/// How a fact lets its account be named.
pub(in crate::state) fn refs(key: &FactKey, value: &FactValue) -> Vec<AccountRef> {
    match (key, value) {
        (FactKey::OtherId(system), FactValue::Text(id)) => {
            vec![AccountRef::Other(system.clone(), id.clone())]
        }
        (FactKey::Contacts | FactKey::AdminEmails | FactKey::RememberedContacts, FactValue::List(emails)) => {
            emails.iter().cloned().map(AccountRef::Email).collect()
        }
        (FactKey::Contacts | FactKey::AdminEmails | FactKey::RememberedContacts, FactValue::Text(email)) => {
            vec![AccountRef::Email(email.clone())]
        }
        (FactKey::Domain, FactValue::Text(text)) => {
            domains(text).map(|domain| AccountRef::Domain(domain.into())).collect()
        }
        _ => Vec::new(),
    }
}
