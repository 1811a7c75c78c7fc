//! What `--json` says. A contract: fields may be added, never renamed, and their order stays.

use std::collections::BTreeMap;
use std::io::{self, Write};

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Serialize, Serializer};
use serde_json::ser::{CharEscape, CompactFormatter, Formatter};

use super::failure::Failure;
use crate::playbook::rule::Truth;
use crate::playbook::{Explanation, Verdict};
use crate::state::attention::alert_text;
use crate::state::{
    Account, Alert, AlertKind, AlertState, Attention, Board, Entry, Event, FactKey, FactValue, HistoryItem,
    Money, Note, Now, Phase, Reason, RiskLevel, Segment, Stage, StageId, Stamp, Standing,
};
use crate::text;

/// A stage of `stages --json`.
#[derive(Debug, Serialize)]
#[expect(missing_docs, reason = "the contract is documented in the README")]
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
#[expect(missing_docs, reason = "the contract is documented in the README")]
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
        }
    }
}

/// Null off the board, `unmapped` in that column.
fn stage<'a>(account: &'a Account, board: &'a Board) -> Option<&'a str> {
    match board.standing(account) {
        Standing::Off => None,
        Standing::In(_, stage) => Some(stage.id.as_str()),
        Standing::Unmapped(_) => Some("unmapped"),
    }
}

/// The account of `show --json`.
#[derive(Debug, Serialize)]
#[expect(missing_docs, reason = "the contract is documented in the README")]
pub struct WholeAccountJson<'a> {
    #[serde(flatten)]
    pub account: AccountJson<'a>,
    pub facts: BTreeMap<&'a FactKey, FactJson<'a>>,
    pub history: Vec<HistoryJson<'a>>,
    pub notes: &'a [Note],
}

impl<'a> WholeAccountJson<'a> {
    /// `account` as it stands on `board` at `now`, with all that is known of it.
    pub fn new(account: &'a Account, board: &'a Board, now: &Now) -> Self {
        let facts = account.facts.iter().map(|(key, fact)| {
            (key, FactJson { value: ValueJson(&fact.value), source: &fact.source, at: fact.at })
        });
        Self {
            account: AccountJson::new(account, board, now),
            facts: facts.collect(),
            history: account.history.iter().map(HistoryJson::new).collect(),
            notes: &account.notes,
        }
    }
}

/// A fact, with its source and time.
#[derive(Debug, Serialize)]
#[expect(missing_docs, reason = "the contract is documented in the README")]
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
#[expect(missing_docs, reason = "the contract is documented in the README")]
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
#[expect(missing_docs, reason = "the contract is documented in the README")]
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

/// An alert of `alerts --json`.
#[derive(Debug, Serialize)]
#[expect(missing_docs, reason = "the contract is documented in the README")]
pub struct AlertJson<'a> {
    pub key: &'a str,
    pub kind: AlertKind,
    pub account: &'a str,
    pub state: &'static str,
    pub assignee: Option<&'a str>,
    pub amount: Option<Money>,
    pub due: Option<NaiveDate>,
    pub attempts: u32,
    pub name: Option<&'a str>,
    pub next_attempt: Option<DateTime<Utc>>,
    pub snoozed_until: Option<DateTime<Utc>>,
    pub opened: DateTime<Utc>,
    pub acknowledged_by: Option<&'a str>,
    pub outcome: Option<&'a str>,
    pub text: String,
}

impl<'a> AlertJson<'a> {
    /// `alert` as it stands at `now`.
    pub fn new(alert: &'a Alert, board: &'a Board, now: &Now) -> Self {
        let (state, snoozed_until, outcome) = match &alert.state {
            AlertState::Snoozed { until } if *until > now.at => ("snoozed", Some(*until), None),
            AlertState::Open | AlertState::Snoozed { .. } => ("open", None, None),
            AlertState::Closed { outcome, .. } => ("closed", None, Some(&**outcome)),
        };
        Self {
            key: alert.key.as_str(),
            kind: alert.kind,
            account: alert.account.as_str(),
            state,
            assignee: alert.assignee.as_deref(),
            amount: alert.amount,
            due: alert.due,
            attempts: alert.attempts,
            name: board.get(&alert.account).map(|account| account.name()),
            next_attempt: alert.next_attempt,
            snoozed_until,
            opened: alert.opened,
            acknowledged_by: alert.acknowledged.as_deref(),
            outcome,
            text: alert_text(alert, now),
        }
    }
}

