//! How often each playbook ran, and for which accounts lately. Undone runs do not count.

use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::state::event::{Change, Entry, Event};
use crate::state::values::account::AccountId;
use crate::state::values::actor::Seq;

/// How many of a playbook's latest runs are kept: a few screens of them.
const LATELY: usize = 64;

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlaybookRun {
    /// The entry that recorded the run.
    pub seq: Seq,
    pub at: DateTime<Utc>,
    pub account: AccountId,
    pub occasion: Arc<str>,
}

/// The runs of all playbooks, by playbook id.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlaybookRuns(Arc<BTreeMap<Arc<str>, Arc<Done>>>);

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
struct Done {
    times: usize,
    lately: Vec<PlaybookRun>,
}

impl PlaybookRuns {
    /// Counts the runs in the next entry.
    pub fn take(&mut self, entry: &Entry) {
        for event in &entry.events {
            match event {
                Event::Account { account, change: Change::PlaybookRan { playbook, occasion, .. } } => {
                    let done = self.done(playbook);
                    done.times += 1;
                    if done.lately.len() == LATELY {
                        done.lately.remove(0);
                    }
                    done.lately.push(PlaybookRun {
                        seq: entry.seq,
                        at: entry.at,
                        account: account.clone(),
                        occasion: occasion.clone(),
                    });
                }
                Event::Account {
                    account,
                    change: Change::PlaybookRunReverted { playbook, occasion, .. },
                } => {
                    let done = self.done(playbook);
                    done.times = done.times.saturating_sub(1);
                    let same =
                        |firing: &PlaybookRun| firing.account == *account && firing.occasion == *occasion;
                    if let Some(place) = done.lately.iter().rposition(same) {
                        done.lately.remove(place);
                    }
                }
                _ => {}
            }
        }
    }

    fn done(&mut self, playbook: &Arc<str>) -> &mut Done {
        Arc::make_mut(Arc::make_mut(&mut self.0).entry(playbook.clone()).or_default())
    }

    /// How often a playbook ran.
    pub fn times(&self, playbook: &str) -> usize {
        self.0.get(playbook).map_or(0, |done| done.times)
    }

    /// Its latest runs, oldest first.
    pub fn of(&self, playbook: &str) -> &[PlaybookRun] {
        self.0.get(playbook).map_or(&[], |done| &done.lately)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::state::Actor;

    fn entry(seq: Seq, fired: bool, occasion: usize) -> Entry {
        let (account, playbook, occasion) =
            (AccountId::new("A-1"), Arc::from("nudge"), Arc::from(occasion.to_string()));
        let event = if fired {
            Event::Account { account, change: Change::PlaybookRan { playbook, occasion, once: true } }
        } else {
            Event::Account { account, change: Change::PlaybookRunReverted { playbook, occasion, once: true } }
        };
        Entry {
            seq,
            at: DateTime::UNIX_EPOCH,
            by: Actor::Clock,
            command: "sweep".into(),
            undoes: None,
            redoes: None,
            events: vec![event],
        }
    }

    #[test]
    fn all_are_counted_and_the_latest_kept() {
        let mut firings = PlaybookRuns::default();
        for seq in 1..=100 {
            firings.take(&entry(seq, true, usize::try_from(seq).expect("a small number")));
        }
        firings.take(&entry(101, false, 99));
        let last: Vec<&str> =
            firings.of("nudge").iter().rev().take(2).map(|firing| &*firing.occasion).collect();
        assert_eq!((firings.times("nudge"), firings.of("nudge").len()), (99, LATELY - 1));
        assert_eq!(last, ["100", "98"]);
        assert_eq!((firings.times("other"), firings.of("other").len()), (0, 0));
    }
}
