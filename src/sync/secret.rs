//! Where secrets come from: an environment variable, or a program that a person names. They are kept nowhere.

use std::io::Read;
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use crate::outgoing::Secret;
use crate::sources::{SecretFrom, SourceFailure};

/// How long the program may take. A password store may ask its person for a finger or a word.
const PATIENCE: Duration = Duration::from_secs(60);

/// How often it is looked at meanwhile.
const POLL: Duration = Duration::from_millis(20);

/// How much of what it prints is read, in bytes. No key is as long.
const MOST: u64 = 64 << 10;

/// Fetches the secret.
///
/// # Errors
/// A sentence that says what to do, and never contains what was found.
pub fn fetch(from: &SecretFrom) -> Result<Secret, SourceFailure> {
    match from {
        SecretFrom::Environment(name) => {
            let value = std::env::var(&**name).unwrap_or_default();
            Secret::new(&value).map_err(|why| {
                SourceFailure::Secret(format!("no secret in the environment variable {name} ({why}): set it"))
            })
        }
        SecretFrom::Command(words) => {
            let program = words.first().map_or("", String::as_str);
            let failed = |why: &str| SourceFailure::Secret(format!("no secret from `{program}`: {why}"));
            let output = run(words).map_err(|why| failed(&why))?;
            let text = String::from_utf8(output).map_err(|_| failed("it printed no text"))?;
            Secret::new(&text).map_err(failed)
        }
    }
}

/// What the program prints. Its standard error goes where ours goes only on a terminal of its own: a board draws there.
fn run(words: &[String]) -> Result<Vec<u8>, String> {
    let [program, arguments @ ..] = words else { return Err("no program is named".to_owned()) };
    let mut command = Command::new(program);
    command.args(arguments).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null());
    let mut child = command.spawn().map_err(|error| format!("it does not start ({error})"))?;
    let mut stdout = child.stdout.take().expect("it was piped");
    let reading = thread::spawn(move || {
        let mut printed = Vec::new();
        stdout.by_ref().take(MOST).read_to_end(&mut printed).map(|_| printed)
    });
    let began = Instant::now();
    let status = loop {
        match child.try_wait() {
            Ok(Some(status)) => break status,
            Ok(None) if began.elapsed() < PATIENCE => thread::sleep(POLL),
            Ok(None) => {
                let _ = child.kill();
                let _ = child.wait();
                return Err(format!("it does not end within {} seconds", PATIENCE.as_secs()));
            }
            Err(error) => return Err(error.to_string()),
        }
    };
    if !status.success() {
        return Err(format!("it failed ({status}): try it in a terminal"));
    }
    let printed = reading.join().map_err(|_| "it could not be read".to_owned())?;
    printed.map_err(|error| error.to_string())
}
