//! What every command is given: the settings, where it writes, and the way to the store.

use std::cell::{Cell, RefCell};
use std::collections::BTreeSet;
use std::io::{self, BufRead, IsTerminal, Write};
use std::mem::ManuallyDrop;
use std::sync::Arc;
use std::time::Instant;

use tracing::{error, info};

use super::interruption::{Interruption, WatchedStore};
use super::{CliError, ColorChoice, Output, notify, shell_word};
use crate::config::Config;
use crate::hooks::HookRunner;
use crate::playbook::schedule::stopped;
use crate::playbook::stays;
use crate::prose::{checklists, entries, no_effect, runs::describe_runs};
use crate::session::Session;
use crate::state::query::attention::{AttentionRules, RenewalThresholds};
use crate::state::query::checklists::left_open;
use crate::state::{AccountId, Actor, Board, Command, Entry, Submission};
use crate::store::{LateNotices, LockWaiting, Opened, OpenedFor, StoreAddress, StoreError};
use crate::text;

/// What every command is given.
#[derive(Debug)]
pub struct Context {
    pub config: Config,
    /// Whether the name changes are signed with was given by a flag, for this call only.
    pub signed: bool,
    pub color: ColorChoice,
    pub out: Output,
    /// Told of every entry this process makes durable.
    pub hooks: RefCell<HookRunner>,
    /// How it waits for others who write.
    pub waiting: Arc<LockWaiting>,
    /// Where a person may press Ctrl-C and is told what was kept.
    pub(super) interruption: Option<Arc<Interruption>>,
    /// Whether anything was made durable.
    pub has_changed: Cell<bool>,
    /// What is found out about the store after it was opened.
    pub(super) late_notices: RefCell<LateNotices>,
}

/// An open session that is never dropped: freeing a large board piece by piece takes a third of a second, which the end
/// of the process saves.
pub struct SessionGuard(pub(super) ManuallyDrop<Session>);

/// What was found when the store was opened.
#[derive(Debug, Default)]
pub(super) struct OpeningFindings {
    /// What people should know, in whole sentences.
    pub(super) notices: Vec<String>,
    /// How many marks stand for entries that a repair could not keep.
    pub(super) lost_marks: u64,
}

impl Context {
    /// Opens the store in the data directory, and tells people what they should know about how it was found.
    ///
    /// # Errors
    /// When it cannot be read, or is damaged.
    pub fn open(&self) -> Result<SessionGuard, CliError> {
        Ok(self.open_with_findings()?.0)
    }

    /// Opens the store to change what is in it, or in a `dry_run` as if.
    ///
    /// # Errors
    /// When it cannot be read, or not be changed: then nothing is begun that would be refused in the end.
    pub(super) fn open_to_change(&self, dry_run: bool) -> Result<SessionGuard, CliError> {
        if dry_run {
            return self.open();
        }
        let opened = self.find_store(OpenedFor::Changing)?;
        opened.store.writable()?;
        Ok(self.session(opened).0)
    }

    /// Opens the store as [`Context::open`] does, and answers what was found then.
    ///
    /// # Errors
    /// See [`Context::open`].
    pub(super) fn open_with_findings(&self) -> Result<(SessionGuard, OpeningFindings), CliError> {
        Ok(self.session(self.open_store()?))
    }

    fn session(&self, opened: Opened) -> (SessionGuard, OpeningFindings) {
        let Opened { mut store, board, mut notices, refused, lost_marks, .. } = opened;
        // Whoever only reads is told so where they may want to change something: on a board, or when they try.
        notices.extend(refused);
        if let Some(interruption) = self.interruption.clone() {
            store = Box::new(WatchedStore { store, interruption });
        }
        let session = Session::new(store, board, self.config.playbooks.clone());
        let session = SessionGuard(ManuallyDrop::new(session.waiting(self.waiting.clone())));
        (session, OpeningFindings { notices, lost_marks })
    }

    /// Does `work` until Ctrl-C ends it, with words on what was kept.
    pub(super) fn interruptible(
        &mut self,
        work: impl FnOnce(&mut Self) -> Result<(), CliError>,
    ) -> Result<(), CliError> {
        let interruption = Interruption::watch(&self.waiting)?;
        self.interruption = Some(interruption.clone());
        let done = work(self);
        interruption.outcome(done)
    }

    /// What the settings say of who needs a person.
    pub(super) fn attention_rules(&self) -> AttentionRules {
        let renewal = self.config.renewal;
        let thresholds = RenewalThresholds { soon: renewal.soon.into(), urgent: renewal.urgent.into() };
        self.config.playbooks.attention_rules(thresholds)
    }

