//! Verbs about several accounts at once: named, on the standard input, or by a query; one entry, one undo.

use std::io::{self, BufRead};
use std::sync::Arc;

use clap::Args;
use serde::Serialize;

use super::json::LeftOpenJson;
use super::where_query::WhereArgs;
use super::{CliError, Context, SessionGuard, account, json, notify};
use crate::playbook::bulk::{Preview, preview};
use crate::prose::{entries, lists::plural};
use crate::state::query::checklists::left_open;
use crate::state::{Account, AccountId, Batch, Board, Command};

/// Which accounts are meant beside those named, and how it is to be done.
#[derive(Args, Debug)]
pub(super) struct BulkArgs {
    #[command(flatten)]
    chosen: WhereArgs,
    /// Show what would happen, and change nothing
    #[arg(long)]
    dry_run: bool,
    /// Write JSON
    #[arg(long)]
    json: bool,
}

/// How many refused accounts are listed one by one.
const LISTED: usize = 20;

impl BulkArgs {
    /// Takes the value that is set from the end of `words`; the accounts stand before it. `usage` says how to write both.
    pub(super) fn split(
        &self,
        mut words: Vec<String>,
        usage: &str,
    ) -> Result<(Vec<String>, String), CliError> {
        let missing = || CliError::usage(format!("something is missing: write `gangplank {usage}`"));
        let value = words.pop().ok_or_else(missing)?;
        if words.is_empty() && self.chosen.query().is_none() {
            return Err(missing());
        }
        self.check(&words)?;
        Ok((words, value))
    }

    /// Whether `named` may be: accounts are either named or asked for.
    pub(super) fn check(&self, named: &[String]) -> Result<(), CliError> {
        match (named, self.chosen.query()) {
            ([first, ..], Some(_)) => Err(CliError::usage(format!(
                "`{first}` and --where: name accounts or write a query, and quote a value of several words"
            ))),
            ([], None) => Err(CliError::usage("no account given: write its external id or full name")),
            _ => Ok(()),
        }
    }

    /// Whether nothing is asked for that only goes with several accounts.
    pub(super) fn is_plain(&self) -> bool {
        !self.dry_run && !self.json && self.chosen.query().is_none()
    }

    /// The one account meant, where it was named as such and nothing else was asked for.
    pub(super) fn only<'a>(&self, named: &'a [String]) -> Option<&'a str> {
        match named {
            [one] if one != "-" && self.is_plain() => Some(one),
            _ => None,
        }
    }

    /// The accounts meant, each once, in the order they were named, or by id.
    fn accounts<'a>(
        &self,
        named: &[String],
        board: &'a Board,
        context: &Context,
    ) -> Result<Vec<&'a Arc<Account>>, CliError> {
        if let Some(query) = self.chosen.query() {
            if query.trim().is_empty() {
                return Err(CliError::usage("--where: the query is empty: write which accounts are meant"));
            }
            let chosen = self.chosen.choose(board, context)?;
            let mut accounts = chosen.all(board);
            accounts.sort_by(|a, b| a.id.cmp(&b.id));
            return Ok(accounts);
        }
        let mut accounts: Vec<&Arc<Account>> = Vec::new();
        let mut seen = std::collections::HashSet::new();
        for name in named {
            let written = if name == "-" { lines()? } else { vec![name.clone()] };
            for text in written {
                let account = account::find(board, &text)?;
                if seen.insert(account.id.clone()) {
                    accounts.push(account);
                }
            }
        }
        Ok(accounts)
    }
}

/// The lines of the standard input that say something.
fn lines() -> Result<Vec<String>, CliError> {
    let lines: Result<Vec<String>, io::Error> = io::stdin().lock().lines().collect();
    let lines =
        lines.map_err(|error| CliError::error(format!("the standard input cannot be read: {error}")))?;
    // Some programs begin what they write with a byte order mark.
    let text = |line: &String| line.trim_start_matches('\u{feff}').trim().to_owned();
    Ok(lines.iter().map(text).filter(|line| !line.is_empty()).collect())
}

#[derive(Serialize)]
struct BulkJson<'a> {
    entry: Option<u64>,
    changed: Vec<&'a AccountId>,
    refused: Vec<RefusedJson<'a>>,
    same: Vec<&'a AccountId>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    left_open: Vec<LeftOpenJson<'a>>,
}

#[derive(Serialize)]
struct RefusedJson<'a> {
    id: &'a AccountId,
    reason: String,
}

/// The commands about each of the accounts meant, and the board they were made for.
pub(super) struct BulkParts {
    session: SessionGuard,
    board: Board,
    ids: Vec<AccountId>,
    commands: Vec<Vec<Command>>,
}

