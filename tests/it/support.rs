//! What several tests stand on.

#[cfg(unix)]
pub(crate) mod pty;
