//! The board by the real binary, in a real terminal, on a real disk: what a person does, and what may go wrong
//! meanwhile.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::process::{Command, Output, Stdio};
use std::sync::Arc;

use gangplank::session::{self, Report, Request, Session};
use gangplank::state::{Board, Commands, Entry, Now, Seq};
use gangplank::store::{Appended, Store, StoreError};
use rustix::process::Signal;
use serde_json::Value;
use vt100::Screen;

use crate::support::pty::{Home, Pty};
use crate::support::{import, person, pipeline, playbooks, row};

/// The moment at which all of this happens.
pub(crate) const NOW: &str = "2024-12-15T09:00:00Z";
pub(crate) const WIDE: (u16, u16) = (160, 48);
pub(crate) const SMALL: (u16, u16) = (80, 24);
const SAMPLE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/data/ravenstack/accounts-export.csv");

/// Somebody's home, the board in it, and the verbs beside it.
pub(crate) struct Desk(pub(crate) Home);

impl Desk {
    /// Where nothing was imported yet.
    pub(crate) fn empty() -> Self {
        Self(Home::new())
    }

    /// With the accounts A-01, A-02, … of these names, in stage 1, in this order.
    pub(crate) fn with(names: &[&str]) -> Self {
        let desk = Self::empty();
        desk.imports(names);
        desk
    }

    /// With so many accounts: Account 01, Account 02, …
    pub(crate) fn with_accounts(count: usize) -> Self {
        let names: Vec<String> = (1..=count).map(|number| format!("Account {number:02}")).collect();
        Self::with(&names.iter().map(String::as_str).collect::<Vec<_>>())
    }

    fn imports(&self, names: &[&str]) {
        let file = self.0.path().join("accounts.json");
        let accounts = names.iter().enumerate().map(|(at, name)| {
            let renewal = format!("2025-{:02}-{:02}", at / 28 + 1, at % 28 + 1);
            serde_json::json!({
                "id": format!("A-{:02}", at + 1), "name": name, "forecasted_mrr": "$836", "next_renewal": renewal,
            })
        });
        let text = Value::from(accounts.collect::<Vec<_>>()).to_string();
        std::fs::write(&file, text).expect("it can be written to");
        self.says(&["import", "accounts.json"]);
        std::fs::remove_file(file).expect("it was there");
    }

    /// The board, on Dana's screen.
    pub(crate) fn board(&self, size: (u16, u16), env: &[(&str, &str)]) -> Pty {
        self.board_of("dana", size, env)
    }

    pub(crate) fn board_of(&self, who: &str, size: (u16, u16), env: &[(&str, &str)]) -> Pty {
        Pty::gangplank(&self.0, size, &["--now", NOW, "--as", who], env)
    }

    /// The board once it shows `text`.
    #[track_caller]
    pub(crate) fn board_showing(&self, text: &str) -> Pty {
        let mut board = self.board(WIDE, &[]);
        board.wait_for_text(text);
        board
    }

    pub(crate) fn verb(&self, args: &[&str]) -> Output {
        let mut command = Command::new(env!("CARGO_BIN_EXE_gangplank"));
        command.args(args).args(["--now", NOW]).env_clear().env("HOME", self.0.path()).env("USER", "magda");
        command.current_dir(self.0.path()).stdin(Stdio::null()).output().expect("it runs")
    }

    /// What a verb says when all goes well and it has nothing to complain about.
    #[track_caller]
    pub(crate) fn says(&self, args: &[&str]) -> String {
        let output = self.verb(args);
        assert!(output.status.success() && output.stderr.is_empty(), "{args:?}: {output:?}");
        String::from_utf8(output.stdout).expect("it speaks UTF-8")
    }

    #[track_caller]
    pub(crate) fn json(&self, args: &[&str]) -> Value {
        serde_json::from_str(&self.says(args)).expect("it says JSON")
    }

    #[track_caller]
    pub(crate) fn stage(&self, id: &str) -> String {
        self.json(&["show", id, "--json"])["stage"].as_str().expect("it is on the board").to_owned()
    }

    /// Who stands in `stage`, by name.
    #[track_caller]
    fn names_in(&self, stage: &str) -> BTreeSet<String> {
        let list = self.json(&["list", "--stage", stage, "--json"]);
        let names = list.as_array().expect("a list").iter();
        names.map(|account| account["name"].as_str().expect("a name").to_owned()).collect()
    }

    pub(crate) fn journal(&self) -> PathBuf {
        self.json(&["paths", "--json"])
            .as_array()
            .expect("a list")
            .iter()
            .find(|path| path["what"] == "journal")
            .and_then(|path| path["path"].as_str())
            .expect("the journal has a place")
            .into()
    }

