//! How often each playbook did its work, and when last: told by the journal, which forgets nothing.

use std::collections::HashMap;
use std::sync::Arc;

use chrono::{DateTime, Utc};

use crate::state::{AccountId, Entry, Event, Seq};

/// One time a playbook did its work.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Firing {
    /// The entry that says so.
    pub seq: Seq,
    /// When.
    pub at: DateTime<Utc>,
    /// For which account.
    pub account: AccountId,
    /// For which occasion.
    pub occasion: Arc<str>,
}

/// What playbooks did, by their ids. What was undone does not count.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Firings(HashMap<Arc<str>, Vec<Firing>>);

impl Firings {
    /// Takes in the next entry.
    pub fn take(&mut self, entry: &Entry) {
        for event in &entry.events {
            match event {
                Event::Fired { account, playbook, occasion, .. } => {
                    self.0.entry(playbook.clone()).or_default().push(Firing {
                        seq: entry.seq,
                        at: entry.at,
                        account: account.clone(),
                        occasion: occasion.clone(),
                    });
                }
                Event::Unfired { account, playbook, occasion, .. } => {
                    let done = self.0.entry(playbook.clone()).or_default();
                    let same = |firing: &Firing| firing.account == *account && firing.occasion == *occasion;
                    if let Some(place) = done.iter().rposition(same) {
                        done.remove(place);
                    }
                }
                _ => {}
            }
        }
    }

    /// What the playbook by that id did, oldest first.
    pub fn of(&self, playbook: &str) -> &[Firing] {
        self.0.get(playbook).map_or(&[], |done| done)
    }
}
