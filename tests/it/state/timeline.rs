//! What happened to an account in one order: nothing twice, and what was undone is marked.

use std::collections::BTreeSet;

use chrono::TimeDelta;
use gangplank::prose::timeline::words;
use gangplank::state::query::timeline::{TimelineFilter, TimelineItem, timeline};
use gangplank::state::values::account_ref::AccountRef;
use gangplank::state::{
    AccountId, Command, FactKey, Risk, RiskLevel, Roster, Signal, SignalData, SignalId, TaskChange,
};

use crate::support::{World, amount, id, import, moved, note, payment_failed, row};

/// An account about which everything happened.
fn acme() -> World {
    let acme = || row("acme", "Acme").in_stage("1");
    let mut world = World::of(&[acme().with(FactKey::ForecastedMrr, amount("300 USD")), row("bolt", "Bolt")]);
    let mut then = |command: &Command| {
        world.now.at += TimeDelta::hours(1);
        world.does(command);
    };
    then(&signal("one", SignalData::OutreachSent));
    then(&moved("acme", "2"));
    then(&import(&[acme().with(FactKey::ForecastedMrr, amount("420 USD")).text(FactKey::Plan, "Scale")]));
    then(&Command::SetRisk {
        account: id("acme"),
        risk: Risk { level: RiskLevel::High, reason: Some("card expired".into()) },
    });
    then(&Command::AssignOwner { account: id("acme"), owner: Some("eve".into()) });
    then(&note("acme", "Met Ana.\n\nThey want the API first."));
    then(&note("bolt", "somebody else"));
    then(&task(TaskChange::Add { title: "call them".into(), due: None, done_on: Vec::new() }, None));
    let name = world.account("acme").tasks.keys().next().expect("there is a task").clone();
    world.now.at += TimeDelta::hours(1);
    world.does(&task(TaskChange::Done, Some(name)));
    world.now.at += TimeDelta::hours(1);
    world.does(&signal("two", payment_failed("in_1", 1)));
    world
}

fn task(change: TaskChange, task: Option<gangplank::state::TaskId>) -> Command {
    Command::ChangeTask { account: id("acme"), task, change }
}

fn signal(name: &str, data: SignalData) -> Command {
    let at = crate::support::morning() + TimeDelta::minutes(if name == "one" { 60 } else { 600 });
    let signal = Signal {
        id: SignalId::new(name),
        at,
        by: Some("dana".into()),
        source: "key".into(),
        data,
        template: None,
    };
    Command::RecordSignal { account: AccountRef::Id(id("acme")), signal }
}

fn items(world: &mut World, reads: bool) -> Vec<TimelineItem> {
    let ids: BTreeSet<AccountId> = world.board().ids_of(&id("acme"));
    let most = if reads { usize::MAX } else { 0 };
    let journal = world.session.entries_about(&ids, most).expect("a store in memory can be read");
    timeline(world.board(), world.account("acme"), &journal)
}

/// Each item in one line, the newest first.
fn told(world: &mut World, filter: TimelineFilter) -> String {
    let items = items(world, true);
    let (board, account) = (world.board(), world.account("acme"));
    let line = |item: &TimelineItem| {
        let it = words(item, account, board, &Roster::default(), &world.now);
        let who = if it.who.is_empty() { String::new() } else { format!(" [{}]", it.who) };
        let more: Vec<String> = it.more.iter().map(|line| format!(" / {line}")).collect();
        let more = more.concat();
        format!("{}{who}{more}", it.what)
    };
    items.iter().filter(|item| filter.means(item)).map(line).collect::<Vec<_>>().join("\n")
}

#[test]
fn everything_that_happened_stands_in_one_order_with_what_was_and_what_is() {
    insta::assert_snapshot!(told(&mut acme(), TimelineFilter::All), @r"
    Payment failed: $340, attempt 1 [dana]
    Task done: call them [dana]
    Task added: call them [dana]
    Note: Met Ana. [dana] /  / They want the API first.
    Owner: nobody → eve [dana]
    Payment risk: none → high: card expired [dana]
    2 facts changed [dana, import accounts.csv] / Plan: Scale / Forecasted MRR: $300 → $420
    2. Onboarding Initiated, from 1 on the same day [dana]
    Outreach sent [dana]
    1. New Account, onto the board [dana, import]
    3 facts added [dana, import accounts.csv] / Name: Acme / Forecasted MRR: $300 / Stage in the import: 1
    Account added [dana]
    ");
}

#[test]
fn the_account_alone_tells_most_of_it_and_the_journal_adds_nothing_twice() {
    let mut world = acme();
    let (few, all) = (items(&mut world, false), items(&mut world, true));
    assert!(few.len() > 5 && few.len() < all.len());
    for item in &few {
        let same = all.iter().filter(|it| (it.at, &it.event) == (item.at, &item.event)).count();
        assert_eq!(same, 1, "{item:?}");
    }
    let mut sorted = all.clone();
    sorted.sort_by_key(|item| std::cmp::Reverse(item.at));
    assert_eq!(sorted, all, "the newest stands first");
}

#[test]
fn what_was_undone_stays_marked_until_it_is_redone() {
    let mut world = World::of(&[row("acme", "Acme").in_stage("1")]);
    for command in [moved("acme", "2"), note("acme", "a note"), signal("one", SignalData::OutreachSent)] {
        world.minutes_later(5);
        world.does(&command);
        let last = world.board().seq();
        let before = told(&mut world, TimelineFilter::All);
        world.minutes_later(5);
        world.does(&Command::Undo);
        let undone = told(&mut world, TimelineFilter::All);
        assert_eq!(undone.lines().count(), before.lines().count(), "{undone}");
        assert!(
            undone.lines().next().expect("a line").contains(&format!("undone by #{}", last + 1)),
            "{undone}"
        );
        world.does(&Command::Redo);
        assert_eq!(told(&mut world, TimelineFilter::All), before);
    }
}

#[test]
fn a_filter_shows_its_kind_alone() {
    let mut world = acme();
    let all = told(&mut world, TimelineFilter::All).lines().count();
    let mut shown = 0;
    for filter in TimelineFilter::ALL.iter().copied().filter(|it| *it != TimelineFilter::All) {
        shown += told(&mut world, filter).lines().count();
    }
    assert!(shown < all, "who owns it is of no kind, and nothing is of two");
    assert_eq!(told(&mut world, TimelineFilter::Mail), "Outreach sent [dana]");
    assert_eq!(told(&mut world, TimelineFilter::Calls), "");
    assert!(
        told(&mut world, TimelineFilter::Money).contains("Payment risk: none → high: card expired [dana]")
    );
    assert!(told(&mut world, TimelineFilter::Facts).contains("Forecasted MRR: $300 → $420"));
}
