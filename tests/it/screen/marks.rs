//! Work on many accounts at once: marks, the panel before it, one entry, one undo.

use gangplank::state::{AccountId, AccountRef, AlertState, Command, Risk, RiskLevel, Signal, SignalId};
use gangplank::tui::model::bulk::BulkPanel;
use gangplank::tui::model::msg::Mouse;
use gangplank::tui::model::prompt::Prompt;

use crate::support::desk::Desk;

use crate::support::{World, id, import, payment_failed, row, rows_of, team_board};

fn desk() -> Desk {
    Desk::new(team_board(), (120, 40))
}

/// Three accounts, and the playbooks.
fn automated() -> World {
    let mut world = World::new();
    let table = [
        ["acme", "Acme Ltd", "836 USD", "2025-02-22", "dana", "1", "EU"],
        ["hive", "Hive Mind", "180 USD", "2025-02-18", "dana", "2", "EU"],
        ["reef", "Reef", "610 USD", "2025-02-15", "dana", "6a", "US"],
    ];
    world.does(&import(&rows_of(&table)));
    world
}

fn marked(desk: &Desk) -> Vec<String> {
    let mut ids: Vec<String> = desk.app.marks.accounts().iter().map(AccountId::to_string).collect();
    ids.sort();
    ids
}

fn panel(desk: &Desk) -> &BulkPanel {
    let Some(Prompt::Bulk(panel)) = &desk.app.prompt else { panic!("a panel asks: {:?}", desk.app.prompt) };
    panel
}

fn lines(desk: &Desk) -> Vec<String> {
    panel(desk).lines.iter().map(|(line, _)| line.trim().to_owned()).collect()
}

#[test]
fn a_mark_is_set_and_taken_away_and_the_focus_goes_on() {
    let mut desk = desk();
    desk.focus("hive").keys("space");
    assert_eq!((marked(&desk), desk.focused()), (vec!["hive".to_owned()], "iris"));
    desk.keys("space k space");
    assert_eq!(marked(&desk), ["iris"]);
    assert!(desk.lines()[0].contains("◆ 1 marked"), "{}", desk.lines()[0]);
    desk.keys("esc");
    assert!(desk.app.marks.is_empty() && !desk.lines()[0].contains("marked"));
}

#[test]
fn a_range_follows_the_focus_and_gives_back_what_it_leaves() {
    let mut desk = desk();
    desk.keys("t g g");
    let ids: Vec<String> = desk.app.rows().iter().map(|row| row.id.to_string()).collect();
    let sorted = |part: &[String]| {
        let mut part = part.to_vec();
        part.sort();
        part
    };
    desk.keys("j v j j j");
    assert_eq!(marked(&desk), sorted(&ids[1..5]));
    desk.keys("k k");
    assert_eq!(marked(&desk), sorted(&ids[1..3]));
    desk.keys("k k");
    assert_eq!(marked(&desk), sorted(&ids[0..2]));
    desk.keys("j j j v j j");
    assert_eq!(marked(&desk), sorted(&ids[1..4]), "the range ended there");
    desk.keys("G");
    assert_eq!(marked(&desk), sorted(&ids[1..4]));
}

#[test]
fn all_that_are_shown_are_the_column_then_the_board_then_none() {
    let mut desk = desk();
    desk.focus("hive").keys("*");
    assert_eq!(marked(&desk), ["gale", "hive", "iris"].map(String::from).to_vec()[1..].to_vec());
    assert!(desk.said().contains("* again marks all"), "{}", desk.said());
    desk.keys("*");
    assert_eq!(desk.app.marks.len(), desk.app.columns.list(false).len());
    desk.keys("*");
    assert!(desk.app.marks.is_empty());
    // A filter says by itself who is meant.
    desk.keys("/").types("owner:none stage:any").keys("enter *");
    assert_eq!(marked(&desk), ["brio", "cato", "lark", "umbra"]);
}

/// What the mouse marks is where it was pressed.
#[test]
fn a_press_with_ctrl_marks_a_card() {
    let mut desk = desk();
    let picture = desk.lines();
    let (y, line) =
        picture.iter().enumerate().find(|(_, line)| line.contains("Hive Mind")).expect("it is shown");
    let x = line.chars().take_while(|c| *c != 'H').count();
    let cell = (u16::try_from(x).expect("it fits"), u16::try_from(y).expect("it fits"));
    desk.mouse(Mouse::PressToMark, cell);
    assert_eq!((marked(&desk), desk.focused()), (vec!["hive".to_owned()], "hive"));
    desk.mouse(Mouse::PressToMark, cell);
    assert!(desk.app.marks.is_empty());
}

