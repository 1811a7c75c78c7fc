//! Entries to put into stores: every event there is, told as one small story.

use std::collections::BTreeMap;
use std::sync::{Arc, LazyLock};

use chrono::{DateTime, Utc};
use gangplank::state::values::pipeline::StageDraft;
use gangplank::state::{
    Account, AccountId, Actor, Board, Cause, Change, Currency, Entry, Event, Fact, FactKey, FactValue, Money,
    Note, Phase, Pipeline, Placement, Risk, RiskLevel, Seq, StageId,
};
use gangplank::store::snapshot::{self, CoveredJournal, Mark};

/// Three stages are enough to move between.
pub(crate) fn pipeline() -> Arc<Pipeline> {
    static BUILT: LazyLock<Arc<Pipeline>> = LazyLock::new(|| Arc::new(three_stages()));
    BUILT.clone()
}

fn three_stages() -> Pipeline {
    let stage = |id: &str, phase| StageDraft {
        id: id.into(),
        label: format!("{id}. Stage {id}"),
        phase,
        engagement: None,
        quiet_after_days: None,
        awaits: None,
        entered_by: None,
        checklist: None,
        aliases: Vec::new(),
    };
    let stages = vec![stage("1", Phase::Open), stage("2", Phase::Engaged), stage("3", Phase::Closed)];
    Pipeline::new(stages, 8).expect("three stages make a pipeline")
}

/// Noon on that day of December 2024.
pub(crate) fn day(day: u32) -> DateTime<Utc> {
    format!("2024-12-{day:02}T12:00:00Z").parse().expect("a day of December")
}

/// Entry `seq` by `by`.
pub(crate) fn entry(seq: Seq, by: &str, command: &str, events: Vec<Event>) -> Entry {
    let at = day(u32::try_from(seq % 28).expect("less than 28") + 1);
    Entry {
        seq,
        at,
        by: Actor::from(Arc::from(by)),
        command: command.into(),
        undoes: Vec::new(),
        redoes: Vec::new(),
        events,
    }
}

/// A note on account `A-1`: the smallest change.
pub(crate) fn note(seq: Seq, by: &str, text: &str) -> Entry {
    let note = Note { at: day(1), by: by.into(), text: text.into() };
    entry(
        seq,
        by,
        "note A-1",
        vec![Event::Account { account: AccountId::new("A-1"), change: Change::NoteAdded { note } }],
    )
}

/// `count` entries: an account, then notes on it.
pub(crate) fn notes(count: usize) -> Vec<Entry> {
    let first = entry(
        1,
        "ann",
        "import a.csv",
        vec![Event::Account { account: AccountId::new("A-1"), change: Change::Added }],
    );
    let rest = (2..).map(|seq| note(seq, "ann", &format!("note {seq}: été")));
    [first].into_iter().chain(rest).take(count).collect()
}

