//! Calendars read in one go.

use gangplank::intake::calendar::CalendarReader;
use gangplank::intake::people::AddressBook;
use gangplank::intake::providers::Translation;
use gangplank::state::Now;

/// What the events in `bytes` mean.
pub(crate) fn read(bytes: &[u8], book: &AddressBook<'_>, now: &Now) -> Translation {
    let mut reader = CalendarReader::new(book, now);
    reader.read(bytes);
    reader.finish()
}

/// The same of a calendar that was read as a whole; nothing where there is none, or only the beginning of one.
pub(crate) fn read_whole(bytes: &[u8], name: &str, book: &AddressBook<'_>, now: &Now) -> Option<Translation> {
    let mut reader = CalendarReader::whole(name, book, now);
    reader.read(bytes);
    reader.is_complete().then(|| reader.finish())
}
