//! What is said is a sentence: it begins with a capital letter, or with a name, a key or what was typed.

use std::collections::BTreeSet;

use gangplank::prose::refusals;
use gangplank::state::{Refusal, StageId};
use gangplank::tui::model::msg::Msg;

use crate::support::desk::Desk;
use crate::support::{World, id, rows_of};

fn desk() -> Desk {
    let rows = rows_of(&[
        ["acme", "Acme", "300 USD", "2025-01-20", "dana", "2", "EU"],
        ["bolt", "Bolt", "310 USD", "2025-01-28", "eve", "6b", "US"],
    ]);
    let mut desk = Desk::new(World::of(&rows), (80, 24));
    desk.focus("acme");
    desk
}

#[test]
fn what_the_screen_says_begins_like_a_sentence() {
    for keys in [
        "b enter",
        "b x enter",
        "b f r i enter",
        "z x enter",
        "T enter",
        "n enter",
        "S enter",
        "X enter",
        "R enter",
        "e enter",
        "m 9",
        "u",
        "ctrl-r",
        "D",
        ".",
        "-",
        "!",
        "o o",
        "f",
        "< enter",
        "K",
        "= enter",
        "/ r e n e w s : x",
        "/ s t a g e : x",
        "z w a k e enter",
        "O e v e enter O e v e enter",
        "R n o n e enter",
        "H / b y : enter",
        "p e",
        "U",
    ] {
        let mut desk = desk();
        desk.keys(keys);
        let said = desk.said();
        let pressed = keys.split(' ').any(|key| said.starts_with(&format!("{key} ")));
        assert!(!said.starts_with(|c: char| c.is_lowercase()) || pressed, "{keys}: {said}");
    }
}

/// A name stays as it is written.
#[test]
fn a_refusal_begins_with_a_capital_letter_unless_with_a_name() {
    let name = "acme".into();
    let engaged = Refusal::Closed { name, from: StageId::new("7"), to: StageId::new("2") };
    assert!(refusals::text(&engaged).starts_with("acme has finished"));
    for refusal in [Refusal::EmptyTask, Refusal::NoSuchAccount(id("x")), Refusal::NothingInEntry(3)] {
        let said = refusals::text(&refusal);
        assert!(!said.starts_with(|c: char| c.is_lowercase()), "{said}");
    }
}

/// On the board, a key means one thing: what it means in the open account stands under a heading of its own.
#[test]
fn the_help_lists_each_key_of_the_board_once() {
    let mut desk = desk();
    desk.notify(Msg::Resize(100, 200));
    desk.keys("?");
    let lines = desk.lines();
    let of = |heading: &str| {
        let heading = format!("│ {heading} ");
        let from = lines.iter().position(|line| line.contains(&heading)).expect("the heading") + 1;
        let before = lines[from - 1].split(&heading).next().unwrap_or_default().chars().count() + 1;
        let keys = lines[from..].iter().map(|line| line.chars().skip(before).take(24).collect::<String>());
        let keys = keys.map(|keys| keys.trim().to_owned()).take_while(|keys| !keys.is_empty());
        keys.map(|keys| keys.split("  ").next().unwrap_or_default().to_owned()).collect::<Vec<String>>()
    };
    let keys = of("View");
    let once: BTreeSet<&String> = keys.iter().collect();
    assert!(keys.contains(&"enter".to_owned()) && once.len() == keys.len(), "{keys:?}");
    let keys = [of("What happened"), of("Cards")].concat();
    let once: BTreeSet<&String> = keys.iter().collect();
    assert!(keys.contains(&"x".to_owned()) && once.len() == keys.len(), "{keys:?}");
    assert_eq!(of("In the open account"), ["delete"]);
}

/// However long the keys are, what they do stands in one column under each heading.
#[test]
fn what_keys_do_stands_in_one_column() {
    let mut desk = desk();
    desk.notify(Msg::Resize(100, 200));
    desk.keys("?");
    let lines = desk.lines();
    let heading = lines.iter().position(|line| line.contains("│ Move around ")).expect("the heading");
    let words = ["Next card or line", "Page down", "Page up", "First column; in Today, fold other groups"];
    let at = words.map(|words| {
        let mut below = lines[heading..].iter();
        let line = below.find(|line| line.contains(words)).unwrap_or_else(|| panic!("{words}: {lines:#?}"));
        line[..line.find(words).expect("it is there")].chars().count()
    });
    assert!(at.iter().all(|it| *it == at[0]), "{at:?}: {lines:#?}");
}
