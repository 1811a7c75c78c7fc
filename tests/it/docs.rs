//! The README and the pages in `docs/` say what the program says.

use std::collections::BTreeSet;
use std::fmt::Write;
use std::path::{Path, PathBuf};

use clap::{CommandFactory, Parser};
use gangplank::cli::Cli;
use gangplank::config::{links, pipeline, playbooks, receivers, settings, sources, views};
use gangplank::emails::file::EmailTemplates;
use gangplank::intake::providers::posthog::EventMapping;
use gangplank::intake::{ImportOptions, Mapping, Meaning, read as read_accounts};
use gangplank::playbook::{Origin, Playbooks};
use gangplank::query::field::{self, EntryField, Field, FieldKind, OwnField};
use gangplank::state::{FactKey, Reason, SignalKind, TodayGroup};
use gangplank::store::StoreChoice;
use gangplank::tui::input::action::{Action, ActionGroup};
use gangplank::tui::input::keymap::Keymap;
use gangplank::tui::input::own_commands;
use gangplank::tui::theme::Role;
use gangplank::tui::theme::file::Themes;
use serde_json::Value;
use strum::{VariantArray, VariantNames};

use crate::cli::output::words;
use crate::support::bless::blessed;
use crate::support::home::Home;
use crate::support::provider::{FakeProvider, ok};

/// How many bytes the README may take: what a newcomer reads in five minutes.
const README_BYTES: usize = 8 * 1024;

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn read(path: &str) -> String {
    std::fs::read_to_string(root().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// Every page of `docs/` but its index, by its path.
fn pages() -> Vec<String> {
    let pages = pages_in("docs");
    assert!(pages.len() > 5, "the pages are somewhere else");
    pages
}

fn pages_in(directory: &str) -> Vec<String> {
    let dir = std::fs::read_dir(root().join(directory)).expect("there are pages");
    let names = dir.map(|entry| entry.expect("it can be listed").file_name().into_string().expect("UTF-8"));
    let names =
        names.filter(|name| name != "README.md" && Path::new(name).extension().is_some_and(|it| it == "md"));
    let mut pages: Vec<String> = names.map(|name| format!("{directory}/{name}")).collect();
    pages.sort();
    pages
}

/// Every page that speaks of the program: the README, the pages of `docs/`, and what is beside the README.
fn all_pages() -> Vec<String> {
    let beside = ["README.md", "docs/README.md", "CONTRIBUTING.md", "CHANGELOG.md", "SECURITY.md"];
    let below = pages_in("docs/sources");
    pages()
        .into_iter()
        .chain(below)
        .chain(beside.map(str::to_owned))
        .filter(|path| root().join(path).exists())
        .collect()
}

/// The code blocks of `page` in `language`.
fn blocks<'a>(page: &'a str, language: &str) -> Vec<&'a str> {
    let fence = format!("```{language}\n");
    page.split(fence.as_str()).skip(1).filter_map(|rest| rest.split("```").next()).collect()
}

/// Compares what stands between the marks `name` on the page at `path` with `made`, or puts it there when asked.
fn blessed_between(path: &str, name: &str, made: &str) {
    let page = read(path);
    let (begin, end) = (format!("<!-- {name} -->\n"), format!("<!-- /{name} -->"));
    let (before, rest) =
        page.split_once(&begin).unwrap_or_else(|| panic!("{path} marks where {name} begins"));
    let (_, after) = rest.split_once(&end).unwrap_or_else(|| panic!("{path} marks where {name} ends"));
    blessed(path, &format!("{before}{begin}\n{made}\n{end}{after}"));
}

#[test]
fn the_readme_is_short_and_leads_to_every_page() {
    let (readme, index) = (read("README.md"), read("docs/README.md"));
    assert!(readme.len() <= README_BYTES, "{} bytes", readme.len());
    for page in pages() {
        let name = page.strip_prefix("docs/").expect("it is one of those pages");
        assert!(readme.contains(&format!("({page})")), "the README does not lead to {page}");
        assert!(index.contains(&format!("({name})")), "docs/README.md does not lead to {page}");
    }
}

