//! Journals of every released format, read for ever: one function per step from a version to the next.

use std::sync::Arc;

use serde_json::Value;

use crate::state::Entry;

/// The journal format this version writes.
pub const VERSION: u32 = 1;

/// `STEPS[n]` turns an entry of version n + 1 into one of version n + 2.
const STEPS: [fn(Value) -> Value; VERSION as usize - 1] = [];

/// Reads an entry as `version` wrote it. The caller has refused versions we do not know.
pub(super) fn entry(version: u32, json: &[u8]) -> Result<Arc<Entry>, serde_json::Error> {
    if version == VERSION {
        return serde_json::from_slice(json).map(Arc::new);
    }
    let old: Value = serde_json::from_slice(json)?;
    let skip = version.saturating_sub(1) as usize;
    serde_json::from_value(STEPS.iter().skip(skip).fold(old, |value, step| step(value))).map(Arc::new)
}
