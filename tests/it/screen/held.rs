//! The board while somebody else holds the lock and does not give it back.

use std::fs::File;
use std::io::Write as _;
use std::process::{Child, Command, Stdio};

use rustix::process::{Pid, Signal, kill_process};

use super::terminal::{Desk, SMALL, WIDE, ends_whole, quits};
use crate::support::pty::Pty;

/// A lock that is held in the name of a process that is stopped.
struct HeldLock {
    file: File,
    stopped: Child,
}

impl HeldLock {
    fn on(desk: &Desk) -> Self {
        let stopped =
            Command::new("sleep").arg("1000").stdin(Stdio::null()).spawn().expect("there is a sleep");
        kill_process(pid(&stopped), Signal::STOP).expect("it runs");
        let file = File::options().read(true).write(true).open(desk.journal().with_file_name("lock"));
        let mut file = file.expect("there is one");
        file.lock().expect("nobody holds it");
        let process = stopped.id();
        let note =
            format!(r#"{{"process":{process},"program":"gangplank import","since":"2024-12-15T08:00:00Z"}}"#);
        file.set_len(0).and_then(|()| file.write_all(note.as_bytes())).expect("it can be written");
        Self { file, stopped }
    }

    fn holder(&self) -> String {
        format!("process {} (`gangplank import`, stopped)", self.stopped.id())
    }

    fn release(&self) {
        self.file.unlock().expect("it is held");
    }
}

impl Drop for HeldLock {
    fn drop(&mut self) {
        let _ = self.stopped.kill();
        let _ = self.stopped.wait();
    }
}

fn pid(child: &Child) -> Pid {
    Pid::from_raw(i32::try_from(child.id()).expect("a process id")).expect("a process id")
}

/// A board that waits with a move of the first account.
#[track_caller]
fn waiting_board(desk: &Desk, held: &HeldLock, size: (u16, u16)) -> Pty {
    let mut board = desk.board(size, &[]);
    board.wait_for_text("Account 01");
    board.send(">y");
    board.wait_for_text(&format!("Waiting for {} · Ctrl-C leaves", held.holder()));
    board
}

#[test]
fn the_board_says_for_whom_it_waits_and_goes_on_afterwards() {
    let desk = Desk::with_accounts(2);
    for size in [WIDE, SMALL] {
        let held = HeldLock::on(&desk);
        let mut board = waiting_board(&desk, &held, size);
        held.release();
        board.wait_for_text("✓ Account 01 → 2.");
        assert!(!board.text().contains("Waiting for"), "{}", board.text());
        board.send("u");
        board.wait_for_text("✓ Undid #");
        quits(board);
    }
}

#[test]
fn the_board_can_be_left_while_it_waits_and_says_what_was_not_kept() {
    let desk = Desk::with_accounts(2);
    let held = HeldLock::on(&desk);
    let says = |board: &Pty, size: (u16, u16)| {
        let text: String = board.text().lines().collect();
        let text = if size == WIDE { board.text() } else { text };
        assert!(text.contains("`move A-01 2`: "), "{text}");
    };
    for keys in ["q", "\x03", "n\x03"] {
        let mut board = waiting_board(&desk, &held, WIDE);
        board.send(keys);
        says(&ends_whole(board, 1), WIDE);
    }
    for signal in [Signal::TERM, Signal::INT] {
        let board = waiting_board(&desk, &held, WIDE);
        board.kill(signal);
        let code = 128 + u8::try_from(signal.as_raw()).expect("a small number");
        says(&ends_whole(board, code), WIDE);
    }
    #[cfg(target_os = "linux")]
    waiting_board(&desk, &held, WIDE).close();
    // With a question open, too.
    let mut board = desk.board(SMALL, &[]);
    board.wait_for_text("Account 01");
    board.send(">y");
    board.wait_for_text("Waiting for");
    board.send("n");
    board.wait_for_text("Note");
    board.wait_for_text(&held.holder());
    board.send("\x03");
    says(&ends_whole(board, 1), SMALL);
    drop(held);
    assert_eq!(desk.stage("A-01"), "1");
}

/// Whatever it was doing: a board that is stopped in the middle of work holds up nobody without a word.
#[test]
fn a_stopped_board_is_named_to_who_waits_for_it() {
    let desk = Desk::with_accounts(30);
    for round in 0..4 {
        let mut board = desk.board_showing("Account 01");
        board.send(&">y".repeat(8));
        board.wait_for_text("→ 2.");
        board.kill(Signal::STOP);
        let noted = desk.verb(&["note", "A-30", "meanwhile", "--wait", "0"]);
        let said = String::from_utf8_lossy(&noted.stderr).into_owned();
        let named = format!("process {} (`gangplank`", board.pid().as_raw_nonzero());
        assert!(noted.status.success() || (said.contains(&named) && said.contains("stopped")), "{said}");
        board.kill(Signal::CONT);
        desk.verb(&["note", "A-30", &format!("afterwards {round}")]);
        // The keys may have opened a question.
        board.kill(Signal::TERM);
        assert_eq!(board.wait_exit(), 128 + 15);
    }
    let log = desk.json(&["log", "--json"]);
    assert!(log.as_array().is_some_and(|entries| entries.len() > 8), "{log}");
}
