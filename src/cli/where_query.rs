//! `--where QUERY`: only the accounts that a query means.

use std::collections::HashSet;

use clap::Args;

use super::{CliError, Context};
use crate::query::{Query, QueryContext};
use crate::state::{Account, AccountId, Board};

#[derive(Args, Debug)]
pub(super) struct WhereArgs {
    /// Only accounts that a query means, such as 'stage:1 owner:none'; `gangplank docs queries` has the fields
    #[arg(long = "where", value_name = "QUERY", allow_hyphen_values = true)]
    query: Option<String>,
}

/// The accounts a command is about: everybody, unless a query was given.
pub(super) struct ChosenAccounts(Option<HashSet<AccountId>>);

impl WhereArgs {
    pub(super) fn query(&self) -> Option<&str> {
        self.query.as_deref()
    }

    pub(super) fn choose(&self, board: &Board, context: &Context) -> Result<ChosenAccounts, CliError> {
        let Some(text) = &self.query else { return Ok(ChosenAccounts(None)) };
        let (config, rules) = (&context.config, &context.attention_rules());
        let context = QueryContext {
            board,
            now: config.now(),
            me: &config.me,
            rules,
            currency: config.currency,
            marked: None,
        };
        let query = Query::parse(text, &context);
        let query = query.map_err(|error| CliError::usage(format!("--where: {error}")))?;
        Ok(ChosenAccounts(Some(query.find(&context))))
    }
}

impl ChosenAccounts {
    pub(super) fn has(&self, account: &Account) -> bool {
        self.has_id(&account.id)
    }

    pub(super) fn has_id(&self, id: &AccountId) -> bool {
        self.0.as_ref().is_none_or(|chosen| chosen.contains(id))
    }

    /// Whether no query was given.
    pub(super) fn is_everybody(&self) -> bool {
        self.0.is_none()
    }
}
