//! Which fields of another system become what stands on the board.

use std::collections::BTreeMap;
use std::sync::Arc;

/// Which fields there become what stands here.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PushMapping {
    pub stage: Option<Arc<str>>,
    pub owner: Option<Arc<str>>,
    pub payment_risk: Option<Arc<str>>,
    /// When a stage or a bucket was first entered, by its id.
    pub entered: BTreeMap<Arc<str>, Arc<str>>,
    /// The field of a task there that holds our id of it; nothing where alerts and tasks become no tasks there.
    pub tasks: Option<Arc<str>>,
}
