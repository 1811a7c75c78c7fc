//! The messages of a mailbox: of each, its headers, and of its parts those that machines write for machines.
//!
//! A message is read line by line and thrown away at once. What is kept are the headers of the message and of its parts,
//! and the text of the parts that say what became of a delivery or of an invitation. What a person wrote is never kept.

use std::io::{self, BufRead};

use mail_parser::{MessageParser, MimeHeaders};

use super::lines::Lines;

/// How much is kept of the headers of a message, in bytes; the rest of them is left out.
const MAX_HEADERS: usize = 1 << 20;
/// How much is kept of a part, in bytes, and of how many parts.
const MAX_PART: usize = 1 << 16;
const MAX_PARTS: usize = 50;
/// How deep parts may lie in parts.
const MAX_DEPTH: usize = 10;

/// What is kept of a message.
#[derive(Clone, Debug, Default)]
pub(super) struct MessageHead {
    /// Its headers, up to an empty line.
    pub(super) headers: Vec<u8>,
    pub(super) parts: Vec<PartHead>,
}

/// What is kept of a part.
#[derive(Clone, Debug, Default)]
pub(super) struct PartHead {
    pub(super) kind: PartKind,
    /// Its headers up to an empty line, and what is kept after them.
    pub(super) bytes: Vec<u8>,
}

/// What a part is for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum PartKind {
    /// For a reader, or unknown: its text is not kept.
    #[default]
    Other,
    /// An invitation, or the answer to one.
    Calendar,
    /// What became of a delivery.
    DeliveryStatus,
    /// The message that could not be delivered. Its headers are kept.
    Returned,
}

/// Reads all messages of a mailbox: a mailbox file in any of its forms, or a single message.
///
/// # Errors
/// When it cannot be read to its end. The messages before that were handed out.
pub(super) fn for_each(reader: impl BufRead, mut each: impl FnMut(&MessageHead)) -> io::Result<()> {
    let mut lines = Lines::new(reader);
    let mut scan = Scan::default();
    let mut is_mailbox = None;
    let mut after_blank = true;
    while lines.advance()? {
        let mut line = lines.line();
        let is_first = is_mailbox.is_none() && !line.is_empty();
        if is_first {
            line = line.strip_prefix("\u{feff}".as_bytes()).unwrap_or(line);
            is_mailbox = Some(line.starts_with(b"From "));
        }
        let begins = is_first || (after_blank && !lines.is_within_message() && begins_message(line));
        after_blank = line.is_empty();
        if is_mailbox == Some(true) && begins {
            scan.finish(&mut each);
            scan.is_begun = true;
            continue;
        }
        scan.is_begun |= is_mailbox.is_some();
        if scan.line(line)
            && is_mailbox == Some(true)
            && let Some(length) = scan.content_length()
        {
            lines.believe(length, begins_message)?;
        }
    }
    scan.finish(&mut each);
    Ok(())
}

/// Whether `line` stands before a message in a mailbox file: `From jane@example.com Mon Dec 16 09:30:00 2024`.
fn begins_message(line: &[u8]) -> bool {
    let Some(rest) = line.strip_prefix(b"From ") else { return false };
    let words: Vec<&[u8]> = rest.split(u8::is_ascii_whitespace).filter(|word| !word.is_empty()).collect();
    let is_weekday = |word: &[u8]| WEEKDAYS.iter().any(|day| word.eq_ignore_ascii_case(day));
    let is_year = |word: &[u8]| word.len() == 4 && word.iter().all(u8::is_ascii_digit);
    let is_time = |word: &[u8]| word.len() >= 4 && word.contains(&b':') && word[0].is_ascii_digit();
    words.iter().any(|word| is_weekday(word))
        && words.iter().any(|word| is_year(word))
        && words.iter().any(|word| is_time(word))
}

const WEEKDAYS: [&[u8]; 7] = [b"Mon", b"Tue", b"Wed", b"Thu", b"Fri", b"Sat", b"Sun"];

/// Where in a message its next line stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum ScanPlace {
    #[default]
    Headers,
    PartHeaders,
    /// In a part that is kept.
    Kept,
    /// In the headers of a returned message.
    ReturnedHeaders,
    /// In what a person wrote, or between parts.
    Skipped,
}

/// A message as it is read.
#[derive(Default)]
struct Scan {
    is_begun: bool,
    place: ScanPlace,
    head: MessageHead,
    part: PartHead,
    /// The boundaries of the parts that it lies in, the innermost last.
    boundaries: Vec<Vec<u8>>,
    is_report: bool,
}

impl Scan {
    /// Takes the next line. Whether it ended the headers of the message.
    fn line(&mut self, line: &[u8]) -> bool {
        if self.place == ScanPlace::Headers {
            if line.is_empty() {
                let begun = !self.head.headers.is_empty();
                if begun {
                    self.end_headers();
                }
                return begun;
            }
            keep(&mut self.head.headers, line, MAX_HEADERS);
            return false;
        }
        if line.starts_with(b"--") && self.ends_part(line) {
            return false;
        }
        match self.place {
            ScanPlace::PartHeaders if line.is_empty() => self.end_part_headers(),
            ScanPlace::ReturnedHeaders if line.is_empty() => self.place = ScanPlace::Skipped,
            ScanPlace::PartHeaders | ScanPlace::Kept | ScanPlace::ReturnedHeaders => {
                keep(&mut self.part.bytes, line, MAX_PART);
            }
            ScanPlace::Headers | ScanPlace::Skipped => {}
        }
        false
    }

