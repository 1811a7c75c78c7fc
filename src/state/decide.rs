//! The product's rules for what people and playbooks may ask: a command in, events or a refusal out.

pub mod alerts;
pub(in crate::state) mod back_again;
pub(in crate::state) mod bounces;
mod calls;
mod checklists;
pub mod import;
mod merge;
mod owners;
pub mod placement;
mod refunds;
pub mod signals;
mod subscriptions;
pub(crate) use self::signals::take_in;
mod tasks;
pub mod undo;

use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::{DateTime, Utc};

use super::board::Board;
use super::command::Command;
use super::event::{Change, Event};
use super::refusal::Refusal;
use super::values::account::{Account, AccountId, Note, Risk, RiskLevel};
use super::values::account_ref::AccountRef;
use super::values::actor::{Actor, Cause, Seq};
use super::values::by_fact::FactValues;
use super::values::fact::{FactKey, FactValue, Source};
use super::values::facts::FactRef;
use super::values::finding::FindingKind;
use super::values::pushed::{PushedFields, PushedValue};
use super::values::signal::Signal;
use super::values::source_read::SourceRead;

/// The answer to a command: what is to happen, and which entries it takes back.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Decision {
    /// In order. Empty when nothing would change.
    pub events: Vec<Event>,
    /// The entries an undo takes back.
    pub undoes: Vec<Seq>,
    /// The undos a redo takes back.
    pub redoes: Vec<Seq>,
}

impl From<Vec<Event>> for Decision {
    fn from(events: Vec<Event>) -> Self {
        Self { events, ..Self::default() }
    }
}

/// How a command comes before [`decide`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Via {
    /// It was asked for. A person who works on an account has seen it.
    Request,
    /// A playbook reacts, perhaps in the name of a person who never looked at the account.
    Playbook,
}

