//! How far automations, rules and the judgement of risks can be trusted; and that every kind of reading gives the same numbers.

use chrono::TimeDelta;
use gangplank::insights::forecast::{ForecastMonth, MonthBoards};
use gangplank::insights::report::{Section, SectionCell};
use gangplank::insights::window::{CountedDays, WindowStep};
use gangplank::insights::{Insights, InsightsQuestion};
use gangplank::playbook::Playbooks;
use gangplank::session::Session;
use gangplank::state::query::forecast::RiskWeights;
use gangplank::state::{
    AccountFacts, AccountId, AccountRef, Actor, Board, Command, FactKey, FactValue, Now, Risk, RiskLevel,
    Roster, Signal, SignalData, SignalId,
};
use gangplank::store::{FileStore, Store as _};

use super::{answers_with, day, lived, nine, nothing_happened, shipped_pipeline, table};
use crate::support::{World, forced, id, import, only, row};

fn amount(text: &str) -> FactValue {
    FactValue::Money(text.parse().expect("an amount"))
}

/// What a file says of accounts: forecast, and what was paid in all; a dash is unknown.
fn file(rows: &[(&str, &str, &str)]) -> Command {
    let row = |(account, forecast, paid): &(&str, &str, &str)| {
        let mut row = AccountFacts::new(account).in_stage("1");
        for (key, text) in [(FactKey::ForecastedMrr, forecast), (FactKey::Ltv, paid)] {
            if *text != "-" {
                row = row.with(key, amount(text));
            }
        }
        row
    };
    let rows: Vec<AccountFacts> = rows.iter().map(row).collect();
    Command::Import { source: "import".into(), rows: rows.into(), take_stages: true }
}

fn risk(account: &str, level: RiskLevel) -> Command {
    let risk = Risk { level, reason: Some("as it seemed".into()) };
    Command::SetRisk { account: AccountId::new(account), risk }
}

fn signal(account: &str, at: Now, data: SignalData) -> Command {
    let id = SignalId::new(&format!("{account} {}", at.at));
    let signal = Signal { id, at: at.at, by: None, source: "stripe".into(), template: None, data };
    Command::RecordSignal { account: AccountRef::Id(AccountId::new(account)), signal }
}

fn failed(account: &str, at: Now, text: &str) -> Command {
    let data = SignalData::InvoicePaymentFailed {
        invoice: format!("in_{account}").into(),
        amount: text.parse().expect("an amount"),
        attempt: 1,
        next_attempt: None,
        subscription: None,
    };
    signal(account, at, data)
}

fn paid(account: &str, at: Now) -> Command {
    signal(
        account,
        at,
        SignalData::InvoicePaid { invoice: format!("in_{account}").into(), subscription: None },
    )
}

fn month_of(session: &mut Session) -> MonthBoards {
    let window = CountedDays::new(day("2024-02-01"), day("2024-04-30"), WindowStep::Month).expect("a window");
    let month = ForecastMonth::of(&window, &nine(day("2024-05-06")));
    assert_eq!(month.first, day("2024-04-01"), "the latest month that is over");
    let [began, ended] = session.boards_at(month.moments).expect("memory can be read");
    MonthBoards { month, began, ended }
}

/// Of April, as the journal stood when it began: who was expected to pay what, and what they paid.
#[test]
fn the_forecast_of_a_month_stands_beside_what_was_paid_in_it() {
    let mut session = nothing_happened(Playbooks::default());
    let ana = Actor::Person("ana@example.com".into());
    let at = |date: &str| nine(day(date));
    let steps = [
        (
            "2024-03-15",
            file(&[
                ("P1", "100 USD", "1000 USD"),
                ("P2", "200 USD", "500 USD"),
                ("P3", "300 USD", "0 USD"),
                ("P4", "50 EUR", "-"),
                ("P5", "80 EUR", "-"),
                ("P6", "70 EUR", "-"),
                ("P7", "-", "10 USD"),
            ]),
        ),
        ("2024-03-20", risk("P2", RiskLevel::High)),
        ("2024-03-20", risk("P3", RiskLevel::High)),
        ("2024-03-20", risk("P5", RiskLevel::Medium)),
        // P1 paid its 100, P2 a half; of P3 the total is the same, so it paid nothing. A forecast that changes in April is none of
        // its own.
        (
            "2024-04-20",
            file(&[("P1", "900 USD", "1100 USD"), ("P2", "200 USD", "600 USD"), ("P3", "300 USD", "0 USD")]),
        ),
        // Of those in EUR no total is known: one bill failed and was paid, one failed, and of P6 nothing was heard.
        ("2024-04-05", failed("P4", at("2024-04-05"), "50 EUR")),
        ("2024-04-10", paid("P4", at("2024-04-10"))),
        ("2024-04-11", failed("P5", at("2024-04-11"), "80 EUR")),
        // What comes in May is no part of April.
        ("2024-05-02", file(&[("P3", "300 USD", "300 USD"), ("P8", "10 USD", "10 USD")])),
        ("2024-05-03", risk("P1", RiskLevel::High)),
        ("2024-05-03", paid("P5", at("2024-05-03"))),
    ];
    for (date, command) in steps {
        session.submit(&command, &ana, at(date)).unwrap_or_else(|error| panic!("{date}: {error:?}"));
    }
    let boards = month_of(&mut session);
    let sections = answers_with(session.board(), Some(&boards));
    assert_eq!(
        table(&sections, "forecast"),
        [
            // Accounts, forecast, weight, weighted, of how many it is known, paid, and the weight that would have been right.
            "EUR, no risk 2 €120 100/100 €120 1 €50 5000/5000",
            "EUR, medium risk 1 €80 60/100 €48 1 €0 0/8000",
            "EUR, all 3 €200 16800/20000 €168 2 €50 5000/13000",
            "USD, no risk 1 $100 100/100 $100 1 $100 10000/10000",
            "USD, high risk 2 $500 20/100 $100 2 $100 10000/50000",
            "USD, all 3 $600 20000/60000 $200 3 $200 20000/60000",
        ]
    );
    let section = sections.iter().find(|section| section.id == "forecast").expect("it is one of them");
    assert!(section.meaning.starts_with("April 2024: "), "{}", section.meaning);
}

