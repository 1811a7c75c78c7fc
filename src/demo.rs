//! The demonstration: a morning in a team of two, in memory.
//!
//! What happened to the accounts of `assets/demo.toml` is submitted again, day by day, to a session: imports, signals,
//! moves, notes. So histories, stamps and durations are what they would be, and the same `now` always gives the
//! same board.

mod scenario;

use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::{DateTime, Days, NaiveDate, NaiveTime, TimeDelta, TimeZone, Utc};
use serde::Deserialize;

use crate::playbook::Playbooks;
use crate::session::{Session, SubmitError};
use crate::state::values::time;
use crate::state::{
    AccountFacts, AccountId, AccountRef, Actor, BillingInterval, Board, Command, FactKey, FactValue, Money,
    Now, Pipeline, Risk, Signal, SignalData, SignalId, StageId, Submission,
};
use crate::store::StoreAddress;

/// The accounts, as they can be read and changed.
const ACCOUNTS: &str = include_str!("../assets/demo.toml");

/// What the imports are called.
const EXPORT: &str = "import crm-export.csv";

/// The hour at which the day's export is imported, before anybody is at work.
const IMPORT_AT: u32 = 7;

/// The hour at which the clock sets playbooks off that go by time.
const SWEEP_AT: u32 = 8;

/// The hour at which people begin.
const WORK_AT: u32 = 9;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct DemoFile {
    account: Vec<AccountSpec>,
    stray: Vec<UnmatchedSpec>,
}

/// A signal that fits none of the accounts.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct UnmatchedSpec {
    email: String,
    days: u64,
    failed: Option<String>,
}

impl UnmatchedSpec {
    fn step(&self, at: usize, now: Now) -> ScenarioStep {
        let what = match &self.failed {
            None => SignalData::ReplyReceived { auto: false },
            Some(amount) => SignalData::InvoicePaymentFailed {
                invoice: format!("in_stray{at}").into(),
                amount: amount.parse().expect("an amount with its currency"),
                attempt: 1,
                next_attempt: None,
                subscription: None,
            },
        };
        let source = if self.failed.is_some() { "stripe" } else { "gmail" };
        let by = self.failed.is_none().then(|| self.email.as_str().into());
        let moment = moment(now, self.days, WORK_AT, 17);
        let id = SignalId::new(&format!("{source}-{at}"));
        let signal = Signal { template: None, id, at: moment, by, source: source.into(), data: what };
        let account = AccountRef::Email(self.email.as_str().into());
        ScenarioStep { at: moment, by: person("magda"), command: Command::RecordSignal { account, signal } }
    }
}

/// An account as `assets/demo.toml` describes it.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(clippy::struct_excessive_bools, reason = "each is a word of its own in the file")]
struct AccountSpec {
    name: String,
    domain: String,
    plan: Option<String>,
    mrr: String,
    renewal: u64,
    billing: Option<String>,
    path: String,
    why: Option<Arc<str>>,
    label: Option<Arc<str>>,
    owner: Option<String>,
    users: u32,
    region: String,
    industry: String,
    note: Option<Arc<str>>,
    risk: Option<Risk>,
    #[serde(default)]
    unseen: bool,
    #[serde(default)]
    churned: bool,
    sales_contact: Option<String>,
    /// The call that is booked: days from today.
    call: Option<i64>,
    #[serde(default)]
    missed: bool,
    #[serde(default)]
    waiting: bool,
    wrote: Option<u64>,
    #[serde(default)]
    tasks: Vec<String>,
    #[serde(default)]
    checked: usize,
    #[serde(default)]
    observed: Vec<String>,
    failed: Option<u32>,
    invoice: Option<String>,
    alert: Option<String>,
    snoozed: Option<u64>,
}

/// A session with the demonstration's accounts as they are at `now`. It writes nothing to disk.
///
/// On a pipeline that lacks some of our stages, accounts are in stages that are about as far.
///
/// # Panics
/// Never: a store in memory opens.
pub fn session(pipeline: &Arc<Pipeline>, playbooks: &Arc<Playbooks>, now: Now) -> Session {
    let opened = StoreAddress::Memory.open(Arc::clone(pipeline)).expect("memory neither fails nor is full");
    let mut session = Session::new(opened.store, opened.board, Arc::clone(playbooks));
    let steps = scenario_steps(pipeline, now);
    let mut mornings = mornings(steps.first().map_or(now.at, |first| first.at), now).peekable();
    for ScenarioStep { at, by, mut command } in steps {
        while let Some(morning) = mornings.next_if(|morning| *morning <= at) {
            let _ = session.submit(Submission::Sweep, &Actor::Clock, Now { at: morning, zone: now.zone });
        }
        if is_in_stage(session.board(), &command) {
            continue;
        }
        let now = Now { at, zone: now.zone };
        let Err(SubmitError::Refused(refusal)) = session.submit(&command, &by, now) else { continue };
        // A refusal that cannot be forced is accepted: a team's own playbooks may differ from ours.
        if let Command::Move { to, reason, force, .. } = &mut command
            && refusal.can_be_forced()
        {
            *force = true;
            reason.get_or_insert_with(|| default_reason(to));
            let _ = session.submit(&command, &by, now);
        }
    }
    session
}

