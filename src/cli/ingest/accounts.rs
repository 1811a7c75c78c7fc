//! The accounts in a provider's file: taken as an import takes its rows, and told in the same words.

use std::io::{self, Write};
use std::sync::Arc;

use crate::cli::import::batch;
use crate::cli::import::summary::{ImportJson, ReportPlace, samples, summary};
use crate::cli::{CliError, Context, SessionGuard};
use crate::intake::ParsedAccounts;
use crate::intake::providers::{ListedAccount, Provider, ProviderMappings, read_accounts, settle, unclear};
use crate::state::query::import_outcome::ImportOutcome;
use crate::state::{Entry, Now};

use super::LIST_HINT;

/// Accounts that were imported, or would be.
pub(super) struct IngestedAccounts {
    pub(super) reading: ParsedAccounts,
    outcome: ImportOutcome,
    pub(super) entry: Option<Arc<Entry>>,
    dry_run: bool,
    now: Now,
}

impl IngestedAccounts {
    /// Imports `listed`; nothing where there are none.
    ///
    /// # Errors
    /// When something in them can be read in two ways, or the board cannot be written.
    pub(super) fn submit(
        provider: Provider,
        listed: &[ListedAccount],
        mappings: &ProviderMappings,
        [dry_run, take_stages]: [bool; 2],
        session: &mut SessionGuard,
        context: &Context,
    ) -> Result<Option<Self>, CliError> {
        let Some(mapping) = mappings.of_accounts(provider).filter(|_| !listed.is_empty()) else {
            return Ok(None);
        };
        let read = read_accounts(listed, mapping, &mappings.import);
        let mut reading = read.map_err(|error| CliError::error(unclear(provider, &error)))?;
        let before = session.board().clone();
        settle(provider, &mut reading, &before);
        let (batch, duplicates) = batch(provider.name(), &reading.rows, false, take_stages, &before);
        let entry = session.submit_unless(dry_run, &batch, context)?;
        let now = context.config.now();
        let before = if dry_run { &before } else { session.decided_on() };
        let outcome = ImportOutcome::of(before, &reading.rows, take_stages, entry.as_deref(), &now);
        let outcome = ImportOutcome { possible_duplicates: duplicates, ..outcome };
        Ok(Some(Self { reading, outcome, entry, dry_run, now }))
    }

    pub(super) fn write(&self, out: &mut impl Write) -> io::Result<()> {
        let place = ReportPlace::COMMAND_LINE.with_rejected(LIST_HINT).ahead(self.dry_run);
        summary(out, place, &self.reading, &self.outcome, self.entry.as_deref(), &self.now)?;
        if self.dry_run { samples(out, &self.reading) } else { Ok(()) }
    }

    pub(super) fn json(&self) -> ImportJson<'_> {
        ImportJson::new(&self.reading, &self.outcome, self.dry_run, &self.now)
    }
}
