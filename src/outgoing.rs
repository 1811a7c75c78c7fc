//! The one place where requests leave this machine.
//!
//! A request goes to the one address that a person configured, over TLS with the system's certificates, names this program,
//! and carries the secret there and nowhere else: no redirect is followed. Plain HTTP is for this machine alone. A name
//! that suddenly means this machine, or the cloud's own address for its secrets, is refused.

#[cfg(feature = "imap")]
pub mod imap;

use std::fmt;
use std::net::IpAddr;
use std::time::Duration;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD as BASE64;
use chrono::{DateTime, Utc};
use ureq::config::Config;
use ureq::http::Uri;
use ureq::tls::{RootCerts, TlsConfig};
use ureq::unversioned::resolver::{DefaultResolver, ResolvedSocketAddrs, Resolver};
use ureq::unversioned::transport::{DefaultConnector, NextTimeout};
use ureq::{Agent, Body};

use crate::sources::origin::{RequestOrigin, objection};
use crate::sources::{Login, ProviderRequest, ProviderResponse, SourceFailure};

/// How long a request may take, with its answer.
const PATIENCE: Duration = Duration::from_secs(30);

/// How long a provider may take to pick up.
const CONNECT: Duration = Duration::from_secs(10);

/// The largest answer that is read, in bytes. Providers give their lists in pages of a few hundred kilobytes; a calendar of
/// many years is a few megabytes.
const LARGEST: u64 = 32 << 20;

/// A secret. It is written nowhere but into the request that needs it, if it is for one.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    /// # Errors
    /// A sentence when it can be no secret, which does not repeat it.
    pub fn new(text: &str) -> Result<Self, &'static str> {
        let text = text.trim_end_matches(['\r', '\n']);
        if text.is_empty() {
            return Err("it is empty");
        }
        if !text.bytes().all(|byte| matches!(byte, b' '..=b'~')) {
            return Err("it has several lines, or characters that no key has");
        }
        Ok(Self(text.to_owned()))
    }

    /// What signatures are checked with.
    pub fn bytes(&self) -> &[u8] {
        self.0.as_bytes()
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}

/// The way to one provider.
#[derive(Debug)]
pub struct Outgoing {
    agent: Agent,
    origin: RequestOrigin,
    patience: Duration,
}

impl Outgoing {
    /// The way to `address`, and to no other host.
    ///
    /// # Errors
    /// When it is no address to send a secret to.
    pub fn to(address: &str) -> Result<Self, SourceFailure> {
        Self::with(address, PATIENCE, DefaultResolver::default())
    }

    /// The same, with `patience` for an answer, and with hosts as `resolver` finds them.
    fn with(address: &str, patience: Duration, resolver: impl Resolver) -> Result<Self, SourceFailure> {
        let unfit = |what: &str| SourceFailure::Unreadable(what.to_owned());
        if let Some(objection) = objection(address) {
            return Err(unfit(objection));
        }
        let origin = RequestOrigin::of(address).ok_or_else(|| unfit("this is no address"))?;
        let config = Config::builder()
            .https_only(!origin.is_plain)
            .http_status_as_error(false)
            .allow_non_standard_methods(true)
            .max_redirects(0)
            .max_redirects_will_error(false)
            .timeout_global(Some(patience))
            .timeout_connect(Some(CONNECT))
            .user_agent(concat!("gangplank/", env!("CARGO_PKG_VERSION")))
            .tls_config(TlsConfig::builder().root_certs(RootCerts::PlatformVerifier).build());
        // What runs here is asked directly.
        let config = if origin.is_here() { config.proxy(None) } else { config };
        let resolver = GuardedResolver { may_be_here: origin.is_here(), inner: resolver };
        let agent = Agent::with_parts(config.build(), DefaultConnector::default(), resolver);
        Ok(Self { agent, origin, patience })
    }