    /// Every file and directory in the home.
    fn files(&self) -> BTreeSet<PathBuf> {
        let mut found = BTreeSet::new();
        let mut open = vec![self.0.path().to_owned()];
        while let Some(dir) = open.pop() {
            for entry in std::fs::read_dir(dir).expect("it can be listed") {
                let path = entry.expect("it can be listed").path();
                if path.is_dir() {
                    open.push(path.clone());
                }
                found.insert(path);
            }
        }
        found
    }
}

/// Whether the card of `name` has the focus, as it can be seen without colour.
pub(crate) fn has_focus(screen: &Screen, name: &str) -> bool {
    screen.contents().contains(&format!("▌{name}"))
}

#[track_caller]
pub(crate) fn ends_whole(mut board: Pty, code: u8) -> Pty {
    assert_eq!(board.wait_exit(), code, "{}", board.text());
    assert_eq!(board.left_behind(), BTreeSet::new());
    board
}

#[track_caller]
pub(crate) fn quits(mut board: Pty) {
    board.send("q");
    let board = ends_whole(board, 0);
    assert_eq!(board.text().trim(), "");
}

#[test]
fn a_card_moved_on_the_board_is_where_it_was_put() {
    let desk = Desk::empty();
    let summary = desk.json(&["import", SAMPLE, "--json"]);
    assert_eq!((&summary["read"], &summary["rejected"]), (&500.into(), &Value::Array(Vec::new())));
    // These renew today: the clock would move them on by itself.
    desk.verb(&["playbooks", "off", "final-outreach-due"]);
    let first = desk.json(&["list", "--stage", "1", "--json"])[0].clone();
    let (id, name) = (first["id"].as_str().expect("an id"), first["name"].as_str().expect("a name"));

    let mut board = desk.board_showing("on the board");
    assert!(has_focus(board.screen(), name), "{}", board.text());
    board.send("d>y");
    board.wait_for_text(&format!("✓ {name} → 2. Onboarding Initiated · "));
    // The focus went on to the next card.
    board.send("2>");
    board.wait_for_text(&format!(
        "✗ {name} never engaged with us, so no stage before 5 fits · . moves it to 5"
    ));
    board.send(".");
    board.wait_for_text(&format!("✓ {name} → 5. Awaiting Final Outreach · u undoes"));
    board.send("u");
    board.wait_for_text("✓ Undid #");
    assert!(has_focus(board.screen(), name), "{}", board.text());
    quits(board);
    assert_eq!(desk.stage(id), "2");

    // All at once, as from somebody who knows the keys by heart.
    let second = desk.json(&["list", "--stage", "1", "--json"])[0].clone();
    let (other, other_name) =
        (second["id"].as_str().expect("an id"), second["name"].as_str().expect("a name"));
    let mut board = desk.board_showing("on the board");
    board.send("1gg");
    board.wait_for(|screen| has_focus(screen, other_name));
    // The second is moved, and so is the card after it, which is taken back.
    board.send(">y>y.u");
    board.wait_for_text("Undid #");
    quits(board);
    assert_eq!((desk.stage(id), desk.stage(other)), ("2".to_owned(), "2".to_owned()));

    let mut board = desk.board_showing("on the board");
    board.send("2");
    board.wait_for(|screen| has_focus(screen, name) && screen.contents().contains(other_name));
    quits(board);
    let history = desk.json(&["show", id, "--json"])["history"].clone();
    let history: Vec<_> = history.as_array().expect("a list").iter().map(told).collect();
    assert_eq!(
        history,
        [
            "magda: - to 1, playbook:new-non-startup",
            "dana: 1 to 2, hand",
            "dana: 2 to 5, hand",
            "dana: 5 to 2, undo:4"
        ]
    );
}

/// A line of an account's history as `show --json` tells it.
fn told(line: &Value) -> String {
    assert_eq!(line["at"], NOW, "{line}");
    let [by, from, to, cause] = ["by", "from", "to", "cause"].map(|key| line[key].as_str().unwrap_or("-"));
    format!("{by}: {from} to {to}, {cause}")
}

#[test]
fn whoever_ends_the_board_gets_the_terminal_back() {
    let desk = Desk::with_accounts(1);
    quits(desk.board_showing("Account 01"));
    for (signal, code) in [(Signal::TERM, 143), (Signal::HUP, 129), (Signal::INT, 130), (Signal::QUIT, 131)] {
        let board = desk.board_showing("Account 01");
        assert!(board.screen().alternate_screen() && board.screen().hide_cursor());
        board.kill(signal);
        let board = ends_whole(board, code);
        assert_eq!(board.text().trim(), "", "{signal:?}");
    }
    let mut board = desk.board_showing("Account 01");
    board.send("\x03");
    ends_whole(board, 0);
}

