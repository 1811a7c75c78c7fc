//! What playbooks must know of the team.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::parallel;
use crate::state::{Account, Board, Currency, Money, Roster, Segment};

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Team {
    /// Who the people are, and the names they go by.
    pub roster: Roster,
    /// Whose outreach counts. While none is named, everybody's does.
    pub specialists: Vec<Arc<str>>,
    /// Who gets the alerts of accounts without an owner.
    pub fallback: Option<Arc<str>>,
    pub rates: ExchangeRates,
    /// The segments that the team is about to give up: whoever is still in one is counted and listed.
    pub retired_segments: Vec<Segment>,
}

impl Team {
    /// Whether `name` is a specialist, whatever the case.
    pub fn is_specialist(&self, name: &str) -> bool {
        self.roster.is_among(Some(name), &self.specialists)
    }

    /// The segment that the team is about to give up and `account` is still in, as the team writes it.
    pub fn retired_segment(&self, account: &Account) -> Option<&Segment> {
        let holds = |retired: &&Segment| account.segments.iter().any(|it| it.eq_ignore_ascii_case(retired));
        self.retired_segments.iter().find(holds)
    }

    /// Whether some who are asleep on `board` may be in a retired segment: where none is, none of them has to be read.
    pub fn retires_sleepers(&self, board: &Board) -> bool {
        let is_retired =
            |segment: &Segment| self.retired_segments.iter().any(|it| it.eq_ignore_ascii_case(segment));
        board.asleep_may_be_in(is_retired)
    }

    /// How many of the accounts that are `wanted` are in each retired segment that has any.
    pub fn in_retired_segments(
        &self,
        board: &Board,
        wanted: impl Fn(&Account) -> bool + Sync,
    ) -> BTreeMap<&Segment, usize> {
        let segment = |account: &Account| self.retired_segment(account).filter(|_| wanted(account));
        // Those who sleep are looked through piece by piece: none of them stays in memory for a number.
        let pieces = if self.retires_sleepers(board) { board.asleep_chunks() } else { 0 };
        let pieces: Vec<usize> = (0..pieces).collect();
        let asleep = parallel::map_heavy(&pieces, |piece| {
            let asleep = board.asleep_in(*piece);
            asleep.iter().filter_map(|(_, it)| segment(&it.account)).collect::<Vec<_>>()
        });
        let awake = board.awake().filter_map(|account| segment(account));
        let mut counts = BTreeMap::new();
        for segment in awake.chain(asleep.into_iter().flatten()) {
            *counts.entry(segment).or_default() += 1;
        }
        counts
    }
}

/// What a unit of one currency is worth in another, where the team wrote it. Only used to tell whether a bill is large.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ExchangeRates(BTreeMap<(Currency, Currency), u64>);

impl ExchangeRates {
    const BILLIONTHS: u64 = 1_000_000_000;

    /// Takes in that one unit of `from` is worth `rate` units of `to`. False, and nothing is taken in, where that is no
    /// worth: zero, negative, or beyond a billion.
    #[must_use]
    pub fn insert(&mut self, from: Currency, to: Currency, rate: f64) -> bool {
        let billionths = (rate * 1e9).round();
        let is_worth = (1.0..=1e18).contains(&billionths);
        if is_worth {
            #[expect(
                clippy::cast_possible_truncation,
                clippy::cast_sign_loss,
                reason = "it was just looked at"
            )]
            self.0.insert((from, to), billionths as u64);
        }
        is_worth
    }

    /// `amount` in `to`, in whole minor units; nothing where there is no rate for it, or it is too much to count.
    pub fn convert(&self, amount: Money, to: Currency) -> Option<Money> {
        let rate = self.0.get(&(amount.currency, to))?;
        let scale = |currency: Currency| 10_i128.pow(currency.decimals());
        let minor = i128::from(amount.minor).checked_mul(i128::from(*rate))?.checked_mul(scale(to))?;
        let minor = minor / (i128::from(Self::BILLIONTHS) * scale(amount.currency));
        Some(Money::new(i64::try_from(minor).ok()?, to))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_specialist_is_known_in_any_case() {
        let team = Team { specialists: vec!["Émile".into()], ..Team::default() };
        assert!(team.is_specialist("émile"));
        assert!(!team.is_specialist("emil"));
        assert!(Team::default().is_specialist("anybody"));
    }

    #[test]
    fn amounts_are_converted_between_minor_units_of_any_size() {
        let currency = |code: &str| code.parse::<Currency>().expect("a currency");
        let money = |text: &str| text.parse::<Money>().expect("an amount");
        let mut rates = ExchangeRates::default();
        for (from, to, rate) in [("TRY", "USD", 0.03), ("KWD", "USD", 3.25), ("USD", "JPY", 150.0)] {
            assert!(rates.insert(currency(from), currency(to), rate));
        }
        assert_eq!(rates.convert(money("40000 TRY"), currency("USD")), Some(money("1200 USD")));
        assert_eq!(rates.convert(money("1.001 KWD"), currency("USD")), Some(money("3.25 USD")));
        assert_eq!(rates.convert(money("2 USD"), currency("JPY")), Some(money("300 JPY")));
        assert_eq!(rates.convert(money("2 USD"), currency("TRY")), None, "the other way is not said");
        let most = Money::new(i64::MAX, currency("USD"));
        assert_eq!(rates.convert(most, currency("JPY")), None);
        assert!([0.0, -1.0, f64::NAN, f64::INFINITY, 1e10].into_iter().all(|rate| !rates.insert(
            currency("EUR"),
            currency("USD"),
            rate
        )));
    }
}
