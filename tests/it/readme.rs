//! The README says what the program says.

use std::fmt::Write;
use std::path::Path;

use clap::CommandFactory;
use gangplank::cli::Cli;
use gangplank::config::{pipeline, playbooks};
use gangplank::intake::{Mapping, Meaning, Options, read as read_accounts};
use gangplank::playbook::Origin;
use gangplank::tui::action::{Action, Group};
use gangplank::tui::keymap::Keymap;

use crate::support::bless::blessed;

const START: &str = "<!-- keys -->\n";
const END: &str = "<!-- /keys -->";

#[test]
fn its_keys_are_those_of_the_keymap() {
    let readme = read();
    let (before, rest) = readme.split_once(START).expect("the README marks where its keys begin");
    let (_, after) = rest.split_once(END).expect("and where they end");
    blessed("README.md", &format!("{before}{START}{}{END}{after}", keys(&Keymap::default())));
}

fn read() -> String {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md");
    std::fs::read_to_string(file).expect("there is a README")
}

/// The keys of the board as a table.
fn keys(keymap: &Keymap) -> String {
    let mut table = String::from("\n| | Key | What it does |\n|---|---|---|\n");
    for group in Group::ALL {
        let mut heading = group.title();
        for action in Action::in_group(group) {
            let keys = keymap.keys_anywhere(action);
            if keys.is_empty() {
                continue;
            }
            let keys: Vec<String> = keys.split(' ').map(|key| format!("`{key}`")).collect();
            writeln!(table, "| {heading} | {} | {} |", keys.join(" "), action.help().replace('|', "\\|"))
                .expect("memory");
            heading = "";
        }
    }
    table.push('\n');
    table
}

#[test]
fn its_examples_are_understood() {
    let readme = read();
    let examples: Vec<&str> =
        readme.split("```toml\n").skip(1).filter_map(|rest| rest.split("```").next()).collect();
    let example = |start: &str| {
        let mut found = examples.iter().filter(|example| example.starts_with(start));
        *found.next().unwrap_or_else(|| panic!("there is an example that starts with {start}"))
    };
    let pipeline = pipeline::parse(pipeline::DEFAULT, "pipeline.toml").expect("ours");
    let mapping = Mapping::parse(example("# accounts.mapping.toml"), "README.md").expect("a mapping");
    assert!(mapping.columns.len() > 3 && !mapping.dates.is_empty());
    let subscriptions = include_bytes!("data/ravenstack/ravenstack_subscriptions.csv");
    let mapping = Mapping::parse(example("# subscriptions.mapping.toml"), "README.md").expect("a mapping");
    let reading = read_accounts(subscriptions, &Options::default(), &mapping).expect("a table");
    assert_eq!((reading.rows.len(), reading.superseded, reading.rejected.len()), (500, 4500, 0));
    Keymap::default().overlaid(example("# keymap.toml"), "README.md").expect("a keymap");
    let playbooks =
        playbooks::overlaid(example("# playbooks.toml"), "README.md", &pipeline).expect("playbooks");
    assert_eq!(playbooks.iter().filter(|playbook| playbook.origin == Origin::Team).count(), 1);
    assert_eq!(playbooks.iter().filter(|playbook| playbook.off_in_file).count(), 1);
    assert_eq!(examples.len(), 4, "every example is read here");
}

#[test]
fn it_names_every_verb_flag_and_word_of_a_mapping() {
    let readme = read();
    let cli = Cli::command();
    let verbs = cli.get_subcommands().map(|verb| format!("`{}", verb.get_name()));
    let flags = cli.get_arguments().filter_map(|flag| flag.get_long()).map(|flag| format!("--{flag}"));
    let import = cli.find_subcommand("import").expect("there is an import");
    let more = import.get_arguments().filter_map(|flag| flag.get_long()).map(|flag| format!("--{flag}"));
    let words = Meaning::words().map(|word| format!("`{word}`"));
    for named in verbs.chain(flags).chain(more).chain(words) {
        assert!(readme.contains(&named), "{named} is not in the README");
    }
}
