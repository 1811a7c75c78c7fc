//! How often each playbook ran, and for which accounts lately. Undone runs do not count.

use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::state::event::{Change, Entry, Event};
use crate::state::values::account::AccountId;
use crate::state::values::actor::Seq;
use crate::state::values::occasion::Occasion;

/// How many of a playbook's latest runs are kept: a few screens of them.
const LATEST: usize = 64;

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlaybookRun {
    /// The entry that recorded the run.
    pub seq: Seq,
    pub at: DateTime<Utc>,
    pub account: AccountId,
    pub occasion: Occasion,
}

/// The runs of all playbooks, by playbook id.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlaybookRuns(Arc<BTreeMap<Arc<str>, Arc<RunCount>>>);

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
struct RunCount {
    times: usize,
    #[serde(rename = "lately")]
    latest: VecDeque<PlaybookRun>,
}

impl PlaybookRuns {
    /// Counts the runs in the next entry.
    pub fn take(&mut self, entry: &Entry) {
        for event in &entry.events {
            let Event::Account { account, change } = event else { continue };
            if let Change::PlaybookRan { playbook, occasion, .. } = change {
                let count = self.count(playbook);
                count.times += 1;
                if count.latest.len() == LATEST {
                    count.latest.pop_front();
                }
                let (account, occasion) = (account.clone(), occasion.clone());
                count.latest.push_back(PlaybookRun { seq: entry.seq, at: entry.at, account, occasion });
            } else if let Change::PlaybookRunReverted { playbook, occasion, .. } = change {
                let count = self.count(playbook);
                count.times = count.times.saturating_sub(1);
                let same = |run: &PlaybookRun| run.account == *account && run.occasion == *occasion;
                if let Some(place) = count.latest.iter().rposition(same) {
                    count.latest.remove(place);
                }
            }
        }
    }

    fn count(&mut self, playbook: &Arc<str>) -> &mut RunCount {
        Arc::make_mut(Arc::make_mut(&mut self.0).entry(playbook.clone()).or_default())
    }

    /// How often a playbook ran.
    pub fn times(&self, playbook: &str) -> usize {
        self.0.get(playbook).map_or(0, |count| count.times)
    }

    /// Its latest runs, oldest first.
    pub fn of(&self, playbook: &str) -> impl DoubleEndedIterator<Item = &PlaybookRun> + ExactSizeIterator {
        self.0.get(playbook).map(|count| count.latest.iter()).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::state::Actor;

    fn entry(seq: Seq, fired: bool, occasion: usize) -> Entry {
        let (account, playbook, occasion) =
            (AccountId::new("A-1"), Arc::from("nudge"), Occasion::from(&*occasion.to_string()));
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
            undoes: Vec::new(),
            redoes: Vec::new(),
            events: vec![event],
        }
    }

    #[test]
    fn all_are_counted_and_the_latest_kept() {
        let mut runs = PlaybookRuns::default();
        for seq in 1..=100 {
            runs.take(&entry(seq, true, usize::try_from(seq).expect("a small number")));
        }
        runs.take(&entry(101, false, 99));
        let last: Vec<String> = runs.of("nudge").rev().take(2).map(|run| run.occasion.to_string()).collect();
        assert_eq!((runs.times("nudge"), runs.of("nudge").len()), (99, LATEST - 1));
        assert_eq!(last, ["100", "98"]);
        assert_eq!((runs.times("other"), runs.of("other").len()), (0, 0));
    }
}
