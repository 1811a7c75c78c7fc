//! One account of another system: what stands there is read, compared, and changed where nobody else changed it.

use std::sync::Arc;

use serde_json::{Map, Value, json};

use super::outcome::{MUST_WRITE, MUST_WRITE_IN_HUBSPOT, PushConflict, PushOutcome, is_same};
use super::tasks::TaskPushes;
use super::{BegunFields, PushCandidate, TASK};
use crate::sources::exchange::{Login, ProviderRequest, ProviderResponse, RequestMethod};
use crate::sources::failure::SourceFailure;
use crate::sources::live::{LiveSource, SourceKind};
use crate::sources::pull::{accepted, json as answered};
use crate::text::percent_encoded;

#[derive(Clone, Copy, PartialEq, Eq)]
enum PushStep {
    Look,
    LookAtTasks,
    Write,
    WriteTasks,
    Over,
}

/// Telling of one account, in the middle of it.
pub struct AccountPush<'a> {
    source: &'a LiveSource,
    candidate: &'a PushCandidate,
    /// What an interrupted run was about to write, by the names of fields.
    begun: &'a BegunFields,
    /// Whether what somebody there changed is written over.
    overwrite: bool,
    step: PushStep,
    /// What the system calls the account.
    remote_name: Value,
    /// What is to be written.
    values: Map<String, Value>,
    /// Its tasks, once the account was found.
    tasks: Option<TaskPushes<'a>>,
    outcome: PushOutcome,
}

impl<'a> AccountPush<'a> {
    pub fn begin(
        source: &'a LiveSource,
        candidate: &'a PushCandidate,
        begun: &'a BegunFields,
        overwrite: bool,
    ) -> Self {
        Self {
            source,
            candidate,
            begun,
            overwrite,
            step: PushStep::Look,
            remote_name: Value::Null,
            values: Map::new(),
            tasks: None,
            outcome: PushOutcome::default(),
        }
    }

    fn fields(&self) -> impl Iterator<Item = (&'a Arc<str>, &'a Arc<str>)> + use<'a> {
        self.candidate.wanted.iter().filter(|(field, _)| !field.starts_with(TASK))
    }

    fn is_vitally(&self) -> bool {
        matches!(self.source.kind, SourceKind::Vitally { .. })
    }

    /// The next request; nothing once all is told.
    pub fn next_request(&mut self) -> Option<ProviderRequest> {
        let id = percent_encoded(&self.candidate.remote);
        let address = self.source.kind.address().unwrap_or_default();
        match self.step {
            PushStep::Look if self.is_vitally() => {
                Some(ProviderRequest::get(format!("{address}/accounts/{id}"), Login::BasicUser))
            }
            PushStep::Look => {
                let names: Vec<String> = self.fields().map(|(field, _)| percent_encoded(field)).collect();
                let query = if names.is_empty() { "name".to_owned() } else { names.join("%2C") };
                let url = format!("{address}/crm/v3/objects/companies/{id}?properties={query}");
                Some(ProviderRequest::get(url, Login::Bearer))
            }
            PushStep::LookAtTasks => self.tasks.as_ref()?.next_look(),
            PushStep::Write if self.is_vitally() => {
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
            PushStep::WriteTasks => self.tasks.as_ref()?.next_write(),
            PushStep::Over => None,
        }
    }

    /// Takes in the answer to the request that [`AccountPush::next_request`] gave last.
    ///
    /// # Errors
    /// When the system refuses, or answers something else than it documents.
    pub fn take(&mut self, response: &ProviderResponse) -> Result<(), SourceFailure> {
        if self.step == PushStep::Look && response.status == 404 {
            (self.outcome.is_gone, self.step) = (true, PushStep::Over);
            return Ok(());
        }
        if let (PushStep::LookAtTasks, Some(tasks)) = (self.step, &mut self.tasks) {
            tasks.take_look(response)?;
            self.go_on();
            return Ok(());
        }
        let advice = if self.is_vitally() { MUST_WRITE } else { MUST_WRITE_IN_HUBSPOT };
        let body = accepted(response, advice)?;
        match self.step {
            PushStep::Look => self.compare(&answered(body)?),
            PushStep::Write => self.note_written(),
            PushStep::WriteTasks => {
                if let Some(tasks) = &mut self.tasks {
                    tasks.take_write(body, &mut self.outcome)?;
                }
            }
            PushStep::LookAtTasks | PushStep::Over => {}
        }
        self.go_on();
        Ok(())
    }

    /// Goes on to what is to be asked next.
    fn go_on(&mut self) {
        if matches!(self.step, PushStep::Look | PushStep::LookAtTasks) {
            self.step = PushStep::LookAtTasks;
            if self.next_request().is_some() {
                return;
            }
            if let Some(tasks) = &mut self.tasks {
                tasks.compare(self.overwrite, &mut self.outcome);
            }
            if !self.values.is_empty() {
                self.step = PushStep::Write;
                return;
            }
        }
        self.step = PushStep::WriteTasks;
        if self.next_request().is_none() {
            self.step = PushStep::Over;
        }
    }

    /// Compares what stands there with what was told last.
    fn compare(&mut self, there: &Value) {
        let values = there.get(if self.is_vitally() { "traits" } else { "properties" });
        self.remote_name = there.get("name").cloned().unwrap_or_default();
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
        let key = self.source.push.as_ref().and_then(|mapping| mapping.tasks.as_ref());
        self.tasks = key.map(|key| {
            let id = there.get("id").cloned().unwrap_or_else(|| self.candidate.remote.as_str().into());
            TaskPushes::begin(&self.source.kind, self.candidate, self.begun, &id, key)
        });
    }

    fn note_written(&mut self) {
        for (field, ours) in self.fields() {
            if self.values.contains_key(&**field) {
                self.outcome.told.insert(field.clone(), ours.clone());
                self.outcome.written.push(field.clone());
            }
        }
    }

    /// What would be written, after the look: nothing is sent any more.
    pub fn planned(mut self) -> PushOutcome {
        if self.step == PushStep::Write {
            self.note_written();
        }
        if let Some(tasks) = &mut self.tasks {
            tasks.plan(&mut self.outcome);
        }
        self.outcome
    }

    /// Whether what stands there was read.
    pub fn has_looked(&self) -> bool {
        !matches!(self.step, PushStep::Look | PushStep::LookAtTasks)
    }

    /// Whether the next request writes.
    pub fn is_to_write(&self) -> bool {
        matches!(self.step, PushStep::Write | PushStep::WriteTasks)
    }

    pub fn finish(self) -> PushOutcome {
        self.outcome
    }
}
