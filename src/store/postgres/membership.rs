//! What is known on this machine of a login's membership, so that a board opens without its server.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};
use tracing::debug;

use super::database::TeamDatabase;
use super::hurried::{BRIEFLY, Hurried};
use crate::store::bookmark::file_name;
use crate::store::disk::{Disk, OpenMode, RealDisk, write_file};
use crate::store::lock::Patience;
use crate::store::team::{TeamAddress, TeamMember, TeamStatus};

/// How old what is known of the time may get before it is written down anew.
const WRITTEN_EVERY: TimeDelta = TimeDelta::seconds(30);

/// What the server said last.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct KnownMembership {
    pub(super) me: TeamMember,
    /// The version of the journal's format.
    pub(super) format: u32,
    /// When it said so.
    pub(super) reached: DateTime<Utc>,
}

#[derive(Serialize, Deserialize)]
struct MembershipJson {
    login: String,
    signs_as: String,
    role: String,
    format: u32,
    reached: DateTime<Utc>,
}

impl KnownMembership {
    pub(super) fn now(status: &TeamStatus) -> Self {
        Self { me: status.me.clone(), format: status.format, reached: Utc::now() }
    }

    /// What is known in `dir` of `login`; what cannot be read is as good as nothing.
    pub(super) fn read(dir: &Path, login: &str) -> Option<Self> {
        let bytes = RealDisk.open(&path(dir, login), OpenMode::Read).ok()?.read(0).ok()?;
        let MembershipJson { login: of, signs_as, role, format, reached } =
            serde_json::from_slice(&bytes).ok()?;
        let role = role.parse().ok()?;
        let me = TeamMember { login: of, signs_as: signs_as.into(), role };
        (me.login == login).then_some(Self { me, format, reached })
    }

    /// Whether so much time has passed since `before` that it is worth noting.
    pub(super) fn is_newer(&self, before: &Self) -> bool {
        (self.reached - before.reached).abs() >= WRITTEN_EVERY
    }

    /// Writes it down, unless little has changed since `before`. What cannot be written is asked again.
    pub(super) fn write(&self, dir: &Path, before: Option<&Self>) {
        let is_known = before.is_some_and(|before| {
            (&before.me, before.format) == (&self.me, self.format) && !self.is_newer(before)
        });
        if is_known {
            return;
        }
        let TeamMember { login, signs_as, role } = &self.me;
        let json = MembershipJson {
            login: login.clone(),
            signs_as: signs_as.to_string(),
            role: role.to_string(),
            format: self.format,
            reached: self.reached,
        };
        let written = RealDisk
            .create_dir(dir)
            .and_then(|()| write_file(&path(dir, login), &serde_json::to_vec(&json)?));
        if let Err(error) = written {
            debug!(%error, "membership not written");
        }
    }
}

/// The name that the login of `address` signs changes of the board with, if that is known here.
pub(super) fn known_signature(address: &TeamAddress) -> Option<Arc<str>> {
    KnownMembership::read(&address.copy_dir()?, &address.login).map(|known| known.me.signs_as)
}

/// Asks for it, for a moment, and remembers it; nothing where the server does not say.
pub(super) fn asked_signature(address: &TeamAddress, patience: Arc<dyn Patience>) -> Option<Arc<str>> {
    let dir = address.copy_dir()?;
    let status = TeamDatabase::new(address.clone(), Arc::new(Hurried(patience, BRIEFLY))).status().ok()?;
    KnownMembership::now(&status).write(&dir, None);
    Some(status.me.signs_as)
}

fn path(dir: &Path, login: &str) -> PathBuf {
    dir.join(format!("member-{}.json", file_name(login)))
}