/// What `make` answers for each account that is meant.
///
/// # Errors
/// When an account is not found, or something of what was written does not do.
pub(super) fn parts(
    named: &[String],
    args: &BulkArgs,
    context: &Context,
    make: impl Fn(&Account) -> Result<Vec<Command>, CliError>,
) -> Result<BulkParts, CliError> {
    let session = context.open_to_change(args.dry_run)?;
    let board = session.board().clone();
    let accounts = args.accounts(named, &board, context)?;
    let commands = accounts.iter().map(|account| make(account)).collect::<Result<Vec<_>, _>>()?;
    let ids = accounts.iter().map(|account| account.id.clone()).collect();
    Ok(BulkParts { session, board, ids, commands })
}

/// Does what `make` answers: for the one account that was named as such, as a verb does, else as [`run`] does for each.
///
/// # Errors
/// As [`parts`] and [`run`].
pub(super) fn each(
    verb: &str,
    named: &[String],
    args: &BulkArgs,
    context: &mut Context,
    make: impl Fn(&Account) -> Command,
) -> Result<(), CliError> {
    try_each(verb, named, args, context, |account| Ok(make(account)))
}

/// The same where `make` may find fault with what was written.
///
/// # Errors
/// As [`each`], and what `make` says.
pub(super) fn try_each(
    verb: &str,
    named: &[String],
    args: &BulkArgs,
    context: &mut Context,
    make: impl Fn(&Account) -> Result<Command, CliError>,
) -> Result<(), CliError> {
    if let Some(name) = args.only(named) {
        return context.change(|board| make(account::find(board, name)?));
    }
    let parts = parts(named, args, context, |account| Ok(vec![make(account)?]))?;
    run(verb, parts, args, context)
}

/// Does all of `parts` in one entry. What the board refuses is left out and reported.
///
/// # Errors
/// When all of them are refused.
pub(super) fn run(
    verb: &str,
    parts: BulkParts,
    args: &BulkArgs,
    context: &mut Context,
) -> Result<(), CliError> {
    let BulkParts { mut session, board, ids, commands: parts } = parts;
    let now = context.config.now();
    let previews = preview(&board, &context.config.playbooks, &parts, &context.me(), now);
    let all = || ids.iter().zip(&previews);
    let those = |is: fn(&Preview) -> bool| all().filter(move |(_, it)| is(it)).map(|(id, _)| id);
    let refused: Vec<_> = all()
        .filter_map(|(id, it)| if let Preview::Refused(why) = it { Some((id, why)) } else { None })
        .collect();
    let changed: Vec<&AccountId> = those(|it| matches!(it, Preview::Changes(_))).collect();
    let same: Vec<&AccountId> = those(|it| *it == Preview::Same).collect();
    let commands: Vec<Command> = parts
        .iter()
        .zip(&previews)
        .filter(|(_, it)| matches!(it, Preview::Changes(_)))
        .flat_map(|(commands, _)| commands.iter().cloned())
        .collect();
    let words = format!("{verb} {}", plural(changed.len(), "account", "accounts")).into();
    let batch = Batch { words, commands };
    let entry =
        if changed.is_empty() { None } else { session.submit_unless(args.dry_run, &batch, context)? };
    let left = entry.as_ref().map(|entry| left_open(&board, &entry.events)).unwrap_or_default();
    if args.json {
        let entry = entry.as_ref().filter(|_| !args.dry_run).map(|entry| entry.seq);
        let refused = refused.iter().map(|(id, why)| RefusedJson { id, reason: why.to_string() }).collect();
        let left_open = left.iter().map(LeftOpenJson::new).collect();
        json::write(&mut context.out, &BulkJson { entry, changed, refused, same, left_open })?;
    } else {
        let mut said = match &entry {
            Some(entry) if args.dry_run => format!("Would do: {}", entries::text(entry, &board, &now)),
            Some(entry) => entries::text(entry, session.board(), &now),
            None if ids.is_empty() => "No account matches; nothing changed".to_owned(),
            None => "Nothing changed".to_owned(),
        };
        for (count, one, several) in [
            (
                left.len(),
                "account leaves a stage with open points",
                "accounts leave a stage with open points",
            ),
            (same.len(), "account is unchanged", "accounts are unchanged"),
            (refused.len(), "account is refused", "accounts are refused"),
        ] {
            if count > 0 {
                said.push_str("; ");
                said.push_str(&plural(count, one, several));
            }
        }
        match &entry {
            Some(entry) if !args.dry_run => context.done(&said, entry)?,
            Some(_) | None => context.say(&said)?,
        }
        for (id, why) in refused.iter().take(LISTED) {
            notify(&format!("{id}: {why}"));
        }
        if refused.len() > LISTED {
            notify(&format!("and {} more, which --json lists", refused.len() - LISTED));
        }
    }
    let is_any_done = refused.is_empty() || refused.len() < ids.len();
    if is_any_done { Ok(()) } else { Err(CliError::AllRefused) }
}
