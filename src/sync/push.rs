//! Tells another system of the board's accounts.

use std::path::Path;

use tracing::info;

use super::{secret, send, status};
use crate::outgoing::{Outgoing, Secret};
use crate::sources::push::{BegunPushes, PushCandidate};
use crate::sources::{AccountPush, LiveSource, PushOutcome, SourceFailure};

/// The way to a system that is told of accounts.
pub struct Pusher<'a> {
    source: &'a LiveSource,
    way: Outgoing,
    secret: Option<Secret>,
    /// Where the state of sources is kept.
    directory: &'a Path,
    begun: BegunPushes,
    /// The accounts that were told of and are not noted on the board yet.
    told: Vec<String>,
}

/// What was about to be written to `source` when a run was interrupted.
pub fn begun(source: &LiveSource, directory: &Path) -> BegunPushes {
    status::read(directory, &begun_file(source))
}

impl<'a> Pusher<'a> {
    /// # Errors
    /// When the secret is not to be had, or the address is none.
    pub fn open(
        source: &'a LiveSource,
        directory: &'a Path,
        begun: BegunPushes,
    ) -> Result<Self, SourceFailure> {
        let secret = source.secret.as_ref().map(secret::fetch).transpose()?;
        let way = Outgoing::to(source.kind.address().unwrap_or_default())?;
        Ok(Self { source, way, secret, directory, begun, told: Vec::new() })
    }

    /// Tells of one account. With `dry_run`, only what stands there is read.
    ///
    /// # Errors
    /// When the system refuses or cannot be reached.
    pub fn tell(
        &mut self,
        candidate: &PushCandidate,
        overwrite: bool,
        dry_run: bool,
    ) -> Result<PushOutcome, SourceFailure> {
        let begun = self.begun.get(&*candidate.account.to_string()).cloned().unwrap_or_default();
        let mut push = AccountPush::begin(self.source, candidate, &begun, overwrite);
        while let Some(request) = push.next_request() {
            if dry_run && push.has_looked() {
                return Ok(push.planned());
            }
            if push.is_to_write() {
                self.begin(candidate);
            }
            push.take(&send(&self.way, &request, self.secret.as_ref())?)?;
        }
        let outcome = push.finish();
        info!(source = &*self.source.name, account = %candidate.account, written = outcome.written.len(), "account told");
        self.told.push(candidate.account.to_string());
        Ok(outcome)
    }

    /// Takes in that the board has noted what it was told of until now.
    pub fn noted(&mut self) {
        let before = self.begun.len();
        for account in self.told.drain(..) {
            self.begun.remove(&account);
        }
        if self.begun.len() < before {
            status::write(&self.begun, self.directory, &begun_file(self.source));
        }
    }

    /// Keeps what is about to be written.
    fn begin(&mut self, candidate: &PushCandidate) {
        let begun = self.begun.entry(candidate.account.to_string()).or_default();
        let mut is_new = false;
        for (field, value) in &candidate.wanted {
            let values = begun.entry(field.clone()).or_default();
            if !values.contains(value) {
                values.push(value.clone());
                is_new = true;
            }
        }
        if is_new {
            status::write(&self.begun, self.directory, &begun_file(self.source));
        }
    }
}

/// No source has a point in its name.
fn begun_file(source: &LiveSource) -> String {
    format!("{}.begun", source.name)
}
