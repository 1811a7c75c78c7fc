//! An open board whose journal is damaged, taken away, overwritten or closed to it, in a real terminal.

use std::fs;
use std::os::unix::fs::{FileExt as _, PermissionsExt as _};
use std::path::Path;

use rustix::process::Signal;

use super::terminal::{Desk, NOW, SMALL, WIDE, ends_whole};
use crate::support::pty::Pty;

/// Flips two bits in the middle of line `line` of the journal, counted from one, as a failing disk does.
fn damage(journal: &Path, line: usize) {
    let bytes = fs::read(journal).expect("it is there");
    let before: usize = bytes.split_inclusive(|byte| *byte == b'\n').take(line - 1).map(<[u8]>::len).sum();
    let file = fs::File::options().write(true).open(journal).expect("it is ours");
    for at in [before + 40, before + 49] {
        file.write_all_at(&[bytes[at] ^ 1], at as u64).expect("it can be written");
    }
}

/// What the terminal shows, without line breaks.
fn text(board: &Pty) -> String {
    board.text().split_whitespace().collect::<Vec<_>>().join(" ")
}

/// What was said before the board took the terminal stands there again afterwards.
#[track_caller]
fn quits(mut board: Pty) {
    board.send("q");
    ends_whole(board, 0);
}

/// Waits until the board says `words` over the board, and says them of what was just asked for.
#[track_caller]
fn refuses(board: &mut Pty, words: &str) {
    board.wait_for(|screen| {
        let text = screen.contents().split_whitespace().collect::<Vec<_>>().join(" ");
        text.matches(words).count() == 2
    });
    assert!(!board.text().contains('✓'), "{}", board.text());
}

#[track_caller]
fn waits_for(board: &mut Pty, words: &str) {
    board.wait_for(|screen| {
        screen.contents().split_whitespace().collect::<Vec<_>>().join(" ").contains(words)
    });
}

#[test]
fn a_board_whose_journal_is_damaged_confirms_nothing_until_it_is_whole_again() {
    for size in [SMALL, WIDE] {
        let desk = Desk::with_accounts(3);
        desk.says(&["note", "A-01", "something"]);
        let journal = desk.journal();
        let mut board = desk.board(size, &[]);
        board.wait_for_text("Account 01");
        let whole = fs::read(&journal).expect("it is there");
        damage(&journal, 2);
        waits_for(&mut board, "is damaged at line 2 (its checksum does not hold)");
        waits_for(&mut board, "`gangplank repair` repairs it");
        let damaged = fs::read(&journal).expect("it is there");
        board.send(">y");
        waits_for(&mut board, "nothing was changed: run `gangplank repair`");
        assert!(!board.text().contains('✓'), "{}", board.text());
        // It stands wherever one goes.
        for (keys, shown) in [("gb", "1 New Account"), ("gt", "need you")] {
            board.send(keys);
            board.wait_for_text(shown);
            assert!(text(&board).contains("is damaged at line 2"), "{keys}: {}", board.text());
        }
        assert_eq!(fs::read(&journal).expect("it is there"), damaged, "nothing was written");
        fs::write(&journal, &whole).expect("it is put right");
        waits_for(&mut board, "the board goes on");
        board.send(">y");
        board.wait_for_text("→ 2.");
        quits(board);
        let moved = desk.json(&["list", "--stage", "2", "--json"]);
        assert_eq!(moved.as_array().map(Vec::len), Some(1), "{moved}");
    }
}

#[test]
fn a_journal_that_was_away_is_followed_again_as_soon_as_it_or_a_copy_is_back() {
    let desk = Desk::with_accounts(2);
    let (journal, away) = (desk.journal(), desk.0.path().join("away"));
    let mut board = desk.board(SMALL, &[]);
    board.wait_for_text("Account 01");
    for is_copy in [false, true] {
        fs::rename(&journal, &away).expect("it is there");
        waits_for(&mut board, "is not there any more");
        board.send(">y");
        refuses(&mut board, "until it is put back");
        assert!(!journal.exists(), "nothing is put in its place");
        if is_copy {
            fs::copy(&away, &journal).expect("there is room");
        } else {
            fs::rename(&away, &journal).expect("it is put back");
        }
        waits_for(&mut board, "the board goes on");
        let words = format!("after {is_copy}");
        desk.says(&["note", "A-01", &words]);
        board.wait_for_text(&words);
    }
    board.send(">y");
    board.wait_for_text("→ 2.");
    quits(board);
}

