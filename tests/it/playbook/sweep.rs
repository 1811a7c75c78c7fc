//! Playbooks that go by time, and playbooks that go wrong.

use std::sync::Arc;

use chrono::TimeDelta;
use gangplank::playbook::{Condition, Origin, Playbook, PlaybookId, Reaction, Trigger};
use gangplank::prose::way_back;
use gangplank::state::board::UNDO_DEPTH;
use gangplank::state::{
    AccountFacts, AccountRef, Actor, Batch, Change, Command, Entry, Event, FactKey, Refusal, Signal,
    SignalData, SignalId, StageId, Submission,
};
use gangplank::store::MemoryStore;

use super::rules::of_a_team;
use crate::support::{World, day, forced, id, import, moved, note, only, row};

/// A signal from nowhere in particular, about `account`, at `world`'s moment.
pub(crate) fn told(world: &World, signal: &str, account: &str, what: SignalData) -> Command {
    let signal = Signal {
        template: None,
        id: SignalId::new(signal),
        at: world.now.at,
        by: None,
        source: "test".into(),
        data: what,
    };
    Command::RecordSignal { account: AccountRef::Id(id(account)), signal }
}

/// The clock's turn.
fn sweep(world: &mut World) -> Option<Arc<Entry>> {
    world.sweeps()
}

fn due(account: &str) -> AccountFacts {
    row(account, account).with(FactKey::NextRenewal, day("2024-12-25")).in_stage("2")
}

#[test]
fn a_sweep_is_one_entry_and_names_its_playbook() {
    let mut world = World::with(&MemoryStore::new(), of_a_team());
    world.does(&import(&[due("acme"), due("bolt"), row("cato", "Cato").in_stage("2")]));
    let entry = sweep(&mut world).expect("two are due");
    assert_eq!(entry.by, Actor::Clock);
    let fired = |event: &Event| match event {
        Event::Account { account, change: Change::PlaybookRan { playbook, occasion, once: true } } => {
            Some(format!("{account} {playbook} {occasion}"))
        }
        _ => None,
    };
    assert_eq!(
        entry.events.iter().filter_map(fired).collect::<Vec<_>>(),
        ["acme final-outreach-due renewal:2024-12-25", "bolt final-outreach-due renewal:2024-12-25"]
    );
    assert_eq!(["acme", "bolt", "cato"].map(|account| world.stage(account)), ["5", "5", "2"]);
    assert_eq!(world.account("acme").history[1].cause.to_string(), "playbook:final-outreach-due");
    assert_eq!(sweep(&mut world), None, "once is once");
    world.minutes_later(60 * 24 * 5);
    assert_eq!(sweep(&mut world), None, "also days later");
}

#[test]
fn two_machines_that_sweep_the_same_store_sweep_once() {
    let store = MemoryStore::new();
    let mut one = World::with(&store, of_a_team());
    one.does(&import(&[due("acme")]));
    let mut two = World::with(&store, of_a_team());
    let mut three = World::with(&store, of_a_team());
    assert!(sweep(&mut one).is_some());
    assert_eq!(sweep(&mut two), None);
    one.does(&forced("acme", "2", "they asked for two more weeks"));
    assert_eq!(sweep(&mut three), None, "nor does one that saw nothing of all this");
    assert_eq!(three.stage("acme"), "2");
}

