//! The board as of an earlier day.

use chrono::TimeDelta;
use gangplank::session::Report;
use gangplank::session::past::{PastAnswer, PastRequest};
use gangplank::state::Actor;
use gangplank::state::values::past_day::PastDay;
use gangplank::tui::input::action::Action;
use gangplank::tui::input::keymap::InputMode;
use gangplank::tui::model::focus::{Overlay, View};
use gangplank::tui::model::msg::{Effect, Mouse, Msg};
use gangplank::tui::model::prompt::Prompt;
use gangplank::tui::model::screens::ScreenId;
use gangplank::tui::model::status::Tone;

use super::keys::cell_of;
use super::snapshots::Snapshots;
use crate::support::desk::Desk;
use crate::support::{id, moved, note, team_board};

/// It is 18 December. The team knew its accounts on the 15th, and Acme moved on the 17th.
fn desk(size: (u16, u16)) -> Desk {
    let mut world = team_board();
    world.now.at += TimeDelta::days(2);
    world.does(&moved("acme", "2"));
    world.now.at += TimeDelta::days(1);
    Desk::new(world, size)
}

fn stage(desk: &Desk) -> &str {
    let acme = desk.app.board.get(&id("acme")).expect("it was known");
    acme.placement.as_ref().map_or("off", |place| place.stage.as_str())
}

fn title(desk: &Desk) -> String {
    desk.lines()[..2].join("\n")
}

pub(super) fn snapshots() -> Snapshots {
    let mut snapshots = Snapshots::default();
    for size in [(80, 24), (160, 48)] {
        snapshots.take("past_asked", desk(size).keys("{").types("soon").keys("enter"));
        snapshots.take("past_board", desk(size).keys("{").types("2024-12-16").keys("enter"));
        snapshots.take("past_refused", desk(size).keys("[ [ 1 o"));
    }
    snapshots.take("past_empty", desk((80, 24)).keys("{").types("1 dec").keys("enter"));
    snapshots
}

#[test]
fn an_earlier_day_looks_like_this() {
    snapshots().check();
}

#[test]
fn a_day_is_typed_and_one_key_returns() {
    for back in ["}", "esc", "{ t o d a y enter", "] ]"] {
        let mut desk = desk((120, 40));
        assert_eq!(stage(&desk), "2");
        desk.keys("g d").types("16 dec").keys("enter");
        assert_eq!(stage(&desk), "1", "as it stood on that day");
        assert_eq!(desk.said(), "The board as of Mon 16 Dec 2024, read only · } returns to today");
        assert!(title(&desk).contains("as of Mon 16 Dec 2024, read only"), "{}", title(&desk));
        desk.keys(back);
        assert_eq!((stage(&desk), desk.said()), ("2", "Back to today"), "{back}");
        assert!(!title(&desk).contains("as of"));
        desk.keys("o");
        assert_eq!(desk.app.status.tone, Tone::Done, "{back}: changes go on: {}", desk.said());
    }
}

#[test]
fn days_are_gone_through_one_by_one() {
    let mut desk = desk((120, 40));
    desk.keys("]");
    assert_eq!((desk.said(), desk.app.past.is_some()), ("This is today", false));
    desk.keys("[");
    assert_eq!((stage(&desk), desk.app.now.today().to_string().as_str()), ("2", "2024-12-17"));
    desk.keys("[");
    assert_eq!((stage(&desk), desk.app.now.today().to_string().as_str()), ("1", "2024-12-16"));
    desk.keys("]");
    assert_eq!(stage(&desk), "2");
    desk.keys("]");
    assert_eq!((desk.said(), desk.app.past.is_some()), ("Back to today", false));
}

#[test]
fn the_foot_of_an_earlier_day_says_what_was_needed_and_no_key_for_it() {
    let mut desk = desk((80, 24));
    desk.keys("g b").focus("acme");
    let foot = |desk: &Desk| desk.lines()[21..].join("\n");
    assert!(foot(&desk).contains("o Outreach sent"), "today, a key does it: {}", foot(&desk));
    desk.keys("[ [").focus("acme");
    desk.app.status.lines.clear();
    assert!(foot(&desk).contains("outreach"), "{}", foot(&desk));
    assert!(!foot(&desk).contains("o Outreach sent"), "{}", foot(&desk));
}

