//! Cal.com's webhooks.

use chrono::{DateTime, SecondsFormat, Utc};
use serde_json::{Map, Value};

use super::fields::{CallTimes, address, at, moment, need, text};
use super::{AccountNaming, EventReading, Provider, Unreadable, fields};
use crate::state::values::signal::SignalData;

/// Whether `record` is a webhook of Cal.com.
pub(super) fn sends(record: &Map<String, Value>) -> bool {
    record.contains_key("triggerEvent")
}

/// The id that people find `record` by: the booking's.
pub(super) fn id_of(record: &Map<String, Value>) -> Option<&str> {
    ["payload.uid", "payload.bookingUid", "uid"].iter().find_map(|path| at(record, path)?.as_str())
}

/// Translates one webhook.
///
/// # Errors
/// What is wrong in it.
pub(super) fn translate(record: &Map<String, Value>) -> Result<EventReading, Unreadable> {
    let kind = need("triggerEvent", text(record, "triggerEvent")?)?;
    // Some webhooks have no envelope: a meeting's end, and those with a template of their own.
    let booking = record.get("payload").and_then(Value::as_object).unwrap_or(record);
    let told = || need("createdAt", moment(record, "createdAt")?);
    let uid = || need("uid", text(booking, "uid")?);
    let says = |who: Option<&Map<String, Value>>, signal| {
        let email = who.map_or(Ok(None), |who| address(who, "email"))?;
        let account = need("attendees.email", AccountNaming::of(email))?;
        Ok(EventReading::Signals { account, signals: vec![signal], is_test: false })
    };
    // The first of them booked the call; the others are guests.
    let booker = || attendees(booking).next();
    match kind {
        "BOOKING_CREATED" => {
            let (call, (starts_at, ends_at)) = (uid()?, times(booking)?);
            let data = SignalData::CallBooked { call: call.into(), starts_at, ends_at };
            says(booker(), Provider::CalCom.signal(&format!("{kind}:{call}"), told()?, data))
        }
        "BOOKING_RESCHEDULED" => {
            let (call, (starts_at, ends_at)) = (uid()?, times(booking)?);
            let was = text(booking, "rescheduleUid")?.filter(|was| *was != call);
            // A booking may keep its id at each new time.
            let id = match was {
                Some(_) => format!("{kind}:{call}"),
                None => format!("{kind}:{call} {}", written(starts_at)),
            };
            let (call, was) = (call.into(), was.map(Into::into));
            says(
                booker(),
                Provider::CalCom.signal(
                    &id,
                    told()?,
                    SignalData::CallRescheduled { call, was, starts_at, ends_at },
                ),
            )
        }
        "BOOKING_CANCELLED" => {
            let call = uid()?;
            let data = SignalData::CallCanceled { call: call.into() };
            says(booker(), Provider::CalCom.signal(&format!("{kind}:{call}"), told()?, data))
        }
        "BOOKING_NO_SHOW_UPDATED" | "NO_SHOW_UPDATED" => {
            let missing = attendees(booking).find(|who| at(who, "noShow") == Some(&Value::Bool(true)));
            if missing.is_none() {
                return Ok(EventReading::Ignored(format!("{kind} of nobody")));
            }
            let call = text(booking, "bookingUid")?;
            let call = match call {
                Some(call) => call,
                None => uid()?,
            };
            let at = told()?;
            let data = SignalData::CallNoShow { call: Some(call.into()) };
            // It may be taken back and said again.
            says(
                missing,
                Provider::CalCom.signal(&format!("NO_SHOW_UPDATED:{call} {}", written(at)), at, data),
            )
        }
        _ => Ok(EventReading::Ignored(fields::short(kind))),
    }
}

fn attendees(booking: &Map<String, Value>) -> impl Iterator<Item = &Map<String, Value>> {
    let all = booking.get("attendees").and_then(Value::as_array);
    all.into_iter().flatten().filter_map(Value::as_object)
}

fn times(booking: &Map<String, Value>) -> Result<CallTimes, Unreadable> {
    need("startTime", fields::span(booking, "startTime", "endTime")?)
}

fn written(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::Secs, true)
}
