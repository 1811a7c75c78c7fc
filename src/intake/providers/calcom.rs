//! Cal.com's webhooks, and the bookings that its API lists.
//!
//! Several webhooks may tell one event, each with a time of its own, so a signal's id says what happened to which booking, and
//! its time is cut to the second.

use chrono::{DateTime, SecondsFormat, SubsecRound, Utc};
use serde_json::{Map, Value};

use super::fields::{CallTimes, address, at, flag, moment, need, text};
use super::{AccountNaming, EventReading, Provider, Unreadable, fields};
use crate::state::values::signal::{CallId, SignalData};

/// Whether `record` is a webhook of Cal.com, or a booking.
pub(super) fn sends(record: &Map<String, Value>) -> bool {
    record.contains_key("triggerEvent") || listed(record).is_some()
}

/// The booking in a record of a list, or in the answer about one.
fn listed(record: &Map<String, Value>) -> Option<&Map<String, Value>> {
    let parts = ["data", "booking"].iter().filter_map(|name| record.get(*name)?.as_object());
    let is_booking = |part: &&Map<String, Value>| {
        let has = |name: &&str| part.contains_key(*name);
        has(&"uid") && has(&"attendees") && ["start", "startTime"].iter().any(has)
    };
    std::iter::once(record).chain(parts).find(is_booking)
}

/// The id that people find `record` by: the booking's.
pub(super) fn id_of(record: &Map<String, Value>) -> Option<&str> {
    ["payload.uid", "payload.bookingUid", "uid", "data.uid", "booking.uid"]
        .iter()
        .find_map(|path| at(record, path)?.as_str())
}

/// Translates one webhook.
///
/// # Errors
/// What is wrong in it.
pub(super) fn translate(record: &Map<String, Value>) -> Result<EventReading, Unreadable> {
    if !record.contains_key("triggerEvent")
        && let Some(booking) = listed(record)
    {
        return of_list(booking);
    }
    let kind = need("triggerEvent", text(record, "triggerEvent")?)?;
    // Some webhooks have no envelope: a meeting's end, and those with a template of their own.
    let booking = record.get("payload").and_then(Value::as_object).unwrap_or(record);
    let told = || need("createdAt", moment(record, "createdAt")?).map(|at| at.trunc_subsecs(0));
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
            let data = SignalData::CallBooked {
                call: call.into(),
                event: calendar_event(booking),
                starts_at,
                ends_at,
            };
            says(booker(), Provider::CalCom.signal(&format!("{kind}:{call}"), told()?, data))
        }
        "BOOKING_RESCHEDULED" => {
            let (call, (starts_at, ends_at)) = (uid()?, times(booking)?);
            let was = text(booking, "rescheduleUid")?.filter(|was| *was != call);
            let id = rescheduled_id(call, was, starts_at);
            let (call, was) = (call.into(), Some(was.unwrap_or(call).into()));
            says(
                booker(),
                Provider::CalCom.signal(
                    &id,
                    told()?,
                    SignalData::CallRescheduled {
                        call,
                        was,
                        event: calendar_event(booking),
                        starts_at,
                        ends_at,
                    },
                ),
            )
        }
        "BOOKING_CANCELLED" => {
            let call = uid()?;
            let data = SignalData::CallCanceled { call: call.into() };
            says(booker(), Provider::CalCom.signal(&format!("{kind}:{call}"), told()?, data))
        }
        "BOOKING_NO_SHOW_UPDATED" | "NO_SHOW_UPDATED" => {
            // That a guest was marked by mistake says nothing about the others, so nothing is taken back.
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

/// Everything that a listed booking says: that it was made, and what became of it.
fn of_list(booking: &Map<String, Value>) -> Result<EventReading, Unreadable> {
    let call = need("uid", text(booking, "uid")?)?;
    let status = text(booking, "status")?.unwrap_or("accepted").to_lowercase();
    let is_canceled = matches!(&*status, "cancelled" | "canceled");
    if !is_canceled && status != "accepted" {
        return Ok(EventReading::Ignored(format!("{} booking", fields::short(&status))));
    }
    let starts = if at(booking, "start").is_some() { "start" } else { "startTime" };
    let ends = if at(booking, "end").is_some() { "end" } else { "endTime" };
    let (starts_at, ends_at) = need(starts, fields::span(booking, starts, ends)?)?;
    let when = |name: &str| moment(booking, name).map(|at| at.map(|at| at.trunc_subsecs(0)));
    let (made, changed) = (when("createdAt")?, when("updatedAt")?);
    let made = need("createdAt", made)?;
    let mut was = None;
    for name in ["rescheduledFromUid", "fromReschedule"] {
        was = was.or(text(booking, name)?);
    }
    let was = was.filter(|was| *was != call);
    let mut signals = Vec::new();
    signals.push(if let Some(was) = was {
        let id = rescheduled_id(call, Some(was), starts_at);
        let (call, was, event) = (call.into(), Some(was.into()), calendar_event(booking));
        let data = SignalData::CallRescheduled { call, was, event, starts_at, ends_at };
        Provider::CalCom.signal(&id, made, data)
    } else {
        let data =
            SignalData::CallBooked { call: call.into(), event: calendar_event(booking), starts_at, ends_at };
        Provider::CalCom.signal(&format!("BOOKING_CREATED:{call}"), made, data)
    });
    // The booking that took its place tells the new time.
    let is_moved =
        text(booking, "rescheduledToUid")?.is_some() || flag(booking, "rescheduled")? == Some(true);
    if is_canceled && !is_moved {
        let data = SignalData::CallCanceled { call: call.into() };
        signals.push(Provider::CalCom.signal(
            &format!("BOOKING_CANCELLED:{call}"),
            changed.unwrap_or(made),
            data,
        ));
    }
    let is_missing = |who: &&Map<String, Value>| {
        ["absent", "noShow"].iter().any(|name| at(who, name) == Some(&Value::Bool(true)))
    };
    if let Some(at) = changed.filter(|_| attendees(booking).any(|who| is_missing(&who))) {
        let data = SignalData::CallNoShow { call: Some(call.into()) };
        signals.push(Provider::CalCom.signal(&format!("NO_SHOW_UPDATED:{call} {}", written(at)), at, data));
    }
    let booker = attendees(booking).next();
    let email = booker.map_or(Ok(None), |who| address(who, "email"))?;
    let account = need("attendees.email", AccountNaming::of(email))?;
    Ok(EventReading::Signals { account, signals, is_test: false })
}

/// The id of what put `call` at another time. A booking may keep its id at each new time.
fn rescheduled_id(call: &str, was: Option<&str>, starts_at: DateTime<Utc>) -> String {
    match was {
        Some(_) => format!("BOOKING_RESCHEDULED:{call}"),
        None => format!("BOOKING_RESCHEDULED:{call} {}", written(starts_at)),
    }
}

/// The UID that the booking has in calendars.
fn calendar_event(booking: &Map<String, Value>) -> Option<CallId> {
    let uid = ["iCalUID", "icsUid", "iCalUid"].iter().find_map(|name| booking.get(*name)?.as_str())?;
    let uid: String = uid.chars().filter(|c| !c.is_whitespace() && !c.is_control()).collect();
    (!uid.is_empty() && uid.len() <= LONGEST_UID).then(|| uid.as_str().into())
}

/// How long a UID may be, in bytes.
const LONGEST_UID: usize = 200;

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
