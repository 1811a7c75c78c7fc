//! Plain mode by the real binary in a real terminal: lines are appended, nothing else, and the terminal is given back.

use std::collections::BTreeSet;
use std::os::unix::fs::PermissionsExt;

use rustix::process::Signal;

use super::terminal::{Desk, NOW, SMALL};
use crate::support::pty::Pty;

/// The one mode that plain mode sets, and takes back.
const PASTE: [&str; 2] = ["\x1b[?2004h", "\x1b[?2004l"];

fn plain(desk: &Desk, env: &[(&str, &str)]) -> Pty {
    Pty::gangplank(&desk.0, SMALL, &["--plain", "--now", NOW, "--as", "dana"], env)
}

/// What the program wrote, without how the test's shell says that it ended.
fn written(pty: &Pty) -> String {
    let written = String::from_utf8_lossy(pty.written()).into_owned();
    written.split("\x1b]7;ended=").next().unwrap_or_default().to_owned()
}

#[test]
fn lines_are_appended_and_nothing_else() {
    let desk = Desk::with(&["Acme", "Beta"]);
    for (term, modes) in [("xterm-256color", PASTE.concat()), ("dumb", String::new())] {
        let mut board = plain(&desk, &[("TERM", term), ("NO_COLOR", "")]);
        board.wait_for_text("of 2");
        board.send("j");
        board.wait_for_text("Beta");
        board.send("n");
        board.wait_for_text("esc cancels");
        board.send("hello\r");
        board.wait_for_text("Note added: hello");
        board.send("q");
        assert_eq!(board.wait_exit(), 0);
        assert_eq!(board.left_behind(), BTreeSet::new(), "{term}");
        let written = written(&board);
        let escapes: String = written
            .split_inclusive('\x1b')
            .skip(1)
            .flat_map(|rest| {
                let end = rest.find(|c: char| c.is_ascii_alphabetic()).map_or(rest.len(), |at| at + 1);
                format!("\x1b{}", &rest[..end]).chars().collect::<Vec<_>>()
            })
            .collect();
        assert_eq!(escapes, modes, "{term}: {written:?}");
        let bare = written.replace(PASTE[0], "").replace(PASTE[1], "").replace("\r\n", "");
        assert!(!bare.contains(|c: char| c.is_control()), "{term}: {written:?}");
        desk.says(&["undo", "--as", "dana"]);
    }
}

#[test]
fn a_paste_is_no_row_of_keys() {
    let desk = Desk::with(&["Acme"]);
    let mut board = plain(&desk, &[]);
    board.wait_for_text("Acme");
    board.send("\x1b[200~xoXq\r\x1b[201~n");
    board.wait_for_text("Note on Acme");
    board.send("\x03q");
    assert_eq!(board.wait_exit(), 0);
    assert_eq!(desk.stage("A-01"), "1");
}

#[test]
fn however_it_ends_the_terminal_is_as_before() {
    let desk = Desk::with(&["Acme"]);
    for (signal, code) in [(Signal::TERM, 143), (Signal::HUP, 129), (Signal::INT, 130)] {
        let mut board = plain(&desk, &[]);
        board.wait_for_text("Acme");
        board.send("nhal");
        board.wait_for_text("hal");
        board.kill(signal);
        assert_eq!(board.wait_exit(), code);
        assert_eq!(board.left_behind(), BTreeSet::new());
        assert!(written(&board).ends_with(&format!("hal\r\n{}", PASTE[1])), "{:?}", written(&board));
    }
    let mut board = plain(&desk, &[]);
    board.wait_for_text("Acme");
    board.send("\x03");
    assert_eq!(board.wait_exit(), 0);
    assert_eq!(board.left_behind(), BTreeSet::new());
}

#[test]
fn an_editor_may_have_the_terminal_meanwhile() {
    let desk = Desk::with(&["Acme"]);
    let editor = desk.0.path().join("editor");
    std::fs::write(&editor, "#!/bin/sh\nstty -a | grep -q ' icanon' && echo from the editor >\"$1\"\n")
        .expect("it can be written");
    std::fs::set_permissions(&editor, std::fs::Permissions::from_mode(0o755)).expect("it is ours");
    let mut board = plain(&desk, &[("EDITOR", &editor.display().to_string())]);
    board.wait_for_text("Acme");
    board.send("N");
    board.wait_for_text("Note added: from the editor");
    board.send("q");
    assert_eq!(board.wait_exit(), 0);
    assert_eq!(board.left_behind(), BTreeSet::new());
}

#[test]
fn the_settings_may_ask_for_it() {
    let desk = Desk::with(&["Acme"]);
    let config = desk.0.path().join("config");
    std::fs::create_dir(&config).expect("a new directory");
    std::fs::write(config.join("config.toml"), "plain = true\n").expect("it can be written");
    let mut board =
        Pty::gangplank(&desk.0, SMALL, &["--config-dir", "config", "--now", NOW, "--as", "dana"], &[]);
    board.wait_for_text("Gangplank, plain mode");
    board.send("q");
    assert_eq!(board.wait_exit(), 0);
    let mut tour = Pty::gangplank(&desk.0, SMALL, &["--plain", "tour", "--as", "dana"], &[]);
    tour.wait_for_text("Tour, 1 of");
    tour.send("q");
    assert_eq!(tour.wait_exit(), 0);
    let mut list = Pty::gangplank(&desk.0, SMALL, &["--plain", "list"], &[]);
    list.wait_for_text("commands write lines anyway");
    assert_eq!(list.wait_exit(), 2);
}
