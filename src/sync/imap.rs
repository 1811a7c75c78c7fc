//! Mail on a server: the headers of what arrived since the last reading.

use std::collections::BTreeMap;

use chrono::{DateTime, TimeDelta, Utc};

use crate::intake::mail::MailReader;
use crate::intake::people::AddressBook;
use crate::outgoing::Secret;
use crate::outgoing::imap::{ImapConnection, MailboxState};
use crate::sources::{ImapAccount, Pulled, ReadingContext, SourceFailure};

/// How far back the first reading goes.
const FIRST: TimeDelta = TimeDelta::days(90);

/// How far back a reading goes when there is something new: what was sent may be put into its mailbox after its answer came.
const OVERLAP: TimeDelta = TimeDelta::days(2);

/// How many messages of one mailbox a reading looks at: some fifty a person and hour.
const MOST_MESSAGES: usize = 200_000;

/// How many messages are asked for at once. Their headers are a few hundred kilobytes.
const AT_ONCE: usize = 100;

/// Reads the mail of `account` that arrived since `cursor`, which says of each mailbox where its next message stands.
///
/// # Errors
/// When the server cannot be reached or refuses, there is no such mailbox, or nobody is known to belong to the team.
pub(super) fn read(
    account: &ImapAccount,
    cursor: Option<&str>,
    secret: Option<&Secret>,
    context: &ReadingContext<'_>,
) -> Result<Pulled, SourceFailure> {
    let team = context.terms.team()?;
    let known: BTreeMap<String, MailboxState> =
        cursor.and_then(|cursor| serde_json::from_str(cursor).ok()).unwrap_or_default();
    let mut server = ImapConnection::open(account, secret)?;
    let mut is_news = false;
    for name in &account.mailboxes {
        is_news |= known.get(&**name) != Some(&server.examine(name)?);
    }
    if !is_news {
        return Ok(Pulled { cursor: cursor.map(Into::into), ..Pulled::default() });
    }
    let book = AddressBook::new(context.board, team);
    let mut reader = MailReader::new(&book);
    let mut reached = BTreeMap::new();
    for name in &account.mailboxes {
        let mut state = server.examine(name)?;
        let before = known.get(&**name).filter(|before| before.validity == state.validity);
        let mut uids = server.search(&query(before, context.now.at))?;
        if uids.len() > MOST_MESSAGES {
            let why =
                format!("`{name}` has more than {MOST_MESSAGES} messages to read: choose another mailbox");
            return Err(SourceFailure::Unreadable(why));
        }
        uids.sort_unstable();
        for some in uids.chunks(AT_ONCE) {
            for message in server.headers(some)? {
                if message.is_draft {
                    reader.skip_draft(&format!("{name}/{}", message.uid));
                    continue;
                }
                // There is nothing to fail in memory.
                let _ = reader.read(message.header.as_slice());
            }
        }
        // For servers that do not say what comes next.
        state.next = state.next.max(uids.last().map_or(0, |last| last.saturating_add(1)));
        reached.insert(name.to_string(), state);
    }
    let cursor = serde_json::to_string(&reached).expect("names and numbers are JSON");
    Ok(Pulled::new(reader.finish(), Some(cursor.into())))
}

/// What to look for, after a reading that ended at `before`.
fn query(before: Option<&MailboxState>, now: DateTime<Utc>) -> String {
    let day = |back: TimeDelta| (now - back).format("%-d-%b-%Y").to_string();
    match before {
        Some(before) => format!("OR UID {}:* SINCE {}", before.next.max(1), day(OVERLAP)),
        None => format!("SINCE {}", day(FIRST)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reading_asks_for_what_is_new_and_the_first_for_ninety_days() {
        let now = "2024-12-15T09:00:00Z".parse().expect("a moment");
        assert_eq!(query(None, now), "SINCE 16-Sep-2024");
        let before = MailboxState { validity: 7, next: 34 };
        assert_eq!(query(Some(&before), now), "OR UID 34:* SINCE 13-Dec-2024");
    }
}
