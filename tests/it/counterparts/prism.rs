//! Prism, which checks requests against a provider's public description and answers with its examples: every request of
//! `gangplank sync`, also with `--push`, is one that the provider takes. Of HubSpot, only tasks have such a test, where
//! HubSpot's own `tasks.json` is among the descriptions: its other requests are compared with its documentation in
//! `cli/push.rs`.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::LazyLock;

use gangplank::state::{FactKey, FactValue};
use serde_json::{Value, json};
use ureq::Agent;

use crate::support::counterpart::{Counterpart, file_of, programs, skipped};
use crate::support::crm::{crm, hubspot};
use crate::support::home::{FAILED_PAYMENT, Home, account};
use crate::support::provider::{Answer, Asked, FakeProvider};

/// Prism for one description.
struct Prism {
    address: String,
    /// The text of the description.
    description: String,
    _running: Counterpart,
}

impl Prism {
    /// Prism for the description of `provider`; nothing where it cannot run here.
    fn of(provider: &str) -> Option<Self> {
        let program = prism()?;
        let Some(directory) = std::env::var_os("GANGPLANK_SPECS") else {
            skipped("GANGPLANK_SPECS names no directory with the providers' public OpenAPI descriptions");
            return None;
        };
        let Some(file) = file_of(Path::new(&directory), provider, &["yaml", "yml", "json"]) else {
            skipped(&format!("GANGPLANK_SPECS has no description of {provider}"));
            return None;
        };
        let mut command = Command::new(program);
        command.args(["mock", "-h", "127.0.0.1", "-p", "0"]).arg(&file);
        let running = Counterpart::start(&mut command, "Prism is listening");
        let description = std::fs::read_to_string(&file).expect("it can be read");
        Some(Self { address: format!("http://{}", running.address()), description, _running: running })
    }

