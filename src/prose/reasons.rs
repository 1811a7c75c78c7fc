//! Why an account needs a person, and what comes next where none does.

use chrono::{DateTime, NaiveDate, Utc};

use super::follow_ups::{alert_text, task_with_due};
use super::lists::plural;
use crate::state::query::attention::LostCall;
use crate::state::query::upcoming::UpcomingEvent;
use crate::state::refusal::Better;
use crate::state::{Board, Mismatch, Now, Reason, Upcoming};

/// Why an account needs a person at `now`.
pub fn text(reason: &Reason, now: &Now) -> String {
    match reason {
        Reason::OpenAlert { alert } => {
            let who = alert.acknowledged.as_ref();
            let who = who.map_or_else(String::new, |who| format!("; acknowledged by {who}"));
            alert_text(alert, now) + &who
        }
        Reason::CallOutcomeMissing { ended } => {
            format!("the call ended {}; was it held, or did nobody come?", day_ago(now, *ended))
        }
        Reason::OutreachOverdue { renewal } | Reason::OutreachDue { renewal } => {
            format!("{}, nobody wrote yet", renews(*renewal, now))
        }
        Reason::FinalOutreachDue { renewal: None } => "final outreach is due".to_owned(),
        Reason::FinalOutreachDue { renewal: Some(date) } => {
            format!("final outreach: {}", renews(*date, now))
        }
        // That it is due today is why it stands there.
        Reason::TaskDue { task } if task.at.is_none() && task.due == Some(now.today()) => {
            task.title.to_string()
        }
        Reason::TaskDue { task } => task_with_due(task, now),
        Reason::ReplyWaiting { replied } => {
            format!("they replied {}, and wait for an answer", day_ago(now, *replied))
        }
        Reason::Unseen => "new, and nobody has looked at it".to_owned(),
        Reason::Quiet { since } => {
            let days = usize::try_from(now.days_since(*since)).unwrap_or_default();
            format!("no contact for {}", plural(days, "day", "days"))
        }
        Reason::NoNextStep { lost_call } => match lost_call {
            None => "engaged, and no call, task or other next step is planned",
            Some(LostCall::NoShow) => "nobody came to the call, and no other is booked",
            Some(LostCall::Canceled) => "the call was canceled, and no other is booked",
        }
        .to_owned(),
        Reason::OverTarget { week, target } => format!("week {week} of {target}"),
        Reason::Inconsistent(mismatch) => mismatch_text(mismatch),
    }
}

fn mismatch_text(mismatch: &Mismatch) -> String {
    match mismatch {
        Mismatch::StillNew { stage } => format!("outreach is recorded, yet it stands in {stage}"),
        Mismatch::NoOutreach { stage } => format!("it stands in {stage}, yet no outreach is recorded"),
        Mismatch::Unmapped { label } => format!("it stands under “{label}”, which is no stage"),
        Mismatch::NoRenewal { has_passed: false } => {
            "no renewal date is known: the next import may bring one".to_owned()
        }
        Mismatch::NoRenewal { has_passed: true } => {
            "its renewal date has passed, and nobody told us the next: an import may bring it".to_owned()
        }
        Mismatch::NoOwner => "nobody owns it".to_owned(),
        Mismatch::Misplaced { stage, engaged, better } => {
            let engaged = if *engaged { "they engaged" } else { "they never engaged" };
            let better = match better {
                Better::MoveTo(better) => format!(": {better} fits"),
                Better::Force => String::new(),
            };
            format!("{engaged}, yet it stands in {stage}{better}")
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
        return "no account is known yet: bring some in with `gangplank import FILE`".to_owned();
    }
    let Some(next @ Upcoming { at, account, .. }) = upcoming else {
        return "nobody needs you now, and nothing comes by itself".to_owned();
    };
    let name = board.get(account).map_or(account.as_str(), |account| account.name());
    let then = now.end_in_words(*at);
    let when = match now.days_until(now.date(*at)) {
        0 => format!("today at {}", now.clock(*at)),
        1 => format!("tomorrow, {then}"),
        days => format!("on {then}, in {days} days"),
    };
    format!("nobody needs you now; next is {name}, {when}: {}", upcoming_text(next, now))
}

fn renews(date: NaiveDate, now: &Now) -> String {
    match now.days_until(date) {
        0 => "renews today".to_owned(),
        1 => "renews tomorrow".to_owned(),
        days => format!("renews in {days} days"),
    }
}

fn day_ago(now: &Now, at: DateTime<Utc>) -> String {
    match now.days_since(at) {
        ..=0 => "today".to_owned(),
        1 => "yesterday".to_owned(),
        days => format!("{days} days ago"),
    }
}
