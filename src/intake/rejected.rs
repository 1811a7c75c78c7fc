//! The rows that could not be read, as a file to correct and import again.

use std::borrow::Cow;

use super::accounts::Reading;
use super::table::{Cell, Table};

/// What stands before the file's own columns.
const HEADERS: [&str; 2] = ["Rejected line", "Rejected reason"];

/// The rejected rows as CSV: line and reason, then the file's own columns. Importing it leaves the first two out.
pub fn to_csv(reading: &Reading) -> String {
    let mut out = String::new();
    let headers = reading.columns.iter().map(|column| column.header.as_str());
    line(&mut out, HEADERS.into_iter().chain(headers));
    for row in &reading.rejected {
        let number = row.line.to_string();
        let blanks = reading.columns.len().saturating_sub(row.cells.len());
        let cells = row.cells.iter().map(String::as_str).chain(std::iter::repeat_n("", blanks));
        line(&mut out, [number.as_str(), row.reason.as_str()].into_iter().chain(cells));
    }
    out
}

fn line<'a>(out: &mut String, cells: impl Iterator<Item = &'a str>) {
    for (place, cell) in cells.enumerate() {
        if place > 0 {
            out.push(',');
        }
        let cell = harmless(cell);
        if cell.contains([',', '"', '\n', '\r']) {
            out.push('"');
            out.push_str(&cell.replace('"', "\"\""));
            out.push('"');
        } else {
            out.push_str(&cell);
        }
    }
    out.push('\n');
}

/// Takes off the apostrophes that [`to_csv`] put on, if it wrote `table`.
pub(super) fn restore(table: &mut Table<'_>) {
    if !HEADERS.iter().all(|ours| table.headers.iter().any(|header| header == ours)) {
        return;
    }
    for cell in table.records.iter_mut().flat_map(|record| &mut record.cells) {
        if let Cell::Text(text) = cell
            && let Some(plain) = text.strip_prefix('\'')
            && harmless(plain) == *text
        {
            *cell = Cell::Text(plain.to_owned());
        }
    }
}

/// `cell` as a spreadsheet would not run it: a formula gets an apostrophe before it, a plain negative number does not.
fn harmless(cell: &str) -> Cow<'_, str> {
    let runs = cell.starts_with(['=', '+', '-', '@', '\t', '\r', '＝', '＋', '－', '＠']);
    let number = cell.trim_start_matches(['+', '-']);
    let is_number =
        !number.is_empty() && number.chars().all(|c| c.is_ascii_digit() || matches!(c, '.' | ',' | ' '));
    if runs && !(is_number && cell.len() - number.len() == 1) {
        format!("'{cell}").into()
    } else {
        cell.into()
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Mapping, Options, read};
    use super::*;
    use crate::state::{FactKey, FactValue};

    #[test]
    fn rejected_rows_can_be_corrected_and_imported_again() {
        let file = "id,name,seats\n,\"a, b\",1\nB,=1+1,many\nC,-5,-5x\nD\n";
        let reading = read(file.as_bytes(), &Options::default(), &Mapping::default()).expect("a table");
        let csv = to_csv(&reading);
        assert_eq!(
            csv,
            "Rejected line,Rejected reason,id,name,seats\n\
             2,no id,,\"a, b\",1\n\
             3,seats: `many`: expected a number,B,'=1+1,many\n\
             4,seats: `-5x`: expected a number,C,-5,'-5x\n\
             5,1 value where the header has 3,D,,\n"
        );
        let corrected = csv.replace("many", "7");
        let again = read(corrected.as_bytes(), &Options::default(), &Mapping::default()).expect("a table");
        let rows: Vec<_> =
            again.rows.iter().map(|row| (row.id.as_str(), row.facts.get(&FactKey::Name))).collect();
        let name = FactValue::Text("=1+1".into());
        assert_eq!((rows, again.rejected.len()), (vec![("B", Some(&name)), ("D", None)], 2));
        let became: Vec<_> = again.columns.iter().map(|column| column.became[0].to_string()).collect();
        assert_eq!(became, ["ignore", "ignore", "external_id", "name", "users_count"]);
        let theirs = read(b"id,name\nA,'=1+1\n", &Options::default(), &Mapping::default()).expect("a table");
        let name = FactValue::Text("'=1+1".into());
        assert_eq!(theirs.rows[0].facts.get(&FactKey::Name), Some(&name), "nobody else's cells change");
    }
}