    /// Submits what `command` answers for the board, and says what it did.
    pub(super) fn change(
        &mut self,
        command: impl FnOnce(&Board) -> Result<Command, CliError>,
    ) -> Result<(), CliError> {
        let mut session = self.open_to_change(false)?;
        let command = command(session.board())?;
        let entry = session.submit(&command, self)?;
        self.confirm(&session, entry.as_deref())
    }

    /// The same, for a board that is shown at once.
    ///
    /// # Errors
    /// See [`Context::open`].
    pub(super) fn open_board(&self) -> Result<(SessionGuard, OpeningFindings), CliError> {
        Ok(self.session(self.found_store(OpenedFor::Board)?))
    }

    pub(super) fn open_store(&self) -> Result<Opened, CliError> {
        self.found_store(OpenedFor::Reading)
    }

    fn found_store(&self, purpose: OpenedFor) -> Result<Opened, CliError> {
        let opened = self.find_store(purpose)?;
        opened.read_only.iter().for_each(|words| notify(words));
        Ok(opened)
    }

    /// Opens the store, of which nobody knows yet whether it can be changed.
    fn find_store(&self, purpose: OpenedFor) -> Result<Opened, CliError> {
        let started = Instant::now();
        let (store, pipeline) = (&self.config.store, self.config.pipeline.clone());
        let opened = store.open_waiting(pipeline, self.waiting.clone(), purpose).inspect_err(|error| {
            error!(kind = error.kind(), "store not opened");
        })?;
        info!(
            entries = opened.board.seq(),
            accounts = opened.board.len(),
            notices = opened.notices.len(),
            milliseconds = started.elapsed().as_millis(),
            "store opened"
        );
        opened.notices.iter().for_each(|notice| notify(notice));
        self.late_notices.replace(opened.store.late_notices());
        Ok(opened)
    }

    /// That the board is in the data directory, which `command` is about.
    ///
    /// # Errors
    /// When a team shares it in a database.
    pub(super) fn is_in_directory(&self, command: &str) -> Result<(), CliError> {
        match &self.config.store {
            StoreAddress::Team(address) => Err(CliError::usage(format!(
                "`gangplank {command}` is about a board in the data directory, and this one is at {address}: see \
                 `gangplank docs team`, or add --store local"
            ))),
            StoreAddress::Directory(_) | StoreAddress::Memory => Ok(()),
        }
    }

    /// The person whose name changes are signed with.
    pub fn me(&self) -> Actor {
        Actor::Person(self.config.me.clone())
    }

    /// Says what `entry` did and how to undo it, or that nothing changed.
    ///
    /// # Errors
    /// When the output cannot be written.
    pub fn confirm(&mut self, session: &SessionGuard, entry: Option<&Entry>) -> Result<(), CliError> {
        match entry {
            None => self.say("nothing changed"),
            Some(entry) => {
                let (board, now) = (session.board(), self.config.now());
                let stopped = stopped(board, &self.config.playbooks, entry, &now);
                let stopped = stopped.map(|it| format!("; {}", no_effect::stopped_text(&it, &now)));
                let left = left_with_open_points(board, entry);
                self.done(&(entries::text(entry, board, &now) + &stopped.unwrap_or_default() + &left), entry)
            }
        }
    }

    /// Says what `entry` did, which recorded a signal: also what it had no effect on, and why.
    pub(super) fn recorded(&mut self, session: &SessionGuard, entry: &Entry) -> Result<(), CliError> {
        let (board, now) = (session.board(), self.config.now());
        let why = stays(board, &self.config.playbooks, entry, now).map(|it| no_effect::text(&it));
        self.done(
            &(describe_runs(&entry.events, board, &now, why) + &left_with_open_points(board, entry)),
            entry,
        )
    }

    /// Says `what` was done by `entry`, and how to undo it.
    ///
    /// # Errors
    /// When the output cannot be written.
    pub fn done(&mut self, what: &str, entry: &Entry) -> Result<(), CliError> {
        let (command, hint) = way_back(entry);
        self.say(&format!("{what} (#{}); {command} with `{}`", entry.seq, self.call(&hint)))
    }

    /// Says `sentence`, in one line made safe for a terminal.
    ///
    /// # Errors
    /// When the output cannot be written.
    pub fn say(&mut self, sentence: &str) -> Result<(), CliError> {
        Ok(writeln!(self.out, "{}", text::clean(sentence))?)
    }

    /// Asks a person whether to do it; anything but a yes is a no.
    pub(super) fn is_confirmed(&mut self, question: &str) -> Result<bool, CliError> {
        self.out.flush()?;
        let mut asked = io::stderr();
        // Nothing more can be done about a terminal that takes no prompt.
        let _ = write!(asked, "{question} [y/N] ");
        let _ = asked.flush();
        let mut answer = String::new();
        let read = io::stdin().lock().read_line(&mut answer);
        read.map_err(|error| CliError::error(format!("cannot read the answer: {error}")))?;
        Ok(matches!(answer.trim().to_lowercase().as_str(), "y" | "yes"))
    }

