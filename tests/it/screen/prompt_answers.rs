//! Questions: none goes away over a wrong answer, so that what is typed on is never taken for commands.

use gangplank::session::Report;
use gangplank::state::{Command, Commands, FactKey};
use gangplank::tui::layout;
use gangplank::tui::model::msg::{Effect, Mouse, Msg};
use gangplank::tui::model::prompt::{AskedLine, Prompt, Purpose};
use gangplank::tui::model::status::Tone;
use gangplank::tui::update::update;

use crate::support::desk::Desk;
use crate::support::{World, id, import, row, rows_of};

fn desk() -> Desk {
    let rows = rows_of(&[
        ["acme", "Acme", "300 USD", "2025-01-20", "dana", "2", "EU"],
        ["bolt", "Bolt", "310 USD", "2025-01-28", "eve@example.com", "2", "US"],
        ["cato", "Cato", "320 USD", "2025-01-30", "—", "2", "EU"],
    ]);
    let mut desk = Desk::new(World::of(&rows), (120, 40));
    desk.focus("acme");
    desk
}

/// What is typed of the answer so far.
fn typed(desk: &Desk) -> &str {
    match &desk.app.prompt {
        Some(Prompt::Line(AskedLine { input, .. })) => input.value(),
        _ => panic!("something is asked"),
    }
}

/// What is pressed, what is objected, and what is typed on by somebody who looks at the keyboard.
#[test]
fn what_is_typed_after_a_wrong_answer_is_no_command() {
    let table = [
        ("T enter", "The task is empty: write what to do, or cancel"),
        ("n enter", "The note is empty: write a few words, or cancel"),
        ("z x enter", "`x` is not a time"),
        ("z 1 enter k z z enter", "`z` is not a time"),
        ("S enter", "A handoff needs a reason"),
        ("R enter", "is not a risk"),
        ("b enter", "No time was given"),
        ("m 9", "No stage starts with 9"),
        ("m q", "No stage starts with q"),
        ("m enter", "Type a stage: one of 1, 2, 3a"),
        ("m 6 enter", "6 could be 6a, 6b, 6c, 6d: type one of them"),
        ("3 j", "No stage starts with 3j"),
        ("> !", "There is no refused move to force"),
    ];
    for (keys, objection) in table {
        for size in [(120, 40), (80, 24)] {
            let mut desk = desk();
            desk.notify(Msg::Resize(size.0, size.1));
            // One may be put off already, and brought back.
            let keys = if keys.starts_with("z 1") { "z 1 enter k z z enter" } else { keys };
            desk.keys(keys);
            let seq = desk.world.board().seq();
            assert!(desk.said().contains(objection), "{keys}: {}", desk.said());
            assert!(desk.lines().join("\n").contains(objection), "{keys}: it can be read");
            // None of these can be part of a right answer.
            desk.types("fox > u");
            assert!(desk.app.prompt.is_some(), "{keys}: it is still asked");
            assert_eq!((desk.world.board().seq(), desk.focused()), (seq, "acme"), "{keys}");
            assert_eq!(desk.effects, [], "{keys}");
            desk.keys("esc");
            assert!(desk.app.prompt.is_none(), "{keys}: esc leaves it");
        }
    }
}

/// Where nothing was refused, nobody is about to type a reason.
#[test]
fn where_nothing_was_refused_one_line_says_so() {
    let mut desk = desk();
    desk.keys("!");
    assert_eq!((desk.said(), desk.app.prompt.is_none()), ("There is no refused move to force", true));
}

/// What is wrong with a stage's id takes no line away from what is seen.
#[test]
fn a_stage_nobody_knows_moves_nothing_on_the_screen() {
    for (keys, wrong) in [("m", "9"), ("m 6", "x"), ("3", "j")] {
        let mut desk = desk();
        desk.notify(Msg::Resize(80, 24));
        desk.keys("t").keys(keys);
        let before = layout::areas(&desk.app);
        desk.keys(wrong);
        assert_eq!(before, layout::areas(&desk.app), "{keys} {wrong}");
        let lines = desk.lines();
        let last = lines[23].trim_end();
        assert!(last.contains("No stage starts with") && last.ends_with("6c, 6d, 7"), "{last}");
    }
}

/// A question is about whom it was asked of: the mouse leads nowhere else before it is answered.
#[test]
fn the_mouse_leads_away_from_no_question() {
    for keys in ["n", "X", "S", "b"] {
        let mut desk = desk();
        desk.keys("t j").keys(keys);
        assert!(desk.app.prompt.is_some());
        let (before, focus) = (desk.lines(), desk.app.focus.clone());
        for mouse in [Mouse::Press, Mouse::Press, Mouse::WheelDown] {
            desk.mouse(mouse, (4, 5));
        }
        assert_eq!((desk.lines(), &desk.app.focus), (before, &focus), "{keys}");
    }
}

