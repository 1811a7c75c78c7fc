//! `gangplank undo` and `gangplank redo`.

use std::io::Write;

use clap::Args;

use super::{Failure, Shell};
use crate::state::{Command, words};
use crate::text;

/// Take back your latest change, and all that followed from it
///
/// Yours is what was signed with your name, here or on the board; repeat it to go further back. Refused where
/// somebody changed the same thing since.
#[derive(Args, Clone, Copy, Debug)]
pub struct UndoArgs {}

/// Do again what you have just taken back
#[derive(Args, Clone, Copy, Debug)]
pub struct RedoArgs {}

pub(super) fn undo(_: UndoArgs, shell: &mut Shell) -> Result<(), Failure> {
    run(&Command::Undo, "redo", shell)
}

pub(super) fn redo(_: RedoArgs, shell: &mut Shell) -> Result<(), Failure> {
    run(&Command::Redo, "undo", shell)
}

fn run(command: &Command, back: &str, shell: &mut Shell) -> Result<(), Failure> {
    let mut door = shell.open()?;
    let said = match door.submit(command, shell)? {
        Some(entry) => {
            let what = words::of(&entry, door.board());
            format!("{what} (#{}); take that back with `{}`", entry.seq, shell.call(back))
        }
        None => "nothing changed".to_owned(),
    };
    Ok(writeln!(shell.out, "{}", text::clean(&said))?)
}
