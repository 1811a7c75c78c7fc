//! `gangplank move`.

use std::sync::Arc;

use clap::Args;

use super::bulk::{self, BulkArgs};
use super::{CliError, Context, account};
use crate::state::{Account, Cause, Command, StageId};

/// Move accounts to a stage
///
/// A move that contradicts what is known is refused with a better move. You can force it with a reason; the account's
/// history keeps both.
#[derive(Args, Debug)]
#[command(
    override_usage = "gangplank move ACCOUNT… STAGE [--reason TEXT] [--force]\n       gangplank move STAGE --where QUERY"
)]
#[command(after_help = "Examples:\n\
    \x20 gangplank move A-1 3a\n\
    \x20 gangplank move A-1 A-2 3a --reason \"they met at the fair\"\n\
    \x20 gangplank move A-1 6a --force --reason \"they wrote to somebody else\"")]
pub struct MoveArgs {
    /// The accounts, by external id or full name, or - for ids on the standard input; then the stage's id or label
    #[arg(value_name = "ACCOUNT… STAGE")]
    words: Vec<String>,
    /// Move it even if the board refuses; needs --reason
    #[arg(long, requires = "reason")]
    force: bool,
    /// The reason; the account's history keeps it
    #[arg(long, value_name = "TEXT")]
    reason: Option<Arc<str>>,
    #[command(flatten)]
    bulk: BulkArgs,
}

pub(super) fn run(args: MoveArgs, context: &mut Context) -> Result<(), CliError> {
    let MoveArgs { words, force, reason, bulk } = args;
    let (named, stage) = bulk.split(words, "move ACCOUNT… STAGE")?;
    let command = |account: &Account| Command::Move {
        account: account.id.clone(),
        to: StageId::new(&stage),
        reason: reason.clone(),
        force,
        cause: Cause::Hand,
    };
    let Some(name) = bulk.only(&named) else {
        return bulk::each("move", &named, &bulk, context, |account| command(account));
    };
    let mut session = context.open_to_change(false)?;
    let account = account::find(session.board(), name)?.clone();
    let command = command(&account);
    let entry = session.submit(&command, context)?;
    if entry.is_some() {
        return context.confirm(&session, entry.as_deref());
    }
    let stage = account.placement.as_ref().map_or("", |place| session.board().pipeline().label(&place.stage));
    context.say(&format!("{} is already in {stage}; nothing changed", account.name()))
}
