//! What sets a playbook off, and what it does, as a colleague would say it.

use chrono::Weekday;

use super::{dates, lists, requirements};
use crate::playbook::{EvalContext, Playbook, Reaction, Trigger};
use crate::state::{Account, AlertKind, Now, Occasion, SignalKind};

/// What sets a playbook off: `they reply`, `10 days or fewer are left before its next renewal`.
pub fn trigger(trigger: &Trigger) -> String {
    match trigger {
        Trigger::FactsChanged => "its facts change".to_owned(),
        Trigger::Signal(kinds) => {
            lists::either(&kinds.iter().map(|kind| happening(*kind)).collect::<Vec<_>>(), "or")
        }
        Trigger::StageEntered(stages) => format!("it enters {}", lists::either(stages, "or")),
        Trigger::DaysBeforeRenewal(0) => "the day of its next renewal has come".to_owned(),
        Trigger::DaysBeforeRenewal(1) => "a day or less is left before its next renewal".to_owned(),
        Trigger::DaysBeforeRenewal(days) => format!("{days} days or fewer are left before its next renewal"),
        Trigger::DaysInStage(days) => format!("it has been in its stage for {}", lists::days(*days)),
        Trigger::DaysSinceTouch(days) => format!("there has been no contact for {}", lists::days(*days)),
        Trigger::Clock(None, time) => format!("it is {} on any day", time.format("%H:%M")),
        Trigger::Clock(Some(day), time) => format!("it is {} on a {}", time.format("%H:%M"), weekday(*day)),
    }
}

/// What a playbook does, when, and what must hold, in one sentence: `When they reply, move it to 3a, if it is in 2`.
pub fn rule(playbook: &Playbook) -> String {
    let does: Vec<String> = playbook.then.iter().map(action_in_short).collect();
    let requirements = requirements::text(&playbook.when);
    let requirements = if requirements.is_empty() { requirements } else { format!(", if {requirements}") };
    format!("When {}, {}{requirements}", trigger(&playbook.on), does.join(" and "))
}

/// For what a playbook that `trigger` sets off will not act again.
pub fn served_for(trigger: &Trigger, context: &EvalContext<'_>) -> String {
    let this_time = || format!("for this time ({})", self::trigger(trigger));
    match trigger {
        Trigger::DaysBeforeRenewal(_) => {
            let renewal = context.account.next_renewal(context.now.today());
            renewal
                .map_or_else(this_time, |it| format!("for the renewal on {}", dates::day(&context.now, it)))
        }
        Trigger::DaysInStage(_) => "for this stay in its stage".to_owned(),
        Trigger::DaysSinceTouch(_) => "for this time without contact".to_owned(),
        Trigger::Clock(..) => "for today".to_owned(),
        Trigger::FactsChanged | Trigger::Signal(_) | Trigger::StageEntered(_) => this_time(),
    }
}

/// What a playbook ran for, and which day or moment of those: `Renewal on`, `2024-12-22`.
pub fn occasion(occasion: &Occasion, now: &Now) -> (String, Option<String>) {
    match occasion {
        Occasion::FactsChanged => ("Facts updated".to_owned(), None),
        Occasion::StageEntered(stage) => (format!("Entered {stage}"), None),
        Occasion::Signal(..) | Occasion::Unknown(_) => (occasion.to_string(), None),
        Occasion::Renewal(date) => ("Renewal on".to_owned(), Some(date.to_string())),
        Occasion::Stay { stage, since } => {
            (format!("In {stage} since"), Some(dates::in_figures(now, *since)))
        }
        Occasion::Silence { since } => ("No contact since".to_owned(), Some(dates::in_figures(now, *since))),
        Occasion::Day(date) => ("Scheduled for".to_owned(), Some(date.to_string())),
    }
}

/// What a playbook does: `move it to 2`.
pub fn action(action: &Reaction) -> String {
    match action {
        Reaction::Move(to) | Reaction::MoveBecause(to, _) => format!("move it to {to}"),
        Reaction::Join(segment) => format!("add it to {segment}"),
        Reaction::Leave(segment) => format!("remove it from {segment}"),
        Reaction::Stamp(stamp) => format!("record its first entry into {stamp}"),
        Reaction::Raise(kind) => format!("raise the alert “{}”", kind.title()),
        Reaction::Close(kind) => format!("close the alert “{}”", kind.title()),
        Reaction::Task(new) => {
            let due = match new.due_in_days {
                None => String::new(),
                Some(0) => ", due the same day".to_owned(),
                Some(days) => format!(", due {} later", lists::days(days)),
            };
            let done = match &new.done_on[..] {
                [] => String::new(),
                kinds => {
                    let kinds: Vec<_> = kinds.iter().map(|kind| happening(*kind)).collect();
                    format!(", until {}", lists::either(&kinds, "or"))
                }
            };
            format!("{}{due}{done}", action_in_short(action))
        }
        Reaction::Assign(owner) => format!("assign it to {owner}"),
    }
}

