//! Ctrl-C while a file is taken in: it ends at once, and what was kept is said.

use std::collections::BTreeSet;
use std::io::{self, IsTerminal};
use std::ops::ControlFlow;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::{CliError, notify};
use crate::prose::entries::{numbers, plain_numbers};
use crate::state::{AccountId, Board, Entry, Pipeline, Seq};
use crate::store::{
    Appended, LateNotices, LockWaiting, SnapshotWriter, Store, StoreError, UnconfirmedChange, VerifyRest,
};

/// The exit code a shell expects of a program that ctrl-C ended.
const INTERRUPTED: u8 = 128 + 2;

/// Whether a person wants it to end, and what would be said then.
#[derive(Debug, Default)]
pub(super) struct Interruption(Mutex<TakenIn>);

#[derive(Debug, Default)]
struct TakenIn {
    is_asked: bool,
    /// Until an entry is written or not, nobody knows what is kept.
    is_writing: bool,
    /// The disk did not confirm an entry.
    is_uncertain: bool,
    kept: Vec<Seq>,
}

impl Interruption {
    /// Has Ctrl-C end this process with words from now on, also while it waits as `waiting` does.
    pub(super) fn watch(waiting: &Arc<LockWaiting>) -> Result<Arc<Self>, CliError> {
        let interruption = Arc::new(Self::default());
        #[cfg(unix)]
        {
            use tokio::signal::unix::{SignalKind, signal};
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
            let failed = |error| CliError::error(format!("cannot listen for Ctrl-C: {error}"));
            let runtime = runtime.map_err(failed)?;
            let entered = runtime.enter();
            let mut signals = signal(SignalKind::interrupt()).map_err(failed)?;
            drop(entered);
            let (interruption, waiting) = (interruption.clone(), waiting.clone());
            std::thread::spawn(move || {
                runtime.block_on(async {
                    while signals.recv().await.is_some() {
                        interruption.ask(&waiting);
                    }
                });
            });
        }
        #[cfg(not(unix))]
        let _ = waiting;
        Ok(interruption)
    }

    /// A person presses Ctrl-C. While an entry is written, that is waited for, but no longer for others who write.
    #[cfg(any(unix, test))]
    fn ask(&self, waiting: &LockWaiting) {
        let mut taken_in = self.taken_in();
        taken_in.is_asked = true;
        if taken_in.is_writing {
            waiting.leave();
        } else {
            end(&taken_in);
        }
    }

    /// Says what was kept instead of how it went, where a person wanted it to end meanwhile.
    pub(super) fn outcome(&self, done: Result<(), CliError>) -> Result<(), CliError> {
        let taken_in = self.taken_in();
        match done {
            // It says more.
            Err(_) if taken_in.is_uncertain => done,
            _ if taken_in.is_asked => {
                notify(&taken_in.words());
                Err(CliError::Ended(INTERRUPTED))
            }
            _ => done,
        }
    }

    fn taken_in(&self) -> MutexGuard<'_, TakenIn> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl TakenIn {
    fn words(&self) -> String {
        match self.kept[..] {
            _ if self.is_uncertain => {
                "stopped; the disk did not confirm the change: it may be kept or lost, so look before you do it again"
                    .to_owned()
            }
            [] => "stopped; nothing was kept".to_owned(),
            [seq] => format!("stopped; what was kept is #{seq}: `gangplank undo {seq}` undoes it"),
            [..] => {
                let (kept, typed) = (numbers(&self.kept), plain_numbers(&self.kept));
                format!("stopped; what was kept is {kept}: `gangplank undo {typed}` undoes them")
            }
        }
    }
}

/// Ends the process, with nothing on its way to the disk. Whoever holds the lock of what was taken in begins nothing more.
fn end(taken_in: &TakenIn) {
    if io::stderr().is_terminal() {
        // Behind a bar, or what was typed.
        eprintln!();
    }
    notify(&taken_in.words());
    std::process::exit(INTERRUPTED.into());
}

/// A store, and somebody who wants to know what it was given.
pub(super) struct WatchedStore {
    pub(super) store: Box<dyn Store>,
    pub(super) interruption: Arc<Interruption>,
}

impl Store for WatchedStore {
    fn append(&mut self, entry: &Entry) -> Result<Appended, StoreError> {
        let mut taken_in = self.interruption.taken_in();
        if taken_in.is_asked {
            end(&taken_in);
        }
        taken_in.is_writing = true;
        drop(taken_in);
        let done = self.store.append(entry);
        let mut taken_in = self.interruption.taken_in();
        taken_in.is_writing = false;
        match &done {
            Ok(Appended::Yes) => taken_in.kept.push(entry.seq),
            Err(StoreError::Unconfirmed { .. } | StoreError::Unanswered { .. }) => {
                taken_in.is_uncertain = true;
            }
            Ok(Appended::Behind) | Err(_) => {}
        }
        drop(taken_in);
        done
    }

