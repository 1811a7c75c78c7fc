//! What `--json` says. A contract: fields may be added, never renamed, and their order stays.

mod account;
mod attention;
mod playbook;

use std::collections::BTreeMap;
use std::io::{self, Write};

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Serialize, Serializer};
use serde_json::ser::{CharEscape, CompactFormatter, Formatter};

use super::error::CliError;
use crate::intake::export_headers;
use crate::state::{
    Account, Board, Entry, Event, FactValue, HistoryItem, Money, Now, Phase, Position, RiskLevel, Segment,
    Stage, StageId, Stamp,
};
use crate::text;

pub use account::{AccountDetailsJson, CallJson, SignalJson, TaskJson};
pub use attention::{AlertJson, ReasonJson, TodayJson};
pub use playbook::{ConditionJson, ExplanationJson, PlaybookJson};

/// A stage of `stages --json`.
#[derive(Debug, Serialize)]
pub struct StageJson<'a> {
    pub id: &'a StageId,
    pub label: &'a str,
    pub bucket: &'a str,
    pub phase: Phase,
    pub accounts: usize,
}

impl<'a> StageJson<'a> {
    /// `stage`, in which so many accounts stand.
    pub fn new(stage: &'a Stage, accounts: usize) -> Self {
        Self { id: &stage.id, label: &stage.label, bucket: &stage.bucket, phase: stage.phase, accounts }
    }
}

/// An account of `list --json`.
#[derive(Debug, Serialize)]
pub struct AccountJson<'a> {
    pub id: &'a str,
    pub name: &'a str,
    /// Null off the board, `unmapped` in that column.
    pub stage: Option<&'a str>,
    pub since: Option<DateTime<Utc>>,
    pub segments: Vec<&'a Segment>,
    pub owner: Option<&'a str>,
    pub risk: RiskLevel,
    pub forecasted_mrr: Option<Money>,
    pub next_renewal: Option<NaiveDate>,
    pub stamps: &'a BTreeMap<Stamp, DateTime<Utc>>,
    /// The same stamps, under the names that exports give their columns.
    pub traits: BTreeMap<String, DateTime<Utc>>,
}

impl<'a> AccountJson<'a> {
    /// `account` as it stands on `board` at `now`.
    pub fn new(account: &'a Account, board: &'a Board, now: &Now) -> Self {
        Self {
            id: account.id.as_str(),
            name: account.name(),
            stage: stage(account, board),
            since: account.place.as_ref().map(|place| place.since),
            segments: account.segments.iter().collect(),
            owner: account.owner(),
            risk: account.risk.level,
            forecasted_mrr: account.forecasted_mrr(),
            next_renewal: account.next_renewal(now.today()),
            stamps: &account.stamps,
            traits: traits(account, board),
        }
    }
}

/// When it first entered each stage and bucket: `2. Onboarding Initiated: first entered`.
fn traits(account: &Account, board: &Board) -> BTreeMap<String, DateTime<Utc>> {
    let named =
        |(stamp, at): (&Stamp, &DateTime<Utc>)| (export_headers::of_stamp(stamp, board.pipeline()), *at);
    account.stamps.iter().map(named).collect()
}

/// Null off the board, `unmapped` in that column.
fn stage<'a>(account: &'a Account, board: &'a Board) -> Option<&'a str> {
    match board.position_of(account) {
        Position::OffBoard => None,
        Position::InStage(_, stage) => Some(stage.id.as_str()),
        Position::Unmapped(_) => Some("unmapped"),
    }
}

/// A fact, with its source and time.
#[derive(Debug, Serialize)]
pub struct FactJson<'a> {
    pub value: ValueJson<'a>,
    pub source: &'a str,
    pub at: DateTime<Utc>,
}

/// A fact's value, as plain as JSON can say it: a text, a number, `{"minor":…,"currency":…}`, a date's text, true
/// or false, or a list of texts.
#[derive(Debug)]
pub struct ValueJson<'a>(pub &'a FactValue);

impl Serialize for ValueJson<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.0 {
            FactValue::Text(text) => text.serialize(serializer),
            // A count is written without a decimal point, as long as doubles hold it exactly.
            #[expect(clippy::cast_possible_truncation, reason = "whole and within 2^53, as the guard says")]
            FactValue::Number(number) if number.fract() == 0.0 && number.abs() < 9.0e15 => {
                serializer.serialize_i64(*number as i64)
            }
            FactValue::Number(number) => number.serialize(serializer),
            FactValue::Money(money) => money.serialize(serializer),
            FactValue::Date(date) => date.serialize(serializer),
            FactValue::Flag(flag) => flag.serialize(serializer),
            FactValue::List(items) => items.serialize(serializer),
        }
    }
}

