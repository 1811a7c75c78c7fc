//! What must hold whatever people do: any commands of two people, and the clock, on one board in any order.

use std::sync::Arc;

use chrono::TimeDelta;
use gangplank::casefold::folded;
use gangplank::playbook::{Playbooks, transact};
use gangplank::session::SubmitError;
use gangplank::state::board::BoardMeta;
use gangplank::state::query::attention::{self, AttentionRules};
use gangplank::state::{
    Account, AccountFacts, AccountRef, Actor, AlertChange, AlertKey, Attention, Batch, Board, Cause, Change,
    Command, Currency, Entry, Event, FactKey, FactValue, Money, Now, PointChange, Position, Reason,
    RefundKind, Refusal, Risk, RiskLevel, Signal, SignalData, SignalId, Stage, StageId, Submission,
    TaskChange,
};
use gangplank::store::snapshot::{self, Mark};
use gangplank::store::{MemoryStore, Store};
use proptest::prelude::*;
use proptest::sample::select;

use crate::support::sample_entries::{picture, snapshot_of};
use crate::support::shared_store::{self, OpenShared};
use crate::support::{
    World, amount, day, forced, id, import, morning, moved, payment_failed, person, pipeline_with_checklists,
    playbooks, row,
};

/// Two people, and the passing of time.
const ACTORS: [&str; 3] = ["dana", "eve", "clock"];
const PEOPLE: [&str; 2] = ["dana", "eve"];
const ACCOUNTS: [&str; 4] = ["acme", "bolt", "cato", "dodo"];
const SEGMENTS: [&str; 3] = ["Beta", "Sales Lead", "Onboarding Lead"];

/// One thing somebody does.
#[derive(Clone, Debug)]
struct Act {
    who: usize,
    /// Whether they have seen what the other one did.
    follows: bool,
    /// How long after the last; often at once, as in a script.
    minutes: i64,
    asks: Asks,
}

#[derive(Clone, Debug)]
enum Asks {
    One(Command),
    Batch(Batch),
    Sweep,
}

impl<'a> From<&'a Asks> for Submission<'a> {
    fn from(asks: &'a Asks) -> Self {
        match asks {
            Asks::One(command) => Self::One(command),
            Asks::Batch(batch) => Self::Batch(batch),
            Asks::Sweep => Self::Sweep,
        }
    }
}

fn acts() -> impl Strategy<Value = Vec<Act>> {
    let minutes = prop_oneof![6 => 0..3_i64, 1 => 0..9_000_i64];
    let asks = prop_oneof![
        50 => command().prop_map(Asks::One),
        1 => Just(Asks::Sweep),
        1 => prop::collection::vec(happened(), 0..3)
            .prop_map(|commands| Asks::Batch(Batch { words: "ingest signals.jsonl".into(), commands })),
    ];
    let by_hand = (0..PEOPLE.len(), any::<bool>(), minutes.clone(), asks)
        .prop_map(|(who, follows, minutes, asks)| Act { who, follows, minutes, asks });
    let by_clock = (any::<bool>(), minutes).prop_map(|(follows, minutes)| Act {
        who: 2,
        follows,
        minutes,
        asks: Asks::Sweep,
    });
    let act = prop_oneof![8 => by_hand, 1 => by_clock];
    prop::collection::vec(act, 1..40)
}

