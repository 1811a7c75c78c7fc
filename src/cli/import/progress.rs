//! A progress bar for work that takes long enough to wonder about.

use std::io::{self, IsTerminal};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::thread;
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressStyle};

/// How long work may take before a bar shows.
const ENOUGH: Duration = Duration::from_secs(1);

/// How often the bar is drawn.
const TICK: Duration = Duration::from_millis(100);

/// The patience of whoever waits at a terminal, for one piece of work after the other.
#[derive(Clone, Copy, Debug)]
pub(super) struct Patience {
    since: Instant,
}

impl Patience {
    /// Somebody starts to wait.
    pub(super) fn begins() -> Self {
        Self { since: Instant::now() }
    }

    /// Does `work`, which may report how much of how much is done, and shows a bar once a terminal has waited for a
    /// second, whatever it waited for.
    pub(super) fn bar<T>(
        self,
        label: &'static str,
        work: impl FnOnce(&mut dyn FnMut(usize, usize)) -> T,
    ) -> T {
        if !io::stderr().is_terminal() {
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
                let bar = bar(label, total.load(Ordering::Relaxed)).with_elapsed(self.since.elapsed());
                loop {
                    bar.set_position(u64::try_from(done.load(Ordering::Relaxed)).unwrap_or(u64::MAX));
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

fn bar(label: &'static str, total: usize) -> ProgressBar {
    let (bar, template) = match u64::try_from(total) {
        // Nobody counts along: only show that it goes on.
        Ok(0) | Err(_) => (ProgressBar::new_spinner(), "{spinner} {msg} ({elapsed})"),
        Ok(total) => (ProgressBar::new(total), "{msg} {wide_bar} {pos}/{len}"),
    };
    let style = ProgressStyle::with_template(template).expect("both templates are valid");
    bar.with_style(style).with_message(label)
}
