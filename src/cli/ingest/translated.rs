//! What was read in a provider's file, beside the signals.

use std::collections::BTreeMap;
use std::io::{self, Write};

use serde::Serialize;

use crate::intake::providers::{TranslatedSignal, Translation};
use crate::intake::signals::{ParsedSignal, ParsedSignals};
use crate::prose::lists::plural;
use crate::sources::SourceKind;
use crate::state::{AccountLookup, Board};
use crate::text;

/// How many types are named before the summary says how many more there are.
const NAMED: usize = 6;

/// The events of a provider's file. Its fields are those of `ingest --json`, which is a contract.
#[derive(Serialize)]
pub(in crate::cli) struct TranslatedEvents {
    pub(in crate::cli) events: usize,
    /// By the name of their type.
    ignored: BTreeMap<String, usize>,
    #[serde(skip_serializing_if = "is_zero")]
    test_mode: usize,
    /// Whose they are.
    #[serde(skip)]
    source: &'static str,
    /// What one of them is called, and what several.
    #[serde(skip)]
    pub(super) nouns: [&'static str; 2],
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands out references")]
fn is_zero(count: &usize) -> bool {
    *count == 0
}

impl TranslatedEvents {
    /// The signals of `translation`, and what to say about the rest of it.
    pub(super) fn of(
        source: &'static str,
        nouns: [&'static str; 2],
        translation: Translation,
        board: &Board,
    ) -> (ParsedSignals, Self) {
        let Translation { records, signals, accounts, ignored, rejected, test_mode } = translation;
        let lookup = AccountLookup::of(board);
        let parsed = signals.into_iter().map(|told| {
            let account = told.best_name(board, &lookup).clone();
            let TranslatedSignal { line, signal, .. } = told;
            ParsedSignal { line, account, signal }
        });
        let parsed = ParsedSignals { signals: parsed.collect(), rejected };
        let ignored = ignored.counts();
        (parsed, Self { events: records - accounts.len(), ignored, test_mode, source, nouns })
    }

    /// What to say about all of `translation` that is no signal.
    pub(in crate::cli) fn about(kind: &SourceKind, translation: &Translation) -> Self {
        let Translation { records, accounts, ignored, test_mode, .. } = translation;
        let (events, ignored) = (records - accounts.len(), ignored.counts());
        Self { events, ignored, test_mode: *test_mode, source: kind.name(), nouns: kind.nouns() }
    }

    pub(super) fn ignored(&self) -> usize {
        self.ignored.values().sum()
    }

    /// ` · 5 ignored (customer.created 3, charge.succeeded 2)`
    pub(super) fn write_ignored(&self, out: &mut impl Write) -> io::Result<()> {
        if self.ignored.is_empty() {
            return Ok(());
        }
        let mut most: Vec<(&String, &usize)> = self.ignored.iter().collect();
        most.sort_by_key(|(_, count)| std::cmp::Reverse(**count));
        let named = most.iter().take(NAMED).map(|(name, count)| format!("{} {count}", text::clean(name)));
        let mut named: Vec<String> = named.collect();
        if most.len() > NAMED {
            named.push(plural(most.len() - NAMED, "more type", "more types"));
        }
        write!(out, " · {} ignored ({})", self.ignored(), named.join(", "))
    }

    pub(super) fn write_test_mode(&self, out: &mut impl Write) -> io::Result<()> {
        if self.test_mode == 0 {
            return Ok(());
        }
        let are = plural(self.test_mode, "event is", "events are");
        let taken = if self.test_mode == 1 { "was taken as a real one" } else { "were taken as real ones" };
        writeln!(out, "{are} from the test mode of {}, and {taken}.", self.source)
    }
}
