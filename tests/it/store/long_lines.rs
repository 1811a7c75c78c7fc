//! A line that is longer than what is read at once is judged like any other.

use gangplank::state::Entry;
use gangplank::store::journal::{self, Tail};

use super::crash::journal_of;
use crate::support::sample_entries::note;

/// Longer than two windows.
const LONG: usize = 1_300_000;

fn journal_with_a_long_line() -> Vec<u8> {
    let mut entries: Vec<Entry> = (1..=4).map(|seq| note(seq, "ann", "short")).collect();
    entries[1].command = "long ".repeat(LONG / 5).into();
    journal_of(&entries).0
}

/// What is found where it is read piece by piece.
fn read_in_pieces(bytes: &[u8]) -> (Vec<std::ops::Range<usize>>, Tail, Option<usize>) {
    let (scan, _) = journal::scan_through(|from, into| {
        let from = usize::try_from(from).expect("it fits").min(bytes.len());
        let count = into.len().min(bytes.len() - from);
        into[..count].copy_from_slice(&bytes[from..from + count]);
        Ok(count)
    })
    .expect("it can be read");
    (scan.lines, scan.tail, scan.misplaced)
}

#[test]
fn it_is_whole_damaged_or_torn_wherever_that_is() {
    let whole = journal_with_a_long_line();
    let starts: Vec<usize> = journal::scan(&whole).lines.iter().map(|line| line.start).collect();
    assert_eq!(starts.len(), 5);
    let (start, end) = (starts[2], journal::scan(&whole).lines[2].end);
    let mut tried = vec![whole.clone()];
    for at in [start - 20, start - 10, start - 3, start, start + 40, start + LONG / 2, end - 1, end, end + 5]
    {
        let mut flipped = whole.clone();
        flipped[at] ^= 1;
        tried.push(flipped);
    }
    for cut in [start - 12, start + 1, start + LONG / 2, end, end + 1, end + 30, whole.len() - 1] {
        tried.push(whole[..cut].to_vec());
        let mut zeroed = whole[..cut].to_vec();
        zeroed.resize(cut + 3, 0);
        tried.push(zeroed);
    }
    for (at, bytes) in tried.iter().enumerate() {
        let expected = journal::scan(bytes);
        let (lines, tail, _) = read_in_pieces(bytes);
        assert_eq!((lines, tail), (expected.lines, expected.tail), "case {at}");
    }
}

#[test]
fn one_in_the_place_of_another_is_noticed() {
    let mut entries: Vec<Entry> = (1..=3).map(|seq| note(seq, "ann", "short")).collect();
    entries[1].command = "long ".repeat(LONG / 5).into();
    assert_eq!(read_in_pieces(&journal_of(&entries).0).2, None);
    entries[1].seq = 7;
    assert_eq!(read_in_pieces(&journal_of(&entries).0).2, Some(2));
}
