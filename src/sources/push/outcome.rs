//! What came of telling of an account, and what telling goes by.

use std::sync::Arc;

use serde_json::Value;

use crate::intake::signals::time;
use crate::state::PushedFields;

/// A field that somebody there set to something else meanwhile.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PushConflict {
    pub field: Arc<str>,
    /// What stands there, as a JSON text.
    pub theirs: String,
    /// What the board would write.
    pub ours: String,
}

/// What came of telling of one account.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PushOutcome {
    /// What stands there now as the board says.
    pub told: PushedFields,
    /// The fields of these that had to be written.
    pub written: Vec<Arc<str>>,
    pub conflicts: Vec<PushConflict>,
    /// Whether the account is not there any more.
    pub is_gone: bool,
}

/// What a key must be, for a system that refuses it.
pub(super) const MUST_WRITE: &str = "the key must be allowed to write what is told";

/// The same of HubSpot's.
pub(super) const MUST_WRITE_IN_HUBSPOT: &str = "the private app needs the scope crm.objects.companies.write, and for \
     tasks crm.objects.contacts.read and crm.objects.contacts.write, too";

/// Whether two values say the same. What is empty there is what is unknown here, and a moment may be written in several
/// ways.
pub(super) fn is_same(one: &Value, other: &Value) -> bool {
    let is_nothing = |value: &Value| value.is_null() || value.as_str().is_some_and(str::is_empty);
    let moment = |value: &Value| value.is_string().then(|| time(value))?;
    one == other
        || is_nothing(one) && is_nothing(other)
        || moment(one).zip(moment(other)).is_some_and(|(one, other)| one.timestamp() == other.timestamp())
}
