//! The journal's bytes: lines with checksums, entries in them, and what a bad end means.
//!
//! A line is `CHECKSUM LENGTH JSON`: eight lower-case hex digits of CRC-32C over `LENGTH JSON`, the decimal
//! length of the JSON in bytes, and JSON without a line break. The first line is the header; entry n is line n + 1.
//!
//! How a bad end is judged. One entry is one write, and the next begins only after it is synced. So what a crash
//! leaves after the last whole line is a part of one line: a beginning without its line break, or a line with
//! blocks that never arrived, which read as zeros (JSON has none). That is *torn*: it was never confirmed as saved. It
//! is no longer than the length that it says; where not even that can be read, it is shorter than what stands before a
//! line's JSON. The header is never torn: a journal gets its name once its header is whole.
//!
//! Everything else is *damage*: a bad line before a good one, several bad lines, a bad line that has its line break and no
//! zeros, an intact line whose line break became another byte, and more zeros than one line may leave, among which changes
//! may have stood that were confirmed.

use std::io;
use std::ops::Range;
use std::sync::{Arc, mpsc};

use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use super::format1;
use crate::state::{Entry, Seq};

/// The word in the header that says what the file is.
pub const FORMAT: &str = "gangplank-journal";

/// The version this program writes. Journals of every earlier version are read for ever.
pub const VERSION: u32 = 2;

/// Below this many bytes, starting threads costs more than it saves.
pub(super) const WORTH_THREADS: usize = 1 << 20;

/// How many bytes of a file are scanned at once, unless a line is longer. They fit into a core's cache.
const WINDOW: usize = 512 << 10;

/// How many bytes a thread parses before it passes the results on: few enough that the fold starts early.
const PIECE: usize = 256 << 10;

/// How many parsed pieces a thread may keep waiting for the fold. More would take memory, fewer would stop the thread.
const AHEAD: usize = 2;

/// The length of a line's checksum.
pub(super) const CHECKSUM: usize = 8;

/// The longest part of a line before its JSON: checksum, length, and a space after each.
pub(super) const LONGEST_PREFIX: usize = 8 + 1 + 15 + 1;

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

/// The whole lines in some bytes, and what follows them.
#[derive(Debug, PartialEq, Eq)]
pub struct JournalScan {
    /// Where the JSON of each whole line lies.
    pub lines: Vec<Range<usize>>,
    /// Where the whole lines end.
    pub end: usize,
    pub tail: Tail,
    /// The first whole line after the header that is not the entry which belongs there, as far as its beginning tells,
    /// counted from the header. Only looked for by [`scan_through`].
    pub misplaced: Option<usize>,
    /// How many entries are marks of a repair, which stand for lost ones. Only counted by [`scan_through`].
    pub lost_marks: u64,
}

/// What may be wrong with a line.
pub(super) const BAD_CHECKSUM: &str = "its checksum does not hold";
pub(super) const BAD_LINE_BREAK: &str = "its line break became another byte";
pub(super) const ONLY_ZEROS: &str = "it holds only zeros, where changes may have stood";
pub(super) const MISPLACED: &str = "another entry belongs there";
/// What is wrong with a first line that is no header.
pub(super) const NO_HEADER: &str = "it is not the first line of a Gangplank journal";

impl JournalScan {
    /// The first line that is not as it was written, counted from one, and what is wrong with it.
    pub(super) fn damage(&self) -> Option<(usize, &'static str)> {
        match (self.misplaced, self.tail) {
            (Some(line), _) => Some((line + 1, MISPLACED)),
            (None, Tail::Damaged(what)) => Some((self.lines.len() + 1, what)),
            // A journal gets its name when its header is whole.
            (None, Tail::Torn) if self.lines.is_empty() => Some((1, NO_HEADER)),
            (None, Tail::Clean | Tail::Torn) => None,
        }
    }
}

