//! `gangplank sync` is killed, anywhere: after a run to the end the board is as after one that nobody disturbed.

use std::fmt::Write as _;
use std::path::Path;

use gangplank::state::{AccountFacts, FactKey, FactValue};
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::support::dice::Dice;
use crate::support::home::{Home, account};
use crate::support::killing::{KillPoint, Killing, ends, kills, length};
use crate::support::provider::{Answer, Asked, ok};

/// How often it is killed, unless `GANGPLANK_KILLS` says how often.
const KILLS: usize = 10;

/// How many requests a run makes: pages of Stripe and of Vitally, and a calendar.
const REQUESTS: usize = 4 + 3 + 1;

/// How many customers there are.
const CUSTOMERS: usize = 8;

/// More events than one entry takes.
const EVENTS: usize = 1_200;

/// 2024-12-14T09:00:00Z, a day before the tests.
const DAY_BEFORE: usize = 1_734_166_800;

fn address(customer: usize) -> String {
    format!("billing@customer-{customer}.test")
}

/// Stripe's list of events, the newest first.
fn events() -> Vec<Value> {
    let event = |number: usize| {
        // Some are about nobody whom the board knows, and most say that all is well.
        let kind = if number.is_multiple_of(50) { "invoice.payment_failed" } else { "invoice.paid" };
        json!({
            "id": format!("evt_{number}"), "object": "event", "created": DAY_BEFORE - number * 60, "livemode": true,
            "type": kind,
            "data": {"object": {
                "id": format!("in_{number}"), "object": "invoice", "customer": format!("cus_{number}"),
                "customer_email": address(number % (CUSTOMERS + 1)), "amount_due": 12_300, "amount_paid": 12_300,
                "amount_remaining": 12_300, "currency": "usd", "attempt_count": 1,
            }},
        })
    };
    (0..EVENTS).map(event).collect()
}

/// Vitally's list of accounts, of which the board knows some.
fn accounts() -> Vec<Value> {
    let account = |number: usize| {
        json!({
            "id": format!("v-{number}"), "externalId": format!("A-{number}"), "name": format!("Company {number}"),
            "mrr": 100 * number, "createdAt": "2024-11-01T00:00:00.000Z",
            "updatedAt": format!("2024-12-14T{:02}:00:00.000Z", 20 - number),
            "churnedAt": (number == 3).then_some("2024-12-13T08:00:00.000Z"),
        })
    };
    (5..CUSTOMERS + 5).map(account).collect()
}

fn calendar() -> String {
    let mut text = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//test//EN\r\n".to_owned();
    for customer in 0..3 {
        write!(
            text,
            "BEGIN:VEVENT\r\nUID:call-{customer}\r\nDTSTAMP:20241214T080000Z\r\nDTSTART:20241218T1{customer}0000Z\r\n\
             DTEND:20241218T1{customer}3000Z\r\nSUMMARY:Onboarding\r\nORGANIZER:mailto:dan@team.test\r\n\
             ATTENDEE;PARTSTAT=ACCEPTED:mailto:dan@team.test\r\nATTENDEE;PARTSTAT=ACCEPTED:mailto:{}\r\n\
             END:VEVENT\r\n",
            address(customer)
        )
        .expect("memory");
    }
    text + "END:VCALENDAR\r\n"
}

/// Mail to all customers, and a reply of every second one.
fn mail(directory: &Path) {
    for part in ["cur", "new", "tmp"] {
        std::fs::create_dir_all(directory.join(part)).expect("a directory");
    }
    let message = |name: String, head: String| {
        std::fs::write(directory.join("new").join(name), head.replace('\n', "\r\n") + "\r\n\r\nHello\r\n")
            .expect("a message");
    };
    for customer in 0..CUSTOMERS {
        let (to, at) = (address(customer), "Fri, 13 Dec 2024");
        message(
            format!("{customer}.sent"),
            format!(
                "From: dan@team.test\nTo: {to}\nDate: {at} 10:00:00 +0000\nMessage-ID: <{customer}@team.test>\n\
                 Subject: Your bill"
            ),
        );
        if customer.is_multiple_of(2) {
            message(
                format!("{customer}.reply"),
                format!(
                    "From: {to}\nTo: dan@team.test\nDate: {at} 11:00:00 +0000\nMessage-ID: <r{customer}@test>\n\
                     In-Reply-To: <{customer}@team.test>\nSubject: Re: Your bill"
                ),
            );
        }
    }
}

