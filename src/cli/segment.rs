//! `gangplank segment`.

use clap::Args;

use super::{CliError, Context, account};
use crate::state::{Cause, Command};

/// Add an account to a segment, or take it out
///
/// An account that you take out of a segment is not brought back by an import that names the segment.
#[derive(Args, Debug)]
#[command(after_help = "Examples:\n\
    \x20 gangplank segment Acme \"Onboarding Lead\"\n\
    \x20 gangplank segment Acme \"Onboarding - engaged\" --leave")]
pub struct SegmentArgs {
    /// The account's external id or full name
    account: String,
    /// The segment
    #[arg(value_parser = segment)]
    segment: String,
    /// Take the account out of the segment
    #[arg(long)]
    leave: bool,
}

fn segment(text: &str) -> Result<String, &'static str> {
    let segment = text.trim();
    if segment.is_empty() {
        Err("the name is empty: write the segment's name")
    } else {
        Ok(segment.to_owned())
    }
}

pub(super) fn run(args: &SegmentArgs, context: &mut Context) -> Result<(), CliError> {
    context.change(|board| {
        let found = account::find(board, &args.account)?;
        let (account, cause) = (found.id.clone(), Cause::Hand);
        // A segment of the account is meant, whatever the case it is written in.
        let known = found.segments.iter().find(|known| known.to_lowercase() == args.segment.to_lowercase());
        let segment = known.cloned().unwrap_or_else(|| args.segment.as_str().into());
        Ok(if args.leave {
            Command::LeaveSegment { account, segment, cause }
        } else {
            Command::JoinSegment { account, segment, cause }
        })
    })
}
