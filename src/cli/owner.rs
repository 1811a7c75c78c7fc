//! `gangplank owner`.

use std::cell::Cell;

use clap::Args;

use super::bulk::{self, BulkArgs};
use super::snooze::ahead;
use super::{CliError, Context};
use crate::config::settings::person;
use crate::state::{Command, values::account::Owner};
use crate::suggest::{either, near};

/// Set the owner of accounts
#[derive(Args, Debug)]
#[command(
    override_usage = "gangplank owner ACCOUNT… NAME\n       gangplank owner NAME --where QUERY\n       gangplank owner ACCOUNT… --none"
)]
#[command(after_help = "Examples:\n\
    \x20 gangplank owner Acme dana@example.com\n\
    \x20 gangplank owner A-1 A-2 A-3 dana@example.com\n\
    \x20 gangplank owner dana@example.com --where 'stage:1 owner:none' --dry-run\n\
    \x20 gangplank owner magda,dan,kim --where 'stage:1 owner:none'\n\
    \x20 gangplank owner magda --where 'owner:dan' --until '12 dec'\n\
    \x20 gangplank owner Acme --none")]
pub struct OwnerArgs {
    /// The accounts, by external id or full name, or - for ids on the standard input; then the owner's name or address, or several with commas between them: they get the accounts by turns
    #[arg(value_name = "ACCOUNT… NAME")]
    words: Vec<String>,
    /// Remove the owner set here; a specialist from an import is the owner again
    #[arg(long)]
    none: bool,
    /// Only until then: tomorrow, mon, 12 dec. Today then asks whether the account goes back to its owner
    #[arg(long, value_name = "WHEN", conflicts_with = "none")]
    until: Option<String>,
    #[command(flatten)]
    bulk: BulkArgs,
    #[command(flatten)]
    anyway: AnywayArgs,
}

/// Whether an owner may be nobody of the team.
#[derive(Args, Debug)]
pub(super) struct AnywayArgs {
    /// Take a name that is not in the team of config.toml
    #[arg(long)]
    anyway: bool,
}

/// The person whom `name` means, as they are written where they own something.
///
/// # Errors
/// When nobody of the team goes by `name`, unless that is wanted.
pub(super) fn owner_named(name: &str, args: &AnywayArgs, context: &Context) -> Result<Owner, CliError> {
    let name = person(name).map_err(|error| CliError::usage(error.to_string()))?;
    let (roster, me) = (&context.config.playbooks.team.roster, &context.config.me);
    if roster.is_empty() || args.anyway {
        return Ok(roster.owner(&name));
    }
    if name.eq_ignore_ascii_case("me") {
        return Ok(me.clone());
    }
    if roster.knows(&name, me) {
        return Ok(roster.owner(&name));
    }
    let near = near(&name, roster.people().iter().map(|it| (&*it.short, it.names().map(|name| &**name))));
    let meant = if near.is_empty() { String::new() } else { format!("did you mean {}? ", either(&near)) };
    Err(CliError::usage(format!(
        "`{name}` is not in the team of config.toml: {meant}--anyway takes the name all the same"
    )))
}

/// The people whom `names` means, who get the accounts by turns.
fn by_turns(names: &str, args: &AnywayArgs, context: &Context) -> Result<Vec<Owner>, CliError> {
    let names = context.config.playbooks.team.roster.names_in(names);
    names.into_iter().map(|name| owner_named(name, args, context)).collect()
}

pub(super) fn run(args: OwnerArgs, context: &mut Context) -> Result<(), CliError> {
    let OwnerArgs { words, none, until, bulk, anyway } = args;
    let until = until.map(|text| ahead(&text, context)).transpose()?;
    let (named, owners) = if none {
        bulk.check(&words)?;
        (words, Vec::new())
    } else {
        let (named, people) = bulk.split(words, "owner ACCOUNT… NAME")?;
        (named, by_turns(&people, &anyway, context)?)
    };
    let turn = Cell::new(0);
    bulk::each("owner", &named, &bulk, context, |account| {
        let at = turn.replace(turn.get() + 1);
        let account = account.id.clone();
        let owner = owners.get(at % owners.len().max(1)).cloned();
        match (owner, until) {
            (Some(owner), Some(until)) => Command::Cover { account, owner, until },
            (owner, _) => Command::AssignOwner { account, owner },
        }
    })
}
