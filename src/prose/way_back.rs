//! What it means to undo an entry, beyond what it changes.

use std::collections::{BTreeMap, BTreeSet};

use super::{dates, lists::plural};
use crate::state::{AccountId, Board, Change, Entry, Event, Now, Occasion};

/// What `undo`, which undoes an entry or would, means for what goes by time: what the clock will not do again, and what
/// else of the clock's goes with it. Empty where it means no more than it says.
pub fn meaning(undo: &Entry, board: &Board, now: &Now) -> Vec<String> {
    let mut served: BTreeMap<&str, Runs<'_>> = BTreeMap::new();
    let mut along: BTreeMap<&str, Runs<'_>> = BTreeMap::new();
    if undo.undoes.is_empty() {
        return Vec::new();
    }
    for event in &undo.events {
        let Event::Account { account, change: Change::PlaybookRunReverted { playbook, occasion, once } } =
            event
        else {
            continue;
        };
        let runs = match (once, occasion) {
            (true, _) => &mut along,
            (false, Occasion::FactsChanged | Occasion::Signal(..) | Occasion::StageEntered(_)) => continue,
            (
                false,
                Occasion::Renewal(_)
                | Occasion::Stay { .. }
                | Occasion::Silence { .. }
                | Occasion::Day(_)
                | Occasion::Unknown(_),
            ) => &mut served,
        };
        let runs = runs.entry(playbook).or_default();
        runs.accounts.insert(account);
        runs.occasions.push(occasion);
    }
    let moved =
        |id: &AccountId| undo.events.iter().any(|event| event.is_move() && event.account() == Some(id));
    let name = |id: &AccountId| board.get(id).map_or(id.as_str(), |account| account.name()).to_owned();
    let who = |runs: &Runs<'_>| match runs.accounts.iter().collect::<Vec<_>>()[..] {
        [one] => name(one),
        _ => format!("these {}", plural(runs.accounts.len(), "account", "accounts")),
    };
    let along = along.iter().map(|(playbook, runs)| {
        format!("what {playbook} did since for {} is undone too, and the clock may do it again", who(runs))
    });
    let served = served.iter().map(|(playbook, runs)| {
        let does = if runs.accounts.iter().all(|id| moved(id)) {
            format!("move {}", who(runs))
        } else {
            format!("run {playbook} for {}", who(runs))
        };
        format!("the clock will not {does} again for {}", runs.occasion(now))
    });
    served.chain(along).collect()
}

/// The runs of a playbook.
#[derive(Default)]
struct Runs<'a> {
    accounts: BTreeSet<&'a AccountId>,
    occasions: Vec<&'a Occasion>,
}

impl Runs<'_> {
    /// What they were for: `this renewal (Sun 22 Dec)`.
    fn occasion(&self, now: &Now) -> String {
        let is_one = self.occasions.len() == 1;
        match self.occasions.first() {
            Some(Occasion::Renewal(date)) if is_one => format!("this renewal ({})", dates::day(now, *date)),
            Some(Occasion::Renewal(_)) => "these renewals".to_owned(),
            Some(Occasion::Stay { stage, .. }) if is_one => format!("this stay in {stage}"),
            Some(Occasion::Stay { .. }) => "these stays".to_owned(),
            Some(Occasion::Silence { .. }) if is_one => "this silence".to_owned(),
            Some(Occasion::Silence { .. }) => "these silences".to_owned(),
            Some(Occasion::Day(date)) => dates::day(now, *date),
            Some(
                Occasion::FactsChanged
                | Occasion::Signal(..)
                | Occasion::StageEntered(_)
                | Occasion::Unknown(_),
            )
            | None => "this occasion".to_owned(),
        }
    }
}
