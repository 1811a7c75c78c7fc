//! What is heard of calls in any order, from a calendar and from a booking system beside it.

use gangplank::state::values::signal::CallId;
use gangplank::state::{AccountRef, Command, Signal, SignalData, SignalId};
use proptest::prelude::*;

use super::{PEOPLE, accounts, calendar, calls, hears, moment, versions};
use crate::support::{World, id};

/// What is heard at once.
#[derive(Clone, Debug)]
enum News {
    /// A calendar with one version of an event.
    Calendar(String),
    /// A signal of a booking system.
    System(Box<Signal>),
}

/// What becomes of a call, once it is booked. Each time it is put at another day.
#[derive(Clone, Copy, Debug)]
enum Act {
    /// The specialist moves it in the calendar to this day of December.
    MovedInCalendar(u32),
    /// The customer moves it with the booking system, which makes a new entry in the calendar, as Calendly does, or moves the
    /// one that is there, as Cal.com does.
    MovedInSystem { to: u32, has_new_entry: bool },
    /// The customer calls it off with the booking system.
    Canceled,
}

/// When it began, and what became of each call of Acme.
fn outcome(news: &[News]) -> (Vec<String>, String) {
    let mut world = World::of(&accounts());
    for item in news {
        match item {
            News::Calendar(text) => hears(&mut world, text),
            News::System(signal) => {
                let account = AccountRef::Id(id("A-1"));
                world.does(&Command::RecordSignal { account, signal: (**signal).clone() });
            }
        }
    }
    (calls(world.account("A-1")).into_values().collect(), world.stage("A-1").to_owned())
}

/// One version of the entry `uid`, of the hour `hour`.
fn entry(uid: &str, sequence: u32, hour: usize, lines: &str) -> News {
    let stamp = format!("20241201T{hour:02}0500Z");
    News::Calendar(calendar(&[&format!(
        "UID:{uid}\nSEQUENCE:{sequence}\nDTSTAMP:{stamp}\nCREATED:{stamp}\nLAST-MODIFIED:{stamp}\n{PEOPLE}{lines}"
    )]))
}

fn on(day: u32) -> String {
    format!("DTSTART:202412{day}T140000Z\nDTEND:202412{day}T143000Z\n")
}

fn signal(hour: usize, data: SignalData) -> News {
    News::System(Box::new(Signal {
        id: SignalId::new(&format!("calendly-{hour}")),
        at: moment(&format!("2024-12-01T{hour:02}:00:00Z")),
        by: None,
        source: "calendly".into(),
        template: None,
        data,
    }))
}

fn system_id(number: usize) -> CallId {
    format!("https://api.calendly.com/scheduled_events/{number}").as_str().into()
}

/// What both say of a call with these `acts`, in the order in which it happened.
fn told(acts: &[Act]) -> Vec<News> {
    let times = |day: u32| {
        let starts_at = moment(&format!("2024-12-{day}T14:00:00Z"));
        (starts_at, starts_at + chrono::TimeDelta::minutes(30))
    };
    let event = |number: usize| Some(CallId::from(format!("e{number}").as_str()));
    let (mut booking, mut number, mut sequence, mut day) = (0, 0, 0, 18);
    let (starts_at, ends_at) = times(day);
    let booked = SignalData::CallBooked { call: system_id(0), event: event(0), starts_at, ends_at };
    let mut all = vec![signal(1, booked), entry("e0", 0, 1, &on(day))];
    for (act, hour) in acts.iter().zip(2..) {
        let uid = format!("e{number}");
        match act {
            Act::MovedInCalendar(to) => {
                (sequence, day) = (sequence + 1, *to);
                all.push(entry(&uid, sequence, hour, &on(day)));
            }
            Act::MovedInSystem { to, has_new_entry } => {
                if *has_new_entry {
                    all.push(entry(&uid, sequence + 1, hour, &format!("{}STATUS:CANCELLED\n", on(day))));
                    (sequence, number) = (0, number + 1);
                } else {
                    sequence += 1;
                }
                (booking, day) = (booking + 1, *to);
                let (starts_at, ends_at) = times(day);
                let (call, was) = (system_id(booking), Some(system_id(booking - 1)));
                let moved =
                    SignalData::CallRescheduled { call, was, event: event(number), starts_at, ends_at };
                all.push(signal(hour, moved));
                all.push(entry(&format!("e{number}"), sequence, hour, &on(day)));
            }
            Act::Canceled => {
                all.push(signal(hour, SignalData::CallCanceled { call: system_id(booking) }));
                all.push(entry(&uid, sequence + 1, hour, &format!("{}STATUS:CANCELLED\n", on(day))));
                break;
            }
        }
    }
    all
}

