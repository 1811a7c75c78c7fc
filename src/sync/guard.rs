//! Readings that a mistake ends, without the program: parsers of others have some, and a server sends what it likes.

use std::cell::{Cell, RefCell};
use std::panic::{AssertUnwindSafe, Location, catch_unwind};
use std::sync::Once;

thread_local! {
    static IS_GUARDED: Cell<bool> = const { Cell::new(false) };
    /// Where this thread panicked last while it was guarded.
    static PLACE: RefCell<Option<String>> = const { RefCell::new(None) };
}

/// Whether a panic of this thread, now, ends a reading and nothing else.
pub fn is_guarded() -> bool {
    IS_GUARDED.get()
}

/// What `work` returns; where in the source it panicked if it did, which nobody else hears of. What the panic says stays out:
/// it may have foreign text in it.
pub(super) fn survive<T>(work: impl FnOnce() -> T) -> Result<T, String> {
    static QUIET: Once = Once::new();
    QUIET.call_once(|| {
        let report = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |panic| {
            if is_guarded() {
                PLACE.set(panic.location().map(place));
            } else {
                report(panic);
            }
        }));
    });
    IS_GUARDED.set(true);
    let done = catch_unwind(AssertUnwindSafe(work));
    IS_GUARDED.set(false);
    done.map_err(|_| PLACE.take().unwrap_or_default())
}

/// The last parts of the path, which say which crate it is.
fn place(location: &Location<'_>) -> String {
    let parts: Vec<&str> = location.file().rsplit(['/', '\\']).take(4).collect();
    let path: Vec<&str> = parts.into_iter().rev().collect();
    format!("{}:{}", path.join("/"), location.line())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_ends_a_reading_and_says_where() {
        assert_eq!(survive(|| 7), Ok(7));
        let place = survive(|| assert!(!is_guarded(), "\u{1b}[2J")).expect_err("it panics");
        assert!(place.contains("sync/guard.rs:") && !place.contains('\u{1b}'), "{place}");
        assert!(!is_guarded());
    }
}
