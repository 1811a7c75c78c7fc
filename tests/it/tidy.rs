//! The design, held by reading the source: who may use whom, what stays pure, that one name means one type, and how
//! long a file may get.
//!
//! `GANGPLANK_TIDY=report cargo test tidy -- --nocapture` prints every circle of imports and every name that stands
//! twice, those of [`NOT_YET`] too. `GANGPLANK_TIDY=shrink cargo test tidy` takes off that list what holds by now.

mod imports;
mod source;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use self::imports::Imports;
use self::source::{Source, sources};

/// Every top-level module, and the ones below it that it may use: `main ► cli ► tui ► {session, prose} ► {playbook,
/// store} ► state`. A new module needs a row here, which is where its place in the design is decided.
const LAYERS: &[(&str, &[&str])] = &[
    ("main", &["cli"]),
    (
        "cli",
        &[
            "tui", "demo", "editor", "emails", "session", "hooks", "prose", "playbook", "store", "intake",
            "config", "state", "text", "suggest", "query", "folders", "receiver", "sources", "sync",
            "insights", "parallel",
        ],
    ),
    (
        "tui",
        &[
            "emails", "session", "query", "editor", "prose", "playbook", "intake", "config", "state", "text",
            "suggest", "parallel", "sources", "sync", "insights",
        ],
    ),
    ("demo", &["session", "playbook", "store", "state"]),
    ("emails", &["config", "prose", "state", "text", "suggest", "casefold"]),
    ("session", &["hooks", "playbook", "store", "state"]),
    ("hooks", &["state"]),
    // Builds values for the others, so it knows the types of what it reads. Nothing of theirs runs here.
    ("config", &["intake", "hooks", "query", "playbook", "store", "state", "text", "suggest", "sources"]),
    ("receiver", &["sources", "sync", "outgoing", "session", "intake", "state"]),
    ("sync", &["folders", "secret_program", "sources", "outgoing", "session", "intake", "state"]),
    ("outgoing", &["sources"]),
    ("sources", &["intake", "state", "text"]),
    ("query", &["prose", "state", "suggest", "casefold", "parallel"]),
    ("insights", &["state", "parallel"]),
    ("prose", &["playbook", "state"]),
    ("playbook", &["state", "parallel"]),
    ("store", &["secret_program", "state"]),
    ("intake", &["state", "suggest", "casefold", "parallel"]),
    ("editor", &["text"]),
    ("folders", &[]),
    ("state", &["casefold"]),
    ("text", &["casefold"]),
    ("suggest", &["casefold"]),
    ("casefold", &[]),
    ("parallel", &[]),
    ("secret_program", &[]),
];

/// The layers inside a room, the lowest first. What stands in a layer names nothing of a higher one.
const INNER: &[(&str, &[&[&str]])] = &[
    ("state", &[&["values"], &["event", "command", "refusal"], &["board"], &["decide"], &["query"]]),
    (
        "tui",
        &[
            &["model", "input", "theme"],
            &["layout", "canvas", "chart"],
            &["screens", "title", "named_keys"],
            &["update", "view"],
            &["plain"],
            &["shell"],
        ],
    ),
];

/// Rooms that never name each other.
const APART: &[(&str, &str)] = &[("tui/update", "tui/view"), ("tui/update", "tui/plain")];

/// Type names that may stand more than once, and why.
const MAY_STAND_TWICE: &[(&str, &str)] = &[];

/// What does not hold yet, line by line: it may get fewer, never more.
const NOT_YET: &str = include_str!("tidy/not_yet.txt");

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

/// What may be impure, besides the kinds of store (see [`is_a_store`]). `store/disk.rs` is what the journal on disk
/// stands on.
const MAY_BE_IMPURE: &[&str] = &[
    "main.rs",
    "cli.rs",
    "cli/",
    "store/disk.rs",
    "store/file/snapshots.rs",
    "store/lock.rs",
    "store/backup.rs",
    "store/health.rs",
    "store/permissions.rs",
    // Passwords, and how long a server may take.
    "store/postgres/",
    "session.rs",
    "editor.rs",
    "hooks.rs",
    "folders.rs",
    "outgoing.rs",
    "secret_program.rs",
    "receiver/server.rs",
    "sync.rs",
    "sync/",
    "tui/shell/",
    "config/files.rs",
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
    ("sources/origin.rs", "std::net", "the number of a host is a value; nothing is looked up"),
];

