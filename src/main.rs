//! Parses, runs, and turns a failure into words and an exit code.

use std::process::ExitCode;

use clap::Parser;
use gangplank::cli::{self, Cli};

fn main() -> ExitCode {
    match cli::run(Cli::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            if let Some(sentence) = failure.sentence() {
                cli::tell(&sentence);
            }
            failure.code()
        }
    }
}
