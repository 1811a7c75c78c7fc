//! A CalDAV server: Radicale.

use std::fs;
use std::process::Command;

use serde_json::json;

use crate::support::counterpart::{Counterpart, done, skipped};
use crate::support::home::Home;

const EVENT: &str = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//test//EN\r\nBEGIN:VEVENT\r\nUID:call-1\r\n\
    DTSTAMP:20241214T080000Z\r\nDTSTART:20241218T100000Z\r\nDTEND:20241218T103000Z\r\nSUMMARY:Onboarding\r\n\
    ORGANIZER:mailto:dan@team.test\r\nATTENDEE;PARTSTAT=ACCEPTED:mailto:dan@team.test\r\n\
    ATTENDEE;PARTSTAT=ACCEPTED:mailto:billing@acme.test\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n";

/// A Python that has Radicale: `GANGPLANK_PYTHON`, else the machine's own.
fn python() -> Option<String> {
    let python = std::env::var("GANGPLANK_PYTHON").unwrap_or_else(|_| "python3".to_owned());
    let has = Command::new(&python).args(["-c", "import radicale"]).output();
    has.is_ok_and(|output| output.status.success()).then_some(python)
}

#[test]
fn a_call_in_radicale_is_booked_moved_and_called_off() {
    let Some(python) = python() else {
        return skipped(
            "Radicale is not installed: pip install radicale, and name that Python in GANGPLANK_PYTHON",
        );
    };
    let scratch = tempfile::tempdir().expect("a directory");
    let folder = scratch.path().join("collections/collection-root/dan/work");
    fs::create_dir_all(&folder).expect("a directory");
    fs::write(folder.join(".Radicale.props"), "{\"tag\": \"VCALENDAR\"}").expect("a file");
    let users = scratch.path().join("users");
    fs::write(&users, "dan:hunter2\n").expect("a file");
    let (_server, port) = Counterpart::start_on_port(
        |port| {
            let mut command = Command::new(&python);
            command.args([
                "-m",
                "radicale",
                "--hosts",
                &format!("127.0.0.1:{port}"),
                "--storage-filesystem-folder",
            ]);
            command.arg(scratch.path().join("collections"));
            command.args([
                "--auth-type",
                "htpasswd",
                "--auth-htpasswd-encryption",
                "plain",
                "--auth-htpasswd-filename",
            ]);
            command.arg(&users);
            command
        },
        "Radicale server ready",
    );
    let home = Home::with_acme_and_dan();
    let source = |password: &str| {
        format!(
            "[source.cal]\nkind = \"caldav\"\naddress = \"http://127.0.0.1:{port}/dan/work/\"\nuser = \"dan\"\n\
             secret_command = [\"printf\", \"{password}\"]\n"
        )
    };
    home.config("sources.toml", &source("wrong"));
    let complaint = home.complains(&["sync"], 1);
    assert!(complaint.contains("the provider refuses the secret (status 401)"), "{complaint}");
    home.config("sources.toml", &source("hunter2"));
    home.says(&["move", "A-1", "2", "--now", "2024-12-13T09:00:00Z"]);
    let told = home.says(&["sync"]);
    assert!(told.starts_with("cal: 0 events read"), "{told}");
    let put = |event: &str| {
        let file = scratch.path().join("event.ics");
        fs::write(&file, event).expect("a file");
        let script = format!(
            "import base64, urllib.request as u; r = u.Request('http://127.0.0.1:{port}/dan/work/call-1.ics', \
             data=open({:?}, 'rb').read(), method='PUT'); r.add_header('Authorization', 'Basic ' + \
             base64.b64encode(b'dan:hunter2').decode()); r.add_header('Content-Type', 'text/calendar'); u.urlopen(r)",
            file.display().to_string()
        );
        done(Command::new(&python).args(["-c", &script]));
    };
    put(EVENT);
    home.says(&["sync"]);
    let shown = home.json(&["show", "A-1", "--json"]);
    assert_eq!(shown["stage"], json!("3b"), "{shown}");
    put(&EVENT
        .replace("DTSTART:20241218T10", "SEQUENCE:1\r\nDTSTART:20241218T14")
        .replace("T103000Z", "T143000Z"));
    home.says(&["sync"]);
    fs::remove_file(folder.join("call-1.ics")).expect("it is there");
    home.says(&["sync"]);
    let shown = home.json(&["show", "A-1", "--json"]);
    let kinds = shown["signals"]
        .as_array()
        .expect("signals")
        .iter()
        .map(|it| it["signal"].as_str().unwrap_or_default());
    assert_eq!(kinds.collect::<Vec<_>>(), ["call.booked", "call.rescheduled", "call.canceled"]);
}
