//! `gangplank ingest`.

use std::fmt;
use std::io::Write;
use std::path::PathBuf;
use std::sync::Arc;

use chrono::TimeDelta;
use clap::Args;
use serde::Serialize;

use super::import::InputFile;
use super::{CliError, Context, SessionGuard, json, notify};
use crate::intake::signals::{self, ParsedSignal, ParsedSignals, RejectedLine};
use crate::prose::lists::plural;
use crate::state::{Batch, Board, Change, Command, Entry, Event, StageId};
use crate::text;

/// How many signals go in together, in one entry. Large enough that the disk is not what takes the time, small enough
/// that others who write at the same time wait only a moment.
const TOGETHER: usize = 1_000;

/// How far clocks may differ without a word.
const SLACK: TimeDelta = TimeDelta::hours(1);

/// How many rejected lines are listed before a sentence says how many more there are.
const LISTED: usize = 20;

/// Record signals from a file: JSON, one object per line
///
/// Signals are recorded in the order of the file. A signal whose id is known changes nothing, so you can ingest the
/// same file again. A line that cannot be read is reported with its number, and the others are recorded. A signal that
/// fits no account, or several, waits in `gangplank unmatched`.
#[derive(Args, Debug)]
#[command(after_help = "Examples:\n\
    \x20 gangplank ingest signals.jsonl --dry-run\n\
    \x20 gangplank ingest - < signals.jsonl")]
pub struct IngestArgs {
    /// The file; - reads the standard input
    file: PathBuf,
    /// Show what would happen, and write nothing
    #[arg(long)]
    dry_run: bool,
    /// Write JSON
    #[arg(long)]
    json: bool,
}

pub(super) fn run(args: &IngestArgs, context: &mut Context) -> Result<(), CliError> {
    let input = InputFile::named(&args.file);
    let ParsedSignals { signals, rejected } = signals::read(&input.read()?);
    let words: Arc<str> = format!("ingest {}", input.name).into();
    let mut session = context.open()?;
    let entries = if args.dry_run {
        // All at once: each signal meets the board as those before it would leave it.
        session.preview(&batch(&words, &signals), context)?.map(Arc::new).into_iter().collect()
    } else {
        submit(&words, &signals, &mut session, context)?
    };
    let tally = SignalCounts { ahead: ahead(&signals, context), ..SignalCounts::of(signals.len(), &entries) };
    if args.json {
        json::write(&mut context.out, &IngestJson { tally: &tally, rejected: &rejected })?;
    } else {
        let undo = context.call("undo");
        let summary = IngestSummary {
            tally: &tally,
            rejected: &rejected,
            board: session.board(),
            entries: entries.len(),
            dry_run: args.dry_run,
            undo: &undo,
        };
        write!(context.out, "{summary}")?;
    }
    input.taken(signals.len(), rejected.len())
}

/// How many of `signals` say that they happened after now. They are taken as written: clocks differ, and may be stopped.
fn ahead(signals: &[ParsedSignal], context: &Context) -> usize {
    let limit = context.config.now().at + SLACK;
    signals.iter().filter(|heard| heard.signal.at > limit).count()
}

fn batch(words: &Arc<str>, signals: &[ParsedSignal]) -> Batch {
    let record = |heard: &ParsedSignal| Command::RecordSignal {
        account: heard.account.clone(),
        signal: heard.signal.clone(),
    };
    Batch { words: words.clone(), commands: signals.iter().map(record).collect() }
}

fn submit(
    words: &Arc<str>,
    signals: &[ParsedSignal],
    session: &mut SessionGuard,
    context: &Context,
) -> Result<Vec<Arc<Entry>>, CliError> {
    let mut entries = Vec::new();
    for (place, together) in signals.chunks(TOGETHER).enumerate() {
        let entry = session.submit(&batch(words, together), context).inspect_err(|_| {
            if place > 0 {
                let line = together.first().map_or(0, |heard| heard.line);
                notify(&format!(
                    "the signals before line {line} are recorded; run this again later to continue from there"
                ));
            }
        })?;
        entries.extend(entry);
    }
    Ok(entries)
}

/// What the signals of a file did.
#[derive(Debug, Default, Serialize)]
struct SignalCounts {
    read: usize,
    recorded: usize,
    duplicate: usize,
    unmatched: usize,
    #[serde(skip)]
    moves: Vec<(StageId, usize)>,
    #[serde(skip)]
    alerts_opened: usize,
    /// How many are dated after now.
    #[serde(skip)]
    ahead: usize,
}

