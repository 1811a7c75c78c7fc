//! Signals: what happened between a customer and us. A key, a webhook and a line of a file all become the same one.

use std::fmt;
use std::sync::Arc;

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

use super::by_fact::FactValues;
use super::money::Money;
use crate::casefold::folded;

/// A signal's id, unique for ever within its source.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct SignalId(#[serde(deserialize_with = "super::arc_str::text")] Arc<str>);

impl SignalId {
    pub fn new(text: &str) -> Self {
        Self(text.into())
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for SignalId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

/// What tells one signal from another: the same id from the same source twice changes nothing.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct SignalKey {
    pub id: SignalId,
    /// As [`folded`] writes it: systems are called now `Stripe`, now `stripe`.
    pub(in crate::state) source: Arc<str>,
}

/// A call's id, as the calendar knows it.
pub type CallId = Arc<str>;

/// Something that happened.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Signal {
    pub id: SignalId,
    /// When it happened, which may be long before we heard of it.
    pub at: DateTime<Utc>,
    /// Who did it; nothing when nobody said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by: Option<Arc<str>>,
    /// Where we heard of it: `key`, `calendly`, `stripe`, a file.
    pub source: Arc<str>,
    /// The template it was written from, as people call it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub template: Option<Arc<str>>,
    /// What it was.
    #[serde(rename = "what")]
    pub data: SignalData,
}

/// The source of signals from calendars: this alone, or before a colon and the calendar's name.
pub const CALENDAR_SOURCE: &str = "calendar";

/// The source of signals that a person records by hand.
pub const KEY_SOURCE: &str = "key";

impl Signal {
    pub fn key(&self) -> SignalKey {
        let is_folded = |c: char| c.is_ascii() && !c.is_ascii_uppercase() && !c.is_ascii_whitespace();
        let source = if self.source.chars().all(is_folded) {
            self.source.clone()
        } else {
            folded(self.source.trim()).into()
        };
        SignalKey { id: self.id.clone(), source }
    }

    /// Whether a calendar tells it.
    pub fn is_by_calendar(&self) -> bool {
        let rest = self.source.strip_prefix(CALENDAR_SOURCE);
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(':'))
    }

    /// Whether a person recorded it here. One from elsewhere is nobody's work here, whoever brings it in.
    pub fn is_by_key(&self) -> bool {
        &*self.source == KEY_SOURCE
    }
}

/// What a signal says happened.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SignalData {
    /// We wrote to them first.
    OutreachSent,
    /// They answered.
    ReplyReceived {
        /// Whether a machine answered for them: an auto-reply, or a calendar's acceptance.
        auto: bool,
    },
    /// A mail of ours came back.
    EmailBounced {
        /// The addresses that could not be reached; none where the report does not name them.
        to: Vec<Arc<str>>,
        /// The signal of the mail that came back, where it is known which that was.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        outreach: Option<SignalId>,
    },
    CallBooked {
        call: CallId,
        /// The id that the same call has in a calendar, where another system tells of it and says so.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        event: Option<CallId>,
        starts_at: DateTime<Utc>,
        ends_at: DateTime<Utc>,
    },
    /// A call was put at another time.
    CallRescheduled {
        call: CallId,
        /// The id it had until then, where the calendar gave it a new one.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        was: Option<CallId>,
        /// As of a booked one.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        event: Option<CallId>,
        starts_at: DateTime<Utc>,
        ends_at: DateTime<Utc>,
    },
    CallCanceled {
        call: CallId,
    },
    CallHeld {
        /// Which; nothing for one that was never booked, or is the only one.
        call: Option<CallId>,
    },
    CallNoShow {
        /// Which; nothing for the only one.
        call: Option<CallId>,
    },
    /// They came after all, or nobody was sure: the no-show is taken back.
    CallNoShowWithdrawn {
        call: CallId,
    },
    /// We wrote to them for the last time.
    FinalOutreachSent,
    /// Sales takes over.
    Handoff {
        reason: Arc<str>,
    },
    /// All they had subscribed to is canceled.
    SubscriptionCanceled,
    /// One subscription is canceled. Others may go on.
    SubscriptionEnded {
        subscription: Arc<str>,
    },
    /// A subscription will end with its period. It goes on until then.
    SubscriptionCancelScheduled {
        subscription: Arc<str>,
        /// Until when its period lasts.
        period_end: NaiveDate,
    },
    /// A subscription that was to end goes on.
    SubscriptionCancelWithdrawn {
        subscription: Arc<str>,
    },
    /// They bought a consultation.
    PaidCallPurchased,
    /// A bill is coming.
    InvoiceUpcoming {
        subscription: Arc<str>,
        /// Until when its period lasts.
        period_end: NaiveDate,
        amount: Money,
    },
    /// A bill could not be collected.
    InvoicePaymentFailed {
        invoice: Arc<str>,
        amount: Money,
        /// How often it was tried.
        attempt: u32,
        /// When it is tried again.
        next_attempt: Option<DateTime<Utc>>,
        /// Whose bill it is, if that was said.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        subscription: Option<Arc<str>>,
    },
    InvoicePaid {
        invoice: Arc<str>,
        /// Whose bill it was, if that was said.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        subscription: Option<Arc<str>>,
    },
    /// A bill is taken back: nobody has to pay it.
    InvoiceVoided {
        invoice: Arc<str>,
        /// Whose bill it was, if that was said.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        subscription: Option<Arc<str>>,
    },
    /// A bill is given up: nobody expects that it is paid.
    InvoiceUncollectible {
        invoice: Arc<str>,
        /// Whose bill it was, if that was said.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        subscription: Option<Arc<str>>,
    },
    /// Something is known now.
    FactsChanged {
        facts: FactValues,
    },
}

