//! The way from screen to screen, and back.

use gangplank::tui::input::keymap::InputMode;
use gangplank::tui::model::focus::{Overlay, View};
use gangplank::tui::model::screens::ScreenId;

use crate::support::desk::Desk;
use crate::support::team_board;

fn desk() -> Desk {
    Desk::new(team_board(), (120, 40))
}

/// Where the person is: the keys in force, and the view and the card under them.
fn place(desk: &Desk) -> (InputMode, View, String) {
    (desk.app.mode(), desk.app.view, desk.focused().to_owned())
}

/// In the list as on the board, the next key is about the next account: where the account keeps its row, too.
#[test]
fn the_list_goes_on_after_a_verb() {
    let mut desk = Desk::new(team_board(), (120, 40));
    desk.keys("t g g");
    let rows: Vec<String> = desk.app.rows().iter().map(|row| row.id.to_string()).collect();
    desk.keys("o");
    assert_eq!(desk.focused(), rows[1]);
    // It keeps its row.
    assert_eq!(desk.app.rows()[0].id.as_str(), rows[0]);
    desk.keys("r").keys("r");
    assert_eq!(desk.focused(), rows[3]);
    // A note is only noted beside.
    desk.keys("n").types("call them").keys("enter");
    assert_eq!(desk.focused(), rows[3]);
    desk.keys("u u");
    assert_eq!(desk.focused(), rows[2]);
    desk.keys("G z").types("fri").keys("enter");
    assert_eq!(desk.focused(), rows[rows.len() - 1], "the last one stays");
    // Whoever leaves the list is followed by the next one.
    desk.keys("/").types("stage:1").keys("enter g g");
    let rows: Vec<String> = desk.app.rows().iter().map(|row| row.id.to_string()).collect();
    desk.focus(&rows[1]).keys(">");
    assert_eq!((desk.focused(), desk.app.rows().len()), (&*rows[2], rows.len() - 1));
    // What is open stays open.
    desk.keys("enter r");
    assert_eq!(desk.focused(), rows[2]);
}

#[test]
fn every_way_in_is_a_way_back() {
    for start in
        ["", "t", "d j", "d j enter", "j enter", "/ o enter", "F j l", "F j l enter", "p G", "F j l ?"]
    {
        for screen in ["p", "F", "?"] {
            let mut desk = desk();
            desk.focus("acme").keys(start);
            let before = place(&desk);
            let row = desk.app.screen.as_ref().map(|screen| (screen.row, screen.column));
            let lateral = matches!(before.0, InputMode::Screen(_)) && screen != "?";
            let covered = desk.app.overlay.is_some_and(|overlay| matches!(overlay, Overlay::Help(_)));
            if lateral || covered {
                continue;
            }
            for out in ["esc", "q", screen] {
                desk.keys(screen);
                assert_ne!(desk.app.mode(), before.0, "{start}: {screen} opens something");
                desk.keys(out);
                if start.ends_with("enter") && start.starts_with('F') && screen == "F" {
                    // It is where these accounts came from.
                    continue;
                }
                assert_eq!(place(&desk), before, "{start}, then {screen} and {out}");
                assert_eq!(desk.app.screen.as_ref().map(|screen| (screen.row, screen.column)), row);
            }
        }
    }
}

#[test]
fn a_screen_gives_way_to_the_next_and_both_lead_back_to_the_card() {
    let mut desk = desk();
    desk.keys("d j");
    let before = place(&desk);
    desk.keys("p F p F");
    assert_eq!(desk.app.mode(), InputMode::Screen(ScreenId::Forecast));
    desk.keys("esc");
    assert_eq!(place(&desk), before);
}

#[test]
fn help_over_a_screen_leaves_the_screen_as_it_was() {
    let mut desk = desk();
    desk.keys("p j j ?");
    assert!(desk.lines().iter().any(|line| line.contains(" Keys ")));
    desk.keys("j j esc");
    let screen = desk.app.screen.as_ref().expect("they are still open");
    assert_eq!((screen.id, screen.row), (ScreenId::Playbooks, 2));
}

#[test]
fn going_in_circles_is_remembered_only_so_far() {
    let mut desk = desk();
    for _ in 0..50 {
        desk.keys("enter ? esc p ? F ? esc");
    }
    assert!(desk.app.history.len() <= 16, "{} places", desk.app.history.len());
    for _ in 0..20 {
        desk.keys("esc");
    }
    assert_eq!(desk.app.mode(), InputMode::Board);
}

#[test]
fn who_goes_another_way_does_not_come_back() {
    let mut desk = desk();
    desk.keys("F j j l enter / e c h o enter esc");
    assert_eq!((desk.app.mode(), desk.app.filter.is_none()), (InputMode::Board, true));
    desk.keys("p esc");
    assert_eq!(desk.app.mode(), InputMode::Board);
}

#[test]
fn help_begins_with_the_keys_of_where_it_was_asked() {
    for (keys, first, words) in [
        ("p", "Here · playbooks", "Accounts"),
        ("E", "Here · explain", "Playbook"),
        ("F", "Here · forecast", "Accounts"),
        ("U", "Here · unmatched", "Assign to…"),
        ("A", "Here · alerts", "Close, with an outcome"),
        ("d", "What happened", "Outreach sent"),
        ("enter", "What happened", "Outreach sent"),
    ] {
        let mut desk = desk();
        desk.keys(keys).keys("?");
        let lines = desk.lines();
        let top = lines.iter().position(|line| line.contains(" Keys ")).expect("the help is open");
        assert!(lines[top + 1].contains(first), "{keys}: {}", lines[top + 1]);
        assert!(lines.iter().any(|line| line.contains(words)), "{keys}: {words} in {lines:#?}");
    }
}

#[test]
fn help_is_in_two_columns_where_there_is_room_and_none_of_it_is_out_of_reach() {
    for (size, wide) in [((80, 24), false), ((120, 40), true), ((160, 48), true)] {
        let mut desk = Desk::new(team_board(), size);
        desk.keys("?");
        let top = desk.lines();
        let first = top.iter().find(|line| line.contains("Outreach sent")).expect("it is open");
        // Two keys with their words, or one.
        let is_two =
            first.trim_matches(['│', ' ']).split("   ").filter(|part| !part.trim().is_empty()).count() > 2;
        assert_eq!(is_two, wide, "{top:#?}");
        let mut seen = top.join("\n");
        for _ in 0..20 {
            seen.push_str(&desk.keys("space").lines().join("\n"));
        }
        for action in gangplank::tui::input::action::Action::all() {
            assert!(seen.contains(action.help()), "{action} at {size:?}");
        }
        assert!(seen.contains("Move the card to another column"), "the last line");
    }
}

#[test]
fn alerts_open_under_a_screen_and_give_the_keys_back_to_it() {
    for (keys, screen) in [
        ("p", ScreenId::Playbooks),
        ("E", ScreenId::Explain),
        ("F", ScreenId::Forecast),
        ("U", ScreenId::Unmatched),
    ] {
        let mut desk = desk();
        desk.keys(keys).keys("A");
        assert_eq!(desk.app.mode(), InputMode::Alerts, "{keys}");
        assert!(desk.lines().iter().any(|line| line.contains("━ Alerts")));
        desk.keys("esc");
        assert_eq!((desk.app.mode(), desk.app.alerts.is_some()), (InputMode::Screen(screen), true));
        desk.keys("A A");
        assert_eq!((desk.app.mode(), desk.app.alerts.is_some()), (InputMode::Screen(screen), false));
        desk.keys("esc");
        assert_eq!(desk.app.mode(), InputMode::Board);
    }
}
