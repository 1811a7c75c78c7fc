//! A live source, as `sources.toml` describes it.

use std::borrow::Cow;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use super::push::mapping::PushMapping;
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
    /// What it is told of the board's accounts; nothing unless somebody asks for it.
    pub push: Option<PushMapping>,
}

impl LiveSource {
    /// The source that its signals name.
    pub fn signal_source(&self) -> Cow<'static, str> {
        match &self.kind {
            SourceKind::Maildir { .. } | SourceKind::Imap(_) => "mail".into(),
            SourceKind::Ics { .. } | SourceKind::CalDav { .. } => format!("calendar:{}", self.name).into(),
            kind => kind.word().into(),
        }
    }
}

/// What is read, and from which address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SourceKind {
    /// Stripe's events.
    Stripe { address: Arc<str> },
    /// Calendly's scheduled events and their invitees.
    Calendly { address: Arc<str> },
    /// The events of a PostHog project that a mapping names.
    PostHog { address: Arc<str>, project: Arc<str> },
    /// Vitally's accounts. Whether cards move to the stages that they name.
    Vitally { address: Arc<str>, take_stages: bool },
    /// HubSpot's companies. Whether cards move to the stages that they name.
    HubSpot { address: Arc<str>, take_stages: bool },
    /// Mail in Maildirs on this machine, below this directory.
    Maildir { path: PathBuf },
    /// Mail on a server.
    Imap(ImapAccount),
    /// A file with events, whose address may be a secret itself.
    Ics { address: Arc<str> },
    /// A calendar that CalDAV keeps.
    CalDav { address: Arc<str>, user: Arc<str> },
}

/// Whose mail is read on which server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ImapAccount {
    /// `imaps://mail.example.com`
    pub address: Arc<str>,
    pub user: Arc<str>,
    pub mailboxes: Vec<Arc<str>>,
    /// Whether the secret is an access token of OAuth, and not a password.
    pub has_token: bool,
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
            Self::Maildir { .. } => "maildir",
            Self::Imap(_) => "imap",
            Self::Ics { .. } => "ics",
            Self::CalDav { .. } => "caldav",
            _ => self.provider().map_or("", Provider::word),
        }
    }

    /// Its name, for sentences.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Maildir { .. } | Self::Imap(_) => "mail",
            Self::Ics { .. } | Self::CalDav { .. } => "calendar",
            _ => self.provider().map_or("", Provider::name),
        }
    }

    /// What one of its records is called, and what several.
    pub fn nouns(&self) -> [&'static str; 2] {
        match self {
            Self::Maildir { .. } | Self::Imap(_) => ["message", "messages"],
            _ => ["event", "events"],
        }
    }

    /// Whose records it lists, if a provider's.
    pub fn provider(&self) -> Option<Provider> {
        match self {
            Self::Stripe { .. } => Some(Provider::Stripe),
            Self::Calendly { .. } => Some(Provider::Calendly),
            Self::PostHog { .. } => Some(Provider::PostHog),
            Self::Vitally { .. } => Some(Provider::Vitally),
            Self::HubSpot { .. } => Some(Provider::HubSpot),
            Self::Maildir { .. } | Self::Imap(_) | Self::Ics { .. } | Self::CalDav { .. } => None,
        }
    }

    /// The address that requests may go to; nothing where nothing is asked for over a network.
    pub fn address(&self) -> Option<&str> {
        match self {
            Self::Maildir { .. } => None,
            Self::Imap(account) => Some(&account.address),
            Self::Stripe { address }
            | Self::Calendly { address }
            | Self::PostHog { address, .. }
            | Self::Vitally { address, .. }
            | Self::HubSpot { address, .. }
            | Self::Ics { address }
            | Self::CalDav { address, .. } => Some(address),
        }
    }

    /// Whether each reading reads all of it, and not only what is new.
    pub fn is_read_as_a_whole(&self) -> bool {
        matches!(self, Self::Ics { .. } | Self::CalDav { .. })
    }

    /// Whether cards move to the stages that its accounts name.
    pub fn take_stages(&self) -> bool {
        match self {
            Self::Vitally { take_stages, .. } | Self::HubSpot { take_stages, .. } => *take_stages,
            _ => false,
        }
    }
}
