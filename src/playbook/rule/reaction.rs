//! What a playbook does: the command that a person would give for it, and whether there is anything left to do.

use std::sync::Arc;

use super::Playbook;
use super::condition::EvalContext;
use crate::playbook::late_signals::decided_since;
use crate::playbook::team::Team;
use crate::state::values::signal::SignalKind;
use crate::state::{
    Account, AccountId, Alert, AlertChange, AlertKey, AlertKind, AlertState, Board, Cause, Command, Now,
    Segment, Signal, SignalData, StageId, TaskChange, TaskId, When,
};

/// What a playbook does.
#[derive(Clone, Debug, PartialEq)]
pub enum Reaction {
    /// Puts the account into a stage, by the rules a person is held to.
    Move(StageId),
    /// Adds it to a segment.
    Join(Segment),
    /// Takes it out of a segment.
    Leave(Segment),
    /// Like `Move`, with the reason that lets a card leave a closed stage.
    MoveBecause(StageId, Arc<str>),
    /// Notes that it entered a stage or bucket, if it never did.
    Stamp(Arc<str>),
    /// Raises the alert that the signal is about.
    Raise(AlertKind),
    /// Closes the alert that the signal is about.
    Close(AlertKind),
    /// Sets a task, once: the playbook's id is the task's.
    Task(NewTask),
    /// Gives it an owner, if it has none.
    Assign(Arc<str>),
}

/// A task as a playbook sets it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewTask {
    pub title: Arc<str>,
    /// In how many days it is due; nothing when that does not matter.
    pub due_in_days: Option<u32>,
    /// What has to happen for it to be done by itself: any of these.
    pub done_on: Vec<SignalKind>,
}

impl Reaction {
    /// The stage it puts an account into, if it moves any.
    pub fn stage(&self) -> Option<&StageId> {
        match self {
            Self::Move(to) | Self::MoveBecause(to, _) => Some(to),
            Self::Join(_)
            | Self::Leave(_)
            | Self::Stamp(_)
            | Self::Raise(_)
            | Self::Close(_)
            | Self::Task(_)
            | Self::Assign(_) => None,
        }
    }

