//! The events of a PostHog project that the mapping names, by a query in HogQL: the oldest first.

use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::{Value, json};

use super::{BEGINS_ANEW, ProviderPages, Pulled, ReadSpan, json as answered, missing, rows};
use crate::intake::providers::{Provider, ProviderMappings, Translation, translate};
use crate::intake::signals::time;
use crate::sources::exchange::{Login, ProviderRequest};
use crate::sources::failure::SourceFailure;
use crate::text::percent_encoded;

/// How many events one answer has at most.
const PAGE: usize = 1_000;

/// How much earlier a reading begins than the one before ended: events may arrive late.
const OVERLAP: TimeDelta = TimeDelta::hours(6);

/// How far back the first reading goes.
const FIRST: TimeDelta = TimeDelta::days(30);

/// Its cursor is the time of the newest event.
pub(super) struct PostHogPull<'a> {
    address: Arc<str>,
    project: Arc<str>,
    since: DateTime<Utc>,
    span: ReadSpan,
    offset: usize,
    /// The events of the latest page.
    latest_page: Vec<Value>,
    is_over: bool,
    translation: Translation,
    mappings: &'a ProviderMappings,
}

impl<'a> PostHogPull<'a> {
    pub(super) fn begin(
        address: &Arc<str>,
        project: &Arc<str>,
        cursor: Option<&str>,
        now: DateTime<Utc>,
        mappings: &'a ProviderMappings,
    ) -> Self {
        let span = ReadSpan::from(cursor, OVERLAP, now);
        Self {
            address: address.clone(),
            project: project.clone(),
            since: span.since.unwrap_or(now - FIRST),
            span,
            offset: 0,
            latest_page: Vec::new(),
            // Where no event is a signal, there is nothing to ask for.
            is_over: mappings.posthog().names().next().is_none(),
            translation: Translation::default(),
            mappings,
        }
    }

    /// The query for the next page.
    fn query(&self) -> String {
        let names: Vec<String> = self.mappings.posthog().names().map(quoted).collect();
        format!(
            "SELECT uuid, event, distinct_id, timestamp, properties, person.id AS person_id, \
             person.properties AS person_properties FROM events WHERE event IN ({}) AND timestamp >= \
             toDateTime({}) ORDER BY timestamp, uuid LIMIT {PAGE} OFFSET {}",
            names.join(", "),
            quoted(&self.since.format("%Y-%m-%dT%H:%M:%SZ").to_string()),
            self.offset
        )
    }
}

impl ProviderPages for PostHogPull<'_> {
    fn advice(&self) -> &'static str {
        "use a personal API key of this project with the scope query:read, and the address of its region"
    }

    fn next_request(&mut self) -> Option<ProviderRequest> {
        if self.is_over {
            return None;
        }
        let url = format!("{}/api/projects/{}/query/", self.address, percent_encoded(&self.project));
        let body = json!({"query": {"kind": "HogQLQuery", "query": self.query()}});
        Some(ProviderRequest::post(url, Login::Bearer, body.to_string()))
    }

    fn take(&mut self, body: &[u8]) -> Result<(), SourceFailure> {
        let page = answered(body)?;
        let events = rows(&page, "results")?;
        let columns = rows(&page, "columns")?;
        let column = columns.iter().position(|column| column.as_str() == Some("timestamp"));
        let column = column.ok_or_else(|| missing("timestamp"))?;
        self.span.reach(events.iter().filter_map(|event| time(event.get(column)?)));
        self.offset += events.len();
        self.is_over = events.len() < PAGE;
        if !self.is_over && self.latest_page == events {
            return Err(SourceFailure::Unreadable(format!("the provider's list {BEGINS_ANEW}")));
        }
        self.latest_page = events.to_vec();
        self.translation.append(translate(Provider::PostHog, body, self.mappings));
        Ok(())
    }

    fn finish(self: Box<Self>) -> Pulled {
        Pulled::new(self.translation, self.span.cursor())
    }
}

/// `text` as a text of HogQL.
fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\\', "\\\\").replace('\'', "\\'"))
}

#[cfg(test)]
mod tests {
    use super::quoted;

    #[test]
    fn a_name_cannot_end_the_text_it_stands_in() {
        assert_eq!(quoted("merch store purchase"), "'merch store purchase'");
        assert_eq!(quoted(r"it's \"), r"'it\'s \\'");
    }
}
