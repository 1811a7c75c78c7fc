//! A live source, as `sources.toml` describes it.

use std::sync::Arc;
use std::time::Duration;

use crate::intake::providers::Provider;

/// Where a board hears from by itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LiveSource {
    /// What people call it. Cursors are kept by it.
    pub name: Arc<str>,
    pub kind: SourceKind,
    /// How to get at the secret; nothing where none is needed.
    pub secret: Option<SecretFrom>,
    /// How long to wait between two readings while a board is open.
    pub every: Duration,
}

/// What is read, and from which address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SourceKind {
    /// Stripe's events.
    Stripe { address: Arc<str> },
    /// Calendly's scheduled events and their invitees.
    Calendly { address: Arc<str> },
}

/// Where the secret comes from. The secret itself is never in a file of ours.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SecretFrom {
    /// An environment variable.
    Environment(Arc<str>),
    /// What a program prints, without the line break at its end. No shell reads the words.
    Command(Vec<String>),
}

impl SourceKind {
    /// Its word in `sources.toml`.
    pub fn word(&self) -> &'static str {
        match self {
            Self::Stripe { .. } => "stripe",
            Self::Calendly { .. } => "calendly",
        }
    }

    /// Whose events it lists.
    pub fn provider(&self) -> Provider {
        match self {
            Self::Stripe { .. } => Provider::Stripe,
            Self::Calendly { .. } => Provider::Calendly,
        }
    }

    /// The address that requests may go to.
    pub fn address(&self) -> &str {
        match self {
            Self::Stripe { address } | Self::Calendly { address } => address,
        }
    }
}
