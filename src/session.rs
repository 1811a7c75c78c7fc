//! The one door: every command is decided, written, synced, and only then shown.

mod asked_again;
mod entries;
mod following;
pub mod past;
pub mod progress;

use std::sync::{Arc, mpsc};
use std::thread::JoinHandle;
use std::time::Duration;

use tokio::sync::watch;
use tracing::{error, info};

use self::asked_again::fingerprint;
use self::past::{PastAnswer, PastRequest};
use self::progress::{DECIDED, WorkProgress};
use crate::hooks::HookRunner;
use crate::playbook::{Playbooks, Transacted, transact_with};
use crate::state::{Actor, Batch, Board, Commands, Entry, Now, Refusal, Seq, Submission};
use crate::store::{Appended, LockWaiting, Store, StoreError, UnconfirmedChange};

/// How many commands may wait for the disk. A person cannot press this many keys in one sync; a runaway caller is
/// slowed to the disk's pace instead of filling memory.
pub const WAITING_COMMANDS: usize = 256;

/// How often the store is asked whether someone else wrote. Costs one metadata call; short enough to feel at once.
pub const FOLLOW_EVERY: Duration = Duration::from_millis(100);

/// A board, its store and its playbooks.
pub struct Session {
    store: Box<dyn Store>,
    board: Board,
    /// The board on which the latest submission was decided.
    decided_on: Board,
    playbooks: Arc<Playbooks>,
    /// How far what is decided has come.
    progress: WorkProgress,
    /// How it waits for others who write.
    waiting: Arc<LockWaiting>,
    /// Whether the latest submission was the same as one before that was kept without a word.
    was_kept_before: bool,
    /// What keeps the store from being used, in a sentence.
    trouble: Option<String>,
}

/// Why a command was not carried out.
#[derive(Debug, thiserror::Error)]
pub enum SubmitError {
    /// The rules say no.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// The store could not keep it, so it did not happen.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Session {
    /// A session over `store`, whose entries up to `board.seq()` are folded into `board`.
    pub fn new(store: Box<dyn Store>, board: Board, playbooks: Arc<Playbooks>) -> Self {
        let (progress, waiting) = (WorkProgress::default(), Arc::default());
        let (decided_on, trouble) = (board.clone(), store.trouble());
        Self { store, board, decided_on, playbooks, progress, waiting, was_kept_before: false, trouble }
    }

    /// The same, over a store that waits for others as `waiting` does.
    #[must_use]
    pub fn waiting(self, waiting: Arc<LockWaiting>) -> Self {
        Self { waiting, ..self }
    }

    /// Saves a snapshot if one is due, so that the next start is fast.
    ///
    /// # Errors
    /// When it could not be written. Every change is saved all the same; only the next start is slower.
    pub fn save_due_snapshot(&mut self) -> Result<(), StoreError> {
        match self.store.due_snapshot(&self.board) {
            Some(writer) => writer.save(&self.board).map(|_| ()),
            None => Ok(()),
        }
    }

    /// The board as it is known to be durable.
    pub fn board(&self) -> &Board {
        &self.board
    }

    /// The board on which the latest submission was decided: others may have written since it was last looked at.
    pub fn decided_on(&self) -> &Board {
        &self.decided_on
    }

    /// Whether the latest submission did nothing but say what the same did before, when the disk did not confirm it.
    pub fn was_kept_before(&self) -> bool {
        self.was_kept_before
    }