#[test]
fn without_the_boards_of_the_month_nothing_is_said_of_it() {
    let session = nothing_happened(Playbooks::default());
    let sections = answers_with(session.board(), None);
    assert!(table(&sections, "forecast").is_empty());
}

pub(super) fn counted(board: &Board, now: Now) -> Vec<Section> {
    let first = now.today() - TimeDelta::days(55);
    let window = CountedDays::new(first, now.today(), WindowStep::Week).expect("a window");
    let question = InsightsQuestion { board, now, window, month: None, weights: RiskWeights::default() };
    Insights::of(&question, board.accounts().map(|account| &**account)).sections(
        board,
        &Roster::default(),
        &now,
    )
}

#[test]
fn forced_moves_are_listed_with_their_reasons() {
    let mut world = World::of(&[row("acme", "Acme").in_stage("2"), row("bolt", "Bolt").in_stage("2")]);
    world.minutes_later(1);
    world.does(&forced("acme", "4a", "they wrote to sales"));
    world.minutes_later(1);
    world.does(&forced("bolt", "3a", "by mistake"));
    world.does(&Command::Undo);
    let sections = counted(world.board(), world.now);
    assert_eq!(
        table(&sections, "forced"),
        [
            "Bolt bolt 2 3a by mistake 2024-12-15 dana yes",
            "Acme acme 2 4a they wrote to sales 2024-12-15 dana no"
        ]
    );
    assert_eq!(table(&sections, "moves"), ["by hand, forced 2 1 1/2 0", "import 2 0 0/2 0"]);
}

/// A playbook wants to put those who answered where nobody stands who did, which the board refuses.
#[test]
fn what_a_playbook_was_refused_is_counted_once_until_somebody_closes_the_alert() {
    let toml = "[[playbook]]\nid = 'onward'\ntitle = 'Onward'\non = { signal = ['reply.received'] }\nthen = [{ move = '6a' }]\n";
    let mut world = World::with(&gangplank::store::MemoryStore::new(), only(toml));
    world.does(&import(&[row("acme", "Acme").in_stage("2"), row("bolt", "Bolt").in_stage("2")]));
    for account in ["acme", "bolt", "acme"] {
        world.minutes_later(10);
        let reply = Signal {
            id: SignalId::new(&format!("{account} {}", world.now.at)),
            at: world.now.at,
            by: None,
            source: "test".into(),
            template: None,
            data: SignalData::ReplyReceived { auto: false },
        };
        world.does(&Command::RecordSignal { account: AccountRef::Id(id(account)), signal: reply });
    }
    let sections = counted(world.board(), world.now);
    let rows = table(&sections, "moves");
    assert!(rows.contains(&"playbook onward 0 0 0/0 2".to_owned()), "{rows:?}");
}

/// The numbers of a board that was folded, of one that was read from a snapshot, where those who are finished sleep, and of the
/// journal behind it are the same.
#[test]
fn a_snapshot_gives_the_numbers_of_its_journal() {
    for seed in 0..6 {
        let mut session = lived(seed);
        let now = nine(day("2024-04-02"));
        let live = counted(session.board(), now);
        let dir = tempfile::tempdir().expect("a directory");
        let mut journal = FileStore::open(dir.path(), shipped_pipeline()).expect("it opens");
        for entry in session.entries(session.board().seq(), usize::MAX).expect("memory can be read") {
            let _ = journal.store.append(&entry).expect("room enough");
        }
        drop(journal);
        let read = FileStore::open(dir.path(), shipped_pipeline()).expect("it opens");
        assert_eq!(counted(&read.board, now), live, "{seed}: of the journal");
        assert!(read.store.snapshot_writer().save(&read.board).expect("room enough"));
        drop(read);
        let read = FileStore::open(dir.path(), shipped_pipeline()).expect("it opens");
        assert!(read.store.from_snapshot() > 0);
        assert_eq!(counted(&read.board, now), live, "{seed}: of the snapshot");
        let some = live
            .iter()
            .flat_map(|section| &section.rows)
            .flatten()
            .any(|cell| matches!(cell, SectionCell::Accounts(accounts) if !accounts.is_empty()));
        assert!(some, "{seed}: something happened");
    }
}

#[test]
fn a_table_of_zeros_says_nothing() {
    let session = nothing_happened(Playbooks::default());
    for section in counted(session.board(), nine(day("2024-04-02"))) {
        assert!(section.says_nothing(), "{}", section.id);
    }
    let said: Vec<&str> = counted(lived(1).board(), nine(day("2024-04-02")))
        .iter()
        .filter(|it| !it.says_nothing())
        .map(|it| it.id)
        .collect();
    assert!(said.contains(&"outcomes") && said.contains(&"people"), "{said:?}");
}
