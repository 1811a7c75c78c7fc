//! Signals of one day, told in any order: where the rules allow only one outcome, that is the outcome.

use std::collections::BTreeSet;
use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};
use gangplank::playbook::{Playbook, Playbooks, Trigger};
use gangplank::prose::reasons::text;
use gangplank::state::query::attention::{self, AttentionRules};
use gangplank::state::values::signal::SignalKind;
use gangplank::state::{
    AccountRef, Command, Currency, FactKey, FactValue, Money, Reason, Signal, SignalData, SignalId,
};
use gangplank::store::MemoryStore;
use proptest::prelude::*;
use proptest::sample::{select, subsequence};

use super::rules::of_a_team;
use crate::support::{World, day, id, import, morning, payment_failed, row};

/// Signals of one day, each at its time, and where they lead.
#[derive(Clone, Debug)]
struct Day {
    start: &'static str,
    signals: Vec<SignalData>,
    end: &'static str,
}

fn call_times(hours: i64) -> (DateTime<Utc>, DateTime<Utc>) {
    let starts_at = morning() + TimeDelta::hours(hours);
    (starts_at, starts_at + TimeDelta::minutes(30))
}

fn booked() -> SignalData {
    let (starts_at, ends_at) = call_times(3);
    SignalData::CallBooked { call: "c-1".into(), event: None, starts_at, ends_at }
}

/// The same call, as a person booked it with a key.
fn booked_by_key() -> SignalData {
    let (starts_at, ends_at) = call_times(3);
    SignalData::CallBooked { call: "key:acme:1".into(), event: None, starts_at, ends_at }
}

fn usd(minor: i64) -> Money {
    Money::new(minor, Currency::USD)
}

/// What never moves a card, whatever else happens. In the order it happens in.
fn quiet() -> Vec<SignalData> {
    let failed = |attempt| payment_failed("in_1", attempt);
    let upcoming = |minor| SignalData::InvoiceUpcoming {
        subscription: "sub_1".into(),
        period_end: "2024-12-30".parse().expect("a day"),
        amount: usd(minor),
    };
    let (starts_at, ends_at) = call_times(5);
    vec![
        SignalData::ReplyReceived { auto: true },
        SignalData::FactsChanged { facts: [(FactKey::UsersCount, FactValue::Number(12.0))].into() },
        failed(1),
        failed(2),
        failed(3),
        SignalData::InvoicePaid { invoice: "in_1".into(), subscription: None },
        upcoming(110_000),
        upcoming(130_000),
        SignalData::CallRescheduled { call: "c-1".into(), was: None, event: None, starts_at, ends_at },
        SignalData::CallCanceled { call: "c-1".into() },
        SignalData::CallNoShow { call: Some("c-2".into()) },
    ]
}

/// Sets of signals for which the rules allow one outcome:
///
/// - outreach takes 1 to 2, and a reply 2 to 3a (a reply *before* the outreach is another matter: from 1 it moves
///   nothing, and then the outreach leads to 2);
/// - a booked call leads to 3b, whatever was written before or after, and is one call if a key booked it too;
/// - a call held leads to 4a, and from 4a to 4b, booked or not;
/// - a handoff, a canceled subscription and a paid call win over everything, and the last of them over the others.
fn days() -> impl Strategy<Value = Day> {
    let outreach = || SignalData::OutreachSent;
    let reply = || SignalData::ReplyReceived { auto: false };
    let held = || SignalData::CallHeld { call: Some("c-1".into()) };
    let before =
        move || vec![outreach(), reply(), booked_by_key(), booked(), held(), SignalData::FinalOutreachSent];
    let any_of = |all: Vec<SignalData>| {
        let most = all.len();
        subsequence(all, 0..=most)
    };
    let moving = prop_oneof![
        Just(("1", vec![outreach()], "2")),
        select(&["1", "2"][..]).prop_map(move |start| (start, vec![outreach(), reply()], "3a")),
        (select(&["1", "2", "3a", "3b"][..]), any_of(vec![outreach(), reply(), booked_by_key()])).prop_map(
            move |(start, mut all)| {
                all.push(booked());
                (start, all, "3b")
            }
        ),
        (
            select(&["1", "2", "3a", "3b", "4a"][..]),
            any_of(vec![outreach(), booked_by_key(), reply(), booked()])
        )
            .prop_map(move |(start, mut all)| {
                all.push(held());
                (start, all, if start == "4a" { "4b" } else { "4a" })
            }),
        (select(&["1", "2", "3a", "4b", "5"][..]), any_of(before()), endings()).prop_map(
            |(start, mut all, endings)| {
                all.extend(endings.iter().map(|(what, _)| what()));
                (start, all, endings.last().map_or(start, |(_, end)| *end))
            }
        ),
    ];
    (moving, any_of(quiet())).prop_map(|((start, mut signals, end), quiet)| {
        signals.extend(quiet);
        Day { start, signals, end }
    })
}