/// A step through the pipeline.
#[derive(Debug, Serialize)]
pub struct HistoryJson<'a> {
    pub seq: u64,
    pub at: DateTime<Utc>,
    pub by: String,
    pub from: Option<&'a StageId>,
    pub to: Option<&'a StageId>,
    pub cause: String,
    pub reason: Option<&'a str>,
}

impl<'a> HistoryJson<'a> {
    fn new(item: &'a HistoryItem) -> Self {
        Self {
            seq: item.seq,
            at: item.at,
            by: item.by.to_string(),
            from: item.from.as_ref(),
            to: item.to.as_ref(),
            cause: item.cause.to_string(),
            reason: item.reason.as_deref(),
        }
    }
}

/// An entry of `log --json`.
#[derive(Debug, Serialize)]
pub struct EntryJson<'a> {
    pub seq: u64,
    pub at: DateTime<Utc>,
    pub by: String,
    pub command: &'a str,
    pub events: &'a [Event],
}

impl<'a> EntryJson<'a> {
    /// `entry` as scripts see it.
    pub fn new(entry: &'a Entry) -> Self {
        Self {
            seq: entry.seq,
            at: entry.at,
            by: entry.by.to_string(),
            command: &entry.command,
            events: &entry.events,
        }
    }
}

/// Writes `value` on a line.
///
/// # Errors
/// When the output cannot be written.
pub fn write(out: &mut impl Write, value: &impl Serialize) -> Result<(), CliError> {
    serialize(out, value)?;
    Ok(out.write_all(b"\n")?)
}

/// Writes `values` as one array, each on a line of its own.
///
/// # Errors
/// When the output cannot be written.
pub fn write_all(
    out: &mut impl Write,
    values: impl IntoIterator<Item = impl Serialize>,
) -> Result<(), CliError> {
    let mut list = JsonArray::default();
    values.into_iter().try_for_each(|value| list.push(out, &value))?;
    list.end(out)
}

/// An array that is written while its values come, each on a line of its own.
#[derive(Debug, Default)]
pub struct JsonArray {
    begun: bool,
}

impl JsonArray {
    /// Writes the next value.
    ///
    /// # Errors
    /// When the output cannot be written.
    pub fn push(&mut self, out: &mut impl Write, value: &impl Serialize) -> Result<(), CliError> {
        out.write_all(if self.begun { b",\n" } else { b"[\n" })?;
        self.begun = true;
        serialize(out, value)
    }

    /// Writes its end. Nothing came: an empty array.
    ///
    /// # Errors
    /// When the output cannot be written.
    pub fn end(self, out: &mut impl Write) -> Result<(), CliError> {
        Ok(out.write_all(if self.begun { b"\n]\n" } else { b"[]\n" })?)
    }
}

fn serialize(out: &mut impl Write, value: &impl Serialize) -> Result<(), CliError> {
    value.serialize(&mut serde_json::Serializer::with_formatter(out, Harmless))?;
    Ok(())
}

/// JSON that a terminal survives: beyond what JSON itself asks for, control characters, bidirectional controls and
/// line separators are written as `\u…`.
struct Harmless;

impl Formatter for Harmless {
    fn write_string_fragment<W: ?Sized + Write>(&mut self, writer: &mut W, fragment: &str) -> io::Result<()> {
        let harmful = |c: char| {
            c.is_control() || text::is_bidi_control(c) || matches!(c, '\u{2028}' | '\u{2029}' | '\u{feff}')
        };
        let mut rest = fragment;
        while let Some(at) = rest.find(harmful) {
            writer.write_all(&rest.as_bytes()[..at])?;
            let mut after = rest[at..].chars();
            if let Some(c) = after.next() {
                write!(writer, "\\u{:04x}", u32::from(c))?;
            }
            rest = after.as_str();
        }
        writer.write_all(rest.as_bytes())
    }

    fn write_char_escape<W: ?Sized + Write>(&mut self, writer: &mut W, escape: CharEscape) -> io::Result<()> {
        CompactFormatter.write_char_escape(writer, escape)
    }
}
