//! The terminal: taking it, drawing on it, and giving it back whole, however the program ends.
//!
//! Impure. Whatever ends the program, [`leave`] runs first: the end of the loop, an error, a panic in any thread,
//! a signal. Where nothing is left to give back, because the terminal itself died, a watchdog sees to it that the
//! process does not outlive it: crossterm's reader spins for ever on a dead terminal, and may do so inside of the
//! loop, which then hears of nothing else.

use std::io::{self, IsTerminal, Write};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, Once, PoisonError};
use std::time::Duration;

use crossterm::clipboard::CopyToClipboard;
use crossterm::cursor::{Hide, Show};
use crossterm::event::{DisableBracketedPaste, DisableMouseCapture, EnableBracketedPaste, poll, read};
use crossterm::queue;
use crossterm::style::{ResetColor, force_color_output};
use crossterm::terminal::{
    BeginSynchronizedUpdate, DisableLineWrap, EnableLineWrap, EndSynchronizedUpdate, EnterAlternateScreen,
    LeaveAlternateScreen, disable_raw_mode, enable_raw_mode,
};
use ratatui::Terminal;
use ratatui::backend::CrosstermBackend;
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Size};
use tokio::sync::Notify;

use super::graphemes::UncertainRows;
use super::hyperlinks;
use crate::sync::guard::is_guarded;
use crate::tui::canvas::TextLink;

/// Room for a full frame of a large screen, so that a frame is one write. It grows if a frame is larger.
const FRAME_BYTES: usize = 128 * 1024;

/// How long the loop has to end by itself once its terminal is gone.
#[cfg(unix)]
const GRACE: Duration = Duration::from_secs(1);

/// What the terminal was taken for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum TerminalUse {
    /// A screen is drawn on it.
    Screen { mouse: bool },
    /// Lines are appended to it.
    Lines {
        /// Whether it understands sequences, and does not show them.
        knows_sequences: bool,
    },
}

/// What the terminal is used for while it is ours. Whoever writes to it holds the lock, so that no frame lands on a screen that
/// another thread's panic has just given back.
static OURS: Mutex<Option<TerminalUse>> = Mutex::new(None);
static PANICKED: AtomicBool = AtomicBool::new(false);
static DIED: AtomicBool = AtomicBool::new(false);
/// Wakes [`ProcessSignals`] for the two above.
static ALARM: Notify = Notify::const_new();

fn ours() -> MutexGuard<'static, Option<TerminalUse>> {
    OURS.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Writes to the terminal, if it is still ours.
pub(super) fn while_ours(write: impl FnOnce() -> io::Result<()>) -> io::Result<()> {
    let ours = ours();
    if ours.is_some() { write() } else { Ok(()) }
}

/// Whether the terminal says of itself that it understands no sequences.
pub fn is_dumb() -> bool {
    let term = std::env::var_os("TERM").unwrap_or_default();
    // On Windows, terminals set no TERM.
    term == "dumb" || cfg!(unix) && (term.is_empty() || term == "unknown")
}

/// Whether there is a terminal to draw on and to hear keys from.
pub fn is_interactive() -> bool {
    io::stdin().is_terminal() && io::stdout().is_terminal()
}

/// Whether the terminal has been taken away from us: its window is closed, its connection is cut.
#[cfg(unix)]
pub fn is_gone() -> bool {
    use rustix::event::{PollFd, PollFlags, Timespec, poll};
    let stdin = io::stdin();
    let mut terminal = [PollFd::new(&stdin, PollFlags::empty())];
    poll(&mut terminal, Some(&Timespec::default())).is_ok_and(|_| has_gone(&terminal[0]))
}

/// Whether the terminal has been taken away from us.
#[cfg(not(unix))]
pub fn is_gone() -> bool {
    false
}

#[cfg(unix)]
fn has_gone(terminal: &rustix::event::PollFd<'_>) -> bool {
    use rustix::event::PollFlags;
    terminal.revents().intersects(PollFlags::HUP | PollFlags::ERR)
}