    /// Carries out `submission`; nothing when it changes nothing.
    ///
    /// When someone else wrote first, reads what they wrote and decides again.
    ///
    /// # Errors
    /// A refusal, or the store's error; either way nothing happened.
    pub fn submit<'a>(
        &mut self,
        submission: impl Into<Submission<'a>>,
        by: &Actor,
        now: Now,
    ) -> Result<Option<Arc<Entry>>, SubmitError> {
        let submission = submission.into();
        self.was_kept_before = false;
        if let Some(kept) = self.asked_again(submission, by, &now)? {
            self.was_kept_before = true;
            return Ok(Some(kept));
        }
        loop {
            self.decided_on = self.board.clone();
            let decided = self.transacted(submission, by, now);
            let _counted = Counted(self.progress.clone());
            let done = match decided? {
                Ok(Some(done)) => {
                    // Of one that was counted, the rest is not.
                    if self.progress.percent().is_some() {
                        self.progress.part(DECIDED, DECIDED)(0, 0);
                    }
                    done
                }
                // Nobody is told no, or that it is so already, because of what is no longer so.
                Ok(None) | Err(_) if self.catch_up()? => continue,
                Ok(None) => return Ok(None),
                Err(refusal) => {
                    info!(kind = refusal.kind(), "command refused");
                    return Err(refusal.into());
                }
            };
            let entry = &done.entry;
            let appended = self.store.append(entry).inspect_err(log_failure);
            if matches!(&appended, Err(StoreError::Unconfirmed { .. } | StoreError::Unanswered { .. }))
                && let Some(asked) = fingerprint(submission)
            {
                let (seq, at, by) = (entry.seq, entry.at, by.clone());
                self.store.note_unconfirmed(UnconfirmedChange { seq, at, by, asked });
            }
            match appended? {
                Appended::Yes => return Ok(Some(done.conclude(&mut self.board))),
                Appended::Behind => {
                    self.catch_up()?;
                }
            }
        }
    }

    /// What `submission` would do, without doing it.
    ///
    /// # Errors
    /// The refusal it would meet, or the store's error.
    pub fn preview<'a>(
        &mut self,
        submission: impl Into<Submission<'a>>,
        by: &Actor,
        now: Now,
    ) -> Result<Option<Entry>, SubmitError> {
        let _counted = Counted(self.progress.clone());
        let done = self.transacted(submission.into(), by, now)??;
        Ok(done.map(|done| done.entry))
    }

    /// What becomes of `submission`. An entry to undo that the board does not have at hand is read from the store.
    fn transacted(
        &mut self,
        submission: Submission<'_>,
        by: &Actor,
        now: Now,
    ) -> Result<Result<Option<Transacted>, Refusal>, StoreError> {
        let mut board = self.board.clone();
        let mut asked = None;
        let progress = self.progress.clone();
        let decided = progress.part(0, DECIDED);
        loop {
            match transact_with(&board, &self.playbooks, submission, by, now, &decided) {
                Err(Refusal::NoSuchEntry(seq)) if asked != Some(seq) && (1..=board.seq()).contains(&seq) => {
                    asked = Some(seq);
                    for entry in self.entries(seq, 1)? {
                        board = board.with_entry(entry);
                    }
                }
                done => return Ok(done),
            }
        }
    }

    /// Folds in what others wrote. True when there was something.
    ///
    /// # Errors
    /// The store's.
    pub fn catch_up(&mut self) -> Result<bool, StoreError> {
        self.read_on().inspect_err(log_failure)
    }

    fn read_on(&mut self) -> Result<bool, StoreError> {
        let entries = self.store.read_after(self.board.seq())?;
        Ok(self.fold_in(entries))
    }

    /// Folds in `entries`. True when there was something.
    fn fold_in(&mut self, entries: Vec<Arc<Entry>>) -> bool {
        let (any, count) = (!entries.is_empty(), entries.len());
        self.board.apply_all(entries);
        if any {
            info!(entries = count, seq = self.board.seq(), "caught up");
        }
        any
    }
}

/// Ends the count of what was done, however it ends.
struct Counted(WorkProgress);

impl Drop for Counted {
    fn drop(&mut self) {
        self.0.clear();
    }
}

fn log_failure(error: &StoreError) {
    error!(kind = error.kind(), "store failed");
}

/// What is asked of the session's thread.
#[derive(Debug)]
pub enum Request {
    /// What a person asks for.
    Commands { commands: Commands, by: Actor, now: Now },
    /// The clock's sweep at that moment. The board alone answers it, and a report only when the store fails.
    Sweep(Now),
    /// What a live source brought. Whoever reads the source is told whether it is durable, once it is on the board; nobody
    /// else hears of it.
    Source { batch: Batch, by: Actor, now: Now, done: mpsc::Sender<Result<(), String>> },
    /// Read the latest `count` entries up to entry `last`.
    Entries { last: Seq, count: usize },
    /// Read the entries that `by` made on the day of `now`.
    EntriesOfDay { by: Actor, now: Now },
    /// Work out boards as they were.
    Past(PastRequest),
}

