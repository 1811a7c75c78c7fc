//! What happened to one account, in one order.
//!
//! Most of it the account knows itself. Only the journal knows which facts, owner, risk, tasks and snoozes there were
//! before, and what was undone: its entries come later, and nothing stands twice when they do.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use strum::VariantArray;

use crate::state::board::Board;
use crate::state::event::{Change, Entry};
use crate::state::values::account::{Account, Note};
use crate::state::values::actor::{Actor, Cause, Seq};
use crate::state::values::alert::{Alert, AlertKind, AlertState};
use crate::state::values::checklist::PointState;
use crate::state::values::pipeline::StageId;
use crate::state::values::refund::Refund;
use crate::state::values::signal::{Signal, SignalKind};

/// How many entries back the journal is read for one account. What only it knows of the time before is left to the log.
pub const MOST_READ: usize = 4_096;

/// One thing that happened to an account.
#[derive(Clone, Debug, PartialEq)]
pub struct TimelineItem {
    /// The entry that tells it, as far as is known.
    pub seq: Option<Seq>,
    pub at: DateTime<Utc>,
    /// Who did it; nothing where nobody said.
    pub by: Option<Actor>,
    /// The playbook that did it.
    pub playbook: Option<Arc<str>>,
    pub event: TimelineEvent,
    /// The entry that undid it.
    pub undone: Option<Seq>,
}

/// What it was.
#[derive(Clone, Debug, PartialEq)]
pub enum TimelineEvent {
    Signal(Signal),
    Moved {
        from: Option<StageId>,
        to: Option<StageId>,
        /// Since when it had stood in the stage it left, as far as is known.
        since: Option<DateTime<Utc>>,
        cause: Cause,
        reason: Option<Arc<str>>,
    },
    NoteAdded(Note),
    Refunded(Refund),
    PointTouched(PointState),
    TaskDone {
        title: Arc<str>,
    },
    AlertRaised(Arc<Alert>),
    AlertClosed(Arc<Alert>),
    /// What only the journal knows.
    Changed(Box<Change>),
}

/// What an item is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TimelineKind {
    Mail,
    Call,
    Move,
    Money,
    NoteOrTask,
    Facts,
    /// Who looks after the account, and when.
    Care,
}

/// Which items are to be seen.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, VariantArray)]
pub enum TimelineFilter {
    #[default]
    All,
    Mail,
    Calls,
    Moves,
    Money,
    NotesAndTasks,
    Facts,
    Automation,
}

impl TimelineFilter {
    pub const ALL: &[Self] = Self::VARIANTS;

    pub fn means(self, item: &TimelineItem) -> bool {
        let kind = match self {
            Self::All => return true,
            Self::Automation => return item.is_automatic(),
            Self::Mail => TimelineKind::Mail,
            Self::Calls => TimelineKind::Call,
            Self::Moves => TimelineKind::Move,
            Self::Money => TimelineKind::Money,
            Self::NotesAndTasks => TimelineKind::NoteOrTask,
            Self::Facts => TimelineKind::Facts,
        };
        item.kind() == kind
    }
}

impl TimelineItem {
    fn new(at: DateTime<Utc>, by: Option<Actor>, event: TimelineEvent) -> Self {
        Self { seq: None, at, by, playbook: None, event, undone: None }
    }

    pub fn kind(&self) -> TimelineKind {
        match &self.event {
            TimelineEvent::Signal(signal) => kind_of_signal(signal.data.kind()),
            TimelineEvent::Moved { .. } => TimelineKind::Move,
            TimelineEvent::NoteAdded(_) | TimelineEvent::PointTouched(_) | TimelineEvent::TaskDone { .. } => {
                TimelineKind::NoteOrTask
            }
            TimelineEvent::Refunded(_) => TimelineKind::Money,
            TimelineEvent::AlertRaised(alert) | TimelineEvent::AlertClosed(alert) => {
                kind_of_alert(alert.kind)
            }
            TimelineEvent::Changed(change) => kind_of_change(change),
        }
    }

    /// Whether no person did it.
    pub fn is_automatic(&self) -> bool {
        self.playbook.is_some() || self.by == Some(Actor::Clock)
    }

