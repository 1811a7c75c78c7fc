//! HubSpot's tasks, which have no id of ours: a property of them holds it.
//!
//! A search shows a new task some time after it was added. So the ids there are kept, and where a run was interrupted that
//! may have added one, the tasks of the company are read as well, which are there at once.

use std::sync::Arc;

use chrono::{NaiveDate, NaiveTime};
use serde_json::{Map, Value, json};

use super::super::outcome::MUST_WRITE_IN_HUBSPOT;
use super::{COMPLETED, DUE, NAME, PushedTask, TaskParts, TaskSystem, is_done};
use crate::intake::signals::time;
use crate::sources::exchange::{Login, ProviderRequest, ProviderResponse, RequestMethod};
use crate::sources::failure::SourceFailure;
use crate::sources::pull::{accepted, json as answered, rows};
use crate::text::percent_encoded;

/// How many tasks are asked for at once.
const AT_ONCE: usize = 100;

/// How many ids of tasks one page of a company's has.
const LISTED: usize = 500;

/// How many tasks of one company are looked through at most. One that has more has been searched at least.
const MOST_LISTED: usize = 5_000;

/// The kind of association of a task with a company.
const TASK_TO_COMPANY: u32 = 192;

const SUBJECT: &str = "hs_task_subject";
const DUE_AT: &str = "hs_timestamp";
const STATUS: &str = "hs_task_status";
const COMPLETED_AT: &str = "hs_task_completion_date";
const IS_COMPLETED: &str = "COMPLETED";

pub(super) struct HubSpotTasks<'a> {
    address: &'a str,
    company: String,
    /// The property that holds our id.
    key: Arc<str>,
    /// For tasks that are due on no day.
    today: NaiveDate,
    /// Our ids that are to be searched for.
    unsearched: Vec<String>,
    /// Where the next page of the company's tasks begins; nothing at the first one.
    after: Option<String>,
    /// Whether its tasks were all listed, as far as they are looked through.
    is_listed: bool,
    /// How many of them were.
    listed: usize,
    /// The ids there of tasks that are to be read.
    unread: Vec<String>,
}