    /// The signals it can be done for, where it takes what it needs from the signal.
    pub fn answered_by(&self) -> Option<&'static [SignalKind]> {
        match self {
            Self::Raise(AlertKind::FailedPayment) => Some(&[SignalKind::InvoicePaymentFailed]),
            Self::Close(AlertKind::FailedPayment) => Some(&[
                SignalKind::InvoicePaid,
                SignalKind::InvoiceVoided,
                SignalKind::InvoiceUncollectible,
                SignalKind::InvoicePaymentFailed,
            ]),
            Self::Raise(AlertKind::LargeInvoice) | Self::Close(AlertKind::LargeInvoice) => {
                Some(&[SignalKind::InvoiceUpcoming])
            }
            // An alert about a playbook is for the engine to raise, and for people to close.
            Self::Raise(AlertKind::Playbook)
            | Self::Close(AlertKind::Playbook)
            | Self::Move(_)
            | Self::MoveBecause(..)
            | Self::Join(_)
            | Self::Leave(_)
            | Self::Stamp(_)
            | Self::Task(_)
            | Self::Assign(_) => None,
        }
    }

    /// The command that a person would give to do it in `context`; nothing when there is nothing to do it to.
    pub(in crate::playbook) fn command(
        &self,
        playbook: &Playbook,
        context: &EvalContext<'_>,
    ) -> Option<Command> {
        let EvalContext { board, account, signal, now, .. } = *context;
        let cause = Cause::Playbook(playbook.id.0.clone());
        let id = account.id.clone();
        Some(match self {
            Self::Move(to) | Self::MoveBecause(to, _)
                if signal.is_some_and(|it| decided_since(board, account, it, to).is_some()) =>
            {
                return None;
            }
            Self::Move(to) => {
                Command::Move { account: id, to: to.clone(), reason: None, force: false, cause }
            }
            Self::MoveBecause(to, reason) => Command::Move {
                account: id,
                to: to.clone(),
                reason: Some(match signal.map(|signal| &signal.data) {
                    Some(SignalData::Handoff { reason }) => reason.clone(),
                    Some(_) | None => reason.clone(),
                }),
                force: false,
                cause,
            },
            Self::Join(segment) => Command::JoinSegment { account: id, segment: segment.clone(), cause },
            Self::Leave(segment) => Command::LeaveSegment { account: id, segment: segment.clone(), cause },
            Self::Stamp(stamp) => Command::SetStamp { account: id, stamp: stamp.clone() },
            Self::Raise(_) | Self::Close(_) if is_outdated(account, signal?) => return None,
            Self::Task(_) if signal.is_some_and(|it| is_outdated(account, it)) => return None,
            Self::Raise(kind) => {
                let mut alert = alert_about(*kind, &signal?.data, context)?;
                alert.opened = signal?.at.min(now.at);
                Command::ChangeAlert { key: alert.key.clone(), change: AlertChange::Raise(Box::new(alert)) }
            }
            Self::Close(kind) => {
                let Alert { key, amount, .. } = alert_about(*kind, &signal?.data, context)?;
                board.alert(&key)?;
                let outcome = match (&signal?.data, amount) {
                    (SignalData::InvoiceVoided { .. }, _) => "voided".into(),
                    (SignalData::InvoiceUncollectible { .. }, _) => "uncollectible".into(),
                    (SignalData::InvoicePaid { .. }, _) | (_, None) => "paid".into(),
                    (_, Some(amount)) => format!("the bill will be {amount}").into(),
                };
                Command::ChangeAlert { key, change: AlertChange::Settle { outcome } }
            }
            Self::Task(new) => Command::ChangeTask {
                account: id,
                task: Some(task_id(playbook, self, account)?),
                change: TaskChange::Add {
                    title: new.title.clone(),
                    due: new
                        .due_in_days
                        .and_then(|days| now.today().checked_add_days(chrono::Days::new(days.into())))
                        .map(When::from),
                    done_on: new.done_on.clone(),
                },
            },
            Self::Assign(owner) if account.owner().is_none() => {
                Command::AssignOwner { account: id, owner: Some(owner.clone()) }
            }
            Self::Assign(_) => return None,
        })
    }

    /// Whether what it brings about is so already.
    pub(in crate::playbook) fn is_so(&self, playbook: &Playbook, account: &Account) -> bool {
        match self {
            Self::Move(to) | Self::MoveBecause(to, _) => {
                account.placement.as_ref().is_some_and(|place| place.stage == *to)
            }
            Self::Join(segment) => account.segments.contains(segment),
            Self::Leave(segment) => !account.segments.contains(segment),
            Self::Stamp(stamp) => account.stamps.contains_key(stamp),
            Self::Task(_) => task_id(playbook, self, account).is_none(),
            Self::Assign(_) => account.owner().is_some(),
            // Which alert it is, the signal says.
            Self::Raise(_) | Self::Close(_) => false,
        }
    }
}

/// An alert of `kind` about `account` that says nothing yet, for whoever looks after the account.
pub(in crate::playbook) fn new_alert(
    key: &AlertKey,
    kind: AlertKind,
    account: &AccountId,
    board: &Board,
    team: &Team,
    now: Now,
) -> Alert {
    let owner = board.get(account).and_then(|account| account.owner().map(Arc::from));
    Alert {
        key: key.clone(),
        kind,
        account: account.clone(),
        state: AlertState::Open,
        assignee: owner.or_else(|| team.fallback.clone()),
        handed: false,
        opened: now.at,
        amount: None,
        due: None,
        attempts: 0,
        next_attempt: None,
        acknowledged: None,
        acknowledged_at: None,
        text: None,
    }
}

