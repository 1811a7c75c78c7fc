//! Accounts that are still in a segment which is being retired.

use std::sync::Arc;

use gangplank::playbook::{Playbooks, Team};
use gangplank::state::{Cause, Command};
use gangplank::tui::model::app::Setup;
use gangplank::tui::theme::Depth;

use crate::support::desk::{Desk, setup};
use crate::support::{World, id, import, playbooks, row};

const RETIRED: &str = "Onboarding - engaged";

fn desk(size: (u16, u16)) -> Desk {
    let mut world = World::without_playbooks();
    let old = |name: &str| {
        let mut old = row(name, name).in_stage("3a");
        old.segments = vec![RETIRED.into(), "Onboarding Lead".into()];
        old
    };
    world.does(&import(&[old("acme"), old("bolt"), row("cato", "cato").in_stage("3a")]));
    let team = Team { retired_segments: vec![RETIRED.into()], ..Team::default() };
    let playbooks = Arc::new(Playbooks { team, ..(*playbooks()).clone() });
    Desk::with(world, size, Setup { playbooks, ..setup(Depth::Mono) })
}

#[test]
fn today_counts_them_until_none_is_left_and_one_key_lists_them() {
    for size in [(120, 40), (160, 48), (80, 24)] {
        let mut desk = desk(size);
        desk.keys("d");
        assert!(desk.lines()[0].contains("2 in a retired segment (L)"), "{}", desk.lines()[0]);
        desk.keys("L");
        let listed = |desk: &Desk| desk.app.rows().iter().map(|row| row.id.to_string()).collect::<Vec<_>>();
        assert_eq!(listed(&desk), ["acme", "bolt"]);
        assert!(desk.lines()[0].contains("filter in a retired segment"), "{}", desk.lines()[0]);
        desk.focus("acme").keys("e");
        let asked = desk.lines().join("\n");
        assert!(asked.contains("▌1 ☑ Onboarding - engaged"), "{asked}");
        assert!(asked.contains("→ leaves Onboarding - engaged"), "{asked}");
        desk.keys("enter");
        assert_eq!(desk.said(), "acme: Removed from Onboarding - engaged · u undoes it");
        assert_eq!(listed(&desk), ["bolt"]);
        desk.keys("u");
        assert_eq!(listed(&desk), ["acme", "bolt"]);
        for name in ["acme", "bolt"] {
            desk.elsewhere(
                "eve",
                &Command::LeaveSegment { account: id(name), segment: RETIRED.into(), cause: Cause::Hand },
            );
        }
        desk.keys("esc d");
        assert!(!desk.lines()[0].contains("retired"), "{}", desk.lines()[0]);
        desk.keys("L");
        assert_eq!(desk.said(), "No account is in a retired segment");
        desk.focus("cato").keys("e enter");
        assert_eq!(desk.said(), "Write a name, or complete one with tab");
    }
}
