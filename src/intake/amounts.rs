//! Amounts and numbers as people write them.
//!
//! Spaces and apostrophes only ever group thousands. Of comma and point, where both occur the last one is the decimal
//! mark, and where one occurs twice it groups. A single one is the decimal mark unless exactly three digits follow
//! it, which leaves two readings a factor of a thousand apart. Then its column decides, and where the column is
//! silent the rest of the file: `1.234` is never read without such evidence, and `1,234` is 1234 unless something
//! in the file writes its decimals with a comma, or semicolons separate its columns: that is done where the comma is
//! the decimal mark.

mod number_token;

use std::str::FromStr;

use strum::VariantArray;

use self::number_token::{Separated, separate, tokenize};
pub(super) use self::number_token::{currency, named_currency};
use super::vocabulary::vocabulary;
use crate::state::{Currency, Money, values::money};

/// Which of point and comma stands before the decimals.
#[derive(Clone, Copy, Debug, PartialEq, Eq, strum::Display)]
#[strum(serialize_all = "lowercase")]
pub enum DecimalMark {
    /// `1,234.50`
    Point,
    /// `1.234,50`
    Comma,
}

impl DecimalMark {
    fn letter(self) -> char {
        match self {
            Self::Point => '.',
            Self::Comma => ',',
        }
    }
}

impl FromStr for DecimalMark {
    type Err = NotADecimalMark;

    fn from_str(text: &str) -> Result<Self, NotADecimalMark> {
        match text.trim() {
            "point" | "dot" | "." => Ok(Self::Point),
            "comma" | "," => Ok(Self::Comma),
            other => Err(NotADecimalMark(other.to_owned())),
        }
    }
}

#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a decimal mark: write \"point\" or \"comma\"")]
pub struct NotADecimalMark(String);

/// A currency, and its sign where several currencies share the sign.
pub(super) type NamedCurrency = (Currency, Option<char>);

/// How many units of its currency a written amount counts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, strum::Display, VariantArray)]
#[strum(serialize_all = "lowercase")]
pub enum Scale {
    #[default]
    Whole,
    /// Cents.
    Minor,
    Thousands,
    Millions,
}

impl FromStr for Scale {
    type Err = NotAScale;

    fn from_str(text: &str) -> Result<Self, NotAScale> {
        let known = Self::VARIANTS.iter().find(|scale| scale.to_string() == text.trim());
        known.copied().ok_or_else(|| NotAScale(text.to_owned()))
    }
}

#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a scale of amounts: write \"whole\", \"minor\" (cents), \"thousands\" or \"millions\"")]
pub struct NotAScale(String);

/// What the amounts of a column are counted in, where they name no currency themselves.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct AmountUnit {
    pub(super) currency: Option<NamedCurrency>,
    pub(super) scale: Scale,
}

/// What values say about their decimal mark.
#[derive(Clone, Debug, Default)]
pub(super) struct MarkEvidence {
    point: bool,
    comma: bool,
    semicolons: bool,
    point_either: Option<AmbiguousNumber>,
    comma_either: Option<AmbiguousNumber>,
}

/// How the numbers of one column are read where they leave a choice.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct NumberReader {
    mark: Option<DecimalMark>,
    unit: AmountUnit,
}

/// A value with two readings, and nothing to choose by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct AmbiguousNumber {
    pub(super) example: String,
    pub(super) thousands: String,
    pub(super) decimal: String,
    pub(super) mark: DecimalMark,
}

impl MarkEvidence {
    /// What a file shows, before any of its columns: whether semicolons separate them.
    pub(super) fn of_file(semicolons: bool) -> Self {
        Self { semicolons, ..Self::default() }
    }

