//! The groups of Today: their headings, how far a page goes over them, and folding.

use gangplank::state::{AccountId, AlertChange, Command, TaskChange, TodayGroup};
use gangplank::tui::layout::{self, HitTarget};
use gangplank::tui::model::focus::View;
use gangplank::tui::model::msg::{Mouse, Msg};
use proptest::prelude::*;
use proptest::sample::select;

use super::today::{desk, every_reason};
use crate::support::desk::Desk;
use crate::support::{id, team_board};

const SIZE: (u16, u16) = (120, 40);

/// The headings in view, top to bottom.
fn headings(desk: &Desk) -> Vec<String> {
    let lines = desk.lines().into_iter().filter(|line| line.starts_with([' ', '▌']));
    let lines = lines.filter(|line| line.contains('▾') || line.contains('▸'));
    lines.map(|line| line.trim_matches([' ', '─']).to_owned()).collect()
}

fn rows(desk: &Desk) -> Vec<&str> {
    desk.app.queue.rows().iter().map(|row| row.id.as_str()).collect()
}

/// The line of the screen in which `words` stand.
fn line_of(desk: &Desk, words: &str) -> u16 {
    let at = desk.lines().iter().position(|line| line.contains(words)).expect("it is on the screen");
    u16::try_from(at).expect("screens are small")
}

#[test]
fn every_group_has_a_heading_with_its_count() {
    let desk = desk(SIZE);
    let expected = [
        "▾ Urgent · 4",
        "▾ First outreach · 1",
        "▾ Final outreach · 1",
        "▾ Tasks · 1",
        "▾ Replies · 1",
        "▾ Follow up · 1",
    ];
    assert_eq!(headings(&desk), expected);
}

#[test]
fn a_group_stands_in_one_piece() {
    let mut desk = every_reason();
    let found = desk.app.queue.found();
    let groups: Vec<TodayGroup> = found.iter().filter_map(|row| desk.app.queue.group_of(&row.id)).collect();
    assert!(groups.is_sorted() && groups.len() == found.len(), "{groups:?}");
    let counted: usize = desk.app.queue.sections().iter().map(|section| section.count).sum();
    assert_eq!(counted, found.len());
    // Also while the row of an open account stays where it was.
    desk.focus("gale").keys("enter A c enter esc esc");
    let found = desk.app.queue.found();
    let groups: Vec<TodayGroup> = found.iter().filter_map(|row| desk.app.queue.group_of(&row.id)).collect();
    assert!(groups.is_sorted() && groups.len() == found.len(), "{groups:?}");
}

#[test]
fn a_low_screen_has_no_headings() {
    assert!(headings(&desk((80, 14))).is_empty());
    assert!(!headings(&desk((80, 24))).is_empty());
}

#[test]
fn a_group_is_folded_and_unfolded() {
    let mut desk = desk(SIZE);
    desk.focus("iris").keys("h");
    assert_eq!((desk.focused(), &headings(&desk)[0][..]), ("bolt", "▸ Urgent · 4"));
    assert_eq!(desk.said(), "Folded Urgent: 4 accounts · l unfolds it");
    assert_eq!(rows(&desk), ["bolt", "echo", "fern", "cato", "hive"]);
    // The keys go on where there is something to see.
    desk.keys("g g");
    assert_eq!(desk.focused(), "bolt");
    desk.keys("G h");
    assert_eq!(desk.focused(), "cato");
    desk.keys("l");
    assert_eq!(desk.focused(), "hive");
    desk.keys("l");
    assert_eq!((desk.focused(), &headings(&desk)[0][..]), ("gale", "▾ Urgent · 4"));
    desk.keys("l");
    assert_eq!(desk.said(), "No group is folded");
    desk.focus("echo").keys("0");
    assert_eq!(rows(&desk), ["echo"]);
    assert_eq!(desk.said(), "Folded all but Final outreach · end unfolds all");
    desk.keys("h");
    assert_eq!((desk.focused(), rows(&desk).len()), ("nobody", 0));
    desk.keys("h");
    assert_eq!(desk.said(), "There is no group to fold");
    desk.keys("$");
    assert_eq!((rows(&desk).len(), desk.focused()), (9, "gale"));
}

#[test]
fn an_open_account_says_that_groups_fold_without_it() {
    let mut desk = desk((160, 40));
    desk.keys("|");
    let before = headings(&desk);
    for key in ["h", "l", "0", "$"] {
        desk.keys("enter").keys(key);
        assert_eq!(desk.said(), "Groups fold while no account is open: esc closes it");
        desk.keys("esc");
    }
    assert_eq!(headings(&desk), before);
}

#[test]
fn the_foot_names_the_keys_that_fold_where_they_do_something() {
    let mut desk = desk((200, 40));
    let foot = |desk: &Desk| desk.lines()[39].clone();
    assert!(foot(&desk).contains("h Fold") && !foot(&desk).contains("l Unfold"), "{}", foot(&desk));
    desk.keys("h");
    assert!(foot(&desk).contains("l Unfold"), "{}", foot(&desk));
    desk.keys("l").focus("acme").keys("o");
    assert!(foot(&desk).contains("l Show done"), "{}", foot(&desk));
    desk.keys("* z").types("fri").keys("enter enter esc");
    assert!(foot(&desk).contains("l Show done") && !foot(&desk).contains("h Fold"), "{}", foot(&desk));
}

