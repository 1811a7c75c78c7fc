//! A mail server whose answers are made up.

use std::io::{BufRead, BufReader, Write};
use std::net::{Shutdown, TcpListener};
use std::sync::{Arc, Mutex};

/// What is answered to a line.
pub(crate) enum MailAnswer {
    GoOn(Vec<u8>),
    /// Nothing comes after it.
    Last(Vec<u8>),
}

impl From<Vec<u8>> for MailAnswer {
    fn from(bytes: Vec<u8>) -> Self {
        Self::GoOn(bytes)
    }
}

/// A server that ends with the test.
pub(crate) struct FakeMailServer {
    pub(crate) address: String,
    pub(crate) heard: Arc<Mutex<Vec<String>>>,
}

impl FakeMailServer {
    /// Greets each client, and answers each of its lines with what `answer` makes of the line and its tag.
    pub(crate) fn start<A: Into<MailAnswer>>(
        greeting: &'static [u8],
        mut answer: impl FnMut(&str, &str) -> A + Send + 'static,
    ) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let address = format!("imap://{}", listener.local_addr().expect("an address"));
        let heard: Arc<Mutex<Vec<String>>> = Arc::default();
        let kept = heard.clone();
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let Ok(stream) = stream else { continue };
                let mut writer = &stream;
                // Whoever went away needs no answer.
                let _ = writer.write_all(greeting);
                for line in BufReader::new(&stream).lines().map_while(Result::ok) {
                    kept.lock().expect("nobody panicked").push(line.clone());
                    let tag = line.split(' ').next().unwrap_or_default();
                    let (bytes, is_last) = match answer(&line, tag).into() {
                        MailAnswer::GoOn(bytes) => (bytes, false),
                        MailAnswer::Last(bytes) => (bytes, true),
                    };
                    if writer.write_all(&bytes).is_err() || is_last {
                        break;
                    }
                }
                let _ = stream.shutdown(Shutdown::Write);
            }
        });
        Self { address, heard }
    }
}