#[test]
fn what_is_no_day_is_said_where_it_is_typed() {
    for (typed, why) in [
        ("soon", "`soon` is not a day: write yesterday, fri, 3 days ago"),
        ("2024-13-01", "`2024-13-01` is not a calendar day"),
        ("2025-02-01", "2025-02-01 is still to come: name a day that is over"),
        ("", "no day was given: write yesterday"),
    ] {
        let mut desk = desk((120, 40));
        desk.keys("{").types(typed).keys("enter");
        assert!(desk.said().starts_with(why), "{typed}: {}", desk.said());
        assert!(matches!(desk.app.prompt, Some(Prompt::PastDay(_))), "{typed}: it is asked again");
        assert!(desk.app.past.is_none());
        desk.keys("esc");
        assert_eq!(desk.said(), "Canceled");
    }
    let mut desk = desk((120, 40));
    desk.keys("{").types("today").keys("enter");
    assert_eq!((desk.said(), desk.app.past.is_some()), ("This is today", false));
}

#[test]
fn nothing_changes_the_past_whatever_is_pressed() {
    let places: [(&str, InputMode); 6] = [
        ("", InputMode::Board),
        ("enter", InputMode::Detail),
        ("A", InputMode::Alerts),
        ("p", InputMode::Screen(ScreenId::Playbooks)),
        ("U", InputMode::Screen(ScreenId::Unmatched)),
        ("H", InputMode::Screen(ScreenId::Activity)),
    ];
    let mut refused = 0;
    for (way, mode) in places {
        for action in Action::all() {
            let mut desk = desk((120, 40));
            let keymap = desk.app.setup.keymap.clone();
            let seq = desk.world.board().seq();
            desk.keys("[ 1").keys(way);
            assert_eq!(desk.app.mode(), mode, "{way}");
            if let Some(keys) = keymap.sequences(mode, action).first() {
                let open = desk.app.prompt.is_none();
                desk.press(keys);
                assert_eq!(desk.world.board().seq(), seq, "{action} in {way}");
                if action.changes_board() && open {
                    assert!(
                        desk.said().contains("the past is read only"),
                        "{action} in {way}: {}",
                        desk.said()
                    );
                    assert!(desk.said().ends_with("} returns to today"), "{}", desk.said());
                    assert!(desk.app.prompt.is_none(), "{action} asks for nothing that is then refused");
                    refused += 1;
                }
            }
            let changes = |effect: &&Effect| {
                matches!(
                    effect,
                    Effect::Submit(_) | Effect::Edit { .. } | Effect::EditEmail(_) | Effect::Demo
                )
            };
            assert_eq!(desk.effects.iter().find(changes), None, "{action} in {way}");
            assert_eq!(desk.app.pending, 0, "{action} in {way}: nobody waits for an answer");
        }
    }
    assert!(refused > 60, "{refused}");
}

#[test]
fn a_card_cannot_be_carried_nor_a_program_run() {
    let mut desk = desk((160, 48));
    desk.keys("[ g b 1");
    let from = cell_of(&desk, "bolt");
    let to = cell_of(&desk, "juno");
    let seq = desk.world.board().seq();
    desk.mouse(Mouse::Press, from).mouse(Mouse::Drag, to).mouse(Mouse::Release, to);
    assert_eq!((desk.world.board().seq(), desk.app.pending), (seq, 0));
    assert!(desk.app.prompt.is_none() && desk.app.dragged.is_none());
    assert!(desk.said().contains("read only"), "{}", desk.said());
}

#[test]
fn what_goes_on_meanwhile_disturbs_nothing_and_is_there_on_the_return() {
    let mut desk = desk((120, 40));
    desk.keys("{").types("2024-12-16").keys("enter").focus("bolt");
    let (picture, now) = (desk.lines(), desk.app.now);
    desk.world.try_as("eve", &moved("bolt", "2")).expect("it is allowed").expect("it moves");
    let board = desk.world.board().clone();
    desk.notify(Msg::Board(board));
    desk.later(TimeDelta::days(1));
    assert_eq!((desk.app.now, desk.focused()), (now, "bolt"));
    assert_eq!(desk.lines()[3..], picture[3..], "the columns stay as they were");
    assert!(desk.effects.contains(&Effect::Sweep), "what is due is done all the same");
    assert!(title(&desk).contains("1 by others"), "{}", title(&desk));
    desk.keys("}");
    let bolt = desk.app.board.get(&id("bolt")).expect("it is there");
    assert_eq!(bolt.placement.as_ref().map(|place| place.stage.as_str()), Some("2"));
    assert_eq!(desk.app.now.today().to_string(), "2024-12-19");
    assert_eq!(desk.focused(), "bolt", "the focus stays");
}

