//! A provider that answers on this machine.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};

/// What was asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Asked {
    pub(crate) method: String,
    /// With the query.
    pub(crate) path: String,
    /// By their names in small letters.
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: String,
}

impl Asked {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known == name).map(|(_, value)| &**value)
    }
}

/// What is answered: the status, further headers, and the body.
pub(crate) type Answer = (u16, Vec<(&'static str, String)>, String);

/// What PostHog answers to a query: purchases of somebody with an address, by their ids and times, with these properties.
pub(crate) fn purchases(events: &[[&str; 2]], properties: &str, email: &str) -> serde_json::Value {
    let person = format!("{{\"email\":\"{email}\"}}");
    let row = |[uuid, at]: &[&str; 2]| {
        serde_json::json!([uuid, "merch store purchase", "user-1", at, properties, "p-1", person])
    };
    let rows: Vec<_> = events.iter().map(row).collect();
    let columns =
        ["uuid", "event", "distinct_id", "timestamp", "properties", "person_id", "person_properties"];
    serde_json::json!({"columns": columns, "results": rows, "hasMore": false})
}

pub(crate) fn ok(body: &serde_json::Value) -> Answer {
    (200, Vec::new(), body.to_string())
}

/// A server that ends with the test.
pub(crate) struct FakeProvider {
    pub(crate) address: String,
    asked: Arc<Mutex<Vec<Asked>>>,
}

impl FakeProvider {
    /// Answers each request with what `answer` makes of it.
    pub(crate) fn start(answer: impl FnMut(&Asked) -> Answer + Send + 'static) -> Self {
        Self::watched(answer, || {})
    }

    /// The same, and `answered` is called once each answer was sent.
    pub(crate) fn watched(
        mut answer: impl FnMut(&Asked) -> Answer + Send + 'static,
        mut answered: impl FnMut() + Send + 'static,
    ) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let address = format!("http://{}", listener.local_addr().expect("an address"));
        let asked = Arc::new(Mutex::new(Vec::new()));
        let kept = asked.clone();
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let Ok(mut stream) = stream else { continue };
                let Some(request) = read(&stream) else { continue };
                kept.lock().expect("nobody panicked").push(request.clone());
                let (status, headers, body) = answer(&request);
                let mut head = format!("HTTP/1.1 {status} Whatever\r\ncontent-length: {}\r\n", body.len());
                for (name, value) in headers {
                    head.extend([name, ": ", &value, "\r\n"]);
                }
                // Whoever went away needs no answer.
                let _ = write!(stream, "{head}connection: close\r\n\r\n{body}");
                answered();
            }
        });
        Self { address, asked }
    }

    /// What was asked for since this was called last.
    pub(crate) fn asked(&self) -> Vec<Asked> {
        std::mem::take(&mut *self.asked.lock().expect("nobody panicked"))
    }
}

fn read(stream: &TcpStream) -> Option<Asked> {
    let mut reader = BufReader::new(stream);
    let mut first = String::new();
    reader.read_line(&mut first).ok()?;
    let mut parts = first.split_whitespace();
    let (method, path) = (parts.next()?.to_owned(), parts.next()?.to_owned());
    let mut headers = Vec::new();
    loop {
        let mut line = String::new();
        reader.read_line(&mut line).ok()?;
        let Some((name, value)) = line.trim_end().split_once(": ") else { break };
        headers.push((name.to_lowercase(), value.to_owned()));
    }
    let length =
        headers.iter().find(|(name, _)| name == "content-length").map(|(_, length)| length.parse().ok());
    let mut body = vec![0; length.flatten().unwrap_or(0)];
    reader.read_exact(&mut body).ok()?;
    Some(Asked { method, path, headers, body: String::from_utf8_lossy(&body).into_owned() })
}
