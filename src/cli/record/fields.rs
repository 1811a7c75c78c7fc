//! The flags of `record` as the fields of a signal, so that there is one way to read one.

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::{Map, Value, json};

use super::SignalFlags;
use crate::cli::json::ValueJson;
use crate::cli::{CliError, Context};
use crate::intake::{facts, signals};
use crate::state::values::signal::{CallId, KEY_SOURCE, SignalKind};
use crate::state::values::when::{self, NotWhen};
use crate::state::{Account, Currency, FactKey, FactValue, Now};
use crate::suggest::either;

/// The length of a call without --for or --ends.
const CALL: TimeDelta = TimeDelta::minutes(30);

/// The length of a call is less than this: an end that is farther from its start was meant to count from the start.
const LONGEST_CALL: TimeDelta = TimeDelta::days(1);

/// How many calls are listed after a mistyped one.
const LISTED: usize = 5;

/// Flags, and the fields of a signal they fill.
const FLAGS: [(&str, &str); 13] = [
    ("--call", "call_id"),
    ("--starts", "starts_at"),
    ("--ends", "ends_at"),
    ("--auto", "auto"),
    ("--reason", "reason"),
    ("--template", "template"),
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
    args: SignalFlags,
    kind: SignalKind,
    account: &Account,
    context: &Context,
) -> Result<Map<String, Value>, CliError> {
    let (now, currency) = (context.config.now(), context.config.currency);
    let at = read("--at", args.at.as_ref(), |text| when::past(text, &now))?.unwrap_or(now.at);
    let starts = read("--starts", args.starts.as_ref(), |text| when::exactly(text, &now))?;
    let ends = ends(&args, starts, &now)?;
    let next = read("--next-attempt", args.next_attempt.as_ref(), |text| when::parse(text, &now))?;
    let period_end = read("--period-end", args.period_end.as_ref(), |text| when::parse(text, &now))?;
    let mut fields = Map::new();
    let mut put =
        |name: &str, value: Option<Value>| fields.extend(value.map(|value| (name.to_owned(), value)));
    put("call_id", args.call.clone().map(Value::from));
    put("starts_at", starts.map(moment));
    put("ends_at", ends.map(moment));
    put("auto", args.auto.then_some(Value::Bool(true)));
    put("reason", args.reason.map(Value::from));
    put("template", args.template.map(Value::from));
    put("invoice", args.invoice.map(Value::from));
    put("amount", amount(args.amount.as_deref(), currency)?);
    put("attempt", args.attempt.map(Value::from));
    put("next_attempt", next.map(|when| moment(when.moment(&now))));
    put("subscription", args.subscription.map(Value::from));
    put("period_end", period_end.map(|when| when.date.to_string().into()));
    put("facts", changed_facts(&args.facts, currency)?);
    let fits = signals::fields_of(kind);
    let stray = FLAGS.iter().find(|(_, name)| fields.contains_key(*name) && !fits.contains(name));
    if let Some((flag, _)) = stray {
        let flag = if args.length.is_some() && *flag == "--ends" { "--for" } else { flag };
        return Err(CliError::usage(format!("{flag} does not go with {}: leave it out", kind.word())));
    }
    if let Some(call) = args.call.as_deref().filter(|_| kind != SignalKind::CallBooked) {
        known_call(call, kind, account)?;
    }
    defaults(kind, account, starts, &mut fields)?;
    fields.extend([
        ("signal".to_owned(), kind.word().into()),
        ("account".to_owned(), json!({ "external_id": account.id.as_str() })),
        ("at".to_owned(), moment(at)),
        ("by".to_owned(), args.by.unwrap_or_else(|| context.config.me.to_string()).into()),
        ("source".to_owned(), args.source.into()),
    ]);
    let id = args.id.unwrap_or_else(|| derived_id(&fields, kind, account, at));
    fields.insert("id".to_owned(), id.into());
    Ok(fields)
}

/// An id made of all fields, so that the same signal again is known, and a corrected one is not.
fn derived_id(fields: &Map<String, Value>, kind: SignalKind, account: &Account, at: DateTime<Utc>) -> String {
    // The map keeps its names in order, so the same fields are the same text.
    let all = crc32c::crc32c(Value::Object(fields.clone()).to_string().as_bytes());
    format!("{KEY_SOURCE}:{}:{}:{}:{all:08x}", account.id, kind.word(), at.timestamp_millis())
}

/// What `parse` reads from the value of `flag`, if it was given.
fn read<T>(
    flag: &str,
    text: Option<&String>,
    parse: impl Fn(&str) -> Result<T, NotWhen>,
) -> Result<Option<T>, CliError> {
    text.map(|text| parse(text)).transpose().map_err(|error| CliError::usage(format!("{flag}: {error}")))
}

/// When a call that starts at `starts` ends, if `--for` or `--ends` says so.
fn ends(
    args: &SignalFlags,
    starts: Option<DateTime<Utc>>,
    now: &Now,
) -> Result<Option<DateTime<Utc>>, CliError> {
    let start = Now { at: starts.unwrap_or(now.at), ..*now };
    if let Some(text) = &args.length {
        let is_length = text.trim().starts_with(|c: char| c.is_ascii_digit()) && !text.contains([':', '-']);
        let ends = is_length.then(|| when::exactly(text, &start).ok()).flatten();
        let what = || format!("--for: `{text}` is not a length: write it like 45m or 1 h");
        return ends.map(Some).ok_or_else(|| CliError::usage(what()));
    }
    let Some(ends) = read("--ends", args.ends.as_ref(), |text| when::exactly(text, now))? else {
        return Ok(None);
    };
    if starts.is_none_or(|starts| ends > starts && ends - starts < LONGEST_CALL) {
        return Ok(Some(ends));
    }
    // `15:30` and `in 30 minutes` count from the start of the call.
    let from_start = read("--ends", args.ends.as_ref(), |text| when::exactly(text, &start)).ok().flatten();
    Ok(Some(from_start.filter(|ends| *ends - start.at < LONGEST_CALL).unwrap_or(ends)))
}

