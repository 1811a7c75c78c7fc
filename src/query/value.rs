//! What a query wants a field to be: read from text once, then only compared.

use std::ops::RangeInclusive;

use chrono::{Datelike, Days, Months, NaiveDate};
use strum::VariantArray;

use super::field::{EntryField, Field, FieldKind, OwnField};
use super::words::begins_a_word;
use super::{QueryContext, Relation};
use crate::casefold::folded;
use crate::state::values::money::minor_units;
use crate::state::values::when;
use crate::state::{AlertKind, Currency, Money, RiskLevel};
use crate::suggest;

#[derive(Clone, Debug, PartialEq)]
pub(super) enum Wanted {
    /// Nothing is known.
    Nothing,
    /// Something is known.
    Something,
    /// Folded. As the beginning of a word, or, `exact`, the whole of it.
    Text {
        text: String,
        exact: bool,
    },
    /// By its place in the pipeline; under a label of no stage without one.
    Stage(Option<usize>),
    Bucket(String),
    Risk(RiskLevel),
    /// So many days from today on, or back.
    Days(i64),
    Dates(RangeInclusive<NaiveDate>),
    Number(f64),
    Money(Money),
    /// An amount that names no currency: it is in the one of what it is compared with.
    OwnCurrency(String),
    Flag(bool),
    Word(&'static str),
}

impl Wanted {
    /// Reads what `field` is to be.
    pub(super) fn read(
        field: &Field,
        relation: Relation,
        text: &str,
        quoted: bool,
        context: &QueryContext<'_>,
    ) -> Result<Self, String> {
        let word = folded(text);
        field.is_known_on(context.board)?;
        match word.as_str() {
            "none" if !quoted => return Ok(Self::Nothing),
            "any" if !quoted => return Ok(Self::Something),
            "" => return Err(format!("write what `{field}` is to be, such as {field}:any")),
            _ => {}
        }
        let is_ordered = !matches!(relation, Relation::Is | Relation::IsOther);
        match field.kind() {
            FieldKind::Text | FieldKind::Flag | FieldKind::Word if is_ordered => {
                Err(format!("`{field}` has no order: write {field}:{text}"))
            }
            FieldKind::Text
                if [Field::Own(OwnField::Owner), Field::Entry(EntryField::By)].contains(field)
                    && word == "me" =>
            {
                Ok(Self::Text { text: folded(context.me), exact: true })
            }
            FieldKind::Text
                if *field == Field::Own(OwnField::Owner) && context.rules.roster.find(text).is_some() =>
            {
                Ok(Self::Text { text: folded(&context.rules.roster.owner(text)), exact: true })
            }
            FieldKind::Text if *field == Field::Own(OwnField::Alert) => alert(text, word, quoted),
            FieldKind::Text => {
                Ok(Self::Text { text: word, exact: quoted || *field == Field::Own(OwnField::Id) })
            }
            FieldKind::Stage => stage(text, &word, context),
            FieldKind::Risk => match word.as_str() {
                "low" => Ok(Self::Risk(RiskLevel::Low)),
                "medium" => Ok(Self::Risk(RiskLevel::Medium)),
                "high" => Ok(Self::Risk(RiskLevel::High)),
                _ => Err(not_one_of(text, &["low", "medium", "high", "none", "any"])),
            },
            FieldKind::Ahead | FieldKind::Past => day(field.kind(), &word, context).ok_or_else(|| {
                format!(
                    "`{text}` is no day: write 7d, 2w, today, fri, 20dec, this-week, this-month or 2024-12-20"
                )
            }),
            FieldKind::Number => word
                .parse::<f64>()
                .ok()
                .filter(|number| number.is_finite())
                .map(Self::Number)
                .ok_or_else(|| format!("`{text}` is no number: write one such as 8")),
            FieldKind::Money if *field == Field::Own(OwnField::Refunded) && names_no_currency(text) => {
                Ok(Self::OwnCurrency(text.to_owned()))
            }
            FieldKind::Money => amount(text, context.currency)
                .map(Self::Money)
                .ok_or_else(|| format!("`{text}` is no amount: write one such as $500, €500 or 500CHF")),
            FieldKind::Flag => match word.as_str() {
                "yes" | "true" => Ok(Self::Flag(true)),
                "no" | "false" => Ok(Self::Flag(false)),
                _ => Err(not_one_of(text, &["yes", "no", "any", "none"])),
            },
            FieldKind::Word => {
                let known = words_of(field);
                let found = known.iter().find(|known| **known == word);
                found.map(|word| Self::Word(word)).ok_or_else(|| not_one_of(text, known))
            }
        }
    }
}

/// The words of a field that has a fixed list.
pub(super) fn words_of(field: &Field) -> &'static [&'static str] {
    match field {
        Field::Own(OwnField::Phase) => &["open", "engaged", "closed"],
        Field::Own(OwnField::Checklist) => &["open", "done"],
        _ => &["new", "mine", "open", "closed", "on-board", "retired", "unmapped"],
    }
}

/// A state of an alert, or its kind.
fn alert(text: &str, word: String, quoted: bool) -> Result<Wanted, String> {
    let kinds = AlertKind::VARIANTS.iter().map(|kind| kind.word());
    let known: Vec<&str> = ["open", "snoozed", "closed"].into_iter().chain(kinds).collect();
    let titles: Vec<String> = AlertKind::VARIANTS.iter().map(|kind| folded(kind.title())).collect();
    let mut all = known.iter().copied().chain(titles.iter().map(String::as_str));
    if all.any(|known| begins_a_word(known, &word)) {
        return Ok(Wanted::Text { text: word, exact: quoted });
    }
    Err(not_one_of(text, &known))
}