const NUDGE: &str = "
    [[playbook]]
    id = \"nudge\"
    title = \"Nudge who is quiet\"
    on = { days_since_touch = 5 }
    when = [{ stage = [\"2\"] }]
    then = [{ task = { title = \"nudge them\", due_in_days = 1 } }]";

#[test]
fn a_nudge_comes_once_per_silence_and_again_in_the_next() {
    let mut world = World::with(&MemoryStore::new(), only(NUDGE));
    world.does(&import(&[row("acme", "Acme").in_stage("2")]));
    let mut tasks = Vec::new();
    for days in 0..20 {
        if days == 8 {
            let outreach = told(&world, "evt-1", "acme", SignalData::OutreachSent);
            world.does(&outreach);
            world.does(&Command::ChangeTask {
                account: id("acme"),
                task: Some("nudge".into()),
                change: gangplank::state::TaskChange::Done,
            });
        }
        for _ in 0..3 {
            sweep(&mut world);
            world.minutes_later(60);
        }
        world.now.at += TimeDelta::hours(21);
        tasks.push(world.account("acme").tasks.len());
    }
    assert_eq!(tasks, [0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1, 1, 1, 2, 2, 2, 2, 2, 2, 2]);
}

#[test]
fn what_a_person_sweeps_they_can_undo_and_it_does_not_come_again() {
    let mut world = World::with(&MemoryStore::new(), only(NUDGE));
    world.does(&import(&[row("acme", "Acme").in_stage("2")]));
    world.minutes_later(60 * 24 * 6);
    world.does(Submission::Sweep);
    assert_eq!(world.account("acme").tasks.len(), 1);
    let undone = world.does(&Command::Undo);
    assert!(
        undone
            .events
            .iter()
            .any(|event| matches!(event, Event::Account { change: Change::PlaybookRunReverted { .. }, .. })),
        "it did not fire after all"
    );
    assert_eq!(world.account("acme").tasks.len(), 0);
    assert_eq!(sweep(&mut world), None);
    world.does(&Command::Redo);
    assert_eq!(world.account("acme").tasks.len(), 1);
}

#[test]
fn what_the_clock_did_is_undone_by_its_number_only_and_does_not_come_again() {
    let mut world = World::with(&MemoryStore::new(), only(NUDGE));
    world.does(&import(&[row("acme", "Acme").in_stage("2"), row("bolt", "Bolt").in_stage("2")]));
    world.minutes_later(60 * 24 * 6);
    world.does(&note("bolt", "they are on holiday"));
    world.minutes_later(1);
    let tasks = |world: &World| ["acme", "bolt"].map(|id| world.account(id).tasks.len());
    sweep(&mut world).expect("both are silent");
    assert_eq!(tasks(&world), [1, 1]);
    let undone = world.does(&Command::Undo);
    assert_eq!(undone.undoes, [2], "their own note");
    assert_eq!((tasks(&world), world.account("bolt").notes.len()), ([1, 1], 0));
    let undone = world.does(&Command::UndoEntry(3));
    assert_eq!((undone.undoes.as_slice(), tasks(&world)), (&[3][..], [0, 0]));
    assert_eq!(sweep(&mut world), None, "the occasion is served");
    let again = world.tries(&Command::UndoEntry(3));
    assert!(matches!(again, Err(Refusal::AlreadyUndone { seq: 3, by: Some(5) })), "{again:?}");
    let redone = world.does(&Command::RedoEntry(3));
    assert_eq!((redone.redoes.as_slice(), tasks(&world)), (&[5][..], [1, 1]));
    let again = world.tries(&Command::RedoEntry(3));
    assert!(matches!(again, Err(Refusal::NotUndone(3))), "{again:?}");
    let undone = world.does(&Command::Undo);
    assert_eq!(undone.undoes, [1], "a redo of what the clock did is not theirs");
    assert!(world.board().is_empty(), "what the clock did to an account goes with it");
}

#[test]
fn what_came_of_a_change_by_time_is_undone_with_it_and_may_come_again() {
    let text = "
        [[playbook]]
        id = \"final\"
        title = \"Final outreach\"
        on = { days_before_renewal = 10 }
        when = [{ stage = [\"2\"] }]
        then = [{ move = \"5\" }]";
    let mut world = World::with(&MemoryStore::new(), only(text));
    let acme = row("acme", "Acme").with(FactKey::NextRenewal, day("2024-12-20")).in_stage("1");
    world.does(&import(&[acme]));
    world.does(&note("acme", "they are on holiday"));
    world.does(&moved("acme", "2"));
    sweep(&mut world).expect("it is due");
    assert_eq!(world.stage("acme"), "5");
    world.does(&Command::Undo);
    assert_eq!((world.stage("acme"), world.account("acme").notes.len()), ("1", 1));
    world.does(&moved("acme", "2"));
    sweep(&mut world).expect("nobody has said that the clock is wrong");
    assert_eq!(world.stage("acme"), "5");
    let clocks = world.board().seq();
    let undone = world.does(&Command::UndoEntry(clocks));
    let means = way_back::meaning(&undone, world.board(), &world.now);
    assert_eq!(means, ["the clock will not move Acme again for this renewal (Fri 20 Dec)"]);
    assert_eq!(sweep(&mut world), None, "as it was said");
    assert_eq!(world.stage("acme"), "2");
    world.does(&Command::RedoEntry(clocks));
    assert_eq!(world.stage("acme"), "5");
    let undone = world.does(&Command::Undo);
    let means = way_back::meaning(&undone, world.board(), &world.now);
    assert_eq!(means, ["what final did since for Acme is undone too, and the clock may do it again"]);
    assert_eq!(world.stage("acme"), "1");
}

#[test]
fn what_came_of_an_outreach_by_time_is_undone_with_it() {
    let mut world = World::with(&MemoryStore::new(), only(NUDGE));
    world.does(&import(&[row("acme", "Acme").in_stage("2"), row("bolt", "Bolt").in_stage("2")]));
    world.minutes_later(60);
    let outreach = told(&world, "evt-1", "acme", SignalData::OutreachSent);
    world.does(&outreach);
    world.minutes_later(60 * 24 * 6);
    sweep(&mut world).expect("both are silent");
    world.does(&Command::Undo);
    let tasks = ["acme", "bolt"].map(|id| world.account(id).tasks.len());
    assert_eq!(tasks, [0, 1], "the silence since the outreach");
}

#[test]
fn what_the_clock_did_that_somebody_changed_since_stays() {
    let mut world = World::with(&MemoryStore::new(), only(NUDGE));
    world.does(&import(&[row("acme", "Acme").in_stage("2"), row("bolt", "Bolt").in_stage("2")]));
    world.does(&note("acme", "they are on holiday"));
    world.minutes_later(60 * 24 * 6);
    sweep(&mut world).expect("both are silent");
    let done = Command::ChangeTask {
        account: id("acme"),
        task: Some("nudge".into()),
        change: gangplank::state::TaskChange::Done,
    };
    world.try_as("eve", &done).expect("a task is done");
    let refused = world.tries(&Command::UndoEntry(3)).expect_err("eve was there");
    assert_eq!(
        refused.to_string(),
        "Acme has changed since #3 (by eve, #4): change it by hand, so that the later change is kept"
    );
    assert_eq!(["acme", "bolt"].map(|id| world.account(id).tasks.len()), [1, 1]);
    assert_eq!(world.does(&Command::Undo).undoes, [2], "their note is in nobody's way");
}

#[test]
fn several_changes_are_undone_as_one_or_not_at_all() {
    let mut world = World::of(&[row("acme", "Acme").in_stage("1"), row("bolt", "Bolt").in_stage("1")]);
    world.does(&moved("acme", "2"));
    world.try_as("eve", &note("bolt", "they called")).expect("a note is never refused");
    world.try_as("eve", &forced("acme", "3a", "they wrote")).expect("it is forced");
    let undo = |seqs: &[u64]| Batch {
        words: "undo".into(),
        commands: seqs.iter().map(|seq| Command::UndoEntry(*seq)).collect(),
    };
    assert!(world.tries(&undo(&[3, 2])).is_err(), "eve moved it on");
    assert_eq!(world.account("bolt").notes.len(), 1);
    let undone = world.does(&undo(&[4, 3, 2]));
    assert_eq!(undone.undoes, [4, 3, 2]);
    assert_eq!((world.stage("acme"), world.account("bolt").notes.len()), ("1", 0));
    let nothing = world.try_as("eve", &Command::Undo);
    assert!(matches!(nothing, Err(Refusal::NothingToUndo(_))), "{nothing:?}");
    // Any of their numbers, or the one of the undo, brings all of them back.
    assert_eq!(world.does(&Command::RedoEntry(3)).redoes, [5]);
    assert_eq!((world.stage("acme"), world.account("bolt").notes.len()), ("3a", 1));
    let theirs = world.try_as("eve", &Command::Undo).expect("it is hers").expect("it changes something");
    assert_eq!(theirs.undoes, [4]);
    assert_eq!(world.does(&Command::UndoEntry(7)).redoes, [7], "to undo an undo is to redo");
    assert_eq!(world.does(&Command::UndoEntry(6)).undoes, [4, 3, 2], "to undo a redo is to undo again");
}

#[test]
fn what_lies_too_far_back_to_be_at_hand_is_read() {
    let mut world = World::of(&[row("acme", "Acme").in_stage("1")]);
    world.try_as("eve", &moved("acme", "2")).expect("forward is fine");
    for _ in 0..UNDO_DEPTH + 5 {
        world.does(&note("acme", "called"));
    }
    assert_eq!(world.does(&Command::UndoEntry(5)).undoes, [5]);
    assert_eq!(world.account("acme").notes.len(), UNDO_DEPTH + 4);
    let seq = world.board().seq();
    let unknown = world.tries(&Command::UndoEntry(seq + 1));
    assert!(matches!(unknown, Err(Refusal::NoSuchEntry(_))), "{unknown:?}");
    assert!(matches!(world.tries(&Command::RedoEntry(0)), Err(Refusal::NoSuchEntry(0))));
}

#[test]
fn a_clock_playbook_goes_off_on_its_day_from_its_time_on() {
    let text = "
        [[playbook]]
        id = \"monday\"
        title = \"Look at everybody in 3a\"
        on = { clock = { at = \"09:00\", day = \"monday\" } }
        when = [{ stage = [\"3a\"] }]
        then = [{ attention = \"look at it\" }]";
    let mut world = World::with(&MemoryStore::new(), only(text));
    world.now.zone = chrono_tz::Europe::Berlin;
    world.does(&import(&[row("acme", "Acme").in_stage("3a")]));
    for (at, fires) in [
        ("2024-12-15T12:00:00Z", false),
        ("2024-12-16T07:59:00Z", false),
        ("2024-12-16T08:00:00Z", true),
        ("2024-12-16T08:01:00Z", false),
        ("2024-12-16T22:59:00Z", false),
        ("2024-12-17T12:00:00Z", false),
        ("2024-12-23T22:00:00Z", true),
        // Monday in Berlin, still Sunday in Greenwich.
        ("2024-12-29T23:30:00Z", false),
        // Summer time.
        ("2025-06-30T06:59:00Z", false),
        ("2025-06-30T07:00:00Z", true),
    ] {
        world.now.at = at.parse().expect("a moment");
        assert_eq!(sweep(&mut world).is_some(), fires, "{at}");
    }
}

/// Closed stages may be left with a reason, so two playbooks could send a card to and fro. No file is read that says so;
/// the engine does not count on that.
fn chase() -> Vec<Playbook> {
    let sends = |id: &str, from: &str, to: &str| Playbook {
        id: PlaybookId(id.into()),
        title: id.into(),
        on: Trigger::StageEntered(vec![StageId::new(from)]),
        when: Vec::new(),
        then: vec![Reaction::MoveBecause(StageId::new(to), "it goes to and fro".into())],
        origin: Origin::Team,
        off_in_file: false,
    };
    vec![sends("there", "6c", "6d"), sends("back", "6d", "6c")]
}

#[test]
fn playbooks_that_chase_each_other_are_reported_and_the_change_stands() {
    let mut world = World::with(&MemoryStore::new(), Arc::new(chase().into()));
    world.does(&import(&[row("acme", "Acme").in_stage("2"), row("bolt", "Bolt").in_stage("2")]));
    let entry = world.does(&forced("acme", "6c", "they grow"));
    assert_eq!(world.stage("acme"), "6c");
    assert_eq!(world.account("acme").history.len(), 2, "what they did to each other is not kept");
    assert!(
        entry
            .events
            .iter()
            .all(|event| !matches!(event, Event::Account { change: Change::PlaybookRan { .. }, .. }))
    );
    let alert = world.board().alerts().next().expect("there is one").clone();
    let text = alert.text.as_deref().expect("it says why");
    assert!(text.contains("triggered each other more than 8 times"), "{text}");
    assert_eq!(alert.account, id("acme"));
    assert_eq!(world.board().alerts().count(), 1);
    world.does(&Command::Undo);
    assert_eq!((world.stage("acme"), world.board().alerts().count()), ("2", 0));
}

#[test]
fn a_chase_in_a_sweep_leaves_the_others_alone() {
    let after_a_day = |id: &str, from: &str, to: &str| Playbook {
        on: Trigger::DaysInStage(1),
        when: vec![Condition::Stage(vec![StageId::new(from)])],
        then: vec![Reaction::MoveBecause(StageId::new(to), "a day has passed".into())],
        id: PlaybookId(id.into()),
        ..chase()[0].clone()
    };
    let all = [chase(), vec![after_a_day("start", "2", "6c"), after_a_day("later", "1", "2")]].concat();
    let mut world = World::with(&MemoryStore::new(), Arc::new(all.into()));
    world.does(&import(&[row("acme", "Acme").in_stage("2"), row("bolt", "Bolt").in_stage("1")]));
    world.minutes_later(60 * 24);
    assert!(sweep(&mut world).is_some());
    assert_eq!((world.stage("acme"), world.stage("bolt")), ("6c", "2"));
    assert_eq!(world.board().alerts().count(), 1);
    assert_eq!(sweep(&mut world), None);
}

#[test]
fn a_long_chain_that_ends_is_no_chase() {
    let text = "
        [[playbook]]
        id = \"a\"
        title = \"A\"
        on = { signal = [\"outreach.sent\"] }
        then = [{ move = \"2\" }]
        [[playbook]]
        id = \"b\"
        title = \"B\"
        on = { stage_entered = [\"2\"] }
        then = [{ move = \"5\" }]
        [[playbook]]
        id = \"c\"
        title = \"C\"
        on = { stage_entered = [\"5\"] }
        then = [{ move = \"6a\" }]
        [[playbook]]
        id = \"d\"
        title = \"D\"
        on = { stage_entered = [\"6a\"] }
        then = [{ attention = \"done\" }]";
    let mut world = World::with(&MemoryStore::new(), only(text));
    world.does(&import(&[row("acme", "Acme").in_stage("1")]));
    let outreach = told(&world, "evt-1", "acme", SignalData::OutreachSent);
    world.does(&outreach);
    assert_eq!((world.stage("acme"), world.board().alerts().count()), ("6a", 0));
    let causes: Vec<String> =
        world.account("acme").history.iter().map(|item| item.cause.to_string()).collect();
    assert_eq!(causes, ["import", "playbook:a", "playbook:b", "playbook:c"]);
    world.does(&Command::Undo);
    assert_eq!((world.stage("acme"), world.account("acme").signals.len()), ("1", 0));
}

#[test]
fn a_refused_reaction_is_one_alert_until_somebody_closes_it() {
    let text = "
        [[playbook]]
        id = \"eager\"
        title = \"Eager\"
        on = { signal = [\"outreach.sent\"] }
        then = [{ move = \"6b\" }, { attention = \"write to them\" }]";
    let mut world = World::with(&MemoryStore::new(), only(text));
    world.does(&import(&[row("acme", "Acme").in_stage("2")]));
    for signal in ["evt-1", "evt-2"] {
        let outreach = told(&world, signal, "acme", SignalData::OutreachSent);
        world.does(&outreach);
        world.minutes_later(1);
    }
    assert_eq!(world.stage("acme"), "2");
    assert_eq!(world.account("acme").signals.len(), 2, "what happened is recorded all the same");
    assert_eq!(world.account("acme").tasks.len(), 1, "and the rest of the playbook is done");
    let alerts: Vec<_> = world.board().alerts().filter_map(|alert| alert.text.as_deref()).collect();
    assert_eq!(
        alerts,
        [
            "Eager: Acme never engaged with us, so 6b does not fit: move it to 6a, or force the move with a reason"
        ]
    );
}

#[test]
fn a_handoff_says_why_in_the_history() {
    let mut world = World::with(&MemoryStore::new(), of_a_team());
    world.does(&import(&[row("acme", "Acme").in_stage("2")]));
    let handoff =
        told(&world, "evt-1", "acme", SignalData::Handoff { reason: "they want a contract".into() });
    let Command::RecordSignal { account, signal } = handoff else { unreachable!("a signal is recorded") };
    world.does(&Command::RecordSignal {
        account,
        signal: Signal { by: Some("dan@example.com".into()), ..signal },
    });
    let last = world.account("acme").history.last().expect("it moved");
    assert_eq!(last.reason.as_deref(), Some("they want a contract"));
}

#[test]
fn accounts_that_come_finished_are_asked_nothing() {
    let mut world = World::with(&MemoryStore::new(), of_a_team());
    world.does(&import(&[row("acme", "Acme").in_stage("6a"), row("bolt", "Bolt").in_stage("6b")]));
    assert!(["acme", "bolt"].iter().all(|account| world.account(account).tasks.is_empty()));
}

#[test]
fn a_sweep_that_found_nothing_to_do_is_in_no_undos_way() {
    let text = "
        segments = [\"Waiting\"]
        [[playbook]]
        id = \"waiting\"
        title = \"Waiting\"
        on = { days_in_stage = 1 }
        then = [{ join = \"Waiting\" }]";
    let mut world = World::with(&MemoryStore::new(), only(text));
    world.does(&import(&[AccountFacts {
        segments: vec!["Waiting".into()],
        ..row("acme", "Acme").in_stage("1")
    }]));
    world.minutes_later(60 * 24 * 2);
    let swept = world.does(Submission::Sweep);
    assert!(
        swept
            .events
            .iter()
            .all(|event| matches!(event, Event::Account { change: Change::PlaybookRan { .. }, .. }))
    );
    world.does(&Command::Undo);
    assert!(world.board().is_empty(), "the import is what was done last");
}

#[test]
fn a_stage_is_entered_when_it_happened_not_when_we_heard_of_it() {
    let mut world = World::with(&MemoryStore::new(), of_a_team());
    world.does(&import(&[row("acme", "Acme").in_stage("2")]));
    let came = world.now.at;
    world.minutes_later(60 * 24 * 3);
    let heard = world.now.at;
    let mut tells = |signal: &str, at, what| {
        let Command::RecordSignal { account, signal } = told(&world, signal, "acme", what) else {
            unreachable!("a signal is recorded")
        };
        world.does(&Command::RecordSignal { account, signal: Signal { at, ..signal } });
        let acme = world.account("acme");
        let place = acme.placement.as_ref().expect("it stands somewhere");
        (place.since, acme.stamps[place.stage.as_str()])
    };
    let replied = came + TimeDelta::days(1);
    assert_eq!(tells("evt-1", replied, SignalData::ReplyReceived { auto: false }), (replied, replied));
    // Told in time, the call would have come first, and the reply moved nothing any more.
    assert_eq!(tells("evt-2", came, SignalData::CallHeld { call: None }), (came, came));
    // A clock that is ahead of ours.
    let ahead = heard + TimeDelta::hours(1);
    assert_eq!(tells("evt-3", ahead, SignalData::CallHeld { call: None }), (heard, heard));
}