/// An account of `today --json`.
#[derive(Debug, Serialize)]
#[expect(missing_docs, reason = "the contract is documented in the README")]
pub struct TodayJson<'a> {
    pub id: &'a str,
    pub name: &'a str,
    pub stage: Option<&'a str>,
    pub reasons: &'a [Reason],
    pub next_renewal: Option<NaiveDate>,
}

impl<'a> TodayJson<'a> {
    /// `row` of the accounts that need a person; nothing for one the board does not know.
    pub fn new(row: &'a Attention, board: &'a Board) -> Option<Self> {
        let account = board.get(&row.account)?;
        Some(Self {
            id: account.id.as_str(),
            name: account.name(),
            stage: stage(account, board),
            reasons: &row.reasons,
            next_renewal: row.next_renewal,
        })
    }
}

/// A playbook of `playbooks --json`.
#[derive(Debug, Serialize)]
#[expect(missing_docs, reason = "the contract is documented in the README")]
pub struct PlaybookJson<'a> {
    pub id: &'a str,
    pub title: &'a str,
    pub on: bool,
    pub trigger: String,
    pub actions: Vec<String>,
    pub fired: usize,
    pub last_fired: Option<DateTime<Utc>>,
    pub last_account: Option<&'a str>,
}

/// A playbook of `explain --json`.
#[derive(Debug, Serialize)]
#[expect(missing_docs, reason = "the contract is documented in the README")]
pub struct ExplanationJson<'a> {
    pub playbook: &'a str,
    pub title: &'a str,
    pub on: bool,
    pub verdict: &'static str,
    pub trigger: &'a str,
    pub actions: &'a [String],
    pub conditions: Vec<ConditionJson<'a>>,
    pub next: Option<DateTime<Utc>>,
    pub text: String,
}

/// A condition of `explain --json`. `holds` is null where it cannot be known.
#[derive(Debug, Serialize)]
#[expect(missing_docs, reason = "the contract is documented in the README")]
pub struct ConditionJson<'a> {
    pub holds: Option<bool>,
    pub text: &'a str,
}

impl<'a> ExplanationJson<'a> {
    /// What was explained at `now`.
    pub fn new(told: &'a Explanation<'a>, now: &Now) -> Self {
        let conditions = told.conditions.iter().map(|said| ConditionJson {
            holds: match said.truth {
                Truth::Yes => Some(true),
                Truth::No => Some(false),
                Truth::Unknown => None,
            },
            text: &said.words,
        });
        Self {
            playbook: &told.playbook.id.0,
            title: &told.playbook.title,
            on: told.verdict != Verdict::Off,
            verdict: told.verdict.word(),
            trigger: &told.trigger,
            actions: &told.actions,
            conditions: conditions.collect(),
            next: told.next,
            text: told.sentence(now),
        }
    }
}

/// Writes `value` on a line.
///
/// # Errors
/// When nobody reads any more, or the system refuses.
pub fn write(out: &mut impl Write, value: &impl Serialize) -> Result<(), Failure> {
    serialize(out, value)?;
    Ok(out.write_all(b"\n")?)
}

/// Writes `values` as one array, each on a line of its own.
///
/// # Errors
/// When nobody reads any more, or the system refuses.
pub fn write_all(
    out: &mut impl Write,
    values: impl IntoIterator<Item = impl Serialize>,
) -> Result<(), Failure> {
    let mut before: &[u8] = b"[\n";
    for value in values {
        out.write_all(before)?;
        serialize(out, &value)?;
        before = b",\n";
    }
    // Nothing came: an empty array.
    Ok(out.write_all(if before == b"[\n" { b"[]\n" } else { b"\n]\n" })?)
}

fn serialize(out: &mut impl Write, value: &impl Serialize) -> Result<(), Failure> {
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
