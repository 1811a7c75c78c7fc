//! The team on the board: who is offered, who is asked about, and how they are shown.

use std::sync::Arc;

use gangplank::playbook::Playbooks;
use gangplank::state::{PersonColor, Roster, Specialist};
use gangplank::tui::model::app::Setup;
use gangplank::tui::model::status::Tone;
use gangplank::tui::theme::Depth;

use crate::support::desk::{Desk, setup};
use crate::support::{World, playbooks, rows_of};

fn member(name: &str, address: Option<&str>, short: &str) -> Specialist {
    let (address, color) = (address.map(Into::into), Some(PersonColor::Green));
    Specialist { name: name.into(), address, short: short.into(), color }
}

/// Setup of a team of three, of whom one is at the keyboard.
fn team(depth: Depth) -> Setup {
    let roster = Roster::new(vec![
        member("dana", Some("dana@example.com"), "dana"),
        member("Magda Nowak", Some("magda@example.com"), "magda"),
        member("dan@example.com", None, "dan"),
    ]);
    let mut playbooks = Playbooks::clone(&playbooks());
    playbooks.team.roster = roster.expect("their names differ");
    Setup { playbooks: Arc::new(playbooks), ..setup(depth) }
}

fn world() -> World {
    World::of(&rows_of(&[
        ["acme", "Acme", "300 USD", "2025-01-20", "dana@example.com", "2", "EU"],
        ["bolt", "Bolt", "310 USD", "2025-01-28", "magda@example.com", "2", "US"],
        ["cato", "Cato", "320 USD", "2025-01-30", "—", "2", "EU"],
    ]))
}

fn desk(size: (u16, u16)) -> Desk {
    let mut desk = Desk::with(world(), size, team(Depth::Mono));
    desk.focus("cato");
    desk
}

fn owner<'a>(desk: &'a Desk, id: &str) -> &'a str {
    desk.world.account(id).owner().unwrap_or("nobody")
}

#[test]
fn an_owner_is_shown_by_their_short_name_wherever_they_are_written() {
    let mut desk = desk((160, 48));
    for (keys, shown) in [("", "magda"), ("t", "magda"), ("d", "magda"), ("t A", "magda")] {
        desk.focus("bolt").keys(keys);
        let screen = desk.lines().join("\n");
        assert!(screen.contains(shown) && !screen.contains("magda@example.com "), "{keys}: {screen}");
    }
}

#[test]
fn the_team_is_offered_and_one_key_picks() {
    for (keys, expected) in [
        ("O 2 enter", "Magda Nowak"),
        ("O 3 enter", "dan@example.com"),
        ("O down down enter", "Magda Nowak"),
        ("O m a g tab enter", "Magda Nowak"),
        ("O enter", "dana"),
        ("O m e enter", "dana"),
        ("I", "dana"),
        ("I O 4 enter", "nobody"),
    ] {
        let mut desk = desk((120, 40));
        desk.keys(keys);
        assert_eq!(owner(&desk, "cato"), expected, "{keys}: {}", desk.said());
        desk.keys("u");
    }
    let mut desk = desk((80, 24));
    desk.keys("O");
    let last = desk.lines()[23].clone();
    assert!(last.contains("1 dana · 2 magda · 3 dan · 4 none"), "{last}");
    desk.types("Magda@");
    assert!(!desk.lines()[23].contains("→"), "half a name means nobody yet");
    desk.types("example.com");
    assert!(desk.lines()[23].contains("→ Magda Nowak"), "{}", desk.lines()[23]);
}

#[test]
fn an_owner_outside_the_team_is_asked_about() {
    let mut desk = desk((120, 40));
    desk.keys("O").types("dna").keys("enter");
    let asked = "dna is not in the team: enter again assigns it all the same. Did you mean dana or dan?";
    assert_eq!((desk.said(), desk.app.status.tone, owner(&desk, "cato")), (asked, Tone::Refused, "nobody"));
    desk.types("x").keys("enter");
    assert_eq!(owner(&desk, "cato"), "nobody", "another name is asked about again");
    desk.keys("backspace enter enter");
    assert_eq!(owner(&desk, "cato"), "dna");
    desk.keys("u");
    assert_eq!(owner(&desk, "cato"), "nobody");
    // Without a team, any name will do.
    let mut desk = Desk::new(world(), (120, 40));
    desk.focus("cato").keys("O").types("dna").keys("enter");
    assert_eq!(owner(&desk, "cato"), "dna");
}

#[test]
fn whoever_is_at_the_keyboard_takes_an_account_with_one_key() {
    let mut desk = desk((120, 40));
    desk.keys("I");
    assert_eq!((owner(&desk, "cato"), desk.app.prompt.is_none()), ("dana", true));
    desk.keys("u");
    assert_eq!(owner(&desk, "cato"), "nobody");
    desk.keys("* I enter");
    assert_eq!(["acme", "bolt", "cato"].map(|id| owner(&desk, id)), ["dana"; 3]);
    desk.keys("u");
    assert_eq!(owner(&desk, "bolt"), "magda@example.com");
}

#[test]
fn a_color_is_written_only_where_there_are_colors() {
    let colored = |depth| {
        let mut desk = Desk::with(world(), (160, 48), team(depth));
        desk.focus("acme").keys("t");
        let (buffer, _) = desk.draw();
        let is_name =
            |cell: &&ratatui::buffer::Cell| cell.symbol() == "g" && cell.fg != ratatui::style::Color::Reset;
        buffer.content.iter().filter(is_name).count()
    };
    assert_eq!(colored(Depth::Mono), 0);
    assert!(colored(Depth::Ansi256) > 0);
}
