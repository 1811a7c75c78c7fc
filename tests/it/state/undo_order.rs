//! Two boards, the clock and a source in between: whatever the order, an undo without a number takes back one's own latest
//! change and nothing else, and every entry of others can be undone and redone by its number.

use std::collections::BTreeSet;
use std::sync::Arc;

use gangplank::state::{
    AccountId, Actor, Batch, Board, Change, Command, Entry, Event, FactKey, PointChange, Refusal, Risk,
    RiskLevel, Seq, SignalData,
};
use gangplank::store::MemoryStore;
use proptest::prelude::*;
use proptest::sample::{Index, select};

use crate::support::shared_store::{self, OpenShared};
use crate::support::{
    World, day, forced, id, import, note, payment_failed, pipeline_with_checklists, playbooks, row,
};

const PEOPLE: [&str; 2] = ["dana", "eve"];
const ACCOUNTS: [&str; 4] = ["acme", "bolt", "cato", "dune"];

#[derive(Clone, Debug)]
enum Act {
    /// Somebody changes something.
    Does(usize, Command),
    /// A source tells what happened, in the name of nobody on the team.
    Ingest(Vec<Command>),
    Sweep,
    /// Time passes.
    Days(i64),
    Undo(usize),
    Redo(usize),
    /// Somebody undoes any entry, and redoes it.
    UndoAndRedo(usize, Index),
    /// Somebody undoes any entry, and leaves it so.
    UndoEntry(usize, Index),
}

fn act() -> impl Strategy<Value = Act> {
    let account = || select(&ACCOUNTS[..]);
    let change =
        (account(), 0..7_u8, select(&["2", "3a", "4b", "5", "6c"][..])).prop_map(|(on, what, stage)| {
            match what {
                0 | 1 => forced(on, stage, "as agreed"),
                2 => note(on, stage),
                3 => Command::AssignOwner { account: id(on), owner: Some(stage.into()) },
                4 => {
                    let risk = Risk { level: RiskLevel::High, reason: Some(stage.into()) };
                    Command::SetRisk { account: id(on), risk }
                }
                5 => Command::CheckPoint {
                    account: id(on),
                    point: "usage".into(),
                    change: PointChange::Tick { observation: Some(stage.into()) },
                },
                _ => Command::Snooze { account: id(on), until: None },
            }
        });
    let source = (account(), 0..3_u8, 0..6_u32).prop_map(|(on, what, number)| {
        let data = match what {
            0 => SignalData::OutreachSent,
            1 => SignalData::ReplyReceived { auto: false },
            _ => payment_failed(&format!("in_{number}"), 1),
        };
        (on, number, data)
    });
    let signals = prop::collection::vec(source, 1..4).prop_map(|told| {
        let at = crate::support::morning() - chrono::TimeDelta::days(9);
        let record = |(on, number, data): (&str, u32, SignalData)| Command::RecordSignal {
            account: gangplank::state::AccountRef::Id(id(on)),
            signal: gangplank::state::Signal {
                template: None,
                id: gangplank::state::SignalId::new(&format!("{on}-{number}-{}", data.kind().word())),
                at,
                by: None,
                source: "intercom".into(),
                data,
            },
        };
        told.into_iter().map(record).collect()
    });
    prop_oneof![
        4 => (0..2_usize, change).prop_map(|(who, command)| Act::Does(who, command)),
        2 => signals.prop_map(Act::Ingest),
        2 => Just(Act::Sweep),
        1 => (1..4_i64).prop_map(Act::Days),
        3 => (0..2_usize).prop_map(Act::Undo),
        1 => (0..2_usize).prop_map(Act::Redo),
        2 => (0..2_usize, any::<Index>()).prop_map(|(who, at)| Act::UndoAndRedo(who, at)),
        1 => (0..2_usize, any::<Index>()).prop_map(|(who, at)| Act::UndoEntry(who, at)),
    ]
}

/// What people see of the accounts, whatever their history and the occasions that were served.
fn seen(board: &Board) -> Vec<String> {
    let mut seen: Vec<String> = board
        .accounts()
        .map(|account| {
            let mut account = (**account).clone();
            account.history.clear();
            account.fired = gangplank::state::SmallSet::default();
            account.seen = None;
            // Those of one moment have no order.
            Arc::make_mut(&mut account.signals).sort_by_key(|signal| signal.id.clone());
            account.notes.sort_by_key(|note| (note.text.clone(), note.by.clone()));
            let alerts: Vec<_> = board.alerts_of(&account.id).collect();
            format!("{account:?} {alerts:?}")
        })
        .collect();
    seen.sort();
    seen
}