/// The terminal while it is ours. Dropping it gives it back.
pub struct Tui {
    terminal: Terminal<CrosstermBackend<FrameBuffer>>,
    usage: TerminalUse,
    held: Arc<AtomicBool>,
    uncertain_rows: UncertainRows,
    /// Whether links are written.
    has_links: bool,
    /// What a frame is drawn on. Making one for each took a twentieth of a key's time.
    picture: Buffer,
}

impl Tui {
    /// Takes the terminal, and from now on gives it back before any panic is reported.
    ///
    /// Call it from the main thread and before the first event stream.
    ///
    /// # Errors
    /// When the terminal cannot be set up; it is as before then.
    pub fn enter(mouse: bool) -> io::Result<Self> {
        // Without this, crossterm's own NO_COLOR support drops bold and reverse too, and the selection with them.
        force_color_output(true);
        leave_before_panics();
        let usage = TerminalUse::Screen { mouse };
        take(usage)?;
        watch();
        let held = Arc::new(AtomicBool::new(false));
        let buffer = FrameBuffer { frame: Vec::with_capacity(FRAME_BYTES), out: out()?, held: held.clone() };
        let terminal = Terminal::new(CrosstermBackend::new(buffer)).inspect_err(|_| leave())?;
        let has_links = hyperlinks::are_ignored_at_least(|name| std::env::var(name).ok());
        let uncertain_rows = UncertainRows::default();
        let picture = Buffer::default();
        let mut tui = Self { terminal, usage, held, uncertain_rows, has_links, picture };
        tui.redraw()?;
        Ok(tui)
    }

    /// Asks the terminal which colour its background has. It answers as if that were typed, or not at all.
    ///
    /// # Errors
    /// When the terminal does not take it.
    pub fn ask_for_background(&mut self) -> io::Result<()> {
        let backend = self.terminal.backend_mut();
        backend.write_all(b"\x1b]11;?\x1b\\")?;
        io::Write::flush(backend)
    }

    /// Draws what changed, all at once, as large as the terminal is now. `view` says where the cursor belongs, and which
    /// text is a link. After a panic anywhere, nothing is drawn.
    ///
    /// # Errors
    /// When the terminal does not take it: as a rule because it is gone.
    pub fn draw(
        &mut self,
        view: impl FnOnce(&mut Buffer) -> (Option<Position>, Vec<TextLink>),
    ) -> io::Result<()> {
        self.held.store(true, Ordering::Relaxed);
        queue!(self.terminal.backend_mut(), BeginSynchronizedUpdate)?;
        let drawn = self.draw_held(view);
        self.held.store(false, Ordering::Relaxed);
        queue!(self.terminal.backend_mut(), EndSynchronizedUpdate)?;
        self.terminal.backend_mut().flush()?;
        drawn
    }

    fn draw_held(
        &mut self,
        view: impl FnOnce(&mut Buffer) -> (Option<Position>, Vec<TextLink>),
    ) -> io::Result<()> {
        let before = self.terminal.get_frame().area();
        self.terminal.autoresize()?;
        let area = self.terminal.get_frame().area();
        if area != before {
            self.uncertain_rows.forget();
        }
        let mut picture = std::mem::take(&mut self.picture);
        if picture.area == area {
            picture.reset();
        } else {
            picture = Buffer::empty(area);
        }
        let (cursor, links) = view(&mut picture);
        self.uncertain_rows.write(&mut picture, self.terminal.backend_mut())?;
        if self.has_links {
            hyperlinks::write(&mut picture, &links);
        }
        self.terminal.draw(|frame| {
            // The terminal may just have been resized once more; its event is on the way.
            if frame.area() == area {
                std::mem::swap(frame.buffer_mut(), &mut picture);
            }
            if let Some(cursor) = cursor {
                frame.set_cursor_position(cursor);
            }
        })?;
        self.picture = picture;
        Ok(())
    }

    /// Makes the next draw a complete one, whatever the terminal shows.
    ///
    /// # Errors
    /// When the terminal does not take it.
    pub fn redraw(&mut self) -> io::Result<()> {
        // Not `clear()`: that asks the terminal where its cursor is, and waits two seconds for one that is mute.
        let size = self.terminal.size()?;
        self.uncertain_rows.forget();
        // What blanks the screen goes out together with what fills it.
        self.held.store(true, Ordering::Relaxed);
        self.terminal.resize((ratatui::layout::Position::ORIGIN, size).into())
    }

