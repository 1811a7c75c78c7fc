//! HubSpot's companies, by searches: those that were changed longest ago come first.

use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::{Value, json};

use super::{ProviderPages, Pulled, ReadSpan, json as answered, rows};
use crate::intake::Meaning;
use crate::intake::providers::{Provider, ProviderMappings, Translation, translate};
use crate::intake::signals::time;
use crate::sources::exchange::{Login, ProviderRequest};
use crate::sources::failure::SourceFailure;

/// How many companies one answer has at most.
const PAGE: usize = 200;

/// How many companies one search shows, on all its pages together.
const SHOWN: usize = 10_000;

/// How much earlier a reading begins than the one before ended: searches show changes late.
const OVERLAP: TimeDelta = TimeDelta::minutes(15);

/// The property that says when a company was last changed.
const CHANGED: &str = "hs_lastmodifieddate";

/// What is asked for beside the properties that the mapping names.
const KNOWN: [&str; 4] = ["name", "domain", "country", CHANGED];

/// Its cursor is the latest change of a company.
pub(super) struct HubSpotPull<'a> {
    address: Arc<str>,
    span: ReadSpan,
    /// Where the next page begins; nothing for the first page.
    after: Option<String>,
    /// How many companies this search has shown.
    shown: usize,
    is_over: bool,
    translation: Translation,
    mappings: &'a ProviderMappings,
}

impl<'a> HubSpotPull<'a> {
    pub(super) fn begin(
        address: &Arc<str>,
        cursor: Option<&str>,
        now: DateTime<Utc>,
        mappings: &'a ProviderMappings,
    ) -> Self {
        Self {
            address: address.clone(),
            span: ReadSpan::from(cursor, OVERLAP, now),
            after: None,
            shown: 0,
            is_over: false,
            translation: Translation::default(),
            mappings,
        }
    }

    /// The properties that say something here.
    fn properties(&self) -> Vec<&str> {
        let columns = self.mappings.hubspot().columns.iter();
        let mapped = columns.filter(|(_, meanings)| **meanings != [Meaning::Ignore]);
        let mut all: Vec<&str> = KNOWN.into_iter().chain(mapped.map(|(name, _)| name.as_str())).collect();
        all.sort_unstable();
        all.dedup();
        all
    }
}

impl ProviderPages for HubSpotPull<'_> {
    fn advice(&self) -> &'static str {
        "use the token of a private app with the scope crm.objects.companies.read"
    }

    fn next_request(&mut self) -> Option<ProviderRequest> {
        if self.is_over {
            return None;
        }
        let changed = |since: DateTime<Utc>| {
            let value = since.timestamp_millis().to_string();
            json!([{"filters": [{"propertyName": CHANGED, "operator": "GTE", "value": value}]}])
        };
        let mut search = json!({
            "filterGroups": self.span.since.map_or_else(|| json!([]), changed),
            "properties": self.properties(),
            "sorts": [{"propertyName": CHANGED, "direction": "ASCENDING"}],
            "limit": PAGE,
        });
        if let Some(after) = &self.after {
            search["after"] = after.as_str().into();
        }
        let url = format!("{}/crm/v3/objects/companies/search", self.address);
        Some(ProviderRequest::post(url, Login::Bearer, search.to_string()))
    }

    fn take(&mut self, body: &[u8]) -> Result<(), SourceFailure> {
        let page = answered(body)?;
        let companies = rows(&page, "results")?;
        let changed = |company: &Value| {
            let properties = company.get("properties").and_then(|it| it.get(CHANGED));
            time(properties.or_else(|| company.get("updatedAt"))?)
        };
        self.span.reach(companies.iter().filter_map(changed));
        self.shown += companies.len();
        let after = page.pointer("/paging/next/after");
        self.after =
            after.and_then(|it| it.as_str().map(str::to_owned).or_else(|| Some(it.as_i64()?.to_string())));
        if companies.is_empty() || self.after.is_none() {
            self.is_over = true;
        } else if self.shown + PAGE > SHOWN {
            // A new search, from the last one of this search on.
            let last = companies.iter().rev().find_map(changed);
            if last.is_none() || last == self.span.since {
                let why = format!("more than {SHOWN} companies were changed in one moment: import them once");
                return Err(SourceFailure::Unreadable(why));
            }
            (self.span.since, self.after, self.shown) = (last, None, 0);
        }
        self.translation.append(translate(Provider::HubSpot, body, self.mappings));
        Ok(())
    }

    fn finish(self: Box<Self>) -> Pulled {
        Pulled::new(self.translation, self.span.cursor())
    }
}
