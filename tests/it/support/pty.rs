//! Drives a real program in a real terminal.
//!
//! The program runs as a child of a shell that outlives it, as for a person: the shell notes how it ended, and keeps
//! the terminal open so that one can see in which state it was left. Nothing here sleeps: every wait ends with the
//! output it waits for, or fails at a deadline with the screen in its message.

use std::collections::BTreeSet;
use std::fs;
use std::io::{Read, Write};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use portable_pty::{Child, CommandBuilder, MasterPty, PtySize, native_pty_system};
use rustix::process::{Pid, Signal, kill_process};
use tempfile::TempDir;
use vt100::{MouseProtocolMode, Parser, Screen};

/// Far beyond anything that happens on a busy machine; only a failure takes this long.
const DEADLINE: Duration = Duration::from_secs(30);

/// `$0` is a file for the program's process id; the rest is the program.
const SHELL: &str = r#"
    sh -c 'echo $$ >"$0"; exec "$@"' "$0" "$@"
    printf '\033]7;ended=%s\007' $?
    read -r _
"#;
/// An operating system command that no terminal shows.
const ENDED: &str = "\x1b]7;ended=";
/// A synchronized update begins with this and `h`, and ends with this and `l`.
const FRAME: &[u8] = b"\x1b[?2026";

/// A home directory of the test's own.
pub(crate) struct Home(TempDir);

impl Home {
    pub(crate) fn new() -> Self {
        Self(tempfile::tempdir().expect("a temporary directory"))
    }

    pub(crate) fn path(&self) -> &Path {
        self.0.path()
    }
}

/// A program in a terminal.
pub(crate) struct Pty {
    parser: Parser,
    /// Everything it wrote, ever.
    written: Vec<u8>,
    output: Receiver<Vec<u8>>,
    /// Nothing once the window is closed.
    window: Option<Window>,
    shell: Box<dyn Child + Send + Sync>,
    /// The line modes before the program started.
    before: String,
    pid_file: TempDir,
}

/// This end of the terminal. The terminal is gone when its last part is.
struct Window {
    reader: JoinHandle<()>,
    /// Tells the reader to let go at the next output.
    let_go: Arc<AtomicBool>,
    writer: Box<dyn Write + Send>,
    master: Box<dyn MasterPty + Send>,
}

impl Pty {
    /// Gangplank with `args`, in a terminal of `columns` by `rows`.
    pub(crate) fn gangplank(home: &Home, size: (u16, u16), args: &[&str], env: &[(&str, &str)]) -> Self {
        let mut command = vec![env!("CARGO_BIN_EXE_gangplank")];
        command.extend(args);
        Self::run(home, size, &command, env)
    }

    /// Any program. It sees nothing of the developer's own environment.
    pub(crate) fn run(home: &Home, (cols, rows): (u16, u16), command: &[&str], env: &[(&str, &str)]) -> Self {
        let pid_file = tempfile::tempdir().expect("a temporary directory");
        let size = PtySize { rows, cols, pixel_width: 0, pixel_height: 0 };
        let pair = native_pty_system().openpty(size).expect("a terminal");
        let before = line_modes(&*pair.master);

        let mut shell = CommandBuilder::new("/bin/sh");
        shell.args(["-c", SHELL]);
        shell.arg(pid_file.path().join("pid"));
        shell.args(command);
        shell.cwd(home.path());
        shell.env_clear();
        let path = std::env::var("PATH").unwrap_or_else(|_| "/usr/bin:/bin".to_owned());
        for (name, value) in
            [("PATH", path.as_str()), ("TERM", "xterm-256color"), ("LANG", "C.UTF-8"), ("TZ", "UTC")]
        {
            shell.env(name, value);
        }
        shell.env("HOME", home.path());
        for (name, value) in env {
            shell.env(name, value);
        }
        let shell = pair.slave.spawn_command(shell).expect("a shell");
        drop(pair.slave);

        let (sender, output) = channel();
        let mut source = pair.master.try_clone_reader().expect("the terminal's output");
        let let_go = Arc::new(AtomicBool::new(false));
        let stop = let_go.clone();
        let reader = std::thread::spawn(move || {
            let mut chunk = [0; 16 * 1024];
            while let Ok(length @ 1..) = source.read(&mut chunk) {
                if stop.load(Ordering::SeqCst) || sender.send(chunk[..length].to_vec()).is_err() {
                    return;
                }
            }
        });
        let writer = pair.master.take_writer().expect("the terminal's input");
        let (parser, written) = (Parser::new(nonzero(rows), nonzero(cols), 0), Vec::new());
        let window = Some(Window { reader, let_go, writer, master: pair.master });
        Self { parser, written, output, window, shell, before, pid_file }
    }

