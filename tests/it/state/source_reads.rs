//! What a live source brought: whose it is, that an undo holds against the next reading, and how it is written.

use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};
use gangplank::intake::providers::Translation;
use gangplank::sources::plan::{SyncPlan, plan};
use gangplank::sources::{LiveSource, Pulled, SourceKind, SourceStatus};
use gangplank::state::{
    AccountRef, Actor, Batch, Command, Entry, Event, Signal, SignalData, SignalId, SourceRead, Submission,
};

use crate::support::{World, id, morning, row};

fn reply(number: u32) -> Signal {
    Signal {
        template: None,
        id: SignalId::new(&format!("evt-{number}")),
        at: morning(),
        by: None,
        source: "stripe".into(),
        data: SignalData::ReplyReceived { auto: false },
    }
}

fn read(at: DateTime<Utc>, cursor: &str, taken: u64) -> SourceRead {
    SourceRead { at, cursor: Some(cursor.into()), taken }
}

fn reading(account: &str, number: u32, taken: u64) -> Batch {
    let record = Command::RecordSignal { account: AccountRef::Id(id(account)), signal: reply(number) };
    let read = read(morning(), &format!("after {number}"), taken);
    let noted = Command::NoteSourceRead { source: "billing".into(), read };
    Batch { words: "sync billing".into(), commands: vec![record, noted] }
}

/// What the source brings becomes an entry, unless it is nothing new.
fn brings<'a>(world: &mut World, what: impl Into<Submission<'a>>) -> Option<Arc<Entry>> {
    world.session.submit(what, &billing(), world.now).expect("not refused")
}

fn billing() -> Actor {
    Actor::Source("billing".into())
}

#[test]
fn what_a_source_brings_and_how_far_it_was_read_are_one_entry() {
    let mut world = World::of(&[row("A-1", "Acme")]);
    let entry = brings(&mut world, &reading("A-1", 1, 1)).expect("a change");
    assert_eq!(entry.by, billing());
    assert_eq!(world.board().source_read("billing"), Some(&read(morning(), "after 1", 1)));
    assert!(brings(&mut world, &reading("A-1", 1, 1)).is_none());
    // Nobody else takes it for their own change.
    let me = world.me.clone();
    world.does(&Command::AddNote { account: id("A-1"), text: "mine".into() });
    world.does(&Command::Undo);
    assert!(world.account("A-1").notes.is_empty());
    assert_eq!(world.account("A-1").signals.len(), 1);
    assert_ne!(world.board().latest_of(&me), Some(entry.seq));
}

#[test]
fn what_is_taken_back_stays_so_and_a_redo_brings_it_again() {
    let mut world = World::of(&[row("A-1", "Acme")]);
    for account in ["A-1", "nobody"] {
        let number = if account == "A-1" { 1 } else { 2 };
        let key = reply(number).key();
        let entry = brings(&mut world, &reading(account, number, u64::from(number)));
        let entry = entry.expect("a change");
        let cursor = world.board().source_read("billing").cloned();
        assert!(world.board().knows_signal(&key) && !world.board().was_taken_back(&key));
        let undo = world.does(&Command::UndoEntry(entry.seq));
        assert!(!world.board().knows_signal(&key) && world.board().was_taken_back(&key), "{account}");
        assert_eq!(
            world.board().source_read("billing").cloned(),
            cursor,
            "it is not asked for the same again"
        );
        world.does(&Command::RedoEntry(undo.seq));
        assert!(world.board().knows_signal(&key) && !world.board().was_taken_back(&key), "{account}");
    }
}

#[test]
fn a_reading_without_news_is_no_change_to_take_back() {
    let mut world = World::of(&[row("A-1", "Acme")]);
    let noted = Command::NoteSourceRead { source: "billing".into(), read: read(morning(), "a", 0) };
    let entry = brings(&mut world, &noted).expect("a change");
    assert!(!entry.changes_something());
    assert_eq!(&*entry.command, "sync billing");
}

#[test]
fn it_is_written_as_it_is_read() {
    let event = Event::SourceRead {
        source: "billing".into(),
        from: None,
        to: SourceRead { at: morning(), cursor: None, taken: 3 },
    };
    let entry = Entry {
        seq: 7,
        at: morning(),
        by: billing(),
        command: "sync billing".into(),
        undoes: Vec::new(),
        redoes: Vec::new(),
        events: vec![event],
    };
    let json = serde_json::to_string(&entry).expect("JSON");
    assert!(json.contains(r#""by":"source:billing""#), "{json}");
    assert!(json.contains(r#"{"source_read":{"source":"billing","from":null,"to":{"at":"#), "{json}");
    assert_eq!(serde_json::from_str::<Entry>(&json).expect("an entry"), entry);
}

/// How many entries a day of readings every five minutes makes that bring nothing, where `cursor` says how far each reached.
fn entries_of_a_quiet_day(cursor: impl Fn(i64) -> i64) -> usize {
    let mut world = World::of(&[row("A-1", "Acme")]);
    let kind = SourceKind::Stripe { address: "https://api.stripe.com".into() };
    let every = std::time::Duration::from_secs(300);
    let source = LiveSource { name: "billing".into(), kind, secret: None, every, push: None };
    let mut status = SourceStatus::default();
    let mut entries = 0;
    for number in 0..=288 {
        let at = morning() + TimeDelta::minutes(5 * number);
        let known = status.cursor(world.board().source_read("billing"));
        let before = (number > 0).then(|| cursor(number - 1).to_string());
        assert_eq!(known.as_deref(), before.as_deref(), "each reading goes on where the last one ended");
        let pulled = Pulled::new(Translation::default(), Some(cursor(number).to_string().into()));
        let SyncPlan { batches, reached, .. } = plan(&source, &pulled, world.board(), at);
        for batch in &batches {
            entries += usize::from(brings(&mut world, batch).is_some());
        }
        status.succeeded(&source.kind, &pulled, at, at);
        status.reached = reached;
    }
    entries
}

#[test]
fn readings_without_news_leave_a_note_an_hour_and_a_day_at_most() {
    // The first one, and one for each hour in which the source moved on.
    assert_eq!(entries_of_a_quiet_day(|number| number), 25);
    assert_eq!(entries_of_a_quiet_day(|_| 0), 2);
}
