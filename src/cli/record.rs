//! `gangplank record`.

use std::io::Write;
use std::sync::Arc;

use chrono::{DateTime, NaiveDate, NaiveDateTime, TimeDelta, TimeZone, Utc};
use clap::Args;
use clap::builder::{PossibleValuesParser, TypedValueParser};
use serde_json::{Map, Value, json};

use super::{Failure, Shell, account};
use crate::intake::signals;
use crate::playbook::stays;
use crate::state::decide::KEY;
use crate::state::signal::Kind;
use crate::state::words::{happened, label, plural};
use crate::state::{Account, Board, Command, Event, Money, Now};
use crate::text;

/// How long a call lasts where nobody says.
const CALL_MINUTES: i64 = 30;

/// Flags, and the fields of a signal they fill.
const FLAGS: [(&str, &str); 11] = [
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
];

/// Record something that happened to an account, and let playbooks place the card
///
/// A TIME is 2024-12-18T15:00:00Z, or "2024-12-18 15:00" in the business time zone. The same signal twice, by its id,
/// changes nothing. Facts are learned by `import`, or by `ingest`.
#[derive(Args, Debug)]
pub struct RecordArgs {
    /// Its external id, or its whole name
    account: String,
    /// What happened
    #[arg(value_parser = kinds())]
    signal: Kind,
    /// When it happened; now, where it is left out
    #[arg(long, value_name = "TIME")]
    at: Option<String>,
    /// Who did it; you, where it is left out
    #[arg(long, value_name = "NAME")]
    by: Option<String>,
    /// Which call, by its id in the calendar
    #[arg(long, value_name = "ID")]
    call: Option<String>,
    /// When the call starts
    #[arg(long, value_name = "TIME")]
    starts: Option<String>,
    /// When the call ends; half an hour later, where it is left out
    #[arg(long, value_name = "TIME")]
    ends: Option<String>,
    /// A machine replied: an auto-reply, or a calendar's acceptance
    #[arg(long)]
    auto: bool,
    /// Why, of a handoff
    #[arg(long, value_name = "TEXT")]
    reason: Option<String>,
    /// Which invoice
    #[arg(long, value_name = "ID")]
    invoice: Option<String>,
    /// How much the invoice is, such as "340 USD"
    #[arg(long, value_name = "AMOUNT")]
    amount: Option<Money>,
    /// How often the payment was tried; once, where it is left out
    #[arg(long, value_name = "COUNT")]
    attempt: Option<u32>,
    /// When the payment is tried again
    #[arg(long, value_name = "TIME")]
    next_attempt: Option<String>,
    /// Which subscription the coming invoice is for
    #[arg(long, value_name = "ID")]
    subscription: Option<String>,
    /// When the billing period ends
    #[arg(long, value_name = "DATE")]
    period_end: Option<NaiveDate>,
    /// Where you heard of it
    #[arg(long, value_name = "NAME", default_value = KEY)]
    source: String,
    /// The signal's id; made of account, signal and time, where it is left out
    #[arg(long, value_name = "ID")]
    id: Option<String>,
}

fn kinds() -> impl TypedValueParser<Value = Kind> {
    // `facts.changed` has no flags: what files say of facts is for files to say.
    let words = Kind::ALL.into_iter().filter(|(kind, _)| *kind != Kind::FactsChanged).map(|(_, word)| word);
    PossibleValuesParser::new(words).try_map(|word| Kind::parse(&word).ok_or("no such signal"))
}

pub(super) fn run(args: RecordArgs, shell: &mut Shell) -> Result<(), Failure> {
    let mut door = shell.open()?;
    let account = account::find(door.board(), &args.account)?.clone();
    let object = object(args, &account, shell)?;
    let (account, signal) = signals::from_object(object).map_err(|error| in_flags(&error.to_string()))?;
    let id = signal.id.clone();
    let said = match door.submit(&Command::Record { account, signal }, shell)? {
        Some(entry) => {
            let why = stays(door.board(), &shell.config.playbooks, &entry, shell.config.now());
            let said = deeds(&entry.events, door.board(), why);
            format!("{said} (#{}); take it back with `{}`", entry.seq, shell.call("undo"))
        }
        None if door.board().knows_signal(&id) => format!("`{id}` is known already; nothing changed"),
        None => "that call is recorded as held already; nothing changed".to_owned(),
    };
    Ok(writeln!(shell.out, "{}", text::clean(&said))?)
}

