//! What several tests stand on.

pub(crate) mod bless;
#[cfg(unix)]
pub(crate) mod pty;
pub(crate) mod svg;
