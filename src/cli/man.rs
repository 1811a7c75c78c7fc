//! `gangplank man`.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use clap::{Args, Command, CommandFactory};
use clap_mangen::Man;

use super::{Cli, CliError, Output, path};
use crate::text;

/// Write man pages, one for each command
///
/// Without a directory, the page of gangplank itself is written to the standard output.
#[derive(Args, Debug)]
#[command(after_help = "Examples:\n\
    \x20 gangplank man ~/.local/share/man/man1\n\
    \x20 gangplank man > gangplank.1")]
pub struct ManArgs {
    /// The directory to write them to; made if there is none
    #[arg(value_parser = path())]
    dir: Option<PathBuf>,
}

pub(super) fn run(args: &ManArgs, out: &mut Output) -> Result<(), CliError> {
    let mut program = Cli::command().disable_help_subcommand(true);
    // Names the pages of commands within commands, and gives each the flags that all share.
    program.build();
    let Some(dir) = &args.dir else { return Ok(out.write_all(&page(program)?)?) };
    let failed = |path: &Path| {
        let path = path.display().to_string();
        move |error| CliError::Error(format!("cannot write {path}: {error}"))
    };
    fs::create_dir_all(dir).map_err(failed(dir))?;
    let commands = all(program);
    for command in &commands {
        let man = Man::new(command.clone());
        let file = dir.join(man.get_filename());
        fs::write(&file, page(command.clone())?).map_err(failed(&file))?;
    }
    let done = format!("wrote {} man pages to {}", commands.len(), dir.display());
    Ok(writeln!(out, "{}", text::clean(&done))?)
}

/// `command` and all commands within it.
fn all(command: Command) -> Vec<Command> {
    let within: Vec<Command> = command.get_subcommands().cloned().flat_map(all).collect();
    std::iter::once(command).chain(within).collect()
}

fn page(command: Command) -> Result<Vec<u8>, CliError> {
    let mut page = Vec::new();
    Man::new(command).render(&mut page)?;
    Ok(page)
}