/// What the pure core does not even name.
const UNKNOWN_TO_THE_CORE: &[&str] =
    &["tokio", "ratatui", "crossterm", "std::fs", "std::env", "std::io", "Local"];

/// How long a file may get, its unit tests not counted, before it must be split or say here why not.
const LONG: usize = 500;
const MAY_BE_LONG: &[(&str, &str)] =
    &[("tui/shell/terminal.rs", "entering, leaving and dying undo each other, so they stand side by side")];

/// What is wrong with who uses whom.
fn trespasses(imports: &Imports) -> Vec<String> {
    let mut wrong = Vec::new();
    for source in imports.sources.iter().filter(|source| source.path != "lib.rs") {
        let module = source.top();
        let Some((_, below)) = LAYERS.iter().find(|(name, _)| *name == module) else {
            wrong.push(format!(
                "{}: `{module}` has no row in LAYERS: say there what it stands on",
                source.path
            ));
            continue;
        };
        for path in imports.named(source) {
            let used = path[0].as_str();
            let is_module = LAYERS.iter().any(|(name, _)| *name == used);
            if is_module && used != module && !below.contains(&used) {
                let path = path.join("::");
                wrong.push(format!("{}: uses `{path}`, which does not lie below `{module}`", source.path));
            }
        }
    }
    wrong
}

/// The rows of `LAYERS` that allow what nobody does: a door left open.
fn idle(imports: &Imports) -> Vec<String> {
    let used: BTreeSet<(&str, String)> = imports
        .sources
        .iter()
        .flat_map(|source| imports.named(source).into_iter().map(|path| (source.top(), path[0].clone())))
        .collect();
    let rows = LAYERS.iter().flat_map(|(module, below)| below.iter().map(move |row| (*module, *row)));
    rows.filter(|(module, row)| !used.contains(&(*module, (*row).to_owned())))
        .map(|(module, row)| format!("`{module}` does not use `{row}`: take it out of LAYERS"))
        .collect()
}

/// A guard's findings: what each is called on the list of what does not hold yet, and what is wrong with it.
type Findings = BTreeMap<String, String>;

/// The files that import each other in a circle.
fn circles(imports: &Imports) -> Findings {
    let mut found = Findings::new();
    for circle in imports.circles() {
        for file in &circle.files {
            let named = circle.edges.iter().filter(|(from, ..)| from == file);
            let named: Vec<&str> = named.map(|(_, to, _)| to.as_str()).collect();
            let others = circle.files.len() - 1;
            let wrong = format!("{file} is in a circle with {others} more: it names {}", named.join(", "));
            found.insert(format!("circle: {file}"), wrong);
        }
    }
    found
}

/// What is wrong with who uses whom inside a room.
fn inner_trespasses(imports: &Imports) -> Findings {
    let mut found = Findings::new();
    for (room, layers) in INNER {
        let members = layers.iter().flat_map(|layer| layer.iter());
        for member in members {
            let path = format!("{room}/{member}");
            if !imports.sources.iter().any(|source| lies_in(&source.path, &path)) {
                found
                    .insert(format!("room: {path}"), format!("{path} is in INNER, and nothing stands there"));
            }
        }
        for source in imports.sources.iter().filter(|source| source.path.starts_with(&format!("{room}/"))) {
            if layer_of(&source.path).is_none() {
                let member = member_of(room, &source.path);
                let wrong = format!("{member} has no layer in INNER: say there what it stands on");
                found.insert(format!("layer: {member}"), wrong);
            }
        }
    }
    for ((from, to), paths) in imports.edges() {
        let (from, to) = (&imports.sources[from].path, &imports.sources[to].path);
        let is_upward = match (layer_of(from), layer_of(to)) {
            (Some((room, from)), Some((other, to))) => room == other && from < to,
            _ => false,
        };
        let is_apart = APART.iter().any(|(one, other)| {
            lies_in(from, one) && lies_in(to, other) || lies_in(from, other) && lies_in(to, one)
        });
        if is_upward || is_apart {
            let paths: Vec<String> = paths.into_iter().collect();
            let why = if is_apart { "never name each other" } else { "look only down" };
            let wrong = format!("{from} names {to} ({}): they {why}", paths.join(", "));
            found.insert(format!("inner: {from} -> {to}"), wrong);
        }
    }
    found
}

/// Whether the file at `path` is the module at `room` or lies below it.
fn lies_in(path: &str, room: &str) -> bool {
    path.strip_prefix(room).is_some_and(|rest| rest == ".rs" || rest.starts_with('/'))
}