    /// What comes later of what happened at one moment: a signal leads to a move, never the other way round.
    fn rank(&self) -> u8 {
        match &self.event {
            TimelineEvent::Signal(_) => 0,
            TimelineEvent::Changed(_) => 1,
            TimelineEvent::Moved { .. } => 3,
            TimelineEvent::NoteAdded(_)
            | TimelineEvent::Refunded(_)
            | TimelineEvent::PointTouched(_)
            | TimelineEvent::TaskDone { .. }
            | TimelineEvent::AlertRaised(_)
            | TimelineEvent::AlertClosed(_) => 2,
        }
    }
}

fn kind_of_signal(kind: SignalKind) -> TimelineKind {
    match kind {
        SignalKind::OutreachSent
        | SignalKind::ReplyReceived
        | SignalKind::EmailBounced
        | SignalKind::FinalOutreachSent => TimelineKind::Mail,
        SignalKind::CallBooked
        | SignalKind::CallRescheduled
        | SignalKind::CallCanceled
        | SignalKind::CallHeld
        | SignalKind::CallNoShow
        | SignalKind::CallNoShowWithdrawn => TimelineKind::Call,
        SignalKind::Handoff => TimelineKind::Move,
        SignalKind::SubscriptionCanceled
        | SignalKind::SubscriptionCancelScheduled
        | SignalKind::SubscriptionCancelWithdrawn
        | SignalKind::PaidCallPurchased
        | SignalKind::InvoiceUpcoming
        | SignalKind::InvoicePaymentFailed
        | SignalKind::InvoicePaid
        | SignalKind::InvoiceVoided
        | SignalKind::InvoiceUncollectible => TimelineKind::Money,
        SignalKind::FactsChanged => TimelineKind::Facts,
    }
}

fn kind_of_alert(kind: AlertKind) -> TimelineKind {
    match kind {
        AlertKind::FailedPayment | AlertKind::LargeInvoice => TimelineKind::Money,
        AlertKind::Playbook => TimelineKind::Care,
    }
}

fn kind_of_change(change: &Change) -> TimelineKind {
    match change {
        Change::RefundRecorded { .. } | Change::RefundRemoved { .. } | Change::RiskChanged { .. } => {
            TimelineKind::Money
        }
        Change::AlertChanged { from, to, .. } => {
            let alert = to.as_ref().or(from.as_ref());
            alert.map_or(TimelineKind::Care, |alert| kind_of_alert(alert.kind))
        }
        Change::NoteAdded { .. }
        | Change::NoteRemoved { .. }
        | Change::PointChanged { .. }
        | Change::TaskChanged { .. } => TimelineKind::NoteOrTask,
        Change::SignalRecorded { signal } | Change::SignalRemoved { signal } => {
            kind_of_signal(signal.data.kind())
        }
        Change::CallChanged { .. } => TimelineKind::Call,
        Change::Moved { .. } => TimelineKind::Move,
        Change::OwnerChanged { .. }
        | Change::CoverChanged { .. }
        | Change::SnoozeChanged { .. }
        | Change::Pushed { .. }
        | Change::Seen { .. }
        | Change::PlaybookRan { .. }
        | Change::PlaybookRunReverted { .. } => TimelineKind::Care,
        Change::Added
        | Change::Removed
        | Change::FactsUpdated { .. }
        | Change::FactsRestored { .. }
        | Change::StampSet { .. }
        | Change::StampRemoved { .. }
        | Change::EngagementChanged { .. }
        | Change::SegmentJoined { .. }
        | Change::SegmentLeft { .. }
        | Change::FindingChanged { .. }
        | Change::MergedInto { .. }
        | Change::MergeUndone { .. }
        | Change::TookOver { .. }
        | Change::GaveBack { .. }
        | Change::AccountRestored { .. } => TimelineKind::Facts,
    }
}

/// What happened to `account`, newest first; `journal` has the entries about it that were read, in any order.
pub fn timeline(board: &Board, account: &Account, journal: &[Arc<Entry>]) -> Vec<TimelineItem> {
    let mut items = of_account(board, account);
    for entry in by_number(journal) {
        of_entry(board, entry, &mut items);
    }
    items.sort_by_key(|item| (item.at, item.seq.unwrap_or(0), item.rank()));
    // Of what happened at one moment, the later stands above, too.
    items.reverse();
    items
}