/// What the session's thread has to say.
#[derive(Clone, Debug)]
pub enum Report {
    /// The request did this.
    Done(Arc<Entry>),
    /// The same was asked for before and did this, which the disk did not confirm then. Nothing was done twice.
    DoneBefore(Arc<Entry>),
    /// That changed nothing: what it asks for is so.
    Same(Commands),
    /// The rules said no.
    Refused(Commands, Refusal),
    /// The store failed at it: the sentence to show.
    Failed(String),
    /// The entries up to entry `last` that were to be read, oldest first.
    Entries { last: Seq, entries: Vec<Arc<Entry>> },
    /// The entries of somebody's day that were to be read, oldest first.
    EntriesOfDay(Vec<Arc<Entry>>),
    /// The boards that were asked for as they were.
    Past(Box<PastAnswer>),
    /// These could not be worked out: the sentence that says why.
    PastUnread(PastRequest, String),
    /// The store or a hook failed when no command had been asked for: the sentence to show.
    FailedUnasked(String),
    /// What was found out about the store that people should know, in a sentence.
    Found(String),
    /// What keeps the store from being used from now on, in a sentence; nothing where nothing does any more.
    Trouble(Option<String>),
    /// What was damaged is whole again, and was read anew: the board in it does not go on from the one before.
    Reread { board: Box<Board>, trouble: Option<String> },
}

/// The near end of a session that runs on a thread of its own.
///
/// Reader and writer share only immutable boards: whoever draws never waits for the disk.
pub struct Handle {
    /// Commands go in here. Dropping every sender ends the thread once all of them are carried out.
    pub requests: mpsc::SyncSender<Request>,
    /// The latest durable board.
    pub boards: watch::Receiver<Board>,
    /// How far a long command has come.
    pub progress: WorkProgress,
    /// One report per command, in order, each after the board that shows it.
    pub reports: tokio::sync::mpsc::UnboundedReceiver<Report>,
    /// How it waits for others who write.
    pub waiting: Arc<LockWaiting>,
    thread: JoinHandle<()>,
}

/// The session's thread ended with a bug, which the panic hook has reported. What was asked last may not be done.
#[derive(Debug, thiserror::Error)]
#[error("the thread that keeps the board panicked")]
pub struct Panicked;

impl Handle {
    /// Waits until everything asked has been carried out and the thread is gone. Answers the reports nobody took.
    ///
    /// # Errors
    /// When the thread panicked.
    pub fn finish(self) -> Result<Vec<Report>, Panicked> {
        let Self { requests, thread, boards: _, progress: _, waiting: _, mut reports } = self;
        drop(requests);
        thread.join().map_err(|_| Panicked)?;
        Ok(std::iter::from_fn(|| reports.try_recv().ok()).collect())
    }
}

/// Runs `session` on a thread of its own.
pub fn spawn(session: Session) -> Handle {
    spawn_with_hooks(session, HookRunner::none())
}

/// Runs `session` on a thread of its own, and has `hooks` told of what it makes durable.
pub fn spawn_with_hooks(session: Session, hooks: HookRunner) -> Handle {
    let (requests, inbox) = mpsc::sync_channel(WAITING_COMMANDS);
    let (publish, boards) = watch::channel(session.board().clone());
    let (progress, waiting) = (session.progress.clone(), session.waiting.clone());
    // Bounded by `WAITING_COMMANDS`: one report per request, and one failure to follow.
    let (report, reports) = tokio::sync::mpsc::unbounded_channel();
    if let Some(verify) = session.store.verifier() {
        std::thread::spawn(verify);
    }
    let thread = std::thread::spawn(move || serve(session, hooks, &inbox, &publish, &report));
    Handle { requests, boards, progress, reports, waiting, thread }
}

