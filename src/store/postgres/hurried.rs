//! How whoever has something to look at meanwhile waits for a server.

use std::sync::Arc;
use std::time::Duration;

use crate::store::lock::{LockHolder, Patience};

/// How long whoever has a copy to read waits for the server.
pub(super) const BRIEFLY: Duration = Duration::from_secs(3);

/// Waits for one answer of a server, no longer than that, and without a word.
pub(super) struct Hurried(pub(super) Arc<dyn Patience>, pub(super) Duration);

impl Patience for Hurried {
    fn program(&self) -> &str {
        self.0.program()
    }

    fn limit(&self) -> Duration {
        self.0.limit().min(self.1)
    }

    fn pause(&self, _: Duration) -> bool {
        false
    }

    fn hear(&self, holder: Option<&LockHolder>) {
        self.0.hear(holder);
    }

    fn went_by(&self, time: Duration) -> bool {
        self.0.went_by(time)
    }
}
