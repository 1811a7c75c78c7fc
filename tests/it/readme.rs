//! The README says what the program says.

use std::fmt::Write;
use std::path::Path;

use gangplank::tui::action::{Action, Group};
use gangplank::tui::keymap::{Keymap, Mode};

use crate::support::bless::blessed;

const START: &str = "<!-- keys -->\n";
const END: &str = "<!-- /keys -->";

#[test]
fn its_keys_are_those_of_the_keymap() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md");
    let readme = std::fs::read_to_string(file).expect("there is a README");
    let (before, rest) = readme.split_once(START).expect("the README marks where its keys begin");
    let (_, after) = rest.split_once(END).expect("and where they end");
    blessed("README.md", &format!("{before}{START}{}{END}{after}", keys(&Keymap::default())));
}

/// The keys of the board as a table.
fn keys(keymap: &Keymap) -> String {
    let mut table = String::from("\n| | Key | What it does |\n|---|---|---|\n");
    for group in Group::ALL {
        let mut heading = group.title();
        for action in Action::in_group(group) {
            let chords = keymap.chords(Mode::Board, action);
            if chords.is_empty() {
                continue;
            }
            // A run of digits is drawn together, so the phrase is split where the keymap put spaces.
            let keys = keymap.keys(Mode::Board, action);
            let keys: Vec<String> = keys.split(' ').map(|key| format!("`{key}`")).collect();
            writeln!(table, "| {heading} | {} | {} |", keys.join(" "), action.help().replace('|', "\\|"))
                .expect("memory");
            heading = "";
        }
    }
    table.push('\n');
    table
}
