//! One reading of one provider: its requests in their order, and what the answers say.

mod calendly;
mod stripe;

use std::sync::Arc;

use chrono::{DateTime, Utc};
use serde_json::Value;

use self::calendly::CalendlyPull;
use self::stripe::StripePull;
use super::exchange::{ProviderRequest, ProviderResponse};
use super::failure::SourceFailure;
use super::live::SourceKind;
use crate::intake::providers::Translation;

/// How many requests one reading may take. A provider that never comes to an end is one that is misunderstood.
const MOST_REQUESTS: usize = 5_000;

/// One reading, in the middle of it.
pub struct Pull {
    pages: Pages,
    sent: usize,
}

/// What a reading brought.
#[derive(Debug, Default)]
pub struct Pulled {
    pub translation: Translation,
    /// Where the next reading goes on.
    pub cursor: Option<Arc<str>>,
}

enum Pages {
    Stripe(Box<StripePull>),
    Calendly(CalendlyPull),
}

impl Pull {
    /// A reading of `kind` at `now`, from `cursor` on.
    pub fn begin(kind: &SourceKind, cursor: Option<&str>, now: DateTime<Utc>) -> Self {
        let pages = match kind {
            SourceKind::Stripe { address } => {
                Pages::Stripe(Box::new(StripePull::begin(address, cursor, now)))
            }
            SourceKind::Calendly { address } => Pages::Calendly(CalendlyPull::begin(address, cursor, now)),
        };
        Self { pages, sent: 0 }
    }

    /// The next request; nothing once everything was asked.
    pub fn next_request(&mut self) -> Option<ProviderRequest> {
        match &mut self.pages {
            Pages::Stripe(pull) => pull.next_request(),
            Pages::Calendly(pull) => pull.next_request(),
        }
    }

    /// Takes in the answer to the request that [`Pull::next_request`] gave last.
    ///
    /// # Errors
    /// When the provider refuses, or answers something else than it documents.
    pub fn take(&mut self, response: &ProviderResponse) -> Result<(), SourceFailure> {
        self.sent += 1;
        if self.sent > MOST_REQUESTS {
            let why = format!("the provider's list has no end after {MOST_REQUESTS} requests");
            return Err(SourceFailure::Unreadable(why));
        }
        let body = accepted(response, self.advice())?;
        match &mut self.pages {
            Pages::Stripe(pull) => pull.take(body),
            Pages::Calendly(pull) => pull.take(body),
        }
    }

    /// What all answers say together.
    pub fn finish(self) -> Pulled {
        match self.pages {
            Pages::Stripe(pull) => pull.finish(),
            Pages::Calendly(pull) => pull.finish(),
        }
    }

    /// What the secret has to be, for a provider that refuses it.
    fn advice(&self) -> &'static str {
        match self.pages {
            Pages::Stripe(_) => "use a restricted key that may read events, of the right account and mode",
            Pages::Calendly(_) => "use a personal access token that has not been revoked",
        }
    }
}

/// The body of an answer that is one.
fn accepted<'a>(response: &'a ProviderResponse, advice: &'static str) -> Result<&'a [u8], SourceFailure> {
    match response.status {
        200..=299 => Ok(&response.body),
        status @ (401 | 403) => Err(SourceFailure::Refused { status, advice }),
        429 => Err(SourceFailure::Limited { retry_after: response.retry_after }),
        status @ 300..=399 => Err(SourceFailure::Unreadable(format!(
            "the address answers with a redirect (status {status}), and none is followed: correct `address`"
        ))),
        404 => Err(SourceFailure::Unreadable(
            "nothing is at this address (status 404): correct `address`".to_owned(),
        )),
        status @ 500..=599 => {
            Err(SourceFailure::Unavailable(format!("the provider has trouble of its own (status {status})")))
        }
        status => {
            Err(SourceFailure::Unreadable(format!("the provider did not take the request (status {status})")))
        }
    }
}

/// An answer of JSON.
fn json(body: &[u8]) -> Result<Value, SourceFailure> {
    serde_json::from_slice(body)
        .map_err(|error| SourceFailure::Unreadable(format!("the answer is not JSON ({error})")))
}

/// Says that `field` of an answer is missing.
fn missing(field: &str) -> SourceFailure {
    SourceFailure::Unreadable(format!("`{field}` is missing in the answer"))
}
