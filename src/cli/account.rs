//! Finding the account a person means.

use std::sync::Arc;

use super::failure::Failure;
use crate::state::{Account, AccountId, Board, Refusal};

/// How many accounts of one name are listed; more would hide the sentence.
const LISTED: usize = 10;

/// The account whose external id is `text`, else the one whose whole name it is, whatever the case.
///
/// # Errors
/// When nobody answers to it, or several do.
pub(super) fn find<'a>(board: &'a Board, text: &str) -> Result<&'a Arc<Account>, Failure> {
    let id = AccountId::new(text.trim());
    if let Some(account) = board.get(&id) {
        return Ok(account);
    }
    let wanted = text.trim().to_lowercase();
    let mut named: Vec<_> =
        board.accounts().filter(|account| account.name().to_lowercase() == wanted).collect();
    match named[..] {
        [] => Err(Refusal::NoSuchAccount(id).into()),
        [account] => Ok(account),
        [..] => {
            named.sort_by(|a, b| a.id.cmp(&b.id));
            let mut ids: Vec<_> = named.iter().take(LISTED).map(|account| account.id.to_string()).collect();
            if named.len() > LISTED {
                ids.push(format!("and {} more", named.len() - LISTED));
            }
            let (count, name) = (named.len(), named[0].name());
            Err(Failure::Usage(format!(
                "{count} accounts are called {name}: name one by its id: {}",
                ids.join(", ")
            )))
        }
    }
}
