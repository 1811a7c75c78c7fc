//! Vitally's accounts: those that were changed last come first.

use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::Value;

use super::{ProviderPages, Pulled, ReadSpan, json, rows};
use crate::intake::providers::{Provider, ProviderMappings, Translation, translate};
use crate::intake::signals::time;
use crate::sources::exchange::{Login, ProviderRequest};
use crate::sources::failure::SourceFailure;
use crate::text::percent_encoded;

/// How much earlier a reading begins than the one before ended: while one lists, accounts change.
const OVERLAP: TimeDelta = TimeDelta::hours(1);

/// Its cursor is the latest change of an account.
pub(super) struct VitallyPull<'a> {
    address: Arc<str>,
    span: ReadSpan,
    /// Where the next page begins; nothing for the first page.
    from: Option<String>,
    is_over: bool,
    translation: Translation,
    mappings: &'a ProviderMappings,
}

impl<'a> VitallyPull<'a> {
    pub(super) fn begin(
        address: &Arc<str>,
        cursor: Option<&str>,
        now: DateTime<Utc>,
        mappings: &'a ProviderMappings,
    ) -> Self {
        Self {
            address: address.clone(),
            span: ReadSpan::from(cursor, OVERLAP, now),
            from: None,
            is_over: false,
            translation: Translation::default(),
            mappings,
        }
    }
}

impl ProviderPages for VitallyPull<'_> {
    fn advice(&self) -> &'static str {
        "use a REST API key that has not been revoked, and the address of its data center"
    }

    fn next_request(&mut self) -> Option<ProviderRequest> {
        if self.is_over {
            return None;
        }
        // Those that churned, too: that they did is news.
        let mut url = format!("{}/accounts?limit=100&status=activeOrChurned&sortBy=updatedAt", self.address);
        if let Some(from) = &self.from {
            url += "&from=";
            url += &percent_encoded(from);
        }
        Some(ProviderRequest::get(url, Login::BasicUser))
    }

    fn take(&mut self, body: &[u8]) -> Result<(), SourceFailure> {
        let page = json(body)?;
        let accounts = rows(&page, "results")?;
        let updated = |account: &Value| time(account.get("updatedAt")?);
        self.span.reach(accounts.iter().filter_map(updated));
        let is_known =
            |account: &Value| updated(account).zip(self.span.since).is_some_and(|(at, since)| at < since);
        let reached = accounts.last().is_none_or(is_known);
        let at_end = page.get("atEnd").and_then(Value::as_bool).unwrap_or(false);
        self.from =
            page.get("next").and_then(Value::as_str).filter(|next| !next.is_empty()).map(str::to_owned);
        self.is_over = at_end || reached || self.from.is_none();
        self.translation.append(translate(Provider::Vitally, body, self.mappings));
        Ok(())
    }

    fn finish(self: Box<Self>) -> Pulled {
        Pulled::new(self.translation, self.span.cursor())
    }
}
