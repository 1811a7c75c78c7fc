//! Mapping files: what the columns of a team's own exports mean.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::amounts::{DecimalMark, Scale};
use super::dates::{ColumnDates, DateFormat};
use super::meaning::Meaning;
use crate::state::{Currency, Pipeline};
use crate::suggest::{did_you_mean, near};

/// A mapping file. With an empty one, columns are recognised by their names alone.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Mapping {
    /// What each column becomes; one column may feed several facts.
    pub columns: BTreeMap<String, Vec<Meaning>>,
    /// How the dates of single columns are written.
    pub dates: BTreeMap<String, ColumnDates>,
    /// What the amounts of single columns count.
    pub amounts: BTreeMap<String, Scale>,
    pub date_format: Option<DateFormat>,
    pub decimal: Option<DecimalMark>,
    /// The currency of amounts that name none.
    pub currency: Option<Currency>,
    /// Of several rows about one account, the one with the latest value in this column counts.
    pub newest_by: Option<String>,
    /// The columns in which a blank cell clears the fact.
    pub clear_blank: BTreeSet<String>,
    /// Whether the file is a whole export: open accounts that are not in it have left.
    pub whole: bool,
}

/// The options of an import. They win over the mapping.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ImportOptions {
    pub date_format: Option<DateFormat>,
    pub decimal: Option<DecimalMark>,
    /// The currency of amounts that name none.
    pub currency: Option<Currency>,
    /// The currency where neither a flag nor the mapping nor a row names one.
    pub default_currency: Currency,
    /// The members of the team, as the settings spell them.
    pub roster: Vec<Arc<str>>,
    /// The stages, by whose names columns with first-entered times are recognised.
    pub pipeline: Option<Arc<Pipeline>>,
}

impl Default for ImportOptions {
    fn default() -> Self {
        Self {
            date_format: None,
            decimal: None,
            currency: None,
            default_currency: Currency::USD,
            roster: Vec::new(),
            pipeline: None,
        }
    }
}

#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{file}:{line}: {}{what}", prefix(key))]
pub struct MappingError {
    pub file: String,
    /// The line, counted from one.
    pub line: usize,
    /// Empty when the file is not TOML.
    pub key: String,
    pub what: String,
}

fn prefix(key: &str) -> String {
    if key.is_empty() { String::new() } else { format!("`{key}`: ") }
}

const KEYS: [&str; 9] = [
    "amounts",
    "clear_blank",
    "columns",
    "currency",
    "date_format",
    "dates",
    "decimal",
    "newest_by",
    "whole",
];

impl Mapping {
    /// Reads a mapping file; `file` is its name, for errors.
    ///
    /// # Errors
    /// At the first error: not TOML, an unknown key, a word that is not a fact.
    pub fn parse(text: &str, file: &str) -> Result<Self, MappingError> {
        let file = MappingSource { text, file };
        let table = file.table()?;
        let mut mapping = Self::default();
        for entry in entries(table.get_ref(), &file) {
            match entry.key {
                "columns" => {
                    for column in entry.table()? {
                        mapping.columns.insert(column.key.to_owned(), column.meanings()?);
                    }
                }
                "dates" => {
                    for column in entry.table()? {
                        mapping.dates.insert(column.key.to_owned(), column.parsed()?);
                    }
                }
                "amounts" => {
                    for column in entry.table()? {
                        mapping.amounts.insert(column.key.to_owned(), column.parsed()?);
                    }
                }
                "date_format" => mapping.date_format = Some(entry.parsed()?),
                "decimal" => mapping.decimal = Some(entry.parsed()?),
                "currency" => mapping.currency = Some(entry.parsed()?),
                "clear_blank" => {
                    mapping.clear_blank = entry.texts()?.into_iter().map(str::to_owned).collect();
                }
                "newest_by" => mapping.newest_by = Some(entry.text()?.to_owned()),
                "whole" => {
                    let wrong = || entry.error("expected true or false".to_owned());
                    mapping.whole = entry.value.as_bool().ok_or_else(wrong)?;
                }
                other => {
                    let known = near(other, KEYS.map(|key| (key, [key])));
                    let known = if known.is_empty() { KEYS.to_vec() } else { known };
                    return Err(entry.error(format!("unknown key: write one of {}", known.join(", "))));
                }
            }
        }
        Ok(mapping)
    }