fn command() -> impl Strategy<Value = Command> {
    let account = || select(&ACCOUNTS[..]).prop_map(id);
    let segment = || select(&SEGMENTS[..]).prop_map(Arc::<str>::from);
    let stages = || {
        let ids: Vec<StageId> =
            pipeline_with_checklists().stages().iter().map(|stage| stage.id.clone()).collect();
        select([ids, vec![StageId::new("Homework Offered"), StageId::new("Nurture")]].concat())
    };
    let reason = || prop::option::weighted(0.5, select(&["they called", " "][..]).prop_map(Arc::<str>::from));
    let level = select(&[RiskLevel::None, RiskLevel::Low, RiskLevel::High][..]);
    prop_oneof![
        4 => (prop::collection::vec(rows(), 1..4), any::<bool>()).prop_map(|(rows, take_stages)| {
            Command::Import { source: "import accounts.csv".into(), rows: rows.into(), take_stages }
        }),
        8 => (account(), stages(), reason(), any::<bool>()).prop_map(|(account, to, reason, force)| {
            Command::Move { account, to, reason, force, cause: Cause::Hand }
        }),
        1 => (account(), segment()).prop_map(|(account, segment)| Command::JoinSegment { account, segment, cause: Cause::Hand }),
        1 => (account(), segment()).prop_map(|(account, segment)| Command::LeaveSegment { account, segment, cause: Cause::Hand }),
        1 => (account(), prop_oneof![Just(FactKey::Plan), Just(FactKey::NextRenewal), Just(FactKey::Specialist)])
            .prop_map(|(account, key)| Command::ClearFact { account, key }),
        1 => (account(), prop::option::of(select(&PEOPLE[..]))).prop_map(|(account, owner)| {
            Command::AssignOwner { account, owner: owner.map(Into::into) }
        }),
        1 => (account(), select(&PEOPLE[..]), 0..4_i64).prop_map(|(account, owner, days)| {
            Command::Cover { account, owner: owner.into(), until: morning() + TimeDelta::days(days) }
        }),
        1 => account().prop_map(|account| Command::KeepCover { account }),
        1 => (account(), level, reason()).prop_map(|(account, level, reason)| {
            Command::SetRisk { account, risk: Risk { level, reason } }
        }),
        1 => (account(), select(&["called", "called again", ""][..])).prop_map(|(account, text)| {
            Command::AddNote { account, text: text.into() }
        }),
        1 => (account(), select(&["usage", "sdk-age"][..]), prop::option::of(reason())).prop_map(|(account, point, observation)| {
            let change = observation.map_or(PointChange::Untick, |observation| PointChange::Tick { observation });
            Command::CheckPoint { account, point: point.into(), change }
        }),
        1 => (account(), 0..3_i64, select(&["as agreed", "charged twice"][..])).prop_map(|(account, minor, reason)| {
            let amount = Money::new(minor, Currency::USD);
            Command::RecordRefund { account, kind: RefundKind::Refund, amount, reason: reason.into() }
        }),
        1 => account().prop_map(|account| Command::MarkSeen { account }),
        10 => happened(),
        1 => (select(&SIGNALS[..]), prop::option::of(account()), any::<bool>()).prop_map(
            |(signal, account, remember)| Command::MatchSignal { signal: SignalId::new(signal), account, remember }
        ),
        3 => (select(&ALERTS[..]), alert_change())
            .prop_map(|(key, change)| Command::ChangeAlert { key: AlertKey::parse(key), change }),
        2 => (account(), prop::option::of(select(&["t3", "satisfaction-survey"][..])), task_change())
            .prop_map(|(account, task, change)| Command::ChangeTask { account, task: task.map(Into::into), change }),
        2 => (account(), prop::option::weighted(0.8, 0..4_i64)).prop_map(|(account, days)| {
            Command::Snooze { account, until: days.map(|days| morning() + TimeDelta::days(days)) }
        }),
        1 => (select(&["contacted", "final-outreach-due"][..]), any::<bool>())
            .prop_map(|(playbook, on)| Command::SwitchPlaybook { playbook: playbook.into(), on }),
        1 => (account(), account()).prop_map(|(from, into)| Command::Merge { from, into }),
        6 => Just(Command::Undo),
        3 => Just(Command::Redo),
    ]
}

/// Few ids, so that some come twice.
const SIGNALS: [&str; 12] = ["e1", "e2", "e3", "e4", "e5", "e6", "e7", "e8", "e9", "e10", "e11", "e12"];
const ALERTS: [&str; 3] =
    ["failed_payment:acme:in_1", "failed_payment:acme:in_2", "large_invoice:acme:sub_1:2024-12-30"];

