//! One record becomes the facts of its account, or every reason why it cannot be read.

use chrono::{DateTime, NaiveDate, NaiveTime, TimeDelta, Utc};

use super::amounts::{self, NumberReader};
use super::column_formats::ColumnFormats;
use super::columns::ImportColumn;
use super::dates::DateReader;
use super::meaning::Meaning;
use super::table::{CellValue, Record};
use super::vocabulary::{fold, vocabulary};
use super::words;
use crate::state::{
    AccountFacts, AccountId, Currency, FactKey, FactKind, FactValue, FactValues, Risk, RiskLevel, Segment,
};

/// How long a value may be, in characters. Longer ones are documents, and every redraw and snapshot would carry them.
const MAX_CELL: usize = 10_000;

/// How long an external id may be, in characters.
const MAX_ID: usize = 200;

/// An error in a cell, in one sentence.
pub(super) fn at(header: &str, value: &str, what: &str) -> String {
    format!("{header}: {}: {what}", shown(value))
}

/// A value in backquotes, as a reason repeats it.
fn shown(value: &str) -> String {
    const SHOWN: usize = 40;
    let cut: String = value.trim().chars().take(SHOWN).collect();
    let more = if value.trim().chars().count() > SHOWN { "…" } else { "" };
    format!("`{cut}{more}`")
}

/// The facts that a record holds, or every reason why it cannot be read.
pub(super) fn row(
    record: &Record<'_>,
    columns: &[ImportColumn],
    formats: &ColumnFormats,
) -> Result<AccountFacts, String> {
    if let Some(broken) = &record.broken {
        return Err(broken.clone());
    }
    let mut wrong: Vec<String> = Vec::new();
    let mut row = AccountFacts::new("");
    let mut risk_reason = None;
    let filled = || {
        columns.iter().zip(&record.cells).enumerate().filter(|(_, (_, cell))| **cell != CellValue::Nothing)
    };
    let mut named_currency = None;
    for (_, (column, cell)) in filled() {
        if column.meanings.contains(&Meaning::Currency)
            && let Some(text) = plain_text(cell).filter(|text| !words::is_nothing(text))
        {
            match amounts::currency(&text) {
                Some(named) => named_currency = Some(named),
                None => wrong.push(at(&column.header, &text, "expected a currency such as USD")),
            }
        }
    }
    let mut id = None;
    for (index, (column, cell)) in filled() {
        if let Some(too_long) = too_long(cell) {
            let most = MAX_CELL;
            wrong.push(format!(
                "{}: {too_long} characters are too many: at most {most} are kept",
                column.header
            ));
            continue;
        }
        for meaning in &column.meanings {
            match meaning {
                Meaning::ExternalId => match external_id(cell, || has_name(record, columns)) {
                    Ok(found) => id = found,
                    Err(what) => wrong.push(format!("{}: {what}", column.header)),
                },
                Meaning::Stage => {
                    row.stage = plain_text(cell)
                        .filter(|text| !words::is_nothing(text))
                        .map(|text| text.trim().into());
                }
                Meaning::Segments => row.segments.extend(segments(cell)),
                Meaning::Fact(key) => {
                    let place = (column, index, named_currency);
                    wrong.extend(add_fact(&mut row, key, cell, place, formats).err());
                }
                Meaning::FirstEntered(_) | Meaning::StageSince | Meaning::PaymentRisk => {
                    add_position(&mut row, meaning, cell, column, &formats.dates[index]);
                }
                Meaning::PaymentRiskReason => {
                    risk_reason = plain_text(cell).filter(|text| !words::is_nothing(text));
                }
                Meaning::Currency | Meaning::Extra | Meaning::Ignore => {}
            }
        }
    }
    if let Some(risk) = row.risk.as_mut().filter(|risk| risk.level != RiskLevel::None) {
        risk.reason = Some(risk_reason.as_deref().unwrap_or("as the import says").trim().into());
    }
    for (column, cell) in columns.iter().zip(&record.cells).filter(|(column, _)| column.clears_blank) {
        for meaning in &column.meanings {
            if let Meaning::Fact(key) = meaning
                && plain_text(cell).is_none_or(|text| says_nothing(key, &text))
                && !row.facts.contains_key(key)
            {
                row.cleared.insert(key.clone());
            }
        }
    }
    match id {
        Some(id) => {
            for (system, beginning) in &vocabulary().file.systems.id_beginnings {
                if id.as_str().starts_with(beginning.as_str()) {
                    let key = FactKey::OtherId(system.as_str().into());
                    row.facts.insert_if_absent(key, FactValue::Text(id.as_str().into()));
                }
            }
            row.id = id;
        }
        None if wrong.is_empty() => wrong.push(format!("no {}", id_header(columns))),
        None => {}
    }
    row.facts.shrink_to_fit();
    if wrong.is_empty() { Ok(row) } else { Err(wrong.join("; ")) }
}

