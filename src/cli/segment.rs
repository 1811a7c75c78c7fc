//! `gangplank segment`.

use clap::Args;

use super::bulk::{self, BulkArgs};
use super::{CliError, Context};
use crate::state::{Account, Cause, Command};

/// Add accounts to a segment, or take them out
///
/// An account that you take out of a segment is not brought back by an import that names the segment.
#[derive(Args, Debug)]
#[command(
    override_usage = "gangplank segment ACCOUNT… SEGMENT [--leave]\n       gangplank segment SEGMENT --where QUERY"
)]
#[command(after_help = "Examples:\n\
    \x20 gangplank segment Acme \"Onboarding Lead\"\n\
    \x20 gangplank segment Acme \"Onboarding - engaged\" --leave")]
pub struct SegmentArgs {
    /// The accounts, by external id or full name, or - for ids on the standard input; then the segment
    #[arg(value_name = "ACCOUNT… SEGMENT")]
    words: Vec<String>,
    /// Take the accounts out of the segment
    #[arg(long)]
    leave: bool,
    #[command(flatten)]
    bulk: BulkArgs,
}

pub(super) fn run(args: SegmentArgs, context: &mut Context) -> Result<(), CliError> {
    let SegmentArgs { words, leave, bulk } = args;
    let (named, word) = bulk.split(words, "segment ACCOUNT… SEGMENT")?;
    let wanted = word.trim();
    if wanted.is_empty() {
        return Err(CliError::usage("the name of the segment is empty: write the segment's name"));
    }
    let command = |found: &Account| {
        let (account, cause) = (found.id.clone(), Cause::Hand);
        // A segment of the account is meant, whatever the case it is written in.
        let known = found.segments.iter().find(|known| known.to_lowercase() == wanted.to_lowercase());
        let segment = known.cloned().unwrap_or_else(|| wanted.into());
        if leave {
            Command::LeaveSegment { account, segment, cause }
        } else {
            Command::JoinSegment { account, segment, cause }
        }
    };
    bulk::each("segment", &named, &bulk, context, command)
}
