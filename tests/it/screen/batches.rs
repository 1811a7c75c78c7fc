//! An open board takes in what others did. What that costs is counted in allocations: no busy machine changes them.

use chrono::TimeDelta;
use gangplank::state::{
    AccountFacts, AccountRef, Alert, AlertChange, AlertKey, AlertKind, AlertState, Batch, Command, Signal,
    SignalData, SignalId, Submission,
};
use gangplank::tui::model::columns::Row;
use gangplank::tui::model::focus::View;
use gangplank::tui::model::msg::Msg;
use proptest::prelude::*;
use proptest::sample::select;

use crate::support::desk::Desk;
use crate::support::{World, forced, id, import, morning, note, person, row, rows_of};

const SIZE: (u16, u16) = (80, 24);

/// A board of 300 accounts of eve's, who wrote to all of them, and perhaps one of dana's that waits for her.
fn eves_board(one_waits: bool) -> World {
    let names: Vec<String> = (0..300).map(|number| format!("A-{number:03}")).collect();
    let mut rows: Vec<[&str; 7]> = names
        .iter()
        .map(|name| [name, name, "300 USD", "2025-06-01", "eve@example.com", "2", "EU"])
        .collect();
    rows.extend(one_waits.then_some(["mine", "Mine", "300 USD", "2024-12-20", "dana", "1", "EU"]));
    let mut world = World::of(&rows_of(&rows));
    let signals = names.iter().map(|name| record(&world, name, SignalData::OutreachSent)).collect();
    world.does(&Batch { words: "ingest".into(), commands: signals });
    world
}

fn record(world: &World, account: &str, what: SignalData) -> Command {
    let id = SignalId::new(&format!("{account}-{}-{}", what.kind().word(), world.board().seq()));
    let signal = Signal { template: None, id, at: world.now.at, by: None, source: "test".into(), data: what };
    Command::RecordSignal { account: AccountRef::Id(crate::support::id(account)), signal }
}

/// How many allocations a look at everybody takes on the screen that `keys` show, and how many it takes to follow
/// `submission`.
fn costs(world: World, keys: &str, submission: Submission) -> (u64, u64) {
    let count = |work: &mut dyn FnMut()| allocation_counter::measure(work).count_total;
    let mut desk = Desk::new(world, SIZE);
    desk.keys(keys);
    let look = count(&mut || desk.notify(Msg::Tick));
    desk.world.try_as("ben", submission).expect("it is allowed").expect("it changes something");
    let board = desk.world.board().clone();
    let following = count(&mut || desk.notify(Msg::Board(board.clone())));
    (look, following)
}

#[test]
fn a_batch_is_followed_without_a_look_at_everybody() {
    let notes = (0..100).map(|number| note(&format!("A-{number:03}"), "They moved.")).collect();
    let notes = Batch { words: "notes".into(), commands: notes };
    let newcomers: Vec<_> = (0..100).map(|number| row(&format!("B-{number:03}"), "Harbor")).collect();
    let newcomers = import(&newcomers);
    let (newcomers, notes) = (Submission::One(&newcomers), Submission::Batch(&notes));
    for (keys, submission) in [("d", newcomers), ("d", notes), ("d M", notes)] {
        let (_, busy) = costs(eves_board(true), keys, submission);
        let (look, idle) = costs(eves_board(false), keys, submission);
        assert!(look > 300, "it asks something of everybody");
        assert!(
            idle <= busy + look / 2,
            "`{}` after {keys}: {idle} where nobody is waited for, {busy} otherwise, {look} a look",
            submission.words()
        );
    }
}

fn ids(rows: &[Row]) -> Vec<&str> {
    rows.iter().map(|row| row.id.as_str()).collect()
}

