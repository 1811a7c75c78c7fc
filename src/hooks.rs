//! Hooks: a team's own programs that are told of what happened, once it is durable.
//!
//! Whoever made an entry durable runs the hooks for it, so each entry is told once, whichever process made it. A hook
//! cannot change, delay or lose anything: it runs beside the work, and what it fails at is only reported.

use std::io::{Read, Write};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::Arc;
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, Sender, SyncSender, TrySendError};
use std::thread;
use std::time::{Duration, Instant};

use crate::state::{Change, Entry, Event, Pipeline, Seq, Stage};

/// The variable in which a hook finds which one it is. What a hook does with this program runs no hooks, or one that
/// moves a card would set itself off for ever.
pub const HOOK: &str = "GANGPLANK_HOOK";

/// How many calls may wait for their turn. A program that takes a second is behind by four minutes then, and what is
/// not told is reported with its number.
const WAITING: usize = 256;

/// How long a hook may take: enough for a slow web server, and not so long that one which hangs holds up the others for
/// the day.
const LIMIT: Duration = Duration::from_secs(10);

/// How long the end of the program waits for hooks: whoever leaves wants the prompt back.
const FINISH: Duration = Duration::from_secs(10);

/// How often a running hook is looked at.
const POLL: Duration = Duration::from_millis(5);

/// How much a hook may say of what went wrong, in bytes.
const COMPLAINT: u64 = 4 << 10;

/// The programs to tell, each with its arguments; an empty list tells nobody.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Hooks {
    /// An alert was raised.
    pub alert: Vec<String>,
    /// An account came to another stage, onto the board or off it.
    pub moved: Vec<String>,
    /// An account came to a closed stage.
    pub done: Vec<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, strum::Display, strum::VariantArray)]
#[strum(serialize_all = "snake_case")]
enum HookKind {
    Alert,
    Move,
    Done,
}

impl HookKind {
    /// Whether `entry` is something to tell.
    fn concerns(self, entry: &Entry, pipeline: &Pipeline) -> bool {
        let is_closed = |stage| pipeline.stage(stage).is_some_and(Stage::is_closed);
        entry.events.iter().filter_map(Event::change).any(|change| match change {
            Change::AlertChanged { from: None, to: Some(_), .. } => self == Self::Alert,
            Change::Moved { from, to, .. } => {
                let from = from.as_ref().map(|place| &place.stage);
                let to = to.as_ref().map(|place| &place.stage);
                match self {
                    Self::Alert => false,
                    Self::Move => from != to,
                    Self::Done => to.is_some_and(is_closed) && !from.is_some_and(is_closed),
                }
            }
            _ => false,
        })
    }

    fn program(self, hooks: &Hooks) -> &[String] {
        match self {
            Self::Alert => &hooks.alert,
            Self::Move => &hooks.moved,
            Self::Done => &hooks.done,
        }
    }
}

/// One call of one hook.
#[derive(Debug)]
struct HookCall {
    kind: HookKind,
    entry: Arc<Entry>,
}

/// Runs hooks on a thread of its own, one after the other, so that they are told in order.
#[derive(Debug)]
pub struct HookRunner {
    hooks: Hooks,
    write: WriteEntry,
    worker: Option<HookWorker>,
    /// Where complaints come together, also those of calls that found no place.
    complain: Sender<String>,
    complaints: Receiver<String>,
}

/// The entry as scripts see it.
type WriteEntry = fn(&Entry) -> Vec<u8>;

#[derive(Debug)]
struct HookWorker {
    calls: SyncSender<HookCall>,
    /// Ends when the worker does.
    ended: Receiver<()>,
}

impl HookRunner {
    /// Tells `hooks` what `write` makes of an entry. Within a hook, nobody.
    pub fn new(hooks: Hooks, write: WriteEntry) -> Self {
        let is_within = std::env::var_os(HOOK).is_some_and(|hook| !hook.is_empty());
        let hooks = if is_within { Hooks::default() } else { hooks };
        let (complain, complaints) = mpsc::channel();
        Self { hooks, write, worker: None, complain, complaints }
    }

    /// Tells nobody.
    pub fn none() -> Self {
        Self::new(Hooks::default(), |_| Vec::new())
    }

    /// Has the hooks told of `entry`, which is durable. Never waits.
    pub fn tell(&mut self, entry: &Arc<Entry>, pipeline: &Pipeline) {
        for kind in <HookKind as strum::VariantArray>::VARIANTS {
            if kind.program(&self.hooks).is_empty() || !kind.concerns(entry, pipeline) {
                continue;
            }
            let worker = self.worker.get_or_insert_with(|| {
                HookWorker::start(self.hooks.clone(), self.write, self.complain.clone())
            });
            match worker.calls.try_send(HookCall { kind: *kind, entry: entry.clone() }) {
                Ok(()) => {}
                Err(TrySendError::Full(call)) => {
                    let why = format!("{WAITING} calls are waiting for it");
                    let _ = self.complain.send(not_told(kind.to_owned(), call.entry.seq, &why));
                }
                Err(TrySendError::Disconnected(call)) => {
                    let _ =
                        self.complain.send(not_told(kind.to_owned(), call.entry.seq, "its thread has ended"));
                }
            }
        }
    }

    /// What went wrong since this was asked last, a sentence each.
    pub fn complaints(&self) -> impl Iterator<Item = String> {
        self.complaints.try_iter()
    }

