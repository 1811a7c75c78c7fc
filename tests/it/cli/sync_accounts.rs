//! `gangplank sync` with sources that list accounts, and with PostHog's queries.

use serde_json::{Value, json};

use crate::support::home::{Home, account};
use crate::support::provider::{Answer, Asked, FakeProvider, ok, purchases};

fn source(home: &Home, kind: &str, provider: &FakeProvider, more: &str) {
    let address = &provider.address;
    home.config(
        "sources.toml",
        &format!(
            "[source.crm]\nkind = \"{kind}\"\nsecret_command = [\"printf\", \"key_secret\"]\naddress = \"{address}\"\n{more}"
        ),
    );
}

fn body(asked: &Asked) -> Value {
    serde_json::from_str(&asked.body).expect("a body of JSON")
}

fn stage(home: &Home, id: &str) -> Value {
    home.json(&["show", id, "--json"])["stage"].clone()
}

/// Accounts of Vitally, those that were changed last first, a page of two at a time.
fn vitally(accounts: Vec<Value>) -> impl FnMut(&Asked) -> Answer {
    move |asked| {
        if !asked.path.starts_with("/resources/accounts?limit=100&status=activeOrChurned&sortBy=updatedAt") {
            return (404, Vec::new(), "{}".to_owned());
        }
        let from = asked.path.split_once("&from=").map_or(0, |(_, from)| from.parse().expect("a number"));
        let page: Vec<&Value> = accounts.iter().skip(from).take(2).collect();
        let at_end = from + 2 >= accounts.len();
        let next = if at_end { Value::Null } else { json!((from + 2).to_string()) };
        ok(&json!({"results": page, "next": next, "atEnd": at_end}))
    }
}

fn vitally_account(number: usize, stage: &str, updated: &str) -> Value {
    json!({
        "id": format!("v-{number}"), "externalId": format!("A-{number}"), "name": format!("Company {number}"),
        "mrr": 100 * number, "updatedAt": updated, "createdAt": "2024-11-01T00:00:00.000Z",
        "traits": {"vitally.custom.onboardingPipeline": stage},
    })
}

#[test]
fn accounts_of_vitally_come_in_and_only_what_changed_is_read_again() {
    let accounts = vec![
        vitally_account(3, "2. Outreach sent", "2024-12-14T08:00:00.000Z"),
        vitally_account(2, "1. New", "2024-12-10T08:00:00.000Z"),
        vitally_account(1, "1. New", "2024-12-09T08:00:00.000Z"),
    ];
    let provider = FakeProvider::start({
        let mut answer = vitally(accounts);
        move |asked| {
            let path = asked.path.strip_prefix("/resources").map(str::to_owned);
            let Some(_) = path else { return (404, Vec::new(), "{}".to_owned()) };
            answer(asked)
        }
    });
    let home = Home::empty();
    let address = format!("{}/resources", provider.address);
    home.config(
        "sources.toml",
        &format!(
            "[source.crm]\nkind = \"vitally\"\nsecret_command = [\"printf\", \"key_secret\"]\naddress = \"{address}\"\n"
        ),
    );
    let told = home.says(&["sync", "--dry-run"]);
    assert!(told.starts_with("crm: 3 read · 3 new"), "{told}");
    assert_eq!(home.json(&["list", "--json"]).as_array().map(Vec::len), Some(0), "nothing was written");
    let asked = provider.asked();
    assert_eq!(asked.len(), 2, "{asked:?}");
    // The key as the name, and no password.
    assert_eq!(asked[0].header("authorization"), Some("Basic a2V5X3NlY3JldDo="));

    let told = home.json(&["sync", "--json"]);
    assert_eq!((&told[0]["accounts"]["new"], &told[0]["source"]), (&json!(3), &json!("crm")));
    assert_eq!(home.json(&["show", "A-3", "--json"])["name"], json!("Company 3"));
    assert_eq!(home.json(&["sources", "--json"])[0]["taken"], json!(3));
    let log = home.json(&["log", "--json"]);
    let entry = log.as_array().and_then(|log| log.last()).expect("an entry").clone();
    assert_eq!((&entry["by"], &entry["command"]), (&json!("source:crm"), &json!("sync crm")));
    provider.asked();

    // The second page is older than what is known.
    let told = home.says(&["sync"]);
    assert!(told.starts_with("crm: 2 read · 2 unchanged"), "{told}");
    assert_eq!(provider.asked().len(), 1);
    assert_eq!(home.json(&["log", "--json"]), log, "nothing new, nothing written");
}

