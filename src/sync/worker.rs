//! Live sources beside an open board: each on a thread of its own, so that one which hangs holds up no other, and none of
//! them the board.

use std::hash::{BuildHasher, RandomState};
use std::path::{Path, PathBuf};
use std::sync::mpsc::{self, Sender, SyncSender};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use chrono::TimeDelta;
use tokio::sync::{mpsc as told, watch};

use super::alarm::{NewsAlarm, ReadingOrder, ReadingOrders, alarm};
use super::status::ReceiverStates;
use super::{SourceLock, idle, read, status, watch as mail_watch};
use crate::session::Request;
use crate::sources::plan::{SyncPlan, plan};
use crate::sources::{
    LiveSource, Pulled, ReachedCursor, ReadingContext, ReadingTerms, SourceFailure, SourceNews, pace,
};
use crate::state::{Actor, Board, Now};

/// How long a thread waits for the board to keep what it read.
const PATIENCE: Duration = Duration::from_secs(60);

/// The threads. Whoever drops this lets them end; one that waits for a provider ends with the process.
#[derive(Debug)]
pub struct SourceWorkers {
    /// Taken away at the end, so that the session is not kept alive by a thread that waits for a provider.
    requests: Arc<Mutex<Option<SyncSender<Request>>>>,
    /// By the names of their sources. Each ends when its sender is dropped.
    running: Vec<(Arc<str>, Arc<Sender<ReadingOrder>>)>,
    pub news: told::UnboundedReceiver<SourceNews>,
    /// What is delivered to other processes.
    pub receivers: ReceiverStates,
}

/// Where the threads look and write.
#[derive(Clone)]
pub struct Surroundings {
    /// Where the state of sources is kept.
    pub directory: PathBuf,
    pub boards: watch::Receiver<Board>,
    /// What time it is.
    pub clock: Arc<dyn Fn() -> Now + Send + Sync>,
    pub terms: Arc<ReadingTerms>,
}

impl SourceWorkers {
    /// No source at all.
    pub fn none() -> Self {
        Self {
            requests: Arc::default(),
            running: Vec::new(),
            // Nobody sends, and nobody is waited for.
            news: told::unbounded_channel().1,
            receivers: ReceiverStates::default(),
        }
    }

    /// Starts a thread for each of `sources`, which asks through `requests`.
    pub fn start(sources: &[LiveSource], requests: &SyncSender<Request>, around: &Surroundings) -> Self {
        let requests = Arc::new(Mutex::new(Some(requests.clone())));
        // Bounded by the pace of the sources.
        let (tell, news) = told::unbounded_channel();
        let running = sources.iter().map(|source| {
            let (order, orders) = mpsc::channel();
            let order = Arc::new(order);
            let (alarm, orders) = alarm(&order, orders);
            let worker = SourceWorker {
                source: source.clone(),
                requests: requests.clone(),
                around: around.clone(),
                tell: tell.clone(),
            };
            thread::spawn(move || worker.run(orders, &alarm));
            (source.name.clone(), order)
        });
        let running = running.collect();
        Self { requests, running, news, receivers: ReceiverStates::default() }
    }

    /// Has `source` read at once.
    pub fn read_now(&self, source: &str) {
        for (_, order) in self.running.iter().filter(|(name, _)| **name == *source) {
            // A thread that has ended reads nothing.
            let _ = order.send(ReadingOrder::Now);
        }
    }

    /// Lets the session end, whatever the threads are doing.
    pub fn stop(&mut self) {
        self.running.clear();
        *self.requests.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }
}

struct SourceWorker {
    source: LiveSource,
    requests: Arc<Mutex<Option<SyncSender<Request>>>>,
    around: Surroundings,
    tell: told::UnboundedSender<SourceNews>,
}

impl SourceWorker {
    fn run(&self, mut orders: ReadingOrders, alarm: &NewsAlarm) {
        let directory = &self.around.directory;
        // It waits for mail as long as this thread reads.
        let _idle = idle::start(&self.source, alarm.clone(), jitter);
        let mut watched = mail_watch::renewed(None, &self.source.kind, alarm);
        // Another board, or a verb, may have read it a moment ago.
        let left = status::load(directory, &self.source).next_at.map(|next| next - (self.around.clock)().at);
        let mut wait = left.and_then(|left| left.to_std().ok()).unwrap_or_default().min(self.source.every);
        while orders.wait(wait) {
            let now = (self.around.clock)().at;
            // Before it is read: what arrives meanwhile is noticed.
            watched = mail_watch::renewed(watched, &self.source.kind, alarm);
            let began = Instant::now();
            let read = self.sync(directory);
            orders.rest_after(began.elapsed());
            let mut known = status::load(directory, &self.source);
            let (failures, asked) = match &read {
                // A source that somebody else reads at the moment is read.
                Ok(_) | Err(SourceFailure::Busy) => (0, None),
                Err(SourceFailure::Limited { retry_after }) => (known.failures + 1, *retry_after),
                Err(_) => (known.failures + 1, None),
            };
            wait = pace::wait_after(failures, self.source.every, asked, jitter());
            let next_at = now + TimeDelta::from_std(wait).unwrap_or_default();
            match &read {
                Ok((pulled, reached)) => {
                    known.succeeded(&self.source.kind, pulled, now, next_at);
                    known.reached.clone_from(reached);
                }
                Err(SourceFailure::Busy) => {}
                Err(why) => known.failed(why, now, next_at),
            }
            if !matches!(read, Err(SourceFailure::Busy)) {
                status::save(&known, directory, &self.source);
            }
            let news = SourceNews { source: self.source.name.clone(), status: known };
            if self.tell.send(news).is_err() {
                return;
            }
        }
    }

    /// Reads it, and has the session keep what is new. Says, too, where the next reading goes on if the journal does not.
    fn sync(&self, directory: &Path) -> Result<(Pulled, Option<ReachedCursor>), SourceFailure> {
        let _lock = SourceLock::take(directory, &self.source)?;
        let now = (self.around.clock)();
        let board = self.around.boards.borrow().clone();
        let cursor = status::load(directory, &self.source).cursor(board.source_read(&self.source.name));
        let around = ReadingContext { terms: &self.around.terms, board: &board, now: &now };
        let pulled = read(&self.source, cursor.as_deref(), &around)?;
        let SyncPlan { batches, reached, .. } = plan(&self.source, &pulled, &board, now.at);
        for batch in batches {
            let (done, answer) = mpsc::channel();
            let by = Actor::Source(self.source.name.clone());
            let request = Request::Source { batch, by, now: (self.around.clock)(), done };
            let asked = match &*self.requests.lock().unwrap_or_else(PoisonError::into_inner) {
                Some(requests) => requests.try_send(request).is_ok(),
                None => false,
            };
            let not_kept = || SourceFailure::Store("the board was busy, so nothing was kept".to_owned());
            if !asked {
                return Err(not_kept());
            }
            answer.recv_timeout(PATIENCE).map_err(|_| not_kept())?.map_err(SourceFailure::Store)?;
        }
        Ok((pulled, reached))
    }
}

/// A number from 0 to 1 that differs from thread to thread.
fn jitter() -> f64 {
    f64::from((RandomState::new().hash_one(0) >> 32) as u32) / f64::from(u32::MAX)
}