    fn read_after(&mut self, seq: Seq) -> Result<Vec<Arc<Entry>>, StoreError> {
        self.store.read_after(seq)
    }

    fn follow_after(&mut self, seq: Seq) -> Result<Vec<Arc<Entry>>, StoreError> {
        self.store.follow_after(seq)
    }

    fn writable(&self) -> Result<(), StoreError> {
        self.store.writable()
    }

    fn settle(&mut self) -> Result<(), StoreError> {
        self.store.settle()
    }

    fn reread(&mut self, pipeline: &Arc<Pipeline>) -> Result<Option<Board>, StoreError> {
        self.store.reread(pipeline)
    }

    fn trouble(&self) -> Option<String> {
        self.store.trouble()
    }

    fn late_notices(&self) -> LateNotices {
        self.store.late_notices()
    }

    fn note_unconfirmed(&mut self, change: UnconfirmedChange) {
        self.store.note_unconfirmed(change);
    }

    fn unconfirmed(&mut self) -> Option<UnconfirmedChange> {
        self.store.unconfirmed()
    }

    fn forget_unconfirmed(&mut self) {
        self.store.forget_unconfirmed();
    }

    fn latest(&mut self, last: Seq, count: usize) -> Result<Vec<Arc<Entry>>, StoreError> {
        self.store.latest(last, count)
    }

    fn latest_about(
        &mut self,
        last: Seq,
        count: usize,
        ids: &BTreeSet<AccountId>,
    ) -> Result<Vec<Arc<Entry>>, StoreError> {
        self.store.latest_about(last, count, ids)
    }

    fn latest_wanted(
        &mut self,
        last: Seq,
        count: usize,
        wanted: &mut dyn FnMut(&Entry) -> bool,
    ) -> Result<Vec<Arc<Entry>>, StoreError> {
        self.store.latest_wanted(last, count, wanted)
    }

    fn for_each(
        &mut self,
        last: Seq,
        take: &mut dyn FnMut(Arc<Entry>) -> ControlFlow<()>,
    ) -> Result<(), StoreError> {
        self.store.for_each(last, take)
    }

    fn verifier(&self) -> Option<VerifyRest> {
        self.store.verifier()
    }

    fn due_snapshot(&mut self, board: &Board) -> Option<SnapshotWriter> {
        self.store.due_snapshot(board)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::state::{Actor, Event};
    use crate::store::MemoryStore;

    /// Somebody presses Ctrl-C while an entry is written.
    struct PressedMeanwhile(Arc<Interruption>, MemoryStore);

    impl Store for PressedMeanwhile {
        fn append(&mut self, entry: &Entry) -> Result<Appended, StoreError> {
            self.0.ask(&LockWaiting::default());
            self.1.append(entry)
        }

        fn read_after(&mut self, seq: Seq) -> Result<Vec<Arc<Entry>>, StoreError> {
            self.1.read_after(seq)
        }
    }

    #[test]
    fn what_is_being_written_is_waited_for_and_said() {
        let interruption = Arc::new(Interruption::default());
        let store = Box::new(PressedMeanwhile(interruption.clone(), MemoryStore::new()));
        let mut watched = WatchedStore { store, interruption: interruption.clone() };
        assert!(interruption.outcome(Ok(())).is_ok(), "nobody wants it to end");
        let (at, by) = ("2024-12-15T09:00:00Z".parse().expect("a time"), Actor::Clock);
        let events: Vec<Event> = Vec::new();
        let entry =
            Entry { seq: 1, at, by, command: "import".into(), undoes: vec![], redoes: vec![], events };
        assert_eq!(watched.append(&entry).expect("it is written"), Appended::Yes);
        assert!(interruption.taken_in().words().contains("kept is #1: `gangplank undo 1`"));
        assert!(matches!(interruption.outcome(Ok(())), Err(CliError::Ended(130))));
    }

    #[test]
    fn it_is_said_what_was_kept() {
        let words = |kept: &[Seq], is_uncertain| {
            TakenIn { kept: kept.to_vec(), is_uncertain, ..TakenIn::default() }.words()
        };
        assert_eq!(words(&[], false), "stopped; nothing was kept");
        assert_eq!(
            words(&[3, 4], false),
            "stopped; what was kept is #3, #4: `gangplank undo 3 4` undoes them"
        );
        assert!(words(&[], true).contains("look before you do it again"));
    }
}