/// Every event there is, with every kind of fact and cause.
#[expect(clippy::too_many_lines, reason = "a list of all there is")]
pub(crate) fn story() -> Vec<Entry> {
    let id = || AccountId::new("A-1");
    let place = |stage: &str, at| Some(Placement { stage: StageId::new(stage), since: day(at) });
    let fact = |value, at| Fact { value, source: "import a.csv".into(), at: day(at) };
    let usd = |minor| FactValue::Money(Money::new(minor, Currency::USD));
    let told =
        || Note { at: day(5), by: "ann".into(), text: "Likes \"tea\",\nnot coffee — naïve ☃".into() };
    let facts: gangplank::state::FactValues = [
        (FactKey::Name, FactValue::Text("Acme\u{202e}".into())),
        (FactKey::HealthScore, FactValue::Number(0.1 + 0.2)),
        (FactKey::ForecastedMrr, usd(83_600)),
        (FactKey::NextRenewal, FactValue::Date(day(22).date_naive())),
        (FactKey::Delinquent, FactValue::Flag(false)),
        (FactKey::Contacts, FactValue::List(vec!["a@example.com".into(), "b@example.com".into()])),
        (FactKey::OtherId("stripe".into()), FactValue::Text("cus_1".into())),
        (FactKey::Extra("Industry".into()), FactValue::Text("Ships".into())),
    ]
    .into();
    let moved = |from, to, cause, reason: Option<&str>| Event::Account {
        account: id(),
        change: Change::Moved { from, to, cause, reason: reason.map(Arc::from) },
    };
    let mut entries = vec![
        entry(
            1,
            "ann",
            "import a.csv",
            vec![
                Event::Account { account: id(), change: Change::Added },
                Event::Account {
                    account: id(),
                    change: Change::FactsUpdated {
                        source: "import a.csv".into(),
                        at: None,
                        facts,
                        was: BTreeMap::new(),
                    },
                },
                Event::Account {
                    account: id(),
                    change: Change::SegmentJoined {
                        segment: "Lead".into(),
                        cause: Cause::Import,
                        kept_out: false,
                    },
                },
                moved(None, place("1", 2), Cause::Playbook("new-account".into()), None),
                Event::Account { account: id(), change: Change::StampSet { stamp: "1".into(), at: day(2) } },
            ],
        ),
        entry(
            2,
            "ben",
            "move A-1 2",
            vec![
                moved(place("1", 2), place("2", 3), Cause::Forced, Some("they called")),
                Event::Account { account: id(), change: Change::StampSet { stamp: "2".into(), at: day(3) } },
                Event::Account {
                    account: id(),
                    change: Change::EngagementChanged { from: None, to: Some(day(3)) },
                },
                Event::Account {
                    account: id(),
                    change: Change::OwnerChanged { from: None, to: Some("ben".into()) },
                },
                Event::Account { account: id(), change: Change::Seen { from: None, to: Some(day(3)) } },
            ],
        ),
        entry(
            3,
            "clock",
            "sweep",
            vec![
                Event::Account {
                    account: id(),
                    change: Change::SegmentLeft {
                        segment: "Lead".into(),
                        cause: Cause::Playbook("tidy".into()),
                        kept_out: false,
                    },
                },
                moved(place("2", 3), place("3", 4), Cause::Playbook("due".into()), None),
            ],
        ),
        entry(
            4,
            "ann",
            "note A-1",
            vec![
                Event::Account { account: id(), change: Change::NoteAdded { note: told() } },
                Event::Account {
                    account: id(),
                    change: Change::RiskChanged {
                        from: Risk::default(),
                        to: Risk { level: RiskLevel::High, reason: Some("late twice".into()) },
                    },
                },
                moved(place("3", 4), place("1", 5), Cause::Hand, Some("not yet")),
                Event::Account {
                    account: id(),
                    change: Change::FactsUpdated {
                        at: None,
                        source: "import a.csv".into(),
                        facts: [(FactKey::ForecastedMrr, usd(90_000))].into(),
                        was: [(FactKey::ForecastedMrr, fact(usd(83_600), 2))].into(),
                    },
                },
            ],
        ),
        entry(
            5,
            "ann",
            "undo",
            vec![
                Event::Account {
                    account: id(),
                    change: Change::FactsRestored {
                        from: [(FactKey::ForecastedMrr, Some(fact(usd(90_000), 5)))].into(),
                        to: [(FactKey::ForecastedMrr, Some(fact(usd(83_600), 2))), (FactKey::Plan, None)]
                            .into(),
                    },
                },
                moved(place("1", 5), place("3", 4), Cause::Undo(4), None),
                Event::Account { account: id(), change: Change::NoteRemoved { note: told() } },
            ],
        ),
        entry(
            6,
            "ann",
            "redo",
            vec![
                Event::Account { account: id(), change: Change::NoteAdded { note: told() } },
                moved(place("3", 4), place("1", 7), Cause::Redo(5), None),
            ],
        ),
        entry(
            7,
            "ann",
            "import b.csv",
            vec![
                Event::Account { account: AccountId::new("B-2"), change: Change::Added },
                Event::Account {
                    account: AccountId::new("B-2"),
                    change: Change::StampSet { stamp: "1".into(), at: day(8) },
                },
                Event::Account {
                    account: AccountId::new("B-2"),
                    change: Change::StampRemoved { stamp: "1".into(), at: day(8) },
                },
                Event::Account { account: AccountId::new("B-2"), change: Change::Removed },
                Event::Account { account: AccountId::new("C-3"), change: Change::Added },
            ],
        ),
    ];
    entries[4].undoes = vec![4];
    entries[5].redoes = vec![5];
    entries
}

/// The board after `entries`.
pub(crate) fn fold<'a>(entries: impl IntoIterator<Item = &'a Entry>) -> Board {
    let mut board = Board::new(pipeline());
    entries.into_iter().for_each(|entry| board.apply(Arc::new(entry.clone())));
    board
}

pub(crate) type Picture = (Seq, Vec<Account>, String);

/// Everything a board shows and remembers, to compare boards by.
pub(crate) fn picture(board: &Board) -> Picture {
    let mut accounts: Vec<Account> = board.accounts().map(|account| Account::clone(account)).collect();
    accounts.sort_by(|a, b| a.id.cmp(&b.id));
    let mut meta = board.meta();
    // A snapshot keeps some with their accounts.
    meta.alerts = board.alerts().cloned().collect();
    meta.alerts.sort_by(|a, b| a.key.cmp(&b.key));
    (board.seq(), accounts, format!("{meta:?}"))
}

/// The bytes of a snapshot of `board`.
pub(crate) fn snapshot_of(board: &Board, mark: Mark) -> Vec<u8> {
    let mut bytes = Vec::new();
    let out = &mut |piece: &[u8]| {
        bytes.extend_from_slice(piece);
        Ok(())
    };
    snapshot::write(board, mark, CoveredJournal::default(), out).expect("a snapshot can be written");
    bytes
}
