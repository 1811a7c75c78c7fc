//! `gangplank repair`.

use std::io::Write;

use clap::Args;

use super::{CliError, Context};
use crate::prose::lists::plural;
use crate::text;

/// Go on after damage to the journal
///
/// Keeps the entries before the first damaged line, and the journal as it was found beside it. Restoring a backup
/// loses less, where there is one. Does nothing to a journal without damage.
#[derive(Args, Clone, Copy, Debug)]
#[command(after_help = "Example:\n\
    \x20 gangplank repair")]
pub struct RepairArgs {}

pub(super) fn run(_: RepairArgs, context: &mut Context) -> Result<(), CliError> {
    let repaired = context.config.store.repair()?;
    let kept = usize::try_from(repaired.kept).unwrap_or(usize::MAX);
    let said = match repaired.copy {
        None => format!("the journal is whole: {}; nothing was changed", plural(kept, "entry", "entries")),
        Some(copy) => format!(
            "kept {}, set {} aside; the journal as it was found is {}",
            plural(kept, "entry", "entries"),
            plural(repaired.set_aside, "line", "lines"),
            copy
        ),
    };
    Ok(writeln!(context.out, "{}", text::clean(&said))?)
}
