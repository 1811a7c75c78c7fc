//! What the foot of the screen offers: the keys that fit the chosen account.

use chrono::TimeDelta;
use gangplank::state::{AccountRef, Command, FactKey, Signal, SignalData, SignalId};
use gangplank::tui::model::msg::Msg;

use super::today::every_reason;
use crate::support::desk::Desk;
use crate::support::{World, day, id, row};

const SIZE: (u16, u16) = (200, 40);

/// One account in each of a few stages, owned, seen and with nothing to ask.
fn desk() -> Desk {
    let rows = ["1", "3a", "5", "6a"].map(|stage| {
        let row = row(stage, stage).in_stage(stage).text(FactKey::Specialist, "dana");
        row.with(FactKey::NextRenewal, day("2025-03-20"))
    });
    let mut world = World::of(&rows);
    for row in &rows {
        let _ = world.tries(&Command::MarkSeen { account: row.id.clone() });
    }
    let (starts_at, ends_at) = (world.now.at + TimeDelta::hours(5), world.now.at + TimeDelta::hours(6));
    let data = SignalData::CallBooked { call: "c".into(), event: None, starts_at, ends_at };
    let signal = Signal {
        template: None,
        id: SignalId::new("c"),
        at: world.now.at,
        by: None,
        source: "calendly".into(),
        data,
    };
    world.does(&Command::RecordSignal { account: AccountRef::Id(id("3a")), signal });
    Desk::new(world, SIZE)
}

fn foot(desk: &Desk) -> String {
    desk.lines().last().expect("there are lines").trim().to_owned()
}

#[test]
fn the_foot_begins_with_what_fits_the_chosen_account() {
    for (account, begins) in [
        ("1", "o Outreach sent  r Reply received  b Book call"),
        ("3a", "c Call held  x No-show  r Reply received  o Outreach sent  b Book call  > Next stage"),
        ("5", "f Final outreach  r Reply received  o Outreach sent  b Book call  > Next stage"),
        ("6a", ""),
    ] {
        for place in ["t t", "t"] {
            let mut desk = desk();
            desk.later(TimeDelta::hours(5)).keys(place).focus(account);
            assert!(foot(&desk).contains("enter Open"), "{account}, {place}: {}", foot(&desk));
            let foot = foot(&desk).replace("enter Open  ", "");
            assert!(foot.starts_with(begins) && foot.ends_with("? Help"), "{account}, {place}: {foot}");
        }
        let mut desk = desk();
        desk.later(TimeDelta::hours(5)).focus(account).keys("enter");
        let begins = begins.split("  > ").next().unwrap_or(begins);
        assert!(
            foot(&desk).starts_with(format!("esc Close  {begins}").trim_end()),
            "{account}: {}",
            foot(&desk)
        );
    }
}

#[test]
fn the_alerts_offer_what_fits_the_chosen_alert() {
    let mut desk = every_reason();
    desk.notify(Msg::Resize(SIZE.0, SIZE.1));
    desk.focus("gale").keys("A");
    assert!(foot(&desk).contains("a Acknowledge  z Snooze  c Close"), "{}", foot(&desk));
    assert!(foot(&desk).contains("R Set risk") && !foot(&desk).contains("o Reopen"), "{}", foot(&desk));
    // It sinks below those that nobody is on.
    desk.keys("a G");
    assert!(!foot(&desk).contains("a Acknowledge"), "{}", foot(&desk));
    desk.keys("t");
    assert!(foot(&desk).contains("t Hide closed"), "{}", foot(&desk));
    desk.keys("c").types("paid").keys("enter G");
    assert!(foot(&desk).contains("o Reopen"), "{}", foot(&desk));
    assert!(!foot(&desk).contains("z Snooze") && !foot(&desk).contains("c Close"), "{}", foot(&desk));
}

#[test]
fn nothing_is_offered_to_undo_before_anything_was_done() {
    let mut world = World::of(&[row("acme", "Acme").in_stage("2")]);
    world.me = crate::support::person("eve");
    let setup = gangplank::tui::model::app::Setup {
        me: world.me.clone(),
        ..crate::support::desk::setup(gangplank::tui::theme::Depth::Mono)
    };
    let mut desk = Desk::with(world, SIZE, setup);
    assert!(!foot(&desk).contains("u Undo"), "{}", foot(&desk));
    desk.keys("o");
    assert!(foot(&desk).contains("u Undo") && !foot(&desk).contains("ctrl-r"), "{}", foot(&desk));
    desk.keys("u");
    assert!(foot(&desk).contains("ctrl-r Redo"), "{}", foot(&desk));
}

/// Nobody knows whether a call was held before it begins.
#[test]
fn a_call_is_held_or_not_once_it_began() {
    for (hours, is_offered) in [(0, false), (4, false), (5, true), (30, true)] {
        for keys in ["t", "t enter"] {
            let mut desk = desk();
            desk.later(TimeDelta::hours(hours)).keys("t").focus("3a").keys(keys.trim_start_matches('t'));
            assert_eq!(foot(&desk).contains("c Call held"), is_offered, "{hours}: {}", foot(&desk));
            assert!(foot(&desk).contains("r Reply received"), "{}", foot(&desk));
        }
    }
}

/// What is done to the marked accounts is not offered by what fits another one.
#[test]
fn the_foot_fits_the_marked_accounts() {
    let mut desk = desk();
    desk.later(TimeDelta::hours(6)).focus("1").keys("space").focus("3a").keys("enter");
    assert!(!foot(&desk).contains("c Call held"), "{}", foot(&desk));
    desk.keys("esc").focus("6a").keys("enter");
    assert!(foot(&desk).contains("> Next stage"), "{}", foot(&desk));
    // Alerts: those of the marked accounts are meant, not the chosen one.
    let mut desk = every_reason();
    desk.notify(Msg::Resize(SIZE.0, SIZE.1));
    desk.focus("gale").keys("A a G");
    assert!(!foot(&desk).contains("a Acknowledge"), "{}", foot(&desk));
    desk.keys("g g space G");
    assert!(foot(&desk).contains("a Acknowledge"), "one that is marked: {}", foot(&desk));
    desk.keys("esc esc esc").focus("acme").keys("space A g g");
    assert!(!foot(&desk).contains("a Acknowledge"), "{}", foot(&desk));
    assert!(foot(&desk).contains("R Set risk"), "{}", foot(&desk));
}
