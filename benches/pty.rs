//! The real binary in a real terminal, beside programs that do nothing but start or answer.

use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

use gangplank::state::Board;
use gangplank::state::query::attention::{self, AttentionRules};
use portable_pty::{Child, CommandBuilder, MasterPty, PtySize, native_pty_system};

use crate::table::{Table, Times};
use crate::world::{World, now};

/// Ends every frame.
const FRAME_ENDS: &[u8] = b"\x1b[?2026l";

const SIZE: (u16, u16) = (200, 60);

/// How many keys are pressed.
const KEYS: usize = 100;

/// How often the program is started; the best counts.
const STARTS: usize = 5;

/// Far beyond anything that happens on a busy machine.
const DEADLINE: Duration = Duration::from_secs(60);

pub(crate) struct Pty {
    output: Receiver<Vec<u8>>,
    writer: Box<dyn Write + Send>,
    child: Box<dyn Child + Send + Sync>,
    /// Closing it would hang up on the program.
    _master: Box<dyn MasterPty + Send>,
    written: Vec<u8>,
}

impl Pty {
    pub(crate) fn spawn(program: &str, args: &[&str], home: &Path) -> Self {
        let size = PtySize { rows: SIZE.1, cols: SIZE.0, pixel_width: 0, pixel_height: 0 };
        let pair = native_pty_system().openpty(size).expect("a terminal");
        let mut command = CommandBuilder::new(program);
        command.args(args);
        command.cwd(home);
        command.env_clear();
        for (name, value) in
            [("TERM", "xterm-256color"), ("PATH", "/usr/bin:/bin"), ("TZ", "UTC"), ("USER", "ann")]
        {
            command.env(name, value);
        }
        command.env("HOME", home);
        let child = pair.slave.spawn_command(command).expect("a program");
        let mut source = pair.master.try_clone_reader().expect("its output");
        let (send, output) = channel();
        std::thread::spawn(move || {
            let mut chunk = vec![0; 256 * 1024];
            while let Ok(length @ 1..) = source.read(&mut chunk) {
                if send.send(chunk[..length].to_vec()).is_err() {
                    return;
                }
            }
        });
        let writer = pair.master.take_writer().expect("its input");
        Self { output, writer, child, _master: pair.master, written: Vec::new() }
    }

    pub(crate) fn gangplank(dir: &Path, home: &Path, now: &str) -> Self {
        let dir = dir.to_str().expect("a path in UTF-8");
        Self::spawn(env!("CARGO_BIN_EXE_gangplank"), &["--data-dir", dir, "--now", now, "--as", "ann"], home)
    }

    /// The most memory that the program had so far, in MiB, where the system tells.
    pub(crate) fn peak(&self) -> Option<f64> {
        self.mebibytes("VmHWM:")
    }

    /// The memory that it has now, likewise.
    pub(crate) fn resident(&self) -> Option<f64> {
        self.mebibytes("VmRSS:")
    }

    fn mebibytes(&self, field: &str) -> Option<f64> {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.process_id()?)).ok()?;
        let line = status.lines().find_map(|line| line.strip_prefix(field))?;
        let kib: f64 = line.trim().strip_suffix(" kB")?.parse().ok()?;
        Some(kib / 1024.0)
    }

    /// How often its threads have waited for something so far, where the system tells.
    pub(crate) fn wake_ups(&self) -> Option<f64> {
        let threads = std::fs::read_dir(format!("/proc/{}/task", self.child.process_id()?)).ok()?;
        let mut all = 0.0;
        for thread in threads.flatten() {
            let status = std::fs::read_to_string(thread.path().join("status")).ok()?;
            let line = status.lines().find_map(|line| line.strip_prefix("voluntary_ctxt_switches:"))?;
            all += line.trim().parse::<f64>().ok()?;
        }
        Some(all)
    }

    pub(crate) fn press(&mut self, keys: &str) {
        self.written.clear();
        self.writer.write_all(keys.as_bytes()).and_then(|()| self.writer.flush()).expect("a key is taken");
    }

    fn wait(&mut self, done: impl Fn(&[u8]) -> bool) {
        while !done(&self.written) {
            let bytes = self.output.recv_timeout(DEADLINE).expect("the program answers");
            self.written.extend(bytes);
        }
    }

    /// Waits until `text` stands on the screen, however it was drawn.
    pub(crate) fn wait_for_text(&mut self, text: &str) {
        self.wait(|written| {
            let [rows, columns] = [SIZE.1, SIZE.0].map(|size| size.try_into().expect("some cells"));
            let mut screen = vt100::Parser::new(rows, columns, 0);
            screen.process(written);
            screen.screen().contents().contains(text)
        });
    }

    /// Waits until a whole frame with `text` in it has arrived.
    pub(crate) fn wait_for_frame(&mut self, text: &str) {
        self.wait(|written| {
            let shown = find(written, text.as_bytes());
            shown.is_some_and(|at| find(&written[at..], FRAME_ENDS).is_some())
        });
    }

    /// Ends it, whatever key would.
    pub(crate) fn end(mut self) {
        self.child.kill().expect("it runs");
        self.child.wait().expect("it ends");
    }

    pub(crate) fn quit(mut self) {
        self.press("q");
        self.child.wait().expect("it ends");
    }
}

