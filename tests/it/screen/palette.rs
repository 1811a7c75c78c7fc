//! The palette and the help: everything by its name, and nothing that is not so.

use std::collections::BTreeSet;

use gangplank::tui::input::action::Action;
use gangplank::tui::model::app::{DocumentationPage, Setup};
use gangplank::tui::model::choices::Choice;
use gangplank::tui::model::focus::{Overlay, View};
use gangplank::tui::model::msg::Msg;
use gangplank::tui::model::prompt::Prompt;
use gangplank::tui::model::screens::ScreenId;
use gangplank::tui::theme::Depth;
use gangplank::tui::update::palette::{is_offered, items};

use crate::support::desk::{Desk, setup};
use crate::support::team_board;

fn desk() -> Desk {
    let setup = Setup {
        views: gangplank::config::views::shipped(),
        pages: vec![DocumentationPage { about: "Every key".to_owned(), text: "# Keys" }],
        ..setup(Depth::Mono)
    };
    Desk::with(team_board(), (120, 40), setup)
}

fn found(desk: &Desk) -> &[Choice] {
    let Some(Prompt::Pick(palette)) = &desk.app.prompt else { panic!("the palette is open") };
    palette.choices.shown()
}

#[test]
fn every_action_is_in_the_palette_by_its_name() {
    let mut desk = desk();
    desk.focus("hive");
    let names: BTreeSet<String> = items(&desk.app).into_iter().map(|item| item.label).collect();
    for action in Action::all().filter(|action| is_offered(*action)) {
        assert!(names.contains(action.help()), "{action} is missing");
    }
    // What only a key can mean.
    let hidden: Vec<&str> = Action::all().filter(|action| !is_offered(*action)).map(Action::name).collect();
    assert_eq!(
        hidden.iter().copied().collect::<BTreeSet<_>>(),
        BTreeSet::from([
            "focus_left",
            "focus_right",
            "focus_down",
            "focus_up",
            "first",
            "last",
            "page_down",
            "page_up",
            "first_column",
            "last_column",
            "accept",
            "complete",
            "complete_back",
            "pick",
            "tick_all",
            "palette",
            "tour_skip",
            "tour_end",
            // The palette would be what they speak of.
            "say_where",
            "say_again",
            "say_all",
            "say_keys",
        ])
    );
}

#[test]
fn what_cannot_be_done_says_why() {
    let mut desk = desk();
    desk.focus("hive").keys(":").types("reopen");
    assert_eq!(found(&desk)[0].refused.as_deref(), Some("in the alerts (A)"));
    desk.keys("enter");
    assert_eq!(desk.said(), "Reopen: in the alerts (A)");
    assert!(matches!(desk.app.prompt, Some(Prompt::Pick(_))), "one may choose something else");
    desk.keys("esc ctrl-k").types("force");
    assert_eq!(found(&desk)[0].refused.as_deref(), Some("no move was refused"));
}

#[test]
fn it_does_what_the_key_does_and_goes_where_it_says() {
    let mut desk = desk();
    desk.focus("hive").keys(":").types("final outreach").keys("enter");
    assert!(desk.world.account("hive").signals.len() == 1 || desk.app.prompt.is_some(), "{}", desk.said());
    desk.keys("esc :").types("no owner").keys("enter");
    assert_eq!(desk.app.view, View::List { all: false });
    desk.keys("esc :").types("4a").keys("enter");
    assert_eq!((desk.app.view, desk.focused()), (View::Board, "nova"));
    desk.keys(":").types("kite").keys("enter");
    assert_eq!((desk.focused(), desk.app.overlay), ("kite", Some(Overlay::Detail(0))));
    desk.keys("esc :").types("stage x").keys("enter");
    assert_eq!(desk.app.screen.as_ref().map(|screen| screen.id), Some(ScreenId::Playbooks));
    let row = desk.app.screen.as_ref().and_then(|screen| screen.playbook_row()).expect("it is chosen");
    assert!(row.title.contains("Stage X"), "{}", row.title);
    desk.keys("esc :").types("every key").keys("enter");
    assert!(matches!(desk.app.overlay, Some(Overlay::Output(_))), "{:?}", desk.app.overlay);
    desk.keys("esc :").types("qqqq").keys("enter");
    assert_eq!(desk.said(), "Nothing is called that");
}

/// Whoever looks an account up goes on where they were.
#[test]
fn an_account_that_was_looked_up_leads_back() {
    for view in ["", "t", "d", "/ h i v e enter"] {
        let mut desk = desk();
        desk.keys(view).focus("hive");
        let before = (desk.app.view, desk.focused().to_owned(), desk.app.matches());
        desk.keys(":").types("kite").keys("enter");
        assert_eq!((desk.focused(), desk.app.overlay), ("kite", Some(Overlay::Detail(0))), "{view}");
        desk.keys("esc");
        let after = (desk.app.view, desk.focused().to_owned(), desk.app.matches());
        assert_eq!((&after, desk.app.overlay), (&before, None), "{view}");
    }
    // From an open account back to that one.
    let mut desk = desk();
    desk.focus("hive").keys("enter :").types("kite").keys("enter esc");
    assert_eq!((desk.focused(), desk.app.overlay), ("hive", Some(Overlay::Detail(0))));
}

