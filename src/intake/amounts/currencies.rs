//! Currencies, by their codes and signs.

use crate::state::Currency;

/// Codes of ISO 4217. Three other letters beside a number are no currency: `12 MOS` is a duration.
const CODES: &str = "AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BHD BIF BMD BND BOB BRL BSD BTN BWP BYN BZD \
    CAD CDF CHF CLP CNY COP CRC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GNF GTQ GYD HKD \
    HNL HTG HUF IDR ILS INR IQD IRR ISK JMD JOD JPY KES KGS KHR KMF KPW KRW KWD KYD KZT LAK LBP LKR LRD LSL LYD MAD MDL \
    MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD OMR PAB PEN PGK PHP PKR PLN PYG QAR RON RSD \
    RUB RWF SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TND TOP TRY TTD TWD TZS UAH UGX USD \
    UYU UZS VED VES VND VUV WST XAF XCD XOF XPF YER ZAR ZMW ZWG";

/// Signs with letters of their own, longest first.
const LETTERED: [(&str, &str); 10] = [
    ("US$", "USD"),
    ("CA$", "CAD"),
    ("NZ$", "NZD"),
    ("HK$", "HKD"),
    ("AU$", "AUD"),
    ("NT$", "TWD"),
    ("A$", "AUD"),
    ("C$", "CAD"),
    ("S$", "SGD"),
    ("R$", "BRL"),
];

/// Currencies that write `$` or `¥` at home; the row's own currency then decides.
pub(super) const DOLLARS: [&str; 10] = ["USD", "AUD", "CAD", "NZD", "HKD", "SGD", "TWD", "MXN", "CLP", "COP"];
pub(super) const YENS: [&str; 2] = ["JPY", "CNY"];

/// The currency a code or sign names, on its own.
pub(in crate::intake) fn currency(text: &str) -> Option<Currency> {
    let text = text.trim();
    if let Some((_, code)) = LETTERED.iter().find(|(sign, _)| text.eq_ignore_ascii_case(sign)) {
        return code.parse().ok();
    }
    Currency::from_sign(text).or_else(|| {
        let currency: Currency = text.parse().ok()?;
        CODES.split_ascii_whitespace().any(|code| code == currency.code()).then_some(currency)
    })
}
