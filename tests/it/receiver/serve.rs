//! `gangplank serve`: what becomes of deliveries, and what is answered.

use std::io::Write;
use std::net::TcpStream;
use std::thread;

use gangplank::state::{FactKey, FactValue};
use serde_json::{Value, json};

use crate::support::home::{Home, account};
use crate::support::served::{ALL_KINDS, SECRET, Served, answer, receivers, stderr};

/// Where HubSpot delivers to, and all others.
pub(crate) const PUBLIC: [&str; 2] = ["--behind-proxy", "https://hooks.example.com"];

pub(crate) fn home(kinds: &[&str]) -> Home {
    let home = Home::empty();
    let emails = |address: &str| FactValue::List(vec![address.into()]);
    home.import(&[
        account("A-1", "Acme", Some("83600"), Some("2024-12-22"))
            .with(FactKey::AdminEmails, emails("ana@acme.test"))
            .text(FactKey::OtherId("hubspot".into()), "77"),
        account("A-2", "Bolt", Some("50000"), Some("2024-12-20"))
            .with(FactKey::AdminEmails, emails("bo@bolt.test")),
    ]);
    home.config("receivers.toml", &receivers(kinds));
    home
}

pub(crate) fn failed_payment(number: u32) -> Vec<u8> {
    let event = json!({
        "id": format!("evt_{number}"), "object": "event", "created": 1_734_166_800, "livemode": true,
        "type": "invoice.payment_failed",
        "data": {"object": {
            "id": format!("in_{number}"), "object": "invoice", "customer": "cus_acme",
            "customer_email": "ana@acme.test", "amount_due": 12_300, "amount_remaining": 12_300,
            "currency": "usd", "attempt_count": 1,
        }},
    });
    event.to_string().into_bytes()
}

/// What a provider of `kind` delivers.
pub(crate) fn example(kind: &str) -> Vec<u8> {
    let value = match kind {
        "stripe" => return failed_payment(1),
        "calendly" => json!({
            "event": "invitee.created", "created_at": "2024-12-15T08:00:00Z",
            "created_by": "https://api.calendly.com/users/U1",
            "payload": {
                "uri": "https://api.calendly.com/scheduled_events/EV1/invitees/I1", "email": "bo@bolt.test",
                "status": "active", "rescheduled": false, "old_invitee": null, "new_invitee": null,
                "created_at": "2024-12-15T08:00:00Z", "updated_at": "2024-12-15T08:00:00Z",
                "scheduled_event": {
                    "uri": "https://api.calendly.com/scheduled_events/EV1", "status": "active",
                    "start_time": "2024-12-16T15:00:00Z", "end_time": "2024-12-16T15:30:00Z",
                    "event_memberships": [{"user_email": "dan@example.com"}],
                },
            },
        }),
        "calcom" => json!({
            "triggerEvent": "BOOKING_CREATED", "createdAt": "2024-12-15T08:00:00Z",
            "payload": {
                "uid": "u1", "startTime": "2024-12-17T15:00:00Z", "endTime": "2024-12-17T15:30:00Z",
                "organizer": {"email": "dan@example.com"}, "attendees": [{"email": "ana@acme.test"}],
            },
        }),
        "posthog" => json!({
            "event": {
                "uuid": "0192-1", "event": "merch store purchase", "distinct_id": "x",
                "properties": {"product": "Paid onboarding call"},
                "timestamp": "2024-12-15T08:00:00Z",
            },
            "person": {"id": "p1", "properties": {"email": "ana@acme.test"}},
        }),
        "hubspot" => json!([{
            "eventId": 1, "occurredAt": 1_734_249_600_000_i64, "subscriptionType": "company.propertyChange",
            "objectId": 77, "propertyName": "country", "propertyValue": "Spain",
        }]),
        "signals" => json!({
            "signal": "outreach.sent", "id": "m-1", "account": {"external_id": "A-2"},
            "at": "2024-12-15T08:00:00Z", "source": "script",
        }),
        other => panic!("there is no example of {other}"),
    };
    value.to_string().into_bytes()
}

fn log(home: &Home) -> Vec<Value> {
    home.json(&["log", "--json"]).as_array().expect("a list").clone()
}

