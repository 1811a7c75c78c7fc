//! What a receiver is, as `receivers.toml` describes it, and how it fares.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::ignored_counts::IgnoredCounts;
use super::live::SecretFrom;
use super::status::{REJECTED, REMINDED};
use crate::intake::providers::{Provider, Translation};

/// The path at which a receiver says how it fares.
pub const HEALTH: &str = "/health";

/// Where a provider, or a script, tells of what happened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LiveReceiver {
    /// What people call it. Changes are signed with it.
    pub name: Arc<str>,
    pub kind: ReceiverKind,
    /// How to get at what deliveries are signed with.
    pub secret: SecretFrom,
    /// The path of its address, such as `/stripe`.
    pub path: Arc<str>,
}

/// Who delivers, and how it is known that they do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ReceiverKind {
    Stripe,
    Calendly,
    CalCom,
    /// PostHog signs nothing: the secret stands in this header.
    PostHog {
        header: Arc<str>,
    },
    HubSpot,
    /// Signals as we write them, with the secret as a bearer token.
    Signals,
}

impl ReceiverKind {
    /// Its word in `receivers.toml`.
    pub fn word(&self) -> &'static str {
        self.provider().map_or("signals", Provider::word)
    }

    /// Who delivers, for sentences.
    pub fn sender(&self) -> &'static str {
        self.provider().map_or("A script", Provider::name)
    }

    /// Whose events come in; nothing where they are signals already.
    pub fn provider(&self) -> Option<Provider> {
        match self {
            Self::Stripe => Some(Provider::Stripe),
            Self::Calendly => Some(Provider::Calendly),
            Self::CalCom => Some(Provider::CalCom),
            Self::PostHog { .. } => Some(Provider::PostHog),
            Self::HubSpot => Some(Provider::HubSpot),
            Self::Signals => None,
        }
    }
}

/// How a receiver fared when it was looked at last.
#[derive(Clone, Debug, PartialEq)]
pub struct ReceiverNews {
    pub receiver: Arc<str>,
    pub status: ReceiverStatus,
}

/// How a receiver fares. Losing it harms nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ReceiverStatus {
    /// When something last came in that was signed and is kept.
    pub received_at: Option<DateTime<Utc>>,
    /// How many signals were new.
    pub taken: u64,
    /// How many signals were known already, or had been taken back.
    pub known: u64,
    /// How many events say nothing about the board.
    pub ignored: IgnoredCounts,
    /// How many events could not be read.
    pub unreadable: u64,
    /// Why, for the latest of them.
    pub rejected: Vec<String>,
    /// When the latest of them came in.
    pub rejected_at: Option<DateTime<Utc>>,
    /// How many deliveries in a row were refused, because they were not signed as they should be.
    pub refused: u64,
    /// Why the latest of them was.
    pub refused_because: Option<String>,
    /// Why the latest delivery could not be kept; nothing once one is.
    pub error: Option<String>,
}

impl ReceiverStatus {
    /// Takes in that what `translation` holds is kept, `new` signals of it new and `known` known.
    pub fn kept(&mut self, translation: &Translation, new: usize, known: usize, now: DateTime<Utc>) {
        self.received_at = Some(now);
        self.taken += new as u64;
        self.known += known as u64;
        self.ignored.count_once(&translation.ignored);
        self.unreadable += translation.rejected.len() as u64;
        if !translation.rejected.is_empty() {
            let reasons = translation.rejected.iter().map(|rejected| rejected.reason.clone());
            self.rejected.extend(reasons);
            self.rejected_at = Some(now);
            self.rejected.drain(..self.rejected.len().saturating_sub(REJECTED));
        }
        (self.refused, self.refused_because, self.error) = (0, None, None);
    }

    /// How many events could not be read, and why the latest could not, if that is news at `now`.
    pub fn latest_unreadable(&self, now: DateTime<Utc>) -> Option<(u64, &str)> {
        let is_news = self.rejected_at.is_some_and(|at| now - at < REMINDED);
        self.rejected.last().filter(|_| is_news).map(|why| (self.unreadable, why.as_str()))
    }

    /// Takes in that a delivery was refused.
    pub fn refused(&mut self, why: String) {
        self.refused = self.refused.saturating_add(1);
        self.refused_because = Some(why);
    }
}
