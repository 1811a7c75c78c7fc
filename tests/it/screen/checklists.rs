//! Points of a checklist on the screen: ticked in a box and in the open account, and asked about where a stage is left.

use gangplank::state::FactKey;
use gangplank::tui::input::action::Action;
use gangplank::tui::input::keymap::InputMode;
use gangplank::tui::model::msg::{Mouse, Msg};
use gangplank::tui::model::prompt::Prompt;

use crate::support::desk::Desk;
use crate::support::{World, row};

const SIZE: (u16, u16) = (120, 40);

fn desk() -> Desk {
    let rows = [("acme", "1"), ("bolt", "1"), ("cato", "5"), ("dune", "2")].map(|(id, stage)| {
        let name = id[..1].to_uppercase() + &id[1..];
        row(id, &name).in_stage(stage).text(FactKey::Specialist, "dana")
    });
    let mut desk = Desk::new(World::with_checklists(&rows), SIZE);
    desk.keys("t").focus("acme");
    desk
}

/// The ids of the points that are ticked on an account.
fn ticked(desk: &Desk, account: &str) -> String {
    let points = desk.world.account(account).points.iter();
    points.filter(|(_, state)| state.ticked).map(|(id, _)| &**id).collect::<Vec<_>>().join(" ")
}

/// The line of the screen in which `words` stand.
fn line(desk: &Desk, words: &str) -> String {
    desk.lines().into_iter().find(|line| line.contains(words)).unwrap_or_else(|| panic!("no {words}"))
}

fn cell_of(desk: &Desk, words: &str) -> (u16, u16) {
    let lines = desk.lines();
    let at = lines.iter().position(|line| line.contains(words)).unwrap_or_else(|| panic!("no {words}"));
    let before = lines[at].split(words).next().unwrap_or_default();
    (u16::try_from(before.chars().count()).expect("on the screen"), u16::try_from(at).expect("on the screen"))
}

#[test]
fn the_box_stays_open_while_points_are_ticked_and_unticked() {
    let mut desk = desk();
    desk.keys("+");
    assert!(line(&desk, "Audit of Acme").contains("Audit of Acme"));
    assert!(
        line(&desk, "Billing limits").contains("1 ☐ Billing limits"),
        "{}",
        line(&desk, "Billing limits")
    );
    desk.keys("2");
    assert_eq!(ticked(&desk, "acme"), "misconfiguration");
    assert!(line(&desk, "2 ☑").contains("by dana"), "{}", line(&desk, "2 ☑"));
    desk.keys("k space j j enter");
    assert_eq!(ticked(&desk, "acme"), "billing-limits misconfiguration unused-products");
    desk.keys("2");
    assert_eq!(ticked(&desk, "acme"), "billing-limits unused-products", "{}", desk.said());
    desk.mouse(Mouse::Press, cell_of(&desk, "SDK age"));
    assert_eq!(ticked(&desk, "acme"), "billing-limits sdk-age unused-products");
    desk.keys("esc");
    assert!(desk.app.prompt.is_none());
    assert!(line(&desk, "Acme").contains("3/5"), "{}", line(&desk, "Acme"));
    desk.keys("u");
    assert_eq!(ticked(&desk, "acme"), "billing-limits unused-products");
}

#[test]
fn an_observation_ticks_its_point_and_leads_back_to_the_box() {
    let mut desk = desk();
    desk.keys("+ j n").types("two of them").keys("enter");
    assert_eq!(ticked(&desk, "acme"), "misconfiguration");
    assert!(line(&desk, "2 ☑").contains("two of them · "), "{}", line(&desk, "2 ☑"));
    assert!(desk.said().contains("Acme: Checked: Misconfiguration that costs money (two of them)"));
    desk.keys("3 2 2 n").types(" now").keys("enter esc");
    let state = &desk.world.account("acme").points["misconfiguration"];
    assert_eq!(state.observation.as_deref(), Some("two of them now"), "it goes on from what was written");
}

#[test]
fn the_open_account_shows_its_checklist_and_a_press_ticks() {
    let mut desk = desk();
    desk.keys("enter");
    assert!(line(&desk, "Audit 0/5").contains("+ Tick"), "{}", line(&desk, "Audit"));
    desk.mouse(Mouse::Press, cell_of(&desk, "☐ SDK age"));
    assert_eq!(ticked(&desk, "acme"), "sdk-age");
    assert!(line(&desk, "☑ SDK age").contains("☑ SDK age") && line(&desk, "Audit 1/5").contains("Audit"));
    desk.mouse(Mouse::Press, cell_of(&desk, "☑ SDK age"));
    assert_eq!(ticked(&desk, "acme"), "");
    assert_eq!(desk.app.mode(), InputMode::Detail);
}

/// Where the pane is wide, the checklist stands in its second column.
#[test]
fn a_press_ticks_in_the_second_column_of_a_wide_pane() {
    let mut desk = desk();
    desk.notify(Msg::Resize(240, 60));
    desk.keys("d").focus("acme");
    let (x, y) = cell_of(&desk, "☐ SDK age");
    assert!(x > 180, "it stands at {x}: {}", desk.picture());
    desk.mouse(Mouse::Press, (x, y));
    assert_eq!(ticked(&desk, "acme"), "sdk-age");
    desk.mouse(Mouse::Press, cell_of(&desk, "☑ SDK age"));
    assert_eq!(ticked(&desk, "acme"), "");
}

