//! Deliveries that mean harm, signed all the same: nothing falls over, nothing is asked for again, nothing leaks.

use serde_json::{Map, Value, json};

use super::serve::{PUBLIC, example, home};
use crate::support::dice::Dice;
use crate::support::mutations::{assert_clean, everything_said, mutated};
use crate::support::served::{ALL_KINDS, SECRET, Served, stderr};

/// How many bodies there are of each kind.
const BODIES: u64 = 1_000;

/// What a provider of `kind` sends, as tests of its translation have it.
fn seeds(kind: &str) -> Vec<Value> {
    let path = format!("{}/tests/it/data/providers/{kind}.jsonl", env!("CARGO_MANIFEST_DIR"));
    let lines = std::fs::read_to_string(path).unwrap_or_default();
    let examples = lines.lines().filter_map(|line| serde_json::from_str(line).ok());
    let seeds: Vec<Value> =
        examples.chain([serde_json::from_slice(&example(kind)).expect("an example")]).collect();
    if kind == "signals" {
        let common = |signal: &str, more: Value| {
            let mut seed = json!({
                "signal": signal, "id": "s-1", "account": {"email": "ana@acme.test"}, "at": "2024-12-15T08:00:00Z",
                "source": "x",
            });
            seed.as_object_mut().expect("an object").extend(more.as_object().expect("an object").clone());
            seed
        };
        let amount = json!({"minor": 1_250, "currency": "USD"});
        let (starts, ends) = ("2024-12-16T08:00:00Z", "2024-12-16T09:00:00Z");
        let more = [
            common("reply.received", json!({"auto": false})),
            common("invoice.payment_failed", json!({"invoice": "in_9", "amount": amount, "attempt": 1})),
            common("call.booked", json!({"call_id": "c", "starts_at": starts, "ends_at": ends})),
            common("facts.changed", json!({"facts": {"plan": "payg"}})),
        ];
        return seeds.into_iter().chain(more).collect();
    }
    seeds
}

fn check(kind: &str) {
    let home = home(&ALL_KINDS);
    home.config("posthog.toml", include_str!("../data/providers/posthog.toml"));
    let served = Served::start(&home, &PUBLIC);
    let (mut dice, seeds) = (Dice(0x9E37_79B9_7F4A_7C15), seeds(kind));
    let mut answers = Map::new();
    for number in 0..BODIES {
        let body = mutated(&seeds, &mut dice);
        let (status, said) = served.deliver(kind, &body);
        assert!(
            matches!(status, 200 | 204),
            "{kind} {number}: {status} {said} to {}",
            String::from_utf8_lossy(&body)
        );
        assert!(!said.contains(SECRET));
        let count = answers.entry(status.to_string()).or_insert(json!(0));
        *count = json!(count.as_u64().unwrap_or(0) + 1);
        // What is signed with another secret is not even read.
        if number % 20 == 0 {
            let target = format!("/{kind}");
            let refused = served.request("POST", &target, &[("Authorization", "Bearer 0")], &body);
            assert_eq!(refused.map(|(status, _)| status), Some(401));
        }
    }
    let receiver = served.health()["receivers"][kind].clone();
    let count = |name: &str| receiver[name].as_u64().unwrap_or(0);
    // All three ways were gone.
    assert!(count("taken") > 10 && count("rejected") > 100, "{kind}: {receiver} {answers:?}");

    assert_clean(&(stderr(&home) + &everything_said(&home)), SECRET);
    let journal = std::fs::read_to_string(home.data().join("journal.jsonl")).expect("a journal");
    assert!(!journal.contains(SECRET));
}

#[test]
fn a_thousand_bodies_of_stripe() {
    check("stripe");
}

#[test]
fn a_thousand_bodies_of_calendly() {
    check("calendly");
}

#[test]
fn a_thousand_bodies_of_calcom() {
    check("calcom");
}

#[test]
fn a_thousand_bodies_of_posthog() {
    check("posthog");
}

#[test]
fn a_thousand_bodies_of_hubspot() {
    check("hubspot");
}

#[test]
fn a_thousand_bodies_of_scripts() {
    check("signals");
}
