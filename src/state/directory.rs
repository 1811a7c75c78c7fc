//! Who answers to which email address, domain or other id: for batches, where looking through every account for every
//! signal would take minutes.

use std::collections::{BTreeSet, HashMap};

use super::account::{Account, AccountId};
use super::board::Board;
use super::event::Event;
use super::fact::{FactKey, FactValue};
use super::record::{self, AccountRef};

/// How accounts could be named when it was made, and whose names may have changed since.
#[derive(Clone, Debug, Default)]
pub struct Directory {
    known: HashMap<String, Vec<AccountId>>,
    changed: BTreeSet<AccountId>,
}

impl Directory {
    /// Everyone on `board`.
    pub fn of(board: &Board) -> Self {
        let mut directory = Self::default();
        for account in board.accounts() {
            for name in names(account) {
                directory.known.entry(name).or_default().push(account.id.clone());
            }
        }
        directory
    }

    /// Whose names `events` may have changed: they are looked at anew from now on.
    pub fn learn(&mut self, events: &[Event]) {
        for event in events {
            let account = match event {
                Event::Added { account } | Event::Removed { account } => Some(account),
                Event::Learned { account, facts, .. } => facts.keys().any(identifies).then_some(account),
                Event::Restored { account, to, .. } => to.keys().any(identifies).then_some(account),
                _ => None,
            };
            self.changed.extend(account.cloned());
        }
    }

    /// The same as [`record::candidates`], as long as it learned all that happened to `board`.
    pub fn candidates(&self, board: &Board, named: &AccountRef) -> Vec<AccountId> {
        let Some(name) = name(named) else { return record::candidates(board, named) };
        let listed = self.known.get(&name).into_iter().flatten();
        let holds = |id: &&AccountId| board.get(id).is_some_and(|account| record::holds(account, named));
        let found: BTreeSet<&AccountId> = listed.chain(&self.changed).filter(holds).collect();
        found.into_iter().cloned().collect()
    }
}

fn identifies(key: &FactKey) -> bool {
    matches!(key, FactKey::OtherId(_) | FactKey::Contacts | FactKey::AdminEmails | FactKey::Domain)
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

/// Everything `account` can be looked up by.
fn names(account: &Account) -> BTreeSet<String> {
    let named = account.facts.iter().flat_map(|(key, fact)| match (key, &fact.value) {
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
    });
    named.filter_map(|named| name(&named)).collect()
}
