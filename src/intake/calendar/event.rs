//! One event of a calendar, as far as it matters for a board: whether it is a call with an account, and when.

use std::sync::Arc;

use calcard::common::PartialDateTime;
use calcard::icalendar::{
    ICalendarComponent, ICalendarEntry, ICalendarMethod, ICalendarParameterName, ICalendarParameterValue,
    ICalendarParticipationStatus, ICalendarPeriod, ICalendarProperty, ICalendarStatus, ICalendarUserTypes,
    ICalendarValue,
};
use chrono::{DateTime, NaiveDate, NaiveDateTime, TimeDelta, Utc};

use super::recurrence::{Budget, RecurrenceProblem, Window, occurrences};
use super::version::EventVersion;
use super::zones::{EventZone, Zones};
use super::{AHEAD, BEHIND};
use crate::intake::content_id::{content_id, tidy_id};
use crate::intake::people::{AddressBook, Meant};
use crate::state::values::time::{EARLIEST, Now};

/// How long a call is taken to last where the calendar does not say when it ends.
const NO_END: TimeDelta = TimeDelta::minutes(30);

/// From this length on, an event is no call: it fills days.
const WHOLE_DAY: TimeDelta = TimeDelta::hours(24);

/// What an event is counted as that was canceled.
pub(super) const CANCELED: &str = "canceled";

/// What an event is counted as that has no time of day.
const ALL_DAY: &str = "all-day";

/// How many people of one event, and how many of its single days, are looked at.
const MOST_PEOPLE: usize = 500;
const MOST_SINGLE_DAYS: usize = 5_000;

/// How long a UID may be before a number made of it takes its place, in bytes.
const MAX_UID: usize = 200;

/// An event that may be a call.
#[derive(Clone, Debug)]
pub(super) struct CalendarEvent {
    /// Which of all events it is, counted from one.
    pub(super) number: usize,
    pub(super) uid: String,
    /// Which one of a series it takes the place of: when that would have begun.
    pub(super) replaces: Option<DateTime<Utc>>,
    /// Whether all that follow that one change with it.
    pub(super) goes_on: bool,
    pub(super) version: EventVersion,
    /// When it was entered into the calendar.
    pub(super) created: Option<DateTime<Utc>>,
    /// When it would begin that is canceled, where it is no series.
    pub(super) begins: Option<DateTime<Utc>>,
    /// The account that it is with. It may be unknown of an event that is off.
    pub(super) meant: Option<Arc<Meant>>,
    pub(super) times: EventTimes,
}

/// When an event takes place.
#[derive(Clone, Debug)]
pub(super) enum EventTimes {
    /// It does not, and why.
    Off(&'static str),
    Once(CallSpan),
    /// Again and again: each time within the window that is looked at.
    Series(Vec<CallSpan>),
}

/// When a call begins and ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct CallSpan {
    pub(super) starts_at: DateTime<Utc>,
    pub(super) ends_at: DateTime<Utc>,
}

/// What all events of a calendar are read with.
pub(super) struct EventContext<'a> {
    pub(super) book: &'a AddressBook<'a>,
    pub(super) zones: Zones<'a>,
    pub(super) method: Option<&'a ICalendarMethod>,
    pub(super) now: &'a Now,
}

