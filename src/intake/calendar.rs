//! Calendars, as signals: calls that are booked, put at another time, or called off.
//!
//! An event is a call with an account when somebody of the team takes part in it, and a guest that belongs to the account.
//! What people wrote about it, its title and its description, is neither kept nor shown.
//!
//! A calendar says how things are, and a signal what changed. So an event is compared with what the board has heard of it,
//! by its version: the sequence number, then when it was changed. An older version that comes late is told as what it was.
//! Any order of calendars leaves the same calls.

mod event;
mod recurrence;
mod timeline;
mod version;
mod zones;

use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;

use calcard::icalendar::{ICalendar, ICalendarComponentType, ICalendarProperty, ICalendarValue};
use calcard::{Entry as CalendarPart, Parser};
use chrono::{DateTime, TimeDelta, Utc};

use self::event::{CalendarEvent, CallSpan, EventContext, EventOutcome, EventTimes};
use self::recurrence::Budget;
use self::timeline::{CallTeller, HeardState};
use self::version::{CallState, EventVersion, KnownCalls, call_id, event_of};
use self::zones::Zones;
use super::encoding::decode;
use super::ignored::IgnoredRecords;
use super::people::AddressBook;
use super::providers::{TranslatedSignal, Translation};
use super::signals::RejectedLine;
use crate::state::values::signal::CALENDAR_SOURCE;
use crate::state::values::time::Now;

/// The source of signals from files with events.
pub const SOURCE: &str = CALENDAR_SOURCE;

/// How far ahead the events of a series are looked at.
const AHEAD: TimeDelta = TimeDelta::days(60);

/// How long an event may be over for the board to hear of it for the first time.
const BEHIND: TimeDelta = TimeDelta::days(30);

/// How far ahead a single event may lie. What lies further ahead is a mistake.
const FAR_AHEAD: TimeDelta = TimeDelta::days(2 * 366);

/// What an event is counted as that says nothing new because a later version of it is known.
const OLDER: &str = "older version";

/// What a series is counted as that does not take place now.
const NO_DATE: &str = "not in these days";

/// What an event is counted as that says what another one said.
const SECOND: &str = "second copy";

/// Reads files with events, and says what they mean for a board. The lines of the translation are the numbers of the events.
pub struct CalendarReader<'a> {
    book: &'a AddressBook<'a>,
    now: &'a Now,
    source: Arc<str>,
    /// Whether what is not in it has been called off.
    is_whole: bool,
    calendars: usize,
    /// Whether a file ended before its calendar did.
    is_cut: bool,
    /// How many events were read.
    events: usize,
    kept: Vec<CalendarEvent>,
    budget: Budget,
    ignored: IgnoredRecords,
    rejected: Vec<RejectedLine>,
}

impl<'a> CalendarReader<'a> {
    pub fn new(book: &'a AddressBook<'a>, now: &'a Now) -> Self {
        Self {
            book,
            now,
            source: SOURCE.into(),
            is_whole: false,
            calendars: 0,
            is_cut: false,
            events: 0,
            kept: Vec::new(),
            budget: Budget::default(),
            ignored: IgnoredRecords::default(),
            rejected: Vec::new(),
        }
    }

    /// A reader of all files of the calendar that is called `name`: what is in none of them has been called off.
    pub fn whole(name: &str, book: &'a AddressBook<'a>, now: &'a Now) -> Self {
        let source = format!("{SOURCE}:{name}").into();
        Self { source, is_whole: true, ..Self::new(book, now) }
    }

    /// Whether what was read are calendars, each to its end.
    pub fn is_complete(&self) -> bool {
        self.has_calendar() && !self.is_cut
    }

    /// Whether anything that was read is a calendar.
    pub fn has_calendar(&self) -> bool {
        self.calendars > 0
    }

    /// Reads all events of a file.
    pub fn read(&mut self, bytes: &[u8]) {
        let decoded = decode(bytes, None).unwrap_or(Cow::Borrowed(bytes));
        let text = String::from_utf8_lossy(&decoded);
        let text = text.trim_start_matches('\u{feff}');
        let is_cut = is_cut(text);
        let mut parser = Parser::new(text);
        let mut calendars: Vec<ICalendar> = Vec::new();
        // Every part takes a byte at least.
        for _ in 0..=text.len() {
            match parser.entry() {
                CalendarPart::ICalendar(calendar) => {
                    let root = calendar.components.first().map(|root| &root.component_type);
                    if root == Some(&ICalendarComponentType::VCalendar) {
                        calendars.push(calendar);
                    }
                }
                CalendarPart::Eof => break,
                _ => {}
            }
        }
        let last = calendars.len().saturating_sub(1);
        for (at, calendar) in calendars.iter().enumerate() {
            self.calendars += 1;
            self.add(calendar, is_cut && at == last);
        }
        self.is_cut |= is_cut && !calendars.is_empty();
    }

