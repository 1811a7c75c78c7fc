//! A year of a few accounts: exports that change, lose and rename them, signals, moves and merges by hand, undo and a
//! sweep each morning, in any order, by two people.
//!
//! A slow model, written from the handbook and the product's rules and not from the code, lives the same year. Both
//! must agree each morning on stages, stamps, engagement, segments and alerts, and on whether the sweep did anything.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Days, Months, NaiveDate, TimeDelta, Utc};
use gangplank::state::query::attention::{self, AttentionRules};
use gangplank::state::{
    AccountId, AccountRef, AlertState, Command, Currency, Event, FactKey, FactValue, Money, Reason, Signal,
    SignalData, SignalId,
};
use gangplank::store::MemoryStore;
use proptest::prelude::*;
use proptest::sample::select;

use super::rules::of_a_team;
use crate::support::{World, forced, id, import, payment_failed, row};

const ACCOUNTS: [&str; 3] = ["acme", "bolt", "cato"];
const STAGES: [&str; 12] = ["1", "2", "3a", "3b", "4a", "4b", "5", "6a", "6b", "6c", "6d", "7"];
const CLOSED: [&str; 5] = ["6a", "6b", "6c", "6d", "7"];
/// The kinds of reasons that the model knows.
const KINDS: [&str; 6] = [
    "open_alert",
    "call_outcome_missing",
    "outreach_overdue",
    "outreach_due",
    "reply_waiting",
    "left_export",
];
/// The two at their keyboards. Who signs a signal is another matter.
const PEOPLE: [&str; 2] = ["dana", "eve"];
const SPECIALIST: &str = "dan@example.com";

/// What the nightly export says of an account. The forecast is in cents of a dollar; the renewal in days from then.
#[derive(Clone, Debug, PartialEq)]
struct Export {
    forecast: Option<i64>,
    plan: Option<&'static str>,
    renews_in: Option<u64>,
    monthly: bool,
    with_sales: bool,
    has_paid: bool,
}

