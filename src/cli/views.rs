//! The views, and the accounts that one of them shows.

use super::where_query::{ChosenAccounts, check};
use super::{CliError, Context};
use crate::config::files::parsed;
use crate::config::views::{self, SavedView, ViewLayout};
use crate::query::Sort;
use crate::state::query::attention::reasons_of;
use crate::state::{Account, AccountId, Board, Position, Reason};
use crate::suggest::did_you_mean;

impl Context {
    /// The views: those we come with, and the person's own.
    ///
    /// # Errors
    /// When `views.toml` cannot be read or has an error in it.
    pub(super) fn views(&self) -> Result<Vec<SavedView>, CliError> {
        let board = Board::new(self.config.pipeline.clone());
        let is_query = |query: &str| check(query, &board, self);
        let overlaid = |text: &str, file: &str| views::overlaid(text, file, is_query);
        let own = parsed(&self.config.paths.config(views::FILE), overlaid)?;
        Ok(own.unwrap_or_else(views::shipped))
    }

    /// Why an account needs a person.
    fn reasons(&self, board: &Board, id: &AccountId) -> Vec<Reason> {
        let (now, rules) = (self.config.now(), self.attention_rules());
        board.get(id).map_or_else(Vec::new, |account| reasons_of(board, account, &now, &rules))
    }
}

/// The accounts of a view.
pub(super) struct ChosenView {
    accounts: ChosenAccounts,
    /// Whether those off the board are among them.
    is_of_all: bool,
    pub(super) order: Option<Sort>,
}

impl ChosenView {
    pub(super) fn called(name: &str, board: &Board, context: &Context) -> Result<Self, CliError> {
        let views = context.views()?;
        let view = views.iter().find(|view| view.is_called(name)).ok_or_else(|| {
            let names: Vec<&str> = views.iter().map(|view| &*view.name).collect();
            let near = did_you_mean(name, &names).map(|near| format!(": {near}")).unwrap_or_default();
            CliError::usage(format!(
                "there is no view called `{name}`{near}; the views are {}",
                names.join(", ")
            ))
        })?;
        let mut accounts =
            ChosenAccounts::of(&view.query, &format!("the view {}", view.name), board, context)?;
        if view.layout == ViewLayout::Today {
            accounts.only(|id| !context.reasons(board, id).is_empty());
        }
        Ok(Self { accounts, is_of_all: view.layout == ViewLayout::All, order: view.order })
    }

    /// Those whom its query means; which of them it shows, [`ChosenView::has`] says.
    pub(super) fn accounts(&self) -> &ChosenAccounts {
        &self.accounts
    }

    pub(super) fn has(&self, account: &Account, board: &Board) -> bool {
        let is_on_board = !matches!(board.position_of(account), Position::OffBoard);
        (self.is_of_all || is_on_board) && self.accounts.has(account)
    }
}
