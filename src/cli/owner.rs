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
    let mut session = context.open()?;
    let id = account::find(session.board(), &args.account)?.id.clone();
    let owner = args.name.clone().filter(|_| !args.none);
    let entry = session.submit(&Command::AssignOwner { account: id, owner }, context)?;
    context.confirm(&session, entry.as_deref())
}
