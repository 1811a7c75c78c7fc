//! What was done today: how many accounts, and which.

use chrono::TimeDelta;
use gangplank::session::Report;
use gangplank::state::{AccountId, Command, FactKey, SignalData, TaskChange, TodayGroup};
use gangplank::tui::model::focus::Overlay;
use gangplank::tui::model::msg::{Mouse, Msg};
use proptest::prelude::*;
use proptest::sample::select;

use super::today::{desk, signal};
use crate::support::desk::Desk;
use crate::support::{World, id, import, playbooks, row};

const SIZE: (u16, u16) = (120, 40);

/// How many accounts are done, and how many are left.
fn counts(desk: &Desk) -> (usize, usize) {
    (desk.app.queue.done(), desk.app.queue.len())
}

/// The accounts that are done, the latest first.
fn done(desk: &Desk) -> Vec<&str> {
    let mut done: Vec<(u64, &AccountId)> = desk
        .app
        .done
        .accounts()
        .filter(|id| desk.app.queue.group_of(id) == Some(TodayGroup::Done))
        .filter_map(|id| Some((desk.app.done.latest(id, &desk.app.board)?.seq(), id)))
        .collect();
    // One entry may be about several accounts, which come in no particular order.
    done.sort_by_key(|(seq, id)| (std::cmp::Reverse(*seq), *id));
    done.into_iter().map(|(_, id)| id.as_str()).collect()
}

/// The same board, opened anew: the person's day is read from the store.
fn reopened(desk: &Desk) -> Desk {
    let mut world = World::with(&desk.world.store, playbooks());
    world.now = desk.world.now;
    let mut again = Desk::new(world, desk.app.size);
    again.keys("d");
    for _ in 0..2 {
        let entries = again.world.session.entries_of_day(&again.app.setup.me, &again.world.now);
        again.notify(Msg::Report(Report::EntriesOfDay(entries.expect("a store in memory can be read"))));
    }
    again
}

/// The number of the line in which `words` stand.
fn line_of(desk: &Desk, words: &str) -> u16 {
    let at = desk.lines().iter().position(|line| line.contains(words));
    u16::try_from(at.unwrap_or_else(|| panic!("{words}: {}", desk.lines().join("\n")))).expect("it is small")
}

#[test]
fn the_title_counts_what_is_done_and_what_is_left() {
    let mut desk = desk(SIZE);
    let title = |desk: &Desk| desk.lines()[..2].join(" ");
    assert!(title(&desk).contains("today · 9 accounts need you"), "{}", title(&desk));
    desk.focus("acme").keys("o");
    assert!(title(&desk).contains("today · 1 done · 8 left"), "{}", title(&desk));
    // A note is no work that Today asks for.
    desk.focus("bolt").keys("n").types("call them").keys("enter");
    assert_eq!(counts(&desk), (1, 8));
    desk.keys("u u");
    assert_eq!(counts(&desk), (0, 9));
    desk.keys("ctrl-r");
    assert_eq!((counts(&desk), done(&desk)), ((1, 8), vec!["acme"]));
    // What is put off is done for today.
    desk.focus("fern").keys("z").types("fri").keys("enter");
    assert_eq!((counts(&desk), done(&desk)), ((2, 7), vec!["fern", "acme"]));
    // What needs somebody again is not done.
    desk.focus("bolt").keys("r");
    assert_eq!(counts(&desk), (2, 7));
    desk.elsewhere("eve", &Command::Snooze { account: id("fern"), until: None });
    assert_eq!((counts(&desk), done(&desk)), ((1, 8), vec!["acme"]));
}

#[test]
fn what_is_done_survives_a_restart() {
    let mut desk = desk(SIZE);
    desk.focus("acme").keys("o").focus("bolt").keys("o").focus("fern").keys("D u");
    let again = reopened(&desk);
    assert_eq!((counts(&again), done(&again)), (counts(&desk), done(&desk)));
    assert_eq!((counts(&again), done(&again)), ((2, 7), vec!["bolt", "acme"]));
}

#[test]
fn a_busy_day_is_counted_whole() {
    let mut desk = desk(SIZE);
    desk.focus("acme").keys("o");
    for number in 0..400 {
        desk.world.does(&crate::support::note("bolt", &number.to_string()));
    }
    assert_eq!(counts(&reopened(&desk)), (1, 8));
}