fn find(bytes: &[u8], wanted: &[u8]) -> Option<usize> {
    bytes.windows(wanted.len()).position(|window| window == wanted)
}

/// From the start of the process to a whole frame that shows a card.
pub(crate) fn starts(world: &World, board: &Board, table: &mut Table) {
    let card = first_card(world, board);
    let home = home(world);
    for (measure, dir, file) in [
        ("start to first full frame, with a snapshot", None, world.snapshot()),
        ("start to first full frame, replaying", Some(()), world.journal()),
    ] {
        let (mut ours, mut floor) = (Times::default(), Times::default());
        for _ in 0..STARTS {
            floor.note(|| {
                let mut cat = Command::new("cat");
                cat.arg(&file).stdout(Stdio::piped());
                let mut child = cat.spawn().expect("cat");
                let mut all = Vec::new();
                child.stdout.take().expect("its output").read_to_end(&mut all).expect("the file");
                child.wait().expect("it ends")
            });
            // Made anew each time: a running board leaves a snapshot behind.
            let dir = dir.map_or_else(|| world.dir.clone(), |()| world.without_snapshot());
            let start = Instant::now();
            let mut pty = Pty::gangplank(&dir, &home, &now().to_rfc3339());
            pty.wait_for_frame(&card);
            ours.push(start.elapsed());
            pty.quit();
        }
        let floor = floor.best();
        table.time(measure, ours.best(), Some(("cat of the file", floor)), "");
    }
}

/// From a key to the end of the frame it causes.
pub(crate) fn keys(world: &World, board: &Board, table: &mut Table) {
    let home = home(world);
    let mut pty = Pty::gangplank(&world.dir, &home, &now().to_rfc3339());
    let mut cat = Pty::spawn("cat", &[], &home);
    pty.wait_for_frame(&first_card(world, board));
    let (mut ours, mut floor) = (Times::default(), Times::default());
    for _ in 0..KEYS {
        ours.note(|| {
            pty.press("j");
            pty.wait(|written| find(written, FRAME_ENDS).is_some());
        });
        floor.note(|| {
            cat.press("j\n");
            // The terminal's own echo first, then the program's answer.
            cat.wait(|written| written.len() >= 2 * "j\r\n".len());
        });
    }
    for (percent, aim) in [(50, "≤ 1 ms"), (99, "≤ 8 ms")] {
        let echo = floor.percentile(percent);
        let measure = format!("key to screen in a terminal, p{percent}");
        table.time(measure, ours.percentile(percent), Some(("cat answers a line", echo)), aim);
    }
    pty.quit();
    cat.press("\x04");
    cat.child.wait().expect("it ends");
}

/// A home in which no playbook runs: what the clock did in one start would stand on the board of the next.
fn home(world: &World) -> PathBuf {
    let home = world.dir.join("home");
    let config = home.join(".config/gangplank");
    std::fs::create_dir_all(&config).expect("a directory");
    std::fs::write(config.join("playbooks.toml"), "built_in = false\n").expect("the directory takes files");
    home
}

/// The first card of Today, which the program opens with.
fn first_card(world: &World, board: &Board) -> String {
    let renewal = &world.config.renewal;
    let rules = AttentionRules::new(renewal.soon.into(), renewal.urgent.into());
    let queue = attention::today(board, &world.now(), &rules);
    let first = queue.first().and_then(|first| board.get(&first.account));
    first.expect("somebody needs a person").name().to_owned()
}
