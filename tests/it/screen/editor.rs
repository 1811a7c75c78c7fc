//! Notes written in an editor: from the board and from the command line, in a real terminal, with scripts for editors.

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io::Write;
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;
use std::process::Command;

use rustix::process::Signal;

use super::terminal::{Desk, NOW, SMALL, WIDE, ends_whole, has_focus};
use crate::support::pty::Pty;

/// Says that it is there, and waits for a key before it goes on.
const WAITS: &str = "echo EDITOR; read -r line\n";

impl Desk {
    /// Puts an editor of these lines into the home; its file is `$1`. Its name has a space in it, and its line a flag.
    fn editor(&self, lines: &str) -> String {
        let path = self.0.path().join("my editor");
        fs::write(&path, format!("#!/bin/sh\nshift\n{lines}")).expect("it can be written");
        fs::set_permissions(&path, fs::Permissions::from_mode(0o700)).expect("it is ours");
        format!("'{}' --wait", path.display())
    }

    /// An editor that has saved `unfinished`, and goes on until it is told to end. Then `TOLD` appears: its end, and
    /// nothing else, closes the pipe.
    fn endless_editor(&self) -> String {
        let told = "rm -f end; mkfifo end; (cat end; echo TOLD) & exec 3>end\n";
        self.editor(&format!("printf unfinished >\"$1\"\n{told}echo EDITOR; exec cat\n"))
    }

    /// A named pipe in the home: `gate`. Whoever reads it waits until something is written to this end.
    fn gate(&self) -> File {
        let path = self.0.path().join("gate");
        let made = Command::new("mkfifo").arg(&path).status().expect("it runs");
        assert!(made.success(), "{made}");
        File::options().read(true).write(true).open(path).expect("it is ours")
    }

    fn at(&self, size: (u16, u16), editor: &str, args: &[&str]) -> Pty {
        self.at_with(size, editor, args, &[])
    }

    fn at_with(&self, size: (u16, u16), editor: &str, args: &[&str], env: &[(&str, &str)]) -> Pty {
        let tmp = self.tmp();
        fs::create_dir_all(&tmp).expect("it can be made");
        let all = [args, &["--now", NOW, "--as", "dana"]].concat();
        let tmp = tmp.display().to_string();
        let own = [("VISUAL", editor), ("EDITOR", "false"), ("TMPDIR", &*tmp)];
        Pty::gangplank(&self.0, size, &all, &[&own, env].concat())
    }

    /// The board, where this is everybody's editor.
    #[track_caller]
    fn board_with(&self, editor: &str) -> Pty {
        let mut board = self.at(WIDE, editor, &[]);
        board.wait_for_text("Account 01");
        board
    }

    fn tmp(&self) -> PathBuf {
        self.0.path().join("tmp")
    }

    /// What drafts were left behind, by their text.
    fn drafts(&self) -> Vec<Vec<u8>> {
        self.draft_files().iter().map(|draft| fs::read(draft).expect("it is there")).collect()
    }

    fn draft_files(&self) -> Vec<PathBuf> {
        let dirs = fs::read_dir(self.tmp()).expect("it is there");
        dirs.map(|dir| dir.expect("it is there").path().join("note.md")).collect()
    }

    /// How many drafts of any kind were left behind.
    fn left_files(&self) -> usize {
        fs::read_dir(self.tmp()).expect("it is there").count()
    }

    /// The one draft that was left behind holds `text`, and `said` says where it is. Then it is removed.
    #[track_caller]
    fn one_draft(&self, text: &str, said: &str) {
        let [draft] = &self.draft_files()[..] else {
            panic!("not one draft: {:?}\n{said}", self.draft_files())
        };
        assert_eq!(fs::read_to_string(draft).expect("it is there"), text);
        let said = said.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(said.contains("what you wrote is kept in"), "{said}");
        let path = draft.display().to_string();
        assert!(said.replace(' ', "").contains(&path), "{path} is not named:\n{said}");
        fs::remove_dir_all(draft.parent().expect("a directory of its own")).expect("it is ours");
    }

    #[track_caller]
    fn notes(&self) -> Vec<String> {
        let account = self.json(&["show", "A-01", "--json"]);
        let notes = account["notes"].as_array().expect("a list").iter();
        notes.map(|note| note["text"].as_str().expect("a text").to_owned()).collect()
    }
}