/// The team: a session each, on one store; and whoever made what, as it stands now.
struct Team {
    desks: [World; 2],
    entries: Vec<Arc<Entry>>,
    undone: BTreeSet<Seq>,
}

impl Team {
    /// On the store that `open` opens for each of them.
    fn on(open: &OpenShared<'_>) -> Self {
        let mut desks = [(); 2].map(|()| World::over(open(), playbooks(), pipeline_with_checklists()));
        let rows: Vec<_> = ACCOUNTS
            .iter()
            .map(|name| {
                let row = row(name, name).with(FactKey::NextRenewal, day("2024-12-24"));
                row.text(FactKey::BillingInterval, "monthly").in_stage("2")
            })
            .collect();
        desks[0].try_as("import", &import(&rows)).expect("it is new").expect("it changes something");
        let mut team = Self { desks, entries: Vec::new(), undone: BTreeSet::new() };
        team.read();
        team
    }

    /// Takes in what was written, and what that undid or redid.
    fn read(&mut self) -> Vec<Arc<Entry>> {
        let desk = &mut self.desks[0];
        desk.session.catch_up().expect("a store in memory can be read");
        let last = desk.board().seq();
        let count = usize::try_from(last).expect("few") - self.entries.len();
        let new = desk.session.entries(last, count).expect("a store in memory can be read");
        for entry in &new {
            self.undone.extend(&entry.undoes);
            for undo in &entry.redoes {
                let undo = self.entries.iter().find(|known| known.seq == *undo).expect("it came before");
                for seq in &undo.undoes {
                    self.undone.remove(seq);
                }
            }
            self.entries.push(entry.clone());
        }
        new
    }

    fn board(&mut self) -> Board {
        self.desks[0].session.catch_up().expect("a store in memory can be read");
        self.desks[0].board().clone()
    }

    /// The latest change of `who` that is not undone.
    fn latest(&self, who: &str) -> Option<&Arc<Entry>> {
        let mut own = self.entries.iter().rev().filter(|entry| entry.by == Actor::Person(who.into()));
        own.find(|entry| entry.is_undoable() && !entry.is_way_back() && !self.undone.contains(&entry.seq))
    }

    /// What the clock did since `seq` to accounts of that entry, which may go with it.
    fn touched(&self, seq: Seq) -> BTreeSet<AccountId> {
        let entry = self.entries.iter().find(|entry| entry.seq == seq).expect("it is known");
        entry.events.iter().filter_map(Event::account).cloned().collect()
    }

    fn does(&mut self, act: &Act) -> Result<(), TestCaseError> {
        match act {
            Act::Does(who, command) => drop(self.desks[*who].try_as(PEOPLE[*who], command)),
            Act::Ingest(commands) => {
                let batch = Batch { words: "ingest".into(), commands: commands.clone() };
                let _ = self.desks[1].try_as("intercom", &batch);
            }
            Act::Sweep => drop(self.desks[1].sweeps()),
            Act::Days(days) => {
                for desk in &mut self.desks {
                    desk.minutes_later(days * 24 * 60);
                }
            }
            Act::Undo(who) => {
                let expected = self.latest(PEOPLE[*who]).map(|entry| entry.seq);
                match self.desks[*who].try_as(PEOPLE[*who], &Command::Undo) {
                    Ok(Some(undo)) => {
                        prop_assert_eq!(Some(&undo.undoes[..]), expected.as_ref().map(std::slice::from_ref));
                        self.check_undo(&undo)?;
                    }
                    Ok(None) => prop_assert!(false, "an undo does something"),
                    Err(Refusal::NothingToUndo(_)) => prop_assert_eq!(expected, None),
                    Err(Refusal::Overtaken { seq, .. }) => prop_assert_eq!(Some(seq), expected),
                    Err(other) => prop_assert!(false, "{}", other),
                }
            }
            Act::Redo(who) => drop(self.desks[*who].try_as(PEOPLE[*who], &Command::Redo)),
            Act::UndoAndRedo(who, at) | Act::UndoEntry(who, at) => {
                let seq = self.entries[at.index(self.entries.len())].seq;
                self.undo_entry(*who, seq, matches!(act, Act::UndoAndRedo(..)))?;
            }
        }
        self.read();
        Ok(())
    }

