//! One account of another system: what stands there is read, compared, and changed where nobody else changed it.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::{Map, Value, json};

use super::{PushCandidate, TASK};
use crate::intake::signals::time;
use crate::sources::exchange::{Login, ProviderRequest, ProviderResponse, RequestMethod};
use crate::sources::failure::SourceFailure;
use crate::sources::live::SourceKind;
use crate::sources::pull::{accepted, json as answered};
use crate::state::PushedFields;
use crate::text::percent_encoded;

/// A field that somebody there set to something else meanwhile.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PushConflict {
    pub field: Arc<str>,
    /// What stands there, as a JSON text.
    pub theirs: String,
    /// What the board would write.
    pub ours: String,
}

/// What came of telling of one account.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PushOutcome {
    /// What stands there now as the board says.
    pub told: PushedFields,
    /// The fields of these that had to be written.
    pub written: Vec<Arc<str>>,
    pub conflicts: Vec<PushConflict>,
    /// Whether the account is not there any more.
    pub is_gone: bool,
}

enum PushStep {
    Look,
    Write,
    Tasks(Vec<(Arc<str>, Arc<str>)>),
    Over,
}

/// Telling of one account, in the middle of it.
pub struct AccountPush<'a> {
    kind: &'a SourceKind,
    candidate: &'a PushCandidate,
    /// What an interrupted run was about to write, by the names of fields.
    begun: &'a BTreeMap<Arc<str>, Vec<Arc<str>>>,
    /// Whether what somebody there changed is written over.
    overwrite: bool,
    step: PushStep,
    /// What the system calls the account, and its own id of it.
    remote_name: Value,
    remote_id: Value,
    /// What is to be written.
    values: Map<String, Value>,
    outcome: PushOutcome,
}

impl<'a> AccountPush<'a> {
    pub fn begin(
        kind: &'a SourceKind,
        candidate: &'a PushCandidate,
        begun: &'a BTreeMap<Arc<str>, Vec<Arc<str>>>,
        overwrite: bool,
    ) -> Self {
        Self {
            kind,
            candidate,
            begun,
            overwrite,
            step: PushStep::Look,
            remote_name: Value::Null,
            remote_id: Value::Null,
            values: Map::new(),
            outcome: PushOutcome::default(),
        }
    }

