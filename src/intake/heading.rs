//! The unit in a column's heading: `MRR (€)`, `mrr_cents`, `Revenue in k€`, `Created (UTC)`.

use super::amounts::{AmountUnit, NamedCurrency, Scale, named_currency};
use super::vocabulary::{fold, vocabulary};
use crate::state::{FactKey, FactKind};

/// What the values under a heading are counted in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum HeadingUnit {
    Amount(AmountUnit),
    /// An amount a month.
    MonthlyAmount(AmountUnit),
    Percent,
    /// The time zone of its dates. A date is kept as the calendar day that is written there.
    TimeZone,
    /// A unit in brackets that nobody knows, although it names a currency.
    Unknown(String),
}

impl HeadingUnit {
    /// Whether the values of `key` can be counted in this unit.
    pub(super) fn fits(&self, key: &FactKey) -> bool {
        match self {
            Self::Amount(_) => key.kind() == FactKind::Money,
            Self::MonthlyAmount(_) => matches!(key, FactKey::Mrr | FactKey::ForecastedMrr),
            Self::Percent => key.kind() == FactKind::Number,
            Self::TimeZone => key.kind() == FactKind::Date,
            Self::Unknown(_) => false,
        }
    }
}

/// Splits a heading into a name and its unit; `None` when it has no unit.
pub(super) fn split(heading: &str) -> Option<(String, HeadingUnit)> {
    let heading = heading.trim();
    in_brackets(heading).or_else(|| at_the_end(heading)).or_else(|| at_the_start(heading))
}

fn in_brackets(heading: &str) -> Option<(String, HeadingUnit)> {
    let (start, inner) = heading.char_indices().rev().find_map(|(start, open)| {
        let close = match open {
            '(' => ')',
            '[' => ']',
            '{' => '}',
            _ => return None,
        };
        let inner = heading[start + 1..].split_once(close)?.0;
        Some((start, inner))
    })?;
    let unit = unit(inner)
        .or_else(|| is_zone(inner).then_some(HeadingUnit::TimeZone))
        .or_else(|| scale_of(inner).map(|scale| HeadingUnit::Amount(AmountUnit { currency: None, scale })))
        .or_else(|| {
            (has_sign(inner) || inner.contains('%')).then(|| HeadingUnit::Unknown(inner.to_owned()))
        })?;
    let after = &heading[start + inner.len() + 2..];
    let name = format!("{}{after}", heading[..start].trim_end());
    Some((name, unit)).filter(|(name, _)| !fold(name).is_empty())
}

/// How many words a unit takes, such as `in k EUR`.
const MOST_WORDS: usize = 3;

fn at_the_end(heading: &str) -> Option<(String, HeadingUnit)> {
    let words = words(heading);
    (1..=MOST_WORDS.min(words.len().saturating_sub(1))).rev().find_map(|count| {
        let start = words[words.len() - count].0;
        let unit = unit(&heading[start..])?;
        let name = heading[..start].trim_end_matches(|c: char| !c.is_alphanumeric());
        let without_in = [" in", "_in", "In"].iter().find_map(|word| name.strip_suffix(word));
        Some((without_in.unwrap_or(name).to_owned(), unit))
    })
}

fn at_the_start(heading: &str) -> Option<(String, HeadingUnit)> {
    let words = words(heading);
    let [(start, end), (next, _), ..] = words[..] else { return None };
    let unit = unit(&heading[start..end]).filter(|unit| *unit != HeadingUnit::TimeZone)?;
    Some((heading[next..].to_owned(), unit))
}

/// Where the words of a heading start and end. `mrrUsd` is two words.
fn words(heading: &str) -> Vec<(usize, usize)> {
    let is_part = |c: char| c.is_alphanumeric() || c == '%' || c == '\'' || is_sign(c);
    let mut words: Vec<(usize, usize)> = Vec::new();
    let mut before = ' ';
    for (at, c) in heading.char_indices() {
        if is_part(c) {
            let is_new = !is_part(before) || (before.is_lowercase() && c.is_uppercase());
            match words.last_mut() {
                Some(word) if !is_new => word.1 = at + c.len_utf8(),
                Some(_) | None => words.push((at, at + c.len_utf8())),
            }
        }
        before = c;
    }
    words
}

