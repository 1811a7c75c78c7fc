//! What `--json` says. A contract: fields may be added, never renamed, and their order stays.

mod array;
mod brief;
mod checklists;
mod emails;
mod signals;
mod today;

use std::collections::BTreeMap;
use std::io::{self, Write};
use std::sync::Arc;

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Serialize, Serializer};
use serde_json::ser::{CharEscape, CompactFormatter, Formatter};

pub use self::array::{JsonArray, write_all};
pub(super) use self::array::{JsonText, text_of, write_texts};
pub use self::brief::BriefJson;
pub use self::checklists::{ChecklistJson, LeftOpenJson, PointJson};
pub use self::emails::{EmailJson, TemplateJson};
pub use self::signals::SignalJson;
pub use self::today::{DoneJson, TodayJson};
use super::error::CliError;
use crate::intake::export_headers;
use crate::playbook::{Explanation, Ternary, Verdict};
use crate::prose::{explanations, follow_ups::alert_text, playbooks, reasons};
use crate::state::query::checklists::points_of;
use crate::state::values::signal::CallOutcome;
use crate::state::values::small_map::SmallMap;
use crate::state::{
    Account, Alert, AlertKind, AlertState, Board, Entry, Event, FactKey, FactValue, HistoryItem, Money, Note,
    Now, Phase, Position, Reason, Refund, RiskLevel, Segment, Stage, StageId, Stamp,
};
use crate::text;

/// A stage of `stages --json`.
#[derive(Debug, Serialize)]
pub struct StageJson<'a> {
    pub id: &'a StageId,
    pub label: &'a str,
    pub bucket: &'a str,
    pub phase: Phase,
    pub accounts: usize,
    pub checklist: Option<ChecklistJson<'a>>,
}

impl<'a> StageJson<'a> {
    /// `stage`, in which so many accounts stand.
    pub fn new(stage: &'a Stage, accounts: usize) -> Self {
        let checklist = stage.checklist.as_ref().map(ChecklistJson::new);
        let Stage { id, label, bucket, phase, .. } = stage;
        Self { id, label, bucket, phase: *phase, accounts, checklist }
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
    pub stamps: &'a SmallMap<Stamp, DateTime<Utc>>,
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
            since: account.placement.as_ref().map(|place| place.since),
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

/// A change of stage.
#[derive(Debug, Serialize)]
pub struct HistoryJson<'a> {
    pub seq: u64,
    pub at: DateTime<Utc>,
    pub by: Arc<str>,
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
            by: item.by.clone().into(),
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
    pub by: Arc<str>,
    pub command: &'a str,
    pub events: &'a [Event],
}

impl<'a> EntryJson<'a> {
    /// `entry` as scripts see it.
    pub fn new(entry: &'a Entry) -> Self {
        Self {
            seq: entry.seq,
            at: entry.at,
            by: entry.by.clone().into(),
            command: &entry.command,
            events: &entry.events,
        }
    }
}

/// The account of `show --json`.
#[derive(Debug, Serialize)]
pub struct AccountDetailsJson<'a> {
    #[serde(flatten)]
    pub account: AccountJson<'a>,
    pub facts: BTreeMap<&'a FactKey, FactJson<'a>>,
    pub history: Vec<HistoryJson<'a>>,
    pub notes: &'a [Note],
    /// Since when the customer engages.
    pub engaged: Option<DateTime<Utc>>,
    pub risk_reason: Option<&'a str>,
    pub signals: Vec<SignalJson<'a>>,
    pub calls: Vec<CallJson<'a>>,
    pub tasks: Vec<TaskJson<'a>>,
    pub points: Vec<PointJson<'a>>,
    pub refunds: &'a [Refund],
    pub alerts: Vec<AlertJson<'a>>,
    pub snoozed_until: Option<DateTime<Utc>>,
    /// Whose it is again, and when, while somebody covers for them.
    pub cover: Option<CoverJson<'a>>,
    /// Why it needs a person today.
    pub reasons: Vec<ReasonJson<'a>>,
}

#[derive(Debug, Serialize)]
pub struct CoverJson<'a> {
    pub owner: Option<&'a str>,
    pub until: DateTime<Utc>,
}

#[derive(Debug, Serialize)]
pub struct CallJson<'a> {
    pub id: &'a str,
    pub starts_at: DateTime<Utc>,
    pub ends_at: DateTime<Utc>,
    pub outcome: Option<CallOutcome>,
}

#[derive(Debug, Serialize)]
pub struct TaskJson<'a> {
    pub id: &'a str,
    pub title: &'a str,
    pub due: Option<NaiveDate>,
    /// The moment of that day, where one was said.
    pub due_at: Option<DateTime<Utc>>,
    pub done: Option<DateTime<Utc>>,
}

