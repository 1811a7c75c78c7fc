//! A network between those who share a board and its server, as bad as a test wants it.

use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream, UnixStream};
use tokio::runtime::Builder;
use tokio::sync::oneshot;

use super::cluster::Cluster;
use super::dice::Dice;

/// What happens to some of what is carried.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum NetworkFault {
    /// The connection ends in the middle of it, in good order.
    Cut,
    /// It takes up to so many milliseconds.
    Delay(u64),
    /// From then on, nothing goes that way any more, and nobody is told.
    HalfOpen,
    /// The connection is reset, and what it carried is lost.
    Reset,
}

/// Listens on a port of this machine, and passes everything on to a server.
pub(crate) struct BadNetwork {
    port: u16,
    state: Arc<Mutex<NetworkState>>,
    /// It ends with this.
    _until: oneshot::Sender<()>,
}

struct NetworkState {
    dice: Dice,
    /// What happens, and to one of how many pieces of what is carried.
    fault: Option<(NetworkFault, usize)>,
    struck: usize,
}

impl BadNetwork {
    /// Before `cluster`, and good at first. What it does is drawn from `seed`.
    pub(crate) fn before(cluster: &Cluster, seed: u64) -> Self {
        let runtime = Builder::new_current_thread().enable_all().build().expect("a runtime");
        let listener = runtime.block_on(TcpListener::bind("127.0.0.1:0")).expect("a port");
        let port = listener.local_addr().expect("it listens").port();
        let state = Arc::new(Mutex::new(NetworkState { dice: Dice(seed), fault: None, struck: 0 }));
        let (shared, server) = (state.clone(), cluster.socket());
        let passing_on = async move {
            while let Ok((near, _)) = listener.accept().await {
                let Ok(far) = UnixStream::connect(&server).await else { continue };
                tokio::spawn(carry(near, far, shared.clone()));
            }
        };
        let (until, is_over) = oneshot::channel();
        std::thread::spawn(move || {
            runtime.block_on(async {
                tokio::select! {
                    () = passing_on => {}
                    _ = is_over => {}
                }
            });
        });
        Self { port, state, _until: until }
    }

    /// The address of `board` for `login` by way of it.
    pub(crate) fn url(&self, login: &str, board: &str) -> String {
        format!("postgres://{login}@127.0.0.1:{}/postgres?board={board}", self.port)
    }

    /// Has `fault` strike one of so many pieces from now on, or none.
    pub(crate) fn set(&self, fault: Option<(NetworkFault, usize)>) {
        self.state().fault = fault;
    }

    /// How often something struck.
    pub(crate) fn struck(&self) -> usize {
        self.state().struck
    }

    fn state(&self) -> MutexGuard<'_, NetworkState> {
        self.state.lock().expect("nobody panics with it")
    }
}

impl NetworkState {
    /// What strikes the next piece, and a number to go with it.
    fn roll(&mut self) -> Option<(NetworkFault, usize)> {
        let (fault, of) = self.fault?;
        let strikes = self.dice.roll(of) == 0;
        self.struck += usize::from(strikes);
        strikes.then(|| (fault, self.dice.roll(1 << 20)))
    }
}

/// Carries what `near` and `far` say to each other, for as long as both are there.
async fn carry(mut near: TcpStream, mut far: UnixStream, state: Arc<Mutex<NetworkState>>) {
    let (mut there, mut back) = (vec![0; 16 << 10], vec![0; 16 << 10]);
    let mut swallowed = [false, false];
    loop {
        let (is_back, read) = tokio::select! {
            read = near.read(&mut there) => (false, read),
            read = far.read(&mut back) => (true, read),
        };
        let Ok(count @ 1..) = read else { return };
        let struck = state.lock().expect("nobody panics with it").roll();
        let mut until = count;
        match struck {
            None => {}
            Some((NetworkFault::Cut, number)) => until = number % count,
            Some((NetworkFault::Delay(most), number)) => {
                tokio::time::sleep(Duration::from_millis(number as u64 % most)).await;
            }
            Some((NetworkFault::HalfOpen, _)) => swallowed[usize::from(is_back)] = true,
            Some((NetworkFault::Reset, _)) => {
                let _ = near.set_zero_linger();
                return;
            }
        }
        if !swallowed[usize::from(is_back)] {
            let written = if is_back {
                near.write_all(&back[..until]).await
            } else {
                far.write_all(&there[..until]).await
            };
            if written.is_err() || until < count {
                return;
            }
        }
    }
}
