//! Alerts and tasks as tasks of a CRM: each once, under our id, and never over what somebody there made of it.

use serde_json::{Value, json};

use super::push::{home, start};
use crate::support::crm::{Shared, crm, hubspot, vitally};
use crate::support::home::{FAILED_PAYMENT, Home};
use crate::support::provider::{Answer, Asked, FakeProvider};

const TASK: [&str; 5] = ["task", "A-1", "Call the billing team", "--due", "2024-12-20"];

type Answers = fn(&Shared, &Asked) -> Answer;

const BOTH: [(&str, Answers); 2] = [("vitally", vitally), ("hubspot", hubspot)];

/// What one side calls the parts of a task, and what it says of one that is completed.
fn names(kind: &str) -> [&'static str; 3] {
    if kind == "vitally" {
        ["/name", "/dueDate", "/completedAt"]
    } else {
        ["/properties/hs_task_subject", "/properties/hs_timestamp", "/properties/hs_task_status"]
    }
}

/// The only task there.
fn task(crm: &Shared) -> Value {
    let crm = crm.lock().expect("nobody panicked");
    assert_eq!(crm.tasks.len(), 1, "{:?}", crm.tasks);
    crm.tasks.values().next().expect("one").clone()
}

/// Somebody there changes the only task.
fn change(crm: &Shared, part: &str, value: Value) {
    let mut crm = crm.lock().expect("nobody panicked");
    let task = crm.tasks.values_mut().next().expect("one");
    *task.pointer_mut(part).expect("it has it") = value;
}

fn is_done(crm: &Shared, kind: &str) -> bool {
    let done = task(crm).pointer(names(kind)[2]).cloned().unwrap_or_default();
    if kind == "vitally" { !done.is_null() } else { done == json!("COMPLETED") }
}

/// What was asked for that writes.
fn written(provider: &FakeProvider) -> Vec<String> {
    let is_question = |asked: &Asked| {
        asked.method == "GET" || asked.path.ends_with("/search") || asked.path.ends_with("/batch/read")
    };
    let asked = provider.asked().into_iter().filter(|asked| !is_question(asked));
    asked.map(|asked| format!("{} {}", asked.method, asked.path)).collect()
}