/// The part of `room` that the file at `path` belongs to: `state/board` for `state/board/change.rs`.
fn member_of(room: &str, path: &str) -> String {
    let below = &path[room.len() + 1..];
    format!("{room}/{}", below.split(['/', '.']).next().unwrap_or_default())
}

/// The room of `INNER` that the file at `path` lies in, and how high in it.
fn layer_of(path: &str) -> Option<(&'static str, usize)> {
    INNER.iter().find_map(|(room, layers)| {
        let has = |layer: &&[&str]| layer.iter().any(|member| lies_in(path, &format!("{room}/{member}")));
        Some((*room, layers.iter().position(has)?))
    })
}

/// The types that share their name.
fn namesakes(sources: &[Source]) -> Findings {
    let mut places: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for source in sources {
        for name in &source.types {
            places.entry(name).or_default().push(&source.path);
        }
    }
    let mut found = Findings::new();
    for (name, files) in &places {
        if files.len() > 1 && !MAY_STAND_TWICE.iter().any(|(excused, _)| excused == name) {
            let wrong = format!("`{name}` is a type of {}: one name is one type", files.join(", "));
            found.insert(format!("name: {name}"), wrong);
        }
    }
    for (name, _) in MAY_STAND_TWICE {
        if places.get(name).is_none_or(|files| files.len() < 2) {
            found.insert(
                format!("name: {name}"),
                format!("`{name}` stands once: take it off MAY_STAND_TWICE"),
            );
        }
    }
    found
}

/// What a guard found beyond the lines of `listed`, and the lines that hold by now. `kinds` are the guard's own.
fn beyond(found: &Findings, listed: &str, kinds: &[&str]) -> Vec<String> {
    let own = |line: &&str| kinds.iter().any(|kind| line.starts_with(&format!("{kind}: ")));
    let listed: BTreeSet<&str> = listed.lines().filter(own).collect();
    let stale = listed.iter().filter(|line| !found.contains_key(**line));
    found
        .iter()
        .filter(|(line, _)| !listed.contains(line.as_str()))
        .map(|(_, wrong)| wrong.clone())
        .chain(stale.map(|line| format!("`{line}` holds by now: take it off tests/it/tidy/not_yet.txt")))
        .collect()
}