#[test]
fn an_objection_stands_until_something_else_is_typed() {
    let mut desk = desk();
    desk.keys("m 9");
    assert_eq!(desk.app.status.tone, Tone::Refused);
    desk.keys("right");
    assert_eq!(desk.app.status.tone, Tone::Refused);
    desk.keys("backspace");
    assert_eq!(desk.said(), "");
    desk.keys("esc m 9 backspace").types("3a");
    assert!(desk.app.prompt.is_none());
    // What the board itself refuses is mended where it was typed.
    desk.keys("n").types("  ").keys("enter");
    let Some(Prompt::Line(AskedLine { purpose: Purpose::Note, input, .. })) = &desk.app.prompt else {
        panic!("still asked")
    };
    assert_eq!((input.value(), desk.app.status.tone), ("  ", Tone::Refused));
    desk.types("they called").keys("enter");
    assert!(desk.app.prompt.is_none());
    assert_eq!(desk.app.status.tone, Tone::Done);
    assert_eq!(&*desk.world.account("acme").notes[0].text, "they called");
}

/// What is chosen, or else stands in parentheses, is what enter takes, and nothing else is ever meant by an empty answer.
#[test]
fn enter_takes_what_is_chosen_from_the_start() {
    let mut desk = desk();
    let shows = |desk: &Desk, words: &str| assert!(desk.lines().join("\n").contains(words), "{words}");
    let owner = |desk: &Desk, name: &str| desk.world.account(name).owner().map(str::to_owned);
    desk.focus("bolt").keys("O");
    shows(&desk, "▌2 eve@example.com ");
    desk.keys("enter");
    assert_eq!(owner(&desk, "bolt").as_deref(), Some("eve@example.com"), "nobody was robbed");
    desk.focus("cato").keys("O");
    shows(&desk, "▌1 dana");
    desk.keys("enter");
    assert_eq!(owner(&desk, "cato").as_deref(), Some("dana"), "it is mine in two keys");
    desk.keys("O").types("Nobody").keys("enter");
    assert_eq!(owner(&desk, "cato"), None);

    let now = desk.world.now.at;
    desk.focus("acme").keys("z");
    shows(&desk, "▌1 tomorrow ");
    desk.keys("enter");
    let tomorrow = desk.world.now.date(now).succ_opt();
    let until = desk.world.account("acme").snooze.as_ref().map(|snooze| desk.world.now.date(snooze.until));
    assert_eq!(until, tomorrow, "it is put off in two keys");
    desk.keys("u").focus("acme").keys("z").types("monday").keys("enter");
    assert!(desk.world.account("acme").is_snoozed(now));
    desk.focus("acme").keys("z");
    shows(&desk, "Snooze Acme until, or wake?");
    desk.keys("enter");
    assert!(desk.world.account("acme").is_snoozed(now), "enter alone wakes nobody");
    desk.types("wake").keys("enter");
    assert!(!desk.world.account("acme").is_snoozed(now));
}

/// A slow disk is no reason to write anything down twice, or to say that it was left.
#[test]
fn an_answer_on_its_way_is_neither_given_twice_nor_taken_back() {
    let mut desk = desk();
    desk.keys("n").types("they called");
    let press = |desk: &mut Desk, key: &str| update(&mut desk.app, Msg::Key(key.parse().expect("a key")));
    let Some(Effect::Submit(Commands::One(command))) = press(&mut desk, "enter") else {
        panic!("it is sent")
    };
    assert!(press(&mut desk, "enter").is_none());
    assert_eq!(desk.said(), "This answer is being saved");
    desk.app.pending = 1;
    let entry = desk.world.does(&command);
    let board = desk.world.board().clone();
    desk.notify(Msg::Board(board));
    desk.notify(Msg::Report(Report::Done(entry)));
    assert!(desk.app.prompt.is_none() && desk.app.status.tone == Tone::Done);

    // It was kept the first time, when the disk did not confirm it.
    desk.keys("n").types("once more");
    let Some(Effect::Submit(Commands::One(command))) = press(&mut desk, "enter") else {
        panic!("it is sent")
    };
    let entry = desk.world.does(&command);
    let board = desk.world.board().clone();
    desk.notify(Msg::Board(board));
    desk.notify(Msg::Report(Report::DoneBefore(entry)));
    assert!(desk.app.prompt.is_none() && desk.app.pending == 0);
    assert_eq!(desk.said(), "The change was kept the first time; nothing was done twice");

    desk.keys("n").types("and again");
    let Some(Effect::Submit(commands)) = press(&mut desk, "enter") else { panic!("it is sent") };
    assert!(press(&mut desk, "esc").is_none() && desk.app.prompt.is_none());
    assert_eq!(desk.said(), "This answer is being saved");
    // What could not be kept can be sent once more.
    desk.notify(Msg::Report(Report::Failed("the disk is full".into())));
    desk.keys("n").types("and again");
    assert_eq!(press(&mut desk, "enter"), Some(Effect::Submit(commands)));
    desk.notify(Msg::Report(Report::Failed("the disk is full".into())));
    assert!(desk.app.prompt.is_some() && desk.lines().join("\n").contains("✗ the disk is full"));
    assert!(press(&mut desk, "enter").is_some());
    // A failure that answers nothing leaves the answer on its way.
    desk.notify(Msg::Report(Report::FailedUnasked("the journal is damaged".into())));
    assert!(desk.lines().join("\n").contains("✗ the journal is damaged"));
    assert!(desk.app.pending == 1 && press(&mut desk, "esc").is_none());
    assert_eq!(desk.said(), "This answer is being saved");
}

