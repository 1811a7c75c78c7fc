//! The process is killed, anywhere: after redelivery the board is as if nothing had happened.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::serve::{failed_payment, home};
use crate::support::home::Home;
use crate::support::killing::kills;
use crate::support::served::{Served, stderr};

/// How often it is killed, unless `GANGPLANK_KILLS` says how often.
const KILLS: usize = 24;

/// What is delivered in one round, to one receiver each.
fn deliveries(round: usize) -> [(&'static str, Vec<u8>); 3] {
    let number = u32::try_from(round).expect("few rounds");
    let signal = |signal: &str, account: &str| {
        let signal = json!({
            "signal": signal, "id": format!("{signal}-{round}"), "account": {"external_id": account},
            "at": format!("2024-12-14T{:02}:{:02}:00Z", round / 60 % 24, round % 60), "source": "script",
        });
        ("signals", signal.to_string().into_bytes())
    };
    [("stripe", failed_payment(number)), signal("outreach.sent", "A-2"), signal("reply.received", "nobody")]
}

/// All that must be the same, and what led there.
fn picture(home: &Home) -> [Vec<String>; 4] {
    let sorted = |args: &[&str]| -> Vec<String> {
        let mut list: Vec<String> =
            home.json(args).as_array().expect("a list").iter().map(ToString::to_string).collect();
        list.sort();
        list
    };
    let log = home.json(&["log", "--json"]);
    let mut events: Vec<String> =
        log.as_array().expect("a list").iter().map(|entry| entry["events"].to_string()).collect();
    events.sort();
    [sorted(&["list", "--json"]), sorted(&["alerts", "--json"]), sorted(&["unmatched", "--json"]), events]
}

/// Kills `served` at the moment that `round` chooses, while somebody is delivering.
fn kill(served: &mut Served, home: &Home, round: usize, answers: &AtomicUsize, is_over: &AtomicBool) {
    let journal = home.data().join("journal.jsonl");
    let length = || std::fs::metadata(&journal).map_or(0, |known| known.len());
    let (before, began) = (length(), Instant::now());
    let is_time = || match round % 4 {
        // As soon as something is in the journal: between that and the answer.
        0 => length() > before,
        // Anywhere: a moment later each time.
        1 => began.elapsed() > Duration::from_micros(u64::try_from(round).expect("few rounds") * 97 % 9_000),
        // As soon as somebody has heard that it is kept.
        2 => answers.load(Ordering::SeqCst) > round / 4 % 3,
        // Within the second or third delivery.
        _ => length() > before + 400,
    };
    while !is_time() && !is_over.load(Ordering::SeqCst) {
        thread::yield_now();
    }
    served.child.kill().expect("it runs");
    served.child.wait().expect("it ends");
}

#[test]
fn killed_anywhere_and_delivered_again_nothing_is_lost_and_nothing_twice() {
    let kills = kills(KILLS);
    let home = home(&["stripe", "signals"]);
    let (mut unconfirmed, mut confirmed) = (Vec::new(), Vec::new());
    for round in 0..kills {
        let mut served = Served::start(&home, &[]);
        let door = served.door();
        let (heard, is_over) = (AtomicUsize::new(0), AtomicBool::new(false));
        // First again what was not confirmed, as providers do.
        unconfirmed.extend(deliveries(round));
        let sent = std::mem::take(&mut unconfirmed);
        thread::scope(|scope| {
            let sending = scope.spawn(|| {
                let answers: Vec<bool> = sent
                    .iter()
                    .map(|(kind, body)| match door.try_deliver(kind, body) {
                        None => false,
                        Some((200, _)) => {
                            heard.fetch_add(1, Ordering::SeqCst);
                            true
                        }
                        Some(other) => panic!("{kind}: {other:?}"),
                    })
                    .collect();
                is_over.store(true, Ordering::SeqCst);
                answers
            });
            kill(&mut served, &home, round, &heard, &is_over);
            let answers = sending.join().expect("it delivers");
            for (delivery, is_confirmed) in sent.iter().zip(answers) {
                if is_confirmed {
                    confirmed.push(delivery.clone());
                } else {
                    unconfirmed.push(delivery.clone());
                }
            }
        });
    }
    // Whoever heard of a success need not deliver again.
    let journal = std::fs::read_to_string(home.data().join("journal.jsonl")).expect("a journal");
    for (_, body) in &confirmed {
        let body: Value = serde_json::from_slice(body).expect("JSON");
        let id = body["data"]["object"]["id"].as_str().or(body["id"].as_str()).expect("an id");
        assert!(journal.contains(&format!("\"{id}\"")), "{id} was confirmed and is lost");
    }
    let served = Served::start(&home, &[]);
    let all: Vec<_> = (0..kills).flat_map(deliveries).collect();
    for (kind, body) in unconfirmed.iter().chain(&all) {
        assert_eq!(served.deliver(kind, body).0, 200);
    }
    let clean = super::serve::home(&["stripe", "signals"]);
    let unharmed = Served::start(&clean, &[]);
    for (kind, body) in &all {
        assert_eq!(unharmed.deliver(kind, body).0, 200);
    }
    assert_eq!(picture(&home), picture(&clean));
    assert!(!stderr(&home).contains("panicked"), "{}", stderr(&home));
}
