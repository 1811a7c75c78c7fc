//! The design, held by reading the source: who may use whom, what stays pure, and how long a file may get.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

/// Every top-level module, and the ones below it that it may use: `main ► cli ► tui ► session ► {playbook, store} ►
/// state`. A new module needs a row here, which is where its place in the design is decided.
const LAYERS: &[(&str, &[&str])] = &[
    ("main", &["cli"]),
    (
        "cli",
        &[
            "tui", "demo", "editor", "session", "playbook", "store", "intake", "config", "state", "text",
            "near",
        ],
    ),
    ("tui", &["session", "editor", "playbook", "config", "state", "text", "near", "cores"]),
    ("demo", &["session", "playbook", "store", "state"]),
    ("session", &["playbook", "store", "state"]),
    // Builds values for the others, so it knows the types of what it reads. Nothing of theirs runs here.
    ("config", &["playbook", "state"]),
    ("playbook", &["state", "cores"]),
    ("store", &["state"]),
    ("intake", &["state", "near"]),
    ("editor", &["text"]),
    ("state", &["fold"]),
    ("text", &["fold"]),
    ("near", &["fold"]),
    ("fold", &[]),
    ("cores", &[]),
];

/// What reaches outside, or depends on when and where it runs.
const IMPURE: &[&str] = &[
    "std::fs",
    "std::env",
    "std::process",
    "std::thread",
    "std::net",
    "std::io::stdin",
    "std::io::stdout",
    "std::io::stderr",
    "io::stdin(",
    "io::stdout(",
    "io::stderr(",
    "println!(",
    "eprintln!(",
    "Utc::now",
    "Local::now",
    "SystemTime",
    "Instant::now",
    "rustix::",
    "ProjectDirs",
    "crossterm::terminal",
    "crossterm::execute",
    "iana_time_zone",
];

/// The complete list of what may be impure. `store/disk.rs` is what `store/file.rs` stands on.
const MAY_BE_IMPURE: &[&str] = &[
    "main.rs",
    "cli.rs",
    "cli/",
    "store/file.rs",
    "store/disk.rs",
    "session.rs",
    "editor.rs",
    "tui/run.rs",
    "tui/terminal.rs",
    "config/load.rs",
    "config/paths.rs",
];

/// What a pure file may name all the same, and why it stays pure.
const EXCUSED: &[(&str, &str, &str)] = &[
    (
        "store/journal.rs",
        "std::thread",
        "checksums are counted on all cores; the answer does not depend on how many",
    ),
    ("cores.rs", "std::thread", "the answer does not depend on how many there are"),
];

/// What the pure core does not even name.
const UNKNOWN_TO_THE_CORE: &[&str] =
    &["tokio", "ratatui", "crossterm", "std::fs", "std::env", "std::io", "Local"];

/// How long a file may get, its unit tests not counted, before it must be split or say here why not.
const LONG: usize = 400;
const MAY_BE_LONG: &[(&str, &str)] = &[
    ("store/file.rs", "opening, reading and appending share one lock and one set of invariants"),
    ("tui/keymap.rs", "keys, their names and the file they are bound in are one language"),
    ("tui/terminal.rs", "entering, leaving and dying undo each other, so they stand side by side"),
    ("tui/app.rs", "what the screen knows and how the focus holds on to it belong together"),
];

struct Source {
    /// Below `src`, with slashes.
    path: String,
    /// Without comments and unit tests.
    code: String,
    /// How many lines that are not unit tests.
    lines: usize,
}

impl Source {
    fn module(&self) -> &str {
        self.path.split(['/', '.']).next().expect("a path has a first part")
    }
}

fn sources() -> Vec<Source> {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut found = Vec::new();
    collect(&root, &root, &mut found);
    assert!(found.len() > 20, "the source is somewhere else");
    found
}

