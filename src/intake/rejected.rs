//! The rows that could not be read, as a file to correct and import again.

use super::accounts::Reading;
use super::csv_escape::line;

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
        let ids: Vec<&str> = again.rows.iter().map(|row| row.id.as_str()).collect();
        let became = |place: usize| again.columns[place].became[0].to_string();
        assert_eq!([0, 1, 2].map(became), ["ignore", "ignore", "external_id"]);
        assert_eq!(again.rows[0].facts[&FactKey::Name], FactValue::Text("=1+1".into()));
        assert_eq!((ids, again.rejected.len()), (vec!["B", "D"], 2));
    }
}