#[test]
fn accounts_the_day_and_the_forecast_are_as_of_that_day() {
    let mut desk = desk((120, 40));
    desk.world.does(&note("acme", "Zanzibar."));
    let board = desk.world.board().clone();
    desk.notify(Msg::Board(board));
    desk.focus("acme").keys("enter");
    assert!(desk.picture().contains("Zanzibar"));
    desk.keys("{").types("2024-12-16").keys("enter");
    assert!(matches!(desk.app.overlay, Some(Overlay::Detail(_))), "the account stays open");
    let picture = desk.picture();
    assert!(!picture.contains("Zanzibar") && picture.contains("1. New Account"), "{picture}");
    assert!(picture.contains("in 6 days") || picture.contains("in 6d"), "as seen from that day: {picture}");
    desk.keys("esc H");
    let log = desk.picture();
    assert!(!log.contains("18 Dec") && !log.contains("17 Dec"), "what came later is not there yet: {log}");
    desk.keys("}");
    assert!(desk.picture().contains("Zanzibar"), "{}", desk.picture());
    desk.keys("esc {").types("2024-12-16").keys("enter I");
    assert!(title(&desk).contains("to 16 Dec"), "{}", title(&desk));
    desk.keys("esc g t");
    assert_eq!(desk.app.view, View::Today);
    desk.keys("g o");
    assert!(title(&desk).contains("as they fare now"), "{}", title(&desk));
}

#[test]
fn what_the_person_did_on_that_day_is_done_on_it() {
    let mut desk = desk((120, 40));
    assert!(desk.app.done.is_empty(), "nothing yet today");
    desk.keys("[");
    assert!(!desk.app.done.is_empty(), "Acme moved on the 17th");
    desk.keys("[");
    assert!(desk.app.done.is_empty());
    desk.keys("}");
    assert!(desk.app.is_done_unread, "what was done today is asked for again");
}

#[test]
fn a_board_that_nobody_waits_for_is_not_shown() {
    let mut desk = desk((120, 40));
    let day = PastDay::named("yesterday", &desk.world.now);
    let day = day.expect("a day").expect("it is over");
    let zone = desk.world.now.zone;
    let dana = Actor::Person("dana".into());
    let past = desk.world.session.past_board(day, &dana, zone).expect("it can be read");
    let report = Report::Past(Box::new(PastAnswer::Day(past)));
    desk.notify(Msg::Report(report.clone()));
    assert!(desk.app.past.is_none(), "nobody asked");
    desk.app.past_asked = Some(day);
    desk.keys("esc");
    desk.notify(Msg::Report(report));
    assert!(desk.app.past.is_none(), "it was given up");
    assert_eq!(desk.said(), "Still today");
}

#[test]
fn a_board_that_cannot_be_read_is_said_and_may_be_asked_for_again() {
    let mut desk = desk((120, 40));
    let zone = desk.world.now.zone;
    let day = PastDay::named("yesterday", &desk.world.now).expect("a day").expect("it is over");
    let asked = PastRequest::Day { day, by: Actor::Person("dana".into()), zone };
    let failed = Report::PastUnread(asked, "the disk does not answer".into());
    desk.notify(Msg::Report(failed.clone()));
    assert_eq!(desk.said(), "", "nobody asked");
    desk.app.past_asked = Some(day);
    desk.notify(Msg::Report(failed));
    assert_eq!(
        (desk.said(), desk.app.status.tone),
        ("The board as of Tue 17 Dec 2024 could not be read: the disk does not answer", Tone::Failed)
    );
    desk.keys("[");
    assert_eq!(desk.app.now.today().to_string(), "2024-12-17", "not the day before it");
}

#[test]
fn the_key_that_returns_is_named_once() {
    let mut desk = desk((80, 24));
    desk.keys("{").types("1 dec").keys("enter");
    let foot = desk.lines()[23].clone();
    assert_eq!(foot.matches('}').count(), 1, "{foot}");
}

/// An entry that a wrong clock dated late, and those behind it: what was decided by then is there.
#[test]
fn a_late_entry_among_earlier_ones_is_passed_over_with_care() {
    let mut world = team_board();
    let now = world.now;
    world.now.at += TimeDelta::days(30);
    world.does(&note("acme", "By a clock that goes wrong."));
    world.now = now;
    world.now.at += TimeDelta::minutes(5);
    world.does(&moved("bolt", "2"));
    world.now.at += TimeDelta::days(3);
    world.does(&moved("acme", "2"));
    let mut desk = Desk::new(world, (120, 40));
    desk.keys("{").types("15 dec").keys("enter");
    let stage = |account: &str| {
        let account = desk.app.board.get(&id(account)).expect("it is known");
        account.placement.as_ref().map(|place| place.stage.as_str().to_owned())
    };
    assert_eq!((stage("bolt").as_deref(), stage("acme").as_deref()), (Some("2"), Some("1")));
}
