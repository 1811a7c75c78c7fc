//! The flags of `record` as the fields of a signal, so that there is one way to read one.

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use serde_json::{Map, Value, json};

use super::RecordArgs;
use crate::cli::{CliError, Context};
use crate::intake::{facts, signals};
use crate::state::values::signal::KEY_SOURCE;
use crate::state::values::signal::{CallId, SignalKind};
use crate::state::values::when::{self, NotWhen};
use crate::state::{Account, Currency, FactKey, FactValue, Now};
use crate::suggest::either;

/// How long a call lasts where nobody says.
const CALL: TimeDelta = TimeDelta::minutes(30);

/// Within what time of its beginning a call ends; what is said to be later is meant from its beginning on.
const LONGEST_CALL: TimeDelta = TimeDelta::days(1);

/// How many calls are listed for whoever mistyped one.
const LISTED: usize = 5;

/// Flags, and the fields of a signal they fill.
const FLAGS: [(&str, &str); 12] = [
    ("--call", "call_id"),
    ("--starts", "starts_at"),
    ("--ends", "ends_at"),
    ("--auto", "auto"),
    ("--reason", "reason"),
    ("--invoice", "invoice"),
    ("--amount", "amount"),
    ("--attempt", "attempt"),
    ("--next-attempt", "next_attempt"),
    ("--subscription", "subscription"),
    ("--period-end", "period_end"),
    ("--fact", "facts"),
];

/// The signal as a line of a file would write it.
pub(super) fn object(
    args: RecordArgs,
    account: &Account,
    context: &Context,
) -> Result<Map<String, Value>, CliError> {
    let (now, kind) = (context.config.now(), args.signal);
    let at = args.at.as_deref().map(|text| said(when::past(text, &now), "--at")).transpose()?;
    let starts =
        args.starts.as_deref().map(|text| said(when::exactly(text, &now), "--starts")).transpose()?;
    let ends = ends(&args, starts, &now)?;
    let next = args.next_attempt.as_deref();
    let next = next.map(|text| said(when::parse(text, &now), "--next-attempt")).transpose()?;
    let period_end = args.period_end.as_deref();
    let period_end = period_end.map(|text| said(when::parse(text, &now), "--period-end")).transpose()?;
    let mut fields = Map::new();
    let mut put =
        |name: &str, value: Option<Value>| fields.extend(value.map(|value| (name.to_owned(), value)));
    put("call_id", args.call.clone().map(Value::from));
    put("starts_at", starts.map(written));
    put("ends_at", ends.map(written));
    put("auto", args.auto.then_some(Value::Bool(true)));
    put("reason", args.reason.map(Value::from));
    put("invoice", args.invoice.map(Value::from));
    put("amount", amount(args.amount.as_deref(), context.config.currency)?);
    put("attempt", args.attempt.map(Value::from));
    put("next_attempt", next.map(|when| written(when.moment(&now))));
    put("subscription", args.subscription.map(Value::from));
    put("period_end", period_end.map(|when| day(when.date)));
    put("facts", learned(&args.facts, context.config.currency)?);
    let fits = signals::fields_of(kind);
    let stray = FLAGS.iter().find(|(_, name)| fields.contains_key(*name) && !fits.contains(name));
    if let Some((flag, _)) = stray {
        let flag = if args.length.is_some() && *flag == "--ends" { "--for" } else { flag };
        return Err(CliError::Usage(format!("{flag} does not go with {}: leave it out", kind.word())));
    }
    if let Some(call) = args.call.as_deref().filter(|_| kind != SignalKind::CallBooked) {
        known_call(call, kind, account)?;
    }
    defaults(kind, account, starts, &mut fields)?;
    fields.extend([
        ("signal".to_owned(), kind.word().into()),
        ("account".to_owned(), json!({ "external_id": account.id.as_str() })),
        ("at".to_owned(), written(at.unwrap_or(now.at))),
        ("by".to_owned(), args.by.unwrap_or_else(|| context.config.me.to_string()).into()),
        ("source".to_owned(), args.source.into()),
    ]);
    let id = args.id.unwrap_or_else(|| derived(&fields, kind, account, at.unwrap_or(now.at)));
    fields.insert("id".to_owned(), id.into());
    Ok(fields)
}

/// An id made of all that is said, so that saying the same again is known already, and a correction is not.
fn derived(fields: &Map<String, Value>, kind: SignalKind, account: &Account, at: DateTime<Utc>) -> String {
    // The map keeps its names in order, so the same fields are the same text.
    let all = crc32c::crc32c(Value::Object(fields.clone()).to_string().as_bytes());
    format!("{KEY_SOURCE}:{}:{}:{}:{all:08x}", account.id, kind.word(), at.timestamp_millis())
}

/// What was read from `flag`, or the sentence that says what to write there.
fn said<T>(read: Result<T, NotWhen>, flag: &str) -> Result<T, CliError> {
    read.map_err(|error| CliError::Usage(format!("{flag}: {error}")))
}

/// When a call that starts at `starts` ends, if somebody said so.
fn ends(
    args: &RecordArgs,
    starts: Option<DateTime<Utc>>,
    now: &Now,
) -> Result<Option<DateTime<Utc>>, CliError> {
    let from = Now { at: starts.unwrap_or(now.at), ..*now };
    if let Some(text) = &args.length {
        let counted = text.trim().starts_with(|c: char| c.is_ascii_digit()) && !text.contains([':', '-']);
        let ends = counted.then(|| when::exactly(text, &from).ok()).flatten();
        return ends.map(Some).ok_or_else(|| {
            CliError::Usage(format!("--for: `{text}` is not a length: write it like 45m or 1 h"))
        });
    }
    let Some(text) = &args.ends else { return Ok(None) };
    let ends = said(when::exactly(text, now), "--ends")?;
    // `15:30` and `in 30 minutes` are meant as seen from its beginning.
    let is_near = starts.is_none_or(|starts| ends > starts && ends - starts < LONGEST_CALL);
    let seen_from_there = || when::exactly(text, &from).ok().filter(|ends| *ends - from.at < LONGEST_CALL);
    Ok(Some(if is_near { ends } else { seen_from_there().unwrap_or(ends) }))
}

