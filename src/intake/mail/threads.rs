//! Who wrote before: whether a message answers one of ours, and whether its account owes us an answer.

use std::collections::HashMap;
use std::sync::Arc;

use chrono::{DateTime, Utc};

use super::{SOURCE, signal_id};
use crate::intake::people::Meant;
use crate::state::values::account::AccountId;
use crate::state::values::account_ref::AccountRef;
use crate::state::{Account, Board, HistoryItem, Signal, SignalData, SignalKey, SignalKind, StageId};

/// What was written so far, on the board and in the mailbox.
pub(super) struct Threads<'a> {
    board: &'a Board,
    /// The messages of ours in the mailbox, and the accounts they went to.
    ours: &'a HashMap<String, Option<Arc<Meant>>>,
    /// When we wrote to an account for the first time, as far as the mailbox tells.
    wrote: HashMap<AccountId, DateTime<Utc>>,
    /// When the account answered for the last time.
    answered: HashMap<AccountId, DateTime<Utc>>,
}

impl<'a> Threads<'a> {
    pub(super) fn new(board: &'a Board, ours: &'a HashMap<String, Option<Arc<Meant>>>) -> Self {
        Self { board, ours, wrote: HashMap::new(), answered: HashMap::new() }
    }

    /// The team wrote to those who are `meant`.
    pub(super) fn wrote(&mut self, meant: &Meant, at: DateTime<Utc>) {
        if let [account] = &meant.accounts[..] {
            self.wrote.entry(account.clone()).or_insert(at);
        }
    }

    /// They replied.
    pub(super) fn answered(&mut self, meant: &Meant, at: DateTime<Utc>) {
        if let [account] = &meant.accounts[..] {
            self.answered.insert(account.clone(), at);
        }
    }

    /// Whether one of the messages `references` is ours.
    pub(super) fn has_ours(&self, references: &[String]) -> bool {
        references.iter().any(|id| self.ours.contains_key(id) || self.outreach(id).is_some())
    }

    /// Whether one of the messages `references` is one that we sent to an account.
    pub(super) fn went_to_account(&self, references: &[String]) -> bool {
        references
            .iter()
            .any(|id| self.ours.get(id).is_some_and(Option::is_some) || self.outreach(id).is_some())
    }

    /// The account that the message `id` was sent to, if it is ours and went to one.
    pub(super) fn sent_to(&self, id: &str) -> Option<AccountRef> {
        let of_mailbox = self.ours.get(id).and_then(Option::as_ref).map(|meant| meant.named.clone());
        of_mailbox.or_else(|| Some(AccountRef::Id(self.outreach(id)?.1?.id.clone())))
    }

    /// Whether the board has the message `id` already.
    pub(super) fn is_recorded(&self, id: &str) -> bool {
        self.board.signal(&key(id)).is_some()
    }

    /// The outreach on the board that the message `id` is.
    fn outreach(&self, id: &str) -> Option<(&Signal, Option<&Account>)> {
        let known = self.board.signal(&key(id));
        known.filter(|(signal, _)| signal.data.kind() == SignalKind::OutreachSent)
    }

    /// Whether we had written to the account that is `meant` at `at`, and waited for its first answer.
    pub(super) fn awaits(&self, meant: &Meant, at: DateTime<Utc>) -> bool {
        let [id] = &meant.accounts[..] else { return false };
        let Some(account) = self.board.find(id) else { return false };
        let Some((stage, since)) = stage_at(account, at) else { return false };
        let Some(stage) = self.board.pipeline().stage(&stage) else { return false };
        let outreach = Some(SignalKind::OutreachSent);
        // The outreach is about to bring it there.
        let is_written_to =
            stage.awaits == outreach && self.wrote.get(id).is_some_and(|wrote| (since..=at).contains(wrote));
        let is_answered = self.answered.get(id).is_some_and(|answered| *answered >= since);
        (stage.entered_by == outreach || is_written_to) && !is_answered
    }
}

/// What the signal of the message `id` is known by.
fn key(id: &str) -> SignalKey {
    let (id, at, source) = (signal_id(id), DateTime::UNIX_EPOCH, SOURCE.into());
    Signal { id, at, by: None, source, template: None, data: SignalData::OutreachSent }.key()
}

/// Where `account` stood at `at`, and since when. Before all that is known of it, it stood where it came first: a file tells
/// where a card stands, but not since when.
fn stage_at(account: &Account, at: DateTime<Utc>) -> Option<(StageId, DateTime<Utc>)> {
    let place = account.placement.as_ref()?;
    if place.since <= at {
        return Some((place.stage.clone(), place.since));
    }
    let steps: Vec<&HistoryItem> = account.steps();
    let on_board = |step: &&&HistoryItem| step.to.is_some();
    if let Some(step) = steps.iter().find(|step| step.at <= at) {
        return Some((step.to.clone()?, step.at));
    }
    let first = steps.iter().rev().find(on_board).and_then(|step| step.to.clone());
    Some((first.unwrap_or_else(|| place.stage.clone()), DateTime::<Utc>::MIN_UTC))
}
