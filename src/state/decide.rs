//! The product's rules for what people and playbooks may ask: a command in, events or a refusal out.

use std::sync::Arc;

use chrono::{DateTime, Utc};

use super::account::{Account, AccountId, Note, Place};
use super::board::{Board, Standing};
use super::care;
use super::command::Command;
use super::event::{Actor, Cause, Event, Seq, Unmatched};
use super::import;
use super::pipeline::{Engagement, Pipeline, Stage, StageId};
use super::record::{self, AccountRef};
use super::refusal::{Better, Refusal};
use super::signal::{Kind, Signal, SignalId};
use super::undo;

/// The source of signals that a person records by hand.
pub const KEY: &str = "key";

/// A command's answer: what is to happen, and which entry it takes back.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Decision {
    /// What is to happen, in order. Empty when nothing would change.
    pub events: Vec<Event>,
    /// The entry an undo takes back.
    pub undoes: Option<Seq>,
    /// The undo a redo takes back.
    pub redoes: Option<Seq>,
}

/// Answers `command`, asked by `by` at `now`, against `board`.
///
/// A command that would change nothing yields no events rather than a refusal: asking twice is not a mistake.
///
/// Whoever works on an account has seen it; playbooks, which may act in a person's name, use [`answer`].
///
/// # Errors
/// The refusal, when the rules say no.
pub fn decide(board: &Board, command: &Command, by: &Actor, now: DateTime<Utc>) -> Result<Decision, Refusal> {
    Ok(answer(board, command, by, now)?.seen_if(is_work_by_hand(command, by), board, now))
}

/// The same for a signal, where somebody looked up whom `named` could mean: in a batch, one look serves many.
///
/// # Errors
/// The refusal, when the rules say no.
pub fn record_of(
    board: &Board,
    named: &AccountRef,
    candidates: &[AccountId],
    signal: &Signal,
    by: &Actor,
    now: DateTime<Utc>,
) -> Result<Decision, Refusal> {
    let events = record::record_of(board, named, candidates, signal)?;
    let is_work = is_hand_made(signal) && matches!(by, Actor::Person(_));
    Ok(Decision { events, ..Decision::default() }.seen_if(is_work, board, now))
}

impl Decision {
    /// With the look that goes with having worked on an account.
    fn seen_if(mut self, is_work: bool, board: &Board, now: DateTime<Utc>) -> Self {
        if is_work && let Some(first) = self.events.first() {
            let worked_on = first.account().and_then(|id| board.get(id));
            self.events.extend(worked_on.and_then(|account| see(account, now)));
        }
        self
    }
}

/// Whether a person recorded `signal` here. One from elsewhere is nobody's work here, whoever brings it in.
fn is_hand_made(signal: &Signal) -> bool {
    &*signal.source == KEY
}

/// The same as [`decide`], whoever works.
///
/// # Errors
/// The refusal, when the rules say no.
pub fn answer(board: &Board, command: &Command, by: &Actor, now: DateTime<Utc>) -> Result<Decision, Refusal> {
    let events = match command {
        Command::Import { source, rows, take_stages } => {
            import::decide(board, source, rows, *take_stages, now)
        }
        Command::Move { account, to, reason, force, cause } => {
            let account = board.account(account)?;
            let pipeline = board.pipeline();
            let to = pipeline
                .resolve(to.as_str())
                .ok_or_else(|| Refusal::NoSuchStage { name: to.clone(), known: pipeline.ids() })?;
            let wish = Wish { reason: reason.clone().filter(|text| !text.trim().is_empty()), force: *force };
            move_to(board, account, to, &wish, cause, now)?
        }
        Command::Join { account, segment, cause } => {
            let account = board.account(account)?;
            let event =
                Event::Joined { account: account.id.clone(), segment: segment.clone(), cause: cause.clone() };
            if account.segments.contains(segment) { Vec::new() } else { vec![event] }
        }
        Command::Leave { account, segment, cause } => {
            let account = board.account(account)?;
            let event =
                Event::Left { account: account.id.clone(), segment: segment.clone(), cause: cause.clone() };
            if account.segments.contains(segment) { vec![event] } else { Vec::new() }
        }
        Command::Own { account, owner } => {
            let account = board.account(account)?;
            let (id, from) = (account.id.clone(), account.owner.clone());
            if from == *owner {
                Vec::new()
            } else {
                let alerts = care::follow(board, account, owner.as_deref());
                std::iter::once(Event::Owned { account: id, from, to: owner.clone() }).chain(alerts).collect()
            }
        }
        Command::Assess { account, risk } => {
            let account = board.account(account)?;
            let (id, from) = (account.id.clone(), account.risk.clone());
            if from == *risk {
                Vec::new()
            } else {
                vec![Event::Assessed { account: id, from, to: risk.clone() }]
            }
        }
        Command::Note { account, text } => {
            let account = board.account(account)?;
            let text = text.trim();
            if text.is_empty() {
                return Err(Refusal::EmptyNote);
            }
            let note = Note { at: now, by: by.clone().into(), text: text.into() };
            vec![Event::Noted { account: account.id.clone(), note }]
        }
        Command::See { account } => see(board.account(account)?, now).into_iter().collect(),
        Command::Record { account, signal } => record::record(board, account, signal)?,
        Command::Match { signal, account } => matched(board, signal, account.as_ref())?,
        Command::Alert { key, change } => care::alert(board, key, change, by, now)?,
        Command::Task { account, task, change } => {
            care::task(board.account(account)?, task.as_ref(), change, board.seq() + 1, now)?
        }
        Command::Snooze { account, until } => care::snooze(board.account(account)?, *until),
        Command::Stamp { account, stamp } => {
            let account = board.account(account)?;
            let event = Event::Stamped { account: account.id.clone(), stamp: stamp.clone(), at: now };
            if account.stamps.contains_key(stamp) { Vec::new() } else { vec![event] }
        }
        Command::Switch { playbook, on } => {
            let from = board.is_on(playbook);
            let event = Event::Switched { playbook: playbook.clone(), from, to: *on };
            if from == *on { Vec::new() } else { vec![event] }
        }
        // Those two are more than one wish, and answered one by one where playbooks react.
        Command::Sweep | Command::Batch { .. } => Vec::new(),
        Command::Undo | Command::UndoLatest => {
            let undo = if *command == Command::Undo { undo::undo } else { undo::undo_latest };
            let (seq, events) = undo(board, by)?;
            return Ok(Decision { events, undoes: Some(seq), redoes: None });
        }
        Command::Redo => {
            let (seq, events) = undo::redo(board, by)?;
            return Ok(Decision { events, undoes: None, redoes: Some(seq) });
        }
    };
    Ok(Decision { events, ..Decision::default() })
}