fn collect(root: &Path, dir: &Path, found: &mut Vec<Source>) {
    for entry in std::fs::read_dir(dir).expect("the source can be listed") {
        let path = entry.expect("the source can be listed").path();
        if path.is_dir() {
            collect(root, &path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            let text = std::fs::read_to_string(&path).expect("the source can be read");
            let below = path.strip_prefix(root).expect("it lies below the root");
            let path = below.to_string_lossy().replace('\\', "/");
            found.push(source(path, &text));
        }
    }
}

fn source(path: String, text: &str) -> Source {
    let text = text.split("\n#[cfg(test)]\nmod ").next().unwrap_or_default();
    let mut code = String::new();
    for line in text.lines() {
        let line = line.split("//").next().unwrap_or_default();
        writeln!(code, "{line}").expect("writing to a string cannot fail");
    }
    Source { path, code, lines: text.lines().count() }
}

/// Every path `code` takes from the top of the crate: `state::Board` of `use crate::state::Board`, and of
/// `use crate::{state::Board, …}` too.
fn paths(code: &str) -> Vec<String> {
    let mut found = Vec::new();
    for prefix in ["crate::", "gangplank::"] {
        for (at, _) in code.match_indices(prefix) {
            if code[..at].ends_with(|c: char| c.is_alphanumeric() || c == '_') {
                continue;
            }
            let rest = &code[at + prefix.len()..];
            if let Some(group) = rest.strip_prefix('{') {
                found.extend(members(group));
            } else {
                found.push(path_at(rest));
            }
        }
    }
    found
}

/// The members of a use group, whose opening brace is gone.
fn members(group: &str) -> Vec<String> {
    let (mut depth, mut start, mut found) = (0, 0, Vec::new());
    for (at, c) in group.char_indices() {
        match c {
            '{' => depth += 1,
            '}' if depth > 0 => depth -= 1,
            ',' | '}' if depth == 0 => {
                found.push(path_at(group[start..at].trim_start()));
                start = at + 1;
                if c == '}' {
                    break;
                }
            }
            _ => {}
        }
    }
    found.retain(|path| !path.is_empty());
    found
}

fn path_at(text: &str) -> String {
    let end = text.find(|c: char| !(c.is_alphanumeric() || c == '_' || c == ':')).unwrap_or(text.len());
    text[..end].trim_end_matches(':').to_owned()
}

/// What is wrong with who uses whom.
fn trespasses(sources: &[Source]) -> Vec<String> {
    let mut wrong = Vec::new();
    for source in sources.iter().filter(|source| source.path != "lib.rs") {
        let module = source.module();
        let Some((_, below)) = LAYERS.iter().find(|(name, _)| *name == module) else {
            wrong.push(format!(
                "{}: `{module}` has no row in LAYERS: say there what it stands on",
                source.path
            ));
            continue;
        };
        for path in paths(&source.code) {
            let used = path.split("::").next().unwrap_or_default();
            let allowed = used == module
                || below.iter().any(|row| path == *row || path.starts_with(&format!("{row}::")));
            let is_module = LAYERS.iter().any(|(name, _)| *name == used);
            if is_module && !allowed {
                wrong.push(format!("{}: uses `{path}`, which does not lie below `{module}`", source.path));
            }
        }
    }
    wrong
}

/// The rows of `LAYERS` that allow what nobody does: a door left open.
fn idle(sources: &[Source]) -> Vec<String> {
    let uses = |module: &str, row: &str| {
        let own = sources.iter().filter(|source| source.module() == module);
        own.flat_map(|source| paths(&source.code))
            .any(|path| path == row || path.starts_with(&format!("{row}::")))
    };
    let rows = LAYERS.iter().flat_map(|(module, below)| below.iter().map(move |row| (*module, *row)));
    rows.filter(|(module, row)| !uses(module, row))
        .map(|(module, row)| format!("`{module}` does not use `{row}`: take it out of LAYERS"))
        .collect()
}

fn impurities(sources: &[Source]) -> Vec<String> {
    let mut wrong = Vec::new();
    for source in sources {
        let in_core = ["state", "playbook"].contains(&source.module());
        let may = MAY_BE_IMPURE.iter().any(|path| {
            if path.ends_with('/') { source.path.starts_with(path) } else { source.path == *path }
        });
        let words = IMPURE.iter().filter(|_| !may).chain(UNKNOWN_TO_THE_CORE.iter().filter(|_| in_core));
        let excused =
            |word: &str| EXCUSED.iter().any(|(path, what, _)| (source.path.as_str(), word) == (path, *what));
        let words: BTreeSet<&str> = words.copied().filter(|word| !excused(word)).collect();
        for word in words {
            if names(&source.code, word) {
                wrong.push(format!(
                    "{}: `{word}` does not belong here: take the value as an argument",
                    source.path
                ));
            }
        }
    }
    wrong
}

/// Whether `word` stands in `code` by itself, not as the end or beginning of another.
fn names(code: &str, word: &str) -> bool {
    let part = |c: char| c.is_alphanumeric() || c == '_';
    code.match_indices(word).any(|(at, _)| {
        let begins_there = !code[..at].ends_with(part);
        let ends_there = !word.ends_with(part) || !code[at + word.len()..].starts_with(part);
        begins_there && ends_there
    })
}

fn too_long(sources: &[Source]) -> Vec<String> {
    let mut wrong = Vec::new();
    for source in sources {
        let listed = MAY_BE_LONG.iter().any(|(path, _)| *path == source.path);
        let Source { path, lines, .. } = source;
        if *lines > LONG && !listed {
            wrong.push(format!(
                "{path} has {lines} lines: a file over {LONG} does two things, so make it two"
            ));
        }
        if *lines <= LONG * 9 / 10 && listed {
            wrong.push(format!(
                "{path} has {lines} lines and needs no excuse any more: take it off MAY_BE_LONG"
            ));
        }
    }
    for (path, _) in MAY_BE_LONG {
        if !sources.iter().any(|source| source.path == *path) {
            wrong.push(format!("{path} is gone: take it off MAY_BE_LONG"));
        }
    }
    wrong
}

fn none(wrong: &[String]) {
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

#[test]
fn modules_look_only_down() {
    none(&trespasses(&sources()));
    none(&idle(&sources()));
}

#[test]
fn what_is_pure_stays_pure() {
    none(&impurities(&sources()));
}

#[test]
fn files_stay_short_enough_to_read_in_one_sitting() {
    none(&too_long(&sources()));
}

#[test]
fn the_guards_notice() {
    let told = |path: &str, text: &str| {
        let sources = [source(path.to_owned(), text)];
        [trespasses(&sources), impurities(&sources)].concat()
    };
    for (path, text) in [
        ("state/board.rs", "use crate::store::Store;"),
        ("state/board.rs", "fn f() { crate::text::clean(name) }"),
        ("state/board.rs", "use tokio::sync::watch;"),
        ("state/board.rs", "let now = Utc::now();"),
        ("state/time.rs", "use chrono::Local;"),
        ("playbook/engine.rs", "use crate::{state::{Board, Entry}, session::Session};"),
        ("playbook/engine.rs", "use std::env;"),
        ("session.rs", "use crate::tui::App;"),
        ("config/load.rs", "use crate::tui::keymap::Keymap;"),
        ("tui/view/card.rs", "let text = std::fs::read(path);"),
        ("tui/update.rs", "println!(\"here\");"),
        ("utils.rs", "fn anything() {}"),
    ] {
        assert_eq!(told(path, text).len(), 1, "{path}: {text}: {:?}", told(path, text));
    }
    for (path, text) in [
        ("state/board.rs", "// The clock is std::time::SystemTime's business, see crate::session."),
        ("state/money.rs", "#[cfg(test)]\nmod a;\nuse super::Locale;"),
        ("config/keys.rs", "use crate::playbook::Playbook;"),
        ("store/disk.rs", "use std::fs::File;"),
        ("cli/list.rs", "use crate::{session::Session, state::{Board, Now}, text};"),
        ("state/board.rs", "fn f() {}\n\n#[cfg(test)]\nmod tests { use crate::store::MemoryStore; }"),
    ] {
        assert_eq!(told(path, text), Vec::<String>::new(), "{path}: {text}");
    }
    let long = source("tui/long.rs".into(), &"fn f() {}\n".repeat(LONG + 1));
    let tested =
        source("tui/tested.rs".into(), &format!("\n#[cfg(test)]\nmod tests {{\n{}}}", "\n".repeat(LONG)));
    let told = too_long(&[long, tested]);
    assert_eq!(
        told.iter().filter(|wrong| wrong.starts_with("tui/")).count(),
        1 + MAY_BE_LONG.iter().filter(|(path, _)| path.starts_with("tui/")).count(),
        "{told:?}"
    );
}
