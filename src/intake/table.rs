//! Bytes become a table: headers, and records with their lines. What the file is, its content says.

use std::collections::{BTreeMap, HashMap};

use serde_json::Value;

use super::IntakeError;
use crate::state::{Currency, Money};

/// How many columns a table may have. Wider ones are not account exports, and every row would pay for them.
const MAX_COLUMNS: usize = 1_000;

/// How deep nested objects of a JSON file become columns (`traits.plan`); deeper ones stay JSON.
const MAX_DEPTH: usize = 5;

/// What the board says about an account and does not learn from files: in `list --json` and `show --json`, not facts.
const OURS: [&str; 7] = ["since", "stamps", "risk", "history", "notes", "facts", "seen"];

/// What a wrapping object calls its accounts.
const WRAPPERS: [&str; 14] = [
    "accounts",
    "data",
    "rows",
    "items",
    "results",
    "records",
    "customers",
    "companies",
    "organizations",
    "organisations",
    "objects",
    "values",
    "entries",
    "list",
];

/// A file taken apart.
#[derive(Debug)]
pub(super) struct Table<'a> {
    pub(super) headers: Vec<String>,
    /// The header line as it stands in a CSV file.
    pub(super) header: &'a str,
    pub(super) records: Vec<Record<'a>>,
    /// Whether every record has all columns, so that a missing one is a mistake.
    pub(super) is_csv: bool,
}

/// One row.
#[derive(Debug)]
pub(super) struct Record<'a> {
    /// The line it starts on, counted from one.
    pub(super) line: usize,
    /// As it stands in the file.
    pub(super) raw: &'a str,
    /// Its values, as many as there are headers (in JSON perhaps fewer), or why there are none.
    pub(super) cells: Result<Vec<Cell>, String>,
}

/// One value.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Cell {
    /// Nothing.
    Nothing,
    /// Text, not yet understood.
    Text(String),
    /// A number of a JSON file, in plain digits.
    Number(String),
    /// True or false of a JSON file.
    Flag(bool),
    /// Several texts.
    List(Vec<String>),
    /// An amount, as `list --json` writes it.
    Money(Money),
}

impl<'a> Table<'a> {
    /// Takes a file apart.
    pub(super) fn read(bytes: &'a [u8]) -> Result<Self, IntakeError> {
        let text = std::str::from_utf8(bytes).map_err(|error| {
            let (whole, _) = bytes.split_at(error.valid_up_to());
            let whole = std::str::from_utf8(whole).expect("it is valid up to there");
            IntakeError::NotUtf8 { line: Lines::default().at(whole, whole.len()) }
        })?;
        let text =
            Text { all: text, start: if text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 } };
        let body = text.all[text.start..].trim_start();
        if body.is_empty() {
            return Err(IntakeError::Empty);
        }
        let json = match body.as_bytes()[0] {
            b'{' => true,
            b'[' => body[1..].trim_start().starts_with(['{', ']', '[', '"']),
            _ => false,
        };
        let table = if json { read_json(&text)? } else { read_csv(&text)? };
        if table.headers.len() > MAX_COLUMNS {
            return Err(IntakeError::TooManyColumns { found: table.headers.len(), most: MAX_COLUMNS });
        }
        Ok(table)
    }
}

/// The text of a file, after its byte order mark.
struct Text<'a> {
    all: &'a str,
    start: usize,
}

/// Counts lines while offsets only grow.
#[derive(Default)]
struct Lines {
    offset: usize,
    newlines: usize,
}

impl Lines {
    /// The line, from one, on which the byte at `offset` stands.
    fn at(&mut self, text: &str, offset: usize) -> usize {
        let bytes = text.as_bytes();
        for place in self.offset..offset {
            // A lone carriage return ends a line too, as old exports have it.
            let ends =
                bytes[place] == b'\n' || (bytes[place] == b'\r' && bytes.get(place + 1) != Some(&b'\n'));
            self.newlines += usize::from(ends);
        }
        self.offset = self.offset.max(offset);
        self.newlines + 1
    }
}