#[derive(Clone, Debug)]
enum Act {
    Export(Export),
    Outreach {
        by: &'static str,
    },
    Reply {
        auto: bool,
    },
    Booked(u8),
    Held(u8),
    Canceled(u8),
    Final,
    Handoff,
    Churn,
    PaidCall,
    PaymentFailed(u8),
    InvoicePaid(u8),
    MoveByHand(&'static str),
    /// The whole export of the night lacks the account.
    Missing,
    /// An export has the account again.
    Back,
    /// The account is known by a new id, which an export brought and a person merged with it.
    Renamed,
}

/// So many mornings later, something happens to an account, and is perhaps undone at once.
#[derive(Clone, Debug)]
struct Happening {
    mornings: u8,
    account: usize,
    act: Act,
    undone: bool,
    /// Which of the two people does it.
    who: usize,
}

fn exports() -> impl Strategy<Value = Export> {
    let forecast = prop_oneof![
        1 => Just(None),
        6 => select(&[9_999, 10_000, 10_001, 49_999, 50_000, 83_600, 200_000][..]).prop_map(Some),
    ];
    let plans = [None, Some("pay-as-you-go"), Some("startup"), Some("YC"), Some("boost"), Some("annual")];
    let renews_in = prop_oneof![1 => Just(None), 5 => (1_u64..60).prop_map(Some)];
    (
        forecast,
        select(plans.to_vec()),
        renews_in,
        prop::bool::weighted(0.8),
        prop::bool::weighted(0.1),
        any::<bool>(),
    )
        .prop_map(|(forecast, plan, renews_in, monthly, with_sales, has_paid)| Export {
            forecast,
            plan,
            renews_in,
            monthly,
            with_sales,
            has_paid,
        })
}

fn happenings() -> impl Strategy<Value = Vec<Happening>> {
    let act = prop_oneof![
        5 => exports().prop_map(Act::Export),
        6 => select(&[SPECIALIST, "sales@example.com"][..]).prop_map(|by| Act::Outreach { by }),
        5 => prop::bool::weighted(0.3).prop_map(|auto| Act::Reply { auto }),
        3 => (0..4_u8).prop_map(Act::Booked),
        3 => (0..4_u8).prop_map(Act::Held),
        1 => (0..4_u8).prop_map(Act::Canceled),
        3 => Just(Act::Final),
        1 => Just(Act::Handoff),
        1 => Just(Act::Churn),
        1 => Just(Act::PaidCall),
        1 => (0..3_u8).prop_map(Act::PaymentFailed),
        1 => (0..3_u8).prop_map(Act::InvoicePaid),
        3 => select(&STAGES[..]).prop_map(Act::MoveByHand),
        1 => Just(Act::Missing),
        1 => Just(Act::Back),
        1 => Just(Act::Renamed),
    ];
    let happening = (0_u8..12, 0..ACCOUNTS.len(), act, prop::bool::weighted(0.15), 0..PEOPLE.len())
        .prop_map(|(mornings, account, act, undone, who)| Happening { mornings, account, act, undone, who });
    prop::collection::vec(happening, 1..70)
}

/// What the model knows of one account.
#[expect(clippy::struct_excessive_bools, reason = "each is one thing that is known")]
#[derive(Clone, Debug, Default)]
struct Life {
    export: Option<Export>,
    renewal: Option<NaiveDate>,
    stage: Option<&'static str>,
    stamps: BTreeMap<String, DateTime<Utc>>,
    engaged: bool,
    churned: bool,
    has_paid: bool,
    segments: BTreeSet<&'static str>,
    /// The first outreach of this stay.
    first_outreach: Option<NaiveDate>,
    /// Whether a specialist wrote to them in this stay.
    written_to: bool,
    /// Whether they wrote last.
    waits_for_answer: bool,
    /// When they last wrote.
    replied: Option<DateTime<Utc>>,
    /// When onboarding was over for the last time.
    over: Option<DateTime<Utc>>,
    /// When the card first came, in this stay, to where outreach leads.
    started: Option<NaiveDate>,
    /// How many calls were held in this stay.
    held: u32,
    /// When the card came back, if this is not its first stay.
    returned: Option<DateTime<Utc>>,
    /// Each with the time at which it begins.
    calls: BTreeMap<u8, (Call, DateTime<Utc>)>,
    /// Renewals for which the clock moved the card to 5.
    served: BTreeSet<NaiveDate>,
    /// When a person last took the card out of 5.
    taken_back: Option<NaiveDate>,
    /// Whether a file gave the card a sales contact since a person last placed it.
    left_alone: bool,
    /// Invoices that could not be collected: the alert about each, and whether it is open.
    failed: BTreeMap<u8, (String, bool)>,
    /// Under how many ids it has been known, beside the first.
    renamed: usize,
    /// Whether the last whole export lacks it, though it was open then.
    is_missing: bool,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Call {
    Booked,
    Held,
    Canceled,
}

impl Life {
    /// The id that the account named `name` at first has now.
    fn id(&self, name: &str) -> String {
        if self.renamed == 0 { name.to_owned() } else { format!("{name}-{}", self.renamed) }
    }

    fn enters(&mut self, stage: &'static str, at: DateTime<Utc>) {
        let came_back = self.is_in(&CLOSED) && ["1", "2"].contains(&stage);
        if came_back {
            // A new stay, with stamps of its own.
            (self.first_outreach, self.started, self.written_to) = (None, None, false);
            self.stamps.clear();
            (self.held, self.returned) = (0, Some(at));
            // What they wrote before they left is no question of this stay.
            self.waits_for_answer &= self.replied >= self.over;
        }
        if CLOSED.contains(&stage) && !self.is_in(&CLOSED) {
            self.over = Some(at);
        }
        if stage != "1" {
            self.started.get_or_insert(at.date_naive());
        }
        self.stage = Some(stage);
        // These stages are for those who engaged; whoever moves a card there by hand says that they did.
        self.engaged |= ["3a", "3b", "4a", "4b", "6b"].contains(&stage);
        // Of a bucket with one stage, the two are the same.
        for stamp in [stage, &stage[..1]] {
            self.stamps.entry(stamp.to_owned()).or_insert(at);
        }
    }

    fn is_in(&self, stages: &[&str]) -> bool {
        self.stage.is_some_and(|stage| stages.contains(&stage))
    }

    /// The renewal that comes next on `today`: a passed one rolls on by its interval, if that is known.
    fn next_renewal(&self, today: NaiveDate) -> Option<NaiveDate> {
        let first = self.renewal?;
        let monthly = self.export.as_ref().is_some_and(|export| export.monthly);
        (0..)
            .map(|months| first + Months::new(months))
            .take(if monthly { usize::MAX } else { 1 })
            .find(|day| *day >= today || !monthly)
            .filter(|day| *day >= today)
    }

