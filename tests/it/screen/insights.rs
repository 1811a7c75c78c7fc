//! The screen of the week in numbers.

use chrono::TimeDelta;
use gangplank::insights::forecast::ForecastMonth;
use gangplank::insights::window::WindowStep;
use gangplank::session::Report;
use gangplank::session::past::PastRequest;
use gangplank::tui::layout::insights::placed;
use gangplank::tui::model::insights::CountedOwner;
use gangplank::tui::model::msg::{Mouse, Msg};

use super::playbooks_and_forecast::alive;
use super::snapshots::Snapshots;
use crate::support::World;
use crate::support::desk::Desk;

const SIZES: [(u16, u16); 4] = [(80, 24), (160, 48), (240, 60), (20, 5)];

pub(super) fn snapshots() -> Snapshots {
    let mut snapshots = Snapshots::default();
    for size in SIZES {
        for (name, keys) in [
            ("numbers", "I j l l"),
            ("numbers_cohorts", "I 2"),
            ("numbers_stays", "I 3 j j $"),
            ("numbers_late", "I 4"),
            ("numbers_flow", "I 5"),
            ("numbers_standing", "I 6"),
            ("numbers_replies", "I 7"),
            ("numbers_moves", "I shift-tab shift-tab shift-tab shift-tab"),
            ("numbers_forced", "I shift-tab shift-tab shift-tab"),
            ("numbers_people", "I shift-tab shift-tab"),
            ("numbers_forecast", "I shift-tab"),
        ] {
            snapshots.take(name, alive(size).keys(keys));
        }
    }
    snapshots.take("numbers_none", Desk::new(World::new(), (80, 24)).keys("I"));
    snapshots.take("numbers_opened", alive((80, 24)).keys("I j l l enter"));
    snapshots.take("numbers_whose", alive((80, 24)).keys("I O"));
    snapshots
}

#[test]
fn the_numbers_look_like_this() {
    snapshots().check();
}

/// What the first line says of days and accounts.
fn title(desk: &Desk) -> String {
    desk.lines()[0].clone()
}

#[test]
fn enter_lists_the_accounts_behind_a_number_and_esc_goes_back() {
    let mut desk = alive((120, 40));
    desk.keys("I j l l");
    let details = desk.picture();
    assert!(details.contains("Still there · 2 accounts"), "{details}");
    desk.keys("enter");
    assert!(desk.picture().contains("Hive Mind") && !desk.picture().contains("Stage outcomes"));
    desk.keys("esc");
    assert!(desk.picture().contains("Stage outcomes"), "{}", desk.picture());
}

#[test]
fn a_count_of_a_day_lists_who_stood_there() {
    let mut desk = alive((120, 40));
    // The last day, and of it the accounts of stage 2.
    desk.keys("I 6 j j j j j j j l");
    let details = desk.picture();
    assert!(details.contains("15 Dec · 2 · 2 accounts") && details.contains("enter lists them"), "{details}");
    desk.keys("enter");
    let listed = desk.picture();
    assert!(listed.contains("Hive Mind") && listed.contains("Iris Optik"), "{listed}");
    assert!(!listed.contains("Kite Logistics"), "{listed}");
    desk.keys("esc");
    assert!(desk.picture().contains("Who stood where"));
}

#[test]
fn the_journal_is_read_for_a_forecast_only_when_one_comes_to_it() {
    let mut desk = alive((120, 40));
    desk.keys("I");
    assert!(desk.app.insights.month.is_none());
    desk.keys("shift-tab");
    assert!(desk.app.insights.month.is_some() && desk.app.insights.month_asked.is_none());
    assert!(desk.picture().contains("November 2024: "), "{}", desk.picture());
    assert!(desk.picture().contains("no amount was forecast when that month began"), "{}", desk.picture());
    desk.keys("w [");
    assert!(desk.picture().contains("May 2024: "), "another month for other days: {}", desk.picture());
}

#[test]
fn a_month_that_cannot_be_read_is_said_and_may_be_asked_for_again() {
    for again in ["enter", "1 shift-tab"] {
        let mut desk = alive((80, 24));
        desk.keys("I");
        // Another one fails, and this one.
        let month =
            ForecastMonth::of(&desk.app.insights.scope.window(desk.world.now.today()), &desk.world.now);
        desk.app.insights.month_asked = Some(month);
        desk.keys("shift-tab");
        assert!(desk.picture().contains("reading the journal of that month…"), "{}", desk.picture());
        let failed = |moments| Report::PastUnread(PastRequest::Moments(moments), "the disk is gone".into());
        let earlier = month.moments.map(|at| at - TimeDelta::days(31));
        desk.notify(Msg::Report(failed(earlier)));
        assert!(desk.picture().contains("reading the journal of that month…"), "{}", desk.picture());
        desk.notify(Msg::Report(failed(month.moments)));
        let picture = desk.picture();
        assert!(picture.contains("The journal of that month could not be read: the disk is"), "{picture}");
        assert!(picture.contains("enter reads it again"), "{picture}");
        assert!(desk.app.insights.month.is_none(), "it is not asked for again and again");
        desk.keys(again);
        assert!(desk.picture().contains("no amount was forecast"), "{again}: {}", desk.picture());
    }
}

