//! The lines of a mailbox, one at a time, however large it is.

use std::io::{self, BufRead, Read};

/// How much of one line is kept, in bytes. A header that names ten thousand people takes less.
const MAX_LINE_KEPT: u64 = 1 << 20;

/// How long a message's body may be for its `Content-Length` to be believed, in bytes: so much is held in memory for a
/// look at what follows it. A larger one is read like a body without such a header.
const MAX_BELIEVED: usize = 16 << 20;

/// A reader by lines.
pub(super) struct Lines<R> {
    reader: R,
    /// What was read to look at it, and is to be read again, from its place on.
    ahead: Vec<u8>,
    place: usize,
    /// How many bytes are known to belong to one message, whatever they look like.
    of_message: usize,
    line: Vec<u8>,
    was_of_message: bool,
}

impl<R: BufRead> Lines<R> {
    pub(super) fn new(reader: R) -> Self {
        Self { reader, ahead: Vec::new(), place: 0, of_message: 0, line: Vec::new(), was_of_message: false }
    }

    /// Goes to the next line. False at the end of the mailbox.
    ///
    /// # Errors
    /// When the mailbox cannot be read any further.
    pub(super) fn advance(&mut self) -> io::Result<bool> {
        self.line.clear();
        let mut length = 0;
        if self.place < self.ahead.len() {
            let rest = &self.ahead[self.place..];
            let end = rest.iter().position(|byte| *byte == b'\n').map_or(rest.len(), |at| at + 1);
            self.line.extend_from_slice(&rest[..end]);
            (self.place, length) = (self.place + end, end);
            if self.place == self.ahead.len() {
                (self.ahead, self.place) = (Vec::new(), 0);
            }
        }
        if self.line.last() != Some(&b'\n') {
            length += read_line(&mut self.reader, &mut self.line)?;
        }
        if length == 0 {
            return Ok(false);
        }
        self.was_of_message = self.of_message >= length;
        self.of_message = self.of_message.saturating_sub(length);
        while matches!(self.line.last(), Some(b'\n' | b'\r')) {
            self.line.pop();
        }
        Ok(true)
    }

    /// The line, without its end.
    pub(super) fn line(&self) -> &[u8] {
        &self.line
    }

    /// Whether the line cannot begin a message, because it lies within another one.
    pub(super) fn is_within_message(&self) -> bool {
        self.was_of_message
    }

    /// Takes the next `length` bytes for one body, if what follows them shows that they are: the end of the mailbox, or a
    /// line that `begins_message`.
    ///
    /// # Errors
    /// When the mailbox cannot be read any further.
    pub(super) fn believe(
        &mut self,
        length: usize,
        begins_message: impl Fn(&[u8]) -> bool,
    ) -> io::Result<()> {
        if length > MAX_BELIEVED {
            return Ok(());
        }
        self.ahead.drain(..self.place);
        self.place = 0;
        // What it may be wrong by is a few empty lines.
        let wanted = length + 256;
        if self.ahead.len() < wanted {
            let more = u64::try_from(wanted - self.ahead.len()).unwrap_or(0);
            self.reader.by_ref().take(more).read_to_end(&mut self.ahead)?;
        }
        let rest = self.ahead.get(length..).unwrap_or_default();
        let blank = rest.iter().take_while(|byte| matches!(byte, b'\n' | b'\r')).count();
        let next = rest[blank..].split(|byte| *byte == b'\n').next().unwrap_or_default();
        let is_whole = self.ahead.len() >= length && (next.is_empty() || begins_message(next));
        if is_whole {
            self.of_message = length;
        }
        Ok(())
    }
}

/// Reads a line with its end; returns how long it is. Of a very long one, only the beginning is kept.
fn read_line(reader: &mut impl BufRead, line: &mut Vec<u8>) -> io::Result<usize> {
    let mut length = reader.by_ref().take(MAX_LINE_KEPT).read_until(b'\n', line)?;
    if u64::try_from(length).is_ok_and(|length| length == MAX_LINE_KEPT) && line.last() != Some(&b'\n') {
        length += reader.skip_until(b'\n')?;
    }
    Ok(length)
}
