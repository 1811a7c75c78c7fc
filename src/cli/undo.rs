//! `gangplank undo` and `gangplank redo`.

use clap::Args;

use super::{CliError, Context};
use crate::state::Command;

/// Take back your latest change and all that followed from it, or what the clock did since
///
/// Yours is what was signed with your name, here or on the board; the clock's is what playbooks that go by time did.
/// Repeat it to go further back. Refused where somebody changed the same thing since.
#[derive(Args, Clone, Copy, Debug)]
#[command(after_help = "Examples:\n\
    \x20 gangplank undo\n\
    \x20 gangplank undo --as dana")]
pub struct UndoArgs {}

/// Do again what you have just taken back
#[derive(Args, Clone, Copy, Debug)]
#[command(after_help = "Example:\n  gangplank redo")]
pub struct RedoArgs {}

pub(super) fn undo(_: UndoArgs, context: &mut Context) -> Result<(), CliError> {
    run(&Command::UndoLatest, context)
}

pub(super) fn redo(_: RedoArgs, context: &mut Context) -> Result<(), CliError> {
    run(&Command::Redo, context)
}

fn run(command: &Command, context: &mut Context) -> Result<(), CliError> {
    let mut session = context.open()?;
    let entry = session.submit(command, context)?;
    context.confirm(&session, entry.as_deref())
}
