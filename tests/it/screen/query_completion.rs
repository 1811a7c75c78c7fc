//! The filter, while one types it: how a query may go on.

use gangplank::config::views;
use gangplank::tui::layout::choices::placed;
use gangplank::tui::model::app::Setup;
use gangplank::tui::model::msg::Mouse;
use gangplank::tui::model::prompt::{Prompt, TypedQuery};
use gangplank::tui::theme::Depth;

use super::snapshots::Snapshots;
use crate::support::desk::{Desk, setup};
use crate::support::team_board;

fn desk(size: (u16, u16)) -> Desk {
    let mut desk = Desk::with(team_board(), size, Setup { views: views::shipped(), ..setup(Depth::Mono) });
    desk.focus("kite");
    desk
}

/// What is typed, and how it may go on.
fn typed(desk: &Desk) -> (&str, Vec<&str>) {
    let Some(Prompt::Filter(TypedQuery { input, completion, .. })) = &desk.app.prompt else {
        panic!("one types")
    };
    let begun = completion.begun();
    if !begun.is_empty() {
        // A word may just as well be a name.
        assert_eq!(placed(&desk.app), None, "{}", input.value());
        return (input.value(), begun.iter().map(String::as_str).collect());
    }
    (input.value(), completion.choices().shown().iter().map(|choice| &*choice.label).collect())
}

#[test]
fn what_is_typed_of_a_field_or_its_value_is_offered() {
    for (text, offered) in [
        ("", ""),
        ("o", ""),
        ("ki", ""),
        ("ow", "owner:"),
        ("kite ow", "owner:"),
        ("-(ow", "-(owner:"),
        ("owner:", "owner:me owner:dana owner:eve@example.com owner:none owner:any"),
        ("owner:d", "owner:dana"),
        ("owner:dana", ""),
        ("stage:6", "stage:6a stage:6b stage:6c stage:6d"),
        ("risk>=", "risk>=low risk>=medium risk>=high risk>=none risk>=any"),
        ("extra.", "extra.Industry:"),
        ("https://", ""),
        ("\"owner", ""),
    ] {
        for place in ["", "t", "d"] {
            let mut desk = desk((120, 40));
            desk.keys(place).keys("/").types(text);
            assert_eq!(typed(&desk), (text, offered.split_whitespace().collect()), "{place} {text}");
        }
    }
    let mut desk = desk((120, 40));
    desk.keys("H /").types("by:c");
    assert_eq!(typed(&desk), ("by:c", vec!["by:clock"]), "an entry has fields of its own");
}

#[test]
fn tab_goes_through_what_is_offered_and_the_arrows_through_what_is_found() {
    let mut desk = desk((120, 40));
    desk.keys("t /").types("ow").keys("tab");
    assert_eq!(typed(&desk).0, "owner:");
    assert_eq!(typed(&desk).1.len(), 5, "the only field leaves its values to choose");
    desk.keys("tab");
    assert_eq!(typed(&desk).0, "owner:me");
    let mine = desk.app.rows().len();
    desk.keys("tab tab");
    assert_eq!(typed(&desk).0, "owner:eve@example.com");
    assert_ne!(desk.app.rows().len(), mine, "it is looked for at once");
    desk.keys("shift-tab");
    assert_eq!(typed(&desk).0, "owner:dana");
    desk.keys("shift-tab shift-tab");
    assert_eq!(typed(&desk).0, "owner:any", "around the end");
    let first = desk.focused().to_owned();
    desk.keys("down");
    assert_ne!(desk.focused(), first);
    desk.types(" ");
    assert_eq!(typed(&desk).1, Vec::<&str>::new());
    desk.keys("enter");
    assert!(desk.app.prompt.is_none() && desk.app.filter.is_some());
    // Without a word, tab offers every field.
    let mut desk = self::desk((120, 40));
    desk.keys("/ tab");
    assert!(typed(&desk).1.len() > 20 && typed(&desk).0 == "id:", "{:?}", typed(&desk));
    desk.keys("esc /").types("zzz").keys("tab");
    assert_eq!(desk.said(), "Nothing to complete");
}

/// The chosen account stays in sight wherever it stands.
#[test]
fn what_is_offered_does_not_lie_over_the_chosen_account() {
    for (size, keys) in [((80, 24), "t /"), ((80, 24), "t G /"), ((120, 40), "G /"), ((60, 15), "t /")] {
        for steps in 0..20 {
            let mut desk = desk(size);
            desk.keys(keys).types("owner:").keys("tab");
            for _ in 0..steps {
                desk.keys("down");
            }
            let name: String = desk.app.focused().expect("somebody").name().chars().take(6).collect();
            let seen = desk.lines()[..usize::from(size.1) - 2].join("\n").contains(&name);
            assert!(seen || size.1 < 20, "{size:?} {keys} {steps}: {}", desk.picture());
        }
    }
}

#[test]
fn the_mouse_takes_one_and_still_chooses_what_is_found() {
    let mut desk = desk((120, 40));
    desk.keys("t /").types("stage:4");
    let area = placed(&desk.app).expect("there is a box").area;
    desk.mouse(Mouse::Press, (area.x + 2, area.y + 2));
    assert_eq!(typed(&desk), ("stage:4b", Vec::new()));
    assert_eq!(desk.app.rows().len(), 1);
    desk.keys("ctrl-u").types("stage:");
    desk.mouse(Mouse::Press, (4, 6));
    assert_eq!(typed(&desk).0, "stage:", "a press on what is found leads there, and goes on asking");
}

#[test]
fn tab_takes_what_the_wheel_chose() {
    for (wheel, key, then) in [
        (&[Mouse::WheelDown, Mouse::WheelDown][..], "tab", "owner:eve@example.com"),
        (&[Mouse::WheelDown, Mouse::WheelDown], "shift-tab", "owner:eve@example.com"),
        (
            &[Mouse::WheelDown, Mouse::WheelDown, Mouse::WheelDown, Mouse::WheelUp],
            "tab",
            "owner:eve@example.com",
        ),
    ] {
        let mut desk = desk((120, 40));
        desk.keys("t /").types("owner:");
        let area = placed(&desk.app).expect("there is a box").area;
        for mouse in wheel {
            desk.mouse(*mouse, (area.x + 2, area.y + 1));
        }
        desk.keys(key);
        assert_eq!(typed(&desk).0, "owner:dana", "{wheel:?} {key}");
        desk.keys("tab");
        assert_eq!(typed(&desk).0, then, "and then the next one");
        desk.mouse(Mouse::WheelDown, (area.x + 2, area.y + 1)).keys("tab");
        assert_eq!(typed(&desk).0, "owner:none", "the one chosen from there");
    }
}

pub(super) fn snapshots() -> Snapshots {
    let mut snapshots = Snapshots::default();
    for size in [(80, 24), (160, 48)] {
        snapshots.take("completion_field", desk(size).keys("t / r e"));
        snapshots.take("completion_value", desk(size).keys("t /").types("acme stage:").keys("tab"));
    }
    snapshots
}

#[test]
fn the_offers_look_like_this() {
    snapshots().check();
}

#[test]
fn what_is_pasted_is_followed_as_what_is_typed() {
    let mut desk = desk((120, 40));
    desk.keys("/").types("owner:");
    assert!(!typed(&desk).1.is_empty());
    desk.notify(gangplank::tui::model::msg::Msg::Paste("dan stage:1".to_owned()));
    let before = typed(&desk).0.to_owned();
    assert_eq!(before, "owner:dan stage:1");
    desk.keys("tab");
    assert!(typed(&desk).0.starts_with("owner:dan "), "{}", typed(&desk).0);
}
