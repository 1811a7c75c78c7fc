//! Importing a file from the board: its path, what it would do, and doing it.

use gangplank::playbook::transact_with;
use gangplank::state::{Batch, Command};
use gangplank::tui::input::keymap::InputMode;
use gangplank::tui::model::app::Setup;
use gangplank::tui::model::imports::{Awaited, CompletedPath, ImportPreview};
use gangplank::tui::model::msg::{Effect, Msg};
use gangplank::tui::model::prompt::Prompt;
use gangplank::tui::theme::Depth;

use super::snapshots::Snapshots;
use crate::support::desk::{Desk, setup};
use crate::support::{World, import, person, playbooks, row};

fn desk() -> Desk {
    Desk::with(World::new(), (80, 24), Setup { program: "./gangplank".into(), ..setup(Depth::Mono) })
}

fn preview(path: &str) -> ImportPreview {
    let commands = vec![import(&[row("acme", "Acme")])];
    let lines = (1..40).map(|line| format!("line {line} of what it would do"));
    let batch = Some(Batch { words: "import a.csv".into(), commands });
    ImportPreview { path: path.to_owned(), lines: lines.collect(), batch }
}

#[test]
fn the_first_screen_leads_to_an_import() {
    let mut desk = desk();
    assert!(desk.lines().iter().any(|line| line.contains("./gangplank import FILE")));
    desk.keys("i").types("a.csv").keys("enter");
    assert_eq!(desk.effects.pop(), Some(Effect::PreviewImport("a.csv".into())));
    assert_eq!(desk.said(), "Reading…");
    desk.notify(Msg::ImportPreviewed(Ok(preview("a.csv"))));
    let mut snapshots = Snapshots::default();
    snapshots.take("import_preview", &desk);
    snapshots.check();
    desk.keys("pgdn");
    assert!(desk.lines().iter().any(|line| line.contains("line 11 of")), "{}", desk.picture());
    desk.keys("enter");
    assert_eq!(desk.world.account("acme").name(), "Acme");
    assert!(desk.app.prompt.is_none(), "{}", desk.said());
    desk.keys("u");
    assert!(desk.world.board().is_empty());
}

/// How far a long import has come is seen, on the first screen too, and nothing of one that takes no time.
#[test]
fn a_bar_says_how_far_a_file_has_come() {
    let mut desk = desk();
    desk.notify(Msg::Progress(50));
    assert_eq!(desk.said(), "", "nothing is waited for");
    desk.keys("i").types("a.csv").keys("enter");
    let line = |desk: &Desk| desk.lines()[22].trim().to_owned();
    assert_eq!(line(&desk), "File to import: a.csv  Reading…");
    desk.notify(Msg::Progress(40));
    assert_eq!(line(&desk), "File to import: a.csv  Reading  ▇▇▇▇▇▇▇▇▇░░░░░░░░░░░░░░░ 40 %");
    desk.notify(Msg::ImportPreviewed(Ok(preview("a.csv"))));
    desk.app.awaited = Some(Awaited::Importing("a.csv".to_owned()));
    desk.app.prompt = None;
    desk.notify(Msg::Progress(25));
    assert_eq!(line(&desk), "Importing a.csv  ▇▇▇▇▇▇░░░░░░░░░░░░░░░░░░ 25 %");
    desk.notify(Msg::Progress(30));
    assert_eq!(line(&desk), "Importing a.csv  ▇▇▇▇▇▇▇░░░░░░░░░░░░░░░░░ 30 % · saving");
}

/// Of a file with many accounts it is told how many are decided, in order; of a key, nothing is counted.
#[test]
fn a_long_import_counts_what_is_decided() {
    let world = World::new();
    let rows: Vec<_> = (0..200).map(|at| row(&format!("a-{at}"), "Acme")).collect();
    let told = std::cell::RefCell::new(Vec::new());
    let decide = |command: &Command| {
        let tell = |done, all| told.borrow_mut().push((done, all));
        transact_with(world.board(), &playbooks(), command, &person("dana"), world.now, &tell)
            .expect("it is allowed")
            .expect("it changes something")
            .entry
    };
    decide(&import(&rows[..2]));
    assert_eq!(told.take(), []);
    decide(&import(&rows));
    let told = told.take();
    assert!(told.len() >= 200 && told.iter().all(|(done, all)| done < all && *all >= 200), "{told:?}");
    let first: Vec<usize> = told.iter().map(|(done, _)| *done).take(200).collect();
    assert_eq!(first, (0..200).collect::<Vec<_>>());
}

#[test]
fn what_cannot_be_read_leaves_the_path_open() {
    let mut desk = desk();
    desk.keys("i enter");
    assert!(desk.said().starts_with("Type the path of a CSV or JSON file"), "{}", desk.said());
    desk.types("nope").keys("enter");
    let why = "there is no file nope: check its name and directory";
    desk.notify(Msg::ImportPreviewed(Err(why.into())));
    assert_eq!((desk.said(), desk.app.mode()), (why, InputMode::Prompt));
    desk.types(".csv").keys("enter");
    assert_eq!(desk.effects.pop(), Some(Effect::PreviewImport("nope.csv".into())));
    let nothing = ImportPreview { batch: None, ..preview("nope.csv") };
    desk.notify(Msg::ImportPreviewed(Ok(nothing)));
    desk.keys("enter");
    assert_eq!(desk.said(), "Nothing of it can be imported: name another file");
    assert!(matches!(&desk.app.prompt, Some(Prompt::ImportPath(input)) if input.value() == "nope.csv"));
    desk.keys("esc");
    assert!(desk.app.prompt.is_none());
    desk.notify(Msg::ImportPreviewed(Ok(preview("late"))));
    assert!(desk.app.prompt.is_none(), "whoever canceled is not asked");
}

#[test]
fn a_path_is_completed_and_pasted() {
    let mut desk = desk();
    desk.keys("i").types("~/acc").keys("tab");
    assert_eq!(desk.effects.pop(), Some(Effect::CompletePath("~/acc".into())));
    let names = vec!["accounts-june.csv".to_owned(), "accounts-may.csv".to_owned()];
    let path = CompletedPath { path: "~/accounts-".into(), names };
    desk.notify(Msg::PathCompleted("~/acc".into(), path));
    assert_eq!(desk.said(), "accounts-june.csv  accounts-may.csv");
    let typed = |desk: &Desk| match &desk.app.prompt {
        Some(Prompt::ImportPath(input)) => input.value().to_owned(),
        other => panic!("{other:?}"),
    };
    assert_eq!(typed(&desk), "~/accounts-");
    let late = CompletedPath { path: "other".into(), names: Vec::new() };
    desk.notify(Msg::PathCompleted("~/acc".into(), late));
    assert_eq!(typed(&desk), "~/accounts-", "it was about what was typed before");
    desk.keys("esc i");
    desk.notify(Msg::Paste("'/tmp/my accounts.csv' \n".into()));
    assert_eq!(typed(&desk), "/tmp/my accounts.csv");
}

#[test]
fn esc_goes_back_from_what_it_would_do_to_the_path() {
    let mut desk = desk();
    desk.keys("i").types("a.csv").keys("enter");
    desk.notify(Msg::ImportPreviewed(Ok(preview("a.csv"))));
    desk.keys("esc");
    assert!(matches!(&desk.app.prompt, Some(Prompt::ImportPath(input)) if input.value() == "a.csv"));
    assert!(desk.world.board().is_empty());
    // Later, the same is a sequence, and stands in the palette.
    desk.keys("esc g i");
    assert!(matches!(desk.app.prompt, Some(Prompt::ImportPath(_))));
}
