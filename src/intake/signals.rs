//! Signals from JSON: one object for each, on a line of its own or laid out in any other way.
//!
//! The format is also described by [`SCHEMA`]. Whatever it does not allow is refused line by line, in a sentence that
//! says what to write; the other lines are read all the same.

mod fields;

use std::collections::BTreeMap;

use serde_json::value::RawValue;
use serde_json::{Map, Value};

use self::fields::Fields;
pub(super) use self::fields::id;
pub(crate) use self::fields::time;
use super::layout;
use super::strict::Strict;
use super::table::json::{kind, without_place};
use crate::state::values::account_ref::AccountRef;
use crate::state::values::signal::{Signal, SignalData, SignalId, SignalKind};

/// The format of a line as JSON Schema, for those who write signals.
pub const SCHEMA: &str = include_str!("../../assets/signals.schema.json");

/// The longest line that is read, in bytes. A signal takes a few hundred; beyond this it is a file of another kind.
pub const MAX_LINE: usize = 1 << 20;

/// The fields of every signal.
pub const COMMON: [&str; 6] = ["id", "signal", "account", "at", "by", "source"];

#[derive(Clone, Debug, Default, PartialEq)]
pub struct ParsedSignals {
    pub signals: Vec<ParsedSignal>,
    pub rejected: Vec<RejectedLine>,
}

