//! Events of Stripe, as webhooks bring them and as `GET /v1/events` lists them.
//!
//! An event keeps the form of the API version under which it was made, so several generations are read. The fields, and
//! what becomes of them, are listed in `docs/signals.md`.

use serde_json::{Map, Value};

use super::fields::{at, flag, id, moment, need, text, whole};
use super::{AccountNaming, EventReading, Provider, Unreadable, fields};
use crate::state::values::account_ref::AccountRef;
use crate::state::values::signal::{Signal, SignalData};
use crate::state::{Currency, Money};

/// Whether `record` is an event of Stripe.
pub(super) fn sends(record: &Map<String, Value>) -> bool {
    match record.get("object").and_then(Value::as_str) {
        Some("event" | "v2.core.event") => true,
        Some(object) => SHOWN_OBJECTS.contains(&object) && record.contains_key("livemode"),
        None => false,
    }
}

/// Objects that people save in place of the events about them.
const SHOWN_OBJECTS: [&str; 3] = ["invoice", "subscription", "customer"];

/// Translates one event.
///
/// # Errors
/// What is wrong in it.
pub(super) fn translate(event: &Map<String, Value>) -> Result<EventReading, Unreadable> {
    match text(event, "object")? {
        Some("event") => {}
        Some("v2.core.event") => {
            return unreadable(
                "a thin event says only that something happened, not what: choose the snapshot payload for the event \
                 destination in Stripe",
            );
        }
        Some(other) => {
            return unreadable(&format!(
                "this is of the kind `{}`, not an event: save events, as webhooks bring them and GET /v1/events lists \
                 them",
                fields::short(other)
            ));
        }
        None => return unreadable("this is not an event of Stripe: its `object` is not `event`"),
    }
    let kind = need("type", text(event, "type")?)?;
    let ignored = |what: &str| Ok(EventReading::Ignored(format!("{}{what}", fields::short(kind))));
    let data = match kind {
        "invoice.payment_failed" => payment_failed(event)?,
        // The older twin is sent beside the newer one.
        "invoice.paid" | "invoice.payment_succeeded" if is_free(event)? => return ignored(" of 0"),
        "invoice.paid" | "invoice.payment_succeeded" => {
            SignalData::InvoicePaid { invoice: invoice(event)?.into(), subscription: subscription(event)? }
        }
        "invoice.voided" => {
            SignalData::InvoiceVoided { invoice: invoice(event)?.into(), subscription: subscription(event)? }
        }
        "invoice.marked_uncollectible" => SignalData::InvoiceUncollectible {
            invoice: invoice(event)?.into(),
            subscription: subscription(event)?,
        },
        "invoice.upcoming" => SignalData::InvoiceUpcoming {
            subscription: need("data.object.subscription", subscription_or_line(event)?)?,
            period_end: need("data.object.period_end", moment(event, "data.object.period_end")?)?
                .date_naive(),
            amount: amount(event, "data.object.amount_due")?,
        },
        "customer.subscription.updated" => match cancellation(event)? {
            Some(data) => data,
            None => return ignored(""),
        },
        "customer.subscription.deleted" => SignalData::SubscriptionEnded {
            subscription: need("data.object.id", text(event, "data.object.id")?)?.into(),
        },
        _ => return ignored(""),
    };
    let signal = signal(event, data)?;
    let is_test = flag(event, "livemode")? == Some(false);
    Ok(EventReading::Signals { account: customer(event)?, signals: vec![signal], is_test })
}

fn unreadable<T>(why: &str) -> Result<T, Unreadable> {
    Err(Unreadable(why.to_owned()))
}

/// The signal of `event`, under an id that a second delivery of it has, too.
///
/// A payment is told twice, by two events of nearly the same time. Both carry the invoice as it was paid, so the signal
/// takes its id and its time from there. Invoices that do not say when they were paid are older than the second event.
fn signal(event: &Map<String, Value>, data: SignalData) -> Result<Signal, Unreadable> {
    let created = need("created", moment(event, "created")?)?;
    let paid_at = moment(event, "data.object.status_transitions.paid_at")?;
    let (id, at) = match (&data, paid_at) {
        (SignalData::InvoicePaid { invoice, .. }, Some(paid_at)) => (format!("paid:{invoice}"), paid_at),
        _ => (need("id", text(event, "id")?)?.to_owned(), created),
    };
    Ok(Provider::Stripe.signal(&id, at, data))
}

/// How the event names its account: by the customer's id, and by the address that its bills go to.
fn customer(event: &Map<String, Value>) -> Result<AccountNaming, Unreadable> {
    let mut names = Vec::new();
    for path in ["data.object.customer", "data.object.customer_account"] {
        let id = id(event, path)?;
        names.extend(id.map(|id| AccountRef::Other(Provider::Stripe.word().into(), id.into())));
    }
    for path in ["data.object.customer_email", "data.object.customer.email"] {
        names.extend(fields::address(event, path)?);
    }
    need("data.object.customer", AccountNaming::of(names))
}