    /// A provider that has Prism answer, after `changed` has seen the request and said which headers it gets.
    fn behind(
        &self,
        changed: impl FnMut(&Asked) -> Vec<(&'static str, String)> + Send + 'static,
    ) -> FakeProvider {
        self.after(|_| None, changed)
    }

    /// The same for what `first` does not answer.
    fn after(
        &self,
        mut first: impl FnMut(&Asked) -> Option<Answer> + Send + 'static,
        mut changed: impl FnMut(&Asked) -> Vec<(&'static str, String)> + Send + 'static,
    ) -> FakeProvider {
        let (address, description) = (self.address.clone(), self.description.clone());
        FakeProvider::start(move |asked| {
            if let Some(answer) = first(asked) {
                return answer;
            }
            let unknown = parameters(asked).find(|name| !description.contains(&format!("name: {name}\n")));
            match unknown {
                Some(name) => (422, Vec::new(), format!("`{name}` is not described")),
                None => ask(&address, asked, &changed(asked)),
            }
        })
    }
}

/// The program, where it is installed.
fn prism() -> Option<PathBuf> {
    match std::env::var_os("GANGPLANK_PRISM") {
        Some(named) => Some(named.into()),
        None => programs(["prism"], "npm install @stoplight/prism-cli").map(|[prism]| prism),
    }
}

/// The names of the parameters in the query.
fn parameters(asked: &Asked) -> impl Iterator<Item = &str> {
    let query = asked.path.split_once('?').map_or("", |(_, query)| query);
    query.split('&').filter_map(|pair| Some(pair.split_once('=')?.0))
}

/// Prism's answer. Its examples name a next page for ever: the second one is the last.
fn ask(address: &str, asked: &Asked, headers: &[(&'static str, String)]) -> Answer {
    static AGENT: LazyLock<Agent> =
        LazyLock::new(|| Agent::config_builder().http_status_as_error(false).proxy(None).build().into());
    let mut request =
        ureq::http::Request::builder().method(&*asked.method).uri(format!("{address}{}", asked.path));
    let content = asked.header("content-type").map(|value| ("content-type", value.to_owned()));
    for (name, value) in headers.iter().chain(&content) {
        request = request.header(*name, value);
    }
    let answer = match asked.body.as_str() {
        "" => AGENT.run(request.body(()).expect("a request")),
        body => AGENT.run(request.body(body).expect("a request")),
    };
    let mut answer = answer.expect("Prism answers");
    let status = answer.status().as_u16();
    let header = |name: &'static str| {
        let value = answer.headers().get(name)?.to_str().ok()?;
        Some((name, value.to_owned()))
    };
    let kept = ["retry-after", "ratelimit-reset"].into_iter().filter_map(header).collect();
    let body = answer.body_mut().read_to_string().expect("a text");
    let body = fitting(asked, &body);
    let is_second = asked.path.contains("page_token=") || asked.path.contains("from=");
    let body = match serde_json::from_str::<Value>(&body) {
        Ok(mut page) if is_second => {
            for next in ["/pagination/next_page_token", "/next"] {
                if let Some(next) = page.pointer_mut(next) {
                    *next = Value::Null;
                }
            }
            page.to_string()
        }
        _ => body,
    };
    (status, kept, body)
}

/// Prism's example, so that it fits to those before: each names an id of its own, and Calendly's call ends as it begins.
fn fitting(asked: &Asked, body: &str) -> String {
    let event = asked.path.strip_prefix("/scheduled_events/").and_then(|rest| Some(rest.split_once('/')?.0));
    let example = "scheduled_events/AAAAAAAAAAAAAAAA";
    let body =
        body.replace(example, &event.map_or(example.to_owned(), |id| format!("scheduled_events/{id}")));
    if asked.path.ends_with("/batch/read") {
        let read: Value = serde_json::from_str(&asked.body).expect("JSON");
        return body.replace("\"512\"", &read["inputs"][0]["id"].to_string());
    }
    // A task of the example is nobody's: here it stands as it was told of.
    if asked.method == "GET" && asked.path.starts_with("/tasks/") {
        return json!({"id": "string", "name": "string", "accountId": "string", "completedAt": null})
            .to_string();
    }
    body.replace("\"end_time\":\"2019-08-24T14:", "\"end_time\":\"2019-08-24T15:")
}

/// The secret, as it was sent.
fn secret(asked: &Asked) -> Vec<(&'static str, String)> {
    asked.header("authorization").map(|value| ("authorization", value.to_owned())).into_iter().collect()
}

/// A home with one source of `kind`, and the account that Calendly's example is about.
fn home(kind: &str, provider: &FakeProvider) -> Home {
    let home = Home::with_acme("2025-01-22", "test@example.com");
    home.config(
        "sources.toml",
        &format!(
            "[source.real]\nkind = \"{kind}\"\nsecret_command = [\"printf\", \"key\"]\naddress = \"{}\"\n",
            provider.address
        ),
    );
    home
}

/// What a request asks for, without its query.
fn paths(provider: &FakeProvider) -> Vec<String> {
    let bare = |asked: Asked| asked.path.split('?').next().unwrap_or_default().to_owned();
    provider.asked().into_iter().map(bare).collect()
}

#[test]
fn calendly_takes_every_request() {
    let Some(prism) = Prism::of("calendly") else { return };
    let provider = prism.behind(secret);
    let home = home("calendly", &provider);
    let told = home.says(&["sync"]);
    assert!(told.contains("1 recorded"), "the example is a booking: {told}");
    let asked = paths(&provider);
    let invitees = asked.iter().filter(|path| path.ends_with("/invitees")).count();
    assert_eq!((&*asked[0], &*asked[1], &*asked[2]), ("/users/me", "/scheduled_events", "/scheduled_events"));
    assert!(invitees >= 2, "both pages of the invitees: {asked:?}");
    // The next reading goes on from a cursor.
    home.says(&["sync"]);
    assert!(provider.asked().len() >= 3);
}

#[test]
fn vitally_takes_every_request() {
    let Some(prism) = Prism::of("vitally") else { return };
    let provider = prism.behind(secret);
    let home = home("vitally", &provider);
    let told = home.says(&["sync"]);
    assert!(told.starts_with("real: ") && told.contains("1 new"), "the example is an account: {told}");
    assert_eq!(paths(&provider), ["/accounts", "/accounts"]);
    home.says(&["sync"]);
    assert!(!provider.asked().is_empty());
}

#[test]
fn a_key_that_is_missing_is_said() {
    for (kind, advice) in [("calendly", "use a personal access token"), ("vitally", "use a REST API key")] {
        let Some(prism) = Prism::of(kind) else { return };
        let provider = prism.behind(|_| Vec::new());
        let home = home(kind, &provider);
        let complaint = home.complains(&["sync"], 1);
        let expected = format!("the provider refuses the secret (status 401): {advice}");
        assert!(complaint.contains(&expected), "{complaint}");
        assert_eq!(provider.asked().len(), 1, "nobody asks again with a key that is refused");
        assert_eq!(home.json(&["sources", "--json"])[0]["failures"], json!(1));
    }
}

#[test]
fn a_limit_is_obeyed() {
    let Some(prism) = Prism::of("vitally") else { return };
    // As Prism is asked to say it: `RateLimit-Reset` names no wait.
    let limited = || ("prefer", "code=429".to_owned());
    let mut refused = 0;
    let provider = prism.behind(move |asked| {
        refused += 1;
        secret(asked).into_iter().chain((refused < 3).then(limited)).collect()
    });
    let told = home("vitally", &provider).says(&["sync"]);
    assert!(told.contains("1 new"), "{told}");
    assert_eq!(paths(&provider).len(), 2 + 2);

    let provider = prism.behind(move |asked| secret(asked).into_iter().chain([limited()]).collect());
    let home = home("vitally", &provider);
    let complaint = home.complains(&["sync"], 1);
    assert!(complaint.contains("the provider asks to wait (status 429)"), "{complaint}");
    assert_eq!(provider.asked().len(), 6, "a reading has its end");
    assert_eq!(home.json(&["sources", "--json"])[0]["failures"], json!(1));
}

/// What stands there is told: everything that can be.
const PUSH: &str = "[source.real.push]\nstage = \"vitally.custom.onboardingPipeline\"\n\
    owner = \"vitally.custom.onboardingOwner\"\npayment_risk = \"vitally.custom.paymentRiskAssessment\"\ntasks = true\n\
    [source.real.push.entered]\n2 = \"vitally.custom.entered2\"\n";

/// A home that tells Vitally of an account with a stage, an owner, a risk, an alert and tasks.
fn telling_home(provider: &FakeProvider) -> Home {
    let home = Home::empty();
    let id = FactKey::OtherId("vitally".into());
    home.import(&[account("A-1", "Acme", Some("83600"), Some("2025-01-22"))
        .with(id, FactValue::Text("0a1b 2/c".into()))]);
    home.config(
        "sources.toml",
        &format!(
            "[source.real]\nkind = \"vitally\"\nsecret_command = [\"printf\", \"key\"]\naddress = \"{}\"\n{PUSH}",
            provider.address
        ),
    );
    for args in [
        &["move", "A-1", "2"][..],
        &["owner", "A-1", "dana@team.test"],
        &["risk", "A-1", "high", "--reason", "late twice"],
        &FAILED_PAYMENT,
        &["task", "A-1", "Call the billing team", "--due", "2024-12-20"],
        &["task", "A-1", "Send the survey"],
    ] {
        home.says(args);
    }
    home
}

/// The methods and paths of all requests about Acme that write, and how often each was sent.
fn written(provider: &FakeProvider) -> Vec<String> {
    let mut written: Vec<String> = provider
        .asked()
        .into_iter()
        .filter(|asked| asked.method != "GET" && (asked.method != "POST" || asked.body.contains("A-1")))
        .map(|asked| format!("{} {}", asked.method, asked.path))
        .collect();
    written.sort();
    written
}

#[test]
fn vitally_takes_everything_that_it_is_told() {
    let Some(prism) = Prism::of("vitally") else { return };
    let provider = prism.behind(secret);
    let home = telling_home(&provider);
    let pushed = home.json(&["sync", "--push", "--json"])[0]["pushed"].clone();
    assert_eq!((&pushed["conflicts"], &pushed["error"]), (&json!([]), &Value::Null), "{pushed}");
    let acme = pushed["told"].as_array().expect("a list").iter().find(|told| told["id"] == "A-1");
    let fields = acme.and_then(|acme| acme["fields"].as_object()).expect("Acme was told of");
    assert_eq!(fields.len(), 4 + 3, "{fields:?}");
    let sent = written(&provider);
    let tasks = sent.iter().filter(|sent| *sent == "POST /tasks").count();
    assert!(tasks == 3 && sent.contains(&"PUT /accounts/0a1b%202%2Fc".to_owned()), "{sent:?}");

    home.says(&["record", "A-1", "invoice.paid", "--invoice", "in_1"]);
    home.says(&["sync", "--push"]);
    assert_eq!(written(&provider), ["POST /tasks"], "the task is completed");
    home.says(&["sync", "--push"]);
    assert!(written(&provider).is_empty(), "and nothing is told twice");
}

#[test]
fn hubspot_takes_every_request_about_tasks() {
    let Some(prism) = Prism::of("tasks") else { return };
    let there = crm(&["77"]);
    let others = there.clone();
    // What is not about tasks is answered here, and the tasks of the company as if an earlier run had added some.
    let first = move |asked: &Asked| {
        (!asked.path.starts_with("/crm/v3/objects/tasks")).then(|| hubspot(&others, asked))
    };
    let mut is_lost = true;
    let provider = prism.after(
        move |asked| {
            let is_first = asked.path == "/crm/v3/objects/tasks" && std::mem::take(&mut is_lost);
            first(asked).or_else(|| is_first.then(|| (500, Vec::new(), "{}".to_owned())))
        },
        secret,
    );
    let mut known = there.lock().expect("nobody panicked");
    known.tasks.insert("512".to_owned(), json!({"id": "512", "company": "77"}));
    drop(known);
    let home = Home::empty();
    let id = FactKey::OtherId("hubspot".into());
    home.import(&[
        account("A-1", "Acme", Some("83600"), Some("2025-01-22")).with(id, FactValue::Text("77".into()))
    ]);
    home.config(
        "sources.toml",
        &format!(
            "[source.real]\nkind = \"hubspot\"\nsecret_command = [\"printf\", \"key\"]\naddress = \"{}\"\n\
             [source.real.push]\ntasks = true\n",
            provider.address
        ),
    );
    home.says(&FAILED_PAYMENT);
    home.says(&["task", "A-1", "Send the survey"]);
    assert!(!home.gangplank(&["sync", "--push"]).output().expect("it runs").status.success());
    let pushed = home.json(&["sync", "--push", "--json"])[0]["pushed"].clone();
    assert_eq!((&pushed["conflicts"], &pushed["error"]), (&json!([]), &Value::Null), "{pushed}");
    let mut asked = paths(&provider);
    asked.dedup();
    let tasks = |what: &str| format!("/crm/v3/objects/tasks{what}");
    let companies = "/crm/v3/objects/companies";
    let look = [format!("{companies}/77"), tasks("/search")];
    let listed = ["/crm/v4/objects/companies/77/associations/tasks".to_owned(), tasks("/batch/read")];
    let search = [format!("{companies}/search")];
    let create = [tasks("")];
    let expected = [&search[..], &look, &create, &search, &look, &listed, &create].concat();
    assert_eq!(asked, expected);

    // Prism's example says nothing of ours: whoever wants it changed has to say so.
    home.says(&["record", "A-1", "invoice.paid", "--invoice", "in_1"]);
    home.says(&["sync", "--push", "--overwrite"]);
    assert_eq!(paths(&provider)[2..], [tasks("/batch/read"), tasks("/string")]);
}

#[test]
fn a_key_that_may_not_write_is_said() {
    let Some(prism) = Prism::of("vitally") else { return };
    // Prism refuses what comes without a key.
    let provider = prism.behind(|asked| if asked.method == "PUT" { Vec::new() } else { secret(asked) });
    let home = telling_home(&provider);
    let output = home.gangplank(&["sync", "--push"]).output().expect("it runs");
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(1), "{said}");
    let expected =
        "the provider refuses the secret (status 401): the key must be allowed to write what is told";
    assert!(said.contains(expected), "{said}");
    assert_eq!(written(&provider).len(), 1, "nobody tries the next account with a key that is refused");
    assert!(!home.says(&["log", "A-1"]).contains("Told real"), "what was refused was not told");
}

#[test]
fn a_limit_on_writing_is_obeyed() {
    let Some(prism) = Prism::of("vitally") else { return };
    // The description has no such answer to what writes, so it is made up as the documentation has it.
    let limited = || Some((429, vec![("retry-after", "0".to_owned())], "{}".to_owned()));
    let mut refused = 0;
    let provider = prism.after(
        move |asked| {
            refused += usize::from(asked.method == "PUT");
            (asked.method == "PUT" && refused < 3).then(limited).flatten()
        },
        secret,
    );
    let home = telling_home(&provider);
    let pushed = home.json(&["sync", "--push", "--json"])[0]["pushed"].clone();
    assert_eq!(pushed["error"], Value::Null, "{pushed}");

    let provider = prism.after(move |asked| (asked.method == "POST").then(limited).flatten(), secret);
    let home = telling_home(&provider);
    let output = home.gangplank(&["sync", "--push"]).output().expect("it runs");
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(said.contains("was not told everything: the provider asks to wait (status 429)"), "{said}");
    let posts = provider.asked().into_iter().filter(|asked| asked.method == "POST").count();
    assert_eq!(posts, 6, "it has its end");
}
