//! `gangplank sync --push`, against a CRM that answers on this machine and keeps what it is told.

use serde_json::{Value, json};

use crate::support::crm::{Shared, crm, field, hubspot, vitally};
use crate::support::home::{FAILED_PAYMENT, Home, account};
use crate::support::provider::{Answer, Asked, FakeProvider};

const STAGE: &str = "vitally.custom.onboardingPipeline";

const VITALLY: &str = "stage = \"vitally.custom.onboardingPipeline\"\nowner = \"vitally.custom.onboardingOwner\"\n\
    payment_risk = \"vitally.custom.paymentRiskAssessment\"\ntasks = true\n\
    [source.crm.push.entered]\n2 = \"vitally.custom.entered2\"\n";

/// A home with two accounts, of which the CRM knows one, and a source that tells it of them.
pub(super) fn home(kind: &str, provider: &FakeProvider, push: &str) -> Home {
    let home = Home::empty();
    let id = gangplank::state::FactKey::OtherId(kind.into());
    home.import(&[
        account("A-1", "Acme", Some("83600"), Some("2025-01-22"))
            .with(id, gangplank::state::FactValue::Text("77".into())),
        account("A-2", "Beta", Some("83600"), Some("2025-01-22")),
    ]);
    let base = if kind == "vitally" { "/resources" } else { "" };
    home.config(
        "sources.toml",
        &format!(
            "[source.crm]\nkind = \"{kind}\"\nsecret_command = [\"printf\", \"key_secret\"]\naddress = \"{}{base}\"\n\
             [source.crm.push]\n{push}",
            provider.address
        ),
    );
    home
}

pub(super) fn start(crm: &Shared, answer: fn(&Shared, &Asked) -> Answer) -> FakeProvider {
    let crm = crm.clone();
    FakeProvider::start(move |asked| answer(&crm, asked))
}

pub(super) fn methods(provider: &FakeProvider) -> Vec<String> {
    provider.asked().into_iter().map(|asked| asked.method).collect()
}

#[test]
fn only_what_changed_is_told_and_a_dry_run_says_it_beforehand() {
    let crm = crm(&["77"]);
    let provider = start(&crm, vitally);
    let home = home("vitally", &provider, VITALLY);
    home.says(&["move", "A-1", "2"]);
    home.says(&["owner", "A-1", "dana@team.test"]);
    let log = home.json(&["log", "--json"]);

    let told = home.says(&["sync", "--push", "--dry-run"]);
    assert!(told.contains("crm would be told of 1 account · 1 not known there"), "{told}");
    assert!(told.contains("Acme (A-1): ") && told.contains("onboardingPipeline “2. "), "{told}");
    assert!(told.contains("entered2 “2024-12-15T09:00:00Z”"), "{told}");
    assert_eq!(methods(&provider), ["GET", "GET"], "a dry run only reads");
    assert_eq!(home.json(&["log", "--json"]).as_array(), log.as_array());

    let told = home.says(&["sync", "--push"]);
    assert!(told.contains("crm was told of 1 account"), "{told}");
    assert_eq!(methods(&provider), ["GET", "GET", "PUT"]);
    assert!(field(&crm, "77", STAGE).as_str().is_some_and(|stage| stage.starts_with("2. ")));
    assert_eq!(field(&crm, "77", "vitally.custom.onboardingOwner"), json!("dana@team.test"));
    assert_eq!(
        field(&crm, "77", "vitally.custom.paymentRiskAssessment"),
        Value::Null,
        "unknown is left alone"
    );

    let told = home.says(&["sync", "--push"]);
    assert!(told.contains("crm was told of 0 accounts · 1 unchanged"), "{told}");
    assert_eq!(methods(&provider), ["GET"], "nothing is asked about what did not change");

    home.says(&["risk", "A-1", "high", "--reason", "late twice"]);
    let told = home.json(&["sync", "--push", "--json"]);
    let fields = told[0]["pushed"]["told"][0]["fields"].as_object().expect("fields").clone();
    assert_eq!(fields.keys().collect::<Vec<_>>(), ["vitally.custom.paymentRiskAssessment"]);
    let words = home.says(&["log", "A-1"]);
    assert!(words.contains("Told crm: paymentRiskAssessment “high”"), "{words}");
    assert!(!words.contains("key_secret"));
}