#[test]
fn a_verb_says_first_what_it_would_do_and_does_it_as_one() {
    let mut desk = Desk::new(automated(), (120, 40));
    for account in ["acme", "hive", "reef"] {
        desk.focus(account).keys("space");
    }
    desk.keys("m").types("3b");
    // Nobody of them engaged; one has finished.
    assert_eq!(panel(&desk).refused, 3);
    assert!(desk.lines().iter().any(|line| line.contains("Hive Mind never engaged")), "{}", desk.picture());
    let seq = desk.world.board().seq();
    desk.keys("enter");
    assert_eq!(desk.world.board().seq(), seq, "there was nothing to do");
    assert_eq!(marked(&desk), ["acme", "hive", "reef"]);

    desk.keys("r");
    let shown = lines(&desk);
    assert!(shown.contains(&"1  reply received, 2 → 3a".to_owned()), "{shown:?}");
    desk.keys("enter");
    assert_eq!(desk.world.board().seq(), seq + 1);
    assert_eq!((desk.world.stage("hive"), desk.world.stage("acme")), ("3a", "1"), "{}", desk.said());
    assert!(desk.app.marks.is_empty());
    desk.keys("u");
    assert_eq!(desk.world.stage("hive"), "2");
    assert!(desk.world.account("acme").engaged.is_none() && desk.world.account("reef").engaged.is_none());
    desk.keys("ctrl-r");
    assert_eq!(desk.world.stage("hive"), "3a");
}

/// A bulk move of 500 accounts of which three are refused: one panel, one entry, one undo, and redo.
#[test]
fn five_hundred_move_at_once_and_three_stay() {
    let accounts: Vec<(String, String)> =
        (0..500).map(|n| (format!("A-{n:03}"), format!("Account {n:03}"))).collect();
    let table: Vec<[&str; 7]> = accounts
        .iter()
        .enumerate()
        .map(|(n, (id, name))| {
            [
                id.as_str(),
                name.as_str(),
                "300 USD",
                "2025-02-20",
                "dana",
                if n % 200 == 7 { "6a" } else { "2" },
                "EU",
            ]
        })
        .collect();
    let mut desk = Desk::new(World::of(&rows_of(&table)), (120, 40));
    desk.keys("t * m").types("5");
    let shown = lines(&desk);
    assert_eq!(panel(&desk).title, "Move: 497 of 500 accounts");
    assert_eq!(shown[0], "497  2 → 5");
    assert!(shown[1].starts_with("Account ") && shown[1].ends_with(" and 492 more"), "{shown:?}");
    assert_eq!(shown[2], "3  refused, and stay marked:");
    assert!(shown[3].starts_with("Account 007 has finished onboarding"), "{shown:?}");
    let seq = desk.world.board().seq();
    desk.keys("enter");
    let board = desk.world.board();
    assert_eq!(board.seq(), seq + 1);
    assert_eq!(board.accounts().filter(|it| desk.world.stage(it.id.as_str()) == "5").count(), 497);
    assert_eq!(marked(&desk), ["A-007", "A-207", "A-407"]);
    assert!(desk.said().contains("3 refused accounts stay marked") && desk.said().contains("! forces them"));
    desk.keys("u");
    assert_eq!(
        desk.world.board().accounts().filter(|it| desk.world.stage(it.id.as_str()) == "2").count(),
        497
    );
    desk.keys("ctrl-r");
    assert_eq!(desk.world.stage("A-000"), "5");
}

/// The title says what is asked for, and a refusal names the account once.
#[test]
fn the_panel_says_what_it_asks_and_about_whom() {
    for (keys, title) in [
        (">", "Move: "),
        ("@", "Assign: "),
        ("o", "Outreach sent: "),
        ("z 1 enter", "Snooze: "),
        ("R 1", "Set risk: "),
        ("D", ""),
    ] {
        let mut desk = desk();
        desk.elsewhere("eve", &Command::SetRisk { account: id("acme"), risk: high() });
        desk.focus("acme").keys("space").focus("reef").keys("space").keys(keys);
        let panel = panel(&desk);
        let (changed, whole) = (panel.batch.as_ref().map_or(0, |batch| batch.commands.len()), "2 accounts");
        let counted = match changed {
            0 => format!("none of {whole}"),
            1 => format!("1 of {whole}"),
            _ => whole.to_owned(),
        };
        assert_eq!(panel.title, format!("{title}{counted}"), "{keys}");
        for line in lines(&desk) {
            assert!(line.matches("Reef").count() < 2 && line.matches("Acme").count() < 2, "{keys}: {line}");
        }
    }
}

fn high() -> Risk {
    Risk { level: RiskLevel::High, reason: Some("paid late".into()) }
}