    /// Sends `request` with `secret`, and waits for the answer, whatever its status.
    ///
    /// # Errors
    /// When it would go elsewhere, or there is no answer.
    pub fn send(
        &self,
        request: &ProviderRequest,
        secret: Option<&Secret>,
    ) -> Result<ProviderResponse, SourceFailure> {
        let url = match (&request.login, secret) {
            (Login::Address, Some(Secret(address))) => match objection(address) {
                Some(_) => return Err(SourceFailure::Secret("the secret is no address".to_owned())),
                None => address,
            },
            _ => &request.url,
        };
        if RequestOrigin::of(url).as_ref() != Some(&self.origin) {
            let why = format!("a request to another host than {} was not sent", self.origin.host);
            return Err(SourceFailure::Unreadable(why));
        }
        let mut headers: Vec<(&str, String)> =
            request.headers.iter().map(|(name, value)| (*name, value.clone())).collect();
        headers.extend(authorization(&request.login, secret)?.map(|value| ("authorization", value)));
        let method: &str = request.method.into();
        let mut asked = ureq::http::Request::builder().method(method).uri(url);
        let has_type = headers.iter().any(|(name, _)| *name == "content-type");
        if request.body.is_some() && !has_type {
            asked = asked.header("content-type", "application/json");
        }
        for (name, value) in &headers {
            asked = asked.header(*name, value);
        }
        let unfit = |_| {
            SourceFailure::Unreadable("the secret cannot be sent: it has characters of no key".to_owned())
        };
        let answer = match &request.body {
            None => self.agent.run(asked.body(()).map_err(unfit)?),
            Some(body) => self.agent.run(asked.body(body.as_str()).map_err(unfit)?),
        };
        let mut answer = answer.map_err(|error| self.failure(&error))?;
        let header = |name: &str| answer.headers().get(name)?.to_str().ok().map(str::to_owned);
        let retry_after = header("retry-after").or_else(|| header("ratelimit-reset"));
        let (status, etag) = (answer.status().as_u16(), header("etag"));
        let body = read(answer.body_mut()).map_err(|error| self.failure(&error))?;
        Ok(ProviderResponse { status, retry_after: retry_after.and_then(|it| wait(&it)), etag, body })
    }

    /// Why there is no answer. The address stays out of it: it may be a secret itself.
    fn failure(&self, error: &ureq::Error) -> SourceFailure {
        let host = &self.origin.host;
        let why = match error {
            ureq::Error::Timeout(_) => {
                format!("{host} does not answer within {} seconds", self.patience.as_secs())
            }
            ureq::Error::HostNotFound => format!("the host {host} is not found: is this machine online?"),
            ureq::Error::ConnectionFailed => format!("no connection to {host}: is this machine online?"),
            ureq::Error::BodyExceedsLimit(_) => {
                return SourceFailure::Unreadable(format!(
                    "the answer of {host} is larger than {} MiB",
                    LARGEST >> 20
                ));
            }
            ureq::Error::Rustls(error) => format!("no secure connection to {host}: {error}"),
            ureq::Error::Io(error) => format!("the connection to {host} failed: {error}"),
            ureq::Error::InvalidProxyUrl => {
                "the proxy that the environment names is no address: correct HTTPS_PROXY".to_owned()
            }
            _ => format!("{host} does not speak HTTP as it should"),
        };
        SourceFailure::Unavailable(why)
    }
}

fn read(body: &mut Body) -> Result<Vec<u8>, ureq::Error> {
    body.with_config().limit(LARGEST).read_to_vec()
}

/// The header with the secret.
fn authorization(login: &Login, secret: Option<&Secret>) -> Result<Option<String>, SourceFailure> {
    let needed = || {
        secret.map(|Secret(text)| text.as_str()).ok_or_else(|| {
            SourceFailure::Secret("a secret is needed: set `secret_command` or `secret_env`".to_owned())
        })
    };
    Ok(match login {
        Login::None | Login::Address => None,
        Login::Bearer => Some(format!("Bearer {}", needed()?)),
        Login::BasicUser => Some(format!("Basic {}", BASE64.encode(format!("{}:", needed()?)))),
        Login::BasicAs(user) => Some(format!("Basic {}", BASE64.encode(format!("{user}:{}", needed()?)))),
    })
}

/// How long `Retry-After` asks to wait: seconds, or until a moment.
fn wait(text: &str) -> Option<Duration> {
    let seconds = text.trim().parse::<u64>().ok().map(Duration::from_secs);
    let until = || {
        let until = DateTime::parse_from_rfc2822(text.trim()).ok()?;
        (until.to_utc() - Utc::now()).to_std().ok()
    };
    seconds.or_else(until)
}

/// Looks up hosts, and refuses what only a manipulated name leads to.
#[derive(Debug)]
struct GuardedResolver<R> {
    /// Whether the configured address is one of this machine.
    may_be_here: bool,
    inner: R,
}

impl<R: Resolver> Resolver for GuardedResolver<R> {
    fn resolve(
        &self,
        uri: &Uri,
        config: &Config,
        timeout: NextTimeout,
    ) -> Result<ResolvedSocketAddrs, ureq::Error> {
        let found = self.inner.resolve(uri, config, timeout)?;
        if !self.may_be_here && found.iter().any(|address| is_refused(address.ip())) {
            return Err(ureq::Error::HostNotFound);
        }
        Ok(found)
    }
}

/// Whether no name on the internet means this address: this machine, or its own network cable.
fn is_refused(ip: IpAddr) -> bool {
    match ip.to_canonical() {
        IpAddr::V4(ip) => ip.is_loopback() || ip.is_unspecified() || ip.is_link_local(),
        IpAddr::V6(ip) => ip.is_loopback() || ip.is_unspecified() || ip.is_unicast_link_local(),
    }
}

