//! What readings go by, beside the source itself.

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

/// What a reading begins with.
#[derive(Clone, Copy)]
pub struct ReadingContext<'a> {
    pub terms: &'a ReadingTerms,
    pub board: &'a Board,
    pub now: &'a Now,
}
