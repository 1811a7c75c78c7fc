//! `gangplank serve`, in a program that was built without it.

use std::net::SocketAddr;

use crate::cli::{CliError, Context};

/// # Errors
/// Always: how to install a program that can listen.
pub(super) fn serve(_: SocketAddr, _: Option<&str>, _: &mut Context) -> Result<(), CliError> {
    Err(CliError::usage(
        "this gangplank was built without receivers: install one that has them with `cargo install --path . --features \
         receiver`",
    ))
}