#[test]
fn the_mouse_folds_and_chooses_what_it_is_pressed_on() {
    let mut desk = desk(SIZE);
    let heading = line_of(&desk, "First outreach");
    desk.mouse(Mouse::Press, (5, heading));
    assert_eq!(headings(&desk)[1], "▸ First outreach · 1");
    desk.mouse(Mouse::Press, (5, line_of(&desk, "Cato")));
    assert_eq!(desk.focused(), "cato");
    desk.mouse(Mouse::Press, (5, heading));
    assert_eq!((desk.focused(), &headings(&desk)[1][..]), ("bolt", "▾ First outreach · 1"));
}

#[test]
fn what_is_folded_stays_folded_while_accounts_come_and_go() {
    let mut desk = desk(SIZE);
    desk.focus("fern").keys("h").focus("gale");
    let due = Some(desk.app.now.today().into());
    let change = TaskChange::Add { title: "write to them".into(), due, done_on: Vec::new() };
    desk.elsewhere("eve", &Command::ChangeTask { account: id("iris"), task: None, change });
    let key = desk.app.board.alerts().find(|alert| alert.account.as_str() == "iris").map(|it| it.key.clone());
    let acknowledge =
        Command::ChangeAlert { key: key.expect("a payment failed"), change: AlertChange::Acknowledge };
    desk.elsewhere("eve", &acknowledge);
    assert_eq!((&headings(&desk)[0][..], &headings(&desk)[3][..]), ("▾ Urgent · 3", "▸ Tasks · 2"));
    assert!(!rows(&desk).contains(&"iris"));
    desk.notify(Msg::Tick);
    desk.keys("M M M");
    assert_eq!(headings(&desk)[3], "▸ Tasks · 2");
    // Whoever goes to an account sees it.
    desk.focus("iris");
    assert_eq!(headings(&desk)[3], "▾ Tasks · 2");
}

#[test]
fn a_filter_finds_what_was_folded() {
    let mut desk = desk(SIZE);
    desk.focus("gale").keys("h /").types("gale").keys("enter");
    assert_eq!((desk.focused(), headings(&desk).len()), ("gale", 1));
}

#[test]
fn only_what_is_shown_is_marked() {
    let mut desk = desk(SIZE);
    desk.focus("gale").keys("h *");
    let marked: Vec<&str> = desk.app.marks.accounts().iter().map(AccountId::as_str).collect();
    assert_eq!(marked.len(), 5);
    assert!(!marked.contains(&"gale"));
}

#[test]
fn a_page_shows_every_row() {
    let mut desk = every_reason();
    for height in [16, 19, 22] {
        desk.notify(Msg::Resize(100, height));
        let everyone: Vec<String> = rows(&desk).into_iter().map(str::to_owned).collect();
        for (begin, page) in [("g g", "pgdn"), ("G", "pgup")] {
            desk.keys(begin);
            let mut seen = std::collections::BTreeSet::new();
            for _ in 0..everyone.len() {
                seen.extend(in_view(&desk));
                desk.keys(page);
            }
            assert_eq!(seen.len(), everyone.len(), "{page} at {height}");
        }
    }
}

/// The accounts whose rows are in view.
fn in_view(desk: &Desk) -> Vec<String> {
    let body = layout::areas(&desk.app).body;
    let hit = (body.top()..body.bottom()).filter_map(|y| match layout::hit_test(&desk.app, 4, y) {
        HitTarget::ListRow(row) => Some(row),
        _ => None,
    });
    hit.map(|row| desk.app.rows()[row].id.as_str().to_owned()).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    /// Whatever is folded and however high the screen is, the chosen row is in view, and the mouse finds it where it is
    /// drawn.
    #[test]
    fn the_chosen_row_is_in_view_where_the_mouse_finds_it(
        height in 6..=40_u16,
        keys in prop::collection::vec(
            select(&["j", "k", "g g", "G", "h", "l", "0", "$", "pgdn", "pgup", "space", "*", "M", "u", "o", "A", "esc"][..]),
            0..16,
        ),
    ) {
        let mut desk = every_reason();
        desk.notify(Msg::Resize(100, height));
        for key in keys {
            desk.keys(key);
            let app = &desk.app;
            prop_assert_eq!(app.view, View::Today);
            let Some(id) = app.focus.account.clone() else { continue };
            let Some(row) = app.queue.position(&id) else { continue };
            prop_assert_eq!(row, app.focus.row);
            let body = layout::areas(app).body;
            let is_it = |y: &u16| layout::hit_test(app, 4, *y) == HitTarget::ListRow(row);
            let y = (body.top()..body.bottom()).find(is_it);
            let lines = desk.lines();
            prop_assert!(y.is_some_and(|y| lines[usize::from(y)].starts_with(['▌', '◈'])), "{}", lines.join("\n"));
        }
    }
}

/// The keys that lead to the ends of a list lead there; groups have keys of their own.
#[test]
fn home_and_end_lead_to_the_first_and_the_last_row() {
    let mut desk = Desk::new(team_board(), (120, 40));
    desk.keys("d j j end");
    assert_eq!(desk.app.focus.row, desk.app.rows().len() - 1);
    desk.keys("home");
    assert_eq!((desk.app.focus.row, desk.app.queue.folded().len()), (0, 1), "only what is done is folded");
    desk.keys("t end");
    assert_eq!(desk.app.focus.row, desk.app.rows().len() - 1);
}