    /// Gives `text` to the clipboard, by the terminal: so it reaches the person's own also from far away. One that
    /// cannot takes no notice.
    ///
    /// # Errors
    /// When the terminal does not take it.
    pub fn copy(&mut self, text: &str) -> io::Result<()> {
        queue!(self.terminal.backend_mut(), CopyToClipboard::to_clipboard_from(text))?;
        self.terminal.backend_mut().flush()
    }

    /// How large the terminal is.
    ///
    /// # Errors
    /// When it does not say.
    pub fn size(&self) -> io::Result<Size> {
        self.terminal.size()
    }

    /// Ctrl-Z: gives the terminal back, stops until the shell says to go on, takes it again, ready for a full draw.
    ///
    /// Drop the event stream before, or it eats what is typed at the shell; make a new one after. Call it from the
    /// main thread: there, the signal has stopped us before this returns. Where nobody could ever wake us (the
    /// terminal's only process), the system ignores the signal and this returns at once.
    ///
    /// # Errors
    /// When the terminal cannot be taken again.
    pub fn suspend(&mut self) -> io::Result<()> {
        leave();
        stop_group()?;
        self.resume()
    }

    /// Gives the terminal to another program, until [`Tui::take_back`].
    ///
    /// Drop the event stream before, or it eats what is typed at that program.
    ///
    /// # Errors
    /// When the terminal does not say how it is set.
    pub fn lend(&mut self) -> io::Result<SavedTermios> {
        leave();
        SavedTermios::now()
    }

    /// Takes the terminal again, however the other program left it: one that was killed cleans nothing up. What was
    /// typed meanwhile was meant for that program, and is forgotten.
    ///
    /// # Errors
    /// When the terminal cannot be taken.
    pub fn take_back(&mut self, lent: &SavedTermios) -> io::Result<()> {
        lent.restore()?;
        undo_modes(self.usage)?;
        self.resume()?;
        drain_keys()
    }

    /// Takes the terminal again after somebody stopped us from outside; see [`ProcessSignal::Resumed`].
    ///
    /// # Errors
    /// When the terminal cannot be taken.
    pub fn resume(&mut self) -> io::Result<()> {
        take(self.usage)?;
        self.redraw()
    }
}

impl Drop for Tui {
    fn drop(&mut self) {
        leave();
    }
}

/// How the terminal was set when we lent it. Crossterm keeps the modes it found when it took the terminal last, and
/// would give those of a dead program back to the shell.
pub struct SavedTermios {
    #[cfg(unix)]
    modes: rustix::termios::Termios,
}

#[cfg(unix)]
impl SavedTermios {
    pub(super) fn now() -> io::Result<Self> {
        Ok(Self { modes: rustix::termios::tcgetattr(io::stdin())? })
    }

    pub(super) fn restore(&self) -> io::Result<()> {
        let when = rustix::termios::OptionalActions::Flush;
        Ok(rustix::termios::tcsetattr(io::stdin(), when, &self.modes)?)
    }
}

#[cfg(not(unix))]
#[expect(clippy::unnecessary_wraps, reason = "on Unix, they may fail")]
impl SavedTermios {
    pub(super) fn now() -> io::Result<Self> {
        Ok(Self {})
    }

    pub(super) fn restore(&self) -> io::Result<()> {
        Ok(())
    }
}

/// Gives the terminal back: its screen, cursor, mouse, paste and line modes. Does nothing when it is not ours.
pub fn leave() {
    let mut ours = ours();
    let Some(usage) = ours.take() else { return };
    // Nothing can be done about a terminal that does not listen any more.
    let _ = undo_modes(usage);
    let _ = disable_raw_mode();
}

/// Takes the terminal for `usage`.
pub(super) fn take(usage: TerminalUse) -> io::Result<()> {
    let taken = {
        let mut ours = ours();
        *ours = Some(usage);
        // A shell may have set its own modes since, which crossterm does not know: only a fresh start sets ours.
        disable_raw_mode()
            .and_then(|()| enable_raw_mode())
            .and_then(|()| modes_on(usage))
            .and_then(|bytes| send(&bytes))
    };
    taken.inspect_err(|_| leave())
}

