//! Who answers to which email address, domain or other id: for batches, where looking through every account for every
//! signal would take minutes.

use std::collections::{BTreeSet, HashMap};

use crate::state::board::Board;
use crate::state::event::{Change, Event};
use crate::state::values::account::AccountId;
use crate::state::values::account_ref::AccountRef;
use crate::state::values::fact::{FactKey, FactValue};

/// How accounts can be named. Names that an account has no more stay listed, and are passed over.
#[derive(Clone, Debug, Default)]
pub struct AccountLookup(HashMap<String, Vec<AccountId>>);

impl AccountLookup {
    /// Everyone on `board`.
    pub fn of(board: &Board) -> Self {
        let mut directory = Self::default();
        for account in board.accounts() {
            directory.list(&account.id, account.facts.iter().map(|(key, fact)| (key, &fact.value)));
        }
        directory
    }

    /// Takes in whose names `events` changed.
    pub fn learn(&mut self, events: &[Event]) {
        for event in events {
            match event {
                Event::Account { account, change: Change::FactsUpdated { facts, .. } } => {
                    self.list(account, facts);
                }
                Event::Account { account, change: Change::FactsRestored { to, .. } } => {
                    let known = to.iter().filter_map(|(key, fact)| Some((key, &fact.as_ref()?.value)));
                    self.list(account, known);
                }
                _ => {}
            }
        }
    }

    fn list<'a>(
        &mut self,
        account: &AccountId,
        facts: impl IntoIterator<Item = (&'a FactKey, &'a FactValue)>,
    ) {
        for name in facts.into_iter().flat_map(|(key, value)| names(key, value)) {
            self.0.entry(name).or_default().push(account.clone());
        }
    }

    /// The same as [`Board::candidates`], as long as it learned all that happened to `board`.
    pub fn candidates(&self, board: &Board, named: &AccountRef) -> Vec<AccountId> {
        let Some(name) = name(named) else { return board.candidates(named) };
        let listed = self.0.get(&name).into_iter().flatten();
        let holds = |id: &&AccountId| board.get(id).is_some_and(|account| account.is_meant_by(named));
        let found: BTreeSet<&AccountId> = listed.filter(holds).collect();
        found.into_iter().cloned().collect()
    }
}

/// What `named` is looked up by; nothing for an external id, which needs no directory.
fn name(named: &AccountRef) -> Option<String> {
    match named {
        AccountRef::Id(_) => None,
        AccountRef::Other(system, id) => Some(format!("id {system}\n{id}")),
        AccountRef::Email(email) => Some(format!("email {}", email.to_ascii_lowercase())),
        AccountRef::Domain(domain) => Some(format!("domain {}", domain.to_ascii_lowercase())),
    }
}

/// Everything an account can be looked up by of which a fact says so.
fn names(key: &FactKey, value: &FactValue) -> Vec<String> {
    let named = match (key, value) {
        (FactKey::OtherId(system), FactValue::Text(id)) => {
            vec![AccountRef::Other(system.clone(), id.clone())]
        }
        (FactKey::Contacts | FactKey::AdminEmails, FactValue::List(emails)) => {
            emails.iter().cloned().map(AccountRef::Email).collect()
        }
        (FactKey::Contacts | FactKey::AdminEmails, FactValue::Text(email)) => {
            vec![AccountRef::Email(email.clone())]
        }
        (FactKey::Domain, FactValue::Text(domain)) => vec![AccountRef::Domain(domain.clone())],
        _ => Vec::new(),
    };
    named.iter().filter_map(name).collect()
}
