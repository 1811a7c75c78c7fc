//! The team on the board: who is offered, who is asked about, and how they are shown.

use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};
use gangplank::playbook::Playbooks;
use gangplank::state::query::attention::{AttentionRules, RenewalThresholds};
use gangplank::state::query::ownership::today_of;
use gangplank::state::query::workload::Workload;
use gangplank::state::{
    Alert, AlertChange, AlertKey, AlertKind, AlertState, Command, PersonColor, Roster, Specialist,
};
use gangplank::tui::model::app::Setup;
use gangplank::tui::model::columns::{ColumnId, Row};
use gangplank::tui::model::msg::Msg;
use gangplank::tui::model::status::Tone;
use gangplank::tui::theme::Depth;

use crate::support::desk::{Desk, setup};
use crate::support::{World, id as account_id, playbooks, rows_of};

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
    // An open account says both.
    desk.keys("|");
    for (keys, shown) in [("", "magda"), ("t", "magda"), ("d", "magda"), ("t A", "magda")] {
        desk.focus("bolt").keys(keys);
        let screen = desk.lines().join("\n");
        assert!(screen.contains(shown) && !screen.contains("magda@example.com "), "{keys}: {screen}");
    }
}

#[test]
fn the_team_is_offered_and_one_key_picks() {
    for (keys, expected) in [
        ("O 2", "Magda Nowak"),
        ("O 3", "dan@example.com"),
        ("O down enter", "Magda Nowak"),
        ("O m a enter", "Magda Nowak"),
        ("O m a g tab enter", "Magda Nowak"),
        ("O enter", "dana"),
        ("O m e enter", "dana"),
        ("@", "dana"),
        ("@ O 0", "nobody"),
    ] {
        let mut desk = desk((120, 40));
        desk.keys(keys);
        assert_eq!(owner(&desk, "cato"), expected, "{keys}: {}", desk.said());
        desk.keys("u");
    }
    let mut desk = desk((80, 24));
    desk.keys("O");
    let screen = desk.lines().join("\n");
    for (offered, accounts) in [
        ("▌1 dana ", " 1 open "),
        (" 2 magda ", " 1 open "),
        (" 3 dan ", " 0 open "),
        (" 0 nobody ", " 1 open "),
    ] {
        let is_offered = |line: &&str| line.contains(offered) && line.contains(accounts);
        assert!(screen.lines().any(|line| is_offered(&line)), "{offered}: {screen}");
    }
    assert!(desk.remarked().contains("a name, or none · dana until 29 dec"), "{}", desk.remarked());
    desk.types("Magda@");
    assert!(!desk.remarked().contains("→"), "half a name means nobody yet");
    desk.types("example.com");
    assert!(desk.remarked().contains("→ Magda Nowak"), "{}", desk.remarked());
}