/// Stops the whole group, as the terminal's own Ctrl-Z would: whoever started us and waits must stop with us.
#[cfg_attr(not(unix), expect(clippy::unnecessary_wraps, reason = "on Unix, it may fail"))]
pub(super) fn stop_group() -> io::Result<()> {
    #[cfg(unix)]
    rustix::process::kill_current_process_group(rustix::process::Signal::TSTP)?;
    Ok(())
}

/// Forgets what was typed and not read.
pub(super) fn drain_keys() -> io::Result<()> {
    while poll(Duration::ZERO)? {
        read()?;
    }
    Ok(())
}

fn modes_on(usage: TerminalUse) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    let mouse = match usage {
        TerminalUse::Lines { knows_sequences } => {
            if knows_sequences {
                queue!(bytes, EnableBracketedPaste)?;
            }
            return Ok(bytes);
        }
        TerminalUse::Screen { mouse } => mouse,
    };
    // Without line wrap, a name that is wider than we think does not run into the next row.
    queue!(bytes, EnterAlternateScreen, EnableBracketedPaste, DisableLineWrap, Hide)?;
    if !mouse {
        return Ok(bytes);
    }
    // Presses, the wheel, and movements while a button is down. Crossterm's own command asks for every movement, and each
    // would wake us. A terminal that does not know the second mode keeps to the first.
    #[cfg(unix)]
    bytes.extend_from_slice(b"\x1b[?1000h\x1b[?1002h\x1b[?1006h");
    #[cfg(not(unix))]
    queue!(bytes, crossterm::event::EnableMouseCapture)?;
    Ok(bytes)
}

/// Takes back the modes that `usage` sets.
pub(super) fn undo_modes(usage: TerminalUse) -> io::Result<()> {
    send(&modes_off(usage)?)
}

fn modes_off(usage: TerminalUse) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    match usage {
        TerminalUse::Lines { knows_sequences: false } => {}
        TerminalUse::Lines { knows_sequences: true } => queue!(bytes, DisableBracketedPaste)?,
        TerminalUse::Screen { .. } => queue!(
            bytes,
            EndSynchronizedUpdate,
            DisableMouseCapture,
            DisableBracketedPaste,
            EnableLineWrap,
            ResetColor,
            LeaveAlternateScreen,
            Show
        )?,
    }
    Ok(bytes)
}

/// Standard output, on Unix without the standard library's line buffer.
pub(super) fn out() -> io::Result<Box<dyn Write + Send>> {
    #[cfg(unix)]
    let out = std::fs::File::from(std::os::fd::AsFd::as_fd(&io::stdout()).try_clone_to_owned()?);
    #[cfg(not(unix))]
    let out = io::stdout();
    Ok(Box::new(out))
}

fn send(bytes: &[u8]) -> io::Result<()> {
    let mut out = out()?;
    out.write_all(bytes)?;
    out.flush()
}

/// What a frame is written on: collected until it is complete, then sent in one write. A frame that a panic cut
/// short is never sent, which is why this is no `BufWriter`: that one writes its rest when it is dropped.
struct FrameBuffer {
    frame: Vec<u8>,
    out: Box<dyn Write + Send>,
    /// While a frame is being drawn. Ratatui flushes several times in between.
    held: Arc<AtomicBool>,
}

impl Write for FrameBuffer {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.frame.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        if self.held.load(Ordering::Relaxed) {
            return Ok(());
        }
        let (frame, out) = (&self.frame, &mut self.out);
        let sent = while_ours(|| out.write_all(frame).and_then(|()| out.flush()));
        self.frame.clear();
        sent
    }
}

/// Asks the program we lent the terminal to, to end.
pub fn terminate(program: &tokio::process::Child) {
    #[cfg(unix)]
    if let Some(pid) = program.id().and_then(|id| rustix::process::Pid::from_raw(id.cast_signed())) {
        // It may just have ended by itself.
        let _ = rustix::process::kill_process(pid, rustix::process::Signal::TERM);
    }
    #[cfg(not(unix))]
    let _ = program;
}

