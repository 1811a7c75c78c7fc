//! What our mails and calls came to.

use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::NaiveDate;

use super::bounds::Asked;
use super::usual;
use super::visits::Traveled;
use crate::state::values::signal::SignalKind;
use crate::state::values::time;
use crate::state::{Account, AccountId, BillingInterval, FactKey, SignalData};

/// How many days before a renewal the first outreach is to be sent at the latest.
pub const DAYS_BEFORE_RENEWAL: i64 = 14;

/// What our mails and calls came to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Response {
    /// Everybody's first outreach in the window.
    pub outreach: Replies,
    /// The same by template, those without one last.
    pub by_template: BTreeMap<TemplateName, Replies>,
    /// Whose first outreach came in time for the next renewal, whose did not, and of whom no renewal is known.
    pub in_time: Vec<AccountId>,
    pub too_late: Vec<AccountId>,
    pub renewal_unknown: Vec<AccountId>,
    /// One entry a call.
    pub calls_booked: Vec<AccountId>,
    pub calls_held: Vec<AccountId>,
    pub no_shows: Vec<AccountId>,
}

/// The template of an outreach; nothing sorts last.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum TemplateName {
    Called(Arc<str>),
    None,
}

/// Who was written to, and who answered.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Replies {
    pub written_to: Vec<AccountId>,
    pub replied: Vec<AccountId>,
    /// How long half of those who replied took at most, in minutes; nothing where they are too few.
    pub median: Option<i64>,
}

/// The same while it is counted.
#[derive(Default)]
struct RepliesSoFar {
    written_to: Vec<AccountId>,
    replied: Vec<AccountId>,
    minutes: Vec<i64>,
}

impl RepliesSoFar {
    fn take(&mut self, account: &AccountId, took: Option<i64>) {
        self.written_to.push(account.clone());
        if let Some(took) = took {
            self.replied.push(account.clone());
            self.minutes.push(took);
        }
    }

    fn measured(mut self) -> Replies {
        self.minutes.sort_unstable();
        let Self { written_to, replied, minutes } = self;
        Replies { written_to, replied, median: usual(&minutes, 50) }
    }
}

pub(super) fn measure(asked: &Asked<'_>, all: &[Traveled<'_>]) -> Response {
    let end = asked.end;
    let (mut everybody, mut by_template) =
        (RepliesSoFar::default(), BTreeMap::<TemplateName, RepliesSoFar>::new());
    let mut response = Response::default();
    for Traveled { account, .. } in all {
        let id = &account.id;
        let here = || account.signals.iter().filter(|signal| asked.holds(signal.at) && signal.at < end);
        for signal in here() {
            match &signal.data {
                SignalData::CallBooked { .. } => response.calls_booked.push(id.clone()),
                SignalData::CallHeld { .. } => response.calls_held.push(id.clone()),
                SignalData::CallNoShow { call } if !is_withdrawn(account, call.as_deref()) => {
                    response.no_shows.push(id.clone());
                }
                _ => {}
            }
        }
        let Some(first) = here().find(|signal| signal.data.kind() == SignalKind::OutreachSent) else {
            continue;
        };
        let is_reply = |data: &SignalData| matches!(data, SignalData::ReplyReceived { auto: false });
        let replies =
            account.signals.iter().filter(|it| is_reply(&it.data) && it.at > first.at && it.at < end);
        let took = replies.map(|reply| (reply.at - first.at).num_minutes()).min();
        everybody.take(id, took);
        let template = first.template.clone().map_or(TemplateName::None, TemplateName::Called);
        by_template.entry(template).or_default().take(id, took);
        let day = asked.now.date(first.at);
        let part = match renewal_after(account, day) {
            Some(renewal) if (renewal - day).num_days() >= DAYS_BEFORE_RENEWAL => &mut response.in_time,
            Some(_) => &mut response.too_late,
            None => &mut response.renewal_unknown,
        };
        part.push(id.clone());
    }
    response.outreach = everybody.measured();
    response.by_template =
        by_template.into_iter().map(|(name, counted)| (name, counted.measured())).collect();
    response
}

/// Whether the no-show of that call was taken back later.
fn is_withdrawn(account: &Account, call: Option<&str>) -> bool {
    let withdrawn = |data: &SignalData| matches!(data, SignalData::CallNoShowWithdrawn { call: of } if Some(&**of) == call);
    call.is_some() && account.signals.iter().any(|signal| withdrawn(&signal.data))
}

/// The first renewal on or after `day`, counted from the one that is known now.
fn renewal_after(account: &Account, day: NaiveDate) -> Option<NaiveDate> {
    let known = account.date(&FactKey::NextRenewal)?;
    let period = account.text(&FactKey::BillingInterval).and_then(BillingInterval::parse);
    let Some(period) = period.map(BillingInterval::period) else { return (known >= day).then_some(known) };
    if known < day {
        return Some(time::roll_forward(known, Some(period), day));
    }
    let earlier = (1..).map_while(|count| time::after(known, period, -count));
    Some(earlier.take_while(|renewal| *renewal >= day).last().unwrap_or(known))
}
