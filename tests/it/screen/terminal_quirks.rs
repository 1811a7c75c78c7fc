//! What differs from terminal to terminal: how wide names are.

use crate::screen::terminal::{Desk, SMALL, WIDE};

/// Names of scripts that write several characters into one place. Terminals disagree on the cells these take: the one
/// in these tests gives each character its own.
const NAMES: [&str; 8] = [
    "AB",
    "น้ำ ทำ คำ จำกัด",
    "ບໍລິສັດ ນ້ຳ ຄຳ",
    "हिन्दी की कम्पनी",
    "தமிழ் நிறுவனம்",
    "ក្រុមហ៊ុន ខ្មែរ",
    "မြန်မာ ကုမ္ပဏီ",
    "🇩🇪🇫🇷🇮🇹 Flags",
];

/// What `screen` shows of scripts that the board itself does not use, line by line.
fn foreign(screen: &vt100::Screen) -> Vec<String> {
    let is_foreign = |c: char| matches!(c, '\u{900}'..='\u{1fff}' | '\u{1f1e6}'..='\u{1f1ff}');
    let lines = screen.contents();
    lines.lines().filter(|line| line.contains(is_foreign)).map(str::to_owned).collect()
}

#[test]
fn nothing_is_left_of_a_name_that_went_away() {
    let desk = Desk::with(&NAMES);
    for size in [SMALL, WIDE] {
        for view in ["", "t", "d"] {
            let mut board = desk.board(size, &[]);
            board.wait_for_text("AB");
            board.send(view);
            board.wait_for(|screen| !foreign(screen).is_empty());
            board.send("/AB\r");
            board.wait_for_text("1 match");
            assert_eq!(foreign(board.screen()), Vec::<String>::new(), "{view}:\n{}", board.text());
        }
    }
}

#[test]
fn a_name_of_uncertain_width_moves_nothing_beside_it() {
    let desk = Desk::with(&NAMES);
    let mut board = desk.board(WIDE, &[]);
    board.wait_for_text("AB");
    board.send("t");
    board.wait_for_text("Segments");
    let lines = board.text();
    let amounts = lines.lines().filter(|line| line.contains("$836"));
    let columns: Vec<_> =
        (0..48).filter(|row| lines.lines().nth(*row).is_some_and(|it| it.contains("$836"))).collect();
    assert_eq!(amounts.count(), NAMES.len());
    for row in columns {
        let row = u16::try_from(row).expect("a row");
        let dollar =
            (0..160).find(|x| board.screen().cell(row, *x).is_some_and(|cell| cell.contents() == "$"));
        let first = (0..160).find(|x| board.screen().cell(3, *x).is_some_and(|cell| cell.contents() == "$"));
        assert_eq!(dollar, first, "row {row}:\n{lines}");
    }
}
