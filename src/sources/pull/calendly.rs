//! Calendly's scheduled events of an organization, and the invitees of those that may have changed.

use std::collections::HashSet;
use std::sync::Arc;

use chrono::{DateTime, SecondsFormat, TimeDelta, Utc};
use serde_json::Value;

use super::{ProviderPages, Pulled, ReadSpan, json, missing, rows};
use crate::intake::providers::{Provider, ProviderMappings, translate};
use crate::sources::exchange::{Login, ProviderRequest};
use crate::sources::failure::SourceFailure;
use crate::text::percent_encoded;

/// How long a call is looked at after it began: until then somebody may say that nobody came.
const LOOKED_AT: TimeDelta = TimeDelta::days(7);

/// How much earlier a reading begins than the one before ended.
const OVERLAP: TimeDelta = TimeDelta::hours(1);

/// Its cursor is the latest change of a scheduled event.
pub(super) struct CalendlyPull<'a> {
    address: Arc<str>,
    now: DateTime<Utc>,
    span: ReadSpan,
    step: Step,
    /// The scheduled events whose invitees are to be asked for, as paths.
    waiting: Vec<String>,
    /// All that ever waited: while one lists, events may slip from one page to the next.
    listed: HashSet<String>,
    /// All answers, a line each.
    answers: Vec<u8>,
    mappings: &'a ProviderMappings,
}

/// What is asked next.
enum Step {
    /// Which organization the token belongs to.
    Organization,
    /// A page of its scheduled events.
    Events { organization: String, page: Option<String> },
    /// A page of the invitees of the last one that waits.
    Invitees { page: Option<String> },
}

impl<'a> CalendlyPull<'a> {
    pub(super) fn begin(
        address: &Arc<str>,
        cursor: Option<&str>,
        now: DateTime<Utc>,
        mappings: &'a ProviderMappings,
    ) -> Self {
        Self {
            address: address.clone(),
            now,
            span: ReadSpan::from(cursor, OVERLAP, now),
            step: Step::Organization,
            waiting: Vec::new(),
            listed: HashSet::new(),
            answers: Vec::new(),
            mappings,
        }
    }

    /// Each answer is a document by itself.
    fn keep(&mut self, body: &[u8]) {
        self.answers.extend_from_slice(body);
        self.answers.push(b'\n');
    }
}

impl ProviderPages for CalendlyPull<'_> {
    fn advice(&self) -> &'static str {
        "use a personal access token with the scopes users:read and scheduled_events:read"
    }

    fn next_request(&mut self) -> Option<ProviderRequest> {
        let address = &self.address;
        let with_page = |mut url: String, page: &Option<String>| {
            if let Some(page) = page {
                url += "&page_token=";
                url += &percent_encoded(page);
            }
            ProviderRequest::get(url, Login::Bearer)
        };
        match &self.step {
            Step::Organization => Some(ProviderRequest::get(format!("{address}/users/me"), Login::Bearer)),
            Step::Events { organization, page } => {
                let from = (self.now - LOOKED_AT).to_rfc3339_opts(SecondsFormat::Micros, true);
                let (organization, from) = (percent_encoded(organization), percent_encoded(&from));
                let url = format!(
                    "{address}/scheduled_events?organization={organization}&min_start_time={from}&count=100\
                     &sort=start_time%3Aasc"
                );
                Some(with_page(url, page))
            }
            Step::Invitees { page } => {
                let event = self.waiting.last()?;
                Some(with_page(format!("{address}/scheduled_events/{event}/invitees?count=100"), page))
            }
        }
    }

    fn take(&mut self, body: &[u8]) -> Result<(), SourceFailure> {
        let answer = json(body)?;
        let text =
            |value: &Value, pointer: &str| value.pointer(pointer).and_then(Value::as_str).map(str::to_owned);
        let next_page = text(&answer, "/pagination/next_page_token").filter(|token| !token.is_empty());
        match &mut self.step {
            Step::Organization => {
                let organization = text(&answer, "/resource/current_organization");
                let organization = organization.ok_or_else(|| missing("resource.current_organization"))?;
                self.step = Step::Events { organization, page: None };
            }
            Step::Events { page, .. } => {
                for event in rows(&answer, "collection")? {
                    let moment = |field: &str| event.get(field)?.as_str()?.parse::<DateTime<Utc>>().ok();
                    let updated = moment("updated_at");
                    self.span.reach(updated.into_iter());
                    // What was canceled or missed after it began changes only its invitees.
                    let has_begun = moment("start_time").is_some_and(|start| start <= self.now);
                    let is_old = self.span.since.zip(updated).is_some_and(|(since, updated)| updated < since);
                    let id = event.get("uri").and_then(Value::as_str).and_then(last_part);
                    let id = id.filter(|_| has_begun || !is_old);
                    self.waiting.extend(id.filter(|id| self.listed.insert(id.clone())));
                }
                *page = next_page;
                if page.is_none() {
                    self.step = Step::Invitees { page: None };
                }
                self.keep(body);
            }
            Step::Invitees { page } => {
                *page = next_page;
                if page.is_none() {
                    self.waiting.pop();
                }
                self.keep(body);
            }
        }
        Ok(())
    }

    fn finish(self: Box<Self>) -> Pulled {
        let mut translation = translate(Provider::Calendly, &self.answers, self.mappings);
        // Their invitees say it all.
        translation.records -= translation.ignored.leave_out("scheduled_events");
        Pulled::new(translation, self.span.cursor())
    }
}

/// The id at the end of an address, where it is one: our requests go to no other place than the configured one.
fn last_part(uri: &str) -> Option<String> {
    let id = uri.rsplit('/').next()?;
    let is_id = !id.is_empty() && id.chars().all(|c| c.is_ascii_alphanumeric() || c == '-' || c == '_');
    is_id.then(|| id.to_owned())
}
