//! When a source is read again.

use std::time::Duration;

/// The longest wait after failures.
const LONGEST: Duration = Duration::from_secs(60 * 60);

/// The longest wait that a provider may ask for. Whoever asks for more may have meant something else.
const LONGEST_ASKED: Duration = Duration::from_secs(24 * 60 * 60);

/// How long to wait after `failures` readings in a row that failed: twice as long each time, up to an hour, and never
/// shorter than the provider asks for, up to a day. `jitter`, from 0 to 1, spreads the waits of several boards over a quarter more, so
/// that they do not all come back at once.
pub fn wait_after(failures: u32, every: Duration, asked: Option<Duration>, jitter: f64) -> Duration {
    let doubled = every.saturating_mul(1 << failures.saturating_sub(1).min(16));
    let wait = if failures == 0 { every } else { doubled.min(LONGEST.max(every)) };
    let wait = wait.mul_f64(1.0 + jitter.clamp(0.0, 1.0) / 4.0);
    asked.map_or(wait, |asked| wait.max(asked.min(LONGEST_ASKED)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_grow_to_an_hour_and_obey_the_provider() {
        let seconds = |failures, asked: Option<u64>| {
            wait_after(failures, Duration::from_secs(60), asked.map(Duration::from_secs), 0.0).as_secs()
        };
        assert_eq!(
            [0, 1, 2, 3, 4, 7, 8, 99].map(|failures| seconds(failures, None)),
            [60, 60, 120, 240, 480, 3600, 3600, 3600]
        );
        assert_eq!(seconds(1, Some(30)), 60);
        assert_eq!(seconds(1, Some(7_000)), 7_000);
        assert_eq!(seconds(1, Some(u64::MAX)), 86_400);
        let longest = wait_after(0, Duration::from_secs(60), None, 1.0);
        assert_eq!(longest, Duration::from_secs(75));
        // Whoever reads once a day is not made to read every hour by a failure.
        assert_eq!(wait_after(5, Duration::from_secs(86_400), None, 0.0).as_secs(), 86_400);
    }
}
