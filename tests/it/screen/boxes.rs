//! Where boxes lie on a wide screen, and that they name only keys that work.

use gangplank::tui::layout;
use ratatui::layout::Rect;

use super::today::demo_desk;
use crate::support::desk::Desk;

fn foot(desk: &Desk) -> String {
    desk.lines()[usize::from(layout::areas(&desk.app).hints.y)].clone()
}

/// The frame of the account beside the list.
fn has_whole_frame(desk: &Desk) -> bool {
    let (buffer, _) = desk.draw();
    let dock = layout::areas(&desk.app).dock;
    let Rect { x, y, .. } = dock;
    let right = dock.right() - 1;
    let corners = [(x, y), (right, y), (x, dock.bottom() - 1), (right, dock.bottom() - 1)];
    let sides = (y + 1..dock.bottom() - 1).flat_map(|y| [(x, y), (right, y)]);
    corners.iter().zip(["╭", "╮", "╰", "╯"]).all(|(at, corner)| buffer[*at].symbol() == corner)
        && sides.into_iter().all(|at| buffer[at].symbol() == "│")
}

#[test]
fn no_box_lies_over_the_frame_of_the_account_beside_the_list() {
    for size in [(160, 48), (240, 60)] {
        for view in ["g t", "g b t"] {
            for keys in ["m", "C", "s", "z", "O", "n", "Y", "g", "X", ":", "w", "v", "+"] {
                let mut desk = demo_desk(size);
                desk.keys(view).focus("A-1052").keys(keys);
                assert!(has_whole_frame(&desk), "{view} {keys} {size:?}: {}", desk.picture());
            }
        }
    }
}

#[test]
fn where_nothing_is_chosen_the_foot_offers_no_choosing() {
    for size in [(80, 24), (160, 48)] {
        let mut desk = demo_desk(size);
        desk.keys("g b").focus("A-1052").keys("m");
        assert!(!foot(&desk).contains("enter") && foot(&desk).contains("Next"), "{}", foot(&desk));
        desk.keys("down");
        assert!(foot(&desk).contains("enter Choose"), "{}", foot(&desk));
        desk.keys("esc").keys("t C");
        assert!(
            foot(&desk).contains(" a number switches") && !foot(&desk).contains("space"),
            "{}",
            foot(&desk)
        );
        desk.keys("down");
        assert!(foot(&desk).contains("space or a number switches"), "{}", foot(&desk));
        desk.keys("esc").keys("/").types("owner:");
        assert!(!foot(&desk).contains("Keep filter"), "it is no query yet: {}", foot(&desk));
        desk.types("none");
        assert!(foot(&desk).contains("enter Keep filter"), "{}", foot(&desk));
    }
}
