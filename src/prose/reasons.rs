//! Why an account needs a person, and what comes next where none does.

use super::dates;
use chrono::{DateTime, NaiveDate, Utc};

use super::follow_ups::{alert_in_short, alert_text, late_task, task_with_due};
use super::lists::{self, lower_case, plural, sentence_case};
use super::signals;
use crate::state::query::attention::{FinalOutreachTiming, LostCall};
use crate::state::query::upcoming::UpcomingEvent;
use crate::state::refusal::Better;
use crate::state::{AlertKind, Board, FactKey, Mismatch, News, Now, Reason, TodayGroup, Upcoming};

/// What the accounts of a group of Today have in common.
pub fn group_title(group: TodayGroup) -> &'static str {
    match group {
        TodayGroup::Urgent => "Urgent",
        TodayGroup::FirstOutreach => "First outreach",
        TodayGroup::FinalOutreach => "Final outreach",
        TodayGroup::CallsToBook => "Calls to book",
        TodayGroup::Review => "To review",
        TodayGroup::Tasks => "Tasks",
        TodayGroup::Replies => "Replies",
        TodayGroup::New => "New",
        TodayGroup::FollowUp => "Follow up",
        TodayGroup::DataToCheck => "Data to check",
        TodayGroup::Done => "Done",
    }
}

/// Why an account needs a person at `now`, for a row of a table: without what only explains it, and without the renewal,
/// which has a column of its own.
pub fn in_row(reason: &Reason, now: &Now) -> String {
    match reason {
        Reason::FinalOutreachDue { .. } => "Final outreach is due".to_owned(),
        Reason::FinalOutreachEarly { back, .. } => {
            format!("Final outreach is not due yet: move it back to {back}")
        }
        Reason::OutreachOverdue { by_others, .. } | Reason::OutreachDue { by_others, .. } => {
            sentence_case(&no_outreach(*by_others))
        }
        other => text(other, now),
    }
}

/// The same for who hears it, and has no columns.
pub fn aloud(reason: &Reason, now: &Now) -> String {
    match reason {
        Reason::FinalOutreachDue { renewal, timing: Some(_) } => {
            text(&Reason::FinalOutreachDue { renewal: *renewal, timing: None }, now)
        }
        other => text(other, now),
    }
}

/// The same where that row is short: what it is about, and the amount.
pub fn in_short_row(reason: &Reason, now: &Now) -> Option<String> {
    if let Reason::TaskDue { task } = reason {
        return Some(late_task(task, now));
    }
    if let Reason::OverTarget { week, .. } = reason {
        return Some(format!("Week {week}: finish, or snooze"));
    }
    let Reason::OpenAlert { alert } = reason else { return None };
    alert_in_short(alert)
}

/// The same in as few words as a card has room for, without the renewal, which stands over them.
pub fn in_short(reason: &Reason, now: &Now) -> String {
    match reason {
        Reason::OpenAlert { alert } if alert.acknowledged.is_some() => "alert acknowledged".to_owned(),
        Reason::OpenAlert { alert } => match alert.kind {
            AlertKind::FailedPayment => "payment failed".to_owned(),
            AlertKind::LargeInvoice => "large invoice".to_owned(),
            AlertKind::Playbook => "playbook refused".to_owned(),
        },
        Reason::ChurnedInFile { .. } | Reason::LeftExport { .. } => "churned?".to_owned(),
        Reason::TakenOverInFile { .. } => "hand off?".to_owned(),
        Reason::CallOutcomeMissing { .. } => "call held?".to_owned(),
        Reason::OutreachOverdue { .. } | Reason::OutreachDue { .. } => "no outreach yet".to_owned(),
        Reason::FinalOutreachMissed { .. } => "final outreach missed".to_owned(),
        Reason::FinalOutreachEarly { .. } => "final outreach early".to_owned(),
        Reason::FinalOutreachDue { .. } => "final outreach".to_owned(),
        Reason::PurchasedCall { .. } => "book paid call".to_owned(),
        Reason::BackAgain { .. } => "back again".to_owned(),
        Reason::MailBounced { .. } => "mail bounced".to_owned(),
        Reason::PossibleDuplicate { .. } => "duplicate?".to_owned(),
        Reason::CoverEnded { .. } => "give back?".to_owned(),
        Reason::TaskDue { task } => task.title.to_string(),
        Reason::ReplyWaiting { .. } => "reply waiting".to_owned(),
        Reason::Unseen => "new".to_owned(),
        Reason::Quiet { since } => format!("quiet for {}d", now.days_since(*since)),
        Reason::NoNextStep { .. } => "no next step".to_owned(),
        Reason::OverTarget { week, .. } => format!("week {week}"),
        Reason::Inconsistent(mismatch) => match mismatch {
            Mismatch::StillNew { .. } | Mismatch::NoOutreach { .. } | Mismatch::Misplaced { .. } => {
                "other stage?".to_owned()
            }
            Mismatch::Unmapped { .. } => "unknown stage".to_owned(),
            Mismatch::NoRenewal { .. } => "no renewal date".to_owned(),
            Mismatch::NoOwner => "no owner".to_owned(),
        },
    }
}

