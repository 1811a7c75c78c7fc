//! Why a command failed, as a sentence and as an exit code.

use std::io;
use std::process::ExitCode;

use strum::IntoStaticStr;

use crate::config::LoadError;
use crate::session::SubmitError;
use crate::state::Refusal;
use crate::store::StoreError;

/// Why a command ended without doing all that was asked.
#[derive(Debug, thiserror::Error, IntoStaticStr)]
#[strum(serialize_all = "snake_case")]
pub enum CliError {
    /// Something could not be done: exit code 1.
    #[error("{0}")]
    Error(String),
    /// The command line or a configuration file is wrong: exit code 2.
    #[error("{0}")]
    Usage(String),
    /// The board refused: exit code 3.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// The board refused every one of several accounts, which was said: exit code 3.
    #[error("every account is refused")]
    AllRefused,
    /// Something is wrong, and what it is was said: exit code 1.
    #[error("something is wrong")]
    Unhealthy,
    /// The reader of the output has closed it, and knows: exit code 0.
    #[error("nobody reads the output")]
    OutputClosed,
    /// A signal or a panic ended the board: the exit code a shell expects then.
    #[error("ended from outside, with {0}")]
    Ended(u8),
}

impl CliError {
    pub(super) fn error(sentence: impl Into<String>) -> Self {
        Self::Error(sentence.into())
    }

    pub(super) fn usage(sentence: impl Into<String>) -> Self {
        Self::Usage(sentence.into())
    }

    /// The exit code scripts see.
    pub fn code(&self) -> ExitCode {
        ExitCode::from(match self {
            Self::OutputClosed => 0,
            Self::Ended(code) => *code,
            Self::Error(_) | Self::Unhealthy => 1,
            Self::Usage(_) => 2,
            Self::Refused(_) | Self::AllRefused => 3,
        })
    }

    /// What went wrong, in one word for the log.
    pub(super) fn kind(&self) -> &'static str {
        self.into()
    }

    /// The sentence to show; `None` when nobody reads it.
    pub fn sentence(&self) -> Option<String> {
        match self {
            Self::OutputClosed | Self::Ended(_) | Self::AllRefused | Self::Unhealthy => None,
            Self::Error(_) | Self::Usage(_) => Some(format!("error: {self}")),
            Self::Refused(_) => Some(self.to_string()),
        }
    }
}

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
