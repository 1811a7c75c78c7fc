//! What can be seen without opening anything: marks, reasons, what lies beyond the edge, and what the clock did.

use chrono::TimeDelta;
use gangplank::state::{AccountFacts, Command, FactKey, FactValue, Risk, RiskLevel, Submission};
use gangplank::tui::model::app::Setup;
use gangplank::tui::model::focus::View;
use gangplank::tui::model::msg::{CopiedTo, Effect, Msg};
use gangplank::tui::theme::Depth;

use super::today::signal;
use crate::support::desk::{Desk, setup};
use crate::support::{World, id, import, note, payment_failed, row, rows_of};

const SIZE: (u16, u16) = (120, 40);

/// Acme waits for the first email, Bolt has an open alert, Cato is snoozed, Dune needs nobody, Echo is new.
fn world() -> World {
    let mut world = World::new();
    world.does(&import(&rows_of(&[
        ["acme", "Acme", "300 USD", "2024-12-20", "dana", "1", "EU"],
        ["bolt", "Bolt", "310 USD", "2025-02-28", "dana", "6a", "US"],
        ["cato", "Cato", "320 USD", "2024-12-19", "dana", "1", "EU"],
        ["dune", "Dune", "330 USD", "2025-02-28", "dana", "6a", "US"],
        ["echo", "Echo", "340 USD", "2025-02-28", "dana", "1", "US"],
    ])));
    for name in ["acme", "bolt", "cato", "dune"] {
        let _ = world.tries(&Command::MarkSeen { account: id(name) });
    }
    let failed = payment_failed("in_1", 1);
    world.does(&signal(&world, "bolt", failed));
    let until = Some(world.now.at + TimeDelta::days(8));
    world.does(&Command::Snooze { account: id("cato"), until });
    world
}

fn line_with<'a>(lines: &'a [String], words: &str) -> &'a str {
    lines.iter().find(|line| line.contains(words)).unwrap_or_else(|| panic!("{words}:\n{}", lines.join("\n")))
}

#[test]
fn a_card_shows_who_needs_somebody_and_who_is_out_of_sight() {
    let mut desk = Desk::new(world(), (240, 60));
    // A stage that is over opens when one goes there.
    desk.focus("bolt");
    let card = |name: &str| {
        let lines = desk.lines();
        let line = line_with(&lines, name);
        let from = line.split_once(name).expect("it is there").1;
        from.split(['▏', '▌']).next().unwrap_or_default().to_owned()
    };
    for (name, mark) in [("Acme", Some("△")), ("Bolt", Some("▲")), ("Cato", Some("☾")), ("Dune", None)]
    {
        for each in ["△", "▲", "☾"] {
            assert_eq!(card(name).contains(each), Some(each) == mark, "{name}: {}", card(name));
        }
    }
    assert!(
        card("Echo").contains('●') && !card("Echo").contains('△'),
        "new says it already: {}",
        card("Echo")
    );
}

#[test]
fn what_presses_on_a_new_card_stands_for_its_being_new() {
    for (size, keys) in [((80, 24), ""), ((240, 60), ""), ((120, 40), "t")] {
        let mut desk = Desk::new(crate::support::team_board(), size);
        let screen = desk.keys(keys).lines().join("\n");
        assert!(screen.contains('△') && !screen.contains("△ ●") && !screen.contains("▲ ●"), "{screen}");
    }
}

#[test]
fn the_chosen_card_says_why_it_needs_somebody_wherever_it_is_chosen() {
    for keys in ["", "t", "a"] {
        let mut desk = Desk::new(world(), SIZE);
        desk.keys(keys).keys("j");
        for (account, why) in [
            ("acme", "Renews in 5 days, no outreach yet"),
            ("bolt", "Failed payment of $340, tried once"),
            ("cato", "Snoozed until Mon 23 Dec"),
        ] {
            desk.focus(account);
            desk.app.status = gangplank::tui::model::status::Status::default();
            assert!(desk.lines()[38].contains(why), "{keys} {account}: {}", desk.lines()[38]);
        }
    }
}

