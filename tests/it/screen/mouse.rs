//! What the mouse does beside choosing and opening: carrying cards, and pressing what the screen names.

use gangplank::query::Sort;
use gangplank::tui::input::keymap::InputMode;
use gangplank::tui::layout::{self, HitTarget};
use gangplank::tui::model::columns::ColumnId;
use gangplank::tui::model::focus::View;
use gangplank::tui::model::msg::Mouse;
use gangplank::tui::model::picker::PickerPurpose;
use gangplank::tui::model::prompt::Prompt;
use gangplank::tui::model::screens::ScreenId;

use super::keys::cell_of;
use super::today::demo_desk;
use crate::support::desk::Desk;
use crate::support::{World, import, rows_of, team_board};

const SIZE: (u16, u16) = (160, 40);

/// A cell in the middle of the column of `stage`, below its head.
fn column(desk: &Desk, stage: &str) -> (u16, u16) {
    let id = column_id(desk, stage);
    let placed = layout::columns(&desk.app).placed.into_iter().find(|placed| placed.column_id == id);
    let area = placed.expect("it is in view").area;
    (area.x + area.width / 2, area.y + 5)
}

fn column_id(desk: &Desk, stage: &str) -> ColumnId {
    let stages = desk.app.board.pipeline().stages();
    ColumnId::Stage(stages.iter().position(|it| it.id.as_str() == stage).expect("a stage"))
}

fn cell_where(desk: &Desk, is_it: impl Fn(HitTarget) -> bool) -> (u16, u16) {
    let (width, height) = desk.app.size;
    let mut cells = (0..height).flat_map(|y| (0..width).map(move |x| (x, y)));
    cells.find(|(x, y)| is_it(layout::hit_test(&desk.app, *x, *y))).expect("it is somewhere")
}

fn desk() -> Desk {
    let mut world = World::new();
    world.does(&import(&rows_of(&[
        ["acme", "Acme", "300 USD", "2025-03-20", "dana", "2", "EU"],
        ["bolt", "Bolt", "310 USD", "2025-02-20", "dana", "2", "EU"],
        ["cato", "Cato", "320 USD", "2025-03-20", "dana", "3a", "EU"],
        ["echo", "Echo", "330 USD", "2025-03-20", "dana", "5", "EU"],
    ])));
    Desk::new(world, SIZE)
}

#[test]
fn a_card_is_carried_to_another_column_and_back_by_undo() {
    let mut desk = desk();
    let (from, to) = (cell_of(&desk, "acme"), column(&desk, "5"));
    desk.mouse(Mouse::Press, from).mouse(Mouse::Drag, (from.0 + 1, from.1));
    assert!(desk.app.dragged.is_some());
    desk.mouse(Mouse::Drag, to);
    assert!(desk.lines()[usize::from(to.1)].contains(" Acme → 5 "), "{}", desk.lines().join("\n"));
    assert_eq!(desk.world.stage("acme"), "2", "nothing has happened yet");
    desk.mouse(Mouse::Release, to);
    assert_eq!((desk.world.stage("acme"), desk.app.dragged.is_none()), ("5", true), "{}", desk.said());
    desk.keys("u");
    assert_eq!(desk.world.stage("acme"), "2");
}

#[test]
fn a_refusal_is_shown_while_the_card_is_over_the_column_and_when_it_is_let_go() {
    let mut desk = desk();
    let (from, to) = (cell_of(&desk, "acme"), column(&desk, "3a"));
    desk.mouse(Mouse::Press, from).mouse(Mouse::Drag, to);
    let line = desk.lines()[usize::from(to.1)].clone();
    assert!(line.contains(" ✗ Acme → 3a: "), "{line}");
    desk.mouse(Mouse::Release, to);
    assert_eq!(desk.world.stage("acme"), "2");
    assert!(desk.app.status.refused.is_some(), "it may be forced: {}", desk.said());
}

#[test]
fn a_card_that_is_not_carried_anywhere_stays() {
    for end in ["home", "elsewhere", "key", "press"] {
        let mut desk = desk();
        let (from, to) = (cell_of(&desk, "bolt"), column(&desk, "5"));
        desk.mouse(Mouse::Press, from).mouse(Mouse::Drag, to);
        match end {
            "home" => desk.mouse(Mouse::Drag, from).mouse(Mouse::Release, from),
            "elsewhere" => desk.mouse(Mouse::Drag, (3, 0)).mouse(Mouse::Release, (3, 0)),
            "key" => desk.keys("esc").mouse(Mouse::Release, to),
            _ => desk.mouse(Mouse::Press, (from.0, from.1)).mouse(Mouse::Release, to),
        };
        assert_eq!((desk.world.stage("bolt"), desk.app.dragged.is_none()), ("2", true), "{end}");
        assert_eq!(desk.focused(), "bolt", "{end}");
    }
    // Without a move of the mouse, a press is a press.
    let mut desk = desk();
    let at = cell_of(&desk, "bolt");
    desk.mouse(Mouse::Press, at).mouse(Mouse::Drag, at).mouse(Mouse::Release, at);
    assert_eq!((desk.focused(), desk.app.dragged.is_none()), ("bolt", true));
}