fn impurities(sources: &[Source]) -> Vec<String> {
    let mut wrong = Vec::new();
    for source in sources {
        let in_core = ["state", "playbook"].contains(&source.top());
        let listed = MAY_BE_IMPURE.iter().any(|path| {
            if path.ends_with('/') { source.path.starts_with(path) } else { source.path == *path }
        });
        let may = listed || is_a_store(source);
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

/// Whether `source` is a kind of store: what holds entries reaches for a disk or further.
fn is_a_store(source: &Source) -> bool {
    source.top() == "store" && source.code.contains("impl Store for ")
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
    let sources = sources();
    let imports = Imports::of(&sources);
    none(&trespasses(&imports));
    none(&idle(&imports));
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
fn nothing_is_new_of_what_does_not_hold_yet() {
    let sources = sources();
    let imports = Imports::of(&sources);
    let guards: [(&[&str], Findings); 3] = [
        (&["circle"], circles(&imports)),
        (&["room", "layer", "inner"], inner_trespasses(&imports)),
        (&["name"], namesakes(&sources)),
    ];
    match std::env::var("GANGPLANK_TIDY").as_deref() {
        Ok("report") => print!("{}", report(&imports)),
        Ok("shrink") => {
            let holds = |line: &&str| !guards.iter().any(|(_, found)| found.contains_key(*line));
            let kept: Vec<&str> = NOT_YET.lines().filter(|line| !holds(line)).collect();
            let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/tidy/not_yet.txt");
            std::fs::write(path, kept.join("\n") + "\n").expect("the repository can be written to");
        }
        _ => {
            let wrong = guards.iter().map(|(kinds, found)| beyond(found, NOT_YET, kinds));
            none(&wrong.collect::<Vec<_>>().concat());
        }
    }
}

/// Every circle, with the imports that make it one, every import across or against the layers, every shared name.
fn report(imports: &Imports) -> String {
    let mut text = String::new();
    let mut line = |words: &str| writeln!(text, "{words}").expect("writing to a string cannot fail");
    for circle in imports.circles() {
        line(&format!("A circle of {} files, {} imports:", circle.files.len(), circle.edges.len()));
        for (from, to, paths) in &circle.edges {
            let paths: Vec<&str> = paths.iter().map(String::as_str).collect();
            line(&format!("  {from} -> {to}: {}", paths.join(", ")));
        }
    }
    for wrong in inner_trespasses(imports).values().chain(namesakes(imports.sources).values()) {
        line(wrong);
    }
    text
}

#[test]
fn the_guards_notice() {
    let told = |path: &str, text: &str| {
        let sources = [Source::new(path.to_owned(), text)];
        [trespasses(&Imports::of(&sources)), impurities(&sources)].concat()
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
        ("store/journal.rs", "use std::fs::File;"),
        ("demo.rs", "impl Store for A {} fn f() { std::fs::read(path) }"),
        ("state/board.rs", "use super::super::store;"),
        ("tui/view/card.rs", "fn f() { format!(\"{}\", crate::store::name()) }"),
        ("config/load.rs", "use crate::{playbook::{self, rule::{Playbook, Team}}, tui};"),
        (
            "store/disk.rs",
            "pub(in crate::store) fn f(c: char) { g('{', '\\'', \"}\", r#\"\"}\"#) } use crate::text;",
        ),
    ] {
        assert_eq!(told(path, text).len(), 1, "{path}: {text}: {:?}", told(path, text));
    }
    for (path, text) in [
        ("state/board.rs", "// The clock is std::time::SystemTime's business, see crate::session."),
        ("state/money.rs", "#[cfg(test)]\nmod a;\nuse super::Locale;"),
        ("config/keys.rs", "use crate::playbook::Playbook;"),
        ("store/disk.rs", "use std::fs::File;"),
        ("store/tape.rs", "impl Store for Tape { fn f() { std::fs::read(path) } }"),
        ("cli/list.rs", "use crate::{session::Session, state::{Board, Now}, text};"),
        ("state/board.rs", "fn f() {}\n\n#[cfg(test)]\nmod tests { use crate::store::MemoryStore; }"),
    ] {
        assert_eq!(told(path, text), Vec::<String>::new(), "{path}: {text}");
    }
    let long = Source::new("tui/long.rs".into(), &"fn f() {}\n".repeat(LONG + 1));
    let tested = Source::new(
        "tui/tested.rs".into(),
        &format!("\n#[cfg(test)]\nmod tests {{\n{}}}", "\n".repeat(LONG)),
    );
    let told = too_long(&[long, tested]);
    assert_eq!(
        told.iter().filter(|wrong| wrong.starts_with("tui/")).count(),
        1 + MAY_BE_LONG.iter().filter(|(path, _)| path.starts_with("tui/")).count(),
        "{told:?}"
    );
}

/// A crate of a few files, each told as its path and its text.
fn some(files: &[(&str, &str)]) -> Vec<Source> {
    files.iter().map(|(path, text)| Source::new((*path).to_owned(), text)).collect()
}

#[test]
fn circles_are_noticed() {
    let in_circles = |files: &[(&str, &str)]| {
        let sources = some(files);
        let found = circles(&Imports::of(&sources)).into_keys();
        found.map(|key| key.trim_start_matches("circle: ").to_owned()).collect::<Vec<_>>().join(" ")
    };
    let task = ("state/task.rs", "use super::account::Account; pub struct Task;");
    let state = ("state.rs", "pub mod account; pub mod task; pub use task::Task; pub use account::Account;");
    for text in [
        "use super::task::Task;",
        "use super::Task;",
        "use crate::state::Task;",
        "use crate::{cli, state::{self, Task as Todo}};",
        "use crate::state; fn f(_: state::Task) {}",
        "use super::task; const N: usize = task::N;",
        "fn f() { say!(\"{}\", super::task::N) }",
        "mod inner { use super::super::task::N; }",
        "pub use self::again::Task; mod again { pub use crate::state::task::Task; }",
    ] {
        let files = [state, task, ("state/account.rs", text)];
        assert_eq!(in_circles(&files), "state/account.rs state/task.rs", "{text}");
    }
    for text in [
        "",
        "use std::task::Task;",
        "use super::Account;",
        "// use super::task::Task;\nfn f() { \"super::task::Task\"; }",
        "fn f() {}\n\n#[cfg(test)]\nmod tests { use crate::state::task::Task; }",
    ] {
        assert_eq!(in_circles(&[state, task, ("state/account.rs", text)]), "", "{text}");
    }
    let parent = "mod a; mod b; fn f() { a::f(b::f()) } pub struct Own;";
    let family = [("cli.rs", parent), ("cli/a.rs", "use super::Own;"), ("cli/b.rs", "use super::Own;")];
    assert_eq!(in_circles(&family), "");
    let longer = [
        ("state/a.rs", "use super::b::B;"),
        ("state/b.rs", "use super::c::C;"),
        ("state/c.rs", "use super::a::A;"),
        ("state/d.rs", "use super::a::A;"),
    ];
    assert_eq!(in_circles(&longer), "state/a.rs state/b.rs state/c.rs");
}

#[test]
fn inner_layers_are_noticed() {
    let told = |files: &[(&str, &str)]| {
        let sources = some(files);
        let found = inner_trespasses(&Imports::of(&sources)).into_keys();
        found.filter(|key| !key.starts_with("room: ")).collect::<Vec<_>>().join("; ")
    };
    for (from, text, to, wrong) in [
        ("state/values/task.rs", "use crate::state::board::X;", "state/board.rs", true),
        ("state/values/task.rs", "use crate::state::event::X;", "state/event.rs", true),
        ("state/board/apply.rs", "use super::super::decide::alerts::X;", "state/decide/alerts.rs", true),
        ("state/decide/alerts.rs", "use crate::state::query::X;", "state/query.rs", true),
        ("state/query/today.rs", "use crate::state::decide::X;", "state/decide.rs", false),
        ("state/event.rs", "use super::command::X;", "state/command.rs", false),
        ("tui/model/app.rs", "use crate::tui::layout::X;", "tui/layout.rs", true),
        ("tui/update.rs", "use super::view::X;", "tui/view.rs", true),
        ("tui/view/card.rs", "fn f() { crate::tui::update::x() }", "tui/update.rs", true),
        ("tui/view/card.rs", "use crate::tui::shell::X;", "tui/shell.rs", true),
        ("tui/shell/run.rs", "use crate::tui::{update::X, view};", "tui/update.rs", false),
    ] {
        let wanted = if wrong { format!("inner: {from} -> {to}") } else { String::new() };
        assert_eq!(told(&[(from, text), (to, "pub struct X;")]), wanted, "{from}: {text}");
    }
    assert_eq!(told(&[("tui/gadgets/one.rs", "")]), "layer: tui/gadgets");
    let sources = some(&[("tui/view/card.rs", "")]);
    let rooms = inner_trespasses(&Imports::of(&sources));
    assert!(rooms.contains_key("room: tui/update") && !rooms.contains_key("room: tui/view"), "{rooms:?}");
}

#[test]
fn names_that_stand_twice_are_noticed() {
    let told = |one: &str, other: &str| {
        let found = namesakes(&some(&[("state/one.rs", one), ("tui/other.rs", other)])).into_keys();
        found.collect::<Vec<_>>().join(" ")
    };
    for other in [
        "struct Place;",
        "pub(crate) enum Place { A }",
        "trait Place { fn f(); }",
        "type Place = u8;",
        "fn f() -> impl Iterator { struct Place; }",
        "mod inner { pub struct Place<T>(T); }",
    ] {
        assert_eq!(told("pub struct Place;", other), "name: Place", "{other}");
    }
    for other in [
        "struct Places;",
        "use crate::state::Place;",
        "impl FromStr for A { type Place = u8; fn f() {} }",
        "trait A { type Place; }",
        "fn f() { \"struct Place;\" } // struct Place;",
        "fn f() {}\n\n#[cfg(test)]\nmod tests { struct Place; }",
    ] {
        assert_eq!(told("pub struct Place;", other), "", "{other}");
    }
}

#[test]
fn the_list_of_what_does_not_hold_yet_only_gets_shorter() {
    let found: Findings = [("name: A", "A is twice"), ("name: B", "B is twice")]
        .map(|(key, wrong)| (key.to_owned(), wrong.to_owned()))
        .into();
    assert_eq!(beyond(&found, "circle: c.rs\nname: A\nname: B\n", &["name"]), Vec::<String>::new());
    assert_eq!(beyond(&found, "name: A\n", &["name"]), ["B is twice"]);
    let stale = beyond(&found, "name: A\nname: B\nname: C\n", &["name"]);
    assert_eq!(stale, ["`name: C` holds by now: take it off tests/it/tidy/not_yet.txt"]);
}