/// Whether a person's hands are on one account, which is then no longer unseen.
fn is_work_by_hand(command: &Command, by: &Actor) -> bool {
    matches!(by, Actor::Person(_))
        && match command {
            Command::Move { .. }
            | Command::Join { .. }
            | Command::Leave { .. }
            | Command::Own { .. }
            | Command::Assess { .. }
            | Command::Note { .. }
            | Command::Alert { .. }
            | Command::Task { .. }
            | Command::Stamp { .. }
            | Command::Snooze { .. } => true,
            Command::Record { signal, .. } => is_hand_made(signal),
            Command::Import { .. }
            | Command::See { .. }
            | Command::Match { .. }
            | Command::Switch { .. }
            | Command::Sweep
            | Command::Batch { .. }
            | Command::Undo
            | Command::UndoLatest
            | Command::Redo => false,
        }
}

/// Says whose a waiting signal is, and takes it in as if it had said so itself; or that it is nobody's.
fn matched(board: &Board, id: &SignalId, account: Option<&AccountId>) -> Result<Vec<Event>, Refusal> {
    let waiting = board.unmatched_signal(id).filter(|waiting| !waiting.dismissed);
    let waiting = waiting.ok_or_else(|| Refusal::NoSuchSignal(id.clone()))?;
    let from = Some(Box::new((**waiting).clone()));
    let Some(account) = account else {
        let to = Some(Box::new(Unmatched { dismissed: true, ..(**waiting).clone() }));
        return Ok(vec![Event::Unmatched { signal: id.clone(), from, to }]);
    };
    let mut events = vec![Event::Unmatched { signal: id.clone(), from, to: None }];
    events.extend(record::on(board, board.account(account)?, &waiting.signal)?);
    Ok(events)
}

fn see(account: &Account, now: DateTime<Utc>) -> Option<Event> {
    account.is_unseen().then(|| Event::Seen { account: account.id.clone(), from: None, to: Some(now) })
}

struct Wish {
    reason: Option<Arc<str>>,
    force: bool,
}

fn move_to(
    board: &Board,
    account: &Account,
    to: &Stage,
    wish: &Wish,
    cause: &Cause,
    now: DateTime<Utc>,
) -> Result<Vec<Event>, Refusal> {
    if matches!(board.standing(account), Standing::In(_, stage) if stage.id == to.id) {
        return Ok(Vec::new());
    }
    if wish.force && wish.reason.is_none() {
        return Err(Refusal::ForceNeedsReason { name: account.name().into() });
    }
    let objection = guard(board, account, to, wish.reason.is_some());
    let cause = match (objection, wish.force) {
        (None, _) => cause,
        (Some(_), true) => &Cause::Forced,
        (Some(refusal), false) => return Err(refusal),
    };
    Ok(place(account, to, cause, wish.reason.clone(), now))
}

