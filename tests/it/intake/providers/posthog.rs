//! PostHog's events, as webhooks, hooks, lists and queries tell them.

use gangplank::intake::providers::posthog::{DEFAULT, EventMapping};
use gangplank::intake::providers::{Provider, ProviderMappings};
use serde_json::{Value, json};

use super::{home, told, translate};

pub(super) const EXAMPLES: &str = include_str!("../../data/providers/posthog.jsonl");

/// What the examples' own events mean.
pub(super) const MAPPING: &str = include_str!("../../data/providers/posthog.toml");

#[test]
fn each_generation_becomes_the_same_signals() {
    insta::assert_snapshot!(told(&translate(Provider::PostHog, EXAMPLES.as_bytes())), @r#"
    1 0192-1 | 12-10 09:00:00 | A-1, ana@acme.example | "paid_call_purchased"
    2 0192-1 | 12-10 09:00:00 | A-1, ana@acme.example | "paid_call_purchased"
    4 0192-3 | 12-10 10:00:00 | pay@bolt.example | {"call_booked":{"call":"31","starts_at":"2024-12-12T14:00:00Z","ends_at":"2024-12-12T14:30:00Z"}}
    5 0192-4 | 12-10 11:00:00 | stripe cus_1 | {"invoice_payment_failed":{"invoice":"in_ph","amount":{"minor":34050,"currency":"USD"},"attempt":1,"next_attempt":null}}
    6 0192-5 | 12-11 09:00:00 | A-1 | {"facts_changed":{"facts":{"plan":{"text":"boost"},"forecasted_mrr":{"money":{"minor":83600,"currency":"USD"}},"users_count":{"number":12.0}}}}
    7 0192-6 | 12-10 08:00:00 | A-1 | {"facts_changed":{"facts":{"plan":{"text":"pay-as-you-go"}}}}
    8 0192-7 | 12-12 09:00:00 | pay@bolt.example | {"handoff":{"reason":"large and steady"}}
    10 ! 0192-9: `event.properties.ends_at` is missing: posthog.toml takes `ends_at` from there
    11 ! 0192-10: for call.booked, `starts_at` is "tomorrow": write a time with its zone, such as "2024-12-16T10:00:00Z" (from `event.properties.starts_at`)
    12 0192-11 | 12-10 09:20:00 | nobody@nowhere.example | "paid_call_purchased"
    13 ! 0192-12: `event.properties.amount` is `1.234`: write 1234 or 1.2340
    14 ! 0192-13: it does not say who handed the account off
    15 ! `event.uuid` is missing: keep it in the body of the webhook, or select uuid in the query
    16 ! 0192-15: it names no account: `groups.organization.id` or `event.properties.customer` or `person.properties.email` is missing
    ignored: {"$pageview": 1, "merch store purchase of something else": 1}, test mode: 0
    "#);
}

#[test]
fn the_answer_to_a_query_is_read_by_the_names_of_its_columns() {
    let answer = json!({
        "columns": ["uuid", "event", "timestamp", "person.properties.email", "items", "groups.organization.id"],
        "results": [
            ["q-1", "merch store purchase", "2024-12-10T09:00:00.118774Z", null, [{"title": "Paid onboarding call"}], "A-1"],
            ["q-2", "merch store purchase", "2024-12-10 10:00:00+01:00", "pay@bolt.example", {"title": "Onboarding consultation"}, null],
            ["q-3", "$pageview", "2024-12-10T09:00:00Z", null, null, null],
            ["q-4"],
        ],
        "types": [], "hasMore": false, "limit": 100,
    });
    let pretty = serde_json::to_string_pretty(&answer).expect("JSON");
    insta::assert_snapshot!(told(&translate(Provider::PostHog, pretty.as_bytes())), @r#"
    14 q-1 | 12-10 09:00:00 | A-1 | "paid_call_purchased"
    26 q-2 | 12-10 09:00:00 | pay@bolt.example | "paid_call_purchased"
    44 ! a row of 1 values where there are 6 columns
    ignored: {"$pageview": 1}, test mode: 0
    "#);
    let compact = translate(Provider::PostHog, answer.to_string().as_bytes());
    assert_eq!((compact.records, compact.signals.len()), (4, 2));
}

#[test]
fn a_purchase_moves_the_card_to_7_and_the_summary_names_the_rest() {
    let home = home();
    let purchase = |id: &str, product: Value| {
        json!({
            "event": {"uuid": id, "event": "merch store purchase", "distinct_id": "d", "properties": {"product": product},
                      "timestamp": "2024-12-10T09:00:00Z"},
            "person": {"id": "p", "properties": {"email": "ana@acme.example"}},
        })
    };
    let events = json!([purchase("1", json!("Hoodie")), purchase("2", json!("Paid onboarding call"))]);
    let ingest = |flags: &[&str]| {
        let args = [&["ingest", "-", "--from", "posthog"], flags].concat();
        let output = home.gangplank(&args).write_stdin(events.to_string()).output().expect("it runs");
        assert!(output.status.success(), "{output:?}");
        String::from_utf8(output.stdout).expect("it speaks UTF-8")
    };
    insta::assert_snapshot!(ingest(&["--dry-run"]), @r#"
    2 events read · 1 recorded · 1 ignored (merch store purchase of something else 1) · 1 card moved
      1 → 7. Paid call purchased
    This was a dry run: nothing was written.
    "#);
    ingest(&[]);
    assert_eq!(home.json(&["show", "A-1", "--json"])["stage"], "7");
    insta::assert_snapshot!(ingest(&[]), @r#"
    2 events read · 1 known already · 1 ignored (merch store purchase of something else 1)
    Nothing changed.
    "#);
    // A mapping of one's own takes the place of the built-in one.
    home.config("posthog.toml", MAPPING);
    insta::assert_snapshot!(ingest(&[]), @r#"
    2 events read · 2 ignored (merch store purchase of something else 2)
    Nothing changed.
    "#);
    home.config("posthog.toml", "[[event]]\nname = \"x\"\n");
    let said =
        home.gangplank(&["ingest", "-", "--from", "posthog"]).write_stdin("").output().expect("it runs");
    let said = String::from_utf8(said.stderr).expect("it speaks UTF-8");
    assert!(said.contains("posthog.toml:1: `event`: an event without `signal`: add signal ="), "{said}");
    // Other providers do not care.
    home.gangplank(&["ingest", "-", "--from", "stripe"]).write_stdin("").assert().success();
}

#[test]
fn the_built_in_mapping_and_the_examples_in_it_are_correct() {
    assert_eq!(
        EventMapping::parse(DEFAULT, "posthog.toml"),
        Ok(ProviderMappings::default().posthog().clone())
    );
    let (before, examples) = DEFAULT.split_once("# More, to copy:\n#\n").expect("there are examples");
    let examples = examples.replace("# ", "").replace('#', "");
    let all = EventMapping::parse(&format!("{before}{examples}"), "posthog.toml");
    assert!(all.is_ok(), "{all:?}");
}

const ACCOUNT: &str = "account = [{ email = \"person.properties.email\" }]\n";

#[test]
fn a_mistake_in_the_mapping_is_said_with_its_line_its_key_and_what_to_do() {
    let says = |text: &str| match EventMapping::parse(text, "posthog.toml") {
        Ok(_) => "correct".to_owned(),
        Err(error) => error.to_string(),
    };
    let event = |text: &str| says(&format!("{ACCOUNT}[[event]]\nname = \"x\"\n{text}"));
    let all = [
        says("a = = 1"),
        says("accounts = []"),
        says("account = \"event.x\""),
        says("account = []"),
        says("account = [{ email = \"a.b\", domain = \"event.b\" }]"),
        says("account = [{ mail = \"person.properties.email\" }]"),
        says("account = [{ email = \"persons.properties.email\" }]"),
        says("account = [{ id = \"event.properties.customer\" }]"),
        says("[event]\nname = \"x\""),
        says("event = [1]"),
        says("[[event]]\nsignal = \"call.held\""),
        says("[[event]]\nname = \"x\"\nsignal = \"call.held\""),
        event(""),
        event("signal = \"call.hold\""),
        event("signal = \"call.booked\""),
        event("signal = \"call.held\"\ncall = \"event.properties.call\""),
        event("signal = \"call.held\"\ncall_id = 5"),
        event("signal = \"call.held\"\ncall_id = \"c-9\""),
        event("signal = \"call.held\"\ncall_id = { values = 1 }"),
        event("signal = \"call.held\"\nwhere = { event.properties.a = { b = [[1]] } }"),
        event("signal = \"call.held\"\nwhere = \"a\""),
        event("signal = \"handoff\"\nreason = { value = \"r\" }"),
        event("signal = \"facts.changed\"\nfacts = {}"),
        event("signal = \"facts.changed\"\nfacts = { plann = \"event.properties.plan\" }"),
        event("signal = \"facts.changed\"\nfacts = { mrr = \"event.properties.mrr\" }"),
        event(
            "signal = \"invoice.upcoming\"\nsubscription = \"event.properties.s\"\nperiod_end = \"event.properties.e\"\namount = { minor = \"event.properties.a\" }",
        ),
        event("signal = \"call.held\"\n[[event]]\nname = \"x\"\nsignal = \"call.no_show\""),
    ];
    insta::assert_snapshot!(all.join("\n"), @r#"
    posthog.toml:1: not valid TOML: extra `=`, expected nothing
    posthog.toml:1: `accounts`: unknown key: did you mean account?
    posthog.toml:1: `account`: found string: write account = [{ external_id = "groups.organization.id" }]
    posthog.toml:1: `account`: the list is empty: write account = [{ external_id = "groups.organization.id" }]
    posthog.toml:1: `account`: each pair of braces holds one name: write each one in its own
    posthog.toml:1: `mail`: unknown key: did you mean email or domain?
    posthog.toml:1: `email`: `persons.properties.email` is not a path: begin it with event., person. or groups., or write { value = "persons.properties.email" }
    posthog.toml:1: `id`: expected a table: write `[id]` on a line of its own, and lines below it
    posthog.toml:1: `event`: found table: write [[event]] in double brackets
    posthog.toml:1: `event`: found integer: write [[event]] on a line of its own, and its name and signal below it
    posthog.toml:1: `event`: an event without `name`: add name = "the event's name"
    posthog.toml:1: `event`: `x` says no account: add account = [{ external_id = "groups.organization.id" }]
    posthog.toml:2: `event`: an event without `signal`: add signal = "paid_call.purchased", or another one
    posthog.toml:4: `signal`: unknown signal `call.hold`: did you mean call.held or call.no_show?
    posthog.toml:4: `signal`: call.booked needs `call_id`: add call_id = "event.properties.call_id"
    posthog.toml:5: `call`: not a field of call.held: did you mean call_id?
    posthog.toml:5: `call_id`: expected a text in quotes, found integer
    posthog.toml:5: `call_id`: `c-9` is not a path: begin it with event., person. or groups., or write { value = "c-9" }
    posthog.toml:5: `call_id`: expected a path in quotes, or { value = … } with a text, a number, true or false
    posthog.toml:5: `b`: write what has to stand there: a text, a number, true or false
    posthog.toml:5: `where`: found string: write where = { "event.properties.product" = "Consultation" }
    posthog.toml:4: `signal`: only people hand off an account: add by = "person.properties.email", or where the event says who it was
    posthog.toml:5: `facts`: no facts: write facts = { plan = "event.properties.plan" }
    posthog.toml:5: `plann`: unknown fact: did you mean plan? One of your own is written "extra.NAME"
    posthog.toml:5: `mrr`: expected an amount: write mrr = { minor = "event.properties.cents", currency = { value = "USD" } }, or `major` for one with decimals
    posthog.toml:7: `amount`: expected an amount: write amount = { minor = "event.properties.cents", currency = { value = "USD" } }, or `major` for one with decimals
    posthog.toml:5: `event`: an event above takes every `x`: give that one a `where`, or remove one of them
    "#);
    assert_eq!(event("signal = \"call.held\"\nwhere = { event.properties.a = 5 }"), "correct");
}