    /// The same mapping as a file; [`Mapping::parse`] reads it back.
    pub fn to_toml(&self) -> String {
        let settings = [
            ("date_format", self.date_format.as_ref().map(ToString::to_string)),
            ("decimal", self.decimal.map(|mark| mark.to_string())),
            ("currency", self.currency.map(|currency| currency.to_string())),
            ("newest_by", self.newest_by.clone()),
        ];
        let settings = settings.into_iter().filter_map(|(key, value)| Some((key, value?)));
        let mut lines: Vec<String> =
            settings.map(|(key, value)| format!("{key} = {}\n", quoted(&value))).collect();
        if !self.clear_blank.is_empty() {
            let columns: Vec<String> = self.clear_blank.iter().map(|column| quoted(column)).collect();
            lines.push(format!("clear_blank = [{}]\n", columns.join(", ")));
        }
        lines.extend(self.whole.then(|| "whole = true\n".to_owned()));
        let columns = self.columns.iter().map(|(column, meanings)| {
            let words: Vec<String> = meanings.iter().map(|meaning| quoted(&meaning.to_string())).collect();
            let value =
                if let [word] = &words[..] { word.clone() } else { format!("[{}]", words.join(", ")) };
            format!("{} = {value}\n", quoted(column))
        });
        for (name, entries) in [
            ("columns", columns.collect::<Vec<_>>()),
            ("dates", self.dates.iter().map(line).collect()),
            ("amounts", self.amounts.iter().map(line).collect()),
        ] {
            if !entries.is_empty() {
                lines.push(format!("\n[{name}]\n"));
                lines.extend(entries);
            }
        }
        lines.concat()
    }

    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

fn line<T: fmt::Display>((column, value): (&String, &T)) -> String {
    format!("{} = {}\n", quoted(column), quoted(&value.to_string()))
}

/// `text` as a TOML string. JSON escapes its strings in the same way, but for one character.
pub(super) fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string().replace('\u{7f}', "\\u007F")
}

/// The file, to say where an error is.
pub(super) struct MappingSource<'a> {
    pub(super) text: &'a str,
    pub(super) file: &'a str,
}

impl<'a> MappingSource<'a> {
    /// The file as a table.
    pub(super) fn table(&self) -> Result<Spanned<DeTable<'a>>, MappingError> {
        DeTable::parse(self.text).map_err(|error| {
            let start = error.span().map_or(0, |span| span.start);
            self.error(start, "", format!("not valid TOML: {}", error.message()))
        })
    }

    pub(super) fn error(&self, start: usize, key: &str, what: String) -> MappingError {
        let before = self.text.get(..start).unwrap_or(self.text);
        let line = before.bytes().filter(|byte| *byte == b'\n').count() + 1;
        MappingError { file: self.file.to_owned(), line, key: key.to_owned(), what }
    }
}

/// A key of the file, with its value.
#[derive(Clone, Copy)]
pub(super) struct MappingEntry<'a> {
    file: &'a MappingSource<'a>,
    pub(super) key: &'a str,
    /// Where the key stands, or the value where a list holds several.
    start: usize,
    pub(super) value: &'a DeValue<'a>,
}

pub(super) fn entries<'a>(
    table: &'a DeTable<'a>,
    file: &'a MappingSource<'a>,
) -> impl Iterator<Item = MappingEntry<'a>> {
    table.iter().map(move |(key, value)| MappingEntry {
        file,
        key: key.get_ref(),
        start: key.span().start,
        value: value.get_ref(),
    })
}

impl<'a> MappingEntry<'a> {
    pub(super) fn error(&self, what: String) -> MappingError {
        self.file.error(self.start, self.key, what)
    }

    /// The same key with an item of its list.
    pub(super) fn item(&self, item: &'a Spanned<DeValue<'a>>) -> Self {
        Self { start: item.span().start, value: item.get_ref(), ..*self }
    }

