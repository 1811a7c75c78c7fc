//! Why a source could not be read.

use std::time::Duration;

/// Why a source could not be read. Nothing of the reading was taken.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SourceFailure {
    /// The secret is not to be had.
    #[error("{0}")]
    Secret(String),
    /// The provider does not take the secret, or it may not see what is asked for.
    #[error("the provider refuses the secret (status {status}): {advice}")]
    Refused { status: u16, advice: &'static str },
    /// The provider wants fewer requests.
    #[error("the provider asks to wait (status 429)")]
    Limited { retry_after: Option<Duration> },
    /// The provider cannot be reached, or has trouble of its own.
    #[error("{0}")]
    Unavailable(String),
    /// The answer is not what the provider documents.
    #[error("{0}")]
    Unreadable(String),
    /// The board could not keep what was read.
    #[error("{0}")]
    Store(String),
    /// Another gangplank reads this source at the moment.
    #[error("another gangplank is reading it at the moment")]
    Busy,
}

impl SourceFailure {
    /// Whether it stays so until a person does something.
    pub fn needs_a_person(&self) -> bool {
        match self {
            Self::Secret(_) | Self::Refused { .. } | Self::Unreadable(_) => true,
            Self::Limited { .. } | Self::Unavailable(_) | Self::Store(_) | Self::Busy => false,
        }
    }
}