/// The entries, oldest first.
fn by_number(journal: &[Arc<Entry>]) -> Vec<&Arc<Entry>> {
    let mut entries: Vec<&Arc<Entry>> = journal.iter().collect();
    entries.sort_by_key(|entry| entry.seq);
    entries
}

/// What the account and its alerts tell by themselves.
fn of_account(board: &Board, account: &Account) -> Vec<TimelineItem> {
    let person = |name: &Arc<str>| Some(Actor::from(name.clone()));
    let mut items = moves(board, account);
    items.extend(account.signals.iter().map(|signal| {
        let by = signal.by.clone().map(Actor::from);
        TimelineItem::new(signal.at, by, TimelineEvent::Signal(signal.clone()))
    }));
    items.extend(
        account
            .notes
            .iter()
            .map(|note| TimelineItem::new(note.at, person(&note.by), TimelineEvent::NoteAdded(note.clone()))),
    );
    items.extend(account.refunds.iter().map(|refund| {
        TimelineItem::new(refund.at, person(&refund.by), TimelineEvent::Refunded(refund.clone()))
    }));
    items.extend(account.points.values().map(|point| {
        TimelineItem::new(point.at, person(&point.by), TimelineEvent::PointTouched(point.clone()))
    }));
    items.extend(account.tasks.values().filter_map(|task| {
        let at = task.done?;
        Some(TimelineItem::new(at, None, TimelineEvent::TaskDone { title: task.title.clone() }))
    }));
    for alert in board.alerts_of(&account.id) {
        items.push(TimelineItem::new(alert.opened, None, TimelineEvent::AlertRaised(alert.clone())));
        if let AlertState::Closed { at, .. } = alert.state {
            items.push(TimelineItem::new(at, None, TimelineEvent::AlertClosed(alert.clone())));
        }
    }
    items
}

/// The moves. Where an undo or a redo put it back is not told: what was undone is marked instead.
fn moves(board: &Board, account: &Account) -> Vec<TimelineItem> {
    let mut since = None;
    let mut items = Vec::new();
    for step in &account.history {
        if matches!(step.cause, Cause::Undo(_) | Cause::Redo(_)) {
            continue;
        }
        let undone = board.undone(step.seq).map(|undone| undone.by);
        let event = TimelineEvent::Moved {
            from: step.from.clone(),
            to: step.to.clone(),
            since: since.filter(|_| step.from.is_some()),
            cause: step.cause.clone(),
            reason: step.reason.clone(),
        };
        let playbook = if let Cause::Playbook(id) = &step.cause { Some(id.clone()) } else { None };
        let (seq, by) = (Some(step.seq), Some(step.by.clone()));
        items.push(TimelineItem { seq, at: step.at, by, playbook, event, undone });
        if undone.is_none() {
            since = Some(step.at);
        }
    }
    items
}

/// Adds what `entry` tells that is not among `items`, and who did what is.
fn of_entry(board: &Board, entry: &Entry, items: &mut Vec<TimelineItem>) {
    // What it undid is marked, and what it redid stands where it was.
    if entry.is_way_back() {
        return;
    }
    let undone = board.undone(entry.seq).map(|undone| undone.by);
    let mut playbook = None;
    for change in entry.events.iter().filter_map(|event| event.change()) {
        if let Change::PlaybookRan { playbook: id, .. } = change {
            playbook = Some(id.clone());
        }
        let Some((at, event)) = told(change, entry) else { continue };
        let by = match &event {
            TimelineEvent::Signal(signal) => signal.by.clone().map(Actor::from),
            _ => Some(entry.by.clone()),
        };
        if let Some(known) = items.iter_mut().find(|item| is_same(item, &event, at)) {
            known.seq = known.seq.or(Some(entry.seq));
            known.by = known.by.take().or(by);
            known.playbook = known.playbook.take().or_else(|| playbook.clone());
        } else {
            let (seq, playbook) = (Some(entry.seq), playbook.clone());
            items.push(TimelineItem { seq, at, by, playbook, event, undone });
        }
    }
}

