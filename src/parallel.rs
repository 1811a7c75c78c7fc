//! Work shared out to all cores: the one place where what is pure may start threads, because the answer does not
//! depend on how many there are.

use std::num::NonZero;
use std::thread;

/// Fewer items than this are done before a thread has started.
const WORTH_A_THREAD: usize = 2_000;

/// More threads than this wait for memory, not for each other.
const MOST_THREADS: usize = 8;

/// What `work` makes of every item, in the order of the items.
pub fn map<T: Sync, U: Send>(items: &[T], work: impl Fn(&T) -> U + Sync) -> Vec<U> {
    let cores = thread::available_parallelism().map_or(1, NonZero::get).min(MOST_THREADS);
    let threads = cores.min(items.len() / WORTH_A_THREAD).max(1);
    if threads == 1 {
        return items.iter().map(work).collect();
    }
    let work = &work;
    thread::scope(|scope| {
        let shares = items.chunks(items.len().div_ceil(threads));
        let shares: Vec<_> =
            shares.map(|share| scope.spawn(move || share.iter().map(work).collect::<Vec<U>>())).collect();
        let mut all = Vec::with_capacity(items.len());
        for share in shares {
            match share.join() {
                Ok(done) => all.extend(done),
                Err(panic) => std::panic::resume_unwind(panic),
            }
        }
        all
    })
}

/// Does both at once.
pub fn both<A, B: Send>(first: impl FnOnce() -> A, second: impl FnOnce() -> B + Send) -> (A, B) {
    thread::scope(|scope| {
        let second = scope.spawn(second);
        let first = first();
        match second.join() {
            Ok(second) => (first, second),
            Err(panic) => std::panic::resume_unwind(panic),
        }
    })
}

#[cfg(test)]
mod tests {
    use super::{both, map};

    #[test]
    fn both_are_done() {
        assert_eq!(both(|| 1, || 2), (1, 2));
    }

    #[test]
    fn however_many_there_are_the_order_stays() {
        for count in [0, 1, 1_999, 4_001, 50_000] {
            let items: Vec<usize> = (0..count).collect();
            assert_eq!(map(&items, |item| item * 2), items.iter().map(|item| item * 2).collect::<Vec<_>>());
        }
    }

    #[test]
    #[should_panic(expected = "item 31999")]
    fn a_panic_is_not_swallowed() {
        let items: Vec<usize> = (0..32_000).collect();
        map(&items, |item| assert!(*item < 31_999, "item {item}"));
    }
}
