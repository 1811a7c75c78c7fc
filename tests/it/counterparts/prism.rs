//! Prism, which checks requests against a provider's public description and answers with its examples: every request of
//! `gangplank sync` is one that the provider takes.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::LazyLock;

use serde_json::{Value, json};
use ureq::Agent;

use crate::support::counterpart::{Counterpart, file_of, free_port, programs, skipped};
use crate::support::home::Home;
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
        let port = free_port();
        let mut command = Command::new(program);
        command.args(["mock", "-h", "127.0.0.1", "-p", &port.to_string()]).arg(&file);
        let running = Counterpart::start(&mut command, "Prism is listening");
        let description = std::fs::read_to_string(&file).expect("it can be read");
        Some(Self { address: format!("http://127.0.0.1:{port}"), description, _running: running })
    }

    /// A provider that has Prism answer, after `changed` has seen the request and said which headers it gets.
    fn behind(
        &self,
        mut changed: impl FnMut(&Asked) -> Vec<(&'static str, String)> + Send + 'static,
    ) -> FakeProvider {
        let (address, description) = (self.address.clone(), self.description.clone());
        FakeProvider::start(move |asked| {
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
    let request = AGENT.get(format!("{address}{}", asked.path));
    let request = headers.iter().fold(request, |request, (name, value)| request.header(*name, value));
    let mut answer = request.call().expect("Prism answers");
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
