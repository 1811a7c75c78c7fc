//! A progress bar for work that takes long enough to wonder about.

use std::io::{self, IsTerminal};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::thread;
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressStyle};

use crate::tui::shell::terminal::is_dumb;

/// How long work may take before a bar shows.
const ENOUGH: Duration = Duration::from_secs(1);

/// How often the bar is drawn.
const TICK: Duration = Duration::from_millis(100);

/// How far the bar goes in each part of the work.
const LENGTH: usize = 1_000;

/// The parts of taking in a file, in order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::cli) enum ImportPhase {
    /// Finding out what is known already.
    Opening,
    /// Taking the file apart.
    Reading,
    /// Deciding, and making it durable.
    Writing,
}

impl ImportPhase {
    const ALL: [Self; 3] = [Self::Opening, Self::Reading, Self::Writing];

    fn label(self) -> &'static str {
        match self {
            Self::Reading => "reading the file",
            Self::Opening => "opening the board",
            Self::Writing => "writing",
        }
    }

    /// How far the bar has come, when `done` of `total` in this part is done; some parts count nothing.
    fn position(self, done: usize, total: usize) -> usize {
        let before = Self::ALL.iter().filter(|part| **part < self).count() * LENGTH;
        before + (done * LENGTH).checked_div(total).unwrap_or(0)
    }
}

/// Shows a bar for one piece of work after the other, once a person at a terminal has waited for a while.
#[derive(Clone, Copy, Debug)]
pub(in crate::cli) struct ProgressReporter {
    since: Instant,
}

impl ProgressReporter {
    /// Starts to measure how long a person waits.
    pub(in crate::cli) fn begins() -> Self {
        Self { since: Instant::now() }
    }

    /// Does `work`, which may report how much of how much is done, and shows a bar once a terminal has waited for a
    /// second, whatever it waited for.
    pub(in crate::cli) fn bar<T>(
        self,
        part: ImportPhase,
        work: impl FnOnce(&mut dyn FnMut(usize, usize)) -> T,
    ) -> T {
        if !io::stderr().is_terminal() || is_dumb() {
            return work(&mut |_, _| {});
        }
        let (done, total) = (AtomicUsize::new(0), AtomicUsize::new(0));
        thread::scope(|scope| {
            let (working, finished) = channel::<()>();
            let (done, total) = (&done, &total);
            scope.spawn(move || {
                let quiet = ENOUGH.saturating_sub(self.since.elapsed()).max(TICK);
                if finished.recv_timeout(quiet) != Err(RecvTimeoutError::Timeout) {
                    return;
                }
                let bar = bar(part).with_elapsed(self.since.elapsed());
                loop {
                    let position = part.position(done.load(Ordering::Relaxed), total.load(Ordering::Relaxed));
                    bar.set_position(u64::try_from(position).unwrap_or(u64::MAX));
                    bar.tick();
                    if finished.recv_timeout(TICK) != Err(RecvTimeoutError::Timeout) {
                        break;
                    }
                }
                bar.finish_and_clear();
            });
            let result = work(&mut |now, all| {
                done.store(now, Ordering::Relaxed);
                total.store(all, Ordering::Relaxed);
            });
            drop(working);
            result
        })
    }
}

/// The spinner shows that work goes on where nothing is counted.
fn bar(part: ImportPhase) -> ProgressBar {
    let style = ProgressStyle::with_template("{spinner} {msg} {wide_bar} {elapsed}");
    let style = style.expect("the template is valid");
    let length = u64::try_from(ImportPhase::ALL.len() * LENGTH).unwrap_or(u64::MAX);
    ProgressBar::new(length).with_style(style).with_message(part.label())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_bar_only_grows() {
        let steps = [(0, 0), (0, 10), (5, 10), (10, 10)];
        let all =
            ImportPhase::ALL.iter().flat_map(|part| steps.map(|(done, total)| part.position(done, total)));
        let all: Vec<usize> = all.collect();
        assert!(all.is_sorted(), "{all:?}");
        assert_eq!(all.last(), Some(&(ImportPhase::ALL.len() * LENGTH)));
    }
}