#[cfg(debug_assertions)]
#[test]
fn a_bug_gives_the_terminal_back_and_says_what_it_was() {
    let desk = Desk::with_accounts(1);
    for (part, key, says) in [
        ("draw", "?", "asked for this panic in the view"),
        ("session", ">y", "asked for this panic in the session"),
        // Leaving at once must not hide that the change was lost.
        ("session", ">yq", "asked for this panic in the session"),
    ] {
        let mut board = desk.board(WIDE, &[("GANGPLANK_PANIC", part)]);
        board.wait_for_text("Account 01");
        board.send(key);
        let board = ends_whole(board, 101);
        let text = board.text();
        assert!(text.contains(says) && text.contains("panicked at src/"), "{text}");
        assert!(!text.contains("Account 01"), "{text}");
        assert!(text.lines().all(|line| !line.starts_with(' ')), "a message in raw mode:\n{text}");
        assert_eq!(desk.stage("A-01"), "1");
    }
    // Without a panic, too, there is no board that nobody keeps.
    let mut board = desk.board(WIDE, &[("GANGPLANK_PANIC", "end")]);
    board.wait_for_text("Account 01");
    board.send(">y");
    let board = ends_whole(board, 1);
    assert!(board.text().starts_with("error: the board lost its store"), "{}", board.text());
}

#[cfg(target_os = "linux")]
#[test]
fn no_process_outlives_its_window() {
    let desk = Desk::with_accounts(1);
    desk.board_showing("Account 01").close();
    // In the middle of work, too.
    let mut board = desk.board_showing("Account 01");
    board.send(">y");
    board.wait_for_text("→ 2.");
    board.close();
    assert_eq!(desk.stage("A-01"), "2");
    // Nor one that hears of no signal: this one's terminal is not its controlling terminal.
    let program = env!("CARGO_BIN_EXE_gangplank");
    let mut board = Pty::run(&desk.0, WIDE, &["setsid", "-w", program, "--now", NOW], &[]);
    board.wait_for_text("Account 01");
    board.close();
}

#[test]
fn ctrl_z_goes_to_the_shell_and_fg_comes_back() {
    let desk = Desk::with_accounts(2);
    let mut shell = Pty::run(&desk.0, WIDE, &["bash", "--norc", "-i"], &[("PS1", "prompt> ")]);
    shell.wait_for_text("prompt>");
    shell.send(&format!("{} --now {NOW} --as dana\r", env!("CARGO_BIN_EXE_gangplank")));
    shell.wait_for(|screen| screen.alternate_screen() && has_focus(screen, "Account 01"));
    shell.send("j");
    shell.wait_for(|screen| has_focus(screen, "Account 02"));
    for _ in 0..2 {
        shell.send("\x1a");
        shell.wait_for(|screen| !screen.alternate_screen() && screen.contents().contains("Stopped"));
        assert!(!shell.screen().hide_cursor());
        // What is typed here belongs to the shell.
        shell.send("echo typed; jobs; fg\r");
        shell.wait_for(|screen| screen.alternate_screen() && has_focus(screen, "Account 02"));
    }
    shell.send(">y");
    shell.wait_for_text("Account 02 → 2.");
    shell.send("q");
    shell.wait_for(|screen| !screen.alternate_screen());
    shell.send("exit 3\r");
    ends_whole(shell, 3);
    assert_eq!((desk.stage("A-01"), desk.stage("A-02")), ("1".to_owned(), "2".to_owned()));
}

#[test]
fn what_is_on_the_screen_survives_a_kill() {
    const KILLS: usize = 20;
    let desk = Desk::with_accounts(2 * KILLS);
    let mut shown = BTreeSet::new();
    for _ in 0..KILLS {
        let mut board = desk.board_showing("on the board");
        // Two moves, of which the second may or may not get as far as the disk.
        board.send("1gg>y1gg>y");
        board.wait_for_text("→ 2. Onboarding Initiated");
        board.kill(Signal::KILL);
        let confirmed = board.text();
        let name = confirmed.split("✓ ").nth(1).and_then(|rest| rest.split(" → 2.").next());
        shown.insert(name.expect("it was just seen").to_owned());
        assert_eq!(board.wait_exit(), 137);
        // Nor is anything damaged: this reads it.
        let kept = desk.names_in("2");
        assert!(kept.is_superset(&shown), "{shown:?} were on the screen, {kept:?} are kept");
    }
    assert_eq!(shown.len(), KILLS);
    let board = desk.board_showing("on the board");
    for name in &shown {
        assert!(desk.names_in("2").contains(name));
    }
    quits(board);
}