#[test]
fn every_kind_is_taken_once_and_signed_with_the_name_of_its_receiver() {
    let home = home(&ALL_KINDS);
    let served = Served::start(&home, &PUBLIC);
    for kind in ALL_KINDS {
        let entries = log(&home).len();
        let body = example(kind);
        let (status, said) = served.deliver(kind, &body);
        assert_eq!(status, 200, "{kind}: {said}");
        let after = log(&home);
        assert_eq!(after.len(), entries + 1, "{kind}");
        let entry = after.last().expect("an entry");
        assert_eq!(entry["by"], json!(format!("source:{kind}")));
        assert_eq!(entry["command"], json!(format!("serve {kind}")));
        // The same delivery once more.
        assert_eq!(served.deliver(kind, &body).0, 200, "{kind}");
        assert_eq!(log(&home).len(), entries + 1, "{kind}");
        let health = &served.health()["receivers"][kind];
        assert_eq!((&health["taken"], &health["known"]), (&json!(1), &json!(1)), "{kind}");
        assert_eq!(health["last_success"], json!("2024-12-15T09:00:00Z"));
    }
    assert_eq!(home.json(&["alerts", "--json"]).as_array().map(Vec::len), Some(1));
    let (_, said) = served.deliver("signals", b"{\"signal\":\"nonsense\"}\n\n[]");
    let said: Value = serde_json::from_str(&said).expect("JSON");
    assert_eq!((&said["taken"], &said["rejected"][0]["line"]), (&json!(0), &json!(1)), "{said}");

    let everything = [
        std::fs::read_to_string(home.data().join("journal.jsonl")).expect("a journal"),
        served.health().to_string(),
        home.says(&["sources"]),
        home.says(&["sources", "--json"]),
        home.says(&["paths"]),
        stderr(&home),
        everything_below(home.0.path()),
    ];
    assert!(everything.iter().all(|text| !text.contains(SECRET)), "{everything:?}");
}

/// The text of every file but the one that a person wrote the secret into.
fn everything_below(directory: &std::path::Path) -> String {
    let mut all = String::new();
    for entry in std::fs::read_dir(directory).expect("a directory").flatten() {
        let path = entry.path();
        if path.is_dir() {
            all.push_str(&everything_below(&path));
        } else if path.file_name().is_some_and(|name| name != "receivers.toml") {
            all.push_str(&String::from_utf8_lossy(&std::fs::read(&path).expect("a file")));
        }
    }
    all
}

#[test]
fn each_case_has_its_answer() {
    let home = home(&["stripe", "signals"]);
    let served = Served::start(&home, &[]);
    let bearer = format!("Bearer {SECRET}");
    let bearer = [("Authorization", bearer.as_str())];
    let status = |method: &str, target: &str, headers: &[(&str, &str)], body: &[u8]| {
        served.request(method, target, headers, body).map(|(status, _)| status)
    };
    // Not signed, and signed with another secret.
    assert_eq!(status("POST", "/stripe", &[], &failed_payment(1)), Some(401));
    let wrong = [("Stripe-Signature", "t=1734253200,v1=00")];
    assert_eq!(status("POST", "/stripe", &wrong, &failed_payment(1)), Some(401));
    assert_eq!(status("POST", "/signals", &[("Authorization", "Bearer other")], b"{}"), Some(401));
    assert_eq!(status("POST", "/elsewhere", &bearer, b"{}"), Some(404));
    assert_eq!(status("POST", "/", &bearer, b"{}"), Some(404));
    assert_eq!(status("POST", "/signals/", &bearer, b"{}"), Some(404));
    assert_eq!(status("POST", "/%73ignals", &bearer, b"{}"), Some(404));
    for method in ["GET", "PUT", "DELETE", "OPTIONS", "HEAD", "PATCH"] {
        assert_eq!(status(method, "/signals", &bearer, b""), Some(405), "{method}");
    }
    assert_eq!(status("POST", "/health", &[], b""), Some(405));
    assert_eq!(status("HEAD", "/health", &[], b""), Some(200));
    // A type that says nothing about the board.
    let other = br#"{"id":"evt_2","object":"event","created":1734166800,"type":"charge.captured","data":{"object":{}}}"#;
    for _ in 0..2 {
        // The second delivery of it is counted with the first.
        assert_eq!(served.deliver("stripe", other), (204, String::new()));
    }
    // Signed, and unreadable: nobody delivers it again, so somebody has to see it.
    for body in [&b"garbage"[..], b"", b"[1,2]", br#"{"id":"evt_3","type":"invoice.payment_failed"}"#] {
        assert_eq!(served.deliver("stripe", body).0, 200);
    }
    let health = served.health();
    let stripe = &health["receivers"]["stripe"];
    assert_eq!((&stripe["ignored"], &stripe["rejected"]), (&json!(1), &json!(5)), "{health}");
    assert!(home.says(&["sources"]).contains("ok; 5 events could not be read, the latest: evt_3: "));
    // Nobody is reminded for ever.
    let later = home.says(&["sources", "--now", "2024-12-22T09:00:01Z"]);
    assert!(later.contains("\tok\n"), "{later}");
    assert!(stderr(&home).contains("stripe: an event could not be read: evt_3: "), "{}", stderr(&home));
    let told = home.json(&["sources", "--json"]);
    assert_eq!((&told[0]["source"], &told[0]["transport"]), (&json!("stripe"), &json!("webhook")));
    assert_eq!(told[0]["ignored"], json!({"charge.captured": 1}));
    assert!(stderr(&home).contains("stripe: a delivery was refused: the header Stripe-Signature is missing"));
    assert_eq!(log(&home).len(), 1, "only the import");
}

