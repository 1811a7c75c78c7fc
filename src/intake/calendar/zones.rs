//! The zones that times of a calendar are written in: known ones under any of their names, and those that the calendar
//! describes itself.

use std::collections::HashMap;
use std::rc::Rc;

use calcard::common::PartialDateTime;
use calcard::common::timezone::Tz as CalendarTz;
use calcard::icalendar::{
    ICalendar, ICalendarComponent, ICalendarComponentType, ICalendarProperty, ICalendarRecurrenceRule,
    ICalendarValue,
};
use chrono::{DateTime, FixedOffset, NaiveDateTime, Offset, TimeDelta, TimeZone, Utc};
use chrono_tz::Tz;

use super::recurrence::{Budget, Window, occurrences};
use crate::state::values::time::moment;

/// How many descriptions of zones count, and how many changes of one. Real ones have two changes, or one for each year.
const MOST_ZONES: usize = 200;
const MOST_CHANGES: usize = 400;

/// How far back the last change of a zone may lie whose rule goes on: they come each year.
const YEAR: TimeDelta = TimeDelta::days(400);

/// The zone that a time is written in.
#[derive(Clone, Debug)]
pub(super) enum EventZone {
    Named(Tz),
    Fixed(FixedOffset),
    Described(Rc<ZoneDescription>),
}

/// A zone as a calendar describes it: its changes.
#[derive(Debug)]
pub(super) struct ZoneDescription(Vec<ZoneChange>);

#[derive(Debug)]
struct ZoneChange {
    /// When it happens first, as the clocks show it before.
    onset: NaiveDateTime,
    rule: Option<(Box<ICalendarRecurrenceRule>, Option<NaiveDateTime>)>,
    others: Vec<NaiveDateTime>,
    from: FixedOffset,
    to: FixedOffset,
}

impl EventZone {
    pub(super) const UTC: Self = Self::Named(Tz::UTC);

    /// The moment at which its clocks show `local`.
    pub(super) fn moment(&self, local: NaiveDateTime) -> Option<DateTime<Utc>> {
        match self {
            Self::Named(zone) => Some(moment(local.date(), local.time(), *zone)),
            Self::Fixed(offset) => at_offset(local, *offset),
            Self::Described(zone) => at_offset(local, zone.offset(local)),
        }
    }

    /// What its clocks show at `moment`.
    pub(super) fn local(&self, moment: DateTime<Utc>) -> NaiveDateTime {
        match self {
            Self::Named(zone) => moment.with_timezone(zone).naive_local(),
            Self::Fixed(offset) => moment.with_timezone(offset).naive_local(),
            Self::Described(zone) => {
                let near = zone.offset(moment.naive_utc());
                let offset = zone.offset(moment.with_timezone(&near).naive_local());
                moment.with_timezone(&offset).naive_local()
            }
        }
    }
}

fn at_offset(local: NaiveDateTime, offset: FixedOffset) -> Option<DateTime<Utc>> {
    offset.from_local_datetime(&local).single().map(|at| at.to_utc())
}

impl ZoneDescription {
    /// How far its clocks are ahead of UTC when they show `local`.
    fn offset(&self, local: NaiveDateTime) -> FixedOffset {
        let last = self.0.iter().filter_map(|change| Some((change.last_before(local)?, change.to)));
        let last = last.max_by_key(|(onset, _)| *onset).map(|(_, to)| to);
        let first = || self.0.iter().min_by_key(|change| change.onset).map(|change| change.from);
        last.or_else(first).unwrap_or(Utc.fix())
    }
}

impl ZoneChange {
    fn of(component: &ICalendarComponent) -> Option<Self> {
        let value = |name: &ICalendarProperty| component.property(name)?.values.first();
        let time = |value: &ICalendarValue| value.as_partial_date_time()?.to_date_time();
        let offset = |name: &ICalendarProperty| offset(value(name)?.as_partial_date_time()?);
        let from = offset(&ICalendarProperty::Tzoffsetfrom)?;
        let rule = match value(&ICalendarProperty::Rrule) {
            Some(ICalendarValue::RecurrenceRule(rule)) => {
                let until = rule.until.as_ref().and_then(PartialDateTime::to_date_time);
                let until = until.map(|until| match until.offset {
                    Some(offset) => at_offset(until.date_time, offset)
                        .map_or(until.date_time, |at| at.with_timezone(&from).naive_local()),
                    None => until.date_time,
                });
                Some((rule.clone(), until))
            }
            _ => None,
        };
        let others = component.properties(&ICalendarProperty::Rdate).flat_map(|entry| &entry.values);
        Some(Self {
            onset: time(value(&ICalendarProperty::Dtstart)?)?.date_time,
            rule,
            others: others.filter_map(time).map(|at| at.date_time).take(MOST_CHANGES).collect(),
            from,
            to: offset(&ICalendarProperty::Tzoffsetto)?,
        })
    }

