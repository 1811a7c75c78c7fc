//! Questions that one key answers.

use chrono::TimeDelta;
use gangplank::state::SignalKind;
use gangplank::tui::input::keymap::InputMode;
use gangplank::tui::model::msg::{Mouse, Msg};
use gangplank::tui::model::prompt::Prompt;

use crate::support::desk::Desk;
use crate::support::{World, rows_of};

fn desk() -> Desk {
    let rows = rows_of(&[
        ["acme", "Acme", "300 USD", "2025-01-20", "dana", "2", "EU"],
        ["bolt", "Bolt", "310 USD", "2025-01-28", "eve@example.com", "2", "US"],
    ]);
    let mut desk = Desk::new(World::of(&rows), (120, 40));
    desk.focus("acme");
    desk
}

fn asked(desk: &Desk) -> &str {
    match &desk.app.prompt {
        Some(Prompt::Confirm(asked)) => &asked.question,
        _ => "nothing",
    }
}

fn count(desk: &Desk, kind: SignalKind) -> usize {
    desk.world.account("acme").signals.iter().filter(|signal| signal.data.kind() == kind).count()
}

#[test]
fn what_is_seldom_meant_is_asked_before_it_is_recorded() {
    for (key, kind, question) in [
        ("P", SignalKind::PaidCallPurchased, "Acme: record Paid call purchased?"),
        ("X", SignalKind::SubscriptionCanceled, "Mark Acme churned?"),
        ("c", SignalKind::CallHeld, "Acme has no booked call. Record Call held?"),
        ("x", SignalKind::CallNoShow, "Acme has no booked call. Record No-show?"),
    ] {
        for size in [(120, 40), (80, 24), (30, 8)] {
            for (answer, recorded) in [("y", 1), ("enter", 1), ("n", 0), ("esc", 0), ("q", 0)] {
                let mut desk = desk();
                desk.notify(Msg::Resize(size.0, size.1));
                desk.keys(key);
                assert_eq!((asked(&desk), desk.app.mode()), (question, InputMode::Confirm));
                assert_eq!(count(&desk, kind), 0, "{key}: it is only asked");
                let screen = desk.lines().join("\n");
                assert!(screen.contains("enter Yes  esc No") && screen.contains("? "), "{screen}");
                // Enter after keys that are no answer is none either.
                desk.keys(if answer == "enter" { "" } else { "j z enter" }).keys(answer);
                assert_eq!((asked(&desk), count(&desk, kind)), ("nothing", recorded), "{key} {answer}");
                assert_eq!(desk.said() == "Canceled", recorded == 0, "{key} {answer}: {}", desk.said());
            }
        }
    }
}

/// A stage that says an account left is not picked in passing, whichever key picks it.
#[test]
fn a_move_that_ends_an_onboarding_is_asked_about() {
    for (keys, stage, is_asked) in
        [("m 6 d", "6d", true), ("m 7", "7", true), ("m c h u r n enter", "6d", true), ("m 5", "5", false)]
    {
        let mut desk = desk();
        desk.keys(keys);
        assert_eq!(
            (asked(&desk) != "nothing", desk.world.stage("acme") == stage),
            (is_asked, !is_asked),
            "{keys}"
        );
        desk.keys("n");
        assert_eq!(desk.world.stage("acme") == stage, !is_asked, "{keys}");
        desk.focus("acme").keys(keys).keys("y");
        assert!(!is_asked || desk.world.stage("acme") == stage, "{keys}: {}", desk.said());
    }
}

/// A final outreach that nobody waits for is seldom meant.
#[test]
fn a_final_outreach_out_of_turn_is_asked_about() {
    let mut desk = desk();
    desk.keys("f");
    assert_eq!(asked(&desk), "Acme: no final outreach is due. Record Final outreach sent?");
    desk.keys("n m 5").focus("acme").keys("f");
    assert_eq!(
        (asked(&desk), count(&desk, SignalKind::FinalOutreachSent)),
        ("nothing", 1),
        "it is waited for"
    );
}