#[test]
fn a_snooze_until_a_time_of_day_says_the_time_wherever_it_is_told() {
    let (morning, afternoon) = ("2024-12-23T00:00:00Z", "2024-12-23T15:30:00Z");
    for (until, told) in [(morning, "Mon 23 Dec"), (afternoon, "Mon 23 Dec, 15:30")] {
        let mut desk = Desk::new(world(), SIZE);
        let until = Some(until.parse().expect("a moment"));
        desk.elsewhere("eve", &Command::Snooze { account: id("dune"), until });
        desk.focus("dune");
        assert!(desk.said().ends_with(&format!("Dune: Snoozed until {told}")), "{}", desk.said());
        desk.app.status = gangplank::tui::model::status::Status::default();
        let line = desk.lines()[38].clone();
        assert!(line.trim_end().contains(&format!("Snoozed until {told}   ")), "{line}");
        let lines = desk.keys("enter").lines();
        let line = line_with(&lines, "Snoozed");
        assert!(line.contains(&format!("until {told} ")), "{line}");
    }
}

#[test]
fn a_narrow_list_keeps_every_mark() {
    for size in [(60, 20), (80, 24), (120, 40)] {
        let mut world = World::new();
        let long = "Bramble & Sons International Consulting";
        world.does(&import(&[row("bramble", long).in_stage("2"), row("fox", "Fox").in_stage("2")]));
        for account in ["bramble", "fox"] {
            let risk = Risk { level: RiskLevel::High, reason: Some("card expired".into()) };
            world.does(&Command::SetRisk { account: id(account), risk });
        }
        let lines = Desk::new(world, size).keys("t").lines();
        for name in ["Bram", "Fox"] {
            // With room for it, the risk has a column.
            let risk = if size.0 < 80 { "⚑H" } else { "high" };
            assert!(line_with(&lines, name).contains(risk), "{size:?}: {}", line_with(&lines, name));
        }
    }
}

#[test]
fn who_is_snoozed_is_listed() {
    let mut desk = Desk::new(world(), SIZE);
    desk.keys("d").focus("acme").keys("Z");
    assert_eq!((desk.app.rows().len(), desk.focused()), (1, "cato"));
    assert!(desk.lines()[39].contains("z Wake or snooze"), "{}", desk.lines()[39]);
    desk.keys("z").types("wake").keys("enter");
    assert!(!desk.world.account("cato").is_snoozed(desk.world.now.at));
    assert_eq!((desk.app.rows().len(), desk.app.matches()), (0, Some(0)), "it is snoozed no longer");
    desk.keys("u");
    assert_eq!((desk.app.rows().len(), desk.app.matches()), (1, Some(1)));
    desk.keys("ctrl-r");
    desk.keys("esc");
    assert_eq!((desk.app.view, desk.focused()), (View::Today, "acme"), "and back");
    desk.keys("Z");
    assert_eq!(desk.said(), "No account is snoozed");

    // A day on which nobody needs anybody says that some are out of sight.
    let acme = rows_of(&[["acme", "Acme", "300 USD", "2024-12-20", "dana", "1", "EU"]]);
    let mut world = World::of(&acme);
    let until = Some(world.now.at + TimeDelta::days(1));
    world.does(&Command::Snooze { account: id("acme"), until });
    let mut desk = Desk::new(world, SIZE);
    desk.keys("d");
    let shown = desk.lines().join(" ").split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(shown.contains("1 account is snoozed: Z lists them"), "{shown}");
    // Where an alert of one of them is open all the same, that is said; and no key does anything to nobody.
    let mut world = World::new();
    world.does(&import(&acme));
    let failed = payment_failed("in_1", 1);
    world.does(&signal(&world, "acme", failed));
    world.does(&Command::Snooze { account: id("acme"), until });
    let mut desk = Desk::new(world, SIZE);
    desk.keys("d");
    let shown = desk.lines().join(" ").split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(shown.contains("1 account is snoozed (1 alert is open on them: A): Z lists them"), "{shown}");
    let seq = desk.world.board().seq();
    for key in ["o", "c", ">", "D", "f", "z", "m", "enter"] {
        desk.keys(key);
        assert!(desk.app.prompt.is_none(), "{key}");
        assert_eq!((desk.world.board().seq(), desk.focused()), (seq, "nobody"), "{key}");
    }
}

