//! What another system was told of an account.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

/// The values that another system was given, as JSON texts, by the names of its fields. A task there has the field
/// `task:` and our id of it, and its id there is a part of its value.
pub type PushedFields = BTreeMap<Arc<str>, Arc<str>>;

/// A field that was set there.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PushedValue {
    /// What it was given the time before; nothing the first time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<Arc<str>>,
    pub to: Arc<str>,
}