    fn learns(&mut self, export: &Export, at: DateTime<Utc>) {
        let today = at.date_naive();
        self.renewal = export.renews_in.map(|days| today + Days::new(days)).or(self.renewal);
        let before = self.export.clone();
        // A blank cell says nothing: what was known stays known.
        let known = Export {
            forecast: export.forecast.or(before.as_ref().and_then(|it| it.forecast)),
            plan: export.plan.or(before.as_ref().and_then(|it| it.plan)),
            renews_in: None,
            monthly: export.monthly || before.as_ref().is_some_and(|it| it.monthly),
            with_sales: export.with_sales || before.as_ref().is_some_and(|it| it.with_sales),
            has_paid: export.has_paid,
        };
        self.has_paid |= export.has_paid;
        let is_news = known.with_sales && before.as_ref().is_none_or(|it| !it.with_sales);
        self.left_alone |= is_news && self.stage.is_some();
        let forecast = known.forecast.unwrap_or_default();
        let first_payment_due = !self.has_paid;
        if self.stage.is_none() && !self.churned {
            if first_payment_due && forecast >= 200_000 {
                self.segments.insert("Sales Lead");
            }
            let by_plan = match known.plan {
                None | Some("pay-as-you-go" | "startup" | "YC") => forecast > 10_000,
                Some("boost") => true,
                Some(_) => false,
            };
            if by_plan && !known.with_sales && !self.segments.contains("Sales Lead") {
                self.enters("1", at);
                self.segments.insert("Onboarding Lead");
            }
        }
        if first_payment_due && !self.churned && (10_000..=50_000).contains(&forecast) {
            self.segments.insert("100-500 Onboarding");
        }
        self.export = Some(known);
    }

    /// What the act does, by the handbook. Nothing when it would say again what is known.
    #[expect(clippy::too_many_lines, reason = "one arm per act")]
    fn lives(&mut self, name: &str, act: &Act, at: DateTime<Utc>) -> bool {
        match act {
            Act::Export(export) => self.learns(export, at),
            Act::Outreach { by } => {
                self.first_outreach.get_or_insert(at.date_naive());
                self.written_to |= *by == SPECIALIST;
                self.waits_for_answer = false;
                if *by == SPECIALIST && self.is_in(&["1"]) {
                    self.enters("2", at);
                }
            }
            Act::Reply { auto } => {
                if !auto {
                    (self.engaged, self.waits_for_answer, self.replied) = (true, true, Some(at));
                    if self.is_in(&["2"]) {
                        self.enters("3a", at);
                    }
                }
            }
            Act::Booked(call) => {
                if self.calls.contains_key(call) {
                    return false;
                }
                self.calls.insert(*call, (Call::Booked, at + TimeDelta::minutes(1)));
                (self.engaged, self.waits_for_answer) = (true, false);
                if self.is_in(&["1", "2", "3a"]) {
                    self.enters("3b", at);
                }
            }
            Act::Held(call) => {
                let Some((Call::Booked, begins)) = self.calls.get(call).copied() else { return false };
                let held_before = self.held > 0;
                // A call of the last stay says nothing of when this one began.
                let began = if self.returned.is_some_and(|returned| begins < returned) { at } else { begins };
                let entered_before = self.stamps.get("4a").is_some_and(|entered| *entered <= began);
                self.held += 1;
                self.calls.insert(*call, (Call::Held, begins));
                (self.engaged, self.waits_for_answer) = (true, false);
                if (held_before || entered_before) && self.is_in(&["1", "2", "3a", "3b", "4a"]) {
                    self.enters("4b", at);
                } else if self.is_in(&["1", "2", "3a", "3b"]) {
                    self.enters("4a", at);
                }
            }
            Act::Canceled(call) => {
                let Some((Call::Booked, begins)) = self.calls.get(call).copied() else { return false };
                self.calls.insert(*call, (Call::Canceled, begins));
            }
            Act::Final => {
                self.waits_for_answer = false;
                if self.is_in(&["5"]) {
                    self.enters(if self.engaged { "6b" } else { "6a" }, at);
                }
            }
            Act::Handoff => {
                self.waits_for_answer = false;
                if !self.is_in(&["6c"]) {
                    self.enters("6c", at);
                }
            }
            Act::Churn => {
                self.churned = true;
                if self.stage.is_some() && !self.is_in(&["6d"]) {
                    self.enters("6d", at);
                }
            }
            Act::PaidCall => {
                if !self.is_in(&["7"]) {
                    self.enters("7", at);
                }
            }
            Act::PaymentFailed(invoice) => {
                if self.failed.contains_key(invoice) {
                    return false;
                }
                let alert = format!("failed_payment:{}:{name}-{invoice}", self.id(name));
                self.failed.insert(*invoice, (alert, true));
            }
            Act::InvoicePaid(invoice) => {
                let Some((_, open @ true)) = self.failed.get_mut(invoice) else { return false };
                *open = false;
                self.has_paid = true;
            }
            Act::MoveByHand(to) => {
                if self.stage.is_none() || self.is_in(&[to]) {
                    return false;
                }
                if self.is_in(&["5"]) {
                    self.taken_back = Some(at.date_naive());
                }
                self.left_alone = false;
                self.enters(to, at);
            }
            Act::Missing => {
                if self.is_missing || self.stage.is_none() || self.is_in(&CLOSED) {
                    return false;
                }
                self.is_missing = true;
            }
            Act::Back => {
                if !self.is_missing {
                    return false;
                }
                self.is_missing = false;
            }
            Act::Renamed => {
                self.renamed += 1;
                // One of the two is in the export.
                self.is_missing = false;
            }
        }
        true
    }