#[test]
fn every_link_leads_somewhere() {
    for path in all_pages() {
        let page = read(&path);
        for target in page.split("](").skip(1).filter_map(|rest| rest.split(')').next()) {
            if target.contains("://") {
                continue;
            }
            let (file, heading) = target.split_once('#').unwrap_or((target, ""));
            let dir = Path::new(&path).parent().expect("a page is in a directory");
            let file = if file.is_empty() { root().join(&path) } else { root().join(dir).join(file) };
            assert!(file.exists(), "{path}: {target} leads nowhere");
            let found = heading.is_empty() || {
                let text = std::fs::read_to_string(&file).expect("a page");
                text.lines().filter(|line| line.starts_with('#')).any(|line| anchor(line) == heading)
            };
            assert!(found, "{path}: {target} leads to no heading");
        }
    }
}

/// What a link to the heading in `line` is called.
fn anchor(line: &str) -> String {
    let title = line.trim_start_matches('#').trim().to_lowercase().replace(' ', "-");
    title.chars().filter(|c| c.is_alphanumeric() || *c == '-').collect()
}

#[test]
fn the_keys_are_those_of_the_keymap() {
    blessed_between("docs/keys.md", "keys", &keys(&Keymap::default()));
}

/// The keys of every screen, a table for each group.
fn keys(keymap: &Keymap) -> String {
    let mut tables = Vec::new();
    for group in ActionGroup::ALL {
        let mut table = format!("### {}\n\n| Key | What it does |\n|---|---|\n", group.title());
        for action in Action::in_group(*group) {
            let keys = keymap.keys_anywhere(action);
            if !keys.is_empty() {
                let keys: Vec<String> = keys.iter().map(|key| format!("`{key}`")).collect();
                writeln!(table, "| {} | {} |", keys.join(" "), action.help().replace('|', "\\|"))
                    .expect("memory");
            }
        }
        tables.push(table);
    }
    tables.join("\n")
}

/// One test, because both parts are of one file: two that bless it at once would lose one of them.
#[test]
fn the_page_on_playbooks_shows_what_the_program_says() {
    blessed_between("docs/playbooks.md", "explain", &explanation());
    let pipeline = pipeline::parse(pipeline::DEFAULT, "pipeline.toml").expect("ours");
    let all: Playbooks = playbooks::overlaid("", "playbooks.toml", &pipeline).expect("ours").into();
    let mut table = String::from("| Id | Title |\n|---|---|\n");
    for playbook in &all.all {
        writeln!(table, "| `{}` | {} |", playbook.id.0, playbook.title).expect("memory");
    }
    blessed_between("docs/playbooks.md", "playbooks", &table);
}

/// A few of the playbooks that `gangplank explain` explains for an account in stage 2.
fn explanation() -> String {
    let home = Home::empty();
    let file = home.0.path().join("accounts.csv");
    let rows =
        "External ID,Name,Plan,Forecasted MRR,Next renewal,Specialist\nA-1,Acme,payg,836,2025-01-20,dana\n";
    std::fs::write(&file, rows).expect("it can be written to");
    home.says(&["import", &file.display().to_string()]);
    home.says(&["record", "Acme", "outreach.sent"]);
    let said = home.says(&["explain", "Acme"]);
    let shown = ["Acme ", "replied ", "final-outreach-due ", "segment-100-500 ", "contacted "];
    let mut example = String::from("```text\n$ gangplank explain Acme\n");
    for part in shown {
        let found = said.split("\n\n").find(|paragraph| paragraph.starts_with(part));
        let found = found.unwrap_or_else(|| panic!("{part} is not explained: {said}"));
        writeln!(example, "{}\n", found.trim_end()).expect("memory");
    }
    example + "…\n```\n"
}

