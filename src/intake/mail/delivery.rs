//! Mail that came back: to whom it could not be delivered.
//!
//! That stands in a part that a machine writes for machines (RFC 3464), and in the headers of the message that came back.

use mail_parser::{HeaderName, Message, MessageParser};

use super::header::{address, addresses, ids};
use super::mailbox::{MessageHead, PartHead, PartKind};

/// How many addresses of one report count.
const MAX_FAILED: usize = 100;

/// What the subject of a report says where the mail is only late, and no part says so.
const LATE_SUBJECTS: &[&str] = &[
    "(delay)",
    "delayed",
    "delivery warning",
    "temporary failure",
    "warning: could not send message for past",
    "warning: message",
    "will keep trying",
];

/// A mail that could not be delivered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct FailedDelivery {
    /// The addresses that could not be reached; none where the report says so only in words.
    pub(super) recipients: Vec<String>,
    /// The ids of the messages that came back, as far as they are known.
    pub(super) returned: Vec<String>,
}

/// What the report `message` says, whose `subject` is in small letters; nothing where the mail is only late.
pub(super) fn failed(message: &Message<'_>, head: &MessageHead, subject: &str) -> Option<FailedDelivery> {
    let listed = message.header_raw("X-Failed-Recipients").unwrap_or_default();
    let mut recipients: Vec<String> = listed.split([',', ';']).filter_map(address).collect();
    let mut is_delay = false;
    for part in head.parts.iter().filter(|part| part.kind == PartKind::DeliveryStatus) {
        let (failed, others_are_late) = failed_of(part);
        is_delay |= others_are_late;
        recipients.extend(failed);
    }
    is_delay |= LATE_SUBJECTS.iter().any(|words| subject.contains(words));
    if recipients.is_empty() && is_delay {
        return None;
    }
    let mut returned = Vec::new();
    for part in head.parts.iter().filter(|part| part.kind == PartKind::Returned) {
        let text = content(part);
        let Some(message) = MessageParser::new().parse_headers(&text) else { continue };
        returned.extend(ids(&message, &HeaderName::MessageId));
        if recipients.is_empty() {
            // An old report: only what came back says to whom it went.
            recipients.extend(addresses(&message, &[HeaderName::To]));
        }
    }
    for name in [HeaderName::InReplyTo, HeaderName::References] {
        returned.extend(ids(message, &name));
    }
    recipients.sort();
    recipients.dedup();
    recipients.truncate(MAX_FAILED);
    Some(FailedDelivery { recipients, returned })
}

/// The addresses that failed for good, and whether others are only late.
fn failed_of(part: &PartHead) -> (Vec<String>, bool) {
    let (mut failed, mut is_delay) = (Vec::new(), false);
    let text = content(part);
    let text = String::from_utf8_lossy(&text).replace("\r\n", "\n");
    for group in text.split("\n\n") {
        let field = |name: &str| {
            group.lines().find_map(|line| {
                let (known, value) = line.split_once(':')?;
                known.trim().eq_ignore_ascii_case(name).then(|| value.trim())
            })
        };
        let recipients = ["Final-Recipient", "Original-Recipient", "X-Actual-Recipient"].map(field);
        let recipients = recipients.into_iter().flatten().filter_map(|value| {
            // `rfc822; jane@example.com`
            address(value.rsplit_once(';').map_or(value, |(_, address)| address))
        });
        match field("Action").map(str::to_ascii_lowercase).as_deref() {
            Some("failed") | None => failed.extend(recipients),
            Some(_) => is_delay = true,
        }
    }
    (failed, is_delay)
}

/// What stands in `part`, decoded.
fn content(part: &PartHead) -> Vec<u8> {
    let parsed = MessageParser::new().with_mime_headers().parse(&part.bytes);
    let contents = parsed.as_ref().and_then(|message| message.parts.first());
    let body =
        part.bytes.windows(2).position(|two| two == b"\n\n").map_or(&[][..], |at| &part.bytes[at + 2..]);
    let is_encoded = contents.is_some_and(|part| part.encoding != mail_parser::Encoding::None);
    let mut text = match contents.filter(|_| is_encoded) {
        Some(part) => part.contents().to_vec(),
        None => body.to_vec(),
    };
    text.extend_from_slice(b"\n\n");
    text
}
