//! Calendly's webhooks, and its lists of scheduled events and of their invitees.
//!
//! An entry of a list says the same as the webhooks about it: both become the same signals, under ids that are made of what
//! happened to which invitee. A call that is put at another time is a new scheduled event with a new invitee, who names
//! the old one.

mod older;

use std::borrow::Cow;
use std::collections::HashMap;

use chrono::{DateTime, SecondsFormat, Utc};
use serde_json::{Map, Value};

use super::fields::{CallTimes, address, at, flag, moment, need, text};
use super::{AccountNaming, EventReading, Provider, Records, Unreadable, fields};
use crate::state::values::signal::{Signal, SignalData};

/// The scheduled events that a file lists, by their address.
///
/// Invitees are listed without the times, and their scheduled events without addresses to know an account by.
#[derive(Default)]
pub(super) struct ScheduledEvents(HashMap<String, ScheduledEvent>);

/// When a call is, and what its entry in a calendar is called.
#[derive(Clone)]
struct ScheduledEvent {
    times: CallTimes,
    calendar_event: Option<String>,
}

impl ScheduledEvents {
    pub(super) fn of(records: &Records<'_>) -> Self {
        let listed = records.all.iter().filter_map(|record| {
            let object = record.object().ok()?;
            let event = inner(&object);
            let uri = text(event, "uri").ok()??;
            let scheduled =
                ScheduledEvent { times: times(event, "").ok()??, calendar_event: calendar_event(event, "") };
            Some((uri.to_owned(), scheduled))
        });
        Self(listed.collect())
    }
}

/// How long the id of a calendar's entry may be, in bytes.
const LONGEST_EVENT_ID: usize = 200;

/// Whether `record` is a webhook of Calendly, or an entry of one of its lists.
pub(super) fn sends(record: &Map<String, Value>) -> bool {
    let says = |path: &str, what: &str| {
        at(record, path).and_then(Value::as_str).is_some_and(|text| text.contains(what))
    };
    let is_webhook = record.get("event").is_some_and(Value::is_string) && at(record, "payload").is_some();
    is_webhook && (says("event", "invitee") || says("created_by", "calendly.com"))
        || says("uri", "calendly.com/")
        || says("resource.uri", "calendly.com/")
}

/// The id that people find `record` by.
pub(super) fn id_of(record: &Map<String, Value>) -> Option<&str> {
    ["payload.uri", "uri", "resource.uri", "payload.invitee.uuid"]
        .iter()
        .find_map(|path| at(record, path)?.as_str())
}

/// Translates one webhook, or one entry of a list.
///
/// # Errors
/// What is wrong in it.
pub(super) fn translate(
    record: &Map<String, Value>,
    known: &ScheduledEvents,
) -> Result<EventReading, Unreadable> {
    if let Some(Value::Object(payload)) = record.get("payload") {
        let payload = older::of_today(payload).map_or(Cow::Borrowed(payload), Cow::Owned);
        return webhook(record, &payload, known);
    }
    let entry = inner(record);
    let uri = need("uri", text(entry, "uri")?)?;
    if !uri.contains("/invitees/") {
        let what = uri.rsplit('/').nth(1).unwrap_or("entry");
        return Ok(EventReading::Ignored(fields::short(what)));
    }
    // All that is known of the invitee, from the booking on.
    let invitee = Invitee::of(entry)?;
    let mut signals = vec![invitee.booked(None, known)?];
    let is_canceled = text(entry, "status")? == Some("canceled");
    if is_canceled && flag(entry, "rescheduled")? != Some(true) {
        signals.push(invitee.canceled(None)?);
    }
    if at(entry, "no_show").is_some() {
        signals.push(invitee.no_show(None)?);
    }
    invitee.says(signals)
}

/// A list's entry, or the only one in an answer.
fn inner(record: &Map<String, Value>) -> &Map<String, Value> {
    record.get("resource").and_then(Value::as_object).unwrap_or(record)
}

fn webhook(
    record: &Map<String, Value>,
    payload: &Map<String, Value>,
    known: &ScheduledEvents,
) -> Result<EventReading, Unreadable> {
    let kind = need("event", text(record, "event")?)?;
    let mut told = moment(record, "created_at")?;
    if told.is_none() {
        told = moment(record, "time")?;
    }
    let invitee = || Invitee::of(payload);
    match kind {
        "invitee.created" => {
            let invitee = invitee()?;
            let signal = invitee.booked(told, known)?;
            invitee.says(vec![signal])
        }
        // The new invitee tells when the call will be.
        "invitee.canceled" if flag(payload, "rescheduled")? == Some(true) => {
            Ok(EventReading::Ignored(format!("{kind} by rescheduling")))
        }
        "invitee.canceled" => {
            let invitee = invitee()?;
            let signal = invitee.canceled(told)?;
            invitee.says(vec![signal])
        }
        "invitee_no_show.created" => {
            let invitee = invitee()?;
            let signal = invitee.no_show(told)?;
            invitee.says(vec![signal])
        }
        "invitee_no_show.deleted" => {
            let invitee = invitee()?;
            let signal = invitee.no_show_withdrawn(told)?;
            invitee.says(vec![signal])
        }
        _ => Ok(EventReading::Ignored(fields::short(kind))),
    }
}

