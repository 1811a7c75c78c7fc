//! Tells another system of the board's accounts.

use tracing::info;

use super::{secret, send};
use crate::outgoing::{Outgoing, Secret};
use crate::sources::push::PushCandidate;
use crate::sources::{AccountPush, LiveSource, PushOutcome, SourceFailure};

/// The way to a system that is told of accounts.
pub struct Pusher<'a> {
    source: &'a LiveSource,
    way: Outgoing,
    secret: Option<Secret>,
}

impl<'a> Pusher<'a> {
    /// # Errors
    /// When the secret is not to be had, or the address is none.
    pub fn open(source: &'a LiveSource) -> Result<Self, SourceFailure> {
        let secret = source.secret.as_ref().map(secret::fetch).transpose()?;
        let way = Outgoing::to(source.kind.address().unwrap_or_default())?;
        Ok(Self { source, way, secret })
    }

    /// Tells of one account. With `dry_run`, only what stands there is read.
    ///
    /// # Errors
    /// When the system refuses or cannot be reached.
    pub fn tell(
        &self,
        candidate: &PushCandidate,
        overwrite: bool,
        dry_run: bool,
    ) -> Result<PushOutcome, SourceFailure> {
        let mut push = AccountPush::begin(&self.source.kind, candidate, overwrite);
        while let Some(request) = push.next_request() {
            if dry_run && push.has_looked() {
                return Ok(push.planned());
            }
            push.take(&send(&self.way, &request, self.secret.as_ref())?)?;
        }
        let outcome = push.finish();
        info!(source = &*self.source.name, account = %candidate.account, written = outcome.written.len(), "account told");
        Ok(outcome)
    }
}