fn happened() -> impl Strategy<Value = Command> {
    let account = prop_oneof![
        6 => select(&ACCOUNTS[..]).prop_map(|account| AccountRef::Id(id(account))),
        1 => Just(AccountRef::Email("ana@example.com".into())),
        1 => Just(AccountRef::Domain("nobody.example".into())),
    ];
    let source = prop_oneof![Just("key"), Just("calendly")];
    let by = prop::option::weighted(0.7, select(&PEOPLE[..]));
    (account, select(&SIGNALS[..]), 0..4_000_i64, by, source, what()).prop_map(
        |(account, signal, minutes, by, source, what)| {
            let at = morning() + TimeDelta::minutes(minutes - 1_000);
            let by = by.map(Into::into);
            Command::RecordSignal {
                account,
                signal: Signal {
                    template: None,
                    id: SignalId::new(signal),
                    at,
                    by,
                    source: source.into(),
                    data: what,
                },
            }
        },
    )
}

fn what() -> impl Strategy<Value = SignalData> {
    let call = || select(&["c-1", "c-2", "key:acme:1"][..]).prop_map(Arc::<str>::from);
    let invoice = || select(&["in_1", "in_2"][..]).prop_map(Arc::<str>::from);
    // Few slots, so that some calls are booked twice.
    let times = || {
        (0..6_i64).prop_map(|slot| {
            let starts_at = morning() + TimeDelta::hours(17 * slot);
            (starts_at, starts_at + TimeDelta::minutes(30))
        })
    };
    prop_oneof![
        3 => Just(SignalData::OutreachSent),
        3 => prop::bool::weighted(0.2).prop_map(|auto| SignalData::ReplyReceived { auto }),
        1 => select(&["jane@acme.example", "ann@acme.example"][..])
            .prop_map(|to| SignalData::EmailBounced { to: vec![to.into()], outreach: None }),
        2 => (call(), times()).prop_map(|(call, (starts_at, ends_at))| SignalData::CallBooked { call, event: None, starts_at, ends_at }),
        1 => (call(), prop::option::of(call()), times()).prop_map(|(call, was, (starts_at, ends_at))| {
            SignalData::CallRescheduled { call, was, event: None, starts_at, ends_at }
        }),
        1 => call().prop_map(|call| SignalData::CallCanceled { call }),
        2 => prop::option::of(call()).prop_map(|call| SignalData::CallHeld { call }),
        1 => prop::option::of(call()).prop_map(|call| SignalData::CallNoShow { call }),
        1 => call().prop_map(|call| SignalData::CallNoShowWithdrawn { call }),
        3 => Just(SignalData::FinalOutreachSent),
        1 => select(&["they asked", ""][..]).prop_map(|reason| SignalData::Handoff { reason: reason.into() }),
        1 => Just(SignalData::SubscriptionCanceled),
        1 => select(&["sub_1", "sub_2"][..])
            .prop_map(|subscription| SignalData::SubscriptionEnded { subscription: subscription.into() }),
        1 => select(&["sub_1", "sub_2"][..]).prop_map(|subscription| SignalData::SubscriptionCancelScheduled {
            subscription: subscription.into(),
            period_end: "2024-12-30".parse().expect("a day"),
        }),
        1 => select(&["sub_1", "sub_2"][..])
            .prop_map(|subscription| SignalData::SubscriptionCancelWithdrawn { subscription: subscription.into() }),
        1 => Just(SignalData::PaidCallPurchased),
        2 => (90_000..120_000_i64).prop_map(|minor| SignalData::InvoiceUpcoming {
            subscription: "sub_1".into(),
            period_end: "2024-12-30".parse().expect("a day"),
            amount: Money::new(minor, Currency::USD),
        }),
        2 => (invoice(), 1..4_u32).prop_map(|(invoice, attempt)| payment_failed(&invoice, attempt)),
        1 => invoice().prop_map(|invoice| SignalData::InvoicePaid { invoice, subscription: None }),
        1 => invoice().prop_map(|invoice| SignalData::InvoiceVoided { invoice, subscription: None }),
        1 => invoice().prop_map(|invoice| SignalData::InvoiceUncollectible { invoice, subscription: None }),
        1 => rows().prop_map(|row| SignalData::FactsChanged { facts: row.facts }),
    ]
}

