//! The box of choices: what is offered, what picks, and where it lies.

use gangplank::config::views::ListColumn;
use gangplank::state::{Cause, Command, FactKey, Risk, RiskLevel};
use gangplank::tui::layout::choices::{BoxTarget, hit, placed};
use gangplank::tui::model::app::Setup;
use gangplank::tui::model::choices::Choice;
use gangplank::tui::model::focus::View;
use gangplank::tui::model::msg::{Effect, Mouse, Msg};
use gangplank::tui::model::prompt::{AskedLine, Prompt};
use gangplank::tui::theme::Depth;

use super::snapshots::Snapshots;
use crate::support::desk::{Desk, setup};
use crate::support::{World, id, import, row, team_board};

fn desk(size: (u16, u16)) -> Desk {
    let setup = Setup { views: gangplank::config::views::shipped(), ..setup(Depth::Mono) };
    let mut desk = Desk::with(team_board(), size, setup);
    desk.focus("kite");
    desk
}

fn joins(account: &str, segment: &str) -> Command {
    Command::JoinSegment { account: id(account), segment: segment.into(), cause: Cause::Hand }
}

/// The choices that are shown, as `key label`.
fn shown(desk: &Desk) -> Vec<String> {
    let choices = match &desk.app.prompt {
        Some(Prompt::Pick(picker)) => picker.choices.shown(),
        Some(Prompt::Line(AskedLine { choices, .. })) => choices.shown(),
        _ => return Vec::new(),
    };
    choices.iter().map(|Choice { key, label, .. }| format!("{key} {label}").trim().to_owned()).collect()
}

/// The cell of the choice whose line has `words`.
fn cell(desk: &Desk, words: &str) -> (u16, u16) {
    let area = placed(&desk.app).expect("there is a box").area;
    let lines = desk.lines();
    let inside = |y: &u16| lines[usize::from(*y)].contains(words);
    let y = (area.y..area.bottom()).find(inside).unwrap_or_else(|| panic!("{words}: {}", desk.picture()));
    (area.x + 2, y)
}

#[test]
fn letters_filter_and_a_key_or_enter_picks() {
    for (keys, expected) in [
        ("m 3 a", "3a"),
        ("m 4 down enter", "4a"),
        ("m e n g a g e d down down enter", "6b"),
        ("m p a i d enter y", "7"),
        // Those that refuse come last.
        ("m down down down down enter", "4b"),
    ] {
        let mut desk = desk((120, 40));
        desk.focus("lark").keys("m 2 ! w h y enter").focus("lark").keys(keys);
        let moved = desk.world.stage("lark") == expected;
        let refused = desk.said().contains(&format!("so {expected} does not fit"));
        assert!(moved || refused, "{keys}: {} {}", desk.world.stage("lark"), desk.said());
        assert!(desk.app.prompt.is_none(), "{keys}");
    }
    let mut desk = desk((120, 40));
    desk.keys("3");
    assert_eq!(shown(&desk).len(), 2);
    desk.keys("esc m e n g");
    assert!(shown(&desk).iter().all(|stage| stage.to_lowercase().contains("eng")), "{:?}", shown(&desk));
    desk.keys("esc m enter");
    assert!(desk.said().starts_with("Type a stage"), "nothing is chosen from the start: {}", desk.said());
}

/// A choice that the board refuses says so beforehand, and choosing it says what to do instead.
#[test]
fn a_stage_that_would_refuse_is_known_beforehand() {
    let mut desk = desk((120, 40));
    desk.focus("nova").keys("m");
    let screen = desk.lines().join("\n");
    assert!(screen.contains("6a Onboarded — No Engagement · engaged with us"), "{screen}");
    assert!(screen.contains("Intro Call Completed · is there already"), "{screen}");
    desk.keys("6 a");
    assert!(desk.said().ends_with(" · . moves it to 6b · ! forces it, with a reason"), "{}", desk.said());
    // Of several accounts, how many move.
    desk.focus("nova").keys("space").focus("acme").keys("space m");
    let screen = desk.lines().join("\n");
    assert!(screen.contains("1 move, 1 refused · "), "{screen}");
}