fn serve(
    mut session: Session,
    mut hooks: HookRunner,
    inbox: &mpsc::Receiver<Request>,
    publish: &watch::Sender<Board>,
    report: &tokio::sync::mpsc::UnboundedSender<Report>,
) {
    // Snapshots are written beside the work; one at a time, and the last is waited for.
    let mut saving: Option<JoinHandle<()>> = None;
    loop {
        let mut answer = None;
        let said = match inbox.recv_timeout(FOLLOW_EVERY) {
            Ok(Request::Commands { .. }) if is_to_fail("end") => return,
            Ok(Request::Commands { .. }) if is_to_fail("session") => {
                panic!("GANGPLANK_PANIC asked for this panic in the session")
            }
            Ok(request) if session.leaves_out(&request) => following::left_out(request),
            Ok(Request::Sweep(now)) => match session.submit(Submission::Sweep, &Actor::Clock, now) {
                Ok(entry) => {
                    if let Some(entry) = entry {
                        hooks.tell(&entry, session.board().pipeline());
                    }
                    None
                }
                Err(SubmitError::Refused(_)) => None,
                Err(SubmitError::Store(error)) => Some(Report::FailedUnasked(error.to_string())),
            },
            Ok(Request::Source { batch, by, now, done }) => {
                let submitted = session.submit(&batch, &by, now).map_err(|error| error.to_string());
                if let Ok(Some(entry)) = &submitted {
                    hooks.tell(entry, session.board().pipeline());
                }
                answer = Some((done, submitted.map(|_| ())));
                None
            }
            Ok(Request::Entries { last, count }) => Some(match session.entries(last, count) {
                Ok(entries) => Report::Entries { last, entries },
                Err(error) => Report::FailedUnasked(error.to_string()),
            }),
            Ok(Request::EntriesOfDay { by, now }) => Some(match session.entries_of_day(&by, &now) {
                Ok(entries) => Report::EntriesOfDay(entries),
                Err(error) => Report::FailedUnasked(error.to_string()),
            }),
            Ok(Request::Past(asked)) => Some(session.answer_past(asked)),
            Ok(Request::Commands { commands, by, now }) => match session.submit(&commands, &by, now) {
                Ok(Some(entry)) => {
                    hooks.tell(&entry, session.board().pipeline());
                    Some(if session.was_kept_before() {
                        Report::DoneBefore(entry)
                    } else {
                        Report::Done(entry)
                    })
                }
                Ok(None) => Some(Report::Same(commands)),
                Err(SubmitError::Refused(refusal)) => Some(Report::Refused(commands, refusal)),
                Err(SubmitError::Store(error)) => Some(Report::Failed(error.to_string())),
            },
            Err(mpsc::RecvTimeoutError::Timeout) => session.follow(),
            Err(mpsc::RecvTimeoutError::Disconnected) => {
                if let Some(saving) = saving {
                    let _ = saving.join();
                }
                for complaint in hooks.finish() {
                    let _ = report.send(Report::FailedUnasked(complaint));
                }
                return;
            }
        };
        if matches!(said, Some(Report::Reread { .. })) {
            // Nobody takes it for what follows the one before: the report has it, too.
            publish.send_if_modified(|latest| {
                latest.clone_from(session.board());
                false
            });
        } else if session.board().seq() != publish.borrow().seq() {
            publish.send_replace(session.board().clone());
        }
        if let Some((done, submitted)) = answer {
            let _ = done.send(submitted);
        }
        if let Some(said) = said {
            // Nobody listens any more while the program ends; what was asked is durable all the same.
            let _ = report.send(said);
        }
        for complaint in hooks.complaints() {
            let _ = report.send(Report::FailedUnasked(complaint));
        }
        if let Some(writer) = session.store.due_snapshot(&session.board) {
            let board = session.board().clone();
            if let Some(saved) = saving.take() {
                let _ = saved.join();
            }
            saving = Some(std::thread::spawn(move || {
                let _ = writer.save(&board);
            }));
        }
    }
}

/// Whether `GANGPLANK_PANIC` asks that `part` of a debug build fails, so that tests see what is left then.
/// A release build has no such trap.
pub(crate) fn is_to_fail(part: &str) -> bool {
    cfg!(debug_assertions) && std::env::var_os("GANGPLANK_PANIC").is_some_and(|asked| asked == part)
}
