//! Parses the command line, runs it, and turns a failure into words and an exit code.

use std::process::ExitCode;

use clap::FromArgMatches;
use gangplank::cli::{self, Cli, CliError};

fn main() -> ExitCode {
    match cli::complete::answer() {
        Ok(true) => return ExitCode::SUCCESS,
        Ok(false) => {}
        Err(error) => return fail(&error),
    }
    let parsed = cli::command_line().try_get_matches().and_then(|matches| Cli::from_arg_matches(&matches));
    let done = match parsed {
        Ok(cli) => cli::run(cli),
        // Help and versions come this way, too, and belong on the standard output.
        Err(help) if !help.use_stderr() => help.print().map_err(CliError::from),
        Err(error) => {
            // Not `error.print()`: it repeats control characters of an argument as they are.
            let sentence = error.render().to_string().replace("unrecognized subcommand", "unknown command");
            sentence.replace("similar subcommand", "similar command").lines().for_each(cli::notify);
            return CliError::Usage(error.to_string()).code();
        }
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => fail(&failure),
    }
}

fn fail(failure: &CliError) -> ExitCode {
    if let Some(sentence) = failure.sentence() {
        cli::notify(&sentence);
    }
    failure.code()
}