/// Quits, whatever editors wrote on the screen before.
#[track_caller]
fn leaves(mut board: Pty) {
    board.send("q");
    ends_whole(board, 0);
}

#[test]
fn a_note_of_several_lines_comes_from_an_editor() {
    let desk = Desk::with_accounts(2);
    let private = "ls -ld \"$(dirname \"$1\")\" \"$1\" | cut -c 1-10 >private\ncat \"$1\" >page\n";
    let writes = "printf 'They pay by card.\\n\\n# Next\\n- call Mo\\n' >\"$1.new\"; cat \"$1\" >>\"$1.new\"; mv \"$1.new\" \"$1\"\n";
    let editor = desk.editor(&format!("{private}{WAITS}{writes}"));
    let mut board = desk.board_with(&editor);
    board.send("N");
    board.wait_for(|screen| !screen.alternate_screen() && screen.contents().contains("EDITOR"));
    assert!(!board.screen().hide_cursor());
    // What is typed here belongs to the editor, and what others do meanwhile is seen after.
    board.send("jq>q");
    desk.says(&["move", "A-02", "2", "--as", "petr"]);
    board.resize(SMALL);
    board.send("\rq>");
    board
        .wait_for(|screen| screen.alternate_screen() && screen.contents().contains("Account 01: Note added"));
    // Worked on in today, it gives way to the next.
    assert!(has_focus(board.screen(), "Account 02"), "{}", board.text());
    leaves(board);
    assert_eq!(desk.notes(), ["They pay by card.\n\n# Next\n- call Mo"]);
    assert_eq!((desk.stage("A-01"), desk.stage("A-02")), ("1".to_owned(), "2".to_owned()));
    assert_eq!(desk.drafts(), Vec::<Vec<u8>>::new(), "what is kept as a note needs no draft");
    let private = fs::read_to_string(desk.0.path().join("private")).expect("the editor wrote it");
    assert_eq!(private, "drwx------\n-rw-------\n");
    let page = fs::read_to_string(desk.0.path().join("page")).expect("the editor wrote it");
    assert!(page.contains("# A note on Account 01 (A-01). This line is left out;"), "{page}");
    let shown = desk.says(&["show", "A-01"]);
    let lines: Vec<&str> = shown.lines().map(str::trim).collect();
    let note = lines.iter().position(|line| line.contains("Note: They pay by card. · ")).expect("the note");
    assert_eq!(lines[note + 1..note + 4], ["", "# Next", "- call Mo"], "{shown}");
}

#[test]
fn a_note_written_at_the_end_of_the_page_is_a_note() {
    let desk = Desk::with_accounts(1);
    let mut board = desk.board_with(&desk.editor("echo 'They pay by card.' >>\"$1\"\n"));
    board.send("N");
    board.wait_for_text("Note added: They pay by card.");
    leaves(board);
    assert_eq!(desk.notes(), ["They pay by card."]);
}

#[test]
fn what_is_typed_in_the_line_goes_along() {
    let desk = Desk::with_accounts(1);
    let mut board =
        desk.board_with(&desk.editor("echo 'and more' >rest; cat rest >>all; sed -i '1r rest' \"$1\"\n"));
    board.send("n");
    board.wait_for_text("Open in editor");
    board.send("They called\x05");
    board.wait_for_text("undoes");
    leaves(board);
    assert_eq!(desk.notes(), ["They called\nand more"]);

    // An editor that is left as it was entered leaves the line as it was, too.
    let mut board = desk.board_with("true");
    board.send("nThey called\x05");
    board.wait_for_text("The editor changed nothing");
    board.send(" again\r");
    board.wait_for_text("undoes");
    leaves(board);
    assert_eq!(desk.notes(), ["They called\nand more", "They called again"]);
}