/// Adds what a cell of the column at an index says of `key`; the error is one sentence. The currency is the one that the
/// row names.
fn add_fact(
    row: &mut AccountFacts,
    key: &FactKey,
    cell: &CellValue,
    (column, index, named_currency): (&ImportColumn, usize, Option<Currency>),
    formats: &ColumnFormats,
) -> Result<(), String> {
    let header = &column.header;
    let text = || plain_text(cell).unwrap_or_default();
    let currency = named_currency.unwrap_or(formats.currency);
    let contradiction = named_currency
        .filter(|_| key.kind() == FactKind::Money)
        .and_then(|named| formats.numbers[index].contradicts(&text(), named));
    if let Some(heading) = contradiction {
        return Err(format!(
            "{header}: the heading says {heading}, and the row's currency is {currency}: correct one of them"
        ));
    }
    match fact(key, cell, &formats.dates[index], formats.numbers[index], currency) {
        Ok(Some(value)) => {
            let value = formats.on_the_roster(key, value);
            if column.is_fallback {
                row.facts.insert_if_absent(key.clone(), value);
            } else {
                row.facts.insert(key.clone(), value);
            }
            if *key == FactKey::Domain && !plain_text(cell).is_none_or(|text| words::domains(&text).1) {
                keep_as_extra(&mut row.facts, header, cell);
            }
        }
        Ok(None) => {}
        Err(_) if is_descriptive(key) => keep_as_extra(&mut row.facts, header, cell),
        Err(what) => return Err(at(header, &text(), &what)),
    }
    Ok(())
}

/// Adds what a cell says of an account's way and risk elsewhere. No rule needs to know, so what cannot be read is kept as
/// an extra fact.
fn add_position(
    row: &mut AccountFacts,
    meaning: &Meaning,
    cell: &CellValue,
    column: &ImportColumn,
    dates: &DateReader,
) {
    let Some(text) = plain_text(cell).filter(|text| !words::is_nothing(text)) else { return };
    let is_read = if *meaning == Meaning::PaymentRisk {
        row.risk = words::risk(&text).map(|level| Risk { level, reason: None });
        row.risk.is_some()
    } else {
        let at = moment(&text, dates).ok();
        match (meaning, at) {
            (Meaning::FirstEntered(stamp), Some(at)) => drop(row.stamps.insert(stamp.clone(), at)),
            _ => row.since = at.or(row.since),
        }
        at.is_some()
    };
    if !is_read {
        keep_as_extra(&mut row.facts, &column.header, cell);
    }
}

/// Whether a value of `key` that cannot be read costs the row nothing, because no rule depends on it.
pub(super) fn is_descriptive(key: &FactKey) -> bool {
    matches!(key, FactKey::Domain | FactKey::Created | FactKey::CreditsExpiry | FactKey::OtherId(_))
}

/// Keeps a cell that cannot be read as what its column means.
fn keep_as_extra(facts: &mut FactValues, header: &str, cell: &CellValue) {
    let Some(text) = plain_text(cell) else { return };
    let mut key = FactKey::Extra(header.into());
    if facts.contains_key(&key) {
        key = FactKey::Extra(format!("{header} (as written)").into());
    }
    facts.insert(key, FactValue::Text(text.trim().into()));
}

fn id_header(columns: &[ImportColumn]) -> &str {
    let column = columns.iter().find(|column| column.meanings.contains(&Meaning::ExternalId));
    column.map_or("external id", |column| column.header.as_str())
}

fn too_long(cell: &CellValue) -> Option<usize> {
    let long = |text: &str| text.len() > MAX_CELL && text.chars().count() > MAX_CELL;
    match cell {
        CellValue::Text(text) => long(text).then(|| text.chars().count()),
        CellValue::List(items) => {
            let length: usize = items.iter().map(|item| item.chars().count()).sum();
            (length > MAX_CELL).then_some(length)
        }
        CellValue::Nothing | CellValue::Number(_) | CellValue::Flag(_) | CellValue::Money(_) => None,
    }
}