fn read_csv<'a>(text: &Text<'a>) -> Result<Table<'a>, IntakeError> {
    let (start, separator) = separator(text);
    let body = &text.all[start..];
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(separator)
        .from_reader(body.as_bytes());
    let mut headers: Option<Vec<String>> = None;
    let mut header = "";
    let mut records = Vec::new();
    let mut lines = Lines::default();
    let mut fields = csv::StringRecord::new();
    loop {
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
            headers = Some(fields.iter().map(|field| field.trim().to_owned()).collect());
            header = raw;
            continue;
        };
        if fields.iter().all(|field| field.trim().is_empty()) {
            continue;
        }
        records.push(Record { line, raw, cells: csv_cells(&fields, headers.len(), raw) });
    }
    Ok(Table { headers: headers.unwrap_or_default(), header, records, is_csv: true })
}

fn offset(reader: &csv::Reader<&[u8]>) -> usize {
    usize::try_from(reader.position().byte()).unwrap_or(usize::MAX)
}

fn csv_cells(fields: &csv::StringRecord, columns: usize, raw: &str) -> Result<Vec<Cell>, String> {
    let extra_is_blank = || fields.iter().skip(columns).all(|field| field.trim().is_empty());
    if fields.len() < columns || !extra_is_blank() {
        let open = raw.bytes().filter(|byte| *byte == b'"').count() % 2 == 1;
        let found = fields.len();
        return Err(if open && raw.contains('\n') {
            format!("a quote opens here and is not closed: it swallows {} lines", raw.lines().count())
        } else {
            format!("{found} {} where the header has {columns}", if found == 1 { "value" } else { "values" })
        });
    }
    let cell = |field: &str| if field.is_empty() { Cell::Nothing } else { Cell::Text(field.to_owned()) };
    Ok(fields.iter().take(columns).map(cell).collect())
}

/// The separator the header line uses most, outside quotes, and where the table starts: spreadsheets may write
/// `sep=;` above it.
fn separator(text: &Text<'_>) -> (usize, u8) {
    let body = &text.all[text.start..];
    let first = body.trim_start_matches(['\r', '\n']).lines().next().unwrap_or_default();
    if let Some(declared) = first.strip_prefix("sep=")
        && let [separator @ (b',' | b';' | b'\t' | b'|')] = declared.as_bytes()
    {
        let start = text.start + body.find(first).unwrap_or(0) + first.len();
        return (start, *separator);
    }
    let mut counts = [(b',', 0_usize), (b';', 0), (b'\t', 0)];
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

fn read_json<'a>(text: &Text<'a>) -> Result<Table<'a>, IntakeError> {
    let mut scan = Scan { text: text.all, at: text.start, lines: Lines::default() };
    scan.skip_space();
    let mut rows = Rows::default();
    if scan.peek() == Some(b'[') {
        scan.elements(&mut rows)?;
        scan.end()?;
        return Ok(rows.table());
    }
    let (start, line) = scan.here();
    let first = scan.value();
    scan.skip_space();
    match first {
        Ok(Value::Object(object)) if scan.peek().is_none() => match wrapped(&object) {
            Some(name) => {
                scan.enter(start, &name)?;
                scan.elements(&mut rows)?;
            }
            None => rows.add(line, text.all[start..].trim_end(), Value::Object(object))?,
        },
        // More follows, or the first line is broken: JSON lines. A line that is broken costs that line only, if any is whole.
        first => {
            let whole = json_lines(text, &mut rows);
            if !whole {
                return Err(first.err().unwrap_or_else(|| scan.unexpected()));
            }
        }
    }
    Ok(rows.table())
}