/// The unit that `text` stands for, on its own or at the end of a name.
fn unit(text: &str) -> Option<HeadingUnit> {
    let words = &vocabulary().file.units;
    let text = text.trim();
    let bare = text.strip_prefix("in ").or_else(|| text.strip_prefix("In ")).unwrap_or(text).trim();
    let folded = fold(bare);
    if bare == "%" || words.percent.contains(&folded) {
        return Some(HeadingUnit::Percent);
    }
    if folded == "utc" || folded == "gmt" {
        return Some(HeadingUnit::TimeZone);
    }
    if words.minor.contains(&folded) {
        return Some(HeadingUnit::Amount(AmountUnit { currency: None, scale: Scale::Minor }));
    }
    let (currency, rest) = currency_in(bare)?;
    let folded = fold(&rest);
    let monthly = words.monthly.iter().find_map(|word| folded.strip_suffix(word.as_str()));
    let rest = monthly.unwrap_or(&folded);
    let scale = if rest.is_empty() { Scale::Whole } else { scale_of(rest)? };
    let unit = AmountUnit { currency: Some(currency), scale };
    Some(if monthly.is_some() { HeadingUnit::MonthlyAmount(unit) } else { HeadingUnit::Amount(unit) })
}

/// The currency named in `text`, and the rest of it.
fn currency_in(text: &str) -> Option<(NamedCurrency, String)> {
    if let Some((at, sign)) = text.char_indices().rfind(|(_, c)| is_sign(*c)) {
        // `US$`, `A$`: the letters before a sign may belong to it.
        let before = text[..at]
            .rfind(|c: char| !c.is_ascii_uppercase())
            .map_or(0, |end| end + text[end..].chars().next().map_or(1, char::len_utf8));
        let end = at + sign.len_utf8();
        let (start, named) =
            [before, at].into_iter().find_map(|start| Some((start, named_currency(&text[start..end])?)))?;
        return Some((named, format!("{} {}", &text[..start], &text[end..]).trim().to_owned()));
    }
    // `US dollars`, `euros`.
    let names = &vocabulary().file.currencies.names;
    if let Some((_, sign)) = names.iter().find(|(name, _)| fold(name) == fold(text)) {
        return Some((named_currency(sign)?, String::new()));
    }
    // `k EUR`, `TEUR`, `EUR thousands`, `Kč`.
    let words: Vec<&str> = text.split_whitespace().collect();
    words.iter().enumerate().find_map(|(index, word)| {
        let (scale, currency) = if let Some(currency) = named_currency(word) {
            ("", currency)
        } else {
            let (scale, code) = word.split_at_checked(1).filter(|(_, code)| code.len() == 3)?;
            (scale, named_currency(code)?)
        };
        let others = words.iter().enumerate().filter(|(other, _)| *other != index).map(|(_, word)| *word);
        let rest: Vec<&str> = others.chain([scale]).filter(|part| !part.is_empty()).collect();
        Some((currency, rest.join(" ")))
    })
}

fn scale_of(text: &str) -> Option<Scale> {
    let words = &vocabulary().file.units;
    let text = text.trim();
    let text = text.strip_prefix("in ").or_else(|| text.strip_suffix(" of")).unwrap_or(text);
    let folded = fold(text);
    let scales = [
        (&words.minor, Scale::Minor),
        (&words.thousands, Scale::Thousands),
        (&words.millions, Scale::Millions),
    ];
    scales.into_iter().find(|(words, _)| words.contains(&folded)).map(|(_, scale)| scale)
}

fn is_zone(text: &str) -> bool {
    let folded = fold(text.split(['+', '-', '−']).next().unwrap_or(text));
    vocabulary().file.units.time_zones.contains(&folded) || text.trim().parse::<chrono_tz::Tz>().is_ok()
}

fn has_sign(text: &str) -> bool {
    text.chars().any(is_sign)
}

fn is_sign(c: char) -> bool {
    matches!(c, '$' | '£' | '¥' | '¢' | '₠'..='⃀' | '＄' | '￡' | '￥' | '¤')
}
