//! Findings: what a file, or what is learned over time, makes us ask about an account, until something settles it or a
//! person dismisses it.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use strum::{Display, IntoStaticStr};

use super::account_id::AccountId;
use super::fact::{FactKey, Source};

/// What is asked. An account has one finding of each kind at most.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[derive(Display, IntoStaticStr)]
#[strum(serialize_all = "snake_case")]
pub enum FindingKind {
    LeftExport,
    PossibleDuplicate,
    BackAgain,
    MailBounced,
}

impl FindingKind {
    pub const ALL: [Self; 4] =
        [Self::LeftExport, Self::PossibleDuplicate, Self::BackAgain, Self::MailBounced];

    /// Its word in JSON and commands.
    pub fn word(self) -> &'static str {
        self.into()
    }
}

/// What was found, and when.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finding {
    pub at: DateTime<Utc>,
    pub data: FindingData,
    /// Whether a person said that nothing is to be done about it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub dismissed: bool,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FindingData {
    /// A whole export did not have it, nor did a later file.
    LeftExport {
        #[serde(deserialize_with = "super::arc_str::text")]
        export: Source,
    },
    /// It may be an account that was known before, because both have the same under this fact.
    PossibleDuplicate { of: AccountId, same: FactKey },
    /// Its onboarding was over, and something new was learned since.
    BackAgain { news: News },
    /// Mail to these addresses came back.
    MailBounced { to: Vec<Arc<str>> },
}

/// What was learned of an account whose onboarding was over.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum News {
    /// Another value of this fact.
    Fact(FactKey),
    /// A subscription that nobody knew, or that had ended.
    Subscription(#[serde(deserialize_with = "super::arc_str::text")] Arc<str>),
    /// The file does not say any more when they churned.
    NoLongerChurned,
}

impl FindingData {
    pub fn kind(&self) -> FindingKind {
        match self {
            Self::LeftExport { .. } => FindingKind::LeftExport,
            Self::PossibleDuplicate { .. } => FindingKind::PossibleDuplicate,
            Self::BackAgain { .. } => FindingKind::BackAgain,
            Self::MailBounced { .. } => FindingKind::MailBounced,
        }
    }
}