#[test]
fn today_shows_the_key_at_any_width_and_the_money_where_there_is_room() {
    for (width, shows, hides) in [
        (120, vec!["Forecast", "Press", "$300", "o Outreach sent", "St."], vec![]),
        (80, vec!["Press", "o Outreach sent", "!!5d", "St."], vec!["Forecast", "$300"]),
        (60, vec!["Press", " o ", "!!5d", "today · 3 accounts need you"], vec!["sent "]),
        (40, vec!["Press", " o ", "St."], vec!["Renews Press"]),
    ] {
        let mut desk = Desk::new(world(), (width, 20));
        desk.keys("d g g");
        let shown = desk.lines()[..16].join("\n");
        for words in shows {
            assert!(shown.contains(words), "{width}: {words}\n{shown}");
        }
        for words in hides {
            assert!(!shown.contains(words), "{width}: no {words}\n{shown}");
        }
    }
}

#[test]
fn the_demonstration_counts_at_any_width() {
    for width in [60, 80, 120] {
        let setup = Setup { demo: true, ..setup(Depth::Mono) };
        let mut desk = Desk::with(world(), (width, 20), setup);
        desk.keys("d");
        let title = desk.lines()[0].clone();
        assert!(title.contains("demo") && title.contains("today · 3 accounts need you"), "{width}: {title}");
    }
}

/// Of what lies beyond the edge, at least the number is seen; and that a row has further reasons always is.
#[test]
fn a_renewal_of_today_is_shown_whole() {
    let mut world = World::new();
    world.does(&import(&rows_of(&[["acme", "Acme", "300 USD", "2024-12-15", "dana", "1", "EU"]])));
    for size in [(60, 24), (80, 24), (120, 40), (240, 60)] {
        let mut desk = Desk::new(World::with(&world.store, crate::support::playbooks()), size);
        let screen = desk.keys("d").lines().join("\n");
        assert!(screen.contains("Press") && screen.contains("!!today"), "{screen}");
    }
}

#[test]
fn what_lies_beyond_the_edge_of_today_is_counted() {
    let mut world = World::new();
    let rows: Vec<AccountFacts> =
        (0..40).map(|at| row(&format!("a{at:02}"), &format!("Account {at:02}")).in_stage("1")).collect();
    world.does(&import(&rows));
    let mut desk = Desk::new(world, (80, 24));
    desk.keys("d g g");
    let heading = |desk: &Desk| desk.lines()[2].clone();
    assert!(
        heading(&desk).contains("Why") && heading(&desk).trim_end().ends_with("23 more ↓"),
        "{}",
        heading(&desk)
    );
    desk.keys("G");
    assert!(heading(&desk).trim_end().ends_with("22 more ↑"), "{}", heading(&desk));
    desk.keys("k").notify(Msg::Resize(40, 24));
    desk.keys("pgup");
    assert!(heading(&desk).contains('↑') && heading(&desk).contains('↓'), "{}", heading(&desk));
    let rows = desk.lines();
    assert!(
        rows[4..]
            .iter()
            .filter(|line| line.contains('a'))
            .all(|line| !line.contains("Account") || line.contains("+2")),
        "{}",
        rows.join("\n")
    );
}