    pub(super) fn add(&mut self, text: &str) {
        let Some(token) = tokenize(text.trim_end().trim_end_matches('%')) else { return };
        match separate(token.digits) {
            Some(Separated::Plain(_, Some(DecimalMark::Point))) => self.point = true,
            Some(Separated::Plain(_, Some(DecimalMark::Comma))) => self.comma = true,
            Some(Separated::Plain(_, None)) | None => {}
            Some(Separated::Either { thousands, decimal, mark }) => {
                let slot = match mark {
                    DecimalMark::Point => &mut self.point_either,
                    DecimalMark::Comma => &mut self.comma_either,
                };
                let example = text.trim().to_owned();
                slot.get_or_insert(AmbiguousNumber { example, thousands, decimal, mark });
            }
        }
    }

    /// Adds what another column of the same file shows.
    pub(super) fn join(&mut self, other: &Self) {
        self.point |= other.point;
        self.comma |= other.comma;
    }

    /// How to read the column, given what the whole file shows.
    ///
    /// # Errors
    /// When a value has two readings and nothing says which.
    pub(super) fn decide(&self, file: &Self) -> Result<NumberReader, AmbiguousNumber> {
        let own = self.point || self.comma;
        let (point, comma) = if own { (self.point, self.comma) } else { (file.point, file.comma) };
        if let Some(either) = &self.point_either
            && point == comma
        {
            return Err(either.clone());
        }
        if let Some(either) = &self.comma_either
            && if comma { point || !own } else { file.semicolons && !point }
        {
            return Err(either.clone());
        }
        // Both kinds side by side, `1.234` and `1,234`, with no evidence were refused above.
        let mark = if comma && !point { DecimalMark::Comma } else { DecimalMark::Point };
        Ok(NumberReader::with(mark))
    }
}

impl NumberReader {
    /// A reader with a mark that a person chose.
    pub(super) fn with(mark: DecimalMark) -> Self {
        Self { mark: Some(mark), unit: AmountUnit::default() }
    }

    /// The same reader for amounts that are counted in `unit`.
    pub(super) fn counted_in(self, unit: AmountUnit) -> Self {
        Self { unit, ..self }
    }

    /// The same reader for a number of a JSON file, whose decimal mark is a point.
    pub(super) fn of_json(self) -> Self {
        Self { mark: Some(DecimalMark::Point), ..self }
    }

    /// The currency that the column's heading names and that contradicts `row`, the currency that the row names. An
    /// amount with a currency of its own contradicts nothing.
    pub(super) fn contradicts(self, text: &str, row: Currency) -> Option<Currency> {
        let named = resolve(self.unit.currency?, row);
        let has_own = tokenize(text).is_none_or(|token| token.currency.is_some());
        (named != row && !has_own).then_some(named)
    }

    fn plain(self, digits: &str) -> Option<String> {
        match separate(digits)? {
            Separated::Plain(plain, _) => Some(plain),
            Separated::Either { thousands, decimal, mark } => {
                Some(if mark == self.mark? { decimal } else { thousands })
            }
        }
    }

    /// The amount `text` stands for. Where it names no currency, it is counted in the column's unit, and else in `row`.
    ///
    /// # Errors
    /// What was expected instead.
    pub(super) fn amount(self, text: &str, row: Currency) -> Result<Money, String> {
        let expected = || "expected an amount such as 1234.50 or $1,234.50".to_owned();
        let token = tokenize(text).ok_or_else(expected)?;
        let named = token.currency.or(self.unit.currency);
        let currency = named.map_or(row, |named| resolve(named, row));
        let scale = if token.currency.is_some() { Scale::Whole } else { self.unit.scale };
        let plain = self.plain(token.digits).ok_or_else(expected)?;
        let sign = if token.negative { "-" } else { "" };
        let minor = match scale {
            Scale::Whole => money::minor_units(&format!("{sign}{plain}"), currency),
            Scale::Thousands => money::minor_units(&format!("{sign}{}", shifted(&plain, 3)), currency),
            Scale::Millions => money::minor_units(&format!("{sign}{}", shifted(&plain, 6)), currency),
            Scale::Minor => {
                let (whole, part) = plain.split_once('.').unwrap_or((&plain, ""));
                if part.bytes().any(|digit| digit != b'0') {
                    return Err("expected whole minor units, such as cents".to_owned());
                }
                format!("{sign}{whole}").parse().ok()
            }
        };
        Ok(Money::new(minor.ok_or("the amount is too large")?, currency))
    }

