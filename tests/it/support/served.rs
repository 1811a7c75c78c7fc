//! `gangplank serve`, as a process of its own, and what is delivered to it.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::ops::Deref;
use std::process::{Child, ChildStdout, Command, Stdio};
use std::time::Duration;

use ring::hmac::{HMAC_SHA256, Key, sign};
use serde_json::Value;

use crate::support::home::{Home, NOW};

/// What deliveries are signed with.
pub(crate) const SECRET: &str = "whsec_never_to_be_seen";

/// A server that is killed with the test.
pub(crate) struct Served {
    pub(crate) child: Child,
    door: Door,
    stdout: BufReader<ChildStdout>,
}

/// Where it listens.
#[derive(Clone)]
pub(crate) struct Door {
    /// `127.0.0.1:43121`
    pub(crate) address: String,
}

impl Deref for Served {
    type Target = Door;

    fn deref(&self) -> &Door {
        &self.door
    }
}

/// A status and a body.
pub(crate) type Answered = (u16, String);

/// One receiver of each kind.
pub(crate) const ALL_KINDS: [&str; 6] = ["stripe", "calendly", "calcom", "posthog", "hubspot", "signals"];

/// `receivers.toml` with one receiver of each of `kinds`, named after it.
pub(crate) fn receivers(kinds: &[&str]) -> String {
    let table =
        |kind| format!("[receiver.{kind}]\nkind = \"{kind}\"\nsecret_command = [\"printf\", \"{SECRET}\"]\n");
    kinds.iter().map(table).collect()
}

impl Served {
    /// Starts it in `home`, on the morning of the tests.
    pub(crate) fn start(home: &Home, args: &[&str]) -> Self {
        Self::start_at(home, args, Some(NOW))
    }

    /// The same, where requests have to arrive within so many milliseconds.
    pub(crate) fn start_hurried(home: &Home, args: &[&str], arrival: &str) -> Self {
        Self::start_with(home, args, &[("GANGPLANK_NOW", NOW), ("GANGPLANK_ARRIVAL", arrival)])
    }

    /// Starts it in `home`, at a moment or by the clock.
    pub(crate) fn start_at(home: &Home, args: &[&str], now: Option<&str>) -> Self {
        let now = now.map(|now| ("GANGPLANK_NOW", now));
        Self::start_with(home, args, now.as_slice())
    }

    fn start_with(home: &Home, args: &[&str], variables: &[(&str, &str)]) -> Self {
        let mut command = Command::new(env!("CARGO_BIN_EXE_gangplank"));
        command
            .args(["serve", "--listen", "127.0.0.1:0"])
            .args(args)
            .env_clear()
            .env("HOME", home.0.path())
            .env("PATH", std::env::var_os("PATH").unwrap_or_default())
            .env("GANGPLANK_DATA_DIR", home.data())
            .env("GANGPLANK_CONFIG_DIR", home.0.path().join("config"))
            .env("GANGPLANK_LOG", "debug")
            .envs(variables.iter().copied())
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::from(
                std::fs::File::options()
                    .create(true)
                    .append(true)
                    .open(home.0.path().join("stderr"))
                    .expect("it can be written to"),
            ));
        let mut child = command.spawn().expect("it starts");
        let mut stdout = BufReader::new(child.stdout.take().expect("it is piped"));
        let mut line = String::new();
        stdout.read_line(&mut line).expect("it says where it listens");
        let address = line.trim_end().strip_prefix("listening on http://");
        let address = address.unwrap_or_else(|| panic!("{line}{}", stderr(home))).to_owned();
        Self { child, door: Door { address }, stdout }
    }

    /// Where it listens, for whoever delivers while it is killed.
    pub(crate) fn door(&self) -> Door {
        self.door.clone()
    }

    /// Asks it to stop as the system would, and waits for its end.
    #[cfg(unix)]
    pub(crate) fn terminate(&self) {
        let process = rustix::process::Pid::from_child(&self.child);
        rustix::process::kill_process(process, rustix::process::Signal::TERM).expect("it runs");
    }

    /// What else it says on the standard output, up to its end.
    pub(crate) fn rest(&mut self) -> String {
        let mut rest = String::new();
        self.stdout.read_to_string(&mut rest).expect("UTF-8");
        rest
    }
}

