//! The screens of their own that lie over the board: one table of them all, and what they have in common.
//!
//! A screen is a row of the table, `update/<name>.rs` for what it shows and what its keys do, and `view/<name>.rs` for
//! how it looks; the table says what the two must have. What a screen shows is worked out when it is opened and
//! when the board changes under it, never for a frame.

use std::sync::Arc;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::app::{App, scrolled};
use super::msg::Effect;
use crate::state::{AccountId, UnmatchedSignal};
use crate::tui::input::action::Action;
use crate::tui::input::chord::Chord;
use crate::tui::layout;
pub use crate::tui::update::explain::ExplainRow;
pub use crate::tui::update::forecast::ForecastLine;
pub use crate::tui::update::playbooks::{PlaybookRow, RecentRun};
pub use crate::tui::update::unmatched::Whose;
use crate::tui::{update, view};

/// A key worth naming at the foot of a screen, and what it does there.
pub type Hint = (Action, &'static str);

/// An open screen: what it shows, and where the person is in it.
#[derive(Clone, Debug)]
pub struct ScreenState {
    /// The chosen row.
    pub row: usize,
    /// The first visible row.
    pub top: usize,
    /// The chosen number of the row, in the forecast.
    pub column: usize,
    /// Whom it is about, where it is about one account.
    pub about: Option<AccountId>,
    /// Its rows.
    pub rows: ScreenRows,
}

/// Makes the enums of screens and of their rows, and everything the rest asks of any screen, from one table: variant,
/// module, what a row is, and what stands at the table's name in `keymap.toml`.
macro_rules! screens {
    ($($(#[doc = $doc:literal])+ $Screen:ident $module:ident $Row:ty)+) => {
        /// A screen of its own.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum ScreenId {
            $($(#[doc = $doc])+ $Screen,)+
        }

        /// The rows of a screen.
        #[derive(Clone, Debug)]
        pub enum ScreenRows {
            $($(#[doc = $doc])+ $Screen(Vec<$Row>),)+
        }

        impl ScreenId {
            /// Every screen, in the order of their tables.
            pub const ALL: &[Self] = &[$(Self::$Screen),+];

            /// Its table's name in `keymap.toml`.
            pub fn name(self) -> &'static str {
                match self { $(Self::$Screen => stringify!($module)),+ }
            }

            /// The keys that matter there, the most useful first.
            pub fn hints(self) -> &'static [Hint] {
                match self { $(Self::$Screen => update::$module::HINTS),+ }
            }

            /// No rows yet.
            fn empty(self) -> ScreenRows {
                match self { $(Self::$Screen => ScreenRows::$Screen(Vec::new())),+ }
            }

            /// What it shows of `app`.
            fn rows(self, app: &App) -> ScreenRows {
                match self { $(Self::$Screen => ScreenRows::$Screen(update::$module::rows(app))),+ }
            }

            /// What `action` does there alone.
            fn act(self, app: &mut App, action: Action, chord: Chord) -> Result<Option<Effect>, Action> {
                match self { $(Self::$Screen => update::$module::act(app, action, chord)),+ }
            }

            /// How many lines of `body` lie under the rows.
            pub(in crate::tui) fn below(self, body: Rect) -> u16 {
                match self { $(Self::$Screen => view::$module::below(body)),+ }
            }
        }

        impl ScreenRows {
            /// Whose they are.
            pub fn screen(&self) -> ScreenId {
                match self { $(Self::$Screen(_) => ScreenId::$Screen),+ }
            }

            /// How many there are.
            pub fn len(&self) -> usize {
                match self { $(Self::$Screen(rows) => rows.len()),+ }
            }

            /// Where the row stands that `old` has at `row`; nothing when it is gone.
            fn place_of(&self, old: &Self, row: usize) -> Option<usize> {
                match (self, old) {
                    $((Self::$Screen(rows), Self::$Screen(old)) => {
                        let old = old.get(row)?;
                        rows.iter().position(|row| update::$module::same(row, old))
                    })+
                    _ => None,
                }
            }
        }

        impl ScreenState {
            /// What the first line of the screen says of it.
            pub(in crate::tui) fn title(&self, app: &App) -> String {
                match &self.rows { $(ScreenRows::$Screen(rows) => update::$module::title(app, rows)),+ }
            }

            /// Draws it.
            pub(in crate::tui) fn draw(&self, app: &App, area: Rect, buf: &mut Buffer) {
                match &self.rows { $(ScreenRows::$Screen(rows) => view::$module::draw(app, self, rows, area, buf)),+ }
            }
        }
    };
}

screens! {
    /// What happens by itself: one row per playbook.
    Playbooks playbooks PlaybookRow
    /// What the playbooks make of one account: one row per playbook.
    Explain explain ExplainRow
    /// What is expected to come in: one row per currency and stage, and their totals.
    Forecast forecast ForecastLine
    /// Signals that fit no account, or several: one row per signal.
    Unmatched unmatched Arc<UnmatchedSignal>
}

impl ScreenRows {
    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

impl ScreenState {
    /// `screen`, with nothing worked out yet.
    pub(in crate::tui) fn new(screen: ScreenId, about: Option<AccountId>) -> Self {
        Self { row: 0, top: 0, column: 0, about, rows: screen.empty() }
    }

    /// Which screen it is.
    pub fn screen(&self) -> ScreenId {
        self.rows.screen()
    }

    /// Whether `action` is worth a hint: not what is about a row where there is none, or picks where nobody is to be
    /// picked from.
    pub(in crate::tui) fn offers(&self, action: Action) -> bool {
        match action {
            Action::Pick => self.waiting().is_some_and(|waiting| !waiting.candidates.is_empty()),
            Action::Clear | Action::Undo | Action::Help => true,
            _ => !self.rows.is_empty(),
        }
    }

    /// The first of the rows to draw where `visible` fit, so that the chosen one is among them.
    pub fn first(&self, visible: usize) -> usize {
        scrolled(self.top, self.row, visible.max(1), self.rows.len())
    }
}

impl App {
    /// Works out anew what the open screen shows. The chosen row stays chosen, wherever it is now.
    pub fn refresh_page(&mut self) {
        let Some(screen) = self.page.as_ref().map(ScreenState::screen) else { return };
        let rows = screen.rows(self);
        let Some(page) = &mut self.page else { return };
        let row = rows.place_of(&page.rows, page.row).unwrap_or(page.row);
        page.rows = rows;
        self.choose(row);
    }

    /// Chooses a row of the open screen, or the nearest there is, and brings it into view.
    pub fn choose(&mut self, row: usize) {
        let visible = layout::page_rows(self);
        let Some(page) = &mut self.page else { return };
        page.row = row.min(page.rows.len().saturating_sub(1));
        page.top = page.first(visible);
    }

    /// Goes up or down in the open screen. False when `action` does something else.
    pub fn scroll_page(&mut self, action: Action) -> bool {
        let step = layout::page_rows(self).max(1);
        let Some(row) = self.page.as_ref().map(|page| page.row) else { return false };
        let row = match action {
            Action::FocusDown => row + 1,
            Action::FocusUp => row.saturating_sub(1),
            Action::PageDown => row + step,
            Action::PageUp => row.saturating_sub(step),
            Action::First => 0,
            Action::Last => usize::MAX,
            _ => return false,
        };
        self.choose(row);
        true
    }

    /// What `action` does in `screen`, which is open: nothing that is about a card nobody sees.
    ///
    /// # Errors
    /// Gives back what does the same there as everywhere.
    pub(in crate::tui) fn act_in(
        &mut self,
        screen: ScreenId,
        action: Action,
        chord: Chord,
    ) -> Result<Option<Effect>, Action> {
        if self.scroll_page(action) {
            return Ok(None);
        }
        match screen.act(self, action, chord) {
            Err(
                Action::Clear
                | Action::Alerts
                | Action::Playbooks
                | Action::Explain
                | Action::Forecast
                | Action::Unmatched
                | Action::Undo
                | Action::Redo
                | Action::Help
                | Action::Redraw
                | Action::Suspend
                | Action::Quit,
            ) => Err(action),
            Err(_) => Ok(None),
            done => done,
        }
    }
}