    /// Waits a while for the hooks that are to be told still. Answers what went wrong, a sentence each.
    pub fn finish(self) -> Vec<String> {
        let Self { worker, complain, complaints, .. } = self;
        if let Some(HookWorker { calls, ended }) = worker {
            drop(calls);
            if ended.recv_timeout(FINISH) == Err(RecvTimeoutError::Timeout) {
                let _ = complain.send(format!(
                    "the hooks are not done after {} seconds: what they were not told yet is in `gangplank log --json`",
                    FINISH.as_secs()
                ));
            }
        }
        complaints.try_iter().collect()
    }
}

impl HookWorker {
    fn start(hooks: Hooks, write: WriteEntry, complain: Sender<String>) -> Self {
        let (calls, inbox) = mpsc::sync_channel::<HookCall>(WAITING);
        let (end, ended) = mpsc::channel();
        thread::spawn(move || {
            for HookCall { kind, entry } in inbox {
                if let Err(why) = call(kind, kind.program(&hooks), &entry, &write(&entry), LIMIT) {
                    let _ = complain.send(not_told(kind, entry.seq, &why));
                }
            }
            drop(end);
        });
        Self { calls, ended }
    }
}

fn not_told(kind: HookKind, seq: Seq, why: &str) -> String {
    format!("the hook `{kind}` for #{seq}: {why}; the change itself is saved")
}

/// How long what a failed program said is waited for, once it has ended.
const LAST_WORDS: Duration = Duration::from_secs(1);

/// Runs `program` with `json` on its standard input.
fn call(
    kind: HookKind,
    program: &[String],
    entry: &Entry,
    json: &[u8],
    limit: Duration,
) -> Result<(), String> {
    let (name, args) = program.split_first().ok_or("no program is named")?;
    let mut command = Command::new(name);
    command
        .args(args)
        .env(HOOK, kind.to_string())
        .env("GANGPLANK_SEQ", entry.seq.to_string())
        .env("GANGPLANK_BY", entry.by.to_string())
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::piped());
    // A group of its own: a Ctrl-C in the terminal is not meant for it, and all of it can be ended.
    #[cfg(unix)]
    std::os::unix::process::CommandExt::process_group(&mut command, 0);
    let mut child = command.spawn().map_err(|error| format!("{name} could not be run: {error}"))?;
    let (complain, complaint) = mpsc::channel();
    if let Some(stderr) = child.stderr.take() {
        thread::spawn(move || {
            let mut kept = Vec::new();
            let mut stderr = stderr.take(COMPLAINT);
            let _ = stderr.read_to_end(&mut kept);
            let _ = complain.send(kept);
            // A full pipe would hold it up.
            let _ = std::io::copy(&mut stderr.into_inner(), &mut std::io::sink());
        });
    }
    let ended = thread::scope(|scope| {
        if let Some(mut stdin) = child.stdin.take() {
            // One that does not read it is no mistake.
            scope.spawn(move || stdin.write_all(json));
        }
        wait(&mut child, limit)
    });
    match ended {
        Ok(Some(status)) if status.success() => Ok(()),
        Ok(Some(status)) => {
            // What it said last may still be on its way; what it started may keep the pipe open.
            let said = complaint.recv_timeout(LAST_WORDS).unwrap_or_default();
            let said = String::from_utf8_lossy(&said);
            let last = said.lines().map(str::trim).rfind(|line| !line.is_empty());
            let last = last.map_or_else(String::new, |line| format!(": {line}"));
            Err(format!("{name} failed ({status}){last}"))
        }
        Ok(None) => Err(format!("{name} took longer than {} seconds, and was ended", limit.as_secs())),
        Err(error) => Err(format!("{name}: {error}")),
    }
}

/// Waits for the end of `child`; `None` when it took too long, and was ended with all that it started.
fn wait(child: &mut Child, limit: Duration) -> std::io::Result<Option<ExitStatus>> {
    let start = Instant::now();
    loop {
        if let Some(status) = child.try_wait()? {
            return Ok(Some(status));
        }
        if start.elapsed() >= limit {
            #[cfg(unix)]
            if let Some(group) = rustix::process::Pid::from_raw(child.id().cast_signed()) {
                let _ = rustix::process::kill_process_group(group, rustix::process::Signal::KILL);
            }
            child.kill()?;
            child.wait()?;
            return Ok(None);
        }
        thread::sleep(POLL);
    }
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;
    use crate::state::Actor;

    fn called(line: &str, json: &[u8], limit: Duration) -> Result<(), String> {
        let entry = Entry {
            seq: 7,
            at: "2024-12-15T09:00:00Z".parse().expect("a moment"),
            by: Actor::Clock,
            command: "sweep".into(),
            undoes: Vec::new(),
            redoes: Vec::new(),
            events: Vec::new(),
        };
        let program = ["sh", "-c", line].map(str::to_owned);
        call(HookKind::Move, &program, &entry, json, limit)
    }

    #[test]
    fn a_hook_says_why_it_failed() {
        assert_eq!(
            called("test \"$GANGPLANK_HOOK $GANGPLANK_SEQ $GANGPLANK_BY\" = 'move 7 clock'", b"", LIMIT),
            Ok(())
        );
        assert_eq!(called("true", &vec![b' '; 1 << 20], LIMIT), Ok(()), "it need not read anything");
        for _ in 0..20 {
            let said = called("cat >&2; exit 3", b"no such channel\n", LIMIT);
            assert_eq!(said, Err("sh failed (exit status: 3): no such channel".to_owned()));
        }
    }

    #[test]
    fn a_hook_that_hangs_is_ended() {
        let said = called("sleep 100 & sleep 100", &vec![b' '; 1 << 20], Duration::from_millis(30));
        assert_eq!(said, Err("sh took longer than 0 seconds, and was ended".to_owned()));
    }
}
