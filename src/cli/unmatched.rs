//! `gangplank unmatched`.

use chrono::{DateTime, Utc};
use clap::{Args, Subcommand};
use serde::Serialize;

use super::output::TextRole;
use super::table::{TextColumn, TextTable, plain, quiet};
use super::{CliError, Context, account, json};
use crate::prose::{dates, signals};
use crate::state::query::unmatched::{Waiting, waiting};
use crate::state::{AccountId, Command, SignalId, UnmatchedSignal};

/// List the signals that fit no account, or several, and assign or dismiss them
#[derive(Args, Debug)]
#[command(after_help = "Examples:\n\
    \x20 gangplank unmatched\n\
    \x20 gangplank unmatched assign evt-2 A-1\n\
    \x20 gangplank unmatched assign evt-2 A-1 --remember\n\
    \x20 gangplank unmatched dismiss evt-3")]
pub struct UnmatchedArgs {
    #[command(subcommand)]
    answer: Option<UnmatchedCommand>,
    /// Write JSON
    #[arg(long)]
    json: bool,
}

#[derive(Debug, Subcommand)]
enum UnmatchedCommand {
    /// Assign a signal to an account, where it is then recorded
    Assign {
        /// The signal's id
        signal: String,
        /// The account's external id or full name
        account: String,
        /// Remember the address that the signal names: later signals from it are recorded on this account by themselves
        #[arg(long)]
        remember: bool,
    },
    /// Dismiss a signal
    Dismiss {
        /// The signal's id
        signal: String,
    },
}

pub(super) fn run(args: UnmatchedArgs, context: &mut Context) -> Result<(), CliError> {
    match args.answer {
        None => list(args.json, context),
        Some(_) if args.json => {
            Err(CliError::usage("--json is for the list: leave it out, or leave out what to do"))
        }
        Some(UnmatchedCommand::Assign { signal, account, remember }) => {
            answer(&signal, Some(&account), remember, context)
        }
        Some(UnmatchedCommand::Dismiss { signal }) => answer(&signal, None, false, context),
    }
}

fn answer(signal: &str, name: Option<&str>, remember: bool, context: &mut Context) -> Result<(), CliError> {
    let mut session = context.open_to_change(false)?;
    let account = name.map(|name| account::find(session.board(), name)).transpose()?;
    let account = account.map(|account| account.id.clone());
    let command = Command::MatchSignal { signal: SignalId::new(signal.trim()), account, remember };
    match session.submit(&command, context)? {
        Some(entry) if name.is_some() => context.recorded(&session, &entry),
        entry => context.confirm(&session, entry.as_deref()),
    }
}

/// A signal of `unmatched --json`.
#[derive(Serialize)]
struct UnmatchedJson<'a> {
    id: &'a SignalId,
    signal: &'static str,
    at: DateTime<Utc>,
    by: Option<&'a str>,
    source: &'a str,
    named: &'a str,
    candidates: &'a [AccountId],
}

fn list(json: bool, context: &mut Context) -> Result<(), CliError> {
    let session = context.open()?;
    let waiting = waiting(session.board());
    if json {
        let rows = waiting.iter().map(|Waiting { unmatched, candidates }| UnmatchedJson {
            id: &unmatched.signal.id,
            signal: unmatched.signal.data.kind().word(),
            at: unmatched.signal.at,
            by: unmatched.signal.by.as_deref(),
            source: &unmatched.signal.source,
            named: unmatched.named.as_ref(),
            candidates,
        });
        return json::write_all(&mut context.out, rows);
    }
    let now = context.config.now();
    let mut table = TextTable::new(&[
        TextColumn::whole("ID", 20),
        TextColumn::text("TIME"),
        TextColumn::text("SIGNAL"),
        TextColumn::cut("SOURCE", 6),
        TextColumn::cut("ACCOUNT GIVEN", 12),
        TextColumn::cut("CANDIDATES", 12),
    ]);
    for it in &waiting {
        let UnmatchedSignal { signal, named, .. } = it.unmatched;
        let candidates: Vec<_> = it.candidates.iter().map(AccountId::as_str).collect();
        let since = if it.is_found() { " (known since)" } else { "" };
        table.row([
            (signal.id.to_string(), TextRole::Title),
            quiet(&dates::in_figures(&now, signal.at)),
            plain(signals::title(&signal.data)),
            quiet(&signal.source),
            plain(named),
            plain(&format!("{}{since}", candidates.join(", "))),
        ]);
    }
    Ok(table.write(&mut context.out)?)
}
