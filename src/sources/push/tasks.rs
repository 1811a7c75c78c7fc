//! Alerts and tasks as tasks of another system. Each is looked for there by our id of it before it is added, so that none
//! stands there twice, and what somebody there changed is not written over.

mod hubspot;
mod vitally;

use std::sync::Arc;

use chrono::NaiveDate;
use serde_json::{Map, Value};

use self::hubspot::HubSpotTasks;
use self::vitally::VitallyTasks;
use super::outcome::{PushConflict, PushOutcome, is_same};
use super::{BegunFields, PushCandidate, TASK};
use crate::intake::signals::time;
use crate::sources::exchange::{ProviderRequest, ProviderResponse};
use crate::sources::failure::SourceFailure;
use crate::sources::live::SourceKind;
use crate::sources::pull::json as answered;

/// What is told of a task. When it was completed counts only as far as whether it was.
const NAME: &str = "name";
const DUE: &str = "dueDate";
const COMPLETED: &str = "completedAt";
const PARTS: [&str; 3] = [NAME, DUE, COMPLETED];

/// The id of a task there. It is no part of what is told.
const ID: &str = "id";

/// What is told of a task, by the names above.
type TaskParts = Map<String, Value>;

/// A task that is to be told of.
struct PushedTask {
    /// Its name among [`PushedFields`](crate::state::PushedFields).
    field: Arc<str>,
    ours: TaskParts,
    /// What was told last.
    last: Option<TaskParts>,
    /// What interrupted runs may have written.
    begun: Vec<TaskParts>,
    /// Its id there, as far as it is known.
    id: Option<String>,
    /// What stands there, once it was read.
    theirs: Option<TaskParts>,
    /// Which parts are to be written.
    changed: Vec<&'static str>,
}

/// How one system lists tasks and takes them.
trait TaskSystem {
    /// The next question about `tasks`; nothing once all of them were looked for.
    fn next_look(&self, tasks: &[PushedTask]) -> Option<ProviderRequest>;

    /// Takes in the answer to it.
    fn take_look(
        &mut self,
        response: &ProviderResponse,
        tasks: &mut [PushedTask],
    ) -> Result<(), SourceFailure>;

    /// Adds `task`, or changes what is to be changed of it.
    fn write(&self, task: &PushedTask) -> ProviderRequest;

    /// Whether it has no task without a due day.
    fn needs_due(&self) -> bool;
}

/// The tasks of one account, on their way to another system.
pub(super) struct TaskPushes<'a> {
    system: Box<dyn TaskSystem + 'a>,
    tasks: Vec<PushedTask>,
    /// Which of them are to be written, the next one last.
    waiting: Vec<usize>,
}

impl<'a> TaskPushes<'a> {
    /// The tasks that `candidate` is told of. Its own id there is `remote_id`, and a task there has our id of it in `key`.
    pub(super) fn begin(
        kind: &'a SourceKind,
        candidate: &'a PushCandidate,
        begun: &BegunFields,
        remote_id: &Value,
        key: &Arc<str>,
    ) -> Self {
        let wanted = candidate.wanted.iter().filter(|(field, _)| field.starts_with(TASK));
        let tasks = wanted.map(|(field, ours)| {
            let last = candidate.before.get(field).and_then(|last| parts(last));
            let begun = begun.get(field).into_iter().flatten().filter_map(|begun| parts(begun));
            PushedTask {
                field: field.clone(),
                ours: parts(ours).unwrap_or_default(),
                id: last.as_ref().and_then(|last| Some(last.get(ID)?.as_str()?.to_owned())),
                last,
                begun: begun.collect(),
                theirs: None,
                changed: Vec::new(),
            }
        });
        let tasks: Vec<PushedTask> = tasks.collect();
        let address = kind.address().unwrap_or_default();
        let system: Box<dyn TaskSystem + 'a> = if matches!(kind, SourceKind::Vitally { .. }) {
            Box::new(VitallyTasks::begin(address, remote_id.clone()))
        } else {
            let company = remote_id.as_str().unwrap_or(&candidate.remote).to_owned();
            Box::new(HubSpotTasks::begin(address, company, key.clone(), candidate.today, &tasks))
        };
        Self { system, tasks, waiting: Vec::new() }
    }

    pub(super) fn next_look(&self) -> Option<ProviderRequest> {
        self.system.next_look(&self.tasks)
    }

    pub(super) fn take_look(&mut self, response: &ProviderResponse) -> Result<(), SourceFailure> {
        self.system.take_look(response, &mut self.tasks)
    }

    /// Decides what is to be written, once everything there is known.
    pub(super) fn compare(&mut self, overwrite: bool, outcome: &mut PushOutcome) {
        let needs_due = self.system.needs_due();
        for (place, task) in self.tasks.iter_mut().enumerate() {
            if let Some(theirs) = task.compare(overwrite, needs_due) {
                let ours = Value::Object(task.ours.clone()).to_string();
                outcome.conflicts.push(PushConflict { field: task.field.clone(), theirs, ours });
            } else if task.changed.is_empty() {
                outcome.told.insert(task.field.clone(), task.told());
            } else {
                self.waiting.push(place);
            }
        }
        self.waiting.reverse();
    }

    pub(super) fn next_write(&self) -> Option<ProviderRequest> {
        Some(self.system.write(&self.tasks[*self.waiting.last()?]))
    }

    /// Takes in that the next task was written.
    pub(super) fn take_write(&mut self, body: &[u8], outcome: &mut PushOutcome) -> Result<(), SourceFailure> {
        if let Some(place) = self.waiting.pop() {
            let answer = answered(body)?;
            let task = &mut self.tasks[place];
            let ids = [answer.get(ID), answer.get("createdResourceId")];
            let named = ids.into_iter().flatten().find_map(|id| match id {
                Value::String(id) => Some(id.clone()),
                Value::Number(id) => Some(id.to_string()),
                _ => None,
            });
            task.id = task.id.take().or(named);
            task.note_written(outcome);
        }
        Ok(())
    }

    /// Notes all that is to be written as if it were.
    pub(super) fn plan(&mut self, outcome: &mut PushOutcome) {
        while let Some(place) = self.waiting.pop() {
            self.tasks[place].note_written(outcome);
        }
    }
}

