//! Refunds and adjustments: kept with their reason, summed by month, and undone.

use chrono::{Months, TimeDelta};
use gangplank::state::query::refunds::{by_currency, this_month};
use gangplank::state::{Command, RefundKind};

use crate::support::{World, id, row};

fn refund(amount: &str, reason: &str) -> Command {
    Command::RecordRefund {
        account: id("A-1"),
        kind: RefundKind::Refund,
        amount: amount.parse().expect("an amount"),
        reason: reason.into(),
    }
}

/// What was refunded this month, once per currency.
fn sums(world: &World) -> String {
    let sums = this_month(world.board(), world.board().accounts(), &world.now);
    by_currency(&sums).iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
}

#[test]
fn refunds_are_kept_summed_by_month_and_never_across_currencies() {
    let mut world = World::of(&[row("A-1", "Acme").in_stage("1")]);
    world.does(&refund("120.50 EUR", " charged twice "));
    world.does(&refund("30 USD", "charged twice"));
    world.does(&refund("9.50 EUR", "rounding"));
    let first = &world.account("A-1").refunds[0];
    assert_eq!((&*first.reason, &*first.by, first.at), ("charged twice", "dana", world.now.at));
    assert_eq!(sums(&world), "€130, $30");
    world.does(&Command::Undo);
    assert_eq!(sums(&world), "€120.50, $30");
    world.does(&Command::Redo);
    assert_eq!(sums(&world), "€130, $30");
    world.now.at = world.now.at.checked_add_months(Months::new(1)).expect("there is a next month");
    assert_eq!(sums(&world), "");
    assert_eq!(world.account("A-1").refunds.len(), 3);
}

#[test]
fn the_same_twice_is_two_refunds_and_each_is_undone_by_itself() {
    let mut world = World::of(&[row("A-1", "Acme").in_stage("1")]);
    world.does(&refund("5 USD", "as agreed"));
    world.does(&refund("5 USD", "as agreed"));
    assert_eq!(sums(&world), "$10");
    world.does(&Command::Undo);
    assert_eq!(sums(&world), "$5");
    world.does(&Command::Undo);
    assert_eq!(sums(&world), "");
}

#[test]
fn the_month_is_that_of_the_team_s_zone() {
    let mut world = World::of(&[row("A-1", "Acme").in_stage("1")]);
    world.now.at = "2024-11-30T23:30:00Z".parse().expect("a moment");
    world.does(&refund("5 USD", "as agreed"));
    world.now.at += TimeDelta::hours(1);
    assert_eq!(sums(&world), "", "in UTC, it was in November");
}

#[test]
fn an_amount_above_zero_and_a_reason_are_needed() {
    let mut world = World::of(&[row("A-1", "Acme")]);
    for (amount, reason, why) in [
        ("0 USD", "x", "the refund needs an amount above zero: write one such as 120 EUR"),
        ("-5 USD", "x", "the refund needs an amount above zero: write one such as 120 EUR"),
        ("5 USD", " ", "the refund needs a reason: add one"),
    ] {
        let refusal = world.tries(&refund(amount, reason)).expect_err("it is refused");
        assert_eq!(refusal.to_string(), why);
    }
}
