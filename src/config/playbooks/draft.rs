//! The shapes of a playbook file, with the places of their values. What they mean is checked in `check`.

use std::sync::Arc;

use serde::Deserialize;
use toml::Spanned;

use crate::state::AlertKind;

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct PlaybooksFile {
    pub(super) built_in: Option<bool>,
    #[serde(default)]
    pub(super) off: Vec<Spanned<String>>,
    #[serde(default)]
    pub(super) segments: Vec<Arc<str>>,
    #[serde(default)]
    pub(super) playbook: Vec<PlaybookDraft>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct PlaybookDraft {
    pub(super) id: Spanned<String>,
    pub(super) title: Spanned<String>,
    pub(super) on: TriggerDraft,
    #[serde(default)]
    pub(super) when: Vec<Spanned<ConditionDraft>>,
    pub(super) then: Spanned<Vec<Spanned<ActionDraft>>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum TriggerDraft {
    FactsChanged,
    Signal(Several<Spanned<String>>),
    StageEntered(Several<Spanned<String>>),
    DaysBeforeRenewal(u32),
    DaysInStage(u32),
    DaysSinceTouch(u32),
    Clock(ClockDraft),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ClockDraft {
    pub(super) at: Spanned<String>,
    pub(super) day: Option<Spanned<String>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct AmountDraft {
    pub(super) at_least: Spanned<AmountsDraft>,
    pub(super) or_times_last: Option<u32>,
}

/// One amount, or one for each of several currencies.
#[derive(Deserialize)]
#[serde(untagged)]
pub(super) enum AmountsDraft {
    One(String),
    Several(Vec<String>),
}

#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum AlertDraft {
    FailedPayment,
    LargeInvoice,
}

impl From<AlertDraft> for AlertKind {
    fn from(draft: AlertDraft) -> Self {
        match draft {
            AlertDraft::FailedPayment => Self::FailedPayment,
            AlertDraft::LargeInvoice => Self::LargeInvoice,
        }
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct TaskDraft {
    pub(super) title: Spanned<String>,
    pub(super) due_in_days: Option<u32>,
    pub(super) done_on: Option<Several<Spanned<String>>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct MoveDraft {
    pub(super) to: Spanned<String>,
    pub(super) reason: Arc<str>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ConditionDraft {
    pub(super) stage: Option<Several<Spanned<String>>>,
    pub(super) on_board: Option<bool>,
    pub(super) fact: Option<Spanned<String>>,
    pub(super) known: Option<bool>,
    pub(super) above: Option<Spanned<ValueDraft>>,
    pub(super) at_least: Option<Spanned<ValueDraft>>,
    pub(super) below: Option<Spanned<ValueDraft>>,
    pub(super) at_most: Option<Spanned<ValueDraft>>,
    pub(super) one_of: Option<Several<Arc<str>>>,
    pub(super) is: Option<bool>,
    pub(super) plan: Option<Several<Arc<str>>>,
    pub(super) segment: Option<Spanned<String>>,
    pub(super) first_payment_due: Option<bool>,
    pub(super) bucket: Option<Several<Spanned<String>>>,
    pub(super) ever_in: Option<Several<Spanned<String>>>,
    pub(super) called_before: Option<Several<Spanned<String>>>,
    pub(super) engaged: Option<bool>,
    pub(super) by_specialist: Option<bool>,
    pub(super) automatic: Option<bool>,
    pub(super) amount: Option<AmountDraft>,
    pub(super) alert_open: Option<AlertDraft>,
    pub(super) days_in_stage: Option<u32>,
    pub(super) days_since_touch: Option<u32>,
    pub(super) days_since_outreach: Option<u32>,
    pub(super) days_before_renewal: Option<u32>,
    pub(super) renewed_since: Option<Spanned<String>>,
    pub(super) all: Option<Several<Spanned<ConditionDraft>>>,
    pub(super) any: Option<Several<Spanned<ConditionDraft>>>,
    pub(super) not: Option<Box<Spanned<ConditionDraft>>>,
}

#[derive(Deserialize)]
#[serde(
    untagged,
    expecting = "write a number, an amount such as \"100 USD\", or a date such as \"2025-01-31\""
)]
pub(super) enum ValueDraft {
    Number(f64),
    Text(String),
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum ActionDraft {
    Move(Spanned<String>),
    MoveBecause(MoveDraft),
    Join(Spanned<String>),
    Leave(Spanned<String>),
    Stamp(Spanned<String>),
    Raise(AlertDraft),
    Close(AlertDraft),
    Task(TaskDraft),
    Attention(Spanned<String>),
    Assign(Spanned<String>),
}

/// A list of one or more.
#[derive(Deserialize)]
#[serde(try_from = "Vec<T>")]
pub(super) struct Several<T>(pub(super) Vec<T>);

impl<T> TryFrom<Vec<T>> for Several<T> {
    type Error = &'static str;

    fn try_from(list: Vec<T>) -> Result<Self, Self::Error> {
        if list.is_empty() {
            return Err("the list is empty: write one or more, or remove the key");
        }
        Ok(Self(list))
    }
}