/// Why an account needs a person at `now`.
pub fn text(reason: &Reason, now: &Now) -> String {
    match reason {
        Reason::OpenAlert { alert } => {
            let who = alert.acknowledged.as_ref();
            let who = who.map_or_else(String::new, |who| format!("; acknowledged by {who}"));
            alert_text(alert, now) + &who
        }
        Reason::ChurnedInFile { on } => {
            format!("The file says they churned on {}: mark churned?", dates::day(now, *on))
        }
        Reason::TakenOverInFile { by } => format!("The file says {by} looks after them: hand off to sales?"),
        Reason::CallOutcomeMissing { ended } => {
            format!("Call ended {}: held, or a no-show?", day_ago(now, *ended))
        }
        Reason::OutreachOverdue { renewal, by_others } | Reason::OutreachDue { renewal, by_others } => {
            format!("{}, {}", renews(*renewal, now), no_outreach(*by_others))
        }
        Reason::FinalOutreachMissed { renewal } => {
            format!("Final outreach missed (renewal was {})", dates::day(now, *renewal))
        }
        Reason::FinalOutreachEarly { renewal, back } => {
            format!(
                "Final outreach is not due yet: {}; move it back to {back}",
                lower_case(&renews(*renewal, now))
            )
        }
        Reason::FinalOutreachDue { renewal, timing } => {
            let renews = renewal.map(|date| format!(": {}", lower_case(&renews(date, now))));
            let after = timing.map(|timing| format!(", {}", final_outreach_timing(timing)));
            format!("Final outreach is due{}{}", renews.unwrap_or_default(), after.unwrap_or_default())
        }
        Reason::PurchasedCall { purchased } => {
            format!("Paid call purchased {}: book it", day_ago(now, *purchased))
        }
        Reason::BackAgain { news, value, .. } => match news {
            News::Fact(FactKey::Subscriptions) => format!("Back again: new subscriptions {value}"),
            News::Fact(key) => format!("Back again: new {} {value}", lower_case(&key.title())),
            News::Subscription(id) => format!("Back again: new subscription {id}"),
            News::NoLongerChurned => "Back again: the file no longer says that they churned".to_owned(),
        },
        Reason::PossibleDuplicate { of, name, same } => {
            let same = lower_case(&same.title());
            format!("Possibly the same as {name} ({of}), judging by the {same}: merge?")
        }
        Reason::MailBounced { to, .. } => signals::bounced(to),
        Reason::LeftExport { export, since } => {
            let since = dates::day(now, now.date(*since));
            format!("Not in the last export of {export}, since {since}: churned?")
        }
        Reason::CoverEnded { owner, since } => {
            let since = dates::day(now, now.date(*since));
            match owner {
                Some(owner) => format!("{owner} is back since {since}: give it back?"),
                None => format!("Without an owner again since {since}: give it back?"),
            }
        }
        // That it is due today is why it stands there.
        Reason::TaskDue { task } if task.at.is_none() && task.due == Some(now.today()) => {
            task.title.to_string()
        }
        Reason::TaskDue { task } => task_with_due(task, now),
        Reason::ReplyWaiting { replied } => {
            format!("Reply received {}, not answered yet", day_ago(now, *replied))
        }
        Reason::Unseen => "New, not opened yet".to_owned(),
        Reason::Quiet { since } => {
            let days = usize::try_from(now.days_since(*since)).unwrap_or_default();
            format!("No contact in this stage for {}", plural(days, "day", "days"))
        }
        Reason::NoNextStep { lost_call } => match lost_call {
            None => "Engaged, but no call or task is planned",
            Some(LostCall::NoShow) => "No-show, and no other call is booked",
            Some(LostCall::Canceled) => "Call canceled, and no other is booked",
        }
        .to_owned(),
        Reason::OverTarget { week, target } => {
            format!("Week {week}, target {target}: finish it, or snooze")
        }
        Reason::Inconsistent(mismatch) => mismatch_text(mismatch),
    }
}

