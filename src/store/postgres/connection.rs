//! One connection to a database server, with a bound on everything.

use std::future::poll_fn;
use std::pin::pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
#[cfg(unix)]
use tokio::net::UnixStream;
use tokio::runtime::{Builder, Runtime};
use tokio::sync::Notify;
use tokio::time::timeout;
use tokio_postgres::config::SslMode;
use tokio_postgres::tls::TlsConnect;
use tokio_postgres::types::{ToSql, Type};
use tokio_postgres::{AsyncMessage, Client, Config, NoTls, Row};

use super::failure::{FailureCause, TeamFailure};
use super::moving::{MovedBytes, MovingStream};
use super::tls::VerifiedTls;
use crate::store::lock::{Patience, SAID_AFTER};
use crate::store::team::{ServerPlace, TeamAddress};

/// How long it may take to be let in, at most.
const CONNECT: Duration = Duration::from_secs(10);

/// How long an answer may take at least, however little somebody wants to wait for others who write.
pub(super) const SHORTEST: Duration = Duration::from_secs(1);

/// How often whoever waits for an answer hears of it, and may leave.
const STEP: Duration = Duration::from_millis(100);

/// For how many bytes an answer may take a second more than its bound.
const BYTES_A_SECOND: usize = 256 << 10;

/// How many hints are kept that nobody has asked for yet. More say no more.
const MOST_HINTS: usize = 64;