/// The signal as a line of a file would write it, so that there is one way to read it.
fn object(args: RecordArgs, account: &Account, shell: &Shell) -> Result<Map<String, Value>, Failure> {
    let now = shell.config.now();
    let kind = args.signal;
    let time = |text: Option<String>, flag| text.map(|text| moment(&text, flag, &now)).transpose();
    let at = time(args.at, "--at")?.unwrap_or(now.at);
    let starts = time(args.starts, "--starts")?;
    let ends = time(args.ends, "--ends")?;
    let next_attempt = time(args.next_attempt, "--next-attempt")?;
    let mut fields = Map::new();
    let mut put =
        |name: &str, value: Option<Value>| fields.extend(value.map(|value| (name.to_owned(), value)));
    put("call_id", args.call.map(Value::from));
    put("starts_at", starts.map(written));
    put("ends_at", ends.map(written));
    put("auto", args.auto.then_some(Value::Bool(true)));
    put("reason", args.reason.map(Value::from));
    put("invoice", args.invoice.map(Value::from));
    put("amount", args.amount.map(|it| json!({ "minor": it.minor, "currency": it.currency.code() })));
    put("attempt", args.attempt.map(Value::from));
    put("next_attempt", next_attempt.map(written));
    put("subscription", args.subscription.map(Value::from));
    put("period_end", args.period_end.map(|day| day.to_string().into()));
    let fits = signals::fields_of(kind);
    if let Some((flag, _)) = FLAGS.iter().find(|(_, name)| fields.contains_key(*name) && !fits.contains(name))
    {
        return Err(Failure::Usage(format!("{flag} does not go with {}: leave it out", kind.word())));
    }
    defaults(kind, account, starts, &mut fields)?;
    let about = ["call_id", "invoice", "subscription"].iter().find_map(|name| fields.get(*name)?.as_str());
    let made = format!("{KEY}:{}:{}:{}", account.id, kind.word(), at.timestamp_millis());
    let made = about.map_or_else(|| made.clone(), |about| format!("{made}:{about}"));
    fields.extend([
        ("id".to_owned(), args.id.unwrap_or(made).into()),
        ("signal".to_owned(), kind.word().into()),
        ("account".to_owned(), json!({ "external_id": account.id.as_str() })),
        ("at".to_owned(), written(at)),
        ("by".to_owned(), args.by.unwrap_or_else(|| shell.config.me.to_string()).into()),
        ("source".to_owned(), args.source.into()),
    ]);
    Ok(fields)
}

/// Fills in what goes without saying.
fn defaults(
    kind: Kind,
    account: &Account,
    starts: Option<DateTime<Utc>>,
    fields: &mut Map<String, Value>,
) -> Result<(), Failure> {
    if let Some(starts) = starts.filter(|_| !fields.contains_key("ends_at")) {
        fields.insert("ends_at".to_owned(), written(starts + TimeDelta::minutes(CALL_MINUTES)));
    }
    if signals::fields_of(kind).contains(&"amount") && !fields.contains_key("amount") {
        return Err(Failure::Usage("--amount is missing: write it like \"340 USD\"".to_owned()));
    }
    if kind == Kind::InvoicePaymentFailed && !fields.contains_key("attempt") {
        fields.insert("attempt".to_owned(), 1.into());
    }
    if fields.contains_key("call_id") {
        return Ok(());
    }
    let call = match (kind, starts) {
        (Kind::CallBooked, None) => {
            return Err(Failure::Usage("--starts is missing: write when the call starts".to_owned()));
        }
        (Kind::CallBooked, Some(starts)) => {
            Some(format!("{KEY}:{}:{}", account.id, starts.timestamp_millis()))
        }
        (Kind::CallRescheduled | Kind::CallCanceled, _) => Some(only_call(account)?),
        _ => None,
    };
    fields.extend(call.map(|call| ("call_id".to_owned(), call.into())));
    Ok(())
}

