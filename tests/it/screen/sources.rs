//! The live sources on the screen: how they fare, and reading one at once.

use std::sync::Arc;

use gangplank::intake::ignored::IgnoredRecords;
use gangplank::sources::receiver::{ReceiverNews, ReceiverStatus};
use gangplank::sources::{SourceNews, SourceStatus};
use gangplank::tui::model::app::Setup;
use gangplank::tui::model::msg::{Effect, Msg};
use gangplank::tui::theme::Depth;

use crate::support::desk::{Desk, setup};
use crate::support::team_board;

fn failed(why: &str, needs_a_person: bool, failures: u32) -> SourceStatus {
    SourceStatus { error: Some(why.to_owned()), needs_a_person, failures, ..SourceStatus::default() }
}

fn hears(desk: &mut Desk, source: &str, status: SourceStatus) {
    desk.notify(Msg::Source(SourceNews { source: source.into(), status }));
}

#[test]
fn the_sources_as_people_see_them() {
    let mut desk = Desk::new(team_board(), (120, 24));
    let now = desk.app.now.at;
    let mut well = SourceStatus {
        read_at: Some(now),
        next_at: Some(now + chrono::TimeDelta::minutes(5)),
        ..SourceStatus::default()
    };
    let mut ignored = IgnoredRecords::default();
    (0..12_u8).for_each(|number| ignored.add("customer.created", number.to_string().as_bytes()));
    well.ignored.count_once(&ignored);
    well.rejected.push("evt_1: `data.object.currency` is missing".to_owned());
    well.rejected_at = Some(now);
    hears(&mut desk, "billing", well);
    hears(&mut desk, "calls", failed("no connection to api.calendly.com: is this machine online?", false, 2));
    desk.keys("g o");
    insta::assert_snapshot!(desk.picture());
    desk.keys("j");
    insta::assert_snapshot!(desk.picture());
}

#[test]
fn enter_reads_the_chosen_one_now() {
    let mut desk = Desk::new(team_board(), (120, 24));
    desk.keys("g o j enter");
    assert_eq!(desk.effects.last(), Some(&Effect::ReadSource(Arc::from("calls"))));
    assert_eq!(desk.said(), "calls is being read");
}

#[test]
fn one_that_needs_somebody_is_named_once_and_stays_in_the_title() {
    let mut desk = Desk::new(team_board(), (120, 24));
    let refused = || failed("the provider refuses the secret (status 401): use another", true, 1);
    hears(&mut desk, "billing", refused());
    assert!(
        desk.said().starts_with("billing was not read: the provider refuses the secret"),
        "{}",
        desk.said()
    );
    assert!(desk.picture().contains("✕ billing not read (g o)"), "{}", desk.picture());
    desk.keys("j");
    hears(&mut desk, "billing", refused());
    assert_eq!(desk.said(), "");
    hears(&mut desk, "calls", failed("no connection", false, 2));
    assert!(desk.picture().contains("✕ billing not read (g o)"), "one that may mend itself is not named");
    hears(&mut desk, "calls", failed("no connection", false, 3));
    assert!(desk.picture().contains("✕ 2 sources not read (g o)"), "{}", desk.picture());
    let read_at = Some(desk.app.now.at);
    for source in ["billing", "calls"] {
        hears(&mut desk, source, SourceStatus { read_at, ..SourceStatus::default() });
    }
    assert!(!desk.picture().contains("not read"), "{}", desk.picture());
}

#[test]
fn receivers_stand_beside_the_sources() {
    let mut desk = Desk::new(team_board(), (110, 24));
    desk.keys("g o");
    assert_eq!(desk.effects.last(), Some(&Effect::LookAtReceivers), "another process serves them");
    let now = desk.app.now.at;
    let billing = ReceiverStatus {
        received_at: Some(now - chrono::TimeDelta::minutes(4)),
        taken: 31,
        known: 2,
        refused: 3,
        refused_because: Some("the signature does not fit the secret".to_owned()),
        ..ReceiverStatus::default()
    };
    let news = |status| ReceiverNews { receiver: "billing-hook".into(), status };
    desk.notify(Msg::Receivers(vec![news(billing)]));
    desk.keys("G k");
    insta::assert_snapshot!(desk.picture());
    let looked = desk.effects.iter().filter(|effect| **effect == Effect::LookAtReceivers).count();
    assert_eq!(looked, 1, "nothing has changed since");
    desk.keys("enter");
    assert_eq!(desk.said(), "billing-hook is delivered to by itself: there is nothing to read");

    // A change of the board may be one of theirs.
    let board = desk.world.board().clone();
    desk.notify(Msg::Board(board));
    desk.keys("G");
    insta::assert_snapshot!(desk.picture());
    let unreadable = ReceiverStatus {
        received_at: Some(now),
        unreadable: 2,
        rejected: vec!["evt_3: `data.object.customer` is missing".to_owned()],
        rejected_at: Some(now),
        ..ReceiverStatus::default()
    };
    desk.notify(Msg::Receivers(vec![news(unreadable)]));
    desk.keys("k");
    let picture = desk.picture();
    assert!(
        picture.contains(
            "Ok; 2 events could not be read, the latest: evt_3: `data.object.customer` is missing."
        ),
        "{picture}"
    );
    assert!(picture.contains("`gangplank docs receivers` says how to take it in"), "{picture}");
}

#[test]
fn without_any_it_says_where_to_begin() {
    let setup = Setup { sources: Vec::new(), receivers: Vec::new(), ..setup(Depth::Mono) };
    let mut desk = Desk::with(team_board(), (100, 24), setup);
    desk.keys("g o");
    insta::assert_snapshot!(desk.picture());
    assert!(!desk.effects.contains(&Effect::LookAtReceivers));
}