/// What an event turns out to be.
pub(super) enum EventOutcome {
    Event(Box<CalendarEvent>),
    /// No call with an account, and why.
    Ignored(&'static str),
}

/// Reads the event in `component`.
///
/// # Errors
/// What is wrong in it, in a sentence that begins with its UID.
pub(super) fn read(
    component: &ICalendarComponent,
    number: usize,
    context: &EventContext<'_>,
    budget: &mut Budget,
) -> Result<EventOutcome, String> {
    let parts = EventParts { component, context };
    if context.method.is_some_and(is_answer) {
        return Ok(EventOutcome::Ignored("answer to an invitation"));
    }
    let uid = parts.uid();
    let wrong = |why: String| format!("{}: {why}", shortened(&uid));
    let people = parts.people();
    let mut event = CalendarEvent {
        number,
        uid: uid.clone(),
        replaces: None,
        goes_on: false,
        version: parts.version(),
        created: parts.stamp(&ICalendarProperty::Created),
        begins: None,
        meant: context.book.meant(&people.guests).map(Arc::new),
        times: EventTimes::Off(people.declined.unwrap_or(CANCELED)),
    };
    let off = |event| Ok(EventOutcome::Event(Box::new(event)));
    let is_canceled = component.status() == Some(&ICalendarStatus::Cancelled)
        || context.method == Some(&ICalendarMethod::Cancel);
    if is_canceled {
        event.replaces = parts.replaces().map_err(wrong)?;
        if !component.is_recurrent() {
            event.begins = parts.start().ok().and_then(|(start, zone)| zone.moment(start));
        }
        return off(event);
    }
    let mut no_call = if parts.is_all_day() {
        Some(ALL_DAY)
    } else if !people.is_of_team {
        Some("without the team")
    } else if people.guests.is_empty() {
        Some("without a guest")
    } else {
        event.meant.is_none().then_some("with no account")
    };
    // It may take the place of one of a series that is a call.
    event.replaces = match parts.replaces() {
        Err(_) if no_call.is_some() => None,
        replaces => replaces.map_err(wrong)?,
    };
    event.goes_on = parts.goes_on();
    let mut times = None;
    if no_call.is_none() && people.declined.is_none() {
        let (start, zone) = parts.start().map_err(wrong)?;
        let length = parts.length(start, &zone).map_err(wrong)?;
        no_call = (length >= WHOLE_DAY).then_some(ALL_DAY);
        times = Some((start, zone, length));
    }
    if let Some(why) = no_call {
        event.times = EventTimes::Off(why);
        return if event.replaces.is_some() { off(event) } else { Ok(EventOutcome::Ignored(why)) };
    }
    let Some((start, zone, length)) = times else { return off(event) };
    let span = |starts_at: DateTime<Utc>| {
        let ends_at = starts_at.checked_add_signed(length)?;
        Some(CallSpan { starts_at, ends_at })
    };
    let unreadable = || wrong("its DTSTART cannot be read".to_owned());
    let single = zone.moment(start).and_then(span).ok_or_else(unreadable)?;
    if single.starts_at.date_naive() < EARLIEST && !component.is_recurrent() {
        return Err(unreadable());
    }
    event.times = if component.is_recurrent() && event.replaces.is_none() {
        let all = parts.occurrences(start, &zone, budget).map_err(wrong)?;
        EventTimes::Series(all.into_iter().filter_map(span).collect())
    } else {
        EventTimes::Once(single)
    };
    off(event)
}

fn is_answer(method: &ICalendarMethod) -> bool {
    match method {
        ICalendarMethod::Reply
        | ICalendarMethod::Refresh
        | ICalendarMethod::Counter
        | ICalendarMethod::Declinecounter => true,
        ICalendarMethod::Publish
        | ICalendarMethod::Request
        | ICalendarMethod::Add
        | ICalendarMethod::Cancel => false,
    }
}

/// As much of a UID as a sentence has room for.
fn shortened(uid: &str) -> String {
    let short: String = uid.chars().take(60).collect();
    if short.len() < uid.len() { short + "…" } else { short }
}

/// Who takes part in an event.
#[derive(Default)]
struct EventPeople {
    /// Whether somebody of the team does.
    is_of_team: bool,
    /// The others: no rooms, and nobody of our domain.
    guests: Vec<String>,
    /// Why it is off, where all of one side declined.
    declined: Option<&'static str>,
}

/// The parts of an event.
struct EventParts<'a> {
    component: &'a ICalendarComponent,
    context: &'a EventContext<'a>,
}