#[test]
fn the_examples_of_files_are_understood() {
    let importing = read("docs/importing.md");
    let mappings = blocks(&importing, "toml");
    let [accounts, subscriptions] = mappings[..] else { panic!("two mappings: {mappings:?}") };
    let mapping = Mapping::parse(accounts, "importing.md").expect("a mapping");
    assert!(mapping.columns.len() > 3 && !mapping.dates.is_empty());
    let table = include_bytes!("data/ravenstack/ravenstack_subscriptions.csv");
    let mapping = Mapping::parse(subscriptions, "importing.md").expect("a mapping");
    let reading = read_accounts(table, &ImportOptions::default(), &mapping).expect("a table");
    assert_eq!((reading.rows.len(), reading.superseded, reading.rejected.len()), (500, 4500, 0));

    let keys = read("docs/keys.md");
    let keymaps = blocks(&keys, "toml");
    assert_eq!(keymaps.len(), 2);
    for keymap in keymaps {
        Keymap::default().overlaid(keymap, "keys.md").expect("a keymap");
    }

    let page = read("docs/playbooks.md");
    let [own] = blocks(&page, "toml")[..] else { panic!("one file of playbooks") };
    let pipeline = pipeline::parse(pipeline::DEFAULT, "pipeline.toml").expect("ours");
    let playbooks = playbooks::overlaid(own, "playbooks.md", &pipeline).expect("playbooks");
    assert_eq!(playbooks.iter().filter(|playbook| playbook.origin == Origin::Team).count(), 1);
    assert_eq!(playbooks.iter().filter(|playbook| playbook.off_in_file).count(), 1);

    let files = read("docs/files-and-backup.md");
    let [checklist, team] = blocks(&files, "toml")[..] else { panic!("a checklist and a team") };
    let stage = "engagement_target_weeks = 8\n[[stage]]\nid = \"1\"\nlabel = \"1. New\"\nphase = \"open\"\n";
    let pipeline =
        pipeline::parse(&format!("{stage}{checklist}"), "files-and-backup.md").expect("a pipeline");
    assert_eq!(pipeline.points().count(), 2);
    let team = settings::parse(team, "files-and-backup.md").expect("settings").team;
    assert_eq!((team.roster.people().len(), team.roster.short("Magda Nowak")), (1, "magda"));

    let commands = read("docs/commands.md");
    let [links, own, hooks] = blocks(&commands, "toml")[..] else { panic!("three files") };
    assert!(!settings::parse(hooks, "commands.md").expect("settings").hooks.alert.is_empty());
    assert_eq!(own_commands::parse(own, "commands.md", &Keymap::default()).expect("commands").len(), 2);
    assert_eq!(links::parse(links, "commands.md").expect("links").len(), 2);
    let page = read("docs/views.md");
    let [views] = blocks(&page, "toml")[..] else { panic!("one file of views") };
    let views = views::overlaid(views, "views.md", |_| Ok(())).expect("views");
    assert!(views.iter().any(|view| view.is_called("Big and quiet") && view.columns.len() == 5));
    assert!(views.iter().any(|view| view.is_called("Surveys") && view.hidden));

    let page = read("docs/signals.md");
    let [events] = blocks(&page, "toml")[..] else { panic!("one file of events") };
    EventMapping::parse(events, "signals.md").expect("a mapping");

    let steps = pages_in("docs/sources");
    let page = read("docs/receivers.md");
    let [described] = blocks(&page, "toml")[..] else { panic!("one file of receivers") };
    assert_eq!(receivers::parse(described, "receivers.md").expect("receivers").len(), 6);

    let page = read("docs/themes.md");
    let [settings_of_themes, theme] = blocks(&page, "toml")[..] else { panic!("settings and a theme") };
    let of_themes = settings::parse(settings_of_themes, "themes.md").expect("settings").theme;
    let own = vec![("mine".into(), "themes.md".to_owned(), theme.to_owned())];
    let themes = Themes::new(own).expect("a theme");
    for named in [of_themes.on_dark, of_themes.on_light].into_iter().flatten() {
        assert!(themes.get(&named.name).is_some(), "{named:?}");
    }
    let roles = Role::ALL.iter().map(|role| <&str>::from(*role));
    assert!(roles.into_iter().all(|role| page.contains(&format!("| `{role}` |"))), "every role is named");

    let page = read("docs/templates.md");
    let ([mail], [template, ..]) = (&blocks(&page, "toml")[..], &blocks(&page, "text")[..]) else {
        panic!("a setting and a template")
    };
    assert!(settings::parse(mail, "templates.md").expect("settings").mail.is_some());
    let own = vec![("mine".into(), "templates.md".to_owned(), (*template).to_owned())];
    assert_eq!(EmailTemplates::new(own).expect("a template").all().len(), 8);

    let page = read("docs/team.md");
    let [shared] = blocks(&page, "toml")[..] else { panic!("one setting") };
    let (store, _) = settings::parse(shared, "team.md").expect("settings").store.expect("an address");
    StoreChoice::parse(&store, |_| None).expect("an address");

    let read_here = [
        "docs/team.md",
        "docs/templates.md",
        "docs/importing.md",
        "docs/signals.md",
        "docs/keys.md",
        "docs/playbooks.md",
        "docs/files-and-backup.md",
        "docs/commands.md",
        "docs/views.md",
        "docs/themes.md",
        "docs/receivers.md",
        "docs/sources.md",
    ];
    let is_read = |path: &&String| read_here.contains(&path.as_str()) || steps.contains(path);
    for path in all_pages().iter().filter(|path| !is_read(path)) {
        assert!(blocks(&read(path), "toml").is_empty(), "{path} has an example that is not read here");
    }
}