/// What speaks against putting `account` into `to`, if anything does.
fn guard(board: &Board, account: &Account, to: &Stage, has_reason: bool) -> Option<Refusal> {
    let pipeline = board.pipeline();
    let name = || Arc::<str>::from(account.name());
    let from = match board.standing(account) {
        // Nobody knew where it belonged; now somebody says.
        Standing::Unmapped(_) => return None,
        Standing::Off => None,
        Standing::In(position, stage) => Some((position, stage)),
    };
    if let Some((_, from)) = from
        && from.is_closed()
        && !has_reason
    {
        return Some(Refusal::Closed { name: name(), from: from.id.clone(), to: to.id.clone() });
    }
    if to.entered_by == Some(Kind::Handoff) && !has_reason {
        return Some(Refusal::HandoffNeedsReason { name: name(), to: to.id.clone() });
    }
    if !fits(account, to) {
        let better = better(pipeline, account, to);
        return Some(match account.engaged {
            Some(_) => Refusal::Engaged { name: name(), to: to.id.clone(), better },
            None => Refusal::NeverEngaged { name: name(), to: to.id.clone(), better },
        });
    }
    match from {
        Some((position, from)) if !from.is_closed() && pipeline.position(&to.id) < Some(position) => {
            Some(Refusal::Backwards { name: name(), from: from.id.clone(), to: to.id.clone() })
        }
        Some(_) | None => None,
    }
}

/// Whether what is known of the account's engagement agrees with the stage.
pub(super) fn fits(account: &Account, stage: &Stage) -> bool {
    match stage.engagement {
        Engagement::Any => true,
        Engagement::Required => account.engaged.is_some(),
        Engagement::Never => account.engaged.is_none(),
    }
}

/// Where an account fits that does not fit `wanted`: in the same bucket, for its counterpart.
pub(super) fn better(pipeline: &Pipeline, account: &Account, wanted: &Stage) -> Better {
    let counterpart = match wanted.engagement {
        Engagement::Never => Engagement::Required,
        Engagement::Required => Engagement::Never,
        Engagement::Any => return Better::Force,
    };
    let mut bucket = pipeline.in_bucket(&wanted.bucket);
    match bucket.find(|stage| stage.engagement == counterpart && fits(account, stage)) {
        Some(stage) => Better::MoveTo(stage.id.clone()),
        None => Better::Force,
    }
}

/// Puts `account` into `to`, whatever the rules say: the move, its stamps, and what it means for engagement.
pub(super) fn place(
    account: &Account,
    to: &Stage,
    cause: &Cause,
    reason: Option<Arc<str>>,
    now: DateTime<Utc>,
) -> Vec<Event> {
    let id = || account.id.clone();
    let mut events = vec![Event::Moved {
        account: id(),
        from: account.place.clone(),
        to: Some(Place { stage: to.id.clone(), since: now }),
        cause: cause.clone(),
        reason,
    }];
    let stage: Arc<str> = to.id.as_str().into();
    let stamps = if stage == to.bucket { vec![stage] } else { vec![stage, to.bucket.clone()] };
    for stamp in stamps.into_iter().filter(|stamp| !account.stamps.contains_key(stamp)) {
        events.push(Event::Stamped { account: id(), stamp, at: now });
    }
    if to.engagement == Engagement::Required && account.engaged.is_none() {
        events.push(Event::Engaged { account: id(), from: None, to: Some(now) });
    }
    events
}

/// The next stage forward that fits `account`: those who never engaged skip 3a to 4b, as the handbook says.
///
/// # Errors
/// When it is unknown, or stands at its last stage, or under a label nobody knows.
pub fn stage_after(board: &Board, id: &AccountId) -> Result<StageId, Refusal> {
    let account = board.account(id)?;
    let stages = board.pipeline().stages();
    let (skip, closed) = match board.standing(account) {
        Standing::Off => (0, false),
        Standing::In(position, stage) => (position + 1, stage.is_closed()),
        Standing::Unmapped(_) => (stages.len(), false),
    };
    let next = stages.iter().skip(skip).find(|stage| !closed && fits(account, stage));
    next.map(|stage| stage.id.clone()).ok_or_else(|| no_further(account))
}

/// The nearest stage back that fits `account`. Going there takes a reason.
///
/// # Errors
/// When it is unknown, or nothing lies before its stage.
pub fn stage_before(board: &Board, id: &AccountId) -> Result<StageId, Refusal> {
    let account = board.account(id)?;
    let stages = board.pipeline().stages();
    let before = match board.standing(account) {
        Standing::In(position, _) => position,
        Standing::Off | Standing::Unmapped(_) => 0,
    };
    let last = stages[..before].iter().rev().find(|stage| fits(account, stage));
    last.map(|stage| stage.id.clone()).ok_or_else(|| no_further(account))
}

fn no_further(account: &Account) -> Refusal {
    let from =
        account.place.as_ref().map_or_else(|| StageId::new("off the board"), |place| place.stage.clone());
    Refusal::NoFurther { name: account.name().into(), from }
}
