//! Mail as a live source, in a program that was built without it.

use std::path::Path;

use crate::intake::WITHOUT_MAIL;
use crate::sources::{Pulled, ReadingContext, SourceFailure};

/// # Errors
/// Always: how to install a program that can read mail.
pub(super) fn read(_: &Path, _: Option<&str>, _: &ReadingContext<'_>) -> Result<Pulled, SourceFailure> {
    Err(SourceFailure::Unreadable(WITHOUT_MAIL.to_owned()))
}