#[test]
fn a_digit_picks_a_risk_and_what_needs_a_reason_asks_for_it() {
    let mut desk = desk((80, 24));
    desk.keys("R 4");
    assert!(desk.app.prompt.is_some() && shown(&desk).is_empty());
    desk.types("card expired").keys("enter");
    let risk = desk.world.account("kite").risk.clone();
    assert_eq!((risk.level.to_string().as_str(), risk.reason.as_deref()), ("high", Some("card expired")));
    desk.keys("R 1");
    assert_eq!(desk.world.account("kite").risk.level.to_string(), "none");
    desk.keys("u R").types("high 2 invoices late").keys("enter");
    let reason = desk.world.account("kite").risk.reason.clone();
    assert_eq!(reason.as_deref(), Some("2 invoices late"), "a digit is text once something is typed");
}

#[test]
fn a_segment_and_a_fact_are_picked_from_those_there_are() {
    let mut desk = desk((80, 24));
    desk.elsewhere("eve", &import(&[row("kite", "Kite").text(FactKey::Plan, "boost")]));
    desk.elsewhere("eve", &joins("nova", "Trial"));
    desk.focus("kite").keys("e down enter");
    assert!(desk.said().contains("Added to Trial"), "{}", desk.said());
    desk.focus("kite").keys("e");
    assert!(desk.lines().join("\n").contains("☑ Trial"), "{}", desk.picture());
    desk.keys("esc enter delete").types("pl").keys("enter");
    assert_eq!(desk.world.account("kite").text(&FactKey::Plan), None, "{}", desk.said());
}

#[test]
fn what_is_typed_has_its_box_whatever_it_finds() {
    let mut desk = desk((120, 40));
    desk.keys("O").types("d");
    assert_eq!(shown(&desk), ["1 dana", "d"]);
    desk.types("zz");
    assert_eq!(shown(&desk), ["dzz"], "nobody is called that: any name will do");
    desk.types(" until fri");
    assert!(shown(&desk).is_empty(), "that is no name any more");
    let area = placed(&desk.app).expect("one types in it").area;
    assert!(desk.lines()[usize::from(area.y) + 1].contains("│ › dzz until fri"), "{}", desk.picture());
    assert_eq!(
        (area.height, desk.remarked().contains("→ dzz until")),
        (4, true),
        "the frame, what is typed and means"
    );
    // A terminal with no room for that shows what is typed in its last line but one.
    let mut desk = self::desk((50, 12));
    desk.keys("O").types("dzz until fri");
    assert!(placed(&desk.app).is_none() && desk.lines()[10].contains("dzz until fri"), "{}", desk.picture());
}

/// A number picks; a segment that is called so comes before it, and a space behind it makes it a name. What enter will do
/// stands under it.
#[test]
fn a_number_is_a_choice_unless_a_segment_is_called_so() {
    for (segments, typed, does, said) in [
        (&["Beta", "Trial"][..], "2", "joins Trial", "Added to Trial"),
        (&["Beta", "2"], "1", "joins 2", "Added to 2"),
        (&["1", "2"], "2", "joins 2", "Added to 2"),
        (&["Beta", "Trial"], "2 ", "joins 2", "Added to 2"),
        (&["Beta", "Trial"], "3", "joins 3", "Added to 3"),
        (&["Beta", "Trial"], "2024", "joins 2024", "Added to 2024"),
    ] {
        let mut desk = desk((80, 24));
        for segment in segments {
            desk.elsewhere("eve", &joins("nova", segment));
        }
        desk.focus("kite").keys("e").types(typed);
        let line = desk.remarked();
        assert!(line.contains(does), "{segments:?} {typed}: {line}");
        desk.keys("enter");
        assert!(desk.said().contains(said), "{segments:?} {typed}: {}", desk.said());
    }
}