#[cfg(test)]
mod tests {
    use std::io::{BufRead, BufReader, Write};
    use std::net::{SocketAddr, TcpListener, TcpStream};

    use super::*;

    /// Finds every host there.
    #[derive(Debug)]
    struct AlwaysThere(SocketAddr);

    impl Resolver for AlwaysThere {
        fn resolve(&self, _: &Uri, _: &Config, _: NextTimeout) -> Result<ResolvedSocketAddrs, ureq::Error> {
            let mut found = self.empty();
            found.push(self.0);
            Ok(found)
        }
    }

    #[test]
    fn a_name_that_leads_to_this_machine_is_not_asked() {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let here = listener.local_addr().expect("an address");
        let address = format!("https://api.example.com:{}", here.port());
        let way = Outgoing::with(&address, PATIENCE, AlwaysThere(here)).expect("an address");
        let secret = Secret::new("sk_live_123").expect("a secret");
        let request = ProviderRequest::get(format!("{address}/v1"), Login::Bearer);
        let error = way.send(&request, Some(&secret)).expect_err("it is refused");
        assert!(error.to_string().contains("the host api.example.com is not found"), "{error}");
        listener.set_nonblocking(true).expect("it can be set");
        assert!(listener.accept().is_err(), "nobody has even connected");
    }

    #[test]
    fn whoever_never_comes_to_an_end_is_not_waited_for() {
        let answers: [fn(TcpStream); 3] = [
            // Nothing.
            |stream| {
                let _ = BufReader::new(&stream).lines().map_while(Result::ok).count();
            },
            // Only a head.
            |mut stream| {
                let _ = stream.write_all(b"HTTP/1.1 200 OK\r\n\r\n");
                let _ = BufReader::new(&stream).lines().map_while(Result::ok).count();
            },
            // A byte at a time.
            |mut stream| {
                let _ = stream.set_nodelay(true);
                let _ = stream.write_all(b"HTTP/1.1 200 OK\r\n\r\n");
                while stream.write_all(b" ").is_ok() {}
            },
        ];
        for answer in answers {
            let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
            let address = format!("http://{}", listener.local_addr().expect("an address"));
            std::thread::spawn(move || answer(listener.accept().expect("it connects").0));
            let patience = Duration::from_secs(1);
            let way = Outgoing::with(&address, patience, DefaultResolver::default()).expect("an address");
            let request = ProviderRequest::get(format!("{address}/"), Login::None);
            let error = way.send(&request, None).expect_err("there is no answer");
            assert_eq!(error.to_string(), "127.0.0.1 does not answer within 1 seconds");
        }
    }

    #[test]
    fn a_request_to_another_host_is_not_sent() {
        let way = Outgoing::to("https://api.example.com").expect("an address");
        for url in [
            "https://api.example.com.evil.test/v1",
            "http://api.example.com/v1",
            "https://api.example.com:444/v1",
            "https://api.example.com@evil.test/",
            "https://evil.test/https://api.example.com",
        ] {
            let request = ProviderRequest::get(url.to_owned(), Login::None);
            let error = way.send(&request, None).expect_err("it is refused");
            assert!(error.to_string().contains("was not sent"), "{url}: {error}");
        }
    }

    #[test]
    fn names_that_mean_this_machine_are_refused() {
        for ip in [
            "127.0.0.1",
            "127.9.9.9",
            "0.0.0.0",
            "169.254.169.254",
            "::1",
            "::",
            "fe80::1",
            "::ffff:127.0.0.1",
        ] {
            assert!(is_refused(ip.parse().expect("an address")), "{ip}");
        }
        for ip in ["10.0.0.1", "192.168.1.1", "93.184.216.34", "2606:4700::1"] {
            assert!(!is_refused(ip.parse().expect("an address")), "{ip}");
        }
        let way = Outgoing::to("https://localhost.localdomain").expect("an address");
        let request = ProviderRequest::get("https://localhost.localdomain/".to_owned(), Login::None);
        assert!(way.send(&request, None).is_err());
    }

    #[test]
    fn a_secret_is_never_written() {
        let secret = Secret::new("sk_live_123\n").expect("a secret");
        assert_eq!(format!("{secret:?}"), "Secret(…)");
        assert!(Secret::new("\n").is_err() && Secret::new("two\nlines").is_err());
        let header = authorization(&Login::BasicUser, Some(&secret)).expect("a header");
        assert_eq!(header.as_deref(), Some("Basic c2tfbGl2ZV8xMjM6"));
    }

    #[test]
    fn waits_are_seconds_or_a_moment() {
        assert_eq!(wait("7"), Some(Duration::from_secs(7)));
        assert_eq!(wait("soon"), None);
        assert_eq!(wait("Wed, 21 Oct 2015 07:28:00 GMT"), None);
    }
}