fn not_one_of(text: &str, known: &[&str]) -> String {
    format!("`{text}` is not known here: {}", suggest::meant_or_all(text, known))
}

fn stage(text: &str, word: &str, context: &QueryContext<'_>) -> Result<Wanted, String> {
    let pipeline = context.board.pipeline();
    if word == "unmapped" {
        return Ok(Wanted::Stage(None));
    }
    if let Some(stage) = pipeline.resolve(text) {
        return Ok(Wanted::Stage(pipeline.position(&stage.id)));
    }
    let is_bucket = pipeline.stages().iter().any(|stage| *stage.bucket == *text);
    if is_bucket {
        return Ok(Wanted::Bucket(text.to_owned()));
    }
    Err(format!("`{text}` is not a stage: write one of {}, unmapped or none", pipeline.ids()))
}

/// `7d`, `2w`, `this-week`, or a day as it may be written elsewhere: `today`, `fri`, `next tue`, `20 dec`, a date.
fn day(kind: FieldKind, word: &str, context: &QueryContext<'_>) -> Option<Wanted> {
    span(word, context).or_else(|| {
        let spaced = word.replace('_', " ");
        // Hyphens stand for spaces, too, where they are none of a date: `next-tue`.
        let apart = spaced.replace('-', " ");
        let read = if kind == FieldKind::Past { when::day_back } else { when::day_ahead };
        let day = [spaced, apart].iter().find_map(|text| read(text, &context.now).ok())?;
        Some(Wanted::Dates(day..=day))
    })
}

/// `7d`, `2w`, `today`, `this-week` or a date.
fn span(word: &str, context: &QueryContext<'_>) -> Option<Wanted> {
    let today = context.now.today();
    let word = word.replace(['_', ' '], "-");
    let on = |day: NaiveDate| Some(Wanted::Dates(day..=day));
    let week = |by: i64| {
        let monday = today - Days::new(today.weekday().num_days_from_monday().into());
        let monday = monday.checked_add_signed(chrono::TimeDelta::weeks(by))?;
        Some(Wanted::Dates(monday..=monday.checked_add_days(Days::new(6))?))
    };
    let month = |back: u32, on: u32| {
        let first =
            today.with_day(1)?.checked_sub_months(Months::new(back))?.checked_add_months(Months::new(on))?;
        Some(Wanted::Dates(first..=first.checked_add_months(Months::new(1))?.pred_opt()?))
    };
    match word.as_str() {
        "today" => return on(today),
        "tomorrow" => return on(today.succ_opt()?),
        "yesterday" => return on(today.pred_opt()?),
        "this-week" => return week(0),
        "next-week" => return week(1),
        "last-week" => return week(-1),
        "this-month" => return month(0, 0),
        "next-month" => return month(0, 1),
        "last-month" => return month(1, 0),
        _ => {}
    }
    if let Ok(date) = word.parse::<NaiveDate>() {
        return on(date);
    }
    let (number, unit) = word.split_at(word.find(|c: char| !c.is_ascii_digit() && c != '-')?);
    let days = match unit.trim_start_matches('-') {
        "d" | "day" | "days" => 1,
        "w" | "week" | "weeks" => 7,
        "m" | "month" | "months" => 30,
        "y" | "year" | "years" => 365,
        _ => return None,
    };
    let number = number.trim_end_matches('-').parse::<i32>().ok()?;
    Some(Wanted::Days(i64::from(number) * days))
}

/// Whether `text` is an amount in whatever currency is meant.
fn names_no_currency(text: &str) -> bool {
    let is_part = |c: char| c.is_ascii_digit() || ".,-kK".contains(c);
    text.trim().chars().all(is_part) && amount(text, Currency::USD).is_some()
}

/// `$500`, `500`, `€1200.50`, `500CHF`, `1k`.
pub(super) fn amount(text: &str, default: Currency) -> Option<Money> {
    let text = text.trim();
    let starts = text.find(|c: char| c.is_ascii_digit() || c == '-')?;
    let ends = text.rfind(|c: char| c.is_ascii_digit())? + 1;
    let (sign, number, unit) = (text[..starts].trim(), text.get(starts..ends)?, text[ends..].trim());
    // `2k`, `1.5kCHF`; of `9KES`, three letters are a currency.
    let (unit, thousands) = match unit.strip_prefix(['k', 'K']) {
        Some(rest) if rest.chars().count() != 2 => (rest.trim(), true),
        Some(_) | None => (unit, false),
    };
    let named = |text: &str| Currency::from_sign(text).or_else(|| text.parse().ok());
    let currency = match (sign, unit) {
        ("", "") => default,
        ("", name) | (name, "") => named(name)?,
        _ => return None,
    };
    let minor = minor_units(&number.replace(',', ""), currency)?;
    Some(Money::new(if thousands { minor.checked_mul(1_000)? } else { minor }, currency))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_read_as_people_write_them() {
        let money = |text: &str| text.parse::<Money>().expect("an amount");
        for (text, expected) in [
            ("500", Some(money("500 USD"))),
            ("$500", Some(money("500 USD"))),
            ("€1200.50", Some(money("1200.50 EUR"))),
            ("500CHF", Some(money("500 CHF"))),
            ("CHF 500", Some(money("500 CHF"))),
            ("1,200", Some(money("1200 USD"))),
            ("2k", Some(money("2000 USD"))),
            ("1.5kCHF", Some(money("1500 CHF"))),
            ("1k€", Some(money("1000 EUR"))),
            ("€1k", Some(money("1000 EUR"))),
            ("9KES", Some(money("9 KES"))),
            ("-5", Some(money("-5 USD"))),
            ("much", None),
            ("$", None),
            ("$5EUR", None),
        ] {
            assert_eq!(amount(text, Currency::USD), expected, "{text}");
        }
    }
}