#[test]
fn marked_cards_are_carried_together_and_the_panel_comes_first() {
    let mut desk = desk();
    desk.focus("acme").keys("space").focus("bolt").keys("space");
    let (from, to) = (cell_of(&desk, "acme"), column(&desk, "5"));
    desk.mouse(Mouse::Press, from).mouse(Mouse::Drag, to);
    assert!(desk.lines()[usize::from(to.1)].contains(" 2 accounts → 5 "), "{}", desk.lines().join("\n"));
    desk.mouse(Mouse::Release, to);
    assert!(matches!(desk.app.prompt, Some(Prompt::Bulk(_))));
    desk.keys("enter");
    assert_eq!((desk.world.stage("acme"), desk.world.stage("bolt")), ("5", "5"));
}

#[test]
fn at_an_edge_the_columns_beyond_come_into_view() {
    let mut desk = Desk::new(team_board(), (60, 30));
    desk.focus("acme");
    let last = |desk: &Desk| layout::columns(&desk.app).placed.last().map(|placed| placed.column_id);
    let before = last(&desk);
    let from = cell_of(&desk, "acme");
    desk.mouse(Mouse::Press, from);
    for _ in 0..20 {
        desk.mouse(Mouse::Drag, (59, from.1)).mouse(Mouse::Drag, (58, from.1));
    }
    assert!(
        last(&desk) > before && layout::columns(&desk.app).beyond == 0,
        "{:?} {:?}",
        layout::columns(&desk.app),
        desk.app.dragged
    );
    for _ in 0..20 {
        desk.mouse(Mouse::Drag, (0, from.1)).mouse(Mouse::Drag, (1, from.1));
    }
    assert_eq!(layout::columns(&desk.app).first, 0);
    desk.keys("esc");
    assert_eq!((desk.focused(), desk.app.dragged.is_none()), ("acme", true));
}

#[test]
fn what_names_its_key_can_be_pressed() {
    let mut desk = demo_desk((160, 40));
    desk.keys("esc");
    let press = |desk: &mut Desk, words: &str| {
        let lines = desk.lines();
        let (y, line) = lines.iter().enumerate().rfind(|(_, line)| line.contains(words)).expect(words);
        let x = line[..line.find(words).expect("it is there")].chars().count() + 1;
        desk.mouse(Mouse::Press, (u16::try_from(x).expect("small"), u16::try_from(y).expect("small")));
    };
    press(&mut desk, "? Help");
    assert_eq!(desk.app.mode(), InputMode::Help);
    desk.keys("esc");
    press(&mut desk, "unmatched signals (U)");
    assert_eq!(desk.app.mode(), InputMode::Screen(ScreenId::Unmatched), "{}", desk.lines().join("\n"));
    press(&mut desk, "esc Back");
    assert_eq!(desk.app.mode(), InputMode::Board);
    press(&mut desk, "acknowledged · A");
    assert_eq!(desk.app.mode(), InputMode::Alerts);
}

#[test]
fn the_line_of_the_stages_leads_to_their_columns() {
    for (size, start) in [((160, 40), "t"), ((80, 24), "d"), ((160, 40), "d d")] {
        let mut desk = Desk::new(team_board(), size);
        desk.keys(start);
        for stage in ["5", "1", "6b", "7"] {
            let wanted = column_id(&desk, stage);
            let cell = cell_where(&desk, |under| under == HitTarget::Stage(wanted));
            desk.mouse(Mouse::Press, cell);
            assert_eq!((desk.app.view, desk.app.focus.column_id), (View::Board, wanted), "{stage} {size:?}");
        }
    }
}

#[test]
fn heads_are_about_the_order() {
    let mut desk = desk();
    desk.focus("cato");
    let head = column_id(&desk, "2");
    let cell = cell_where(&desk, |under| under == HitTarget::ColumnHead(head));
    desk.mouse(Mouse::Press, cell);
    assert_eq!((desk.app.focus.column_id, desk.app.prompt.is_none()), (head, true));
    let cell = cell_where(&desk, |under| under == HitTarget::ColumnHead(head));
    desk.mouse(Mouse::Press, cell);
    assert!(matches!(&desk.app.prompt, Some(Prompt::Pick(it)) if it.purpose == PickerPurpose::Sort));
    desk.keys("esc t");
    for sort in Sort::ALL {
        let cell = cell_where(&desk, |under| under == HitTarget::ListHeading(Some(sort)));
        desk.mouse(Mouse::Press, cell);
        assert_eq!(desk.app.columns.sort(), sort);
        assert_eq!(desk.said(), format!("Sorted by {}", sort.title()));
    }
}