#[test]
fn what_somebody_there_changed_is_shown_and_not_written_over_in_silence() {
    let crm = crm(&["77"]);
    let provider = start(&crm, vitally);
    let home = home("vitally", &provider, "stage = \"vitally.custom.onboardingPipeline\"\n");
    let set = |value: &str| {
        let mut crm = crm.lock().expect("nobody panicked");
        crm.accounts.get_mut("77").expect("it is there").insert(STAGE.to_owned(), json!(value));
    };
    // What stood there before the first time is somebody's, too.
    set("3a. by hand");
    let told = home.says(&["sync", "--push"]);
    assert!(told.contains("1 field was changed there by somebody else, and left alone"), "{told}");
    assert!(told.contains("onboardingPipeline “3a. by hand” there, onboardingPipeline “1. New"), "{told}");
    assert_eq!(field(&crm, "77", STAGE), json!("3a. by hand"));
    home.says(&["sync", "--push", "--overwrite"]);
    assert_ne!(field(&crm, "77", STAGE), json!("3a. by hand"));

    home.says(&["move", "A-1", "2"]);
    set("4a. by hand");
    let told = home.json(&["sync", "--push", "--json"]);
    assert_eq!(told[0]["pushed"]["conflicts"][0]["theirs"], json!("4a. by hand"));
    assert_eq!(field(&crm, "77", STAGE), json!("4a. by hand"));
    // Whoever sets it there to what stands here ends the matter.
    let label = told[0]["pushed"]["conflicts"][0]["ours"].as_str().expect("a label").to_owned();
    set(&label);
    provider.asked();
    home.says(&["sync", "--push"]);
    assert_eq!(methods(&provider), ["GET", "GET"], "nothing has to be written");
    home.says(&["sync", "--push"]);
    assert_eq!(methods(&provider), ["GET"], "and it is known now");
}

#[test]
fn alerts_become_tasks_under_our_id_and_are_completed_with_them() {
    let crm = crm(&["77"]);
    let provider = start(&crm, vitally);
    let home = home("vitally", &provider, "tasks = true\n");
    home.says(&FAILED_PAYMENT);
    home.says(&["task", "A-1", "Call the billing team", "--due", "2024-12-20"]);
    home.says(&["sync", "--push"]);
    let tasks = crm.lock().expect("nobody panicked").tasks.clone();
    let names: Vec<&str> = tasks.values().filter_map(|task| task["name"].as_str()).collect();
    assert_eq!(tasks.len(), 2, "{tasks:?}");
    assert!(
        names.contains(&"Failed payment of $340") && names.contains(&"Call the billing team"),
        "{names:?}"
    );
    for (id, task) in &tasks {
        assert!(id.starts_with("gangplank:"), "{id}");
        assert_eq!((&task["accountId"], &task["completedAt"]), (&json!("own-77"), &Value::Null));
    }
    home.says(&["record", "A-1", "invoice.paid", "--invoice", "in_1"]);
    home.says(&["sync", "--push"]);
    let tasks = crm.lock().expect("nobody panicked").tasks.clone();
    assert_eq!(tasks.len(), 2);
    assert_eq!(tasks.values().filter(|task| !task["completedAt"].is_null()).count(), 1);
}

#[test]
fn hubspot_is_told_by_its_properties() {
    let crm = crm(&["77"]);
    let provider = start(&crm, hubspot);
    let home = home("hubspot", &provider, "stage = \"onboarding_stage\"\nowner = \"onboarding_owner\"\n");
    home.says(&["owner", "A-1", "dana@team.test"]);
    home.says(&["sync", "--push"]);
    assert_eq!(methods(&provider), ["POST", "GET", "PATCH"]);
    assert_eq!(field(&crm, "77", "onboarding_owner"), json!("dana@team.test"));
    home.says(&["owner", "A-1", "--none"]);
    home.says(&["sync", "--push"]);
    assert_eq!(field(&crm, "77", "onboarding_owner"), json!(""), "an empty text clears a property");
}