    /// The kinds of reasons, of those that this model knows, for which the account needs a person at `at`.
    fn today(&self, at: DateTime<Utc>) -> BTreeSet<&'static str> {
        let today = at.date_naive();
        let days = self.next_renewal(today).map(|renewal| (renewal - today).num_days());
        let new = self.is_in(&["1"]) && !self.written_to && !self.left_alone;
        let ended = |(call, begins): &(Call, DateTime<Utc>)| {
            *call == Call::Booked && *begins + TimeDelta::minutes(30) <= at
        };
        let kinds = [
            ("open_alert", self.failed.values().any(|(_, open)| *open)),
            ("call_outcome_missing", self.calls.values().any(ended)),
            ("outreach_overdue", new && days.is_some_and(|days| days <= 10)),
            ("outreach_due", new && days.is_some_and(|days| (11..=14).contains(&days))),
            ("reply_waiting", self.waits_for_answer),
            ("left_export", self.is_missing && self.stage.is_some() && !self.is_in(&CLOSED)),
        ];
        kinds.into_iter().filter_map(|(kind, is_so)| is_so.then_some(kind)).collect()
    }

    /// The clock's part: ten days or fewer before the renewal, and a week after the first outreach.
    fn morning(&mut self, at: DateTime<Utc>) -> bool {
        let today = at.date_naive();
        let Some(renewal) = self.next_renewal(today) else { return false };
        let due = self.is_in(&["2", "3a", "3b", "4a", "4b"])
            && !self.left_alone
            && (renewal - today).num_days() <= 10
            && self.taken_back.is_none_or(|day| (renewal - day).num_days() > 10)
            && self.first_outreach.or(self.started).is_some_and(|first| (today - first).num_days() >= 7)
            && self.served.insert(renewal);
        if due {
            self.enters("5", at);
        }
        due
    }
}

/// A board, as two people see it, and the model beside it.
struct Year {
    desks: [World; 2],
    lives: BTreeMap<&'static str, Life>,
    signals: usize,
}

impl Year {
    fn new() -> Self {
        let store = MemoryStore::new();
        let desks = [World::with(&store, of_a_team()), World::with(&store, of_a_team())];
        Self { desks, lives: ACCOUNTS.map(|account| (account, Life::default())).into(), signals: 0 }
    }

    /// Everybody's first export; none of them is worth an engagement yet.
    fn begins(&mut self) {
        self.desks[0].does(&import(&ACCOUNTS.map(|account| row(account, account))));
    }

    fn now(&self) -> DateTime<Utc> {
        self.desks[0].now.at
    }

    fn is_now(&mut self, at: DateTime<Utc>) {
        for desk in &mut self.desks {
            desk.now.at = at;
        }
    }

    fn minutes_later(&mut self, minutes: i64) {
        self.is_now(self.now() + TimeDelta::minutes(minutes));
    }

