//! Runs of the program that are killed while they speak with a provider, at points that a test chooses.

use std::process::{Child, ExitStatus, Stdio};
use std::sync::{Arc, Mutex};
use std::thread;

use super::dice::Dice;
use super::home::Home;
use super::provider::{Answer, Asked, FakeProvider};

/// When a run is killed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum KillPoint {
    /// Before the provider takes in this request, counted from one.
    Asked(usize),
    /// Once the provider has taken in this request, before it answers.
    TakenIn(usize),
    /// As soon as this request was answered.
    Answered(usize),
    /// As soon as the journal has grown by as many bytes.
    Written(u64),
}

impl KillPoint {
    /// A point of a run that makes `requests` requests, and whose entries end at `ends` in the journal.
    pub(crate) fn any(dice: &mut Dice, requests: usize, ends: &[u64]) -> Self {
        let request = 1 + dice.roll(requests);
        match dice.roll(5) {
            0 => Self::Asked(request),
            1 => Self::TakenIn(request),
            2 => Self::Answered(request),
            3 => Self::after(*dice.pick(ends)),
            // In the middle of an entry, mostly.
            _ => Self::Written(dice.roll(usize::try_from(ends[ends.len() - 1]).expect("a few bytes")) as u64),
        }
    }

    /// Once the entry is written that ends there.
    pub(crate) fn after(end: u64) -> Self {
        Self::Written(end - 1)
    }
}

/// How long the journal of `home` is.
pub(crate) fn length(home: &Home) -> u64 {
    std::fs::metadata(home.data().join("journal.jsonl")).map_or(0, |known| known.len())
}

/// Where each entry ends that was written since the journal of `home` was as long as `before`, counted from there.
pub(crate) fn ends(home: &Home, before: u64) -> Vec<u64> {
    let journal = std::fs::read(home.data().join("journal.jsonl")).expect("a journal");
    let new = &journal[usize::try_from(before).expect("a few bytes")..];
    let breaks = new.iter().enumerate().filter(|(_, byte)| **byte == b'\n');
    breaks.map(|(place, _)| place as u64 + 1).collect()
}

/// The run that there is, and when it is killed.
#[derive(Default)]
struct Run {
    child: Option<Child>,
    point: Option<KillPoint>,
    /// How many requests it has made.
    asked: usize,
}

impl Run {
    fn kill_at(&mut self, point: KillPoint) -> bool {
        if self.point != Some(point) {
            return false;
        }
        let child = self.child.as_mut().expect("somebody asked");
        child.kill().expect("it runs");
        child.wait().expect("it ends");
        true
    }
}

/// A provider, and the runs that are killed while they speak with it.
pub(crate) struct Killing {
    pub(crate) provider: FakeProvider,
    run: Arc<Mutex<Run>>,
}

impl Killing {
    /// Answers with what `answer` makes of a request.
    pub(crate) fn start(mut answer: impl FnMut(&Asked) -> Answer + Send + 'static) -> Self {
        let run = Arc::<Mutex<Run>>::default();
        let (asking, answered) = (run.clone(), run.clone());
        let provider = FakeProvider::watched(
            move |asked| {
                let mut run = asking.lock().expect("nobody panicked");
                run.asked += 1;
                let request = run.asked;
                if run.kill_at(KillPoint::Asked(request)) {
                    return (500, Vec::new(), String::new());
                }
                let answer = answer(asked);
                run.kill_at(KillPoint::TakenIn(request));
                answer
            },
            move || {
                let mut run = answered.lock().expect("nobody panicked");
                let request = run.asked;
                run.kill_at(KillPoint::Answered(request));
            },
        );
        Self { provider, run }
    }

    /// Runs `gangplank ARGS` in `home` until it is killed at `point`, or at its end. Says whether it was killed.
    pub(crate) fn run(&self, home: &Home, args: &[&str], point: KillPoint) -> bool {
        let before = length(home);
        {
            // Whoever asks waits until the run is known here.
            let mut run = self.run.lock().expect("nobody panicked");
            let mut command = home.process(args);
            let child = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn();
            *run = Run { child: Some(child.expect("it starts")), point: Some(point), asked: 0 };
        }
        let status = loop {
            let mut run = self.run.lock().expect("nobody panicked");
            let child = run.child.as_mut().expect("it was started");
            if let Some(status) = child.try_wait().expect("it can be waited for") {
                break status;
            }
            if matches!(point, KillPoint::Written(bytes) if length(home) > before + bytes) {
                child.kill().expect("it runs");
            }
            drop(run);
            thread::yield_now();
        };
        *self.run.lock().expect("nobody panicked") = Run::default();
        was_killed(status)
    }
}

/// Whether a process was killed, and did not end by itself.
pub(crate) fn was_killed(status: ExitStatus) -> bool {
    use std::os::unix::process::ExitStatusExt;
    status.signal() == Some(9)
}

/// How often runs are killed: `GANGPLANK_KILLS` times, or `usual`.
pub(crate) fn kills(usual: usize) -> usize {
    std::env::var("GANGPLANK_KILLS").ok().and_then(|kills| kills.parse().ok()).unwrap_or(usual)
}
