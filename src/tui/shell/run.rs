//! The loop: wait, update, draw; and perform what `update` asks for.

mod beside;
mod in_editor;
mod waiting;

use std::io;
use std::sync::Arc;
use std::time::Duration;

use crossterm::event::{Event, KeyModifiers, MouseButton, MouseEventKind};
use tokio::task::JoinSet;
use tokio::time::Instant;

use super::drafts::{self, Drafts};
use super::events::{TerminalEvents, TerminalInput};
use super::surface::Surface;
use super::terminal::{ProcessSignal, ProcessSignals, is_gone};
use super::{clipboard, own_file, paths};
use crate::config::Clock;
use crate::config::theme::with_theme;
use crate::config::views::with_view;
use crate::editor::KeptDraft;
use crate::session::past::PastRequest;
use crate::session::progress::WorkProgress;
use crate::session::{Handle, Panicked, Report, Request};
use crate::state::{AccountId, Board, Now, Seq};
use crate::sync::worker::SourceWorkers;
use crate::tui::input::chord::Chord;
use crate::tui::model::app::App;
use crate::tui::model::beside::SideResult;
use crate::tui::model::emails::EmailInWork;
use crate::tui::model::imports::ImportPreview;
use crate::tui::model::msg::{CopiedTo, Effect, Mouse, Msg, Tell};
use crate::tui::model::programs::{ProgramRun, RunOutcome};
use crate::tui::update::update;

/// How long keys wait for the answer to the one before. What a key does depends on what the last one did, so they
/// wait; but a stuck disk must not take the keyboard away: after this, one may look around, and change nothing.
const PATIENCE: Duration = Duration::from_secs(4);

/// How often it is looked how far what is waited for has come.
const PROGRESS: Duration = Duration::from_millis(100);

/// How often the clock on screen is looked at.
const MINUTE: Duration = Duration::from_secs(60);

/// How many waiting events are taken in before the screen is drawn again: a held key must not outrun it.
const EVENTS_PER_FRAME: usize = 64;

/// How the loop ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exit {
    /// The person left.
    Quit,
    /// The person wants to see the demonstration.
    Demo,
    /// A signal said so.
    Signal(ProcessSignal),
}

/// Why the board had to close.
#[derive(Debug, thiserror::Error)]
pub enum ScreenError {
    /// The terminal does not do what it should.
    #[error(
        "the board cannot use this terminal: {0}; every change it showed is saved, and the commands work without a terminal"
    )]
    Terminal(#[from] io::Error),
    /// What keeps the board has gone.
    #[error(
        "the board lost its store and had to close: every change it showed is saved; start it again, and please report this"
    )]
    SessionEnded,
    /// A change could not be made, and was answered only after the person had left.
    #[error("{0}")]
    NotDone(String),
}

/// How the board was closed.
pub struct Closed {
    /// How it ended, or why it had to.
    pub how: Result<Exit, ScreenError>,
    /// Where notes from an editor are that were not recorded, and what failed at the end, a sentence each.
    pub unrecorded: Vec<String>,
}

