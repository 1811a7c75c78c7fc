//! Where the person is: what is chosen, what lies over it, and what is scrolled into view.

use chrono::{DateTime, Utc};

use crate::state::AccountId;
use crate::tui::model::columns::{ColumnId, Row};

/// A press of the mouse.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Press {
    pub at: DateTime<Utc>,
    /// At which cell.
    pub cell: (u16, u16),
    /// On whom; nobody, on a row of a screen of its own.
    pub on: Option<AccountId>,
}

/// Where the person is: a column, perhaps an account in it, and what is scrolled into view.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Focus {
    /// The column.
    pub column_id: ColumnId,
    /// The account. The focus stays on it, wherever it goes.
    pub account: Option<AccountId>,
    /// Its place among those shown, remembered for when it is gone.
    pub row: usize,
    /// The first visible column.
    pub first_column: usize,
    /// The first visible card of each column, by the column's place among those shown.
    pub tops: std::collections::BTreeMap<ColumnId, usize>,
    /// The first visible row of the list.
    pub list_top: usize,
}

/// Where the person was before the keys went elsewhere.
#[derive(Clone, Debug)]
pub struct LeftFocus {
    /// What was chosen.
    pub focus: Focus,
    /// The row of it.
    pub stood: Option<Row>,
}

/// Board or list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum View {
    /// One column per stage.
    Board,
    /// One row per account; all that are known, or those on the board.
    List {
        /// Whether accounts off the board are shown too.
        all: bool,
    },
    /// One row per account that needs a person, with the reason.
    Today,
}

/// What lies over the board, the list or a screen of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Overlay {
    /// Everything about the focused account, scrolled down by so many lines.
    Detail(usize),
    /// The keys, scrolled down by so many lines.
    Help(usize),
    /// What a program wrote, scrolled down by so many lines.
    Output(usize),
    /// The focused account in a few lines, scrolled down by so many.
    Brief(usize),
}

/// The chosen account beside Today and the list.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AccountPreview {
    pub is_hidden: bool,
    /// How many lines it is scrolled down by, while it is about that account.
    pub top: usize,
    pub of: Option<AccountId>,
}

impl AccountPreview {
    /// From so many columns on, it stands there without being asked for.
    pub const FROM: u16 = 130;
}

/// The alerts pane.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct AlertsPane {
    /// The chosen alert, by its place.
    pub row: usize,
    /// Whether keys go to it, and not to the board.
    pub has_keys: bool,
    /// Whether closed alerts are shown too.
    pub closed_too: bool,
    /// Where the alert stands that is being changed, until that is done.
    pub worked: Option<usize>,
}

/// The first visible row of `len`, of which `visible` fit, so that `row` is among them: moved no further than needed.
pub(in crate::tui) fn scrolled(top: usize, row: usize, visible: usize, len: usize) -> usize {
    let top = top.min(len.saturating_sub(visible));
    if row < top { row } else { top.max((row + 1).saturating_sub(visible)) }
}
