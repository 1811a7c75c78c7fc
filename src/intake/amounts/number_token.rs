//! A number as it is written: sign, currency, digits, and what its separators may mean.

use super::{DecimalMark, NamedCurrency};
use crate::intake::vocabulary::vocabulary;
use crate::state::Currency;

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct NumberToken<'a> {
    pub(super) negative: bool,
    pub(super) currency: Option<NamedCurrency>,
    /// Digits and separators only.
    pub(super) digits: &'a str,
}

const SPACES: [char; 6] = [' ', '\u{a0}', '\u{2009}', '\u{202f}', '\'', '’'];

/// The parts of a number; `None` when `text` is not a number.
pub(super) fn tokenize(text: &str) -> Option<NumberToken<'_>> {
    let mut rest = text.trim();
    let mut negative = false;
    let mut currency = None;
    if let Some(inner) = rest.strip_prefix('(').and_then(|rest| rest.strip_suffix(')')) {
        (negative, rest) = (true, inner.trim());
    }
    // Signs and currencies may stand on either side, in any order, each at most once.
    loop {
        let first = rest.chars().next()?;
        if first.is_ascii_digit()
            || (matches!(first, '.' | ',') && rest[1..].starts_with(|c: char| c.is_ascii_digit()))
        {
            break;
        }
        if matches!(first, '-' | '−' | '+') {
            if negative {
                return None;
            }
            negative = first != '+';
            rest = rest[first.len_utf8()..].trim_start();
            continue;
        }
        let length = rest.find(|c: char| {
            c.is_ascii_digit() || matches!(c, '-' | '−' | '+' | '.' | ',') || c.is_whitespace()
        })?;
        let (named, after) = rest.split_at(length);
        if currency.replace(named_currency(named)?).is_some() {
            return None;
        }
        rest = after.trim_start();
    }
    loop {
        let last = rest.chars().next_back()?;
        if last.is_ascii_digit() || matches!(last, '.' | ',') {
            break;
        }
        if matches!(last, '-' | '−') {
            if negative {
                return None;
            }
            negative = true;
            rest = rest[..rest.len() - last.len_utf8()].trim_end();
            continue;
        }
        let start =
            rest.rfind(|c: char| c.is_ascii_digit() || matches!(c, '.' | ',') || c.is_whitespace())?;
        let start = start + rest[start..].chars().next().map_or(0, char::len_utf8);
        let (before, named) = rest.split_at(start);
        if currency.replace(named_currency(named)?).is_some() {
            return None;
        }
        rest = before.trim_end();
    }
    let plain = rest.chars().all(|c| c.is_ascii_digit() || matches!(c, '.' | ',') || SPACES.contains(&c));
    plain.then_some(NumberToken { negative, currency, digits: rest })
}

/// The currency that a sign or code stands for.
pub(in crate::intake) fn named_currency(text: &str) -> Option<NamedCurrency> {
    let shared = match text {
        "$" => Some('$'),
        "¥" => Some('¥'),
        _ => None,
    };
    currency(text).map(|currency| (currency, shared))
}

/// The currency a code or sign names, on its own.
pub(in crate::intake) fn currency(text: &str) -> Option<Currency> {
    let (text, words) = (text.trim(), &vocabulary().file.currencies);
    if let Some((_, currency)) = words.signs.iter().find(|(sign, _)| text.eq_ignore_ascii_case(sign)) {
        return Some(*currency);
    }
    Currency::from_sign(text).or_else(|| text.parse().ok().filter(|currency| words.codes.contains(currency)))
}

/// What the separators of a number may mean.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Separated {
    /// Only this: a plain decimal, and the decimal mark it shows, if it shows one.
    Plain(String, Option<DecimalMark>),
    /// A single separator before three digits: whole with thousands, or decimal.
    Either { thousands: String, decimal: String, mark: DecimalMark },
}

/// What the separators in `digits` may mean; `None` when they make no sense.
pub(super) fn separate(digits: &str) -> Option<Separated> {
    let (points, commas) = (digits.matches('.').count(), digits.matches(',').count());
    let mark = match (points, commas) {
        (0, 0) => return grouped(digits, &SPACES).map(|plain| Separated::Plain(plain, None)),
        (_, 0) => DecimalMark::Point,
        (0, _) => DecimalMark::Comma,
        (..) if digits.rfind('.') > digits.rfind(',') => DecimalMark::Point,
        (..) => DecimalMark::Comma,
    };
    let other = match mark {
        DecimalMark::Point => DecimalMark::Comma,
        DecimalMark::Comma => DecimalMark::Point,
    };
    let separator = mark.letter();
    if digits.matches(separator).count() > 1 {
        // Twice, so it groups; the other one cannot stand before it.
        let plain = if points > 0 && commas > 0 { None } else { grouped(digits, &[separator]) }?;
        return Some(Separated::Plain(plain, Some(other)));
    }
    let (whole, part) = digits.split_once(separator)?;
    if !part.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    if whole.contains(other.letter()) {
        let whole = grouped(whole, &[other.letter()])?;
        return Some(Separated::Plain(format!("{whole}.{part}"), Some(mark)));
    }
    let spaced = whole.contains(SPACES);
    let plain = if whole.is_empty() { "0".to_owned() } else { grouped(whole, &SPACES)? };
    let decimal = format!("{plain}.{part}");
    if part.len() != 3 || spaced || whole.is_empty() || whole.len() > 3 || whole.starts_with('0') {
        return Some(Separated::Plain(decimal, Some(mark)));
    }
    Some(Separated::Either { thousands: format!("{whole}{part}"), decimal, mark })
}

/// Digits without their grouping: threes after the first group, or twos before the last three, as in India.
fn grouped(digits: &str, separators: &[char]) -> Option<String> {
    let groups: Vec<&str> = digits.split(separators).collect();
    if groups.iter().any(|group| group.is_empty() || !group.bytes().all(|b| b.is_ascii_digit())) {
        return None;
    }
    if let [first, middle @ .., last] = &groups[..] {
        let threes = first.len() <= 3 && middle.iter().all(|group| group.len() == 3);
        let twos = first.len() <= 2 && middle.iter().all(|group| group.len() == 2);
        if last.len() != 3 || !(threes || twos) {
            return None;
        }
    }
    Some(groups.concat())
}