impl EventParts<'_> {
    fn value(&self, name: &ICalendarProperty) -> Option<&ICalendarValue> {
        self.component.property(name)?.values.first()
    }

    /// Its UID; what takes its place is made of what two copies of it have in common.
    fn uid(&self) -> String {
        let own = self.component.uid().unwrap_or_default();
        let tidy = tidy_id(own, MAX_UID);
        if tidy.is_empty() {
            let parts =
                [ICalendarProperty::Dtstart, ICalendarProperty::Organizer, ICalendarProperty::Summary];
            let text = |value: &ICalendarValue| format!("{value:?}");
            let parts = parts.map(|name| self.value(&name).map(text).unwrap_or_default());
            return content_id(&parts.each_ref().map(String::as_bytes));
        }
        tidy
    }

    fn version(&self) -> EventVersion {
        let sequence = self.value(&ICalendarProperty::Sequence).and_then(ICalendarValue::as_integer);
        let stamp = self.stamp(&ICalendarProperty::LastModified);
        EventVersion {
            sequence: u32::try_from(sequence.unwrap_or(0).max(0)).unwrap_or(u32::MAX),
            stamp: stamp.or_else(|| self.stamp(&ICalendarProperty::Dtstamp)),
            round: 0,
        }
    }

    /// A moment in UTC that programs write.
    fn stamp(&self, name: &ICalendarProperty) -> Option<DateTime<Utc>> {
        let written = self.value(name)?.as_partial_date_time()?.to_date_time()?;
        let at = match written.offset {
            Some(offset) => written.date_time.checked_sub_offset(offset)?.and_utc(),
            None => written.date_time.and_utc(),
        };
        (at.date_naive() >= EARLIEST).then_some(at)
    }

    fn is_all_day(&self) -> bool {
        let is_day = |value: &ICalendarValue| {
            value.as_partial_date_time().is_some_and(|written| written.has_date() && !written.has_time())
        };
        let is_marked = |entry: &&ICalendarEntry| {
            let says_true = || entry.values.first().and_then(ICalendarValue::as_text);
            matches!(&entry.name, ICalendarProperty::Other(name) if name.eq_ignore_ascii_case("X-MICROSOFT-CDO-ALLDAYEVENT"))
                && says_true().is_some_and(|text| text.eq_ignore_ascii_case("true"))
        };
        self.value(&ICalendarProperty::Dtstart).is_some_and(is_day)
            || self.component.entries.iter().any(|entry| is_marked(&entry))
    }

    fn people(&self) -> EventPeople {
        let book = self.context.book;
        let team = |address: &str| book.team.find(address).is_some();
        let organizer = self.component.property(&ICalendarProperty::Organizer).and_then(address);
        let mut all: Vec<(String, bool)> = Vec::new();
        let attendees = self.component.properties(&ICalendarProperty::Attendee).take(MOST_PEOPLE);
        for attendee in attendees.filter(|attendee| !is_room(attendee)) {
            let Some(address) = address(attendee) else { continue };
            let has_declined = attendee.parameters(&ICalendarParameterName::Partstat).any(|value| {
                *value == ICalendarParameterValue::Partstat(ICalendarParticipationStatus::Declined)
            });
            if all.iter().all(|(known, _)| *known != address) {
                all.push((address, has_declined));
            }
        }
        // Who invites takes part, unless they say otherwise.
        if let Some(organizer) = organizer.filter(|it| all.iter().all(|(known, _)| known != it)) {
            all.push((organizer, false));
        }
        let is_guest = |address: &str| !team(address) && !book.team.is_in_our_domain(address);
        let (ours, others): (Vec<_>, Vec<_>) = all.into_iter().partition(|(address, _)| team(address));
        let guests: Vec<_> = others.into_iter().filter(|(address, _)| is_guest(address)).collect();
        let all_declined =
            |side: &[(String, bool)]| !side.is_empty() && side.iter().all(|(_, declined)| *declined);
        let declined = (all_declined(&ours) || all_declined(&guests)).then_some("declined");
        EventPeople {
            is_of_team: !ours.is_empty(),
            guests: guests.into_iter().map(|(address, _)| address).collect(),
            declined,
        }
    }

    /// A time as it is written, and its zone: its own, or else that of the beginning.
    fn local(
        &self,
        entry: &ICalendarEntry,
        written: &PartialDateTime,
    ) -> Result<(NaiveDateTime, EventZone), String> {
        let name = entry.name.as_str();
        let read = written.to_date_time().ok_or_else(|| format!("its {name} cannot be read"))?;
        let zone = match read.offset {
            Some(offset) if offset.local_minus_utc() == 0 => EventZone::UTC,
            Some(offset) => EventZone::Fixed(offset),
            None => {
                let of_start = || self.component.property(&ICalendarProperty::Dtstart)?.tz_id();
                self.context.zones.find(entry.tz_id().or_else(of_start)).map_err(|zone| {
                    format!("its {name} is in the time zone `{zone}`, which the calendar does not describe")
                })?
            }
        };
        Ok((read.date_time, zone))
    }

    fn start(&self) -> Result<(NaiveDateTime, EventZone), String> {
        let entry = self.component.property(&ICalendarProperty::Dtstart).ok_or("it has no DTSTART")?;
        let written = entry.values.first().and_then(ICalendarValue::as_partial_date_time);
        self.local(entry, written.ok_or("its DTSTART cannot be read")?)
    }

    /// The moment that the first value of `name` is, if there is one.
    fn moment(&self, name: &ICalendarProperty) -> Result<Option<DateTime<Utc>>, String> {
        let Some(entry) = self.component.property(name) else { return Ok(None) };
        let Some(written) = entry.values.first().and_then(ICalendarValue::as_partial_date_time) else {
            return Ok(None);
        };
        let (local, zone) = self.local(entry, written)?;
        Ok(zone.moment(local))
    }

    fn replaces(&self) -> Result<Option<DateTime<Utc>>, String> {
        self.moment(&ICalendarProperty::RecurrenceId)
    }

    /// `RANGE=THISANDFUTURE`
    fn goes_on(&self) -> bool {
        let entry = self.component.property(&ICalendarProperty::RecurrenceId);
        entry.is_some_and(|entry| entry.has_parameter(&ICalendarParameterName::Range))
    }

    /// How long it lasts.
    fn length(&self, start: NaiveDateTime, zone: &EventZone) -> Result<TimeDelta, String> {
        let by_end = match (self.moment(&ICalendarProperty::Dtend)?, zone.moment(start)) {
            (Some(end), Some(start)) => Some(end - start),
            _ => None,
        };
        let by_duration = || match self.value(&ICalendarProperty::Duration) {
            Some(ICalendarValue::Duration(duration)) if !duration.neg => {
                let parts = [
                    (duration.weeks, 604_800),
                    (duration.days, 86_400),
                    (duration.hours, 3_600),
                    (duration.minutes, 60),
                    (duration.seconds, 1),
                ];
                let seconds = parts.iter().map(|(count, length)| i64::from(*count) * length).sum();
                TimeDelta::try_seconds(seconds)
            }
            _ => None,
        };
        let length = by_end.or_else(by_duration).filter(|length| *length > TimeDelta::zero());
        Ok(length.unwrap_or(NO_END))
    }

    /// When it begins, each time within the window.
    fn occurrences(
        &self,
        start: NaiveDateTime,
        zone: &EventZone,
        budget: &mut Budget,
    ) -> Result<Vec<DateTime<Utc>>, String> {
        let now = self.context.now.at;
        let (from, to) = (now - BEHIND, now + AHEAD);
        let window = Window { from: zone.local(from), to: zone.local(to) };
        let mut all = Vec::new();
        let mut has_rule = false;
        for value in self.component.properties(&ICalendarProperty::Rrule).flat_map(|entry| &entry.values) {
            let ICalendarValue::RecurrenceRule(rule) = value else {
                return Err("it recurs by a rule that cannot be read".to_owned());
            };
            has_rule = true;
            let until = rule.until.as_ref().map(|until| last_moment(until, zone));
            let until = match until {
                Some(None) => return Err("it recurs until a day that cannot be read".to_owned()),
                Some(until) => until,
                None => None,
            };
            let found = occurrences(rule, start, until, window, budget).map_err(RecurrenceProblem::words)?;
            all.extend(found.into_iter().filter_map(|local| zone.moment(local)));
        }
        if !has_rule {
            all.extend(zone.moment(start));
        }
        let excluded = self.single_days(&ICalendarProperty::Exdate)?;
        all.extend(self.single_days(&ICalendarProperty::Rdate)?.into_iter().filter_map(|day| match day {
            SingleDay::Moment(at) => Some(at),
            SingleDay::Day(day) => zone.moment(day.and_time(start.time())),
        }));
        all.retain(|at| {
            let is_it = |day: &SingleDay| match day {
                SingleDay::Moment(other) => other == at,
                SingleDay::Day(day) => zone.local(*at).date() == *day,
            };
            *at >= from && *at <= to && !excluded.iter().any(is_it)
        });
        all.sort();
        all.dedup();
        Ok(all)
    }

    /// The days and moments that a property lists.
    fn single_days(&self, name: &ICalendarProperty) -> Result<Vec<SingleDay>, String> {
        let mut all = Vec::new();
        for entry in self.component.properties(name) {
            for value in &entry.values {
                let written = match value {
                    ICalendarValue::PartialDateTime(written) => written,
                    ICalendarValue::Period(
                        ICalendarPeriod::Range { start, .. } | ICalendarPeriod::Duration { start, .. },
                    ) => start,
                    _ => continue,
                };
                if all.len() >= MOST_SINGLE_DAYS {
                    return Err(format!("it has more than {MOST_SINGLE_DAYS} of {}", name.as_str()));
                }
                if written.has_time() {
                    let (local, zone) = self.local(entry, written)?;
                    all.extend(zone.moment(local).map(SingleDay::Moment));
                } else {
                    let day = written.to_date_time().map(|day| day.date_time.date());
                    all.extend(day.map(SingleDay::Day));
                }
            }
        }
        Ok(all)
    }
}