#[test]
fn a_board_that_was_stopped_notices_that_its_journal_was_overwritten_meanwhile() {
    let desk = Desk::with_accounts(2);
    desk.says(&["note", "A-01", "one text"]);
    let journal = desk.journal();
    let theirs = fs::read(&journal).expect("it is there");
    desk.says(&["undo"]);
    // As many bytes, which were never read: the board saw another note.
    fs::write(&journal, &theirs[..theirs.len() - last_line(&theirs)]).expect("it can be written");
    desk.says(&["note", "A-01", "two text"]);
    let mut board = desk.board(SMALL, &[]);
    board.wait_for_text("Account 01");
    board.kill(Signal::STOP);
    let mine = fs::read(&journal).expect("it is there");
    assert_eq!(mine.len(), theirs.len());
    fs::write(&journal, &theirs).expect("it can be written");
    board.kill(Signal::CONT);
    board.send(">y");
    refuses(&mut board, "was replaced or cut short while it was open");
    assert_eq!(fs::read(&journal).expect("it is there"), theirs);
    fs::write(&journal, &mine).expect("it can be written");
    waits_for(&mut board, "the board goes on");
    quits(board);
}

fn last_line(bytes: &[u8]) -> usize {
    bytes.split_inclusive(|byte| *byte == b'\n').next_back().map_or(0, <[u8]>::len)
}

#[test]
fn a_board_that_was_opened_on_damage_goes_on_once_it_is_repaired() {
    let desk = Desk::with_accounts(2);
    desk.says(&["note", "A-01", "something"]);
    let journal = desk.journal();
    damage(&journal, 3);
    let mut board = desk.board(SMALL, &[]);
    board.wait_for_text("Account 01");
    waits_for(&mut board, "is damaged (line 3: its checksum does not hold)");
    board.send(">y");
    waits_for(&mut board, "nothing was changed");
    assert!(!board.text().contains('✓'), "{}", board.text());
    assert!(desk.verb(&["repair", "--yes"]).status.success());
    waits_for(&mut board, "the board was read anew, and goes on");
    assert!(!text(&board).contains("is damaged"), "{}", board.text());
    board.send(">y");
    board.wait_for_text("→ 2.");
    quits(board);
    assert_eq!(desk.stage("A-01"), "2");
    // What is lost is said to everybody once, and can be found again.
    for (who, is_new) in [("dana", true), ("dana", false), ("ben", true)] {
        let mut board = desk.board_of(who, SMALL, &[]);
        board.wait_for_text("Account 01");
        assert_eq!(text(&board).contains("Changes are lost in 1 place"), is_new, "{}", board.text());
        if is_new {
            board.send("\x1b");
            board.wait_for(|screen| !screen.contents().contains("Changes are lost"));
        }
        quits(board);
    }
    let said = String::from_utf8(desk.verb(&["doctor"]).stdout).expect("it speaks UTF-8");
    assert!(said.contains("Changes are lost in 1 place") && said.contains("1 damaged journal"), "{said}");
}

#[test]
fn what_was_set_aside_at_the_opening_stands_on_the_board_until_it_is_read() {
    let desk = Desk::with_accounts(2);
    let journal = desk.journal();
    for (size, plain) in [(SMALL, false), (WIDE, false), (SMALL, true)] {
        let whole = fs::read(&journal).expect("it is there");
        let torn = &whole[whole.len() - last_line(&whole)..][..60];
        fs::write(&journal, [&whole, torn].concat()).expect("it can be written");
        if plain {
            let mut board = Pty::gangplank(&desk.0, size, &["--now", NOW, "--as", "dana", "--plain"], &[]);
            waits_for(&mut board, "an unfinished change of 60 bytes");
            waits_for(&mut board, "esc dismisses what was found");
            board.send("\x1b");
            waits_for(&mut board, "Notice dismissed");
            board.send("q");
            assert_eq!(board.wait_exit(), 0);
            continue;
        }
        let mut board = desk.board(size, &[]);
        board.wait_for_text("Account 01");
        waits_for(&mut board, "an unfinished change of 60 bytes");
        waits_for(&mut board, "esc dismisses");
        board.send("\x1b");
        board.wait_for(|screen| !screen.contents().contains("unfinished change"));
        quits(board);
    }
    let said = String::from_utf8(desk.verb(&["doctor"]).stdout).expect("it speaks UTF-8");
    assert!(said.contains("1 unfinished change, never confirmed as saved: torn-"), "{said}");
}