/// Answers `command`, asked by `by` at `now`, against `board`.
///
/// A command that would change nothing yields no events rather than a refusal: asking twice is not a mistake.
///
/// # Errors
/// The refusal, when the rules say no.
pub fn decide(
    board: &Board,
    command: &Command,
    by: &Actor,
    via: Via,
    now: DateTime<Utc>,
) -> Result<Decision, Refusal> {
    let events = match command {
        Command::Import { source, rows, take_stages } => {
            import::import(board, source, rows, *take_stages, now)
        }
        Command::CompareExport { export, ids, is_whole, duplicates } => {
            import::compare_export(board, export, ids, *is_whole, duplicates, now)
        }
        Command::DismissFinding { account, finding } => {
            let account = board.account(account)?;
            let mut events = import::dismiss(account, *finding);
            if events.is_empty() {
                events.extend(match finding {
                    FindingKind::BackAgain => back_again::dismissed(board, account),
                    FindingKind::MailBounced => bounces::dismissed(board, account),
                    FindingKind::LeftExport | FindingKind::PossibleDuplicate => None,
                });
            }
            events
        }
        Command::Move { account, to, reason, force, cause } => {
            let options = placement::MoveOptions { reason: reason.as_deref(), force: *force, cause };
            placement::move_to(board, board.account(account)?, to, &options, now)?
        }
        Command::JoinSegment { account, segment, cause } => {
            let account = board.account(account)?;
            let kept_out = account.left_segments.contains(segment);
            let joined = Change::SegmentJoined { segment: segment.clone(), cause: cause.clone(), kept_out };
            one_unless(account.segments.contains(segment), account, joined)
        }
        Command::LeaveSegment { account, segment, cause } => {
            let account = board.account(account)?;
            let kept_out = *cause == Cause::Hand;
            let left = Change::SegmentLeft { segment: segment.clone(), cause: cause.clone(), kept_out };
            one_unless(!account.segments.contains(segment), account, left)
        }
        Command::ClearFact { account, key } => {
            let account = board.account(account)?;
            let known = account.facts.get(key).map(FactRef::to_fact);
            let cleared = Change::FactsRestored {
                from: [(key.clone(), known.clone())].into(),
                to: [(key.clone(), None)].into(),
            };
            one_unless(known.is_none(), account, cleared)
        }
        Command::AssignOwner { account, owner } => {
            owners::assign(board, board.account(account)?, owner.as_ref())
        }
        Command::Cover { account, owner, until } => {
            owners::cover(board, board.account(account)?, owner, *until)
        }
        Command::KeepCover { account } => owners::keep(board.account(account)?),
        Command::SetRisk { account, risk } => set_risk(board.account(account)?, risk)?,
        Command::AddNote { account, text } => {
            let account = board.account(account)?;
            let text = text.trim();
            if text.is_empty() {
                return Err(Refusal::EmptyNote);
            }
            let note = Note { at: now, by: by.clone().into(), text: text.into() };
            vec![Change::NoteAdded { note }.on(&account.id)]
        }
        Command::CheckPoint { account, point, change } => {
            checklists::change(board, board.account(account)?, point, change, by, now)?
        }
        Command::RecordRefund { account, kind, amount, reason } => {
            refunds::record(board.account(account)?, *kind, *amount, reason, by, now)?
        }
        Command::MarkSeen { account } => mark_seen(board.account(account)?, now).into_iter().collect(),
        Command::RecordSignal { account, signal } => signals::record(board, account, signal)?,
        Command::MatchSignal { signal, account, remember } => {
            signals::match_to(board, signal, account.as_ref(), *remember)?
        }
        Command::ChangeAlert { key, change } => alerts::change(board, key, change, by, now)?,
        Command::ChangeTask { account, task, change } => {
            tasks::change(board.account(account)?, task.as_ref(), change, board.seq() + 1, now)?
        }
        Command::Snooze { account, until } => tasks::snooze(board.account(account)?, *until),
        Command::SetStamp { account, stamp } => {
            let account = board.account(account)?;
            let set = Change::StampSet { stamp: stamp.clone(), at: now };
            one_unless(account.stamps.contains_key(stamp), account, set)
        }
        Command::Merge { from, into } => merge::merge(board, from, into)?,
        Command::SwitchPlaybook { playbook, on } => {
            let from = board.is_on(playbook);
            let switched = Event::PlaybookSwitched { playbook: playbook.clone(), from, to: *on };
            if from == *on { Vec::new() } else { vec![switched] }
        }
        Command::NoteSourceRead { source, read } => source_read(board, source, read),
        Command::NotePushed { account, source, fields } => pushed(board.account(account)?, source, fields),
        Command::Undo => return undo::undo(board, by),
        Command::UndoEntry(seq) => return undo::undo_entry(board, *seq),
        Command::Redo => return undo::redo(board, by),
        Command::RedoEntry(seq) => return undo::redo_entry(board, *seq),
    };
    Ok(Decision::from(events).seen_if(via == Via::Request && is_work_by_hand(command, by), board, now))
}

/// Answers a request to record `signal` as [`decide`] does, for a caller who already looked up whom `named` could mean:
/// in a batch, one look-up serves many.
///
/// # Errors
/// The refusal, when the rules say no.
pub fn decide_signal(
    board: &Board,
    named: &AccountRef,
    candidates: &[AccountId],
    signal: &Signal,
    by: &Actor,
    now: DateTime<Utc>,
) -> Result<Decision, Refusal> {
    let events = signals::record_for(board, named, candidates, signal)?;
    let is_work = signal.is_by_key() && matches!(by, Actor::Person(_));
    Ok(Decision::from(events).seen_if(is_work, board, now))
}

impl Decision {
    /// Marks the account as seen, if a person worked on it.
    fn seen_if(mut self, is_work: bool, board: &Board, now: DateTime<Utc>) -> Self {
        if is_work && let Some(first) = self.events.first() {
            let worked_on = first.account().and_then(|id| board.get(id));
            self.events.extend(worked_on.and_then(|account| mark_seen(account, now)));
        }
        self
    }
}

/// Notes how far `source` was read, where that is news.
fn source_read(board: &Board, source: &Arc<str>, read: &SourceRead) -> Vec<Event> {
    let from = board.source_read(source).cloned();
    let is_so = from.as_ref() == Some(read);
    let read = Event::SourceRead { source: source.clone(), from, to: read.clone() };
    if is_so { Vec::new() } else { vec![read] }
}