/// What there is to pick from follows what is done, whether it was prepared between keys or not.
#[test]
fn the_segments_offered_are_those_there_are() {
    for is_prepared in [false, true] {
        let mut desk = desk((120, 40));
        let leaves = |account: &str, segment: &str| Command::LeaveSegment {
            account: id(account),
            segment: segment.into(),
            cause: Cause::Hand,
        };
        for (command, offered) in [
            (joins("nova", "Trial"), "1 Trial"),
            (joins("nova", "Beta"), "1 Beta 2 Trial"),
            (joins("lark", "Trial"), "1 Trial 2 Beta"),
            (leaves("nova", "Beta"), "1 Trial"),
            (leaves("lark", "Trial"), "1 Trial"),
            (leaves("nova", "Trial"), ""),
        ] {
            if is_prepared {
                desk.counts_tabs();
                assert!(!desk.app.has_work_ahead());
            }
            desk.elsewhere("eve", &command);
            desk.focus("kite").keys("e");
            assert_eq!(shown(&desk).join(" "), offered, "prepared: {is_prepared}");
            desk.keys("esc /").types("segment:");
            let Some(Prompt::Filter(query)) = &desk.app.prompt else { panic!("one types") };
            let names = query.completion.choices().shown().iter().map(|choice| &*choice.label);
            let names: Vec<&str> =
                names.filter(|name| !["segment:none", "segment:any"].contains(name)).collect();
            assert_eq!(names.len(), offered.split_whitespace().count() / 2, "{names:?}");
            desk.keys("esc");
        }
    }
}

#[test]
fn the_mouse_picks_and_closes() {
    // A choice in each kind of box.
    let mut desk = desk((120, 40));
    desk.keys("z");
    let at = cell(&desk, "monday");
    desk.mouse(Mouse::Press, at);
    assert!(desk.world.account("kite").is_snoozed(desk.world.now.at), "{}", desk.said());
    desk.keys("u s");
    let at = cell(&desk, "4 name");
    desk.mouse(Mouse::Press, at);
    assert_eq!(desk.said(), "Sorted by name");
    desk.keys(":").types("no owner");
    let at = cell(&desk, "No owner");
    desk.mouse(Mouse::Press, at);
    assert_eq!((desk.app.view, desk.app.prompt.is_none()), (View::List { all: false }, true));
    let mut desk = self::desk((120, 40));
    desk.focus("lark").keys("m");
    let at = cell(&desk, "Churned");
    desk.mouse(Mouse::Press, at).keys("y");
    assert_eq!(desk.world.stage("lark"), "6d");
    desk.focus("kite").keys("R");
    let at = cell(&desk, "medium");
    desk.mouse(Mouse::Press, at).types("late").keys("enter");
    assert_eq!(desk.world.account("kite").risk.reason.as_deref(), Some("late"));

    // The wheel goes through the choices, a press beside them closes, and neither moves the focus.
    for keys in ["z", "m", "O", "s", ":", "3"] {
        let mut desk = self::desk((120, 40));
        desk.keys(keys);
        let before = (desk.app.focus.clone(), desk.picture());
        desk.mouse(Mouse::WheelDown, (0, 39)).mouse(Mouse::WheelDown, (0, 39));
        assert_eq!(desk.app.focus, before.0, "{keys}");
        let area = placed(&desk.app).expect("there is a box").area;
        desk.mouse(Mouse::Press, (area.x, area.y));
        assert!(desk.app.prompt.is_some() && desk.picture() != before.1, "{keys}");
        assert_eq!(hit(&desk.app, 0, 0), Some(BoxTarget::Outside));
        desk.mouse(Mouse::Press, (0, 0));
        assert!(desk.app.prompt.is_none(), "{keys}: a press beside closes");
        assert_eq!(desk.app.focus, before.0, "{keys}");
    }
    // What was typed is not lost by a press beside it.
    let mut desk = self::desk((120, 40));
    desk.keys("z").types("t").mouse(Mouse::Press, (0, 0));
    assert!(desk.app.prompt.is_some());
}

/// At every size and wherever the focus is, the card stays in sight wherever the box can lie beside it.
#[test]
fn the_box_does_not_lie_over_what_it_is_about() {
    for size in [(80, 24), (120, 40), (160, 48), (240, 60), (60, 15)] {
        for place in ["", "t", "d", "t G", "l l l", "t enter", "A"] {
            for keys in ["m", "z", "O", "R"] {
                let mut desk = desk(size);
                desk.keys(place);
                let Some(name) = desk.app.focused().map(|account| account.name().to_owned()) else {
                    continue;
                };
                let short: String = name.chars().take(8).collect();
                let seen = |desk: &Desk| desk.lines()[..usize::from(size.1) - 2].join("\n").contains(&short);
                let was_seen = seen(&desk);
                desk.keys(keys);
                let Some(placed) = placed(&desk.app) else { continue };
                assert!(
                    placed.area.bottom() <= size.1 - 2 && placed.area.right() <= size.0,
                    "{size:?} {place}"
                );
                let is_squeezed = size.1 < 20 || place == "t enter";
                assert!(
                    seen(&desk) || !was_seen || is_squeezed,
                    "{size:?} {place} {keys}: {}",
                    desk.picture()
                );
            }
        }
    }
}

