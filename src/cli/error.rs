//! Why a command failed, as a sentence and as an exit code.

use std::fmt;
use std::io;
use std::process::ExitCode;

use crate::config::LoadError;
use crate::session::SubmitError;
use crate::state::Refusal;
use crate::store::StoreError;

/// What went wrong.
#[derive(Debug)]
pub enum CliError {
    /// Something could not be done: exit code 1.
    Error(String),
    /// It was asked for wrongly, or a configuration file is wrong: exit code 2.
    Usage(String),
    /// The board said no: exit code 3.
    Refused(Refusal),
    /// Whoever read our output has gone. They know; exit code 0.
    OutputClosed,
    /// A signal or a panic ended the board: the exit code a shell expects then.
    Ended(u8),
}

impl CliError {
    /// The exit code scripts see.
    pub fn code(&self) -> ExitCode {
        ExitCode::from(match self {
            Self::OutputClosed => 0,
            Self::Ended(code) => *code,
            Self::Error(_) => 1,
            Self::Usage(_) => 2,
            Self::Refused(_) => 3,
        })
    }

    /// What went wrong, in one word for the log.
    pub(super) fn kind(&self) -> &'static str {
        match self {
            Self::Error(_) => "error",
            Self::Usage(_) => "usage",
            Self::Refused(_) => "refused",
            Self::OutputClosed => "output_closed",
            Self::Ended(_) => "ended",
        }
    }

    /// The sentence to show; `None` when nobody reads it.
    pub fn sentence(&self) -> Option<String> {
        match self {
            Self::OutputClosed | Self::Ended(_) => None,
            Self::Error(_) | Self::Usage(_) => Some(format!("error: {self}")),
            Self::Refused(_) => Some(self.to_string()),
        }
    }
}

impl fmt::Display for CliError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Error(what) | Self::Usage(what) => f.write_str(what),
            Self::Refused(refusal) => refusal.fmt(f),
            Self::OutputClosed => f.write_str("nobody reads the output"),
            Self::Ended(code) => write!(f, "ended from outside, with {code}"),
        }
    }
}

impl std::error::Error for CliError {}

impl From<io::Error> for CliError {
    /// An error of writing the output; every other kind of input and output has an error type of its own.
    fn from(error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::BrokenPipe => Self::OutputClosed,
            _ => Self::Error(format!("cannot write the output: {error}")),
        }
    }
}

impl From<serde_json::Error> for CliError {
    fn from(error: serde_json::Error) -> Self {
        io::Error::from(error).into()
    }
}

impl From<Refusal> for CliError {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

impl From<StoreError> for CliError {
    fn from(error: StoreError) -> Self {
        Self::Error(error.to_string())
    }
}

impl From<SubmitError> for CliError {
    fn from(error: SubmitError) -> Self {
        match error {
            SubmitError::Refused(refusal) => refusal.into(),
            SubmitError::Store(error) => error.into(),
        }
    }
}

impl From<LoadError> for CliError {
    fn from(error: LoadError) -> Self {
        match error {
            LoadError::Read { .. } => Self::Error(error.to_string()),
            LoadError::ConfigError(_) | LoadError::NoHomeDirectory(_) => Self::Usage(error.to_string()),
        }
    }
}