    fn end_headers(&mut self) {
        let described = PartDescription::of(&self.head.headers);
        self.is_report = described.is_report;
        self.place = ScanPlace::Skipped;
        match described.boundary {
            Some(boundary) => self.boundaries.push(boundary),
            // The whole message is one part.
            None if described.kind != PartKind::Other => {
                let names_kind = |line: &[u8]| line.len() > 8 && line[..8].eq_ignore_ascii_case(b"content-");
                let mut is_kept = false;
                for line in self.head.headers.split(|byte| *byte == b'\n') {
                    let is_folded = line.first().is_some_and(u8::is_ascii_whitespace);
                    is_kept = if is_folded { is_kept } else { names_kind(line) };
                    if is_kept {
                        keep(&mut self.part.bytes, line, MAX_PART);
                    }
                }
                self.end_part_headers();
            }
            None => {}
        }
    }

    fn end_part_headers(&mut self) {
        let described = PartDescription::of(&self.part.bytes);
        if let Some(boundary) = described.boundary.filter(|_| self.boundaries.len() < MAX_DEPTH) {
            self.boundaries.push(boundary);
            self.end_part();
            return;
        }
        self.part.kind = match described.kind {
            PartKind::Returned if !self.is_report => PartKind::Other,
            kind => kind,
        };
        self.part.bytes.push(b'\n');
        self.place = match self.part.kind {
            PartKind::Calendar | PartKind::DeliveryStatus => ScanPlace::Kept,
            PartKind::Returned => ScanPlace::ReturnedHeaders,
            PartKind::Other => ScanPlace::Skipped,
        };
    }

    /// Whether `line` ends a part: then another begins, or the one around it goes on.
    fn ends_part(&mut self, line: &[u8]) -> bool {
        let line = line.trim_ascii_end();
        let named = |boundary: &Vec<u8>| {
            line[2..].strip_prefix(&**boundary).filter(|rest| matches!(*rest, b"" | b"--"))
        };
        let Some((at, rest)) =
            self.boundaries.iter().enumerate().rev().find_map(|(at, boundary)| Some((at, named(boundary)?)))
        else {
            return false;
        };
        let is_last = !rest.is_empty();
        self.boundaries.truncate(if is_last { at } else { at + 1 });
        self.end_part();
        if !is_last {
            self.place = ScanPlace::PartHeaders;
        }
        true
    }

    fn end_part(&mut self) {
        let part = std::mem::take(&mut self.part);
        if part.kind != PartKind::Other && self.head.parts.len() < MAX_PARTS {
            self.head.parts.push(part);
        }
        self.place = ScanPlace::Skipped;
    }

    /// Hands out the message, and waits for the next.
    fn finish(&mut self, each: &mut impl FnMut(&MessageHead)) {
        if self.is_begun {
            self.end_part();
            self.head.headers.extend_from_slice(b"\n\n");
            each(&self.head);
        }
        *self = Self::default();
    }

    /// How long its body is, as its headers say.
    fn content_length(&self) -> Option<usize> {
        let mut lines = self.head.headers.split(|byte| *byte == b'\n');
        let value = |line: &[u8]| {
            let (name, value) = line.split_at_checked(b"content-length:".len())?;
            let is_named = name.eq_ignore_ascii_case(b"content-length:");
            std::str::from_utf8(value).ok().filter(|_| is_named)?.trim().parse().ok()
        };
        lines.find_map(value)
    }
}

/// Adds `line` to `kept`, if it is short enough.
fn keep(kept: &mut Vec<u8>, line: &[u8], most: usize) {
    if kept.len() + line.len() < most {
        kept.extend_from_slice(line);
        kept.push(b'\n');
    }
}

/// What the headers of a message or of a part say of what follows them.
struct PartDescription {
    kind: PartKind,
    boundary: Option<Vec<u8>>,
    is_report: bool,
}

impl PartDescription {
    fn of(headers: &[u8]) -> Self {
        let mut whole = headers.to_vec();
        whole.extend_from_slice(b"\n\n");
        let parsed = MessageParser::new().with_mime_headers().parse_headers(&whole);
        let content = parsed.as_ref().and_then(MimeHeaders::content_type);
        let Some(content) = content else {
            return Self { kind: PartKind::Other, boundary: None, is_report: false };
        };
        let name =
            format!("{}/{}", content.ctype(), content.subtype().unwrap_or_default()).to_ascii_lowercase();
        let kind = match name.as_str() {
            "text/calendar" | "application/ics" => PartKind::Calendar,
            "message/delivery-status" | "message/global-delivery-status" => PartKind::DeliveryStatus,
            "message/rfc822" | "message/global" | "text/rfc822-headers" | "message/global-headers" => {
                PartKind::Returned
            }
            _ => PartKind::Other,
        };
        let boundary = content.attribute("boundary").filter(|_| name.starts_with("multipart/"));
        let boundary = boundary.map(|boundary| boundary.trim_end().as_bytes().to_vec());
        Self {
            kind,
            boundary: boundary.filter(|boundary| !boundary.is_empty()),
            is_report: name == "multipart/report",
        }
    }
}
