//! The same asked for again, because the disk did not confirm it the first time.

use std::fmt::{self, Write};
use std::sync::Arc;

use chrono::TimeDelta;

use super::{Session, log_failure};
use crate::state::{Actor, Command, Entry, Now, Submission};
use crate::store::StoreError;
use crate::store::backup::hex;

/// For how long the same again is taken for one that did not hear that it was kept.
const ASKED_AGAIN: TimeDelta = TimeDelta::minutes(10);

impl Session {
    /// The entry of an earlier `submission`, of this or another process, that the disk did not confirm and keeps, if this
    /// is the same again: whoever asks for it could not know.
    pub(super) fn asked_again(
        &mut self,
        submission: Submission<'_>,
        by: &Actor,
        now: &Now,
    ) -> Result<Option<Arc<Entry>>, StoreError> {
        let Some(unconfirmed) = self.store.unconfirmed() else { return Ok(None) };
        self.store.settle().inspect_err(log_failure)?;
        self.catch_up()?;
        let is_over = now.at.signed_duration_since(unconfirmed.at) >= ASKED_AGAIN;
        // What others ask for, and looking at the card meanwhile, says nothing about it.
        let is_aside =
            unconfirmed.by != *by || matches!(submission, Submission::One(Command::MarkSeen { .. }));
        if is_aside && !is_over {
            return Ok(None);
        }
        self.store.forget_unconfirmed();
        if is_over || fingerprint(submission).as_ref() != Some(&unconfirmed.asked) {
            return Ok(None);
        }
        let found = self.entries(unconfirmed.seq, 1)?;
        Ok(found.into_iter().find(|entry| unconfirmed.is(entry)))
    }
}

/// The SHA-256 of what is asked for; nothing for a sweep, which nobody asks for. Another version may write it otherwise, and
/// then does not recognise it.
pub(super) fn fingerprint(submission: Submission<'_>) -> Option<String> {
    struct Fingerprint(ring::digest::Context);
    impl fmt::Write for Fingerprint {
        fn write_str(&mut self, text: &str) -> fmt::Result {
            self.0.update(text.as_bytes());
            Ok(())
        }
    }
    if matches!(submission, Submission::Sweep) {
        return None;
    }
    let mut print = Fingerprint(ring::digest::Context::new(&ring::digest::SHA256));
    write!(print, "{submission:?}").ok()?;
    Some(hex(print.0.finish().as_ref()))
}
