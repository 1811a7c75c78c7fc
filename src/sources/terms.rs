//! What readings go by, beside the source itself.

use super::failure::SourceFailure;
use crate::intake::people::TeamAddresses;
use crate::intake::providers::ProviderMappings;
use crate::state::{Board, Now};

/// What readings go by, beside the source itself.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ReadingTerms {
    /// What the names mean that are a team's own.
    pub mappings: ProviderMappings,
    pub team: TeamAddresses,
}

impl ReadingTerms {
    /// The addresses of the team.
    ///
    /// # Errors
    /// When there are none: what to write, and where.
    pub fn team(&self) -> Result<&TeamAddresses, SourceFailure> {
        if self.team.is_empty() {
            let what = "the addresses of the specialists are not known: write specialists = [\"dan@example.com\"] with \
                        your own into config.toml";
            return Err(SourceFailure::Unreadable(what.to_owned()));
        }
        Ok(&self.team)
    }
}

/// What a reading begins with.
#[derive(Clone, Copy)]
pub struct ReadingContext<'a> {
    pub terms: &'a ReadingTerms,
    pub board: &'a Board,
    pub now: &'a Now,
}