#[test]
fn stages_of_a_source_are_taken_only_where_one_asks_for_it() {
    let account_of = |stage: &str| vec![vitally_account(1, stage, "2024-12-14T08:00:00.000Z")];
    for (more, expected) in [("", "2"), ("take_stages = true\n", "3a")] {
        let mut accounts = vitally(account_of("3a. Engaged — Email"));
        let provider = FakeProvider::start(move |asked| {
            let path = format!("/resources{}", asked.path);
            accounts(&Asked { path, ..asked.clone() })
        });
        let home = Home::empty();
        home.import(&[account("A-1", "Company 1", Some("83600"), Some("2024-12-22"))]);
        home.says(&["move", "A-1", "2"]);
        source(&home, "vitally", &provider, more);
        home.says(&["sync"]);
        assert_eq!(stage(&home, "A-1"), json!(expected), "{more:?}");
    }
}

fn company(number: i64, changed: &str) -> Value {
    json!({
        "id": number.to_string(), "archived": false, "createdAt": "2024-11-01T00:00:00Z", "updatedAt": changed,
        "properties": {
            "name": format!("Company {number}"), "domain": format!("company{number}.test"),
            "hs_lastmodifieddate": changed, "hs_object_id": number.to_string(), "plan_tier": "growth",
        },
    })
}

/// HubSpot's search, two companies a page.
fn hubspot(companies: Vec<Value>) -> impl FnMut(&Asked) -> Answer {
    move |asked| {
        let search = body(asked);
        let since = search.pointer("/filterGroups/0/filters/0/value").and_then(Value::as_str);
        let since: i64 = since.map_or(0, |since| since.parse().expect("milliseconds"));
        let changed = |company: &&Value| {
            let at =
                company["updatedAt"].as_str().and_then(|at| at.parse::<chrono::DateTime<chrono::Utc>>().ok());
            at.is_some_and(|at| at.timestamp_millis() >= since)
        };
        let after: usize = search["after"].as_str().map_or(0, |after| after.parse().expect("a number"));
        let all: Vec<&Value> = companies.iter().filter(changed).collect();
        let page: Vec<&Value> = all.iter().skip(after).take(2).copied().collect();
        let mut answer = json!({"total": all.len(), "results": page});
        if after + 2 < all.len() {
            answer["paging"] = json!({"next": {"after": (after + 2).to_string()}});
        }
        ok(&answer)
    }
}

#[test]
fn companies_of_hubspot_come_in_with_the_properties_that_are_mapped() {
    let companies = vec![
        company(1, "2024-12-09T08:00:00Z"),
        company(2, "2024-12-10T08:00:00Z"),
        company(3, "2024-12-14T08:00:00Z"),
    ];
    let provider = FakeProvider::start(hubspot(companies));
    let home = Home::empty();
    home.config("hubspot.toml", "[columns]\nplan_tier = \"plan\"\n");
    source(&home, "hubspot", &provider, "");
    let told = home.says(&["sync"]);
    assert!(told.starts_with("crm: 3 read · 3 new"), "{told}");
    assert_eq!(home.json(&["show", "3", "--json"])["facts"]["plan"]["value"], json!("growth"));
    let asked = provider.asked();
    assert_eq!(asked.len(), 2, "{asked:?}");
    assert_eq!((&*asked[0].method, &*asked[0].path), ("POST", "/crm/v3/objects/companies/search"));
    assert_eq!(asked[0].header("authorization"), Some("Bearer key_secret"));
    assert_eq!(
        body(&asked[0])["properties"],
        json!(["country", "domain", "hs_lastmodifieddate", "name", "plan_tier"])
    );

    let told = home.says(&["sync"]);
    assert!(told.starts_with("crm: 1 read · 1 unchanged"), "{told}");
}

