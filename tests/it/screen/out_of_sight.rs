//! What does not fit is said: rows above and below, the filter that hides others, and what a count is of.

use gangplank::tui::layout;

use super::today::demo_desk;
use crate::support::desk::Desk;

const SIZES: [(u16, u16); 4] = [(80, 24), (120, 40), (160, 48), (240, 60)];

/// The heading of what is to be seen.
fn heading(desk: &Desk) -> String {
    desk.lines()[usize::from(layout::areas(&desk.app).body.y)].clone()
}

#[test]
fn every_list_says_how_many_rows_lie_above_and_below() {
    for size in SIZES {
        for (keys, rows) in [("g b t", 79), ("g t", 33)] {
            let mut desk = demo_desk(size);
            desk.keys(keys).keys("home");
            let visible = layout::list_rows(&desk.app);
            if keys == "g b t" && visible < rows {
                let said = format!(" {} more ↓ ", rows - visible);
                assert!(heading(&desk).contains(&said), "{said} {size:?}: {}", desk.picture());
            }
            desk.keys("end");
            let is_scrolled = desk.app.focus.list_top > 0;
            assert_eq!(
                heading(&desk).contains(" more ↑"),
                is_scrolled,
                "{keys} {size:?}: {}",
                desk.picture()
            );
            assert!(!heading(&desk).contains('↓'), "{keys} {size:?}: {}", desk.picture());
            desk.keys("k").keys("pgup");
            if desk.app.focus.list_top > 0 {
                assert!(heading(&desk).contains('↑') && heading(&desk).contains('↓'), "{}", desk.picture());
            }
        }
    }
}

#[test]
fn a_filter_names_the_key_that_takes_it_away() {
    for size in SIZES {
        for view in ["g b", "g b t", "g t"] {
            let mut desk = demo_desk(size);
            let foot = |desk: &Desk| desk.lines()[usize::from(layout::areas(&desk.app).hints.y)].clone();
            desk.keys(view);
            assert!(!foot(&desk).contains("Clear filter"), "{}", foot(&desk));
            desk.keys("/").types("mrr>200").keys("enter");
            assert!(foot(&desk).starts_with(" esc Clear filter  "), "{view} {size:?}: {}", foot(&desk));
            desk.keys("esc");
            assert!(desk.app.filter.is_none() && !foot(&desk).contains("Clear filter"), "{}", foot(&desk));
        }
    }
}

#[test]
fn a_count_says_what_it_counts() {
    let mut desk = demo_desk((160, 48));
    desk.keys("g b t");
    let strip = |desk: &Desk| desk.lines()[usize::from(layout::areas(&desk.app).stage_strip.y)].clone();
    assert!(strip(&desk).contains(" open: dan 25 · magda 24 · no owner 7"), "{}", strip(&desk));
    desk.keys("/").types("mrr>200").keys("enter");
    assert!(strip(&desk).contains(" all open: dan 25 · magda 24 · no owner 7"), "{}", strip(&desk));
    desk.keys("esc").keys("O");
    assert!(desk.lines().join("\n").contains("24 open"), "{}", desk.picture());
}
