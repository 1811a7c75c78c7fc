//! Calendars as live sources: files at an address, and CalDAV.

use std::sync::{Arc, Mutex};

use base64::Engine;
use serde_json::{Value, json};

use crate::support::home::Home;
use crate::support::provider::{Answer, Asked, FakeProvider};

fn home(source: &str) -> Home {
    let home = Home::with_acme_and_dan();
    home.config("sources.toml", source);
    home.says(&["move", "A-1", "2", "--now", "2024-12-13T09:00:00Z"]);
    home
}

fn event(uid: &str, sequence: u32, hour: u32) -> String {
    format!(
        "BEGIN:VEVENT\r\nUID:{uid}\r\nSEQUENCE:{sequence}\r\nDTSTAMP:20241214T0{sequence}0000Z\r\n\
         DTSTART:20241218T{hour:02}0000Z\r\nDTEND:20241218T{hour:02}3000Z\r\nSUMMARY:Onboarding\r\n\
         ORGANIZER:mailto:dan@team.test\r\nATTENDEE;PARTSTAT=ACCEPTED:mailto:dan@team.test\r\n\
         ATTENDEE;PARTSTAT=ACCEPTED:mailto:billing@acme.test\r\nEND:VEVENT\r\n"
    )
}

fn calendar(events: &str) -> String {
    format!("BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//test//EN\r\n{events}END:VCALENDAR\r\n")
}

fn show(home: &Home) -> Value {
    home.json(&["show", "A-1", "--json"])
}

fn kinds(home: &Home) -> Vec<String> {
    let shown = show(home);
    let signals = shown["signals"].as_array().cloned().unwrap_or_default();
    signals.iter().filter_map(|signal| signal["signal"].as_str().map(str::to_owned)).collect()
}

/// What is served now, and can be changed.
type Served = Arc<Mutex<String>>;

fn serve(wrap: fn(&str, &Asked) -> Answer) -> (Served, FakeProvider) {
    let served = Served::default();
    let kept = served.clone();
    let provider = FakeProvider::start(move |asked| wrap(&kept.lock().expect("nobody panicked"), asked));
    (served, provider)
}

fn file(text: &str, asked: &Asked) -> Answer {
    match asked.path.as_str() {
        "/private-1234/basic.ics" => (200, Vec::new(), text.to_owned()),
        _ => (404, Vec::new(), String::new()),
    }
}

fn collection(text: &str, asked: &Asked) -> Answer {
    if asked.method != "REPORT" || asked.path != "/dan/work/" || asked.header("depth") != Some("1") {
        return (405, Vec::new(), String::new());
    }
    assert!(asked.body.contains("<c:time-range start=\"20241114T090000Z\""), "{}", asked.body);
    let escaped = text.replace('&', "&amp;").replace('<', "&lt;");
    let response = if text.is_empty() {
        String::new()
    } else {
        format!(
            "<d:response><d:href>/dan/work/1.ics</d:href><d:propstat><d:prop><cal:calendar-data>{escaped}</cal:calendar-data>\
             </d:prop><d:status>HTTP/1.1 200 OK</d:status></d:propstat></d:response>"
        )
    };
    let body = format!(
        "<?xml version=\"1.0\"?><d:multistatus xmlns:d=\"DAV:\" xmlns:cal=\"urn:ietf:params:xml:ns:caldav\">{response}</d:multistatus>"
    );
    (207, Vec::new(), body)
}

/// Booked, put at another time, called off: the same by a file and by CalDAV.
fn goes_through_its_life(home: &Home, served: &Served, empty: &str) {
    let set = |text: String| *served.lock().expect("nobody panicked") = text;
    set(calendar(&event("call-1", 0, 10)));
    let told = home.says(&["sync"]);
    assert!(told.contains("1 recorded"), "{told}");
    assert_eq!(show(home)["stage"], json!("3b"));
    let log = home.json(&["log", "--json"]);
    home.says(&["sync"]);
    assert_eq!(home.json(&["log", "--json"]), log, "the same calendar changes nothing");
    set(calendar(&event("call-1", 1, 14)));
    home.says(&["sync"]);
    set(empty.to_owned());
    home.says(&["sync"]);
    assert_eq!(kinds(home), ["call.booked", "call.rescheduled", "call.canceled"]);
    let journal = std::fs::read_to_string(home.data().join("journal.jsonl")).expect("a journal");
    assert!(!journal.contains("private-1234") && !journal.contains("hunter2"));
}

