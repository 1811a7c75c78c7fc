//! `gangplank owner`.

use std::sync::Arc;

use clap::Args;

use super::{Failure, Shell, account};
use crate::state::Command;

/// Say who looks after an account
#[derive(Args, Debug)]
#[command(after_help = "Examples:\n\
    \x20 gangplank owner Acme dana@example.com\n\
    \x20 gangplank owner Acme --none")]
pub struct OwnerArgs {
    /// Its external id, or its whole name
    account: String,
    /// The owner's name or email address
    #[arg(required_unless_present = "none", value_parser = crate::config::settings::person)]
    name: Option<Arc<str>>,
    /// Nobody chosen here; whoever the import names has it again
    #[arg(long, conflicts_with = "name")]
    none: bool,
}

pub(super) fn run(args: &OwnerArgs, shell: &mut Shell) -> Result<(), Failure> {
    let mut door = shell.open()?;
    let id = account::find(door.board(), &args.account)?.id.clone();
    let owner = args.name.clone().filter(|_| !args.none);
    let entry = door.submit(&Command::AssignOwner { account: id, owner }, shell)?;
    shell.confirm(&door, entry.as_deref())
}
