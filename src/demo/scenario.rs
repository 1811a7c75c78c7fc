//! What people did with an account of the demonstration, and what its customer did, as commands.

use std::sync::Arc;

use chrono::{DateTime, Days, TimeDelta, Utc};

use crate::demo::{Persona, ScenarioStep, WORK_AT, at_time, moment, nearest, person};
use crate::state::values::signal::{CallId, KEY_SOURCE};
use crate::state::{
    AccountRef, Actor, AlertChange, AlertKey, Cause, Command, Now, Pipeline, PointChange, Signal, SignalData,
    SignalId, TaskChange,
};

/// The hour at which calls take place.
const CALL_AT: u32 = 15;

/// How long they last.
const CALL: TimeDelta = TimeDelta::minutes(30);

/// A survey task older than this many days is done.
const SURVEYED: u64 = 2;

/// Builds the steps of one account, in order.
struct Scenario<'a> {
    persona: &'a Persona<'a>,
    now: Now,
    by: Actor,
    steps: Vec<ScenarioStep>,
    /// How many calls there were.
    calls: u32,
}

impl Persona<'_> {
    pub(super) fn steps(&self, pipeline: &Pipeline, now: Now) -> Vec<ScenarioStep> {
        let by = person(self.spec.owner.as_deref().unwrap_or("magda"));
        let mut scenario = Scenario { persona: self, now, by, steps: Vec::new(), calls: 0 };
        scenario.add_all(pipeline);
        scenario.steps
    }
}

