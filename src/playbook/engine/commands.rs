//! What a playbook does, as the command a person would give.

use std::sync::Arc;

use crate::playbook::engine::Transaction;
use crate::playbook::late_signals::decided_since;
use crate::playbook::rule::{Playbook, Reaction, Trigger};
use crate::state::{
    Account, AccountId, Alert, AlertChange, AlertKey, AlertKind, AlertState, Cause, Command, Signal,
    SignalData, TaskChange, TaskId, When,
};

impl Transaction<'_> {
    /// An alert of `kind` about `account` that says nothing yet, for whoever looks after the account.
    pub(super) fn alert(&self, key: &AlertKey, kind: AlertKind, account: &AccountId) -> Alert {
        let owner = self.scratch.get(account).and_then(|account| account.owner().map(Arc::from));
        Alert {
            key: key.clone(),
            kind,
            account: account.clone(),
            state: AlertState::Open,
            assignee: owner.or_else(|| self.playbooks.team.fallback.clone()),
            handed: false,
            opened: self.now.at,
            amount: None,
            due: None,
            attempts: 0,
            next_attempt: None,
            acknowledged: None,
            text: None,
        }
    }

    /// The command that a person would give to do `action`; nothing when there is nothing to do it to.
    pub(super) fn command(
        &self,
        playbook: &Playbook,
        action: &Reaction,
        account: &Account,
        signal: Option<&Signal>,
    ) -> Option<Command> {
        let cause = Cause::Playbook(playbook.id.0.clone());
        let id = account.id.clone();
        Some(match action {
            Reaction::Move(to) | Reaction::MoveBecause(to, _)
                if signal.is_some_and(|it| decided_since(&self.scratch, account, it, to).is_some()) =>
            {
                return None;
            }
            Reaction::Move(to) => {
                Command::Move { account: id, to: to.clone(), reason: None, force: false, cause }
            }
            Reaction::MoveBecause(to, reason) => Command::Move {
                account: id,
                to: to.clone(),
                reason: Some(match signal.map(|signal| &signal.data) {
                    Some(SignalData::Handoff { reason }) => reason.clone(),
                    Some(_) | None => reason.clone(),
                }),
                force: false,
                cause,
            },
            Reaction::Join(segment) => Command::JoinSegment { account: id, segment: segment.clone(), cause },
            Reaction::Leave(segment) => {
                Command::LeaveSegment { account: id, segment: segment.clone(), cause }
            }
            Reaction::Stamp(stamp) => Command::SetStamp { account: id, stamp: stamp.clone() },
            Reaction::Raise(_) | Reaction::Close(_) if is_outdated(account, signal?) => return None,
            Reaction::Raise(kind) => {
                let mut alert = self.alert_about(*kind, account, &signal?.data)?;
                alert.opened = signal?.at.min(self.now.at);
                Command::ChangeAlert { key: alert.key.clone(), change: AlertChange::Raise(Box::new(alert)) }
            }
            Reaction::Close(kind) => {
                let Alert { key, amount, .. } = self.alert_about(*kind, account, &signal?.data)?;
                self.scratch.alert(&key)?;
                let outcome = match (&signal?.data, amount) {
                    (SignalData::InvoicePaid { .. }, _) | (_, None) => "paid".into(),
                    (_, Some(amount)) => format!("the bill will be {amount}").into(),
                };
                Command::ChangeAlert { key, change: AlertChange::Settle { outcome } }
            }
            Reaction::Task(new) => Command::ChangeTask {
                account: id,
                task: Some(task_id(playbook, action, account)?),
                change: TaskChange::Add {
                    title: new.title.clone(),
                    due: new
                        .due_in_days
                        .and_then(|days| self.now.today().checked_add_days(chrono::Days::new(days.into())))
                        .map(When::from),
                    done_on: new.done_on.clone(),
                },
            },
            Reaction::Assign(owner) if account.owner().is_none() => {
                Command::AssignOwner { account: id, owner: Some(owner.clone()) }
            }
            Reaction::Assign(_) => return None,
        })
    }

    /// The alert of `kind` that a signal is about: one per invoice, or per customer, subscription and period.
    fn alert_about(&self, kind: AlertKind, account: &Account, data: &SignalData) -> Option<Alert> {
        let of_invoice =
            |invoice: &str| self.alert(&AlertKey::of_invoice(&account.id, invoice), kind, &account.id);
        match (kind, data) {
            (
                AlertKind::FailedPayment,
                SignalData::InvoicePaymentFailed { invoice, amount, attempt, next_attempt },
            ) => Some(Alert {
                amount: Some(*amount),
                attempts: *attempt,
                next_attempt: *next_attempt,
                ..of_invoice(invoice)
            }),
            (AlertKind::FailedPayment, SignalData::InvoicePaid { invoice }) => Some(of_invoice(invoice)),
            (AlertKind::LargeInvoice, SignalData::InvoiceUpcoming { subscription, period_end, amount }) => {
                let key = AlertKey::of_period(&account.id, subscription, *period_end);
                let alert = self.alert(&key, kind, &account.id);
                Some(Alert { amount: Some(*amount), due: Some(*period_end), ..alert })
            }
            _ => None,
        }
    }
}

/// Whether more is known of the bill than `signal` says, which came late: it was paid since, or will be another amount.
fn is_outdated(account: &Account, signal: &Signal) -> bool {
    account.signals.iter().any(|later| match (&signal.data, &later.data) {
        (SignalData::InvoicePaymentFailed { invoice, .. }, SignalData::InvoicePaid { invoice: paid }) => {
            paid == invoice && later.at >= signal.at
        }
        (
            SignalData::InvoiceUpcoming { subscription, period_end, .. },
            SignalData::InvoiceUpcoming { subscription: other, period_end: end, .. },
        ) => (subscription, period_end) == (other, end) && later.at > signal.at,
        _ => false,
    })
}

/// Whether what `action` brings about is so already.
pub(in crate::playbook) fn is_so(action: &Reaction, playbook: &Playbook, account: &Account) -> bool {
    match action {
        Reaction::Move(to) | Reaction::MoveBecause(to, _) => {
            account.placement.as_ref().is_some_and(|place| place.stage == *to)
        }
        Reaction::Join(segment) => account.segments.contains(segment),
        Reaction::Leave(segment) => !account.segments.contains(segment),
        Reaction::Stamp(stamp) => account.stamps.contains_key(stamp),
        Reaction::Task(_) => task_id(playbook, action, account).is_none(),
        Reaction::Assign(_) => account.owner().is_some(),
        // Which alert it is, the signal says.
        Reaction::Raise(_) | Reaction::Close(_) => false,
    }
}

/// The id of the task that `action` of `playbook` sets for `account`; nothing while its last one is still to be done.
/// What it is to become, or what is known of it, asks for one task ever; a signal or a date asks again.
fn task_id(playbook: &Playbook, action: &Reaction, account: &Account) -> Option<TaskId> {
    let once = matches!(playbook.on, Trigger::FactsChanged | Trigger::StageEntered(_));
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