fn payment_failed(event: &Map<String, Value>) -> Result<SignalData, Unreadable> {
    // What is still to be paid; older invoices say only what was due at first.
    let remaining = "data.object.amount_remaining";
    let owed = if at(event, remaining).is_some() { remaining } else { "data.object.amount_due" };
    let attempt = whole(event, "data.object.attempt_count")?.unwrap_or(1).max(1);
    let Ok(attempt) = u32::try_from(attempt) else {
        return unreadable(&format!("`data.object.attempt_count` is {attempt}, which nobody tries"));
    };
    Ok(SignalData::InvoicePaymentFailed {
        invoice: invoice(event)?.into(),
        amount: amount(event, owed)?,
        attempt,
        next_attempt: moment(event, "data.object.next_payment_attempt")?,
        subscription: subscription(event)?,
    })
}

/// What an update of a subscription says of its end: that it is to come, that it is not after all, or nothing.
fn cancellation(event: &Map<String, Value>) -> Result<Option<SignalData>, Unreadable> {
    let object = "data.object";
    let is_to_end = flag(event, "data.object.cancel_at_period_end")? == Some(true)
        || at(event, "data.object.cancel_at").is_some();
    let before = at(event, "data.previous_attributes").and_then(Value::as_object);
    // The attributes that changed, as they were.
    let changed = match before {
        Some(before) => ["cancel_at_period_end", "cancel_at"].iter().any(|name| before.contains_key(*name)),
        None => is_to_end,
    };
    if !changed {
        return Ok(None);
    }
    let subscription = need("data.object.id", text(event, "data.object.id")?)?.into();
    if !is_to_end {
        return Ok(Some(SignalData::SubscriptionCancelWithdrawn { subscription }));
    }
    let mut ends = None;
    for path in ["cancel_at", "current_period_end"] {
        ends = ends.or(moment(event, &format!("{object}.{path}"))?);
    }
    // Since 2025-03, each item of it has a period.
    if ends.is_none()
        && let Some(Value::Array(items)) = at(event, "data.object.items.data")
    {
        for item in items.iter().filter_map(Value::as_object) {
            ends = ends.or(moment(item, "current_period_end")?);
        }
    }
    let period_end = need("data.object.cancel_at", ends)?.date_naive();
    Ok(Some(SignalData::SubscriptionCancelScheduled { subscription, period_end }))
}

fn invoice(event: &Map<String, Value>) -> Result<&str, Unreadable> {
    need("data.object.id", text(event, "data.object.id")?)
}

/// Whether the invoice asks for nothing, as the first one of a trial does. Paying it is no payment.
fn is_free(event: &Map<String, Value>) -> Result<bool, Unreadable> {
    if let Some(total) = at(event, "data.object.total").and_then(Value::as_i64) {
        return Ok(total == 0);
    }
    let due = whole(event, "data.object.amount_due")?;
    Ok(due == Some(0) && whole(event, "data.object.amount_paid")?.unwrap_or(0) == 0)
}

/// The subscription of an invoice: since 2025-03 below `parent`, before at the top.
fn subscription<T: for<'a> From<&'a str>>(event: &Map<String, Value>) -> Result<Option<T>, Unreadable> {
    for path in ["data.object.parent.subscription_details.subscription", "data.object.subscription"] {
        if let Some(id) = id(event, path)? {
            return Ok(Some(id.into()));
        }
    }
    Ok(None)
}

/// The subscription of an invoice, else of its first line that names one.
fn subscription_or_line<T: for<'a> From<&'a str>>(
    event: &Map<String, Value>,
) -> Result<Option<T>, Unreadable> {
    if let Some(known) = subscription(event)? {
        return Ok(Some(known));
    }
    let Some(Value::Array(lines)) = at(event, "data.object.lines.data") else { return Ok(None) };
    for line in lines.iter().filter_map(Value::as_object) {
        for path in ["parent.subscription_item_details.subscription", "subscription"] {
            if let Some(id) = id(line, path)? {
                return Ok(Some(id.into()));
            }
        }
    }
    Ok(None)
}

/// The amount at `path`, in whole minor units as ISO 4217 has them.
fn amount(event: &Map<String, Value>, path: &str) -> Result<Money, Unreadable> {
    let minor = need(path, whole(event, path)?)?;
    let code = need("data.object.currency", text(event, "data.object.currency")?)?;
    let Ok(currency) = code.parse::<Currency>() else {
        return unreadable(&format!("`data.object.currency` is `{}`, not a currency", fields::short(code)));
    };
    match in_iso_units(minor, currency) {
        Some(minor) => Ok(Money::new(minor, currency)),
        None => unreadable(&format!("`{path}` is {minor}, which is too large")),
    }
}

/// Stripe counts a few currencies in other units than ISO 4217: krónur and Ugandan shillings in hundredths, which neither
/// has any more, and ariary as wholes.
fn in_iso_units(minor: i64, currency: Currency) -> Option<i64> {
    match currency.code() {
        "ISK" | "UGX" => Some(minor / 100),
        "MGA" => minor.checked_mul(100),
        _ => Some(minor),
    }
}