fn alert_change() -> impl Strategy<Value = AlertChange> {
    prop_oneof![
        Just(AlertChange::Acknowledge),
        Just(AlertChange::Snooze { until: morning() + TimeDelta::days(2) }),
        prop::option::of(select(&PEOPLE[..]))
            .prop_map(|who| AlertChange::Assign { assignee: who.map(Into::into) }),
        Just(AlertChange::Close { outcome: "they pay by bank".into() }),
        Just(AlertChange::Reopen),
    ]
}

fn task_change() -> impl Strategy<Value = TaskChange> {
    prop_oneof![
        2 => Just(TaskChange::Add { title: "call them".into(), due: None, done_on: Vec::new() }),
        1 => Just(TaskChange::Done),
        1 => Just(TaskChange::Reopen),
    ]
}

fn rows() -> impl Strategy<Value = AccountFacts> {
    let forecast = select(&["50 USD", "300 USD", "836 USD", "2500 USD", "836 EUR"][..]);
    let label = select(&["1", "2", "3a. Engaged - Email", "6a", "4c. Homework Offered", "Nurture"][..]);
    (
        select(&ACCOUNTS[..]),
        prop::option::of(forecast),
        prop::option::of(select(&["startup", "boost", "annual"][..])),
        prop::option::weighted(0.3, label),
        prop::option::of(select(&["2024-12-18", "2024-12-26", "2025-01-31"][..])),
        prop::collection::vec(select(&SEGMENTS[..]), 0..2),
    )
        .prop_map(|(account, forecast, plan, label, renewal, segments)| {
            let mut row = row(account, account);
            row.facts.extend(renewal.map(|text| (FactKey::NextRenewal, day(text))));
            if ["acme", "bolt"].contains(&account) {
                let contacts = FactValue::List(vec!["ana@example.com".into()]);
                row.facts.insert(FactKey::Contacts, contacts);
            }
            row.facts.extend(forecast.map(|text| (FactKey::ForecastedMrr, amount(text))));
            row.stage = label.map(Into::into);
            row.segments = segments.into_iter().map(Into::into).collect();
            if let Some(plan) = plan { row.text(FactKey::Plan, plan) } else { row }
        })
}

/// Two keyboards and a clock on one store, and the board as an observer folds it.
struct Team {
    worlds: Vec<World>,
    store: Box<dyn Store>,
    board: Board,
    entries: Vec<Arc<Entry>>,
}

impl Team {
    /// On the store that `open` opens for each of them.
    fn on(open: &OpenShared<'_>) -> Self {
        let worlds = ACTORS.map(|_| World::over(open(), playbooks(), pipeline_with_checklists()));
        Self {
            worlds: worlds.into(),
            store: open(),
            board: Board::new(pipeline_with_checklists()),
            entries: Vec::new(),
        }
    }

    /// Does `act`, and checks everything that one act must keep.
    fn does(&mut self, act: &Act) -> Result<(), TestCaseError> {
        for world in &mut self.worlds {
            world.now.at += TimeDelta::minutes(act.minutes);
        }
        let world = &mut self.worlds[act.who];
        if act.follows {
            world.session.catch_up().expect("a store in memory can be read");
        }
        let by = Actor::from(Arc::from(ACTORS[act.who]));
        let said = world.session.submit(&act.asks, &by, world.now);
        let written = self.store.read_after(self.board.seq()).expect("a store in memory can be read");
        match (&said, &written[..]) {
            (Ok(Some(said)), [entry]) => {
                prop_assert_eq!(said, entry);
                prop_assert_eq!(&entry.by, &by);
                let after = self.after(entry);
                check_entry(&self.entries, &self.board, entry, &after)?;
                self.check_way_back(entry, &after)?;
                self.board = after;
                self.entries.push(entry.clone());
            }
            (Ok(None) | Err(SubmitError::Refused(_)), []) => {}
            _ => prop_assert!(false, "said {:?}, wrote {:?}", said, written),
        }
        Ok(())
    }