/// Has every panic, in whichever thread, leave the terminal before it is reported, and stop the loop.
pub(super) fn leave_before_panics() {
    static INSTALLED: Once = Once::new();
    INSTALLED.call_once(|| {
        let report = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |panic| {
            if is_guarded() {
                // It ends the reading of a source, and the board goes on.
                return report(panic);
            }
            leave();
            report(panic);
            PANICKED.store(true, Ordering::SeqCst);
            ALARM.notify_one();
        }));
    });
}

/// Watches the terminal from a thread of its own, for the life of the process.
#[cfg(unix)]
pub(super) fn watch() {
    use rustix::event::{PollFd, PollFlags, poll};
    static WATCHING: Once = Once::new();
    WATCHING.call_once(|| {
        // Without a thread to spare, only the watchdog is missing: SIGHUP still ends us as a rule.
        let _ = std::thread::Builder::new().name("watchdog".to_owned()).spawn(|| {
            let stdin = io::stdin();
            loop {
                // Asked for nothing, it answers only when the terminal is gone.
                let mut terminal = [PollFd::new(&stdin, PollFlags::empty())];
                match poll(&mut terminal, None) {
                    Ok(_) if has_gone(&terminal[0]) => break,
                    Ok(_) if terminal[0].revents().is_empty() => {}
                    Err(rustix::io::Errno::INTR) => {}
                    // Some systems cannot poll a terminal.
                    Ok(_) | Err(_) => return,
                }
            }
            DIED.store(true, Ordering::SeqCst);
            ALARM.notify_one();
            std::thread::sleep(GRACE);
            // What was confirmed is on disk, and a loop that still runs is stuck in a terminal that is gone.
            std::process::exit(i32::from(HUNG_UP));
        });
    });
}

#[cfg(not(unix))]
pub(super) fn watch() {}

/// The exit code of who was told to end.
pub const TERMINATED: u8 = 128 + 15;

/// The exit code of who lost the terminal.
pub const HUNG_UP: u8 = 128 + 1;

/// What happened to the process from outside of its keys.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ProcessSignal {
    /// Somebody asks us to end.
    Terminate,
    /// The terminal's connection was closed.
    HangUp,
    /// Ctrl-C from outside; as a key it does not arrive here.
    Interrupt,
    /// Ctrl-\ from outside.
    Quit,
    /// The terminal is gone. The process exits by itself a second from now.
    TerminalDied,
    /// Some thread panicked. The terminal has been given back already, and the panic reported.
    Panicked,
    /// We were stopped, and go on: call [`Tui::resume`].
    Resumed,
}

impl ProcessSignal {
    /// The status to exit with, where it means to end.
    pub fn exit_code(self) -> Option<u8> {
        match self {
            Self::Terminate => Some(TERMINATED),
            Self::HangUp | Self::TerminalDied => Some(HUNG_UP),
            Self::Interrupt => Some(128 + 2),
            Self::Quit => Some(128 + 3),
            Self::Panicked => Some(101),
            Self::Resumed => None,
        }
    }

    /// Those that no signal of the system stands for, each told once.
    fn alarm() -> Option<Self> {
        if PANICKED.swap(false, Ordering::SeqCst) {
            return Some(Self::Panicked);
        }
        DIED.swap(false, Ordering::SeqCst).then_some(Self::TerminalDied)
    }
}

/// The signals, one after the other.
pub struct ProcessSignals {
    #[cfg(unix)]
    streams: UnixSignals,
}

#[cfg(unix)]
struct UnixSignals {
    terminate: tokio::signal::unix::Signal,
    hang_up: tokio::signal::unix::Signal,
    interrupt: tokio::signal::unix::Signal,
    quit: tokio::signal::unix::Signal,
    resumed: tokio::signal::unix::Signal,
}

impl ProcessSignals {
    /// Starts to listen. From now on these signals end the process only if the loop does.
    ///
    /// # Errors
    /// When the system refuses.
    #[cfg_attr(not(unix), expect(clippy::unnecessary_wraps, reason = "only Unix can refuse"))]
    pub fn listen() -> io::Result<Self> {
        Ok(Self {
            #[cfg(unix)]
            streams: UnixSignals::listen()?,
        })
    }

    /// Waits for the signal that [`Tui::suspend`] is over, which has already taken the terminal again. Where nothing
    /// could stop the process, there is no such signal, and this waits a moment in vain.
    pub async fn went_on(&mut self) {
        #[cfg(unix)]
        let _ = tokio::time::timeout(Duration::from_millis(50), self.streams.resumed.recv()).await;
    }

