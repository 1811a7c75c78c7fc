//! A line with one flipped bit: its checksum shows which.
//!
//! Each single bit changes the checksum in a way of its own, whatever the line says (of lines up to 256 MiB). So the
//! difference between the checksum that a line has and the one that it should have names the bit. That a line with more
//! damage looks like this has a chance of one in a million for each kilobyte, and then it is hardly JSON any more.

use serde::de::IgnoredAny;

use super::journal::{LONGEST_PREFIX, frame, intact};

/// The polynomial of CRC-32C, lowest bit first.
const POLYNOMIAL: u32 = 0x82f6_3b78;

/// One bit of some bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct FlippedBit {
    pub(super) byte: usize,
    mask: u8,
}

impl FlippedBit {
    pub(super) fn flip(self, bytes: &mut [u8]) {
        bytes[self.byte] ^= self.mask;
    }
}

/// The bit that has to be flipped to make the line at the start of `bytes` whole; `None` where no single one does.
pub(super) fn flipped_bit(bytes: &[u8]) -> Option<FlippedBit> {
    in_json(bytes).or_else(|| in_prefix(bytes))
}

/// Looks in what stands before the JSON, by trying.
fn in_prefix(bytes: &[u8]) -> Option<FlippedBit> {
    let mut tried = bytes.get(..LONGEST_PREFIX.min(bytes.len()))?.to_vec();
    for byte in 0..tried.len() {
        for mask in (0..8).map(|bit| 1 << bit) {
            let bit = FlippedBit { byte, mask };
            bit.flip(&mut tried);
            let length = frame(&tried).map(|(start, length)| start + length).filter(|length| byte < *length);
            if let Some(line) = length.and_then(|length| bytes.get(..length)) {
                let mut line = line.to_vec();
                bit.flip(&mut line);
                if is_whole(&line) {
                    return Some(bit);
                }
            }
            bit.flip(&mut tried);
        }
    }
    None
}

/// Looks in the JSON, by the checksum.
fn in_json(bytes: &[u8]) -> Option<FlippedBit> {
    let (start, length) = frame(bytes)?;
    let line = bytes.get(..start + length)?;
    let checksum = u32::from_str_radix(std::str::from_utf8(&line[..8]).ok()?, 16).ok()?;
    let difference = crc32c::crc32c(&line[9..]) ^ checksum;
    // What each bit of the last byte adds to the checksum, then of the byte before it, and so on.
    let mut parts: [u32; 8] = std::array::from_fn(|bit| after_zero(1 << bit));
    for byte in (start..line.len()).rev() {
        if let Some(bit) = parts.iter().position(|part| *part == difference) {
            let bit = FlippedBit { byte, mask: 1 << bit };
            let mut line = line.to_vec();
            bit.flip(&mut line);
            return is_whole(&line).then_some(bit);
        }
        parts = parts.map(after_zero);
    }
    None
}

fn is_whole(line: &[u8]) -> bool {
    intact(line).is_some_and(|json| {
        line[json.clone()].starts_with(b"{") && serde_json::from_slice::<IgnoredAny>(&line[json]).is_ok()
    })
}

/// A checksum after a byte of zeros.
fn after_zero(checksum: u32) -> u32 {
    (0..8).fold(checksum, |rest, _| if rest & 1 == 1 { rest >> 1 ^ POLYNOMIAL } else { rest >> 1 })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::journal;

    #[test]
    fn every_bit_of_a_line_is_found() {
        let value = serde_json::json!({ "seq": 7, "command": "note A-1", "text": "été ".repeat(40) });
        let line = journal::line(&value).expect("plain JSON");
        // The line break belongs to no checksum.
        for byte in 0..line.len() - 1 {
            for mask in (0..8).map(|bit| 1 << bit) {
                let mut flipped = line.clone();
                let bit = FlippedBit { byte, mask };
                bit.flip(&mut flipped);
                let found = flipped_bit(&flipped).expect("it is one bit");
                found.flip(&mut flipped);
                assert_eq!(flipped, line, "byte {byte}");
            }
        }
        let mut two = line.clone();
        two[40] ^= 1;
        two[60] ^= 4;
        assert_eq!(flipped_bit(&two), None);
    }
}
