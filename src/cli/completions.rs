//! `gangplank completions`.

use std::io::Write;

use clap::Args;
use clap_complete::Shell;

use super::{CliError, Output, command_line};

/// Print a completion script for a shell
///
/// For bash, for example: gangplank completions bash > ~/.local/share/bash-completion/completions/gangplank
#[derive(Args, Debug)]
#[command(after_help = "Example:\n\
    \x20 gangplank completions zsh > ~/.zfunc/_gangplank")]
pub struct CompletionsArgs {
    /// Which shell
    shell: Shell,
}

pub(super) fn run(args: &CompletionsArgs, out: &mut Output) -> Result<(), CliError> {
    // The generator panics where its output is closed, so it writes to memory.
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut command_line(), "gangplank", &mut script);
    Ok(out.write_all(&script)?)
}