    /// The next signal. Dropping the future loses none.
    pub async fn next(&mut self) -> ProcessSignal {
        loop {
            if let Some(alarm) = ProcessSignal::alarm() {
                return alarm;
            }
            tokio::select! {
                biased;
                () = ALARM.notified() => {}
                signal = self.system_signal() => return signal,
            }
        }
    }

    #[cfg(unix)]
    async fn system_signal(&mut self) -> ProcessSignal {
        let streams = &mut self.streams;
        tokio::select! {
            biased;
            _ = streams.terminate.recv() => ProcessSignal::Terminate,
            _ = streams.hang_up.recv() => ProcessSignal::HangUp,
            _ = streams.interrupt.recv() => ProcessSignal::Interrupt,
            _ = streams.quit.recv() => ProcessSignal::Quit,
            _ = streams.resumed.recv() => ProcessSignal::Resumed,
        }
    }

    #[cfg(not(unix))]
    async fn system_signal(&mut self) -> ProcessSignal {
        match tokio::signal::ctrl_c().await {
            Ok(()) => ProcessSignal::Interrupt,
            Err(_) => std::future::pending().await,
        }
    }
}

#[cfg(unix)]
impl UnixSignals {
    fn listen() -> io::Result<Self> {
        use tokio::signal::unix::{SignalKind, signal};
        // Once it was listened to, it no longer kills: a limit on the size of files is then like a full disk.
        drop(signal(SignalKind::from_raw(rustix::process::Signal::XFSZ.as_raw()))?);
        Ok(Self {
            terminate: signal(SignalKind::terminate())?,
            hang_up: signal(SignalKind::hangup())?,
            interrupt: signal(SignalKind::interrupt())?,
            quit: signal(SignalKind::quit())?,
            resumed: signal(SignalKind::from_raw(rustix::process::Signal::CONT.as_raw()))?,
        })
    }
}

#[cfg(test)]
mod tests {
    use vt100::{MouseProtocolEncoding, MouseProtocolMode, Parser};

    use super::*;

    #[test]
    fn every_mode_that_is_set_is_taken_back() {
        let mut terminal = Parser::default();
        let usage = TerminalUse::Screen { mouse: true };
        terminal.process(&modes_on(usage).expect("writes to memory"));
        let screen = terminal.screen();
        assert!(screen.alternate_screen() && screen.hide_cursor() && screen.bracketed_paste());
        assert_eq!(screen.mouse_protocol_mode(), MouseProtocolMode::ButtonMotion);
        assert_eq!(screen.mouse_protocol_encoding(), MouseProtocolEncoding::Sgr);

        terminal.process(&modes_off(usage).expect("writes to memory"));
        let screen = terminal.screen();
        assert!(!screen.alternate_screen() && !screen.hide_cursor() && !screen.bracketed_paste());
        assert_eq!(screen.mouse_protocol_mode(), MouseProtocolMode::None);
        assert_eq!(screen.mouse_protocol_encoding(), MouseProtocolEncoding::Default);
    }

    #[test]
    fn lines_need_no_mode_that_shows() {
        let bytes = |knows_sequences| {
            let lines = TerminalUse::Lines { knows_sequences };
            [modes_on(lines), modes_off(lines)].map(|bytes| bytes.expect("writes to memory"))
        };
        assert_eq!(bytes(true), [b"\x1b[?2004h", b"\x1b[?2004l"]);
        assert_eq!(bytes(false), [b"", b""]);
    }

    #[test]
    fn whoever_was_ended_says_so_as_a_shell_would() {
        for (signal, code) in [
            (ProcessSignal::Terminate, Some(143)),
            (ProcessSignal::HangUp, Some(129)),
            (ProcessSignal::TerminalDied, Some(129)),
            (ProcessSignal::Interrupt, Some(130)),
            (ProcessSignal::Quit, Some(131)),
            (ProcessSignal::Panicked, Some(101)),
            (ProcessSignal::Resumed, None),
        ] {
            assert_eq!(signal.exit_code(), code, "{signal:?}");
        }
    }
}
