//! An entry as the line of the journal that keeps it.

use std::io;

use rayon::prelude::*;

use super::journal;
use crate::state::{Entry, Event};

/// So many events are written and read back at once.
const PIECE: usize = 1_000;

/// So many pieces are made before they are passed on: enough for every core.
const PIECES: usize = 16;

/// What follows the last event.
const END: &[u8] = b"]}\n";

/// The line of an entry that reads back.
///
/// The entry of an import is as long as its file. A line of more than one piece is not held: it is made anew, on all cores,
/// each time that its bytes are asked for.
pub(super) struct EntryLine<'a> {
    entry: &'a Entry,
    /// What stands before the first event.
    head: Vec<u8>,
    /// The events, where they are few.
    events: Option<Vec<u8>>,
    length: u64,
}

impl<'a> EntryLine<'a> {
    /// # Errors
    /// When the entry cannot become JSON, or would not read back.
    pub(super) fn of(entry: &'a Entry) -> serde_json::Result<Self> {
        let bare = serde_json::to_vec(&entry.with_events(Vec::new()))?;
        serde_json::from_slice::<Entry>(&bare)?;
        let end = &END[..END.len() - 1];
        let envelope = bare.strip_suffix(end).expect("the events of an entry stand last");
        let (events, sums) = match &entry.events[..] {
            few if few.len() <= PIECE => {
                let events = checked_piece(0, few)?;
                let sum = PieceSum::of(&events);
                (Some(events), vec![sum])
            }
            many => {
                let sum = |(at, events)| checked_piece(at, events).map(|piece| PieceSum::of(&piece));
                (None, many.par_chunks(PIECE).enumerate().map(sum).collect::<Result<_, _>>()?)
            }
        };
        let all = sums.into_iter().fold(PieceSum::of(envelope), PieceSum::then).then(PieceSum::of(end));
        let length = format!("{} ", all.length);
        let checksum = PieceSum::of(length.as_bytes()).then(all).checksum;
        let head = [format!("{checksum:08x} {length}").as_bytes(), envelope].concat();
        let length = (journal::CHECKSUM + 1 + length.len() + all.length + 1) as u64;
        Ok(Self { entry, head, events, length })
    }

    /// Its checksum.
    pub(super) fn checksum(&self) -> u32 {
        journal::checksum(&self.head)
    }

    /// How many bytes it has, with its line break.
    pub(super) fn length(&self) -> u64 {
        self.length
    }

    /// Passes its bytes to `take`, piece by piece.
    ///
    /// # Errors
    /// What `take` answers.
    pub(super) fn pass(&self, take: &mut dyn FnMut(&[u8]) -> io::Result<()>) -> io::Result<()> {
        if let Some(events) = &self.events {
            return take(&[&self.head, &events[..], END].concat());
        }
        take(&self.head)?;
        for (group, events) in self.entry.events.chunks(PIECE * PIECES).enumerate() {
            let write = |(at, events)| piece(group * PIECES + at, events);
            let pieces: Vec<_> = events.par_chunks(PIECE).enumerate().map(write).collect();
            for piece in pieces {
                take(&piece?)?;
            }
        }
        take(END)
    }

    /// All of it.
    pub(super) fn whole(&self) -> Vec<u8> {
        let mut whole = Vec::with_capacity(usize::try_from(self.length).unwrap_or(0));
        let take = &mut |bytes: &[u8]| {
            whole.extend_from_slice(bytes);
            Ok(())
        };
        self.pass(take).expect("it was written before, and memory takes it");
        whole
    }
}

/// The events of the piece at `at`, as JSON.
fn piece(at: usize, events: &[Event]) -> serde_json::Result<Vec<u8>> {
    let mut json = Vec::new();
    for (number, event) in events.iter().enumerate() {
        if at + number > 0 {
            json.push(b',');
        }
        event.append_json(&mut json)?;
    }
    Ok(json)
}

/// The same, each of which reads back.
fn checked_piece(at: usize, events: &[Event]) -> serde_json::Result<Vec<u8>> {
    let json = piece(at, events)?;
    let mut texts = json.strip_prefix(b",").unwrap_or(&json);
    for _ in events {
        let mut read = serde_json::Deserializer::from_slice(texts).into_iter::<Event>();
        read.next().transpose()?;
        let rest = &texts[read.byte_offset()..];
        texts = rest.strip_prefix(b",").unwrap_or(rest);
    }
    Ok(json)
}

/// The checksum of some bytes, and how many they are.
#[derive(Clone, Copy)]
struct PieceSum {
    checksum: u32,
    length: usize,
}

impl PieceSum {
    fn of(bytes: &[u8]) -> Self {
        Self { checksum: crc32c::crc32c(bytes), length: bytes.len() }
    }

    /// Of these bytes, and those of `next` behind them.
    fn then(self, next: Self) -> Self {
        let checksum = crc32c::crc32c_combine(self.checksum, next.checksum, next.length);
        Self { checksum, length: self.length + next.length }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::state::{AccountId, Actor, Change, Seq};

    fn entry(events: usize) -> Entry {
        let event = |at: usize| {
            let change = if at.is_multiple_of(3) {
                Change::Added
            } else {
                Change::StampSet {
                    stamp: format!("{at} \"}},\n").as_str().into(),
                    at: "2024-12-15T09:00:00Z".parse().expect("a time"),
                }
            };
            change.on(&AccountId::new(&format!("A-{at}")))
        };
        let (at, by) = ("2024-12-15T09:00:00Z".parse().expect("a time"), Actor::Person("dana".into()));
        let events = (0..events).map(event).collect();
        Entry {
            seq: 7 as Seq,
            at,
            by,
            command: "import \"a\",\"events\":[]}".into(),
            undoes: vec![],
            redoes: vec![],
            events,
        }
    }

    #[test]
    fn a_line_in_pieces_is_the_line_in_one() {
        for events in
            [0, 1, 2, PIECE - 1, PIECE, PIECE + 1, 2 * PIECE, PIECE * PIECES - 1, PIECE * PIECES + 1]
        {
            let entry = entry(events);
            let line = EntryLine::of(&entry).expect("it reads back");
            let whole = line.whole();
            assert_eq!(whole, journal::line(&entry).expect("it becomes JSON"), "{events} events");
            assert_eq!(line.length(), whole.len() as u64);
            assert_eq!(line.checksum(), journal::checksum(&whole));
            let mut pieces = 0;
            line.pass(&mut |_| {
                pieces += 1;
                Ok(())
            })
            .expect("they are counted");
            assert_eq!(pieces > 1, events > PIECE, "{events} events in {pieces} pieces");
        }
    }
}