fn acts() -> impl Strategy<Value = Vec<Act>> {
    let act = prop_oneof![
        2 => Just(Act::MovedInCalendar(0)),
        2 => any::<bool>().prop_map(|has_new_entry| Act::MovedInSystem { to: 0, has_new_entry }),
        1 => Just(Act::Canceled),
    ];
    prop::collection::vec(act, 0..4).prop_map(|acts| {
        let on_days = acts.into_iter().zip(19..).map(|(act, day)| match act {
            Act::MovedInCalendar(_) => Act::MovedInCalendar(day),
            Act::MovedInSystem { has_new_entry, .. } => Act::MovedInSystem { to: day, has_new_entry },
            Act::Canceled => Act::Canceled,
        });
        on_days.collect()
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// A cancellation that is read before the booking counts as much as one that is read after it.
    #[test]
    fn any_order_of_versions_leaves_the_same_call(
        (count, versions) in (1..=5_usize).prop_flat_map(|count| {
            let some: Vec<String> = versions().into_iter().take(count).collect();
            (Just(count), Just(some).prop_shuffle())
        }),
        cuts in prop::collection::vec(0..5_usize, 0..3),
    ) {
        let mut cuts: Vec<usize> = cuts.into_iter().map(|cut| cut.min(count)).collect();
        cuts.extend([0, count]);
        cuts.sort_unstable();
        let parts = cuts.windows(2).map(|part| News::Calendar(versions[part[0]..part[1]].concat()));
        let (calls, stage) = outcome(&parts.collect::<Vec<_>>());
        let expected = ["12-18 14:00", "12-18 14:00", "12-19 14:00", "12-19 14:00 Canceled", "12-20 14:00"];
        prop_assert_eq!(calls, [expected[count - 1]]);
        prop_assert_eq!(stage, "1");
    }

    /// One call, whoever tells of it first: the entry in the calendar is known by its id.
    #[test]
    fn a_call_and_its_entry_in_a_calendar_are_one_in_any_order(
        (acts, news) in acts().prop_flat_map(|acts| (Just(acts.clone()), Just(told(&acts)).prop_shuffle())),
    ) {
        let in_order = outcome(&told(&acts));
        prop_assert_eq!(in_order.0.len(), 1, "{:?}", in_order);
        prop_assert_eq!(&outcome(&news), &in_order);
        let ends = acts.iter().find_map(|act| matches!(act, Act::Canceled).then_some(" Canceled"));
        prop_assert!(in_order.0[0].ends_with(ends.unwrap_or("14:00")), "{:?}", in_order);
    }
}

#[test]
fn a_call_that_is_moved_and_moved_back_is_where_it_was() {
    let acts = [Act::MovedInCalendar(19), Act::MovedInCalendar(18)];
    assert_eq!(outcome(&told(&acts)).0, ["12-18 14:00"]);
}

#[test]
fn the_entry_of_a_call_that_goes_on_may_be_deleted() {
    // The booking system has not said that it is off, whether the calendar was heard first or not.
    let news = told(&[]);
    let gone = entry("e0", 1, 2, &format!("{}STATUS:CANCELLED\n", on(18)));
    for order in [[0, 1, 2], [1, 0, 2], [1, 2, 0], [2, 1, 0], [2, 0, 1]] {
        let all = [news[0].clone(), news[1].clone(), gone.clone()];
        let all: Vec<News> = order.iter().map(|at: &usize| all[*at].clone()).collect();
        assert_eq!(outcome(&all).0, ["12-18 14:00"], "{order:?}");
    }
}