#[test]
fn boards_on_one_store_follow_each_other_and_the_verbs() {
    let desk = Desk::with_accounts(3);
    let mut danas = desk.board_showing("Account 03");
    let mut magdas = desk.board_of("magda", SMALL, &[]);
    magdas.wait_for_text("Account 03");
    magdas.send("d");
    danas.send("dj");
    danas.wait_for(|screen| has_focus(screen, "Account 02"));

    magdas.send(">y");
    magdas.wait_for_text("✓ Account 01 → 2.");
    danas.wait_for_text("magda: Account 01 → 2. Onboarding Initiated");
    assert!(has_focus(danas.screen(), "Account 02"), "{}", danas.text());

    desk.says(&["move", "A-03", "2", "--as", "petr"]);
    for board in [&mut danas, &mut magdas] {
        board.wait_for_text("petr: Account 03 → 2. Onboarding Initiated");
    }
    // Whoever moved a card went on to the next one.
    assert!(has_focus(danas.screen(), "Account 02") && has_focus(magdas.screen(), "Account 02"));

    // The focus goes where its account goes, whoever moves it.
    desk.says(&["move", "A-02", "2", "--as", "petr"]);
    danas.wait_for_text("petr: Account 02 → 2. Onboarding Initiated");
    assert!(has_focus(danas.screen(), "Account 02"), "{}", danas.text());
    danas.send("m5");
    danas.wait_for_text("✓ Account 02 → 5.");
    magdas.wait_for_text("dana: Account 02 → 5.");
    quits(danas);
    quits(magdas);
}

#[test]
fn nothing_is_lost_when_two_boards_move_at_once() {
    const EACH: usize = 15;
    let desk = Desk::with_accounts(2 * EACH);
    for number in EACH + 1..=2 * EACH {
        desk.says(&["move", &format!("A-{number:02}"), "5", "--as", "eve"]);
    }
    let mut danas = desk.board_showing("on the board");
    let mut magdas = desk.board_of("magda", WIDE, &[]);
    magdas.wait_for_text("on the board");
    // Each in columns of their own: who stands on a card that somebody else moves goes with it.
    danas.send(&"1gg>y".repeat(EACH));
    magdas.send(&"5gg>y".repeat(EACH));
    let done = format!(" 5 0  6a {EACH}");
    for board in [&mut danas, &mut magdas] {
        board.wait_for(|screen| {
            let shown = without_bars(&screen.contents());
            shown.contains(&done) && shown.contains(&format!(" 1 0  2 {EACH} "))
        });
    }
    quits(danas);
    quits(magdas);

    assert_eq!([desk.names_in("2").len(), desk.names_in("6a").len()], [EACH, EACH]);
    let log = desk.json(&["log", "--json", "--limit", "1000"]);
    let mut seqs: Vec<u64> = Vec::new();
    let mut moves = [0, 0];
    for entry in log.as_array().expect("a list") {
        seqs.push(entry["seq"].as_u64().expect("a number"));
        let who = ["dana", "magda"].into_iter().position(|name| entry["by"] == name);
        if let (Some(who), true) =
            (who, entry["command"].as_str().is_some_and(|what| what.starts_with("move")))
        {
            moves[who] += 1;
        }
    }
    seqs.sort_unstable();
    assert_eq!(seqs, (1..=3 * EACH as u64 + 1).collect::<Vec<_>>(), "one import, and every move once");
    assert_eq!(moves, [EACH, EACH]);
}

/// An environment, and what must be true of every colour there.
type Check<'a> = (&'a [(&'a str, &'a str)], &'a dyn Fn(&str));

/// Every colour that `written` sets, as the terminal is told: `31`, `38;5;75`, `38;2;1;2;3`.
fn colours(written: &[u8]) -> BTreeSet<String> {
    let written = String::from_utf8_lossy(written);
    let mut colours = BTreeSet::new();
    for sequence in written.split("\x1b[").skip(1) {
        let end = sequence.find(|c: char| !c.is_ascii_digit() && c != ';').unwrap_or(sequence.len());
        if !sequence[end..].starts_with('m') {
            continue;
        }
        let mut codes = sequence[..end].split(';');
        while let Some(code) = codes.next() {
            match code.parse().unwrap_or(0_u8) {
                38 | 48 => {
                    let kind = codes.next().unwrap_or_default();
                    let values: Vec<_> = codes.by_ref().take(if kind == "2" { 3 } else { 1 }).collect();
                    colours.insert(format!("{code};{kind};{}", values.join(";")));
                }
                30..=37 | 40..=47 | 90..=97 | 100..=107 => {
                    colours.insert(code.to_owned());
                }
                // Back to what the terminal's owner chose.
                _ => {}
            }
        }
    }
    colours
}

