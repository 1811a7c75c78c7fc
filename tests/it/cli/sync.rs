//! `gangplank sync` and `gangplank sources`, against providers that answer on this machine.

use serde_json::{Value, json};

use crate::support::home::Home;
use crate::support::provider::{Answer, Asked, FakeProvider, ok};

/// 2024-12-14T09:00:00Z, a day before the tests.
const DAY_BEFORE: i64 = 1_734_166_800;

fn failed_payment(number: i64, created: i64) -> Value {
    json!({
        "id": format!("evt_{number}"), "object": "event", "created": created, "livemode": true,
        "type": "invoice.payment_failed",
        "data": {"object": {
            "id": format!("in_{number}"), "object": "invoice", "customer": "cus_acme",
            "customer_email": "billing@acme.test", "amount_due": 12_300, "amount_remaining": 12_300,
            "currency": "usd", "attempt_count": 1,
        }},
    })
}

/// Stripe's list, newest first, a page of two events at a time.
fn stripe(events: Vec<Value>) -> impl FnMut(&Asked) -> Answer {
    move |asked| {
        let query = |name: &str| {
            let (_, query) = asked.path.split_once('?')?;
            query.split('&').find_map(|pair| pair.strip_prefix(name)?.strip_prefix('=').map(str::to_owned))
        };
        let since: i64 = query("created%5Bgte%5D").and_then(|since| since.parse().ok()).expect("a beginning");
        let after = query("starting_after");
        let listed: Vec<&Value> =
            events.iter().filter(|event| event["created"].as_i64() >= Some(since)).collect();
        let start = after.map_or(0, |after| {
            1 + listed.iter().position(|event| event["id"] == *after).expect("an event of the list")
        });
        let page: Vec<&Value> = listed[start..].iter().take(2).copied().collect();
        ok(&json!({"object": "list", "has_more": start + 2 < listed.len(), "data": page}))
    }
}

fn home(provider: &FakeProvider) -> Home {
    let home = Home::with_acme("2024-12-22", "billing@acme.test");
    home.config(
        "sources.toml",
        &format!(
            "[source.billing]\nkind = \"stripe\"\nsecret_command = [\"printf\", \"rk_secret\"]\naddress = \"{}\"\n",
            provider.address
        ),
    );
    home
}

#[test]
fn stripe_is_read_page_by_page_and_from_where_it_was_left() {
    let events = (0..5).map(|back| failed_payment(5 - back, DAY_BEFORE - back * 60)).collect();
    let provider = FakeProvider::start(stripe(events));
    let home = home(&provider);
    let told = home.says(&["sync", "--dry-run"]);
    assert!(told.starts_with("billing: 5 events read · 5 recorded · 5 alerts opened"), "{told}");
    assert_eq!(home.json(&["alerts", "--json"]).as_array().map(Vec::len), Some(0), "nothing was written");
    let asked = provider.asked();
    assert_eq!(asked.len(), 3, "{asked:?}");
    for request in &asked {
        assert_eq!(request.header("authorization"), Some("Bearer rk_secret"));
        assert!(request.header("user-agent").is_some_and(|agent| agent.starts_with("gangplank/")));
    }

    home.says(&["sync"]);
    assert_eq!(home.json(&["alerts", "--json"]).as_array().map(Vec::len), Some(5));
    let log = home.json(&["log", "--json"]);
    let entry = log.as_array().and_then(|log| log.last()).expect("an entry").clone();
    assert_eq!((&entry["by"], &entry["command"]), (&json!("source:billing"), &json!("sync billing")));
    provider.asked();

    // Only the last hour is asked for again, and changes nothing.
    let told = home.says(&["sync"]);
    assert!(told.starts_with("billing: 5 events read · 5 known already"), "{told}");
    let first = &provider.asked()[0].path;
    assert!(first.contains(&format!("created%5Bgte%5D={}", DAY_BEFORE - 3_600)), "{first}");
    assert_eq!(home.json(&["log", "--json"]).as_array(), log.as_array());
    let everything = std::fs::read_to_string(home.data().join("journal.jsonl")).expect("a journal");
    assert!(!everything.contains("rk_secret"));
}

