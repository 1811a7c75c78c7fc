//! `gangplank check`.

use std::sync::Arc;

use clap::Args;

use super::bulk::{self, BulkArgs};
use super::{CliError, Context};
use crate::state::{Command, PointChange};

/// Check a point of a stage's checklist for accounts
///
/// The checklists are in pipeline.toml. `gangplank show` lists the points of an account.
#[derive(Args, Debug)]
#[command(
    override_usage = "gangplank check ACCOUNT… POINT [--observation TEXT]\n       gangplank check ACCOUNT… POINT --undo\n       gangplank check POINT --where QUERY"
)]
#[command(after_help = "Examples:\n\
    \x20 gangplank check Acme billing-limits\n\
    \x20 gangplank check Acme unused-events --observation \"40 % of them unused\"\n\
    \x20 gangplank check A-1 A-2 usage --undo")]
pub struct CheckArgs {
    /// The accounts, by external id or full name, or - for ids on the standard input; then the point's id or title
    #[arg(value_name = "ACCOUNT… POINT")]
    words: Vec<String>,
    /// What you saw; replaces what was written before
    #[arg(long, value_name = "TEXT")]
    observation: Option<Arc<str>>,
    /// Uncheck the point; its observation stays
    #[arg(long, conflicts_with = "observation")]
    undo: bool,
    #[command(flatten)]
    bulk: BulkArgs,
}

pub(super) fn run(args: CheckArgs, context: &mut Context) -> Result<(), CliError> {
    let CheckArgs { words, observation, undo, bulk } = args;
    let (named, point) = bulk.split(words, "check ACCOUNT… POINT")?;
    let change = if undo { PointChange::Untick } else { PointChange::Tick { observation } };
    bulk::each("check", &named, &bulk, context, |account| Command::CheckPoint {
        account: account.id.clone(),
        point: point.as_str().into(),
        change: change.clone(),
    })
}