/// One `u` too many takes back nothing that was done before the board was opened.
#[test]
fn what_is_older_than_the_board_is_asked_about_before_it_is_undone() {
    let mut desk = desk();
    desk.keys("o").focus("acme").keys("u");
    assert!(desk.said().contains("Undid #"), "{}", desk.said());
    desk.keys("u");
    assert_eq!(asked(&desk), "Your last change, #1, was made before this board was opened. Undo it?");
    desk.keys("n");
    assert_eq!(desk.world.board().accounts().count(), 2);
    desk.keys("u y");
    assert_eq!(desk.world.board().accounts().count(), 0, "{}", desk.said());
}

/// The words at the foot answer as their keys do.
#[test]
fn the_mouse_answers_yes_and_no() {
    for (words, recorded) in [("Yes", 1), ("enter", 1), ("No", 0), ("esc", 0)] {
        let mut desk = desk();
        desk.keys("P");
        let foot = desk.lines()[39].clone();
        let x = u16::try_from(foot.find(words).expect("it is at the foot")).expect("a screen");
        desk.mouse(Mouse::Press, (100, 39)).mouse(Mouse::Press, (x, 20));
        assert_ne!(asked(&desk), "nothing", "{words}: beside them nothing is answered");
        desk.mouse(Mouse::Press, (x, 39));
        assert_eq!(
            (asked(&desk), count(&desk, SignalKind::PaidCallPurchased)),
            ("nothing", recorded),
            "{words}"
        );
    }
    let mut desk = desk();
    desk.keys("space space @");
    let x = u16::try_from(desk.lines()[39].find("Do it").expect("it is at the foot")).expect("a screen");
    desk.mouse(Mouse::Press, (x, 39));
    assert!(desk.app.prompt.is_none() && desk.app.marks.is_empty(), "{}", desk.said());
}

/// However much there is to say about an answer, how to leave the question stays in sight.
#[test]
fn the_way_out_of_a_question_stays_in_sight() {
    for keys in
        ["=", "= b o l t", "z", "O", "e", "R", "R h i g h", "b", "T", "S", "X", "n", "m", "/", "/ r e", ":"]
    {
        for size in [(80, 24), (60, 15)] {
            let mut desk = desk();
            desk.notify(Msg::Resize(size.0, size.1));
            desk.keys(keys);
            let foot = desk.lines().last().cloned().unwrap_or_default();
            assert!(foot.contains("esc "), "{keys} at {size:?}: {foot}");
        }
    }
}

#[test]
fn the_outcome_of_a_booked_call_is_recorded_at_once() {
    for (key, kind) in [("c", SignalKind::CallHeld), ("x", SignalKind::CallNoShow)] {
        let mut desk = desk();
        desk.keys("b").types("today 10:00").keys("enter");
        desk.later(TimeDelta::hours(2)).focus("acme").keys(key);
        assert_eq!((asked(&desk), count(&desk, kind)), ("nothing", 1), "{}", desk.said());
    }
}

#[test]
fn the_same_signal_soon_after_is_asked_before_it_is_recorded() {
    let mut desk = desk();
    desk.keys("o").focus("acme").later(TimeDelta::minutes(3)).keys("o");
    assert_eq!(asked(&desk), "Acme: Outreach sent was recorded 3 min ago. Record it again?");
    desk.keys("y");
    assert_eq!(count(&desk, SignalKind::OutreachSent), 2);
    desk.keys("r");
    assert_eq!(asked(&desk), "nothing", "another signal is another matter");
    desk.focus("acme").later(TimeDelta::seconds(2)).keys("o");
    assert_eq!(asked(&desk), "Acme: Outreach sent was recorded just now. Record it again?");
    desk.keys("n").later(TimeDelta::minutes(11)).keys("o");
    assert_eq!((asked(&desk), count(&desk, SignalKind::OutreachSent)), ("nothing", 3));
    desk.keys("u o");
    assert_eq!(
        (asked(&desk), count(&desk, SignalKind::OutreachSent)),
        ("nothing", 3),
        "undone is not recorded"
    );
}

/// A call that was held is known already: no question leads to an answer that changes nothing.
#[test]
fn what_changes_nothing_is_not_asked() {
    let mut desk = desk();
    desk.keys("c y").focus("acme").keys("c");
    assert_eq!((asked(&desk), count(&desk, SignalKind::CallHeld)), ("nothing", 1), "{}", desk.said());
}
