//! What becomes of a delivery: checked, translated, kept, and only then answered.

use std::fmt;
use std::path::PathBuf;
use std::sync::mpsc::{self, RecvTimeoutError, SyncSender};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::watch;
use tracing::{info, warn};

use super::signature::{Delivery, Unsigned, Verifier};
use crate::intake::providers::Translation;
use crate::intake::signals::{ParsedSignal, RejectedLine};
use crate::session::Request;
use crate::sources::plan::{ENTRY_COMMANDS, batches, news};
use crate::sources::receiver::{LiveReceiver, ReceiverStatus};
use crate::state::{Actor, Board, Now};
use crate::sync::{status, unreadable};

/// How long a delivery waits to be kept. Providers wait at least as long for an answer.
const PATIENCE: Duration = Duration::from_secs(10);

/// What makes signals of the body of a delivery.
pub type Translate = Box<dyn Fn(&[u8]) -> Translation + Send + Sync>;

/// One receiver, ready for deliveries.
pub struct Endpoint {
    pub receiver: LiveReceiver,
    pub verifier: Verifier,
    pub translate: Translate,
    status: Mutex<ReceiverStatus>,
}

/// Where all receivers keep what they take.
pub struct Keeping {
    pub requests: SyncSender<Request>,
    /// Whoever has this adds to the board: of a delivery that comes twice at once, the second finds the first on it.
    pub turn: Mutex<()>,
    pub boards: watch::Receiver<Board>,
    /// Where it is kept how receivers fare.
    pub directory: PathBuf,
    /// What time it is.
    pub clock: Box<dyn Fn() -> Now + Send + Sync>,
    /// Whom people hear of what they should know.
    pub tell: Box<dyn Fn(&str) + Send + Sync>,
}

/// What became of a delivery.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DeliveryOutcome {
    /// It is kept, or was before.
    Kept(Receipt),
    /// It says nothing about the board.
    Ignored,
    /// It may be from anybody.
    Refused(Unsigned),
    /// It could not be kept: it is to be delivered again.
    NotKept,
}

/// What was in a delivery that is kept.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Receipt {
    /// How many signals were new.
    pub taken: usize,
    /// How many were known already.
    pub known: usize,
    pub rejected: Vec<RejectedEvent>,
}

/// What could not be read.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct RejectedEvent {
    /// On which line of the body it begins, counted from one.
    pub line: usize,
    pub reason: String,
}

impl Endpoint {
    pub fn new(receiver: LiveReceiver, verifier: Verifier, translate: Translate, keeping: &Keeping) -> Self {
        let status = Mutex::new(status::load_received(&keeping.directory, &receiver));
        Self { receiver, verifier, translate, status }
    }

    /// How it fares.
    pub fn status(&self) -> ReceiverStatus {
        self.lock().clone()
    }

    /// Takes in `delivery`. Waits for the disk, so not where others wait for this thread.
    pub fn take(&self, delivery: &Delivery<'_>, keeping: &Keeping) -> DeliveryOutcome {
        let name = &*self.receiver.name;
        let now = (keeping.clock)();
        if let Err(why) = self.verifier.verify(delivery, now.at) {
            self.refuse(&why, keeping);
            return DeliveryOutcome::Refused(why);
        }
        let mut translation = (self.translate)(delivery.body);
        if !translation.accounts.is_empty() {
            // Webhooks bring changes of accounts; whole ones are imported.
            for account in &translation.accounts {
                translation.ignored.add("account", account.raw.as_bytes());
            }
        }
        if translation.records == 0 {
            translation.rejected.push(RejectedLine { line: 1, reason: "the body is empty".to_owned() });
        }
        let turn = keeping.turn.lock().unwrap_or_else(PoisonError::into_inner);
        let board = keeping.boards.borrow().clone();
        let (signals, known) = news(&translation, &board);
        let kept = self.keep(&signals, keeping, now);
        if let Err(why) = kept {
            warn!(receiver = name, "delivery not kept");
            (keeping.tell)(&format!("{name}: a delivery could not be kept: {why}"));
            self.change(keeping, |status| status.error = Some(why));
            return DeliveryOutcome::NotKept;
        }
        drop(turn);
        info!(receiver = name, taken = signals.len(), known, "delivery kept");
        for rejected in &translation.rejected {
            (keeping.tell)(&format!("{name}: an event could not be read: {}", rejected.reason));
        }
        if !translation.rejected.is_empty()
            && let Some(path) = unreadable::keep(delivery.body, &keeping.directory, &self.receiver)
        {
            (keeping.tell)(&format!("{name}: it is kept in {}", path.display()));
        }
        self.change(keeping, |status| status.kept(&translation, signals.len(), known, now.at));
        if translation.signals.is_empty() && translation.rejected.is_empty() {
            return DeliveryOutcome::Ignored;
        }
        let rejected = translation.rejected.into_iter();
        let rejected = rejected.map(|RejectedLine { line, reason }| RejectedEvent { line, reason });
        DeliveryOutcome::Kept(Receipt { taken: signals.len(), known, rejected: rejected.collect() })
    }

    /// Takes in that a delivery is not signed as it should be.
    fn refuse(&self, why: &Unsigned, keeping: &Keeping) {
        let name = &*self.receiver.name;
        warn!(receiver = name, %why, "delivery refused");
        let mut status = self.lock();
        status.refused(why.to_string());
        // Anybody may send many of them: few are written down, and one is told.
        if status.refused.is_power_of_two() {
            status::save_received(&status, &keeping.directory, &self.receiver);
        }
        if status.refused == 1 {
            (keeping.tell)(&format!("{name}: a delivery was refused: {why}"));
        }
    }

    /// Returns once `signals` are durable.
    fn keep(&self, signals: &[ParsedSignal], keeping: &Keeping, now: Now) -> Result<(), String> {
        for batch in batches(&format!("serve {}", self.receiver.name), signals, ENTRY_COMMANDS) {
            let (done, answer) = mpsc::channel();
            let by = Actor::Source(self.receiver.name.clone());
            let request = Request::Source { batch, by, now, done };
            keeping.requests.try_send(request).map_err(|_| "the board is busy".to_owned())?;
            answer.recv_timeout(PATIENCE).map_err(unanswered)??;
        }
        Ok(())
    }

    /// Notes how it fares.
    fn change(&self, keeping: &Keeping, change: impl FnOnce(&mut ReceiverStatus)) {
        let mut status = self.lock();
        change(&mut status);
        status::save_received(&status, &keeping.directory, &self.receiver);
    }

    fn lock(&self) -> MutexGuard<'_, ReceiverStatus> {
        self.status.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Why it is not known whether something was kept.
fn unanswered(error: RecvTimeoutError) -> String {
    match error {
        RecvTimeoutError::Timeout => {
            format!("the disk does not answer within {} seconds", PATIENCE.as_secs())
        }
        RecvTimeoutError::Disconnected => "what keeps the board has ended".to_owned(),
    }
}

impl fmt::Debug for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Endpoint").field("receiver", &self.receiver).finish_non_exhaustive()
    }
}
