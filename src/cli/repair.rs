//! `gangplank repair`.

use std::io::Write;

use clap::Args;

use super::{CliError, Context};
use crate::prose::lists::plural;
use crate::text;

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
    let said = match repaired.copy {
        None => {
            format!("the journal is not damaged: {}; nothing was changed", plural(kept, "entry", "entries"))
        }
        Some(copy) => format!(
            "kept {} and removed {}; a copy of the damaged journal is {}",
            plural(kept, "entry", "entries"),
            plural(repaired.set_aside, "line", "lines"),
            copy
        ),
    };
    Ok(writeln!(context.out, "{}", text::clean(&said))?)
}
