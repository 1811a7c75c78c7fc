//! Mail that came back, until somebody writes again, they are heard of, or a person dismisses it. A function of what is
//! known, so that signals may come in any order.

use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};

use crate::state::board::Board;
use crate::state::event::{Change, Event};
use crate::state::values::account::Account;
use crate::state::values::finding::{Finding, FindingData, FindingKind};
use crate::state::values::signal::{Signal, SignalData, Touch};

/// How long after a mail was sent a person may still record it by hand. What they record later is another mail.
const RECORDED_LATE: TimeDelta = TimeDelta::hours(1);

/// The mail to an account that came back.
pub(in crate::state) struct OpenBounces {
    /// The addresses that could not be reached, each once.
    pub(in crate::state) to: Vec<Arc<str>>,
    /// When the last one came back.
    pub(in crate::state) last: DateTime<Utc>,
}

/// The mail to `account` that came back and nobody has seen to. Of a finished card, what came back since it was finished.
pub(in crate::state) fn open_bounces(board: &Board, account: &Account) -> Option<OpenBounces> {
    let stage = board.stage_of(account)?;
    let since = account.placement.as_ref().map(|place| place.since).filter(|_| stage.is_closed());
    let dismissed = account.findings.get(&FindingKind::MailBounced).filter(|finding| finding.dismissed);
    let mut open: Option<OpenBounces> = None;
    for signal in account.signals.iter().filter(|signal| since.is_none_or(|since| signal.at >= since)) {
        let SignalData::EmailBounced { to, outreach } = &signal.data else { continue };
        let outbound = |known: &&Signal| known.data.touch() == Some(Touch::Outbound);
        let sent = account.signals.iter().filter(outbound).rfind(|known| match outreach {
            Some(id) => known.id == *id,
            None => known.at <= signal.at,
        });
        let recorded = sent.map_or(signal.at, |sent| sent.at) + RECORDED_LATE;
        let is_seen_to = account.signals.iter().filter(|later| later.at > signal.at).any(|later| match later
            .data
            .touch()
        {
            Some(Touch::Outbound) if later.is_by_key() => later.at > recorded,
            Some(Touch::Outbound) => outreach.as_ref() != Some(&later.id),
            Some(Touch::Inbound) | None => later.data.engages(),
        });
        if is_seen_to || dismissed.is_some_and(|finding| covers(finding, to, signal.at)) {
            continue;
        }
        let open = open.get_or_insert_with(|| OpenBounces { to: Vec::new(), last: signal.at });
        open.last = signal.at;
        open.to.extend(to.iter().filter(|one| !open.to.contains(one)).cloned().collect::<Vec<_>>());
    }
    open
}

/// Whether a person has dismissed mail to all of `to` that came back until `at`.
fn covers(finding: &Finding, to: &[Arc<str>], at: DateTime<Utc>) -> bool {
    let FindingData::MailBounced { to: known } = &finding.data else { return false };
    at <= finding.at && to.iter().all(|one| known.contains(one))
}

/// What a person answers who sees that mail to `account` came back, and lets it be.
pub(super) fn dismissed(board: &Board, account: &Account) -> Option<Event> {
    let finding = FindingKind::MailBounced;
    let OpenBounces { mut to, last } = open_bounces(board, account)?;
    let from = account.findings.get(&finding).cloned();
    if let Some(Finding { data: FindingData::MailBounced { to: known }, .. }) = &from {
        to.extend(known.iter().filter(|one| !to.contains(one)).cloned().collect::<Vec<_>>());
    }
    let at = from.as_ref().map_or(last, |known| known.at.max(last));
    let to = Some(Finding { at, data: FindingData::MailBounced { to }, dismissed: true });
    Some(Change::FindingChanged { finding, from, to }.on(&account.id))
}
