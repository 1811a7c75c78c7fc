//! Refunds and adjustments: what was given back to a customer, and why.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::money::Money;

/// Money that was given back. Nothing here pays it: it is noted for the bill and the history.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Refund {
    pub at: DateTime<Utc>,
    pub by: Arc<str>,
    pub kind: RefundKind,
    /// More than zero.
    pub amount: Money,
    /// Why, in a person's words. Never empty.
    pub reason: Arc<str>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[derive(strum::Display, strum::EnumString, strum::IntoStaticStr, strum::VariantArray)]
#[strum(serialize_all = "snake_case")]
pub enum RefundKind {
    /// A bill that was paid is paid back.
    Refund,
    /// A bill is lowered before it is paid.
    Adjustment,
}

impl RefundKind {
    /// As labels call it.
    pub fn title(self) -> &'static str {
        match self {
            Self::Refund => "Refund",
            Self::Adjustment => "Adjustment",
        }
    }
}
