//! One reading of one provider: its requests in their order, and what the answers say.

#[cfg(feature = "mail")]
mod calendar;
mod calendly;
mod hubspot;
mod posthog;
mod stripe;
mod vitally;

use std::collections::HashSet;
use std::sync::Arc;

use chrono::{DateTime, SecondsFormat, TimeDelta, Utc};
use serde_json::Value;

#[cfg(feature = "mail")]
use self::calendar::CalendarPull;
use self::calendly::CalendlyPull;
use self::hubspot::HubSpotPull;
use self::posthog::PostHogPull;
use self::stripe::StripePull;
use self::vitally::VitallyPull;
use super::exchange::{ProviderRequest, ProviderResponse};
use super::failure::SourceFailure;
use super::live::{LiveSource, SourceKind};
use super::terms::ReadingContext;
use crate::intake::ParsedAccounts;
use crate::intake::providers::{Translation, read_accounts, settle, unclear};
use crate::state::PossibleDuplicate;
use crate::state::query::import_outcome::possible_duplicates;

/// How many requests one reading may take. A provider that never comes to an end is one that is misunderstood.
const MOST_REQUESTS: usize = 5_000;

/// How many bytes all answers to one reading may have together: some hundred thousand accounts with all their fields.
const MOST_BYTES: usize = 1 << 30;

/// One reading, in the middle of it.
pub struct Pull<'a> {
    pages: Box<dyn ProviderPages + 'a>,
    sent: usize,
    received: usize,
    /// What was asked for.
    asked: HashSet<(String, Option<String>)>,
}

/// What a reading brought.
#[derive(Debug, Default)]
pub struct Pulled {
    pub translation: Translation,
    /// The accounts among it, once they were found on the board.
    pub accounts: Option<ParsedAccounts>,
    /// Which of these may be known accounts.
    pub duplicates: Vec<PossibleDuplicate>,
    /// Where the next reading goes on.
    pub cursor: Option<Arc<str>>,
}

/// How one provider is asked for its pages.
trait ProviderPages {
    /// What the secret has to be, for a provider that refuses it.
    fn advice(&self) -> &'static str;

    /// The next request; nothing once everything was asked.
    fn next_request(&mut self) -> Option<ProviderRequest>;

    /// Takes in the answer to the request that was given last.
    ///
    /// # Errors
    /// When it is not what the provider documents.
    fn take(&mut self, body: &[u8]) -> Result<(), SourceFailure>;

    /// What all answers say together.
    fn finish(self: Box<Self>) -> Pulled;
}

/// What is wrong with a list whose next page is one that was read.
const BEGINS_ANEW: &str = "begins anew before its end";

/// From when on a list is read, and up to when it was.
#[derive(Clone, Copy)]
struct ReadSpan {
    /// Nothing where all of it is read.
    since: Option<DateTime<Utc>>,
    latest: Option<DateTime<Utc>>,
    now: DateTime<Utc>,
}

impl ReadSpan {
    /// From `cursor` on, but for an `overlap`.
    fn from(cursor: Option<&str>, overlap: TimeDelta, now: DateTime<Utc>) -> Self {
        let latest = cursor.and_then(|cursor| cursor.parse::<DateTime<Utc>>().ok());
        let since = latest.and_then(|latest| latest.checked_sub_signed(overlap));
        Self { since, latest, now }
    }

    /// Takes in when something on the list happened. What is dated ahead does not hide what happens until then.
    fn reach(&mut self, times: impl Iterator<Item = DateTime<Utc>>) {
        self.latest = self.latest.max(times.max().map(|latest| latest.min(self.now)));
    }

    /// Where the next reading goes on.
    fn cursor(self) -> Option<Arc<str>> {
        Some(self.latest?.to_rfc3339_opts(SecondsFormat::Micros, true).into())
    }
}