impl<'a> AccountDetailsJson<'a> {
    /// `account` as it stands on `board` at `now`, with all that is known of it.
    pub fn new(account: &'a Account, reasons: &'a [Reason], board: &'a Board, now: &Now) -> Self {
        let facts = account.facts.iter().map(|(key, fact)| {
            (key, FactJson { value: ValueJson(fact.value), source: fact.source, at: fact.at })
        });
        let calls = account.calls.iter().map(|(id, call)| CallJson {
            id,
            starts_at: call.starts_at,
            ends_at: call.ends_at,
            outcome: call.outcome,
        });
        let tasks = account.tasks.iter().map(|(id, task)| TaskJson {
            id,
            title: &task.title,
            due: task.due,
            due_at: task.at,
            done: task.done,
        });
        let alerts = board.alerts_of(&account.id);
        Self {
            account: AccountJson::new(account, board, now),
            facts: facts.collect(),
            history: account.history.iter().map(HistoryJson::new).collect(),
            notes: &account.notes,
            engaged: account.engaged,
            risk_reason: account.risk.reason.as_deref(),
            signals: account.signals.iter().map(SignalJson::new).collect(),
            reasons: reasons.iter().map(|reason| ReasonJson::new(reason, now)).collect(),
            calls: calls.collect(),
            tasks: tasks.collect(),
            points: points_of(board, account).iter().map(PointJson::new).collect(),
            refunds: &account.refunds,
            alerts: alerts.map(|alert| AlertJson::new(alert, board, now)).collect(),
            snoozed_until: account.snooze.as_ref().map(|snooze| snooze.until).filter(|until| *until > now.at),
            cover: account
                .cover
                .as_ref()
                .map(|cover| CoverJson { owner: account.covered_owner(), until: cover.until }),
        }
    }
}

/// An alert of `alerts --json`.
#[derive(Debug, Serialize)]
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

#[derive(Debug, Serialize)]
pub struct ReasonJson<'a> {
    pub kind: &'static str,
    pub text: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub acknowledged_by: Option<&'a str>,
}

impl<'a> ReasonJson<'a> {
    fn new(reason: &'a Reason, now: &Now) -> Self {
        Self {
            kind: reason.word(),
            text: reasons::text(reason, now),
            acknowledged_by: reason.acknowledged_by(),
        }
    }
}

/// A playbook of `playbooks --json`.
#[derive(Debug, Serialize)]
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
pub struct ExplanationJson<'a> {
    pub playbook: &'a str,
    pub title: &'a str,
    pub on: bool,
    pub verdict: &'static str,
    pub trigger: String,
    pub actions: Vec<String>,
    pub conditions: Vec<ConditionJson>,
    pub next: Option<DateTime<Utc>>,
    pub text: String,
}

/// A condition of `explain --json`. `holds` is null where it cannot be known.
#[derive(Debug, Serialize)]
pub struct ConditionJson {
    pub holds: Option<bool>,
    pub text: String,
}

impl<'a> ExplanationJson<'a> {
    pub fn new(explanation: &Explanation<'a>) -> Self {
        let conditions = explanations::conditions(explanation).map(|(report, text)| ConditionJson {
            holds: match report.truth {
                Ternary::Yes => Some(true),
                Ternary::No => Some(false),
                Ternary::Unknown => None,
            },
            text,
        });
        Self {
            playbook: &explanation.playbook.id.0,
            title: &explanation.playbook.title,
            on: explanation.verdict != Verdict::Off,
            verdict: explanation.verdict.word(),
            trigger: playbooks::trigger(&explanation.playbook.on),
            actions: explanation.playbook.then.iter().map(playbooks::action).collect(),
            conditions: conditions.collect(),
            next: explanation.next,
            text: explanations::text(explanation),
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

fn serialize(out: &mut impl Write, value: &impl Serialize) -> Result<(), CliError> {
    value.serialize(&mut serde_json::Serializer::with_formatter(out, Harmless))?;
    Ok(())
}

/// JSON that a terminal survives and a person sees: beyond what JSON itself asks for, whatever is not shown as it is
/// ([`text::is_hidden`]) is written as `\u…`, and so are more combining marks in a row than any script needs.
struct Harmless;

impl Formatter for Harmless {
    fn write_string_fragment<W: ?Sized + Write>(&mut self, writer: &mut W, fragment: &str) -> io::Result<()> {
        if fragment.bytes().all(|byte| matches!(byte, b' '..=b'~')) {
            return writer.write_all(fragment.as_bytes());
        }
        let mut marks = text::MarkCount::default();
        let mut rest = fragment;
        while let Some((at, c)) =
            rest.char_indices().find(|(_, c)| marks.is_too_many(*c) || text::is_hidden(*c))
        {
            writer.write_all(&rest.as_bytes()[..at])?;
            for unit in c.encode_utf16(&mut [0; 2]) {
                write!(writer, "\\u{unit:04x}")?;
            }
            rest = &rest[at + c.len_utf8()..];
        }
        writer.write_all(rest.as_bytes())
    }

    fn write_char_escape<W: ?Sized + Write>(&mut self, writer: &mut W, escape: CharEscape) -> io::Result<()> {
        CompactFormatter.write_char_escape(writer, escape)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_nobody_sees_is_escaped_and_reads_back() {
        let marks = "e".to_owned() + &"\u{301}".repeat(40);
        for hidden in [
            "\u{200b}",
            "\u{2060}",
            "\u{fe0f}",
            "\u{e0041}",
            "\u{202e}",
            "\u{2028}",
            "\u{feff}",
            "\u{9b}",
            "\u{7f}",
            "\u{1f3fb}",
            "\u{ad}",
            &marks,
        ] {
            let text = format!("A {hidden}é株 B");
            let mut out = Vec::new();
            serialize(&mut out, &text).expect("it can be written");
            let json = String::from_utf8(out).expect("UTF-8");
            assert_eq!(serde_json::from_str::<String>(&json).expect("JSON"), text);
            let shown = &json[1..json.len() - 1];
            assert_eq!(text::clean(shown), shown, "{shown:?}");
            assert!(shown.contains("\\u") && shown.ends_with("é株 B"), "{shown}");
        }
    }
}
