//! A thread beside an open board that reads what others change, so that nobody who draws or decides waits for a network.
//!
//! It looks every few seconds. Those who change something notify the others, which is a hint and no more: where hints do not
//! arrive, as behind a pooler of connections, it looks more often instead.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::runtime::Builder;
use tokio::sync::Notify;
use tokio::time::timeout;
use tracing::{debug, info};

use super::connection::Woken;
use super::database::{LastEntry, StoredLines, TeamDatabase, token};
use super::failure::TeamFailure;
use crate::state::Seq;
use crate::store::team::TeamStatus;

/// How often it looks whatever it hears.
const LOOK_EVERY: Duration = Duration::from_secs(5);

/// The same where it hears nothing.
const DEAF_LOOK_EVERY: Duration = Duration::from_millis(300);

/// The same while the server cannot be reached.
const TRY_EVERY: Duration = Duration::from_secs(2);

/// How much news waits for a board that has other things to do.
const WAITING_NEWS: usize = 16;

/// What it has read.
pub(super) enum BoardNews {
    /// How the board fares.
    Status(TeamStatus),
    /// What follows entry `after`.
    Lines { after: Seq, found: StoredLines },
    /// It could not read.
    Failed(TeamFailure),
}

/// The near end of the thread. It ends when this is dropped, once it has its last answer.
pub(super) struct BoardReader {
    news: Receiver<BoardNews>,
    shared: Arc<Shared>,
}

struct Shared {
    wake: Notify,
    has_left: AtomicBool,
    /// Whether something was appended that others have not heard of.
    has_written: AtomicBool,
    /// The last entry that the board has, or is in the news.
    last: Mutex<LastEntry>,
}

impl Shared {
    fn last(&self) -> MutexGuard<'_, LastEntry> {
        self.last.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn has_left(&self) -> bool {
        self.has_left.load(Ordering::Acquire)
    }
}

impl BoardReader {
    /// Reads what follows entry `last`, by way of `database`.
    pub(super) fn start(database: TeamDatabase, last: LastEntry) -> Self {
        let (give, news) = sync_channel(WAITING_NEWS);
        let shared = Shared {
            wake: Notify::new(),
            has_left: AtomicBool::new(false),
            has_written: AtomicBool::new(false),
            last: Mutex::new(last),
        };
        let shared = Arc::new(shared);
        let of = shared.clone();
        // It is not waited for: its last answer may take as long as a network.
        std::thread::spawn(move || run(database, &of, &give));
        Self { news, shared }
    }

    pub(super) fn next(&self) -> Option<BoardNews> {
        self.news.try_recv().ok()
    }

    /// The board has entry `last` by other ways.
    pub(super) fn knows(&self, last: LastEntry) {
        let mut known = self.shared.last();
        if last.seq > known.seq {
            *known = last;
        }
    }

    /// Has the others hear that something was appended.
    pub(super) fn has_written(&self) {
        self.shared.has_written.store(true, Ordering::Release);
        self.shared.wake.notify_one();
    }

    /// Has it look now.
    pub(super) fn look(&self) {
        self.shared.wake.notify_one();
    }
}

impl Drop for BoardReader {
    fn drop(&mut self) {
        self.shared.has_left.store(true, Ordering::Release);
        self.shared.wake.notify_one();
    }
}

/// Why it goes no further.
enum Stop {
    Left,
    Failed(TeamFailure),
}

impl From<TeamFailure> for Stop {
    fn from(failure: TeamFailure) -> Self {
        Self::Failed(failure)
    }
}

fn run(mut database: TeamDatabase, shared: &Shared, give: &SyncSender<BoardNews>) {
    let mut failures = 0;
    while !shared.has_left() {
        let failure = match read_on(&mut database, shared, give, &mut failures) {
            Ok(()) => continue,
            Err(Stop::Left) => return,
            Err(Stop::Failed(failure)) => failure,
        };
        debug!(why = failure.why(), failures, "nothing read");
        database.connection = None;
        failures += 1;
        if failures == 1 && failure.is_broken() {
            continue;
        }
        if give.send(BoardNews::Failed(failure)).is_err() || !pause(shared) {
            return;
        }
    }
}

/// Waits until it is time for another try; false where this is not possible.
fn pause(shared: &Shared) -> bool {
    let Ok(runtime) = Builder::new_current_thread().enable_time().build() else { return false };
    let _ = runtime.block_on(async { timeout(TRY_EVERY, shared.wake.notified()).await });
    true
}

/// Connects, and reads for as long as that connection holds.
fn read_on(
    database: &mut TeamDatabase,
    shared: &Shared,
    give: &SyncSender<BoardNews>,
    failures: &mut usize,
) -> Result<(), Stop> {
    look(database, shared, give)?;
    *failures = 0;
    // What is sent under it comes from here, and what is sent under the other shows that hints arrive.
    let (own, probe) = (token(), token());
    let is_listening = database.listen(&probe);
    let mut hears = false;
    loop {
        if shared.has_left() {
            return Err(Stop::Left);
        }
        if shared.has_written.swap(false, Ordering::AcqRel) {
            database.notify(&own)?;
        }
        let every = if hears { LOOK_EVERY } else { DEAF_LOOK_EVERY };
        match database.wait(&shared.wake, every) {
            Woken::Heard(hints) => {
                if is_listening && !hears && hints.contains(&probe) {
                    info!("changes of others are heard of");
                    hears = true;
                }
                if hints.iter().all(|hint| *hint == own) {
                    continue;
                }
            }
            // Somebody was told what was asked for, or asks to look now.
            Woken::Asked | Woken::Late => {}
            Woken::Broken => {
                database.connection = None;
                return Ok(());
            }
        }
        look(database, shared, give)?;
    }
}

/// Reads what is new.
fn look(database: &mut TeamDatabase, shared: &Shared, give: &SyncSender<BoardNews>) -> Result<(), Stop> {
    let mut last = *shared.last();
    let status = database.try_status_after(last)?;
    let seq = status.seq;
    give.send(BoardNews::Status(status)).map_err(|_| Stop::Left)?;
    while last.seq < seq {
        let found = database.lines_after(last, false)?;
        let (after, until) = (last.seq, found.last_after(last));
        give.send(BoardNews::Lines { after, found }).map_err(|_| Stop::Left)?;
        let mut known = shared.last();
        if known.seq < until.seq {
            *known = until;
        }
        last = *known;
        if shared.has_left() {
            return Err(Stop::Left);
        }
    }
    Ok(())
}