#[test]
fn those_refused_are_forced_with_one_reason() {
    let mut desk = desk();
    desk.focus("hive").keys("space").focus("iris").keys("space m").types("4a").keys("enter");
    assert!(desk.said().ends_with("! forces them, with a reason"), "{}", desk.said());
    desk.keys("!").types("met at a fair").keys("enter");
    assert_eq!(lines(&desk), ["2  2 → 4a", "Hive Mind, Iris Optik"]);
    desk.keys("enter");
    assert_eq!((desk.world.stage("hive"), desk.world.stage("iris")), ("4a", "4a"));
    assert!(desk.app.marks.is_empty());
}

#[test]
fn what_is_typed_once_is_for_all_of_them() {
    let mut desk = desk();
    let mark = |desk: &mut Desk| {
        for account in ["acme", "bolt", "cato"] {
            desk.focus(account).keys("space");
        }
    };
    mark(&mut desk);
    desk.keys("T");
    assert!(desk.picture().contains("Task for 3 accounts "));
    desk.types("fri: send the guide").keys("enter enter");
    mark(&mut desk);
    desk.keys("R").types("high");
    desk.keys("enter enter");
    // Without a reason it is refused for every one of them.
    assert_eq!(panel(&desk).refused, 3);
    desk.keys("esc R").types("high paid late").keys("enter enter");
    mark(&mut desk);
    desk.keys("e").types("Newsletter").keys("enter enter");
    mark(&mut desk);
    desk.keys("n").types("asked for the API").keys("enter enter");
    mark(&mut desk);
    desk.keys("O").types("leo").keys("enter enter");
    mark(&mut desk);
    desk.keys("z").types("monday").keys("enter enter");
    for account in ["acme", "bolt", "cato"] {
        let known = desk.world.account(account);
        assert_eq!(known.tasks.len(), 1, "{account}");
        assert_eq!(known.risk.reason.as_deref(), Some("paid late"));
        assert!(known.segments.iter().any(|segment| &**segment == "Newsletter"));
        assert_eq!(&*known.notes[0].text, "asked for the API");
        assert_eq!(known.owner(), Some("leo"));
        assert!(known.is_snoozed(desk.world.now.at));
    }
    mark(&mut desk);
    desk.keys("D enter");
    assert!(desk.world.account("acme").tasks.values().all(|task| task.done.is_some()));
    // All of them are in it, so all of them leave it.
    mark(&mut desk);
    desk.keys("e").types("newsletter");
    assert!(desk.picture().contains("all leave Newsletter"));
    desk.keys("enter enter");
    assert!(desk.world.account("acme").segments.iter().all(|segment| &**segment != "Newsletter"));
}

#[test]
fn alerts_of_marked_accounts_are_changed_together() {
    let mut world = automated();
    for (n, account) in ["acme", "hive", "reef"].iter().enumerate() {
        let (signal, data) = (SignalId::new(&format!("evt-{n}")), payment_failed(&format!("in_{n}"), 1));
        let signal =
            Signal { template: None, id: signal, at: world.now.at, by: None, source: "test".into(), data };
        world.does(&Command::RecordSignal { account: AccountRef::Id(id(account)), signal });
    }
    let mut desk = Desk::new(world, (120, 40));
    desk.keys("A *");
    assert_eq!(marked(&desk), ["acme", "hive", "reef"], "{}", desk.picture());
    desk.keys("a enter");
    assert!(desk.world.board().alerts().all(|alert| alert.acknowledged.is_some()), "{}", desk.said());
    desk.keys("* c").types("paid by card").keys("enter");
    assert_eq!(lines(&desk).len(), 2, "what becomes of them, and who they are");
    desk.keys("enter");
    assert!(desk.world.board().alerts().all(|alert| matches!(alert.state, AlertState::Closed { .. })));
    desk.keys("u");
    assert!(desk.world.board().alerts().all(|alert| !alert.is_closed()));
}

/// An alert goes to one person: what is understood is what is done.
#[test]
fn an_alert_is_not_given_by_turns() {
    let mut world = automated();
    let (signal, data) = (SignalId::new("evt-1"), payment_failed("in_1", 1));
    let signal =
        Signal { template: None, id: signal, at: world.now.at, by: None, source: "test".into(), data };
    world.does(&Command::RecordSignal { account: AccountRef::Id(id("acme")), signal });
    let mut desk = Desk::new(world, (120, 40));
    desk.keys("A O").types("dan,eve");
    assert!(!desk.picture().contains("by turns"), "{}", desk.picture());
    desk.keys("enter");
    let assignees: Vec<_> = desk.world.board().alerts().map(|alert| alert.assignee.as_deref()).collect();
    assert_eq!(assignees, [Some("dan,eve")]);
}

#[test]
fn what_works_on_one_account_says_so_while_several_are_marked() {
    let mut desk = desk();
    desk.focus("acme").keys("space space");
    for key in ["=", "N"] {
        desk.keys(key);
        assert!(
            desk.app.prompt.is_none() && desk.said().contains("one account at a time"),
            "{key}: {}",
            desk.said()
        );
    }
}