    /// What the terminal shows, as far as it was waited for.
    pub(crate) fn screen(&self) -> &Screen {
        self.parser.screen()
    }

    /// Everything it was ever sent, as far as it was waited for.
    pub(crate) fn written(&self) -> &[u8] {
        &self.written
    }

    /// What it shows as text.
    pub(crate) fn text(&self) -> String {
        self.screen().contents()
    }

    /// Types `keys`: text, or the bytes a terminal sends for a key.
    pub(crate) fn send(&mut self, keys: &str) {
        let writer = &mut self.window().writer;
        writer.write_all(keys.as_bytes()).and_then(|()| writer.flush()).expect("the terminal takes keys");
    }

    /// Waits until the screen is as `wanted`.
    #[track_caller]
    pub(crate) fn wait_for(&mut self, wanted: impl Fn(&Screen) -> bool) {
        self.wait("the screen is as wanted", |pty| pty.is_whole() && wanted(pty.screen()));
    }

    /// Waits until the screen shows `text`.
    #[track_caller]
    pub(crate) fn wait_for_text(&mut self, text: &str) {
        self.wait(&format!("`{text}` is shown"), |pty| pty.is_whole() && pty.text().contains(text));
    }

    /// Whether no frame is half drawn: programs say where one begins and ends.
    fn is_whole(&self) -> bool {
        let mark = self.written.windows(FRAME.len() + 1).rev().find(|bytes| bytes.starts_with(FRAME));
        mark.is_none_or(|mark| mark.ends_with(b"l"))
    }

    #[track_caller]
    fn wait(&mut self, what: &str, done: impl Fn(&Self) -> bool) {
        let deadline = Instant::now() + DEADLINE;
        while !done(self) {
            match self.output.recv_timeout(deadline.saturating_duration_since(Instant::now())) {
                Ok(bytes) => {
                    self.parser.process(&bytes);
                    self.written.extend(bytes);
                }
                Err(RecvTimeoutError::Timeout) => panic!("waited until {what}, but see:\n{}", self.text()),
                Err(RecvTimeoutError::Disconnected) => {
                    panic!("waited until {what}, but the terminal was closed on:\n{}", self.text())
                }
            }
        }
    }

    /// Gives the terminal another size; the program is told.
    pub(crate) fn resize(&mut self, (cols, rows): (u16, u16)) {
        self.parser.screen_mut().set_size(nonzero(rows), nonzero(cols));
        self.window().master.resize(PtySize { rows, cols, pixel_width: 0, pixel_height: 0 }).expect("a size");
    }

    /// The program's process id. It is known once the program has written anything.
    pub(crate) fn pid(&self) -> Pid {
        let text = fs::read_to_string(self.pid_file.path().join("pid")).expect("wait for some output first");
        Pid::from_raw(text.trim().parse().expect("a number")).expect("a process id")
    }

    /// Sends the program a signal.
    pub(crate) fn kill(&self, signal: Signal) {
        kill_process(self.pid(), signal).expect("the program runs");
    }

    /// Waits until the program has ended, and answers its status as a shell gives it: 128 + n after signal n.
    #[track_caller]
    pub(crate) fn wait_exit(&mut self) -> u8 {
        self.wait("the program has ended", |pty| pty.ended().is_some());
        self.ended().expect("just waited for")
    }

    fn ended(&self) -> Option<u8> {
        let written = String::from_utf8_lossy(&self.written);
        written.rsplit_once(ENDED)?.1.split_once('\x07')?.0.parse().ok()
    }