/// The kind of a signal, by its word.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "Arc<str>", into = "&'static str")]
pub enum SignalKind {
    OutreachSent,
    ReplyReceived,
    EmailBounced,
    CallBooked,
    CallRescheduled,
    CallCanceled,
    CallHeld,
    CallNoShow,
    CallNoShowWithdrawn,
    FinalOutreachSent,
    Handoff,
    SubscriptionCanceled,
    SubscriptionCancelScheduled,
    SubscriptionCancelWithdrawn,
    PaidCallPurchased,
    InvoiceUpcoming,
    InvoicePaymentFailed,
    InvoicePaid,
    InvoiceVoided,
    InvoiceUncollectible,
    FactsChanged,
}

impl From<SignalKind> for &'static str {
    fn from(kind: SignalKind) -> Self {
        kind.word()
    }
}

impl TryFrom<Arc<str>> for SignalKind {
    type Error = String;

    fn try_from(word: Arc<str>) -> Result<Self, String> {
        Self::parse(&word).ok_or_else(|| format!("`{word}` is not a signal this version knows"))
    }
}

/// Which way a touch goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Touch {
    /// They came to us.
    Inbound,
    /// We came to them.
    Outbound,
}

impl SignalKind {
    /// Every kind, with its word.
    pub const ALL: [(Self, &'static str); 21] = [
        (Self::OutreachSent, "outreach.sent"),
        (Self::ReplyReceived, "reply.received"),
        (Self::EmailBounced, "email.bounced"),
        (Self::CallBooked, "call.booked"),
        (Self::CallRescheduled, "call.rescheduled"),
        (Self::CallCanceled, "call.canceled"),
        (Self::CallHeld, "call.held"),
        (Self::CallNoShow, "call.no_show"),
        (Self::CallNoShowWithdrawn, "call.no_show_withdrawn"),
        (Self::FinalOutreachSent, "final_outreach.sent"),
        (Self::Handoff, "handoff"),
        (Self::SubscriptionCanceled, "subscription.canceled"),
        (Self::SubscriptionCancelScheduled, "subscription.cancel_scheduled"),
        (Self::SubscriptionCancelWithdrawn, "subscription.cancel_withdrawn"),
        (Self::PaidCallPurchased, "paid_call.purchased"),
        (Self::InvoiceUpcoming, "invoice.upcoming"),
        (Self::InvoicePaymentFailed, "invoice.payment_failed"),
        (Self::InvoicePaid, "invoice.paid"),
        (Self::InvoiceVoided, "invoice.voided"),
        (Self::InvoiceUncollectible, "invoice.uncollectible"),
        (Self::FactsChanged, "facts.changed"),
    ];

    pub fn word(self) -> &'static str {
        Self::ALL.iter().find(|(kind, _)| *kind == self).map_or("", |(_, word)| word)
    }

