//! Vitally's tasks. One that is added with an external id that is known changes the one that has it.

use serde_json::{Map, Value, json};

use super::super::outcome::MUST_WRITE;
use super::{COMPLETED, DUE, ID, NAME, PARTS, PushedTask, TaskSystem, is_without};
use crate::sources::exchange::{Login, ProviderRequest, ProviderResponse};
use crate::sources::failure::SourceFailure;
use crate::sources::pull::{accepted, json as answered};
use crate::text::percent_encoded;

pub(super) struct VitallyTasks<'a> {
    address: &'a str,
    /// Vitally's own id of the account.
    account: Value,
    /// How many tasks were looked at.
    seen: usize,
}

impl<'a> VitallyTasks<'a> {
    pub(super) fn begin(address: &'a str, account: Value) -> Self {
        Self { address, account, seen: 0 }
    }

    /// The next task that has an id there.
    fn next(&self, tasks: &[PushedTask]) -> Option<(usize, String)> {
        let unseen = tasks.iter().enumerate().skip(self.seen);
        unseen.into_iter().find_map(|(place, task)| Some((place, task.id.clone()?)))
    }
}

impl TaskSystem for VitallyTasks<'_> {
    fn next_look(&self, tasks: &[PushedTask]) -> Option<ProviderRequest> {
        let (_, id) = self.next(tasks)?;
        let url = format!("{}/tasks/{}", self.address, percent_encoded(&id));
        Some(ProviderRequest::get(url, Login::BasicUser))
    }

    fn take_look(
        &mut self,
        response: &ProviderResponse,
        tasks: &mut [PushedTask],
    ) -> Result<(), SourceFailure> {
        let Some((place, _)) = self.next(tasks) else { return Ok(()) };
        self.seen = place + 1;
        if response.status == 404 {
            return Ok(());
        }
        let there = answered(accepted(response, MUST_WRITE)?)?;
        let is_archived = there.get("archivedAt").is_some_and(|at| !at.is_null());
        let part = |part: &str| (part.to_owned(), there.get(part).cloned().unwrap_or_default());
        tasks[place].theirs = (!is_archived).then(|| PARTS.into_iter().map(part).collect());
        Ok(())
    }

    fn write(&self, task: &PushedTask) -> ProviderRequest {
        let mut body = Map::new();
        let name = task.theirs.as_ref().and_then(|theirs| theirs.get(NAME)).or_else(|| task.ours.get(NAME));
        body.insert(NAME.to_owned(), name.cloned().unwrap_or_default());
        for part in &task.changed {
            // What never stood there has not to be taken away.
            let stood =
                task.last.iter().chain(&task.begun).chain(&task.theirs).any(|it| !is_without(part, it));
            if !is_without(part, &task.ours) || stood && [DUE, COMPLETED].contains(part) {
                body.insert((*part).to_owned(), task.ours.get(*part).cloned().unwrap_or_default());
            }
        }
        body.insert("accountId".to_owned(), self.account.clone());
        body.insert("externalId".to_owned(), task.key().into());
        if task.theirs.is_none() {
            body.insert("tags".to_owned(), json!(["gangplank"]));
        }
        debug_assert!(!body.contains_key(ID), "it is known by ours");
        let url = format!("{}/tasks", self.address);
        ProviderRequest::post(url, Login::BasicUser, Value::Object(body).to_string())
    }

    fn needs_due(&self) -> bool {
        false
    }
}
