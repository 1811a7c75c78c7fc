//! `gangplank repair`.

use clap::Args;

use super::{CliError, Context};
use crate::prose::lists::plural;

/// Repair a damaged journal
///
/// Keeps the entries before the first damaged line, and sets a copy of the damaged journal aside. If you have a backup,
/// restoring it loses less. An undamaged journal stays as it is.
#[derive(Args, Clone, Copy, Debug)]
#[command(after_help = "Example:\n\
    \x20 gangplank repair")]
pub struct RepairArgs {}

pub(super) fn run(_: RepairArgs, context: &mut Context) -> Result<(), CliError> {
    let repaired = context.config.store.repair()?;
    let kept = usize::try_from(repaired.kept).unwrap_or(usize::MAX);
    let kept = plural(kept, "entry", "entries");
    let Some(copy) = repaired.copy else {
        return context.say(&format!("the journal is not damaged: {kept}; nothing was changed"));
    };
    let removed = plural(repaired.set_aside, "line", "lines");
    context.say(&format!("kept {kept} and removed {removed}; a copy of the damaged journal is {copy}"))
}