#[test]
fn where_only_backups_are_left_no_empty_board_is_shown() {
    let desk = Desk::with_accounts(2);
    let journal = desk.journal();
    let dir = journal.parent().expect("it has one");
    desk.verb(&["backup"]);
    for file in fs::read_dir(dir).expect("it is there") {
        let path = file.expect("it is there").path();
        if path.is_file() {
            fs::remove_file(path).expect("it is ours");
        }
    }
    assert!(dir.join("backups").is_dir());
    let list = desk.verb(&["list"]);
    let said = String::from_utf8_lossy(&list.stderr).into_owned();
    assert!(said.contains("is missing, though there are backups of it"), "{said}");
    let refused = desk.verb(&["note", "A-01", "something"]);
    assert!(!refused.status.success() && !journal.exists());
    let mut board = desk.board(SMALL, &[]);
    waits_for(&mut board, "is missing, though there are backups of it, and nothing can be changed");
    assert!(!text(&board).contains("There are no accounts yet"), "{}", board.text());
    // The command that it says.
    let restore = said.split("`gangplank restore ").nth(1).and_then(|rest| rest.split('`').next());
    let restored = desk.verb(&["restore", restore.expect("it says so"), "--yes"]);
    assert!(restored.status.success(), "{restored:?}");
    waits_for(&mut board, "the board was read anew, and goes on");
    board.wait_for_text("Account 01");
    quits(board);
    assert_eq!(desk.stage("A-01"), "1");
}

/// Somebody who is not root may not write, and then may.
#[test]
fn a_board_that_may_only_read_writes_as_soon_as_it_may() {
    let desk = Desk::with_accounts(2);
    let journal = desk.journal();
    let dir = journal.parent().expect("it has one").to_owned();
    let share = |file: u32, directory: u32| {
        for entry in fs::read_dir(&dir).expect("it is there") {
            let path = entry.expect("it is there").path();
            if path.is_file() {
                fs::set_permissions(path, fs::Permissions::from_mode(file)).expect("it is ours");
            }
        }
        for place in dir.ancestors().take_while(|place| place.starts_with(desk.0.path())) {
            fs::set_permissions(place, fs::Permissions::from_mode(directory)).expect("it is ours");
        }
    };
    share(0o444, 0o555);
    let program = [env!("CARGO_BIN_EXE_gangplank"), "--now", NOW, "--as", "dana"];
    let other = ["setpriv", "--reuid", "60123", "--regid", "60123", "--clear-groups"];
    let is_root = rustix::process::geteuid().is_root();
    let command = if is_root { [&other[..], &program].concat() } else { program.to_vec() };
    let can_run = !is_root
        || std::process::Command::new(other[0])
            .args(&other[1..])
            .args([program[0], "--version"])
            .output()
            .is_ok_and(|output| output.status.success());
    if !can_run {
        share(0o600, 0o700);
        eprintln!("skipped: somebody else cannot run this program");
        return;
    }
    let mut board = Pty::run(&desk.0, SMALL, &command, &[]);
    board.wait_for_text("Account 01");
    waits_for(&mut board, "Nothing can be changed: cannot write to");
    board.send(">y");
    waits_for(&mut board, "✗ cannot");
    assert!(!board.text().contains('✓'), "{}", board.text());
    share(0o666, 0o777);
    board.send("\x1b");
    board.wait_for(|screen| !screen.contents().contains("Nothing can be changed"));
    board.send(">y");
    board.wait_for_text("→ 2.");
    quits(board);
    share(0o600, 0o700);
    assert_eq!(desk.stage("A-01"), "2");
}
