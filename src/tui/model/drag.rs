//! A card that the mouse carries from one column to another.

use super::columns::ColumnId;
use crate::state::AccountId;

/// The card that is carried.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DraggedCard {
    /// Who is carried: the account that was pressed, or all marked ones where it is among them.
    pub movers: Vec<AccountId>,
    /// What it is called, clean.
    pub name: String,
    /// Where the mouse is.
    pub cell: (u16, u16),
    /// The column it was taken from.
    pub from: ColumnId,
    /// The column it is over, if there is one.
    pub over: Option<ColumnId>,
    /// Why the board would not take it there, in short.
    pub refused: Option<String>,
}
