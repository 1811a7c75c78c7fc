//! Listens, a bounded number of connections at a time, until it is asked to stop.

use std::convert::Infallible;
use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll};
use std::time::Duration;

use hyper::rt::ReadBufCursor;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use tokio::io::{AsyncRead, AsyncWrite, AsyncWriteExt, ReadBuf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc::UnboundedReceiver;
use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep_until, timeout};

use super::endpoint::{Endpoint, Keeping};
use super::exchange::Endpoints;
use crate::session::Report;

/// How many connections there may be at once. Others wait for their turn: what each may hold in memory is bounded, too.
const CONNECTIONS: usize = 128;

/// How long a request may take to arrive, from the connection on.
pub const ARRIVAL: Duration = Duration::from_secs(10);

/// How long an answer may take, from the request on: it waits for the disk, and then for whoever reads it.
const ANSWER: Duration = Duration::from_secs(20);

/// How long to wait when the system gives no further connection.
const RECOVERY: Duration = Duration::from_millis(200);

/// How many bytes the head of a request may take.
const HEAD: usize = 16 << 10;

/// How much is read from a connection at once, in bytes.
const READ: usize = 8 << 10;

/// The answer to a request that never came.
const TOO_SLOW: &[u8] = b"HTTP/1.1 408 Request Timeout\r\nconnection: close\r\ncontent-length: 0\r\n\r\n";

/// Why nothing listens any more.
#[derive(Debug, thiserror::Error)]
pub enum ServeError {
    #[error("cannot listen on {0}: {1}; choose another address with --listen")]
    Listen(SocketAddr, io::Error),
    #[error("cannot wait for connections: {0}")]
    System(#[from] io::Error),
    #[error(
        "the receiver lost its store and had to end: what it confirmed is saved; start it again, and please report this"
    )]
    SessionEnded,
}

/// Serves `endpoints` on `listen` until the process is asked to stop, and what was begun is done. `ready` is told the
/// address before the first connection is taken; `reports` are those of the session. A request may take `arrival` to come in.
///
/// # Errors
/// When it cannot listen, or the session ends.
pub fn serve(
    listen: SocketAddr,
    arrival: Duration,
    endpoints: Vec<Endpoint>,
    keeping: Keeping,
    reports: &mut UnboundedReceiver<Report>,
    ready: impl FnOnce(SocketAddr) -> io::Result<()>,
) -> Result<(), ServeError> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let served = runtime.block_on(async {
        let mut stop = StopSignals::listen()?;
        let listener = TcpListener::bind(listen).await.map_err(|error| ServeError::Listen(listen, error))?;
        ready(listener.local_addr()?)?;
        let endpoints = Arc::new(Endpoints::new(endpoints, keeping));
        accept(listener, arrival, endpoints, reports, &mut stop).await
    });
    // Whoever still waits for a disk that hangs is not waited for.
    runtime.shutdown_timeout(ANSWER);
    served
}

async fn accept(
    listener: TcpListener,
    arrival: Duration,
    endpoints: Arc<Endpoints>,
    reports: &mut UnboundedReceiver<Report>,
    stop: &mut StopSignals,
) -> Result<(), ServeError> {
    let (stopping, stopped) = watch::channel(false);
    let mut connections = JoinSet::new();
    let ended = loop {
        tokio::select! {
            biased;
            () = stop.next() => break Ok(()),
            report = reports.recv() => match report {
                Some(Report::FailedUnasked(why) | Report::Failed(why) | Report::Found(why) | Report::Trouble(Some(why))) => {
                    endpoints.tell(&why);
                }
                Some(Report::Trouble(None) | Report::Reread { .. }) => {
                    endpoints.tell("the journal is as it should be again");
                }
                // Nobody asked for anything else.
                Some(_) => {}
                None => break Err(ServeError::SessionEnded),
            },
            Some(_) = connections.join_next() => {}
            accepted = listener.accept(), if connections.len() < CONNECTIONS => match accepted {
                Ok((stream, _)) => {
                    let deadline = Instant::now() + arrival;
                    connections.spawn(converse(stream, deadline, endpoints.clone(), stopped.clone()));
                }
                Err(error) => {
                    endpoints.tell(&format!("no connection to be had: {error}"));
                    tokio::time::sleep(RECOVERY).await;
                }
            },
        }
    };
    // Whoever still waits for a connection hears at once that there is none.
    drop(listener);
    // What has arrived is answered; each connection has its own bound.
    let _ = stopping.send(true);
    while connections.join_next().await.is_some() {}
    ended
}

/// One request on one connection. Each is on its own: whoever knows where a request ends cannot be deceived about where
/// the next one begins.
async fn converse(
    stream: TcpStream,
    deadline: Instant,
    endpoints: Arc<Endpoints>,
    mut stopped: watch::Receiver<bool>,
) {
    let has_begun = Arc::new(AtomicBool::new(false));
    let begun = has_begun.clone();
    let answer = service_fn(move |request| {
        begun.store(true, Ordering::Relaxed);
        let answer = endpoints.clone().answer(request, deadline);
        async move { Ok::<_, Infallible>(answer.await) }
    });
    let mut http = http1::Builder::new();
    http.keep_alive(false).half_close(true).max_buf_size(HEAD);
    let mut connection = http.serve_connection(HyperStream(stream), answer);
    let is_late = tokio::select! {
        // What goes wrong here was the other side's.
        _ = &mut connection => return,
        () = sleep_until(deadline) => true,
        _ = stopped.wait_for(|is_stopping| *is_stopping) => false,
    };
    if has_begun.load(Ordering::Relaxed) {
        let _ = timeout(ANSWER, connection).await;
    } else if is_late {
        let mut stream = connection.into_parts().io.0;
        let _ = timeout(RECOVERY, stream.write_all(TOO_SLOW)).await;
    }
}

/// The ways in which the process is asked to stop.
struct StopSignals {
    #[cfg(unix)]
    terminate: tokio::signal::unix::Signal,
    #[cfg(unix)]
    interrupt: tokio::signal::unix::Signal,
}

impl StopSignals {
    /// From now on, these signals end the process only if [`serve`] does.
    #[cfg_attr(not(unix), expect(clippy::unnecessary_wraps, reason = "only Unix can refuse"))]
    fn listen() -> io::Result<Self> {
        #[cfg(unix)]
        use tokio::signal::unix::{SignalKind, signal};
        Ok(Self {
            #[cfg(unix)]
            terminate: signal(SignalKind::terminate())?,
            #[cfg(unix)]
            interrupt: signal(SignalKind::interrupt())?,
        })
    }

    #[cfg(unix)]
    async fn next(&mut self) {
        tokio::select! {
            _ = self.terminate.recv() => {}
            _ = self.interrupt.recv() => {}
        }
    }

    #[cfg(not(unix))]
    async fn next(&mut self) {
        let _ = tokio::signal::ctrl_c().await;
    }
}

/// A connection as `hyper` wants it. Copies what is read once more than its own adapter does, which needs no crate and no
/// `unsafe`.
struct HyperStream(TcpStream);

impl hyper::rt::Read for HyperStream {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        mut into: ReadBufCursor<'_>,
    ) -> Poll<io::Result<()>> {
        let mut bytes = [0; READ];
        let most = into.remaining().min(READ);
        let mut read = ReadBuf::new(&mut bytes[..most]);
        let ready = Pin::new(&mut self.0).poll_read(context, &mut read);
        ready.map_ok(|()| into.put_slice(read.filled()))
    }
}

impl hyper::rt::Write for HyperStream {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.0).poll_write(context, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_shutdown(context)
    }
}