#[test]
fn the_examples_of_sources_are_understood() {
    let stages = pipeline::parse(pipeline::DEFAULT, "pipeline.toml").expect("stages");
    let steps = pages_in("docs/sources");
    let page = read("docs/sources.md");
    for path in &steps {
        assert!(page.contains(&format!("({})", path.trim_start_matches("docs/"))), "no way to {path}");
    }
    for path in steps.iter().map(String::as_str).chain(["docs/sources.md"]) {
        let page = read(path);
        let examples = blocks(&page, "toml");
        let [described, mapping @ ..] = &examples[..] else { panic!("{path} has an example") };
        if ["docs/sources/mail.md", "docs/sources/ics.md"].contains(&path) {
            assert_eq!(settings::parse(described, path).expect("settings").team.specialists.len(), 2);
            for described in mapping {
                assert!(!sources::parse(described, path, &stages).expect("sources").is_empty());
            }
            continue;
        }
        assert!(!sources::parse(described, path, &stages).expect("sources").is_empty());
        for mapping in mapping {
            if !mapping.contains("[source.") {
                Mapping::parse(mapping, path).expect("a mapping");
                continue;
            }
            let told = sources::parse(mapping, path, &stages).expect("sources");
            assert!(told.iter().all(|source| source.push.is_some()), "{path}");
        }
    }
}

#[test]
fn the_examples_of_commands_are_understood() {
    let mut understood = 0;
    for path in all_pages() {
        let page = read(&path);
        let lines = ["sh", "text"].into_iter().flat_map(|language| blocks(&page, language));
        for line in lines.flat_map(str::lines) {
            let line = line.trim_start_matches("$ ").trim_start_matches("*/10 * * * *  ");
            if line != "gangplank" && !line.starts_with("gangplank ") {
                continue;
            }
            let command = line.split(" #").next().unwrap_or_default();
            if let Err(error) = Cli::try_parse_from(words(command)) {
                panic!("{path}: {command}: {error}");
            }
            understood += 1;
        }
    }
    assert!(understood > 20, "the examples are somewhere else");
}