impl<'a> Pull<'a> {
    /// A reading of `source` from `cursor` on; nothing where nothing is asked for over a network.
    pub fn begin(source: &LiveSource, cursor: Option<&str>, context: &ReadingContext<'a>) -> Option<Self> {
        let (mappings, now) = (&context.terms.mappings, context.now.at);
        let pages: Box<dyn ProviderPages + 'a> = match &source.kind {
            SourceKind::Stripe { address } => Box::new(StripePull::begin(address, cursor, now, mappings)),
            SourceKind::Calendly { address } => Box::new(CalendlyPull::begin(address, cursor, now, mappings)),
            SourceKind::PostHog { address, project } => {
                Box::new(PostHogPull::begin(address, project, cursor, now, mappings))
            }
            SourceKind::Vitally { address, .. } => {
                Box::new(VitallyPull::begin(address, cursor, now, mappings))
            }
            SourceKind::HubSpot { address, .. } => {
                Box::new(HubSpotPull::begin(address, cursor, now, mappings))
            }
            #[cfg(feature = "mail")]
            SourceKind::Ics { address } => {
                let is_secret = source.secret.is_some();
                Box::new(CalendarPull::of_file(address, is_secret, &source.name, context))
            }
            #[cfg(feature = "mail")]
            SourceKind::CalDav { address, user } => {
                Box::new(CalendarPull::of_collection(address, user, &source.name, context))
            }
            #[cfg(not(feature = "mail"))]
            SourceKind::Ics { .. } | SourceKind::CalDav { .. } => return None,
            SourceKind::Maildir { .. } | SourceKind::Imap(_) => return None,
        };
        Some(Self { pages, sent: 0, received: 0, asked: HashSet::new() })
    }

    /// The next request; nothing once everything was asked.
    pub fn next_request(&mut self) -> Option<ProviderRequest> {
        self.pages.next_request()
    }

    /// Takes in the answer to the request that [`Pull::next_request`] gave last.
    ///
    /// # Errors
    /// When the provider refuses, or answers something else than it documents.
    pub fn take(&mut self, response: &ProviderResponse) -> Result<(), SourceFailure> {
        let endless = |why: String| Err(SourceFailure::Unreadable(format!("the provider's list {why}")));
        self.sent += 1;
        if self.sent > MOST_REQUESTS {
            return endless(format!("has no end after {MOST_REQUESTS} requests"));
        }
        self.received += response.body.len();
        if self.received > MOST_BYTES {
            return endless(format!("has no end after {} MiB", MOST_BYTES >> 20));
        }
        let body = accepted(response, self.pages.advice())?;
        self.pages.take(body)?;
        let next = self.pages.next_request();
        let is_new = next.is_none_or(|next| self.asked.insert((next.url, next.body)));
        if is_new { Ok(()) } else { endless(BEGINS_ANEW.to_owned()) }
    }

    /// What all answers say together.
    pub fn finish(self) -> Pulled {
        self.pages.finish()
    }
}

impl Pulled {
    pub fn new(translation: Translation, cursor: Option<Arc<str>>) -> Self {
        Self { translation, cursor, ..Self::default() }
    }

    /// Finds the accounts that `kind` listed on the board.
    ///
    /// # Errors
    /// When something in them can be read in two ways: what to write, and where.
    pub fn settle(&mut self, kind: &SourceKind, context: &ReadingContext<'_>) -> Result<(), SourceFailure> {
        let ReadingContext { terms, board, .. } = context;
        let listed = &self.translation.accounts;
        let Some(provider) = kind.provider().filter(|_| !listed.is_empty()) else { return Ok(()) };
        let Some(mapping) = terms.mappings.of_accounts(provider) else { return Ok(()) };
        let read = read_accounts(listed, mapping, &terms.mappings.import);
        let mut accounts = read.map_err(|error| SourceFailure::Unreadable(unclear(provider, &error)))?;
        settle(provider, &mut accounts, board);
        self.duplicates = possible_duplicates(board, &accounts.rows);
        self.accounts = Some(accounts);
        Ok(())
    }

    /// Why each record was rejected that could not be read.
    pub fn rejected(&self) -> impl Iterator<Item = &str> {
        let accounts = self.accounts.iter().flat_map(|accounts| &accounts.rejected);
        let events = self.translation.rejected.iter().map(|rejected| rejected.reason.as_str());
        events.chain(accounts.map(|rejected| rejected.reason.as_str()))
    }
}

/// The body of an answer that is one.
pub(super) fn accepted<'a>(
    response: &'a ProviderResponse,
    advice: &'static str,
) -> Result<&'a [u8], SourceFailure> {
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
pub(super) fn json(body: &[u8]) -> Result<Value, SourceFailure> {
    serde_json::from_slice(body)
        .map_err(|error| SourceFailure::Unreadable(format!("the answer is not JSON ({error})")))
}

/// Says that `field` of an answer is missing.
fn missing(field: &str) -> SourceFailure {
    SourceFailure::Unreadable(format!("`{field}` is missing in the answer"))
}

/// The rows of a page, which stand in `field`.
pub(super) fn rows<'a>(page: &'a Value, field: &str) -> Result<&'a [Value], SourceFailure> {
    page.get(field).and_then(Value::as_array).map(Vec::as_slice).ok_or_else(|| missing(field))
}
