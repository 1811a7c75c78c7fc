//! What one needs is at hand: at the foot, in a box, or by its name; and what is said there is so.

use gangplank::state::AccountId;
use gangplank::tui::layout::{self, HitTarget, hit_test};
use gangplank::tui::model::choices::Picked;
use gangplank::tui::model::focus::Overlay;
use gangplank::tui::model::msg::Msg;
use gangplank::tui::model::prompt::Prompt;
use gangplank::tui::screens::detail;

use super::today::demo_desk;
use crate::support::desk::Desk;

fn foot(desk: &Desk) -> String {
    desk.lines().last().expect("there are lines").trim().to_owned()
}

/// The line of Today or of the list in which `name` stands.
fn line(desk: &Desk, name: &str) -> String {
    desk.lines().into_iter().find(|line| line.contains(name)).unwrap_or_else(|| panic!("no {name}"))
}

fn id_of(desk: &Desk, name: &str) -> AccountId {
    let account = desk.app.board.accounts().find(|account| account.name() == name);
    account.unwrap_or_else(|| panic!("no {name}")).id.clone()
}

fn focus(desk: &mut Desk, name: &str) {
    let id = id_of(desk, name);
    desk.app.focus_account(&id);
}

/// The palette has everything that is more than a step; so whoever sees the way to it needs no help.
#[test]
fn both_ways_to_what_has_no_room_at_the_foot_are_named_wherever_one_is() {
    let places = [
        "g t",
        "g b",
        "g l",
        "g b enter",
        "g t enter",
        "A",
        "p",
        "E",
        "F",
        "U",
        "H",
        "g o",
        "Z",
        "g l space",
    ];
    for (size, place) in
        [(80, 24), (120, 40), (240, 60)].into_iter().flat_map(|size| places.map(|it| (size, it)))
    {
        let mut desk = demo_desk(size);
        desk.keys(place);
        assert!(foot(&desk).ends_with("  : Find  ? Help"), "{size:?} {place}: {}", foot(&desk));
    }
    let mut narrow = demo_desk((60, 24));
    narrow.keys("g t");
    assert!(foot(&narrow).ends_with("? Help") && !foot(&narrow).contains("Find"), "{}", foot(&narrow));
}

#[test]
fn what_is_in_view_as_a_whole_names_no_keys_to_go_through_it() {
    let mut desk = demo_desk((120, 40));
    desk.keys("g t Y");
    assert_eq!(foot(&desk), "esc Close  y Copy");
    let mut low = demo_desk((80, 10));
    low.keys("g t Y");
    assert!(foot(&low).contains("j Down"), "{}", foot(&low));
}

/// As everywhere, dots say that a question follows.
#[test]
fn what_asks_about_open_points_says_so_before() {
    for size in [(80, 24), (120, 40), (160, 48), (240, 60)] {
        let mut desk = demo_desk(size);
        desk.keys("g t");
        desk.app.preview.is_hidden = true;
        assert!(line(&desk, "Ostrava Metrics").contains("o Outreach sent?"), "{}", line(&desk, "Ostrava"));
        assert!(!line(&desk, "Tin Lantern Games").contains('…'), "{}", line(&desk, "Tin Lantern"));
        focus(&mut desk, "Ostrava Metrics");
        assert!(foot(&desk).starts_with("o Outreach sent?"), "{}", foot(&desk));
        desk.keys("o");
        assert!(matches!(desk.app.prompt, Some(Prompt::Confirm(_))), "{}", desk.said());
        desk.keys("esc");
        focus(&mut desk, "Tin Lantern Games");
        assert!(foot(&desk).starts_with("o Outreach sent  "), "{}", foot(&desk));
    }
}

/// Whoever takes an account before they open it or while they read it reads it afterwards, and owns it.
#[test]
fn an_account_that_is_taken_stays_the_one_that_is_read() {
    for keys in ["@ enter", "enter @"] {
        let mut desk = demo_desk((120, 40));
        desk.keys("g t");
        focus(&mut desk, "Kestrelworks");
        desk.keys(keys);
        let read = desk.app.focused().expect("somebody is read");
        assert_eq!((read.name(), desk.app.overlay), ("Kestrelworks", Some(Overlay::Detail(0))), "{keys}");
        assert!(read.owner().is_some(), "{keys}");
    }
}

#[test]
fn the_brief_leaves_the_account_beside_the_list_where_it_is() {
    for size in [(160, 48), (240, 60)] {
        let mut desk = demo_desk(size);
        desk.keys("g t");
        let before = layout::areas(&desk.app);
        desk.keys("Y");
        assert_eq!(layout::areas(&desk.app), before, "{size:?}");
        let lines = desk.lines().join("\n");
        assert!(lines.contains("Last contact") && lines.contains("Needs you"), "{size:?}: {lines}");
        // What lies under it is not chosen through it.
        assert_eq!(hit_test(&desk.app, 20, before.body.y + 3), HitTarget::Overlay);
    }
}

#[test]
fn on_a_larger_screen_the_end_of_an_account_fills_its_pane() {
    let mut desk = demo_desk((80, 24));
    desk.keys("g b 3 a enter G");
    for size in [(120, 40), (240, 60), (80, 24)] {
        desk.notify(Msg::Resize(size.0, size.1));
        let Some(Overlay::Detail(top)) = desk.app.overlay else { panic!("it is open") };
        let lines = detail::spoken(&desk.app).len();
        let page = usize::from(layout::areas(&desk.app).account_pane().height - 2);
        assert!(top == 0 || top + page <= lines, "{size:?}: {top} of {lines}, {page} in view");
    }
}

#[test]
fn on_a_larger_screen_the_switches_say_which_columns_there_are() {
    let mut desk = demo_desk((80, 24));
    desk.keys("g l C");
    let is_on = |desk: &Desk, title: &str| {
        let Some(Prompt::Pick(picker)) = &desk.app.prompt else { panic!("the columns are asked for") };
        let choices = picker.choices.all().iter().filter(|it| matches!(it.picked, Picked::Column(_)));
        choices.clone().find(|it| it.label == title).and_then(|it| it.is_on)
    };
    assert_eq!((is_on(&desk, "Owner"), is_on(&desk, "Id")), (Some(true), Some(false)));
    desk.notify(Msg::Resize(240, 60));
    assert_eq!((is_on(&desk, "Owner"), is_on(&desk, "Id")), (Some(true), Some(true)));
}

/// A word that was typed whole is meant before one that only begins so.
#[test]
fn a_whole_word_is_found_before_its_beginning() {
    let mut desk = demo_desk((120, 40));
    desk.keys("g t :").types("own");
    let Some(Prompt::Pick(picker)) = &desk.app.prompt else { panic!("the palette is open") };
    let first = picker.choices.shown().first().map(|it| it.label.as_str());
    assert_eq!(first, Some("Take the account: you own it"));
}

/// How to take it back has no room beside what was done: the key stands first at the foot, which keeps its line.
#[test]
fn the_way_back_is_at_the_foot_where_it_has_no_room_behind_what_was_done() {
    let mut desk = demo_desk((80, 24));
    desk.keys("g b 3 a z").types("in 2 weeks").keys("enter");
    let said = desk.app.status.lines.clone();
    assert!(said.len() == 1 && desk.app.status.hides_keys(), "{said:?} {}", desk.said());
    assert!(foot(&desk).starts_with("u Undo  "), "{}", foot(&desk));
}