    fn command(&mut self, account: &str, act: &Act) -> Command {
        let at = self.now();
        let call = |call: &u8| format!("{account}-{call}").into();
        // An id that was merged leads to the account, too.
        let life = &self.lives[account];
        let named = if self.signals.is_multiple_of(2) { account.to_owned() } else { life.id(account) };
        let data = match act {
            Act::Export(export) => return exported(&named, account, export, at.date_naive()),
            Act::MoveByHand(to) => return forced(&named, to, "as agreed"),
            Act::Missing => {
                let others = self.lives.iter().filter(|(name, _)| **name != account);
                return compared(others.map(|(name, life)| id(&life.id(name))).collect(), true);
            }
            Act::Back => return compared([id(&named)].into(), false),
            Act::Renamed => {
                let before = Life { renamed: life.renamed - 1, ..life.clone() };
                return Command::Merge { from: id(&before.id(account)), into: id(&life.id(account)) };
            }
            Act::Outreach { .. } => SignalData::OutreachSent,
            Act::Reply { auto } => SignalData::ReplyReceived { auto: *auto },
            Act::Booked(n) => SignalData::CallBooked {
                event: None,
                call: call(n),
                starts_at: at + TimeDelta::minutes(1),
                ends_at: at + TimeDelta::minutes(31),
            },
            Act::Held(n) => SignalData::CallHeld { call: Some(call(n)) },
            Act::Canceled(n) => SignalData::CallCanceled { call: call(n) },
            Act::Final => SignalData::FinalOutreachSent,
            Act::Handoff => SignalData::Handoff { reason: "they want a contract".into() },
            Act::Churn => SignalData::SubscriptionCanceled,
            Act::PaidCall => SignalData::PaidCallPurchased,
            Act::PaymentFailed(n) => payment_failed(&format!("{account}-{n}"), 1),
            Act::InvoicePaid(n) => SignalData::InvoicePaid { invoice: call(n), subscription: None },
        };
        let by = match act {
            Act::Outreach { by } => by,
            _ => SPECIALIST,
        };
        self.signals += 1;
        let id_of_it = SignalId::new(&format!("evt-{}", self.signals));
        let signal =
            Signal { template: None, id: id_of_it, at, by: Some(by.into()), source: "test".into(), data };
        Command::RecordSignal { account: AccountRef::Id(id(&named)), signal }
    }

    /// Mornings pass; on each, the clock does what is due, and both must say the same.
    fn wakes(&mut self, mornings: u8) {
        for _ in 0..mornings {
            let tomorrow = self.now().date_naive() + Days::new(1);
            let at = tomorrow.and_hms_opt(7, 0, 0).expect("a time there is").and_utc();
            self.is_now(at);
            let expected: Vec<&str> =
                self.lives.iter_mut().filter_map(|(name, life)| life.morning(at).then_some(*name)).collect();
            let swept = self.desks[0].sweeps();
            assert_eq!(swept.is_some(), !expected.is_empty(), "{at}: {expected:?} {swept:#?}");
            // Nobody else is said to have moved.
            let events = swept.iter().flat_map(|entry| &entry.events);
            let moved = events.filter(|event| event.is_move());
            let moved: BTreeSet<String> = moved.filter_map(Event::account).map(ToString::to_string).collect();
            let due = expected.iter().map(|name| self.lives[name].id(name)).collect();
            assert_eq!(moved, due, "who is moved on {at}");
            assert_eq!(self.desks[1].sweeps(), None, "the other board has nothing left to do");
            self.agrees();
        }
    }

    fn happens(&mut self, happening: &Happening) {
        self.wakes(happening.mornings);
        self.minutes_later(5);
        let (account, who) = (ACCOUNTS[happening.account], happening.who);
        let before = self.lives.clone();
        let life = self.lives.get_mut(account).expect("the account lives");
        let at = self.desks[0].now.at;
        if !life.lives(account, &happening.act, at) {
            return;
        }
        if matches!(happening.act, Act::Missing) {
            // The others are in that export.
            for (_, other) in self.lives.iter_mut().filter(|(name, _)| **name != account) {
                other.is_missing = false;
            }
        }
        if matches!(happening.act, Act::Renamed) {
            let new = self.lives[account].id(account);
            self.desks[1 - who].does(&import(&[row(&new, account)]));
        }
        let command = self.command(account, &happening.act);
        let said = self.desks[who].try_as(PEOPLE[who], &command).expect("nothing of this is refused");
        self.agrees();
        // What is known already changes nothing, whoever says it again.
        if matches!(command, Command::RecordSignal { .. } | Command::Import { .. } | Command::Merge { .. }) {
            assert_eq!(self.desks[1 - who].try_as(PEOPLE[1 - who], &command), Ok(None), "{command:?} again");
        }
        if happening.undone && said.is_some() {
            let after = std::mem::replace(&mut self.lives, before);
            self.minutes_later(1);
            self.desks[who]
                .try_as(PEOPLE[who], &Command::Undo)
                .expect("nobody came between")
                .expect("it is undone");
            self.agrees();
            self.minutes_later(1);
            self.desks[who].try_as(PEOPLE[who], &Command::Redo).expect("nobody came between");
            self.lives = after;
            self.agrees();
        }
    }

