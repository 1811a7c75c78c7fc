//! What past entries changed of one account. The journal is passed over piece by piece: of a line as long as an import, only
//! the events of that account are kept.

use std::collections::BTreeSet;
use std::ops::Range;
use std::sync::Arc;

use super::FileStore;
use super::read::line_of;
use crate::state::{AccountId, Entry, Seq};
use crate::store::StoreError;
use crate::store::about::{EntriesAbout, picked};
use crate::store::disk;
use crate::store::journal;

/// From how many bytes on a line is not read whole for one account.
const LONG: u64 = 256 << 10;

impl FileStore {
    /// What the latest `count` entries up to entry `last` changed of the account with these `ids`. The rest of them is not
    /// kept.
    pub(super) fn read_latest_about(
        &self,
        last: Seq,
        count: usize,
        ids: &BTreeSet<AccountId>,
    ) -> Result<Vec<Arc<Entry>>, StoreError> {
        let last = last.min(self.mark().seq);
        let wanted = last.saturating_sub(count as Seq)..last;
        match self.around(&wanted) {
            _ if wanted.is_empty() => Ok(Vec::new()),
            // The first version wrote events in another form.
            (Some((known, start)), end) if self.version() > 1 => {
                self.pass_over(&EntriesAbout::new(ids), &wanted, known, start..end)
            }
            _ => Ok(Entry::all_about(&self.read_latest(last, count)?, ids)),
        }
    }

    /// What the `wanted` entries changed of it, which stand in `bytes` after entry `known`.
    fn pass_over(
        &self,
        ids: &EntriesAbout<'_>,
        wanted: &Range<Seq>,
        known: Seq,
        bytes: Range<u64>,
    ) -> Result<Vec<Arc<Entry>>, StoreError> {
        let (mut seen, file) = (ids.sightings(), self.opened_journal());
        let (scan, _) = journal::scan_through(|from, piece| {
            let at = bytes.start + from;
            let room = usize::try_from(bytes.end.saturating_sub(at)).unwrap_or(usize::MAX).min(piece.len());
            let read = file.read_some(at, &mut piece[..room])?;
            seen.look(at, &piece[..read]);
            Ok(read)
        })
        .map_err(|error| self.io("read", error))?;
        let place = |seq: Seq| usize::try_from(seq - known).unwrap_or(usize::MAX);
        let lines = scan.lines.get(place(wanted.start)..place(wanted.end));
        let lines = lines.ok_or_else(|| self.not_the_same_twice(line_of(known + 1) + scan.lines.len()))?;
        let mut entries = Vec::new();
        for (seq, line) in (wanted.start + 1..).zip(lines) {
            let json = bytes.start + line.start as u64..bytes.start + line.end as u64;
            let places: Vec<u64> = seen.places.range(json.clone()).copied().collect();
            if !places.is_empty() {
                entries.extend(self.entry_about(ids, seq, &json, &places)?);
            }
        }
        Ok(entries)
    }

    /// What entry `seq` changed of it, whose JSON lies at `json` and names it at `places`.
    fn entry_about(
        &self,
        ids: &EntriesAbout<'_>,
        seq: Seq,
        json: &Range<u64>,
        places: &[u64],
    ) -> Result<Option<Arc<Entry>>, StoreError> {
        let read = |bytes: Range<u64>| {
            let length = usize::try_from(bytes.end - bytes.start).unwrap_or(usize::MAX);
            disk::exactly(self.opened_journal(), bytes.start, length)
        };
        let io = |error| self.io("read", error);
        let is_long = json.end - json.start > LONG;
        let picked = if is_long { picked(json, places, &read).map_err(io)? } else { None };
        let text = picked.map_or_else(|| read(json.clone()).map_err(io), |text| Ok(text.into_bytes()))?;
        ids.read(&text, seq, self.version()).map_err(|misfit| self.misfit(misfit))
    }
}