#[test]
fn a_file_at_a_secret_address_is_followed() {
    let (served, provider) = serve(file);
    let address = &provider.address;
    let home = home(&format!(
        "[source.cal]\nkind = \"ics\"\naddress = \"{address}\"\nsecret_command = [\"printf\", \"{address}/private-1234/basic.ics\"]\n"
    ));
    goes_through_its_life(&home, &served, &calendar(""));
    assert!(provider.asked().iter().all(|asked| asked.header("authorization").is_none()));
}

#[test]
fn a_calendar_of_caldav_is_followed() {
    let (served, provider) = serve(collection);
    let address = &provider.address;
    let home = home(&format!(
        "[source.cal]\nkind = \"caldav\"\naddress = \"{address}/dan/work/\"\nuser = \"dan\"\nsecret_command = [\"printf\", \"hunter2\"]\n"
    ));
    goes_through_its_life(&home, &served, "");
    let login = format!("Basic {}", base64::engine::general_purpose::STANDARD.encode("dan:hunter2"));
    assert!(provider.asked().iter().all(|asked| asked.header("authorization") == Some(&login)));
}

#[test]
fn what_is_no_calendar_calls_nothing_off() {
    let (served, provider) = serve(file);
    let address = &provider.address;
    let home = home(&format!(
        "[source.cal]\nkind = \"ics\"\naddress = \"{address}\"\nsecret_command = [\"printf\", \"{address}/private-1234/basic.ics\"]\n"
    ));
    *served.lock().expect("nobody panicked") = calendar(&event("call-1", 0, 10));
    home.says(&["sync"]);
    let whole = calendar(&event("call-1", 0, 10));
    for broken in ["", "<html>Sign in</html>", &whole[..whole.len() / 2]] {
        broken.clone_into(&mut served.lock().expect("nobody panicked"));
        let complaint = home.complains(&["sync"], 1);
        assert!(complaint.contains("the answer is no calendar, or only the beginning of one"), "{complaint}");
        assert!(!complaint.contains("private-1234"), "{complaint}");
        assert_eq!(kinds(&home), ["call.booked"]);
    }
}

#[test]
fn a_secret_address_elsewhere_is_not_asked() {
    let (_, provider) = serve(file);
    let (_, other) = serve(file);
    let home = home(&format!(
        "[source.cal]\nkind = \"ics\"\naddress = \"{}\"\nsecret_command = [\"printf\", \"{}/private-1234/basic.ics\"]\n",
        provider.address, other.address
    ));
    let complaint = home.complains(&["sync"], 1);
    assert!(complaint.contains("a request to another host than 127.0.0.1 was not sent"), "{complaint}");
    assert!(other.asked().is_empty() && !complaint.contains("private-1234"), "{complaint}");
}

#[test]
fn keys_of_calendars_are_checked() {
    let home = Home::empty();
    for (text, expected) in [
        ("kind = \"ics\"\n", "`source.a.address`: a source of kind `ics` needs it: add address ="),
        (
            "kind = \"caldav\"\nsecret_env = \"X\"\naddress = \"https://x.test/y\"\n",
            "`source.a.user`: a source of kind `caldav` needs it",
        ),
        (
            "kind = \"caldav\"\nuser = \"dan\"\naddress = \"https://x.test/y\"\n",
            "`source.a.secret_command`: a source of kind `caldav` needs it",
        ),
        (
            "kind = \"ics\"\nuser = \"dan\"\naddress = \"https://x.test/y\"\n",
            "`source.a.user`: a source of kind `ics` does not have it",
        ),
    ] {
        home.config("sources.toml", &format!("[source.a]\n{text}"));
        let complaint = home.complains(&["list"], 2);
        assert!(complaint.contains(expected), "{complaint}");
    }
}
