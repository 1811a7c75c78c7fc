//! The board of a team while its server does not answer.

use gangplank::store::team::TeamRole::Writer;

use super::terminal::{SMALL, WIDE, ends_whole};
use crate::support::cluster::{Cluster, OWNER};
use crate::support::cut_wire::{Cut, CutWire};
use crate::support::home::{Home, NOW};
use crate::support::pty::{self, Pty};

/// It says for whom it waits, and for how long; one may look around and leave, and a change that comes behind it is refused.
#[test]
fn a_silent_server_is_waited_for_in_words_and_does_not_take_the_keyboard() {
    let Some(cluster) = Cluster::start() else { return };
    cluster.board("onboarding", &[("ann", Writer)]);
    let wire = CutWire::to(cluster.sockets());
    let home = Home::empty();
    let url = wire.by(&cluster.url("ann", "onboarding"), cluster.sockets());
    home.config("config.toml", &format!("store = \"{url}\"\n"));
    let file = home.0.path().join("accounts.csv");
    std::fs::write(
        &file,
        "id,name,stage,renewal\nA-1,Acme,1. New Account,2024-12-22\nA-2,Bolt,1. New Account,2024-12-22\n",
    )
    .expect("a file");
    home.says(&["import", &file.display().to_string()]);
    let dirs = [home.0.path().join("config"), home.data()].map(|dir| dir.display().to_string());
    let env =
        [("GANGPLANK_CONFIG_DIR", &*dirs[0]), ("GANGPLANK_DATA_DIR", &*dirs[1]), ("GANGPLANK_NOW", NOW)];
    for (size, keys) in [(WIDE, "q"), (SMALL, "\x03")] {
        let mut board = Pty::gangplank(&pty::Home::new(), size, &["--wait", "300"], &env);
        board.wait_for_text("Acme");
        wire.set(Some(Cut::Silence));
        board.send(">y");
        board.wait_for_text("Waiting for the team's server, 1 s · Ctrl-C leaves");
        board.wait_for_text("Waiting for the team's server, 2 s");
        board.send("?");
        board.wait_for_text("╭ Keys ─");
        board.send("\x1b");
        board.wait_for(|screen| !screen.contents().contains("╭ Keys ─"));
        board.send(">y");
        board.wait_for_text("Still waiting for the team's server");
        board.send(keys);
        let said: String = ends_whole(board, 1).text().lines().collect();
        assert!(said.contains("`move A-1 2`: ") && said.contains("may be kept or lost"), "{said}");
    }
    assert_eq!(cluster.sql(OWNER, "select count(*) from gangplank.entry"), Ok("1".to_owned()));
    // A command says so, too, and keeps to its time.
    wire.set(Some(Cut::Silence));
    let said = home.complains(&["note", "A-1", "hello", "--wait", "2"], 1);
    assert!(
        said.contains("waiting for the team's server; Ctrl-C gives up") && said.contains("within 2 s"),
        "{said}"
    );
}
