//! `gangplank ingest --from mail`.

use std::io::{self, BufReader};
use std::path::Path;

use crate::cli::import::{InputFile, open_input, unread};
use crate::cli::{CliError, Context};
use crate::folders::mail_files;
use crate::intake::mail::MailReader;
use crate::intake::people::{AddressBook, TeamAddresses};
use crate::intake::providers::Translation;
use crate::state::Board;

/// What the mail in `input` says to `board`.
pub(super) fn read(input: &InputFile, board: &Board, context: &Context) -> Result<Translation, CliError> {
    let team = team(context, "mail")?;
    let book = AddressBook::new(board, team);
    let mut reader = MailReader::new(&book);
    let failed = |path: &Path, error: &io::Error| CliError::error(unread(&path.display().to_string(), error));
    if input.is_stdin {
        reader.read(io::stdin().lock()).map_err(|error| failed(Path::new(&input.name), &error))?;
    } else {
        let files = mail_files(&input.path).map_err(|error| failed(&input.path, &error))?;
        for file in files {
            if file.is_draft {
                reader.skip_draft(&file.name());
                continue;
            }
            let read = open_input(&file.path).and_then(|opened| reader.read(BufReader::new(opened)));
            match read {
                // Whoever reads the mail may have moved it since.
                Err(error) if error.kind() == io::ErrorKind::NotFound && file.path != input.path => {}
                read => read.map_err(|error| failed(&file.path, &error))?,
            }
        }
    }
    if !reader.has_mail() {
        return Err(CliError::usage(format!(
            "{} holds no mail: name an .eml file, a mailbox file or a Maildir",
            input.name
        )));
    }
    Ok(reader.finish())
}

/// The addresses of the team.
///
/// # Errors
/// When there are none: what to write, and where.
pub(super) fn team<'a>(context: &'a Context, word: &str) -> Result<&'a TeamAddresses, CliError> {
    let addresses = &context.config.terms.team;
    if addresses.is_empty() {
        let path = context.config.paths.config("config.toml");
        return Err(CliError::error(format!(
            "--from {word} must know the addresses of the specialists: write specialists = [\"dan@example.com\"] with \
             your own into {}",
            path.display()
        )));
    }
    Ok(addresses)
}
