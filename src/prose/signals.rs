//! What a signal tells.

use crate::state::{Now, SignalData};

/// What a signal says happened, in a few words.
pub fn text(what: &SignalData) -> &'static str {
    match what {
        SignalData::OutreachSent => "outreach sent",
        SignalData::ReplyReceived { auto: false } => "replied",
        SignalData::ReplyReceived { auto: true } => "answered automatically",
        SignalData::CallBooked { .. } => "call booked",
        SignalData::CallRescheduled { .. } => "call rescheduled",
        SignalData::CallCanceled { .. } => "call canceled",
        SignalData::CallHeld { .. } => "call held",
        SignalData::CallNoShow { .. } => "nobody came to the call",
        SignalData::FinalOutreachSent => "final outreach sent",
        SignalData::Handoff { .. } => "handed to sales",
        SignalData::SubscriptionCanceled => "subscription canceled",
        SignalData::PaidCallPurchased => "paid call purchased",
        SignalData::InvoiceUpcoming { .. } => "invoice upcoming",
        SignalData::InvoicePaymentFailed { .. } => "payment failed",
        SignalData::InvoicePaid { .. } => "invoice paid",
        SignalData::FactsChanged { .. } => "facts changed",
    }
}

/// The same, and for when it is.
pub fn with_time(what: &SignalData, now: &Now) -> String {
    match what {
        SignalData::CallBooked { starts_at, .. } | SignalData::CallRescheduled { starts_at, .. } => {
            format!("{} for {}", text(what), now.moment_in_words(*starts_at))
        }
        _ => text(what).to_owned(),
    }
}
