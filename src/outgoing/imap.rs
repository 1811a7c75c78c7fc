//! The way to one mail server. Its mailboxes are opened for reading only, and nothing but headers is asked for.

use std::fmt;
use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::task::{Context, Poll, ready};
use std::time::Duration;

use async_imap::error::Error as ImapError;
use async_imap::extensions::idle::IdleResponse;
use async_imap::imap_proto::{Response, Status};
use async_imap::types::Flag;
use async_imap::{Authenticator, Client, Session};
use base64::Engine as _;
use base64::alphabet::IMAP_MUTF7;
use base64::engine::GeneralPurpose;
use base64::engine::general_purpose::NO_PAD;
use rustls_platform_verifier::BuilderVerifierExt;
use serde::{Deserialize, Serialize};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio::runtime::{Builder, Runtime};
use tokio::sync::Notify;
use tokio::time::timeout;
use tokio_rustls::TlsConnector;
use tokio_rustls::rustls::ClientConfig;
use tokio_rustls::rustls::crypto::ring::default_provider;
use tokio_rustls::rustls::pki_types::ServerName;
use tokio_stream::StreamExt;

use super::{CONNECT, LARGEST, PATIENCE, Secret, is_refused};
use crate::sources::origin::{RequestOrigin, objection_to_mail};
use crate::sources::{ImapAccount, SourceFailure};

/// How much of a message's header is read, in bytes. Those of mailing lists are a few dozen kilobytes.
const LARGEST_HEADER: usize = 64 << 10;

/// How deep the parentheses in an answer may be nested. Those that are asked for have three.
const DEEPEST: u32 = 8;

/// How long saying goodbye may take.
const GOODBYE: Duration = Duration::from_secs(2);

/// A connection to a mail server, logged in.
pub struct ImapConnection {
    /// Nothing once it waited, and that ended with the connection.
    session: Option<Session<BoundedStream>>,
    /// How many bytes the answer to a command may still have.
    left: Arc<AtomicU64>,
    host: String,
    runtime: LetGo,
}

/// How far a mailbox is filled.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MailboxState {
    /// Another number means that all messages have new ones.
    pub validity: u32,
    /// The number of the next message that arrives; 0 where the server does not say.
    pub next: u32,
}

/// How it ended to wait for news.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WaitEnd {
    /// Something happened in the mailbox.
    News,
    /// Nothing did.
    Quiet,
    /// Nobody wants to know any more. The connection is over.
    Stopped,
    /// The server does not know how.
    Unable,
}

/// The header of a message.
#[derive(Debug)]
pub struct MessageHeader {
    /// Its number in its mailbox.
    pub uid: u32,
    /// Whether it was never sent.
    pub is_draft: bool,
    pub header: Vec<u8>,
}

impl ImapConnection {
    /// Logs in with `secret`.
    ///
    /// # Errors
    /// When the server cannot be reached, is not who it says it is, or does not take the secret.
    pub fn open(account: &ImapAccount, secret: Option<&Secret>) -> Result<Self, SourceFailure> {
        let unfit = |what: &str| SourceFailure::Unreadable(what.to_owned());
        if let Some(objection) = objection_to_mail(&account.address) {
            return Err(unfit(objection));
        }
        let origin = RequestOrigin::of_mail(&account.address).ok_or_else(|| unfit("this is no address"))?;
        let Some(Secret(secret)) = secret else {
            let why = "a secret is needed: set `secret_command` or `secret_env`".to_owned();
            return Err(SourceFailure::Secret(why));
        };
        let runtime = Builder::new_current_thread().enable_io().enable_time().build();
        let runtime = runtime.map_err(|error| SourceFailure::Unavailable(error.to_string()))?;
        let runtime = LetGo(Some(runtime));
        let left = Arc::new(AtomicU64::new(LARGEST));
        let host = origin.host.clone();
        let session = runtime.wait(PATIENCE, &host, async {
            let stream = connect(&origin).await?;
            log_in(BoundedStream::new(stream, left.clone()), account, secret, &host).await
        })?;
        Ok(Self { session: Some(session), left, host, runtime })
    }

