//! Two people who take in the same file at once: the second is told why nothing of it is new.

use std::sync::Arc;

use serde::Serialize;

use crate::state::{Board, Entry, Seq};
use crate::text;

/// Who did the same while it was decided.
#[derive(Clone, Debug, Serialize)]
pub(super) struct DoneMeanwhile {
    entry: Seq,
    by: String,
}

impl DoneMeanwhile {
    /// The entry with the same `command` between the board `before` and the one on which it was `decided_on`.
    pub(super) fn find(before: &Board, decided_on: &Board, command: &str) -> Option<Self> {
        let is_same = |entry: &&Arc<Entry>| entry.seq > before.seq() && *entry.command == *command;
        let entry = decided_on.recent().find(is_same)?;
        Some(Self { entry: entry.seq, by: entry.by.to_string() })
    }

    /// It in words: `dan did the same just now, as #512, so there was nothing new`.
    pub(super) fn words(&self) -> String {
        let Self { entry, by } = self;
        format!("{} did the same just now, as #{entry}, so there was nothing new.", text::clean(by))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::pipeline;
    use crate::playbook::Playbooks;
    use crate::session::Session;
    use crate::state::command::AccountFacts;
    use crate::state::{Actor, Command, Now};
    use crate::store::MemoryStore;

    #[test]
    fn the_second_of_two_learns_who_was_first() {
        let store = MemoryStore::new();
        let pipeline = Arc::new(pipeline::parse(pipeline::DEFAULT, "pipeline.toml").expect("it is shipped"));
        let session = || {
            let playbooks = Arc::new(Playbooks::default());
            Session::new(Box::new(store.clone()), Board::new(pipeline.clone()), playbooks)
        };
        let now = Now::utc("2024-12-15T09:00:00Z".parse().expect("a time"));
        let rows = vec![AccountFacts::new("A-1")].into();
        let import = Command::Import { source: "import a.csv".into(), rows, take_stages: false };
        let (mut first, mut second) = (session(), session());
        let before = second.board().clone();
        let done = first.submit(&import, &Actor::Person("dan".into()), now).expect("it is allowed");
        let done = done.expect("it changes something");
        let nothing = second.submit(&import, &Actor::Person("eve".into()), now).expect("it is allowed");
        assert_eq!(nothing, None);
        let found = DoneMeanwhile::find(&before, second.decided_on(), &done.command).expect("it was done");
        assert_eq!(found.words(), "dan did the same just now, as #1, so there was nothing new.");
        assert!(DoneMeanwhile::find(&before, second.decided_on(), "import b.csv").is_none());
        assert!(DoneMeanwhile::find(second.board(), second.decided_on(), &done.command).is_none());
    }
}
