//! `gangplank unmatched`.

use chrono::{DateTime, Utc};
use clap::{Args, Subcommand};
use serde::Serialize;

use super::out::Role;
use super::table::{Column, Table};
use super::{Failure, Shell, account, json};
use crate::playbook::stays;
use crate::prose::{no_effect, runs::describe_runs, signals};
use crate::state::query::unmatched::{Waiting, waiting};
use crate::state::{AccountId, Command, SignalId, UnmatchedSignal};

/// List the signals that fit no account, or several, and say whose they are
#[derive(Args, Debug)]
#[command(after_help = "Examples:\n\
    \x20 gangplank unmatched\n\
    \x20 gangplank unmatched assign evt-2 A-1\n\
    \x20 gangplank unmatched dismiss evt-3")]
pub struct UnmatchedArgs {
    #[command(subcommand)]
    answer: Option<Answer>,
    /// Write JSON
    #[arg(long)]
    json: bool,
}

#[derive(Debug, Subcommand)]
enum Answer {
    /// Say whose a waiting signal is; it is then taken in as if it had said so itself
    Assign {
        /// The signal, by its id
        signal: String,
        /// The account's external id, or its whole name
        account: String,
    },
    /// Say that a waiting signal is nobody's
    Dismiss {
        /// The signal, by its id
        signal: String,
    },
}

pub(super) fn run(args: UnmatchedArgs, shell: &mut Shell) -> Result<(), Failure> {
    match args.answer {
        None => list(args.json, shell),
        Some(_) if args.json => {
            Err(Failure::Usage("--json is for the list: leave it out, or leave out what to do".to_owned()))
        }
        Some(Answer::Assign { signal, account }) => answer(&signal, Some(&account), shell),
        Some(Answer::Dismiss { signal }) => answer(&signal, None, shell),
    }
}

fn answer(signal: &str, name: Option<&str>, shell: &mut Shell) -> Result<(), Failure> {
    let mut door = shell.open()?;
    let account = name.map(|name| account::find(door.board(), name).cloned()).transpose()?;
    let account = account.map(|account| account.id.clone());
    let command = Command::MatchSignal { signal: SignalId::new(signal.trim()), account };
    match door.submit(&command, shell)? {
        Some(entry) if name.is_some() => {
            let now = shell.config.now();
            let why =
                stays(door.board(), &shell.config.playbooks, &entry, now).map(|it| no_effect::text(&it));
            shell.done(&describe_runs(&entry.events, door.board(), &now, why), &entry)
        }
        entry => shell.confirm(&door, entry.as_deref()),
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

fn list(json: bool, shell: &mut Shell) -> Result<(), Failure> {
    let door = shell.open()?;
    let waiting = waiting(door.board());
    if json {
        let each =
            waiting.iter().map(|Waiting { unmatched: UnmatchedSignal { signal, named, .. }, candidates }| {
                UnmatchedJson {
                    id: &signal.id,
                    signal: signal.what.kind().word(),
                    at: signal.at,
                    by: signal.by.as_deref(),
                    source: &signal.source,
                    named: named.as_ref(),
                    candidates,
                }
            });
        return json::write_all(&mut shell.out, each);
    }
    let now = shell.config.now();
    let mut table = Table::new(&[
        Column::whole("ID", 20),
        Column::text("TIME"),
        Column::text("SIGNAL"),
        Column::cut("SOURCE", 6),
        Column::cut("NAMED", 12),
        Column::cut("COULD BE", 12),
    ]);
    for it in &waiting {
        let UnmatchedSignal { signal, named, .. } = it.unmatched;
        let candidates: Vec<_> = it.candidates.iter().map(AccountId::as_str).collect();
        let since = if it.is_found() { " (known since)" } else { "" };
        table.row([
            (signal.id.to_string(), Role::Title),
            (now.moment_in_figures(signal.at), Role::Quiet),
            (signals::text(&signal.what).to_owned(), Role::Plain),
            (signal.source.to_string(), Role::Quiet),
            (named.to_string(), Role::Plain),
            (format!("{}{since}", candidates.join(", ")), Role::Plain),
        ]);
    }
    Ok(table.write(&mut shell.out)?)
}