/// Shows `app` until the person leaves, sending its commands to `session`. Everything asked for is carried out
/// before this returns.
pub fn run(
    app: App,
    session: Handle,
    sources: SourceWorkers,
    clock: Clock,
    escape_wait: Duration,
    looked: Looked,
    preview: PreviewImport,
) -> Closed {
    let runtime = match tokio::runtime::Builder::new_current_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => return Closed { how: Err(error.into()), unrecorded: Vec::new() },
    };
    let (running, drafts) = (JoinSet::new(), Drafts::default());
    let (previewing, beside) = (JoinSet::new(), JoinSet::new());
    let mut screen = EventLoop {
        app,
        session,
        sources,
        clock,
        escape_wait,
        drafts,
        running,
        looked,
        preview,
        previewing,
        beside,
        come: WorkProgress::default(),
        told: None,
        pressed: false,
    };
    let shown = runtime.block_on(screen.show());
    // The end of the process frees a grown board at once; piece by piece, the shell's prompt would wait for it.
    std::mem::forget(screen.app);
    screen.sources.stop();
    screen.session.waiting.leave();
    let finished = screen.session.finish();
    let reports = finished.as_deref().unwrap_or_default();
    let unsaved = reports.iter().find_map(|report| screen.drafts.not_kept(report));
    let mut unrecorded = screen.drafts.left(reports);
    // What hooks failed at after the last frame.
    let failed =
        |report: &Report| if let Report::FailedUnasked(why) = report { Some(why.clone()) } else { None };
    unrecorded.extend(reports.iter().filter_map(failed));
    if let (Ok(Exit::Signal(_)), Some(unsaved)) = (&shown, &unsaved) {
        unrecorded.push(unsaved.clone());
    }
    let how = match (finished, shown, unsaved) {
        (Err(Panicked), ..) => Ok(Exit::Signal(ProcessSignal::Panicked)),
        (Ok(_), Err(ScreenError::Terminal(_)), _) if is_gone() => {
            Ok(Exit::Signal(ProcessSignal::TerminalDied))
        }
        (Ok(_), Ok(Exit::Quit | Exit::Demo), Some(unsaved)) => Err(ScreenError::NotDone(unsaved)),
        (Ok(_), shown, _) => shown,
    };
    // Nobody waits for what is still worked out.
    runtime.shutdown_background();
    Closed { how, unrecorded }
}

/// Reads the file at a path, as it was typed, and says what importing it into a board would do at that moment; and how far
/// it has come.
pub type PreviewImport =
    Arc<dyn Fn(&str, &Board, Now, &WorkProgress) -> Result<ImportPreview, String> + Send + Sync>;

/// What remembers up to which entry the person looked at what others did, and whether they read what was found at the opening.
/// It is told after every message.
pub type Looked = Box<dyn FnMut(Seq, bool)>;

struct EventLoop {
    app: App,
    session: Handle,
    sources: SourceWorkers,
    clock: Clock,
    /// How long an escape key waits for what may belong to it.
    escape_wait: Duration,
    drafts: Drafts,
    /// Programs that run beside the board.
    running: JoinSet<(ProgramRun, RunOutcome)>,
    looked: Looked,
    preview: PreviewImport,
    /// Files that are being read.
    previewing: JoinSet<Result<ImportPreview, String>>,
    /// What is worked out beside the screen.
    beside: JoinSet<SideResult>,
    /// How far that has come, and what was last said of it.
    come: WorkProgress,
    told: Option<usize>,
    /// Whether a key was pressed since something was shown last.
    pressed: bool,
}

/// What to do after a message.
enum Next {
    Draw,
    /// Nothing that is to be seen has changed.
    Wait,
    Redraw,
    Tell(Tell),
    Copy(String),
    Suspend,
    Resume,
    Edit {
        account: AccountId,
        typed: String,
    },
    EditEmail(Box<EmailInWork>),
    Leave(Exit),
}

