//! Providers that answer without an end, or send a request elsewhere.

use std::io::{BufRead, BufReader, Write};
use std::net::TcpListener;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use crate::support::home::{Home, account};
use crate::support::provider::FakeProvider;

const SECRET: &str = "key_never_to_be_seen";

fn home(kind: &str, address: &str, more: &str) -> Home {
    let home = Home::empty();
    let id = gangplank::state::FactKey::OtherId(kind.into());
    home.import(&[account("A-1", "Acme", Some("83600"), Some("2025-01-22"))
        .with(id, gangplank::state::FactValue::Text("77".into()))]);
    home.config("config.toml", "specialists = [\"dan@team.test\"]\n");
    home.config(
        "sources.toml",
        &format!(
            "[source.real]\nkind = \"{kind}\"\naddress = \"{address}\"\nsecret_command = [\"printf\", \"{SECRET}\"]\n{more}"
        ),
    );
    home
}

/// A provider that answers each request with `head` and then `more`, again and again. Says at which address, and counts the
/// bytes that somebody took.
fn endless(head: &'static str, more: Vec<u8>) -> (String, Arc<AtomicU64>) {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = format!("http://{}", listener.local_addr().expect("an address"));
    let taken = Arc::<AtomicU64>::default();
    let counted = taken.clone();
    std::thread::spawn(move || {
        for stream in listener.incoming().map_while(Result::ok) {
            let mut lines = BufReader::new(&stream).lines();
            while lines.next().is_some_and(|line| line.is_ok_and(|line| !line.is_empty())) {}
            let mut writer = &stream;
            let _ = writer.write_all(head.as_bytes());
            while writer.write_all(&more).is_ok() {
                counted.fetch_add(more.len() as u64, Ordering::Relaxed);
            }
        }
    });
    (address, taken)
}

#[test]
fn an_answer_without_an_end_is_not_read_to_it() {
    let head = "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n";
    let chunk = [b"10000\r\n", &vec![b' '; 0x1_0000][..], b"\r\n"].concat();
    for (what, head, more, expected) in [
        (
            "no length",
            format!("{head}connection: close\r\n\r\n"),
            vec![b' '; 1 << 16],
            "is larger than 32 MiB",
        ),
        (
            "a length",
            format!("{head}content-length: 209715200\r\n\r\n"),
            vec![b' '; 1 << 16],
            "is larger than 32 MiB",
        ),
        ("pieces", format!("{head}transfer-encoding: chunked\r\n\r\n"), chunk, "is larger than 32 MiB"),
        ("headers", head.to_owned(), b"x: y\r\n".repeat(1_000), "does not speak HTTP as it should"),
        ("one header", head.to_owned(), vec![b'x'; 1 << 16], "does not speak HTTP as it should"),
    ] {
        let (address, taken) = endless(head.leak(), more);
        let home = home("stripe", &address, "");
        let complaint = home.complains(&["sync"], 1);
        assert!(complaint.contains(expected), "{what}: {complaint}");
        // The rest lies in buffers of the system.
        let taken = taken.load(Ordering::Relaxed);
        assert!(taken < 64 << 20, "{what}: {taken}");
        assert!(!complaint.contains(SECRET), "{what}: {complaint}");
    }
}

#[test]
fn no_redirect_is_followed_neither_elsewhere_nor_here() {
    let push = "[source.real.push]\nstage = \"stage\"\n";
    for status in [301, 302, 303, 307, 308] {
        let elsewhere = FakeProvider::start(|_| (200, Vec::new(), "{}".to_owned()));
        for (kind, more, args) in [
            ("stripe", "", &["sync"][..]),
            ("hubspot", "", &["sync"]),
            ("vitally", push, &["sync", "--push"]),
            ("caldav", "user = \"dan\"\n", &["sync"]),
        ] {
            if kind == "caldav" && !cfg!(feature = "mail") {
                continue;
            }
            let to = elsewhere.address.clone();
            let provider = FakeProvider::start(move |asked| match (kind, &*asked.method) {
                // Only what is written is sent elsewhere.
                ("vitally", "GET") if asked.path.starts_with("/accounts?") => {
                    (200, Vec::new(), "{\"results\":[],\"next\":null,\"atEnd\":true}".to_owned())
                }
                ("vitally", "GET") => (200, Vec::new(), "{\"id\":\"77\",\"traits\":{}}".to_owned()),
                _ if asked.path.contains("/again") => (200, Vec::new(), "{}".to_owned()),
                _ if status == 308 => (status, vec![("location", "/again".to_owned())], String::new()),
                _ => (status, vec![("location", format!("{to}/here"))], String::new()),
            });
            let home = home(kind, &provider.address, more);
            let output = home.gangplank(args).output().expect("it runs");
            let said = String::from_utf8_lossy(&output.stderr).into_owned();
            assert_eq!(output.status.code(), Some(1), "{kind}: {said}");
            let expected = format!("answers with a redirect (status {status}), and none is followed");
            assert!(said.contains(&expected) && !said.contains(SECRET), "{kind}: {said}");
            let asked = provider.asked();
            assert_eq!(asked.len(), if kind == "vitally" { 3 } else { 1 }, "{kind}: {asked:?}");
            assert!(elsewhere.asked().is_empty(), "{kind}");
        }
    }
}
