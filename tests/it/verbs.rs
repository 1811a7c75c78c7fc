//! What the verbs say, word by word, by the real binary.

use crate::support::home::Home;
use crate::support::{row, rows_of};

/// Four accounts of two people; nobody looks after the last.
fn of_two() -> Home {
    let home = Home::empty();
    home.import(&rows_of(&[
        ["A-1", "Acme", "836 USD", "2024-12-22", "dana", "1", "EU"],
        ["A-2", "Bolt", "500 USD", "2024-12-20", "Eve", "1", "EU"],
        ["A-3", "Cato", "400 USD", "2025-03-20", "eve", "6b", "EU"],
    ]));
    home.import(&[row("A-4", "Dune")]);
    home
}

#[test]
fn today_and_the_alerts_are_narrowed_to_one_person() {
    let home = of_two();
    let today = |args: &[&str]| {
        let rows = home.json(&[&["today", "--json"], args].concat());
        let rows = rows.as_array().expect("a list").clone();
        rows.iter()
            .map(|row| (row["id"].clone(), row["reasons"].as_array().map(Vec::len)))
            .collect::<Vec<_>>()
    };
    let fails = ["record", "Bolt", "invoice.payment_failed", "--invoice", "in_1", "--amount", "340 USD"];
    home.says(&fails);
    // What she owns, with all there is to it.
    assert_eq!(today(&["--mine"]), [("A-1".into(), Some(2))]);
    assert_eq!(today(&["--owner", "EVE"]), [("A-2".into(), Some(2))]);
    // An alert she was given is hers; the rest of that account is not.
    home.says(&["alerts", "assign", "in_1", "--to", "Dana"]);
    assert_eq!(today(&["--mine"]), [("A-2".into(), Some(1)), ("A-1".into(), Some(2))]);
    assert_eq!(home.json(&["alerts", "--mine", "--json"])[0]["account"], "A-2");
    assert_eq!(today(&["--owner", "eve"]), [("A-2".into(), Some(2))]);
    // Hers, until it is not.
    home.says(&["snooze", "Bolt", "--until", "tomorrow"]);
    home.says(&["snooze", "Acme", "--until", "tomorrow"]);
    assert_eq!(today(&["--mine"]), []);
    assert_eq!(home.told(&["today", "--mine"]), "nothing waits for dana now, nor for anybody else");
    home.says(&["snooze", "Bolt", "--off"]);
    home.says(&["alerts", "assign", "in_1", "--nobody"]);
    assert_eq!(
        home.told(&["today", "--mine"]),
        "nothing waits for dana now; 1 account waits for others: `gangplank today` names it"
    );
    assert_eq!(
        home.told(&["today", "--owner", "Kim"]),
        "no account is Kim's: `--as NAME` says who you are, `gangplank owner ACCOUNT NAME` whose an account is"
    );
}

#[test]
fn every_change_is_confirmed_in_a_sentence_that_says_what_is_so_now() {
    let home = of_two();
    for args in [
        ["record", "Acme", "invoice.payment_failed", "--invoice", "in_1", "--amount", "340 USD"],
        ["record", "Bolt", "invoice.payment_failed", "--invoice", "in_2", "--amount", "12 EUR"],
    ] {
        home.says(&args);
    }
    let mut said = String::new();
    for args in [
        &["alerts", "ack", "in_1"][..],
        &["alerts", "snooze", "in_1", "--until", "mon"],
        &["alerts", "snooze", "in_1", "--until", "tue 15:00"],
        &["alerts", "reopen", "in_1"],
        &["alerts", "assign", "in_1", "--to", "eve"],
        &["alerts", "assign", "in_1", "--nobody"],
        &["alerts", "close", "in_1", "--outcome", "paid by bank transfer"],
        &["alerts", "reopen", "in_1"],
        &["alerts", "close", "in_1", "in_2", "--outcome", "paid"],
        &["alerts", "close", "in_1", "in_2", "--outcome", "paid"],
        &["task", "Acme", "send the guide", "--due", "fri"],
        &["task", "done", "Acme", "send the guide"],
        &["task", "reopen", "Acme", "send the guide"],
        &["undo"],
        &["redo"],
        &["snooze", "Acme", "--until", "in 2 weeks"],
        &["snooze", "Acme", "--off"],
        &["owner", "Acme", "eve"],
        &["owner", "Acme", "--none"],
        &["owner", "Dune", "eve"],
        &["owner", "Dune", "--none"],
        &["risk", "Acme", "high", "--reason", "two bills bounced"],
        &["risk", "Acme", "none"],
        &["note", "Acme", "they asked for the guide\nand for more"],
        &["playbooks", "off", "replied"],
        &["move", "Acme", "2"],
    ] {
        said += &home.says(args).replace("; take it back with `gangplank undo`", "");
    }
    insta::assert_snapshot!(said, @r"
    Failed payment of Acme ($340): acknowledged by dana (#5)
    Failed payment of Acme ($340): snoozed until Monday 2024-12-16 (#6)
    Failed payment of Acme ($340): snoozed until Tuesday 2024-12-17 15:00 (#7)
    Failed payment of Acme ($340): open again (#8)
    Failed payment of Acme ($340): given to eve (#9)
    Failed payment of Acme ($340): given to nobody (#10)
    Failed payment of Acme ($340): closed: paid by bank transfer (#11)
    Failed payment of Acme ($340): open again (#12)
    2 alerts: closed: paid (#13)
    nothing changed: it is so already
    Acme: task: send the guide, due Friday 2024-12-20 (#14)
    Acme: task done: send the guide (#15)
    Acme: task open again: send the guide (#16)
    undid #16: Acme: task done: send the guide (#17); take that back with `gangplank redo`
    redone: Acme: task open again: send the guide (#18); take that back with `gangplank undo`
    Acme: snoozed until Sunday 2024-12-29 (#19)
    Acme: back in sight (#20)
    Acme: eve owns it (#21)
    Acme: dana owns it, as the import says (#22)
    Dune: eve owns it (#23)
    Dune: nobody owns it (#24)
    Acme: payment risk is high: two bills bounced (#25)
    Acme: payment risk is none (#26)
    Acme: noted: they asked for the guide… (#27)
    playbook replied is off (#28)
    Acme → 2. Onboarding Initiated (#29)
    ");
}
