//! `gangplank undo` and `gangplank redo`.

use clap::Args;

use super::{CliError, Context};
use crate::state::Command;

/// Undo your latest change and everything it caused, or what timed playbooks did since
///
/// Your changes are those signed with your name, here or on the board. Repeat the command to go further back. Undo is
/// refused if somebody changed the same thing since.
#[derive(Args, Clone, Copy, Debug)]
#[command(after_help = "Examples:\n\
    \x20 gangplank undo\n\
    \x20 gangplank undo --as dana")]
pub struct UndoArgs {}

/// Redo what you have just undone
#[derive(Args, Clone, Copy, Debug)]
#[command(after_help = "Example:\n  gangplank redo")]
pub struct RedoArgs {}

pub(super) fn undo(_: UndoArgs, context: &mut Context) -> Result<(), CliError> {
    context.change(|_| Ok(Command::UndoLatest))
}

pub(super) fn redo(_: RedoArgs, context: &mut Context) -> Result<(), CliError> {
    context.change(|_| Ok(Command::Redo))
}