enum TaskLook<'a> {
    Search(&'a [String]),
    List,
    Read(&'a [String]),
}

impl<'a> HubSpotTasks<'a> {
    pub(super) fn begin(
        address: &'a str,
        company: String,
        key: Arc<str>,
        today: NaiveDate,
        tasks: &[PushedTask],
    ) -> Self {
        let unsearched = tasks.iter().filter(|task| task.id.is_none()).map(PushedTask::key).collect();
        let unread = tasks.iter().filter_map(|task| task.id.clone()).collect();
        let (after, is_listed, listed) = (None, false, 0);
        Self { address, company, key, today, unsearched, after, is_listed, listed, unread }
    }

    fn look(&self, tasks: &[PushedTask]) -> Option<TaskLook<'_>> {
        if let Some(some) = self.unsearched.chunks(AT_ONCE).next() {
            return Some(TaskLook::Search(some));
        }
        if !self.is_listed && tasks.iter().any(PushedTask::may_be_there) {
            return Some(TaskLook::List);
        }
        self.unread.chunks(AT_ONCE).next().map(TaskLook::Read)
    }

    fn url(&self, what: &str) -> String {
        format!("{}/crm/v3/objects/tasks{what}", self.address)
    }

    fn properties(&self) -> [&str; 5] {
        [SUBJECT, DUE_AT, STATUS, COMPLETED_AT, &self.key]
    }

    /// Takes in tasks as they stand there.
    fn take_tasks(&self, found: &[Value], tasks: &mut [PushedTask]) {
        for there in found {
            let property = |name: &str| there.get("properties").and_then(|properties| properties.get(name));
            let key = property(&self.key).and_then(Value::as_str);
            let Some(id) = there.get("id").and_then(Value::as_str) else { continue };
            let is_it = |task: &PushedTask| match &task.id {
                Some(known) => known == id,
                None => key == Some(&task.key()),
            };
            let Some(task) = tasks.iter_mut().find(|task| is_it(task)) else { continue };
            let due = property(DUE_AT).and_then(time).map(|due| due.date_naive().to_string());
            let is_completed = property(STATUS).and_then(Value::as_str) == Some(IS_COMPLETED);
            let when = property(COMPLETED_AT).filter(|when| !when.is_null()).cloned();
            task.id = Some(id.to_owned());
            task.theirs = Some(TaskParts::from_iter([
                (NAME.to_owned(), property(SUBJECT).cloned().unwrap_or_default()),
                (DUE.to_owned(), due.into()),
                (COMPLETED.to_owned(), if is_completed { when.unwrap_or(true.into()) } else { Value::Null }),
            ]));
        }
    }

    /// The properties of `task` that `parts` of it become.
    fn values(&self, task: &PushedTask, parts: &[&'static str]) -> Map<String, Value> {
        let mut values = Map::new();
        for part in parts {
            match *part {
                NAME => values.insert(SUBJECT.to_owned(), task.ours.get(NAME).cloned().unwrap_or_default()),
                DUE => {
                    let due = task.ours.get(DUE).and_then(|due| due.as_str()?.parse().ok());
                    // Noon there is the same day nearly everywhere.
                    let noon =
                        due.unwrap_or(self.today).and_time(NaiveTime::MIN) + chrono::TimeDelta::hours(12);
                    values.insert(DUE_AT.to_owned(), format!("{}Z", noon.format("%FT%T")).into())
                }
                _ => {
                    let status = if is_done(&task.ours) { IS_COMPLETED } else { "NOT_STARTED" };
                    values.insert(STATUS.to_owned(), status.into())
                }
            };
        }
        values
    }
}

impl TaskSystem for HubSpotTasks<'_> {
    fn next_look(&self, tasks: &[PushedTask]) -> Option<ProviderRequest> {
        let post =
            |what: &str, body: &Value| ProviderRequest::post(self.url(what), Login::Bearer, body.to_string());
        Some(match self.look(tasks)? {
            TaskLook::Search(keys) => {
                let filter = json!({"propertyName": &*self.key, "operator": "IN", "values": keys});
                let body = json!({
                    "filterGroups": [{"filters": [filter]}], "properties": self.properties(), "limit": AT_ONCE,
                });
                post("/search", &body)
            }
            TaskLook::List => {
                let company = percent_encoded(&self.company);
                let after = self.after.as_ref().map(|after| format!("&after={}", percent_encoded(after)));
                let url = format!(
                    "{}/crm/v4/objects/companies/{company}/associations/tasks?limit={LISTED}{}",
                    self.address,
                    after.unwrap_or_default()
                );
                ProviderRequest::get(url, Login::Bearer)
            }
            TaskLook::Read(ids) => {
                let inputs: Vec<Value> = ids.iter().map(|id| json!({"id": id})).collect();
                let body =
                    json!({"inputs": inputs, "properties": self.properties(), "propertiesWithHistory": []});
                post("/batch/read", &body)
            }
        })
    }

    fn take_look(
        &mut self,
        response: &ProviderResponse,
        tasks: &mut [PushedTask],
    ) -> Result<(), SourceFailure> {
        let Some(look) = self.look(tasks) else { return Ok(()) };
        if response.status == 400 && matches!(look, TaskLook::Search(_)) {
            let why = format!(
                "HubSpot does not search tasks by `{}` (status 400): has it this property of tasks? `gangplank docs \
                 sources` says how to add it",
                self.key
            );
            return Err(SourceFailure::Unreadable(why));
        }
        let page = answered(accepted(response, MUST_WRITE_IN_HUBSPOT)?)?;
        let found = rows(&page, "results")?;
        match look {
            TaskLook::Search(keys) => {
                let searched = keys.len();
                self.take_tasks(found, tasks);
                self.unsearched.drain(..searched);
            }
            TaskLook::List => {
                let ids = found.iter().filter_map(|task| task.get("toObjectId"));
                let ids = ids.map(|id| id.as_str().map_or_else(|| id.to_string(), str::to_owned));
                let is_known = |id: &String| tasks.iter().any(|task| task.id.as_ref() == Some(id));
                self.unread.extend(ids.filter(|id| !is_known(id)));
                self.listed += found.len();
                let next = page.pointer("/paging/next/after");
                let next = next.and_then(|after| Some(after.as_str()?.to_owned()));
                self.is_listed =
                    next.is_none() || next == self.after || found.is_empty() || self.listed >= MOST_LISTED;
                self.after = next;
            }
            TaskLook::Read(ids) => {
                let read = ids.len();
                self.take_tasks(found, tasks);
                self.unread.drain(..read);
            }
        }
        Ok(())
    }

    fn write(&self, task: &PushedTask) -> ProviderRequest {
        let mut values = self.values(task, &task.changed);
        if let Some(id) = &task.id {
            let url = self.url(&format!("/{}", percent_encoded(id)));
            let body = json!({"properties": values});
            return ProviderRequest::send(RequestMethod::Patch, url, Login::Bearer, body.to_string());
        }
        values.insert("hs_task_type".to_owned(), "TODO".into());
        values.insert(self.key.to_string(), task.key().into());
        let kind = json!({"associationCategory": "HUBSPOT_DEFINED", "associationTypeId": TASK_TO_COMPANY});
        let body = json!({
            "properties": values, "associations": [{"to": {"id": self.company}, "types": [kind]}],
        });
        ProviderRequest::post(self.url(""), Login::Bearer, body.to_string())
    }

    fn needs_due(&self) -> bool {
        true
    }
}
