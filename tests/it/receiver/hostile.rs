//! Deliveries that mean harm, signed all the same: nothing falls over, nothing is asked for again, nothing leaks.

use std::fmt::Write;

use serde_json::{Map, Value, json};

use super::serve::{PUBLIC, example, home};
use crate::support::dice::Dice;
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

fn hostile(dice: &mut Dice) -> Value {
    let nested = (0..100).fold(Value::Null, |inner, _| json!([inner]));
    let values = [
        Value::Null,
        json!(true),
        json!(-1),
        json!(0),
        json!(i64::MAX),
        json!(i64::MIN),
        json!(u64::MAX),
        json!(1e300),
        json!(-0.000_000_1),
        json!(""),
        json!(" "),
        json!("\u{1b}[2J\u{1b}]0;title\u{7}"),
        json!("\u{202e}gnp.exe\u{2066}"),
        json!("a\r\nb\u{0}\u{8}\u{9b}31m"),
        json!("-99999999999999999999999999"),
        json!("0000-00-00T00:00:00Z"),
        json!("+262143-12-31T23:59:60Z"),
        json!("=cmd|' /C calc'!A0"),
        json!("../../../../etc/passwd"),
        json!("ana@acme.test"),
        json!("ü".repeat(5_000)),
        json!({}),
        json!([]),
        json!({"object": "list", "data": []}),
        json!(["ana@acme.test", 1, null]),
        nested,
    ];
    dice.pick(&values).clone()
}

/// Changes one value in `value`, however deep.
fn change(value: &mut Value, dice: &mut Dice) {
    match value {
        Value::Object(map) if !map.is_empty() && dice.roll(8) > 0 => {
            let key = dice.pick(&map.keys().cloned().collect::<Vec<_>>()).clone();
            match dice.roll(12) {
                0 => drop(map.remove(&key)),
                1 => {
                    let moved = map.remove(&key).unwrap_or_default();
                    map.insert(format!("{key}\u{1b}[7m"), moved);
                }
                _ => change(map.get_mut(&key).expect("it is there"), dice),
            }
        }
        Value::Array(list) if !list.is_empty() && dice.roll(8) > 0 => {
            let place = dice.roll(list.len());
            change(&mut list[place], dice);
        }
        other => *other = hostile(dice),
    }
}

fn mutated(seeds: &[Value], dice: &mut Dice) -> Vec<u8> {
    let mut value = dice.pick(seeds).clone();
    for _ in 0..=dice.roll(3) {
        change(&mut value, dice);
    }
    let mut bytes = value.to_string().into_bytes();
    match dice.roll(10) {
        0 => bytes.truncate(dice.roll(bytes.len())),
        1 => {
            for _ in 0..=dice.roll(5) {
                let place = dice.roll(bytes.len());
                if let Some(byte) = bytes.get_mut(place) {
                    *byte = u8::try_from(dice.roll(256)).expect("a byte");
                }
            }
        }
        2 => {
            let (from, to) = (dice.roll(bytes.len()), dice.roll(bytes.len()));
            bytes.drain(from.min(to)..from.max(to));
        }
        3 => {
            // Members twice, of which readers take the first or the last.
            let copy = bytes.clone();
            bytes.pop();
            bytes.push(b',');
            bytes.extend(copy.get(1..).unwrap_or_default());
        }
        4 => bytes = [b"[", &bytes[..], b",", &bytes, b"]"].concat(),
        5 => bytes = [&bytes[..], b"\n", &bytes].concat(),
        _ => {}
    }
    bytes
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

    let mut everything = stderr(&home);
    for args in
        [&["list"][..], &["log"], &["alerts"], &["unmatched"], &["sources"], &["show", "A-1"], &["today"]]
    {
        write!(everything, "{}", home.says(args)).expect("memory");
    }
    let is_raw = |c: char| c.is_control() && !"\n\t".contains(c) || "\u{202e}\u{2066}".contains(c);
    if let Some(place) = everything.find(is_raw) {
        let from = everything[..place].char_indices().rev().nth(80).map_or(0, |(place, _)| place);
        panic!("{kind}: raw text reached the terminal: {:?}", &everything[from..=place]);
    }
    assert!(!everything.contains("panicked") && !everything.contains(SECRET), "{everything}");
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