/// What a change of `entry` tells, and when it was; nothing where nobody would ask for it.
fn told(change: &Change, entry: &Entry) -> Option<(DateTime<Utc>, TimelineEvent)> {
    let event = match change {
        Change::SignalRecorded { signal } => return Some((signal.at, TimelineEvent::Signal(signal.clone()))),
        Change::Moved { from, to, cause, reason } => TimelineEvent::Moved {
            from: from.as_ref().map(|place| place.stage.clone()),
            to: to.as_ref().map(|place| place.stage.clone()),
            since: from.as_ref().map(|place| place.since),
            cause: cause.clone(),
            reason: reason.clone(),
        },
        Change::NoteAdded { note } => return Some((note.at, TimelineEvent::NoteAdded(note.clone()))),
        Change::RefundRecorded { refund } => {
            return Some((refund.at, TimelineEvent::Refunded(refund.clone())));
        }
        Change::PointChanged { to: Some(to), .. } => {
            return Some((to.at, TimelineEvent::PointTouched(to.clone())));
        }
        Change::TaskChanged { from, to: Some(to), .. } => {
            let was_done = from.as_ref().is_some_and(|task| task.done.is_some());
            match to.done.filter(|_| !was_done) {
                Some(at) => return Some((at, TimelineEvent::TaskDone { title: to.title.clone() })),
                None => TimelineEvent::Changed(Box::new(change.clone())),
            }
        }
        Change::AlertChanged { from: None, to: Some(alert), .. } => {
            return Some((alert.opened, TimelineEvent::AlertRaised(Arc::new((**alert).clone()))));
        }
        Change::AlertChanged { from: Some(from), to: Some(to), .. } => match to.state {
            AlertState::Closed { at, .. } if !from.is_closed() => {
                return Some((at, TimelineEvent::AlertClosed(Arc::new((**to).clone()))));
            }
            _ => TimelineEvent::Changed(Box::new(change.clone())),
        },
        Change::Added
        | Change::FactsUpdated { .. }
        | Change::FactsRestored { .. }
        | Change::SegmentJoined { .. }
        | Change::SegmentLeft { .. }
        | Change::OwnerChanged { .. }
        | Change::CoverChanged { .. }
        | Change::RiskChanged { .. }
        | Change::FindingChanged { to: Some(_), .. }
        | Change::SnoozeChanged { .. }
        | Change::Pushed { .. }
        | Change::MergedInto { .. }
        | Change::TookOver { .. }
        | Change::AccountRestored { to: Some(_), .. } => TimelineEvent::Changed(Box::new(change.clone())),
        // The others only ever take something back, or follow from what is told.
        Change::Removed
        | Change::NoteRemoved { .. }
        | Change::RefundRemoved { .. }
        | Change::SignalRemoved { .. }
        | Change::PointChanged { to: None, .. }
        | Change::TaskChanged { to: None, .. }
        | Change::FindingChanged { to: None, .. }
        | Change::AlertChanged { to: None, .. }
        | Change::AccountRestored { to: None, .. }
        | Change::StampSet { .. }
        | Change::StampRemoved { .. }
        | Change::EngagementChanged { .. }
        | Change::Seen { .. }
        | Change::CallChanged { .. }
        | Change::MergeUndone { .. }
        | Change::GaveBack { .. }
        | Change::PlaybookRan { .. }
        | Change::PlaybookRunReverted { .. } => return None,
    };
    Some((entry.at, event))
}

/// Whether `item` tells of `event` already, which happened at `at`.
fn is_same(item: &TimelineItem, event: &TimelineEvent, at: DateTime<Utc>) -> bool {
    match (&item.event, event) {
        (TimelineEvent::Signal(known), TimelineEvent::Signal(signal)) => known.key() == signal.key(),
        (TimelineEvent::AlertRaised(known), TimelineEvent::AlertRaised(alert)) => known.key == alert.key,
        (TimelineEvent::AlertClosed(known), TimelineEvent::AlertClosed(alert)) => {
            (&known.key, item.at) == (&alert.key, at)
        }
        (TimelineEvent::Moved { from, to, .. }, TimelineEvent::Moved { from: left, to: entered, .. }) => {
            (item.at, from, to) == (at, left, entered)
        }
        (known, event) => item.at == at && known == event,
    }
}
