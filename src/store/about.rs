//! What entries changed of one account, without reading the rest of them: the entry of an import is as long as its file.

use std::collections::BTreeSet;
use std::io;
use std::ops::Range;
use std::sync::Arc;

use memchr::memmem::Finder;
use serde_json::value::RawValue;

use super::entry_text::{EntryText, envelope};
use super::journal::{self, BadEntry};
use crate::state::{AccountId, Entry, Seq};

/// How the event of an account begins, before its id.
const OF_ACCOUNT: &[u8] = b"{\"account\":";

/// How many bytes are read first of an event of which only the beginning is known. Most are shorter.
const EVENT: usize = 2 << 10;

/// How many bytes are read of a long line's beginning, to find where its events begin: a command that names a file is short.
const ENVELOPE: usize = 4 << 10;

/// One account, by the ids that it has and had.
pub(super) struct EntriesAbout<'a> {
    ids: &'a BTreeSet<AccountId>,
    /// The same as they stand in JSON.
    written: Vec<Finder<'static>>,
}

/// Where an account is named in bytes that come one piece after another.
pub(super) struct Sightings<'a> {
    of: &'a EntriesAbout<'a>,
    /// The end of the piece before, in which a name may begin, and where the next piece begins.
    seam: Vec<u8>,
    next: u64,
    pub(super) places: BTreeSet<u64>,
}

/// Reads some bytes from a place in the journal on.
pub(super) type ReadAt<'a> = &'a dyn Fn(Range<u64>) -> io::Result<Vec<u8>>;

impl<'a> EntriesAbout<'a> {
    pub(super) fn new(ids: &'a BTreeSet<AccountId>) -> Self {
        let written =
            |id: &AccountId| Finder::new(&serde_json::Value::from(id.as_str()).to_string()).into_owned();
        Self { ids, written: ids.iter().map(written).collect() }
    }

    /// Nothing seen yet.
    pub(super) fn sightings(&self) -> Sightings<'_> {
        Sightings { of: self, seam: Vec::new(), next: 0, places: BTreeSet::new() }
    }

    /// What the entry in `json` changed of the account, if it did.
    ///
    /// # Errors
    /// When it is not entry `expected`, as far as it was read.
    pub(super) fn read(
        &self,
        json: &[u8],
        expected: Seq,
        version: u32,
    ) -> Result<Option<Arc<Entry>>, BadEntry> {
        // What is no text is no entry either, and is said as such below.
        let text = str::from_utf8(json).unwrap_or_default();
        let short = self.shortened(text);
        let json = short.as_ref().map_or(json, |short| short.as_bytes());
        let entry = journal::entry(json, expected, version)?;
        Ok(entry.about(self.ids).map(Arc::new))
    }

    /// The entry without the events that name none of the ids; `None` where it does not read as an entry.
    fn shortened(&self, text: &str) -> Option<String> {
        EntryText::of(text).and_then(|entry| entry.with_events(|event| self.is_named_in(event))).ok()
    }

    fn is_named_in(&self, text: &str) -> bool {
        self.written.iter().any(|id| id.find(text.as_bytes()).is_some())
    }
}

/// What is about one account in a long entry whose JSON lies at `json` and is whole, and which names the account at `seen`.
/// Only those events are read; `None` where it must be read whole, because the account is named in the event of another.
///
/// # Errors
/// When it cannot be read.
pub(super) fn picked(json: &Range<u64>, seen: &[u64], read: ReadAt<'_>) -> io::Result<Option<String>> {
    let start = read(json.start..json.end.min(json.start + ENVELOPE as u64))?;
    let end = read(json.end.saturating_sub(3)..json.end)?;
    let Some(head) = envelope(&start).filter(|_| end == b"}]}") else { return Ok(None) };
    let (mut short, mut read_until) = (head.to_owned(), 0);
    for &at in seen {
        // It may be named more than once in its own event.
        if at < read_until {
            continue;
        }
        let begins = at.saturating_sub(OF_ACCOUNT.len() as u64);
        let Some(event) = event_at(begins, json.end, read)? else { return Ok(None) };
        if read_until > 0 {
            short.push(',');
        }
        short.push_str(&event);
        read_until = begins + event.len() as u64;
    }
    short.push_str("]}");
    Ok(Some(short))
}

/// The long entry whose JSON lies at `json`, with its first event alone; `None` where that is not about an account, or it must
/// be read whole.
///
/// # Errors
/// When it cannot be read.
pub(super) fn beginning(json: &Range<u64>, read: ReadAt<'_>) -> io::Result<Option<Entry>> {
    let start = read(json.start..json.end.min(json.start + ENVELOPE as u64))?;
    let Some(head) = envelope(&start) else { return Ok(None) };
    let first = event_at(json.start + head.len() as u64, json.end, read)?;
    Ok(first.and_then(|first| serde_json::from_str(&format!("{head}{first}]}}")).ok()))
}

/// The text of the event of an account that begins at `from`; `None` where none does. No value in an event has its form, and
/// in a text its quotes would be escaped.
fn event_at(from: u64, end: u64, read: ReadAt<'_>) -> io::Result<Option<String>> {
    let mut length = EVENT as u64;
    loop {
        let bytes = read(from..end.min(from + length))?;
        if !bytes.starts_with(OF_ACCOUNT) {
            return Ok(None);
        }
        match serde_json::Deserializer::from_slice(&bytes).into_iter::<&RawValue>().next() {
            Some(Ok(event)) => return Ok(Some(event.get().to_owned())),
            // A character may be cut in two, too, which is another error than an early end.
            _ if (bytes.len() as u64) < length => return Ok(None),
            _ => length *= 8,
        }
    }
}

impl Sightings<'_> {
    /// Looks through `piece`, which begins at `from`.
    pub(super) fn look(&mut self, from: u64, piece: &[u8]) {
        if from != self.next {
            self.seam.clear();
        }
        let longest = self.of.written.iter().map(|id| id.needle().len()).max().unwrap_or_default();
        let before = self.seam.len();
        self.seam.extend_from_slice(&piece[..piece.len().min(longest)]);
        for id in &self.of.written {
            let across = id.find_iter(&self.seam).map(|at| from + at as u64 - before as u64);
            self.places.extend(across.chain(id.find_iter(piece).map(|at| from + at as u64)));
        }
        if piece.len() >= longest {
            self.seam.clear();
            self.seam.extend_from_slice(&piece[piece.len() - longest..]);
        } else {
            self.seam.drain(..self.seam.len().saturating_sub(longest));
        }
        self.next = from + piece.len() as u64;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_is_seen_wherever_the_pieces_meet() {
        let ids = ["A-1", "A-100000", "\"é\""].map(AccountId::new).into();
        let ids = EntriesAbout::new(&ids);
        let text = "\"A-1\",\"A-1\"\"A-100000\"{\"A-10000\":\"\\\"é\\\"\"}A-1\"A-1\"";
        let seen = |size: usize| {
            let mut seen = ids.sightings();
            let mut at = 7;
            for piece in text.as_bytes().chunks(size) {
                seen.look(at, piece);
                at += piece.len() as u64;
            }
            seen.places.into_iter().collect::<Vec<_>>()
        };
        let expected: Vec<u64> = [0, 6, 11, 32, 44].map(|at| at + 7).into();
        for size in 1..=text.len() {
            assert_eq!(seen(size), expected, "{size}");
        }
    }
}
