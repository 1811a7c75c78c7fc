//! What of a damaged journal is whole, line by line, and what stands between.
//!
//! A line is whole by its own checksum, wherever it stands: after a line that lost its end and its line break, too.

use std::ops::Range;

use super::flipped::flipped_bit;
use super::journal::{self, JournalHeader, Tail};

/// What was found in the bytes of a journal.
pub(super) struct Survey {
    /// The bytes, with each line whole that lacked a single bit.
    pub(super) bytes: Vec<u8>,
    /// The version in the header; `None` where the header is damaged.
    pub(super) version: Option<u32>,
    /// The whole lines after the header, as they stand.
    pub(super) lines: Vec<WholeLine>,
    /// What stands between them, as it stands.
    pub(super) stretches: Vec<BadStretch>,
}

/// A line whose checksum holds.
pub(super) struct WholeLine {
    /// Counted from one, as an editor counts.
    pub(super) number: usize,
    /// Where it begins.
    pub(super) start: usize,
    pub(super) json: Range<usize>,
}

/// Bytes that are no whole line.
pub(super) struct BadStretch {
    /// The line they begin in, counted from one.
    pub(super) number: usize,
    pub(super) bytes: Range<usize>,
    /// How many whole lines stand before it.
    pub(super) after: usize,
    pub(super) problem: StretchProblem,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum StretchProblem {
    Checksum,
    Zeros,
    /// The line before it is whole but for its line break.
    LineBreak,
    Header,
    /// A header in the middle.
    SecondHeader,
    /// The line after it has one flipped bit, which its checksum shows.
    FlippedBit,
}

impl StretchProblem {
    pub(super) fn words(self) -> &'static str {
        match self {
            Self::Checksum => journal::BAD_CHECKSUM,
            Self::Zeros => journal::ONLY_ZEROS,
            Self::LineBreak => journal::BAD_LINE_BREAK,
            Self::Header => journal::NO_HEADER,
            Self::SecondHeader => "another journal begins there",
            Self::FlippedBit => "one bit of it is flipped, and its checksum tells which",
        }
    }
}

/// Looks through all of `bytes`.
pub(super) fn survey(bytes: &[u8]) -> Survey {
    let (mended, flipped) = mended(bytes);
    let bytes = &mended[..];
    let mut flipped = flipped.into_iter().peekable();
    let mut found = Survey { bytes: Vec::new(), version: None, lines: Vec::new(), stretches: Vec::new() };
    let mut numbers = LineNumbers { bytes, number: 1, counted: 0 };
    // Where the last whole line ends, and whether its line break stands there.
    let (mut at, mut is_ended) = (0, true);
    while let Some((start, json)) = next_whole(bytes, at) {
        let header = header(&bytes[json.clone()]);
        if start > at || !is_ended || (at == 0 && header.is_none()) {
            let is_glued = !is_ended && start <= at + 1;
            found.add(bytes, numbers.number_at(at), at..start, is_glued);
        }
        let number = numbers.number_at(start);
        if flipped.next_if(|bit| *bit < json.end).is_some() {
            let (after, problem) = (found.lines.len(), StretchProblem::FlippedBit);
            found.stretches.push(BadStretch { number, bytes: start..start, after, problem });
        }
        match header {
            Some(header) if start == 0 => {
                found.version = Some(header.version);
                if json.end == bytes.len() {
                    found.add(bytes, number, 0..json.end, false);
                }
            }
            Some(_) => {
                let after = found.lines.len();
                let problem = StretchProblem::SecondHeader;
                found.stretches.push(BadStretch { number, bytes: start..json.end, after, problem });
            }
            None => found.lines.push(WholeLine { number, start, json: json.clone() }),
        }
        // The last line is whole also where its line break is missing.
        is_ended = bytes.get(json.end).is_none_or(|byte| *byte == b'\n');
        at = if is_ended { bytes.len().min(json.end + 1) } else { json.end };
    }
    let is_torn = found.version.is_some() && is_ended && journal::scan(&bytes[at..]).tail == Tail::Torn;
    if at < bytes.len() && !is_torn {
        let is_glued = !is_ended && at + 1 == bytes.len();
        found.add(bytes, numbers.number_at(at), at..bytes.len(), is_glued);
    }
    found.bytes = mended;
    found
}

/// `bytes` with each line whole that lacks a single bit, and where those bits are.
fn mended(bytes: &[u8]) -> (Vec<u8>, Vec<usize>) {
    let (mut mended, mut flipped, mut at) = (bytes.to_vec(), Vec::new(), 0);
    while at < bytes.len() {
        if let Some(json) = journal::intact(&mended[at..]) {
            at += json.end + usize::from(mended.get(at + json.end) == Some(&b'\n'));
            continue;
        }
        let is_torn = at > 0 && journal::scan(&mended[at..]).tail == Tail::Torn;
        if let Some(bit) = flipped_bit(&mended[at..]).filter(|_| !is_torn) {
            bit.flip(&mut mended[at..]);
            flipped.push(at + bit.byte);
            continue;
        }
        // The next line, or one that stands where this one lost its line break.
        let whole = next_whole(&mended, at).map_or(bytes.len(), |(start, _)| start);
        let line_break = mended[at..].iter().position(|byte| *byte == b'\n');
        at = whole.min(line_break.map_or(bytes.len(), |end| at + end + 1));
    }
    (mended, flipped)
}

/// Counts lines as an editor does.
struct LineNumbers<'a> {
    bytes: &'a [u8],
    number: usize,
    counted: usize,
}

impl LineNumbers<'_> {
    /// The line that `place` stands in, which is not before the last one asked for.
    fn number_at(&mut self, place: usize) -> usize {
        self.number += self.bytes[self.counted..place].split(|byte| *byte == b'\n').count() - 1;
        self.counted = place;
        self.number
    }
}

impl Survey {
    fn add(&mut self, all: &[u8], number: usize, bytes: Range<usize>, is_glued: bool) {
        let problem = if is_glued {
            StretchProblem::LineBreak
        } else if bytes.start == 0 {
            StretchProblem::Header
        } else if all[bytes.clone()].iter().all(|byte| *byte == 0) {
            StretchProblem::Zeros
        } else {
            StretchProblem::Checksum
        };
        self.stretches.push(BadStretch { number, bytes, after: self.lines.len(), problem });
    }
}

fn header(json: &[u8]) -> Option<JournalHeader> {
    // Most lines are entries, and long.
    let is_short = json.len() < 256;
    let header: Option<JournalHeader> = is_short.then(|| serde_json::from_slice(json).ok()).flatten();
    header.filter(|header| header.format == journal::FORMAT)
}

/// The next line at or after `from` whose checksum holds: where it begins, and where its JSON lies.
///
/// It need not stand after a line break. No text inside of an entry can pass for one: quotes in it are escaped.
fn next_whole(bytes: &[u8], from: usize) -> Option<(usize, Range<usize>)> {
    let at = |start: usize| {
        let json = journal::intact(&bytes[start..])?;
        let json = start + json.start..start + json.end;
        (bytes.get(json.start) == Some(&b'{')).then_some((start, json))
    };
    if let Some(found) = at(from) {
        return Some(found);
    }
    // The space after a checksum.
    let spaces = (from + 8..bytes.len()).filter(|space| bytes[*space] == b' ');
    let starts = spaces.map(|space| space - 8);
    starts.filter(|start| bytes[*start..start + 8].iter().all(u8::is_ascii_hexdigit)).find_map(at)
}
