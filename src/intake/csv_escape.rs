//! Cells of the CSV files we write: quoted as RFC 4180 asks, and escaped so that a spreadsheet does not run them.
//!
//! A spreadsheet runs a cell that begins with `=` or with some other signs, and some split a line where the file does not:
//! at semicolons or tabs, whatever the quotes say. So writing puts an apostrophe before such a sign wherever a cell may
//! begin for any of them, and reading removes it again.

use std::borrow::Cow;

use crate::intake::{amounts, words};
use crate::state::{Currency, Money};

/// What a formula, or what a spreadsheet takes for one, begins with; the wide forms too.
const SIGNS: [char; 8] = ['=', '+', '-', '@', '＝', '＋', '－', '＠'];

/// What a spreadsheet may drop from the begin of a cell, with a formula behind it.
const DROPPED: [char; 3] = ['\t', '\r', '\n'];

/// After what a cell begins, for one program or another.
const SPLITS: [char; 7] = [',', ';', '\t', '|', '"', '\r', '\n'];

/// Adds `cells` to `out` as a line of its own. Those with a separator of any kind are quoted: some spreadsheets
/// split at semicolons, whatever the file says.
pub fn line<'a>(out: &mut String, cells: impl IntoIterator<Item = &'a str>) {
    for (index, cell) in cells.into_iter().enumerate() {
        if index > 0 {
            out.push(',');
        }
        let cell = escape(cell);
        if cell.contains(SPLITS) {
            out.push('"');
            out.push_str(&cell.replace('"', "\"\""));
            out.push('"');
        } else {
            out.push_str(&cell);
        }
    }
    out.push('\n');
}

/// Puts an apostrophe before each part of a cell that a spreadsheet would run. A negative number stays a number. A number
/// after a plus may be a telephone number, and a spreadsheet would drop the plus.
fn escape(cell: &str) -> Cow<'_, str> {
    if !cell.contains(SIGNS) && !cell.contains(DROPPED) || is_number(cell) {
        return cell.into();
    }
    let mut escaped = String::with_capacity(cell.len() + 1);
    let mut begins = true;
    for (at, c) in cell.char_indices() {
        if begins && begins_with_sign(cell, at) {
            escaped.push('\'');
        }
        escaped.push(c);
        begins = SPLITS.contains(&c);
    }
    escaped.into()
}

/// Takes off the apostrophes that [`line`] may have put before signs.
pub(super) fn unescape(cell: &str) -> Cow<'_, str> {
    if !cell.contains('\'') {
        return cell.into();
    }
    let mut plain = String::with_capacity(cell.len());
    let mut begins = true;
    for (at, c) in cell.char_indices() {
        let is_ours = begins && c == '\'' && begins_with_sign(cell, at);
        if !is_ours {
            plain.push(c);
        }
        begins = SPLITS.contains(&c);
    }
    plain.into()
}

/// Whether a sign stands at `at` in `cell`, after any apostrophes, so that an apostrophe of its own gets another.
fn begins_with_sign(cell: &str, at: usize) -> bool {
    let rest = cell[at..].trim_start_matches('\'');
    rest.starts_with(SIGNS) || (at == 0 && rest.starts_with(DROPPED))
}

/// An amount as an import reads it in a row whose currency is `row`: plain digits, with the currency where it is
/// another one.
pub fn amount(money: Money, row: Option<Currency>) -> String {
    let digits = unmistakable(money.decimal());
    if row == Some(money.currency) {
        digits
    } else if is_known(money.currency) {
        format!("{digits} {}", money.currency)
    } else {
        format!(r#"{{"minor":{},"currency":"{}"}}"#, money.minor, money.currency)
    }
}

/// Whether an import knows the code of the currency; three other letters may be anything.
pub fn is_known(currency: Currency) -> bool {
    amounts::currency(currency.code()) == Some(currency)
}

pub fn number(number: f64) -> String {
    unmistakable(number.to_string())
}

/// `digits` with a zero at the end where there are three behind the point: `1.234` may be a thousand.
fn unmistakable(digits: String) -> String {
    let three = digits.split_once('.').is_some_and(|(_, part)| part.len() == 3);
    if three { digits + "0" } else { digits }
}

/// Segments as an import splits them; a JSON list where it would split one in two.
pub fn segments<'a>(segments: impl Iterator<Item = &'a str> + Clone) -> String {
    let joined = segments.clone().collect::<Vec<_>>().join(", ");
    if words::segments(&joined).eq(segments.clone()) && !joined.starts_with('[') {
        joined
    } else {
        segments.collect::<serde_json::Value>().to_string()
    }
}

fn is_number(cell: &str) -> bool {
    let number = cell.strip_prefix('-').unwrap_or_default();
    !number.is_empty() && number.chars().all(|c| c.is_ascii_digit() || matches!(c, '.' | ',' | ' '))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn no_cell_runs_and_every_cell_reads_back() {
        for (cell, written) in [
            ("Acme", "Acme"),
            ("", ""),
            ("-5", "-5"),
            ("-1234.50", "-1234.50"),
            ("-", "'-"),
            ("+49 30 1234", "'+49 30 1234"),
            ("-5+cmd", "'-5+cmd"),
            ("--5", "'--5"),
            ("=1+1", "'=1+1"),
            ("@SUM(A1)", "'@SUM(A1)"),
            ("\tx", "\"'\tx\""),
            ("\r=1", "\"'\r'=1\""),
            ("＝1", "'＝1"),
            ("'=1", "''=1"),
            ("''=1", "'''=1"),
            ("'Twas", "'Twas"),
            ("'", "'"),
            ("a,b", "\"a,b\""),
            ("a;=1", "\"a;'=1\""),
            ("a;'=1", "\"a;''=1\""),
            ("a\t+1|@x,-2", "\"a\t'+1|'@x,'-2\""),
            ("a\"=1", "\"a\"\"'=1\""),
            ("a=1;b", "\"a=1;b\""),
            ("rock'n'roll; 'quoted'", "\"rock'n'roll; 'quoted'\""),
            ("say \"hi\"\n", "\"say \"\"hi\"\"\n\""),
        ] {
            let mut out = String::new();
            line(&mut out, [cell]);
            assert_eq!(out, format!("{written}\n"));
            assert_eq!(unescape(&escape(cell)), cell);
        }
    }

    proptest! {
        #[test]
        fn no_program_finds_a_formula_and_every_cell_reads_back(cell in "[a'=+@,;|\"\t\r\n0 ＝-]{0,12}") {
            let escaped = escape(&cell);
            prop_assert_eq!(&*unescape(&escaped), &*cell);
            let mut written = String::new();
            line(&mut written, [&*cell, "x"]);
            for part in written.split(SPLITS).filter(|part| !is_number(part)) {
                prop_assert!(!part.starts_with(SIGNS), "{:?} in {:?}", part, written);
            }
        }
    }
}
