//! `gangplank record`.

mod fields;

use clap::Args;

use super::bulk::{self, BulkArgs};
use super::ingest::conflict_reason;
use super::{CliError, Context, account, count};
use crate::intake::signals;
use crate::prose;
use crate::state::query::unmatched::is_in_conflict;
use crate::state::values::signal::{KEY_SOURCE, SignalKind};
use crate::state::{Account, Batch, Command, FactKey};
use crate::suggest::did_you_mean;

/// Record a signal of an account, and run the playbooks it triggers
///
/// A TIME is "tomorrow 15:00", "2024-12-18 15:00" or 2024-12-18T15:00:00Z; --at also takes yesterday or "2 h ago". A
/// signal whose id is known changes nothing.
#[derive(Args, Debug)]
#[command(
    override_usage = "gangplank record [OPTIONS] ACCOUNT… SIGNAL\n       gangplank record [OPTIONS] SIGNAL --where QUERY"
)]
#[command(after_help = "Examples:\n\
    \x20 gangplank record Acme outreach.sent\n\
    \x20 gangplank record outreach.sent --where 'stage:1 owner:me'\n\
    \x20 gangplank record Acme call.booked --starts \"tomorrow 15:00\" --for 45m\n\
    \x20 gangplank record Acme reply.received --at \"yesterday 17:30\"\n\
    \x20 gangplank record Acme facts.changed --fact plan=boost --fact churned=")]
pub struct RecordArgs {
    /// The accounts, by external id or full name, or - for ids on the standard input; then what happened,
    /// such as outreach.sent; `gangplank docs signals` lists the signals
    #[arg(value_name = "ACCOUNT… SIGNAL")]
    words: Vec<String>,
    #[command(flatten)]
    flags: SignalFlags,
    #[command(flatten)]
    bulk: BulkArgs,
}

/// What a signal carries.
#[derive(Args, Clone, Debug)]
struct SignalFlags {
    /// When it happened; now by default
    #[arg(long, value_name = "TIME")]
    at: Option<String>,
    /// Who did it; you by default
    #[arg(long, value_name = "NAME")]
    by: Option<String>,
    /// The call's id in the calendar
    #[arg(long, value_name = "ID")]
    call: Option<String>,
    /// When the call starts
    #[arg(long, value_name = "TIME")]
    starts: Option<String>,
    /// When the call ends; half an hour after its start by default
    #[arg(long, value_name = "TIME")]
    ends: Option<String>,
    /// How long the call lasts, such as 45m or "1 h"
    #[arg(long = "for", value_name = "LENGTH", conflicts_with = "ends")]
    length: Option<String>,
    /// The reply is automatic: an auto-reply, or a calendar's acceptance
    #[arg(long)]
    auto: bool,
    /// The reason for a handoff
    #[arg(long, value_name = "TEXT")]
    reason: Option<String>,
    /// The template that the email was written from, such as "First outreach"
    #[arg(long, value_name = "NAME")]
    template: Option<String>,
    /// The invoice's id
    #[arg(long, value_name = "ID")]
    invoice: Option<String>,
    /// The amount of the invoice, such as "340 USD"
    #[arg(long, value_name = "AMOUNT")]
    amount: Option<String>,
    /// How many times the payment was tried; once by default
    #[arg(long, value_name = "COUNT", value_parser = count, allow_negative_numbers = true)]
    attempt: Option<usize>,
    /// When the payment is tried again
    #[arg(long, value_name = "TIME")]
    next_attempt: Option<String>,
    /// The subscription that the invoice or the cancellation is about
    #[arg(long, value_name = "ID")]
    subscription: Option<String>,
    /// When the billing period ends
    #[arg(long, value_name = "DATE")]
    period_end: Option<String>,
    /// A fact that changed, such as plan=boost or "mrr=120 USD"; `churned=` clears one; may be repeated
    #[arg(long = "fact", value_name = "NAME=VALUE")]
    facts: Vec<String>,
    /// The source of the signal
    #[arg(long, value_name = "NAME", default_value = KEY_SOURCE)]
    source: String,
    /// The signal's id; derived from the other values by default
    #[arg(long, value_name = "ID")]
    id: Option<String>,
}

pub(super) fn run(args: RecordArgs, context: &mut Context) -> Result<(), CliError> {
    let RecordArgs { words, flags, bulk } = args;
    let (named, word) = bulk.split(words, "record ACCOUNT… SIGNAL")?;
    let kind = SignalKind::parse(&word).ok_or_else(|| unknown(&word))?;
    let Some(name) = bulk.only(&named) else {
        if let Some(id) = flags.id.as_deref().filter(|_| named.len() != 1) {
            return Err(CliError::usage(format!(
                "--id {id} names one signal: leave it out for several accounts"
            )));
        }
        let shared = &*context;
        let make = |account: &Account| commands(flags.clone(), kind, account, shared);
        let parts = bulk::parts(&named, &bulk, shared, make)?;
        return bulk::run("record", parts, &bulk, context);
    };
    let mut session = context.open_to_change(false)?;
    let account = account::find(session.board(), name)?.clone();
    let commands = commands(flags, kind, &account, context)?;
    let [Command::RecordSignal { account: named, signal }] = &commands[..] else {
        let entry = if let [one] = &commands[..] {
            session.submit(one, context)?
        } else {
            let words = format!("clear facts of {}", account.id).into();
            session.submit(&Batch { words, commands }, context)?
        };
        return context.confirm(&session, entry.as_deref());
    };
    let (name, id, title) = (account.name(), &signal.id, prose::signals::title(&signal.data));
    match session.submit(&commands[0], context)? {
        Some(entry) => context.recorded(&session, &entry),
        None if is_in_conflict(session.board(), named, signal) => {
            Err(CliError::error(format!("{name}: {}", conflict_reason(signal))))
        }
        None if session.board().knows_signal(&signal.key()) => {
            context.say(&format!("{name}: {title} is already recorded, as `{id}`; nothing changed"))
        }
        None => context.say(&format!("{name}: that call is already recorded as held; nothing changed")),
    }
}

fn unknown(word: &str) -> CliError {
    let known = SignalKind::ALL.map(|(_, word)| word);
    let what = did_you_mean(word, &known).unwrap_or_else(|| format!("write one of {}", known.join(", ")));
    CliError::usage(format!("`{word}` is not a signal: {what}"))
}

/// What records the signal of `account`, and clears the facts that are to be cleared.
fn commands(
    mut flags: SignalFlags,
    kind: SignalKind,
    account: &Account,
    context: &Context,
) -> Result<Vec<Command>, CliError> {
    let cleared =
        if kind == SignalKind::FactsChanged { fields::take_cleared(&mut flags.facts)? } else { Vec::new() };
    let is_told = cleared.is_empty() || !flags.facts.is_empty();
    let clear = |key: FactKey| Command::ClearFact { account: account.id.clone(), key };
    let mut commands: Vec<Command> = cleared.into_iter().map(clear).collect();
    if is_told {
        let object = fields::object(flags, kind, account, context)?;
        let (account, signal) =
            signals::from_object(object).map_err(|error| fields::in_flags(&error.to_string()))?;
        commands.push(Command::RecordSignal { account, signal });
    }
    Ok(commands)
}
