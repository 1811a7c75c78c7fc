//! What people did with an account of the demonstration, and what its customer did.

use std::sync::Arc;

use chrono::{DateTime, Days, TimeDelta, Utc};

use super::{Life, Step, WORK_AT, at_time, moment, nearest, person};
use crate::state::values::signal::CallId;
use crate::state::values::signal::KEY_SOURCE;
use crate::state::{
    AccountRef, Actor, AlertChange, AlertKey, Cause, Command, Now, Pipeline, Signal, SignalData, SignalId,
    TaskChange,
};

/// The hour at which calls take place.
const CALL_AT: u32 = 15;

/// How long they last.
const CALL: TimeDelta = TimeDelta::minutes(30);

/// Surveys sent out longer ago than this many days have been seen to.
const SURVEYED: u64 = 2;

/// Steps in the making, in order.
struct Doings<'a> {
    life: &'a Life<'a>,
    now: Now,
    by: Actor,
    steps: Vec<Step>,
    /// How many calls there were.
    calls: u32,
}

impl Life<'_> {
    /// What happened with it.
    pub(super) fn steps(&self, pipeline: &Pipeline, now: Now) -> Vec<Step> {
        let by = person(self.told.owner.as_deref().unwrap_or("magda"));
        let mut doings = Doings { life: self, now, by, steps: Vec::new(), calls: 0 };
        doings.all(pipeline);
        doings.steps
    }
}