#[test]
fn came_and_went_use_the_width() {
    for size in [(160, 48), (240, 60)] {
        let mut desk = alive(size);
        desk.keys("I 5");
        let (_, placed) = placed(&desk.app).expect("it is open");
        let end = placed.columns.last().expect("two numbers").end();
        assert!(placed.page.right() - end < 8, "{size:?}: {end} of {}", placed.page.right());
    }
}

#[test]
fn a_chosen_number_is_in_view_and_the_others_are_marked() {
    let mut desk = alive((80, 24));
    desk.keys("I j");
    let head = |desk: &Desk| desk.lines()[placed(&desk.app).expect("open").1.head.y as usize].clone();
    assert!(head(&desk).contains("Entries  On›"), "{}", head(&desk));
    desk.keys("l l l l l l l l l");
    assert!(head(&desk).contains('‹') && head(&desk).contains("Still there"), "{}", head(&desk));
    desk.keys("h h h h h h h h h");
    assert!(head(&desk).contains("Entries  On›"), "{}", head(&desk));
}

#[test]
fn what_a_row_has_no_room_for_stands_at_the_foot() {
    let mut desk = alive((80, 24));
    desk.keys("I shift-tab shift-tab shift-tab");
    let picture = desk.picture();
    assert!(picture.contains("Gale Force") && picture.contains("Id: gale · Taken back: no"), "{picture}");
    let mut desk = alive((160, 48));
    desk.keys("I shift-tab shift-tab shift-tab");
    assert!(!desk.picture().contains("Taken back: no"), "it stands in the table: {}", desk.picture());
}

#[test]
fn months_are_called_by_their_names() {
    let mut desk = alive((80, 24));
    desk.keys("I w 2");
    assert!(desk.picture().contains(" Dec 2024, so far "), "{}", desk.picture());
    desk.keys("tab tab tab");
    assert!(desk.picture().contains(" Dec 2024, so far "), "{}", desk.picture());
    desk.keys("tab tab tab tab tab");
    assert!(desk.picture().contains(" Dec 2024, so far "), "{}", desk.picture());
}

#[test]
fn a_number_of_nobody_opens_nothing_and_says_so() {
    let mut desk = Desk::new(World::new(), (80, 24));
    desk.keys("I enter");
    assert_eq!(desk.said(), "There is no account behind this number");
    assert!(desk.picture().contains("Stage outcomes"));
    assert!(desk.picture().contains("there is no account here"), "no table of zeros: {}", desk.picture());
}

#[test]
fn days_steps_and_owners_are_chosen_by_key() {
    let mut desk = alive((120, 40));
    desk.keys("I ]");
    assert_eq!(desk.said(), "These are the latest days");
    let now = title(&desk);
    desk.keys("[");
    assert_eq!(desk.app.insights.scope.back, 1);
    assert_ne!(title(&desk), now);
    desk.keys("]");
    assert_eq!(title(&desk), now);
    desk.keys("w");
    assert_eq!(desk.app.insights.scope.step, WindowStep::Month);
    assert!(title(&desk).contains("by month"), "{}", title(&desk));
    desk.keys("w / h i v e enter");
    assert!(title(&desk).contains("hive") && title(&desk).contains("1 account"), "{}", title(&desk));
    desk.keys("O 2");
    assert_eq!(desk.app.insights.scope.whose, CountedOwner::Of("dana".into()));
}

/// The cell where `words` begin.
fn cell_with(desk: &Desk, words: &str) -> (u16, u16) {
    let lines = desk.lines();
    let y = lines.iter().position(|line| line.contains(words)).expect("it is in view");
    let before = lines[y].split(words).next().expect("what stands before it");
    (u16::try_from(before.chars().count()).expect("a cell"), u16::try_from(y).expect("a line"))
}

#[test]
fn a_click_chooses_a_section_and_a_row() {
    let mut desk = alive((80, 24));
    desk.keys("I");
    let cohorts = cell_with(&desk, "Cohorts");
    desk.mouse(Mouse::Press, cohorts);
    assert!(desk.picture().contains("2/15"), "{}", desk.picture());
    desk.keys("1");
    let (_, y) = cell_with(&desk, "3a. Engaged");
    desk.mouse(Mouse::Press, (24, y));
    assert!(desk.picture().contains("3a. Engaged — Email · "), "{}", desk.picture());
}