/// Reads JSON lines; whether any line was a whole object.
fn json_lines<'a>(text: &Text<'a>, rows: &mut Rows<'a>) -> bool {
    let mut whole = false;
    for (number, raw) in text.all[text.start..].lines().enumerate() {
        if raw.trim().is_empty() {
            continue;
        }
        match serde_json::from_str::<Value>(raw) {
            Ok(value @ Value::Object(_)) => whole |= rows.add(number + 1, raw, value).is_ok(),
            Ok(other) => rows.reject(number + 1, raw, format!("expected an object, found {}", kind(&other))),
            Err(error) => rows.reject(number + 1, raw, said(&error)),
        }
    }
    whole
}

/// The member of `object` that holds the accounts, if it is a wrapper rather than an account itself.
fn wrapped(object: &serde_json::Map<String, Value>) -> Option<String> {
    let holds_rows = |value: &Value| value.as_array().is_some_and(|items| items.iter().all(Value::is_object));
    let mut arrays = object.iter().filter(|(_, value)| holds_rows(value)).map(|(name, _)| name);
    let (first, second) = (arrays.next()?, arrays.next());
    let named = WRAPPERS.contains(&first.to_lowercase().as_str());
    let is_account = object.iter().any(|(name, value)| {
        let claims =
            super::names::recognise(name).map(|known| known.meaning) == Some(super::Meaning::ExternalId);
        claims && !value.is_array() && !value.is_object()
    });
    (second.is_none() && (named || !is_account)).then(|| first.clone())
}

/// Walks a JSON text value by value, so that every row keeps its line.
struct Scan<'a> {
    text: &'a str,
    at: usize,
    lines: Lines,
}

impl<'a> Scan<'a> {
    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn skip_space(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\t' | b'\r' | b'\n')) {
            self.at += 1;
        }
    }

    fn here(&mut self) -> (usize, usize) {
        (self.at, self.lines.at(self.text, self.at))
    }

    fn unexpected(&mut self) -> IntakeError {
        let (_, line) = self.here();
        let what = match self.text[self.at..].chars().next() {
            Some(c) => format!("not valid JSON: unexpected {c:?}"),
            None => "not valid JSON: the file ends too early".to_owned(),
        };
        IntakeError::Malformed { line, what }
    }

    /// Reads the value that starts here.
    fn value(&mut self) -> Result<Value, IntakeError> {
        let (_, line) = self.here();
        let mut values = serde_json::Deserializer::from_str(&self.text[self.at..]).into_iter::<Value>();
        match values.next() {
            Some(Ok(value)) => {
                self.at += values.byte_offset();
                Ok(value)
            }
            Some(Err(error)) => {
                Err(IntakeError::Malformed { line: line + error.line() - 1, what: said(&error) })
            }
            None => Err(self.unexpected()),
        }
    }

    fn expect(&mut self, byte: u8) -> Result<(), IntakeError> {
        self.skip_space();
        if self.peek() != Some(byte) {
            return Err(self.unexpected());
        }
        self.at += 1;
        self.skip_space();
        Ok(())
    }

    /// Goes to the value of `name` in the object that starts at `start`.
    fn enter(&mut self, start: usize, name: &str) -> Result<(), IntakeError> {
        self.at = start;
        self.lines = Lines::default();
        self.expect(b'{')?;
        loop {
            let key = self.value()?;
            self.expect(b':')?;
            if key.as_str() == Some(name) {
                return Ok(());
            }
            self.value()?;
            self.expect(b',')?;
        }
    }

    /// Reads the array that starts here.
    fn elements(&mut self, rows: &mut Rows<'a>) -> Result<(), IntakeError> {
        self.expect(b'[')?;
        if self.peek() == Some(b']') {
            self.at += 1;
            return Ok(());
        }
        loop {
            let (start, line) = self.here();
            let value = self.value()?;
            rows.add(line, &self.text[start..self.at], value)?;
            self.skip_space();
            if self.peek() == Some(b']') {
                self.at += 1;
                return Ok(());
            }
            self.expect(b',')?;
        }
    }

    fn end(&mut self) -> Result<(), IntakeError> {
        self.skip_space();
        if self.peek().is_some() { Err(self.unexpected()) } else { Ok(()) }
    }
}

