//! A file that says of a card on the board that they churned, or that others look after them: what the screens say.

use gangplank::state::{AccountFacts, FactKey};

use crate::support::desk::Desk;
use crate::support::{World, day, id, import, playbooks, rows_of};
use gangplank::store::MemoryStore;

fn desk(size: (u16, u16)) -> Desk {
    let mut world = World::with(&MemoryStore::new(), playbooks());
    world.does(&import(&rows_of(&[
        ["acme", "Acme Ltd", "300 USD", "2024-12-23", "dana", "3a", "EU"],
        ["bolt", "Bolt", "310 USD", "2024-12-23", "dana", "2", "US"],
    ])));
    world.minutes_later(60);
    let churned = AccountFacts::new("acme").with(FactKey::Churned, day("2024-12-14"));
    let with_others = AccountFacts::new("bolt").text(FactKey::CsmContact, "eve");
    world.does(&import(&[churned, with_others]));
    Desk::new(world, size)
}

#[test]
fn today_and_the_open_account_ask_and_one_key_does_it() {
    let words =
        ["The file says they churned on Sat 14 Dec: mark churned?", "The file says eve looks after them"];
    for size in [(160, 48), (80, 24)] {
        for (account, words, press, keys, stage) in [
            ("acme", words[0], "X Mark churned", "X y", "6d"),
            ("bolt", words[1], "S Hand off", "S y e s enter", "6c"),
        ] {
            let mut desk = desk(size);
            desk.keys("d").focus(account);
            let lines = desk.lines();
            let row = lines.iter().find(|line| line.starts_with('▌')).expect("it has a row");
            assert!(row.contains(press) && (row.contains("The file says") || row.contains('?')), "{row}");
            desk.keys("enter");
            let open = desk.lines().join("\n").replace('\n', " ");
            let open = open.split_whitespace().collect::<Vec<_>>().join(" ");
            assert!(open.contains("Needs you") && open.contains(press), "{open}");
            assert!(open.contains(words) || open.contains("The file says"), "{open}");
            desk.keys("esc").keys(keys);
            assert_eq!(desk.world.stage(account), stage, "{}", desk.said());
            desk.keys("u");
            assert!(desk.lines().join("\n").contains("The file says"), "{}", desk.picture());
        }
    }
}

#[test]
fn the_explanation_says_that_the_clock_leaves_the_card_alone() {
    let mut desk = desk((160, 48));
    desk.focus("acme").keys("E");
    let lines = desk.lines().join("\n");
    assert!(lines.contains("the file says they churned on Sat 14 Dec"), "{}", desk.picture());
    let before = desk.world.stage("acme").to_owned();
    desk.world.sweeps();
    assert_eq!(desk.world.stage("acme"), before);
    assert!(desk.world.board().get(&id("acme")).is_some());
}
