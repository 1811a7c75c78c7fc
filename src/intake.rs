//! Parsers at the border: bytes from outside become rows for the board, or an error that says what to write instead.
//!
//! Everything here is pure. Nothing is guessed: what can be read in two ways is refused with both readings, and the
//! caller may ask a person and read again.

pub mod accounts;
mod amounts;
#[cfg(feature = "mail")]
pub mod calendar;
mod column_formats;
mod column_names;
mod columns;
mod content_id;
pub mod csv_escape;
mod dates;
mod dedup;
pub mod disambiguation;
mod encoding;
pub mod export_headers;
pub mod facts;
mod first_entered;
mod heading;
pub mod ignored;
mod layout;
#[cfg(feature = "mail")]
pub mod mail;
pub mod mapping;
mod meaning;
#[cfg_attr(not(feature = "mail"), expect(dead_code, reason = "mail and calendars ask whose an address is"))]
pub mod people;
pub mod providers;
mod row;
pub mod signals;
mod strict;
mod table;
mod vocabulary;
mod words;

pub use accounts::{
    ColumnUse, OtherTable, ParsedAccounts, RejectedRow, header_signature, other_table, read, read_with,
};
pub use amounts::{DecimalMark, Scale};
pub use dates::{ColumnDates, DateFormat, DateOrder, NotADateFormat};
pub use disambiguation::{Question, Resolution};
pub use encoding::{NotAnEncoding, TextEncoding, decode};
pub use mapping::{ImportOptions, Mapping, MappingError};

/// How to install a program that can read mail and calendars.
#[cfg(not(feature = "mail"))]
pub const WITHOUT_MAIL: &str = "this gangplank was built without mail and calendars: install one that has them with \
                                `cargo install --path . --features mail`";

pub use meaning::Meaning;

use chrono::NaiveDate;

/// Why a file cannot be read at all. Rows that cannot be read are [`RejectedRow`] one by one instead.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum IntakeError {
    #[error("the file is empty: export it again, with a header line")]
    Empty,
    #[error(
        "line {line} is not UTF-8: save the file as UTF-8 (in a spreadsheet: \"CSV UTF-8\"), or say what it is with \
         --encoding windows-1252"
    )]
    NotUtf8 { line: usize },
    #[error("the file is not in {encoding}: write its encoding with --encoding, or save it as UTF-8")]
    WrongEncoding { encoding: TextEncoding },
    #[error("the file looks like UTF-16 without a mark: write --encoding {encoding}")]
    UnmarkedUtf16 { encoding: TextEncoding },
    /// Not a table of text at all.
    #[error("the file is {what}: {advice}")]
    OtherFormat { what: &'static str, advice: &'static str },
    /// Invalid JSON, or a table that ends early.
    #[error("line {line}: {what}")]
    Malformed { line: usize, what: String },
    #[error("line {line}: expected an object for each account, found {found}")]
    NotAnObject { line: usize, found: &'static str },
    #[error("line {line} is a signal, not an account")]
    HoldsSignals { line: usize },
    #[error("the file has {found} columns, which is more than {most}: remove some")]
    TooManyColumns { found: usize, most: usize },
    #[error("no column has the account's id: found {}; {}", listed(columns), id_advice(columns, *header_line))]
    NoIdColumn {
        columns: Vec<String>,
        /// A later line that looks like the header.
        header_line: Option<usize>,
    },
    #[error(
        "the mapping names a column `{column}`, which the file does not have: it has {}",
        listed(columns)
    )]
    NoSuchColumn { column: String, columns: Vec<String> },
    #[error("there is no column `{column}` whose blanks clear: the file has {}", listed(columns))]
    NoColumnToClear { column: String, columns: Vec<String> },
    #[error("`{column}` is {meaning}, which a blank cell cannot clear: --clear-blank takes columns of facts")]
    CannotClear { column: String, meaning: Meaning },
    #[error("the mapping takes {meaning} from both `{first}` and `{second}`: keep one of them")]
    MappedTwice { meaning: Meaning, first: String, second: String },
    #[error(
        "column `{column}`: {example} is {} or {}: say which with --date-format DD-MM-YYYY or --date-format MM-DD-YYYY",
        day_first.format(dates::SPELLED),
        month_first.format(dates::SPELLED)
    )]
    AmbiguousDates { column: String, example: String, day_first: NaiveDate, month_first: NaiveDate },
    #[error(
        "column `{column}` has dates with the day first ({day_first}) and with the month first ({month_first}): \
         say which is right with --date-format DD-MM-YYYY or --date-format MM-DD-YYYY"
    )]
    MixedDates { column: String, day_first: String, month_first: String },
    #[error(
        "column `{column}`: {example} is {thousands} or {decimal}: say which with --decimal point or --decimal comma"
    )]
    AmbiguousNumbers {
        column: String,
        example: String,
        /// The value if the separator groups thousands.
        thousands: String,
        /// The value if the separator is the decimal mark.
        decimal: String,
        /// The separator.
        mark: DecimalMark,
    },
}

/// How many columns a sentence names before it says how many more there are.
const LISTED: usize = 20;

fn listed(columns: &[String]) -> String {
    let named: Vec<String> = columns.iter().take(LISTED).map(|column| format!("`{column}`")).collect();
    match columns.len().saturating_sub(LISTED) {
        0 if columns.is_empty() => "no columns".to_owned(),
        0 => named.join(", "),
        more => format!("{} and {more} more", named.join(", ")),
    }
}

/// What to do where no column has the account's id.
fn id_advice(columns: &[String], header_line: Option<usize>) -> String {
    if let Some(line) = header_line {
        return format!("line {line} looks like the header: remove the lines above it");
    }
    let column = mapping::quoted(columns.first().map_or("COLUMN", String::as_str));
    format!("write `[columns]` and `{column} = \"external_id\"` in a file, and pass it with --mapping")
}