impl SignalCounts {
    /// Of `read` signals, which led to `entries`.
    fn of(read: usize, entries: &[Arc<Entry>]) -> Self {
        let mut tally = Self { read, ..Self::default() };
        for event in entries.iter().flat_map(|entry| &entry.events) {
            match event {
                Event::Account { change: Change::SignalRecorded { .. }, .. } => tally.recorded += 1,
                Event::UnmatchedChanged { to: Some(_), .. } => tally.unmatched += 1,
                Event::Account { change: Change::Moved { to: Some(place), .. }, .. } => {
                    tally.moved_to(&place.stage);
                }
                Event::Account { change: Change::AlertChanged { from: None, to: Some(_), .. }, .. } => {
                    tally.alerts_opened += 1;
                }
                _ => {}
            }
        }
        tally.duplicate = read - tally.recorded - tally.unmatched;
        tally
    }

    fn moved_to(&mut self, stage: &StageId) {
        match self.moves.iter_mut().find(|(known, _)| known == stage) {
            Some((_, count)) => *count += 1,
            None => self.moves.push((stage.clone(), 1)),
        }
    }

    fn moved(&self) -> usize {
        self.moves.iter().map(|(_, count)| count).sum()
    }
}

/// `ingest --json`. A contract: fields may be added, never renamed.
struct IngestJson<'a> {
    tally: &'a SignalCounts,
    rejected: &'a [RejectedLine],
}

#[derive(Serialize)]
struct RejectedLineJson<'a> {
    line: usize,
    reason: &'a str,
}

impl Serialize for IngestJson<'_> {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        #[derive(Serialize)]
        struct Whole<'a> {
            #[serde(flatten)]
            tally: &'a SignalCounts,
            rejected: Vec<RejectedLineJson<'a>>,
            moved: usize,
            alerts_opened: usize,
        }
        let rejected = self.rejected.iter().map(|it| RejectedLineJson { line: it.line, reason: &it.reason });
        let (moved, alerts_opened) = (self.tally.moved(), self.tally.alerts_opened);
        Whole { tally: self.tally, rejected: rejected.collect(), moved, alerts_opened }.serialize(serializer)
    }
}

/// What happened, in a few lines for people. Everything from outside in it is made safe for a terminal.
struct IngestSummary<'a> {
    tally: &'a SignalCounts,
    rejected: &'a [RejectedLine],
    board: &'a Board,
    entries: usize,
    dry_run: bool,
    /// How to take it back.
    undo: &'a str,
}

impl fmt::Display for IngestSummary<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.counts(f)?;
        for (stage, count) in &self.tally.moves {
            let label = self.board.pipeline().label(stage);
            writeln!(f, "  {count} → {}", text::clean(label))?;
        }
        self.rejected(f)?;
        match self.tally.ahead {
            0 => {}
            1 => writeln!(f, "1 signal is dated in the future and was recorded as written.")?,
            several => {
                writeln!(f, "{several} signals are dated in the future and were recorded as written.")?;
            }
        }
        if self.tally.unmatched > 0 && !self.dry_run {
            writeln!(f, "Assign them: gangplank unmatched")?;
        }
        match (self.dry_run, self.entries) {
            (true, _) => writeln!(f, "This was a dry run: nothing was written."),
            (false, 0) => writeln!(f, "Nothing changed."),
            (false, 1) => writeln!(f, "To undo: {}", text::clean(self.undo)),
            (false, times) => writeln!(f, "To undo: {}, {times} times", text::clean(self.undo)),
        }
    }
}

impl IngestSummary<'_> {
    fn counts(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let tally = self.tally;
        write!(f, "{} read", plural(tally.read, "signal", "signals"))?;
        for (count, what) in [
            (tally.recorded, "recorded"),
            (tally.duplicate, "known already"),
            (tally.unmatched, "without an account"),
            (self.rejected.len(), "rejected"),
        ] {
            if count > 0 {
                write!(f, " · {count} {what}")?;
            }
        }
        if tally.alerts_opened > 0 {
            write!(f, " · {} opened", plural(tally.alerts_opened, "alert", "alerts"))?;
        }
        if tally.moved() > 0 {
            write!(f, " · {} moved", plural(tally.moved(), "card", "cards"))?;
        }
        writeln!(f)
    }

    fn rejected(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.rejected.is_empty() {
            return Ok(());
        }
        writeln!(f, "{} rejected:", plural(self.rejected.len(), "line was", "lines were"))?;
        let shown = &self.rejected[..self.rejected.len().min(LISTED)];
        let width = shown.iter().map(|it| it.line.to_string().len()).max().unwrap_or(0);
        for RejectedLine { line, reason } in shown {
            writeln!(f, "  line {line:>width$}  {}", text::clean(reason))?;
        }
        match self.rejected.len() - shown.len() {
            0 => Ok(()),
            more => writeln!(f, "  and {more} more; --json lists them all"),
        }
    }
}