    fn after(&self, entry: &Arc<Entry>) -> Board {
        let mut after = self.board.clone();
        after.apply(entry.clone());
        after
    }

    /// Whatever was just done can be undone, and what was undone done again; either restores everything one sees.
    fn check_way_back(&self, entry: &Entry, after: &Board) -> Result<(), TestCaseError> {
        if !entry.is_undoable() {
            return Ok(());
        }
        let (back, again) = if entry.undoes.is_empty() {
            (Command::Undo, Command::Redo)
        } else {
            (Command::Redo, Command::Undo)
        };
        let mut board = after.clone();
        for (command, expected) in [(back, &self.board), (again, after)] {
            let now = self.worlds[0].now;
            let way = transact(&board, &playbooks(), &command, &entry.by, now);
            let Ok(Some(way)) = way else {
                return Err(TestCaseError::fail(format!("{} after {entry:?}: {way:?}", command.words())));
            };
            board.apply(Arc::new(way));
            prop_assert_eq!(seen(&board), seen(expected), "{} after {:?}", command.words(), entry);
        }
        Ok(())
    }
}

/// Everything people see of a board, whatever its history. Notes and signals of one moment have no order, and that an
/// occasion was served is never taken back.
fn seen(board: &Board) -> (Vec<Account>, String) {
    let (_, mut accounts, _) = picture(board);
    for account in &mut accounts {
        account.history.clear();
        account.fired = gangplank::state::SmallSet::default();
        account.notes.sort_by_key(|note| (note.at, note.by.clone(), note.text.clone()));
        Arc::make_mut(&mut account.signals).sort_by_key(|signal| (signal.at, signal.id.clone()));
    }
    let BoardMeta { alerts, unmatched, switched_off, .. } = board.meta();
    (accounts, format!("{alerts:?} {unmatched:?} {switched_off:?}"))
}

/// Why who needs a person.
fn today(board: &Board, now: &Now) -> Vec<Attention> {
    attention::today(board, now, &AttentionRules::new(14, 10))
}

/// What one entry may do to the accounts it found, and must make of them.
fn check_entry(
    past: &[Arc<Entry>],
    before: &Board,
    entry: &Entry,
    after: &Board,
) -> Result<(), TestCaseError> {
    let text = serde_json::to_string(entry).expect("an entry can be written");
    prop_assert_eq!(&serde_json::from_str::<Entry>(&text).expect("it can be read"), entry);

    for account in before.accounts() {
        let Some(now) = after.get(&account.id) else {
            // Its id still leads to somebody where it became a part of another one.
            if after.find(&account.id).is_some() {
                continue;
            }
            let undone = past.iter().find(|past| entry.undoes.contains(&past.seq));
            let added = |event: &Event| matches!(event, Event::Account { account: id, change: Change::Added } if *id == account.id);
            prop_assert!(
                undone.is_some_and(|undone| undone.events.iter().any(added)),
                "{} is lost",
                account.id
            );
            continue;
        };
        if entry.events.iter().all(|event| event.account() != Some(&account.id)) {
            prop_assert_eq!(now, account, "nobody touched it");
        }
        // Two that become one, or two again, have another past.
        let is_other = |event: &Event| {
            let change = event.change().filter(|_| event.account() == Some(&account.id));
            matches!(change, Some(Change::TookOver { .. } | Change::GaveBack { .. }))
        };
        if entry.events.iter().any(is_other) {
            continue;
        }
        for (stamp, at) in &account.stamps {
            let kept = now.stamps.get(stamp) == Some(at);
            // An undo gives back what was, which is checked where it is undone.
            let undone = entry.is_way_back();
            // Whoever had finished and starts again has stamps of the new stay.
            let is_turn = |stage: Option<&Stage>, other: Option<&Stage>| {
                stage.is_some_and(Stage::is_closed)
                    && other.is_some_and(|stage| ["1", "2"].contains(&stage.id.as_str()))
            };
            let (was, is) = (before.stage_of(account), after.stage_of(now));
            let turned = is_turn(was, is);
            // What is told late may have been the first: later than it happened, or than what happened after it.
            let is_late = |event: &Event| {
                let follows = |signal: &Signal| account.signals.iter().any(|known| known.at > signal.at);
                event.recorded().is_some_and(|signal| signal.at < entry.at || follows(signal))
            };
            let late =
                entry.events.iter().any(|event| event.account() == Some(&account.id) && is_late(event));
            prop_assert!(kept || undone || turned || late, "{}: first entered {stamp}", account.id);
        }
        prop_assert!(now.history.starts_with(&account.history), "history only grows");
    }
    for alert in after.alerts() {
        prop_assert!(after.get(&alert.account).is_some(), "{} is about nobody", alert.key);
    }
    for account in after.accounts() {
        if let Position::InStage(_, stage) = after.position_of(account) {
            // Who stands under a retired label came there by an import, which resolves labels.
            prop_assert!(account.stamps.contains_key(stage.id.as_str()), "{} in {}", account.id, stage.id);
            prop_assert!(account.stamps.contains_key(&stage.bucket), "{} in {}", account.id, stage.id);
        }
        let mut stands = None;
        for item in &account.history {
            let begins_again = item.from.is_none() && after.ids_of(&account.id).len() > 1;
            prop_assert!(item.from == stands || begins_again, "{}'s history has a gap", account.id);
            stands.clone_from(&item.to);
        }
        prop_assert_eq!(account.placement.as_ref().map(|place| place.stage.clone()), stands);
    }
    Ok(())
}

