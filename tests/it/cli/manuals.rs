//! The documentation in the terminal, and as man pages.

use std::collections::BTreeSet;

use clap::{CommandFactory, ValueEnum};
use gangplank::cli::Cli;
use gangplank::cli::docs::Topic;

use crate::support::home::Home;

fn page(path: &str) -> String {
    std::fs::read_to_string(std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join(path)).expect("a page")
}

#[test]
fn every_page_has_a_topic_and_the_indexes_say_the_same_of_it() {
    let dir = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("docs");
    let files =
        std::fs::read_dir(dir).expect("there are pages").map(|entry| entry.expect("it is listed").path());
    let files = files.filter_map(|path| Some(path.file_stem()?.to_str()?.to_owned()));
    let files: BTreeSet<String> = files.filter(|name| name != "README").collect();
    let topics = Topic::value_variants().iter().filter_map(ValueEnum::to_possible_value);
    let topics: Vec<(String, String)> = topics
        .map(|topic| {
            let about = topic.get_help().expect("every topic says what it is about");
            (topic.get_name().to_owned(), about.to_string())
        })
        .collect();
    assert_eq!(topics.iter().map(|(name, _)| name.clone()).collect::<BTreeSet<_>>(), files);
    for (path, dir) in [("README.md", "docs/"), ("docs/README.md", "")] {
        let index = page(path);
        let mut rows = index.lines().filter(|line| line.starts_with("| [") && line.contains(".md)"));
        for (name, about) in &topics {
            let row = rows.next().unwrap_or_else(|| panic!("{path} has no row for {name}"));
            assert!(row.ends_with(&format!("]({dir}{name}.md) | {about} |")), "{path}: {name}: {row}");
        }
    }
}

#[test]
fn pages_are_listed_and_shown() {
    let home = Home::empty();
    // Whoever has broken the settings looks into the documentation first.
    home.config("config.toml", "nonsense");
    let listed = home.says(&["docs"]);
    assert_eq!(listed.lines().next(), Some("TOPIC\tWHAT IT IS ABOUT"));
    assert!(listed.contains("\nkeys\tEvery key, and what each screen does\n"), "{listed}");
    for line in listed.lines().skip(1) {
        let (topic, _) = line.split_once('\t').expect("two columns");
        assert_eq!(home.says(&["docs", topic]), page(&format!("docs/{topic}.md")), "piped, it is as it is");
    }
    let said = home.complains(&["docs", "importin"], 2);
    assert!(said.contains("tip: a similar value exists: 'importing'"), "{said}");
    let said = home.complains(&["docs", "weather"], 2);
    assert!(said.contains("keys, command-line, json"), "{said}");
}

#[cfg(unix)]
#[test]
fn on_a_terminal_a_page_is_wrapped_and_goes_through_the_pager() {
    use crate::support::pty::{self, Pty};
    let show = |pager: &[(&str, &str)]| {
        let home = pty::Home::new();
        let mut terminal = Pty::gangplank(&home, (60, 400), &["docs", "files-and-backup"], pager);
        terminal.wait_for_text("repair");
        assert_eq!(terminal.wait_exit(), 0, "{}", terminal.text());
        terminal.text()
    };
    let plain = show(&[]);
    assert!(plain.contains("# Files and backup"), "{plain}");
    assert!(!plain.contains("](") && !plain.contains("**") && !plain.contains("|---"), "{plain}");
    assert!(show(&[("PAGER", "sed 's/^/> /'")]).contains("> # Files and backup"));
    assert!(
        show(&[("PAGER", "no-such-pager-here")]).contains("# Files and backup"),
        "it is shown all the same"
    );
}

#[test]
fn man_pages_are_written_for_every_command() {
    let home = Home::empty();
    home.config("config.toml", "nonsense");
    let main = home.says(&["man"]);
    assert!(main.contains(".TH gangplank 1") && main.contains("gangplank\\-import(1)"), "{main}");
    let dir = home.0.path().join("share/man1");
    let said = home.says(&["man", &dir.display().to_string()]);
    let files =
        std::fs::read_dir(&dir).expect("it is made").map(|entry| entry.expect("it is listed").file_name());
    let files: BTreeSet<String> = files.map(|name| name.into_string().expect("UTF-8")).collect();
    assert!(said.starts_with(&format!("wrote {} man pages to ", files.len())), "{said}");
    let cli = Cli::command();
    for verb in cli.get_subcommands() {
        let name = format!("gangplank-{}.1", verb.get_name());
        assert!(files.contains(&name), "{name}");
        let page = std::fs::read_to_string(dir.join(&name)).expect("a page");
        assert!(page.contains("Example"), "{name} has its examples");
        for within in verb.get_subcommands() {
            let name = format!("gangplank-{}-{}.1", verb.get_name(), within.get_name());
            assert!(files.contains(&name), "{name}");
        }
    }
    assert_eq!(std::fs::read_to_string(dir.join("gangplank.1")).expect("a page"), main);
    home.complains(&["man", &dir.join("gangplank.1").display().to_string()], 1);
}
