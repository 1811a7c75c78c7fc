//! Money: integer minor units with their currency.

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// An ISO 4217 currency code, such as `USD`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Currency([u8; 3]);

impl Currency {
    pub const USD: Self = Self(*b"USD");

    /// The three letters.
    pub fn code(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or_default()
    }

    /// How many digits its minor unit has (ISO 4217): 0 for JPY, 3 for KWD, 2 for most.
    pub fn decimals(self) -> u32 {
        match &self.0 {
            b"BIF" | b"CLP" | b"DJF" | b"GNF" | b"ISK" | b"JPY" | b"KMF" | b"KRW" | b"PYG" | b"RWF"
            | b"UGX" | b"VND" | b"VUV" | b"XAF" | b"XOF" | b"XPF" => 0,
            b"BHD" | b"IQD" | b"JOD" | b"KWD" | b"LYD" | b"OMR" | b"TND" => 3,
            _ => 2,
        }
    }

    /// The sign people write, where it means one currency only.
    pub fn sign(self) -> Option<&'static str> {
        SIGNS.iter().find(|(_, currency)| *currency == self).map(|(sign, _)| *sign)
    }

    /// The currency a sign stands for.
    pub fn from_sign(sign: &str) -> Option<Self> {
        SIGNS.iter().find(|(known, _)| *known == sign).map(|(_, currency)| *currency)
    }
}

/// Signs that mean one currency. Of several for one, the first is written.
const SIGNS: [(&str, Currency); 7] = [
    ("$", Currency::USD),
    ("US$", Currency::USD),
    ("€", Currency(*b"EUR")),
    ("£", Currency(*b"GBP")),
    ("¥", Currency(*b"JPY")),
    ("₹", Currency(*b"INR")),
    ("₩", Currency(*b"KRW")),
];

impl fmt::Debug for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

impl fmt::Display for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

/// Not a currency: three letters were expected.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a currency: write its three letters, such as USD")]
pub struct NotACurrency(String);

impl FromStr for Currency {
    type Err = NotACurrency;

    fn from_str(text: &str) -> Result<Self, NotACurrency> {
        match text.trim().as_bytes() {
            &[a, b, c] if [a, b, c].iter().all(u8::is_ascii_alphabetic) => {
                Ok(Self([a, b, c].map(|letter| letter.to_ascii_uppercase())))
            }
            _ => Err(NotACurrency(text.to_owned())),
        }
    }
}

impl TryFrom<String> for Currency {
    type Error = NotACurrency;

    fn try_from(text: String) -> Result<Self, NotACurrency> {
        text.parse()
    }
}

impl From<Currency> for String {
    fn from(currency: Currency) -> Self {
        currency.code().to_owned()
    }
}

/// An amount in a currency's minor unit (cents for USD, yen for JPY).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Money {
    /// Whole minor units; negative for credits.
    pub minor: i64,
    pub currency: Currency,
}

impl Money {
    /// `minor` units of `currency`.
    pub fn new(minor: i64, currency: Currency) -> Self {
        Self { minor, currency }
    }

    /// The plain decimal, without sign or separators: `836.00`.
    pub fn decimal(self) -> String {
        MoneySum::from(self).decimal()
    }

    /// The amount without its minor units, rounded to the nearest: `$1,177`. For where a cent says nothing.
    pub fn rounded(self) -> String {
        MoneySum::from(self).rounded()
    }
}

impl fmt::Display for Money {
    /// `$1,176`, `$1,176.50`, `90 CHF`: minor units are shown only when there are some.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        MoneySum::from(*self).fmt(f)
    }
}

/// Amounts of one currency, added up. Twice as wide as an amount, so that no number of accounts overflows it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MoneySum {
    /// Whole minor units.
    pub minor: i128,
    /// Their currency.
    pub currency: Currency,
}

impl From<Money> for MoneySum {
    fn from(Money { minor, currency }: Money) -> Self {
        Self { minor: minor.into(), currency }
    }
}

impl MoneySum {
    /// `minor` units of `currency`.
    pub fn new(minor: i128, currency: Currency) -> Self {
        Self { minor, currency }
    }

    /// The sums of `parts`, which are minor units, once per currency.
    pub fn totals(parts: impl IntoIterator<Item = (Currency, i128)>) -> Vec<Self> {
        let mut sums: BTreeMap<Currency, i128> = BTreeMap::new();
        for (currency, minor) in parts {
            *sums.entry(currency).or_default() += minor;
        }
        sums.into_iter().map(|(currency, minor)| Self::new(minor, currency)).collect()
    }

    /// See [`Money::decimal`].
    pub fn decimal(self) -> String {
        let (whole, part) = self.parts();
        let minus = if self.minor < 0 { "-" } else { "" };
        match self.currency.decimals() as usize {
            0 => format!("{minus}{whole}"),
            width => format!("{minus}{whole}.{part:0width$}"),
        }
    }

