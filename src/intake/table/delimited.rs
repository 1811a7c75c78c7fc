//! Tables whose columns are separated by commas, semicolons, tabs or vertical bars.

use super::{CellValue, LineCounter, ParsedTable, Record, SEPARATORS, SourceText};
use crate::intake::IntakeError;
use crate::intake::csv_escape::unescape;

/// The table of a text, with no more than `most` records.
pub(super) fn read<'a>(text: &SourceText<'a>, most: usize) -> Result<ParsedTable<'a>, IntakeError> {
    let (start, separator) = separator(text);
    let body = &text.all[start..];
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(separator)
        .from_reader(body.as_bytes());
    let mut headers: Option<Vec<String>> = None;
    let mut records = Vec::new();
    let mut lines = LineCounter::default();
    let mut fields = csv::StringRecord::new();
    while headers.is_none() || records.len() < most {
        let from = offset(&reader).min(body.len());
        match reader.read_record(&mut fields) {
            Ok(true) => {}
            Ok(false) => break,
            Err(error) => {
                // Only a reader that fails or text that is not UTF-8 gets here, and neither can be.
                let line = lines.at(text.all, start + from);
                return Err(IntakeError::Malformed { line, what: error.to_string() });
            }
        }
        let to = offset(&reader).min(body.len());
        // Blank lines before a record are read with it.
        let raw = body.get(from..to).unwrap_or_default();
        let from = from + (raw.len() - raw.trim_start_matches(['\r', '\n']).len());
        let raw = raw.trim_matches(['\r', '\n']);
        let line = lines.at(text.all, start + from);
        let Some(headers) = &headers else {
            headers = Some(fields.iter().map(|field| unescape(field.trim()).into_owned()).collect());
            continue;
        };
        if fields.iter().all(|field| field.trim().is_empty()) {
            continue;
        }
        let cell = |field: &str| {
            if field.is_empty() { CellValue::Nothing } else { CellValue::Text(unescape(field).into_owned()) }
        };
        let mut cells: Vec<CellValue> = fields.iter().map(cell).collect();
        let broken = misfit(&cells, headers.len(), raw);
        if broken.is_none() {
            cells.truncate(headers.len());
        }
        records.push(Record { line, raw, cells, broken });
    }
    Ok(ParsedTable { headers: headers.unwrap_or_default(), records, separator: Some(separator) })
}

fn offset(reader: &csv::Reader<&[u8]>) -> usize {
    usize::try_from(reader.position().byte()).unwrap_or(usize::MAX)
}

/// Why `cells` do not fit under `columns` headers. More cells do if they are blank: spreadsheets write such cells.
fn misfit(cells: &[CellValue], columns: usize, raw: &str) -> Option<String> {
    let found = cells.len();
    let is_blank = |cell: &CellValue| {
        matches!(cell, CellValue::Nothing) || matches!(cell, CellValue::Text(text) if text.trim().is_empty())
    };
    if found >= columns && cells[columns..].iter().all(is_blank) {
        return None;
    }
    let open = raw.bytes().filter(|byte| *byte == b'"').count() % 2 == 1;
    Some(if open && raw.contains('\n') {
        format!("a quote opens here and is not closed: it swallows {} lines", raw.lines().count())
    } else {
        format!("{found} {} where the header has {columns}", if found == 1 { "value" } else { "values" })
    })
}

/// The separator the header line uses most, outside quotes, and where the table starts: spreadsheets may write
/// `sep=;` above it.
fn separator(text: &SourceText<'_>) -> (usize, u8) {
    let body = &text.all[text.start..];
    let first = body.trim_start_matches(['\r', '\n']).lines().next().unwrap_or_default();
    if let Some(declared) = first.strip_prefix("sep=")
        && let [separator] = declared.as_bytes()
        && SEPARATORS.contains(separator)
    {
        let start = text.start + body.find(first).unwrap_or(0) + first.len();
        return (start, *separator);
    }
    let mut counts = SEPARATORS.map(|separator| (separator, 0_usize));
    let mut quoted = false;
    for byte in body.trim_start_matches(['\r', '\n']).bytes() {
        match byte {
            b'"' => quoted = !quoted,
            b'\r' | b'\n' if !quoted => break,
            _ if quoted => {}
            byte => {
                if let Some((_, count)) = counts.iter_mut().find(|(separator, _)| *separator == byte) {
                    *count += 1;
                }
            }
        }
    }
    // Ties go to the first, the comma.
    let most = counts.iter().rev().max_by_key(|(_, count)| *count).map_or(b',', |(separator, _)| *separator);
    (text.start, most)
}