#[test]
fn an_editor_that_comes_to_grief_loses_nothing() {
    let desk = Desk::with_accounts(1);
    let long = "head -c 70000 /dev/zero | tr '\\0' x >\"$1\"\n";
    for (editor, says, left) in [
        (desk.editor("true"), "No note added", 0),
        ("true '".to_owned(), "ended with exit status: 2, so no note was added", 0),
        ("no-such-editor".to_owned(), "no editor called `no-such-editor` is installed: set $EDITOR", 0),
        (
            "sh -c 'printf text >$1; exit 3' -".to_owned(),
            "ended with exit status: 3, so no note was added; what you wrote is kept in",
            1,
        ),
        (
            "sh -c 'printf text >$1; kill -KILL $$' -".to_owned(),
            "so no note was added; what you wrote is kept in",
            1,
        ),
        ("rm".to_owned(), "what you wrote cannot be read back, so no note was added", 0),
        ("truncate -s 0".to_owned(), "No note added", 0),
        (
            "sh -c 'printf \"\\377\" >$1' -".to_owned(),
            "is not UTF-8 text, so no note was added; what you wrote is kept in",
            1,
        ),
        (
            format!("sh -c '{}' -", long.trim().replace("'\\0'", "\"\\\\0\"")),
            "what you write may take 64 KiB, and this is longer",
            1,
        ),
    ] {
        let mut board = desk.board_with(&editor);
        board.send("N");
        let words = says.split(' ').collect::<Vec<_>>();
        board.wait_for(|screen| {
            screen.alternate_screen() && words.iter().all(|word| screen.contents().contains(word))
        });
        leaves(board);
        assert_eq!(desk.drafts().len(), left, "{editor}");
        for dir in fs::read_dir(desk.tmp()).expect("it is there") {
            fs::remove_dir_all(dir.expect("it is there").path()).expect("it is ours");
        }
        assert_eq!(desk.notes(), Vec::<String>::new());
    }
}

#[test]
fn the_terminal_is_whole_after_an_editor_that_is_killed() {
    let desk = Desk::with_accounts(2);
    let wild = "printf '\\033[?1049h\\033[?1003h\\033[?2004h\\033[?25l'; stty raw -echo; kill -KILL $$\n";
    let mut board = desk.board_with(&desk.editor(wild));
    board.send("N");
    board.wait_for_text("so no note was added");
    board.send("j");
    board.wait_for(|screen| has_focus(screen, "Account 02"));
    leaves(board);
    // Ended from outside meanwhile, the board takes its editor along and keeps what is in the file.
    let mut board = desk.board_with(&desk.endless_editor());
    board.send("N");
    board.wait_for_text("EDITOR");
    board.kill(Signal::TERM);
    board.wait_for_text("TOLD");
    let board = ends_whole(board, 143);
    desk.one_draft("unfinished", &board.text());
}

#[test]
fn a_note_outlives_what_was_to_record_it() {
    const WRITES: &str = "printf 'They pay by card.' >\"$1\"\n";
    for (part, code, says) in [
        ("session", 101, "asked for this panic in the session"),
        ("editor", 101, "asked for this panic after the editor"),
        ("end", 1, "the board lost its store"),
    ] {
        let desk = Desk::with_accounts(1);
        let env = [("GANGPLANK_PANIC", part)];
        let mut board = desk.at_with(WIDE, &desk.editor(WRITES), &[], &env);
        board.wait_for_text("Account 01");
        board.send("N");
        let board = ends_whole(board, code);
        assert!(board.text().contains(says), "{}", board.text());
        desk.one_draft("They pay by card.", &board.text());
        assert_eq!(desk.notes(), Vec::<String>::new());
    }
}

#[test]
fn a_note_that_is_refused_or_meets_a_broken_store_is_kept() {
    let writes = format!("{WAITS}printf 'They pay by card.' >\"$1\"\n");
    let desk = Desk::with_accounts(1);
    let mut board = desk.board_with(&desk.editor(&writes));
    board.send("N");
    board.wait_for_text("EDITOR");
    desk.says(&["undo"]);
    board.send("\r");
    board.wait_for_text("note.md");
    desk.one_draft("They pay by card.", &board.text());
    leaves(board);

    let desk = Desk::with_accounts(1);
    let mut board = desk.board_with(&desk.editor(&writes));
    board.send("N");
    board.wait_for_text("EDITOR");
    let mut journal = File::options().append(true).open(desk.journal()).expect("it is there");
    journal.write_all(b"no entry\n").expect("it can be written to");
    board.send("\r");
    board.wait_for_text("note.md");
    let said = board.text();
    // Ended before anybody pressed a key, it says so once more, where it can be copied from.
    board.kill(Signal::TERM);
    let board = ends_whole(board, 143);
    assert!(said.contains("is damaged at line"), "{said}");
    assert!(
        board.text().contains("the text was not recorded; what you wrote is kept in"),
        "{}",
        board.text()
    );
    desk.one_draft("They pay by card.", &board.text());
}