/// What comes after the last whole line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tail {
    Clean,
    /// A line that was never finished, so never confirmed as saved.
    Torn,
    /// Bytes that were whole lines once.
    Damaged(&'static str),
}

/// Why a line is not the entry that belongs there.
#[derive(Debug, PartialEq, Eq)]
pub enum BadEntry {
    /// Its number is not the one of its place.
    Order {
        /// Counted from one.
        line: usize,
        expected: Seq,
        found: Seq,
    },
    /// This version cannot read it.
    Unknown {
        /// Counted from one.
        line: usize,
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
    Ok(framed(&serde_json::to_vec(value)?))
}

/// `json` as a line.
pub(super) fn framed(json: &[u8]) -> Vec<u8> {
    [prefix(json).as_bytes(), json, b"\n"].concat()
}

/// What stands before `json` in its line: its checksum and its length.
fn prefix(json: &[u8]) -> String {
    let length = format!("{} ", json.len());
    let checksum = crc32c::crc32c_append(crc32c::crc32c(length.as_bytes()), json);
    format!("{checksum:08x} {length}")
}

/// The checksum at the start of `line`, which is whole.
pub(super) fn checksum(line: &[u8]) -> u32 {
    line.iter().take(8).fold(0, |sum, digit| sum << 4 | char::from(*digit).to_digit(16).unwrap_or(0))
}

/// Where the line begins whose JSON lies at `json`.
pub(super) fn line_start(bytes: &[u8], json: &Range<usize>) -> usize {
    bytes[..json.start].iter().rposition(|byte| *byte == b'\n').map_or(0, |end| end + 1)
}

/// Finds the whole lines of `bytes`, checksums verified, and judges what follows them.
pub fn scan(bytes: &[u8]) -> JournalScan {
    let (lines, end) = if bytes.len() < 2 * WORTH_THREADS {
        whole_lines(bytes, 0..bytes.len())
    } else {
        whole_lines_on_threads(bytes)
    };
    JournalScan { lines, end, tail: judge(&bytes[end..]), misplaced: None, lost_marks: 0 }
}

/// Finds the whole lines of a file of any length, and the bytes after them. `read` fills a slice with the bytes from an
/// offset on, and returns how many it read, 0 at the end.
///
/// # Errors
/// When reading fails.
pub fn scan_through(
    mut read: impl FnMut(u64, &mut [u8]) -> io::Result<usize>,
) -> io::Result<(JournalScan, Vec<u8>)> {
    let (mut lines, mut end, mut misplaced, mut lost_marks) = (Vec::new(), 0, None, 0);
    let (mut window, mut filled) = (vec![0; WINDOW], 0);
    loop {
        if filled == window.len() {
            if let Some(line) = pass_long_line(&window, end as u64, &mut read)? {
                if misplaced.is_none() && is_misplaced(&window[line.start..], lines.len()) {
                    misplaced = Some(lines.len());
                }
                lines.push(end + line.start..end + line.end);
                (end, filled) = (end + line.end + 1, 0);
                continue;
            }
            // One that is damaged, or not all there.
            window.resize(2 * filled, 0);
        }
        let read = read((end + filled) as u64, &mut window[filled..])?;
        if read == 0 {
            window.truncate(filled);
            let tail = judge(&window);
            return Ok((JournalScan { lines, end, tail, misplaced, lost_marks }, window));
        }
        filled += read;
        let (more, whole) = whole_lines(&window, 0..filled);
        if misplaced.is_none() {
            let known = lines.len();
            let is_it = |(at, line): (usize, &Range<usize>)| is_misplaced(&window[line.clone()], known + at);
            misplaced = more.iter().enumerate().position(is_it).map(|at| known + at);
        }
        lost_marks += more.iter().filter(|line| is_lost_mark(&window[(*line).clone()])).count() as u64;
        lines.extend(more.into_iter().map(|line| end + line.start..end + line.end));
        window.copy_within(whole..filled, 0);
        filled -= whole;
        end += whole;
    }
}

/// Goes past the line that begins with all of `window`, which stands at `from`, without keeping it; answers where its JSON
/// lies, counted from there, if it is whole and holds what every entry but the mark of a repair may hold.
fn pass_long_line(
    window: &[u8],
    from: u64,
    read: &mut impl FnMut(u64, &mut [u8]) -> io::Result<usize>,
) -> io::Result<Option<Range<usize>>> {
    let Some((start, length)) = frame(window) else { return Ok(None) };
    let end = start + length;
    if end < window.len() || is_by_repair(&window[start..]) {
        return Ok(None);
    }
    let mut sum = crc32c::crc32c(&window[9..]);
    let (mut at, mut piece) = (window.len(), vec![0; WINDOW]);
    while at < end {
        let wanted = piece.len().min(end - at);
        let count = read(from + at as u64, &mut piece[..wanted])?;
        if count == 0 {
            return Ok(None);
        }
        sum = crc32c::crc32c_append(sum, &piece[..count]);
        at += count;
    }
    let is_ended = read(from + end as u64, &mut piece[..1])? == 1 && piece[0] == b'\n';
    let is_whole = is_ended && window.starts_with(format!("{sum:08x}").as_bytes());
    Ok(is_whole.then_some(start..end))
}

/// Whether `json` begins as an entry of a repair does.
fn is_by_repair(json: &[u8]) -> bool {
    // Who made an entry stands after its number and its time.
    let start = json.iter().take(64).position(|byte| *byte == b'b');
    start.is_some_and(|at| json[at - 1..].starts_with(b"\"by\":\"source:repair\""))
}

/// Whether `json` is an entry that a repair put in the place of lost ones.
fn is_lost_mark(json: &[u8]) -> bool {
    const LOST: &[u8] = b"\"entry_lost\"";
    is_by_repair(json) && json.windows(LOST.len()).any(|window| window == LOST)
}

/// Whether `json`, which stands in line `at`, counted from the header, begins as another entry than the one that belongs there.
fn is_misplaced(json: &[u8], at: usize) -> bool {
    at > 0 && !is_numbered(json, at)
}

/// Whether `json` begins as entry `seq` does. Every version of the format writes the number first.
fn is_numbered(json: &[u8], seq: usize) -> bool {
    let Some(rest) = json.strip_prefix(b"{\"seq\":") else { return false };
    let digits = rest.iter().take_while(|byte| byte.is_ascii_digit());
    let number = digits
        .fold(0_usize, |number, digit| number.saturating_mul(10).saturating_add(usize::from(digit - b'0')));
    number == seq
}

/// The whole lines of `stretch` up to the first line that is not whole, and where they end.
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

/// Like [`whole_lines`], with one part of the bytes for each thread. After a line that is not whole, nothing counts.
fn whole_lines_on_threads(bytes: &[u8]) -> (Vec<Range<usize>>, usize) {
    let share = bytes.len().div_ceil(threads());
    let (mut stretches, mut start) = (Vec::new(), 0);
    while start < bytes.len() {
        let line_break = bytes.iter().skip(start + share).position(|byte| *byte == b'\n');
        let end = line_break.map_or(bytes.len(), |after| start + share + after + 1);
        stretches.push(start..end);
        start = end;
    }
    let scan = |stretch: &Range<usize>| whole_lines(bytes, stretch.clone());
    let scans: Vec<_> = stretches.par_iter().map(scan).collect();
    let (mut lines, mut end) = (Vec::new(), 0);
    for (stretch, (more, to)) in stretches.iter().zip(scans) {
        if end == stretch.start {
            lines.extend(more);
            end = to;
        }
    }
    (lines, end)
}

/// The place of the JSON in the line at the start of `bytes`, if it is complete and its checksum is right. What follows
/// the JSON does not matter.
pub(super) fn intact(bytes: &[u8]) -> Option<Range<usize>> {
    let (digits, _) = bytes.split_first_chunk::<8>()?;
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
    let (start, length) = frame(bytes)?;
    let framed = bytes.get(9..start + length)?;
    (crc32c::crc32c(framed) == checksum).then_some(start..start + length)
}

/// Judges `rest`, which does not begin with a whole line and stands after one.
fn judge(rest: &[u8]) -> Tail {
    let Some(last) = rest.last() else { return Tail::Clean };
    let has_zeros = rest.contains(&0);
    if rest.iter().all(|byte| *byte == 0) && rest.len() > LONGEST_PREFIX {
        return Tail::Damaged(ONLY_ZEROS);
    }
    let Some((start, length)) = frame(rest) else {
        // Not even its length is there.
        let is_beginning = rest.len() <= LONGEST_PREFIX && !rest.contains(&b'\n');
        return if is_beginning { Tail::Torn } else { Tail::Damaged(BAD_CHECKSUM) };
    };
    let whole = start + length + 1;
    if let Some(json) = intact(rest) {
        let is_unfinished = matches!(rest[json.end..], [] | [0]);
        return if is_unfinished { Tail::Torn } else { Tail::Damaged(BAD_LINE_BREAK) };
    }
    let is_one_line = !rest[..rest.len() - 1].contains(&b'\n');
    let never_arrived = match rest.len() {
        // Of a line that is long enough, blocks are missing, which read as zeros.
        length if length + 1 >= whole => has_zeros && length <= whole,
        _ => *last != b'\n',
    };
    if is_one_line && never_arrived { Tail::Torn } else { Tail::Damaged(BAD_CHECKSUM) }
}

/// Where the JSON of the line at the start of `bytes` begins, and how long the line says that it is; `None` where it does
/// not say. Neither the checksum nor the JSON needs to be right.
pub(super) fn frame(bytes: &[u8]) -> Option<(usize, usize)> {
    let rest = bytes.get(8..)?.strip_prefix(b" ")?;
    // A length of 15 digits is beyond any disk, and cannot overflow.
    let space = rest.iter().take(16).position(|b| *b == b' ').filter(|n| *n > 0)?;
    let mut length = 0_usize;
    for digit in &rest[..space] {
        length = length * 10 + usize::from(digit.checked_sub(b'0').filter(|value| *value < 10)?);
    }
    Some((9 + space + 1, length))
}

/// Reads the entries in `lines` of `bytes`, the first of which is entry `first`, and passes them to `take` in order.
/// Many lines are parsed on several threads while `take` works on earlier ones.
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
///
/// # Errors
/// When `json` is not that entry.
pub(super) fn entry(json: &[u8], expected: Seq, version: u32) -> Result<Arc<Entry>, BadEntry> {
    let line = usize::try_from(expected).map_or(usize::MAX, |seq| seq + 1);
    let read = if version == 1 { format1::entry(json) } else { serde_json::from_slice(json) };
    match read {
        Ok(entry) if entry.seq == expected => Ok(Arc::new(entry)),
        Ok(entry) => Err(BadEntry::Order { line, expected, found: entry.seq }),
        Err(error) => Err(BadEntry::Unknown { line, why: error.to_string() }),
    }
}

/// Runs both at the same time. If `second` panics, its result is `None`.
pub(super) fn beside<A, B: Send>(
    first: impl FnOnce() -> A,
    second: impl FnOnce() -> B + Send,
) -> (A, Option<B>) {
    std::thread::scope(|scope| {
        let second = scope.spawn(second);
        (first(), second.join().ok())
    })
}

/// Applies `work` to every line, on several threads if there are many, and passes the results to `take` in order.
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
        // Of n threads, each does every nth piece, so reading from them in turn keeps the order. The results go back
        // to be dropped by the thread that made them: freeing another thread's memory makes both threads wait.
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
            // A worker that has finished its pieces still drops results.
            drop(give_back.send(results));
        }
        Ok(())
    })
}

/// Groups of successive lines of about `size` bytes each.
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
