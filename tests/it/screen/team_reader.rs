//! The board of a team for who only reads it.

use gangplank::store::team::TeamRole::{Reader, Writer};

use super::terminal::{SMALL, WIDE, ends_whole};
use crate::support::cluster::Cluster;
use crate::support::home::{Home, NOW};
use crate::support::pty::{self, Pty};

/// What nobody asked for is left to the others without a word, and what is asked for is refused in words.
#[test]
fn a_reader_is_told_once_and_looks_at_everything() {
    let Some(cluster) = Cluster::start() else { return };
    cluster.board("onboarding", &[("ann", Writer), ("lea", Reader)]);
    let [ann, lea] = ["ann", "lea"].map(|login| {
        let home = Home::empty();
        home.config("config.toml", &format!("store = \"{}\"\n", cluster.url(login, "onboarding")));
        home
    });
    let file = ann.0.path().join("accounts.csv");
    let accounts = "id,name,stage,renewal\nA-1,Acme,2. Onboarding Initiated,2024-12-20\n";
    std::fs::write(&file, accounts).expect("a file");
    ann.says(&["import", &file.display().to_string(), "--now", "2024-12-01T09:00:00Z"]);
    assert!(ann.says(&["sweep", "--dry-run"]).contains("Acme"), "something is due");
    let dirs = [lea.0.path().join("config"), lea.data()].map(|dir| dir.display().to_string());
    let env =
        [("GANGPLANK_CONFIG_DIR", &*dirs[0]), ("GANGPLANK_DATA_DIR", &*dirs[1]), ("GANGPLANK_NOW", NOW)];
    for size in [SMALL, WIDE] {
        let mut board = Pty::gangplank(&pty::Home::new(), size, &[], &env);
        board.wait_for_text("You only read this board: lea is a reader of the board `onboarding`");
        board.send("\x1b");
        board.wait_for(|screen| !screen.contents().contains("You only read"));
        // Opened, it counts as looked at, for whoever may say so.
        board.send("\r");
        board.wait_for_text("╭ ▸ Acme");
        board.send("\x1b");
        board.wait_for(|screen| !screen.contents().contains("╭ ▸ Acme"));
        assert!(!board.text().contains("cannot write"), "{}", board.text());
        board.send("@");
        board.wait_for_text("cannot write to");
        board.send("q");
        ends_whole(board, 0);
    }
}
