//! What has just changed is marked for a moment.

use chrono::TimeDelta;
use gangplank::state::{Command, TaskChange};
use gangplank::tui::model::recent::RecentChange;

use crate::support::desk::Desk;
use crate::support::{World, forced, id, import, moved, note, row, rows_of};

fn desk(size: (u16, u16)) -> Desk {
    let world = World::of(&rows_of(&[
        ["acme", "Acme", "300 USD", "2025-01-20", "dana", "2", "EU"],
        ["bolt", "Bolt", "310 USD", "2025-01-28", "dana", "2", "US"],
        ["cato", "Cato", "320 USD", "2025-01-30", "dana", "1", "EU"],
    ]));
    let mut desk = Desk::new(world, size);
    desk.focus("acme");
    desk
}

fn recent(desk: &Desk, account: &str) -> Option<RecentChange> {
    desk.app.recent.of(&id(account))
}

/// The line of the screen that names `name`, from there on.
fn line_of(desk: &Desk, name: &str) -> String {
    let lines = desk.lines();
    let line = lines.iter().skip(3).find_map(|line| line.find(name).map(|at| line[at..].to_owned()));
    line.expect("it is on the screen")
}

#[test]
fn what_others_do_is_marked_and_what_one_does_oneself_is_not() {
    let mut desk = desk((160, 40));
    desk.elsewhere("magda", &note("bolt", "Called them"));
    assert_eq!(recent(&desk, "bolt"), Some(RecentChange::ByOthers));
    assert!(line_of(&desk, "Bolt").contains('↻'), "{}", line_of(&desk, "Bolt"));
    desk.keys("n").types("ours").keys("enter");
    assert_eq!(recent(&desk, "acme"), None, "a note of one's own is no news");
}

#[test]
fn a_card_that_moved_is_marked_where_it_came_to_until_the_next_change() {
    let mut desk = desk((160, 40));
    desk.focus("cato").keys("m 2");
    assert_eq!(recent(&desk, "cato"), Some(RecentChange::Moved), "{}", desk.said());
    assert!(line_of(&desk, "Cato").contains('→'), "{}", line_of(&desk, "Cato"));
    desk.focus("acme").keys("m 5");
    assert_eq!(recent(&desk, "cato"), None, "only the last of one's own is marked");
    assert_eq!(recent(&desk, "acme"), Some(RecentChange::Moved), "{}", desk.said());
    desk.elsewhere("magda", &moved("bolt", "5"));
    desk.elsewhere("magda", &note("bolt", "Wrote to them"));
    assert_eq!(
        recent(&desk, "bolt"),
        Some(RecentChange::Moved),
        "where it went says more than that it changed"
    );
    assert_eq!(recent(&desk, "acme"), Some(RecentChange::Moved), "what others do takes no mark away");
}

#[test]
fn a_mark_fades_with_what_wakes_the_screen_after_a_moment() {
    let mut desk = desk((160, 40));
    desk.elsewhere("magda", &note("bolt", "Called them"));
    desk.world.now.at += TimeDelta::seconds(19);
    desk.keys("j");
    assert!(recent(&desk, "bolt").is_some());
    desk.world.now.at += TimeDelta::seconds(1);
    desk.keys("k");
    assert_eq!(recent(&desk, "bolt"), None);
}

#[test]
fn an_import_of_many_marks_none() {
    let mut desk = desk((160, 40));
    let rows: Vec<_> = (0..400).map(|at| row(&format!("n{at}"), "New")).collect();
    desk.elsewhere("magda", &import(&rows));
    assert!(desk.app.recent.is_empty());
    desk.elsewhere("magda", &import(&rows_of(&[["zoe", "Zoe", "1 USD", "2025-01-20", "dana", "2", "EU"]])));
    assert_eq!(recent(&desk, "zoe"), Some(RecentChange::Moved), "it came to the board");
}

#[test]
fn having_looked_at_an_account_marks_nothing() {
    let mut desk = desk((160, 40));
    desk.elsewhere("magda", &Command::MarkSeen { account: id("bolt") });
    assert!(desk.app.recent.is_empty());
}

#[test]
fn a_folded_stage_says_who_came_and_who_cannot_wait() {
    let mut desk = desk((160, 40));
    desk.elsewhere("magda", &forced("bolt", "6a", "It is so"));
    let due = Some(desk.world.now.today().into());
    let change = TaskChange::Add { title: "Ask why".into(), due, done_on: Vec::new() };
    desk.elsewhere("magda", &Command::ChangeTask { account: id("bolt"), task: None, change });
    let picture = desk.picture();
    assert!(picture.contains("→1"), "{picture}");
    assert!(picture.contains("△1"), "{picture}");
    desk.world.now.at += TimeDelta::seconds(30);
    desk.keys("k");
    assert!(!desk.picture().contains("→1"), "{}", desk.picture());
    assert!(desk.picture().contains("△1"), "who cannot wait stays");
}

#[test]
fn a_card_that_moved_out_of_sight_is_scrolled_into_view() {
    let mut rows: Vec<[String; 7]> = Vec::new();
    for at in 0..40 {
        rows.push(
            [&format!("x{at:02}"), &format!("X {at:02}"), "10 USD", "2025-02-20", "dana", "5", "EU"]
                .map(Into::into),
        );
    }
    rows.push(["zz", "Zz last", "10 USD", "2025-03-20", "dana", "2", "EU"].map(Into::into));
    let rows: Vec<[&str; 7]> = rows.iter().map(|row| row.each_ref().map(String::as_str)).collect();
    let mut desk = Desk::new(World::of(&rows_of(&rows)), (160, 30));
    desk.focus("zz").keys("m 5");
    let name = desk.lines().into_iter().any(|line| line.contains("Zz last"));
    assert!(name, "{}", desk.picture());
}