/// Whether a record is the header line again, in any order of the columns.
pub(super) fn is_header(record: &Record<'_>, columns: &[ImportColumn]) -> bool {
    let mut filled = 0;
    let is_blank_or_heading = |cell: &CellValue| {
        let CellValue::Text(text) = cell else { return *cell == CellValue::Nothing };
        if words::is_blank(text) {
            return true;
        }
        filled += 1;
        let folded = fold(text);
        columns.iter().any(|column| column.folded == folded)
    };
    record.cells.iter().all(is_blank_or_heading) && filled >= columns.len().min(2)
}

/// Whether a record has a name of its own. The name of a sum line is blank, or says how much it sums up.
fn has_name(record: &Record<'_>, columns: &[ImportColumn]) -> bool {
    columns.iter().zip(&record.cells).any(|(column, cell)| {
        column.meanings.contains(&Meaning::Fact(FactKey::Name))
            && plain_text(cell)
                .is_some_and(|text| text.trim().starts_with(char::is_alphabetic) && !words::is_sum(&text))
    })
}

/// The external id in a cell; nothing when it is blank.
fn external_id(cell: &CellValue, has_name: impl Fn() -> bool) -> Result<Option<AccountId>, String> {
    let text = match cell {
        CellValue::Text(text) | CellValue::Number(text) => text.trim(),
        CellValue::Nothing => return Ok(None),
        CellValue::Flag(_) | CellValue::List(_) | CellValue::Money(_) => {
            let text = shown(&plain_text(cell).unwrap_or_default());
            return Err(format!("{text}: an id is a text or a whole number"));
        }
    };
    if text.is_empty() {
        return Ok(None);
    }
    if words::is_no_id(text) {
        return Err(format!("{} says nothing", shown(text)));
    }
    if words::is_sum(text) && !has_name() {
        return Err(format!(
            "{} reads like a sum line: remove the line, or give the account another id",
            shown(text)
        ));
    }
    if let Some(what) = wrong_id(cell, text) {
        return Err(format!("{}: {what}", shown(text)));
    }
    if text.chars().any(char::is_control) {
        return Err("an external id holds no control characters".to_owned());
    }
    let length = text.chars().count();
    if length > MAX_ID {
        return Err(format!("an external id of {length} characters is too long: at most {MAX_ID} are kept"));
    }
    Ok(Some(AccountId::new(text)))
}

/// Why the text in a cell is no longer the id it was.
fn wrong_id(cell: &CellValue, text: &str) -> Option<&'static str> {
    if matches!(cell, CellValue::Number(_)) {
        return match text.parse::<u128>() {
            Ok(whole) if whole <= MAX_EXACT => None,
            Ok(_) => Some("a number this large is not exact in JSON: write the id in quotes"),
            Err(_) => Some("an id is a text or a whole number"),
        };
    }
    is_rounded(text)
        .then_some("a spreadsheet has rounded this id: format the column as text, and export it again")
}

/// The largest whole number that every JSON program keeps exactly: 2^53.
const MAX_EXACT: u128 = 1 << 53;

/// Whether a spreadsheet has rounded a long number: `1.23457E+19`, or a number with 15 digits and then zeros.
fn is_rounded(text: &str) -> bool {
    /// How many digits a spreadsheet keeps, and how many zeros after them are no accident.
    const KEPT: usize = 15;
    const ZEROS: usize = 4;
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    if let Some((number, exponent)) = text.split_once(['E', 'e']) {
        let (whole, part) = number.split_once(['.', ',']).unwrap_or((number, ""));
        let is_number = digits(whole) && (part.is_empty() || digits(part));
        let is_signed = exponent.starts_with('+');
        return is_number && digits(exponent.trim_start_matches('+')) && (is_signed || !part.is_empty());
    }
    digits(text) && text.len() >= KEPT + ZEROS && text[KEPT..].bytes().all(|byte| byte == b'0')
}