#[test]
fn every_verb_flag_and_word_of_a_mapping_is_named() {
    let cli = Cli::command();
    let verbs = cli.get_subcommands().map(|verb| format!("`{}", verb.get_name()));
    let flags = cli.get_arguments().filter_map(|flag| flag.get_long()).map(|flag| format!("--{flag}"));
    let nested = cli.get_subcommands().flat_map(|verb| {
        verb.get_subcommands().map(|nested| nested.get_name().to_owned()).filter(|name| name != "help")
    });
    let page = read("docs/command-line.md");
    for named in verbs.chain(flags).chain(nested) {
        assert!(page.contains(&named), "{named} is not in docs/command-line.md");
    }
    let import = cli.find_subcommand("import").expect("there is an import");
    let flags = import.get_arguments().filter_map(|flag| flag.get_long()).map(|flag| format!("--{flag}"));
    let page = read("docs/importing.md");
    for named in flags.chain(Meaning::words().map(|word| format!("`{word}`"))) {
        assert!(page.contains(&named), "{named} is not in docs/importing.md");
    }
}

#[test]
fn the_glossary_has_every_signal() {
    let page = read("docs/glossary.md");
    for (_, word) in SignalKind::ALL {
        assert!(page.lines().any(|line| line.starts_with(&format!("| `{word}` |"))), "{word} has no row");
    }
}

/// What `docs/json.md` shows, in the order of its headings: the command without `--json`, and its example.
fn json_examples(page: &str) -> Vec<(&str, Value)> {
    let sections = page.split("\n## `").skip(1).map(|section| {
        let (command, rest) = section.split_once(" --json`\n").expect("a heading is a command");
        let [example] = blocks(rest, "json")[..] else { panic!("{command} has one example") };
        (command, serde_json::from_str(example).unwrap_or_else(|error| panic!("{command}: {error}")))
    });
    sections.collect()
}

/// Those need a database, and are compared where there is one.
fn is_of_team(command: &str) -> bool {
    command.starts_with("team ")
}