fn mismatch_text(mismatch: &Mismatch) -> String {
    match mismatch {
        Mismatch::StillNew { stage } => format!("Outreach is recorded, but the stage is {stage}"),
        Mismatch::NoOutreach { stage } => format!("The stage is {stage}, but no outreach is recorded"),
        Mismatch::Unmapped { label } => format!("“{label}” is not a stage"),
        Mismatch::NoRenewal { has_passed: false } => {
            "No renewal date: the next import may bring one".to_owned()
        }
        Mismatch::NoRenewal { has_passed: true } => {
            "The renewal date has passed: the next import may bring a new one".to_owned()
        }
        Mismatch::NoOwner => "No owner".to_owned(),
        Mismatch::Misplaced { stage, engaged, better } => {
            let engaged = if *engaged { "Engaged" } else { "Never engaged" };
            let better = match better {
                Better::MoveTo(better) => format!(": move it to {better}"),
                Better::Force => String::new(),
            };
            format!("{engaged}, but the stage is {stage}{better}")
        }
    }
}

/// What will happen by itself.
pub fn upcoming_text(upcoming: &Upcoming, now: &Now) -> String {
    let then = Now { at: upcoming.at, ..*now };
    match &upcoming.event {
        UpcomingEvent::NeedsPerson(reason) => text(reason, &then),
        UpcomingEvent::Renews(date) => renews(*date, &then),
    }
}

/// What to say while nobody needs a person: what comes next, and when.
pub fn nobody_now(board: &Board, upcoming: Option<&Upcoming>, now: &Now) -> String {
    if board.is_empty() {
        return "there are no accounts yet: import some with `gangplank import FILE`".to_owned();
    }
    let Some(next @ Upcoming { at, account, .. }) = upcoming else {
        return "no account needs you now, and nothing is coming up".to_owned();
    };
    let name = board.get(account).map_or(account.as_str(), |account| account.name());
    let then = dates::end(now, *at);
    let when = match now.days_until(now.date(*at)) {
        0 => format!("today at {}", dates::clock(now, *at)),
        1 => format!("tomorrow, {then}"),
        days => format!("on {then}, in {days} days"),
    };
    format!("no account needs you now; next is {name}, {when}: {}", upcoming_text(next, now))
}

fn no_outreach(by_others: bool) -> String {
    let by = if by_others { " by a specialist" } else { "" };
    format!("no outreach{by} yet")
}

/// `Renews in 3 days`.
pub(super) fn renews(date: NaiveDate, now: &Now) -> String {
    match now.days_until(date) {
        0 => "Renews today".to_owned(),
        1 => "Renews tomorrow".to_owned(),
        days => format!("Renews in {days} days"),
    }
}

fn day_ago(now: &Now, at: DateTime<Utc>) -> String {
    match now.days_since(at) {
        ..=0 => "today".to_owned(),
        1 => "yesterday".to_owned(),
        days => format!("{days} days ago"),
    }
}

/// Which reading of the handbook's rule brought a card to the final outreach.
fn final_outreach_timing(timing: FinalOutreachTiming) -> String {
    match timing {
        FinalOutreachTiming::DaysAfterFirst(days) => {
            format!("and the first outreach is at least {} old", lists::days(days))
        }
        FinalOutreachTiming::AfterRenewal => "after a first renewal".to_owned(),
        FinalOutreachTiming::Literal => "however new the account is".to_owned(),
    }
}