/// What serde says, without its own idea of the line.
fn said(error: &serde_json::Error) -> String {
    let text = error.to_string();
    let end = text.find(" at line ").unwrap_or(text.len());
    format!("not valid JSON: {}", &text[..end])
}

fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "true or false",
        Value::Number(_) => "a number",
        Value::String(_) => "a text",
        Value::Array(_) => "a list",
        Value::Object(_) => "an object",
    }
}

/// Rows of a JSON file; their columns are every name that occurs.
#[derive(Default)]
struct Rows<'a> {
    headers: Vec<String>,
    positions: HashMap<String, usize>,
    records: Vec<Record<'a>>,
}

impl<'a> Rows<'a> {
    fn add(&mut self, line: usize, raw: &'a str, value: Value) -> Result<(), IntakeError> {
        let Value::Object(object) = value else {
            return Err(IntakeError::NotAnObject { line, found: kind(&value) });
        };
        let is_ours = object.get("stamps").is_some_and(Value::is_object);
        let mut named = BTreeMap::new();
        for (name, value) in object {
            let unmapped = name == "stage" && value.as_str() == Some("unmapped");
            if !(is_ours && (unmapped || OURS.contains(&name.as_str()))) {
                flatten(name, value, 0, &mut named);
            }
        }
        let mut cells = Vec::new();
        for (name, cell) in named {
            let next = self.headers.len();
            let position = *self.positions.entry(name).or_insert_with_key(|name| {
                self.headers.push(name.clone());
                next
            });
            if cells.len() <= position {
                cells.resize(position + 1, Cell::Nothing);
            }
            cells[position] = cell;
            if next > MAX_COLUMNS {
                return Err(IntakeError::TooManyColumns { found: next, most: MAX_COLUMNS });
            }
        }
        self.records.push(Record { line, raw, cells: Ok(cells) });
        Ok(())
    }

    fn reject(&mut self, line: usize, raw: &'a str, reason: String) {
        self.records.push(Record { line, raw, cells: Err(reason) });
    }

    fn table(self) -> Table<'a> {
        Table { headers: self.headers, header: "", records: self.records, is_csv: false }
    }
}

fn flatten(name: String, value: Value, depth: usize, into: &mut BTreeMap<String, Cell>) {
    let cell = match value {
        Value::Null => Cell::Nothing,
        Value::Bool(flag) => Cell::Flag(flag),
        Value::Number(number) => Cell::Number(plain(&number)),
        Value::String(text) => Cell::Text(text),
        Value::Array(items) => list(items),
        Value::Object(object) => match money(&object) {
            Some(cell) => cell,
            None if depth < MAX_DEPTH && !object.is_empty() => {
                for (inner, value) in object {
                    flatten(format!("{name}.{inner}"), value, depth + 1, into);
                }
                return;
            }
            None if object.is_empty() => Cell::Nothing,
            None => Cell::Text(Value::Object(object).to_string()),
        },
    };
    into.insert(name, cell);
}

/// A number in plain digits: `1e3` is 1000.
fn plain(number: &serde_json::Number) -> String {
    match number.as_f64() {
        Some(float) if !number.is_i64() && !number.is_u64() => float.to_string(),
        Some(_) | None => number.to_string(),
    }
}

/// `{"minor":83600,"currency":"USD"}`, or `{"amount":836,"currency":"USD"}`.
fn money(object: &serde_json::Map<String, Value>) -> Option<Cell> {
    if object.len() != 2 {
        return None;
    }
    let currency: Currency = object.get("currency")?.as_str()?.parse().ok()?;
    if let Some(minor) = object.get("minor") {
        return Some(Cell::Money(Money::new(minor.as_i64()?, currency)));
    }
    let amount = match object.get("amount")? {
        Value::Number(number) => plain(number),
        Value::String(text) => text.clone(),
        Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => return None,
    };
    Some(Cell::Text(format!("{amount} {currency}")))
}