/// A signal, its account and its line.
#[derive(Clone, Debug, PartialEq)]
pub struct ParsedSignal {
    /// Its line, counted from one.
    pub line: usize,
    pub account: AccountRef,
    pub signal: Signal,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RejectedLine {
    /// Which, counted from one.
    pub line: usize,
    pub reason: String,
}

/// Why a line is not a signal: one sentence that says what to write.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct NotASignal(pub(super) String);

/// Reads the signals in a file: an object per line, or lists, wrapped lists and objects of several lines.
pub fn read(bytes: &[u8]) -> ParsedSignals {
    let mut reading = ParsedSignals::default();
    layout::for_each(bytes, wrapped, |line, raw| match raw.map_err(NotASignal).and_then(parse) {
        Ok((account, signal)) => reading.signals.push(ParsedSignal { line, account, signal }),
        Err(NotASignal(reason)) => reading.rejected.push(RejectedLine { line, reason }),
    });
    reading
}

/// The only list of objects in an object that is no signal.
fn wrapped(raw: &str) -> Option<Vec<&RawValue>> {
    // Most signals hold no list, and need not be read twice.
    if !raw.starts_with('{') || !raw.contains('[') {
        return None;
    }
    let members: BTreeMap<String, &RawValue> = serde_json::from_str(raw).ok()?;
    if members.contains_key("signal") {
        return None;
    }
    let lists = members.values().filter_map(|value| serde_json::from_str::<Vec<&RawValue>>(value.get()).ok());
    let mut lists = lists.filter(|list| list.iter().all(|value| value.get().starts_with('{')));
    lists.next().filter(|_| lists.next().is_none())
}

/// Reads one line.
///
/// # Errors
/// The first error in it.
pub fn parse(line: &[u8]) -> Result<(AccountRef, Signal), NotASignal> {
    let wrong = |what: String| Err(NotASignal(what));
    if line.len() > MAX_LINE {
        return wrong(format!("this line is longer than {MAX_LINE} bytes: write one signal on each line"));
    }
    let Ok(text) = std::str::from_utf8(line) else {
        return wrong("this line is not UTF-8: save the file as UTF-8".to_owned());
    };
    match serde_json::from_str::<Strict>(text) {
        Ok(Strict(Value::Object(object))) => from_object(object),
        Ok(Strict(other)) => {
            wrong(format!("this line is {}: write one object in {{ }} on each line", kind(&other)))
        }
        Err(error) if error.is_data() => wrong(without_place(&error)),
        Err(error) => wrong(format!(
            "this line is not JSON ({}): write one object in {{ }} on each line",
            without_place(&error)
        )),
    }
}

/// Reads the object of a line.
///
/// # Errors
/// The first error in it.
pub fn from_object(object: Map<String, Value>) -> Result<(AccountRef, Signal), NotASignal> {
    let mut fields = Fields::new(object);
    let word = fields.text("signal", "a word such as \"outreach.sent\"")?;
    let kind = SignalKind::parse(&word).ok_or_else(|| {
        NotASignal(format!("unknown signal `{word}`: write one of {}", SignalKind::words()))
    })?;
    fields.refuse_all_but(kind)?;
    let id = fields.id("id", "a different id for every signal, such as \"evt-1\"")?;
    let account = fields.account()?;
    let at = fields.moment("at")?;
    let by = fields.optional_text("by", "who did it, such as \"dan@example.com\"")?;
    if by.as_deref().is_some_and(|by| by.trim().eq_ignore_ascii_case("clock")) {
        return wrong_by();
    }
    let source = fields.text("source", "where the signal comes from, such as \"calendly\"")?;
    let what = what(kind, &mut fields)?;
    let template = template(&mut fields)?;
    if matches!(what, SignalData::Handoff { .. }) && by.is_none() {
        return Err(NotASignal("a handoff is a person's decision: write who decided in `by`".to_owned()));
    }
    let signal = Signal {
        id: SignalId::new(&id),
        at,
        by: by.map(Into::into),
        source: source.into(),
        template: template.map(Into::into),
        data: what,
    };
    Ok((account, signal))
}

/// What a signal of `kind` says by the fields it has besides the [`COMMON`] ones, and the template it was written from.
///
/// # Errors
/// The first error in them.
pub(super) fn from_fields(
    kind: SignalKind,
    fields: Map<String, Value>,
) -> Result<(SignalData, Option<String>), NotASignal> {
    let mut fields = Fields::new(fields);
    fields.refuse_all_but(kind)?;
    Ok((what(kind, &mut fields)?, template(&mut fields)?))
}

fn template(fields: &mut Fields) -> Result<Option<String>, NotASignal> {
    fields.optional_text("template", "what it was written from, such as \"First outreach\"")
}

fn wrong_by() -> Result<(AccountRef, Signal), NotASignal> {
    let what = "`by`: `clock` is reserved for changes that time makes: write who did it, or leave it out";
    Err(NotASignal(what.to_owned()))
}

/// The fields a signal of `kind` has besides the [`COMMON`] ones.
pub fn fields_of(kind: SignalKind) -> &'static [&'static str] {
    match kind {
        SignalKind::OutreachSent | SignalKind::FinalOutreachSent => &["template"],
        SignalKind::PaidCallPurchased => &[],
        SignalKind::SubscriptionCanceled | SignalKind::SubscriptionCancelWithdrawn => &["subscription"],
        SignalKind::SubscriptionCancelScheduled => &["subscription", "period_end"],
        SignalKind::ReplyReceived => &["auto"],
        SignalKind::EmailBounced => &["to", "outreach_id"],
        SignalKind::CallBooked => &["call_id", "event_uid", "starts_at", "ends_at"],
        SignalKind::CallRescheduled => &["call_id", "earlier_call_id", "event_uid", "starts_at", "ends_at"],
        SignalKind::CallCanceled
        | SignalKind::CallHeld
        | SignalKind::CallNoShow
        | SignalKind::CallNoShowWithdrawn => &["call_id"],
        SignalKind::Handoff => &["reason"],
        SignalKind::InvoiceUpcoming => &["subscription", "period_end", "amount"],
        SignalKind::InvoicePaymentFailed => &["invoice", "amount", "attempt", "next_attempt", "subscription"],
        SignalKind::InvoicePaid | SignalKind::InvoiceVoided | SignalKind::InvoiceUncollectible => {
            &["invoice", "subscription"]
        }
        SignalKind::FactsChanged => &["facts"],
    }
}

/// Whether a signal of `kind` may do without `field`, one of [`fields_of`] it.
pub(super) fn may_lack(kind: SignalKind, field: &str) -> bool {
    match field {
        "template" | "auto" | "earlier_call_id" | "event_uid" | "next_attempt" | "outreach_id" => true,
        "subscription" => !matches!(
            kind,
            SignalKind::InvoiceUpcoming
                | SignalKind::SubscriptionCancelScheduled
                | SignalKind::SubscriptionCancelWithdrawn
        ),
        "call_id" => matches!(kind, SignalKind::CallHeld | SignalKind::CallNoShow),
        _ => false,
    }
}

