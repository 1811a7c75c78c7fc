//! What past entries changed of one account. The journal is passed over piece by piece: of a line as long as an import, only
//! the events of that account are kept.

use std::collections::BTreeSet;
use std::io;
use std::ops::Range;
use std::sync::Arc;

use super::FileStore;
use super::read::line_of;
use crate::state::{AccountId, Entry, Seq};
use crate::store::StoreError;
use crate::store::about::{EntriesAbout, picked};
use crate::store::disk;
use crate::store::journal;

/// From how many bytes on a line is not read whole for one account, or to see what it begins with.
const LONG: u64 = 256 << 10;

/// Entries that were passed over, each with where its JSON lies.
type PassedLines = Vec<(Seq, Range<u64>)>;

/// Whether a line is one of those, whose JSON lies at `json`.
pub(super) fn is_long(json: &Range<u64>) -> bool {
    json.end - json.start > LONG
}

impl FileStore {
    /// What the latest `count` entries up to entry `last` changed of the account with these `ids`. The rest of them is not
    /// kept. Nothing where they are to be read whole.
    pub(super) fn read_latest_about(
        &self,
        last: Seq,
        count: usize,
        ids: &BTreeSet<AccountId>,
    ) -> Result<Option<Vec<Arc<Entry>>>, StoreError> {
        let ids = &EntriesAbout::new(ids);
        let mut seen = ids.sightings();
        let Some(lines) = self.pass_over(last, count, |at, piece| seen.look(at, piece))? else {
            return Ok(None);
        };
        let mut entries = Vec::new();
        for (seq, json) in lines {
            let places: Vec<u64> = seen.places.range(json.clone()).copied().collect();
            if !places.is_empty() {
                entries.extend(self.entry_about(ids, seq, &json, &places)?);
            }
        }
        Ok(Some(entries))
    }

    /// The latest `count` entries up to entry `last`, each with where its JSON lies; nothing where they are to be read whole.
    /// All of them are verified, and passed to `look` piece by piece, each with where it begins.
    pub(super) fn pass_over(
        &self,
        last: Seq,
        count: usize,
        mut look: impl FnMut(u64, &[u8]),
    ) -> Result<Option<PassedLines>, StoreError> {
        let last = last.min(self.mark().seq);
        let wanted = last.saturating_sub(count as Seq)..last;
        if wanted.is_empty() {
            return Ok(Some(Vec::new()));
        }
        // The first version wrote events in another form.
        let (Some((known, start)), end) = self.around(&wanted) else { return Ok(None) };
        if self.version() == 1 {
            return Ok(None);
        }
        let (bytes, file) = (start..end, self.opened_journal());
        let (scan, _) = journal::scan_through(|from, piece| {
            let at = bytes.start + from;
            let room = usize::try_from(bytes.end.saturating_sub(at)).unwrap_or(usize::MAX).min(piece.len());
            let read = file.read_some(at, &mut piece[..room])?;
            look(at, &piece[..read]);
            Ok(read)
        })
        .map_err(|error| self.io("read", error))?;
        let place = |seq: Seq| usize::try_from(seq - known).unwrap_or(usize::MAX);
        let lines = scan.lines.get(place(wanted.start)..place(wanted.end));
        let lines = lines.ok_or_else(|| self.not_the_same_twice(line_of(known + 1) + scan.lines.len()))?;
        let in_file = |line: &Range<usize>| bytes.start + line.start as u64..bytes.start + line.end as u64;
        Ok(Some((wanted.start + 1..).zip(lines.iter().map(in_file)).collect()))
    }

    /// These bytes of the journal.
    pub(super) fn bytes_at(&self, bytes: Range<u64>) -> io::Result<Vec<u8>> {
        let length = usize::try_from(bytes.end - bytes.start).unwrap_or(usize::MAX);
        disk::exactly(self.opened_journal(), bytes.start, length)
    }

    /// What entry `seq` changed of it, whose JSON lies at `json` and names it at `places`.
    fn entry_about(
        &self,
        ids: &EntriesAbout<'_>,
        seq: Seq,
        json: &Range<u64>,
        places: &[u64],
    ) -> Result<Option<Arc<Entry>>, StoreError> {
        let read = |bytes| self.bytes_at(bytes);
        let io = |error| self.io("read", error);
        let picked = if is_long(json) { picked(json, places, &read).map_err(io)? } else { None };
        let text = picked.map_or_else(|| read(json.clone()).map_err(io), |text| Ok(text.into_bytes()))?;
        ids.read(&text, seq, self.version()).map_err(|misfit| self.misfit(misfit))
    }
}
