//! `gangplank sources add` on a terminal.

use std::fs;

use serde_json::json;

use crate::support::provider::{FakeProvider, ok};
use crate::support::pty::{Home, Pty};

/// What is in `sources.toml`, if anything is.
fn file(home: &Home) -> String {
    fs::read_to_string(home.path().join("config/sources.toml")).unwrap_or_default()
}

fn start(home: &Home, args: &[&str]) -> Pty {
    let (data, config) = (home.path().join("data"), home.path().join("config"));
    fs::create_dir_all(&config).expect("a directory");
    fs::write(config.join("config.toml"), "specialists = [\"dan@team.test\"]\n").expect("a file");
    let (data, config) = (data.display().to_string(), config.display().to_string());
    let env = [
        ("GANGPLANK_DATA_DIR", data.as_str()),
        ("GANGPLANK_CONFIG_DIR", config.as_str()),
        ("GANGPLANK_NOW", "2024-12-15T09:00:00Z"),
    ];
    Pty::gangplank(home, (80, 50), &[&["sources", "add"], args].concat(), &env)
}

#[test]
fn it_asks_goes_back_and_shows_what_would_come_before_it_writes() {
    let provider = FakeProvider::start(|_| ok(&json!({"object": "list", "has_more": false, "data": []})));
    let home = Home::new();
    let mut terminal = start(&home, &["--address", &provider.address]);
    terminal.wait_for_text("   1  stripe    failed payments");
    terminal.send("strip\r");
    terminal.wait_for_text("There is no `strip`; did you mean stripe?");
    terminal.send("calendly\r");
    terminal.wait_for_text("[calendly] >");
    terminal.send("<\r");
    terminal.wait_for_text("[calendly] > <");
    terminal.send("1\r");
    terminal.wait_for_text("[stripe] >");
    terminal.send("My bills\r");
    terminal.wait_for_text("lower-case letters");
    terminal.send("\r");
    terminal.wait_for_text("A restricted key that may read events.");
    // Whoever pastes the secret itself, once all of the question stands there, sees it nowhere.
    terminal.wait_for(|screen| screen.contents().trim_end().ends_with('>'));
    terminal.send("rk_live_never_seen\r");
    terminal.wait_for_text("it is not kept");
    assert!(!terminal.text().contains("rk_live"), "{}", terminal.text());
    terminal.send("printf rk\r");
    terminal.wait_for_text("It would bring: 0 events read");
    assert_eq!(file(&home), "", "nothing is written before somebody agrees");
    terminal.send("\r");
    terminal.wait_for_text("reads it now");
    assert_eq!(terminal.wait_exit(), 0);
    let expected = "[source.stripe]\nkind = \"stripe\"\n";
    assert!(file(&home).starts_with(expected), "{}", file(&home));
    assert!(!file(&home).contains("rk_live"));
}

#[test]
fn what_cannot_be_read_may_be_corrected() {
    let provider = FakeProvider::start(|asked| match asked.header("authorization") {
        Some("Bearer right") => ok(&json!({"object": "list", "has_more": false, "data": []})),
        _ => (401, Vec::new(), "{}".to_owned()),
    });
    let home = Home::new();
    let mut terminal = start(&home, &["stripe", "--name", "billing", "--address", &provider.address]);
    terminal.wait_for_text("A restricted key");
    terminal.send("printf wrong\r");
    terminal.wait_for_text("It cannot be read: the provider refuses the secret");
    terminal.send("\r");
    terminal.wait_for_text("[printf wrong] >");
    terminal.send("printf right\r");
    terminal.wait_for_text("It would bring");
    terminal.send("n\r");
    terminal.wait_for_text("nothing was written");
    assert_eq!(terminal.wait_exit(), 0);
    assert_eq!(file(&home), "");
}
