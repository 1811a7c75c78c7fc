//! The tour: one thing at a time, which goes on once the board shows that it was done.

use gangplank::tui::input::action::Action;
use gangplank::tui::model::tour::Tour;

use super::snapshots::Snapshots;
use super::today::demo_desk;
use crate::support::desk::Desk;

fn desk(size: (u16, u16)) -> Desk {
    let Desk { world, app, .. } = demo_desk(size);
    Desk { world, app: app.beginning_today().touring(), effects: Vec::new() }
}

fn number(desk: &Desk) -> usize {
    desk.app.tour.as_ref().map_or(0, Tour::number)
}

/// The keys that do what the steps ask for.
const KEYS: [&str; 17] =
    ["j", "enter", "esc", "Y", "esc", "g b", "1", "o", "u", "/", "esc", "F", "esc", ":", "esc", "?", "esc"];

#[test]
fn the_tour_is_walked_to_its_end() {
    let mut desk = desk((80, 24));
    assert_eq!(Tour::steps().len(), KEYS.len());
    let mut snapshots = Snapshots::default();
    for (at, keys) in KEYS.iter().enumerate() {
        assert_eq!(number(&desk), at + 1, "{keys}: {}", desk.said());
        match *keys {
            "Y" => {
                snapshots.take("tour_brief", &desk);
            }
            "o" => {
                desk.keys("o");
                if number(&desk) == at + 1 {
                    desk.keys("y");
                }
                continue;
            }
            "/" => {
                desk.keys("/").types("owner:none").keys("enter");
                continue;
            }
            _ => {}
        }
        desk.keys(keys);
    }
    assert!(desk.app.tour.is_none(), "step {}", number(&desk));
    assert!(desk.said().starts_with("That was the tour: go on as you like"), "{}", desk.said());
    snapshots.check();
}

/// Whatever the tour has somebody read is to be read: its box lies under that.
#[test]
fn the_tour_lies_over_no_brief() {
    for size in [(80, 24), (120, 40), (160, 48)] {
        let mut desk = desk(size);
        desk.keys("Y");
        let screen = desk.lines();
        let at = |words: &str| screen.iter().position(|line| line.contains(words));
        let (brief, tour) = (at("╭ Foxglove Bio (A-1052)"), at("╭ Tour · "));
        let (Some(brief), Some(tour)) = (brief, tour) else { panic!("{}", desk.picture()) };
        assert!(
            brief < tour && screen[brief..tour].iter().any(|line| line.contains('╰')),
            "{}",
            desk.picture()
        );
        desk.keys("G");
        assert!(desk.lines().join("\n").contains("Open points"), "its end is to be seen: {}", desk.picture());
    }
}

#[test]
fn what_was_not_asked_for_does_not_go_on_and_a_step_may_be_skipped() {
    let mut desk = desk((160, 48));
    desk.keys("? esc R esc");
    assert_eq!(number(&desk), 1);
    // In the middle of what is typed, too.
    desk.keys(":").types("acm").keys("ctrl-t");
    assert_eq!(number(&desk), 2);
    assert!(desk.app.prompt.is_some(), "and what was typed stays");
    desk.keys("esc ctrl-g");
    assert_eq!((number(&desk), desk.said()), (0, "The tour is over"));
    desk.keys("ctrl-t");
    assert_eq!(desk.said(), "There is no tour: `gangplank tour` begins one");
}

#[test]
fn the_steps_name_actions_that_have_keys() {
    for step in Tour::steps() {
        for part in step.says.split('{').skip(1) {
            let name = part.split('}').next().unwrap_or_default();
            assert!(Action::named(name).is_some(), "{name}: {}", step.says);
        }
    }
    for size in [(80, 24), (160, 48), (20, 5), (1, 1)] {
        let lines = desk(size).lines().join("\n");
        assert!(size.0 < 80 || lines.contains("Tour · 1 of 17") && !lines.contains('{'), "{lines}");
    }
}
