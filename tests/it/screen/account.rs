//! The page about an account: open, and beside Today and the list as a preview.

use chrono::TimeDelta;
use gangplank::state::{Command, FactKey};
use gangplank::tui::input::keymap::InputMode;
use gangplank::tui::layout;
use gangplank::tui::model::focus::Overlay;
use gangplank::tui::model::msg::{Mouse, Msg};
use proptest::prelude::*;

use super::snapshots::Snapshots;
use crate::support::desk::{Desk, setup};
use crate::support::{World, amount, forced, import, moved, note, row, team_board};
use gangplank::tui::theme::Depth;

/// A board on which much happened to `kite`.
fn busy() -> World {
    let mut world = team_board();
    world.now.at += TimeDelta::days(2);
    let kite = row("kite", "Kite Logistics").with(FactKey::ForecastedMrr, amount("2100 USD"));
    world.does(&import(&[kite.text(FactKey::Contacts, "ana@kite.example")]));
    world.now.at += TimeDelta::days(3);
    world.does(&moved("kite", "4a"));
    world.minutes_later(10);
    world.does(&note("kite", "a mistake"));
    world.minutes_later(10);
    world.does(&Command::Undo);
    world
}

fn desk(size: (u16, u16)) -> Desk {
    let mut desk = Desk::new(busy(), size);
    desk.keys("t").focus("kite");
    desk
}

fn text(desk: &Desk) -> String {
    desk.lines().join("\n")
}

/// Everything that is to be looked at.
pub(super) fn snapshots() -> Snapshots {
    let mut snapshots = Snapshots::default();
    for size in [(160, 48), (240, 60)] {
        snapshots.take("preview", &desk(size));
        snapshots.take("preview_today", desk(size).keys("d"));
    }
    for size in [(100, 40), (240, 60)] {
        snapshots.take("account", desk(size).keys("enter"));
    }
    snapshots.take("account_filtered", desk((100, 40)).keys("enter & 5"));
    snapshots.take("account_filter", desk((100, 40)).keys("enter &"));
    snapshots
}

#[test]
fn the_screens_look_like_this() {
    snapshots().check();
}

#[test]
fn an_open_account_reads_the_journal_and_nothing_stands_twice() {
    let mut desk = desk((90, 90));
    assert!(!text(&desk).contains("Payment risk: none"));
    desk.keys("enter");
    let screen = text(&desk);
    for once in [
        "Forecasted MRR: $1,980 → $2,100",
        "Payment risk: none → high",
        "a mistake",
        "They want the API first.",
    ] {
        assert_eq!(screen.matches(once).count(), 1, "{once}:\n{screen}");
    }
    assert!(screen.contains("undone by #"), "{screen}");
    // What is done now stands there, too, without reading anything again.
    desk.world.minutes_later(1);
    desk.elsewhere("eve", &note("kite", "one more"));
    let lines = desk.lines();
    let told = lines.iter().filter(|line| line.starts_with('│') && line.contains("one more"));
    assert_eq!(told.count(), 1, "{}", text(&desk));
}

#[test]
fn a_digit_chooses_what_the_timeline_shows() {
    let mut desk = desk((90, 90));
    desk.keys("enter & 4");
    let screen = text(&desk);
    assert!(
        screen.contains("Timeline · Moves") && screen.contains("Completed, from 3a after 5 days"),
        "{screen}"
    );
    assert!(!screen.contains("They want the API first."), "{screen}");
    desk.keys("& 3");
    assert!(text(&desk).contains("Nothing of that kind has happened: & shows others"), "{}", text(&desk));
    desk.keys("& 1");
    assert!(text(&desk).contains("They want the API first."));
}

