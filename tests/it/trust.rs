//! What lets people trust the board: what comes next, alerts and tasks by the shell, and playbooks that say what
//! they do.

use gangplank::state::attention::{Nearness, today};
use gangplank::state::{Command, Now, TaskChange, upcoming};

use crate::support::{World, amount, day, id, import, row};
use gangplank::state::{AccountFacts, FactKey};

const NEARNESS: Nearness = Nearness { soon: 14, urgent: 10 };

/// An account in `stage` that nothing is wrong with, renewing on `renewal`.
fn calm(name: &str, stage: &str, renewal: &str) -> AccountFacts {
    let mut row = row(name, name).text(FactKey::Specialist, "dana");
    row.stage = Some(stage.into());
    row.facts.extend([(FactKey::NextRenewal, day(renewal)), (FactKey::ForecastedMrr, amount("836 USD"))]);
    row
}

/// A board on which nobody needs anything: everyone was looked at.
fn calm_board(rows: &[AccountFacts]) -> World {
    let mut world = World::of(rows);
    for row in rows {
        world.does(&Command::See { account: row.id.clone() });
    }
    world
}

fn next(world: &World) -> String {
    match upcoming(world.board(), &world.now, NEARNESS) {
        None => "nothing".to_owned(),
        Some(next) => format!("{} {}: {}", next.at.format("%Y-%m-%d %H:%M"), next.account, next.text),
    }
}

#[test]
fn an_empty_today_says_what_comes_next() {
    let mut world = calm_board(&[calm("acme", "1", "2025-02-20"), calm("bolt", "1", "2025-03-20")]);
    assert_eq!(today(world.board(), &world.now, NEARNESS), []);
    // Nothing is heard from the pipeline's first stage for as long as it allows.
    let quiet = next(&world);
    assert!(quiet.ends_with("days") && quiet.contains("acme: no contact for"), "{quiet}");
    world.does(&Command::Task {
        account: id("bolt"),
        task: None,
        change: TaskChange::Add { title: "ask Ana".into(), due: "2024-12-17".parse().ok() },
    });
    assert_eq!(next(&world), "2024-12-17 00:00 bolt: ask Ana");
    // Out of sight: the task waits until it is in sight again.
    let until = "2024-12-16T12:00:00Z".parse().ok();
    world.does(&Command::Snooze { account: id("bolt"), until });
    assert_eq!(next(&world), "2024-12-17 00:00 bolt: ask Ana");
    let until = "2024-12-18T12:00:00Z".parse().ok();
    world.does(&Command::Snooze { account: id("bolt"), until });
    assert_eq!(next(&world), "2024-12-18 12:00 bolt: ask Ana");
    assert_eq!(next(&World::without_playbooks()), "nothing");
}

#[test]
fn what_comes_next_is_when_today_fills() {
    for (stage, renewal) in
        [("1", "2024-12-31"), ("1", "2025-01-03"), ("6a", "2025-01-03"), ("1", "2026-01-01")]
    {
        let world = calm_board(&[calm("acme", stage, renewal)]);
        let Some(next) = upcoming(world.board(), &world.now, NEARNESS) else {
            assert_eq!(stage, "6a", "only where onboarding is over does nothing come");
            continue;
        };
        let before = Now { at: next.at - chrono::TimeDelta::seconds(1), ..world.now };
        let then = Now { at: next.at, ..world.now };
        assert_eq!(today(world.board(), &before, NEARNESS), [], "{stage} {renewal}");
        let filled = today(world.board(), &then, NEARNESS);
        assert_eq!(filled[0].reasons[0].text(), next.text, "{stage} {renewal}");
    }
}