#[cfg(target_os = "linux")]
#[test]
fn a_note_outlives_its_window() {
    for args in [&[][..], &["note", "A-01"]] {
        let desk = Desk::with_accounts(1);
        let mut board = desk.at(WIDE, &desk.endless_editor(), args);
        if args.is_empty() {
            board.wait_for_text("Account 01");
            board.send("N");
        }
        board.wait_for_text("EDITOR");
        board.close();
        // An editor may take the end of its terminal for an ordinary end; then what it saved is a note. One that is
        // recorded too late for the program to hear of it is both.
        let drafts = desk.drafts().into_iter().map(|draft| String::from_utf8_lossy(&draft).into_owned());
        let found: BTreeSet<_> = drafts.chain(desk.notes()).collect();
        assert_eq!(found, BTreeSet::from(["unfinished".to_owned()]), "{args:?}");
    }
}

#[test]
fn the_verb_keeps_a_note_when_it_is_told_to_end() {
    let desk = Desk::with_accounts(1);
    for (signal, code) in [(Signal::TERM, 143), (Signal::HUP, 129)] {
        let mut verb = desk.at(WIDE, &desk.endless_editor(), &["note", "A-01"]);
        verb.wait_for_text("EDITOR");
        verb.kill(signal);
        verb.wait_for_text("TOLD");
        let verb = ends_whole(verb, code);
        desk.one_draft("unfinished", &verb.text());
    }
    assert_eq!(desk.notes(), Vec::<String>::new());
}

#[test]
fn an_editor_can_be_interrupted_and_stopped() {
    let desk = Desk::with_accounts(1);
    let mut gate = desk.gate();
    // Until the gate is opened, nothing of it reads the terminal. The shell says `Stopped` once gangplank has stopped,
    // and a reader that has not would take away what is typed at the shell. What says EDITOR is what ctrl-C ends, so that
    // the trap is never missed.
    let says = "trap 'echo again' INT\nsh -c 'echo EDITOR; exec cat gate'\n";
    let editor = desk.editor(&format!("{says}read -r go <gate\nread -r line; echo \"$line\" >\"$1\"\n"));
    let mut shell =
        Pty::run(&desk.0, WIDE, &["bash", "--norc", "-i"], &[("PS1", "prompt> "), ("EDITOR", &editor)]);
    shell.wait_for_text("prompt>");
    shell.send(&format!("{} --now {NOW} --as dana\r", env!("CARGO_BIN_EXE_gangplank")));
    shell.wait_for(|screen| has_focus(screen, "Account 01"));
    shell.send("N");
    shell.wait_for_text("EDITOR");
    // The terminal's own ctrl-c is for the editor, too.
    shell.send("\x03");
    shell.wait_for_text("again");
    shell.send("\x1a");
    shell.wait_for_text("Stopped");
    shell.send("echo at the shell; fg\r");
    shell.wait_for_text("\nat the shell");
    gate.write_all(b"\n").expect("the gate is open");
    shell.send("after fg\r");
    shell.wait_for(|screen| screen.alternate_screen() && screen.contents().contains("undoes"));
    shell.send("q");
    shell.wait_for(|screen| !screen.alternate_screen());
    shell.send("exit 3\r");
    ends_whole(shell, 3);
    assert_eq!(desk.notes().last().map(String::as_str), Some("after fg"));
}