    /// The number `text` stands for.
    ///
    /// # Errors
    /// What was expected instead.
    pub(super) fn number(self, text: &str) -> Result<f64, String> {
        let expected = || "expected a number".to_owned();
        let token = tokenize(text.trim_end().trim_end_matches('%')).ok_or_else(expected)?;
        if token.currency.is_some() {
            return Err(expected());
        }
        let plain = self.plain(token.digits).ok_or_else(expected)?;
        let number: f64 = plain.parse().map_err(|_| expected())?;
        if !number.is_finite() {
            return Err("the number is too large".to_owned());
        }
        Ok(if token.negative { -number } else { number })
    }
}

/// The currency that `named` means in a row whose currency is `row`: `$` is that of the row, if that is a dollar.
fn resolve(named: NamedCurrency, row: Currency) -> Currency {
    let words = &vocabulary().file.currencies;
    match named {
        (_, Some('$')) if words.dollars.contains(&row) => row,
        (_, Some('¥')) if words.yens.contains(&row) => row,
        (currency, _) => currency,
    }
}

/// A plain decimal times ten, so many times over.
fn shifted(plain: &str, places: usize) -> String {
    let (whole, part) = plain.split_once('.').unwrap_or((plain, ""));
    let part = format!("{part:0<places$}");
    format!("{whole}{}.{}", &part[..places], &part[places..])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(values: &[&str]) -> Result<Vec<String>, AmbiguousNumber> {
        let mut evidence = MarkEvidence::default();
        for value in values {
            evidence.add(value);
        }
        let reader = evidence.decide(&evidence.clone())?;
        Ok(values
            .iter()
            .map(|value| match reader.amount(value, Currency::USD) {
                Ok(money) => format!("{} {}", money.decimal(), money.currency),
                Err(error) => error,
            })
            .collect())
    }

    #[test]
    fn amounts_are_read_as_written() {
        for (text, amount) in [
            ("836", "836.00 USD"),
            ("0", "0.00 USD"),
            ("$1,234.50", "1234.50 USD"),
            ("$1,234", "1234.00 USD"),
            ("USD 1,234.50", "1234.50 USD"),
            ("1.234,50 EUR", "1234.50 EUR"),
            ("€ 1 234,50", "1234.50 EUR"),
            ("1 234 567", "1234567.00 USD"),
            ("1'234.50 CHF", "1234.50 CHF"),
            ("1’234", "1234.00 USD"),
            ("1\u{202f}234,5 €", "1234.50 EUR"),
            ("1\u{a0}234", "1234.00 USD"),
            ("1,234,567", "1234567.00 USD"),
            ("1.234.567", "1234567.00 USD"),
            ("₹1,23,456.75", "123456.75 INR"),
            ("¥1,200", "1200 JPY"),
            ("₩ 5000", "5000 KRW"),
            ("US$12", "12.00 USD"),
            ("A$12", "12.00 AUD"),
            ("(12.50)", "-12.50 USD"),
            ("($12.50)", "-12.50 USD"),
            ("-12.50", "-12.50 USD"),
            ("-$12.50", "-12.50 USD"),
            ("$-12.50", "-12.50 USD"),
            ("12.50-", "-12.50 USD"),
            ("−12", "-12.00 USD"),
            (".5", "0.50 USD"),
            ("12.", "12.00 USD"),
            ("0.125", "0.13 USD"),
            ("83.3333", "83.33 USD"),
            ("12345,678", "12345.68 USD"),
            ("1.500 KWD,", "expected an amount such as 1234.50 or $1,234.50"),
            ("92233720368547758.07", "92233720368547758.07 USD"),
            ("-92233720368547758.08", "-92233720368547758.08 USD"),
            ("92233720368547758.08", "the amount is too large"),
            ("99999999999999999999", "the amount is too large"),
        ] {
            assert_eq!(read(&[text]), Ok(vec![amount.to_owned()]), "{text}");
        }
        for text in [
            "",
            "-",
            "abc",
            "12k",
            "$99/mo",
            "12 MOS",
            "--5",
            "(-5)",
            "$$5",
            "$5 USD",
            "1,2,3",
            "1.2.3",
            "1,234.5.6",
            "1e5",
            "5 5",
            "1 23",
            "0x10",
            "1.234,567.8",
            "$",
            "()",
            "USD",
            "٣",
        ] {
            let amount = NumberReader::with(DecimalMark::Point).amount(text, Currency::USD);
            assert!(amount.is_err(), "{text}: {amount:?}");
        }
    }

    #[test]
    fn three_digits_after_a_single_separator_are_decided_by_the_column() {
        let ok =
            |amounts: &[&str]| Ok(amounts.iter().map(|amount| format!("{amount} USD")).collect::<Vec<_>>());
        assert_eq!(read(&["1,234", "999"]), ok(&["1234.00", "999.00"]));
        assert_eq!(read(&["1,234", "12.50"]), ok(&["1234.00", "12.50"]));
        assert_eq!(read(&["1.234", "12.50"]), ok(&["1.23", "12.50"]));
        assert_eq!(read(&["1.234", "12,50"]), ok(&["1234.00", "12.50"]));
        assert_eq!(read(&["1.234", "1.234.567"]), ok(&["1234.00", "1234567.00"]));
        assert_eq!(read(&["1,234", "12,50"]), ok(&["1.23", "12.50"]));
        let unclear = |example: &str, thousands: &str, decimal: &str| {
            let [example, thousands, decimal] = [example, thousands, decimal].map(str::to_owned);
            Err(AmbiguousNumber { example, thousands, decimal, mark: DecimalMark::Point })
        };
        assert_eq!(read(&["1.234"]), unclear("1.234", "1234", "1.234"));
        assert_eq!(read(&["1.234", "999"]), unclear("1.234", "1234", "1.234"));
        assert_eq!(read(&["1.234", "1,234"]), unclear("1.234", "1234", "1.234"));
        assert_eq!(read(&["1.234", "12,50", "12.50"]), unclear("1.234", "1234", "1.234"));
    }

    #[test]
    fn the_rest_of_the_file_decides_where_the_column_is_silent() {
        let evidence = |values: &[&str]| {
            let mut evidence = MarkEvidence::default();
            for value in values {
                evidence.add(value);
            }
            evidence
        };
        let decide = |own: &[&str], file: &[&str]| evidence(own).decide(&evidence(file));
        assert_eq!(decide(&["1.234"], &["9.50"]), Ok(NumberReader::with(DecimalMark::Point)));
        assert_eq!(decide(&["1.234"], &["9,50"]), Ok(NumberReader::with(DecimalMark::Comma)));
        assert!(decide(&["1,234"], &["9,50"]).is_err());
        assert_eq!(decide(&["1,234"], &["9.50"]), Ok(NumberReader::with(DecimalMark::Point)));
    }

    #[test]
    fn a_shared_sign_means_the_rows_own_currency() {
        let aud: Currency = "AUD".parse().expect("a currency");
        let money =
            |text, row| NumberReader::default().amount(text, row).map(|money| money.currency.to_string());
        assert_eq!(money("$5", aud).as_deref(), Ok("AUD"));
        assert_eq!(money("US$5", aud).as_deref(), Ok("USD"));
        assert_eq!(money("€5", aud).as_deref(), Ok("EUR"));
    }
}
