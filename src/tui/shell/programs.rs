//! Runs programs beside the board, each for a bounded time and with a bounded output.

use std::io;
use std::process::Stdio;
use std::time::Duration;

use tokio::process::{Child, Command};
use tokio::time::timeout;

use crate::tui::model::programs::{OutputTo, ProgramRun, RunOutcome};

/// How many programs may run at a time. A person hardly starts more; a key held down must not start hundreds.
pub(super) const RUNNING: usize = 8;

/// After this, a program that is to go on by itself has begun to. One that is missing its file says so before.
const BEGUN: Duration = Duration::from_secs(2);

/// Runs a program until it ends or has taken too long.
pub(super) async fn run(run: ProgramRun) -> (ProgramRun, RunOutcome) {
    let outcome = match start(&run) {
        Err(error) => RunOutcome::Failed(format!("{}: {error}", run.words.first().map_or("", |word| word))),
        Ok(mut child) => match run.output {
            OutputTo::Nowhere => match timeout(BEGUN, child.wait()).await {
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
        OutputTo::Nowhere => command.stdout(Stdio::null()).stderr(Stdio::null()),
    };
    command.spawn()
}
