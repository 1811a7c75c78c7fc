//! What differs from terminal to terminal: how wide names are, and where copied text goes.

use std::fs;
use std::os::unix::fs::PermissionsExt;

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
    board.send("|");
    board.wait_for_text("The preview is hidden");
    board.send("t");
    board.wait_for_text("Risk");
    let lines = board.text();
    let amounts = lines.lines().filter(|line| line.contains("$836"));
    let columns: Vec<_> =
        (0..48).filter(|row| lines.lines().nth(*row).is_some_and(|it| it.contains("$836"))).collect();
    assert_eq!(amounts.count(), NAMES.len());
    for row in columns {
        let row = u16::try_from(row).expect("a row");
        let dollar =
            (0..160).find(|x| board.screen().cell(row, *x).is_some_and(|cell| cell.contents() == "$"));
        let first = (0..160).find(|x| board.screen().cell(4, *x).is_some_and(|cell| cell.contents() == "$"));
        assert_eq!(dollar, first, "row {row}:\n{lines}");
    }
}

/// A desk whose one account can be written to, and a directory for programs.
fn reachable() -> Desk {
    let desk = Desk::empty();
    let home = desk.0.path();
    fs::write(home.join("accounts.csv"), "External ID,Name,Stage,Contacts\nA1,Acme,1,ann@acme.example\n")
        .expect("it can be written to");
    desk.says(&["import", "accounts.csv"]);
    fs::create_dir(home.join("bin")).expect("a directory");
    desk
}

/// Puts a program called `name` beside the desk, which keeps what it is given and ends with `code`.
fn install(desk: &Desk, name: &str, code: u8) {
    let path = desk.0.path().join("bin").join(name);
    let script =
        format!("#!/bin/sh\necho \"$@\" >\"$HOME/{name}.args\"\ncat >\"$HOME/{name}.text\"\nexit {code}\n");
    fs::write(&path, script).expect("it can be written to");
    fs::set_permissions(&path, fs::Permissions::from_mode(0o700)).expect("it is ours");
}

#[test]
fn text_is_copied_by_what_is_there_and_said_to_be_where_it_is() {
    for (programs, variables, said, to_terminal) in [
        (&[][..], &[][..], "Sent ann@acme.example to the terminal's clipboard", true),
        (&[("wl-copy", 0)], &[("WAYLAND_DISPLAY", "wayland-0")], "Copied ann@acme.example", false),
        (&[("xclip", 0)], &[("DISPLAY", ":0")], "Copied ann@acme.example", false),
        // A program without what it copies to is not asked.
        (&[("xclip", 0)], &[], "Sent ann@acme.example to the terminal's clipboard", true),
        (&[("xclip", 1)], &[("DISPLAY", ":0")], "Sent ann@acme.example to the terminal's clipboard", true),
        (&[("tmux", 0)], &[("TMUX", "/tmp/tmux,1,0")], "Copied ann@acme.example to tmux, and to", false),
        (&[("tmux", 1), ("xclip", 0)], &[("TMUX", "x"), ("DISPLAY", ":0")], "Copied ann@acme.example", false),
        // The clipboard of a machine far away is nobody's.
        (&[("pbcopy", 0)], &[("SSH_CONNECTION", "1 2 3 4")], "Sent ann@acme.example to the", true),
        (&[("pbcopy", 0)], &[], "Copied ann@acme.example", false),
    ] {
        let desk = reachable();
        for (name, code) in programs {
            install(&desk, name, *code);
        }
        let path = format!("{}:/usr/bin:/bin", desk.0.path().join("bin").display());
        let mut env = vec![("PATH", &*path)];
        env.extend(variables);
        let mut board = desk.board(WIDE, &env);
        board.wait_for_text("Acme");
        board.send("yy");
        board.wait_for_text(said);
        let copied = programs.iter().any(|(name, code)| {
            let text = fs::read_to_string(desk.0.path().join(format!("{name}.text")));
            *code == 0 && text.is_ok_and(|text| text == "ann@acme.example")
        });
        let sent = board.written().windows(4).any(|bytes| bytes == b"\x1b]52");
        assert_eq!((copied, sent), (!to_terminal, to_terminal), "{programs:?} {variables:?}");
    }
}

/// The addresses of the links that were written, and whether each was closed before the next thing was done.
fn links(written: &[u8]) -> std::collections::BTreeSet<String> {
    let text = String::from_utf8_lossy(written);
    let mut addresses = std::collections::BTreeSet::new();
    for part in text.split("\x1b]8;id=").skip(1) {
        let (_, rest) = part.split_once(';').expect("an address follows");
        let (address, rest) = rest.split_once("\x1b\\").expect("the command ends");
        let (shown, _) = rest.split_once("\x1b]8;;\x1b\\").expect("the link is closed");
        assert!(!shown.contains('\x1b') && shown.chars().count() == 1, "one cell: {shown:?}");
        addresses.insert(address.to_owned());
    }
    assert_eq!(text.matches("\x1b]8;").count(), 2 * text.matches("\x1b]8;id=").count());
    addresses
}

#[test]
fn an_open_account_shows_its_addresses_as_links() {
    let desk = reachable();
    let dir = desk.0.path().join(".config/gangplank");
    fs::create_dir_all(&dir).expect("a directory");
    fs::write(dir.join("links.toml"), "crm = \"https://crm.example/{external_id}?q={name}\"\n")
        .expect("written");
    for size in [SMALL, WIDE] {
        let mut board = desk.board(size, &[]);
        board.wait_for_text("Acme");
        // Where there is room, they are in the preview already.
        assert!(size == WIDE || links(board.written()).is_empty());
        board.send("\r");
        board.wait_for_text("▸ Acme");
        board.wait_for_text("https://crm.example/A1");
        let expected = ["https://crm.example/A1?q=Acme", "mailto:ann@acme.example"].map(str::to_owned);
        assert_eq!(links(board.written()), expected.into());
        let text = board.text();
        assert!(text.contains("ann@acme.example") && !text.contains("]8;"), "{text}");
        board.send("\x1b");
        board.wait_for(|screen| !screen.contents().contains("▸ Acme"));
        board.send("q");
        board.wait_exit();
    }
    let mut board = desk.board(WIDE, &[("TERM", "linux")]);
    board.wait_for_text("Acme");
    board.send("\r");
    board.wait_for_text("https://crm.example/A1");
    assert!(!String::from_utf8_lossy(board.written()).contains("\x1b]8;"));
}