/// The alert of `kind` that a signal is about: one per invoice, or per customer, subscription and period.
fn alert_about(kind: AlertKind, data: &SignalData, context: &EvalContext<'_>) -> Option<Alert> {
    let EvalContext { board, account, team, now, .. } = *context;
    let alert = |key: &AlertKey| new_alert(key, kind, &account.id, board, team, now);
    let of_invoice =
        |invoice: &str| alert(&alert_key(board, &account.id, |id| AlertKey::of_invoice(id, invoice)));
    match (kind, data) {
        (
            AlertKind::FailedPayment,
            SignalData::InvoicePaymentFailed { invoice, amount, attempt, next_attempt, .. },
        ) => Some(Alert {
            amount: Some(*amount),
            attempts: *attempt,
            next_attempt: *next_attempt,
            ..of_invoice(invoice)
        }),
        (
            AlertKind::FailedPayment,
            SignalData::InvoicePaid { invoice, .. }
            | SignalData::InvoiceVoided { invoice, .. }
            | SignalData::InvoiceUncollectible { invoice, .. },
        ) => Some(of_invoice(invoice)),
        (AlertKind::LargeInvoice, SignalData::InvoiceUpcoming { subscription, period_end, amount }) => {
            let of_id = |id: &AccountId| AlertKey::of_period(id, subscription, *period_end);
            let key = alert_key(board, &account.id, of_id);
            Some(Alert { amount: Some(*amount), due: Some(*period_end), ..alert(&key) })
        }
        _ => None,
    }
}

/// The key that `of` makes of the id of `account`, or of an id that was merged into it where there is an alert under that.
fn alert_key(board: &Board, account: &AccountId, of: impl Fn(&AccountId) -> AlertKey) -> AlertKey {
    let keys: Vec<AlertKey> = board.ids_of(account).iter().map(&of).collect();
    let known = || keys.iter().filter_map(|key| board.alert(key));
    let open = known().find(|alert| !alert.is_closed());
    open.or_else(|| known().next()).map_or_else(|| of(account), |alert| alert.key.clone())
}

/// Whether more is known of the bill than `signal` says, which came late: it was paid or given up since, or will be another
/// amount.
fn is_outdated(account: &Account, signal: &Signal) -> bool {
    account.signals.iter().any(|later| match (&signal.data, &later.data) {
        (
            SignalData::InvoicePaymentFailed { invoice, .. },
            SignalData::InvoicePaid { invoice: over, .. }
            | SignalData::InvoiceVoided { invoice: over, .. }
            | SignalData::InvoiceUncollectible { invoice: over, .. },
        ) => over == invoice && later.at >= signal.at,
        (
            SignalData::SubscriptionCancelScheduled { subscription, .. },
            SignalData::SubscriptionCancelWithdrawn { subscription: over }
            | SignalData::SubscriptionEnded { subscription: over },
        ) => over == subscription && later.at >= signal.at,
        (SignalData::SubscriptionCancelScheduled { .. }, SignalData::SubscriptionCanceled) => {
            later.at >= signal.at
        }
        (
            SignalData::InvoiceUpcoming { subscription, period_end, .. },
            SignalData::InvoiceUpcoming { subscription: other, period_end: end, .. },
        ) => (subscription, period_end) == (other, end) && later.at > signal.at,
        _ => false,
    })
}

/// The id of the task that `action` of `playbook` sets for `account`; nothing while its last one is still to be done.
fn task_id(playbook: &Playbook, action: &Reaction, account: &Account) -> Option<TaskId> {
    let once = playbook.on.asks_once();
    let tasks = playbook.then.iter().filter(|each| matches!(each, Reaction::Task(_)));
    let own: TaskId = match tasks.take_while(|each| *each != action).count() {
        0 => playbook.id.0.clone(),
        before => format!("{}+{before}", playbook.id).into(),
    };
    let numbered = (2..).map(|n| TaskId::from(format!("{own}:{n}")));
    for id in std::iter::once(own.clone()).chain(numbered) {
        match account.tasks.get(&id) {
            None => return Some(id),
            Some(task) if once || task.done.is_none() => return None,
            Some(_) => {}
        }
    }
    None
}