type Ending = (fn() -> SignalData, &'static str);

/// What ends everything, and where.
const ENDS: &[Ending] = &[
    (|| SignalData::Handoff { reason: "they want a contract".into() }, "6c"),
    (|| SignalData::SubscriptionCanceled, "6d"),
    (|| SignalData::PaidCallPurchased, "7"),
];

/// Some of what ends everything, in any order.
fn endings() -> impl Strategy<Value = Vec<Ending>> {
    subsequence(ENDS, 1..=ENDS.len()).prop_shuffle()
}

/// The signals of `day`, each at its time, as commands.
fn told(day: &Day) -> Vec<Command> {
    let each = (0_i64..).zip(&day.signals).map(|(n, what)| {
        let signal = Signal {
            template: None,
            id: SignalId::new(&format!("evt-{n}")),
            at: morning() + TimeDelta::minutes(n),
            by: Some("dan@example.com".into()),
            source: "test".into(),
            data: what.clone(),
        };
        Command::RecordSignal { account: AccountRef::Id(id("acme")), signal }
    });
    each.collect()
}

/// What a day leads to.
#[derive(Debug, PartialEq)]
struct Outcome {
    stage: String,
    engaged: bool,
    calls: String,
    alerts: BTreeSet<String>,
    reasons: BTreeSet<String>,
}

fn outcome(start: &str, commands: &[Command]) -> Outcome {
    let store = MemoryStore::new();
    let facts = row("acme", "Acme").with(FactKey::NextRenewal, day("2025-03-01"));
    World::with(&store, of_a_team()).does(&import(&[facts.in_stage(start)]));
    let mut world = World::with(&store, of_a_team());
    world.now.at = morning() + TimeDelta::hours(8);
    for command in commands {
        world.tries(command).expect("a signal is not refused");
        world.minutes_later(1);
    }
    // Whoever is told late is told after all: hours do not matter, the day does.
    world.now.at = morning() + TimeDelta::hours(14);
    let open = world.board().alerts().filter(|alert| alert.is_open(world.now.at));
    let alerts = open.map(|alert| format!("{} {:?} {}", alert.key, alert.amount, alert.attempts)).collect();
    let today = attention::today(world.board(), &world.now, &AttentionRules::new(14, 10));
    // The survey is asked for on the way through 6a or 6b, which not every order takes; it is a task, and a next step.
    let of_survey = |reason: &Reason| matches!(reason, Reason::TaskDue { .. } | Reason::NoNextStep { .. });
    let reasons = today.iter().flat_map(|each| &each.reasons).filter(|reason| !of_survey(reason));
    let acme = world.account("acme");
    Outcome {
        stage: world.stage("acme").to_owned(),
        engaged: acme.engaged.is_some(),
        calls: format!("{:?}", acme.calls),
        alerts,
        reasons: reasons.map(|reason| text(reason, &world.now)).collect(),
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]

    #[test]
    fn signals_of_one_day_lead_to_one_stage_in_any_order(
        (day, shuffled) in days().prop_flat_map(|day| (Just(day.clone()), Just(told(&day)).prop_shuffle()))
    ) {
        let in_order = outcome(day.start, &told(&day));
        prop_assert_eq!(&in_order.stage, day.end);
        prop_assert_eq!(outcome(day.start, &shuffled), in_order);
    }

    /// A reply or a call from before the outreach, told late, leads where it would have led in time, and every stamp is
    /// that of when it happened.
    #[test]
    fn late_is_as_if_in_order(
        (start, signals, shuffled) in (select(&["1", "2", "3a", "4a"][..]), late_signals()).prop_flat_map(
            |(start, signals)| (Just(start), Just(signals.clone()), Just(signals).prop_shuffle())
        )
    ) {
        prop_assert_eq!(way(start, &shuffled), way(start, &signals));
    }
}

/// Stamps that a file brought stay, whatever is told late.
#[test]
fn a_late_signal_keeps_the_stamps_of_a_file() {
    let store = MemoryStore::new();
    let stamped = |stamp: &str| Command::SetStamp { account: id("acme"), stamp: stamp.into() };
    let mut before = World::with(&store, Arc::default());
    before.now.at = morning() - TimeDelta::days(30);
    before.does(&import(&[row("acme", "Acme").in_stage("3a")]));
    before.does(&stamped("2"));
    let old = before.account("acme").stamps["2"];
    let mut world = World::with(&store, of_a_team());
    world.now.at = morning() + TimeDelta::hours(8);
    let signals = vec![booked(), SignalData::ReplyReceived { auto: false }];
    for command in told(&Day { start: "3a", signals, end: "" }).iter().rev() {
        world.does(command);
    }
    assert_eq!((world.stage("acme"), world.account("acme").stamps.get("2")), ("3b", Some(&old)));
}

/// Where no playbook goes by replies, a late one still says that the customer engaged, by which others decide.
#[test]
fn a_late_signal_that_sets_nothing_off_counts_for_what_comes_after_it() {
    let shipped = of_a_team();
    let goes_by_replies = |playbook: &&Playbook| matches!(&playbook.on, Trigger::Signal(kinds) if kinds.contains(&SignalKind::ReplyReceived));
    let all: Vec<Playbook> = shipped.all.iter().filter(|it| !goes_by_replies(it)).cloned().collect();
    assert!(all.len() < shipped.all.len());
    let playbooks = Arc::new(Playbooks { all, ..(*shipped).clone() });
    let signals = vec![SignalData::ReplyReceived { auto: false }, SignalData::FinalOutreachSent];
    let day = told(&Day { start: "5", signals, end: "" });
    let (reply, outreach) = (&day[0], &day[1]);
    for (commands, end) in [(&[outreach][..], "6a"), (&[reply, outreach], "6b"), (&[outreach, reply], "6b")] {
        let store = MemoryStore::new();
        World::with(&store, playbooks.clone()).does(&import(&[row("acme", "Acme").in_stage("5")]));
        let mut world = World::with(&store, playbooks.clone());
        world.now.at = morning() + TimeDelta::hours(8);
        for command in commands {
            world.does(*command);
        }
        assert_eq!(world.stage("acme"), end, "{commands:?}");
    }
}

/// Some signals that lead a card on, each at its time.
fn late_signals() -> impl Strategy<Value = Vec<Command>> {
    let reply = || SignalData::ReplyReceived { auto: false };
    let held = |call: &str| SignalData::CallHeld { call: Some(call.into()) };
    let all = vec![
        reply(),
        SignalData::OutreachSent,
        booked(),
        reply(),
        SignalData::OutreachSent,
        held("c-1"),
        held("c-7"),
        SignalData::FinalOutreachSent,
    ];
    let most = all.len();
    (subsequence(all, 1..=most))
        .prop_shuffle()
        .prop_map(|signals| told(&Day { start: "1", signals, end: "" }))
}

/// Where `commands` lead from `start`, and when each stage was first entered by what happened.
fn way(start: &str, commands: &[Command]) -> (String, Vec<String>) {
    let store = MemoryStore::new();
    World::with(&store, of_a_team()).does(&import(&[row("acme", "Acme").in_stage(start)]));
    let mut world = World::with(&store, of_a_team());
    world.now.at = morning() + TimeDelta::hours(8);
    for command in commands {
        world.tries(command).expect("a signal is not refused");
        world.minutes_later(1);
    }
    let stamps = world.account("acme").stamps.iter().map(|(stamp, at)| format!("{stamp} {at}"));
    (world.stage("acme").to_owned(), stamps.collect())
}