    /// See [`Money::rounded`].
    pub fn rounded(self) -> String {
        let (whole, part) = self.parts();
        self.dressed(&grouped(whole + u128::from(2 * part >= self.scale())))
    }

    fn scale(self) -> u128 {
        10_u128.pow(self.currency.decimals())
    }

    /// Whole units and minor units, both without sign.
    fn parts(self) -> (u128, u128) {
        let minor = self.minor.unsigned_abs();
        (minor / self.scale(), minor % self.scale())
    }

    fn dressed(self, digits: &str) -> String {
        let minus = if self.minor < 0 { "-" } else { "" };
        match self.currency.sign() {
            Some(sign) => format!("{minus}{sign}{digits}"),
            None => format!("{minus}{digits} {}", self.currency),
        }
    }
}

impl fmt::Display for MoneySum {
    /// As [`Money`] is shown.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (whole, part) = self.parts();
        let mut digits = grouped(whole);
        if part != 0 {
            digits = format!("{digits}.{part:0width$}", width = self.currency.decimals() as usize);
        }
        f.pad(&self.dressed(&digits))
    }
}

/// `100,000`.
pub fn grouped(whole: u128) -> String {
    let digits = whole.to_string();
    let mut out = String::with_capacity(digits.len() + digits.len() / 3);
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// Why a text is not an amount such as `100 USD`.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not an amount: write a number and a currency, such as \"100 USD\"")]
pub struct NotAnAmount(String);

impl FromStr for Money {
    type Err = NotAnAmount;

    /// Reads the strict form used in configuration: `100 USD`, `100.01 USD`.
    fn from_str(text: &str) -> Result<Self, NotAnAmount> {
        let wrong = || NotAnAmount(text.to_owned());
        let (number, currency) = text.trim().split_once(' ').ok_or_else(wrong)?;
        let currency: Currency = currency.parse().map_err(|_| wrong())?;
        minor_units(number, currency).map(|minor| Self { minor, currency }).ok_or_else(wrong)
    }
}

/// Reads a plain decimal (`-1234.5`) as minor units of `currency`, rounding half away from zero what is finer
/// than its minor unit. Nothing when it is not a number or does not fit.
pub fn minor_units(number: &str, currency: Currency) -> Option<i64> {
    let (negative, number) = match number.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, number.strip_prefix('+').unwrap_or(number)),
    };
    let (whole, part) = number.split_once('.').unwrap_or((number, ""));
    if (whole.is_empty() && part.is_empty())
        || !(whole.bytes().chain(part.bytes())).all(|b| b.is_ascii_digit())
    {
        return None;
    }
    let decimals = currency.decimals() as usize;
    // Wider than what it becomes, for the lowest number there is has no counterpart above zero.
    let mut minor: i128 = if whole.is_empty() { 0 } else { whole.parse().ok()? };
    for place in 0..decimals {
        let digit = part.as_bytes().get(place).map_or(0, |b| i128::from(b - b'0'));
        minor = minor.checked_mul(10)?.checked_add(digit)?;
    }
    if part.as_bytes().get(decimals).is_some_and(|digit| *digit >= b'5') {
        minor = minor.checked_add(1)?;
    }
    i64::try_from(if negative { -minor } else { minor }).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn money(text: &str) -> Money {
        text.parse().expect("an amount in a test")
    }

    #[test]
    fn amounts_read_and_print() {
        for (text, minor, shown) in [
            ("100 USD", 10_000, "$100"),
            ("100.01 USD", 10_001, "$100.01"),
            ("1234567.5 EUR", 123_456_750, "€1,234,567.50"),
            ("500 JPY", 500, "¥500"),
            ("1.5 KWD", 1_500, "1.500 KWD"),
            ("-12 CHF", -1_200, "-12 CHF"),
            ("0.005 USD", 1, "$0.01"),
            ("92233720368547758.07 USD", i64::MAX, "$92,233,720,368,547,758.07"),
            ("-92233720368547758.08 USD", i64::MIN, "-$92,233,720,368,547,758.08"),
        ] {
            assert_eq!(money(text).minor, minor, "{text}");
            assert_eq!(money(text).to_string(), shown);
        }
        assert_eq!(money("1176.50 USD").rounded(), "$1,177");
        assert_eq!(money("-1176.49 USD").rounded(), "-$1,176");
        assert_eq!(money("1176.50 KWD").rounded(), "1,177 KWD");
        assert_eq!(money("-0.04 USD").decimal(), "-0.04");
        assert_eq!(money("7 JPY").decimal(), "7");
        for bad in [
            "100",
            "USD 100",
            "1e3 USD",
            "100 dollars",
            " ",
            "99999999999999999999 USD",
            "92233720368547758.08 USD",
            "1.2.3 USD",
        ] {
            assert!(bad.parse::<Money>().is_err(), "{bad}");
        }
    }
}