impl Scenario<'_> {
    /// Some minutes into the working day `days` ago, but not before the last step.
    fn time(&self, days: u64, minutes: u32) -> DateTime<Utc> {
        let at = moment(self.now, days, WORK_AT, minutes + self.persona.at * 31 % 450);
        self.steps.last().map_or(at, |last| last.at.max(at))
    }

    fn push(&mut self, days: u64, minutes: u32, command: Command) {
        let at = self.time(days, minutes);
        self.steps.push(ScenarioStep { at, by: self.by.clone(), command });
    }

    /// Records a signal, as a person's key or a payment system would.
    fn record(&mut self, days: u64, minutes: u32, what: SignalData) {
        let id = &self.persona.id;
        let is_bill =
            matches!(what, SignalData::InvoicePaymentFailed { .. } | SignalData::InvoiceUpcoming { .. });
        let (source, by) =
            if is_bill { ("stripe", None) } else { (KEY_SOURCE, Some(Arc::from(self.by.clone()))) };
        let signal_id = format!("{source}:{id}:{}:{}", what.kind().word(), self.steps.len());
        let (signal_id, at) = (SignalId::new(&signal_id), self.time(days, minutes));
        let signal = Signal { template: None, id: signal_id, at, by, source: source.into(), data: what };
        self.push(days, minutes, Command::RecordSignal { account: AccountRef::Id(id.clone()), signal });
    }

    fn book_call(&mut self, days: u64, ends_at: DateTime<Utc>) {
        self.calls += 1;
        let call = self.call();
        self.record(
            days,
            0,
            SignalData::CallBooked { call, event: None, starts_at: ends_at - CALL, ends_at },
        );
    }

    /// The latest call's id.
    fn call(&self) -> CallId {
        format!("{KEY_SOURCE}:{}:{}", self.persona.id, self.calls).into()
    }

    fn add_all(&mut self, pipeline: &Pipeline) {
        let Persona { spec, id, path, age, .. } = self.persona;
        for index in 0..path.len() {
            let (stage, days) = path[index];
            if index > 0 {
                self.enter_stage(index);
            }
            // Most accounts enter the board and change stages by playbooks. A person moves the others: those with
            // amounts in euros, and those that stayed in a stage.
            if index > 0 || !spec.mrr.ends_with("USD") {
                let to = nearest(pipeline, stage);
                let reason = spec.why.clone().filter(|_| index > 0 && index + 1 == path.len());
                let (account, cause) = (id.clone(), Cause::Hand);
                self.push(days, 0, Command::Move { account, to, reason, force: false, cause });
            }
            if index == 0 && !spec.unseen {
                self.push(days, 1, Command::MarkSeen { account: id.clone() });
            }
            if index == 0 && spec.owner.is_some() {
                self.assign_owner(days);
            }
        }
        let latest = path.last().map_or(*age, |(_, days)| *days);
        if path.is_empty() && spec.owner.is_some() {
            self.assign_owner(latest);
        }
        if let Some(text) = &spec.note {
            self.push(latest, 6, Command::AddNote { account: id.clone(), text: Arc::clone(text) });
        }
        if let Some(risk) = &spec.risk {
            self.push(latest, 9, Command::SetRisk { account: id.clone(), risk: risk.clone() });
        }
        self.checklist(pipeline, latest);
        self.follow_ups(latest);
    }

    /// What was looked at where it stands, and what was seen there.
    fn checklist(&mut self, pipeline: &Pipeline, days: u64) {
        let Persona { spec, id, path, .. } = self.persona;
        let Some(stage) = path.last().and_then(|(stage, _)| pipeline.stage(&nearest(pipeline, stage))) else {
            return;
        };
        let points = stage.checklist.iter().flat_map(|list| &list.points).take(spec.checked);
        let seen: Vec<(&str, &str)> =
            spec.observed.iter().map(|line| line.split_once(": ").expect("POINT: WHAT")).collect();
        for point in points {
            let observation =
                seen.iter().find(|(id, _)| **id == *point.id.to_string()).map(|(_, text)| Arc::from(*text));
            let change = PointChange::Tick { observation };
            self.push(days, 10, Command::CheckPoint { account: id.clone(), point: point.id.clone(), change });
        }
    }

    fn assign_owner(&mut self, days: u64) {
        let account = self.persona.id.clone();
        let owner = Some(self.by.clone().into());
        self.push(days, 2, Command::AssignOwner { account, owner });
    }

    /// What brought the account to the stage at `index` of its path.
    fn enter_stage(&mut self, index: usize) {
        let Persona { spec, id, path, .. } = self.persona;
        let (stage, days) = path[index];
        let (before, entered) = path[index - 1];
        let why = spec.why.as_ref().filter(|_| index + 1 == path.len());
        if before == "3b" && stage != "4a" {
            let call = self.call();
            self.record(days, 0, SignalData::CallCanceled { call });
        }
        match (before, stage) {
            (_, "2") => self.record(days, 0, SignalData::OutreachSent),
            (_, "3a") => {
                self.record(days, 0, SignalData::ReplyReceived { auto: false });
                self.add_note(days, why);
                if !(spec.waiting && index + 1 == path.len()) {
                    self.record(days, 20, SignalData::OutreachSent);
                }
            }
            (_, "3b") => {
                let on = path.get(index + 1).map(|(_, held)| self.time(*held, 0));
                let ahead = spec.call.unwrap_or(1);
                let on = on.unwrap_or_else(|| at_time(self.now, self.day(ahead), CALL_AT, 30));
                self.book_call(days, on);
                self.add_note(days, why);
            }
            ("5", "4a" | "4b") => {}
            (_, "4a") => self.record(days, 0, SignalData::CallHeld { call: None }),
            (_, "4b") => {
                let on = self.time(days, 0);
                self.book_call(days.midpoint(entered), on);
                self.record(days, 0, SignalData::CallHeld { call: None });
            }
            (_, "6a" | "6b") => {
                self.record(days, 0, SignalData::FinalOutreachSent);
                if days > SURVEYED {
                    let (account, task) = (id.clone(), Some("satisfaction-survey".into()));
                    self.push(days - 1, 0, Command::ChangeTask { account, task, change: TaskChange::Done });
                }
            }
            (_, "6c") => {
                let reason = why.map_or_else(|| "wants to talk about a contract".into(), Arc::clone);
                self.record(days, 0, SignalData::Handoff { reason });
            }
            (_, "6d") => {
                self.record(days, 0, SignalData::SubscriptionCanceled);
                self.add_note(days, why);
            }
            (_, "7") => self.record(days, 0, SignalData::PaidCallPurchased),
            _ => {}
        }
    }

    fn add_note(&mut self, days: u64, why: Option<&Arc<str>>) {
        if let Some(text) = why {
            self.push(days, 1, Command::AddNote { account: self.persona.id.clone(), text: Arc::clone(text) });
        }
    }

    /// Tasks, alerts and a snooze.
    fn follow_ups(&mut self, latest: u64) {
        let Persona { spec, id, .. } = self.persona;
        for line in &spec.tasks {
            let (days, title) = line.split_once(": ").expect("DAYS: WHAT");
            let due = Some(self.day(days.parse().expect("days are a number")));
            let change =
                TaskChange::Add { title: title.into(), due: due.map(Into::into), done_on: Vec::new() };
            self.push(latest, 12, Command::ChangeTask { account: id.clone(), task: None, change });
        }
        if let Some(days) = spec.wrote {
            self.record(days, 0, SignalData::OutreachSent);
        }
        if spec.missed {
            self.record(0, 0, SignalData::CallNoShow { call: None });
        }
        self.invoices();
        if let Some(days) = spec.snoozed {
            let until = at_time(self.now, self.now.today() + Days::new(days), WORK_AT, 0);
            self.push(0, 0, Command::Snooze { account: id.clone(), until: Some(until) });
        }
    }

    fn invoices(&mut self) {
        let Persona { spec, id, renewal, forecast, .. } = self.persona;
        let in_two_days = at_time(self.now, self.day(2), WORK_AT, 0);
        let mut alert = None;
        if let Some(attempts) = spec.failed {
            let invoice: Arc<str> = format!("in_demo{:03}", self.persona.at).into();
            for attempt in 1..=attempts {
                let before = (attempts - attempt) * 3;
                let next_attempt = Some(in_two_days - TimeDelta::days(before.into()));
                let (invoice, amount) = (Arc::clone(&invoice), *forecast);
                let failed = SignalData::InvoicePaymentFailed {
                    invoice,
                    amount,
                    attempt,
                    next_attempt,
                    subscription: None,
                };
                self.record(u64::from(before) + 1, 0, failed);
            }
            alert = Some(AlertKey::of_invoice(id, &invoice));
        }
        if let Some(amount) = &spec.invoice {
            let subscription: Arc<str> = format!("sub_demo{:03}", self.persona.at).into();
            let key = AlertKey::of_period(id, &subscription, *renewal);
            let amount = amount.parse().expect("an amount with its currency");
            self.record(0, 0, SignalData::InvoiceUpcoming { subscription, period_end: *renewal, amount });
            alert = Some(key);
        }
        if let (Some(key), Some(state)) = (alert, spec.alert.as_deref()) {
            let snooze = AlertChange::Snooze { until: in_two_days };
            let change = if state == "acknowledged" { AlertChange::Acknowledge } else { snooze };
            self.push(1, 10, Command::ChangeAlert { key, change });
        }
    }

    fn day(&self, days: i64) -> chrono::NaiveDate {
        self.now.today() + TimeDelta::days(days)
    }
}