    /// When it happened last before the clocks show `local`.
    fn last_before(&self, local: NaiveDateTime) -> Option<NaiveDateTime> {
        let by_rule = self.rule.as_ref().and_then(|(rule, until)| {
            let to = until.map_or(local, |until| until.min(local));
            let window = Window { from: to.checked_sub_signed(YEAR)?, to };
            occurrences(rule, self.onset, *until, window, &mut Budget::default()).ok()?.pop()
        });
        let single = self.others.iter().chain([&self.onset]).filter(|at| **at <= local).max().copied();
        by_rule.max(single)
    }
}

/// `+0100`
fn offset(written: &PartialDateTime) -> Option<FixedOffset> {
    let minutes = i32::from(written.tz_minute.unwrap_or(0));
    let seconds = i32::from(written.tz_hour?) * 3600 + minutes * 60;
    if written.tz_minus { FixedOffset::west_opt(seconds) } else { FixedOffset::east_opt(seconds) }
}

/// The zones of one calendar.
pub(super) struct Zones<'a> {
    described: HashMap<&'a str, EventZone>,
    /// That of times which name none.
    floating: EventZone,
}

impl<'a> Zones<'a> {
    /// Those of `calendar`, where times without a zone are those of `business`, unless it says otherwise.
    pub(super) fn of(calendar: &'a ICalendar, business: Tz) -> Self {
        let mut described = HashMap::new();
        for zone in calendar.timezones().take(MOST_ZONES) {
            let name =
                zone.property(&ICalendarProperty::Tzid).and_then(|entry| entry.values.first()?.as_text());
            let Some(name) = name else { continue };
            let known = zone.timezone().and_then(|(_, zone)| known(zone));
            if let Some(zone) = known.or_else(|| description(calendar, zone)) {
                described.entry(name).or_insert(zone);
            }
        }
        let floating = calendar.components.first().and_then(|root| {
            let is_zone = |name: &ICalendarProperty| {
                matches!(name, ICalendarProperty::Other(name) if name.eq_ignore_ascii_case("X-WR-TIMEZONE"))
            };
            let entry = root.entries.iter().find(|entry| is_zone(&entry.name))?;
            named(entry.values.first()?.as_text()?)
        });
        Self { described, floating: floating.unwrap_or(EventZone::Named(business)) }
    }

    /// The zone of a time that names `name`, or none.
    ///
    /// # Errors
    /// The name, where nobody knows what it means.
    pub(super) fn find<'b>(&self, name: Option<&'b str>) -> Result<EventZone, &'b str> {
        let Some(name) = name.filter(|name| !name.trim().is_empty()) else {
            return Ok(self.floating.clone());
        };
        let quoted = name.trim().trim_matches('"');
        let described = self.described.get(name).or_else(|| self.described.get(quoted)).cloned();
        described.or_else(|| named(quoted)).ok_or(name)
    }
}

fn description(calendar: &ICalendar, zone: &ICalendarComponent) -> Option<EventZone> {
    let parts = zone.component_ids.iter().filter_map(|id| calendar.component_by_id(*id));
    let is_change = |part: &&ICalendarComponent| {
        matches!(part.component_type, ICalendarComponentType::Standard | ICalendarComponentType::Daylight)
    };
    let changes: Vec<_> = parts.filter(is_change).filter_map(ZoneChange::of).take(MOST_CHANGES).collect();
    (!changes.is_empty()).then(|| EventZone::Described(Rc::new(ZoneDescription(changes))))
}

/// The zone of that name, in any of the ways in which programs call it; they may put their own name before it:
/// `/example.org/20050126_1/Europe/Berlin`.
fn named(name: &str) -> Option<EventZone> {
    let own = name.parse::<CalendarTz>().ok().and_then(known);
    own.or_else(|| {
        let mut ends = name.match_indices('/').filter_map(|(at, _)| name.get(at + 1..));
        ends.find_map(|end| end.parse::<Tz>().ok()).map(EventZone::Named)
    })
}

fn known(zone: CalendarTz) -> Option<EventZone> {
    match zone {
        CalendarTz::Tz(zone) => Some(EventZone::Named(zone)),
        CalendarTz::Fixed(offset) => Some(EventZone::Fixed(offset)),
        CalendarTz::Floating => None,
    }
}
