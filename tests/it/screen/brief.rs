//! An account in fifteen lines, on the screen.

use chrono::TimeDelta;
use gangplank::prose::brief::LINES;
use gangplank::state::{AccountRef, Command, FactKey, Signal, SignalData, SignalId, TaskChange};
use gangplank::tui::input::keymap::InputMode;
use gangplank::tui::model::focus::Overlay;
use gangplank::tui::model::msg::Effect;

use super::snapshots::Snapshots;
use crate::support::desk::Desk;
use crate::support::{World, amount, day, id, note, payment_failed, row};

/// A world in which everything a brief may say is known of one account, and nothing of another.
pub(super) fn world() -> World {
    let acme = row("acme", "Acme Ltd")
        .in_stage("3a")
        .text(FactKey::Specialist, "dana@example.com")
        .text(FactKey::Plan, "startup")
        .text(FactKey::AdminEmails, "ada@acme.example, billing@acme.example")
        .text(FactKey::BillingInterval, "monthly")
        .with(FactKey::ForecastedMrr, amount("836 USD"))
        .with(FactKey::Mrr, amount("790 USD"))
        .with(FactKey::UpcomingInvoice, amount("836 USD"))
        .with(FactKey::NextRenewal, day("2024-12-30"));
    let mut world = World::with_checklists(&[acme, row("bolt", "Bolt")]);
    let now = world.now.at;
    let mut signal = |id: &str, hours: i64, data: SignalData| {
        let signal = Signal {
            template: None,
            id: SignalId::new(id),
            at: now - TimeDelta::hours(hours),
            by: Some("dana@example.com".into()),
            source: "test".into(),
            data,
        };
        world.does(&Command::RecordSignal { account: AccountRef::Id(crate::support::id("acme")), signal });
    };
    signal("1", 96, SignalData::OutreachSent);
    signal("2", 72, SignalData::ReplyReceived { auto: false });
    signal("3", 48, SignalData::OutreachSent);
    signal("4", 24, SignalData::ReplyReceived { auto: false });
    signal("5", 2, payment_failed("in_1", 3));
    let (starts_at, ends_at) = (now + TimeDelta::hours(30), now + TimeDelta::hours(31));
    signal("6", 1, SignalData::CallBooked { call: "c-1".into(), event: None, starts_at, ends_at });
    world.does(&note("acme", "They want the API first,\nand a demo for the team. Ana decides, and Luís is the one who writes the code."));
    for title in ["Send the guide", "Ask for their SDK"] {
        let change = TaskChange::Add { title: title.into(), due: None, done_on: Vec::new() };
        world.does(&Command::ChangeTask { account: id("acme"), task: None, change });
    }
    world.does(&Command::SetRisk {
        account: id("acme"),
        risk: gangplank::state::Risk {
            level: gangplank::state::RiskLevel::High,
            reason: Some("the card expired twice".into()),
        },
    });
    world
}

/// The lines of the box that the screen shows, without its frame.
fn shown(desk: &Desk) -> Vec<String> {
    let lines = desk.lines();
    let first = lines.iter().position(|line| line.contains('╭')).expect("there is a box");
    let lines = lines[first..].iter().take_while(|line| !line.contains('╰'));
    lines.map(|line| line.trim_matches(['│', ' ']).to_owned()).collect()
}

#[test]
fn the_brief_has_fifteen_lines_at_eighty_columns_and_is_copied_and_closed() {
    let mut desk = Desk::new(world(), (80, 24));
    desk.keys("t").focus("acme").keys("Y");
    assert_eq!(desk.app.overlay, Some(Overlay::Brief(0)));
    let lines = shown(&desk);
    // One was left, and went to the note.
    assert_eq!(lines.len(), LINES, "{lines:#?}");
    assert!(lines.iter().any(|line| line.ends_with("writes the code.")), "{lines:#?}");
    let mut snapshots = Snapshots::default();
    snapshots.take("brief", &desk);
    desk.keys("y");
    let Some(Effect::Copy(copied)) = desk.effects.pop() else { panic!("nothing is copied") };
    assert!(copied.starts_with("**Acme Ltd (acme)**\n\n- Stage: 3b."), "{copied}");
    assert!(copied.contains("\n  - Sat 14 Dec: reply received\n"), "{copied}");
    desk.keys("Y");
    assert_eq!(desk.app.overlay, None);
    desk.keys("i").focus("bolt").keys("Y");
    snapshots.take("brief_of_nothing_known", &desk);
    snapshots.check();
}

#[test]
fn the_brief_leads_back_to_the_open_account_and_is_among_what_may_be_copied() {
    let mut desk = Desk::new(world(), (120, 40));
    desk.keys("t").focus("acme").keys("enter Y");
    assert_eq!(desk.app.mode(), InputMode::Help);
    desk.keys("esc");
    assert_eq!(desk.app.mode(), InputMode::Detail);
    desk.keys("y b");
    let Some(Effect::Copy(copied)) = desk.effects.pop() else { panic!("nothing is copied") };
    assert!(copied.contains("- Next step: "), "{copied}");
}

#[test]
fn without_an_account_there_is_no_brief() {
    let mut desk = Desk::new(World::new(), (80, 24));
    desk.keys("Y");
    assert_eq!((desk.app.overlay, desk.said()), (None, "Choose a card first"));
}

#[test]
fn only_the_keys_are_searched() {
    let mut desk = Desk::new(world(), (80, 24));
    desk.keys("t").focus("acme").keys("Y /");
    assert!(desk.app.prompt.is_none());
    assert_eq!(desk.said(), "Only the keys can be searched");
}