impl Door {
    /// Sends `bytes` as they are, and hears the answer; nothing where there is none.
    pub(crate) fn raw(&self, bytes: &[u8]) -> Option<Answered> {
        let mut stream = TcpStream::connect(&self.address).ok()?;
        // Whoever is refused early need not hear all of it.
        let _ = stream.write_all(bytes);
        answer(&mut stream)
    }

    /// Sends a request.
    pub(crate) fn request(
        &self,
        method: &str,
        target: &str,
        headers: &[(&str, &str)],
        body: &[u8],
    ) -> Option<Answered> {
        let mut request =
            format!("{method} {target} HTTP/1.1\r\nhost: x\r\ncontent-length: {}\r\n", body.len());
        for (name, value) in headers {
            request.extend([name, ": ", value, "\r\n"]);
        }
        let request = [request.as_bytes(), b"\r\n", body].concat();
        self.raw(&request)
    }

    /// Delivers `body` to the receiver of `kind`, signed as its provider would at the moment of the tests.
    pub(crate) fn deliver(&self, kind: &str, body: &[u8]) -> Answered {
        self.try_deliver(kind, body).unwrap_or_else(|| panic!("no answer to a delivery of {kind}"))
    }

    pub(crate) fn try_deliver(&self, kind: &str, body: &[u8]) -> Option<Answered> {
        let headers = signed(kind, body, NOW);
        let headers: Vec<(&str, &str)> = headers.iter().map(|(name, value)| (*name, &**value)).collect();
        self.request("POST", &format!("/{kind}"), &headers, body)
    }

    pub(crate) fn health(&self) -> Value {
        let (status, body) = self.request("GET", "/health", &[], b"").expect("an answer");
        assert_eq!(status, 200, "{body}");
        serde_json::from_str(&body).expect("JSON")
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// What it said on the standard error.
pub(crate) fn stderr(home: &Home) -> String {
    std::fs::read_to_string(home.0.path().join("stderr")).unwrap_or_default()
}

/// The answer on `stream`, up to its end.
pub(crate) fn answer(stream: &mut TcpStream) -> Option<Answered> {
    // Longer than the server waits for anything: this is for a test that hangs.
    stream.set_read_timeout(Some(Duration::from_secs(60))).expect("it can be set");
    let mut bytes = Vec::new();
    let _ = stream.read_to_end(&mut bytes);
    let text = String::from_utf8(bytes).expect("UTF-8");
    let (head, body) = text.split_once("\r\n\r\n")?;
    let status = head.strip_prefix("HTTP/1.1 ")?.get(..3)?.parse().ok()?;
    Some((status, body.to_owned()))
}

/// The headers with which a provider of `kind` signs `body` at `moment`, for `https://hooks.example.com/hubspot`.
pub(crate) fn signed(kind: &str, body: &[u8], moment: &str) -> Vec<(&'static str, String)> {
    use base64::Engine as _;
    let at = moment.parse::<chrono::DateTime<chrono::Utc>>().expect("a moment");
    let mac = |parts: &[&[u8]]| sign(&Key::new(HMAC_SHA256, SECRET.as_bytes()), &parts.concat());
    let hex = |bytes: &[u8]| bytes.iter().fold(String::new(), |text, byte| text + &format!("{byte:02x}"));
    let timed = || {
        let time = at.timestamp().to_string();
        format!("t={time},v1={}", hex(mac(&[time.as_bytes(), b".", body]).as_ref()))
    };
    match kind {
        "stripe" => vec![("Stripe-Signature", timed())],
        "calendly" => vec![("Calendly-Webhook-Signature", timed())],
        "calcom" => vec![("X-Cal-Signature-256", hex(mac(&[body]).as_ref()))],
        "posthog" => vec![("X-Gangplank-Secret", SECRET.to_owned())],
        "hubspot" => {
            let time = at.timestamp_millis().to_string();
            let mac = mac(&[b"POST", b"https://hooks.example.com/hubspot", body, time.as_bytes()]);
            let signature = base64::prelude::BASE64_STANDARD.encode(mac.as_ref());
            vec![("X-HubSpot-Signature-v3", signature), ("X-HubSpot-Request-Timestamp", time)]
        }
        "signals" => vec![("Authorization", format!("Bearer {SECRET}"))],
        other => panic!("nobody knows how {other} signs"),
    }
}
