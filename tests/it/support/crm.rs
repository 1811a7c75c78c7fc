//! A CRM that keeps what it is told, as two of them do.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use serde_json::{Map, Value, json};

use crate::support::provider::{Answer, Asked, ok};

/// What stands there: the fields of accounts by their ids, and the tasks by our ids.
#[derive(Default)]
pub(crate) struct Crm {
    pub(crate) accounts: BTreeMap<String, Map<String, Value>>,
    pub(crate) tasks: BTreeMap<String, Value>,
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
        crm.tasks.insert(body["externalId"].as_str().expect("an id").to_owned(), body.clone());
        return ok(&json!({"id": "t-1"}));
    }
    let Some(id) = path.strip_prefix("/accounts/") else { return (404, Vec::new(), "{}".to_owned()) };
    if asked.method == "PUT" {
        assert_eq!(body["name"], json!("Acme there"), "the name stays theirs");
        crm.merge(id, &body["traits"]);
    }
    let Some(traits) = crm.accounts.get(id) else { return (404, Vec::new(), "{}".to_owned()) };
    ok(&json!({"id": format!("own-{id}"), "name": "Acme there", "traits": traits}))
}

pub(crate) fn hubspot(crm: &Shared, asked: &Asked) -> Answer {
    let mut crm = crm.lock().expect("nobody panicked");
    let body: Value = serde_json::from_str(&asked.body).unwrap_or_default();
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

pub(crate) fn crm(ids: &[&str]) -> Shared {
    let accounts = ids.iter().map(|id| ((*id).to_owned(), Map::new())).collect();
    Arc::new(Mutex::new(Crm { accounts, ..Crm::default() }))
}

pub(crate) fn field(crm: &Shared, id: &str, field: &str) -> Value {
    crm.lock().expect("nobody panicked").accounts[id].get(field).cloned().unwrap_or_default()
}