/// When the clock looks at what is due, from the first export until now, in order.
fn mornings(first: DateTime<Utc>, now: Now) -> impl Iterator<Item = DateTime<Utc>> {
    let age = (now.at - first).num_days().unsigned_abs();
    (0..=age).rev().map(move |days| moment(now, days, SWEEP_AT, 0))
}

/// Whether a signal has moved the card to the stage already.
fn is_in_stage(board: &Board, command: &Command) -> bool {
    let Command::Move { account, to, .. } = command else { return false };
    board.get(account).and_then(|account| account.placement.as_ref()).is_some_and(|place| place.stage == *to)
}

/// A reason for a move that needs one, where the file gives none.
fn default_reason(to: &StageId) -> Arc<str> {
    match to.as_str() {
        "3a" => "They replied to the first outreach",
        "3b" => "They booked a call",
        "4a" => "They came to the intro call",
        "4b" => "They came to the second call",
        _ => "As agreed with the team",
    }
    .into()
}

struct ScenarioStep {
    at: DateTime<Utc>,
    by: Actor,
    command: Command,
}

/// Everything that happened until `now`, in order.
fn scenario_steps(pipeline: &Pipeline, now: Now) -> Vec<ScenarioStep> {
    let file: DemoFile = toml::from_str(ACCOUNTS).expect("the demonstration we ship is tested");
    let personas: Vec<Persona> =
        file.account.iter().enumerate().map(|(at, spec)| Persona::new(at, spec, now)).collect();
    let mut exports: BTreeMap<u64, Vec<AccountFacts>> = BTreeMap::new();
    for persona in &personas {
        exports.entry(persona.age).or_default().push(persona.row_when_new(now));
    }
    let today = exports.entry(0).or_default();
    today.extend(personas.iter().filter(|persona| persona.age > 0).map(|persona| persona.row_today(now)));
    let imports = exports.into_iter().rev().map(|(age, rows)| ScenarioStep {
        at: moment(now, age, IMPORT_AT, 0),
        by: person("magda"),
        command: Command::Import { source: EXPORT.into(), rows: rows.into(), take_stages: false },
    });
    let mut steps: Vec<ScenarioStep> =
        imports.chain(personas.iter().flat_map(|persona| persona.steps(pipeline, now))).collect();
    steps.extend(file.stray.iter().enumerate().map(|(at, stray)| stray.step(at, now)));
    // Stable: steps of one moment stay in the order of the file.
    steps.sort_by_key(|step| step.at);
    steps
}

fn person(name: &str) -> Actor {
    Actor::Person(format!("{name}@example.com").into())
}

/// `days` ago at that time of the business day, but never later than `now`.
fn moment(now: Now, days: u64, hour: u32, minutes: u32) -> DateTime<Utc> {
    let day = now.today().checked_sub_days(Days::new(days)).unwrap_or_default();
    at_time(now, day, hour, minutes).min(now.at)
}

/// That time on `day`.
fn at_time(now: Now, day: NaiveDate, hour: u32, minutes: u32) -> DateTime<Utc> {
    let midnight = day.and_time(NaiveTime::MIN);
    let local = midnight + TimeDelta::minutes(i64::from(hour * 60 + minutes));
    // A clock change may have skipped this hour.
    now.zone.from_local_datetime(&local).earliest().map_or_else(|| local.and_utc(), |at| at.to_utc())
}

/// An account of the demonstration, with its days counted back from today.
struct Persona<'a> {
    spec: &'a AccountSpec,
    id: AccountId,
    /// Its place in the file: spreads people's work over the day.
    at: u32,
    /// Its stages, and how many days ago it entered each.
    path: Vec<(&'a str, u64)>,
    /// How many days ago it was first imported.
    age: u64,
    renewal: NaiveDate,
    forecast: Money,
}