#[test]
fn only_what_one_did_oneself_is_done() {
    let mut desk = desk(SIZE);
    let outreach = signal(&desk.world, "acme", SignalData::OutreachSent);
    desk.elsewhere("eve", &outreach);
    assert_eq!(counts(&desk), (0, 8));
    // What a file says is nobody's work.
    let (outreach, file) = (
        signal(&desk.world, "bolt", SignalData::OutreachSent),
        import(&[row("echo", "Echo").text(FactKey::NextRenewal, "2025-06-22")]),
    );
    desk.elsewhere("dana", &outreach).elsewhere("dana", &file);
    assert_eq!(done(&desk), Vec::<&str>::new());
    assert_eq!(counts(&reopened(&desk)).0, 0);
}

#[test]
fn many_at_once_are_counted_each() {
    let mut desk = desk(SIZE);
    desk.focus("acme").keys("space space z").types("fri").keys("enter enter");
    assert_eq!(counts(&desk), (2, 7));
    assert_eq!(counts(&reopened(&desk)), (2, 7));
    desk.keys("esc u");
    assert_eq!(counts(&desk), (0, 9));
}

/// A row that stays where it was read is counted as what it is by now.
#[test]
fn the_counts_are_right_while_an_account_is_open() {
    // It was done, and needs a person again.
    let mut desk = desk(SIZE);
    desk.focus("acme").keys("o G l").focus("acme").keys("enter u");
    for keys in ["esc", "n esc", "g g"] {
        assert_eq!((desk.focused(), counts(&desk)), ("acme", (0, 9)), "before {keys}");
        desk.keys(keys);
    }
    assert_eq!(counts(&desk), (0, 9));
    // The only one that still needs somebody stands among those that are done.
    let mut desk = self::desk(SIZE);
    desk.keys("* z")
        .types("fri")
        .keys("enter enter esc l")
        .focus("fern")
        .keys("enter z")
        .types("wake")
        .keys("enter esc");
    assert_eq!((desk.focused(), counts(&desk)), ("fern", (8, 1)));
    assert!(!desk.lines().join("\n").contains("no account needs you now"), "{}", desk.picture());
    // Somebody else saw to it, or one did so oneself.
    for (who, after) in [("eve", (0, 8)), ("dana", (1, 8))] {
        let mut desk = self::desk(SIZE);
        desk.focus("fern").keys("enter");
        let task = desk.world.account("fern").tasks.keys().next().cloned();
        let (account, change) = (id("fern"), TaskChange::Done);
        desk.elsewhere(who, &Command::ChangeTask { account, task, change });
        assert_eq!((desk.focused(), counts(&desk)), ("fern", after), "{who}");
        desk.keys("esc").later(TimeDelta::minutes(1));
        assert_eq!((desk.focused(), counts(&desk)), ("fern", after), "{who}: a minute later");
        desk.keys("g g");
        assert_eq!(counts(&desk), after, "{who}: gone on");
    }
}

#[test]
fn every_day_begins_with_nothing_done() {
    let mut desk = desk(SIZE);
    desk.focus("acme").keys("o");
    desk.later(TimeDelta::hours(14));
    assert_eq!(counts(&desk).0, 1);
    desk.later(TimeDelta::hours(1));
    assert_eq!((counts(&desk).0, counts(&reopened(&desk)).0), (0, 0));
}

/// The clock of the screen is looked at once a minute; what is done in the first one of a day is of that day.
#[test]
fn a_day_begins_with_what_is_done_first_in_it() {
    let mut desk = desk(SIZE);
    desk.focus("acme").keys("o");
    desk.world.now.at += TimeDelta::hours(15);
    desk.focus("bolt").keys("o");
    for _ in 0..2 {
        assert_eq!((done(&desk), counts(&desk).0), (vec!["bolt"], 1));
        assert_eq!(counts(&desk), counts(&reopened(&desk)));
        desk.later(TimeDelta::minutes(1));
    }
}

/// Another machine may have made its entry by another clock.
#[test]
fn an_older_entry_between_those_of_today_hides_none_of_them() {
    for (older, newer) in [(1, 7), (7, 1), (5, 3), (15, 9)] {
        let mut desk = desk(SIZE);
        desk.focus("acme").keys("o");
        let today = desk.world.now;
        desk.world.now.at -= TimeDelta::days(2);
        for number in 0..older {
            desk.elsewhere("eve", &crate::support::note("bolt", &number.to_string()));
        }
        desk.world.now = today;
        for number in 0..newer {
            desk.world.does(&crate::support::note("cato", &number.to_string()));
        }
        assert_eq!(counts(&reopened(&desk)), (1, 8), "{older} older ones behind {newer}");
    }
}