#[test]
fn an_interruption_loses_nothing_and_writes_nothing_twice() {
    let crm = crm(&["77"]);
    let mut left = 1;
    let provider = FakeProvider::start({
        let crm = crm.clone();
        move |asked| {
            let answer = vitally(&crm, asked);
            // It took the change, and the answer never came.
            if asked.method == "PUT" && left > 0 {
                left -= 1;
                return (500, Vec::new(), "{}".to_owned());
            }
            answer
        }
    });
    let home = home("vitally", &provider, "stage = \"vitally.custom.onboardingPipeline\"\n");
    let complaint = home.gangplank(&["sync", "--push"]).output().expect("it runs");
    assert_eq!(complaint.status.code(), Some(1));
    let words = String::from_utf8_lossy(&complaint.stderr).into_owned();
    assert!(words.contains("crm was not told everything: the provider has trouble of its own"), "{words}");
    provider.asked();
    home.says(&["sync", "--push"]);
    assert_eq!(methods(&provider), ["GET", "GET"], "what stands there is found there");
    home.says(&["sync", "--push"]);
    assert_eq!(methods(&provider), ["GET"]);
}

#[test]
fn an_undo_does_not_forget_what_the_other_side_knows() {
    let crm = crm(&["77"]);
    let provider = start(&crm, vitally);
    let home = home("vitally", &provider, "stage = \"vitally.custom.onboardingPipeline\"\n");
    home.says(&["move", "A-1", "2"]);
    home.says(&["sync", "--push"]);
    home.says(&["undo"]);
    assert_eq!(home.json(&["show", "A-1", "--json"])["stage"], json!("1"));
    home.says(&["sync", "--push"]);
    assert!(field(&crm, "77", STAGE).as_str().is_some_and(|stage| stage.starts_with("1. ")));
}

#[test]
fn mistakes_in_what_is_to_be_told_say_where_they_are() {
    let home = Home::empty();
    let begin = |kind: &str, push: &str| {
        let address =
            if kind == "vitally" { "address = \"https://x.rest.vitally.io/resources\"\n" } else { "" };
        format!("[source.a]\nkind = \"{kind}\"\nsecret_env = \"X\"\n{address}[source.a.push]\n{push}")
    };
    for (text, expected) in [
        (
            begin("vitally", ""),
            "`source.a.push`: a source of kind `vitally` needs it: add what is to be told",
        ),
        (begin("vitally", "stages = \"x\"\n"), "unknown key: write one of"),
        (
            begin("vitally", "stage = \" \"\n"),
            "sources.toml:6: `source.a.push.stage`: this is no name of a field",
        ),
        (
            begin("vitally", "[source.a.push.entered]\n9 = \"x\"\n"),
            "`source.a.push.entered.9`: there is no such stage",
        ),
        (
            begin("vitally", "tasks = true\ntask_key = \"x\"\n"),
            "`source.a.push.task_key`: only tasks of HubSpot need it",
        ),
        (begin("hubspot", "tasks = true\ntask_key = \"\"\n"), "`source.a.push.task_key`: this is no name"),
        (begin("stripe", "stage = \"x\"\n"), "does not have it: remove it"),
    ] {
        home.config("sources.toml", &text);
        let complaint = home.complains(&["list"], 2);
        assert!(complaint.contains(expected), "{complaint}");
    }
    home.config("sources.toml", "[source.a]\nkind = \"stripe\"\nsecret_env = \"X\"\n");
    let complaint = home.complains(&["sync", "--push"], 2);
    assert!(complaint.contains("none of these sources is told anything"), "{complaint}");
}
