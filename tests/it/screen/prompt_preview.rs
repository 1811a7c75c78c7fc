//! Questions: what is understood while somebody types the answer, and the days one can pick.

use chrono::TimeDelta;
use gangplank::state::Command;

use crate::support::desk::Desk;
use crate::support::{World, id, rows_of, team_board};

const SMALL: (u16, u16) = (80, 24);

fn desk() -> Desk {
    let mut desk = Desk::new(team_board(), SMALL);
    desk.focus("acme");
    desk
}

#[test]
fn what_is_typed_is_understood_at_once() {
    for (key, typed, says) in [
        ("b", "", "e.g. tomorrow 15:00, next tue 3pm or 20 dec 9:30 "),
        ("b", "tomo", "e.g. tomorrow 15:00, next tue 3pm or 20 dec 9:30 "),
        ("b", "tomorrow", "`tomorrow` has no time: add a time, such as tomorrow "),
        ("b", "tomorrow 15:00", "→ Mon 16 Dec, 15:00, tomorrow "),
        ("b", "next tue 3pm", "→ Tue 17 Dec, 15:00, in 2 days "),
        ("b", "yesterday 10:00", "→ yesterday 10:00, already over: enter books it anyway "),
        ("b", "6 jan 9:00", "→ Mon 6 Jan 2025, 09:00, in 22 days"),
        ("b", "31 feb 9:00", "is not a calendar day"),
        ("T", "", "e.g. send the guide fri (the date is optional) "),
        ("T", "fri: send the guide", "→ due Fri 20 Dec, in 5 days: send the guide"),
        ("T", "call Anna fri", "→ due Fri 20 Dec, in 5 days (in quotes: no date): "),
        ("T", "\"call Anna fri\"", "→ no due date: call Anna fri "),
        ("T", "tomorrow 15:00 call", "→ due Mon 16 Dec, 15:00, tomorrow: call"),
        ("T", "send the guide", "→ no due date: send the guide"),
        ("z", "", "e.g. fri, next tue 3pm, 20 dec, in 2 weeks or 15:00 "),
        ("z", "2", "→ until Mon 16 Dec, tomorrow "),
        ("z", "2 weeks", "→ until Sun 29 Dec, past the renewal on "),
        ("z", "5", "e.g. fri, next tue 3pm, 20 dec, in 2 weeks or 15:00 "),
        ("z", "2020-01-01", "is in the past"),
        ("R", "", "a level and a reason: high card expired twice"),
        ("R", "h card expired", "→ high: card expired"),
        ("R", "h", "A high risk needs a reason"),
        ("O", "", "a name, or none"),
        ("n", "", ""),
        ("n", "whatever", ""),
    ] {
        let mut desk = desk();
        desk.keys(key).types(typed);
        let remarked = desk.remarked();
        assert!(remarked.contains(says.trim_end()), "{key} {typed}: {remarked}");
        assert_eq!(remarked.is_empty(), says.is_empty(), "{key} {typed}: {remarked}");
        // It is seen, near what is typed: no further than the choices and itself are high.
        let lines = desk.lines();
        let cursor = desk.draw().1.expect("one types");
        assert!(lines[usize::from(cursor.y)].contains(typed), "{key} {typed}: {}", desk.picture());
        // Nothing can be saved where nothing is typed and nothing stands for that.
        let first = if typed.is_empty() && ["b", "T", "R", "n"].contains(&key) { "esc" } else { "enter" };
        assert!(lines[23].trim().starts_with(first), "the foot has the keys alone: {}", lines[23]);
        if says.is_empty() {
            continue;
        }
        let first = remarked.split(' ').take(3).collect::<Vec<_>>().join(" ");
        let at = lines.iter().position(|line| line.contains(&format!("│ {first}")));
        let at = at.unwrap_or_else(|| panic!("{key} {typed}: {remarked}: {}", desk.picture()));
        let (at, typed_at) = (at, usize::from(cursor.y));
        assert!(at > typed_at && at <= typed_at + 6, "{key} {typed}: {}", desk.picture());
    }
}

#[test]
fn a_day_is_picked_by_its_number_or_with_the_arrows() {
    for keys in ["2 enter", "down enter", "down down up enter", "m enter", "2 tab enter"] {
        let mut desk = desk();
        desk.keys("z").keys(keys);
        let until = desk.world.account("acme").snooze.as_ref().map(|snooze| snooze.until.to_string());
        assert_eq!(until.as_deref(), Some("2024-12-16 00:00:00 UTC"), "{keys}");
    }
    let mut desk = desk();
    desk.keys("z").types("2020-01-01").keys("enter");
    assert!(desk.said().contains("is in the past"), "{}", desk.said());
    assert!(desk.app.prompt.is_some() && desk.world.account("acme").snooze.is_none());
    desk.keys("backspace");
    assert_eq!(desk.said(), "", "the objection was to another answer");
    let until = Some(desk.world.now.at + TimeDelta::days(2));
    desk.elsewhere("eve", &Command::Snooze { account: id("acme"), until });
    desk.keys("esc z");
    assert!(desk.lines().join("\n").contains("until, or wake? "), "{}", desk.picture());
}

/// Whoever puts an account off past what it is about may not have meant to.
#[test]
fn a_snooze_past_the_renewal_or_a_call_says_so_before_and_after() {
    let rows = rows_of(&[["acme", "Acme", "300 USD", "2024-12-20", "dana", "2", "EU"]]);
    let mut desk = Desk::new(World::of(&rows), (120, 40));
    desk.focus("acme").keys("b").types("tue 3pm").keys("enter");
    for (typed, past) in [
        ("mon", None),
        ("tue", None),
        ("wed", Some("past the call on Tue 17 Dec")),
        ("fri", Some("past the call on Tue 17 Dec")),
        ("sat", Some("past the renewal and a call")),
    ] {
        desk.focus("acme").keys("z").types(typed);
        let line = desk.remarked();
        assert_eq!(line.contains(", past "), past.is_some(), "{line}");
        desk.keys("enter");
        assert_eq!(desk.said().contains(", past "), past.is_some(), "{}", desk.said());
        if let Some(past) = past {
            assert!(line.contains(past) && desk.said().contains(past), "{typed}: {line} {}", desk.said());
        }
        desk.keys("u");
    }
}