    /// Opens `mailbox` for reading only.
    ///
    /// # Errors
    /// When there is none, or the server does not answer.
    pub fn examine(&mut self, mailbox: &str) -> Result<MailboxState, SourceFailure> {
        let name = encoded(mailbox);
        let found = self.ask(async |session| match session.examine(&name).await {
            Ok(found) => Ok(Some(found)),
            Err(ImapError::No(_)) => Ok(None),
            Err(error) => Err(error),
        })?;
        let found = found.ok_or_else(|| {
            let host = &self.host;
            SourceFailure::Unreadable(format!("{host} has no mailbox `{mailbox}`: correct `mailboxes`"))
        })?;
        Ok(MailboxState {
            validity: found.uid_validity.unwrap_or_default(),
            next: found.uid_next.unwrap_or_default(),
        })
    }

    /// The numbers of the messages that `query` finds in the mailbox that was opened last.
    ///
    /// # Errors
    /// When the server does not answer.
    pub fn search(&mut self, query: &str) -> Result<Vec<u32>, SourceFailure> {
        let found = self.ask(async |session| session.uid_search(query).await)?;
        Ok(found.into_iter().collect())
    }

    /// The headers of messages of the mailbox that was opened last. They stay unread there.
    ///
    /// # Errors
    /// When the server does not answer.
    pub fn headers(&mut self, uids: &[u32]) -> Result<Vec<MessageHeader>, SourceFailure> {
        let uids: Vec<String> = uids.iter().map(u32::to_string).collect();
        let asked = format!("(UID FLAGS BODY.PEEK[HEADER]<0.{LARGEST_HEADER}>)");
        self.ask(async |session| {
            let mut answers = session.uid_fetch(uids.join(","), &asked).await?;
            let mut headers = Vec::new();
            while let Some(answer) = answers.next().await {
                let answer = answer?;
                let is_draft = answer.flags().any(|flag| flag == Flag::Draft);
                // Others may change flags meanwhile, which is told without a header.
                let uid = answer.uid.unwrap_or_default();
                headers.extend(answer.header().map(|header| MessageHeader {
                    uid,
                    is_draft,
                    header: header.to_vec(),
                }));
            }
            Ok(headers)
        })
    }

    /// Waits until the server says that something happened in the mailbox that was opened last, for `longest` at most, or until
    /// `stop` is notified. What happened before it `began` to wait, the server may not say.
    ///
    /// # Errors
    /// When the server does not do as it says it can.
    pub fn wait_for_news(
        &mut self,
        longest: Duration,
        stop: &Notify,
        began: impl FnOnce(),
    ) -> Result<WaitEnd, SourceFailure> {
        let can_wait = self.ask(async |session| Ok(session.capabilities().await?.has_str("IDLE")))?;
        if !can_wait {
            return Ok(WaitEnd::Unable);
        }
        self.left.store(LARGEST, Ordering::Relaxed);
        let Self { session, host, runtime, .. } = self;
        let lost = || failure(host, &ImapError::ConnectionLost);
        let failed = |error: ImapError| failure(host, &error);
        let mut idle = session.take().ok_or_else(lost)?.idle();
        runtime.wait(PATIENCE, host, async { idle.init().await.map_err(failed) })?;
        began();
        let end = runtime.wait(longest + PATIENCE, host, async {
            let (news, _interrupt) = idle.wait_with_timeout(longest);
            tokio::select! {
                () = stop.notified() => Ok(WaitEnd::Stopped),
                // Servers say now and then that they are still there, which must not put it off for ever.
                heard = timeout(longest, news) => match heard {
                    Err(_) | Ok(Ok(IdleResponse::Timeout)) => Ok(WaitEnd::Quiet),
                    Ok(Ok(IdleResponse::NewData(_))) => Ok(WaitEnd::News),
                    // Nobody interrupts it, so the connection is over.
                    Ok(Ok(IdleResponse::ManualInterrupt)) => Err(lost()),
                    Ok(Err(error)) => Err(failed(error)),
                },
            }
        })?;
        if end != WaitEnd::Stopped {
            *session = Some(runtime.wait(PATIENCE, host, async { idle.done().await.map_err(failed) })?);
        }
        Ok(end)
    }

