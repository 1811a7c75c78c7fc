//! One column says one thing one way, and what presses more looks so.

use gangplank::tui::layout;
use ratatui::layout::Rect;
use ratatui::style::Modifier;

use super::today::demo_desk;
use crate::support::desk::Desk;

fn board(size: (u16, u16)) -> Desk {
    let mut desk = demo_desk(size);
    desk.keys("g b").focus("A-1052");
    desk
}

#[test]
fn a_column_says_all_renewals_in_words_or_none() {
    for size in [(80, 24), (120, 40), (160, 48), (240, 60), (300, 80)] {
        let desk = board(size);
        let (buffer, _) = desk.draw();
        for placed in layout::columns(&desk.app).placed.iter().filter(|placed| !placed.folded) {
            let rows = placed.area.rows();
            let column = rows.map(|row| row.positions().map(|at| buffer[at].symbol()).collect::<String>());
            let column: Vec<String> = column.collect();
            let has_words = column.iter().any(|line| line.contains("renews "));
            let has_marks = column.iter().any(|line| {
                line.split_whitespace().any(|word| {
                    word.trim_start_matches('!')
                        .strip_suffix('d')
                        .is_some_and(|days| days.parse::<u16>().is_ok())
                }) && !line.contains("renews in")
                    && line.contains(['$', '€', '¥'])
            });
            assert!(!(has_words && has_marks), "{size:?} {column:#?}");
        }
    }
}

#[test]
fn weeks_stand_on_the_widest_board_too() {
    for size in [(160, 48), (240, 60)] {
        let desk = board(size);
        let weeks = desk.lines().join("\n").matches(" w3").count();
        assert!(weeks >= 6, "{size:?} {weeks}: {}", desk.picture());
    }
}

#[test]
fn all_open_stages_are_in_view_with_room_for_names() {
    let desk = board((160, 48));
    let columns = layout::columns(&desk.app);
    assert_eq!((columns.first, columns.beyond), (0, 0));
    let open: Vec<u16> = columns.placed.iter().filter(|it| !it.folded).map(|it| it.area.width).collect();
    assert_eq!(open.len(), 7, "labels that no stage has make way");
    assert!(open.iter().all(|width| *width >= 17), "{open:?}");
    let mut desk = board((160, 48));
    desk.keys("home");
    assert!(desk.lines().join("\n").contains(" ? "), "{}", desk.picture());
    let wide = board((240, 60));
    assert!(wide.lines().join("\n").contains("Unmapped"), "there is room: {}", wide.picture());
}

#[test]
fn the_way_into_an_account_is_named_at_every_size() {
    for size in [(80, 24), (120, 40), (160, 48), (240, 60)] {
        for view in ["g b", "g t", "g b t"] {
            let mut desk = demo_desk(size);
            desk.keys(view).focus("A-1052");
            let foot = desk.lines()[usize::from(layout::areas(&desk.app).hints.y)].clone();
            assert!(foot.contains("enter Open"), "{view} {size:?}: {foot}");
        }
    }
}

/// At the foot, each reason stands behind its own key.
#[test]
fn a_reason_stands_behind_its_own_key() {
    let mut desk = demo_desk((120, 40));
    desk.keys("g t").focus("A-1052");
    let lines = desk.lines();
    let status = layout::areas(&desk.app).status;
    let last = &lines[usize::from(status.bottom() - 1)];
    assert!(last.starts_with(" o Outreach sent") && last.contains(" · @ Take it  No owner"), "{last}");
}

/// Only what is as good as now is red.
#[test]
fn a_renewal_in_nine_days_presses_less_than_one_in_two() {
    let mut desk = demo_desk((120, 40));
    desk.keys("g t").focus("A-1052");
    let (buffer, _) = desk.draw();
    let style = |days: &str| {
        let lines = desk.lines();
        let (y, line) = lines.iter().enumerate().find(|(_, line)| line.contains(days)).expect("it is there");
        let x = line[..line.find(days).expect("it is there")].chars().count();
        buffer[(u16::try_from(x).expect("a cell"), u16::try_from(y).expect("a line"))].modifier
    };
    assert!(style("!!2d").contains(Modifier::BOLD));
    assert!(!style("!!9d").contains(Modifier::BOLD));
}

#[test]
fn a_late_task_says_so_in_a_short_row() {
    for size in [(80, 24), (120, 40), (160, 48)] {
        let mut desk = demo_desk(size);
        desk.keys("g t").focus("A-1031");
        let line = desk
            .lines()
            .into_iter()
            .find(|line| line.starts_with("▌Stonefruit Insurance"))
            .expect("it is there");
        assert!(line.contains("Due ") && line.contains("send legal"), "{size:?} {line}");
    }
}

#[test]
fn who_looks_after_a_card_stands_on_the_widest_board_however_long_its_words_are() {
    let desk = board((240, 60));
    let (buffer, _) = desk.draw();
    let columns = layout::columns(&desk.app);
    let lines = columns.placed.iter().flat_map(|placed| placed.area.rows());
    let text = |row: Rect| -> String { row.positions().map(|at| buffer[at].symbol()).collect() };
    let cut: Vec<String> = lines.map(text).filter(|line| line.contains("send legal")).collect();
    assert_eq!(cut.len(), 1, "{}", desk.picture());
    assert!(cut[0].trim_end().ends_with("… magda"), "{cut:?}");
}