#[test]
fn details_begin_with_whom_to_write_to_and_why() {
    let mut world = world();
    let emails = |texts: &[&str]| FactValue::List(texts.iter().map(|text| (*text).into()).collect());
    world.does(&import(&[AccountFacts::new("acme")
        .with(FactKey::Contacts, emails(&["Ana Lima", "Ana Lima <ana@acme.example>", "bo@acme.example"]))
        .with(FactKey::AdminEmails, emails(&["it@acme.example"]))]));
    let mut desk = Desk::new(world, (80, 24));
    desk.focus("acme").keys("enter");
    let shown = desk.lines();
    for words in [
        "ana@acme.example",
        "it@acme.example",
        "Needs you",
        "o Outreach sent",
        "Renews in 5 days, no outreach yet",
    ] {
        line_with(&shown, words);
    }
    desk.keys("y y");
    assert_eq!(desk.effects, [Effect::Copy("ana@acme.example".into())]);
    for (to, said) in [
        (CopiedTo::Clipboard, "Copied ana@acme.example"),
        (CopiedTo::Tmux, "Copied ana@acme.example to tmux, and to your clipboard if tmux may set it"),
        (
            CopiedTo::Terminal,
            "Sent ana@acme.example to the terminal's clipboard; not every terminal takes it",
        ),
    ] {
        desk.notify(Msg::Copied("ana@acme.example".into(), to));
        assert_eq!(desk.said(), said);
    }
    desk.keys("esc").focus("dune").keys("y");
    assert_eq!((desk.effects.len(), desk.said()), (1, "Dune has no email address"));
    desk.keys("y i");
    assert_eq!(desk.effects[1..], [Effect::Copy("dune".into())]);
}

/// The clock moves on what was just worked: it says so, and what undo takes back is told as it is then.
#[test]
fn what_the_clock_does_to_the_account_in_hand_is_said() {
    let mut desk = Desk::new(world(), SIZE);
    desk.keys("d").focus("acme").keys("o");
    assert_eq!(desk.world.stage("acme"), "2");
    desk.keys("j");
    // A week after the first outreach, and 5 days before a renewal.
    desk.world.now.at += TimeDelta::days(31);
    desk.world
        .session
        .submit(Submission::Sweep, &gangplank::state::Actor::Clock, desk.world.now)
        .expect("it sweeps");
    let board = desk.world.board().clone();
    desk.notify(Msg::Board(board));
    assert_eq!(desk.world.stage("acme"), "5");
    assert_eq!(
        desk.said(),
        "clock: Acme → 5. Awaiting Final Outreach, 5 days before its renewal · u undoes this and your last step"
    );
    desk.keys("u");
    assert_eq!((desk.world.stage("acme"), desk.focused()), ("1", "acme"));
    assert!(desk.said().contains("Acme") && desk.said().contains("→ 1. New Account"), "{}", desk.said());
}

/// How a change of many would be undone is not worked out for a hint: of an import, that takes seconds.
#[test]
fn the_clock_offers_no_undo_of_what_many_were_part_of() {
    let mut desk = Desk::new(world(), SIZE);
    desk.keys("d").focus("acme").keys("space").focus("echo").keys("space o enter");
    assert_eq!((desk.world.stage("acme"), desk.world.stage("echo")), ("2", "2"));
    desk.world.now.at += TimeDelta::days(31);
    let swept = desk.world.session.submit(Submission::Sweep, &gangplank::state::Actor::Clock, desk.world.now);
    swept.expect("it sweeps");
    let board = desk.world.board().clone();
    desk.notify(Msg::Board(board));
    assert_eq!(desk.world.stage("acme"), "5");
    assert_eq!(desk.said(), "clock: Acme → 5. Awaiting Final Outreach, 5 days before its renewal");
}

#[test]
fn a_filter_looks_into_notes_segments_and_risk_and_leaving_it_comes_back() {
    let mut world = world();
    world.does(&note("dune", "Met Luís.\nThey want the API first."));
    world.does(&Command::SetRisk {
        account: id("echo"),
        risk: Risk { level: RiskLevel::Medium, reason: Some("paid late".into()) },
    });
    let mut desk = Desk::new(world, SIZE);
    for (query, account) in [("luis api", "dune"), ("risk medium", "echo"), ("late", "echo")] {
        desk.keys("esc").focus("acme").keys("/").types(query);
        assert_eq!((desk.app.matches(), desk.focused()), (Some(1), account), "{query}");
        desk.keys("esc");
        assert_eq!((desk.app.matches(), desk.focused()), (None, "acme"), "as if nothing had been asked");
    }
    let segment = desk.world.account("acme").segments.iter().next().map(ToString::to_string);
    let segment = segment.expect("it is in one");
    desk.keys("/").types(&segment.to_lowercase());
    assert!(desk.app.matches() > Some(0), "{segment}");
}
