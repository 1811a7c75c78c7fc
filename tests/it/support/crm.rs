//! A CRM that keeps what it is told, as two of them do.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use serde_json::{Map, Value, json};

use crate::support::provider::{Answer, Asked, ok};

/// What stands there: the fields of accounts by their ids, and the tasks, in Vitally by our ids, in HubSpot by its own.
#[derive(Default)]
pub(crate) struct Crm {
    pub(crate) accounts: BTreeMap<String, Map<String, Value>>,
    pub(crate) tasks: BTreeMap<String, Value>,
    /// Whether searches do not show new tasks yet.
    pub(crate) is_late: bool,
    /// How often fields of an account were set to something else.
    pub(crate) changes: BTreeMap<String, usize>,
}

pub(crate) type Shared = Arc<Mutex<Crm>>;

impl Crm {
    fn merge(&mut self, id: &str, changes: &Value) {
        let Some(fields) = self.accounts.get_mut(id) else { return };
        let before = fields.clone();
        for (field, value) in changes.as_object().into_iter().flatten() {
            fields.insert(field.clone(), value.clone());
        }
        if *fields != before {
            *self.changes.entry(id.to_owned()).or_default() += 1;
        }
    }
}

pub(crate) fn vitally(crm: &Shared, asked: &Asked) -> Answer {
    let mut crm = crm.lock().expect("nobody panicked");
    let path = asked.path.trim_start_matches("/resources");
    let body: Value = serde_json::from_str(&asked.body).unwrap_or_default();
    if path.starts_with("/accounts?") {
        return ok(&json!({"results": [], "next": null, "atEnd": true}));
    }
    if path == "/tasks" && asked.method == "POST" {
        assert!(body["name"].is_string() && body["accountId"].is_string(), "{body}");
        let key = body["externalId"].as_str().expect("an id").to_owned();
        let new = json!({"id": slug(&key), "completedAt": null, "dueDate": null});
        let task = crm.tasks.entry(key).or_insert(new);
        for (field, value) in body.as_object().expect("fields") {
            task[field] = value.clone();
        }
        return ok(task);
    }
    if let Some(id) = path.strip_prefix("/tasks/") {
        let known = crm.tasks.values().find(|task| task["id"] == json!(id));
        return known.map_or_else(|| (404, Vec::new(), "{}".to_owned()), ok);
    }
    let Some(id) = path.strip_prefix("/accounts/") else { return (404, Vec::new(), "{}".to_owned()) };
    if asked.method == "PUT" {
        assert_eq!(body["name"], json!("Acme there"), "the name stays theirs");
        crm.merge(id, &body["traits"]);
    }
    let Some(traits) = crm.accounts.get(id) else { return (404, Vec::new(), "{}".to_owned()) };
    ok(&json!({"id": format!("own-{id}"), "name": "Acme there", "traits": traits}))
}

/// An id there that does not depend on what was there before.
fn slug(key: &str) -> String {
    key.replace(|c: char| !c.is_ascii_alphanumeric(), "-")
}

const TASKS: &str = "/crm/v3/objects/tasks";

