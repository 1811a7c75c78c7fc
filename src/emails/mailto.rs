//! An email as a `mailto:` address, which opens it in a mail program.

use super::Email;
use crate::text::percent_encoded;

/// How long an address may be. Programs and systems cut longer ones, without a word.
pub const LONGEST: usize = 2_000;

/// The address of `email`; nothing where it would be too long.
pub fn address(email: &Email) -> Option<String> {
    let to = email.to.split(',').map(str::trim).filter(|to| !to.is_empty());
    let to: Vec<String> = to.map(recipient).collect();
    let lines = |text: &str| percent_encoded(&text.lines().collect::<Vec<_>>().join("\r\n"));
    let address =
        format!("mailto:{}?subject={}&body={}", to.join(","), lines(&email.subject), lines(&email.body));
    (address.len() <= LONGEST).then_some(address)
}

/// `email` as it stands behind `mailto:`. The `@` before its domain stands as it is, or programs do not see that it is an
/// address.
pub fn recipient(email: &str) -> String {
    match email.rsplit_once('@') {
        Some((name, domain)) => format!("{}@{}", percent_encoded(name), percent_encoded(domain)),
        None => percent_encoded(email),
    }
}
