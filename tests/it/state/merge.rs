//! Two accounts that become one.

use gangplank::state::query::lookup::AccountLookup;
use gangplank::state::{
    AccountRef, Actor, AlertKey, Board, Command, FactKey, FactValue, Refusal, Signal, SignalData, SignalId,
};

use crate::support::sample_entries::picture;
use crate::support::{World, amount, forced, id, import, moved, note, payment_failed, person, row};

fn list(text: &str) -> FactValue {
    FactValue::List(text.split(' ').map(Into::into).collect())
}

fn signal(account: AccountRef, name: &str, data: SignalData, world: &World) -> Command {
    let signal = Signal {
        template: None,
        id: SignalId::new(name),
        at: world.now.at,
        by: Some("dan@example.com".into()),
        source: "test".into(),
        data,
    };
    Command::RecordSignal { account, signal }
}

fn merge(from: &str, into: &str) -> Command {
    Command::Merge { from: id(from), into: id(into) }
}

/// Acme, which the team has worked with, and the account that an export calls by a new id.
fn acme_twice() -> World {
    let mut world = World::without_playbooks();
    let old = row("A-1", "Acme")
        .in_stage("3a")
        .with(FactKey::ForecastedMrr, amount("300 USD"))
        .with(FactKey::Contacts, list("ana@acme.example"))
        .text(FactKey::Domain, "acme.example")
        .text(FactKey::OtherId("stripe".into()), "cus_1");
    world.does(&import(&[old]));
    world.minutes_later(5);
    world.does(&note("A-1", "they like tea"));
    world.does(&signal(AccountRef::Id(id("A-1")), "evt-1", SignalData::OutreachSent, &world));
    let failed = payment_failed("in_1", 1);
    world.does(&signal(AccountRef::Id(id("A-1")), "evt-2", failed, &world));
    world.does(&Command::AssignOwner { account: id("A-1"), owner: Some("eve".into()) });
    world.minutes_later(5);
    let new = row("A-9", "Acme Ltd")
        .in_stage("1")
        .with(FactKey::ForecastedMrr, amount("400 USD"))
        .with(FactKey::Contacts, list("billing@acme.example"))
        .text(FactKey::OtherId("stripe".into()), "cus_9");
    world.does(&import(&[new]));
    world.does(&note("A-9", "they moved"));
    world.minutes_later(5);
    world
}

#[test]
fn all_that_is_known_of_both_is_known_of_one() {
    let mut world = acme_twice();
    let came = world.account("A-1").stamps.clone();
    world.does(&merge("A-1", "A-9"));
    assert!(world.board().get(&id("A-1")).is_none());
    assert_eq!(world.board().len(), 1);
    let acme = world.account("A-9");
    assert_eq!(
        (acme.name(), world.stage("A-9")),
        ("Acme Ltd", "3a"),
        "its own name, the stage further along"
    );
    assert_eq!(
        acme.fact(&FactKey::ForecastedMrr),
        Some(&amount("400 USD")),
        "what both know, it knows better"
    );
    assert_eq!(acme.text(&FactKey::Domain), Some("acme.example"));
    assert_eq!(acme.fact(&FactKey::Contacts), Some(&list("billing@acme.example ana@acme.example")));
    let notes: Vec<&str> = acme.notes.iter().map(|note| &*note.text).collect();
    assert_eq!(notes, ["they like tea", "they moved"]);
    assert_eq!(acme.signals.len(), 2);
    assert_eq!(acme.owner(), Some("eve"));
    assert_eq!(acme.history.len(), 2, "the history keeps both ways");
    for (stamp, at) in came {
        assert_eq!(acme.stamps.get(&stamp), Some(&at), "the first entry into {stamp}");
    }
}

#[test]
fn both_ids_lead_to_it_from_then_on() {
    let mut world = acme_twice();
    world.does(&merge("A-1", "A-9"));
    world.does(&moved("A-1", "4a"));
    assert_eq!(world.stage("A-9"), "4a");
    let invoice = || SignalData::InvoicePaid { invoice: "in_1".into(), subscription: None };
    let names = [
        AccountRef::Id(id("A-1")),
        AccountRef::Other("stripe".into(), "cus_1".into()),
        AccountRef::Other("stripe".into(), "cus_9".into()),
        AccountRef::Email("ana@acme.example".into()),
        AccountRef::Domain("acme.example".into()),
    ];
    let lookup = AccountLookup::of(world.board());
    for (n, named) in names.iter().enumerate() {
        assert_eq!(world.board().candidates(named), [id("A-9")], "{named}");
        assert_eq!(lookup.candidates(world.board(), named), [id("A-9")], "{named}");
        world.does(&signal(named.clone(), &format!("evt-1{n}"), invoice(), &world));
    }
    assert_eq!(world.account("A-9").signals.len(), 2 + names.len());
    assert_eq!(world.board().unmatched().count(), 0);
    // A row under the old id changes the account it is a part of; one under its own id knows better.
    let old = row("A-1", "Acme").text(FactKey::Region, "EU").with(FactKey::ForecastedMrr, amount("300 USD"));
    let new = row("A-9", "Acme Ltd").with(FactKey::ForecastedMrr, amount("500 USD"));
    world.does(&import(&[new, old]));
    let acme = world.account("A-9");
    assert_eq!((acme.name(), acme.text(&FactKey::Region)), ("Acme Ltd", Some("EU")));
    assert_eq!(acme.fact(&FactKey::ForecastedMrr), Some(&amount("500 USD")));
    assert_eq!(world.board().len(), 1);
    // A third one may take over both.
    world.does(&import(&[row("A-10", "Acme AG")]));
    world.does(&merge("A-1", "A-10"));
    for each in ["A-1", "A-9", "A-10"] {
        assert_eq!(world.board().account(&id(each)).expect("it is known").id, id("A-10"));
        assert!(world.board().ids_of(&id("A-10")).contains(&id(each)));
    }
    assert_eq!(world.tries(&merge("A-9", "A-1")), Ok(None), "they are one already");
    assert_eq!(world.tries(&merge("A-2", "A-1")), Err(Refusal::NoSuchAccount(id("A-2"))));
}