/// What is typed stands in the box, near the card; nowhere else, and in the same line however much it finds.
#[test]
fn what_is_typed_stands_in_the_box_and_stays_there() {
    for size in [(80, 24), (120, 40), (160, 48), (240, 60)] {
        for place in ["t", "t G", "d", "t j j j"] {
            for (keys, typed) in
                [("m", "e"), ("z", "mon"), ("O", "da"), ("R", "high x"), (":", "own"), ("V", "n")]
            {
                let mut desk = desk(size);
                desk.keys(place).keys(keys);
                let field = |desk: &Desk, typed: &str| {
                    let lines = desk.lines();
                    let area = placed(&desk.app).expect("there is a box").area;
                    let is_field = |line: &&String| line.contains(&format!("│ › {typed}"));
                    assert_eq!(
                        lines.iter().filter(is_field).count(),
                        1,
                        "{size:?} {place} {keys}: {}",
                        desk.picture()
                    );
                    assert!(
                        !lines[usize::from(size.1) - 2].contains(&format!(": {typed}")),
                        "{}",
                        desk.picture()
                    );
                    area.y
                };
                let before = field(&desk, "");
                desk.types(typed);
                assert_eq!(field(&desk, typed), before, "{size:?} {place} {keys}: {}", desk.picture());
            }
        }
    }
}

/// The columns that the list shows, by their headings.
fn headings(desk: &Desk) -> String {
    let y = usize::from(gangplank::tui::layout::areas(&desk.app).body.y);
    // How many rows lie below is no heading.
    let is_heading = |word: &&str| !matches!(*word, "more" | "↓") && word.parse::<usize>().is_err();
    desk.lines()[y].split_whitespace().filter(is_heading).collect::<Vec<_>>().join(" ")
}

#[test]
fn columns_are_switched_while_one_looks_and_go_into_a_view() {
    let mut desk = desk((120, 40));
    desk.keys("C");
    assert_eq!(desk.said(), "Only the list has columns to choose: t opens it");
    desk.keys("t");
    let all = headings(&desk);
    desk.keys("C 2");
    assert!(!headings(&desk).contains("Forecast") && desk.app.prompt.is_some(), "{}", headings(&desk));
    desk.keys("2");
    assert!(headings(&desk).ends_with("Forecast"), "what is switched on comes last: {}", headings(&desk));
    desk.keys("1 3 4").types("regi").keys("down space");
    assert!(headings(&desk).ends_with("Region"), "{}", headings(&desk));
    let at = cell(&desk, "Region");
    desk.mouse(Mouse::Press, at);
    assert!(!headings(&desk).contains("Region") && desk.app.prompt.is_some(), "{}", headings(&desk));
    desk.keys("enter W").types("Short").keys("enter");
    let Some(Effect::SaveView(view)) = desk.effects.last() else { panic!("{:?}", desk.effects) };
    let names: Vec<String> = view.columns.iter().map(ListColumn::name).collect();
    assert_eq!(names.last().map(String::as_str), Some("forecast"), "{names:?}");
    assert!(!names.contains(&"stage".to_owned()), "{names:?}");
    // A new view is opened with its own columns.
    desk.keys("tab shift-tab");
    assert_ne!(headings(&desk), all);
    // Whoever switches all of them off still sees whose row it is.
    let mut desk = self::desk((80, 24));
    desk.keys("t C");
    while let Some(at) = shown_on(&desk) {
        desk.mouse(Mouse::Press, at);
    }
    assert_eq!(headings(&desk), "Name");
    desk.keys("esc");
    assert_eq!((headings(&desk).as_str(), desk.app.prompt.is_none()), ("Name", true));
}

/// The cell of the first column that is on.
fn shown_on(desk: &Desk) -> Option<(u16, u16)> {
    let area = placed(&desk.app)?.area;
    let lines = desk.lines();
    (area.y..area.bottom()).find(|y| lines[usize::from(*y)].contains('☑')).map(|y| (area.x + 2, y))
}

