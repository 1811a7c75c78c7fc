//! `gangplank owner`.

use clap::Args;

use super::bulk::{self, BulkArgs};
use super::{CliError, Context};
use crate::config::settings::person;
use crate::state::Command;

/// Set the owner of accounts
#[derive(Args, Debug)]
#[command(
    override_usage = "gangplank owner ACCOUNT… NAME\n       gangplank owner NAME --where QUERY\n       gangplank owner ACCOUNT… --none"
)]
#[command(after_help = "Examples:\n\
    \x20 gangplank owner Acme dana@example.com\n\
    \x20 gangplank owner A-1 A-2 A-3 dana@example.com\n\
    \x20 gangplank owner dana@example.com --where 'stage:1 owner:none' --dry-run\n\
    \x20 gangplank owner Acme --none")]
pub struct OwnerArgs {
    /// The accounts, by external id or full name, or - for ids on the standard input; then the owner's name or address
    #[arg(value_name = "ACCOUNT… NAME")]
    words: Vec<String>,
    /// Remove the owner set here; a specialist from an import is the owner again
    #[arg(long)]
    none: bool,
    #[command(flatten)]
    bulk: BulkArgs,
}

pub(super) fn run(args: OwnerArgs, context: &mut Context) -> Result<(), CliError> {
    let OwnerArgs { words, none, bulk } = args;
    let (named, owner) = if none {
        bulk.check(&words)?;
        (words, None)
    } else {
        let (named, name) = bulk.split(words, "owner ACCOUNT… NAME")?;
        (named, Some(person(&name).map_err(|error| CliError::usage(error.to_string()))?))
    };
    bulk::each("owner", &named, &bulk, context, |account| Command::AssignOwner {
        account: account.id.clone(),
        owner: owner.clone(),
    })
}
