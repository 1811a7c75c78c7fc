//! Finding the account a person means.

use std::sync::Arc;

use super::error::CliError;
use crate::state::{Account, AccountId, Board, Refusal};
use crate::suggest::{either, near};

/// How many accounts of one name are listed; more would hide the rest of the sentence.
const LISTED: usize = 10;

/// The account whose external id is `text`, or into which that one was merged, else the one whose whole name it is, whatever the case.
///
/// # Errors
/// When nobody answers to it, or several do.
pub(super) fn find<'a>(board: &'a Board, text: &str) -> Result<&'a Arc<Account>, CliError> {
    if text.trim().is_empty() {
        return Err(CliError::usage("no account given: write its external id or full name"));
    }
    let id = AccountId::new(text.trim());
    if let Some(account) = board.find(&id) {
        return Ok(account);
    }
    let mut named: Vec<_> = board.called(text.trim()).collect();
    match named[..] {
        [] => return Err(unknown(id, board).into()),
        [account] => return Ok(account),
        [..] => named.sort_by(|a, b| a.id.cmp(&b.id)),
    }
    let mut ids: Vec<_> = named.iter().take(LISTED).map(|account| account.id.to_string()).collect();
    if named.len() > LISTED {
        ids.push(format!("and {} more", named.len() - LISTED));
    }
    let (count, name, ids) = (named.len(), named[0].name(), ids.join(", "));
    Err(CliError::usage(format!("{count} accounts are called {name}: use an id: {ids}")))
}

/// The refusal of an unknown account, with the known ones that `id` may mean.
fn unknown(id: AccountId, board: &Board) -> Refusal {
    let known = board.accounts().map(|account| {
        let names = [account.name(), account.id.as_str()];
        (names, names)
    });
    let near: Vec<_> = near(id.as_str(), known).iter().map(|[name, id]| format!("{name} ({id})")).collect();
    if near.is_empty() {
        return Refusal::NoSuchAccount(id);
    }
    Refusal::NoSuchName { name: id.as_str().into(), similar: either(&near) }
}
