//! What a signal tells.

use super::dates;
use super::lists::lower_case;
use std::sync::Arc;

use crate::state::{Now, Signal, SignalData};

/// What a signal says happened, as a label.
pub fn title(what: &SignalData) -> &'static str {
    match what {
        SignalData::OutreachSent => "Outreach sent",
        SignalData::ReplyReceived { auto: false } => "Reply received",
        SignalData::ReplyReceived { auto: true } => "Automatic reply received",
        SignalData::EmailBounced { .. } => "Mail bounced",
        SignalData::CallBooked { .. } => "Call booked",
        SignalData::CallRescheduled { .. } => "Call rescheduled",
        SignalData::CallCanceled { .. } => "Call canceled",
        SignalData::CallHeld { .. } => "Call held",
        SignalData::CallNoShow { .. } => "No-show",
        SignalData::CallNoShowWithdrawn { .. } => "No-show withdrawn",
        SignalData::FinalOutreachSent => "Final outreach sent",
        SignalData::Handoff { .. } => "Handed off to sales",
        SignalData::SubscriptionCanceled => "Churned",
        SignalData::SubscriptionEnded { .. } => "Subscription canceled",
        SignalData::SubscriptionCancelScheduled { .. } => "Cancellation scheduled",
        SignalData::SubscriptionCancelWithdrawn { .. } => "Cancellation withdrawn",
        SignalData::PaidCallPurchased => "Paid call purchased",
        SignalData::InvoiceUpcoming { .. } => "Upcoming invoice",
        SignalData::InvoicePaymentFailed { .. } => "Payment failed",
        SignalData::InvoicePaid { .. } => "Invoice paid",
        SignalData::InvoiceVoided { .. } => "Invoice voided",
        SignalData::InvoiceUncollectible { .. } => "Invoice uncollectible",
        SignalData::FactsChanged { .. } => "Facts reported",
    }
}

/// The same of `signal`, and the template it was written from: `Outreach sent (First outreach)`.
pub fn titled(signal: &Signal) -> String {
    with_template(title(&signal.data), signal)
}

/// `text`, and the template that `signal` was written from.
pub fn with_template(text: &str, signal: &Signal) -> String {
    signal.template.as_ref().map_or_else(|| text.to_owned(), |template| format!("{text} ({template})"))
}

/// The same within a sentence, and for when it is: `call booked for Mon 16 Dec, 15:00`.
pub fn phrase(what: &SignalData, now: &Now) -> String {
    match what {
        SignalData::CallBooked { starts_at, .. } | SignalData::CallRescheduled { starts_at, .. } => {
            format!("{} for {}", lower_case(title(what)), dates::moment(now, *starts_at))
        }
        SignalData::SubscriptionCancelScheduled { period_end, .. } => {
            format!("{} for {}", lower_case(title(what)), dates::day(now, *period_end))
        }
        SignalData::EmailBounced { to, .. } => lower_case(&bounced(to)),
        _ => lower_case(title(what)),
    }
}

/// `Mail to jane@example.com bounced`.
pub(super) fn bounced(to: &[Arc<str>]) -> String {
    match to {
        [] => "Mail to them bounced".to_owned(),
        [one] => format!("Mail to {one} bounced"),
        [one, other] => format!("Mail to {one} and {other} bounced"),
        [one, more @ ..] => format!("Mail to {one} and {} others bounced", more.len()),
    }
}

/// What a signal says happened, with everything it carries: `Call booked: for Mon 16 Dec, 15:00`.
pub fn with_details(what: &SignalData, now: &Now) -> String {
    let details = match what {
        SignalData::CallBooked { starts_at, .. } | SignalData::CallRescheduled { starts_at, .. } => {
            format!("for {}", dates::moment(now, *starts_at))
        }
        SignalData::EmailBounced { to, .. } if !to.is_empty() => to.join(", "),
        SignalData::CallCanceled { call }
        | SignalData::CallNoShowWithdrawn { call }
        | SignalData::CallHeld { call: Some(call) }
        | SignalData::CallNoShow { call: Some(call) } => format!("call {call}"),
        SignalData::Handoff { reason } => reason.to_string(),
        SignalData::SubscriptionEnded { subscription }
        | SignalData::SubscriptionCancelWithdrawn { subscription } => subscription.to_string(),
        SignalData::SubscriptionCancelScheduled { subscription, period_end } => {
            format!("{subscription} ends on {}", dates::day(now, *period_end))
        }
        SignalData::InvoiceUpcoming { period_end, amount, .. } => {
            format!("{amount}, until {}", dates::day(now, *period_end))
        }
        SignalData::InvoicePaymentFailed { invoice, amount, attempt, .. } => {
            format!("{amount}, attempt {attempt}, invoice {invoice}")
        }
        SignalData::InvoicePaid { invoice, .. }
        | SignalData::InvoiceVoided { invoice, .. }
        | SignalData::InvoiceUncollectible { invoice, .. } => format!("invoice {invoice}"),
        SignalData::FactsChanged { facts } => {
            facts.iter().map(|(key, value)| format!("{key} {value}")).collect::<Vec<_>>().join(", ")
        }
        SignalData::OutreachSent
        | SignalData::ReplyReceived { .. }
        | SignalData::EmailBounced { .. }
        | SignalData::CallHeld { call: None }
        | SignalData::CallNoShow { call: None }
        | SignalData::FinalOutreachSent
        | SignalData::SubscriptionCanceled
        | SignalData::PaidCallPurchased => return title(what).to_owned(),
    };
    format!("{}: {details}", title(what))
}