/// Refuses a call that `account` does not have. A file may name calls in any order; but a person who types an id has seen
/// it, and a typing mistake would leave the booked call without its outcome.
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
    Err(CliError::usage(format!("--call: `{call}` is not a call of {}: {instead}", account.name())))
}

fn amount(text: Option<&str>, currency: Currency) -> Result<Option<Value>, CliError> {
    let read =
        text.map(|text| facts::value(&FactKey::UpcomingInvoice, "--amount", text, currency)).transpose();
    Ok(read.map_err(CliError::Usage)?.map(|value| fact_json(&value)))
}

fn changed_facts(pairs: &[String], currency: Currency) -> Result<Option<Value>, CliError> {
    let usage = |what: String| CliError::usage(format!("--fact: {what}"));
    let mut changed = Map::new();
    for pair in pairs {
        let no_value = || usage(format!("`{pair}` has no `=`: write it like plan=boost"));
        let (name, value) = pair.split_once('=').ok_or_else(no_value)?;
        let (key, value) = facts::read(name.trim(), value, currency).map_err(usage)?;
        if changed.insert(key.to_string(), fact_json(&value)).is_some() {
            return Err(usage(format!("duplicate fact {key}: write it once")));
        }
    }
    Ok((!changed.is_empty()).then_some(Value::Object(changed)))
}

/// Takes the facts that are to be cleared out of `pairs`: those without a value, `churned=`.
pub(super) fn take_cleared(pairs: &mut Vec<String>) -> Result<Vec<FactKey>, CliError> {
    let cleared =
        pairs.extract_if(.., |pair| pair.split_once('=').is_some_and(|(_, value)| value.trim().is_empty()));
    let keys = cleared.map(|pair| facts::key(pair.split_once('=').map_or(&*pair, |(name, _)| name)));
    keys.collect::<Result<_, _>>().map_err(|what| CliError::usage(format!("--fact: {what}")))
}

fn fact_json(value: &FactValue) -> Value {
    match value {
        // Always with a decimal point: ids are derived from what is written here.
        FactValue::Number(number) => (*number).into(),
        value => serde_json::to_value(ValueJson(value)).expect("the value of a fact is plain JSON"),
    }
}

/// Adds the fields that follow from others or have a usual value.
fn defaults(
    kind: SignalKind,
    account: &Account,
    starts: Option<DateTime<Utc>>,
    fields: &mut Map<String, Value>,
) -> Result<(), CliError> {
    if let Some(starts) = starts.filter(|_| !fields.contains_key("ends_at")) {
        fields.insert("ends_at".to_owned(), moment(starts + CALL));
    }
    if signals::fields_of(kind).contains(&"amount") && !fields.contains_key("amount") {
        return Err(CliError::usage("--amount is missing: write it like \"340 USD\""));
    }
    if kind == SignalKind::FactsChanged && !fields.contains_key("facts") {
        return Err(CliError::usage("--fact is missing: write what is known now, such as plan=boost"));
    }
    if kind == SignalKind::InvoicePaymentFailed && !fields.contains_key("attempt") {
        fields.insert("attempt".to_owned(), 1.into());
    }
    if fields.contains_key("call_id") {
        return Ok(());
    }
    let call = match (kind, starts) {
        (SignalKind::CallBooked, None) => {
            return Err(CliError::usage("--starts is missing: write when the call starts"));
        }
        (SignalKind::CallBooked, Some(starts)) => {
            format!("{KEY_SOURCE}:{}:{}", account.id, starts.timestamp_millis())
        }
        (SignalKind::CallRescheduled | SignalKind::CallCanceled, _) => upcoming_call(account)?,
        _ => return Ok(()),
    };
    fields.insert("call_id".to_owned(), call.into());
    Ok(())
}

/// The id of the only call of `account` without an outcome.
fn upcoming_call(account: &Account) -> Result<String, CliError> {
    let name = account.name();
    let open = account.calls.iter().filter(|(_, call)| call.outcome.is_none());
    let open: Vec<String> = open.map(|(id, _)| id.to_string()).collect();
    match &open[..] {
        [call] => Ok(call.clone()),
        [] => Err(CliError::usage(format!(
            "{name} has no upcoming call: record it with call.booked first, or name an earlier one with --call"
        ))),
        several => {
            let calls = several.join(", ");
            Err(CliError::usage(format!("{name} has several calls: say which with --call: {calls}")))
        }
    }
}

fn moment(at: DateTime<Utc>) -> Value {
    at.to_rfc3339().into()
}

/// An error about fields of a signal, in the words of the flags that fill them.
pub(super) fn in_flags(sentence: &str) -> CliError {
    let common = [("--id", "id"), ("--by", "by"), ("--source", "source")];
    let named = |sentence: String, (flag, name): &(&str, &str)| sentence.replace(&format!("`{name}`"), flag);
    CliError::Usage(FLAGS.iter().chain(&common).fold(sentence.to_owned(), named))
}
