//! The journal's bytes: lines with checksums, entries in them, and what a bad end means.
//!
//! A line is `CHECKSUM LENGTH JSON`: eight lower-case hex digits of CRC-32C over `LENGTH JSON`, the decimal
//! length of the JSON in bytes, and JSON without a line break. The first line is the header; entry n is line n + 1.
//!
//! How a bad end is judged. One entry is one write, and the next begins only after it is synced. So what a crash
//! leaves after the last whole line is a part of one line: a beginning without its line break, or a line with
//! blocks that never arrived, which read as zeros (JSON has none). That is *torn*: it was never confirmed as saved.
//! Everything else was once whole, and is *damage*: a bad line before a good one, a bad line that has its line
//! break and no zeros, an intact line whose line break became another byte.

use std::io;
use std::ops::Range;
use std::sync::{Arc, mpsc};

use serde::{Deserialize, Serialize};

use super::format1;
use crate::state::{Entry, Seq};

/// The word in the header that says what the file is.
pub const FORMAT: &str = "gangplank-journal";

/// The version this program writes. Journals of every earlier version are read for ever.
pub const VERSION: u32 = 2;

/// Below this many bytes, starting threads costs more than it saves.
pub(super) const WORTH_THREADS: usize = 1 << 20;

/// How much of a file is looked at at once, unless a line is longer: it stays in a core's own memory.
const WINDOW: usize = 512 << 10;

/// How much one thread parses before it hands over: small enough that the fold starts early.
const PIECE: usize = 256 << 10;

/// How many pieces a thread may be ahead of the fold: memory, against waiting for each other.
const AHEAD: usize = 2;

/// More threads than this only wait for the fold, which is one thread's work.
const MOST_THREADS: usize = 8;

/// The first line.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct JournalHeader {
    /// What the file is: [`FORMAT`].
    pub format: String,
    /// The format's version.
    pub version: u32,
}

/// What a stretch of lines holds.
#[derive(Debug, PartialEq, Eq)]
pub struct JournalScan {
    /// Where the JSON of each whole line lies.
    pub lines: Vec<Range<usize>>,
    /// Where the whole lines end.
    pub end: usize,
    /// What comes after them.
    pub tail: Tail,
}

/// What comes after the last whole line of a stretch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tail {
    /// Nothing.
    Clean,
    /// A line that was never finished, so never confirmed as saved.
    Torn,
    /// Something that was whole once.
    Damaged(&'static str),
}

/// Why a line's JSON is not the entry that belongs there.
#[derive(Debug, PartialEq, Eq)]
pub enum BadEntry {
    /// It carries another number than its place says.
    Order {
        /// Which line, counted from one.
        line: usize,
        /// The number it should carry.
        expected: Seq,
        /// The number it carries.
        found: Seq,
    },
    /// We do not understand it.
    Unknown {
        /// Which line, counted from one.
        line: usize,
        /// What was not understood.
        why: String,
    },
}

/// The header as a line.
#[expect(clippy::missing_panics_doc, reason = "it cannot")]
pub fn header() -> Vec<u8> {
    line(&JournalHeader { format: FORMAT.into(), version: VERSION }).expect("two plain fields become JSON")
}

/// `value` as a line.
///
/// # Errors
/// When it cannot become JSON.
pub fn line(value: &impl Serialize) -> Result<Vec<u8>, serde_json::Error> {
    let json = serde_json::to_vec(value)?;
    let length = format!("{} ", json.len());
    let checksum = crc32c::crc32c_append(crc32c::crc32c(length.as_bytes()), &json);
    let mut out = Vec::with_capacity(9 + length.len() + json.len() + 1);
    out.extend_from_slice(format!("{checksum:08x} {length}").as_bytes());
    out.extend_from_slice(&json);
    out.push(b'\n');
    Ok(out)
}

/// Makes sure that `line` reads back as an entry.
pub(super) fn reads_back(line: &[u8]) -> Result<(), serde_json::Error> {
    let json = intact(line).expect("a line just framed is intact");
    serde_json::from_slice::<Entry>(&line[json]).map(drop)
}

/// The checksum `line`, a whole one, begins with.
pub(super) fn checksum(line: &[u8]) -> u32 {
    line.iter().take(8).fold(0, |sum, digit| sum << 4 | char::from(*digit).to_digit(16).unwrap_or(0))
}

/// The checksum of the line whose JSON lies at `json`.
pub(super) fn checksum_before(bytes: &[u8], json: &Range<usize>) -> u32 {
    let line = bytes[..json.start].iter().rposition(|byte| *byte == b'\n').map_or(0, |end| end + 1);
    checksum(&bytes[line..])
}

