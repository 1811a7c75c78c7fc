//! The lock that keeps two writers apart: how it is taken, who holds it, and how long one waits for it.
//!
//! Only a lock on the file that others find at its path keeps them out. Whoever takes it writes into it who they are, so
//! that whoever waits can say for whom.

use std::fmt;
use std::io;
use std::path::Path;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use chrono::{DateTime, SubsecRound, Utc};
use serde::{Deserialize, Serialize};

use super::StoreError;
use super::access::access_error;
use super::disk::{Disk, DiskFile, OpenMode};
use crate::state::Seq;

/// How long a writer waits unless it is told otherwise.
pub const PATIENCE: Duration = Duration::from_secs(30);

/// How long a writer waits before it says for whom.
pub const SAID_AFTER: Duration = Duration::from_secs(1);

/// How long whoever leaves still waits, in all.
pub const LEAVING: Duration = Duration::from_secs(1);

/// The pauses between two tries grow from the first to the last: an ordinary change takes a fraction of the first.
const FIRST_PAUSE: Duration = Duration::from_micros(200);
pub const LAST_PAUSE: Duration = Duration::from_millis(20);

/// How often a lock is taken again because its file was replaced. A person replaces it once; a file system that reports
/// another identity each time would keep us here for ever.
const LOCK_TRIES: usize = 100;

/// What a waiting writer does with its time.
pub trait Patience: Send + Sync {
    /// What the program is called that waits, and that holds the lock afterwards.
    fn program(&self) -> &str;

    /// How long it waits in all.
    fn limit(&self) -> Duration;

    /// Lets `time` pass. False when nothing is to be waited for any more.
    fn pause(&self, time: Duration) -> bool;

    /// Hears for whom it waits, now and then while it does; nothing once that is over.
    fn hear(&self, holder: Option<&LockHolder>);

    /// Hears that so much `time` went by in which a server was waited for. False as with [`Patience::pause`].
    fn went_by(&self, time: Duration) -> bool {
        let _ = time;
        true
    }

    /// Hears for how long a server was waited for that does not answer, now and then; nothing once that is over.
    fn hear_server(&self, waited: Option<Duration>) {
        let _ = waited;
    }

    /// Hears how many of how many entries are read where that takes long.
    fn count(&self, done: Seq, all: Seq) {
        let _ = (done, all);
    }
}

/// Shows how many of how many entries are read.
type ShowCount = fn(Seq, Seq);

/// Waits in real time, says for whom, and can be called off by another thread.
pub struct LockWaiting {
    program: String,
    limit: Duration,
    /// Says a sentence at once.
    say: Mutex<Option<fn(&str)>>,
    /// Shows how much is read.
    show_count: Mutex<Option<ShowCount>>,
    state: Mutex<WaitingState>,
    changed: Condvar,
}

#[derive(Default)]
struct WaitingState {
    awaited: Option<WaitedFor>,
    /// How long is still waited for anything, once somebody leaves.
    left: Option<Duration>,
}

impl LockWaiting {
    /// A program called `program`, which waits for at most `limit` in silence.
    pub fn new(program: impl Into<String>, limit: Duration) -> Self {
        let (say, show_count, state) = (Mutex::default(), Mutex::default(), Mutex::default());
        Self { program: program.into(), limit, say, show_count, state, changed: Condvar::new() }
    }

    /// The same, and has `say` say for whom.
    #[must_use]
    pub fn said_by(self, say: fn(&str)) -> Self {
        Self { say: Mutex::new(Some(say)), ..self }
    }

    /// The same, and has `show` show how many of how many entries are read.
    #[must_use]
    pub fn counted_by(self, show: ShowCount) -> Self {
        Self { show_count: Mutex::new(Some(show)), ..self }
    }

    /// Says nothing from now on.
    pub fn silence(&self) {
        *self.say.lock().unwrap_or_else(PoisonError::into_inner) = None;
        *self.show_count.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }

    /// For whom somebody is waiting.
    pub fn awaited(&self) -> Option<WaitedFor> {
        self.state().awaited.clone()
    }

    /// Lets whoever waits give up soon.
    pub fn leave(&self) {
        self.state().left.get_or_insert(LEAVING);
        self.changed.notify_all();
    }

