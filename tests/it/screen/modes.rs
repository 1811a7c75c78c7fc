//! Where the keys go, and where the focus is after something was done.

use chrono::TimeDelta;
use gangplank::state::{AccountRef, Command, Signal, SignalId, SignalKind};
use gangplank::tui::input::keymap::InputMode;
use gangplank::tui::layout;
use gangplank::tui::model::columns::ColumnId;
use gangplank::tui::theme::Depth;
use ratatui::style::Modifier;

use crate::support::desk::{Desk, setup};
use crate::support::{World, id, import, payment_failed, playbooks, rows_of};

/// Three new accounts and three written to, and a failed payment of one that is on the far side of the board.
fn desk() -> Desk {
    let mut world = World::with(&gangplank::store::MemoryStore::new(), playbooks());
    world.does(&import(&rows_of(&[
        ["acme", "Acme", "300 USD", "2025-01-10", "dana", "1", "EU"],
        ["bolt", "Bolt", "310 USD", "2025-01-11", "dana", "1", "US"],
        ["cato", "Cato", "320 USD", "2025-01-12", "dana", "1", "EU"],
        ["dune", "Dune", "330 USD", "2025-01-13", "dana", "1", "EU"],
        ["echo", "Echo", "330 USD", "2025-01-14", "dana", "2", "EU"],
        ["fern", "Fern", "330 USD", "2025-01-15", "dana", "4b", "EU"],
    ])));
    world.does(&failed("fern"));
    Desk::with(world, (120, 40), setup(Depth::Mono))
}

/// A payment of `account` failed.
fn failed(account: &str) -> Command {
    let signal = Signal {
        template: None,
        id: SignalId::new(&format!("evt-{account}")),
        at: "2025-01-06T09:00:00Z".parse().expect("a time"),
        by: None,
        source: "stripe".into(),
        data: payment_failed(&format!("in-{account}"), 1),
    };
    Command::RecordSignal { account: AccountRef::Id(id(account)), signal }
}

fn count(desk: &Desk, kind: SignalKind) -> Vec<usize> {
    let of = |id: &str| desk.world.account(id).signals.iter().filter(|it| it.data.kind() == kind).count();
    ["acme", "bolt", "cato", "dune"].map(of).to_vec()
}

#[test]
fn from_the_alerts_one_comes_back_to_the_card_one_came_from() {
    for back in ["esc", "A", "q"] {
        for view in ["", "t", "d"] {
            let mut desk = desk();
            desk.keys(view).focus("bolt").keys("A");
            let (focus, mode) = (desk.focused().to_owned(), desk.app.mode());
            assert_eq!((&focus[..], mode), ("fern", InputMode::Alerts));
            desk.keys(back);
            assert_eq!((desk.focused(), desk.app.mode()), ("bolt", InputMode::Board), "{back} in {view}");
        }
    }
    let mut desk = desk();
    desk.focus("bolt").keys("A enter");
    assert_eq!(desk.focused(), "fern", "whoever asks for the account goes there");
    desk.focus("bolt").keys("A a esc");
    assert_eq!(desk.focused(), "bolt", "what was done to an alert leads nowhere else");
}

/// Whoever was seen to from the alerts leaves Today; the focus comes back to the same account all the same, or to the
/// one that followed it.
#[test]
fn from_the_alerts_one_comes_back_to_the_account_and_not_to_its_row_number() {
    let today = |desk: &Desk| desk.app.queue.rows().iter().map(|row| row.id.to_string()).collect::<Vec<_>>();
    for (to_the_alert, worked, back_on) in [("k", "gale", "hawk"), ("", "hawk", "acme")] {
        let mut desk = desk();
        for later in ["gale", "hawk"] {
            let row = [later, later, "330 USD", "2025-06-16", "dana", "2", "EU"];
            desk.elsewhere("dana", &import(&rows_of(&[row]))).elsewhere("stripe", &failed(later));
        }
        desk.keys("d");
        assert_eq!(today(&desk)[..4], ["fern", "gale", "hawk", "acme"]);
        desk.focus("hawk").keys("A").keys(to_the_alert).keys("c").types("paid by card").keys("enter");
        let until = Some(desk.world.now.at + TimeDelta::days(60));
        desk.elsewhere("eve", &Command::Snooze { account: id(worked), until });
        assert!(!today(&desk).contains(&worked.to_owned()), "{worked} left Today: {:?}", today(&desk));
        desk.keys("esc");
        assert_eq!(desk.focused(), back_on, "{:?}", today(&desk));
    }
}

