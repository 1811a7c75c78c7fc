//! What the counts of live sources mean, and what readings without news leave in the journal.

use std::fs;
use std::sync::{Arc, Mutex};

use serde_json::{Value, json};

use crate::support::home::Home;
use crate::support::provider::{Answer, Asked, FakeProvider, ok};

/// 2024-12-14T09:00:00Z.
const DAY_BEFORE: i64 = 1_734_166_800;

const SOURCES: [&str; 5] = ["billing", "calls", "crm", "mail", "work"];

/// Something of each source that says nothing about the board; of the first kinds `count` things.
fn quiet(asked: &Asked, count: i64) -> Answer {
    let path = asked.path.split('?').next().unwrap_or_default();
    let calendly = "https://api.calendly.com";
    let event = format!("{calendly}/scheduled_events/EV1");
    match path {
        "/v1/events" => {
            let updated = |number: i64| {
                json!({
                    "id": format!("evt_{number}"), "object": "event", "created": DAY_BEFORE + number * 60, "livemode": true,
                    "type": "customer.subscription.updated",
                    "data": {"object": {"id": "sub_1", "object": "subscription", "customer": "cus_acme"},
                             "previous_attributes": {"quantity": 1}},
                })
            };
            let events: Vec<Value> = (0..count).rev().map(updated).collect();
            ok(&json!({"object": "list", "has_more": false, "data": events}))
        }
        "/users/me" => {
            ok(&json!({"resource": {"current_organization": format!("{calendly}/organizations/O")}}))
        }
        "/scheduled_events" => ok(&json!({
            "collection": [{"uri": event, "status": "active", "start_time": "2024-12-14T10:00:00Z",
                "end_time": "2024-12-14T10:30:00Z", "updated_at": "2024-12-14T08:00:00Z"}],
            "pagination": {"next_page_token": null},
        })),
        "/scheduled_events/EV1/invitees" => ok(&json!({
            "collection": [{"uri": format!("{event}/invitees/I1"), "email": "ana@other.test", "status": "active",
                "created_at": "2024-12-14T08:00:00Z", "updated_at": "2024-12-14T08:00:00Z"}],
            "pagination": {"next_page_token": null},
        })),
        "/resources/accounts" => {
            let note = |number: i64| {
                json!({"id": format!("n{number}"), "type": "note", "subject": "Hello",
                "updatedAt": format!("2024-12-14T08:{number:02}:00.000Z")})
            };
            let rows: Vec<Value> = (0..count).rev().map(note).collect();
            ok(&json!({"results": rows, "next": null, "atEnd": true}))
        }
        "/work.ics" => {
            let event = |number: i64| {
                format!(
                    "BEGIN:VEVENT\r\nUID:lunch-{number}\r\nDTSTAMP:20241214T080000Z\r\nDTSTART:20241218T120000Z\r\n\
                     DTEND:20241218T130000Z\r\nORGANIZER:mailto:dan@team.test\r\nEND:VEVENT\r\n"
                )
            };
            let events: String = (0..count).map(event).collect();
            let text =
                format!("BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//test//EN\r\n{events}END:VCALENDAR\r\n");
            (200, Vec::new(), text)
        }
        _ => (404, Vec::new(), "{}".to_owned()),
    }
}

fn letter(home: &Home, number: i64) {
    let dir = home.data().join("Mail").join("cur");
    for part in ["cur", "new", "tmp"] {
        fs::create_dir_all(home.data().join("Mail").join(part)).expect("a directory");
    }
    let text = format!(
        "From: news@shop.test\r\nTo: dan@team.test\r\nDate: Fri, 13 Dec 2024 10:00:00 +0000\r\n\
         Message-ID: <{number}@shop.test>\r\nSubject: News\r\n\r\nHello\r\n"
    );
    fs::write(dir.join(format!("{number}.shop:2,S")), text).expect("a message");
    fs::write(dir.join(format!("{number}.draft:2,D")), "Subject: Later\r\n\r\n").expect("a draft");
}

/// A board with a source of each way to read, and how many things there are to ignore.
fn home() -> (Home, FakeProvider, Arc<Mutex<i64>>) {
    let count = Arc::new(Mutex::new(2));
    let known = count.clone();
    let provider = FakeProvider::start(move |asked| quiet(asked, *known.lock().expect("nobody panicked")));
    let home = Home::with_acme_and_dan();
    (0..2).for_each(|number| letter(&home, number));
    let address = &provider.address;
    let secret = "secret_command = [\"printf\", \"key\"]\n";
    home.config(
        "sources.toml",
        &format!(
            "[source.billing]\nkind = \"stripe\"\n{secret}address = \"{address}\"\n\
             [source.calls]\nkind = \"calendly\"\n{secret}address = \"{address}\"\n\
             [source.crm]\nkind = \"vitally\"\n{secret}address = \"{address}/resources\"\n\
             [source.mail]\nkind = \"maildir\"\npath = \"{}\"\n\
             [source.work]\nkind = \"ics\"\naddress = \"{address}/work.ics\"\n",
            home.data().join("Mail").display()
        ),
    );
    (home, provider, count)
}