/// An alert keeps its key, which names the account that it was raised for.
#[test]
fn what_happens_to_a_bill_later_reaches_the_alert_of_before() {
    let mut world = World::new();
    world.does(&import(&[row("A-1", "Acme").in_stage("2"), row("A-9", "Acme Ltd")]));
    let failed = |attempt| payment_failed("in_1", attempt);
    let upcoming = |text: &str| SignalData::InvoiceUpcoming {
        subscription: "sub_1".into(),
        period_end: "2024-12-30".parse().expect("a day"),
        amount: text.parse().expect("an amount"),
    };
    let tells = |world: &mut World, account: &str, n: u32, data| {
        world.minutes_later(1);
        world.does(&signal(AccountRef::Id(id(account)), &format!("bill-{n}"), data, world));
    };
    tells(&mut world, "A-1", 1, failed(1));
    tells(&mut world, "A-1", 2, upcoming("5000 USD"));
    world.does(&merge("A-1", "A-9"));
    tells(&mut world, "A-9", 3, failed(2));
    let alerts: Vec<_> =
        world.board().alerts().map(|alert| (alert.key.to_string(), alert.attempts)).collect();
    let [large, unpaid] =
        ["large_invoice:A-1:sub_1:2024-12-30", "failed_payment:A-1:in_1"].map(AlertKey::parse);
    assert_eq!(alerts.len(), 2, "{alerts:?}");
    assert_eq!(world.board().alert(&unpaid).expect("it is there").attempts, 2);
    tells(&mut world, "A-9", 4, SignalData::InvoicePaid { invoice: "in_1".into(), subscription: None });
    tells(&mut world, "A-9", 5, upcoming("50 USD"));
    for key in [large, unpaid] {
        assert!(world.board().alert(&key).expect("it is there").is_closed(), "{key}");
    }
}

/// What one knows of the plan and the other of the forecast makes them enter the board together.
#[test]
fn a_merge_that_a_playbook_reacts_to_is_undone_whole() {
    let mut world = World::new();
    world.does(&import(&[
        row("A-1", "Acme").with(FactKey::ForecastedMrr, amount("300 USD")).text(FactKey::Plan, "annual"),
        row("A-9", "Acme Ltd").text(FactKey::Plan, "startup"),
    ]));
    let before = ["A-1", "A-9"].map(|each| world.account(each).clone());
    world.does(&merge("A-1", "A-9"));
    assert_eq!(world.stage("A-9"), "1");
    world.does(&Command::Undo);
    assert_eq!(["A-1", "A-9"].map(|each| world.account(each).clone()), before);
    world.does(&Command::Redo);
    assert_eq!(world.stage("A-9"), "1");
}

#[test]
fn alerts_go_along() {
    let mut world = acme_twice();
    let raise = gangplank::state::AlertChange::Raise(Box::new(gangplank::state::Alert {
        key: AlertKey::parse("failed_payment:A-1:in_1"),
        kind: gangplank::state::AlertKind::FailedPayment,
        account: id("A-1"),
        state: gangplank::state::AlertState::Open,
        assignee: None,
        handed: false,
        opened: world.now.at,
        amount: None,
        due: None,
        attempts: 1,
        next_attempt: None,
        acknowledged: None,
        acknowledged_at: None,
        text: None,
    }));
    let key = AlertKey::parse("failed_payment:A-1:in_1");
    world.does(&Command::ChangeAlert { key: key.clone(), change: raise });
    let of = |board: &Board, account: &str| board.alerts_of(&id(account)).count();
    world.does(&merge("A-1", "A-9"));
    assert_eq!((of(world.board(), "A-1"), of(world.board(), "A-9")), (0, 1));
    assert_eq!(world.board().alert(&key).expect("it is there").account, id("A-9"));
    world.does(&Command::Undo);
    assert_eq!((of(world.board(), "A-1"), of(world.board(), "A-9")), (1, 0));
}

#[test]
fn a_merge_is_undone_and_redone_exactly() {
    let mut world = acme_twice();
    let (_, before, _) = picture(world.board());
    world.does(&merge("A-1", "A-9"));
    let (_, merged, _) = picture(world.board());
    // That somebody looks at it is no change.
    world.tries(&Command::MarkSeen { account: id("A-9") }).expect("anybody may look");
    world.does(&Command::Undo);
    assert_eq!(picture(world.board()).1, before);
    assert!(
        world
            .board()
            .accounts()
            .flat_map(|it| it.signals.iter())
            .any(|it| it.id == SignalId::new("evt-1") && world.board().knows_signal(&it.key()))
    );
    world.does(&Command::Redo);
    assert_eq!(picture(world.board()).1, merged);
}

#[test]
fn what_changed_since_is_not_overwritten() {
    let mut world = acme_twice();
    world.does(&merge("A-1", "A-9"));
    world.try_as("eve", &forced("A-9", "5", "they wrap up")).expect("allowed");
    match world.tries(&Command::Undo) {
        Err(Refusal::Overtaken { name, later: Some((_, by)), .. }) => {
            assert_eq!((&*name, by), ("Acme Ltd", person("eve")));
        }
        other => panic!("{other:?}"),
    }
    assert!(matches!(world.me, Actor::Person(_)));
}