pub(crate) fn hubspot(crm: &Shared, asked: &Asked) -> Answer {
    let mut crm = crm.lock().expect("nobody panicked");
    let body: Value = serde_json::from_str(&asked.body).unwrap_or_default();
    if let Some(what) = asked.path.strip_prefix(TASKS) {
        return hubspot_tasks(&mut crm, what, asked, &body);
    }
    if let Some(rest) = asked.path.strip_prefix("/crm/v4/objects/companies/") {
        let (id, query) = rest.split_once("/associations/tasks?limit=500").expect("its tasks");
        // A page has one task.
        let skipped = query.strip_prefix("&after=").map_or(0, |after| after.parse().expect("a number"));
        let tasks: Vec<_> = crm.tasks.values().filter(|task| task["company"] == json!(id)).collect();
        let page: Vec<_> = tasks.iter().skip(skipped).take(1).collect();
        let ids: Vec<_> = page.iter().map(|task| json!({"toObjectId": task["id"]})).collect();
        let next = (skipped + 1 < tasks.len()).then(|| json!({"next": {"after": (skipped + 1).to_string()}}));
        return ok(&json!({"results": ids, "paging": next}));
    }
    if asked.path.ends_with("/search") {
        return ok(&json!({"total": 0, "results": []}));
    }
    let id =
        asked.path.trim_start_matches("/crm/v3/objects/companies/").split('?').next().unwrap_or_default();
    if asked.method == "PATCH" {
        crm.merge(id, &body["properties"]);
    }
    let Some(properties) = crm.accounts.get(id) else { return (404, Vec::new(), "{}".to_owned()) };
    ok(&json!({"id": id, "properties": properties}))
}

/// What `what` of the tasks is answered with, as HubSpot's documentation has it.
fn hubspot_tasks(crm: &mut Crm, what: &str, asked: &Asked, body: &Value) -> Answer {
    let is_text = |value: &Value| value.is_string();
    if let Some(properties) = body["properties"].as_object() {
        assert!(properties.values().all(is_text), "properties are texts: {body}");
    }
    match (&*asked.method, what) {
        ("POST", "") => {
            let properties = &body["properties"];
            assert!(properties["hs_timestamp"].is_string(), "a task is due some day: {body}");
            let association = &body["associations"][0];
            assert_eq!(
                association["types"],
                json!([{"associationCategory": "HUBSPOT_DEFINED", "associationTypeId": 192}])
            );
            let mut id = slug(properties["gangplank_key"].as_str().expect("our id"));
            while crm.tasks.contains_key(&id) {
                id.push_str("-again");
            }
            let task = json!({"id": id, "properties": properties, "company": association["to"]["id"]});
            crm.tasks.insert(id, task.clone());
            (201, Vec::new(), task.to_string())
        }
        ("POST", "/search") => {
            let filter = &body["filterGroups"][0]["filters"][0];
            assert_eq!(
                (&filter["propertyName"], &filter["operator"]),
                (&json!("gangplank_key"), &json!("IN"))
            );
            let keys = filter["values"].as_array().expect("our ids");
            assert!(!keys.is_empty() && keys.len() <= 100 && keys.iter().all(is_text));
            let is_found = |task: &&Value| keys.contains(&task["properties"]["gangplank_key"]);
            let found: Vec<_> = crm.tasks.values().filter(|_| !crm.is_late).filter(is_found).collect();
            ok(&json!({"total": found.len(), "results": found}))
        }
        ("POST", "/batch/read") => {
            assert!(body["propertiesWithHistory"].is_array(), "{body}");
            let inputs = body["inputs"].as_array().expect("ids");
            let found: Vec<_> =
                inputs.iter().filter_map(|input| crm.tasks.get(input["id"].as_str()?)).collect();
            let status = if found.len() < inputs.len() { 207 } else { 200 };
            (status, Vec::new(), json!({"status": "COMPLETE", "results": found}).to_string())
        }
        ("PATCH", id) => {
            let Some(task) = crm.tasks.get_mut(&id[1..]) else { return (404, Vec::new(), "{}".to_owned()) };
            for (name, value) in body["properties"].as_object().expect("properties") {
                task["properties"][name] = value.clone();
            }
            ok(task)
        }
        what => panic!("{what:?}"),
    }
}

pub(crate) fn crm(ids: &[&str]) -> Shared {
    let accounts = ids.iter().map(|id| ((*id).to_owned(), Map::new())).collect();
    Arc::new(Mutex::new(Crm { accounts, ..Crm::default() }))
}

pub(crate) fn field(crm: &Shared, id: &str, field: &str) -> Value {
    crm.lock().expect("nobody panicked").accounts[id].get(field).cloned().unwrap_or_default()
}