    fn add(&mut self, calendar: &ICalendar, is_cut: bool) {
        let method = calendar.components.first().and_then(|root| {
            match root.property(&ICalendarProperty::Method)?.values.first()? {
                ICalendarValue::Method(method) => Some(method),
                _ => None,
            }
        });
        let zones = Zones::of(calendar, self.now.zone);
        let context = EventContext { book: self.book, zones, method, now: self.now };
        let is_event = |kind: &ICalendarComponentType| *kind == ICalendarComponentType::VEvent;
        let last = calendar.components.iter().rposition(|it| is_event(&it.component_type));
        for (at, component) in calendar.components.iter().enumerate() {
            match component.component_type {
                ICalendarComponentType::VEvent => {}
                ICalendarComponentType::VTodo
                | ICalendarComponentType::VJournal
                | ICalendarComponentType::VFreebusy => {
                    self.events += 1;
                    self.ignore(self.events, "no event");
                    continue;
                }
                _ => continue,
            }
            self.events += 1;
            if is_cut && Some(at) == last {
                self.reject(
                    self.events,
                    "the file ends in the middle of its events: fetch it again".to_owned(),
                );
                continue;
            }
            match event::read(component, self.events, &context, &mut self.budget) {
                Ok(EventOutcome::Event(event)) => self.kept.push(*event),
                Ok(EventOutcome::Ignored(why)) => self.ignore(self.events, why),
                Err(why) => self.reject(self.events, why),
            }
        }
    }

    /// Leaves the event `number` out.
    fn ignore(&mut self, number: usize, why: &'static str) {
        self.ignored.add(why, number.to_string().as_bytes());
    }

    fn reject(&mut self, line: usize, reason: String) {
        self.rejected.push(RejectedLine { line, reason });
    }

    /// What all events say, in the order in which it came about.
    pub fn finish(mut self) -> Translation {
        let known = KnownCalls::of(self.book.board, &self.source);
        let kept = std::mem::take(&mut self.kept);
        let silent = |event: &CalendarEvent| match &event.times {
            EventTimes::Series(spans) if spans.is_empty() => NO_DATE,
            EventTimes::Series(_) | EventTimes::Once(_) | EventTimes::Off(_) => OLDER,
        };
        let silent: BTreeMap<usize, _> = kept.iter().map(|event| (event.number, silent(event))).collect();
        let mut heard =
            HeardCalls { known: &known, now: self.now.at, calls: BTreeMap::new(), older: HashSet::new() };
        let mut by_uid: BTreeMap<String, Vec<CalendarEvent>> = BTreeMap::new();
        for mut event in kept {
            // No older version of it is still to come where all is read each time.
            event.begins = event.begins.filter(|_| !self.is_whole);
            by_uid.entry(event.uid.clone()).or_default().push(event);
        }
        for (uid, events) in by_uid {
            heard.add(&uid, events);
        }
        if self.is_whole && self.rejected.is_empty() {
            heard.add_missing();
        }
        let HeardCalls { mut calls, .. } = heard;
        for states in calls.values_mut() {
            timeline::sort(states);
        }
        let mut teller = CallTeller::new(self.book.board, &known, &calls, &self.source, self.now.at);
        for (call, states) in &calls {
            teller.tell(call, states);
        }
        let (mut signals, reasons) = teller.finish();
        signals.sort_by(|one: &TranslatedSignal, other| {
            (one.signal.at, &one.signal.id).cmp(&(other.signal.at, &other.signal.id))
        });
        let told: HashSet<usize> = signals.iter().map(|told| told.line).collect();
        for (number, why) in silent.into_iter().filter(|(number, _)| !told.contains(number)) {
            self.ignore(number, reasons.get(&number).copied().unwrap_or(why));
        }
        Translation {
            records: self.events,
            signals,
            ignored: self.ignored,
            rejected: self.rejected,
            ..Translation::default()
        }
    }
}

/// Whether the last calendar in `text` has no end.
fn is_cut(text: &str) -> bool {
    let begins =
        |line: &str, with: &str| line.get(..with.len()).is_some_and(|start| start.eq_ignore_ascii_case(with));
    let mut lines = text.lines().rev().map(str::trim_start);
    let last = lines.find(|line| begins(line, "BEGIN:VCALENDAR") || begins(line, "END:VCALENDAR"));
    last.is_some_and(|last| begins(last, "BEGIN"))
}