    /// What is wrong with the terminal's state, in words; empty when it is as before the program started.
    pub(crate) fn left_behind(&self) -> BTreeSet<&'static str> {
        let (screen, now) =
            (self.screen(), line_modes(&*self.window.as_ref().expect("the window is open").master));
        [
            (screen.alternate_screen(), "the alternate screen"),
            (screen.hide_cursor(), "a hidden cursor"),
            (screen.bracketed_paste(), "bracketed paste"),
            (screen.mouse_protocol_mode() != MouseProtocolMode::None, "mouse reports"),
            (screen.bold() || screen.inverse() || screen.fgcolor() != vt100::Color::Default, "colours"),
            (!now.contains("ICANON") || !now.contains("ECHO"), "raw mode"),
            (now != self.before, "other line modes than before"),
        ]
        .into_iter()
        .filter_map(|(is, what)| is.then_some(what))
        .collect()
    }

    fn window(&mut self) -> &mut Window {
        self.window.as_mut().expect("the window is open")
    }

    /// Takes the terminal away from under the program, as when its window is closed, and waits until it has ended.
    #[cfg(target_os = "linux")]
    #[track_caller]
    pub(crate) fn close(mut self) {
        use rustix::event::{PollFd, PollFlags, Timespec, poll};
        use rustix::io::retry_on_intr;
        use rustix::process::{PidfdFlags, pidfd_open};
        let process = pidfd_open(self.pid(), PidfdFlags::empty()).expect("the program runs");

        let Window { reader, let_go, writer, master } = self.window.take().expect("the window is open");
        let_go.store(true, Ordering::SeqCst);
        // The reader waits for output; the program may be in no state to write any.
        let terminal = master.tty_name().expect("a terminal has a name");
        fs::write(terminal, "\n").expect("a terminal takes output");
        reader.join().expect("the reader does not panic");
        drop(writer);
        drop(master);

        let deadline = Timespec::try_from(DEADLINE).expect("seconds fit");
        // A child of another test may end meanwhile, and where something here hears of that, the wait is interrupted.
        let ended = retry_on_intr(|| poll(&mut [PollFd::new(&process, PollFlags::IN)], Some(&deadline)));
        if ended != Ok(1) {
            self.kill(Signal::KILL);
            panic!("the program outlives its terminal");
        }
    }
}

impl Drop for Pty {
    fn drop(&mut self) {
        // The program first: it is no child of ours.
        if self.window.is_some() && self.ended().is_none() {
            let pid = fs::read_to_string(self.pid_file.path().join("pid")).ok();
            if let Some(pid) = pid.and_then(|pid| Pid::from_raw(pid.trim().parse().ok()?)) {
                let _ = kill_process(pid, Signal::KILL);
            }
        }
        let _ = self.shell.kill();
        let _ = self.shell.wait();
    }
}

fn nonzero(cells: u16) -> std::num::NonZeroU16 {
    cells.try_into().expect("a terminal has cells")
}

/// Input, output, control and local modes in words. Their type is of a crate we do not otherwise need.
fn line_modes(terminal: &(dyn MasterPty + Send)) -> String {
    format!("{:?}", terminal.get_termios().expect("a terminal has modes"))
}

#[test]
fn a_program_is_seen_typed_at_and_outlived() {
    let home = Home::new();
    let script = "printf 'in %s\\n' \"$HOME\"; read -r line; echo \"got <$line> with $EXTRA\"; exit 7";
    let mut pty = Pty::run(&home, (200, 24), &["sh", "-c", script], &[("EXTRA", "more")]);
    pty.wait_for_text(&format!("in {}", home.path().display()));
    pty.send("hello\r");
    pty.wait_for_text("got <hello> with more");
    assert_eq!(pty.wait_exit(), 7);
    assert_eq!(pty.left_behind(), BTreeSet::new());
}

#[test]
fn what_a_program_leaves_behind_is_seen() {
    let script = "printf '\\033[?1049h\\033[?25l\\033[?1000h\\033[?2004h\\033[1m'; stty raw -echo; echo ready; exec cat";
    let mut pty = Pty::run(&Home::new(), (80, 24), &["sh", "-c", script], &[]);
    pty.wait_for(|screen| screen.alternate_screen() && screen.contents().contains("ready"));
    pty.kill(Signal::TERM);
    assert_eq!(pty.wait_exit(), 128 + 15);
    let all = [
        "the alternate screen",
        "a hidden cursor",
        "bracketed paste",
        "mouse reports",
        "colours",
        "raw mode",
    ];
    assert_eq!(pty.left_behind(), all.into_iter().chain(["other line modes than before"]).collect());
}

#[test]
fn a_program_hears_of_a_new_size() {
    let script = "trap 'stty size' WINCH; echo ready; while :; do read -r line; done";
    let mut pty = Pty::run(&Home::new(), (80, 24), &["sh", "-c", script], &[]);
    pty.wait_for_text("ready");
    pty.resize((100, 30));
    // It may not have got to its `read` yet: the trap runs between two commands.
    pty.send("\r");
    pty.wait_for_text("30 100");
}

#[cfg(target_os = "linux")]
#[test]
fn a_window_can_be_closed() {
    let script = "trap 'stty size' WINCH; echo ready; while :; do read -r line; done";
    let mut pty = Pty::run(&Home::new(), (80, 24), &["sh", "-c", script], &[]);
    pty.wait_for_text("ready");
    pty.close();
}
