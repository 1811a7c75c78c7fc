//! Receivers in `gangplank sources`.

use super::SourceJson;
use crate::cli::output::TextRole;
use crate::prose::sources as prose;
use crate::sources::receiver::{LiveReceiver, ReceiverStatus};
use crate::state::query::unmatched::waiting_of;
use crate::state::{Board, Now};
use crate::text;

/// How many cells a reason takes at most. JSON has all of it.
const REASON: usize = 100;

impl SourceJson {
    /// The row of a receiver, and its state.
    pub(super) fn received(
        receiver: &LiveReceiver,
        status: ReceiverStatus,
        board: &Board,
        now: &Now,
    ) -> (Self, (String, TextRole)) {
        let latest = status
            .latest_unreadable(now.at)
            .map(|(count, why)| (count, text::cut_between_words(why, REASON)));
        let latest = latest.as_ref().map(|(count, why)| (*count, &**why));
        let refused = status.refused_because.as_deref().map(|why| (status.refused, why));
        let words = prose::received(status.error.as_deref(), refused, latest, status.received_at.is_some());
        let role = match (&status.error, refused, status.received_at) {
            (None, None, None) => TextRole::Quiet,
            (None, None, Some(_)) => TextRole::Plain,
            (Some(_), ..) | (_, Some(_), _) => TextRole::Urgent,
        };
        let provider = receiver.kind.provider();
        let unmatched = provider.map_or(0, |provider| waiting_of(board, provider.word()));
        let row = Self {
            source: receiver.name.to_string(),
            kind: receiver.kind.word(),
            transport: "webhook",
            read_at: status.received_at,
            next_at: None,
            taken: status.taken,
            ignored: status.ignored.by_kind().clone(),
            unmatched,
            failures: u32::try_from(status.refused).unwrap_or(u32::MAX),
            error: status.error.or(status.refused_because),
            rejected: status.rejected,
        };
        (row, (words, role))
    }
}
