//! `gangplank owner`.

use std::sync::Arc;

use clap::Args;

use super::{CliError, Context, account};
use crate::state::Command;

/// Set the owner of an account
#[derive(Args, Debug)]
#[command(after_help = "Examples:\n\
    \x20 gangplank owner Acme dana@example.com\n\
    \x20 gangplank owner Acme --none")]
pub struct OwnerArgs {
    /// The account's external id or full name
    account: String,
    /// The owner's name or email address
    #[arg(required_unless_present = "none", value_parser = crate::config::settings::person)]
    name: Option<Arc<str>>,
    /// Remove the owner set here; a specialist from an import is the owner again
    #[arg(long, conflicts_with = "name")]
    none: bool,
}

pub(super) fn run(args: &OwnerArgs, context: &mut Context) -> Result<(), CliError> {
    context.change(|board| {
        let account = account::find(board, &args.account)?.id.clone();
        Ok(Command::AssignOwner { account, owner: args.name.clone().filter(|_| !args.none) })
    })
}