impl EventLoop {
    async fn show(&mut self) -> Result<Exit, ScreenError> {
        // In this order: a signal must never find the terminal taken and nobody listening.
        let mut signals = ProcessSignals::listen()?;
        let surface = &mut Surface::enter(&self.app)?;
        let mut events = TerminalEvents::new(self.escape_wait);
        let mut minute = tokio::time::interval_at(Instant::now() + MINUTE, MINUTE);
        let mut since: Option<Instant> = None;
        let mut is_drawn = false;
        let _ = self.handle(Msg::Opened);
        loop {
            if !is_drawn {
                let pressed = std::mem::take(&mut self.pressed);
                surface.show(&mut self.app, pressed)?;
            }
            is_drawn = false;
            since = if self.app.pending == 0 { None } else { since.or_else(|| Some(Instant::now())) };
            let is_held = self.app.waits_for.is_some();
            let patient = since.is_none_or(|since| since.elapsed() < PATIENCE) && !is_held;
            let listening = self.app.pending == 0 || !patient;
            let left = since.map_or(PATIENCE, |since| PATIENCE.saturating_sub(since.elapsed()));
            let is_waited_for = self.app.pending > 0 || is_held || !self.previewing.is_empty();
            let next = tokio::select! {
                biased;
                signal = signals.next() => match signal {
                    ProcessSignal::Resumed => Next::Resume,
                    signal => Next::Leave(Exit::Signal(signal)),
                },
                report = self.session.reports.recv(), if self.may_report() => match report {
                    Some(report) => self.take_report(report),
                    None => return Err(ScreenError::SessionEnded),
                },
                Ok(()) = self.session.boards.changed() => self.take_board(),
                Some(ran) = self.running.join_next(), if self.app.pending == 0 => self.take_ran(ran),
                Some(news) = self.sources.news.recv() => self.handle(Msg::Source(news)),
                Some(Ok(result)) = self.beside.join_next() => self.handle(Msg::Beside(result)),
                Some(Ok(preview)) = self.previewing.join_next() => self.handle(Msg::ImportPreviewed(preview)),
                event = events.next(), if listening => match event {
                    Some(event) => self.events(event?, &mut events).await?,
                    // The terminal is gone.
                    None => Next::Leave(Exit::Signal(ProcessSignal::TerminalDied)),
                },
                _ = minute.tick() => self.handle(Msg::Tick),
                // Only while nothing else is to be done: whoever presses keys does not wait for it.
                // The clock goes on meanwhile: without a pause, no timer would ever be found to have run out.
                () = tokio::task::yield_now(), if self.app.pending == 0 && self.app.has_work_ahead() => {
                    if self.app.work_ahead() { Next::Draw } else { Next::Wait }
                }
                () = tokio::time::sleep(left), if !listening => match self.session.progress.percent() {
                    Some(_) => Next::Wait,
                    None => self.handle(Msg::Notice("Still waiting for the disk; you can look around".to_owned())),
                },
                () = tokio::time::sleep(PROGRESS), if is_waited_for => self.take_progress(),
            };
            match next {
                Next::Draw => {}
                Next::Wait => is_drawn = true,
                Next::Redraw => {
                    surface.redraw(&self.app)?;
                    self.pressed = false;
                }
                Next::Tell(what) => {
                    surface.tell(&self.app, what)?;
                    self.pressed = false;
                }
                Next::Copy(text) => {
                    let copied_to = clipboard::copy(&text).await;
                    if copied_to != CopiedTo::Terminal || surface.copy(&text)? {
                        self.handle(Msg::Copied(text, copied_to));
                    } else {
                        self.handle(Msg::Notice("There is no clipboard here: copy it from above".to_owned()));
                    }
                }
                Next::Suspend => {
                    drop(events);
                    surface.suspend(&self.app)?;
                    signals.went_on().await;
                    events = TerminalEvents::new(self.escape_wait);
                    self.measure(surface)?;
                }
                Next::Resume => {
                    drop(events);
                    events = self.resume(surface)?;
                }
                Next::Edit { account, typed } => {
                    drop(events);
                    if let Some(exit) = self.edit(surface, &mut signals, &account, typed).await? {
                        return Ok(exit);
                    }
                    events = TerminalEvents::new(self.escape_wait);
                }
                Next::EditEmail(email) => {
                    drop(events);
                    if let Some(exit) = self.edit_email(surface, &mut signals, email).await? {
                        return Ok(exit);
                    }
                    events = TerminalEvents::new(self.escape_wait);
                }
                Next::Leave(exit) => {
                    surface.end()?;
                    return Ok(exit);
                }
            }
        }
    }

    /// Goes on after we were stopped.
    fn resume(&mut self, surface: &mut Surface) -> io::Result<TerminalEvents> {
        surface.resume(&self.app)?;
        let events = TerminalEvents::new(self.escape_wait);
        self.measure(surface)?;
        Ok(events)
    }

