//! Stripe's events, as `GET /v1/events` lists them: the newest first, and none older than 30 days.

use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::Value;

use super::{ProviderPages, Pulled, json, rows};
use crate::intake::providers::{Provider, ProviderMappings, Translation, translate};
use crate::sources::exchange::{Login, ProviderRequest};
use crate::sources::failure::SourceFailure;
use crate::text::percent_encoded;

/// What says something about the board. Stripe takes 20 at most.
const TYPES: [&str; 8] = [
    "invoice.payment_failed",
    "invoice.paid",
    "invoice.payment_succeeded",
    "invoice.voided",
    "invoice.marked_uncollectible",
    "invoice.upcoming",
    "customer.subscription.deleted",
    "customer.subscription.updated",
];

/// How much earlier a reading begins than the one before ended: events may be listed late.
const OVERLAP: TimeDelta = TimeDelta::hours(1);

/// How long Stripe keeps events.
const KEPT: TimeDelta = TimeDelta::days(30);

/// Its cursor is the time of the newest event, in seconds.
pub(super) struct StripePull<'a> {
    address: Arc<str>,
    now: i64,
    since: i64,
    newest: Option<i64>,
    /// The event after which the next page begins; nothing for the first page.
    after: Option<String>,
    is_over: bool,
    translation: Translation,
    mappings: &'a ProviderMappings,
}

impl<'a> StripePull<'a> {
    pub(super) fn begin(
        address: &Arc<str>,
        cursor: Option<&str>,
        now: DateTime<Utc>,
        mappings: &'a ProviderMappings,
    ) -> Self {
        let newest = cursor.and_then(|cursor| cursor.parse::<i64>().ok());
        let oldest = (now - KEPT).timestamp();
        let since = newest.map_or(oldest, |newest| newest.saturating_sub(OVERLAP.num_seconds()).max(oldest));
        Self {
            address: address.clone(),
            now: now.timestamp(),
            since,
            newest,
            after: None,
            is_over: false,
            translation: Translation::default(),
            mappings,
        }
    }
}

impl ProviderPages for StripePull<'_> {
    fn advice(&self) -> &'static str {
        "use a restricted key that may read events, of the right account and mode"
    }

    fn next_request(&mut self) -> Option<ProviderRequest> {
        if self.is_over {
            return None;
        }
        let mut url = format!("{}/v1/events?limit=100&created[gte]={}", self.address, self.since);
        for kind in TYPES {
            url += "&types[]=";
            url += kind;
        }
        if let Some(after) = &self.after {
            url += "&starting_after=";
            url += &percent_encoded(after);
        }
        Some(ProviderRequest::get(url.replace('[', "%5B").replace(']', "%5D"), Login::Bearer))
    }

    fn take(&mut self, body: &[u8]) -> Result<(), SourceFailure> {
        let page = json(body)?;
        let events = rows(&page, "data")?;
        let created = events.iter().filter_map(|event| event.get("created")?.as_i64()).max();
        // What is dated ahead does not hide what happens until then.
        self.newest = self.newest.max(created.map(|created| created.min(self.now)));
        let has_more = page.get("has_more").and_then(Value::as_bool).unwrap_or(false);
        match events.last().and_then(|event| event.get("id")?.as_str()) {
            Some(last) if has_more => self.after = Some(last.to_owned()),
            Some(_) | None => self.is_over = true,
        }
        self.translation.append(translate(Provider::Stripe, body, self.mappings));
        Ok(())
    }

    fn finish(self: Box<Self>) -> Pulled {
        let cursor = self.newest.map(|newest| newest.to_string().into());
        Pulled::new(self.translation, cursor)
    }
}
