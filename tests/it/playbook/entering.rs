//! Playbooks: who enters the board, what is unknown, and the exact words for what cannot be loaded.

use gangplank::config::playbooks as file;
use gangplank::playbook::{Bound, Condition, EvalContext, Team, Ternary, Test};
use gangplank::state::{
    Account, AccountFacts, AccountId, Board, Cause, Change, Command, Event, FactKey, FactKind, FactValue,
    Position, StageId,
};
use serde::Deserialize;

use crate::config::check_bad;
use crate::support::{World, amount, day, import, morning, moved, only, pipeline, playbooks, row};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    entering: Vec<[String; 2]>,
}

/// Reads `forecasted_mrr = 836 USD; plan = startup` as a row about Acme.
fn acme(facts: &str) -> AccountFacts {
    let mut acme = row("acme", "Acme");
    for said in facts.split(';').map(str::trim).filter(|said| !said.is_empty()) {
        let (key, value) = said.split_once(" = ").expect("a fact is written KEY = VALUE");
        match key {
            "label" => acme.stage = Some(value.into()),
            "segment" => acme.segments.push(value.into()),
            key => {
                let key = FactKey::parse(key).expect("a fact we know");
                let value = match key.kind() {
                    FactKind::Money => amount(value),
                    FactKind::Date => day(value),
                    FactKind::Number => FactValue::Number(value.parse().expect("a number")),
                    FactKind::Text => FactValue::Text(value.into()),
                    FactKind::Flag | FactKind::List => panic!("{key} has no place in the table"),
                };
                acme.facts.insert(key, value);
            }
        }
    }
    acme
}

/// Where Acme is, who put it there, and its segments: as the table says it.
fn position_of(world: &World) -> String {
    let acme = world.account("acme");
    let mut said = world.stage("acme").to_owned();
    if let Some(last) = acme.history.last() {
        let cause = last.cause.to_string();
        said = format!("{said} by {}", cause.strip_prefix("playbook:").unwrap_or(&cause));
    }
    let segments: Vec<&str> = acme.segments.iter().map(|segment| &**segment).collect();
    if segments.is_empty() { said } else { format!("{said}: {}", segments.join(", ")) }
}