/// The box says whom it acts on, and does not lie over them.
#[test]
fn the_palette_says_whom_it_acts_on() {
    let mut desk = desk();
    desk.focus("hive").keys(":");
    let screen = desk.lines().join("\n");
    assert!(screen.contains("Find something, or act on Hive"), "{screen}");
    desk.keys("esc space space :");
    assert!(
        desk.lines().join("\n").contains("Find something, or act on 2 marked accounts"),
        "{}",
        desk.picture()
    );
    desk.keys("esc esc :").types("outreach");
    let accounts = found(&desk).iter().filter(|choice| choice.kind == "Account").count();
    assert_eq!(accounts, 0, "nobody is called that: {:?}", found(&desk));
}

#[test]
fn the_help_finds_a_word() {
    let mut desk = desk();
    desk.keys("? /").types("snooz");
    let picture = desk.picture();
    assert!(picture.contains("Show snoozed accounts") && !picture.contains("Outreach sent"), "{picture}");
    desk.types("qq");
    assert!(desk.picture().contains("No key does that"));
    desk.keys("esc");
    assert!(desk.picture().contains("Outreach sent") && matches!(desk.app.overlay, Some(Overlay::Help(0))));
}

/// What a key press may change.
fn state(desk: &Desk) -> String {
    format!(
        "{:?} {:?} {:?} {:?} {:?} {:?} {} {:?} {}",
        desk.app.status.text,
        desk.app.prompt,
        desk.app.overlay,
        desk.app.screen.as_ref().map(|screen| (screen.id, screen.row, screen.column)),
        desk.app.focus,
        desk.app.alerts,
        desk.app.marks.len(),
        (desk.app.view, desk.effects.len()),
        desk.world.board().seq(),
    )
}

/// The same for accounts of every kind.
#[test]
fn every_key_at_the_foot_does_something_for_the_chosen_account() {
    let mut dead = Vec::new();
    for (world, account) in [
        (0, "acme"),
        (0, "gale"),
        (0, "juno"),
        (0, "quay"),
        (0, "sage"),
        (0, "xeno"),
        (1, "gale"),
        (1, "dune"),
        (1, "fern"),
        (1, "rosa"),
        (1, "vale"),
        (1, "lime"),
    ] {
        let start = |place: &str| {
            let mut desk = if world == 0 { desk() } else { super::today::every_reason() };
            desk.notify(Msg::Resize(200, 40));
            desk.keys(if world == 0 { "t t" } else { "d" }).focus(account).keys(place);
            desk
        };
        for place in ["", "enter", "t", "t i", "A", "A c"] {
            dead.extend(dead_keys(place, || start(place)).into_iter().map(|key| format!("{account}: {key}")));
        }
    }
    assert!(dead.is_empty(), "\n{}", dead.join("\n"));
}

/// The keys at the foot that do nothing where `start` begins.
fn dead_keys(place: &str, start: impl Fn() -> Desk) -> Vec<String> {
    let desk = start();
    let lines = desk.lines();
    let foot = lines.last().expect("there are lines").trim().to_owned();
    let before = state(&desk);
    let hints = foot.split("  ").map(str::trim).filter(|hint| !hint.is_empty());
    // What is understood of an answer stands before the keys.
    let keys = hints.filter_map(|hint| hint.split_once(' ').map(|(key, _)| key));
    let mut dead = Vec::new();
    for key in keys.filter(|key| key.parse::<gangplank::tui::input::chord::Chord>().is_ok()) {
        let mut desk = start();
        desk.keys(key);
        let is_dead = state(&desk) == before || desk.said().contains("does nothing here");
        // At the end of a list, one step on is none.
        if is_dead && !matches!(key, "j" | "k" | "h" | "l" | "J" | "K" | "down" | "up" | "pgdn") {
            dead.push(format!("after {place:?}: {key} in {foot:?} ({})", desk.said()));
        }
    }
    dead
}

/// No line at the foot of a screen names a key that does nothing there.
#[test]
fn every_key_at_the_foot_of_a_screen_does_something_there() {
    let places = [
        "",
        "d",
        "t",
        "t i",
        "A",
        "enter",
        "p",
        "E",
        "F",
        "U",
        "?",
        "? /",
        "space",
        "space space m 3 a",
        "d space",
        "/",
        "/ a enter",
        "n",
        "O",
        "z",
        "R",
        "T",
        "S",
        "X",
        "b",
        "s",
        ":",
        "W",
        "m",
        "t C",
        "V",
        "v",
        "Z",
        "=",
        "t *",
        "tab",
        "tab tab tab",
        "y",
        "P",
        "r r",
    ];
    let mut dead = Vec::new();
    for place in places {
        let start = || {
            let mut desk = desk();
            desk.focus("hive").keys(place);
            desk
        };
        dead.extend(dead_keys(place, start));
    }
    assert!(dead.is_empty(), "\n{}", dead.join("\n"));
}
