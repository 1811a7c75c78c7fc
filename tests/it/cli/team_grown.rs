//! A grown board of one machine becomes one of a team and comes back, and somebody joins.

use std::fmt::Write as _;
use std::fs;
use std::time::Instant;

use crate::support::cluster::{Cluster, OWNER};
use crate::support::home::{Home, NOW};
use crate::support::pty::{self, Pty};

/// How many accounts it has, unless `GANGPLANK_TEAM_ACCOUNTS` says so: 100000.
const ACCOUNTS: usize = 400;

/// How often a board is opened; the best counts.
const STARTS: usize = 3;

/// As systems export them, a part of them on the board.
fn export(count: usize, turn: usize) -> String {
    let mut text = "id,name,domain,stage,mrr,next_renewal,specialist,contacts\n".to_owned();
    for number in 0..count {
        let stage = if number % 50 == 0 { "1. New Account" } else { "7. Handed off" };
        writeln!(
            text,
            "A-{number:06},Harbor {number:06},h{number}.example,{stage},{} USD,2024-12-{:02},ann@example.com,p@h{number}.example",
            500 + (number + turn) % 900,
            20 + number % 8,
        )
        .expect("memory takes it");
    }
    text
}

/// How long it takes until the board is there, in milliseconds, and what is on it.
fn first_screen(home: &Home, args: &[&str]) -> (u128, String) {
    let dirs = [home.0.path().join("config"), home.data()].map(|dir| dir.display().to_string());
    let env =
        [("GANGPLANK_CONFIG_DIR", &*dirs[0]), ("GANGPLANK_DATA_DIR", &*dirs[1]), ("GANGPLANK_NOW", NOW)];
    let began = Instant::now();
    let mut board = Pty::gangplank(&pty::Home::new(), (160, 48), args, &env);
    board.wait_for_text("Harbor 000000");
    let took = began.elapsed().as_millis();
    let text = board.text();
    board.send("q");
    assert_eq!(board.wait_exit(), 0);
    (took, text)
}

fn best_of(home: &Home, args: &[&str]) -> (u128, String) {
    let starts = (0..STARTS).map(|_| first_screen(home, args));
    starts.min_by_key(|(took, _)| *took).expect("some")
}

#[test]
fn a_grown_board_goes_to_the_team_and_back_and_a_newcomer_sees_it() {
    let Some(cluster) = Cluster::start() else { return };
    let count = std::env::var("GANGPLANK_TEAM_ACCOUNTS").ok().and_then(|said| said.parse().ok());
    let count = count.unwrap_or(ACCOUNTS);
    let timed = |what: &str, work: &mut dyn FnMut()| {
        let began = Instant::now();
        work();
        println!("{what}: {} ms", began.elapsed().as_millis());
    };
    let home = Home::empty();
    for turn in 0..3 {
        let file = home.0.path().join("accounts.csv");
        fs::write(&file, export(count, turn)).expect("a file");
        timed("import", &mut || drop(home.says(&["import", &file.display().to_string(), "--as", "ann"])));
    }
    for number in (0..count).step_by(count / 20) {
        home.says(&["note", &format!("A-{number:06}"), "called", "--as", "ann"]);
    }
    let journal = |home: &Home| fs::read(home.data().join("journal.jsonl")).expect("there is one");
    println!("{count} accounts, {} bytes of journal", journal(&home).len());

    let store = cluster.url(OWNER, "onboarding");
    home.says(&["team", "init", "--store", &store, "--as", "ann"]);
    timed("push", &mut || drop(home.says(&["team", "push", "--store", &store])));
    let pulled = Home::empty();
    timed("pull", &mut || drop(pulled.says(&["team", "pull", "--store", &store])));
    assert!(journal(&pulled) == journal(&home), "it came back otherwise");

    let newcomer = Home::empty();
    cluster.login("eve");
    home.says(&["team", "member", "add", "eve", "--role", "writer", "--store", &store]);
    let store = cluster.url("eve", "onboarding");
    timed("the first start of a newcomer", &mut || drop(first_screen(&newcomer, &["--store", &store])));
    let (here, shown) = best_of(&home, &["--as", "eve"]);
    let (there, shown_there) = best_of(&newcomer, &["--store", &store]);
    println!("the first screen: {here} ms here, {there} ms from the copy");
    assert_eq!(shown_there, shown);
}