/// Compares what `command` has written with its example.
#[cfg(all(unix, feature = "team"))]
pub(crate) fn is_as_documented(command: &str, found: &Value) {
    let page = read("docs/json.md");
    let examples = json_examples(&page);
    let (_, documented) = examples.iter().find(|(named, _)| *named == command).expect("it is documented");
    let mut wrong = Vec::new();
    compare(command, documented, found, &mut wrong);
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn json_has_the_fields_that_are_documented() {
    let home = home_of_everything();
    let file = |name: &str| home.0.path().join(name).display().to_string();
    let page = read("docs/json.md");
    let examples = json_examples(&page);
    for (command, documented) in examples.iter().filter(|(command, _)| !is_of_team(command)) {
        let args =
            command.replace("FILE", &file(&format!("{}.more", command.split(' ').next().expect("one"))));
        let mut args: Vec<&str> =
            args.split(' ').map(|word| if word == "ACCOUNT" { "A-1" } else { word }).collect();
        args.push("--json");
        if *command == "sweep" {
            args.extend(["--dry-run", "--now", "2025-01-02T09:00:00Z"]);
        }
        if command.starts_with("restore") {
            let saved = home.json(&["backup", "--json"])["file"].as_str().expect("a path").to_owned();
            std::fs::copy(saved, file("restore.more")).expect("it was made");
            args.push("--yes");
        }
        let mut wrong = Vec::new();
        compare(command, documented, &home.json(&args), &mut wrong);
        assert!(wrong.is_empty(), "{wrong:#?}");
    }
    let documented: BTreeSet<&str> = examples
        .iter()
        .filter(|(command, _)| !is_of_team(command))
        .filter_map(|(command, _)| command.split(' ').next())
        .collect();
    let cli = Cli::command();
    let takes_json =
        cli.get_subcommands().filter(|verb| verb.get_arguments().any(|flag| flag.get_long() == Some("json")));
    // Those that take several accounts all write the same.
    let is_bulk = |verb: &&clap::Command| {
        verb.get_arguments().any(|flag| flag.get_long() == Some("where"))
            && verb.get_arguments().any(|flag| flag.get_long() == Some("dry-run"))
    };
    let (bulk, others): (Vec<_>, Vec<_>) = takes_json.partition(is_bulk);
    let mut expected: BTreeSet<&str> = others.into_iter().map(clap::Command::get_name).collect();
    expected.insert("move");
    assert_eq!(documented, expected);
    let documented = documented.into_iter().chain(bulk.into_iter().map(clap::Command::get_name));
    for verb in documented {
        assert!(page.contains(&format!("`{verb}`")), "the first paragraph does not name {verb}");
    }
}

/// Objects whose fields are named by the data.
const MAPS: [&str; 6] = ["facts", "stamps", "traits", "ignored", "closed", "buckets"];

/// Adds to `wrong` the fields that one of the two has and the other has not, at `path`.
fn compare(path: &str, documented: &Value, found: &Value, wrong: &mut Vec<String>) {
    match (documented, found) {
        (Value::Object(documented), Value::Object(found)) => {
            for (field, value) in documented {
                match found.get(field) {
                    Some(found) if !MAPS.contains(&field.as_str()) => {
                        compare(&format!("{path}: {field}"), value, found, wrong);
                    }
                    Some(_) => {}
                    None => wrong.push(format!("{path}: {field} is documented and not written")),
                }
            }
            let missing = found.keys().filter(|field| !documented.contains_key(*field));
            wrong.extend(missing.map(|field| format!("{path}: {field} is written and not documented")));
        }
        (Value::Array(documented), Value::Array(found)) => {
            if let [documented, ..] = &documented[..] {
                match found.first() {
                    Some(found) => compare(path, documented, found, wrong),
                    None => wrong.push(format!("{path}: there is none to compare")),
                }
            }
        }
        (Value::Null, _) | (_, Value::Null) => {}
        _ if std::mem::discriminant(documented) == std::mem::discriminant(found) => {}
        _ => wrong.push(format!("{path}: {documented} is documented, {found} is written")),
    }
}

/// A home in which every list that JSON can have holds something.
fn home_of_everything() -> Home {
    let home = Home::empty();
    let write = |name: &str, text: &str| {
        let path = home.0.path().join(name);
        std::fs::write(&path, text).expect("it can be written to");
        path.display().to_string()
    };
    let mapping = write("mapping.toml", "[columns]\n\"Stripe\" = \"id.stripe\"\n");
    let header = "External ID,Name,Forecasted MRR,Next renewal,Stripe,Industry,Stage";
    let accounts = write(
        "accounts.csv",
        &format!(
            "{header}\nA-1,Acme,836 USD,2025-02-20,cus_1,Software,\nA-2,Bolt,500 USD,2025-01-10,cus_1,Steel,2\n"
        ),
    );
    home.says(&["import", &accounts, "--mapping", &mapping]);
    let named = "\"source\":\"test\",\"at\":\"2024-12-14T09:00:00Z\"";
    let signals = write(
        "signals.jsonl",
        &format!(
            "{{\"id\":\"1\",\"signal\":\"invoice.payment_failed\",\"account\":{{\"external_id\":\"A-1\"}},{named},\
             \"invoice\":\"in_1\",\"amount\":{{\"minor\":34000,\"currency\":\"USD\"}},\"attempt\":1}}\n\
             {{\"id\":\"2\",\"signal\":\"reply.received\",\"account\":{{\"id\":{{\"stripe\":\"cus_1\"}}}},{named}}}\n"
        ),
    );
    home.says(&["ingest", &signals]);
    for args in [
        &["record", "A-1", "outreach.sent"][..],
        &["record", "A-1", "call.booked", "--starts", "2024-12-18 15:00"],
        &["note", "A-1", "They want a demo"],
        &["task", "A-1", "Send the guide", "--due", "2024-12-15"],
        &["risk", "A-1", "low", "--reason", "Paid late once"],
        &["refund", "A-1", "120", "--reason", "charged twice"],
        &["check", "A-1", "usage", "--observation", "as expected"],
        &["snooze", "A-2", "--until", "tomorrow"],
    ] {
        home.says(args);
    }
    // It lists an event that cannot be read.
    let provider = FakeProvider::start(|_| {
        let rejected =
            serde_json::json!({"object": "event", "id": "evt_1", "type": "invoice.paid", "created": 1});
        ok(&serde_json::json!({"object": "list", "has_more": false, "data": [rejected]}))
    });
    home.config(
        "sources.toml",
        &format!(
            "[source.billing]\nkind = \"stripe\"\nsecret_command = [\"printf\", \"key\"]\naddress = \"{}\"\n",
            provider.address
        ),
    );
    write(
        "import.more",
        &format!(
            "{header}\nA-1,Acme,836 USD,2025-02-20,cus_1,Software,1\n,No id,,,,,\nA-4,Dune,,,,,Elsewhere\n"
        ),
    );
    write(
        "ingest.more",
        "{\"id\":\"3\"}\n{\"id\":\"4\",\"signal\":\"outreach.sent\",\"account\":{\"external_id\":\"A-2\"},\"source\":\"test\",\"at\":\"2024-12-14T09:00:00Z\"}\n",
    );
    home
}

#[test]
fn the_kinds_of_reasons_are_listed() {
    let all = Reason::VARIANTS.iter().map(|word| format!("`{word}`")).collect::<Vec<_>>().join(", ");
    blessed_between("docs/json.md", "reasons", &textwrap::fill(&all, 120));
    // One test, because both parts are of one file.
    let groups = TodayGroup::ALL.iter().filter(|group| **group != TodayGroup::Done);
    let groups = groups.map(|group| format!("`{}`", group.word())).collect::<Vec<_>>().join(", ");
    blessed_between("docs/json.md", "groups", &textwrap::fill(&groups, 120));
}

#[test]
fn the_page_of_queries_lists_the_fields_of_the_code() {
    let mut table = "| Field | What it asks |\n|---|---|\n".to_owned();
    for field in OwnField::VARIANTS {
        writeln!(table, "| `{field}` | {} |", field.about()).expect("memory takes it");
    }
    for key in FactKey::known() {
        let aliases: Vec<String> = field::ALIASES
            .iter()
            .filter(|(_, known)| *known == key)
            .map(|(alias, _)| format!(", `{alias}`"))
            .collect();
        let kind = match Field::Fact(key.clone()).kind() {
            FieldKind::Ahead | FieldKind::Past => "a day",
            FieldKind::Number => "a number",
            FieldKind::Money => "an amount",
            FieldKind::Flag => "yes or no",
            FieldKind::Text | FieldKind::Stage | FieldKind::Risk | FieldKind::Word => "a text",
        };
        writeln!(table, "| `{key}`{} | {}: {kind} |", aliases.concat(), key.title())
            .expect("memory takes it");
    }
    table += "| `id.…` | The id in another system, such as `id.stripe` |\n";
    table += "| `extra.…` | Another column of an import: `extra.Industry`, `extra.\"Account Tier\"` |";
    // One test, because both tables are of one file.
    blessed_between("docs/queries.md", "fields", &table);
    let mut table = "| Field | What it asks |\n|---|---|".to_owned();
    for field in EntryField::VARIANTS {
        write!(table, "\n| `{field}` | {} |", field.about()).expect("memory takes it");
    }
    blessed_between("docs/queries.md", "entry fields", &table);
}

#[test]
fn the_page_on_durability_describes_the_journal_as_it_is() {
    let page = read("docs/durability.md");
    let header = String::from_utf8(gangplank::store::journal::header()).expect("UTF-8");
    assert!(page.contains(&header), "{header}");
    let example = page.lines().find(|line| line.starts_with("{\"seq\"")).expect("an entry");
    serde_json::from_str::<gangplank::state::Entry>(example).expect("it is one");
    let golden = read("tests/it/data/golden/every-change-v2.jsonl");
    let entries = golden.lines().skip(1).filter_map(|line| line.splitn(3, ' ').nth(2));
    let mut kinds = BTreeSet::new();
    for entry in entries {
        let entry: Value = serde_json::from_str(entry).expect("JSON");
        for event in entry["events"].as_array().expect("a list") {
            kinds.extend(
                event.as_object().expect("an object").keys().filter(|key| *key != "account").cloned(),
            );
        }
    }
    assert!(kinds.len() > 30, "{kinds:?}");
    for kind in kinds {
        assert!(page.contains(&format!("`{kind}`")), "{kind} is not described");
    }
}