/// PostHog's answer to a query.
fn posthog(events: Vec<[&'static str; 2]>) -> impl FnMut(&Asked) -> Answer {
    move |asked| {
        if asked.path != "/api/projects/4711/query/" {
            return (404, Vec::new(), "{}".to_owned());
        }
        let properties = "{\"product\":\"Onboarding consultation\"}";
        ok(&purchases(&events, properties, "billing@acme.test"))
    }
}

#[test]
fn a_purchase_in_posthog_moves_the_card_to_7() {
    let provider = FakeProvider::start(posthog(vec![
        ["0191-a", "2024-12-14T08:00:00Z"],
        ["0191-b", "2024-12-14T09:30:00Z"],
    ]));
    let home = Home::with_acme("2024-12-22", "billing@acme.test");
    source(&home, "posthog", &provider, "project = 4711\n");
    let told = home.says(&["sync"]);
    assert!(told.starts_with("crm: 2 events read · 2 recorded"), "{told}");
    assert_eq!(stage(&home, "A-1"), json!("7"));
    let query = |asked: &Asked| body(asked)["query"]["query"].as_str().expect("a query").to_owned();
    let first = query(&provider.asked()[0]);
    assert!(first.contains("event IN ('merch store purchase')"), "{first}");
    assert!(first.contains("timestamp >= toDateTime('2024-11-15T09:00:00Z')"), "{first}");

    let told = home.says(&["sync"]);
    assert!(told.starts_with("crm: 2 events read · 2 known already"), "{told}");
    let explained = home.says(&["explain", "A-1"]);
    let words = "Moved it to 7 on Sun 15 Dec (paid call purchased: Sat 14 Dec, 10:30, from posthog)";
    assert!(explained.split_whitespace().collect::<Vec<_>>().join(" ").contains(words), "{explained}");
    let second = query(&provider.asked()[0]);
    assert!(second.contains("timestamp >= toDateTime('2024-12-14T03:30:00Z')"), "{second}");
}

#[test]
fn keys_that_a_kind_needs_or_does_not_have_are_said() {
    let home = Home::empty();
    let begin = |kind: &str| format!("[source.a]\nkind = \"{kind}\"\nsecret_env = \"X\"\n");
    for (text, expected) in [
        (
            begin("posthog"),
            "sources.toml:1: `source.a.project`: a source of kind `posthog` needs it: add project =",
        ),
        (
            begin("vitally"),
            "sources.toml:1: `source.a.address`: a source of kind `vitally` needs it: add address =",
        ),
        (
            begin("stripe") + "project = 1\n",
            "sources.toml:4: `source.a.project`: a source of kind `stripe` does not have it: remove it",
        ),
        (begin("posthog") + "project = \" \"\n", "needs it: add project"),
        (begin("hubspot") + "take_stages = \"yes\"\n", "sources.toml:4"),
    ] {
        home.config("sources.toml", &text);
        let complaint = home.complains(&["list"], 2);
        assert!(complaint.contains(expected), "{complaint}");
    }
    // What the names of a provider mean counts as soon as it is a source.
    home.config("sources.toml", &begin("hubspot"));
    home.config("hubspot.toml", "[columns]\nplan = \"plann\"\n");
    let complaint = home.complains(&["list"], 2);
    assert!(complaint.contains("hubspot.toml:2: `plan`"), "{complaint}");
}

#[test]
fn accounts_that_can_be_read_in_two_ways_are_asked_about_in_their_file() {
    let mut company = company(1, "2024-12-14T08:00:00Z");
    company["properties"]["renews"] = json!("03/04/2025");
    let provider = FakeProvider::start(hubspot(vec![company]));
    let home = Home::empty();
    home.config("hubspot.toml", "[columns]\nrenews = \"next_renewal\"\n");
    source(&home, "hubspot", &provider, "");
    let complaint = home.complains(&["sync"], 1);
    assert!(complaint.contains("here, write it as date_format or decimal in hubspot.toml"), "{complaint}");
    assert_eq!(home.json(&["list", "--json"]).as_array().map(Vec::len), Some(0));
}