#[test]
fn what_is_too_large_or_no_http_is_refused() {
    let home = home(&["signals"]);
    let served = Served::start(&home, &[]);
    let limit = 1 << 20;
    let line = String::from_utf8(example("signals")).expect("UTF-8");
    let padded = |length: usize| format!("{line}{}", "\n".repeat(length - line.len())).into_bytes();
    assert_eq!(served.deliver("signals", &padded(limit)).0, 200);
    assert_eq!(served.deliver("signals", &padded(limit + 1)).0, 413);
    assert_eq!(served.deliver("signals", &padded(2 * limit)).0, 413);
    // Nobody sends so much for an answer.
    let declared = |length: u64, more: &str| {
        format!("POST /signals HTTP/1.1\r\nhost: x\r\ncontent-length: {length}\r\n{more}\r\n").into_bytes()
    };
    for head in [declared(1 << 40, ""), declared(9 << 20, ""), declared(2 << 20, "expect: 100-continue\r\n")]
    {
        assert_eq!(served.raw(&head).map(|(status, _)| status), Some(413));
    }
    // In pieces, each of which says how long it is.
    let pieces = |count: usize| {
        let head = format!(
            "POST /signals HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {SECRET}\r\ntransfer-encoding: chunked\r\n\r\n"
        );
        let piece = [b"10000\r\n", &vec![b'\n'; 0x1_0000][..], b"\r\n"].concat();
        [head.as_bytes(), &piece.repeat(count), b"0\r\n\r\n"].concat()
    };
    assert_eq!(served.raw(&pieces(16)).map(|(status, _)| status), Some(200));
    assert_eq!(served.raw(&pieces(17)).map(|(status, _)| status), Some(413));
    let long_head = format!("GET /health HTTP/1.1\r\nx: {}\r\n\r\n", "a".repeat(64 << 10));
    assert_eq!(served.raw(long_head.as_bytes()).map(|(status, _)| status), Some(431));
    for garbage in [
        &b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03"[..],
        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
        b"GET\r\n\r\n",
        b"POST /signals HTTP/1.1\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\nab",
        b"POST /signals HTTP/1.1\r\ncontent-length: -1\r\n\r\nab",
        b"POST /signals HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\nnonsense\r\n",
        b"\0\0\0\0\r\n\r\n",
    ] {
        // The side that speaks so hears at most that it does.
        let mut stream = TcpStream::connect(&served.address).expect("a connection");
        let _ = stream.write_all(garbage);
        let _ = stream.shutdown(std::net::Shutdown::Write);
        let answered = answer(&mut stream).map(|(status, _)| status);
        assert!(answered.is_none_or(|status| (400..500).contains(&status)), "{garbage:?}: {answered:?}");
    }
    assert_eq!(served.health()["ok"], json!(true));
}

#[test]
fn whoever_is_slow_is_not_waited_for_and_holds_up_nobody() {
    let home = home(&["signals"]);
    let served = Served::start_hurried(&home, &[], "2000");
    let connect = |bytes: &[u8]| {
        let mut stream = TcpStream::connect(&served.address).expect("a connection");
        stream.write_all(bytes).expect("it is heard");
        stream
    };
    let head = b"POST /signals HTTP/1.1\r\nhost: x\r\ncontent-length: 500\r\n\r\n{";
    let mut slow = [connect(b""), connect(b"POST /signals HT"), connect(head)];
    assert_eq!(served.deliver("signals", &example("signals")).0, 200);
    // More than there may be at once: the others wait until these are given up.
    let _idle: Vec<TcpStream> = (0..140).map(|_| connect(b"")).collect();
    assert_eq!(served.deliver("signals", &example("signals")).0, 200);
    for stream in &mut slow {
        assert_eq!(answer(stream).map(|(status, _)| status), Some(408));
    }
}

