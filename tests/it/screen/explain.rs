//! What the playbooks make of one account, on the screen: the words of `gangplank explain`, and where they lead.

use gangplank::playbook::{Ternary, Verdict, explain};
use gangplank::prose::explanations;
use gangplank::state::{AccountRef, Command, Now, Signal, SignalId};
use gangplank::tui::input::keymap::InputMode;
use gangplank::tui::layout;
use gangplank::tui::model::focus::{Overlay, View};
use gangplank::tui::model::msg::{Mouse, Msg};
use gangplank::tui::model::screens::{ExplainRow, ScreenId, ScreenRows};

use super::snapshots::Snapshots;
use crate::support::desk::Desk;
use crate::support::{World, id, payment_failed, playbooks, team_board};

const EXPLAIN: InputMode = InputMode::Screen(ScreenId::Explain);

/// A desk over the team's accounts on which the playbooks act.
fn desk(size: (u16, u16)) -> Desk {
    let quiet = team_board();
    let mut world = World::with(&quiet.store, playbooks());
    world.now = quiet.now;
    Desk::new(world, size)
}

fn told(desk: &Desk) -> &[ExplainRow] {
    match desk.app.screen.as_ref().map(|screen| &screen.rows) {
        Some(ScreenRows::Explain(told)) => told,
        other => panic!("it is explained: {other:?}"),
    }
}

fn chosen(desk: &Desk) -> &str {
    desk.app.screen.as_ref().and_then(|screen| screen.explained()).map_or("none", |told| &told.id)
}

/// Everything that is to be looked at.
pub(super) fn snapshots() -> Snapshots {
    let mut snapshots = Snapshots::default();
    for size in [(80, 24), (120, 40), (20, 5)] {
        let mut desk = desk(size);
        snapshots.take("explain", desk.focus("hive").keys("E"));
        snapshots.take("explain_end", desk.keys("G"));
    }
    snapshots
}

#[test]
fn it_looks_like_this() {
    snapshots().check();
}

#[test]
fn it_says_what_the_verb_says_of_every_account() {
    let mut desk = desk((80, 24));
    let accounts: Vec<String> = desk.app.board.accounts().map(|account| account.id.to_string()).collect();
    desk.keys("t i");
    let all = playbooks();
    for account in accounts {
        desk.focus(&account).keys("E");
        let now: Now = desk.app.now;
        let known = desk.world.account(&account);
        for told in told(&desk) {
            let playbook = all.all.iter().find(|playbook| playbook.id.0 == told.id).expect("it is known");
            let said = explain(desk.world.board(), &all, playbook, known, now);
            assert_eq!(
                (told.verdict, &told.sentence),
                (said.verdict, &explanations::text(&said)),
                "{account}"
            );
            let conditions = explanations::conditions(&said).map(|(report, words)| (report.truth, words));
            assert_eq!(told.conditions, conditions.collect::<Vec<_>>());
        }
        assert_eq!(told(&desk).len(), all.all.len());
        assert!(told(&desk).is_sorted_by_key(|told| told.verdict), "what acts comes first");
        desk.keys("E");
        assert_eq!((desk.app.mode(), desk.focused()), (InputMode::Board, &*account));
    }
}

#[test]
fn every_condition_of_the_chosen_one_is_marked() {
    let mut desk = desk((120, 40));
    desk.focus("hive").keys("E");
    for _ in 0..told(&desk).len() {
        let lines = desk.lines().join("\n");
        let screen = desk.app.screen.as_ref().and_then(|screen| screen.explained()).expect("one is chosen");
        for (truth, words) in &screen.conditions {
            let mark = match truth {
                Ternary::Yes => "✓",
                Ternary::No => "✗",
                Ternary::Unknown => "?",
            };
            assert!(lines.contains(&format!("{mark} {}", &words[..words.len().min(60)])), "{lines}");
        }
        desk.keys("j");
    }
}

#[test]
fn it_opens_from_everywhere_one_sees_an_account_and_leads_back() {
    for (keys, mode) in [
        ("", InputMode::Board),
        ("t", InputMode::Board),
        ("d", InputMode::Board),
        ("enter", InputMode::Detail),
    ] {
        for out in ["esc", "q", "h", "E"] {
            let mut desk = desk((80, 24));
            desk.keys(keys);
            let (view, focused) = (desk.app.view, desk.focused().to_owned());
            desk.keys("E");
            assert_eq!(desk.app.mode(), EXPLAIN, "{keys}");
            desk.keys("j j").keys(out);
            assert_eq!(
                (desk.app.mode(), desk.app.view, desk.focused()),
                (mode, view, &*focused),
                "{keys} {out}"
            );
        }
    }
    let mut nobody = Desk::new(World::new(), (80, 24));
    nobody.keys("E");
    assert_eq!((nobody.app.mode(), nobody.said()), (InputMode::Board, "Choose a card first"));
}