/// What the events say of each call.
struct HeardCalls<'a> {
    known: &'a KnownCalls,
    now: DateTime<Utc>,
    calls: BTreeMap<String, Vec<HeardState>>,
    /// The calls of which only an older version of their series tells.
    older: HashSet<String>,
}

impl HeardCalls<'_> {
    /// Takes in the versions of one event: of itself, and of those that take the place of one of its series.
    fn add(&mut self, uid: &str, events: Vec<CalendarEvent>) {
        let (single, own): (Vec<_>, Vec<_>) = events.into_iter().partition(|event| event.replaces.is_some());
        // Those that change with one of them: from when on, by how much, and how long they last.
        let mut changes: Vec<(DateTime<Utc>, TimeDelta, TimeDelta)> = Vec::new();
        let mut replaced: HashMap<String, Vec<HeardState>> = HashMap::new();
        for mut event in single {
            // Whoever hears of the series hears of this one, too.
            event.begins = event.begins.filter(|_| own.is_empty());
            if let (true, Some(from), EventTimes::Once(span)) = (event.goes_on, event.replaces, &event.times)
            {
                changes.push((from, span.starts_at - from, span.ends_at - span.starts_at));
            }
            let call = call_id(uid, event.replaces);
            replaced.entry(call).or_default().extend(HeardState::of(&event));
        }
        changes.sort_unstable();
        let latest = own.iter().max_by_key(|event| event.order());
        let mut by_rule = HashSet::new();
        if let Some((event, EventTimes::Series(spans))) = latest.map(|event| (event, &event.times)) {
            let is_older = self.series_version(uid).is_some_and(|known| known > event.version);
            for span in spans {
                let call = call_id(uid, Some(span.starts_at));
                by_rule.insert(call.clone());
                if replaced.contains_key(&call) {
                    continue;
                }
                if is_older && self.known.of_call(&call).is_empty() {
                    self.older.insert(call);
                    continue;
                }
                let moved = changes.iter().rev().find(|(from, _, _)| *from <= span.starts_at);
                let span = moved.map_or(Some(*span), |(_, shift, length)| {
                    let starts_at = span.starts_at.checked_add_signed(*shift)?;
                    Some(CallSpan { starts_at, ends_at: starts_at.checked_add_signed(*length)? })
                });
                self.calls.entry(call).or_default().extend(span.map(|span| HeardState::by_rule(event, span)));
            }
        } else {
            let states = own.iter().filter_map(HeardState::of);
            let states: Vec<_> = states.collect();
            if !states.is_empty() {
                self.calls.entry(uid.to_owned()).or_default().extend(states);
            }
        }
        for (call, states) in replaced {
            by_rule.insert(call.clone());
            self.calls.entry(call).or_default().extend(states);
        }
        if let Some(event) = latest {
            self.add_dropped(uid, event, &by_rule);
        }
    }

    /// The version of the series `uid` that the board has heard of last.
    fn series_version(&self, uid: &str) -> Option<EventVersion> {
        let known = self.known.of_series(uid).iter().flat_map(|call| self.known.of_call(call));
        known.filter(|known| known.news.is_by_rule).map(|known| known.news.version).max()
    }

    /// Takes in that coming calls of a series are not among those that it has by now.
    fn add_dropped(&mut self, uid: &str, event: &CalendarEvent, still: &HashSet<String>) {
        for call in self.known.of_series(uid).iter().filter(|call| !still.contains(*call)) {
            let Some(last) = self.known.of_call(call).last() else { continue };
            let CallState::On(starts_at) = last.news.state else { continue };
            let is_coming = starts_at > self.now && event_of(call).1.is_none_or(|at| at <= self.now + AHEAD);
            let is_later = if last.news.is_by_rule {
                event.version >= last.news.version
            } else {
                event.version.stamp >= last.news.version.stamp
            };
            if is_coming && is_later {
                let mut state = HeardState::off(event);
                (state.version, state.is_by_rule) = (event.version.max(last.news.version), true);
                self.calls.entry(call.clone()).or_default().push(state);
            }
        }
    }

    /// Takes in that coming calls are not in their calendar any more.
    fn add_missing(&mut self) {
        let missing: Vec<&String> =
            self.known.calls().filter(|call| !self.calls.contains_key(*call)).collect();
        for call in missing {
            let Some(last) = self.known.of_call(call).last() else { continue };
            let CallState::On(starts_at) = last.news.state else { continue };
            if starts_at > self.now && starts_at <= self.now + AHEAD && !self.older.contains(call) {
                let version = last.news.version.next_round();
                self.calls.entry(call.clone()).or_default().push(HeardState::missing(version));
            }
        }
    }
}