/// In Today one key is an alert seen to, without a way through the pane.
#[test]
fn an_alert_is_acknowledged_where_its_account_stands() {
    let mut desk = desk();
    desk.keys("d");
    let row = desk.lines().into_iter().find(|line| line.contains("Fern")).expect("it is in view");
    assert!(row.contains("a Acknowledge"), "{row}");
    desk.focus("fern").keys("a");
    let acknowledged = |desk: &Desk| desk.world.board().alerts().next().expect("one").acknowledged.is_some();
    assert!(acknowledged(&desk) && desk.app.alerts.is_none(), "{}", desk.said());
    assert_ne!(desk.focused(), "fern", "the work goes on");
    desk.later(TimeDelta::days(1)).keys("g g");
    let row = desk.lines().into_iter().find(|line| line.contains("Fern")).expect("it is in view");
    assert!(row.contains("a Close alert"), "what is left to do with it on the next day: {row}");
    desk.focus("fern").keys("a").types("paid by card").keys("enter");
    assert!(desk.world.board().alerts().all(|alert| alert.is_closed()), "{}", desk.said());
    desk.keys("u");
    desk.keys("u enter a");
    assert!(acknowledged(&desk), "an open account, too: {}", desk.said());
    desk.keys("esc").focus("bolt").keys("a");
    assert_eq!(desk.said(), "Bolt has no open alert");
    desk.keys("u").keys("* a enter");
    assert!(acknowledged(&desk), "{}", desk.said());
}

/// The board's keys act on the board, and nothing looks as if they went to the alerts.
#[test]
fn alerts_without_the_keys_are_dim() {
    let mut desk = desk();
    desk.focus("bolt").keys("A");
    let bright = |desk: &Desk| {
        let area = layout::areas(&desk.app).alerts;
        let (buffer, _) = desk.draw();
        let rows = (area.top() + 1)..area.bottom();
        let cells = rows.flat_map(|y| (area.left()..area.right()).map(move |x| (x, y)));
        let written = cells.filter(|cell| buffer[*cell].symbol() != " ");
        written.filter(|cell| !buffer[*cell].modifier.contains(Modifier::DIM)).count()
    };
    assert!(bright(&desk) > 0);
    desk.keys("esc");
    assert_eq!(bright(&desk), 0);
    desk.keys("c y");
    assert!(desk.world.account("bolt").signals.iter().any(|it| it.data.kind() == SignalKind::CallHeld));
}

#[test]
fn the_same_verb_three_times_is_three_accounts() {
    for (keys, kind) in [("o o o", SignalKind::OutreachSent), ("r r r", SignalKind::ReplyReceived)] {
        let mut desk = desk();
        desk.focus("acme").keys(keys);
        assert_eq!(count(&desk, kind), [1, 1, 1, 0], "{keys}");
        assert_eq!((desk.focused(), desk.app.focus.column_id), ("dune", ColumnId::Stage(0)));
        // What is undone is what one stands on again.
        for undone in ["cato", "bolt", "acme"] {
            desk.keys("u");
            assert_eq!((desk.focused(), desk.world.stage(undone)), (undone, "1"), "{keys}");
        }
        assert_eq!(count(&desk, kind), [0; 4]);
    }
    let mut desk = desk();
    desk.focus("acme").keys("> > z enter");
    assert_eq!(["acme", "bolt", "cato"].map(|id| desk.world.stage(id).to_owned()), ["2", "2", "1"]);
    assert_eq!(desk.focused(), "dune", "it was snoozed, and stays where it is");
}

/// Where a column ends, and where only something was noted, the focus stays.
#[test]
fn what_is_noted_beside_leaves_the_focus_on_the_card() {
    let mut desk = desk();
    desk.focus("acme").keys("n").types("they are away").keys("enter O").types("eve").keys("enter");
    assert_eq!(desk.focused(), "acme");
    desk.focus("echo").keys("o");
    assert_eq!(desk.focused(), "echo", "the last one of its column");
    desk.keys("enter r");
    assert_eq!((desk.focused(), desk.world.stage("echo")), ("echo", "3a"), "an open account stays open");
}