#[test]
fn what_a_person_takes_back_is_not_brought_again() {
    let provider = FakeProvider::start(stripe(vec![failed_payment(1, DAY_BEFORE)]));
    let home = home(&provider);
    home.says(&["sync"]);
    let log = home.json(&["log", "--json"]);
    let seq =
        log.as_array().and_then(|log| log.last()).and_then(|last| last["seq"].as_u64()).expect("a number");
    home.says(&["undo", &seq.to_string()]);
    assert_eq!(home.json(&["alerts", "--json"]).as_array().map(Vec::len), Some(0));
    home.says(&["sync"]);
    assert_eq!(home.json(&["alerts", "--json"]).as_array().map(Vec::len), Some(0));
}

#[test]
fn a_source_that_fails_says_why_and_what_to_do() {
    for (answer, expected) in [
        (
            (401, Vec::new(), "{}".to_owned()),
            "the provider refuses the secret (status 401): use a restricted key",
        ),
        ((302, vec![("location", "https://evil.test/".to_owned())], String::new()), "none is followed"),
        ((500, Vec::new(), "oops".to_owned()), "trouble of its own (status 500)"),
        ((200, Vec::new(), "<html>".to_owned()), "the answer is not JSON"),
        ((200, Vec::new(), "{}".to_owned()), "`data` is missing in the answer"),
        ((404, Vec::new(), "{}".to_owned()), "nothing is at this address (status 404)"),
    ] {
        let provider = FakeProvider::start(move |_| answer.clone());
        let home = home(&provider);
        let complaint = home.complains(&["sync"], 1);
        assert!(complaint.starts_with("billing was not read: "), "{complaint}");
        assert!(complaint.contains(expected), "{complaint}");
        assert!(complaint.ends_with("1 source was not read: `gangplank sources` says more"), "{complaint}");
        let told = home.json(&["sources", "--json"]);
        assert_eq!(told[0]["failures"], json!(1));
        assert!(told[0]["error"].as_str().is_some_and(|error| error.contains(expected)), "{told}");
        assert!(!told.to_string().contains("rk_secret"));
    }
}

#[test]
fn a_provider_that_asks_to_wait_is_asked_again() {
    let mut answer = stripe(vec![failed_payment(1, DAY_BEFORE)]);
    let mut asked_before = 0;
    let provider = FakeProvider::start(move |asked| {
        asked_before += 1;
        if asked_before < 3 {
            return (429, vec![("retry-after", "0".to_owned())], "{}".to_owned());
        }
        answer(asked)
    });
    let home = home(&provider);
    assert!(home.says(&["sync"]).contains("1 recorded"));
    assert_eq!(provider.asked().len(), 3);
}

fn uri(path: &str) -> String {
    format!("https://api.calendly.com/{path}")
}

fn calendly(asked: &Asked) -> Answer {
    let event = uri("scheduled_events/EV1");
    let path = asked.path.split('?').next().unwrap_or_default();
    match path {
        "/users/me" => {
            ok(&json!({"resource": {"uri": uri("users/U"), "current_organization": uri("organizations/O")}}))
        }
        "/scheduled_events" if asked.path.contains("page_token=next") => ok(&json!({
            "collection": [{"uri": event, "name": "Onboarding", "status": "active",
                "start_time": "2024-12-18T10:00:00.000000Z", "end_time": "2024-12-18T10:30:00.000000Z",
                "created_at": "2024-12-14T08:00:00.000000Z", "updated_at": "2024-12-14T08:00:00.000000Z"}],
            "pagination": {"count": 1, "next_page_token": null},
        })),
        "/scheduled_events" => ok(&json!({
            "collection": [], "pagination": {"count": 0, "next_page_token": "next"},
        })),
        "/scheduled_events/EV1/invitees" => ok(&json!({
            "collection": [{"uri": format!("{event}/invitees/I1"), "email": "billing@acme.test", "status": "active",
                "created_at": "2024-12-14T08:00:00.000000Z", "updated_at": "2024-12-14T08:00:00.000000Z",
                "rescheduled": false, "old_invitee": null, "new_invitee": null, "no_show": null}],
            "pagination": {"count": 1, "next_page_token": null},
        })),
        _ => (404, Vec::new(), "{}".to_owned()),
    }
}