#[test]
fn many_at_once_are_each_taken_once_beside_others_who_write() {
    let home = home(&["stripe"]);
    let served = Served::start(&home, &[]);
    thread::scope(|scope| {
        for sender in 0..8 {
            let (served, home) = (&served, &home);
            scope.spawn(move || {
                for number in 0..10 {
                    // Each of forty is delivered twice.
                    let body = failed_payment(sender / 2 * 10 + number);
                    assert_eq!(served.deliver("stripe", &body).0, 200);
                }
                home.says(&["note", "Acme", &format!("note {sender}")]);
            });
        }
    });
    assert_eq!(home.json(&["alerts", "--json"]).as_array().map(Vec::len), Some(40));
    let by_receiver = log(&home).iter().filter(|entry| entry["by"] == "source:stripe").count();
    assert_eq!(by_receiver, 40);
    let stripe = served.health()["receivers"]["stripe"].clone();
    assert_eq!(stripe["rejected"], json!(0), "{stripe}");
}

#[test]
fn what_a_person_takes_back_is_not_brought_again() {
    let home = home(&["stripe"]);
    let served = Served::start(&home, &[]);
    served.deliver("stripe", &failed_payment(1));
    let seq = log(&home).last().and_then(|entry| entry["seq"].as_u64()).expect("a number");
    home.says(&["undo", &seq.to_string()]);
    // What others wrote is read before anything is kept.
    served.deliver("stripe", &failed_payment(2));
    let entries = log(&home).len();
    assert_eq!(served.deliver("stripe", &failed_payment(1)).0, 200);
    assert_eq!(log(&home).len(), entries);
    let open = home.json(&["alerts", "--json"]);
    assert_eq!(open.as_array().map(Vec::len), Some(1), "{open}");
}

#[test]
fn what_cannot_be_kept_is_not_confirmed() {
    let home = home(&["stripe"]);
    let served = Served::start(&home, &[]);
    assert_eq!(served.deliver("stripe", &failed_payment(1)).0, 200);
    let path = home.data().join("journal.jsonl");
    let whole = std::fs::read(&path).expect("a journal");
    let damaged = [&whole[..], b"{\"seq\":nonsense}\n{\"seq\":nonsense}\n"].concat();
    std::fs::write(&path, damaged).expect("it can be written to");
    let (status, said) = served.deliver("stripe", &failed_payment(2));
    assert_eq!((status, said.as_str()), (503, "it could not be kept: deliver it again later\n"));
    let (status, health) = served.request("GET", "/health", &[], b"").expect("an answer");
    assert!(status == 503 && health.contains("\"ok\":false"), "{status} {health}");
    std::fs::write(&path, whole).expect("it can be written to");
    assert!(home.says(&["sources"]).contains("the latest delivery was not kept: "));
    // Mended, it goes on.
    assert_eq!(served.deliver("stripe", &failed_payment(2)).0, 200);
    assert_eq!(served.health()["ok"], json!(true));
    assert!(stderr(&home).contains("stripe: a delivery could not be kept: "), "{}", stderr(&home));
}

#[test]
fn what_cannot_be_read_is_kept_until_a_mapping_is_mended() {
    let home = home(&["posthog"]);
    let mapping = |path: &str| {
        format!(
            "account = [{{ email = \"{path}\" }}]\n[[event]]\nname = \"merch store purchase\"\nsignal = \"paid_call.purchased\"\n"
        )
    };
    home.config("posthog.toml", &mapping("person.properties.mail"));
    let served = Served::start(&home, &[]);
    assert_eq!(served.deliver("posthog", &example("posthog")).0, 200);
    assert_eq!(served.deliver("posthog", b"{\"no\": json").0, 200);
    assert_eq!(log(&home).len(), 1);
    let told = stderr(&home);
    let paths: Vec<&str> =
        told.lines().filter_map(|line| line.strip_prefix("posthog: it is kept in ")).collect();
    let [path] = paths[..] else { panic!("the one that is JSON: {told}") };
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = std::fs::metadata(path).expect("a file").permissions().mode();
        assert_eq!(mode & 0o077, 0, "it has what customers wrote");
    }
    home.config("posthog.toml", &mapping("person.properties.email"));
    let said = home.says(&["ingest", "--from", "posthog", path]);
    assert!(said.starts_with("1 event read · 1 recorded"), "{said}");
}

