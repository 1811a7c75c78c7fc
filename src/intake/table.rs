//! Bytes become a table: headers, and records with their lines. The format is recognised by the content.

mod delimited;
pub(super) mod json;

use super::IntakeError;
use super::column_names::meaning_of;
use super::meaning::Meaning;
use crate::state::Money;

/// How many columns a table may have. Wider ones are not account exports, and every row would pay for them.
pub(super) const MAX_COLUMNS: usize = 1_000;

/// A file split into headers and records.
#[derive(Debug)]
pub(super) struct ParsedTable<'a> {
    pub(super) headers: Vec<String>,
    pub(super) records: Vec<Record<'a>>,
    /// What separates the columns; nothing in JSON, where a record may lack some.
    pub(super) separator: Option<u8>,
}

#[derive(Debug)]
pub(super) struct Record<'a> {
    /// The line it starts on, counted from one.
    pub(super) line: usize,
    /// As it is written in the file.
    pub(super) raw: &'a str,
    /// Its values: as many as there are headers or fewer, unless it is broken.
    pub(super) cells: Vec<CellValue>,
    /// Why its values cannot be split.
    pub(super) broken: Option<String>,
}

impl Record<'_> {
    /// The value in the column at `index`; nothing where the record is broken or too short.
    pub(super) fn cell(&self, index: usize) -> Option<&CellValue> {
        if self.broken.is_some() { None } else { self.cells.get(index) }
    }
}

#[derive(Clone, Debug, PartialEq)]
pub(super) enum CellValue {
    Nothing,
    /// Text that is not parsed yet.
    Text(String),
    /// A number of a JSON file, in plain digits.
    Number(String),
    /// True or false of a JSON file.
    Flag(bool),
    List(Vec<String>),
    /// An amount, as `list --json` writes it.
    Money(Money),
}

impl<'a> ParsedTable<'a> {
    pub(super) fn read(bytes: &'a [u8]) -> Result<Self, IntakeError> {
        Self::up_to(usize::MAX, bytes)
    }

    /// The same with no more than `most` records where that is faster: not all of a JSON file's records have all its columns.
    pub(super) fn up_to(most: usize, bytes: &'a [u8]) -> Result<Self, IntakeError> {
        let text = std::str::from_utf8(bytes).map_err(|error| {
            let (whole, _) = bytes.split_at(error.valid_up_to());
            let whole = std::str::from_utf8(whole).expect("it is valid up to there");
            IntakeError::NotUtf8 { line: LineCounter::default().at(whole, whole.len()) }
        })?;
        let text = SourceText {
            all: text,
            start: if text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 },
        };
        let body = text.all[text.start..].trim_start();
        if body.is_empty() {
            return Err(IntakeError::Empty);
        }
        let json = match body.as_bytes()[0] {
            b'{' => true,
            b'[' => body[1..].trim_start().starts_with(['{', ']', '[', '"']),
            _ => false,
        };
        let table = if json { json::read(&text)? } else { delimited::read(&text, most)? };
        if table.headers.len() > MAX_COLUMNS {
            return Err(IntakeError::TooManyColumns { found: table.headers.len(), most: MAX_COLUMNS });
        }
        Ok(table)
    }
}

/// How many lines may stand above a header.
const MOST_ABOVE: usize = 50;

/// The first line but one that looks like a header: it names the id of an account and something else.
pub(super) fn later_header(bytes: &[u8]) -> Option<usize> {
    let text = String::from_utf8_lossy(bytes);
    let is_header = |line: &str| {
        SEPARATORS.iter().any(|separator| {
            let cells = line.split(char::from(*separator));
            let meanings: Vec<Meaning> =
                cells.filter_map(|cell| meaning_of(cell.trim().trim_matches('"'))).collect();
            meanings.len() > 1 && meanings.contains(&Meaning::ExternalId)
        })
    };
    let lines = text.lines().take(MOST_ABOVE + 1).enumerate().skip(1);
    lines.filter(|(_, line)| is_header(line)).map(|(index, _)| index + 1).next()
}

/// What may separate the columns of a line, the likeliest first.
const SEPARATORS: [u8; 4] = *b",;\t|";

/// The text of a file, after its byte order mark.
pub(super) struct SourceText<'a> {
    pub(super) all: &'a str,
    pub(super) start: usize,
}

/// Counts lines; offsets grow from call to call.
#[derive(Default)]
pub(super) struct LineCounter {
    offset: usize,
    newlines: usize,
}

