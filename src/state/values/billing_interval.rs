//! How often a subscription is billed.

/// How often a subscription is billed, and so how far a renewal rolls on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BillingInterval {
    Monthly,
    Quarterly,
    Semiannual,
    Annual,
}

impl BillingInterval {
    pub const ALL: [Self; 4] = [Self::Monthly, Self::Quarterly, Self::Semiannual, Self::Annual];

    /// The word that imports store.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Monthly => "monthly",
            Self::Quarterly => "quarterly",
            Self::Semiannual => "semiannual",
            Self::Annual => "annual",
        }
    }

    pub const fn months(self) -> u32 {
        match self {
            Self::Monthly => 1,
            Self::Quarterly => 3,
            Self::Semiannual => 6,
            Self::Annual => 12,
        }
    }

    /// Words that a fact may hold besides [`Self::word`]: what a signal sends is stored as it is written.
    const fn other_words(self) -> &'static [&'static str] {
        match self {
            Self::Monthly => &["month", "1 month"],
            Self::Quarterly => &["quarter", "3 months"],
            Self::Semiannual => &["semi-annual", "biannual", "half-yearly", "6 months"],
            Self::Annual => &["annually", "yearly", "year", "12 months"],
        }
    }

    /// The interval that the text of a fact stands for.
    pub fn parse(text: &str) -> Option<Self> {
        // Asked of every account when they are sorted by renewal: nothing is copied.
        let text = text.trim();
        Self::ALL.into_iter().find(|interval| {
            text.eq_ignore_ascii_case(interval.word())
                || interval.other_words().iter().any(|word| text.eq_ignore_ascii_case(word))
        })
    }
}