#[test]
fn the_verb_opens_the_editor_too() {
    let desk = Desk::with_accounts(1);
    let editor = desk.editor("sed -i '1s/$/ today/' \"$1\"\n");
    for (args, says) in [
        (&["note", "A-01"][..], "Account 01: Note added"),
        (&["note", "A-01", "They", "called", "--edit"], "Account 01: Note added"),
    ] {
        let mut verb = desk.at(SMALL, &editor, args);
        verb.wait_for_text(says);
        ends_whole(verb, 0);
    }
    assert_eq!(desk.notes(), ["today", "They called today"]);
    let mut verb = desk.at(SMALL, "true", &["note", "A-01"]);
    verb.wait_for_text("no note added");
    ends_whole(verb, 0);
    let mut verb = desk.at(SMALL, "no-such-editor", &["note", "A-01"]);
    verb.wait_for_text("error: no editor called `no-such-editor` is installed");
    ends_whole(verb, 1);
    assert_eq!(desk.drafts().len(), 0);
}

#[test]
fn ctrl_c_is_a_key_of_the_editor() {
    let desk = Desk::with_accounts(1);
    fs::create_dir_all(desk.tmp()).expect("it can be made");
    let tmp = desk.tmp().display().to_string();
    let keeps_on = desk.editor(&format!("trap '' INT\n{WAITS}echo written >\"$1\"\n"));
    let ends_of_it = "sh -c 'echo begun >$1; echo EDITOR; read -r line' -";
    for (editor, then, says) in [
        (keeps_on.as_str(), "\r", "Note added: written"),
        // One that ends of it leaves what was written where it can be found.
        (ends_of_it, "", "what you wrote is kept in"),
    ] {
        let env = [("PS1", "prompt> "), ("VISUAL", editor), ("TMPDIR", tmp.as_str())];
        // A shell with job control, so that ctrl-C is only for those in the foreground.
        let mut shell = Pty::run(&desk.0, WIDE, &["bash", "--norc", "-i"], &env);
        shell.wait_for_text("prompt>");
        shell.send(&format!("{} note A-01 --now {NOW} --as dana\r", env!("CARGO_BIN_EXE_gangplank")));
        shell.wait_for_text("EDITOR");
        shell.send("\x03");
        shell.send(then);
        shell.wait_for_text(says);
        shell.send("exit 3\r");
        ends_whole(shell, 3);
    }
    assert_eq!(desk.notes(), ["written"]);
    assert_eq!(desk.drafts(), [b"begun\n".to_vec()]);
}

#[test]
fn an_email_is_written_in_the_editor_opened_in_the_mail_program_and_recorded() {
    let desk = Desk::with_accounts(2);
    let mail = desk.0.path().join("mail");
    let browser = desk.0.path().join("browser");
    fs::write(&browser, format!("#!/bin/sh\nprintf %s \"$1\" >'{}'\n", mail.display()))
        .expect("it can be written");
    fs::set_permissions(&browser, fs::Permissions::from_mode(0o700)).expect("it is ours");
    let editor = desk.editor("cat \"$1\" >page\nprintf 'To: ana@example.com\\nSubject: Hello & welcome\\n\\nHi Ana,\\n\\n100%% yours\\n' >\"$1\"\n");
    let mut board = desk.at_with(WIDE, &editor, &[], &[("BROWSER", &browser.display().to_string())]);
    board.wait_for_text("Account 01");
    board.send("w");
    board.wait_for_text("First outreach");
    board.send("\r");
    board.wait_for_text("Open it in the mail program");
    board.send("m");
    board.wait_for_text("When it is sent, record for");
    board.wait_for_text("Opened the mail program");
    board.send("o");
    board.wait_for_text("leaves 1 with 5 open points");
    board.send("y");
    board.wait_for_text("Outreach sent (First outreach)");
    leaves(board);
    let page = fs::read_to_string(desk.0.path().join("page")).expect("the editor saw it");
    assert!(page.contains("# An email to Account 01 (A-01). This line is left out"), "{page}");
    assert!(page.contains("Hi [first name?],"), "{page}");
    let mail = fs::read_to_string(mail).expect("it was opened");
    assert_eq!(
        mail,
        "mailto:ana@example.com?subject=Hello%20%26%20welcome&body=Hi%20Ana%2C%0D%0A%0D%0A100%25%20yours"
    );
    let account = desk.json(&["show", "A-01", "--json"]);
    assert_eq!(account["signals"][0]["template"], "First outreach");
    assert_eq!(desk.left_files(), 0, "nothing is left behind");
}