#[test]
fn colour_is_as_the_terminal_can_show_it_and_never_alone() {
    let desk = Desk::with_accounts(2);
    let none = |colour: &str| panic!("no colour is wanted, but {colour} is set");
    let indexed = |colour: &str| {
        let index = colour.strip_prefix("38;5;").expect("a letter's colour by its number");
        index.parse::<u8>().expect("a number")
    };
    let checks: [Check; 4] = [
        (&[("NO_COLOR", "1")], &|colour| none(colour)),
        (&[("TERM", "linux")], &|colour| assert!(indexed(colour) < 16, "{colour}")),
        (&[("TERM", "xterm-256color")], &|colour| assert!(indexed(colour) >= 16, "{colour}")),
        (&[("COLORTERM", "truecolor")], &|colour| assert!(colour.starts_with("38;2;"), "{colour}")),
    ];
    for (env, check) in checks {
        let mut board = desk.board(SMALL, env);
        board.wait_for_text("Account 02");
        assert!(has_focus(board.screen(), "Account 01"), "{env:?}:\n{}", board.text());
        board.send("j");
        board.wait_for(|screen| has_focus(screen, "Account 02") && !has_focus(screen, "Account 01"));
        // Reverse is no colour: it stays.
        let (row, column) = place(board.screen(), "Account 02");
        let cell = board.screen().cell(row, column).expect("it is on the screen");
        assert!(cell.inverse() && cell.bold(), "{env:?}");
        board.send("?");
        board.wait_for_text("Hand off to sales");
        board.send("\x1b");
        board.wait_for_text("Account 01");
        board.send("q");
        let board = ends_whole(board, 0);
        let colours = colours(board.written());
        for colour in &colours {
            check(colour);
        }
        let plain = env.iter().any(|(name, _)| *name == "NO_COLOR");
        assert_eq!(colours.is_empty(), plain, "{env:?}: {colours:?}");
    }
}

/// The terminal is asked for its background. Its answer is no key, comes whenever it comes, and changes the colours.
#[test]
fn the_theme_is_that_of_the_background_the_terminal_names() {
    let env = &[("COLORTERM", "truecolor"), ("COLORFGBG", "15;0")];
    let asked = |board: &Pty| String::from_utf8_lossy(board.written()).contains("\x1b]11;?");
    for (answer, accent) in [
        ("\x1b]11;rgb:ffff/ffff/f0f0\x1b\\", "38;2;5;80;174"),
        ("\x1b]11;rgb:ff/ff/ff\x07", "38;2;5;80;174"),
        ("\x1b]11;rgb:1e1e/1e1e/1e1e\x1b\\", "38;2;108;182;255"),
    ] {
        let home = Home::new();
        let mut board = Pty::gangplank(&home, SMALL, &["--demo"], env);
        board.wait_for_text("nothing is saved");
        assert!(asked(&board));
        board.send(answer);
        board.send("t");
        board.wait_for_text("Forecast");
        board.send("q");
        let board = ends_whole(board, 0);
        assert!(colours(board.written()).contains(accent), "{accent}: {:?}", colours(board.written()));
    }
    let home = Home::new();
    let mut board = Pty::gangplank(&home, SMALL, &["--demo", "--background", "light"], env);
    board.wait_for_text("nothing is saved");
    board.send("q");
    let board = ends_whole(board, 0);
    assert!(!asked(&board), "the person said it");
    assert!(colours(board.written()).contains("38;2;5;80;174"));
}

/// `text` with nothing of the pipeline's bar but ids and counts.
fn without_bars(text: &str) -> String {
    text.replace("▇ ", "").replace('▇', "")
}

/// Where `text` begins on the screen: row and column.
#[track_caller]
fn place(screen: &Screen, text: &str) -> (u16, u16) {
    let (rows, columns) = screen.size();
    let (rows, columns) = (rows.get(), columns.get());
    let found = (0..rows).find_map(|row| {
        let at = (0..columns).find(|column| {
            // A cell that was never written to holds nothing, and is a space all the same.
            let written = |cell: &vt100::Cell| {
                if cell.has_contents() { cell.contents().to_owned() } else { " ".to_owned() }
            };
            let rest = (*column..columns).filter_map(|x| screen.cell(row, x));
            let rest = rest.filter(|cell| !cell.is_wide_continuation());
            let is_there = screen.cell(row, *column).is_some_and(|cell| !cell.is_wide_continuation());
            is_there && rest.map(written).collect::<String>().starts_with(text)
        });
        at.map(|column| (row, column))
    });
    found.unwrap_or_else(|| panic!("`{text}` is not on the screen:\n{}", screen.contents()))
}