/// Everything that `desk` keeps in order.
fn ordered(desk: &Desk) -> String {
    let model = &desk.app.columns;
    let columns = model.column_ids().map(|column_id| model.column(column_id));
    let columns = columns.chain([true, false].map(|all| model.list(all)));
    let queue = &desk.app.queue;
    // Whom the filter lets through of the day is worked out where the day is to be seen.
    let rows = if desk.app.view == View::Today { queue.rows() } else { &[] };
    // Only the screen that says what comes next asks for it.
    let empty = queue.empty().filter(|_| desk.app.view == View::Today);
    let reasons: Vec<_> = rows.iter().map(|row| queue.reasons(&row.id)).collect();
    columns
        .map(|column| format!("{:?}\n{:?}\n{:?}\n", ids(column.all()), ids(column.shown()), column.money()))
        .chain([format!("{:?}\n{reasons:?}\n{:?}", ids(rows), empty)])
        .collect()
}

/// What others may do to one of forty accounts, of which some are known.
fn change() -> impl Strategy<Value = Command> {
    let stages = &["1", "2", "3a", "4a", "6a", "6d"][..];
    (0..40_u8, 0..7_u8, select(stages)).prop_map(|(number, what, stage)| {
        let account = format!("A-{number:02}");
        match what {
            0 => forced(&account, stage, "as agreed"),
            1 => Command::AssignOwner { account: id(&account), owner: Some("dana".into()) },
            2 => Command::AssignOwner { account: id(&account), owner: Some("eve@example.com".into()) },
            3 => Command::Snooze { account: id(&account), until: Some(morning() + TimeDelta::days(3)) },
            4 => note(&account, "They moved."),
            5 => raise(&account, stage),
            _ => import(&[AccountFacts {
                stage: Some(stage.into()),
                ..row(&account, &format!("{stage} Ltd"))
            }]),
        }
    })
}

fn raise(account: &str, occasion: &str) -> Command {
    let key = AlertKey::new(AlertKind::FailedPayment, occasion);
    let alert = Alert {
        key: key.clone(),
        kind: AlertKind::FailedPayment,
        account: id(account),
        state: AlertState::Open,
        assignee: Some("dana".into()),
        handed: true,
        opened: morning(),
        amount: None,
        due: None,
        attempts: 1,
        next_attempt: None,
        acknowledged: None,
        acknowledged_at: None,
        text: None,
    };
    Command::ChangeAlert { key, change: AlertChange::Raise(Box::new(alert)) }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    #[test]
    fn an_open_board_shows_what_a_new_one_would(
        keys in select(&["", "d", "d M", "M", "t T", "/ l t d enter", "d M / 2 enter", "/ a 1 enter"][..]),
        batches in prop::collection::vec(prop::collection::vec(change(), 1..40), 1..6),
        undone in 0..3_usize,
        looks_away: bool,
    ) {
        let rows: Vec<_> = (0..30).map(|n| row(&format!("A-{n:02}"), &format!("{} Ltd", n % 7))).collect();
        let mut desk = Desk::new(World::of(&rows), SIZE);
        desk.keys(keys);
        for batch in batches {
            // Those that are refused are left out.
            let mut commands = Vec::new();
            for command in batch {
                commands.push(command);
                let all = Batch { words: "ingest".into(), commands: commands.clone() };
                if desk.world.session.preview(&all, &person("ben"), desk.world.now).is_err() {
                    commands.pop();
                }
            }
            let all = Batch { words: "ingest".into(), commands };
            let _ = desk.world.try_as("ben", &all);
            follows(&mut desk, looks_away)?;
        }
        for _ in 0..undone {
            let _ = desk.world.try_as("ben", &Command::Undo);
            follows(&mut desk, looks_away)?;
        }
    }
}

/// Lets `desk` take in the world's board, and holds it against what is made anew from that.
fn follows(desk: &mut Desk, looks_away: bool) -> Result<(), TestCaseError> {
    let board = desk.world.board().clone();
    let elsewhere = if looks_away { "d" } else { "" };
    desk.keys(elsewhere);
    desk.notify(Msg::Board(board));
    desk.keys(elsewhere);
    let followed = ordered(desk);
    desk.app.rebuild();
    desk.notify(Msg::Resize(SIZE.0, SIZE.1));
    prop_assert_eq!(followed, ordered(desk));
    let board = desk.world.board();
    for account in board.accounts() {
        let theirs = board.alerts().filter(|alert| alert.account == account.id);
        prop_assert!(board.alerts_of(&account.id).eq(theirs));
    }
    Ok(())
}
