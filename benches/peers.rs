//! Other boards in a terminal, started beside ours with as many cards of the same names.
//!
//! `GANGPLANK_RUSTKANBAN` and `GANGPLANK_KANDO` name their programs (`cargo install rustkanban kando-tui`). What is not
//! named is not measured.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::pty::Pty;
use crate::scale::{OPEN, RUNS, Sized};
use crate::screen::thousands;
use crate::table::{Table, Times};

/// How many cards there are, how many of ours are open, and what is aimed at beside rustkanban.
const SIZES: [(usize, usize, &str); 3] =
    [(1_000, 1_000, "≤ 1"), (10_000, 10_000, "≤ 1"), (100_000, OPEN, "≤ 0.3")];

/// Another board, with its cards.
struct Peer {
    name: &'static str,
    program: String,
    home: PathBuf,
}

/// Starts of ours and of the peers that are there.
pub(crate) fn starts(dir: &Path, quick: bool, table: &mut Table) {
    for (cards, open, aim) in SIZES.into_iter().take(if quick { 1 } else { SIZES.len() }) {
        let dir = dir.join(format!("beside-{cards}"));
        let peers: Vec<Peer> = [rustkanban(&dir, cards), kando(&dir, cards)].into_iter().flatten().collect();
        if peers.is_empty() {
            return eprintln!("  no other board is named by GANGPLANK_RUSTKANBAN or GANGPLANK_KANDO");
        }
        let ours = Sized::new(&dir, cards, open);
        ours.imported();
        ours.board(&mut Times::default());
        let (mut frame, mut theirs) = (Times::default(), Vec::new());
        theirs.resize_with(peers.len(), || (Times::default(), 0.0_f64));
        let mut peak = 0.0_f64;
        // In turns, so that a busy moment meets all of them.
        for _ in 0..RUNS {
            peak = peak.max(ours.board(&mut frame).unwrap_or_default());
            for (peer, (times, peak)) in peers.iter().zip(&mut theirs) {
                *peak = peak.max(peer.board(times));
            }
        }
        let of = format!("{} cards, {} open", thousands(cards), thousands(open));
        for (peer, (mut times, theirs)) in peers.iter().zip(theirs) {
            let aim = if peer.name == "rustkanban" { aim } else { "" };
            let floor = Some((peer.name, times.best()));
            table.time(format!("{of}, start to first frame"), frame.best(), floor, aim);
            table.count(format!("{of}, peak memory of a board, MiB"), peak, Some((peer.name, theirs)), "");
        }
    }
}

impl Peer {
    /// Opens it until it shows a card, and leaves; answers its peak memory in MiB.
    fn board(&self, times: &mut Times) -> f64 {
        let pty = times.note(|| {
            let mut pty = Pty::spawn(&self.program, &[], &self.home);
            pty.wait_for_text("Harbor");
            pty
        });
        let peak = pty.peak().unwrap_or_default();
        pty.end();
        peak
    }

    fn run(&self, args: &[&str]) {
        let mut command = Command::new(&self.program);
        let output = command.args(args).env_clear().env("HOME", &self.home).current_dir(&self.home).output();
        let output = output.expect("the program starts");
        assert!(output.status.success(), "{}: {}", self.name, String::from_utf8_lossy(&output.stderr));
    }
}

/// A peer whose program `variable` names, with a home of its own.
fn peer(dir: &Path, name: &'static str, variable: &str) -> Option<Peer> {
    let program = std::env::var(variable).ok()?;
    let home = dir.join(name);
    fs::create_dir_all(&home).expect("a directory");
    Some(Peer { name, program, home })
}

fn rustkanban(dir: &Path, cards: usize) -> Option<Peer> {
    let peer = peer(dir, "rustkanban", "GANGPLANK_RUSTKANBAN")?;
    let tasks: Vec<_> = (0..cards)
        .map(|at| {
            serde_json::json!({
                "uuid": format!("00000000-0000-4000-8000-{at:012}"), "title": format!("Harbor {at:06}"),
                "description": format!("h{at}.example"), "priority": "Medium", "column": "todo", "tags": [],
            })
        })
        .collect();
    let file = peer.home.join("tasks.json");
    fs::write(&file, serde_json::json!({"version": 2, "tasks": tasks, "tags": []}).to_string())
        .expect("room");
    peer.run(&["import", file.to_str().expect("a path in UTF-8")]);
    Some(peer)
}

fn kando(dir: &Path, cards: usize) -> Option<Peer> {
    let peer = peer(dir, "kando", "GANGPLANK_KANDO")?;
    peer.run(&["init", "--name", "peer"]);
    let config = peer.home.join(".kando/config.toml");
    let text = fs::read_to_string(&config).expect("its settings");
    let text = text.replace("next_card_id = 1\n", &format!("next_card_id = {}\n", cards + 1));
    fs::write(&config, text).expect("room");
    // It puts cards away that are a month old.
    let day = chrono::Utc::now().to_rfc3339_opts(chrono::SecondsFormat::Secs, true);
    for at in 0..cards {
        let card = format!(
            "---\nid = \"{id}\"\ntitle = \"Harbor {at:06}\"\ncreated = \"{day}\"\nupdated = \"{day}\"\n\
             priority = \"normal\"\ntags = []\n---\n\nh{at}.example\n",
            id = at + 1
        );
        let file = peer.home.join(format!(".kando/columns/backlog/{}.md", at + 1));
        fs::write(file, card).expect("room");
    }
    Some(peer)
}