#[test]
fn hostile_names_reach_the_terminal_tame_and_in_line() {
    let names = [
        "red \x1b[31malert\x1b]0;title\x07\x1b[2J",
        "c1 \u{9b}31m \u{85}next",
        "rlo \u{202e}gnirts \u{2066}iso",
        "zwj \u{1f469}\u{200d}\u{1f469}\u{200d}\u{1f467} \u{2764}\u{fe0f} \u{1f44d}\u{1f3fd}",
        "comb e\u{301}\u{301}\u{301}\u{301}\u{301}\u{301}\u{301}\u{301}\u{301}\u{301}\u{301}\u{301}x",
        "cjk 株式会社 ﾊﾟ 한국",
        "line\nbreak\rcr\ttab",
        "zero\u{200b}width\u{feff}bom",
    ];
    let desk = Desk::with(&names);
    let mut board = desk.board(WIDE, &[]);
    board.wait_for_text("zerowidthbom");
    board.send("d");
    board.wait_for_text("▌1 New Account");
    lines_up(&board, "the board");
    // Each has the focus once, which draws it anew, beside what stays as it is.
    let shown =
        ["red ␛[31m", "c1 ", "rlo ", "zwj 👩👩👧", "comb e", "cjk 株式会社", "line␊break", "zerowidthbom"];
    for name in shown {
        board.wait_for(|screen| has_focus(screen, name));
        lines_up(&board, name);
        board.send("j");
    }
    // Moved, so that the status line says the name; opened; listed.
    board.send("gg>y");
    board.wait_for_text("✓ red ␛[31malert␛]0;title␇␛[2J → 2.");
    board.send("\r");
    board.wait_for_text("Needs you");
    board.send("\x1b");
    board.wait_for(|screen| !screen.contents().contains("Needs you"));
    board.send("|");
    board.wait_for_text("The preview is hidden");
    board.send("t");
    board.wait_for_text("Renews");
    let seen = seen(&board);
    let days = (1..=names.len()).map(|day| place(seen.screen(), &format!("{day} Jan 2025")).1);
    let days: Vec<u16> = days.collect();
    assert!(days.iter().all(|column| *column == days[0]), "{days:?}\n{}", seen.screen().contents());
    board.send("q");
    let board = ends_whole(board, 0);
    let written = String::from_utf8(board.written().to_vec()).expect("we write UTF-8");
    for raw in [
        "\x1b[31m", "\x07", "\x1b]0;", "\u{9b}", "\u{85}", "\u{202e}", "\u{2066}", "\u{200d}", "\u{fe0f}",
        "\u{200b}",
    ] {
        // The shell's own notice of the end is the one exception.
        let board = written.split("\x1b]7;ended").next().expect("a first part");
        assert!(!board.contains(raw), "{raw:?} was written raw");
    }
}

/// What a terminal shows. The parser leaves out `�`, for which every terminal has a cell.
fn seen(board: &Pty) -> vt100::Parser {
    let (rows, columns) = board.screen().size();
    let mut terminal = vt100::Parser::new(rows, columns, 0);
    terminal.process(String::from_utf8_lossy(board.written()).replace('\u{fffd}', "¿").as_bytes());
    terminal
}

/// What stands behind the names stands in one line.
#[track_caller]
fn lines_up(board: &Pty, what: &str) {
    let seen = seen(board);
    let badge = |row: u16| {
        let is_badge = |x: &u16| seen.screen().cell(row, *x).is_some_and(|cell| cell.contents() == "●");
        (0..WIDE.0).find(is_badge)
    };
    let badges: Vec<u16> = (0..WIDE.1).filter_map(badge).collect();
    assert!(badges.len() > 3, "{what}:\n{}", seen.screen().contents());
    assert!(badges.iter().all(|x| *x == badges[0]), "{what}: {badges:?}\n{}", seen.screen().contents());
}

#[test]
fn any_size_is_survived() {
    let desk = Desk::with_accounts(60);
    let mut board = desk.board_showing("Everything 60");
    let before = board.text();
    board.send("jjj");
    board.wait_for(|screen| has_focus(screen, "Account 04"));
    board.resize((20, 5));
    board.wait_for(|screen| has_focus(screen, "Acc…") && !screen.contents().contains("Quit"));
    for size in [(1, 1), (3, 2), (1, 1)] {
        board.resize(size);
    }
    board.resize(SMALL);
    board.wait_for(|screen| has_focus(screen, "Account 04") && screen.contents().contains("Help"));
    // Together with keys, which must not hide it.
    board.resize((1, 1));
    board.send("jk");
    board.resize(WIDE);
    board.wait_for(|screen| has_focus(screen, "Account 04") && screen.contents().contains("q Quit"));
    board.send("gg");
    // What lay over a line for a moment leaves spaces behind, which nobody sees.
    let lines = |text: &str| text.lines().map(|line| line.trim_end().to_owned()).collect::<Vec<_>>();
    board.wait_for(|screen| lines(&screen.contents()) == lines(&before));
    quits(board);
}

#[test]
fn the_first_run_writes_nothing_and_fills_by_itself() {
    let desk = Desk::empty();
    let mut board = desk.board(SMALL, &[]);
    board.wait_for_text("gangplank import FILE");
    assert_eq!(desk.files(), BTreeSet::new());
    desk.imports(&["Acme"]);
    board.wait_for(|screen| has_focus(screen, "Acme"));
    board.send(">y");
    board.wait_for_text("✓ Acme → 2.");
    quits(board);
    assert_eq!(desk.stage("A-01"), "2");
}

#[test]
fn a_file_is_imported_from_the_first_screen() {
    let desk = Desk::empty();
    let file = desk.0.path().join("accounts-may.csv");
    std::fs::write(&file, "External ID,Name,Stage,MRR\nA-1,Acme,1,12\n,Nobody,,\n").expect("it is ours");
    let mut board = desk.board(WIDE, &[]);
    board.wait_for_text("imports your accounts");
    board.send("i");
    board.wait_for_text("File to import:");
    board.send(&format!("{}\r", desk.0.path().join("accounts-june.csv").display()));
    board.wait_for_text("check its name and directory");
    board.send(&"\x7f".repeat("june.csv".len()));
    board.send("\t");
    board.wait_for_text("accounts-may.csv");
    board.send("\r");
    board.wait_for_text("1 row was rejected:");
    board.wait_for_text("Columns, what they become, and the first value:");
    board.send("\r");
    board.wait_for(|screen| has_focus(screen, "Acme"));
    quits(board);
    assert_eq!(desk.stage("A-1"), "1");
}