/// By numbers, by the beginning of names, from the list, and all of the team at once.
#[test]
fn whoever_takes_turns_is_picked_one_by_one_or_all_at_once() {
    for (keys, expected) in [
        ("O 4 enter enter", ["dana", "Magda Nowak", "dan@example.com"]),
        ("O 1 , 2 , 3 enter enter", ["dana", "Magda Nowak", "dan@example.com"]),
        ("O 2 , d a n enter enter", ["Magda Nowak", "dan@example.com", "Magda Nowak"]),
        ("O 3 , m a tab enter enter", ["dan@example.com", "Magda Nowak", "dan@example.com"]),
        ("O down enter enter", ["Magda Nowak"; 3]),
    ] {
        let mut desk = desk((120, 40));
        desk.keys("*").keys(keys);
        let owners = ["acme", "bolt", "cato"].map(|id| desk.world.account(id).owner().unwrap_or("nobody"));
        let roster = &desk.app.setup.playbooks.team.roster;
        let are_same = owners.iter().zip(expected).all(|(owner, expected)| roster.is_same(owner, expected));
        assert!(are_same, "{keys}: {owners:?} {}", desk.said());
        desk.keys("u");
    }
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

/// Where there is no team, the beginning of a name means the one person it can mean, and a new name says that it is new.
#[test]
fn an_owner_is_new_only_where_that_is_said() {
    let without_team = || {
        let mut desk = Desk::new(world(), (120, 40));
        desk.focus("cato");
        desk
    };
    for (typed, enters, expected) in [
        ("mag", 1, "magda@example.com"),
        ("MAGDA@example.com", 1, "magda@example.com"),
        ("da", 1, "dana@example.com"),
        ("me", 1, "dana"),
        ("zoe", 1, "zoe"),
        ("2", 1, "magda@example.com"),
        ("0", 1, "nobody"),
    ] {
        let mut desk = without_team();
        desk.keys("O").types(typed).keys(&"enter ".repeat(enters));
        assert_eq!(owner(&desk, "cato"), expected, "{typed}: {}", desk.said());
    }
    let mut desk = without_team();
    desk.keys("O").types("zoe");
    let is_new = |line: &String| line.contains(" zoe ") && line.contains(" new owner ");
    assert!(desk.lines().iter().any(is_new), "{}", desk.picture());
    desk.keys("esc O").types("mag").keys("down enter");
    assert_eq!(owner(&desk, "cato"), "nobody", "what begins like somebody else's name is asked about");
    desk.keys("enter");
    assert_eq!(owner(&desk, "cato"), "mag", "{}", desk.said());
}

/// Who looks after an account says nothing of whether anybody looked at it.
#[test]
fn an_owner_makes_no_account_seen() {
    let mut desk = desk((120, 40));
    assert!(desk.world.account("cato").is_unseen());
    desk.keys("O 2");
    assert!(
        desk.world.account("cato").is_unseen() && owner(&desk, "cato") == "Magda Nowak",
        "{}",
        desk.said()
    );
    desk.keys("n").types("called").keys("enter");
    assert!(!desk.world.account("cato").is_unseen());
}

/// A digit that was learned means the same person for the rest of the day, however much each of them has by now.
#[test]
fn digits_of_owners_stay() {
    let mut desk = Desk::new(world(), (120, 40));
    desk.focus("cato").keys("O").types("zoe").keys("enter");
    desk.focus("cato").keys("O esc");
    desk.elsewhere(
        "eve",
        &Command::AssignOwner { account: crate::support::id("acme"), owner: Some("alma".into()) },
    );
    for digit in ["3", "1", "2", "2", "3", "1"] {
        desk.focus("cato").keys("O 3").focus("bolt").keys("O").keys(digit);
        let expected =
            ["dana@example.com", "magda@example.com", "zoe"][digit.parse::<usize>().expect("a digit") - 1];
        assert_eq!((owner(&desk, "cato"), owner(&desk, "bolt")), ("zoe", expected), "{}", desk.said());
    }
}

#[test]
fn whoever_is_at_the_keyboard_takes_an_account_with_one_key() {
    let mut desk = desk((120, 40));
    desk.keys("@");
    assert_eq!((owner(&desk, "cato"), desk.app.prompt.is_none()), ("dana", true));
    desk.keys("u");
    assert_eq!(owner(&desk, "cato"), "nobody");
    desk.keys("* @ enter");
    assert_eq!(["acme", "bolt", "cato"].map(|id| owner(&desk, id)), ["dana"; 3]);
    desk.keys("u");
    assert_eq!(owner(&desk, "bolt"), "magda@example.com");
}

/// What is counted, listed, asked today and shown of the alerts is the same accounts, whosever they are.
#[test]
fn mine_and_then_nobodys_and_then_everybodys() {
    let mut world = World::of(&rows_of(&[
        ["acme", "Acme", "300 USD", "2024-12-20", "dana@example.com", "1", "EU"],
        ["bolt", "Bolt", "310 USD", "2024-12-20", "magda", "1", "US"],
        ["cato", "Cato", "320 USD", "2024-12-20", "—", "1", "EU"],
        ["dune", "Dune", "330 USD", "2024-12-20", "magda@example.com", "1", "EU"],
        ["echo", "Echo", "340 USD", "2024-12-20", "eve", "1", "EU"],
    ]));
    for (account, assignee) in
        [("acme", Some("DANA")), ("bolt", Some("Magda Nowak")), ("dune", Some("dana")), ("echo", None)]
    {
        let alert = Alert { assignee: assignee.map(Into::into), ..alert(account, world.now.at) };
        let change = AlertChange::Raise(Box::new(alert.clone()));
        world.does(&Command::ChangeAlert { key: alert.key, change });
    }
    let mut desk = Desk::with(world, (120, 40), team(Depth::Mono));
    desk.keys("t A");
    for (title, alerts, accounts) in [
        ("5 on the board", 4, "acme bolt cato dune echo"),
        ("only mine · 2 of 5 on the board", 2, "acme dune"),
        ("mine and no owner · 4 of 5 on the board", 3, "acme cato dune echo"),
        ("5 on the board", 4, "acme bolt cato dune echo"),
    ] {
        let title_line = desk.lines()[0].clone();
        assert!(title_line.contains(title), "{title_line}");
        let listed = |rows: &[Row]| {
            let mut ids: Vec<String> = rows.iter().map(|row| row.id.to_string()).collect();
            ids.sort();
            ids.join(" ")
        };
        assert_eq!(listed(desk.app.columns.list(false).shown()), accounts);
        assert_eq!(listed(desk.app.columns.column(ColumnId::Stage(0)).shown()), accounts);
        assert_eq!(listed(desk.app.queue.rows()), accounts);
        assert_eq!((desk.app.shown_alerts().len(), desk.app.open_alerts), (alerts, alerts));
        let day = today_of(&desk.app.whose, desk.world.board(), &desk.world.now, &rules(&desk));
        assert_eq!(day.len(), accounts.split(' ').count());
        // What changes under it is followed.
        for (id, owner) in [("cato", Some("dana")), ("cato", None)] {
            let command = Command::AssignOwner { account: account_id(id), owner: owner.map(Into::into) };
            desk.elsewhere("eve", &command);
            let followed = (desk.app.columns.clone(), desk.app.queue.clone(), desk.app.mine.clone());
            desk.app.rebuild();
            assert_eq!(listed(followed.0.list(false).shown()), listed(desk.app.columns.list(false).shown()));
            assert_eq!(listed(followed.1.rows()), listed(desk.app.queue.rows()));
        }
        desk.keys("M");
    }
}

/// The imported specialist is the owner again, and so is the one who was chosen here.
#[test]
fn a_cover_ends_with_a_question_that_one_key_answers() {
    for (id, is_chosen) in [("bolt", false), ("acme", true)] {
        for (key, expected) in [(".", "before"), ("-", "dan@example.com")] {
            let mut desk = desk((120, 40));
            if is_chosen {
                desk.focus(id).keys("O 2");
            }
            let before = owner(&desk, id).to_owned();
            desk.focus(id).keys("O").types("dan until 20 dec");
            assert!(desk.remarked().contains("→ dan@example.com until Fri 20 Dec"), "{}", desk.remarked());
            desk.keys("enter");
            assert_eq!(owner(&desk, id), "dan@example.com", "{}", desk.said());
            assert!(desk.said().contains("held for"), "{}", desk.said());
            desk.keys("u");
            assert_eq!((owner(&desk, id), &desk.world.account(id).cover), (&before[..], &None));
            desk.keys("ctrl-r").focus(id).keys("enter");
            assert!(desk.lines().join("\n").contains("held for magda until Fri 20 Dec"));
            desk.keys("esc").later(TimeDelta::days(5)).keys("d").focus(id);
            let screen = desk.lines().join("\n");
            assert!(screen.contains("magda is back since Fri 20 Dec: give it back?"), "{screen}");
            assert!(desk.lines()[39].contains("- Keep"), "{}", desk.lines()[39]);
            let covered = desk.world.account(id).clone();
            desk.keys(key);
            let expected = if expected == "before" { &before } else { expected };
            assert_eq!(owner(&desk, id), expected, "{key}: {}", desk.said());
            assert_eq!(desk.world.account(id).cover, None);
            desk.keys("u");
            let now = desk.world.account(id);
            assert_eq!((now.owner(), &now.cover), (covered.owner(), &covered.cover));
        }
    }
}

/// Whoever covers for somebody and goes on longer still covers for them.
#[test]
fn a_cover_that_lasts_longer_is_still_for_the_same_owner() {
    let mut desk = desk((120, 40));
    desk.focus("bolt")
        .keys("O")
        .types("dan until 20 dec")
        .keys("enter O")
        .types("dan until 30 dec")
        .keys("enter");
    let bolt = desk.world.account("bolt");
    assert_eq!((bolt.owner(), bolt.covered_owner()), (Some("dan@example.com"), Some("magda@example.com")));
    desk.keys("O").types("dan until yesterday").keys("enter");
    assert_eq!(desk.app.status.tone, Tone::Refused);
    desk.keys("ctrl-u").types("none until 30 dec").keys("enter");
    assert_eq!(desk.said(), "Name who is the owner until then");
    desk.keys("esc O").types("dan").keys("enter");
    assert_eq!(desk.world.account("bolt").cover, None, "for good");
}

/// Bolt is Magda's, and stays so whoever covers for whoever covers.
#[test]
fn whoever_steps_in_for_one_who_covers_holds_it_for_the_owner() {
    for (until, expected) in [("16 dec", "20 dec"), ("24 dec", "24 dec")] {
        let mut desk = desk((120, 40));
        desk.focus("bolt").keys("O").types("dan until 20 dec").keys("enter O");
        desk.types(&format!("kim@example.com until {until}")).keys("enter enter");
        let bolt = desk.world.account("bolt");
        assert_eq!(
            (bolt.owner(), bolt.covered_owner()),
            (Some("kim@example.com"), Some("magda@example.com"))
        );
        let ends = bolt.cover.as_ref().map(|cover| cover.until.format("%d %b").to_string().to_lowercase());
        assert_eq!(ends.as_deref(), Some(expected));
        desk.keys("u");
        let bolt = desk.world.account("bolt");
        assert_eq!(
            (bolt.owner(), bolt.covered_owner()),
            (Some("dan@example.com"), Some("magda@example.com"))
        );
    }
}

/// It follows every change, and is what one counts anew.
#[test]
fn the_workload_is_how_many_open_accounts_each_has() {
    let mut desk = desk((160, 48));
    let shown = |desk: &Desk| {
        let strip = usize::from(gangplank::tui::layout::areas(&desk.app).stage_strip.y);
        desk.lines()[strip].trim_end().to_owned()
    };
    assert!(shown(&desk).ends_with("dana 1 · magda 1 · dan 0 · no owner 1"), "{}", shown(&desk));
    for (keys, expected) in [
        ("@", "dana 2 · magda 1 · dan 0"),
        ("O 3", "dan 1 · dana 1 · magda 1"),
        ("m 6 a", "dana 1 · magda 1 · dan 0"),
        ("u", "dan 1 · dana 1 · magda 1"),
        ("u", "dana 2 · magda 1 · dan 0"),
        ("u", "dana 1 · magda 1 · dan 0 · no owner 1"),
    ] {
        desk.keys(keys);
        assert!(shown(&desk).ends_with(expected), "{keys}: {} {}", shown(&desk), desk.said());
        assert_eq!(desk.app.workload, Workload::new(desk.world.board()), "{keys}");
    }
    desk.notify(Msg::Resize(80, 24));
    assert!(!shown(&desk).contains("magda"), "the stages come first");
    // Where nobody owns anything and there is no team, nothing is said.
    let mut nobody = Desk::new(World::of(&rows_of(&[["a", "A", "—", "—", "—", "1", "EU"]])), (160, 48));
    nobody.keys("d");
    assert!(!shown(&nobody).contains("no owner"), "{}", shown(&nobody));
}

fn rules(desk: &Desk) -> AttentionRules {
    desk.app.setup.playbooks.attention_rules(RenewalThresholds { soon: 14, urgent: 10 })
}

fn alert(account: &str, opened: DateTime<Utc>) -> Alert {
    Alert {
        key: AlertKey::new(AlertKind::Playbook, account),
        kind: AlertKind::Playbook,
        account: account_id(account),
        state: AlertState::Open,
        assignee: None,
        handed: true,
        opened,
        amount: None,
        due: None,
        attempts: 0,
        next_attempt: None,
        acknowledged: None,
        acknowledged_at: None,
        text: None,
    }
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

/// A comma that no name follows is no further name.
#[test]
fn a_comma_at_the_end_gives_nobody_a_turn() {
    let mut desk = desk((120, 40));
    desk.focus("bolt").keys("O").types("dan,").keys("enter");
    assert_eq!(owner(&desk, "bolt"), "dan@example.com", "{}", desk.said());
    desk.focus("bolt").keys("v j").keys("O").types("dan,").keys("enter enter");
    assert_eq!(owner(&desk, "bolt"), "dan@example.com", "{}", desk.said());
}
