//! So much that somebody else did at once is arranged beside the screen, which goes on hearing keys.

use gangplank::tui::model::msg::Msg;
use gangplank::tui::update::update;

use crate::support::desk::Desk;
use crate::support::{World, id, import, moved, note, row, team_board};

/// More than is taken in between two keys.
const MANY: usize = 700;

fn file() -> Vec<gangplank::state::AccountFacts> {
    (0..MANY).map(|at| row(&format!("N-{at:03}"), &format!("New {at}")).in_stage("1")).collect()
}

/// Somebody else imports a file; the screen is told, and does not work it out yet.
fn told_of_a_file(desk: &mut Desk) {
    desk.world.try_as("ann", &import(&file())).expect("it is allowed");
    tell(desk);
}

fn tell(desk: &mut Desk) {
    let board = desk.world.board().clone();
    let _ = update(&mut desk.app, Msg::Board(board));
}

fn finish(desk: &mut Desk) {
    let job = desk.app.next_job().expect("something is to be worked out");
    let _ = update(&mut desk.app, Msg::Beside(job.run()));
}

fn desk(world: World) -> Desk {
    let mut desk = Desk::new(world, (160, 48));
    desk.keys("g b");
    desk
}

#[test]
fn keys_work_on_the_board_before_until_all_of_it_is_arranged() {
    let mut desk = desk(team_board());
    let (before, first) = (desk.app.board.seq(), desk.focused().to_owned());
    told_of_a_file(&mut desk);
    assert_eq!(desk.app.board.seq(), before, "it is not shown yet");
    let key = |name: &str| Msg::Key(name.parse().expect("a key"));
    let _ = update(&mut desk.app, key("j"));
    assert_ne!(desk.focused(), first, "a key is heard");
    let focused = desk.focused().to_owned();
    finish(&mut desk);
    assert_eq!(desk.app.board.len(), desk.world.board().len());
    assert_eq!(desk.focused(), focused, "the focus stays");
    assert!(desk.app.next_job().is_none());
    let mut fresh = Desk::new(desk.world, (160, 48));
    fresh.keys("g b").focus(&focused);
    let lines = |app: &gangplank::tui::model::app::App| {
        let columns = app.columns.column_ids().map(|it| (it, app.columns.column(it).all().len()));
        columns.collect::<Vec<_>>()
    };
    assert_eq!(lines(&desk.app), lines(&fresh.app));
    assert_eq!(desk.app.queue.len(), fresh.app.queue.len());
    assert_eq!(desk.app.workload, fresh.app.workload);
}

#[test]
fn what_comes_meanwhile_is_there_afterwards() {
    let mut desk = desk(team_board());
    told_of_a_file(&mut desk);
    let job = desk.app.next_job().expect("the file is to be arranged");
    desk.world.try_as("ann", &moved("N-003", "2")).expect("it is allowed");
    tell(&mut desk);
    assert!(desk.app.next_job().is_none(), "one at a time");
    desk.world.try_as("ann", &note("N-004", "a call")).expect("it is allowed");
    tell(&mut desk);
    let _ = update(&mut desk.app, Msg::Beside(job.run()));
    assert_eq!(desk.app.board.seq(), desk.world.board().seq());
    let notes = desk.app.board.get(&id("N-004")).map(|account| account.notes.len());
    assert_eq!(notes, Some(1));
    assert!(desk.app.next_job().is_none(), "so little is taken in at once");
}

#[test]
fn ones_own_change_is_never_put_off() {
    let mut desk = desk(team_board());
    desk.app.pending = 1;
    told_of_a_file(&mut desk);
    assert_eq!(desk.app.board.seq(), desk.world.board().seq());
}
