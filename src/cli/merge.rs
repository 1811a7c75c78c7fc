//! `gangplank merge`.

use clap::Args;

use super::{CliError, Context, account};
use crate::prose::entries;
use crate::state::Command;

/// Make one account of two
///
/// What is known of OLD goes to NEW: facts that NEW does not have, signals, calls, tasks, notes, segments, alerts and
/// history. The card stands where the one that is further along stands. OLD's id leads to NEW from then on, in imports,
/// signals and commands.
#[derive(Args, Debug)]
#[command(after_help = "Examples:\n\
    \x20 gangplank merge A-1 A-9\n\
    \x20 gangplank merge A-1 A-9 --dry-run")]
pub struct MergeArgs {
    /// The account that is taken off the board, by its external id or full name
    old: String,
    /// The account that stays, by its external id or full name
    new: String,
    /// Say what would happen, and change nothing
    #[arg(long)]
    dry_run: bool,
}

pub(super) fn run(args: &MergeArgs, context: &mut Context) -> Result<(), CliError> {
    let mut session = context.open_to_change(args.dry_run)?;
    let board = session.board();
    let from = account::find(board, &args.old)?.id.clone();
    let into = account::find(board, &args.new)?.id.clone();
    let entry = session.submit_unless(args.dry_run, &Command::Merge { from, into }, context)?;
    match entry {
        Some(entry) if args.dry_run => {
            let words = entries::text(&entry, session.board(), &context.config.now());
            context.say(&format!("{words}; this was a dry run: nothing was written"))
        }
        entry => context.confirm(&session, entry.as_deref()),
    }
}