impl LineCounter {
    /// The line, from one, on which the byte at `offset` stands.
    pub(super) fn at(&mut self, text: &str, offset: usize) -> usize {
        let bytes = text.as_bytes();
        for index in self.offset..offset {
            // A lone carriage return ends a line too, as old exports have it.
            let ends =
                bytes[index] == b'\n' || (bytes[index] == b'\r' && bytes.get(index + 1) != Some(&b'\n'));
            self.newlines += usize::from(ends);
        }
        self.offset = self.offset.max(offset);
        self.newlines + 1
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::state::Currency;

    fn lines(text: &str) -> Vec<(usize, String)> {
        let table = ParsedTable::read(text.as_bytes()).expect("a table");
        table.records.iter().map(|record| (record.line, record.raw.to_owned())).collect()
    }

    #[test]
    fn records_know_their_lines() {
        let text = "\u{feff}\r\na,b\r\n1,\"x\r\ny\"\r\n\r\n\n2,z\r\n,\r\n3,é\n";
        let found = lines(text);
        assert_eq!(found, [(3, "1,\"x\r\ny\"".to_owned()), (7, "2,z".to_owned()), (9, "3,é".to_owned())],);
        assert_eq!(lines("a,b\r1,2\r3,4\r").iter().map(|(line, _)| *line).collect::<Vec<_>>(), [2, 3]);
        assert_eq!(lines("sep=;\na;b\n1;2\n"), [(3, "1;2".to_owned())]);
        assert_eq!(
            lines("[\n {\"a\":1},\n\n {\"a\":\n2}\n]"),
            [(2, "{\"a\":1}".to_owned()), (4, "{\"a\":\n2}".to_owned())]
        );
        assert_eq!(lines("{\"a\":1}\n\n{\"a\":2}").iter().map(|(line, _)| *line).collect::<Vec<_>>(), [1, 3]);
        assert_eq!(lines("{\"total\":2,\n\"accounts\":[\n{\"a\":1},{\"a\":2}]}").len(), 2);
        assert_eq!(lines("{\"id\":1,\"segments\":[{\"name\":\"x\"}]}").len(), 1);
        assert_eq!(lines("[]").len(), 0);
    }

    #[test]
    fn the_header_line_decides_the_separator() {
        for (text, headers) in [
            ("a;b;c,d\n", &["a", "b", "c,d"][..]),
            ("a\tb\n", &["a", "b"]),
            ("a|b,c|d\n", &["a", "b,c", "d"]),
            ("\"a;b;c\",d\n", &["a;b;c", "d"]),
            ("a\n", &["a"]),
            ("[x],y\n", &["[x]", "y"]),
        ] {
            assert_eq!(ParsedTable::read(text.as_bytes()).expect("a table").headers, headers, "{text}");
        }
    }

    #[test]
    fn rows_that_do_not_fit_say_so() {
        let table = ParsedTable::read(b"a,b\n1\n1,2,\n1,2,3\n\"1,2\n3,4\n").expect("a table");
        let broken = |table: &ParsedTable<'_>| {
            table.records.iter().map(|record| record.broken.clone()).collect::<Vec<_>>()
        };
        assert_eq!(
            broken(&table),
            [
                Some("1 value where the header has 2".to_owned()),
                None,
                Some("3 values where the header has 2".to_owned()),
                Some("a quote opens here and is not closed: it swallows 2 lines".to_owned()),
            ]
        );
        let table = ParsedTable::read(b"{\"a\":1}\n{oops\n3\n").expect("a table");
        assert_eq!(
            broken(&table),
            [
                None,
                Some("not valid JSON: key must be a string".to_owned()),
                Some("expected an object, found a number".to_owned()),
            ]
        );
    }

    #[test]
    fn files_that_are_no_table_say_where() {
        for (bytes, said) in [
            (&b" \n"[..], "the file is empty: export it again, with a header line"),
            (
                b"a,b\n1,\xff\n",
                "line 2 is not UTF-8: save the file as UTF-8 (in a spreadsheet: \"CSV UTF-8\"), or say what it is with --encoding windows-1252",
            ),
            (b"[{\"a\":1},\n{oops}]", "line 2: not valid JSON: key must be a string"),
            (b"[{\"a\":1}\n", "line 2: not valid JSON: the file ends too early"),
            (b"[{\"a\":1}] x", "line 1: not valid JSON: trailing characters"),
            (b"[\n[1]]", "line 2: expected an object for each account, found a list"),
            (b"{\"a\":", "line 1: not valid JSON: the file ends too early"),
        ] {
            assert_eq!(
                ParsedTable::read(bytes).map(|_| ()).map_err(|error| error.to_string()),
                Err(said.to_owned())
            );
        }
    }

    #[test]
    fn nested_values_become_columns() {
        let text = r#"[{"id":"a","traits":{"mrr":1e3,"tags":["x",2],"none":[]},"paid":{"minor":5,"currency":"USD"},"users":[{"email":"a@x"},{"email":"b@x"}]}]"#;
        let table = ParsedTable::read(text.as_bytes()).expect("a table");
        let cell = |name: &str| {
            let position = table.headers.iter().position(|header| header == name).expect("a column");
            table.records[0].cells[position].clone()
        };
        assert_eq!(cell("traits.mrr"), CellValue::Number("1000".to_owned()));
        assert_eq!(cell("traits.tags"), CellValue::List(vec!["x".to_owned(), "2".to_owned()]));
        assert_eq!(cell("traits.none"), CellValue::Nothing);
        assert_eq!(cell("paid"), CellValue::Money(Money::new(5, Currency::USD)));
        assert_eq!(cell("users"), CellValue::List(vec!["a@x".to_owned(), "b@x".to_owned()]));
    }
}
