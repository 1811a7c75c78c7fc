//! What those who sleep are called, and the words that they use, for whoever completes a command line: read without the accounts
//! themselves.
//!
//! Somebody waits while all of them are gone through, so they are no JSON. A block has how many there are, where the id and the
//! name of each end in the text, and then the text: the id and the name of the first, those of the second, and so on. The
//! numbers have four bytes, the lowest first.

use std::collections::BTreeSet;
use std::io;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::state::FactKey;
use crate::state::board::archive::ArchivedAccount;

/// Accounts per block: some hundred kilobytes, which are looked through in less than a tenth of a millisecond.
const BLOCK: usize = 4096;

/// The length of a number.
const NUMBER: usize = 4;

/// Words that may be typed, of all who sleep.
#[derive(Default, Serialize, Deserialize)]
pub(in crate::store) struct SettledWords {
    /// Who looks after them and after their alerts.
    pub(in crate::store) owners: BTreeSet<Arc<str>>,
    pub(in crate::store) segments: BTreeSet<Arc<str>>,
    /// Facts whose names are not fixed.
    pub(in crate::store) columns: BTreeSet<String>,
}

/// The blocks of a snapshot in which they stand, in the making.
#[derive(Default)]
pub(super) struct Roll {
    /// Where the ids and names of the next block end in its text.
    ends: Vec<usize>,
    text: String,
    words: SettledWords,
}

impl Roll {
    pub(super) fn take(&mut self, it: &ArchivedAccount) {
        let account = &it.account;
        let text = |key: &FactKey| account.facts.get(key).map(|fact| Arc::from(fact.value.to_string()));
        for word in [Some(account.id.as_str()), text(&FactKey::Name).as_deref()] {
            self.text.push_str(word.unwrap_or_default());
            self.ends.push(self.text.len());
        }
        let assignees = it.alerts.iter().filter_map(|alert| alert.assignee.clone());
        self.words.owners.extend(account.owner.clone().into_iter().chain(text(&FactKey::Specialist)));
        self.words.owners.extend(assignees);
        self.words.segments.extend(account.segments.iter().cloned());
        for (key, _) in account.facts.iter() {
            if let FactKey::Extra(_) | FactKey::OtherId(_) = key {
                self.words.columns.insert(key.to_string());
            }
        }
    }

    /// Whether there are enough for a block.
    pub(super) fn is_full(&self) -> bool {
        self.ends.len() >= 2 * BLOCK
    }

    /// The next block.
    ///
    /// # Errors
    /// When it has more bytes than its numbers can say.
    pub(super) fn next_block(&mut self) -> io::Result<Vec<u8>> {
        let (ends, text) = (std::mem::take(&mut self.ends), std::mem::take(&mut self.text));
        let mut block = Vec::with_capacity(NUMBER * (1 + ends.len()) + text.len());
        for number in std::iter::once(ends.len() / 2).chain(ends) {
            let number = u32::try_from(number).map_err(io::Error::other)?;
            block.extend_from_slice(&number.to_le_bytes());
        }
        block.extend_from_slice(text.as_bytes());
        Ok(block)
    }

    /// The words of all.
    pub(super) fn into_words(self) -> SettledWords {
        self.words
    }
}

/// The id and the name of each in a block, which is empty where there is none; `None` when that is no block.
pub(in crate::store) fn called(block: &[u8]) -> Option<impl Iterator<Item = (&str, &str)>> {
    let (count, rest) = block.split_first_chunk::<NUMBER>()?;
    let count = usize::try_from(u32::from_le_bytes(*count)).ok()?;
    let (ends, text) = rest.split_at_checked(count.checked_mul(2 * NUMBER)?)?;
    let text = std::str::from_utf8(text).ok()?;
    let (ends, _) = ends.as_chunks::<NUMBER>();
    let mut start = 0;
    let mut words = ends.iter().map(move |end| {
        let end = usize::try_from(u32::from_le_bytes(*end)).unwrap_or(usize::MAX);
        let word = text.get(start..end).unwrap_or_default();
        start = end;
        word
    });
    Some(std::iter::from_fn(move || Some((words.next()?, words.next()?))))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::state::board::archive::ArchivedAccount;
    use crate::state::{Account, AccountId, Fact, FactValue};

    fn account(id: &str, name: Option<&str>) -> ArchivedAccount {
        let mut account = Account::new(AccountId::new(id));
        if let Some(name) = name {
            let value = FactValue::Text(name.into());
            let fact = Fact { value, source: "test".into(), at: chrono::DateTime::UNIX_EPOCH };
            Arc::make_mut(&mut account.facts).insert(FactKey::Name, fact);
        }
        ArchivedAccount { account: Arc::new(account), alerts: Vec::new() }
    }

    #[test]
    fn a_block_has_every_id_and_name() {
        let all = [("a\n1", Some("\u{e9}t\u{e9}\t\"x\"")), ("b", None), ("", Some("")), ("d", Some("last"))];
        let mut roll = Roll::default();
        for (id, name) in all {
            roll.take(&account(id, name));
        }
        let block = roll.next_block().expect("it is short");
        let read: Vec<_> = called(&block).expect("a block").collect();
        assert_eq!(read, all.map(|(id, name)| (id, name.unwrap_or_default())));
        assert_eq!(called(&roll.next_block().expect("it is short")).expect("a block").count(), 0);
    }

    #[test]
    fn what_is_cut_is_no_block() {
        let mut roll = Roll::default();
        roll.take(&account("a", Some("first")));
        let block = roll.next_block().expect("it is short");
        assert!((0..3 * NUMBER).all(|end| called(&block[..end]).is_none()));
        assert!(called(&[255; 40]).is_none());
    }
}