    pub(super) fn table(&self) -> Result<impl Iterator<Item = MappingEntry<'a>>, MappingError> {
        let what =
            || format!("expected a table: write `[{}]` on a line of its own, and lines below it", self.key);
        let table = self.value.as_table().ok_or_else(|| self.error(what()))?;
        Ok(entries(table, self.file))
    }

    pub(super) fn text(&self) -> Result<&'a str, MappingError> {
        let what = || format!("expected a text in quotes, found {}", self.value.type_str());
        self.value.as_str().ok_or_else(|| self.error(what()))
    }

    fn parsed<T: FromStr<Err: fmt::Display>>(&self) -> Result<T, MappingError> {
        self.text()?.parse().map_err(|error: T::Err| self.error(error.to_string()))
    }

    /// One text, or a list of them.
    fn texts(&self) -> Result<Vec<&'a str>, MappingError> {
        let Some(items) = self.value.as_array() else { return Ok(vec![self.text()?]) };
        items.iter().map(|item| self.item(item).text()).collect()
    }

    fn meanings(&self) -> Result<Vec<Meaning>, MappingError> {
        let words = self.texts()?;
        if words.is_empty() {
            let what = "the list is empty: write \"ignore\" to leave the column out";
            return Err(self.error(what.to_owned()));
        }
        let mut meanings = Vec::new();
        for word in words {
            let meaning = Meaning::parse(word).ok_or_else(|| self.error(unknown_fact(word)))?;
            if !meanings.contains(&meaning) {
                meanings.push(meaning);
            }
        }
        Ok(meanings)
    }
}

fn unknown_fact(word: &str) -> String {
    let known: Vec<String> = Meaning::words().collect();
    let write = || format!("write one of {}, id.SYSTEM or extra.NAME", known.join(", "));
    format!("unknown fact `{word}`: {}", did_you_mean(word, &known).unwrap_or_else(write))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mapping_reads_and_writes() {
        let text = "\
newest_by = \"start_date\"
whole = true
clear_blank = [\"Churned At\", \"say \\\"hi\\\"\"]
date_format = \"DD-MM-YYYY\"
currency = \"eur\"
decimal = \"comma\"
[columns]
account_id = \"external_id\"
mrr_amount = [\"mrr\", \"forecasted_mrr\"]
\"Stage (old)\" = \"stage\"
seats = \"ignore\"
\"say \\\"hi\\\"\" = \"extra.Greeting\"
cus = \"id.stripe\"
[dates]
\"Renewal\" = \"day first\"
\"Created\" = \"epoch-ms\"
[amounts]
mrr_amount = \"minor\"
";
        let mapping = Mapping::parse(text, "m.toml").expect("a good mapping");
        assert_eq!(mapping.columns["mrr_amount"].len(), 2);
        assert_eq!(mapping.clear_blank.len(), 2);
        assert_eq!(mapping.columns["Stage (old)"], [Meaning::Stage]);
        assert_eq!(mapping.dates["Renewal"].to_string(), "day first");
        assert_eq!(mapping.dates["Created"].to_string(), "epoch-ms");
        assert_eq!(mapping.amounts["mrr_amount"], Scale::Minor);
        assert_eq!(Mapping::parse(&mapping.to_toml(), "m.toml"), Ok(mapping));
        assert_eq!(Mapping::default().to_toml(), "");
    }

    #[test]
    fn errors_say_file_line_and_key() {
        for (text, said) in [
            ("newest = \"a\"", "m.toml:1: `newest`: unknown key: write one of newest_by"),
            (
                "\n[columns]\na = \"forcasted_mrr\"",
                "m.toml:3: `a`: unknown fact `forcasted_mrr`: did you mean forecasted_mrr?",
            ),
            ("[columns]\na = 3", "m.toml:2: `a`: expected a text in quotes, found integer"),
            (
                "[columns]\na = []",
                "m.toml:2: `a`: the list is empty: write \"ignore\" to leave the column out",
            ),
            (
                "columns = 1",
                "m.toml:1: `columns`: expected a table: write `[columns]` on a line of its own, and lines below it",
            ),
            (
                "currency = \"dollars\"",
                "m.toml:1: `currency`: `dollars` is not a currency: write its three letters, such as USD",
            ),
        ] {
            assert_eq!(
                Mapping::parse(text, "m.toml").map_err(|error| error.to_string()),
                Err(said.to_owned())
            );
        }
        let broken = Mapping::parse("a = 1\nb = = 2", "m.toml").expect_err("no TOML");
        assert_eq!((broken.line, &*broken.key), (2, ""));
    }
}