    /// Undoes entry `seq`, and redoes it: everything is as before, and everybody's latest change the same.
    fn undo_entry(&mut self, who: usize, seq: Seq, and_redo: bool) -> Result<(), TestCaseError> {
        let entry = self.entries.iter().find(|entry| entry.seq == seq).cloned().expect("it is known");
        if entry.is_way_back() {
            return Ok(());
        }
        let (before, was_undone) = (self.board(), self.undone.contains(&seq));
        let latest = |board: &Board| PEOPLE.map(|who| board.latest_of(&Actor::Person(who.into())));
        match self.desks[who].try_as(PEOPLE[who], &Command::UndoEntry(seq)) {
            Ok(Some(undo)) => {
                prop_assert!(!was_undone);
                prop_assert_eq!(&undo.undoes, &[seq]);
                self.check_undo(&undo)?;
                self.read();
                if and_redo {
                    let redo = self.desks[who].try_as(PEOPLE[who], &Command::RedoEntry(seq));
                    let redo = redo.map_err(|refusal| TestCaseError::fail(refusal.to_string()))?;
                    prop_assert_eq!(redo.map(|redo| redo.redoes.clone()), Some(vec![undo.seq]));
                    let after = self.board();
                    prop_assert_eq!(seen(&after), seen(&before));
                    prop_assert_eq!(latest(&after), latest(&before));
                }
            }
            Ok(None) => prop_assert!(false, "an undo does something"),
            Err(Refusal::AlreadyUndone { .. }) => prop_assert!(was_undone),
            Err(Refusal::NothingInEntry(_)) => prop_assert!(!entry.changes_something()),
            // Somebody changed the same since, and is named.
            Err(Refusal::Overtaken { seq: of, later, .. }) => {
                prop_assert_eq!(of, seq);
                prop_assert!(later.is_some_and(|(later, _)| later > seq));
            }
            Err(other) => prop_assert!(false, "{}", other),
        }
        Ok(())
    }

    /// An undo touches what it undoes, and nobody else; of the clock's, what is undone by its number is not done again.
    fn check_undo(&self, undo: &Entry) -> Result<(), TestCaseError> {
        let touched: BTreeSet<AccountId> = undo.undoes.iter().flat_map(|seq| self.touched(*seq)).collect();
        for event in &undo.events {
            if let Some(account) = event.account() {
                prop_assert!(touched.contains(account), "{account} has nothing to do with {:?}", undo.undoes);
            }
            // What may come again is what followed from it, never what it is itself.
            if let Some(Change::PlaybookRunReverted { once: true, playbook, occasion }) = event.change() {
                let own = self.entries.iter().filter(|entry| undo.undoes.contains(&entry.seq));
                let is_own = own.flat_map(|entry| &entry.events).any(|event| {
                    matches!(event.change(), Some(Change::PlaybookRan { playbook: p, occasion: o, once: true }) if p == playbook && o == occasion)
                });
                prop_assert!(!is_own, "{playbook} would run again");
            }
        }
        Ok(())
    }
}

fn acts() -> impl Strategy<Value = Vec<Act>> {
    prop::collection::vec(act(), 1..40)
}

/// Has them do all that on the store that `open` opens.
fn check_acts(acts: &[Act], open: &OpenShared<'_>) -> Result<(), TestCaseError> {
    let mut team = Team::on(open);
    for act in acts {
        team.does(act)?;
    }
    // Both keyboards show the same, and so does a board that reads everything anew.
    let mut replayed = Board::new(pipeline_with_checklists());
    team.entries.iter().for_each(|entry| replayed.apply(entry.clone()));
    let board = team.board();
    prop_assert_eq!(seen(&replayed), seen(&board));
    for who in PEOPLE {
        let latest = team.latest(who).map(|entry| entry.seq);
        prop_assert_eq!(board.latest_of(&Actor::Person(who.into())), latest);
        prop_assert_eq!(replayed.latest_of(&Actor::Person(who.into())), latest);
    }
    let undone: BTreeSet<Seq> =
        team.entries.iter().map(|entry| entry.seq).filter(|seq| board.undone(*seq).is_some()).collect();
    prop_assert_eq!(undone, team.undone);
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    #[test]
    fn nobody_undoes_what_is_not_theirs(acts in acts()) {
        let store = MemoryStore::new();
        check_acts(&acts, &|| Box::new(store.clone()))?;
    }
}

#[test]
fn nobody_undoes_what_is_not_theirs_on_a_disk() {
    shared_store::on_disk(&acts(), |acts, open| check_acts(&acts, open));
}

#[cfg(all(unix, feature = "team"))]
#[test]
fn nobody_undoes_what_is_not_theirs_on_the_board_of_a_team() {
    shared_store::on_a_team(&acts(), |acts, open| check_acts(&acts, open));
}