    /// Both boards are what the model says.
    fn agrees(&mut self) {
        for desk in &mut self.desks {
            desk.session.catch_up().expect("a store in memory can be read");
        }
        for desk in &self.desks {
            self.agrees_with(desk);
        }
    }

    fn agrees_with(&self, desk: &World) {
        for (name, life) in &self.lives {
            let account = desk.account(&life.id(name));
            assert_eq!(
                desk.board().find(&id(name)).map(|it| &it.id),
                Some(&account.id),
                "where {name} leads"
            );
            let stage = account.placement.as_ref().map(|place| place.stage.as_str());
            assert_eq!(stage, life.stage, "the stage of {name}\n{life:#?}\n{:#?}", account.history);
            let stamps: BTreeMap<String, DateTime<Utc>> =
                account.stamps.iter().map(|(stamp, at)| (stamp.to_string(), *at)).collect();
            assert_eq!(stamps, life.stamps, "the stamps of {name}");
            assert_eq!(account.engaged.is_some(), life.engaged, "whether {name} engaged");
            let segments: BTreeSet<&str> = account.segments.iter().map(|segment| &**segment).collect();
            assert_eq!(segments, life.segments, "the segments of {name}");
        }
        let rules = AttentionRules {
            specialists: of_a_team().team.specialists.clone().into(),
            ..AttentionRules::new(14, 10)
        };
        let mut due = BTreeMap::new();
        for each in attention::today(desk.board(), &desk.now, &rules) {
            let kinds = each.reasons.iter().map(Reason::word);
            let kinds: BTreeSet<_> = kinds.filter(|kind| KINDS.contains(kind)).collect();
            due.insert(each.account.to_string(), kinds);
        }
        for (name, life) in &self.lives {
            let kinds = due.remove(&life.id(name)).unwrap_or_default();
            assert_eq!(kinds, life.today(desk.now.at), "what {name} needs today\n{life:#?}");
        }
        let mut alerts = BTreeMap::new();
        for alert in desk.board().alerts() {
            let open = !matches!(alert.state, AlertState::Closed { .. });
            alerts.insert(alert.key.to_string(), open);
        }
        let expected: BTreeMap<String, bool> =
            self.lives.values().flat_map(|life| life.failed.values().cloned()).collect();
        assert_eq!(alerts, expected, "the alerts");
    }
}

/// What a whole export, or a part of one, says of who is in it.
fn compared(ids: BTreeSet<AccountId>, is_whole: bool) -> Command {
    Command::CompareExport { export: "export.csv".into(), ids, is_whole, duplicates: Vec::new() }
}

fn exported(named: &str, account: &str, export: &Export, today: NaiveDate) -> Command {
    let mut row = row(named, account);
    let usd = |minor| FactValue::Money(Money::new(minor, Currency::USD));
    row.facts.extend(export.forecast.map(|minor| (FactKey::ForecastedMrr, usd(minor))));
    row.facts.extend(export.plan.map(|plan| (FactKey::Plan, FactValue::Text(plan.into()))));
    let renewal = export.renews_in.map(|days| today + Days::new(days));
    row.facts.extend(renewal.map(|day| (FactKey::NextRenewal, FactValue::Date(day))));
    let known = |yes: bool, key, value: FactValue| yes.then_some((key, value));
    row.facts.extend(known(export.monthly, FactKey::BillingInterval, FactValue::Text("monthly".into())));
    row.facts.extend(known(export.with_sales, FactKey::SalesContact, FactValue::Text("eve".into())));
    row.facts.extend(known(export.has_paid, FactKey::PaidInvoices, FactValue::Number(2.0)));
    import(&[row])
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    #[test]
    fn a_year_is_lived_as_the_handbook_says(happenings in happenings()) {
        let mut year = Year::new();
        year.begins();
        for happening in &happenings {
            year.happens(happening);
        }
        year.wakes(40);
    }
}
