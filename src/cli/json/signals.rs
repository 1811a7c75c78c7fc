//! What happened, as `show --json` lists it.

use chrono::{DateTime, Utc};
use serde::Serialize;

use crate::prose::signals;
use crate::state::Signal;

#[derive(Debug, Serialize)]
pub struct SignalJson<'a> {
    pub id: &'a str,
    pub signal: &'static str,
    pub at: DateTime<Utc>,
    pub by: Option<&'a str>,
    pub source: &'a str,
    pub text: &'static str,
    pub template: Option<&'a str>,
}

impl<'a> SignalJson<'a> {
    pub(super) fn new(signal: &'a Signal) -> Self {
        Self {
            id: signal.id.as_str(),
            signal: signal.data.kind().word(),
            at: signal.at,
            by: signal.by.as_deref(),
            source: &signal.source,
            text: signals::title(&signal.data),
            template: signal.template.as_deref(),
        }
    }
}
