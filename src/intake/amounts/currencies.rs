//! Currencies, by their codes and signs.

use crate::intake::vocabulary::vocabulary;
use crate::state::Currency;

/// The currency a code or sign names, on its own.
pub(in crate::intake) fn currency(text: &str) -> Option<Currency> {
    let (text, words) = (text.trim(), &vocabulary().currencies);
    if let Some((_, currency)) = words.signs.iter().find(|(sign, _)| text.eq_ignore_ascii_case(sign)) {
        return Some(*currency);
    }
    Currency::from_sign(text).or_else(|| text.parse().ok().filter(|currency| words.codes.contains(currency)))
}