    /// The kind whose word is `text`.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.iter().find(|(_, word)| *word == text).map(|(kind, _)| *kind)
    }

    /// All words, for sentences.
    pub fn words() -> String {
        Self::ALL.iter().map(|(_, word)| *word).collect::<Vec<_>>().join(", ")
    }
}

impl SignalData {
    pub fn kind(&self) -> SignalKind {
        match self {
            Self::OutreachSent => SignalKind::OutreachSent,
            Self::ReplyReceived { .. } => SignalKind::ReplyReceived,
            Self::EmailBounced { .. } => SignalKind::EmailBounced,
            Self::CallBooked { .. } => SignalKind::CallBooked,
            Self::CallRescheduled { .. } => SignalKind::CallRescheduled,
            Self::CallCanceled { .. } => SignalKind::CallCanceled,
            Self::CallHeld { .. } => SignalKind::CallHeld,
            Self::CallNoShow { .. } => SignalKind::CallNoShow,
            Self::CallNoShowWithdrawn { .. } => SignalKind::CallNoShowWithdrawn,
            Self::FinalOutreachSent => SignalKind::FinalOutreachSent,
            Self::Handoff { .. } => SignalKind::Handoff,
            Self::SubscriptionCanceled | Self::SubscriptionEnded { .. } => SignalKind::SubscriptionCanceled,
            Self::SubscriptionCancelScheduled { .. } => SignalKind::SubscriptionCancelScheduled,
            Self::SubscriptionCancelWithdrawn { .. } => SignalKind::SubscriptionCancelWithdrawn,
            Self::PaidCallPurchased => SignalKind::PaidCallPurchased,
            Self::InvoiceUpcoming { .. } => SignalKind::InvoiceUpcoming,
            Self::InvoicePaymentFailed { .. } => SignalKind::InvoicePaymentFailed,
            Self::InvoicePaid { .. } => SignalKind::InvoicePaid,
            Self::InvoiceVoided { .. } => SignalKind::InvoiceVoided,
            Self::InvoiceUncollectible { .. } => SignalKind::InvoiceUncollectible,
            Self::FactsChanged { .. } => SignalKind::FactsChanged,
        }
    }

    /// Which way it touches the customer; nothing when it is no contact.
    pub fn touch(&self) -> Option<Touch> {
        match self {
            Self::OutreachSent | Self::FinalOutreachSent => Some(Touch::Outbound),
            Self::ReplyReceived { auto: false } | Self::CallBooked { .. } | Self::CallHeld { .. } => {
                Some(Touch::Inbound)
            }
            Self::ReplyReceived { auto: true }
            | Self::EmailBounced { .. }
            | Self::CallRescheduled { .. }
            | Self::CallCanceled { .. }
            | Self::CallNoShow { .. }
            | Self::CallNoShowWithdrawn { .. }
            | Self::Handoff { .. }
            | Self::SubscriptionCanceled
            | Self::SubscriptionEnded { .. }
            | Self::SubscriptionCancelScheduled { .. }
            | Self::SubscriptionCancelWithdrawn { .. }
            | Self::PaidCallPurchased
            | Self::InvoiceUpcoming { .. }
            | Self::InvoicePaymentFailed { .. }
            | Self::InvoicePaid { .. }
            | Self::InvoiceVoided { .. }
            | Self::InvoiceUncollectible { .. }
            | Self::FactsChanged { .. } => None,
        }
    }

    /// The call it names; nothing where it is about no call, or names none.
    pub fn call(&self) -> Option<&CallId> {
        if let Self::CallHeld { call } | Self::CallNoShow { call } = self {
            return call.as_ref();
        }
        let (Self::CallBooked { call, .. }
        | Self::CallRescheduled { call, .. }
        | Self::CallCanceled { call }
        | Self::CallNoShowWithdrawn { call }) = self
        else {
            return None;
        };
        Some(call)
    }

    /// The id that the call it names had before, if it was given another one.
    pub fn earlier_call(&self) -> Option<&CallId> {
        let Self::CallRescheduled { was, .. } = self else { return None };
        was.as_ref()
    }

