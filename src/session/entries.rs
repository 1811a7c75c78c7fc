//! What is recorded, read from the store: no board keeps it all.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::{Session, log_failure};
use crate::state::{AccountId, Actor, DoneToday, Entry, Now, Seq};
use crate::store::StoreError;

/// How many entries are read at first where nobody knows how many are needed, and how many at once later on. The entry of
/// an import is as long as its file: the fewer are read, the less often one of them is.
const FEW_ENTRIES: usize = 8;
const MANY_ENTRIES: usize = 256;

impl Session {
    /// The latest `count` entries up to entry `last`, oldest first.
    ///
    /// # Errors
    /// The store's.
    pub fn entries(&mut self, last: Seq, count: usize) -> Result<Vec<Arc<Entry>>, StoreError> {
        self.store.latest(last, count).inspect_err(log_failure)
    }

    /// Which of the latest `most` entries somebody other than `me` made and changed something with, in any order.
    ///
    /// # Errors
    /// The store's.
    pub fn news_of_others(&mut self, me: &Actor, most: usize) -> Result<BTreeSet<Seq>, StoreError> {
        let mut news = BTreeSet::new();
        // Of a long entry, the first event may be enough to tell.
        let mut wanted = |entry: &Entry| {
            let is_news = entry.is_news_to(me);
            if is_news {
                news.insert(entry.seq);
            }
            entry.by != *me && !is_news
        };
        self.store.latest_wanted(self.board.seq(), most, &mut wanted).inspect_err(log_failure)?;
        Ok(news)
    }

    /// What the latest `most` entries changed of the account with these `ids`, newest first.
    ///
    /// # Errors
    /// The store's.
    pub fn entries_about(
        &mut self,
        ids: &BTreeSet<AccountId>,
        most: usize,
    ) -> Result<Vec<Arc<Entry>>, StoreError> {
        let (mut found, mut last, mut left) = (Vec::new(), self.board.seq(), most);
        while last > 0 && left > 0 {
            let count = MANY_ENTRIES.min(left);
            let about = self.store.latest_about(last, count, ids).inspect_err(log_failure)?;
            found.extend(about.into_iter().rev());
            left -= count;
            last = last.saturating_sub(count as Seq);
        }
        Ok(found)
    }

    /// The entries by which `by` did something about accounts on the day of `now` ([`DoneToday`]), oldest first.
    ///
    /// # Errors
    /// The store's.
    pub fn entries_of_day(&mut self, by: &Actor, now: &Now) -> Result<Vec<Arc<Entry>>, StoreError> {
        let (mut found, mut last, mut count) = (Vec::new(), self.board.seq(), FEW_ENTRIES);
        while last > 0 {
            // One older entry may be of another machine, by its own clock; so many in a row are of the days before.
            let mut is_over = true;
            let mut wanted = |entry: &Entry| {
                is_over &= now.date(entry.at) < now.today();
                DoneToday::may_have(entry, by, now)
            };
            let entries = self.store.latest_wanted(last, count, &mut wanted).inspect_err(log_failure)?;
            found.extend(entries.into_iter().rev());
            if is_over {
                break;
            }
            last = last.saturating_sub(count as Seq);
            count = (count * 2).min(MANY_ENTRIES);
        }
        found.reverse();
        Ok(found)
    }
}