/// What all providers answer.
fn providers() -> impl FnMut(&Asked) -> Answer {
    let (events, accounts, calendar) = (events(), accounts(), calendar());
    move |asked| {
        let path = asked.path.split('?').next().unwrap_or_default();
        let after = |name: &str| asked.path.split_once(name).map(|(_, after)| after.to_owned());
        match path {
            "/v1/events" => {
                let is_last = |event: &Value| {
                    after("starting_after=").is_some_and(|after| event["id"].as_str() == Some(&after))
                };
                let start = events.iter().position(is_last).map_or(0, |last| last + 1);
                let end = (start + 350).min(events.len());
                ok(&json!({"object": "list", "has_more": end < events.len(), "data": events[start..end]}))
            }
            "/resources/accounts" => {
                let from: usize = after("&from=").map_or(0, |from| from.parse().expect("a number"));
                let end = (from + 3).min(accounts.len());
                let next = (end < accounts.len()).then(|| end.to_string());
                ok(&json!({"results": accounts[from..end], "atEnd": next.is_none(), "next": next}))
            }
            "/cal.ics" => (200, Vec::new(), calendar.clone()),
            _ => (404, Vec::new(), "{}".to_owned()),
        }
    }
}

fn home(provider: &str, mail: &Path) -> Home {
    let home = Home::empty();
    home.config("config.toml", "specialists = [\"dan@team.test\"]\n");
    let known = |customer: usize| -> AccountFacts {
        account(&format!("A-{customer}"), &format!("Company {customer}"), Some("83600"), Some("2025-01-22"))
            .with(FactKey::AdminEmails, FactValue::List(vec![address(customer).as_str().into()]))
    };
    home.import(&(0..CUSTOMERS).map(known).collect::<Vec<_>>());
    let secret = "secret_command = [\"printf\", \"key_secret\"]";
    home.config(
        "sources.toml",
        &format!(
            "[source.billing]\nkind = \"stripe\"\n{secret}\naddress = \"{provider}\"\n\
             [source.crm]\nkind = \"vitally\"\n{secret}\naddress = \"{provider}/resources\"\n\
             [source.cal]\nkind = \"ics\"\naddress = \"{provider}/cal.ics\"\n\
             [source.mail]\nkind = \"maildir\"\npath = \"{}\"\n",
            mail.display()
        ),
    );
    home
}

/// All that must be the same: the board, how much was taken from where, and every event that led there.
fn picture(home: &Home) -> [Value; 5] {
    let mut sources = home.json(&["sources", "--json"]);
    for source in sources.as_array_mut().expect("a list") {
        let kept =
            ["source", "taken", "unmatched", "failures", "error"].map(|key| (key, source[key].clone()));
        *source = kept.into_iter().collect();
    }
    let log = home.json(&["log", "--json"]);
    let events =
        log.as_array().expect("a list").iter().filter_map(|entry| entry["events"].as_array().cloned());
    let events = events.flatten().filter(|event| event.get("source_read").is_none()).collect();
    let [list, alerts, unmatched] = ["list", "alerts", "unmatched"].map(|list| home.json(&[list, "--json"]));
    [list, alerts, unmatched, sources, events]
}

#[test]
fn a_reading_that_is_killed_anywhere_is_done_again_and_nothing_is_there_twice() {
    let scratch = TempDir::new().expect("a directory");
    mail(scratch.path());
    let killing = Killing::start(providers());
    let undisturbed = home(&killing.provider.address, scratch.path());
    let before = length(&undisturbed);
    let told = undisturbed.says(&["sync"]);
    for expected in ["billing: 1200 events read", "crm: 8 read", "cal: 3 events", "mail: 12 messages"] {
        assert!(told.contains(expected), "{told}");
    }
    assert_eq!(killing.provider.asked().len(), REQUESTS);
    let ends = ends(&undisturbed, before);
    let expected = picture(&undisturbed);

    let mut dice = Dice(0x51_7C_C1_B7_27_22_0A_95);
    let (mut killed, mut points) = (0, Vec::new());
    // The first one is killed between its first entry and the next.
    let mut first = Some(KillPoint::after(ends[0]));
    let mut point = |dice: &mut Dice| first.take().unwrap_or_else(|| KillPoint::any(dice, REQUESTS, &ends));
    let all = kills(KILLS);
    while points.len() < all {
        let home = home(&killing.provider.address, scratch.path());
        for _ in 0..=dice.roll(2) {
            let point = point(&mut dice);
            killed += usize::from(killing.run(&home, &["sync"], point));
            points.push(point);
        }
        home.says(&["sync"]);
        let found = picture(&home);
        for (found, expected) in found.iter().zip(&expected) {
            assert_eq!(found, expected, "after {points:?}");
        }
    }
    // The others were over before: those before them had written most of it.
    assert!(killed * 4 > points.len(), "{killed} of {points:?}");
}