/// The board as a snapshot keeps it.
fn restored(board: &Board) -> Board {
    let mark = Mark { seq: board.seq(), ..Mark::default() };
    let read =
        snapshot::open_whole(snapshot_of(board, mark), board.pipeline().clone()).expect("it can be read");
    // The entries themselves are in the journal, and come from there.
    let kept = board.meta().kept;
    assert!(kept.iter().all(|(seq, _)| read.needs().contains(seq)));
    read.board(kept)
}

/// Has them do all that on the store that `open` opens, and checks what must hold afterwards.
fn check_acts(acts: &[Act], open: &OpenShared<'_>) -> Result<(), TestCaseError> {
    let mut team = Team::on(open);
    for act in acts {
        team.does(act)?;
    }

    // Replay equals live, on every keyboard.
    let mut replayed = Board::new(pipeline_with_checklists());
    team.entries.iter().for_each(|entry| replayed.apply(entry.clone()));
    prop_assert_eq!(picture(&replayed), picture(&team.board));
    for world in &mut team.worlds {
        world.session.catch_up().expect("a store in memory can be read");
        prop_assert_eq!(picture(world.board()), picture(&replayed));
    }

    // So does what a snapshot keeps, also in how it goes on.
    let restored = restored(&team.board);
    prop_assert_eq!(picture(&restored), picture(&team.board));

    // And so does what somebody else does on a board of which most may be asleep.
    for cut in [team.entries.len() / 3, 2 * team.entries.len() / 3] {
        let (before, after) = team.entries.split_at(cut);
        let mut board = Board::new(pipeline_with_checklists());
        for entry in before {
            board.apply(entry.clone());
        }
        let mut board = self::restored(&board);
        for entry in after {
            board.apply(entry.clone());
        }
        prop_assert_eq!(picture(&board), picture(&team.board), "asleep at {}", cut);
        prop_assert_eq!(board.len(), team.board.len());
    }

    // Who needs a person is a question to the board and the moment, and to nothing else.
    for days in [0, 1, 9, 40, 4_000] {
        let now = Now { at: team.worlds[0].now.at + TimeDelta::days(days), ..team.worlds[0].now };
        let attention = today(&team.board, &now);
        prop_assert_eq!(&today(&replayed, &now), &attention);
        prop_assert_eq!(&today(&restored, &now), &attention);
        let order = |each: &Attention| {
            let name = team.board.get(&each.account).map(|account| folded(account.name()));
            let renewal = each.next_renewal.unwrap_or(chrono::NaiveDate::MAX);
            (each.reasons[0].rank(), renewal, name, each.account.clone())
        };
        prop_assert!(attention.is_sorted_by_key(order));
        for each in &attention {
            prop_assert!(!each.reasons.is_empty());
            prop_assert!(each.reasons.is_sorted_by_key(Reason::rank));
        }
    }

    // A second sweep at the same moment finds nothing left to do.
    let mut swept = team.board.clone();
    let now = team.worlds[0].now;
    let sweep = |board: &Board| transact(board, &playbooks(), Submission::Sweep, &Actor::Clock, now);
    if let Ok(Some(entry)) = sweep(&swept) {
        swept.apply(Arc::new(entry));
    }
    prop_assert_eq!(sweep(&swept), Ok(None));
    prop_assert_eq!(sweep(&restored), sweep(&team.board));
    for who in PEOPLE {
        for command in [Command::Undo, Command::Redo] {
            let goes_on =
                |board: &Board| transact(board, &playbooks(), &command, &person(who), team.worlds[0].now);
            match (goes_on(&restored), goes_on(&team.board)) {
                // Who was faster is no longer known after a restart; that somebody was, is.
                (Err(Refusal::Overtaken { seq: a, .. }), Err(Refusal::Overtaken { seq: b, .. })) => {
                    prop_assert_eq!(a, b);
                }
                (a, b) => prop_assert_eq!(a, b),
            }
        }
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, ..ProptestConfig::default() })]

    #[test]
    fn whatever_two_people_do(acts in acts()) {
        let store = MemoryStore::new();
        check_acts(&acts, &|| Box::new(store.clone()))?;
    }
}