    fn state(&self) -> MutexGuard<'_, WaitingState> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits for `awaited` from now on, and says so where it is another one than before.
    fn awaits(&self, awaited: Option<WaitedFor>) {
        let before = std::mem::replace(&mut self.state().awaited, awaited.clone());
        let say = *self.say.lock().unwrap_or_else(PoisonError::into_inner);
        let (Some(say), Some(awaited)) = (say, awaited) else { return };
        if before.is_some_and(|before| before.is_same(&awaited)) {
            return;
        }
        match awaited {
            WaitedFor::Lock(holder) => {
                say(&format!("waiting for {holder:#} to release the lock; Ctrl-C gives up"));
            }
            WaitedFor::Server(_) => say(&format!("waiting for {awaited}; Ctrl-C gives up")),
        }
    }
}

impl WaitingState {
    /// Counts `time` against what is left of it. False when nothing is.
    fn counts(&mut self, time: Duration) -> bool {
        let Some(left) = &mut self.left else { return true };
        let rest = left.checked_sub(time);
        *left = rest.unwrap_or_default();
        rest.is_some()
    }
}

/// For whom somebody is waiting.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum WaitedFor {
    /// Who holds a lock.
    Lock(LockHolder),
    /// A server that has not answered for so long.
    Server(Duration),
}

impl WaitedFor {
    /// Whether it is the same one, however long that takes.
    fn is_same(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Lock(holder), Self::Lock(other)) => holder.is_same(other),
            (Self::Server(_), Self::Server(_)) => true,
            (Self::Lock(_) | Self::Server(_), _) => false,
        }
    }
}

/// With how long a server was waited for, as `{:#}`.
impl fmt::Display for WaitedFor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Lock(holder) => write!(f, "{holder}"),
            Self::Server(waited) if f.alternate() => {
                write!(f, "the team's server, {} s", waited.as_secs())
            }
            Self::Server(_) => f.write_str("the team's server"),
        }
    }
}

impl Default for LockWaiting {
    fn default() -> Self {
        Self::new("gangplank", PATIENCE)
    }
}

impl fmt::Debug for LockWaiting {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LockWaiting").field("limit", &self.limit).finish_non_exhaustive()
    }
}

impl Patience for LockWaiting {
    fn program(&self) -> &str {
        &self.program
    }

    fn limit(&self) -> Duration {
        self.limit
    }

    fn pause(&self, time: Duration) -> bool {
        let mut state = self.state();
        if !state.counts(time) {
            return false;
        }
        // Whoever leaves meanwhile wakes it early: the next pause counts against what is left.
        drop(self.changed.wait_timeout(state, time));
        true
    }

    fn hear(&self, holder: Option<&LockHolder>) {
        self.awaits(holder.cloned().map(WaitedFor::Lock));
    }

    fn went_by(&self, time: Duration) -> bool {
        self.state().counts(time)
    }

    fn hear_server(&self, waited: Option<Duration>) {
        self.awaits(waited.map(WaitedFor::Server));
    }

    fn count(&self, done: Seq, all: Seq) {
        let show = *self.show_count.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(show) = show {
            show(done, all);
        }
    }
}

/// Waits as another does, for a moment only and without a word.
pub(super) struct Briefly<'a>(pub(super) &'a dyn Patience);

impl Patience for Briefly<'_> {
    fn program(&self) -> &str {
        self.0.program()
    }

    fn limit(&self) -> Duration {
        self.0.limit().min(SAID_AFTER / 2)
    }

    fn pause(&self, time: Duration) -> bool {
        self.0.pause(time)
    }

    fn hear(&self, _: Option<&LockHolder>) {}
}

/// Who holds a lock.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LockHolder {
    /// What it wrote into the file; nothing where it is of another version, or could not.
    note: Option<LockNote>,
    state: ProcessState,
}

/// What whoever takes a lock writes into its file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct LockNote {
    process: u32,
    program: String,
    since: DateTime<Utc>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum ProcessState {
    Running,
    Stopped,
    /// This system does not tell, or knows no such process.
    #[default]
    Unknown,
}

impl LockHolder {
    /// Reads who holds the lock on `file`, and asks the system what it is doing.
    pub(super) fn of(file: &dyn DiskFile) -> Self {
        let note: Option<LockNote> = file.read(0).ok().and_then(|bytes| serde_json::from_slice(&bytes).ok());
        let state = note.as_ref().map_or(ProcessState::Unknown, |note| ProcessState::of(note.process));
        Self { note, state }
    }

    /// Whether the same program does the same.
    fn is_same(&self, other: &Self) -> bool {
        let process = |holder: &Self| holder.note.as_ref().map(|note| note.process);
        (process(self), self.state) == (process(other), other.state)
    }

    /// Whether it is stopped, and will not release the lock by itself.
    pub(super) fn is_stopped(&self) -> bool {
        self.state == ProcessState::Stopped
    }