/// Somebody who was invited to a call.
struct Invitee<'a> {
    fields: &'a Map<String, Value>,
    uri: &'a str,
    /// The address of the scheduled event, which is the call's id.
    call: &'a str,
}

impl<'a> Invitee<'a> {
    fn of(fields: &'a Map<String, Value>) -> Result<Self, Unreadable> {
        let uri = need("uri", text(fields, "uri")?)?;
        let call = text(fields, "scheduled_event.uri")?;
        let call = need("scheduled_event.uri", call.or_else(|| call_of(uri)))?;
        Ok(Self { fields, uri, call })
    }

    /// What `signals` say about whoever has the invitee's address.
    fn says(&self, signals: Vec<Signal>) -> Result<EventReading, Unreadable> {
        let account = need("email", AccountNaming::of(address(self.fields, "email")?))?;
        Ok(EventReading::Signals { account, signals, is_test: false })
    }

    /// The booking, of a new call or of another time for an old one. A webhook about it was made at `told`.
    fn booked(&self, told: Option<DateTime<Utc>>, known: &ScheduledEvents) -> Result<Signal, Unreadable> {
        let listed = known.0.get(self.call);
        let said = times(self.fields, "scheduled_event.")?;
        let Some((starts_at, ends_at)) = said.or(listed.map(|listed| listed.times)) else {
            return Err(Unreadable(format!(
                "the times of its call are missing: add the list of scheduled events, in which {} is, to the file",
                fields::short(self.call)
            )));
        };
        let call = self.call.into();
        let event = calendar_event(self.fields, "scheduled_event.");
        let event = event.or_else(|| listed?.calendar_event.clone()).map(|event| event.as_str().into());
        let data = match text(self.fields, "old_invitee")?.and_then(call_of) {
            Some(was) => {
                SignalData::CallRescheduled { call, was: Some(was.into()), event, starts_at, ends_at }
            }
            None => SignalData::CallBooked { call, event, starts_at, ends_at },
        };
        let at = need("created_at", moment(self.fields, "created_at")?.or(told))?;
        Ok(self.signal("invitee.created", "", at, data))
    }

    fn canceled(&self, told: Option<DateTime<Utc>>) -> Result<Signal, Unreadable> {
        let mut at = moment(self.fields, "cancellation.created_at")?;
        if at.is_none() {
            at = moment(self.fields, "updated_at")?;
        }
        let at = need("cancellation.created_at", at.or(told))?;
        Ok(self.signal("invitee.canceled", "", at, SignalData::CallCanceled { call: self.call.into() }))
    }

    fn no_show(&self, told: Option<DateTime<Utc>>) -> Result<Signal, Unreadable> {
        let at = need("no_show.created_at", moment(self.fields, "no_show.created_at")?.or(told))?;
        // It may be taken back and said again.
        let when = format!(" {}", at.to_rfc3339_opts(SecondsFormat::Secs, true));
        let data = SignalData::CallNoShow { call: Some(self.call.into()) };
        Ok(self.signal("invitee_no_show.created", &when, at, data))
    }

    fn no_show_withdrawn(&self, told: Option<DateTime<Utc>>) -> Result<Signal, Unreadable> {
        let at = need("created_at", told)?;
        let when = format!(" {}", at.to_rfc3339_opts(SecondsFormat::Secs, true));
        let data = SignalData::CallNoShowWithdrawn { call: self.call.into() };
        Ok(self.signal("invitee_no_show.deleted", &when, at, data))
    }

    fn signal(&self, kind: &str, suffix: &str, at: DateTime<Utc>, data: SignalData) -> Signal {
        let who = self.uri.split_once("/scheduled_events/").map_or(self.uri, |(_, who)| who);
        Provider::Calendly.signal(&format!("{kind}:{who}{suffix}"), at, data)
    }
}

/// The address of the scheduled event to which an invitee's address belongs.
fn call_of(invitee: &str) -> Option<&str> {
    invitee.split_once("/invitees/").map(|(call, _)| call)
}

/// The UID that the entry has in a calendar which Calendly made for the scheduled event below `path`; nothing where it does
/// not say. Google's UIDs are its ids with a domain.
fn calendar_event(record: &Map<String, Value>, path: &str) -> Option<String> {
    let value = |name: &str| at(record, &format!("{path}calendar_event.{name}"))?.as_str();
    let id: String =
        value("external_id")?.chars().filter(|c| !c.is_whitespace() && !c.is_control()).collect();
    if id.is_empty() || id.len() > LONGEST_EVENT_ID {
        return None;
    }
    let is_google = value("kind").is_some_and(|kind| kind.starts_with("google"));
    Some(if is_google && !id.contains('@') { format!("{id}@google.com") } else { id })
}

/// When the scheduled event below `path` begins and ends; nothing where it does not say.
fn times(record: &Map<String, Value>, path: &str) -> Result<Option<CallTimes>, Unreadable> {
    let [starts, ends] = ["start_time", "end_time"].map(|field| format!("{path}{field}"));
    fields::span(record, &starts, &ends)
}