    /// The id that the call it names has in a calendar, if it says so.
    pub fn calendar_event(&self) -> Option<&CallId> {
        let (Self::CallBooked { event, .. } | Self::CallRescheduled { event, .. }) = self else {
            return None;
        };
        event.as_ref()
    }

    /// How much the bill is that it is about, if it says so.
    pub fn amount(&self) -> Option<Money> {
        let (Self::InvoiceUpcoming { amount, .. } | Self::InvoicePaymentFailed { amount, .. }) = self else {
            return None;
        };
        Some(*amount)
    }

    /// The subscription it names, if it names one.
    pub fn subscription(&self) -> Option<&Arc<str>> {
        match self {
            Self::SubscriptionEnded { subscription }
            | Self::SubscriptionCancelScheduled { subscription, .. }
            | Self::SubscriptionCancelWithdrawn { subscription }
            | Self::InvoiceUpcoming { subscription, .. } => Some(subscription),
            Self::InvoicePaymentFailed { subscription, .. }
            | Self::InvoicePaid { subscription, .. }
            | Self::InvoiceVoided { subscription, .. }
            | Self::InvoiceUncollectible { subscription, .. } => subscription.as_ref(),
            Self::OutreachSent
            | Self::ReplyReceived { .. }
            | Self::EmailBounced { .. }
            | Self::CallBooked { .. }
            | Self::CallRescheduled { .. }
            | Self::CallCanceled { .. }
            | Self::CallHeld { .. }
            | Self::CallNoShow { .. }
            | Self::CallNoShowWithdrawn { .. }
            | Self::FinalOutreachSent
            | Self::Handoff { .. }
            | Self::SubscriptionCanceled
            | Self::PaidCallPurchased
            | Self::FactsChanged { .. } => None,
        }
    }

    /// Whether it tells of the subscriptions an account has, or had.
    pub fn is_about_subscriptions(&self) -> bool {
        *self == Self::SubscriptionCanceled || self.subscription().is_some()
    }

    /// Whether it shows that the customer engages: a person's reply, or a call booked or held.
    pub fn engages(&self) -> bool {
        self.touch() == Some(Touch::Inbound) || self.tells_of_a_booking()
    }

    /// Whether it leads where a signal of `kind` does.
    pub fn leads_as(&self, kind: SignalKind) -> bool {
        self.kind() == kind || kind == SignalKind::CallBooked && self.tells_of_a_booking()
    }

    /// Whether it moves a call of a calendar that names the earlier one, which was booked, even where nobody told of that.
    fn tells_of_a_booking(&self) -> bool {
        matches!(self, Self::CallRescheduled { was: Some(_), .. })
    }

    /// Whether it wakes a snoozed account: something they did, something about their money, or that
    /// they never got what they are to answer.
    pub fn wakes(&self) -> bool {
        match self {
            Self::ReplyReceived { auto: false }
            | Self::EmailBounced { .. }
            | Self::CallBooked { .. }
            | Self::CallRescheduled { .. }
            | Self::CallCanceled { .. }
            | Self::SubscriptionCanceled
            | Self::SubscriptionEnded { .. }
            | Self::SubscriptionCancelScheduled { .. }
            | Self::SubscriptionCancelWithdrawn { .. }
            | Self::PaidCallPurchased
            | Self::InvoiceUpcoming { .. }
            | Self::InvoicePaymentFailed { .. }
            | Self::InvoicePaid { .. }
            | Self::InvoiceVoided { .. }
            | Self::InvoiceUncollectible { .. } => true,
            Self::OutreachSent
            | Self::ReplyReceived { auto: true }
            | Self::CallHeld { .. }
            | Self::CallNoShow { .. }
            | Self::CallNoShowWithdrawn { .. }
            | Self::FinalOutreachSent
            | Self::Handoff { .. }
            | Self::FactsChanged { .. } => false,
        }
    }
}

/// A call with a customer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Call {
    pub starts_at: DateTime<Utc>,
    pub ends_at: DateTime<Utc>,
    /// What became of it; nothing while nobody said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub outcome: Option<CallOutcome>,
}

/// What became of a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CallOutcome {
    Held,
    NoShow,
    Canceled,
}
