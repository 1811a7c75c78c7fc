//! `gangplank ingest --from mail` and `--from ics`, in a program that was built without them.

use crate::cli::import::InputFile;
use crate::cli::{CliError, Context};
use crate::intake::WITHOUT_MAIL;
use crate::intake::providers::Translation;
use crate::state::Board;

/// # Errors
/// Always: how to install a program that can read mail.
pub(super) fn read(_: &InputFile, _: &Board, _: &Context) -> Result<Translation, CliError> {
    Err(CliError::usage(WITHOUT_MAIL))
}
