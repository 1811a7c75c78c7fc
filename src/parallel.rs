//! Pure work on all cores. Threads are started here and nowhere else in the pure rooms, because the answer does not
//! depend on how many there are.

use rayon::prelude::*;

pub use rayon::join;

/// Fewer items than this are done before another thread has woken up.
const MIN_ITEMS: usize = 2_000;

/// `work` applied to every item, in the order of the items.
pub fn map<T: Sync, U: Send>(items: &[T], work: impl Fn(&T) -> U + Send + Sync) -> Vec<U> {
    if items.len() < MIN_ITEMS {
        return items.iter().map(work).collect();
    }
    items.par_iter().with_min_len(MIN_ITEMS).map(work).collect()
}

/// The same where every item is worth a thread's time.
pub fn map_heavy<T: Sync, U: Send>(items: &[T], work: impl Fn(&T) -> U + Send + Sync) -> Vec<U> {
    items.par_iter().map(work).collect()
}

#[cfg(test)]
mod tests {
    use super::map;

    #[test]
    fn the_order_stays_however_many_items_there_are() {
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