    /// How to call `command` again as the same person: `gangplank undo --as Dana`.
    pub fn call(&self, command: &str) -> String {
        if !self.signed {
            return format!("gangplank {command}");
        }
        format!("gangplank {command} --as {}", shell_word(&self.config.me))
    }
}

impl SessionGuard {
    /// The session itself, for a board that stays open.
    pub fn into_session(self) -> Session {
        ManuallyDrop::into_inner(self.0)
    }

    /// Folds in what others wrote.
    ///
    /// # Errors
    /// The store's.
    pub(super) fn catch_up(&mut self) -> Result<(), StoreError> {
        self.0.catch_up().map(drop)
    }

    /// The board as it is known to be durable.
    pub fn board(&self) -> &Board {
        self.0.board()
    }

    /// Whether there are no accounts, and there never were any that could not be read.
    pub(super) fn is_new(&self) -> bool {
        self.board().is_empty() && self.0.trouble().is_none()
    }

    /// The board on which the latest submission was decided: others may have written since it was last looked at.
    pub fn decided_on(&self) -> &Board {
        self.0.decided_on()
    }

    /// What the latest `most` entries changed of the account with these `ids`, newest first.
    ///
    /// # Errors
    /// The store's.
    pub fn entries_about(
        &mut self,
        ids: &BTreeSet<AccountId>,
        most: usize,
    ) -> Result<Vec<Arc<Entry>>, StoreError> {
        self.0.entries_about(ids, most)
    }

    /// Carries out `submission`; nothing when it changes nothing.
    ///
    /// # Errors
    /// A refusal, or the store's error; either way nothing happened.
    pub fn submit<'a>(
        &mut self,
        submission: impl Into<Submission<'a>>,
        context: &Context,
    ) -> Result<Option<Arc<Entry>>, CliError> {
        self.submit_unless(false, submission, context)
    }

    /// Carries out `submission`, in a `dry_run` without writing anything; nothing when it changes nothing.
    ///
    /// # Errors
    /// A refusal, or the store's error; either way nothing happened.
    pub fn submit_unless<'a>(
        &mut self,
        dry_run: bool,
        submission: impl Into<Submission<'a>>,
        context: &Context,
    ) -> Result<Option<Arc<Entry>>, CliError> {
        let submission = submission.into();
        let by = match submission {
            Submission::Sweep => Actor::Clock,
            Submission::One(_) | Submission::Batch(_) => context.me(),
        };
        self.submit_by(&by, dry_run, submission, context)
    }

    /// Carries out `submission` in the name of `by`, in a `dry_run` without writing anything; nothing when it changes
    /// nothing.
    ///
    /// # Errors
    /// A refusal, or the store's error; either way nothing happened.
    pub fn submit_by<'a>(
        &mut self,
        by: &Actor,
        dry_run: bool,
        submission: impl Into<Submission<'a>>,
        context: &Context,
    ) -> Result<Option<Arc<Entry>>, CliError> {
        let (submission, now) = (submission.into(), context.config.now());
        if dry_run {
            return Ok(self.0.preview(submission, by, now)?.map(Arc::new));
        }
        let entry = self.0.submit(submission, by, now)?;
        if self.0.was_kept_before() {
            notify(no_effect::KEPT_BEFORE);
        }
        if let Some(entry) = &entry {
            context.has_changed.set(true);
            context.hooks.borrow_mut().tell(entry, self.0.board().pipeline());
        }
        if let Err(error) = self.0.save_due_snapshot() {
            // The entry is durable; only the next start will be slower.
            notify(&format!(
                "the change is saved, but not the snapshot that makes the next start fast: {error}"
            ));
        }
        Ok(entry)
    }
}

/// That `entry` took accounts out of a stage with open points, as the end of a sentence; empty where it did not.
fn left_with_open_points(board: &Board, entry: &Entry) -> String {
    let left = checklists::left(&left_open(board, &entry.events));
    left.map_or_else(String::new, |left| format!("; {left}"))
}

/// Whether somebody sits at a terminal who can be asked: input and output must be one.
pub(super) fn can_ask() -> bool {
    io::stdin().is_terminal() && io::stderr().is_terminal()
}

/// The verb that takes `entry` back, and the same with the number it means.
fn way_back(entry: &Entry) -> (&'static str, String) {
    match entry.undoes[..] {
        [] => ("undo", format!("undo {}", entry.seq)),
        [one] => ("redo", format!("redo {one}")),
        [..] => ("redo", format!("redo {}", entry.seq)),
    }
}