    /// The terminal may have another size after we were stopped.
    fn measure(&mut self, surface: &Surface) -> io::Result<()> {
        if let Some(size) = surface.size()? {
            self.handle(Msg::Resize(size.width, size.height));
        }
        Ok(())
    }

    /// Takes in `event` and whatever else is waiting, up to what one frame should show at once.
    async fn events(&mut self, event: TerminalInput, events: &mut TerminalEvents) -> io::Result<Next> {
        let mut next = self.event(event);
        for _ in 0..EVENTS_PER_FRAME {
            // After a command, the next key must see what it did.
            if !matches!(next, Next::Draw) || self.app.pending > 0 {
                break;
            }
            // Polled with the task's own waker: the stream keeps the first one it is given, and wakes no other.
            tokio::select! {
                biased;
                event = events.next() => match event {
                    Some(event) => next = self.event(event?),
                    None => break,
                },
                () = std::future::ready(()) => break,
            }
        }
        Ok(next)
    }

    fn event(&mut self, input: TerminalInput) -> Next {
        let event = match input {
            TerminalInput::Background(background) => return self.handle(Msg::Background(background)),
            TerminalInput::Event(event) => event,
        };
        match event {
            Event::Key(key) => match Chord::pressed(key) {
                Some(chord) if self.leaves(chord) => Next::Leave(Exit::Quit),
                Some(chord) => {
                    self.drafts.kept = KeptDraft::default();
                    self.pressed = true;
                    self.handle(Msg::Key(chord))
                }
                None => Next::Draw,
            },
            Event::Mouse(mouse) => {
                let kind = match mouse.kind {
                    MouseEventKind::Down(MouseButton::Left)
                        if mouse.modifiers.intersects(KeyModifiers::CONTROL | KeyModifiers::ALT) =>
                    {
                        Mouse::PressToMark
                    }
                    MouseEventKind::Down(MouseButton::Left) => Mouse::Press,
                    MouseEventKind::Drag(MouseButton::Left) => Mouse::Drag,
                    MouseEventKind::Up(MouseButton::Left) => Mouse::Release,
                    MouseEventKind::ScrollDown => Mouse::WheelDown,
                    MouseEventKind::ScrollUp => Mouse::WheelUp,
                    _ => return Next::Draw,
                };
                self.handle(Msg::Mouse(kind, mouse.column, mouse.row))
            }
            Event::Paste(text) => {
                self.pressed = true;
                self.handle(Msg::Paste(text))
            }
            // What is said has no width.
            Event::Resize(..) if self.app.setup.plain => Next::Wait,
            Event::Resize(width, height) => self.handle(Msg::Resize(width, height)),
            Event::FocusGained | Event::FocusLost => Next::Draw,
        }
    }

    fn take_report(&mut self, report: Report) -> Next {
        // A report speaks of a board that was published before it.
        if self.session.boards.has_changed().unwrap_or(false) {
            let _ = self.take_board();
        }
        let kept = self.drafts.take_report(&report);
        let report = match report {
            // Where the note is stays on the screen.
            Report::FailedUnasked(why) => Report::FailedUnasked(format!("{why}{}", self.drafts.kept)),
            report => match drafts::not_done(&report) {
                Some(why) if !kept.is_nothing() => Report::Failed(format!("{why}{kept}")),
                Some(_) | None => report,
            },
        };
        self.handle(Msg::Report(report))
    }

    fn take_board(&mut self) -> Next {
        let board = self.session.boards.borrow_and_update().clone();
        self.handle(Msg::Board(board))
    }

    /// A command was not even asked for, `why` says why not.
    fn fail(&mut self, why: &str) -> Next {
        let kept = self.drafts.written.take().map(|draft| self.drafts.keep(draft)).unwrap_or_default();
        self.handle(Msg::Report(Report::Failed(format!("{why}{kept}"))))
    }