#[test]
fn the_preview_follows_the_cursor_and_passing_over_is_not_looking() {
    for view in ["t", "d"] {
        let mut desk = Desk::new(busy(), (160, 48));
        if desk.app.view == gangplank::tui::model::focus::View::Board {
            desk.keys(view);
        }
        let before = desk.app.board.seq();
        for _ in 0..5 {
            desk.keys("j");
            let name = desk.app.focused().expect("somebody").name().to_owned();
            assert!(text(&desk).contains(&format!("╭ {name} · ")), "{name}:\n{}", text(&desk));
            assert_eq!(desk.app.mode(), InputMode::Board);
        }
        assert_eq!(desk.app.board.seq(), before, "nobody was looked at");
        desk.keys("enter");
        assert_eq!(desk.app.mode(), InputMode::Detail);
        let name = desk.app.focused().expect("somebody").name().to_owned();
        assert!(text(&desk).contains(&format!("╭ ▸ {name} · ")), "{}", text(&desk));
        desk.keys("esc");
        assert_eq!((desk.app.mode(), desk.app.overlay), (InputMode::Board, None));
        assert!(text(&desk).contains(&format!("╭ {name} · ")));
    }
}

#[test]
fn the_preview_stands_where_there_is_room_and_can_be_hidden() {
    let dock = |desk: &Desk| layout::areas(&desk.app).dock.width;
    assert_eq!(dock(&desk((129, 40))), 0);
    let mut desk = desk((130, 40));
    assert_eq!(dock(&desk), 52);
    desk.keys("|");
    assert_eq!((dock(&desk), desk.said()), (0, "The preview is hidden"));
    desk.keys("|");
    assert_eq!(dock(&desk), 52);
    desk.keys("g b");
    assert_eq!(dock(&desk), 0, "not beside the board");
    desk.keys("enter");
    assert_eq!(dock(&desk), 52, "unless it is opened");
}

#[test]
fn the_mouse_scrolls_the_preview_and_opens_it() {
    let mut desk = desk((130, 24));
    let dock = layout::areas(&desk.app).dock;
    let at = (dock.x + 5, dock.y + 2);
    desk.mouse(Mouse::WheelDown, at);
    assert_eq!(desk.focused(), "kite");
    assert!(text(&desk).contains("3 more ↑ · "), "{}", text(&desk));
    desk.mouse(Mouse::Press, at);
    assert_eq!(desk.app.overlay, Some(Overlay::Detail(3)), "it is open where it was");
    desk.keys("esc j");
    assert!(!text(&desk).contains("↑ 3"), "another account begins at its top");
}

/// A card that left the board and came back, and was forced on.
#[test]
fn the_way_through_the_stages_is_drawn_with_its_durations() {
    let mut world = World::of(&[row("acme", "Acme").in_stage("1")]);
    for (days, command) in [
        (3, moved("acme", "2")),
        (12, forced("acme", "6b", "they said no")),
        (9, forced("acme", "2", "they came back")),
    ] {
        world.now.at += TimeDelta::days(days);
        world.does(&command);
    }
    world.now.at += TimeDelta::days(1);
    world.does(&moved("acme", "3a"));
    world.does(&Command::Undo);
    let mut desk = Desk::new(world, (100, 40));
    desk.keys("t").focus("acme").keys("enter");
    assert!(text(&desk).contains("1 3d → 2 12d → 6b 9d → ● 2 1d"), "{}", text(&desk));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

    /// Whatever the size, the page is drawn, and its links and ticks lie within it.
    #[test]
    fn any_size_draws(width in 1_u16..260, height in 1_u16..70, keys in prop::sample::select(vec!["", "enter", "enter G", "d", "enter & 2"])) {
        let mut world = World::with_checklists(&[
            row("漢字", "漢字かな交じり文の会社 with a very long name").in_stage("1").text(FactKey::Contacts, "a@x.example, 日本@例.example"),
        ]);
        world.does(&note("漢字", "短い\n\n長い長い長い長い長い長い長い長い長い長い長い長い長い長い文\n👩‍👩‍👧‍👦 e\u{301}"));
        let mut desk = Desk::with(world, (width, height), setup(Depth::Mono));
        desk.keys("t").keys(keys);
        let lines = desk.lines();
        prop_assert!(lines.iter().all(|line| gangplank::text::width(line) <= usize::from(width) + 1));
        desk.notify(Msg::Resize(height * 3, width.min(70)));
        desk.lines();
    }
}
