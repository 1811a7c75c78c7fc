//! Several subscriptions of one account: when it churns, and what its upcoming invoices add up to, in whatever order
//! their signals are told.

use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::TimeDelta;
use gangplank::state::query::forecast::{Expected, Forecast, ForecastRow, RiskWeights};
use gangplank::state::{AccountRef, Command, FactKey, FactValue, Money, Signal, SignalData, SignalId};
use gangplank::store::MemoryStore;
use proptest::prelude::*;
use proptest::sample::select;

use super::rules::of_a_team;
use crate::support::{World, id, import, morning, row};

fn money(text: &str) -> Money {
    text.parse().expect("an amount")
}

fn bill(subscription: &str, amount: &str) -> SignalData {
    let period_end = "2024-12-30".parse().expect("a day");
    SignalData::InvoiceUpcoming { subscription: subscription.into(), period_end, amount: money(amount) }
}

fn ended(subscription: &str) -> SignalData {
    SignalData::SubscriptionEnded { subscription: subscription.into() }
}

/// Signals about Acme, a minute apart.
fn told(signals: &[SignalData]) -> Vec<Command> {
    let each = (0_i64..).zip(signals).map(|(n, data)| {
        let (at, id_) = (morning() + TimeDelta::minutes(n), SignalId::new(&format!("evt-{n}")));
        let signal =
            Signal { template: None, id: id_, at, by: None, source: "billing".into(), data: data.clone() };
        Command::RecordSignal { account: AccountRef::Id(id("acme")), signal }
    });
    each.collect()
}

fn world_after(commands: &[Command]) -> World {
    let store = MemoryStore::new();
    World::with(&store, Arc::default()).does(&import(&[row("acme", "Acme").in_stage("2")]));
    let mut world = World::with(&store, of_a_team());
    world.now.at = morning() + TimeDelta::hours(8);
    for command in commands {
        world.does(command);
        world.minutes_later(1);
    }
    world
}

/// Stage, when it churned (in minutes), and the upcoming invoices, by currency.
type Picture = (String, Option<i64>, BTreeMap<String, i64>);

fn picture(world: &World) -> Picture {
    let acme = world.account("acme");
    let churned = acme.facts.get(&FactKey::Churned).map(|fact| (fact.at - morning()).num_minutes());
    let sums = acme.upcoming_invoices();
    // What is shown as the fact is one of the sums.
    assert_eq!(acme.money(&FactKey::UpcomingInvoice), sums.first().copied());
    let sums = sums.into_iter().map(|sum| (sum.currency.to_string(), sum.minor)).collect();
    (world.stage("acme").to_owned(), churned, sums)
}

/// The same, reckoned from the handbook's rule: who has no subscription left has churned.
fn reckoned(signals: &[SignalData]) -> Picture {
    let mut open: BTreeMap<&str, bool> = BTreeMap::new();
    let mut bills: BTreeMap<&str, Money> = BTreeMap::new();
    let mut churned = None;
    for (n, data) in (0..).zip(signals) {
        match data {
            SignalData::InvoiceUpcoming { subscription, amount, .. } => {
                open.insert(subscription, true);
                bills.insert(subscription, *amount);
            }
            SignalData::InvoicePaid { subscription: Some(subscription), .. } => {
                open.entry(subscription).or_insert(true);
            }
            SignalData::SubscriptionEnded { subscription } => {
                open.insert(subscription, false);
                bills.remove(&**subscription);
            }
            SignalData::SubscriptionCanceled => {
                for open in open.values_mut() {
                    *open = false;
                }
                bills.clear();
            }
            other => panic!("{other:?} is not among them"),
        }
        let is_end = matches!(data, SignalData::SubscriptionEnded { .. } | SignalData::SubscriptionCanceled);
        if is_end && churned.is_none() && !open.values().any(|open| *open) {
            churned = Some(n);
        }
    }
    let mut sums = BTreeMap::new();
    for amount in bills.values() {
        *sums.entry(amount.currency.to_string()).or_default() += amount.minor;
    }
    (if churned.is_some() { "6d" } else { "2" }.to_owned(), churned, sums)
}

fn signals() -> impl Strategy<Value = Vec<SignalData>> {
    let subscription = || select(&["sub_1", "sub_2", "sub_3"][..]);
    let paid = |subscription: &str| SignalData::InvoicePaid {
        invoice: "in_1".into(),
        subscription: Some(subscription.into()),
    };
    let one = prop_oneof![
        4 => (subscription(), select(&["100 USD", "70 USD", "40 EUR"][..])).prop_map(|(id, amount)| bill(id, amount)),
        1 => subscription().prop_map(paid),
        3 => subscription().prop_map(ended),
        1 => Just(SignalData::SubscriptionCanceled),
    ];
    prop::collection::vec(one, 1..8)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, ..ProptestConfig::default() })]

    #[test]
    fn an_account_churns_when_its_last_known_subscription_ends(
        (signals, shuffled) in signals().prop_flat_map(|all| (Just(all.clone()), Just(told(&all)).prop_shuffle()))
    ) {
        let expected = reckoned(&signals);
        prop_assert_eq!(picture(&world_after(&told(&signals))), expected.clone());
        prop_assert_eq!(picture(&world_after(&shuffled)), expected);
    }
}

#[test]
fn upcoming_invoices_add_up_per_currency_in_the_forecast() {
    let world = world_after(&told(&[
        bill("sub_1", "100 USD"),
        bill("sub_2", "250.50 USD"),
        bill("sub_3", "40 EUR"),
        bill("sub_1", "120 USD"),
    ]));
    let forecast = Forecast::of(world.board(), &RiskWeights::default());
    let line = |currency: &str| {
        let key = (currency.parse().expect("a currency"), ForecastRow::Stage(1));
        forecast.lines[&key].upcoming.plain
    };
    assert_eq!((line("USD"), line("EUR")), (37_050, 4_000));
    let expected = Expected::of(world.account("acme"), &RiskWeights::default());
    assert_eq!(expected.currencies().count(), 2);
}

#[test]
fn a_later_file_says_what_the_upcoming_invoice_is() {
    let mut world = world_after(&told(&[bill("sub_1", "100 USD"), bill("sub_2", "40 EUR")]));
    world.does(&import(&[
        row("acme", "Acme").with(FactKey::UpcomingInvoice, FactValue::Money(money("90 USD")))
    ]));
    assert_eq!(world.account("acme").upcoming_invoices(), [money("90 USD")]);
}

#[test]
fn an_undone_cancellation_leaves_the_subscriptions_as_they_were() {
    let before = [bill("sub_1", "100 USD"), bill("sub_2", "40 USD"), ended("sub_1")];
    let mut world = world_after(&told(&before));
    let was = picture(&world);
    assert_eq!(was, ("2".to_owned(), None, BTreeMap::from([("USD".to_owned(), 4_000)])));
    let all = [&before[..], &[ended("sub_2")]].concat();
    world.does(&told(&all)[3]);
    assert_eq!(picture(&world), ("6d".to_owned(), Some(3), BTreeMap::new()));
    world.does(&Command::Undo);
    assert_eq!(picture(&world), was);
}