impl Doings<'_> {
    /// Some minutes into the working day that was so many days ago, but after what was told before.
    fn time(&self, days: u64, minutes: u32) -> DateTime<Utc> {
        let at = moment(self.now, days, WORK_AT, minutes + self.life.at * 31 % 450);
        self.steps.last().map_or(at, |last| last.at.max(at))
    }

    fn then(&mut self, days: u64, minutes: u32, command: Command) {
        let at = self.time(days, minutes);
        self.steps.push(Step { at, by: self.by.clone(), command });
    }

    /// Something happened, and somebody pressed its key or a payment system said so.
    fn happened(&mut self, days: u64, minutes: u32, what: SignalData) {
        let id = &self.life.id;
        let is_bill =
            matches!(what, SignalData::InvoicePaymentFailed { .. } | SignalData::InvoiceUpcoming { .. });
        let (source, by) =
            if is_bill { ("stripe", None) } else { (KEY_SOURCE, Some(Arc::from(self.by.clone()))) };
        let at = self.time(days, minutes);
        let nth = self.steps.len();
        let signal = Signal {
            id: SignalId::new(&format!("{source}:{id}:{}:{nth}", what.kind().word())),
            at,
            by,
            source: source.into(),
            what,
        };
        self.then(days, minutes, Command::RecordSignal { account: AccountRef::Id(id.clone()), signal });
    }

    /// They book a call that ends at `ends_at`.
    fn books(&mut self, days: u64, ends_at: DateTime<Utc>) {
        self.calls += 1;
        let call = self.call();
        self.happened(days, 0, SignalData::CallBooked { call, starts_at: ends_at - CALL, ends_at });
    }

    /// The latest call's id.
    fn call(&self) -> CallId {
        format!("{KEY_SOURCE}:{}:{}", self.life.id, self.calls).into()
    }

    fn all(&mut self, pipeline: &Pipeline) {
        let Life { told, id, way, age, .. } = self.life;
        for index in 0..way.len() {
            let (stage, days) = way[index];
            if index > 0 {
                self.comes_to(index);
            }
            // The playbooks took in most of them already, and what happened has moved them on. A person does the
            // rest: who pays in euros, who is kept longer.
            if index > 0 || !told.mrr.ends_with("USD") {
                let to = nearest(pipeline, stage);
                let reason = told.why.clone().filter(|_| index > 0 && index + 1 == way.len());
                let cause = if stage == "5" { due() } else { Cause::Hand };
                self.then(days, 0, Command::Move { account: id.clone(), to, reason, force: false, cause });
            }
            if index == 0 && told.seen {
                self.then(days, 1, Command::MarkSeen { account: id.clone() });
            }
            if index == 0 && told.owner.is_some() {
                self.own(days);
            }
        }
        let latest = way.last().map_or(*age, |(_, days)| *days);
        if way.is_empty() && told.owner.is_some() {
            self.own(latest);
        }
        if let Some(text) = &told.note {
            self.then(latest, 6, Command::AddNote { account: id.clone(), text: Arc::clone(text) });
        }
        if let Some(risk) = &told.risk {
            self.then(latest, 9, Command::SetRisk { account: id.clone(), risk: risk.clone() });
        }
        self.care(latest);
    }

    fn own(&mut self, days: u64) {
        let account = self.life.id.clone();
        let owner = Some(self.by.clone().into());
        self.then(days, 2, Command::AssignOwner { account, owner });
    }

    /// What happened that brought it to the stage it came to as its `index`th.
    fn comes_to(&mut self, index: usize) {
        let Life { told, id, way, .. } = self.life;
        let (stage, days) = way[index];
        let (before, entered) = way[index - 1];
        let why = told.why.as_ref().filter(|_| index + 1 == way.len());
        if before == "3b" && stage != "4a" {
            let call = self.call();
            self.happened(days, 0, SignalData::CallCanceled { call });
        }
        match (before, stage) {
            (_, "2") => self.happened(days, 0, SignalData::OutreachSent),
            (_, "3a") => {
                self.happened(days, 0, SignalData::ReplyReceived { auto: false });
                self.say(days, why);
                if !(told.waiting && index + 1 == way.len()) {
                    self.happened(days, 20, SignalData::OutreachSent);
                }
            }
            (_, "3b") => {
                let on = way.get(index + 1).map(|(_, held)| self.time(*held, 0));
                let ahead = told.call.unwrap_or(1);
                let on = on.unwrap_or_else(|| at_time(self.now, self.day(ahead), CALL_AT, 30));
                self.books(days, on);
                self.say(days, why);
            }
            ("5", "4a" | "4b") => {}
            (_, "4a") => self.happened(days, 0, SignalData::CallHeld { call: None }),
            (_, "4b") => {
                let on = self.time(days, 0);
                self.books(days.midpoint(entered), on);
                self.happened(days, 0, SignalData::CallHeld { call: None });
            }
            (_, "6a" | "6b") => {
                self.happened(days, 0, SignalData::FinalOutreachSent);
                if days > SURVEYED {
                    self.steps.push(Step {
                        at: self.time(days - 1, 0),
                        by: self.by.clone(),
                        command: Command::ChangeTask {
                            account: id.clone(),
                            task: Some("satisfaction-survey".into()),
                            change: TaskChange::Done,
                        },
                    });
                }
            }
            (_, "6c") => {
                let reason = why.map_or_else(|| "wants to talk about a contract".into(), Arc::clone);
                self.happened(days, 0, SignalData::Handoff { reason });
            }
            (_, "6d") => {
                self.happened(days, 0, SignalData::SubscriptionCanceled);
                self.say(days, why);
            }
            (_, "7") => self.happened(days, 0, SignalData::PaidCallPurchased),
            _ => {}
        }
    }

    /// Writes down what they said.
    fn say(&mut self, days: u64, why: Option<&Arc<str>>) {
        if let Some(text) = why {
            self.then(days, 1, Command::AddNote { account: self.life.id.clone(), text: Arc::clone(text) });
        }
    }

    /// What is to be done, and what presses.
    fn care(&mut self, latest: u64) {
        let Life { told, id, .. } = self.life;
        for line in &told.tasks {
            let (days, title) = line.split_once(": ").expect("DAYS: WHAT");
            let due = Some(self.day(days.parse().expect("days are a number")));
            let change =
                TaskChange::Add { title: title.into(), due: due.map(Into::into), done_on: Vec::new() };
            self.then(latest, 12, Command::ChangeTask { account: id.clone(), task: None, change });
        }
        if let Some(days) = told.wrote {
            self.happened(days, 0, SignalData::OutreachSent);
        }
        if told.missed {
            self.happened(0, 0, SignalData::CallNoShow { call: None });
        }
        self.bills();
        if let Some(days) = told.snoozed {
            let until = at_time(self.now, self.now.today() + Days::new(days), WORK_AT, 0);
            self.then(0, 0, Command::Snooze { account: id.clone(), until: Some(until) });
        }
    }

    fn bills(&mut self) {
        let Life { told, id, renewal, forecast, .. } = self.life;
        let mut alert = None;
        if let Some(attempts) = told.failed {
            let invoice: Arc<str> = format!("in_demo{:03}", self.life.at).into();
            for attempt in 1..=attempts {
                let days = u64::from(attempts - attempt) * 3 + 1;
                let next = at_time(self.now, self.now.today() + Days::new(2), WORK_AT, 0);
                let next_attempt = Some(next - TimeDelta::days(i64::from(attempts - attempt) * 3));
                let invoice = Arc::clone(&invoice);
                let what =
                    SignalData::InvoicePaymentFailed { invoice, amount: *forecast, attempt, next_attempt };
                self.happened(days, 0, what);
            }
            alert = Some(AlertKey::of_invoice(id, &invoice));
        }
        if let Some(amount) = &told.invoice {
            let subscription: Arc<str> = format!("sub_demo{:03}", self.life.at).into();
            let key = AlertKey::of_period(id, &subscription, *renewal);
            let amount = amount.parse().expect("an amount with its currency");
            self.happened(0, 0, SignalData::InvoiceUpcoming { subscription, period_end: *renewal, amount });
            alert = Some(key);
        }
        let change = match told.alert.as_deref() {
            Some("acknowledged") => AlertChange::Acknowledge,
            Some(_) => {
                let until = at_time(self.now, self.now.today() + Days::new(2), WORK_AT, 0);
                AlertChange::Snooze { until }
            }
            None => return,
        };
        if let Some(key) = alert {
            self.then(0, 10, Command::ChangeAlert { key, change });
        }
    }

    /// So many days from today.
    fn day(&self, days: i64) -> chrono::NaiveDate {
        self.now.today() + TimeDelta::days(days)
    }
}

/// Renewals that come near move cards by themselves.
fn due() -> Cause {
    Cause::Playbook("final-outreach-due".into())
}
