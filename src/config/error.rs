//! An error in a configuration file: where it is, and what to write instead.

use std::fmt;
use std::ops::Range;
use std::str::Utf8Error;

use toml_edit::{DocumentMut, TomlError};

/// `text` with everything that people wrote beside the values, to be changed and written again.
///
/// # Errors
/// When it is no TOML.
pub(super) fn document(text: &str, file: &str) -> Result<DocumentMut, ConfigError> {
    text.parse().map_err(|error: TomlError| ConfigError::in_file(file, error.message()))
}

/// Shown as `FILE:LINE: KEY: WHAT`.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub struct ConfigError {
    pub file: String,
    /// Counted from one; `None` when the whole file is meant.
    pub line: Option<usize>,
    /// Empty when the error is about no key.
    pub key: String,
    /// What is wrong and what to write instead, in one sentence.
    pub what: String,
}

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { file, line, key, what } = self;
        f.write_str(file)?;
        if let Some(line) = line {
            write!(f, ":{line}")?;
        }
        if !key.is_empty() {
            write!(f, ": `{key}`")?;
        }
        write!(f, ": {what}")
    }
}

impl ConfigError {
    /// An error in the part of `text` that `span` covers; the key is the one before it.
    pub fn at(file: &str, text: &str, span: Range<usize>, what: impl Into<String>) -> Self {
        let key = key_before(text, &span).to_owned();
        Self { file: file.to_owned(), line: Some(line_of(text, span.start)), key, what: what.into() }
    }

    /// An error in the file as a whole.
    pub fn in_file(file: &str, what: impl Into<String>) -> Self {
        Self { file: file.to_owned(), line: None, key: String::new(), what: what.into() }
    }

    pub fn of_utf8(file: &str, bytes: &[u8], error: Utf8Error) -> Self {
        let lines = bytes.iter().take(error.valid_up_to()).filter(|byte| **byte == b'\n').count();
        let what = "this line is not UTF-8: save the file as UTF-8".to_owned();
        Self { file: file.to_owned(), line: Some(lines + 1), key: String::new(), what }
    }

    /// An error of `toml` about `text`, in plain words.
    pub fn of_toml(file: &str, text: &str, error: &toml::de::Error) -> Self {
        let span = error.span().unwrap_or(0..0);
        let (key, mut what) = explain(error.message(), text.get(span.clone()).unwrap_or_default());
        let is_header = text.get(..span.start).is_some_and(|before| before.ends_with('['));
        if let Some(key) = key.filter(|_| is_header && error.message() == DUPLICATE) {
            what = format!("{what}; for several of them, write [[{key}]] in double brackets");
        }
        let mut error = Self::at(file, text, span, what);
        if let Some(key) = key {
            key.clone_into(&mut error.key);
        }
        error
    }
}

/// The message of `toml` for a key or a table that occurs twice.
const DUPLICATE: &str = "duplicate key";

/// A message of `toml` or `serde` about the part that is `covered`, in plain words; and the key, where it names one.
fn explain<'a>(message: &'a str, covered: &'a str) -> (Option<&'a str>, String) {
    let named = |prefix| message.strip_prefix(prefix).and_then(|rest| rest.split('`').next());
    let header = covered.lines().next().filter(|line| line.starts_with('['));
    let choices = || {
        let expected = message.split_once(", expected ").map_or("", |(_, rest)| rest);
        expected.split('`').skip(1).step_by(2).collect::<Vec<_>>().join(", ")
    };
    let wrong = || {
        let rest =
            message.strip_prefix("invalid type: ").or_else(|| message.strip_prefix("invalid value: "))?;
        rest.split_once(", expected ")
    };
    if let Some(key) = named("unknown field `") {
        return (Some(key), format!("unknown key: write one of {}", choices()));
    }
    if let Some(key) = named("missing field `") {
        let place = header.map_or_else(String::new, |header| format!(" to this {header}"));
        return (Some(key), format!("the key is missing: add it{place}"));
    }
    if message == DUPLICATE {
        return (Some(covered), "duplicate key: keep one of the two".to_owned());
    }
    let what = if let Some(variant) = named("unknown variant `") {
        format!("unknown value `{variant}`: write one of {}", choices())
    } else if let (Some(("map", "a sequence")), Some(header)) = (wrong(), header) {
        format!("there may be several: write [{header}] in double brackets")
    } else if message.starts_with("invalid value: integer") && !covered.starts_with('-') {
        format!("{covered} is too large: write a smaller number")
    } else if let Some((wrong, right)) = wrong() {
        format!("expected {}, found {}", plain(right), wrong.replace("map", "a table"))
    } else if message == "wanted string or table" {
        format!("expected {}, found {covered}", plain("a string"))
    } else if message.starts_with("wanted exactly 1 element") {
        "each pair of braces holds one key: write each one in its own braces".to_owned()
    } else if message.contains(": ") {
        // One of our own types refused the value with a sentence.
        message.to_owned()
    } else {
        format!("this line is not TOML ({message}): correct it")
    };
    (None, what)
}

/// Counted from one.
fn line_of(text: &str, at: usize) -> usize {
    text.get(..at).map_or(1, |before| before.matches('\n').count() + 1)
}

/// The key whose value `span` covers: the name in its `[header]`, or the last `key =` before it.
fn key_before<'a>(text: &'a str, span: &Range<usize>) -> &'a str {
    let is_key = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.');
    let begins_line = |before: &str| before.is_empty() || before.ends_with('\n');
    let (Some(mut before), Some(covered)) = (text.get(..span.start), text.get(span.clone())) else {
        return "";
    };
    if covered.starts_with('[') && begins_line(before) {
        return covered.trim_start_matches('[').split(']').next().unwrap_or_default();
    }
    while let Some(equals) = before.rfind('=') {
        let left = before[..equals].trim_end();
        let start = left.trim_end_matches(is_key).len();
        let opening = left[..start].trim_end_matches([' ', '\t']);
        // Inside a text in quotes, an `=` assigns nothing.
        if start < left.len() && (opening.is_empty() || opening.ends_with(['\n', '{', ','])) {
            return &left[start..];
        }
        before = &before[..equals];
    }
    ""
}

/// What serde expects, in plain words.
fn plain(expected: &str) -> &str {
    match expected {
        "a string" | "string" => "a text in quotes",
        "u8" | "u16" | "u32" | "u64" | "usize" => "a whole number, zero or more",
        "i8" | "i16" | "i32" | "i64" => "a whole number",
        "f32" | "f64" => "a number",
        "a sequence" => "a list in [ ]",
        "a map" => "a table",
        "a boolean" => "true or false",
        other => other,
    }
}