/// One time that a series lists beside its rule.
enum SingleDay {
    Moment(DateTime<Utc>),
    Day(NaiveDate),
}

/// Until when a rule goes on, as the clocks of `zone` show it.
fn last_moment(until: &PartialDateTime, zone: &EventZone) -> Option<NaiveDateTime> {
    let read = until.to_date_time()?;
    match read.offset {
        Some(offset) => Some(zone.local(read.date_time.checked_sub_offset(offset)?.and_utc())),
        None if until.has_time() => Some(read.date_time),
        None => read.date_time.date().and_hms_opt(23, 59, 59),
    }
}

/// The address of an organizer or attendee, in small letters.
fn address(entry: &ICalendarEntry) -> Option<String> {
    let own = entry.calendar_address().filter(|address| address.contains('@'));
    let named = || entry.parameter(&ICalendarParameterName::Email)?.as_text();
    let address = own.or_else(named)?.trim().trim_matches(['<', '>']).to_lowercase();
    let is_odd = |c: char| c.is_whitespace() || c.is_control() || matches!(c, '<' | '>' | ',' | ';' | '"');
    let is_whole = address.split_once('@').is_some_and(|(who, host)| !who.is_empty() && !host.is_empty());
    (is_whole && address.len() <= 320 && !address.contains(is_odd)).then_some(address)
}

/// Whether it is a room or a thing.
fn is_room(attendee: &ICalendarEntry) -> bool {
    attendee.parameters(&ICalendarParameterName::Cutype).any(|value| {
        matches!(
            value,
            ICalendarParameterValue::Cutype(ICalendarUserTypes::Resource | ICalendarUserTypes::Room)
        )
    })
}
