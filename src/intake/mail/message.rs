//! What the headers of one message say.

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use mail_parser::{HeaderName, Message, MessageParser};

use super::automatic::{self, MailKind};
use super::header::{addresses, ids};
use super::mailbox::MessageHead;
use crate::intake::content_id::content_id;
use crate::state::values::time::EARLIEST;

/// How many messages of a thread are asked for, the last ones.
const MAX_REFERENCES: usize = 50;
/// How far a sender's clock may be off before the time of delivery is taken.
const SLACK: TimeDelta = TimeDelta::days(2);

/// A message as far as it matters.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct ReadMail {
    /// Its `Message-ID`, or what takes its place.
    pub(super) id: String,
    /// When it was sent.
    pub(super) at: Option<DateTime<Utc>>,
    /// Who sent it: an address in small letters.
    pub(super) from: Option<String>,
    /// To whom, each once, also those who got a copy.
    pub(super) to: Vec<String>,
    /// The ids of the messages that it answers.
    pub(super) references: Vec<String>,
    pub(super) kind: MailKind,
}

impl ReadMail {
    pub(super) fn of(head: &MessageHead) -> Self {
        let parsed = MessageParser::new().parse_headers(&head.headers);
        let Some(message) = parsed else {
            return Self {
                id: content_id(&[&head.headers]),
                at: None,
                from: None,
                to: Vec::new(),
                references: Vec::new(),
                kind: MailKind::Person,
            };
        };
        let from = addresses(&message, &[HeaderName::From]).into_iter().next();
        let from = from.or_else(|| addresses(&message, &[HeaderName::Sender]).into_iter().next());
        let mut references = ids(&message, &HeaderName::References);
        references.drain(..references.len().saturating_sub(MAX_REFERENCES));
        for id in ids(&message, &HeaderName::InReplyTo).into_iter().take(MAX_REFERENCES) {
            if !references.contains(&id) {
                references.push(id);
            }
        }
        Self {
            id: id(&message, &head.headers),
            at: sent(&message),
            to: addresses(&message, &[HeaderName::To, HeaderName::Cc, HeaderName::Bcc]),
            kind: automatic::kind(&message, from.as_deref(), head),
            from,
            references,
        }
    }
}

/// The id of `message`. Without one of its own, it is made of the headers that every copy of it has.
fn id(message: &Message<'_>, raw: &[u8]) -> String {
    let own = ids(message, &HeaderName::MessageId).into_iter().next();
    own.unwrap_or_else(|| {
        let of_copy = [HeaderName::Date, HeaderName::From, HeaderName::To, HeaderName::Subject];
        let parts = of_copy.iter().map(|name| {
            let header = message.headers().iter().find(|header| header.name == *name);
            let place = header.map(|header| header.offset_start as usize..header.offset_end as usize);
            place.and_then(|place| raw.get(place)).unwrap_or_default()
        });
        content_id(&parts.collect::<Vec<_>>())
    })
}

/// When `message` was sent; where its sender's clock does not say or is far ahead, when it was delivered.
fn sent(message: &Message<'_>) -> Option<DateTime<Utc>> {
    let headers = || message.headers().iter();
    let mut date = headers().filter(|header| header.name == HeaderName::Date);
    let sent = date.find_map(|header| moment(header.value.as_datetime()?));
    let mut delivered = headers().filter(|header| header.name == HeaderName::Received);
    let delivered = delivered.find_map(|header| moment(header.value.as_received()?.date.as_ref()?));
    match (sent, delivered) {
        (Some(sent), Some(delivered)) if sent > delivered + SLACK => Some(delivered),
        (sent, delivered) => sent.or(delivered),
    }
}

/// The same moment; nothing for one that no clock shows, or that is too long ago.
fn moment(date: &mail_parser::DateTime) -> Option<DateTime<Utc>> {
    let day = NaiveDate::from_ymd_opt(i32::from(date.year), u32::from(date.month), u32::from(date.day))?;
    let local =
        day.and_hms_opt(u32::from(date.hour), u32::from(date.minute), u32::from(date.second.min(59)))?;
    let (hours, minutes) = (i64::from(date.tz_hour), i64::from(date.tz_minute));
    let offset = TimeDelta::minutes(hours * 60 + minutes);
    let at = if date.tz_before_gmt { local + offset } else { local - offset };
    (hours < 24 && day >= EARLIEST).then(|| at.and_utc())
}
