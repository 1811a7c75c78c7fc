//! Hooks, with real scripts.
#![cfg(unix)]

use std::os::unix::fs::PermissionsExt;

use gangplank::hooks::{HookRunner, Hooks};
use gangplank::session::{Report, Request, spawn_with_hooks};
use gangplank::state::{AccountId, Actor, Command, Commands, StageId};
use serde_json::Value;

use crate::support::home::{Home, now};

/// A home whose hooks append what they are told to `told`, a line each.
fn home(hooks: &str) -> Home {
    let home = Home::new();
    let script = home.0.path().join("hook.sh");
    let told = home.0.path().join("told");
    let text = format!(
        "#!/bin/sh\nexec 3>>'{told}'\nread -r entry\nprintf '%s %s %s %s\\n' \"$GANGPLANK_HOOK\" \"$GANGPLANK_SEQ\" \"$GANGPLANK_BY\" \"$entry\" >&3\n",
        told = told.display()
    );
    std::fs::write(&script, text).expect("it can be written");
    std::fs::set_permissions(&script, std::fs::Permissions::from_mode(0o755)).expect("it is ours");
    home.config(
        "config.toml",
        &format!("time_zone = \"UTC\"\n{}", hooks.replace("HOOK", &script.display().to_string())),
    );
    home
}

const ALL: &str = "[hooks]\nalert = ['HOOK']\nmove = ['HOOK']\ndone = ['HOOK']\n";

/// What the hooks were told: which one, the number and the entry.
fn told(home: &Home) -> Vec<(String, u64, Value)> {
    let text = std::fs::read_to_string(home.0.path().join("told")).unwrap_or_default();
    let line = |line: &str| {
        let mut parts = line.splitn(4, ' ');
        let mut part = || parts.next().expect("four parts");
        let (hook, seq, by) = (part().to_owned(), part().parse().expect("a number"), part());
        assert!(!by.is_empty());
        (hook, seq, serde_json::from_str(part()).expect("JSON"))
    };
    text.lines().map(line).collect()
}

fn hooks_told(home: &Home) -> Vec<(String, u64)> {
    told(home).into_iter().map(|(hook, seq, _)| (hook, seq)).collect()
}

#[test]
fn a_hook_gets_the_entry_as_the_log_writes_it() {
    let home = home(ALL);
    home.says(&["note", "A-1", "nothing to tell"]);
    assert_eq!(hooks_told(&home), []);
    home.says(&["move", "A-2", "6b", "--reason", "x"]);
    let log = home.json(&["log", "--json"]);
    let last = log.as_array().and_then(|log| log.last()).expect("an entry").clone();
    let seq = last["seq"].as_u64().expect("a number");
    assert_eq!(told(&home), [("move".to_owned(), seq, last.clone()), ("done".to_owned(), seq, last)]);
    home.says(&["move", "A-2", "6b"]);
    assert_eq!(told(&home).len(), 2, "nothing changed, so nothing is told");
    let said = home.told(&["move", "A-1", "2", "--dry-run"]);
    assert_eq!((said.as_str(), told(&home).len()), ("", 2), "nor is what would happen");
    home.says(&["record", "A-1", "invoice.payment_failed", "--invoice", "in_1", "--amount", "340 USD"]);
    assert_eq!(told(&home).last().map(|(hook, ..)| hook.clone()), Some("alert".to_owned()));
    home.says(&["alerts", "ack", "in_1"]);
    assert_eq!(told(&home).len(), 3);
}

#[test]
fn a_hook_that_fails_is_reported_and_nothing_is_lost() {
    let home = home(
        "[hooks]\nmove = ['/bin/sh', '-c', 'echo no channel >&2; exit 4']\ndone = ['/no/such/program']\n",
    );
    let said = home.told(&["move", "A-2", "6b"]);
    assert!(said.contains("the hook `move` for #"), "{said}");
    assert!(said.contains("(exit status: 4): no channel; the change itself is saved"), "{said}");
    assert!(
        said.contains("the hook `done` for #") && said.contains("/no/such/program could not be run"),
        "{said}"
    );
    assert_eq!(home.json(&["show", "A-2", "--json"])["stage"], "6b");
}

#[test]
fn what_a_hook_does_sets_no_hook_off() {
    let home = home(ALL);
    home.gangplank(&["move", "A-2", "6b"]).env("GANGPLANK_HOOK", "move").assert().success();
    assert_eq!(hooks_told(&home), []);
}

#[test]
fn the_board_runs_hooks_too_and_only_for_what_it_made_durable() {
    let home = home(ALL);
    let script = home.0.path().join("hook.sh").display().to_string();
    let hooks = Hooks { moved: vec![script], ..Hooks::default() };
    let write = |_: &_| b"{}\n".to_vec();
    let session = home.session();
    let mut handle = spawn_with_hooks(session, HookRunner::new(hooks, write));
    // Somebody else's change: their process tells the hooks.
    home.gangplank(&["move", "A-1", "2"]).env("GANGPLANK_HOOK", "x").assert().success();
    let commands = Commands::from(Command::move_to(&AccountId::new("A-2"), &StageId::new("6b")));
    let asked = Request::Commands { commands, by: Actor::Person("dana".into()), now: now() };
    handle.requests.send(asked).expect("it listens");
    let Some(Report::Done(entry)) = handle.reports.blocking_recv() else { panic!("it is done") };
    assert_eq!(handle.finish().expect("no bug").len(), 0);
    assert_eq!(hooks_told(&home), [("move".to_owned(), entry.seq)]);
}

#[test]
fn a_mistake_in_the_hooks_is_named() {
    let home = Home::new();
    home.config("config.toml", "[hooks]\nmoved = ['x']\n");
    let said = home.complains(&["list"], 2);
    assert!(said.ends_with("config.toml:2: `moved`: unknown key: write one of alert, move, done"), "{said}");
}