impl PushedTask {
    /// Our id of it, as it stands there.
    fn key(&self) -> String {
        format!("gangplank:{}", self.field.trim_start_matches(TASK))
    }

    /// Whether an interrupted run may have added it.
    fn may_be_there(&self) -> bool {
        self.id.is_none() && !self.begun.is_empty()
    }

    /// Finds out what is to be written; what stands there, where somebody there made that of it.
    fn compare(&mut self, overwrite: bool, needs_due: bool) -> Option<String> {
        let Some(theirs) = &self.theirs else {
            // What was removed there is not missed once it is done here.
            let was_removed = self.id.is_some();
            if was_removed && is_done(&self.ours) {
                return None;
            }
            if was_removed && !overwrite {
                return Some(Value::Null.to_string());
            }
            (self.id, self.changed) = (None, PARTS.to_vec());
            return None;
        };
        for part in PARTS {
            if is_same_part(part, &self.ours, theirs)
                || needs_due && part == DUE && is_without(part, &self.ours)
            {
                continue;
            }
            let last = self.last.as_ref();
            let is_begun = self.begun.iter().any(|begun| is_same_part(part, begun, theirs));
            if !overwrite && !is_begun {
                // What did not change here may change there.
                if last.is_some_and(|last| is_same_part(part, &self.ours, last)) {
                    continue;
                }
                if !last.is_some_and(|last| is_same_part(part, last, theirs)) {
                    self.changed.clear();
                    return Some(Value::Object(theirs.clone()).to_string());
                }
            }
            self.changed.push(part);
        }
        None
    }

    /// What the board keeps of it.
    fn told(&self) -> Arc<str> {
        let mut told = self.ours.clone();
        if let Some(id) = &self.id {
            told.insert(ID.to_owned(), id.as_str().into());
        }
        Value::Object(told).to_string().into()
    }

    fn note_written(&self, outcome: &mut PushOutcome) {
        outcome.written.push(self.field.clone());
        outcome.told.insert(self.field.clone(), self.told());
    }
}

/// Whether two tasks, as JSON texts, say the same of what is told.
pub(super) fn is_told(told: &str, wanted: &str) -> bool {
    let [told, wanted] = [told, wanted].map(|text| parts(text).unwrap_or_default());
    PARTS.into_iter().all(|part| told.get(part) == wanted.get(part))
}

/// Whether `task`, as a JSON text, is completed.
pub(super) fn is_completed(task: &str) -> bool {
    parts(task).is_some_and(|task| is_done(&task))
}

fn parts(text: &str) -> Option<TaskParts> {
    serde_json::from_str(text).ok()
}

fn is_without(part: &str, task: &TaskParts) -> bool {
    is_same(task.get(part).unwrap_or(&Value::Null), &Value::Null)
}

fn is_done(task: &TaskParts) -> bool {
    !is_without(COMPLETED, task)
}

fn is_same_part(part: &str, one: &TaskParts, other: &TaskParts) -> bool {
    match part {
        COMPLETED => is_done(one) == is_done(other),
        DUE => day(one) == day(other),
        _ => is_same(one.get(part).unwrap_or(&Value::Null), other.get(part).unwrap_or(&Value::Null)),
    }
}

/// By which day a task is due.
fn day(task: &TaskParts) -> Option<NaiveDate> {
    let due = task.get(DUE)?;
    due.as_str().and_then(|due| due.parse().ok()).or_else(|| Some(time(due)?.date_naive()))
}
