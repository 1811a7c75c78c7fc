//! `gangplank move`.

use std::sync::Arc;

use clap::Args;

use super::{CliError, Context, account};
use crate::state::{Cause, Command, StageId};

/// Put an account into a stage
///
/// A move that contradicts what is known is refused, with the better move. With a reason it can be forced, and the
/// account's history keeps both.
#[derive(Args, Debug)]
#[command(after_help = "Examples:\n\
    \x20 gangplank move A-1 3a\n\
    \x20 gangplank move A-1 6a --force --reason \"they wrote to somebody else\"")]
pub struct MoveArgs {
    /// Its external id, or its whole name
    account: String,
    /// The stage, by its id or label
    stage: String,
    /// Move it against the board's advice; needs --reason
    #[arg(long, requires = "reason")]
    force: bool,
    /// Why; the account's history keeps it
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
    let stage = account.place.as_ref().map_or("", |place| session.board().pipeline().label(&place.stage));
    context.say(&format!("{} stands in {stage} already; nothing changed", account.name()))
}
