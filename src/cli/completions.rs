//! `gangplank completions`.

use std::io::Write;

use clap::Args;
use clap_complete::Shell;

use super::{CliError, Output, complete};

/// Print what a shell needs to complete commands, accounts, stages and more
///
/// The shell then asks gangplank at every press of tab. Put a line into the file that your shell reads when it starts.
/// For bash, in ~/.bashrc: source <(gangplank completions bash)
#[derive(Args, Debug)]
#[command(after_help = "Examples:\n\
    \x20 gangplank completions fish\n\
    \x20 source <(gangplank completions zsh)\n\n\
    `gangplank docs command-line` has the line for each shell.")]
pub struct CompletionsArgs {
    /// Which shell
    shell: Shell,
}

pub(super) fn run(args: &CompletionsArgs, out: &mut Output) -> Result<(), CliError> {
    let mut script = Vec::new();
    complete::write_registration(args.shell, &mut script)?;
    Ok(out.write_all(&script)?)
}