/// Finds the whole lines of `bytes`, checksums verified, and judges what follows them.
pub fn scan(bytes: &[u8]) -> JournalScan {
    let (lines, end) = if bytes.len() < 2 * WORTH_THREADS {
        whole_lines(bytes, 0..bytes.len())
    } else {
        whole_lines_on_threads(bytes)
    };
    JournalScan { lines, end, tail: judge(&bytes[end..]) }
}

/// Finds the whole lines of a file of any length, of which `read` fills a slice with what stands from a place on and
/// answers how much of it: nothing at the end. Answers what follows them, too.
///
/// # Errors
/// When reading fails.
pub fn scan_through(
    mut read: impl FnMut(u64, &mut [u8]) -> io::Result<usize>,
) -> io::Result<(JournalScan, Vec<u8>)> {
    let (mut lines, mut end) = (Vec::new(), 0);
    let (mut window, mut filled) = (vec![0; WINDOW], 0);
    loop {
        if filled == window.len() {
            // A line longer than the window, or one that is damaged.
            window.resize(2 * filled, 0);
        }
        let read = read((end + filled) as u64, &mut window[filled..])?;
        if read == 0 {
            window.truncate(filled);
            let tail = judge(&window);
            return Ok((JournalScan { lines, end, tail }, window));
        }
        filled += read;
        let (more, whole) = whole_lines(&window, 0..filled);
        lines.extend(more.into_iter().map(|line| end + line.start..end + line.end));
        window.copy_within(whole..filled, 0);
        filled -= whole;
        end += whole;
    }
}

/// The whole lines from the start of `stretch` to the first that is not, and where they end.
fn whole_lines(bytes: &[u8], stretch: Range<usize>) -> (Vec<Range<usize>>, usize) {
    let (mut at, mut lines) = (stretch.start, Vec::new());
    while let Some(json) = intact(&bytes[at..stretch.end]) {
        let terminator = at + json.end;
        if terminator == stretch.end || bytes[terminator] != b'\n' {
            break;
        }
        lines.push(at + json.start..terminator);
        at = terminator + 1;
    }
    (lines, at)
}

/// The same, shared out at line breaks. A stretch that ends early ends the whole.
fn whole_lines_on_threads(bytes: &[u8]) -> (Vec<Range<usize>>, usize) {
    let count = threads();
    let share = bytes.len().div_ceil(count);
    let mut bounds = vec![0];
    for wish in (1..count).map(|n| n * share) {
        let bound = bytes.iter().skip(wish).position(|b| *b == b'\n').map_or(bytes.len(), |n| wish + n + 1);
        bounds.push(bound.max(bounds[bounds.len() - 1]));
    }
    bounds.push(bytes.len());
    std::thread::scope(|scope| {
        let scans: Vec<_> = bounds
            .windows(2)
            .map(|bound| (bound[0]..bound[1], scope.spawn(|| whole_lines(bytes, bound[0]..bound[1]))))
            .collect();
        let (mut lines, mut end) = (Vec::new(), 0);
        for (stretch, scan) in scans {
            if end < stretch.start {
                break;
            }
            let (more, to) = scan.join().expect("scanning does not panic");
            lines.extend(more);
            end = to;
        }
        (lines, end)
    })
}

/// Where the JSON of the line at the start of `bytes` lies, when it is all there and its checksum holds. What
/// follows it is not looked at.
fn intact(bytes: &[u8]) -> Option<Range<usize>> {
    let (digits, rest) = bytes.split_first_chunk::<8>()?;
    let mut checksum = 0;
    for digit in digits {
        // Upper case is refused, or one flipped bit could turn a line into another that also holds.
        let value = match digit {
            b'0'..=b'9' => digit - b'0',
            b'a'..=b'f' => digit - b'a' + 10,
            _ => return None,
        };
        checksum = checksum << 4 | u32::from(value);
    }
    let rest = rest.strip_prefix(b" ")?;
    // A length of 15 digits is beyond any disk, and cannot overflow.
    let space = rest.iter().take(16).position(|b| *b == b' ').filter(|n| *n > 0)?;
    let mut length = 0_usize;
    for digit in &rest[..space] {
        length = length * 10 + usize::from(digit.checked_sub(b'0').filter(|value| *value < 10)?);
    }
    let framed = rest.get(..space + 1 + length)?;
    let start = 9 + space + 1;
    (crc32c::crc32c(framed) == checksum).then_some(start..start + length)
}