/// A list of texts; of objects, what names them.
fn list(items: Vec<Value>) -> Cell {
    let text = |item: &Value| match item {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(plain(number)),
        Value::Bool(flag) => Some(flag.to_string()),
        Value::Object(object) => ["email", "name", "label", "title"]
            .iter()
            .find_map(|key| Some(object.get(*key)?.as_str()?.to_owned())),
        Value::Null | Value::Array(_) => None,
    };
    let texts: Option<Vec<String>> = items.iter().filter(|item| !item.is_null()).map(text).collect();
    match texts {
        Some(texts) if texts.is_empty() => Cell::Nothing,
        Some(texts) => Cell::List(texts),
        None => Cell::Text(Value::Array(items).to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(text: &str) -> Vec<(usize, String)> {
        let table = Table::read(text.as_bytes()).expect("a table");
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
            ("\"a;b;c\",d\n", &["a;b;c", "d"]),
            ("a\n", &["a"]),
            ("[x],y\n", &["[x]", "y"]),
        ] {
            assert_eq!(Table::read(text.as_bytes()).expect("a table").headers, headers, "{text}");
        }
    }

    #[test]
    fn rows_that_do_not_fit_say_so() {
        let table = Table::read(b"a,b\n1\n1,2,\n1,2,3\n\"1,2\n3,4\n").expect("a table");
        let cells: Vec<_> =
            table.records.iter().map(|record| record.cells.clone().map(|cells| cells.len())).collect();
        assert_eq!(cells[0], Err("1 value where the header has 2".to_owned()));
        assert_eq!(cells[1], Ok(2));
        assert_eq!(cells[2], Err("3 values where the header has 2".to_owned()));
        assert_eq!(cells[3], Err("a quote opens here and is not closed: it swallows 2 lines".to_owned()));
        let table = Table::read(b"{\"a\":1}\n{oops\n3\n").expect("a table");
        assert_eq!(table.records[1].cells, Err("not valid JSON: key must be a string".to_owned()));
        assert_eq!(table.records[2].cells, Err("expected an object, found a number".to_owned()));
    }

    #[test]
    fn files_that_are_no_table_say_where() {
        for (bytes, said) in [
            (&b" \n"[..], "the file is empty: export it again, with a header line"),
            (
                b"a,b\n1,\xff\n",
                "line 2 is not UTF-8: save the file as UTF-8 (in a spreadsheet: \"CSV UTF-8\")",
            ),
            (b"[{\"a\":1},\n{oops}]", "line 2: not valid JSON: key must be a string"),
            (b"[{\"a\":1}\n", "line 2: not valid JSON: the file ends too early"),
            (b"[{\"a\":1}] x", "line 1: not valid JSON: unexpected 'x'"),
            (b"[\n[1]]", "line 2: expected an object for each account, found a list"),
            (b"{\"a\":", "line 1: not valid JSON: EOF while parsing a value"),
        ] {
            assert_eq!(
                Table::read(bytes).map(|_| ()).map_err(|error| error.to_string()),
                Err(said.to_owned())
            );
        }
    }

    #[test]
    fn nested_values_become_columns() {
        let text = r#"[{"id":"a","traits":{"mrr":1e3,"tags":["x",2],"none":[]},"paid":{"minor":5,"currency":"USD"},"users":[{"email":"a@x"},{"email":"b@x"}]}]"#;
        let table = Table::read(text.as_bytes()).expect("a table");
        let cell = |name: &str| {
            let position = table.headers.iter().position(|header| header == name).expect("a column");
            table.records[0].cells.as_ref().expect("cells")[position].clone()
        };
        assert_eq!(cell("traits.mrr"), Cell::Number("1000".to_owned()));
        assert_eq!(cell("traits.tags"), Cell::List(vec!["x".to_owned(), "2".to_owned()]));
        assert_eq!(cell("traits.none"), Cell::Nothing);
        assert_eq!(cell("paid"), Cell::Money(Money::new(5, Currency::USD)));
        assert_eq!(cell("users"), Cell::List(vec!["a@x".to_owned(), "b@x".to_owned()]));
    }
}
