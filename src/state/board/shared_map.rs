//! The maps of a board.

use foldhash::fast::RandomState;
use imbl::GenericHashMap;
use imbl::shared_ptr::DefaultSharedPtr;

/// A map of which a copy is a pointer. At a start every account is looked up a few times, and with the standard library's
/// hash a fifth of the work on the day's list went into it.
pub(super) type SharedMap<K, V> = GenericHashMap<K, V, RandomState, DefaultSharedPtr>;