#[test]
fn a_view_is_picked_with_its_count_from_anywhere() {
    for place in ["", "d", "F", "H", "A", "enter"] {
        for (keys, expected) in
            [("V 3", "No owner"), ("V n o space o w n enter", "No owner"), ("g v 3", "No owner")]
        {
            let mut desk = desk((120, 40));
            desk.counts_tabs().keys(place).keys(keys);
            let current = desk.app.current_tab().map(|at| desk.app.tabs.tabs[at].view.name.clone());
            assert_eq!(current.as_deref(), Some(expected), "{place} {keys}: {}", desk.said());
            assert!(desk.app.screen.is_none() && desk.app.prompt.is_none(), "{place} {keys}");
        }
    }
    let mut desk = desk((120, 40));
    desk.counts_tabs().keys("V");
    assert!(desk.lines().join("\n").contains("3 No owner"), "{}", desk.picture());
}

/// Nobody typed the query of a view, so nothing is said about what it matches.
#[test]
fn an_empty_view_says_that_it_is_empty() {
    let mut desk = desk((120, 40));
    desk.counts_tabs().keys("V").types("legacy").keys("enter");
    let name = desk.app.view_name().map(str::to_owned).expect("a view");
    let screen = desk.lines().join("\n");
    assert!(screen.contains(&format!("No accounts in {name}")), "{screen}");
    desk.keys("/").types(" zzz").keys("enter");
    let screen = desk.lines().join("\n");
    assert!(screen.contains("No account matches"), "what is typed matches nothing: {screen}");
}

pub(super) fn snapshots() -> Snapshots {
    let mut snapshots = Snapshots::default();
    for size in [(80, 24), (160, 48)] {
        for (name, keys) in [
            ("pick_stage", "m"),
            ("pick_stage_typed", "m e n g"),
            ("pick_stage_marked", "space space space m"),
            ("pick_go", "6"),
            ("pick_owner", "O"),
            ("pick_snooze", "z down"),
            ("pick_wake", "z 2 enter k z"),
            ("pick_risk", "R"),
            ("pick_risk_reason", "R 3"),
            ("pick_segment", "e"),
            ("pick_columns", "t C down down space"),
            ("pick_view", "V"),
        ] {
            snapshots.take(name, desk(size).counts_tabs().keys(keys));
        }
    }
    snapshots
}

#[test]
fn the_boxes_look_like_this() {
    snapshots().check();
}

#[test]
fn a_long_list_says_how_much_is_left() {
    let mut world = World::new();
    world.does(&import(&[row("acme", "Acme")]));
    for at in 0..40 {
        world.does(&joins("acme", &format!("Segment {at:02}")));
    }
    let mut desk = Desk::new(world, (80, 24));
    desk.keys("i e");
    assert!(desk.lines().join("\n").contains(" more ↓ "), "{}", desk.picture());
    desk.keys("up");
    let screen = desk.lines().join("\n");
    assert!(screen.contains(" more ↑ ") && screen.contains("▌40 ☑ Segment 39"), "{screen}");
    desk.notify(Msg::Resize(20, 5));
    desk.draw();
}

/// Which level an account has now is said where another is picked; of several accounts, how many have which.
#[test]
fn the_present_risk_is_marked() {
    let mut desk = desk((80, 24));
    let risk = Risk { level: RiskLevel::High, reason: Some("paid late".into()) };
    desk.elsewhere("eve", &Command::SetRisk { account: id("acme"), risk });
    let line = |desk: &Desk, level: &str| {
        let lines = desk.lines();
        lines.into_iter().find(|line| line.contains(level) && line.contains('│')).expect("it is offered")
    };
    desk.keys("t").focus("acme").keys("R");
    assert!(line(&desk, "4 high ").contains("now · and a reason"), "{}", desk.picture());
    assert!(!line(&desk, "2 low ").contains("now"), "{}", desk.picture());
    desk.keys("esc esc").focus("acme").keys("space").focus("bolt").keys("space R");
    assert!(line(&desk, "4 high ").contains("1 of 2 now"), "{}", desk.picture());
    assert!(line(&desk, "1 none ").contains("1 of 2 now"), "{}", desk.picture());
}
