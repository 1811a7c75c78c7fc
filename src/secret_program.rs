//! A secret that a program prints, such as a password store: the person's own settings name it.

use std::io::Read as _;
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

/// How long the program may take. A password store may ask its person for a finger or a word.
const PATIENCE: Duration = Duration::from_secs(60);

/// How often it is looked at meanwhile.
const POLL: Duration = Duration::from_millis(20);

/// How much of what it prints is read, in bytes. No secret is as long.
const MOST: u64 = 64 << 10;

/// What the program that `words` name prints. It asks its person in ways of its own: its standard error is not shown, as a board
/// may draw there.
///
/// # Errors
/// The rest of a sentence, which never contains what was printed.
#[expect(clippy::missing_panics_doc, reason = "it cannot: what is taken was piped")]
pub fn printed(words: &[String]) -> Result<String, String> {
    let [program, arguments @ ..] = words else { return Err("no program is named".to_owned()) };
    let mut command = Command::new(program);
    command.args(arguments).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null());
    let mut child = command.spawn().map_err(|error| format!("it does not start ({error})"))?;
    let stdout = child.stdout.take().expect("it was piped");
    let reading = thread::spawn(move || {
        let mut printed = Vec::new();
        stdout.take(MOST).read_to_end(&mut printed).map(|_| printed)
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
    let printed = printed.map_err(|error| error.to_string())?;
    String::from_utf8(printed).map_err(|_| "it printed no text".to_owned())
}
