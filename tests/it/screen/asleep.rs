//! Those who finished long ago are read when somebody wants to see them, beside the screen, and nobody can tell.

use gangplank::config::views;
use gangplank::session::{Report, Session};
use gangplank::state::{AccountFacts, Board, FactKey, Placement, StageId};
use gangplank::store::snapshot::{Mark, open_whole};
use gangplank::tui::model::app::Setup;
use gangplank::tui::model::msg::Msg;
use gangplank::tui::theme::Depth;
use gangplank::tui::update::update;

use crate::support::desk::{Desk, setup};
use crate::support::sample_entries::snapshot_of;
use crate::support::{World, forced, import, morning, note, pipeline, playbooks, row};

/// More than are read at the beginning.
const FINISHED: usize = 1_150;
const OPEN: usize = 40;

fn rows(finished: usize) -> Vec<AccountFacts> {
    let finished = (0..finished).map(|at| {
        let row = row(&format!("F-{at:04}"), &format!("Finished {}", (at * 7) % 1_000));
        let stage = ["6d", "6d", "off"][at % 3];
        let row = row.text(FactKey::StageLabel, stage).text(FactKey::Extra("Industry".into()), "Ships");
        if at % 5 == 0 { row.text(FactKey::Specialist, "dana") } else { row }
    });
    let open = (0..OPEN).map(|at| {
        let row = row(&format!("O-{at:02}"), &format!("Open {at}"));
        let row = row.text(FactKey::StageLabel, ["1", "2", "3a", "4a"][at % 4]);
        if at % 3 == 0 { row.text(FactKey::Specialist, "dana") } else { row }
    });
    finished.chain(open).collect()
}

/// The same board twice: with everyone asleep who is finished, and with everyone awake.
fn boards() -> [Board; 2] {
    boards_of(FINISHED)
}

fn boards_of(finished: usize) -> [Board; 2] {
    let mut world = World::without_playbooks();
    world.does(&import(&rows(finished)));
    let seq = world.board().seq();
    let placed = world.board().accounts().map(|account| {
        let mut account = (**account).clone();
        let stage = account.text(&FactKey::StageLabel).expect("each row names one");
        let place = || Placement { stage: StageId::new(stage), since: morning() };
        account.placement = (stage != "off").then(place);
        account
    });
    let placed = Board::restore(pipeline(), placed, world.board().meta());
    let bytes = snapshot_of(&placed, Mark { seq, ..Mark::default() });
    let asleep = open_whole(bytes, pipeline()).expect("it was just written").board([]);
    assert_eq!((asleep.asleep(), asleep.sleeps_little()), (finished, false));
    let accounts: Vec<_> = asleep.accounts().map(|account| (**account).clone()).collect();
    let awake = Board::restore(pipeline(), accounts, asleep.meta());
    [asleep, awake]
}

fn desk(board: Board) -> Desk {
    desk_of(board, (120, 30))
}

fn desk_of(board: Board, size: (u16, u16)) -> Desk {
    Desk::new(world_of(board), size)
}

fn world_of(board: Board) -> World {
    let mut world = World::new();
    // As many entries as the board has.
    for at in 0..board.seq() {
        world.does(&import(&[row(&format!("x{at}"), "x")]));
    }
    world.session = Session::new(Box::new(world.store.clone()), board, playbooks());
    world
}

/// Whatever is pressed, both screens look the same.
fn look_alike(keys: &[&str]) {
    let [mut asleep, mut awake] = boards().map(desk);
    for keys in keys {
        for desk in [&mut asleep, &mut awake] {
            match keys.strip_prefix("type ") {
                Some(text) => desk.types(text),
                None => desk.keys(keys),
            };
            desk.counts_tabs();
        }
        assert_eq!(asleep.picture(), awake.picture(), "after {keys}");
        assert_eq!(asleep.focused(), awake.focused(), "after {keys}");
    }
}

#[test]
fn the_board_and_the_lists_look_the_same() {
    look_alike(&[
        "g b", "$", "G", "h", "G", "0", "t", "G", "i", "G", "g g", "s", "type n", "G", "g b", "$", "G",
    ]);
}

#[test]
fn the_filter_finds_the_same() {
    look_alike(&[
        "g b",
        "/",
        "type finished 99",
        "enter",
        "t",
        "G",
        "esc",
        "i",
        "/",
        "type stage:6d owner:dana",
        "enter",
        "G",
        "esc",
    ]);
    look_alike(&["/", "type extra.Ind", "tab", "type =ships stage:6d", "enter", "i", "G", "*", "esc", "esc"]);
}

