//! The page about one account, line by line, and what in it answers to the mouse.

use std::ops::Range;
use std::sync::{Arc, Mutex, PoisonError};

use ratatui::text::Line;

use crate::state::query::timeline::TimelineFilter;
use crate::state::{AccountId, Now, PointId, Reason, Seq};
use crate::tui::theme::{Role, Theme};

/// Everything about one account, in lines.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct AccountPage {
    pub lines: Vec<Line<'static>>,
    pub links: Vec<LineLink>,
    pub ticks: Vec<LineTick>,
}

/// Text in a line that leads to an address.
#[derive(Clone, Debug, PartialEq)]
pub struct LineLink {
    pub line: usize,
    /// How many cells stand before it.
    pub x: usize,
    pub text: String,
    pub address: String,
}

/// Cells of a line that tick a point of the checklist.
#[derive(Clone, Debug, PartialEq)]
pub struct LineTick {
    pub line: usize,
    pub cells: Range<usize>,
    pub point: PointId,
}

/// What a page is made of, as far as it changes while the program runs.
#[derive(Clone, Debug, PartialEq)]
pub struct PageKey {
    pub account: Option<AccountId>,
    /// The latest entry of the board.
    pub seq: Seq,
    /// To the minute.
    pub now: Now,
    pub width: usize,
    pub theme: Theme,
    pub reasons: Vec<Reason>,
    pub filter: TimelineFilter,
    /// How far the journal is read.
    pub journal: Option<(usize, Seq)>,
    /// How keys look that stand with what they do about it; nothing where none do.
    pub key_role: Option<Role>,
    /// How many things that happened are told.
    pub most: usize,
}

/// The page that was made last. It is made again only when its key changes, so that neither a frame nor a press of the
/// mouse pays for it twice. What [`PageCache::page`] answers depends on its arguments alone.
#[derive(Debug, Default)]
pub struct PageCache(Mutex<Option<(PageKey, Arc<AccountPage>)>>);

impl PageCache {
    /// The page of `key`, which `make` makes where it is not at hand.
    pub fn page(&self, key: PageKey, make: impl FnOnce() -> AccountPage) -> Arc<AccountPage> {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, page)) = kept.as_ref().filter(|(known, _)| *known == key) {
            return page.clone();
        }
        let page = Arc::new(make());
        *kept = Some((key, page.clone()));
        page
    }
}
