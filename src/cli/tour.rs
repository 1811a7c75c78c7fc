//! `gangplank tour`.

use clap::Args;

use super::board::{self, Shown};
use super::{CliError, Context};

/// Learn the board in five minutes, on made-up accounts
///
/// A box says what to press, and goes on once it was done. Nothing is saved.
#[derive(Args, Debug)]
#[command(after_help = "Examples:\n\
    \x20 gangplank tour")]
pub struct TourArgs {}

pub(super) fn run(TourArgs {}: &TourArgs, context: &Context) -> Result<(), CliError> {
    board::run(Shown::Tour, None, None, context)
}