impl<'a> Persona<'a> {
    fn new(at: usize, spec: &'a AccountSpec, now: Now) -> Self {
        let at = u32::try_from(at).expect("a file a person can read");
        let mut age = 0;
        let mut path = Vec::new();
        for stay in spec.path.split(' ').rev() {
            let (stage, days) = stay.rsplit_once(':').unwrap_or(("", stay));
            age += days.parse::<u64>().expect("days are a number");
            if !stage.is_empty() {
                path.push((stage, age));
            }
        }
        path.reverse();
        Self {
            spec,
            id: AccountId::new(&format!("A-{}", 1001 + at)),
            at,
            path,
            age,
            renewal: now.today() + Days::new(spec.renewal),
            forecast: spec.mrr.parse().expect("an amount with its currency"),
        }
    }

    /// Its row in the first export that has it.
    fn row_when_new(&self, now: Now) -> AccountFacts {
        let spec = self.spec;
        let mail = |who: &str| Arc::<str>::from(format!("{who}@{}.example", spec.domain));
        let came = now.today() - Days::new(self.age);
        let mut row = AccountFacts::new(self.id.as_str())
            .text(FactKey::Name, &spec.name)
            .text(FactKey::Domain, &format!("{}.example", spec.domain))
            .text(FactKey::Region, &spec.region)
            .text(FactKey::Plan, spec.plan.as_deref().unwrap_or("pay-as-you-go"))
            .text(FactKey::BillingInterval, self.billing())
            .text(FactKey::Extra("Industry".into()), &spec.industry)
            .text(FactKey::OtherId("stripe".into()), &format!("cus_demo{:03}", self.at))
            .with(FactKey::ForecastedMrr, FactValue::Money(self.forecast))
            .with(FactKey::NextRenewal, FactValue::Date(self.renewal_before(self.paid(now))))
            .with(FactKey::UsersCount, FactValue::Number(f64::from(spec.users)))
            .with(FactKey::Contacts, FactValue::List(vec![mail("hello"), mail("billing")]))
            .with(FactKey::Created, FactValue::Date(came - Days::new(u64::from(9 + self.at % 17))));
        if let Some(contact) = &spec.sales_contact {
            row = row.text(FactKey::SalesContact, contact);
        }
        row.stage.clone_from(&spec.label);
        row
    }

    /// Its row in today's export: renewals have passed and invoices were paid.
    fn row_today(&self, now: Now) -> AccountFacts {
        let mut row = AccountFacts::new(self.id.as_str())
            .with(FactKey::NextRenewal, FactValue::Date(self.renewal))
            .with(FactKey::HealthScore, FactValue::Number(f64::from(4 + self.at * 7 % 6)));
        let paid = self.paid(now);
        if paid > 0 {
            let hundredth = self.forecast.minor / 100;
            let last = Money::new(hundredth * i64::from(82 + self.at % 16), self.forecast.currency);
            let all = Money::new(last.minor * i64::from(paid), last.currency);
            row = row
                .with(FactKey::Mrr, FactValue::Money(last))
                .with(FactKey::LastInvoice, FactValue::Money(last))
                .with(FactKey::Ltv, FactValue::Money(all))
                .with(FactKey::PaidInvoices, FactValue::Number(f64::from(paid)));
        }
        if self.spec.churned {
            let left = self.path.last().map_or(0, |(_, days)| *days);
            row = row.with(FactKey::Churned, FactValue::Date(now.today() - Days::new(left)));
        }
        row
    }

    fn billing(&self) -> &str {
        self.spec.billing.as_deref().unwrap_or("monthly")
    }

    /// How many renewals have passed since it came: so many invoices were paid.
    fn paid(&self, now: Now) -> u32 {
        let came = now.today() - Days::new(self.age);
        let mut paid = 0;
        while self.renewal_before(paid + 1) > came {
            paid += 1;
        }
        paid
    }

    /// The renewal so many periods before the next one.
    fn renewal_before(&self, periods: u32) -> NaiveDate {
        let period = BillingInterval::parse(self.billing()).expect("an interval we know").period();
        time::after(self.renewal, period, -i64::from(periods)).expect("a day of the calendar")
    }
}

/// Our stages, in order, to find the stage of another pipeline that is about as far.
const OURS: [&str; 12] = ["1", "2", "3a", "3b", "4a", "4b", "5", "6a", "6b", "6c", "6d", "7"];

/// The stage called `name`, or one that is about as far where the pipeline lacks some of ours.
fn nearest(pipeline: &Pipeline, name: &str) -> StageId {
    let stages = pipeline.stages();
    if OURS.iter().all(|id| pipeline.position(&StageId::new(id)).is_some()) {
        return StageId::new(name);
    }
    let height = OURS.iter().position(|id| *id == name).unwrap_or(0);
    stages[height * stages.len() / OURS.len()].id.clone()
}
