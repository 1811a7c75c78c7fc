//! Mail on a server, noticed as it arrives: while a board is open, one connection waits for the server to say so.

use std::sync::Arc;
use std::thread;
use std::time::Duration;

use tokio::sync::Notify;
use tracing::{debug, info};

use super::alarm::NewsAlarm;
use super::secret;
use crate::outgoing::imap::{ImapConnection, WaitEnd};
use crate::sources::{ImapAccount, LiveSource, SourceFailure, SourceKind, pace};

/// How long one connection waits before it asks anew. Servers may end one that says nothing for half an hour (RFC 2177).
const RENEWED: Duration = Duration::from_secs(28 * 60);

/// How long to wait after a connection failed. It grows, as between readings.
const AGAIN: Duration = Duration::from_secs(60);

/// Waits while it is there.
pub(super) struct ImapIdle {
    stop: Arc<Notify>,
}

/// Has `alarm` ring when mail arrives in the first mailbox of `source`; nothing where it is not mail on a server.
pub(super) fn start(source: &LiveSource, alarm: NewsAlarm, jitter: fn() -> f64) -> Option<ImapIdle> {
    let SourceKind::Imap(account) = &source.kind else { return None };
    let stop = Arc::new(Notify::new());
    let (source, account, stopped) = (source.clone(), account.clone(), stop.clone());
    thread::spawn(move || wait(&source, &account, &alarm, &stopped, jitter));
    Some(ImapIdle { stop })
}

impl Drop for ImapIdle {
    fn drop(&mut self) {
        self.stop.notify_one();
    }
}

/// Waits again and again, until it is stopped or the server turns out not to know how.
fn wait(source: &LiveSource, account: &ImapAccount, alarm: &NewsAlarm, stop: &Notify, jitter: fn() -> f64) {
    let mut failures = 0;
    loop {
        match wait_connected(source, account, alarm, stop, &mut failures) {
            Ok(WaitEnd::Stopped) => return,
            Ok(WaitEnd::Unable) => {
                info!(
                    source = &*source.name,
                    "the server does not say when mail arrives: it is asked every so often"
                );
                return;
            }
            // The connection is over.
            Ok(WaitEnd::News | WaitEnd::Quiet) => {}
            Err(why) => debug!(source = &*source.name, %why, "not waiting for mail"),
        }
        failures += 1;
        if is_stopped(stop, pace::wait_after(failures, AGAIN, None, jitter())) {
            return;
        }
    }
}

/// Waits on one connection. Each time that it begins, and each time the server says so, there may be mail.
fn wait_connected(
    source: &LiveSource,
    account: &ImapAccount,
    alarm: &NewsAlarm,
    stop: &Notify,
    failures: &mut u32,
) -> Result<WaitEnd, SourceFailure> {
    let secret = source.secret.as_ref().map(secret::fetch).transpose()?;
    let mut server = ImapConnection::open(account, secret.as_ref())?;
    let Some(mailbox) = account.mailboxes.first() else { return Ok(WaitEnd::Unable) };
    server.examine(mailbox)?;
    loop {
        // Something may have arrived while nobody waited.
        match server.wait_for_news(RENEWED, stop, || alarm.ring())? {
            WaitEnd::News => alarm.ring(),
            WaitEnd::Quiet => {}
            end @ (WaitEnd::Stopped | WaitEnd::Unable) => return Ok(end),
        }
        *failures = 0;
    }
}

/// Waits, and says whether it was stopped meanwhile.
fn is_stopped(stop: &Notify, wait: Duration) -> bool {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build();
    let Ok(runtime) = runtime else { return true };
    runtime.block_on(async { tokio::time::timeout(wait, stop.notified()).await.is_ok() })
}
