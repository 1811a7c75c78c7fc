//! How the command line writes moments: one form, everywhere. Days are written as they are kept, `2024-12-22`.

use chrono::{DateTime, Utc};

use crate::state::Now;

/// `at` on the wall clock of the business zone, to the minute: `2024-12-15 10:00`.
pub(super) fn moment(now: &Now, at: DateTime<Utc>) -> String {
    at.with_timezone(&now.zone).format("%Y-%m-%d %H:%M").to_string()
}
