//! `gangplank move`.

use std::sync::Arc;

use clap::Args;

use super::{CliError, Context, account};
use crate::state::{Cause, Command, StageId};

/// Move an account to a stage
///
/// A move that contradicts what is known is refused with a better move. You can force it with a reason; the account's
/// history keeps both.
#[derive(Args, Debug)]
#[command(after_help = "Examples:\n\
    \x20 gangplank move A-1 3a\n\
    \x20 gangplank move A-1 6a --force --reason \"they wrote to somebody else\"")]
pub struct MoveArgs {
    /// The account's external id or full name
    account: String,
    /// The stage, by its id or label
    stage: String,
    /// Move it even if the board refuses; needs --reason
    #[arg(long, requires = "reason")]
    force: bool,
    /// The reason; the account's history keeps it
    #[arg(long, value_name = "TEXT")]
    reason: Option<Arc<str>>,
}

pub(super) fn run(args: &MoveArgs, context: &mut Context) -> Result<(), CliError> {
    let mut session = context.open()?;
    let account = account::find(session.board(), &args.account)?.clone();
    let command = Command::Move {
        account: account.id.clone(),
        to: StageId::new(&args.stage),
        reason: args.reason.clone(),
        force: args.force,
        cause: Cause::Hand,
    };
    let entry = session.submit(&command, context)?;
    if entry.is_some() {
        return context.confirm(&session, entry.as_deref());
    }
    let stage = account.placement.as_ref().map_or("", |place| session.board().pipeline().label(&place.stage));
    context.say(&format!("{} is already in {stage}; nothing changed", account.name()))
}
