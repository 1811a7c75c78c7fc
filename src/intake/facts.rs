//! Single facts that a person types: a name and a value, parsed like a cell of an import.

use serde_json::Value;

use super::amounts::{AmountUnit, MarkEvidence, NumberReader};
use super::column_formats::on_roster;
use super::column_names::recognise;
use super::dates::{DateEvidence, DateReader, Unclear};
use super::mapping::{ImportOptions, Mapping};
use super::meaning::{Meaning, fact_words};
use super::row::{self, at};
use super::signals::time;
use super::table::CellValue;
use super::vocabulary::fold;
use super::words;
use crate::state::{Currency, FactKey, FactKind, FactValue, Money};
use crate::suggest::{either, near};

/// Reads `name` and `value`: `plan` and `boost`, `forecasted_mrr` and `120 USD`. Amounts that name no currency are in
/// `currency`.
///
/// # Errors
/// When the name is unknown, or the value is empty, of another kind or ambiguous; the sentence says what to write.
pub fn read(name: &str, value: &str, currency: Currency) -> Result<(FactKey, FactValue), String> {
    let key = key(name)?;
    let value = self::value(&key, name, value, currency)?;
    Ok((key, value))
}

/// Parses the value of `key`, which the person called `name`.
///
/// # Errors
/// When it is empty, of another kind or ambiguous.
pub fn value(key: &FactKey, name: &str, value: &str, currency: Currency) -> Result<FactValue, String> {
    let (dates, numbers) = match key.kind() {
        FactKind::Date => (dates(name, value)?, NumberReader::default()),
        FactKind::Money | FactKind::Number => (DateReader::default(), numbers(name, value)?),
        FactKind::Text | FactKind::Flag | FactKind::List => (DateReader::default(), NumberReader::default()),
    };
    let cell = CellValue::Text(value.to_owned());
    let read = row::fact(key, &cell, &dates, numbers, currency).map_err(|what| at(name, value, &what))?;
    read.ok_or_else(|| format!("{name}: `{}` is not a value: write what is known", value.trim()))
}

/// Parses an amount, which the person called `name`; in `currency` where it names none.
///
/// # Errors
/// When it is empty, no amount or ambiguous.
pub fn amount(name: &str, text: &str, currency: Currency) -> Result<Money, String> {
    match value(&FactKey::Credits, name, text, currency)? {
        FactValue::Money(money) => Ok(money),
        other => Err(format!("{name}: `{other}` is no amount")),
    }
}

/// Parses an amount without a name: one of JSON's numbers when it `is_number`.
///
/// # Errors
/// When it is no amount or ambiguous; the sentence says what to write.
pub(super) fn plain_amount(text: &str, is_number: bool, currency: Currency) -> Result<Money, String> {
    let mut evidence = MarkEvidence::default();
    evidence.add(text);
    let reader = if is_number {
        NumberReader::default().of_json()
    } else {
        evidence
            .decide(&MarkEvidence::of_file(false))
            .map_err(|two| format!("write {} or {}", two.thousands, with_cents(&two.decimal)))?
    };
    reader.amount(text, currency)
}

/// The value of `key` as another system's JSON has it in the field `name`; nothing where it says nothing.
///
/// # Errors
/// When it is of another kind or ambiguous.
pub(super) fn changed_value(
    key: &FactKey,
    name: &str,
    value: &Value,
    mapping: &Mapping,
    options: &ImportOptions,
) -> Result<Option<FactValue>, String> {
    let cell = match value {
        Value::Null => return Ok(None),
        Value::Bool(flag) => CellValue::Flag(*flag),
        Value::Number(number) => CellValue::Number(number.to_string()),
        Value::String(text) => match key.kind() {
            FactKind::Date => {
                let day = time(value).map(|at| at.date_naive().to_string());
                CellValue::Text(day.unwrap_or_else(|| text.clone()))
            }
            // Numbers are written as texts, and as JSON writes them.
            FactKind::Money | FactKind::Number if text.trim().parse::<f64>().is_ok_and(f64::is_finite) => {
                CellValue::Number(text.trim().to_owned())
            }
            _ => CellValue::Text(text.clone()),
        },
        Value::Array(_) | Value::Object(_) => return Err("expected a single value".to_owned()),
    };
    let dates = DateReader { format: mapping.date_format.clone(), is_json: true, ..DateReader::default() };
    let scale =
        mapping.amounts.iter().find(|(column, _)| fold(column) == fold(name)).map(|(_, scale)| *scale);
    let numbers = mapping.decimal.map_or_else(NumberReader::default, NumberReader::with);
    let numbers = match scale {
        Some(scale) => numbers.counted_in(AmountUnit { currency: None, scale }),
        None => numbers,
    };
    let currency = options.currency.or(mapping.currency).unwrap_or(options.default_currency);
    let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    let read = row::fact(key, &cell, &dates, numbers, currency).map_err(|what| at(name, &text, &what))?;
    Ok(read.map(|value| on_roster(&options.roster, key, value)))
}