#[test]
fn one_leads_to_its_playbook_and_that_to_its_accounts_and_all_the_way_back() {
    let mut desk = desk((80, 24));
    desk.focus("hive").keys("enter E");
    while chosen(&desk) != "replied" {
        desk.keys("j");
    }
    desk.keys("enter");
    let playbook_row =
        desk.app.screen.as_ref().and_then(|screen| screen.playbook_row()).expect("the playbooks are open");
    assert_eq!(&*playbook_row.id, "replied");
    let reach = playbook_row.accounts;
    assert!(reach > 1, "several wait for an answer");
    desk.keys("enter");
    assert_eq!(
        (desk.app.mode(), desk.app.view, desk.app.rows().len()),
        (InputMode::Board, View::List { all: true }, reach)
    );
    desk.keys("j E");
    assert_eq!((desk.app.mode(), chosen(&desk)), (EXPLAIN, "replied"), "the playbook they have in common");
    desk.keys("esc enter");
    assert_eq!(desk.app.overlay, Some(Overlay::Detail(0)), "each can be opened");
    desk.keys("esc esc");
    assert_eq!(desk.app.mode(), InputMode::Screen(ScreenId::Playbooks));
    desk.keys("esc");
    assert_eq!((desk.app.mode(), chosen(&desk)), (EXPLAIN, "replied"));
    desk.keys("esc");
    assert_eq!((desk.app.mode(), desk.focused()), (InputMode::Detail, "hive"));
    desk.keys("esc");
    assert_eq!((desk.app.mode(), desk.app.view, desk.focused()), (InputMode::Board, View::Board, "hive"));
}

#[test]
fn it_follows_what_happens_meanwhile() {
    let mut desk = desk((80, 24));
    desk.focus("hive").keys("E");
    let verdict =
        |desk: &Desk| told(desk).iter().find(|told| &*told.id == "replied").map(|told| told.verdict);
    assert_eq!(verdict(&desk), Some(Verdict::Waits));
    desk.elsewhere("eve", &Command::SwitchPlaybook { playbook: "replied".into(), on: false });
    assert_eq!(verdict(&desk), Some(Verdict::Off));
    let row = desk.app.screen.as_ref().map(|screen| screen.row);
    desk.mouse(Mouse::WheelDown, (5, 5));
    assert_ne!(desk.app.screen.as_ref().map(|screen| screen.row), row);
    desk.notify(Msg::Resize(40, 10));
    assert!(desk.lines().iter().any(|line| line.starts_with('▌')));
}

#[test]
fn in_the_alerts_it_is_about_the_account_of_the_alert() {
    let mut desk = desk((80, 24));
    let failed = payment_failed("in_1", 1);
    let at = desk.world.now.at;
    let signal = Signal {
        template: None,
        id: SignalId::new("s"),
        at,
        by: None,
        source: "stripe".into(),
        data: failed,
    };
    desk.elsewhere("eve", &Command::RecordSignal { account: AccountRef::Id(id("nova")), signal });
    desk.focus("acme").keys("A E");
    assert_eq!(desk.app.screen.as_ref().and_then(|screen| screen.about.clone()), Some(id("nova")));
    desk.keys("esc");
    assert_eq!(desk.focused(), "nova", "which it leads to");
}

/// What waits says for what in the list itself, on narrow screens, too.
#[test]
fn the_list_says_what_each_waits_for() {
    for size in [(80, 24), (160, 48)] {
        let mut desk = desk(size);
        let shown = desk.focus("hive").keys("E").lines();
        let waiting: Vec<&String> = shown
            .iter()
            .filter(|line| line.chars().skip(1).collect::<String>().starts_with("Waits "))
            .collect();
        assert!(!waiting.is_empty(), "{shown:#?}");
        for line in waiting {
            assert!(line.contains(" Until "), "{size:?}: {line}");
        }
        let blocked = shown.iter().find(|line| line.contains("Not met"));
        assert!(blocked.is_none_or(|line| !line.contains("Will not")), "{blocked:?}");
    }
}

/// Where rows are hidden, none of the lines under them is blank.
#[test]
fn no_row_is_hidden_for_a_blank_line() {
    for size in [(80, 24), (120, 40), (160, 48)] {
        let mut desk = desk(size);
        desk.focus("hive").keys("E");
        for _ in 0..told(&desk).len() {
            let body = layout::areas(&desk.app).body;
            let shown = desk.lines();
            let heading = &shown[usize::from(body.y)];
            let last = &shown[usize::from(body.bottom()) - 1];
            assert!(!heading.contains("more ↓") || !last.trim().is_empty(), "{size:?}: {shown:#?}");
            desk.keys("j");
        }
    }
}
