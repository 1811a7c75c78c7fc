//! What an open board takes to follow many changes at once that were made elsewhere.

use std::sync::Arc;

use chrono::Days;
use gangplank::playbook::transact;
use gangplank::state::{
    AccountFacts, AccountId, AccountRef, Actor, Batch, Board, Command, FactKey, FactValue, Signal,
    SignalData, SignalId, Submission,
};
use gangplank::tui::model::app::App;
use gangplank::tui::model::msg::Msg;
use gangplank::tui::update::update;

use crate::screen::{app, press, thousands};
use crate::table::{Table, Times};
use crate::world::World;

/// How many signals come at once.
const SIGNALS: usize = 500;

/// How often each batch is followed.
const TIMES: usize = 15;

/// On so many days from today on accounts renew.
const RENEWALS: usize = 90;

/// Batches of signals and of accounts, under a board of `accounts`.
pub(crate) fn batches(world: &World, accounts: usize, table: &mut Table) {
    let empty = Board::new(world.config.pipeline.clone());
    let rows = (0..accounts).map(|number| newcomer(number, Some("1"))).collect();
    let board = after(world, &empty, &import(rows));
    // It renews today.
    let account = AccountId::new(&id((accounts - 1) / RENEWALS * RENEWALS));
    let own = Command::AssignOwner { account, owner: Some("ann".into()) };
    let [idle, busy] = [board.clone(), after(world, &board, &own)].map(|before| {
        let batch = after(world, &before, &signals(world));
        (before, batch)
    });
    for (screen, keys) in [("the board", &["M"][..]), ("today", &["M", "d"])] {
        let [mut idle_times, mut busy_times] = [Times::default(), Times::default()];
        for _ in 0..TIMES {
            for ((before, batch), times) in [(&idle, &mut idle_times), (&busy, &mut busy_times)] {
                let mut mine = app(&world.config, before.clone(), (200, 60));
                for key in keys {
                    press(&mut mine, key);
                }
                follow(&mut mine, batch, times);
                assert_eq!(
                    mine.queue.is_empty(),
                    std::ptr::eq(before, &raw const idle.0),
                    "who waits for me"
                );
            }
        }
        table.time(
            format!("{SIGNALS} signals on {screen} of {}, none waits for me", thousands(accounts)),
            idle_times.best(),
            Some(("one does", busy_times.best())),
            "≤ 1.5",
        );
    }

    let rows = (0..accounts).map(|number| newcomer(number, None)).collect();
    let imported = after(world, &empty, &import(rows));
    let (mut followed, mut fresh) = (Times::default(), Times::default());
    for _ in 0..TIMES {
        follow(&mut app(&world.config, empty.clone(), (200, 60)), &imported, &mut followed);
        drop(fresh.note(|| app(&world.config, imported.clone(), (200, 60))));
    }
    table.time(
        format!("an import of {} rows without a stage, followed", thousands(accounts)),
        followed.best(),
        Some(("a first screen of them", fresh.best())),
        "",
    );
}

fn follow(app: &mut App, board: &Board, times: &mut Times) {
    let board = board.clone();
    times.note(|| update(app, Msg::Board(board)));
}

/// `board` after `submission`.
fn after<'a>(world: &World, board: &Board, submission: impl Into<Submission<'a>>) -> Board {
    let ben = Actor::from(Arc::from("ben"));
    let entry = transact(board, &world.config.playbooks, submission, &ben, world.now());
    let mut board = board.clone();
    board.apply(Arc::new(entry.expect("not refused").expect("a change")));
    board
}

fn import(rows: Vec<AccountFacts>) -> Command {
    Command::Import { source: "import crm.csv".into(), rows: rows.into(), take_stages: false }
}

fn signals(world: &World) -> Batch {
    let record = |number| {
        let id = id(number);
        let signal = Signal {
            template: None,
            id: SignalId::new(&format!("mail-{id}")),
            at: world.now().at,
            by: None,
            source: "mail".into(),
            data: SignalData::OutreachSent,
        };
        Command::RecordSignal { account: AccountRef::Id(AccountId::new(&id)), signal }
    };
    Batch { words: "ingest mail.jsonl".into(), commands: (0..SIGNALS).map(record).collect() }
}

fn id(number: usize) -> String {
    format!("A-{number:06}")
}

/// An account of ben's in `stage`.
fn newcomer(number: usize, stage: Option<&str>) -> AccountFacts {
    let renewal = crate::world::now().date_naive() + Days::new((number % RENEWALS) as u64);
    AccountFacts {
        stage: stage.map(Into::into),
        ..AccountFacts::new(&id(number))
            .text(FactKey::Name, &format!("Harbor {number:06}"))
            .text(FactKey::Specialist, "ben@example.com")
            .with(FactKey::NextRenewal, FactValue::Date(renewal))
    }
}