#[test]
fn a_name_is_completed() {
    let mut desk = desk();
    desk.keys("O").types("e").keys("tab");
    assert_eq!(typed(&desk), "eve@example.com");
    desk.keys("ctrl-u").types("zz").keys("tab");
    assert_eq!(typed(&desk), "zz", "nobody is called that");
    desk.keys("ctrl-u").types("NO").keys("tab");
    assert_eq!(typed(&desk), "none");
    desk.keys("esc");
    // As far as they are alike.
    desk.elsewhere("eve", &Command::AssignOwner { account: id("bolt"), owner: Some("evelyn".into()) });
    desk.elsewhere("eve", &Command::AssignOwner { account: id("cato"), owner: Some("eve".into()) });
    desk.keys("O").types("e").keys("tab");
    assert_eq!(typed(&desk), "eve");
}

#[test]
fn a_note_that_is_pasted_keeps_its_lines() {
    let mut desk = desk();
    desk.keys("n").notify(Msg::Paste("They met us.\r\nThey want:\n\t- the API\r- a call".into()));
    assert!(desk.lines().join("\n").contains("They met us.␊They want:␊"));
    desk.keys("enter");
    assert_eq!(&*desk.world.account("acme").notes[0].text, "They met us.\nThey want:\n - the API\n- a call");
    desk.keys("T").notify(Msg::Paste("fri: send\nthe guide".into()));
    desk.keys("enter");
    let task = desk.world.account("acme").tasks.values().next().expect("it is set").clone();
    assert_eq!(&*task.title, "send the guide", "anything else is one line");
}

#[test]
fn a_call_says_for_when_and_what_is_so_already_is_named() {
    for (keys, typed, says) in [
        ("b", "tomorrow 15:00", "Acme: Call booked for Mon 16 Dec, 15:00"),
        ("R", "none", "Nothing to change: the payment risk of Acme is already none"),
        ("z", "wake", "Nothing to change: Acme is not snoozed"),
    ] {
        let mut desk = desk();
        desk.keys(keys).types(typed).keys("enter");
        assert!(desk.said().starts_with(says), "{keys}: {}", desk.said());
        assert!(desk.app.prompt.is_none(), "{keys}");
    }
    let mut desk = desk();
    for _ in 0..2 {
        desk.keys("O").types("eve").keys("enter");
    }
    assert_eq!(desk.said(), "Nothing to change: eve@example.com already owns Acme");
    desk.keys("o").focus("acme").keys("o");
    assert_eq!(desk.said(), "Nothing to change: Outreach sent is already recorded for Acme");
}

#[test]
fn segments_are_joined_and_left_by_one_key() {
    let mut desk = desk();
    desk.keys("e").types("Trial");
    assert!(desk.lines().join("\n").contains("→ joins Trial"));
    desk.keys("enter");
    assert!(desk.said().starts_with("Acme: Added to Trial"), "{}", desk.said());
    desk.keys("e");
    assert!(desk.lines().join("\n").contains("Trial"), "those it is in are named");
    desk.types("t").keys("tab").types("");
    assert_eq!(typed(&desk), "Trial");
    assert!(desk.lines().join("\n").contains("→ leaves Trial"));
    desk.keys("enter");
    assert!(desk.said().starts_with("Acme: Removed from Trial"), "{}", desk.said());
    assert!(desk.world.account("acme").left_segments.contains("Trial"));
    desk.keys("u");
    assert!(desk.world.account("acme").segments.contains("Trial"));
    assert!(desk.world.account("acme").left_segments.is_empty());
    desk.keys("e enter");
    assert_eq!(
        (desk.said(), desk.app.status.tone),
        ("Write a name, or complete one with tab", Tone::Refused)
    );
}

#[test]
fn a_fact_is_cleared_in_the_open_account() {
    let mut desk = desk();
    desk.elsewhere("eve", &import(&[row("acme", "Acme").text(FactKey::Plan, "boost")]));
    desk.keys("enter delete");
    assert!(desk.lines().join("\n").contains("Clear which fact of Acme?"));
    desk.types("pl").keys("tab");
    assert_eq!(typed(&desk), "Plan");
    assert!(desk.lines().join("\n").contains("→ clears Plan: boost"));
    desk.keys("enter");
    assert!(desk.said().starts_with("Acme: Plan cleared"), "{}", desk.said());
    assert_eq!(desk.world.account("acme").text(&FactKey::Plan), None);
    desk.keys("u");
    assert_eq!(desk.world.account("acme").text(&FactKey::Plan), Some("boost"));
    desk.keys("delete").types("nonsense").keys("enter");
    assert_eq!(desk.said(), "No fact of Acme is called nonsense");
}
