//! `gangplank note`.

use std::io::{self, Read};

use clap::Args;

use super::{Failure, Shell, account};
use crate::state::Command;

/// How long a note may be: a few lines after a meeting, not its recording.
const LONGEST: u64 = 64 * 1024;

/// Write something down about an account
#[derive(Args, Debug)]
#[command(after_help = "Examples:\n\
    \x20 gangplank note Acme they asked for the guide\n\
    \x20 gangplank note Acme - < meeting.txt")]
pub struct NoteArgs {
    /// Its external id, or its whole name
    account: String,
    /// The note; - reads it from the standard input
    #[arg(required = true)]
    text: Vec<String>,
}

pub(super) fn run(args: &NoteArgs, shell: &mut Shell) -> Result<(), Failure> {
    let text = match &args.text[..] {
        [dash] if dash == "-" => read()?,
        words => words.join(" "),
    };
    let mut door = shell.open()?;
    let account = account::find(door.board(), &args.account)?.id.clone();
    let entry = door.submit(&Command::Note { account, text: text.into() }, shell)?;
    shell.confirm(&door, entry.as_deref())
}

fn read() -> Result<String, Failure> {
    let mut text = String::new();
    let read = io::stdin().lock().take(LONGEST + 1).read_to_string(&mut text);
    match read {
        Ok(length) if length as u64 > LONGEST => Err(Failure::Usage(format!(
            "the note is longer than {} KiB: write down what matters, and keep the rest elsewhere",
            LONGEST / 1024
        ))),
        Ok(_) => Ok(text),
        Err(error) => Err(Failure::Error(format!("cannot read the note: {error}"))),
    }
}
