//! What is whole on a wide screen: measured on the demonstration, as people see it.

use gangplank::state::{Account, Stage};
use gangplank::tui::layout;
use gangplank::tui::model::columns::ColumnId;
use ratatui::layout::Rect;

use super::today::demo_desk;
use crate::support::desk::Desk;

/// The words in the cells of `area`, a line each.
fn words(lines: &[Vec<char>], area: Rect) -> Vec<String> {
    let (from, to) = (usize::from(area.x), usize::from(area.right()));
    let rows = lines[usize::from(area.y)..usize::from(area.bottom())].iter();
    rows.map(|line| line[from.min(line.len())..to.min(line.len())].iter().collect()).collect()
}

/// The cells of the screen; the second of a wide letter is empty.
fn cells(desk: &Desk) -> Vec<Vec<char>> {
    let (buffer, _) = desk.draw();
    let width = usize::from(buffer.area.width);
    let letter = |symbol: &str| symbol.chars().next().unwrap_or(' ');
    buffer.content.chunks(width).map(|row| row.iter().map(|cell| letter(cell.symbol())).collect()).collect()
}

/// `text` as it stands in the cells of a line: a space after each wide letter.
fn in_cells(text: &str) -> String {
    text.chars().filter(|c| gangplank::text::width(&c.to_string()) > 0).fold(String::new(), |mut all, c| {
        all.push(c);
        if gangplank::text::width(&c.to_string()) > 1 {
            all.push(' ');
        }
        all
    })
}

/// The accounts of the open stages in view, with the lines of their column.
fn open_columns(desk: &Desk) -> Vec<(ColumnId, Rect, Vec<String>)> {
    let lines = cells(desk);
    let placed = layout::columns(&desk.app).placed.into_iter().filter(|placed| !placed.folded);
    placed.map(|placed| (placed.column_id, placed.area, words(&lines, placed.area))).collect()
}

fn in_view(desk: &Desk, column: ColumnId) -> Vec<&Account> {
    let rows = desk.app.columns.column(column).shown();
    let rows = rows.iter().take(layout::cards_per_column(&desk.app));
    rows.filter_map(|row| desk.app.board.get(&row.id)).map(|account| &**account).collect()
}

/// Checks that no name, owner or head of an open stage in view is cut.
#[track_caller]
fn assert_whole(desk: &Desk) {
    for (column, _, lines) in open_columns(desk) {
        let stage = desk.app.stage(column);
        if stage.is_some_and(Stage::is_closed) {
            continue;
        }
        let head = stage.map(|stage| format!("{} {}", stage.id, stage.title()));
        assert!(head.is_none_or(|head| lines[0].contains(&head)), "{lines:#?}");
        let text = lines.join("\n");
        for account in in_view(desk, column) {
            assert!(text.contains(&in_cells(account.name())), "{}: {text}", account.name());
            let owner = account.owner().and_then(|owner| owner.split('@').next()).unwrap_or("—");
            assert!(text.contains(owner), "{owner} of {}: {text}", account.name());
        }
    }
}

#[test]
fn at_240_columns_an_open_account_hides_columns_and_cuts_nothing() {
    let mut desk = demo_desk((240, 60));
    desk.keys("g b");
    for _ in 0..desk.app.columns.column_ids().count() {
        desk.keys("l enter");
        assert!(!layout::areas(&desk.app).dock.is_empty());
        assert_whole(&desk);
        desk.keys("esc");
    }
}

#[test]
fn at_240_columns_no_name_owner_or_head_of_an_open_stage_is_cut() {
    let mut desk = demo_desk((240, 60));
    desk.keys("g b");
    let columns = open_columns(&desk);
    let open = desk.app.board.pipeline().stages().iter().filter(|stage| !stage.is_closed()).count();
    assert!(columns.len() >= open, "all open stages are in view");
    assert_whole(&desk);
}

#[test]
fn at_240_columns_today_and_the_list_cut_no_name_and_no_owner() {
    for keys in ["g t", "g l"] {
        let mut desk = demo_desk((240, 60));
        desk.keys(keys);
        let lines = cells(&desk);
        let body = layout::areas(&desk.app).body;
        let text = words(&lines, body);
        let mut seen = 0;
        for row in desk.app.rows() {
            let account = desk.app.board.get(&row.id).expect("it has a row");
            let name = in_cells(account.name());
            let Some(line) = text.iter().find(|line| line.contains(name.trim_end())) else {
                assert!(keys == "g l", "{name}: {}", desk.picture());
                continue;
            };
            let owner = account.owner().and_then(|owner| owner.split('@').next()).unwrap_or("—");
            assert!(line.contains(owner), "{owner} of {name}: {line}");
            seen += 1;
        }
        assert!(seen > 25, "{keys}: {seen}");
    }
}

#[test]
fn at_240_columns_today_uses_nine_tenths_of_the_width() {
    let desk = demo_desk((240, 60));
    let mut used = [false; 240];
    for line in cells(&desk) {
        for (cell, used) in line.iter().zip(&mut used) {
            *used |= *cell != ' ';
        }
    }
    let used = used.iter().filter(|used| **used).count();
    assert!(used * 10 >= 240 * 9, "{used} of 240 columns");
}

#[test]
fn at_160_columns_names_have_fourteen_cells_with_all_open_stages_in_view() {
    let mut desk = demo_desk((160, 48));
    desk.keys("g b");
    let columns = open_columns(&desk);
    let open = desk.app.board.pipeline().stages().iter().filter(|stage| !stage.is_closed()).count();
    assert!(columns.len() >= open, "all open stages are in view");
    for (column, area, lines) in &columns {
        // Its edge and the cell after it.
        assert!(area.width - 2 >= 14, "{column:?}: {}", area.width);
        let text = lines.join("\n");
        for account in in_view(&desk, *column) {
            let name = in_cells(account.name());
            let shown: String = name.chars().take(13).collect();
            assert!(text.contains(shown.trim_end()), "{name}: {text}");
        }
    }
}

/// A single account in another currency is no longer to look at than its share of the accounts.
#[test]
fn the_bars_of_a_currency_are_as_long_as_its_share_of_the_accounts() {
    for size in [(160, 48), (240, 60)] {
        let mut desk = demo_desk(size);
        desk.keys("F");
        let screen = desk.lines();
        let from = |head: &str| screen.iter().position(|line| line.contains(head)).expect(head);
        let longest =
            |lines: &[String]| lines.iter().map(|line| line.matches(['▇', '▂']).count()).max().unwrap_or(0);
        let (dollars, euros, yen) = (from("USD open"), from("EUR open"), from("JPY open"));
        let [dollars, euros, yen] =
            [&screen[dollars..euros], &screen[euros..yen], &screen[yen..yen + 2]].map(longest);
        assert!(euros >= 8 && yen >= 8, "a bar is to be seen: {euros} {yen}");
        assert!(euros * 5 < dollars && yen * 5 < dollars, "{dollars} {euros} {yen}: {}", desk.picture());
    }
}