    /// What a person does about it.
    pub(super) fn advice(&self) -> String {
        match (&self.note, self.state) {
            (Some(LockNote { process, .. }), ProcessState::Stopped) => format!(
                "`kill -CONT {process}` lets it go on, and `kill -9 {process}` ends it; then try again"
            ),
            (Some(LockNote { process, .. }), ProcessState::Running) => format!(
                "try again when it is done, wait longer with `--wait SECONDS`, or end it with `kill {process}`"
            ),
            (Some(_) | None, _) => {
                "close the other programs that use this directory, or wait longer with `--wait SECONDS`"
                    .to_owned()
            }
        }
    }
}

/// With when it took the lock, as `{:#}`.
impl fmt::Display for LockHolder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Some(LockNote { process, program, since }) = &self.note else {
            return f.write_str("another program");
        };
        let since = since.format(", since %Y-%m-%d %H:%M:%S UTC").to_string();
        let since = if f.alternate() { &*since } else { "" };
        let state = match self.state {
            ProcessState::Running => ", running",
            ProcessState::Stopped => ", stopped",
            ProcessState::Unknown => "",
        };
        write!(f, "process {process} (`{program}`{since}{state})")
    }
}

impl ProcessState {
    #[cfg(target_os = "linux")]
    fn of(process: u32) -> Self {
        let stat = std::fs::read_to_string(format!("/proc/{process}/stat")).unwrap_or_default();
        // The program's name before it may hold anything.
        match stat.rsplit_once(") ").and_then(|(_, rest)| rest.chars().next()) {
            Some('T' | 't') => Self::Stopped,
            Some(_) => Self::Running,
            None => Self::Unknown,
        }
    }

    #[cfg(not(target_os = "linux"))]
    fn of(_: u32) -> Self {
        Self::Unknown
    }
}

/// Locks the file at `path`, which is created if it does not exist. `held` is that file if it was opened before.
///
/// If the locked file was deleted or replaced meanwhile, the file that is at `path` now is locked instead.
///
/// # Errors
/// When the system refuses, when the file is replaced again and again, and when somebody else holds the lock for longer
/// than is waited for.
pub(super) fn lock_at(
    disk: &dyn Disk,
    path: &Path,
    held: Option<Box<dyn DiskFile>>,
    waiting: &dyn Patience,
) -> Result<Box<dyn DiskFile>, StoreError> {
    let io = |source: io::Error| access_error(path, "lock", source);
    let mut held = held;
    for _ in 0..LOCK_TRIES {
        let mut file = match held.take() {
            Some(file) => file,
            None => disk.open(path, OpenMode::Lock).map_err(io)?,
        };
        wait_for(&*file, path, waiting)?;
        if is_at(disk, path, &*file).map_err(io)? {
            // Only those who wait read it. Where there is no room for it, they wait for somebody without a name.
            let (process, program) = (std::process::id(), waiting.program().to_owned());
            let note = LockNote { process, program, since: Utc::now().trunc_subsecs(0) };
            let _ = serde_json::to_vec(&note).map(|note| file.replace(&note));
            return Ok(file);
        }
    }
    Err(io(io::Error::other("it is replaced again and again")))
}

/// Takes the lock on `file`, which lies at `path`, as soon as nobody else holds it.
fn wait_for(file: &dyn DiskFile, path: &Path, waiting: &dyn Patience) -> Result<(), StoreError> {
    let io = |source: io::Error| access_error(path, "lock", source);
    let (mut waited, mut pause, mut next_said) = (Duration::ZERO, FIRST_PAUSE, SAID_AFTER);
    let taken = loop {
        if file.try_lock().map_err(io)? {
            break Ok(());
        }
        let left = waiting.limit().saturating_sub(waited);
        if left.is_zero() || !waiting.pause(pause.min(left)) {
            let holder = LockHolder::of(file);
            break Err(StoreError::Locked {
                location: path.display().to_string(),
                advice: holder.advice(),
                holder: format!("{holder:#}"),
            });
        }
        waited += pause;
        pause = (pause * 2).min(LAST_PAUSE);
        if waited >= next_said {
            // It may be stopped meanwhile, or another one may hold it.
            waiting.hear(Some(&LockHolder::of(file)));
            next_said += SAID_AFTER;
        }
    };
    if next_said > SAID_AFTER {
        waiting.hear(None);
    }
    taken
}

/// Whether `file` is what others find at `path`.
pub(super) fn is_at(disk: &dyn Disk, path: &Path, file: &dyn DiskFile) -> io::Result<bool> {
    match disk.stat(path)? {
        Some(there) => Ok(file.stat()?.identity == there.identity),
        None => Ok(false),
    }
}