/// The one call of `account` that may still take place.
fn only_call(account: &Account) -> Result<String, Failure> {
    let open: Vec<_> = account
        .calls
        .iter()
        .filter(|(_, call)| call.outcome.is_none())
        .map(|(id, _)| id.to_string())
        .collect();
    match &open[..] {
        [call] => Ok(call.clone()),
        [] => Err(Failure::Usage(format!(
            "{} has no call that is to come: name it with --call",
            account.name()
        ))),
        several => {
            let calls = several.join(", ");
            Err(Failure::Usage(format!(
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
fn in_flags(sentence: &str) -> Failure {
    let quoted = |name: &str| format!("`{name}`");
    let common = [("--id", "id"), ("--by", "by"), ("--source", "source")];
    let said = FLAGS
        .iter()
        .chain(&common)
        .fold(sentence.to_owned(), |said, (flag, name)| said.replace(&quoted(name), flag));
    Failure::Usage(said)
}

/// Reads a moment: with its zone, or in the business zone without one.
fn moment(text: &str, flag: &str, now: &Now) -> Result<DateTime<Utc>, Failure> {
    if let Ok(at) = DateTime::parse_from_rfc3339(text.trim()) {
        return Ok(at.to_utc());
    }
    let forms = ["%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M:%S", "%Y-%m-%dT%H:%M:%S"];
    let local = forms.iter().find_map(|form| NaiveDateTime::parse_from_str(text.trim(), form).ok());
    // An hour that comes twice, when clocks go back, is the first of the two.
    let at = local.and_then(|local| now.zone.from_local_datetime(&local).earliest());
    at.map(|at| at.to_utc()).ok_or_else(|| {
        let wrong = format!("{flag} is `{text}`: write it like 2024-12-18T15:00:00Z or \"2024-12-18 15:00\"");
        Failure::Usage(wrong)
    })
}

/// What `events` about one account say, in a sentence without a full stop: what happened, and what playbooks made of
/// it; `why` that was nothing, where it could have been something.
pub(super) fn deeds(events: &[Event], board: &Board, why: Option<String>) -> String {
    let account = events.iter().find_map(Event::account).and_then(|id| board.get(id));
    let name = account.map_or("", |account| account.name());
    let mut said: Vec<String> = Vec::new();
    let (mut moves, mut playbooks) = (String::new(), Vec::<&Arc<str>>::new());
    for event in events {
        match event {
            Event::Recorded { signal, .. } => said.push(happened(&signal.what).to_owned()),
            Event::Moved { to, .. } => {
                let to = to.as_ref().map_or_else(|| "off the board".to_owned(), |to| label(&to.stage, board));
                moves = format!("{moves} → {to}");
            }
            Event::Alerted { to: Some(alert), .. } => {
                let state = if alert.is_closed() { "closed" } else { "open" };
                said.push(format!("alert {state}: {}", alert.text.as_deref().unwrap_or(alert.kind.title())));
            }
            Event::Tasked { to: Some(task), .. } => said.push(format!("task: {}", task.title)),
            Event::Joined { segment, .. } => said.push(format!("joined {segment}")),
            Event::Left { segment, .. } => said.push(format!("left {segment}")),
            Event::Owned { to: Some(owner), .. } => said.push(format!("owner is {owner}")),
            Event::Learned { facts, .. } => said.push(plural(facts.len(), "fact learned", "facts learned")),
            Event::Fired { playbook, .. } if !playbooks.contains(&playbook) => playbooks.push(playbook),
            _ => {}
        }
    }
    let recorded = events.iter().any(|event| matches!(event, Event::Recorded { .. }));
    if let Some(why) = why {
        moves = format!("; {why}");
    } else if moves.is_empty() && recorded {
        let place = account.and_then(|account| account.place.as_ref());
        moves = place.map_or_else(
            || "; it is off the board".to_owned(),
            |place| format!("; it stays in {}", label(&place.stage, board)),
        );
    }
    let by: Vec<_> = playbooks.iter().map(|id| &***id).collect();
    let by = if by.is_empty() { String::new() } else { format!(", by {}", by.join(" and ")) };
    let first = if said.is_empty() { String::new() } else { format!(": {}", said.remove(0)) };
    let rest = said.iter().fold(String::new(), |rest, said| rest + "; " + said);
    format!("{name}{first}{moves}{by}{rest}")
}