    fn ask<T>(
        &mut self,
        command: impl AsyncFnOnce(&mut Session<BoundedStream>) -> Result<T, ImapError>,
    ) -> Result<T, SourceFailure> {
        self.left.store(LARGEST, Ordering::Relaxed);
        let Self { session, host, runtime, .. } = self;
        runtime.wait(PATIENCE, host, async {
            let session = session.as_mut().ok_or_else(|| failure(host, &ImapError::ConnectionLost))?;
            command(session).await.map_err(|error| failure(host, &error))
        })
    }
}

impl Drop for ImapConnection {
    fn drop(&mut self) {
        let Self { session, host, runtime, .. } = self;
        let Some(session) = session else { return };
        // Whoever does not answer is left alone.
        let goodbye = async { session.logout().await.map_err(|error| failure(host, &error)) };
        let _ = runtime.wait(GOODBYE, host, goodbye);
    }
}

impl fmt::Debug for ImapConnection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ImapConnection").field("host", &self.host).finish_non_exhaustive()
    }
}

/// Runs what waits for a server. At its end nobody waits for a name that is still looked up.
struct LetGo(Option<Runtime>);

impl LetGo {
    fn wait<T>(
        &self,
        patience: Duration,
        host: &str,
        work: impl Future<Output = Result<T, SourceFailure>>,
    ) -> Result<T, SourceFailure> {
        let runtime = self.0.as_ref().expect("it is taken at its end only");
        let late = || format!("{host} does not answer within {} seconds", patience.as_secs());
        runtime
            .block_on(async { timeout(patience, work).await })
            .unwrap_or_else(|_| Err(SourceFailure::Unavailable(late())))
    }
}

impl Drop for LetGo {
    fn drop(&mut self) {
        if let Some(runtime) = self.0.take() {
            runtime.shutdown_background();
        }
    }
}

/// What is read from and written to, with or without TLS.
trait MailStream: AsyncRead + AsyncWrite + Unpin + Send + fmt::Debug {}

impl<T: AsyncRead + AsyncWrite + Unpin + Send + fmt::Debug> MailStream for T {}

async fn connect(origin: &RequestOrigin) -> Result<Box<dyn MailStream>, SourceFailure> {
    let host = origin.host.trim_start_matches('[').trim_end_matches(']');
    let unavailable = |why: String| SourceFailure::Unavailable(why);
    let found = tokio::net::lookup_host((host, origin.port)).await;
    let found: Vec<_> = found
        .map_err(|_| unavailable(format!("the host {host} is not found: is this machine online?")))?
        .collect();
    // A name that suddenly means this machine is no mail server.
    if found.is_empty() || (!origin.is_here() && found.iter().any(|address| is_refused(address.ip()))) {
        return Err(unavailable(format!("the host {host} is not found: is this machine online?")));
    }
    let stream = timeout(CONNECT, TcpStream::connect(found.as_slice())).await;
    let stream = stream
        .ok()
        .and_then(Result::ok)
        .ok_or_else(|| unavailable(format!("no connection to {host}: is this machine online?")))?;
    if origin.is_plain {
        return Ok(Box::new(stream));
    }
    let insecure = |error: &dyn fmt::Display| unavailable(format!("no secure connection to {host}: {error}"));
    let config = ClientConfig::builder_with_provider(Arc::new(default_provider()))
        .with_safe_default_protocol_versions()
        .and_then(BuilderVerifierExt::with_platform_verifier)
        .map_err(|error| insecure(&error))?
        .with_no_client_auth();
    let name = ServerName::try_from(host.to_owned()).map_err(|error| insecure(&error))?;
    let stream = TlsConnector::from(Arc::new(config)).connect(name, stream).await;
    Ok(Box::new(stream.map_err(|error| insecure(&error))?))
}