/// A cell as text; nothing when it is blank.
pub(super) fn plain_text(cell: &CellValue) -> Option<String> {
    let text = match cell {
        CellValue::Nothing => return None,
        CellValue::Text(text) | CellValue::Number(text) => text.clone(),
        CellValue::Flag(flag) => flag.to_string(),
        CellValue::List(items) => items.join(", "),
        CellValue::Money(money) => format!("{} {}", money.decimal(), money.currency),
    };
    Some(text).filter(|text| !words::is_blank(text))
}

/// A moment, or the middle of a day, which is that day in most time zones.
fn moment(text: &str, dates: &DateReader) -> Result<DateTime<Utc>, String> {
    if let Ok(at) = DateTime::parse_from_rfc3339(text.trim()) {
        return Ok(at.to_utc());
    }
    let noon = |date: NaiveDate| date.and_time(NaiveTime::MIN).and_utc() + TimeDelta::hours(12);
    dates.read(text).map(noon)
}

fn segments(cell: &CellValue) -> Vec<Segment> {
    match cell {
        CellValue::List(items) => {
            words::distinct(items.iter().map(|item| item.trim()).filter(|item| !words::is_nothing(item)))
        }
        CellValue::Text(text) => match serde_json::from_str::<Vec<String>>(text) {
            // As our own exports write names that hold a comma.
            Ok(items) if text.starts_with('[') => segments(&CellValue::List(items)),
            Ok(_) | Err(_) => words::distinct(words::segments(text)),
        },
        CellValue::Nothing | CellValue::Number(_) | CellValue::Flag(_) | CellValue::Money(_) => Vec::new(),
    }
}

/// The value of `key` in a cell; the error says what was expected.
pub(super) fn fact(
    key: &FactKey,
    cell: &CellValue,
    dates: &DateReader,
    numbers: NumberReader,
    currency: Currency,
) -> Result<Option<FactValue>, String> {
    let Some(text) = plain_text(cell) else { return Ok(None) };
    if says_nothing(key, &text) {
        return Ok(None);
    }
    let numbers = if matches!(cell, CellValue::Number(_)) { numbers.of_json() } else { numbers };
    Ok(Some(match key.kind() {
        FactKind::Text => FactValue::Text(match key {
            FactKey::Plan => words::plan(&text).into(),
            FactKey::BillingInterval => words::interval(&text).into(),
            FactKey::Specialist | FactKey::SalesContact | FactKey::CsmContact => words::person(&text).into(),
            FactKey::OtherId(_) => match wrong_id(cell, text.trim()) {
                Some(what) => return Err(what.to_owned()),
                None => text.trim().into(),
            },
            FactKey::Domain => match words::domains(&text) {
                (domains, _) if domains.is_empty() => {
                    return Err("expected a domain such as example.com".to_owned());
                }
                (domains, _) => domains.join(", ").into(),
            },
            _ => text.trim().into(),
        }),
        FactKind::Date => FactValue::Date(dates.read(&text)?),
        FactKind::Money => FactValue::Money(if let CellValue::Money(money) = cell {
            *money
        } else if text.starts_with('{') {
            // As our own exports write an amount in a currency that is in no list.
            serde_json::from_str(&text).map_err(|_| "expected an amount such as 1234.50 or $1,234.50")?
        } else {
            numbers.amount(&text, currency)?
        }),
        FactKind::Number => FactValue::Number(numbers.number(&text)?),
        FactKind::Flag => FactValue::Flag(words::flag(&text).ok_or("expected yes or no")?),
        FactKind::List => {
            let items = if let CellValue::List(items) = cell { items.as_slice() } else { &[text] };
            let people: Vec<String> = items.iter().flat_map(|item| words::people(item)).collect();
            let people = words::distinct(people.iter().map(String::as_str));
            if people.is_empty() {
                return Ok(None);
            }
            FactValue::List(people)
        }
    }))
}

fn says_nothing(key: &FactKey, text: &str) -> bool {
    match key {
        FactKey::Specialist | FactKey::SalesContact | FactKey::CsmContact => words::is_nobody(text),
        FactKey::OtherId(_) => words::is_no_id(text),
        _ => !is_any_text(key) && words::is_nothing(text),
    }
}

/// Whether the text of `key` may be any word, so that `None` or `NA` says something: a name, or North America.
fn is_any_text(key: &FactKey) -> bool {
    let is_open = matches!(key, FactKey::OtherId(_) | FactKey::Extra(_));
    is_open
        || vocabulary().any_text.iter().any(|meaning| matches!(meaning, Meaning::Fact(known) if known == key))
}