/// Judges `rest`, which does not begin with a whole line.
fn judge(rest: &[u8]) -> Tail {
    if rest.is_empty() {
        return Tail::Clean;
    }
    if let Some(json) = intact(rest) {
        let after = &rest[json.end..];
        let unfinished = after.iter().all(|byte| *byte == 0);
        return if unfinished { Tail::Torn } else { Tail::Damaged("its line break became another byte") };
    }
    let mut lines = rest.split_inclusive(|byte| *byte == b'\n');
    let first = lines.next().unwrap_or_default();
    if !first.ends_with(b"\n") {
        return Tail::Torn;
    }
    let more = first.len() < rest.len();
    if more || !first.contains(&0) { Tail::Damaged("its checksum does not hold") } else { Tail::Torn }
}

/// The number the whole lines of a journal give its last entry.
pub fn last_seq(lines: usize) -> Seq {
    lines.saturating_sub(1) as Seq
}

/// Reads the entries in `lines` of `bytes`, the first of which is entry `first`, and hands them over in order.
/// Many are parsed on several threads while earlier ones are being taken.
///
/// # Errors
/// When a line is not the entry that belongs there.
pub fn entries(
    bytes: &[u8],
    lines: &[Range<usize>],
    first: Seq,
    version: u32,
    mut take: impl FnMut(Arc<Entry>),
) -> Result<(), BadEntry> {
    let parse = |(position, line): (usize, &Range<usize>)| {
        entry(&bytes[line.clone()], first + position as Seq, version)
    };
    in_order(lines, parse, |entry| take(entry.clone()))
}

/// Reads entry `expected`.
fn entry(json: &[u8], expected: Seq, version: u32) -> Result<Arc<Entry>, BadEntry> {
    let line = usize::try_from(expected).map_or(usize::MAX, |seq| seq + 1);
    let read = if version == 1 { format1::entry(json) } else { serde_json::from_slice(json) };
    match read {
        Ok(entry) if entry.seq == expected => Ok(Arc::new(entry)),
        Ok(entry) => Err(BadEntry::Order { line, expected, found: entry.seq }),
        Err(error) => Err(BadEntry::Unknown { line, why: error.to_string() }),
    }
}

/// Does both at once. A second that panics answers nothing.
pub(super) fn beside<A, B: Send>(
    first: impl FnOnce() -> A,
    second: impl FnOnce() -> Option<B> + Send,
) -> (A, Option<B>) {
    std::thread::scope(|scope| {
        let second = scope.spawn(second);
        (first(), second.join().ok().flatten())
    })
}

/// Works on every line, on several threads when there is much to do, and takes the results in order.
pub(super) fn in_order<T: Send, E: Send>(
    lines: &[Range<usize>],
    work: impl Fn((usize, &Range<usize>)) -> Result<T, E> + Sync,
    mut take: impl FnMut(&mut T),
) -> Result<(), E> {
    let long =
        lines.first().zip(lines.last()).is_some_and(|(first, last)| last.end - first.start >= WORTH_THREADS);
    if !long || threads() == 1 {
        return lines.iter().enumerate().try_for_each(|line| {
            take(&mut work(line)?);
            Ok(())
        });
    }
    let pieces = &pieces(lines, PIECE);
    let (work, count) = (&work, threads().min(pieces.len()));
    std::thread::scope(|scope| {
        // Thread n does every nth piece, so taking turns is taking in order, and nobody runs far ahead. What was
        // taken goes back to be dropped by the thread that made it: memory freed elsewhere makes both wait.
        let workers: Vec<_> = (0..count)
            .map(|worker| {
                let (give, results) = mpsc::sync_channel(AHEAD);
                let (give_back, taken) = mpsc::channel::<Vec<T>>();
                scope.spawn(move || {
                    for piece in pieces.iter().skip(worker).step_by(count) {
                        let done: Result<Vec<T>, E> =
                            piece.clone().zip(&lines[piece.clone()]).map(work).collect();
                        if give.send(done).is_err() {
                            return;
                        }
                        taken.try_iter().for_each(drop);
                    }
                    drop(give);
                    taken.iter().for_each(drop);
                });
                (results, give_back)
            })
            .collect();
        for piece in 0..pieces.len() {
            let (results, give_back) = &workers[piece % count];
            let mut results = results.recv().expect("a worker sends every piece it has")?;
            results.iter_mut().for_each(&mut take);
            // A worker that has nothing left to do still drops.
            drop(give_back.send(results));
        }
        Ok(())
    })
}

/// Runs of lines of about `size` bytes.
pub(super) fn pieces(lines: &[Range<usize>], size: usize) -> Vec<Range<usize>> {
    let (mut pieces, mut start) = (Vec::new(), 0);
    for (position, line) in lines.iter().enumerate() {
        if line.end - lines[start].start >= size {
            pieces.push(start..position + 1);
            start = position + 1;
        }
    }
    if start < lines.len() {
        pieces.push(start..lines.len());
    }
    pieces
}

fn threads() -> usize {
    std::thread::available_parallelism().map_or(1, usize::from).min(MOST_THREADS)
}