#[test]
fn the_last_group_shows_what_was_done_and_when() {
    let mut desk = desk(SIZE);
    assert!(!desk.lines().join("\n").contains("Done ·"));
    desk.focus("acme").keys("o").focus("bolt").keys("o G");
    let heading = line_of(&desk, "▸ Done · 2 ");
    assert_eq!(desk.focused(), "hive", "what is done is out of the way");
    desk.keys("l");
    assert_eq!((desk.focused(), line_of(&desk, "▾ Done · 2 ")), ("bolt", heading));
    let row = desk.lines()[usize::from(heading) + 1].clone();
    assert!(row.contains("Bolt Robotics") && row.contains("✓ 09:00 Outreach sent, 1 → 2"), "{row}");
    desk.keys("enter");
    assert!(matches!(desk.app.overlay, Some(Overlay::Detail(_))));
    desk.keys("esc h");
    assert_eq!((desk.focused(), line_of(&desk, "▸ Done · 2 ")), ("hive", heading));
    assert!(desk.said().starts_with("Folded Done: 2 accounts"), "{}", desk.said());
    desk.mouse(Mouse::Press, (5, heading));
    assert_eq!(desk.focused(), "bolt");
    // It stays open while others join it.
    desk.focus("gale").keys("z").types("fri").keys("enter");
    assert_eq!(done(&desk), ["gale", "bolt", "acme"]);
    line_of(&desk, "▾ Done · 3 ");
    line_of(&desk, "✓ 09:00 Snoozed until Fri 20 Dec");
}

#[test]
fn a_filter_counts_what_was_done_while_that_is_shown() {
    let mut desk = desk(SIZE);
    desk.focus("bolt").keys("o G l");
    desk.keys("/").types("bolt").keys("enter");
    assert_eq!((desk.app.queue.rows().len(), desk.app.matches()), (1, Some(1)));
    desk.keys("h");
    assert_eq!((desk.app.queue.rows().len(), desk.app.matches()), (0, Some(0)));
}

#[test]
fn nothing_left_still_shows_what_was_done() {
    let mut desk = desk(SIZE);
    desk.keys("* z").types("fri").keys("enter enter esc");
    assert_eq!(counts(&desk), (9, 0));
    let lines = desk.lines();
    assert!(lines[..2].join(" ").contains("9 done · nothing needs you"), "{}", lines[..2].join(" "));
    let heading = usize::from(line_of(&desk, "▸ Done · 9 "));
    assert!(lines[heading + 2].contains("no account needs you now"), "{}", lines.join("\n"));
    desk.keys("l");
    assert_eq!(desk.app.queue.rows().len(), 9);
    desk.keys("u");
    assert_eq!(counts(&desk), (0, 9));
}

#[test]
fn a_filter_narrows_what_was_done_too() {
    let mut desk = desk(SIZE);
    desk.focus("acme").keys("o").focus("bolt").keys("o /").types("acme").keys("enter");
    line_of(&desk, "▸ Done · 1 ");
    assert_eq!(counts(&desk), (2, 7));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    /// Whatever is done, undone and redone, by oneself and by others, a board that is opened anew counts the same.
    #[test]
    fn what_is_followed_is_what_is_read(
        keys in prop::collection::vec(
            select(&["o", "r", "c", "f", ">", "D", "@", "j", "k", "u", "ctrl-r", "z 2 enter", "space", "l", "eve"][..]),
            1..20,
        ),
    ) {
        let mut desk = super::today::every_reason();
        for key in keys {
            if key == "eve" {
                let latest = desk.app.board.latest_of(&desk.app.setup.me);
                if let Some(seq) = latest {
                    let _ = desk.world.try_as("eve", &Command::UndoEntry(seq));
                }
                let board = desk.world.board().clone();
                desk.notify(Msg::Board(board));
            } else {
                desk.keys(key);
            }
        }
        desk.keys("esc esc esc");
        let again = reopened(&desk);
        prop_assert_eq!(done(&desk), done(&again));
        prop_assert_eq!(counts(&desk), counts(&again));
        prop_assert_eq!(desk.app.queue.found(), again.app.queue.found());
    }
}