    fn fields(&self) -> impl Iterator<Item = (&'a Arc<str>, &'a Arc<str>)> + use<'a> {
        self.candidate.wanted.iter().filter(|(field, _)| !field.starts_with(TASK))
    }

    fn address(&self) -> &'a str {
        self.kind.address().unwrap_or_default()
    }

    /// The next request; nothing once all is told.
    pub fn next_request(&mut self) -> Option<ProviderRequest> {
        let id = percent_encoded(&self.candidate.remote);
        let address = self.address();
        let is_vitally = matches!(self.kind, SourceKind::Vitally { .. });
        match &self.step {
            PushStep::Look if is_vitally => {
                Some(ProviderRequest::get(format!("{address}/accounts/{id}"), Login::BasicUser))
            }
            PushStep::Look => {
                let names: Vec<String> = self.fields().map(|(field, _)| percent_encoded(field)).collect();
                let query = names.join("%2C");
                let url = format!("{address}/crm/v3/objects/companies/{id}?properties={query}");
                Some(ProviderRequest::get(url, Login::Bearer))
            }
            PushStep::Write if is_vitally => {
                let body = json!({"name": self.remote_name, "traits": self.values});
                let url = format!("{address}/accounts/{id}");
                Some(ProviderRequest::send(RequestMethod::Put, url, Login::BasicUser, body.to_string()))
            }
            PushStep::Write => {
                // An empty text is how a property is cleared there.
                let cleared = |value: &Value| if value.is_null() { json!("") } else { value.clone() };
                let values: Map<String, Value> =
                    self.values.iter().map(|(field, value)| (field.clone(), cleared(value))).collect();
                let url = format!("{address}/crm/v3/objects/companies/{id}");
                let body = json!({"properties": values}).to_string();
                Some(ProviderRequest::send(RequestMethod::Patch, url, Login::Bearer, body))
            }
            PushStep::Tasks(waiting) => {
                let (field, task) = waiting.last()?;
                let task: Map<String, Value> = serde_json::from_str(task).unwrap_or_default();
                let mut body: Map<String, Value> =
                    task.into_iter().filter(|(_, value)| !value.is_null()).collect();
                let key = field.trim_start_matches(TASK);
                body.insert("accountId".to_owned(), self.remote_id.clone());
                body.insert("externalId".to_owned(), format!("gangplank:{key}").into());
                body.insert("tags".to_owned(), json!(["gangplank"]));
                let url = format!("{address}/tasks");
                Some(ProviderRequest::post(url, Login::BasicUser, Value::Object(body).to_string()))
            }
            PushStep::Over => None,
        }
    }

    /// Takes in the answer to the request that [`AccountPush::next_request`] gave last.
    ///
    /// # Errors
    /// When the system refuses, or answers something else than it documents.
    pub fn take(&mut self, response: &ProviderResponse) -> Result<(), SourceFailure> {
        if matches!(self.step, PushStep::Look) && response.status == 404 {
            (self.outcome.is_gone, self.step) = (true, PushStep::Over);
            return Ok(());
        }
        let body = accepted(response, "the key must be allowed to write what is told")?;
        match std::mem::replace(&mut self.step, PushStep::Over) {
            PushStep::Look => self.compare(&answered(body)?),
            PushStep::Write => {
                self.note_written();
                self.step = self.tasks();
            }
            PushStep::Tasks(mut waiting) => {
                if let Some((field, task)) = waiting.pop() {
                    self.outcome.written.push(field.clone());
                    self.outcome.told.insert(field, task);
                }
                self.step = if waiting.is_empty() { PushStep::Over } else { PushStep::Tasks(waiting) };
            }
            PushStep::Over => {}
        }
        Ok(())
    }

    /// Compares what stands there with what was told last.
    fn compare(&mut self, there: &Value) {
        let values = match self.kind {
            SourceKind::Vitally { .. } => there.get("traits"),
            _ => there.get("properties"),
        };
        self.remote_name = there.get("name").cloned().unwrap_or_default();
        self.remote_id = there.get("id").cloned().unwrap_or_else(|| self.candidate.remote.as_str().into());
        for (field, ours) in self.fields() {
            let theirs = values.and_then(|values| values.get(&**field)).cloned().unwrap_or_default();
            let wanted: Value = serde_json::from_str(ours).unwrap_or_default();
            let last = self.candidate.before.get(field);
            let is_ours =
                |value: &Arc<str>| serde_json::from_str(value).is_ok_and(|value| is_same(&theirs, &value));
            if is_same(&theirs, &wanted) {
                self.outcome.told.insert(field.clone(), ours.clone());
            } else if self.overwrite
                || last.map_or_else(|| is_same(&theirs, &Value::Null), is_ours)
                || self.begun.get(field).is_some_and(|begun| begun.iter().any(is_ours))
            {
                self.values.insert(field.to_string(), wanted);
            } else {
                let (field, ours) = (field.clone(), ours.to_string());
                self.outcome.conflicts.push(PushConflict { field, theirs: theirs.to_string(), ours });
            }
        }
        self.step = if self.values.is_empty() { self.tasks() } else { PushStep::Write };
    }

    fn note_written(&mut self) {
        for (field, ours) in self.fields() {
            if self.values.contains_key(&**field) {
                self.outcome.told.insert(field.clone(), ours.clone());
                self.outcome.written.push(field.clone());
            }
        }
    }

    fn tasks(&self) -> PushStep {
        let tasks = self.candidate.wanted.iter().filter(|(field, _)| field.starts_with(TASK));
        let waiting: Vec<_> = tasks.map(|(field, task)| (field.clone(), task.clone())).collect();
        if waiting.is_empty() { PushStep::Over } else { PushStep::Tasks(waiting) }
    }

    /// What would be written, after the look: nothing is sent any more.
    pub fn planned(mut self) -> PushOutcome {
        match std::mem::replace(&mut self.step, PushStep::Over) {
            PushStep::Write => {
                self.note_written();
                self.step = self.tasks();
            }
            step => self.step = step,
        }
        if let PushStep::Tasks(waiting) = &self.step {
            for (field, task) in waiting {
                self.outcome.written.push(field.clone());
                self.outcome.told.insert(field.clone(), task.clone());
            }
        }
        self.outcome
    }

    /// Whether what stands there was read.
    pub fn has_looked(&self) -> bool {
        !matches!(self.step, PushStep::Look)
    }

    /// Whether the next request writes fields.
    pub fn is_to_write(&self) -> bool {
        matches!(self.step, PushStep::Write)
    }

    pub fn finish(self) -> PushOutcome {
        self.outcome
    }
}

/// Whether two values say the same. What is empty there is what is unknown here, and a moment may be written in several
/// ways.
fn is_same(one: &Value, other: &Value) -> bool {
    let is_nothing = |value: &Value| value.is_null() || value.as_str().is_some_and(str::is_empty);
    let moment = |value: &Value| value.is_string().then(|| time(value))?;
    one == other
        || is_nothing(one) && is_nothing(other)
        || moment(one).zip(moment(other)).is_some_and(|(one, other)| one.timestamp() == other.timestamp())
}
