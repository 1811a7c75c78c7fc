//! `gangplank ingest --from ics`.

use crate::cli::import::{InputFile, unread};
use crate::cli::{CliError, Context};
use crate::folders::calendar_files;
use crate::intake::calendar::CalendarReader;
use crate::intake::people::AddressBook;
use crate::intake::providers::Translation;
use crate::state::Board;

use super::mail;

/// What the calendars in `input` say to `board`.
pub(super) fn read(input: &InputFile, board: &Board, context: &Context) -> Result<Translation, CliError> {
    let team = mail::team(context, "ics")?;
    let (book, now) = (AddressBook::new(board, team), context.config.now());
    let mut reader = CalendarReader::new(&book, &now);
    if input.is_stdin {
        reader.read(&input.read()?);
    } else {
        let shown = input.path.display().to_string();
        let files = calendar_files(&input.path).map_err(|error| CliError::error(unread(&shown, &error)))?;
        for file in files {
            reader.read(&InputFile::named(&file).read()?);
        }
    }
    if !reader.has_calendar() {
        return Err(CliError::usage(format!(
            "{} holds no calendar: name an .ics file, or a directory with such files",
            input.name
        )));
    }
    Ok(reader.finish())
}
