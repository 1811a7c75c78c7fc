//! Points of checklists: ticked, unticked, observed, and what becomes of them.

use std::sync::Arc;

use gangplank::state::query::checklists::{left_open, points_of, progress};
use gangplank::state::{Board, Change, Command, PointChange, PointState, Refusal};

use crate::support::sample_entries::picture;
use crate::support::{World, id, import, moved, row};

fn tick(account: &str, point: &str, observation: Option<&str>) -> Command {
    let change = PointChange::Tick { observation: observation.map(Into::into) };
    Command::CheckPoint { account: id(account), point: point.into(), change }
}

fn untick(account: &str, point: &str) -> Command {
    Command::CheckPoint { account: id(account), point: point.into(), change: PointChange::Untick }
}

fn acme() -> World {
    World::with_checklists(&[row("A-1", "Acme").in_stage("1")])
}

/// Whether it is ticked, by whom, and what was observed.
fn state<'a>(world: &'a World, point: &str) -> Option<(bool, &'a str, Option<&'a str>)> {
    let PointState { ticked, by, observation, .. } = world.account("A-1").points.get(point)?;
    Some((*ticked, &**by, observation.as_deref()))
}

#[test]
fn a_point_keeps_who_and_when_and_what_was_observed() {
    let mut world = acme();
    world.does(&tick("A-1", "Billing Limits", Some(" none set ")));
    assert_eq!(state(&world, "billing-limits"), Some((true, "dana", Some("none set"))));
    assert_eq!(world.account("A-1").points["billing-limits"].at, world.now.at);
    assert_eq!(world.tries(&tick("A-1", "billing-limits", None)), Ok(None), "it is so already");
    world.minutes_later(5);
    let unticked = untick("A-1", "billing-limits");
    assert!(world.try_as("eve", &unticked).expect("it is allowed").is_some());
    assert_eq!(state(&world, "billing-limits"), Some((false, "eve", Some("none set"))));
    assert_eq!(world.tries(&unticked), Ok(None));
    world.does(&tick("A-1", "billing-limits", Some("")));
    assert_eq!(state(&world, "billing-limits"), Some((true, "dana", None)), "an empty one removes it");
    assert_eq!(world.account("A-1").seen, Some(world.now.at - chrono::TimeDelta::minutes(5)));
}

#[test]
fn an_undo_is_exact_and_a_redo_too() {
    let mut world = acme();
    let before = picture(world.board());
    world.does(&tick("A-1", "sdk-age", Some("two years")));
    let after = picture(world.board());
    world.does(&Command::Undo);
    assert_eq!(state(&world, "sdk-age"), None);
    assert_ne!(before, after);
    world.does(&Command::Redo);
    assert_eq!(state(&world, "sdk-age"), Some((true, "dana", Some("two years"))));
    assert!(world.try_as("eve", &untick("A-1", "sdk-age")).expect("it is allowed").is_some());
    assert!(
        matches!(world.tries(&Command::Undo), Err(Refusal::Overtaken { .. })),
        "eve has changed it since"
    );
}

#[test]
fn an_unknown_point_is_refused_with_those_there_are() {
    let refusal = acme().tries(&tick("A-1", "limits", None)).expect_err("there is no such point");
    assert!(
        refusal
            .to_string()
            .starts_with("no point `limits` stands in a checklist: use one of billing-limits, "),
        "{refusal}"
    );
}

#[test]
fn a_point_that_the_pipeline_no_longer_has_stays_on_the_account() {
    let mut world = acme();
    world.does(&tick("A-1", "sdk-age", None));
    world.does(&tick("A-1", "usage", None));
    // The same entries on a board of another pipeline.
    let pipeline = crate::support::sample_entries::pipeline();
    let mut board = Board::new(pipeline);
    for entry in world.session.entries(world.board().seq(), 10).expect("they can be read") {
        board.apply(entry);
    }
    let account = board.get(&id("A-1")).expect("it is known");
    let points = points_of(&board, account);
    let gone: Vec<_> = points.iter().map(|it| (it.title, it.is_ticked(), it.stage.is_none())).collect();
    assert_eq!(gone, [("SDK age", true, true), ("Usage", true, true)]);
    assert_eq!(progress(&board, account), None);
    let change = Change::PointChanged { point: Arc::from("sdk-age"), from: None, to: None };
    assert!(serde_json::to_string(&change).expect("it is plain").starts_with(r#"{"point_changed":"#));
}

#[test]
fn the_points_of_the_stage_come_first_then_others_that_were_touched() {
    let mut world = acme();
    world.does(&tick("A-1", "usage", None));
    world.does(&tick("A-1", "sdk-age", None));
    let account = world.account("A-1");
    assert_eq!(progress(world.board(), account), Some((1, 5)));
    let points = points_of(world.board(), account);
    let ids: Vec<&str> = points.iter().map(|point| &**point.id).collect();
    assert_eq!(
        ids,
        ["billing-limits", "misconfiguration", "unused-products", "unused-events", "sdk-age", "usage"]
    );
}

#[test]
fn who_leaves_a_stage_with_open_points_is_known_unless_a_file_or_an_undo_moves_it() {
    let mut world = acme();
    world.does(&tick("A-1", "sdk-age", None));
    let entry = world.does(&moved("A-1", "2"));
    let left = left_open(world.board(), &entry.events);
    let [one] = &left[..] else { panic!("one account leaves: {left:?}") };
    assert_eq!((one.account.name(), one.stage.id.as_str(), one.points.len()), ("Acme", "1", 4));
    let entry = world.does(&Command::Undo);
    assert_eq!(left_open(world.board(), &entry.events), []);
    for point in ["billing-limits", "misconfiguration", "unused-products", "unused-events"] {
        world.does(&tick("A-1", point, None));
    }
    let entry = world.does(&moved("A-1", "2"));
    assert_eq!(left_open(world.board(), &entry.events), [], "all are ticked");
    let file = Command::Import {
        source: "import more.csv".into(),
        rows: vec![row("A-2", "Bolt").in_stage("5")].into(),
        take_stages: true,
    };
    world.does(&file);
    let entry = world.does(&Command::Import {
        source: "import more.csv".into(),
        rows: vec![row("A-2", "Bolt").in_stage("6a")].into(),
        take_stages: true,
    });
    assert!(entry.events.iter().any(gangplank::state::Event::is_move));
    assert_eq!(left_open(world.board(), &entry.events), []);
}

#[test]
fn a_merged_account_has_the_points_of_both() {
    let mut world = acme();
    world.does(&import(&[row("A-2", "Acme Ltd").in_stage("1")]));
    world.does(&tick("A-1", "sdk-age", Some("two years")));
    world.does(&tick("A-2", "sdk-age", Some("new")));
    world.does(&tick("A-2", "unused-events", None));
    world.does(&Command::Merge { from: id("A-2"), into: id("A-1") });
    assert_eq!(state(&world, "sdk-age"), Some((true, "dana", Some("two years"))));
    assert_eq!(state(&world, "unused-events"), Some((true, "dana", None)));
    world.does(&Command::Undo);
    assert_eq!(state(&world, "unused-events"), None);
}
