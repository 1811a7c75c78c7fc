//! Hints that there is something new. Whoever appends sends one once that is committed, outside of its transaction.

use std::time::{Duration, Instant};

use tokio::sync::Notify;
use tokio_postgres::types::Type;

use super::connection::{Parameters, SHORTEST, Woken};
use super::database::{TeamDatabase, token};
use super::failure::TeamFailure;
use crate::store::StoreError;
use crate::store::team::TeamAddress;

impl TeamDatabase {
    /// Listens on its connection, and has somebody else send `probe`, which shows whether that arrives. False where the server
    /// does not let anybody listen.
    pub(super) fn listen(&mut self, probe: &str) -> bool {
        let statement = format!("listen \"{}\"", channel(&self.address));
        let listened = self.once(|connection, address| connection.run(address, &statement));
        // Behind some poolers, what comes from the same connection arrives, and nothing else does.
        listened.is_ok() && self.beside(self.patience.clone()).notify(probe).is_ok()
    }

    /// Tells those who listen that there is something new.
    pub(super) fn notify(&mut self, hint: &str) -> Result<(), TeamFailure> {
        let channel = channel(&self.address);
        let told = self.once(|connection, address| {
            let parameters: Parameters<'_> = &[(&channel, Type::TEXT), (&hint, Type::TEXT)];
            connection.ask(address, "select pg_notify($1, $2)", parameters, 0)
        });
        match told {
            // A server without such hints is one all the same.
            Ok(_) | Err(TeamFailure::Refused(_)) => Ok(()),
            Err(failure) => Err(failure),
        }
    }

    /// Waits for what is heard on its connection.
    pub(super) fn wait(&self, asked: &Notify, time: Duration) -> Woken {
        self.connection.as_ref().map_or(Woken::Broken, |connection| connection.wait(asked, time))
    }

    /// Whether what others notify is heard here.
    ///
    /// # Errors
    /// When the server cannot be reached.
    pub fn hears_others(&mut self) -> Result<bool, StoreError> {
        self.status()?;
        let (probe, began, never) = (token(), Instant::now(), Notify::new());
        if !self.listen(&probe) {
            return Ok(false);
        }
        while let Some(left) = SHORTEST.checked_sub(began.elapsed()) {
            match self.wait(&never, left) {
                Woken::Heard(hints) if hints.contains(&probe) => return Ok(true),
                Woken::Heard(_) | Woken::Asked => {}
                Woken::Late | Woken::Broken => break,
            }
        }
        Ok(false)
    }
}

/// Where those who have the board at `address` open are notified.
fn channel(address: &TeamAddress) -> String {
    format!("gangplank_{}", address.board)
}