#[test]
fn a_query_may_ask_for_those_that_are_marked() {
    let mut desk = desk();
    desk.focus("hive").keys("space space /").types("marked").keys("enter");
    assert_eq!(desk.app.matches(), Some(2));
    desk.keys("t g g space");
    assert_eq!(desk.app.matches(), Some(1), "who is unmarked is no longer meant");
}

/// Somebody else was faster: nothing is half done, and the marks are still there.
#[test]
fn a_panel_that_no_longer_holds_does_nothing() {
    let mut desk = desk();
    desk.focus("hive").keys("space space m").types("5");
    let others = [forced_to("hive", "6a"), forced_to("gale", "6a")];
    for command in &others {
        desk.elsewhere("eve", command);
    }
    desk.keys("enter");
    assert!(desk.said().starts_with("Nothing was done, the board has changed meanwhile"), "{}", desk.said());
    assert_eq!((marked(&desk).len(), desk.world.stage("hive")), (2, "6a"));
}

fn forced_to(account: &str, to: &str) -> Command {
    crate::support::forced(account, to, "done")
}

#[test]
fn marks_of_an_account_that_is_merged_go_with_it() {
    let mut desk = desk();
    desk.focus("hive").keys("space");
    desk.elsewhere("eve", &Command::Merge { from: id("hive"), into: id("gale") });
    assert!(desk.app.marks.is_empty());
}

#[test]
fn nothing_is_done_to_nobody() {
    let mut desk = Desk::new(World::of(&[row("A-1", "Acme")]), (80, 24));
    desk.keys("t *");
    assert_eq!(desk.said(), "There is nothing here to mark");
    desk.keys("v space o");
    assert!(desk.app.marks.is_empty() && desk.app.prompt.is_none());
}

#[test]
fn marks_and_their_panel_as_people_see_them() {
    let mut desk = Desk::new(team_board(), (100, 30));
    desk.focus("hive").keys("space space space m").types("3a");
    insta::assert_snapshot!(desk.picture());
}

/// Several names get the accounts by turns, in the order they are shown.
#[test]
fn several_people_get_the_marked_accounts_by_turns() {
    let mut desk = desk();
    desk.focus("acme").keys("* O").types("leo, ann,kim");
    assert!(desk.picture().contains("leo, ann and kim by turns"), "{}", desk.picture());
    desk.keys("enter enter");
    let owners: Vec<_> = desk
        .app
        .rows()
        .iter()
        .map(|row| desk.world.account(row.id.as_str()).owner().unwrap_or("-"))
        .collect();
    assert!(desk.said().starts_with("10 accounts: Owners set"), "{}", desk.said());
    assert_eq!(owners, ["leo", "ann", "kim", "leo", "ann", "kim", "leo", "ann", "kim", "leo"]);
    desk.keys("u");
    assert_ne!(desk.world.account("acme").owner(), Some("leo"));
}

/// Every line about one who is refused names it once, however it is called.
#[test]
fn those_refused_are_named_once() {
    let long = "Dune Analytics Platform International";
    let world =
        World::of(&[row("1", "no").in_stage("1"), row("2", "A").in_stage("1"), row("3", long).in_stage("1")]);
    let mut desk = Desk::new(world, (160, 40));
    desk.keys("* D");
    let refused = lines(&desk);
    for name in ["no: There", "A: There", "Dune Analytics Platform"] {
        assert!(refused.iter().any(|line| line.starts_with(name)), "{name}: {refused:?}");
    }
    desk.keys("esc <").types("too early").keys("enter");
    for name in [" no (1)", " A (1)", " Dune Analytics Platform International (1)"] {
        let named = |line: &&String| line.starts_with("No stage in that direction") && line.contains(name);
        assert_eq!(lines(&desk).iter().filter(named).count(), 1, "{name}: {:?}", lines(&desk));
    }
}

/// Who goes, who stays and why; and the marked ones stay in sight.
#[test]
fn the_panel_says_who_goes_and_hides_none_of_them() {
    for size in [(80, 24), (120, 40), (160, 48)] {
        let mut desk = Desk::new(automated(), size);
        desk.keys("t").focus("acme").keys("space").focus("hive").keys("space").focus("reef").keys("space >");
        assert_eq!(panel(&desk).title, "Move: 1 of 3 accounts", "{:#?}", lines(&desk));
        let all = lines(&desk).join("\n");
        assert!(all.contains("Acme Ltd") && all.contains("Hive Mind"), "{all}");
        assert!(all.contains("2  refused, and stay marked:") && all.contains("Reef"), "{all}");
        let marked = desk.lines().iter().filter(|line| line.starts_with(['◆', '◈'])).count();
        assert_eq!(marked, 3, "{:#?}", desk.lines());
    }
}