async fn log_in(
    stream: BoundedStream,
    account: &ImapAccount,
    secret: &str,
    host: &str,
) -> Result<Session<BoundedStream>, SourceFailure> {
    let mut client = Client::new(stream);
    match client.read_response().await {
        Ok(Some(greeting)) if matches!(greeting.parsed(), Response::Data { status: Status::Ok, .. }) => {}
        Ok(_) => return Err(failure(host, &ImapError::ConnectionLost)),
        Err(error) => return Err(failure(host, &ImapError::Io(error))),
    }
    let user = &*account.user;
    let logged_in = if account.has_token {
        let answer = format!("user={user}\x01auth=Bearer {secret}\x01\x01");
        client.authenticate("XOAUTH2", TokenOnce(Some(answer))).await
    } else {
        client.login(user, secret).await
    };
    logged_in.map_err(|(error, _)| match error {
        ImapError::No(_) if account.has_token => SourceFailure::Secret(format!(
            "{host} refuses the token of {user}: is it an access token for mail?"
        )),
        ImapError::No(_) => SourceFailure::Secret(format!(
            "{host} refuses {user} or the password: many providers want an app password for programs"
        )),
        error => failure(host, &error),
    })
}

/// Answers with a token. A server that refuses it says why, and then waits for an empty answer.
struct TokenOnce(Option<String>);

impl Authenticator for TokenOnce {
    type Response = String;

    fn process(&mut self, _: &[u8]) -> String {
        self.0.take().unwrap_or_default()
    }
}

/// What went wrong. What the server says of it stays out: it is foreign text, and may repeat a secret.
fn failure(host: &str, error: &ImapError) -> SourceFailure {
    match error {
        ImapError::Io(error) if error.kind() == io::ErrorKind::FileTooLarge => {
            SourceFailure::Unreadable(format!("the answer of {host} is larger than {} MiB", LARGEST >> 20))
        }
        ImapError::Io(error) if error.kind() == io::ErrorKind::InvalidData => {
            SourceFailure::Unreadable(format!("{host} does not speak IMAP as it should"))
        }
        ImapError::Io(error) => {
            SourceFailure::Unavailable(format!("the connection to {host} failed: {error}"))
        }
        ImapError::ConnectionLost => SourceFailure::Unavailable(format!("{host} closed the connection")),
        ImapError::No(_) => SourceFailure::Unavailable(format!("{host} did not do what it was asked for")),
        _ => SourceFailure::Unreadable(format!("{host} does not speak IMAP as it should")),
    }
}

/// A mailbox's name as IMAP writes it: the modified UTF-7 of RFC 3501.
fn encoded(name: &str) -> String {
    let base64 = GeneralPurpose::new(&IMAP_MUTF7, NO_PAD);
    let mut written = String::new();
    let mut rest = name;
    while let Some(c) = rest.chars().next() {
        let foreign = rest.find(|c: char| matches!(c, ' '..='~')).unwrap_or(rest.len());
        if foreign > 0 {
            let utf16: Vec<u8> = rest[..foreign].encode_utf16().flat_map(u16::to_be_bytes).collect();
            written.extend(["&", &base64.encode(utf16), "-"]);
            rest = &rest[foreign..];
        } else {
            written.push(c);
            written.push_str(if c == '&' { "-" } else { "" });
            rest = &rest[c.len_utf8()..];
        }
    }
    written
}

/// A stream that ends once a server has sent more than any answer has, or one that is nested deeper: the parser goes down
/// with it, and no stack is deep enough for that.
#[derive(Debug)]
struct BoundedStream {
    stream: Box<dyn MailStream>,
    left: Arc<AtomicU64>,
    nesting: Nesting,
}

impl BoundedStream {
    fn new(stream: Box<dyn MailStream>, left: Arc<AtomicU64>) -> Self {
        Self { stream, left, nesting: Nesting::default() }
    }
}

