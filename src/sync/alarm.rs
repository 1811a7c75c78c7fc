//! What has a source read before its time: a person who does not want to wait, and whatever notices news by itself.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender};
use std::sync::{Arc, Weak};
use std::time::{Duration, Instant};

/// How long it has to be quiet before a reading begins that news asks for: what arrives together is read together.
const QUIET: Duration = Duration::from_millis(200);

/// How long a reading waits for that at most.
const LONGEST: Duration = Duration::from_secs(1);

/// How much longer than the last reading took is waited after it: a large mailbox in which much happens is not read all
/// the time.
const REST: u32 = 3;

/// Why a source is read before its time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ReadingOrder {
    /// Somebody does not want to wait.
    Now,
    /// There seems to be something new.
    News,
}

/// Rings when there seems to be something new. It keeps nothing running.
#[derive(Clone, Debug)]
#[cfg_attr(
    not(any(feature = "mail", feature = "imap")),
    expect(dead_code, reason = "only mail notices news")
)]
pub(super) struct NewsAlarm {
    orders: Weak<Sender<ReadingOrder>>,
    /// Whether it rang and nobody came yet: a thousand events are one reading.
    has_rung: Arc<AtomicBool>,
}

/// Waits for the time of a reading.
pub(super) struct ReadingOrders {
    orders: Receiver<ReadingOrder>,
    has_rung: Arc<AtomicBool>,
    /// Not before then is it read because of news.
    rested: Instant,
}

/// An alarm, and who waits for it, until all that hold `sender` let go.
pub(super) fn alarm(
    sender: &Arc<Sender<ReadingOrder>>,
    orders: Receiver<ReadingOrder>,
) -> (NewsAlarm, ReadingOrders) {
    let has_rung = Arc::new(AtomicBool::new(false));
    let alarm = NewsAlarm { orders: Arc::downgrade(sender), has_rung: has_rung.clone() };
    (alarm, ReadingOrders { orders, has_rung, rested: Instant::now() })
}

impl NewsAlarm {
    #[cfg_attr(
        not(any(feature = "mail", feature = "imap")),
        expect(dead_code, reason = "only mail notices news")
    )]
    pub(super) fn ring(&self) {
        if let Some(orders) = self.orders.upgrade()
            && !self.has_rung.swap(true, Ordering::SeqCst)
        {
            // Whoever has gone needs no news.
            let _ = orders.send(ReadingOrder::News);
        }
    }
}

impl ReadingOrders {
    /// Waits `wait`, or until an order comes before; false once nobody is there any more.
    pub(super) fn wait(&self, wait: Duration) -> bool {
        match self.orders.recv_timeout(wait) {
            Err(RecvTimeoutError::Disconnected) => return false,
            Err(RecvTimeoutError::Timeout) | Ok(ReadingOrder::Now) => {}
            Ok(ReadingOrder::News) => {
                if !self.settle() {
                    return false;
                }
            }
        }
        self.has_rung.store(false, Ordering::SeqCst);
        true
    }

    /// Waits until it is quiet; false once nobody is there any more.
    fn settle(&self) -> bool {
        let latest = (Instant::now() + LONGEST).max(self.rested);
        loop {
            self.has_rung.store(false, Ordering::SeqCst);
            let left = latest.saturating_duration_since(Instant::now());
            let rest = self.rested.saturating_duration_since(Instant::now());
            match self.orders.recv_timeout(QUIET.max(rest).min(left)) {
                Err(RecvTimeoutError::Disconnected) => return false,
                Err(RecvTimeoutError::Timeout) | Ok(ReadingOrder::Now) => return true,
                Ok(ReadingOrder::News) => {}
            }
        }
    }

    /// Takes in that a reading took so long.
    pub(super) fn rest_after(&mut self, reading: Duration) {
        self.rested = Instant::now() + reading.saturating_mul(REST);
    }
}
