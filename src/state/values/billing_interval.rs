//! How often a subscription is billed.

/// How often a subscription is billed, and so how far a renewal rolls on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BillingInterval {
    Weekly,
    Fortnightly,
    Monthly,
    Quarterly,
    Semiannual,
    Annual,
}

/// How far one renewal is from the next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BillingPeriod {
    Days(u32),
    Months(u32),
}

impl BillingInterval {
    pub const ALL: [Self; 6] =
        [Self::Weekly, Self::Fortnightly, Self::Monthly, Self::Quarterly, Self::Semiannual, Self::Annual];

    /// The word that imports store.
    pub const fn word(self) -> &'static str {
        self.words()[0]
    }

    pub const fn period(self) -> BillingPeriod {
        match self {
            Self::Weekly => BillingPeriod::Days(7),
            Self::Fortnightly => BillingPeriod::Days(14),
            Self::Monthly => BillingPeriod::Months(1),
            Self::Quarterly => BillingPeriod::Months(3),
            Self::Semiannual => BillingPeriod::Months(6),
            Self::Annual => BillingPeriod::Months(12),
        }
    }

    /// The words that a fact may hold, that of imports first: what a signal sends is stored as it is written.
    const fn words(self) -> &'static [&'static str] {
        match self {
            Self::Weekly => &["weekly", "week", "1 week", "7 days", "every week"],
            Self::Fortnightly => &[
                "fortnightly",
                "fortnight",
                "biweekly",
                "bi-weekly",
                "2 weeks",
                "14 days",
                "every 2 weeks",
                "every two weeks",
            ],
            Self::Monthly => &["monthly", "month", "1 month", "every month"],
            Self::Quarterly => &["quarterly", "quarter", "3 months", "every 3 months"],
            Self::Semiannual => &[
                "semiannual",
                "semi-annual",
                "biannual",
                "half-yearly",
                "half yearly",
                "6 months",
                "every 6 months",
            ],
            Self::Annual => &["annual", "annually", "yearly", "year", "12 months", "every year"],
        }
    }

    /// The interval that the text of a fact stands for.
    pub fn parse(text: &str) -> Option<Self> {
        // Asked of every account when they are sorted by renewal: nothing is copied.
        let text = text.trim();
        Self::ALL
            .into_iter()
            .find(|interval| interval.words().iter().any(|word| text.eq_ignore_ascii_case(word)))
    }
}