fn complaint(home: &Home) -> String {
    let output = home.gangplank(&["sync", "--push"]).output().expect("it runs");
    assert_eq!(output.status.code(), Some(1));
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// A board with a task, of which the provider was told.
fn told(kind: &str, provider: &FakeProvider) -> Home {
    let home = home(kind, provider, "tasks = true\n");
    home.says(&TASK);
    home.says(&["sync", "--push"]);
    home
}

#[test]
fn hubspot_gets_tasks_of_the_company_under_our_id() {
    let crm = crm(&["77"]);
    let provider = start(&crm, hubspot);
    let home = home("hubspot", &provider, "tasks = true\n");
    home.says(&FAILED_PAYMENT);
    home.says(&TASK);
    home.says(&["task", "A-1", "Send the survey"]);

    let told = home.says(&["sync", "--push", "--dry-run"]);
    for words in
        ["“Failed payment of $340” due", "“Call the billing team” due 2024-12-20", "“Send the survey”"]
    {
        assert!(told.contains(words), "{told}");
    }
    assert!(written(&provider).is_empty(), "a dry run only reads");

    home.says(&["sync", "--push"]);
    assert_eq!(written(&provider), vec!["POST /crm/v3/objects/tasks"; 3]);
    let tasks: Vec<Value> = crm.lock().expect("nobody panicked").tasks.values().cloned().collect();
    assert!(tasks.iter().all(|task| task["company"] == json!("77")), "{tasks:?}");
    let of = |subject: &str| {
        let is_it = |task: &&Value| task["properties"]["hs_task_subject"] == json!(subject);
        tasks.iter().find(is_it).expect(subject)["properties"].clone()
    };
    let expected = json!({
        "hs_task_subject": "Call the billing team", "hs_timestamp": "2024-12-20T12:00:00Z",
        "hs_task_status": "NOT_STARTED", "hs_task_type": "TODO",
        "gangplank_key": of("Call the billing team")["gangplank_key"],
    });
    assert_eq!(of("Call the billing team"), expected);
    assert_eq!(of("Send the survey")["hs_timestamp"], json!("2024-12-15T12:00:00Z"), "a task there is due");
    let words = home.says(&["log", "A-1"]);
    assert!(words.contains("task “Call the billing team” due 2024-12-20"), "{words}");

    home.says(&["sync", "--push"]);
    assert_eq!(provider.asked().len(), 1, "nothing is asked about what did not change");
    home.says(&["record", "A-1", "invoice.paid", "--invoice", "in_1"]);
    home.says(&["sync", "--push"]);
    let written = written(&provider);
    assert!(written.len() == 1 && written[0].starts_with("PATCH /crm/v3/objects/tasks/"), "{written:?}");
    let tasks = crm.lock().expect("nobody panicked").tasks.clone();
    let done = tasks.values().filter(|task| task["properties"]["hs_task_status"] == json!("COMPLETED"));
    assert_eq!((tasks.len(), done.count()), (3, 1));
}

#[test]
fn a_task_is_completed_and_reopened_and_completed_once_it_is_gone() {
    for (kind, answers) in BOTH {
        let crm = crm(&["77"]);
        let provider = start(&crm, answers);
        let home = told(kind, &provider);
        for (verb, expected) in [("done", true), ("reopen", false)] {
            home.says(&["task", verb, "A-1", "Call the billing team"]);
            home.says(&["sync", "--push"]);
            assert_eq!(is_done(&crm, kind), expected, "{kind}: {verb}");
        }
        for _ in 0..3 {
            home.says(&["undo"]);
        }
        let told = home.says(&["sync", "--push"]);
        assert!(is_done(&crm, kind) && told.contains("task “Call the billing team” done"), "{kind}: {told}");
        written(&provider);
        home.says(&["sync", "--push"]);
        assert_eq!(provider.asked().len(), 1, "{kind}: once");
    }
}

#[test]
fn what_somebody_there_made_of_a_task_is_shown_and_not_written_over_in_silence() {
    for (kind, answers) in BOTH {
        let [name, due, done] = names(kind);
        let crm = crm(&["77"]);
        let provider = start(&crm, answers);
        let home = told(kind, &provider);

        // What changed there alone stays, and is in nobody's way.
        change(&crm, due, json!("2024-12-31T09:00:00Z"));
        change(&crm, name, json!("Call them"));
        home.says(&["task", "done", "A-1", "Call the billing team"]);
        let told = home.json(&["sync", "--push", "--json"])[0]["pushed"].clone();
        assert_eq!((&told["conflicts"], is_done(&crm, kind)), (&json!([]), true), "{kind}: {told}");
        assert_eq!(task(&crm).pointer(name), Some(&json!("Call them")), "{kind}");
        assert_eq!(task(&crm).pointer(due), Some(&json!("2024-12-31T09:00:00Z")), "{kind}");

        // Both sides changed it.
        home.says(&["task", "reopen", "A-1", "Call the billing team"]);
        change(&crm, done, if kind == "vitally" { Value::Null } else { json!("NOT_STARTED") });
        written(&provider);
        home.says(&["sync", "--push"]);
        assert!(written(&provider).is_empty(), "{kind}: both did the same");

        home.says(&FAILED_PAYMENT);
        home.says(&["sync", "--push"]);
        let mut there = crm.lock().expect("nobody panicked");
        let failed = there.tasks.values_mut().find(|task| task.to_string().contains("Failed payment"));
        *failed.expect("the alert").pointer_mut(name).expect("a name") = json!("Ask the bank");
        drop(there);
        let again = ["record", "A-1", "invoice.payment_failed", "--invoice", "in_1", "--amount", "90 USD"];
        home.says(&[&again[..], &["--attempt", "2"]].concat());
        written(&provider);
        let told = home.says(&["sync", "--push"]);
        assert!(
            told.contains("1 field was changed there by somebody else, and left alone"),
            "{kind}: {told}"
        );
        assert!(
            told.contains("task “Ask the bank” due") && told.contains("task “Failed payment of $90”"),
            "{kind}: {told}"
        );
        assert!(written(&provider).is_empty(), "{kind}");
        let told = home.says(&["sync", "--push", "--overwrite"]);
        assert!(told.contains("“Failed payment of $90”") && written(&provider).len() == 1, "{kind}: {told}");
    }
}

#[test]
fn a_task_that_somebody_there_removed_is_not_added_again_in_silence() {
    for (kind, answers) in BOTH {
        let crm = crm(&["77"]);
        let provider = start(&crm, answers);
        let home = told(kind, &provider);
        let remove = || crm.lock().expect("nobody panicked").tasks.clear();
        for (overwrite, is_there) in [(false, false), (true, true)] {
            remove();
            home.says(&["task", "done", "A-1", "Call the billing team"]);
            home.says(&["sync", "--push"]);
            assert!(crm.lock().expect("nobody panicked").tasks.is_empty(), "{kind}: it is done here anyway");
            home.says(&["task", "reopen", "A-1", "Call the billing team"]);
            written(&provider);
            let flag = if overwrite { &["--overwrite"][..] } else { &[] };
            let told = home.says(&[&["sync", "--push"][..], flag].concat());
            let says_so = told.contains("no task there, task “Call the billing team” due 2024-12-20 here");
            assert_ne!(says_so, overwrite, "{kind}: {told}");
            assert_eq!(!crm.lock().expect("nobody panicked").tasks.is_empty(), is_there, "{kind}: {told}");
        }
        home.says(&["task", "done", "A-1", "Call the billing team"]);
        home.says(&["sync", "--push"]);
        assert!(is_done(&crm, kind), "{kind}: the new one is ours");
    }
}

/// A CRM that takes in the first request that `is_it`, and whose answer never comes.
fn interrupted(crm: &Shared, answers: Answers, is_it: fn(&Asked) -> bool) -> FakeProvider {
    let crm = crm.clone();
    let mut left = 1;
    FakeProvider::start(move |asked| {
        let answer = answers(&crm, asked);
        if is_it(asked) && left > 0 {
            left -= 1;
            return (500, Vec::new(), "{}".to_owned());
        }
        answer
    })
}

#[test]
fn an_interruption_leaves_no_task_twice_even_where_searches_are_late() {
    for (kind, answers) in BOTH {
        for is_late in [false, true] {
            let crm = crm(&["77"]);
            let mut there = crm.lock().expect("nobody panicked");
            there.is_late = is_late;
            // Tasks of others, on pages before and after ours.
            for id in ["aaa", "zzz"] {
                let task = json!({"id": id, "company": "77", "properties": {"hs_task_subject": "theirs"}});
                there.tasks.insert(id.to_owned(), task);
            }
            drop(there);
            let provider =
                interrupted(&crm, answers, |asked| asked.method == "POST" && asked.path.ends_with("/tasks"));
            let home = home(kind, &provider, "tasks = true\n");
            home.says(&TASK);
            let words = complaint(&home);
            assert!(words.contains("the provider has trouble of its own (status 500)"), "{words}");
            // It changed here meanwhile.
            home.says(&["task", "done", "A-1", "Call the billing team"]);
            home.says(&["task", "reopen", "A-1", "Call the billing team"]);
            home.says(&["task", "A-1", "Send the survey"]);
            let told = home.json(&["sync", "--push", "--json"])[0]["pushed"].clone();
            assert_eq!(told["conflicts"], json!([]), "{kind}: {told}");
            let count = crm.lock().expect("nobody panicked").tasks.len();
            assert_eq!(count, 4, "{kind}: ours are there once");
            written(&provider);
            home.says(&["sync", "--push"]);
            assert_eq!(provider.asked().len(), 1, "{kind}: all is known");
        }
    }
}

#[test]
fn what_an_interrupted_run_wrote_is_put_right_where_the_board_says_the_old_again() {
    for (kind, answers) in BOTH {
        let crm = crm(&["77"]);
        let provider = interrupted(&crm, answers, |asked| {
            asked.method == "PATCH" || asked.method == "POST" && asked.body.contains("completedAt\":\"")
        });
        let home = told(kind, &provider);
        home.says(&["task", "done", "A-1", "Call the billing team"]);
        complaint(&home);
        assert!(is_done(&crm, kind), "{kind}: it was taken in");
        home.says(&["task", "reopen", "A-1", "Call the billing team"]);
        home.says(&["sync", "--push"]);
        assert!(!is_done(&crm, kind), "{kind}");
    }
}

#[test]
fn what_hubspot_does_not_take_is_said_with_what_to_do() {
    let crm = crm(&["77"]);
    for (status, path, expected) in [
        (401, "/search", "crm.objects.contacts.read and crm.objects.contacts.write"),
        (403, "/tasks", "the provider refuses the secret (status 403): the private app needs the scope"),
        (400, "/search", "HubSpot does not search tasks by `gangplank_key` (status 400)"),
        (429, "/tasks", "the provider asks to wait (status 429)"),
    ] {
        let answers = crm.clone();
        let provider = FakeProvider::start(move |asked| {
            if asked.path == format!("/crm/v3/objects/tasks{}", path.trim_start_matches("/tasks")) {
                return (status, vec![("retry-after", "0".to_owned())], "{}".to_owned());
            }
            hubspot(&answers, asked)
        });
        let home = home("hubspot", &provider, "tasks = true\n");
        home.says(&TASK);
        let words = complaint(&home);
        assert!(words.contains("crm was not told everything: ") && words.contains(expected), "{words}");
        assert!(!home.says(&["log", "A-1"]).contains("Told crm"), "what was refused was not told");
    }
    // One that asks to wait twice is obeyed.
    let mut left = 2;
    let provider = FakeProvider::start(move |asked| {
        if asked.method == "POST" && asked.path.ends_with("/tasks") && left > 0 {
            left -= 1;
            return (429, vec![("retry-after", "0".to_owned())], "{}".to_owned());
        }
        hubspot(&crm, asked)
    });
    let home = home("hubspot", &provider, "tasks = true\ntask_key = \"gangplank_key\"\n");
    home.says(&TASK);
    home.says(&["sync", "--push"]);
    assert_eq!(written(&provider).len(), 3);
}

#[test]
fn what_was_told_before_a_failure_is_known_and_the_rest_follows() {
    let crm = crm(&["77"]);
    let provider = interrupted(&crm, hubspot, |asked| asked.body.contains("Send the survey"));
    let home = home("hubspot", &provider, "stage = \"onboarding_stage\"\ntasks = true\n");
    home.says(&TASK);
    home.says(&["task", "A-1", "Send the survey"]);
    complaint(&home);
    provider.asked();
    let told = home.json(&["sync", "--push", "--json"])[0]["pushed"].clone();
    assert_eq!((&told["conflicts"], &told["error"]), (&json!([]), &Value::Null), "{told}");
    assert!(written(&provider).is_empty(), "all of it had been taken in");
    assert_eq!(crm.lock().expect("nobody panicked").tasks.len(), 2);
}