/// Notes what the system behind `source` was told of `account`, as far as it is news.
fn pushed(account: &Account, source: &Arc<str>, fields: &PushedFields) -> Vec<Event> {
    let known = account.pushed.get(source);
    let fields = fields.iter().filter_map(|(field, to)| {
        let from = known.and_then(|known| known.get(field)).cloned();
        (from.as_ref() != Some(to)).then(|| (field.clone(), PushedValue { from, to: to.clone() }))
    });
    let fields: BTreeMap<_, _> = fields.collect();
    one_unless(fields.is_empty(), account, Change::Pushed { source: source.clone(), fields })
}

/// `change` of `account`, unless it `is_so` already.
fn one_unless(is_so: bool, account: &Account, change: Change) -> Vec<Event> {
    if is_so { Vec::new() } else { vec![change.on(&account.id)] }
}

/// The events of `facts` of `account` that are news. A new specialist gets its open alerts, unless somebody chose an
/// owner by hand.
fn update_facts(
    board: &Board,
    account: &Account,
    source: &Source,
    at: Option<DateTime<Utc>>,
    facts: FactValues,
) -> Vec<Event> {
    if facts.is_empty() {
        return Vec::new();
    }
    let alerts = match facts.get(&FactKey::Specialist) {
        Some(FactValue::Text(specialist)) if account.owner.is_none() => {
            alerts::follow_owner(board, account, Some(specialist))
        }
        Some(_) | None => Vec::new(),
    };
    let known = facts.keys().filter_map(|key| Some((key.clone(), account.facts.get(key)?.to_fact())));
    let was = known.collect();
    let updated = Change::FactsUpdated { source: source.clone(), at, facts, was };
    std::iter::once(updated.on(&account.id)).chain(alerts).collect()
}

/// Only people set a payment risk, and they say why; taking one away needs no reason.
fn set_risk(account: &Account, risk: &Risk) -> Result<Vec<Event>, Refusal> {
    let says_why = risk.reason.as_deref().is_some_and(|reason| !reason.trim().is_empty());
    if risk.level != RiskLevel::None && !says_why {
        return Err(Refusal::RiskNeedsReason { name: account.name().into(), level: risk.level });
    }
    let changed = Change::RiskChanged { from: account.risk.clone(), to: risk.clone() };
    Ok(one_unless(account.risk == *risk, account, changed))
}

fn mark_seen(account: &Account, now: DateTime<Utc>) -> Option<Event> {
    account.is_unseen().then(|| Change::Seen { from: None, to: Some(now) }.on(&account.id))
}

/// Whether a person's hands are on one account, which is then no longer unseen. Sorting accounts, by who looks after them
/// or into segments, is no look at any of them.
fn is_work_by_hand(command: &Command, by: &Actor) -> bool {
    matches!(by, Actor::Person(_))
        && match command {
            Command::Move { .. }
            | Command::ClearFact { .. }
            | Command::SetRisk { .. }
            | Command::AddNote { .. }
            | Command::CheckPoint { .. }
            | Command::RecordRefund { .. }
            | Command::ChangeAlert { .. }
            | Command::ChangeTask { .. }
            | Command::SetStamp { .. }
            | Command::Merge { .. }
            | Command::DismissFinding { .. }
            | Command::Snooze { .. } => true,
            Command::RecordSignal { signal, .. } => signal.is_by_key(),
            Command::JoinSegment { .. }
            | Command::LeaveSegment { .. }
            | Command::AssignOwner { .. }
            | Command::Cover { .. }
            | Command::KeepCover { .. }
            | Command::Import { .. }
            | Command::CompareExport { .. }
            | Command::MarkSeen { .. }
            | Command::MatchSignal { .. }
            | Command::SwitchPlaybook { .. }
            | Command::NoteSourceRead { .. }
            | Command::NotePushed { .. }
            | Command::Undo
            | Command::UndoEntry(_)
            | Command::Redo
            | Command::RedoEntry(_) => false,
        }
}
