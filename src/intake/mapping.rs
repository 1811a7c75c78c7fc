//! Mapping files: what the columns of a team's own exports mean.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use toml::de::{DeTable, DeValue};

use super::amounts::{DecimalMark, Scale};
use super::dates::{ColumnDates, DateFormat};
use super::meaning::Meaning;
use crate::state::{Currency, Pipeline};
use crate::suggest::{either, near};

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
#[error("{file}:{line}: {}{what}", KeyPrefix(key))]
pub struct MappingError {
    pub file: String,
    /// The line, counted from one.
    pub line: usize,
    /// Empty when the file is not TOML.
    pub key: String,
    pub what: String,
}

struct KeyPrefix<'a>(&'a str);

impl fmt::Display for KeyPrefix<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0.is_empty() { Ok(()) } else { write!(f, "`{}`: ", self.0) }
    }
}

const KEYS: [&str; 8] =
    ["amounts", "columns", "currency", "date_format", "dates", "decimal", "newest_by", "whole"];

impl Mapping {
    /// Reads a mapping file; `file` is its name, for errors.
    ///
    /// # Errors
    /// At the first error: not TOML, an unknown key, a word that is not a fact.
    pub fn parse(text: &str, file: &str) -> Result<Self, MappingError> {
        let at = MappingSource { text, file };
        let table = DeTable::parse(text).map_err(|error| {
            let start = error.span().map_or(0, |span| span.start);
            at.error(start, "", format!("not valid TOML: {}", error.message()))
        })?;
        let mut mapping = Self::default();
        for (key, value) in table.get_ref() {
            let (name, start) = (key.get_ref().as_ref(), key.span().start);
            match name {
                "columns" => {
                    for (column, value) in at.table(name, start, value.get_ref())? {
                        let meanings = at.meanings(column.get_ref(), column.span().start, value.get_ref())?;
                        mapping.columns.insert(column.get_ref().to_string(), meanings);
                    }
                }
                "dates" => {
                    for (column, value) in at.table(name, start, value.get_ref())? {
                        let (column, start) = (column.get_ref(), column.span().start);
                        mapping.dates.insert(column.to_string(), at.parsed(column, start, value.get_ref())?);
                    }
                }
                "amounts" => {
                    for (column, value) in at.table(name, start, value.get_ref())? {
                        let (column, start) = (column.get_ref(), column.span().start);
                        mapping
                            .amounts
                            .insert(column.to_string(), at.parsed(column, start, value.get_ref())?);
                    }
                }
                "date_format" => mapping.date_format = Some(at.parsed(name, start, value.get_ref())?),
                "decimal" => mapping.decimal = Some(at.parsed(name, start, value.get_ref())?),
                "currency" => mapping.currency = Some(at.parsed(name, start, value.get_ref())?),
                "newest_by" => mapping.newest_by = Some(at.text(name, start, value.get_ref())?.to_owned()),
                "whole" => {
                    let wrong = || at.error(start, name, "expected true or false".to_owned());
                    mapping.whole = value.get_ref().as_bool().ok_or_else(wrong)?;
                }
                other => {
                    let known = near(other, KEYS.map(|key| (key, [key])));
                    let known = if known.is_empty() { KEYS.to_vec() } else { known };
                    return Err(at.error(
                        start,
                        other,
                        format!("unknown key: write one of {}", known.join(", ")),
                    ));
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
        lines.extend(self.whole.then(|| "whole = true\n".to_owned()));
        if !self.columns.is_empty() {
            lines.push("\n[columns]\n".to_owned());
            lines.extend(self.columns.iter().map(|(column, meanings)| {
                let words: Vec<String> =
                    meanings.iter().map(|meaning| quoted(&meaning.to_string())).collect();
                let value =
                    if let [word] = &words[..] { word.clone() } else { format!("[{}]", words.join(", ")) };
                format!("{} = {value}\n", quoted(column))
            }));
        }
        if !self.dates.is_empty() {
            lines.push("\n[dates]\n".to_owned());
            lines.extend(self.dates.iter().map(line));
        }
        if !self.amounts.is_empty() {
            lines.push("\n[amounts]\n".to_owned());
            lines.extend(self.amounts.iter().map(line));
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
struct MappingSource<'a> {
    text: &'a str,
    file: &'a str,
}

impl MappingSource<'_> {
    fn error(&self, start: usize, key: &str, what: String) -> MappingError {
        let before = self.text.get(..start).unwrap_or(self.text);
        let line = before.bytes().filter(|byte| *byte == b'\n').count() + 1;
        MappingError { file: self.file.to_owned(), line, key: key.to_owned(), what }
    }

    fn table<'v, 'i>(
        &self,
        key: &str,
        start: usize,
        value: &'v DeValue<'i>,
    ) -> Result<&'v DeTable<'i>, MappingError> {
        value.as_table().ok_or_else(|| {
            self.error(
                start,
                key,
                format!("expected a table: write `[{key}]` on a line of its own, and lines below it"),
            )
        })
    }

    fn text<'v>(&self, key: &str, start: usize, value: &'v DeValue<'_>) -> Result<&'v str, MappingError> {
        let wrong =
            || self.error(start, key, format!("expected a text in quotes, found {}", value.type_str()));
        value.as_str().ok_or_else(wrong)
    }

    fn parsed<T: std::str::FromStr<Err: fmt::Display>>(
        &self,
        key: &str,
        start: usize,
        value: &DeValue<'_>,
    ) -> Result<T, MappingError> {
        let text = self.text(key, start, value)?;
        text.parse().map_err(|error: T::Err| self.error(start, key, error.to_string()))
    }

    fn meanings(
        &self,
        column: &str,
        start: usize,
        value: &DeValue<'_>,
    ) -> Result<Vec<Meaning>, MappingError> {
        let words: Vec<&str> = match value.as_array() {
            Some(items) => items
                .iter()
                .map(|item| self.text(column, item.span().start, item.get_ref()))
                .collect::<Result<_, _>>()?,
            None => vec![self.text(column, start, value)?],
        };
        if words.is_empty() {
            return Err(self.error(
                start,
                column,
                "the list is empty: write \"ignore\" to leave the column out".to_owned(),
            ));
        }
        let mut meanings = Vec::new();
        for word in words {
            let meaning = Meaning::parse(word).ok_or_else(|| {
                let known: Vec<String> = Meaning::words().collect();
                let near = near(word, known.iter().map(|word| (word, [&**word])));
                let what = if near.is_empty() {
                    format!(
                        "unknown fact `{word}`: write one of {}, id.SYSTEM or extra.NAME",
                        known.join(", ")
                    )
                } else {
                    format!("unknown fact `{word}`: did you mean {}?", either(&near))
                };
                self.error(start, column, what)
            })?;
            if !meanings.contains(&meaning) {
                meanings.push(meaning);
            }
        }
        Ok(meanings)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mapping_reads_and_writes() {
        let text = "\
newest_by = \"start_date\"
whole = true
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
