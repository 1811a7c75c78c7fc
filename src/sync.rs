//! Reads live sources: fetches the secret, sends the requests, and hands what is new to the one door.

mod alarm;
pub mod guard;
#[cfg(feature = "imap")]
mod idle;
#[cfg(not(feature = "imap"))]
#[path = "sync/without_idle.rs"]
mod idle;
#[cfg(feature = "imap")]
mod imap;
#[cfg(not(feature = "imap"))]
#[path = "sync/without_imap.rs"]
mod imap;
#[cfg(feature = "mail")]
mod mailbox;
#[cfg(not(feature = "mail"))]
#[path = "sync/without_mail.rs"]
mod mailbox;
pub mod push;
pub mod secret;
pub mod status;
pub mod unreadable;
#[cfg(feature = "mail")]
mod watch;
#[cfg(not(feature = "mail"))]
#[path = "sync/without_watch.rs"]
mod watch;
pub mod worker;

use std::fs::{File, TryLockError};
use std::path::{Path, PathBuf};
use std::thread;
use std::time::Duration;

use tracing::{info, warn};

use crate::outgoing::{Outgoing, Secret};
use crate::sources::{
    LiveSource, ProviderRequest, ProviderResponse, Pull, Pulled, ReadingContext, SourceFailure, SourceKind,
};

/// How often one request is sent again because the provider asked to wait.
const RETRIES: u32 = 5;

/// How long a reading waits for a provider in one go. Longer waits end it: it goes on later.
const LONGEST_WAIT: Duration = Duration::from_secs(60);

/// Reads `source` from `cursor` on.
///
/// # Errors
/// Why it could not be read. Nothing of it counts then.
pub fn read(
    source: &LiveSource,
    cursor: Option<&str>,
    context: &ReadingContext<'_>,
) -> Result<Pulled, SourceFailure> {
    let read = guard::survive(|| pulled(source, cursor, context)).unwrap_or_else(|place| {
        let why = format!("gangplank cannot read an answer of it, and failed at {place}: please report this");
        Err(SourceFailure::Unreadable(why))
    });
    match &read {
        Ok(pulled) => {
            let signals = pulled.translation.signals.len();
            let accounts = pulled.translation.accounts.len();
            info!(source = &*source.name, signals, accounts, "source read");
        }
        Err(why) => warn!(source = &*source.name, %why, "source not read"),
    }
    read
}

fn pulled(
    source: &LiveSource,
    cursor: Option<&str>,
    context: &ReadingContext<'_>,
) -> Result<Pulled, SourceFailure> {
    if let SourceKind::Maildir { path } = &source.kind {
        return mailbox::read(path, cursor, context);
    }
    #[cfg(not(feature = "mail"))]
    if matches!(source.kind, SourceKind::Ics { .. } | SourceKind::CalDav { .. }) {
        return mailbox::read(Path::new(""), None, context);
    }
    let secret = source.secret.as_ref().map(secret::fetch).transpose()?;
    if let SourceKind::Imap(account) = &source.kind {
        return imap::read(account, cursor, secret.as_ref(), context);
    }
    let mut pulled = exchange(source, cursor, secret.as_ref(), context)?;
    pulled.settle(&source.kind, context)?;
    Ok(pulled)
}

fn exchange(
    source: &LiveSource,
    cursor: Option<&str>,
    secret: Option<&Secret>,
    context: &ReadingContext<'_>,
) -> Result<Pulled, SourceFailure> {
    let Some((mut pull, address)) = Pull::begin(source, cursor, context).zip(source.kind.address()) else {
        return Ok(Pulled::default());
    };
    let way = Outgoing::to(address)?;
    while let Some(request) = pull.next_request() {
        pull.take(&send(&way, &request, secret)?)?;
    }
    Ok(pull.finish())
}

/// Sends `request`, once more after each wait that the provider asks for.
fn send(
    way: &Outgoing,
    request: &ProviderRequest,
    secret: Option<&Secret>,
) -> Result<ProviderResponse, SourceFailure> {
    let mut response = way.send(request, secret)?;
    for retry in 0..RETRIES {
        if response.status != 429 {
            break;
        }
        let wait = response.retry_after.unwrap_or(Duration::from_secs(1 << retry));
        if wait > LONGEST_WAIT {
            break;
        }
        thread::sleep(wait);
        response = way.send(request, secret)?;
    }
    Ok(response)
}

/// Whoever has this reads a source, and nobody else on this machine.
#[derive(Debug)]
pub struct SourceLock {
    _file: File,
}

impl SourceLock {
    /// Takes the lock of `source` in `directory`.
    ///
    /// # Errors
    /// When somebody else has it, or the directory cannot be written to.
    pub fn take(directory: &Path, source: &LiveSource) -> Result<Self, SourceFailure> {
        let path = file_of(directory, &source.name, "lock");
        let cannot =
            |error: std::io::Error| SourceFailure::Store(format!("cannot write {}: {error}", path.display()));
        std::fs::create_dir_all(directory).map_err(cannot)?;
        let file = File::options().create(true).truncate(false).write(true).open(&path).map_err(cannot)?;
        match file.try_lock() {
            Ok(()) => Ok(Self { _file: file }),
            Err(TryLockError::WouldBlock) => Err(SourceFailure::Busy),
            Err(TryLockError::Error(error)) => Err(cannot(error)),
        }
    }
}

/// Where what concerns the source `name` is kept.
fn file_of(directory: &Path, name: &str, extension: &str) -> PathBuf {
    directory.join(format!("{name}.{extension}"))
}
