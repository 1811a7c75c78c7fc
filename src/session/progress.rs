//! How far a piece of work has come that somebody waits for.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

/// What the work is counted in.
pub const WHOLE: usize = 1_000;

/// How much of a long command is to decide it. The rest is to make it durable, and nothing of that is counted.
pub const DECIDED: usize = 300;

/// How far it has come, told by the thread that does it and read by the one that shows it.
#[derive(Clone, Debug, Default)]
pub struct WorkProgress {
    /// In thousandths, and one more; zero while nothing is counted.
    come: Arc<AtomicUsize>,
}

impl WorkProgress {
    /// Nothing is counted any more.
    pub fn clear(&self) {
        self.come.store(0, Ordering::Relaxed);
    }

    /// What reports how much of a part is done: the part that goes from `from` to `to` thousandths of the whole.
    pub fn part(&self, from: usize, to: usize) -> impl Fn(usize, usize) {
        move |done, all| {
            let come = from + (done.min(all) * (to - from)).checked_div(all).unwrap_or(0);
            self.come.store(come.min(WHOLE) + 1, Ordering::Relaxed);
        }
    }

    /// How many in a hundred parts are done; nothing while nothing is counted.
    pub fn percent(&self) -> Option<usize> {
        Some(self.come.load(Ordering::Relaxed).checked_sub(1)? * 100 / WHOLE)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_follow_each_other_and_nothing_is_known_before_and_after() {
        let progress = WorkProgress::default();
        assert_eq!(progress.percent(), None);
        let mut seen = Vec::new();
        for (from, to) in [(0, 400), (400, 1_000)] {
            let part = progress.part(from, to);
            for done in [0, 5, 10] {
                part(done, 10);
                seen.push(progress.percent());
            }
        }
        assert_eq!(seen, [0, 20, 40, 40, 70, 100].map(Some));
        progress.part(0, WHOLE)(3, 0);
        assert_eq!(progress.percent(), Some(0), "of nothing, nothing is done");
        progress.clear();
        assert_eq!(progress.percent(), None);
    }
}