#[test]
fn the_tour_is_walked_to_its_end() {
    let desk = Desk::empty();
    let mut board = Pty::gangplank(&desk.0, WIDE, &["tour", "--now", NOW], &[]);
    let keys = [
        "j",
        "\r",
        "q",
        "Y",
        "q",
        "gb",
        "1",
        "o",
        "u",
        "/owner:none\r",
        "\x1b",
        "F",
        "q",
        ":",
        "\x1b",
        "?",
        "q",
    ];
    for (at, keys) in keys.into_iter().enumerate() {
        board.wait_for_text(&format!("Tour · {} of 17", at + 1));
        board.send(keys);
        if keys == "o" {
            let next = format!("Tour · {} of 17", at + 2);
            board
                .wait_for(|screen| screen.contents().contains(&next) || screen.contents().contains("go on?"));
            board.send(if board.text().contains("go on?") { "y" } else { "" });
        }
    }
    board.wait_for_text("That was the tour: go on as you like, nothing is saved");
    quits(board);
    assert_eq!(desk.files(), BTreeSet::new());
}

#[test]
fn the_demonstration_keeps_nothing() {
    let desk = Desk::empty();
    let mut board = desk.board(WIDE, &[]);
    board.wait_for_text("gangplank import FILE");
    board.send("d");
    board.wait_for_text("nothing is saved");
    board.send("1gg>y");
    board.wait_for_text("→ 2. Onboarding Initiated · ");
    board.send("u");
    board.wait_for_text("Undid #");
    quits(board);
    assert_eq!(desk.files(), BTreeSet::new());
}

#[test]
fn a_damaged_store_is_shown_and_stays_as_it_is() {
    let desk = Desk::with_accounts(2);
    desk.says(&["move", "A-01", "2"]);
    let journal = desk.journal();
    let mut bytes = std::fs::read(&journal).expect("it is there");
    let second_line = bytes.iter().position(|byte| *byte == b'\n').expect("it has lines") + 1;
    bytes[second_line + 40] ^= 1;
    std::fs::write(&journal, &bytes).expect("it can be written to");
    let files = desk.files();

    let mut board = desk.board(WIDE, &[]);
    board.wait_for_text("Account 02");
    board.send("1gg>y");
    board.wait_for_text("is damaged");
    board.send("q");
    ends_whole(board, 0);
    // Only what was looked at is kept in mind.
    let mut left = desk.files();
    left.retain(|file| !file.to_string_lossy().contains("looked-"));
    assert_eq!(left, files);
    assert_eq!(std::fs::read(&journal).expect("it is there"), bytes);
}

#[test]
fn without_a_terminal_the_board_names_the_verbs() {
    let desk = Desk::with_accounts(1);
    let output = desk.verb(&[]);
    assert_eq!(output.status.code(), Some(2), "{output:?}");
    assert_eq!(output.stdout, b"");
    let says = String::from_utf8_lossy(&output.stderr);
    assert!(
        says.starts_with("error: the board needs a terminal; without one, use `gangplank list`"),
        "{says}"
    );
}

#[test]
fn a_full_disk_is_told_and_nothing_on_the_screen_is_a_lie() {
    let desk = Desk::with_accounts(2);
    desk.says(&["move", "A-01", "2"]);
    let journal = desk.journal();
    let before = std::fs::read(&journal).expect("it is there");
    // A shell counts in blocks of 512 bytes or more: there is room for less than what follows, which is longer.
    let script = format!("ulimit -f {}; exec \"$@\"", before.len() / 512 + 2);
    let program = env!("CARGO_BIN_EXE_gangplank");
    let mut board =
        Pty::run(&desk.0, WIDE, &["sh", "-c", &script, "sh", program, "--now", NOW, "--as", "dana"], &[]);
    board.wait_for_text("Account 02");
    board.send("2");
    board.wait_for(|screen| has_focus(screen, "Account 01"));
    board.send("<");
    board.wait_for_text("Reason to move Account 01 to 1?");
    // More than is read from a terminal at once.
    board.send(&format!("\x1b[200~{}\x1b[201~", "because ".repeat(400)));
    board.wait_for_text("because because");
    board.send("\r");
    board.wait_for_text("✗ no space is left to write to");
    let status = board.text();
    assert!(status.contains("(File too large") || status.contains("os error 27"), "{status}");
    assert!(!status.contains("1. New Account · u undoes"), "{status}");
    assert!(has_focus(board.screen(), "Account 01"));
    assert!(without_bars(&status).contains(" 1 1  2 1 "), "the counts are as before:\n{status}");

    // What was typed is not lost, and it can still be read, and says why it cannot be changed.
    assert!(status.contains("because because"), "{status}");
    board.send("\x1b");
    board.wait_for_text("Canceled");
    board.send("1");
    board.wait_for(|screen| has_focus(screen, "Account 02"));
    board.send(">y");
    // There is room for what is short, and nobody has to start it again.
    board.wait_for_text("✓ Account 02 → 2.");
    board.send("/02\r");
    board.wait_for_text("1 match");
    let after = std::fs::read(&journal).expect("it is there");
    assert!(after.starts_with(&before), "the journal is as it was, and goes on");
    board.send("q");
    ends_whole(board, 0);

    assert_eq!((desk.stage("A-01"), desk.stage("A-02")), ("2".to_owned(), "2".to_owned()));
}