/// What a playbook does, in short: of a task, only which it is.
pub fn action_in_short(action: &Reaction) -> String {
    match action {
        Reaction::Task(new) => format!("add the task “{}”", new.title),
        other => self::action(other),
    }
}

/// That what a playbook does is so for `account`: `it is already in 1`.
pub fn already(action: &Reaction, account: &Account, now: &Now) -> String {
    match action {
        Reaction::Move(to) | Reaction::MoveBecause(to, _) => format!("it is already in {to}"),
        Reaction::Join(segment) => format!("it is already in {segment}"),
        Reaction::Leave(segment) => format!("it is not in {segment}"),
        Reaction::Stamp(stamp) => account.stamps.get(stamp).map_or_else(
            || format!("it entered {stamp}"),
            |at| format!("it entered {stamp} on {}", dates::day(now, now.date(*at))),
        ),
        Reaction::Task(new) => format!("the task “{}” is already added", new.title),
        Reaction::Assign(_) => format!("it is already owned by {}", account.owner().unwrap_or("somebody")),
        Reaction::Raise(kind) => format!("the alert “{}” is already open", kind.title()),
        Reaction::Close(AlertKind::Playbook) => {
            "nothing to close: no alert about a playbook is open".to_owned()
        }
        Reaction::Close(kind) => format!("nothing to close: no {} is open", kind.title().to_lowercase()),
    }
}

/// A kind of signal as something that happens: `they reply`.
pub fn happening(kind: SignalKind) -> &'static str {
    words(kind).0
}

/// The same, done by `who`: `dana sends outreach`. Nothing for what the team does not do.
pub fn happening_by(kind: SignalKind, who: &str) -> Option<String> {
    words(kind).1.map(|does| format!("{who} {does}"))
}

/// What happens, and what somebody of the team does then.
fn words(kind: SignalKind) -> (&'static str, Option<&'static str>) {
    match kind {
        SignalKind::OutreachSent => ("outreach is sent", Some("sends outreach")),
        SignalKind::ReplyReceived => ("they reply", None),
        SignalKind::EmailBounced => ("mail to them bounces", None),
        SignalKind::CallBooked => ("a call is booked", None),
        SignalKind::CallRescheduled => ("a call is rescheduled", None),
        SignalKind::CallCanceled => ("a call is canceled", None),
        SignalKind::CallHeld => ("a call is held", None),
        SignalKind::CallNoShow => ("a call is a no-show", None),
        SignalKind::CallNoShowWithdrawn => ("a no-show is withdrawn", None),
        SignalKind::FinalOutreachSent => ("final outreach is sent", None),
        SignalKind::Handoff => ("it is handed off to sales", Some("hands it off to sales")),
        SignalKind::SubscriptionCanceled => ("they churn", None),
        SignalKind::SubscriptionCancelScheduled => ("a cancellation is scheduled", None),
        SignalKind::SubscriptionCancelWithdrawn => ("a cancellation is withdrawn", None),
        SignalKind::PaidCallPurchased => ("a paid call is purchased", None),
        SignalKind::InvoiceUpcoming => ("an upcoming invoice is announced", None),
        SignalKind::InvoicePaymentFailed => ("a payment fails", None),
        SignalKind::InvoicePaid => ("an invoice is paid", None),
        SignalKind::InvoiceVoided => ("an invoice is voided", None),
        SignalKind::InvoiceUncollectible => ("an invoice is uncollectible", None),
        SignalKind::FactsChanged => ("facts are reported", Some("reports facts")),
    }
}

fn weekday(day: Weekday) -> &'static str {
    match day {
        Weekday::Mon => "Monday",
        Weekday::Tue => "Tuesday",
        Weekday::Wed => "Wednesday",
        Weekday::Thu => "Thursday",
        Weekday::Fri => "Friday",
        Weekday::Sat => "Saturday",
        Weekday::Sun => "Sunday",
    }
}
