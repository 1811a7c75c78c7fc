//! Which of two versions of an event is the later one, and what the board has heard of each.

use std::collections::HashMap;
use std::fmt;

use chrono::{DateTime, NaiveDateTime, Utc};

use crate::state::values::account_ref::AccountRef;
use crate::state::{Board, Signal, SignalData};

/// How moments are written in ids.
const COMPACT: &str = "%Y%m%dT%H%M%SZ";

/// How old an event is, among its versions.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct EventVersion {
    pub(super) sequence: u32,
    /// When it was changed last, or else sent.
    pub(super) stamp: Option<DateTime<Utc>>,
    /// How often the event was missing from its calendar and came back since. It is odd while it is missing.
    pub(super) round: u32,
}

impl EventVersion {
    /// The same, once it is missing from its calendar, or there again.
    pub(super) fn next_round(self) -> Self {
        Self { round: self.round.saturating_add(1), ..self }
    }

    /// Whether it says that the event was missing.
    pub(super) fn is_missing(self) -> bool {
        self.round % 2 == 1
    }
}

/// What is known of a call at some version.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum CallState {
    Off,
    /// It begins then.
    On(DateTime<Utc>),
}

/// What a signal from a calendar is known by: the call, what became of it, and in which version.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct CallNews {
    pub(super) call: String,
    pub(super) state: CallState,
    /// Whether the rule of a series says it, and no event of its own.
    pub(super) is_by_rule: bool,
    pub(super) version: EventVersion,
}

/// `UID 20241218T150000Z e0.20241210T090000Z`
impl fmt::Display for CallNews {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { call, state, is_by_rule, version } = self;
        write!(f, "{call} ")?;
        match state {
            CallState::Off => f.write_str("canceled")?,
            CallState::On(at) => write!(f, "{}", at.format(COMPACT))?,
        }
        write!(f, " {}{}.", if *is_by_rule { 's' } else { 'e' }, version.sequence)?;
        match version.stamp {
            Some(at) => write!(f, "{}", at.format(COMPACT))?,
            None => f.write_str("-")?,
        }
        if version.round > 0 { write!(f, "~{}", version.round) } else { Ok(()) }
    }
}

impl CallNews {
    /// Reads what [`fmt::Display`] writes.
    pub(super) fn parse(id: &str) -> Option<Self> {
        let mut parts = id.rsplitn(3, ' ');
        let (version, state, call) = (parts.next()?, parts.next()?, parts.next()?);
        let (version, round) = version.split_once('~').unwrap_or((version, "0"));
        let is_by_rule = version.starts_with('s');
        let (sequence, stamp) = version.strip_prefix(['s', 'e'])?.split_once('.')?;
        let stamp = if stamp == "-" { None } else { Some(compact(stamp)?) };
        let (sequence, round) = (sequence.parse().ok()?, round.parse().ok()?);
        let state = if state == "canceled" { CallState::Off } else { CallState::On(compact(state)?) };
        Some(Self {
            call: call.to_owned(),
            state,
            is_by_rule,
            version: EventVersion { sequence, stamp, round },
        })
    }
}

fn compact(text: &str) -> Option<DateTime<Utc>> {
    NaiveDateTime::parse_from_str(text, COMPACT).ok().map(|at| at.and_utc())
}

/// The id of a call: that of its event, and of a series which one it is.
pub(super) fn call_id(uid: &str, begins: Option<DateTime<Utc>>) -> String {
    begins.map_or_else(|| uid.to_owned(), |at| format!("{uid}/{}", at.format(COMPACT)))
}

/// Of the id of a call, that of its event, and which one of the series it is.
pub(super) fn event_of(call: &str) -> (&str, Option<DateTime<Utc>>) {
    let of_series = call.rsplit_once('/').and_then(|(uid, at)| Some((uid, Some(compact(at)?))));
    of_series.unwrap_or((call, None))
}

/// A signal from the calendar that the board has.
pub(super) struct KnownNews {
    pub(super) news: CallNews,
    pub(super) signal: Signal,
    /// Whom it is about; nothing where it waits for somebody to say so, and does not say itself.
    pub(super) account: Option<AccountRef>,
}

/// What the board has heard from a calendar.
pub(super) struct KnownCalls {
    /// By the id of the call, the earliest version first.
    by_call: HashMap<String, Vec<KnownNews>>,
    /// The calls of a series, by the id of its event.
    of_series: HashMap<String, Vec<String>>,
}

impl KnownCalls {
    /// What `board` has from `source`.
    pub(super) fn of(board: &Board, source: &str) -> Self {
        let mut known = Self { by_call: HashMap::new(), of_series: HashMap::new() };
        for account in board.accounts() {
            for signal in account.signals.iter().filter(|signal| &*signal.source == source) {
                known.add(signal, Some(AccountRef::Id(account.id.clone())));
            }
        }
        for waiting in board.unmatched().filter(|it| &*it.signal.source == source) {
            known.add(&waiting.signal, waiting.whom.clone());
        }
        for news in known.by_call.values_mut() {
            news.sort_by_key(|known| known.news.version);
        }
        known
    }

    fn add(&mut self, signal: &Signal, account: Option<AccountRef>) {
        let Some(news) = CallNews::parse(signal.id.as_str()) else { return };
        let is_as_said = match &signal.data {
            SignalData::CallBooked { call, .. }
            | SignalData::CallRescheduled { call, .. }
            | SignalData::CallCanceled { call } => **call == *news.call,
            _ => false,
        };
        if !is_as_said {
            return;
        }
        if let (uid, Some(_)) = event_of(&news.call) {
            let calls = self.of_series.entry(uid.to_owned()).or_default();
            if !calls.contains(&news.call) {
                calls.push(news.call.clone());
            }
        }
        let call = news.call.clone();
        self.by_call.entry(call).or_default().push(KnownNews { news, signal: signal.clone(), account });
    }

    /// What is known of `call`, the earliest version first.
    pub(super) fn of_call(&self, call: &str) -> &[KnownNews] {
        self.by_call.get(call).map_or(&[], |all| all)
    }

    /// The ids of the known calls of the series `uid`.
    pub(super) fn of_series(&self, uid: &str) -> &[String] {
        self.of_series.get(uid).map_or(&[], |all| all)
    }

    /// The ids of all known calls.
    pub(super) fn calls(&self) -> impl Iterator<Item = &String> {
        self.by_call.keys()
    }
}