#[test]
fn mine_and_views_are_the_same() {
    look_alike(&[
        "g b", "M", "t", "G", "M", "i", "M", "tab", "tab", "tab", "tab", "g b", "p", "esc", "F", "esc", "A",
        "t", "esc",
    ]);
}

/// How many accounts the tab of each shipped view counts, and in how many steps all are counted.
fn counted_tabs(board: Board) -> (Vec<Option<usize>>, usize) {
    let setup = Setup { views: views::shipped(), ..setup(Depth::Mono) };
    let mut desk = Desk::with(world_of(board), (120, 30), setup);
    let mut steps = 0;
    while desk.app.tabs.tabs.iter().any(|tab| !tab.is_counted()) {
        desk.app.work_ahead();
        steps += 1;
    }
    (desk.app.tabs.tabs.iter().map(|tab| tab.count).collect(), steps)
}

#[test]
fn whoever_is_asleep_is_read_once_for_all_tabs() {
    let [(asleep, steps), (awake, _)] = boards().map(counted_tabs);
    assert_eq!(asleep, awake);
    assert!(asleep.iter().any(|count| count.is_some_and(|count| count > FINISHED / 2)), "{asleep:?}");
    // Each goes past those who are awake by itself, and one step goes past the others.
    assert_eq!(steps, asleep.len() + 1);
}

#[test]
fn whoever_is_found_is_gone_to() {
    look_alike(&["g t", ":", "type F-0042", "enter", "enter", "esc", "g b"]);
}

#[test]
fn a_finished_account_is_worked_on_like_any_other() {
    look_alike(&[
        ":",
        "type F-0042",
        "enter",
        "n",
        "type still there",
        "enter",
        "enter",
        "esc",
        "u",
        "g b",
        "t",
        "m",
        "type 1",
        "enter",
        "type they came back",
        "enter",
        "g b",
        "u",
        "i",
        "G",
    ]);
}

#[test]
fn who_wakes_up_while_the_others_are_read_is_there_once() {
    let [asleep, awake] = boards();
    let [mut late, mut awake] = [asleep, awake].map(|board| desk_of(board, (120, 60)));
    awake.keys("t");
    // The list is opened, and before it is read somebody else works on a finished account.
    let now = late.world.now;
    late.app.now = now;
    let _ = update(&mut late.app, Msg::Key("t".parse().expect("a key")));
    let job = late.app.next_job().expect("the list shows those who are finished");
    assert!(late.app.next_job().is_none(), "one at a time");
    assert!(late.picture().contains("Reading 767 finished accounts…"), "{}", late.picture());
    for desk in [&mut late, &mut awake] {
        desk.elsewhere("ann", &note("F-0003", "a call"));
        desk.elsewhere("ann", &forced("F-0004", "1", "they came back"));
    }
    let _ = update(&mut late.app, Msg::Beside(job.run()));
    for keys in ["G", "g g", "i", "G"] {
        late.keys(keys);
        awake.keys(keys);
        assert_eq!(late.picture(), awake.picture(), "after {keys}");
    }
}

#[test]
fn what_was_read_of_another_board_is_not_taken_in() {
    let [asleep, _] = boards();
    let mut desk = desk(asleep);
    let _ = update(&mut desk.app, Msg::Key("t".parse().expect("a key")));
    let job = desk.app.next_job().expect("the list shows those who are finished");
    let [other, _] = boards_of(FINISHED - 50);
    let board = Box::new(other);
    let _ = update(&mut desk.app, Msg::Report(Report::Reread { board, trouble: None }));
    let _ = update(&mut desk.app, Msg::Beside(job.run()));
    assert!(!desk.app.columns.is_whole());
    let job = desk.app.next_job().expect("those of the other board are read");
    let _ = update(&mut desk.app, Msg::Beside(job.run()));
    assert_eq!(desk.app.columns.list(true).all().len(), desk.app.board.len());
}

#[test]
fn whoever_asks_for_their_own_while_the_others_are_read_sees_all_of_theirs() {
    for keys in [&["M"][..], &["M", "M"], &["M", "M", "M"]] {
        let [mut late, mut awake] = boards().map(desk);
        let key = |name: &str| Msg::Key(name.parse().expect("a key"));
        let _ = update(&mut late.app, key("t"));
        let mut job = late.app.next_job();
        awake.keys("t");
        for name in keys {
            let _ = update(&mut late.app, key(name));
            awake.keys(name);
        }
        while let Some(next) = job {
            let _ = update(&mut late.app, Msg::Beside(next.run()));
            job = late.app.next_job();
        }
        // Rows that come later leave the one that is chosen where it stands on the screen.
        for desk in [&mut late, &mut awake] {
            desk.keys("G g g");
        }
        assert_eq!(late.picture(), awake.picture(), "after {keys:?}");
    }
}
