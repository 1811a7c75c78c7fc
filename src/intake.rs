//! Parsers at the border: bytes from outside become rows the board understands, or a sentence that says why not.
//!
//! Everything here is pure. Nothing is guessed: what could be read in two ways is refused with both readings, and
//! whoever calls may ask a person and read again.

pub mod accounts;
mod amounts;
mod column_formats;
mod column_names;
mod columns;
pub mod csv_escape;
mod dates;
mod dedup;
pub mod disambiguation;
pub mod export_headers;
pub mod facts;
pub mod mapping;
mod meaning;

mod row;
pub mod signals;
mod table;
mod vocabulary;
mod words;

use std::fmt;

pub use accounts::{ColumnUse, ParsedAccounts, RejectedRow, header_signature, read, read_with};
pub use amounts::DecimalMark;
pub use dates::{DateFormat, DateOrder, NotADateFormat};
pub use disambiguation::{Question, Resolution};
pub use mapping::{ImportOptions, Mapping, MappingError};
pub use meaning::Meaning;

use chrono::NaiveDate;

/// Why a file cannot be read at all. Rows that cannot be read are [`RejectedRow`] one by one instead.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum IntakeError {
    /// Nothing in it.
    #[error("the file is empty: export it again, with a header line")]
    Empty,
    /// Text in another encoding.
    #[error("line {line} is not UTF-8: save the file as UTF-8 (in a spreadsheet: \"CSV UTF-8\")")]
    NotUtf8 {
        /// The first line that is not.
        line: usize,
    },
    /// Broken JSON, or a table that breaks off.
    #[error("line {line}: {what}")]
    Malformed {
        /// Where reading stopped.
        line: usize,
        /// What is wrong.
        what: String,
    },
    /// JSON, but no accounts in it.
    #[error("line {line}: expected an object for each account, found {found}")]
    NotAnObject {
        /// Where.
        line: usize,
        /// What stands there instead.
        found: &'static str,
    },
    /// A table wider than anybody's.
    #[error("{found} columns are too many: leave out all but {most}")]
    TooManyColumns {
        /// How many there are.
        found: usize,
        /// How many may be.
        most: usize,
    },
    /// Nothing says which account a row is about.
    #[error(
        "no column names the account: found {}; write `[columns]` and {} in a file, and pass it with --mapping",
        ColumnList(columns),
        MapExample(columns)
    )]
    NoIdColumn {
        /// The columns there are.
        columns: Vec<String>,
    },
    /// The mapping speaks of a column the file lacks.
    #[error(
        "the mapping names a column `{column}`, which the file does not have: it has {}",
        ColumnList(columns)
    )]
    NoSuchColumn {
        /// As the mapping writes it.
        column: String,
        /// The columns there are.
        columns: Vec<String>,
    },
    /// Two columns are mapped to what can only come from one.
    #[error("the mapping takes {meaning} from both `{first}` and `{second}`: leave it to one of them")]
    MappedTwice {
        /// What both claim.
        meaning: Meaning,
        /// A column.
        first: String,
        /// The other.
        second: String,
    },
    /// Dates whose day and month cannot be told apart.
    #[error(
        "column `{column}`: {example} is {} or {}: say which with --date-format DD-MM-YYYY or --date-format MM-DD-YYYY",
        day_first.format(dates::SPELLED),
        month_first.format(dates::SPELLED)
    )]
    AmbiguousDates {
        /// The column.
        column: String,
        /// One of its values.
        example: String,
        /// The value, if the day comes first.
        day_first: NaiveDate,
        /// The value, if the month comes first.
        month_first: NaiveDate,
    },
    /// Dates of both orders in one column.
    #[error(
        "column `{column}` has dates with the day first ({day_first}) and with the month first ({month_first}): \
         say which is right with --date-format DD-MM-YYYY or --date-format MM-DD-YYYY"
    )]
    MixedDates {
        /// The column.
        column: String,
        /// A value that only makes sense with the day first.
        day_first: String,
        /// A value that only makes sense with the month first.
        month_first: String,
    },
    /// Numbers whose separator may mean two things.
    #[error(
        "column `{column}`: {example} is {thousands} or {decimal}: say which with --decimal point or --decimal comma"
    )]
    AmbiguousNumbers {
        /// The column.
        column: String,
        /// One of its values.
        example: String,
        /// The value, if the separator groups thousands.
        thousands: String,
        /// The value, if it is the decimal mark.
        decimal: String,
        /// Which separator it is.
        mark: DecimalMark,
    },
}

/// How many columns a sentence names before it says how many more there are.
const LISTED: usize = 20;

struct ColumnList<'a>(&'a [String]);

impl fmt::Display for ColumnList<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (position, column) in self.0.iter().take(LISTED).enumerate() {
            let comma = if position == 0 { "" } else { ", " };
            write!(f, "{comma}`{column}`")?;
        }
        match self.0.len().saturating_sub(LISTED) {
            0 if self.0.is_empty() => f.write_str("no columns"),
            0 => Ok(()),
            more => write!(f, " and {more} more"),
        }
    }
}

struct MapExample<'a>(&'a [String]);

impl fmt::Display for MapExample<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let column = self.0.first().map_or("COLUMN", String::as_str);
        write!(f, "`{} = \"external_id\"`", mapping::quoted(column))
    }
}