fn what(kind: SignalKind, fields: &mut Fields) -> Result<SignalData, NotASignal> {
    const OUTREACH: &str = "the id of the signal of the mail that came back, such as \"evt-1\"";
    const CALL: &str = "the call's id in the calendar, such as \"c-9\"";
    const EVENT: &str = "the UID of the call's entry in a calendar, such as \"c9@google.com\"";
    const SUBSCRIPTION: &str = "the subscription's id, such as \"sub_1\"";
    const INVOICE: &str = "the invoice's id, such as \"in_1\"";
    Ok(match kind {
        SignalKind::OutreachSent => SignalData::OutreachSent,
        SignalKind::ReplyReceived => SignalData::ReplyReceived { auto: fields.flag("auto")? },
        SignalKind::EmailBounced => {
            let to = fields.addresses("to")?;
            let outreach = fields.optional_id("outreach_id", OUTREACH)?;
            SignalData::EmailBounced { to, outreach: outreach.as_deref().map(SignalId::new) }
        }
        SignalKind::CallBooked => {
            let call = fields.id("call_id", CALL)?.into();
            let event = fields.optional_id("event_uid", EVENT)?.map(Into::into);
            let (starts_at, ends_at) = fields.span()?;
            SignalData::CallBooked { call, event, starts_at, ends_at }
        }
        SignalKind::CallRescheduled => {
            let call = fields.id("call_id", CALL)?.into();
            let was = fields.optional_id("earlier_call_id", CALL)?.map(Into::into);
            let event = fields.optional_id("event_uid", EVENT)?.map(Into::into);
            let (starts_at, ends_at) = fields.span()?;
            SignalData::CallRescheduled { call, was, event, starts_at, ends_at }
        }
        SignalKind::CallCanceled => SignalData::CallCanceled { call: fields.id("call_id", CALL)?.into() },
        SignalKind::CallHeld => {
            SignalData::CallHeld { call: fields.optional_id("call_id", CALL)?.map(Into::into) }
        }
        SignalKind::CallNoShow => {
            SignalData::CallNoShow { call: fields.optional_id("call_id", CALL)?.map(Into::into) }
        }
        SignalKind::CallNoShowWithdrawn => {
            SignalData::CallNoShowWithdrawn { call: fields.id("call_id", CALL)?.into() }
        }
        SignalKind::FinalOutreachSent => SignalData::FinalOutreachSent,
        SignalKind::Handoff => SignalData::Handoff {
            reason: fields.text("reason", "why the account is handed to sales")?.into(),
        },
        SignalKind::SubscriptionCanceled => match fields.optional_id("subscription", SUBSCRIPTION)? {
            None => SignalData::SubscriptionCanceled,
            Some(subscription) => SignalData::SubscriptionEnded { subscription: subscription.into() },
        },
        SignalKind::SubscriptionCancelScheduled => SignalData::SubscriptionCancelScheduled {
            subscription: fields.id("subscription", SUBSCRIPTION)?.into(),
            period_end: fields.day("period_end")?,
        },
        SignalKind::SubscriptionCancelWithdrawn => SignalData::SubscriptionCancelWithdrawn {
            subscription: fields.id("subscription", SUBSCRIPTION)?.into(),
        },
        SignalKind::PaidCallPurchased => SignalData::PaidCallPurchased,
        SignalKind::InvoiceUpcoming => SignalData::InvoiceUpcoming {
            subscription: fields.id("subscription", SUBSCRIPTION)?.into(),
            period_end: fields.day("period_end")?,
            amount: fields.amount("amount")?,
        },
        SignalKind::InvoicePaymentFailed => SignalData::InvoicePaymentFailed {
            invoice: fields.id("invoice", INVOICE)?.into(),
            amount: fields.amount("amount")?,
            attempt: fields.count("attempt")?,
            next_attempt: fields.optional_moment("next_attempt")?,
            subscription: fields.optional_id("subscription", SUBSCRIPTION)?.map(Into::into),
        },
        SignalKind::InvoicePaid => SignalData::InvoicePaid {
            invoice: fields.id("invoice", INVOICE)?.into(),
            subscription: fields.optional_id("subscription", SUBSCRIPTION)?.map(Into::into),
        },
        SignalKind::InvoiceVoided => SignalData::InvoiceVoided {
            invoice: fields.id("invoice", INVOICE)?.into(),
            subscription: fields.optional_id("subscription", SUBSCRIPTION)?.map(Into::into),
        },
        SignalKind::InvoiceUncollectible => SignalData::InvoiceUncollectible {
            invoice: fields.id("invoice", INVOICE)?.into(),
            subscription: fields.optional_id("subscription", SUBSCRIPTION)?.map(Into::into),
        },
        SignalKind::FactsChanged => SignalData::FactsChanged { facts: fields.facts()? },
    })
}