/// Whether `account` has that call. A file may tell of calls in any order; whoever types an id has it from somewhere, and
/// a mistake in it would leave the booked call without its outcome.
fn known_call(call: &str, kind: SignalKind, account: &Account) -> Result<(), CliError> {
    if account.calls.contains_key(call) {
        return Ok(());
    }
    let calls: Vec<&CallId> = account.calls.keys().take(LISTED).collect();
    let instead = match kind {
        _ if !calls.is_empty() => format!("write {}, or leave --call out", either(&calls)),
        SignalKind::CallHeld | SignalKind::CallNoShow => "none was booked, so leave --call out".to_owned(),
        _ => "none was booked, so record it with call.booked first".to_owned(),
    };
    Err(CliError::Usage(format!("--call: `{call}` is not a call of {}: {instead}", account.name())))
}

fn amount(text: Option<&str>, currency: Currency) -> Result<Option<Value>, CliError> {
    let read =
        text.map(|text| facts::value(&FactKey::UpcomingInvoice, "--amount", text, currency)).transpose();
    Ok(read.map_err(CliError::Usage)?.map(|value| fact_written(&value)))
}

fn learned(pairs: &[String], currency: Currency) -> Result<Option<Value>, CliError> {
    let mut learned = Map::new();
    for pair in pairs {
        let (name, value) = pair.split_once('=').ok_or_else(|| {
            CliError::Usage(format!("--fact: `{pair}` has no `=`: write it like plan=boost"))
        })?;
        let (key, value) = facts::read(name.trim(), value, currency)
            .map_err(|what| CliError::Usage(format!("--fact: {what}")))?;
        if learned.insert(key.to_string(), fact_written(&value)).is_some() {
            return Err(CliError::Usage(format!("--fact: duplicate fact {key}: write it once")));
        }
    }
    Ok((!learned.is_empty()).then_some(Value::Object(learned)))
}

fn fact_written(value: &FactValue) -> Value {
    match value {
        FactValue::Text(text) => (**text).into(),
        FactValue::Number(number) => (*number).into(),
        FactValue::Money(money) => json!({ "minor": money.minor, "currency": money.currency.code() }),
        FactValue::Date(date) => day(*date),
        FactValue::Flag(flag) => (*flag).into(),
        FactValue::List(items) => items.iter().map(|item| Value::from(&**item)).collect(),
    }
}

fn day(date: NaiveDate) -> Value {
    date.to_string().into()
}

/// Fills in what goes without saying.
fn defaults(
    kind: SignalKind,
    account: &Account,
    starts: Option<DateTime<Utc>>,
    fields: &mut Map<String, Value>,
) -> Result<(), CliError> {
    if let Some(starts) = starts.filter(|_| !fields.contains_key("ends_at")) {
        fields.insert("ends_at".to_owned(), written(starts + CALL));
    }
    if signals::fields_of(kind).contains(&"amount") && !fields.contains_key("amount") {
        return Err(CliError::Usage("--amount is missing: write it like \"340 USD\"".to_owned()));
    }
    if kind == SignalKind::FactsChanged && !fields.contains_key("facts") {
        return Err(CliError::Usage(
            "--fact is missing: write what is known now, such as plan=boost".to_owned(),
        ));
    }
    if kind == SignalKind::InvoicePaymentFailed && !fields.contains_key("attempt") {
        fields.insert("attempt".to_owned(), 1.into());
    }
    if fields.contains_key("call_id") {
        return Ok(());
    }
    let call = match (kind, starts) {
        (SignalKind::CallBooked, None) => {
            return Err(CliError::Usage("--starts is missing: write when the call starts".to_owned()));
        }
        (SignalKind::CallBooked, Some(starts)) => {
            Some(format!("{KEY_SOURCE}:{}:{}", account.id, starts.timestamp_millis()))
        }
        (SignalKind::CallRescheduled | SignalKind::CallCanceled, _) => Some(only_call(account)?),
        _ => None,
    };
    fields.extend(call.map(|call| ("call_id".to_owned(), call.into())));
    Ok(())
}

/// The one call of `account` that may still take place.
fn only_call(account: &Account) -> Result<String, CliError> {
    let open: Vec<_> = account
        .calls
        .iter()
        .filter(|(_, call)| call.outcome.is_none())
        .map(|(id, _)| id.to_string())
        .collect();
    match &open[..] {
        [call] => Ok(call.clone()),
        [] => Err(CliError::Usage(format!(
            "{} has no upcoming call: record it with call.booked first, or name an earlier one with --call",
            account.name()
        ))),
        several => {
            let calls = several.join(", ");
            Err(CliError::Usage(format!(
                "{} has several calls: say which with --call: {calls}",
                account.name()
            )))
        }
    }
}

fn written(at: DateTime<Utc>) -> Value {
    at.to_rfc3339().into()
}

/// A sentence about fields, in the flags that fill them.
pub(super) fn in_flags(sentence: &str) -> CliError {
    let quoted = |name: &str| format!("`{name}`");
    let common = [("--id", "id"), ("--by", "by"), ("--source", "source")];
    let said = FLAGS
        .iter()
        .chain(&common)
        .fold(sentence.to_owned(), |said, (flag, name)| said.replace(&quoted(name), flag));
    CliError::Usage(said)
}