/// What a statement is given.
pub(super) type Parameters<'a> = &'a [(&'a (dyn ToSql + Sync), Type)];

pub(super) struct Connection {
    client: Client,
    hints: Arc<Hints>,
    moved: MovedBytes,
    /// How whoever asks waits.
    patience: Arc<dyn Patience>,
    /// What is asked belongs to this; nothing where each has a time of its own.
    pub(super) asking: Option<Asking>,
    /// Nothing once it was let go.
    runtime: Option<Runtime>,
}

/// Something that is asked, however many statements and connections it takes.
#[derive(Clone, Copy)]
pub(super) struct Asking {
    since: Instant,
    limit: Duration,
}

impl Asking {
    pub(super) fn new(patience: &dyn Patience) -> Self {
        Self { since: Instant::now(), limit: patience.limit() }
    }

    /// Whether nothing is begun any more.
    pub(super) fn is_over(&self) -> bool {
        self.since.elapsed() >= self.limit
    }

    /// How long an answer may take that was not asked for before.
    fn left(&self) -> Duration {
        self.limit.saturating_sub(self.since.elapsed()).max(SHORTEST)
    }

    /// Says for how long it takes, once that is long.
    pub(super) fn tell(&self, patience: &dyn Patience) {
        let waited = self.since.elapsed();
        if waited >= SAID_AFTER {
            patience.hear_server(Some(waited));
        }
    }

    /// What `answer` is, where nothing moves for at most `bound`, or else for how long nothing did. Whoever waits hears of it, and
    /// may leave.
    async fn answered<T>(
        self,
        patience: &dyn Patience,
        bound: Duration,
        moved: &MovedBytes,
        answer: impl Future<Output = T>,
    ) -> Result<T, Duration> {
        let (mut silent_since, mut known, mut answer) = (Instant::now(), moved.count(), pin!(answer));
        loop {
            let step = STEP.min(bound.saturating_sub(silent_since.elapsed()));
            if let Ok(answered) = timeout(step, &mut answer).await {
                return Ok(answered);
            }
            let count = moved.count();
            if count != known {
                (silent_since, known) = (Instant::now(), count);
            }
            let silence = silent_since.elapsed();
            if silence >= bound || !patience.went_by(step) {
                return Err(silence);
            }
            if silence >= SAID_AFTER {
                self.tell(patience);
            }
        }
    }
}

/// What the server says without being asked.
#[derive(Default)]
struct Hints {
    heard: Mutex<Vec<String>>,
    news: Notify,
}

/// Why somebody who waited is awake.
pub(super) enum Woken {
    /// Others notified them, with these words.
    Heard(Vec<String>),
    /// Somebody in this program wants something.
    Asked,
    /// So much time has passed.
    Late,
    /// The connection is gone.
    Broken,
}

impl Drop for Connection {
    fn drop(&mut self) {
        // Waiting for a name to be looked up could take long.
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}

impl Connection {
    /// Connects, as what is asked first, and then waits for answers as `patience` does.
    ///
    /// # Errors
    /// When the server cannot be reached, is not who it says it is, or does not let the login in.
    pub(super) fn open(
        address: &TeamAddress,
        password: Option<&str>,
        patience: Arc<dyn Patience>,
        asking: Asking,
    ) -> Result<Self, TeamFailure> {
        let in_time = asking.left().min(CONNECT);
        let runtime = Builder::new_current_thread().enable_io().enable_time().build();
        let no_runtime = |error| TeamFailure::no_connection(address, &error);
        let runtime = runtime.map_err(no_runtime)?;
        let mut config = Config::new();
        config.user(&*address.login).dbname(&*address.database).application_name("gangplank");
        if let Some(password) = password {
            config.password(password);
        }
        let moved = MovedBytes::default();
        let connecting = async {
            let no_connection = |error| TeamFailure::no_connection(address, &error);
            match &address.server {
                #[cfg(unix)]
                ServerPlace::Socket(_) => {
                    let stream = UnixStream::connect(address.listener()).await.map_err(no_connection)?;
                    config.ssl_mode(SslMode::Disable);
                    log_in(&config, MovingStream::new(stream, moved.clone()), NoTls, address).await
                }
                #[cfg(not(unix))]
                ServerPlace::Socket(_) => {
                    let why = "this system has no such sockets";
                    Err(TeamFailure::Refused(FailureCause::new(why, "name a host in the address")))
                }
                ServerPlace::Host { name, is_encrypted } => {
                    let stream =
                        TcpStream::connect((name.as_str(), address.port)).await.map_err(no_connection)?;
                    stream.set_nodelay(true).map_err(no_connection)?;
                    if *is_encrypted {
                        let tls = VerifiedTls::new(name).map_err(|why| {
                            TeamFailure::Refused(FailureCause::new(why, "check the name in the address"))
                        })?;
                        config.ssl_mode(SslMode::Require);
                        log_in(&config, MovingStream::new(stream, moved.clone()), tls, address).await
                    } else {
                        config.ssl_mode(SslMode::Disable);
                        log_in(&config, MovingStream::new(stream, moved.clone()), NoTls, address).await
                    }
                }
            }
        };
        let client = runtime.block_on(asking.answered(&*patience, in_time, &moved, connecting));
        let too_long = |waited| TeamFailure::Unreachable(TeamFailure::silent(waited));
        let (client, hints) = client.map_err(too_long)??;
        Ok(Self { client, hints, moved, patience, asking: None, runtime: Some(runtime) })
    }

    /// The rows that `statement` answers. `bytes` is about how much goes one way or the other.
    pub(super) fn ask(
        &self,
        address: &TeamAddress,
        statement: &str,
        parameters: Parameters<'_>,
        bytes: usize,
    ) -> Result<Vec<Row>, TeamFailure> {
        self.within(bytes, address, self.client.query_typed(statement, parameters))
    }

    /// Runs `statements`, one after the other.
    pub(super) fn run(&self, address: &TeamAddress, statements: &str) -> Result<(), TeamFailure> {
        self.within(0, address, self.client.batch_execute(statements))
    }

    /// Waits for a hint, until somebody asks for something, or until so much `time` has passed.
    pub(super) fn wait(&self, asked: &Notify, time: Duration) -> Woken {
        let runtime = self.runtime.as_ref().expect("it is let go at the end");
        runtime.block_on(async {
            tokio::select! {
                () = self.hints.news.notified() => {}
                () = asked.notified() => return Woken::Asked,
                () = tokio::time::sleep(time) => return Woken::Late,
            }
            if self.client.is_closed() {
                return Woken::Broken;
            }
            Woken::Heard(std::mem::take(
                &mut *self.hints.heard.lock().unwrap_or_else(PoisonError::into_inner),
            ))
        })
    }

    fn within<T>(
        &self,
        bytes: usize,
        address: &TeamAddress,
        answer: impl Future<Output = Result<T, tokio_postgres::Error>>,
    ) -> Result<T, TeamFailure> {
        let runtime = self.runtime.as_ref().expect("it is let go at the end");
        let asking = self.asking.unwrap_or_else(|| Asking::new(&*self.patience));
        let bound = asking.left() + Duration::from_secs((bytes / BYTES_A_SECOND) as u64);
        let answered = runtime.block_on(asking.answered(&*self.patience, bound, &self.moved, answer));
        if self.asking.is_none() {
            self.patience.hear_server(None);
        }
        match answered {
            Ok(answered) => answered.map_err(|error| TeamFailure::of_asking(address, &error)),
            Err(waited) => Err(TeamFailure::Unanswered(TeamFailure::silent(waited))),
        }
    }
}

async fn log_in<S, T>(
    config: &Config,
    stream: S,
    tls: T,
    address: &TeamAddress,
) -> Result<(Client, Arc<Hints>), TeamFailure>
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
    T: TlsConnect<S>,
    T::Stream: Send + 'static,
{
    let connected = config.connect_raw(stream, tls).await;
    let (client, mut connection) = connected.map_err(|error| TeamFailure::of_connecting(address, &error))?;
    // It ends with the client, or with the runtime.
    let hints = Arc::new(Hints::default());
    let told = hints.clone();
    tokio::spawn(async move {
        while let Some(Ok(said)) = poll_fn(|context| connection.poll_message(context)).await {
            if let AsyncMessage::Notification(hint) = said {
                let mut heard = told.heard.lock().unwrap_or_else(PoisonError::into_inner);
                if heard.len() < MOST_HINTS {
                    heard.push(hint.payload().to_owned());
                }
                told.news.notify_one();
            }
        }
        drop(connection);
        told.news.notify_one();
    });
    Ok((client, hints))
}