#[test]
fn accounts_enter_as_the_table_says() {
    let table: Table = toml::from_str(include_str!("entering.toml")).expect("entering.toml is a table");
    let mut wrong = Vec::new();
    for [facts, expected] in table.entering {
        let mut world = World::new();
        world.does(&import(&[acme(&facts)]));
        if position_of(&world) != expected {
            wrong.push(format!("{facts}:\n  comes to {}\n  table:   {expected}", position_of(&world)));
        }
        let seq = world.board().seq();
        assert_eq!(world.tries(&import(&[acme(&facts)])), Ok(None), "{facts}, once more");
        assert_eq!(world.board().seq(), seq);
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

#[test]
fn an_account_enters_when_its_facts_come_to_say_so() {
    let mut world = World::new();
    for (facts, expected) in [
        ("forecasted_mrr = 80 USD", "off"),
        ("csm_contact = Eve", "off"),
        ("forecasted_mrr = 300 USD", "off: 100-500 Onboarding"),
        ("plan = startup", "off: 100-500 Onboarding"),
    ] {
        world.does(&import(&[acme(facts)]));
        assert_eq!(position_of(&world), expected, "{facts}");
    }
    let mut world = World::new();
    for (facts, expected) in [
        ("forecasted_mrr = 80 USD", "off"),
        ("forecasted_mrr = 836 USD", "1 by new-non-startup: Onboarding Lead"),
        ("forecasted_mrr = 50 USD", "1 by new-non-startup: Onboarding Lead"),
        ("forecasted_mrr = 5000 USD", "1 by new-non-startup: Onboarding Lead"),
        ("churned = 2024-12-14", "1 by new-non-startup: Onboarding Lead"),
    ] {
        world.does(&import(&[acme(facts)]));
        assert_eq!(position_of(&world), expected, "{facts}");
    }
}

#[test]
fn a_card_that_was_moved_is_not_taken_back() {
    let mut world = World::new();
    world.does(&import(&[acme("forecasted_mrr = 836 USD")]));
    world.does(&moved("acme", "5"));
    world.does(&import(&[acme("forecasted_mrr = 900 USD")]));
    assert_eq!(world.stage("acme"), "5");
}

#[test]
fn what_a_playbook_does_is_in_the_entry_that_set_it_off() {
    let mut world = World::new();
    let entry = world.does(&import(&[acme("forecasted_mrr = 836 USD")]));
    let causes: Vec<String> = entry
        .events
        .iter()
        .filter_map(|event| match event {
            Event::Account { change: Change::Moved { cause, .. }, .. }
            | Event::Account { change: Change::SegmentJoined { cause, .. }, .. } => Some(cause.to_string()),
            _ => None,
        })
        .collect();
    assert_eq!(causes, ["playbook:new-non-startup"; 2]);
    let acme = world.account("acme");
    assert_eq!(acme.history[0].by, world.me);
    assert_eq!(acme.history[0].seq, entry.seq);
    assert!(acme.is_unseen(), "nobody has looked at what came by itself");
    world.does(&Command::Undo);
    assert!(world.board().is_empty());
}

/// The rule the board keeps for people holds for playbooks: one that pulls a card out of where onboarding is over
/// is refused, and the import it reacts to stands.
#[test]
fn a_reaction_that_is_refused_leaves_the_change_as_it_is() {
    let text = "
        segments = [\"Back again\"]
        [[playbook]]
        id = \"reopen\"
        title = \"Take everybody back\"
        on = \"facts_changed\"
        then = [{ move = \"1\" }, { join = \"Back again\" }]";
    let mut world = World::new();
    world = World::with(&world.store, only(text));
    world.does(&import(&[acme("label = 6d"), row("bolt", "Bolt").in_stage("6a")]));
    assert_eq!(position_of(&world), "6d by import: Back again");
    assert_eq!(world.stage("bolt"), "6a");
    assert_eq!(world.account("acme").name(), "Acme");
    let alerts: Vec<_> =
        world.board().alerts().map(|alert| (alert.key.as_str(), alert.text.as_deref())).collect();
    assert_eq!(
        alerts,
        [
            (
                "playbook:reopen:acme",
                Some("Take everybody back: Acme has finished onboarding (6d): add a reason to move it to 1")
            ),
            (
                "playbook:reopen:bolt",
                Some("Take everybody back: Bolt has finished onboarding (6a): add a reason to move it to 1")
            ),
        ]
    );
    world.does(&Command::Undo);
    assert_eq!(world.board().alerts().count(), 0);
}

#[test]
fn what_is_unknown_satisfies_nothing() {
    let board = Board::new(pipeline());
    let mut account = gangplank::state::Account::new(AccountId::new("acme"));
    let fact = |key: FactKey, test: Test| Condition::Fact(key, test);
    let fact_of = |value: FactValue| gangplank::state::Fact {
        value,
        source: "test".into(),
        at: crate::support::morning(),
    };
    let facts = std::sync::Arc::make_mut(&mut account.facts);
    facts.insert(FactKey::Mrr, fact_of(amount("836 USD")));
    facts.insert(FactKey::Region, fact_of(FactValue::Text("EU".into())));
    let above = |text: &str| Test::Within(vec![Bound::Above(amount(text))]);
    let yes = || fact(FactKey::Mrr, above("100 USD"));
    let no = || fact(FactKey::Mrr, above("900 USD"));
    let unknown = || fact(FactKey::ForecastedMrr, above("100 USD"));
    let not = |condition| Condition::Not(Box::new(condition));
    let region = |text: &str| fact(FactKey::Region, Test::OneOf(vec![text.into()]));
    for (condition, truth) in [
        (yes(), Ternary::Yes),
        (no(), Ternary::No),
        (unknown(), Ternary::Unknown),
        (not(yes()), Ternary::No),
        (not(no()), Ternary::Yes),
        (not(unknown()), Ternary::Unknown),
        (not(not(unknown())), Ternary::Unknown),
        (Condition::All(vec![]), Ternary::Yes),
        (Condition::All(vec![yes(), yes()]), Ternary::Yes),
        (Condition::All(vec![yes(), unknown()]), Ternary::Unknown),
        (Condition::All(vec![unknown(), no()]), Ternary::No),
        (Condition::Any(vec![]), Ternary::No),
        (Condition::Any(vec![no(), no()]), Ternary::No),
        (Condition::Any(vec![no(), unknown()]), Ternary::Unknown),
        (Condition::Any(vec![unknown(), yes()]), Ternary::Yes),
        (not(Condition::Any(vec![no(), unknown()])), Ternary::Unknown),
        (not(Condition::All(vec![no(), unknown()])), Ternary::Yes),
        // What cannot be compared is as good as unknown.
        (fact(FactKey::Mrr, above("100 EUR")), Ternary::Unknown),
        (not(fact(FactKey::Mrr, above("100 EUR"))), Ternary::Unknown),
        (fact(FactKey::Region, Test::Is(true)), Ternary::Unknown),
        (fact(FactKey::Delinquent, Test::Is(false)), Ternary::Unknown),
        (Condition::Plan(vec!["startup".into()]), Ternary::Unknown),
        (not(Condition::Plan(vec!["startup".into()])), Ternary::Unknown),
        (region("eu"), Ternary::Yes),
        (region("US"), Ternary::No),
        // Whether something is known is always known.
        (fact(FactKey::ForecastedMrr, Test::Known(false)), Ternary::Yes),
        (fact(FactKey::ForecastedMrr, Test::Known(true)), Ternary::No),
        (fact(FactKey::Mrr, Test::Known(true)), Ternary::Yes),
        // So is where an account stands.
        (Condition::OnBoard(false), Ternary::Yes),
        (Condition::Stage(vec![StageId::new("1")]), Ternary::No),
        (Condition::Segment("Sales Lead".into()), Ternary::No),
        (Condition::FirstPaymentDue(true), Ternary::Yes),
    ] {
        assert_eq!(holds(&condition, &board, &account), truth, "{condition:?}");
    }
}

fn holds(condition: &Condition, board: &Board, account: &Account) -> Ternary {
    let team = Team::default();
    condition.holds(&EvalContext {
        board,
        account,
        signal: None,
        team: &team,
        now: gangplank::state::Now::utc(morning()),
    })
}

#[test]
fn bounds_hold_at_the_boundary_or_not() {
    let board = Board::new(pipeline());
    for (bound, below, at, above) in [
        (Bound::Above as fn(FactValue) -> Bound, Ternary::No, Ternary::No, Ternary::Yes),
        (Bound::AtLeast, Ternary::No, Ternary::Yes, Ternary::Yes),
        (Bound::Below, Ternary::Yes, Ternary::No, Ternary::No),
        (Bound::AtMost, Ternary::Yes, Ternary::Yes, Ternary::No),
    ] {
        for (value, truth) in [("499.99 USD", below), ("500 USD", at), ("500.01 USD", above)] {
            let world = World::of(&[acme(&format!("forecasted_mrr = {value}"))]);
            let bound = bound(amount("500 USD"));
            let condition = Condition::Fact(FactKey::ForecastedMrr, Test::Within(vec![bound]));
            assert_eq!(holds(&condition, &board, world.account("acme")), truth, "{condition:?} of {value}");
        }
    }
}

/// The handbook's playbooks, by its titles.
const HANDBOOK: [&str; 17] = [
    "Boost plan lead for onboarding specialist",
    "100-500 Onboarding Segment Logic - first payment due >100 (updated 9/2/2025)",
    "[Onboarding Pipeline] 1. New Non-startup Account (Onboarding lead first payment due)",
    "[Onboarding Pipeline] 1. New Startup Account (Startup lead for onboarding specialist)",
    "[Onboarding Pipeline] 2. Onboarding Initiated -> set timestamp",
    "[Onboarding Pipeline] 3. Engaged (Email/Call) -> set timestamp",
    "[Onboarding Pipeline] 4. (Nurture) -> set timestamp",
    "[Onboarding Pipeline] 6a. Onboarded — No Engagement -> set timestamp",
    "[Onboarding Pipeline] 6b. Onboarded — Engaged -> set timestamp",
    "[Onboarding Pipeline] 6c. Sales Handoff -> set timestamp",
    "[Onboarding Pipeline] 6d. Churned -> set timestamp",
    "[Pipeline Automation — Stage 1 -> 2] Has been contacted by Onboarding Specialist",
    "[Pipeline Automation — Stage 2 - 3] Move status from Onboarding Initiated to Call booked",
    "[Pipeline Automation — Stage X - 5] Update status to Awaiting Final Outreach",
    "sales lead - first payment due — all 2000+",
    "Post-onboarding satisfaction survey trigger",
    "Failed payments alert",
];

#[test]
fn the_shipped_playbooks_are_all_there() {
    let playbooks = playbooks();
    let titles: Vec<_> = playbooks.all.iter().map(|playbook| &*playbook.title).collect();
    for named in HANDBOOK {
        assert!(titles.contains(&named), "{named} is one of the handbook's");
    }
    let ids: Vec<_> = playbooks.all.iter().map(|playbook| &*playbook.id.0).collect();
    let stamps = ids.iter().filter(|id| id.starts_with("stamp-")).count();
    assert_eq!(stamps, 7, "one per timestamp of the handbook");
}

#[test]
fn a_bad_playbook_is_refused_with_file_line_key_and_what_to_write() {
    check_bad("playbooks_", |text, name| file::overlaid(text, name, &pipeline()));
}

/// The export of a made-up company, read just well enough for this.
fn ravenstack() -> Vec<AccountFacts> {
    let mut reader =
        csv::Reader::from_reader(include_bytes!("../data/ravenstack/accounts-export.csv").as_slice());
    let headers = reader.headers().expect("it has headers").clone();
    let column = |name: &str| headers.iter().position(|header| header == name).expect("the column is there");
    let columns =
        ["External ID", "Name", "Plan", "Forecasted MRR", "Churned At", "Onboarding Pipeline"].map(column);
    let records = reader.records().map(|record| record.expect("it can be read"));
    let read = records.map(|record| {
        let [id, name, plan, mrr, churned, label] = columns.map(|at| &record[at]);
        assert!(label.is_empty(), "nobody stands anywhere yet");
        let mut facts = format!("plan = {plan}; forecasted_mrr = {mrr} USD");
        if !churned.is_empty() {
            facts = format!("{facts}; churned = {churned}");
        }
        AccountFacts { id: AccountId::new(id), ..acme(&facts) }.text(FactKey::Name, name)
    });
    read.collect()
}

#[test]
fn the_real_export_enters_as_the_handbook_says() {
    let rows = ravenstack();
    assert_eq!(rows.len(), 500);
    let mut world = World::new();
    let entry = world.does(&import(&rows));
    let mut counts = [0, 0, 0];
    for row in &rows {
        let account = world.account(row.id.as_str());
        let mrr = account.forecasted_mrr().expect("every row has one").minor;
        let churned = account.fact(&FactKey::Churned).is_some();
        let lead = account.segments.contains("Sales Lead");
        let group = match mrr {
            _ if churned => 2,
            200_000.. => 1,
            10_001.. => 0,
            _ => 2,
        };
        counts[group] += 1;
        match world.board().position_of(account) {
            Position::InStage(0, _) => assert_eq!(group, 0, "{}", row.id),
            Position::OffBoard => assert_ne!(group, 0, "{}", row.id),
            other => panic!("{} stands in {other:?}", row.id),
        }
        assert_eq!(lead, group == 1, "{}", row.id);
        assert_eq!(account.segments.contains("Onboarding Lead"), group == 0, "{}", row.id);
    }
    assert_eq!(counts[0], 212);
    assert!(counts[1] > 0 && counts[2] > 0, "{counts:?}");
    let causes = entry.events.iter().filter(|event| {
        matches!(event, Event::Account { change: Change::Moved { cause: Cause::Playbook(id), .. }, .. } if id.starts_with("new-") || &**id == "boost-lead")
    });
    assert_eq!(causes.count(), 212, "every entry names its playbook");
    assert_eq!(world.tries(&import(&rows)), Ok(None));
}
