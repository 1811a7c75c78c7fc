//! Arrays of JSON, each value on a line of its own.

use std::io::{self, Write};

use serde::Serialize;

use super::serialize;
use crate::cli::CliError;

/// Writes `values` as one array, each on a line of its own.
///
/// # Errors
/// When the output cannot be written.
pub fn write_all(
    out: &mut impl Write,
    values: impl IntoIterator<Item = impl Serialize>,
) -> Result<(), CliError> {
    let mut list = JsonArray::default();
    values.into_iter().try_for_each(|value| list.push(out, &value))?;
    list.end(out)
}

/// The JSON of a value.
pub(in crate::cli) type JsonText = Box<[u8]>;

/// The JSON of `value`, for [`write_texts`].
///
/// # Errors
/// When it has no form in JSON.
pub(in crate::cli) fn text_of(value: &impl Serialize) -> Result<JsonText, CliError> {
    let mut text = Vec::with_capacity(512);
    serialize(&mut text, value)?;
    Ok(text.into_boxed_slice())
}

/// Writes values of which the JSON is known as [`write_all`] would.
///
/// # Errors
/// When the output cannot be written.
pub(in crate::cli) fn write_texts<'a>(
    out: &mut impl Write,
    texts: impl IntoIterator<Item = &'a JsonText>,
) -> Result<(), CliError> {
    let mut list = JsonArray::default();
    for text in texts {
        list.separate(out)?;
        out.write_all(text)?;
    }
    list.end(out)
}

/// An array that is written while its values come, each on a line of its own.
#[derive(Debug, Default)]
pub struct JsonArray {
    begun: bool,
}

impl JsonArray {
    /// Writes the next value.
    ///
    /// # Errors
    /// When the output cannot be written.
    pub fn push(&mut self, out: &mut impl Write, value: &impl Serialize) -> Result<(), CliError> {
        self.separate(out)?;
        serialize(out, value)
    }

    /// Writes what stands before the next value.
    fn separate(&mut self, out: &mut impl Write) -> io::Result<()> {
        out.write_all(if self.begun { b",\n" } else { b"[\n" })?;
        self.begun = true;
        Ok(())
    }

    /// Writes its end. Nothing came: an empty array.
    ///
    /// # Errors
    /// When the output cannot be written.
    pub fn end(self, out: &mut impl Write) -> Result<(), CliError> {
        Ok(out.write_all(if self.begun { b"\n]\n" } else { b"[]\n" })?)
    }
}
