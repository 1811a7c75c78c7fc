//! What sets a playbook off: something that happens, or the passing of time, which serves each occasion once.

use chrono::{DateTime, Datelike, NaiveTime, Utc, Weekday};

use crate::state::values::signal::SignalKind;
use crate::state::{Account, AccountId, Cause, Change, Event, Now, Occasion, Signal, StageId};

/// What sets a playbook off.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Trigger {
    /// Something new was learned about an account.
    FactsChanged,
    /// One of these happened.
    Signal(Vec<SignalKind>),
    /// It entered one of these stages.
    StageEntered(Vec<StageId>),
    /// So many days or fewer are left before its next renewal; once per renewal.
    DaysBeforeRenewal(u32),
    /// It has stood in its stage for so many days; once per stay.
    DaysInStage(u32),
    /// Nothing was heard for so many days; once per silence.
    DaysSinceTouch(u32),
    /// The clock says so; once a day, or once a week.
    Clock(Option<Weekday>, NaiveTime),
}

impl Trigger {
    /// Whether it waits for time to pass.
    pub fn is_timed(&self) -> bool {
        match self {
            Self::FactsChanged | Self::Signal(_) | Self::StageEntered(_) => false,
            Self::DaysBeforeRenewal(_) | Self::DaysInStage(_) | Self::DaysSinceTouch(_) | Self::Clock(..) => {
                true
            }
        }
    }

    /// Whether a task for it is set once ever: what the account is to become, or what is known of it, asks for one task; a
    /// signal or a date asks again.
    pub(super) fn asks_once(&self) -> bool {
        match self {
            Self::FactsChanged | Self::StageEntered(_) => true,
            Self::Signal(_)
            | Self::DaysBeforeRenewal(_)
            | Self::DaysInStage(_)
            | Self::DaysSinceTouch(_)
            | Self::Clock(..) => false,
        }
    }

    /// The occasion for which it is due at `now`; nothing while it is not.
    pub fn due(&self, account: &Account, now: &Now) -> Option<Occasion> {
        match self {
            Self::FactsChanged | Self::Signal(_) | Self::StageEntered(_) => None,
            Self::DaysBeforeRenewal(days) => {
                let renewal = account.next_renewal(now.today())?;
                let left = now.days_until(renewal);
                (0..=i64::from(*days)).contains(&left).then_some(Occasion::Renewal(renewal))
            }
            Self::DaysInStage(days) => {
                let place = account.placement.as_ref()?;
                let stay = || Occasion::Stay { stage: place.stage.clone(), since: place.since };
                (now.days_since(place.since) >= i64::from(*days)).then(stay)
            }
            Self::DaysSinceTouch(days) => {
                let since = account.silent_since()?;
                (now.days_since(since) >= i64::from(*days)).then_some(Occasion::Silence { since })
            }
            Self::Clock(day, time) => {
                let local = now.at.with_timezone(&now.zone);
                let today = now.today();
                let is_day = day.is_none_or(|day| today.weekday() == day);
                (is_day && local.time() >= *time).then_some(Occasion::Day(today))
            }
        }
    }
}

/// Something that may set playbooks off.
#[derive(Clone, Debug)]
pub(in crate::playbook) enum Occurrence {
    Facts(AccountId, Option<DateTime<Utc>>),
    Signal(AccountId, Box<Signal>),
    Entered(AccountId, StageId),
}

impl Occurrence {
    pub(in crate::playbook) fn of(event: &Event) -> Option<Self> {
        let account = event.account()?.clone();
        match event.change()? {
            Change::FactsUpdated { at, .. } => Some(Self::Facts(account, *at)),
            Change::TookOver { .. } => Some(Self::Facts(account, None)),
            Change::SignalRecorded { signal } => Some(Self::Signal(account, Box::new(signal.clone()))),
            Change::Added
            | Change::Removed
            | Change::FactsRestored { .. }
            | Change::StampSet { .. }
            | Change::StampRemoved { .. }
            | Change::EngagementChanged { .. }
            | Change::SegmentJoined { .. }
            | Change::SegmentLeft { .. }
            | Change::OwnerChanged { .. }
            | Change::CoverChanged { .. }
            | Change::RiskChanged { .. }
            | Change::NoteAdded { .. }
            | Change::NoteRemoved { .. }
            | Change::PointChanged { .. }
            | Change::RefundRecorded { .. }
            | Change::RefundRemoved { .. }
            | Change::Pushed { .. }
            | Change::Seen { .. }
            | Change::SignalRemoved { .. }
            | Change::CallChanged { .. }
            | Change::TaskChanged { .. }
            | Change::FindingChanged { .. }
            | Change::SnoozeChanged { .. }
            | Change::AlertChanged { .. }
            | Change::MergedInto { .. }
            | Change::MergeUndone { .. }
            | Change::GaveBack { .. }
            | Change::AccountRestored { .. }
            | Change::PlaybookRan { .. }
            | Change::PlaybookRunReverted { .. }
            // What a file says happened long ago, and somewhere else.
            | Change::Moved { cause: Cause::Import, .. } => None,
            Change::Moved { to, .. } => Some(Self::Entered(account, to.as_ref()?.stage.clone())),
        }
    }

    pub(in crate::playbook) fn account(&self) -> &AccountId {
        match self {
            Self::Facts(account, _) | Self::Signal(account, _) | Self::Entered(account, _) => account,
        }
    }

    pub(in crate::playbook) fn signal(&self) -> Option<&Signal> {
        if let Self::Signal(_, signal) = self { Some(signal) } else { None }
    }

    /// When it happened, or since when it is so, where that may be before now.
    pub(in crate::playbook) fn at(&self) -> Option<DateTime<Utc>> {
        match self {
            Self::Facts(_, at) => *at,
            Self::Signal(_, signal) => Some(signal.at),
            Self::Entered(..) => None,
        }
    }

    pub(in crate::playbook) fn sets_off(&self, trigger: &Trigger) -> bool {
        match trigger {
            Trigger::FactsChanged => matches!(self, Self::Facts(..)),
            Trigger::Signal(kinds) => {
                self.signal().is_some_and(|signal| kinds.iter().any(|kind| signal.data.leads_as(*kind)))
            }
            Trigger::StageEntered(stages) => {
                matches!(self, Self::Entered(_, stage) if stages.contains(stage))
            }
            Trigger::DaysBeforeRenewal(_)
            | Trigger::DaysInStage(_)
            | Trigger::DaysSinceTouch(_)
            | Trigger::Clock(..) => false,
        }
    }

    /// What a run is for, in history.
    pub(in crate::playbook) fn occasion(&self) -> Occasion {
        match self {
            Self::Facts(..) => Occasion::FactsChanged,
            Self::Signal(_, signal) => Occasion::Signal(signal.data.kind(), signal.id.clone()),
            Self::Entered(_, stage) => Occasion::StageEntered(stage.clone()),
        }
    }
}