/// The fact `name` stands for: by its own name, or one that a column of an import may have.
///
/// # Errors
/// When there is none; the sentence says what to write.
pub fn key(name: &str) -> Result<FactKey, String> {
    let known = FactKey::parse(name.trim()).map(Meaning::from);
    let without_unit = || recognise(name).filter(|recognised| recognised.unit.is_none());
    let known = known.or_else(|| without_unit().map(|recognised| recognised.meaning));
    match known {
        Some(Meaning::Fact(key)) => return Ok(key),
        Some(Meaning::Stage) => {
            return Err(format!("`{name}` is the stage, not a fact: use `gangplank move`"));
        }
        Some(_) | None => {}
    }
    let all: Vec<String> = fact_words().collect();
    let near = near(name, all.iter().map(|key| (key, [&**key])));
    Err(if near.is_empty() {
        format!("unknown fact `{name}`: write one of {}, id.SYSTEM or extra.NAME", all.join(", "))
    } else {
        format!("unknown fact `{name}`: did you mean {}, or extra.{name}?", either(&near))
    })
}

fn dates(name: &str, value: &str) -> Result<DateReader, String> {
    let mut evidence = DateEvidence::default();
    evidence.add(value);
    match evidence.decide() {
        Ok(order) => Ok(DateReader { order, ..DateReader::default() }),
        Err(Unclear::Ambiguous { day_first, month_first, .. }) => {
            Err(at(name, value, &format!("write {day_first} or {month_first}")))
        }
        Err(Unclear::Mixed { .. }) => Err(at(name, value, "write a date such as 2024-12-31")),
    }
}

fn numbers(name: &str, value: &str) -> Result<NumberReader, String> {
    let mut evidence = MarkEvidence::default();
    if !words::is_nothing(value) {
        evidence.add(value);
    }
    evidence
        .decide(&MarkEvidence::of_file(false))
        .map_err(|two| at(name, value, &format!("write {} or {}", two.thousands, with_cents(&two.decimal))))
}

/// A decimal with a digit more, so that it can be read in one way only.
fn with_cents(decimal: &str) -> String {
    format!("{decimal}0")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(name: &str, value: &str) -> String {
        match read(name, value, Currency::USD) {
            Ok((key, value)) => format!("{key} = {value}"),
            Err(what) => what,
        }
    }

    #[test]
    fn facts_are_read_as_cells_are() {
        for (name, value, means) in [
            ("plan", "Boost plan", "plan = boost"),
            ("forecasted_mrr", "120 USD", "forecasted_mrr = $120"),
            ("Forecasted MRR", "1.234,50 €", "forecasted_mrr = €1,234.50"),
            ("mrr", "99.5", "mrr = $99.50"),
            ("next_renewal", "2024-12-22", "next_renewal = 2024-12-22"),
            ("next_renewal", "31-12-2024", "next_renewal = 2024-12-31"),
            ("delinquent", "yes", "delinquent = yes"),
            ("users_count", "12", "users_count = 12"),
            ("contacts", "ann@example.com, bob@example.com", "contacts = ann@example.com, bob@example.com"),
            ("id.stripe", "cus_1", "id.stripe = cus_1"),
            ("extra.Industry", "Software = life", "extra.Industry = Software = life"),
            ("region", "NA", "region = NA"),
        ] {
            assert_eq!(told(name, value), means, "{name}={value}");
        }
    }

    #[test]
    fn what_cannot_be_read_is_said_in_one_sentence() {
        for (name, value, says) in [
            ("plann", "boost", "unknown fact `plann`: did you mean plan, or extra.plann?"),
            ("stage", "2", "`stage` is the stage, not a fact: use `gangplank move`"),
            ("mrr", "many", "mrr: `many`: expected an amount such as 1234.50 or $1,234.50"),
            ("mrr", "1.234", "mrr: `1.234`: write 1234 or 1.2340"),
            ("next_renewal", "04-05-2024", "next_renewal: `04-05-2024`: write 2024-05-04 or 2024-04-05"),
            ("next_renewal", "soon", "next_renewal: `soon`: expected a date such as 2024-12-31"),
            ("delinquent", "maybe", "delinquent: `maybe`: expected yes or no"),
            ("plan", " ", "plan: `` is not a value: write what is known"),
            ("users_count", "n/a", "users_count: `n/a` is not a value: write what is known"),
        ] {
            assert_eq!(told(name, value), says, "{name}={value}");
        }
        assert!(told("colour", "x").starts_with("unknown fact `colour`: write one of name, domain"));
    }
}