#[test]
fn a_stage_is_left_with_open_points_only_after_a_yes() {
    for keys in ["o", ">", "m 2"] {
        let mut desk = desk();
        desk.keys("+ 2 3 esc").keys(keys);
        let asked = desk.asked();
        assert!(
            asked.contains("Acme leaves 1 with 3 open points (billing limits, automatic capture of events that nobody uses, SDK age): go on?"),
            "{keys}: {asked}"
        );
        desk.keys("n");
        assert_eq!(desk.world.stage("acme"), "1", "{keys}");
        desk.keys(keys).keys("y");
        assert_eq!(desk.world.stage("acme"), "2", "{keys}");
        desk.keys("u");
        assert_eq!(desk.world.stage("acme"), "1", "an undo is not asked");
        desk.keys("+ 1 4 5 esc").keys(keys);
        assert_eq!(desk.world.stage("acme"), "2", "{keys}: all are ticked");
    }
}

#[test]
fn the_question_leads_to_the_points() {
    let mut desk = desk();
    desk.keys("o");
    assert!(desk.lines().join(" ").contains("* Tick all, and go on  + Tick some"), "{}", desk.picture());
    desk.keys("+ 1 2 3 4 5 esc o");
    assert_eq!(desk.world.stage("acme"), "2", "all are ticked");
    desk.focus("dune").keys("X");
    assert!(!desk.lines().join(" ").contains("Tick"), "it leaves no points: {}", desk.picture());
    desk.keys("*");
    assert!(desk.app.prompt.is_some(), "the question stays");
    assert!(desk.lines().join(" ").contains("Answer y or n."), "{}", desk.picture());
}

/// Whoever types ahead has not read the question: enter, which ends what they type, is no answer to it.
#[test]
fn enter_is_no_yes_after_a_key_that_is_no_answer() {
    let mut desk = desk();
    desk.keys("o").keys("b").types("tue").keys("enter");
    assert_eq!(desk.world.stage("acme"), "1");
    assert!(desk.app.prompt.is_some(), "the question stays");
    desk.keys("y");
    assert_eq!(desk.world.stage("acme"), "2");
}

#[test]
fn all_open_points_are_ticked_with_one_key_and_the_work_goes_on() {
    for keys in ["o", ">", "m 2"] {
        let mut desk = desk();
        desk.keys("+ 2 esc").keys(keys).keys("*");
        assert_eq!(desk.world.stage("acme"), "2", "{keys}: {}", desk.said());
        assert_eq!(desk.world.account("acme").points.values().filter(|point| point.ticked).count(), 5);
        desk.keys("u");
        assert_eq!(desk.world.stage("acme"), "1", "{keys}: one undo takes both back");
        assert_eq!(ticked(&desk, "acme").split(' ').count(), 1, "{keys}");
    }
}

#[test]
fn the_box_ticks_all_with_one_key_and_stays() {
    let mut desk = desk();
    desk.keys("+ *");
    assert_eq!(desk.world.account("acme").points.values().filter(|point| point.ticked).count(), 5);
    assert_eq!(desk.app.mode(), InputMode::Menu, "the box stays");
    let key = |mode| desk.app.setup.keymap.key(mode, Action::TickAll);
    assert_eq!(key(InputMode::Menu), key(InputMode::Confirm), "one key for both");
    desk.keys("*");
    assert_eq!(desk.said(), "Every point is ticked already");
    desk.keys("esc u");
    assert_eq!(ticked(&desk, "acme"), "", "they were one change");
}

#[test]
fn what_leaves_no_stage_is_not_asked() {
    let mut desk = desk();
    desk.focus("dune").keys("r");
    assert_eq!(desk.world.stage("dune"), "3a", "stage 2 has no checklist");
    desk.focus("acme").keys("r");
    assert!(desk.app.prompt.is_none(), "a reply moves nobody out of 1");
}

#[test]
fn a_doubt_and_open_points_are_one_question() {
    let mut desk = desk();
    desk.keys("X");
    let asked = desk.asked();
    assert!(
        asked.contains("Acme leaves 1 with 5 open points (billing limits, …). Mark Acme churned?"),
        "{asked}"
    );
    desk.keys("y");
    assert_eq!(desk.world.stage("acme"), "6d");
}

#[test]
fn marked_accounts_are_ticked_together_and_counted_where_they_leave() {
    let mut desk = desk();
    desk.focus("acme").keys("space").focus("bolt").keys("space").focus("cato").keys("space");
    desk.keys("+");
    assert!(line(&desk, "Checklist of 3 accounts").contains("Checklist"));
    assert!(line(&desk, "Billing limits").contains("0 of 2") && line(&desk, "Usage").contains("0 of 1"));
    desk.keys("1");
    let panel = desk.lines().join(" ");
    assert!(
        panel.contains("Check: 2 of 3 accounts") && panel.contains("2  checked: Billing limits"),
        "{panel}"
    );
    assert!(panel.contains("Cato: The point is in no checklist of its stage"), "{panel}");
    desk.keys("enter");
    assert_eq!((&*ticked(&desk, "acme"), &*ticked(&desk, "bolt")), ("billing-limits", "billing-limits"));
    desk.keys("u");
    assert_eq!(ticked(&desk, "bolt"), "", "one entry, one undo");
    desk.keys("esc esc").focus("acme").keys("space").focus("bolt").keys("space >");
    let panel = desk.lines().join(" ");
    assert!(panel.contains("2  of them leave a stage with open points of their checklist"), "{panel}");
}

#[test]
fn where_there_is_no_checklist_it_says_so() {
    let mut desk = desk();
    desk.focus("dune").keys("+");
    assert_eq!(desk.said(), "2. Onboarding Initiated has no checklist: pipeline.toml can give it one");
    desk.focus("acme").keys("y").keys("n");
    assert_eq!(desk.said(), "Only points of a checklist have observations");
    assert!(matches!(desk.app.prompt, Some(Prompt::Pick(_))));
}
