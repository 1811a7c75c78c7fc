//! Mail in Maildirs on this machine: what arrived since the last reading.

use std::fs::{File, Metadata};
use std::io::{self, BufReader};
use std::path::Path;

use chrono::{DateTime, TimeDelta, Utc};

use crate::folders::mail_files;
use crate::intake::mail::MailReader;
use crate::intake::people::AddressBook;
use crate::sources::{Pulled, ReadingContext, SourceFailure};

/// How much earlier a reading begins than the one before ended: what fetches mail may have been slow.
const OVERLAP: TimeDelta = TimeDelta::days(2);

/// How far back the first reading goes.
const FIRST: TimeDelta = TimeDelta::days(90);

/// Reads the mail below `path` that arrived since `cursor`, which is when the newest file of the last reading arrived, in
/// seconds.
///
/// # Errors
/// When there is no such directory, it cannot be read, or nobody is known to belong to the team.
pub(super) fn read(
    path: &Path,
    cursor: Option<&str>,
    context: &ReadingContext<'_>,
) -> Result<Pulled, SourceFailure> {
    let failed = |path: &Path, error: &io::Error| {
        SourceFailure::Unreadable(format!("cannot read {}: {error}", path.display()))
    };
    if !path.is_dir() {
        let path = path.display();
        return Err(SourceFailure::Unreadable(format!("there is no directory {path}: correct `path`")));
    }
    let team = context.terms.team()?;
    let now = context.now.at;
    let newest = cursor.and_then(|cursor| DateTime::from_timestamp(cursor.parse().ok()?, 0));
    let since = newest.map_or(now - FIRST, |newest| newest - OVERLAP);
    let mut latest = newest;
    let book = AddressBook::new(context.board, team);
    let mut reader = MailReader::new(&book);
    for file in mail_files(path).map_err(|error| failed(path, &error))? {
        let read = File::open(&file.path).and_then(|opened| {
            let arrived = arrived(&opened.metadata()?);
            if arrived.is_some_and(|arrived| arrived < since) {
                return Ok(());
            }
            // A clock that was ahead does not hide what arrives later.
            latest = latest.max(arrived.map(|arrived| arrived.min(now)));
            if file.is_draft {
                reader.skip_draft(&file.name());
                return Ok(());
            }
            reader.read(BufReader::new(opened))
        });
        match read {
            // Whoever reads the mail may have moved it since: the next reading finds it.
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            read => read.map_err(|error| failed(&file.path, &error))?,
        }
    }
    let cursor = latest.map(|latest| latest.timestamp().to_string().into());
    Ok(Pulled::new(reader.finish(), cursor))
}

/// When a file was put where it is; nothing where the system does not say.
#[cfg(unix)]
fn arrived(file: &Metadata) -> Option<DateTime<Utc>> {
    use std::os::unix::fs::MetadataExt;
    DateTime::from_timestamp(file.mtime().max(file.ctime()), 0)
}

/// When a file was written; nothing where the system does not say.
#[cfg(not(unix))]
fn arrived(file: &Metadata) -> Option<DateTime<Utc>> {
    file.modified().ok().map(DateTime::<Utc>::from)
}
