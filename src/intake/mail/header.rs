//! What single headers hold: addresses and ids of messages.

use std::collections::HashSet;

use mail_parser::{Address, HeaderName, HeaderValue, Message};

use crate::intake::content_id::tidy_id;

/// How long an id may be before a number made of it takes its place, in bytes.
const MAX_ID: usize = 250;

/// The addresses in these headers, in small letters, each once.
pub(super) fn addresses(message: &Message<'_>, names: &[HeaderName<'static>]) -> Vec<String> {
    let headers = message.headers().iter().filter(|header| names.contains(&header.name));
    let listed = headers.filter_map(|header| header.value.as_address()).flat_map(Address::iter);
    let mut seen = HashSet::new();
    let found = listed.filter_map(|person| address(person.address.as_deref()?));
    found.filter(|address| seen.insert(address.clone())).collect()
}

/// `text` as an address in small letters, if it is one.
pub(super) fn address(text: &str) -> Option<String> {
    let text = text.trim().trim_matches(['<', '>']);
    let (who, host) = text.rsplit_once('@')?;
    let is_odd = |c: char| c.is_whitespace() || c.is_control() || matches!(c, '<' | '>' | ',' | ';' | '"');
    let is_whole = !who.is_empty() && !host.is_empty() && text.len() <= 320 && !text.contains(is_odd);
    is_whole.then(|| text.to_lowercase())
}

/// The ids of messages in the headers of this name.
pub(super) fn ids(message: &Message<'_>, name: &HeaderName<'static>) -> Vec<String> {
    let headers = message.headers().iter().filter(|header| header.name == *name);
    let mut all = Vec::new();
    for header in headers {
        match &header.value {
            HeaderValue::Text(id) => all.push(tidy_id(id, MAX_ID)),
            HeaderValue::TextList(ids) => all.extend(ids.iter().map(|id| tidy_id(id, MAX_ID))),
            _ => {}
        }
    }
    all.retain(|id| !id.is_empty());
    all
}
