//! What does not hear the keys does not look as if it did: under a question, neither keys nor the chosen row stand out.

use gangplank::tui::layout;
use ratatui::buffer::Cell;
use ratatui::layout::Rect;
use ratatui::style::Modifier;

use super::today::demo_desk;
use crate::support::desk::Desk;

const SIZES: [(u16, u16); 4] = [(80, 24), (120, 40), (160, 48), (240, 60)];

fn today(size: (u16, u16)) -> Desk {
    let mut desk = demo_desk(size);
    desk.keys("g t").focus("A-1052");
    desk
}

/// The lines of `area` that have words that look chosen.
fn chosen_lines(desk: &Desk, area: Rect) -> Vec<u16> {
    let (buffer, _) = desk.draw();
    let is_chosen = |cell: &Cell| cell.modifier.contains(Modifier::REVERSED);
    area.rows().filter(|row| row.positions().any(|at| is_chosen(&buffer[at]))).map(|row| row.y).collect()
}

/// Those of `words` in `area` whose first letter stands out, as a key does.
fn keys_that_stand_out(desk: &Desk, area: Rect, words: &[&str]) -> Vec<String> {
    let (buffer, _) = desk.draw();
    let mut found = Vec::new();
    for row in area.rows() {
        for x in row.x..row.right() {
            let is_at = |word: &&&str| {
                let cells = (x..row.right()).map(|x| buffer[(x, row.y)].symbol());
                cells.zip(word.chars()).filter(|(cell, c)| *cell == c.to_string()).count()
                    == word.chars().count()
            };
            let stands_out = buffer[(x, row.y)].modifier.contains(Modifier::BOLD);
            let before = x.checked_sub(1).filter(|x| *x >= row.x).map(|x| buffer[(x, row.y)].symbol());
            if stands_out && before.is_none_or(|before| matches!(before, " " | "│")) {
                found.extend(words.iter().find(is_at).map(|word| (*word).to_owned()));
            }
        }
    }
    found
}

const ROWS: &[&str] = &["a Acknowledge", "f Final outreach", "o Outreach sent", "b Book call"];
const PAGE: &[&str] = &["a Acknowledge", "f Final outreach", "@ Take it", "+ Tick", "& Filter"];

#[test]
fn while_something_else_has_the_keys_no_key_stands_out_that_does_not_work() {
    for size in SIZES {
        let mut desk = today(size);
        let areas = layout::areas(&desk.app);
        let is_beside = !areas.dock.is_empty();
        assert!(keys_that_stand_out(&desk, areas.body, ROWS).len() > 3, "{}", desk.picture());
        for keys in ["m", "z", "O", "n", "X", ":", "Y", "g", "f"] {
            desk.keys(keys);
            let areas = layout::areas(&desk.app);
            let found = keys_that_stand_out(&desk, areas.body, ROWS);
            assert_eq!(found, Vec::<String>::new(), "{keys} {size:?}: {}", desk.picture());
            if is_beside {
                let found = keys_that_stand_out(&desk, areas.dock, PAGE);
                assert_eq!(found, Vec::<String>::new(), "{keys} {size:?}: {}", desk.picture());
            }
            desk.keys("esc");
            let again = keys_that_stand_out(&desk, areas.body, ROWS).len();
            assert!(again > 3, "{keys} {size:?}: they work again: {}", desk.picture());
        }
        if is_beside {
            assert!(keys_that_stand_out(&desk, areas.dock, PAGE).len() > 3, "{}", desk.picture());
            // In the open account, its keys work, and those of its row are the same.
            desk.keys("enter");
            let areas = layout::areas(&desk.app);
            assert!(keys_that_stand_out(&desk, areas.dock, PAGE).len() > 3, "{}", desk.picture());
            assert_eq!(keys_that_stand_out(&desk, areas.body, ROWS).len(), 1, "{}", desk.picture());
        }
    }
}

#[test]
fn only_one_row_looks_chosen_and_it_is_the_one_that_the_keys_move() {
    for size in SIZES {
        for view in ["g t", "g b", "t", "H", "U", "E", "F", "p"] {
            let mut desk = today(size);
            desk.keys(view);
            let body = layout::areas(&desk.app).body;
            let chosen = chosen_lines(&desk, body);
            assert_eq!(chosen.len(), 1, "{view} {size:?}: {}", desk.picture());
            for keys in [":", "?"] {
                desk.keys(keys);
                let found = chosen_lines(&desk, body);
                assert!(found.len() <= 1, "{view} {keys} {size:?}: {}", desk.picture());
                let (buffer, _) = desk.draw();
                let is_left = |x: u16| buffer[(x, chosen[0])].modifier.contains(Modifier::REVERSED);
                let is_under = found != chosen && (body.x..body.right()).any(is_left);
                assert!(!is_under, "{view} {keys} {size:?}: {}", desk.picture());
                desk.keys("esc");
                assert_eq!(chosen_lines(&desk, body), chosen, "{view} {keys} {size:?}: {}", desk.picture());
            }
        }
    }
}

/// Without colour, too, one sees which row it was.
#[test]
fn a_row_that_rests_is_still_marked() {
    for size in SIZES {
        let mut desk = today(size);
        let body = layout::areas(&desk.app).body;
        let row = chosen_lines(&desk, body)[0];
        desk.keys("z");
        let (buffer, _) = desk.draw();
        assert_eq!(buffer[(body.x, row)].symbol(), "▌", "{}", desk.picture());
        assert!(buffer[(body.x + 1, row)].modifier.contains(Modifier::BOLD), "{}", desk.picture());
    }
}