/// How deep an answer is nested, up to where it was read.
#[derive(Debug, Default)]
struct Nesting {
    depth: u32,
    /// The number in braces that is being read.
    number: Option<u64>,
    /// How many bytes come after this line that are no part of the language.
    announced: Option<u64>,
    /// How many of them are still to come.
    foreign: u64,
}

impl Nesting {
    /// Takes in what was read next. Whether it goes deeper than it should.
    fn is_too_deep(&mut self, bytes: &[u8]) -> bool {
        let mut rest = bytes;
        while let [byte, more @ ..] = rest {
            rest = more;
            match byte {
                _ if self.foreign > 0 => {
                    let skipped = usize::try_from(self.foreign - 1).unwrap_or(usize::MAX).min(more.len());
                    self.foreign -= 1 + skipped as u64;
                    rest = &more[skipped..];
                }
                b'(' => self.depth += 1,
                b')' => self.depth = self.depth.saturating_sub(1),
                b'{' => self.number = Some(0),
                b'0'..=b'9' => {
                    let digit = u64::from(byte - b'0');
                    self.number = self.number.map(|number| number.saturating_mul(10).saturating_add(digit));
                }
                b'}' => self.announced = self.number.take(),
                b'\r' => {}
                b'\n' => match self.announced.take() {
                    Some(announced) => self.foreign = announced,
                    None => self.depth = 0,
                },
                _ => (self.number, self.announced) = (None, None),
            }
            if self.depth > DEEPEST {
                return true;
            }
        }
        false
    }
}

impl AsyncRead for BoundedStream {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buffer.filled().len();
        ready!(Pin::new(&mut self.stream).poll_read(context, buffer))?;
        let read = (buffer.filled().len() - before) as u64;
        let left = self.left.load(Ordering::Relaxed);
        if read > left {
            return Poll::Ready(Err(io::ErrorKind::FileTooLarge.into()));
        }
        self.left.store(left - read, Ordering::Relaxed);
        if self.nesting.is_too_deep(&buffer.filled()[before..]) {
            return Poll::Ready(Err(io::ErrorKind::InvalidData.into()));
        }
        Poll::Ready(Ok(()))
    }
}

impl AsyncWrite for BoundedStream {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write(context, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}

#[cfg(test)]
mod tests {
    use super::{DEEPEST, Nesting, encoded};

    #[test]
    fn answers_are_nested_as_deep_as_it_takes_and_mail_as_it_likes() {
        let deep = "(".repeat(1_000);
        let is_too_deep = |text: &str, at_once: usize| {
            let mut nesting = Nesting::default();
            text.as_bytes().chunks(at_once).any(|some| nesting.is_too_deep(some))
        };
        for at_once in [1, 2, 7, 4_096] {
            let mail = format!("* 1 FETCH (UID 1 FLAGS () BODY[HEADER]<0> {{1000}}\r\n{deep})\r\n");
            assert!(!is_too_deep(&mail.repeat(100), at_once));
            assert!(is_too_deep(&(mail + &deep), at_once));
            assert!(!is_too_deep(&"* OK ((((\r\n".repeat(100), at_once));
            assert!(!is_too_deep(&"(".repeat(DEEPEST as usize), at_once));
            assert!(is_too_deep(&format!("{{7}} {deep}"), at_once));
        }
    }

    #[test]
    fn names_are_written_as_imap_writes_them() {
        for (name, expected) in [
            ("INBOX", "INBOX"),
            ("[Gmail]/Sent Mail", "[Gmail]/Sent Mail"),
            ("Tom & Jerry", "Tom &- Jerry"),
            // From RFC 3501, section 5.1.3.
            ("~peter/mail/台北/日本語", "~peter/mail/&U,BTFw-/&ZeVnLIqe-"),
            ("Envoyés", "Envoy&AOk-s"),
        ] {
            assert_eq!(encoded(name), expected);
        }
    }
}