    fn handle(&mut self, msg: Msg) -> Next {
        self.app.tell_time(self.clock.now());
        let effect = update(&mut self.app, msg);
        self.begin_job();
        if self.app.email.is_none()
            && let Some(draft) = self.drafts.email.take()
        {
            draft.discard();
        }
        (self.looked)(self.app.looked, self.app.notices.found.is_empty());
        if std::mem::take(&mut self.app.is_done_unread) {
            let (by, now) = (self.app.setup.me.clone(), self.app.now);
            // Without a place, it is asked for after the next message.
            let asked = self.session.requests.try_send(Request::EntriesOfDay { by, now });
            self.app.is_done_unread = asked.is_err();
        }
        match effect {
            None => Next::Draw,
            // Decided by a screen that does not show what the last one did.
            Some(Effect::Submit(_)) if self.app.pending > 1 => self.fail(&self.not_tried()),
            Some(Effect::Submit(commands)) => {
                let (by, words) = (self.app.setup.me.clone(), commands.words());
                let asked = Request::Commands { commands, by, now: self.app.now };
                // Full only when the disk has been stuck for hundreds of keys; the thread ends only with a bug.
                if self.session.requests.try_send(asked).is_err() {
                    return self.fail("The disk does not answer, so this key did nothing");
                }
                self.drafts.ask(words);
                Next::Draw
            }
            Some(Effect::Sweep) => {
                // A sweep that finds no place comes again in a minute.
                let _ = self.session.requests.try_send(Request::Sweep(self.app.clock));
                Next::Draw
            }
            Some(Effect::Read { last, count }) => {
                // Without a place, it is read when Activity is opened again.
                let _ = self.session.requests.try_send(Request::Entries { last, count });
                Next::Draw
            }
            Some(Effect::ReadPast(day)) => self.read_day(day),
            Some(Effect::ReadMonth(month)) => self.read_past(PastRequest::Moments(month.moments)),
            Some(Effect::Edit { account, typed }) => Next::Edit { account, typed },
            Some(Effect::EditEmail(email)) => Next::EditEmail(email),
            Some(Effect::Copy(text)) => Next::Copy(text),
            Some(Effect::Run(run)) => self.run(run),
            Some(Effect::SaveView(view)) => {
                let setup = &self.app.setup;
                let saved = if setup.demo {
                    Ok("memory, until the demonstration ends".to_owned())
                } else {
                    own_file::rewrite(&setup.views_file, |text, file| with_view(text, &view, file))
                };
                self.handle(Msg::ViewSaved(view, saved))
            }
            Some(Effect::KeepTheme(name)) => {
                let file = &self.app.setup.settings_file;
                let kept = own_file::rewrite(file, |text, file| with_theme(text, &name, file));
                self.handle(Msg::ThemeKept(name, kept))
            }
            Some(Effect::CompletePath(typed)) => {
                let completed = paths::complete(&typed);
                self.handle(Msg::PathCompleted(typed, completed))
            }
            Some(Effect::PreviewImport(path)) => {
                let (preview, board, now) = (self.preview.clone(), self.app.board.clone(), self.app.now);
                let come = self.come.clone();
                self.previewing.spawn_blocking(move || preview(&path, &board, now, &come));
                Next::Draw
            }
            Some(Effect::ReadSource(source)) => {
                self.sources.read_now(&source);
                Next::Draw
            }
            Some(Effect::LookAtReceivers) => {
                let news = self.sources.receivers.look();
                self.handle(Msg::Receivers(news))
            }
            Some(Effect::Tell(what)) => Next::Tell(what),
            Some(Effect::Suspend) => Next::Suspend,
            Some(Effect::Redraw) => Next::Redraw,
            Some(Effect::Quit) => Next::Leave(Exit::Quit),
            Some(Effect::Demo) => Next::Leave(Exit::Demo),
        }
    }
}
