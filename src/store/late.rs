//! What is found out about a store only after it was opened.

use std::sync::{Arc, Mutex, PoisonError};

/// Sentences for the people of a store, which whoever reads it notes on any thread. Clones share them.
#[derive(Clone, Debug, Default)]
pub struct LateNotices(Arc<Mutex<NotedSentences>>);

#[derive(Debug, Default)]
struct NotedSentences {
    all: Vec<String>,
    /// How many of them were passed on.
    told: usize,
    damage: Option<String>,
}

impl LateNotices {
    /// Notes a sentence, unless it was noted before.
    pub fn note(&self, sentence: String) {
        let mut noted = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if !noted.all.contains(&sentence) {
            noted.all.push(sentence);
        }
    }

    /// Notes that the journal turned out to be damaged. Over a board, that stands as long as it lasts.
    pub fn note_damage(&self, sentence: String) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).damage = Some(sentence);
    }

    /// That the journal turned out to be damaged, if it did.
    pub fn damage(&self) -> Option<String> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).damage.clone()
    }

    /// The next sentence that nobody was told yet.
    pub fn next(&self) -> Option<String> {
        let mut noted = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let next = noted.all.get(noted.told).cloned();
        noted.told += usize::from(next.is_some());
        next
    }
}
