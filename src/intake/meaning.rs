//! What a column of an import becomes.

use crate::state::{FactKey, Stamp};

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, strum::Display)]
#[strum(serialize_all = "snake_case")]
pub enum Meaning {
    /// The external id that says which account a row is about.
    ExternalId,
    /// The stage an account is in elsewhere.
    Stage,
    Segments,
    /// When it first entered a stage or bucket elsewhere.
    #[strum(to_string = "first_entered.{0}")]
    FirstEntered(Stamp),
    /// Since when it is in its stage elsewhere.
    StageSince,
    PaymentRisk,
    PaymentRiskReason,
    /// The currency of the row's amounts.
    Currency,
    #[strum(to_string = "{0}")]
    Fact(FactKey),
    /// An extra fact under the column's own name.
    Extra,
    /// The column is left out.
    Ignore,
}

/// The meanings that are not facts, by the words mapping files use.
const WORDS: [(&str, Meaning); 9] = [
    ("external_id", Meaning::ExternalId),
    ("stage", Meaning::Stage),
    ("segments", Meaning::Segments),
    ("stage_since", Meaning::StageSince),
    ("payment_risk", Meaning::PaymentRisk),
    ("payment_risk_reason", Meaning::PaymentRiskReason),
    ("currency", Meaning::Currency),
    ("extra", Meaning::Extra),
    ("ignore", Meaning::Ignore),
];

/// What the word of a first-entered stamp begins with: `first_entered.2`.
const FIRST_ENTERED: &str = "first_entered.";

impl Meaning {
    /// The meaning a word in a mapping file stands for.
    pub fn parse(word: &str) -> Option<Self> {
        match WORDS.iter().find(|(known, _)| *known == word) {
            Some((_, meaning)) => Some(meaning.clone()),
            None => match word.strip_prefix(FIRST_ENTERED) {
                Some("") => None,
                Some(stamp) => Some(Self::FirstEntered(stamp.into())),
                None => FactKey::parse(word).map(Self::from),
            },
        }
    }

    /// Every word a mapping file may use, except the open-ended `id.…`, `extra.…` and `first_entered.…`.
    pub fn words() -> impl Iterator<Item = String> {
        WORDS.iter().map(|(word, _)| (*word).to_owned()).chain(fact_words())
    }
}

/// The keys of the facts that a person or a program may write.
pub(super) fn fact_words() -> impl Iterator<Item = String> {
    FactKey::known().filter(|key| *key != FactKey::StageLabel).map(|key| key.to_string())
}

impl From<FactKey> for Meaning {
    /// The stage's label is not a fact of its own: it says which stage the account is in.
    fn from(key: FactKey) -> Self {
        if key == FactKey::StageLabel { Self::Stage } else { Self::Fact(key) }
    }
}