#[test]
fn a_call_that_is_booked_with_calendly_moves_the_card() {
    let provider = FakeProvider::start(calendly);
    let home = home(&provider);
    home.config(
        "sources.toml",
        &format!(
            "[source.calls]\nkind = \"calendly\"\nsecret_command = [\"printf\", \"token\"]\naddress = \"{}\"\n",
            provider.address
        ),
    );
    home.says(&["move", "A-1", "2", "--now", "2024-12-13T09:00:00Z"]);
    let told = home.says(&["sync", "calls"]);
    assert!(told.contains("1 recorded"), "{told}");
    assert_eq!(home.json(&["show", "A-1", "--json"])["stage"], json!("3b"));
    let paths: Vec<String> = provider.asked().into_iter().map(|asked| asked.path).collect();
    assert!(
        paths[1].contains("organization=https%3A%2F%2Fapi.calendly.com%2Forganizations%2FO"),
        "{paths:?}"
    );
    assert!(home.says(&["log", "A-1"]).contains("calls"), "the log names the source");
    // Nothing has changed since, so nobody is asked for invitees.
    home.says(&["sync", "calls"]);
    assert_eq!(provider.asked().len(), 3 + 1, "the overlap of an hour asks for the latest again");
}

#[test]
fn mistakes_in_the_file_say_where_they_are() {
    let home = Home::empty();
    for (text, expected) in [
        ("[source.a]\n", "sources.toml:1: `kind`: the key is missing"),
        ("[source.a]\nkind = \"strip\"\n", "unknown value `strip`: write one of stripe, calendly"),
        (
            "[source.a]\nkind = \"stripe\"\n",
            "sources.toml:1: `source.a.secret_command`: a source of kind `stripe` needs it",
        ),
        ("[source.A]\nkind = \"stripe\"\nsecret_env = \"X\"\n", "lower-case letters"),
        (
            "[source.a]\nkind = \"stripe\"\nsecret_env = \"X\"\nevery = \"1s\"\n",
            "`1s`: write how long to wait",
        ),
        (
            "[source.a]\nkind = \"stripe\"\nsecret_env = \"X\"\naddress = \"http://api.stripe.com\"\n",
            "sources.toml:4: `source.a.address`: the secret would travel for everybody to read: write https://",
        ),
        (
            "[source.a]\nkind = \"stripe\"\nsecret_env = \"X\"\npath = \"/x\"\n",
            "`source.a.path`: a source of kind `stripe` does not have it: remove it",
        ),
        (
            "[source.a]\nkind = \"stripe\"\nsecret_env = \"X\"\nsecret_command = [\"x\"]\n",
            "there are two ways to the secret",
        ),
        ("[source.a]\nkind = \"stripe\"\nkey = \"sk_live_1\"\n", "unknown key: write one of"),
    ] {
        home.config("sources.toml", text);
        let complaint = home.complains(&["list"], 2);
        assert!(complaint.contains(expected), "{complaint}");
        assert!(!complaint.contains("sk_live_1"), "{complaint}");
    }
}

#[test]
fn without_sources_one_is_told_how_to_add_one() {
    let home = Home::empty();
    for args in [["sync"], ["sources"]] {
        let complaint = home.complains(&args, 2);
        assert!(complaint.contains("there are no live sources yet"), "{complaint}");
    }
    home.config("sources.toml", "[source.billing]\nkind = \"stripe\"\nsecret_env = \"GANGPLANK_TEST_KEY\"\n");
    let complaint = home.complains(&["sync", "biling"], 2);
    assert!(complaint.contains("there is no source `biling`; did you mean billing?"), "{complaint}");
    let complaint = home.complains(&["sync"], 1);
    assert!(complaint.contains("no secret in the environment variable GANGPLANK_TEST_KEY"), "{complaint}");
}
