//! What providers send, as it should never be.

use serde_json::{Value, json};

use super::dice::Dice;
use super::home::Home;

/// A value that nobody expects.
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
        json!("+262142-12-31T23:59:60Z"),
        json!("-262143-01-01T00:30:00Z"),
        json!("9999-12-31T23:59:59Z"),
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

/// One of `seeds`, as a text that is no longer what it was.
pub(crate) fn mutated(seeds: &[Value], dice: &mut Dice) -> Vec<u8> {
    let mut value = dice.pick(seeds).clone();
    for _ in 0..=dice.roll(3) {
        change(&mut value, dice);
    }
    let mut bytes = value.to_string().into_bytes();
    match dice.roll(10) {
        0..=2 => damage(&mut bytes, dice),
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

/// Cuts, turns, or takes away some of `bytes`.
fn damage(bytes: &mut Vec<u8>, dice: &mut Dice) {
    match dice.roll(3) {
        0 => bytes.truncate(dice.roll(bytes.len())),
        1 => {
            for _ in 0..=dice.roll(5) {
                let place = dice.roll(bytes.len());
                if let Some(byte) = bytes.get_mut(place) {
                    *byte = u8::try_from(dice.roll(256)).expect("a byte");
                }
            }
        }
        _ => {
            let (from, to) = (dice.roll(bytes.len()), dice.roll(bytes.len()));
            bytes.drain(from.min(to)..from.max(to));
        }
    }
}

/// `text`, which is no JSON, as it is no longer what it was: damaged, or with a hostile text in place of what stands between
/// two marks.
pub(crate) fn mutated_text(text: &[u8], dice: &mut Dice) -> Vec<u8> {
    let mut bytes = text.to_vec();
    for _ in 0..=dice.roll(3) {
        if dice.roll(2) == 0 {
            damage(&mut bytes, dice);
            continue;
        }
        let marks: Vec<usize> =
            (0..bytes.len()).filter(|place| b":;=\r\n<>\" ".contains(&bytes[*place])).collect();
        if marks.len() < 2 {
            continue;
        }
        let place = dice.roll(marks.len() - 1);
        let value = hostile(dice);
        let value = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        bytes.splice(marks[place] + 1..marks[place + 1], value.into_bytes());
    }
    bytes
}

/// Fails where `said` has what no terminal should be given, or a part of `secret`.
pub(crate) fn assert_clean(said: &str, secret: &str) {
    let is_raw = |c: char| c.is_control() && !"\n\t".contains(c) || "\u{202e}\u{2066}".contains(c);
    if let Some(place) = said.find(is_raw) {
        let from = said[..place].char_indices().rev().nth(80).map_or(0, |(place, _)| place);
        panic!("raw text reached the terminal: {:?}", &said[from..=place]);
    }
    assert!(!said.contains("panicked") && !said.contains(secret), "{said}");
}

/// All that people see of the board in `home`.
pub(crate) fn everything_said(home: &Home) -> String {
    let all =
        [&["list"][..], &["log"], &["alerts"], &["unmatched"], &["sources"], &["show", "A-1"], &["today"]];
    all.map(|args| home.says(args)).concat()
}

/// How many answers of each kind are broken: `GANGPLANK_MUTATIONS`, or a few.
pub(crate) fn mutations() -> usize {
    std::env::var("GANGPLANK_MUTATIONS").ok().and_then(|all| all.parse().ok()).unwrap_or(50)
}