#[test]
fn whatever_two_people_do_on_a_disk() {
    shared_store::on_disk(&acts(), |acts, open| check_acts(&acts, open));
}

#[cfg(all(unix, feature = "team"))]
#[test]
fn whatever_two_people_do_on_the_board_of_a_team() {
    shared_store::on_a_team(&acts(), |acts, open| check_acts(&acts, open));
}

#[test]
fn nobody_is_answered_from_a_board_that_is_no_longer_so() {
    let store = MemoryStore::new();
    let [mut dana, mut eve] =
        [(); 2].map(|()| World::with_pipeline(&store, playbooks(), pipeline_with_checklists()));
    dana.does(&import(&[row("acme", "Acme").in_stage("2"), row("bolt", "Bolt").in_stage("2")]));
    eve.session.catch_up().expect("a store in memory can be read");
    dana.does(&moved("acme", "5"));
    dana.does(&forced("bolt", "3a", "they called"));
    assert!(eve.try_as("eve", &forced("acme", "2", "too early")).expect("it is elsewhere by now").is_some());
    let mut late = World::with_pipeline(&MemoryStore::new(), playbooks(), pipeline_with_checklists());
    std::mem::swap(&mut late.session, &mut eve.session);
    dana.does(&forced("bolt", "6b", "they are happy"));
    assert_eq!(late.try_as("eve", &moved("bolt", "6b")), Ok(None), "it stands there by now");
    dana.does(&import(&[row("cato", "Cato").in_stage("1")]));
    assert!(late.try_as("eve", &moved("cato", "2")).expect("it is known by now").is_some());
}

#[test]
fn who_was_overtaken_is_told_by_whom_if_that_is_known() {
    let mut world = World::of(&[row("acme", "Acme").in_stage("1")]);
    world.does(&moved("acme", "2"));
    world.try_as("eve", &moved("acme", "5")).expect("forward is fine");
    let undo = |board: &Board| {
        let refused = transact(board, &Playbooks::default(), &Command::Undo, &person("dana"), world.now);
        refused.expect_err("it was overtaken").to_string()
    };
    assert_eq!(
        undo(world.board()),
        "Acme has changed since #2 (by eve, #3): change it by hand, so that the later change is kept"
    );
    assert_eq!(
        undo(&restored(world.board())),
        "Acme has changed since #2: change it by hand, so that the later change is kept"
    );
}
