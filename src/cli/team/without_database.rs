//! `gangplank team`, in a program that was built without it.

use super::TeamCommand;
use crate::cli::{CliError, Context};
use crate::store::{StoreError, TeamAddress};

/// # Errors
/// Always: how to install a program that can.
pub(super) fn run(_: &TeamCommand, _: &TeamAddress, _: &mut Context) -> Result<(), CliError> {
    Err(CliError::usage(StoreError::WithoutTeam.to_string()))
}