#[test]
fn mistakes_are_refused_before_anything_listens() {
    let home = Home::empty();
    let complaint = home.complains(&["serve"], 2);
    assert!(complaint.contains("there are no receivers yet: describe them in "), "{complaint}");
    let refused = home.complains(&["serve", "--listen", "0.0.0.0:8787"], 2);
    assert!(refused.contains("0.0.0.0:8787 is open to the network"), "{refused}");
    let refused = home.complains(&["serve", "--listen", "here"], 2);
    assert!(refused.contains("write an address and a port, such as 127.0.0.1:8787"), "{refused}");
    for url in ["hooks.example.com", "http://hooks.example.com", "https://hooks.example.com/?x"] {
        let refused = home.complains(&["serve", "--behind-proxy", url], 2);
        assert!(refused.contains("write the address"), "{refused}");
    }
    let secret = "secret_command = [\"printf\", \"sk_live_123456789\"]\n";
    for (text, expected) in [
        (
            "[receiver.a]\nkind = \"x\"\n",
            "receivers.toml:2: `kind`: unknown value `x`: write one of stripe, calendly, calcom, posthog, hubspot, signals",
        ),
        ("[receiver.A]\nkind = \"stripe\"\n", "a receiver's name has only lower-case letters"),
        (
            "[receiver.a]\nkind = \"stripe\"\n",
            "receivers.toml:1: `receiver.a.secret_command`: a receiver of kind `stripe` needs it",
        ),
        (
            &format!("[receiver.a]\nkind = \"stripe\"\n{secret}secret_env = \"X\"\n"),
            "there are two ways to the secret",
        ),
        (
            &format!("[receiver.a]\nkind = \"stripe\"\n{secret}path = \"a\"\n"),
            "receivers.toml:4: `receiver.a.path`: this is no path",
        ),
        (&format!("[receiver.a]\nkind = \"stripe\"\n{secret}path = \"/a/../b\"\n"), "this is no path"),
        (
            &format!("[receiver.a]\nkind = \"stripe\"\n{secret}path = \"/health\"\n"),
            "this path says how the receivers fare",
        ),
        (&format!("[receiver.health]\nkind = \"stripe\"\n{secret}"), "this path says how the receivers fare"),
        (
            &format!(
                "[receiver.b]\nkind = \"stripe\"\n{secret}[receiver.a]\nkind = \"stripe\"\n{secret}path = \"/b\"\n"
            ),
            "receivers.toml:7: `receiver.a.path`: `b` has the path /b already",
        ),
        (
            &format!("[receiver.a]\nkind = \"stripe\"\n{secret}header = \"X-A\"\n"),
            "only PostHog sends its secret in a header",
        ),
        (
            &format!("[receiver.a]\nkind = \"posthog\"\n{secret}header = \"Host\"\n"),
            "this is no header of your own",
        ),
        ("[receiver.a]\nkind = \"stripe\"\nsecret = \"sk_live_123456789\"\n", "unknown key: write one of"),
    ] {
        home.config("receivers.toml", text);
        let complaint = home.complains(&["serve"], 2);
        assert!(complaint.contains(expected), "{text}: {complaint}");
        assert!(!complaint.contains("sk_live"), "{complaint}");
    }
    for (kind, printed, expected) in [
        ("stripe", "", "receiver a: no secret from `printf`: it is empty"),
        ("calcom", "\\n", "receiver a: no secret from `printf`: it is empty"),
        ("stripe", "sk_live_1", "receiver a: this is an API key of Stripe"),
        ("signals", "short", "receiver a: the secret has fewer than 16 characters"),
        ("posthog", "short", "receiver a: the secret has fewer than 16 characters"),
        ("hubspot", "secret", "receiver a: HubSpot signs its whole address"),
    ] {
        let text = format!("[receiver.a]\nkind = \"{kind}\"\nsecret_command = [\"printf\", \"{printed}\"]\n");
        home.config("receivers.toml", &text.replace("\\n", "\\\\n"));
        let complaint = home.complains(&["serve", "--listen", "127.0.0.1:0"], 1);
        assert!(complaint.contains(expected), "{complaint}");
        assert!(!complaint.contains("sk_live"), "{complaint}");
    }
    let taken = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = taken.local_addr().expect("an address").to_string();
    home.config("receivers.toml", &receivers(&["stripe"]));
    let complaint = home.complains(&["serve", "--listen", &address], 1);
    assert!(complaint.contains(&format!("cannot listen on {address}: ")), "{complaint}");
    assert!(complaint.contains("choose another address with --listen"), "{complaint}");
}
