//! Mail on a server as a live source, in a program that was built without it.

use crate::outgoing::Secret;
use crate::sources::{ImapAccount, Pulled, ReadingContext, SourceFailure};

/// # Errors
/// Always: how to install a program that can read mail on a server.
pub(super) fn read(
    _: &ImapAccount,
    _: Option<&str>,
    _: Option<&Secret>,
    _: &ReadingContext<'_>,
) -> Result<Pulled, SourceFailure> {
    Err(SourceFailure::Unreadable(
        "this gangplank was built without IMAP: install one that has it with `cargo install --path . --features imap`"
            .to_owned(),
    ))
}