fn sync(home: &Home, at: &str) {
    let output = home.gangplank(&["sync"]).env("GANGPLANK_NOW", at).output().expect("it runs");
    assert!(output.status.success(), "{output:?}");
}

/// How much of each source was taken and ignored.
fn counts(home: &Home) -> Vec<(Value, Value, Value)> {
    let told = home.json(&["sources", "--json"]);
    let row = |row: &Value| (row["source"].clone(), row["taken"].clone(), row["ignored"].clone());
    told.as_array().expect("a list").iter().map(row).collect()
}

fn journal(home: &Home) -> String {
    fs::read_to_string(home.data().join("journal.jsonl")).expect("a journal")
}

#[test]
fn what_is_read_again_is_not_counted_again() {
    let (home, provider, count) = home();
    sync(&home, "2024-12-15T09:00:00Z");
    let before = counts(&home);
    let expected = [
        json!({"customer.subscription.updated": 2}),
        json!({}),
        json!({"note": 2}),
        json!({"draft": 2, "from no account": 2}),
        json!({"without a guest": 2}),
    ];
    for ((name, _, ignored), (source, expected)) in before.iter().zip(SOURCES.iter().zip(expected)) {
        assert_eq!((name, ignored), (&json!(source), &expected));
    }
    let written = journal(&home);
    sync(&home, "2024-12-15T09:05:00Z");
    assert_eq!(counts(&home), before);
    assert_eq!(journal(&home), written, "nothing was new");

    // One more thing of each that says nothing: a count grows by one, and the journal not at all.
    *count.lock().expect("nobody panicked") = 3;
    letter(&home, 2);
    provider.asked();
    for at in ["2024-12-15T09:10:00Z", "2024-12-15T09:15:00Z"] {
        sync(&home, at);
        let ignored: Vec<Value> = counts(&home).into_iter().map(|(_, _, ignored)| ignored).collect();
        assert_eq!(ignored[0], json!({"customer.subscription.updated": 3}));
        assert_eq!(ignored[2], json!({"note": 3}));
        assert_eq!(ignored[3], json!({"draft": 3, "from no account": 3}));
        assert_eq!(ignored[4], json!({"without a guest": 3}));
        assert_eq!(journal(&home), written, "nothing was new");
    }
    // The next reading goes on from there all the same.
    let mut events = provider.asked().into_iter().filter(|asked| asked.path.starts_with("/v1/events"));
    let last = events.next_back().expect("Stripe was asked").path;
    assert!(last.contains(&format!("created%5Bgte%5D={}", DAY_BEFORE + 2 * 60 - 3_600)), "{last}");

    // After an hour, the journal notes for a backup how far each was read that went on.
    sync(&home, "2024-12-15T10:10:00Z");
    let noted = journal(&home);
    assert_eq!(noted.lines().count(), written.lines().count() + 3, "{noted}");
    sync(&home, "2024-12-15T10:15:00Z");
    assert_eq!(journal(&home), noted);
}

#[test]
fn a_journal_from_a_backup_says_where_to_go_on() {
    let (home, provider, count) = home();
    sync(&home, "2024-12-15T09:00:00Z");
    let backup = journal(&home);
    *count.lock().expect("nobody panicked") = 200;
    sync(&home, "2024-12-15T11:00:00Z");
    *count.lock().expect("nobody panicked") = 300;
    sync(&home, "2024-12-15T11:05:00Z");
    fs::write(home.data().join("journal.jsonl"), backup).expect("it can be written to");
    provider.asked();
    sync(&home, "2024-12-15T11:10:00Z");
    let first = provider.asked().swap_remove(0).path;
    assert!(first.contains(&format!("created%5Bgte%5D={}", DAY_BEFORE + 60 - 3_600)), "{first}");
}

#[test]
fn two_data_directories_share_no_counts() {
    let (home, _provider, _) = home();
    sync(&home, "2024-12-15T09:00:00Z");
    let other = home.0.path().join("other");
    let told =
        home.gangplank(&["sources", "--json"]).env("GANGPLANK_DATA_DIR", &other).output().expect("it runs");
    let told: Value = serde_json::from_slice(&told.stdout).expect("JSON");
    for source in told.as_array().expect("a list") {
        assert_eq!((&source["read_at"], &source["ignored"]), (&Value::Null, &json!({})), "{told}");
    }
    assert!(home.data().join("sources/billing.json").exists());
}
