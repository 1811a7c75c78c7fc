//! Sequences of keys, and the panel that says how one goes on.

use gangplank::tui::input::keymap::Keymap;
use gangplank::tui::input::own_commands;
use gangplank::tui::model::app::Setup;
use gangplank::tui::model::focus::View;
use gangplank::tui::model::msg::{Effect, Mouse};
use gangplank::tui::model::prompt::Prompt;
use gangplank::tui::theme::Depth;
use tui_input::Input;

use crate::support::desk::{Desk, setup};
use crate::support::{World, row, team_board};

#[test]
fn a_begun_sequence_lists_how_it_goes_on() {
    let mut desk = Desk::new(team_board(), (80, 24));
    desk.keys("g");
    insta::assert_snapshot!(desk.lines().join("\n"));
    desk.keys("l");
    assert_eq!(desk.app.view, View::List { all: false });
    assert!(!desk.lines().join("\n").contains(" g … "));
}

#[test]
fn a_sequence_leads_from_anywhere_to_anywhere() {
    for begin in ["", "t", "d", "p", "F", "U", "H", "A", "E", "enter", "d enter", "F enter", "H enter"] {
        for (to, view) in [("g b", View::Board), ("g t", View::Today), ("g l", View::List { all: false })] {
            let mut desk = Desk::new(team_board(), (80, 24));
            desk.keys(begin).keys(to);
            let now =
                (desk.app.view, desk.app.screen.is_some(), desk.app.overlay, desk.app.alerts_have_keys());
            assert_eq!(now, (view, false, None, false), "{begin} {to}");
            assert!(!desk.app.lists_only(), "{begin} {to}");
        }
    }
    let mut desk = Desk::new(team_board(), (80, 24));
    desk.keys("g b");
    assert_eq!(desk.said(), "This is the board");
}

#[test]
fn a_sequence_is_dropped_by_esc_a_wrong_key_and_the_mouse() {
    let mut desk = Desk::new(team_board(), (80, 24));
    desk.keys("g esc");
    assert_eq!((desk.app.begun_keys.len(), desk.said()), (0, ""), "esc says nothing");
    desk.keys("g x");
    assert_eq!(desk.said(), "g x does nothing here; ? shows the keys");
    assert!(desk.app.begun_keys.is_empty());
    assert_eq!(
        desk.world.board().seq(),
        Desk::new(team_board(), (80, 24)).world.board().seq(),
        "no no-show was recorded"
    );
    desk.keys("g").mouse(Mouse::Press, (2, 8));
    assert!(desk.app.begun_keys.is_empty());
}

#[test]
fn a_question_that_comes_in_between_is_answered_by_its_own_keys() {
    let mut desk = Desk::new(team_board(), (80, 24));
    desk.keys("g");
    desk.app.prompt = Some(Prompt::HelpSearch(Input::default()));
    desk.types("b");
    assert!(matches!(&desk.app.prompt, Some(Prompt::HelpSearch(typed)) if typed.value() == "b"));
    assert!(desk.app.begun_keys.is_empty());
}

#[test]
fn a_sequence_of_an_own_command_is_listed_and_run() {
    let text = "[[command]]\nkey = 'Q w'\ntitle = 'Who is it'\nrun = ['whois', '{name}']\n\
        [[command]]\nkey = 'g w'\ntitle = 'Go there'\nrun = ['go', '{name}']\n";
    let own = own_commands::parse(text, "commands.toml", &Keymap::default()).expect("commands");
    let setup = Setup { own_commands: own, ..setup(Depth::Mono) };
    let mut desk = Desk::with(World::of(&[row("acme", "Acme").in_stage("1")]), (80, 24), setup);
    desk.keys("Q");
    assert!(desk.lines().join("\n").contains("w  Who is it"), "{}", desk.lines().join("\n"));
    desk.keys("w");
    desk.keys("g");
    assert!(desk.lines().join("\n").contains("w  Go there"), "{}", desk.lines().join("\n"));
    desk.keys("w");
    assert_eq!(desk.effects.iter().filter(|effect| matches!(effect, Effect::Run(_))).count(), 2);
}

#[test]
fn the_keys_of_own_commands_must_be_free() {
    for (key, error) in [
        ("g b", "g b is bound to `show_board` and to \"Mine\""),
        ("g", "g begins g g, which is bound to `first`: write another key"),
        ("o w", "o is bound to `outreach_sent` and to \"Mine\""),
    ] {
        let text = format!("[[command]]\nkey = '{key}'\ntitle = 'Mine'\nrun = ['x']\n");
        let found = own_commands::parse(&text, "c.toml", &Keymap::default()).expect_err(key).to_string();
        assert!(found.contains(error), "{found}");
    }
    let twice = "[[command]]\nkey = 'Q'\ntitle = 'One'\nrun = ['x']\n[[command]]\nkey = 'Q w'\ntitle = 'Two'\nrun = ['x']\n";
    let found = own_commands::parse(twice, "c.toml", &Keymap::default()).expect_err("a clash").to_string();
    assert!(found.contains("Q w and Q of \"One\" begin alike"), "{found}");
}

/// A list of accounts whose screen is forgotten is left all the same.
#[test]
fn a_list_without_a_way_back_is_left() {
    for leave in ["g b", "g t", "esc"] {
        let mut desk = Desk::new(team_board(), (80, 24));
        desk.keys("H enter");
        assert!(desk.app.lists_only());
        desk.app.history.clear();
        desk.keys(leave);
        assert!(!desk.app.lists_only(), "{leave}");
    }
}

#[test]
fn a_sequence_that_is_bound_twice_is_listed_once() {
    let keymap = Keymap::default().overlaid("[board]\n'g a' = 'alerts'\n", "k.toml").expect("correct");
    let setup = Setup { keymap, ..setup(Depth::Mono) };
    let mut desk = Desk::with(team_board(), (80, 24), setup);
    desk.keys("g");
    assert_eq!(desk.lines().join("\n").matches("Show or hide the alerts").count(), 1);
}
