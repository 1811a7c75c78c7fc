//! What has just changed on the board, marked for a moment so that the eye finds it.

use std::collections::HashMap;

use chrono::{DateTime, TimeDelta, Utc};

use crate::state::{AccountId, Actor, Change, Entry, Event};

/// How long a change stays marked at least. The mark goes with whatever wakes the screen after that, a key or the next
/// minute: nothing wakes it for the mark alone.
const MARKED_FOR: TimeDelta = TimeDelta::seconds(20);

/// Where more accounts than this change at once, as with an import, none is marked: nobody looks for one of them.
const MOST_MARKED: usize = 300;

/// What happened to an account a moment ago.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RecentChange {
    /// It went to another stage, whoever moved it.
    Moved,
    /// Somebody else, or the clock, changed something.
    ByOthers,
}

/// The accounts that changed a moment ago.
#[derive(Clone, Debug, Default)]
pub struct RecentChanges {
    accounts: HashMap<AccountId, MarkedChange>,
}

#[derive(Clone, Copy, Debug)]
struct MarkedChange {
    change: RecentChange,
    by_me: bool,
    at: DateTime<Utc>,
}

impl RecentChanges {
    pub fn of(&self, id: &AccountId) -> Option<RecentChange> {
        self.accounts.get(id).map(|marked| marked.change)
    }

    pub fn is_empty(&self) -> bool {
        self.accounts.is_empty()
    }

    /// Those that moved.
    pub fn moved(&self) -> impl Iterator<Item = &AccountId> {
        self.accounts.iter().filter(|(_, marked)| marked.change == RecentChange::Moved).map(|(id, _)| id)
    }

    /// Takes in an entry that was made at most a moment before `now`. Of what the person `me` did, only the last is marked.
    pub fn take(&mut self, entry: &Entry, me: &Actor, now: DateTime<Utc>) {
        let by_me = entry.by == *me;
        let mut changes: HashMap<&AccountId, RecentChange> = HashMap::new();
        for event in entry.events.iter().filter(|event| is_seen_on_a_card(event)) {
            let Some(id) = event.account() else { continue };
            if event.is_move() {
                changes.insert(id, RecentChange::Moved);
            } else if !by_me {
                changes.entry(id).or_insert(RecentChange::ByOthers);
            }
        }
        if by_me && entry.is_undoable() {
            self.accounts.retain(|_, marked| !marked.by_me);
        }
        if changes.len() <= MOST_MARKED {
            for (id, change) in changes {
                let new = MarkedChange { change, by_me, at: now };
                let marked = self.accounts.entry(id.clone()).or_insert(new);
                // Where it went says more than that it changed.
                if marked.change != RecentChange::Moved || change == RecentChange::Moved {
                    *marked = new;
                }
            }
        }
    }

    /// Forgets what is longer ago than a moment.
    pub fn fade(&mut self, now: DateTime<Utc>) {
        self.accounts.retain(|_, marked| now - marked.at < MARKED_FOR);
    }
}

/// That somebody opened it changes nothing that others see.
fn is_seen_on_a_card(event: &Event) -> bool {
    !matches!(event.change(), Some(Change::Seen { .. } | Change::PlaybookRan { .. }))
}