/// A disk on which something always happens.
struct Disk(fn() -> StoreError);

impl Store for Disk {
    fn read_after(&mut self, _: Seq) -> Result<Vec<Arc<Entry>>, StoreError> {
        Ok(Vec::new())
    }

    fn append(&mut self, _: &Entry) -> Result<Appended, StoreError> {
        Err(self.0())
    }
}

#[test]
fn what_was_asked_last_is_answered_also_to_those_who_left() {
    let finish = |disk: fn() -> StoreError| {
        let session = Session::new(Box::new(Disk(disk)), Board::new(pipeline()), playbooks());
        let handle = session::spawn(session);
        let commands = Commands::One(import(&[row("A-01", "Acme")]));
        let now = Now::utc(NOW.parse().expect("a moment"));
        handle
            .requests
            .send(Request::Commands { commands, by: person("dana"), now })
            .expect("somebody listens");
        handle.finish()
    };
    let told = finish(|| StoreError::Poisoned { location: "journal.jsonl".into() }).expect("nothing broke");
    assert!(matches!(&told[..], [Report::Failed(why)] if why.contains("journal.jsonl")), "{told:?}");
    assert!(finish(|| panic!("a bug, for a test")).is_err());
}

#[test]
fn on_a_narrow_terminal_words_stay_whole() {
    let desk = Desk::with_accounts(1);
    let long = "about their payments ".repeat(12);
    desk.says(&["note", "A-01", long.trim()]);
    desk.says(&["owner", "A-01", long.trim()]);
    desk.says(&["task", "A-01", long.trim(), "--due", "fri"]);
    for verb in ["show", "explain"] {
        let mut shown = Pty::gangplank(&desk.0, (60, 300), &[verb, "A-01", "--now", NOW], &[]);
        shown.wait_exit();
        // By rows: what the terminal itself broke is two.
        let shown = shown.screen().rows(0, 60).collect::<Vec<_>>().join("\n");
        let piped = desk.says(&[verb, "A-01"]);
        let words = |text: &str| text.split_whitespace().map(str::to_owned).collect::<Vec<_>>();
        assert_eq!(words(&shown), words(&piped));
    }
}

#[test]
fn the_mouse_is_left_to_the_terminal_when_the_settings_say_so() {
    let modes = |config: &str| {
        let home = Home::new();
        std::fs::create_dir_all(home.path().join("config")).expect("it can be made");
        std::fs::write(home.path().join("config/config.toml"), config).expect("it can be written");
        let config_dir = home.path().join("config").display().to_string();
        let mut terminal =
            Pty::gangplank(&home, (80, 24), &["--demo"], &[("GANGPLANK_CONFIG_DIR", &config_dir)]);
        terminal.wait_for_text("nothing is saved");
        let taken = terminal.screen().mouse_protocol_mode();
        terminal.send("q");
        assert_eq!((terminal.wait_exit(), terminal.left_behind().len()), (0, 0));
        taken
    };
    assert_ne!(modes(""), vt100::MouseProtocolMode::None);
    assert_eq!(modes("mouse = false"), vt100::MouseProtocolMode::None);
}

#[test]
fn what_was_done_today_is_known_to_a_board_that_is_opened_again() {
    let desk = Desk::empty();
    std::fs::write(desk.0.path().join("accounts.csv"), "External ID,Name,Stage\nA1,Acme,1\n")
        .expect("written");
    desk.says(&["import", "accounts.csv"]);
    let mut board = desk.board(WIDE, &[]);
    board.wait_for_text("1 account needs you");
    board.send("oy");
    board.wait_for_text("Acme: Outreach sent");
    board.send("@");
    board.wait_for_text("Owner set to");
    board.send("z2\r");
    board.wait_for_text("1 done · nothing needs you");
    quits(board);
    let mut board = desk.board(WIDE, &[]);
    board.wait_for_text("Acme");
    board.send("d");
    board.wait_for_text("1 done · nothing needs you");
    board.wait_for_text("▸ Done · 1");
    quits(board);
}
