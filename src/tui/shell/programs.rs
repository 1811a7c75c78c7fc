//! Runs programs beside the board, each for a bounded time and with a bounded output.

use std::io;
use std::process::Stdio;
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncReadExt};
use tokio::process::{Child, Command};
use tokio::time::timeout;

use crate::tui::model::programs::{OutputTo, ProgramRun, RunOutcome};

/// How many programs may run at a time. A person hardly starts more; a key held down must not start hundreds.
pub(super) const RUNNING: usize = 8;

/// How long a program may take. The slowest request to a web server ends before; what takes longer wants a terminal of
/// its own.
const LIMIT: Duration = Duration::from_secs(60);

/// How much of the output is kept, in bytes: more lines than anybody reads in a pane.
const KEPT: usize = 64 << 10;

/// How long what a program wrote last may stay in the pipe after its end. What it left running may keep the pipe open.
const DRAIN: Duration = Duration::from_millis(300);

/// After this, a program that is to go on by itself has begun to. One that is missing its file says so before.
const BEGUN: Duration = Duration::from_secs(2);

/// Runs a program until it ends or has taken too long.
pub(super) async fn run(run: ProgramRun) -> (ProgramRun, RunOutcome) {
    let outcome = match start(&run) {
        Err(error) => RunOutcome::Failed(format!("{}: {error}", run.words.first().map_or("", |word| word))),
        Ok(mut child) => match run.output {
            OutputTo::Nowhere | OutputTo::Pane | OutputTo::Note => wait(&mut child, LIMIT).await,
            OutputTo::Background => match timeout(BEGUN, child.wait()).await {
                Ok(Ok(status)) => RunOutcome::Ended { code: status.code(), output: String::new() },
                Ok(Err(error)) => RunOutcome::Failed(error.to_string()),
                Err(_) => RunOutcome::GoesOn,
            },
        },
    };
    (run, outcome)
}

fn start(run: &ProgramRun) -> io::Result<Child> {
    let missing = || io::Error::new(io::ErrorKind::InvalidInput, "no program is named");
    let (program, args) = run.words.split_first().ok_or_else(missing)?;
    let mut command = Command::new(program);
    command.args(args).envs(run.variables.iter().map(|(name, value)| (name, value))).stdin(Stdio::null());
    // A group of its own: a Ctrl-C in the terminal is not meant for it, and all of it can be ended.
    #[cfg(unix)]
    command.process_group(0);
    match run.output {
        OutputTo::Background => command.stdout(Stdio::null()).stderr(Stdio::null()),
        // Colours would only be in the way of who reads it here.
        OutputTo::Nowhere | OutputTo::Pane | OutputTo::Note => command
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .env("NO_COLOR", "1")
            .env("TERM", "dumb")
            .kill_on_drop(true),
    };
    command.spawn()
}

/// Waits for the end of `child`, at most for `limit`; then it is ended with all that it started.
async fn wait(child: &mut Child, limit: Duration) -> RunOutcome {
    let (stdout, stderr) = (child.stdout.take(), child.stderr.take());
    let group = child.id();
    let (mut written, mut complained) = (Vec::new(), Vec::new());
    let ended = {
        let reading = async { tokio::join!(read(stdout, &mut written), read(stderr, &mut complained)) };
        tokio::pin!(reading);
        let ended = async {
            tokio::select! {
                status = child.wait() => {
                    let _ = timeout(DRAIN, &mut reading).await;
                    status
                }
                _ = &mut reading => child.wait().await,
            }
        };
        timeout(limit, ended).await
    };
    written.extend(complained);
    match ended {
        Ok(Ok(status)) => {
            let output = String::from_utf8_lossy(&written).into_owned();
            RunOutcome::Ended { code: status.code(), output }
        }
        Ok(Err(error)) => RunOutcome::Failed(error.to_string()),
        Err(_) => {
            end_group(group);
            RunOutcome::TimedOut
        }
    }
}

/// Reads `pipe` to its end, and keeps its beginning: a program whose pipe is full would wait for ever.
async fn read(pipe: Option<impl AsyncRead + Unpin>, kept: &mut Vec<u8>) {
    let Some(mut pipe) = pipe else { return };
    let mut bytes = vec![0; 8 << 10];
    while let Ok(count @ 1..) = pipe.read(&mut bytes).await {
        kept.extend(&bytes[..count.min(KEPT - kept.len())]);
    }
}

/// Ends a program and all that it started.
fn end_group(leader: Option<u32>) {
    #[cfg(unix)]
    if let Some(group) = leader.and_then(|id| rustix::process::Pid::from_raw(id.cast_signed())) {
        // They may just have ended by themselves.
        let _ = rustix::process::kill_process_group(group, rustix::process::Signal::KILL);
    }
    #[cfg(not(unix))]
    let _ = leader;
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;
    use crate::state::AccountId;

    fn ran(line: &str, limit: Duration) -> RunOutcome {
        let run = ProgramRun {
            account: AccountId::new("acme"),
            title: "Test".into(),
            words: ["sh", "-c", line].map(str::to_owned).into(),
            variables: vec![("GANGPLANK_1".into(), "$(id); `x` 'y'".into())],
            output: OutputTo::Pane,
        };
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("it starts");
        runtime.block_on(async { wait(&mut start(&run).expect("there is a shell"), limit).await })
    }

    fn ended(code: i32, output: &str) -> RunOutcome {
        RunOutcome::Ended { code: Some(code), output: output.into() }
    }

    #[test]
    fn output_and_exit_code_are_kept() {
        assert_eq!(
            ran("echo \"${GANGPLANK_1}\"; echo oh >&2; exit 3", LIMIT),
            ended(3, "$(id); `x` 'y'\noh\n")
        );
        assert_eq!(
            ran("sleep 100 & echo on", LIMIT),
            ended(0, "on\n"),
            "what it leaves behind is not waited for"
        );
    }

    #[test]
    fn much_output_is_cut_and_does_not_block() {
        let RunOutcome::Ended { code: Some(0), output } = ran("yes | head -c 1000000", LIMIT) else {
            panic!("it ends");
        };
        assert_eq!(output.len(), KEPT);
    }

    #[test]
    fn what_takes_too_long_is_ended() {
        assert_eq!(ran("sleep 100", Duration::from_millis(50)), RunOutcome::TimedOut);
    }
}
