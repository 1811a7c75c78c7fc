//! What of a reading is news for a board, as commands.

use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};

use super::live::LiveSource;
use super::pull::Pulled;
use super::status::ReachedCursor;
use crate::intake::ParsedAccounts;
use crate::intake::providers::Translation;
use crate::intake::signals::ParsedSignal;
use crate::state::command::{AccountFacts, import_commands};
use crate::state::{AccountLookup, Batch, Board, Command, PossibleDuplicate, SourceRead};

/// How many commands become one entry. Large enough that the disk is not what takes the time, small enough that others who
/// write at the same time wait only a moment.
pub const ENTRY_COMMANDS: usize = 1_000;

/// How long readings without news go unrecorded, as the journal keeps everything for ever: where they went on, and where
/// they found nothing at all. Whoever restores a backup reads as much once more.
const MOVED_ON: TimeDelta = TimeDelta::hours(1);
const NOTHING_NEW: TimeDelta = TimeDelta::hours(24);

/// What to submit, in order.
#[derive(Debug, Default)]
pub struct SyncPlan {
    /// The last one says how far the source was read: whoever is interrupted before it reads the same once more.
    pub batches: Vec<Batch>,
    /// The signals in them.
    pub signals: Vec<ParsedSignal>,
    /// How many signals the board knew already, or somebody took back.
    pub known: usize,
    /// Where the next reading goes on, if the batches do not say so.
    pub reached: Option<ReachedCursor>,
}

/// Plans what `pulled`, which was read of `source` at `began`, changes on `board`.
pub fn plan(source: &LiveSource, pulled: &Pulled, board: &Board, began: DateTime<Utc>) -> SyncPlan {
    let (signals, known) = news(&pulled.translation, board);
    let words: Arc<str> = format!("sync {}", source.name).into();
    // Accounts first: signals may be about one of them.
    let accounts = pulled.accounts.as_ref().filter(|accounts| !accounts.rows.is_empty());
    let imported = accounts.map(|accounts| Batch {
        words: words.clone(),
        commands: import(source, accounts, &pulled.duplicates),
    });
    let changed =
        accounts.map_or(0, |accounts| accounts.rows.iter().filter(|row| is_news(row, board)).count());
    let mut batches: Vec<Batch> =
        imported.into_iter().chain(batches(&words, &signals, ENTRY_COMMANDS)).collect();
    let before = board.source_read(&source.name);
    let cursor = pulled.cursor.clone().or_else(|| before?.cursor.clone());
    let unrecorded = before.filter(|before| {
        let longest = if before.cursor == cursor { NOTHING_NEW } else { MOVED_ON };
        signals.is_empty() && changed == 0 && began - before.at < longest
    });
    let mut reached = None;
    if let Some(before) = unrecorded {
        reached = cursor.map(|cursor| ReachedCursor { after: before.at, cursor });
    } else {
        if batches.is_empty() {
            batches.push(Batch { words, commands: Vec::new() });
        }
        let in_each =
            accounts.map(|_| changed).into_iter().chain(signals.chunks(ENTRY_COMMANDS).map(<[_]>::len));
        let in_each = in_each.chain([0]);
        let (last, mut taken) = (batches.len() - 1, before.map_or(0, |before| before.taken));
        for (place, (batch, more)) in batches.iter_mut().zip(in_each).enumerate() {
            taken += more as u64;
            // Whoever is interrupted counts on from here, and reads from where the reading before ended.
            let from = before.map_or((began, None), |before| (before.at, before.cursor.clone()));
            let (at, cursor) = if place == last { (began, cursor.clone()) } else { from };
            let read = SourceRead { at, cursor, taken };
            batch.commands.push(Command::NoteSourceRead { source: source.name.clone(), read });
        }
    }
    SyncPlan { batches, signals, known, reached }
}

/// The signals of `translation` that `board` does not know, as they happened, and how many it knows or somebody took back.
pub fn news(translation: &Translation, board: &Board) -> (Vec<ParsedSignal>, usize) {
    let (news, known): (Vec<_>, Vec<_>) = translation.signals.iter().partition(|told| {
        let key = told.signal.key();
        !board.knows_signal(&key) && !board.was_taken_back(&key)
    });
    if news.is_empty() {
        // Most webhooks: the names of all accounts need not be looked up.
        return (Vec::new(), known.len());
    }
    let lookup = AccountLookup::of(board);
    let signals = news.into_iter().map(|told| ParsedSignal {
        line: told.line,
        account: told.best_name(board, &lookup).clone(),
        signal: told.signal.clone(),
    });
    let mut signals: Vec<ParsedSignal> = signals.collect();
    // As they happened, where the provider lists the newest first.
    signals.sort_by_key(|told| told.signal.at);
    (signals, known.len())
}

/// What records `signals`, at most `size` of them at once, for a log that says `words` of it.
pub fn batches(words: &str, signals: &[ParsedSignal], size: usize) -> impl Iterator<Item = Batch> {
    let words: Arc<str> = words.into();
    let record = |told: &ParsedSignal| Command::RecordSignal {
        account: told.account.clone(),
        signal: told.signal.clone(),
    };
    signals
        .chunks(size)
        .map(move |chunk| Batch { words: words.clone(), commands: chunk.iter().map(record).collect() })
}

/// What imports the accounts that `source` listed.
fn import(source: &LiveSource, accounts: &ParsedAccounts, duplicates: &[PossibleDuplicate]) -> Vec<Command> {
    let (name, take_stages) = (source.kind.name(), source.kind.take_stages());
    import_commands(name, &accounts.rows, false, take_stages, duplicates.to_vec())
}

/// Whether `row` states something that `board` does not have.
fn is_news(row: &AccountFacts, board: &Board) -> bool {
    board.find(&row.id).is_none_or(|account| {
        row.facts.iter().any(|(key, value)| account.fact(key) != Some(value))
            || row.segments.iter().any(|segment| !account.segments.contains(segment))
    })
}
